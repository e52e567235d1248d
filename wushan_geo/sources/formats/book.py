"""What every reader of workbooks hands over: sheets in order, and what to say about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wushan_geo.sources.formats.limits import Allowance, check_sheets
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.sources.formats.sheet import Sheet
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Grid
    from wushan_geo.study.answers import Answers


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read."""

    content: bytes
    """Its bytes."""
    path: Path
    """Its path, for its name and its suffix."""
    answers: Answers
    """What was decided before."""
    sheet: str = ""
    """Sheet that is asked for, to be read even if it is hidden."""

    @property
    def suffix(self) -> str:
        """Suffix in lower case without its dot."""
        return self.path.suffix.lower().lstrip(".")


@dataclass(slots=True)
class Book:
    """Sheets of one workbook, as they are read."""

    source: Source
    """The file."""
    kind: str
    """Its format, such as ``xlsx``."""
    allowance: Allowance = field(default_factory=Allowance)
    """What may still be read of it."""
    grids: list[tuple[Grid, bool, list[Fault]]] = field(default_factory=list)
    """Sheets with values, whether each is shown, and what was found in it."""
    faults: list[Fault] = field(default_factory=list)
    """What was found on the way."""
    sheets: int = 0
    """Sheets so far."""

    def read(self, name: str, fill: Callable[[Sheet], None], *, shown: bool = True) -> None:
        """Read one sheet; one that cannot be read does not hold up the others.

        Parameters
        ----------
        name
            Name of the sheet; empty where the format has none.
        fill
            Puts the values into the sheet.
        shown
            Whether a user sees the sheet.

        Raises
        ------
        RefusedError
            If there are too many sheets.

        Examples
        --------
        >>> from pathlib import Path
        >>> from wushan_geo.study.answers import Answers
        >>> book = Book(Source(b"", Path("a.xlsx"), Answers()), "xlsx")
        >>> book.read("s", lambda sheet: sheet.put(0, 0, "x"))
        >>> book.done()[0][0].rows
        (('x',),)
        """
        sheet = self.begin(name, shown=shown)
        try:
            fill(sheet)
        except RefusedError as error:
            self.refuse(sheet, error)
        else:
            self.end(sheet)

    def begin(self, name: str, *, shown: bool = True) -> Sheet:
        """Begin a sheet, where several come in one stream.

        Parameters
        ----------
        name
            Name of the sheet; empty where the format has none.
        shown
            Whether a user sees the sheet.

        Returns
        -------
        Sheet
            The sheet, to be filled and handed to :meth:`end` or :meth:`refuse`.

        Raises
        ------
        RefusedError
            If there are too many sheets.

        Examples
        --------
        >>> from pathlib import Path
        >>> from wushan_geo.study.answers import Answers
        >>> Book(Source(b"", Path("a.xlsx"), Answers()), "xlsx").begin("s").name
        's'
        """
        self.sheets += 1
        check_sheets(self.sheets)
        return Sheet(name, self.allowance, shown=shown)

    def refuse(self, sheet: Sheet, error: RefusedError) -> None:
        """Leave out a sheet that cannot be read, and say why.

        Parameters
        ----------
        sheet
            The sheet.
        error
            What is wrong with it.

        Raises
        ------
        AttributeError
            If `error` has no fault.

        Examples
        --------
        >>> from pathlib import Path
        >>> from wushan_geo.sources.formats.refusing import damaged
        >>> from wushan_geo.study.answers import Answers
        >>> book = Book(Source(b"", Path("a.xlsx"), Answers()), "xlsx")
        >>> book.refuse(book.begin("s"), damaged())
        >>> [one.file for one in book.done()[1]]
        ['a.xlsx › s']
        """
        self.faults.append(error.at(self._place(sheet)))

    def end(self, sheet: Sheet) -> None:
        """Take a sheet that is complete.

        Parameters
        ----------
        sheet
            The sheet.

        Raises
        ------
        RefusedError
            If there are too many sheets.

        Examples
        --------
        >>> from pathlib import Path
        >>> from wushan_geo.study.answers import Answers
        >>> book = Book(Source(b"", Path("a.xlsx"), Answers()), "xlsx")
        >>> sheet = book.begin("s")
        >>> sheet.put(0, 0, 5)
        >>> book.end(sheet)
        >>> book.done()[0][0].rows
        ((5,),)
        """
        try:
            grid = sheet.grid(self.source.path.name, self.kind)
        except RefusedError as error:
            self.refuse(sheet, error)
            return
        wanted = sheet.shown or sheet.name == self.source.sheet
        findings = sheet.findings(self._place(sheet))
        if grid is not None:
            self.grids.append((grid, wanted, findings))
        elif wanted:
            self.faults += findings  # nothing but formulas without results

    def _place(self, sheet: Sheet) -> str:
        file = self.source.path.name
        return f"{file} › {sheet.name}" if sheet.name else file

    def done(self) -> tuple[list[Grid], list[Fault]]:
        """Hand over the sheets that a user sees; if there are none, those that are hidden.

        Returns
        -------
        tuple
            The sheets in order, and what was found.

        Raises
        ------
        RefusedError
            If there is nothing in the file at all.

        Examples
        --------
        >>> from pathlib import Path
        >>> from wushan_geo.study.answers import Answers
        >>> book = Book(Source(b"", Path("a.xlsx"), Answers()), "xlsx")
        >>> book.read("old", lambda sheet: sheet.put(0, 0, "x"), shown=False)
        >>> book.read("new", lambda sheet: sheet.put(0, 0, "y"))
        >>> grids, faults = book.done()
        >>> [one.sheet for one in grids], [(one.file, one.severity) for one in faults]
        (['new'], [('a.xlsx › old', 'note')])
        """
        if not self.grids and not self.faults:
            raise RefusedError(rule("file_filled"), hint("file_filled"))
        any_shown = any(shown for _, shown, _ in self.grids)
        kept = []
        for grid, shown, findings in self.grids:
            if shown or not any_shown:
                kept.append(grid)
                self.faults += findings
            if not shown:
                where = Where(grid.place, None, "", grid.sheet)
                rows = len(grid.rows)
                words, advice = (
                    (rule("file_hidden_sheet", rows=rows), hint("file_hidden_sheet"))
                    if any_shown
                    else (rule("file_hidden_read", rows=rows), hint("file_hidden"))
                )
                self.faults.append(fault(where, words, advice, severity="note"))
        return kept, self.faults
