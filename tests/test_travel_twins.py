"""Places beside a road whose two carriageways are drawn as two one-way roads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from wushan_geo.errors import ParameterError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel import snap as snapping
from wushan_geo.travel.edges import EdgeMinutes, edge_minutes
from wushan_geo.travel.isochrones import Land, RoadWay, catchments
from wushan_geo.travel.network import (
    PreparedRoads,
    nearest_by_road,
    network_matrix,
    prepare_roads,
    road_trips,
)
from wushan_geo.travel.network import (
    matrix as door_to_door,
)
from wushan_geo.travel.places import Places, places
from wushan_geo.travel.snap import Snaps, snap
from wushan_geo.travel.twins import least_of_each, spots_of, trips_between

INF = float("inf")
# A metre of latitude at 31.1 degrees north, and one of longitude, in degrees (WGS 84).
NORTH, EAST = 1 / 110_863.7, 1 / 95_404.6
WEST_END, SOUTH = 109.9, 31.1
Point = tuple[float, float]
Edge = tuple[str, str, dict[str, Any]]
SPEEDS = {"x": 30.0, "y": 30.0}


def spot(x: float, y: float) -> Point:
    """Give the degrees of a spot by its metres east and north of a corner."""
    return WEST_END + x * EAST, SOUTH + y * NORTH


def roads(nodes: dict[str, Point], *edges: Edge, bends: Any = None) -> RoadNetwork:
    """Make a network from metres: one-way roads of a kilometre unless said otherwise."""
    table = pd.DataFrame([spot(*one) for one in nodes.values()], columns=["lon", "lat"])
    rows = [
        {"u": u, "v": v, "length_m": 1000.0, "road_class": "x", "oneway": True} | more
        for u, v, more in edges
    ]
    ends = pd.DataFrame(rows).assign(edge_id=[f"e{at}" for at in range(len(edges))])
    found = RoadNetwork.from_tables(table.assign(node_id=list(nodes)), ends)
    return laid(found, bends) if bends else found


def laid(network: RoadNetwork, bends: list[list[Point]], **more: Any) -> RoadNetwork:
    """Lay edges through bends, in degrees."""
    columns = {one: getattr(network, one) for one in network.__dataclass_fields__} | more
    points = np.array([point for one in bends for point in one], dtype=float).reshape(-1, 2)
    columns["bend_at"] = np.cumsum([0, *map(len, bends)])
    return RoadNetwork(**columns | {"bend_lon": points[:, 0], "bend_lat": points[:, 1]})


def at(**spots: Point) -> pd.DataFrame:
    """Put places at metres."""
    degrees = [spot(*one) for one in spots.values()]
    return pd.DataFrame(degrees, columns=["lon", "lat"], index=list(spots))


def on(nodes: str) -> pd.DataFrame:
    """Put places at nodes, named by their capitals."""
    return pd.DataFrame({"node_id": list(nodes)}, index=list(nodes.upper()))


def times(network: RoadNetwork, origins: Any, destinations: Any, **more: Any) -> Any:
    given_ = {"speeds_kmh": SPEEDS, "snap_speed_kmh": 4.0} | more
    return network_matrix(network, origins, destinations, **given_).dense()


def hung(network: RoadNetwork, home: pd.DataFrame) -> Snaps:
    return snap(network, places(home, "homes"), edge_minutes(network, SPEEDS), "homes")


# Eastbound a -> b, and 15 m north of it westbound c -> d; 15 m of road tie the ends of both.
TIE = {"length_m": 15.0, "oneway": False}
PAIR = {"a": (0.0, 0.0), "b": (1000.0, 0.0), "c": (1000.0, 15.0), "d": (0.0, 15.0)}
LANES = (("a", "b", {}), ("c", "d", {}))
APART = roads(PAIR, *LANES, ("b", "c", TIE), ("d", "a", TIE))
HOME = at(home=(500.0, -15.0))  # 15 m beside the eastbound lane
NEAR, FAR = 15 / 4000 * 60, 30 / 4000 * 60  # minutes on foot to both lanes
ONE_LINE = {"a": (0.0, 0.0), "b": (9000.0, 0.0)}
ONE_ROAD = roads(ONE_LINE, ("a", "b", {"length_m": 9000.0}), ("b", "a", {"length_m": 9000.0}))
MIDDLE = at(home=(4500.0, 0.0))


def test_a_home_between_two_one_way_roads_on_one_line_goes_both_ways() -> None:
    assert times(ONE_ROAD, MIDDLE, on("ab")) == pytest.approx(np.array([[9.0, 9.0]]), abs=1e-3)
    assert times(ONE_ROAD, on("ab"), MIDDLE) == pytest.approx(np.array([[9.0], [9.0]]), abs=1e-3)


def test_a_home_beside_two_carriageways_walks_to_the_one_that_leads_its_way() -> None:
    there = times(APART, HOME, on("abcd"))
    back = times(APART, on("abcd"), HOME)

    # A kilometre takes 2 minutes, half of it 1, and the tie at each end 0.03.
    east, west = NEAR + 1.0, FAR + 1.0
    np.testing.assert_allclose(there, [[west + 0.03, east, east + 0.03, west]], atol=1e-3)
    np.testing.assert_allclose(back[:, 0], [east, west + 0.03, west, east + 0.03], atol=1e-3)


def test_the_way_to_the_farther_carriageway_is_not_multiplied_with_the_road() -> None:
    found = times(APART, HOME, on("bd"), factor=3.0)

    np.testing.assert_allclose(found, [[NEAR + 3.0, FAR + 3.0]], atol=1e-3)


def test_where_going_round_is_quicker_than_walking_over_one_goes_round() -> None:
    # At 0.1 km/h the 15 m over the road take 9 minutes; to b and back along the other lane takes 3.
    found = times(APART, HOME, on("d"), snap_speed_kmh=0.1)

    np.testing.assert_allclose(found, [[9.0 + 1.0 + 0.03 + 2.0]], atol=1e-2)


def test_the_report_names_the_road_of_the_place_and_its_twin() -> None:
    minutes = edge_minutes(APART, SPEEDS)
    ends = places(HOME, "o"), places(on("a"), "d")

    report = road_trips(APART, *ends, minutes=minutes, snap_speed_kmh=4.0).snaps

    assert report["edge_id"].tolist() == ["e0", ""]
    assert report["twin_edge_id"].tolist() == ["e1", ""]
    assert report["snap_m"].tolist() == pytest.approx([15.0, 0.0], abs=0.01)


def test_the_snaps_say_where_on_the_twin_a_place_hangs() -> None:
    found = hung(APART, at(home=(250.0, -15.0), end=(-3.0, -4.0)))
    spots, place = found.spots()

    assert (found.edge.tolist(), found.node.tolist()) == ([0, 0], [-1, 0])
    assert (found.twin.tolist(), found.twin_node.tolist()) == ([1, -1], [-1, -1])
    np.testing.assert_allclose(found.twin_share, [0.75, np.nan], atol=1e-5)
    np.testing.assert_allclose(found.twin_metres, [30.0, np.nan], atol=0.01)
    np.testing.assert_allclose([found.twin_lon[0], found.twin_lat[0]], spot(250, 15), atol=1e-7)
    assert place.tolist() == [0, 1, 0]
    assert spots.edge.tolist() == [0, 0, 1]
    assert spots.metres.tolist() == [*found.metres, found.twin_metres[0]]
    assert (spots.twin == -1).all()


CASES = {
    "names differ": (("a", "b", {"name": "G42"}), ("c", "d", {"name": "G348"}), -1),
    "names agree": (("a", "b", {"name": "G42"}), ("c", "d", {"name": "G42"}), 1),
    "one has no name": (("a", "b", {"name": "G42"}), ("c", "d", {"name": ""}), 1),
    "classes differ": (("a", "b", {}), ("c", "d", {"road_class": "y"}), -1),
    "same direction": (("a", "b", {}), ("d", "c", {}), -1),
    "two-way": (("a", "b", {}), ("c", "d", {"oneway": False}), -1),
    "closed": (("a", "b", {}), ("c", "d", {"closed": True}), -1),
    "bridge": (("a", "b", {}), ("c", "d", {"bridge": True}), -1),
    "over a crossing": (("a", "b", {}), ("c", "d", {"crossing_id": "k"}), -1),
}


@pytest.mark.parametrize("name", CASES)
def test_only_the_way_back_of_the_same_road_is_a_twin(name: str) -> None:
    one, other, twin = CASES[name]

    assert hung(roads(PAIR, one, other), HOME).twin.tolist() == [twin]


def test_a_two_way_road_has_no_twin() -> None:
    network = roads(PAIR, ("a", "b", {"oneway": False}), LANES[1])

    assert hung(network, HOME).twin.tolist() == [-1]


@pytest.mark.parametrize(("metres", "twin"), [(49.9, 1), (50.1, -1)])
def test_carriageways_are_at_most_fifty_metres_apart(metres: float, twin: int) -> None:
    nodes = PAIR | {"c": (1000.0, metres), "d": (0.0, metres)}

    # How far off the home is does not matter.
    assert hung(roads(nodes, *LANES), at(home=(500.0, -900.0))).twin.tolist() == [twin]


@pytest.mark.parametrize(("degrees", "twin"), [(90, -1), (145, -1), (155, 1), (180, 1)])
def test_carriageways_lead_opposite_ways(degrees: float, twin: int) -> None:
    east, north = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    crossing = {"c": (500 - 400 * east, -400 * north), "d": (500 + 400 * east, 400 * north)}

    found = hung(roads(PAIR | crossing, *LANES), at(home=(500.0, -5.0)))

    assert found.node.tolist() == [-1]
    assert found.twin.tolist() == [1 - found.edge[0] if twin >= 0 else -1]


def test_of_several_twins_the_nearest_counts() -> None:
    nodes = PAIR | {"e": (1000.0, 10.0), "f": (0.0, 10.0)}
    network = roads(nodes, *LANES, ("e", "f", {}))

    assert hung(network, HOME).twin.tolist() == [2]


def test_direction_is_that_of_travel_and_not_of_drawing() -> None:
    # Both are drawn eastward; on the second one drives westward only.
    network = roads(PAIR, LANES[0], ("d", "c", {"oneway": False}))
    minutes = EdgeMinutes(np.array([2.0, INF]), np.array([INF, 2.0]))

    found = snap(network, places(HOME, "homes"), minutes, "homes")
    costs = network_matrix(network, HOME, on("bd"), minutes=minutes, snap_speed_kmh=4.0).dense()

    assert found.twin.tolist() == [1]
    np.testing.assert_allclose(costs, [[NEAR + 1.0, FAR + 1.0]], atol=1e-3)


def test_at_a_bend_either_piece_tells_the_direction() -> None:
    # Both lanes turn from east to south; the home lies outside the bend of the outer one.
    nodes = {"a": (0.0, 0.0), "b": (500.0, -500.0), "c": (485.0, -500.0), "d": (0.0, -15.0)}
    network = roads(nodes, *LANES, bends=[[spot(500, 0)], [spot(485, -15)]])

    found = hung(network, at(home=(510.0, 10.0)))

    assert (found.node.tolist(), found.edge.tolist()) == ([-1], [0])
    assert found.twin.tolist() == [1]
    np.testing.assert_allclose([found.share[0], found.twin_share[0]], [0.5, 0.5], atol=1e-3)


def test_a_twin_may_be_left_at_its_very_end() -> None:
    # The westbound lane ends at its node m, 10 m short of where the home hangs on the other.
    nodes = PAIR | {"m": (490.0, 15.0)}
    network = roads(nodes, LANES[0], ("m", "d", {"length_m": 490.0}))

    found = hung(network, HOME)

    assert (found.twin.tolist(), found.twin_share.tolist()) == ([1], [0.0])
    assert found.twin_node.tolist() == [network.node_ids.tolist().index("m")]
    walk = np.hypot(10.0, 30.0) / 4000 * 60
    np.testing.assert_allclose(times(network, HOME, on("d")), [[walk + 0.98]], atol=1e-3)


def test_a_road_closed_for_a_while_stays_the_twin_that_it_was() -> None:
    shut = laid(APART, [[]] * 4, closed=[False, True, False, False], for_a_while=[0, 1, 0, 0])
    lane = laid(APART, [[]] * 4, closed=[True, False, False, False], for_a_while=[1, 0, 0, 0])

    assert hung(shut, HOME).twin.tolist() == [1]
    assert hung(lane, HOME).edge.tolist() == [0]
    np.testing.assert_allclose(times(shut, HOME, on("bd")), [[NEAR + 1.0, INF]], atol=1e-3)
    # The westbound lane is open still: to d, by the tie to a, and no farther.
    np.testing.assert_allclose(times(lane, HOME, on("bd")), [[INF, FAR + 1.0]], atol=1e-3)


def test_places_that_name_a_node_have_no_twin() -> None:
    home = HOME.assign(node_id="a")

    assert hung(APART, home).twin.tolist() == [-1]


def test_nobody_changes_carriageways_at_the_home_of_another() -> None:
    # Without ties whoever drives east stays on that lane, whoever lives along it.
    network = roads(PAIR, *LANES)
    start, end = on("ac"), on("bd")

    alone = times(network, start, end)
    with_home = times(network, pd.concat([start, HOME]), pd.concat([end, HOME]))

    assert alone.tolist() == [[2.0, INF], [INF, 2.0]]
    assert with_home[:2, :2].tolist() == alone.tolist()


def test_minutes_of_others_stay_whoever_else_lives_along_the_road() -> None:
    homes = at(one=(100.0, -9.0), two=(730.0, 40.0))
    others = at(three=(300.0, -3.0), four=(500.0, 7.0), five=(900.0, 20.0))

    alone = times(APART, homes, homes)
    among = times(APART, pd.concat([homes, others]), pd.concat([others, homes]))

    np.testing.assert_allclose(among[:2, 3:], alone, rtol=1e-12)


def test_the_nearest_facilities_are_those_of_either_carriageway_each_once() -> None:
    network = roads(PAIR, *LANES, ("b", "c", TIE))
    sites = pd.concat([on("bd"), at(F=(200.0, -15.0))])
    given_: dict[str, Any] = {"speeds_kmh": SPEEDS, "snap_speed_kmh": 4.0, "count": 3}

    there = nearest_by_road(network, HOME, sites, **given_)
    back = nearest_by_road(network, HOME, sites, outreach=True, **given_)

    # B: 500 m east. D: 500 m west. F: 300 m west on the farther lane, on foot over the road twice.
    costs = {"F": FAR + 0.6 + FAR, "D": FAR + 1.0, "B": NEAR + 1.0}
    expected = sorted(costs.items(), key=lambda one: one[1])
    assert there["facility_id"].tolist() == [name for name, _ in expected]
    np.testing.assert_allclose(there["cost"], [cost for _, cost in expected], atol=1e-3)
    # Staff come from F along the near lane, and from B by the tie and the far one.
    costs = {"F": NEAR + 0.6 + NEAR, "B": 0.03 + 1.0 + FAR}
    assert back["facility_id"].tolist()[:2] == list(costs)
    np.testing.assert_allclose(back["cost"], [*costs.values(), INF], atol=1e-3)


def test_a_facility_found_on_both_carriageways_counts_at_its_least_cost() -> None:
    costs = np.array([[1.0, 4.0, INF], [9.0, 9.5, 9.7], [1.0, 2.0, 4.0]])
    labels = np.array([[2, 0, -1], [7, 8, 9], [1, 0, 2]])

    found = least_of_each(costs, labels, np.array([0]))

    assert found[0].tolist() == [[1.0, 1.0, 2.0], [9.0, 9.5, 9.7]]
    assert found[1].tolist() == [[1, 2, 0], [7, 8, 9]]


@pytest.mark.parametrize("outward", [False, True])
def test_catchments_hold_the_villages_that_the_matrix_says(outward: bool) -> None:  # noqa: FBT001 - a case
    homes = places(at(one=(150.0, -15.0), two=(500.0, -15.0), three=(850.0, 30.0)), "homes")
    sites = places(at(F=(300.0, -15.0), G=(700.0, 45.0)), "sites")
    minutes = edge_minutes(APART, SPEEDS)
    ends = (sites, homes) if outward else (homes, sites)
    costs = road_trips(APART, *ends, minutes=minutes, snap_speed_kmh=4.0).matrix(1.5).dense()
    costs = costs.T if outward else costs
    limits = sorted(costs.ravel().tolist())
    land = Land(box(109.89, 31.09, 109.92, 31.11), 100.0)

    table = catchments(
        APART, homes, sites, way=RoadWay(minutes, 4.0, 1.5, 0.0, outward), limits=limits, land=land
    )

    for row in table.itertuples():
        within = costs[:, sites.ids.index(str(row.facility_id))] <= row.limit
        assert row.places == tuple(np.array(homes.ids)[within])
        assert not row.ambiguous
    assert len(table) == 2 * len(limits)


def test_the_land_along_the_road_is_reached_by_either_carriageway() -> None:
    # From F, 200 m from a, staff reach d by the far lane, though the near one leads to b only.
    network = roads(PAIR, *LANES)
    homes, sites = places(at(one=(50.0, 45.0)), "homes"), places(at(F=(200.0, -15.0)), "sites")
    way = RoadWay(edge_minutes(network, SPEEDS), 4.0, 1.0, 0.0, outward=True)
    land = Land(box(109.89, 31.09, 109.92, 31.11), 100.0)

    area = catchments(network, homes, sites, way=way, limits=[1.4], land=land).geometry.iloc[0]

    # On foot to the lane (0.45), 0.3 to x = 50 and 0.4 to d, and 0.45 on foot to the home.
    from shapely import Point as Mark

    assert area.covers(Mark(spot(50, 45)))
    # The far lane is reached west of F, and not where one would have to drive against it.
    assert area.covers(Mark(spot(100, 16)))
    assert not area.covers(Mark(spot(400, 16)))


def test_large_matrices_with_a_limit_take_the_quicker_carriageway_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    homes = at(one=(150.0, -15.0), two=(500.0, -15.0), three=(850.0, 30.0))
    more = {"limit": 1.6, "factor": 1.3}
    dense = times(APART, homes, homes, **more)

    monkeypatch.setattr(door_to_door, "LARGE", 0)

    assert np.isfinite(dense).any()
    assert np.isinf(dense).any()
    assert times(APART, homes, homes, **more).tolist() == dense.tolist()


def test_trips_searched_up_to_a_reach_answer_for_no_more() -> None:
    ends = places(HOME, "o"), places(on("bd"), "d")
    minutes = edge_minutes(APART, SPEEDS)
    trips = road_trips(APART, *ends, minutes=minutes, snap_speed_kmh=4.0, reach=2.0)

    assert trips.matrix(1.0, 1.3).dense().tolist() == [[pytest.approx(NEAR + 1.0, abs=1e-3), INF]]
    with pytest.raises(ParameterError, match="searched up to 2 min only"):
        trips.matrix(1.0, 5.0)
    with pytest.raises(ParameterError, match="snap_speed_kmh"):
        spots_of(ends[0], hung(APART, HOME), 0.0)


def test_trips_without_a_second_spot_are_plain_trips() -> None:
    network = roads(PAIR, ("a", "b", {"oneway": False}))
    home = places(HOME, "homes")
    spots = spots_of(home, hung(network, HOME), 4.0)

    found = trips_between((home.ids, home.ids), (spots, spots), np.zeros((1, 1)), None, None)

    assert type(found).__name__ == "Trips"
    assert spots.twins.size == 0


def drawn(seed: int) -> tuple[RoadNetwork, RoadNetwork, pd.DataFrame]:
    """Draw two-way roads with bends, the same cut into two one-way roads each, and places."""
    rng = np.random.default_rng(seed)
    nodes = 5
    table = pd.DataFrame(rng.uniform(0, 5000, (nodes, 2)), columns=["x", "y"])
    table["lon"], table["lat"] = spot(table["x"], table["y"])
    table["node_id"] = [f"n{one}" for one in range(nodes)]
    ends = rng.integers(0, nodes, (6, 2))
    ends = ends[ends[:, 0] != ends[:, 1]]
    names = np.array(table["node_id"])
    edges = pd.DataFrame({"u": names[ends[:, 0]], "v": names[ends[:, 1]], "road_class": "x"})
    edges["length_m"] = rng.uniform(15_000, 20_000, len(edges))
    edges["edge_id"] = [f"e{one}" for one in range(len(edges))]
    bends = [
        [spot(*point) for point in rng.uniform(0, 5000, (rng.integers(0, 3), 2))] for _ in ends
    ]
    back = edges.rename(columns={"u": "v", "v": "u"})
    both = [
        edges.assign(edge_id=edges["edge_id"] + "a"),
        back.assign(edge_id=edges["edge_id"] + "b"),
    ]
    cut = RoadNetwork.from_tables(table, pd.concat(both).assign(oneway=True))
    twice = [way for one in bends for way in (one, one[::-1])]
    homes = pd.DataFrame(
        [spot(*point) for point in rng.uniform(-500, 5500, (6, 2))],
        columns=["lon", "lat"],
        index=[f"p{one}" for one in range(6)],
    )
    return laid(RoadNetwork.from_tables(table, edges), bends), laid(cut, twice), homes


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), factor=st.sampled_from([0.8, 1.0, 1.7]))
def test_a_two_way_road_cut_into_two_one_way_roads_gives_the_same_minutes(
    seed: int, factor: float
) -> None:
    whole, cut, homes = drawn(seed)
    if not whole.u.size:
        return

    expected, found = (times(one, homes, homes, factor=factor) for one in (whole, cut))

    # The place itself: no way, twice the way to the road, as before.
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    given_: dict[str, Any] = {"speeds_kmh": SPEEDS, "snap_speed_kmh": 4.0, "count": 3}
    for outreach in (False, True):
        near = [
            nearest_by_road(one, homes.iloc[:4], homes.iloc[2:], outreach=outreach, **given_)
            for one in (whole, cut)
        ]
        np.testing.assert_allclose(near[1]["cost"], near[0]["cost"], rtol=0, atol=1e-9)
        assert near[1]["facility_id"].tolist() == near[0]["facility_id"].tolist()


@pytest.mark.slow  # it compiles, once
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_hierarchy_takes_the_quicker_carriageway_too(seed: int) -> None:
    pytest.importorskip("numba")
    _, cut, homes = drawn(seed)
    if not cut.u.size:
        return
    nearly = prepare_roads(cut, speeds_kmh=SPEEDS, hierarchy=True)

    found = network_matrix(nearly, homes, homes, snap_speed_kmh=4.0).dense()

    np.testing.assert_allclose(found, times(cut, homes, homes), rtol=1e-11, atol=1e-9)


def test_rows_in_any_order_give_the_same_twins_and_minutes() -> None:
    _, cut, homes = drawn(7)
    nodes = pd.DataFrame({"node_id": cut.node_ids, "lon": cut.lon, "lat": cut.lat})
    edges = pd.DataFrame(
        {
            "edge_id": cut.edge_ids,
            "u": cut.node_ids[cut.u],
            "v": cut.node_ids[cut.v],
            "length_m": cut.length_m * 9,
            "road_class": cut.road_class,
            "oneway": cut.oneway,
        }
    )
    one = RoadNetwork.from_tables(nodes, edges)
    other = RoadNetwork.from_tables(nodes[::-1], edges[::-1])

    assert times(other, homes[::-1], homes).tolist() == times(one, homes, homes)[::-1].tolist()
    there, back = hung(one, homes), hung(other, homes[::-1])
    assert (there.twin >= 0).any()
    for name in Snaps.__slots__:
        np.testing.assert_array_equal(getattr(there, name), getattr(back, name)[::-1])


def test_twins_looked_for_in_blocks_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    _, cut, homes = drawn(11)
    whole = hung(cut, homes)

    monkeypatch.setattr(snapping, "MANY", 3)

    assert (whole.twin >= 0).any()
    for name in Snaps.__slots__:
        np.testing.assert_array_equal(getattr(hung(cut, homes), name), getattr(whole, name))


def test_roads_made_ready_know_their_twins_too() -> None:
    ready = PreparedRoads(APART, edge_minutes(APART, SPEEDS))
    home = places(HOME, "homes")

    assert isinstance(home, Places)
    assert ready.hang(home, "homes").twin.tolist() == [1]
    found = network_matrix(ready, HOME, on("d"), snap_speed_kmh=4.0).dense()
    np.testing.assert_allclose(found, [[FAR + 1.0]], atol=1e-3)
