"""The exact search behind set covering: whole-number bounds, and the first of equally good plans.

    min sum_j w_j x_j   with   sum_{j in N_i} x_j >= need_i  for every row i,
                               sum_{j in B_k} x_j <= most_k  for every bar k,   x_j in {0, 1}

For any prices ``u_i >= 0`` of rows and ``v_k >= 0`` of bars no plan weighs less than

    L(u, v) = sum_i need_i u_i - sum_k most_k v_k + sum_j min(0, r_j),
    r_j = w_j - sum_{i: j in N_i} u_i + sum_{k: j in B_k} v_k

(Lagrangian relaxation; Beasley 1987, Caprara, Fischetti and Toth 1999). The linear program suggests
the prices, from as many rows as are needed; the bound is then worked out in whole numbers, so that
the proof does not rest on the solver's tolerances. A column whose exchange would push the bound
above what is looked for is settled (reduced costs). What remains is split on one column at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from wushan_geo.siting.reductions import parts_of, reduced
from wushan_geo.siting.solver import LinearProgram, Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.reductions import Covering
    from wushan_geo.siting.ties import Clock

IN, FREE, OUT = 1, 0, -1
BITS = 50  # bits that a sum of prices may take, so that it stays exact as a float
FRACTION = 24  # bits of a price behind the point, as far as there is room
FIRST_ROWS = 400  # rows that the linear program starts with
MORE_ROWS = 100  # rows that it takes at once where some are not covered
SLACK = 1e-6  # how far a row may be from its need before the linear program takes it up
HALF = 0.5


class Late(Exception):  # noqa: N818 -- a signal of the clock, caught in this room
    """The time is over."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a search says.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Outcome(None, 3, proven=True).plan is None
    True
    """

    plan: NDArray[np.bool_] | None
    """Which columns are chosen; None where no plan was found."""
    bound: int
    """No plan weighs less."""
    proven: bool
    """Whether the search came to its end."""
    alternatives: bool | None = None
    """Whether another plan weighs the same; None where that was not asked or not settled."""


@dataclass(slots=True, eq=False)
class _Node:
    """A part of all plans."""

    state: NDArray[np.int8]
    bound: int
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))


class CoverProof:
    """Exact search over one covering problem; its linear program is kept and solved again.

    Parameters
    ----------
    whole
        The problem; at least one row.
    clock
        Time that remains.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_reductions.py``.
    """

    def __init__(self, whole: Covering, clock: Clock) -> None:
        self._whole = whole
        self._clock = clock
        rows, columns = whole.table.shape
        self._rows_of = whole.table.T.astype(np.float64)
        self._table = whole.table.astype(np.float64)
        self._bars = whole.bars.astype(np.float64)
        self._scale = float(max(1, int(whole.weights.max(initial=1))))
        total = int(whole.weights.sum()) + int(self._scale) * int(whole.need.sum())
        self._shift = max(0, min(FRACTION, BITS - total.bit_length()))
        self._program: LinearProgram | None = None
        self._active = np.empty(0, dtype=np.intp)
        self._first_rows = min(rows, FIRST_ROWS)
        self.nodes = 0
        """Parts looked at so far."""
        self._columns = columns

    # -- plans ------------------------------------------------------------------------------

    def weight(self, plan: NDArray[np.bool_]) -> int:
        """Add up the weight of a plan.

        Parameters
        ----------
        plan
            Which columns are chosen.

        Returns
        -------
        int
            Their weight.

        Raises
        ------
        IndexError
            If there is not one value for each column.
        """
        return int(self._whole.weights[plan].sum())

    def built(
        self, state: NDArray[np.int8], values: NDArray[np.float64]
    ) -> NDArray[np.bool_] | None:
        """Build a plan: columns that are in, those of high value, then what covers most for its weight.

        Parameters
        ----------
        state
            What is settled.
        values
            How much each column is liked, from 0 to 1.

        Returns
        -------
        numpy.ndarray or None
            Which columns are chosen, none of them needless; None where the way leads to no plan.

        Raises
        ------
        IndexError
            If the shapes do not fit.
        """
        whole = self._whole
        plan = state == IN
        lack = whole.need - self._table[:, plan].sum(axis=1)
        room = np.asarray(whole.most) - self._bars[:, plan].sum(axis=1)
        weights = np.maximum(whole.weights, 1e-9 * self._scale)
        allowed = state == FREE
        while (lack > 0).any():
            open_now = allowed & ~plan
            if self._bars.size:
                open_now &= ~whole.bars[room <= 0].any(axis=0)
            gain = np.where(open_now, self._rows_of @ (lack > 0), 0.0)
            if not gain.any():
                return None
            best = int((gain * (values + 0.05) / weights).argmax())
            plan[best] = True
            lack = lack - self._table[:, best]
            room = room - self._bars[:, best]
        return self._lean(plan, state)

    def _lean(self, plan: NDArray[np.bool_], state: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Leave out columns that the others make needless, heavy ones first."""
        whole = self._whole
        spare = self._table[:, plan].sum(axis=1) - whole.need
        loose = np.flatnonzero(plan & (state != IN))
        order = np.lexsort((-loose, self._rows_of[loose].sum(axis=1), -whole.weights[loose]))
        for one in loose[order].tolist():
            if (spare[whole.table[:, one]] >= 1).all():
                plan[one] = False
                spare = spare - self._table[:, one]
        return plan

    # -- bounds -----------------------------------------------------------------------------

    def _relaxed(self, state: NDArray[np.int8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Solve the linear program of a part; give values and prices, or raise `Late`.

        Empty values say that the part has no plan.
        """
        if self._program is None:
            self._start()
        program = self._program
        assert program is not None
        program.set_columns((state == IN).astype(np.float64), (state != OUT).astype(np.float64))
        while True:
            solved = program.solve(self._clock.left())
            if solved.status == "time_limit":
                raise Late
            if solved.status == "infeasible":
                return np.empty(0), np.empty(0)
            lack = self._whole.need - self._table @ solved.primal
            lack[self._active] = 0.0
            missed = np.flatnonzero(lack > SLACK)
            if not missed.size:
                return solved.primal, solved.row_dual
            worst = np.sort(missed[np.argsort(-lack[missed], kind="stable")[:MORE_ROWS]])
            self._add(worst)

    def _start(self) -> None:
        """Build the linear program over the rows with fewest columns and all bars."""
        whole = self._whole
        order = np.argsort(whole.table.sum(axis=1) / whole.need, kind="stable")
        self._active = np.sort(order[: self._first_rows])
        bars, rows = self._bars.shape[0], self._active.size
        matrix = np.concatenate([self._bars, self._table[self._active]])
        low = np.concatenate([np.full(bars, -np.inf), whole.need[self._active]])
        high = np.concatenate([whole.most, np.full(rows, np.inf)])
        self._program = LinearProgram(
            Program(
                costs=whole.weights / self._scale,
                columns=np.array([np.zeros(self._columns), np.ones(self._columns)]),
                rows=np.array([low, high], dtype=np.float64),
                matrix=sparse.csc_array(matrix),
            )
        )

    def _add(self, rows: NDArray[np.intp]) -> None:
        """Take up rows in the linear program."""
        assert self._program is not None
        self._program.add_rows(
            sparse.csr_array(self._table[rows]),
            self._whole.need[rows].astype(np.float64),
            np.full(rows.size, np.inf),
        )
        self._active = np.concatenate([self._active, rows])

    def _settle(self, node: _Node, prices: NDArray[np.float64], cutoff: int) -> None:
        """Work the bound out in whole numbers and settle columns by it."""
        whole, one = self._whole, float(1 << self._shift)
        bars = self._bars.shape[0]
        top = 2.0 ** (BITS - 2)
        rows = np.zeros(whole.table.shape[0])
        rows[self._active] = np.rint(np.clip(prices[bars:] * self._scale, 0.0, None) * one)
        held = np.rint(np.clip(-prices[:bars] * self._scale, 0.0, None) * one)
        if rows.sum() + held.sum() > top:  # prices of no use; the bound stays what it was
            return
        rest = whole.weights * one - self._rows_of @ rows + held @ self._bars
        state = node.state
        free = state == FREE
        fixed = float(whole.need @ rows - np.asarray(whole.most) @ held + rest[state == IN].sum())
        low = fixed + float(np.minimum(rest[free], 0.0).sum())
        node.bound = max(node.bound, int(np.ceil(low / one)))
        if node.bound > cutoff:
            return
        swapped = np.ceil((low + np.abs(rest)) / one) > cutoff
        state[free & swapped & (rest > 0)] = OUT
        state[free & swapped & (rest < 0)] = IN

    def _forced(self, state: NDArray[np.int8]) -> bool:
        """Settle what rows and bars force; say whether a plan may remain."""
        whole = self._whole
        while True:
            inside, free = state == IN, state == FREE
            lack = whole.need - self._table @ inside
            spare = self._table @ free - lack
            if (spare < 0).any():
                return False
            room = np.asarray(whole.most) - self._bars @ inside
            if (room < 0).any():
                return False
            must = whole.table[(spare == 0) & (lack > 0)].any(axis=0) & free
            shut = whole.bars[room == 0].any(axis=0) & free
            if not must.any() and not shut.any():
                return True
            state[shut] = OUT
            state[must & ~shut] = IN
            if (must & shut).any():
                return False

    # -- the search -------------------------------------------------------------------------

    def root(self, cutoff: int) -> tuple[NDArray[np.int8], int, NDArray[np.float64]]:
        """Settle what the first bound settles among plans that weigh no more than `cutoff`.

        Parameters
        ----------
        cutoff
            Largest weight that is of interest.

        Returns
        -------
        tuple
            State of each column, the bound, and the values of the linear program (empty where
            there is no plan).

        Raises
        ------
        Late
            If the time is over.
        """
        node = _Node(np.zeros(self._columns, dtype=np.int8), 0)
        if not self._forced(node.state):
            return node.state, cutoff + 1, node.values
        self._bounded(node, cutoff)
        return node.state, node.bound, node.values

    def _bounded(self, node: _Node, cutoff: int) -> bool:
        """Bound a part; say whether it may hold a plan."""
        node.bound = max(node.bound, int(self._whole.weights[node.state == IN].sum()))
        if node.bound > cutoff:
            return False
        values, prices = self._relaxed(node.state)
        if not values.size:
            node.bound = cutoff + 1
            return False
        node.values = values
        self._settle(node, prices, cutoff)
        return node.bound <= cutoff

    def within(
        self, state: NDArray[np.int8], cutoff: int, *, first: bool
    ) -> tuple[NDArray[np.bool_] | None, int]:
        """Look for a plan of no more than some weight among those of a part.

        Parameters
        ----------
        state
            What is settled.
        cutoff
            Largest weight that is of interest.
        first
            Whether the first such plan is enough; otherwise the best is looked for.

        Returns
        -------
        tuple
            The plan, or None, and the bound on plans of this part: above `cutoff` where there is
            none. It holds too if the clock stops the search.

        Raises
        ------
        Late
            If the time is over; what was found so far stands in `found` and `left`.
        """
        self.found: NDArray[np.bool_] | None = None
        self.left = 0
        stack = [_Node(state.copy(), 0)]
        try:
            while stack:
                node = stack.pop()
                self.nodes += 1
                cutoff = self._look(node, cutoff, stack)
                if first and self.found is not None:
                    return self.found, 0
        except Late:
            self.left = min([cutoff + 1, node.bound, *(one.bound for one in stack)])
            raise
        return self.found, cutoff + 1

    def _look(self, node: _Node, cutoff: int, stack: list[_Node]) -> int:
        """Look at a part; give the largest weight that is of interest from now on."""
        if self._clock.over():
            raise Late
        if node.bound > cutoff or not self._forced(node.state):
            return cutoff
        if not self._bounded(node, cutoff):
            return cutoff
        if not self._forced(node.state):
            return cutoff
        plan = self.built(node.state, np.clip(node.values, 0.0, 1.0))
        if plan is not None and self.weight(plan) <= cutoff and self._whole.keeps(plan):
            self.found, cutoff = plan, self.weight(plan) - 1
            if node.bound > cutoff:
                return cutoff
        free = np.flatnonzero(node.state == FREE)
        if not free.size:
            plan = node.state == IN
            if self.weight(plan) <= cutoff and self._whole.keeps(plan):
                self.found, cutoff = plan, self.weight(plan) - 1
            return cutoff
        doubt = np.abs(node.values[free] - np.rint(node.values[free])).round(6)
        size = self._rows_of[free].sum(axis=1)
        column = int(free[np.lexsort((-size, -doubt))[0]])
        for value in (OUT, IN):  # the last is looked at first
            child = node.state.copy()
            child[column] = value
            stack.append(_Node(child, node.bound))
        return cutoff
