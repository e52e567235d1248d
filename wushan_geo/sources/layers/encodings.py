"""The encoding of attribute texts, from the texts themselves: what a file says of it may be untrue.

UTF-8 is told by its strict form. GBK and Big5 both read almost any pair of bytes, so what counts is
how many of the characters would be common ones: both standards list the common characters first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

UTF8, GB, BIG5, ASCII = "utf-8", "gb18030", "big5", "ascii"
# First bytes of the common characters: 3,755 in GB 2312 (level 1) and 5,401 in Big5.
_COMMON = {GB: (0xB0, 0xD7), BIG5: (0xA4, 0xC6)}
# Words of which names of places are made, in simplified and in traditional characters.
_WORDS = {
    GB: "镇乡村社区街道办事处县市省居委会组山河江岭坪坝湾桥龙",
    BIG5: "鎮鄉村社區街道辦事處縣市省里鄰居委會組山河江嶺坪壩灣橋龍",
}
_WORD_WEIGHT = 0.5  # a word of places says more than a common character, and never outweighs them
_CLEAR = 0.1  # how much likelier one reading must be than the other
_ASCII_END = 0x80

# What a .cpg, or the language byte of a .dbf, says.
_SAID = {
    "utf-8": UTF8, "utf8": UTF8, "65001": UTF8,
    "936": GB, "gbk": GB, "gb2312": GB, "gb18030": GB, "cp936": GB, "ansi 936": GB, "54936": GB,
    "950": BIG5, "big5": BIG5, "cp950": BIG5, "ansi 950": BIG5, "big5-hkscs": BIG5,
}  # fmt: skip
_LANGUAGE_BYTES = {0x4D: GB, 0x7A: GB, 0x4F: BIG5, 0x78: BIG5}


@dataclass(frozen=True, slots=True)
class Encoded:
    """How texts are encoded."""

    name: str
    """``ascii``, ``utf-8``, ``gb18030`` or ``big5``; empty if none of them fits."""
    sure: bool
    """Whether the texts leave no doubt."""


def said_encoding(cpg: bytes | None, language: int) -> str:
    r"""Give the encoding that a Shapefile claims.

    Parameters
    ----------
    cpg
        Content of its .cpg, None where there is none.
    language
        Language byte of its .dbf.

    Returns
    -------
    str
        The encoding, empty where nothing is said or it is not one of Chinese texts.

    Raises
    ------
    AttributeError
        If `cpg` is not bytes.

    Examples
    --------
    >>> said_encoding(b"GBK\r\n", 0), said_encoding(None, 0x57)
    ('gb18030', '')
    """
    if cpg is not None:
        return _SAID.get(cpg.decode("ascii", "replace").strip().strip("\x00").lower(), "")
    return _LANGUAGE_BYTES.get(language, "")


def detect(texts: Iterable[tuple[bytes, bool]], said: str = "") -> Encoded:
    """Find the encoding in which all texts can be read and read best.

    Parameters
    ----------
    texts
        Texts as bytes, each with whether it fills its field, so that its last character may have
        been cut.
    said
        What the file says of its encoding; it decides where the texts do not.

    Returns
    -------
    Encoded
        The encoding, and whether the texts leave no doubt.

    Raises
    ------
    TypeError
        If a text is not bytes.

    Examples
    --------
    >>> detect([("龙井乡".encode("gbk"), False)])
    Encoded(name='gb18030', sure=True)
    >>> detect([("龍井鄉".encode("big5"), False)]).name, detect([("龙".encode(), False)]).name
    ('big5', 'utf-8')
    """
    beyond = sorted({(one, full) for one, full in texts if not one.isascii()})
    if not beyond:
        return Encoded(ASCII, sure=True)
    possible = {
        name: [read(one, name, full=full) for one, full in beyond] for name in (UTF8, GB, BIG5)
    }
    fit = {
        name: "".join(one or "" for one in found)
        for name, found in possible.items()
        if all(one is not None for one in found)
    }
    if UTF8 in fit:
        return Encoded(UTF8, sure=True)
    if not fit:
        return Encoded("", sure=False)
    scores = sorted(((_likely(text, name), name) for name, text in fit.items()), reverse=True)
    if len(scores) == 1 or scores[0][0] - scores[1][0] >= _CLEAR:
        return Encoded(scores[0][1], sure=True)
    return Encoded(said if said in fit else scores[0][1], sure=False)


def read(text: bytes, encoding: str, *, full: bool = False) -> str | None:
    """Read a text strictly; of one that fills its field the last character may be cut.

    Parameters
    ----------
    text
        The bytes.
    encoding
        The encoding.
    full
        Whether the text fills its field.

    Returns
    -------
    str or None
        The text, None if it cannot be read.

    Raises
    ------
    LookupError
        If there is no such encoding.

    Examples
    --------
    >>> read("龙井".encode()[:5], "utf-8", full=True), read("龙井".encode()[:5], "utf-8")
    ('龙', None)
    """
    for cut in range(4 if full else 1):
        try:
            return text[: len(text) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _likely(text: str, encoding: str) -> float:
    """Give the share of common characters, with a little more for words of places."""
    beyond = [one for one in text if ord(one) >= _ASCII_END]
    first, last = _COMMON[encoding]
    common = words = 0
    for one in beyond:
        raw = one.encode(encoding)
        common += len(raw) == 2 and first <= raw[0] <= last and _level_one(raw, encoding)  # noqa: PLR2004 -- a pair of bytes
        words += one in _WORDS[encoding]
    return (common + _WORD_WEIGHT * words) / max(len(beyond), 1)


def _level_one(raw: bytes, encoding: str) -> bool:
    """Tell whether the second byte is one of GB 2312 and not of its later extensions."""
    return encoding != GB or raw[1] > 0xA0  # noqa: PLR2004 -- rows of GB 2312 begin at A1


def decode_xml(content: bytes) -> tuple[str, str]:
    """Read an XML text in the encoding that fits: as marked, as declared, UTF-8 or GBK.

    Parameters
    ----------
    content
        Bytes of the file.

    Returns
    -------
    tuple of str
        The text and its encoding; an empty encoding if it cannot be read.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> decode_xml('<?xml version="1.0" encoding="GBK"?><name>甲</name>'.encode("gbk"))[1]
    'gb18030'
    """
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    marked = [codec for mark, codec in marks if content.startswith(mark)]
    declared = re.match(rb"\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.-]{1,40})", content)
    told = _SAID.get(declared[1].decode("ascii").lower(), "") if declared else ""
    for codec in (*marked, told, UTF8, GB, BIG5):
        if codec:
            try:
                return content.decode(codec), codec.removesuffix("-sig")
            except UnicodeDecodeError:
                continue
    return "", ""
