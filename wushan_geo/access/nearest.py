"""How far the nearest facility is, and which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.arguments import whole
from wushan_geo.access.meaning import Meaning, attributes
from wushan_geo.travel.ids import index_of
from wushan_geo.travel.matrix import CompressedRows, checked_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix


def nearest_facility(matrix: TravelMatrix, rank: int = 1) -> pd.DataFrame:
    """Find the nearest facility of each origin, or the second, third ... nearest.

    For origin i the facilities are ordered by cost t_ij, equal costs by facility id, and the one at
    place `rank` is taken (Cui & Levinson 2020 call its cost the dual access).

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    rank
        Place in the order, from 1.

    Returns
    -------
    DataFrame
        Index: origin ids. Columns: ``facility_id`` (text, missing where there is none) and ``cost``
        in the matrix's unit (infinity where fewer than `rank` facilities can be reached, or where
        they lie beyond the matrix's limit). What the costs mean is in ``attrs``: ``measure``,
        ``unit``, ``parameters`` and ``reading``.

    Raises
    ------
    ParameterError
        If `matrix` is no TravelMatrix, or `rank` is not a whole number of at least 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> table = pd.DataFrame({"o": ["a", "a"], "d": ["x", "y"], "t": [12.0, 7.0]})
    >>> matrix = TravelMatrix.from_table(
    ...     table, origin="o", destination="d", cost="t", unit="min"
    ... )
    >>> nearest_facility(matrix)
      facility_id  cost
    a           y   7.0
    """
    checked_matrix(matrix)
    rank = whole(rank, "rank", 1)
    origins = index_of(matrix.origin_ids)
    cost = np.full(len(origins), np.inf)
    name = np.full(len(origins), None, dtype=object)
    if rank <= len(matrix.destination_ids):
        ids = np.asarray(matrix.destination_ids, dtype=object)
        at, cost = _ranked(matrix, rank)
        reached = np.isfinite(cost)
        name[reached] = ids[at[reached]]
    table = pd.DataFrame({"facility_id": pd.array(name, dtype="str"), "cost": cost}, index=origins)
    known = "" if matrix.limit is None else f"known up to={matrix.limit:.12g}; "
    parameters = f"rank={rank}; {known}unit={matrix.unit}"
    table.attrs = attributes(
        cost, Meaning("nearest_facility", matrix.unit, parameters, are_costs=True)
    )
    return table


def nearest_costs(matrix: TravelMatrix) -> NDArray[np.float64]:
    """Give the cost of each origin to its nearest facility, as an array.

    Parameters
    ----------
    matrix
        Costs from origins to facilities.

    Returns
    -------
    numpy.ndarray
        In the order of the origins and the matrix's unit; infinity where no facility can be
        reached, or where all lie beyond the matrix's limit.

    Raises
    ------
    Never
        A matrix is checked when it is made.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = np.array([[12.0, 7.0], [np.inf, np.inf]])
    >>> nearest_costs(TravelMatrix(("a", "b"), ("x", "y"), "min", costs)).tolist()
    [7.0, inf]
    """
    rows = matrix.costs
    if not isinstance(rows, CompressedRows):
        return np.asarray(rows.min(axis=1, initial=np.inf))
    found = np.full(len(matrix.origin_ids), np.inf)
    filled = np.flatnonzero(np.diff(rows.indptr))
    if filled.size:
        # Empty rows lie between the filled ones without any pair, so that each slice is one row.
        found[filled] = np.minimum.reduceat(rows.data, rows.indptr[filled])
    return found


def _ranked(matrix: TravelMatrix, rank: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Give position and cost of the facility at a rank; equal costs go by id."""
    ids = np.asarray(matrix.destination_ids, dtype=object)
    by_id = np.argsort(ids.astype(str), kind="stable")
    rows = matrix.costs
    if isinstance(rows, CompressedRows):
        return _ranked_rows(rows, by_id, rank)
    costs = rows[:, by_id]
    # The first of equal costs, and a sort that is stable, keep the order of the ids.
    order = (
        costs.argmin(axis=1) if rank == 1 else np.argsort(costs, axis=1, kind="stable")[:, rank - 1]
    )
    return by_id[order], costs[np.arange(len(costs)), order]


def _ranked_rows(
    rows: CompressedRows, by_id: NDArray[np.intp], rank: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Do the same for compressed rows, without writing them out."""
    count = np.diff(rows.indptr)
    turn = np.empty_like(by_id)
    turn[by_id] = np.arange(by_id.size)
    origin = np.repeat(np.arange(count.size), count)
    order = np.lexsort((turn[rows.indices], rows.data, origin))
    at, cost = np.zeros(count.size, dtype=np.intp), np.full(count.size, np.inf)
    there = count >= rank
    taken = order[rows.indptr[:-1][there] + (rank - 1)]
    at[there], cost[there] = rows.indices[taken], rows.data[taken]
    return at, cost
