"""Matching many names to units, each inside its parent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.sources.divisions.codes import COUNTY, TOWNSHIP, repaired, shortened_code
from wushan_geo.sources.divisions.crosswalks import Changes
from wushan_geo.sources.divisions.finding import found_unit
from wushan_geo.sources.divisions.index import unit_index
from wushan_geo.sources.divisions.outcome import Found
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wushan_geo.sources.divisions.index import UnitIndex

_ALWAYS = (dt.date.min, dt.date.max)
COLUMNS = ("zone_id", "name", "method", "score", "status", "candidates", "reason")


def match(
    names: Iterable[object],
    units: pd.DataFrame | UnitIndex,
    parent: object = None,
    *,
    crosswalk: pd.DataFrame | Changes | None = None,
) -> pd.DataFrame:
    """Match names to units inside their parent; what is ambiguous is never guessed.

    A name is read in ever plainer forms: half width, simplified characters, without brackets,
    numbers, groups and punctuation, without the places named in front, without its suffix. The
    first form that names exactly one unit of the parent counts. Then, inside a parent only, the
    kind may differ (建平镇 for 建平乡) or one character, if it looks or sounds alike or if most of
    the name is right, and if no unit of the county has just that name. Without a parent a name
    must be the only one of its kind among all units.

    Parameters
    ----------
    names
        Names as they stand in a file; a Series keeps its index. A code in place of a name is
        matched too.
    units
        Units, as :func:`unit_index` takes them, or an index made by it.
    parent
        One code or name for all, or one for each name (a Series must have the index of `names`);
        missing where it is not known. Names of parents are matched first.
    crosswalk
        Table of changes, as :func:`crosswalk` takes it: former names are followed to their unit.

    Returns
    -------
    DataFrame
        In the order of `names`: ``zone_id`` (missing if not matched), ``name`` of the unit,
        ``method`` (what was changed most), ``score`` from 0 to 1, ``status`` (``matched``,
        ``ambiguous``, ``unmatched``), ``candidates`` (codes, the likeliest first) and ``reason``
        (a key of :func:`reason_text`; empty if matched).

    Raises
    ------
    ParameterError
        If `names` is a single text, or there are not as many parents as names.
    InputError
        If the table of changes contradicts itself.

    Examples
    --------
    >>> rows = {"zone_id": ["500237210", "500237210204"], "name": ["建平乡", "建平村村民委员会"]}
    >>> found = match(["建坪村", "巫山村"], pd.DataFrame(rows), parent="建平乡")
    >>> found[["zone_id", "method", "status"]].values.tolist()
    [['500237210204', 'one_character', 'matched'], [nan, nan, 'unmatched']]
    """
    if isinstance(names, str):
        message = f"names are a list or a Series, not the single text {names!r}"
        raise ParameterError(message)
    index = unit_index(units)
    series = names if isinstance(names, pd.Series) else pd.Series(list(names), dtype="object")
    called = texts(series)
    matcher = Matcher(index, crosswalk)
    found = [
        matcher.found(text, above)
        for text, above in zip(called, aligned(parent, series), strict=True)
    ]
    return _table(found, index, series.index)


class Matcher:
    """Units and changes with everything matched so far, so that a repeated name costs nothing."""

    def __init__(self, index: UnitIndex, crosswalk: pd.DataFrame | Changes | None = None) -> None:
        self.index = index
        self._changes = Changes(crosswalk) if isinstance(crosswalk, pd.DataFrame) else crosswalk
        self._found: dict[tuple[str, str], Found] = {}
        self._parents: dict[str, tuple[str | None, Found]] = {"": ("", Found(None))}

    def found(self, text: str, parent: str = "") -> Found:
        """Match one name; see :func:`match`."""
        key = (text, parent)
        if key not in self._found:
            self._found[key] = self._find(text, parent)
        return self._found[key]

    def parent(self, text: str) -> tuple[str | None, Found]:
        """Give the code of a parent told by code or name, None if it cannot be told."""
        if text not in self._parents:
            self._parents[text] = self._parent(text.strip())
        return self._parents[text]

    def _find(self, text: str, parent: str) -> Found:
        code, above = self.parent(parent)
        if code is not None:
            found = found_unit(self.index, text, code, self._changes)
            share = above.score or 1.0
            return _scaled(found, share) if found.at is not None else found
        anywhere = found_unit(self.index, text, self.index.county).candidates
        return Found(None, candidates=anywhere, reason="parent_unknown")

    def _parent(self, text: str) -> tuple[str | None, Found]:
        if self.index.knows(text):
            return text, Found(None)
        digits = repaired(text) or text
        if digits.isdecimal():
            return self._parent_by_code(shortened_code(digits))
        if not any(map(str.isalnum, text)):
            return "", Found(None)
        counties = self.index.counties_by_name.get(text, [])
        if len(counties) == 1:
            return counties[0], Found(self.index.position[counties[0]], "exact", 1.0, "matched")
        found = found_unit(self.index, text, self.index.county, self._changes)
        code = self.index.codes[found.at] if found.at is not None else ""
        return (code if 0 < len(code) <= TOWNSHIP else None), found

    def _parent_by_code(self, code: str) -> tuple[str | None, Found]:
        known = self.index.knows(code) or len(code) < COUNTY
        if known or self._changes is None:
            return (code if known else None), Found(None)
        ends = {one.code for one in self._changes.follow(code, "", *_ALWAYS)}
        new = ends.pop() if len(ends) == 1 else ""
        return (new if self.index.knows(new) else None), Found(None)


def reason_text(reason: str) -> tuple[str, str]:
    """Say why a name was not matched.

    Parameters
    ----------
    reason
        Key in the column ``reason``.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such reason.

    Examples
    --------
    >>> reason_text("unknown")
    ('没有相符的单位', 'no unit fits')
    """
    return both(f"match_reason.{reason}")


def how_text(method: str) -> tuple[str, str]:
    """Say how a name was matched.

    Parameters
    ----------
    method
        Key in the column ``method``.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such method.

    Examples
    --------
    >>> how_text("traditional")
    ('繁体转简体', 'traditional characters')
    """
    return both(f"match_how.{method}")


def _scaled(found: Found, share: float) -> Found:
    score = round(found.score * share, 4)
    return Found(found.at, found.method, score, found.status, found.candidates, found.reason)


def texts(series: pd.Series[Any]) -> list[str]:
    """Give cells as text, missing ones empty."""
    missing = series.isna().tolist()
    return ["" if gone else str(one) for one, gone in zip(series.tolist(), missing, strict=True)]


def aligned(parent: object, names: pd.Series[Any]) -> Sequence[str]:
    """Give a parent as text for each name; empty where none is told."""
    if parent is None or isinstance(parent, str):
        return [parent or ""] * len(names)
    series = parent if isinstance(parent, pd.Series) else pd.Series(_listed(parent), dtype="object")
    if len(series) != len(names):
        message = f"there are {len(names)} names and {len(series)} parents"
        raise ParameterError(message)
    if isinstance(parent, pd.Series) and not parent.index.equals(names.index):
        message = "the parents have another index than the names"
        raise ParameterError(message)
    return texts(series)


def _listed(parent: object) -> list[object]:
    try:
        return list(cast("Iterable[object]", parent))
    except TypeError as error:
        message = f"a parent is a code or a name (given: {parent!r})"
        raise ParameterError(message) from error


def _table(found: list[Found], index: UnitIndex, rows: pd.Index[Any]) -> pd.DataFrame:
    codes = [None if one.at is None else index.codes[one.at] for one in found]
    names = [None if one.at is None else index.names[one.at] for one in found]
    table = pd.DataFrame(
        {
            "zone_id": codes,
            "name": names,
            "method": [one.method or None for one in found],
            "status": [one.status for one in found],
            "reason": [one.reason for one in found],
        },
        index=rows,
        dtype="str",
    )
    table["score"] = pd.Series([one.score for one in found], index=rows, dtype="float64")
    table["candidates"] = pd.Series([one.candidates for one in found], index=rows, dtype="object")
    return table[list(COLUMNS)]
