"""Tables in text files: csv and tsv, whatever the encoding, the delimiter and the line ends.

A row number is the number of the record, so that a line break inside quotes counts with its row, as
in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from wushan_geo.sources.formats import encodings
from wushan_geo.sources.formats.limits import (
    MOST_CELLS,
    MOST_LETTERS,
    MOST_ROWS,
    Allowance,
    check_place,
)
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.sources.grid import Grid
from wushan_geo.study.faults import Where, fault, hint, rule, some

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.sources.formats.book import Source
    from wushan_geo.sources.grid import Cell

DELIMITERS = (",", "\t", ";", "，")
LISTED = 100  # rows that each get a line before the rest are only counted
_NAMES = {",": ",", "\t": "TAB"}
_EXPECTED = {"tsv": "\t", "tab": "\t"}
_SAMPLE = 200  # lines from which the delimiter is told
_BEGINNING = 50_000  # characters in which those lines are looked for
_HEADER_SHARE = 0.6  # of the usual number of cells: a row with fewer is a title or a remark
_DECLARED = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_LINE_END = re.compile(r"\r\n|\n|\r")


def read_text(source: Source) -> tuple[list[Grid], list[Fault]]:
    r"""Read a table from a text file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    tuple
        One grid, or none where the text cannot be cut into cells, and what was found.

    Raises
    ------
    RefusedError
        If the text cannot be read at all, or is beyond a limit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.sources.formats.book import Source
    >>> from wushan_geo.study.answers import Answers
    >>> grids, faults = read_text(Source(b"a;b\n1;\n", Path("t.csv"), Answers()))
    >>> grids[0].rows, [(one.value, one.severity) for one in faults]
    ((('a', 'b'), ('1', None)), [(';', 'note')])
    """
    text, encoding = encodings.decode(source)
    return table(source, text, encoding)


def table(source: Source, text: str, encoding: str) -> tuple[list[Grid], list[Fault]]:
    r"""Cut a text into cells.

    Parameters
    ----------
    source
        The file.
    text
        Its text.
    encoding
        Its encoding, to be noted.

    Returns
    -------
    tuple
        One grid, and what was found.

    Raises
    ------
    RefusedError
        If a quote has no end, or the table is beyond a limit.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.sources.formats.book import Source
    >>> from wushan_geo.study.answers import Answers
    >>> source = Source(b"", Path("t.csv"), Answers())
    >>> table(source, "a,b\r1,2\r", "utf-8")[0][0].rows
    (('a', 'b'), ('1', '2'))
    """
    name, expected = source.path.name, _EXPECTED.get(source.suffix, ",")
    declared = _DECLARED.match(text)
    delimiter = declared[1] if declared else _delimiter(text, expected)
    records = _records(text.rstrip("\x1a"), delimiter)
    if declared:
        records[0] = []
    faults = list(_ragged(records, name))
    grid = _grid(records, name, "tsv" if delimiter == "\t" else "csv", encoding)
    for value, usual, words in (
        (_NAMES.get(delimiter, delimiter), _NAMES[expected], rule("file_delimiter")),
        (encoding.upper(), "UTF-8", rule("file_encoded")),
    ):
        if value != usual:
            where = Where(name, None, "", value)
            faults.append(fault(where, words, hint("nothing"), severity="note"))
    return [grid], faults


def _delimiter(text: str, expected: str) -> str:
    """Tell what parts the cells: what stands equally often in most lines."""
    lines = [_QUOTED.sub("", one) for one in _lines(text)]
    best, delimiter = 0.0, expected
    for one in (expected, *DELIMITERS):
        counts = Counter(number for line in lines if (number := line.count(one)))
        share = max(counts.values(), default=0) / max(len(lines), 1)
        if share > best:
            best, delimiter = share, one
    return delimiter


def _lines(text: str) -> list[str]:
    """Give the first lines that are not blank."""
    beginning = text[:_BEGINNING]
    if len(text) > _BEGINNING:  # the last line may be cut
        beginning = beginning[: max(beginning.rfind("\n"), beginning.rfind("\r")) + 1] or beginning
    return [one for one in _LINE_END.split(beginning) if one.strip()][:_SAMPLE]


def _records(text: str, delimiter: str) -> list[list[str]]:
    """Cut a text into records and cells, after a look at how many there can be."""
    if max(text.count("\n"), text.count("\r")) > 2 * MOST_ROWS:
        raise RefusedError(rule("file_rows", most=MOST_ROWS), hint("file_split"))
    if text.count(delimiter) > MOST_CELLS:
        raise RefusedError(rule("file_cells", most=MOST_CELLS), hint("file_split"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as error:
        where = Where("", len(records) + 1)
        if "limit" in str(error):
            words = rule("file_letters", most=MOST_LETTERS)
            raise RefusedError(words, hint("file_letters"), where) from error
        raise RefusedError(rule("quotes"), hint("quotes"), where) from error
    return records


def _ragged(records: Sequence[list[str]], name: str) -> Iterator[Fault]:
    """Name the rows that have more cells than the header, and note those that have fewer."""
    lengths = Counter(map(len, records))
    lengths.pop(0, None)
    if len(lengths) <= 1:
        return
    usual = lengths.most_common(1)[0][0]
    filled = ((at, sum(1 for cell in one if cell.strip())) for at, one in enumerate(records))
    header = next((at for at, count in filled if count >= _HEADER_SHARE * usual), None)
    if header is None:
        return
    width = len(records[header])
    below = [(at, one) for at, one in enumerate(records[header + 1 :], header + 2) if one]
    long = [(at, len(one)) for at, one in below if any(cell.strip() for cell in one[width:])]
    words, advice = rule("cells", width=width), hint("cells")
    for at, count in long[:LISTED]:
        yield fault(Where(name, at, "", count), words, advice)
    if long[LISTED:]:
        rows = some(str(at) for at, _ in long[LISTED:])
        where = Where(name, long[LISTED][0])
        yield fault(where, rule("file_more", places=rows, what=words), advice)
    short = [at for at, one in below if len(one) < width and any(cell.strip() for cell in one)]
    if short:
        rows = some(map(str, short))
        where = Where(name, short[0])
        words = rule("file_short_rows", width=width, rows=rows)
        yield fault(where, words, hint("file_short_rows"), severity="note")


def _grid(records: Sequence[list[str]], name: str, kind: str, encoding: str) -> Grid:
    """Make the grid, each row as long as the widest; empty rows and columns at the end go."""
    rows: list[list[Cell]] = [[cell.strip() or None for cell in one] for one in records]
    first = next((at for at, one in enumerate(rows) if any(one)), None)
    if first is None:
        raise RefusedError(rule("file_filled"), hint("file_filled"))
    while not any(rows[-1]):
        rows.pop()
    del rows[:first]
    width = max(map(len, rows))
    width -= _empty_columns(rows, width)
    check_place(len(rows) - 1, width - 1)
    longest = max(map(len, chain.from_iterable(records)))
    if longest > MOST_LETTERS:
        at = next(at for at, one in enumerate(records) if longest in map(len, one))
        words = rule("file_letters", most=MOST_LETTERS)
        raise RefusedError(words, hint("file_letters"), Where("", at + 1))
    Allowance().spend(len(rows) * width)
    even = tuple(
        tuple(one) if len(one) == width else (*one[:width], *(None,) * (width - len(one)))
        for one in rows
    )
    return Grid(name, "", even, (), first + 1, kind, encoding)


def _empty_columns(rows: Sequence[list[Cell]], width: int) -> int:
    """Count the columns at the right end in which nothing stands."""
    needed = 0
    for one in rows:
        if len(one) > needed:
            last = len(one)
            while last > needed and one[last - 1] is None:
                last -= 1
            needed = max(needed, last)
        if needed == width:
            break
    return width - needed
