"""Codes as spreadsheets leave them: floats, rounded, spaced, padded with zeros, cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wushan_geo.sources.understanding.parsed import EXACT, Parsed, plain, text_of
from wushan_geo.study.tables import COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS

if TYPE_CHECKING:
    from wushan_geo.sources.grid import Cell

DIVISION_COLUMNS = ("zone_id", "parent_id")
SURVEY_DIGITS = 19  # codes of the land survey: the twelve digits and seven more
LENGTHS = (COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS)
LEAST_PERSONAL = 15  # digits that a spreadsheet keeps of a number
_DIGITS = re.compile(r"\d+", re.ASCII)
_POINT = re.compile(r"(\d+)\.0+", re.ASCII)
_ROUNDED = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d+)", re.ASCII)
_APOSTROPHES = "'’‘`´\""


def read_code(cell: Cell) -> Parsed:
    """Read a code of an administrative division.

    It is mended only where nothing is lost: a point and a zero behind it, width, spaces, an
    apostrophe, zeros that only say that a level is not used. What was rounded or cut is wrong.

    Parameters
    ----------
    cell
        What stands in the cell.

    Returns
    -------
    Parsed
        The code as text of 6, 9 or 12 digits; what is no row of digits is handed on.

    Raises
    ------
    TypeError
        Never for a cell of a grid.

    Examples
    --------
    >>> read_code("500237001001.0").text, read_code("500237001000").text
    ('500237001001', '500237001')
    >>> read_code("5.00237E+11").wrong, read_code("50023700").wrong
    ('cell_code_rounded', 'cell_code_cut')
    """
    text = text_of(cell)
    note = ""
    if isinstance(cell, float):
        if abs(cell) >= EXACT:
            return Parsed(None, wrong="cell_code_rounded")
        note = "cell_code_number"
    elif isinstance(cell, int) and not isinstance(cell, bool):
        note = "cell_code_number"
    code, more = _digits(text)
    if code is None:
        lost = _ROUNDED.fullmatch(plain(text))
        return Parsed(None, wrong="cell_code_rounded") if lost else Parsed(text or None)
    level = _level(code)
    if level is None:
        return Parsed(None, wrong="cell_code_cut")
    return Parsed(level, note="cell_code_level" if level != code else (more or note))


def _digits(text: str) -> tuple[str | None, str]:
    """Give the digits of a code and how they were found."""
    if text.isascii() and text.isdigit():
        return text, ""
    once = "".join(plain(text).split()).strip(_APOSTROPHES)
    if _DIGITS.fullmatch(once):
        return once, "cell_code_signs"
    point = _POINT.fullmatch(once)
    if point is not None:
        return point[1], "cell_code_point"
    power = _ROUNDED.fullmatch(once)
    # Twelve digits in 5.00237001001E+11 are all there; fewer have been rounded away.
    if power is not None and len(power[2] or "") == int(power[3]):
        return power[1] + (power[2] or ""), "cell_code_point"
    return None, ""


def _level(code: str) -> str | None:
    """Cut the zeros of the levels that a code does not use; None if digits are missing."""
    if len(code) == SURVEY_DIGITS and code.endswith("0" * (SURVEY_DIGITS - VILLAGE_DIGITS)):
        code = code[:VILLAGE_DIGITS]
    if len(code) == VILLAGE_DIGITS and code.endswith("000"):
        code = code[:TOWNSHIP_DIGITS]
    if len(code) == TOWNSHIP_DIGITS and code.endswith("000"):
        code = code[:COUNTY_DIGITS]
    return code if len(code) in LENGTHS else None


def read_id(cell: Cell) -> Parsed:
    """Read an id of the office's own: a text, or a number that stands for one.

    Parameters
    ----------
    cell
        What stands in the cell.

    Returns
    -------
    Parsed
        The id as text.

    Raises
    ------
    TypeError
        Never for a cell of a grid.

    Examples
    --------
    >>> read_id(12.0).text, read_id("F-01").text, read_id(1e17).wrong
    ('12', 'F-01', 'cell_code_rounded')
    """
    if isinstance(cell, float) and abs(cell) >= EXACT:
        return Parsed(None, wrong="cell_code_rounded")
    return Parsed(text_of(cell) or None)


def read_personal(cell: Cell) -> Parsed:
    """Read a number of a person: of the identity card, the certificate or a telephone.

    Parameters
    ----------
    cell
        What stands in the cell.

    Returns
    -------
    Parsed
        The number as text in half width without spaces; wrong if a spreadsheet has cut its tail.

    Raises
    ------
    TypeError
        Never for a cell of a grid.

    Examples
    --------
    >>> read_personal(" 1381234 5678").text, read_personal(1.23e17).wrong
    ('13812345678', 'cell_personal_rounded')
    """
    if isinstance(cell, float) and abs(cell) >= EXACT:
        return Parsed(None, wrong="cell_personal_rounded")
    text = text_of(cell)
    if text.isascii() and text.isdigit():
        return Parsed(text)
    once = "".join(plain(text).split()).strip(_APOSTROPHES)
    if _ROUNDED.fullmatch(once):
        return Parsed(None, wrong="cell_personal_rounded")
    point = _POINT.fullmatch(once)
    return Parsed((point[1] if point else once.upper()) or None)
