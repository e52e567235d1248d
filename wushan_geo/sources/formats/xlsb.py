"""Binary workbooks of Excel (xlsb), record by record."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from wushan_geo.sources.formats import numbers
from wushan_geo.sources.formats.book import Book, Source
from wushan_geo.sources.formats.refusing import damaged
from wushan_geo.sources.formats.relations import main_part, relations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wushan_geo.errors import Fault
    from wushan_geo.sources.formats.limits import Allowance
    from wushan_geo.sources.formats.package import Package
    from wushan_geo.sources.formats.sheet import Sheet
    from wushan_geo.sources.grid import Cell, Grid

_SHEET, _CALENDAR, _TEXT = 156, 153, 19
_FORMAT, _STYLES, _STYLES_END, _STYLE = 44, 617, 618, 47
_ROW, _COLUMNS, _MERGED = 0, 60, 176
_HEAD = 8  # bytes of a cell before its value: column and style
_BROKEN = (struct.error, IndexError, ValueError, OverflowError)


def read_xlsb(source: Source, package: Package) -> tuple[list[Grid], list[Fault]]:
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
    >>> import io, zipfile
    >>> from pathlib import Path
    >>> from wushan_geo.sources.formats.package import Package
    >>> from wushan_geo.study.answers import Answers
    >>> made = io.BytesIO()
    >>> with zipfile.ZipFile(made, "w") as archive:
    ...     archive.writestr("xl/workbook.bin", b"")
    >>> source = Source(made.getvalue(), Path("a.xlsb"), Answers())
    >>> read_xlsb(source, Package(source.content))
    Traceback (most recent call last):
    wushan_geo.sources.formats.refusing.RefusedError: : has something in it...
    """
    book = Book(source, "xlsb")
    try:
        workbook = _Workbook(package, book.allowance)
    except _BROKEN as error:
        raise damaged() from error
    for name, part, shown in workbook.sheets:

        def fill(sheet: Sheet, part: str = part) -> None:
            try:
                _Cells(workbook, sheet).read(package, part)
            except _BROKEN as error:
                raise damaged() from error

        book.read(name, fill, shown=shown)
    return book.done()


def _records(package: Package, part: str, allowance: Allowance) -> Iterator[tuple[int, bytes]]:
    """Give number and bytes of each record of a part."""
    data = b"".join(package.chunks(part))
    at, end = 0, len(data)
    while at < end:
        number, at = _varying(data, at, 2)
        size, at = _varying(data, at, 4)
        if at + size > end:
            raise damaged()
        allowance.elements -= 1
        if allowance.elements < 0:
            raise damaged()
        yield number, data[at : at + size]
        at += size


def _varying(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Read a number of seven bits a byte (the eighth: more follow), and give the place after."""
    value = 0
    for step in range(most):
        byte = data[at + step]
        value |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            return value, at + step + 1
    return value, at + most


def _text(data: bytes, at: int) -> tuple[str, int]:
    """Read a text with its length before it, and give the place after."""
    length = struct.unpack_from("<I", data, at)[0]
    end = at + 4 + 2 * length
    if length == 0xFFFFFFFF:  # noqa: PLR2004 - no text at all
        return "", at + 4
    if end > len(data):
        raise damaged()
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


class _Workbook:
    """What stands beside the sheets: their list, the shared texts, the formats."""

    def __init__(self, package: Package, allowance: Allowance) -> None:
        self.allowance = allowance
        self.sheets: list[tuple[str, str, bool]] = []
        self.texts: list[str] = []
        self.styles: list[numbers.Shown] = []
        self.since_1904 = False
        main = main_part(package, allowance, "xl/workbook.bin")
        links = relations(package, main, allowance)
        for number, data in _records(package, main, allowance):
            if number == _SHEET:
                self._sheet(data, links)
            elif number == _CALENDAR:
                self.since_1904 = bool(data[0] & 1)
        targets = dict(links.values())
        if targets.get("sharedStrings", "") in package:
            records = _records(package, targets["sharedStrings"], allowance)
            self.texts = [_text(data, 1)[0] for number, data in records if number == _TEXT]
        if targets.get("styles", "") in package:
            self._formats(_records(package, targets["styles"], allowance))

    def _sheet(self, data: bytes, links: dict[str, tuple[str, str]]) -> None:
        state = struct.unpack_from("<I", data)[0]
        link, at = _text(data, 8)
        kind, part = links.get(link, ("worksheet", ""))
        if kind == "worksheet":
            self.sheets.append((_text(data, at)[0], part, state == 0))

    def _formats(self, records: Iterator[tuple[int, bytes]]) -> None:
        codes: dict[int, str] = {}
        inside = False
        for number, data in records:
            if number == _FORMAT:
                codes[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
            elif number in (_STYLES, _STYLES_END):
                inside = number == _STYLES
            elif number == _STYLE and inside:
                one = struct.unpack_from("<H", data, 2)[0]
                code = codes.get(one)
                self.styles.append(numbers.built_in(one) if code is None else numbers.shown(code))


class _Cells:
    """One sheet."""

    def __init__(self, workbook: _Workbook, sheet: Sheet) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._row = -1
        self._values: dict[int, Callable[[bytes, int], Cell]] = {
            2: lambda data, style: self._number(numbers.short(_whole(data)), style),
            4: lambda data, _: bool(data[_HEAD]),
            5: self._real, 6: lambda data, _: _text(data, _HEAD)[0],
            7: lambda data, _: self._workbook.texts[_whole(data)],
            8: lambda data, _: _text(data, _HEAD)[0], 9: self._real,
            10: lambda data, _: bool(data[_HEAD]), 62: lambda data, _: _text(data, _HEAD + 1)[0],
        }  # fmt: skip

    def read(self, package: Package, part: str) -> None:
        for number, data in _records(package, part, self._workbook.allowance):
            if number in self._values:
                column, style = struct.unpack_from("<II", data)
                value = self._values[number](data, style & 0xFFFFFF)
                self._sheet.put(self._row, column, value)
            elif number in (3, 11):  # an error that was typed, and one of a formula
                column = struct.unpack_from("<I", data)[0]
                self._sheet.put_error(self._row, column, numbers.ERRORS.get(data[_HEAD], "#"))
            elif number == _ROW:
                self._row = struct.unpack_from("<I", data)[0]
                if data[11] & 0x10:
                    self._sheet.hide_rows(self._row, self._row)
            elif number == _COLUMNS:
                first, last, width, _, flags = struct.unpack_from("<IIIIH", data)
                if flags & 1 or width == 0:
                    self._sheet.hide_columns(first, last)
            elif number == _MERGED:
                top, bottom, left, right = struct.unpack_from("<IIII", data)
                self._sheet.merge(top, left, bottom, right)

    def _real(self, data: bytes, style: int) -> Cell:
        return self._number(struct.unpack_from("<d", data, _HEAD)[0], style)

    def _number(self, value: float, style: int) -> Cell:
        styles = self._workbook.styles
        how = styles[style] if style < len(styles) else numbers.PLAIN
        return numbers.cell(value, how, since_1904=self._workbook.since_1904)


def _whole(data: bytes) -> int:
    return int(struct.unpack_from("<I", data, _HEAD)[0])
