"""Names of divisions as offices write them: cleaned step by step, and parted into stem and kind.

Every step that changes a name is named, so that a match can say what was done to the text.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import opencc

Step = Literal["width", "traditional", "bracket", "number", "group", "punctuation"]
Draft = tuple[str, tuple[Step, ...]]

KIND_LEVEL = {
    "subdistrict": "township", "town": "township", "township": "township",
    "community": "village", "village": "village",
}  # fmt: skip

# Peoples whose name may lack 族 in an ethnic township. The short ones, and those that are common
# place names besides (高山, 东乡, 保安), need it: 白水乡 is no township of the Bai.
_LONG = (
    "土家|蒙古|朝鲜|哈尼|傈僳|布依|仡佬|仫佬|毛南|拉祜|景颇|普米|布朗|阿昌|纳西|鄂温克|鄂伦春|达斡尔"
    "|锡伯|哈萨克|柯尔克孜|维吾尔|塔吉克|乌孜别克|俄罗斯|赫哲|门巴|珞巴|基诺|德昂|撒拉|裕固|塔塔尔"
)
_SHORT = "回|满|苗|彝|壮|藏|白|侗|瑶|傣|黎|畲|水|羌|怒|京|佤|土|东乡|保安|高山|独龙|各"
_PEOPLE = f"(?:(?:{_LONG}|{_SHORT})族|{_LONG})"
_ETHNIC = re.compile(f"(.+?)(?:{_PEOPLE}+(?:民族)?乡(?:人民政府|政府)?|(?:(?:{_LONG})族)+)")

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_BRACKETS = re.compile(
    r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|〔([^〔〕]*)〕|〈([^〈〉]*)〉|《([^《》]*)》|<([^<>]*)>"
    r"|「([^「」]*)」|『([^『』]*)』|\{([^{}]*)\}"
)
_NUMBER = re.compile(
    r"(?:no\.?|#)?\(?[a-z]?[\-—]?\d{1,4}[)\].、,:;\-_—~·]*|[a-z][、.)]|\(?[一二三四五六七八九十]{1,3}[)、.,:;]+"
)
_COUNT = r"第?[0-9零〇一二两三四五六七八九十百]+"
_GROUP_WORD = r"(?:村民小组|居民小组|村民组|居民组|生产队|小组|组|社|队)"
_GROUP = re.compile(
    rf"(.{{2,}}?)(?:(?:{_COUNT}[、,.\-~—至到和及]*)+{_GROUP_WORD}[、,.;]*)+(?:\d+号)?"
    rf"|(.+(?:村|社区|委会|居民委员会|村民委员会)).{{1,4}}(?:组|社|小组|队)"
)
_BEHIND = re.compile(r"(?<=[村区会镇乡道居])\d{1,2}$")  # the number of a footnote
_TRAILING = re.compile(r"[^\w)\]】〕〉》>」』}]+$")
_FIRST_CHARACTER = "\u3400"
UNREADABLE = "□■?*○●◯〓囗▯\ufffd"  # what stands for a character that a file or a scan has lost
_IN_BRACKET = {"居": "社区", "居委": "居委会", "村": "村", "社": "社区", "镇": "镇", "乡": "乡"}

# Variants that OpenCC leaves, since both forms are in use.
_VARIANTS = str.maketrans({"邨": "村", "峯": "峰", "厛": "厅", "堦": "阶", "迴": "回"})


def plain(text: str) -> str:
    r"""Bring a text to half width and take out everything that cannot be seen.

    Parameters
    ----------
    text
        A name as it stands in a cell.

    Returns
    -------
    str
        The name without spaces, line breaks and zero-width signs, in lower case.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> plain("　桂 花\u200b村（１）\n")
    '桂花村(1)'
    """
    if _CHINESE.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if unicodedata.category(one)[0] not in "ZCM")


def simplified(text: str) -> str:
    """Write traditional characters as simplified ones, character by character.

    A text within GB 2312 needs no conversion, and OpenCC is not even loaded for it.

    Parameters
    ----------
    text
        A plain name.

    Returns
    -------
    str
        The name in simplified characters.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> simplified("雙龍鎮烏龍村"), simplified("骡坪镇")
    ('双龙镇乌龙村', '骡坪镇')
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        # Signs such as a tick are outside GB 2312 as well, and no reason to load OpenCC.
        if any(one >= _FIRST_CHARACTER and not _common(one) for one in text):
            return "".join(map(_simple, text)).translate(_VARIANTS)
    return text


@cache
def _common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _simple(character: str) -> str:
    if character < "\u2e80":
        return character
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return str(_converter().convert(character)) or character
    return character


@cache
def _converter() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


def drafts(text: str) -> Iterator[Draft]:
    """Give a name in ever plainer forms, each with the steps that led there.

    Width and traditional characters come first, then brackets, a number before the name, a
    villagers' group behind it, and punctuation.

    Parameters
    ----------
    text
        A name as it stands in a cell.

    Yields
    ------
    tuple
        The form and its steps.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> for form, steps in drafts("3.桂花村（原名）"):
    ...     print(form, *steps)
    3.桂花村(原名) width
    3.桂花村 width bracket
    桂花村 width bracket number
    """
    form = plain(text)
    steps: tuple[Step, ...] = () if form == text else ("width",)
    easy = simplified(form)
    if easy != form:
        form, steps = easy, (*steps, "traditional")
    yield form, steps
    for step, change in _CHANGES:
        changed = change(form)
        if changed and changed != form:
            form, steps = changed, (*steps, step)
            yield form, steps


def remarks(form: str) -> list[str]:
    """Give what stands in brackets.

    Parameters
    ----------
    form
        A plain name.

    Returns
    -------
    list of str
        The texts in brackets, without those that only name the kind.

    Raises
    ------
    TypeError
        If `form` is not a text.

    Examples
    --------
    >>> remarks("桂花村(原早阳村)"), remarks("白泉(社区)")
    (['原早阳村'], [])
    """
    inner = (next(filter(None, found.groups()), "") for found in _BRACKETS.finditer(form))
    return [one for one in inner if one and not _kind_word(one)]


def unbracketed(form: str) -> str:
    """Take out what stands in brackets; a kind in brackets is kept as the kind.

    Parameters
    ----------
    form
        A plain name.

    Returns
    -------
    str
        The name before and behind the brackets; what is in them if nothing else is there.

    Raises
    ------
    TypeError
        If `form` is not a text.

    Examples
    --------
    >>> unbracketed("桂花村(原早阳村)"), unbracketed("白泉(居)"), unbracketed("(桂花村)")
    ('桂花村', '白泉社区', '桂花村')
    """
    if not _BRACKETS.search(form):
        return re.sub(r"[()\[\]【】〔〕〈〉《》<>「」『』{}]", "", form)
    inner = [next(filter(None, found.groups()), "") for found in _BRACKETS.finditer(form)]
    outer = unbracketed(_BRACKETS.sub("", form))
    if not outer:
        return inner[0]
    word = _kind_word(inner[-1])
    return outer + word if word and not parted(outer)[1] else outer


def _kind_word(text: str) -> str:
    return _IN_BRACKET.get(text, text if text in _kinds() else "")


def _unnumbered(form: str) -> str:
    found = _NUMBER.match(form)
    return form[found.end() :] if found else form


def _ungrouped(form: str) -> str:
    found = _GROUP.fullmatch(form)
    return next(filter(None, found.groups())) if found else form


def compact(form: str) -> str:
    """Take out everything that is neither a letter nor a digit, and a footnote's number.

    A sign for a lost character is kept, unless the name begins with it.

    Parameters
    ----------
    form
        A plain name.

    Returns
    -------
    str
        What is left.

    Raises
    ------
    TypeError
        If `form` is not a text.

    Examples
    --------
    >>> compact("*巫峡镇-桂花村"), compact("桂花村1"), compact("桂□村")
    ('巫峡镇桂花村', '桂花村', '桂□村')
    """
    if _CHINESE.fullmatch(form):
        return form
    begun = next((at for at, one in enumerate(form) if one.isalnum()), len(form))
    kept = (one for one in form[begun:] if one.isalnum() or one in UNREADABLE)
    return _BEHIND.sub("", "".join(kept))


def _trimmed(form: str) -> str:
    return _BEHIND.sub("", _TRAILING.sub("", form))


_CHANGES: tuple[tuple[Step, Callable[[str], str]], ...] = (
    ("punctuation", _trimmed),
    ("bracket", unbracketed),
    ("number", _unnumbered),
    ("group", _ungrouped),
    ("punctuation", compact),
)


@cache
def _kinds() -> dict[str, str]:
    """Kind by suffix, from the editable table beside this module."""
    table = resources.files(__package__).joinpath("suffixes.csv").read_text(encoding="utf-8-sig")
    return {row["word"]: row["kind"] for row in csv.DictReader(io.StringIO(table))}


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """Lengths of suffixes by their last character, the longest first."""
    lengths: dict[str, set[int]] = {}
    for word in _kinds():
        lengths.setdefault(word[-1], set()).add(len(word))
    return {last: tuple(sorted(found, reverse=True)) for last, found in lengths.items()}


def suffixes(kind: str) -> list[str]:
    """List the suffixes of a kind.

    Parameters
    ----------
    kind
        Kind of a unit; empty for all.

    Returns
    -------
    list of str
        The suffixes, as the table has them.

    Raises
    ------
    TypeError
        Never for an unknown kind.

    Examples
    --------
    >>> suffixes("town")[:3]
    ['镇人民政府', '镇政府', '镇']
    """
    return [word for word, one in _kinds().items() if not kind or one in {kind, ""}]


def parted(form: str) -> tuple[str, str]:
    """Part a name into its stem and its kind.

    The longest suffix is taken off, once: 场镇社区 is the community 场镇.

    Parameters
    ----------
    form
        A plain name.

    Returns
    -------
    tuple of str
        Stem, and ``subdistrict``, ``town``, ``township``, ``community``, ``village`` or empty.

    Raises
    ------
    TypeError
        If `form` is not a text.

    Examples
    --------
    >>> parted("梨早村村民委员会"), parted("红椿土家族乡"), parted("场镇社区"), parted("桂花")
    (('梨早', 'village'), ('红椿', 'township'), ('场镇', 'community'), ('桂花', ''))
    """
    ethnic = _ETHNIC.fullmatch(form) if "乡" in form or "族" in form else None
    if ethnic:
        return ethnic[1], "township"
    kinds = _kinds()
    for length in _lengths().get(form[-1:], ()):
        kind = kinds.get(form[-length:])
        if kind is not None and length < len(form):
            return form[:-length], kind
    return form, ""


def whole_forms(text: str) -> tuple[str, ...]:
    """Give the forms under which a whole name is known, the plainest last.

    Parameters
    ----------
    text
        Official name of a unit.

    Returns
    -------
    tuple of str
        The name in plain form; without brackets and punctuation too, if it has any.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> whole_forms("经济开发区（马棚街道）"), whole_forms("桂花村")
    (('经济开发区(马棚街道)', '经济开发区'), ('桂花村',))
    """
    if not text:
        return ()
    form = simplified(text if _CHINESE.fullmatch(text) else plain(text))
    if _CHINESE.fullmatch(form):
        return (form,)
    return form, compact(unbracketed(form))
