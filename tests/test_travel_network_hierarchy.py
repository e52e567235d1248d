"""The prepared network, held against scipy to the error that it states."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from wushan_geo.errors import ParameterError
from wushan_geo.travel.graph import Graph, graph_from_arcs
from wushan_geo.travel.network import elimination
from wushan_geo.travel.network.hierarchy import RELATIVE_ERROR, Hierarchy, prepare
from wushan_geo.travel.network.kernels import arcs_of

INF = float("inf")
LENGTHS = [0.0, 0.0, 0.1, 0.2, 0.3, 0.7, 1.1, 2.5, 40.0]


def all_pairs(graph: Graph) -> Any:
    laid = csr_array((graph.minutes, graph.end, graph.indptr), shape=(graph.size, graph.size))
    return dijkstra(laid)


def grid(side: int, seed: int) -> Graph:
    """Make a grid with holes and one-way streets, in no particular order of nodes."""
    rng = np.random.default_rng(seed)
    at = rng.permutation(side * side).reshape(side, side)
    start = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    end = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    kept = rng.random(start.size) < 0.7
    start, end = start[kept], end[kept]
    minutes = rng.uniform(0.1, 3.0, start.size)
    back = rng.random(start.size) < 0.85
    return graph_from_arcs(
        side * side,
        np.concatenate([start, end[back]]),
        np.concatenate([end, start[back]]),
        np.concatenate([minutes, rng.uniform(0.1, 3.0, start.size)[back]]),
    )


@settings(max_examples=50, deadline=None)
@given(
    size=st.integers(1, 9),
    ways=st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from(LENGTHS)), max_size=30
    ),
    seed=st.integers(0, 99),
)
def test_a_prepared_network_answers_like_scipy(
    size: int, ways: list[tuple[int, int, float]], seed: int
) -> None:
    start, end = (np.array([one[at] % size for one in ways], dtype=np.intp) for at in range(2))
    graph = graph_from_arcs(size, start, end, np.array([one[2] for one in ways]))
    rng = np.random.default_rng(seed)
    origins, destinations = (rng.integers(0, size, rng.integers(0, 7)) for _ in range(2))

    found = prepare(graph).matrix(origins, destinations)

    expected = all_pairs(graph)[np.ix_(origins, destinations)]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=0)


@pytest.mark.parametrize("sides", [(40, 900), (900, 40), (17, 16), (1, 1), (16, 1600)])
def test_both_directions_agree_with_scipy_on_a_one_way_grid(sides: tuple[int, int]) -> None:
    graph = grid(40, 7)
    rng = np.random.default_rng(1)
    origins, destinations = (rng.integers(0, graph.size, many) for many in sides)

    found = prepare(graph).matrix(origins, destinations)

    expected = all_pairs(graph)[np.ix_(origins, destinations)]
    np.testing.assert_allclose(found, expected, rtol=RELATIVE_ERROR, atol=0)
    assert found.flags.c_contiguous


@pytest.mark.parametrize("share", [0.01, 0.1, 2.0])
def test_the_dense_table_and_the_lists_give_the_same(
    share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elimination, "FEW", 3)
    graph = grid(20, 3)
    every = np.arange(graph.size)

    found = Hierarchy(*elimination.order_nodes(arcs_of(graph), share)).matrix(every, every)

    np.testing.assert_allclose(found, all_pairs(graph), rtol=RELATIVE_ERROR, atol=0)


def test_a_table_of_several_panels_is_worked_off_like_floyd_and_warshall() -> None:
    rng = np.random.default_rng(4)
    size = 2 * elimination.PANEL + 9
    start, end = np.nonzero(rng.random((size, size)) < 0.8)
    graph = graph_from_arcs(size, start, end, rng.uniform(1.0, 99.0, start.size))

    ways = elimination.order_nodes(arcs_of(graph), 0.0)

    assert np.diff(ways.indptr).tolist() == list(range(size - 1, -1, -1))
    every = np.arange(size)
    found = Hierarchy(*ways).matrix(every, every)
    np.testing.assert_allclose(found, all_pairs(graph), rtol=RELATIVE_ERROR, atol=0)


def test_every_arc_of_the_order_leads_to_a_later_node() -> None:
    ways = elimination.order_nodes(arcs_of(grid(30, 5)))

    start = np.repeat(np.arange(900), np.diff(ways.indptr))
    assert (ways.end > start).all()
    assert sorted(ways.rank.tolist()) == list(range(900))


def test_what_lies_beyond_the_reach_reads_as_infinite_and_the_reach_itself_does_not() -> None:
    way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))

    found = prepare(way).matrix(np.array([0]), np.array([0, 1, 2]), 2.0)

    assert found.tolist() == [[0.0, 2.0, INF]]


def test_preparing_twice_gives_the_same_bytes_whatever_the_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from wushan_geo.travel.network import kernels

    graph, some = grid(30, 6), np.arange(0, 900, 7)
    first = prepare(graph).matrix(some, some)
    monkeypatch.setattr(kernels, "_processors", lambda: 5)

    assert prepare(graph).matrix(some, some).tobytes() == first.tobytes()


def test_the_same_place_twice_is_two_rows_and_an_unknown_node_is_refused() -> None:
    way = prepare(graph_from_arcs(2, np.array([0]), np.array([1]), np.array([3.0])))

    found = way.matrix(np.array([1, 0, 0]), np.array([1, 1]))

    assert found.tolist() == [[0.0, 0.0], [3.0, 3.0], [3.0, 3.0]]
    with pytest.raises(ParameterError, match="from 0 to 1"):
        way.matrix(np.array([2]), np.array([0]))
    assert way.matrix(np.empty(0, dtype=np.intp), np.array([0])).shape == (0, 1)
