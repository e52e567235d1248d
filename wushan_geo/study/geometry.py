"""What the shapes of a study must satisfy, and the metric reference system chosen from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from wushan_geo.errors import CrsError, Fault

if TYPE_CHECKING:
    import pandas as pd

    from wushan_geo.study.tables import Raw, Tables

# Longitude and latitude systems that agree within decimetres here: WGS 84 and CGCS2000.
GEOGRAPHIC = {4326, 4490}
LAYERS = ("county", "townships", "villages")

# CGCS2000 3-degree Gauss-Kruger zones by central meridian, without zone prefix: EPSG 4534 stands
# for
# 75 degrees east (zone 25) and the codes run on, one for each zone, to 4554 (135 degrees east).
_FIRST_ZONE, _FIRST_CODE, _LAST_ZONE, _ZONE_WIDTH = 25, 4534, 45, 3


def metric_crs(lon: float) -> int:
    """Choose the CGCS2000 3-degree Gauss-Kruger zone that holds a longitude.

    Parameters
    ----------
    lon
        Longitude in degrees east, from 73.5 to 136.5.

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
    zone = round(lon / _ZONE_WIDTH) if np.isfinite(lon) else -1
    if not _FIRST_ZONE <= zone <= _LAST_ZONE:
        message = f"longitude {lon:g} lies outside the CGCS2000 zones (73.5 to 136.5 degrees east)"
        raise CrsError(message)
    return _FIRST_CODE + zone - _FIRST_ZONE


def check_layers(tables: Tables) -> list[Fault]:
    """Find every fault in the shapes: reference system, validity, coverage, points in their zones.

    Parameters
    ----------
    tables
        The typed and raw tables of the study.

    Returns
    -------
    list of Fault
        Every fault found.

    Raises
    ------
    KeyError
        If a layer of the study is not among the tables.

    Examples
    --------
    See ``tests/test_study_geometry.py``.
    """
    found: list[Fault] = []
    for name in LAYERS:
        if tables.raw[name].geometry is not None:
            found += _check_crs(tables.raw[name])
            found += _check_shapes(tables.raw[name], tables.clean[name])
    if not found:
        for name in ("townships", "villages"):
            if tables.raw[name].geometry is not None:
                found += _check_coverage(tables.raw[name], tables.clean[name])
                found += _check_points(tables.raw[name], tables.clean[name])
    return found


def _check_crs(raw: Raw) -> list[Fault]:
    if raw.crs is None:
        rule = "has a coordinate reference system"
        hint = (
            "Name it in the file (.prj, or the layer's settings): most likely CGCS2000 in degrees "
            "(EPSG:4490) if the numbers look like 109.9, 31.1."
        )
        return [Fault(raw.file, None, "crs", "", rule, hint)]
    code = raw.crs.to_epsg()
    if code not in GEOGRAPHIC:
        rule = "is in longitude and latitude (EPSG:4490 or EPSG:4326)"
        return [Fault(raw.file, None, "crs", str(code or raw.crs), rule, "Reproject the layer.")]
    return []


def _named(clean: pd.DataFrame, at: int) -> str:
    return str(clean["zone_id"].iloc[at])


def _check_shapes(raw: Raw, clean: pd.DataFrame) -> list[Fault]:
    shapes = np.asarray(raw.geometry)
    found = []
    wrong = {
        "has a shape": shapely.is_missing(shapes) | shapely.is_empty(shapes),
        "is a polygon": ~np.isin(shapely.get_type_id(shapes), (-1, 3, 6)),
        "is a valid polygon (no ring crosses itself)": ~shapely.is_valid(shapes)
        & ~shapely.is_missing(shapes),
    }
    for rule, where in wrong.items():
        for at in np.flatnonzero(where).tolist():
            row = int(clean.index[at])
            hint = "Repair the shape in a GIS."
            found.append(Fault(raw.file, row, "geometry", _named(clean, at), rule, hint))
    return found


def _check_coverage(raw: Raw, clean: pd.DataFrame) -> list[Fault]:
    """Neighbours share their border exactly: no gap along it and no overlap."""
    shapes = np.asarray(raw.geometry)
    if shapely.coverage_is_valid(shapes):
        return []
    broken = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    rule = "shares its borders exactly with its neighbours (no gap, no overlap)"
    hint = "Clean the layer's topology in a GIS."
    return [
        Fault(raw.file, int(clean.index[at]), "geometry", _named(clean, at), rule, hint)
        for at in np.flatnonzero(broken).tolist()
    ]


def _check_points(raw: Raw, clean: pd.DataFrame) -> list[Fault]:
    lon, lat = clean["demand_lon"].to_numpy(), clean["demand_lat"].to_numpy()
    there = np.isfinite(lon) & np.isfinite(lat)
    inside = shapely.intersects(np.asarray(raw.geometry), shapely.points(lon, lat))
    rule = "has its point inside its own zone"
    hint = "Longitude and latitude may be swapped, or the point may use another datum (GCJ-02)."
    return [
        Fault(
            raw.file,
            int(clean.index[at]),
            "demand_lon, demand_lat",
            f"{lon[at]:g}, {lat[at]:g}",
            rule,
            hint,
        )
        for at in np.flatnonzero(there & ~inside).tolist()
    ]
