"""Numbers as offices write them: full width, thousands, units, percent, numerals, doubts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wushan_geo.sources.understanding.parsed import Parsed, plain, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?", re.ASCII)
_UNIT = re.compile(r"(?P<number>.*?)\s*(?P<unit>[^\d\s.]+)", re.ASCII | re.DOTALL)
_NUMERAL_UNIT = re.compile(
    r"(?P<number>[〇零一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾佰仟]+)(?P<unit>\D+)", re.DOTALL
)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|~|—|–|至|到)\s*(\d+(?:\.\d+)?)", re.ASCII)
_ABOUT = re.compile(
    r"(?:约为?|大约|大概|近|将近|不足|超过?|≥|>=|>|≤|<=|<|≈|至少|不少于)?\s*(\d+(?:\.\d+)?)\s*"
    r"(?:多|余|左右|上下|以上|以下|\+|人左右|多人|余人|人以上|来人|人多)?",
    re.ASCII,
)
_TYPED = str.maketrans({"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "|": "1"})
_MISTYPED = re.compile(r"-?[\dOoQIl|]+(?:\.[\dOoQIl|]+)?", re.ASCII)
_FAILED = re.compile(r"#(?:REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)
_SCALES = {"万": 10_000, "万人": 10_000, "千人": 1_000, "百人": 100}
_KILOMETRES = {"公里", "千米", "km", "KM", "Km"}

LONGEST = 64  # signs that a number, with all that may stand around it, can have
PERSONS_UNITS = ("人", "名", "个", "位", "口")
UNITS: dict[str, tuple[str, ...]] = {
    "persons": PERSONS_UNITS,
    "denominator": (*PERSONS_UNITS, "户", "人次"),
    "value": (*PERSONS_UNITS, "户", "人次", "家", "所"),
    "capacity": (*PERSONS_UNITS, "张", "床", "张床", "床位", "张床位"),
    "open_days": ("天", "日"),
    "per_quarter": ("次", "次/季度", "次/季"),
    "times": ("次", "人次"),
    "headway_min": ("分钟", "分", "min"),
    "length_m": ("米", "m", "M"),
    "grade": ("星", "星级", "级", "颗星"),
    **dict.fromkeys(("lon", "lat", "demand_lon", "demand_lat"), ("°", "度")),
}
"""Units that may follow a number of a column without changing it."""
PERCENT = ("value",)  # indicators count in percent: 97% is 97


def read_number(text: str, column: str) -> Parsed:
    """Read a number that an office wrote.

    What has one reading is mended with a note; what has several, or is only about so many, is
    doubtful and gives its readings; anything else is handed on as it stands.

    Parameters
    ----------
    text
        What stands in the cell.
    column
        Column of the contract: it decides which units change nothing.

    Returns
    -------
    Parsed
        The number in plain digits.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> read_number("１，２３４", "persons").text, read_number("十二人", "persons").text
    ('1234', '12')
    >>> read_number("20-30", "persons").choices, read_number("1O", "persons").choices
    (('20', '30'), ('10',))
    """
    if PLAIN.fullmatch(text) or len(text) > LONGEST:
        return Parsed(text)
    once = plain(text)
    if PLAIN.fullmatch(once):
        return Parsed(once, note="cell_width")
    for read in (_grouped, _failed, _stars, _numeral, _percent, _with_unit, _doubtful):
        found = read(once, column)
        if found is not None:
            return found
    return Parsed(text)


def _grouped(text: str, _column: str) -> Parsed | None:
    """Take out the signs between thousands."""
    if _THOUSANDS.fullmatch(text):
        return Parsed(text.replace(",", ""), note="cell_thousands")
    if _SPACED.fullmatch(text):
        return Parsed(text.replace(" ", ""), note="cell_spaces")
    joined = "".join(text.split())
    if joined != text and PLAIN.fullmatch(joined):
        return Parsed(None, doubt="cell_spaced", choices=(joined,))
    return None


def _failed(text: str, _column: str) -> Parsed | None:
    if _FAILED.fullmatch(text) or text.startswith("="):
        return Parsed(None, wrong="cell_formula")
    return None


def _stars(text: str, column: str) -> Parsed | None:
    if column == "grade" and text and not text.strip("★☆"):
        return Parsed(str(text.count("★")), note="cell_stars")
    return None


def _numeral(text: str, _column: str) -> Parsed | None:
    number = spoken(text)
    return None if number is None else Parsed(str(number), note="cell_numeral")


def _percent(text: str, column: str) -> Parsed | None:
    number = text.removesuffix("%").strip()
    if number == text or not PLAIN.fullmatch(number):
        return None
    if column in PERCENT:
        return Parsed(number, note="cell_percent")
    return Parsed(None, doubt="cell_percent_doubt", choices=(number, f"{float(number) / 100:.10g}"))


def _with_unit(text: str, column: str) -> Parsed | None:
    found = _NUMERAL_UNIT.fullmatch(text) or _UNIT.fullmatch(text)
    if found is None:
        return None
    number, unit = found["number"].replace(",", ""), found["unit"]
    if not PLAIN.fullmatch(number):
        counted = spoken(number)
        if counted is None:
            return None
        number = str(counted)
    if unit in UNITS.get(column, ()):
        return Parsed(number, note="cell_unit")
    if column.endswith("_m") and unit in _KILOMETRES:
        return Parsed(_times(number, 1000), note="cell_kilometres")
    if unit in _SCALES:
        return Parsed(None, doubt="cell_rounded", choices=(_times(number, _SCALES[unit]),))
    return None


def _times(number: str, factor: int) -> str:
    return f"{round(float(number) * factor, 6):.15g}"


def _doubtful(text: str, _column: str) -> Parsed | None:
    """Give the readings of what is only about so many, or was typed with letters for digits."""
    bare = text.rstrip("人名个张位户次天 ")
    span = _RANGE.fullmatch(bare)
    if span is not None:
        return Parsed(None, doubt="cell_range", choices=(span[1], span[2]))
    about = _ABOUT.fullmatch(bare) or _ABOUT.fullmatch(text)
    if about is not None and not PLAIN.fullmatch(text):
        return Parsed(None, doubt="cell_about", choices=(about[1],))
    if _MISTYPED.fullmatch(text) and any(sign.isdigit() for sign in text):
        return Parsed(None, doubt="cell_letters", choices=(text.translate(_TYPED),))
    return None


def number(text: str | None) -> float:
    """Give a canonical text as a number.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    float
        The number; NaN for anything else.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> number("12"), number(None), number("x")
    (12.0, nan, nan)
    """
    if text is None or not PLAIN.fullmatch(text):
        return float("nan")
    return float(text)


def as_texts(values: Sequence[float]) -> list[str | None]:
    """Write sums as canonical text.

    Parameters
    ----------
    values
        The numbers.

    Returns
    -------
    list of str or None
        Whole numbers without a point; None for NaN.

    Raises
    ------
    TypeError
        If one is not a number.

    Examples
    --------
    >>> as_texts([3.0, float("nan"), 0.5])
    ['3', None, '0.5']
    """
    return [None if one != one else f"{one:.15g}" for one in values]  # noqa: PLR0124 - the one number that is not itself
