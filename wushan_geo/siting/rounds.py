"""Rounds of a vehicle or a team: from its base to some stops and back, at least cost.

Every set of stops that one round can serve is listed with its shortest order (dynamic programming
over sets: Held & Karp 1962), and the cheapest choice that serves each stop once is proven as a set
partitioning problem (Balinski & Quandt 1964). Where that list grows too long, rounds are joined by
savings (Clarke & Wright 1964) and held against a lower bound; the answer says which it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.access.arguments import above_zero, at_least_zero
from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.siting.solver import MixedProgram, Program
from wushan_geo.travel.matrix import checked_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix

    Floats = NDArray[np.float64]

MOST_LISTED = 6000  # sets of stops listed before savings take over
HALF = 0.5  # columns are 0 or 1
SMALL = 1e-9  # sums in another order differ in the last digits
ALIKE = 1e-9  # relative: nearer than that to its bound a plan is the best


@dataclass(frozen=True, slots=True)
class Stop:
    """A place at which a round stops.

    Raises
    ------
    ParameterError
        If the load or the minutes are no number of at least 0.

    Examples
    --------
    >>> Stop("v1", load=3, minutes=5)
    Stop(id='v1', load=3.0, minutes=5.0, place='v1')
    """

    id: str
    """Name of the stop; a place that needs several rounds has several stops."""
    load: float = 0.0
    """Seats it needs."""
    minutes: float = 0.0
    """How long the round stands there."""
    place: str = ""
    """Where it is; empty for the place that the stop is named after."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        settle = object.__setattr__
        settle(self, "load", at_least_zero(self.load, "load"))
        settle(self, "minutes", at_least_zero(self.minutes, "minutes"))
        settle(self, "place", self.place or self.id)


@dataclass(frozen=True, slots=True)
class RoundLimits:
    """What one round can do; infinite is no limit.

    Raises
    ------
    ParameterError
        If a limit is no number above 0.

    Examples
    --------
    >>> RoundLimits(seats=7, ride=60).whole
    inf
    """

    seats: float = math.inf
    """Load of all stops together."""
    stops: float = math.inf
    """Number of stops."""
    ride: float = math.inf
    """Minutes from when the first stop is reached until the base is: the longest ride."""
    whole: float = math.inf
    """Minutes from the base to the base."""
    rounds: float = math.inf
    """Rounds that one vehicle can make; need not be whole."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name in ("seats", "stops", "ride", "whole", "rounds"):
            value = getattr(self, name)
            if value != math.inf:
                object.__setattr__(self, name, above_zero(value, name))


@dataclass(frozen=True, slots=True)
class RoundPrices:
    """What is paid for; only how they compare matters.

    Raises
    ------
    ParameterError
        If a price is no number of at least 0.

    Examples
    --------
    >>> RoundPrices(vehicle=40000, minute=0.8).round
    0.0
    """

    vehicle: float = 0.0
    """For each vehicle."""
    round: float = 0.0
    """For each round."""
    minute: float = 0.0
    """For each minute of a round, base to base."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name in ("vehicle", "round", "minute"):
            object.__setattr__(self, name, at_least_zero(getattr(self, name), name))


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """The rounds found."""

    rounds: tuple[tuple[str, ...], ...]
    """Ids of the stops of each round in their order; rounds by their first id."""
    minutes: tuple[float, ...]
    """Minutes of each round, base to base, stops included."""
    vehicles: int
    """Vehicles needed."""
    cost: float
    """Cost of all."""
    bound: float
    """No rounds cost less; below `cost` where that is not proven to be least."""
    method: str
    """``exact`` (proven), ``savings`` (a heuristic) or ``none`` (nothing to do)."""
    beyond: tuple[str, ...]
    """Stops that even a round of their own cannot serve, sorted; no round stops there."""


def plan_rounds(
    legs: TravelMatrix,
    stops: Sequence[Stop],
    *,
    base: str,
    limits: RoundLimits,
    prices: RoundPrices,
) -> RoundPlan:
    """Find the cheapest rounds that serve every stop once.

    Cost is vehicle x number of vehicles + round x number of rounds + minute x their minutes; a
    round goes from the base to its stops and back, and may drive through a place without stopping
    there, so that between two stops the shortest chain of legs counts. A stop is not split.

    Parameters
    ----------
    legs
        Minutes from place to place, the base among them, one-way costs allowed.
    stops
        Stops to be served.
    base
        Place where every round starts and ends.
    limits
        What one round can do, and how many rounds a vehicle can make.
    prices
        What is paid for.

    Returns
    -------
    RoundPlan
        Rounds with their minutes, cost and its lower bound; a stop that no round can serve is
        named in ``beyond``. The same stops in another order give the same cost.

    Raises
    ------
    ParameterError
        If an argument is of the wrong kind, the matrix is not in minutes, or a stop stands twice.
    UnknownIdError
        If the matrix lacks the base or a place.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> ids = ("base", "a", "b")
    >>> legs = TravelMatrix(ids, ids, "min", [[0, 10, 12], [10, 0, 3], [12, 3, 0]])
    >>> found = plan_rounds(
    ...     legs, [Stop("a", load=2), Stop("b", load=3)], base="base",
    ...     limits=RoundLimits(seats=5, ride=20), prices=RoundPrices(vehicle=100, minute=1),
    ... )
    >>> found.rounds, found.minutes, found.cost
    ((('a', 'b'),), (25.0,), 125.0)
    """
    ordered = _checked(legs, stops, base, limits, prices)
    table = _Table(_closed(legs, [base, *(one.place for one in ordered)]), ordered, limits)
    served = [at for at in range(len(ordered)) if table.single(at)]
    beyond = tuple(one.id for at, one in enumerate(ordered) if at not in set(served))
    if not served:
        return RoundPlan((), (), 0, 0.0, 0.0, "none", beyond)
    sets = table.listing(served, MOST_LISTED)
    if sets is None:
        best = _bound(table, served, prices)
        return _plan(table, _savings(table, served), prices, best, beyond)
    orders = [table.order(one) for one in _partition(table, served, sets, prices)]
    return _plan(table, orders, prices, None, beyond)


def _checked(
    legs: TravelMatrix,
    stops: Sequence[Stop],
    base: str,
    limits: RoundLimits,
    prices: RoundPrices,
) -> list[Stop]:
    """Check what is given; gives the stops by id."""
    known = checked_matrix(legs, "legs")
    if known.unit != "min":
        message = "legs must be in minutes."
        raise ParameterError(message)
    kinds: tuple[tuple[Any, type, str], ...] = (
        (limits, RoundLimits, "limits"), (prices, RoundPrices, "prices"),
        *((one, Stop, "stops") for one in stops),
    )  # fmt: skip
    for value, kind, name in kinds:
        if not isinstance(value, kind):
            message = f"{name} must be {kind.__name__}. Got {value!r} instead."
            raise ParameterError(message)
    ids = [one.id for one in stops]
    if len(set(ids)) != len(ids):
        twice = listed(sorted({one for one in ids if ids.count(one) > 1}))
        message = f"stops must differ; these stand there twice: {twice}."
        raise ParameterError(message)
    there = set(known.origin_ids) & set(known.destination_ids)
    lost = sorted({base, *(one.place for one in stops)} - there)
    if lost:
        message = f"legs lack {listed(lost)}."
        raise UnknownIdError(message)
    return sorted(stops, key=lambda one: one.id)


def _closed(legs: TravelMatrix, places: list[str]) -> Floats:
    """Give minutes between base and stops over the shortest chain of legs (Floyd & Warshall)."""
    ids = list(dict.fromkeys(places))
    costs = np.array(legs.select(origins=ids, destinations=ids).dense())
    np.fill_diagonal(costs, 0.0)
    for over in range(len(ids)):
        costs = np.minimum(costs, costs[:, over, None] + costs[over])
    at = np.array([ids.index(one) for one in places])
    closed: Floats = costs[np.ix_(at, at)]
    return closed


class _Table:
    """Stops 0, 1, 2 ... of a base, and the shortest rounds of the sets of stops listed so far.

    A set is a whole number whose bits are its stops. Legs hold the triangle rule, so that leaving
    a stop out of a round makes nothing longer: a set can be served only if each part of it can.
    """

    def __init__(self, closed: Floats, stops: list[Stop], limits: RoundLimits) -> None:
        self.stops, self.limits = stops, limits
        self.out = closed[0, 1:].tolist()
        self.back = closed[1:, 0].tolist()
        self.legs = closed[1:, 1:].tolist()
        # For each set, minutes from reaching its first stop to the base, by that stop.
        self.rides: dict[int, dict[int, float]] = {}
        self.minutes: dict[int, float] = {}

    def single(self, at: int) -> bool:
        """Tell whether a round can serve one stop alone."""
        ride = self.stops[at].minutes + self.back[at]
        return self._keep(1 << at, {at: ride}) and self._carries([at])

    def listing(self, served: list[int], most: int) -> list[int] | None:
        """List every set that one round can serve; None if there are more than so many."""
        level = [1 << at for at in served]
        found = list(level)
        while level:
            longer: list[int] = []
            for one in level:
                more = (one | (1 << at) for at in served if 1 << at > one)
                longer += [mask for mask in more if self._joined(mask)]
                if len(found) + len(longer) > most:
                    return None
            found += longer
            level = longer
        return found

    def _joined(self, mask: int) -> bool:
        """Work a set out from its parts, all of which must be possible rounds."""
        members = _members(mask)
        parts = {first: self.rides.get(mask ^ (1 << first)) for first in members}
        if any(part is None for part in parts.values()) or not self._carries(members):
            return False
        rides = {
            first: self.stops[first].minutes
            + min(self.legs[first][then] + ride for then, ride in (part or {}).items())
            for first, part in parts.items()
        }
        return self._keep(mask, rides)

    def _keep(self, mask: int, rides: dict[int, float]) -> bool:
        """Remember a set if some order of it keeps the limits of time."""
        limits = self.limits
        wholes = [
            self.out[first] + ride
            for first, ride in rides.items()
            if ride <= limits.ride + SMALL and math.isfinite(ride)
        ]
        least = min(wholes, default=math.inf)
        if not math.isfinite(least) or least > limits.whole + SMALL:
            return False
        self.rides[mask], self.minutes[mask] = rides, least
        return True

    def _carries(self, members: Sequence[int]) -> bool:
        load = math.fsum(self.stops[at].load for at in members)
        return load <= self.limits.seats + SMALL and len(members) <= self.limits.stops + SMALL

    def order(self, mask: int) -> list[int]:
        """Give the shortest order of a set listed; of equal ones that of the smallest ids."""
        rides = self.rides[mask]
        allowed = [one for one in sorted(rides) if rides[one] <= self.limits.ride + SMALL]
        first = min(allowed, key=lambda one: round(self.out[one] + rides[one], 9))
        found = [first]
        while mask != 1 << first:
            mask ^= 1 << first
            rides = self.rides[mask]
            here = self.legs[first]
            first = min(sorted(rides), key=lambda one: round(here[one] + rides[one], 9))
            found.append(first)
        return found

    def time_of(self, order: Sequence[int]) -> tuple[float, float]:
        """Give the ride and the minutes of a round whose order is known."""
        ride = math.fsum(
            [
                *(self.stops[at].minutes for at in order),
                *(self.legs[one][then] for one, then in pairwise(order)),
                self.back[order[-1]],
            ]
        )
        return ride, self.out[order[0]] + ride

    def possible(self, order: Sequence[int]) -> bool:
        """Tell whether a round keeps all limits in the order given."""
        ride, minutes = self.time_of(order)
        timely = ride <= self.limits.ride + SMALL and minutes <= self.limits.whole + SMALL
        return timely and self._carries(order)


def _members(mask: int) -> list[int]:
    return [at for at in range(mask.bit_length()) if mask >> at & 1]


def _partition(table: _Table, served: list[int], sets: list[int], prices: RoundPrices) -> list[int]:
    """Choose sets so that each stop is in one of them, at least cost."""
    from scipy import sparse

    column = {at: row for row, at in enumerate(served)}
    pairs = [(column[at], to) for to, one in enumerate(sets) for at in _members(one)]
    count = len(sets)
    rows, columns = (np.array(one, dtype=np.intp) for one in zip(*pairs, strict=True))
    cover = sparse.coo_array((np.ones(len(pairs)), (rows, columns)), (len(served), count + 1))
    # One column more counts the vehicles: rounds <= rounds of a vehicle x vehicles.
    most = _vehicles(len(served), table.limits)
    fleet = np.ones((1, count + 1))
    fleet[0, -1] = -min(table.limits.rounds, float(len(served)))
    costs = np.array([prices.round + prices.minute * table.minutes[one] for one in sets])
    ones = np.ones(len(served))
    program = Program(
        np.append(costs, prices.vehicle),
        np.array([np.zeros(count + 1), np.append(np.ones(count), most)]),
        np.array([np.append(ones, -np.inf), np.append(ones, 0.0)]),
        sparse.csc_array(sparse.vstack([cover, sparse.csr_array(fleet)])),
    )
    found = MixedProgram(program, np.ones(count + 1, dtype=bool)).solve()
    return [sets[at] for at in np.flatnonzero(found.values[:-1] > HALF).tolist()]


def _savings(table: _Table, served: list[int]) -> list[list[int]]:
    """Join rounds end to end, those that save most first (Clarke & Wright 1964, parallel)."""
    pairs = [
        (-round(table.back[one] + table.out[then] - table.legs[one][then], 9), one, then)
        for one in served
        for then in served
        if one != then and math.isfinite(table.legs[one][then])
    ]
    rounds = {at: [at] for at in served}  # by any of its stops
    for _, one, then in sorted(pairs):
        head, tail = rounds[one], rounds[then]
        ends = head[-1] == one and tail[0] == then and head is not tail
        if ends and table.possible(head + tail):
            joined = head + tail
            rounds.update(dict.fromkeys(joined, joined))
    return [order for at, order in rounds.items() if order[0] == at]


def _bound(table: _Table, served: list[int], prices: RoundPrices) -> float:
    """Give a cost below which no rounds can serve the stops.

    A round lasts at least as long as that to the farthest of its stops, and so at least as long as
    their mean, weighted by load or by stop (Haimovich & Rinnooy Kan 1985).
    """
    limits = table.limits
    stops = [table.stops[at] for at in served]
    trips = [table.out[at] + table.back[at] for at in served]
    standing = math.fsum(one.minutes for one in stops)
    rounds = [1.0, len(stops) / limits.stops, math.fsum(one.load for one in stops) / limits.seats]
    for most, least in ((limits.whole, min(trips)), (limits.ride, min(table.back))):
        if math.isfinite(most) and standing > 0:
            rounds.append(standing / max(most - least, SMALL) if most > least else 1.0)
    number = math.ceil(max(rounds) - SMALL)
    driving = [
        max(trips),
        math.fsum(trips) / limits.stops,
        math.fsum(one.load * trip for one, trip in zip(stops, trips, strict=True)) / limits.seats,
    ]
    vehicles = _vehicles(number, limits)
    minutes = standing + max(driving)
    total: float = vehicles * prices.vehicle + number * prices.round + minutes * prices.minute
    return total


def _vehicles(rounds: int, limits: RoundLimits) -> int:
    """Count the vehicles that a number of rounds needs."""
    if not rounds:
        return 0
    return max(1, math.ceil(rounds / limits.rounds - SMALL))


def _plan(
    table: _Table,
    orders: Iterable[Sequence[int]],
    prices: RoundPrices,
    bound: float | None,
    beyond: tuple[str, ...],
) -> RoundPlan:
    """Put the answer together; a plan at its bound is the best, however it was found."""
    found = sorted(
        (tuple(table.stops[at].id for at in order), table.time_of(order)[1]) for order in orders
    )
    minutes = tuple(one for _, one in found)
    vehicles = _vehicles(len(found), table.limits)
    cost = (
        vehicles * prices.vehicle + len(found) * prices.round + math.fsum(minutes) * prices.minute
    )
    least = cost if bound is None else bound
    proven = cost <= least + ALIKE * max(1.0, least)
    return RoundPlan(
        rounds=tuple(one for one, _ in found),
        minutes=minutes,
        vehicles=vehicles,
        cost=cost,
        bound=cost if proven else least,
        method="exact" if proven else "savings",
        beyond=beyond,
    )
