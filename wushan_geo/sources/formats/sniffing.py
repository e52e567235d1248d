"""What a file is, told from its bytes: suffixes of office files often are untrue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wushan_geo.sources.formats import parquet, xls
from wushan_geo.sources.formats.compound import MAGIC as COMPOUND
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.study.faults import Where, hint, rule

if TYPE_CHECKING:
    from wushan_geo.sources.formats.package import Package

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# What is no table, by its first bytes, and its name as everyone says it.
_OTHERS = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"),
    (b"BM", "BMP"), (b"II*\x00", "TIFF"), (b"MM\x00*", "TIFF"), (b"{\\rtf", "RTF"),
    (b"MIME-Version:", "MHT"), (b"SQLite format 3", "SQLite"),
)  # fmt: skip
_ARCHIVES = ((b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"))
_DOCUMENTS = {"word/document.xml": "Word", "ppt/presentation.xml": "PowerPoint", "doc.kml": "KMZ"}
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|meta|table|div|style)\b", re.IGNORECASE)
_ANY_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_BITMAP = 26  # bytes before which a bitmap has zeros that no text has


def sniff(content: bytes) -> str:
    r"""Tell what kind of reader a file needs.

    Parameters
    ----------
    content
        Its bytes.

    Returns
    -------
    str
        ``zip``, ``compound``, ``biff``, ``parquet`` or ``text``.

    Raises
    ------
    RefusedError
        If it is something that is no table; the fault names it.

    Examples
    --------
    >>> sniff(b"PK\x03\x04"), sniff("乡镇,人数".encode())
    ('zip', 'text')
    """
    if content.startswith(_ZIPS):
        return "zip"
    if content.startswith(COMPOUND):
        return "compound"
    if content.startswith(xls.BEGIN) and b"\x00" in content[:8]:
        return "biff"
    if content.startswith((parquet.MAGIC, parquet.ENCRYPTED)):
        return "parquet"
    for start, name in _ARCHIVES:
        if content.startswith(start):
            raise archive(name)
    for start, name in _OTHERS:
        if content.startswith(start) and (name != "BMP" or b"\x00" in content[:_BITMAP]):
            raise other(name)
    return "text"


def sniff_zip(package: Package) -> str:
    """Tell which kind of workbook a zip archive is.

    Parameters
    ----------
    package
        Its parts.

    Returns
    -------
    str
        ``xlsx``, ``xlsb`` or ``ods``.

    Raises
    ------
    RefusedError
        If it is something else; the fault names it.

    Examples
    --------
    >>> sniff_zip(["xl/workbook.xml"])
    'xlsx'
    """
    if "xl/workbook.bin" in package:
        return "xlsb"
    for part, name in _DOCUMENTS.items():
        if part in package:
            raise other(name)
    if "xl/workbook.xml" in package or "_rels/.rels" in package:
        return "xlsx"
    if "content.xml" in package:
        return "ods"
    raise archive("ZIP")


def sniff_text(text: str) -> str:
    """Tell a page and a workbook in XML from a table of plain text.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    str
        ``html``, ``xml``, ``fods`` or ``text``.

    Raises
    ------
    RefusedError
        If it is XML of another kind, or a page without a table.

    Examples
    --------
    >>> sniff_text("<html><table><tr><td>1</table>"), sniff_text("a,b")
    ('html', 'text')
    """
    start = text[:2000].lstrip("\ufeff \t\r\n")
    if not start.startswith("<"):
        return "text"
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<?xml" in start:
        return "xml"
    if "opendocument.spreadsheet" in start or "opendocument:xmlns:office" in start:
        return "fods"
    if _ANY_TABLE.search(text):
        return "html"
    if _HTML.match(start):
        raise other("HTML")
    if start.startswith("<?xml"):
        raise other("XML")
    return "text"


def other(name: str) -> RefusedError:
    """Refuse a file that is no table.

    Parameters
    ----------
    name
        What it is.

    Returns
    -------
    RefusedError
        To be raised.

    Raises
    ------
    TypeError
        If `name` cannot be shown.

    Examples
    --------
    >>> other("PDF").at("a.xls").value
    'PDF'
    """
    return RefusedError(rule("file_kind"), hint("file_kind", name=name), Where("", value=name))


def archive(name: str) -> RefusedError:
    """Refuse a file that holds other files.

    Parameters
    ----------
    name
        What it is.

    Returns
    -------
    RefusedError
        To be raised.

    Raises
    ------
    TypeError
        If `name` cannot be shown.

    Examples
    --------
    >>> archive("RAR").at("a.xls").value
    'RAR'
    """
    return RefusedError(rule("file_kind"), hint("file_archive", name=name), Where("", value=name))
