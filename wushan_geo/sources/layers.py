"""Vector layers from files: attributes as text, shapes and reference system as they are."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import Raw

if TYPE_CHECKING:
    from pathlib import Path

    from wushan_geo.errors import Fault

GEOJSON = {".geojson", ".json"}
_WGS84 = 4326  # what RFC 7946 says a GeoJSON without a word on it uses


def read_layer(content: bytes, path: Path) -> tuple[Raw | None, list[Fault]]:
    """Read a vector layer: GeoJSON, or any format that GDAL reads (GeoPackage, Shapefile, KML).

    Parameters
    ----------
    content
        Bytes of the file.
    path
        Its path; formats other than GeoJSON are read from there.

    Returns
    -------
    tuple
        The layer (attributes as text, the index the number of the feature from 1, shapes, reference
        system or None), or None, and all faults found.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> text = '{"type": "FeatureCollection", "features": []}'
    >>> read_layer(text.encode(), Path("a.geojson"))[1][0].rule
    'has at least one feature'
    """
    if path.suffix.lower() in GEOJSON:
        return _read_geojson(content, path.name)
    return _read_gdal(path)


def _read_geojson(content: bytes, name: str) -> tuple[Raw | None, list[Fault]]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        return None, [fault(Where(name, None, "", error), rule("geojson"), hint("export"))]
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        return None, [fault(Where(name), rule("features"), hint("export"))]
    shapes, faults = _shapes(features, name)
    told = [one.get("properties") if isinstance(one, dict) else None for one in features]
    frame = _attributes([one if isinstance(one, dict) else {} for one in told])
    return Raw(frame, name, shapes, _named_crs(document)), faults


def _shapes(features: list[Any], name: str) -> tuple[np.ndarray, list[Fault]]:
    shapes = np.full(len(features), None, dtype=object)
    faults = []
    for at, feature in enumerate(features):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if geometry is None:
            continue
        try:
            shapes[at] = shapely.geometry.shape(geometry)
        except (KeyError, TypeError, ValueError, AttributeError, ShapelyError) as error:
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


def _attributes(rows: list[dict[str, Any]]) -> pd.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pd.DataFrame(
        {
            name: pd.array(np.array([_text(row.get(name)) for row in rows], object), dtype="str")
            for name in names
        },
        index=range(1, len(rows) + 1),
    )


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return None if math.isnan(value) else repr(value)
    return str(value).strip() or None


def _read_gdal(path: Path) -> tuple[Raw | None, list[Fault]]:
    import pyogrio

    try:
        table = pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        return None, [fault(Where(path.name, None, "", error), rule("layer"), hint("layer"))]
    except UnicodeDecodeError:
        return None, [fault(Where(path.name), rule("utf8"), hint("export"))]
    if "geometry" not in table:
        return None, [fault(Where(path.name), rule("has_shapes"), hint("layer"))]
    if not len(table):
        return None, [fault(Where(path.name), rule("features"), hint("export"))]
    rows = table.drop(columns="geometry").to_dict("records")
    plain = [{str(key): _plain(value) for key, value in row.items()} for row in rows]
    return Raw(_attributes(plain), path.name, table.geometry.to_numpy(), table.crs), []


def _plain(value: Any) -> Any:
    return None if value is None or value is pd.NaT or value is pd.NA else value
