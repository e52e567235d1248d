"""The tables that describe villages, townships, facilities and every measure."""

from __future__ import annotations

import csv
import dataclasses
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import expected_example as expected
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

import wushan_geo as wg
from wushan_geo.access.gaps import Times
from wushan_geo.access.survey import study_gaps
from wushan_geo.access.units import (
    ACCESS_COLUMNS,
    FACILITY_COLUMNS,
    TOWNSHIP_COLUMNS,
    VILLAGE_COLUMNS,
    access_table,
    facility_table,
    headline_gaps,
    township_table,
    village_table,
    weighted_median,
)
from wushan_geo.errors import UnknownIdError
from wushan_geo.travel.times import travel_interval

if TYPE_CHECKING:
    from wushan_geo.study.study import Study

INF, NAN = math.inf, math.nan
DATA = Path(__file__).resolve().parents[1] / "data" / "example" / "2025"
Z, W, S, N, T = (f"99010100{at}" for at in range(1, 6))
COUNTY = "990101"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def study() -> Study:
    return wg.open_study("example")


@pytest.fixture(scope="module")
def times(study: Study) -> Times:
    found = travel_interval(study)
    return Times(found.central, found.low, found.high)


@pytest.fixture(scope="module")
def gaps(study: Study, times: Times) -> pd.DataFrame:
    return study_gaps(study, times)


@pytest.fixture(scope="module")
def villages(study: Study, gaps: pd.DataFrame) -> pd.DataFrame:
    return village_table(study, gaps, {})


@pytest.fixture(scope="module")
def townships(study: Study, villages: pd.DataFrame) -> pd.DataFrame:
    return township_table(study, villages).set_index("zone_id")


@pytest.fixture(scope="module")
def access(study: Study, gaps: pd.DataFrame) -> pd.DataFrame:
    return access_table(study, gaps)


def with_facilities(study: Study, **changes: dict[str, Any]) -> Study:
    """Change columns of facilities, named by their ids."""
    table = study.facilities.copy()
    for one, cells in changes.items():
        at = table.index[(table["facility_id"] == one).to_numpy()][0]
        for column, value in cells.items():
            table.at[at, column] = value  # noqa: PD008 - a set as the value of one cell
    return dataclasses.replace(study, facilities=table)


def with_register(study: Study, facilities: str) -> Study:
    registers = {**study.config.registers, "facilities": facilities}
    return dataclasses.replace(study, config=dataclasses.replace(study.config, registers=registers))


def values(
    access: pd.DataFrame, measure: str, service: str, limit: float | None = None
) -> dict[str, float]:
    """Give one measure of one service by zone."""
    chosen = (access["measure"] == measure) & (access["service"] == service)
    if limit is not None:
        chosen &= access["parameters"] == f"limit={limit:g} min; times=central"
    some = access[chosen.to_numpy()]
    assert some["zone_id"].is_unique
    return dict(zip(some["zone_id"], some["value"].tolist(), strict=True))


# --- the weighted median ---


@pytest.mark.parametrize(
    ("numbers", "weights", "median"),
    [
        ([10, 20, 30], [1, 1, 1], 20),
        ([30, 10, 20], [1, 5, 1], 10),
        ([10, 20], [1, 1], 10),  # half of the weight lies up to 10
        ([10, 20], [1, 1.5], 20),
        ([10, 20], [4999, 5001], 20),
        ([10, 20, INF], [1, 1, 5], INF),
        ([10, 20, INF], [2, 1, 2], 20),
        ([NAN, 20, 30], [9, 1, 1], 20),  # what is not known is left out with its weight
        ([5, 10, 20], [0, 1, 1], 10),  # nobody lives at 5
        ([5, 10], [1, 0], 5),
        ([7, 7, 7], [1, 2, 3], 7),
        ([42], [3], 42),
    ],
)
def test_the_median_is_where_half_of_the_weight_is_reached(
    numbers: list[float], weights: list[float], median: float
) -> None:
    assert weighted_median(np.array(numbers, float), np.array(weights, float)) == median


@pytest.mark.parametrize(
    ("numbers", "weights"), [([], []), ([NAN], [4]), ([10, 20], [0, 0]), ([NAN, 10], [4, 0])]
)
def test_the_median_of_nothing_is_not_known(numbers: list[float], weights: list[float]) -> None:
    assert math.isnan(weighted_median(np.array(numbers, float), np.array(weights, float)))


@tries(max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 1.0, 2.5, 30.0, INF, NAN]), st.integers(0, 4)), max_size=8
    )
)
def test_the_median_is_that_of_a_row_of_persons(pairs: list[tuple[float, int]]) -> None:
    crowd = sorted(one for one, count in pairs if not math.isnan(one) for _ in range(count))
    found = weighted_median(
        np.array([one for one, _ in pairs], float), np.array([count for _, count in pairs], float)
    )
    # Of an even number the lower of the two in the middle stands: half lies up to it.
    np.testing.assert_equal(found, crowd[(len(crowd) - 1) // 2] if crowd else NAN)


# --- villages ---


def test_a_village_carries_its_headline_row_and_its_own_names(
    study: Study, gaps: pd.DataFrame, villages: pd.DataFrame
) -> None:
    assert list(villages.columns) == VILLAGE_COLUMNS
    assert villages["zone_id"].tolist() == sorted(study.villages["zone_id"])
    table = villages.set_index("zone_id")
    for village in expected.VILLAGES.values():
        row = table.loc[village.zone_id]
        assert row["class"] == village.classes[1]
        assert row["minutes_central"] == pytest.approx(village.anywhere, abs=1e-9)
        assert (row["service"], row["limit"]) == ("day_care", 30.0)
        assert row["parent_id"] == village.zone_id[:9]
    assert set(table.loc[table["parent_id"] == Z, "parent_name_en"]) == {"Zixu Town"}
    assert set(table["village_service"]) == {"unknown"}
    assert len(headline_gaps(study, gaps)) == len(table)


def test_answers_on_village_services_go_to_their_village(study: Study, gaps: pd.DataFrame) -> None:
    zone = expected.VILLAGES["S7"].zone_id
    table = village_table(study, gaps, {zone: "no"}).set_index("zone_id")
    assert table.loc[zone, "village_service"] == "no"
    assert (table["village_service"] == "unknown").sum() == len(table) - 1


# --- townships ---


def test_a_township_of_the_example_is_as_the_pencil_has_it(townships: pd.DataFrame) -> None:
    # By eligible persons. Z: 34 of 38 effective or (Z8, 3) neighbour; S: 25 of 32; T: neighbour 16.
    assert townships["class"].to_dict() == {
        Z: "effective",
        W: "effective",
        S: "effective",
        N: "unknown",
        T: "neighbour",
    }
    assert list(townships.reset_index().columns) == TOWNSHIP_COLUMNS
    for zone, told in {Z: (8, 7, 38, 34), S: (8, 6, 32, 25), T: (8, 4, 25, 16)}.items():
        columns = ["places", "places_reached", "eligible", "eligible_reached"]
        assert tuple(townships.loc[zone, columns]) == told
    # Z by eligible: 2 (9), 11 (5), 14 (6): 20 of 38, more than half. S: 2 (6), 11 (4), 14 (4),
    # 18 (4): 18 of 32. T: 12 (4), 22.5 (5), 24 (3), 26.5 (4): 16 of 25.
    for zone, minutes in {Z: 14.0, S: 18.0, T: 26.5}.items():
        row = townships.loc[zone]
        assert row["minutes_central"] == pytest.approx(minutes)
        assert row["minutes_low"] == pytest.approx(2 + 0.9 * (minutes - 2))
        assert row["minutes_high"] == pytest.approx(2 + 1.1 * (minutes - 2))
    assert townships["certainty"].to_dict()[Z] == "depends"


def test_what_is_reached_is_not_known_where_no_class_is(townships: pd.DataFrame) -> None:
    row = townships.loc[N]
    assert row[["places_reached", "persons_reached", "eligible_reached"]].isna().all()
    assert row["eligible"] == 31


def test_capacity_is_not_known_where_that_of_one_open_facility_is_not(
    townships: pd.DataFrame,
) -> None:
    # F01 24 and F07 40; N has F04 (not told) and F10; T has F05 closed and F06 planned.
    np.testing.assert_equal(
        townships["capacity"].to_dict(), {Z: 64.0, W: 20.0, S: 12.0, N: NAN, T: 0.0}
    )
    assert townships["facilities_open"].to_dict() == {Z: 2, W: 1, S: 1, N: 2, T: 0}


def test_a_facility_that_may_be_open_makes_the_supply_unknown(
    study: Study, villages: pd.DataFrame
) -> None:
    unsure = with_facilities(study, F06={"status": "unknown"})
    supply = township_table(unsure, villages).set_index("zone_id")
    assert supply.loc[T, ["facilities_open", "capacity"]].isna().all()
    assert supply.loc[Z, "facilities_open"] == 2


def test_an_incomplete_register_counts_no_supply(study: Study, villages: pd.DataFrame) -> None:
    supply = township_table(with_register(study, "partial"), villages)
    assert supply[["facilities_open", "capacity"]].isna().all(axis=None)


def township_of(
    villages: pd.DataFrame, study: Study, *cells: tuple[str, float, float]
) -> pd.Series:
    """Give the row of township Z with villages of these classes, persons and eligible persons."""
    table = villages.set_index("zone_id")
    own = table.index[(table["parent_id"] == Z).to_numpy()]
    table = table.drop(index=own[len(cells) :])
    for zone, (name, persons, eligible) in zip(own, cells, strict=False):
        table.loc[zone, ["class", "persons", "eligible"]] = [name, persons, eligible]
    return township_table(study, table.reset_index()).set_index("zone_id").loc[Z]


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ([("effective", 1, 5), ("gap", 9, 4), ("gap", 9, 0)], "effective"),
        ([("effective", 1, 5), ("gap", 9, 3), ("gap", 9, 2)], "gap"),  # a tie: the worse
        ([("neighbour", 1, 5), ("nominal", 1, 5)], "nominal"),
        ([("effective", 1, 5), ("unknown", 1, 5)], "unknown"),
        ([("effective", 2, NAN), ("gap", 1, NAN), ("gap", 0, NAN)], "effective"),  # persons
        ([("effective", 2, 0), ("gap", 3, 0)], "gap"),  # nobody eligible: persons
        ([("effective", NAN, NAN), ("gap", NAN, NAN), ("effective", NAN, NAN)], "effective"),
        ([("effective", 1, 5), ("gap", 9, NAN)], "effective"),
    ],
)
def test_the_class_of_a_township_is_the_one_that_holds_most(
    study: Study, villages: pd.DataFrame, cells: list[tuple[str, float, float]], name: str
) -> None:
    assert township_of(villages, study, *cells)["class"] == name


def test_sums_of_a_township_keep_zero_and_missing_apart(
    study: Study, villages: pd.DataFrame
) -> None:
    row = township_of(villages, study, ("effective", NAN, 0), ("gap", NAN, 0))
    assert math.isnan(row["persons"])
    assert math.isnan(row["persons_reached"])
    assert (row["eligible"], row["eligible_reached"]) == (0, 0)
    some = township_of(villages, study, ("effective", NAN, 2), ("gap", 4, 3))
    assert (some["persons"], some["persons_reached"], some["eligible_reached"]) == (4, 0, 2)
    assert (some["places"], some["places_reached"]) == (2, 1)


def test_a_township_without_villages_has_a_row(study: Study, villages: pd.DataFrame) -> None:
    row = township_of(villages, study)
    assert row["places"] == 0
    assert row[["class", "minutes_central", "places_reached", "persons"]].isna().all()


# --- facilities ---


def test_a_facility_counts_whom_the_headline_limit_brings_to_it(study: Study, times: Times) -> None:
    table = facility_table(study, times, {"C08": 1, "C09": 2})
    assert list(table.columns) == FACILITY_COLUMNS
    counts: dict[tuple[str, str], float] = {}
    for row in rows("persons.csv"):
        if row["persons"]:
            counts[row["zone_id"], row["group"]] = float(row["persons"])
    cost = times.central.to_table()
    for one in table.itertuples():
        some = cost[(cost["destination"] == one.facility_id).to_numpy()]
        near = [z for z, c in zip(some["origin"], some["cost"], strict=True) if c <= 30]
        assert one.places_within == len(near)
        assert one.persons_within == sum(counts.get((z, "all"), 0) for z in near)
        assert one.eligible_within == sum(counts.get((z, "eligible_day_care"), 0) for z in near)
    by_id = table.set_index("facility_id")
    # S4 is exactly 30 minutes from F03, and counts.
    assert by_id.loc["F03", "places_within"] == 11
    order = by_id["proposed_order"].dropna()
    assert order.to_dict() == {"C08": 1, "C09": 2}
    assert pd.isna(by_id.loc["F08", "parent_id"])
    assert by_id.loc["F02", "parent_name_en"] == "Wuyou Town"


def test_a_facility_without_times_counts_nobody_and_not_zero(study: Study, times: Times) -> None:
    names = ["persons_within", "eligible_within", "places_within"]
    assert facility_table(study, None, {})[names].isna().all(axis=None)
    ids = [one for one in times.central.destination_ids if one != "F01"]
    some = times.central.select(destinations=ids)
    table = facility_table(study, Times(some, some, some), {}).set_index("facility_id")
    assert table.loc["F01", names].isna().all()
    assert table.loc["F02", names].notna().all()


def test_persons_of_whom_nothing_is_known_are_not_nobody(study: Study, times: Times) -> None:
    # W6 has no count of eligible persons; a facility that only W6 could reach has an unknown sum.
    origin = "990101002206"
    some = times.central.mask(
        np.array([[one == origin] for one in times.central.origin_ids])
        & np.array([[one == "F02" for one in times.central.destination_ids]])
    )
    table = facility_table(study, Times(some, some, some), {}).set_index("facility_id")
    assert table.loc["F02", "places_within"] == 1
    assert math.isnan(table.loc["F02", "eligible_within"])
    assert table.loc["F02", "persons_within"] == 39
    assert table.loc["F01", "eligible_within"] == 0
    nobody = dataclasses.replace(study, persons=None)
    blind = facility_table(nobody, times, {})
    assert blind[["persons_within", "eligible_within"]].isna().all(axis=None)
    assert blind["places_within"].notna().all()
    alone = facility_table(nobody, Times(some, some, some), {}).set_index("facility_id")
    assert alone.loc["F01", "places_within"] == 0
    assert math.isnan(alone.loc["F01", "persons_within"])


@pytest.mark.parametrize("side", ["origins", "destinations"])
def test_times_of_places_that_the_study_lacks_are_refused(
    study: Study, times: Times, side: str
) -> None:
    if side == "origins":
        less = dataclasses.replace(study, villages=study.villages.iloc[1:].reset_index(drop=True))
        lost = study.villages["zone_id"].iloc[0]
    else:
        less = dataclasses.replace(study, facilities=study.facilities.iloc[1:])
        lost = study.facilities["facility_id"].iloc[0]
    with pytest.raises(UnknownIdError, match=f"has no {lost}"):
        facility_table(less, times, {})


# --- the long table ---


def test_every_measure_of_the_contract_is_there(access: pd.DataFrame) -> None:
    assert list(access.columns) == ACCESS_COLUMNS
    units = {
        "minutes_nearest": "min",
        "minutes_own": "min",
        "minutes_median_low": "min",
        "minutes_median_central": "min",
        "minutes_median_high": "min",
        "places_total": "places",
        "places_reached": "places",
        "places_reached_optimistic": "places",
        "places_reached_pessimistic": "places",
        "places_unknown": "places",
        "place_share": "share",
        "persons_total": "persons",
        "persons_reached": "persons",
        "persons_reached_optimistic": "persons",
        "persons_reached_pessimistic": "persons",
        "persons_unknown": "persons",
        "person_share": "share",
        "eligible_total": "persons",
        "eligible_reached": "persons",
        "eligible_reached_optimistic": "persons",
        "eligible_reached_pessimistic": "persons",
        "eligible_unknown": "persons",
        "eligible_share": "share",
        "capacity": "places",
        "places_per_100_eligible": "places",
        "offered_in_township": "facilities",
        "last_visit_days": "days",
        "visits_per_quarter": "visits",
    }
    told = access[["measure", "unit"]].drop_duplicates()
    assert dict(zip(told["measure"], told["unit"], strict=True)) == units
    keys = ["zone_id", "service", "measure", "parameters"]
    assert not access.duplicated(keys).any()
    assert access["value"].notna().all()


def test_minutes_of_villages_are_those_of_the_pencil(access: pd.DataFrame) -> None:
    nearest = values(access, "minutes_nearest", "day_care")
    own = values(access, "minutes_own", "day_care")
    for village in expected.VILLAGES.values():
        assert nearest[village.zone_id] == pytest.approx(village.anywhere)
        assert own[village.zone_id] == pytest.approx(village.own)


def test_the_county_is_the_sum_of_its_townships(access: pd.DataFrame) -> None:
    for service, limits in {"day_care": (20, 30, 45), "county_rehab": (60, 90, 120)}.items():
        for limit in limits:
            for measure in ("places_total", "persons_total", "places_reached", "persons_reached"):
                told = values(access, measure, service, limit)
                total = told.pop(COUNTY)
                assert total == sum(told.values())
    told = values(access, "eligible_reached", "day_care", 30)
    assert told == {Z: 34, W: 23, S: 25, T: 16, COUNTY: expected.EXISTING_PERSONS}


def test_shares_are_of_what_is_known(access: pd.DataFrame) -> None:
    share = values(access, "eligible_share", "day_care", 30)
    assert share[COUNTY] == pytest.approx(98 / 154)
    assert share[Z] == pytest.approx(34 / 38)
    assert values(access, "place_share", "day_care", 30)[T] == 4 / 8
    assert values(access, "person_share", "day_care", 30)[Z] == pytest.approx(374 / 412)
    assert N not in share


def test_medians_and_sums_are_those_of_the_townships_table(
    access: pd.DataFrame, townships: pd.DataFrame
) -> None:
    for end in ("low", "central", "high"):
        told = values(access, f"minutes_median_{end}", "day_care")
        assert told == townships[f"minutes_{end}"].to_dict()
    for measure, column in (
        ("places_reached", "places_reached"),
        ("persons_total", "persons"),
        ("persons_reached", "persons_reached"),
        ("eligible_total", "eligible"),
        ("eligible_reached", "eligible_reached"),
    ):
        told = values(access, measure, "day_care", 30)
        told.pop(COUNTY)
        assert told == townships[column].dropna().to_dict()


def test_supply_of_a_township_is_counted_beside_its_eligible_persons(
    access: pd.DataFrame,
) -> None:
    # F01 24 in Z, F02 20 in W, F03 12 in S; T has none; F04 in N does not say what it offers.
    assert values(access, "offered_in_township", "day_care") == {Z: 1, W: 1, S: 1, T: 0}
    assert values(access, "capacity", "day_care") == {Z: 24, W: 20, S: 12, T: 0}
    per_100 = values(access, "places_per_100_eligible", "day_care")
    assert per_100 == pytest.approx({Z: 2400 / 38, W: 2000 / 28, S: 1200 / 32, T: 0})
    # Psychiatric rehabilitation in N: F10 surely has it, F04 may as well: one known, places not.
    assert values(access, "offered_in_township", "psychiatric_community_rehab")[N] == 1
    assert N not in values(access, "capacity", "psychiatric_community_rehab")


def test_one_capacity_that_is_not_known_makes_the_places_unknown(
    study: Study, gaps: pd.DataFrame
) -> None:
    lost = access_table(with_facilities(study, F02={"capacity": NAN}), gaps)
    assert W not in values(lost, "capacity", "day_care")
    assert W not in values(lost, "places_per_100_eligible", "day_care")
    assert values(lost, "offered_in_township", "day_care")[W] == 1


def test_there_are_no_places_per_person_where_nobody_is_eligible(
    study: Study, gaps: pd.DataFrame
) -> None:
    assert study.persons is not None
    persons = study.persons.copy()
    persons.loc[persons["zone_id"].str.startswith(Z), "persons"] = 0.0
    table = access_table(dataclasses.replace(study, persons=persons), gaps)
    assert Z not in values(table, "places_per_100_eligible", "day_care")
    assert values(table, "capacity", "day_care")[Z] == 24


def test_a_visit_that_is_planned_is_no_visit(study: Study, gaps: pd.DataFrame) -> None:
    assert study.services is not None
    services = study.services.copy()
    zone = expected.VILLAGES["Z1"].zone_id
    services.loc[services["zone_id"] == zone, "status"] = "planned"
    table = access_table(dataclasses.replace(study, services=services), gaps)
    assert zone not in values(table, "last_visit_days", "visiting")
    assert zone not in values(table, "visits_per_quarter", "visiting")


def test_an_incomplete_register_tells_nothing_of_supply(study: Study, gaps: pd.DataFrame) -> None:
    table = access_table(with_register(study, "partial"), gaps)
    supply = {"capacity", "offered_in_township", "places_per_100_eligible"}
    assert not supply & set(table["measure"])


def test_visits_are_those_delivered(study: Study, access: pd.DataFrame) -> None:
    told = [row for row in rows("services.csv") if row["status"] == "delivered"]
    as_of = pd.Timestamp(study.config.as_of)
    days = {
        (row["zone_id"], row["service"]): (as_of - pd.Timestamp(row["last"])).days for row in told
    }
    often = {(row["zone_id"], row["service"]): float(row["per_quarter"]) for row in told}
    for service in ("visiting", "community_care", "neighbour_help"):
        last = values(access, "last_visit_days", service)
        assert last == {zone: n for (zone, key), n in days.items() if key == service}
        quarter = values(access, "visits_per_quarter", service)
        assert quarter == {zone: n for (zone, key), n in often.items() if key == service}
    # On the very day of the limit and one day beyond it.
    assert days[expected.VILLAGES["S2"].zone_id, "visiting"] == 365
    without = access_table(dataclasses.replace(study, services=None), empty_gaps(study))
    assert not set(without["measure"]) & {"last_visit_days", "visits_per_quarter"}


def test_a_visit_dated_after_the_cut_off_date_has_no_days_since(study: Study) -> None:
    assert study.services is not None
    later = study.services.copy()
    later.loc[later["last"].notna(), "last"] = pd.Timestamp("2025-07-01")
    table = access_table(dataclasses.replace(study, services=later), empty_gaps(study))
    assert "last_visit_days" not in set(table["measure"])
    assert "visits_per_quarter" in set(table["measure"])


def empty_gaps(study: Study) -> pd.DataFrame:
    return study_gaps(study, None)


def test_a_study_of_facts_alone_makes_no_claim_of_zero() -> None:
    facts = wg.open_study("wushan-facts")
    gaps = study_gaps(facts, None)
    table = access_table(facts, gaps)
    assert set(table["measure"]) == {"places_total", "places_unknown"}
    assert (table["value"] > 0).all()
    towns = township_table(facts, village_table(facts, gaps, {}))
    numbers = towns.select_dtypes("number").drop(columns=["limit", "places", "places_unknown"])
    assert numbers.isna().all(axis=None)
    assert (towns["places_unknown"] == towns["places"]).all()
    assert set(towns["class"]) == {"unknown"}


def test_nothing_is_changed_and_rows_may_come_in_any_order(
    study: Study, times: Times, gaps: pd.DataFrame, access: pd.DataFrame
) -> None:
    before = gaps.copy(deep=True), study.facilities.copy(deep=True)
    mixed = dataclasses.replace(study, facilities=study.facilities.iloc[::-1])
    again = access_table(mixed, gaps)
    pd.testing.assert_frame_equal(again, access)
    one = facility_table(study, times, {})
    two = facility_table(mixed, times, {})
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(gaps, before[0])
    pd.testing.assert_frame_equal(pd.DataFrame(study.facilities), pd.DataFrame(before[1]))
