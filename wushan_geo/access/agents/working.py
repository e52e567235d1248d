"""The pairs that can matter: passes over a travel matrix, block by block, at given prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.access.agents.forest import parts
from wushan_geo.travel.matrix import CompressedRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

BLOCK = 1 << 17  # pairs looked at together: small enough for the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Working:
    """The pairs near the cheapest of their origin; all others can take nobody for a while.

    A pair is here if its total cost at the prices `anchor` is at most `band` above the cheapest of
    its origin. Once the prices have moved by different amounts, no two of which differ by more than
    d, a pair that is not here is still more than band - d above the cheapest.
    """

    anchor: Floats
    """Prices by facility at which the pairs were chosen."""
    band: float
    """How far above the cheapest a pair may be, in the matrix's unit."""
    row: Places
    """Origin of each pair, ascending, counted among the origins in use."""
    column: Places
    """Facility of each pair, ascending within an origin."""
    cost: Floats
    """Travel cost of each pair, in the matrix's unit."""
    start: Places
    """Where each origin's pairs start."""

    def covers(self, prices: Floats, width: float) -> bool:
        """Say whether every pair within `width` of its origin's cheapest is sure to be here.

        Parameters
        ----------
        prices
            Prices by facility.
        width
            How far above the cheapest pairs are wanted.

        Returns
        -------
        bool
            True if none can be missing.

        Raises
        ------
        ValueError
            If the prices are not as many as the facilities.

        Examples
        --------
        See ``tests/test_access_agents.py``.
        """
        moved = prices - self.anchor
        return float(moved.max() - moved.min()) + width < self.band


def cheapest(matrix: TravelMatrix, prices: Floats) -> Floats:
    """Give the smallest price + travel cost of each origin.

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    prices
        Price of each facility in the matrix's unit; infinity closes it.

    Returns
    -------
    numpy.ndarray
        min_j (prices_j + t_ij) by origin; infinity where nothing open can be reached.

    Raises
    ------
    ValueError
        If the prices are not as many as the facilities.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> both = TravelMatrix(("A",), ("G", "H"), "min", np.array([[5.0, 9.0]]))
    >>> cheapest(both, np.array([6.0, 1.0])).tolist()
    [10.0]
    """
    found = np.full(len(matrix.origin_ids), np.inf)
    for block in _blocks(matrix, prices):
        found[block.first : block.first + block.least.size] = block.least
    return found


def near(
    matrix: TravelMatrix, prices: Floats, used: NDArray[np.bool_], band: float, most: float
) -> Working | None:
    """Choose the pairs within a band above the cheapest of their origin.

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    prices
        Price of each facility in the matrix's unit; infinity closes it.
    used
        The origins wanted, each of which reaches an open facility.
    band
        How far above the cheapest, in the matrix's unit.
    most
        How many pairs may be chosen, so that memory stays small.

    Returns
    -------
    Working or None
        The pairs; `anchor` holds all prices. None if there are more than `most`.

    Raises
    ------
    ValueError
        If the prices or the origins do not fit the matrix.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> both = TravelMatrix(("A",), ("G", "H", "I"), "min", np.array([[5.0, 9.0, 20.0]]))
    >>> near(both, np.zeros(3), np.array([True]), 4.0, np.inf).column.tolist()
    [0, 1]
    >>> near(both, np.zeros(3), np.array([True]), 4.0, 1) is None
    True
    """
    rows, columns, costs = [], [], []
    held = 0
    for block in _blocks(matrix, prices):
        wanted = used[block.first : block.first + block.least.size]
        row, column, cost = block.below(np.where(wanted, block.least + band, -np.inf))
        rows.append(row + block.first)
        columns.append(column)
        costs.append(cost)
        held += row.size
        if held > most:
            return None
    number = np.cumsum(used) - 1
    row = number[np.concatenate(rows)]
    start = np.searchsorted(row, np.arange(int(used.sum())))
    return Working(prices, band, row, np.concatenate(columns), np.concatenate(costs), start)


def connected(
    matrix: TravelMatrix, prices: Floats, used: NDArray[np.bool_]
) -> tuple[Places, Places]:
    """Find the parts of the network between which nobody can choose.

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    prices
        Any finite price of each open facility; infinity closes it.
    used
        The origins that connect facilities, each of which reaches an open one.

    Returns
    -------
    tuple
        By origin and by facility, the first facility of its part; -1 for origins not used.

    Raises
    ------
    ValueError
        If the prices or the origins do not fit the matrix.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = np.array([[5.0, np.inf, np.inf], [np.inf, 2.0, 3.0]])
    >>> both = TravelMatrix(("A", "B"), ("G", "H", "I"), "min", costs)
    >>> [found.tolist() for found in connected(both, np.zeros(3), np.array([True, True]))]
    [[0, 1], [0, 1, 1]]
    """
    label = np.arange(prices.size)
    one = np.full(used.size, -1)
    for block in _blocks(matrix, prices):
        wanted = used[block.first : block.first + block.least.size]
        row, column, _ = block.below(np.where(wanted, np.finfo(np.float64).max, -np.inf))
        new = np.flatnonzero(np.diff(row, prepend=-1))
        one[row[new] + block.first] = column[new]
        hub = label[np.repeat(column[new], np.diff(new, append=row.size))]
        column = label[column]
        apart = hub != column
        if apart.any():
            label = parts(hub[apart], column[apart], label.size)[label]
    return np.where(used, label[one], -1), label


def cut(matrix: TravelMatrix, origins: Places, facilities: Places) -> TravelMatrix:
    """Cut a part out of a matrix, in its order.

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    origins, facilities
        Positions wanted, ascending.

    Returns
    -------
    TravelMatrix
        The part, stored as the matrix is.

    Raises
    ------
    IndexError
        If the matrix has no such position.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> both = TravelMatrix(("A",), ("G", "H"), "min", np.array([[5.0, 9.0]]))
    >>> cut(both, np.array([0]), np.array([1])).dense().tolist()
    [[9.0]]
    """
    from wushan_geo.travel.matrix import TravelMatrix

    if (origins.size, facilities.size) == (len(matrix.origin_ids), len(matrix.destination_ids)):
        return matrix  # a second one would only take memory
    costs: Floats | CompressedRows
    if isinstance(matrix.costs, CompressedRows):
        costs = _cut_rows(matrix.costs, origins, facilities, len(matrix.destination_ids))
    else:
        costs = matrix.costs[np.ix_(origins, facilities)]
    ids = tuple(matrix.origin_ids[at] for at in origins)
    names = tuple(matrix.destination_ids[at] for at in facilities)
    return TravelMatrix(ids, names, matrix.unit, costs, matrix.limit)


def _cut_rows(
    rows: CompressedRows, origins: Places, facilities: Places, width: int
) -> CompressedRows:
    size = np.diff(rows.indptr)[origins]
    row = np.repeat(np.arange(size.size), size)
    at = np.arange(row.size) + (rows.indptr[:-1][origins] - np.cumsum(size) + size)[row]
    number = np.full(width, -1)
    number[facilities] = np.arange(facilities.size)
    column = number[rows.indices[at]]
    keep = column >= 0
    ends = np.searchsorted(row[keep], np.arange(size.size + 1))
    return CompressedRows(ends, column[keep], rows.data[at[keep]])


@dataclass(frozen=True, slots=True, eq=False)
class _Dense:
    """Whole rows of a dense matrix."""

    first: int
    costs: Floats
    total: Floats
    least: Floats

    def below(self, ceiling: Floats) -> tuple[Places, Places, Floats]:
        """Give origin, facility and travel cost of the pairs up to each origin's ceiling."""
        at = np.flatnonzero(self.total <= ceiling[:, None])
        row, column = np.divmod(at, self.total.shape[1])
        return row, column, self.costs[row, column]


@dataclass(frozen=True, slots=True, eq=False)
class _Sparse:
    """Some rows of a matrix in compressed rows."""

    first: int
    row: Places
    column: Places
    costs: Floats
    total: Floats
    least: Floats

    def below(self, ceiling: Floats) -> tuple[Places, Places, Floats]:
        """Give origin, facility and travel cost of the pairs up to each origin's ceiling."""
        keep = np.flatnonzero(self.total <= ceiling[self.row])
        return self.row[keep], self.column[keep], self.costs[keep]


def _blocks(matrix: TravelMatrix, prices: Floats) -> Iterator[_Dense | _Sparse]:
    """Go through the matrix without making a second one of its size."""
    if isinstance(matrix.costs, CompressedRows):
        yield from _sparse_blocks(matrix.costs, prices)
        return
    count, width = matrix.costs.shape
    step = max(1, BLOCK // max(width, 1))
    for first in range(0, count, step):
        costs = matrix.costs[first : first + step]
        total = costs + prices
        yield _Dense(first, costs, total, total.min(axis=1, initial=np.inf))


def _sparse_blocks(rows: CompressedRows, prices: Floats) -> Iterator[_Sparse]:
    count = rows.indptr.size - 1
    first = 0
    while first < count:
        start = int(rows.indptr[first])
        last = int(np.searchsorted(rows.indptr, start + BLOCK, side="right")) - 1
        last = min(max(last, first + 1), count)
        end = int(rows.indptr[last])
        size = np.diff(rows.indptr[first : last + 1])
        column, costs = rows.indices[start:end], rows.data[start:end]
        total = costs + prices[column]
        least = np.full(size.size, np.inf)
        filled = np.flatnonzero(size)
        if filled.size:
            at = rows.indptr[first:last][filled] - start
            least[filled] = np.minimum.reduceat(total, at)
        row = np.repeat(np.arange(size.size), size)
        yield _Sparse(first, row, column, costs, total, least)
        first = last
