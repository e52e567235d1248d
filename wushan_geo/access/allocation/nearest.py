"""Everyone goes to the nearest facility, and on to the next where it is full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from wushan_geo.access.allocation.model import GRAIN, Allocation, Request, answered, market
from wushan_geo.access.allocation.verify import verified_allocation
from wushan_geo.access.arguments import one_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.access.allocation.model import Allowed, Counts, Market
    from wushan_geo.travel.matrix import TravelMatrix

WhenFull = Literal["next", "crowd"]


def nearest_allocation(
    matrix: TravelMatrix,
    persons: Counts,
    capacity: Counts,
    *,
    admitted: Allowed | None = None,
    limit: float | None = None,
    when_full: WhenFull = "next",
) -> Allocation:
    """Send everyone to the nearest facility; where it is full, those farthest away go on.

    With ``when_full="next"`` a facility keeps the persons nearest to it, up to its capacity, and
    the others try their next nearest, where they may in turn displace persons from farther away
    (deferred acceptance, Gale & Shapley 1962). Both sides go by the same costs, so that the result
    does not depend on who asks first: it is that of filling the pairs in ascending order of cost.
    Equal costs go by origin id and then facility id. Nobody then finds a nearer facility with a
    free place or a person from farther away; the sum of all costs may still be far from the
    least (``allocate``).

    With ``when_full="crowd"`` everyone stays at the nearest (equal costs: first id), whatever its
    capacity; ``overload`` and ``over_full`` say where there are too few places.

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    persons
        Persons by origin id, at least 0; every origin must be named.
    capacity
        Places by facility id, at least 0; every facility must be named.
    admitted
        True for each pair where the facility admits the persons, as ``TravelMatrix.mask`` takes
        it; None where all admit all.
    limit
        Longest way that anyone is sent, in the matrix's unit; exactly at it is allowed. None for as
        far as the matrix is known.
    when_full
        ``"next"`` or ``"crowd"``.

    Returns
    -------
    Allocation
        With no claim to be best: bounds and gap are NaN. ``flows.detour`` lists who does not get
        the nearest facility.

    Raises
    ------
    UnknownIdError
        If `persons`, `capacity` or `admitted` lack ids of the matrix or have others.
    ParameterError
        If a count is negative, infinite or NaN, the limit is negative or beyond the matrix's own,
        `admitted` is not boolean or `when_full` is neither of the two.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [8, 10]])
    >>> found = nearest_allocation(times, {"A": 2, "B": 2}, {"G": 3, "H": 9})
    >>> found.flows[["origin_id", "facility_id", "persons", "detour"]]
      origin_id facility_id  persons  detour
    0         A           G      2.0     0.0
    1         B           G      1.0     0.0
    2         B           H      1.0     2.0
    >>> nearest_allocation(
    ...     times, {"A": 2, "B": 2}, {"G": 3, "H": 9}, when_full="crowd"
    ... ).over_full
    ('G',)
    """
    one_of(when_full, get_args(WhenFull), "when_full")
    asked = market(Request(matrix, persons, capacity, admitted, limit))
    if when_full == "next":
        found = answered(asked, settled(asked), "nearest")
    else:
        found = answered(asked, crowded(asked), "nearest_crowded")
    return verified_allocation(found, asked.request)


def by_preference(market: Market) -> NDArray[np.intp]:
    """Order the pairs by origin, and within it by cost and then facility id.

    Parameters
    ----------
    market
        What is asked.

    Returns
    -------
    numpy.ndarray
        Positions of the pairs.

    Raises
    ------
    MemoryError
        If there are too many pairs.

    Examples
    --------
    See ``tests/test_access_allocation_nearest.py``.
    """
    return np.lexsort((market.facility, market.cost, market.origin))


def crowded(market: Market) -> NDArray[np.float64]:
    """Send everyone to the nearest, whatever its capacity.

    Parameters
    ----------
    market
        What is asked.

    Returns
    -------
    numpy.ndarray
        Persons on each pair.

    Raises
    ------
    MemoryError
        If there are too many pairs.

    Examples
    --------
    See ``tests/test_access_allocation_nearest.py``.
    """
    flow = np.zeros(market.cost.size)
    wish = by_preference(market)
    origin, first = np.unique(market.origin, return_index=True)
    flow[wish[first]] = market.persons[origin]
    return flow


def settled(market: Market) -> NDArray[np.float64]:
    """Send everyone to the nearest that keeps them.

    All who are without a place ask at once, then every facility keeps the nearest; round after
    round until nobody asks. Who was turned away never asks there again.

    Parameters
    ----------
    market
        What is asked.

    Returns
    -------
    numpy.ndarray
        Persons on each pair.

    Raises
    ------
    MemoryError
        If there are too many pairs.

    Examples
    --------
    See ``tests/test_access_allocation_nearest.py``.
    """
    wish = by_preference(market)
    # The next wish of each origin, and the end of its wishes.
    count = np.bincount(market.origin, minlength=len(market.origin_ids))
    end = np.cumsum(count)
    turn = end - count
    place = np.empty_like(wish)
    place[wish] = np.arange(wish.size)
    flow = np.zeros(market.cost.size)
    rest = market.persons.copy()
    held = np.empty(0, dtype=np.intp)
    while True:
        asking = np.flatnonzero((rest > GRAIN) & (turn < end))
        if not asking.size:
            return flow
        asked = wish[turn[asking]]
        held = np.concatenate((held, asked[flow[asked] == 0]))
        flow[asked] += rest[asking]
        rest[asking] = 0.0
        busy = np.zeros(market.places.size, dtype=bool)
        busy[market.facility[asked]] = True
        among = held[busy[market.facility[held]]]
        refused = _refused(market, flow, among)
        sent, amount = among[refused > 0], refused[refused > 0]
        flow[sent] -= amount
        flow[sent[flow[sent] <= GRAIN]] = 0.0
        held = held[flow[held] > 0]
        np.add.at(rest, market.origin[sent], amount)
        np.maximum.at(turn, market.origin[sent], place[sent] + 1)


def _refused(
    market: Market, flow: NDArray[np.float64], held: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Find how many persons of each pair find no place, the nearest being kept."""
    facility = market.facility[held]
    order = np.lexsort((market.origin[held], market.cost[held], facility))
    amount, where = flow[held][order], facility[order]
    total = np.cumsum(amount)
    starts = np.flatnonzero(np.r_[True, where[1:] != where[:-1]])
    before = np.repeat((total - amount)[starts], np.diff(np.r_[starts, where.size]))
    over = total - before - market.places[where]
    refused = np.empty(held.size)
    refused[order] = np.clip(over, 0.0, amount)
    return np.where(refused > GRAIN, refused, 0.0)
