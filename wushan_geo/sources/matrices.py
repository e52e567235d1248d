"""Tables of times or distances from any router: one row for each pair, every fault with its row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import InputError
from wushan_geo.sources.formats import read_grids
from wushan_geo.sources.intake import is_file, split_sheet
from wushan_geo.study.faults import Where, fault, hint, rule, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Cell, Grid
    from wushan_geo.study.faults import Pair

    Words = tuple[Pair, Pair]

PAIR = ("origin", "destination", "cost")
HEADER_WITHIN = 20  # rows in which the header is looked for: offices put titles above it
# What a spreadsheet makes of a long code: 5.00237E+11, or 500237001001.0.
_LOST_CODE = re.compile(r"\d+(\.\d+)?[eE]\+\d+|\d+\.\d+[eE]\d+|\d+\.0*")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_NO_WAY = {"inf", "+inf", "infinity", "∞"}


@dataclass(frozen=True, slots=True)
class StatedPairs:
    """What a table of pairs is to hold."""

    origins: tuple[str, ...] | None = None
    """All origins; None takes those of the table."""
    destinations: tuple[str, ...] | None = None
    """All destinations; None takes those of the table."""
    complete: bool = True
    """Whether every pair must be there; False where a limit says why one is not."""
    most: tuple[float, str] | None = None
    """Largest plausible cost and its unit; None for no bound."""


@dataclass(slots=True)
class _Reading:
    """One sheet while it is read."""

    grid: Grid
    columns: tuple[str, str, str]
    at: NDArray[np.intp]
    """Number of each row as the file has it."""
    faults: list[Fault] = field(default_factory=list)

    def blame(self, which: int, rows: Iterable[int], cells: Sequence[Cell], words: Words) -> None:
        """Add a fault for each of some rows of one column."""
        for row in rows:
            where = Where(self.grid.place, int(self.at[row]), self.columns[which], cells[row])
            self.faults.append(fault(where, *words))


def read_pairs_table(
    path: str | Path, columns: tuple[str, str, str], stated: StatedPairs | None = None
) -> pd.DataFrame:
    r"""Read a table of pairs from a file: CSV, Excel, Parquet or any other table that offices use.

    Ids stay text: leading zeros are kept, and a code that a spreadsheet has turned into a number
    with a point or an exponent is refused. Costs are plain numbers of at least 0, or ``inf`` where
    there is no way. A file holds up to about a million rows; a larger table is better read with
    other means and handed to ``TravelMatrix.from_table``.

    Parameters
    ----------
    path
        The file; a sheet of a workbook follows after ``#``.
    columns
        Headers of origin, destination and cost.
    stated
        What the table is to hold; None takes its ids as they come and asks for every pair.

    Returns
    -------
    pandas.DataFrame
        Columns ``origin``, ``destination`` (text) and ``cost`` (as in the file, infinite =
        unreachable), in the order of the file; the index is the row of the file.

    Raises
    ------
    InputError
        With all faults at once: no such file or column, ids or costs that are none, pairs there
        twice, pairs missing, ids that are not among the stated ones.

    Examples
    --------
    See ``tests/test_matrices.py``.
    """
    path = Path(path)
    name, _ = split_sheet(path.name, path.parent)
    file = path.parent / name
    if not is_file(file):
        where = Where(path.name)
        raise InputError([fault(where, rule("exists"), hint("pairs_exists"))])
    table, faults = pairs_table(file.read_bytes(), path, columns, stated)
    standing = [one for one in faults if one.severity != "note"]
    if table is None or standing:
        raise InputError(standing)
    return table


def pairs_table(
    content: bytes, path: Path, columns: tuple[str, str, str], stated: StatedPairs | None = None
) -> tuple[pd.DataFrame | None, list[Fault]]:
    r"""Read a table of pairs from the bytes of a file, and say what is wrong instead of refusing.

    Parameters
    ----------
    content
        Bytes of the file.
    path
        Its path as named, with a sheet after ``#`` where one is meant.
    columns
        Headers of origin, destination and cost.
    stated
        What the table is to hold; None takes its ids as they come and asks for every pair.

    Returns
    -------
    tuple
        The table as in :func:`read_pairs_table`, or None where an error or a question stands
        against it; and all findings.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> content = "from,to,min\nA,H,12.5\n".encode()
    >>> table, faults = pairs_table(content, Path("t.csv"), ("from", "to", "min"))
    >>> table.values.tolist(), faults
    ([['A', 'H', 12.5]], [])
    """
    name, sheet = split_sheet(path.name, path.parent)
    grids, faults = read_grids(content, path.with_name(name), sheet=sheet)
    if any(one.severity != "note" for one in faults):
        return None, faults
    found, more = _sheet(grids, sheet, name, columns)
    faults += more
    if found is None:
        return None, faults
    grid, header = found
    places = [grid.rows[header].index(one) for one in columns]
    rows = [
        (at, tuple(row[place] for place in places))
        for at, row in enumerate(grid.rows[header + 1 :], grid.first_row + header + 1)
        if any(row[place] is not None for place in places)
    ]
    reading = _Reading(grid, columns, np.array([at for at, _ in rows], dtype=np.intp))
    cells = [[row[which] for _, row in rows] for which in range(len(PAIR))]
    table = pd.DataFrame(
        {
            "origin": pd.array(_ids(reading, 0, cells[0]), dtype="str"),
            "destination": pd.array(_ids(reading, 1, cells[1]), dtype="str"),
            "cost": _costs(reading, cells[2]),
        },
        index=reading.at,
    )
    stated = stated or StatedPairs()
    if stated.most is not None:
        _check_most(reading, table["cost"].to_numpy(), *stated.most)
    _check_pairs(reading, table, stated)
    return (None if reading.faults else table), faults + reading.faults


def _sheet(
    grids: Sequence[Grid], sheet: str, name: str, columns: tuple[str, str, str]
) -> tuple[tuple[Grid, int] | None, list[Fault]]:
    """Find the one sheet that has the three columns, and the row of its header."""
    if sheet:
        known = "、".join(one.sheet for one in grids)
        grids = [one for one in grids if one.sheet == sheet]
        if not grids:
            where = Where(name, None, "", sheet)
            return None, [fault(where, rule("sheet"), hint("sheet", known=known))]
    found = [
        (grid, at)
        for grid in grids
        for at, row in enumerate(grid.rows[:HEADER_WITHIN])
        if set(columns) <= set(row)
    ]
    sheets = list(dict.fromkeys(grid.place for grid, _ in found))
    if len(sheets) > 1:
        where = Where(name, None, "", "; ".join(sheets))
        return None, [fault(where, rule("pairs_sheet"), hint("pairs_sheet"))]
    if not found:
        first = grids[0]
        there = [str(one) for one in first.rows[0] if one is not None] if first.rows else []
        return None, [
            fault(
                Where(first.place, first.first_row, one),
                rule("column", name=one),
                hint("pairs_column", known=some(there)),
            )
            for one in columns
            if one not in there
        ] or [fault(Where(first.place), rule("pairs_header"), hint("pairs_header"))]
    grid, at = found[0]
    twice = [one for one in dict.fromkeys(columns) if grid.rows[at].count(one) > 1]
    twice += [one for one in dict.fromkeys(columns) if columns.count(one) > 1]
    if twice:
        row = grid.first_row + at
        words = rule("column_once"), hint("rename")
        return None, [fault(Where(grid.place, row, one), *words) for one in dict.fromkeys(twice)]
    return (grid, at), []


def _ids(reading: _Reading, which: int, cells: Sequence[Cell]) -> list[str | None]:
    """Read a column of ids; what is none becomes None once it is a fault."""
    found = [_id(one) for one in cells]
    empty = [at for at, one in enumerate(cells) if one is None]
    lost = [at for at, one in enumerate(found) if one is None and cells[at] is not None]
    reading.blame(which, empty, cells, (rule("filled"), hint("filled")))
    reading.blame(which, lost, cells, (rule("pairs_id"), hint("pairs_id")))
    return found


@lru_cache(maxsize=65_536, typed=True)  # each id stands there hundreds of times
def _id(cell: Cell) -> str | None:
    if isinstance(cell, str):
        text = cell.strip()
        return None if not text or _LOST_CODE.fullmatch(text) else text
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    return None


def _costs(reading: _Reading, cells: Sequence[Cell]) -> NDArray[np.float64]:
    """Read the column of costs; what is none becomes infinite once it is a fault."""
    costs = np.array([_cost(one) for one in cells], dtype=np.float64)
    empty = [at for at, one in enumerate(cells) if one is None]
    strange = [at for at in np.flatnonzero(np.isnan(costs)).tolist() if cells[at] is not None]
    advice = hint("pairs_cost")
    reading.blame(2, empty, cells, (rule("filled"), advice))
    reading.blame(2, strange, cells, (rule("pairs_cost"), advice))
    negative = np.flatnonzero(costs < 0).tolist()
    reading.blame(2, negative, cells, (rule("least", bound=0), hint("correct_number")))
    return np.nan_to_num(costs, nan=np.inf, posinf=np.inf)


def _cost(cell: Cell) -> float:
    """Give a cost, NaN for what is none."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, str):
        text = cell.strip()
        if _NUMBER.fullmatch(text):
            return float(text)
        if text.lower() in _NO_WAY:
            return float("inf")
    return float("nan")


def _check_most(reading: _Reading, costs: NDArray[np.float64], most: float, unit: str) -> None:
    """Refuse finite costs that nobody can mean, once for all: a mark for "no way" has many rows."""
    beyond = np.flatnonzero(np.isfinite(costs) & (costs > most))
    if beyond.size:
        words = rule("pairs_most", most=f"{most:g}", unit=unit, count=beyond.size)
        reading.blame(2, beyond[:1].tolist(), costs.tolist(), (words, hint("pairs_most")))


def _check_pairs(reading: _Reading, table: pd.DataFrame, stated: StatedPairs) -> None:
    """Find pairs that are there twice, ids that nobody stated, and pairs that are not there."""
    read = (table["origin"].notna() & table["destination"].notna()).to_numpy()
    pairs = table.loc[read, ["origin", "destination"]]
    _check_once(reading, pairs)
    known: list[list[str]] = []
    for which, wanted in enumerate((stated.origins, stated.destinations)):
        ids = table.loc[table[PAIR[which]].notna(), PAIR[which]].drop_duplicates()
        known.append(ids.tolist() if wanted is None else list(wanted))
        if wanted is not None:
            strange = ids[~ids.isin(list(wanted))]
            for row, one in zip(strange.index.tolist(), strange.tolist(), strict=True):
                where = Where(reading.grid.place, row, reading.columns[which], one)
                reading.faults.append(fault(where, rule("pairs_known"), hint("pairs_known")))
    if stated.complete and read.all():
        _check_gaps(reading, pairs, known)


def _check_once(reading: _Reading, pairs: pd.DataFrame) -> None:
    """Name each pair that is there again, with the row that has it already."""
    both_ends = list(zip(pairs["origin"].tolist(), pairs["destination"].tolist(), strict=True))
    if len(set(both_ends)) == len(both_ends):
        return
    first: dict[tuple[str, str], int] = {}
    for row, pair in zip(pairs.index.tolist(), both_ends, strict=True):
        if first.setdefault(pair, row) != row:
            column = ", ".join(reading.columns[:2])
            where = Where(reading.grid.place, row, column, " -> ".join(pair))
            reading.faults.append(fault(where, rule("once"), hint("once", row=first[pair])))


def _check_gaps(reading: _Reading, pairs: pd.DataFrame, known: list[list[str]]) -> None:
    """Name the places that have no pair at all, and the other pairs that are not there."""
    place = [pd.Index(one) for one in known]
    at = [place[which].get_indexer(pd.Index(pairs[PAIR[which]])) for which in (0, 1)]
    kept = (at[0] >= 0) & (at[1] >= 0)
    there = np.zeros((len(known[0]), len(known[1])), dtype=bool)
    there[at[0][kept], at[1][kept]] = True
    nowhere = [np.asarray(~there.any(axis=axis), dtype=bool) for axis in (1, 0)]
    for which in (0, 1):
        for one in np.flatnonzero(nowhere[which]):
            where = Where(reading.grid.place, None, reading.columns[which], known[which][one])
            reading.faults.append(fault(where, rule("pairs_place"), hint("pairs_place")))
    gaps = np.argwhere(~there & ~nowhere[0][:, None] & ~nowhere[1][None, :])
    if len(gaps):
        names = [f"{known[0][row]} -> {known[1][column]}" for row, column in gaps.tolist()]
        where = Where(reading.grid.place, None, ", ".join(reading.columns[:2]), some(names)[1])
        words = rule("pairs_all", count=len(gaps)), hint("pairs_all")
        reading.faults.append(fault(where, *words))
