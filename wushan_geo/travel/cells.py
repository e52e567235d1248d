"""Areas from points: each point's nearest land, and the union of the land of some of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import ParameterError, listed
from wushan_geo.study.metric import metric_crs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray
    from pyproj import Transformer
    from shapely.geometry.base import BaseGeometry

    Points = NDArray[np.float64]

SAME_PLACE_M = 0.1  # places nearer to each other than this stand at one spot and share its land
GIVES_WAY_M = 1.0  # other points as near as this to a place, or to each other, give way
STEP_M = 1000.0  # a line straight in metres bends in degrees: 2 cm over this length
FAR = 10.0  # how far out the points stand that close the outermost land, in sizes of the whole
LONGITUDE_LATITUDE = 4326


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Land cut into pieces, each nearest to one spot; made by :func:`cut`.

    Examples
    --------
    See ``tests/test_travel_cells.py``.
    """

    pieces: NDArray[Any]
    """Polygons in longitude and latitude that fill the land without gap or overlap."""
    spot: NDArray[np.intp]
    """Spot to which each piece is nearest."""
    spot_of: NDArray[np.intp]
    """Spot at which each point stands; -1 for a point that gave way to another one."""

    def unions(self, chosen: Iterable[NDArray[np.bool_]]) -> Iterator[BaseGeometry]:
        """Join the land of ever more spots.

        Parameters
        ----------
        chosen
            Which spots, as one boolean array after the other; each holds all of the one before.

        Yields
        ------
        MultiPolygon
            The land of the chosen spots, empty for none. Since all pieces share their corners, each
            union covers the one before exactly.

        Raises
        ------
        IndexError
            If an array is shorter than there are spots.

        Examples
        --------
        See ``tests/test_travel_cells.py``.
        """
        import shapely

        whole: Any = shapely.MultiPolygon()
        before = np.zeros(self.pieces.size, dtype=bool)
        for spots in chosen:
            now = spots[self.spot]
            more = self.pieces[now & ~before]
            if more.size:
                parts = [*more.tolist(), *shapely.get_parts(whole).tolist()]
                whole = _multi(shapely.coverage_union_all(parts))
            before = now
            yield whole


def cut(places: Points, others: Points, area: BaseGeometry) -> Cells:
    """Cut land into the pieces nearest to each of some points (a Voronoi diagram, clipped).

    Places keep their land: another point within a metre of a place gives way, so that the place
    lies well inside its own piece. Places within a decimetre of each other are one spot. Distances
    are measured in the metric CGCS2000 zone of the area.

    Parameters
    ----------
    places
        Points that must lie inside their own land: longitude and latitude, one row each.
    others
        Points that only share in the land.
    area
        The land (Polygon or MultiPolygon in degrees). Around a place on its very border it is
        widened by two metres.

    Returns
    -------
    Cells
        The pieces; `spot_of` has the places first and then the others.

    Raises
    ------
    ParameterError
        If there is no point, or the area is empty or invalid.
    CrsError
        If the area lies outside the metric zones of CGCS2000.

    Examples
    --------
    See ``tests/test_travel_cells.py``.
    """
    import shapely

    if not len(places) + len(others) or area.is_empty or not area.is_valid:
        message = "land can be cut only if it is a valid area with at least one point."
        raise ParameterError(message)
    into = _into_metres(area)
    points = np.concatenate([places, others])
    metres = _moved(into, points)
    spot_of = _spots(metres, len(places))
    kept = spot_of >= 0
    stands, spot = metres[kept], spot_of[kept]
    land = _widened(area, places)
    corners = _moved(into, shapely.get_coordinates(land))
    lines = shapely.transform(_between(stands, corners), lambda ends: _moved(into, ends, back=True))
    joined = shapely.union_all([*lines.tolist(), land.boundary])
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(joined)))
    inside = shapely.point_on_surface(pieces)
    shapely.prepare(land)
    held = shapely.contains(land, inside)
    within = _moved(into, shapely.get_coordinates(inside[held]))
    return Cells(pieces[held], spot[_nearest(stands, within)], spot_of)


def require_inside(places: Points, ids: Iterable[str], area: BaseGeometry) -> None:
    """Make sure that every place lies in an area.

    Parameters
    ----------
    places
        Longitude and latitude, one row each.
    ids
        Their ids, for the message.
    area
        The area in degrees; its border belongs to it.

    Raises
    ------
    ParameterError
        If places lie outside; they are named.

    Examples
    --------
    >>> import shapely
    >>> require_inside(np.array([[110.0, 31.0]]), ["A"], shapely.box(109, 30, 111, 32))
    """
    import shapely

    covered = np.asarray(shapely.covers(area, shapely.points(places)))
    lost = [one for one, held in zip(ids, covered, strict=True) if not held]
    if lost:
        message = (
            f"the area leaves out {listed(lost)}, so no catchment clipped to it could hold them. "
            "Widen the area, or mend their points."
        )
        raise ParameterError(message)


def grid(area: BaseGeometry, spacing_m: float) -> Points:
    """Spread points over an area, row by row.

    Parameters
    ----------
    area
        Area in degrees.
    spacing_m
        Metres between neighbours, above 0.

    Returns
    -------
    numpy.ndarray
        Longitude and latitude, one row each, every other row moved by half a step.

    Raises
    ------
    ZeroDivisionError
        If the spacing is 0.
    CrsError
        If the area lies outside the metric zones of CGCS2000.

    Examples
    --------
    >>> import shapely
    >>> len(grid(shapely.box(110.0, 31.0, 110.01, 31.01), 500.0))
    5
    """
    import shapely

    into = _into_metres(area)
    corners = _moved(into, shapely.get_coordinates(shapely.segmentize(area, 0.01)))
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    rise = spacing_m * np.sqrt(3) / 2
    x, y = np.meshgrid(
        np.arange(west + spacing_m / 2, east, spacing_m), np.arange(south + rise / 2, north, rise)
    )
    x[1::2] += spacing_m / 2
    points = _moved(into, np.column_stack([x.ravel(), y.ravel()]), back=True)
    shapely.prepare(area)
    return points[shapely.contains_xy(area, points[:, 0], points[:, 1])]


def _into_metres(area: BaseGeometry) -> Transformer:
    west, _, east, _ = area.bounds
    return _zone(metric_crs((west + east) / 2))


@cache
def _zone(code: int) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(LONGITUDE_LATITUDE, code, always_xy=True)


def _moved(into: Transformer, points: Points, *, back: bool = False) -> Points:
    direction = "INVERSE" if back else "FORWARD"
    x, y = into.transform(points[:, 0], points[:, 1], direction=direction)
    return np.column_stack([x, y])


def _spots(metres: Points, places: int) -> NDArray[np.intp]:
    """Give each point the number of its spot, -1 for one that gives way."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import KDTree

    spot = np.full(len(metres), -1, dtype=np.intp)
    free = np.ones(len(metres), dtype=bool)
    count = 0
    if places:
        tree = KDTree(metres[:places])
        near = tree.query_pairs(SAME_PLACE_M, output_type="ndarray")
        pairs = (np.ones(len(near)), (near[:, 0], near[:, 1]))
        joined = coo_array(pairs, shape=(places, places))
        count, spot[:places] = connected_components(joined, directed=False)
        free = np.isinf(tree.query(metres, distance_upper_bound=GIVES_WAY_M)[0])
    # Of the points in one square metre the first stays: where roads meet, their ends are one.
    left = np.flatnonzero(free)
    first = left[np.unique(np.floor(metres[left] / GIVES_WAY_M), axis=0, return_index=True)[1]]
    first.sort()
    spot[first] = np.arange(count, count + first.size)
    return spot


def _widened(area: BaseGeometry, places: Points) -> BaseGeometry:
    """Let a place on the border of the land lie inside it."""
    import shapely

    if not len(places):
        return area
    two_metres = 2e-5
    points = np.asarray(shapely.points(places))
    on_border = points[shapely.distance(area.boundary, points) < two_metres / 2]
    if not on_border.size:
        return area
    return shapely.union_all([area, *shapely.buffer(on_border, two_metres)])


def _between(stands: Points, corners: Points) -> NDArray[Any]:
    """Draw the lines halfway between neighbouring spots, as far as the land reaches."""
    import shapely
    from scipy.spatial import Voronoi

    every = np.concatenate([stands, corners])
    middle = every.mean(axis=0)
    size = float(np.abs(every - middle).max()) + GIVES_WAY_M
    ring = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1], [0, 1.5], [1.5, 0], [0, -1.5], [-1.5, 0]])
    diagram = Voronoi(np.concatenate([stands - middle, FAR * size * ring]))
    ridges = np.asarray(diagram.ridge_vertices)
    ends = diagram.vertices[ridges[(ridges >= 0).all(axis=1)]]
    (west, south), (east, north) = corners.min(axis=0) - middle, corners.max(axis=0) - middle
    lines = shapely.linestrings(ends)
    lines = shapely.clip_by_rect(
        lines, west - STEP_M, south - STEP_M, east + STEP_M, north + STEP_M
    )
    lines = lines[shapely.length(lines) > 0]
    lines = shapely.segmentize(lines, STEP_M)
    moved: NDArray[Any] = shapely.transform(lines, lambda points: points + middle)
    return moved


def _nearest(stands: Points, points: Points) -> NDArray[np.intp]:
    from scipy.spatial import KDTree

    return np.asarray(KDTree(stands).query(points)[1], dtype=np.intp)


def _multi(shape: Any) -> BaseGeometry:
    import shapely

    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
