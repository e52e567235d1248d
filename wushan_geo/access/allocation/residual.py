"""How persons could be moved about: shortest chains of moves in the residual graph.

A chain moves a person from one facility to another, who takes the place of a second person, who
is moved on, and so on. It ends at a free place or with a person who loses it, and begins with a
person who has none or at a facility that then has one place more. Its cost is the sum of what the
moves add. Nodes are the facilities; a step from facility j to k over origin i, where i has persons
at j, costs ``t_ik - t_ij``. No chain that closes can lower the cost of an optimal allocation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wushan_geo.access.allocation.model import GRAIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.access.allocation.model import Market

NOISE = 1e-11  # of the largest cost: differences of costs are not exact
TIGHT = 1e-9  # the same, for two chains that cost alike


class Sides(NamedTuple):
    """Which side of the narrowest cut origins and facilities are on."""

    origins: NDArray[np.bool_]
    """True where persons compete for too few places."""
    facilities: NDArray[np.bool_]
    """True for the facilities that they can go to."""


class Residual(NamedTuple):
    """An allocation, seen as what can still be moved."""

    market: Market
    flow: NDArray[np.float64]
    """Persons on each pair."""
    used: NDArray[np.intp]
    """Pairs with persons."""
    waiting: NDArray[np.bool_]
    """Origins with persons who go nowhere."""
    free: NDArray[np.bool_]
    """Facilities with a free place."""


def residual(market: Market, flow: NDArray[np.float64]) -> Residual:
    """See what can still be moved.

    Parameters
    ----------
    market
        What was asked.
    flow
        Persons on each pair.

    Returns
    -------
    Residual
        For the functions below.

    Raises
    ------
    IndexError
        If there are not as many flows as pairs.

    Examples
    --------
    See ``tests/test_access_allocation.py``.
    """
    return Residual(
        market,
        flow,
        np.flatnonzero(flow > GRAIN),
        market.unserved(flow) > 0,
        market.spare(flow) > 0,
    )


def sides(state: Residual) -> Sides:
    """Find the narrowest cut: whom one more place somewhere would help to a place.

    The origins from which a chain of moves starts that serves one more, and the facilities where
    it could end if they had a place more.

    Parameters
    ----------
    state
        The allocation.

    Returns
    -------
    Sides
        The cut. If as many as possible are served, every facility in it is full.

    Raises
    ------
    MemoryError
        If there are too many pairs.

    Examples
    --------
    See ``tests/test_access_allocation.py``.
    """
    asked = state.market
    origins = state.waiting.copy()
    facilities = np.zeros(len(asked.facility_ids), dtype=bool)
    origin, facility = asked.origin[state.used], asked.facility[state.used]
    while True:
        facilities[asked.facility[origins[asked.origin]]] = True
        more = origin[facilities[facility] & ~origins[origin]]
        if not more.size:
            return Sides(origins, facilities)
        origins[more] = True


def reached_from(
    state: Residual, start: NDArray[np.float64], *, waiting: bool
) -> NDArray[np.float64]:
    """Find the cheapest chain to each facility.

    Bellman and Ford's method on facilities, all steps of a round at once.

    Parameters
    ----------
    state
        The allocation.
    start
        Cost at which a chain may begin at each facility; infinite where it may not.
    waiting
        Whether a chain may also begin with a person who has no place.

    Returns
    -------
    numpy.ndarray
        Cost by facility; infinite where no chain leads.

    Raises
    ------
    MemoryError
        If there are too many pairs.

    Examples
    --------
    See ``tests/test_access_allocation.py``.
    """
    asked, used = state.market, state.used
    begin = np.full(len(asked.origin_ids), np.inf)
    if waiting:
        begin[state.waiting] = 0.0
    best = start.copy()
    for _ in range(best.size + 1):
        leave = begin.copy()
        np.minimum.at(leave, asked.origin[used], best[asked.facility[used]] - asked.cost[used])
        reached = best.copy()
        np.minimum.at(reached, asked.facility, leave[asked.origin] + asked.cost)
        better = reached < best - _noise(asked)
        if not better.any():
            break
        best[better] = reached[better]
    return best


def leading_to(state: Residual, end: NDArray[np.float64], *, waiting: bool) -> NDArray[np.float64]:
    """Find the cheapest chain from each facility.

    Parameters
    ----------
    state
        The allocation.
    end
        Cost at which a chain may end at each facility; infinite where it may not.
    waiting
        Whether a chain may also end with a person who loses the place.

    Returns
    -------
    numpy.ndarray
        Cost by facility; infinite where no chain leads.

    Raises
    ------
    MemoryError
        If there are too many pairs.

    Examples
    --------
    See ``tests/test_access_allocation.py``.
    """
    asked, used = state.market, state.used
    last = np.full(len(asked.origin_ids), 0.0 if waiting else np.inf)
    best = end.copy()
    for _ in range(best.size + 1):
        arrive = last.copy()
        np.minimum.at(arrive, asked.origin, best[asked.facility] + asked.cost)
        left = best.copy()
        np.minimum.at(left, asked.facility[used], arrive[asked.origin[used]] - asked.cost[used])
        better = left < best - _noise(asked)
        if not better.any():
            break
        best[better] = left[better]
    return best


def potentials(state: Residual, cut: Sides) -> NDArray[np.float64]:
    """Find a number for each facility that proves the person cost to be least.

    On the short side the cheapest chain from a person without a place, elsewhere from a facility
    that gives a place up. These do not depend on which of several best allocations is looked at.

    Parameters
    ----------
    state
        The allocation.
    cut
        Its narrowest cut.

    Returns
    -------
    numpy.ndarray
        By facility, finite; 0 or less outside the cut.

    Raises
    ------
    MemoryError
        If there are too many pairs.

    Examples
    --------
    See ``tests/test_access_allocation.py``.
    """
    count = len(state.market.facility_ids)
    inside = reached_from(state, np.full(count, np.inf), waiting=True)
    outside = reached_from(state, np.zeros(count), waiting=False)
    return np.where(cut.facilities, inside, outside)


def _noise(market: Market) -> float:
    """Give the difference of costs that is only rounding."""
    return NOISE * max(1.0, float(market.cost.max(initial=0.0)))
