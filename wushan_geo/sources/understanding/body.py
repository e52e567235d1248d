"""The rows below the header, column by column, with merged cells filled and names carried down."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from wushan_geo.sources.understanding.columns import PLACES
from wushan_geo.sources.understanding.parsed import text_of
from wushan_geo.study.faults import hint, rule
from wushan_geo.study.tables import CONTRACTS

if TYPE_CHECKING:
    from wushan_geo.sources.grid import Cell
    from wushan_geo.sources.understanding.claims import Claim, Claims
    from wushan_geo.sources.understanding.desk import Desk
    from wushan_geo.sources.understanding.header import Header

NUMERIC = {"number", "count"}
CROSSED = ("person_type", "person_grade")
"""Columns that cross the groups of a long table of counts."""
LABELS = (*PLACES, "name", "zone_id", "facility_id", "indicator")
"""Columns that name a row, where offices write that it is a total."""


@dataclass(slots=True)
class Body:
    """The rows of a sheet below its header that hold anything."""

    desk: Desk
    claims: Claims
    header: Header
    at: list[int]
    """Position of each row in the grid."""
    cells: dict[int, list[Cell]]
    """Cells of each column of the sheet that is used or labels a row."""
    lent: dict[int, set[int]] = field(default_factory=dict)
    """Rows (by index here) of a column that got their cell from the one above."""
    given: dict[str, list[str]] = field(default_factory=dict)
    """Texts of columns that the sheet has only as headings between its rows."""
    proven: dict[int, set[int]] = field(default_factory=dict)
    """Rows (by index here) of a column whose empty cell is zero, as a total in the row proves."""
    _texts: dict[int, list[str]] = field(default_factory=dict)

    def texts(self, column: int) -> list[str]:
        """Give the cells of a column as texts.

        Parameters
        ----------
        column
            Position of the column.

        Returns
        -------
        list of str
            One text a row.

        Raises
        ------
        KeyError
            If the column is neither used nor a label.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        if column not in self._texts:
            self._texts[column] = [text_of(cell) for cell in self.cells[column]]
        return self._texts[column]

    def named(self, column: str) -> list[str] | None:
        """Give the texts of a column of the table.

        Parameters
        ----------
        column
            Column of the contract, or beside it.

        Returns
        -------
        list of str or None
            One text a row; None if the sheet has no such column.

        Raises
        ------
        TypeError
            If `column` is not a text.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        claim = self.claims.single(column)
        return self.given.get(column) if claim is None else self.texts(claim.at)

    def lend(self, column: int, cells: dict[int, Cell]) -> None:
        """Put the cells of other rows where they hold as well.

        Parameters
        ----------
        column
            Position of the column.
        cells
            Cell by index of the row.

        Raises
        ------
        KeyError
            If the column is neither used nor a label.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        for index, cell in cells.items():
            self.cells[column][index] = cell
        self._texts.pop(column, None)
        self.lent.setdefault(column, set()).update(cells)

    def keep(self, kept: list[int]) -> None:
        """Leave rows out.

        Parameters
        ----------
        kept
            Index of each row that stays, in order.

        Raises
        ------
        IndexError
            If there is no such row.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        new = {old: index for index, old in enumerate(kept)}
        self.at = [self.at[old] for old in kept]
        for column, cells in self.cells.items():
            self.cells[column] = [cells[old] for old in kept]
        self.lent = {
            column: {new[old] for old in lent if old in new} for column, lent in self.lent.items()
        }
        self.given = {name: [one[old] for old in kept] for name, one in self.given.items()}
        self._texts = {}

    def kind(self, claim: Claim) -> str:
        """Tell how the cells of a column are read.

        Parameters
        ----------
        claim
            The column.

        Returns
        -------
        str
            Kind of the contract; ``count`` for a group of a wide table, ``text`` beside it.

        Raises
        ------
        KeyError
            If the table is no table of the contract.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        return kind_of(self.desk.table, claim.column)


def kind_of(table: str, column: str) -> str:
    """Tell how the cells of a column are read.

    Parameters
    ----------
    table
        Table of the contract.
    column
        Column of the contract, or beside it.

    Returns
    -------
    str
        Kind of the contract; ``text`` for a column beside it.

    Raises
    ------
    KeyError
        If the table is no table of the contract.

    Examples
    --------
    >>> kind_of("persons", "persons"), kind_of("persons", "village_name")
    ('count', 'text')
    """
    if column == "parent_id":
        return "id"
    if column == "times":
        return "number"
    kinds = {one.name: one.kind for one in CONTRACTS[table].columns}
    return kinds.get(column, "text")


def read_body(desk: Desk, header: Header, claims: Claims) -> Body:
    """Take the rows below the header, with merged cells filled.

    Parameters
    ----------
    desk
        The sheet.
    header
        Its header.
    claims
        What its columns mean.

    Returns
    -------
    Body
        The rows that hold anything.

    Raises
    ------
    TypeError
        Never for a grid.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    rows = desk.grid.rows
    at = [number for number in range(header.bottom + 1, len(rows)) if _filled(rows[number])]
    last = max((one.at for one in claims.used if one.column in LABELS), default=0)
    wanted = {one.at for one in claims.used} | {
        one.at for one in claims.all if one.at <= last and one.how != "personal"
    }
    cells: dict[int, list[Cell]] = {
        column: [rows[number][column] if column < len(rows[number]) else None for number in at]
        for column in sorted(wanted)
    }
    body = Body(desk, claims, header, at, cells)
    _fill_merged(body)
    return body


def _filled(row: tuple[Cell, ...]) -> bool:
    return any(cell is not None and bool(text_of(cell)) for cell in row)


def _fill_merged(body: Body) -> None:
    """Say in each row what a cell that is merged downwards says; a number is not every row's."""
    index = {number: one for one, number in enumerate(body.at)}
    used = {one.at: one for one in body.claims.used}
    for column, claim in used.items():
        lent: dict[int, Cell] = {}
        for top, left, bottom, _right in body.desk.grid.merged:
            if left != column or bottom == top or top <= body.header.bottom:
                continue
            below = [index[row] for row in range(top + 1, bottom + 1) if row in index]
            if not below or top not in index:
                continue
            cell = body.cells[column][index[top]]
            if body.kind(claim) in NUMERIC:
                where = (top, claim.header, text_of(cell))
                words = rule(
                    "cell_merged", rows=body.desk.rows([top, *(body.at[i] for i in below)])
                )
                body.desk.wrong(where, words, hint("cell_merged"))
            elif text_of(cell):
                lent.update(dict.fromkeys(below, cell))
        if lent:
            body.lend(column, lent)
            rows = [body.at[one] for one in sorted(lent)]
            words = rule("cell_carried", count=len(rows), rows=body.desk.rows(rows))
            body.desk.note(claim.header, "", words, rows)


def carry_down(body: Body, records: list[int]) -> None:
    """Carry a name that is written once down to the rows below that leave it empty.

    A township is carried to rows that name a village; where a place has several rows (a row a
    group or a service), the village is carried as well.

    Parameters
    ----------
    body
        The rows; cells are filled in.
    records
        Index of each row that is a record.

    Raises
    ------
    KeyError
        Never: only columns of the sheet are asked for.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    codes = body.named("zone_id")
    own = set(records)
    free = [index in own and (codes is None or not codes[index]) for index in range(len(body.at))]
    village = body.named("name" if body.desk.table == "villages" else "village_name")
    several = [body.named(one) for one in ("group", "residence", "service", "age_band", *CROSSED)]
    if any(one is not None for one in several):
        town = body.named("township_name")
        # An empty village beside a township is the township's own row, not one more of a village.
        _carry(body, "village_name", records, [
            one and (town is None or not town[index]) for index, one in enumerate(free)
        ])  # fmt: skip
        if village is None and town is None:
            _carry(body, "zone_name", records, free)
            if not any(body.named(one) for one in PLACES):
                _carry(body, "zone_id", records, [index in own for index in range(len(body.at))])
        village = body.named("village_name")
    if village is not None:
        _carry(body, "township_name", records, [
            one and bool(village[index]) for index, one in enumerate(free)
        ])  # fmt: skip


def _repeated(texts: list[str], records: list[int], lent: set[int]) -> bool:
    """Tell whether an office writes a name in each row: then an empty cell is really empty."""
    pairs = pairwise(records)
    return any(
        texts[one] and texts[one] == texts[other] and other not in lent for one, other in pairs
    )


def _carry(body: Body, column: str, records: list[int], wanted: list[bool]) -> None:
    claim = body.claims.single(column)
    if claim is None:
        return
    texts, cells = body.texts(claim.at), body.cells[claim.at]
    if _repeated(texts, records, body.lent.get(claim.at, set())):
        return
    lent: dict[int, Cell] = {}
    last: Cell = None
    for index in records:
        if texts[index]:
            last = cells[index]
        elif last is not None and wanted[index]:
            lent[index] = last
    if lent:
        body.lend(claim.at, lent)
        rows = [body.at[one] for one in lent]
        words = rule("cell_carried", count=len(rows), rows=body.desk.rows(rows))
        body.desk.note(claim.header, "", words, rows)
