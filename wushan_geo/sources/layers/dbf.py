"""The attribute table of a Shapefile (.dbf), byte by byte: nothing is guessed on the way."""

from __future__ import annotations

import datetime as dt
import math
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.sources.layers.encodings import GB, UTF8, detect, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.sources.grid import Cell
    from wushan_geo.sources.layers.encodings import Encoded

_HEAD, _FIELD, _END = 32, 32, 0x0D
_LANGUAGE = 29  # where the byte stands that names a code page
_DELETED = ord("*")
_READ = frozenset("CNFLD")  # the types that a Shapefile may have
_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_WHOLE = 2**53  # beyond it a float no longer holds each whole number


class DbfError(ValueError):
    """The table is damaged; the message is for programmers only."""


@dataclass(frozen=True, slots=True)
class Records:
    """The attributes of a Shapefile."""

    names: tuple[str, ...]
    """Names of the columns."""
    rows: tuple[tuple[Cell, ...], ...]
    """Cells by record, deleted records left out."""
    kept: np.ndarray
    """Whether each record of the file is kept, that is, not marked as deleted."""
    encoding: Encoded
    """How the texts are encoded."""
    unread: tuple[str, ...]
    """Columns of a type that no Shapefile has (remarks in a file of their own, say)."""


def read_dbf(content: bytes, said: str = "") -> Records:
    r"""Read the attributes of a Shapefile.

    Parameters
    ----------
    content
        Bytes of the .dbf.
    said
        Encoding that the file claims; the texts decide, and it helps where they cannot.

    Returns
    -------
    Records
        The table.

    Raises
    ------
    DbfError
        If it is damaged or cut off.

    Examples
    --------
    >>> head = struct.pack("<4xIHH20x", 1, 65, 7) + struct.pack("<11sc4xBB14x", b"N", b"N", 6, 1)
    >>> read_dbf(head + b"\r" + b"   12.0").rows
    ((12,),)
    """
    if len(content) < _HEAD + 1:
        message = "no header"
        raise DbfError(message)
    count, start, width = struct.unpack_from("<IHH", content, 4)
    fields = _fields(content, start, width)
    if width < 1 + sum(length for _, _, length in fields) or not fields:
        message = "fields wider than a record"
        raise DbfError(message)
    if start + count * width > len(content):
        message = "records cut off"
        raise DbfError(message)
    block = np.frombuffer(content, np.uint8, count * width, start).reshape(count, width)
    kept = block[:, 0] != _DELETED
    block = block[kept]
    raw: list[list[bytes]] = []
    at = 1
    for _, _, length in fields:
        column = np.ascontiguousarray(block[:, at : at + length])
        raw.append([one.tobytes().rstrip(b"\x00 ") for one in column])
        at += length
    return _understood(fields, raw, kept, said)


def language(content: bytes) -> int:
    """Give the byte by which a .dbf names its code page.

    Parameters
    ----------
    content
        Bytes of the .dbf.

    Returns
    -------
    int
        The byte, 0 where there is none.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> language(bytes(29) + bytes([0x4D, 0, 0]))
    77
    """
    return content[_LANGUAGE] if len(content) > _LANGUAGE else 0


def _fields(content: bytes, start: int, width: int) -> list[tuple[bytes, str, int]]:
    """Give name, type and width of each field.

    A text may be wider than a byte can say, and its decimals then hold the rest; elsewhere they
    are only there. Which it is, the width of a record tells.
    """
    fields, wide = [], []
    at = _HEAD
    while at + _FIELD <= min(start, len(content)) and content[at] != _END:
        name = content[at : at + 11].split(b"\x00")[0].strip()
        kind = chr(content[at + 11])
        length = content[at + 16]
        fields.append((name, kind, length))
        wide.append((name, kind, length + (content[at + 17] << 8 if kind == "C" else 0)))
        at += _FIELD
    return wide if 1 + sum(length for _, _, length in wide) == width else fields


def _understood(
    fields: Sequence[tuple[bytes, str, int]], raw: list[list[bytes]], kept: np.ndarray, said: str
) -> Records:
    texts = [(name, len(name) >= 10) for name, _, _ in fields]  # noqa: PLR2004 -- a name has ten bytes
    for (_, kind, length), cells in zip(fields, raw, strict=True):
        if kind == "C":
            texts += [(one, len(one) == length) for one in set(cells)]
    encoding = detect(texts, said)
    codec = encoding.name or said or GB
    columns: list[list[Cell]] = []
    for (_, kind, length), cells in zip(fields, raw, strict=True):
        if kind == "C":
            known = {one: _text(one, codec, full=len(one) == length) for one in set(cells)}
            columns.append([known[one] for one in cells])
        else:
            columns.append([_value(one, kind) for one in cells])
    names = _distinct([_text(name, codec, full=True) or "" for name, _, _ in fields])
    unread = tuple(
        name for name, (_, kind, _) in zip(names, fields, strict=True) if kind not in _READ
    )
    return Records(names, tuple(zip(*columns, strict=True)), kept, encoding, unread)


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Give names that stand twice a number, as ten characters of two long names may."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(found)


def _text(raw: bytes, codec: str, *, full: bool) -> str | None:
    text = read(raw, codec, full=full)
    if text is None:
        text = raw.decode(codec if codec == UTF8 else GB, "replace")
    return text.strip().strip("\x00") or None


def _value(raw: bytes, kind: str) -> Cell:
    plain = raw.strip()
    if kind in "NF":
        return _number(plain)
    if kind == "L":
        return {b"T": True, b"t": True, b"Y": True, b"y": True}.get(
            plain, False if plain in {b"F", b"f", b"N", b"n"} else None
        )
    if kind == "D":
        return _date(plain)
    return None


def _number(plain: bytes) -> Cell:
    """Read a number; a whole one is whole, however many zeros a column of decimals adds."""
    if not _NUMBER.fullmatch(plain):
        return None if not plain.strip(b"*") else plain.decode("ascii", "replace")
    if plain.lstrip(b"+-").isdigit():
        return int(plain)
    whole, point, rest = plain.partition(b".")
    if point and not rest.strip(b"0") and whole.lstrip(b"+-").isdigit():
        return int(whole)
    number = float(plain)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < _WHOLE else number


def _date(plain: bytes) -> Cell:
    if not plain.strip(b"0"):
        return None
    try:
        return dt.datetime.strptime(plain.decode("ascii"), "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return plain.decode("ascii", "replace")
