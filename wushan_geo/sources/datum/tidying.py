"""Columns of coordinates put into decimal degrees, with every repair told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import Ask
from wushan_geo.sources.datum.degrees import plain, read_coordinates
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import Where, fault, hint, rule, some
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wushan_geo.errors import Fault
    from wushan_geo.study.answers import Answers
    from wushan_geo.study.tables import Raw

METHOD = "point_method"
ORIGINAL = "_original"
LON_LAT = ("lon", "lat")
DIGITS = 8  # decimals of a degree that are kept: about a millimetre

# What was done to a cell, and the note that tells it.
_NOTES = {
    "pair": "point_pair",
    "dms": "point_dms",
    "dm": "point_dm",
    "packed": "point_packed",
    "decimal": "point_decimal",
}
_RULES = {
    "unreadable": "point_unreadable",
    "sixty": "point_sixty",
    "half": "point_half",
    "range": "point_range",
    "mixed": "point_mixed",
    "axis": "point_axis",
}
# A repair that a planner confirms: rule, suggestion, answers.
_DOUBTS = {
    "swapped": ("point_swapped", "point_swapped", ("swap", "keep", LEAVE_OUT)),
    "sign": ("point_sign", "point_sign", ("positive", "keep", LEAVE_OUT)),
}


@dataclass(slots=True)
class _Work:
    """A table's coordinates while they are tidied."""

    raw: Raw
    table: str
    columns: tuple[str, str]
    answers: Answers
    files: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    how: list[list[str]]
    faults: list[Fault] = field(default_factory=list)

    def has(self, way: str) -> np.ndarray:
        return np.array([way in one for one in self.how], dtype=bool)

    def rows(self, keep: np.ndarray) -> dict[str, object]:
        numbers = [str(self.raw.where(at, "").row) for at in np.flatnonzero(keep).tolist()]
        return {"count": len(numbers), "rows": some(numbers)}

    def where(self, file: str, value: object = "") -> Where:
        return Where(file, None, self.heading(), value)

    def heading(self) -> str:
        return " / ".join(self.raw.labels.get(one, one) for one in self.columns)


def tidy(
    raw: Raw,
    columns: tuple[str, str] = LON_LAT,
    *,
    table: str,
    answers: Answers,
) -> tuple[Raw, list[Fault]]:
    """Put two columns of coordinates into decimal degrees as text.

    What is plain already stays as it is. Every other way of writing is read by
    :func:`read_coordinates`, and each kind of repair is one note for each file. Two columns that
    are exchanged in every row are put right with a note; where only some rows are, or a sign is
    wrong, a planner decides once (until then the study is refused, and the values are the likely
    ones). What cannot be read is an error, and its cells stay as they are.

    Parameters
    ----------
    raw
        The table as read; not changed. A column that is missing counts as empty.
    columns
        Names of the columns of longitude and latitude.
    table
        Name of the table.
    answers
        What was decided before.

    Returns
    -------
    tuple
        The table, with ``<column>_original`` (text as in the file) and ``point_method`` beside
        where anything changed; and the findings.

    Raises
    ------
    TypeError
        If a cell is neither a text nor missing.

    Examples
    --------
    >>> from wushan_geo.study.answers import Answers
    >>> from wushan_geo.study.tables import Raw
    >>> frame = pd.DataFrame({"lon": ["109°52′35″"], "lat": ["31°4′39″"]}, index=[2], dtype="str")
    >>> tidied, notes = tidy(Raw(frame, "a.csv"), table="facilities", answers=Answers())
    >>> tidied.frame[["lon", "lat", "lon_original"]].values.tolist()
    [['109.87638889', '31.0775', '109°52′35″']]
    >>> print(notes[0].rule)
    degrees-minutes-seconds were turned into decimal degrees (rows: 1; 2)
    """
    there = [one for one in columns if one in raw.frame.columns]
    if not there:
        return raw, []
    cells = [cells_of(raw, one) for one in columns]
    read = read_coordinates(*cells)
    count = len(raw.frame)
    work = _Work(
        raw=raw,
        table=table,
        columns=columns,
        answers=answers,
        files=np.array(raw.files if raw.files is not None else [raw.file] * count, dtype=object),
        lon=read["lon"].to_numpy(dtype=float).copy(),
        lat=read["lat"].to_numpy(dtype=float).copy(),
        how=[[way for way in one.split("+") if way] for one in read["how"]],
    )
    _problems(work, cells, read)
    clean = np.array([_is_plain(x) and _is_plain(y) for x, y in zip(*cells, strict=True)], bool)
    for at in np.flatnonzero(clean).tolist():
        work.how[at] = [way for way in work.how[at] if way != "decimal"]
    for at in np.flatnonzero(~clean).tolist():
        if len(work.how[at]) > 1 and "decimal" in work.how[at]:  # told by the other way of writing
            work.how[at] = [way for way in work.how[at] if way != "decimal"]
    for file in dict.fromkeys(work.files.tolist()):
        mine = work.files == file
        for way in _DOUBTS:
            _doubt(work, file, mine, way)
        work.faults += _notes(work, file, mine)
    return _written(work, cells), work.faults


def cells_of(raw: Raw, column: str) -> list[str | None]:
    """Give the cells of a column.

    Parameters
    ----------
    raw
        The table.
    column
        Name of the column; one that is not there counts as empty.

    Returns
    -------
    list of str
        Texts, None for a missing cell.

    Raises
    ------
    TypeError
        If the table has no frame.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> cells_of(Raw(pd.DataFrame({"lon": ["1", None]}, dtype="str"), "a.csv"), "lon")
    ['1', None]
    """
    if column not in raw.frame.columns:
        return [None] * len(raw.frame)
    return [None if pd.isna(one) else str(one) for one in raw.frame[column]]


def numbers(raw: Raw, columns: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Give two columns of text as numbers.

    Parameters
    ----------
    raw
        The table.
    columns
        Names of the columns.

    Returns
    -------
    tuple of numpy.ndarray
        The numbers of both; not-a-number in both where one of the cells holds no degrees.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> raw = Raw(pd.DataFrame({"lon": ["109.5", "x"], "lat": ["31", "30"]}, dtype="str"), "a.csv")
    >>> [one.tolist() for one in numbers(raw, ("lon", "lat"))]
    [[109.5, nan], [31.0, nan]]
    """
    lon, lat = (
        pd.to_numeric(raw.frame[one], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        for one in columns
    )
    with np.errstate(invalid="ignore"):
        there = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # noqa: PLR2004 -- degrees
    return np.where(there, lon, np.nan), np.where(there, lat, np.nan)


def text(values: Iterable[float]) -> list[str | None]:
    """Write degrees as text, None for not-a-number.

    Parameters
    ----------
    values
        Degrees.

    Returns
    -------
    list of str
        Decimals to a millimetre, without zeros at the end.

    Raises
    ------
    TypeError
        If a value is no number.

    Examples
    --------
    >>> text([109.5, float("nan"), 31.123456789])
    ['109.5', None, '31.12345679']
    """
    return [
        f"{one:.{DIGITS}f}".rstrip("0").rstrip(".") if np.isfinite(one) else None for one in values
    ]


def with_method(raw: Raw, methods: list[str]) -> list[str | None]:
    """Add to what each row says on how its point was made.

    Parameters
    ----------
    raw
        The table, with or without a column ``point_method``.
    methods
        What is added by row; an empty text adds nothing.

    Returns
    -------
    list of str
        The column, parts joined by a semicolon; None where nothing was done.

    Raises
    ------
    ValueError
        If there are more or fewer texts than rows.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> with_method(Raw(pd.DataFrame({"lon": ["1", "2"]}), "a.csv"), ["read", ""])
    ['read', None]
    """
    before = cells_of(raw, METHOD)
    return [
        "; ".join(part for part in (old, new) if part) or None
        for old, new in zip(before, methods, strict=True)
    ]


def method_text(way: str, **words: str) -> str:
    """Give a way of making a point as one text in both languages.

    Parameters
    ----------
    way
        ``dms``, ``dm``, ``packed``, ``pair``, ``decimal``, ``swapped``, ``sign`` or ``converted``.
    **words
        What the text needs put in.

    Returns
    -------
    str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such way.

    Examples
    --------
    >>> method_text("swapped")
    '经纬度对调 / longitude and latitude exchanged'
    """
    return " / ".join(both(f"datum.method.{way}", **words))


def _is_plain(cell: str | None) -> bool:
    try:
        float(cell or "nan")
    except ValueError:
        return False
    return cell is None or (cell.isascii() and cell == plain(cell))


def _problems(work: _Work, cells: list[list[str | None]], read: pd.DataFrame) -> None:
    for at in np.flatnonzero((read["problem"] != "").to_numpy()).tolist():
        problem = str(read["problem"].iloc[at])
        shown = " / ".join(column[at] or "" for column in cells)
        place = work.raw.where(at, work.columns[0])
        where = Where(place.file, place.row, work.heading(), shown)
        if problem == "projected":
            words = rule("point_projected", about=str(read["about"].iloc[at]))
            work.faults.append(fault(where, words, hint("point_projected")))
        else:
            work.faults.append(fault(where, rule(_RULES[problem]), hint("point_wrong")))


def _doubt(work: _Work, file: str, mine: np.ndarray, way: str) -> None:
    """Settle a repair that needs a planner's word, or ask for it."""
    rows = work.has(way) & mine
    if not rows.any():
        return
    if way == "swapped" and bool((rows | ~(mine & np.isfinite(work.lon))).all()):
        words = rule("point_swapped_all", count=int(rows.sum()))
        work.faults.append(fault(work.where(file), words, hint("point_read"), severity="note"))
        return
    key, advice, choices = _DOUBTS[way]
    subject = f"{file}: {way}"
    answer = work.answers.get("repair", work.table, subject)
    if answer not in choices:
        ask = Ask("repair", work.table, subject, choices)
        words = rule(key, **work.rows(rows))
        work.faults.append(fault(work.where(file), words, hint(advice), severity="decide", ask=ask))
        return
    if answer == "keep":
        _keep(work, rows, way)
    elif answer == LEAVE_OUT:
        work.lon[rows] = work.lat[rows] = np.nan
    words = rule("point_answered", answer=answer, **work.rows(rows))
    work.faults.append(fault(work.where(file), words, hint("point_read"), severity="note"))


def _keep(work: _Work, rows: np.ndarray, way: str) -> None:
    """Take a repair back, as a planner wants it."""
    if way == "swapped":
        work.lon[rows], work.lat[rows] = work.lat[rows], work.lon[rows]
    else:
        cells = [cells_of(work.raw, one) for one in work.columns]
        for at in np.flatnonzero(rows).tolist():
            east, north = (plain(column[at] or "") for column in cells)
            work.lon[at] *= -1.0 if "-" in east[:1] or "W" in east else 1.0
            work.lat[at] *= -1.0 if "-" in north[:1] or "S" in north else 1.0
    for at in np.flatnonzero(rows).tolist():
        work.how[at].remove(way)


def _notes(work: _Work, file: str, mine: np.ndarray) -> Iterator[Fault]:
    """Tell each kind of repair once for a file."""
    for way, key in _NOTES.items():
        rows = work.has(way) & mine
        if rows.any():
            words = rule(key, **work.rows(rows))
            yield fault(work.where(file), words, hint("point_read"), severity="note")


def _written(work: _Work, cells: list[list[str | None]]) -> Raw:
    changed = np.array([bool(one) for one in work.how], dtype=bool)
    if not changed.any():
        return work.raw
    columns: dict[str, list[str | None]] = {}
    for name, values, before in zip(work.columns, (work.lon, work.lat), cells, strict=True):
        fresh = text(values)
        columns[name] = [
            new if there else old
            for new, old, there in zip(fresh, before, changed.tolist(), strict=True)
        ]
        columns[name + ORIGINAL] = before
    methods = ["; ".join(method_text(way) for way in one) for one in work.how]
    columns[METHOD] = with_method(work.raw, methods)
    return work.raw.with_columns(columns)
