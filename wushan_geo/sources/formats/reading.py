"""Any office table file to its sheets: what it is decides how it is read, not what it is called."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wushan_geo.sources.formats import encodings, sniffing
from wushan_geo.sources.formats.book import Source
from wushan_geo.sources.formats.limits import check_size
from wushan_geo.sources.formats.refusing import RefusedError, locked
from wushan_geo.sources.formats.text import table
from wushan_geo.study.answers import Answers
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Grid

    Read = tuple[list[Grid], list[Fault]]

# Suffixes that are true of a format; any other is noted.
_SUFFIXES = {
    "csv": {"csv", "txt", "tsv", "tab"},
    "tsv": {"csv", "txt", "tsv", "tab"},
    "xlsx": {"xlsx", "xlsm", "xltx", "xltm"},
    "xlsm": {"xlsm"},
    "xlsb": {"xlsb"},
    "xls": {"xls", "xlt", "et", "ett"},
    "ods": {"ods", "ots"},
    "fods": {"fods"},
    "html": {"html", "htm"},
    "xml": {"xml"},
    "parquet": {"parquet", "pq"},
}


def read_grids(
    content: bytes, path: Path, *, answers: Answers | None = None, sheet: str = ""
) -> tuple[list[Grid], list[Fault]]:
    r"""Read the sheets of any table file as they stand, before anybody says what they mean.

    What the file is, is told from its bytes: a page or a text under the suffix xls is read as what
    it is, and noted. Values keep their type; a share is a text with its sign, a code with zeros a
    text with its zeros, a day a date. Text stands without the spaces around it, and an empty cell
    is None. Hidden rows and columns are read and noted. Hidden sheets are noted and left out,
    unless all are hidden or one is asked for. No bytes lead to an exception, and every limit
    stands in :mod:`wushan_geo.sources.formats.limits`.

    Parameters
    ----------
    content
        Bytes of the file.
    path
        Its path, for its name and its suffix.
    answers
        What was decided before, on the encoding of a text that two encodings make sense of.
    sheet
        Name of a sheet to read even if it is hidden.

    Returns
    -------
    tuple
        All sheets with values, in order, and all that was found: errors, questions and notes. A
        part that cannot be read is an error, and the rest is read.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> grids, faults = read_grids("乡镇,人数\n建坪乡,12\n".encode("gbk"), Path("a.csv"))
    >>> grids[0].rows, grids[0].encoding, [(one.value, one.severity) for one in faults]
    ((('乡镇', '人数'), ('建坪乡', '12')), 'gb18030', [('GB18030', 'note')])
    """
    source = Source(content, path, Answers() if answers is None else answers, sheet)
    name = path.name
    try:
        check_size(content)
        with _no_collection():
            grids, faults = _READERS[sniffing.sniff(content)](source)
    except RefusedError as error:
        return [], [error.at(name)]
    kinds = {one.format for one in grids}
    for kind in sorted(kinds):
        if source.suffix not in _SUFFIXES[kind]:
            where = Where(name, None, "", f".{source.suffix}")
            words = rule("file_format", format=kind)
            faults.append(fault(where, words, hint("nothing"), severity="note"))
    return grids, faults


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the search for circles of garbage from going through millions of cells, which has none.

    It takes half of the time of a large file otherwise.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _text(source: Source) -> Read:
    text, encoding = encodings.decode(source)
    kind = sniffing.sniff_text(text)
    if kind == "text":
        return table(source, text, encoding)
    if kind == "html":
        from wushan_geo.sources.formats.html import read_html

        return read_html(source, text, encoding)
    if kind == "xml":
        from wushan_geo.sources.formats.spreadsheetml import read_spreadsheetml

        return read_spreadsheetml(source, text)
    from wushan_geo.sources.formats.ods import read_fods

    return read_fods(source)


def _zip(source: Source) -> Read:
    from wushan_geo.sources.formats.package import Package

    package = Package(source.content)
    kind = sniffing.sniff_zip(package)
    if kind == "ods":
        from wushan_geo.sources.formats.ods import read_ods

        return read_ods(source, package)
    if kind == "xlsb":
        from wushan_geo.sources.formats.xlsb import read_xlsb

        return read_xlsb(source, package)
    from wushan_geo.sources.formats.xlsx import read_xlsx

    return read_xlsx(source, package)


def _compound(source: Source) -> Read:
    from wushan_geo.sources.formats.compound import Compound
    from wushan_geo.sources.formats.xls import read_xls

    compound = Compound(source.content)
    if "EncryptedPackage" in compound:
        raise locked()
    for name in ("Workbook", "Book"):
        if name in compound:
            return read_xls(source, compound.stream(name))
    raise sniffing.other("Word" if "WordDocument" in compound else "OLE")


def _biff(source: Source) -> Read:
    from wushan_geo.sources.formats.xls import read_xls

    return read_xls(source, source.content)


def _parquet(source: Source) -> Read:
    from wushan_geo.sources.formats.parquet import ENCRYPTED, read_parquet

    if source.content.startswith(ENCRYPTED):
        raise locked()
    return read_parquet(source)


_READERS = {"zip": _zip, "compound": _compound, "biff": _biff, "parquet": _parquet, "text": _text}
