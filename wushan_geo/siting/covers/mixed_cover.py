"""Maximal covering with rules or a budget: a mixed program, whose answers are looked at in steps.

    max  sum_i w_i y_i   with   y_i <= sum_{j in N_i} x_j,   the rules,   and
         sum_j x_j = p   or   sum_j c_j x_j <= B,            x_j in {0, 1},  0 <= y_i <= 1

(Church and ReVelle 1974). Of the plans with most persons those with most places are kept, with a
budget those with fewest sites, and of these the first by id: each of these is asked for by itself,
with the one before held at its best, so that no weight has to stand for two things at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from wushan_geo.siting.solver import MixedProgram, Program, SolverError, Standing
from wushan_geo.siting.ties import first_by_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.siting.covers.cover_rows import CoverRows
    from wushan_geo.siting.covers.greedy import Amount
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.solver import Mixed, Progress
    from wushan_geo.siting.ties import Clock

HALF = 0.5  # whole numbers are told apart by less than one


@dataclass(frozen=True, slots=True, eq=False)
class MixedFound:
    """What the search says.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> MixedFound((0,), 5, 5, proven=True, alternatives=False).bound
    5
    """

    columns: tuple[int, ...]
    """Candidates chosen, required ones among them, ascending."""
    weight: int
    """Whole persons (with the decimals of the rows) whom the new sites cover."""
    bound: int
    """No plan covers more."""
    proven: bool
    """Whether the search came to its end, the rule on ties included."""
    alternatives: bool | None
    """Whether another plan is as good."""


def choice_rows(
    problem: Problem, amount: Amount, columns: int
) -> tuple[sparse.csc_array, NDArray[np.float64], NDArray[np.float64]]:
    """Write the rules on which candidates may be chosen, and how many.

    Parameters
    ----------
    problem
        What was asked.
    amount
        Number of sites, or the budget.
    columns
        Number of all columns; the candidates are the first.

    Returns
    -------
    tuple
        Coefficients, lower and upper bounds.

    Raises
    ------
    ValueError
        If there are fewer columns than candidates.

    Examples
    --------
    See ``tests/test_siting_covering_rules.py``.
    """
    count = len(problem.candidates)
    total = np.ones((1, count)) if amount.budget is None else problem.prices[np.newaxis, :]
    least = -np.inf if amount.budget is not None else float(amount.sites or 0)
    most = float(amount.sites or 0)
    if amount.budget is not None:
        most = amount.budget + 1e-9 * max(1.0, amount.budget)
    rows = sparse.vstack([problem.rules.matrix, sparse.csr_array(total)], format="csc")
    padding = sparse.csc_array((rows.shape[0], columns - count))
    return (
        sparse.csc_array(sparse.hstack([rows, padding], format="csc")),
        np.append(problem.rules.lower, least),
        np.append(problem.rules.upper, most),
    )


def any_choice(problem: Problem, amount: Amount) -> tuple[int, ...] | None:
    """Give some candidates that keep to all rules, or None where there are none.

    Parameters
    ----------
    problem
        What was asked.
    amount
        Number of sites, or the budget.

    Returns
    -------
    tuple of int or None
        Candidates, ascending.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_covering_rules.py``.
    """
    count = len(problem.candidates)
    matrix, lower, upper = choice_rows(problem, amount, count)
    if not matrix.shape[0] or not count:
        fits = bool((lower <= 0).all() and (upper >= 0).all())
        return () if fits else None
    program = Program(np.zeros(count), _box(problem, count), np.array([lower, upper]), matrix)
    found = MixedProgram(program, np.ones(count, dtype=bool)).solve()
    return tuple(np.flatnonzero(found.values > HALF).tolist()) if found.values.size else None


def mixed_cover(
    rows: CoverRows,
    amount: Amount,
    start: tuple[int, ...],
    clock: Clock,
    progress: Callable[[float, int, int], None] | None,
) -> MixedFound:
    """Find the best plan under rules or a budget.

    Parameters
    ----------
    rows
        What is left to decide.
    amount
        Number of sites, or the budget.
    start
        A plan to start from, which keeps to all rules.
    clock
        Time that remains.
    progress
        Called with seconds, the weight in whole persons and its bound.

    Returns
    -------
    MixedFound
        The plan.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_covering_rules.py``.
    """
    model = _Model(rows, amount)
    known = model.weight_of(start)
    top = int(model.persons.sum())
    if not len(rows.problem.candidates):  # nothing to choose: the only plan there is
        return MixedFound(start, known, known, proven=True, alternatives=False)
    if clock.over():
        return MixedFound(start, known, top, proven=False, alternatives=None)
    program = MixedProgram(model.program(), model.whole())
    found = program.solve(
        clock.left(), start=model.values_of(start), progress=_heard(progress, model)
    )
    plan = _better(model, start, found)
    known = model.weight_of(plan)
    if found.status != "optimal":
        bound = max(known, _bound(found, top))
        return MixedFound(plan, known, bound, proven=False, alternatives=None)
    open_end = MixedFound(plan, known, known, proven=False, alternatives=None)
    for costs in model.further(program, known):
        program.set_costs(costs)
        found = program.solve(clock.left(), start=model.values_of(open_end.columns))
        if found.status != "optimal":
            return open_end
        open_end = replace(open_end, columns=_columns(model, found.values))
        hold = sparse.csr_array(costs[np.newaxis, :])
        program.add_rows(hold, np.array([-np.inf]), np.array([found.objective + HALF]))
    settled = first_by_id(
        program, model.values_of(open_end.columns), len(rows.problem.candidates), clock
    )
    return MixedFound(
        _columns(model, settled.values), known, known, settled.settled, settled.alternatives
    )


class _Model:
    """Columns: candidates, then one for each row of the cover."""

    def __init__(self, rows: CoverRows, amount: Amount) -> None:
        self.rows = rows
        self.amount = amount
        self.persons = rows.cover.weights // rows.step
        self.places = rows.cover.weights % rows.step
        self.candidates = len(rows.problem.candidates)
        self.columns = self.candidates + self.persons.size

    def program(self) -> Program:
        count, size = self.persons.size, self.columns
        spread = np.zeros(self.rows.cover.reach.shape[1], dtype=np.intp)
        spread[:] = self.rows.open
        reach = sparse.coo_array(self.rows.cover.reach)
        entries = np.concatenate([reach.data.astype(np.float64), -np.ones(count)])
        at = np.concatenate([reach.coords[0], np.arange(count)])
        column = np.concatenate([spread[reach.coords[1]], self.candidates + np.arange(count)])
        cover = sparse.csc_array((entries, (at, column)), shape=(count, size))
        matrix, lower, upper = choice_rows(self.rows.problem, self.amount, size)
        return Program(
            costs=np.concatenate([np.zeros(self.candidates), -self.persons.astype(np.float64)]),
            columns=_box(self.rows.problem, size),
            rows=np.array(
                [
                    np.concatenate([np.zeros(count), lower]),
                    np.concatenate([np.full(count, np.inf), upper]),
                ]
            ),
            matrix=sparse.csc_array(sparse.vstack([cover, matrix], format="csc")),
        )

    def whole(self) -> NDArray[np.bool_]:
        return np.arange(self.columns) < self.candidates

    def values_of(self, plan: tuple[int, ...]) -> NDArray[np.float64]:
        values = np.zeros(self.columns)
        values[list(plan)] = 1.0
        values[self.candidates :] = self.covered(plan)
        return values

    def covered(self, plan: tuple[int, ...]) -> NDArray[np.bool_]:
        inside = np.zeros(self.candidates, dtype=bool)
        inside[list(plan)] = True
        return self.rows.cover.covered(np.flatnonzero(inside[self.rows.open]))

    def weight_of(self, plan: tuple[int, ...]) -> int:
        return int(self.persons[self.covered(plan)].sum())

    def further(self, program: MixedProgram, persons: int) -> list[NDArray[np.float64]]:
        """Hold the persons, and give what else counts, in order, to be made small."""
        row = np.zeros((1, self.columns))
        row[0, self.candidates :] = self.persons
        least = np.array([persons - HALF])
        program.add_rows(sparse.csr_array(row), least, np.array([np.inf]))
        places = np.zeros(self.columns)
        places[self.candidates :] = -self.places.astype(np.float64)
        if self.amount.budget is None:
            return [places]
        sites = np.zeros(self.columns)
        sites[: self.candidates] = 1.0
        return [places, sites]


def _box(problem: Problem, columns: int) -> NDArray[np.float64]:
    """Give the bounds of the columns: required candidates are chosen."""
    box = np.array([np.zeros(columns), np.ones(columns)])
    box[0, problem.given] = 1.0
    return box


def _columns(model: _Model, values: NDArray[np.float64]) -> tuple[int, ...]:
    """Read the candidates chosen, and make sure that they keep to what was asked."""
    inside = values[: model.candidates] > HALF
    matrix, lower, upper = choice_rows(model.rows.problem, model.amount, model.candidates)
    value = matrix @ inside.astype(np.float64)
    if (value < lower).any() or (value > upper).any():
        message = "the solver's plan breaks a rule by more than rounding."
        raise SolverError(message)
    return tuple(np.flatnonzero(inside).tolist())


def _better(model: _Model, start: tuple[int, ...], found: Mixed) -> tuple[int, ...]:
    """Give the solver's plan unless the one before is better."""
    if not found.values.size:
        return start
    plan = _columns(model, found.values)
    return plan if model.weight_of(plan) >= model.weight_of(start) else start


def _bound(found: Mixed, top: int) -> int:
    """Give what no plan covers more than; the solver may stop before it has a bound of its own."""
    if not np.isfinite(found.bound):
        return top
    return min(top, int(np.floor(-found.bound + 1e-6 * max(1.0, abs(found.bound)))))


def _heard(progress: Callable[[float, int, int], None] | None, model: _Model) -> Progress | None:
    """Tell what the solver tells in whole persons, as more is better."""
    if progress is None:
        return None
    top = int(model.persons.sum())

    def heard(standing: Standing) -> None:
        objective = 0 if not np.isfinite(standing.objective) else round(-standing.objective)
        bound = top if not np.isfinite(standing.bound) else min(top, int(-standing.bound + 1e-6))
        progress(standing.seconds, objective, max(bound, objective))

    return heard
