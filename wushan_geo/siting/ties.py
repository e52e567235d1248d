"""Equally good plans: which one is given, and whether there is another."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.solver import MixedProgram

BLOCK = 16  # candidates settled at once: their weights, powers of two, stay exact in the solver
BY_ID = "of equally good plans the one whose first differing site has the smaller id"


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """The first of all equally good plans.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Settled(np.array([1.0]), alternatives=False, settled=True).alternatives
    False
    """

    values: NDArray[np.float64]
    """Value of each column of the program."""
    alternatives: bool | None
    """Whether another plan is as good; None if the clock stopped the search for it."""
    settled: bool
    """Whether the plan is the first of all; False if the clock stopped the search for it."""


class Clock:
    """Seconds that remain of a time limit; None where there is none.

    Parameters
    ----------
    seconds
        Time limit, at least 0, or None.

    Raises
    ------
    TypeError
        If `seconds` is no number.

    Examples
    --------
    >>> Clock(None).left() is None, Clock(0.0).over()
    (True, True)
    """

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Give the seconds that remain, at least 0; None for no limit."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def over(self) -> bool:
        """Say whether the time is used up."""
        return self._end is not None and time.monotonic() >= self._end


def first_by_id(
    program: MixedProgram,
    values: NDArray[np.float64],
    candidates: int,
    clock: Clock,
    guide: NDArray[np.float64] | None = None,
) -> Settled:
    """Find the first of equally good plans, and say whether there is more than one.

    Plans are compared site by site in the order of the ids: the plan that has the first site in
    which two plans differ comes first. With plans of one size this is the order of their sorted
    ids. First one asks whether any other plan is as good; only then the order is worked out, some
    sites at a time, with powers of two as their worth.

    Parameters
    ----------
    program
        A program whose first columns are the candidates (0 or 1), and whose rows already hold
        the objective at its best value, so that all it allows are best plans. Its costs and rows
        are changed.
    values
        Values of one best plan.
    candidates
        Number of candidates.
    clock
        Time that remains.
    guide
        Costs by which another plan is looked for, such as those of the objective: what they bound
        need not be searched. None looks for one without.

    Returns
    -------
    Settled
        Values of the first plan.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_ties.py``.
    """
    if not candidates:  # the solver takes no program without columns
        return Settled(values, alternatives=False, settled=True)
    if clock.over():
        return Settled(values, alternatives=None, settled=False)
    count = values.size
    program.set_costs(np.zeros(count) if guide is None else guide)
    differs, least = excluding(values[:candidates], count)
    row = program.add_rows(differs, np.array([least]), np.array([np.inf]))
    other = program.solve(clock.left(), enough=True)
    program.set_row(row, -np.inf, np.inf)
    if other.status == "infeasible":
        return Settled(values, alternatives=False, settled=True)
    if not other.values.size:
        return Settled(values, alternatives=None, settled=False)
    best = values
    for start in range(0, candidates, BLOCK):
        block = np.arange(start, min(start + BLOCK, candidates))
        costs = np.zeros(count)
        costs[block] = -(2.0 ** np.arange(block.size - 1, -1, -1))
        program.set_costs(costs)
        found = program.solve(clock.left(), start=best)
        if found.status != "optimal":
            return Settled(best, alternatives=True, settled=False)
        best = found.values
        fixed = best[: start + block.size]
        program.set_columns(fixed, fixed)
    return Settled(best, alternatives=True, settled=True)


def excluding(plan: NDArray[np.float64], columns: int) -> tuple[sparse.csr_array, float]:
    """Write the row that every plan but one keeps: it differs in at least one candidate.

    Parameters
    ----------
    plan
        Values (0 or 1) of the candidates, the first columns.
    columns
        Number of all columns.

    Returns
    -------
    tuple
        One row of coefficients, and its lower bound.

    Raises
    ------
    ValueError
        If there are fewer columns than candidates.

    Examples
    --------
    >>> row, least = excluding(np.array([1.0, 0.0]), 3)
    >>> row.toarray().tolist(), least
    ([[-1.0, 1.0, 0.0]], 0.0)
    """
    inside = plan > 0.5  # noqa: PLR2004 -- the columns are 0 or 1
    row = np.zeros((1, columns))
    row[0, : plan.size] = np.where(inside, -1.0, 1.0)
    return sparse.csr_array(row), 1.0 - float(inside.sum())
