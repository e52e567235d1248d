"""A rough equilibrium that needs no prices to begin with: one origin after the other settles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.travel.matrix import CompressedRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

SWEEPS = 30  # at most
MOVED = 1e-3  # share of all persons; a smaller change of demand ends the sweeps


def swept(
    matrix: TravelMatrix,
    persons: Floats,
    room: Floats,
    weight: float,
) -> Floats:
    """Fill facilities origin by origin, each as is best given where all others go.

    Block coordinate descent (Tseng 2001) on sum_j D_j^2 / (2 c_j) + sum_ij t_ij x_ij +
    (e / 2) sum_ij x_ij^2 / P_i. Each step is exact, see `filled`, so that the sum never rises.

    Parameters
    ----------
    matrix
        Costs t_ij from origins to facilities; each origin reaches one.
    persons
        Persons P_i by origin, above 0.
    room
        Persons c_j by facility at a price of 1, above 0.
    weight
        e, in the matrix's unit.

    Returns
    -------
    numpy.ndarray
        Prices D_j / c_j by facility.

    Raises
    ------
    ValueError
        If the counts do not fit the matrix.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> both = TravelMatrix(("A",), ("G", "H"), "min", np.array([[0.0, 30.0]]))
    >>> swept(both, np.array([10.0]), np.full(2, 10 / 60), 0.0).round(9).tolist()
    [45.0, 15.0]
    """
    demand, count = np.zeros(room.size), persons.size
    went = [(np.empty(0, dtype=np.intp), np.empty(0))] * count  # only who goes anywhere, for memory
    for _ in range(SWEEPS):
        before = demand.copy()
        for at in range(count):
            column, flow = went[at]
            demand[column] = np.maximum(demand[column] - flow, 0.0)
            column, cost = _row(matrix, at)
            slope = 1 / room[column]
            flow = filled(demand[column] * slope + cost, slope + weight / persons[at], persons[at])
            some = np.flatnonzero(flow)
            column, flow = column[some], flow[some]
            demand[column] += flow
            went[at] = column, flow
        if np.abs(demand - before).sum() <= MOVED * persons.sum():
            break
    return np.asarray(demand / room)


def filled(base: Floats, slope: Floats, persons: float) -> Floats:
    """Pour persons on facilities until all that are used cost the same (water-filling).

    x_j = max(0, l - b_j) / a_j, with the level l at which they add up to P.

    Parameters
    ----------
    base
        Cost b_j at the first person.
    slope
        By how much the cost rises with each person, a_j, above 0.
    persons
        P, above 0.

    Returns
    -------
    numpy.ndarray
        Persons by facility.

    Raises
    ------
    IndexError
        If there is no facility.

    Examples
    --------
    >>> filled(np.array([0.0, 30.0, 90.0]), np.full(3, 6.0), 10.0).tolist()
    [7.5, 2.5, 0.0]
    """
    order = np.argsort(base, kind="stable")
    above, ease = base[order] - base[order[0]], 1 / slope[order]
    levels = (persons + np.cumsum(above * ease)) / np.cumsum(ease)
    level = levels[np.flatnonzero(levels > above)[-1]]
    found = np.empty(base.size)
    found[order] = np.maximum(level - above, 0.0) * ease
    return np.asarray(found * (persons / found.sum()))


def _row(matrix: TravelMatrix, at: int) -> tuple[Places, Floats]:
    """Give the facilities that an origin reaches, and the cost of each."""
    if isinstance(matrix.costs, CompressedRows):
        own = slice(int(matrix.costs.indptr[at]), int(matrix.costs.indptr[at + 1]))
        return matrix.costs.indices[own], matrix.costs.data[own]
    column = np.flatnonzero(np.isfinite(matrix.costs[at]))
    return column, matrix.costs[at, column]
