"""Supply and demand as arrays, and what an allocation answers: who goes where, how well."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from wushan_geo.access.meaning import Meaning, described
from wushan_geo.travel.ids import align_counts
from wushan_geo.travel.matrix import checked_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix, Unit

    Counts = pd.Series[Any] | Mapping[Any, float]
    Allowed = NDArray[np.bool_] | pd.DataFrame

Method = Literal["optimal", "nearest", "nearest_crowded"]

GRAIN = 1e-9
"""Part of a person that is nobody: sums of fractions are exact to about 1e-12 of a person."""
REASONS = ("out_of_reach", "not_admitted", "no_place")


class Request(NamedTuple):
    """What an allocation is asked for, as the caller gave it."""

    matrix: TravelMatrix
    """Costs from origins to facilities."""
    persons: Counts
    """Persons by origin id."""
    capacity: Counts
    """Places by facility id."""
    admitted: Allowed | None = None
    """Which facility admits the persons of which origin; None where all admit all."""
    limit: float | None = None
    """Longest way that anyone is sent; None for as far as the matrix is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """A request as arrays, both sides in the order of their ids and not in that of the input.

    Everything is worked out in this order, so that equally good answers are settled by the ids and
    sums are added up alike whatever the order of the rows. Infinite costs are in no array.
    """

    request: Request
    """What was asked."""
    origin_ids: tuple[str, ...]
    """Sorted."""
    facility_ids: tuple[str, ...]
    """Sorted."""
    persons: NDArray[np.float64]
    """Persons of each origin."""
    places: NDArray[np.float64]
    """Capacity of each facility."""
    origin: NDArray[np.intp]
    """Origin of each pair that is in reach and admitted, ascending."""
    facility: NDArray[np.intp]
    """Facility of each pair, ascending within an origin."""
    cost: NDArray[np.float64]
    """Cost of each pair, finite."""
    near: NDArray[np.bool_]
    """Origins with a facility in reach, whether or not it admits them."""

    @property
    def whole(self) -> bool:
        """Say whether persons and places are whole numbers, so that flows are.

        Returns
        -------
        bool
            True also where there are none.

        Raises
        ------
        TypeError
            If they are no arrays of numbers.

        Examples
        --------
        See ``tests/test_access_allocation.py``.
        """
        return bool((self.persons % 1 == 0).all() and (self.places % 1 == 0).all())

    def from_origins(self, flow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up flows on the pairs by origin.

        Parameters
        ----------
        flow
            Persons on each pair.

        Returns
        -------
        numpy.ndarray
            Persons of each origin who go somewhere.

        Raises
        ------
        ValueError
            If there are not as many flows as pairs.

        Examples
        --------
        See ``tests/test_access_allocation.py``.
        """
        return _totals(self.origin, flow, len(self.origin_ids))

    def to_facilities(self, flow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up flows on the pairs by facility.

        Parameters
        ----------
        flow
            Persons on each pair.

        Returns
        -------
        numpy.ndarray
            Persons who come to each facility.

        Raises
        ------
        ValueError
            If there are not as many flows as pairs.

        Examples
        --------
        See ``tests/test_access_allocation.py``.
        """
        return _totals(self.facility, flow, len(self.facility_ids))

    def unserved(self, flow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the persons of each origin who go nowhere.

        Parameters
        ----------
        flow
            Persons on each pair.

        Returns
        -------
        numpy.ndarray
            Persons; what is only rounding is 0.

        Raises
        ------
        ValueError
            If there are not as many flows as pairs.

        Examples
        --------
        See ``tests/test_access_allocation.py``.
        """
        return _rest(self.persons - self.from_origins(flow))

    def spare(self, flow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the places of each facility that stay free.

        Parameters
        ----------
        flow
            Persons on each pair.

        Returns
        -------
        numpy.ndarray
            Places, negative where too many come; what is only rounding is 0.

        Raises
        ------
        ValueError
            If there are not as many flows as pairs.

        Examples
        --------
        See ``tests/test_access_allocation.py``.
        """
        return _rest(self.places - self.to_facilities(flow))


def market(request: Request) -> Market:
    """Check a request and bring it into arrays.

    Parameters
    ----------
    request
        What is asked.

    Returns
    -------
    Market
        Both sides sorted by id, and the pairs that are within the limit and admitted.

    Raises
    ------
    UnknownIdError
        If `persons`, `capacity` or `admitted` lack ids of the matrix or have others.
    ParameterError
        If a count is negative, infinite or NaN, the limit is negative or beyond the matrix's own,
        or `admitted` is not boolean.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("B", "A"), ("H",), "min", np.array([[np.inf], [5.0]]))
    >>> found = market(Request(times, {"A": 1, "B": 2}, {"H": 2}))
    >>> found.origin_ids, found.persons.tolist(), found.origin.tolist()
    (('A', 'B'), [1.0, 2.0], [0])
    """
    matrix = checked_matrix(request.matrix)
    origin_ids = tuple(sorted(matrix.origin_ids))
    facility_ids = tuple(sorted(matrix.destination_ids))
    persons = align_counts(request.persons, origin_ids, "persons")
    places = align_counts(request.capacity, facility_ids, "capacity")
    reach = np.inf if request.limit is None else matrix.checked_reach(request.limit, "limit")
    open_to = matrix if request.admitted is None else matrix.mask(request.admitted)
    rank = _ranks(matrix.origin_ids, origin_ids), _ranks(matrix.destination_ids, facility_ids)
    start, _, all_costs = matrix.pairs()
    near = np.zeros(len(origin_ids), dtype=bool)
    near[rank[0][start[all_costs <= reach]]] = True
    start, end, costs = open_to.pairs()
    keep = costs <= reach
    origin, facility, cost = rank[0][start[keep]], rank[1][end[keep]], costs[keep]
    order = np.lexsort((facility, origin))
    pairs = origin[order], facility[order], cost[order]
    return Market(request, origin_ids, facility_ids, persons, places, *pairs, near)


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """Why no other allocation can be better; enough to check it from the inputs alone.

    The origins in `short` reach no facility but those in `full`, so that nobody can serve more
    than the persons elsewhere and the places of `full`. The potentials bound the person-cost of
    all allocations that serve as many. They are one of many possible proofs and no prices: see
    ``value_of_places``.
    """

    short: tuple[str, ...] = ()
    """Origins whose persons compete for too few places or have none in reach, sorted."""
    full: tuple[str, ...] = ()
    """The facilities they can go to, sorted; all their places are taken, by them."""
    potentials: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    """A number for each facility, in the unit of the matrix."""


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """Who goes where, who is left, and the proof of how good it is.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> from wushan_geo.access.allocation import allocate
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [8, 30]])
    >>> found = allocate(times, {"A": 2, "B": 3}, {"G": 3, "H": 9})
    >>> found.flows
      origin_id facility_id  persons  cost  detour
    0         A           G      2.0   5.0     0.0
    1         B           G      1.0   8.0     0.0
    2         B           H      2.0  30.0    22.0
    >>> found.person_cost, found.bound, found.verified
    (78.0, 78.0, True)
    """

    method: Method
    """``optimal``, ``nearest`` (who finds no place goes on to the next) or ``nearest_crowded``
    (everyone stays at the nearest, however full)."""
    flows: pd.DataFrame
    """``origin_id``, ``facility_id``, ``persons``, ``cost`` (of one person) and ``detour`` (cost
    beyond that of the nearest facility that admits), sorted by both ids; only pairs that anyone
    uses."""
    served: pd.Series
    """Persons with a place, by origin."""
    unserved: pd.Series
    """Persons without one, by origin."""
    unserved_reason: pd.DataFrame
    """Persons without a place by origin and reason: ``out_of_reach`` (no facility within reach),
    ``not_admitted`` (some within reach, none admits them), ``no_place`` (too few places)."""
    load: pd.Series
    """Persons who come, by facility."""
    spare: pd.Series
    """Places that stay free, by facility."""
    overload: pd.Series
    """Persons beyond the capacity, by facility; 0 where the method heeds the capacity."""
    served_persons: float
    """All persons with a place."""
    unserved_persons: float
    """All persons without one."""
    person_cost: float
    """Sum of persons x cost over all who are served, in person-minutes or person-metres."""
    mean_cost: float
    """Person cost for each person served; NaN if there is none."""
    worst_cost: float
    """Largest cost of anyone served; NaN if there is none."""
    objective: float
    """What is made least once as many as possible are served: the person cost."""
    served_bound: float
    """No allocation can serve more; NaN where nothing is claimed."""
    bound: float
    """No allocation that serves as many has a lower person cost; NaN where nothing is claimed."""
    gap: float
    """``|objective - bound| / |objective|``; NaN where nothing is claimed."""
    alternatives: bool | None
    """Whether other flows are just as good; None where that was not looked at."""
    unit: Unit
    """Unit of the costs: ``"min"`` or ``"m"``."""
    parameters: str
    """Every parameter with its value."""
    certificate: Certificate = field(default_factory=Certificate)
    """The proof behind `served_bound` and `bound`."""
    verified: bool = False
    """Whether the independent recomputation has confirmed it; set by nothing else."""

    @property
    def over_full(self) -> tuple[str, ...]:
        """Name the facilities to which more persons come than they have places.

        Returns
        -------
        tuple of str
            Ids, sorted.

        Raises
        ------
        TypeError
            If the overload is no series of numbers.

        Examples
        --------
        See ``tests/test_access_allocation_nearest.py``.
        """
        return tuple(sorted(self.overload.index[self.overload > 0]))


class Proof(NamedTuple):
    """What an optimal allocation states beyond its flows."""

    served_bound: float
    bound: float
    alternatives: bool
    certificate: Certificate


def answered(
    market: Market, flow: NDArray[np.float64], method: Method, proof: Proof | None = None
) -> Allocation:
    """Write flows on the pairs as an allocation.

    Parameters
    ----------
    market
        What was asked.
    flow
        Persons on each pair.
    method
        How it was found.
    proof
        Bounds, where they are claimed.

    Returns
    -------
    Allocation
        Not verified yet. Series keep the order of the matrix, flows that of the ids.

    Raises
    ------
    IndexError
        If there are not as many flows as pairs.

    Examples
    --------
    See ``tests/test_access_allocation.py``.
    """
    used = np.flatnonzero(flow > GRAIN)
    load, unserved = market.to_facilities(flow), market.unserved(flow)
    served = market.persons - unserved
    cost = float((flow[used] * market.cost[used]).sum())
    persons, bound = float(served.sum()), np.nan if proof is None else proof.bound
    series = _Series(market, method)
    return Allocation(
        method=method,
        flows=_flows(market, flow, used),
        served=series.by_origin(served, "served"),
        unserved=series.by_origin(unserved, "unserved"),
        unserved_reason=_reasons(market, unserved),
        load=series.by_facility(load, "load"),
        spare=series.by_facility(np.maximum(market.spare(flow), 0), "spare"),
        overload=series.by_facility(np.maximum(-market.spare(flow), 0), "overload"),
        served_persons=persons,
        unserved_persons=float(unserved.sum()),
        person_cost=cost,
        mean_cost=cost / persons if persons else np.nan,
        worst_cost=float(market.cost[used].max()) if used.size else np.nan,
        objective=cost,
        served_bound=np.nan if proof is None else proof.served_bound,
        bound=bound,
        gap=_gap(cost, bound),
        alternatives=None if proof is None else proof.alternatives,
        unit=market.request.matrix.unit,
        parameters=stated(market.request),
        certificate=Certificate() if proof is None else proof.certificate,
    )


def stated(request: Request) -> str:
    """Write the parameters of a request.

    Parameters
    ----------
    request
        What was asked.

    Returns
    -------
    str
        Limit, admission and unit.

    Raises
    ------
    AttributeError
        If it is no request.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A",), ("H",), "min", np.array([[5.0]]))
    >>> stated(Request(times, {"A": 1}, {"H": 2}, limit=30))
    'limit=30; admitted=all; unit=min'
    """
    matrix, limit = request.matrix, request.limit
    known = "none" if matrix.limit is None else f"that of the matrix, {matrix.limit:g}"
    admitted = "all"
    if request.admitted is not None:
        yes = int(np.count_nonzero(request.admitted))
        admitted = f"{yes} of {len(matrix.origin_ids) * len(matrix.destination_ids)} pairs"
    reach = known if limit is None else f"{limit:g}"
    return f"limit={reach}; admitted={admitted}; unit={matrix.unit}"


class _Series(NamedTuple):
    """Puts numbers under their ids, in the order of the matrix."""

    market: Market
    method: str

    def by_origin(self, values: NDArray[np.float64], name: str) -> pd.Series:
        ids = self.market.request.matrix.origin_ids
        return self._described(values[_ranks(ids, self.market.origin_ids)], ids, (name, "persons"))

    def by_facility(self, values: NDArray[np.float64], name: str) -> pd.Series:
        ids, unit = self.market.request.matrix.destination_ids, "persons"
        sorted_ids = self.market.facility_ids
        words = (name, "places" if name == "spare" else unit)
        return self._described(values[_ranks(ids, sorted_ids)], ids, words)

    def _described(
        self, values: NDArray[np.float64], ids: tuple[str, ...], words: tuple[str, str]
    ) -> pd.Series:
        parameters = f"method={self.method}; {stated(self.market.request)}"
        return described(values, ids, Meaning(*words, parameters))


def _flows(market: Market, flow: NDArray[np.float64], used: NDArray[np.intp]) -> pd.DataFrame:
    """Write the pairs that anyone uses."""
    nearest = np.full(len(market.origin_ids), np.inf)
    np.minimum.at(nearest, market.origin, market.cost)
    origin, facility, cost = market.origin[used], market.facility[used], market.cost[used]
    return pd.DataFrame(
        {
            "origin_id": pd.array(market.origin_ids, dtype="str").take(origin),
            "facility_id": pd.array(market.facility_ids, dtype="str").take(facility),
            "persons": flow[used],
            "cost": cost,
            "detour": cost - nearest[origin],
        }
    )


def _reasons(market: Market, unserved: NDArray[np.float64]) -> pd.DataFrame:
    """Say why persons have no place."""
    welcome = np.zeros(len(market.origin_ids), dtype=bool)
    welcome[market.origin] = True
    groups = (~market.near, market.near & ~welcome, market.near & welcome)
    ids = market.request.matrix.origin_ids
    rank = _ranks(ids, market.origin_ids)
    return pd.DataFrame(
        {
            name: np.where(group, unserved, 0.0)[rank]
            for name, group in zip(REASONS, groups, strict=True)
        },
        index=pd.Index(ids, dtype="str"),
    )


def _ranks(ids: tuple[str, ...], ordered: tuple[str, ...]) -> NDArray[np.intp]:
    """Find the place of each id in the sorted ids."""
    place = {one: at for at, one in enumerate(ordered)}
    return np.array([place[one] for one in ids], dtype=np.intp)


def _totals(
    where: NDArray[np.intp], values: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Add values up by where they are."""
    return np.asarray(np.bincount(where, values, count), dtype=np.float64)


def _rest(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the rounding of sums of fractions out of a difference."""
    return np.where(np.abs(values) <= GRAIN, 0.0, values)


def _gap(objective: float, bound: float) -> float:
    """Say how far the objective may be from the best, as a share of it."""
    if objective == bound:
        return 0.0
    if np.isnan(bound):
        return np.nan
    return abs(objective - bound) / abs(objective) if objective else np.inf
