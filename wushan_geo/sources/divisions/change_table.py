"""The table of changes of divisions: read and checked, all contradictions at once."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
import math
import re
from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.sources.divisions.codes import code_fault, shortened_code
from wushan_geo.study.faults import Where, fault, hint, nearest, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wushan_geo.errors import Fault
    from wushan_geo.study.faults import Pair

COLUMNS = ("date", "change", "old_code", "old_name", "new_code", "new_name", "share", "source")
CHANGES = ("renamed", "merged", "split", "moved", "abolished", "recoded")
ENDING = ("merged", "split", "moved", "abolished", "recoded")  # the old code is used no more
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_SUM = 1e-6
Cells = dict[str, str]


def period(text: str) -> tuple[dt.date, dt.date]:
    """Give the first and the last day of a year, a month or a day.

    Parameters
    ----------
    text
        2011, 2011-07 or 2011-07-01.

    Returns
    -------
    tuple of date
        First and last day.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> [str(day) for day in period("2011-07")]
    ['2011-07-01', '2011-07-31']
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        message = f"not a date: {text!r}"
        raise ValueError(message)
    year, month, day = (int(one) if one else 0 for one in found.groups())
    last_month = month or 12
    days = calendar.monthrange(year, last_month)[1] if 1 <= last_month <= 12 else 0  # noqa: PLR2004 -- months
    return dt.date(year, month or 1, day or 1), dt.date(year, last_month, day or days)


def read_changes(content: bytes, name: str) -> tuple[pd.DataFrame, list[Fault]]:
    r"""Read a study's own table of changes.

    Parameters
    ----------
    content
        Bytes of a CSV file in UTF-8.
    name
        Name of the file, for the faults.

    Returns
    -------
    tuple
        The table as text, and all faults; with faults it must not be used.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> line = "2015,renamed,500237101,甲乡,500237101,甲镇,,notice 1"
    >>> table, faults = read_changes(f"{','.join(COLUMNS)}\n{line}\n".encode(), "changes.csv")
    >>> len(table), faults
    (1, [])
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return pd.DataFrame(columns=list(COLUMNS), dtype="str"), [
            fault(Where(name), rule("utf8"), hint("utf8"))
        ]
    rows = [row for row in _csv_rows(text) if any(row)]
    head = [one.strip() for one in rows[0]] if rows else []
    lacking = [one for one in COLUMNS if one not in head]
    faults = [fault(Where(name, 1), rule("column", name=one), hint("column")) for one in lacking]
    cells = [dict(zip(head, row, strict=False)) for row in rows[1:]]
    table = pd.DataFrame(cells, columns=list(COLUMNS), index=range(2, len(cells) + 2), dtype="str")
    return table, faults or change_faults(table, name)


def _csv_rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text.replace("\x00", ""))))
    except csv.Error:  # a field of more than 131,072 characters
        return []


def change_faults(table: pd.DataFrame, name: str) -> list[Fault]:
    """Check a table of changes.

    Every row is checked by itself; then rows of one unit and date against each other, shares,
    units that merge into each other, and units that change after they have ended.

    Parameters
    ----------
    table
        Table with the columns of :func:`read_changes`; the index numbers the rows.
    name
        Name of the file, for the faults.

    Returns
    -------
    list
        All faults.

    Raises
    ------
    TypeError
        If `name` is not a text.

    Examples
    --------
    >>> row = dict(zip(COLUMNS, ["2015", "merged", "500237101", "", "500237101", "", "", "x"]))
    >>> [one.column for one in change_faults(pd.DataFrame([row], index=[2]), "changes.csv")]
    ['new_code']
    """
    lacking = [one for one in COLUMNS if one not in table]
    if lacking:
        return [fault(Where(name, 1), rule("column", name=one), hint("column")) for one in lacking]
    text = table[list(COLUMNS)].fillna("").astype(str).apply(lambda column: column.str.strip())
    rows = [
        (_number(at), dict(cells))
        for at, cells in zip(text.index, text.to_dict("records"), strict=True)
    ]
    faults = [one for at, cells in rows for one in _row_faults(name, at, cells)]
    return faults or [
        *_group_faults(name, rows),
        *_ring_faults(name, rows),
        *_order_faults(name, rows),
    ]


def _number(at: object) -> int | None:
    return at if isinstance(at, int) else None


def _row_faults(name: str, at: int | None, cells: Cells) -> Iterator[Fault]:
    def wrong(column: str, what: Pair, advice: Pair) -> Fault:
        return fault(Where(name, at, column, cells[column]), what, advice)

    if not _is_date(cells["date"]):
        yield wrong("date", rule("change_date"), hint("change_date"))
    if cells["change"] not in CHANGES:
        yield wrong(
            "change", rule("choice", options=", ".join(CHANGES)), nearest(cells["change"], CHANGES)
        )
    for column in ("old_code", "new_code"):
        found = (
            code_fault(cells[column], Where(name, at, column, cells[column]))
            if cells[column]
            else None
        )
        if found is not None:
            yield found
    if not cells["source"]:
        yield wrong("source", rule("filled"), hint("filled"))
    if not cells["old_code"] and not cells["old_name"]:
        yield wrong("old_code", rule("change_old"), hint("filled"))
    for column, holds, key in _SHAPES:
        if not holds(cells):
            yield wrong(column, rule(key), hint("change_row"))


def _is_date(text: str) -> bool:
    try:
        period(text)
    except ValueError:
        return False
    return True


def _is_share(cells: Cells) -> bool:
    if not cells["share"]:
        return True
    try:
        share = float(cells["share"])
    except ValueError:
        return False
    return cells["change"] == "split" and 0 < share <= 1


def _names_new(cells: Cells) -> bool:
    return bool(cells["new_code"] or cells["new_name"]) != (cells["change"] == "abolished")


def _changes_code(cells: Cells) -> bool:
    old, new = (shortened_code(cells[one]) for one in ("old_code", "new_code"))
    if not old or not new or cells["change"] == "split":
        return True
    return (old == new) == (cells["change"] == "renamed")


def _changes_name(cells: Cells) -> bool:
    if cells["change"] != "renamed":
        return True
    return bool(cells["old_name"] and cells["new_name"]) and cells["old_name"] != cells["new_name"]


def _keeps_code(cells: Cells) -> bool:
    return cells["change"] not in {"moved", "recoded"} or bool(cells["new_code"])


_SHAPES: tuple[tuple[str, Callable[[Cells], bool], str], ...] = (
    ("share", _is_share, "change_share"),
    ("new_code", _names_new, "change_new"),
    ("new_code", _changes_code, "change_code"),
    ("new_code", _keeps_code, "change_new"),
    ("new_name", _changes_name, "change_name"),
)


def _old(cells: Cells) -> str:
    return shortened_code(cells["old_code"]) or cells["old_name"]


def _new(cells: Cells) -> str:
    return shortened_code(cells["new_code"]) or cells["new_name"]


Numbered = tuple[int | None, Cells]


def _by_unit_and_date(rows: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    def key(row: Numbered) -> tuple[str, str, str]:
        return _old(row[1]), row[1]["old_name"], row[1]["date"]

    for _, group in groupby(sorted(rows, key=key), key):
        yield list(group)


def _group_faults(name: str, rows: list[Numbered]) -> Iterator[Fault]:
    """Find units with two changes on one date, and shares that do not make one whole."""
    for group in _by_unit_and_date(rows):
        at, cells = group[-1]
        kinds = {one["change"] for _, one in group}
        news = [_new(one) for _, one in group]
        where = Where(name, at, "change", cells["change"])
        if len(group) > 1 and (kinds != {"split"} or len(set(news)) < len(news)):
            what = rule("change_once", unit=_old(cells), date=cells["date"])
            yield fault(where, what, hint("change_once"))
        elif kinds == {"split"} and len(group) == 1:
            yield fault(where, rule("change_split", unit=_old(cells)), hint("change_split"))
        elif kinds == {"split"} and not _is_whole([one["share"] for _, one in group]):
            shown = Where(name, at, "share", ", ".join(one["share"] for _, one in group))
            yield fault(shown, rule("change_whole", unit=_old(cells)), hint("change_whole"))


def _is_whole(shares: list[str]) -> bool:
    if not any(shares):
        return True
    return all(shares) and math.isclose(sum(map(float, shares)), 1, abs_tol=_SUM)


def _ring_faults(name: str, rows: list[Numbered]) -> Iterator[Fault]:
    """Find units that were merged into each other on one date."""
    merged = {
        (cells["date"], _old(cells)): (at, _new(cells))
        for at, cells in rows
        if cells["change"] == "merged"
    }
    gone = {(cells["date"], _old(cells)) for _, cells in rows if cells["change"] == "abolished"}
    for (date, old), (at, into) in sorted(merged.items(), key=lambda one: one[0]):
        seen, new = [old], into
        while new not in seen and (date, new) in merged:
            seen.append(new)
            new = merged[date, new][1]
        if new == old or (date, new) in gone:
            where = Where(name, at, "new_code", new)
            what = rule("change_ring", units=" → ".join([*seen, new]), date=date)
            yield fault(where, what, hint("change_ring"))


def _order_faults(name: str, rows: list[Numbered]) -> Iterator[Fault]:
    """Find codes that change although they had ended, and nobody had taken them up again."""
    coded = [row for row in rows if row[1]["old_code"]]
    dated = sorted(coded, key=lambda row: (period(row[1]["date"])[0], _old(row[1])))
    ended: dict[str, str] = {}
    for date, group in groupby(dated, lambda row: row[1]["date"]):
        together = list(group)
        for at, cells in together:
            last = ended.get(_old(cells))
            if last is not None and last != date:
                what = rule("change_ended", unit=_old(cells), date=last)
                yield fault(Where(name, at, "old_code", _old(cells)), what, hint("change_ended"))
        ended |= {_old(cells): date for _, cells in together if cells["change"] in ENDING}
        for _, cells in together:
            ended.pop(_new(cells), None)
