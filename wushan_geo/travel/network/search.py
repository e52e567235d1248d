"""Shortest ways between nodes: from which side to search, and with which engine.

Every function answers for nodes by position. The engines are exact and agree bit by bit: each gives
the least of the sums along the ways, added up in float64 from where the search starts, and from
which side that is, is decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np

from wushan_geo.errors import ParameterError
from wushan_geo.travel.graph import Graph, turned
from wushan_geo.travel.groups import counted
from wushan_geo.travel.matrix import CompressedRows, Pairs, compressed
from wushan_geo.travel.network import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

Engine = Literal["auto", "scipy", "numba"]
# Visits of nodes from which the compiled engine pays for the second or so that loading it takes:
# scipy needs about 0.15 microseconds for each, the compiled engine a third of that. All that was
# asked of one kind of search counts, so that many small questions pay for it as one large one does.
PAYS = 12_000_000
_ASKED: dict[str, int] = {}  # visits of nodes by kind of search, in this process


def matrix(
    graph: Graph,
    origins: NDArray[np.intp],
    destinations: NDArray[np.intp],
    reach: float | None = None,
    *,
    back: Graph | None = None,
    engine: Engine = "auto",
) -> NDArray[np.float64]:
    """Find the shortest minutes from every origin to every destination (Dijkstra 1959).

    Searched from whichever side has fewer different nodes, from the origins if both have as many.

    Parameters
    ----------
    graph
        Arcs.
    origins, destinations
        Nodes, in any order; one may be there twice.
    reach
        Minutes up to which to search (exactly that much is within); None finds everything.
    back
        The same arcs turned round, if they are at hand.
    engine
        ``scipy``, ``numba`` (extra ``fast``), or ``auto`` for whichever is quicker.

    Returns
    -------
    numpy.ndarray
        Minutes, origins down and destinations across; infinite where unreachable or beyond the
        reach.

    Raises
    ------
    ParameterError
        If the engine is not known, or not installed.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> matrix(way, np.array([0, 2]), np.array([1, 2])).tolist()
    [[2.0, 5.0], [inf, 0.0]]
    """
    ends = _ends(origins, destinations)
    searched = (back or turned(graph)) if ends.swapped else graph
    run = _engine(engine, "matrix", ends.sources.size * graph.size)
    found = run.matrix(searched, ends.sources, ends.targets, reach)
    if ends.swapped:
        found = found.T
    return np.asarray(found[np.ix_(ends.origin_at, ends.destination_at)])


def limited(
    graph: Graph,
    origins: NDArray[np.intp],
    destinations: NDArray[np.intp],
    reach: float,
    *,
    back: Graph | None = None,
    engine: Engine = "auto",
) -> CompressedRows:
    """Find the minutes of the pairs within reach, without a number for any other pair.

    Parameters
    ----------
    graph
        Arcs.
    origins, destinations
        Nodes, in any order; one may be there twice.
    reach
        Minutes up to which to search (exactly that much is within).
    back
        The same arcs turned round, if they are at hand.
    engine
        As for :func:`matrix`.

    Returns
    -------
    CompressedRows
        Minutes by position in `destinations`, a row per origin.

    Raises
    ------
    ParameterError
        If the engine is not known, or not installed.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> limited(way, np.array([0, 1]), np.array([2, 1, 0]), 2.0).indices.tolist()
    [1, 2, 1]
    """
    ends = _ends(origins, destinations)
    searched = (back or turned(graph)) if ends.swapped else graph
    run = _engine(engine, "limited", ends.sources.size * graph.size)
    rows = run.limited(searched, ends.sources, ends.targets, reach)
    source = np.repeat(np.arange(ends.sources.size), np.diff(rows.indptr))
    pairs = Pairs(source, rows.indices, rows.data)
    if ends.swapped:
        pairs = Pairs(pairs.destination, pairs.origin, pairs.cost)
    which, origin = _places(pairs.origin, ends.origin_at)
    pairs = Pairs(origin, pairs.destination[which], pairs.cost[which])
    which, destination = _places(pairs.destination, ends.destination_at)
    pairs = Pairs(pairs.origin[which], destination, pairs.cost[which])
    return compressed(pairs, origins.size)


def nearest(
    back: Graph,
    nodes: NDArray[np.intp],
    facilities: NDArray[np.intp],
    count: int = 1,
    reach: float | None = None,
    *,
    engine: Engine = "auto",
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Find the nearest facilities of each node, searching backward from the facilities.

    Minutes run from node to facility.

    Parameters
    ----------
    back
        Arcs turned round, so that they lead from where a way ends to where it starts.
    nodes, facilities
        Nodes, in any order; one may be there twice, and facilities may share one.
    count
        How many facilities to find for each node.
    reach
        Minutes up to which to search (exactly that much is within); None finds everything.
    engine
        As for :func:`matrix`.

    Returns
    -------
    tuple of numpy.ndarray
        Minutes and positions in `facilities`, a row per node and `count` columns, nearest first,
        of facilities with the same minutes (to the last bit) the first; infinite and -1 where
        there is none.

    Raises
    ------
    ParameterError
        If the count is not above 0, or the engine is not known or not installed.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs, turned
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> nearest(turned(way), np.array([0, 2]), np.array([2, 1]), 2)[1].tolist()
    [[1, 0], [0, -1]]
    """
    if count < 1:
        message = f"count must be at least 1. Got {count!r} instead."
        raise ParameterError(message)
    searches = 1 if count == 1 else facilities.size
    run = _engine(engine, "nearest" if count == 1 else "several", searches * back.size)
    found: tuple[NDArray[np.float64], NDArray[np.intp]] = run.nearest(
        back, nodes, facilities, int(count), reach
    )
    return found


def reached(
    graph: Graph, sources: NDArray[np.intp], reach: float, *, engine: Engine = "auto"
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Find the nodes within reach of each source.

    To find from where a place can be reached, search on the arcs turned round.

    Parameters
    ----------
    graph
        Arcs.
    sources
        Nodes, in any order; one may be there twice.
    reach
        Minutes up to which to search (exactly that much is within).
    engine
        As for :func:`matrix`.

    Returns
    -------
    tuple of numpy.ndarray
        Where the nodes of each source start and the end of the last, nodes in ascending order
        for each source, and minutes.

    Raises
    ------
    ParameterError
        If the engine is not known, or not installed.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> [one.tolist() for one in reached(way, np.array([0, 2]), 2.0)]
    [[0, 2, 3], [0, 1, 2], [0.0, 2.0, 0.0]]
    """
    run = _engine(engine, "reached", sources.size * graph.size)
    found: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]] = run.reached(
        graph, sources, reach
    )
    return found


class _Ends(NamedTuple):
    """What is searched from and for: each node once."""

    sources: NDArray[np.intp]
    targets: NDArray[np.intp]
    origin_at: NDArray[np.intp]
    """Which of the different nodes each origin is."""
    destination_at: NDArray[np.intp]
    swapped: bool
    """Whether the sources are destinations, so that arcs have to be turned round."""


def _ends(origins: NDArray[np.intp], destinations: NDArray[np.intp]) -> _Ends:
    """Choose the side to search from."""
    from_nodes, from_at = np.unique(origins, return_inverse=True)
    to_nodes, to_at = np.unique(destinations, return_inverse=True)
    if to_nodes.size < from_nodes.size:
        return _Ends(to_nodes, from_nodes, from_at, to_at, swapped=True)
    return _Ends(from_nodes, to_nodes, from_at, to_at, swapped=False)


def _places(
    node: NDArray[np.intp], at: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give for each pair of different nodes all places at one of them: which pair, which place."""
    order = np.argsort(at, kind="stable")
    size = np.bincount(at) if at.size else np.zeros(0, dtype=np.intp)
    first = np.cumsum(size) - size
    which, number = counted(size[node])
    return which, order[first[node[which]] + number]


def _engine(engine: str, kind: str, visits: int) -> Any:
    """Give the module that searches; the compiled one is loaded where that pays."""
    if engine not in get_args(Engine):
        message = f"engine must be one of {', '.join(get_args(Engine))}. Got {engine!r} instead."
        raise ParameterError(message)
    _ASKED[kind] = _ASKED.get(kind, 0) + visits
    if engine == "scipy" or (engine == "auto" and _ASKED[kind] < PAYS):
        return plain
    try:
        from wushan_geo.travel.network import kernels
    except ImportError as error:
        if engine == "auto":
            return plain
        message = "the engine numba is not installed: install wushan-geo with its extra 'fast'."
        raise ParameterError(message) from error
    return kernels
