"""Shortest ways between nodes, against plain loops, networkx, and one engine against the other."""

import itertools
import sys
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError
from wushan_geo.travel.graph import Graph, graph_from_arcs, turned
from wushan_geo.travel.network import plain, search

INF = float("inf")
NODES = 7
ARC = st.tuples(
    st.integers(0, NODES - 1),
    st.integers(0, NODES - 1),
    st.sampled_from([0.0, 0.0, 0.5, 1.0, 1.0, 3.0, 7.25]),
)
ARCS = st.lists(ARC, max_size=24)
SOME = st.lists(st.integers(0, NODES - 1), max_size=9).map(lambda some: np.array(some, np.intp))


def graph_of(arcs: list[Any], size: int = NODES) -> Graph:
    start, end, minutes = np.array(arcs, dtype=float).reshape(-1, 3).T
    return graph_from_arcs(size, start.astype(np.intp), end.astype(np.intp), minutes)


def by_hand(arcs: list[Any], size: int = NODES) -> Any:
    """Bellman and Ford: go over all arcs until nothing becomes shorter."""
    cost = np.full((size, size), INF)
    np.fill_diagonal(cost, 0.0)
    for _ in range(size):
        for start, end, minutes in arcs:
            cost[:, end] = np.minimum(cost[:, end], cost[:, start] + minutes)
    return cost


def a_town(seed: int, side: int = 14, step: float | None = None) -> Graph:
    """Lay streets of a town in squares, some of them one-way or missing."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    minutes = rng.uniform(0.1, 3, u.size) if step is None else np.full(u.size, step)
    there, back = rng.random((2, u.size)) < 0.85
    return graph_from_arcs(
        node.size,
        np.concatenate([u[there], v[back]]),
        np.concatenate([v[there], u[back]]),
        np.concatenate([minutes[there], minutes[back]]),
    )


@settings(max_examples=60, deadline=None)
@given(arcs=ARCS, origins=SOME, destinations=SOME)
def test_a_matrix_agrees_with_plain_loops(arcs: list[Any], origins: Any, destinations: Any) -> None:
    graph, expected = graph_of(arcs), by_hand(arcs)[np.ix_(origins, destinations)]

    for back in (None, turned(graph)):
        found = search.matrix(graph, origins, destinations, back=back)
        assert found.tolist() == expected.tolist()
    for reach in (0.0, 1.0, 1.5, 7.25):
        found = search.matrix(graph, origins, destinations, reach)
        assert found.tolist() == np.where(expected <= reach, expected, INF).tolist()


@settings(max_examples=60, deadline=None)
@given(arcs=ARCS, origins=SOME, destinations=SOME, reach=st.sampled_from([0.0, 1.0, 1.5, 99.0]))
def test_compressed_rows_hold_what_the_matrix_holds_within_reach(
    arcs: list[Any], origins: Any, destinations: Any, reach: float
) -> None:
    expected = by_hand(arcs)[np.ix_(origins, destinations)]

    rows = search.limited(graph_of(arcs), origins, destinations, reach)

    found = np.full(expected.shape, INF)
    found[np.repeat(np.arange(origins.size), np.diff(rows.indptr)), rows.indices] = rows.data
    assert found.tolist() == np.where(expected <= reach, expected, INF).tolist()
    assert rows.data.size == (expected <= reach).sum()


@settings(max_examples=80, deadline=None)
@given(
    arcs=ARCS,
    nodes=SOME,
    facilities=SOME,
    count=st.integers(1, 4),
    reach=st.sampled_from([None, 0.0, 1.0, 7.25]),
)
def test_the_nearest_are_those_of_the_matrix_and_of_equally_near_ones_the_first(
    arcs: list[Any], nodes: Any, facilities: Any, count: int, reach: float | None
) -> None:
    costs = by_hand(arcs)[np.ix_(nodes, facilities)]
    costs = np.where(costs <= (INF if reach is None else reach), costs, INF)

    found, label = search.nearest(turned(graph_of(arcs)), nodes, facilities, count, reach)

    for row, cost in enumerate(costs.tolist()):
        order = sorted((one, at) for at, one in enumerate(cost) if one < INF)[:count]
        order += [(INF, -1)] * (count - len(order))
        assert list(zip(found[row].tolist(), label[row].tolist(), strict=True)) == order


@settings(max_examples=40, deadline=None)
@given(arcs=ARCS, sources=SOME, reach=st.sampled_from([0.0, 1.0, 7.25]))
def test_the_nodes_reached_are_those_within_reach(
    arcs: list[Any], sources: Any, reach: float
) -> None:
    indptr, nodes, minutes = search.reached(graph_of(arcs), sources, reach)

    for row, source in enumerate(sources.tolist()):
        here = slice(indptr[row], indptr[row + 1])
        cost = by_hand(arcs)[source]
        assert nodes[here].tolist() == np.flatnonzero(cost <= reach).tolist()
        assert minutes[here].tolist() == cost[cost <= reach].tolist()


def test_networkx_agrees_on_a_town() -> None:
    graph = a_town(4)
    start = np.repeat(np.arange(graph.size), np.diff(graph.indptr))
    town = nx.DiGraph()
    town.add_nodes_from(range(graph.size))
    town.add_weighted_edges_from(zip(start, graph.end, graph.minutes, strict=True))
    from_all, to_some = np.arange(graph.size), np.array([3, 60, 100, 150])
    expected = np.full((graph.size, 4), INF)
    for column, node in enumerate(to_some):
        for one, cost in nx.single_source_dijkstra_path_length(town.reverse(), node).items():
            expected[one, column] = cost

    cost, label = search.nearest(turned(graph), from_all, to_some)

    np.testing.assert_allclose(search.matrix(graph, from_all, to_some), expected, rtol=1e-6)
    np.testing.assert_allclose(cost[:, 0], expected.min(axis=1), rtol=1e-6)
    reached = np.isfinite(cost[:, 0])
    assert label[reached, 0].tolist() == expected[reached].argmin(axis=1).tolist()


@pytest.mark.parametrize("step", [1.0, 0.1])
def test_in_a_town_of_squares_everything_is_a_tie_and_the_first_facility_counts(
    step: float,
) -> None:
    graph = a_town(5, step=step)
    facilities = np.array([150, 3, 60, 100, 60, 7])
    exact = search.matrix(turned(graph), facilities, np.arange(graph.size)).T
    first = np.where(np.isfinite(exact.min(axis=1)), exact.argmin(axis=1), -1)

    cost, label = search.nearest(turned(graph), np.arange(graph.size), facilities)

    assert cost[:, 0].tolist() == exact.min(axis=1).tolist()
    assert label[:, 0].tolist() == first.tolist()
    for count in (2, 6, 8):
        more, labels = search.nearest(turned(graph), np.arange(graph.size), facilities, count)
        assert more[:, 0].tolist() == cost[:, 0].tolist()
        assert labels[:, 0].tolist() == first.tolist()


def test_facilities_that_rounding_makes_equally_near_are_a_tie_too() -> None:
    # The second is nearer to node 2 by the last digit, which a way of 1000 minutes more swallows.
    farther = np.nextafter(0.1, 1)
    graph = graph_of([(2, 0, farther), (2, 1, 0.1), (3, 2, 1000.0)], 4)
    facilities = np.array([0, 1])

    for count in (1, 2):
        cost, label = search.nearest(turned(graph), np.array([2, 3]), facilities, count)
        assert label[:, 0].tolist() == [1, 0]
        assert cost[:, 0].tolist() == [0.1, 1000.1]


def test_facilities_that_share_a_place_are_told_apart_by_their_order() -> None:
    graph = graph_of([(0, 1, 2.0), (1, 2, 0.0), (1, 3, 0.0), (2, 1, 0.0)], 4)

    for facilities, first in (([2, 3], 0), ([3, 2], 0), ([1, 2, 3], 0), ([3, 3, 1], 0)):
        cost, label = search.nearest(turned(graph), np.array([0, 1]), np.array(facilities))
        assert (cost[:, 0].tolist(), label[:, 0].tolist()) == ([2, 0], [first] * 2)


def test_the_direction_of_arcs_decides() -> None:
    graph = graph_of([(0, 1, 2.0), (1, 2, 3.0), (2, 0, 9.0)], 3)
    here, there = np.array([0]), np.array([2])

    assert search.matrix(graph, here, there).tolist() == [[5]]
    assert search.matrix(graph, there, here).tolist() == [[9]]
    assert search.nearest(turned(graph), here, there)[0].tolist() == [[5]]
    assert search.nearest(graph, here, there)[0].tolist() == [[9]]
    assert search.reached(graph, here, 5.0)[1].tolist() == [0, 1, 2]
    assert search.reached(turned(graph), here, 5.0)[1].tolist() == [0]


def test_exactly_at_the_reach_is_within_it() -> None:
    # Ten times 0.1 minutes is a little less than 1 in floating point, ten times 0.7 a little less
    # than 7, three times 0.1 a little more than 0.3.
    for step, count in ((0.1, 10), (0.7, 10), (0.1, 3)):
        graph = graph_of([(at, at + 1, step) for at in range(count)], count + 1)
        total = sum(itertools.repeat(step, count))
        ends = np.array([0]), np.array([count])
        assert search.matrix(graph, *ends, total).tolist() == [[total]]
        assert search.matrix(graph, *ends, np.nextafter(total, 0)).tolist() == [[INF]]
        assert search.limited(graph, *ends, total).data.tolist() == [total]
        assert search.nearest(turned(graph), *ends, 1, total)[1].tolist() == [[0]]
        assert search.reached(graph, ends[0], total)[1].size == count + 1


def test_searching_in_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, every, some = a_town(6), np.arange(196), np.array([3, 60, 100, 150, 60])

    def answers() -> list[Any]:
        rows = search.limited(graph, every, every[:50], 9.0)
        return [
            search.matrix(graph, every, some),
            rows.indptr, rows.indices, rows.data,
            *search.nearest(turned(graph), every, some, 3),
            *search.nearest(turned(a_town(6, step=1.0)), every, some),
            *search.reached(graph, every[::3], 5.0),
        ]  # fmt: skip

    whole = answers()
    monkeypatch.setattr(plain, "BLOCK", 400)

    for one, two in zip(whole, answers(), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.slow  # it compiles, once
def test_the_compiled_engine_gives_the_same_bits() -> None:
    pytest.importorskip("numba")
    every, some = np.arange(196), np.array([3, 60, 100, 150, 60])
    for graph in (a_town(7), a_town(8, step=0.1)):

        def answers(engine: Any, graph: Graph = graph) -> list[Any]:
            rows = [
                search.limited(graph, *ends, 9.0, engine=engine)
                for ends in ((every, some), (some, every))
            ]
            return [
                search.matrix(graph, every, some, engine=engine),
                search.matrix(graph, some, every, 7.0, engine=engine),
                *(getattr(one, name) for one in rows for name in one.__slots__),
                *search.nearest(turned(graph), every, some, 3, engine=engine),
                *search.nearest(turned(graph), every, some, 1, 5.0, engine=engine),
                *search.reached(graph, some, 5.0, engine=engine),
            ]

        for one, two in zip(answers("scipy"), answers("numba"), strict=True):
            np.testing.assert_array_equal(one, two)


def test_the_compiled_engine_is_loaded_only_for_work_that_pays_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = graph_of([(0, 1, 2.0)], 2)
    ends = np.array([0]), np.array([1])

    # None in sys.modules makes an import fail, as if numba were not installed.
    monkeypatch.setitem(sys.modules, "wushan_geo.travel.network.kernels", None)
    monkeypatch.delattr("wushan_geo.travel.network.kernels", raising=False)
    with pytest.raises(ParameterError, match="install wushan-geo with its extra 'fast'"):
        search.matrix(graph, *ends, engine="numba")
    assert search.matrix(graph, *ends, engine="auto").tolist() == [[2]]
    monkeypatch.setattr(search, "PAYS", 0)
    assert search.matrix(graph, *ends, engine="auto").tolist() == [[2]]

    class Compiled:
        matrix = staticmethod(lambda *_: np.array([[7.0]]))

    monkeypatch.setitem(sys.modules, "wushan_geo.travel.network.kernels", Compiled)
    monkeypatch.setattr("wushan_geo.travel.network.kernels", Compiled, raising=False)
    assert search.matrix(graph, *ends, engine="auto").tolist() == [[7]]
    monkeypatch.setattr(search, "PAYS", 5)
    monkeypatch.setattr(search, "_ASKED", {})
    small = [search.matrix(graph, *ends, engine="auto").tolist() for _ in range(3)]
    assert small == [[[2]], [[2]], [[7]]]  # two visits each: the third pays with the others
    assert search.reached(graph, ends[0], 5.0)[1].tolist() == [0, 1]  # another kind starts anew


def test_what_is_no_engine_and_no_count_is_refused() -> None:
    graph, ends = graph_of([(0, 1, 2.0)], 2), (np.array([0]), np.array([1]))

    with pytest.raises(ParameterError, match=r"engine must be one of auto, scipy, numba. Got 'x'"):
        search.matrix(graph, *ends, engine="x")  # type: ignore[arg-type]  # a caller's mistake
    with pytest.raises(ParameterError, match=r"count must be at least 1. Got 0"):
        search.nearest(turned(graph), *ends, 0)


def test_nobody_and_nowhere_are_defined() -> None:
    graph, nobody, here = graph_of([(0, 1, 2.0)], 2), np.empty(0, np.intp), np.array([0, 1])

    assert search.matrix(graph, nobody, here).shape == (0, 2)
    assert search.matrix(graph, here, nobody).shape == (2, 0)
    assert search.limited(graph, here, nobody, 5.0).indptr.tolist() == [0, 0, 0]
    assert search.nearest(turned(graph), here, nobody)[1].tolist() == [[-1], [-1]]
    assert search.nearest(turned(graph), here, nobody, 2)[0].tolist() == [[INF, INF]] * 2
    assert search.nearest(turned(graph), nobody, here, 2)[0].shape == (0, 2)
    assert search.reached(graph, nobody, 1.0)[0].tolist() == [0]
