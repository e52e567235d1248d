"""What a register says in words: type, grade, where somebody lives, whether a card still holds.

A word is only shown, to be asked about, if several rows have it: a word that stands once or twice
may be a name that slipped into the wrong column.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.sources.registers.numbers import UNKNOWN
from wushan_geo.sources.vocabulary import built_in
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import hint, rule
from wushan_geo.study.tables import TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from wushan_geo.sources.registers.asking import Register

PLACES = ("at_home", "elsewhere_in_county", "away", "institution")
LIVING, GONE = "counted", LEAVE_OUT
QUOTED_FROM = 3  # rows that must have a word before it is shown
_LONGEST = 8  # characters of a word that is shown
_MANY = 12  # so many different unknown words are not words of a list: they may be names

_TYPE_WORDS = {
    "视力": 0, "盲": 0, "听力": 1, "聋": 1, "言语": 2, "语言": 2, "哑": 2, "肢体": 3, "肢残": 3,
    "智力": 4, "智残": 4, "精神": 5, "多重": 6,
}  # fmt: skip
_GRADE_WORDS = {"一": 1, "二": 2, "三": 3, "四": 4, "壹": 1, "贰": 2, "叁": 3, "肆": 4}
_GRADE_WORDS |= {"1": 1, "2": 2, "3": 3, "4": 4, "I": 1, "II": 2, "III": 3, "IV": 4}
_GRADE = re.compile(r"(一|二|三|四|壹|贰|叁|肆|IV|I{1,3}|[1-4])(?=级|等|$)")
_BETWEEN = re.compile(r"[、,;/+&和及]")
_PLACE_WORDS = {
    "在家": 0, "居家": 0, "在村": 0, "在户": 0, "常住": 0, "本村": 0, "本地": 0, "本社区": 0,
    "县内": 1, "本县其他": 1, "县城": 1, "县内其他乡镇": 1, "县内务工": 1,
    "外出务工": 2, "外出": 2, "务工": 2, "在外": 2, "县外": 2, "市外": 2, "省外": 2, "外地": 2,
    "机构": 3, "机构托养": 3, "集中托养": 3, "集中供养": 3, "福利院": 3, "敬老院": 3,
    "养老院": 3, "托养机构": 3, "住院": 3,
}  # fmt: skip
_GONE = re.compile(r"(?<!未)(注销|死亡|去世|已故|病故|亡故|身故|迁出|作废)")
_LIVING_WORDS = {
    "正常", "有效", "在册", "激活", "已激活", "持证", "发放", "已发放", "健在", "存活", "在世",
    "正常持证", "生存", "使用中", "active", "valid",
}  # fmt: skip


def types(register: Register) -> np.ndarray:
    """Read the type of each person from its own column.

    Parameters
    ----------
    register
        The register.

    Returns
    -------
    numpy.ndarray
        Types from 0 (visual) to 6 (multiple); -1 where none is told.

    Raises
    ------
    AttributeError
        If `register` is none.

    Examples
    --------
    See ``tests/test_sources_registers_count.py``.
    """
    found = _read(register, "person_type", type_of, TYPES)
    cells = register.column("person_type")
    if cells is not None:
        apart = [one for one in cells.dropna().unique().tolist() if _BETWEEN.search(_plain(one))]
        count = int((cells.isin(apart).to_numpy() & (found == TYPES.index("multiple"))).sum())
        if count:
            register.note("person_type", count, rule("register_several", count=count))
    return found


def grades(register: Register) -> np.ndarray:
    """Read the grade of each person from its own column, or from the column of the type.

    Parameters
    ----------
    register
        The register.

    Returns
    -------
    numpy.ndarray
        Grades from 1 to 4; -1 where none is told.

    Raises
    ------
    AttributeError
        If `register` is none.

    Examples
    --------
    See ``tests/test_sources_registers_count.py``.
    """
    found = _read(register, "person_grade", grade_of, ("1", "2", "3", "4"), first=1)
    beside = register.column("person_type")
    if beside is None:
        return found
    # 肢体二级 tells both; a digit alone in the column of the type is a code of the type.
    both = {
        one: grade_of(_plain(one)) if "级" in str(one) else None
        for one in beside.dropna().unique().tolist()
    }
    told = _mapped(beside, {word: code for word, code in both.items() if code is not None})
    return np.where(found == UNKNOWN, told, found)


def places(register: Register) -> np.ndarray:
    """Read where each person lives.

    Parameters
    ----------
    register
        The register.

    Returns
    -------
    numpy.ndarray
        Place of the word in ``PLACES``; -1 where none is told.

    Raises
    ------
    AttributeError
        If `register` is none.

    Examples
    --------
    See ``tests/test_sources_registers_count.py``.
    """
    return _read(register, "person_residence", place_of, PLACES)


def living(register: Register) -> np.ndarray:
    """Tell the persons whose card holds from the dead, the moved away and the cancelled.

    Parameters
    ----------
    register
        The register.

    Returns
    -------
    numpy.ndarray
        Whether each person is to be counted; who is not is noted by word and number.

    Raises
    ------
    AttributeError
        If `register` is none.

    Examples
    --------
    See ``tests/test_sources_registers_count.py``.
    """
    name = "person_status" if register.column("person_status") is not None else "status"
    found = _read(register, name, state_of, (LIVING, GONE), doubtful=True)
    cells = register.column(name)
    gone = found == 1
    if cells is not None and gone.any():
        # The word alone is told and not the cell, in which a name may stand beside it.
        told = (_GONE.search(_plain(one)) for one in cells[gone])
        often = Counter("" if one is None else one.group(1) for one in told)
        for word, count in sorted(often.items()):
            register.note(name, word, rule("register_gone", count=count))
    return np.asarray(~gone)


def type_of(word: str) -> int | None:
    """Give the type that a word means.

    Parameters
    ----------
    word
        A word, plain.

    Returns
    -------
    int or None
        From 0 to 6, two types named apart are multiple; None if the word is not known.

    Raises
    ------
    TypeError
        If `word` is not a text.

    Examples
    --------
    >>> type_of("肢体残疾"), type_of("视力、听力"), type_of("7"), type_of("听力语言")
    (3, 6, 6, None)
    """
    if word.casefold() in TYPES:
        return TYPES.index(word.casefold())
    if re.fullmatch(r"0?[1-7]", word):
        return int(word) - 1
    parts = [_one_type(part) for part in _BETWEEN.split(word) if part]
    if not parts or None in parts:
        return None
    return parts[0] if len(set(parts)) == 1 else len(TYPES) - 1


def _one_type(part: str) -> int | None:
    named = {code for word, code in _TYPE_WORDS.items() if word in part}
    if TYPES.index("multiple") in named:
        return TYPES.index("multiple")
    return named.pop() if len(named) == 1 else None


def grade_of(word: str) -> int | None:
    """Give the grade that a word means.

    Parameters
    ----------
    word
        A word, plain.

    Returns
    -------
    int or None
        From 1 to 4; None if the word is not known or names several.

    Raises
    ------
    TypeError
        If `word` is not a text.

    Examples
    --------
    >>> grade_of("二级"), grade_of("肢体残疾三级"), grade_of("IV"), grade_of("重度")
    (2, 3, 4, None)
    """
    named = {_GRADE_WORDS[one] for one in _GRADE.findall(word.upper())}
    return named.pop() if len(named) == 1 else None


def place_of(word: str) -> int | None:
    """Give the place of residence that a word means.

    Parameters
    ----------
    word
        A word, plain.

    Returns
    -------
    int or None
        Place of the word in ``PLACES``; None if it is not known.

    Raises
    ------
    TypeError
        If `word` is not a text.

    Examples
    --------
    >>> place_of("外出务工"), place_of("at_home"), place_of("其他")
    (2, 0, None)
    """
    if word.casefold() in PLACES:
        return PLACES.index(word.casefold())
    for column in ("person_residence", "residence"):
        meant = built_in().means("values", "residence", word, column)
        if meant in PLACES:
            return PLACES.index(meant)
    return _PLACE_WORDS.get(word)


def state_of(word: str) -> int | None:
    """Give what a word says of a person's card.

    Parameters
    ----------
    word
        A word, plain.

    Returns
    -------
    int or None
        0 if it holds, 1 if not; None if the word is not known.

    Raises
    ------
    TypeError
        If `word` is not a text.

    Examples
    --------
    >>> state_of("正常"), state_of("死亡注销"), state_of("未注销"), state_of("冻结")
    (0, 1, None, None)
    """
    if _GONE.search(word):
        return 1
    return 0 if word.casefold() in _LIVING_WORDS else None


def _plain(word: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(word)).split())


def _read(
    register: Register,
    column: str,
    meaning: Callable[[str], int | None],
    choices: tuple[str, ...],
    *,
    first: int = 0,
    doubtful: bool = False,
) -> np.ndarray:
    """Read a column of words; words that are not known are asked about where they may be shown."""
    cells = register.column(column)
    if cells is None:
        return np.full(register.size, UNKNOWN)
    codes: dict[str, int] = {}
    strange = []
    for word in cells.dropna().unique().tolist():
        code = meaning(_plain(word))
        if code is None:
            strange.append(word)
        else:
            codes[word] = code
    if strange:
        shown = _shown(register, cells[cells.isin(strange)])
        codes |= _asked(register, column, (cells, shown), choices, first)
        hidden = [one for one in strange if _plain(one) not in shown]
        code = _hidden(register, column, cells.isin(hidden).to_numpy(), choices, ask=doubtful)
        codes |= dict.fromkeys(hidden, code)
    return _mapped(cells, codes)


def _mapped(cells: pd.Series, codes: Mapping[str, int]) -> np.ndarray:
    mapped: np.ndarray = cells.map(codes).fillna(UNKNOWN).to_numpy(dtype=np.int64)
    return mapped


def _shown(register: Register, cells: pd.Series) -> Counter[str]:
    """Count the words that are no person's: several rows have them, short, and no name."""
    often = Counter(_plain(one) for one in cells)
    if len(often) > _MANY:
        return Counter()
    few = {
        word: count
        for word, count in often.items()
        if count >= QUOTED_FROM and len(word) <= _LONGEST and not re.search(r"\d{5}", word)
    }
    frame = register.raw.frame
    names = frame.loc[:, frame.columns == "person_name"].to_numpy(dtype=object).ravel()
    people = {_plain(one) for one in names.tolist()} if few else set()
    return Counter(
        {
            word: count
            for word, count in few.items()
            if not any(len(name) > 1 and name in word for name in people)
        }
    )


def _asked(
    register: Register,
    column: str,
    found: tuple[pd.Series, Counter[str]],
    choices: tuple[str, ...],
    first: int,
) -> dict[str, int]:
    """Ask about the words that may be shown, and give what was decided on them."""
    cells, shown = found
    codes: dict[str, int] = {}
    for word, count in sorted(shown.items()):
        words = rule("register_word", count=count)
        about = (column, word)
        answer = register.ask(f"{column}/{word}", choices, about, words, hint("register_word"))
        if answer is not None:
            code = choices.index(answer) + first
            codes |= {one: code for one in cells.dropna().unique() if _plain(one) == word}
    return codes


def _hidden(
    register: Register, column: str, hidden: np.ndarray, choices: tuple[str, ...], *, ask: bool
) -> int:
    """Name the rows whose word is not shown; whether they count is asked where that is at stake."""
    count = int(hidden.sum())
    if not count:
        return UNKNOWN
    register.rows(hidden, column, rule("register_unread"), hint("register_unread"))
    if not ask:
        return UNKNOWN
    about, words = (column, count), rule("register_other", count=count)
    answer = register.ask(f"{column}/other", choices, about, words, hint("register_other"))
    return UNKNOWN if answer is None else choices.index(answer)
