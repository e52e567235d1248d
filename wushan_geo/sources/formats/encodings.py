"""The encoding of a text, told from its bytes and from whether the words make sense.

Detectors that count bytes need more text than a short table has. A county's table is Chinese with
digits and commas, so each encoding is tried strictly, and the one whose reading is made of the
characters that such tables are made of holds. Where two readings make sense, the planner decides.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from wushan_geo.errors import Ask
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.study.faults import Where, hint, rule, some

if TYPE_CHECKING:
    from wushan_geo.sources.formats.book import Source

TOPIC = "encoding"
MOST_BROKEN = 50  # places with broken characters that are looked for
CLEAR = 0.12  # by how much the better reading must be better
SENSE = 0.35  # what a reading must reach at least
SAMPLE = 20_000  # characters that are weighed
FEW = 20  # characters to a zero byte: with fewer it is no text of one byte a sign
BEGINNING = 4_096  # characters of a text in UTF-8 that are looked at for signs of no text

_MARKS = (  # a mark, the encoding behind it, and what it is called
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030", "gb18030"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_SHOWN = {"cp950": "big5"}
_CHINESE = re.compile("[\u0800-\U0010ffff]")
_STRANGE = re.compile("[\u0250-\u036f\u0400-\u07ff]")  # neither Latin nor Greek
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")

# Characters of Chinese tables: the five hundred most frequent ones and the words of this field,
# then the same in their traditional forms.
_FAMILIAR = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民"
    "得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义"
    "事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直"
    "题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西"
    "被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转"
    "更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段"
    "研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除"
    "消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该"
    "铁价严乡镇村居庄湾坪坝溪沟岭峡庙街寨滩岩峰龙凤兴旺福田柏竹桃梨茶官渡笃阳渝馨残疾视肢智语言障碍康护床星姓户籍码备注编填签章址"
    "纬服困童龄岁男女汉苗"
    "這爲為個國時來們於對會發動過說產種後學經進電裏裡現實兩體機當點從業應開還義間樣與關線內數麼質氣變條沒結問無軍並題黨員總設長頭"
    "資邊級圖統較將組見計別論運農幾區強決幹戰則據處隊給門規熱領東導壓爭濟階術極聯認權證採轉單風帶場車務萬達積議聲報鬥類離華確張馬"
    "節話況溫傳許羣廣記觀織裝眾衆書覆兒須際驗連斷難礦備辦習響約勞團歷構稱準號維劃選標寫親養層卻專狀廠識適屬圓調滿縣參紅細聽該鐵價"
    "嚴鄉鎮莊灣壩溝嶺峽廟灘巖峯龍鳳興篤陽殘視語護牀戶碼編審簽緯礙齡歲漢著"
)
_SIGNS = set("，。、；：？！（）《》“”‘’—…·％％〇①②③④⑤⑥⑦⑧⑨⑩　√℃㎡°±·×÷²³")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as one encoding reads it."""

    encoding: str
    """Name of the encoding."""
    text: str
    """The text; what could not be read is a replacement character."""
    broken: tuple[int, ...] = ()
    """Rows with bytes that the encoding does not have."""
    sense: float = 0.0
    """How far the text makes sense, at most 1."""


def decode(source: Source) -> tuple[str, str]:
    """Give the text of a file and its encoding.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    tuple of str
        The text without byte order mark, and the name of its encoding.

    Raises
    ------
    RefusedError
        If no encoding makes sense of the bytes, some of them are broken, or two encodings do and
        nobody has decided.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.sources.formats.book import Source
    >>> from wushan_geo.study.answers import Answers
    >>> decode(Source("乡镇,残疾人数".encode("gbk"), Path("a.csv"), Answers()))
    ('乡镇,残疾人数', 'gb18030')
    """
    content = source.content
    for mark, encoding, name in _MARKS:
        if content.startswith(mark):
            reading = _reading(content[len(mark) :], encoding, marked=True)
            return _only(None if reading is None else replace(reading, encoding=name))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(source)
    if "\0" in text:
        return _with_zeros(source, text)
    if not text.isascii() and not _CHINESE.search(text) and _STRANGE.search(text):
        return _guessed(source)  # Chinese in GBK may look like letters of many scripts in UTF-8
    if _CONTROL.search(text, 0, BEGINNING):
        return _only(None)
    return text, "utf-8"


def _with_zeros(source: Source, text: str) -> tuple[str, str]:
    """Tell UTF-16 without mark, where every comma has a zero, from a text with a few bad bytes."""
    if text.count("\0") * FEW > len(text):
        return _only(_sixteen(source.content))
    rows = (text.count("\n", 0, found.start()) + 1 for found in re.finditer("\0", text))
    broken = tuple(dict.fromkeys(islice(rows, MOST_BROKEN)))
    return _only(Reading("utf-8", text.replace("\0", "\ufffd"), broken))


def _guessed(source: Source) -> tuple[str, str]:
    content = source.content
    if b"\0" in content:
        return _only(_sixteen(content))
    readings = [
        one
        for encoding in ("utf-8", "gb18030", "cp950")
        if (one := _reading(content, encoding)) is not None and one.sense >= SENSE
    ]
    readings.sort(key=lambda one: one.sense, reverse=True)
    if len(readings) > 1 and readings[0].sense - readings[1].sense < CLEAR:
        return _only(_decided(source, readings[0], readings[1]))
    return _only(readings[0] if readings else None)


def _only(reading: Reading | None) -> tuple[str, str]:
    """Take the one reading that is left, if it is whole."""
    if reading is None or _CONTROL.search(reading.text):
        raise RefusedError(rule("file_text"), hint("file_text"))
    name = _SHOWN.get(reading.encoding, reading.encoding)
    if reading.broken:
        rows = some(str(one) for one in reading.broken)
        where = Where("", reading.broken[0])
        words = rule("file_broken", encoding=name.upper(), rows=rows)
        raise RefusedError(words, hint("file_broken"), where)
    return reading.text, name


def _decided(source: Source, one: Reading, other: Reading) -> Reading:
    """Ask which of two readings is meant, unless it was answered."""
    name = source.path.name
    choices = tuple(_SHOWN.get(each.encoding, each.encoding) for each in (one, other))
    answer = source.answers.get(TOPIC, name, name)
    if answer in choices:
        return (one, other)[choices.index(answer)]
    shown = " / ".join(_glimpse(each.text) for each in (one, other))
    raise RefusedError(
        rule("file_encoding"),
        hint("file_encoding", first=choices[0], second=choices[1]),
        Where("", value=shown),
        severity="decide",
        ask=Ask(TOPIC, name, name, choices),
    )


def _glimpse(text: str) -> str:
    """Show the beginning of the first line, which is a title or a header and names no person."""
    return text.lstrip().partition("\n")[0].strip()[:20]


def _sixteen(content: bytes) -> Reading | None:
    """Read UTF-16 without mark in the order of bytes that makes more sense."""
    readings = [
        one
        for order in ("utf-16-le", "utf-16-be")
        if (one := _reading(content, order)) is not None and not _CONTROL.search(one.text)
    ]
    best = max(readings, key=lambda one: one.sense, default=None)
    return None if best is None or best.sense < SENSE else best


def _reading(content: bytes, encoding: str, *, marked: bool = False) -> Reading | None:
    """Read with an encoding; None if it is broken in too many places."""
    places: list[int] = []
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text, places = _patched(content, encoding)
        if len(places) > MOST_BROKEN:
            return None
    lines = tuple(dict.fromkeys(text.count("\n", 0, at) + 1 for at in places))
    if marked:
        return Reading(encoding, text, lines, 1.0)
    foreign = _FOREIGN.findall(text[: SAMPLE * 10])[:SAMPLE]
    sense = _sense("".join(foreign)) - 2 * len(places) / max(len(foreign), 1)
    return Reading(encoding, text, lines, sense)


def _patched(content: bytes, encoding: str) -> tuple[str, list[int]]:
    """Read what can be read, with a replacement character for each byte that cannot."""
    view = memoryview(content)
    parts: list[str] = []
    places: list[int] = []
    start, length = 0, 0
    while len(places) <= MOST_BROKEN:
        try:
            parts.append(codecs.decode(view[start:], encoding))
            break
        except UnicodeDecodeError as error:
            good = codecs.decode(view[start : start + error.start], encoding)
            parts += [good, "\ufffd"]
            length += len(good) + 1
            places.append(length - 1)
            start += max(error.end, error.start + 1)
    return "".join(parts), places


def _sense(text: str) -> float:
    """Weigh the characters beyond ASCII: those of tables count, those of wrong readings do not."""
    if not text:
        return 1.0
    counts = Counter(text)
    return sum(_weight(one) * count for one, count in counts.items()) / len(text)


@cache
def _familiar() -> frozenset[str]:
    from wushan_geo.sources.vocabulary import built_in

    words = "".join(one.word for one in built_in().words)
    return frozenset(_FAMILIAR) | {one for one in words if not one.isascii()}


def _weight(one: str) -> float:
    if one in _familiar() or one in _SIGNS or "\uff10" <= one <= "\uff19":
        return 1.0
    if "\u4e00" <= one <= "\u9fff":
        return 0.7 if _is_common(one) else 0.0
    return -0.5 if one < "\u0800" or one > "\uffef" or "\ue000" <= one <= "\uf8ff" else 0.0


@cache
def _is_common(one: str) -> bool:
    """Tell whether a character stands in the first level of GB 2312 or of Big5."""
    try:
        first = one.encode("gb2312")[0]
    except UnicodeEncodeError:
        first = 0
    if 0xB0 <= first <= 0xD7:  # noqa: PLR2004 - the first level of GB 2312
        return True
    try:
        return 0xA4 <= one.encode("cp950")[0] <= 0xC6  # noqa: PLR2004 - the first level of Big5
    except UnicodeEncodeError:
        return False
