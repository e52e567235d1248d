"""Catchments hold exactly the villages in reach, and grow with the limit."""

from __future__ import annotations

import dataclasses
import math
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely
from builders import make_study_folder, replaced
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import wushan_geo as wg
from wushan_geo.errors import ParameterError, UnknownIdError, VerificationError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.study.travelling import ConditionConfig, MatrixConfig
from wushan_geo.travel import isochrones as module
from wushan_geo.travel.cells import cut
from wushan_geo.travel.edges import EdgeMinutes, edge_minutes
from wushan_geo.travel.isochrones import (
    Filling,
    Land,
    RoadWay,
    areas,
    catchments,
    isochrones,
    road_filling,
)
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.network import road_trips
from wushan_geo.travel.places import Places, places
from wushan_geo.travel.times import travel_matrix

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from wushan_geo.study.study import Study

AREA = shapely.box(109.8, 31.0, 110.0, 31.1)
LAND = Land(AREA, 1000.0)
# A road from west to east along one latitude, 10 km and 20 minutes between neighbours.
EASTWARD = {"a": 109.82, "b": 109.9, "c": 109.98}


def network(edges: list[dict[str, Any]], nodes: dict[str, tuple[float, float]]) -> RoadNetwork:
    table = pd.DataFrame(
        [(name, *at) for name, at in nodes.items()], columns=["node_id", "lon", "lat"]
    )
    columns = ["edge_id", "u", "v", "length_m", "road_class", "oneway", "closed", "bridge"]
    return RoadNetwork.from_tables(table, pd.DataFrame(edges, columns=columns))


def road(name: str, u: str, v: str, **more: Any) -> dict[str, Any]:
    given = {"length_m": 10_000.0, "road_class": "county", "oneway": False, "closed": False}
    return {"edge_id": name, "u": u, "v": v, **given, **more}


def street(**more: Any) -> RoadNetwork:
    edges = [road("e1", "a", "b", **more), road("e2", "b", "c", **more)]
    return network(edges, {name: (lon, 31.05) for name, lon in EASTWARD.items()})


def named(*pairs: tuple[str, float, float], **minutes: float) -> Places:
    table = pd.DataFrame(pairs, columns=["id", "lon", "lat"]).set_index("id")
    charged = dict.fromkeys(table.index, 0.0) | minutes
    return places(table, "places", minutes=charged)


def way(roads: RoadNetwork, **more: Any) -> RoadWay:
    given = {"snap_speed_kmh": 4.0, "factor": 1.0, "road_minutes": 0.0}
    return RoadWay(edge_minutes(roads, {"county": 30.0}), **given | more)


def held(table: gpd.GeoDataFrame, homes: Places) -> list[list[str]]:
    spots = shapely.points(np.column_stack([homes.lon, homes.lat]))
    inside = [np.asarray(shapely.covers(shape, spots)) for shape in table.geometry]
    return [np.array(homes.ids)[one].tolist() for one in inside]


def minutes_of(filling: Filling) -> NDArray[np.float64]:
    """Points down, facilities across."""
    return np.column_stack(list(filling.minutes))


HOMES = named(("A", 109.82, 31.05), ("B", 109.9, 31.05), ("C", 109.98, 31.05))
AT_B = named(("F", 109.9, 31.05))


def test_a_village_exactly_at_the_limit_is_inside() -> None:
    roads = street()

    table = catchments(
        roads, HOMES, AT_B, way=way(roads), limits=[math.nextafter(20.0, 0), 20.0], land=LAND
    )

    assert table["places"].tolist() == [("B",), ("A", "B", "C")]
    assert held(table, HOMES) == [["B"], ["A", "B", "C"]]
    assert table["limit"].tolist() == [math.nextafter(20.0, 0), 20.0]
    assert table["facility_id"].tolist() == ["F", "F"]
    assert table.crs == "EPSG:4326"


def test_limits_come_out_in_order_and_once_each() -> None:
    roads = street()

    table = catchments(roads, HOMES, AT_B, way=way(roads), limits=[25, 5, 25.0], land=LAND)

    assert table["limit"].tolist() == [5.0, 25.0]


def test_no_facility_and_no_limit_give_an_empty_table_with_its_columns() -> None:
    roads = street()
    nobody = named()

    for sites, limits in ((nobody, [20.0]), (AT_B, [])):
        table = catchments(roads, HOMES, sites, way=way(roads), limits=limits, land=LAND)
        assert table.empty
        assert list(table.columns) == ["facility_id", "limit", "places", "ambiguous", "geometry"]


def test_land_between_villages_follows_the_road() -> None:
    roads = street()

    table = catchments(roads, HOMES, AT_B, way=way(roads), limits=[10.0], land=Land(AREA, 200.0))

    # 10 of 20 minutes are half of the way to the next node, 0.04 degrees.
    west, _, east, _ = table.geometry[0].bounds
    step = 0.0011  # half of 200 m, in degrees of longitude, on either side
    assert west == pytest.approx(109.86, abs=step)
    assert east == pytest.approx(109.94, abs=step)


def test_at_no_minutes_at_all_only_the_facility_itself_is_in_reach() -> None:
    roads = street()
    homes = named(("A", 109.82, 31.05))

    table = catchments(roads, homes, AT_B, way=way(roads), limits=[0.0], land=LAND)

    assert table["places"].tolist() == [()]
    assert table.geometry[0].covers(shapely.Point(109.9, 31.05))
    assert not table.geometry[0].covers(shapely.Point(109.89, 31.05))


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_minutes_along_an_edge_are_in_proportion_to_the_way_to_its_end(factor: float) -> None:
    roads = street()
    slow = way(roads, road_minutes=5.0, factor=factor)

    filling = road_filling(roads, AT_B, slow, Land(AREA, 2000.0), 60.0)
    minutes = minutes_of(filling)

    # F itself, the nodes a, b, c, and 3 points in each edge of 7.6 km as drawn (4 parts).
    assert len(filling.points) == 1 + 3 + 6
    at_nodes = [0.0, 5 + 20 * factor, 5.0, 5 + 20 * factor]
    assert minutes[:4, 0] == pytest.approx(at_nodes)
    by_quarters = np.array([3, 2, 1, 1, 2, 3]) * 5 * factor
    assert minutes[4:, 0] == pytest.approx(5.0 + by_quarters)
    assert filling.points[4:, 0] == pytest.approx([109.84, 109.86, 109.88, 109.92, 109.94, 109.96])


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_on_the_edge_of_a_facility_one_goes_straight_to_it(factor: float) -> None:
    roads = street()
    site = named(("F", 109.86, 31.05))  # halfway between a and b

    filling = road_filling(roads, site, way(roads, factor=factor), Land(AREA, 2000.0), 60.0)
    minutes = minutes_of(filling)

    assert minutes[:4, 0] == pytest.approx(np.array([0.0, 10.0, 10.0, 30.0]) * factor)
    assert minutes[4:7, 0] == pytest.approx(np.array([5.0, 0.0, 5.0]) * factor, abs=1e-6)


@pytest.mark.parametrize(
    ("outward", "minutes"), [("no", [5.0, 0.0, math.inf]), ("yes", [math.inf, 0.0, 5.0])]
)
def test_on_the_one_way_edge_of_a_facility_one_goes_straight_one_way_only(
    outward: str, minutes: list[float]
) -> None:
    roads = street(oneway=True)
    site = named(("F", 109.86, 31.05))
    going = way(roads, outward=outward == "yes")

    filling = road_filling(roads, site, going, Land(AREA, 2000.0), 60.0)

    near = minutes_of(filling)[4:7, 0]
    assert np.isinf(near).tolist() == np.isinf(minutes).tolist()
    assert near[np.isfinite(near)] == pytest.approx(
        [one for one in minutes if one < math.inf], abs=1e-6
    )


def test_the_factor_stretches_the_road_and_no_charge() -> None:
    roads = street()
    homes = named(("A", 109.82, 31.05), A=3.0)
    slow = way(roads, factor=1.5)

    table = catchments(roads, homes, AT_B, way=slow, limits=[32.9, 33.0], land=LAND)

    assert table["places"].tolist() == [(), ("A",)]


def test_on_a_one_way_road_it_matters_who_travels() -> None:
    roads = street(oneway=True)  # eastward only: a to b to c

    inward = catchments(roads, HOMES, AT_B, way=way(roads), limits=[25.0], land=LAND)
    outward = catchments(roads, HOMES, AT_B, way=way(roads, outward=True), limits=[25.0], land=LAND)

    assert inward["places"].tolist() == [("A", "B")]
    assert outward["places"].tolist() == [("B", "C")]
    west, east = shapely.Point(109.86, 31.05), shapely.Point(109.94, 31.05)
    assert [shape.covers(west) for shape in (inward.geometry[0], outward.geometry[0])] == [
        True,
        False,
    ]
    assert [shape.covers(east) for shape in (inward.geometry[0], outward.geometry[0])] == [
        False,
        True,
    ]


def test_what_no_road_reaches_is_outside_at_any_limit() -> None:
    nodes = {name: (lon, 31.05) for name, lon in EASTWARD.items()} | {"d": (109.98, 31.09)}
    roads = network([road("e1", "a", "b"), road("e2", "c", "d")], nodes)

    table = catchments(roads, HOMES, AT_B, way=way(roads), limits=[1e6], land=LAND)

    assert held(table, HOMES) == [["A", "B"]]
    assert not table.geometry[0].covers(shapely.Point(109.98, 31.07))


def test_nobody_walks_along_a_closed_road() -> None:
    roads = network(
        [road("e1", "a", "b"), road("e2", "b", "c", closed=True)],
        {name: (lon, 31.05) for name, lon in EASTWARD.items()},
    )

    filling = road_filling(roads, AT_B, way(roads), LAND, 60.0)

    assert filling.points[:, 0].max() == 109.9


@pytest.mark.parametrize(
    "more", [{"road_class": "expressway"}, {"road_class": "ferry"}, {"bridge": True}]
)
def test_nobody_is_in_reach_midway_on_a_road_that_is_entered_at_its_ends(
    more: dict[str, Any],
) -> None:
    nodes = {name: (lon, 31.05) for name, lon in EASTWARD.items()}
    roads = network([road("e1", "a", "b"), road("e2", "b", "c", **more)], nodes)
    minutes = edge_minutes(roads, {"county": 30.0, "expressway": 80.0, "ferry": 6.0})

    filling = road_filling(roads, AT_B, RoadWay(minutes, 4.0, 1.0, 0.0), LAND, 60.0)

    assert filling.points[:, 0].max() == 109.9


def test_of_places_at_one_spot_with_two_answers_the_late_one_is_said_to_be_ambiguous() -> None:
    roads = street()
    homes = named(("A", 109.82, 31.05), ("A2", 109.82, 31.05), ("B", 109.9, 31.05), A2=7.0)

    table = catchments(roads, homes, AT_B, way=way(roads), limits=[19, 20, 27], land=LAND)

    assert table["places"].tolist() == [("B",), ("A", "B"), ("A", "A2", "B")]
    assert table["ambiguous"].tolist() == [(), ("A2",), ()]
    assert held(table, homes)[0] == ["B"]


def test_a_village_at_a_road_node_keeps_its_own_answer() -> None:
    # The road is within 20 minutes at its node, the village there only with its 7 minutes more.
    roads = street()
    homes = named(("A", 109.82, 31.05), A=7.0)

    table = catchments(roads, homes, AT_B, way=way(roads), limits=[20.0], land=Land(AREA, 200.0))

    assert held(table, homes) == [[]]
    # 300 m down the road one is in time.
    assert table.geometry[0].covers(shapely.Point(109.823, 31.05))


def test_a_facility_beyond_the_area_has_its_catchment_inside() -> None:
    nodes = {"a": (109.9, 31.05), "b": (110.1, 31.05)}
    roads = network([road("e", "a", "b")], nodes)
    site = named(("F", 110.1, 31.05))

    table = catchments(
        roads, named(("A", 109.9, 31.05)), site, way=way(roads), limits=[5, 15, 20], land=LAND
    )

    assert table["places"].tolist() == [(), (), ("A",)]
    assert table.geometry[0].is_empty
    assert not table.geometry[1].is_empty
    assert AREA.covers(table.geometry[2])


def test_places_known_by_their_node_lie_there() -> None:
    roads = street()
    homes = places(pd.DataFrame({"node_id": ["a", "c"]}, index=["A", "C"]), "homes")
    site = places(pd.DataFrame({"node_id": ["b"]}, index=["F"]), "facilities")

    table = catchments(roads, homes, site, way=way(roads), limits=[20.0], land=LAND)

    assert table["places"].tolist() == [("A", "C")]
    assert held(table, HOMES) == [["A", "B", "C"]]


def test_a_village_outside_the_area_is_refused_by_name() -> None:
    roads = street()
    small = Land(shapely.box(109.85, 31.0, 110.0, 31.1), 1000.0)

    with pytest.raises(ParameterError, match="the area leaves out A"):
        catchments(roads, HOMES, AT_B, way=way(roads), limits=[20.0], land=small)


@pytest.mark.parametrize("limit", [-1.0, math.nan, math.inf])
def test_a_limit_that_is_none_is_refused(limit: float) -> None:
    roads = street()
    with pytest.raises(ParameterError, match="limit"):
        catchments(roads, HOMES, AT_B, way=way(roads), limits=[limit], land=LAND)


@pytest.mark.parametrize("spacing", [0.0, -5.0, math.nan])
def test_a_spacing_that_is_none_is_refused(spacing: float) -> None:
    roads = street()
    with pytest.raises(ParameterError, match="spacing_m"):
        catchments(roads, HOMES, AT_B, way=way(roads), limits=[20], land=Land(AREA, spacing))


def test_times_that_lack_a_home_are_refused() -> None:
    times = TravelMatrix(("A",), ("F",), "min", np.array([[5.0]]))
    filling = Filling(np.empty((0, 2)), [np.empty(0)])
    with pytest.raises(UnknownIdError, match="B"):
        areas(HOMES, times, filling, limits=[20.0], area=AREA)


def test_times_may_come_in_any_order() -> None:
    times = TravelMatrix(("C", "A", "B"), ("F",), "min", np.array([[50.0], [5.0], [50.0]]))
    filling = Filling(np.empty((0, 2)), [np.empty(0)])

    table = areas(HOMES, times, filling, limits=[20.0], area=AREA)

    assert table["places"].tolist() == [("A",)]
    assert held(table, HOMES) == [["A"]]


def test_an_area_that_breaks_the_promise_is_not_handed_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    roads = street()

    def swapped(*given: Any) -> Any:
        cells = cut(*given)
        return dataclasses.replace(cells, spot=np.roll(cells.spot, 1))

    monkeypatch.setattr(module, "cut", swapped)
    with pytest.raises(VerificationError, match="does not hold what it should"):
        catchments(roads, HOMES, AT_B, way=way(roads), limits=[5.0], land=LAND)


# Points of a coarse lattice meet: homes at nodes, at each other, at facilities.
LATTICE = st.tuples(
    st.integers(0, 8).map(lambda at: 109.8 + 0.025 * at),
    st.integers(0, 4).map(lambda at: 31.0 + 0.025 * at),
)
ANYWHERE = st.tuples(st.floats(109.8, 110.0), st.floats(31.0, 31.1))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[RoadNetwork, EdgeMinutes, Places, Places, list[float]]:
    spots = draw(st.lists(LATTICE, min_size=2, max_size=8, unique=True))
    nodes = {f"n{at}": spot for at, spot in enumerate(spots)}
    pair = st.tuples(*[st.sampled_from(sorted(nodes))] * 2)
    edges = [
        road(
            f"e{at}",
            u,
            v,
            length_m=draw(st.sampled_from([0.0, 2500.0, 7000.0])),
            oneway=draw(st.booleans()),
            closed=at > 0 and draw(st.booleans()),
        )
        for at, (u, v) in enumerate(draw(st.lists(pair, min_size=1, max_size=10)))
    ]
    roads = network(edges, nodes)
    some = st.lists(LATTICE | ANYWHERE, min_size=1, max_size=5)
    homes, sites = draw(some), draw(some)
    charges = draw(st.lists(st.sampled_from([0.0, 3.0]), min_size=5, max_size=5))
    at_homes = named(
        *((f"h{at}", *spot) for at, spot in enumerate(homes)),
        **{f"h{at}": charges[at] for at in range(len(homes))},
    )
    at_sites = named(*((f"f{at}", *spot) for at, spot in enumerate(sites)))
    return roads, edge_minutes(roads, {"county": 30.0}), at_homes, at_sites, [0.0, 15.0, 40.0]


@settings(max_examples=40, deadline=None)
@given(worlds(), st.sampled_from(["inward", "outward"]))
def test_every_catchment_is_valid_nested_and_holds_exactly_who_is_in_time(
    world: tuple[RoadNetwork, EdgeMinutes, Places, Places, list[float]], direction: str
) -> None:
    outward = direction == "outward"
    roads, minutes, homes, sites, limits = world
    ends = (sites, homes) if outward else (homes, sites)
    times = road_trips(roads, *ends, minutes=minutes, snap_speed_kmh=4.0).matrix().dense()
    times = times.T if outward else times
    known = times[np.isfinite(times)]
    limits = [*limits, *known[:2].tolist()]  # exactly the time of a village, too

    table = catchments(
        roads, homes, sites, way=RoadWay(minutes, 4.0, 1.0, 0.0, outward), limits=limits, land=LAND
    )

    spots = list(zip(homes.lon, homes.lat, strict=True))
    for at, site in enumerate(sites.ids):
        own = table[(table["facility_id"] == site).to_numpy()]
        assert own["limit"].tolist() == sorted(set(limits))
        assert all(one.is_valid for one in own.geometry)
        assert all(one.is_empty or larger.covers(one) for one, larger in pairwise(own.geometry))
        for limit, inside, names, unclear in zip(
            own["limit"], held(own, homes), own["places"], own["ambiguous"], strict=True
        ):
            within = times[:, at] <= limit
            assert names == tuple(np.array(homes.ids)[within])
            together = {spot for spot, near in zip(spots, within, strict=True) if near}
            shared = [
                one
                for one, spot, near in zip(homes.ids, spots, within, strict=True)
                if spot in together and not near
            ]
            assert set(shared) <= set(unclear)
            assert set(inside) == set(names) | set(unclear)


@pytest.mark.parametrize("block", [1, 60, 16_000_000])
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=worlds(), direction=st.sampled_from(["inward", "outward"]))
def test_between_villages_are_the_bits_of_the_matrix_whatever_is_searched_at_once(
    monkeypatch: pytest.MonkeyPatch,
    block: int,
    world: tuple[RoadNetwork, EdgeMinutes, Places, Places, list[float]],
    direction: str,
) -> None:
    monkeypatch.setattr(module, "BLOCK", block)
    roads, minutes, _, sites, _ = world
    outward = direction == "outward"
    going = RoadWay(minutes, 4.0, 1.3, 2.0, outward)
    passable = minutes.passable
    used = np.unique(np.concatenate([roads.u[passable], roads.v[passable]]))
    names = tuple(roads.node_ids[used].tolist())
    nodes = Places(names, roads.lon[used], roads.lat[used], names, np.full(used.size, 2.0))
    ends = (sites, nodes) if outward else (nodes, sites)
    times = road_trips(roads, *ends, minutes=minutes, snap_speed_kmh=4.0).matrix(1.3, 40.0).dense()

    found = minutes_of(road_filling(roads, sites, going, Land(AREA.buffer(1.0), 5000.0), 40.0))

    count = len(sites.ids)
    assert (found[count : count + used.size] == (times.T if outward else times)).all()


@pytest.fixture(scope="module")
def example() -> Study:
    return wg.open_study("example")


def test_the_catchments_of_a_study_hold_what_its_matrix_says(example: Study) -> None:
    table = isochrones(example, "open", [20, 30, 45], spacing_m=500.0)

    matrix = travel_matrix(example, to="open")
    assert table["facility_id"].drop_duplicates().tolist() == list(matrix.destination_ids)
    assert len(table) == 3 * len(matrix.destination_ids)
    assert (table["ambiguous"].str.len() == 0).all()
    points = example.villages.set_index("zone_id")["demand_point"]
    columns = (table[one].tolist() for one in ("facility_id", "limit", "places", "geometry"))
    for facility, limit, names, shape in zip(*columns, strict=True):
        within = matrix.dense()[:, matrix.destination_ids.index(facility)] <= limit
        held_here = points.covered_by(shape)
        assert held_here[list(matrix.origin_ids)].tolist() == within.tolist()
        assert names == tuple(np.array(matrix.origin_ids)[within])


def with_travel(study: Study, **changes: Any) -> Study:
    travel = dataclasses.replace(study.config.travel, **changes)
    return dataclasses.replace(study, config=dataclasses.replace(study.config, travel=travel))


def test_catchments_are_of_the_condition_and_the_direction_asked_for(example: Study) -> None:
    snow = ConditionConfig("snow", speed_factor=0.5, source="an assumption of this test")
    study = with_travel(example, conditions={"ordinary": ConditionConfig("ordinary"), "snow": snow})

    draw = partial(isochrones, study, "open", [45], spacing_m=1000.0)
    ordinary, slow, outward = draw(), draw(condition="snow"), draw(direction="from_facility")

    for table, matrix in (
        (slow, travel_matrix(study, "open", condition="snow").dense()),
        (outward, travel_matrix(study, "open", direction="from_facility").dense().T),
    ):
        within = [set(example.villages["zone_id"][column <= 45]) for column in matrix.T]
        assert [set(one) for one in table["places"]] == within
    assert all(shapely.covers(ordinary.geometry.to_numpy(), slow.geometry.to_numpy()))
    with pytest.raises(ParameterError, match="flood"):
        isochrones(study, "open", [45], spacing_m=1000.0, condition="flood")


def test_a_village_without_a_point_is_in_no_catchment(example: Study) -> None:
    villages = example.villages.copy()
    villages.loc[0, "demand_point"] = None
    some = dataclasses.replace(example, villages=villages)

    table = isochrones(some, "open", [1e4], spacing_m=2000.0)

    whole = isochrones(example, "open", [1e4], spacing_m=2000.0)
    gone = villages["zone_id"][0]
    assert [set(one) for one in table["places"]] == [set(one) - {gone} for one in whole["places"]]


def test_with_times_from_elsewhere_the_land_follows_the_villages_alone(tmp_path: Path) -> None:
    study = wg.open_study(make_study_folder(tmp_path))
    times = pd.DataFrame(
        {
            "origin": study.villages["zone_id"],
            "destination": "F1",
            "cost": [5.0, 20.0, 20.0, math.inf],
        }
    )
    config = MatrixConfig("min", "origin", "destination", "cost", None)
    given = dataclasses.replace(
        with_travel(study, engine="matrix", matrix=config), travel_times=times
    )

    table = isochrones(given, ["F1"], [7.0, 22.0], spacing_m=500.0)

    # Boarding of 2 minutes is charged beside the times given.
    matrix = travel_matrix(given, ["F1"])
    assert table["places"].str.len().tolist() == [
        int((matrix.dense() <= one).sum()) for one in (7.0, 22.0)
    ]
    quarter = study.county.geometry.iloc[0].area / 4
    assert [one.area / quarter for one in table.geometry] == pytest.approx([1.0, 3.0], rel=1e-3)


def test_catchments_may_go_beyond_the_county(example: Study) -> None:
    inside = isochrones(example, "all", [60], spacing_m=1000.0)
    wide = isochrones(example, "all", [60], spacing_m=1000.0, beyond_m=3000.0)

    county = shapely.union_all(example.county.geometry.to_numpy())
    near, far = (shapely.union_all(one.geometry.to_numpy()) for one in (inside, wide))
    # A new corner on a slanting border is off it by a rounding error.
    assert near.difference(county).area < 1e-12
    assert far.difference(county).area > 1e-3
    assert inside["places"].tolist() == wide["places"].tolist()
    with pytest.raises(ParameterError, match="beyond_m"):
        isochrones(example, "open", [60], spacing_m=1000.0, beyond_m=-1.0)


def test_the_order_of_the_tables_changes_no_catchment(example: Study) -> None:
    turned = dataclasses.replace(
        example,
        villages=example.villages.iloc[::-1],
        facilities=example.facilities.iloc[::-1],
    )

    first, second = (isochrones(one, "open", [30], spacing_m=500.0) for one in (example, turned))

    both = (one.set_index("facility_id").sort_index() for one in (first, second))
    one, other = both
    assert [set(names) for names in one["places"]] == [set(names) for names in other["places"]]
    apart = shapely.symmetric_difference(one.geometry.to_numpy(), other.geometry.to_numpy())
    assert shapely.area(apart).max() < 1e-9


def test_without_roads_the_land_follows_a_grid(tmp_path: Path) -> None:
    by_line = replaced(
        ('engine = "network"', 'engine = "straight"\nstraight_speed_kmh = 30.0'),
        ("[travel.speeds_kmh]\ncounty = 30.0\n", ""),
        ("snap_speed_kmh = 4.0\n", ""),
        (
            "[travel.interval]",
            "[travel.detour]\nlow = 1.0\ncentral = 1.5\nhigh = 2.0\n\n[travel.interval]",
        ),
    )
    study = wg.open_study(make_study_folder(tmp_path, study=by_line))

    table = isochrones(study, ["F1"], [12.0, 14.0], spacing_m=250.0)

    # 12 min less 2 of boarding are 10 min: 5 km of road at 30 km/h, 3.33 km straight.
    assert table["places"].str.len().tolist() == [1, 1]
    areas_km2 = table.to_crs(4545).geometry.area / 1e6
    circle = shapely.Point(0, 0).buffer(10 / 3, quad_segs=100)
    # The county ends 2.77 km south of F1.
    expected = circle.intersection(shapely.box(-9, -2.773, 9, 9)).area
    assert areas_km2[0] == pytest.approx(expected, rel=0.05)
    assert areas_km2[1] > areas_km2[0]


def test_a_facility_without_a_point_is_named(example: Study) -> None:
    facilities = example.facilities.copy()
    facilities.loc[0, "geometry"] = None
    gone = facilities["facility_id"].iloc[0]
    with pytest.raises(ParameterError, match=f"{gone}: give them a point"):
        isochrones(
            dataclasses.replace(example, facilities=facilities), "all", [30], spacing_m=500.0
        )


def test_nothing_given_is_changed(example: Study) -> None:
    before = example.villages.copy(), example.facilities.copy()

    isochrones(example, "open", [30], spacing_m=1000.0)

    pd.testing.assert_frame_equal(pd.DataFrame(example.villages), pd.DataFrame(before[0]))
    pd.testing.assert_frame_equal(pd.DataFrame(example.facilities), pd.DataFrame(before[1]))


def test_a_spacing_that_no_memory_holds_is_refused() -> None:
    study = wg.open_study("example")

    with pytest.raises(ParameterError, match="Take a wider spacing"):
        isochrones(study, ["F01"], [30], spacing_m=0.001)
