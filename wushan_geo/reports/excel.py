"""The report as a workbook: one table a sheet, codes as text, no formula, the same bytes twice."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import TYPE_CHECKING, Any

from wushan_geo import storage
from wushan_geo.reports import sheets
from wushan_geo.reports.desk import Desk, desk_of
from wushan_geo.reports.figures import missing
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from wushan_geo.reports.figures import Text
    from wushan_geo.reports.sheets import Head, Sheet
    from wushan_geo.results import StudyInfo, StudyResult

A4 = 9
SCENARIO = "notice.scenario"
HEAD_ROW = 2  # below the notice and the title
FIRST_ROW = HEAD_ROW + 1
LINE = 15.0  # height of a line in points
NUMBERS = {
    sheets.NUMBER: "0", sheets.MINUTES: "0.0", sheets.SHARE: "0.####", "degrees": "0.00000",
    "order": "0",
}  # fmt: skip
WIDTH = 12.0
SCREEN = 150.0  # width of columns that a screen of 1366 pixels shows
BASE = {
    "font_name": "宋体",
    "font_size": 10,
    "valign": "top",
    "border": 1,
    "border_color": "#B8C0CC",
}
LOOKS: dict[str, dict[str, Any]] = {
    sheets.CODE: {"num_format": "@"},
    sheets.TEXT: {"text_wrap": True},
    sheets.LONG: {"text_wrap": True},
    sheets.DEMO: {"text_wrap": True},
    "hatched": {"text_wrap": True, "pattern": 14, "fg_color": "#E3CD9B", "bg_color": "#FFFAF0"},
    **{kind: {"num_format": shown} for kind, shown in NUMBERS.items()},
    "words": {"align": "right"},
    "head": {
        "bold": True, "text_wrap": True, "bg_color": "#E9EEF4", "font_color": "#16324F",
        "valign": "vcenter",
    },
    "title": {"bold": True, "font_size": 13, "border": 0, "font_color": "#16324F"},
    "notice": {
        "bold": True, "text_wrap": True, "bg_color": "#FFF1C9", "font_color": "#4A2500",
        "valign": "vcenter",
    },
}  # fmt: skip


def county_xlsx(result: StudyResult | Desk) -> bytes:
    """Make the county report as a workbook.

    Parameters
    ----------
    result
        A finished result, or its look-ups where they were prepared before.

    Returns
    -------
    bytes
        An Excel file; the same result gives the same bytes.

    Raises
    ------
    KeyError
        If a table or a column that reports read is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    import xlsxwriter

    desk = result if isinstance(result, Desk) else desk_of(result)
    made = (one(desk) for one in sheets.TABLES)
    tables = [one for one in made if one is not None]
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(_properties(desk.info))
        looks = {name: book.add_format({**BASE, **look}) for name, look in LOOKS.items()}
        if desk.info.demonstration:  # schematic roads bear no decimals
            looks[sheets.MINUTES] = looks[sheets.NUMBER]
        for one in (sheets.guide(desk, tables), *tables):
            name = MESSAGES[f"sheet.{one.key}"][0]
            _write(book.add_worksheet(name), one, desk.info, looks)
    return storage.stable_zip(out.getvalue())


def _properties(info: StudyInfo) -> dict[str, Any]:
    """Name the subject; the date is that of the data, so that the bytes do not change."""
    notice = " ".join(one for said in _gravest(info) for one in said)
    return {
        "title": info.title[0],
        "subject": info.title[1],
        "author": "wushan-geo",
        "comments": notice,
        "created": dt.datetime.combine(info.as_of, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None),
    }


def _write(page: Any, sheet: Sheet, info: StudyInfo, looks: dict[str, Any]) -> None:
    last = len(sheet.heads) - 1
    widths = [_width(sheet, at) for at in range(len(sheet.heads))]
    for at, width in enumerate(widths):
        page.set_column(at, at, width)
    notice, across = _notice(info), _across(widths)
    if across:
        page.merge_range(0, 0, 0, across, "", looks["notice"])
    page.write_string(0, 0, notice, looks["notice"])
    page.set_row(0, LINE * _lines(notice, sum(widths[: across + 1])))
    title = MESSAGES[f"sheet.{sheet.key}"]
    page.write_string(1, 0, f"{info.title[0]} · {title[0]} {title[1]}", looks["title"])
    page.set_row(1, LINE * 1.5)
    page.set_row(HEAD_ROW, LINE * 3.6)
    for at, head in enumerate(sheet.heads):
        page.write_string(HEAD_ROW, at, "\n".join(head.title), looks["head"])
    for at, row in enumerate(sheet.rows, FIRST_ROW):
        _write_row(page, at, sheet.heads, row, looks)
    bottom = max(FIRST_ROW, HEAD_ROW + len(sheet.rows))
    page.autofilter(HEAD_ROW, 0, bottom, last)
    page.freeze_panes(FIRST_ROW, sheet.frozen)
    _print_settings(page, info)


def _write_row(
    page: Any, at: int, heads: tuple[Head, ...], row: list[Any], looks: dict[str, Any]
) -> None:
    for column, (head, cell) in enumerate(zip(heads, row, strict=True)):
        if cell is None or cell == "":
            page.write_blank(at, column, None, looks[head.kind])
        elif isinstance(cell, str):
            kind = head.kind
            if kind == sheets.DEMO and cell and head.origin == sheets.DEMO_ORIGIN:
                kind = "hatched"
            if kind in NUMBERS:
                kind = "words"
            page.write_string(at, column, cell, looks[kind])
        elif missing(cell):
            page.write_string(at, column, MESSAGES["no_data"][0], looks["words"])
        elif math.isinf(cell):
            page.write_string(at, column, MESSAGES["unreachable"][0], looks["words"])
        else:
            page.write_number(at, column, cell, looks[head.kind])


def _notice(info: StudyInfo) -> str:
    """Give what stands above every sheet: the gravest notices in both languages."""
    return "\n".join(one for said in _gravest(info) for one in said)


def _gravest(info: StudyInfo) -> list[Text]:
    """Give the gravest notice, and that of a scenario: neither stands for the other."""
    texts = info.notice_texts
    return [texts[one] for one in dict.fromkeys([info.notices[0], SCENARIO]) if one in texts]


def _width(sheet: Sheet, at: int) -> float:
    """Give the width of a column; codes are shown whole."""
    kind = sheet.heads[at].kind
    if kind != sheets.CODE:
        return sheets.WIDTHS.get(kind, WIDTH)
    longest = max((len(row[at]) for row in sheet.rows if isinstance(row[at], str)), default=0)
    return max(float(sheets.WIDTHS[kind]), longest + 2.0)


def _across(widths: list[float]) -> int:
    """Give the last column under the notice, so that it can be read without scrolling."""
    return sum(1 for at in range(1, len(widths)) if sum(widths[: at + 1]) <= SCREEN)


def _lines(notice: str, width: float) -> int:
    """Estimate the lines of a text in a cell: a Chinese character is as wide as two digits."""
    wide = max(width * 0.9, 1.0)
    return sum(
        math.ceil(sum(1 if one.isascii() else 2 for one in line) / wide)
        for line in notice.split("\n")
    )


def _print_settings(page: Any, info: StudyInfo) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, HEAD_ROW)
    mark = _watermark(info)
    page.set_header(f"&C&B&18&K9A6A4A{mark}" if mark else f"&C{_plain(info.title[0])}")
    edition = _plain(MESSAGES["notice.internal"][0])
    page.set_footer(f"&L{edition}&C{_plain(mark)}&R&P/&N")
    page.hide_gridlines(2)


def _watermark(info: StudyInfo) -> str:
    if info.fictional and not info.demonstration:
        return " ".join(MESSAGES["report.watermark.fictional"])
    return "  ".join(MESSAGES[info.watermark]) if info.watermark else ""


def _plain(said: str) -> str:
    """Keep a text from being read as a code of headers and footers."""
    return said.replace("&", "&&")
