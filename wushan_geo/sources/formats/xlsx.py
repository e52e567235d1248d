"""Workbooks of Excel and WPS (xlsx, xlsm), read as a stream.

One walk over a sheet gives its values, the formats that change what a number means, merged, hidden
and erroneous cells. Memory follows the values, not the size that a sheet claims. Styles that matter
are the number formats alone, so that a workbook with a style that other readers stumble over is
read all the same, and so are the Chinese built-in date formats.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from wushan_geo.sources.formats import numbers
from wushan_geo.sources.formats.book import Book, Source
from wushan_geo.sources.formats.limits import MOST_COLUMNS, check_place
from wushan_geo.sources.formats.refusing import damaged
from wushan_geo.sources.formats.relations import main_part, relations
from wushan_geo.sources.formats.sheet import Sheet, plain
from wushan_geo.sources.formats.xml import Attributes, Walker
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wushan_geo.errors import Fault
    from wushan_geo.sources.formats.limits import Allowance
    from wushan_geo.sources.formats.package import Package
    from wushan_geo.sources.grid import Cell, Grid

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,7})\$?([0-9]{1,9})")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CELL, _VALUE = f"{_MAIN} c", f"{_MAIN} v"
_TRUE = {"1", "true", "on"}


def read_xlsx(source: Source, package: Package) -> tuple[list[Grid], list[Fault]]:
    """Read a workbook.

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
    >>> import io
    >>> from pathlib import Path
    >>> from openpyxl import Workbook
    >>> from wushan_geo.study.answers import Answers
    >>> book, made = Workbook(), io.BytesIO()
    >>> book.active.append(["代码", "人数"])
    >>> book.save(made)
    >>> source = Source(made.getvalue(), Path("a.xlsx"), Answers())
    >>> from wushan_geo.sources.formats.package import Package
    >>> read_xlsx(source, Package(source.content))[0][0].rows
    (('代码', '人数'),)
    """
    kind = source.suffix if source.suffix in {"xlsx", "xlsm"} else "xlsx"
    book = Book(source, kind)
    main = main_part(package, book.allowance)
    outline = _Outline(book.allowance)
    outline.walk(package.chunks(main))
    links = relations(package, main, book.allowance)
    targets = dict(links.values())
    texts: list[str | None] = []
    if targets.get("sharedStrings", "") in package:
        shared = _Texts(book.allowance)
        shared.walk(package.chunks(targets["sharedStrings"]))
        texts = shared.texts
    styles = _Styles(book.allowance)
    if targets.get("styles", "") in package:
        styles.walk(package.chunks(targets["styles"]))
    inside = _Inside(texts, styles.shown, since_1904=outline.since_1904)
    computed = 0
    for name, link, shown in outline.sheets:
        kind, target = links.get(link, ("worksheet", ""))
        if kind == "worksheet":  # no chart, no dialogue, no macro sheet
            walker = _Cells(book.allowance, inside)

            def fill(sheet: Sheet, walker: _Cells = walker, target: str = target) -> None:
                walker.fill(sheet, package.chunks(target))

            book.read(name, fill, shown=shown)
            computed += walker.formulas
    grids, faults = book.done()
    if outline.stale and computed:
        where = Where(source.path.name, None, "", computed)
        faults.append(
            fault(where, rule("file_stale", count=computed), hint("file_stale"), severity="note")
        )
    return grids, faults


class _Outline(Walker):
    """The workbook's own part: its sheets, its calendar, whether its formulas are up to date."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance)
        self.sheets: list[tuple[str, str, bool]] = []
        self.since_1904 = False
        self.stale = False

    def start_sheet(self, attributes: Attributes) -> None:
        link = next((v for key, v in attributes.items() if key.endswith(" id")), "")
        shown = attributes.get("state", "visible") == "visible"
        self.sheets.append((attributes.get("name", ""), link, shown))

    def start_workbookpr(self, attributes: Attributes) -> None:
        self.since_1904 = attributes.get("date1904", "0") in _TRUE

    def start_calcpr(self, attributes: Attributes) -> None:
        self.stale = attributes.get("fullCalcOnLoad", "0") in _TRUE


class _Texts(Walker):
    """The texts that cells share; the readings above Chinese characters are not part of them."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance)
        self.texts: list[str | None] = []
        self._parts: list[str] = []
        self._reading = False

    def start_si(self, _: Attributes) -> None:
        self._parts = []

    def start_rph(self, _: Attributes) -> None:
        self._reading = True

    def end_rph(self) -> None:
        self._reading = False

    def start_t(self, _: Attributes) -> None:
        self.take()

    def end_t(self) -> None:
        text = self.taken()
        if not self._reading:
            self._parts.append(text)

    def end_si(self) -> None:
        self.texts.append(plain(_unescaped("".join(self._parts))))


class _Styles(Walker):
    """How each style shows a number."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance)
        self.shown: list[numbers.Shown] = []
        self._codes: dict[str, str] = {}
        self._in_cells = False

    def start_numfmt(self, attributes: Attributes) -> None:
        self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def start_cellxfs(self, _: Attributes) -> None:
        self._in_cells = True

    def end_cellxfs(self) -> None:
        self._in_cells = False

    def start_xf(self, attributes: Attributes) -> None:
        if self._in_cells:
            number = attributes.get("numFmtId", "0")
            code = self._codes.get(number)
            how = numbers.built_in(int(number)) if code is None else numbers.shown(code)
            self.shown.append(how)


class _Inside:
    """What cells only point to."""

    def __init__(
        self, texts: list[str | None], shown: list[numbers.Shown], *, since_1904: bool
    ) -> None:
        self.texts = texts
        self._styles = {str(at): how for at, how in enumerate(shown)}
        self.since_1904 = since_1904

    def text(self, raw: str) -> str | None:
        at = int(raw)
        if at < 0:
            raise damaged()
        return self.texts[at]

    def number(self, raw: str, style: str | None) -> Cell:
        how = numbers.PLAIN if style is None else self._styles.get(style, numbers.PLAIN)
        if how is numbers.PLAIN and raw.isdecimal() and len(raw) <= numbers.EXACT_DIGITS:
            return int(raw)
        return numbers.cell(float(raw), how, since_1904=self.since_1904)


class _Cells(Walker):
    """One sheet.

    Nearly all of its elements are cells and their values: they take a short way, and everything
    else the usual one.
    """

    def __init__(self, allowance: Allowance, inside: _Inside) -> None:
        super().__init__(allowance)
        self.formulas = 0
        self._inside = inside
        self._sheet = Sheet("", allowance)
        self._columns: dict[str, int] = {}
        self._cells: dict[int, Cell] = {}
        self._row = -1
        self._column = -1
        self._numbered = False
        self._in_cell = False
        self._kind: str | None = None
        self._style: str | None = None
        self._formula = False
        self._filled = False
        self._parts: list[str] = []
        self._reading = False

    def fill(self, sheet: Sheet, chunks: Iterable[bytes]) -> None:
        self._sheet = sheet
        self.walk(chunks)

    def _opened(self, tag: str, attributes: Attributes) -> None:
        if tag == _CELL:
            self._events += 1
            self.start_c(attributes)
        elif tag == _VALUE and self._in_cell and self._pieces is None:
            self._pieces = []
        else:
            super()._opened(tag, attributes)

    def _closed(self, tag: str) -> None:
        if tag == _VALUE and self._pieces is not None:
            self.end_v()
        elif tag == _CELL:
            self.end_c()
        else:
            super()._closed(tag)

    def start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self._numbered = number is not None
        self._row = self._row + 1 if number is None else int(number) - 1
        self._column = -1
        if _is_hidden(attributes, "ht"):
            self._sheet.hide_rows(self._row, self._row)

    def end_row(self) -> None:
        if self._cells:
            self._sheet.put_row(self._row, self._cells)
            self._cells = {}

    def start_col(self, attributes: Attributes) -> None:
        if _is_hidden(attributes, "width"):
            self._sheet.hide_columns(int(attributes["min"]) - 1, int(attributes["max"]) - 1)

    def start_mergecell(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if last:
            self._sheet.merge(*_reference(first), *_reference(last))

    def start_c(self, attributes: Attributes) -> None:
        if self._in_cell:
            raise damaged()
        self._in_cell = True
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            name = reference.rstrip("0123456789")
            known = self._columns.get(name)
            if known is None:
                known = self._columns[name] = _reference(f"{name}1")[1]
            self._column = known
            if not self._numbered:
                self._row, self._numbered = _reference(reference)[0], True
        self._kind = attributes.get("t")
        self._style = attributes.get("s")
        self._formula = self._filled = False

    def end_c(self) -> None:
        self._in_cell = False
        if self._formula:
            self.formulas += 1
            if not self._filled and self._kind != "str":
                self._sheet.put_uncomputed(self._row, self._column)

    def start_f(self, _: Attributes) -> None:
        self._formula = self._in_cell

    def start_v(self, _: Attributes) -> None:
        self.take()

    def end_v(self) -> None:
        raw = "".join(self._pieces or ())
        self._pieces = None
        if not raw:
            return
        self._filled = True
        kind = self._kind
        value: Cell
        if kind == "s":
            value = self._inside.text(raw)
        elif kind is None or kind == "n":
            value = self._inside.number(raw, self._style)
        elif kind == "e":
            self._sheet.put_error(self._row, self._column, raw)
            return
        else:
            value = _other(kind, raw)
        self._put(value)

    def _put(self, value: Cell) -> None:
        if value is not None:
            if self._column >= MOST_COLUMNS:
                check_place(self._row, self._column)
            self._cells[self._column] = value

    def start_is(self, _: Attributes) -> None:
        self._parts = []

    def end_is(self) -> None:
        self._put(plain(_unescaped("".join(self._parts))))

    def start_t(self, _: Attributes) -> None:
        self.take()

    def end_t(self) -> None:
        text = self.taken()
        if not self._reading:
            self._parts.append(text)

    def start_rph(self, _: Attributes) -> None:
        self._reading = True

    def end_rph(self) -> None:
        self._reading = False


def _other(kind: str, raw: str) -> Cell:
    """Give a truth, a date in words, or a text of the cell's own."""
    if kind == "b":
        return raw.strip().lower() in _TRUE
    if kind == "d":
        try:
            moment = dt.datetime.fromisoformat(raw.strip())
        except ValueError:
            return raw
        moment = moment.replace(tzinfo=None)
        return moment if moment.time() != dt.time() else moment.date()
    return plain(_unescaped(raw))


def _unescaped(text: str) -> str:
    """Put back the characters that XML cannot hold."""
    if "_x" not in text:
        return text
    plainer = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n")
    return plainer.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _reference(name: str) -> tuple[int, int]:
    """Give row and column from 0 of a cell such as AB12."""
    found = _REFERENCE.fullmatch(name)
    if found is None:
        raise damaged()
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _is_hidden(attributes: Attributes, size: str) -> bool:
    """Tell whether a row or a column is hidden, or made so small that nobody sees it."""
    if attributes.get("hidden", "0") in _TRUE:
        return True
    measure = attributes.get(size)
    return measure is not None and float(measure) == 0
