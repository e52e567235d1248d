"""Which columns tell who somebody is, and a mask over such numbers wherever they may turn up.

What is recognised here goes into no output: not into a table, a finding, a message or an exception.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from wushan_geo.sources.grid import Grid
from wushan_geo.sources.vocabulary import ANY_TABLE, Vocabulary, built_in, folded
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import Raw
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from wushan_geo.errors import Fault

KINDS = ("name", "id", "certificate", "phone", "account", "home", "mixed")
MASK = "***"
HEADER_ROWS = 12  # so far down a sheet a heading is looked for

# Digits may be full-width, and stand in groups; a number after a point (a coordinate) is none.
_START = r"(?<!\d)(?<!\d\.)"
_ID = r"\d{6}[ -]?\d{8}[ -]?\d{3}[ -]?[\dXxＸｘ]"
_CERTIFICATE = _ID + r"[ -]?[1-7１-７][1-4１-４](?:[ -]?[Bb]\d{1,2})?"
_PHONE = r"(?:\+?86[ -]?)?[1１][3-9３-９]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-\d{7,8}"
_ROUNDED = r"\d\.\d{6,}[eE]\+?1\d"  # a number of 18 digits after a spreadsheet has rounded it
# Fifteen digits in a row are an old ID, a mistyped one or an account; codes of units have twelve.
_LONG = r"\d{15,}[Xx]?\d{0,2}"
_ANYWHERE = re.compile(f"{_START}(?:{_CERTIFICATE}|{_ID}|{_LONG}|{_PHONE}|{_ROUNDED})(?!\\d)")
_WHOLE = {
    "certificate": re.compile(_CERTIFICATE),
    "id": re.compile(rf"{_ID}|\d{{15}}|{_ROUNDED}"),
    "phone": re.compile(_PHONE),
}
_SHORTEST = 11  # characters of the shortest number that is looked for

_HEADERS = (
    (
        "certificate",
        re.compile(
            r"残疾(人|军人)?证(编?号码?)?$|残疾人?证件号码?$|持证号码?$|^证号$|person_certificate"
        ),
    ),
    (
        "id",
        re.compile(
            r"身份(证|号码|证号)|证件号码?$|idcard|idnumber|identity(card|number|no)|person_id$"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(电话|手机|手机号|联系方式|联系号码)(号|号码)?[0-9一二]?$"
            r"|^(tele)?phone|^mobile|^tel$|phone(number)?$"
        ),
    ),
    ("account", re.compile(r"(银行|社保|医保|一卡通).*(卡|账|帐)(号|户)?码?$|^(卡号|[账帐]号)$")),
    ("home", re.compile(r"(家庭|户籍|户口|居住)(详细)?(地址|住址|所在地)$|^现?住址$|homeaddress")),
    (
        "name",
        re.compile(
            r"姓名$|^(户主|监护人|联系人|负责人|法人|法人代表|法定代表人|经办人|填表人|家属|父亲|母亲|配偶)$"
            r"|(机构|单位|项目)?(联系人|负责人)$"
            r"|person_name|^(fullname|surname|guardian|contactperson)$"
        ),
    ),
)
_DIGITS = re.compile(r"\d{5}")
# What a study may keep although it looks alike: numbers of a road network, who signed a table.
_EXEMPT = {"node_id", "edge_id", "u", "v", "crossing_id", "signer", "source_unit"}
_MEANING = {
    "person_name": "name",
    "person_id": "id",
    "person_certificate": "certificate",
    "person_phone": "phone",
}


def scrub(text: str) -> str:
    """Mask numbers of persons in a text: the last line of defence before a text is shown.

    ID and certificate numbers (also mistyped, in groups, or rounded by a spreadsheet), mobile
    numbers and numbers of fifteen and more digits are masked; codes of units (up to twelve digits),
    dates and coordinates stay.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        The text with each such number replaced by three asterisks.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> scrub("13812345678, 500237199001011234, 500237001001, 109.87639123456")
    '***, ***, 500237001001, 109.87639123456'
    """
    return _ANYWHERE.sub(MASK, text)


def scrubbed(faults: Iterable[Fault]) -> list[Fault]:
    """Mask numbers of persons in what findings show and ask.

    Parameters
    ----------
    faults
        The findings.

    Returns
    -------
    list of Fault
        The same findings, masked.

    Raises
    ------
    AttributeError
        If one is not a fault.

    Examples
    --------
    >>> from wushan_geo.errors import Fault
    >>> scrubbed([Fault("a.csv", 2, "备注", "电话13812345678", "is a number", "")])[0].value
    '电话***'
    """
    return [
        replace(
            one,
            value=scrub(one.value),
            rule=scrub(one.rule),
            rule_zh=scrub(one.rule_zh),
            suggestion=scrub(one.suggestion),
            suggestion_zh=scrub(one.suggestion_zh),
            ask=None if one.ask is None else replace(one.ask, subject=scrub(one.ask.subject)),
        )
        for one in faults
    ]


def personal_columns(
    table: Grid | Raw | pd.DataFrame, vocabulary: Vocabulary | None = None
) -> dict[str | int, str]:
    """Find the columns that tell who somebody is, by heading and by content.

    A heading such as 姓名, 联系人, 身份证号 or 联系电话 is enough, unless a column headed as
    numbers holds none. Without one, a column counts if at least half of its cells are ID,
    certificate or mobile numbers; where only some are, or stand inside a text, it is ``mixed``.

    Parameters
    ----------
    table
        A sheet as it stands in a file (its first rows are looked through for headings), or a table.
    vocabulary
        Words of the offices; the built-in ones if none are given.

    Returns
    -------
    dict
        Kind (``name``, ``id``, ``certificate``, ``phone``, ``account``, ``home``, ``mixed``) by
        column: its place from 0 for a sheet, its name for a table.

    Raises
    ------
    AttributeError
        If `table` is none of these.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"姓名": ["张三"], "村": ["龙江"], "备注": ["请打13812345678"]})
    >>> personal_columns(frame)
    {'姓名': 'name', '备注': 'mixed'}
    """
    words = vocabulary or built_in()
    found: dict[str | int, str] = {}
    for key, headings, cells in _columns(table):
        known = [_known(one, words) for one in headings]
        if any(one in _EXEMPT for one in known):
            continue
        kind = _by_heading(headings, known, cells) or _by_content(cells)
        if kind:
            found[key] = kind
    return found


def refuse(raw: Raw) -> tuple[Raw, list[Fault]]:
    """Take what tells who somebody is out of a table that is no register.

    Columns of names and numbers go; numbers inside other texts are masked.

    Parameters
    ----------
    raw
        The table; it is not changed.

    Returns
    -------
    tuple
        The table without them, and a note for each column, which holds nothing of what stood there.

    Raises
    ------
    AttributeError
        If `raw` is no table.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"name": ["A"], "联系人": ["张三"]}, index=[2])
    >>> refuse(Raw(frame, "a.csv"))[0].frame.columns.tolist()
    ['name']
    """
    kinds = personal_columns(raw)
    faults = []
    frame = raw.frame.copy(deep=False)
    for column, kind in kinds.items():
        where = Where(raw.file, raw.header, raw.labels.get(str(column), str(column)))
        what = both(f"personal.{kind}")
        if kind == "mixed":
            words = rule("personal_masked")
            cells = frame[column]
            frame[column] = cells.map(lambda one: scrub(str(one)), na_action="ignore").astype("str")
        else:
            words = rule("personal_refused", what=what)
            frame = frame.drop(columns=[column])
        faults.append(fault(where, words, hint("personal"), severity="note"))
    return replace(raw, frame=frame), faults


def _columns(table: Grid | Raw | pd.DataFrame) -> Iterator[tuple[str | int, list[str], list[str]]]:
    """Give key, headings and texts of each column."""
    if isinstance(table, Grid):
        for at, column in enumerate(zip(*table.rows, strict=True)):
            heads = [one for one in column[:HEADER_ROWS] if isinstance(one, str)]
            yield at, heads, [_text(one) for one in column if one is not None]
        return
    frame = table.frame if isinstance(table, Raw) else table
    labels = table.labels if isinstance(table, Raw) else {}
    for at, name in enumerate(frame.columns):
        cells = [_text(one) for one in frame.iloc[:, at].dropna().tolist()]
        yield name, [str(name), *([labels[name]] if name in labels else [])], cells


def _text(cell: object) -> str:
    """Give a cell as text; a whole number without the point that a spreadsheet adds."""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return str(cell).strip()


def _known(heading: str, words: Vocabulary) -> str:
    return words.means("headers", ANY_TABLE, heading) or folded(heading)


def _by_heading(headings: list[str], known: list[str], cells: list[str]) -> str:
    """Give the kind that a heading tells; a heading of numbers over no number tells nothing."""
    for heading, meaning in zip(headings, known, strict=True):
        plain = re.sub(r"[(（].*?[)）]|[\s_-]", "", folded(heading))
        kind = _MEANING.get(meaning) or next(
            (kind for kind, words in _HEADERS if words.search(plain) or words.search(meaning)), ""
        )
        numbers = kind in {"id", "certificate", "phone", "account"}
        beyond = [one for one in cells if one != heading]
        if kind and not (numbers and beyond and not any(_DIGITS.search(one) for one in beyond)):
            return kind
    return ""


def _by_content(cells: list[str]) -> str:
    long = [one for one in cells if len(one) >= _SHORTEST]
    if not long:
        return ""
    for kind, form in _WHOLE.items():
        if 2 * sum(1 for one in long if form.fullmatch(one)) >= len(cells):
            return kind
    return "mixed" if any(_ANYWHERE.search(one) for one in long) else ""
