"""The flag of villages that could be served from beyond the border."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import VILLAGES, make_study_folder

import wushan_geo as wg
from wushan_geo.access.border import BorderLine, beyond_known
from wushan_geo.access.gaps import Times
from wushan_geo.access.survey import study_gaps
from wushan_geo.study.study import Study
from wushan_geo.travel.times import travel_interval

# One degree of latitude is about 111 km here: used only to tell near from far by a wide margin.
KM_A_DEGREE = 111.0


@pytest.fixture(scope="module")
def study() -> Study:
    return wg.open_study("wushan")


@pytest.fixture(scope="module")
def times(study: Study) -> Times:
    found = travel_interval(study)
    return Times(found.central, found.low, found.high)


@pytest.fixture(scope="module")
def gaps(study: Study, times: Times) -> pd.DataFrame:
    table = study_gaps(study, times)
    rows = (table["service"] == "day_care") & (table["limit"] == 30.0)
    return table[rows.to_numpy()].reset_index(drop=True)


def test_a_village_in_reach_is_never_flagged(
    study: Study, times: Times, gaps: pd.DataFrame
) -> None:
    flags = BorderLine(study, times).flags("day_care", gaps)

    reached = gaps["class"].isin(["effective", "neighbour"]).to_numpy()
    assert reached.any()
    assert set(flags[reached]) == {"no"}


def test_flags_follow_the_distance_to_the_county_line(
    study: Study, times: Times, gaps: pd.DataFrame
) -> None:
    flags = BorderLine(study, times).flags("day_care", gaps)

    outline = study.county.geometry.iloc[0].boundary
    points = study.villages["demand_point"]
    degrees = np.array([outline.distance(one) for one in points])
    open_cases = ~gaps["class"].isin(["effective", "neighbour"]).to_numpy()
    flagged = (flags == "yes") & open_cases
    assert flagged.any()
    assert degrees[flagged].max() * KM_A_DEGREE < 60
    assert np.median(degrees[flagged]) < np.median(degrees[open_cases & ~flagged])


def test_a_longer_limit_never_clears_a_flag_of_a_village_that_stays_unreached(
    study: Study, times: Times
) -> None:
    table = study_gaps(study, times)
    flags = {}
    for limit in (20.0, 45.0):
        rows = (table["service"] == "day_care") & (table["limit"] == limit)
        own = table[rows.to_numpy()].reset_index(drop=True)
        unreached = ~own["class"].isin(["effective", "neighbour"]).to_numpy()
        flags[limit] = (BorderLine(study, times).flags("day_care", own) == "yes", unreached)

    (short, _), (long, still_unreached) = flags[20.0], flags[45.0]
    assert not (short & still_unreached & ~long).any()


def test_nothing_is_flagged_once_a_facility_beyond_the_border_is_listed(
    study: Study, times: Times, gaps: pd.DataFrame
) -> None:
    facilities = study.facilities.copy()
    offers = np.array([one is not None and "day_care" in one for one in facilities["services"]])
    at = int(np.flatnonzero(offers & (facilities["status"] == "open").to_numpy())[0])
    facilities.loc[at, "zone_id"] = None
    known = dataclasses.replace(study, facilities=facilities)

    assert beyond_known(known, "day_care")
    assert set(BorderLine(known, times).flags("day_care", gaps)) == {"no"}


@pytest.mark.parametrize("status", ["closed", "planned", "candidate"])
def test_what_is_not_open_beyond_the_border_serves_nobody(study: Study, status: str) -> None:
    facilities = study.facilities.copy()
    offers = np.array([one is not None and "day_care" in one for one in facilities["services"]])
    at = int(np.flatnonzero(offers)[0])
    facilities.loc[at, "zone_id"] = None
    facilities.loc[at, "status"] = status
    assert not beyond_known(dataclasses.replace(study, facilities=facilities), "day_care")


def test_a_village_exactly_as_far_as_the_farthest_way_is_flagged(tmp_path: Path) -> None:
    # The only way within the limit leads from the southern village to F1, which stands 1 degree
    # of latitude x 0.025 from the southern line, as far as the village itself.
    study = wg.open_study(make_study_folder(tmp_path))
    row = {"zone_id": list(VILLAGES), "parent_id": [one[:9] for one in VILLAGES]}
    away = BorderLine(study, travel_times(study))._away
    gaps = pd.DataFrame(row).assign(limit=30.0, **{"class": "gap"})
    line = BorderLine(study, travel_times(study))
    line._ways = np.full_like(line._ways, away.max())
    assert line.flags("day_care", gaps).tolist() == ["yes"] * 4
    line._ways = np.full_like(line._ways, np.nextafter(away.max(), 0))
    assert line.flags("day_care", gaps).tolist().count("yes") == (away < away.max()).sum()


def travel_times(study: Study) -> Times:
    found = travel_interval(study)
    return Times(found.central, found.low, found.high)


def test_the_example_lists_facilities_beyond_its_border() -> None:
    assert beyond_known(wg.open_study("example"), "day_care")


def test_a_village_without_a_point_is_not_known(
    study: Study, times: Times, gaps: pd.DataFrame
) -> None:
    villages = study.villages.copy()
    villages.loc[0, "demand_point"] = None
    some = dataclasses.replace(study, villages=villages)
    fewer = Times(
        *(one.select(origins=one.origin_ids[1:]) for one in (times.central, times.low, times.high))
    )

    flags = BorderLine(some, fewer).flags("day_care", gaps)

    assert flags[0] == "unknown"
    assert set(flags[1:]) <= {"yes", "no"}


def test_the_tables_are_not_changed(study: Study, times: Times, gaps: pd.DataFrame) -> None:
    before = gaps.copy(deep=True)

    BorderLine(study, times).flags("day_care", gaps)

    pd.testing.assert_frame_equal(gaps, before)
