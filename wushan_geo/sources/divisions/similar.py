"""Which characters are taken for each other: alike to the eye, or the same to the ear.

What looks alike stands in the editable table ``vocabulary/lookalikes.csv``: rows ``by hand``, and
rows ``drawn``, for which pictures of the characters were compared (``benchmarks/lookalikes.py``).
Sounds are the toneless readings of pypinyin.
"""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from importlib import resources
from typing import Literal

Likeness = Literal["strong", "medium", "weak"]

# Sounds that much of the southwest, and many an input method, does not keep apart.
_LOOSE = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^n(?=[aeiouv])"), "l"),
    (re.compile(r"^hu(?=.)"), "f"),
    (re.compile(r"(?<=[ei])ng$"), "n"),
)


def likeness(one: str, other: str) -> Likeness:
    """Tell how easily a character is written for another one.

    Parameters
    ----------
    one, other
        Single characters.

    Returns
    -------
    str
        ``strong`` if they look alike or share a reading, ``medium`` if readings differ by what
        many speakers do not keep apart (n and l, zh and z, in and ing), else ``weak``.

    Raises
    ------
    TypeError
        If one is not a text.

    Examples
    --------
    >>> likeness("坪", "平"), likeness("未", "末"), likeness("南", "兰"), likeness("山", "水")
    ('strong', 'strong', 'medium', 'weak')
    """
    if one == other or other in looks_like().get(one, ""):
        return "strong"
    heard, said = _readings(one), _readings(other)
    if heard & said:
        return "strong"
    return "medium" if _loosened(heard) & _loosened(said) else "weak"


@cache
def looks_like() -> dict[str, frozenset[str]]:
    """Give for each character those that look like it.

    Returns
    -------
    dict
        Characters by character; both ways.

    Raises
    ------
    FileNotFoundError
        If the installation is broken.

    Examples
    --------
    >>> "末" in looks_like()["未"], "未" in looks_like()["末"]
    (True, True)
    """
    home = resources.files("wushan_geo.sources.vocabulary").joinpath("lookalikes.csv")
    pairs: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(home.read_text(encoding="utf-8-sig"))):
        for other in row["alike"]:
            pairs.setdefault(row["character"], set()).add(other)
            pairs.setdefault(other, set()).add(row["character"])
    return {one: frozenset(others) for one, others in pairs.items()}


@cache
def _readings(character: str) -> frozenset[str]:
    if not "\u3400" <= character <= "\u9fff":  # digits and letters have no reading here
        return frozenset()
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(found[0]) if found else frozenset()


@cache
def _loosened(readings: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_loose, readings))


def _loose(reading: str) -> str:
    for pattern, plainer in _LOOSE:
        reading = pattern.sub(plainer, reading)
    return reading
