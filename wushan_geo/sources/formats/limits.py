"""How much is read of one file: every limit in one place, far above what an office needs.

A limit is checked before memory or time is spent on what it bounds, and again while a file is
unpacked, since what a file says of its own size may be untrue.
"""

from __future__ import annotations

from dataclasses import dataclass

from wushan_geo.sources.formats.refusing import RefusedError, damaged
from wushan_geo.study.faults import Where, hint, rule

MEGABYTE = 1_000_000

MOST_MEGABYTES = 100  # of a file as it lies in the folder
MOST_UNPACKED_MEGABYTES = 512  # of all parts of a workbook together, unpacked
MOST_RATIO = 500  # unpacked to packed, of a large part: bombs reach 1000, identical rows 350
LARGE_MEGABYTES = 10  # unpacked: from here on the ratio counts
MOST_PARTS = 10_000  # of a workbook that is a zip archive
MOST_SHEETS = 500  # a sheet a village is possible
MOST_ROWS = 1_048_576  # what a sheet of Excel holds
MOST_COLUMNS = 1_000
MOST_CELLS = 8_000_000  # rows times columns, over all sheets: all villages of China fit
MOST_LETTERS = 32_767  # of a cell, as in Excel
MOST_DEPTH = 64  # elements within elements
MOST_ELEMENTS = 40_000_000  # of all parts of a workbook together


def letters(column: int) -> str:
    """Name a column as a spreadsheet does.

    Parameters
    ----------
    column
        Position from 0.

    Returns
    -------
    str
        Its letters.

    Raises
    ------
    TypeError
        If `column` is not a whole number.

    Examples
    --------
    >>> letters(0), letters(26), letters(16383)
    ('A', 'AA', 'XFD')
    """
    name, rest = "", column + 1
    while rest > 0:
        rest, one = divmod(rest - 1, 26)
        name = chr(65 + one) + name
    return name


def check_size(content: bytes) -> None:
    """Refuse a file that is empty or too large to be looked at.

    Parameters
    ----------
    content
        Its bytes.

    Raises
    ------
    RefusedError
        If it is.

    Examples
    --------
    >>> check_size(b"a")
    """
    if not content.strip(b"\0 \t\r\n"):
        raise RefusedError(rule("file_filled"), hint("file_filled"))
    if len(content) > MOST_MEGABYTES * MEGABYTE:
        where = Where("", value=f"{len(content) / MEGABYTE:.0f} MB")
        raise RefusedError(rule("file_size", most=MOST_MEGABYTES), hint("file_split"), where)


def check_sheets(count: int) -> None:
    """Refuse a workbook with too many sheets.

    Parameters
    ----------
    count
        Number of sheets.

    Raises
    ------
    RefusedError
        If there are too many.

    Examples
    --------
    >>> check_sheets(3)
    """
    if count > MOST_SHEETS:
        where = Where("", value=count)
        raise RefusedError(rule("file_sheets", most=MOST_SHEETS), hint("file_split"), where)


def check_place(row: int, column: int) -> None:
    """Refuse a value far outside of any table: a stray cell at the foot or the edge of a sheet.

    Parameters
    ----------
    row, column
        Place from 0.

    Raises
    ------
    RefusedError
        If it lies beyond the last row or column that is read, or nowhere.

    Examples
    --------
    >>> check_place(0, 0)
    """
    if row < 0 or column < 0:
        raise damaged()
    if row >= MOST_ROWS:
        where = Where("", row + 1, letters(column))
        raise RefusedError(rule("file_rows", most=MOST_ROWS), hint("file_stray"), where)
    if column >= MOST_COLUMNS:
        where = Where("", row + 1, letters(column))
        words = rule("file_columns", most=MOST_COLUMNS, last=letters(MOST_COLUMNS - 1))
        raise RefusedError(words, hint("file_stray"), where)


@dataclass(slots=True)
class Allowance:
    """What may still be read of one file."""

    cells: int = MOST_CELLS
    """Cells of its tables."""
    elements: int = MOST_ELEMENTS
    """Elements of its parts in XML."""

    def require(self, cells: int) -> None:
        """Refuse what would be too much, before it is begun.

        Parameters
        ----------
        cells
            How many cells are to come.

        Raises
        ------
        RefusedError
            If the file has more than may be read.

        Examples
        --------
        >>> Allowance(cells=5).require(5)
        """
        if cells > self.cells:
            raise RefusedError(rule("file_cells", most=MOST_CELLS), hint("file_stray"))

    def spend(self, cells: int) -> None:
        """Count cells of a table.

        Parameters
        ----------
        cells
            How many.

        Raises
        ------
        RefusedError
            If the file has more than may be read.

        Examples
        --------
        >>> allowance = Allowance(cells=5)
        >>> allowance.spend(3)
        >>> allowance.cells
        2
        """
        self.require(cells)
        self.cells -= cells
