"""Templates that offices fill in: one workbook a table, with drop-down lists and an explanation.

An office gets one workbook for each table that it keeps, since each has its own signer and cut-off
date. The first sheet takes the records: a title, one line that is asked once for the whole table,
an empty line that keeps it apart, the headings in Chinese and under them the names that the program
has for the columns, and rows in which codes are text. There is no formula and no macro. The other
sheets explain, and are worded so that no line of them reads like headings.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wushan_geo import storage
from wushan_geo.wording import MESSAGES, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Text = tuple[str, str]  # Chinese and English

CODE, TEXT, CHOICE, SET, COUNT, NUMBER, DATE = (
    "code", "text", "choice", "set", "count", "number", "date",
)  # fmt: skip
TITLE_ROW, META_ROW, HEAD_ROW, NAME_ROW, FIRST_ROW = 0, 1, 3, 4, 5
SPARE = 200  # empty rows below the last one that are still checked
LONGEST_TITLE, LONGEST_PROMPT = 32, 255  # what Excel allows for the message at a cell
META = ("basis", "source_unit", "signer", "as_of")
EARLIEST, LATEST = dt.date(1949, 1, 1), dt.date(2100, 12, 31)
A4 = 9
LEAST = {CODE: 14, TEXT: 20, CHOICE: 9, SET: 28, COUNT: 9, NUMBER: 10, DATE: 12}
LABEL, WIDEST = 13, 36  # widths: what the line above the table needs, what leaves room for others
GUIDE = (
    ("column", 24), ("key", 20), ("needed", 9), ("meaning", 40), ("meaning_en", 44), ("unit", 30),
    ("example", 24), ("blank", 34),
)  # fmt: skip
CHOICES = (("column", 24), ("choice", 24), ("choice_key", 24), ("choice_en", 40))
BASE: dict[str, Any] = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_LINES = {"border": 1, "border_color": "#B8C0CC"}
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "title": {"bold": True, "font_size": 14, "font_color": "#16324F"},
    "label": {"bold": True, "align": "right"},
    "meta": {"num_format": "@", "bg_color": "#FFFBE6", **_LINES},
    "meta_date": {"num_format": "yyyy-mm-dd", "bg_color": "#FFFBE6", "align": "left", **_LINES},
    "head": {
        "bold": True, "text_wrap": True, "align": "center", "bg_color": "#E9EEF4",
        "font_color": "#16324F", **_LINES,
    },
    "needed": {
        "bold": True, "text_wrap": True, "align": "center", "bg_color": "#16324F",
        "font_color": "#FFFFFF", **_LINES,
    },
    "name": {
        "font_name": "Arial", "font_size": 8, "font_color": "#5A6675", "align": "center",
        "bg_color": "#E9EEF4", **_LINES,
    },
    "known": {"num_format": "@", "bg_color": "#EDEFF2", **_LINES},
    "wrapped": {"text_wrap": True, "valign": "top", "num_format": "@", **_LINES},
    "rule": {"text_wrap": True, "valign": "top"},
    CODE: {"num_format": "@", **_LINES},
    TEXT: {"num_format": "@", **_LINES},
    CHOICE: {"num_format": "@", **_LINES},
    SET: {"num_format": "@", **_LINES},
    COUNT: {"num_format": "0", **_LINES},
    NUMBER: {"num_format": "General", **_LINES},
    DATE: {"num_format": "yyyy-mm-dd", "align": "left", **_LINES},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One word that may be chosen."""

    key: str
    """Value of the contract."""
    words: Text
    """The word as it is shown."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a template."""

    name: str
    """Column of the contract, or the group of persons that it counts."""
    heading: Text
    """Heading in Chinese, and the name that the program has for it."""
    kind: str
    """How it is filled in: code, text, choice, set, count, number or date."""
    needed: bool
    """Whether each cell must be filled in."""
    meaning: Text
    """What it means."""
    unit: Text
    """Unit, or what may stand there."""
    example: Text
    """An example."""
    blank: Text
    """What an empty cell means."""
    choices: tuple[Choice, ...] = ()
    """Words to choose from."""
    strict: bool = True
    """Whether anything else is refused; otherwise it is only asked about."""
    digits: tuple[int, ...] = ()
    """Lengths that a code may have."""
    least: float | None = None
    """Smallest number."""
    most: float | None = None
    """Largest number."""
    known: bool = False
    """Whether the template comes with its cells filled in."""


@dataclass(frozen=True, slots=True)
class Form:
    """One template.

    Raises
    ------
    ValueError
        If a row has more or fewer cells than there are columns.
    """

    table: str
    """Table of the study."""
    title: Text
    """Title above the records."""
    fields: tuple[Field, ...]
    """Columns in their order."""
    bases: tuple[Choice, ...]
    """What the basis of the whole table may be."""
    rules: tuple[Text, ...] = ()
    """What to mind when filling it in."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Cells that are filled in already, values of the contract; empty where nothing is."""
    frozen: int = 0
    """Columns that stay in sight."""

    def __post_init__(self) -> None:
        """Refuse rows that do not fit under the columns."""
        if any(len(row) != len(self.fields) for row in self.rows):
            message = f"each row of the template {self.table!r} has a cell for each column"
            raise ValueError(message)


def form_xlsx(form: Form) -> bytes:
    """Make the workbook of a template.

    Parameters
    ----------
    form
        The template.

    Returns
    -------
    bytes
        An Excel file with the sheets for records, explanation and words to choose; the same
        template gives the same bytes.

    Raises
    ------
    KeyError
        If a column is of a kind that is not known.

    Examples
    --------
    >>> form = Form("persons", ("人数", "persons"), (), ())
    >>> form_xlsx(form) == form_xlsx(form)
    True
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": form.title[0],
                "subject": form.title[1],
                "author": "wushan-geo",
                "created": dt.datetime(1980, 1, 1),  # noqa: DTZ001 -- fixed, so that the bytes do not change
            }
        )
        looks = {name: book.add_format({**BASE, **look}) for name, look in LOOKS.items()}
        names = [MESSAGES[f"template.sheet.{one}"][0] for one in ("data", "guide", "choices")]
        data, guide, choices = (book.add_worksheet(name) for name in names)
        ranges = _write_choices(choices, form, looks, names[2])
        _write_data(data, form, looks, ranges)
        _write_guide(guide, form, looks)
        for page in (data, guide, choices):
            _print_settings(page)
    return storage.stable_zip(out.getvalue())


def csv_rows(form: Form, at: int) -> list[list[str]]:
    """Give the headings and the rows of a template for a text file.

    Parameters
    ----------
    form
        The template.
    at
        0 for Chinese headings and words, 1 for the names and values of the contract.

    Returns
    -------
    list of list of str
        The headings, then the rows.

    Raises
    ------
    AttributeError
        If `form` is no template.

    Examples
    --------
    >>> csv_rows(Form("persons", ("人数", "persons"), (), ()), 0)
    [[]]
    """
    heads = [(one.heading[0] if at == 0 else one.name) for one in form.fields]
    rows = [
        [
            (_shown(one, cell) if at == 0 else cell)
            for one, cell in zip(form.fields, row, strict=True)
        ]
        for row in form.rows
    ]
    return [heads, *rows]


def _shown(one: Field, cell: str) -> str:
    """Give the Chinese word for a value that is chosen from a list."""
    return next((choice.words[0] for choice in one.choices if choice.key == cell), cell)


def _two(words: Text, between: str = "\n") -> str:
    """Put both languages into one cell; numbers and signs are said once."""
    return words[0] if words[0] == words[1] else f"{words[0]}{between}{words[1]}"


def _write_data(page: Any, form: Form, looks: Mapping[str, Any], ranges: Mapping[str, str]) -> None:
    from xlsxwriter.utility import xl_range

    page.write_string(TITLE_ROW, 0, _two(form.title, " · "), looks["title"])
    page.set_row(TITLE_ROW, 26, looks["plain"])  # the look of a column would reach up here
    page.set_row(META_ROW, 20, looks["plain"])
    page.set_row(META_ROW + 1, 8, looks["plain"])
    page.set_row(HEAD_ROW, 30)
    _write_meta(page, looks, ranges)
    last = FIRST_ROW + len(form.rows) + SPARE - 1
    for at, one in enumerate(form.fields):
        # The look of the whole column: a code that is typed below the last row stays text as well.
        page.set_column(at, at, _width(form, at), looks[one.kind])
        page.write_string(HEAD_ROW, at, one.heading[0], looks["needed" if one.needed else "head"])
        page.write_string(NAME_ROW, at, one.heading[1], looks["name"])
        page.data_validation(FIRST_ROW, at, last, at, _validation(one, ranges))
    for row, cells in enumerate(form.rows, FIRST_ROW):
        for at, (one, cell) in enumerate(zip(form.fields, cells, strict=True)):
            look = looks["known" if one.known else one.kind]
            if cell:
                page.write_string(row, at, _shown(one, cell), look)
            else:
                page.write_blank(row, at, None, look)
    page.freeze_panes(FIRST_ROW, form.frozen)
    page.repeat_rows(HEAD_ROW, NAME_ROW)
    # A code is text on purpose: without this, Excel marks each one as a number gone wrong.
    whole = xl_range(TITLE_ROW, 0, last, len(form.fields) + 2 * len(META))
    page.ignore_errors({"number_stored_as_text": whole})


def _write_meta(page: Any, looks: Mapping[str, Any], ranges: Mapping[str, str]) -> None:
    """Write the one line that is asked once for the whole table: a label, and a cell beside it."""
    for at, name in enumerate(META):
        label, place = MESSAGES[f"template.meta.{name}"], 2 * at + 1
        page.write_string(META_ROW, place - 1, f"{label[0]}：", looks["label"])
        page.write_blank(META_ROW, place, None, looks["meta_date" if name == "as_of" else "meta"])
        rule: dict[str, Any] = {"validate": "any"}
        if name == "basis" and "basis" in ranges:
            rule = {"validate": "list", "source": ranges["basis"]}
        elif name == "as_of":
            rule = {"validate": "date", "criteria": "between", **_between(EARLIEST, LATEST)}
            rule["error_type"] = "warning"
        prompt = MESSAGES[f"template.meta.{name}.long"]
        page.data_validation(META_ROW, place, META_ROW, place, {**rule, **_prompt(label, prompt)})


def _between(least: object, most: object) -> dict[str, object]:
    return {"minimum": least, "maximum": most}


def _prompt(title: Text, message: Text) -> dict[str, str]:
    """Give what Excel shows when a cell is chosen, and when what is typed does not fit."""
    said = _cut(_two(message), LONGEST_PROMPT)
    return {
        "input_title": _cut(title[0], LONGEST_TITLE),
        "input_message": said,
        "error_title": _cut(_two(MESSAGES["template.wrong"], " "), LONGEST_TITLE),
        "error_message": said,
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _validation(one: Field, ranges: Mapping[str, str]) -> dict[str, Any]:
    """Give what Excel checks in a column, and what it says there."""
    shown = _prompt(one.heading, (one.meaning[0] + _hint(one)[0], one.meaning[1] + _hint(one)[1]))
    soft = {} if one.strict else {"error_type": "warning"}
    if one.kind == CHOICE and one.name in ranges:
        return {"validate": "list", "source": ranges[one.name], **shown, **soft}
    if one.kind == DATE:
        limits = _between(EARLIEST, LATEST)
        return {"validate": "date", "criteria": "between", **limits, **shown, **soft}
    if one.kind == CODE and one.digits:
        length = _between(min(one.digits), max(one.digits))
        return {"validate": "length", "criteria": "between", **length, **shown, **soft}
    if one.kind in (COUNT, NUMBER) and one.least is not None:
        check = {"validate": "integer" if one.kind == COUNT else "decimal"}
        if one.most is None:
            return {**check, "criteria": ">=", "value": one.least, **shown, **soft}
        return {**check, "criteria": "between", **_between(one.least, one.most), **shown, **soft}
    return {"validate": "any", **shown}


def _hint(one: Field) -> Text:
    """Say how a cell is filled in, after what it means."""
    words: Text = ("", "")
    if one.kind == CODE and one.digits:
        words = put("template.prompt.code", {"digits": _either(one.digits)})
    elif one.kind == CHOICE:
        words = MESSAGES["template.prompt.choice"]
    elif one.kind == SET:
        words = MESSAGES["template.prompt.set"]
    elif one.kind == COUNT:
        words = MESSAGES["template.prompt.whole"]
    elif one.kind == DATE:
        words = MESSAGES["template.prompt.date"]
    elif one.kind == NUMBER and one.most is not None:
        limits = {"least": f"{one.least:g}", "most": f"{one.most:g}"}
        words = put("template.prompt.number", limits)
    elif one.kind == NUMBER and one.least is not None:
        words = put("template.prompt.least", {"least": f"{one.least:g}"})
    return (f"；{words[0]}" if words[0] else "", f"; {words[1]}" if words[1] else "")


def _either(digits: tuple[int, ...]) -> Text:
    return " 或 ".join(map(str, digits)), " or ".join(map(str, digits))


def _full(form: Form, name: str) -> str:
    """Name a column in full, as it is called outside its table."""
    return f"{form.table}.{name}"


def _write_guide(page: Any, form: Form, looks: Mapping[str, Any]) -> None:
    """Explain each column in both languages, and what to mind."""
    title = MESSAGES["template.guide.title"]
    page.write_string(0, 0, f"{_two(form.title, ' · ')} · {_two(title, ' ')}", looks["title"])
    page.set_row(0, 26)
    row = 1
    for said in form.rules:
        page.merge_range(row, 0, row, len(GUIDE) - 1, "", looks["rule"])
        page.write_string(row, 0, _two(said), looks["rule"])
        page.set_row(row, 30)
        row += 1
    for at, (name, width) in enumerate(GUIDE):
        page.set_column(at, at, width)
        page.write_string(row, at, _two(MESSAGES[f"template.guide.{name}"]), looks["head"])
    page.set_row(row, 30)
    for line, cells in enumerate(_guide_lines(form), row + 1):
        for at, cell in enumerate(cells):
            page.write_string(line, at, cell, looks["wrapped"])
    page.freeze_panes(row + 1, 1)


def _guide_lines(form: Form) -> Iterator[list[str]]:
    """Give a line for each thing asked once, and for each column."""
    no, yes = MESSAGES["template.needed.no"], MESSAGES["template.needed.yes"]
    blank = MESSAGES["template.blank.none"]
    for name in META:
        label, meaning = MESSAGES[f"template.meta.{name}"], MESSAGES[f"template.meta.{name}.long"]
        unit = MESSAGES["template.unit.date" if name == "as_of" else "template.unit.text"]
        if name == "basis":
            unit = _listed(form.bases)
        yield [label[0], _full(form, name), _two(no), *meaning, _two(unit), "", _two(blank)]
    for one in form.fields:
        needed = _two(yes if one.needed else no)
        unit = _listed(one.choices) if one.choices else one.unit
        yield [
            one.heading[0], _full(form, one.name), needed, *one.meaning, _two(unit),
            _two(one.example), _two(one.blank),
        ]  # fmt: skip


def _listed(choices: tuple[Choice, ...]) -> Text:
    return "、".join(one.words[0] for one in choices), ", ".join(one.words[1] for one in choices)


def _write_choices(page: Any, form: Form, looks: Mapping[str, Any], sheet: str) -> dict[str, str]:
    """List the words to choose from, and tell where those of each column stand."""
    for at, (name, width) in enumerate(CHOICES):
        page.set_column(at, at, width)
        page.write_string(0, at, _two(MESSAGES[f"template.guide.{name}"]), looks["head"])
    page.set_row(0, 30)
    ranges: dict[str, str] = {}
    row = 1
    lists = [("basis", MESSAGES["template.meta.basis"][0], form.bases)]
    lists += [(one.name, one.heading[0], one.choices) for one in form.fields if one.choices]
    for name, heading, choices in lists:
        for choice in choices:
            cells = (f"【{heading}】", choice.words[0], choice.key, choice.words[1])
            for at, cell in enumerate(cells):
                page.write_string(row, at, cell, looks["wrapped"])
            row += 1
        if choices:
            ranges[name] = f"='{sheet}'!$B${row - len(choices) + 1}:$B${row}"
            row += 1  # an empty line between two lists
    page.freeze_panes(1, 0)
    return ranges


def _width(form: Form, at: int) -> float:
    """Give the width of a column: its heading, what is filled in, and the line above it."""
    one = form.fields[at]
    longest = max((_cells(_shown(one, row[at])) for row in form.rows), default=0)
    words = [_cells(choice.words[0]) for choice in one.choices if one.kind == CHOICE]
    least = LABEL if at < 2 * len(META) else 0
    if not longest:
        least = max(least, LEAST[one.kind])
    widest = max([longest, _cells(one.heading[0]), *words]) + 2
    return float(min(max(least, widest), WIDEST))


def _cells(text: str) -> int:
    """Count the digits that a text is as wide as."""
    return sum(1 if one.isascii() else 2 for one in text)


def _print_settings(page: Any) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.set_footer("&C&A&R&P/&N")
