"""Which cells a road runs through, in its own order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.terrain import Terrain


class Runs(NamedTuple):
    """The stays of edges in cells, edge after edge and from `u` to `v`."""

    edge: NDArray[np.intp]
    """Position of the edge."""
    cell: NDArray[np.intp]
    """Number of the cell; -1 outside the raster."""
    start: NDArray[np.float64]
    """Where the stay begins, as a share of the length of the edge on the map."""
    end: NDArray[np.float64]
    """Where it ends."""
    column: NDArray[np.float64]
    """Column (with fraction) of the middle of the stay."""
    row: NDArray[np.float64]
    """Row (with fraction) of the middle of the stay."""


class _Lines(NamedTuple):
    """Straight parts of edges between two bends, in cells."""

    edge: NDArray[np.intp]
    start: NDArray[np.float64]  # column and row
    step: NDArray[np.float64]  # columns and rows to the end
    begin: NDArray[np.float64]  # where it begins, in cells along the edge
    length: NDArray[np.float64]
    whole: NDArray[np.float64]  # length of the edge


def trace(terrain: Terrain, roads: RoadNetwork) -> Runs:
    """Follow each edge through its bends from cell to cell.

    Between two bends a road runs straight on the map. Every cell that it touches with some length
    is passed, however short the stay, so that no road skips a cell or cuts a corner.

    Parameters
    ----------
    terrain
        The grid.
    roads
        Road network.

    Returns
    -------
    Runs
        Stays in cells; an edge without length has none, and what lies outside the raster is one
        stay.

    Raises
    ------
    MemoryError
        If they do not fit into memory.

    Examples
    --------
    See ``tests/test_travel_friction_roads.py``.
    """
    lines = _lines(terrain, roads)
    part, share = _cuts(lines, terrain.shape)
    last = np.append(part[1:] != part[:-1], True)[: part.size]
    until = np.where(last, 1.0, np.append(share[1:], 1.0)[: part.size])
    some = until > share
    part, share, until = part[some], share[some], until[some]
    middle = lines.start[part] + lines.step[part] * ((share + until) / 2)[:, None]
    cell = terrain.cells_at(middle[:, 0], middle[:, 1])
    edge = lines.edge[part]
    begin = (lines.begin[part] + share * lines.length[part]) / lines.whole[part]
    end = (lines.begin[part] + until * lines.length[part]) / lines.whole[part]
    first = np.ones(edge.size, dtype=bool)
    first[1:] = (edge[1:] != edge[:-1]) | (cell[1:] != cell[:-1])
    at = np.flatnonzero(first)
    final = np.append(at[1:], edge.size)[: at.size] - 1
    half = (begin[at] + end[final]) / 2
    column, row = _place(lines, edge[at], half)
    return Runs(edge[at], cell[at], begin[at], end[final], column, row)


def _lines(terrain: Terrain, roads: RoadNetwork) -> _Lines:
    """Cut edges at their bends; what has no length or no place is left out."""
    points, edge = roads.lines()
    places = np.column_stack(terrain.grid(points[:, 0], points[:, 1]))
    joined = edge[1:] == edge[:-1]
    start, edge = places[:-1][joined], edge[:-1][joined]
    with np.errstate(invalid="ignore"):  # beyond the reference system a place is infinite
        step = places[1:][joined] - start
        length = np.hypot(step[:, 0], step[:, 1])
    # An edge that leaves the reference system altogether is not followed at all.
    whole = np.bincount(edge, weights=length, minlength=roads.u.size)
    kept = (length > 0) & np.isfinite(whole[edge])
    start, step, edge, length = start[kept], step[kept], edge[kept], length[kept]
    along = np.cumsum(length)
    new = np.ones(edge.size, dtype=bool)
    new[1:] = edge[1:] != edge[:-1]
    before = along - length
    begin = before - before[np.maximum.accumulate(np.where(new, np.arange(edge.size), 0))]
    return _Lines(edge, start, step, begin, length, whole[edge])


def _cuts(lines: _Lines, shape: tuple[int, int]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Tell where each straight part enters a cell: the part, and the share of its length."""
    parts = [np.arange(lines.edge.size)]
    shares = [np.zeros(lines.edge.size)]
    for axis, count in enumerate(shape[::-1]):
        start, step = lines.start[:, axis], lines.step[:, axis]
        # Only borders within the raster matter.
        low = np.clip(np.floor(np.minimum(start, start + step)) + 1, 0, count + 1).astype(np.intp)
        high = np.clip(np.ceil(np.maximum(start, start + step)) - 1, -1, count).astype(np.intp)
        crossed = np.maximum(high - low + 1, 0)
        part = np.repeat(np.arange(crossed.size), crossed)
        border = np.arange(part.size) - np.repeat(np.cumsum(crossed) - crossed, crossed) + low[part]
        parts.append(part)
        shares.append((border - start[part]) / step[part])
    part, share = np.concatenate(parts), np.clip(np.concatenate(shares), 0.0, 1.0)
    order = np.lexsort((share, part))
    return part[order], share[order]


def _place(
    lines: _Lines, edge: NDArray[np.intp], share: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find the place on the grid at a share of an edge's length."""
    # One ruler for all edges: the number of the edge and the share along it.
    ruler = lines.edge + np.minimum(lines.begin / lines.whole, 1.0)
    at = np.clip(np.searchsorted(ruler, edge + share, side="right") - 1, 0, None)
    ahead = (share * lines.whole[at] - lines.begin[at]) / lines.length[at]
    found = lines.start[at] + lines.step[at] * np.clip(ahead, 0.0, 1.0)[:, None]
    return found[:, 0], found[:, 1]
