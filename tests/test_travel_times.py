"""From the villages of a study to its facilities, by the engine that the study names."""

import datetime as dt
import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, Polygon, box

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.study.travelling import (
    ConditionConfig,
    Interval,
    MatrixConfig,
    ProfileConfig,
    TravelConfig,
)
from wushan_geo.travel.conditions import StandingRoads
from wushan_geo.travel.times import (
    between_villages,
    can_travel,
    travel_interval,
    travel_matrix,
    travel_profiles,
    village_elevation,
    village_minutes,
)

BY_ROAD = TravelConfig(
    engine="network",
    condition="ordinary",
    speeds_kmh={"county": 30.0},
    straight_speed_kmh=None,
    detour=None,
    interval=Interval(0.8, 1.0, 1.2),
    snap_speed_kmh=4.0,
    within_village_speed_kmh=None,
    within_village_share=0.0,
    boarding_min=5.0,
)
BY_LINE = replace(
    BY_ROAD,
    engine="straight",
    speeds_kmh={},
    straight_speed_kmh=20.0,
    detour=Interval(1.2, 1.5, 2.0),
    interval=Interval(0.5, 1.0, 1.5),
)
PLACES = {"n1": (109.0, 31.0), "n2": (109.1, 31.0), "n3": (109.2, 31.0)}


def study(travel: TravelConfig = BY_ROAD, **change: Any) -> Any:
    """Make villages v1, v2 at the nodes n1, n2; facilities at n2 (open) and n3 (cut off)."""
    nodes = pd.DataFrame(
        [(name, *at) for name, at in {**PLACES, "n4": (109.3, 31.0)}.items()],
        columns=["node_id", "lon", "lat"],
    )
    edges = pd.DataFrame(
        [("e1", "n1", "n2", 10_000.0, "county"), ("e2", "n3", "n4", 9000.0, "county")],
        columns=["edge_id", "u", "v", "length_m", "road_class"],
    )
    points = [Point(PLACES["n1"]), Point(PLACES["n2"])]
    villages = gpd.GeoDataFrame(
        {"zone_id": ["v1", "v2"], "demand_point": gpd.GeoSeries(points, crs=4490)},
        geometry=[one.buffer(0.01) for one in points],
        crs=4490,
    )
    facilities = gpd.GeoDataFrame(
        {"facility_id": ["f1", "f2", "f3"], "status": ["open", "candidate", "planned"]},
        geometry=[Point(PLACES["n2"]), Point(PLACES["n3"]), Point(PLACES["n1"])],
        crs=4490,
    )
    parts = {
        "config": SimpleNamespace(id="toy", travel=travel, as_of=dt.date(2025, 6, 30)),
        "crossings": None,
        "road_distances": None,
        "travel_times": None,
        "terrain": None,
        "demand_points": None,
        "villages": villages,
        "facilities": facilities,
        "roads": RoadNetwork.from_tables(nodes, edges),
    }
    return SimpleNamespace(**{**parts, **change})


def test_times_are_road_and_boarding_with_the_interval_on_the_road_alone() -> None:
    times = travel_interval(study(), to=["f1"])

    # 10 km at 30 km/h are 20 minutes, and boarding takes 5 in any case.
    assert times.low.dense().tolist() == [[21], [5]]
    assert times.central.dense().tolist() == [[25], [5]]
    assert times.high.dense().tolist() == [[29], [5]]
    assert times.central.origin_ids == ("v1", "v2")


def test_what_no_road_reaches_stays_unreachable_at_every_factor() -> None:
    times = travel_interval(study())

    for matrix in (times.low, times.central, times.high):
        assert matrix.destination_ids == ("f1", "f2", "f3")
        assert np.isinf(matrix.dense()[:, 1]).all()
    assert times.snaps.set_index("place_id")["part"].to_dict() == {
        "v1": 0, "v2": 0, "f1": 0, "f2": 1, "f3": 0,
    }  # fmt: skip
    assert times.components.to_dict() == {"n1": 0, "n2": 0, "n3": 1, "n4": 1}


@pytest.mark.parametrize(
    ("to", "ids"),
    [
        ("open", ("f1",)),
        ("candidate", ("f2",)),
        ("planned", ("f3",)),
        ("all", ("f1", "f2", "f3")),
        (["f3", "f1"], ("f3", "f1")),
    ],
)
def test_facilities_are_chosen_by_status_or_by_id(to: Any, ids: tuple[str, ...]) -> None:
    assert travel_matrix(study(), to=to).destination_ids == ids


def test_the_matrix_is_the_central_one() -> None:
    assert travel_matrix(study(), to="all") == travel_interval(study()).central


def test_unknown_words_and_ids_are_refused() -> None:
    with pytest.raises(ParameterError, match="one of open, planned, candidate, all"):
        travel_matrix(study(), to="closed")
    with pytest.raises(UnknownIdError, match="study's facilities has no f9"):
        travel_matrix(study(), to=["f1", "f9"])


def test_the_way_within_the_village_follows_from_its_area() -> None:
    within = replace(BY_ROAD, within_village_speed_kmh=15.0, within_village_share=2 / 3)
    # 0.1 x 0.1 degrees at 31 degrees north: 9.549 km by 11.087 km.
    square = box(108.95, 30.95, 109.05, 31.05)
    # Its hole runs the same way round as its border, as some software writes it.
    hole = box(108.96, 30.96, 109.0, 31.0)
    ring = Polygon(square.exterior.coords[::-1], [hole.exterior.coords[::-1]])
    villages = study().villages.set_geometry([square, ring], crs=4490)

    times = travel_interval(study(within, villages=villages), to=["f1"])

    whole = math.sqrt(9549 * 11087 / math.pi) * 2 / 3 / 15_000 * 60
    other = times.snaps.set_index("place_id")["other_min"]
    np.testing.assert_allclose(other["v1"], 5 + whole, rtol=1e-3)
    np.testing.assert_allclose(other["v2"], 5 + whole * math.sqrt(1 - 0.16), rtol=1e-3)
    np.testing.assert_allclose(times.high.dense()[0, 0], 24 + other["v1"])


def test_straight_lines_take_the_interval_of_the_detour_and_of_the_way() -> None:
    times = travel_interval(study(BY_LINE), to=["f1"])

    # A tenth of a degree along 31 degrees north is 9550.6 m: 28.65 minutes at 20 km/h.
    line = 9550.6 / 20_000 * 60
    np.testing.assert_allclose(times.low.dense(), [[5 + 0.5 * 1.2 * line], [5]], rtol=1e-4)
    np.testing.assert_allclose(times.central.dense(), [[5 + 1.5 * line], [5]], rtol=1e-4)
    np.testing.assert_allclose(times.high.dense(), [[5 + 1.5 * 2.0 * line], [5]], rtol=1e-4)
    assert times.components.empty


def test_places_without_a_point_are_left_out_by_name_or_refused() -> None:
    villages = study().villages.assign(
        demand_point=gpd.GeoSeries([Point(PLACES["n1"]), None], crs=4490)
    )
    facilities = study().facilities.set_geometry(
        [Point(PLACES["n2"]), Point(), Point(PLACES["n1"])], crs=4490
    )
    partly = study(villages=villages, facilities=facilities)

    times = travel_interval(partly)

    assert times.left_out == ("v2", "f2")
    assert (times.central.origin_ids, times.central.destination_ids) == (("v1",), ("f1", "f3"))
    with pytest.raises(ParameterError, match="no time can be told for v2, f2: give them a point"):
        travel_matrix(partly, to="all")
    with pytest.raises(ParameterError, match="no time can be told for v2:"):
        travel_matrix(partly, to="open")


def test_reasons_say_why_there_are_no_times() -> None:
    nowhere = gpd.GeoSeries([None, None], crs=4490)
    lost = study(villages=study().villages.assign(demand_point=nowhere), roads=None)
    within = replace(BY_ROAD, within_village_speed_kmh=15.0)
    shapeless = study(within, villages=study().villages.set_geometry([None, None], crs=4490))

    def said(one: Any) -> list[str]:
        return [en for _, en in can_travel(one)]

    assert said(study()) == said(study(BY_LINE)) == []
    assert said(study(replace(BY_ROAD, engine="none"))) == [
        'the study names no travel engine (travel.engine = "none")'
    ]
    assert said(lost) == [
        "the study has no road network (table roads, or road_nodes and road_edges)",
        "no village has a demand point",
    ]
    assert said(study(facilities=study().facilities.iloc[:0])) == ["no facility has a point"]
    assert "v1, v2 have no shape" in said(shapeless)[0]
    assert "detour" in said(study(replace(BY_LINE, detour=None)))[0]
    assert said(study(replace(BY_ROAD, engine="matrix"))) == [
        "the study has no times from elsewhere (table travel_times)"
    ]
    assert said(study(replace(BY_ROAD, engine="terrain"))) == [
        "the study has no elevation raster (travel.terrain.elevation)"
    ]
    assert said(study(replace(BY_LINE, detour=None, detour_from_pairs=True))) == [
        "the study has no known road distances (table road_distances) to estimate the detour from"
    ]
    assert can_travel(lost)[1][0] == "没有村（社区）点位"


@pytest.mark.parametrize("ask", [travel_matrix, travel_interval])
def test_without_times_the_answer_is_a_readable_error(ask: Any) -> None:
    with pytest.raises(ParameterError, match="no travel times for toy: the study names no travel"):
        ask(study(replace(BY_ROAD, engine="none")))


def test_villages_without_shape_are_no_hindrance_if_nothing_is_charged_in_them() -> None:
    shapeless = study(villages=study().villages.set_geometry([None, None], crs=4490))

    assert travel_matrix(shapeless).dense().tolist() == [[25], [5]]


def test_rows_in_any_order_give_the_same_times_and_the_study_is_not_changed() -> None:
    one = study()
    before = one.villages.copy(deep=True)
    turned = study(villages=one.villages.iloc[::-1], facilities=one.facilities.iloc[::-1])

    straight, other = travel_matrix(one, to="all"), travel_matrix(turned, to="all")

    assert other.select(straight.origin_ids, straight.destination_ids) == straight
    assert one.villages.equals(before)


def one_way(**change: Any) -> Any:
    """Let the road from v1 to v2 run one way only: nobody comes back."""
    roads = study().roads
    oneway = np.array([True, False])
    return study(roads=replace(roads, oneway=oneway), **change)


def test_staff_who_come_travel_the_other_way() -> None:
    to = travel_matrix(one_way(), ["f1"])
    back = travel_matrix(one_way(), ["f1"], direction="from_facility")

    assert (to.origin_ids, to.destination_ids) == (("v1", "v2"), ("f1",))
    assert (back.origin_ids, back.destination_ids) == (("f1",), ("v1", "v2"))
    # 20 minutes and boarding to the facility; from it no road leads back to v1.
    assert to.dense().tolist() == [[25.0], [5.0]]
    assert back.dense().tolist() == [[np.inf, 5.0]]
    with pytest.raises(ParameterError, match="to_facility or from_facility"):
        travel_matrix(study(), direction="both")


def test_a_condition_has_times_of_its_own_beside_the_one_shown_first() -> None:
    snow = ConditionConfig("snow", speed_factor=0.5, source="a test")
    stated = replace(BY_ROAD, conditions={**BY_ROAD.conditions, "snow": snow})

    times = travel_interval(study(stated), to=["f1"])

    assert list(times.conditions) == ["ordinary", "snow"]
    assert times.conditions["ordinary"] == times.central
    # Half the speed doubles the 20 minutes on the road, and boarding takes 5 all the same.
    assert times.conditions["snow"].dense().tolist() == [[45.0], [5.0]]
    assert travel_matrix(study(stated), ["f1"], condition="snow") == times.conditions["snow"]
    with pytest.raises(ParameterError, match="does not state the condition 'flood'"):
        travel_matrix(study(stated), condition="flood")


def test_lines_know_no_season() -> None:
    snow = ConditionConfig("snow", speed_factor=0.5, source="a test")
    line = replace(BY_LINE, conditions={**BY_LINE.conditions, "snow": snow})

    assert list(travel_interval(study(line)).conditions) == ["ordinary"]
    with pytest.raises(ParameterError, match="does not state the condition 'snow'"):
        travel_matrix(study(line), condition="snow")


def test_the_detour_may_be_estimated_from_known_distances() -> None:
    # A tenth of a degree along 31 degrees north is 9550.6 m: three roads of 1.2, 1.5 and 2.0 lines.
    pairs = pd.DataFrame(
        {
            "pair_id": ["a", "b", "c"],
            "from_lon": [109.0, 110.0, 111.0],
            "from_lat": 31.0,
            "to_lon": [109.1, 110.1, 111.1],
            "to_lat": 31.0,
            "road_km": [9.5506 * one for one in (1.2, 1.5, 2.0)],
        }
    )
    estimated = replace(BY_LINE, detour=None, detour_from_pairs=True)

    times = travel_interval(study(estimated, road_distances=pairs), to=["f1"])

    line = 9.5506 / 20 * 60
    for matrix, factor in (
        (times.low, 1.2 * 0.5),
        (times.central, (1.2 * 1.5 * 2.0) ** (1 / 3)),
        (times.high, 2.0 * 1.5),
    ):
        np.testing.assert_allclose(matrix.dense()[0, 0], 5 + line * factor, rtol=1e-4)


def test_roads_that_are_passed_on_are_worked_out_once_for_times_and_profiles() -> None:
    walker = ProfileConfig("walker", "walk", 5.0, None, None, 0.0, "a test")
    snow = ConditionConfig("snow", speed_factor=0.5)
    ordinary = ConditionConfig("ordinary")
    one = study(
        replace(
            BY_ROAD, profiles={"walker": walker}, conditions={"ordinary": ordinary, "snow": snow}
        )
    )
    roads = StandingRoads(one)

    times, profiles = travel_interval(one, standing=roads), travel_profiles(one, standing=roads)

    assert roads.under("snow").minutes.forward.tolist() == [40.0, 36.0]
    assert times.conditions["snow"] == travel_interval(one).conditions["snow"]
    assert profiles["walker"].matrix == travel_profiles(one)["walker"].matrix
    for ask in (travel_interval, travel_profiles):
        with pytest.raises(ParameterError, match="of the same study"):
            ask(study(one.config.travel), standing=roads)
    with patch("wushan_geo.travel.conditions.standing_minutes", side_effect=AssertionError):
        travel_interval(one, standing=roads)
        travel_profiles(one, standing=roads)


def test_each_profile_has_its_matrix_and_walkers_their_own_pace_in_the_village() -> None:
    walker = ProfileConfig("walker", "walk", 5.0, None, None, 0.0, "a test")
    staff = ProfileConfig("staff", "outreach", 5.0, None, None, 3.0, "a test")
    square = [box(lon - 0.05, 30.95, lon + 0.05, 31.05) for lon, _ in list(PLACES.values())[:2]]
    within = replace(
        BY_ROAD,
        within_village_speed_kmh=15.0,
        within_village_share=2 / 3,
        profiles={"walker": walker, "staff": staff},
    )

    found = travel_profiles(
        study(within, villages=study().villages.set_geometry(square, crs=4490)), ["f1"]
    )

    assert list(found) == ["walker", "staff"]
    radius = math.sqrt(9549 * 11087 / math.pi)
    way = radius * 2 / 3 / 1000
    # On foot 10 km take 120 minutes, and the way within the village is walked as well.
    np.testing.assert_allclose(
        found["walker"].matrix.dense()[:, 0], [120 + way / 5 * 60, way / 5 * 60], rtol=1e-3
    )
    np.testing.assert_allclose(
        found["staff"].matrix.dense()[0], [3 + 20 + way / 15 * 60, 3 + way / 15 * 60], rtol=1e-3
    )
    assert travel_profiles(study(BY_LINE)) == {}
    slower = replace(within, interval=Interval(1.0, 1.5, 2.0), within_village_share=0.0)
    central = travel_profiles(study(slower), ["f1"])
    assert central["walker"].matrix.dense()[0, 0] == pytest.approx(180, rel=1e-3)
    assert central["staff"].matrix.dense()[0, 0] == pytest.approx(3 + 30, rel=1e-3)


def test_given_times_that_end_somewhere_are_known_up_to_there() -> None:
    given = replace(
        BY_ROAD,
        engine="matrix",
        matrix=MatrixConfig("min", "origin", "destination", "cost", 60.0),
    )
    table = pd.DataFrame(
        {"origin": ["v1", "v2"], "destination": ["f1", "f1"], "cost": [30.0, 55.0]}
    )

    times = travel_interval(study(given, travel_times=table), to=["f1"])

    # At the optimistic end 60 minutes of the file are 48: beyond that nobody knows the rest.
    assert times.central.limit == 48.0
    assert times.central.dense().tolist() == [[35.0], [np.inf]]
    with pytest.raises(ParameterError, match="beyond 48 min"):
        times.central.within(50)
    with pytest.raises(ParameterError, match="the way back may take longer"):
        travel_matrix(study(given, travel_times=table), ["f1"], direction="from_facility")


def points(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    """Make points of villages at nodes, with their persons."""
    return pd.DataFrame(
        [(zone, point, *PLACES[node], persons) for zone, point, node, persons in rows],
        columns=["zone_id", "point_id", "lon", "lat", "persons"],
    )


# A quarter of the people of v1 live at n1, 20 minutes from f1, the others beside it.
SPREAD = points(("v1", "p1", "n1", 1.0), ("v1", "p2", "n2", 3.0))


@pytest.mark.parametrize("settings", [BY_ROAD, BY_LINE])
def test_a_village_with_points_takes_the_mean_over_its_people(settings: TravelConfig) -> None:
    alone = travel_interval(study(settings), to=["f1"])
    times = travel_interval(study(settings, demand_points=SPREAD), to=["f1"])

    for name in ("low", "central", "high"):
        whole, spread = getattr(alone, name).dense(), getattr(times, name).dense()
        # Boarding is charged to everyone; the mean is over the way alone.
        np.testing.assert_allclose(spread[0], 5 + (whole[0] - 5) / 4, atol=1e-9)
        assert spread[1] == whole[1]
    assert times.central.origin_ids == ("v1", "v2")
    assert times.snaps["place_id"].tolist() == ["v1", "v2", "f1"]
    if settings is BY_ROAD:
        assert times.central.dense().tolist() == [[10.0], [5.0]]


def test_points_replace_the_way_within_the_village_and_lend_a_point_to_one_without() -> None:
    within = replace(BY_ROAD, within_village_speed_kmh=15.0, within_village_share=2 / 3)
    nowhere = study().villages.assign(
        demand_point=gpd.GeoSeries([None, Point(PLACES["n2"])], crs=4490)
    )
    shapeless = nowhere.set_geometry([None, Point(PLACES["n2"]).buffer(0.01)], crs=4490)
    told = study(within, villages=shapeless, demand_points=SPREAD)

    assert can_travel(told) == []
    times = travel_interval(told, to=["f1"])
    assert times.left_out == ()
    assert times.central.dense()[0, 0] == 10.0
    assert times.central.dense()[1, 0] > 5.0
    assert village_minutes(told)["v1"] == 5.0


def test_points_without_persons_and_those_of_other_villages_bear_on_nothing() -> None:
    nobody = points(("v1", "p1", "n3", 0.0), ("v9", "p2", "n3", 5.0))

    assert travel_matrix(study(demand_points=nobody), to="all") == travel_matrix(study(), to="all")


def test_a_village_of_which_one_point_is_cut_off_is_cut_off() -> None:
    apart = points(("v1", "p1", "n1", 99.0), ("v1", "p2", "n3", 1.0))
    times = travel_interval(study(demand_points=apart), to=["f1"])

    assert np.isinf(times.central.dense()[0, 0])
    assert times.snaps.set_index("place_id")["part"]["v1"] == 1


def test_the_points_count_on_the_way_out_in_conditions_and_for_profiles() -> None:
    snow = ConditionConfig("snow", speed_factor=0.5)
    walker = ProfileConfig("walker", "walk", 6.0, None, None, 0.0, "a test")
    told = replace(
        BY_ROAD,
        conditions={"ordinary": ConditionConfig("ordinary"), "snow": snow},
        profiles={"walker": walker},
    )
    spread = study(told, demand_points=SPREAD)

    assert travel_matrix(spread, to=["f1"], direction="from_facility").dense().tolist() == [
        [10.0, 5.0]
    ]
    assert travel_interval(spread, to=["f1"]).conditions["snow"].dense().tolist() == [[15], [5]]
    # 10 km on foot at 6 km/h are 100 minutes, for one person of four.
    matrix = travel_profiles(spread, to=["f1"])["walker"].matrix
    assert (matrix.origin_ids, matrix.dense().tolist()) == (("v1", "v2"), [[25.0], [0.0]])


def test_the_order_of_the_points_changes_nothing() -> None:
    times = travel_interval(study(demand_points=SPREAD))
    turned = travel_interval(study(demand_points=SPREAD.iloc[::-1]))

    assert times.central == turned.central
    pd.testing.assert_frame_equal(times.snaps, turned.snaps)


def test_between_villages_the_way_ends_where_a_facility_would_stand() -> None:
    # 10 km at 30 km/h are 20 minutes, boarding takes 5, and who is there already needs nothing.
    found = between_villages(study())

    assert (found.origin_ids, found.destination_ids) == (("v1", "v2"), ("v1", "v2"))
    assert found.dense().tolist() == [[0.0, 25.0], [25.0, 0.0]]
    assert between_villages(one_way()).dense().tolist() == [[0.0, 25.0], [np.inf, 0.0]]
    # Only the way that starts is charged: at the pessimistic end of a village without boarding.
    slow = replace(BY_ROAD, interval=Interval(0.8, 1.5, 2.0))
    assert between_villages(study(slow)).dense().tolist() == [[0.0, 35.0], [35.0, 0.0]]


def test_between_villages_as_from_them_to_facilities_that_stand_there() -> None:
    within = replace(BY_ROAD, within_village_speed_kmh=15.0, within_village_share=2 / 3)
    told = study(within)

    found = between_villages(told)

    # f3 stands at v1 and f1 at v2.
    other = travel_matrix(told, to=["f3", "f1"]).dense()
    np.testing.assert_allclose(found.dense(), other * (1 - np.eye(2)), rtol=1e-12)
    assert (np.diag(other) > 5).all()


def test_between_villages_points_of_the_people_count_where_they_start_alone() -> None:
    # Three of four people of v1 live at n2, where v2 is: 20 minutes for one of four, and boarding.
    found = between_villages(study(demand_points=SPREAD))

    assert found.dense().tolist() == [[0.0, 10.0], [25.0, 0.0]]


def test_between_villages_one_without_a_point_is_on_neither_side() -> None:
    points_of = gpd.GeoSeries([Point(PLACES["n1"]), None], crs=4490)
    partly = study(villages=study().villages.assign(demand_point=points_of))

    assert (
        between_villages(partly).destination_ids == between_villages(partly).origin_ids == ("v1",)
    )
    # Its people may live at points of their own: from them trips start, and none can end there.
    spread = points(("v2", "p1", "n1", 1.0), ("v2", "p2", "n2", 3.0))
    told = study(villages=partly.villages, demand_points=spread)
    assert between_villages(told).destination_ids == between_villages(told).origin_ids == ("v1",)
    found = between_villages(one_way(villages=study().villages.iloc[::-1]))
    assert found.select(["v1", "v2"], ["v1", "v2"]) == between_villages(one_way())
    with pytest.raises(ParameterError, match="to facilities, not between villages"):
        between_villages(study(replace(BY_ROAD, engine="matrix")))


def risen(heights: list[float], **change: Any) -> Any:
    """Give the nodes n1 to n4 elevations."""
    return study(roads=replace(study().roads, elevation_m=np.array(heights)), **change)


def test_the_elevation_of_a_village_is_that_of_its_spot_on_the_road() -> None:
    # v1 lies a quarter of the way from n1 (200 m) to n2 (600 m), v2 at n2.
    spots = gpd.GeoSeries([Point(109.025, 31.0), Point(PLACES["n2"])], crs=4490)
    told = risen([200.0, 600.0, 0.0, 0.0], villages=study().villages.assign(demand_point=spots))

    found = village_elevation(told, travel_interval(told).snaps)

    assert list(found.index) == ["v1", "v2"]
    assert (found.name, found.index.name) == ("elevation_m", "zone_id")
    np.testing.assert_allclose(found, [300.0, 600.0], atol=0.1)


def test_elevation_that_is_not_known_is_nan_and_an_end_needs_no_other() -> None:
    told = risen([np.nan, 600.0, 0.0, 0.0])
    snaps = travel_interval(told).snaps

    # v2 hangs at n2, whose height is known; v1 at n1, whose is not.
    assert village_elevation(told, snaps).isna().to_dict() == {"v1": True, "v2": False}
    assert village_elevation(study(roads=None), snaps).isna().all()
    lines = travel_interval(study(BY_LINE)).snaps
    assert village_elevation(told, lines).isna().all()
