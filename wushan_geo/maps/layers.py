"""Shapes and points, made small: five decimals (about a metre), each a step from the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from wushan_geo.maps.legend import FERRY, MAIN_ROADS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

SCALE = 100_000  # steps a degree
MOST_POINTS = 80_000  # in one layer; keeps the page far below 5 MB whatever the borders look like
FIRST_TOLERANCE = 5e-5  # degrees, about 5 m


def steps(coordinates: NDArray[np.float64]) -> list[int]:
    """Write a line as whole steps: the first point, then the way to each next one.

    Parameters
    ----------
    coordinates
        Longitudes and latitudes in degrees, one row a point.

    Returns
    -------
    list of int
        Longitude and latitude in turn, in 1/100,000 degree; rounding each point first keeps shared
        borders shared.

    Raises
    ------
    ValueError
        If a coordinate is not finite.

    Examples
    --------
    >>> steps(np.array([[109.5, 31.0], [109.50002, 31.00001]]))
    [10950000, 3100000, 2, 1]
    """
    if not np.isfinite(coordinates).all():
        message = "a coordinate is not a finite number"
        raise ValueError(message)
    points = np.rint(coordinates * SCALE).astype(np.int64)
    return [int(one) for one in np.diff(points, axis=0, prepend=points[:1] * 0).ravel()]


def polygons(geometry: shapely.Geometry | None) -> list[list[list[int]]]:
    """Write a polygon or several as rings of steps.

    Parameters
    ----------
    geometry
        Polygon, MultiPolygon or nothing, in degrees.

    Returns
    -------
    list
        One list of rings a polygon, the outer ring first; empty if there is no polygon.

    Raises
    ------
    ValueError
        If a coordinate is not finite.

    Examples
    --------
    >>> polygons(shapely.box(0, 0, 0.00002, 0.00001))
    [[[2, 0, 0, 1, -2, 0, 0, -1]]]
    """
    if geometry is None or shapely.is_empty(geometry):
        return []
    parts = [one for one in shapely.get_parts(geometry) if one.geom_type == "Polygon"]
    return [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in parts]


def _ring(ring: shapely.Geometry) -> list[int]:
    return steps(shapely.get_coordinates(ring)[:-1])  # the last point repeats the first


def thinned(shapes: Sequence[shapely.Geometry | None]) -> list[shapely.Geometry | None]:
    """Leave out points of borders until a layer is small enough; shared borders stay shared.

    Parameters
    ----------
    shapes
        Polygons of one layer in degrees, None where a place has none.

    Returns
    -------
    list
        The same shapes, simplified only if they have more than ``MOST_POINTS`` points together.

    Raises
    ------
    shapely.errors.GEOSException
        If a shape cannot be simplified.

    Examples
    --------
    >>> thinned([None, shapely.box(0, 0, 1, 1)])[1].equals(shapely.box(0, 0, 1, 1))
    True
    """
    found = list(shapes)
    at = [
        number for number, one in enumerate(found) if one is not None and not shapely.is_empty(one)
    ]
    current = np.array([found[number] for number in at], dtype=object)
    tolerance = FIRST_TOLERANCE
    while len(current) and shapely.get_num_coordinates(current).sum() > MOST_POINTS:
        current = shapely.coverage_simplify(current, tolerance)
        tolerance *= 2
        if tolerance > 1:
            break
    for number, one in zip(at, current, strict=True):
        found[number] = one
    return found


def shapes_of(layer: gpd.GeoDataFrame | None, ids: Sequence[str]) -> list[list[list[list[int]]]]:
    """Give the shapes of a layer in the order of some ids.

    Parameters
    ----------
    layer
        Zones with ``zone_id``; None if the study has none.
    ids
        Zones in the order wanted.

    Returns
    -------
    list
        Rings as :func:`polygons`; an empty list for a zone without a shape.

    Raises
    ------
    KeyError
        If the layer has no column ``zone_id``.

    Examples
    --------
    >>> shapes_of(None, ["500237001"])
    [[]]
    """
    if layer is None:
        return [[] for _ in ids]
    known = dict(zip(layer["zone_id"], layer.geometry, strict=True))
    return [polygons(one) for one in thinned([known.get(zone) for zone in ids])]


def points_of(
    layer: gpd.GeoDataFrame | None, ids: Sequence[str]
) -> list[tuple[float, float] | None]:
    """Give the demand points of a layer in the order of some ids.

    Parameters
    ----------
    layer
        Zones with ``zone_id`` and ``demand_lon``, ``demand_lat`` or ``demand_point``.
    ids
        Zones in the order wanted.

    Returns
    -------
    list
        Latitude and longitude in degrees, five decimals; None where there is no point.

    Raises
    ------
    KeyError
        If the layer has no column ``zone_id``.

    Examples
    --------
    >>> points_of(None, ["500237001"])
    [None]
    """
    if layer is None:
        return [None for _ in ids]
    if "demand_point" in layer.columns:
        found = [point_of(one) for one in layer["demand_point"]]
    elif "demand_lon" in layer.columns:
        pairs = zip(layer["demand_lon"], layer["demand_lat"], strict=True)
        found = [place(lon, lat) for lon, lat in pairs]
    else:
        found = [None] * len(layer)
    known = dict(zip(layer["zone_id"], found, strict=True))
    return [known.get(zone) for zone in ids]


def point_of(geometry: shapely.Geometry | None) -> tuple[float, float] | None:
    """Give a point's latitude and longitude.

    Parameters
    ----------
    geometry
        A point in degrees, or nothing.

    Returns
    -------
    tuple of float or None
        Latitude and longitude, five decimals; None where there is no point.

    Raises
    ------
    AttributeError
        If the geometry is no point.

    Examples
    --------
    >>> point_of(shapely.Point(109.876389, 31.077491))
    (31.07749, 109.87639)
    """
    if geometry is None or not isinstance(geometry, shapely.Point) or geometry.is_empty:
        return None
    return place(geometry.x, geometry.y)


def place(lon: Any, lat: Any) -> tuple[float, float] | None:
    """Give latitude and longitude, rounded; None if one is not known.

    Parameters
    ----------
    lon, lat
        Degrees; NaN or a missing value if not known.

    Returns
    -------
    tuple of float or None
        Latitude and longitude, five decimals.

    Raises
    ------
    ValueError
        If a value is no number.

    Examples
    --------
    >>> place(109.876389, 31.077491), place(float("nan"), 31.0)
    ((31.07749, 109.87639), None)
    """
    try:
        x, y = float(lon), float(lat)
    except TypeError:
        return None  # pandas' own missing value
    return (round(y, 5), round(x, 5)) if np.isfinite([x, y]).all() else None


def roads_of(layer: gpd.GeoDataFrame | None) -> dict[str, list[list[int]]]:
    """Give roads as lines of steps in three sorts; too many minor roads are left out.

    Parameters
    ----------
    layer
        Lines with ``road_class``; None if the study has none.

    Returns
    -------
    dict
        ``main``, ``minor`` and ``ferry``: lines, each as :func:`steps`.

    Raises
    ------
    KeyError
        If the layer has no column ``road_class``.

    Examples
    --------
    >>> roads_of(None)
    {'main': [], 'minor': [], 'ferry': []}
    """
    found: dict[str, list[list[int]]] = {"main": [], "minor": [], "ferry": []}
    if layer is None:
        return found
    classes = layer["road_class"].to_numpy(dtype=object, na_value="")
    sorts = np.where(np.isin(classes, MAIN_ROADS), "main", "minor")
    sorts = np.where(classes == FERRY, "ferry", sorts)
    for sort in ("ferry", "main", "minor"):  # the least dispensable first
        found[sort] = _lines(layer.geometry.to_numpy()[sorts == sort])
    return found


def _lines(geometries: NDArray[np.object_]) -> list[list[int]]:
    parts = shapely.get_parts(geometries[~shapely.is_missing(geometries)])
    lines = parts[shapely.get_type_id(parts) == 1]
    if shapely.get_num_coordinates(lines).sum() > MOST_POINTS:
        lines = shapely.simplify(lines, FIRST_TOLERANCE * 4)
    kept = np.cumsum(shapely.get_num_coordinates(lines)) <= MOST_POINTS
    written = [steps(shapely.get_coordinates(line)) for line in lines[kept]]
    return sorted(written)


def rivers_of(layer: gpd.GeoDataFrame | None) -> list[dict[str, Any]]:
    """Give rivers with their names.

    Parameters
    ----------
    layer
        Lines with ``name``, ``name_en`` and ``basis``; None if the study has none.

    Returns
    -------
    list of dict
        ``name`` (Chinese and English), ``lines`` as :func:`steps`, ``inferred`` (course not
        measured).

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    >>> rivers_of(None)
    []
    """
    if layer is None:
        return []
    rows = layer.sort_values("name", kind="stable")
    found = []
    for name, name_en, basis, line in zip(
        rows["name"], rows["name_en"], rows["basis"], rows.geometry, strict=True
    ):
        lines = _lines(np.array([line], dtype=object))
        names = pair_of(name, name_en)
        found.append(
            {"name": names, "lines": lines, "inferred": basis not in {"measured", "stated"}}
        )
    return found


def pair_of(zh: Any, en: Any) -> list[str]:
    """Give a name in both languages; where there is no English one the Chinese one stands.

    Parameters
    ----------
    zh, en
        Names; the English one may be missing.

    Returns
    -------
    list of str
        Chinese and English.

    Raises
    ------
    TypeError
        Never: anything is turned into text.

    Examples
    --------
    >>> pair_of("大昌镇", "Dachang Town"), pair_of("大昌镇", None)
    (['大昌镇', 'Dachang Town'], ['大昌镇', '大昌镇'])
    """
    first = text(zh)
    return [first, text(en) or first]


def text(value: Any) -> str:
    """Give a cell as text; a missing one is empty.

    Parameters
    ----------
    value
        A cell.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> text(None), text(float("nan")), text("x")
    ('', '', 'x')
    """
    return value if isinstance(value, str) else ""


def tongues(cell: Any, between: str) -> list[str]:
    """Split a text that holds Chinese and then English.

    Parameters
    ----------
    cell
        Text in one or two languages, or a missing value.
    between
        What stands between the two.

    Returns
    -------
    list of str
        Chinese and English; the whole text twice if what follows is not English.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> tongues("第三章 (Chapter 3)", " (")
    ['第三章', 'Chapter 3']
    """
    whole = text(cell)
    zh, _, en = whole.partition(between)
    if not en or not en.isascii():
        return [whole, whole]
    return [zh, en.removesuffix(")") if "(" in between else en]


def index_of(ids: Sequence[str] | pd.Series) -> dict[str, int]:
    """Give the place of each id.

    Parameters
    ----------
    ids
        Ids, each once.

    Returns
    -------
    dict
        Id to position.

    Raises
    ------
    TypeError
        If an id is not hashable.

    Examples
    --------
    >>> index_of(["a", "b"])
    {'a': 0, 'b': 1}
    """
    return {one: number for number, one in enumerate(ids)}
