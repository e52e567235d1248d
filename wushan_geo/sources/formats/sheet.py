"""A sheet as a reader finds it, cell by cell, and the grid that it becomes."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from wushan_geo.sources.formats.limits import (
    MOST_LETTERS,
    Allowance,
    check_place,
    letters,
)
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.sources.grid import Cell, Grid
from wushan_geo.study.faults import Where, fault, hint, rule, some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.study.faults import Pair

LISTED = 50  # cells of one sheet that each get a line before the rest are only counted

Range = tuple[int, int, int, int]


def plain(text: str) -> str | None:
    r"""Give the text of a cell without the spaces around it.

    Parameters
    ----------
    text
        What stands in the cell.

    Returns
    -------
    str or None
        The text; None if nothing is left.

    Raises
    ------
    RefusedError
        If it is longer than a cell may be.

    Examples
    --------
    >>> plain(" 巫山\u3000"), plain("  ")
    ('巫山', None)
    """
    if len(text) > MOST_LETTERS:
        raise RefusedError(rule("file_letters", most=MOST_LETTERS), hint("file_letters"))
    return text.strip() or None


class Sheet:
    """Cells as they come, by row and column from 0, within the limits of a file."""

    __slots__ = (
        "_allowance", "_blank", "_columns", "_errors", "_hidden", "_merged", "_rows", "_unfilled",
        "name", "shown",
    )  # fmt: skip

    def __init__(self, name: str, allowance: Allowance, *, shown: bool = True) -> None:
        self.name = name
        self.shown = shown
        self._allowance = allowance
        self._rows: dict[int, dict[int, Cell]] = {}
        self._merged: list[Range] = []
        self._hidden: list[tuple[int, int]] = []
        self._columns: list[tuple[int, int]] = []
        self._errors: list[tuple[int, int, str]] = []
        self._unfilled: list[tuple[int, int]] = []
        self._blank: list[tuple[int, int]] = []

    def put(self, row: int, column: int, value: Cell) -> None:
        """Put a value into a cell; nothing is no value.

        Parameters
        ----------
        row, column
            Place from 0.
        value
            What stands there.

        Raises
        ------
        RefusedError
            If the cell or the number of cells is beyond a limit.

        Examples
        --------
        >>> sheet = Sheet("s", Allowance())
        >>> sheet.put(1, 1, " x ")
        >>> sheet.grid("a.xlsx", "xlsx").rows
        ((None, 'x'),)
        """
        if isinstance(value, str):
            value = plain(value)
        if value is None:
            return
        check_place(row, column)
        cells = self._rows.get(row)
        if cells is None:
            cells = self._rows[row] = {}
        cells[column] = value
        self._allowance.spend(1)

    def put_row(self, row: int, cells: dict[int, Cell]) -> None:
        """Put a whole row of values that are plain already.

        Parameters
        ----------
        row
            Place from 0.
        cells
            Values by column; none is missing, and texts have no spaces around them.

        Raises
        ------
        RefusedError
            If a cell or the number of cells is beyond a limit.

        Examples
        --------
        >>> sheet = Sheet("s", Allowance())
        >>> sheet.put_row(0, {1: "x"})
        >>> sheet.grid("a.xlsx", "xlsx").rows
        ((None, 'x'),)
        """
        check_place(row, max(cells))
        self._allowance.spend(len(cells))
        known = self._rows.setdefault(row, cells)
        if known is not cells:
            known.update(cells)

    def put_error(self, row: int, column: int, text: str) -> None:
        """Put an error value, such as ``#REF!``, and remember where it stands.

        Parameters
        ----------
        row, column
            Place from 0.
        text
            The error.

        Raises
        ------
        RefusedError
            If the cell is beyond a limit.

        Examples
        --------
        >>> sheet = Sheet("s", Allowance())
        >>> sheet.put_error(0, 2, "#REF!")
        >>> [(one.row, one.column, one.value) for one in sheet.findings("a.xlsx")]
        [(1, 'C', '#REF!')]
        """
        self.put(row, column, text)
        self._errors.append((row, column, text))

    def put_uncomputed(self, row: int, column: int) -> None:
        """Remember a formula whose result the file does not hold.

        Parameters
        ----------
        row, column
            Place from 0.

        Raises
        ------
        RefusedError
            If the cell is beyond a limit.

        Examples
        --------
        >>> sheet = Sheet("s", Allowance())
        >>> sheet.put_uncomputed(0, 2)
        >>> [(one.row, one.column) for one in sheet.findings("a.xlsx")]
        [(1, 'C')]
        """
        check_place(row, column)
        self._allowance.spend(1)
        self._unfilled.append((row, column))

    def put_blank(self, row: int, column: int) -> None:
        """Remember a formula whose result is empty, which may only not have been computed.

        Parameters
        ----------
        row, column
            Place from 0.

        Raises
        ------
        RefusedError
            If there are more cells than may be read.

        Examples
        --------
        >>> sheet = Sheet("s", Allowance())
        >>> sheet.put_blank(0, 2)
        >>> [(one.row, one.column, one.severity) for one in sheet.findings("a.xls")]
        [(1, 'C', 'note')]
        """
        self._allowance.spend(1)
        self._blank.append((row, column))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Remember a merged range.

        Parameters
        ----------
        top, left, bottom, right
            Its ends from 0, included.

        Raises
        ------
        RefusedError
            If there are more than may be read.

        Examples
        --------
        >>> sheet = Sheet("s", Allowance())
        >>> sheet.put(4, 0, "title")
        >>> sheet.put(5, 1, "x")
        >>> sheet.merge(4, 0, 4, 3)
        >>> sheet.grid("a.xlsx", "xlsx").merged
        ((0, 0, 0, 1),)
        """
        self._allowance.spend(1)
        if 0 <= top <= bottom and 0 <= left <= right and (top, left) != (bottom, right):
            self._merged.append((top, left, bottom, right))

    def hide_rows(self, first: int, last: int) -> None:
        """Remember hidden rows.

        Parameters
        ----------
        first, last
            Their ends from 0, included.

        Raises
        ------
        RefusedError
            If there are more than may be read.

        Examples
        --------
        >>> sheet = Sheet("s", Allowance())
        >>> sheet.put(1, 0, "x")
        >>> sheet.hide_rows(0, 5)
        >>> [(one.row, one.severity) for one in sheet.findings("a.xlsx")]
        [(2, 'note')]
        """
        self._allowance.spend(1)
        self._hidden.append((first, last))

    def hide_columns(self, first: int, last: int) -> None:
        """Remember hidden columns.

        Parameters
        ----------
        first, last
            Their ends from 0, included.

        Raises
        ------
        RefusedError
            If there are more than may be read.

        Examples
        --------
        >>> sheet = Sheet("s", Allowance())
        >>> sheet.put(1, 3, "x")
        >>> sheet.hide_columns(2, 16383)
        >>> [(one.column, one.severity) for one in sheet.findings("a.xlsx")]
        [('D', 'note')]
        """
        self._allowance.spend(1)
        self._columns.append((first, last))

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns from the first cell of the sheet to the last one with a value."""
        if not self._rows:
            return 0, 0
        return max(self._rows) + 1, max(max(cells) for cells in self._rows.values()) + 1

    def grid(self, file: str, kind: str) -> Grid | None:
        """Make the grid: from the first row with a value to the last, as wide as the widest.

        Parameters
        ----------
        file
            File as the user named it.
        kind
            Format of the file.

        Returns
        -------
        Grid or None
            The grid; None for an empty sheet.

        Raises
        ------
        RefusedError
            If rows times columns are more than may be read.

        Examples
        --------
        >>> sheet = Sheet("s", Allowance())
        >>> sheet.put(2, 1, 5)
        >>> grid = sheet.grid("a.xlsx", "xlsx")
        >>> grid.first_row, grid.rows
        (3, ((None, 5),))
        """
        if not self._rows:
            return None
        first = min(self._rows)
        height, width = self.size
        self._allowance.spend((height - first) * width - sum(map(len, self._rows.values())))
        columns, empty = range(width), (None,) * width
        rows = tuple(
            tuple(map(self._rows[at].get, columns)) if at in self._rows else empty
            for at in range(first, height)
        )
        merged = tuple(sorted(self._clipped(first, height, width)))
        return Grid(file, self.name, rows, merged, first + 1, kind)

    def _clipped(self, first: int, height: int, width: int) -> Iterator[Range]:
        """Give the merged ranges as far as the grid goes, counted from its first row."""
        for top, left, bottom, right in set(self._merged):
            upper, lower = max(top, first), min(bottom, height - 1)
            last = min(right, width - 1)
            if upper <= lower and left <= last and (upper, left) != (lower, last):
                yield upper - first, left, lower - first, last

    def findings(self, place: str) -> list[Fault]:
        """Tell what is wrong in cells, and what a reader of the sheet does not see on the screen.

        Parameters
        ----------
        place
            File and sheet.

        Returns
        -------
        list of Fault
            Errors and notes.

        Raises
        ------
        TypeError
            If `place` is not a text.

        Examples
        --------
        >>> Sheet("s", Allowance()).findings("a.xlsx")
        []
        """
        wrong = [Where(place, row + 1, letters(at), text) for row, at, text in self._errors]
        empty = [Where(place, row + 1, letters(at)) for row, at in self._unfilled]
        return [
            *_listed(wrong, rule("file_error_cell"), hint("file_error_cell")),
            *_listed(empty, rule("file_computed"), hint("file_computed")),
            *self._blanks(place),
            *self._unseen(place),
        ]

    def _blanks(self, place: str) -> Iterator[Fault]:
        if self._blank:
            row, column = self._blank[0]
            cells = some(f"{letters(at)}{row + 1}" for row, at in self._blank)
            where = Where(place, row + 1, letters(column))
            words = rule("file_blank", cells=cells)
            yield fault(where, words, hint("file_stale"), severity="note")

    def _unseen(self, place: str) -> Iterator[Fault]:
        """Note hidden rows and columns that hold values: they count like all others."""
        if self._hidden:
            rows = _covered(self._rows, self._hidden)
            if rows:
                where = Where(place, rows[0] + 1, "", _spans(rows, lambda one: str(one + 1)))
                words = rule("file_hidden_rows", count=len(rows))
                yield fault(where, words, hint("file_hidden"), severity="note")
        if self._columns:
            used = {at for cells in self._rows.values() for at in cells}
            columns = _covered(used, self._columns)
            if columns:
                where = Where(place, None, _spans(columns, letters))
                words = rule("file_hidden_columns", count=len(columns))
                yield fault(where, words, hint("file_hidden"), severity="note")


def _listed(places: Sequence[Where], words: Pair, advice: Pair) -> Iterator[Fault]:
    """Give a line a cell, and one line for what would be too many."""
    for where in places[:LISTED]:
        yield fault(where, words, advice)
    rest = places[LISTED:]
    if rest:
        cells = some(f"{one.column}{one.row}" for one in rest)
        where = Where(rest[0].file, rest[0].row, rest[0].column)
        yield fault(where, rule("file_more", places=cells, what=words), advice)


def _covered(places: Iterable[int], ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Give the places that lie in any of the ranges, in order."""
    ends: list[list[int]] = []
    for first, last in sorted(ranges):
        if ends and first <= ends[-1][1] + 1:
            ends[-1][1] = max(ends[-1][1], last)
        else:
            ends.append([first, last])
    starts = [first for first, _ in ends]
    found = []
    for one in sorted(places):
        at = bisect_right(starts, one) - 1
        if at >= 0 and one <= ends[at][1]:
            found.append(one)
    return found


def _spans(places: Sequence[int], name: Callable[[int], str]) -> str:
    """Write places as a reader would: 5-8, 12."""
    spans: list[list[int]] = []
    for one in places:
        if spans and one == spans[-1][1] + 1:
            spans[-1][1] = one
        else:
            spans.append([one, one])
    named = [name(a) if a == b else f"{name(a)}-{name(b)}" for a, b in spans]
    return ", ".join(named)
