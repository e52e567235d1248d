"""Shortest times by road, against plain loops and numbers worked out by hand."""

import itertools
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import CrsError, ParameterError, UnknownIdError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel.edges import EdgeMinutes, edge_minutes
from wushan_geo.travel.matrix import CompressedRows, TravelMatrix
from wushan_geo.travel.network import PreparedRoads, components, network_matrix, plain, road_trips
from wushan_geo.travel.network import matrix as door_to_door
from wushan_geo.travel.places import places
from wushan_geo.travel.snap import Snaps, snap

INF = float("inf")
# At 60 km/h a kilometre takes a minute, so that lengths in metres read as thousandths of a minute.
SPEEDS = {"fast": 60.0, "slow": 30.0}
Edge = tuple[str, str, float, str, bool, bool]


def roads(edges: list[Edge], nodes: str = "abcdef") -> RoadNetwork:
    """Make a network of edges (u, v, metres, class, one-way, closed); nodes lie in a row."""
    names = ["u", "v", "length_m", "road_class", "oneway", "closed"]
    table = pd.DataFrame(edges, columns=names)
    table.insert(0, "edge_id", [f"e{at:03}" for at in range(len(edges))])
    lon = [109.0 + at / 10 for at in range(len(nodes))]
    return RoadNetwork.from_tables(
        pd.DataFrame({"node_id": list(nodes), "lon": lon, "lat": 31.0}), table
    )


def way(u: str, v: str, metres: float = 1000.0, *, oneway: bool = False) -> Edge:
    return (u, v, metres, "fast", oneway, False)


def on(*nodes: str) -> pd.DataFrame:
    """Make places that lie at road nodes and carry their names in capitals."""
    return pd.DataFrame({"node_id": list(nodes)}, index=[one.upper() for one in nodes])


def times(network: RoadNetwork, origins: str, destinations: str, **more: Any) -> Any:
    return network_matrix(
        network,
        on(*origins),
        on(*destinations),
        **{"speeds_kmh": SPEEDS, "snap_speed_kmh": 4.0} | more,
    )


def matrix_of(network: RoadNetwork, origins: Any, destinations: Any, **more: Any) -> TravelMatrix:
    settings_ = {"speeds_kmh": SPEEDS, "snap_speed_kmh": 4.0} | more
    return network_matrix(network, origins, destinations, **settings_)


def times_of(network: RoadNetwork, origins: Any, destinations: Any, **more: Any) -> Any:
    return matrix_of(network, origins, destinations, **more).dense()


def by_hand(network: RoadNetwork, speeds: dict[str, float]) -> dict[tuple[str, str], float]:
    """Floyd and Warshall, three plain loops over all nodes."""
    names = network.node_ids.tolist()
    cost = {(one, two): 0.0 if one == two else INF for one in names for two in names}
    for at, kind in enumerate(network.road_class):
        if network.closed[at]:
            continue
        u, v = names[network.u[at]], names[network.v[at]]
        minutes = network.length_m[at] / 1000 / speeds[kind] * 60
        cost[u, v] = min(cost[u, v], minutes)
        if not network.oneway[at]:
            cost[v, u] = min(cost[v, u], minutes)
    for middle, one, two in itertools.product(names, names, names):
        cost[one, two] = min(cost[one, two], cost[one, middle] + cost[middle, two])
    return cost


edge_strategy = st.tuples(
    st.sampled_from("abcdef"),
    st.sampled_from("abcdef"),
    st.sampled_from([0.0, 0.0, 100.0, 1000.0, 2500.0, 7000.0]),
    st.sampled_from(["fast", "slow"]),
    st.booleans(),
    st.sampled_from([False, False, False, True]),
)


@settings(max_examples=60, deadline=None)
@given(
    edges=st.lists(edge_strategy, max_size=14),
    origins=st.sets(st.sampled_from("abcdef"), min_size=1),
    destinations=st.sets(st.sampled_from("abcdef"), min_size=1),
)
def test_times_agree_with_plain_loops_on_any_network(
    edges: list[Edge], origins: set[str], destinations: set[str]
) -> None:
    network = roads(edges)
    expected = by_hand(network, SPEEDS)

    found = times(network, "".join(sorted(origins)), "".join(sorted(destinations))).dense()

    wanted = [[expected[one, two] for two in sorted(destinations)] for one in sorted(origins)]
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_times_agree_with_networkx_on_a_larger_network() -> None:
    rng = np.random.default_rng(11)
    names = [f"n{at:03}" for at in range(120)]
    edges = pd.DataFrame(
        {
            "edge_id": [f"e{at:03}" for at in range(260)],
            "u": rng.choice(names, 260),
            "v": rng.choice(names, 260),
            "length_m": rng.choice([0.0, *rng.uniform(50, 9000, 40)], 260),
            "road_class": rng.choice(["fast", "slow"], 260),
            "oneway": rng.random(260) < 0.3,
        }
    )
    nodes = pd.DataFrame({"node_id": names, "lon": rng.uniform(109, 110, 120), "lat": 31.0})
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(names)
    for edge in edges.itertuples():
        minutes = edge.length_m / 1000 / SPEEDS[edge.road_class] * 60
        graph.add_edge(edge.u, edge.v, minutes=minutes)
        if not edge.oneway:
            graph.add_edge(edge.v, edge.u, minutes=minutes)
    expected = dict(nx.all_pairs_dijkstra_path_length(graph, weight="minutes"))

    matrix = network_matrix(
        RoadNetwork.from_tables(nodes, edges),
        pd.DataFrame({"node_id": names}, index=names),
        pd.DataFrame({"node_id": names[:7]}, index=names[:7]),
        speeds_kmh=SPEEDS,
        snap_speed_kmh=4.0,
    )

    wanted = [[expected[one].get(two, INF) for two in names[:7]] for one in names]
    np.testing.assert_allclose(matrix.dense(), wanted, rtol=1e-6)


def test_the_direction_of_one_way_roads_decides() -> None:
    network = roads([way("a", "b", oneway=True), way("b", "c", oneway=True), way("c", "a", 9000.0)])

    assert times(network, "a", "c").dense().tolist() == [[2]]
    assert times(network, "c", "a").dense().tolist() == [[9]]
    assert times(network, "c", "b").dense().tolist() == [[10]]


def test_the_direction_holds_from_whichever_side_is_searched() -> None:
    network = roads([way("a", "b", oneway=True), way("b", "c", oneway=True), way("c", "a", 9000.0)])

    few_ends = times(network, "abc", "c").dense()
    few_starts = times(network, "a", "abc").dense()

    assert few_ends.tolist() == [[2], [1], [0]]
    assert few_starts.tolist() == [[0, 1, 2]]


def test_the_fastest_of_parallel_edges_counts_and_they_never_add_up() -> None:
    slow, short, long = ("a", "b", 1000.0, "slow", False, False), way("a", "b"), way("a", "b", 5e3)

    for edges in itertools.permutations([slow, short, long]):
        assert times(roads(list(edges)), "a", "b").dense().tolist() == [[1]]


def test_an_edge_of_no_length_takes_no_time_and_is_still_a_road() -> None:
    network = roads([way("a", "b", 0.0), way("b", "c", 0.0), way("c", "d")])

    assert times(network, "a", "bcd").dense().tolist() == [[0, 0, 1]]
    assert components(network)[list("abcd")].tolist() == [0, 0, 0, 0]


def test_closed_edges_are_never_travelled() -> None:
    network = roads([("a", "b", 1000.0, "fast", False, True), way("a", "c"), way("c", "b", 3000.0)])

    assert times(network, "a", "b").dense().tolist() == [[4]]


def test_what_no_road_reaches_is_infinitely_far() -> None:
    network = roads([way("a", "b"), way("c", "d")])

    assert times(network, "ab", "bc").dense().tolist() == [[1, INF], [0, INF]]


def test_parts_are_numbered_by_size_and_reported_for_each_place() -> None:
    network = roads([way("a", "b"), way("c", "d", oneway=True), way("d", "e")])

    trips = road_trips(
        network,
        places(on("a", "c"), "origins"),
        places(on("e"), "destinations"),
        minutes=edge_minutes(network, SPEEDS),
        snap_speed_kmh=4,
    )

    assert components(network).to_dict() == {"a": 1, "b": 1, "c": 0, "d": 0, "e": 0, "f": 2}
    assert trips.snaps["part"].tolist() == [1, 0, 0]
    assert trips.snaps["role"].tolist() == ["origin", "origin", "destination"]
    assert trips.snaps["place_id"].tolist() == ["A", "C", "E"]


def test_a_closed_edge_parts_the_network() -> None:
    network = roads(
        [way("a", "b"), ("b", "c", 1.0, "fast", False, True), way("c", "d"), way("d", "e")]
    )

    assert components(network)[list("abcde")].tolist() == [1, 1, 0, 0, 0]


def test_a_trip_exactly_at_the_limit_is_kept() -> None:
    # Ten edges of 0.1 and 0.7 minutes: their floating-point sums miss 1 and 7 in the last digit.
    for metres, limit in ((100.0, 1.0), (700.0, 7.0)):
        names = "abcdefghijk"
        network = roads([way(u, v, metres) for u, v in itertools.pairwise(names)], names)

        assert times(network, "a", "k", limit=limit).dense().tolist() == [[limit]]
        assert times(network, "a", "k").within(limit).all()
        assert times(network, "abcdefghijk", "k", limit=limit).within(limit).all()
        assert times(network, "a", "k", limit=limit - 1e-6).dense().tolist() == [[INF]]


def test_the_limit_holds_for_the_whole_trip_and_not_for_the_road_alone() -> None:
    network = roads([way("a", "b", 20_000.0)])

    for factor, fixed, kept in (
        (1.0, 10, True),
        (1.0, 10.01, False),
        (1.2, 6, True),
        (1.2, 6.1, False),
    ):
        matrix = times(network, "a", "b", limit=30, factor=factor, origin_minutes={"A": fixed})
        assert matrix.limit == 30
        assert bool(np.isfinite(matrix.dense()).all()) is kept


def test_snaps_are_charged_at_their_speed_on_both_ends_and_reported() -> None:
    network = roads([way("a", "b", 10_000.0)])
    home = pd.DataFrame({"lon": [109.0], "lat": [31.02]}, index=["home"])
    centre = pd.DataFrame({"lon": [109.1], "lat": [31.01]}, index=["centre"])
    settings_ = {"minutes": edge_minutes(network, SPEEDS), "snap_speed_kmh": 4.0}

    trips = road_trips(network, places(home, "o"), places(centre, "d"), **settings_)
    snaps = trips.snaps.set_index("place_id")

    # A degree of latitude is 110 869 m at 31 degrees north.
    np.testing.assert_allclose(snaps["snap_m"], [2217.4, 1108.7], atol=0.2)
    np.testing.assert_allclose(snaps["snap_min"], snaps["snap_m"] / 1000 / 4 * 60)
    assert snaps["node_id"].tolist() == ["a", "b"]
    assert snaps["edge_id"].tolist() == ["e000", "e000"]
    assert snaps["share"].tolist() == [0, 1]
    np.testing.assert_allclose(
        network_matrix(network, home, centre, **settings_).dense(), 10 + snaps["snap_min"].sum()
    )
    faster = network_matrix(network, home, centre, speeds_kmh=SPEEDS, snap_speed_kmh=8.0)
    np.testing.assert_allclose(faster.dense(), 10 + snaps["snap_min"].sum() / 2)


def test_minutes_at_the_origin_are_charged_once_by_id_and_reported() -> None:
    network = roads([way("a", "b"), way("b", "c")])
    charged = pd.Series({"B": 5.0, "A": 2.0})

    matrix = times(network, "ab", "abc", origin_minutes=charged)
    at = places(on("a", "b"), "o", minutes=charged)
    trips = road_trips(network, at, at, minutes=edge_minutes(network, SPEEDS), snap_speed_kmh=4)

    assert matrix.dense().tolist() == [[2, 3, 4], [6, 5, 6]]
    assert trips.snaps["other_min"].tolist() == [2, 5, 2, 5]


def test_origin_minutes_must_name_every_origin_and_nobody_else() -> None:
    network = roads([way("a", "b")])

    with pytest.raises(UnknownIdError, match=r"origins' minutes is missing for B; .*: X"):
        times(network, "ab", "b", origin_minutes={"A": 1, "X": 1})
    with pytest.raises(ParameterError, match="origins' minutes is negative for A"):
        times(network, "a", "b", origin_minutes={"A": -1})


def test_the_factor_stretches_the_road_and_nothing_else() -> None:
    network = roads([way("a", "b", 10_000.0)])
    trips = road_trips(
        network,
        places(on("a"), "o", minutes={"A": 5}),
        places(on("b"), "d"),
        minutes=edge_minutes(network, SPEEDS),
        snap_speed_kmh=4,
    )

    assert [trips.matrix(one).dense().item() for one in (0.8, 1.0, 1.2)] == [13, 15, 17]


def test_one_search_serves_every_factor() -> None:
    network = roads([way("a", "b", 10_000.0), way("b", "c", 300.0)])

    for factor in (0.8, 1.0, 1.2):
        alone = times(network, "abc", "c", factor=factor)
        trips = road_trips(
            network,
            places(on(*"abc"), "o"),
            places(on("c"), "d"),
            minutes=edge_minutes(network, SPEEDS),
            snap_speed_kmh=4,
        )
        assert trips.matrix(factor) == alone


def test_a_search_that_stopped_early_does_not_answer_for_more() -> None:
    network = roads([way("a", "b", 10_000.0)])
    trips = road_trips(
        network,
        places(on("a"), "o"),
        places(on("b"), "d"),
        minutes=edge_minutes(network, SPEEDS),
        snap_speed_kmh=4,
        reach=30.0,
    )

    assert trips.matrix(1.0, limit=30).dense().tolist() == [[10]]
    assert trips.matrix(2.0, limit=60).dense().tolist() == [[20]]
    with pytest.raises(ParameterError, match=r"searched up to 24 min only.*for 30 min"):
        trips.matrix(0.8, limit=30)
    with pytest.raises(ParameterError, match=r"searched up to 30 min only.*for no limit"):
        trips.matrix(1.0)


@settings(max_examples=20, deadline=None)
@given(edges=st.lists(edge_strategy, min_size=1, max_size=12))
def test_faster_roads_and_smaller_factors_never_take_longer(edges: list[Edge]) -> None:
    network = roads(edges)
    base = times(network, "abcdef", "abc").dense()

    faster = times(network, "abcdef", "abc", speeds_kmh={"fast": 60.0, "slow": 50.0}).dense()
    stretched = times(network, "abcdef", "abc", factor=1.3).dense()
    more_roads = roads([*edges, way("a", "f", 500.0)])

    assert (faster <= base).all()
    assert (stretched >= base).all()
    assert (np.isinf(stretched) == np.isinf(base)).all()
    assert (times(more_roads, "abcdef", "abc").dense() <= base).all()


def test_shuffled_inputs_give_the_same_times_by_id() -> None:
    edges = [
        way("a", "b"),
        way("b", "c", 2500.0, oneway=True),
        way("c", "d", 0.0),
        way("d", "a", 700.0),
    ]
    straight = times(roads(edges), "abcd", "cd")

    turned = times(roads(edges[::-1]), "dcba", "dc")

    assert turned.select(straight.origin_ids, straight.destination_ids) == straight


def test_inputs_are_not_changed() -> None:
    homes = pd.DataFrame({"lon": [109.0], "lat": [31.0], "node_id": [None]}, index=["home"])
    before, speeds = homes.copy(deep=True), dict(SPEEDS)

    network_matrix(roads([way("a", "b")]), homes, homes, speeds_kmh=speeds, snap_speed_kmh=4.0)

    pd.testing.assert_frame_equal(homes, before)
    assert speeds == SPEEDS


def test_several_places_may_share_a_node() -> None:
    homes = pd.DataFrame({"node_id": ["a", "a", "b"]}, index=["1", "2", "3"])

    matrix = network_matrix(
        roads([way("a", "b")]), homes, on("b"), speeds_kmh=SPEEDS, snap_speed_kmh=4.0
    )

    assert matrix.dense().tolist() == [[1], [1], [0]]


def test_searching_in_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    network = roads([way("a", "b"), way("b", "c"), way("c", "d"), way("e", "f")])
    whole = times(network, "abcdef", "abcdef")

    monkeypatch.setattr(plain, "BLOCK", 13)

    assert times(network, "abcdef", "abcdef") == whole


def test_nobody_and_nowhere_are_defined() -> None:
    network = roads([way("a", "b")])

    assert times(network, "", "b").dense().shape == (0, 1)
    assert times(network, "ab", "").dense().shape == (2, 0)
    assert times(roads([]), "a", "ab").dense().tolist() == [[0, INF]]


def test_every_class_in_use_needs_a_speed() -> None:
    ferry = ("a", "b", 900.0, "ferry", False, False)
    closed = ("b", "c", 900.0, "rope", False, True)

    with pytest.raises(
        ParameterError, match=r"no speed for the road class ferry. It has: fast, slow"
    ):
        times(roads([ferry, closed]), "a", "b")
    matrix = times(roads([ferry, closed]), "a", "b", speeds_kmh={"ferry": 9.0})
    assert matrix.dense().tolist() == [[6]]


@pytest.mark.parametrize("speed", [0, -5, float("nan"), INF, "30", True])
def test_speeds_and_factors_must_be_above_zero(speed: Any) -> None:
    network = roads([way("a", "b")])

    with pytest.raises(ParameterError, match="the speed of fast must be a finite number above 0"):
        times(network, "a", "b", speeds_kmh={"fast": speed})
    with pytest.raises(ParameterError, match="snap_speed_kmh must be a finite number above 0"):
        times(network, "a", "b", snap_speed_kmh=speed)
    with pytest.raises(ParameterError, match="factor must be a finite number above 0"):
        times(network, "a", "b", factor=speed)


@pytest.mark.parametrize("limit", [-1, float("nan"), INF])
def test_limits_must_be_finite(limit: float) -> None:
    with pytest.raises(ParameterError, match="limit must be a finite number of at least 0"):
        times(roads([way("a", "b")]), "a", "b", limit=limit)


def test_points_need_degrees_or_a_node() -> None:
    network = roads([way("a", "b")])
    metres = pd.DataFrame({"lon": [500_000.0], "lat": [3_400_000.0]}, index=["A"])

    with pytest.raises(CrsError, match="origins have coordinates that are no degrees: A"):
        network_matrix(network, metres, on("b"), speeds_kmh=SPEEDS, snap_speed_kmh=4.0)
    with pytest.raises(UnknownIdError, match="named by destinations has no z"):
        times(network, "a", "z")


def beside(**points: tuple[float, float]) -> pd.DataFrame:
    """Make places at longitude and latitude, by name."""
    return pd.DataFrame(points, index=["lon", "lat"]).T


def test_a_place_between_the_ends_of_its_edge_takes_the_share_of_its_minutes() -> None:
    # Node a stands at 109.0 degrees and b at 109.1, so that the quarter is at 109.025.
    network = roads([way("a", "b", 10_000.0)])
    homes = beside(home=(109.025, 31.0))

    trips = road_trips(
        network,
        places(homes, "o"),
        places(on("a", "b"), "d"),
        minutes=edge_minutes(network, SPEEDS),
        snap_speed_kmh=4,
    )

    np.testing.assert_allclose(trips.moving, [[2.5, 7.5]])
    home = trips.snaps.iloc[0]
    assert (home["node_id"], home["edge_id"]) == ("", "e000")
    np.testing.assert_allclose(home["share"], 0.25)
    assert trips.snaps["edge_id"].tolist() == ["e000", "", ""]
    assert trips.snaps["share"].isna().tolist() == [False, True, True]


def test_trips_along_one_edge_do_not_go_by_its_ends() -> None:
    network = roads([way("a", "b", 10_000.0)])
    table = beside(near=(109.02, 31.0), same=(109.02, 31.0), far=(109.07, 31.0))

    found = times_of(network, table, table)

    np.testing.assert_allclose(found, [[0, 0, 5], [0, 0, 5], [5, 5, 0]], atol=1e-9)


def test_nobody_goes_back_against_a_one_way_edge() -> None:
    # From far back to near one has to go round by c: 3 km to b, then b-c-a, then 2 km.
    network = roads(
        [way("a", "b", 10_000.0, oneway=True), way("b", "c", 1000.0), way("c", "a", 1000.0)]
    )
    table = beside(near=(109.02, 31.0), far=(109.07, 31.0))
    edges = EdgeMinutes(np.array([10.0, 1.0, 1.0]), np.array([INF, 1.0, 1.0]))
    assert edge_minutes(network, SPEEDS).forward.tolist() == edges.forward.tolist()

    # b and c lie on the line of the edge, so that only a-b is there to hang on.
    only = places(table, "places")
    trips = road_trips(network, only, only, minutes=edges, snap_speed_kmh=4)

    assert trips.snaps["edge_id"].tolist() == ["e000"] * 4
    np.testing.assert_allclose(trips.moving, [[0, 5], [7, 0]], atol=1e-9)


def test_who_drives_past_is_not_slowed_by_those_who_live_there() -> None:
    network = roads([way("a", "b", 7_001.0), way("b", "c", 3_333.0)])
    rng = np.random.default_rng(3)
    crowd = pd.DataFrame({"lon": rng.uniform(109.0, 109.2, 50), "lat": 31.0})
    lonely = times(network, "a", "c").dense()

    everybody = pd.concat([on("a"), crowd.set_axis([f"x{at}" for at in range(50)])])
    found = times_of(network, everybody, on("c"))

    assert found[0].tolist() == lonely[0].tolist()


@settings(max_examples=40, deadline=None)
@given(
    edges=st.lists(edge_strategy, min_size=1, max_size=8),
    spots=st.lists(st.integers(1, 15), min_size=1, max_size=6),
)
def test_places_on_edges_agree_with_a_network_that_has_nodes_there(
    edges: list[Edge], spots: list[int]
) -> None:
    network = roads(edges)
    minutes = edge_minutes(network, SPEEDS)
    if not (minutes.passable & (network.u != network.v)).any():
        return
    table = pd.DataFrame({"lon": [109.0 + one / 32 for one in spots], "lat": 31.0})
    at = places(table, "places")
    hung = snap(network, at, minutes, "places")

    found = road_trips(network, at, at, minutes=minutes, snap_speed_kmh=4).moving

    np.testing.assert_allclose(found, on_edges_by_hand(network, minutes, hung), atol=1e-9)


def on_edges_by_hand(network: RoadNetwork, minutes: EdgeMinutes, hung: Snaps) -> Any:
    """Go by the ends of both edges, or along the edge if it is the same: the least of all ways."""
    between = by_hand(network, SPEEDS)
    names = network.node_ids

    def ways(one: int, *, out: bool) -> list[tuple[str, float]]:
        if hung.node[one] >= 0:
            return [(names[hung.node[one]], 0.0)]
        edge, share = hung.edge[one], hung.share[one]
        ahead, behind = minutes.forward[edge], minutes.backward[edge]
        to_u, to_v = (behind, ahead) if out else (ahead, behind)
        return [
            (names[network.u[edge]], to_u * share),
            (names[network.v[edge]], to_v * (1 - share)),
        ]

    count = hung.node.size
    found = np.empty((count, count))
    for one, two in itertools.product(range(count), range(count)):
        best = [
            start[1] + between[start[0], end[0]] + end[1]
            for start in ways(one, out=True)
            for end in ways(two, out=False)
        ]
        if hung.node[one] < 0 and hung.node[two] < 0 and hung.edge[one] == hung.edge[two]:
            edge, step = hung.edge[one], hung.share[two] - hung.share[one]
            along = minutes.forward[edge] if step > 0 else minutes.backward[edge]
            best.append(abs(step) * along if step else 0.0)
        found[one, two] = min(best)
    return found


def test_large_matrices_with_a_limit_hold_only_what_is_within_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = roads([way("a", "b"), way("b", "c"), way("c", "d"), way("d", "e"), way("e", "f")])
    table = beside(one=(109.03, 31.01), two=(109.17, 31.02), three=(109.31, 31.0))
    more = {"limit": 22.5, "factor": 1.3, "origin_minutes": {"one": 1, "two": 2, "three": 3}}
    dense = times_of(network, table, on(*"abcdef"), **more)

    monkeypatch.setattr(door_to_door, "LARGE", 0)
    rows = matrix_of(network, table, on(*"abcdef"), **more)

    assert isinstance(rows.costs, CompressedRows)
    assert 0 < rows.costs.data.size < 18
    assert rows.dense().tolist() == dense.tolist()


def test_minutes_may_stand_in_for_speeds_but_not_beside_them() -> None:
    network = roads([way("a", "b"), way("b", "c")])
    slower = EdgeMinutes(np.array([4.0, 5.0]), np.array([6.0, INF]))

    found = network_matrix(network, on(*"abc"), on("b"), minutes=slower, snap_speed_kmh=4.0)

    assert found.dense().tolist() == [[4], [0], [INF]]
    for more in ({}, {"minutes": slower, "speeds_kmh": SPEEDS}):
        with pytest.raises(ParameterError, match="give either speeds_kmh or minutes"):
            network_matrix(network, on("a"), on("b"), snap_speed_kmh=4.0, **more)


def test_roads_made_ready_answer_the_same() -> None:
    network = roads([way("a", "b"), way("b", "c", oneway=True), way("d", "e")])
    minutes = edge_minutes(network, SPEEDS)
    at = places(beside(one=(109.03, 31.01), two=(109.17, 31.02)), "places")
    ready = PreparedRoads(network, minutes)

    fresh = road_trips(network, at, at, minutes=minutes, snap_speed_kmh=4.0)
    for _ in range(2):
        again = road_trips(ready, at, at, snap_speed_kmh=4.0)
        assert again.moving.tolist() == fresh.moving.tolist()
        pd.testing.assert_frame_equal(again.snaps, fresh.snaps)
    with pytest.raises(ParameterError, match="leave speeds and minutes out"):
        road_trips(ready, at, at, minutes=minutes, snap_speed_kmh=4.0)
    with pytest.raises(ParameterError, match="either speeds_kmh or minutes"):
        road_trips(network, at, at, snap_speed_kmh=4.0)


def test_what_the_season_closes_parts_the_network_too() -> None:
    network = roads([way("a", "b"), way("b", "c"), way("c", "d"), way("d", "e")])
    flooded = EdgeMinutes(np.array([1, INF, 1, 1]), np.array([1, INF, 1, 1]))
    at = places(on("a", "e"), "places")

    trips = road_trips(network, at, at, minutes=flooded, snap_speed_kmh=4.0)

    assert trips.snaps["part"].tolist() == [1, 0, 1, 0]
    assert components(network, flooded)[list("abcde")].tolist() == [1, 1, 0, 0, 0]
    assert trips.moving.tolist() == [[0, INF], [INF, 0]]


def test_a_limit_that_a_cost_was_rounded_onto_keeps_the_pair() -> None:
    # 9280.00000004 m at 60 km/h are 9.28000000004 minutes, which is 9.28 to ten decimals.
    network = roads([way("a", "b", 9280.00000004)], "ab")

    assert times(network, "a", "b", limit=9.28).dense().tolist() == [[9.28]]
    beyond = roads([way("a", "b", 9280.0000006)], "ab")
    assert times(beyond, "a", "b", limit=9.28).dense().tolist() == [[INF]]


@pytest.mark.parametrize("limit", [None, 30.0])
def test_roads_far_from_every_place_are_refused_with_the_distance(
    limit: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = roads([way("a", "b")])  # from 109.0 to 109.1 degrees
    near = pd.DataFrame({"lon": [109.6, 112.0], "lat": 31.0}, index=["near", "away"])  # 48 km
    far = pd.DataFrame({"lon": [109.7, 112.0], "lat": 31.0}, index=["far", "away"])  # 57 km
    monkeypatch.setattr(door_to_door, "LARGE", 1)

    assert times_of(network, near, far, limit=limit).shape == (2, 2)
    with pytest.raises(ParameterError, match=r"the nearest place, far, is 57 km from a road"):
        times_of(network, far, far, limit=limit)
    # A place that names its node is where that node is.
    assert times_of(network, far, on("a"), limit=limit).shape == (2, 1)
