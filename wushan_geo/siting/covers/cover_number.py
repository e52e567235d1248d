"""How few sites cover all rows, or whether so many do: the question that other models ask.

    min sum_j x_j   with   sum_{j in N_i} x_j >= 1 for every row i,   the rules,   x_j in {0, 1}

(Toregas et al. 1971), on arrays and without ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.siting.covers.cover_search import least
from wushan_geo.siting.covers.reductions import covering_of

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
    count, fixed = near.shape[1], int(given.size)
    nothing = np.empty(0, dtype=np.intp)
    need, ones = np.ones(near.shape[0], dtype=np.int64), np.ones(count, dtype=np.int64)
    left = covering_of(near, need, ones, rules, given)
    if not left.possible:
        return CoverNumber(nothing, count + 1, proven=True)
    found = least(left.covering, clock, None if at_most is None else at_most - fixed)
    if found.plan is None:
        none = found.proven and found.bound > left.columns.size
        bound = count + 1 if none else found.bound + fixed
        return CoverNumber(nothing, bound, found.proven)
    columns = np.sort(np.concatenate([given, left.columns[found.plan]]))
    return CoverNumber(columns, found.bound + fixed, found.proven)
