"""The exact search for the p-median: prices, cuts, parts; and the first of equally good plans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.siting.median_bound import (
    FREE,
    IN,
    OUT,
    SAME,
    Median,
    Prices,
    climbed,
    no_rules,
    priced,
    settled,
)
from wushan_geo.siting.median_heuristic import Exchange
from wushan_geo.siting.median_program import CutProgram
from wushan_geo.siting.solver import MixedProgram, Program, Standing
from wushan_geo.siting.ties import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.siting.solver import Progress

STEPS = (250, 200, 200)  # steps uphill between two reductions
ROUNDS = 60  # rounds of cuts where the search starts
NODE_ROUNDS = 4  # and in each part of it
KEPT = 200  # equally good plans that are remembered
CLOSE = 1e-6  # how near to 0 or 1 a column of the linear program counts as settled


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one median model.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Found((0,), 5.0, 5.0, proven=True, alternatives=False, greedy=5.0).columns
    (0,)
    """

    columns: tuple[int, ...]
    """The best choice: of equally good ones the first in order."""
    value: float
    """What it costs."""
    bound: float
    """No choice costs less."""
    proven: bool
    """Whether the search came to its end."""
    alternatives: bool | None
    """Whether another choice costs as little; None if that was not settled."""
    greedy: float
    """Cost of the choice that adds the best column at each turn; NaN where that leads nowhere."""


@dataclass(slots=True, eq=False)
class _Node:
    """A part of the search: what is settled, and the prices that its bound comes from."""

    state: NDArray[np.int8]
    prices: Prices
    bound: float

    def having(self, taken: Any, without: Any = ()) -> _Node:
        """Take a part of this part."""
        state = self.state.copy()
        state[np.asarray(taken, dtype=np.intp)] = IN
        state[np.asarray(without, dtype=np.intp)] = OUT
        return _Node(state, self.prices, self.bound)


@dataclass(slots=True, eq=False)
class _Best:
    """The best plans so far, in columns of the first model."""

    whole: bool
    value: float = float("inf")
    plans: set[tuple[int, ...]] = field(default_factory=set)
    more: bool = False

    def tied(self) -> float:
        """Give the largest cost that counts as equally good."""
        return self.value if self.whole else self.value + SAME * abs(self.value)

    def better(self) -> float:
        """Give the largest cost that counts as better."""
        return self.value - 1.0 if self.whole else self.value - SAME * abs(self.value)

    def record(self, plan: tuple[int, ...], value: float) -> None:
        """Keep a plan if it is as good as the best."""
        if value < self.value and not np.isinf(value):
            if not value >= self.value - SAME * abs(self.value) or self.whole:
                self.plans = set()
            self.value = value
        if value <= self.tied() and len(self.plans) < KEPT:
            self.plans.add(plan)


def median_of(
    model: Median,
    *,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Found | None:
    """Choose columns so that the sum of each row's least cost is least, and prove it.

    Parameters
    ----------
    model
        What is asked: `median_model` makes one of plain costs and weights.
    seconds
        Time limit, or None.
    progress
        Called from time to time with how the search stands.

    Returns
    -------
    Found or None
        None if no choice keeps to the rules and gives every row an answer.

    Raises
    ------
    SolverError
        If the solver fails, or found no first plan in time.

    Examples
    --------
    >>> found = median_of(median_model(np.array([[1.0, 4.0], [5.0, 2.0]]), np.ones(2), 1))
    >>> found.columns, found.value, found.alternatives
    ((0,), 6.0, True)
    """
    return _Search(model, Clock(seconds), progress).run()


def median_model(
    costs: NDArray[np.float64],
    weights: NDArray[np.float64],
    count: int,
    rules: tuple[sparse.csr_array, NDArray[np.float64]] | None = None,
) -> Median:
    """Make a model of costs and weights.

    Parameters
    ----------
    costs
        Rows x columns; infinity = no answer.
    weights
        Weight of each row; rows of no weight are left out.
    count
        Columns to choose, at most as many as there are.
    rules
        Rules (rows of one sign) and their largest values.

    Returns
    -------
    Median
        The model.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> median_model(np.array([[1.0, 4.0], [5.0, 2.0]]), np.array([3.0, 0.0]), 1).costs.tolist()
    [[3.0, 12.0]]
    """
    lived = weights > 0
    weighted = costs[lived] * weights[lived, np.newaxis]
    finite = weighted[np.isfinite(weighted)]
    whole = bool((finite == np.rint(finite)).all()) and finite.sum() < 2.0**52
    matrix, most = rules or no_rules(costs.shape[1])
    return Median(weighted, count, matrix, most, whole=whole)


class _Search:
    """One search."""

    def __init__(self, model: Median, clock: Clock, progress: Progress | None) -> None:
        self._model, self._clock, self._progress = model, clock, progress
        self._best = _Best(model.whole)
        self._bound = -np.inf
        self._greedy = float("nan")
        self._tried: set[tuple[int, ...]] = set()
        self.log = lambda *a: None

    def run(self) -> Found | None:
        if not self._begin():
            return None
        small, prices = self._reduce()
        node = _Node(np.zeros(small.costs.shape[1], dtype=np.int8), prices, self._bound)
        self._small, self._program, self._exchange = small, None, Exchange(small)
        left = self._explore([node], self._best.better, None)
        if left:
            self._bound = min(one.bound for one in left)
            return self._answer(proven=False)
        self.log("proven", self._best.value)
        self._first(node)
        return self._answer(proven=True)

    def _answer(self, *, proven):
        plan = min(self._best.plans)
        bound = self._best.value if proven else min(self._bound, self._best.value)
        more = self._more if proven else (True if len(self._best.plans) > 1 else None)
        return Found(plan, self._best.value, bound, proven, more, self._greedy)

    def _begin(self) -> bool:
        """Find a first plan; say whether there is any."""
        model = self._model
        exchange = Exchange(model)
        self._wide = exchange
        plan = exchange.greedy()
        if plan is not None and model.keeps(plan):
            value = model.value(plan)
            self._greedy = value if np.isfinite(value) else float("nan")
        else:
            plan = None
        if plan is not None:
            self._record(model, plan)
            plan = exchange.improved(plan, self._clock)
            self._record(model, plan)
        if not self._best.plans:
            plan = _any_plan(model, self._clock)
            if plan is None:
                return False
            self._record(model, exchange.improved(plan, self._clock))
        self.log("start", self._greedy, self._best.value)
        return True

    def _record(self, model: Median, plan: NDArray[np.intp]) -> float:
        value = model.value(plan)
        self._best.record(model.first_names(plan), value)
        return value

    def _heard(self, model, exchange):
        def heard(chosen, bound):
            key = model.first_names(chosen)
            if key not in self._tried and model.keeps(chosen):
                self._tried.add(key)
                self._record(model, exchange.improved(chosen, self._clock))
            self._tell(max(bound, self._bound))
            return self._best.value

        return heard

    def _tell(self, bound):
        pass

    def _reduce(self):
        model, prices = self._model, None
        for steps in STEPS:
            if not model.count < model.costs.shape[1] or not model.count: break
            exchange = Exchange(model)
            climb = climbed(
                model, prices, self._best.value, steps, clock=self._clock,
                heard=self._heard(model, exchange),
            )
            prices = climb.prices
            said = priced(model, prices)
            self._bound = max(self._bound, model.low(said.bound, said.terms))
            state = np.zeros(model.costs.shape[1], dtype=np.int8)
            settled(model, said, state, self._best.tied())
            self.log("climb", climb.steps, self._bound, self._best.value, "free", (state == 0).sum(), "in", (state == 1).sum())
            before = model
            model, prices = _shrunk(model, prices, state)
            if self._bound >= self._best.value or model.costs.shape[1] > 0.95*before.costs.shape[1]: break
        if prices is None:
            prices = Prices(np.zeros(model.costs.shape[0]), np.zeros(model.most.size))
        return model, prices

    def _explore(self, stack, limit, wanted):
        small = self._small
        self.nodes = 0
        while stack:
            if self._clock.over():
                return stack
            node = stack.pop()
            self.nodes += 1
            values = self._bounded(node, limit, stack)
            if values is None:
                continue
            if wanted is not None and wanted(): return []
            stack.extend(_split(small, node, values))
            if self.nodes % 50 == 0: self.log("node", self.nodes, len(stack), node.bound, self._best.value)
        return []

    def _settle(self, node, limit) -> bool:
        small = self._small
        while True:
            said = priced(small, node.prices, node.state)
            node.bound = max(node.bound, float(small.low(said.bound, said.terms)))
            before = (node.state == FREE).sum()
            if not settled(small, said, node.state, limit()):
                return False
            after = (node.state == FREE).sum()
            if not after:
                plan = np.flatnonzero(node.state == IN)
                if small.keeps(plan):
                    self._record(small, plan)
                return False
            if after > 0.8 * before: return True

    def _bounded(self, node, limit, stack):
        """None if done, else LP values."""
        small = self._small
        if not self._settle(node, limit):
            return None
        if self._program is None:
            self._program = CutProgram(small, node.prices)
            rounds = ROUNDS
        else:
            rounds = NODE_ROUNDS
        for turn in range(rounds):
            found = self._program.solve(node.state, self._clock.left())
            if found.status == "infeasible":
                return None
            if found.status == "time_limit":
                stack.append(node)
                return None
            said = priced(small, found.prices, node.state)
            if small.low(said.bound, said.terms) >= node.bound:
                node.prices = found.prices
            self._round(found.columns, rounds == ROUNDS)
            if not self._settle(node, limit):
                return None
            added = self._program.deepened(found)
            if rounds == ROUNDS: self.log("root", turn, node.bound, self._best.value, added, (node.state==FREE).sum())
            if not added: break
        return found.columns

    def _round(self, values, improve):
        small = self._small
        plan = np.sort(np.argsort(-values, kind="stable")[: small.count])
        key = small.first_names(plan)
        if key in self._tried or not small.keeps(plan): return
        self._tried.add(key)
        value = self._record(small, plan)
        if improve or value < self._best.value * 1.01:
            self._record(small, self._exchange.improved(plan, self._clock))

    def _first(self, root):
        self._more = len(self._best.plans) > 1


def _split(small, node, values):
    free = np.flatnonzero(node.state == FREE)
    doubt = np.abs(values[free] - np.rint(values[free]))
    if doubt.max() < CLOSE:
        taken = free[np.rint(values[free]) == 1]
        if (node.state == IN).sum() + taken.size == small.count:
            return [node.having(taken[:at], without) for at, without in enumerate(taken)]
    column = free[np.argmax(doubt)]
    return [node.having((), column), node.having((column,))]


def _shrunk(model, prices, state):
    free, taken = state == FREE, state == IN
    costs = model.costs[:, free]
    cap = None
    if taken.any():
        costs = np.minimum(costs, model.costs[:, taken].min(axis=1)[:, None])
    rows = np.ones(costs.shape[0], bool)
    if free.sum() > model.count - taken.sum() > 0:
        rows = costs.min(axis=1) != costs.max(axis=1)
    small = model.reduced(state)
    return small, Prices(np.minimum(prices.rows[rows], small.costs.max(axis=1, initial=0.0)), prices.rules)


def _any_plan(model: Median, clock: Clock) -> NDArray[np.intp] | None:
    rows, columns = model.costs.shape
    finite = np.isfinite(model.costs)
    open_rows = finite[~finite.all(axis=1)]
    one = np.ones((1, columns))
    matrix = sparse.vstack([one, model.rules, open_rows.astype(float)], format="csc")
    count = float(model.count)
    low = np.concatenate([[count], np.full(model.most.size, -np.inf), np.ones(len(open_rows))])
    high = np.concatenate([[count], model.most, np.full(len(open_rows), np.inf)])
    worth = np.where(finite, model.costs, 0).sum(axis=0)
    worth = worth / max(worth.max(initial=0), 1e-300)
    box = np.array([np.zeros(columns), np.ones(columns)])
    mixed = MixedProgram(Program(worth, box, np.array([low, high]), sparse.csc_array(matrix)), np.ones(columns, dtype=bool))
    found = mixed.solve(clock.left())
    if found.status == "infeasible":
        return None
    return np.flatnonzero(found.values > 0.5)
