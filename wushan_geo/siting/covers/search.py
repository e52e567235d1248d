"""The exact search behind maximal covering: linear bounds in whole numbers, no plan overlooked.

Church and ReVelle (1974): choose `p` columns so that the rows they cover weigh most,

    max  sum_i w_i y_i   with   y_i <= sum_{j in N_i} x_j,   sum_j x_j = p,   x_j, y_i in {0, 1},

where `w_i` is the weight of row `i`, `N_i` the columns that cover it, `x_j` whether column `j` is
chosen and `y_i` whether row `i` is covered. For any prices ``0 <= u_i <= w_i`` no plan can weigh
more than

    L(u) = sum_i (w_i - u_i) + the p largest of c_j,   c_j = sum_{i covered by j} u_i

(Lagrangian relaxation of the first rule). The linear program only suggests good prices; the bound
is then worked out in whole numbers, so that the proof does not rest on the solver's tolerances. A
column whose exchange would push the bound below the best known weight is settled (reduced costs).
What remains is split on one column at a time. Plans as good as the best one are kept, not cut off,
so that the search ends with all of them, and the tie is broken by rule and not by luck.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from wushan_geo.siting.covers.lagrange_cover import Exchange, descended
from wushan_geo.siting.solver import LinearProgram, Program, Solved, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from wushan_geo.siting.covers.cover import Cover
    from wushan_geo.siting.solver import Progress

IN, FREE, OUT = 1, 0, -1
KEPT = 32  # plans as good as the best that are kept before ties are settled by a second search
ROOM = 62  # bits that a sum of prices over all columns may take, so that it stays exact in 64
LARGE = 20_000  # entries from which on prices are sought without a linear program first
FIRST_OPEN = 12  # columns for each one chosen that the first linear program of a large problem has
MORE_OPEN = 8  # the same, for each time that others turn out to be wanted
WANTED = 1e-9  # relative; how much a column must add to the relaxed answer to be let in
WORTH = 0.02  # relative; how near to the best a rounded plan must be to be improved
FRACTION = 16  # bits of a price behind the point, as far as there is room


@dataclass(frozen=True, slots=True)
class Found:
    """What the search says about one number of columns.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Found((0,), 5, 5, proven=True, alternatives=False, greedy=(0,)).weight
    5
    """

    columns: tuple[int, ...]
    """The plan: of the best ones found, the first in the order of the columns."""
    weight: int
    """Weight of the rows it covers."""
    bound: int
    """No plan weighs more."""
    proven: bool
    """Whether the search came to its end."""
    alternatives: bool
    """Whether another plan weighs the same."""
    greedy: tuple[int, ...]
    """The greedy plan, sorted: what the search started from."""


@dataclass(slots=True, eq=False)
class _Node:
    """A part of all plans: columns settled so far, and the prices that bound it."""

    state: NDArray[np.int8]
    prices: _Prices
    bound: int

    def having(self, columns: Iterable[int], without: int | None = None) -> _Node:
        """Give the part of this part that has some columns and lacks another one."""
        state = self.state.copy()
        state[list(columns)] = IN
        if without is not None:
            state[without] = OUT
        return _Node(state, self.prices, self.bound)


@dataclass(frozen=True, slots=True, eq=False)
class _Prices:
    """Prices of rows, as far as the bound needs them, in units of ``2 ** -shift``."""

    columns: NDArray[np.int64]
    rest: int


class CoverSearch:
    """Exact maximal covering for one number of columns after the other.

    The linear program is built once and kept: a plan for `p` columns starts from the basis of the
    one before.

    Parameters
    ----------
    cover
        Rows and columns; every row covered by at least one column.
    seconds
        Time for each call of `best`; None for no limit.

    Raises
    ------
    SolverError
        If the solver fails; see `LinearProgram`.

    Examples
    --------
    >>> from wushan_geo.siting.covers.cover import Cover
    >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.array([[1, 0], [1, 1]])))
    >>> CoverSearch(cover).best(1)
    Found(columns=(0,), weight=5, bound=5, proven=True, alternatives=False, greedy=(0,))
    """

    def __init__(self, cover: Cover, seconds: float | None = None) -> None:
        self._cover = cover
        self._seconds = seconds
        self._columns = cover.reach.T.tocsr()
        self._total = int(cover.weights.sum())
        taken = self._total.bit_length() + cover.reach.shape[1].bit_length()
        self._shift = max(0, min(FRACTION, ROOM - taken))
        self._greedy: list[int] = []
        self._last: tuple[int, ...] = ()
        self._program: LinearProgram | None = None
        self._large = cover.reach.nnz >= LARGE
        self._opened = np.zeros(cover.reach.shape[1], dtype=bool)
        """Columns that the linear program of a large problem knows."""
        self._exchange: Exchange | None = None

    def best(self, count: int, progress: Progress | None = None) -> Found:
        """Find the best plan with a number of columns, and whether there is another.

        Parameters
        ----------
        count
            Number of columns, from 0 to all.
        progress
            Called with the best weight so far and its bound.

        Returns
        -------
        Found
            Of the best plans the first in the order of the columns, if the search came to its end;
            otherwise the best known with a bound that holds.

        Raises
        ------
        SolverError
            If the solver fails.

        Examples
        --------
        >>> from wushan_geo.siting.covers.cover import Cover
        >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.eye(2, dtype=np.int64)))
        >>> CoverSearch(cover).best(2).weight
        5
        """
        if not self._cover.weights.size:  # nothing to cover, so that all plans are equally good
            several = 0 < count < self._cover.reach.shape[1]
            plan = tuple(range(count))
            return Found(plan, 0, 0, proven=True, alternatives=several, greedy=plan)
        task = _Task(count, self._seconds, progress)
        for plan in self._first_plans(count):
            task.record(plan, self._cover.weight_of(plan))
        root = self._root(count)
        if self._large and 0 < count < root.state.size:
            self._descend(task, root)
        left = self._explore(task, root)
        bound = max([task.weight, *(node.bound for node in left)])
        if not left and task.overflow:
            task = task.in_order()
            left = self._explore(task, self._root(count))
        task.tell(bound)
        plan = task.first or min(task.plans)
        self._last = plan
        return Found(
            plan, task.weight, bound, not left, len(task.plans) > 1, self._greedy_plan(count)
        )

    def greedy(self, count: int) -> Found:
        """Take columns one by one, each the one that adds most.

        Parameters
        ----------
        count
            Number of columns, from 0 to all.

        Returns
        -------
        Found
            The greedy plan, with the bound of columns that share no row.

        Raises
        ------
        ValueError
            If there are not so many columns.

        Examples
        --------
        >>> from wushan_geo.siting.covers.cover import Cover
        >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.array([[1, 0], [1, 1]])))
        >>> CoverSearch(cover).greedy(1).weight
        5
        """
        plan = self._greedy_plan(count)
        weight, bound = self._cover.weight_of(plan), self._root(count).bound
        return Found(plan, weight, bound, proven=False, alternatives=False, greedy=plan)

    def _greedy_plan(self, count: int) -> tuple[int, ...]:
        """Give the first columns of the greedy order, worked out as far as it is needed."""
        if len(self._greedy) < count:
            self._greedy = self._cover.greedy(count)
        return tuple(sorted(self._greedy[:count]))

    def _first_plans(self, count: int) -> list[tuple[int, ...]]:
        """Give plans to start from: greedy, and the plan before with one more column."""
        plans = [self._greedy_plan(count)]
        if len(self._last) == count - 1:
            rest = np.where(self._cover.covered(self._last), 0, self._cover.weights)
            gain = self._columns @ rest
            gain[list(self._last)] = -1
            plans.append(tuple(sorted((*self._last, int(np.argmax(gain))))))
        return plans

    def _root(self, count: int) -> _Node:
        """Start with everything open and full prices, for which the bound is a sum of columns."""
        prices = self._priced(self._cover.weights << self._shift)
        top = np.sort(prices.columns)[prices.columns.size - count :]
        state = np.zeros(prices.columns.size, dtype=np.int8)
        return _Node(state, prices, min(self._total, int(top.sum()) >> self._shift))

    def _priced(self, rows: NDArray[np.int64]) -> _Prices:
        """Sum up the prices of rows by column."""
        rest = (self._total << self._shift) - int(rows.sum())
        return _Prices(self._columns @ rows, rest)

    def _descend(self, task: _Task, root: _Node) -> None:
        """Look for prices and plans of a large problem before the first linear program."""
        self._exchange = Exchange(self._cover, task.late)
        found = descended(self._cover, min(task.plans), self._exchange, task.late)
        for plan in found.plans:
            task.record(plan, self._cover.weight_of(plan))
        whole = np.rint(found.rows * float(1 << self._shift)).astype(np.int64)
        prices = self._priced(np.clip(whole, 0, self._cover.weights << self._shift))
        most = np.sort(prices.columns)[prices.columns.size - task.count :]
        bound = (prices.rest + int(most.sum())) >> self._shift
        if bound <= root.bound:
            root.prices, root.bound = prices, bound
        task.tell(max(root.bound, task.weight))
        first = np.argsort(-prices.columns, kind="stable")[: FIRST_OPEN * task.count]
        self._opened = np.zeros(prices.columns.size, dtype=bool)
        self._opened[first] = True
        self._opened[list(min(task.plans))] = True

    def _explore(self, task: _Task, root: _Node) -> list[_Node]:
        """Go through the parts; give those that are left when the clock stops.

        Small problems go deepest first, where each linear program is close to the one before.
        Large ones, which the clock may stop, go by the bound, so that the bound of all falls.
        """
        parts = _Parts(by_bound=self._large and not task.ordered)
        parts.add([root])
        while not task.done():
            node = parts.take()
            if node is None:
                break
            if task.late():
                return [*parts.left(), node]
            if parts.by_bound:
                task.tell(max(node.bound, task.weight))
            if not self._settle(task, node):
                continue
            solved = self._relaxed(task, node)
            if solved.status == "time_limit":
                return [*parts.left(), node]
            values = self._reprice(task, node, solved)
            if self._settle(task, node):
                parts.add(self._split(task, node, values))
        return []

    def _settle(self, task: _Task, node: _Node) -> bool:
        """Settle columns by the bound; say whether anything remains to be searched."""
        chosen = np.flatnonzero(node.state == IN)
        free = np.flatnonzero(node.state == FREE)
        left = task.count - chosen.size
        if not 0 <= left <= free.size:
            return False
        cost = node.prices.columns[free]
        order = np.argsort(-cost, kind="stable")
        ranked, cost = free[order], cost[order]
        fixed = node.prices.rest + int(node.prices.columns[chosen].sum())
        bound = fixed + int(cost[:left].sum())
        slack = bound - (task.target() << self._shift)
        node.bound = min(node.bound, bound >> self._shift)
        if slack < 0 or node.bound < task.target():
            return False
        if 0 < left < free.size:
            worst, next_best = cost[left - 1], cost[left]
            node.state[ranked[left:][worst - cost[left:] > slack]] = OUT
            node.state[ranked[:left][cost[:left] - next_best > slack]] = IN
        else:
            node.state[free] = IN if left else OUT
        return self._unsettled(task, node)

    def _unsettled(self, task: _Task, node: _Node) -> bool:
        """Say whether plans differ within a part; if there is only one left, record it."""
        chosen = np.flatnonzero(node.state == IN)
        open_columns = int((node.state == FREE).sum())
        if chosen.size < task.count < chosen.size + open_columns:
            return True
        plan = chosen if chosen.size == task.count else np.flatnonzero(node.state != OUT)
        task.leaf(tuple(plan.tolist()), self._cover.weight_of(plan))
        return False

    def _relaxed(self, task: _Task, node: _Node) -> Solved:
        """Solve the linear program of a part."""
        if self._program is None:
            self._program = _program(self._cover)
            self._start_from(min(task.plans))
        self._program.set_row(self._cover.weights.size, task.count, task.count)
        lower = (node.state == IN).astype(np.float64)
        if not self._large:
            self._program.set_columns(lower, (node.state != OUT).astype(np.float64))
            return self._program.solve(task.seconds_left())
        return self._relaxed_in_turns(task, node, lower)

    def _relaxed_in_turns(self, task: _Task, node: _Node, lower: NDArray[np.float64]) -> Solved:
        """Solve the linear program with some columns, and let others in as they are wanted."""
        program = self._program
        if program is None:
            raise AssertionError
        possible = node.state != OUT
        self._opened |= node.state == IN
        short = task.count - int((self._opened & possible).sum())
        if short > 0:
            self._let_in(possible, node.prices.columns, short)
        while True:
            program.set_columns(lower, (self._opened & possible).astype(np.float64))
            solved = program.solve(task.seconds_left())
            if solved.status != "optimal":
                return solved
            rows = np.clip(solved.row_dual[:-1], 0.0, 1.0)
            worth = self._columns @ rows + solved.row_dual[-1]
            wanted = ~self._opened & possible & (worth > WANTED * max(1.0, float(rows.sum())))
            if not wanted.any():
                return solved
            self._let_in(wanted, worth, MORE_OPEN * task.count)

    def _let_in(
        self, which: NDArray[np.bool_], worth: NDArray[np.float64 | np.int64], number: int
    ) -> None:
        """Open some more columns, those first that are worth most."""
        at = np.flatnonzero(which & ~self._opened)
        self._opened[at[np.argsort(-worth[at], kind="stable")[:number]]] = True

    def _start_from(self, plan: tuple[int, ...]) -> None:
        """Let the first linear program start from a plan instead of from nothing."""
        if self._program is None:
            raise AssertionError
        rows, columns = self._cover.reach.shape
        covered = self._cover.covered(plan)
        chosen = np.zeros(columns, dtype=bool)
        chosen[list(plan)] = True
        # A row that is missed is held by its own column, a covered one by its slack.
        self._program.set_basis(
            np.concatenate([np.zeros(columns, dtype=bool), ~covered]),
            np.append(covered, True),
            np.concatenate([chosen, np.zeros(rows, dtype=bool)]),
        )

    def _reprice(self, task: _Task, node: _Node, solved: Solved) -> NDArray[np.float64]:
        """Take the prices of the linear program, and try its rounded answer as a plan."""
        scale = self._cover.weights.max() * float(1 << self._shift)
        rows = np.rint(solved.row_dual[:-1] * scale).astype(np.int64)
        node.prices = self._priced(np.clip(rows, 0, self._cover.weights << self._shift))
        values = solved.primal[: node.state.size]
        plan = np.sort(np.argsort(-values, kind="stable")[: task.count])
        if (node.state[plan] != OUT).all():
            columns = tuple(plan.tolist())
            task.record(columns, self._cover.weight_of(columns))
            self._improve(task, columns)
        return values

    def _improve(self, task: _Task, plan: tuple[int, ...]) -> None:
        """Exchange single columns of a plan of a large problem that is nearly as good as the best.

        The plan found may lie in another part; it is a plan of the whole all the same.
        """
        if self._exchange is None or task.ordered or plan in task.tried:
            return
        task.tried.add(plan)
        if self._cover.weight_of(plan) >= task.weight * (1.0 - WORTH):
            better, _ = self._exchange.improved(plan)
            task.record(better, self._cover.weight_of(better))

    def _split(self, task: _Task, node: _Node, values: NDArray[np.float64]) -> list[_Node]:
        """Split a part so that no plan is lost or there twice; the last is looked at first.

        Where the linear program answers with a plan, that plan is recorded already, and every other
        one lacks one of its columns: the first, or has the first and lacks the second, and so on.
        Otherwise plans without a column stand against plans with it.
        """
        free = np.flatnonzero(node.state == FREE)
        doubt = np.abs(values[free] - np.rint(values[free])).round(6)
        if task.ordered:
            return [node.having((), free[0]), node.having(free[:1])]
        taken = free[np.rint(values[free]) == 1]
        if doubt.max() == 0 and (node.state == IN).sum() + taken.size == task.count:
            taken = taken[np.argsort(node.prices.columns[taken], kind="stable")]
            return [node.having(taken[:at], without) for at, without in enumerate(taken)]
        # The least decided column, and of these the one that counts most.
        column = free[np.lexsort((-node.prices.columns[free], -doubt))[0]]
        return [node.having((), column), node.having((column,))]


class _Parts:
    """Parts still to be searched: the last one first, or the one with the largest bound."""

    def __init__(self, *, by_bound: bool) -> None:
        self.by_bound = by_bound
        self._parts: list[tuple[int, int, _Node]] = []
        self._number = 0

    def add(self, nodes: list[_Node]) -> None:
        """Add parts, the last of which is looked at first among equals."""
        for node in nodes:
            self._number -= 1
            entry = (-node.bound, self._number, node)
            if self.by_bound:
                heapq.heappush(self._parts, entry)
            else:
                self._parts.append(entry)

    def take(self) -> _Node | None:
        """Take a part, or None where none is left."""
        if not self._parts:
            return None
        return (heapq.heappop(self._parts) if self.by_bound else self._parts.pop())[2]

    def left(self) -> list[_Node]:
        """Give all that remain."""
        return [node for _, _, node in self._parts]


@dataclass(slots=True, eq=False)
class _Task:
    """One number of columns: the clock, and the best plans so far."""

    count: int
    seconds: float | None
    progress: Progress | None = None
    weight: int = -1
    plans: set[tuple[int, ...]] = field(default_factory=set)
    tried: set[tuple[int, ...]] = field(default_factory=set)
    ordered: bool = False
    first: tuple[int, ...] = ()
    begin: float = field(default_factory=time.monotonic)
    told: tuple[int, int] = (-1, -1)

    def in_order(self) -> _Task:
        """Ask again for the first of too many equally good plans."""
        return _Task(
            self.count,
            self.seconds,
            self.progress,
            self.weight,
            self.plans,
            ordered=True,
            begin=self.begin,
        )

    def tell(self, bound: int) -> None:
        """Tell how the search stands, if anything is new."""
        if self.progress is not None and self.told != (self.weight, bound):
            self.told = (self.weight, bound)
            used = time.monotonic() - self.begin
            self.progress(Standing(used, float(self.weight), float(bound)))

    @property
    def overflow(self) -> bool:
        """Say whether there are more equally good plans than are kept."""
        return len(self.plans) >= KEPT

    def target(self) -> int:
        """Give the weight from which on a plan is of interest."""
        return self.weight + (self.overflow and not self.ordered)

    def record(self, plan: tuple[int, ...], weight: int) -> None:
        """Keep a plan if it is as good as the best."""
        if weight > self.weight:
            self.weight, self.plans = weight, {plan}
        elif weight == self.weight and not self.overflow:
            self.plans.add(plan)

    def leaf(self, plan: tuple[int, ...], weight: int) -> None:
        """Keep the only plan of a part; in an ordered search the first good one is the answer."""
        self.record(plan, weight)
        if self.ordered and weight == self.weight:
            self.first = plan

    def done(self) -> bool:
        """Say whether an ordered search has its answer."""
        return self.ordered and bool(self.first)

    def late(self) -> bool:
        """Say whether the time is over."""
        return self.seconds is not None and time.monotonic() >= self.begin + self.seconds

    def seconds_left(self) -> float | None:
        """Give the time that remains."""
        if self.seconds is None:
            return None
        return max(0.0, self.begin + self.seconds - time.monotonic())


def _program(cover: Cover) -> LinearProgram:
    """Build the linear program: least weight missed, in parts of the largest weight.

    A row is covered or missed (its own column), and the last row counts the columns chosen.
    """
    rows, columns = cover.reach.shape
    one = sparse.csc_array(np.ones((1, columns)))
    matrix = sparse.block_array([[cover.reach, sparse.eye_array(rows)], [one, None]], format="csc")
    missed = cover.weights / cover.weights.max()
    return LinearProgram(
        Program(
            costs=np.concatenate([np.zeros(columns), missed]),
            columns=np.array([np.zeros(columns + rows), np.ones(columns + rows)]),
            rows=np.array(
                [np.append(np.ones(rows), 0.0), np.append(np.full(rows, np.inf), float(columns))]
            ),
            matrix=matrix,
        )
    )
