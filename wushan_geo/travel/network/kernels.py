"""Shortest ways on one's own compiled code: exact, on all processors, touching only what is near.

Needs the extra ``fast`` (numba). Every function here gives, bit by bit, what a search by Dijkstra
in float64 gives: the cost of a way is the sum of its arcs from the source on, each addition
rounded once, and the cost of a node the least over all ways. Rounded addition never puts a larger
cost before a smaller one, so that this least is one number, in whatever order nodes are visited.

The queue is one of buckets, each as wide as the usual arc (Denardo and Fox 1979; within a bucket in
rounds, as in the delta-stepping of Meyer and Sanders 2003). A round first looks along all arcs of
its nodes and writes down, without a branch that a processor could guess wrong, which of them help;
then it takes these up. A node that is found again on a shorter way stands in the queue twice, and
the dearer entry is passed over. On road networks that takes a fifth of the time of a heap. A search
resets only what it touched. Threads share the sources out; each has a space of its own, 12 bytes a
node.

A first call compiles: about 3 seconds for a matrix, 6 each for limited, reached and several
nearest, 15 for preparing a network. A later process loads what was left in numba's cache: a second
to import numba and half a second. The cache lies beside this file, in the user's cache folder where
this one is read-only, or in ``NUMBA_CACHE_DIR``; where none can be kept the code is compiled anew.
"""

# ruff: noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 -- compiled loops stay whole, to be quick

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np

from wushan_geo.errors import ParameterError
from wushan_geo.travel.matrix import CompressedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from wushan_geo.travel.graph import Graph

MOST_BUCKETS = 2**16  # a quarter of a megabyte: more would not stay in a processor's own memory
# Unsigned, as everything that a search uses to look something up: numba would else ask each time
# whether a negative number counts from the end, which takes a quarter of a search.
ONE = np.uint64(1)
NONE = np.uint32(2**32 - 1)
NOBODY = -1  # position of a facility where there is none
EVER = np.uint64(2**64 - 1)
SAMPLE = 1_000  # arcs of which the usual length is taken
FEW = 16  # times as much to look through as was found, above which what was found is sorted
ROUND = np.uint64(256)  # ways that a round writes down before it takes them up
ENTRIES = 2**14  # of a queue, before it has to grow
BLOCK_BITS = np.uint64(5)  # nodes are looked through in blocks of 2 to the power of this
CHUNKS = 8  # parts of the work per thread, so that a thread with near sources takes more of them


class Arcs(NamedTuple):
    """Arcs of a graph, as compiled code takes them."""

    indptr: NDArray[np.int64 | np.uint64]
    end: NDArray[np.int32 | np.uint32]
    minutes: NDArray[np.float64]


class Bags(NamedTuple):
    """Buckets, each a chain of entries; a node may have several, of which the cheapest counts."""

    head: NDArray[np.uint32]
    """First entry of each bucket, or ``NONE``; bucket b stands at b modulo their number."""
    node: NDArray[np.uint32]
    """Node of each entry."""
    cost: NDArray[np.float64]
    """Cost at which each entry was made; dearer than the node's, it is out of date."""
    after: NDArray[np.uint32]
    """Entry that follows each one in its bucket, or ``NONE``."""
    free: NDArray[np.uint32]
    """Every entry once; those in use come first, in no order."""
    other: NDArray[np.uint32]
    """Nodes that a round found a shorter way to, with room for those of one node more."""
    there: NDArray[np.float64]
    """Costs of these ways."""
    per_minute: float
    """Buckets per minute."""


class Space(NamedTuple):
    """What one thread needs to search."""

    cost: NDArray[np.float64]
    """Best cost of each node so far, infinite where it was not reached."""
    touched: NDArray[np.uint32]
    """Nodes with a finite cost, in the order in which they were found."""
    bags: Bags


class Goal(NamedTuple):
    """Nodes at which a search may end, once all of them are settled."""

    nodes: NDArray[np.uint32]
    """Each once."""
    wanted: NDArray[np.bool_]
    """Whether each node of the graph is one of them."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile when first called, from the cache where there is one; hold no lock while running.

    Parameters
    ----------
    function
        Function on arrays and numbers.

    Returns
    -------
    callable
        The same, compiled.

    Raises
    ------
    TypeError
        If it is no function.

    Examples
    --------
    >>> int(compiled(lambda number: number + 1)(2))
    3
    """
    try:
        found: Callable[..., Any] = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder in which a cache could be kept
        found = numba.njit(nogil=True)(function)
    return found


@compiled
def _search(arcs: Any, source: Any, reach: Any, space: Any, goal: Any) -> Any:
    """Search up to `reach` or until the goal is settled; give how many nodes were touched."""
    indptr, end, minutes = arcs
    cost, touched, bags = space
    head, item, price, after, free, helped, costs, per_minute = bags
    wanted, ends = goal.wanted, goal.nodes
    mask = np.uint64(head.size - 1)
    if reach < 0:
        return np.int64(0)
    cost[source] = 0.0
    touched[0] = source
    found, looked = ONE, np.uint64(0)
    missing = ends.size
    bucket, last = np.uint64(0), EVER
    entry = free[0]
    item[entry], price[entry], after[entry], head[0] = source, 0.0, NONE, entry
    used = ONE
    while used > 0 and bucket <= last:
        place = bucket & mask
        entry = head[place]
        if entry == NONE:
            bucket += ONE
            continue
        head[place] = NONE
        while entry != NONE:
            count = np.uint64(0)
            while entry != NONE and count < ROUND:
                node, so_far = np.uint64(item[entry]), price[entry]
                used -= ONE
                free[used] = entry
                entry = after[entry]
                if so_far > cost[node]:
                    continue
                for arc in range(indptr[node], indptr[node + ONE]):
                    there, other = so_far + minutes[arc], end[arc]
                    helped[count], costs[count] = other, there
                    count += np.uint64((there < cost[other]) & (there <= reach))
            if used + count > free.size:
                size, more = free.size, np.int64(count)
                item, price = room(item, size, more), room(price, size, more)
                after, free = room(after, size, more), room(free, size, more)
                for at in range(size, free.size):
                    free[at] = at
            for at in range(count):
                there, other = costs[at], helped[at]
                before_that = cost[other]
                if there < before_that:  # not so if the round found a still shorter one
                    into = np.uint64(np.int64(there * per_minute)) & mask
                    new = free[used]
                    used += ONE
                    item[new], price[new], after[new] = other, there, head[into]
                    head[into] = new
                    cost[other] = there
                    touched[found] = other
                    found += np.uint64(before_that == np.inf)
        if ends.size > 0:
            while looked < found:
                missing -= wanted[touched[looked]]
                looked += ONE
            if missing == 0 and last == EVER:
                # All were found. None can grow any more, so that they are settled when the bucket
                # of the farthest is empty.
                latest = 0.0
                for node in ends:
                    latest = max(latest, cost[node])
                last = np.uint64(np.int64(latest * per_minute))
    if used > 0:
        head[:] = NONE
    if used > 0 or free.size > bags.free.size:
        for at in range(bags.free.size):
            bags.free[at] = at
    return np.int64(found)


@compiled
def _forget(space: Any, found: Any) -> None:
    """Make the costs infinite again."""
    if found * 8 > space.cost.size:
        space.cost[:] = np.inf
    else:
        for at in range(found):
            space.cost[space.touched[at]] = np.inf


@compiled
def _matrix_rows(
    arcs: Any, origins: Any, destinations: Any, reach: Any, space: Any, goal: Any, out: Any
) -> None:
    """Fill rows of a matrix."""
    for row in range(origins.size):
        found = _search(arcs, origins[row], reach, space, goal)
        for column in range(destinations.size):
            out[row, column] = space.cost[destinations[column]]
        _forget(space, found)


@compiled
def room(array: Any, used: Any, more: Any) -> Any:
    """Give an array that holds `more` entries beside those in use.

    Parameters
    ----------
    array
        Entries.
    used
        How many are in use.
    more
        How many shall fit beside them.

    Returns
    -------
    numpy.ndarray
        The array itself, or a copy at least twice as large.

    Raises
    ------
    MemoryError
        If it does not fit into memory.

    Examples
    --------
    >>> int(room(np.zeros(2), 2, 1).size)
    4
    """
    if used + more <= array.size:
        return array
    larger = np.empty(max(2 * array.size, used + more), array.dtype)
    for at in range(used):
        larger[at] = array[at]
    return larger


@compiled
def _limited_rows(
    arcs: Any, origins: Any, destinations: Any, reach: Any, space: Any, goal: Any, column: Any
) -> Any:
    """Give how many destinations each row has within reach, their positions and costs.

    `column` holds the position of each node among the destinations, which are in ascending order.
    """
    counts = np.empty(origins.size, np.int64)
    indices, costs, used = np.empty(1024, np.int32), np.empty(1024, np.float64), 0
    for row in range(origins.size):
        found = _search(arcs, origins[row], reach, space, goal)
        most = min(found, destinations.size)
        if used + most > indices.size:  # take as much for each row to come
            more = most * (origins.size - row)
            indices, costs = room(indices, used, more), room(costs, used, more)
        begun = used
        if found * FEW < destinations.size:
            for at in range(found):
                if goal.wanted[space.touched[at]]:
                    indices[used] = column[space.touched[at]]
                    used += 1
            indices[begun:used].sort()
        else:
            for at in range(destinations.size):
                if space.cost[destinations[at]] < np.inf:
                    indices[used] = at
                    used += 1
        for at in range(begun, used):
            costs[at] = space.cost[destinations[indices[at]]]
        counts[row] = used - begun
        _forget(space, found)
    return counts, indices[:used], costs[:used]


@compiled
def _reached_rows(arcs: Any, sources: Any, reach: Any, space: Any, goal: Any) -> Any:
    """Give how many nodes each source reaches, the nodes in ascending order, and their costs."""
    cost, touched = space.cost, space.touched
    counts = np.empty(sources.size, np.int64)
    nodes, costs, used = np.empty(1024, np.uint32), np.empty(1024, np.float64), 0
    near = np.zeros((cost.size >> BLOCK_BITS) + 1, np.bool_)  # blocks of nodes that were reached
    for row in range(sources.size):
        found = _search(arcs, sources[row], reach, space, goal)
        if used + found >= nodes.size:  # take as much for each row to come
            more = (found + 1) * (sources.size - row)
            nodes, costs = room(nodes, used, more), room(costs, used, more)
        low, high, at_end = np.uint64(near.size), np.uint64(0), np.uint64(used)
        for at in range(found):
            block = np.uint64(touched[at] >> BLOCK_BITS)
            near[block] = True
            low, high = min(low, block), max(high, block + ONE)
        for one in range(low, high):
            if near[one]:
                near[one] = False
                first, after = one << BLOCK_BITS, (one + ONE) << BLOCK_BITS
                for node in range(first, min(after, np.uint64(cost.size))):
                    nodes[at_end], costs[at_end] = node, cost[node]
                    at_end += np.uint64(cost[node] < np.inf)
                    cost[node] = np.inf
        counts[row] = found
        used += found
    return counts, nodes[:used], costs[:used]


@compiled
def _label(
    arcs: Any, facilities: Any, reach: Any, space: Any, goal: Any, label: Any, tolerance: Any
) -> Any:
    """Search from all facilities at once; label each node with the first of its nearest ones.

    Gives False when two costs of one node were so near to each other that rounding may make them
    equal further on, where the facility that stands first would have to win: then labels may be
    wrong, though costs are not.
    """
    indptr, end, minutes = arcs
    cost, touched, bags = space
    head, item, price, after, free, helped, costs, per_minute = bags
    names = np.empty(helped.size, label.dtype)  # the facilities of the ways that a round found
    wanted, ends = goal.wanted, goal.nodes
    mask = np.uint64(head.size - 1)
    found, looked, clear = np.uint64(0), np.uint64(0), True
    for at in range(facilities.size):
        node = np.uint64(facilities[at])
        if cost[node] == np.inf:
            cost[node], label[node] = 0.0, at
            touched[found] = node
            item[found], price[found] = node, 0.0
            after[found], head[0] = head[0], np.uint32(found)
            found += ONE
    used = found
    missing = ends.size
    bucket, last = np.uint64(0), EVER
    while used > 0 and bucket <= last:
        place = bucket & mask
        entry = head[place]
        if entry == NONE:
            bucket += ONE
            continue
        head[place] = NONE
        while entry != NONE:
            count = np.uint64(0)
            while entry != NONE and count < ROUND:
                node, so_far = np.uint64(item[entry]), price[entry]
                used -= ONE
                free[used] = entry
                entry = after[entry]
                if so_far > cost[node]:
                    continue
                mine = label[node]
                for arc in range(indptr[node], indptr[node + ONE]):
                    there, other = so_far + minutes[arc], end[arc]
                    helped[count], costs[count], names[count] = other, there, mine
                    count += np.uint64((there <= cost[other] + tolerance) & (there <= reach))
            if used + count > free.size:
                size, more = free.size, np.int64(count)
                item, price = room(item, size, more), room(price, size, more)
                after, free = room(after, size, more), room(free, size, more)
                for at in range(size, free.size):
                    free[at] = at
            for at in range(count):
                there, other, mine = costs[at], helped[at], names[at]
                before_that, theirs = cost[other], label[other]
                if there < before_that:
                    near = (theirs < mine) & (before_that - there <= tolerance)
                    clear &= not near
                elif mine >= theirs or there > before_that + tolerance:
                    continue
                elif there > before_that:
                    clear = False
                    continue
                into = np.uint64(np.int64(there * per_minute)) & mask
                new = free[used]
                used += ONE
                item[new], price[new], after[new] = other, there, head[into]
                head[into] = new
                cost[other], label[other] = there, mine
                touched[found] = other
                found += np.uint64(before_that == np.inf)
        while looked < found:
            missing -= wanted[touched[looked]]
            looked += ONE
        if missing == 0 and last == EVER:
            latest = 0.0
            for node in ends:
                latest = max(latest, cost[node])
            last = np.uint64(np.int64(latest * per_minute))
    return clear


@compiled
def _rise(cost: Any, label: Any, node: Any, at: Any) -> None:
    """Let an entry of a heap rise until none above it is later; earlier is (cost, label)."""
    mine, who, where = cost[at], label[at], node[at]
    while at > 0:
        above = (at - 1) // 2
        if cost[above] < mine or (cost[above] == mine and label[above] <= who):
            break
        cost[at], label[at], node[at] = cost[above], label[above], node[above]
        at = above
    cost[at], label[at], node[at] = mine, who, where


@compiled
def _sink(cost: Any, label: Any, node: Any, size: Any) -> None:
    """Take the last entry of a heap to its top and let it sink to where it belongs."""
    mine, who, where = cost[size], label[size], node[size]
    at = 0
    while 2 * at + 1 < size:
        next_one = 2 * at + 1
        other = next_one + 1
        if other < size and (
            cost[other] < cost[next_one]
            or (cost[other] == cost[next_one] and label[other] < label[next_one])
        ):
            next_one = other
        if mine < cost[next_one] or (mine == cost[next_one] and who <= label[next_one]):
            break
        cost[at], label[at], node[at] = cost[next_one], label[next_one], node[next_one]
        at = next_one
    cost[at], label[at], node[at] = mine, who, where


@compiled
def _passes(
    cost: Any, label: Any, before: Any, last: Any, so_far: Any, mine: Any, tolerance: Any, full: Any
) -> Any:
    """Tell whether a label goes through a node that has the labels of a chain."""
    passes = not full
    while last >= 0:
        if label[last] == mine:
            return False
        passes |= mine < label[last] and so_far <= cost[last] + tolerance
        last = before[last]
    return passes


@compiled
def _several(
    arcs: Any, facilities: Any, reach: Any, goal: Any, tolerance: Any, costs: Any, labels: Any
) -> None:
    """Find several facilities for each node: a node is settled once by each of its nearest.

    Labels (cost, facility) leave the heap in ascending order, so that the first which come to a
    node are its own. A later one passes through it only where rounding further on may make it
    equal to one of these and it stands before that one.
    """
    indptr, end, minutes = arcs
    count = costs.shape[1]
    had = np.zeros(indptr.size, np.int32)
    chain = np.full(indptr.size, -1, np.int32)  # last label of each node, that names the one before
    cost, label, before = np.empty(1024), np.empty(1024, np.int32), np.empty(1024, np.int32)
    heap = np.zeros(facilities.size + 1)
    who, where = np.empty(heap.size, np.int32), np.empty(heap.size, np.int32)
    for at in range(facilities.size):
        who[at], where[at] = at, facilities[at]
    used, size, missing = 0, facilities.size, goal.nodes.size * count
    while size > 0 and missing > 0:
        so_far, mine, node = heap[0], who[0], where[0]
        size -= 1
        _sink(heap, who, where, size)
        full = had[node] >= count
        if not _passes(cost, label, before, chain[node], so_far, mine, tolerance, full):
            continue
        cost, label, before = room(cost, used, 1), room(label, used, 1), room(before, used, 1)
        cost[used], label[used], before[used] = so_far, mine, chain[node]
        chain[node] = used
        used += 1
        if not full:
            costs[node, had[node]], labels[node, had[node]] = so_far, mine
            had[node] += 1
            missing -= goal.wanted[node]
        more = indptr[node + 1] - indptr[node]
        heap, who, where = room(heap, size, more), room(who, size, more), room(where, size, more)
        for arc in range(indptr[node], indptr[node + 1]):
            there, other = so_far + minutes[arc], end[arc]
            if there <= reach and there <= costs[other, count - 1] + tolerance:
                heap[size], who[size], where[size] = there, mine, other
                _rise(heap, who, where, size)
                size += 1


@compiled
def turned_arcs(arcs: Any) -> Any:
    """Turn every arc round, by counting.

    Parameters
    ----------
    arcs
        Arcs, as :func:`arcs_of` gives them.

    Returns
    -------
    tuple of numpy.ndarray
        The fields of the arcs turned round, those of a node in ascending order.

    Raises
    ------
    MemoryError
        If it does not fit into memory.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(2, np.array([0]), np.array([1]), np.array([2.0]))
    >>> turned_arcs(arcs_of(way))[1].tolist()
    [0]
    """
    indptr, end, minutes = arcs
    at = np.zeros(indptr.size + 1, np.int64)
    for other in end:
        at[other + 2] += 1
    for node in range(2, at.size):
        at[node] += at[node - 1]
    start, back = np.empty_like(end), np.empty_like(minutes)
    for node in range(indptr.size - 1):
        for arc in range(indptr[node], indptr[node + 1]):
            place = at[end[arc] + 1]
            start[place], back[place] = node, minutes[arc]
            at[end[arc] + 1] += 1
    return at[:-1].copy(), start, back


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
        Nodes, in any order; one may be there twice.
    reach
        Minutes up to which to search (exactly that much is within); None finds everything.

    Returns
    -------
    numpy.ndarray
        Minutes, a row per origin; infinite where unreachable or beyond the reach.

    Raises
    ------
    ParameterError
        If a node is not in the graph.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> matrix(way, np.array([0, 2]), np.array([1, 2]), None).tolist()
    [[2.0, 5.0], [inf, 0.0]]
    """
    origins, destinations = (
        checked_nodes(graph.size, origins),
        checked_nodes(graph.size, destinations),
    )
    out = np.empty((origins.size, destinations.size))
    if out.size:
        goal = _goal(graph, destinations)

        spaces = _Spaces(graph)

        def part(rows: slice) -> None:
            space, some = spaces.mine(), (origins[rows], destinations)
            _matrix_rows(spaces.arcs, *some, _limit(reach), space, goal, out[rows])

        in_parts(origins.size, 1, part)
    return out


def limited(
    graph: Graph, origins: NDArray[np.intp], destinations: NDArray[np.intp], reach: float
) -> CompressedRows:
    """Find the minutes of the pairs within reach, searching from each origin.

    Parameters
    ----------
    graph
        Arcs.
    origins, destinations
        Nodes, in any order; one may be there twice.
    reach
        Minutes up to which to search (exactly that much is within).

    Returns
    -------
    CompressedRows
        Minutes by position in `destinations`, a row per origin.

    Raises
    ------
    ParameterError
        If a node is not in the graph.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> limited(way, np.array([0]), np.array([2, 1, 0]), 2.0).indices.tolist()
    [1, 2]
    """
    origins, destinations = (
        checked_nodes(graph.size, origins),
        checked_nodes(graph.size, destinations),
    )
    different, at = np.unique(destinations, return_inverse=True)
    goal = _goal(graph, different)
    column = np.empty(graph.size, dtype=np.int32)
    column[different] = np.arange(different.size, dtype=np.int32)
    spaces = _Spaces(graph)
    found = in_parts(
        origins.size if destinations.size else 0,
        1,
        lambda rows: _limited_rows(
            spaces.arcs, origins[rows], different, float(reach), spaces.mine(), goal, column
        ),
    )
    counts, indices, data = _joined(found)
    if not np.array_equal(different, destinations):
        counts, indices, data = _spread(counts, indices, data, at)
    return CompressedRows(_starts(counts, origins.size), indices, data)


def reached(
    graph: Graph, sources: NDArray[np.intp], reach: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Find the nodes within reach of each source.

    Parameters
    ----------
    graph
        Arcs.
    sources
        Nodes, in any order; one may be there twice.
    reach
        Minutes up to which to search (exactly that much is within).

    Returns
    -------
    tuple of numpy.ndarray
        Where the nodes of each source start and the end of the last, nodes in ascending order
        for each source, and minutes.

    Raises
    ------
    ParameterError
        If a node is not in the graph.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> [one.tolist() for one in reached(way, np.array([0, 2]), 2.0)]
    [[0, 2, 3], [0, 1, 2], [0.0, 2.0, 0.0]]
    """
    sources = checked_nodes(graph.size, sources)
    goal = _goal(graph, sources[:0])
    spaces = _Spaces(graph)
    found = in_parts(
        sources.size,
        1,
        lambda rows: _reached_rows(spaces.arcs, sources[rows], float(reach), spaces.mine(), goal),
    )
    counts, nodes, minutes = _joined(found)
    return _starts(counts, sources.size), nodes, minutes


def nearest(
    back: Graph,
    nodes: NDArray[np.intp],
    facilities: NDArray[np.intp],
    count: int,
    reach: float | None,
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Find the nearest facilities of each node, in one search from all facilities backward.

    Minutes run from node to facility and are summed from the facility on. Of facilities with
    exactly the same minutes the one that stands first in `facilities` comes first.

    Parameters
    ----------
    back
        Arcs turned round, so that they lead from where a way ends to where it starts.
    nodes, facilities
        Nodes, in any order; one may be there twice, and two facilities may share one.
    count
        How many facilities to find.
    reach
        Minutes up to which to search (exactly that much is within); None finds everything.

    Returns
    -------
    tuple of numpy.ndarray
        Minutes and positions in `facilities`, a row per node and `count` columns, nearest first;
        infinite and -1 where there is none.

    Raises
    ------
    ParameterError
        If a node is not in the graph or the count is not above 0.

    Examples
    --------
    >>> from wushan_geo.travel.graph import Graph, graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> back = Graph(*turned_arcs(arcs_of(way)))
    >>> costs, labels = nearest(back, np.array([0, 2]), np.array([2, 1]), 2, None)
    >>> labels.tolist()
    [[1, 0], [0, -1]]
    """
    nodes, facilities = checked_nodes(back.size, nodes), checked_nodes(back.size, facilities)
    if count < 1:
        message = f"count must be at least 1. Got {count!r} instead."
        raise ParameterError(message)
    if reach is not None and reach < 0:
        facilities = facilities[:0]
    arcs, goal = arcs_of(back), _goal(back, nodes)
    # No way is longer than all arcs together. Two costs that differ by more than this are never
    # rounded to the same one further on: each binade in which their sums lie takes one unit in
    # the last place of it at most, and all binades together two of the last.
    tolerance = 4 * float(np.spacing(back.minutes.sum()))
    reach = _limit(reach)
    if count == 1:
        space = _space(back, 2 * facilities.size)
        label = np.full(back.size, NOBODY, dtype=np.int32)
        if _label(_unsigned(arcs), facilities, reach, space, goal, label, tolerance):
            return space.cost[nodes][:, None], label[nodes][:, None].astype(np.intp)
    costs = np.full((back.size, count), np.inf)
    labels = np.full((back.size, count), -1, dtype=np.intp)
    _several(arcs, facilities, reach, goal, tolerance, costs, labels)
    return costs[nodes], labels[nodes]


def arcs_of(graph: Graph | Arcs) -> Arcs:
    """Give the arcs in the one form for which the code is compiled: whole, and read-only.

    Parameters
    ----------
    graph
        Arcs.

    Returns
    -------
    Arcs
        Views where they fit, else copies.

    Raises
    ------
    MemoryError
        If it does not fit into memory.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(2, np.array([0]), np.array([1]), np.array([2.0]))
    >>> arcs_of(way).minutes.flags.writeable
    False
    """
    views = [
        np.ascontiguousarray(array, dtype=kind).view()
        for array, kind in zip(graph, (np.int64, np.int32, np.float64), strict=True)
    ]
    for view in views:
        view.flags.writeable = False
    return Arcs(*views)


def _unsigned(arcs: Arcs) -> Arcs:
    """Give the same arcs as a search takes them."""
    return Arcs(arcs.indptr.view(np.uint64), arcs.end.view(np.uint32), arcs.minutes)


def checked_nodes(size: int, nodes: NDArray[Any]) -> NDArray[Any]:
    """Check that nodes are in the graph: compiled code would not notice.

    Parameters
    ----------
    size
        Number of nodes in the graph.
    nodes
        Nodes.

    Returns
    -------
    numpy.ndarray
        The same in 32 bits, unsigned.

    Raises
    ------
    ParameterError
        If a node is not in the graph.

    Examples
    --------
    >>> checked_nodes(3, np.array([2, 0])).dtype.name
    'uint32'
    """
    nodes = np.asarray(nodes)
    if nodes.size and not (nodes.min() >= 0 and nodes.max() < size):
        message = f"nodes must be from 0 to {size - 1}."
        raise ParameterError(message)
    return nodes.astype(np.uint32)


def _limit(reach: float | None) -> float:
    return np.inf if reach is None else float(reach)


def _goal(graph: Graph, nodes: NDArray[Any]) -> Goal:
    """Mark the nodes, each once."""
    wanted = np.zeros(graph.size, dtype=np.bool_)
    wanted[nodes] = True
    return Goal(np.flatnonzero(wanted).astype(np.uint32), wanted)


def _buckets(graph: Graph) -> tuple[int, float]:
    """Give how many buckets are needed at once, and how many there are per minute.

    Each is as wide as the usual arc.
    """
    some = graph.minutes[:: max(1, graph.minutes.size // SAMPLE)]
    some = some[some > 0]
    most = float(graph.minutes.max(initial=0.0))
    width = max(float(np.median(some)) if some.size else 0.0, most / MOST_BUCKETS) or 1.0
    return 1 << int(np.ceil(np.log2(most / width + 3))), 1 / width


def _space(graph: Graph, entries: int = 0) -> Space:
    """Make what one search needs; memory that it does not touch is never really taken."""
    buckets, per_minute = _buckets(graph)
    entries = max(entries, ENTRIES)
    # A way that does not help is written down all the same, and then written over.
    room_needed = int(ROUND) + int(np.diff(graph.indptr).max(initial=0)) + 1
    bags = Bags(
        np.full(buckets, NONE),
        np.empty(entries, dtype=np.uint32),
        np.empty(entries),
        np.empty(entries, dtype=np.uint32),
        np.arange(entries, dtype=np.uint32),
        np.empty(room_needed, dtype=np.uint32),
        np.empty(room_needed),
        per_minute,
    )
    return Space(np.full(graph.size, np.inf), np.empty(graph.size + 1, dtype=np.uint32), bags)


class _Spaces:
    """The arcs, and a space for each thread that asks for one."""

    def __init__(self, graph: Graph) -> None:
        self.arcs = _unsigned(arcs_of(graph))
        self._graph = graph
        self._local = threading.local()

    def mine(self) -> Space:
        """Give the space of the thread that asks."""
        if not hasattr(self._local, "space"):
            self._local.space = _space(self._graph)
        found: Space = self._local.space
        return found


def in_parts(size: int, step: int, part: Callable[[slice], Any]) -> list[Any]:
    """Share rows out among threads; the answers stand in the order of the rows.

    Parameters
    ----------
    size
        Number of rows.
    step
        Rows that are worth being worked on together.
    part
        What is to be done with some rows; it must hold no lock.

    Returns
    -------
    list
        What `part` gave.

    Raises
    ------
    MemoryError
        If it does not fit into memory.

    Examples
    --------
    >>> in_parts(5, 2, lambda rows: rows.start)
    [0, 2, 4]
    """
    threads = max(1, min(_processors(), -(-size // step)))
    step *= max(1, size // (step * CHUNKS * threads))
    slices = [slice(at, min(at + step, size)) for at in range(0, size, step)]
    if threads == 1:
        return [part(one) for one in slices]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(part, slices))


def _processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _joined(found: Sequence[tuple[Any, ...]]) -> list[NDArray[Any]]:
    """Put the answers of all parts behind each other, on all processors, as there may be many."""
    kinds = (np.int64, np.intp, np.float64)
    columns = list(zip(*found, strict=True)) or [()] * len(kinds)
    joined, pieces = [], []
    for kind, parts in zip(kinds, columns, strict=True):
        ends = np.cumsum([0, *(part.size for part in parts)])
        whole: NDArray[Any] = np.empty(ends[-1], dtype=kind)
        pieces += list(zip(np.split(whole, ends[1:-1]), parts, strict=False))
        joined.append(whole)

    def copied(some: slice) -> None:
        for into, part in pieces[some]:
            into[:] = part

    in_parts(len(pieces), 1, copied)
    return joined


def _spread(
    counts: NDArray[np.int64],
    indices: NDArray[np.intp],
    data: NDArray[np.float64],
    at: NDArray[np.intp],
) -> tuple[NDArray[np.int64], NDArray[np.intp], NDArray[np.float64]]:
    """Give each destination its own entry, where several stand at one node or in another order."""
    order, times = np.argsort(at, kind="stable"), np.bincount(at)
    first = np.cumsum(times) - times
    row = np.repeat(np.arange(counts.size), counts)
    more = times[indices]
    within = np.arange(more.sum()) - np.repeat(np.cumsum(more) - more, more)
    position = order[np.repeat(first[indices], more) + within]
    row, data = np.repeat(row, more), np.repeat(data, more)
    ascending = np.lexsort((position, row))
    return np.bincount(row, minlength=counts.size), position[ascending], data[ascending]


def _starts(counts: NDArray[np.int64], size: int) -> NDArray[np.intp]:
    """Turn counts into where each row starts."""
    starts = np.zeros(size + 1, dtype=np.intp)
    np.cumsum(counts, out=starts[1 : counts.size + 1])
    return starts
