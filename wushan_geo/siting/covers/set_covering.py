"""Set covering: the fewest new sites, or the cheapest, so that every place has one within reach."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from scipy import sparse

from wushan_geo.errors import ParameterError, TimeOverError, shown
from wushan_geo.siting.aims import (
    Aim,
    checked_clock,
    checked_reaches,
    in_turn,
    merged,
    reported,
    rows_of,
    whole_numbers,
)
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.covers.cover_rows import in_whole_numbers
from wushan_geo.siting.covers.cover_search import first_of, least, possible_columns
from wushan_geo.siting.covers.reductions import Covering, Missed, covering_of, with_missed
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import refuse
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.solver import Program, Standing
from wushan_geo.siting.ties import BY_ID
from wushan_geo.siting.verify import verified_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.siting.covers.reductions import Given
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.problem import Problem, Reach
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.ties import Clock
    from wushan_geo.travel.matrix import TravelMatrix

    Numbers = pd.Series[Any] | Mapping[Any, float]
    Progress = Callable[[Standing], None]

MODEL = "set_covering"
SPREAD = 64  # by how much a unit of cost outweighs all sites together: see `Covering.unit`
HALF = 0.5
TIES_COST = f"of plans that cost the same those with fewest sites, {BY_ID}"
TIES_BACKUP = f"then the one that reaches most twice, {BY_ID}"


def set_covering(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    *,
    limit: float | Mapping[str, float],
    persons: pd.DataFrame | Numbers | None = None,
    share: float | None = None,
    backup: bool = False,
    times: int = 1,
    costs: Numbers | None = None,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> SitingPlan:
    """Find the fewest new sites with which every place has an open site within reach.

    The location set covering problem (Toregas, Swain, ReVelle and Bergman 1971),

        min  sum_j c_j x_j   with   sum_{j in N_i} x_j >= k  for every place i,   x_j in {0, 1},

    where `N_i` are the sites within the limit of place `i`, `x_j` says whether site `j` is open,
    `k` is `times` and ``c_j`` is 1 or the cost of the site. Existing sites cover already and cost
    nothing. With `share` only that part of all persons must be covered (partial set covering,
    Daskin and Owen 1999):

        min  sum_j c_j x_j   with   y_i <= sum_{j in N_i} x_j,   sum_i h_i y_i >= share sum_i h_i.

    With `backup` the plan is, of those with fewest sites (with costs: of the cheapest ones with
    fewest sites), one that reaches most persons twice (LSCP-B; Daskin and Stern 1981, Hogan and
    ReVelle 1986): only *open* sites count, and a place counts if at least two are in reach.

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations).
    limit
        Largest cost that is covered (exactly at it is covered), in the unit of the matrix; one for
        all, or one by group, so that every group that lives at a place must be covered there.
    persons
        Persons at each origin, by id; as a table, one column for each group. Every place must be
        covered all the same, also one where nobody lives.
    share
        Part of all persons, from 0 to 1, that must be covered; None for every place.
    backup
        Whether to look, among the plans with fewest sites, for most persons (places where no
        persons are given) reached twice.
    times
        Open sites that every place needs within its limit.
    costs
        What each destination costs, by id; None counts sites.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.
    rules
        Rules by township and on distance between sites.
    time_limit
        Seconds after which the best plan so far is given, with its bound; None for no limit.
    progress
        Called from time to time with how the search stands.

    Returns
    -------
    SitingPlan
        With the number or the cost of new sites as its objective, proven and verified. Its settings
        have ``times``, ``share``, and with `backup` ``backup_places`` and ``backup_persons``
        (places and persons with at least two open sites in reach).

    Raises
    ------
    InfeasibleError
        If no plan does that; its obstacles say why.
    ParameterError
        If an argument is out of range, or two do not go together.
    UnknownIdError
        If ids are unknown, there twice or in two roles.
    VerificationError
        If the recomputed plan differs.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H", "J"), "min", [[5, 40, 20], [50, 30, 25]])
    >>> plan = set_covering(times, limit=30)
    >>> plan.chosen, plan.objective, plan.status
    (('J',), 1.0, 'optimal')
    """
    clock = checked_clock(time_limit)
    checked_reaches(matrix, limit)
    asked = _checked(share, backup, times, persons)
    listener = reported(progress, lambda value: value)
    problem = problem_of(
        matrix,
        persons,
        existing=existing,
        required=required,
        forbidden=forbidden,
        rules=rules,
        costs=costs,
    )
    task = _Task.of(problem, limit, asked, priced=costs is not None)
    found = _partly(task, clock, listener) if share is not None else _fully(task, clock, listener)
    plan = _plan(task, found, time_limit)
    return verified_plan(plan, matrix, persons, rules=rules, costs=costs)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What must be covered."""

    share: Fraction | None
    backup: bool
    times: int


def _checked(share: Any, backup: Any, times: Any, persons: Any) -> _Asked:
    """Check what must be covered."""
    if isinstance(times, bool) or not isinstance(times, (int, np.integer)) or times < 1:
        message = f"times must be a whole number of at least 1. Got {shown(times)} instead."
        raise ParameterError(message)
    if not isinstance(backup, (bool, np.bool_)):
        message = f"backup must be True or False. Got {shown(backup)} instead."
        raise ParameterError(message)
    if backup and (times > 1 or share is not None):
        message = "backup goes with neither times nor share: give one of them."
        raise ParameterError(message)
    if share is None:
        return _Asked(None, bool(backup), int(times))
    number = isinstance(share, (int, float, np.integer, np.floating))
    if isinstance(share, bool) or not number or not 0 <= share <= 1:
        message = f"share must be a number from 0 to 1, or None. Got {shown(share)} instead."
        raise ParameterError(message)
    if persons is None or times > 1:
        wrong = "needs persons" if persons is None else "does not go with times"
        message = f"share {wrong}."
        raise ParameterError(message)
    return _Asked(Fraction(repr(float(share))), bool(backup), int(times))


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """A request as rows of places and columns of candidates."""

    problem: Problem
    reach: Reach
    limit: float | Mapping[str, float]
    asked: _Asked
    priced: bool
    """Whether costs were given."""
    weights: NDArray[np.int64]
    """Weight of each candidate: cost first, then the number of sites."""
    unit: int
    """Weight of one unit of cost; 1 where all sites cost the same, so that sites are counted."""
    price: float
    """What one unit of cost is in the costs that were given."""
    undecided: float
    """What rounding of costs may hide."""

    @classmethod
    def of(
        cls, problem: Problem, limit: float | Mapping[str, float], asked: _Asked, *, priced: bool
    ) -> _Task:
        """Weigh the candidates."""
        reach = problem.reach(limit)
        prices = problem.prices
        ones = np.ones(prices.size, dtype=np.int64)
        if not prices.size or (prices == prices[0]).all():
            price = float(prices[0]) if prices.size else 1.0
            return cls(problem, reach, limit, asked, priced, ones, 1, price, 0.0)
        unit = SPREAD * (prices.size + 1)
        whole, decimals, undecided = in_whole_numbers(prices, unit)
        step = max(1, int(np.gcd.reduce(whole)))
        price = step / 10.0**decimals
        weights = whole // step * unit + 1
        return cls(problem, reach, limit, asked, priced, weights, unit, price, undecided)

    def cost(self, columns: NDArray[np.intp]) -> float:
        """Give what some candidates cost together, in the costs that were given."""
        return float(self.problem.prices[columns].sum())

    def bound(self, weight: int) -> float:
        """Give the cost that follows from a bound on the weight."""
        return max(0.0, weight // self.unit * self.price - self.undecided)

    def need(self) -> Need:
        """Say what the plan must do."""
        share = None if self.asked.share is None else float(self.asked.share)
        return Need(model=MODEL, limit=self.limit, share=share, times=self.asked.times)

    def left(self) -> Given:
        """Write what must be covered as rows over the candidates that are not required."""
        need = self.asked.times - self.reach.standing.astype(np.int64)
        return covering_of(
            self.reach.near, need, self.weights, self.problem.rules, self.problem.given, self.unit
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What a search came to."""

    columns: NDArray[np.intp]
    bound: float
    """No plan costs less."""
    proven: bool
    alternatives: bool | None
    backup: float | None = None
    """No plan with so many sites reaches more persons twice; None where that was not asked."""


def _plan(task: _Task, found: _Found, time_limit: float | None) -> SitingPlan:
    """Say what the plan does."""
    objective = task.cost(found.columns)
    greedy = _greedy(task)
    asked = task.asked
    ties = TIES_COST if task.unit > 1 else BY_ID
    settings: dict[str, Any] = {
        "time_limit": time_limit,
        "times": asked.times,
        "share": None if asked.share is None else float(asked.share),
        "backup": asked.backup,
        "priced": task.priced,
        "undecided": task.undecided,
        "ties": f"{ties}, {TIES_BACKUP}" if asked.backup else ties,
    }
    if asked.backup:
        settings |= backed_up(task.problem, task.reach, found.columns)
        settings["backup_bound"] = found.backup
    verdict = Verdict(
        model=MODEL,
        sense="min",
        objective=objective,
        bound=min(found.bound, objective),
        status="optimal" if found.proven else "time_limit",
        alternatives=found.alternatives if found.proven else None,
        greedy_objective=float("nan") if greedy is None else task.cost(greedy),
        limit=task.limit,
        settings=settings,
    )
    return plan_of(task.problem, found.columns.tolist(), verdict)


def backed_up(problem: Problem, reach: Reach, columns: NDArray[np.intp]) -> dict[str, float]:
    """Count places and persons that have at least two open sites within reach.

    Parameters
    ----------
    problem
        What was asked.
    reach
        Who reaches what.
    columns
        Candidates that are open.

    Returns
    -------
    dict
        ``backup_places`` and ``backup_persons`` (NaN where no persons were given). A place counts
        if all groups that live there do.

    Raises
    ------
    IndexError
        If there is no such candidate.

    Examples
    --------
    See ``tests/test_siting_set_covering.py``.
    """
    twice = reach.standing + reach.near[:, columns].sum(axis=1) > 1
    places = np.ones(len(problem.place_ids), dtype=bool)
    np.logical_and.at(places, reach.place, twice)
    persons = float(reach.persons[twice].sum()) if problem.counted else float("nan")
    return {"backup_places": int(places.sum()), "backup_persons": persons}


# -- every place --------------------------------------------------------------------------------


def _fully(task: _Task, clock: Clock, progress: Progress | None) -> _Found:
    """Cover every place."""
    left = task.left()
    if not left.possible:
        refuse(task.problem, task.need())
    given = int(task.weights[task.problem.given].sum())
    tell = None if progress is None else _teller(task, given, progress)
    best = least(left.covering, clock, tell=tell)
    if best.plan is None:
        _without_plan(task, proven=best.proven)
    bound = task.bound(best.bound + given)
    if not best.proven:
        return _Found(_columns(task, left, best.plan), bound, best.proven, None)
    if task.asked.backup:
        return _backup(task, left, best.plan, clock)
    first = first_of(left.covering, best.plan, clock)
    plan = best.plan if first.plan is None else first.plan
    return _Found(_columns(task, left, plan), bound, first.proven, first.alternatives)


def _without_plan(task: _Task, *, proven: bool) -> NoReturn:
    """Say why there is no plan."""
    if proven:
        refuse(task.problem, task.need())
    message = (
        f"time_limit ran out before any plan of {MODEL} was found. Give it more seconds, or None."
    )
    raise TimeOverError(message)


def _columns(task: _Task, left: Given, plan: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Give the candidates of a plan, required ones among them."""
    return np.sort(np.concatenate([task.problem.given, left.columns[plan]]))


def _teller(task: _Task, given: int, progress: Progress) -> Callable[[int | None, int], None]:
    """Have a search report in the costs that were given."""
    start = time.monotonic()

    def tell(weight: int | None, bound: int) -> None:
        cost = float("inf") if weight is None else (weight + given) // task.unit * task.price
        progress(Standing(time.monotonic() - start, cost, task.bound(bound + given)))

    return tell


# -- most reached twice -------------------------------------------------------------------------


def _backup(task: _Task, left: Given, plan: NDArray[np.bool_], clock: Clock) -> _Found:
    """Of the best plans take one that reaches most persons twice.

    It is looked for as a covering of its own: a row needs two sites, or a column that says that it
    is missed and weighs its persons; bars hold the cost and the number of sites.
    """
    covering = left.covering
    weight = int(covering.weights[plan].sum())
    keep = np.flatnonzero(possible_columns(covering, weight, clock))
    rows = _twice_rows(task, left.columns[keep])
    missed, decimals, undecided = in_whole_numbers(rows.weights, 1)
    held = np.array([covering.weights[keep] // task.unit, np.ones(keep.size, dtype=np.int64)])
    program = with_missed(
        Covering(
            covering.table[:, keep],
            covering.need,
            np.zeros(keep.size, dtype=np.int64),
            np.concatenate([covering.bars[:, keep], held]),
            np.concatenate([covering.most, held @ plan[keep]]),
        ),
        Missed(rows.near, 2 - rows.base, missed),
    )
    start = np.concatenate([plan[keep], rows.near @ plan[keep].astype(np.int64) + rows.base < 2])  # noqa: PLR2004 -- twice
    found = least(program, clock, start=start)
    best = found
    if found.proven and found.plan is not None:
        best = first_of(program, found.plan, clock, candidates=keep.size)
    answer = np.zeros(plan.size, dtype=bool)
    answer[keep[(start if best.plan is None else best.plan)[: keep.size]]] = True
    columns = _columns(task, left, answer)
    most = rows.always + (int(missed.sum()) - found.bound) / 10.0**decimals + undecided
    proven = found.proven and best.proven
    return _Found(
        columns,
        task.cost(columns) - task.undecided,
        proven,
        best.alternatives,
        max(most, backed_up_persons(task.reach, columns)),
    )


def backed_up_persons(reach: Reach, columns: NDArray[np.intp]) -> float:
    """Count persons (places where no persons were given) with two open sites within reach.

    Parameters
    ----------
    reach
        Who reaches what.
    columns
        Candidates that are open.

    Returns
    -------
    float
        Their number.

    Raises
    ------
    IndexError
        If there is no such candidate.

    Examples
    --------
    See ``tests/test_siting_set_covering.py``.
    """
    twice = reach.standing + reach.near[:, columns].sum(axis=1) > 1
    return float(reach.persons[twice].sum())


@dataclass(frozen=True, slots=True, eq=False)
class TwiceRows:
    """Rows that can be reached twice, over some candidates.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    See ``tests/test_siting_backup.py``.
    """

    near: NDArray[np.bool_]
    """Rows x candidates."""
    base: NDArray[np.int64]
    """Open sites that each row reaches anyway: 0 or 1."""
    weights: NDArray[np.float64]
    """Persons of each row."""
    always: float
    """Persons who reach two sites anyway."""
    most: float
    """Persons of all rows here."""


def twice_rows(
    near: NDArray[np.bool_], base: NDArray[np.intp], persons: NDArray[np.float64]
) -> TwiceRows:
    """Find the rows that can be reached twice; those that the same candidates reach are one.

    Parameters
    ----------
    near
        Rows x candidates.
    base
        Open sites that each row reaches anyway.
    persons
        Persons of each row.

    Returns
    -------
    TwiceRows
        The rows.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> near = np.array([[True, True], [True, False], [True, False]])
    >>> rows = twice_rows(near, np.array([0, 0, 2]), np.array([2.0, 3.0, 4.0]))
    >>> rows.near.tolist(), rows.always, rows.most
    ([[True, True]], 4.0, 2.0)
    """
    parts, numbers, weights = [], [], []
    for stand in (0, 1):
        some = (base == stand) & (near.sum(axis=1) + stand > 1)
        rows, total = merged(near[some], persons[some][:, np.newaxis])
        parts.append(rows)
        numbers.append(np.full(rows.shape[0], stand, dtype=np.int64))
        weights.append(total.ravel())
    total = np.concatenate(weights)
    return TwiceRows(
        np.concatenate(parts),
        np.concatenate(numbers),
        total,
        float(persons[base > 1].sum()),
        float(total.sum()),
    )


def _twice_rows(task: _Task, columns: NDArray[np.intp]) -> TwiceRows:
    """Find the rows that candidates can reach twice, required ones being open."""
    base = task.reach.standing + task.reach.near[:, task.problem.given].sum(axis=1)
    return twice_rows(task.reach.near[:, columns], base, task.reach.persons)


# -- a part of all persons ----------------------------------------------------------------------


def _partly(task: _Task, clock: Clock, progress: Progress | None) -> _Found:
    """Cover a part of all persons."""
    reach, problem, share = task.reach, task.problem, task.asked.share or Fraction(0)
    whole = whole_numbers(reach.persons) if reach.persons.any() else None
    exact = whole is None or whole.exact
    persons = reach.persons if whole is None else whole.numbers
    total = float(persons.sum())
    needed = float(-(-(share * int(total)) // 1)) if exact else float(share) * total * (1 - 1e-12)
    base = (reach.standing > 0) | reach.near[:, problem.given].any(axis=1)
    rows, weights = merged(reach.near[~base], persons[~base][:, np.newaxis])
    spare = float(persons[base].sum()) + float(weights.sum()) - needed
    if spare < 0:
        refuse(problem, task.need())
    part = _PartRows(rows, weights.ravel(), spare)
    return (_part_by_search if exact else _part_by_solver)(task, part, clock, progress)


@dataclass(frozen=True, slots=True, eq=False)
class _PartRows:
    """Rows that may be covered, and the persons who may be missed among them."""

    near: NDArray[np.bool_]
    weights: NDArray[np.float64]
    spare: float


def _part_by_search(
    task: _Task, part: _PartRows, clock: Clock, progress: Progress | None
) -> _Found:
    """Look for it as for a covering.

    A row needs a site, or a column that says that it is missed; a bar holds the persons missed.
    """
    problem = task.problem
    nothing = np.zeros((0, len(problem.candidates)), dtype=bool)
    left = covering_of(
        nothing, np.zeros(0, dtype=np.int64), task.weights, problem.rules, problem.given, task.unit
    )
    if not left.possible:
        refuse(problem, task.need())
    weights = part.weights.astype(np.int64)
    near = part.near[:, left.columns]
    program = with_missed(
        left.covering,
        Missed(near, np.ones(weights.size, dtype=np.int64), np.zeros_like(weights)),
    )
    bar = np.concatenate([np.zeros(left.columns.size, dtype=np.int64), weights])
    program = replace(
        program,
        bars=np.concatenate([program.bars, bar[np.newaxis, :]]),
        most=np.append(program.most, int(part.spare)),
    )
    given = int(task.weights[problem.given].sum())
    tell = None if progress is None else _teller(task, given, progress)
    greedy, start = _greedy(task), None
    if greedy is not None:
        inside = np.isin(left.columns, greedy)
        start = np.concatenate([inside, ~(near & inside).any(axis=1)])
    found = least(program, clock, tell=tell, start=start)
    if found.plan is None:
        _without_plan(task, proven=found.proven)
    bound = task.bound(found.bound + given)
    best = found
    if found.proven:
        best = first_of(program, found.plan, clock, candidates=left.columns.size)
    inside = (found.plan if best.plan is None else best.plan)[: left.columns.size]
    proven = found.proven and best.proven
    return _Found(_columns(task, left, inside), bound, proven, best.alternatives)


def _part_by_solver(
    task: _Task, part: _PartRows, clock: Clock, progress: Progress | None
) -> _Found:
    """Leave it to the solver: persons are no whole numbers."""
    count = len(task.problem.candidates)
    program, aims = _part_program(task, part.near, part.weights, part.weights.sum() - part.spare)
    greedy, start = _greedy(task), None
    if greedy is not None:
        start = np.zeros(count)
        start[greedy] = 1.0
        start = np.concatenate([start, (part.near @ start > 0).astype(np.float64)])
    listener = reported(progress, lambda value: value * task.price)
    found = in_turn(program, aims, candidates=count, clock=clock, start=start, progress=listener)
    if found.status == "infeasible":
        refuse(task.problem, task.need())
    columns = np.flatnonzero(found.columns[:count] > HALF) if found.columns.size else greedy
    if columns is None:
        _without_plan(task, proven=False)
    proven = found.status == "optimal"
    low = max(task.cost(task.problem.given), found.bound * task.price - task.undecided)
    bound = task.cost(columns) - task.undecided if proven else low
    return _Found(columns, bound, proven, found.alternatives)


def _part_program(
    task: _Task, rows: NDArray[np.bool_], weights: NDArray[np.float64], still: float
) -> tuple[Program, list[Aim]]:
    """Columns: candidates, and whether each row is covered."""
    problem = task.problem
    count, size = len(problem.candidates), len(problem.candidates) + weights.size
    cover = sparse.hstack(
        [sparse.csr_array(rows.astype(np.float64)), -sparse.eye_array(weights.size)], format="csr"
    )
    total = np.concatenate([np.zeros(count), weights])[np.newaxis, :]
    matrix, bounds = rows_of(
        [cover, total, problem.rules.matrix],
        [np.zeros(weights.size), np.array([still]), problem.rules.lower],
        [np.full(weights.size, np.inf), np.array([np.inf]), problem.rules.upper],
        columns=size,
    )
    box = np.array([np.zeros(size), np.ones(size)])
    box[0, problem.given] = 1.0
    none = np.zeros(weights.size)
    sites = Aim(np.concatenate([np.ones(count), none]), exact=True)
    if task.unit == 1:
        return Program(np.zeros(size), box, bounds, matrix), [sites]
    cost = Aim(np.concatenate([task.weights // task.unit, none]), exact=True)
    return Program(np.zeros(size), box, bounds, matrix), [cost, sites]


# -- one by one ---------------------------------------------------------------------------------


def _greedy(task: _Task) -> NDArray[np.intp] | None:
    """Take sites one by one, each the one that helps most for its cost; None where that is stuck.

    A site helps the places (with a share: the persons) that lack one, and the townships that a rule
    still lacks one in.
    """
    problem, reach, asked = task.problem, task.reach, task.asked
    near = reach.near.astype(np.float64)
    member = problem.rules.matrix.toarray()
    taken = np.zeros(len(problem.candidates), dtype=bool)
    taken[problem.given] = True
    number = reach.standing + near @ taken
    total = float(reach.persons.sum())
    while True:
        lacking = number < asked.times
        helps = near.T @ lacking
        if asked.share is not None:
            covered = float(reach.persons[~lacking].sum())
            enough = covered >= float(asked.share) * total * (1.0 - 1e-12)
            helps = near.T @ (reach.persons * (lacking & (not enough)))
        value = member @ taken
        short = value < problem.rules.lower
        if not helps.any():
            helps = member[short].sum(axis=0)
        elif asked.share is None:
            helps = helps + member[short].sum(axis=0)
        done = not short.any() and (enough if asked.share is not None else not lacking.any())
        if done:
            return np.flatnonzero(taken)
        full = value + 1 > problem.rules.upper
        allowed = ~taken & ~(member[full] > 0).any(axis=0) & (helps > 0)
        if not allowed.any():
            return None
        rate = helps / np.maximum(problem.prices, 1e-9)
        best = int(np.where(allowed, rate, -1.0).argmax())
        taken[best] = True
        number = number + near[:, best]
