"""Points of a table: in degrees, in one datum, and where their rows say they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from wushan_geo.errors import Ask
from wushan_geo.sources.datum import Reference, check_points, outside, tidy
from wushan_geo.sources.places import text_column
from wushan_geo.study.answers import Answers
from wushan_geo.study.faults import fault, hint, rule
from wushan_geo.study.geometry import GEOGRAPHIC
from wushan_geo.study.tables import TOWNSHIP_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.errors import Fault
    from wushan_geo.study.tables import Raw

ACCEPT = "accept"
HEADINGS = (
    (("高德", "腾讯", "火星", "gcj"), "gcj02"),
    (("百度", "bd09", "bd-09"), "bd09"),
    (("gps", "wgs", "天地图", "cgcs", "国家2000"), "wgs84"),
)
_AREAS = (3, 6)  # how shapely numbers polygons and those of several parts
ZONES = ("villages", "townships")
GUARDED = {*ZONES, "facilities"}  # tables whose rows name the unit that they stand in


def check(
    raw: Raw,
    table: str,
    pair: tuple[str, str],
    layers: Mapping[str, Raw],
    told: Mapping[str, Mapping[str, Any]],
    answers: Answers,
) -> tuple[Raw, list[Fault]]:
    """Put the points of a table into degrees and one datum, and say which are not where they claim.

    The datum is tested against the units that the rows claim and, for facilities, against the
    roads, where the study states how exact they are (``error_m`` of ``[[sources]]``); what is of
    unknown exactness proves nothing.

    Parameters
    ----------
    raw
        The table, with codes of its units.
    table
        Table of the study.
    pair
        Columns of longitude and latitude.
    layers
        The zone layers as read.
    told
        What the study file says of the source of each table.
    answers
        What was decided before.

    Returns
    -------
    tuple
        The table with decimal degrees in WGS-84/CGCS2000, and the findings.

    Raises
    ------
    KeyError
        If the table lacks one of the two columns.

    Examples
    --------
    See ``tests/test_sources_points.py``.
    """
    if table not in GUARDED:
        return tidy(raw, pair, table=table, answers=answers)
    claimed = text_column(raw, "zone_id")
    references = [
        *_references(claimed, table, raw, layers, told),
        *(_roads(layers, told) if table == "facilities" else ()),
    ]
    answers = _stated(raw, table, told, answers)
    placed, faults, _ = check_points(raw, table, references, answers, columns=pair)
    if table == "facilities":
        faults += _misplaced(placed, pair, layers, answers)
    return placed, faults


def _stated(
    raw: Raw, table: str, told: Mapping[str, Mapping[str, Any]], answers: Answers
) -> Answers:
    """Take the datum from the study file or from the heading, where nobody has answered."""
    heading = raw.labels.get("lon", "").lower()
    stated = told.get(table, {}).get("datum") or next(
        (datum for words, datum in HEADINGS if any(one in heading for one in words)), None
    )
    if stated is None:
        return answers
    files = {raw.file} if raw.files is None else set(raw.files)
    known = {("datum", table, file): str(stated) for file in files}
    return Answers({**known, **answers.known})


def _references(
    claimed: list[str | None],
    table: str,
    raw: Raw,
    layers: Mapping[str, Raw],
    told: Mapping[str, Mapping[str, Any]],
) -> Iterator[Reference]:
    """Give what the points can be held against: the unit that each row claims."""
    known: dict[str, Any] = {}
    errors = []
    for name in ZONES:
        layer = raw if name == table else layers.get(name)
        error = told.get(name, {}).get("error_m")
        if error is None or not usable(layer) or layer is None or layer.geometry is None:
            continue
        errors.append(float(error))
        codes = text_column(layer, "zone_id")
        areas = np.isin(shapely.get_type_id(layer.geometry), _AREAS)
        known |= {
            code: shape
            for code, shape, area in zip(codes, layer.geometry, areas, strict=True)
            if code and area
        }
    if known:
        yield Reference.by_id("zones", claimed, known, max(errors), "zones")


def _roads(layers: Mapping[str, Raw], told: Mapping[str, Mapping[str, Any]]) -> Iterator[Reference]:
    """Give the roads, near which facilities stand, where the study says how exact they are."""
    nodes, edges = layers.get("road_nodes"), layers.get("road_edges")
    error = told.get("road_edges", {}).get("error_m")
    if nodes is None or edges is None or error is None:
        return
    places = {
        one: (float(x), float(y))
        for one, x, y in zip(
            text_column(nodes, "node_id"), *_degrees(nodes, ("lon", "lat")), strict=True
        )
        if one and np.isfinite(x) and np.isfinite(y)
    }
    ends = zip(text_column(edges, "u"), text_column(edges, "v"), strict=True)
    pairs = [(places[u], places[v]) for u, v in ends if u in places and v in places]
    lines = [one for one in pairs if one[0] != one[1]]
    if lines:
        shapes = np.array(shapely.linestrings(np.array(lines)), dtype=object)
        yield Reference("lines", shapes, float(error), "roads")


def _degrees(raw: Raw, pair: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Give two columns of coordinates as numbers, NaN where there is none."""
    lon, lat = (
        pd.to_numeric(raw.frame[one], errors="coerce").to_numpy(dtype=float) for one in pair
    )
    return lon, lat


def usable(layer: Raw | None) -> bool:
    """Tell whether a layer has polygons in degrees to hold points against.

    Parameters
    ----------
    layer
        A zone layer as read, or None.

    Returns
    -------
    bool
        Whether it can be used.

    Raises
    ------
    AttributeError
        If `layer` is no table.

    Examples
    --------
    >>> usable(None)
    False
    """
    if layer is None or layer.geometry is None or layer.crs is None:
        return False
    return layer.crs.to_epsg() in GEOGRAPHIC


def _misplaced(
    raw: Raw, pair: tuple[str, str], layers: Mapping[str, Raw], answers: Answers
) -> Iterator[Fault]:
    """Find facilities that stand beyond the county or outside the township that they claim."""
    lon, lat = _degrees(raw, pair)
    names, ids = text_column(raw, "name"), text_column(raw, "facility_id")
    claimed = text_column(raw, "zone_id")
    beyond = _beyond(lon, lat, layers.get("county"))
    for at in np.flatnonzero(np.isfinite(beyond)).tolist():
        where = raw.where(at, pair[0], f"{names[at] or ids[at]} {lon[at]:.5f}, {lat[at]:.5f}")
        words = rule("point_beyond", distance=f"{beyond[at]:.1f}")
        if claimed[at] is None:
            yield fault(where, words, hint("point_beyond_welcome"), severity="note")
        elif answers.get("value", "facilities", f"{ids[at] or names[at]}/point") != ACCEPT:
            asked = Ask("value", "facilities", f"{ids[at] or names[at]}/point", (ACCEPT,))
            yield fault(where, words, hint("point_beyond"), severity="decide", ask=asked)
    yield from _elsewhere(raw, pair, layers.get("townships"), answers)


def _beyond(lon: np.ndarray, lat: np.ndarray, county: Raw | None) -> np.ndarray:
    """Give the distance to the border in km of points outside the county, NaN for the others."""
    none = np.full(len(lon), np.nan)
    if county is None or not usable(county) or county.geometry is None:
        return none
    shapes = county.geometry[~shapely.is_missing(county.geometry)]
    return outside(lon, lat, shapely.union_all(shapes)) if len(shapes) else none


def _elsewhere(
    raw: Raw, pair: tuple[str, str], townships: Raw | None, answers: Answers
) -> Iterator[Fault]:
    """Find facilities inside another township than they say; drawn lines prove nothing."""
    if townships is None or not usable(townships) or townships.geometry is None:
        return
    drawn = text_column(townships, "boundary_basis")
    codes, names = text_column(townships, "zone_id"), text_column(townships, "name")
    lon, lat = _degrees(raw, pair)
    points = np.full(len(lon), None, dtype=object)
    there = np.isfinite(lon) & np.isfinite(lat)
    points[there] = shapely.points(lon[there], lat[there])
    tree = shapely.STRtree(townships.geometry)
    ids = [
        one or two or ""
        for one, two in zip(text_column(raw, "facility_id"), text_column(raw, "name"), strict=True)
    ]
    claimed = text_column(raw, "zone_id")
    for at, place in zip(*tree.query(points, predicate="intersects").tolist(), strict=True):
        own = (claimed[at] or "")[:TOWNSHIP_DIGITS]
        inside = tree.query(points[at], predicate="intersects")
        if not own or own in [codes[one] for one in inside] or drawn[place] == "modelled":
            continue
        if answers.get("value", "facilities", f"{ids[at]}/point") == ACCEPT:
            continue
        where = raw.where(at, pair[0], f"{lon[at]:.5f}, {lat[at]:.5f}")
        asked = Ask("value", "facilities", f"{ids[at]}/point", (ACCEPT,))
        words = rule("point_elsewhere", name=names[place], own=own)
        yield fault(where, words, hint("point_elsewhere"), severity="decide", ask=asked)
