"""Division codes: what each digit says, which unit lies above, and what is wrong with a bad one.

A county has six digits, a township nine and a village twelve; each begins with its parent. The
same unit may be written longer, with zeros behind: 500237, 500237000 and 500237000000 are one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from wushan_geo.errors import ParameterError
from wushan_geo.study.faults import Pair, Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from wushan_geo.errors import Fault

Level = Literal["province", "prefecture", "county", "township", "village"]
LENGTHS: dict[Level, int] = {
    "province": 2, "prefecture": 4, "county": 6, "township": 9, "village": 12,
}  # fmt: skip
COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12

# GB/T 2260, with the name that texts put in front of a county's.
PROVINCES: dict[str, str] = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省", "31": "上海市", "32": "江苏省",
    "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省",
    "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区",
    "46": "海南省", "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省",
    "54": "西藏自治区", "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区", "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip

# Ranges of the last three digits, after the statistics bureau's coding rules. The whole list of
# the county and 99.7 % of the national list of 2023 keep to them, so a breach is worth a look
# and no more.
TOWNSHIP_RANGES = ((99, "subdistrict"), (199, "town"), (399, "township"))
VILLAGE_RANGES = ((199, "community"), (399, "village"))

_DIGITS = re.compile(r"[0-9]+")
_EXPONENT = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
_QUOTES = "'\"`’‘“”"


@dataclass(frozen=True, slots=True)
class Code:
    """A division code, taken apart."""

    text: str
    """The code as it was given."""
    level: Level
    """``province``, ``prefecture``, ``county``, ``township`` or ``village``."""
    short: str
    """The code without the zeros that say nothing: 2, 4, 6, 9 or 12 digits."""
    province: str
    """Two digits."""
    prefecture: str
    """Four digits; empty for a province."""
    county: str
    """Six digits; empty above the county."""
    township: str
    """Nine digits; empty above the township."""
    village: str
    """Twelve digits; empty above the village."""
    parent: str
    """Short code of the unit above; empty for a province."""
    kind: str
    """Kind by the coding rules: ``subdistrict``, ``town``, ``township``, ``community``,
    ``village``; empty where they say nothing."""

    @property
    def long(self) -> str:
        """The twelve digits that the statistics bureau writes for every level."""
        return self.short.ljust(VILLAGE, "0")


def parse(code: object) -> Code:
    """Take a division code apart.

    The prefix of a code is the code of its parent; zeros behind are dropped first.

    Parameters
    ----------
    code
        Code as text, of 2, 4, 6, 9 or 12 digits.

    Returns
    -------
    Code
        Level, parts, parent and kind.

    Raises
    ------
    ParameterError
        If it is not a text, or no such code can exist; the message says what to write instead.

    Examples
    --------
    >>> one = parse("500237111217")
    >>> one.level, one.parent, one.county, one.kind
    ('village', '500237111', '500237', 'village')
    >>> parse("500237001000").short, parse("500237000").level
    ('500237001', 'county')
    """
    if not isinstance(code, str):
        message = f"a code is a text: write '{code}' in quotes"
        raise ParameterError(message)
    found = _read(code)
    if isinstance(found, Code):
        return found
    wrong, advice = found[1], found[2]
    message = f"{code!r}: {wrong[1]}. {advice[1]}"
    raise ParameterError(message)


def parse_all(codes: Iterable[object]) -> pd.DataFrame:
    """Take many codes apart, without stopping at bad ones.

    Parameters
    ----------
    codes
        Codes as text; a Series keeps its index. Missing cells stay missing.

    Returns
    -------
    DataFrame
        Columns ``short``, ``level``, ``province``, ``prefecture``, ``county``, ``township``,
        ``village``, ``parent``, ``kind``, ``problem`` (missing where the code is good; else
        ``digits``, ``length``, ``province`` or ``gap``) and ``repaired`` (the code that must
        have been meant, where there is only one).

    Raises
    ------
    TypeError
        If `codes` cannot be gone through.

    Examples
    --------
    >>> parse_all(["500237", "５００２３７", "5002371", "990237"])[["level", "problem", "repaired"]]
        level   problem repaired
    0  county       NaN      NaN
    1     NaN    digits   500237
    2     NaN    length      NaN
    3     NaN  province      NaN
    """
    import pandas as pd

    series = codes if isinstance(codes, pd.Series) else pd.Series(list(codes), dtype="object")
    fields = ("short", "level", "province", "prefecture", "county", "township", "village",
              "parent", "kind", "problem", "repaired")  # fmt: skip
    cells = zip(series.tolist(), series.isna().tolist(), strict=True)
    rows = [dict.fromkeys(fields) if missing else _row(str(one)) for one, missing in cells]
    return pd.DataFrame(rows, columns=list(fields), index=series.index, dtype="str")


def code_fault(code: str, where: Where) -> Fault | None:
    """Give the fault of a code, in both languages.

    Parameters
    ----------
    code
        Code as it stands in the file.
    where
        Its place.

    Returns
    -------
    Fault or None
        What is wrong and what to write; None for a good code.

    Raises
    ------
    TypeError
        If `code` is not a text.

    Examples
    --------
    >>> print(code_fault("500237001.0", Where("a.xlsx", 4, "代码", "500237001.0")).suggestion)
    Excel took the code for a number: write '500237001' and format the column as text.
    >>> code_fault("500237001", Where("a.xlsx")) is None
    True
    """
    found = _read(code)
    return None if isinstance(found, Code) else fault(where, found[1], found[2])


def repaired(text: str) -> str | None:
    """Give the code that a damaged one must have been, if there is only one.

    Undone are what leaves every digit readable: full width, spaces, quotes and a decimal point
    behind. A code that was rounded, or that lacks a digit, is not repaired.

    Parameters
    ----------
    text
        What stands in the cell.

    Returns
    -------
    str or None
        The code; None if it is good already or cannot be told.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> repaired("500237001.0"), repaired("'500237 001 ")
    ('500237001', '500237001')
    >>> repaired("5.00237E+11") is None
    True
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).strip(_QUOTES)
    plain = "".join(one for one in plain if unicodedata.category(one)[0] != "C")
    plain = re.sub(r"\.0*$", "", plain)
    return plain if plain != text and isinstance(_read(plain), Code) else None


def kind_of(short: str) -> str:
    """Give the kind that the coding rules attach to the last three digits.

    Parameters
    ----------
    short
        Code of a township (9 digits) or village (12 digits).

    Returns
    -------
    str
        The kind; empty where the rules say nothing.

    Raises
    ------
    TypeError
        If `short` is not a text.

    Examples
    --------
    >>> kind_of("500237001"), kind_of("500237111"), kind_of("500237200"), kind_of("500237")
    ('subdistrict', 'town', 'township', '')
    """
    if len(short) not in {TOWNSHIP, VILLAGE} or not short[-3:].isdecimal():
        return ""
    part = int(short[-3:])
    for most, kind in TOWNSHIP_RANGES if len(short) == TOWNSHIP else VILLAGE_RANGES:
        if part <= most:
            return kind
    return ""


Problem = tuple[str, Pair, Pair]  # key, rule and suggestion


@lru_cache(maxsize=4096)
def _read(text: str) -> Code | Problem:
    if not _DIGITS.fullmatch(text):
        return "digits", rule("division_digits"), _advice(text)
    if len(text) not in LENGTHS.values():
        return "length", rule("division_length", digits=len(text)), hint("division_length")
    if text[:2] not in PROVINCES:
        known = "、".join(PROVINCES), ", ".join(PROVINCES)
        return "province", rule("division_province"), hint("division_province", known=known)
    short = shortened_code(text)
    if _has_gap(short):
        return "gap", rule("division_gap"), hint("division_gap")
    return _code(text, short)


def shortened_code(text: str) -> str:
    """Drop the zeros behind a code that only fill it up.

    Parameters
    ----------
    text
        Digits.

    Returns
    -------
    str
        The shortest code of the same unit.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> shortened_code("500237001000"), shortened_code("500200"), shortened_code("441900003")
    ('500237001', '5002', '441900003')
    """
    for length, zeros in ((VILLAGE, "000"), (TOWNSHIP, "000"), (COUNTY, "00"), (4, "00")):
        if len(text) == length and text.endswith(zeros):
            text = text[: -len(zeros)]
    return text


def _has_gap(short: str) -> bool:
    """Tell a code with zeros where a unit above should stand: no such unit exists.

    Four cities without counties (441900) do have townships, so the county's zeros may stay.
    """
    no_township = len(short) == VILLAGE and short[6:9] == "000"
    return no_township or (len(short) > LENGTHS["prefecture"] and short[2:4] == "00")


def _code(text: str, short: str) -> Code:
    parts = [short[:length] if len(short) >= length else "" for length in LENGTHS.values()]
    level = next(name for name, length in LENGTHS.items() if length == len(short))
    above = [part for part in parts if part and part != short]
    province, prefecture, county, township, village = parts
    return Code(
        text=text,
        level=level,
        short=short,
        province=province,
        prefecture=prefecture,
        county=county,
        township=township,
        village=village,
        parent=shortened_code(above[-1]) if above else "",
        kind=kind_of(short),
    )


def _advice(text: str) -> Pair:
    mended = repaired(text)
    if mended is not None:
        return hint("code_point", code=mended)
    plain = unicodedata.normalize("NFKC", text).strip()
    return hint("code_rounded") if _EXPONENT.fullmatch(plain) else hint("division_digits")


def _row(text: str) -> dict[str, Any]:
    found = _read(text)
    if isinstance(found, Code):
        names = ("short", "level", "province", "prefecture", "county", "township", "village")
        row: dict[str, Any] = {name: getattr(found, name) or None for name in names}
        return {**row, "parent": found.parent or None, "kind": found.kind or None}
    return {"problem": found[0], "repaired": repaired(text)}
