"""Workbooks of Excel 2002 and 2003 in one XML file: what some office systems call xls."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from wushan_geo.sources.formats import numbers
from wushan_geo.sources.formats.book import Book, Source
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.sources.formats.xml import Attributes, Walker, local

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.sources.formats.sheet import Sheet
    from wushan_geo.sources.grid import Cell, Grid

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_NAMED = {
    "Percent": "0%", "Short Date": "yyyy-m-d", "Long Date": "yyyy-m-d", "General Date": "yyyy-m-d",
    "Medium Date": "yyyy-m-d",
}  # fmt: skip


def read_spreadsheetml(source: Source, text: str) -> tuple[list[Grid], list[Fault]]:
    """Read a workbook.

    Parameters
    ----------
    source
        The file.
    text
        Its text.

    Returns
    -------
    tuple
        Its sheets in order, and what was found.

    Raises
    ------
    RefusedError
        If it cannot be read, or is beyond a limit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.study.answers import Answers
    >>> text = (f'<Workbook xmlns="{NAMESPACE}" xmlns:ss="{NAMESPACE}">'
    ...     '<Worksheet ss:Name="s"><Table><Row><Cell ss:Index="2">'
    ...     '<Data ss:Type="Number">5</Data></Cell></Row>'
    ...     "</Table></Worksheet></Workbook>")
    >>> read_spreadsheetml(Source(b"", Path("a.xls"), Answers()), text)[0][0].rows
    ((None, 5),)
    """
    book = Book(source, "xml")
    _Content(book).walk([text.encode("utf-8", "replace")], "utf-8")
    return book.done()


class _Content(Walker):
    def __init__(self, book: Book) -> None:
        super().__init__(book.allowance)
        self._book = book
        self._style = ""
        self._shown: dict[str, numbers.Shown] = {}
        self._sheet: Sheet | None = None
        self._name = ""
        self._hidden = False
        self._row = self._column = -1
        self._cell: Attributes = {}
        self._kind = ""
        self._value: str | None = None
        self._aside = False

    def start_style(self, attributes: Attributes) -> None:
        self._style = local(attributes, "ID") or ""

    def start_numberformat(self, attributes: Attributes) -> None:
        code = local(attributes, "Format") or "General"
        self._shown[self._style] = numbers.shown(_NAMED.get(code, code))

    def start_worksheet(self, attributes: Attributes) -> None:
        self._sheet = self._book.begin(local(attributes, "Name") or "")
        self._row = self._column = -1

    def start_visible(self, _: Attributes) -> None:
        self.take()

    def end_visible(self) -> None:
        if self._sheet is not None and self.taken().strip() != "SheetVisible":
            self._sheet.shown = False

    def end_worksheet(self) -> None:
        if self._sheet is not None:
            self._book.end(self._sheet)
            self._sheet = None

    def start_column(self, attributes: Attributes) -> None:
        first = _index(attributes, self._column)
        self._column = first + _count(attributes, "Span")
        if self._sheet is not None and local(attributes, "Hidden") == "1":
            self._sheet.hide_columns(first, self._column)

    def start_row(self, attributes: Attributes) -> None:
        self._row = _index(attributes, self._row)
        self._column = -1
        last = self._row + _count(attributes, "Span")
        if self._sheet is not None and local(attributes, "Hidden") == "1":
            self._sheet.hide_rows(self._row, last)
        self._last = last

    def end_row(self) -> None:
        self._row = self._last

    def start_cell(self, attributes: Attributes) -> None:
        self._column = _index(attributes, self._column)
        self._cell = attributes
        self._value = None

    def start_comment(self, _: Attributes) -> None:
        self._aside = True

    def end_comment(self) -> None:
        self._aside = False

    def start_data(self, attributes: Attributes) -> None:
        if not self._aside:
            self._kind = local(attributes, "Type") or "String"
            self.take()

    def end_data(self) -> None:
        if not self._aside:
            self._value = self.taken()

    def end_cell(self) -> None:
        across, down = _count(self._cell, "MergeAcross"), _count(self._cell, "MergeDown")
        if self._sheet is not None:
            try:
                self._put(self._sheet)
                if across or down:
                    right, bottom = self._column + across, self._row + down
                    self._sheet.merge(self._row, self._column, bottom, right)
            except RefusedError as error:
                self._book.refuse(self._sheet, error)
                self._sheet = None
        self._column += across

    def _put(self, sheet: Sheet) -> None:
        value = self._value
        if value and self._kind == "Error":
            sheet.put_error(self._row, self._column, value)
        elif value:
            how = self._shown.get(local(self._cell, "StyleID") or "", numbers.PLAIN)
            sheet.put(self._row, self._column, _value(value, self._kind, how))
        elif self._kind != "String" and local(self._cell, "Formula") is not None:
            sheet.put_uncomputed(self._row, self._column)


def _value(text: str, kind: str, how: numbers.Shown) -> Cell:
    if kind == "Number":
        return numbers.cell(float(text), how)
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "DateTime":
        try:
            moment = dt.datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        except ValueError:
            return text
        if how.kind == "time" and moment.date() <= dt.date(1900, 1, 1):
            return f"{moment:%H:%M}"
        return moment if moment.time() != dt.time() else moment.date()
    return text


def _index(attributes: Attributes, before: int) -> int:
    """Give the place of a row, column or cell: the one it names, else the next."""
    named = local(attributes, "Index")
    return before + 1 if named is None else int(named) - 1


def _count(attributes: Attributes, name: str) -> int:
    return max(0, int(local(attributes, name) or 0))
