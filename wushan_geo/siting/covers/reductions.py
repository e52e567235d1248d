"""What a covering problem need not decide: rows and columns that others make needless.

Exact reductions of the set covering problem (Toregas and ReVelle 1972; Beasley 1987): a row whose
columns contain those of another row is covered with it; a column whose rows another column covers
too, at no higher weight, can be replaced by it; a row with no column to spare settles its columns.
They are repeated until nothing changes. Sets are compared as rows of bits or by one product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.rules import RuleRows

DENSE = 2e8  # multiplications up to which sets are compared by one product
WORD = 64  # bits of a word


@dataclass(frozen=True, slots=True, eq=False)
class Covering:
    """Rows that need columns, columns with weights, and bars that keep columns apart.

    Choose columns of least weight so that each row has at least as many of its own as it needs, and
    what a bar's own take together is at most its room.

    Raises
    ------
    TypeError
        If a field is missing; `covering_of` makes it.

    Examples
    --------
    >>> Covering(
    ...     table=np.array([[True, False], [True, True]]),
    ...     need=np.array([1, 1]),
    ...     weights=np.array([1, 1]),
    ...     bars=np.zeros((0, 2), dtype=np.int64),
    ...     most=np.zeros(0, dtype=np.int64),
    ... ).table.shape
    (2, 2)
    """

    table: NDArray[np.bool_]
    """Rows x columns: whether the column covers the row."""
    need: NDArray[np.int64]
    """Columns that each row needs, at least 1."""
    weights: NDArray[np.int64]
    """Weight of each column, at least 0."""
    bars: NDArray[np.int64]
    """Bars x columns: how much of a bar's room a column takes (1 or 0 where it counts columns)."""
    most: NDArray[np.int64]
    """Room of each bar, at least 0."""
    unit: int = 1
    """Above 1 where a weight stands for two things: so many for each unit of cost, and one for the
    column itself; it is larger than the number of columns."""

    def part(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Covering:
        """Take some rows and columns, and the bars that still bind.

        Parameters
        ----------
        rows, columns
            Positions.

        Returns
        -------
        Covering
            The part.

        Raises
        ------
        IndexError
            If there is no such row or column.

        Examples
        --------
        >>> whole = Covering(
        ...     np.ones((2, 2), bool), np.ones(2, int), np.ones(2, int), np.ones((1, 2), int), [2]
        ... )
        >>> whole.part(np.array([0]), np.array([1])).table.shape
        (1, 1)
        """
        bars = self.bars[:, columns]
        binding = bars.sum(axis=1) > self.most
        return Covering(
            self.table[np.ix_(rows, columns)],
            self.need[rows],
            self.weights[columns],
            bars[binding],
            np.asarray(self.most)[binding],
            self.unit,
        )

    def keeps(self, inside: NDArray[np.bool_]) -> bool:
        """Say whether a choice of columns covers all rows and keeps to the bars.

        Parameters
        ----------
        inside
            Which columns are chosen.

        Returns
        -------
        bool
            Whether it does.

        Raises
        ------
        IndexError
            If there is not one value for each column.

        Examples
        --------
        >>> whole = Covering(
        ...     np.eye(2, dtype=bool), np.ones(2, int), np.ones(2, int), np.ones((1, 2), int), [2]
        ... )
        >>> whole.keeps(np.array([True, True])), whole.keeps(np.array([True, False]))
        (True, False)
        """
        covered = self.table[:, inside].sum(axis=1) >= self.need
        return bool(covered.all() and (self.bars[:, inside].sum(axis=1) <= self.most).all())


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A covering problem after what is settled has been taken out.

    Raises
    ------
    TypeError
        If a field is missing; `covering_of` makes it.

    Examples
    --------
    See ``tests/test_siting_reductions.py``.
    """

    covering: Covering
    """What remains."""
    columns: NDArray[np.intp]
    """Columns of the whole problem that remain, ascending."""
    possible: bool
    """False where a bar is broken by what is given already."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """What remains to be decided of a covering problem.

    Raises
    ------
    TypeError
        If a field is missing; `reduced` makes it.

    Examples
    --------
    See ``tests/test_siting_reductions.py``.
    """

    rest: Covering
    """What remains: rows with what they still need, columns, bars that can still bind."""
    rows: NDArray[np.intp]
    """Rows that remain, ascending."""
    columns: NDArray[np.intp]
    """Columns that remain, ascending."""
    settled: NDArray[np.intp]
    """Columns that must be in the plan, ascending."""
    possible: bool
    """False where a row has too few columns, so that there is no plan."""


def covering_of(
    near: NDArray[np.bool_],
    need: NDArray[np.int64],
    weights: NDArray[np.int64],
    rules: RuleRows,
    given: NDArray[np.intp],
    unit: int = 1,
) -> Given:
    """Write rows, rules and given columns as one covering problem over the other columns.

    A rule on the least number is a row like any other; one on the largest number is a bar.

    Parameters
    ----------
    near
        Rows x columns: which column covers which row.
    need
        Columns that each row needs; rows that need none are left out.
    weights
        Weight of each column.
    rules
        Rules over the columns.
    given
        Columns that are in every plan.
    unit
        See `Covering`.

    Returns
    -------
    Given
        The problem over the columns that are not given.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from wushan_geo.siting.rules import rule_rows
    >>> none = rule_rows(None, candidates=("G", "H"), existing=())
    >>> near, ones = np.array([[True, False], [True, True]]), np.ones(2, dtype=np.int64)
    >>> covering_of(near, ones, ones, none, np.array([1])).covering.table.tolist()
    [[True]]
    """
    member = rules.matrix.toarray() > 0
    low, high = np.isfinite(rules.lower), np.isfinite(rules.upper)
    table = np.concatenate([near, member[low]])
    still = np.concatenate([need, np.ceil(rules.lower[low]).astype(np.int64)])
    still = still - table[:, given].sum(axis=1)
    bars = member[high]
    most = np.floor(rules.upper[high]).astype(np.int64) - bars[:, given].sum(axis=1)
    possible = bool((most >= 0).all())
    free = np.delete(np.arange(near.shape[1]), given)
    whole = Covering(table, still, weights, bars.astype(np.int64), most, unit)
    return Given(whole.part(np.flatnonzero(still > 0), free), free, possible)


@dataclass(frozen=True, slots=True, eq=False)
class Missed:
    """Rows that need not be covered: a row that is missed costs something.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    See ``tests/test_siting_reductions.py``.
    """

    near: NDArray[np.bool_]
    """Rows x columns."""
    need: NDArray[np.int64]
    """Columns that each row needs, at least 1."""
    weights: NDArray[np.int64]
    """What it costs to miss one column of each row."""


def with_missed(whole: Covering, rows: Missed) -> Covering:
    """Add rows that may be missed: the column of its own stands for one that a row needs.

    Parameters
    ----------
    whole
        The problem.
    rows
        Rows over its columns.

    Returns
    -------
    Covering
        The problem with these rows, and their columns behind the others.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> none = np.zeros((0, 1), dtype=np.int64)
    >>> ones = np.ones(1, dtype=np.int64)
    >>> whole = Covering(none > 0, none[:, 0], ones, none, none[:, 0])
    >>> with_missed(whole, Missed(ones[:, np.newaxis] > 0, ones, 5 * ones)).weights.tolist()
    [1, 5]
    """
    number = rows.near.shape[0]
    empty = np.zeros((whole.table.shape[0], number), dtype=bool)
    return Covering(
        np.block([[whole.table, empty], [rows.near, np.eye(number, dtype=bool)]]),
        np.concatenate([whole.need, rows.need]),
        np.concatenate([whole.weights, rows.weights]),
        np.concatenate(
            [whole.bars, np.zeros((whole.bars.shape[0], number), dtype=np.int64)], axis=1
        ),
        np.asarray(whole.most),
        whole.unit,
    )


def reduced(whole: Covering, *, columns: bool) -> Reduced:
    """Leave out what need not be decided, until nothing changes.

    Parameters
    ----------
    whole
        The problem.
    columns
        Whether columns may go that others can replace. The least weight stays the same; of equally
        good plans some are lost, so that ties must not be settled on what remains.

    Returns
    -------
    Reduced
        Rows, columns and what is settled.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> eye = np.array([[True, False, False], [True, True, False], [False, True, True]])
    >>> ones, bars = np.ones(3, dtype=np.int64), np.zeros((0, 3), dtype=np.int64)
    >>> found = reduced(Covering(eye, ones, ones, bars, ones[:0]), columns=True)
    >>> found.settled.tolist(), found.rows.tolist()
    ([0, 1], [])
    """
    row, column = np.arange(whole.table.shape[0]), np.arange(whole.table.shape[1])
    need, table = whole.need.copy(), whole.table
    most = np.array(whole.most, dtype=np.int64)
    settled: list[int] = []
    possible = True
    while row.size:
        before = (row.size, column.size)
        if (table.sum(axis=1) < need).any():
            possible = False
            break
        full = (table.sum(axis=1) == need)[:, np.newaxis] & table
        taken = full.any(axis=0)
        if taken.any():
            settled.extend(column[taken].tolist())
            need = need - table[:, taken].sum(axis=1)
            most = most - whole.bars[:, column[taken]].sum(axis=1)
            if (most < 0).any():
                possible = False
                break
        shut = (whole.bars[:, column] > most[:, np.newaxis]).any(axis=0) & ~taken
        keep_row, keep_column = need > 0, ~taken & ~shut
        row, need, column = row[keep_row], need[keep_row], column[keep_column]
        table = table[np.ix_(keep_row, keep_column)]
        keep = ~_needless_rows(table, need)
        row, need, table = row[keep], need[keep], table[keep]
        if columns and row.size:
            keep = ~_needless_columns(whole, column, table, need)
            column, table = column[keep], table[:, keep]
        if (row.size, column.size) == before:
            break
    rest = Covering(
        whole.table, _spread(need, row, whole.need), whole.weights, whole.bars, most, whole.unit
    )
    order = np.array(sorted(settled), dtype=np.intp)
    return Reduced(rest.part(row, column), row, column, order, possible)


def _spread(
    values: NDArray[np.int64], at: NDArray[np.intp], whole: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Put values at their places in a copy of all."""
    answer = whole.copy()
    answer[at] = values
    return answer


def _needless_rows(table: NDArray[np.bool_], need: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which rows are covered wherever another row is."""
    return containing(table, need)


def _needless_columns(
    whole: Covering, column: NDArray[np.intp], table: NDArray[np.bool_], need: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say which columns another one can replace, or which may be left out besides it.

    The other one covers as much, weighs no more and stands under no bar that the first one does
    not stand under. A row that needs two may need both, so that its columns stay.
    """
    bars = whole.bars[:, column]
    bars = bars[bars.any(axis=1)]
    # "covers all that the other covers, and stands under no other bar" as one comparison of sets
    sets = np.concatenate([table, bars == 0]).T if bars.size else table.T
    free: NDArray[np.bool_] = ~table[need > 1].any(axis=0) & np.asarray((bars <= 1).all(axis=0))
    return contained(sets, whole.weights[column], free)


def containing(sets: NDArray[np.bool_], need: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which sets contain another one whose need is no smaller; of equal ones the first stays.

    Parameters
    ----------
    sets
        Sets x members.
    need
        Need of each set.

    Returns
    -------
    numpy.ndarray
        One truth value for each set.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> sets = np.array([[True, True], [False, True], [False, True]])
    >>> containing(sets, np.ones(3, dtype=np.int64)).tolist()
    [True, False, True]
    """
    # A set contains another one where its complement is inside the complement of the other.
    return _inside(sets, need, small_first=True)


def contained(
    sets: NDArray[np.bool_], weights: NDArray[np.int64], free: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Say which sets are contained in another one of no larger weight; of equals the first stays.

    Parameters
    ----------
    sets
        Sets x members.
    weights
        Weight of each set.
    free
        Which sets may go.

    Returns
    -------
    numpy.ndarray
        One truth value for each set.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> sets = np.array([[True, True], [False, True], [False, True]])
    >>> contained(sets, np.array([1, 1, 0]), np.ones(3, dtype=bool)).tolist()
    [False, True, False]
    """
    return _inside(sets, weights, small_first=False) & free


def _inside(
    sets: NDArray[np.bool_], value: NDArray[np.int64], *, small_first: bool
) -> NDArray[np.bool_]:
    """Compare all sets with each other: by one product, or in bits where there are many.

    With `small_first` a set goes that contains another of no smaller value, else one that is
    contained in another of no larger value. In both the other one's value decides, then its place.
    """
    if sets.shape[0] ** 2 * float(sets.shape[1]) <= DENSE:
        return _inside_dense(sets, value, small_first=small_first)
    return _inside_bits(sets, value, small_first=small_first)


def _inside_dense(
    sets: NDArray[np.bool_], value: NDArray[np.int64], *, small_first: bool
) -> NDArray[np.bool_]:
    """Compare by the sizes of intersections, all at once."""
    table = sets.astype(np.float32)
    size = table.sum(axis=1)
    inside = table @ table.T == size[:, np.newaxis]  # one (rows) lies in the other (columns)
    twins = inside & inside.T
    place = np.arange(size.size)
    earlier = place[:, np.newaxis] < place
    if small_first:  # the inner one stays if its need is no smaller
        better = inside & (value[:, np.newaxis] >= value)
        goes = better & (~twins | (value[:, np.newaxis] > value) | earlier)
        return np.asarray(goes.any(axis=0), dtype=bool)
    better = inside & (value[:, np.newaxis] >= value)
    goes = better & (~twins | (value[:, np.newaxis] > value) | earlier.T)
    return np.asarray(goes.any(axis=1), dtype=bool)


def _inside_bits(
    sets: NDArray[np.bool_], value: NDArray[np.int64], *, small_first: bool
) -> NDArray[np.bool_]:
    """Compare each set, small ones first, only with those that share its rarest member."""
    count = sets.shape[0]
    words = _packed(sets)
    goes = np.zeros(count, dtype=bool)
    size = sets.sum(axis=1)
    holders = sparse.csc_array(sets)
    rarest = np.where(sets, np.diff(holders.indptr), np.int32(count + 1)).argmin(axis=1)
    for one in np.lexsort((np.arange(count), size)).tolist():
        if goes[one]:
            continue
        if size[one]:
            start = rarest[one]
            other: NDArray[Any] = holders.indices[holders.indptr[start] : holders.indptr[start + 1]]
        else:
            other = np.arange(count)
        other = other[~goes[other] & (other != one)]
        other = other[((words[other] & words[one]) == words[one]).all(axis=1)]
        twins = size[other] == size[one]
        if small_first:
            better = value[one] >= value[other]
            goes[other[better & (~twins | (value[one] > value[other]) | (one < other))]] = True
        else:
            better = value[one] >= value[other]
            goes[one] = bool(
                (better & (~twins | (value[one] > value[other]) | (other < one))).any()
            )
    return goes


def _packed(sets: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Write sets as words of bits."""
    count, members = sets.shape
    wide = np.zeros((count, -(-max(members, 1) // WORD) * WORD), dtype=bool)
    wide[:, :members] = sets
    return np.packbits(wide, axis=1).view(np.uint64)


def parts_of(table: NDArray[np.bool_], bars: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """Find sets of columns that share no row and no bar, directly or through others.

    Parameters
    ----------
    table
        Rows x columns.
    bars
        Bars x columns.

    Returns
    -------
    list of numpy.ndarray
        Columns of each part, ascending; parts in the order of their first column. Columns without
        a row are in none.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> table = np.array([[True, True, False], [False, False, True]])
    >>> [part.tolist() for part in parts_of(table, np.zeros((0, 3), dtype=np.int64))]
    [[0, 1], [2]]
    """
    links = np.concatenate([table, bars > 0])
    left = table.any(axis=0)
    found = []
    while left.any():
        inside = np.zeros(left.size, dtype=bool)
        inside[int(left.argmax())] = True
        while True:
            more = links[links[:, inside].any(axis=1)].any(axis=0) | inside
            if (more == inside).all():
                break
            inside = more
        found.append(np.flatnonzero(inside & left))
        left &= ~inside
    return found
