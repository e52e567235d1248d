"""Numbers as a workbook shows them: shares, dates and codes that are numbers only inside."""

from __future__ import annotations

import datetime as dt
import math
import re
import struct
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from wushan_geo.sources.grid import Cell

EXACT_DIGITS = 15  # of a number in a spreadsheet: a whole number beyond is no longer sure
EXACT = 10**EXACT_DIGITS
LAST_DAY = 2_958_466  # serial of the day after 9999-12-31
SHIFT_1904 = 1462  # days from 1899-12-31 to 1904-01-01, as Excel counts them
LEAP_DAY = 60  # serial of 1900-02-29, which Excel has and the calendar has not
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip

# Formats that a workbook may name by number alone. 27 to 36 and 50 to 58 are dates and times in
# Chinese, Japanese and Korean Excel, and general in others.
_BUILT_IN = {
    9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-m-d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: 'h"时"mm"分"',
    56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_TOKEN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]?|.', re.DOTALL)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,40}")
_DAYS = set("yd")
_CLOCK = set("hs")


@dataclass(frozen=True, slots=True)
class Shown:
    """How a format shows a number, as far as that changes what it means."""

    kind: Literal["plain", "percent", "day", "time", "code"] = "plain"
    """``day`` may have a time beside; a ``code`` has leading zeros."""
    digits: int = 0
    """Digits of a code."""
    prefix: str = ""
    """Digits that the format puts before a code."""


PLAIN = Shown()


@lru_cache(maxsize=4096)
def shown(code: str) -> Shown:
    """Tell what a format code makes of a number.

    Parameters
    ----------
    code
        Format code of a workbook, such as ``0.0%``.

    Returns
    -------
    Shown
        How it shows a number.

    Raises
    ------
    TypeError
        If `code` is not a text.

    Examples
    --------
    >>> shown("0.0%").kind, shown('yyyy"年"m"月"d"日"').kind, shown("#,##0.00").kind
    ('percent', 'day', 'plain')
    >>> shown("000000000000")
    Shown(kind='code', digits=12, prefix='')
    """
    tokens = _section(code)
    bare = "".join(one for one in tokens if len(one) == 1)
    lowered = bare.lower()
    if lowered.startswith(("general", "g/")) or bare in {"", "@"}:
        return PLAIN
    if "%" in bare:
        return Shown("percent")
    moment = _moment(lowered, elapsed=any(_ELAPSED.fullmatch(one) for one in tokens))
    if moment is not None:
        return moment
    literal = "".join(one.strip('"\\') for one in tokens if one[0] in '"\\')
    first = tokens[0][0] if tokens else ""
    digits = literal.isascii() and literal.isdigit() and len(literal) < EXACT_DIGITS
    if first in '"\\' and digits and _ZEROS.fullmatch(f"0{bare}"):
        return Shown("code", len(bare), literal)
    if _ZEROS.fullmatch(bare) and not literal:
        return Shown("code", len(bare))
    return PLAIN


def _section(code: str) -> list[str]:
    """Cut the section for positive numbers into its tokens."""
    tokens: list[str] = []
    for one in _TOKEN.findall(code):
        if one == ";":
            break
        if one[0] not in "_*" and (one[0] != "[" or _ELAPSED.fullmatch(one)):
            tokens.append(one)
    return tokens


def _moment(lowered: str, *, elapsed: bool) -> Shown | None:
    letters = set(lowered)
    if _DAYS & letters:
        return Shown("day")
    if elapsed or _CLOCK & letters:
        return Shown("time")
    counted = letters & set("0#?")
    # A month alone, a weekday (aaa), a year of an era (e): a number has no digits beside them.
    if not counted and ("m" in letters or "aaa" in lowered or "e" in letters):
        return Shown("day")
    return None


def built_in(number: int) -> Shown:
    """Tell what a format makes of a number that a workbook names by its number alone.

    Parameters
    ----------
    number
        Number of the format.

    Returns
    -------
    Shown
        How it shows a number.

    Raises
    ------
    TypeError
        If `number` is not a number.

    Examples
    --------
    >>> built_in(9).kind, built_in(31).kind, built_in(0).kind
    ('percent', 'day', 'plain')
    """
    code = _BUILT_IN.get(number)
    return PLAIN if code is None else shown(code)


def short(packed: int) -> float:
    """Give the number that 30 bits and two flags stand for in the binary formats.

    Parameters
    ----------
    packed
        The 32 bits.

    Returns
    -------
    float
        The number.

    Raises
    ------
    struct.error
        If there are more than 32 bits.

    Examples
    --------
    >>> short(97 << 2 | 3), short(0xFFFFFFFE), short(0x3FF00000)
    (0.97, -1, 1.0)
    """
    if packed & 2:
        value: float = (packed >> 2) - ((packed >> 31) << 30)
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0]
    return value / 100 if packed & 1 else value


def whole(value: float) -> int | float:
    """Give a number as a whole number where it surely is one.

    Parameters
    ----------
    value
        The number.

    Returns
    -------
    int or float
        The number; one of 16 digits or more stays as it is, for its last digits are lost.

    Raises
    ------
    TypeError
        If `value` is not a number.

    Examples
    --------
    >>> whole(500237001001.0), whole(0.5), whole(1e16)
    (500237001001, 0.5, 1e+16)
    """
    if -EXACT < value < EXACT and value == int(value):
        return int(value)
    return value


def cell(value: float, how: Shown, *, since_1904: bool = False) -> Cell:
    """Give a number as its format shows it, where that changes what it means.

    A share becomes a text with its sign, a day a date, a time of day a text, a code a text with its
    zeros. A number that no day has stays a number.

    Parameters
    ----------
    value
        The number inside.
    how
        How its format shows it.
    since_1904
        Whether days are counted from 1904.

    Returns
    -------
    Cell
        What a reader of the workbook sees; infinity stays, None for what is no number.

    Raises
    ------
    TypeError
        If `value` is not a number.

    Examples
    --------
    >>> cell(0.975, shown("0%")), cell(45838.0, shown("yyyy-mm-dd")), cell(7.0, shown("000"))
    ('97.5%', datetime.date(2025, 6, 30), '007')
    """
    if not math.isfinite(value):
        return None if math.isnan(value) else value
    if how is PLAIN:
        return whole(value)
    if how.kind == "percent":
        return percent(value)
    number = whole(value)
    if how.kind == "code":
        fits = isinstance(number, int) and number >= 0
        return f"{how.prefix}{number:0{how.digits}d}" if fits else number
    made = _time(value) if how.kind == "time" else _day(value, since_1904=since_1904)
    return number if made is None else made


def percent(share: float) -> str:
    """Write a share as a percentage with all its digits.

    Parameters
    ----------
    share
        The share, 1 for all.

    Returns
    -------
    str
        The percentage.

    Raises
    ------
    TypeError
        If `share` is not a number.

    Examples
    --------
    >>> percent(0.97), percent(0.285714285714286), percent(1)
    ('97%', '28.5714285714286%', '100%')
    """
    hundred = (Decimal(f"{share:.15g}") * 100).normalize()
    return f"{hundred:f}%"


def _day(value: float, *, since_1904: bool) -> dt.date | dt.datetime | None:
    """Give the day of a serial number, with its time where it has one."""
    shift = SHIFT_1904 if since_1904 else 0
    if not (0 if since_1904 else 1) <= value < LAST_DAY - 1 - shift:
        return None
    first = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a workbook knows no time zone
    if not since_1904:
        if int(value) == LEAP_DAY:
            return None
        first = dt.datetime(1899, 12, 30 + (value < LEAP_DAY))  # noqa: DTZ001 - the same
    days = int(value)
    seconds = round((value - days) * 86400)
    made = first + dt.timedelta(days=days, seconds=seconds)
    return made if seconds % 86400 else made.date()


def _time(value: float) -> str | None:
    """Write a time of day, or a time that has passed, as hours and minutes."""
    if not 0 <= value < LAST_DAY:
        return None
    minutes, seconds = divmod(round(value * 86400), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
