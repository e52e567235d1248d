"""From the columns that a search has chosen back to ids: who is covered, by which site, how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.siting.plan import SitingPlan, relative_gap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from wushan_geo.siting.facts import Sense, Status
    from wushan_geo.siting.problem import Problem

STATION_COLUMNS = ("facility_id", "role", "places", "persons", "farthest", "mean_cost")
CLOSE = 1e-9  # relative; everybody is served up to the rounding of sums


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Verdict:
    """What a model says about the columns it has chosen.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Verdict(model="p_median", sense="min", objective=5.0, bound=5.0, status="optimal").sense
    'min'
    """

    model: str
    sense: Sense
    objective: float
    bound: float
    status: Status
    alternatives: bool | None = None
    greedy_objective: float = float("nan")
    limit: float | Mapping[str, float] | None = None
    """One for all, one by group, or None where the model has none."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What else was asked (`budget`, `share`, `backup`, `time_limit` ...) and the rule on ties."""
    flows: NDArray[np.float64] | None = None
    """Persons from each place (rows) to each site (columns), where sites have capacities."""
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Further tables of models with several levels or services."""


def plan_of(problem: Problem, columns: Iterable[int], verdict: Verdict) -> SitingPlan:
    """Make a plan, not yet verified, of the candidates that a model has chosen.

    Parameters
    ----------
    problem
        What was asked.
    columns
        Candidates chosen, as positions among the candidates; required ones among them.
    verdict
        What the model says about them.

    Returns
    -------
    SitingPlan
        With coverage, assignment and the table of open sites.

    Raises
    ------
    ParameterError
        If a limit is out of range.

    Examples
    --------
    >>> from wushan_geo.siting.problem import problem_of
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> problem = problem_of(times, {"A": 2, "B": 3})
    >>> said = Verdict(
    ...     model="maximal_covering", sense="max", objective=3, bound=3, status="optimal", limit=30
    ... )
    >>> plan = plan_of(problem, [1], said)
    >>> plan.chosen, plan.covered_places, plan.covered_persons, plan.uncovered_ids
    (('H',), 1, 3.0, ('A',))
    """
    columns = sorted(int(one) for one in columns)
    chosen = problem.chosen_ids(columns)
    sites = np.sort(np.concatenate([problem.opened, problem.candidates[columns]])).astype(np.intp)
    limits = (
        np.full(len(problem.groups), np.inf)
        if verdict.limit is None
        else problem.limits(verdict.limit)
    )
    near = _nearest(problem, sites)
    if verdict.flows is None:
        covered = covered_places(problem, near.cost, limits)
        taken = np.where(covered, near.site, -1)
        share = _shares_of_nearest(problem, taken)
        inside = (near.cost[:, np.newaxis] <= limits) & np.isfinite(near.cost)[:, np.newaxis]
        reached = float(problem.group_persons[inside].sum())
        left = ~covered
    else:
        share = verdict.flows
        taken = np.where(share.sum(axis=1) > 0, share.argmax(axis=1), -1)
        lived = problem.persons > 0  # where nobody lives nobody is served, and nobody is left
        covered = lived & _served_whole(problem, near.cost, share)
        left = lived & ~covered
        reached = float(share.sum())
    names = np.array([*problem.site_ids, None], dtype=object)
    index = pd.Index(problem.place_ids, dtype="str", name="zone_id")
    return SitingPlan(
        model=verdict.model,
        sense=verdict.sense,
        chosen=chosen,
        objective=float(verdict.objective),
        bound=float(verdict.bound),
        gap=relative_gap(float(verdict.objective), float(verdict.bound)),
        status=verdict.status,
        alternatives=verdict.alternatives,
        assignment=pd.Series(names[taken], index=index, dtype="str", name="facility_id"),
        covered_places=int(covered.sum()),
        covered_persons=reached if problem.counted else float("nan"),
        limit=_one_limit(limits),
        sites=len(chosen),
        greedy_objective=float(verdict.greedy_objective),
        existing=problem.roles.existing,
        required=problem.roles.required,
        forbidden=problem.roles.forbidden,
        settings=MappingProxyType(_settings(verdict)),
        unit=problem.unit,
        total_places=len(problem.place_ids),
        total_persons=float(problem.persons.sum()) if problem.counted else float("nan"),
        uncovered_ids=tuple(
            one for one, outside in zip(problem.place_ids, left, strict=True) if outside
        ),
        stations=_stations(problem, sites, taken, share),
        flows=None if verdict.flows is None else _flow_table(problem, verdict.flows),
        parts=MappingProxyType(dict(verdict.parts)),
        not_nearest=() if verdict.flows is None else _elsewhere(problem, near.cost, share),
    )


def covered_places(
    problem: Problem, cost: NDArray[np.float64], limits: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Say which places are covered: every group that lives there has its site within its limit.

    Parameters
    ----------
    problem
        What was asked.
    cost
        Cost of each place to its nearest open site; infinity = none.
    limits
        Limit of each group; infinity = none, so that what can be reached is covered.

    Returns
    -------
    numpy.ndarray
        One truth value for each place. Where nobody lives all limits count.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from wushan_geo.siting.problem import problem_of
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G",), "min", [[5], [50]])
    >>> problem = problem_of(times, {"A": 2, "B": 3})
    >>> covered_places(problem, np.array([5.0, 50.0]), np.array([30.0])).tolist()
    [True, False]
    """
    lived = problem.group_persons > 0
    asked = lived | ~lived.any(axis=1, keepdims=True)
    inside = (cost[:, np.newaxis] <= limits) & np.isfinite(cost)[:, np.newaxis]
    return np.asarray(np.all(inside | ~asked, axis=1), dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """The nearest open site of each place; of equally near ones the first by id."""

    site: NDArray[np.intp]
    cost: NDArray[np.float64]


def _nearest(problem: Problem, sites: NDArray[np.intp]) -> _Near:
    """Find the nearest open site of each place."""
    count = len(problem.place_ids)
    if not sites.size:
        return _Near(np.full(count, -1), np.full(count, np.inf))
    costs = problem.costs[:, sites]
    first = costs.argmin(axis=1)
    cost = costs[np.arange(count), first]
    return _Near(np.where(np.isfinite(cost), sites[first], -1), cost)


def _served_whole(
    problem: Problem, nearest: NDArray[np.float64], flows: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Say of which places everybody goes to a site, and which can reach one at all."""
    left: NDArray[np.float64] = np.abs(flows.sum(axis=1) - problem.persons)
    most: NDArray[np.float64] = CLOSE * np.maximum(1.0, problem.persons)
    answer: NDArray[np.bool_] = (left <= most) & np.isfinite(nearest)
    return answer


def _shares_of_nearest(problem: Problem, taken: NDArray[np.intp]) -> NDArray[np.float64]:
    """Send everybody of a place to its site."""
    share = np.zeros(problem.costs.shape)
    inside = np.flatnonzero(taken >= 0)
    share[inside, taken[inside]] = problem.persons[inside]
    return share


def _stations(
    problem: Problem,
    sites: NDArray[np.intp],
    taken: NDArray[np.intp],
    share: NDArray[np.float64],
) -> pd.DataFrame:
    """Say what each open site has to do."""
    rows = []
    wanted, standing = set(problem.roles.required), set(problem.roles.existing)
    for at in sites:
        name = problem.site_ids[at]
        own = (taken == at) | (share[:, at] > 0)
        costs, persons = problem.costs[own, at], share[own, at]
        mean = float(costs @ persons / persons.sum()) if persons.sum() else float("nan")
        role = "existing" if name in standing else "required" if name in wanted else "new"
        farthest = float(costs.max()) if costs.size else float("nan")
        total = float(persons.sum()) if problem.counted else float("nan")
        rows.append((name, role, int(own.sum()), total, farthest, mean))
    kinds = dict(zip(STATION_COLUMNS, ("str", "str", "int64", *["float64"] * 3), strict=True))
    return pd.DataFrame(rows, columns=list(STATION_COLUMNS)).astype(kinds)


def _flow_table(problem: Problem, flows: NDArray[np.float64]) -> pd.DataFrame:
    """List who goes where."""
    place, site = np.nonzero(flows > 0)
    names, places = np.array(problem.site_ids, dtype=object), np.array(problem.place_ids, object)
    return pd.DataFrame(
        {
            "zone_id": pd.array(places[place], dtype="str"),
            "facility_id": pd.array(names[site], dtype="str"),
            "persons": flows[place, site],
            "cost": problem.costs[place, site],
        }
    )


def _elsewhere(
    problem: Problem, nearest: NDArray[np.float64], flows: NDArray[np.float64]
) -> tuple[str, ...]:
    """Name the places of which somebody goes farther than to the nearest open site."""
    far = np.flatnonzero(np.any((flows > 0) & (problem.costs > nearest[:, np.newaxis]), axis=1))
    return tuple(problem.place_ids[at] for at in far)


def _one_limit(limits: NDArray[np.float64]) -> float:
    """Give the limit that all groups share, or NaN."""
    return float(limits[0]) if (limits == limits[0]).all() else float("nan")


def _settings(verdict: Verdict) -> dict[str, Any]:
    """Keep what was asked, with limits by group where they differ."""
    settings = dict(verdict.settings)
    if isinstance(verdict.limit, Mapping):
        settings["limits"] = {str(name): float(one) for name, one in verdict.limit.items()}
    return settings
