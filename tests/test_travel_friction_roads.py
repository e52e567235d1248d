"""Roads burnt into the land: traced, ridden, walked along, and never mixed up."""

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.study.terrain import Terrain
from wushan_geo.travel.edges import EdgeMinutes
from wushan_geo.travel.friction import friction_matrix
from wushan_geo.travel.friction.roads import merged
from wushan_geo.travel.friction.trace import trace
from wushan_geo.travel.graph import Graph, graph_from_arcs

LAND, WATER = 1, 9
FACTORS = {LAND: 1.0, WATER: 0.0}
Point = tuple[float, float]


def terrain(picture: str, elevation: Any = None) -> Terrain:
    """Draw land (.) and water (~), cells of 100 m."""
    cover = np.array([[WATER if one == "~" else LAND for one in line] for line in picture.split()])
    heights = np.zeros(cover.shape) if elevation is None else elevation
    return Terrain(heights, cover, (100, 0, 4e5, 0, -100, 344e4), "EPSG:4546")


def degrees(land: Terrain, at: list[Point]) -> tuple[Any, Any]:
    """Turn columns and rows into longitude and latitude."""
    from pyproj import Transformer

    x, y = np.array(at, dtype=float).reshape(-1, 2).T
    back = Transformer.from_crs(land.crs, 4490, always_xy=True)
    lon, lat = back.transform(4e5 + 100 * x, 344e4 - 100 * y)
    return np.asarray(lon), np.asarray(lat)


def places(land: Terrain, **at: Point) -> pd.DataFrame:
    lon, lat = degrees(land, list(at.values()))
    return pd.DataFrame({"lon": lon, "lat": lat}, index=list(at))


def network(land: Terrain, nodes: dict[str, Point], edges: list[dict[str, Any]]) -> RoadNetwork:
    """Make roads from nodes at columns and rows, with edges from `u` over `bends` to `v`."""
    names = sorted(nodes)
    lon, lat = degrees(land, [nodes[one] for one in names])
    bends = [one.get("bends", []) for one in edges]
    bend_lon, bend_lat = degrees(land, [point for one in bends for point in one])
    count = len(edges)

    def column(name: str, default: Any, kind: Any = object) -> Any:
        return np.array([one.get(name, default) for one in edges], dtype=kind)

    return RoadNetwork(
        node_ids=np.array(names, dtype=object),
        lon=lon,
        lat=lat,
        edge_ids=np.array([f"e{at}" for at in range(count)], dtype=object),
        u=np.array([names.index(one["u"]) for one in edges]),
        v=np.array([names.index(one["v"]) for one in edges]),
        length_m=column("length_m", 1000.0, float),
        road_class=column("road_class", "county"),
        oneway=column("oneway", False, bool),  # noqa: FBT003 - the value itself
        closed=column("closed", False, bool),  # noqa: FBT003 - the value itself
        crossing_id=column("crossing_id", ""),
        basis=np.full(count, "", dtype=object),
        bridge=column("bridge", False, bool),  # noqa: FBT003 - the value itself
        grade=column("grade", np.nan, float),
        bend_at=np.cumsum([0, *map(len, bends)]),
        bend_lon=bend_lon,
        bend_lat=bend_lat,
    )


def minutes(*both: float | tuple[float, float]) -> EdgeMinutes:
    pairs = [one if isinstance(one, tuple) else (one, one) for one in both]
    return EdgeMinutes(*(np.array(one, dtype=float) for one in zip(*pairs, strict=True)))


def cost(land: Terrain, start: Point, end: Point, **words: Any) -> float:
    """Walk at 6 km/h: a cell a minute."""
    given_words = {"walking_kmh": 6.0, "factors": FACTORS, "neighbours": 16} | words
    found = friction_matrix(land, places(land, A=start), places(land, H=end), **given_words)
    return float(found.dense()[0, 0])


# --- Tracing ----------------------------------------------------------------------------------


def test_a_road_is_followed_from_cell_to_cell_through_its_bends() -> None:
    land = terrain("..... .....")
    # East 2.5 cells, then south 1: stays 0.5, 1, 1 + 0.5, 0.5 of 3.5 cells.
    roads = network(
        land, {"a": (0.5, 0.5), "b": (3.0, 1.5)}, [{"u": "a", "v": "b", "bends": [(3.0, 0.5)]}]
    )
    bent = network(
        land, {"a": (0.5, 0.5), "b": (2.75, 1.5)}, [{"u": "a", "v": "b", "bends": [(2.75, 0.5)]}]
    )

    runs = trace(land, bent)

    assert runs.cell.tolist() == [0, 1, 2, 7]
    np.testing.assert_allclose(runs.start * 3.25, [0, 0.5, 1.5, 2.75], atol=1e-6)
    np.testing.assert_allclose(runs.end * 3.25, [0.5, 1.5, 2.75, 3.25], atol=1e-6)
    np.testing.assert_allclose(runs.column, [0.75, 1.5, 2.625, 2.75], atol=1e-6)
    np.testing.assert_allclose(runs.row, [0.5, 0.5, 0.5, 1.25], atol=1e-6)
    assert trace(land, roads).end[-1] == pytest.approx(1.0)


@given(
    st.lists(
        st.lists(st.tuples(st.floats(-3, 9), st.floats(-3, 8)), min_size=2, max_size=5),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=60, deadline=None)
def test_stays_in_cells_are_as_long_as_the_road_in_them(ways: list[list[Point]]) -> None:
    land = terrain(" ".join(["......"] * 5))
    nodes = {f"{at}{end}": way[-end] for at, way in enumerate(ways) for end in (0, 1)}
    edges = [{"u": f"{at}0", "v": f"{at}1", "bends": way[1:-1]} for at, way in enumerate(ways)]
    roads = network(land, nodes, edges)
    column, row = land.grid(*roads.lines()[0].T)
    lines = [
        shapely.LineString(np.column_stack([column, row])[roads.lines()[1] == at])
        for at in range(len(ways))
    ]

    runs = trace(land, roads)

    for at, line in enumerate(lines):
        mine = runs.edge == at
        if line.length == 0:
            assert not mine.any()
            continue
        assert runs.start[mine][0] == 0
        assert runs.end[mine][-1] == pytest.approx(1.0)
        np.testing.assert_allclose(runs.start[mine][1:], runs.end[mine][:-1], atol=1e-9)
        assert (runs.cell[mine][1:] != runs.cell[mine][:-1]).all()
        for cell in range(30):
            south, east = divmod(cell, 6)
            square = shapely.box(east, south, east + 1, south + 1)
            there = ((runs.end - runs.start)[mine & (runs.cell == cell)]).sum() * line.length
            # A road along a border lies in one of the two cells, as it happens.
            slim = shapely.box(east + 1e-6, south + 1e-6, east + 1 - 1e-6, south + 1 - 1e-6)
            low, high = (
                slim.intersection(line).length,
                square.buffer(1e-6).intersection(line).length,
            )
            assert low - 1e-4 <= there <= high * (1 + 1e-9) + 1e-4 or line.is_simple is False


def test_a_road_far_outside_and_one_without_length_have_no_cells() -> None:
    land = terrain("...")
    roads = RoadNetwork(
        node_ids=np.array(["a", "b"], dtype=object),
        lon=np.array([-70.0, -60.0]),
        lat=np.array([0.0, -50.0]),
        edge_ids=np.array(["e", "f"], dtype=object),
        u=np.array([0, 0]),
        v=np.array([1, 0]),
        length_m=np.array([9.0, 0.0]),
        road_class=np.array(["county"] * 2, dtype=object),
        oneway=np.zeros(2, bool),
        closed=np.zeros(2, bool),
        crossing_id=np.array([""] * 2, dtype=object),
        basis=np.array([""] * 2, dtype=object),
    )

    assert (trace(land, roads).cell < 0).all()
    assert cost(land, (0.5, 0.5), (2.5, 0.5), roads=roads) == pytest.approx(2.0)


# --- Walking along roads ----------------------------------------------------------------------

RIVER = "..~~.. ..~~.. ..~~.. ..~~.."


def test_a_river_is_crossed_on_a_bridge_and_nowhere_else() -> None:
    land = terrain(RIVER)
    nodes = {"w": (1.5, 3.5), "e": (4.5, 3.5), "s": (1.5, 0.5)}
    bridge = network(land, nodes, [{"u": "w", "v": "e", "length_m": 320.0, "bridge": True}])
    bank = network(land, nodes, [{"u": "w", "v": "s", "length_m": 300.0}])

    assert cost(land, (1.5, 0.5), (4.5, 0.5)) == np.inf
    assert cost(land, (1.5, 0.5), (4.5, 0.5), roads=bank) == np.inf
    # Three cells south, 320 m over the bridge, three cells north.
    assert cost(land, (1.5, 0.5), (4.5, 0.5), roads=bridge) == pytest.approx(3 + 3.2 + 3)


@pytest.mark.parametrize("what", ["closed", "expressway", "ferry"])
def test_nobody_walks_on_what_is_closed_or_an_expressway_or_a_ferry(what: str) -> None:
    land = terrain(RIVER)
    edge = {"u": "w", "v": "e", "length_m": 300.0}
    edge |= {"closed": True} if what == "closed" else {"road_class": what}
    roads = network(land, {"w": (1.5, 3.5), "e": (4.5, 3.5)}, [edge])

    assert cost(land, (1.5, 3.5), (4.5, 3.5), roads=roads) == np.inf


def test_an_edge_that_minutes_shut_both_ways_is_shut_on_foot_and_a_one_way_is_not() -> None:
    land = terrain(RIVER)
    roads = network(
        land, {"w": (1.5, 3.5), "e": (4.5, 3.5)}, [{"u": "w", "v": "e", "length_m": 300.0}]
    )
    ends = (4.5, 3.5), (1.5, 3.5)

    one_way = {"roads": roads, "minutes": minutes((0.1, np.inf)), "boarding_min": 0.0}
    assert cost(land, *ends, **one_way) == pytest.approx(3.0)
    assert cost(land, *ends[::-1], **one_way) == pytest.approx(0.1)
    shut = {"roads": roads, "minutes": minutes(np.inf), "boarding_min": 0.0}
    assert cost(land, *ends, **shut) == np.inf


def test_a_bridge_of_several_edges_and_a_node_over_the_water_hang_together() -> None:
    land = terrain(RIVER)
    nodes = {"w": (1.5, 3.5), "m": (2.9, 3.5), "e": (4.5, 3.5)}
    edges = [
        {"u": "w", "v": "m", "length_m": 140.0},
        {"u": "m", "v": "e", "length_m": 160.0},
    ]

    roads = network(land, nodes, edges)
    assert cost(land, (1.5, 3.5), (4.5, 3.5), roads=roads) == pytest.approx(3.0)


def test_one_cannot_leave_a_bridge_on_the_way_nor_where_two_bridges_meet() -> None:
    land = terrain("....... ~~...~~ .......")  # an island under the bridge
    nodes = {"w": (0.5, 0.5), "m": (3.5, 1.5), "e": (6.5, 2.5)}
    edges = [
        {"u": "w", "v": "m", "length_m": 400.0, "bridge": True},
        {"u": "m", "v": "e", "length_m": 400.0, "bridge": True},
    ]
    moat = terrain("~~~~~~~ ~.~.~.~ ~~~~~~~")
    over = {"w": (1.5, 1.5), "m": (3.5, 1.5), "e": (5.5, 1.5)}

    assert np.isfinite(cost(land, (0.5, 0.5), (3.5, 1.5), roads=network(land, nodes, edges)))
    roads = network(moat, over, edges)
    assert cost(moat, (1.5, 1.5), (5.5, 1.5), roads=roads) == pytest.approx(8.0)
    assert cost(moat, (1.5, 1.5), (3.5, 1.5), roads=roads) == np.inf
    # A single bridge from bank to bank ends on land.
    alone = network(moat, over, edges[:1])
    assert cost(moat, (1.5, 1.5), (3.5, 1.5), roads=alone) == pytest.approx(4.0)


def test_walkers_follow_the_grade_of_a_road_where_it_is_known() -> None:
    land = terrain(RIVER)
    edge = {"u": "w", "v": "e", "length_m": 300.0, "grade": 0.1}
    roads = network(land, {"w": (1.5, 3.5), "e": (4.5, 3.5)}, [edge])

    # Tobler: +10 % takes 16.9046 / 11.9125 of the flat, -10 % as long as the flat.
    up = cost(land, (1.5, 3.5), (4.5, 3.5), roads=roads)
    assert up == pytest.approx(3 * 16.9046 / 11.9125, rel=1e-5)
    assert cost(land, (4.5, 3.5), (1.5, 3.5), roads=roads) == pytest.approx(3.0)


def test_a_bridge_is_level_and_another_road_climbs_as_the_land_does() -> None:
    # The east bank is 30 m higher, the river far below.
    heights = np.array([0.0, 0, -80, -80, 30, 30]) * np.ones((4, 1)) + 100
    land = terrain(RIVER, heights)
    nodes = {"w": (1.5, 3.5), "e": (4.5, 3.5)}
    edge = {"u": "w", "v": "e", "length_m": 300.0}
    bridge, road = (network(land, nodes, [edge | {"bridge": one}]) for one in (True, False))

    for ends in (((1.5, 3.5), (4.5, 3.5)), ((4.5, 3.5), (1.5, 3.5))):
        assert cost(land, *ends, roads=bridge) == pytest.approx(3.0)
    # 10 % up takes 16.9046 / 11.9125 of the flat, 10 % down as long as the flat.
    up = cost(land, (1.5, 3.5), (4.5, 3.5), roads=road)
    assert up == pytest.approx(3 * 16.9046 / 11.9125, rel=1e-5)
    assert cost(land, (4.5, 3.5), (1.5, 3.5), roads=road) == pytest.approx(3.0)


def test_a_level_road_along_a_hillside_is_level_for_walkers() -> None:
    # The hillside falls to the south by 40 m a cell; the road wanders between rows, level.
    hillside = np.arange(5.0)[:, None] * -40 * np.ones((5, 12)) + 400
    land = terrain(" ".join(["............"] * 5), hillside)
    scrub = Terrain(hillside, land.land_cover, land.transform, land.crs)
    roads = network(
        land, {"a": (0.5, 2.5), "b": (11.5, 2.5)}, [{"u": "a", "v": "b", "length_m": 1100.0}]
    )
    slow = {"factors": {LAND: 0.5, WATER: 0.0}}

    assert cost(scrub, (0.5, 2.5), (11.5, 2.5), roads=roads, **slow) == pytest.approx(11, rel=1e-6)
    assert cost(scrub, (0.5, 2.5), (11.5, 2.5), **slow) == pytest.approx(22, rel=1e-6)


# --- Riding -----------------------------------------------------------------------------------

FIELD = " ".join(["." * 21] * 5)


def test_walk_then_ride_by_hand() -> None:
    land = terrain(FIELD)
    # A road along row 4 from column 0 to 20: 2,000 m in 2 minutes, 0.1 minute a cell.
    roads = network(
        land, {"a": (0.5, 4.5), "b": (20.5, 4.5)}, [{"u": "a", "v": "b", "length_m": 2000.0}]
    )
    ride = {"roads": roads, "minutes": minutes(2.0), "boarding_min": 5.0}

    # Straight down to the road (4 minutes), on (5), 20 cells (2), up again (4).
    assert cost(land, (0.5, 0.5), (20.5, 0.5), **ride) == pytest.approx(4 + 5 + 2 + 4)
    # On the road from the start: boarding only.
    assert cost(land, (0.5, 4.5), (20.5, 4.5), **ride) == pytest.approx(7.0)
    # Too near to ride.
    assert cost(land, (0.5, 4.5), (5.5, 4.5), **ride) == pytest.approx(5.0)
    assert cost(land, (0.5, 4.5), (6.5, 4.5), **ride) == pytest.approx(5.6)


def test_one_walks_aslant_to_a_slow_road() -> None:
    land = terrain(FIELD)
    roads = network(
        land, {"a": (0.5, 4.5), "b": (20.5, 4.5)}, [{"u": "a", "v": "b", "length_m": 2000.0}]
    )
    ride = {"roads": roads, "minutes": minutes(10.0), "boarding_min": 1.0}

    # Half a minute a cell: two knight's moves come to the road two cells on, then eight cells. That
    # is less than 4 + 1 + 5 straight down and less than four diagonal moves and six cells.
    found = cost(land, (10.5, 0.5), (20.5, 4.5), **ride)
    assert found == pytest.approx(2 * np.sqrt(5) + 1 + 4)


def test_roads_are_ridden_one_way_where_they_are_one_way() -> None:
    land = terrain(FIELD)
    roads = network(
        land, {"a": (0.5, 2.5), "b": (20.5, 2.5)}, [{"u": "a", "v": "b", "length_m": 2000.0}]
    )
    ride = {"roads": roads, "minutes": minutes((2.0, np.inf)), "boarding_min": 1.0}

    assert cost(land, (0.5, 2.5), (20.5, 2.5), **ride) == pytest.approx(3.0)
    assert cost(land, (20.5, 2.5), (0.5, 2.5), **ride) == pytest.approx(20.0)
    both = ride | {"minutes": minutes((2.0, 4.0))}
    assert cost(land, (20.5, 2.5), (0.5, 2.5), **both) == pytest.approx(5.0)


def test_roads_side_by_side_in_one_cell_are_not_mixed_up() -> None:
    land = terrain(FIELD)
    nodes = {"a": (0.5, 2.4), "b": (10.5, 2.4), "c": (9.5, 2.6), "d": (20.5, 2.6)}
    edges = [{"u": "a", "v": "b"}, {"u": "c", "v": "d"}]
    roads = network(land, nodes, edges)
    ride = {"roads": roads, "minutes": minutes(1.0, 1.1), "boarding_min": 3.0}

    # From one road to the other one gets off and on again, though both lie in the same cells.
    assert cost(land, (0.5, 2.5), (20.5, 2.5), **ride) == pytest.approx(3 + 0.9 + 3 + 1.1)


def test_a_crossing_without_a_junction_is_none() -> None:
    land = terrain("~~.~~ ~~.~~ ..... ~~.~~ ~~.~~")
    nodes = {"n": (2.5, 0.5), "s": (2.5, 4.5), "w": (0.5, 2.5), "e": (4.5, 2.5)}
    edges = [
        {"u": "n", "v": "s", "road_class": "expressway"},
        {"u": "w", "v": "e", "road_class": "county"},
    ]
    roads = network(land, nodes, edges)
    ride = {"roads": roads, "minutes": minutes(0.01, 0.01), "boarding_min": 0.0}

    # Nobody gets on an expressway at its loose ends, nor where another road only passes under it.
    assert cost(land, (2.5, 0.5), (2.5, 4.5), **ride) == pytest.approx(4.0)
    assert cost(land, (0.5, 2.5), (4.5, 2.5), **ride) == pytest.approx(0.01)


def test_an_expressway_is_reached_where_another_road_meets_it() -> None:
    land = terrain(FIELD)
    nodes = {"a": (0.5, 0.5), "b": (0.5, 2.5), "c": (20.5, 2.5), "d": (20.5, 0.5)}
    edges = [
        {"u": "a", "v": "b"},
        {"u": "b", "v": "c", "road_class": "expressway"},
        {"u": "c", "v": "d"},
    ]
    roads = network(land, nodes, edges)
    ride = {"roads": roads, "minutes": minutes(0.2, 1.0, 0.2), "boarding_min": 2.0}

    assert cost(land, (0.5, 0.5), (20.5, 0.5), **ride) == pytest.approx(2 + 0.2 + 1 + 0.2)
    # Midway it passes by: ten cells on foot, or back to the junction, but never on from here.
    assert cost(land, (10.5, 2.5), (20.5, 2.5), **ride) == pytest.approx(10.0)


def test_a_ferry_is_boarded_at_its_landings_and_left_there() -> None:
    land = terrain(". ~ . ~ .")  # an island midway, at which the ferry does not call
    roads = network(
        land, {"n": (0.5, 0.5), "s": (0.5, 4.5)}, [{"u": "n", "v": "s", "road_class": "ferry"}]
    )
    ride = {"roads": roads, "minutes": minutes(15.0), "boarding_min": 2.0}

    assert cost(land, (0.5, 0.5), (0.5, 4.5), **ride) == pytest.approx(17.0)
    assert cost(land, (0.5, 0.5), (0.5, 2.5), **ride) == np.inf


def test_nobody_boards_a_ferry_from_an_island_where_a_map_cuts_its_line() -> None:
    land = terrain(". ~ . ~ .")
    nodes = {"n": (0.5, 0.5), "m": (0.5, 2.5), "s": (0.5, 4.5)}
    halves = [
        {"u": "n", "v": "m", "road_class": "ferry", "crossing_id": "boat"},
        {"u": "m", "v": "s", "road_class": "ferry", "crossing_id": "boat"},
    ]
    ride = {"minutes": minutes(7.0, 8.0), "boarding_min": 2.0}
    roads = network(land, nodes, halves)

    assert cost(land, (0.5, 0.5), (0.5, 4.5), roads=roads, **ride) == pytest.approx(17.0)
    assert cost(land, (0.5, 0.5), (0.5, 2.5), roads=roads, **ride) == np.inf
    named = [one | {"crossing_id": f"boat {at}"} for at, one in enumerate(halves)]
    roads = network(land, nodes, named)  # two boats that meet at the island call there
    assert cost(land, (0.5, 0.5), (0.5, 2.5), roads=roads, **ride) == pytest.approx(9.0)


def test_a_road_that_leaves_the_raster_leads_on() -> None:
    land = terrain("~.~.~")
    roads = network(
        land,
        {"w": (1.5, 0.5), "e": (3.5, 0.5)},
        [{"u": "w", "v": "e", "bends": [(1.5, 9.0), (3.5, 9.0)], "length_m": 1900.0}],
    )

    assert cost(land, (1.5, 0.5), (3.5, 0.5), roads=roads) == pytest.approx(19.0)
    ride = {"roads": roads, "minutes": minutes(3.0), "boarding_min": 1.0}
    assert cost(land, (1.5, 0.5), (3.5, 0.5), **ride) == pytest.approx(4.0)


def test_speeds_of_the_vehicle_by_class_are_minutes_along_the_roads() -> None:
    land = terrain(FIELD)
    roads = network(
        land, {"a": (0.5, 2.5), "c": (20.5, 2.5)}, [{"u": "a", "v": "c", "length_m": 2000.0}]
    )
    ends: tuple[Point, Point] = ((0.5, 2.5), (20.5, 2.5))

    ridden = cost(land, *ends, roads=roads, speeds_kmh={"county": 60.0}, boarding_min=3.0)

    assert ridden == pytest.approx(3 + 2)
    assert ridden == cost(land, *ends, roads=roads, minutes=minutes(2.0), boarding_min=3.0)
    with pytest.raises(ParameterError, match="boarding_min come together"):
        cost(land, *ends, roads=roads, speeds_kmh={"county": 60.0})
    for wrong in ("2", np.nan, -1.0):
        with pytest.raises(ParameterError, match="boarding_min must be a finite number"):
            cost(land, *ends, roads=roads, speeds_kmh={"county": 60.0}, boarding_min=wrong)


def test_a_change_of_road_at_a_junction_is_no_new_boarding() -> None:
    land = terrain(FIELD)
    nodes = {"a": (0.5, 2.5), "b": (10.5, 2.5), "c": (20.5, 2.5)}
    roads = network(land, nodes, [{"u": "a", "v": "b"}, {"u": "b", "v": "c"}])
    ride = {"roads": roads, "minutes": minutes(1.0, 1.5), "boarding_min": 3.0}

    assert cost(land, (0.5, 2.5), (20.5, 2.5), **ride) == pytest.approx(3 + 2.5)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_for_whoever_cannot_walk_times_are_those_of_the_network(seed: int) -> None:
    random = np.random.default_rng(seed)
    land = terrain(" ".join(["." * 12] * 12))
    spots = random.permutation(144)[:7]
    nodes = {f"n{at}": (one % 12 + 0.5, one // 12 + 0.5) for at, one in enumerate(spots.tolist())}
    # Bridges, so that nobody gets off midway, between nodes from which a stub leads onto the land.
    edges: list[dict[str, Any]] = []
    for _ in range(9):
        u, v = random.choice(7, 2).tolist()
        bends = random.uniform(-1, 13, (int(random.integers(0, 3)), 2)).tolist()
        edges.append({"u": f"n{u}", "v": f"n{v}", "bends": bends, "bridge": True})
    stubs = [{"u": one, "v": f"{one}stub"} for one in nodes]
    all_nodes = nodes | {f"{one}stub": at for one, at in nodes.items()}
    took = random.uniform(0.1, 5, (9, 2))
    took[random.random((9, 2)) < 0.25] = np.inf
    oracle = nx.MultiDiGraph()
    oracle.add_nodes_from(nodes)
    for edge, both in zip(edges, took.tolist(), strict=True):
        for start, end, one in ((edge["u"], edge["v"], both[0]), (edge["v"], edge["u"], both[1])):
            if np.isfinite(one):
                oracle.add_edge(start, end, weight=one)
    ends = places(land, **nodes)

    found = friction_matrix(
        land,
        ends,
        ends,
        walking_kmh=1e-6,
        factors={LAND: 1.0},
        neighbours=16,
        roads=network(land, all_nodes, edges + stubs),
        minutes=EdgeMinutes(*np.vstack([took, np.zeros((7, 2))]).T),
        boarding_min=1e6,  # nobody changes between roads but at their ends
    ).dense()

    for one, start in enumerate(nodes):
        expected = nx.single_source_dijkstra_path_length(oracle, start)
        for two, end in enumerate(nodes):
            if start == end:
                assert found[one, two] == 0
            elif end in expected:
                assert found[one, two] == pytest.approx(1e6 + expected[end], abs=1e-6)
            else:
                assert found[one, two] > 1.9e6


def test_what_belongs_together_must_be_given_together() -> None:
    land = terrain("...")
    roads = network(land, {"a": (0.5, 0.5), "b": (2.5, 0.5)}, [{"u": "a", "v": "b"}])
    for words, text in (
        ({"minutes": minutes(1.0), "boarding_min": 1.0}, "need the roads"),
        ({"roads": roads, "minutes": minutes(1.0)}, "come together"),
        ({"roads": roads, "boarding_min": 1.0}, "come together"),
        ({"roads": roads, "minutes": minutes(1.0, 2.0), "boarding_min": 1.0}, "1 edges. Got 2"),
        ({"roads": roads, "minutes": minutes(1.0), "boarding_min": -1.0}, "at least 0"),
        ({"roads": roads, "minutes": minutes(1.0), "boarding_min": np.inf}, "at least 0"),
    ):
        with pytest.raises(ParameterError, match=text):
            cost(land, (0.5, 0.5), (2.5, 0.5), **words)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_graphs_are_merged_as_a_dictionary_would(seed: int) -> None:
    random = np.random.default_rng(seed)

    def arcs(size: int, count: int) -> Any:
        start, end = random.integers(0, size, (2, count))
        return start, end, random.choice([0.0, 1.0, 2.5, np.inf], count)

    base = graph_from_arcs(5, *arcs(5, int(random.integers(0, 12))))
    added = [arcs(8, int(random.integers(0, 12))) for _ in range(2)]
    expected = as_dict(base)
    for start, end, took in added:
        for one, two, minute in zip(start.tolist(), end.tolist(), took.tolist(), strict=True):
            if one != two and np.isfinite(minute):
                expected[one, two] = min(minute, expected.get((one, two), np.inf))
    before = base.minutes.copy()

    found = merged(base, added, 8)

    assert as_dict(found) == expected
    assert found.size == 8
    for at in range(8):
        assert (np.diff(found.end[found.indptr[at] : found.indptr[at + 1]]) > 0).all()
    np.testing.assert_array_equal(base.minutes, before)


def as_dict(graph: Graph) -> dict[tuple[int, int], float]:
    start = np.repeat(np.arange(graph.size), np.diff(graph.indptr))
    keys = zip(start.tolist(), graph.end.tolist(), strict=True)
    return dict(zip(keys, graph.minutes.tolist(), strict=True))
