"""Backup covering: where a number of new sites puts most persons within reach of two open ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.errors import ParameterError, TimeOverError, shown
from wushan_geo.siting.aims import (
    Aim,
    checked_clock,
    checked_reaches,
    in_turn,
    reported,
    rows_of,
    whole_numbers,
)
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.covers.greedy import Amount, taken_one_by_one
from wushan_geo.siting.covers.reductions import containing
from wushan_geo.siting.covers.set_covering import backed_up, backed_up_persons, twice_rows
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import refuse
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.solver import Program
from wushan_geo.siting.ties import BY_ID
from wushan_geo.siting.verify import verified_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.siting.covers.set_covering import TwiceRows
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.problem import Problem, Reach
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.solver import Standing
    from wushan_geo.travel.matrix import TravelMatrix

    Numbers = pd.Series[Any] | Mapping[Any, float]
    Progress = Callable[[Standing], None]

MODEL = "backup_covering"
HALF = 0.5


def backup_covering(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: pd.DataFrame | Numbers | None = None,
    *,
    sites: int,
    limit: float | Mapping[str, float],
    first: bool = True,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> SitingPlan:
    """Put a number of new sites where most persons have at least two open sites within reach.

    The backup coverage problem (BACOP1; Hogan and ReVelle 1986),

        max  sum_i h_i u_i   with   u_i <= sum_{j in N_i} x_j - 1  for every place i,
                                    sum_j x_j = p,   x_j, u_i in {0, 1},

    where `h_i` are the persons at place `i`, `N_i` the sites within its limit, `x_j` says whether
    site `j` is open and `u_i` whether place `i` is reached twice. Only *open* sites count, existing
    ones too. With `first` every place that any site can reach must be reached at least once;
    without it, places may be left out.

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations).
    persons
        Persons at each origin, by id; as a table, one column for each group; None counts places.
    sites
        Number of new sites, required ones among them.
    limit
        Largest cost that is covered (exactly at it is covered), one for all or one by group.
    first
        Whether every place that any existing site or candidate reaches must be covered once.
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
        With the persons (places, where no persons are given) reached twice as its objective. Its
        settings have ``backup_places``, ``backup_persons`` and ``first``.

    Raises
    ------
    InfeasibleError
        If so many sites cannot cover every place once, or rules are in the way.
    ParameterError
        If an argument is out of range, or the time is over before any plan was found.
    UnknownIdError
        If ids are unknown, there twice or in two roles.
    VerificationError
        If the recomputed plan differs.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H", "J"), "min", [[5, 40, 20], [50, 30, 25]])
    >>> plan = backup_covering(times, {"A": 2, "B": 3}, sites=2, limit=30)
    >>> plan.chosen, plan.objective, plan.status
    (('H', 'J'), 3.0, 'optimal')
    """
    clock = checked_clock(time_limit)
    checked_reaches(matrix, limit)
    _checked(first)
    problem = problem_of(
        matrix, persons, existing=existing, required=required, forbidden=forbidden, rules=rules
    )
    task = _Task.of(problem, problem.reach(limit), problem.checked_sites(sites), first=bool(first))
    need = Need(model=MODEL, sites=task.sites, limit=limit, everywhere=task.first)
    program, aim, scale = task.program()
    greedy = task.greedy()
    start = None if greedy is None else task.values(greedy)
    found = in_turn(
        program,
        [aim],
        candidates=len(problem.candidates),
        clock=clock,
        start=start,
        progress=reported(progress, lambda value: task.rows.always - value / scale),
    )
    if found.status == "infeasible":
        refuse(problem, need)
    columns = greedy
    if found.columns.size or found.status == "optimal":
        columns = np.flatnonzero(found.columns[: len(problem.candidates)] > HALF)
    if columns is None:
        message = (
            f"time_limit ran out before any plan of {MODEL} was found. Give it more seconds, or "
            f"None."
        )
        raise TimeOverError(message)
    objective = backed_up_persons(task.reach, columns)
    proven = found.status == "optimal"
    top = task.rows.always + min(task.rows.most, -found.bound / scale)
    verdict = Verdict(
        model=MODEL,
        sense="max",
        objective=objective,
        bound=objective if proven else max(objective, top),
        status="optimal" if proven else "time_limit",
        alternatives=found.alternatives,
        greedy_objective=float("nan") if greedy is None else backed_up_persons(task.reach, greedy),
        limit=limit,
        settings={
            "time_limit": time_limit,
            "first": task.first,
            "ties": BY_ID,
            **backed_up(problem, task.reach, columns),
        },
    )
    plan = plan_of(problem, columns.tolist(), verdict)
    return verified_plan(plan, matrix, persons, rules=rules)


def _checked(first: Any) -> None:
    """Make sure that a truth value is one."""
    if not isinstance(first, (bool, np.bool_)):
        message = f"first must be True or False. Got {shown(first)} instead."
        raise ParameterError(message)


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """A request as rows and columns."""

    problem: Problem
    reach: Reach
    sites: int
    first: bool
    once: NDArray[np.bool_]
    """Rows x candidates that must be reached once."""
    rows: TwiceRows
    """Rows that may be reached twice; required sites are in their base."""

    @classmethod
    def of(cls, problem: Problem, reach: Reach, sites: int, *, first: bool) -> _Task:
        """Find the rows that decide."""
        base = reach.standing + reach.near[:, problem.given].sum(axis=1)
        near = reach.near.copy()
        near[:, problem.given] = False
        once = reach.near[(reach.standing == 0) & reach.near.any(axis=1)]
        keep = ~containing(once, np.ones(once.shape[0], dtype=np.int64))
        twice = twice_rows(near, base, reach.persons)
        return cls(problem, reach, sites, first, once[keep] if first else once[:0], twice)

    def program(self) -> tuple[Program, Aim, float]:
        """Columns: candidates, who is reached twice, and where it matters who is reached once."""
        count, number = len(self.problem.candidates), self.rows.weights.size
        near = sparse.csr_array(self.rows.near.astype(np.float64))
        here = sparse.eye_array(number)
        # Where a place may be left out, `u <= sum x - z` with `z >= x` for each of its sites.
        loose = np.flatnonzero((self.rows.base == 0) & (not self.first))
        size = count + number + loose.size
        once = sparse.csr_array(
            (np.ones(loose.size), (loose, np.arange(loose.size))), shape=(number, loose.size)
        )
        row, column = np.nonzero(self.rows.near[loose])
        at = np.arange(row.size)
        links = sparse.csr_array(
            (
                np.concatenate([np.ones(row.size), -np.ones(row.size)]),
                (np.concatenate([at, at]), np.concatenate([column, count + number + row])),
            ),
            shape=(row.size, size),
        )
        free = (self.rows.base == 0) & (not self.first)
        high = np.where(free, 0.0, self.rows.base - 1.0)
        # A place with a required or existing site, which one more reaches twice, has base 1.
        matrix, bounds = rows_of(
            [
                sparse.hstack([-near, here, once], format="csr"),
                links,
                self.once.astype(np.float64),
                np.ones((1, count)),
                self.problem.rules.matrix,
            ],
            [
                np.full(number, -np.inf),
                np.full(row.size, -np.inf),
                np.ones(self.once.shape[0]),
                np.array([float(self.sites)]),
                self.problem.rules.lower,
            ],
            [
                high,
                np.zeros(row.size),
                np.full(self.once.shape[0], np.inf),
                np.array([float(self.sites)]),
                self.problem.rules.upper,
            ],
            columns=size,
        )
        box = np.array([np.zeros(size), np.ones(size)])
        box[0, self.problem.given] = 1.0
        weights = self.rows.weights
        whole = whole_numbers(weights) if weights.any() else None
        numbers, scale = (weights, 1.0) if whole is None else (whole.numbers, whole.scale)
        costs = np.concatenate([np.zeros(count), -numbers, np.zeros(loose.size)])
        exact = whole is None or whole.exact
        return Program(np.zeros(size), box, bounds, matrix), Aim(costs, exact=exact), scale

    def greedy(self) -> NDArray[np.intp] | None:
        """Take sites one by one: first what is not reached at all, then who is reached twice."""
        reach = self.reach
        near = reach.near.astype(np.float64)
        wanted = reach.near.any(axis=1) | (reach.standing > 0)

        def worth(taken: list[int]) -> NDArray[np.float64]:
            number = reach.standing + reach.near[:, taken].sum(axis=1)
            lacking = (number == 0) & wanted
            if self.first and lacking.any():
                return np.asarray(near.T @ lacking, dtype=np.float64)
            return np.asarray(near.T @ (reach.persons * (number == 1)), dtype=np.float64)

        taken = taken_one_by_one(self.problem, Amount(sites=self.sites), worth)
        columns = np.sort(np.array(taken.columns, dtype=np.intp))
        number = reach.standing + reach.near[:, columns].sum(axis=1)
        if taken.reason or (self.first and (number[wanted] == 0).any()):
            return None
        return columns

    def values(self, columns: NDArray[np.intp]) -> NDArray[np.float64]:
        """Give the candidates of a plan as values to start from."""
        values = np.zeros(len(self.problem.candidates))
        values[columns] = 1.0
        return values
