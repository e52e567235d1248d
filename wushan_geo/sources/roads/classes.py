"""The class of a road, from its official number, an office's word or a map's tag.

Four rules are tried, in this order, each over all words that are known of a road; the first that
tells a class holds, and of several classes the highest (a road that is G348 and S103 is national).

1. The study's own table, [travel.road_classes]: what a word means here.
2. The official number (GB/T 917, 公路路线标识规则和国道编号): G and one or two digits, or four of
   which the third says what kind of expressway it is, are a national expressway; S and one or two
   digits a provincial one; three digits after G, S, X, Y, C or Z are 国道, 省道, 县道, 乡道, 村道
   or 专用公路. The six digits of the county may follow (X203500237), and from the county down
   letters stand in for digits where those ran out (CA01).
3. The Chinese word for a class (公路法, article 6; it has 高速公路 among the technical grades, and
   here it is a class, for its speed), and the names of the classes here.
4. The OpenStreetMap tag ``highway``. In China it follows the administrative class and not the state
   of the road, from trunk for 国道 down to unclassified for 村道
   (wiki.openstreetmap.org/wiki/Chinese_tagging_guidelines).

The technical grades 一级公路 to 四级公路 (JTG B01) say how a road was built and not who keeps it: a
county road may be of any grade. They mean a class only where the study's own table says so. What no
rule knows is not guessed but counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.study.tables import ROAD_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

_RANK = {name: at for at, name in enumerate(ROAD_CLASSES)}
_LETTERS = {
    "G": "national",
    "S": "provincial",
    "X": "county",
    "Y": "township",
    "C": "village",
    "Z": "special",
}
_COUNTY = r"(?:\d{6})?"
# Before 2013 parallel expressways had a compass letter and not a fourth digit: G50S.
_EXPRESSWAY = re.compile(rf"(?:[GS]\d{{1,2}}|G\d{{1,2}}[NSEW]\d?|G\d\d[012]\d){_COUNTY}")
_NUMBERED = re.compile(rf"([GS])\d{{3}}{_COUNTY}")
_LOCAL = re.compile(rf"([XYCZ])(?:\d{{1,4}}|[A-Z0-9]{{2,3}}\d){_COUNTY}")
_SPLIT_NUMBER = re.compile(r"(?<![A-Z0-9])([GSXYCZ])[\s_-]+(?=\d)")
_TOKEN = re.compile(r"[A-Z0-9]+")
_BESIDE = re.compile(r"\([^()]*\)|[a-z0-9]+|[\W_]+")

WORDS: dict[str, str] = {
    name: road
    for road, names in {
        "expressway": "高速 高速公路 高速路 国家高速 国家高速公路 省级高速 省级高速公路 高速匝道",
        "national": "国道 普通国道 国道公路",
        "provincial": "省道 普通省道 省道公路",
        "county": "县道 县道公路",
        "township": "乡道 乡道公路",
        "village": "村道 村道公路 村级公路 村级道路",
        "street": "城市道路 城镇道路 市政道路 街道 街巷 快速路 主干路 主干道 次干路 次干道 支路",
        "special": "专用公路 专用道路",
        "track": "机耕路 机耕道 大车路",
        "path": "小路 步道 人行道 人行步道",
        "ferry": "渡口 轮渡 汽渡 车渡 汽车渡口 汽车轮渡",
    }.items()
    for name in names.split()
} | {name: name for name in ROAD_CLASSES}
"""What a word of an office means (rule 3): word to class."""

HIGHWAYS: dict[str, str] = {
    name: road
    for road, names in {
        "expressway": "motorway motorway_link",
        "national": "trunk trunk_link",
        "provincial": "primary primary_link",
        "county": "secondary secondary_link",
        "township": "tertiary tertiary_link",
        "village": "unclassified",
        "street": "residential living_street service",
        "track": "track",
        "path": "path footway steps pedestrian cycleway bridleway",
        "ferry": "ferry",
    }.items()
    for name in names.split()
}
"""What a tag of OpenStreetMap means (rule 4); ``highway=road`` is a road of unknown class."""


def road_class(words: Sequence[str], own: Mapping[str, str]) -> str:
    """Tell the class of a road from all words that are known of it.

    Parameters
    ----------
    words
        Its number, an office's word or the value of a tag; empty ones say nothing.
    own
        The study's own table: word to road class.

    Returns
    -------
    str
        One of ``ROAD_CLASSES``; empty if no rule knows any of the words.

    Raises
    ------
    AttributeError
        If a word is no text.

    Examples
    --------
    >>> road_class(["secondary", "G348;S103"], {}), road_class(["县道"], {})
    ('national', 'county')
    >>> road_class(["二级公路"], {}), road_class(["二级公路"], {"二级公路": "county"})
    ('', 'county')
    """
    return _class_by(words, {_plain(word): road for word, road in own.items()})


def classify(
    values: Sequence[str], own: Mapping[str, str]
) -> tuple[NDArray[np.object_], dict[str, int]]:
    """Tell the class of each of many roads from one word each.

    Parameters
    ----------
    values
        A word a road, such as the column of an office's layer; an empty one is unknown.
    own
        The study's own table: word to road class.

    Returns
    -------
    tuple
        Classes in the order of the values, empty where no rule knows the word; and every unknown
        word (as it stands, spaces around it left out) with the number of roads that have it, the
        most frequent first.

    Raises
    ------
    AttributeError
        If a value is no text.

    Examples
    --------
    >>> classify(["国道", "G42", "便道", "便道"], {})
    (array(['national', 'expressway', '', ''], dtype=object), {'便道': 2})
    """
    known = {_plain(word): road for word, road in own.items()}
    words = [value.strip() for value in values]
    told = {word: _class_by([word], known) for word in set(words)}
    classes = np.empty(len(words), dtype=object)
    classes[:] = [told[word] for word in words]
    unknown = Counter(word for word in words if not told[word])
    return classes, dict(sorted(unknown.items(), key=lambda one: (-one[1], one[0])))


def numbered(word: str) -> str:
    """Tell the class of a road from its official number (rule 2).

    Parameters
    ----------
    word
        A text in which numbers stand: ``G348``, ``G348;S103``, ``县道X203``.

    Returns
    -------
    str
        The highest class that a number tells; empty if there is none.

    Raises
    ------
    TypeError
        If `word` is no text.

    Examples
    --------
    >>> numbered("G42"), numbered("G4213"), numbered("S103;X203"), numbered("348")
    ('expressway', 'expressway', 'provincial', '')
    """
    text = _SPLIT_NUMBER.sub(r"\1", unicodedata.normalize("NFKC", word).upper())
    found = (_one_number(token) for token in _TOKEN.findall(text))
    return _highest(one for one in found if one)


def _class_by(words: Sequence[str], own: Mapping[str, str]) -> str:
    """Try the rules in their order; `own` has its words plain."""
    said = [word for word in words if word]
    plain = [_plain(word) for word in said]
    for told in (
        (own.get(word, "") for word in plain),
        (numbered(word) for word in said),
        (_worded(word) for word in plain),
        (HIGHWAYS.get(word, "") for word in plain),
    ):
        best = _highest(one for one in told if one)
        if best:
            return best
    return ""


def _one_number(token: str) -> str:
    if _EXPRESSWAY.fullmatch(token):
        return "expressway"
    found = _NUMBERED.fullmatch(token) or _LOCAL.fullmatch(token)
    return _LETTERS[found[1]] if found else ""


def _worded(word: str) -> str:
    """Look a word up, also without the number and the remark that may stand beside it."""
    return WORDS.get(word) or WORDS.get(_BESIDE.sub("", word), "")


def _highest(classes: Iterable[str]) -> str:
    return min(classes, key=_RANK.__getitem__, default="")


def _plain(word: str) -> str:
    """Write a word in one way: full-width letters, capitals and spaces make no difference."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", word)).casefold()
