"""A facility in every township (乡乡有设施): inside each the model chooses where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.errors import InfeasibleError, ParameterError, TimeOverError, UnknownIdError, listed
from wushan_geo.siting.aims import (
    Aim,
    InTurn,
    add_by_turns,
    checked_clock,
    checked_reaches,
    in_turn,
    merged,
    reported,
    rows_of,
    whole_numbers,
)
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.county.verify_levels import verify_townships
from wushan_geo.siting.demands import Demand
from wushan_geo.siting.medians.median_bound import FREE, OUT
from wushan_geo.siting.medians.median_request import candidates_of, request_model
from wushan_geo.siting.medians.median_search import median_of
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import Inside, Obstacles, refuse, told
from wushan_geo.siting.problem import checked_matrix, problem_of
from wushan_geo.siting.rules import Rule, RuleRows
from wushan_geo.siting.solver import Program
from wushan_geo.siting.ties import BY_ID
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.ids import id_text, id_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.siting.aims import Progress
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.ties import Clock
    from wushan_geo.travel.matrix import TravelMatrix

    Persons = pd.DataFrame | pd.Series[Any] | Mapping[Any, float] | None

MODEL = "one_per_township"
MOST = "most persons, then most places, then " + BY_ID
LEAST = "least persons x cost, then " + BY_ID


def one_per_township(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: Persons,
    *,
    zones: Mapping[Any, Any],
    limit: float | Mapping[str, float] | None = None,
    own: bool = False,
    homes: Mapping[Any, Any] | pd.Series[Any] | None = None,
    townships: Iterable[Any] | None = None,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> SitingPlan:
    """Give every township a site, and choose inside each where it stands; proven.

    A township that has an existing site needs none and gets none; one with required sites gets
    these and no other; in every other township `z` exactly one candidate is chosen,

        sum_{j in T_z} x_j = 1,    x_j in {0, 1}.

    With a `limit` the sites are where most persons have an open site within it (the maximal
    covering problem of Church and ReVelle 1974 under these rows),

        max  sum_i a_i y_i    with    y_i <= sum_{j in N_i} x_j;

    of plans with most persons that with most places, then the first by id. Without one they are
    where persons travel least to the nearest open site (the p-median problem of Hakimi 1964 and
    ReVelle and Swain 1970) under the same rows,

        min  sum_i a_i min_{j open} c_ij,

    which is the search of `p_median`, the townships being rules that it has prices for; sums that
    differ by less than a relative 1e-9 are equally good.

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations); infinity = unreachable.
    persons
        Persons at each origin, by id: at least 0, finite; as a table, one column for each group.
        None counts places.
    zones
        Township of each destination, by id; it may name others too. Every township that it names
        must have a site.
    limit
        Largest cost that is covered (exactly at it is covered), one for all or one by group; None
        for least persons x cost.
    own
        Whether persons use the sites of their own township only. Needs `homes`.
    homes
        Township of each origin, by id.
    townships
        All townships that must have a site, if not those of `zones`.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.
    rules
        Further rules by township and on distance between sites.
    time_limit
        Seconds after which the search stops with its best plan and a bound; None never stops it.
    progress
        Called from time to time with a `Standing` in the unit of the objective.

    Returns
    -------
    SitingPlan
        Verified. Objective and bound are persons covered (``sense`` is ``max``), or persons x cost
        (``min``). `settings` names the townships.

    Raises
    ------
    InfeasibleError
        If a township has no candidate (all are named), persons can reach no site (without a limit),
        or the rules leave no plan.
    UnknownIdError
        If ids are unknown, there twice or in two roles, or a destination or origin has no township.
    ParameterError
        If a number is out of range, `own` and `homes` do not belong together, or the clock ran out
        before any plan was found.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = [[5, 20, 90], [25, 20, 40], [90, 40, 10]]
    >>> times = TravelMatrix(("A", "B", "C"), ("G", "H", "J"), "min", costs)
    >>> towns = {"G": "T1", "H": "T1", "J": "T2"}
    >>> persons = {"A": 4, "B": 3, "C": 2}
    >>> plan = one_per_township(times, persons, zones=towns, limit=20)
    >>> plan.chosen, plan.covered_persons
    (('H', 'J'), 9.0)
    >>> plan = one_per_township(times, persons, zones=towns)
    >>> plan.chosen, plan.objective
    (('G', 'J'), 115.0)
    """
    clock = checked_clock(time_limit)
    checked_matrix(matrix)
    towns = _zones_of(zones)
    if limit is not None:
        checked_reaches(matrix, limit)
    if own:
        matrix = _own_only(matrix, towns, homes)
    elif homes is not None:
        message = "homes is only needed with own=True: otherwise everybody may use any open site."
        raise ParameterError(message)
    problem = problem_of(
        matrix,
        persons,
        existing=existing,
        required=required,
        forbidden=forbidden,
        rules=rules,
    )
    layout = _layout(problem, towns, townships)
    problem = replace(problem, rules=layout.rules)
    model = _by_cost(problem, layout) if limit is None else _by_cover(problem, layout, limit)
    greedy = _greedy(model, problem, layout)
    found = _solved(model, problem, layout, (clock, greedy, reported(progress, model.value)))
    need = Need(model=MODEL, sites=layout.count, limit=limit, everywhere=limit is None)
    columns = _columns(found, greedy, problem, need)
    plan = plan_of(
        problem,
        columns,
        Verdict(
            model=MODEL,
            sense="min" if limit is None else "max",
            objective=model.objective(columns),
            bound=model.best(found, model.objective(columns)),
            status="optimal" if found.status == "optimal" else "time_limit",
            alternatives=found.alternatives,
            greedy_objective=np.nan if greedy is None else model.objective(np.flatnonzero(greedy)),
            limit=limit,
            settings={
                "time_limit": time_limit,
                "ties": LEAST if limit is None else MOST,
                "objective": "p_median" if limit is None else "maximal_covering",
                "sites": layout.count,
                "own": own,
                "townships": layout.names,
            },
        ),
    )
    verify_townships(plan, zones, layout.names)
    return verified_plan(plan, matrix, persons, rules=rules)


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Which candidates may stand, and for which township."""

    names: tuple[str, ...]
    """Townships that must have a site, sorted."""
    town: NDArray[np.intp]
    """Township of each candidate, by position; -1 where it may not stand or must."""
    shut: NDArray[np.bool_]
    """Candidates in townships that need none."""
    open: NDArray[np.intp]
    """Townships in which one candidate is chosen, by position."""
    rules: RuleRows
    """Rules of the request and of the townships."""
    count: int
    """Number of new sites."""


def _zones_of(zones: Any) -> dict[str, str]:
    """Write townships of ids as text."""
    if not hasattr(zones, "items"):
        message = (
            f"townships must be a mapping from id to township. Got {type(zones).__name__} instead."
        )
        raise ParameterError(message)
    return {id_text(one, "zones"): id_text(zone, "zones") for one, zone in zones.items()}


def _own_only(matrix: TravelMatrix, towns: dict[str, str], homes: Any) -> TravelMatrix:
    """Leave only the sites of one's own township within reach."""
    if homes is None:
        message = "own=True needs homes: the township of each origin."
        raise ParameterError(message)
    home = _zones_of(homes)
    lost = sorted(set(matrix.origin_ids) - set(home))
    if lost:
        message = f"homes does not say in which township these places are: {listed(lost)}."
        raise UnknownIdError(message)
    at = np.array([home[one] for one in matrix.origin_ids], dtype=object)
    to = np.array([towns.get(one) for one in matrix.destination_ids], dtype=object)
    return matrix.mask(np.asarray(at[:, np.newaxis] == to, dtype=bool))


def _layout(problem: Problem, towns: dict[str, str], townships: Any) -> _Layout:
    """Say in which townships a site must be found, and refuse where none can be."""
    lost = [one for one in problem.site_ids if one not in towns]
    if lost:
        message = f"zones does not say in which township these sites stand: {listed(lost)}."
        raise UnknownIdError(message)
    named = set(towns.values()) if townships is None else set(id_texts(townships, "townships"))
    names = tuple(sorted(named))
    ids = problem.candidate_ids
    home = np.array([towns[one] for one in ids], dtype=object)
    have = {towns[one] for one in (*problem.roles.existing, *problem.roles.required)}
    missing = sorted(named - have - set(home.tolist()))
    if missing:
        _refuse_townships(problem, towns, missing)
    free = sorted(named - have)
    at = {name: place for place, name in enumerate(free)}
    town = np.array([at.get(one, -1) for one in home], dtype=np.intp)
    shut = town < 0
    shut[problem.given] = False
    kept = Counter(towns[one] for one in (*problem.roles.existing, *problem.roles.required))
    named_rows = [Rule("at_least", one, 1) for one in free] + [
        Rule("at_most", one, 1 if one in at else kept[one])
        for one in [*free, *sorted(set(home[shut]))]
    ]
    inside = np.array([home == rule.subject for rule in named_rows], dtype=np.float64)
    inside = inside.reshape(len(named_rows), len(ids))
    inside[:, problem.given] = 0.0  # they stand in any case
    lower = [1.0 if rule.kind == "at_least" else -np.inf for rule in named_rows]
    upper = [
        np.inf if rule.kind == "at_least" else float(rule.subject in at) for rule in named_rows
    ]
    stacked: Any = sparse.vstack([problem.rules.matrix, sparse.csr_array(inside)], format="csr")
    rules = RuleRows(
        sparse.csr_array(stacked),
        np.concatenate([problem.rules.lower, np.array(lower, dtype=np.float64)]),
        np.concatenate([problem.rules.upper, np.array(upper, dtype=np.float64)]),
        (*problem.rules.rules, *named_rows),
    )
    count = len(free) + problem.given.size
    return _Layout(names, town, shut, np.arange(len(free)), rules, count)


def _refuse_townships(problem: Problem, towns: dict[str, str], missing: list[str]) -> None:
    """Say which townships have no candidate, and which forbidden sites would help."""
    barred = [one for one in problem.roles.forbidden if towns.get(one) in missing]
    helping = tuple(barred) if len(missing) == 1 else ()
    alone = tuple(Demand("at_least", one, 1.0) for one in missing)
    found = Obstacles(
        model=MODEL,
        conflict=alone[:1],
        alone=alone,
        inside=tuple(Inside(one, (), ()) for one in missing),
        helping=helping,
    )
    raise InfeasibleError(" ".join(told(found, "en")), found)


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """A program, its aims, and the way back to the unit of the objective."""

    program: Program | None
    """None where cost decides: the search of the p-median builds its own."""
    aims: list[Aim]
    sign: float
    """-1 where the objective is to be large."""
    scale: float
    """By how much the solver's numbers are larger than the objective."""
    base: float
    """Objective that does not depend on the choice."""
    near: NDArray[np.bool_] | None
    """Rows x candidates within the limit; None where cost decides."""
    costs: NDArray[np.float64]
    """Places x candidates (empty where cover decides)."""
    weight: NDArray[np.float64]
    """Persons of each row."""
    today: NDArray[np.float64]
    """Cost of each row to the nearest existing site, or whether one covers it."""
    ceiling: float
    """No plan is better than this, whatever the clock says."""

    def value(self, number: float) -> float:
        """Give the objective that a number of the solver stands for."""
        return self.sign * number / self.scale + self.base

    def best(self, found: InTurn, objective: float) -> float:
        """Give the bound; that of a proven plan is its objective."""
        if found.status == "optimal":
            return objective
        bounds = (self.value(found.bound), self.ceiling)
        return max(objective, min(bounds)) if self.sign < 0 else min(objective, max(bounds))

    def objective(self, columns: NDArray[np.intp]) -> float:
        """Work the objective out from the candidates chosen."""
        if self.near is not None:
            inside = self.near[:, columns].any(axis=1) | (self.today > 0)
            return float(self.weight[inside].sum())
        cost = np.minimum(self.costs[:, columns].min(axis=1, initial=np.inf), self.today)
        lived = self.weight > 0
        return float(self.weight[lived] @ cost[lived])


def _by_cover(problem: Problem, layout: _Layout, limit: float | Mapping[str, float]) -> _Model:
    """Build the program for most persons within a limit."""
    reach = problem.reach(limit)
    numbers = whole_numbers(reach.persons)
    places = _places_near(problem, limit)
    stands = np.concatenate([reach.standing > 0, places[1]])
    rows = np.vstack([reach.near, places[0]])[~stands]
    none, all_of = np.zeros(len(places[0])), np.ones(len(places[0]))
    weights = np.column_stack(
        [np.concatenate([numbers.numbers, none]), np.concatenate([0 * reach.persons, all_of])]
    )[~stands]
    rows[:, layout.shut] = False
    near, weights = merged(rows, weights)
    count = len(problem.candidates)
    total = count + near.shape[0]
    cover = sparse.hstack([sparse.csr_array(near.astype(float)), -sparse.eye_array(near.shape[0])])
    least, most = np.zeros(near.shape[0]), np.full(near.shape[0], np.inf)
    matrix, bounds = rows_of(
        [layout.rules.matrix, cover],
        [layout.rules.lower, least],
        [layout.rules.upper, most],
        columns=total,
    )
    aims = [
        Aim(np.concatenate([np.zeros(count), -weights[:, at]]), exact=at == 1 or numbers.exact)
        for at in (0, 1)
    ]
    standing = reach.standing > 0
    open_to_all = standing | reach.near[:, ~layout.shut].any(axis=1)
    return _Model(
        Program(np.zeros(total), _box(problem, layout, total), bounds, matrix),
        aims,
        sign=-1.0,
        scale=numbers.scale,
        base=float(reach.persons[standing].sum()),
        near=reach.near,
        costs=np.empty((0, count)),
        weight=reach.persons,
        today=standing.astype(np.float64),
        ceiling=float(reach.persons[open_to_all].sum()),
    )


def _places_near(
    problem: Problem, limit: float | Mapping[str, float]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which candidates cover a whole place, and whether an existing site does."""
    limits = problem.limits(limit)
    lived = problem.group_persons > 0
    asked = lived | ~lived.any(axis=1, keepdims=True)
    least = np.where(asked, limits, np.inf).min(axis=1)
    near = problem.costs <= least[:, np.newaxis]
    return near[:, problem.candidates], near[:, problem.opened].any(axis=1)


def _by_cost(problem: Problem, layout: _Layout) -> _Model:
    """Build the program for least persons x cost."""
    lived = np.flatnonzero(problem.persons > 0)
    persons = problem.persons[lived]
    costs = problem.costs[np.ix_(lived, problem.candidates)].copy()
    costs[:, layout.shut] = np.inf
    today = problem.costs[np.ix_(lived, problem.opened)].min(axis=1, initial=np.inf)
    least = np.minimum(today, costs.min(axis=1, initial=np.inf))
    return _Model(
        None,
        [],
        sign=1.0,
        scale=1.0,
        base=0.0,
        near=None,
        costs=costs,
        weight=persons,
        today=today,
        ceiling=float(persons @ np.where(np.isfinite(least), least, 0.0)),
    )


def _solved(
    model: _Model,
    problem: Problem,
    layout: _Layout,
    how: tuple[Clock, NDArray[np.bool_] | None, Progress | None],
) -> InTurn:
    """Search, with a clock, a plan to start from and a listener."""
    clock, greedy, progress = how
    if model.program is None:
        return _least_travel(problem, layout, clock, progress)
    return in_turn(
        model.program,
        model.aims,
        candidates=len(problem.candidates),
        clock=clock,
        start=None if greedy is None else greedy.astype(np.float64),
        progress=progress,
    )


def _least_travel(
    problem: Problem, layout: _Layout, clock: Clock, progress: Progress | None
) -> InTurn:
    """Find least persons x cost by the search of the p-median."""
    whole = request_model(problem, layout.count)
    shut = np.isin(whole.names, problem.candidates[layout.shut])
    median = whole.reduced(np.where(shut, OUT, FREE).astype(np.int8))
    found = median_of(median, seconds=clock.left(), progress=progress)
    if found is None:
        return InTurn("infeasible", np.empty(0), np.inf, None)
    values = np.zeros(len(problem.candidates))
    values[candidates_of(problem, found.columns)] = 1.0
    return InTurn(
        "optimal" if found.settled else "time_limit", values, found.bound, found.alternatives
    )


def _box(problem: Problem, layout: _Layout, total: int) -> NDArray[np.float64]:
    """Give the bounds of the columns: candidates, then what follows from them."""
    box = np.vstack([np.zeros(total), np.ones(total)])
    box[0, problem.given] = 1.0
    box[1, np.flatnonzero(layout.shut)] = 0.0
    return box


def _greedy(model: _Model, problem: Problem, layout: _Layout) -> NDArray[np.bool_] | None:
    """Add the best site at each turn, one in each township; None if that way meets no request."""
    inside = np.zeros(len(problem.candidates), dtype=bool)
    inside[problem.given] = True
    rules = layout.rules
    far = 2.0 * float(model.costs[np.isfinite(model.costs)].max(initial=0.0)) + 1.0
    near = None if model.near is None else model.near.astype(np.float64)

    def worth(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
        if near is not None and model.near is not None:
            left = ~model.near[:, inside].any(axis=1) & (model.today == 0)
            return np.asarray((model.weight * left) @ near)
        now = np.minimum(model.today, model.costs[:, inside].min(axis=1, initial=far))
        return np.asarray(model.weight @ np.maximum(now[:, np.newaxis] - model.costs, 0.0))

    def allowed(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.where(layout.shut, -np.inf, worth(inside))

    found = add_by_turns(allowed, inside, rules, layout.open.size)
    if found is None or not np.isfinite(model.objective(np.flatnonzero(found))):
        return None
    return found


def _columns(
    found: InTurn,
    greedy: NDArray[np.bool_] | None,
    problem: Problem,
    need: Need,
) -> NDArray[np.intp]:
    """Read the candidates chosen; refuse where there are none."""
    count = len(problem.candidates)
    if found.status == "infeasible":
        refuse(problem, need)
    if found.columns.size or (found.status == "optimal" and not count):
        return np.flatnonzero(found.columns[:count] > 0.5)  # noqa: PLR2004 -- 0 or 1
    if greedy is None:
        message = (
            f"time_limit ran out before any plan of {need.model} was found. Give it more seconds, "
            "or None."
        )
        raise TimeOverError(message)
    return np.flatnonzero(greedy)
