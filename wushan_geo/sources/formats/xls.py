"""Workbooks of Excel 95 to 2003 and of WPS (xls, et), record by record.

Libraries that read them were tried and not taken: on damaged bytes the fast one ends the whole
process, and none tells a share, a code with zeros or a hidden row. Here every step is bounded by
the bytes there are.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from wushan_geo.sources.formats import numbers
from wushan_geo.sources.formats.book import Book, Source
from wushan_geo.sources.formats.refusing import damaged, locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wushan_geo.errors import Fault
    from wushan_geo.sources.formats.limits import Allowance
    from wushan_geo.sources.formats.sheet import Sheet
    from wushan_geo.sources.grid import Grid

BEGIN = b"\x09\x08"  # a stream that stands in no compound file starts so as well
_BOF, _EOF, _CONTINUE = 0x809, 0x0A, 0x3C
_BIFF8, _BIFF5 = 0x600, 0x500
_WORKSHEET = 0
_FORMULA, _STRING = 0x06, 0x207
_CODE_PAGES = {936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 1200: "utf-16-le"}
_BROKEN = (struct.error, IndexError, KeyError, ValueError, OverflowError, LookupError)

Record = tuple[int, bytes, list[bytes]]


def read_xls(source: Source, stream: bytes) -> tuple[list[Grid], list[Fault]]:
    """Read a workbook.

    Parameters
    ----------
    source
        The file.
    stream
        Its stream of records.

    Returns
    -------
    tuple
        Its sheets in order, and what was found.

    Raises
    ------
    RefusedError
        If it cannot be read, needs a password, or is beyond a limit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.study.answers import Answers
    >>> read_xls(Source(b"", Path("a.xls"), Answers()), b"no records")
    Traceback (most recent call last):
    wushan_geo.sources.formats.refusing.RefusedError: : is whole, and can be read to its end...
    """
    book = Book(source, "xls")
    workbook = _Workbook(book.allowance)
    try:
        workbook.read(stream)
    except _BROKEN as error:
        raise damaged() from error
    for name, start, shown in workbook.sheets:

        def fill(sheet: Sheet, start: int = start) -> None:
            try:
                _Cells(workbook, sheet).read(stream, start)
            except _BROKEN as error:
                raise damaged() from error

        book.read(name, fill, shown=shown)
    return book.done()


def _records(stream: bytes, start: int, allowance: Allowance) -> Iterator[Record]:
    """Give number, bytes and continuations of each record."""
    at, end = start, len(stream)
    while at + 4 <= end:
        number, length = struct.unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + length]
        if len(data) < length:
            raise damaged()
        at += 4 + length
        more: list[bytes] = []
        while at + 4 <= end and stream[at] == _CONTINUE and stream[at + 1] == 0:
            length = struct.unpack_from("<H", stream, at + 2)[0]
            more.append(stream[at + 4 : at + 4 + length])
            at += 4 + length
        allowance.elements -= 1 + len(more)
        if allowance.elements < 0:
            raise damaged()
        yield number, data, more


class _Workbook:
    """What stands before the sheets: their list, the shared texts, the formats."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self.sheets: list[tuple[str, int, bool]] = []
        self.texts: list[str] = []
        self.since_1904 = False
        self.wide = True
        self.encoding = "cp1252"
        self._codes: dict[int, str] = {}
        self._styles: list[int] = []
        self._shown: dict[int, numbers.Shown] = {}

    def read(self, stream: bytes) -> None:
        records = _records(stream, 0, self.allowance)
        number, data, _ = next(records, (0, b"", []))
        version = struct.unpack_from("<H", data)[0] if number == _BOF else 0
        if version not in (_BIFF8, _BIFF5):
            raise damaged()
        self.wide = version == _BIFF8
        known: dict[int, Callable[[bytes, list[bytes]], None]] = {
            0x2F: self._password, 0x42: self._code_page, 0x22: self._calendar,
            0x41E: self._format, 0xE0: self._style, 0xFC: self._shared, 0x85: self._sheet,
        }  # fmt: skip
        for number, data, more in records:
            if number == _EOF:
                return
            if number in known:
                known[number](data, more)
        raise damaged()

    def shown(self, style: int) -> numbers.Shown:
        """Tell how a style shows a number."""
        how = self._shown.get(style)
        if how is None:
            number = self._styles[style] if style < len(self._styles) else 0
            code = self._codes.get(number)
            how = numbers.built_in(number) if code is None else numbers.shown(code)
            self._shown[style] = how
        return how

    def text(self, data: bytes, at: int, more: list[bytes], *, short: bool = False) -> str:
        """Read a text with its length before it (of one byte if it is short)."""
        cursor = _Cursor([data, *more], at)
        length = cursor.number("<B") if short else cursor.number("<H")
        if not self.wide:
            return cursor.take(length).decode(self.encoding, "replace")
        return cursor.text(length, cursor.number("<B"))

    def _password(self, _: bytes, __: list[bytes]) -> None:
        raise locked()

    def _code_page(self, data: bytes, _: list[bytes]) -> None:
        page = struct.unpack_from("<H", data)[0]
        name = _CODE_PAGES.get(page, f"cp{page}")
        try:
            b"".decode(name)
        except LookupError:
            return
        self.encoding = name

    def _calendar(self, data: bytes, _: list[bytes]) -> None:
        self.since_1904 = data[:1] == b"\x01"

    def _format(self, data: bytes, more: list[bytes]) -> None:
        number = struct.unpack_from("<H", data)[0]
        self._codes[number] = self.text(data, 2, more, short=not self.wide)

    def _style(self, data: bytes, _: list[bytes]) -> None:
        self._styles.append(struct.unpack_from("<H", data, 2)[0])

    def _shared(self, data: bytes, more: list[bytes]) -> None:
        count = struct.unpack_from("<I", data, 4)[0]
        cursor = _Cursor([data, *more], 8)
        for _ in range(count):
            if cursor.ended():
                break
            length, flags = cursor.number("<H"), cursor.number("<B")
            runs = cursor.number("<H") if flags & 8 else 0
            extra = cursor.number("<I") if flags & 4 else 0
            self.texts.append(cursor.text(length, flags))
            cursor.skip(4 * runs + extra)

    def _sheet(self, data: bytes, more: list[bytes]) -> None:
        start, state, kind = struct.unpack_from("<IBB", data)
        name = self.text(data, 6, more, short=True)
        if any(start == other for _, other, _ in self.sheets):
            raise damaged()  # two sheets cannot be one
        if kind == _WORKSHEET:
            self.sheets.append((name, start, state & 3 == 0))


class _Cursor:
    """A place in a record and its continuations."""

    def __init__(self, chunks: list[bytes], at: int) -> None:
        self._chunks = chunks
        self._index = 0
        self._at = at

    def ended(self) -> bool:
        self._advance()
        return self._at >= len(self._chunks[self._index])

    def _advance(self) -> None:
        """Go to the next continuation at the end of one."""
        last = len(self._chunks) - 1
        while self._at >= len(self._chunks[self._index]) and self._index < last:
            self._at -= len(self._chunks[self._index])
            self._index += 1

    def number(self, form: str) -> int:
        self._advance()
        value = struct.unpack_from(form, self._chunks[self._index], self._at)[0]
        self._at += struct.calcsize(form)
        return int(value)

    def take(self, size: int) -> bytes:
        data = self._chunks[self._index][self._at : self._at + size]
        if len(data) < size:
            raise damaged()
        self._at += size
        return data

    def skip(self, size: int) -> None:
        self._at += size
        self._advance()

    def text(self, length: int, flags: int) -> str:
        """Read characters; where a continuation begins, it says anew how wide they are."""
        parts: list[bytes] = []
        self._advance()
        while length > 0:
            chunk, width = self._chunks[self._index], 2 if flags & 1 else 1
            count = min(length, (len(chunk) - self._at) // width)
            piece = chunk[self._at : self._at + count * width]
            parts.append(piece if width > 1 else piece.decode("latin-1").encode("utf-16-le"))
            length -= count
            self._at += count * width
            if length > 0:
                self._index += 1
                flags = self._chunks[self._index][0]
                self._at = 1
        return b"".join(parts).decode("utf-16-le", "replace")


class _Cells:
    """One sheet."""

    def __init__(self, workbook: _Workbook, sheet: Sheet) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._awaited: tuple[int, int] | None = None  # the cell of a formula whose text follows
        self._blank: list[tuple[int, int]] = []  # formulas with an empty result
        self._computed = False

    def read(self, stream: bytes, start: int) -> None:
        known: dict[int, Callable[[bytes, list[bytes]], None]] = {
            0x203: self._number, 0x27E: self._short, 0xBD: self._shorts, 0xFD: self._shared,
            0x204: self._label, 0xD6: self._label, 0x205: self._truth, _FORMULA: self._formula,
            _STRING: self._result, 0xE5: self._merged, 0x208: self._row, 0x7D: self._columns,
        }  # fmt: skip
        depth = 0
        for number, data, more in _records(stream, start, self._workbook.allowance):
            if number == _BOF:
                depth += 1  # a chart within a sheet is a stream within the stream
            elif depth == 0:
                raise damaged()
            elif number == _EOF:
                depth -= 1
                if depth == 0:
                    self._end()
                    return
            elif depth == 1 and number in known:
                known[number](data, more)
        raise damaged()

    def _end(self) -> None:
        """Remember empty results, if no formula has another: some programs leave them so."""
        if not self._computed:
            for row, column in self._blank:
                self._sheet.put_blank(row, column)

    def _value(self, row: int, column: int, style: int, value: float) -> None:
        how = self._workbook.shown(style)
        shown = numbers.cell(value, how, since_1904=self._workbook.since_1904)
        self._sheet.put(row, column, shown)

    def _number(self, data: bytes, _: list[bytes]) -> None:
        self._value(*struct.unpack_from("<HHHd", data))

    def _short(self, data: bytes, _: list[bytes]) -> None:
        row, column, style, short = struct.unpack_from("<HHHI", data)
        self._value(row, column, style, numbers.short(short))

    def _shorts(self, data: bytes, _: list[bytes]) -> None:
        row, first = struct.unpack_from("<HH", data)
        for at, (style, short) in enumerate(struct.iter_unpack("<HI", data[4:-2]), first):
            self._value(row, at, style, numbers.short(short))

    def _shared(self, data: bytes, _: list[bytes]) -> None:
        row, column, _style, at = struct.unpack_from("<HHHI", data)
        self._sheet.put(row, column, self._workbook.texts[at])

    def _label(self, data: bytes, more: list[bytes]) -> None:
        row, column = struct.unpack_from("<HH", data)
        self._sheet.put(row, column, self._workbook.text(data, 6, more))

    def _truth(self, data: bytes, _: list[bytes]) -> None:
        row, column, _style, value, wrong = struct.unpack_from("<HHHBB", data)
        self._put_truth(row, column, value, wrong=bool(wrong))

    def _put_truth(self, row: int, column: int, value: int, *, wrong: bool) -> None:
        if wrong:
            self._sheet.put_error(row, column, numbers.ERRORS.get(value, "#"))
        else:
            self._sheet.put(row, column, bool(value))

    def _formula(self, data: bytes, _: list[bytes]) -> None:
        row, column, style, result, flags = struct.unpack_from("<HHH8sH", data)
        self._awaited = None
        if result[0] == 3 and result[6:] == b"\xff\xff":  # noqa: PLR2004 - an empty text
            self._blank.append((row, column))
            return
        self._computed = True
        if result[6:] != b"\xff\xff":
            number = struct.unpack("<d", result)[0]
            if number == 0 and flags & 2:
                self._sheet.put_uncomputed(row, column)  # a program wrote it for Excel to compute
            else:
                self._value(row, column, style, number)
        elif result[0] == 0:
            self._awaited = (row, column)
        elif result[0] in (1, 2):
            self._put_truth(row, column, result[2], wrong=result[0] == 2)  # noqa: PLR2004 - an error

    def _result(self, data: bytes, more: list[bytes]) -> None:
        if self._awaited is not None:
            self._sheet.put(*self._awaited, self._workbook.text(data, 0, more))
            self._awaited = None

    def _merged(self, data: bytes, _: list[bytes]) -> None:
        count = struct.unpack_from("<H", data)[0]
        for at in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", data, 2 + 8 * at)
            self._sheet.merge(top, left, bottom, right)

    def _row(self, data: bytes, _: list[bytes]) -> None:
        number = struct.unpack_from("<H", data)[0]
        if struct.unpack_from("<I", data, 12)[0] & 0x20:
            self._sheet.hide_rows(number, number)

    def _columns(self, data: bytes, _: list[bytes]) -> None:
        first, last, width, _style, options = struct.unpack_from("<HHHHH", data)
        if options & 1 or width == 0:
            self._sheet.hide_columns(first, last)
