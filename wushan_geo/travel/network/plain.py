"""Shortest ways between nodes by scipy: one search from each origin, some origins at a time.

Each search fills one number for every node of the network, so that a block of searches holds at
most `BLOCK` numbers (64 MB, or one row if that is more), and beside it scipy's own queue of about
100 bytes a node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.travel.graph import Graph
from wushan_geo.travel.matrix import CompressedRows, Pairs, compressed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCK = 8_000_000  # numbers held at once while searching, so that memory does not grow
NOBODY = -1  # position of a facility where there is none
UNITS = 4  # units in the last place of a sum by which rounding can make unequal costs equal


def matrix(
    graph: Graph,
    origins: NDArray[np.intp],
    destinations: NDArray[np.intp],
    reach: float | None,
) -> NDArray[np.float64]:
    """Find the shortest minutes between nodes, searching from each origin.

    Parameters
    ----------
    graph
        Arcs.
    origins, destinations
        Nodes.
    reach
        Minutes up to which to search (exactly that much is within); None finds everything.

    Returns
    -------
    numpy.ndarray
        Minutes, a row per origin; infinite where unreachable or beyond the reach.

    Raises
    ------
    ValueError
        If a node is not in the graph.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> matrix(way, np.array([0, 2]), np.array([1, 2]), None).tolist()
    [[2.0, 5.0], [inf, 0.0]]
    """
    found = np.full((origins.size, destinations.size), np.inf)
    if found.size:
        for rows, block in _blocks(graph, origins, reach):
            found[rows] = block[:, destinations]
    return found


def limited(
    graph: Graph, origins: NDArray[np.intp], destinations: NDArray[np.intp], reach: float
) -> CompressedRows:
    """Find the minutes of the pairs within reach, searching from each origin.

    Parameters
    ----------
    graph
        Arcs.
    origins, destinations
        Nodes.
    reach
        Minutes up to which to search (exactly that much is within).

    Returns
    -------
    CompressedRows
        Minutes by position in `destinations`, a row per origin.

    Raises
    ------
    ValueError
        If a node is not in the graph.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> limited(way, np.array([0]), np.array([2, 1, 0]), 2.0).indices.tolist()
    [1, 2]
    """
    parts = [Pairs(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))]
    for rows, block in _blocks(graph, origins, reach):
        near = block[:, destinations]
        row, column = np.nonzero(np.isfinite(near))
        parts.append(Pairs(row + rows.start, column, near[row, column]))
    return compressed(
        Pairs(*(np.concatenate(one) for one in zip(*parts, strict=True))), origins.size
    )


def reached(
    graph: Graph, sources: NDArray[np.intp], reach: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Find the nodes within reach of each source.

    Parameters
    ----------
    graph
        Arcs.
    sources
        Nodes.
    reach
        Minutes up to which to search (exactly that much is within).

    Returns
    -------
    tuple of numpy.ndarray
        Where the nodes of each source start and the end of the last, nodes in ascending order
        for each source, and minutes.

    Raises
    ------
    ValueError
        If a node is not in the graph.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> [one.tolist() for one in reached(way, np.array([0, 2]), 2.0)]
    [[0, 2, 3], [0, 1, 2], [0.0, 2.0, 0.0]]
    """
    counts = np.zeros(sources.size, dtype=np.intp)
    nodes, minutes = [np.empty(0, np.intp)], [np.empty(0)]
    for rows, block in _blocks(graph, sources, reach):
        row, node = np.nonzero(np.isfinite(block))
        counts[rows] = np.bincount(row, minlength=len(block))
        nodes.append(node)
        minutes.append(block[row, node])
    indptr = np.concatenate([np.zeros(1, np.intp), np.cumsum(counts)])
    return indptr, np.concatenate(nodes), np.concatenate(minutes)


def nearest(
    back: Graph,
    nodes: NDArray[np.intp],
    facilities: NDArray[np.intp],
    count: int,
    reach: float | None,
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Find the nearest facilities of each node, searching backward from the facilities.

    Minutes run from node to facility and are summed from the facility on. The nearest one is found
    in a single search from all facilities, several ones in a search from each.

    Parameters
    ----------
    back
        Arcs turned round, so that they lead from where a way ends to where it starts.
    nodes, facilities
        Nodes.
    count
        How many facilities to find.
    reach
        Minutes up to which to search (exactly that much is within); None finds everything.

    Returns
    -------
    tuple of numpy.ndarray
        Minutes and positions in `facilities`, a row per node and `count` columns, nearest first,
        of facilities with exactly the same minutes the first; infinite and -1 where there is none.

    Raises
    ------
    ValueError
        If a node is not in the graph.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs, turned
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> nearest(turned(way), np.array([0, 2]), np.array([2, 1]), 2, None)[1].tolist()
    [[1, 0], [0, -1]]
    """
    if count == 1 and facilities.size:
        cost, label = _first(back, facilities, reach)
        return cost[nodes][:, None], label[nodes][:, None]
    costs = np.full((nodes.size, count), np.inf)
    labels = np.full((nodes.size, count), NOBODY, dtype=np.intp)
    if nodes.size:
        for rows, block in _blocks(back, facilities, reach):
            positions = np.broadcast_to(np.arange(rows.start, rows.stop), (nodes.size, len(block)))
            costs, labels = _best(
                np.hstack([costs, block[:, nodes].T]), np.hstack([labels, positions]), count
            )
    return costs, labels


def _best(
    costs: NDArray[np.float64], labels: NDArray[np.intp], count: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Keep the smallest costs of each row; columns stand in the order of positions."""
    order = np.argsort(costs, axis=1, kind="stable")[:, :count]
    costs = np.take_along_axis(costs, order, axis=1)
    labels = np.where(np.isfinite(costs), np.take_along_axis(labels, order, axis=1), NOBODY)
    return costs, labels


def _first(
    back: Graph, facilities: NDArray[np.intp], reach: float | None
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Give for every node the minutes of the nearest facility and its position."""
    from scipy.sparse.csgraph import dijkstra

    sources, position = np.unique(facilities, return_index=True)
    cost, _, source = dijkstra(
        _rows(back),
        indices=sources,
        limit=np.inf if reach is None else reach,
        min_only=True,
        return_predecessors=True,
    )
    of_node = np.full(back.size, NOBODY, dtype=np.intp)
    of_node[sources] = position
    label = np.where(np.isfinite(cost), of_node[np.maximum(source, 0)], NOBODY)
    return cost, _first_of_ties(back, (cost, label), (sources, position), reach)


def _first_of_ties(
    back: Graph,
    found: tuple[NDArray[np.float64], NDArray[np.intp]],
    facilities: tuple[NDArray[np.intp], NDArray[np.intp]],
    reach: float | None,
) -> NDArray[np.intp]:
    """Give every node the first of the facilities that are equally near to it.

    Which one a search from all facilities names is chance. Another one that is as near comes
    along arcs of shortest ways, and somewhere there from nodes that name it to one that does not:
    only such facilities are searched from again, along these arcs.
    """
    (cost, label), (sources, position) = found, facilities
    label[sources] = position
    start = np.repeat(np.arange(back.size), np.diff(back.indptr))
    tight = _tight(back, start, cost)
    named = label[start]
    rivals = named[tight & (named != label[back.end])]
    if not rivals.size:
        return label
    contested = np.zeros(position.max() + 1, dtype=bool)
    contested[rivals] = True
    again = np.flatnonzero(contested[position])
    for rows, block in _blocks(_only(back, tight), sources[again], reach):
        as_near = (block == cost) & np.isfinite(cost)
        rival = np.where(as_near, position[again][rows][:, None], label)
        label = np.minimum(label, rival.min(axis=0))
    return label


def _tight(back: Graph, start: NDArray[np.intp], cost: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which arcs lie on shortest ways, or would but for rounding."""
    most = np.where(np.isfinite(cost), cost + UNITS * np.spacing(back.minutes.sum()), -np.inf)
    tight: NDArray[np.bool_] = cost[start] + back.minutes <= most[back.end]
    return tight


def _only(graph: Graph, keep: NDArray[np.bool_]) -> Graph:
    """Keep some arcs, which stay in their order."""
    indptr = np.append(0, np.cumsum(keep))[graph.indptr]
    return Graph(indptr, graph.end[keep], graph.minutes[keep])


def _blocks(
    graph: Graph, sources: NDArray[np.intp], reach: float | None
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Run Dijkstra from some sources at a time and give the minutes to every node."""
    from scipy.sparse.csgraph import dijkstra

    rows = _rows(graph)
    step = max(1, BLOCK // max(1, graph.size))
    for at in range(0, sources.size, step):
        here = slice(at, min(at + step, sources.size))
        yield (
            here,
            dijkstra(rows, indices=sources[here], limit=np.inf if reach is None else reach),
        )


def _rows(graph: Graph) -> Any:
    """Give the arcs as scipy's sparse rows; a stored zero stays, for it is a road of no length."""
    from scipy.sparse import csr_array

    index = graph.indptr.astype(np.int32)
    return csr_array((graph.minutes, graph.end, index), shape=(graph.size, graph.size))
