"""Shapefiles: a file in four or five parts, each of which may be missing, stale or untrue."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from wushan_geo.sources.layers.archives import listed, stored, unpacked
from wushan_geo.sources.layers.dbf import DbfError, language, read_dbf
from wushan_geo.sources.layers.encodings import ASCII, said_encoding
from wushan_geo.sources.layers.features import Features
from wushan_geo.sources.layers.gdal import UNREADABLE, damaged, quiet, raw_layer, which_layer
from wushan_geo.sources.layers.limits import LIMITS, too_large
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.errors import Fault
    from wushan_geo.sources.layers.dbf import Records
    from wushan_geo.sources.layers.features import Request

SIBLINGS = (".dbf", ".shx", ".prj", ".cpg")
_CODE = 9994  # the first number of a .shp and of a .shx
_HEAD, _ENTRY = 100, 8
_LONGEST_PRJ = 20_000  # a description of a reference system is a page at most


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a Shapefile; what is not there is None."""

    shp: bytes
    """Shapes."""
    dbf: bytes | None = None
    """Attributes."""
    shx: bytes | None = None
    """Where each shape begins."""
    prj: bytes | None = None
    """Reference system."""
    cpg: bytes | None = None
    """Encoding of the attributes."""


def read_shapefile(content: bytes, request: Request) -> tuple[Features | None, list[Fault]]:
    """Read a Shapefile, its other parts from the folder in which it lies.

    Parameters
    ----------
    content
        Bytes of the .shp.
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
    >>> read_shapefile(b"", Request(Path("nowhere/a.shp")))[1][0].rule
    'has its attributes beside it (.dbf)'
    """
    parts: dict[str, bytes] = {}
    faults = []
    folder = request.path.parent
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        suffix = path.suffix.lower()
        if path.stem.casefold() == request.path.stem.casefold() and suffix in SIBLINGS:
            try:
                parts[suffix] = path.read_bytes()
            except OSError as error:
                where = Where(path.name, None, "", error.strerror)
                faults.append(fault(where, rule("readable"), hint("readable")))
    if faults:
        return None, faults
    return read_parts(_parts(content, parts), request.name)


def read_zipped(content: bytes, request: Request) -> tuple[Features | None, list[Fault]]:
    """Read the Shapefile in an archive; which of several is asked.

    Parameters
    ----------
    content
        Bytes of the archive.
    request
        The file, its table and what was decided on it.

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
    >>> read_zipped(b"", Request(Path("a.zip")))[1][0].rule
    'is a whole archive (zip) without a password'
    """
    members, faults = listed(content, request.name)
    if faults:
        return None, faults
    found = [one for one in members if one.lower().endswith(".shp")]
    if not found:
        return None, [fault(Where(request.name), rule("zipped_shapefile"), hint("layer_formats"))]
    answer = request.answers.get("table", request.table, request.name)
    if len(found) > 1 and answer not in found:
        return None, [which_layer(request, tuple(found))]
    shown = found[0] if len(found) == 1 else str(answer)
    stem = str(PurePosixPath(shown).with_suffix("")).casefold()
    wanted = {
        PurePosixPath(one).suffix.lower(): inside
        for one, inside in members.items()
        if str(PurePosixPath(one).with_suffix("")).casefold() == stem
        and PurePosixPath(one).suffix.lower() in (".shp", *SIBLINGS)
    }
    raw, faults = unpacked(content, request.name, wanted.values())
    if faults:
        return None, faults
    parts = {suffix: raw[inside] for suffix, inside in wanted.items()}
    layer, faults = read_parts(_parts(parts[".shp"], parts), request.name)
    return layer, faults


def _parts(shp: bytes, parts: dict[str, bytes]) -> Parts:
    return Parts(shp, *(parts.get(suffix) for suffix in SIBLINGS))


def read_parts(parts: Parts, name: str) -> tuple[Features | None, list[Fault]]:
    """Read a Shapefile from its parts.

    Parameters
    ----------
    parts
        The parts.
    name
        Name of the file, for the faults.

    Returns
    -------
    tuple
        The features or None, and all faults.

    Raises
    ------
    TypeError
        If a part is not bytes.

    Examples
    --------
    >>> read_parts(Parts(b"", b""), "a.shp")[1][0].rule
    'is whole (not cut off or damaged)'
    """
    if parts.dbf is None:
        return None, [fault(Where(name), rule("shape_dbf"), hint("shape_parts"))]
    said = said_encoding(parts.cpg, language(parts.dbf))
    try:
        attributes = read_dbf(parts.dbf, said)
    except DbfError:
        return None, [_cut(name, ".dbf")]
    index, notes = _index(parts, name)
    if index is None:
        return None, [_cut(name, ".shp")]
    shapes = (len(index) - _HEAD) // _ENTRY
    refused = list(_counts(name, shapes, len(attributes.kept)))
    if refused:
        return None, refused
    geometry = _shapes(parts.shp, index)
    if geometry is None or len(geometry) != shapes:
        return None, [damaged(name) if geometry is None else _cut(name, ".shp")]
    notes += _encoding_notes(name, attributes, said, stated=parts.cpg is not None)
    crs, more = _system(parts.prj, name)
    features = Features(
        attributes.names,
        attributes.rows,
        geometry[attributes.kept],
        crs,
        "shp",
        attributes.encoding.name or said,
    )
    return features, [*notes, *more]


def _counts(name: str, shapes: int, records: int) -> Iterator[Fault]:
    if shapes > LIMITS.features:
        yield too_large(name, "features", shapes, LIMITS.features)
    elif shapes != records:
        where = Where(name, None, "", f"{shapes} / {records}")
        yield fault(where, rule("shape_counts"), hint("shape_parts"))


def _cut(name: str, part: str) -> Fault:
    return fault(Where(name, None, "", part), rule("whole"), hint("shape_parts"))


def _index(parts: Parts, name: str) -> tuple[bytes | None, list[Fault]]:
    """Give the index of the shapes: the one in the file if it fits them, else a new one."""
    if len(parts.shp) < _HEAD or struct.unpack_from(">i", parts.shp)[0] != _CODE:
        return None, []
    if parts.shx is not None and _fits(parts.shx, parts.shp):
        return parts.shx, []
    entries = _walked(parts.shp)
    if entries is None:
        return None, []
    size = (_HEAD + len(entries) * _ENTRY) // 2
    head = parts.shp[:24] + struct.pack(">i", size) + parts.shp[28:_HEAD]
    body = b"".join(struct.pack(">ii", offset // 2, length // 2) for offset, length in entries)
    where = Where(name, None, "", ".shx")
    note = fault(where, rule("shape_index"), hint("nothing"), severity="note")
    return head + body, [note]


def _fits(shx: bytes, shp: bytes) -> bool:
    """Tell whether each entry of an index points at a shape of the length that it says."""
    if len(shx) < _HEAD or struct.unpack_from(">i", shx)[0] != _CODE:
        return False
    count, rest = divmod(len(shx) - _HEAD, _ENTRY)
    stated = struct.unpack_from(">i", shx, 24)[0] * 2
    if rest or stated != len(shx):
        return False
    entries = np.frombuffer(shx, ">i4", count * 2, _HEAD).astype(np.int64).reshape(count, 2) * 2
    offsets, lengths = entries[:, 0], entries[:, 1]
    if (offsets < _HEAD).any() or (lengths < 4).any():  # noqa: PLR2004 -- the type of a shape
        return False
    if (offsets + _ENTRY + lengths > len(shp)).any():
        return False
    said = [struct.unpack_from(">i", shp, at + 4)[0] * 2 for at in offsets.tolist()]
    return bool((np.array(said, dtype=np.int64) == lengths).all())


def _walked(shp: bytes) -> list[tuple[int, int]] | None:
    """Go from shape to shape; None if the last one is cut off."""
    entries = []
    at = _HEAD
    while at + _ENTRY <= len(shp):
        length = struct.unpack_from(">i", shp, at + 4)[0] * 2
        if length < 4 or at + _ENTRY + length > len(shp):  # noqa: PLR2004 -- the type of a shape
            return None
        entries.append((at, length))
        at += _ENTRY + length
    stated = struct.unpack_from(">i", shp, 24)[0] * 2
    return entries if at == len(shp) or at >= stated > _HEAD else None


def _shapes(shp: bytes, index: bytes) -> np.ndarray | None:
    """Let GDAL put the rings together, from an archive in memory: it writes nothing there."""
    archive = stored({"layer.shp": shp, "layer.shx": index})
    try:
        with quiet():
            return raw_layer(archive, None)[2]
    except UNREADABLE:
        return None


def _encoding_notes(name: str, attributes: Records, said: str, *, stated: bool) -> list[Fault]:
    found = attributes.encoding
    notes = []
    if not found.name:
        where = Where(name, None, "", ".dbf")
        notes.append(fault(where, rule("dbf_encoding"), hint("dbf_encoding")))
    elif found.name not in {ASCII, said}:
        where = Where(name, None, "", found.name)
        words = rule("dbf_said", said=said) if said else rule("dbf_unsaid")
        notes.append(fault(where, words, hint("dbf_check"), severity="note"))
    elif not found.sure and not stated:
        where = Where(name, None, "", found.name)
        notes.append(fault(where, rule("dbf_unsaid"), hint("dbf_check"), severity="note"))
    for column in attributes.unread:
        where = Where(name, None, column)
        notes.append(fault(where, rule("dbf_type"), hint("dbf_type"), severity="note"))
    deleted = int((~attributes.kept).sum())
    if deleted:
        where = Where(name, None, "", deleted)
        notes.append(fault(where, rule("dbf_deleted"), hint("nothing"), severity="note"))
    return notes


def _system(prj: bytes | None, name: str) -> tuple[CRS | None, list[Fault]]:
    if prj is None or not prj.strip(b"\x00 \r\n\t"):
        return None, []
    text = prj[:_LONGEST_PRJ].decode("utf-8-sig", "replace").strip().strip("\x00")
    try:
        return CRS.from_wkt(text), []
    except CRSError:
        where = Where(name, None, "crs", ".prj")
        return None, [fault(where, rule("prj"), hint("prj"), severity="note")]
