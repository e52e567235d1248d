"""The k best distinct plans of any model, and the sites that stand in all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np
import pandas as pd

from wushan_geo.errors import InfeasibleError, ParameterError, TimeOverError, shown
from wushan_geo.siting.aims import checked_clock
from wushan_geo.travel.ids import id_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wushan_geo.siting.facts import Status
    from wushan_geo.siting.plan import SitingPlan

CLOSE = 1e-9  # relative; how near two objectives are to each other to be equal
CORE_COLUMNS = ("facility_id", "plans", "share", "core", "best")


class Solve(Protocol):
    """Any model, with everything but required and forbidden sites settled."""

    def __call__(self, *, required: tuple[str, ...], forbidden: tuple[str, ...]) -> SitingPlan:
        """Give the best plan that has all of some sites and none of some others."""


@dataclass(frozen=True, slots=True, eq=False)
class BestPlans(Sequence["SitingPlan"]):
    """Distinct plans, the best one first; used like a tuple of plans.

    Raises
    ------
    TypeError
        If a field is missing; `best_plans` makes it.

    Examples
    --------
    >>> len(BestPlans((), "optimal", complete=True))
    0
    """

    plans: tuple[SitingPlan, ...]
    """The plans in their order."""
    status: Status
    """``optimal`` if plans and order are proven; ``time_limit`` if the clock stopped a search, or
    the list before it was full; ``heuristic`` if the model proves nothing."""
    complete: bool
    """Whether it is proven that there is no further plan within the distance asked for; not looked
    for, and False, once there are as many plans as were asked for."""

    @overload
    def __getitem__(self, index: int) -> SitingPlan: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[SitingPlan, ...]: ...
    def __getitem__(self, index: int | slice) -> SitingPlan | tuple[SitingPlan, ...]:
        """Give a plan by its place in the order, from 0."""
        return self.plans[index]

    def __len__(self) -> int:
        """Count the plans."""
        return len(self.plans)


def best_plans(
    solve: Solve,
    *,
    count: int,
    within: float | None = None,
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    time_limit: float | None = None,
) -> BestPlans:
    """Give the best distinct plans of any model, in their exact order.

    The partition of Murty (1968) and Lawler (1972): what is left besides the best plan `C` of a
    part (sites that must stand, sites that must not) falls into the parts that have the sites
    ``c_1 .. c_{i-1}`` of `C` and lack ``c_i``. The best plan of each part is asked of the model;
    the best of these is the next plan, and its part is divided in turn.

    Plans are ordered by the model's objective (floors, worst off first: by the smallest share
    before it), then by what the model counts next (covering: places, or with capacities the
    persons' way; p-center, worst off first: the persons at the farthest cost, the next one, and so
    on; then the number of sites; with backup those reached twice), then by the ids: of equally good
    plans the one whose first differing site has the smaller id comes first. Objectives are equal up
    to a relative 1e-9. Where the number of sites is free, a plan that only adds sites to one before
    it is not a plan of its own and is left out.

    Parameters
    ----------
    solve
        The model: called with ids ``required=`` and ``forbidden=``, gives the best plan that keeps
        to them. Where it raises `InfeasibleError` or `ParameterError` (after the first call) there
        is no such plan; any other error is a mistake and is not caught.
    count
        Most plans to give, at least 1.
    within
        Largest distance from the best objective, as a part of it (0.05 = 5 %); None for any.
    required, forbidden
        Sites that all plans must or must not have; `solve` is given these and others.
    time_limit
        Seconds after which no further search is begun; None never stops. The best plan is asked
        for in any case.

    Returns
    -------
    BestPlans
        At least one plan, each verified by its model.

    Raises
    ------
    ParameterError
        If `count`, `within` or `time_limit` is out of range, or the model refuses the request.
    InfeasibleError
        If there is no plan at all.
    UnknownIdError
        If ids are unknown.
    SolverError, VerificationError
        As the model raises them.

    Examples
    --------
    >>> from functools import partial
    >>> from wushan_geo.siting import maximal_covering
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = [[5, 40, 35], [50, 30, 20], [60, 31, 25]]
    >>> times = TravelMatrix(("A", "B", "C"), ("G", "H", "J"), "min", costs)
    >>> model = partial(maximal_covering, times, {"A": 4, "B": 3, "C": 2}, sites=1, limit=30)
    >>> [(plan.chosen, plan.objective) for plan in best_plans(model, count=2)]
    [(('J',), 5.0), (('G',), 4.0)]
    """
    most = _checked_count(count)
    part = _checked_part(within)
    clock = checked_clock(time_limit)
    must, never = (frozenset(id_texts(ids, "sites")) for ids in (required, forbidden))
    first = solve(required=_ids(must), forbidden=_ids(never))
    cells = [_Cell(first, must, never)]
    found: list[SitingPlan] = []
    statuses = {first.status}
    stopped = False
    while cells and not stopped:
        cell = min(cells)
        cells.remove(cell)
        if not any(set(one.chosen) < set(cell.plan.chosen) for one in found):
            found.append(cell.plan)
        if len(found) == most:
            return BestPlans(tuple(found), _status(statuses, stopped=False), complete=False)
        for more, less in cell.parts():
            if clock.over():
                stopped = True
                break
            try:
                plan = _asked(solve, more, less)
            except TimeOverError:  # not an empty part: what is in it is not known
                stopped = True
                break
            if plan is not None:
                statuses.add(plan.status)
                if _near(plan, first, part):
                    cells.append(_Cell(plan, more, less))
    status = _status(statuses, stopped=stopped)
    return BestPlans(tuple(found), status, complete=status == "optimal")


def core_sites(plans: Iterable[SitingPlan]) -> pd.DataFrame:
    """Say in how many of some plans each site stands.

    Parameters
    ----------
    plans
        Plans such as those of `best_plans`, the best one first.

    Returns
    -------
    pandas.DataFrame
        One row for each new site of any plan, those in most plans first, then by id:
        ``facility_id``, ``plans`` (in how many it stands), ``share`` (of the plans), ``core``
        (whether in all of them) and ``best`` (whether in the first).

    Raises
    ------
    ParameterError
        If there is no plan.

    Examples
    --------
    >>> from wushan_geo.siting import covering_plans
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> plans = covering_plans(times, {"A": 2, "B": 3}, sites=[1, 2], limit=30)
    >>> core_sites(plans)
      facility_id  plans  share   core   best
    0           H      2    1.0   True   True
    1           G      1    0.5  False  False
    """
    given = tuple(plans)
    if not given:
        message = "plans is empty: give at least one plan."
        raise ParameterError(message)
    times = Counter(one for plan in given for one in plan.chosen)
    ids = sorted(times, key=lambda one: (-times[one], one))
    number = np.array([times[one] for one in ids], dtype=np.int64)
    return pd.DataFrame(
        {
            "facility_id": pd.array(ids, dtype="str"),
            "plans": number,
            "share": number / len(given),
            "core": number == len(given),
            "best": np.array([one in given[0].chosen for one in ids], dtype=bool),
        },
        columns=list(CORE_COLUMNS),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """The plans that have some sites and lack some others, and the best of them."""

    plan: SitingPlan
    must: frozenset[str]
    never: frozenset[str]

    def __lt__(self, other: _Cell) -> bool:
        """Say whether the best plan of this part comes before that of another."""
        # Plans that are the same at all levels of one have no further level in the other either.
        for one, two in zip(_rank(self.plan), _rank(other.plan), strict=False):
            if not _same(one, two):
                return one < two
        own, foreign = set(self.plan.chosen), set(other.plan.chosen)
        return min(own ^ foreign, default="") in own

    def parts(self) -> list[tuple[frozenset[str], frozenset[str]]]:
        """Divide the rest: plans that have the first sites of this one and lack the next."""
        parts, must = [], self.must
        for one in self.plan.chosen:
            if one not in self.must:
                parts.append((must, self.never | {one}))
                must = must | {one}
        return parts


def _rank(plan: SitingPlan) -> tuple[float, ...]:
    """Give what the model counts, in its order; less is better."""
    better = -1.0 if plan.sense == "max" else 1.0
    kind = str(plan.settings.get("objective", plan.model))
    further = 0.0
    twice = float(plan.settings.get("backup_persons", 0.0))
    if np.isnan(twice):
        twice = float(plan.settings["backup_places"])
    if kind in {"maximal_covering", "greedy_covering"}:
        further = -float(plan.covered_places)
        if plan.flows is not None:
            further = float((plan.flows["persons"] * plan.flows["cost"]).sum())
    return (
        *_worst_first(plan), better * plan.objective, *_levels(plan), further,
        float(len(plan.chosen)), -twice,
    )  # fmt: skip


def _worst_first(plan: SitingPlan) -> tuple[float, ...]:
    """Give the smallest share, where that comes before the objective."""
    return (-float(plan.settings["worst_share"]),) if plan.settings.get("worst_first") else ()


def _levels(plan: SitingPlan) -> tuple[float, ...]:
    """Give each cost and who is at it, largest first, where that comes after the objective."""
    if not plan.settings.get("lexicographic"):
        return ()
    who = "persons" if plan.settings["persons_count"] else "places"
    return tuple(plan.parts["levels"][["cost", who]].to_numpy(dtype=np.float64).ravel().tolist())


def _same(one: float, other: float) -> bool:
    """Compare two numbers up to the rounding of sums."""
    return one == other or abs(one - other) <= CLOSE * max(1.0, abs(one), abs(other))


def _near(plan: SitingPlan, best: SitingPlan, within: float | None) -> bool:
    """Say whether a plan is as near to the best as was asked."""
    if within is None:
        return True
    off = abs(plan.objective - best.objective)
    most = within * abs(best.objective)
    return off <= most or _same(off, most)


def _asked(solve: Solve, must: frozenset[str], never: frozenset[str]) -> SitingPlan | None:
    """Give the best plan of a part, None where it is empty."""
    try:
        return solve(required=_ids(must), forbidden=_ids(never))
    except TimeOverError:
        raise
    except (InfeasibleError, ParameterError):
        return None


def _status(statuses: set[Status], *, stopped: bool) -> Status:
    """Say how sure the order is."""
    if "heuristic" in statuses:
        return "heuristic"
    return "time_limit" if stopped or "time_limit" in statuses else "optimal"


def _ids(ids: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))


def _checked_count(count: Any) -> int:
    whole = isinstance(count, (int, np.integer)) and not isinstance(count, bool)
    if not whole or count < 1:
        message = f"count must be a whole number of at least 1. Got {shown(count)} instead."
        raise ParameterError(message)
    return int(count)


def _checked_part(within: Any) -> float | None:
    if within is None:
        return None
    number = isinstance(within, (int, float, np.integer, np.floating))
    if not number or isinstance(within, bool) or not 0 <= within < np.inf:
        message = f"within must be a part of at least 0, or None. Got {shown(within)} instead."
        raise ParameterError(message)
    return float(within)
