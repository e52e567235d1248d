"""From points to the road, against a search of every metre of every road."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.optimize import minimize_scalar

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel import snap as snapping
from wushan_geo.travel.edges import EdgeMinutes, edge_minutes
from wushan_geo.travel.places import Places, places
from wushan_geo.travel.snap import Snaps, snap

INF = float("inf")
EARTH = Geod(ellps="WGS84")


def network(
    nodes: list[tuple[float, float]], edges: list[tuple[int, int]], **columns: Any
) -> RoadNetwork:
    """Make a network of nodes n00, n01, ... and edges e00, e01, ... between them."""
    names = [f"n{at:02}" for at in range(len(nodes))]
    table = pd.DataFrame(nodes, columns=["lon", "lat"]).assign(node_id=names)
    ends = pd.DataFrame({"u": [names[u] for u, _ in edges], "v": [names[v] for _, v in edges]})
    ends = ends.assign(edge_id=[f"e{at:02}" for at in range(len(edges))], length_m=1.0)
    return RoadNetwork.from_tables(table, ends.assign(**{"road_class": "county"} | columns))


def bent(roads: RoadNetwork, bends: list[list[tuple[float, float]]]) -> RoadNetwork:
    """Lay the edges through bends."""
    fields = {one: getattr(roads, one) for one in roads.__dataclass_fields__}
    points = np.array([point for one in bends for point in one], dtype=float).reshape(-1, 2)
    fields["bend_at"] = np.cumsum([0, *map(len, bends)])
    return RoadNetwork(**fields | {"bend_lon": points[:, 0], "bend_lat": points[:, 1]})


def open_both_ways(roads: RoadNetwork) -> EdgeMinutes:
    minutes = np.where(roads.closed, INF, 1.0)
    return EdgeMinutes(minutes, minutes)


def at(*points: tuple[float, float]) -> Places:
    ids = [f"p{one}" for one in range(len(points))]
    return places(pd.DataFrame(points, columns=["lon", "lat"], index=ids), "origins")


def snapped(roads: RoadNetwork, *points: tuple[float, float]) -> Snaps:
    return snap(roads, at(*points), open_both_ways(roads), "origins")


def by_hand(roads: RoadNetwork, lon: float, lat: float) -> list[tuple[float, float]]:
    """Give for each edge the metres to its nearest spot and the share, by trying every piece."""
    points, of = roads.lines()
    found = []
    for edge in range(roads.u.size):
        line = points[of == edge]
        lengths = [EARTH.line_length(*line[one : one + 2].T) for one in range(len(line) - 1)]
        best = (INF, 0.0)
        for piece in range(len(line) - 1):

            def metres(part: float, start: Any = line[piece], end: Any = line[piece + 1]) -> float:
                here = start + part * (end - start)
                return float(EARTH.inv(lon, lat, *here)[2])

            spots = [0.0, 1.0, minimize_scalar(metres, bounds=(0, 1), options={"xatol": 1e-9}).x]
            least = min(spots, key=metres)
            share = (sum(lengths[:piece]) + least * lengths[piece]) / (sum(lengths) or 1.0)
            best = min(best, (metres(least), share))
        found.append(best)
    return found


def test_a_point_goes_to_the_nearest_spot_of_an_edge_and_its_way_is_measured() -> None:
    found = snapped(network([(0.0, 0.0), (1.0, 0.0)], [(0, 1)]), (0.25, 0.01))

    assert (found.node.tolist(), found.edge.tolist()) == ([-1], [0])
    np.testing.assert_allclose(found.share, [0.25])
    np.testing.assert_allclose(found.metres, [1105.743], atol=0.001)  # a hundredth of a degree
    np.testing.assert_allclose([found.lon[0], found.lat[0]], [0.25, 0.0], atol=1e-9)


def test_the_way_of_an_edge_goes_through_its_bends() -> None:
    # East, north and east again: 0.1 + 0.1 + 0.1 degrees at the equator.
    roads = bent(network([(0.0, 0.0), (0.2, 0.1)], [(0, 1)]), [[(0.1, 0.0), (0.1, 0.1)]])

    found = snapped(roads, (0.05, -0.001), (0.099, 0.05), (0.15, 0.101), (0.15, 0.0))

    np.testing.assert_allclose(found.share, [1 / 6, 0.5, 5 / 6, 0.333], atol=0.002)
    np.testing.assert_allclose(found.lon, [0.05, 0.1, 0.15, 0.1], atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_snaps_agree_with_a_search_of_every_metre_of_every_road(seed: int) -> None:
    rng = np.random.default_rng(seed)
    spread, middle = rng.choice([0.01, 0.1, 0.5]), np.array([110.0, 31.0])
    count = 5
    nodes = (middle + rng.uniform(-spread, spread, (count, 2))).tolist()
    ends = [tuple(rng.permutation(count)[:2].tolist()) for _ in range(6)]
    bends = [
        (middle + rng.uniform(-spread, spread, (rng.integers(0, 3), 2))).tolist() for _ in ends
    ]
    roads = bent(network(nodes, ends), bends)
    homes = middle + rng.uniform(-spread, spread, (4, 2))

    found = snapped(roads, *map(tuple, homes))

    for one, (lon, lat) in enumerate(homes):
        expected = by_hand(roads, lon, lat)
        least = min(metres for metres, _ in expected)
        np.testing.assert_allclose(found.metres[one], least, rtol=5e-6, atol=0.002)
        metres, share = expected[found.edge[one]]
        np.testing.assert_allclose(metres, least, rtol=5e-6, atol=0.002)
        np.testing.assert_allclose(found.share[one], share, atol=2e-3)
        spot = EARTH.inv(lon, lat, found.lon[one], found.lat[one])[2]
        np.testing.assert_allclose(found.metres[one], spot, atol=1e-6)


def test_a_point_on_a_node_has_no_way_to_go() -> None:
    found = snapped(network([(109.9, 31.0), (110.0, 31.1)], [(0, 1)]), (110.0, 31.1), (109.9, 31.0))

    assert (found.node.tolist(), found.metres.tolist()) == ([1, 0], [0.0, 0.0])
    assert found.share.tolist() == [1, 0]


def test_who_comes_out_at_an_end_is_at_its_node() -> None:
    roads = network([(109.9, 31.0), (110.0, 31.0)], [(0, 1)])
    tenth_of_a_millimetre = 1e-9
    nearly = [(109.9 + tenth_of_a_millimetre, 31.0), (110.0 - tenth_of_a_millimetre, 31.0)]

    found = snapped(roads, (109.8, 31.0), (110.1, 31.1), *nearly)

    assert found.node.tolist() == [0, 1, 0, 1]
    assert found.share.tolist() == [0, 1, 0, 1]
    assert found.lon.tolist() == [109.9, 110.0, 109.9, 110.0]
    assert (found.metres[2:] > 5e-5).all()


def test_a_point_on_any_node_is_at_it_to_the_last_digit() -> None:
    rng = np.random.default_rng(1)
    nodes = (rng.uniform(0, 1, (40, 2)) + 30).tolist()
    roads = network(nodes, [(at, at + 1) for at in range(39)])

    found = snapped(roads, *nodes)

    assert found.node.tolist() == list(range(40))
    assert found.metres.tolist() == [0.0] * 40


def test_near_is_near_in_metres_and_not_in_degrees() -> None:
    # At 60 degrees north a degree of longitude is half a degree of latitude long.
    roads = network([(1.5, 60.0), (1.6, 60.0), (0.0, 61.0), (0.0, 61.1)], [(0, 1), (2, 3)])

    assert snapped(roads, (0.0, 60.0)).node.tolist() == [0]


def test_north_and_south_of_a_wide_network_near_is_near_in_metres() -> None:
    # The search tree knows one width of a degree, that of the middle; it misleads at both ends.
    nodes = [(100.0, 20.0), (100.0, 20.1), (101.04, 20.0), (101.04, 20.1)]
    nodes += [(100.0, 60.0), (100.0, 60.1), (101.04, 60.0), (101.04, 60.1)]
    nodes += [(100.5, 19.0), (100.6, 19.0), (100.5, 60.8), (100.6, 60.8)]
    roads = network(nodes, [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11)])

    found = snapped(roads, (100.5, 19.53), (100.5, 60.3), (100.5, 60.6))

    assert found.edge.tolist() == [
        min(range(6), key=by_hand(roads, lon, lat).__getitem__)
        for lon, lat in ((100.5, 19.53), (100.5, 60.3), (100.5, 60.6))
    ]


def test_what_only_seems_farther_from_where_one_stands_is_looked_at_closely() -> None:
    # At 60 degrees north 223 km to the south, against 222 km to the north-east, where degrees are
    # narrower: with the width of a degree at home these seem to be 225 km.
    nodes = [(100.0, 58.0), (100.0, 57.9), (103.5, 61.0), (103.6, 61.1)]
    roads = network(nodes, [(0, 1), (2, 3)])

    assert snapped(roads, (100.0, 60.0)).node.tolist() == [2]


def test_of_equally_near_edges_the_first_is_taken() -> None:
    nodes = [(0.0, 0.0), (1.0, 0.0), (0.0, 0.2), (1.0, 0.2)]
    there_and_back = network(nodes, [(2, 3), (1, 0), (0, 1), (0, 1)])

    assert snapped(there_and_back, (0.3, 0.01), (0.7, -0.1)).edge.tolist() == [1, 1]
    rng = np.random.default_rng(2)
    many = rng.uniform(30, 31, (80, 2)).tolist()
    pairs = [pair for at in range(0, 80, 2) for pair in ((at + 1, at), (at, at + 1))]
    found = snapped(network(many, pairs), *rng.uniform(29.9, 31.1, (2000, 2)).tolist())
    assert not (found.edge % 2).any()
    star = network([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)], [(3, 0), (0, 2), (1, 0)])
    found = snapped(star, (-0.0, -0.5))
    assert (found.edge.tolist(), found.node.tolist()) == ([0], [0])


def test_places_in_any_order_hang_at_the_same_spots() -> None:
    rng = np.random.default_rng(8)
    roads = network(rng.uniform(0, 1, (20, 2)).tolist(), rng.integers(0, 20, (30, 2)).tolist())
    points = [tuple(one) for one in rng.uniform(0, 1, (40, 2)).tolist()]

    there, back = snapped(roads, *points), snapped(roads, *points[::-1])

    for name in Snaps.__slots__:
        np.testing.assert_array_equal(getattr(there, name), getattr(back, name)[::-1])


def test_looking_closely_in_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(9)
    roads = network(rng.uniform(0, 1, (20, 2)).tolist(), rng.integers(0, 20, (30, 2)).tolist())
    points = [tuple(one) for one in rng.uniform(0, 1, (40, 2)).tolist()]
    whole = snapped(roads, *points)

    monkeypatch.setattr(snapping, "MANY", 7)

    for name in Snaps.__slots__:
        np.testing.assert_array_equal(getattr(snapped(roads, *points), name), getattr(whole, name))


def test_nobody_is_brought_to_an_edge_that_cannot_be_travelled() -> None:
    nodes = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]
    roads = network(nodes, [(0, 1), (1, 2)], closed=[True, False])

    assert snapped(roads, (0.1, 0.0)).node.tolist() == [1]
    one_way_up = EdgeMinutes(np.array([INF, INF]), np.array([INF, 2.0]))
    assert snap(roads, at((0.1, 0.0)), one_way_up, "origins").node.tolist() == [1]


RIVER = [(0.0, 0.0), (1.0, 0.0), (0.0, -1.0), (1.0, -1.0)]


@pytest.mark.parametrize(
    "columns",
    [
        {"road_class": ["expressway", "county", "county"]},
        {"road_class": ["ferry", "county", "county"]},
        {"bridge": [True, False, False]},
        {"crossing_id": ["x", None, None]},
    ],
)
def test_expressways_ferries_and_bridges_are_entered_at_their_ends_only(columns: Any) -> None:
    # e00 crosses from n00 to n01; roads lead south from both its ends.
    roads = network(RIVER, [(0, 1), (0, 2), (1, 3)], **columns)

    found = snapped(roads, (0.4, 0.01), (0.6, 0.01))

    assert found.node.tolist() == [0, 1]
    assert found.edge.tolist() == [1, 2]
    assert snapped(network(RIVER, [(0, 1), (0, 2), (1, 3)]), (0.4, 0.01)).node.tolist() == [-1]


def test_a_landing_or_a_bridge_without_a_road_is_still_a_place_to_enter() -> None:
    for columns in ({"road_class": ["ferry"]}, {"bridge": [True]}, {"road_class": ["expressway"]}):
        found = snapped(network(RIVER, [(0, 1)], **columns), (0.4, 0.01), (0.6, 0.01))
        assert (found.node.tolist(), found.share.tolist()) == ([0, 1], [0, 1])
    island = network(RIVER, [(0, 1), (1, 3)], road_class="ferry")
    assert snapped(island, (0.9, 0.1)).node.tolist() == [1]


def test_nobody_boards_a_ferry_where_a_map_cuts_its_line() -> None:
    boat = network(RIVER, [(0, 1), (1, 3)], road_class="ferry", crossing_id="boat")

    assert snapped(boat, (0.9, 0.1)).node.tolist() == [0]


def test_where_only_expressways_and_bridges_meet_nobody_enters() -> None:
    nodes = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, -1.0)]
    viaduct = network(
        nodes,
        [(0, 1), (1, 2), (0, 3)],
        road_class=["expressway", "expressway", "county"],
        bridge=[True, False, False],
    )

    assert snapped(viaduct, (1.1, 0.01)).node.tolist() == [2]
    assert snapped(viaduct, (0.9, 0.01)).node.tolist() == [0]


def test_a_closed_road_still_leads_to_the_end_of_a_bridge() -> None:
    nodes = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (1.0, -1.0)]
    roads = network(
        nodes, [(0, 1), (1, 2), (1, 3)], bridge=[True, True, False], closed=[False, False, True]
    )

    assert snapped(roads, (1.1, 0.01)).node.tolist() == [1]


def test_edges_without_length_or_from_a_node_to_itself_can_be_entered() -> None:
    spot = network([(0.0, 0.0), (0.0, 0.0)], [(0, 1)])
    found = snapped(spot, (0.1, 0.0))
    assert (found.node.tolist(), found.share.tolist()) == ([0], [0])

    ring = bent(network([(0.0, 0.0)], [(0, 0)]), [[(1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]])
    found = snapped(ring, (1.1, 1.1), (0.0, 0.0), (0.0, 1e-4))
    assert found.node.tolist() == [-1, 0, -1]
    np.testing.assert_allclose(found.share, [0.5, 0, 1 - 0.25e-4], atol=1e-4)


def test_a_place_that_names_its_node_lies_there_even_if_the_road_is_closed() -> None:
    nodes = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]
    roads = network(nodes, [(0, 1), (1, 2)], closed=[True, False])
    table = pd.DataFrame(
        {"lon": [2.0, 2.0], "lat": 0.0, "node_id": ["n00", None]}, index=["A", "B"]
    )

    found = snap(roads, places(table, "origins"), open_both_ways(roads), "origins")

    assert found.node.tolist() == [0, 2]
    assert found.edge.tolist() == [-1, 1]
    assert found.metres.tolist() == [0.0, 0.0]
    assert np.isnan(found.share).tolist() == [True, False]
    assert found.lon.tolist() == [0.0, 2.0]


def test_an_unknown_node_is_named() -> None:
    table = pd.DataFrame({"node_id": ["n00", "n09"]}, index=["A", "B"])
    roads = network([(0.0, 0.0), (1.0, 0.0)], [(0, 1)])

    with pytest.raises(UnknownIdError, match="road nodes named by origins has no n09"):
        snap(roads, places(table, "origins"), open_both_ways(roads), "origins")


def test_without_an_open_edge_there_is_no_road_to_go_to() -> None:
    roads = network([(0.0, 0.0), (1.0, 0.0)], [(0, 1)], closed=[True])

    with pytest.raises(ParameterError, match="origins cannot be brought to a road"):
        snapped(roads, (0.0, 0.0))
    table = pd.DataFrame({"node_id": ["n00"]}, index=["A"])
    assert snap(roads, places(table, "o"), open_both_ways(roads), "o").node.tolist() == [0]


def test_nothing_in_the_snaps_can_be_changed() -> None:
    found = snapped(network([(0.0, 0.0), (1.0, 0.0)], [(0, 1)]), (0.3, 0.0))

    for name in Snaps.__slots__:
        with pytest.raises(ValueError, match="read-only"):
            getattr(found, name)[0] = 1


def test_a_road_closed_for_a_while_keeps_those_who_live_on_it() -> None:
    # Two parallel roads; the place lies by the first, which a flood has closed.
    nodes = pd.DataFrame(
        {
            "node_id": list("abcd"),
            "lon": [109.0, 109.1, 109.0, 109.1],
            "lat": [31.0, 31.0, 31.1, 31.1],
        }
    )
    edges = pd.DataFrame(
        {
            "edge_id": ["e1", "e2"],
            "u": ["a", "c"],
            "v": ["b", "d"],
            "length_m": 9600.0,
            "road_class": "x",
            "closed": [True, False],
        }
    )
    roads = RoadNetwork.from_tables(nodes, edges)
    home = places(pd.DataFrame({"lon": [109.05], "lat": [31.001]}, index=["A"]), "origins")
    minutes = edge_minutes(roads, {"x": 30.0})

    lasting = snap(roads, home, minutes, "origins")
    flooded = replace(roads, for_a_while=np.array([True, False]))
    for_now = snap(flooded, home, minutes, "origins")

    assert lasting.edge.tolist() == [1]
    assert for_now.edge.tolist() == [0]
    assert for_now.metres[0] < 120
