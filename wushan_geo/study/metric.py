"""Metres from degrees: the system chosen from the data, and areas and widths measured in it."""

from __future__ import annotations

import functools
import math

import numpy as np
import shapely
from pyproj import CRS, Transformer

from wushan_geo.errors import CrsError

# CGCS2000 3-degree Gauss-Kruger zones by central meridian, without zone prefix: EPSG 4534 stands
# for 75 degrees east (zone 25) and the codes run on, one for each zone, to 4554 (135 degrees east).
_FIRST_ZONE, _FIRST_CODE, _LAST_ZONE, _ZONE_WIDTH = 25, 4534, 45, 3
_GEOGRAPHIC = 4490
# A straight line in degrees is a curve in metres: cut every 0.005 degrees (half a kilometre) it
# strays by less than a centimetre, so that a border with few corners makes no sliver of its own.
_STEP = 0.005


def metric_crs(lon: float) -> int:
    """Choose the CGCS2000 3-degree Gauss-Kruger zone that holds a longitude.

    Parameters
    ----------
    lon
        Longitude in degrees east, from 73.5 on and below 136.5; halfway between two central
        meridians the eastern zone holds.

    Returns
    -------
    int
        EPSG code of the projected system (metres), such as 4546 for 111 degrees east.

    Raises
    ------
    CrsError
        If the longitude lies outside the zones.

    Examples
    --------
    >>> metric_crs(109.9)
    4546
    """
    zone = math.floor(lon / _ZONE_WIDTH + 0.5) if math.isfinite(lon) else -1
    if not _FIRST_ZONE <= zone <= _LAST_ZONE:
        message = f"longitude {lon:g} lies outside the CGCS2000 zones (73.5 to 136.5 degrees east)"
        raise CrsError(message)
    return _FIRST_CODE + zone - _FIRST_ZONE


class Measure:
    """Areas and widths of shapes in degrees, in square metres and metres."""

    def __init__(self, shapes: np.ndarray) -> None:
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        middle = (west + east) / 2, (south + north) / 2
        self._transformer = _into_metres(*middle)

    def area(self, shapes: np.ndarray) -> np.ndarray:
        """Give areas in square metres.

        Parameters
        ----------
        shapes
            Shapes in degrees.

        Returns
        -------
        numpy.ndarray
            Areas; 0 where there is no shape.

        Raises
        ------
        TypeError
            If these are no shapes.

        Examples
        --------
        >>> square = np.array([shapely.box(110.99, 31.0, 111.01, 31.02)])
        >>> Measure(square).area(square).round(-3)
        array([4235000.])
        """
        area: np.ndarray = np.nan_to_num(shapely.area(self._metres(shapes)))
        return area

    def width(self, shapes: np.ndarray) -> np.ndarray:
        """Give mean widths in metres: twice the area over the length of the border.

        For a long thin shape that is its width, for a square half its side.

        Parameters
        ----------
        shapes
            Shapes in degrees.

        Returns
        -------
        numpy.ndarray
            Widths; 0 where there is no shape.

        Raises
        ------
        TypeError
            If these are no shapes.

        Examples
        --------
        >>> strip = np.array([shapely.box(110.9, 31.0, 111.1, 31.00001)])
        >>> Measure(strip).width(strip).round(2)
        array([1.11])
        """
        metres = self._metres(shapes)
        length: np.ndarray = np.nan_to_num(shapely.length(metres))
        area: np.ndarray = np.nan_to_num(shapely.area(metres))
        width: np.ndarray = np.divide(2 * area, length, out=np.zeros_like(area), where=length > 0)
        return width

    def _metres(self, shapes: np.ndarray) -> np.ndarray:
        shapes = shapely.segmentize(np.asarray(shapes, dtype=object), _STEP)

        def moved(points: np.ndarray) -> np.ndarray:
            return np.column_stack(self._transformer.transform(points[:, 0], points[:, 1]))

        return np.asarray(shapely.transform(shapes, moved))


def _into_metres(lon: float, lat: float) -> Transformer:
    """Give the way into the zone of a place; where there is none, into a map made for the place."""
    try:
        return _zone(metric_crs(lon))
    except CrsError:
        place = f"+proj=laea +lon_0={lon:.6f} +lat_0={lat:.6f} +ellps=GRS80 +units=m"
        return Transformer.from_crs(_GEOGRAPHIC, CRS.from_user_input(place), always_xy=True)


@functools.cache
def _zone(code: int) -> Transformer:
    return Transformer.from_crs(_GEOGRAPHIC, code, always_xy=True)
