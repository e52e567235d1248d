"""Prices and plans for large covering problems, before any linear program is solved.

For prices ``0 <= u_i <= w_i`` of the rows no plan of `p` columns weighs more than

    L(u) = sum_i (w_i - u_i) + the p largest of c_j,   c_j = sum_{i covered by j} u_i

(Galvao and ReVelle 1996). The prices are moved down the subgradient, smoothed over the steps
before (as in the volume algorithm of Barahona and Anbil 2000), and the columns that are largest on
the way are good plans once single columns have been exchanged (Teitz and Bart 1968). All is in
floating point and only suggests: the search works bounds and weights out again in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.siting.covers.cover import Cover

STEPS = 3000  # at most; the step length usually ends the descent after some 600
PATIENCE = 20  # steps without a better bound after which steps become shorter
SHORTER = 0.7
SHORTEST = 1e-3  # part of the step that would close the gap at once
SMOOTH = 0.3  # weight of the newest subgradient
BETTER = 1e-4  # relative; smaller gains do not count as progress
KICKS = 60  # times that some columns of the best plan are drawn anew
POOL = 8  # columns for each one chosen from which they are drawn
SEED = 0
FIRST, EVERY = 50, 25  # steps from which on, and between which, plans are tried


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What the descent came to.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Prices(np.ones(2), [(0,)]).plans
    [(0,)]
    """

    rows: NDArray[np.float64]
    """Price of each row, at least 0 and at most its weight."""
    plans: list[tuple[int, ...]]
    """Plans tried, sorted each; the best last."""


class Exchange:
    """Improves plans by exchanging one column at a time, always the best exchange.

    Parameters
    ----------
    cover
        Rows and columns.
    late
        Says whether the time is over.

    Raises
    ------
    TypeError
        If the cover is none.

    Examples
    --------
    >>> from wushan_geo.siting.covers.cover import Cover
    >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.array([[1, 0], [0, 1]])))
    >>> Exchange(cover, lambda: False).improved((1,))
    ((0,), 3.0)
    """

    def __init__(self, cover: Cover, late: Callable[[], bool]) -> None:
        reach = cover.reach
        self._weights = cover.weights.astype(np.float64)
        self._start, self._rows = reach.indptr, reach.indices
        self._columns = np.repeat(np.arange(reach.shape[1]), np.diff(reach.indptr))
        self._count = reach.shape[1]
        self._late = late

    def improved(self, plan: tuple[int, ...]) -> tuple[tuple[int, ...], float]:
        """Exchange columns as long as that helps.

        Parameters
        ----------
        plan
            Columns to start from.

        Returns
        -------
        tuple
            The plan, sorted, and its weight.

        Raises
        ------
        IndexError
            If there is no such column.

        Examples
        --------
        >>> from wushan_geo.siting.covers.cover import Cover
        >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.array([[1, 0], [0, 1]])))
        >>> Exchange(cover, lambda: False).improved((0,))
        ((0,), 3.0)
        """
        chosen = list(plan)
        times = np.zeros(self._weights.size, dtype=np.intp)
        for one in chosen:
            times[self._of(one)] += 1
        while chosen and not self._late():
            gain, out, new = self._best(chosen, times)
            if gain <= 0:
                break
            times[self._of(chosen[out])] -= 1
            times[self._of(new)] += 1
            chosen[out] = new
        return tuple(sorted(chosen)), float(self._weights[times > 0].sum())

    def _of(self, column: int) -> NDArray[np.int32]:
        return self._rows[self._start[column] : self._start[column + 1]]

    def _best(self, chosen: list[int], times: NDArray[np.intp]) -> tuple[float, int, int]:
        """Give the best exchange: what it gains, the position that goes, the column that comes."""
        size = len(chosen)
        owner = np.full(times.size, size)  # the only chosen column of a row; `size` = none
        for at, one in enumerate(chosen):
            rows = self._of(one)
            owner[rows[times[rows] == 1]] = at
        open_weight = np.where(times <= 1, self._weights, 0.0)
        entry = self._columns * (size + 1) + owner[self._rows]
        sums = np.bincount(entry, open_weight[self._rows], self._count * (size + 1))
        table = sums.reshape(self._count, size + 1)
        loss = np.bincount(owner, open_weight, size + 1)[:size]
        # What a new column adds, besides what it takes over from the one that goes.
        gain = table[:, :size] + table[:, size:] - loss
        gain[chosen] = -1.0
        new, out = np.unravel_index(int(gain.argmax()), gain.shape)
        return float(gain[new, out]), int(out), int(new)


def descended(
    cover: Cover, plan: tuple[int, ...], exchange: Exchange, late: Callable[[], bool]
) -> Prices:
    """Move prices until the bound does not fall any more, and try plans on the way.

    Parameters
    ----------
    cover
        Rows and columns.
    plan
        A plan to start from.
    exchange
        Improves plans.
    late
        Says whether the time is over.

    Returns
    -------
    Prices
        The best prices and the plans tried.

    Raises
    ------
    IndexError
        If there is no such column.

    Examples
    --------
    >>> from wushan_geo.siting.covers.cover import Cover
    >>> cover = Cover(np.array([3, 2]), sparse.csc_array(np.array([[1, 0], [0, 1]])))
    >>> descended(cover, (1,), Exchange(cover, lambda: False), lambda: False).plans[-1]
    (0,)
    """
    found, weight = exchange.improved(plan)
    descent = _Descent(cover, len(plan))
    plans, seen = [found], {plan, found}
    for step in range(STEPS):
        if late() or not descent.move(weight):
            break
        if step >= FIRST and step % EVERY == 0 and descent.top not in seen:
            seen.add(descent.top)
            other, value = exchange.improved(descent.top)
            if value > weight:
                weight = value
                plans.append(other)
    plans += _kicked(descent, plans[-1], weight, exchange, late)
    return Prices(descent.best_prices, plans)


def _kicked(
    descent: _Descent,
    plan: tuple[int, ...],
    weight: float,
    exchange: Exchange,
    late: Callable[[], bool],
) -> list[tuple[int, ...]]:
    """Draw some columns of the best plan anew, and exchange again; seeded, so always the same."""
    draw = np.random.default_rng(SEED)
    pool = np.argsort(-descent.worth(), kind="stable")[: POOL * len(plan)]
    better: list[tuple[int, ...]] = []
    for _ in range(KICKS if descent.bound >= weight + 1.0 and len(plan) > 1 else 0):
        if late():
            break
        number = int(draw.integers(1, max(2, len(plan) // 3) + 1))
        kept = draw.permutation(plan)[number:]
        rest = np.setdiff1d(pool, kept)
        new = draw.permutation(rest)[:number]
        if new.size < number:
            break
        other, value = exchange.improved(tuple(int(one) for one in (*kept, *new)))
        if value > weight:
            plan, weight = other, value
            better.append(other)
    return better


class _Descent:
    """The prices as they move."""

    def __init__(self, cover: Cover, count: int) -> None:
        self._weights = cover.weights.astype(np.float64)
        self._total = float(self._weights.sum())
        self._start, self._rows = cover.reach.indptr, cover.reach.indices
        self._columns = sparse.csr_array(cover.reach.T.astype(np.float64))
        self._count = count
        self._prices = self._weights * 0.5
        self._way = np.zeros(self._weights.size)
        self._step, self._stalled = 1.0, 0
        self.bound = np.inf
        self.best_prices = self._prices
        self.top: tuple[int, ...] = ()
        """Columns that are largest at the prices last looked at."""

    def worth(self) -> NDArray[np.float64]:
        """Sum up the best prices by column."""
        sums: NDArray[np.float64] = self._columns @ self.best_prices
        return sums

    def move(self, weight: float) -> bool:
        """Take a step; say whether another one is worth while."""
        sums = self._columns @ self._prices
        top = np.sort(np.argpartition(-sums, self._count - 1)[: self._count])
        self.top = tuple(top.tolist())
        bound = self._total - float(self._prices.sum()) + float(sums[top].sum())
        self._judge(bound)
        if self.bound < weight + 1.0 or self._step < SHORTEST:
            return False
        if self._stalled >= PATIENCE:
            self._step, self._stalled = self._step * SHORTER, 0
            self._prices = self.best_prices
            self._way = np.zeros(self._weights.size)
            return True
        self._go(bound - weight)
        return True

    def _judge(self, bound: float) -> None:
        """Keep the prices if they are the best so far."""
        if bound < self.bound:
            self._stalled = 0 if bound < self.bound * (1.0 - BETTER) else self._stalled + 1
            self.bound, self.best_prices = bound, self._prices
        else:
            self._stalled += 1

    def _go(self, off: float) -> None:
        """Move along the smoothed subgradient."""
        times = np.full(self._weights.size, -1.0)
        for one in self.top:
            times[self._rows[self._start[one] : self._start[one + 1]]] += 1.0
        stuck = ((self._prices >= self._weights) & (times < 0)) | (
            (self._prices <= 0) & (times > 0)
        )
        times[stuck] = 0.0
        self._way = (1.0 - SMOOTH) * self._way + SMOOTH * times
        way = self._way if float(self._way @ times) > 0 else times
        length = float(way @ way)
        if length > 0:
            moved = self._prices - self._step * off / length * way
            self._prices = np.clip(moved, 0.0, self._weights)
        else:
            self._step = 0.0
