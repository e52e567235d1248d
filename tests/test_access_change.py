"""What changed between two years, split into persons, supply and roads."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from built_in import study_of
from hypothesis import given
from hypothesis import strategies as st
from variants import S2, set_basis, set_facility, with_registers

from wushan_geo.access.change import CHANGE_COLUMNS, PARTS, gap_change, shapley
from wushan_geo.access.gaps import Times
from wushan_geo.access.survey import study_gaps
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.study.travelling import MatrixConfig
from wushan_geo.travel.times import travel_interval

if TYPE_CHECKING:
    from wushan_geo.study.study import Study

    Years = tuple[Study, Study]

EARLIER = Path(__file__).parents[1] / "data" / "example" / "study-2024.toml"
BRIDGE, FERRY, NEW = "B1", "R1", "F-new"

MIXES = list(product((False, True), repeat=3))


def test_a_part_that_acts_alone_counts_for_all_it_does() -> None:
    shares = shapley(lambda mix: 100.0 - 7.0 * mix[2])

    assert shares == pytest.approx({"persons": 0.0, "supply": 0.0, "roads": -7.0})


def test_what_needs_two_parts_is_shared_between_them() -> None:
    shares = shapley(lambda mix: -6.0 if mix[1] and mix[2] else 0.0)

    assert shares == pytest.approx({"persons": 0.0, "supply": -3.0, "roads": -3.0})


def test_shares_by_hand_where_all_three_meet() -> None:
    # v: persons 2, supply 3, roads 5 alone; persons and supply together 1 more; all three 6 more.
    def value(mix: tuple[bool, bool, bool]) -> float:
        one, two, three = mix
        return 2 * one + 3 * two + 5 * three + 1 * (one and two) + 6 * (one and two and three)

    assert shapley(value) == pytest.approx({"persons": 4.5, "supply": 5.5, "roads": 7.0})


@given(st.lists(st.floats(-1e3, 1e3), min_size=8, max_size=8))
def test_the_shares_add_up_to_the_change(values: list[float]) -> None:
    known = dict(zip(MIXES, values, strict=True))

    shares = shapley(known.__getitem__)

    assert sum(shares.values()) == pytest.approx(known[MIXES[-1]] - known[MIXES[0]], abs=1e-9)


def with_services(study: Study, *keys: str) -> Study:
    services = {one: study.config.services[one] for one in keys}
    return replace(study, config=replace(study.config, services=services))


@pytest.fixture(scope="module")
def years() -> Years:
    return study_of(str(EARLIER)), study_of("example")


@pytest.fixture(scope="module")
def change(years: Years) -> pd.DataFrame:
    return gap_change(*years)


@pytest.fixture(scope="module")
def bridged(years: Years) -> Years:
    """Two studies of which only day and crossings differ: a bridge opened, a ferry runs more."""
    after = with_services(years[1], "county_rehab")
    assert after.crossings is not None
    crossings = after.crossings.copy()
    crossings.loc[(crossings["crossing_id"] == BRIDGE).to_numpy(), "opened"] = "2024-12-01"
    after = replace(after, crossings=crossings)
    seldom = crossings.copy()
    seldom.loc[(seldom["crossing_id"] == FERRY).to_numpy(), "headway_min"] = 60.0
    config = replace(after.config, as_of=dt.date(2024, 6, 30))
    return replace(after, config=config, crossings=seldom), after


@pytest.fixture(scope="module")
def bridge_change(bridged: Years) -> pd.DataFrame:
    return gap_change(*bridged)


@pytest.fixture(scope="module")
def arrived(years: Years) -> pd.DataFrame:
    """The change from a year that had not yet heard from a village to one that had."""
    after = years[1]
    assert after.persons is not None
    persons = after.persons.copy()
    own = (persons["zone_id"] == S2).to_numpy()
    everyone = (persons["group"] == "all").to_numpy()
    day_care = (persons["group"] == "eligible_day_care").to_numpy()
    persons.loc[own & everyone, "persons"] = np.nan
    persons = persons[~(own & day_care)]
    persons.loc[(persons["group"] == "eligible_sheltered_employment").to_numpy(), "persons"] = (
        np.nan
    )
    persons.loc[(persons["group"] == "eligible_day_care").to_numpy(), "basis"] = "stated"
    before = with_services(after, "day_care", "sheltered_employment", "community_rehab")
    return gap_change(replace(before, persons=persons), after)


def part(table: pd.DataFrame, name: str, counted: str = "not_reached") -> pd.DataFrame:
    rows = table[((table["part"] == name) & (table["counted"] == counted)).to_numpy()]
    return rows.set_index(["service", "limit"])[["places", "persons", "eligible"]]


def gaps_of(study: Study) -> pd.DataFrame:
    """Class the villages of one study alone."""
    found = travel_interval(study)
    return study_gaps(study, Times(found.central, found.low, found.high))


@pytest.fixture(scope="module")
def gaps(years: Years) -> list[pd.DataFrame]:
    return [gaps_of(one) for one in years]


@pytest.fixture(scope="module")
def bridge_gaps(bridged: Years) -> list[pd.DataFrame]:
    return [gaps_of(one) for one in bridged]


def own_counts(
    gaps: pd.DataFrame, others: pd.DataFrame, counted: str = "not_reached"
) -> pd.DataFrame:
    """Count what one study alone says, over the villages that both know, by a plain loop."""
    classes = ("nominal", "gap") if counted == "not_reached" else ("unknown",)
    sums: dict[tuple[str, float], list[float]] = {}
    for row, other in zip(gaps.to_dict("records"), others.to_dict("records"), strict=True):
        keys = ("service", "limit", "zone_id")
        assert [row[one] for one in keys] == [other[one] for one in keys]
        own = sums.setdefault((row["service"], row["limit"]), [0.0, np.nan, np.nan])
        inside = row["class"] in classes
        own[0] += inside
        for at, name in enumerate(("persons", "eligible"), start=1):
            if not np.isnan(row[name]) and not np.isnan(other[name]):
                own[at] = (0.0 if np.isnan(own[at]) else own[at]) + row[name] * inside
    table = pd.DataFrame.from_dict(sums, orient="index", columns=["places", "persons", "eligible"])
    return table.set_index(pd.MultiIndex.from_tuples(table.index, names=["service", "limit"]))


@pytest.mark.parametrize("counted", ["not_reached", "unknown"])
@pytest.mark.parametrize("names", [("change", "gaps"), ("bridge_change", "bridge_gaps")])
def test_totals_are_those_of_each_year_alone(
    names: tuple[str, str], counted: str, request: pytest.FixtureRequest
) -> None:
    table, (first, second) = (request.getfixturevalue(one) for one in names)

    found = [part(table, one, counted) for one in ("before", "after")]

    pd.testing.assert_frame_equal(found[0], own_counts(first, second, counted))
    pd.testing.assert_frame_equal(found[1], own_counts(second, first, counted))


def test_a_bridge_opened_between_the_two_days_is_found_as_roads(
    bridge_change: pd.DataFrame,
) -> None:
    total = part(bridge_change, "after") - part(bridge_change, "before")

    # The ferry alone would bring one village more into reach.
    assert (total["places"] < -1).all()
    assert (total["persons"] < 0).all()
    pd.testing.assert_frame_equal(part(bridge_change, "roads"), total)
    for other in ("persons", "supply"):
        assert (part(bridge_change, other).fillna(0.0) == 0).all(axis=None)


def test_parts_add_up_for_places_and_persons(change: pd.DataFrame) -> None:
    for counted in ("not_reached", "unknown"):
        persons, supply, roads = (part(change, one, counted) for one in PARTS)
        total = persons + supply + roads
        ends = part(change, "after", counted) - part(change, "before", counted)
        pd.testing.assert_frame_equal(total, ends, check_exact=False)


def test_roads_that_stayed_as_they_were_change_nothing(change: pd.DataFrame) -> None:
    assert (part(change, "roads").abs() < 1e-9).to_numpy()[:, :2].all()


def test_places_do_not_change_with_persons(change: pd.DataFrame) -> None:
    assert (part(change, "persons")["places"] == 0).all()
    assert (part(change, "supply")["places"] != 0).any()
    assert (part(change, "persons")["persons"] != 0).any()


def test_slower_roads_are_found_as_roads(years: Years) -> None:
    after = with_services(years[1], "day_care")
    travel = after.config.travel
    slow = {one: speed / 3 for one, speed in travel.speeds_kmh.items()}
    config = replace(after.config, travel=replace(travel, speeds_kmh=slow))

    found = gap_change(after, replace(after, config=config))

    assert (part(found, "roads")["persons"] > 0).any()
    assert (part(found, "supply")["persons"] == 0).all()
    assert (part(found, "persons")["persons"] == 0).all()


def test_a_count_that_arrives_is_no_change(arrived: pd.DataFrame, change: pd.DataFrame) -> None:
    for name in PARTS:
        assert (part(arrived, name).fillna(0.0) == 0).all(axis=None)
    pd.testing.assert_frame_equal(part(arrived, "before"), part(arrived, "after"))
    # Places need no count: they are those of the later study, as in any other change to it.
    places = part(arrived, "after")["places"]
    pd.testing.assert_series_equal(places, part(change, "after")["places"])


def test_a_village_unknown_in_one_year_is_left_out_of_both(
    arrived: pd.DataFrame, gaps: list[pd.DataFrame]
) -> None:
    after = gaps[1]
    own = (after["zone_id"] == S2).to_numpy()
    assert after.loc[own & after["class"].isin(["nominal", "gap"]).to_numpy(), "persons"].sum() > 0
    known = after.assign(persons=after["persons"].mask(own))

    expected = own_counts(after, known)["persons"]

    pd.testing.assert_series_equal(part(arrived, "after")["persons"], expected)


def test_the_villages_left_out_are_counted(
    arrived: pd.DataFrame, change: pd.DataFrame, gaps: list[pd.DataFrame]
) -> None:
    assert arrived.columns.tolist() == CHANGE_COLUMNS
    assert CHANGE_COLUMNS[-2:] == ["left_out", "basis"]
    # In both years another village does not tell whom day care is for; nobody is left out of
    # places, nor where a service names no group or a group is not known at all.
    one = gaps[1][(gaps[1]["service"] == "day_care").to_numpy() & (gaps[1]["limit"] == 30)]
    assert one["eligible"].isna().sum() == 1
    assert one.loc[(one["zone_id"] == S2).to_numpy(), "eligible"].notna().all()
    assert left_out(arrived) == {
        "day_care": 2, "sheltered_employment": 1, "community_rehab": 1, "county_rehab": 1,
    }  # fmt: skip
    assert left_out(change) == {
        "day_care": 1, "sheltered_employment": 1, "community_rehab": 0, "county_rehab": 0,
    }  # fmt: skip


def left_out(table: pd.DataFrame) -> dict[str, float]:
    return {
        str(key): float(one)
        for key, one in table.groupby("service")["left_out"]
        .unique()
        .map(lambda values: values.item())
        .items()
    }


def test_what_is_known_in_no_village_in_both_years_is_not_known(arrived: pd.DataFrame) -> None:
    nobody = (arrived["service"] == "sheltered_employment").to_numpy()

    assert arrived.loc[nobody, "eligible"].isna().all()
    assert arrived.loc[nobody, "persons"].notna().all()


def test_the_services_are_those_of_the_later_study(arrived: pd.DataFrame) -> None:
    assert "county_rehab" in set(arrived["service"])


def test_the_weakest_input_of_either_year_is_told(
    arrived: pd.DataFrame, change: pd.DataFrame
) -> None:
    told = arrived.groupby("service")["basis"].unique().map(list).to_dict()

    assert told["day_care"] == ["stated"]
    assert told["community_rehab"] == ["measured"]
    assert set(change["basis"]) == {"measured"}


def test_roads_of_one_year_that_are_modelled_are_told(years: Years) -> None:
    after = with_services(years[1], "day_care")

    found = gap_change(set_basis(after, "road_edges", "modelled"), after)

    assert set(found["basis"]) == {"modelled"}


def test_without_persons_in_one_year_only_places_are_compared(years: Years) -> None:
    after = with_services(years[1], "day_care")

    found = gap_change(replace(after, persons=None), after)

    assert found[["persons", "eligible", "left_out"]].isna().all(axis=None)
    assert found["places"].notna().all()
    assert set(found["basis"]) == {"missing"}


@pytest.mark.parametrize("lacks", ["word", "file"])
def test_a_list_that_became_complete_is_found_as_supply(
    years: Years, gaps: list[pd.DataFrame], lacks: str
) -> None:
    after = with_services(years[1], "day_care")
    before = with_registers(after, facilities="partial")
    if lacks == "file":
        there = (after.provenance["table"] != "facilities").to_numpy()
        before = replace(after, provenance=after.provenance[there])

    found = gap_change(before, after)

    own = gaps_of(before)
    later = gaps[1][(gaps[1]["service"] == "day_care").to_numpy()]
    for counted in ("not_reached", "unknown"):
        first, last = (part(found, one, counted) for one in ("before", "after"))
        pd.testing.assert_frame_equal(first, own_counts(own, later, counted))
        pd.testing.assert_frame_equal(part(found, "supply", counted), last - first)
    assert (part(found, "before", "unknown") > part(found, "after", "unknown")).any(axis=None)


@pytest.fixture(scope="module")
def given_years(years: Years) -> Years:
    """Two studies whose times come from elsewhere, 25 minutes everywhere; in the later one a
    facility more, 5 minutes from everybody."""
    after = with_services(years[1], "day_care")
    ids = after.facilities["facility_id"].tolist()
    config = replace(
        after.config,
        travel=replace(
            after.config.travel,
            engine="matrix",
            matrix=MatrixConfig("min", "origin", "destination", "cost", 200.0),
        ),
    )
    pairs = list(product(after.villages["zone_id"], ids))
    times = pd.DataFrame(pairs, columns=["origin", "destination"]).assign(cost=25.0)
    before = replace(after, config=config, travel_times=times)
    more = set_facility(before, ids[0], services=frozenset({"day_care"}), admits="county")
    one = more.facilities.iloc[[0]].assign(facility_id=NEW, status="open")
    facilities = pd.concat([before.facilities, one], ignore_index=True)
    near = times[(times["destination"] == ids[0]).to_numpy()].assign(destination=NEW, cost=5.0)
    both = pd.concat([times, near], ignore_index=True)
    return before, replace(before, facilities=facilities, travel_times=both)


def test_a_new_facility_is_as_far_as_the_later_times_say(given_years: Years) -> None:
    found = gap_change(*given_years)

    total = part(found, "after") - part(found, "before")
    assert total["persons"]["day_care", 20.0] < 0
    pd.testing.assert_frame_equal(part(found, "supply"), total)
    assert (part(found, "roads").fillna(0.0) == 0).all(axis=None)


def test_times_that_do_not_tell_of_a_new_facility_are_refused(given_years: Years) -> None:
    before, after = given_years
    in_seconds = MatrixConfig("s", "origin", "destination", "cost", 12000.0)
    travel = replace(before.config.travel, matrix=in_seconds)

    with pytest.raises(ParameterError, match=NEW):
        gap_change(replace(before, config=replace(before.config, travel=travel)), after)


def test_another_set_of_villages_is_refused(years: Years) -> None:
    before, after = years
    fewer = replace(after, villages=after.villages.iloc[1:])

    with pytest.raises(UnknownIdError, match="same villages"):
        gap_change(before, fewer)


def test_a_study_without_times_is_refused(years: Years) -> None:
    before, after = years
    still = replace(after.config, travel=replace(after.config.travel, engine="none"))

    with pytest.raises(ParameterError, match="no travel times"):
        gap_change(before, replace(after, config=still))
