"""The next sites of a study: found again by trying everything, with admission respected."""

from __future__ import annotations

import dataclasses
import itertools
import math
from functools import cache
from typing import TYPE_CHECKING, Any

import expected_example as expected
import numpy as np
import pandas as pd
import pytest
from built_in import study_of

from wushan_geo.siting.programme import PLAN_COLUMNS, SITE_COLUMNS, NextSites, next_sites, plan_name
from wushan_geo.travel.times import travel_interval

if TYPE_CHECKING:
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

LIMITS = (20.0, 30.0, 45.0)


@cache
def opened(name: str) -> Study:
    return study_of(name)


@cache
def minutes(name: str) -> TravelMatrix:
    return travel_interval(opened(name)).central


@cache
def plans_of(name: str) -> NextSites:
    return next_sites(opened(name), minutes(name))


def changed(study: Study, **values: Any) -> Study:
    """Change the siting settings of a study."""
    assert study.config.siting is not None
    siting = dataclasses.replace(study.config.siting, **values)
    return dataclasses.replace(study, config=dataclasses.replace(study.config, siting=siting))


@cache
def reached_by() -> dict[tuple[str, float], frozenset[str]]:
    """Villages of the example that each site reaches and that it admits, with plain loops."""
    study, matrix = opened("example"), minutes("example")
    rows = zip(matrix.origin_ids, matrix.dense().tolist(), strict=True)
    cost = {one: dict(zip(matrix.destination_ids, row, strict=True)) for one, row in rows}
    found: dict[tuple[str, float], frozenset[str]] = {}
    for row in study.facilities.to_dict("records"):
        offers = row["services"] is not None and "day_care" in row["services"]
        if not (row["status"] == "candidate" or (row["status"] == "open" and offers)):
            continue
        site, zone = str(row["facility_id"]), row["zone_id"]
        inside = isinstance(zone, str)
        for limit in LIMITS:
            near = set()
            for village in cost:
                own = inside and village[:9] == zone[:9]
                whom = "county" if row["status"] == "candidate" else row["admits"]
                admits = own or whom == "anyone" or (whom == "county" and inside)
                if admits and cost[village][site] <= limit:
                    near.add(village)
            found[site, limit] = frozenset(near)
    return found


def counted(villages: set[str]) -> tuple[float, int]:
    persons = opened("example").group("eligible_day_care")
    return sum(float(persons[one]) for one in villages if not math.isnan(persons[one])), len(
        villages
    )


def best_by_trying(limit: float, sites: int) -> tuple[tuple[float, int], list[tuple[str, ...]]]:
    """Give the most persons, then places, of all choices, and every choice that has them."""
    status = dict(
        zip(
            opened("example").facilities["facility_id"],
            opened("example").facilities["status"],
            strict=True,
        )
    )
    before = set().union(
        *(some for (one, at), some in reached_by().items() if at == limit and status[one] == "open")
    )
    candidates = sorted(one for one in status if status[one] == "candidate")
    worth = {
        choice: counted(before.union(*(reached_by()[one, limit] for one in choice)))
        for choice in itertools.combinations(candidates, sites)
    }
    most = max(worth.values())
    return most, [one for one, value in worth.items() if value == most]


# --- Proven: everything tried ---


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("sites", [1, 2, 3])
def test_no_choice_of_sites_reaches_more_than_the_plan(limit: float, sites: int) -> None:
    most, choices = best_by_trying(limit, sites)

    row = plans_of("example").plans.set_index("plan").loc[plan_name("day_care", limit, sites)]

    assert (row["covered_persons"], row["covered_places"]) == most
    assert tuple(row["chosen"].split(";")) == min(choices)  # of equals, the first ids
    assert row["alternatives"] == (len(choices) > 1)
    assert row["objective"] == row["bound"] == most[0]
    assert (row["status"], row["gap"], row["verified"]) == ("optimal", 0.0, True)


def test_the_plans_are_those_of_the_pencil() -> None:
    rows = plans_of("example").plans.set_index("plan")

    for sites, (chosen, persons, places) in expected.BEST.items():
        row = rows.loc[f"day_care-30min-{sites}"]
        assert tuple(row["chosen"].split(";")) == chosen
        assert row["covered_persons"] == expected.EXISTING_PERSONS + persons
        assert row["covered_places"] == expected.EXISTING_PLACES + places
        assert not row["alternatives"]
    assert set(rows["total_persons"]) == {float(expected.TOTAL_PERSONS)}
    assert set(rows["total_places"]) == {expected.TOTAL_PLACES}


def test_the_ceiling_is_that_of_the_pencil_and_names_who_is_never_reached() -> None:
    rows = plans_of("example").plans.query("limit == 30")
    zones = {row["zone_id"] for row in opened("example").villages.to_dict("records")}
    known = {one.zone_id: label for label, one in expected.VILLAGES.items()}

    assert set(rows["ceiling_persons"]) == {float(expected.CEILING_PERSONS)}
    assert set(rows["ceiling_places"]) == {expected.CEILING_PLACES}
    never = plans_of("example").uncovered[30.0]
    assert set(never) <= zones
    assert (
        len(never) == expected.TOTAL_PLACES - expected.CEILING_PLACES == len(expected.NEVER_COVERED)
    )
    assert {known[one] for one in never if one in known} == expected.NEVER_COVERED & set(
        known.values()
    )


def test_choosing_one_by_one_falls_short_where_the_pencil_says_so() -> None:
    row = plans_of("example").plans.set_index("plan").loc["day_care-30min-2"]

    assert row["greedy_objective"] == expected.EXISTING_PERSONS + expected.GREEDY_TWO[1]
    assert row["greedy_objective"] < row["objective"]


def test_one_site_alone_adds_what_the_pencil_says() -> None:
    before = expected.EXISTING_PERSONS
    for site, gain in sorted(expected.GAINS_ALONE.items())[::3]:
        status = (opened("example").facilities["status"] == "candidate") & (
            opened("example").facilities["facility_id"] != site
        )
        alone = dataclasses.replace(
            opened("example"), facilities=opened("example").facilities[~status.to_numpy()]
        )
        matrix = minutes("example").select(destinations=alone.facilities["facility_id"].tolist())

        plans = next_sites(changed(alone, max_sites=1, also=()), matrix).plans

        assert plans.query("limit == 30")["covered_persons"].tolist() == [float(before + gain)]


# --- The tables ---


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_there_is_a_plan_for_each_number_of_sites_at_each_limit(name: str) -> None:
    siting = opened(name).config.siting
    assert siting is not None

    rows = plans_of(name).plans

    found = set(zip(rows["limit"], rows["sites"], strict=True))
    assert found == set(itertools.product(LIMITS, range(1, siting.max_sites + 1)))
    assert len(rows) == len(found)
    for row in rows.to_dict("records"):
        assert row["plan"] == plan_name("day_care", row["limit"], row["sites"])
        assert len(row["chosen"].split(";")) == row["sites"]
        assert not set(row["chosen"].split(";")) & set(row["existing"].split(";"))
    assert list(rows.columns) == PLAN_COLUMNS


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_gains_in_their_order_add_up_to_the_plan(name: str) -> None:
    rows = plans_of(name).plans.set_index("plan")
    before = {limit: covered_by_existing(name, limit) for limit in LIMITS}

    for plan, some in plans_of(name).sites.groupby("plan", sort=False):
        row = rows.loc[plan]
        persons, places = before[row["limit"]]
        assert sorted(some["facility_id"]) == row["chosen"].split(";")
        assert some["order"].tolist() == list(range(1, row["sites"] + 1))
        assert persons + some["gain_persons"].sum() == row["covered_persons"]
        assert places + some["gain_places"].sum() == row["covered_places"]
        np.testing.assert_array_equal(
            some["covered_persons"], persons + some["gain_persons"].cumsum()
        )
        np.testing.assert_array_equal(some["covered_places"], places + some["gain_places"].cumsum())
        assert some["gain_persons"].is_monotonic_decreasing
    assert list(plans_of(name).sites.columns) == SITE_COLUMNS


def covered_by_existing(name: str, limit: float) -> tuple[float, int]:
    """Count the villages in class effective or neighbour: what is open admits and is in reach."""
    gaps = gaps_of(name)
    own = gaps[(gaps["service"] == "day_care") & (gaps["limit"] == limit)]
    near = own[own["class"].isin(["effective", "neighbour"])]
    return float(near["eligible"].sum()), len(near)


@cache
def gaps_of(name: str) -> pd.DataFrame:
    from wushan_geo.access.gaps import Times
    from wushan_geo.access.survey import study_gaps

    return study_gaps(opened(name), Times(*(minutes(name),) * 3))


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_more_sites_and_a_longer_limit_never_reach_fewer(name: str) -> None:
    rows = plans_of(name).plans
    persons = rows.pivot_table(index="limit", columns="sites", values="covered_persons")
    ceilings = rows.groupby("limit")["ceiling_persons"].first()

    assert (persons.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert (persons.diff(axis=0).iloc[1:] >= 0).all(axis=None)
    assert ceilings.is_monotonic_increasing
    assert (rows["covered_persons"] <= rows["ceiling_persons"]).all()
    assert (rows["ceiling_persons"] <= rows["total_persons"]).all()
    assert (rows["greedy_objective"] <= rows["objective"]).all()
    assert (rows["objective"] <= rows["bound"]).all()


def test_plans_of_wushan_start_from_the_open_facilities_that_list_day_care() -> None:
    study = opened("wushan")
    offers = [
        row["facility_id"]
        for row in study.facilities.to_dict("records")
        if row["status"] == "open" and row["services"] and "day_care" in row["services"]
    ]

    assert set(plans_of("wushan").plans["existing"]) == {";".join(sorted(offers))}


def test_orders_are_those_of_the_plan_asked_for() -> None:
    assert plans_of("example").orders("day_care-30min-2") == {"C08": 1, "C09": 2}
    assert plans_of("example").orders("no such plan") == {}


@pytest.mark.parametrize(
    ("limit", "name"), [(30.0, "day_care-30min-3"), (37.5, "day_care-37.5min-3")]
)
def test_a_plan_is_named_by_service_limit_and_number(limit: float, name: str) -> None:
    assert plan_name("day_care", limit, 3) == name


# --- Admission, gaps in the data, nothing to plan ---


def only(study: Study, *ids: str) -> tuple[Study, TravelMatrix]:
    """Keep some facilities of the example."""
    rows = study.facilities[study.facilities["facility_id"].isin(ids).to_numpy()]
    return dataclasses.replace(study, facilities=rows), minutes("example").select(destinations=ids)


@pytest.mark.parametrize(("admits", "persons"), [("county", 5.0), ("township", 0.0)])
def test_a_new_site_reaches_other_townships_only_if_it_admits_them(
    admits: str, persons: float
) -> None:
    # C05 at S1 adds N2 alone (21.5 min), which lies in another township.
    study, matrix = only(opened("example"), "F01", "F02", "F03", "F08", "C05")

    row = next_sites(changed(study, admits=admits), matrix).plans.query("limit == 30").iloc[0]

    assert row["covered_persons"] == expected.EXISTING_PERSONS + persons


def test_an_open_home_covers_only_whom_it_admits() -> None:
    # S1 is 12.5 min from F01, which admits township Z only: without F03 all of S is lost, which is
    # 25 persons in 6 villages. C11 adds T8, 1 person.
    study, matrix = only(opened("example"), "F01", "F02", "F08", "C11")

    row = next_sites(study, matrix).plans.query("limit == 30").iloc[0]

    assert row["covered_persons"] == expected.EXISTING_PERSONS - 25 + 1
    assert row["covered_places"] == expected.EXISTING_PLACES - 6 + 1


def test_a_home_by_agreement_or_without_a_list_of_services_is_not_counted_on() -> None:
    # F09 is 14 min from T8, by an agreement that is not on file; F04 does not say what it offers.
    assert plans_of("example").plans["existing"].unique().tolist() == ["F01;F02;F03;F08;F09"]
    sure, matrix = only(opened("example"), "F01", "F02", "F03", "F08", "C11")

    row = next_sites(sure, matrix).plans.query("limit == 30").iloc[0]

    # The same with and without F09: it exists, and admits nobody surely.
    assert row["covered_persons"] == expected.EXISTING_PERSONS + 1


def test_a_village_without_a_count_is_a_place_without_persons() -> None:
    demand = opened("example").group("eligible_day_care")
    assert demand.isna().sum() == 1  # W6

    rows = plans_of("example").plans

    assert set(rows["total_places"]) == {len(demand)}
    assert set(rows["total_persons"]) == {demand.sum()}


def test_candidates_without_a_place_are_left_out() -> None:
    matrix = minutes("example")
    known = [one for one in matrix.destination_ids if one != "C07"]

    rows = next_sites(opened("example"), matrix.select(destinations=known)).plans

    assert not any("C07" in one.split(";") for one in rows["chosen"])
    assert rows.set_index("plan").loc["day_care-30min-1", "chosen"] in {"C08", "C09"}


def test_fewer_candidates_than_sites_make_fewer_plans() -> None:
    study = opened("example")
    few = study.facilities["facility_id"].isin([*(f"C{at:02d}" for at in range(3, 12))])
    fewer = dataclasses.replace(study, facilities=study.facilities[~few.to_numpy()])
    matrix = minutes("example").select(destinations=fewer.facilities["facility_id"].tolist())

    assert next_sites(fewer, matrix).plans["sites"].max() == 2


@pytest.mark.parametrize("what", ["settings", "times", "persons", "counts", "candidates"])
def test_there_are_no_plans_without(what: str) -> None:
    study, matrix = opened("example"), minutes("example")
    assert study.persons is not None
    if what == "settings":
        study = dataclasses.replace(study, config=dataclasses.replace(study.config, siting=None))
    if what == "persons":
        study = dataclasses.replace(study, persons=None)
    if what == "counts":
        rows = study.persons.copy()
        rows.loc[rows["group"] == "eligible_day_care", "persons"] = math.nan
        study = dataclasses.replace(study, persons=rows)
    if what == "candidates":
        open_ones = study.facilities[(study.facilities["status"] != "candidate").to_numpy()]
        study = dataclasses.replace(study, facilities=open_ones)
        matrix = matrix.select(destinations=open_ones["facility_id"].tolist())

    found = next_sites(study, None if what == "times" else matrix)

    assert found.plans.empty
    assert found.sites.empty
    assert not found.uncovered
    assert list(found.plans.columns) == PLAN_COLUMNS
    assert found.plans.dtypes.to_dict() == plans_of("example").plans.dtypes.to_dict()


def test_rows_and_columns_in_any_order_give_the_same_plans() -> None:
    study, matrix = opened("example"), minutes("example")
    mixed = dataclasses.replace(study, facilities=study.facilities.iloc[::-1])
    turned = matrix.select(
        origins=matrix.origin_ids[::-1], destinations=matrix.destination_ids[::-1]
    )

    found = next_sites(mixed, turned)

    pd.testing.assert_frame_equal(found.plans, plans_of("example").plans)
    pd.testing.assert_frame_equal(found.sites, plans_of("example").sites)
    assert found.uncovered == plans_of("example").uncovered
