"""Maximal covering: where new sites put most persons within reach, proven and with ties settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from wushan_geo.errors import InfeasibleError, ParameterError
from wushan_geo.siting.answering import Verdict, covered_places, plan_of
from wushan_geo.siting.covers.capacitated_cover import Served, Transport, capacitated_cover
from wushan_geo.siting.covers.cover_rows import CoverRows, strictest
from wushan_geo.siting.covers.greedy import Amount, Taken, taken_one_by_one
from wushan_geo.siting.covers.mixed_cover import any_choice, mixed_cover
from wushan_geo.siting.covers.search import CoverSearch
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import refuse
from wushan_geo.siting.plan import Ceiling, SitingPlan
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.solver import Standing
from wushan_geo.siting.ties import BY_ID, Clock
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.ids import positions
from wushan_geo.travel.matrix import checked_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.solver import Progress
    from wushan_geo.travel.matrix import TravelMatrix

    Numbers = pd.Series[Any] | Mapping[Any, float]
    Persons = pd.DataFrame | Numbers | None
    Limit = float | Mapping[str, float]

MODEL = "maximal_covering"
TIES = "most persons, then most places, then the smallest ids in order"
TIES_BUDGET = f"most persons, then most places, then fewest sites; {BY_ID}"
TIES_CAPACITY = f"most persons, then least person-cost; {BY_ID}"
TIES_CAPACITY_BUDGET = f"most persons, then least person-cost, then fewest sites; {BY_ID}"


def maximal_covering(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: Persons,
    *,
    limit: Limit,
    sites: int | None = None,
    budget: float | None = None,
    costs: Numbers | None = None,
    capacity: Numbers | None = None,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> SitingPlan:
    """Choose new sites so that most persons have an open site within a limit (MCLP), and prove it.

    The maximal covering location problem of Church and ReVelle (1974),

        max  sum_i a_i y_i
        with y_i <= sum_{j in N_i} x_j        for every place i not reached by an existing site,
             sum_j x_j = p,                   x_j, y_i in {0, 1},

    where `a_i` is the number of persons at place `i` (`persons`), `N_i` the candidates at a cost of
    at most `limit` from it, `p` the number of new sites (`sites`), `x_j` whether candidate `j` is
    chosen and `y_i` whether place `i` is covered. Candidates are all destinations that are neither
    existing nor forbidden. With a `budget` instead, ``sum_j c_j x_j <= budget`` and the number of
    sites is free (`c_j` from `costs`). With `capacity` (Current and Storbeck 1988) a person counts
    if one of the open sites within the limit has a place for that person; a place's persons may go
    to several sites.

    Of plans with most persons those with most places are preferred (with capacities: those for
    which persons travel least), with a budget those with fewest sites, and of these the one whose
    ids come first; `alternatives` says whether the ids decided.

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations); infinity = unreachable.
    persons
        Persons at each origin, by id: at least 0, finite; fractions are allowed and compared to
        six decimals. NaN (no data) is refused. As a table, one column for each group. None counts
        places instead.
    limit
        Largest cost that is covered (exactly at it is covered), in the unit of the matrix: one for
        all, or one by group.
    sites
        Number of *new* sites, existing ones not counted, required ones counted.
    budget
        Most that the new sites may cost together; needs `costs`. Either this or `sites`.
    costs
        What each destination costs, by id.
    capacity
        Persons that each destination can take, by id; existing ones too.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.
    rules
        Rules by township and on distance between sites.
    time_limit
        Seconds after which the search stops with its best plan and a bound; None never stops it.
    progress
        Called from time to time with persons covered so far, and the number that none exceeds.

    Returns
    -------
    SitingPlan
        Verified by independent recomputation. Objective and bound are persons.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles, or `persons` does not name exactly the
        origins.
    ParameterError
        If `sites` is less than the required sites or more than the candidates, or a number is out
        of range, or not exactly one of `sites` and `budget` is given.
    InfeasibleError
        If no choice of candidates keeps to the rules and the budget.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = [[5, 40, 35], [50, 30, 20], [60, 31, 25]]
    >>> times = TravelMatrix(("A", "B", "C"), ("G", "H", "J"), "min", costs)
    >>> plan = maximal_covering(times, {"A": 4, "B": 3, "C": 2}, sites=1, limit=30)
    >>> plan.chosen, plan.covered_persons, plan.covered_places, plan.alternatives
    (('J',), 5.0, 2, False)
    """
    given = _Given(matrix, persons, limit, rules, costs, capacity)
    problem = given.problem(existing, required, forbidden)
    amount = _amount(problem, sites, budget, costs)
    search = _Search(problem, given, _seconds(time_limit), progress)
    return given.verified(search.best(amount))


def covering_plans(  # noqa: PLR0913 -- as maximal_covering
    matrix: TravelMatrix,
    persons: Persons,
    *,
    sites: Iterable[int] = range(1, 9),
    limit: Limit,
    capacity: Numbers | None = None,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> tuple[SitingPlan, ...]:
    """Give the maximal covering plan for each of several numbers of new sites.

    The plans are those of `maximal_covering`, but the problem is built once, and each search
    starts where the one before ended. The plans need not nest: the best two sites may not contain
    the best one.

    Parameters
    ----------
    matrix, persons, limit, capacity, existing, required, forbidden, rules
        As in `maximal_covering`.
    sites
        Numbers of new sites.
    time_limit
        Seconds for each plan; None never stops the search.
    progress
        As in `maximal_covering`; seconds start anew with each plan.

    Returns
    -------
    tuple of SitingPlan
        One for each number, in the order given.

    Raises
    ------
    UnknownIdError, ParameterError, InfeasibleError, SolverError, VerificationError
        As in `maximal_covering`.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> plans = covering_plans(times, {"A": 2, "B": 3}, sites=[0, 1, 2], limit=30)
    >>> [plan.covered_persons for plan in plans]
    [0.0, 3.0, 5.0]
    """
    given = _Given(matrix, persons, limit, rules, None, capacity)
    problem = given.problem(existing, required, forbidden)
    amounts = [Amount(sites=problem.checked_sites(one)) for one in sites]
    search = _Search(problem, given, _seconds(time_limit), progress)
    return tuple(given.verified(search.best(one)) for one in amounts)


def greedy_covering(  # noqa: PLR0913 -- as maximal_covering
    matrix: TravelMatrix,
    persons: Persons,
    *,
    limit: Limit,
    sites: int | None = None,
    budget: float | None = None,
    costs: Numbers | None = None,
    capacity: Numbers | None = None,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
) -> SitingPlan:
    """Choose new sites one by one, each the best at its turn: for comparison with the exact plan.

    The greedy adding heuristic of Church and ReVelle (1974). Without rules it covers at least 63 %
    (1 - 1/e) of what the best plan adds, and often all of it, but proves nothing: its bound is
    that of the sites taken one by one, as if no two reached the same place (with rules, a budget
    or capacities: what all candidates together could cover). With a budget the site that adds most
    for its cost is taken, until none that adds anything can be paid for.

    Parameters
    ----------
    matrix, persons, limit, sites, budget, costs, capacity
        As in `maximal_covering`.
    existing, required, forbidden, rules
        As in `maximal_covering`.

    Returns
    -------
    SitingPlan
        With the status ``heuristic``, verified.

    Raises
    ------
    UnknownIdError, ParameterError
        As in `maximal_covering`.
    InfeasibleError
        If sites taken early stand in the way of a rule; `maximal_covering` may yet find a plan.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> greedy_covering(times, {"A": 2, "B": 3}, sites=1, limit=30).status
    'heuristic'
    """
    given = _Given(matrix, persons, limit, rules, costs, capacity)
    problem = given.problem(existing, required, forbidden)
    amount = _amount(problem, sites, budget, costs)
    return given.verified(_Search(problem, given, None, None).greedy(amount))


def ceiling(
    matrix: TravelMatrix,
    persons: Persons,
    *,
    limit: Limit,
    existing: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
) -> Ceiling:
    """Say what is covered with every candidate open, and which places no site can cover.

    Parameters
    ----------
    matrix, persons, limit, existing, forbidden
        As in `maximal_covering`. Where groups have limits of their own, a place is covered with
        all its groups, and persons with their own.

    Returns
    -------
    Ceiling
        Places and persons covered, and the irreducible rest. Without persons, places count.

    Raises
    ------
    UnknownIdError, ParameterError
        As in `maximal_covering`.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 31]])
    >>> ceiling(times, {"A": 2, "B": 3}, limit=30)
    Ceiling(places=1, persons=2.0, uncovered_ids=('B',), uncovered_persons=3.0)
    """
    problem = _Given(matrix, persons, limit, None, None, None).problem(existing, (), forbidden)
    reach = problem.reach(limit)
    inside = (reach.standing > 0) | reach.near.any(axis=1)
    nearest = problem.costs.min(axis=1, initial=np.inf)
    covered = covered_places(problem, nearest, reach.limits)
    return Ceiling(
        places=int(covered.sum()),
        persons=float(reach.persons[inside].sum()),
        uncovered_ids=tuple(
            one for one, near in zip(problem.place_ids, covered, strict=True) if not near
        ),
        uncovered_persons=float(reach.persons[~inside].sum()),
    )


def explain_order(plan: SitingPlan, matrix: TravelMatrix, persons: Persons) -> pd.DataFrame:
    """Put the sites of a plan in the order in which they help most, and say what each is worth.

    First the site that adds most persons to what existing sites reach (then most places, then the
    smallest id), then the one that adds most to that, and so on.

    Parameters
    ----------
    plan
        A plan without capacities.
    matrix, persons
        What it was made from.

    Returns
    -------
    pandas.DataFrame
        One row for each chosen site, best first: ``facility_id``, ``order`` (from 1),
        ``gain_persons`` and ``gain_places`` (added at its turn; they sum up to what the plan adds),
        ``loss_persons`` and ``loss_places`` (lost if this one alone were left out).

    Raises
    ------
    UnknownIdError
        If `persons` does not name exactly the origins, or the plan has ids that the matrix has not.
    ParameterError
        If a count is no count, the plan's limit is beyond the matrix, or sites have capacities, so
        that what a site is worth depends on who is sent where.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> plan = maximal_covering(times, {"A": 2, "B": 3}, sites=2, limit=30)
    >>> explain_order(plan, times, {"A": 2, "B": 3})[["facility_id", "gain_persons"]]
      facility_id  gain_persons
    0           H           3.0
    1           G           2.0
    """
    if plan.flows is not None:
        message = "the plan has capacities: what a site adds depends on who is sent where."
        raise ParameterError(message)
    positions(plan.existing, matrix.destination_ids, "the matrix")
    positions(plan.chosen, matrix.destination_ids, "the matrix")
    others = sorted(set(matrix.destination_ids) - {*plan.chosen, *plan.existing})
    limit = plan.settings.get("limits", plan.limit)
    given = _Given(matrix, persons, limit, None, None, None)
    worth = _Worth.of(given.problem(plan.existing, plan.chosen, others), limit)
    left, order, gains = list(range(len(plan.chosen))), [], []
    reached = worth.standing
    while left:
        values = [worth.of_rows(worth.near[:, at] & ~reached) for at in left]
        turn = max(range(len(left)), key=values.__getitem__)  # of equals the first, by id
        gains.append(values[turn])
        order.append(left.pop(turn))
        reached = reached | worth.near[:, order[-1]]
    # A place is lost with a site if that site is the only one, existing ones included.
    lonely = (worth.near.sum(axis=1) == 1) & ~worth.standing
    lost = [worth.of_rows(worth.near[:, at] & lonely) for at in order]
    return pd.DataFrame(
        {
            "facility_id": pd.array([plan.chosen[at] for at in order], dtype="str"),
            "order": np.arange(1, len(order) + 1),
            "gain_persons": np.array([persons for persons, _ in gains], dtype=np.float64),
            "gain_places": np.array([places for _, places in gains], dtype=np.int64),
            "loss_persons": np.array([persons for persons, _ in lost], dtype=np.float64),
            "loss_places": np.array([places for _, places in lost], dtype=np.int64),
        }
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Worth:
    """Rows of persons, each place counted with its strictest group."""

    persons: NDArray[np.float64]
    places: NDArray[np.int64]
    near: NDArray[np.bool_]
    standing: NDArray[np.bool_]

    @classmethod
    def of(cls, problem: Problem, limit: Limit) -> _Worth:
        reach = problem.reach(limit)
        return cls(reach.persons, strictest(reach), reach.near, reach.standing > 0)

    def of_rows(self, rows: NDArray[np.bool_]) -> tuple[float, int]:
        return float(self.persons[rows].sum()), int(self.places[rows].sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """What the caller gave, for the model and for the recomputation."""

    matrix: TravelMatrix
    persons: Persons
    limit: Limit
    rules: SiteRules | None
    costs: Numbers | None
    capacity: Numbers | None

    def problem(
        self, existing: Iterable[Any], required: Iterable[Any], forbidden: Iterable[Any]
    ) -> Problem:
        """Check the request; the matrix must be known up to the limits."""
        problem = problem_of(
            self.matrix,
            self.persons,
            existing=existing,
            required=required,
            forbidden=forbidden,
            rules=self.rules,
            costs=self.costs,
            capacity=self.capacity,
        )
        for one in problem.limits(self.limit):
            self.matrix.checked_reach(float(one), "limit")
        return problem

    def verified(self, plan: SitingPlan) -> SitingPlan:
        """Have the plan recomputed from what was given."""
        return verified_plan(
            plan,
            self.matrix,
            self.persons,
            rules=self.rules,
            costs=self.costs,
            capacity=self.capacity,
        )


class _Search:
    """The way to the best plan for one number of sites or budget after the other."""

    def __init__(
        self, problem: Problem, given: _Given, seconds: float | None, progress: Progress | None
    ) -> None:
        self.problem = problem
        self.limit = given.limit
        self.seconds = seconds
        self.progress = progress
        self.capacitated = given.capacity is not None
        self._rows: CoverRows | None = None
        self._free: CoverSearch | None = None

    @property
    def rows(self) -> CoverRows:
        """What is left to decide without capacities."""
        if self._rows is None:
            self._rows = CoverRows.of(self.problem, self.limit)
        return self._rows

    def best(self, amount: Amount) -> SitingPlan:
        """Find the best plan."""
        if self.capacitated:
            return self._capacitated(amount)
        if amount.budget is not None or self.problem.rules.rules:
            return self._mixed(amount)
        return self._by_number(amount)

    def greedy(self, amount: Amount) -> SitingPlan:
        """Take sites one by one."""
        if self.capacitated:
            return self._greedy_capacitated(amount)
        rows = self.rows
        if amount.budget is None and not self.problem.rules.rules:
            found = self._free_search().greedy(self._number(amount))
            columns = rows.columns_of(found.columns)
            spare = rows.persons_between(found.weight, found.bound)
            return self._heuristic(columns, amount, rows.persons_of(columns) + spare)
        taken = _kept(self._one_by_one(amount))
        top = (rows.reach.standing > 0) | rows.reach.near.any(axis=1)
        return self._heuristic(list(taken), amount, float(rows.reach.persons[top].sum()))

    def _number(self, amount: Amount) -> int:
        return (amount.sites or 0) - int(self.problem.given.size)

    def _free_search(self) -> CoverSearch:
        """Give the search without rules, which is kept from one number to the next."""
        if self._free is None:
            self._free = CoverSearch(self.rows.cover, self.seconds)
        return self._free

    def _by_number(self, amount: Amount) -> SitingPlan:
        """Find the best plan where nothing but the number of sites is asked."""
        rows = self.rows
        found = self._free_search().best(self._number(amount), self._weights(self._base()))
        columns = rows.columns_of(found.columns)
        objective = rows.persons_of(columns)
        verdict = Verdict(
            model=MODEL,
            sense="max",
            objective=objective,
            bound=objective + rows.persons_between(found.weight, found.bound),
            status="optimal" if found.proven else "time_limit",
            alternatives=found.alternatives if found.proven or found.alternatives else None,
            greedy_objective=rows.persons_of(rows.columns_of(found.greedy)),
            limit=self.limit,
            settings=self._settings(amount, TIES),
        )
        return plan_of(self.problem, columns, verdict)

    def _base(self) -> float:
        """Give the persons that are covered whatever is chosen."""
        return self.rows.persons_of(self.problem.given.tolist())

    def _weights(self, base: float) -> Progress | None:
        """Tell weights as persons."""
        progress, rows = self.progress, self.rows
        if progress is None:
            return None

        def told(standing: Standing) -> None:
            objective, bound = (
                base + int(one) // rows.step / 10.0**rows.decimals
                for one in (standing.objective, standing.bound)
            )
            progress(Standing(standing.seconds, objective, bound + rows.undecided))

        return told

    def _mixed(self, amount: Amount) -> SitingPlan:
        """Find the best plan under rules or a budget."""
        rows, clock = self.rows, Clock(self.seconds)
        taken = self._one_by_one(amount)
        found = mixed_cover(rows, amount, self._start(amount, taken), clock, self._persons())
        objective = rows.persons_of(found.columns)
        between = (found.bound - found.weight) / 10.0**rows.decimals + rows.undecided
        verdict = Verdict(
            model=MODEL,
            sense="max",
            objective=objective,
            bound=objective + between,
            status="optimal" if found.proven else "time_limit",
            alternatives=found.alternatives,
            greedy_objective=float("nan") if taken.reason else rows.persons_of(taken.columns),
            limit=self.limit,
            settings=self._settings(amount, TIES if amount.budget is None else TIES_BUDGET),
        )
        return plan_of(self.problem, found.columns, verdict)

    def _persons(self) -> Callable[[float, int, int], None] | None:
        """Tell whole persons as persons."""
        progress, rows = self.progress, self.rows
        if progress is None:
            return None
        base, unit = self._base(), 10.0**rows.decimals

        def told(seconds: float, objective: int, bound: int) -> None:
            progress(
                Standing(seconds, base + objective / unit, base + bound / unit + rows.undecided)
            )

        return told

    def _one_by_one(self, amount: Amount) -> Taken:
        """Take sites one by one, those first that add most weight."""
        rows = self.rows
        columns = rows.cover.reach.T.tocsr()
        back = np.full(len(self.problem.candidates), -1)
        back[rows.open] = np.arange(rows.open.size)

        def worth(taken: list[int]) -> NDArray[np.float64]:
            at = [int(one) for one in back[taken] if one >= 0]
            left = np.where(rows.cover.covered(at), 0, rows.cover.weights)
            gain = np.zeros(back.size)
            gain[rows.open] = columns @ left
            return gain

        return taken_one_by_one(self.problem, amount, worth)

    def _start(self, amount: Amount, taken: Taken) -> tuple[int, ...]:
        """Give a plan that keeps to all rules, or say why there is none."""
        if not taken.reason:
            return tuple(sorted(taken.columns))
        start = any_choice(self.problem, amount)
        if start is None:
            need = Need(model=MODEL, sites=amount.sites, budget=amount.budget, everywhere=False)
            refuse(self.problem, need)
        return start

    def _capacitated(self, amount: Amount) -> SitingPlan:
        """Find the plan that serves most persons within the capacities."""
        clock, transport = Clock(self.seconds), Transport(self.problem, self.limit)
        taken = taken_one_by_one(self.problem, amount, transport.worth)
        start = self._start(amount, taken)
        found = capacitated_cover(transport, amount, start, clock, self.progress)
        served = float("nan")
        if not taken.reason:
            served = float(transport.serve(tuple(sorted(taken.columns))).sum())
        return self._served(found, amount, served)

    def _greedy_capacitated(self, amount: Amount) -> SitingPlan:
        """Take sites one by one, those first that can serve most persons besides the others."""
        transport = Transport(self.problem, self.limit)
        columns = _kept(taken_one_by_one(self.problem, amount, transport.worth))
        flows = transport.flows_of(transport.serve(columns))
        found = Served(columns, flows, transport.most, proven=False, alternatives=None)
        return self._served(found, amount, float(flows.sum()), greedy=True)

    def _served(
        self, found: Served, amount: Amount, greedy_objective: float, *, greedy: bool = False
    ) -> SitingPlan:
        """Bring flows back to ids."""
        served = float(found.flows.sum())
        status: Literal["optimal", "time_limit"] = "optimal" if found.proven else "time_limit"
        verdict = Verdict(
            model="greedy_covering" if greedy else MODEL,
            sense="max",
            objective=served,
            bound=max(served, found.bound),
            status="heuristic" if greedy else status,
            alternatives=found.alternatives,
            greedy_objective=greedy_objective,
            limit=self.limit,
            settings=self._settings(
                amount, TIES_CAPACITY if amount.budget is None else TIES_CAPACITY_BUDGET
            ),
            flows=found.flows,
        )
        return plan_of(self.problem, found.columns, verdict)

    def _heuristic(self, columns: list[int], amount: Amount, bound: float) -> SitingPlan:
        """Make a plan that proves nothing."""
        objective = self.rows.persons_of(columns)
        verdict = Verdict(
            model="greedy_covering",
            sense="max",
            objective=objective,
            bound=max(objective, bound),
            status="heuristic",
            greedy_objective=objective,
            limit=self.limit,
            settings=self._settings(amount, TIES if amount.budget is None else TIES_BUDGET),
        )
        return plan_of(self.problem, columns, verdict)

    def _settings(self, amount: Amount, ties: str) -> dict[str, Any]:
        """Record what the answer depends on besides."""
        settings: dict[str, Any] = {"time_limit": self.seconds, "ties": ties}
        if not self.capacitated:
            settings |= {"decimals": self.rows.decimals, "undecided": self.rows.undecided}
        if amount.budget is not None:
            settings["budget"] = amount.budget
        return settings


def _kept(taken: Taken) -> tuple[int, ...]:
    """Give a greedy plan if it keeps to everything that was asked."""
    if taken.reason:
        message = (
            f"sites taken one by one stand in the way of what was asked: {taken.reason}. "
            f"maximal_covering looks for a plan that keeps to it."
        )
        raise InfeasibleError(message)
    return tuple(sorted(taken.columns))


def _amount(problem: Problem, sites: Any, budget: Any, costs: Numbers | None) -> Amount:
    """Check how many sites are asked for, or what they may cost."""
    if (sites is None) == (budget is None):
        message = "give either sites or budget: how many new sites, or what they may cost."
        raise ParameterError(message)
    if budget is None:
        if costs is not None:
            message = "costs play no part without a budget. Leave them out, or give a budget."
            raise ParameterError(message)
        return Amount(sites=problem.checked_sites(sites))
    if costs is None:
        message = "budget needs costs: what each destination costs, by id."
        raise ParameterError(message)
    return Amount(budget=checked_limit(budget, "budget"))


def _seconds(time_limit: Any) -> float | None:
    """Check a time limit."""
    if time_limit is None:
        return None
    number = isinstance(time_limit, (int, float, np.integer, np.floating))
    if not number or isinstance(time_limit, bool) or not time_limit >= 0:
        message = f"time_limit must be at least 0 seconds, or None. Got {time_limit!r} instead."
        raise ParameterError(message)
    return float(time_limit)
