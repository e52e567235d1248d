"""The workbook of a check: what arrived, every finding, and a column for the answers."""

from __future__ import annotations

import datetime as dt
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wushan_geo import storage
from wushan_geo.checkup import CLOSED
from wushan_geo.reports.excel import A4, BASE
from wushan_geo.wording import MESSAGES, both

if TYPE_CHECKING:
    import pandas as pd

    from wushan_geo.checkup import Checkup

HEAD_ROW = 2  # below the title and the word on what to do
FIRST_ROW = HEAD_ROW + 1
LINE, MOST_LINES = 14.0, 12  # height of a line in points; taller rows hide their neighbours
PRINTED = 8  # columns of a sheet that go onto paper
LOOKS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True, "num_format": "@"},
    "number": {"num_format": "0"},
    "score": {"num_format": "0.00"},
    "answer": {
        "text_wrap": True, "num_format": "@", "bg_color": "#FFF7CC", "locked": False,
        "border_color": "#B08900",
    },
    "head": {
        "bold": True, "text_wrap": True, "bg_color": "#E9EEF4", "font_color": "#16324F",
        "valign": "vcenter",
    },
    "head_answer": {
        "bold": True, "text_wrap": True, "bg_color": "#FFE08A", "font_color": "#4A2500",
        "valign": "vcenter",
    },
    "title": {"bold": True, "font_size": 13, "border": 0, "font_color": "#16324F"},
    "plain": {"border": 0, "text_wrap": True},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """One column of a sheet."""

    key: str
    """Column of the table."""
    width: float
    """Width in characters."""
    look: str = "text"
    """How its cells look."""


def _heads(*columns: tuple[str, float] | tuple[str, float, str]) -> tuple[Head, ...]:
    return tuple(Head(*one) for one in columns)


_PLACE = (("file", 22), ("row", 7, "number"), ("column", 16), ("value", 18))
_SAID = (("rule_zh", 34), ("suggestion_zh", 38), ("rule_en", 30), ("suggestion_en", 32))
_ASKED = (("choices", 26), ("answer", 26, "answer"), ("topic", 9), ("table", 12), ("subject", 26))
DECIDE = _heads(*_PLACE, *_SAID[:2], *_ASKED, *_SAID[2:])
ERRORS = _heads(*_PLACE, *_SAID)
SHEETS: tuple[tuple[str, tuple[Head, ...]], ...] = (
    ("check.decide", DECIDE),
    ("check.errors", ERRORS),
    ("check.notes", ERRORS),
    (
        "check.arrivals",
        _heads(
            ("table", 14), ("file", 26), ("sheet", 16), ("format", 8), ("encoding", 10),
            ("layout", 10), ("header_rows", 9), ("rows", 8, "number"), ("left_out", 9, "number"),
            ("marks", 30),
        ),
    ),
    (
        "check.columns",
        _heads(
            ("table", 14), ("file", 26), ("sheet", 16), ("header", 26), ("means", 24), ("how", 12),
        ),
    ),
    (
        "check.matches",
        _heads(
            ("table", 14), ("file", 26), ("row", 7, "number"), ("parent", 18), ("name", 22),
            ("zone_id", 15), ("official", 18), ("method", 14), ("score", 8, "score"),
            ("status", 12), ("candidates", 30),
        ),
    ),
    (
        "check.changes",
        _heads(
            ("table", 14), ("key", 30), ("column", 16), ("before", 18), ("after", 18),
            ("change", 10),
        ),
    ),
    (
        "check.addresses",
        _heads(("facility_id", 22), ("name", 30), ("address", 46), ("zone", 20)),
    ),
    ("check.decided", _heads(("topic", 10), ("table", 14), ("subject", 40), ("answer", 30))),
)  # fmt: skip


def checks_xlsx(checkup: Checkup) -> bytes:
    """Make the workbook of a check.

    Parameters
    ----------
    checkup
        What the check found.

    Returns
    -------
    bytes
        An Excel file; the same findings give the same bytes.

    Raises
    ------
    KeyError
        If a table of the check lacks a column.

    Examples
    --------
    See ``tests/test_reports_checks.py``.
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
        title = both("check.title")
        book.set_properties(
            {
                "title": title[0],
                "subject": checkup.study,
                "author": "wushan-geo",
                "created": _day(checkup.as_of),
            }
        )
        looks = {name: book.add_format({**BASE, **look}) for name, look in LOOKS.items()}
        _guide(book.add_worksheet(MESSAGES["check.guide"][0]), checkup, looks)
        tables = _tables(checkup)
        offered: list[list[str]] = []
        for key, heads in SHEETS:
            page = book.add_worksheet(MESSAGES[key][0])
            _write(page, key, heads, tables[key], looks)
            if key == "check.decide":
                offered = _lists(page, heads, tables[key])
        _offers(book.add_worksheet(MESSAGES["check.choices"][0]), offered, looks)
    return storage.stable_zip(out.getvalue())


def _day(text: str) -> dt.datetime:
    """Date the file by its data, so that the bytes do not change."""
    day = dt.date.fromisoformat(text) if text else dt.date(2000, 1, 1)
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None)


def _tables(checkup: Checkup) -> dict[str, pd.DataFrame]:
    found = checkup.findings
    parts = {"check.decide": "decide", "check.errors": "error", "check.notes": "note"}
    return {
        **{key: found[(found["severity"] == one).to_numpy()] for key, one in parts.items()},
        "check.arrivals": checkup.arrivals,
        "check.columns": checkup.columns,
        "check.matches": checkup.matches,
        "check.changes": checkup.changes,
        "check.addresses": checkup.addresses,
        "check.decided": checkup.decided,
    }


def _guide(page: Any, checkup: Checkup, looks: dict[str, Any]) -> None:
    """Say what was found and what to do, in both languages."""
    page.set_column(0, 0, 60)
    page.set_column(1, 1, 70)
    title = both("check.title")
    page.write_string(0, 0, f"{title[0]} · {checkup.title[0]}", looks["title"])
    page.write_string(0, 1, f"{title[1]} · {checkup.title[1]}", looks["title"])
    counts = {
        "errors": checkup.count("error"),
        "decide": checkup.count("decide"),
        "notes": checkup.count("note"),
        "files": len(checkup.arrivals),
    }
    lines = [both("check.counts", **counts)]
    lines.append(
        both("check.since", day=checkup.accepted) if checkup.accepted else both("check.first")
    )
    lines += [both(f"check.step{at}") for at in (1, 2, 3, 4)]
    lines += [(f"{key} · {texts[0]}", f"{key} · {texts[1]}") for key, texts in _words()]
    for at, pair in enumerate(lines, 2):
        for column, text in enumerate(pair):
            page.write_string(at, column, text, looks["plain"])
    page.hide_gridlines(2)
    page.set_paper(A4)
    page.fit_to_pages(1, 0)


def _words() -> list[tuple[str, tuple[str, str]]]:
    """Give every word that an answer may be, with what it means."""
    found = [(key, MESSAGES[key]) for key in sorted(MESSAGES) if key.startswith("choice.")]
    return [(key.removeprefix("choice."), texts) for key, texts in found]


def _write(
    page: Any, key: str, heads: tuple[Head, ...], table: pd.DataFrame, looks: dict[str, Any]
) -> None:
    title, advice = both(key), both(f"{key}.what")
    page.write_string(0, 0, f"{title[0]} {title[1]}", looks["title"])
    page.write_string(1, 0, f"{advice[0]}  {advice[1]}", looks["title"])
    page.set_row(HEAD_ROW, 32)
    for at, head in enumerate(heads):
        page.set_column(at, at, head.width)
        name = MESSAGES[f"check.head.{head.key}"][0]
        look = "head_answer" if head.look == "answer" else "head"
        page.write_string(HEAD_ROW, at, f"{name}\n{head.key}", looks[look])
    for at, row in enumerate(table.to_dict("records"), FIRST_ROW):
        cells = [_shown(head, row[head.key]) for head in heads]
        page.set_row(at, LINE * max(map(_lines, cells, heads)))
        for column, (head, cell) in enumerate(zip(heads, cells, strict=True)):
            _cell(page, (at, column), cell, looks[head.look])
    bottom = max(FIRST_ROW, HEAD_ROW + len(table))
    page.autofilter(HEAD_ROW, 0, bottom, len(heads) - 1)
    page.freeze_panes(FIRST_ROW, 1)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD_ROW)
    # What an officer fills in is printed; keys and the English stay on the screen.
    page.print_area(0, 0, bottom, min(PRINTED, len(heads)) - 1)


def _lines(cell: Any, head: Head) -> int:
    """Estimate the lines of a cell: a Chinese character is as wide as two digits."""
    if not isinstance(cell, str) or head.key.endswith("_en"):
        return 1
    wide = sum(1 if one.isascii() else 2 for one in cell)
    return min(max(math.ceil(wide / (head.width * 0.95)), 1), MOST_LINES)


def _shown(head: Head, value: Any) -> Any:
    """Say in Chinese what the tables say by a key."""
    if not isinstance(value, str):
        return value
    if head.key == "choices":
        return "; ".join(_offered(value))
    word = f"check.{head.key}.{value}"
    return f"{MESSAGES[word][0]} {value}" if word in MESSAGES else value


def _offered(choices: str) -> list[str]:
    """Give the answers of a drop-down list, each word with what it means."""
    parts = [one.strip() for one in choices.split(";") if one.strip()]
    return [
        f"{one} {MESSAGES[f'choice.{one}'][0]}" if f"choice.{one}" in MESSAGES else one
        for one in parts
    ]


def _cell(page: Any, place: tuple[int, int], value: Any, look: Any) -> None:
    gone = value is None or (isinstance(value, float) and math.isnan(value))
    if gone or value == "" or not isinstance(value, (str, int, float)):
        page.write_blank(*place, None, look)
    elif isinstance(value, str):
        page.write_string(*place, value, look)
    else:
        page.write_number(*place, value, look)


def _lists(page: Any, heads: tuple[Head, ...], table: pd.DataFrame) -> list[list[str]]:
    """Give each answer its drop-down list; what is offered stands on a sheet of its own."""
    column = [one.key for one in heads].index("answer")
    offered: list[list[str]] = []
    sheet = MESSAGES["check.choices"][0]
    for at, row in enumerate(table.to_dict("records"), FIRST_ROW):
        words = _offered(str(row["choices"]))
        if not words:
            continue
        offered.append(words)
        line = len(offered)
        last = _letters(len(words) - 1)
        page.data_validation(
            at, column, at, column,
            {
                "validate": "list",
                "source": f"='{sheet}'!$A${line}:${last}${line}",
                "error_type": "stop" if row["topic"] in CLOSED else "information",
                "input_message": " / ".join(MESSAGES["check.pick"])[:255],
            },
        )  # fmt: skip
    return offered


def _letters(at: int) -> str:
    """Give the letters of a column, from 0 for A."""
    return (_letters(at // 26 - 1) if at >= 26 else "") + chr(65 + at % 26)  # noqa: PLR2004 -- letters


def _offers(page: Any, offered: list[list[str]], looks: dict[str, Any]) -> None:
    for at, words in enumerate(offered):
        for column, word in enumerate(words):
            page.write_string(at, column, word, looks["text"])
    page.set_column(0, 12, 24)
