"""The exact search behind set covering: whole-number bounds, and the first of equally good plans.

    min sum_j w_j x_j   with   sum_{j in N_i} x_j >= need_i  for every row i,
                               sum_j b_kj x_j <= most_k  for every bar k,   x_j in {0, 1}

For any prices ``u_i >= 0`` of rows and ``v_k >= 0`` of bars no plan weighs less than

    L(u, v) = sum_i need_i u_i - sum_k most_k v_k + sum_j min(0, r_j),
    r_j = w_j - sum_{i: j in N_i} u_i + sum_k b_kj v_k

(Lagrangian relaxation; Beasley 1987, Caprara, Fischetti and Toth 1999). The linear program suggests
the prices, from as many rows as are needed; the bound is then worked out in whole numbers, so that
the proof does not rest on the solver's tolerances. A column whose exchange would push the bound
above what is looked for is settled (reduced costs). What remains is split on one column at a time.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.siting.covers.reductions import parts_of, reduced
from wushan_geo.siting.solver import TELL, LinearProgram, Program

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.siting.covers.reductions import Covering, Reduced
    from wushan_geo.siting.ties import Clock

    Tell = Callable[[int | None, int], None]

IN, FREE, OUT = 1, 0, -1
BITS = 48  # bits that the sum of all weights takes with its fractions
EXACT = 2.0**52  # sums up to which floats are exact whole numbers
FRACTION = 36  # bits of a price behind the point, as far as there is room
COARSER = 4  # bits behind the point given up at once where sums would not be exact
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
        self._table = sparse.csr_array(whole.table.astype(np.float64))
        self._rows_of = sparse.csr_array(self._table.T)
        self._size = whole.table.sum(axis=0)
        self._bars = whole.bars.astype(np.float64)
        self._scale = float(max(1, int(whole.weights.max(initial=1))))
        self._shift = max(0, min(FRACTION, BITS - int(whole.weights.sum()).bit_length()))
        self._program: LinearProgram | None = None
        self._active = np.empty(0, dtype=np.intp)
        self._first_rows = min(rows, FIRST_ROWS)
        self.nodes = 0
        """Parts looked at so far."""
        self.found: NDArray[np.bool_] | None = None
        """Best plan of the last search, also where the clock stopped it."""
        self.left = 0
        """Bound of the last search, if the clock stopped it."""
        self.listener: Tell | None = None
        """Told from time to time the weight of the best plan found (None: none) and the bound."""
        self._told = 0.0
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
        """Build a plan: columns that are in, then what is liked and covers most for its weight.

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
        lack = whole.need - self._table @ plan
        room = np.asarray(whole.most) - self._bars @ plan
        weights = np.maximum(whole.weights, 1e-9 * self._scale)
        allowed = state == FREE
        all_gains, left = self._rows_of @ (lack > 0), int((lack > 0).sum())
        while left:
            open_now = allowed & ~plan
            if self._bars.size:
                open_now &= ~(whole.bars > room[:, np.newaxis]).any(axis=0)
            gain = np.where(open_now, all_gains, 0.0)
            if not gain.any():
                return None
            best = int((gain * (values + 0.05) / weights).argmax())
            plan[best] = True
            rows = self._covered_by(best)
            lack[rows] -= 1.0
            full = rows[lack[rows] == 0]
            all_gains -= whole.table[full].sum(axis=0)
            left -= full.size
            room = room - self._bars[:, best]
        return self._lean(plan, state)

    def _covered_by(self, column: int) -> NDArray[Any]:
        """Give the rows of a column."""
        rows: NDArray[Any] = self._rows_of.indices[
            self._rows_of.indptr[column] : self._rows_of.indptr[column + 1]
        ]
        return rows

    def _lean(self, plan: NDArray[np.bool_], state: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Leave out columns that the others make needless, heavy ones first."""
        whole = self._whole
        spare = self._table @ plan - whole.need
        loose = np.flatnonzero(plan & (state != IN))
        order = np.lexsort((-loose, self._size[loose], -whole.weights[loose]))
        for one in loose[order].tolist():
            rows = self._covered_by(one)
            if (spare[rows] >= 1).all():
                plan[one] = False
                spare[rows] -= 1.0
        return plan

    def keeps(self, plan: NDArray[np.bool_]) -> bool:
        """Say whether a choice of columns is a plan.

        Parameters
        ----------
        plan
            Which columns are chosen.

        Returns
        -------
        bool
            Whether it covers all rows and keeps to the bars.

        Raises
        ------
        IndexError
            If there is not one value for each column.
        """
        return self._whole.keeps(plan)

    def exchange(
        self, plan: NDArray[np.bool_], state: NDArray[np.int8], *, earlier: bool
    ) -> NDArray[np.bool_] | None:
        """Exchange one column of a plan for another of the same weight.

        Parameters
        ----------
        plan
            A plan.
        state
            What is settled, and stays.
        earlier
            Whether the new column must come before the old one; of such the first is taken.

        Returns
        -------
        numpy.ndarray or None
            The other plan; None where there is none.

        Raises
        ------
        IndexError
            If the shapes do not fit.
        """
        whole = self._whole
        spare = self._table @ plan - whole.need
        best, pair = plan.size, (-1, -1)
        for old in np.flatnonzero(plan & (state == FREE)).tolist():
            bare = whole.table[:, old] & (spare <= 0)
            new = whole.table[bare].all(axis=0) & ~plan & (state == FREE)
            new &= whole.weights == whole.weights[old]
            for one in np.flatnonzero(new[: min(old, best) if earlier else best]).tolist():
                if not self._bars.size or self._allowed(plan, old, one):
                    best, pair = one, (old, one)
                    break
            if pair[0] >= 0 and not earlier:
                break
        if pair[0] < 0:
            return None
        other = plan.copy()
        other[list(pair)] = False, True
        return other

    def _allowed(self, plan: NDArray[np.bool_], old: int, new: int) -> bool:
        """Say whether the bars allow an exchange."""
        other = plan.copy()
        other[[old, new]] = False, True
        return self.keeps(other)

    # -- bounds -----------------------------------------------------------------------------

    def _relaxed(self, state: NDArray[np.int8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Solve the linear program of a part; give values and prices, or raise `Late`.

        Empty values say that the part has no plan.
        """
        program = self._ready()
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

    def _ready(self) -> LinearProgram:
        """Build the linear program over the rows with fewest columns and all bars, once."""
        if self._program is not None:
            return self._program
        whole = self._whole
        order = np.argsort(whole.table.sum(axis=1) / whole.need, kind="stable")
        self._active = np.sort(order[: self._first_rows])
        bars, rows = self._bars.shape[0], self._active.size
        matrix = np.concatenate([self._bars, whole.table[self._active]])
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
        return self._program

    def _add(self, rows: NDArray[np.intp]) -> None:
        """Take up rows in the linear program."""
        self._ready().add_rows(
            self._table[rows],
            self._whole.need[rows].astype(np.float64),
            np.full(rows.size, np.inf),
        )
        self._active = np.concatenate([self._active, rows])

    def _settle(self, node: _Node, prices: NDArray[np.float64], cutoff: int) -> None:
        """Work the bound out in whole numbers and settle columns by it."""
        made = self._made_whole(prices)
        if made is None:  # prices of no use: no bound from them
            return
        one, base, rest = made
        state = node.state
        free = state == FREE
        fixed = base + float(rest[state == IN].sum())
        low = fixed + float(np.minimum(rest[free], 0.0).sum())
        node.bound = max(node.bound, int(self._attained(low / one)))
        if node.bound > cutoff:
            return
        swapped = self._attained((low + np.abs(rest)) / one) > cutoff
        state[free & swapped & (rest > 0)] = OUT
        state[free & swapped & (rest < 0)] = IN

    def _made_whole(
        self, prices: NDArray[np.float64]
    ) -> tuple[float, float, NDArray[np.float64]] | None:
        """Give one, what rows and bars cost and what is left of each column, in fractions of one.

        The fractions are as fine as leaves all sums exact: prices of bars may be far above weights.
        """
        whole, bars = self._whole, self._bars.shape[0]
        for shift in range(self._shift, -1, -COARSER):
            one = float(1 << shift)
            rows = np.zeros(whole.table.shape[0])
            rows[self._active] = np.rint(np.clip(prices[bars:] * self._scale, 0.0, None) * one)
            held = np.rint(np.clip(-prices[:bars] * self._scale, 0.0, None) * one)
            taken = held @ self._bars
            rest = whole.weights * one - self._rows_of @ rows + taken
            gain, room = whole.need @ rows, np.asarray(whole.most) @ held
            if gain + room + np.abs(rest).sum() + taken.sum() < EXACT:
                return one, float(gain - room), rest
        return None

    def _attained(self, low: Any) -> Any:
        """Round bounds up to the next weight that a plan can have."""
        whole = np.ceil(low)
        if self._whole.unit == 1:
            return whole
        cost, sites = np.divmod(whole, self._whole.unit)
        return np.where(sites > self._columns, (cost + 1) * self._whole.unit, whole)

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
            shut = (whole.bars > room[:, np.newaxis]).any(axis=0) & free
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

    def tighten(self, state: NDArray[np.int8], cutoff: int) -> None:
        """Settle what the bound settles about plans of no more than some weight.

        Parameters
        ----------
        state
            What is settled; more is settled in place.
        cutoff
            Largest weight that is of interest; there is such a plan.

        Raises
        ------
        Late
            If the time is over.
        """
        node = _Node(state, 0)
        if self._forced(state):
            self._bounded(node, cutoff)
            self._forced(state)

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
        self.found, self.left = None, 0
        stack = [_Node(state.copy(), 0)]
        try:
            while stack:
                node = stack.pop()
                self.nodes += 1
                cutoff = self._look(node, cutoff, stack)
                if first and self._has_found():
                    return self.found, 0
        except Late:
            self.left = min([cutoff + 1, node.bound, *(one.bound for one in stack)])
            raise
        return self.found, cutoff + 1

    def _has_found(self) -> bool:
        """Say whether a plan was found."""
        return self.found is not None

    def _tell(self, cutoff: int, parts: list[_Node]) -> None:
        """Tell how the search stands, if somebody listens and it is time."""
        if self.listener is not None and time.monotonic() - self._told >= TELL:
            self._told = time.monotonic()
            weight = None if self.found is None else self.weight(self.found)
            self.listener(weight, min(cutoff + 1, *(one.bound for one in parts)))

    def _look(self, node: _Node, cutoff: int, stack: list[_Node]) -> int:
        """Look at a part; give the largest weight that is of interest from now on."""
        if self._clock.over():
            raise Late
        self._tell(cutoff, [node, *stack])
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
        column = int(free[np.lexsort((-self._size[free], -doubt))[0]])
        for value in (OUT, IN):  # the last is looked at first
            child = node.state.copy()
            child[column] = value
            stack.append(_Node(child, node.bound))
        return cutoff


# -- whole problems ---------------------------------------------------------------------------


def least(
    whole: Covering,
    clock: Clock,
    at_most: int | None = None,
    *,
    tell: Tell | None = None,
    start: NDArray[np.bool_] | None = None,
) -> Outcome:
    """Find a plan of least weight, or say whether one of some weight exists.

    Parameters
    ----------
    whole
        The problem.
    clock
        Time that remains.
    at_most
        Stop as soon as it is known whether a plan of at most this weight exists; None asks for the
        least weight.
    tell
        Told from time to time the weight of the best plan (None: none yet) and the bound.
    start
        A plan to start from.

    Returns
    -------
    Outcome
        Plan and bound. Without a plan, `proven` says that there is none (of at most that weight),
        and the bound is above all weights together where there is none at all.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.covers.reductions import Covering
    >>> from wushan_geo.siting.ties import Clock
    >>> table, ones = np.array([[1, 1, 0], [0, 1, 1]], dtype=bool), np.ones(3, dtype=np.int64)
    >>> covering = Covering(table, ones[:2], ones, ones[:0].reshape(0, 3), ones[:0])
    >>> found = least(covering, Clock(None))
    >>> found.plan.tolist(), found.bound, found.proven
    ([False, True, False], 1, True)
    """
    small = reduced(whole, columns=True)
    none = int(whole.weights.sum()) + 1
    if not small.possible:
        return Outcome(None, none, proven=True)
    parts = _parts(small.rest, clock)
    for part in parts:
        part.start(None if start is None else start[small.columns[part.columns]])
    fixed = int(whole.weights[small.settled].sum())
    while True:
        if any(part.shut for part in parts):
            return Outcome(None, none, proven=True)
        plan = _joined(whole, small, parts)
        weight = none if plan is None else int(whole.weights[plan].sum())
        bound = min(weight, fixed + sum(part.bound for part in parts))
        if tell is not None:
            tell(None if plan is None else weight, bound)
        if at_most is not None and (weight <= at_most or bound > at_most):
            return Outcome(plan, bound, proven=True)
        left = next((one for one in parts if not one.done), None)
        if left is None:
            return Outcome(plan, bound, proven=bound >= weight)
        if tell is not None:
            left.listen(tell, None if plan is None else weight, bound)
        left.search(None if at_most is None or len(parts) > 1 else at_most - fixed)


def _joined(whole: Covering, small: Reduced, parts: list[_Part]) -> NDArray[np.bool_] | None:
    """Put the plans of all parts together, if each has one."""
    plan = np.zeros(whole.weights.size, dtype=bool)
    plan[small.settled] = True
    for part in parts:
        if part.plan is None:
            return None
        plan[small.columns[part.columns[part.plan]]] = True
    return plan


class _Part:
    """A part of a problem that shares nothing with the others."""

    def __init__(self, covering: Covering, columns: NDArray[np.intp], clock: Clock) -> None:
        self.columns = columns
        self.bound = 0
        self.plan: NDArray[np.bool_] | None = None
        self.done = False
        self.shut = False
        self._all = int(covering.weights.sum())
        self._proof = CoverProof(covering, clock)
        self._none = np.zeros(columns.size, dtype=np.int8)

    def start(self, known: NDArray[np.bool_] | None) -> None:
        """Get a first plan and a first bound."""
        values = np.ones(self.columns.size)
        self.plan = self._kept(self._proof.built(self._none, values))
        known = self._kept(known)
        if known is not None and (self.plan is None or self._weight(known) < self._weight()):
            self.plan = known
        try:
            _, bound, values = self._proof.root(self._all)
        except Late:
            self.done = True
            return
        if not values.size:
            self.shut = self.done = True
            return
        self.bound = bound
        better = self._kept(self._proof.built(self._none, np.clip(values, 0.0, 1.0)))
        if better is not None and (self.plan is None or self._weight(better) < self._weight()):
            self.plan = better
        self._close()

    def listen(self, tell: Tell, weight: int | None, bound: int) -> None:
        """Have the search tell how the whole problem stands, of which this is a part."""
        own, low = self.plan, self.bound
        known = None if own is None else self._proof.weight(own)

        def heard(found: int | None, least_here: int) -> None:
            best = known if found is None else found
            rest = None if weight is None or known is None else weight - known
            total = None if rest is None or best is None else rest + best
            tell(total, bound - low + max(low, least_here))

        self._proof.listener = heard

    def search(self, at_most: int | None) -> None:
        """Search to the end, or until a plan of at most some weight is found."""
        best = self._all + 1 if self.plan is None else self._weight()
        cutoff = best - 1 if at_most is None else min(best - 1, at_most)
        self.done = True
        try:
            found, bound = self._proof.within(self._none, cutoff, first=at_most is not None)
        except Late:
            found, bound = self._proof.found, self._proof.left
        if found is not None:
            self.plan = found
        self.bound = max(self.bound, bound if self.plan is None else min(bound, self._weight()))
        self.shut = self.plan is None and self.bound > self._all

    def _kept(self, plan: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        """Keep a plan only if it is one."""
        return plan if plan is not None and self._proof.keeps(plan) else None

    def _weight(self, plan: NDArray[np.bool_] | None = None) -> int:
        """Weigh a plan, or the best so far; without one it is above all others."""
        one = self.plan if plan is None else plan
        return self._all + 1 if one is None else self._proof.weight(one)

    def _close(self) -> None:
        """End where plan and bound meet."""
        if self.plan is not None and self._weight() <= self.bound:
            self.bound, self.done = self._weight(), True


def _parts(whole: Covering, clock: Clock) -> list[_Part]:
    """Split a problem into parts that share nothing."""
    found = []
    for columns in parts_of(whole.table, whole.bars):
        rows = np.flatnonzero(whole.table[:, columns].any(axis=1))
        found.append(_Part(whole.part(rows, columns), columns, clock))
    return found


def first_of(
    whole: Covering, plan: NDArray[np.bool_], clock: Clock, candidates: int | None = None
) -> Outcome:
    """Find the first of equally good plans in the order of the columns; say if there are several.

    Column by column it is asked whether a plan of the same weight exists that has this column and
    all that has been settled before (no other plan comes before it). Most such questions are
    answered by the plan in hand, by exchanging one column, or by the bound.

    Parameters
    ----------
    whole
        The problem; no plan of least weight has a column that it could do without.
    plan
        A plan of least weight.
    clock
        Time that remains.
    candidates
        Number of columns, the first ones, in which plans must differ; what the others are follows
        from these. None for all.

    Returns
    -------
    Outcome
        The first plan; `proven` is False if the clock stopped the search for it.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.covers.reductions import Covering
    >>> from wushan_geo.siting.ties import Clock
    >>> table, ones = np.array([[1, 1, 1]], dtype=bool), np.ones(3, dtype=np.int64)
    >>> covering = Covering(table, ones[:1], ones, ones[:0].reshape(0, 3), ones[:0])
    >>> found = first_of(covering, np.array([False, True, False]), Clock(None))
    >>> found.plan.tolist(), found.alternatives
    ([True, False, False], True)
    """
    small = reduced(whole, columns=False)
    best, weight = plan.copy(), int(whole.weights[plan].sum())
    tied: bool | None = False
    ended = True
    for columns in parts_of(small.rest.table, small.rest.bars):
        rows = np.flatnonzero(small.rest.table[:, columns].any(axis=1))
        at = small.columns[columns]
        proof = CoverProof(small.rest.part(rows, columns), clock)
        number = at.size if candidates is None else int((at < candidates).sum())
        ties = _Ties(proof, best[at], number)
        try:
            ties.settle()
            if not tied:
                ties.look_for_another()
        except Late:
            ended = False
        best[at] = ties.plan
        tied = True if tied or ties.several else None if not ended else tied
    return Outcome(best, weight, ended, tied)


def possible_columns(whole: Covering, weight: int, clock: Clock) -> NDArray[np.bool_]:
    """Say which columns plans of no more than some weight may have, as far as a bound tells.

    Parameters
    ----------
    whole
        The problem.
    weight
        Largest weight that is of interest; there is such a plan.
    clock
        Time that remains.

    Returns
    -------
    numpy.ndarray
        One truth value for each column; a column that is out is in no such plan.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.covers.reductions import Covering
    >>> from wushan_geo.siting.ties import Clock
    >>> table, ones = np.array([[1, 1, 0], [0, 1, 1]], dtype=bool), np.ones(3, dtype=np.int64)
    >>> covering = Covering(table, ones[:2], ones, ones[:0].reshape(0, 3), ones[:0])
    >>> bool(possible_columns(covering, 1, Clock(None))[1])
    True
    """
    small = reduced(whole, columns=False)
    inside = np.zeros(whole.weights.size, dtype=bool)
    inside[small.settled] = True
    if small.rest.table.size:
        state = np.zeros(small.columns.size, dtype=np.int8)
        settled = int(whole.weights[small.settled].sum())
        with suppress(Late):
            CoverProof(small.rest, clock).tighten(state, weight - settled)
        inside[small.columns[state != OUT]] = True
    return inside


class _Ties:
    """The first of equally good plans of one part."""

    def __init__(self, proof: CoverProof, plan: NDArray[np.bool_], candidates: int) -> None:
        self._proof = proof
        self._candidates = candidates
        self._cutoff = proof.weight(plan)
        self._state = np.zeros(plan.size, dtype=np.int8)
        self.plan = plan
        self.several = False

    def settle(self) -> None:
        """Go through the columns in order."""
        proof = self._proof
        self.several = self._exchanged(earlier=False) is not None
        self._tighten()
        self._improve()
        for column in range(self._candidates):
            if self._state[column] != FREE:
                continue
            if not self.plan[column]:
                probe = self._state.copy()
                probe[column] = IN
                found, _ = proof.within(probe, self._cutoff, first=True)
                if found is None:
                    self._state[column] = OUT
                    continue
                self.plan, self.several = found, True
            self._state[column] = IN
            self._tighten()
            self._improve()

    def _tighten(self) -> None:
        """Settle what the bound settles about plans as good as this one."""
        self._proof.tighten(self._state, self._cutoff)

    def _improve(self) -> None:
        """Exchange one column for an earlier one as long as that is possible."""
        while (better := self._exchanged(earlier=True)) is not None:
            self.plan, self.several = better, True

    def _exchanged(self, *, earlier: bool) -> NDArray[np.bool_] | None:
        """Exchange one candidate for another one, if that is possible."""
        state = self._state.copy()
        state[self._candidates :] = OUT
        return self._proof.exchange(self.plan, state, earlier=earlier)

    def look_for_another(self) -> None:
        """Ask whether another plan is as good: it would differ later, and lack a column there."""
        state = np.zeros(self.plan.size, dtype=np.int8)
        for column in np.flatnonzero(self.plan[: self._candidates]).tolist():
            if self.several:
                return
            state[:column] = np.where(self.plan[:column], IN, OUT)
            probe = state.copy()
            probe[column] = OUT
            found, _ = self._proof.within(probe, self._cutoff, first=True)
            self.several = found is not None
