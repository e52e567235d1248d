"""Village points and cells inside one township: a schematic, repeatable picture.

Nothing public tells where the villages of the county lie. Each township is therefore cut into as
many compact cells as it has communities and villages: points start on a Halton sequence and are
moved to the centres of their Voronoi cells (Lloyd 1982), the seat staying where it is. After every
move a point is drawn a little towards the seat, since settlement thickens towards the town: cells
near the seat come out smaller than remote ones. Metres throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Point, Polygon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

ROUNDS = 60
"""Rounds of relaxation; later ones move no point by more than a few metres."""
PULL = 0.04
"""Share of the way to the seat by which each relaxed point is drawn in."""
INSET = 50.0
"""Metres that a starting point keeps from the township's border."""


@dataclass(frozen=True)
class Unit:
    """A community or village, before it has a place."""

    code: str
    community: bool


def halton(count: int, base: int, start: int = 1) -> np.ndarray:
    """Give ``count`` members of the van der Corput sequence of a base (Halton 1960), in (0, 1).

    Raises
    ------
    ValueError
        If the base is below 2 or the start below 1.

    Examples
    --------
    >>> halton(4, 2).tolist()
    [0.5, 0.25, 0.75, 0.125]
    """
    if base < 2 or start < 1:  # noqa: PLR2004 -- digits need two signs at least
        raise ValueError("The base must be at least 2 and the start at least 1.")
    values = []
    for index in range(start, start + count):
        value, share, rest = 0.0, 1.0, index
        while rest:
            share /= base
            rest, digit = divmod(rest, base)
            value += share * digit
        values.append(value)
    return np.array(values)


def relaxed_points(area: Polygon, fixed: Sequence[Point], count: int) -> list[Point]:
    """Spread points over an area: the fixed ones stay, the others are relaxed (Lloyd's method).

    Parameters
    ----------
    area
        Valid polygon, metres.
    fixed
        Points inside it that do not move; the first one is the seat that draws the others.
    count
        Number of points wanted, the fixed ones included.

    Returns
    -------
    The fixed points in their order, then the others, on whole metres.

    Raises
    ------
    ValueError
        If there are more fixed points than points, or none.

    Examples
    --------
    >>> seat = Point(500, 500)
    >>> [one.equals(seat) for one in relaxed_points(shapely.box(0, 0, 1000, 1000), [seat], 2)]
    [True, False]
    """
    if not 1 <= len(fixed) <= count:
        raise ValueError("At least one point must be fixed, and no more than there are points.")
    points = [*fixed, *_start(area, fixed, count - len(fixed))]
    for _ in range(ROUNDS):
        cells = voronoi_cells(area, points)
        points = [
            point if position < len(fixed) else _moved(point, cell, fixed[0])
            for position, (point, cell) in enumerate(zip(points, cells, strict=True))
        ]
    return points


def voronoi_cells(area: Polygon, points: Sequence[Point]) -> list[Polygon]:
    """Cut an area into one single polygon for each point: its Voronoi cell within the area.

    Where the area is not convex a cell can fall into parts; the part around the point stays, and
    each other part goes to the neighbour with which it shares the longest border.

    Parameters
    ----------
    area
        Valid polygon, metres.
    points
        Different points inside it.

    Returns
    -------
    Polygons in the order of the points; they cover the area without overlap.

    Raises
    ------
    ValueError
        If a point lies outside the area.

    Examples
    --------
    >>> halves = voronoi_cells(shapely.box(0, 0, 4, 2), [Point(1, 1), Point(3, 1)])
    >>> [half.area for half in halves]
    [4.0, 4.0]
    """
    raw: list[BaseGeometry] = [area]
    if len(points) > 1:
        cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=area, ordered=True)
        raw = [cell.intersection(area) for cell in cells.geoms]
    return whole_cells(raw, points)


def whole_cells(cells: Sequence[BaseGeometry], points: Sequence[Point]) -> list[Polygon]:
    """Make each cell one polygon: stray parts go to the neighbour with the longest common border.

    Raises
    ------
    ValueError
        If a point lies in no part of its cell.

    Examples
    --------
    >>> west, gap, east = (shapely.box(x, 0, x + 1, 1) for x in range(3))
    >>> parts = whole_cells([west.union(east), gap], [Point(0.5, 0.5), Point(1.5, 0.5)])
    >>> [part.area for part in parts]
    [1.0, 2.0]
    """
    kept: list[Polygon] = []
    stray: list[Polygon] = []
    for cell, point in zip(cells, points, strict=True):
        parts = [part for part in shapely.get_parts(cell) if isinstance(part, Polygon)]
        home = [part for part in parts if part.contains(point)]
        if not home:
            raise ValueError(f"The point {point.wkt} lies outside its cell.")
        kept.append(home[0])
        stray.extend(part for part in parts if part is not home[0])
    for part in sorted(stray, key=lambda one: one.bounds):
        # A band of a millimetre, because the two borders were computed apart.
        shared = [part.buffer(0.001).intersection(cell.boundary).length for cell in kept]
        taker = int(np.argmax(shared))
        joined = shapely.union_all([kept[taker], part], grid_size=0.001)
        bodies = [one for one in shapely.get_parts(joined) if isinstance(one, Polygon)]
        kept[taker] = max(bodies, key=lambda one: one.area)
    return kept


def assign(
    units: Sequence[Unit],
    points: Sequence[Point],
    seat: str,
    pinned: dict[str, int],
    near: dict[str, Point],
) -> dict[str, int]:
    """Give each unit one of the points.

    The seat unit takes the first point, pinned units theirs, units stated to be near a place the
    nearest free point. Communities follow in the order of their codes, nearest to the seat first;
    then the villages, clockwise around the seat from north, so that the list goes round the
    township.

    Returns
    -------
    Position of the point of each unit, by code.

    Raises
    ------
    ValueError
        If there are not as many points as units.

    Examples
    --------
    >>> units = [Unit("01", True), Unit("02", False), Unit("03", False)]
    >>> assign(units, [Point(0, 0), Point(-5, 0), Point(5, 1)], "01", {}, {})
    {'01': 0, '02': 2, '03': 1}
    """
    if len(units) != len(points):
        raise ValueError("Each unit needs one point.")
    taken = {seat: 0, **pinned}
    home = points[0]
    free = [k for k in range(len(points)) if k not in taken.values()]
    for code, place in sorted(near.items()):
        taken[code] = min(free, key=lambda k: (points[k].distance(place), k))
        free.remove(taken[code])
    rest = sorted((unit for unit in units if unit.code not in taken), key=lambda unit: unit.code)
    for unit in rest:
        if unit.community:
            taken[unit.code] = min(free, key=lambda k: (points[k].distance(home), k))
            free.remove(taken[unit.code])
    free.sort(key=lambda k: (_bearing(home, points[k]), k))
    villages = [unit.code for unit in rest if not unit.community]
    taken.update(zip(villages, free, strict=True))
    return dict(sorted(taken.items()))


def _start(area: Polygon, fixed: Sequence[Point], count: int) -> list[Point]:
    west, south, east, north = area.bounds
    inner = area.buffer(-INSET)
    points: list[Point] = []
    index = 1
    while len(points) < count:
        x = round(west + (east - west) * float(halton(1, 2, index)[0]))
        y = round(south + (north - south) * float(halton(1, 3, index)[0]))
        point = Point(x, y)
        clear = all(point.distance(one) > INSET for one in [*fixed, *points])
        if clear and inner.contains(point):
            points.append(point)
        index += 1
    return points


def _moved(point: Point, cell: Polygon, seat: Point) -> Point:
    centre = cell.centroid
    x = centre.x + PULL * (seat.x - centre.x)
    y = centre.y + PULL * (seat.y - centre.y)
    # Whole metres after every round: the last bit of a float cannot grow into another picture.
    moved = Point(round(x), round(y))
    return moved if cell.buffer(-1.0).contains(moved) else point


def _bearing(home: Point, point: Point) -> float:
    return float(np.arctan2(point.x - home.x, point.y - home.y) % (2 * np.pi))
