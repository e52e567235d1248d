"""Finished results and readers of pages that the tests of the reports share."""

from __future__ import annotations

import dataclasses
import io
import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any

import built_in
import openpyxl

from wushan_geo.reports import report_files

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from wushan_geo.results import StudyResult

STUDIES = ("wushan", "wushan-facts", "example")
EVIL = '"><script>alert(1)</script>'
FORMULA = "=1+1"
PAIR = re.compile(r'<span lang="zh-CN">([^<]*)</span><span lang="en">([^<]*)</span>')
TAG = re.compile(r"<[^>]*>")
NUMERALS = {one: at for at, one in enumerate("一二三四五六七八九十", 1)}


@cache
def result_of(study: str) -> StudyResult:
    return built_in.result_of(study)


@cache
def page_of(study: str) -> str:
    return report_files(result_of(study), ["html"])["county.html"].decode()


@cache
def book_of(study: str) -> Workbook:
    return read_book(report_files(result_of(study), ["xlsx"])["county.xlsx"])


def read_book(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def records(sheet: Worksheet) -> list[dict[str, Any]]:
    """Give the rows of a sheet by the first line of their heads."""
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    heads = [str(one).split("\n")[0] for one in rows[0]]
    return [dict(zip(heads, row, strict=True)) for row in rows[1:]]


def section(page: str, name: str) -> str:
    """Give one section of a page."""
    start = page.index(f'<section id="{name}"')
    return page[start : page.index("</section>", start)]


def table(page: str, name: str) -> list[list[str]]:
    """Give the body of a table as Chinese text."""
    start = page.index(f'<table id="t-{name}"')
    whole = page[page.index("<tbody>", start) : page.index("</tbody>", start)]
    rows = re.findall(r"<tr>(.*?)</tr>", whole, re.DOTALL)
    return [[chinese(one) for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def chinese(html: str) -> str:
    """Give the text that a reader of Chinese sees."""
    kept = re.sub(r'<span lang="en">[^<]*</span>', "", html)
    return unescape(TAG.sub("", kept)).strip()


def with_tables(result: StudyResult, **tables: Any) -> StudyResult:
    """Give the same result with other tables."""
    return dataclasses.replace(result, tables={**result.tables, **tables})


def numbers(text: str) -> list[str]:
    """Give the numbers of a text; numerals of headings and clauses count as digits."""
    plain = re.sub(r"第([一二三四五六七八九十])", lambda one: f"第{NUMERALS[one[1]]}", text)
    plain = re.sub(r"^([一二三四五六七八九十])、", lambda one: f"{NUMERALS[one[1]]}、", plain)
    village = r"([一二三四五六七八九十])(?=村|社区)"  # so are the villages of the example named
    plain = re.sub(village, lambda one: str(NUMERALS[one[1]]), plain)
    return sorted(re.findall(r"\d+(?:\.\d+)?", plain))
