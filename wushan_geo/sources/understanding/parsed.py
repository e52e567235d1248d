"""What one cell says: its plain text, and what was read out of it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wushan_geo.sources.grid import Cell

EXACT = 2**53  # whole numbers beyond it have lost their tail in a spreadsheet's number
# Signs that show nothing: marks of byte order and direction, joiners, soft hyphens.
_UNSEEN = re.compile("[\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad]")
_DASHES = str.maketrans({"−": "-", "﹣": "-", "－": "-", "‐": "-", "‑": "-"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read out of one cell."""

    text: str | None
    """Canonical text; None where the cell says nothing, or nothing sure."""
    note: str = ""
    """Key of the rule that says how it was mended; empty where nothing was done."""
    doubt: str = ""
    """Key of the rule that says why it is doubtful."""
    choices: tuple[str, ...] = ()
    """Readings of a doubtful cell, the likeliest first."""
    wrong: str = ""
    """Key of the rule that it breaks."""


def text_of(cell: Cell) -> str:
    r"""Give a cell as plain text: what it shows, without space around it.

    Parameters
    ----------
    cell
        The cell.

    Returns
    -------
    str
        Its text; a whole number has no point, a date is written 2025-06-30; empty for nothing.

    Raises
    ------
    AttributeError
        Never for a cell of a grid.

    Examples
    --------
    >>> text_of(500237001001.0), text_of(" 巫峡镇\u3000"), text_of(0.1), text_of(None)
    ('500237001001', '巫峡镇', '0.1', '')
    >>> text_of(True), text_of(dt.datetime(2025, 6, 30))
    ('TRUE', '2025-06-30')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        seen = cell if cell.isascii() else _UNSEEN.sub("", cell)
        return seen.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _float(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def _float(number: float) -> str:
    if number != number:  # noqa: PLR0124 - the one number that is not itself is no number
        return ""
    if number.is_integer() and abs(number) < EXACT:
        return str(int(number))
    return repr(number)


def plain(text: str) -> str:
    """Bring digits, letters and signs to their common width and form.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    str
        The same with half-width signs, one kind of minus and no space around it.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> plain("１，２３４"), plain("－3"), plain("Ⅱ级")
    ('1,234', '-3', 'II级')
    """
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text.translate(_DASHES)).strip()


_NUMERALS = {one: at for at, one in enumerate("〇一二三四五六七八九")}
_NUMERALS |= {one: at for at, one in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"两": 2, "○": 0}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_PLACE = "一二三四五六七八九两"
# Thousands, hundreds, tens, ones in this order, a zero where a place is skipped.
_SPOKEN = re.compile(
    f"(?:(?P<k>[{_PLACE}])千)?(?P<z1>零)?(?:(?P<h>[{_PLACE}])百)?(?P<z2>零)?"
    f"(?:(?P<t>[{_PLACE}]?)(?P<ten>十))?(?P<z3>零)?(?P<o>[{_PLACE}])?"
)
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟〇", "一二三四五六七八九十百千零")


def spoken(text: str) -> int | None:
    """Read a Chinese numeral below ten thousand.

    Parameters
    ----------
    text
        The numeral, such as 十二 or 一百零五, or a row of digits such as 二〇二五.

    Returns
    -------
    int or None
        The number; None where the text is no numeral that can be read in one way only.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> spoken("十二"), spoken("两百"), spoken("一百零五"), spoken("二〇二五"), spoken("零")
    (12, 200, 105, 2025, 0)
    >>> spoken("一百五"), spoken("十百"), spoken("村")
    (None, None, None)
    """
    if not text or len(text) > 9:  # noqa: PLR2004 - nine signs hold the longest one, 九千九百九十九 and its zeros
        return None
    if all(sign in _NUMERALS for sign in text) and (len(text) != 1 or text != "两"):
        return int("".join(str(_NUMERALS[sign]) for sign in text))
    found = _SPOKEN.fullmatch(text.translate(_FORMAL))
    if found is None:
        return None
    number = sum(
        _NUMERALS[found[place]] * size
        for place, size in (("k", 1000), ("h", 100), ("o", 1))
        if found[place]
    )
    if found["ten"]:
        number += 10 * _NUMERALS.get(found["t"], 1)
    # 一百五 is 150 in speech and 105 to a careless reader: only the full form is sure.
    return number if number and said(number) in _forms(text.translate(_FORMAL)) else None


def _forms(text: str) -> tuple[str, ...]:
    """Give the ways in which a numeral may be written that mean the same."""
    once = text.replace("两百", "二百").replace("两千", "二千")
    return once, once.removeprefix("一") if once.startswith("一十") else once


def said(number: int) -> str:
    """Write a number from 1 to 9999 in Chinese.

    Parameters
    ----------
    number
        The number.

    Returns
    -------
    str
        The numeral.

    Raises
    ------
    IndexError
        If the number has more than four digits.

    Examples
    --------
    >>> said(12), said(110), said(1005)
    ('十二', '一百一十', '一千零五')
    """
    digits, places = str(number), ("", "十", "百", "千")
    parts = []
    for at, digit in enumerate(digits):
        place = places[len(digits) - 1 - at]
        parts.append("零" if digit == "0" else "零一二三四五六七八九"[int(digit)] + place)
    text = re.sub("零+", "零", "".join(parts)).strip("零")
    return text.removeprefix("一") if text.startswith("一十") else text
