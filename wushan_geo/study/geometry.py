"""What the shapes of a study must satisfy, and the metric reference system chosen from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from wushan_geo.study.answers import Answers
from wushan_geo.study.defects import defect_fault
from wushan_geo.study.faults import Pair, Where, fault, hint, rule
from wushan_geo.study.metric import metric_crs
from wushan_geo.study.topology import defects, sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from wushan_geo.errors import Fault
    from wushan_geo.study.tables import Raw, Tables

__all__ = ["GEOGRAPHIC", "LAYERS", "check_layers", "metric_crs"]

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
_MOST_LON, _MOST_LAT = 180, 90


def check_layers(tables: Tables, answers: Answers | None = None) -> list[Fault]:
    """Find every fault in the shapes: reference system, validity, coverage, points in their zones.

    Parameters
    ----------
    tables
        The typed and raw tables of the study; a layer that is not there is left out, and so is one
        without a reference system, which was asked about where it was read.
    answers
        What was decided before: a defect that is to be kept (topic ``repair``) becomes a note.

    Returns
    -------
    list of Fault
        Every fault found: what is no shape is an error, a defect that can be repaired is to decide.

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
    usable = _usable(tables, found)
    whole = tables
    tables = _shaped_only(tables, usable)
    known = answers if answers is not None else Answers()
    for name in ("county", "townships", "villages"):
        if name in usable:
            # The land of a unit without a shape is not free: only a whole layer fills the county.
            complete = len(tables.clean[name]) == len(whole.clean[name])
            outline = _outline(tables) if "county" in usable and complete else None
            found += _check_defects(name, tables, outline, known)
    for name in ("townships", "villages"):
        if name in usable:
            found += _check_points(tables.raw[name], tables.clean[name])
    if "county" in tables.clean and len(tables.clean["county"]) > 1:
        where = Where(tables.raw["county"].file, None, "zone_id", len(tables.clean["county"]))
        found.append(fault(where, rule("one_county"), hint("one_county")))
    if "townships" in usable and "villages" in tables.clean:
        found += _check_parents(tables, shaped="villages" in usable)
    return found


def _usable(tables: Tables, found: list[Fault]) -> set[str]:
    """Give the layers on whose shapes one can reckon; what is wrong with the others is found."""
    usable: set[str] = set()
    for name, (kind, types, plain) in LAYERS.items():
        if name not in tables.clean:
            continue
        raw, clean = tables.raw[name], tables.clean[name]
        if raw.geometry is None:
            if not plain:
                found.append(fault(Where(raw.file), rule("has_shapes"), hint("layer")))
            continue
        # A unit of a list that a layer was put together with may have no shape.
        listed = plain and raw.header is not None
        gone = shapely.is_missing(raw.geometry) | shapely.is_empty(raw.geometry)
        found += [] if listed else _blame(raw, clean, gone, rule("there"), hint("repair"))
        faults = [*_check_kinds(raw, clean, kind, types, ~gone)]
        # A missing system was asked about where the layer was read.
        if raw.crs is not None:
            faults += _check_crs(raw)
        found += faults
        if not faults and raw.crs is not None:
            usable.add(name)
    return usable


def _check_crs(raw: Raw) -> Iterator[Fault]:
    if raw.crs.to_epsg() not in GEOGRAPHIC:
        where = Where(raw.file, None, "crs", raw.crs.to_epsg() or raw.crs.name)
        yield fault(where, rule("lon_lat"), hint("lon_lat"))
    elif len(raw.frame):
        west, south, east, north = shapely.total_bounds(np.asarray(raw.geometry)).tolist()
        if max(abs(west), abs(east)) > _MOST_LON or max(abs(south), abs(north)) > _MOST_LAT:
            where = Where(raw.file, None, "geometry", f"{west:g}, {south:g} – {east:g}, {north:g}")
            yield fault(where, rule("degrees"), hint("degrees"))


def _check_kinds(
    raw: Raw, clean: pd.DataFrame, kind: str, types: set[str], there: np.ndarray
) -> Iterator[Fault]:
    names = [None if one is None else one.geom_type for one in np.asarray(raw.geometry)]
    other = np.array([one not in types for one in names], dtype=bool) & there
    yield from _blame(raw, clean, other, rule(kind), hint("repair"))


def _shaped_only(tables: Tables, usable: Iterable[str]) -> Tables:
    """Leave out the rows without a shape: one that is missing should hide no other fault."""
    raw, clean = dict(tables.raw), dict(tables.clean)
    for name in usable:
        shapes = np.asarray(raw[name].geometry)
        there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        if not there.all():
            raw[name], clean[name] = raw[name].kept(there), clean[name][there]
    return replace(tables, raw=raw, clean=clean)


def _blame(
    raw: Raw, clean: pd.DataFrame, wrong: np.ndarray, words: Pair, advice: Pair
) -> Iterator[Fault]:
    """Give a fault for each wrong shape, by its code."""
    for at in np.flatnonzero(wrong).tolist():
        named = "zone_id" if "zone_id" in clean else "name"
        yield fault(raw.where(at, "geometry", clean[named].iloc[at]), words, advice)


def _outline(tables: Tables) -> BaseGeometry | None:
    """Give the county as one area, None where there is none."""
    areas = sound(np.asarray(tables.raw["county"].geometry))
    there = areas[~shapely.is_missing(areas)]
    return shapely.union_all(there) if len(there) else None


def _check_defects(
    table: str, tables: Tables, outline: BaseGeometry | None, answers: Answers
) -> Iterator[Fault]:
    """Find what is wrong with the areas of a layer, each defect with its units and its area."""
    raw, clean = tables.raw[table], tables.clean[table]
    ids = clean["zone_id"].tolist()
    codes = [f"#{at}" if not isinstance(one, str) else one for at, one in enumerate(ids, 1)]
    for one in defects(np.asarray(raw.geometry), codes, outline):
        # The contract says already that a code stands there once.
        if one.kind != "id":
            yield defect_fault(table, raw, codes, one, answers)


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
    inside = shapely.intersects(sound(np.asarray(raw.geometry)), points)
    for at in np.flatnonzero(~shapely.is_missing(points) & ~inside).tolist():
        shown = f"{points[at].x:.6f}, {points[at].y:.6f}"
        where = raw.where(at, "demand_lon, demand_lat", shown)
        yield fault(where, rule("inside"), hint("inside"))


def _check_parents(tables: Tables, *, shaped: bool) -> Iterator[Fault]:
    """Each village lies in its township: by its shape, or where it has none by its point."""
    raw, clean = tables.raw["villages"], tables.clean["villages"]
    areas = sound(np.asarray(raw.geometry)) if shaped else None
    points = _points(clean) if areas is None else shapely.point_on_surface(areas)
    towns = tables.clean["townships"]["zone_id"].tolist()
    shapes = dict(zip(towns, sound(np.asarray(tables.raw["townships"].geometry)), strict=True))
    parents = clean["parent_id"].tolist()
    own = np.array([shapes.get(one) for one in parents] or [None], dtype=object)[: len(clean)]
    apart = (
        ~shapely.is_missing(own) & ~shapely.is_missing(points) & ~shapely.intersects(own, points)
    )
    for at in np.flatnonzero(apart).tolist():
        where = raw.where(at, "parent_id", clean["zone_id"].iloc[at])
        yield fault(where, rule("inside_parent", parent=parents[at]), hint("inside_parent"))
