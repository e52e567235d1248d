"""What is within reach without sharing it, how coverage grows with the limit, and units' ratios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.access.arguments import several
from wushan_geo.access.decay import binary
from wushan_geo.access.meaning import PLACES_PER_PERSON, Meaning, attributes, described
from wushan_geo.access.nearest import nearest_costs
from wushan_geo.access.weighing import told, weighed
from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.travel.ids import align_counts, id_text, ids_of
from wushan_geo.travel.matrix import checked_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from wushan_geo.access.decay import Decay
    from wushan_geo.travel.matrix import TravelMatrix

    Counts = pd.Series | Mapping[str, float]

__all__ = ["balancing_cost", "container_ratio", "coverage_curve", "cumulative", "gravity"]

ROUNDING = 1e-9  # share of a sum of fractions that may be lost in adding it up


def cumulative(matrix: TravelMatrix, capacity: Counts | None = None, *, limit: float) -> pd.Series:
    """Count what is within a limit: facilities, or their places.

    A_i = sum of S_j over the facilities with t_ij <= limit (primal access, cumulative
    opportunities), with S_j = 1 where no capacity is given. Nothing is shared: every place near a
    facility has all of it.

    Parameters
    ----------
    matrix
        Costs from places to facilities.
    capacity
        Places by facility id, at least 0, every destination named; None counts facilities.
    limit
        Largest cost that counts, in the matrix's unit.

    Returns
    -------
    Series
        Facilities or places by origin, never NaN; 0 where nothing is in reach. What the numbers
        mean is in ``attrs``.

    Raises
    ------
    UnknownIdError
        If `capacity` lacks a destination or names another one.
    ParameterError
        If a capacity is negative, infinite or NaN, or `limit` is negative or beyond the matrix's
        own.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> matrix = TravelMatrix(("a",), ("x", "y"), "min", np.array([[30.0, 31.0]]))
    >>> cumulative(matrix, limit=30).tolist()
    [1.0]
    >>> cumulative(matrix, {"x": 8, "y": 5}, limit=31).tolist()
    [13.0]
    """
    checked_matrix(matrix)
    reach = matrix.checked_reach(limit, "limit")
    if capacity is None:
        unit, amounts = "facilities", np.ones(len(matrix.destination_ids))
    else:
        unit, amounts = "places", align_counts(capacity, matrix.destination_ids, "capacity")
    found = weighed(matrix, binary(reach)).over_facilities(amounts)
    meaning = Meaning("cumulative", unit, told(matrix, counted=unit, limit=reach))
    return described(found, matrix.origin_ids, meaning)


def gravity(matrix: TravelMatrix, capacity: Counts, *, decay: Decay) -> pd.Series:
    """Add up places, each the less the farther away: A_i = sum_j S_j f(t_ij) (Hansen 1959).

    Nothing is shared: persons do not compete. Values compare places under one decay; the unit is
    places at no distance, so that another decay gives other numbers.

    Parameters
    ----------
    matrix
        Costs from places to facilities.
    capacity
        Places by facility id, at least 0; every destination must be named.
    decay
        Weight by cost, in the matrix's unit; it must not reach past the matrix's limit.

    Returns
    -------
    Series
        Weighted places by origin, never NaN; 0 where nothing is in reach. What the numbers mean is
        in ``attrs``.

    Raises
    ------
    UnknownIdError
        If `capacity` lacks a destination or names another one.
    ParameterError
        If a capacity is negative, infinite or NaN, or `decay` is no decay or reaches past the
        matrix's limit.

    Examples
    --------
    >>> from wushan_geo.access.decay import linear
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> matrix = TravelMatrix(("a",), ("x", "y"), "min", np.array([[0.0, 30.0]]))
    >>> gravity(matrix, {"x": 8, "y": 4}, decay=linear(60)).tolist()
    [10.0]
    """
    checked_matrix(matrix)
    amounts = align_counts(capacity, matrix.destination_ids, "capacity")
    found = weighed(matrix, decay).over_facilities(amounts)
    meaning = Meaning("gravity", "weighted places", told(matrix, decay=decay))
    return described(found, matrix.origin_ids, meaning)


def container_ratio(
    persons: Counts, capacity: Counts, *, homes: pd.Series | Mapping[str, str | None]
) -> pd.Series:
    """Divide the places inside each unit by the persons inside it.

    A_u = sum of S_j over the facilities in unit u / P_u: the provider-to-population ratio of
    yearbooks. Borders are walls to it: who goes to the next township is not seen, nor how far
    anybody goes inside the own one.

    Parameters
    ----------
    persons
        Persons by unit id, at least 0; these are all units.
    capacity
        Places by facility id, at least 0.
    homes
        Unit by facility id, one for each facility in `capacity`; missing (None, NaN or NA) for one
        that lies in no unit, such as beyond the county.

    Returns
    -------
    Series
        Places per person by unit; 0 where persons have no place, NaN where there are no persons.
        ``attrs["places_without_persons"]`` adds up the places in units without persons and
        ``attrs["places_outside"]`` those in no unit; the rest of the meaning is there too.

    Raises
    ------
    UnknownIdError
        If `homes` lacks a facility, names another one, or names a unit without persons known.
    ParameterError
        If a count is negative, infinite or NaN.

    Examples
    --------
    >>> found = container_ratio(
    ...     {"t1": 200, "t2": 50}, {"x": 8, "y": 2}, homes={"x": "t1", "y": "t1"}
    ... )
    >>> found.tolist()
    [0.05, 0.0]
    """
    units, sites = ids_of(persons, "persons"), ids_of(capacity, "capacity")
    people = align_counts(persons, units, "persons")
    places = align_counts(capacity, sites, "capacity")
    at = _home_positions(homes, units, sites)
    inside = at >= 0
    supply = np.bincount(at[inside], weights=places[inside], minlength=len(units))
    ratio = np.divide(supply, people, out=np.full(len(units), np.nan), where=people > 0)
    meaning = Meaning(
        measure="container_ratio",
        unit=PLACES_PER_PERSON,
        parameters="borders=never crossed",
        conserves_supply=True,
    )
    series = described(ratio, units, meaning)
    series.attrs["places_without_persons"] = float(supply[people == 0].sum())
    series.attrs["places_outside"] = float(places[~inside].sum())
    return series


def coverage_curve(
    matrix: TravelMatrix, persons: Counts, *, limits: Iterable[float] | None = None
) -> pd.DataFrame:
    """Give the whole curve of coverage: how many are within each limit of a facility.

    Coverage is a step function of the limit: it rises at the cost of each place to its nearest
    facility, and each row holds from its cost up to the next one's. A place exactly at a cost is
    covered.

    Parameters
    ----------
    matrix
        Costs from places to facilities.
    persons
        Persons by origin id, at least 0; every origin must be named.
    limits
        Costs to read the curve at, in the matrix's unit; None takes every cost at which it rises.

    Returns
    -------
    DataFrame
        One row for each cost, ascending: ``cost`` (matrix's unit), ``places``, ``persons``,
        ``place_share`` and ``person_share`` (of all, 0 to 1; NaN if there are none). Who cannot
        reach a facility, or only beyond the matrix's limit, is in no row but in the totals:
        ``attrs`` has ``total_places``, ``total_persons``, ``places_never`` and ``persons_never``,
        and ``measure``, ``unit``, ``parameters`` and ``reading``, which are of the costs.

    Raises
    ------
    UnknownIdError
        If `persons` lacks an origin or names another one.
    ParameterError
        If a count is negative, infinite or NaN, or a limit is negative, infinite, NaN or beyond the
        matrix's own.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = np.array([[12.0], [30.0], [np.inf]])
    >>> matrix = TravelMatrix(("a", "b", "c"), ("x",), "min", costs)
    >>> coverage_curve(matrix, {"a": 3, "b": 1, "c": 4})
       cost  places  persons  place_share  person_share
    0  12.0       1      3.0     0.333333         0.375
    1  30.0       2      4.0     0.666667         0.500
    """
    checked_matrix(matrix)
    people = align_counts(persons, matrix.origin_ids, "persons")
    nearest = nearest_costs(matrix)
    order = np.argsort(nearest, kind="stable")
    costs = nearest[order]
    reached = int(np.isfinite(costs).sum())
    if limits is None:
        at, asked = np.unique(costs[:reached]), "every rise"
    else:
        wanted = several(limits, "limits", "[15, 30, 60]")
        at = np.unique(
            np.array([matrix.checked_reach(one, "a limit") for one in wanted], dtype=np.float64)
        )
        asked = ", ".join(f"{one:.12g}" for one in at.tolist())
    places = np.searchsorted(costs, at, side="right")
    covered = np.concatenate(([0.0], np.cumsum(people[order])))
    total, count = float(covered[-1]), len(people)
    curve = pd.DataFrame(
        {
            "cost": at,
            "places": places,
            "persons": covered[places],
            "place_share": places / count if count else np.nan,
            "person_share": covered[places] / total if total else np.nan,
        }
    )
    meaning = Meaning("coverage_curve", matrix.unit, told(matrix, limits=asked), are_costs=True)
    curve.attrs = attributes(nearest, meaning) | {
        "total_places": count,
        "total_persons": total,
        "places_never": count - reached,
        "persons_never": float(people[order[reached:]].sum()),
    }
    return curve


def balancing_cost(
    matrix: TravelMatrix, persons: Counts, capacity: Counts, *, between: TravelMatrix
) -> pd.Series:
    """Find how far one must go until the places in reach suffice for the persons in reach.

    B_i = the smallest cost t of a facility at which the places within t of place i are at least the
    persons within t of it (Barboza et al. 2021, there with jobs and minutes).

    Parameters
    ----------
    matrix
        Costs from places to facilities.
    persons
        Persons by origin id, at least 0; every origin must be named.
    capacity
        Places by facility id, at least 0; every destination must be named.
    between
        Costs from places to places, origins and destinations both those of `matrix`, in the same
        unit and known at least as far. A place's cost to itself is in it.

    Returns
    -------
    Series
        Cost by origin, in the matrix's unit; infinity where no cost that is known balances. What
        the numbers mean is in ``attrs``.

    Raises
    ------
    UnknownIdError
        If a count or `between` lacks an id or names another one.
    ParameterError
        If a count is negative, infinite or NaN, or `between` has another unit or a shorter limit.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> sites = TravelMatrix(("a", "b"), ("x", "y"), "min", np.array([[5.0, 20.0], [25.0, 10.0]]))
    >>> homes = TravelMatrix(("a", "b"), ("a", "b"), "min", np.array([[0.0, 15.0], [15.0, 0.0]]))
    >>> balancing_cost(sites, {"a": 3, "b": 2}, {"x": 4, "y": 1}, between=homes).tolist()
    [5.0, 25.0]
    """
    checked_matrix(matrix)
    people = align_counts(persons, matrix.origin_ids, "persons")
    places = align_counts(capacity, matrix.destination_ids, "capacity")
    _check_between(matrix, checked_matrix(between, "between"))
    # select puts both sides of `between` in the order of the origins, and names strangers.
    homes = between.select(matrix.origin_ids, matrix.origin_ids).pairs()
    sites = matrix.pairs()
    origin = np.concatenate((sites.origin, homes.origin))
    cost = np.concatenate((sites.cost, homes.cost))
    supply = np.concatenate((places[sites.destination], np.zeros(homes.cost.size)))
    demand = np.concatenate((np.zeros(sites.cost.size), people[homes.destination]))
    order = np.lexsort((cost, origin))
    origin, cost = origin[order], cost[order]
    last = np.ones(order.size, dtype=bool)  # of the pairs of one place at one cost
    last[:-1] = (np.diff(origin) > 0) | (np.diff(cost) > 0)
    within = [_within(one[order], origin, len(people)) for one in (supply, demand)]
    enough = within[0] >= within[1] * (1.0 - ROUNDING)
    sites_here = _within((order < sites.cost.size).astype(np.float64), origin, len(people))
    good = np.flatnonzero(last & enough & (sites_here > 0))
    found = np.full(len(people), np.inf)
    # Written from the farthest to the nearest, so that the nearest stays.
    found[origin[good[::-1]]] = cost[good[::-1]]
    meaning = Meaning("balancing_cost", matrix.unit, told(matrix), are_costs=True)
    return described(found, matrix.origin_ids, meaning)


def _within(
    amounts: NDArray[np.float64], origin: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """Add up amounts along each origin's pairs, which stand together."""
    sums = np.cumsum(amounts)
    start = np.searchsorted(origin, np.arange(count))
    before = np.concatenate(([0.0], sums))[start]
    return sums - before[origin]


def _check_between(matrix: TravelMatrix, between: TravelMatrix) -> None:
    """Make sure that the costs between places go with those to facilities."""
    if between.unit != matrix.unit:
        message = f"between is in {between.unit} and the matrix in {matrix.unit}. Use one unit."
        raise ParameterError(message)
    far = np.inf if matrix.limit is None else matrix.limit
    if between.limit is not None and between.limit < far:
        message = (
            f"between is known up to {between.limit:g} {between.unit} and the matrix farther. Cut "
            "the matrix, or make between with a larger limit."
        )
        raise ParameterError(message)
    for ids in (between.origin_ids, between.destination_ids):
        strange = sorted(set(ids) ^ set(matrix.origin_ids))
        if strange:
            message = f"between and the matrix differ in the places {listed(strange)}."
            raise UnknownIdError(message)


def _home(value: Any) -> str | None:
    """Read the unit of one facility; a missing one is none."""
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else id_text(value, "homes")


def _home_positions(
    homes: pd.Series | Mapping[str, str | None], units: tuple[str, ...], sites: tuple[str, ...]
) -> NDArray[np.intp]:
    """Find the unit of each facility by position; -1 for one that lies in no unit."""
    given = list(homes.values()) if isinstance(homes, Mapping) else homes
    by_site = dict(zip(ids_of(homes, "homes"), given, strict=True))
    strange = sorted(set(by_site) ^ set(sites))
    if strange:
        message = f"homes and capacity differ in the facilities {listed(strange)}."
        raise UnknownIdError(message)
    place = {one: at for at, one in enumerate(units)}
    named = [_home(by_site[one]) for one in sites]
    unknown = sorted({one for one in named if one is not None and one not in place})
    if unknown:
        message = f"persons is missing for the units {listed(unknown)} that homes names."
        raise UnknownIdError(message)
    return np.array([-1 if one is None else place[one] for one in named], dtype=np.intp)
