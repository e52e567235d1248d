"""What a Shapefile cannot carry: so that nobody wonders where it went."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.wording import both

if TYPE_CHECKING:
    from wushan_geo.study.faults import Pair

NAME_BYTES = 10
TEXT_BYTES = 254


def shapefile_losses(frame: pd.DataFrame, encoding: str = "utf-8") -> list[Pair]:
    """List what of a table's columns would be lost or changed in a Shapefile.

    Parameters
    ----------
    frame
        The attributes, without the shapes.
    encoding
        Encoding in which the Shapefile is written: a Chinese character takes 3 bytes in UTF-8 and
        2 in GBK.

    Returns
    -------
    list of tuple of str
        One sentence a loss, in Chinese and English, in the order of the columns; empty if nothing
        is lost.

    Raises
    ------
    LookupError
        If there is no such encoding.

    Examples
    --------
    >>> table = pd.DataFrame({"boundary_basis": ["stated"], "persons": pd.array([None], "Int64")})
    >>> for zh, en in shapefile_losses(table):
    ...     print(en)
    The name of column 'boundary_basis' is cut to 'boundary_b' (10 bytes).
    In column 'persons' a missing number cannot be kept (1 of them).
    """
    names = [str(one) for one in frame.columns]
    cut = [_cut(one, encoding) for one in names]
    losses: list[Pair] = []
    for at, (name, short) in enumerate(zip(names, cut, strict=True)):
        if short != name:
            losses.append(both("shp.name", column=name, short=short, most=NAME_BYTES))
        twin = next((other for other in range(at) if cut[other].lower() == short.lower()), None)
        if twin is not None:
            losses.append(both("shp.twin", column=name, other=names[twin]))
        losses += _cells(name, frame.iloc[:, at], encoding)
    return losses


def _cut(name: str, encoding: str) -> str:
    return name.encode(encoding, "replace")[:NAME_BYTES].decode(encoding, "ignore")


def _cells(name: str, cells: pd.Series, encoding: str) -> list[Pair]:
    """Find what the cells of a column lose."""
    missing = int(cells.isna().sum())
    there = cells.dropna()
    if pd.api.types.is_bool_dtype(cells.dtype):
        return [both("shp.flag", column=name, count=missing)] if missing else []
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return [both("shp.number", column=name, count=missing)] if missing else []
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        late = int((there != there.dt.normalize()).sum())
        return [both("shp.hour", column=name, count=late)] if late else []
    texts = [one for one in there.tolist() if isinstance(one, str)]
    found = []
    longest = max((len(one.encode(encoding, "replace")) for one in texts), default=0)
    if longest > TEXT_BYTES:
        found.append(both("shp.text", column=name, most=TEXT_BYTES, longest=longest))
    spaces = sum(one != one.strip() or not one for one in texts)
    if spaces:
        found.append(both("shp.spaces", column=name, count=spaces))
    if any(not _writable(one, encoding) for one in itertools.chain(texts, [name])):
        found.append(both("shp.characters", column=name, encoding=encoding))
    return found


def _writable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
