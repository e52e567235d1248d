"""The p-median as arrays, and a bound on it: Lagrangian prices of places, by steps uphill."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.siting.ties import Clock

    Heard = Callable[[NDArray[np.intp], float], float]

SAME = 1e-9  # relative; sums that differ by less are equally good
SUMMED = 4 * float(np.finfo(np.float64).eps)  # rounding of one term of a sum, with room to spare
FIRST, STALL, SHRINK, LEAST, KEEP = 1.0, 15, 0.7, 1e-4, 0.3  # the steps uphill
HEARD = 40  # steps between two tries to make a plan of the best sites
NARROW = 60  # steps after which the lists of near sites are cut to what the prices use
OUT, FREE, IN = -1, 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Median:
    """Choose `count` columns so that the sum over rows of the least cost among them is least.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> model = Median(np.array([[1.0, 4.0], [5.0, 2.0]]), 1, *no_rules(2), whole=True)
    >>> model.value([1])
    6.0
    """

    costs: NDArray[np.float64]
    """Rows x columns, persons and all; infinity where a column is no answer for a row."""
    count: int
    """Columns to choose."""
    rules: sparse.csr_array
    """Rules x columns; each row of one sign."""
    most: NDArray[np.float64]
    """Largest value of each rule."""
    whole: bool
    """Whether all costs are whole numbers."""
    scale: float = 1.0
    """What costs were multiplied by to make them whole."""
    base: float = 0.0
    """What all choices cost besides."""
    names: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    """Columns of the first model that these columns are; empty = as they are."""
    inside: tuple[int, ...] = ()
    """Columns of the first model that are settled to be in."""

    def value(self, plan: Any) -> float:
        """Give the cost of a choice, infinite if it leaves a row without answer.

        Parameters
        ----------
        plan
            Columns.

        Returns
        -------
        float
            With what all choices cost besides.

        Raises
        ------
        IndexError
            If there is no such column.
        """
        columns = np.asarray(plan, dtype=np.intp)
        if not columns.size:
            return self.base + (np.inf if self.costs.shape[0] else 0.0)
        return self.base + float(self.costs[:, columns].min(axis=1).sum())

    def keeps(self, plan: Any) -> bool:
        """Say whether a choice keeps to the rules.

        Parameters
        ----------
        plan
            Columns.

        Returns
        -------
        bool
            True if no rule is above its largest value.

        Raises
        ------
        IndexError
            If there is no such column.
        """
        chosen = np.zeros(self.costs.shape[1])
        chosen[np.asarray(plan, dtype=np.intp)] = 1.0
        return bool((self.rules @ chosen <= self.most).all())

    def first_names(self, plan: Any) -> tuple[int, ...]:
        """Name a choice by the columns of the first model, settled ones among them.

        Parameters
        ----------
        plan
            Columns.

        Returns
        -------
        tuple of int
            Ascending.

        Raises
        ------
        IndexError
            If there is no such column.
        """
        columns = np.asarray(plan, dtype=np.intp)
        own = self.names[columns] if self.names.size else columns
        return tuple(sorted((*own.tolist(), *self.inside)))

    def low(self, bound: Any, terms: float) -> Any:
        """Make a worked-out bound safe: less its rounding, and up to the next whole cost.

        Parameters
        ----------
        bound
            One bound or an array of them.
        terms
            Sum of the sizes of all numbers that were added up.

        Returns
        -------
        float or numpy.ndarray
            Bounds that hold.

        Raises
        ------
        TypeError
            If it is no number.
        """
        safe = bound - SUMMED * sum(self.costs.shape) * terms
        return np.ceil(safe) if self.whole else safe

    def reduced(self, state: NDArray[np.int8]) -> Median:
        """Leave out columns that are settled, and rows for which nothing is left to decide.

        Parameters
        ----------
        state
            In, free or out, by column.

        Returns
        -------
        Median
            The same problem on what is left.

        Raises
        ------
        ValueError
            If there is not one state for each column.
        """
        free, taken = np.flatnonzero(state == FREE), np.flatnonzero(state == IN)
        names = self.names if self.names.size else np.arange(state.size)
        near = self.costs[:, taken].min(axis=1, initial=np.inf)
        costs = np.minimum(self.costs[:, free], near[:, np.newaxis])
        same = self.same(state)
        only = near
        if self.count > taken.size:
            only = np.minimum(near, costs.min(axis=1, initial=np.inf))
        return replace(
            self,
            costs=np.ascontiguousarray(costs[~same]),
            count=self.count - taken.size,
            rules=sparse.csr_array(self.rules[:, free]),
            most=self.most - np.asarray(self.rules[:, taken].sum(axis=1)).ravel(),
            base=self.base + float(only[same].sum()),
            names=names[free],
            inside=(*self.inside, *(int(one) for one in names[taken])),
        )

    def same(self, state: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Say for which rows nothing is left to decide: every choice costs them the same.

        Parameters
        ----------
        state
            In, free or out, by column.

        Returns
        -------
        numpy.ndarray
            One truth value for each row.

        Raises
        ------
        ValueError
            If there is not one state for each column.
        """
        near = self.costs[:, state == IN].min(axis=1, initial=np.inf)
        left = self.count - int((state == IN).sum())
        if left == 0:
            return np.ones(near.size, dtype=bool)
        free = self.costs[:, state == FREE]
        least = np.minimum(free.min(axis=1, initial=np.inf), near)
        most = np.minimum(free.max(axis=1, initial=-np.inf), near)
        answer: NDArray[np.bool_] = (least == most) & np.isfinite(least)
        return answer


def no_rules(columns: int) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Give rules and their largest values where there are none.

    Parameters
    ----------
    columns
        Number of columns.

    Returns
    -------
    tuple
        Empty arrays.

    Raises
    ------
    ValueError
        If the number is negative.

    Examples
    --------
    >>> no_rules(2)[0].shape
    (0, 2)
    """
    return sparse.csr_array(np.zeros((0, columns))), np.empty(0)


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """A price for each row and rule: whatever they are, they give a bound that holds.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Prices(np.ones(2), np.empty(0)).rows.tolist()
    [1.0, 1.0]
    """

    rows: NDArray[np.float64]
    """What a row pays to be served at all."""
    rules: NDArray[np.float64]
    """At least 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """What prices say: the bound, and what each column adds to it.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Priced(3.0, 5.0, np.zeros(2)).bound
    3.0
    """

    bound: float
    """No choice costs less; before rounding."""
    terms: float
    """Sum of the sizes of all numbers that were added up."""
    columns: NDArray[np.float64]
    """What the bound changes by with each column."""


def priced(model: Median, prices: Prices, state: NDArray[np.int8] | None = None) -> Priced:
    """Work out the Lagrangian bound of prices.

    With prices ``u_i`` of rows and ``v_r`` of rules ``sum_j g_rj x_j <= h_r``,

        L(u, v) = sum_i u_i - sum_r v_r h_r + min sum_j q_j x_j,
        q_j = sum_i min(0, c_ij - u_i) + sum_r v_r g_rj,

    over choices of `count` columns: the least `q_j` (Cornuejols, Fisher & Nemhauser 1977).

    Parameters
    ----------
    model
        What is asked.
    prices
        Prices.
    state
        Columns that are settled; None for none.

    Returns
    -------
    Priced
        The bound.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> model = Median(np.array([[1.0, 4.0], [5.0, 2.0]]), 1, *no_rules(2), whole=True)
    >>> priced(model, Prices(np.array([4.0, 4.0]), np.empty(0))).bound
    5.0
    """
    short = model.costs - prices.rows[:, np.newaxis]
    return _added(model, prices, np.minimum(short, 0.0, out=short).sum(axis=0), state)


def _added(
    model: Median,
    prices: Prices,
    columns: NDArray[np.float64],
    state: NDArray[np.int8] | None = None,
) -> Priced:
    """Add up the bound."""
    fixed, size = model.base + float(prices.rows.sum()), abs(model.base) + float(prices.rows.sum())
    if prices.rules.size:
        columns = columns + prices.rules @ model.rules
        fixed -= float(prices.rules @ model.most)
        size += float(prices.rules @ (np.abs(model.most) + model.count))
    if state is None:
        best = columns[np.argpartition(columns, model.count - 1)[: model.count]]
        return Priced(fixed + float(best.sum()), size + float(np.abs(best).sum()), columns)
    taken, free = columns[state == IN], columns[state == FREE]
    left = model.count - taken.size
    best = np.sort(free)[:left] if left < free.size else free
    terms = size + float(np.abs(best).sum()) + float(np.abs(taken).sum())
    return Priced(fixed + float(best.sum()) + float(taken.sum()), terms, columns)


def settled(model: Median, said: Priced, state: NDArray[np.int8], limit: float) -> bool:
    """Settle columns whose other state would put the bound above a limit.

    Parameters
    ----------
    model
        What is asked.
    said
        The bound for these states, and what each column adds to it.
    state
        In, free or out; changed.
    limit
        Largest cost of interest.

    Returns
    -------
    bool
        Whether any choice may be within the limit.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> model = Median(np.array([[1.0, 4.0], [5.0, 2.0]]), 1, *no_rules(2), whole=True)
    >>> state = np.zeros(2, dtype=np.int8)
    >>> settled(model, priced(model, Prices(np.array([4.0, 4.0]), np.empty(0))), state, 5.0)
    True
    """
    free = np.flatnonzero(state == FREE)
    left = model.count - int((state == IN).sum())
    if not 0 <= left <= free.size or model.low(said.bound, said.terms) > limit:
        return False
    if not 0 < left < free.size:
        state[free] = IN if left else OUT
        return True
    add = said.columns[free]
    order = np.argsort(add, kind="stable")
    ranked, add = free[order], add[order]
    terms = said.terms + 2 * float(np.abs(add).max())
    worse = model.low(said.bound + add[left:] - add[left - 1], terms) > limit
    better = model.low(said.bound - add[:left] + add[left], terms) > limit
    state[ranked[left:][worse]] = OUT
    state[ranked[:left][better]] = IN
    return True


@dataclass(slots=True, eq=False)
class _Lists:
    """The near columns of each row, so that a bound is worked out from what counts only."""

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    cost: NDArray[np.float64]
    top: NDArray[np.float64]
    """The first cost of each row that is not on its list: prices up to it need no more."""

    @classmethod
    def of(cls, ranked: NDArray[np.float64], order: NDArray[np.intp], keep: Any) -> _Lists:
        """Keep the first few columns of each row."""
        rows, columns = ranked.shape
        wanted = np.arange(columns) < keep[:, np.newaxis]
        wanted &= np.isfinite(ranked)
        row, place = np.nonzero(wanted)
        size = wanted.sum(axis=1)
        top = np.full(rows, np.inf)
        more = size < columns
        top[more] = ranked[more, size[more]]
        return cls(row, order[row, place], ranked[row, place], top)


@dataclass(frozen=True, slots=True, eq=False)
class Climbed:
    """Where the steps uphill ended.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Climbed(Prices(np.ones(1), np.empty(0)), 3.0, steps=4).steps
    4
    """

    prices: Prices
    """The best prices seen."""
    bound: float
    """Their bound, made safe."""
    steps: int
    """Steps taken."""


def climbed(
    model: Median,
    start: Prices | None,
    best: float,
    steps: int,
    *,
    clock: Clock,
    heard: Heard,
) -> Climbed:
    """Look for prices with a high bound, by subgradient steps with some momentum.

    The step length is that of Held, Wolfe & Crowder (1974) towards the best plan known, shrunk
    when the bound does not rise.

    Parameters
    ----------
    model
        What is asked; more columns than are chosen.
    start
        Prices to start from; None starts from the costs that about one plan in `count` has.
    best
        Cost of the best plan known.
    steps
        Most steps to take.
    clock
        Time that remains.
    heard
        Told from time to time which columns the bound chooses and how high it is; gives the cost
        of the best plan known by then.

    Returns
    -------
    Climbed
        The best prices.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    See ``tests/test_siting_median.py``.
    """
    return _Climb(model, best).run(start, steps, clock, heard)


class _Climb:
    """The state of one search for prices."""

    def __init__(self, model: Median, best: float) -> None:
        rows, columns = model.costs.shape
        self._model, self._best = model, best
        order = np.argsort(model.costs, axis=1, kind="stable")
        self._ranked = np.take_along_axis(model.costs, order, axis=1)
        self._order = order
        reach = min(columns - 1, max(1, columns // max(1, model.count)))
        self._lists = _Lists.of(self._ranked, order, np.full(rows, 5 * reach + 5))
        first = self._ranked[:, reach]
        low = self._ranked[:, 0]
        self._first = np.where(np.isfinite(first), first, low)
        self._top = max(best - model.base, 1.0)

    def run(self, start: Prices | None, steps: int, clock: Clock, heard: Heard) -> Climbed:
        """Take the steps."""
        model, rules = self._model, self._model.rules
        now = start or Prices(self._first, np.zeros(model.most.size))
        found, high, aim = now, -np.inf, self._best
        size, stall, way = FIRST, 0, np.zeros(now.rows.size + now.rules.size)
        for step in range(steps):
            now = self._clipped(now)
            said, chosen, turn = self._look(now)
            if said.bound > high:
                stall = 0 if said.bound > high + 1e-7 * abs(high) else stall + 1
                high, found, terms = said.bound, now, said.terms
            else:
                stall += 1
            if step % HEARD == HEARD - 1:
                aim = heard(chosen, float(model.low(high, terms)))
            if model.low(high, terms) >= aim or clock.over():
                break
            if step == NARROW:
                self._narrow(found)
            if stall >= STALL:
                size, stall, now, way = size * SHRINK, 0, found, np.zeros_like(way)
                continue
            if rules.shape[0]:
                inside = np.zeros(model.costs.shape[1])
                inside[chosen] = 1.0
                turn = np.concatenate([turn, rules @ inside - model.most])
            way = turn + KEEP * way
            steep = float(way @ way)
            if steep == 0 or size < LEAST:
                break
            way_on = size * (aim - said.bound) / steep * way
            rows = now.rows.size
            now = Prices(
                np.maximum(now.rows + way_on[:rows], 0.0),
                np.maximum(now.rules + way_on[rows:], 0.0),
            )
        return Climbed(found, float(model.low(high, terms)), step + 1)

    def _clipped(self, now: Prices) -> Prices:
        """Keep prices to what the lists can tell."""
        return Prices(np.minimum(now.rows, np.minimum(self._lists.top, self._top)), now.rules)

    def _look(self, now: Prices) -> tuple[Priced, NDArray[np.intp], NDArray[np.float64]]:
        """Work out the bound, the columns that it chooses, and how rows are served by them."""
        lists, model = self._lists, self._model
        short = lists.cost - now.rows[lists.row]
        under = short < 0
        columns: Any = np.bincount(
            lists.column, np.minimum(short, 0.0), minlength=model.costs.shape[1]
        )
        said = _added(model, now, columns)
        chosen = np.argpartition(said.columns, model.count - 1)[: model.count]
        inside = np.zeros(said.columns.size, dtype=bool)
        inside[chosen] = True
        served: Any = np.bincount(lists.row, under & inside[lists.column], minlength=now.rows.size)
        return said, chosen, 1.0 - served

    def _narrow(self, found: Prices) -> None:
        """Shorten the lists to what the prices use, with room to rise."""
        used = (self._ranked < found.rows[:, np.newaxis]).sum(axis=1)
        self._lists = _Lists.of(self._ranked, self._order, used + used // 2 + 3)
