"""What each further site, or each further yuan, is worth; and persons against places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from wushan_geo.errors import InfeasibleError, ParameterError
from wushan_geo.siting.aims import checked_clock, in_turn, reported
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.choices.layers import Layers
from wushan_geo.siting.covers.cover_rows import CoverRows
from wushan_geo.siting.covers.covering import covering_plans, maximal_covering
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.ties import BY_ID
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.ids import align_counts, id_texts
from wushan_geo.travel.matrix import checked_limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.solver import Ending, Progress
    from wushan_geo.siting.ties import Clock
    from wushan_geo.travel.matrix import TravelMatrix

    Numbers = pd.Series[Any] | Mapping[Any, float]
    Persons = pd.DataFrame | Numbers | None

FRONTIER_COLUMNS = (
    "sites", "budget", "cost", "covered_places", "covered_persons", "gain_places", "gain_persons",
    "place_share", "share", "ceiling_places", "ceiling_persons", "status", "bound", "gap",
    "alternatives", "chosen",
)  # fmt: skip
TRADE_COLUMNS = (
    "sites", "covered_places", "covered_persons", "place_share", "share", "status", "bound", "gap",
    "alternatives", "chosen",
)  # fmt: skip
WHOLE = ("sites", "covered_places", "gain_places", "ceiling_places")
TEXTS = ("status", "chosen")
TIES = f"most persons, then most places; {BY_ID}"


def frontier(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: Persons,
    *,
    limit: float | Mapping[str, float],
    sites: Iterable[int] | None = None,
    budgets: Iterable[float] | None = None,
    costs: Numbers | None = None,
    capacity: Numbers | None = None,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Say how much each number of new sites, or each budget, can cover; each plan is proven.

    Each row is the plan of `maximal_covering` (Church and ReVelle 1974) for its number of sites or
    its budget. Plans need not nest: the best two sites may not contain the best one. So a gain is
    that of one more site with everything chosen anew, and places may become fewer while persons
    become more.

    Parameters
    ----------
    matrix, persons, limit, capacity, existing, required, forbidden, rules
        As in `maximal_covering`.
    sites
        Numbers of new sites, in any order.
    budgets
        Most that the new sites may cost together, in any order; needs `costs`. Either these or
        `sites`.
    costs
        What each destination costs, by id; with `sites` only the column ``cost`` depends on it.
    time_limit
        Seconds for each plan; None never stops a search.
    progress
        As in `maximal_covering`; seconds start anew with each plan.

    Returns
    -------
    pandas.DataFrame
        One row for each number or budget, the smallest first: ``sites`` (new sites), ``budget``
        (NaN where numbers were asked for), ``cost`` (of the new sites; NaN without `costs`),
        ``covered_places``, ``covered_persons`` (NaN without persons), ``gain_places`` and
        ``gain_persons`` (against the row before that has a plan, the first one against what
        existing sites cover), ``place_share`` and ``share`` (of all persons; NaN without any),
        ``ceiling_places`` and ``ceiling_persons`` (with every candidate open, whatever the rules),
        ``status``, ``bound``, ``gap``, ``alternatives`` and ``chosen`` (ids joined by ``;``). Where
        no plan keeps to the rules or to the budget the status is ``infeasible`` and the rest is
        missing.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles.
    ParameterError
        If not exactly one of `sites` and `budgets` is given, or a number is out of range.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation of a plan does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> found = frontier(times, {"A": 2, "B": 3}, sites=[1, 2], limit=30)
    >>> found[["sites", "covered_persons", "gain_persons", "share", "chosen"]]
       sites  covered_persons  gain_persons  share chosen
    0      1              3.0           3.0    0.6      H
    1      2              5.0           2.0    1.0    G;H
    """
    if (sites is None) == (budgets is None):
        message = "give either sites or budgets: numbers of new sites, or what they may cost."
        raise ParameterError(message)
    prices = None
    if costs is not None:
        prices = pd.Series(
            align_counts(costs, matrix.destination_ids, "costs"), index=matrix.destination_ids
        )
    asked: dict[str, Any] = {
        "limit": limit,
        "capacity": capacity,
        "existing": id_texts(existing, "existing"),
        "forbidden": id_texts(forbidden, "forbidden"),
    }
    search: dict[str, Any] = {
        "required": id_texts(required, "required"),
        "rules": rules,
        "time_limit": time_limit,
        "progress": progress,
    }
    problem = problem_of(matrix, persons, existing=asked["existing"], forbidden=asked["forbidden"])
    today = maximal_covering(matrix, persons, sites=0, **asked)
    everything = maximal_covering(matrix, persons, sites=len(problem.candidates), **asked)
    if budgets is not None:
        wanted: list[Any] = sorted({checked_limit(one, "budgets") for one in budgets})
        plans = [
            _plan(matrix, persons, budget=one, costs=costs, **asked, **search) for one in wanted
        ]
    else:
        wanted = sorted({problem.checked_sites(one) for one in sites or ()})
        plans = _by_number(matrix, persons, wanted, asked | search)
    lines = _Lines(today, everything, prices)
    rows = [
        lines.row(plan, one, is_budget=budgets is not None)
        for one, plan in zip(wanted, plans, strict=True)
    ]
    return _table(rows, FRONTIER_COLUMNS)


def trade_off(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: pd.DataFrame | Numbers,
    *,
    sites: int,
    limit: float | Mapping[str, float],
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Give every plan that no other one surpasses in persons and in places at once.

    The exact frontier of two aims by the epsilon-constraint method (Haimes, Lasdon and Wismer
    1971): most persons, and of these plans most places; then most persons among the plans that
    cover at least one place more; and so on until there is none.

    Parameters
    ----------
    matrix, persons, limit, existing, required, forbidden, rules
        As in `maximal_covering`.
    sites
        Number of *new* sites.
    time_limit
        Seconds for all plans together; None never stops the search.
    progress
        Called from time to time with how the search for the next plan stands, in persons.

    Returns
    -------
    pandas.DataFrame
        One row for each pair of persons and places, most persons first: ``sites``,
        ``covered_places``, ``covered_persons``, ``place_share``, ``share``, ``status``, ``bound``
        and ``gap`` (persons, among the plans with so many places), ``alternatives`` (whether
        another plan covers as many of both) and ``chosen`` (ids joined by ``;``; of equally good
        plans the one whose first differing site has the smaller id). If the clock ran out, the last
        row has the status ``time_limit``: it may be surpassed (or have no plan at all), and what
        would come after it is not known.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles.
    ParameterError
        If a number is out of range.
    InfeasibleError
        If no choice of candidates keeps to the rules.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation of a plan does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B", "C"), ("G", "H"), "min", [[5, 90], [90, 5], [90, 5]])
    >>> found = trade_off(times, {"A": 9, "B": 3, "C": 1}, sites=1, limit=30)
    >>> found[["covered_places", "covered_persons", "chosen"]]
       covered_places  covered_persons chosen
    0               1              9.0      G
    1               2              4.0      H
    """
    clock = checked_clock(time_limit)
    asked: dict[str, Any] = {
        "existing": id_texts(existing, "existing"),
        "required": id_texts(required, "required"),
        "forbidden": id_texts(forbidden, "forbidden"),
        "rules": rules,
    }
    plan: SitingPlan | Ending = maximal_covering(
        matrix,
        persons,
        sites=sites,
        limit=limit,
        time_limit=clock.left(),
        progress=progress,
        **asked,
    )
    model = _Pairs(problem_of(matrix, persons, **asked), limit, sites, time_limit)
    rows: list[dict[str, Any]] = []
    while not isinstance(plan, str):
        plan = verified_plan(plan, matrix, persons, rules=rules)
        rows.append(_facts(plan))
        if plan.status != "optimal":
            break
        plan = model.best(plan.covered_places + 1, clock, progress)
    if plan == "time_limit":
        rows.append({"sites": int(sites), "status": plan})
    return _table(rows, TRADE_COLUMNS)


class _Pairs:
    """The covering program with a row for the least number of places."""

    def __init__(
        self, problem: Problem, limit: float | Mapping[str, float], count: int, seconds: Any
    ) -> None:
        self.problem = problem
        self.limit = limit
        self.seconds = seconds
        self.rows = CoverRows.of(problem, limit)
        self.layers = Layers.of(self.rows, (count,))
        base = plan_of(problem, problem.given.tolist(), self._verdict(0.0, 0.0, "heuristic"))
        self.standing = base.covered_places
        self.base = self.rows.persons_of(problem.given.tolist())

    def best(self, places: int, clock: Clock, progress: Progress | None) -> SitingPlan | Ending:
        """Find the plan with most persons that covers so many places, or say why there is none."""
        persons, number = (self.layers.aim(one, [1.0]) for one in ("persons", "places"))
        program = self.layers.program
        row = sparse.csc_array(-number.aim.costs[np.newaxis, :] / number.scale)
        bounds = np.column_stack([program.rows, [places - self.standing, np.inf]])
        whole: Any = sparse.vstack([program.matrix, row], format="csc")
        found = in_turn(
            replace(program, rows=bounds, matrix=sparse.csc_array(whole)),
            [persons.aim, number.aim],
            candidates=self.layers.candidates,
            clock=clock,
            progress=reported(progress, lambda value: self.base - value / persons.scale),
        )
        if found.status != "optimal" and not found.columns.size:
            return found.status
        columns = self.layers.columns_of(found.columns)[0]
        objective = self.rows.persons_of(columns)
        top = self.base - found.bound / persons.scale + self.rows.undecided
        proven = found.status == "optimal"
        bound = objective + self.rows.undecided if proven else max(objective, top)
        verdict = self._verdict(objective, bound, "optimal" if proven else "time_limit")
        return plan_of(self.problem, columns, replace(verdict, alternatives=found.alternatives))

    def _verdict(self, objective: float, bound: float, status: Any) -> Verdict:
        return Verdict(
            model="maximal_covering",
            sense="max",
            objective=objective,
            bound=bound,
            status=status,
            limit=self.limit,
            settings={
                "time_limit": self.seconds,
                "ties": TIES,
                "undecided": self.rows.undecided,
            },
        )


@dataclass(slots=True)
class _Lines:
    """Writes plans as rows; keeps the one before, against which a gain is counted."""

    before: SitingPlan
    everything: SitingPlan
    prices: pd.Series[Any] | None

    def row(self, plan: SitingPlan | None, asked: Any, *, is_budget: bool) -> dict[str, Any]:
        """Write one row."""
        row: dict[str, Any] = {
            "sites": None if is_budget else asked,
            "budget": asked if is_budget else np.nan,
            "ceiling_places": self.everything.covered_places,
            "ceiling_persons": self.everything.covered_persons,
            "status": "infeasible",
        }
        if plan is None:
            return row
        row |= _facts(plan)
        row["gain_places"] = plan.covered_places - self.before.covered_places
        row["gain_persons"] = plan.covered_persons - self.before.covered_persons
        if self.prices is not None:
            row["cost"] = float(self.prices[list(plan.chosen)].sum())
        self.before = plan
        return row


def _facts(plan: SitingPlan) -> dict[str, Any]:
    """Write what a plan says of itself."""
    return {
        "sites": len(plan.chosen),
        "covered_places": plan.covered_places,
        "covered_persons": plan.covered_persons,
        "place_share": plan.covered_places / plan.total_places if plan.total_places else np.nan,
        "share": plan.covered_persons / plan.total_persons if plan.total_persons else np.nan,
        "status": plan.status,
        "bound": plan.bound,
        "gap": plan.gap,
        "alternatives": plan.alternatives,
        "chosen": ";".join(plan.chosen),
    }


def _by_number(
    matrix: TravelMatrix, persons: Persons, sites: list[int], asked: dict[str, Any]
) -> list[SitingPlan | None]:
    """Give the plan for each number; without rules there always is one."""
    if asked["rules"] is None:
        return list(covering_plans(matrix, persons, sites=sites, **asked))
    return [_plan(matrix, persons, sites=one, **asked) for one in sites]


def _plan(matrix: TravelMatrix, persons: Persons, **asked: Any) -> SitingPlan | None:
    """Give a plan, or None where there is none."""
    try:
        return maximal_covering(matrix, persons, **asked)
    except InfeasibleError:
        return None


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Make a table whose columns have their types even where something is missing."""
    found = pd.DataFrame(rows, columns=list(columns), dtype=object)
    kinds = dict.fromkeys(columns, "float64")
    kinds |= {one: "Int64" for one in WHOLE if one in columns}
    kinds |= {one: "str" for one in TEXTS if one in columns}
    return found.astype({**kinds, "alternatives": "boolean"})
