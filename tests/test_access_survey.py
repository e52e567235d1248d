"""The gaps of a whole study against a pencil, and their sums."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import expected_example as expected
import numpy as np
import pandas as pd
import pytest
from variants import set_facility

import wushan_geo as wg
from wushan_geo.access.gaps import Times
from wushan_geo.access.survey import (
    GAP_COLUMNS,
    eligible_persons,
    home_service,
    reach_basis,
    register,
    study_gaps,
    summed,
    timed_services,
)
from wushan_geo.study.travelling import CONDITIONS
from wushan_geo.travel.times import travel_interval

if TYPE_CHECKING:
    from wushan_geo.study.study import Study

NAN = math.nan
TIMED = {
    "day_care": (20.0, 30.0, 45.0),
    "sheltered_employment": (20.0, 30.0, 45.0),
    "community_rehab": (30.0, 45.0, 60.0),
    "county_rehab": (60.0, 90.0, 120.0),
}


@pytest.fixture(scope="module")
def study() -> Study:
    return wg.open_study("example")


@pytest.fixture(scope="module")
def gaps(study: Study) -> pd.DataFrame:
    found = travel_interval(study)
    return study_gaps(study, Times(found.central, found.low, found.high))


def at(gaps: pd.DataFrame, service: str, limit: float) -> pd.DataFrame:
    rows = (gaps["service"] == service) & (gaps["limit"] == limit)
    return gaps[rows.to_numpy()].set_index("zone_id")


def without(study: Study, table: str) -> Study:
    return dataclasses.replace(study, **{table: None})


def with_settings(study: Study, **changes: Any) -> Study:
    return dataclasses.replace(study, config=dataclasses.replace(study.config, **changes))


@pytest.mark.parametrize("label", expected.VILLAGES)
def test_a_village_of_the_example_is_as_the_pencil_has_it(gaps: pd.DataFrame, label: str) -> None:
    village = expected.VILLAGES[label]
    for limit, name in zip(expected.LIMITS, village.classes, strict=True):
        row = at(gaps, "day_care", limit).loc[village.zone_id]
        assert row["class"] == name
        assert row["own_minutes"] == pytest.approx(village.own, abs=1e-9)
        assert row["minutes"] == pytest.approx(village.anywhere, abs=1e-9)
        assert (None if pd.isna(row["facility_id"]) else row["facility_id"]) == village.facility_id


@pytest.mark.parametrize("label", expected.VILLAGES)
def test_the_ends_of_the_interval_charge_the_road_and_not_the_boarding(
    gaps: pd.DataFrame, label: str
) -> None:
    village = expected.VILLAGES[label]
    row = at(gaps, "day_care", 30.0).loc[village.zone_id]
    ends = zip(expected.FACTORS, ("minutes_low", "minutes", "minutes_high"), strict=True)
    for factor, column in ends:
        minutes = expected.BOARDING + factor * (village.anywhere - expected.BOARDING)
        assert row[column] == pytest.approx(minutes, abs=1e-9)
    depends = label in expected.DEPENDS_AT_30
    assert row["certainty"] == ("depends" if depends else "firm")


def test_there_is_a_row_for_each_village_service_and_limit_in_order(
    study: Study, gaps: pd.DataFrame
) -> None:
    zones = sorted(study.villages["zone_id"])
    wanted = [
        (service, limit, zone)
        for service, limits in TIMED.items()
        for limit in limits
        for zone in zones
    ]
    order = list(gaps[["service", "limit", "zone_id"]].itertuples(index=False, name=None))
    assert sorted(order) == sorted(wanted)
    keys = list(TIMED)
    assert order == sorted(
        order, key=lambda row: (keys.index(row[0]), limits_rank(study, row), row[2])
    )
    assert list(gaps.columns) == GAP_COLUMNS


def limits_rank(study: Study, row: tuple[str, float, str]) -> int:
    return list(study.config.services[row[0]].limits).index(row[1])


def test_persons_stand_beside_each_row_by_their_village(study: Study, gaps: pd.DataFrame) -> None:
    persons = study.persons
    assert persons is not None
    known = {
        (z, g): n
        for z, g, n in zip(persons["zone_id"], persons["group"], persons["persons"], strict=True)
    }
    for service, group in (
        ("day_care", "eligible_day_care"),
        ("sheltered_employment", "eligible_sheltered_employment"),
    ):
        rows = at(gaps, service, 30.0)
        for zone, count, eligible in zip(
            rows.index, rows["persons"], rows["eligible"], strict=True
        ):
            np.testing.assert_equal(count, known[zone, "all"])
            np.testing.assert_equal(eligible, known[zone, group])
    assert at(gaps, "community_rehab", 30.0)["eligible"].isna().all()


def test_a_count_that_is_not_known_is_not_zero(gaps: pd.DataFrame) -> None:
    rows = at(gaps, "day_care", 30.0)["eligible"]
    assert math.isnan(rows["990101002206"])
    assert rows["990101004208"] == 0.0


def test_a_county_service_has_its_paper_everywhere_and_no_border(gaps: pd.DataFrame) -> None:
    rows = at(gaps, "county_rehab", 90.0)
    assert set(rows["paper"]) == {"yes"}
    assert set(rows["border"]) == {"no"}
    assert rows.loc[expected.VILLAGES["Z3"].zone_id, "minutes"] == 2.0


def test_the_township_that_does_not_report_is_unknown_on_paper(gaps: pd.DataFrame) -> None:
    rows = at(gaps, "day_care", 30.0)
    paper = {zone[:9]: one for zone, one in rows["paper"].items()}
    assert paper == {
        "990101001": "yes",
        "990101002": "yes",
        "990101003": "yes",
        "990101004": "unknown",
        "990101005": "no",
    }


def test_a_longer_limit_never_loses_a_village(gaps: pd.DataFrame) -> None:
    for service, limits in TIMED.items():
        held = [set(reached(at(gaps, service, limit))) for limit in limits]
        assert held[0] <= held[1] <= held[2]


def reached(rows: pd.DataFrame) -> list[str]:
    inside = rows["class"].isin(["effective", "neighbour"])
    return [str(one) for one in rows.index[inside.to_numpy()]]


def test_without_times_what_has_no_facility_to_go_to_is_all_that_is_known(study: Study) -> None:
    table = study_gaps(study, None)
    assert set(table["border"]) == {"unknown", "no"}
    assert set(table.loc[table["border"] == "no", "service"]) == {"county_rehab"}
    assert set(table["reach"]) <= {"unknown", "none"}
    assert not table["class"].isin(["effective", "neighbour", "nominal"]).any()


def test_an_incomplete_register_knows_no_gap(study: Study) -> None:
    found = travel_interval(study)
    times = Times(found.central, found.low, found.high)
    table = study_gaps(with_settings(study, registers={"facilities": "partial"}), times)
    assert not table["class"].isin(["gap"]).any()
    assert "no" not in set(table["paper"])


def test_rows_of_a_table_in_any_order_give_the_same(study: Study, gaps: pd.DataFrame) -> None:
    found = travel_interval(study)
    mixed = dataclasses.replace(study, facilities=study.facilities.iloc[::-1])
    again = study_gaps(mixed, Times(found.central, found.low, found.high))
    pd.testing.assert_frame_equal(again, gaps)


def test_only_services_in_minutes_are_timed(study: Study) -> None:
    assert [one.key for one in timed_services(study)] == list(TIMED)


def test_a_service_without_a_group_has_nobody_known(study: Study) -> None:
    services = study.config.services
    assert np.isnan(eligible_persons(study, services["county_rehab"])).all()
    assert np.nansum(eligible_persons(study, services["day_care"])) == expected.TOTAL_PERSONS
    assert np.isnan(eligible_persons(without(study, "persons"), services["day_care"])).all()


def with_services(
    study: Study, *rows: tuple[int, str, str | None], last: str | None = "2025-05-20"
) -> Study:
    zones = study.villages["zone_id"].tolist()
    table = pd.DataFrame(
        {
            "zone_id": [zones[at] for at, _, _ in rows],
            "status": [status for _, status, _ in rows],
            "provider": [provider for _, _, provider in rows],
            "last": pd.to_datetime([last] * len(rows)),
        }
    )
    return dataclasses.replace(study, services=table)


def test_somebody_comes_where_a_visit_or_outreach_is_delivered(study: Study) -> None:
    some = with_services(
        study,
        (0, "delivered", "home_visit"),
        (1, "delivered", "outreach"),
        (2, "delivered", "facility"),
        (3, "planned", "home_visit"),
        (4, "none", None),
        (5, "unknown", None),
        (6, "delivered", "online"),
        (7, "unknown", None),
        (7, "delivered", "home_visit"),
    )
    yes, no, unclear = "yes", "no", "unknown"
    told = home_service(some).tolist()
    assert told[:9] == [yes, yes, no, no, no, unclear, no, yes, no]
    open_list = with_settings(some, registers={"services": "partial"})
    told = home_service(open_list).tolist()
    assert told[:9] == [yes, yes, *[unclear] * 5, yes, unclear]


@pytest.mark.parametrize(
    ("last", "comes"),
    [
        ("2025-06-30", "yes"),  # the cut-off date itself
        ("2024-06-30", "yes"),  # 365 days before it
        ("2024-06-29", "no"),
        ("2025-07-01", "no"),  # not yet
        (None, "unknown"),
    ],
)
def test_somebody_comes_only_within_the_period(study: Study, last: str | None, comes: str) -> None:
    visits = with_services(study, (0, "delivered", "home_visit"), last=last)
    assert home_service(visits)[0] == comes


def test_without_a_provider_it_is_not_known_who_comes(study: Study) -> None:
    assert home_service(with_services(study, (0, "delivered", None)))[0] == "unknown"
    old = with_services(study, (0, "delivered", None), last="2020-01-01")
    assert home_service(old)[0] == "no"


def test_without_a_list_of_services_it_is_not_known_who_comes(study: Study) -> None:
    assert set(home_service(without(study, "services"))) == {"unknown"}


def based(study: Study, table: str, basis: str) -> Study:
    provenance = study.provenance.copy()
    provenance.loc[provenance["table"] == table, "basis"] = basis
    return dataclasses.replace(study, provenance=provenance)


def with_engine(study: Study, engine: str) -> Study:
    return with_settings(study, travel=dataclasses.replace(study.config.travel, engine=engine))


def test_reach_rests_on_its_weakest_decisive_input(study: Study) -> None:
    assert reach_basis(study) == "measured"
    assert reach_basis(set_facility(study, "F05", basis="stated")) == "stated"
    # A candidate is a proposal: what it rests on decides nothing that is there today.
    assert reach_basis(set_facility(study, "C01", basis="modelled")) == "measured"
    assert reach_basis(set_facility(study, "C01", point_basis="modelled")) == "measured"
    assert reach_basis(based(study, "persons", "modelled")) == "measured"
    roads = based(study, "road_edges", "modelled")
    assert reach_basis(roads) == "modelled"
    # Along a straight line no road was looked at, whatever the roads of the study are.
    assert reach_basis(with_engine(study, "straight")) == "modelled"
    assert reach_basis(with_engine(study, "none")) == "missing"
    villages = study.villages.copy()
    villages.loc[0, "point_basis"] = "inferred"
    assert reach_basis(dataclasses.replace(study, villages=villages)) == "inferred"
    facilities = study.facilities.copy()
    facilities.loc[facilities["facility_id"] == "F01", "point_basis"] = "stated"
    assert reach_basis(dataclasses.replace(study, facilities=facilities)) == "stated"
    lost = study.provenance[study.provenance["table"] != "facilities"]
    none = dataclasses.replace(study, provenance=lost, facilities=study.facilities.iloc[:0])
    assert reach_basis(none) == "missing"


def test_a_register_without_a_file_or_a_record_is_missing_whatever_is_said(study: Study) -> None:
    assert register(study, "facilities") == "complete"
    assert register(with_settings(study, registers={"facilities": "partial"}), "facilities") == (
        "partial"
    )
    assert register(with_settings(study, registers={}), "services") == "missing"
    for table in ("facilities", "services"):
        lost = study.provenance[(study.provenance["table"] != table).to_numpy()]
        assert register(dataclasses.replace(study, provenance=lost), table) == "missing"
        assert register(based(study, table, "missing"), table) == "missing"


def rows_of(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Write gaps of one service at one limit: village, class, persons, eligible."""
    table = pd.DataFrame(list(rows), columns=["zone_id", "class", "persons", "eligible"])
    ends = {f"class_{one}": table["class"] for one in ("low", "high", *CONDITIONS)}
    return table.assign(service="day_care", limit=30.0, **ends)


def test_sums_are_of_what_is_known() -> None:
    gaps = rows_of(
        ("a1", "effective", 10.0, 2.0),
        ("a2", "neighbour", NAN, 3.0),
        ("a3", "nominal", 5.0, NAN),
        ("a4", "gap", 0.0, 1.0),
        ("a5", "unknown", 7.0, 4.0),
        ("b1", "gap", NAN, 6.0),
        ("b2", "effective", NAN, 0.0),
        ("c1", "unknown", 9.0, 9.0),
        ("c2", "unknown", 1.0, NAN),
        ("d1", "gap", 8.0, NAN),
    )
    before = gaps.copy(deep=True)
    sums = summed(gaps, gaps["zone_id"].str[0]).set_index("zone_id")
    columns = [
        "places",
        "places_reached",
        "places_unknown",
        "persons",
        "persons_reached",
        "eligible",
        "eligible_reached",
    ]
    wanted = {
        "a": [5, 2, 1, 22, 10, 10, 5],
        "b": [2, 1, 0, NAN, NAN, 6, 0],
        "c": [2, NAN, 2, 10, NAN, 9, NAN],
        "d": [1, 0, 0, 8, 0, NAN, NAN],
    }
    for zone, numbers in wanted.items():
        np.testing.assert_array_equal(sums.loc[zone, columns].to_numpy(dtype=float), numbers)
    pd.testing.assert_frame_equal(gaps, before)


def test_what_is_reached_at_both_ends_of_the_times_stands_beside() -> None:
    gaps = rows_of(("a1", "effective", 10.0, 2.0), ("a2", "nominal", 4.0, NAN))
    gaps["class_low"] = ["effective", "effective"]  # at optimistic minutes
    gaps["class_high"] = ["nominal", "nominal"]
    row = summed(gaps, gaps["zone_id"].str[0]).iloc[0]
    assert (row["places_reached"], row["persons_reached"]) == (1, 10)
    assert (row["places_reached_optimistic"], row["persons_reached_optimistic"]) == (2, 14)
    assert (row["places_reached_pessimistic"], row["persons_reached_pessimistic"]) == (0, 0)
    assert (row["eligible_reached_optimistic"], row["eligible_reached_pessimistic"]) == (2, 0)


def test_what_is_reached_in_each_condition_stands_beside() -> None:
    gaps = rows_of(("a1", "effective", 10.0, 2.0), ("a2", "nominal", 4.0, NAN))
    gaps["class_snow"] = ["gap", "nominal"]
    gaps["class_flood"] = pd.array([None, None], dtype="str")  # the study does not state it
    row = summed(gaps, gaps["zone_id"].str[0]).iloc[0]
    assert (row["places_reached_ordinary"], row["persons_reached_ordinary"]) == (1, 10)
    assert (row["places_reached_snow"], row["persons_reached_snow"]) == (0, 0)
    assert math.isnan(row["places_reached_flood"])
    assert math.isnan(row["persons_reached_flood"])


def test_a_unit_that_is_blind_at_one_end_may_see_at_the_other() -> None:
    gaps = rows_of(("a1", "unknown", 10.0, 2.0), ("a2", "unknown", 4.0, 1.0))
    gaps["class_low"] = ["effective", "unknown"]
    row = summed(gaps, gaps["zone_id"].str[0]).iloc[0]
    assert math.isnan(row["places_reached"])
    assert (row["places_reached_optimistic"], row["persons_reached_optimistic"]) == (1, 10)
    assert math.isnan(row["persons_reached_pessimistic"])
    assert row["places_unknown"] == 2


def test_services_and_limits_are_never_added_to_each_other() -> None:
    one = rows_of(("a1", "effective", 10.0, 2.0))
    table = pd.concat([one, one.assign(limit=45.0), one.assign(service="visiting")])
    sums = summed(table, pd.Series("county", index=table.index))
    assert sums["persons"].tolist() == [10.0, 10.0, 10.0]
    assert sums["places"].tolist() == [1, 1, 1]


def test_the_sums_of_the_example_are_those_of_the_pencil(gaps: pd.DataFrame) -> None:
    own = gaps[((gaps["service"] == "day_care") & (gaps["limit"] == 30.0)).to_numpy()]
    row = summed(own, pd.Series("990101", index=own.index)).iloc[0]
    assert row["eligible"] == expected.TOTAL_PERSONS
    assert row["eligible_reached"] == expected.EXISTING_PERSONS
    assert row["places"] == expected.TOTAL_PLACES
    assert row["places_reached"] == expected.EXISTING_PLACES
