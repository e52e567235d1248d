"""The exact search for the p-median: prices, cuts, parts; and the first of equally good plans."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.siting.medians.median_bound import (
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
from wushan_geo.siting.medians.median_heuristic import Exchange
from wushan_geo.siting.medians.median_program import CutProgram
from wushan_geo.siting.solver import MixedProgram, Program, Standing
from wushan_geo.siting.ties import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.siting.medians.median_program import Relaxed
    from wushan_geo.siting.solver import Progress

    Plan = tuple[int, ...]

STEPS = (250, 200, 200)  # steps uphill between two reductions
ROUNDS = 60  # rounds of cuts where the search starts
PART_ROUNDS = 4  # and in each part of it
ENOUGH = 0.8  # of the free columns: prices are asked again where they settled more than the rest
STUCK = 0.95  # of the columns: no more steps uphill where they left more than this
CLOSE = 1e-6  # how near to 0 or 1 a column of the linear program counts as settled
WORTH = 1.01  # of the best plan: rounded plans up to this are improved by exchange
SCALES = (1.0, 10.0, 100.0, 1000.0)  # decimals of costs that are looked for
EXACT = 1e-15  # relative; a product of two decimals is no nearer to its own decimal
LARGEST = 2.0**50  # sum of all costs up to which whole numbers stay exact


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one median model.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> one = Found((0,), 5.0, 5.0, proven=True, settled=True, alternatives=False, greedy=5.0)
    >>> one.columns
    (0,)
    """

    columns: tuple[int, ...]
    """The best choice: of equally good ones the first in order."""
    value: float
    """What it costs."""
    bound: float
    """No choice costs less."""
    proven: bool
    """Whether no choice is better."""
    settled: bool
    """Whether it is also known to be the first of equally good ones."""
    alternatives: bool | None
    """Whether another choice costs as little; None if that was not settled."""
    greedy: float
    """Cost of the choice that adds the best column at each turn; NaN where that leads nowhere."""


def median_model(
    costs: NDArray[np.float64],
    weights: NDArray[np.float64],
    count: int,
    rules: tuple[sparse.csr_array, NDArray[np.float64]] | None = None,
) -> Median:
    """Make a median model of costs and weights.

    Costs with up to three decimals are made whole, so that bounds can be rounded up.

    Parameters
    ----------
    costs
        Rows x columns; infinity = no answer.
    weights
        Weight of each row; rows of no weight are left out.
    count
        Columns to choose, at most as many as there are.
    rules
        Rules (rows of one sign, of ones) and their largest values.

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
    >>> model = median_model(np.array([[1.5, 4.0], [5.0, 2.0]]), np.array([3.0, 0.0]), 1)
    >>> model.costs.tolist(), model.scale
    ([[45.0, 120.0]], 10.0)
    """
    lived = weights > 0
    weighted = costs[lived] * weights[lived, np.newaxis]
    matrix, most = rules or no_rules(costs.shape[1])
    known = weighted[np.isfinite(weighted)]
    for scale in SCALES:
        scaled = known * scale
        nearest = np.rint(scaled)
        if scaled.sum() < LARGEST and (np.abs(scaled - nearest) <= EXACT * scaled).all():
            whole = np.where(np.isfinite(weighted), np.rint(weighted * scale), np.inf)
            return Median(whole, count, matrix, most, whole=True, scale=scale)
    return Median(weighted, count, matrix, most, whole=False)


def median_of(
    model: Median, *, seconds: float | None = None, progress: Progress | None = None
) -> Found | None:
    """Choose columns so that the sum of each row's least cost is least, and prove it.

    A good plan by greedy adding and exchange; a bound by prices (`climbed`), which settles most
    columns; on the rest a linear program by cutting planes (`CutProgram`), whose prices settle
    more; and parts with one more column in or out until nothing is left. Every bound is worked out
    from prices by plain sums, so that it holds whatever the solver's tolerances are.

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
        In the unit of the costs; None if no choice keeps to the rules and gives every row an
        answer.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> found = median_of(median_model(np.array([[1.0, 5.0], [5.0, 1.0]]), np.ones(2), 1))
    >>> found.columns, found.value, found.alternatives
    ((0,), 6.0, True)
    """
    return _Search(model, Clock(seconds), progress).run()


@dataclass(slots=True, eq=False)
class _Part:
    """A part of the search: what is settled, and the prices that its bound comes from."""

    state: NDArray[np.int8]
    prices: Prices
    bound: float

    def having(self, taken: Any, without: Any = ()) -> _Part:
        """Take a part of this part."""
        state = self.state.copy()
        state[np.asarray(taken, dtype=np.intp)] = IN
        state[np.asarray(without, dtype=np.intp)] = OUT
        return _Part(state, self.prices, self.bound)

    def free(self) -> NDArray[np.intp]:
        """Give the columns that are not settled."""
        return np.flatnonzero(self.state == FREE)


@dataclass(slots=True, eq=False)
class _Best:
    """The best plans so far, in columns of the first model."""

    whole: bool
    value: float = float("inf")
    plans: dict[Plan, float] = field(default_factory=dict)

    def tied(self) -> float:
        """Give the largest cost that counts as equally good."""
        return self.value if self.whole else self.value + SAME * abs(self.value)

    def better(self) -> float:
        """Give the largest cost that counts as better."""
        return self.value - 1.0 if self.whole else self.value - SAME * abs(self.value)

    def record(self, plan: Plan, value: float) -> None:
        """Keep a plan if it is as good as the best."""
        if value < self.value:
            self.value = value
            self.plans = {one: cost for one, cost in self.plans.items() if cost <= self.tied()}
        if value <= self.tied() and np.isfinite(value):
            self.plans[plan] = value


class _Search:
    """One search: `run` is called once."""

    def __init__(self, model: Median, clock: Clock, progress: Progress | None) -> None:
        self._model, self._clock, self._progress = model, clock, progress
        self._began = time.monotonic()
        self._best = _Best(model.whole)
        self._bound, self._greedy = model.base, float("nan")
        self._tried: set[Plan] = set()
        self._small, self._exchange = model, Exchange(model)
        self._program: CutProgram | None = None

    def run(self) -> Found | None:
        """Search."""
        if not np.isfinite(self._model.base) or not self._begin():
            return None
        prices = self._reduce()
        columns = self._small.costs.shape[1]
        root = _Part(np.zeros(columns, dtype=np.int8), prices, self._bound)
        left = [root] if self._clock.over() else []
        if self._bound < self._best.value and not left:
            left = self._explore([root], self._best.better)
        if left:
            self._bound = max(self._bound, min(one.bound for one in left))
            if self._bound < self._best.value:
                return self._answer(proven=False, settled=False, more=len(self._best.plans) > 1)
        return self._first(_Part(np.zeros(columns, dtype=np.int8), root.prices, self._bound))

    def _answer(self, *, proven: bool, settled: bool, more: bool) -> Found:
        """Put the answer together; that there is no other plan is known only where all is settled.

        A plan that is not proven may have equals, but that is nothing to tell.
        """
        scale = self._model.scale
        bound = self._best.value if proven else min(self._bound, self._best.value)
        known = more if proven and (more or settled) else None
        return Found(
            columns=min(self._best.plans),
            value=self._best.value / scale,
            bound=bound / scale,
            proven=proven,
            settled=settled,
            alternatives=known,
            greedy=self._greedy / scale,
        )

    def _begin(self) -> bool:
        """Find a first plan; say whether there is any."""
        model = self._model
        plan = self._exchange.greedy()
        if plan is not None and model.keeps(plan):
            value = model.value(plan)
            self._greedy = value if np.isfinite(value) else float("nan")
            self._record(model, plan)
            self._record(model, self._exchange.improved(plan, self._clock))
        if not self._best.plans:
            plan = any_plan(model)
            if plan is None:
                return False
            self._record(model, plan)
            self._record(model, self._exchange.improved(plan, self._clock))
        least = model.costs.min(axis=1, initial=np.inf)
        self._bound += float(model.low(least.sum(), least.sum()))
        return True

    def _record(self, model: Median, plan: NDArray[np.intp]) -> float:
        """Keep a plan if it is good."""
        value = model.value(plan)
        self._best.record(model.first_names(plan), value)
        return value

    def _tell(self, bound: float) -> None:
        """Show how the search stands."""
        if self._progress is not None:
            scale, value = self._model.scale, self._best.value
            spent = time.monotonic() - self._began
            self._progress(Standing(spent, value / scale, min(bound, value) / scale))

    def _reduce(self) -> Prices:
        """Go uphill with prices, and leave out what they settle."""
        prices = None
        for steps in STEPS:
            model = self._small
            if not 0 < model.count < model.costs.shape[1] or self._bound > self._best.tied():
                break
            climb = climbed(
                model, prices, self._best.value, steps, clock=self._clock, heard=self._heard
            )
            said = priced(model, climb.prices)
            self._bound = max(self._bound, float(model.low(said.bound, said.terms)))
            state = np.zeros(model.costs.shape[1], dtype=np.int8)
            settled(model, said, state, self._best.tied())
            prices = Prices(climb.prices.rows[~model.same(state)], climb.prices.rules)
            self._small = model.reduced(state)
            self._exchange = Exchange(self._small)
            if self._small.costs.shape[1] > STUCK * state.size:
                break
        small = self._small
        return prices or Prices(np.zeros(small.costs.shape[0]), np.zeros(small.most.size))

    def _heard(self, chosen: NDArray[np.intp], bound: float) -> float:
        """Make a plan of the columns that prices choose."""
        key = self._small.first_names(chosen)
        if key not in self._tried and self._small.keeps(chosen):
            self._tried.add(key)
            self._record(self._small, self._exchange.improved(chosen, self._clock))
        self._tell(max(bound, self._bound))
        return self._best.value

    def _explore(
        self,
        parts: list[_Part],
        limit: Callable[[], float],
        enough: Callable[[], bool] = lambda: False,
    ) -> list[_Part]:
        """Go through parts, deepest first; give those that are left when the clock stops."""
        while parts and not enough():
            if self._clock.over():
                return parts
            part = parts.pop()
            values = self._bounded(part, limit)
            if values is None:
                continue
            if not values.size:
                return [*parts, part]
            parts.extend(_split(self._small, part, values))
            self._tell(max(self._bound, min(one.bound for one in parts)))
        return []

    def _settle(self, part: _Part, limit: Callable[[], float]) -> bool:
        """Settle columns by prices; say whether anything remains to be searched."""
        small = self._small
        while True:
            before = part.free().size
            said = priced(small, part.prices, part.state)
            part.bound = max(part.bound, float(small.low(said.bound, said.terms)))
            if not settled(small, said, part.state, limit()):
                return False
            after = part.free().size
            if not after:
                plan = np.flatnonzero(part.state == IN)
                if small.keeps(plan):
                    self._record(small, plan)
                return False
            if after > ENOUGH * before:
                return True

    def _bounded(self, part: _Part, limit: Callable[[], float]) -> NDArray[np.float64] | None:
        """Bound a part by the linear program.

        Gives None if nothing remains to be searched, no values where the clock stopped it, and
        else the values of the columns.
        """
        if not self._settle(part, limit):
            return None
        rounds = PART_ROUNDS
        if self._program is None:
            self._program, rounds = CutProgram(self._small, part.prices), ROUNDS
        for _ in range(rounds):
            found = self._program.solve(part.state, self._clock.left())
            if found.status == "infeasible":
                return None
            if found.columns is None or found.prices is None:
                return np.empty(0)
            self._reprice(part, found)
            self._round(found.columns)
            if not self._settle(part, limit):
                return None
            if not self._program.deepened(found):
                break
        return found.columns

    def _reprice(self, part: _Part, found: Relaxed) -> None:
        """Take the prices of the linear program if they are better."""
        if found.prices is not None:
            said = priced(self._small, found.prices, part.state)
            if self._small.low(said.bound, said.terms) >= part.bound:
                part.prices = found.prices

    def _round(self, values: NDArray[np.float64]) -> None:
        """Make a plan of the largest values."""
        small = self._small
        plan = np.sort(np.argsort(-values, kind="stable")[: small.count])
        key = small.first_names(plan)
        if key in self._tried or not small.keeps(plan):
            return
        self._tried.add(key)
        if self._record(small, plan) <= WORTH * self._best.value:
            self._record(small, self._exchange.improved(plan, self._clock))

    def _first(self, root: _Part) -> Found:
        """Find the first of equally good plans, site by site, and say whether there are others."""
        plans = self._best.plans
        if len(plans) == 1:
            own = self._own(min(plans))
            around = [root.having(own[:at], own[at]) for at in range(own.size)]
            left = self._explore(around, self._best.tied, lambda: len(plans) > 1)
            if left or len(plans) == 1:
                return self._answer(proven=True, settled=not left, more=len(plans) > 1)
        self._settle(root, self._best.tied)
        for column in root.free():
            asked = root.having(column)
            left = []
            if not self._known(asked):
                left = self._explore(
                    [asked.having(())], self._best.tied, partial(self._known, asked)
                )
            if left:
                return self._answer(proven=True, settled=False, more=True)
            root.state[column] = IN if self._known(asked) else OUT
        return self._answer(proven=True, settled=True, more=True)

    def _known(self, part: _Part) -> bool:
        """Say whether one of the equally good plans lies in a part."""
        wanted, barred = part.state == IN, part.state == OUT
        for plan in self._best.plans:
            own = np.zeros(part.state.size, dtype=bool)
            own[self._own(plan)] = True
            if own[wanted].all() and not own[barred].any():
                return True
        return False

    def _own(self, plan: Plan) -> NDArray[np.intp]:
        """Give the columns of the small model that a plan takes."""
        names = self._small.names
        if not names.size:
            names = np.arange(self._small.costs.shape[1])
        return np.flatnonzero(np.isin(names, plan))


def _split(small: Median, part: _Part, values: NDArray[np.float64]) -> list[_Part]:
    """Split a part so that no plan is lost or there twice; the last is looked at first.

    Where the linear program answers with a plan, that plan is recorded already, and every other
    one lacks one of its columns: the first, or has the first and lacks the second, and so on.
    """
    free = part.free()
    doubt = np.abs(values[free] - np.rint(values[free]))
    taken = free[np.rint(values[free]) == 1]
    if doubt.max() < CLOSE and (part.state == IN).sum() + taken.size == small.count:
        return [part.having(taken[:at], without) for at, without in enumerate(taken)]
    column = free[np.argmax(doubt)]
    return [part.having((), column), part.having((column,))]


def any_plan(model: Median) -> NDArray[np.intp] | None:
    """Find some choice that keeps to the rules and gives every row an answer.

    Parameters
    ----------
    model
        What is asked.

    Returns
    -------
    numpy.ndarray or None
        Columns; None if there is no such choice.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> any_plan(Median(np.array([[1.0, np.inf]]), 1, *no_rules(2), whole=True)).tolist()
    [0]
    """
    columns = model.costs.shape[1]
    if not columns:
        fits = not model.count and model.keeps(()) and np.isfinite(model.value(()))
        return np.empty(0, dtype=np.intp) if fits else None
    finite = np.isfinite(model.costs)
    lacking = finite[~finite.all(axis=1)].astype(np.float64)
    matrix = sparse.vstack(
        [sparse.csr_array(np.ones((1, columns))), model.rules, sparse.csr_array(lacking)],
        format="csc",
    )
    count, rules = float(model.count), model.most.size
    least = np.concatenate([[count], np.full(rules, -np.inf), np.ones(lacking.shape[0])])
    most = np.concatenate([[count], model.most, np.full(lacking.shape[0], np.inf)])
    program = Program(
        np.zeros(columns),
        np.array([np.zeros(columns), np.ones(columns)]),
        np.array([least, most]),
        sparse.csc_array(matrix),
    )
    found = MixedProgram(program, np.ones(columns, dtype=bool)).solve()
    if found.status == "infeasible":
        return None
    return np.flatnonzero(found.values > 0.5)  # noqa: PLR2004 -- the columns are 0 or 1
