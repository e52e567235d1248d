"""The road network as a search sees it: arcs in compressed rows, each pair of nodes once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes


class Graph(NamedTuple):
    """Arcs sorted by start and then end (the layout of a CSR matrix); zeros are real zeros."""

    indptr: NDArray[np.int64]
    """Where the arcs of each node start, and the end of the last: one more than there are nodes."""
    end: NDArray[np.int32]
    """Node to which each arc leads."""
    minutes: NDArray[np.float64]
    """Minutes along each arc, finite and at least 0."""

    @property
    def size(self) -> int:
        """Number of nodes."""
        return self.indptr.size - 1


def graph_of(roads: RoadNetwork, minutes: EdgeMinutes) -> Graph:
    """Turn edges into arcs; of parallel ones the fastest stays.

    Parameters
    ----------
    roads
        Road network.
    minutes
        Minutes along its edges, each way.

    Returns
    -------
    Graph
        Nodes in the order of the network.

    Raises
    ------
    ValueError
        If there are not as many minutes as edges.

    Examples
    --------
    See ``tests/test_travel_graph.py``.
    """
    start = np.concatenate([roads.u, roads.v])
    end = np.concatenate([roads.v, roads.u])
    return graph_from_arcs(
        roads.lon.size, start, end, np.concatenate([minutes.forward, minutes.backward])
    )


def graph_from_arcs(
    size: int,
    start: NDArray[np.intp],
    end: NDArray[np.intp],
    minutes: NDArray[np.float64],
) -> Graph:
    """Sort arcs into compressed rows.

    Parameters
    ----------
    size
        Number of nodes.
    start, end
        Nodes that each arc joins.
    minutes
        Minutes along each; infinite arcs are left out.

    Returns
    -------
    Graph
        Sorted; of parallel arcs the fastest.

    Raises
    ------
    ValueError
        If the arrays differ in length.

    Examples
    --------
    >>> two = np.array([5.0, 3.0])
    >>> graph_from_arcs(2, np.array([0, 0]), np.array([1, 1]), two).minutes.tolist()
    [3.0]
    """
    there = np.isfinite(minutes)
    start, end, minutes = start[there], end[there], minutes[there]
    order = np.lexsort((minutes, end, start))
    start, end, minutes = start[order], end[order], minutes[order]
    fastest = np.ones(start.size, dtype=bool)
    fastest[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    indptr = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(start[fastest], minlength=size), out=indptr[1:])
    return Graph(indptr, end[fastest].astype(np.int32), minutes[fastest])


def turned(graph: Graph) -> Graph:
    """Turn every arc round, to search from where trips end.

    Parameters
    ----------
    graph
        Arcs.

    Returns
    -------
    Graph
        The same arcs, each from its end to its start.

    Raises
    ------
    MemoryError
        If it does not fit into memory.

    Examples
    --------
    >>> one = graph_from_arcs(2, np.array([0]), np.array([1]), np.array([3.0]))
    >>> turned(one).end.tolist()
    [0]
    """
    from scipy.sparse import csr_array

    # Turning compressed rows counts and places, where sorting arcs anew takes fifty times as long.
    size = graph.size
    rows = csr_array((graph.minutes, graph.end, graph.indptr), shape=(size, size)).T.tocsr()
    return Graph(
        rows.indptr.astype(np.int64),
        rows.indices.astype(np.int32),
        np.asarray(rows.data, dtype=np.float64),
    )
