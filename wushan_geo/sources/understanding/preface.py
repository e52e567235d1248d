"""What stands around a table: who filled it in, for which unit and date, and in what unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.sources.divisions.names import simplified
from wushan_geo.sources.understanding.dates import read_date
from wushan_geo.sources.understanding.parsed import plain, text_of
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wushan_geo.sources.understanding.desk import Desk

SIGNED = ("source_unit", "signer", "as_of")
# The first word that is there is meant: who signs before who filled the form in.
_KEYS: dict[str, tuple[str, ...]] = {
    "source_unit": (
        "填报单位", "填表单位", "报送单位", "提供单位", "制表单位", "编制单位", "上报单位",
        "数据提供单位", "数据来源", "资料来源", "来源", "单位名称", "单位(盖章)",
        "填报单位(盖章)", "填表单位(盖章)", "单位(公章)", "填报单位(公章)", "单位",
    ),
    "signer": (
        "签字人", "签发人", "签字", "单位负责人", "负责人", "分管领导", "主要领导", "审核人",
        "审核", "填报人", "填表人", "制表人", "经办人", "填表", "制表",
    ),
    "as_of": (
        "截止日期", "截至日期", "截止时间", "截至时间", "数据截止日期", "数据截至日期",
        "数据截至", "数据截止", "截至", "截止", "统计时间", "统计日期", "数据时间", "数据日期",
        "填报日期", "填报时间", "填表日期", "填表时间", "制表日期", "制表时间", "报送日期",
        "报送时间", "日期", "时间",
    ),
}  # fmt: skip
_WORDS = {
    word: (column, rank) for column, words in _KEYS.items() for rank, word in enumerate(words)
}
_ALL = sorted(
    [*_WORDS, "联系电话", "电话", "联系人", "计量单位", "表号", "批准文号", "制定机关", "有效期至"],
    key=len,
    reverse=True,
)
_HALF = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CELL = "\x1f"  # stands between the cells of a row
_KEY = "|".join(map(re.escape, _ALL))
_PAIR = re.compile(
    rf"(?P<key>{_KEY})[^\S{_CELL}]*:\s*"
    rf"(?P<value>[^{_CELL}]*?)(?=[\s,;]*(?:(?:{_KEY})\s*:|{_CELL}|$))"
)
_UNTIL = re.compile(
    r"(?:数据)?截[至止]\s*(?:到|于)?\s*:?\s*(\d{4}\s*[年\-/.]\s*\d{1,2}\s*[月\-/.]\s*\d{1,2}\s*日?)"
)
LONGEST = 1000  # signs of a row that are looked at
_MEASURES = {
    "人",
    "个",
    "张",
    "户",
    "次",
    "名",
    "米",
    "公里",
    "度",
    "元",
    "%",
    "人次",
    "天",
    "岁",
    "分钟",
    "人、%",
    "人,%",
}
_SCALED = {"万人", "千人", "百人", "万元", "万户"}


@dataclass(frozen=True, slots=True)
class Said:
    """One statement beside the table."""

    column: str
    """Column of the contract."""
    value: str
    """What is stated."""
    rank: int
    """Place of its word among those for the column, the surest first."""
    at: int
    """Position of the row."""


def read_around(desk: Desk, rows: Iterable[int]) -> dict[str, Said]:
    """Read what is stated above and below a table on its source.

    Parameters
    ----------
    desk
        The sheet; findings are put there.
    rows
        Positions of the rows above the header and of the remarks below.

    Returns
    -------
    dict
        Statement by column of the contract.

    Raises
    ------
    IndexError
        If there is no such row.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    found: dict[str, Said] = {}
    for at in rows:
        for one in _statements(desk, at):
            if one.column not in found or one.rank < found[one.column].rank:
                found[one.column] = one
    return found


def _statements(desk: Desk, at: int) -> Iterator[Said]:
    texts = [text for cell in desk.grid.rows[at] if (text := text_of(cell))]
    # A key may stand in one cell and its value in the next.
    shown = _CELL.join(texts)[:LONGEST]
    # One sign for one sign, so that a value is taken as it stands in the file.
    joined = "".join(map(simplified, shown.translate(_HALF)))
    for pair in _PAIR.finditer(joined):
        column, rank = _WORDS.get(pair["key"], ("", 0))
        value = _bared(shown[slice(*pair.span("value"))])
        if pair["key"] in {"单位", "计量单位"} and _is_measure(desk, at, plain(value)):
            continue
        if column and value:
            yield Said(column, value, rank, at)
    until = _UNTIL.search(joined)
    if until is not None:
        yield Said("as_of", until[1], 0, at)


def _bared(value: str) -> str:
    """Take signs around a value off, and a bracket that it does not open itself."""
    value = value.strip(" ,;，；、。\u3000").rstrip(" (（")
    closes = value.endswith((")", "）"))
    opened = value.count("(") + value.count("（") < value.count(")") + value.count("）")
    return value[:-1].strip() if closes and opened else value


def _is_measure(desk: Desk, at: int, value: str) -> bool:
    """Tell a unit of measure from an office; thousands of persons are no persons."""
    if value in _SCALED:
        desk.wrong((at, "", value), rule("head_scaled", unit=value), hint("head_scaled"))
        return True
    parts = re.split("[、,，/ ]+", value)
    return all(one in _MEASURES for one in parts)


def take_signed(
    desk: Desk, said: dict[str, Said], there: Iterable[str], known: Iterable[str]
) -> dict[str, str]:
    """Take what is stated of the source for columns that the table itself has not.

    Parameters
    ----------
    desk
        The sheet; what is taken is noted there, a doubtful date is asked about.
    said
        Statements by column.
    there
        Columns that the table has.
    known
        Columns of the contract.

    Returns
    -------
    dict
        Text by column.

    Raises
    ------
    TypeError
        If `said` is no mapping.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    taken: dict[str, str] = {}
    missing = set(known) - set(there)
    for column in SIGNED:
        one = said.get(column)
        if one is None or column not in missing:
            continue
        value = _date(desk, one) if column == "as_of" else one.value
        if value is not None:
            taken[column] = value
            shown = "" if column == "signer" else value
            heading = desk.words.vocabulary.heading(desk.table, column)
            words = rule("head_signed", name=(heading, column))
            desk.note(heading, shown, words, [one.at])
    return taken


def _date(desk: Desk, said: Said) -> str | None:
    parsed = read_date(said.value)
    if parsed.text is not None and parsed.text[:1].isdigit() and parsed.text != said.value:
        return parsed.text
    if parsed.doubt == "cell_year":  # a year is all that a census has
        return parsed.choices[0][:4]
    if parsed.text is not None:
        return parsed.text if re.fullmatch(r"\d{4}-\d\d-\d\d", parsed.text) else None
    subject = f"as_of/{said.value}"
    answer = desk.answer("value", subject)
    if answer is not None:
        return None if answer == LEAVE_OUT else answer
    heading = desk.words.vocabulary.heading(desk.table, "as_of")
    where = (said.at, heading, said.value)
    if parsed.wrong:
        desk.wrong(where, rule(parsed.wrong), hint("date"))
        return None
    ask = desk.question("value", subject, (*parsed.choices, LEAVE_OUT))
    readings = ("、".join(parsed.choices), ", ".join(parsed.choices))
    advice = hint("cell_doubt", readings=readings, skip=LEAVE_OUT)
    desk.ask(where, rule(parsed.doubt), advice, ask)
    return None
