"""Files as offices make them, cell by cell: text, Excel, OpenDocument, Parquet, KML, layers.

Nothing here is read from the package: what reads these files must not be what writes them.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    Cell = str | int | float | bool | dt.date | None
    Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Page:
    """One sheet: its cells, and the ranges that are merged, from 0 with the ends included."""

    name: str
    rows: Rows
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formats: Mapping[int, str] = field(default_factory=dict)
    """Number format of a column, such as ``0`` for codes or ``#,##0`` for counts."""


def text(rows: Rows, encoding: str = "utf-8", separator: str = ",") -> bytes:
    """Write rows as separated text; numbers and dates as Excel would write them out."""
    lines = [separator.join(_quoted(_shown(cell), separator) for cell in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dt.date):
        return f"{cell.year}/{cell.month}/{cell.day}"
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.1f}"
    return str(cell)


def _quoted(shown: str, separator: str) -> str:
    if any(sign in shown for sign in (separator, '"', "\n")):
        return '"' + shown.replace('"', '""') + '"'
    return shown


def xlsx(*pages: Page) -> bytes:
    """Write an Excel workbook; whole numbers stay numbers, dates are dates."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        looks = {"date": book.add_format({"num_format": "yyyy/m/d"}), "": None}
        for page in pages:
            sheet = book.add_worksheet(page.name)
            for top, left, bottom, right in page.merged:
                sheet.merge_range(top, left, bottom, right, "")
            for at, row in enumerate(page.rows):
                for column, cell in enumerate(row):
                    wanted = "date" if isinstance(cell, dt.date) else page.formats.get(column, "")
                    if wanted not in looks:
                        looks[wanted] = book.add_format({"num_format": wanted})
                    _write(sheet, (at, column), cell, looks[wanted])
    return out.getvalue()


def _write(sheet: Any, place: tuple[int, int], cell: Cell, look: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(*place, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(*place, cell)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(*place, cell, look)
    elif cell is not None:
        sheet.write_number(*place, cell, look)


_ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'


def ods(*pages: Page) -> bytes:
    """Write an OpenDocument spreadsheet by hand, with repeated empty cells and rows at the end."""
    sheets = "".join(_ods_sheet(page) for page in pages)
    content = (
        f'{_XML}<office:document-content {_ODS} office:version="1.3"><office:body>'
        f"<office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'{_XML}<manifest:manifest xmlns:manifest="{_MANIFEST}">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", _ODS_TYPE, zipfile.ZIP_STORED)
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def _ods_sheet(page: Page) -> str:
    corners = {
        (top, left): (bottom - top, right - left) for top, left, bottom, right in page.merged
    }
    covered = {
        (row, column)
        for top, left, bottom, right in page.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    rows = []
    for at, row in enumerate(page.rows):
        cells = []
        for column, cell in enumerate(row):
            if (at, column) in covered:
                cells.append("<table:covered-table-cell/>")
                continue
            span = ""
            if (at, column) in corners:
                down, across = corners[at, column]
                span = (
                    f' table:number-rows-spanned="{down + 1}"'
                    f' table:number-columns-spanned="{across + 1}"'
                )
            cells.append(_ods_cell(cell, span))
        tail = '<table:table-cell table:number-columns-repeated="1000"/>'
        rows.append(f"<table:table-row>{''.join(cells)}{tail}</table:table-row>")
    rest = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    return f'<table:table table:name="{escape(page.name)}">{"".join(rows)}{rest}</table:table>'


def _ods_cell(cell: Cell, span: str) -> str:
    if cell is None:
        return f"<table:table-cell{span}/>"
    shown = escape(_shown(cell))
    if isinstance(cell, bool):
        told = f'office:value-type="boolean" office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, dt.date):
        told = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, (int, float)):
        told = f'office:value-type="float" office:value="{cell}"'
    else:
        told = 'office:value-type="string"'
        shown = escape(cell)
    return f"<table:table-cell {told}{span}><text:p>{shown}</text:p></table:table-cell>"


def parquet(frame: pd.DataFrame) -> bytes:
    """Write a typed table as Parquet."""
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def layer(zones: gpd.GeoDataFrame, path: Path, **options: Any) -> None:
    """Write a layer through GDAL; the driver follows from the name of the file."""
    import pyogrio

    pyogrio.write_dataframe(zones, path, **options)


def kml(zones: gpd.GeoDataFrame, name: str) -> str:
    """Write polygons as KML with the attributes as extended data, as 奥维 and Google Earth do."""
    marks = []
    for row in zones.to_dict("records"):
        shape = row.pop("geometry")
        data = "".join(
            f'<Data name="{escape(str(key))}"><value>{escape(str(value))}</value></Data>'
            for key, value in row.items()
            if value is not None and value == value  # noqa: PLR0124 -- NaN
        )
        rings = " ".join(f"{x:.6f},{y:.6f},0" for x, y in shape.exterior.coords)
        marks.append(
            f"<Placemark><name>{escape(str(row.get('名称', '')))}</name>"
            f"<ExtendedData>{data}</ExtendedData><Polygon><outerBoundaryIs><LinearRing>"
            f"<coordinates>{rings}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
            "</Placemark>"
        )
    return (
        f'{_XML}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>{escape(name)}</name>'
        f"<Folder><name>{escape(name)}</name>{''.join(marks)}</Folder></Document></kml>"
    )


def packed(files: Mapping[str, bytes]) -> bytes:
    """Put files into a zip, as a KMZ or a shapefile is handed on."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


# --- the Excel of 1997 to 2003: BIFF8 records in a compound file

_GLOBALS, _SHEET = 0x0005, 0x0010
_CELL, _DATE = 15, 16  # formats of a cell: general, and the date of the system
_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(*pages: Page) -> bytes:
    """Write an old Excel workbook by hand: nothing installed here writes one any more."""
    sheets = [_biff_sheet(page) for page in pages]
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, _GLOBALS, 0x0DBB, 0x07CC, 0, 0x06))
    head += _record(0x0042, struct.pack("<H", 1200))
    for at in range(_DATE + 1):
        shown, kind = (14 if at == _DATE else 0), (0x0001 if at >= _CELL else 0xFFF5)
        head += _record(0x00E0, struct.pack("<HHH14x", 0, shown, kind))
    names = [_letters(page.name, "<B") for page in pages]
    start = len(head) + sum(len(name) + 10 for name in names) + 4
    for name, sheet in zip(names, sheets, strict=True):
        head += _record(0x0085, struct.pack("<IBB", start, 0, 0) + name)
        start += len(sheet)
    return _compound(head + _record(0x000A, b"") + b"".join(sheets))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _letters(shown: str, count: str) -> bytes:
    return struct.pack(count, len(shown)) + b"\x01" + shown.encode("utf-16-le")


def _biff_sheet(page: Page) -> bytes:
    made = _record(0x0809, struct.pack("<HHHHII", 0x0600, _SHEET, 0x0DBB, 0x07CC, 0, 0x06))
    made += _record(0x0200, struct.pack("<IIHHH", 0, len(page.rows), 0, len(page.rows[0]), 0))
    records = []
    for at, row in enumerate(page.rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                place = struct.pack("<HHH", at, column, _CELL)
                records.append(_record(0x0204, place + _letters(cell, "<H")))
            elif cell is not None:
                place = struct.pack(
                    "<HHH", at, column, _DATE if isinstance(cell, dt.date) else _CELL
                )
                number = (cell - dt.date(1899, 12, 30)).days if isinstance(cell, dt.date) else cell
                records.append(_record(0x0203, place + struct.pack("<d", number)))
    ranges = [struct.pack("<HHHH", top, end, left, last) for top, left, end, last in page.merged]
    for at in range(0, len(ranges), 1000):
        part = ranges[at : at + 1000]
        records.append(_record(0x00E5, struct.pack("<H", len(part)) + b"".join(part)))
    return made + b"".join(records) + _record(0x000A, b"")


def _compound(stream: bytes) -> bytes:
    """Put one stream into a compound file: header, stream, directory, allocation table."""
    stream = stream.ljust(4096, b"\0")  # a shorter one would have to go into the small sectors
    stream += b"\0" * (-len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    tables = 1
    while tables * (_SECTOR // 4) < count + 1 + tables:
        tables += 1
    chain = [*range(1, count), _END, _END, *[_FAT] * tables]
    chain += [_FREE] * (tables * (_SECTOR // 4) - len(chain))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, count, 0, 4096, _END, 0, _END, 0)
    places = [count + 1 + at for at in range(tables)]
    header += struct.pack("<109I", *places, *[_FREE] * (109 - tables))
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 0, len(stream))
    folder += (bytes(68) + struct.pack("<III", _FREE, _FREE, _FREE)).ljust(128, b"\0") * 2
    return header + stream + folder + struct.pack(f"<{len(chain)}I", *chain)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    letters = (name + "\0").encode("utf-16-le")
    told = letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters), kind, 1)
    told += struct.pack("<III", _FREE, _FREE, child) + bytes(36)
    return told + struct.pack("<III", start, size, 0)
