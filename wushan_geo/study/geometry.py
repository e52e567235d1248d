"""What the shapes of a study must satisfy, and the metric reference system chosen from them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from wushan_geo.errors import CrsError
from wushan_geo.study.faults import Pair, Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from wushan_geo.errors import Fault
    from wushan_geo.study.tables import Raw, Tables

# Longitude and latitude systems that agree within decimetres here: WGS 84 and CGCS2000.
GEOGRAPHIC = {4326, 4490}
POLYGONS = {"Polygon", "MultiPolygon"}
LINES = {"LineString", "MultiLineString"}
# What each layer is made of, and whether it may come without any shapes, as a plain table.
LAYERS = {
    "county": ("polygon", POLYGONS, False),
    "townships": ("polygon", POLYGONS, False),
    "villages": ("polygon", POLYGONS, True),
    "rivers": ("line", LINES, False),
}
# Borders closer than this (degrees, about a metre) were meant to be the same line.
_GAP = 1e-5
_MOST_LON, _MOST_LAT = 180, 90

# CGCS2000 3-degree Gauss-Kruger zones by central meridian, without zone prefix: EPSG 4534 stands
# for 75 degrees east (zone 25) and the codes run on, one for each zone, to 4554 (135 degrees east).
_FIRST_ZONE, _FIRST_CODE, _LAST_ZONE, _ZONE_WIDTH = 25, 4534, 45, 3


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


def check_layers(tables: Tables) -> list[Fault]:
    """Find every fault in the shapes: reference system, validity, coverage, points in their zones.

    Parameters
    ----------
    tables
        The typed and raw tables of the study; a layer that is not there is left out.

    Returns
    -------
    list of Fault
        Every fault found.

    Raises
    ------
    KeyError
        If a layer lacks a column of its contract.

    Examples
    --------
    >>> from wushan_geo.study.tables import Tables
    >>> check_layers(Tables({}, {}, [], "500237"))
    []
    """
    found: list[Fault] = []
    sound: set[str] = set()
    for name, (kind, types, plain) in LAYERS.items():
        if name not in tables.clean:
            continue
        raw, clean = tables.raw[name], tables.clean[name]
        if raw.geometry is None:
            if not plain:
                found.append(fault(Where(raw.file), rule("has_shapes"), hint("layer")))
            continue
        faults = [*_check_crs(raw), *_check_shapes(raw, clean, kind, types)]
        found += faults
        if not faults:
            sound.add(name)
    for name in ("townships", "villages"):
        if name in sound:
            county = tables.raw["county"].geometry if "county" in sound else None
            found += _check_coverage(tables.raw[name], tables.clean[name], county)
            found += _check_points(tables.raw[name], tables.clean[name])
    if "county" in tables.clean and len(tables.clean["county"]) > 1:
        where = Where(tables.raw["county"].file, None, "zone_id", len(tables.clean["county"]))
        found.append(fault(where, rule("one_county"), hint("one_county")))
    if "townships" in sound and "villages" in tables.clean:
        found += _check_parents(tables, shaped="villages" in sound)
    return found


def _check_crs(raw: Raw) -> Iterator[Fault]:
    if raw.crs is None:
        yield fault(Where(raw.file, None, "crs"), rule("crs"), hint("crs"))
    elif raw.crs.to_epsg() not in GEOGRAPHIC:
        where = Where(raw.file, None, "crs", raw.crs.to_epsg() or raw.crs.name)
        yield fault(where, rule("lon_lat"), hint("lon_lat"))
    else:
        west, south, east, north = shapely.total_bounds(np.asarray(raw.geometry)).tolist()
        if max(abs(west), abs(east)) > _MOST_LON or max(abs(south), abs(north)) > _MOST_LAT:
            where = Where(raw.file, None, "geometry", f"{west:g}, {south:g} – {east:g}, {north:g}")
            yield fault(where, rule("degrees"), hint("degrees"))


def _check_shapes(raw: Raw, clean: pd.DataFrame, kind: str, types: set[str]) -> Iterator[Fault]:
    shapes = np.asarray(raw.geometry)
    gone = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    names = [None if one is None else one.geom_type for one in shapes]
    other = np.array([one not in types for one in names], dtype=bool) & ~gone
    broken = ~shapely.is_valid(shapes) & ~gone & ~other
    for wrong, words in (
        (gone, rule("there")),
        (other, rule(kind)),
        (broken, rule("valid")),
    ):
        yield from _blame(raw, clean, wrong, words, hint("repair"))


def _blame(
    raw: Raw, clean: pd.DataFrame, wrong: np.ndarray, words: Pair, advice: Pair
) -> Iterator[Fault]:
    """Give a fault for each wrong shape, by its code."""
    for at in np.flatnonzero(wrong).tolist():
        named = "zone_id" if "zone_id" in clean else "name"
        where = Where(raw.file, int(clean.index[at]), "geometry", clean[named].iloc[at])
        yield fault(where, words, advice)


def _check_coverage(raw: Raw, clean: pd.DataFrame, county: np.ndarray | None) -> Iterator[Fault]:
    """Neighbours share their border exactly: no gap along it, no overlap and no hole between."""
    shapes = np.asarray(raw.geometry)
    if not shapely.coverage_is_valid(shapes, gap_width=_GAP):
        broken = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=_GAP))
        yield from _blame(raw, clean, broken, rule("coverage"), hint("topology"))
        return
    parts = shapely.get_parts(shapely.coverage_union_all(shapes)).tolist()
    for ring in (ring for part in parts for ring in part.interiors):
        point = shapely.point_on_surface(shapely.polygons(ring))
        # Land of another county may well lie inside: the outline then has the same hole.
        if county is None or shapely.intersects(county, point).any():
            words = rule("hole", lon=f"{point.x:.4f}", lat=f"{point.y:.4f}")
            yield fault(Where(raw.file, None, "geometry"), words, hint("topology"))


def _points(clean: pd.DataFrame) -> np.ndarray:
    """Give the demand points, None where there is none."""
    lon = clean["demand_lon"].to_numpy(dtype=float)
    lat = clean["demand_lat"].to_numpy(dtype=float)
    points = np.full(len(clean), None, dtype=object)
    there = np.isfinite(lon) & np.isfinite(lat)
    points[there] = shapely.points(lon[there], lat[there])
    return points


def _check_points(raw: Raw, clean: pd.DataFrame) -> Iterator[Fault]:
    points = _points(clean)
    inside = shapely.intersects(np.asarray(raw.geometry), points)
    for at in np.flatnonzero(~shapely.is_missing(points) & ~inside).tolist():
        shown = f"{points[at].x:.6f}, {points[at].y:.6f}"
        where = Where(raw.file, int(clean.index[at]), "demand_lon, demand_lat", shown)
        yield fault(where, rule("inside"), hint("inside"))


def _check_parents(tables: Tables, *, shaped: bool) -> Iterator[Fault]:
    """Each village lies in its township: by its shape, or where it has none by its point."""
    raw, clean = tables.raw["villages"], tables.clean["villages"]
    points = shapely.point_on_surface(np.asarray(raw.geometry)) if shaped else _points(clean)
    towns = tables.clean["townships"]["zone_id"].tolist()
    shapes = dict(zip(towns, np.asarray(tables.raw["townships"].geometry), strict=True))
    parents = clean["parent_id"].tolist()
    own = np.array([shapes.get(one) for one in parents] or [None], dtype=object)[: len(clean)]
    apart = (
        ~shapely.is_missing(own) & ~shapely.is_missing(points) & ~shapely.intersects(own, points)
    )
    for at in np.flatnonzero(apart).tolist():
        where = Where(raw.file, int(clean.index[at]), "parent_id", clean["zone_id"].iloc[at])
        yield fault(where, rule("inside_parent", parent=parents[at]), hint("inside_parent"))
