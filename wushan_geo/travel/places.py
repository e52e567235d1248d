"""Where trips start and end: points with ids, in longitude and latitude."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import CrsError, ParameterError, listed
from wushan_geo.travel.ids import align_counts, id_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# Longitude and latitude systems that agree within decimetres here: WGS 84 and CGCS2000.
GEOGRAPHIC = {4326, 4490}
MOST_LON, MOST_LAT = 180.0, 90.0


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Points with ids; made by :func:`places`.

    Examples
    --------
    >>> table = pd.DataFrame({"lon": [109.9], "lat": [31.1]}, index=["A"])
    >>> places(table, "origins").ids
    ('A',)
    """

    ids: tuple[str, ...]
    """Ids (text, unique)."""
    lon: NDArray[np.float64]
    """Longitude in degrees; NaN if only the node is known."""
    lat: NDArray[np.float64]
    """Latitude in degrees; NaN if only the node is known."""
    node_ids: tuple[str, ...]
    """Node of the road network at which the place lies; empty if it has to be snapped."""
    minutes: NDArray[np.float64]
    """Minutes charged here whatever the road is like: within the village, boarding."""


def places(
    points: Any, what: str, *, minutes: pd.Series[float] | Mapping[str, float] | None = None
) -> Places:
    """Read points with ids, whatever table they come in.

    Parameters
    ----------
    points
        A GeoDataFrame or GeoSeries of points with any reference system, or a DataFrame with
        columns ``lon`` and ``lat`` in degrees; ids are the index. A column ``node_id`` names the
        road node of a place that needs no snap (empty = snap it). Not changed.
    what
        What the points are, for messages, such as ``"origins"``.
    minutes
        Minutes charged at each place beside the road, by id; None charges nothing.

    Returns
    -------
    Places
        In the order given.

    Raises
    ------
    CrsError
        If a layer names no reference system, or numbers that should be degrees are none.
    ParameterError
        If a place has neither a point nor a node, a degree is no number, or a shape is no point;
        the ids are named.
    UnknownIdError
        If an id is there twice, or `minutes` lacks one or has others.

    Examples
    --------
    >>> table = pd.DataFrame({"lon": [109.9], "lat": [31.1]}, index=["A"])
    >>> places(table, "origins", minutes={"A": 5}).minutes.tolist()
    [5.0]
    """
    if isinstance(points, Places):
        return points
    if not isinstance(points, (pd.DataFrame, pd.Series)):
        message = (
            f"{what} must be a table of points with the ids as index. "
            f"Got {type(points).__name__} instead."
        )
        raise ParameterError(message)
    ids = id_texts(points.index, what)
    lon, lat = _degrees(points, ids, what)
    nodes = _nodes(points, len(ids))
    nowhere = [
        one
        for one, known, node in zip(ids, np.isfinite(lon) & np.isfinite(lat), nodes, strict=True)
        if not known and not node
    ]
    if nowhere:
        message = f"{what} have no point for {listed(nowhere)}. Give a point, or leave them out."
        raise ParameterError(message)
    charged = (
        np.zeros(len(ids)) if minutes is None else align_counts(minutes, ids, f"{what}' minutes")
    )
    return Places(ids, lon, lat, nodes, charged)


def require_points(at: Places, what: str) -> None:
    """Make sure that every place has coordinates, not only a road node.

    Parameters
    ----------
    at
        The places.
    what
        What they are, for the message.

    Raises
    ------
    ParameterError
        If a place has no coordinates; the ids are named.

    Examples
    --------
    >>> require_points(places(pd.DataFrame({"lon": [1.0], "lat": [2.0]}), "origins"), "origins")
    """
    lost = [one for one, lon in zip(at.ids, at.lon, strict=True) if not np.isfinite(lon)]
    if lost:
        message = f"{what} have no coordinates for {listed(lost)}. Give longitude and latitude."
        raise ParameterError(message)


def geodesic_m(
    start: tuple[NDArray[np.float64], NDArray[np.float64]],
    end: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Measure the shortest way over the ellipsoid between pairs of points.

    Parameters
    ----------
    start, end
        Longitudes and latitudes in degrees, arrays of one shape.

    Returns
    -------
    numpy.ndarray
        Metres on the WGS 84 ellipsoid (Karney 2013, as in pyproj); NaN where a coordinate is.

    Raises
    ------
    ValueError
        If the arrays have different shapes.

    Examples
    --------
    >>> one_degree = geodesic_m((np.zeros(1), np.zeros(1)), (np.ones(1), np.zeros(1)))
    >>> one_degree.round().tolist()
    [111319.0]
    """
    from pyproj import Geod

    _, _, metres = Geod(ellps="WGS84").inv(*start, *end)
    return np.asarray(metres, dtype=np.float64)


def _degrees(
    points: Any, ids: tuple[str, ...], what: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read longitudes and latitudes."""
    if hasattr(points, "crs"):
        lon, lat = _layer_degrees(points.geometry, ids, what)
    else:
        missing = {"lon", "lat"} - set(getattr(points, "columns", ()))
        if missing and "node_id" in getattr(points, "columns", ()):
            return np.full(len(ids), np.nan), np.full(len(ids), np.nan)
        if missing:
            message = f"{what} need columns 'lon' and 'lat' in degrees, or a layer of points."
            raise CrsError(message)
        lon, lat = (_numbers(points[one], what) for one in ("lon", "lat"))
    wrong = (np.abs(lon) > MOST_LON) | (np.abs(lat) > MOST_LAT)
    if wrong.any():
        names = listed(one for one, bad in zip(ids, wrong, strict=True) if bad)
        message = (
            f"{what} have coordinates that are no degrees: {names}. They look like metres: "
            "give a layer that names its reference system."
        )
        raise CrsError(message)
    return lon, lat


def _numbers(column: pd.Series[Any], what: str) -> NDArray[np.float64]:
    """Read a column of degrees."""
    try:
        return column.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    except (TypeError, ValueError) as error:
        odd = pd.to_numeric(column, errors="coerce").isna() & column.notna()
        message = f"{what} have a {column.name} that is no number for {listed(column.index[odd])}."
        raise ParameterError(message) from error


def _layer_degrees(
    shapes: Any, ids: tuple[str, ...], what: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read longitudes and latitudes of a layer of points."""
    import shapely

    if shapes.crs is None:
        message = (
            f"{what} have no coordinate reference system, so no distance can be told. "
            "Set it, most likely with .set_crs('EPSG:4490')."
        )
        raise CrsError(message)
    if shapes.crs.to_epsg() not in GEOGRAPHIC:
        shapes = shapes.to_crs(4326)
    found = shapes.to_numpy()
    there = ~(shapely.is_missing(found) | shapely.is_empty(found))
    odd = there & (shapely.get_type_id(found) != shapely.GeometryType.POINT.value)
    if odd.any():
        names = listed(one for one, bad in zip(ids, odd, strict=True) if bad)
        message = f"{what} must be points. Take one point for each of {names}."
        raise ParameterError(message)
    found = np.where(there, found, None)
    return shapely.get_x(found), shapely.get_y(found)


def _nodes(points: Any, count: int) -> tuple[str, ...]:
    """Read the road nodes at which places lie, empty where none is given."""
    if "node_id" not in getattr(points, "columns", ()):
        return ("",) * count
    nodes = points["node_id"]
    # A gap makes a column of whole numbers one of floats; they are still the same numbers.
    if pd.api.types.is_float_dtype(nodes) and (nodes.dropna() % 1 == 0).all():
        nodes = nodes.astype("Int64")
    return tuple("" if pd.isna(one) else str(one) for one in nodes)
