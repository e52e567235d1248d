"""The roads as a search sees them, and places put on them."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel.edges import EdgeMinutes
from wushan_geo.travel.graph import Graph, graph_from_arcs, graph_of, turned
from wushan_geo.travel.network import PreparedRoads, with_places
from wushan_geo.travel.network.prepared import behind
from wushan_geo.travel.snap import Snaps

INF = float("inf")


def roads(*edges: str, nodes: str = "abcd") -> RoadNetwork:
    """Make a network of edges such as "ab"."""
    ends = pd.DataFrame({"u": [one[0] for one in edges], "v": [one[1] for one in edges]})
    ends = ends.assign(edge_id=[f"e{at}" for at in range(len(edges))], length_m=1.0, road_class="x")
    return RoadNetwork.from_tables(
        pd.DataFrame({"node_id": list(nodes), "lon": 109.0, "lat": 31.0}), ends
    )


def minutes(forward: list[float], backward: list[float] | None = None) -> EdgeMinutes:
    there = np.array(forward)
    return EdgeMinutes(there, there if backward is None else np.array(backward))


def arcs(graph: Graph) -> list[tuple[int, int, float]]:
    start = np.repeat(np.arange(graph.size), np.diff(graph.indptr))
    return list(zip(start.tolist(), graph.end.tolist(), graph.minutes.tolist(), strict=True))


def hung(*spots: tuple[int, float]) -> Snaps:
    """Hang places: on an edge at a share, or with edge -1 on the node named by the number."""
    edge = np.array([one for one, _ in spots], dtype=np.intp)
    value = np.array([two for _, two in spots], dtype=float)
    node = np.where(edge < 0, value, -1).astype(np.intp)
    share = np.where(edge < 0, np.nan, value)
    return Snaps(node, edge, share, *(np.zeros(edge.size) for _ in range(3)))


def test_arcs_are_sorted_and_each_pair_of_nodes_is_there_once() -> None:
    graph = graph_of(roads("ba", "ab", "ca"), minutes([2, 1, 1], [2, 1, INF]))

    assert arcs(graph) == [(0, 1, 1.0), (1, 0, 1.0), (2, 0, 1.0)]
    assert graph.indptr.tolist() == [0, 1, 2, 3, 3]


def test_an_arc_of_no_length_is_an_arc_and_an_infinite_one_is_none() -> None:
    graph = graph_of(roads("ab", "bc"), minutes([0, INF], [INF, 0]))

    assert arcs(graph) == [(0, 1, 0.0), (2, 1, 0.0)]


def test_turning_round_twice_gives_the_same_arcs() -> None:
    graph = graph_of(roads("ab", "bc", "ca", "ac"), minutes([1, 2, 3, 4], [5, INF, 0, 1]))

    back = turned(graph)

    assert sorted((end, start, cost) for start, end, cost in arcs(graph)) == arcs(back)
    assert arcs(turned(back)) == arcs(graph)


def test_places_cut_their_edge_in_the_order_of_their_shares() -> None:
    # e0 takes 8 minutes there and 4 back, with places at a half and a quarter of it.
    graph, origins, destinations = with_places(
        roads("ab", "bc"), minutes([8, 1], [4, 1]), hung((0, 0.5), (-1, 2)), hung((0, 0.25))
    )

    assert (origins.tolist(), destinations.tolist()) == ([5, 2], [4])
    assert arcs(graph) == [
        (0, 1, 8.0), (0, 4, 2.0),
        (1, 0, 4.0), (1, 2, 1.0), (1, 5, 2.0),
        (2, 1, 1.0),
        (4, 0, 1.0), (4, 5, 2.0),
        (5, 1, 4.0), (5, 4, 1.0),
    ]  # fmt: skip


def test_places_on_a_one_way_edge_are_passed_one_way() -> None:
    graph, *_ = with_places(roads("ab"), minutes([8], [INF]), hung((0, 0.5)), hung((0, 0.75)))

    assert arcs(graph) == [(0, 1, 8.0), (0, 4, 4.0), (4, 5, 2.0), (5, 1, 2.0)]


def test_places_at_one_spot_share_a_node() -> None:
    graph, origins, destinations = with_places(
        roads("ab", "ab"), minutes([8, 2]), hung((0, 0.5), (1, 0.5), (0, 0.5)), hung((0, 0.5))
    )

    assert (origins.tolist(), destinations.tolist()) == ([4, 5, 4], [4])
    assert (0, 1, 2.0) in arcs(graph)
    assert (0, 4, 4.0) in arcs(graph)
    assert (0, 5, 1.0) in arcs(graph)


def test_a_place_on_a_road_from_a_node_to_itself_takes_the_shorter_way() -> None:
    graph, *_ = with_places(roads("aa"), minutes([8]), hung((0, 0.75)), hung())

    assert (0, 4, 2.0) in arcs(graph)
    assert (4, 0, 2.0) in arcs(graph)


def test_without_places_between_nodes_nothing_is_cut() -> None:
    network, costs = roads("ab", "bc"), minutes([8, 0], [4, INF])

    graph, origins, destinations = with_places(network, costs, hung((-1, 1)), hung())

    assert arcs(graph) == arcs(graph_of(network, costs))
    assert (origins.tolist(), destinations.tolist()) == ([1], [])


@settings(max_examples=40, deadline=None)
@given(
    edges=st.lists(st.sampled_from(["ab", "ba", "aa", "bc", "cd", "ad"]), min_size=1, max_size=6),
    costs=st.lists(st.sampled_from([0.0, 1.0, 2.5, INF]), min_size=12, max_size=12),
    spots=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from([0.1, 0.3, 0.30000001, 0.9])), max_size=6
    ),
)
def test_the_graph_turned_round_has_the_same_places(
    edges: list[str], costs: list[float], spots: list[Any]
) -> None:
    count = len(edges)
    prepared = PreparedRoads(roads(*edges), minutes(costs[:count], costs[6 : 6 + count]))
    spots = [(edge % count, share) for edge, share in spots]

    joined = prepared.joined(hung(*spots[:3]), hung(*spots[3:]))

    assert sorted((end, start, cost) for start, end, cost in arcs(joined.graph)) == arcs(
        joined.back
    )
    assert arcs(joined.graph) == sorted(arcs(joined.graph))


def test_a_place_behind_its_own_way_is_passed_by_nobody() -> None:
    way = graph_from_arcs(2, np.array([0, 1]), np.array([1, 0]), np.array([3.0, 4.0]))

    graph, nodes = behind(way, np.array([1, 1, 0]), np.array([5.0, 0.0, 1.0]))

    assert nodes.tolist() == [2, 3, 4]
    assert arcs(graph) == [(0, 1, 3), (1, 0, 4), (2, 1, 5), (3, 1, 0), (4, 0, 1)]


def test_snaps_of_another_network_are_refused() -> None:
    with pytest.raises(IndexError):
        with_places(roads("ab"), minutes([8]), hung((7, 0.5)), hung())
