"""Compiled code behind the hierarchy: nodes left out one by one, and sweeps over what remains.

Leaving out node v puts an arc between every two of its neighbours a and b, as long as the way
through v: w(a, b) = min(w(a, b), w(a, v) + w(v, b)). Nodes with the fewest neighbours go first
(minimum degree, Tinney and Walker 1967; the oldest of them first). What is left at the end is
nearly a complete graph, and is worked off as a dense table. Every shortest way then has one that
is as long and goes first only to nodes left out later, then only to nodes left out earlier
(Dibbelt, Strasser and Wagner 2016, customizable contraction hierarchies, without their rounding).
"""

# ruff: noqa: PLR0913, PLR0915, PLR0917 -- compiled loops stay whole, to be quick

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wushan_geo.travel.network.kernels import (
    Arcs,
    arcs_of,
    checked_nodes,
    compiled,
    in_parts,
    room,
    turned_arcs,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANES = 16  # searches that one sweep carries: two lines of a processor's memory
FEW = 64  # neighbours below which a dense table is not worth while
SHARE = 0.25  # of the nodes left that the node with fewest neighbours has, from which it is
PANEL = 32  # rows of the dense table that are worked off together, so that they stay near


class Ends(NamedTuple):
    """Nodes at which each trip may start or end: one column a trip, one row for each choice."""

    node: NDArray[np.intp]
    """Nodes; one may be there more than once."""
    minutes: NDArray[np.float64]
    """Minutes to or from each node, beside the network; infinite where no way leads."""


class Upward(NamedTuple):
    """Arcs of each node to later ones, by rank: the order in which nodes are left out."""

    rank: NDArray[np.int32]
    """Rank of each node."""
    indptr: NDArray[np.int64]
    end: NDArray[np.int32]
    """Later node, as a rank."""
    out: NDArray[np.float64]
    """Minutes to the later node, infinite if there is no way."""
    back: NDArray[np.float64]
    """Minutes from it."""


@compiled
def _both_ways(arcs: Any, turned: Any) -> Any:
    """Put the arcs from and to each node side by side, each neighbour once; no arc to itself."""
    indptr, end, minutes = arcs
    turned_indptr, start, back = turned
    size = indptr.size - 1
    first = np.zeros(size + 1, np.int64)
    most = 2 * end.size
    ends, out, into = np.empty(most, np.int32), np.empty(most), np.empty(most)
    used = 0
    for node in range(size):
        one, two = indptr[node], turned_indptr[node]
        while one < indptr[node + 1] or two < turned_indptr[node + 1]:
            left = end[one] if one < indptr[node + 1] else size
            right = start[two] if two < turned_indptr[node + 1] else size
            other = min(left, right)
            ends[used], out[used], into[used] = other, np.inf, np.inf
            if left == other:
                out[used] = minutes[one]
                one += 1
            if right == other:
                into[used] = back[two]
                two += 1
            used += other != node
        first[node + 1] = used
    return first, ends[:used], out[:used], into[:used]


@compiled
def _leave(row: Any, head: Any, tail: Any, after: Any, before: Any, node: Any) -> None:
    """Take a node out of a row."""
    one, two = before[node], after[node]
    if one >= 0:
        after[one] = two
    else:
        head[row] = two
    if two >= 0:
        before[two] = one
    else:
        tail[row] = one


@compiled
def _queue(head: Any, tail: Any, after: Any, before: Any, where: Any, row: Any, node: Any) -> None:
    """Put a node at the end of a row, unless it stands in that row already."""
    old = where[node]
    if old == row:
        return
    if old >= 0:
        _leave(old, head, tail, after, before, node)
    last = tail[row]
    before[node], after[node] = last, -1
    if last >= 0:
        after[last] = node
    else:
        head[row] = node
    tail[row], where[node] = node, row


@compiled
def _drop(end: Any, out: Any, back: Any, slot: Any, start: Any, size: Any, node: Any) -> None:
    """Note where each neighbour of a list stands, but for `node`, which leaves it."""
    at = start
    for entry in range(start, start + size):
        if end[entry] == node:
            at = entry
        else:
            slot[end[entry]] = entry
    last = start + size - 1
    if at != last:
        end[at], out[at], back[at] = end[last], out[last], back[last]
        slot[end[at]] = at


@compiled
def _move(end: Any, out: Any, back: Any, slot: Any, start: Any, to: Any, size: Any) -> None:
    """Copy a list to where there is room for more."""
    for entry in range(size):
        end[to + entry] = end[start + entry]
        out[to + entry] = out[start + entry]
        back[to + entry] = back[start + entry]
        slot[end[to + entry]] = to + entry


@compiled
def _join(
    end: Any,
    out: Any,
    back: Any,
    slot: Any,
    start: Any,
    size: Any,
    ends: Any,
    outs: Any,
    backs: Any,
    begun: Any,
    ended: Any,
    mine: Any,
) -> Any:
    """Join one neighbour of the node that goes with the others; give its new number of them."""
    to_node, from_node = backs[mine], outs[mine]
    for other in range(begun, ended):
        if other == mine:
            continue
        there, here = to_node + outs[other], backs[other] + from_node
        entry = slot[ends[other]]
        if entry < 0:
            entry = start + size
            size += 1
            end[entry], out[entry], back[entry] = ends[other], there, here
        else:
            out[entry] = min(out[entry], there)
            back[entry] = min(back[entry], here)
    for entry in range(start, start + size):
        slot[end[entry]] = -1
    return size


@compiled
def _copy(to: Any, at: Any, array: Any, begun: Any, size: Any) -> None:
    """Copy part of an array."""
    for entry in range(size):
        to[at + entry] = array[begun + entry]


@compiled
def _eliminate(first: Any, end: Any, out: Any, back: Any, share: Any) -> Any:
    """Leave nodes out until the rest is nearly complete.

    Gives the order, the arcs of each node to later ones, and the lists of the rest.
    """
    nodes = first.size - 1
    start, size, fits = first[:-1].copy(), np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    head, tail = np.full(nodes + 1, -1, np.int32), np.full(nodes + 1, -1, np.int32)
    after, before = np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    where, slot = np.full(nodes, -1, np.int32), np.full(nodes, -1, np.int32)
    for node in range(nodes):
        size[node] = fits[node] = first[node + 1] - first[node]
        _queue(head, tail, after, before, where, size[node], node)
    order, indptr = np.empty(nodes, np.int32), np.zeros(nodes + 1, np.int64)
    ends, outs, backs = np.empty(end.size, np.int32), np.empty(end.size), np.empty(end.size)
    used, gone, arcs, fewest = end.size, 0, 0, 0
    while gone < nodes:
        while head[fewest] < 0:
            fewest += 1
        if fewest > FEW and fewest > share * (nodes - gone):
            break
        node = head[fewest]
        _leave(fewest, head, tail, after, before, node)
        where[node] = -1
        order[gone] = node
        gone += 1
        more = size[node]
        ends, outs, backs = room(ends, arcs, more), room(outs, arcs, more), room(backs, arcs, more)
        _copy(ends, arcs, end, start[node], more)
        _copy(outs, arcs, out, start[node], more)
        _copy(backs, arcs, back, start[node], more)
        arcs += more
        indptr[gone] = arcs
        for at in range(arcs - more, arcs):
            one = ends[at]
            _drop(end, out, back, slot, start[one], size[one], node)
            size[one] -= 1
            if size[one] + more - 1 > fits[one]:
                fits[one] = 2 * (size[one] + more)
                end, out = room(end, used, fits[one]), room(out, used, fits[one])
                back = room(back, used, fits[one])
                _move(end, out, back, slot, start[one], used, size[one])
                start[one] = used
                used += fits[one]
            size[one] = _join(
                end,
                out,
                back,
                slot,
                start[one],
                size[one],
                ends,
                outs,
                backs,
                arcs - more,
                arcs,
                at,
            )
            _queue(head, tail, after, before, where, size[one], one)
            fewest = min(fewest, size[one])
    return order, gone, indptr, ends[:arcs], outs[:arcs], backs[:arcs], start, size, end, out


@compiled
def _table(nodes: Any, start: Any, size: Any, end: Any, out: Any) -> Any:
    """Write the lists of the nodes that are left as a table of minutes from one to another."""
    place = np.full(start.size, -1, np.int64)
    for at in range(nodes.size):
        place[nodes[at]] = at
    table = np.full((nodes.size, nodes.size), np.inf)
    for at in range(nodes.size):
        begun = start[nodes[at]]
        for entry in range(begun, begun + size[nodes[at]]):
            table[at, place[end[entry]]] = out[entry]
    return table


@compiled
def _through(table: Any, row: Any, begun: Any, ended: Any) -> None:
    """Let the way from a node to later ones go through those of a panel."""
    size = table.shape[0]
    mine = table[row]
    for middle in range(begun, ended):
        there = mine[middle]
        if there < np.inf:
            other = table[middle]
            for column in range(middle + 1, size):
                mine[column] = min(mine[column], there + other[column])


@compiled
def _work_off(table: Any) -> None:
    """Leave out the nodes of a table in its order; what remains are the arcs to later ones."""
    size = table.shape[0]
    for begun in range(0, size, PANEL):
        ended = min(begun + PANEL, size)
        for row in range(begun + 1, ended):
            _through(table, row, begun, row)
        for row in range(ended, size):
            _through(table, row, begun, ended)


@compiled
def _ranks(order: Any, indptr: Any, end: Any, rank: Any) -> Any:
    """Give numbers so that each comes before those above it, and near ones near each other.

    The first neighbour of a node to be left out after it is its parent; all its later neighbours
    lie on the way from there to the root. The numbers are those of a walk over these trees, from
    the leaves to the root. Gives the number of each place in the order, and of each node.
    """
    nodes = order.size
    for at in range(nodes):
        rank[order[at]] = at
    parent, below = np.full(nodes, nodes, np.int32), np.ones(nodes + 1, np.int32)
    for at in range(nodes):
        for arc in range(indptr[at], indptr[at + 1]):
            parent[at] = min(parent[at], rank[end[arc]])
        below[parent[at]] += below[at]
    free, number = np.zeros(nodes + 1, np.int32), np.empty(nodes, np.int32)
    for at in range(nodes - 1, -1, -1):
        free[at] = free[parent[at]]
        free[parent[at]] += below[at]
        number[at] = free[at] + below[at] - 1
    for at in range(nodes):
        rank[order[at]] = number[at]
    return number


@compiled
def _renumbered(number: Any, rank: Any, indptr: Any, end: Any, out: Any, back: Any) -> Any:
    """Lay the arcs out by rank."""
    nodes = rank.size
    place, starts = np.empty(nodes, np.int32), np.zeros(nodes + 1, np.int64)
    ends, outs, backs = np.empty_like(end), np.empty_like(out), np.empty_like(back)
    for at in range(nodes):
        place[number[at]] = at
    used = 0
    for new in range(nodes):
        begun, more = indptr[place[new]], indptr[place[new] + 1] - indptr[place[new]]
        for arc in range(more):
            ends[used + arc] = rank[end[begun + arc]]
        _copy(outs, used, out, begun, more)
        _copy(backs, used, back, begun, more)
        used += more
        starts[new + 1] = used
    return starts, ends, outs, backs


@compiled
def _mark(marked: Any, indptr: Any, end: Any) -> None:
    """Mark every node above a marked one, over any number of arcs."""
    for node in range(marked.size):
        if marked[node]:
            for arc in range(indptr[node], indptr[node + 1]):
                marked[end[arc]] = True


@compiled
def _cut(kept: Any, indptr: Any, end: Any, up: Any, down: Any) -> Any:
    """Keep some nodes (with each, all above it), with new numbers in the same order."""
    size = 0
    for node in range(kept.size):
        size += kept[node]
    number = np.full(kept.size, -1, np.int32)
    starts = np.zeros(size + 1, np.int64)
    at = 0
    for node in range(kept.size):
        if kept[node]:
            number[node] = at
            starts[at + 1] = starts[at] + indptr[node + 1] - indptr[node]
            at += 1
    ends = np.empty(starts[-1], np.int32)
    ups, downs = np.empty(starts[-1]), np.empty(starts[-1])
    for node in range(kept.size):
        if kept[node]:
            to = starts[number[node]]
            for arc in range(indptr[node], indptr[node + 1]):
                ends[to], ups[to], downs[to] = number[end[arc]], up[arc], down[arc]
                to += 1
    return number, starts, ends, ups, downs


@compiled
def _above(sources: Any, indptr: Any, end: Any, seen: Any, found: Any) -> Any:
    """Find the nodes above some, these themselves included, in ascending order; give how many."""
    size = 0
    for node in sources:
        if not seen[node]:
            seen[node] = True
            found[size] = node
            size += 1
    at = 0
    while at < size:
        node = found[at]
        at += 1
        for arc in range(indptr[node], indptr[node + 1]):
            other = end[arc]
            if not seen[other]:
                seen[other] = True
                found[size] = other
                size += 1
    for at in range(size):
        seen[found[at]] = False
    found[:size].sort()
    return size


@compiled
def _rise(costs: Any, nodes: Any, indptr: Any, end: Any, up: Any) -> None:
    """Carry costs up from each node to those above it."""
    for node in nodes:
        mine = costs[node]
        for arc in range(indptr[node], indptr[node + 1]):
            other, more = costs[end[arc]], up[arc]
            for lane in range(LANES):
                other[lane] = min(other[lane], mine[lane] + more)


@compiled
def _fall(costs: Any, below: Any, indptr: Any, end: Any, down: Any) -> None:
    """Carry costs down to each node from those above it."""
    for node in range(below.size - 1, -1, -1):
        if below[node]:
            mine = costs[node]
            for arc in range(indptr[node], indptr[node + 1]):
                other, more = costs[end[arc]], down[arc]
                for lane in range(LANES):
                    mine[lane] = min(mine[lane], other[lane] + more)


@compiled
def _sweep(
    sources: Any, begun: Any, targets: Any, ended: Any, below: Any, ways: Any, out: Any
) -> None:
    """Fill the rows of some sources, `LANES` of them at a time.

    A source starts at each of its nodes with the minutes begun, a target takes the best of its
    own. `below` tells which nodes are of targets or lie above one: the others need no cost.
    """
    indptr, end, up, down = ways
    nodes = indptr.size - 1
    costs = np.empty((nodes, LANES))
    seen, found = np.zeros(nodes, np.bool_), np.empty(nodes, np.int32)
    for first in range(0, sources.shape[1], LANES):
        some = sources[:, first : first + LANES].copy()
        costs.fill(np.inf)
        for which in range(some.shape[0]):
            for lane in range(some.shape[1]):
                node = some[which, lane]
                costs[node, lane] = min(costs[node, lane], begun[which, first + lane])
        size = _above(some.ravel(), indptr, end, seen, found)
        _rise(costs, found[:size], indptr, end, up)
        _fall(costs, below, indptr, end, down)
        for lane in range(some.shape[1]):
            for column in range(targets.shape[1]):
                best = costs[targets[0, column], lane] + ended[0, column]
                for which in range(1, targets.shape[0]):
                    best = min(best, costs[targets[which, column], lane] + ended[which, column])
                out[first + lane, column] = best


def order_nodes(arcs: Arcs, share: float = SHARE) -> Upward:
    """Leave all nodes out one by one, and keep the arcs of each to those left out later.

    Parameters
    ----------
    arcs
        Arcs.
    share
        Of the nodes left, that the node with fewest neighbours has when the rest becomes a table.

    Returns
    -------
    Upward
        Arcs by rank.

    Raises
    ------
    MemoryError
        If it does not fit into memory.

    Examples
    --------
    See ``tests/test_travel_network_hierarchy.py``.
    """
    lists = _both_ways(arcs, arcs_of(Arcs(*turned_arcs(arcs))))
    order, gone, indptr, end, out, back, start, size, ends, outs = _eliminate(*lists, share)
    rest = np.flatnonzero(~np.isin(np.arange(order.size), order[:gone]))
    if rest.size:
        table = _table(rest, start, size, ends, outs)
        _work_off(table)
        row, column = np.triu_indices(rest.size, 1)
        order[gone:] = rest
        steps = np.arange(rest.size)[::-1]
        indptr[gone + 1 :] = end.size + np.cumsum(steps)
        end = np.concatenate([end, rest[column].astype(np.int32)])
        out = np.concatenate([out, table[row, column]])
        back = np.concatenate([back, table[column, row]])
    rank = np.empty(order.size, dtype=np.int32)
    number = _ranks(order, indptr, end, rank)
    return Upward(rank, *_renumbered(number, rank, indptr, end, out, back))


def swept(ways: Upward, sources: Ends, targets: Ends) -> NDArray[np.float64]:
    """Sweep up from the sources and down to the targets.

    Parameters
    ----------
    ways
        Arcs by rank.
    sources, targets
        From where it goes and where to, in any order; one may be there twice.

    Returns
    -------
    numpy.ndarray
        Minutes from each source (row) to each target.

    Raises
    ------
    ParameterError
        If a node is not in the network.

    Examples
    --------
    See ``tests/test_travel_network_hierarchy.py``.
    """
    size = ways.rank.size
    start = ways.rank[checked_nodes(size, sources.node)].astype(np.intp)
    goal = ways.rank[checked_nodes(size, targets.node)].astype(np.intp)
    found = np.empty((start.shape[1], goal.shape[1]))
    if not found.size:
        return found
    # Neighbours by rank are neighbours on the ground: lanes that share their way up.
    order = np.argsort(start[0], kind="stable")
    below = np.zeros(size, dtype=np.bool_)
    below[goal] = True
    _mark(below, ways.indptr, ways.end)
    kept = below.copy()
    kept[start] = True
    _mark(kept, ways.indptr, ways.end)
    number, *near = _cut(kept, ways.indptr, ways.end, ways.out, ways.back)
    start, goal, below = number[start[:, order]], number[goal], below[kept]
    begun, ended = sources.minutes[:, order], np.ascontiguousarray(targets.minutes)

    def part(rows: slice) -> None:
        mine = np.ascontiguousarray(start[:, rows]), np.ascontiguousarray(begun[:, rows])
        some = np.empty((mine[0].shape[1], goal.shape[1]))
        _sweep(*mine, goal, ended, below, tuple(near), some)
        found[order[rows]] = some

    in_parts(start.shape[1], LANES, part)
    return found
