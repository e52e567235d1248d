"""What GDAL reads, from memory alone: no path, no network, no word on the terminal."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from wushan_geo.errors import Ask
from wushan_geo.sources.layers.features import SHAPES, Features, cell
from wushan_geo.sources.layers.limits import LIMITS, too_large
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wushan_geo.errors import Fault
    from wushan_geo.sources.layers.features import Request

# What a file must begin with: GDAL looks at the content, and would follow a text that only names
# other files or addresses.
MAGIC = {".gpkg": b"SQLite format 3\x00", ".fgb": b"fgb\x03fgb"}
_KINDS = {"polygon": "polygon", "surface": "polygon", "line": "line", "curve": "line"}
UNREADABLE = (RuntimeError, ValueError, IndexError, KeyError, OSError, MemoryError)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep GDAL's warnings and its log away from the user: what matters is said as a finding.

    Yields
    ------
    None
        Nothing.

    Raises
    ------
    RuntimeError
        If used twice.

    Examples
    --------
    >>> with quiet():
    ...     warnings.warn("from GDAL", RuntimeWarning)
    """
    logger = logging.getLogger("pyogrio")
    before = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before


def read_gdal(content: bytes, request: Request) -> tuple[Features | None, list[Fault]]:
    """Read a GeoPackage or a FlatGeobuf: its one layer of the kind wanted.

    Parameters
    ----------
    content
        Bytes of the file.
    request
        The file, its table and what was decided on it.

    Returns
    -------
    tuple
        The features or None, and all faults; which of several layers is meant is asked.

    Raises
    ------
    KeyError
        If the file's suffix is neither.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.sources.layers.features import Request
    >>> read_gdal(b"", Request(Path("a.gpkg")))[1][0].rule
    'is a vector layer that can be read'
    """
    suffix = request.path.suffix.lower()
    if not content.startswith(MAGIC[suffix]):
        return None, [damaged(request.name)]
    if _open_elsewhere(request.path):
        return None, [fault(Where(request.name), rule("layer_saved"), hint("layer_saved"))]
    layers, faults = _layers(content, request.name)
    layer, more = _chosen(layers, request) if layers else (None, [])
    faults += more
    if layer is None:
        return None, faults
    found, more = _read_layer(content, request.name, layer)
    faults += more
    if found is None:
        return None, faults
    sheet = layer if len(layers) > 1 else ""
    names, rows, geometry, crs, encoding = found
    kind = suffix.removeprefix(".")
    return Features(names, rows, geometry, crs, kind, encoding, sheet), faults


def _layers(content: bytes, name: str) -> tuple[list[tuple[str, str]], list[Fault]]:
    """List the layers that have shapes, each with the word for their kind."""
    import pyogrio

    try:
        with quiet():
            found = [(str(layer), kind) for layer, kind in pyogrio.list_layers(content)]
    except UNREADABLE:
        return [], [damaged(name)]
    shaped = [(layer, str(kind)) for layer, kind in found if kind is not None]
    if not shaped:
        return [], [fault(Where(name), rule("has_shapes"), hint("layer_formats"))]
    return shaped, []


def _open_elsewhere(path: Path) -> bool:
    """Tell whether changes wait in a file beside a GeoPackage that a GIS has open."""
    waiting = path.with_name(f"{path.name}-wal")
    return waiting.is_file() and waiting.stat().st_size > 0


def damaged(name: str) -> Fault:
    """Say that a layer cannot be read at all.

    Parameters
    ----------
    name
        Name of the file.

    Returns
    -------
    Fault
        The error.

    Raises
    ------
    UnknownIdError
        Never: its words are there.

    Examples
    --------
    >>> damaged("a.gpkg").severity
    'error'
    """
    return fault(Where(name), rule("layer"), hint("layer_formats"))


def kind_of(word: str) -> str:
    """Give the kind of shape that a word of GDAL stands for.

    Parameters
    ----------
    word
        Such as ``3D Multi Polygon`` or ``Unknown``.

    Returns
    -------
    str
        ``polygon``, ``line``, ``point``, or empty where it may be any.

    Raises
    ------
    AttributeError
        If `word` is not a text.

    Examples
    --------
    >>> kind_of("3D MultiPolygon"), kind_of("LineString Z"), kind_of("Unknown")
    ('polygon', 'line', '')
    """
    plain = word.lower()
    return next((kind for part, kind in (*_KINDS.items(), ("point", "point")) if part in plain), "")


def _chosen(layers: list[tuple[str, str]], request: Request) -> tuple[str | None, list[Fault]]:
    """Choose the layer: the one decided on, the only one, or the only one of the kind wanted."""
    names = [name for name, _ in layers]
    answer = request.answers.get("table", request.table, request.name)
    if answer in names:
        return answer, []
    if answer == LEAVE_OUT:
        return None, [fault(Where(request.name), rule("left_out"), hint("nothing"),
                            severity="note")]  # fmt: skip
    wanted = SHAPES.get(request.table, "")
    fitting = [name for name, kind in layers if not wanted or kind_of(kind) in {wanted, ""}]
    if len(names) == 1:
        return names[0], []
    if len(fitting) == 1:
        where = Where(request.name, None, "", fitting[0])
        words = rule("layer_chosen", count=len(names))
        return fitting[0], [fault(where, words, hint("nothing"), severity="note")]
    choices = tuple(sorted(fitting or names))
    return None, [which_layer(request, choices)]


def which_layer(request: Request, choices: tuple[str, ...]) -> Fault:
    """Ask which of several layers of a file is meant.

    Parameters
    ----------
    request
        The file and its table.
    choices
        Names of the layers.

    Returns
    -------
    Fault
        The question.

    Raises
    ------
    UnknownIdError
        Never: its words are there.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.sources.layers.features import Request
    >>> which_layer(Request(Path("a.gpkg"), "villages"), ("a", "b")).ask.choices
    ('a', 'b')
    """
    where = Where(request.name, None, "", "、".join(choices))
    ask = Ask("table", request.table, request.name, choices)
    return fault(where, rule("layer_one"), hint("layer_which"), severity="decide", ask=ask)


_Read = tuple[tuple[str, ...], tuple[tuple[Any, ...], ...], np.ndarray, CRS | None, str]


def _read_layer(content: bytes, name: str, layer: str) -> tuple[_Read | None, list[Fault]]:
    """Read one layer; texts in GBK are against the standard and read all the same."""
    for encoding in (None, "GB18030"):
        try:
            with quiet():
                found = raw_layer(content, layer, encoding)
        except UnicodeDecodeError:
            continue
        except UNREADABLE:
            return None, [damaged(name)]
        geometry = found[2]
        if len(geometry) > LIMITS.features:
            most = LIMITS.features
            return None, [too_large(name, "features", len(geometry), most)]
        where = Where(name, None, "", encoding)
        notes = [fault(where, rule("utf8"), hint("read_anyway"), severity="note")]
        return (*found, "gb18030" if encoding else ""), notes if encoding else []
    return None, [fault(Where(name), rule("utf8"), hint("export"))]


def raw_layer(
    content: bytes, layer: str | None, encoding: str | None = None
) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...], np.ndarray, CRS | None]:
    """Read a layer from bytes: names, rows, shapes and system.

    Parameters
    ----------
    content
        Bytes of a file or of an archive.
    layer
        Name of the layer, None for the first.
    encoding
        Encoding of the texts, None for what the format says.

    Returns
    -------
    tuple
        Names, rows, shapes (None where they cannot be read) and system.

    Raises
    ------
    RuntimeError
        If GDAL cannot read it; other errors of ``UNREADABLE`` as well.

    Examples
    --------
    See :func:`read_gdal`.
    """
    import pyogrio

    told, _, shapes, columns = pyogrio.raw.read(
        content,
        layer=layer,
        encoding=encoding,
        max_features=LIMITS.features + 1,
        datetime_as_string=True,
        force_2d=True,
    )
    geometry = shapely.from_wkb(np.asarray(shapes, dtype=object), on_invalid="ignore")
    kinds = [str(one) for one in told["ogr_types"]]
    values = [
        [_cell(one, kind) for one in column.tolist()]
        for column, kind in zip(columns, kinds, strict=True)
    ]
    names = tuple(str(one) for one in told["fields"])
    rows = tuple(zip(*values, strict=True)) if values else ((),) * len(geometry)
    return names, rows, geometry, _system(told["crs"])


def _cell(value: Any, kind: str) -> Any:
    found = cell(value)
    if isinstance(found, float) and "Integer" in kind:
        return int(found)  # a column of whole numbers of which some are missing comes as floats
    if isinstance(found, str) and kind in {"OFTDate", "OFTDateTime"}:
        return _day(found)
    return found


def _day(text: str) -> Any:
    """Give a date, or a point in time where the hour is told."""
    try:
        told = dt.datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return text
    return told.date() if told.time() == dt.time() else told.replace(tzinfo=None)


def _system(text: str | None) -> CRS | None:
    try:
        return None if not text else CRS.from_user_input(text)
    except CRSError:
        return None
