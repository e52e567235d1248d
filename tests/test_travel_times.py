"""From the villages of a study to its facilities, by the engine that the study names."""

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, Polygon, box

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.study.travelling import Interval, TravelConfig
from wushan_geo.travel.times import can_travel, travel_interval, travel_matrix

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
        "config": SimpleNamespace(id="toy", travel=travel),
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

    assert can_travel(study()) == can_travel(study(BY_LINE)) == []
    assert can_travel(study(replace(BY_ROAD, engine="none"))) == [
        'the study names no travel engine (travel.engine = "none")'
    ]
    assert can_travel(lost) == [
        "the study has no road network (tables road_nodes and road_edges)",
        "no village has a demand point",
    ]
    assert can_travel(study(facilities=study().facilities.iloc[:0])) == ["no facility has a point"]
    assert "v1, v2 have no shape" in can_travel(shapeless)[0]
    assert "detour" in can_travel(study(replace(BY_LINE, detour=None)))[0]


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
