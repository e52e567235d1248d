"""From cells computed in metres to a valid coverage on the grid of six decimals of a degree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from common import DECIMALS, to_degrees
from shapely.geometry import Polygon

if TYPE_CHECKING:
    from collections.abc import Sequence

NODING_GRID = 0.01
"""Metres: the grid on which all borders are noded, finer than six decimals of a degree (0.1 m)."""


def noded(cells: Sequence[Polygon]) -> list[Polygon]:
    """Make neighbouring cells share every corner of their common border, on a grid of 1 cm.

    All borders are overlaid, so that a corner of one cell on the side of another becomes a corner
    of both; the faces between them are then given back to the cell in which they lie.

    Parameters
    ----------
    cells
        Polygons in metres that cover an area but for rounding.

    Returns
    -------
    One polygon a cell, in the same order.

    Raises
    ------
    ValueError
        If a cell is lost, or falls into parts.

    Examples
    --------
    >>> wide, left = shapely.box(0, 0, 2, 1), shapely.box(0, 1, 1, 2)
    >>> right = shapely.box(1, 1, 2, 2)
    >>> [len(cell.exterior.coords) for cell in noded([wide, left, right])]
    [6, 5, 5]
    """
    lines = shapely.union_all([cell.boundary for cell in cells], grid_size=NODING_GRID)
    faces = list(shapely.polygonize([lines]).geoms)
    tree = shapely.STRtree(list(cells))
    mine: list[list[Polygon]] = [[] for _ in cells]
    for face in faces:
        near = sorted(tree.query(face))
        overlaps = [shapely.intersection(cells[k], face).area for k in near]
        mine[near[int(np.argmax(overlaps))]].append(face)
    whole = [shapely.union_all(parts) for parts in mine]
    single = [one for one in whole if isinstance(one, Polygon) and not one.is_empty]
    if len(single) < len(cells):
        raise ValueError(f"{len(cells) - len(single)} cells are lost or fall into parts.")
    return single


def on_degree_grid(cells: Sequence[Polygon]) -> list[Polygon]:
    """Project noded cells to longitude and latitude and round every corner to six decimals.

    Corners that coincide still do afterwards, so the coverage stays whole.

    Raises
    ------
    ValueError
        If the result is no valid coverage of single polygons.

    Examples
    --------
    >>> from common import to_metres
    >>> halves = [to_metres(shapely.box(110, 31, 110.1, 31.1))]
    >>> on_degree_grid(halves)[0].bounds
    (110.0, 31.0, 110.1, 31.1)
    """
    rounded = [
        shapely.transform(to_degrees(cell), lambda points: np.round(points, DECIMALS) + 0.0)
        for cell in cells
    ]
    polygons = [one for one in rounded if isinstance(one, Polygon)]
    sound = [one for one in polygons if one.is_valid and not one.interiors]
    if len(sound) < len(cells) or not shapely.coverage_is_valid(sound):
        raise ValueError("Rounding to six decimals breaks the coverage.")
    return sound


def dissolved(cells: Sequence[Polygon]) -> Polygon:
    """Unite cells of a coverage, keeping every corner of the outer border.

    Raises
    ------
    ValueError
        If they do not make one polygon without holes.

    Examples
    --------
    >>> dissolved([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]).area
    2.0
    """
    parts = shapely.get_parts(shapely.coverage_union_all(list(cells)))
    if len(parts) != 1 or parts[0].interiors:
        raise ValueError("The cells do not make one polygon without holes.")
    one: Polygon = parts[0]
    return one
