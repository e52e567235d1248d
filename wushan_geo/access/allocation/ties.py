"""One answer where several allocations are equally good: the ids decide.

All best allocations use only *tight* pairs, those whose cost the potentials account for in full.
Among these pairs persons can be moved in rings that cost nothing. The rule: of all best allocations
the one in which the first origin by id sends as many persons as it can to its first facility by
id, then to the second, and so on through the origins. It does not depend on the solver.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wushan_geo.access.allocation.model import GRAIN
from wushan_geo.access.allocation.residual import TIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from wushan_geo.access.allocation.model import Market
    from wushan_geo.access.allocation.residual import Residual, Sides


class Links(NamedTuple):
    """Pairs on which persons may be moved without a cost, sorted by both ends.

    Having no place is a facility of its own, the last; places that stay free are taken by an
    origin of its own, the last. All amounts are then met exactly.
    """

    start: NDArray[np.intp]
    """Origin, or the number of origins for free places."""
    end: NDArray[np.intp]
    """Facility, or the number of facilities for persons without a place."""
    amount: NDArray[np.float64]
    """Persons (or free places) there."""
    pair: NDArray[np.intp]
    """Pair of the market; -1 where it is none."""


def tight_links(state: Residual, cut: Sides, prices: NDArray[np.float64]) -> Links:
    """Find the pairs that best allocations may use.

    Parameters
    ----------
    state
        A best allocation.
    cut, prices
        Its narrowest cut and potentials.

    Returns
    -------
    Links
        With the amounts of this allocation.

    Raises
    ------
    MemoryError
        If there are too many pairs.

    Examples
    --------
    See ``tests/test_access_allocation_ties.py``.
    """
    asked = state.market
    origins, facilities = len(asked.origin_ids), len(asked.facility_ids)
    same = cut.origins[asked.origin] == cut.facilities[asked.facility]
    net = asked.cost - prices[asked.facility]
    saved = np.where(cut.origins, 0.0, np.inf)
    np.minimum.at(saved, asked.origin[same], net[same])
    near = TIGHT * max(1.0, float(asked.cost.max(initial=0.0)))
    busy = asked.persons[asked.origin] > 0
    tight = same & busy & (net - saved[asked.origin] <= near) | (state.flow > GRAIN)
    pair = np.flatnonzero(tight)
    without = np.flatnonzero(cut.origins & (saved >= -near) & (asked.persons > 0) | state.waiting)
    free = np.flatnonzero(~cut.facilities & (prices >= -near) | state.free)
    start = np.concatenate((asked.origin[pair], without, np.full(free.size, origins)))
    end = np.concatenate((asked.facility[pair], np.full(without.size, facilities), free))
    amount = np.concatenate(
        (
            state.flow[pair],
            asked.unserved(state.flow)[without],
            np.maximum(asked.spare(state.flow), 0.0)[free],
        )
    )
    pairs = np.concatenate((pair, np.full(without.size + free.size, -1)))
    order = np.lexsort((end, start))
    return Links(start[order], end[order], amount[order], pairs[order])


def settled_by_ids(
    market: Market, flow: NDArray[np.float64], links: Links
) -> tuple[NDArray[np.float64], bool]:
    """Choose among equally good allocations by id.

    Parameters
    ----------
    market
        What is asked.
    flow
        A best allocation: persons on each pair.
    links
        Its tight pairs.

    Returns
    -------
    tuple
        The chosen flows, and whether there is any other best allocation.

    Raises
    ------
    MemoryError
        If there are too many pairs.

    Examples
    --------
    See ``tests/test_access_allocation_ties.py``.
    """
    loose = _in_rings(links, (len(market.origin_ids) + 1, len(market.facility_ids) + 1))
    if not loose.size:
        return flow, False
    part = Links(links.start[loose], links.end[loose], links.amount[loose], links.pair[loose])
    amount = _Rings(part).settle()
    chosen = flow.copy()
    real = part.pair >= 0
    chosen[part.pair[real]] = amount[real]
    return chosen, True


def _in_rings(links: Links, shape: tuple[int, int]) -> NDArray[np.intp]:
    """Find the links in which something can be moved round.

    Towards a facility always, away from it only what is there. A link within a strongly connected
    part that is no tree's leaf lies on a ring; what hangs on a single link is settled.
    """
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    end = links.end + shape[0]
    back = links.amount > GRAIN
    tail, head = np.r_[links.start, end[back]], np.r_[end, links.start[back]]
    count = sum(shape)
    graph = sparse.csr_array((np.ones(tail.size), (tail, head)), shape=(count, count))
    _, part = connected_components(graph, directed=True, connection="strong")
    left = np.flatnonzero(part[links.start] == part[end])
    while True:
        degree = np.bincount(np.r_[links.start[left], end[left]], minlength=count)
        keep = (degree[links.start[left]] > 1) & (degree[end[left]] > 1)
        if keep.all():
            return left
        left = left[keep]


class _Rings:
    """Links in rings, settled one by one in the order of the ids."""

    def __init__(self, links: Links) -> None:
        self._start, self._end = links.start.tolist(), links.end.tolist()
        self._amount: list[float] = links.amount.tolist()
        self._out: dict[int, dict[int, int]] = {}
        self._in: dict[int, dict[int, int]] = {}
        for at, (start, end) in enumerate(zip(self._start, self._end, strict=True)):
            self._out.setdefault(start, {})[end] = at
            self._in.setdefault(end, {})[start] = at

    def settle(self) -> NDArray[np.float64]:
        """Give every link in turn as much as it can have, and leave it there."""
        for at, (start, end) in enumerate(zip(self._start, self._end, strict=True)):
            if end not in self._out.get(start, {}):
                continue  # settled, since nothing else could move with it
            while ring := self._ring(start, end):
                self._turn(at, ring)
            self._close(at)
        return np.array(self._amount)

    def _ring(self, start: int, end: int) -> list[int]:
        """Find the shortest ring through a link: its other links, away from facilities first."""
        came: dict[int, tuple[int, int]] = {}  # origin -> link by which it was left, link before
        first: dict[int, int] = {end: -1}  # facility -> link by which it was reached
        todo = deque([end])
        while todo:
            facility = todo.popleft()
            for origin, taken in self._in[facility].items():
                if origin in came or self._amount[taken] <= GRAIN:
                    continue
                if origin == start and facility == end:
                    continue
                came[origin] = (taken, first[facility])
                if origin == start:
                    return list(self._traced(taken, first[facility], came))
                for other, given in self._out[origin].items():
                    if other not in first:
                        first[other] = given
                        todo.append(other)
        return []

    def _traced(self, taken: int, given: int, came: dict[int, tuple[int, int]]) -> Iterator[int]:
        """Go a ring back: in turn a link that gives persons up and one that takes them."""
        yield taken
        while given >= 0:
            yield given
            taken, given = came[self._start[given]]
            yield taken

    def _turn(self, at: int, ring: list[int]) -> None:
        """Move as much as can be moved round the ring."""
        moved = min(self._amount[one] for one in ring[0::2])
        self._amount[at] += moved
        for one in ring[0::2]:
            self._amount[one] -= moved
        for one in ring[1::2]:
            self._amount[one] += moved

    def _close(self, at: int) -> None:
        """Settle a link, and with it those that hang on a single end."""
        todo = [at]
        while todo:
            one = todo.pop()
            start, end = self._start[one], self._end[one]
            if end not in self._out[start]:
                continue
            del self._out[start][end], self._in[end][start]
            if len(self._out[start]) == 1:
                todo.extend(self._out[start].values())
            if len(self._in[end]) == 1:
                todo.extend(self._in[end].values())
