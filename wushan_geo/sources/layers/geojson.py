"""GeoJSON: one document, read with care, so that a broken feature does not cost the others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from wushan_geo.sources.layers.features import Features, collected
from wushan_geo.sources.layers.limits import LIMITS, too_large
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.sources.layers.features import Request

_WGS84 = 4326  # what RFC 7946 says a GeoJSON without a word on it uses
_UNREADABLE = (
    KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError,
    ShapelyError,
)  # fmt: skip


def read_geojson(content: bytes, request: Request) -> tuple[Features | None, list[Fault]]:
    """Read a GeoJSON: a collection of features, or one feature.

    Parameters
    ----------
    content
        Bytes of the file: UTF-8 as the standard says, or GBK as some tools write.
    request
        The file.

    Returns
    -------
    tuple
        The features or None, and all faults.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.sources.layers.features import Request
    >>> text = '{"features": [{"properties": {"name": "甲"}, "geometry": null}]}'
    >>> read_geojson(text.encode(), Request(Path("a.geojson")))[0].rows
    (('甲',),)
    """
    name = request.name
    document, encoding, faults = _document(content, name)
    if faults:
        return None, faults
    features = document.get("features") if isinstance(document, dict) else None
    if isinstance(document, dict) and document.get("type") == "Feature":
        features = [document]
    if not isinstance(features, list) or not features:
        return None, [fault(Where(name), rule("features"), hint("export"))]
    if any(isinstance(one, dict) and "attributes" in one for one in features[:1]):
        return None, [fault(Where(name), rule("geojson"), hint("esri_json"))]
    if len(features) > LIMITS.features:
        return None, [too_large(name, "features", len(features), LIMITS.features)]
    shapes, faults = _shapes(features, name)
    if encoding != "utf-8":
        where = Where(name, None, "", encoding)
        faults.append(fault(where, rule("json_utf8"), hint("read_anyway"), severity="note"))
    told = [one.get("properties") if isinstance(one, dict) else None for one in features]
    names, rows = collected([one if isinstance(one, dict) else {} for one in told])
    return Features(names, rows, shapes, _named_crs(document), "geojson", encoding), faults


def _document(content: bytes, name: str) -> tuple[Any, str, list[Fault]]:
    """Read the document, in UTF-8 or else in GBK."""
    said: object = ""
    for encoding, codec in (("utf-8", "utf-8-sig"), ("gb18030", "gb18030")):
        try:
            return json.loads(content.decode(codec)), encoding, []
        except UnicodeDecodeError as error:
            said = said or f"byte {error.start}"
        except RecursionError:
            return None, "", [too_large(name, "depth", LIMITS.depth + 1, LIMITS.depth)]
        except ValueError as error:
            # The words of json name a place and never what stands there.
            said = said or error
            break
    return None, "", [fault(Where(name, None, "", said), rule("geojson"), hint("export"))]


def _shapes(features: list[Any], name: str) -> tuple[np.ndarray, list[Fault]]:
    shapes = np.full(len(features), None, dtype=object)
    faults = []
    for at, feature in enumerate(features):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if geometry is None:
            continue
        try:
            shapes[at] = shapely.geometry.shape(geometry)
        except _UNREADABLE as error:
            where = Where(name, at + 1, "geometry", error)
            faults.append(fault(where, rule("shape"), hint("export")))
    return shapes, faults


def _named_crs(document: dict[str, Any]) -> CRS | None:
    if "crs" not in document:
        return CRS.from_epsg(_WGS84)
    named = document["crs"]
    try:
        text = str(named["properties"]["name"])
        # CRS84 is WGS 84 with longitude first, which is how a GeoJSON has it anyway.
        return CRS.from_epsg(_WGS84) if text.endswith("CRS84") else CRS.from_user_input(text)
    except (TypeError, KeyError, CRSError):
        return None  # named, and not understood: that is a missing system, and the check says so
