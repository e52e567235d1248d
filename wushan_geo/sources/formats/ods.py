"""Workbooks of LibreOffice and WPS (ods, fods), read as a stream."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING

from wushan_geo.sources.formats import numbers
from wushan_geo.sources.formats.book import Book, Source
from wushan_geo.sources.formats.limits import MOST_COLUMNS, MOST_LETTERS, Allowance
from wushan_geo.sources.formats.refusing import RefusedError, locked
from wushan_geo.sources.formats.xml import Attributes, Walker, local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wushan_geo.errors import Fault
    from wushan_geo.sources.formats.package import Package
    from wushan_geo.sources.formats.sheet import Sheet
    from wushan_geo.sources.grid import Cell, Grid

_CODE = re.compile(r"0[0-9]+")
_DURATION = re.compile(r"PT(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:[.,][0-9]+)?S)?")
_ERROR = re.compile(r"Err:[0-9]+|#[A-Z/0]+[!?]?|#N/A")
_MANIFEST = "META-INF/manifest.xml"
_KIND = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type"
_CALCULATED = "calcext:1.0 value-type"


def read_ods(source: Source, package: Package) -> tuple[list[Grid], list[Fault]]:
    """Read an OpenDocument workbook.

    Parameters
    ----------
    source
        The file.
    package
        Its parts.

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
    >>> import io, zipfile
    >>> from pathlib import Path
    >>> from wushan_geo.sources.formats.package import Package
    >>> from wushan_geo.study.answers import Answers
    >>> made = io.BytesIO()
    >>> with zipfile.ZipFile(made, "w") as archive:
    ...     archive.writestr("content.xml", FLAT_EXAMPLE)
    >>> source = Source(made.getvalue(), Path("a.ods"), Answers())
    >>> read_ods(source, Package(source.content))[0][0].rows
    (('人数', 12),)
    """
    if _MANIFEST in package:
        manifest = _Manifest(Allowance())
        manifest.walk(package.chunks(_MANIFEST))
        if manifest.encrypted:
            raise locked()
    return _read(source, package.chunks("content.xml"), "ods")


def read_fods(source: Source) -> tuple[list[Grid], list[Fault]]:
    """Read an OpenDocument workbook that is one XML file.

    Parameters
    ----------
    source
        The file.

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
    >>> read_fods(Source(FLAT_EXAMPLE.encode(), Path("a.fods"), Answers()))[0][0].sheet
    'Sheet1'
    """
    return _read(source, [source.content], "fods")


FLAT_EXAMPLE = """<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Sheet1"><table:table-row>
<table:table-cell office:value-type="string"><text:p>人数</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document>"""


def _read(source: Source, chunks: Iterable[bytes], kind: str) -> tuple[list[Grid], list[Fault]]:
    book = Book(source, kind)
    _Content(book).walk(chunks)
    return book.done()


class _Manifest(Walker):
    """The list of parts, which says whether they are encrypted."""

    encrypted = False

    def start_encryption_data(self, _: Attributes) -> None:
        self.encrypted = True


class _Content(Walker):
    """The one part that holds all sheets, and the styles that hide some of them."""

    def __init__(self, book: Book) -> None:
        super().__init__(book.allowance)
        self._book = book
        self._style = ""
        self._unseen: set[str] = set()
        self._aside = 0  # inside a comment, a drawing or a list of changes
        self._sheet: Sheet | None = None
        self._row = 0
        self._column = 0
        self._repeat = 1
        self._cell: Attributes | None = None
        self._texts: list[str] = []
        self._filled: list[tuple[int, Cell, bool]] = []

    def start_style(self, attributes: Attributes) -> None:
        self._style = local(attributes, "name") or ""

    def start_table_properties(self, attributes: Attributes) -> None:
        if local(attributes, "display") == "false":
            self._unseen.add(self._style)

    def _leave(self, _: Attributes) -> None:
        self._aside += 1

    def _return(self) -> None:
        self._aside -= 1

    start_annotation = start_frame = start_shapes = start_tracked_changes = _leave
    start_custom_shape = start_control = start_forms = _leave
    end_annotation = end_frame = end_shapes = end_tracked_changes = _return
    end_custom_shape = end_control = end_forms = _return

    def start_table(self, attributes: Attributes) -> None:
        if not self._aside:
            shown = local(attributes, "style-name") not in self._unseen
            self._sheet = self._book.begin(local(attributes, "name") or "", shown=shown)
            self._row = self._column = 0

    def end_table(self) -> None:
        if not self._aside and self._sheet is not None:
            self._book.end(self._sheet)
            self._sheet = None

    def start_table_column(self, attributes: Attributes) -> None:
        count = _count(attributes, "number-columns-repeated")
        if self._sheet is not None and _is_hidden(attributes):
            self._sheet.hide_columns(self._column, self._column + count - 1)
        self._column += count

    def start_table_row(self, attributes: Attributes) -> None:
        self._repeat = _count(attributes, "number-rows-repeated")
        self._column = 0
        self._filled = []
        if self._sheet is not None and _is_hidden(attributes):
            self._sheet.hide_rows(self._row, self._row + self._repeat - 1)

    def end_table_row(self) -> None:
        sheet = self._sheet
        if self._filled and sheet is not None:
            try:
                self.allowance.require(self._repeat * len(self._filled))
                for row in range(self._row, self._row + self._repeat):
                    for column, value, wrong in self._filled:
                        _put(sheet, row, column, value, wrong=wrong)
            except RefusedError as error:
                self._book.refuse(sheet, error)
                self._sheet = None
        self._row += self._repeat

    def start_table_cell(self, attributes: Attributes) -> None:
        if not self._aside:
            self._cell = attributes
            self._texts = []

    start_covered_table_cell = start_table_cell

    def start_p(self, _: Attributes) -> None:
        if not self._aside and self._cell is not None:
            self.take()

    def start_s(self, attributes: Attributes) -> None:
        self.add(" " * min(_count(attributes, "c"), MOST_LETTERS))

    def start_tab(self, _: Attributes) -> None:
        self.add(" ")

    def start_line_break(self, _: Attributes) -> None:
        self.add("\n")

    def end_p(self) -> None:
        if not self._aside and self._cell is not None:
            self._texts.append(self.taken())

    def end_table_cell(self) -> None:
        cell = self._cell
        if self._aside or cell is None:
            return
        self._cell = None
        count = _count(cell, "number-columns-repeated")
        across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
        if self._sheet is not None and max(across, down) > 1:
            row, column = self._row, self._column
            self._sheet.merge(row, column, row + down - 1, column + across - 1)
        text = "\n".join(self._texts)
        value, wrong = _value(cell, text)
        if wrong or value is not None:
            for column in range(self._column, self._column + min(count, MOST_COLUMNS + 1)):
                self._filled.append((column, value, wrong))
        self._column += count

    def end_covered_table_cell(self) -> None:
        """Pass over what a merged range covers: nobody sees it."""
        if not self._aside and self._cell is not None:
            self._column += _count(self._cell, "number-columns-repeated")
            self._cell = None


def _put(sheet: Sheet, row: int, column: int, value: Cell, *, wrong: bool) -> None:
    if not wrong:
        sheet.put(row, column, value)
    elif isinstance(value, str):
        sheet.put_error(row, column, value)
    else:
        sheet.put_uncomputed(row, column)


def _value(cell: Attributes, text: str) -> tuple[Cell, bool]:
    """Give the value of a cell, and whether it is an error or lacks the result of a formula."""
    kind = cell.get(_KIND, "")
    formula = local(cell, "formula") is not None
    calculated = next((v for key, v in cell.items() if key.endswith(_CALCULATED)), "")
    if calculated == "error" or (formula and _ERROR.fullmatch(text)):
        return text or "#", True
    if formula and not kind and not text:
        return None, True
    typed = _TYPED.get(kind)
    if typed is None:
        return text or local(cell, "string-value"), False
    return typed(local(cell, _ATTRIBUTES[kind]) or "", text), False


def _share(written: str, text: str) -> Cell:
    share = float(written or "nan")
    return numbers.percent(share) if math.isfinite(share) else text


def _number(written: str, text: str) -> Cell:
    value, shown = float(written or "nan"), text.strip()
    if _CODE.fullmatch(shown) and int(shown) == value:
        return shown  # leading zeros that a format puts there are part of a code
    return numbers.cell(value, numbers.PLAIN)


def _moment(written: str, text: str) -> Cell:
    try:
        moment = dt.datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return text or written
    return moment if moment.time() != dt.time() else moment.date()


def _time(written: str, text: str) -> Cell:
    found = _DURATION.fullmatch(written)
    if found is None:
        return text
    hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _truth(written: str, _: str) -> Cell:
    return written == "true"


_TYPED: dict[str, Callable[[str, str], Cell]] = {
    "float": _number, "currency": _number, "percentage": _share, "date": _moment, "time": _time,
    "boolean": _truth,
}  # fmt: skip
_ATTRIBUTES = {
    "float": "value", "currency": "value", "percentage": "value", "date": "date-value",
    "time": "time-value", "boolean": "boolean-value",
}  # fmt: skip


def _count(attributes: Attributes, name: str) -> int:
    found = local(attributes, name)
    return 1 if found is None else max(1, int(found))


def _is_hidden(attributes: Attributes) -> bool:
    return (local(attributes, "visibility") or "visible") != "visible"
