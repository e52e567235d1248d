"""Walking over land: the cells of a raster joined by moves, as a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wushan_geo.errors import ParameterError
from wushan_geo.study.terrain import NO_COVER
from wushan_geo.travel.friction.moves import moves
from wushan_geo.travel.friction.speed import pace
from wushan_geo.travel.graph import Graph
from wushan_geo.travel.trips import minutes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.terrain import Terrain
    from wushan_geo.travel.friction.moves import Cell, Move


class Land(NamedTuple):
    """What stands in the way on each cell, rows by columns."""

    elevation: NDArray[np.float64]
    """Elevation in metres."""
    hindrance: NDArray[np.float64]
    """Time that a metre takes, with open flat ground as 1; infinite where nobody walks."""


def land_of(terrain: Terrain, factors: Mapping[int, float]) -> Land:
    """Turn land cover into what it does to a walker.

    Parameters
    ----------
    terrain
        The land.
    factors
        Multiplier of the walking speed by land cover code; 0 is a barrier.

    Returns
    -------
    Land
        Cells without elevation or land cover cannot be entered.

    Raises
    ------
    ParameterError
        If a land cover code has no factor, a factor is no finite number of at least 0, or factors
        are given where there is no land cover for them.

    Examples
    --------
    See ``tests/test_travel_friction_land.py``.
    """
    for code, factor in factors.items():
        if not 0 <= factor < np.inf:
            message = (
                f"factors must be finite numbers of at least 0 (0 is a barrier). Got {factor!r} "
                f"for land cover {code}."
            )
            raise ParameterError(message)
    known = np.isfinite(terrain.elevation)
    if terrain.land_cover is None:
        if factors:
            message = "factors have no effect without land cover. Give land cover, or no factors."
            raise ParameterError(message)
        return Land(terrain.elevation, np.where(known, 1.0, np.inf))
    codes, at, count = np.unique(terrain.land_cover, return_inverse=True, return_counts=True)
    lost = [
        f"{code} ({cells:,} cells)"
        for code, cells in zip(codes.tolist(), count.tolist(), strict=True)
        if code != NO_COVER and code not in factors
    ]
    if lost:
        message = (
            f"factors have no value for land cover {', '.join(lost)}. State one for each code "
            "(1 = as on open ground, 0 = a barrier)."
        )
        raise ParameterError(message)
    speed = np.array([0.0 if code == NO_COVER else factors[code] for code in codes.tolist()])
    slow = np.divide(1.0, speed, out=np.full(speed.shape, np.inf), where=speed > 0)
    hindrance = slow[at].reshape(terrain.shape)
    return Land(terrain.elevation, np.where(known, hindrance, np.inf))


def land_graph(land: Land, cell_m: float, walking_kmh: float, neighbours: int) -> Graph:
    """Join the cells by moves in 16 or 32 directions.

    A move goes straight from the middle of a cell to the middle of another. It is cut into one
    piece for each row or column that it goes ahead; the elevation at the end of a piece is the mean
    of the cells across, by nearness. Its minutes are, summed over the pieces, the horizontal length
    (not that along the slope) x pace on the slope of the piece (:func:`tobler_kmh`) x the mean of
    1 / factor over the cells passed, by the length in each. So a move pays for every cell that it
    passes and cannot pass a barrier; nor does it slip through the corner where two barriers touch.

    Parameters
    ----------
    land
        What stands in the way.
    cell_m
        Side of a cell in metres.
    walking_kmh
        Walking speed on flat open ground in km/h.
    neighbours
        Number of directions, 16 or 32.

    Returns
    -------
    Graph
        One node for each cell, numbered row after row; cells that cannot be entered have no arc.
        An arc takes 12 bytes: about 200 bytes a cell with 16 directions, 400 with 32, and 400 or
        800 while it is made.

    Raises
    ------
    ParameterError
        If the speed is not a finite number above 0, or the directions are neither 16 nor 32.

    Examples
    --------
    >>> flat = Land(np.zeros((1, 2)), np.ones((1, 2)))
    >>> land_graph(flat, 100.0, 6.0, 16).minutes.tolist()
    [1.0, 1.0]
    """
    steps = moves(neighbours)
    rows, columns = land.elevation.shape
    minutes = np.full((rows, columns, len(steps)), np.inf)
    metre_min = float(minutes_of(np.ones(1), walking_kmh, "walking_kmh")[0])
    for at, step in enumerate(steps):
        window = _window(land.elevation.shape, step)
        if all(one.stop > one.start for one in window):
            piece_m = cell_m * step.length / len(step.passed)
            minutes[(*window, at)] = _relative(land, step, piece_m) * piece_m * metre_min
    # The moves are in the order of the cells they lead to, so that each row is sorted already.
    there = np.isfinite(minutes)
    offset = np.array([one.rows * columns + one.columns for one in steps], dtype=np.int32)
    cell = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns, 1)
    indptr = np.zeros(rows * columns + 1, dtype=np.int64)
    np.cumsum(there.sum(axis=2).ravel(), out=indptr[1:])
    return Graph(indptr, (cell + offset)[there], minutes[there])


def _window(shape: tuple[int, ...], step: Move) -> tuple[slice, slice]:
    """Give the cells from which a move stays inside the raster."""
    return (
        slice(max(0, -step.rows), shape[0] - max(0, step.rows)),
        slice(max(0, -step.columns), shape[1] - max(0, step.columns)),
    )


def _relative(land: Land, step: Move, piece_m: float) -> NDArray[np.float64]:
    """Give the time of a move from each cell, with a piece over open flat ground as 1."""
    window = _window(land.elevation.shape, step)

    def seen(array: NDArray[np.float64], cell: Cell) -> NDArray[np.float64]:
        return array[
            tuple(slice(w.start + o, w.stop + o) for w, o in zip(window, cell, strict=True))
        ]

    heights = []
    for mixture in step.heights:
        height = mixture[0].weight * seen(land.elevation, mixture[0].cell)
        for one in mixture[1:]:
            height = height + one.weight * seen(land.elevation, one.cell)
        # Beside a hole in the data the nearest cell alone tells; the move may not pass the hole.
        nearest = seen(land.elevation, mixture[0].cell)
        heights.append(height if len(mixture) == 1 else np.where(np.isnan(height), nearest, height))
    total = np.zeros(heights[0].shape)
    for at, piece in enumerate(step.passed):
        hindrance = sum(one.weight * seen(land.hindrance, one.cell) for one in piece)
        total += pace((heights[at + 1] - heights[at]) / piece_m) * hindrance
    for side, other in step.corners:
        shut = np.isinf(seen(land.hindrance, side)) & np.isinf(seen(land.hindrance, other))
        total[shut] = np.inf
    total[np.isnan(total)] = np.inf
    return total
