"""Whether so many columns cover all rows: a search with bounds that hold whatever the solver does.

The question of p-center and of its lexicographic form, asked again and again with other limits: is
there a set of exactly `count` columns, some of them given and some barred, so that every row has
one of its columns in it? The linear relaxation (Toregas et al. 1971) is solved over the few rows
that matter, rows are added as they are broken, and what its prices prove is worked out anew from
the prices: for any prices `u_i >= 0` of the rows, a plan needs `sum_j w_j x_j >= sum_i u_i` with
`w_j = sum_{i: j in N_i} u_i`, so that where the `count` largest `w_j` fall short there is no plan.
The same sums tell which single columns are in no plan or in every one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from wushan_geo.siting.solver import LinearProgram, Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.ties import Clock

SHORT = 1e-6  # by how much sums of prices must fall short to prove anything; rounding is far less
WHOLE = 1e-6  # how near to a whole number a share counts as one
ADDED = 20  # broken rows added at once
ROUNDS = 3  # of leaving out rows and columns in turn; more find little
BLOCK = 256  # rows compared at once
HALF = 0.5
LEAN = 0.02  # columns that the relaxation leaves out still count a little where shares are rounded


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """Answer to one question.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Reply(None, known=True).columns is None
    True
    """

    columns: NDArray[np.intp] | None
    """Columns that cover all rows, ascending; None where there are none or none was found."""
    known: bool
    """Whether that is certain; False where the search was stopped before."""
    nodes: int = 0
    """Nodes of the search."""


NONE = Reply(None, known=True)
STOPPED = Reply(None, known=False)


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """What is settled about columns beforehand.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Fixed(np.array([True, False]), np.array([False, False])).free.tolist()
    [False, True]
    """

    inside: NDArray[np.bool_]
    """Columns that must be in the plan."""
    outside: NDArray[np.bool_]
    """Columns that must not."""

    @property
    def free(self) -> NDArray[np.bool_]:
        """Columns that are not settled."""
        return ~(self.inside | self.outside)

    def plus(self, column: int) -> Fixed:
        """Settle that one more column is in the plan.

        Parameters
        ----------
        column
            Its position.

        Returns
        -------
        Fixed
            With it; this one stays as it is.

        Raises
        ------
        IndexError
            If there is no such column.

        Examples
        --------
        >>> nothing = np.zeros(2, dtype=bool)
        >>> Fixed(nothing, nothing).plus(1).inside.tolist()
        [False, True]
        """
        inside = self.inside.copy()
        inside[column] = True
        return Fixed(inside, self.outside)

    def minus(self, column: int) -> Fixed:
        """Settle that one more column is not in the plan.

        Parameters
        ----------
        column
            Its position.

        Returns
        -------
        Fixed
            With it; this one stays as it is.

        Raises
        ------
        IndexError
            If there is no such column.

        Examples
        --------
        >>> nothing = np.zeros(2, dtype=bool)
        >>> Fixed(nothing, nothing).minus(0).outside.tolist()
        [True, False]
        """
        outside = self.outside.copy()
        outside[column] = True
        return Fixed(self.inside, outside)


def find_cover(
    near: NDArray[np.bool_],
    fixed: Fixed,
    count: int,
    clock: Clock,
    nodes: int | None = None,
    hints: NDArray[np.bool_] | None = None,
) -> Reply:
    """Say whether exactly `count` columns cover all rows, and which.

    Parameters
    ----------
    near
        Rows x columns: which column covers which row.
    fixed
        Columns that must be in the plan (they count), and that must not.
    count
        Number of columns.
    clock
        Time that remains.
    nodes
        Most nodes that are looked at; None for no end.
    hints
        Rows that mattered in a question like this one: the search starts from them. It is written
        over with the rows that mattered in this one.

    Returns
    -------
    Reply
        Columns, filled up to the number with the first ones that are free.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.ties import Clock
    >>> near = np.array([[True, True, False], [False, True, True]])
    >>> nothing = Fixed(np.zeros(3, dtype=bool), np.zeros(3, dtype=bool))
    >>> find_cover(near, nothing, 1, Clock(None)).columns.tolist()
    [1]
    >>> find_cover(near, nothing.minus(1), 1, Clock(None)).known
    True
    """
    free = np.flatnonzero(fixed.free)
    more = count - int(fixed.inside.sum())
    if more < 0 or free.size < more:
        return NONE
    left = np.flatnonzero(~near[:, fixed.inside].any(axis=1))
    rows = near[left][:, free]
    if left.size and (not more or not rows.any(axis=1).all()):
        return NONE
    chosen, seen = np.empty(0, dtype=np.intp), 0
    if left.size:
        rows, which, kept = reduced(rows)
        left = left[which]
        search = _Search(rows, more, None if hints is None else hints[left])
        reply = search.run(clock, nodes)
        if hints is not None:
            hints[:] = False
            hints[left[search.priced]] = True
        if reply.columns is None:
            return reply
        chosen, seen = kept[reply.columns], reply.nodes
    mask = np.zeros(free.size, dtype=bool)
    mask[chosen] = True
    mask[np.flatnonzero(~mask)[: more - chosen.size]] = True
    inside = fixed.inside.copy()
    inside[free[mask]] = True
    return Reply(np.flatnonzero(inside), known=True, nodes=seen)


@dataclass(frozen=True, slots=True, eq=False)
class FirstCover:
    """The first of all plans in the order of the columns.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> FirstCover(np.array([0]), alternatives=False, settled=True).settled
    True
    """

    columns: NDArray[np.intp]
    """Its columns, ascending."""
    alternatives: bool | None
    """Whether there is another plan; None where the clock stopped the search for it."""
    settled: bool
    """Whether it is the first; False where the clock stopped the search for it."""


def first_cover(
    near: NDArray[np.bool_], fixed: Fixed, known: NDArray[np.intp], clock: Clock
) -> FirstCover:
    """Find the plan that comes first: whose first column that another has not is the smaller one.

    Parameters
    ----------
    near
        Rows x columns: which column covers which row.
    fixed
        Columns that must be in the plan, and that must not.
    known
        Any plan; the answer has as many columns.
    clock
        Time that remains.

    Returns
    -------
    FirstCover
        The plan, and whether there is another.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.ties import Clock
    >>> near = np.array([[True, True, False], [False, True, True]])
    >>> nothing = Fixed(np.zeros(3, dtype=bool), np.zeros(3, dtype=bool))
    >>> found = first_cover(near, nothing, np.array([1, 2]), Clock(None))
    >>> found.columns.tolist(), found.alternatives
    ([0, 1], True)
    """
    best, count, now = np.sort(known), known.size, fixed
    near = near[_needed(near)]
    several, stale = False, True
    for column in range(near.shape[1]):
        if now.inside.sum() == count:
            break
        if stale:
            now, stale = barred(near, now, count, best), False
        if not now.free[column]:
            continue
        if column not in best:
            reply = find_cover(near, now.plus(column), count, clock)
            if not reply.known:
                return FirstCover(best, several or None, settled=False)
            if reply.columns is None:
                now = now.minus(column)
                continue
            best, several = reply.columns, True
        now, stale = now.plus(column), True
    if several:
        return FirstCover(best, alternatives=True, settled=True)
    reply = another_cover(near, fixed, best, clock)
    return FirstCover(best, reply.columns is not None if reply.known else None, settled=True)


def another_cover(
    near: NDArray[np.bool_], fixed: Fixed, known: NDArray[np.intp], clock: Clock
) -> Reply:
    """Find any plan of as many columns that leaves out some column of a plan.

    Parameters
    ----------
    near, fixed, known, clock
        As in `first_cover`.

    Returns
    -------
    Reply
        Its columns, if there are any.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.ties import Clock
    >>> near = np.array([[True, True, False], [False, True, True]])
    >>> nothing = Fixed(np.zeros(3, dtype=bool), np.zeros(3, dtype=bool))
    >>> another_cover(near, nothing, np.array([1]), Clock(None)).columns is None
    True
    """
    certain = True
    for column in known[~fixed.inside[known]]:
        reply = find_cover(near, fixed.minus(int(column)), known.size, clock)
        if reply.columns is not None:
            return reply
        certain = certain and reply.known
    return NONE if certain else STOPPED


def barred(near: NDArray[np.bool_], fixed: Fixed, count: int, best: NDArray[np.intp]) -> Fixed:
    """Bar the columns that the relaxation shows to be in no plan.

    Parameters
    ----------
    near
        Rows x columns: which column covers which row.
    fixed
        What is settled.
    count
        Number of columns of a plan.
    best
        A plan: none of its columns is barred.

    Returns
    -------
    Fixed
        With more columns outside.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> near = np.array([[True, False], [True, False]])
    >>> nothing = Fixed(np.zeros(2, dtype=bool), np.zeros(2, dtype=bool))
    >>> barred(near, nothing, 1, np.array([0])).outside.tolist()
    [False, True]
    """
    free = np.flatnonzero(fixed.free)
    more = count - int(fixed.inside.sum())
    rows = near[~near[:, fixed.inside].any(axis=1)][:, free]
    if not rows.shape[0] or not more:
        return fixed
    upper = np.ones(free.size)
    _Search(rows, more, None).bound(np.zeros(free.size), upper)
    outside = fixed.outside.copy()
    outside[free[upper < HALF]] = True
    outside[best] = fixed.outside[best]
    return Fixed(fixed.inside, outside)


def reduced(
    near: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.intp], NDArray[np.intp]]:
    """Leave out rows that are covered whenever another is, and columns that another outdoes.

    Parameters
    ----------
    near
        Rows x columns: which column covers which row.

    Returns
    -------
    tuple
        The rest, and the rows and columns that it keeps.

    Raises
    ------
    ValueError
        If it has not two dimensions.

    Examples
    --------
    >>> rest, rows, columns = reduced(np.array([[True, True, False], [True, True, True]]))
    >>> rest.tolist(), rows.tolist(), columns.tolist()
    ([[True]], [0], [0])
    """
    rows, columns = np.arange(near.shape[0]), np.arange(near.shape[1])
    for _ in range(ROUNDS):
        before = near.shape
        some = _needed(near)
        near, rows = near[some], rows[some]
        some = _needed(~near.T)
        near, columns = near[:, some], columns[some]
        if near.shape == before:
            break
    return near, rows, columns


def _needed(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which rows do not hold all of another row; of equal rows the first is needed.

    Rows are compared as bits, 64 columns at a time: the first word leaves few pairs for the others.
    """
    order = np.argsort(near.sum(axis=1), kind="stable")
    words = _packed(near[order])
    answer = np.ones(order.size, dtype=bool)
    for start in range(0, order.size, BLOCK):
        # A row can hold only shorter ones, and equal ones before it.
        end = min(start + BLOCK, order.size)
        apart = words[:end, 0][np.newaxis, :] & ~words[start:end, 0][:, np.newaxis]
        row, held = np.nonzero(np.tril(apart == 0, start - 1))
        row += start
        for at in range(1, words.shape[1]):
            inside = words[held, at] & ~words[row, at] == 0
            row, held = row[inside], held[inside]
        answer[order[row]] = False
    return answer


def _packed(near: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Give each row as whole words, the fullest word first."""
    octets = np.packbits(near, axis=1)
    padded = np.zeros((octets.shape[0], max(1, -(-octets.shape[1] // 8)) * 8), dtype=np.uint8)
    padded[:, : octets.shape[1]] = octets
    words: NDArray[np.uint64] = padded.view(np.uint64)
    full = np.bitwise_count(words).sum(axis=0, dtype=np.int64)
    return np.ascontiguousarray(words[:, np.argsort(-full, kind="stable")])


class _Search:
    """Depth-first search over rows and columns, the relaxation kept in the solver."""

    def __init__(
        self, near: NDArray[np.bool_], count: int, hints: NDArray[np.bool_] | None
    ) -> None:
        self.near, self.count = near, count
        self.weight = near.astype(np.float32)
        apart = self._apart()
        self.packed = apart.size
        self.which = apart if hints is None else np.union1d(apart, np.flatnonzero(hints))
        self.priced = np.zeros(near.shape[0], dtype=bool)
        self.rows = near[self.which].astype(np.float64)
        size = near.shape[1]
        box = np.array([np.zeros(size), np.ones(size)])
        sides = np.array([np.ones(self.which.size), np.full(self.which.size, np.inf)])
        self.program = LinearProgram(
            Program(np.ones(size), box, sides, sparse.csc_array(self.rows))
        )

    def run(self, clock: Clock, nodes: int | None) -> Reply:
        """Search until a plan is found or it is certain that there is none."""
        if self.packed > self.count:
            return NONE
        size = self.near.shape[1]
        stack = [(np.zeros(size), np.ones(size))]
        seen = 0
        while stack:
            if clock.over() or (nodes is not None and seen >= nodes):
                return Reply(None, known=False, nodes=seen)
            seen += 1
            lower, upper = stack.pop()
            share = self.bound(lower, upper)
            if share is None:
                continue
            columns = self._plan(share, lower, upper)
            if columns is not None:
                return Reply(columns, known=True, nodes=seen)
            stack += self._branches(share, lower, upper)
        return Reply(None, known=True, nodes=seen)

    def bound(
        self, lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> NDArray[np.float64] | None:
        """Solve the relaxation; None where it shows that there is no plan. Settles columns."""
        while True:
            self.program.set_columns(lower, upper)
            solved = self.program.solve()
            if solved.status != "optimal":
                return None
            prices = np.maximum(solved.row_dual, 0.0)
            self.priced[self.which[prices > 0.0]] = True
            if not self._settle(prices, lower, upper):
                return None
            covered = self.near @ solved.primal
            broken = np.flatnonzero(covered < 1.0 - WHOLE)
            if not broken.size:
                return solved.primal
            self._add(broken[np.argsort(covered[broken], kind="stable")])

    def _settle(
        self,
        prices: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
    ) -> bool:
        """Say whether a plan may exist, and settle columns, by what the prices prove."""
        worth, total = prices @ self.rows, float(prices.sum())
        inside = lower > HALF
        if inside.sum() > self.count:
            return False
        free = (upper > HALF) & ~inside
        more = min(self.count - int(inside.sum()), int(free.sum()))
        value = np.where(free, worth, -1.0)
        order = np.argsort(-value, kind="stable")
        top = order[:more]
        most = float(worth[inside].sum() + value[top].sum())
        if total > most + SHORT:
            return False
        if not more:
            return True
        upper[free & (most - value[top[-1]] + value < total - SHORT)] = 0.0
        spare = max(float(value[order[more]]), 0.0) if more < order.size else 0.0
        lower[top[most - value[top] + spare < total - SHORT]] = 1.0
        return True

    def _plan(
        self,
        share: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
    ) -> NDArray[np.intp] | None:
        """Round the relaxation up to a plan: each time the column that covers most new rows."""
        whole = share > 1.0 - WHOLE
        if whole.sum() <= self.count and self.near[:, whole].any(axis=1).all():
            return np.flatnonzero(whole)
        inside = lower > HALF
        worth = np.where(upper > HALF, share + LEAN, 0.0)
        left = ~self.near[:, inside].any(axis=1)
        for _ in range(self.count - int(inside.sum())):
            if not left.any():
                break
            gain = (left.astype(np.float32) @ self.weight) * worth
            column = int(gain.argmax())
            inside[column] = True
            left &= ~self.near[:, column]
        return None if left.any() else np.flatnonzero(inside)

    def _branches(
        self,
        share: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
    ) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Part the plans by a column that the relaxation takes in part; the later is first."""
        free = (upper > HALF) & (lower < HALF)
        part = free & (share < 1.0 - WHOLE)
        column = int(np.where(part if part.any() else free, share, -1.0).argmax())
        without, with_it = upper.copy(), lower.copy()
        without[column], with_it[column] = 0.0, 1.0
        return [(lower, without), (with_it, upper)]

    def _add(self, broken: NDArray[np.intp]) -> None:
        """Add broken rows, the most broken first, that do not overlap much."""
        seen = np.zeros(self.near.shape[1], dtype=bool)
        which = []
        for row in broken:
            own = self.near[row]
            if (own & seen).sum() <= HALF * own.sum():
                which.append(row)
                seen |= own
            if len(which) == ADDED:
                break
        rows = self.near[which].astype(np.float64)
        self.program.add_rows(
            sparse.csr_array(rows), np.ones(len(which)), np.full(len(which), np.inf)
        )
        self.rows = np.vstack([self.rows, rows])
        self.which = np.concatenate([self.which, np.array(which, dtype=np.intp)])

    def _apart(self) -> NDArray[np.intp]:
        """Choose rows no two of which share a column, short ones first: each needs its own."""
        seen = np.zeros(self.near.shape[1], dtype=bool)
        which = []
        for row in np.argsort(self.near.sum(axis=1), kind="stable"):
            own = self.near[row]
            if not (own & seen).any():
                which.append(row)
                seen |= own
        return np.array(which, dtype=np.intp)
