"""The compiled searches, held against scipy bit by bit and against sorted lists."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from wushan_geo.errors import ParameterError
from wushan_geo.travel.graph import Graph, graph_from_arcs, turned
from wushan_geo.travel.network import kernels, plain

INF = float("inf")
# Tenths add up differently in different orders, so that only the same sums agree to the last bit.
LENGTHS = [0.0, 0.0, 0.1, 0.2, 0.3, 0.7, 1.1, 1e-9, 2.5, 40.0]


def arcs(size: int, *ways: tuple[int, int, float]) -> Graph:
    start, end, minutes = (np.array(one) for one in zip(*ways, strict=True))
    return graph_from_arcs(size, start, end, minutes)


def all_pairs(graph: Graph, reach: float = INF) -> Any:
    """Search by scipy; a stored zero is an arc there too."""
    laid = csr_array((graph.minutes, graph.end, graph.indptr), shape=(graph.size, graph.size))
    return dijkstra(laid, limit=reach)


def random_graph(seed: int, size: int = 60, many: int = 150, lengths: Any = LENGTHS) -> Graph:
    """Make a graph with one-way, parallel and zero arcs, loops and parts of its own."""
    rng = np.random.default_rng(seed)
    return graph_from_arcs(
        size, rng.integers(0, size, many), rng.integers(0, size, many), rng.choice(lengths, many)
    )


graphs = st.builds(
    lambda size, ways: graph_from_arcs(
        size,
        np.array([one % size for one, _, _ in ways], dtype=np.intp),
        np.array([two % size for _, two, _ in ways], dtype=np.intp),
        np.array([minutes for _, _, minutes in ways], dtype=np.float64),
    ),
    st.integers(1, 9),
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from(LENGTHS)), max_size=24
    ),
)
reaches = st.sampled_from([None, 0.0, 0.3, 1.1, 2.5, 45.0])


@settings(max_examples=50, deadline=None)
@given(graph=graphs, reach=reaches, seed=st.integers(0, 99))
def test_every_search_gives_the_bits_of_scipy(graph: Graph, reach: float | None, seed: int) -> None:
    rng = np.random.default_rng(seed)
    origins, destinations = (rng.integers(0, graph.size, rng.integers(0, 7)) for _ in range(2))
    limit = INF if reach is None else reach
    expected = all_pairs(graph, limit)[np.ix_(origins, destinations)]

    found = kernels.matrix(graph, origins, destinations, reach)
    rows = kernels.limited(graph, origins, destinations, limit)
    indptr, nodes, minutes = kernels.reached(graph, origins, limit)

    np.testing.assert_array_equal(found, expected)
    dense = np.full(expected.shape, INF)
    dense[np.repeat(np.arange(origins.size), np.diff(rows.indptr)), rows.indices] = rows.data
    np.testing.assert_array_equal(dense, expected)
    assert rows.indices.size == np.isfinite(expected).sum()
    whole = all_pairs(graph, limit)[origins]
    assert indptr.tolist() == [0, *np.cumsum(np.isfinite(whole).sum(axis=1))]
    assert nodes.tolist() == np.nonzero(np.isfinite(whole))[1].tolist()
    assert minutes.tolist() == whole[np.isfinite(whole)].tolist()


def sorted_lists(graph: Graph, facilities: Any, reach: float) -> Any:
    """For each node all facilities with their cost, by cost and then position."""
    back = all_pairs(turned(graph), reach)[facilities]
    return [
        sorted((float(back[at, node]), at) for at in range(len(facilities)))
        for node in range(graph.size)
    ]


@settings(max_examples=50, deadline=None)
@given(graph=graphs, reach=reaches, seed=st.integers(0, 99), count=st.integers(1, 4))
def test_the_nearest_are_the_first_of_a_sorted_list(
    graph: Graph, reach: float | None, seed: int, count: int
) -> None:
    rng = np.random.default_rng(seed)
    nodes, facilities = (rng.integers(0, graph.size, rng.integers(0, 7)) for _ in range(2))
    lists = sorted_lists(graph, facilities, INF if reach is None else reach)

    costs, places = kernels.nearest(turned(graph), nodes, facilities, count, reach)

    for row, node in enumerate(nodes):
        wanted = [(cost, at if cost < INF else -1) for cost, at in lists[node]][:count]
        wanted += [(INF, -1)] * (count - len(wanted))
        assert list(zip(costs[row], places[row], strict=True)) == wanted


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("lengths", [LENGTHS, np.random.default_rng(3).lognormal(0, 3, 50)])
def test_larger_graphs_agree_as_well(count: int, lengths: Any) -> None:
    graph = random_graph(5, 700, 1900, lengths)
    rng = np.random.default_rng(8)
    facilities, nodes = rng.integers(0, 700, 40), np.arange(700)
    lists = sorted_lists(graph, facilities, INF)

    costs, places = kernels.nearest(turned(graph), nodes, facilities, count, None)
    found = kernels.matrix(graph, facilities, nodes, None)

    assert costs.tolist() == [[cost for cost, _ in one[:count]] for one in lists]
    assert places.tolist() == [
        [at if cost < INF else -1 for cost, at in one[:count]] for one in lists
    ]
    np.testing.assert_array_equal(found, all_pairs(graph)[facilities])


@pytest.mark.parametrize("seed", range(40))
def test_a_tie_that_rounding_makes_further_on_goes_to_the_first_facility(seed: int) -> None:
    # 0.1 + 0.2 and 0.3 differ in the last bit, and 40 more minutes make them equal again.
    graph = random_graph(seed, 40, 90, [0.1, 0.2, 0.3, 0.6, 40.0, 1000.0])
    facilities = np.random.default_rng(seed).integers(0, 40, 12)
    lists = sorted_lists(graph, facilities, INF)

    _, places = kernels.nearest(turned(graph), np.arange(40), facilities, 1, None)

    assert places[:, 0].tolist() == [one[0][1] if one[0][0] < INF else -1 for one in lists]


def test_the_made_tie_is_settled_by_position() -> None:
    graph = arcs(5, (4, 3, 1000.0), (3, 2, 0.1), (2, 1, 0.2), (3, 0, 0.3))

    costs, places = kernels.nearest(turned(graph), np.array([4, 3]), np.array([1, 0]), 1, None)

    assert 0.2 + 0.1 != 0.3
    assert 0.2 + 0.1 + 1000.0 == 0.3 + 1000.0
    assert places[:, 0].tolist() == [0, 1]
    assert costs[:, 0].tolist() == [0.3 + 1000.0, 0.3]


def test_one_long_arc_among_short_ones_changes_nothing() -> None:
    rng = np.random.default_rng(2)
    start, end = rng.integers(0, 200, 600), rng.integers(0, 200, 600)
    minutes = rng.uniform(1e-6, 2e-6, 600)
    minutes[7] = 1e5
    graph = graph_from_arcs(200, start, end, minutes)

    found = kernels.matrix(graph, np.arange(200), np.arange(200), None)

    np.testing.assert_array_equal(found, all_pairs(graph))


def test_the_reach_is_inclusive_and_a_negative_one_holds_nothing() -> None:
    graph = arcs(3, (0, 1, 0.1), (1, 2, 0.2))
    whole = 0.1 + 0.2

    assert kernels.matrix(graph, np.array([0]), np.array([2]), whole).tolist() == [[whole]]
    below = np.nextafter(whole, 0.0)
    assert kernels.matrix(graph, np.array([0]), np.array([2]), below).tolist() == [[INF]]
    assert kernels.reached(graph, np.array([0]), -1.0)[0].tolist() == [0, 0]
    assert kernels.nearest(turned(graph), np.array([0]), np.array([0]), 1, -1.0)[1].tolist() == [
        [-1]
    ]


def test_nothing_is_found_where_nothing_is_asked_or_there() -> None:
    none = np.empty(0, dtype=np.intp)
    graph = graph_from_arcs(3, none, none, np.empty(0))

    assert kernels.matrix(graph, none, np.array([1]), None).shape == (0, 1)
    assert kernels.matrix(graph, np.array([1]), none, None).shape == (1, 0)
    assert kernels.matrix(graph, np.array([1]), np.array([1, 2]), None).tolist() == [[0.0, INF]]
    assert kernels.limited(graph, np.array([1]), none, 5.0).indptr.tolist() == [0, 0]
    assert kernels.limited(graph, none, np.array([1]), 5.0).indptr.tolist() == [0]
    assert kernels.nearest(turned(graph), np.array([1]), none, 1, None)[1].tolist() == [[-1]]
    assert kernels.nearest(turned(graph), none, np.array([1]), 2, None)[0].shape == (0, 2)
    assert kernels.reached(graph, none, 5.0)[0].tolist() == [0]


@pytest.mark.parametrize("wrong", [[-1], [3], [0, 99]])
def test_a_node_outside_the_graph_is_refused_before_compiled_code_sees_it(wrong: list[int]) -> None:
    graph, right = arcs(3, (0, 1, 1.0)), np.array([0])
    for origins, destinations in ((np.array(wrong), right), (right, np.array(wrong))):
        with pytest.raises(ParameterError, match="from 0 to 2"):
            kernels.matrix(graph, origins, destinations, None)
        with pytest.raises(ParameterError, match="from 0 to 2"):
            kernels.nearest(turned(graph), origins, destinations, 1, None)
    with pytest.raises(ParameterError, match="count"):
        kernels.nearest(turned(graph), right, right, 0, None)


def test_a_graph_that_cannot_be_changed_is_searched_and_stays_as_it_is() -> None:
    graph = random_graph(1)
    for array in graph:
        array.flags.writeable = False
    before = [one.copy() for one in graph]

    kernels.matrix(graph, np.arange(60), np.arange(60), None)
    kernels.nearest(turned(graph), np.arange(60), np.arange(9), 2, None)

    for one, two in zip(graph, before, strict=True):
        np.testing.assert_array_equal(one, two)


def test_many_threads_that_search_at_once_do_not_meet() -> None:
    graph, every = random_graph(4, 300, 900), np.arange(300)
    expected = all_pairs(graph)
    found: list[Any] = []

    def search() -> None:
        found.append(kernels.matrix(graph, every, every, None))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(found) == 4
    assert all((one == expected).all() for one in found)


@pytest.mark.parametrize("processors", [1, 2, 5])
def test_the_number_of_processors_changes_no_bit(
    processors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, sources = random_graph(6, 200, 600), np.arange(37)
    expected = all_pairs(graph, 3.0)[sources]
    monkeypatch.setattr(kernels, "_processors", lambda: processors)

    assert (kernels.matrix(graph, sources, np.arange(200), 3.0) == expected).all()
    indptr, nodes, minutes = kernels.reached(graph, sources, 3.0)
    assert minutes.tolist() == expected[np.isfinite(expected)].tolist()
    assert indptr[-1] == nodes.size


def test_a_search_ends_when_its_destinations_are_settled() -> None:
    line = np.arange(9_999)
    graph = graph_from_arcs(10_000, line, line + 1, np.full(9_999, 1.0))
    space = kernels._space(graph)
    goal = kernels._goal(graph, np.array([5, 3]))
    arcs_there = kernels._unsigned(kernels.arcs_of(graph))

    touched = kernels._search(arcs_there, np.uint32(0), INF, space, goal)
    kernels._forget(space, touched)

    assert 6 <= touched < 12
    assert np.isinf(space.cost).all()
    assert (space.bags.head == kernels.NONE).all()
    assert sorted(space.bags.free.tolist()) == list(range(kernels.ENTRIES))


def test_a_queue_that_is_too_small_grows_and_forgets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "ENTRIES", 1)
    rng = np.random.default_rng(8)
    start, end = rng.integers(0, 300, (2, 1500))
    graph = graph_from_arcs(300, start, end, rng.uniform(1.0, 9.0, 1500))
    space = kernels._space(graph)
    goal = kernels._goal(graph, np.empty(0, np.intp))
    arcs_there = kernels._unsigned(kernels.arcs_of(graph))
    expected = plain.matrix(graph, np.arange(3), np.arange(300), None)

    for source in range(3):
        found = kernels._search(arcs_there, np.uint32(source), INF, space, goal)
        assert (space.cost == expected[source]).all()
        assert space.bags.free.tolist() == [0]
        kernels._forget(space, found)
    of_three = kernels.nearest(turned(graph), np.arange(300), np.arange(3), 1, None)
    from_three = plain.matrix(turned(graph), np.arange(3), np.arange(300), None)
    assert of_three[0][:, 0].tolist() == from_three.min(axis=0).tolist()


def test_a_node_with_more_arcs_than_a_round_holds_is_searched_from() -> None:
    leaves = np.arange(1, 2_001)
    hub = np.zeros(2_000, dtype=np.intp)
    minutes = np.random.default_rng(9).uniform(0.0, 5.0, 4_000)
    ends = (np.concatenate([hub, leaves]), np.concatenate([leaves, hub]))
    graph = graph_from_arcs(2_001, *ends, minutes)
    sources, every = np.array([0, 7]), np.arange(2_001)

    found = kernels.matrix(graph, sources, every, None)

    assert (found == plain.matrix(graph, sources, every, None)).all()
    near = kernels.nearest(graph, every, sources, 1, None)[0][:, 0]
    assert near.tolist() == found.min(axis=0).tolist()


def test_compiled_code_works_where_no_cache_can_be_kept(tmp_path: Path) -> None:
    script = (
        "import numba.core.caching as caching\n"
        "caching.CacheImpl._locator_classes = []\n"
        "from wushan_geo.travel.network import kernels\n"
        "import numpy as np\n"
        "print(kernels._search.__class__.__name__, kernels.room(np.empty(2), 0, 1).size)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(kernels.__file__).parents[3])},
    )

    assert done.stdout.split() == ["CPUDispatcher", "2"], done.stderr
