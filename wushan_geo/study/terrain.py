"""The land of a study: elevation and land cover on one grid of square cells, checked once."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import CrsError, Fault, InputError
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray
    from pyproj import CRS, Transformer

ELEVATION, LAND_COVER = "elevation", "land cover"  # how faults name the two rasters
NO_COVER = -1  # land cover that is not known; codes themselves are 0 or more
MOST_CODE = 2**31 - 1
OUTSIDE = -1  # number of the cell of a point that lies outside the raster
MOST_CELLS = 50_000_000  # 400 MB of elevation; a graph of 16 directions takes about 10 GB then
# Metres. A number beyond these is no elevation on land but a mark for "no data", or another unit.
LOWEST_M, HIGHEST_M = -500.0, 9000.0
SQUARE = 0.01  # the sides of a cell may differ by 1 %
TRUE_LENGTHS = 0.01  # lengths on the map may be wrong by 1 %
GEOGRAPHIC = 4490
OUT, HOLE, BARRIER = "outside", "no_data", "barrier"  # why nobody can walk at a place
_SIX = 6
_MEGABYTE = 1e6
_PLANE = 2  # dimensions of a raster


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Terrain:
    """Elevation and land cover on one grid of square cells in metres; nothing in it can change.

    Rows run from north to south and columns from west to east. Cells are numbered row after row
    from 0. A cell takes 12 bytes with land cover and 8 without; at most 50 million are accepted.

    Raises
    ------
    CrsError
        If the reference system is not known, is in degrees or another unit than metres, or its
        lengths are wrong by more than 1 % here, as those of Web Mercator are (17 % at 31 degrees).
    InputError
        With all faults at once: no raster of numbers, no data at all, numbers that are no
        elevations in metres, rasters of different shape, codes that are no whole numbers from 0,
        cells that are not square or not laid north up, too many cells.

    Examples
    --------
    >>> Terrain(np.full((2, 3), 200.0), None, (90, 0, 400_000, 0, -90, 3_440_000), "EPSG:4546")
    Terrain: 2 x 3 cells of 90 m, EPSG:4546, 200 to 200 m, 0.0 % without data, no land cover, 0.0 MB
    """

    elevation: NDArray[np.float64]
    """Elevation in metres, north up; NaN = no data."""
    land_cover: NDArray[np.int32] | None
    """Land cover code of each cell, 0 or more; -1 = no data. None if all land is alike."""
    transform: tuple[float, float, float, float, float, float]
    """From columns and rows to metres: ``x = a column + b row + c``, ``y = d column + e row + f``
    as (a, b, c, d, e, f), where whole numbers are corners of cells; b and d are 0."""
    crs: str
    """Reference system, projected and in metres, such as ``EPSG:4546``."""
    notes: tuple[Fault, ...] = ()
    """What was done to the rasters when they were read, for the report."""

    def __post_init__(self) -> None:
        """Check everything once, then lock the arrays."""
        settle = object.__setattr__
        elevation, cover = np.asarray(self.elevation), self.land_cover
        faults = list(self._faults())
        if faults:
            raise InputError(faults)
        settle(self, "transform", tuple(float(one) for one in self.transform))
        settle(self, "elevation", _locked(elevation.astype(np.float64)))
        if cover is not None:
            settle(self, "land_cover", _locked(np.asarray(cover).astype(np.int32)))
        settle(self, "crs", str(self.crs))
        _check_crs(self)

    def _faults(self) -> Iterator[Fault]:
        """Find what is wrong with the rasters and their place."""
        yield from _grid_faults(self.transform)
        elevation = np.asarray(self.elevation)
        if elevation.ndim != _PLANE or not elevation.size or elevation.dtype.kind not in "iuf":
            shown = f"{' x '.join(map(str, elevation.shape))} {elevation.dtype}"
            yield _blame(ELEVATION, shown, "terrain_raster")
        elif elevation.size > MOST_CELLS:
            yield fault(
                Where(ELEVATION, None, "", elevation.size),
                rule("terrain_large", most=f"{MOST_CELLS:,}"),
                hint("terrain_large"),
            )
        else:
            yield from _elevation_faults(elevation)
            if self.land_cover is not None:
                yield from _cover_faults(np.asarray(self.land_cover), elevation.shape)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        rows, columns = self.elevation.shape
        return rows, columns

    @property
    def cell_m(self) -> float:
        """Side of a cell in metres."""
        return (self.transform[0] - self.transform[4]) / 2

    @property
    def nbytes(self) -> int:
        """Memory of the rasters in bytes."""
        return self.elevation.nbytes + (0 if self.land_cover is None else self.land_cover.nbytes)

    def grid(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the place of points on the grid.

        Parameters
        ----------
        lon, lat
            Degrees (CGCS2000 or WGS 84, which agree within decimetres here).

        Returns
        -------
        tuple of numpy.ndarray
            Column and row with fractions: 0 is the west (north) edge of the raster and 0.5 the
            middle of its first cell. Infinite where the reference system does not reach.

        Raises
        ------
        ValueError
            If the two differ in length.

        Examples
        --------
        See ``tests/test_study_terrain.py``.
        """
        x, y = _into(self.crs).transform(np.asarray(lon, float), np.asarray(lat, float))
        a, _, c, _, e, f = self.transform
        return (np.asarray(x) - c) / a, (np.asarray(y) - f) / e

    def cells(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.intp]:
        """Give the cell that holds each point.

        Parameters
        ----------
        lon, lat
            Degrees (CGCS2000 or WGS 84).

        Returns
        -------
        numpy.ndarray
            Number of the cell, -1 for a point outside the raster. A point on the border of two
            cells belongs to the one in the south or east.

        Raises
        ------
        ValueError
            If the two differ in length.

        Examples
        --------
        >>> land = Terrain(np.zeros((2, 3)), None, (90, 0, 4e5, 0, -90, 344e4), "EPSG:4546")
        >>> land.cells(*land.points(np.arange(6))).tolist()
        [0, 1, 2, 3, 4, 5]
        >>> land.cells(np.array([110.0]), np.array([0.0])).tolist()
        [-1]
        """
        return self.cells_at(*self.grid(lon, lat))

    def cells_at(self, column: NDArray[np.float64], row: NDArray[np.float64]) -> NDArray[np.intp]:
        """Give the cell at each place of the grid.

        Parameters
        ----------
        column, row
            As :meth:`grid` gives them.

        Returns
        -------
        numpy.ndarray
            Number of the cell, -1 outside the raster.

        Raises
        ------
        ValueError
            If the two differ in length.

        Examples
        --------
        >>> land = Terrain(np.zeros((2, 3)), None, (90, 0, 4e5, 0, -90, 344e4), "EPSG:4546")
        >>> land.cells_at(np.array([2.5, 3.5]), np.array([1.5, 1.5])).tolist()
        [5, -1]
        """
        rows, columns = self.shape
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        cell = np.full(inside.shape, OUTSIDE, dtype=np.intp)
        cell[inside] = row[inside].astype(np.intp) * columns + column[inside].astype(np.intp)
        return cell

    def points(self, cells: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the middle of cells.

        Parameters
        ----------
        cells
            Numbers of cells.

        Returns
        -------
        tuple of numpy.ndarray
            Longitude and latitude in degrees (CGCS2000).

        Raises
        ------
        MemoryError
            If they do not fit into memory.

        Examples
        --------
        >>> land = Terrain(np.zeros((2, 3)), None, (90, 0, 4e5, 0, -90, 344e4), "EPSG:4546")
        >>> [float(one[0].round(3)) for one in land.points(np.array([0]))]
        [109.953, 31.077]
        """
        a, _, c, _, e, f = self.transform
        row, column = np.divmod(np.asarray(cells), self.shape[1])
        lon, lat = _out_of(self.crs).transform((column + 0.5) * a + c, (row + 0.5) * e + f)
        return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)

    def __repr__(self) -> str:
        """Say in one line what the land is like."""
        rows, columns = self.shape
        missing = np.isnan(self.elevation).mean()
        cover = "no land cover"
        if self.land_cover is not None:
            codes = np.unique(self.land_cover)
            cover = f"{(codes != NO_COVER).sum()} kinds of land cover"
        system = self.crs if len(self.crs) < len("EPSG:000000") else "own system"
        return (
            f"Terrain: {rows:,} x {columns:,} cells of {self.cell_m:g} m, {system}, "
            f"{np.nanmin(self.elevation):,.0f} to {np.nanmax(self.elevation):,.0f} m, "
            f"{missing:.1%} without data, {cover}, {self.nbytes / _MEGABYTE:,.1f} MB"
        ).replace("% without", " % without")


def standing(
    terrain: Terrain,
    factors: Mapping[int, float],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> NDArray[np.object_]:
    """Say of places why nobody can walk there.

    Parameters
    ----------
    terrain
        The land.
    factors
        Multiplier of the walking speed by land cover code; 0 is a barrier, and so is a code
        without one.
    lon, lat
        Degrees; NaN lies outside.

    Returns
    -------
    numpy.ndarray
        ``outside`` the raster, ``no_data`` in the cell, ``barrier``; empty where one can walk.

    Raises
    ------
    ValueError
        If the two differ in length.

    Examples
    --------
    >>> place = (90, 0, 4e5, 0, -90, 344e4)
    >>> land = Terrain(np.zeros((1, 2)), np.array([[1, 9]]), place, "EPSG:4546")
    >>> standing(land, {1: 1.0, 9: 0.0}, *land.points(np.array([0, 1]))).tolist()
    ['', 'barrier']
    """
    cell = terrain.cells(lon, lat)
    inside = cell != OUTSIDE
    found = np.full(cell.shape, OUT, dtype=object)
    held = cell[inside]
    blind = np.isnan(terrain.elevation.ravel()[held])
    shut = np.zeros(held.shape, dtype=bool)
    if terrain.land_cover is not None:
        codes = terrain.land_cover.ravel()[held]
        blind |= codes == NO_COVER
        shut = ~np.isin(codes, [one for one, factor in factors.items() if factor > 0])
    found[inside] = np.where(blind, HOLE, np.where(shut, BARRIER, ""))
    return found


def check_metres(crs: CRS, lon: float, lat: float) -> str:
    """Tell why lengths cannot be measured in a reference system at a place.

    Parameters
    ----------
    crs
        The system.
    lon, lat
        The place in degrees; NaN where only the system itself is asked about.

    Returns
    -------
    str
        The reason in English, empty if there is none.

    Raises
    ------
    AttributeError
        If `crs` is no reference system.

    Examples
    --------
    >>> from pyproj import CRS
    >>> check_metres(CRS(4490), 110, 31)
    'is in degrees'
    >>> check_metres(CRS(4546), 110, 31)
    ''
    >>> check_metres(CRS(3857), 110, 31)
    'makes lengths wrong by 16.7 % here'
    """
    from pyproj import Proj

    if crs.is_geographic:
        return "is in degrees"
    if not crs.is_projected or any(one.unit_name != "metre" for one in crs.axis_info[:2]):
        return "is not in metres"
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return ""
    scale = Proj(crs).get_factors(lon, lat)
    wrong = max(abs(scale.meridional_scale - 1), abs(scale.parallel_scale - 1))
    return "" if wrong <= TRUE_LENGTHS else f"makes lengths wrong by {wrong * 100:.1f} % here"


def _check_crs(terrain: Terrain) -> None:
    """Refuse a system in which no metre can be measured."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(terrain.crs)
    except CRSError:
        message = (
            f"the terrain's reference system {terrain.crs!r} is not known. Name it, most likely "
            "EPSG:4546."
        )
        raise CrsError(message) from None
    reason = check_metres(crs, np.nan, np.nan)
    if not reason:
        rows, columns = terrain.shape
        lon, lat = terrain.points(np.array([rows // 2 * columns + columns // 2]))
        reason = check_metres(crs, float(lon[0]), float(lat[0]))
    if reason:
        message = (
            f"the terrain's reference system {crs.name} {reason}, and slopes and lengths need "
            "metres. Project the rasters to a CGCS2000 zone, most likely EPSG:4546; read_terrain "
            "does so by itself."
        )
        raise CrsError(message)


def _grid_faults(transform: Any) -> Iterator[Fault]:
    """Find what is wrong with the place of the grid."""
    numbers = np.asarray(transform, dtype=np.float64).ravel()
    shown = ", ".join(f"{one:g}" for one in numbers)
    if numbers.size != _SIX or not np.isfinite(numbers).all():
        yield _blame(ELEVATION, shown, "terrain_transform", "transform")
        return
    a, b, _, d, e, _ = numbers.tolist()
    if b or d or a <= 0 or e >= 0:
        yield _blame(ELEVATION, shown, "terrain_north_up", "transform")
    elif abs(a + e) > SQUARE * max(a, -e):
        yield _blame(ELEVATION, f"{a:g} x {-e:g} m", "terrain_square", "transform")


def _elevation_faults(elevation: NDArray[Any]) -> Iterator[Fault]:
    """Find numbers that are no elevations."""
    known = ~np.isnan(elevation)
    if not known.any():
        yield _blame(ELEVATION, "NaN", "terrain_empty")
        return
    for extreme in (float(elevation[known].min()), float(elevation[known].max())):
        if not LOWEST_M <= extreme <= HIGHEST_M:
            words = {"low": f"{LOWEST_M:g}", "high": f"{HIGHEST_M:g}"}
            where = Where(ELEVATION, None, "", f"{extreme:g}")
            yield fault(where, rule("terrain_elevation", **words), hint("terrain_elevation"))


def _cover_faults(cover: NDArray[Any], shape: tuple[int, ...]) -> Iterator[Fault]:
    """Find what is wrong with the land cover."""
    if cover.shape != shape:
        where = Where(LAND_COVER, None, "", " x ".join(map(str, cover.shape)))
        words = rule("terrain_same_shape", shape=" x ".join(map(str, shape)))
        yield fault(where, words, hint("terrain_same_shape"))
    if cover.dtype.kind not in "iu":
        yield _blame(LAND_COVER, cover.dtype, "terrain_codes")
        return
    for extreme in {int(cover.min(initial=0)), int(cover.max(initial=0))}:
        if not NO_COVER <= extreme <= MOST_CODE:
            yield _blame(LAND_COVER, extreme, "terrain_codes")


def _blame(raster: str, shown: object, key: str, column: str = "") -> Fault:
    """Make a fault of which the rule and the hint have one key."""
    return fault(Where(raster, None, column, shown), rule(key), hint(key))


def _locked(array: NDArray[Any]) -> NDArray[Any]:
    """Make an array read-only."""
    array.flags.writeable = False
    return array


@functools.cache
def _into(crs: str) -> Transformer:
    """Give the way from degrees to a system."""
    from pyproj import Transformer

    return Transformer.from_crs(GEOGRAPHIC, crs, always_xy=True)


@functools.cache
def _out_of(crs: str) -> Transformer:
    """Give the way from a system to degrees."""
    from pyproj import Transformer

    return Transformer.from_crs(crs, GEOGRAPHIC, always_xy=True)
