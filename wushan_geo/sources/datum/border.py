"""Points beyond the county, and how far."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

_STEP = 0.01  # degrees between the points by which a border is measured, about a kilometre
_KM = 1000.0
_EAST, _NORTH = 180, 90  # no degrees are larger


def outside(lon: Any, lat: Any, county: Any) -> np.ndarray:
    """Measure how far points lie outside a county; being outside is allowed, and told.

    Distances are geodesic, from the point to the nearest place of the border: seen from a point,
    places keep their true distance and direction (an azimuthal equidistant plane of its own).

    Parameters
    ----------
    lon
        Longitudes in WGS-84 / CGCS2000, degrees.
    lat
        Latitudes.
    county
        The county as a polygon in degrees.

    Returns
    -------
    numpy.ndarray
        Kilometres to the border for points outside; NaN inside, on the border itself, and where
        there is no point.

    Raises
    ------
    ValueError
        If longitudes and latitudes do not fit each other.

    Examples
    --------
    >>> county = shapely.box(109.8, 31.0, 110.0, 31.1)
    >>> outside([109.9, 110.5], [31.05, 31.05], county).round(2).tolist()
    [nan, 47.73]
    """
    from pyproj import Geod

    x, y = (np.asarray(one, dtype=float) for one in np.broadcast_arrays(lon, lat))
    found = np.full(x.shape, np.nan)
    there = (np.abs(x) <= _EAST) & (np.abs(y) <= _NORTH)
    there[there] = ~shapely.intersects_xy(county, x[there], y[there])
    border = shapely.segmentize(shapely.boundary(county), _STEP)
    ends = shapely.get_coordinates(border)
    globe = Geod(ellps="GRS80")
    for at in zip(*np.nonzero(there), strict=True):
        here = np.full(len(ends), x[at]), np.full(len(ends), y[at])
        azimuth, _, metres = globe.inv(*here, ends[:, 0], ends[:, 1])
        turn = np.radians(azimuth)
        seen = np.stack([metres * np.sin(turn), metres * np.cos(turn)], axis=-1)
        line = shapely.set_coordinates(shapely.force_2d(border), seen)
        found[at] = shapely.distance(line, shapely.Point(0.0, 0.0)) / _KM
    return found
