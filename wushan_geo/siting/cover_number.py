"""How few sites cover all rows, or whether so many do: the question that other models ask.

    min sum_j x_j   with   sum_{j in N_i} x_j >= 1 for every row i,   the rules,   x_j in {0, 1}

(Toregas et al. 1971), on arrays and without ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from wushan_geo.siting.solver import MixedProgram, Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.rules import RuleRows
    from wushan_geo.siting.ties import Clock


@dataclass(frozen=True, slots=True, eq=False)
class CoverNumber:
    """What is known about the fewest columns that cover all rows.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> CoverNumber(np.array([0]), 1, proven=True).least
    1
    """

    columns: NDArray[np.intp]
    """A plan that covers all rows and keeps to the rules, ascending, given columns among them;
    empty where none was found (or none is needed: then `least` is 0)."""
    least: int
    """No plan has fewer columns; one more than there are columns where no plan exists at all."""
    proven: bool
    """Whether the question is answered: the plan has at most so many columns, or `least` is above
    that number; without such a number, whether the plan has the fewest."""


def cover_number(
    near: NDArray[np.bool_],
    rules: RuleRows,
    given: NDArray[np.intp],
    at_most: int | None,
    clock: Clock,
) -> CoverNumber:
    """Find the fewest columns that cover all rows, or whether so many are enough.

    Parameters
    ----------
    near
        Rows x columns: which column covers which row.
    rules
        Rules over the columns.
    given
        Columns that must be in the plan; they count.
    at_most
        Stop as soon as it is known whether a plan of at most so many columns exists; None asks for
        the fewest.
    clock
        Time that remains.

    Returns
    -------
    CoverNumber
        The plan and the bound.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.rules import rule_rows
    >>> from wushan_geo.siting.ties import Clock
    >>> near = np.array([[True, True, False], [False, True, True]])
    >>> none = rule_rows(None, candidates=("G", "H", "J"), existing=())
    >>> cover_number(near, none, np.array([], dtype=np.intp), None, Clock(None)).columns.tolist()
    [1]
    """
    count = near.shape[1]
    nothing = np.empty(0, dtype=np.intp)
    left = ~near[:, given].any(axis=1)
    rows = near[left]
    if not rows.any(axis=1).all():
        return CoverNumber(nothing, count + 1, proven=True)
    lower = np.zeros(count)
    lower[given] = 1.0
    program = Program(
        costs=np.ones(count),
        columns=np.array([lower, np.ones(count)]),
        rows=np.array(
            [
                np.concatenate([np.ones(rows.shape[0]), rules.lower]),
                np.concatenate([np.full(rows.shape[0], np.inf), rules.upper]),
            ]
        ),
        matrix=sparse.csc_array(
            sparse.vstack([sparse.csr_array(rows.astype(np.float64)), rules.matrix], format="csc")
        ),
    )
    found = MixedProgram(program, np.ones(count, dtype=bool)).solve(clock.left())
    if found.status == "infeasible":
        return CoverNumber(nothing, count + 1, proven=True)
    columns = np.flatnonzero(found.values > 0.5)  # noqa: PLR2004 -- the columns are 0 or 1
    least = max(len(given), int(np.ceil(found.bound - 1e-6))) if np.isfinite(found.bound) else 0
    proven = found.status == "optimal"
    if at_most is not None:
        proven = proven or least > at_most or (columns.size > 0 and columns.size <= at_most)
    return CoverNumber(columns, least, proven)
