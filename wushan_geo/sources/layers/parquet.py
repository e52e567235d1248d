"""GeoParquet: a table with shapes, read with pyarrow where it is installed."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from wushan_geo.sources.layers.features import Features, cell
from wushan_geo.sources.layers.limits import LIMITS, too_large
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.sources.layers.features import Request

MAGIC = b"PAR1"
_MEGABYTE = 1 << 20
_WGS84 = 4326  # the system of a GeoParquet that names none
_UNREADABLE = (OSError, ValueError, TypeError, KeyError, AttributeError, ShapelyError, MemoryError)


def read_parquet(content: bytes, request: Request) -> tuple[Features | None, list[Fault]]:
    """Read a GeoParquet.

    Parameters
    ----------
    content
        Bytes of the file.
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
    >>> read_parquet(b"PAR1", Request(Path("a.parquet")))[1][0].severity
    'error'
    """
    name = request.name
    try:
        import pyarrow.parquet
    except ImportError:
        return None, [fault(Where(name), rule("parquet_extra"), hint("parquet_extra"))]
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
        told = file.metadata
        faults = _too_large(told, name)
        if faults:
            return None, faults
        stated = file.schema_arrow.metadata or {}
        if b"geo" not in stated:
            return None, [fault(Where(name), rule("has_shapes"), hint("layer_formats"))]
        return _features(file.read(), json.loads(stated[b"geo"]), name)
    except _UNREADABLE:
        return None, [fault(Where(name), rule("layer"), hint("layer_formats"))]


def _too_large(told: Any, name: str) -> list[Fault]:
    """Refuse by what the file says of itself, before anything is unpacked."""
    size = sum(told.row_group(at).total_byte_size for at in range(told.num_row_groups))
    found = []
    for what, there, most in (
        ("features", told.num_rows, LIMITS.features),
        ("columns", told.num_columns, LIMITS.columns),
        ("megabytes", size // _MEGABYTE, LIMITS.megabytes),
    ):
        if there > most:
            found.append(too_large(name, what, there, most))
    return found


def _features(table: Any, geo: Any, name: str) -> tuple[Features | None, list[Fault]]:
    primary = geo["primary_column"]
    column = geo["columns"][primary]
    if column["encoding"] != "WKB":
        return None, [fault(Where(name), rule("parquet_wkb"), hint("export"))]
    raw = np.array([*table.column(primary).to_pylist(), None], dtype=object)[:-1]
    geometry = shapely.from_wkb(raw, on_invalid="ignore")
    faults = []
    names, columns = [], []
    for field in table.schema:
        if field.name in geo["columns"]:
            continue
        kind = str(field.type)
        if kind.startswith(("list", "large_list", "struct", "map", "fixed_size_list", "binary")):
            where = Where(name, None, field.name, kind.partition("<")[0])
            faults.append(fault(where, rule("column_plain"), hint("dbf_type"), severity="note"))
            continue
        names.append(field.name)
        columns.append([cell(one) for one in table.column(field.name).to_pylist()])
    rows = tuple(zip(*columns, strict=True)) if columns else ((),) * len(geometry)
    features = Features(tuple(names), rows, geometry, _system(column), "geoparquet")
    return features, faults


def _system(column: dict[str, Any]) -> CRS | None:
    """Give the system: unnamed is WGS 84 by the standard, and named as none is unknown."""
    told = column.get("crs", _WGS84)
    try:
        return None if told is None else CRS.from_user_input(told)
    except CRSError:
        return None
