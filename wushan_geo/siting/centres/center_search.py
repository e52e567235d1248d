"""The search of p-center: from both sides to the smallest limit that so many sites can keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.travel.matrix import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.siting.centres.center_cover import Reply
    from wushan_geo.siting.centres.center_questions import Questions, View
    from wushan_geo.siting.ties import Clock

    Told = Callable[[float, float], None]

STARTS = 4  # plans that the search for a good first one starts from
QUICK = 4  # nodes after which a question is put off
HARD = 12  # nodes of a proof that took long


@dataclass(frozen=True, slots=True, eq=False)
class Centre:
    """A plan and what is proven about it.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Centre(np.array([0]), 5.0, 5.0).proven
    True
    """

    columns: NDArray[np.intp]
    """Candidates of the plan, ascending."""
    value: float
    """Largest cost of any place to its nearest site."""
    bound: float
    """No plan has a smaller one."""

    @property
    def proven(self) -> bool:
        """Whether no plan is better."""
        return self.bound >= self.value


def best_centre(questions: Questions, clock: Clock, told: Told) -> Centre | None:
    """Find the plan whose worst place is best off.

    A good plan is found by interchange (Mladenovic, Labbe and Hansen 2003) from several starts.
    Between the floor (every candidate open) and its value, limits are halved (Minieka 1970): each
    is a covering question. Questions that take long are put off; in the end it is shown that no
    plan keeps to the next smaller cost.

    Parameters
    ----------
    questions
        Asks for plans.
    clock
        Time that remains.
    told
        Is told the value and the bound whenever one of them has moved.

    Returns
    -------
    Centre or None
        The best plan; None where there is none that leaves no place without a site.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_center.py``.
    """
    view = questions.view
    search = _Narrowing(questions, clock, told)
    if not np.isfinite(view.floor(view.fixed)):
        return None
    if not questions.ruled:
        return search.run(good_columns(view))
    from wushan_geo.siting.centres.center_questions import Questions as Plain

    # Without the rules nothing is worse, so that what is proven there holds here too.
    free = _Narrowing(Plain(view, ruled=False), clock, lambda *_: None)
    loose = free.run(good_columns(view))
    if loose is None:
        return None
    if questions.keeps(loose.columns):
        return loose
    return search.run(None, loose.bound)


def good_columns(view: View) -> NDArray[np.intp]:
    """Find a good plan: the farthest place gets its site, again and again, then sites move.

    Parameters
    ----------
    view
        Places and costs.

    Returns
    -------
    numpy.ndarray
        Columns, ascending; it may leave places without a site.

    Raises
    ------
    IndexError
        If there are fewer candidates than sites.

    Examples
    --------
    See ``tests/test_siting_center.py``.
    """
    best, value = greedy_columns(view), np.inf
    size = view.costs.shape[0]
    starts = [greedy_columns(view)]
    starts += [_farthest(view, (at * size) // STARTS) for at in range(STARTS if size else 0)]
    for start in starts:
        columns = _moved(view, start)
        worst = view.worst(columns)
        if worst < value:
            best, value = columns, worst
    return np.sort(best)


def greedy_columns(view: View) -> NDArray[np.intp]:
    """Choose sites one by one: each leaves the fewest places without any, then the worst best off.

    Parameters
    ----------
    view
        Places and costs.

    Returns
    -------
    numpy.ndarray
        Columns, required ones first.

    Raises
    ------
    IndexError
        If there are fewer candidates than sites.

    Examples
    --------
    See ``tests/test_siting_center.py``.
    """
    columns = [int(one) for one in np.flatnonzero(view.fixed.inside)]
    cost = view.nearest(np.array(columns, dtype=np.intp))
    while len(columns) < view.count:
        after = np.minimum(view.costs, cost[:, np.newaxis])
        lost = ~np.isfinite(after)
        worst = np.where(lost, -np.inf, after).max(axis=0, initial=-np.inf)
        ranks = lost.sum(axis=0).astype(np.float64)
        ranks[columns] = np.inf
        column = int(np.lexsort((worst, ranks))[0])
        columns.append(column)
        cost = after[:, column]
    return np.array(columns, dtype=np.intp)


class _Narrowing:
    """Moves the best plan down and the bound up until they meet."""

    def __init__(self, questions: Questions, clock: Clock, told: Told) -> None:
        self.questions, self.view = questions, questions.view
        self.clock, self.told = clock, told

    def run(self, start: NDArray[np.intp] | None, floor: float = 0.0) -> Centre | None:
        """Search from a plan, or from any that leaves no place without a site."""
        floor = max(floor, self.view.floor(self.view.fixed))
        if start is None or not np.isfinite(self.view.worst(start)):
            from wushan_geo.siting.ties import Clock

            # Without a plan there is nothing to give, however late it is.
            start = self.questions.within(LARGEST, Clock(None)).columns
            if start is None:
                return None
        self.best, self.value = start, self.view.worst(start)
        both = np.concatenate([self.view.costs.ravel(), self.view.base, [floor]])
        self.values = np.unique(both[(both >= floor) & (both <= self.value)])
        self.top, self.proven = self.values.size - 1, 0
        self._halve(QUICK)
        self._halve(None)
        return Centre(self.best, self.value, float(self.values[min(self.proven, self.top)]))

    def _halve(self, nodes: int | None) -> None:
        """Halve the limits that are open, passing over questions that take more nodes."""
        low, hard = self.proven, False
        while low < self.top and not self.clock.over():
            # Where a proof took long there may be nothing better: the best is asked about next.
            middle = self.top - 1 if hard else (low + self.top) // 2
            reply = self._ask(middle, nodes)
            hard = reply.known and reply.columns is None and reply.nodes >= HARD
            if reply.columns is None:
                low = middle + 1

    def _ask(self, at: int, nodes: int | None) -> Reply:
        """Ask whether a plan keeps to a limit."""
        reply = self.questions.within(float(self.values[at]), self.clock, nodes)
        if reply.columns is None:
            if reply.known:
                self.proven = max(self.proven, at + 1)
        else:
            columns = reply.columns
            if not self.questions.ruled:
                columns = np.sort(_moved(self.view, columns))
            self.best, self.value = columns, self.view.worst(columns)
            self.top = int(np.searchsorted(self.values, self.value))
        self.told(self.value, float(self.values[min(self.proven, self.top)]))
        return reply


def _farthest(view: View, first: int) -> NDArray[np.intp]:
    """Give the farthest place its nearest candidate, again and again (Gonzalez 1985)."""
    columns = [int(one) for one in np.flatnonzero(view.fixed.inside)]
    cost = view.nearest(np.array(columns, dtype=np.intp))
    place = first if not columns and not np.isfinite(cost).any() else int(cost.argmax())
    while len(columns) < view.count:
        row = view.costs[place].copy()
        row[columns] = np.inf
        column = int(row.argmin())
        if column in columns:
            column = int(np.setdiff1d(np.arange(row.size), columns)[0])
        columns.append(column)
        cost = np.minimum(cost, view.costs[:, column])
        place = int(cost.argmax())
    return np.array(columns, dtype=np.intp)


def _moved(view: View, columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """Move one site at a time to where the worst place is nearer, while the worst gets better."""
    columns = columns.copy()
    kept = view.fixed.inside
    rows = np.arange(view.costs.shape[0])
    while columns.size and rows.size:
        sites = np.column_stack([view.costs[:, columns], view.base])
        own = sites.argmin(axis=1)
        first = sites[rows, own]
        worst, place = float(first.max()), int(first.argmax())
        to = np.flatnonzero(view.costs[place] < worst)
        if not to.size:
            break
        sites[rows, own] = np.inf
        after = _after_moves(view.costs[:, to], own, first, sites.min(axis=1), columns.size)
        after[kept[columns]] = np.inf
        move = int(after.argmin())
        if not after.flat[move] < worst:
            break
        columns[move // to.size] = to[move % to.size]
    return columns


def _after_moves(
    costs: NDArray[np.float64],
    own: NDArray[np.intp],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    count: int,
) -> NDArray[np.float64]:
    """Work out the worst cost after each move: sites (rows) to columns."""
    order = np.argsort(own, kind="stable")
    owner = own[order]
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    stay = np.full((count + 1, costs.shape[1]), -np.inf)
    leave = stay.copy()
    sorted_costs = costs[order]
    stay[owner[starts]] = np.maximum.reduceat(
        np.minimum(sorted_costs, first[order, np.newaxis]), starts, axis=0
    )
    leave[owner[starts]] = np.maximum.reduceat(
        np.minimum(sorted_costs, second[order, np.newaxis]), starts, axis=0
    )
    largest = stay.argmax(axis=0)
    across = np.arange(costs.shape[1])
    most = stay[largest, across]
    stay[largest, across] = -np.inf
    others = np.broadcast_to(most, stay.shape).copy()
    others[largest, across] = stay.max(axis=0)
    after: NDArray[np.float64] = np.maximum(leave, others)[:count]
    return after
