"""Work an allocation out again from the inputs, by code that no method shares.

Nothing here comes from the modules that find allocations or prove them: a mistake there cannot
repeat itself here. Only this module marks an allocation as verified.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wushan_geo.errors import VerificationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.access.allocation.model import Allocation, Counts, Request

TOLERANCE = 1e-9  # relative; sums of fractions of persons may be added up in another order
LARGEST_GAP = 1e-6
SHOWN = 5


class _Inputs(NamedTuple):
    """The inputs in the order of the matrix."""

    persons: NDArray[np.float64]
    places: NDArray[np.float64]
    origin: NDArray[np.intp]
    """Origin of each pair that may be used."""
    facility: NDArray[np.intp]
    cost: NDArray[np.float64]


class _Flows(NamedTuple):
    """The flows of an allocation, and the pair on which each runs."""

    pair: NDArray[np.intp]
    persons: NDArray[np.float64]


def verified_allocation(found: Allocation, request: Request) -> Allocation:
    """Recompute an allocation and mark it as verified.

    From the inputs alone: whether every flow runs on a pair that is in reach and admitted, at its
    cost; whether nobody is sent twice and, unless it says so, no facility is over full; all totals.
    If it claims to be optimal: whether the cut of its certificate allows nobody more, the bound
    that its potentials give (by weak duality, for any numbers), and whether the gap is below 1e-6.
    If everyone is to be at the nearest that keeps them: whether no origin and facility would both
    rather have each other.

    Parameters
    ----------
    found
        An allocation, from wherever.
    request
        What it was made from.

    Returns
    -------
    Allocation
        The same with ``verified=True``.

    Raises
    ------
    VerificationError
        If anything differs; the first differences are given with both numbers.

    Examples
    --------
    >>> from wushan_geo.access.allocation import allocate
    >>> from wushan_geo.access.allocation.model import Request
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A",), ("H",), "min", [[5]])
    >>> found = replace(allocate(times, {"A": 2}, {"H": 3}), person_cost=9.0)
    >>> verified_allocation(found, Request(times, {"A": 2}, {"H": 3}))
    Traceback (most recent call last):
    wushan_geo.errors.VerificationError: ...: person_cost is 9, recomputed 10.
    """
    given = _inputs(request)
    flows, faults = _matched(found, request, given)
    if not faults:
        faults = [
            *_flow_faults(found, given, flows),
            *_side_faults(found, request, given, flows),
            *_total_faults(found, given, flows),
        ]
    if not faults:
        faults = list(_claim_faults(found, request, given, flows))
    if faults:
        message = f"the allocation ({found.method}) is wrong: " + "; ".join(faults[:SHOWN])
        raise VerificationError(message + ".")
    return replace(found, verified=True)


def _inputs(request: Request) -> _Inputs:
    """Read persons, places and the pairs that may be used."""
    matrix, allowed = request.matrix, request.admitted
    origin, facility, cost = matrix.pairs()
    keep = np.ones(cost.size, dtype=bool)
    if request.limit is not None:
        keep &= cost <= request.limit
    if allowed is not None:
        if not isinstance(allowed, np.ndarray):
            named = allowed.rename(index=str, columns=str)
            named = named.loc[list(matrix.origin_ids), list(matrix.destination_ids)]
            allowed = named.to_numpy()
        keep &= allowed[origin, facility]
    return _Inputs(
        _numbers(request.persons, matrix.origin_ids),
        _numbers(request.capacity, matrix.destination_ids),
        origin[keep],
        facility[keep],
        cost[keep],
    )


def _numbers(counts: Counts, ids: Iterable[str]) -> NDArray[np.float64]:
    """Look counts up by id."""
    number = {str(one): float(value) for one, value in counts.items()}
    return np.array([number[one] for one in ids], dtype=float)


def _matched(found: Allocation, request: Request, given: _Inputs) -> tuple[_Flows, list[str]]:
    """Find the pair of each flow."""
    rows = {one: at for at, one in enumerate(request.matrix.origin_ids)}
    columns = {one: at for at, one in enumerate(request.matrix.destination_ids)}
    flows, count = found.flows, max(1, len(columns))
    keys = [
        rows.get(origin, -1) * count + columns.get(facility, 0)
        for origin, facility in zip(flows["origin_id"], flows["facility_id"], strict=True)
    ]
    wanted = np.array(keys, dtype=np.intp)
    known = given.origin * count + given.facility  # ascending, as the matrix gives pairs
    pair = np.searchsorted(known, wanted)
    here = np.zeros(wanted.size, dtype=bool)
    inside = pair < known.size
    here[inside] = known[pair[inside]] == wanted[inside]
    faults = [
        f"{flows['origin_id'].iloc[at]} -> {flows['facility_id'].iloc[at]} is no pair in reach "
        "that admits"
        for at in np.flatnonzero(~here).tolist()
    ]
    if np.unique(wanted).size < wanted.size:
        faults.append("a pair has two flows")
    return _Flows(pair, flows["persons"].to_numpy(dtype=float)), faults


def _flow_faults(found: Allocation, given: _Inputs, flows: _Flows) -> Iterator[str]:
    """Compare the flows with what they may be."""
    if not (flows.persons > 0).all():
        yield "a flow is not above 0"
    whole = (given.persons % 1 == 0).all() and (given.places % 1 == 0).all()
    if whole and (flows.persons % 1 != 0).any():
        yield "a flow is not whole although persons and places are"
    nearest = np.full(given.persons.size, np.inf)
    np.minimum.at(nearest, given.origin, given.cost)
    cost = given.cost[flows.pair]
    for name, right in (("cost", cost), ("detour", cost - nearest[given.origin[flows.pair]])):
        wrong = np.flatnonzero(found.flows[name].to_numpy(dtype=float) != right)
        if wrong.size:
            yield f"{name} of flow {wrong[0]} is wrong"


def _side_faults(
    found: Allocation, request: Request, given: _Inputs, flows: _Flows
) -> Iterator[str]:
    """Compare what each origin and each facility has."""
    sent = _totals(given.origin[flows.pair], flows.persons, given.persons.size)
    come = _totals(given.facility[flows.pair], flows.persons, given.places.size)
    origins, facilities = request.matrix.origin_ids, request.matrix.destination_ids
    over = np.maximum(come - given.places, 0)
    if (sent > given.persons + _slack(given.persons)).any():
        yield "more persons are sent than an origin has"
    if found.method != "nearest_crowded" and (over > _slack(given.places)).any():
        yield "more persons come than a facility has places"
    for name, stated, right in (
        ("served", found.served, sent),
        ("unserved", found.unserved, given.persons - sent),
        ("unserved_reason", found.unserved_reason.sum(axis=1), given.persons - sent),
    ):
        yield from _differences(name, stated, right, origins)
    for name, stated, right in (
        ("load", found.load, come),
        ("spare", found.spare, np.maximum(given.places - come, 0)),
        ("overload", found.overload, over),
    ):
        yield from _differences(name, stated, right, facilities)
    yield from _reason_faults(found, request, given)


def _reason_faults(found: Allocation, request: Request, given: _Inputs) -> Iterator[str]:
    """Compare the reasons with what is in reach."""
    start, _, cost = request.matrix.pairs()
    near = np.zeros(given.persons.size, dtype=bool)
    near[start if request.limit is None else start[cost <= request.limit]] = True
    open_to = np.zeros(given.persons.size, dtype=bool)
    open_to[given.origin] = True
    table = found.unserved_reason
    for name, group in (
        ("out_of_reach", ~near),
        ("not_admitted", near & ~open_to),
        ("no_place", open_to),
    ):
        if (table[name].to_numpy()[~group] != 0).any():
            yield f"{name} is given as reason where it is none"


def _differences(
    name: str, stated: pd.Series, right: NDArray[np.float64], ids: tuple[str, ...]
) -> Iterator[str]:
    """Compare a Series with recomputed numbers."""
    if tuple(stated.index) != ids:
        yield f"{name} does not have the ids of the matrix in its order"
        return
    values = stated.to_numpy(dtype=float)
    wrong = np.flatnonzero(np.abs(values - right) > _slack(right))
    for at in wrong[:SHOWN].tolist():
        yield f"{name} of {ids[at]} is {values[at]:g}, recomputed {right[at]:g}"


def _total_faults(found: Allocation, given: _Inputs, flows: _Flows) -> Iterator[str]:
    """Compare the totals."""
    cost = given.cost[flows.pair]
    persons, total = float(flows.persons.sum()), float((flows.persons * cost).sum())
    for name, stated, value in (
        ("served_persons", found.served_persons, persons),
        ("unserved_persons", found.unserved_persons, float(given.persons.sum()) - persons),
        ("person_cost", found.person_cost, total),
        ("objective", found.objective, total),
        ("mean_cost", found.mean_cost, total / persons if persons else np.nan),
        ("worst_cost", found.worst_cost, float(cost.max()) if cost.size else np.nan),
    ):
        if not _same(stated, value):
            yield f"{name} is {stated:g}, recomputed {value:g}"


def _claim_faults(
    found: Allocation, request: Request, given: _Inputs, flows: _Flows
) -> Iterator[str]:
    """Check what the method claims."""
    if found.method == "optimal":
        yield from _optimum_faults(found, request, given)
    elif not np.isnan([found.bound, found.served_bound, found.gap]).all():
        yield "a bound is claimed without a proof"
    if found.method == "nearest":
        yield from _pull_faults(request, given, flows)
    if found.method == "nearest_crowded" and (found.flows["detour"] != 0).any():
        yield "someone is not at the nearest"


def _optimum_faults(found: Allocation, request: Request, given: _Inputs) -> Iterator[str]:
    """Check the cut and the potentials of the certificate."""
    proof, matrix = found.certificate, request.matrix
    short = np.isin(np.array(matrix.origin_ids, dtype=object), list(proof.short))
    full = np.isin(np.array(matrix.destination_ids, dtype=object), list(proof.full))
    inside, reached = short[given.origin], full[given.facility]
    if (inside & ~reached).any():
        yield "the certificate's short side reaches a facility outside it"
    most = float(given.persons[~short].sum() + given.places[full].sum())
    for name, stated in (
        ("served_persons", found.served_persons),
        ("served_bound", found.served_bound),
    ):
        if not _same(stated, most):
            yield f"{name} is {stated:g}, and the certificate allows {most:g}"
    price = _numbers(proof.potentials, matrix.destination_ids)
    if not np.isfinite(price).all() or (price[~full] > 0).any():
        yield "the certificate's potentials are above 0 outside the short side"
        return
    # Any such numbers bound the cost: what a person saves at best, and at most 0 on the short side.
    saved = np.where(short, 0.0, np.inf)
    counts = inside == reached  # all who serve as many leave the other pairs empty
    np.minimum.at(saved, given.origin[counts], given.cost[counts] - price[given.facility[counts]])
    saved[given.persons == 0] = 0.0
    bound = float(saved @ given.persons + price @ given.places)
    gap = _gap(found.objective, bound)
    if not _same(found.bound, bound):
        yield f"bound is {found.bound:g}, recomputed {bound:g}"
    if gap > LARGEST_GAP or abs(found.gap - gap) > TOLERANCE:
        yield f"gap is {found.gap:g}, recomputed {gap:g}"


def _pull_faults(request: Request, given: _Inputs, flows: _Flows) -> Iterator[str]:
    """Find an origin and a facility that would rather have each other."""
    origin, facility = given.origin[flows.pair], given.facility[flows.pair]
    left = given.persons - _totals(origin, flows.persons, given.persons.size)
    free = given.places - _totals(facility, flows.persons, given.places.size)
    farthest = np.where(left > _slack(given.persons), np.inf, -np.inf)
    np.maximum.at(farthest, origin, given.cost[flows.pair])
    loosest = np.where(free > _slack(given.places), np.inf, -np.inf)
    np.maximum.at(loosest, facility, given.cost[flows.pair])
    pull = given.cost < np.minimum(farthest[given.origin], loosest[given.facility])
    for at in np.flatnonzero(pull)[:1].tolist():
        start = request.matrix.origin_ids[given.origin[at]]
        yield f"{start} would rather be at {request.matrix.destination_ids[given.facility[at]]}"


def _totals(
    where: NDArray[np.intp], values: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Add values up by where they are."""
    return np.asarray(np.bincount(where, values, count), dtype=np.float64)


def _slack(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the rounding that sums of fractions may have."""
    return 10 * TOLERANCE * np.maximum(1.0, np.abs(values))


def _gap(objective: float, bound: float) -> float:
    """Work the gap out again."""
    if objective == bound:
        return 0.0
    return abs(objective - bound) / abs(objective) if objective else float("inf")


def _same(one: float, other: float) -> bool:
    """Compare two numbers up to the rounding of sums; NaN is NaN."""
    if np.isnan(one) or np.isnan(other):
        return bool(np.isnan(one) and np.isnan(other))
    return bool(abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other)))
