"""The flag of villages that could be served from beyond the border."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import EDGES, FACILITIES, NODES, VILLAGES, make_study_folder

import wushan_geo as wg
from wushan_geo.access.border import BorderLine, beyond_known, facility_border
from wushan_geo.access.gaps import Times
from wushan_geo.access.survey import study_gaps
from wushan_geo.access.units import facility_table
from wushan_geo.study.study import Study
from wushan_geo.study.travelling import ConditionConfig
from wushan_geo.travel.conditions import StandingRoads
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


# A road from the seat of the first village southward over the line, 10 km and 20 minutes long: a
# third of it, 6 minutes at the optimistic factor of 0.9, lies in the county.
SOUTH = {
    "road_nodes": NODES + "n5,109.85,30.95,junction,,measured\n",
    "road_edges": EDGES + "e4,n1,n5,10000,county,no,no,,measured\n",
}
# Another county's facility at its end, 6 + 12 minutes from the seat.
BEYOND = FACILITIES.replace(
    "F1,阳光家园,sunshine_home,day_care,12,open,county,990201001001,109.85,31.025,measured",
    "X1,邻县之家,sunshine_home,day_care,12,open,anyone,,109.85,30.95,measured",
)


def day_care(study: Study, limit: float) -> pd.DataFrame:
    table = study_gaps(study, travel_times(study))
    rows = (table["service"] == "day_care") & (table["limit"] == limit)
    return table[rows.to_numpy()].reset_index(drop=True)


def nothing_in_reach(limit: float) -> pd.DataFrame:
    row = {"zone_id": list(VILLAGES), "parent_id": [one[:9] for one in VILLAGES]}
    return pd.DataFrame(row).assign(limit=limit, **{"class": "gap"})


def southern(folder: Path, **more: str) -> Study:
    return wg.open_study(make_study_folder(folder, **SOUTH, **more))


@pytest.mark.parametrize(
    ("limit", "flags"),
    [
        (26.0, ["yes", "yes", "yes", "no"]),
        (25.9, ["yes", "yes", "no", "no"]),
        (8.0, ["yes", "no", "no", "no"]),
        (7.9, ["no", "no", "no", "no"]),
    ],
)
def test_where_roads_go_on_the_time_to_the_line_decides(
    tmp_path: Path, limit: float, flags: list[str]
) -> None:
    # Boarding 2, then at the optimistic factor 6 from the first seat to the line; 10.8 more from
    # the village north of it, 18 from the other seat, 28.8 from the last village.
    study = southern(tmp_path)
    line = BorderLine(study, travel_times(study))

    assert line.rule == "roads"
    assert line.flags("day_care", nothing_in_reach(limit)).tolist() == flags


def test_where_roads_end_with_the_county_the_straight_rule_stands_in(study: Study) -> None:
    assert BorderLine(study, travel_times(study)).rule == "straight"


def test_a_road_that_hangs_over_the_line_does_not_go_on(tmp_path: Path) -> None:
    # 0.005 degrees of latitude are 550 m.
    short = {**SOUTH, "road_nodes": SOUTH["road_nodes"].replace("30.95", "30.995")}
    study = wg.open_study(make_study_folder(tmp_path, **short))

    assert BorderLine(study, travel_times(study)).rule == "straight"


def test_nobody_leaves_by_a_closed_road_or_against_a_one_way_road(tmp_path: Path) -> None:
    ways = {"closed": ("no", "yes"), "inward": ("yes", "no"), "outward": ("yes", "no")}
    found = {}
    for name, (oneway, closed) in ways.items():
        ends = "n5,n1" if name == "inward" else "n1,n5"
        edges = f"{EDGES}e4,{ends},10000,county,{oneway},{closed},,measured\n"
        folder = make_study_folder(tmp_path / name, **{**SOUTH, "road_edges": edges})
        study = wg.open_study(folder)
        line = BorderLine(study, travel_times(study))
        assert line.rule == "roads"
        villages = line.flags("day_care", nothing_in_reach(30.0)).tolist()
        found[name] = (villages.count("yes"), line.facilities(30.0).tolist().count("yes"))

    assert found == {"closed": (0, 0), "inward": (0, 2), "outward": (3, 0)}


def test_who_lives_on_a_road_closed_for_a_while_does_not_leave_by_another(tmp_path: Path) -> None:
    study = southern(tmp_path)
    shut = ConditionConfig("ordinary", closed_edges=("e1",))
    travel = dataclasses.replace(study.config.travel, conditions={"ordinary": shut})
    cut = dataclasses.replace(study, config=dataclasses.replace(study.config, travel=travel))

    flags = [
        BorderLine(one, travel_times(one)).flags("day_care", nothing_in_reach(1000.0)).tolist()
        for one in (study, cut)
    ]

    assert flags == [["yes"] * 4, ["yes", "no", "yes", "yes"]]


def test_the_line_is_measured_once_if_it_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = southern(tmp_path)
    times = travel_times(study)
    gaps, facilities = study_gaps(study, times), facility_table(study, times, {})
    line = BorderLine(study, times, StandingRoads(study))

    monkeypatch.setattr(BorderLine, "__init__", lambda *_: pytest.fail("measured again"))

    pd.testing.assert_frame_equal(study_gaps(study, times, line=line), gaps)
    pd.testing.assert_frame_equal(facility_table(study, times, {}, line=line), facilities)
    assert facility_border(study, times, line=line)["border"].tolist() == ["yes", "yes"]


def test_a_facility_and_a_road_beyond_the_county_are_used(tmp_path: Path) -> None:
    study = southern(tmp_path, facilities=BEYOND)

    table = day_care(study, 45.0)

    # 2 of boarding and 20 of road to the first village, 12 and 20 more to the next two.
    assert table["minutes"].tolist() == [22.0, 34.0, 42.0, 54.0]
    assert table["reach"].tolist() == ["other_county"] * 3 + ["none"]
    assert table["class"].tolist() == ["neighbour"] * 3 + ["gap"]
    assert table["facility_id"].tolist()[:3] == ["X1"] * 3
    assert table["border"].tolist() == ["no"] * 4


def test_a_facility_and_a_road_beyond_the_county_pass_the_whole_chain(tmp_path: Path) -> None:
    result = wg.run_study(southern(tmp_path, facilities=BEYOND))

    gaps = result.tables["gaps"]
    assert "other_county" in set(gaps["reach"])
    own = result.tables["facilities"].set_index("facility_id")
    assert own["places_within"].to_dict()["X1"] == 1
    assert own["zone_id"].isna().to_dict()["X1"]


def test_facilities_near_the_line_may_serve_persons_from_beyond(tmp_path: Path) -> None:
    study = southern(tmp_path)
    times = travel_times(study)

    # From the line: boarding 2 and 6 to F1, 18 more to C1; exactly at the limit counts.
    found = [facility_border(study, times, limit)["border"].tolist() for limit in (7.9, 8, 26)]

    assert study.facilities["facility_id"].tolist() == ["C1", "F1"]
    assert found == [["no", "no"], ["no", "yes"], ["yes", "yes"]]
    headline = facility_border(study, times)
    assert headline["facility_id"].tolist() == ["C1", "F1"]
    assert headline["border"].tolist() == ["yes", "yes"]
    assert headline["rule"].tolist() == ["roads", "roads"]


def test_a_facility_beyond_the_county_always_serves_persons_of_whom_nothing_is_known(
    tmp_path: Path,
) -> None:
    study = southern(tmp_path, facilities=BEYOND)

    found = facility_border(study, travel_times(study), 0.0).set_index("facility_id")["border"]

    assert found.to_dict() == {"C1": "no", "X1": "yes"}


def test_without_roads_beyond_facilities_are_judged_by_the_straight_line(tmp_path: Path) -> None:
    study = wg.open_study(make_study_folder(tmp_path))
    line = BorderLine(study, travel_times(study))
    away = line._sites_away
    # Both stand 0.025 degrees of latitude from the southern line.
    assert away == pytest.approx([2772, 2772], abs=10)

    line._ways = np.full_like(line._ways, away.max())
    assert line.facilities(30.0).tolist() == ["yes", "yes"]
    line._ways = np.full_like(line._ways, np.nextafter(away.min(), 0))
    assert line.facilities(30.0).tolist() == ["no", "no"]


def test_a_facility_without_a_point_is_not_known_at_the_border(tmp_path: Path) -> None:
    for folder, study in (
        ("straight", wg.open_study(make_study_folder(tmp_path / "straight"))),
        ("roads", southern(tmp_path / "roads")),
    ):
        facilities = study.facilities.copy()
        facilities.loc[0, "geometry"] = None
        some = dataclasses.replace(study, facilities=facilities)

        found = facility_border(some, travel_times(some), 30.0)

        assert found["border"].tolist()[0] == "unknown", folder
        assert found["border"].tolist()[1] != "unknown", folder
