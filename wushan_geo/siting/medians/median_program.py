"""The p-median's linear program by cutting planes: a column for the cost of each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.siting.medians.median_bound import Prices
from wushan_geo.siting.solver import LinearProgram, Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.medians.median_bound import Median
    from wushan_geo.siting.solver import Ending

MISSED = 1e-6  # mean costs by which a row's cost must be too low before a cut is added
FULL = 1 - 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """What the linear program answered; nothing but the status unless it is ``optimal``.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Relaxed("infeasible").status
    'infeasible'
    """

    status: Ending
    columns: NDArray[np.float64] | None = None
    """Value of each column of the model."""
    rows: NDArray[np.float64] | None = None
    """Cost of each row, perhaps too low."""
    prices: Prices | None = None
    """Prices of rows and rules."""


class CutProgram:
    """Columns of a median model and a cost for each row, held up by cuts.

    With ``t_i`` the cost of row `i`, every level ``l`` among its costs gives a cut

        t_i >= l - sum_{j: c_ij < l} (l - c_ij) x_j,

    and all of them together are as strong as the usual program with a column for each pair
    (Cornuejols, Nemhauser & Wolsey 1980). The most violated one of each row is found by going
    through its columns in order until they add up to 1 (Duran-Mateluna, Ales & Elloumi 2023).

    Parameters
    ----------
    model
        What is asked.
    start
        Prices near which the first cuts are laid.

    Raises
    ------
    SolverError
        If the solver does not take the program.

    Examples
    --------
    See ``tests/test_siting_median.py``.
    """

    def __init__(self, model: Median, start: Prices) -> None:
        self._model = model
        rows, columns = model.costs.shape
        finite = np.isfinite(model.costs)
        worst = np.where(finite, model.costs, 0.0).max(axis=1, initial=0.0)
        self._open = np.flatnonzero(~finite.all(axis=1))
        self._costs = np.where(finite, model.costs, worst[:, np.newaxis])
        self._order = np.argsort(self._costs, axis=1, kind="stable")
        self._ranked = np.take_along_axis(self._costs, self._order, axis=1)
        self._scale = max(float(self._costs.mean()), 1e-300) if rows else 1.0
        covers = sparse.csr_array(finite[self._open].astype(np.float64))
        self._first = 1 + model.most.size + self._open.size
        one = sparse.csr_array(np.ones((1, columns)))
        known = sparse.vstack([one, model.rules, covers], format="csr")
        blank = sparse.csr_array((self._first, rows))
        count = float(model.count)
        low = np.concatenate([[count], np.full(model.most.size, -np.inf), np.ones(self._open.size)])
        high = np.concatenate([[count], model.most, np.full(self._open.size, np.inf)])
        least = self._ranked[:, 0] / self._scale
        self._program = LinearProgram(
            Program(
                costs=np.concatenate([np.zeros(columns), np.ones(rows)]),
                columns=np.array(
                    [
                        np.concatenate([np.zeros(columns), least]),
                        np.concatenate([np.ones(columns), np.full(rows, np.inf)]),
                    ]
                ),
                rows=np.array([low, high]),
                matrix=sparse.csc_array(sparse.hstack([known, blank], format="csc")),
            )
        )
        self._row = np.empty(0, dtype=np.intp)
        self._level = np.empty(0)
        at = (self._ranked < start.rows[:, np.newaxis]).sum(axis=1)
        for step in (0, -1):
            place = np.clip(at + step, 0, columns - 1)
            self._cut(np.arange(rows), self._ranked[np.arange(rows), place])

    def solve(self, state: NDArray[np.int8], seconds: float | None) -> Relaxed:
        """Solve the program with the cuts that there are.

        Parameters
        ----------
        state
            Columns that are in (1), free (0) or out (-1).
        seconds
            Time limit, or None.

        Returns
        -------
        Relaxed
            Values and prices.

        Raises
        ------
        SolverError
            If the solver fails.
        """
        self._program.set_columns((state == 1).astype(np.float64), (state >= 0).astype(np.float64))
        solved = self._program.solve(seconds)
        if solved.status != "optimal":
            return Relaxed(solved.status)
        columns = state.size
        return Relaxed(
            "optimal",
            solved.primal[:columns],
            solved.primal[columns:] * self._scale,
            self._prices(solved.row_dual),
        )

    def deepened(self, found: Relaxed) -> int:
        """Add the most violated cut of each row.

        Parameters
        ----------
        found
            The answer so far.

        Returns
        -------
        int
            Number of cuts added; 0 if the costs of all rows are right.

        Raises
        ------
        SolverError
            If the solver does not take them.
        """
        if found.columns is None or found.rows is None:
            return 0
        share = np.maximum(found.columns, 0.0)[self._order]
        summed = np.cumsum(share, axis=1)
        last = summed.shape[1] - 1
        place = np.minimum((summed < FULL).sum(axis=1), last)
        every = np.arange(place.size)
        level = self._ranked[every, place]
        below = np.where(np.arange(last + 1) < place[:, np.newaxis], share, 0.0)
        cost = level - ((level[:, np.newaxis] - self._ranked) * below).sum(axis=1)
        missed = np.flatnonzero(cost - found.rows > MISSED * self._scale)
        self._cut(missed, level[missed])
        return int(missed.size)

    def _cut(self, rows: NDArray[np.intp], levels: NDArray[np.float64]) -> None:
        """Add cuts."""
        if not rows.size:
            return
        count = self._costs.shape[0]
        below = np.maximum(levels[:, np.newaxis] - self._costs[rows], 0.0) / self._scale
        entries: Any = (np.ones(rows.size), (np.arange(rows.size), rows))
        own = sparse.csr_array(entries, shape=(rows.size, count))
        matrix = sparse.csr_array(sparse.hstack([sparse.csr_array(below), own], format="csr"))
        lower = levels / self._scale
        self._program.add_rows(matrix, lower, np.full(rows.size, np.inf))
        self._row = np.concatenate([self._row, rows])
        self._level = np.concatenate([self._level, levels])

    def _prices(self, dual: NDArray[np.float64]) -> Prices:
        """Turn the prices of cuts into prices of rows: each the mean of its levels."""
        rows = self._costs.shape[0]
        weight = np.maximum(dual[self._first :], 0.0)
        rest = np.maximum(1.0 - np.bincount(self._row, weight, minlength=rows), 0.0)
        price = rest * self._ranked[:, 0]
        price += np.bincount(self._row, weight * self._level, minlength=rows)
        rules = self._first - self._open.size
        price[self._open] += np.maximum(dual[rules : self._first], 0.0) * self._scale
        return Prices(price, np.maximum(-dual[1:rules], 0.0) * self._scale)
