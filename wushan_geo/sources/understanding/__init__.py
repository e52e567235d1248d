"""One sheet as it stands, turned into the canonical columns of a table of the study.

Nothing is dropped or guessed silently: what was mended is noted, what is doubtful is asked once,
and what cannot be used is an error, all at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.sources.grid import Arrival, ColumnRead
from wushan_geo.sources.understanding.body import carry_down, read_body
from wushan_geo.sources.understanding.cells import read_column
from wushan_geo.sources.understanding.claims import REGISTERS, Claims, arrival_columns, assign
from wushan_geo.sources.understanding.columns import Resolver
from wushan_geo.sources.understanding.desk import Desk, marks_text
from wushan_geo.sources.understanding.header import clean, find_header, nearest_row
from wushan_geo.sources.understanding.levels import find_levels
from wushan_geo.sources.understanding.preface import read_around, take_signed
from wushan_geo.sources.understanding.proven import prove_zeros
from wushan_geo.sources.understanding.rows import sort_rows, tell
from wushan_geo.sources.understanding.totals import check_totals
from wushan_geo.sources.understanding.unfold import unfold
from wushan_geo.sources.understanding.words import Words
from wushan_geo.study.faults import hint, rule
from wushan_geo.study.tables import CONTRACTS, Raw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Grid
    from wushan_geo.sources.understanding.body import Body
    from wushan_geo.sources.understanding.header import Header
    from wushan_geo.sources.understanding.records import Records
    from wushan_geo.sources.understanding.rows import Sorted
    from wushan_geo.sources.vocabulary import Vocabulary
    from wushan_geo.study.answers import Answers

# A township or village by name stands for its code, so a name is expected where a code is.
_BY_NAME = {"zone_id": ("township_name", "village_name")}
_WHOLE = ("facilities", "road_nodes")  # tables whose rows may belong to a township as a whole


@dataclass(frozen=True, slots=True)
class Understood:
    """What a sheet says."""

    raw: Raw | None
    """The canonical table; None if no header was found."""
    arrival: Arrival
    """What arrived, and what it was taken for."""
    faults: tuple[Fault, ...]
    """Errors, questions and notes, in the order of the rows."""


def understand(
    grid: Grid,
    table: str,
    *,
    vocabulary: Vocabulary,
    answers: Answers,
    services: Sequence[str] = (),
) -> Understood:
    """Turn one sheet, as it stands in a file, into the canonical columns of a table.

    The header is found under titles and units, its columns are looked up in the editable lists of
    words, rows that are no records (totals, remarks, headers printed again) are recognised and left
    out, cells are brought to their canonical text, and a column a group becomes a row a group.

    Parameters
    ----------
    grid
        The sheet.
    table
        Table of the study that it holds.
    vocabulary
        Words of the offices.
    answers
        What was decided before.
    services
        Keys of the services that the study knows.

    Returns
    -------
    Understood
        The table, what arrived, and all findings.

    Raises
    ------
    KeyError
        If `table` is no table of the contract.

    Examples
    --------
    >>> from wushan_geo.sources.grid import Grid
    >>> from wushan_geo.sources.vocabulary import built_in
    >>> from wushan_geo.study.answers import Answers
    >>> rows = (("村（社区）", "视力", "听力"), ("登龙社区", "１２", "无"))
    >>> found = understand(
    ...     Grid("a.xlsx", "", rows), "persons", vocabulary=built_in(), answers=Answers()
    ... )
    >>> found.raw.frame[["group", "persons"]].to_numpy().tolist()
    [['visual', '12'], ['hearing', '0']]
    """
    words = Words(table, vocabulary)
    desk = Desk(grid, table, answers, words, Resolver(table, vocabulary, answers, services))
    header = find_header(grid, desk.resolver)
    arrival = Arrival(table, grid.file, grid.sheet, grid.format, grid.encoding)
    if header is None:
        _no_header(desk)
        return Understood(None, arrival, tuple(desk.faults))
    claims = _placed(desk, assign(desk, header))
    body = read_body(desk, header, claims)
    found = _records(body)
    prove_zeros(body)
    texts = {one.at: read_column(body, one) for one in claims.used}
    records = unfold(body, texts)
    _sign(desk, header, found, records)
    _name_missing(desk, claims, records)
    raw = Raw(
        _frame(desk, records),
        grid.place,
        labels=records.labels,
        row_labels=None if records.row_labels is None else tuple(records.row_labels),
        header=desk.number(header.bottom) or None,
    )
    lines = (grid.first_row + header.top, grid.first_row + header.bottom)
    arrival = replace(
        arrival,
        layout=records.layout,
        header_rows="-".join(dict.fromkeys(map(str, lines))),
        rows=len(body.at),
        left_out=found.left_out,
        marks=marks_text(desk.marks),
        columns=arrival_columns(claims, ColumnRead),
    )
    return Understood(raw, arrival, tuple(sorted(desk.faults, key=_order)))


def _order(one: Fault) -> tuple[int, str, str, str]:
    return (one.row or 0, one.column, one.value, one.rule)


def _no_header(desk: Desk) -> None:
    """Say which headings were expected, and which row looks most like one."""
    contract = [one.name for one in CONTRACTS[desk.table].columns if one.needed]
    names = [name for one in contract for name in _BY_NAME.get(one, (one,))]
    if "name" in names:  # the units themselves have codes, and are not found by name
        names = contract
    heads = [desk.words.vocabulary.heading(desk.table, one) for one in dict.fromkeys(names)]
    at, texts = nearest_row(desk.grid, desk.resolver) or (None, ())
    # A register without a header shows a person in its first row: nothing of it is told.
    if any(sign.isdigit() for text in texts for sign in text) or desk.table in REGISTERS:
        texts = tuple(one for one in texts if desk.resolver.read((clean(one),)).known)
    words = rule("head_found", expected=("、".join(heads), ", ".join(names)))
    desk.wrong((at, "", " | ".join(texts)), words, hint("head_found"))


def _placed(desk: Desk, claims: Claims) -> Claims:
    """Take the code of a township for the place of a row where nothing else tells it."""
    columns = {one.column for one in claims.used}
    lacking = not columns & {"zone_id", "village_name", "zone_name"}
    if desk.table not in _WHOLE or "parent_id" not in columns or not lacking:
        return claims
    turned = tuple(
        replace(one, column="zone_id") if one.column == "parent_id" else one for one in claims.all
    )
    return replace(claims, all=turned)


def _records(body: Body) -> Sorted:
    """Keep the records among the rows; totals are checked first."""
    found = sort_rows(body)
    tell(body, found)
    carry_down(body, found.records)
    find_levels(body, found)
    check_totals(body, found)
    body.keep(sorted(found.records))
    return found


def _sign(desk: Desk, header: Header, found: Sorted, records: Records) -> None:
    """Fill in what is stated above or below the table on its source."""
    known = [one.name for one in CONTRACTS[desk.table].columns]
    around = [*range(header.top), *found.remark_rows]
    said = take_signed(desk, read_around(desk, around), records.columns, known)
    for column, text in said.items():
        records.columns[column] = [text] * len(records.rows)


def _name_missing(desk: Desk, claims: Claims, records: Records) -> None:
    """Name what is not there as the office would, so that a fault can ask for it."""
    if all(one.how == "exact" for one in claims.used):
        return
    for column in CONTRACTS[desk.table].columns:
        if column.needed and column.name not in records.columns:
            heading = desk.words.vocabulary.heading(desk.table, column.name)
            records.labels.setdefault(column.name, heading)


def _frame(desk: Desk, records: Records) -> pd.DataFrame:
    return pd.DataFrame(
        {
            column: pd.array(np.array(cells, dtype=object), dtype="str")
            for column, cells in records.columns.items()
        },
        index=[desk.number(at) for at in records.rows],
    )
