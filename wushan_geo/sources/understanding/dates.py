"""Dates as offices write them, and as spreadsheets turn them into numbers."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING

from wushan_geo.sources.understanding.parsed import Parsed, plain, spoken

if TYPE_CHECKING:
    from wushan_geo.sources.grid import Cell

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FULL = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
    r"(?:[ T]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份)?", re.ASCII)
_YEAR = re.compile(r"(\d{4})\s*年?", re.ASCII)
_SHORT = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})", re.ASCII)
_SPOKEN = re.compile(
    r"([〇零○Oo0-9一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
_DIGITS = re.compile(r"\d{8}", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_FIRST_SERIAL, _LAST_SERIAL = 18264, 73050  # 1950-01-01 and 2099-12-31 as a spreadsheet counts
_DAY_ZERO = dt.date(1899, 12, 30)
_CENTURY, _OLD = 100, 60
LONGEST = 64  # signs that a date can have
_PLAUSIBLE = (1900, 2100)


def read_date(cell: Cell) -> Parsed:
    """Read a date that an office wrote.

    Parameters
    ----------
    cell
        What stands in the cell: a date, a text, or the number of a day.

    Returns
    -------
    Parsed
        The date as 2025-06-30. A month, a year, two digits of a year and a day before the month
        are doubtful and give their readings; a day that does not exist is wrong.

    Raises
    ------
    TypeError
        Never for a cell of a grid.

    Examples
    --------
    >>> read_date("2025年6月30日").text, read_date(45838.0).text
    ('2025-06-30', '2025-06-30')
    >>> read_date("2025年6月").choices, read_date("2025-02-30").wrong
    (('2025-06-30', '2025-06-01'), 'cell_no_day')
    """
    return _written(cell) if isinstance(cell, str) else _typed(cell)


def _typed(cell: Cell) -> Parsed:
    """Read a date that a spreadsheet keeps as one, or as the number of a day."""
    if isinstance(cell, dt.datetime):
        return Parsed(cell.date().isoformat())
    if isinstance(cell, dt.date):
        return Parsed(cell.isoformat())
    if isinstance(cell, bool) or cell is None:
        return Parsed(None if cell is None else str(cell).upper())
    return _number(float(cell))


def _written(cell: str) -> Parsed:
    """Read a date in digits or in words."""
    if len(cell) > LONGEST or (_ISO.fullmatch(cell) and _day(cell[:4], cell[5:7], cell[8:])):
        return Parsed(cell)
    text = plain(cell)
    for read in (_full, _said, _joined, _month, _year, _short, _day_first):
        found = read(text)
        if found is not None:
            return found
    return Parsed(cell)


def _day(year: str | int, month: str | int, day: str | int) -> str | None:
    """Give a day that exists, in a year that a file can mean."""
    if not _PLAUSIBLE[0] <= int(year) < _PLAUSIBLE[1]:
        return None
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _found(day: str | None, note: str) -> Parsed:
    return Parsed(None, wrong="cell_no_day") if day is None else Parsed(day, note=note)


def _number(cell: float) -> Parsed:
    if cell != cell or abs(cell) >= 10**9:  # noqa: PLR0124 - the one number that is not itself
        return Parsed(None if cell != cell else repr(cell))  # noqa: PLR0124 - as above
    whole = int(cell)
    if _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        return Parsed((_DAY_ZERO + dt.timedelta(days=whole)).isoformat(), note="cell_serial")
    text = str(whole) if whole == cell else repr(cell)
    return _joined(text) or _month(text) or _year(text) or Parsed(text)


def _full(text: str) -> Parsed | None:
    found = _FULL.fullmatch(text)
    if found is None:
        return None
    # 2025/6/30 is what a spreadsheet makes of 2025-06-30: no doubt, and nothing to tell.
    return _found(_day(found[1], found[2], found[3]), "cell_date" if "年" in text else "")


def _said(text: str) -> Parsed | None:
    found = _SPOKEN.fullmatch(text)
    if found is None:
        return None
    year = spoken(re.sub("[○Oo0]", "零", found[1]))
    month, day = spoken(found[2]), spoken(found[3])
    if year is None or month is None or day is None:
        return None
    return _found(_day(year, month, day), "cell_date")


def _joined(text: str) -> Parsed | None:
    if _DIGITS.fullmatch(text):
        return _found(_day(text[:4], text[4:6], text[6:]), "cell_date")
    if _SERIAL.fullmatch(text) and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL:
        day = _DAY_ZERO + dt.timedelta(days=int(float(text)))
        return Parsed(day.isoformat(), note="cell_serial")
    return None


def _month(text: str) -> Parsed | None:
    found = _MONTH.fullmatch(text) or re.fullmatch(r"((?:19|20)\d{2})(\d{2})", text, re.ASCII)
    if found is None:
        return None
    first = _day(found[1], found[2], 1)
    if first is None:
        return Parsed(None, wrong="cell_no_day")
    last = calendar.monthrange(int(found[1]), int(found[2]))[1]
    return Parsed(None, doubt="cell_month", choices=(f"{first[:8]}{last:02d}", first))


def _year(text: str) -> Parsed | None:
    found = _YEAR.fullmatch(text)
    if found is None or _day(found[1], 1, 1) is None:
        return None
    return Parsed(None, doubt="cell_year", choices=(f"{found[1]}-12-31", f"{found[1]}-01-01"))


def _short(text: str) -> Parsed | None:
    found = _SHORT.fullmatch(text)
    if found is None:
        return None
    years = [2000 + int(found[1]), 1900 + int(found[1])]
    if int(found[1]) >= _OLD:
        years.reverse()
    days = [_day(year, found[2], found[3]) for year in years]
    days += [_day(2000 + int(found[3]), found[1], found[2])] if int(found[3]) < _CENTURY else []
    kept = tuple(dict.fromkeys(day for day in days if day is not None))
    if not kept:
        return Parsed(None, wrong="cell_no_day")
    return Parsed(None, doubt="cell_short_year", choices=kept)


def _day_first(text: str) -> Parsed | None:
    found = _LAST.fullmatch(text)
    if found is None:
        return None
    days = (_day(found[3], found[2], found[1]), _day(found[3], found[1], found[2]))
    kept = tuple(dict.fromkeys(day for day in days if day is not None))
    if not kept:
        return Parsed(None, wrong="cell_no_day")
    return Parsed(None, doubt="cell_day_first", choices=kept)
