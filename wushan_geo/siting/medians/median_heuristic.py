"""Good plans for the p-median, quickly and without proof: one by one, then by exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.medians.median_bound import Median
    from wushan_geo.siting.ties import Clock

BETTER = 1e-12  # relative to the plan; less is the rounding of sums


class Exchange:
    """Greedy adding and best exchange on one model.

    A row without answer costs more than all rows together can, so that plans with fewer such rows
    are always better.

    Parameters
    ----------
    model
        What is asked.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    See ``tests/test_siting_median.py``.
    """

    def __init__(self, model: Median) -> None:
        self._model = model
        finite = np.isfinite(model.costs)
        worst = np.where(finite, model.costs, 0.0).max(axis=1, initial=0.0)
        self._far = float(worst.sum()) + 1.0
        self._costs = model.costs if finite.all() else np.where(finite, model.costs, self._far)
        self._order = np.argsort(self._costs, axis=1, kind="stable")
        self._ranked = np.take_along_axis(self._costs, self._order, axis=1)
        self._scale = 0.0
        self._plus = model.rules.maximum(0).tocsr()
        self._minus = (-model.rules).maximum(0).tocsr()

    def greedy(self) -> NDArray[np.intp] | None:
        """Add the column that helps most, one by one, as far as the rules let it.

        Returns
        -------
        numpy.ndarray or None
            Columns in the order of their turns; None where the rules leave none.

        Raises
        ------
        ValueError
            Never for a model that fits together.
        """
        model, costs = self._model, self._costs
        far = np.full(costs.shape[0], self._far)
        gain = np.maximum(far[:, np.newaxis] - costs, 0.0).sum(axis=0)
        plan: list[int] = []
        for turn in range(model.count):
            worth = np.where(self._allowed(plan, model.count - turn), gain, -np.inf)
            worth[plan] = -np.inf
            best = int(np.argmax(worth))
            if worth[best] == -np.inf:
                return None
            plan.append(best)
            nearer = np.flatnonzero(costs[:, best] < far)
            before, after = far[nearer], costs[nearer, best]
            block = costs[nearer]
            # What a row is still worth to a column is cut from its old to its new cost.
            gain -= (
                before[:, np.newaxis] - np.clip(block, after[:, np.newaxis], before[:, np.newaxis])
            ).sum(axis=0)
            far[nearer] = after
        return np.array(plan, dtype=np.intp)

    def _allowed(self, plan: list[int], left: int) -> NDArray[np.bool_]:
        """Say which columns may come next: none too many, and time for what is still wanted."""
        model = self._model
        if not model.most.size:
            return np.ones(self._costs.shape[1], dtype=bool)
        inside = np.zeros(self._costs.shape[1])
        inside[plan] = 1.0
        room = model.most - model.rules @ inside
        full = room < 1
        barred = np.asarray(self._plus[full].sum(axis=0)).ravel() > 0
        wanted = self._minus[room < 0]
        if wanted.shape[0] and -room[room < 0].sum() >= left:
            barred |= np.asarray(wanted.sum(axis=0)).ravel() == 0
        return ~barred

    def improved(self, plan: NDArray[np.intp], clock: Clock) -> NDArray[np.intp]:
        """Exchange one column for another as long as that helps, the best exchange each time.

        The fast interchange of Whitaker (1983) and Resende & Werneck (2004), for all pairs at once:
        what a column gains where it is nearer than the nearest, what each chosen one loses if it
        goes, and what is not lost where both meet.

        Parameters
        ----------
        plan
            Columns of a choice that keeps to the rules.
        clock
            Time that remains.

        Returns
        -------
        numpy.ndarray
            Columns, ascending.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        plan = np.sort(np.asarray(plan, dtype=np.intp))
        while 0 < plan.size < self._costs.shape[1] and not clock.over():
            change = self._changes(plan)
            best = int(np.argmin(change))
            out, new = divmod(best, change.shape[1])
            if not change[out, new] < -BETTER * self._scale:
                break
            plan[out] = new
        return np.sort(plan)

    def _changes(self, plan: NDArray[np.intp]) -> NDArray[np.float64]:
        """Give what each exchange changes: chosen columns x all columns."""
        costs = self._costs
        columns = costs.shape[1]
        first, near, second = self._two_nearest(plan)
        self._scale = float(near.sum())
        row, place = np.nonzero(self._ranked < second[:, np.newaxis])
        cost, column = self._ranked[row, place], self._order[row, place]
        gain = np.bincount(column, np.maximum(near[row] - cost, 0.0), minlength=columns)
        saved = second[row] - np.maximum(cost, near[row])
        both = np.bincount(first[row] * columns + column, saved, minlength=plan.size * columns)
        loss = np.bincount(first, second - near, minlength=plan.size)
        change: Any = (
            loss[:, np.newaxis] - gain - both.reshape(plan.size, columns).astype(np.float64)
        )
        change[:, plan] = np.inf
        if self._model.most.size:
            change[self._breaking(plan)] = np.inf
        answer: NDArray[np.float64] = change
        return answer

    def _two_nearest(
        self, plan: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
        """Find the nearest chosen column of each row, its cost, and that of the next."""
        own = self._costs[:, plan]
        rows = np.arange(own.shape[0])
        if plan.size == 1:
            return np.zeros(rows.size, dtype=np.intp), own[:, 0], self._ranked[:, -1]
        two = np.argpartition(own, 1, axis=1)[:, :2]
        one, other = own[rows, two[:, 0]], own[rows, two[:, 1]]
        first = np.where(one <= other, two[:, 0], two[:, 1])
        return first, np.minimum(one, other), np.maximum(one, other)

    def _breaking(self, plan: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Say which exchanges break a rule."""
        inside = np.zeros(self._costs.shape[1])
        inside[plan] = 1.0
        tight = self._model.most - self._model.rules @ inside < 1
        plus, minus = self._plus[tight], self._minus[tight]
        # A full rule takes a new column only in place of one of its own.
        more = np.asarray(plus.sum(axis=0)).ravel() - (plus[:, plan].T @ plus).toarray()
        less = (
            np.asarray(minus.sum(axis=0)).ravel()[plan, np.newaxis]
            - (minus[:, plan].T @ minus).toarray()
        )
        broken: NDArray[np.bool_] = (more > 0) | (less > 0)
        return broken
