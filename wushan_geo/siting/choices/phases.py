"""Sites year by year that stay, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, VerificationError, shown
from wushan_geo.siting.aims import checked_clock, in_turn, reported
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.choices.layers import Layers
from wushan_geo.siting.covers.cover_rows import CoverRows
from wushan_geo.siting.covers.covering import covering_plans, maximal_covering
from wushan_geo.siting.plan import relative_gap
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.ties import BY_ID
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.ids import id_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from wushan_geo.siting.aims import InTurn
    from wushan_geo.siting.choices.layers import Scaled
    from wushan_geo.siting.facts import Status
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.solver import Progress
    from wushan_geo.siting.ties import Clock
    from wushan_geo.travel.matrix import TravelMatrix

    Numbers = pd.Series[Any] | Mapping[Any, float]
    Persons = pd.DataFrame | Numbers | None
    Limit = float | Mapping[str, float]

By = Literal["total", "last", "first"]
MODEL = "maximal_covering"
TIES: Mapping[str, str] = {
    "total": "most persons summed over the phases, then most places",
    "last": "most persons in the last phase, then most places in it; then most persons summed over "
    "the phases before, then most places",
    "first": "most persons in the first phase, then most places in it; then in the second, ...",
}
CLOSE = 1e-9  # relative; sums of persons may be added up in another order
LOOSE = 1e-6  # relative; how near the solver's sum of fractions is to the true one


@dataclass(frozen=True, slots=True, eq=False)
class PhasedPlan:
    """Sites of several years, of which those of a year stay, beside the free optimum of each year.

    Raises
    ------
    TypeError
        If a field is missing; `phased_plan` makes it.

    Examples
    --------
    See ``tests/test_siting_phases.py``.
    """

    phases: tuple[SitingPlan, ...]
    """What stands at the end of each phase, verified. The bound of each is that of the free plan;
    its status is ``optimal`` where it is as good as that, and ``heuristic`` elsewhere."""
    free: tuple[SitingPlan, ...]
    """The best plan with as many new sites in all, chosen anew for each phase."""
    price: pd.DataFrame
    """The price of nesting: ``phase`` (from 1), ``sites`` (new sites so far), ``opened`` (ids of
    the phase, joined by ``;``), ``places``, ``free_places``, ``persons``, ``free_persons``,
    ``lost_persons`` (which the free plan covers more), ``lost_share`` (of the free plan's; 0 where
    that covers nobody) and ``lost_most`` (more than that is not lost; above ``lost_persons`` only
    where a search was stopped). Without persons, places stand in their columns."""
    by: By
    """What was made large."""
    weights: tuple[float, ...]
    """Weight of each phase."""
    objective: float
    """Persons summed over the phases with their weights (person-years if phases are years)."""
    bound: float
    """No plan in phases has a larger sum; with ``by="last"`` and ``by="first"`` that of the free
    plans, which a plan in phases may not reach."""
    gap: float
    """``|objective - bound| / |objective|``."""
    status: Status
    """``optimal`` if the aims of `by` are proven in their order; ``time_limit`` if the clock
    stopped the search."""
    alternatives: bool | None
    """Whether another plan in phases is as good in all aims; None where that was not settled."""
    settings: Mapping[str, Any]
    """What else the answer depends on."""

    @property
    def opened(self) -> tuple[tuple[str, ...], ...]:
        """New sites of each phase, sorted."""
        stood: tuple[set[str], ...] = (set(), *(set(one.chosen) for one in self.phases))
        return tuple(
            tuple(one for one in plan.chosen if one not in before)
            for plan, before in zip(self.phases, stood, strict=False)
        )


def phased_plan(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: Persons,
    *,
    steps: Sequence[int],
    limit: Limit,
    weights: Sequence[float] | None = None,
    by: By = "total",
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> PhasedPlan:
    """Say which sites to open in which year, when those of a year stay; proven and priced.

    Maximal covering (Church and ReVelle 1974) in phases ``t = 1 .. T``, as in dynamic location
    problems (Schilling 1980; Gunawardane 1982),

        max  sum_t w_t sum_i a_i y_it
        with y_it <= sum_{j in N_i} x_jt,    sum_j x_jt = p_t,    x_jt <= x_j,t+1,
             x_jt, y_it in {0, 1},

    where ``p_t`` is the number of new sites up to phase `t` and ``w_t`` its weight. That is
    ``by="total"``. With ``by="last"`` the last phase comes first: most persons then, and of these
    plans the one with the largest sum over the phases before it. With ``by="first"`` each phase is
    as good as it can be given that those before it are: what choosing year by year comes to, if of
    equally good years the one that leaves more to later years is taken. In all three most places
    decide next, and of equally good plans the first phase, and in it the first site by id, in
    which two plans differ: the plan that has it comes first.

    Parameters
    ----------
    matrix, persons, limit, existing, forbidden
        As in `maximal_covering`.
    steps
        Number of new sites of each phase.
    weights
        Weight of each phase, at least 0, such as the years until the next one; None weighs each as
        1, so that `objective` is in person-years where phases are years.
    by
        What is made large: ``"total"``, ``"last"`` or ``"first"``.
    required
        Ids of sites that must be chosen: they stand from the first phase on.
    rules
        Rules by township and on distance between sites. The most by township and the distance hold
        in every phase, the least by township from the last phase on; the free plans of earlier
        phases are not bound to it either.
    time_limit
        Seconds for each search (the free plans, and the plan in phases); None never stops it.
    progress
        Called from time to time with how the search for the plan in phases stands: with
        ``by="total"`` the sum, else persons of the phase that comes first.

    Returns
    -------
    PhasedPlan
        Every phase verified by independent recomputation.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles.
    ParameterError
        If a step is no whole number of at least 0, there are more required sites than the first
        phase opens or more new sites than candidates, or weights do not fit.
    InfeasibleError
        If no choice of candidates keeps to the rules.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(
    ...     ("A", "B", "C", "D"), ("G", "H", "J"), "min",
    ...     [[5, 90, 90], [5, 9, 90], [90, 90, 9], [90, 9, 90]],
    ... )
    >>> persons = {"A": 3, "B": 4, "C": 3, "D": 2}
    >>> found = phased_plan(times, persons, steps=(1, 1), limit=30)
    >>> found.opened, found.objective, found.status
    ((('G',), ('J',)), 17.0, 'optimal')
    >>> found.price[["phase", "sites", "persons", "free_persons", "lost_persons"]]
       phase  sites  persons  free_persons  lost_persons
    0      1      1      7.0           7.0           0.0
    1      2      2     10.0          10.0           0.0
    """
    checked_clock(time_limit)
    asked: dict[str, Any] = {
        "existing": id_texts(existing, "existing"),
        "required": id_texts(required, "required"),
        "forbidden": id_texts(forbidden, "forbidden"),
    }
    problem = problem_of(matrix, persons, rules=rules, **asked)
    counts = [problem.checked_sites(one) for one in _checked_steps(steps)]
    value = _checked_weights(weights, len(counts))
    if by not in TIES:
        message = f"by must be 'total', 'last' or 'first'. Got {shown(by)} instead."
        raise ParameterError(message)
    own_rules = [_without_least(rules) for _ in counts[:-1]] + [rules]
    asked |= {"limit": limit, "time_limit": time_limit}
    free = _free_plans(matrix, persons, counts, own_rules, asked)
    clock = checked_clock(time_limit)
    model = _Phases(problem, Layers.of(CoverRows.of(problem, limit), counts), value, by)
    found = model.search(free[-1], clock, progress)
    settings = {
        "steps": tuple(int(one) for one in steps),
        "time_limit": time_limit,
        "ties": f"{TIES[by]}; {BY_ID}, the first phase before the second",
        "undecided": model.layers.rows.undecided,
    }
    phases = []
    for at, columns in enumerate(found.columns):
        plan = model.plan(columns, free[at], limit, {**settings, "phase": at + 1, "by": by})
        phases.append(verified_plan(plan, matrix, persons, rules=own_rules[at]))
    return model.answer(tuple(phases), free, found, settings)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What a search came to."""

    columns: list[list[int]]
    """Candidates of each phase."""
    status: Status
    bound: float
    alternatives: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class _Phases:
    """The program in phases, and what is made large in it."""

    problem: Problem
    layers: Layers
    weights: NDArray[np.float64]
    by: By

    def aims(self) -> list[Scaled]:
        """Give the aims in their order."""
        kinds: tuple[Literal["persons"], Literal["places"]] = ("persons", "places")
        each = np.eye(self.weights.size)
        before = np.where(np.arange(self.weights.size) < self.weights.size - 1, self.weights, 0.0)
        spread = {
            "total": [self.weights],
            "last": [each[-1], before],
            "first": list(each),
        }[self.by]
        aims = [self.layers.aim(kind, one.tolist()) for one in spread for kind in kinds]
        return aims[:1] + [one for one in aims[1:] if one.aim.costs.any()]

    def base(self) -> float:
        """Give the persons whom existing and required sites cover."""
        return self.layers.rows.persons_of(self.problem.given.tolist())

    def search(self, last: SitingPlan, clock: Clock, progress: Progress | None) -> _Found:
        """Find the plan, starting from the free plan of the last phase, put in order."""
        ids = set(last.chosen)
        columns = [at for at, one in enumerate(self.problem.candidate_ids) if one in ids]
        start, aims = self.layers.in_order(columns), self.aims()
        total = self.base() * (float(self.weights.sum()) if self.by == "total" else 1.0)
        found = in_turn(
            self.layers.program,
            [one.aim for one in aims],
            candidates=self.layers.candidates,
            clock=clock,
            start=start if start.size else None,
            progress=reported(progress, lambda value: total - value / aims[0].scale),
        )
        values = self._better(aims[0], found.columns, start)
        return _Found(
            self.layers.columns_of(values),
            "optimal" if found.status == "optimal" else "time_limit",
            self._bound(found, total, aims[0]),
            found.alternatives,
        )

    def _better(
        self, aim: Scaled, values: NDArray[np.float64], start: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Give what the solver found; the start if it found nothing, or nothing as good."""
        if not values.size:
            return start
        worth = float(aim.aim.costs @ values)
        lowest = float(aim.aim.costs @ self.covering(start))
        return start if lowest < worth - aim.aim.slack(worth) else values

    def covering(self, start: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the values of all columns that follow from the candidates."""
        inside = start.reshape(len(self.layers.counts), self.layers.width)
        covered = [self.layers.rows.cover.covered(np.flatnonzero(one)) for one in inside]
        return np.concatenate([start, np.concatenate(covered).astype(np.float64)])

    def _bound(self, found: InTurn, total: float, aim: Scaled) -> float:
        """Give the sum that no plan in phases exceeds, as far as the search says it."""
        if self.by != "total" or not np.isfinite(found.bound):
            return float("inf")
        rounding = self.layers.rows.undecided * float(self.weights.sum())
        return total - found.bound / aim.scale + rounding

    def plan(
        self, columns: list[int], free: SitingPlan, limit: Limit, settings: dict[str, Any]
    ) -> SitingPlan:
        """Make the plan of one phase; the free one says how good it can be."""
        persons = self.layers.rows.persons_of(columns)
        bound = max(persons, free.bound)
        best = free.status == "optimal" and _same(persons, free.objective)
        status: Status = "optimal" if best else "heuristic"
        return plan_of(
            self.problem,
            columns,
            Verdict(
                model=MODEL,
                sense="max",
                objective=persons,
                bound=bound,
                status=status,
                limit=limit,
                settings=settings,
            ),
        )

    def answer(
        self,
        phases: tuple[SitingPlan, ...],
        free: tuple[SitingPlan, ...],
        found: _Found,
        settings: dict[str, Any],
    ) -> PhasedPlan:
        """Put it together from the verified plans, and look whether it all fits."""
        for before, after in pairwise(phases):
            if not set(before.chosen) <= set(after.chosen):
                message = f"sites of phase {before.settings['phase']} do not stay."
                raise VerificationError(message)
        objective = float(self.weights @ [one.objective for one in phases])
        bound = min(found.bound, float(self.weights @ [one.bound for one in free]))
        rounding = self.layers.rows.undecided * float(self.weights.sum())
        if found.status == "optimal" and self.by == "total":
            off = abs(found.bound - rounding - objective)
            if off > rounding + LOOSE * max(1.0, objective):
                message = f"the phases add up to {objective:g}, the search says {found.bound:g}."
                raise VerificationError(message)
            bound = min(bound, objective + rounding)
        bound = max(objective, bound)
        return PhasedPlan(
            phases,
            free,
            _price(phases, free),
            self.by,
            tuple(self.weights.tolist()),
            objective,
            bound,
            relative_gap(objective, bound),
            found.status,
            found.alternatives,
            MappingProxyType(settings),
        )


def _free_plans(
    matrix: TravelMatrix,
    persons: Persons,
    counts: list[int],
    rules: list[SiteRules | None],
    asked: dict[str, Any],
) -> tuple[SitingPlan, ...]:
    """Give the best plan with as many sites as each phase has in all."""
    if rules[-1] is None:
        return covering_plans(matrix, persons, sites=counts, **asked)
    return tuple(
        maximal_covering(matrix, persons, sites=count, rules=own, **asked)
        for count, own in zip(counts, rules, strict=True)
    )


def _without_least(rules: SiteRules | None) -> SiteRules | None:
    """Give the rules of the phases before the last."""
    return replace(rules, at_least=0) if rules is not None and rules.at_least else rules


def _price(phases: tuple[SitingPlan, ...], free: tuple[SitingPlan, ...]) -> pd.DataFrame:
    """Say what nesting costs in each phase."""
    own = np.array([one.objective for one in phases])
    best = np.array([one.objective for one in free])
    lost = np.maximum(best - own, 0.0)
    opened, stood = [], set[str]()
    for one in phases:
        opened.append(";".join(site for site in one.chosen if site not in stood))
        stood |= set(one.chosen)
    return pd.DataFrame(
        {
            "phase": np.arange(1, len(phases) + 1),
            "sites": np.array([len(one.chosen) for one in phases], dtype=np.int64),
            "opened": pd.array(opened, dtype="str"),
            "places": np.array([one.covered_places for one in phases], dtype=np.int64),
            "free_places": np.array([one.covered_places for one in free], dtype=np.int64),
            "persons": own,
            "free_persons": best,
            "lost_persons": lost,
            "lost_share": np.divide(lost, best, out=np.zeros(lost.size), where=best > 0),
            "lost_most": np.maximum([one.bound for one in free] - own, 0.0),
        }
    )


def _same(one: float, other: float) -> bool:
    """Compare two sums up to rounding."""
    return one == other or abs(one - other) <= CLOSE * max(1.0, abs(one), abs(other))


def _checked_steps(steps: Any) -> list[int]:
    """Add up the new sites of the phases."""
    given = [] if isinstance(steps, (str, bytes)) else list(steps)
    whole = [
        isinstance(one, (int, np.integer)) and not isinstance(one, bool) and one >= 0
        for one in given
    ]
    if not given or not all(whole):
        message = (
            f"steps must be the number of new sites of each phase, whole numbers of at least 0. "
            f"Got {shown(steps)} instead."
        )
        raise ParameterError(message)
    return [int(one) for one in np.cumsum(given)]


def _checked_weights(weights: Any, phases: int) -> NDArray[np.float64]:
    """Check the weights of the phases."""
    if weights is None:
        return np.ones(phases)
    given = np.array(list(weights), dtype=object)
    right = [
        isinstance(one, (int, float, np.integer, np.floating))
        and not isinstance(one, bool)
        and 0 <= one < np.inf
        for one in given
    ]
    if given.size != phases or not all(right) or not any(given):
        message = (
            f"weights must have one finite number of at least 0 for each of the {phases} phases, "
            f"not all of them 0."
        )
        raise ParameterError(message)
    return given.astype(np.float64)
