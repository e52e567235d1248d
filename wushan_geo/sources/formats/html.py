"""Tables in web pages: what many office systems hand out under the suffix xls.

The library's own parser of web pages takes time that grows with the square of some damaged pages,
so that the few elements that matter are found by a pattern that never looks back.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

from wushan_geo.sources.formats.book import Book, Source
from wushan_geo.sources.formats.limits import MOST_COLUMNS, MOST_DEPTH, MOST_ROWS, check_place
from wushan_geo.sources.formats.refusing import RefusedError, damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.errors import Fault
    from wushan_geo.sources.formats.sheet import Sheet
    from wushan_geo.sources.grid import Grid

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)([^<>]*)>")
_SPAN = re.compile(r"""\b(row|col)span\s*=\s*["']?([0-9]{1,6})""", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SKIPPED = ("script", "style", "head", "title")  # what stands inside is no text of the page
_BREAKS = {"br", "p", "div", "li"}


def read_html(source: Source, text: str, encoding: str) -> tuple[list[Grid], list[Fault]]:
    """Read the tables of a page.

    Parameters
    ----------
    source
        The file.
    text
        Its text.
    encoding
        Encoding of the text.

    Returns
    -------
    tuple
        A grid for each table, numbered if there are several; a table that only holds other tables
        is none. Spanning cells are merged ranges.

    Raises
    ------
    RefusedError
        If there is no table, or it is beyond a limit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.study.answers import Answers
    >>> page = "<table><tr><td colspan=2>表<tr><td>甲<td>1</table>"
    >>> grid = read_html(Source(b"", Path("a.xls"), Answers()), page, "utf-8")[0][0]
    >>> grid.rows, grid.merged
    ((('表', None), ('甲', '1')), ((0, 0, 0, 1),))
    """
    book = Book(source, "html")
    tables = _Tables(book)
    for token, slash, attributes in _tokens(text):
        tables.take(token, attributes, closing=bool(slash))
    tables.finish()
    grids, faults = book.done()
    return [replace(one, encoding=encoding) for one in grids], faults


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """Give each text (as a token without name) and each tag, in time that grows with the page."""
    at = 0
    while (start := text.find("<", at)) >= 0:
        if start > at:
            yield "", "", text[at:start]
        found = _TAG.match(text, start)
        if found is not None:
            name = found[2].lower()
            yield name, found[1], found[3]
            at = found.end()
            if name in _SKIPPED and not found[1]:
                at = _after(text, at, f"</{name}")
        elif text.startswith("<!--", start):
            at = _after(text, start, "-->")
        elif text.startswith(("<!", "<?"), start):
            at = _after(text, start, ">")
        else:
            yield "", "", "<"
            at = start + 1
    yield "", "", text[at:]


def _after(text: str, start: int, end: str) -> int:
    """Give the place behind an end, or behind everything if it never comes."""
    found = text.find(end, start)
    if found < 0:
        found = text.find(end.upper(), start)
    return len(text) if found < 0 else found + len(end)


class _Table:
    """One table of the page, row by row."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet: Sheet | None = sheet
        self.row = -1
        self.column = 0
        self.cell: list[str] | None = None
        self._span = (1, 1)
        self._covered: dict[int, int] = {}  # column to the last row that a cell above reaches

    def new_row(self, attributes: str) -> None:
        self.end_cell()
        self.row += 1
        self.column = 0
        if self.sheet is not None and _UNSEEN.search(attributes):
            self.sheet.hide_rows(self.row, self.row)

    def new_cell(self, attributes: str) -> None:
        self.end_cell()
        self.row = max(self.row, 0)
        while self._covered.get(self.column, -1) >= self.row:
            self.column += 1
        spans = {one.lower(): int(count) for one, count in _SPAN.findall(attributes)}
        down = min(max(spans.get("row", 1), 1), MOST_ROWS)
        across = min(max(spans.get("col", 1), 1), MOST_COLUMNS)
        self._span = (down, across)
        self.cell = []

    def end_cell(self) -> None:
        if self.cell is None:
            return
        text = unescape("".join(self.cell))
        self.cell = None
        down, across = self._span
        row, column = self.row, self.column
        if self.sheet is not None:
            self.sheet.put(row, column, "\n".join(one.strip() for one in text.split("\n")))
            if (down, across) != (1, 1):
                self.sheet.merge(row, column, row + down - 1, column + across - 1)
        if down > 1:
            self._covered |= dict.fromkeys(range(column, column + across), row + down - 1)
        self.column += across
        check_place(0, self.column - 1)


class _Tables:
    """The tables of a page; one may stand in a cell of another."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._open: list[_Table] = []

    def take(self, name: str, content: str, *, closing: bool) -> None:
        if name == "table":
            self._end() if closing else self._begin()
        elif self._open:
            table = self._open[-1]
            try:
                _take(table, name, content, closing=closing)
            except RefusedError as error:
                if table.sheet is not None:
                    self._book.refuse(table.sheet, error)
                table.sheet = table.cell = None

    def finish(self) -> None:
        while self._open:
            self._end()

    def _begin(self) -> None:
        if len(self._open) >= MOST_DEPTH:
            raise damaged()
        number = self._book.sheets + 1
        self._open.append(_Table(self._book.begin("" if number == 1 else str(number))))

    def _end(self) -> None:
        if self._open:
            self.take("tr", "", closing=True)
            table = self._open.pop()
            if table.sheet is not None:
                self._book.end(table.sheet)


def _take(table: _Table, name: str, content: str, *, closing: bool) -> None:
    """Take a tag or a text into the innermost table."""
    if name == "":
        if table.cell is not None:
            table.cell.append(_SPACE.sub(" ", content))
    elif name in _BREAKS:
        if table.cell:
            table.cell.append("\n")
    elif name == "tr":
        table.end_cell() if closing else table.new_row(content)
    elif name in {"td", "th"}:
        table.end_cell() if closing else table.new_cell(content)
