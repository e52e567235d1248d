"""Units that were renamed, merged, split, moved, abolished or recoded: followed through dates.

A table of changes has one row for each old and new unit. Rows of one date happen together: they
never follow each other. A split has several rows, and is told as several units.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.divisions.change_table import COLUMNS, change_faults, period, read_changes
from wushan_geo.sources.divisions.codes import TOWNSHIP, shortened_code
from wushan_geo.sources.divisions.names import compact, parted, plain, simplified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Day = str | dt.date | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of changes."""

    first: dt.date
    """First day on which it may have happened."""
    last: dt.date
    """Last day on which it may have happened; the same where the day is known."""
    change: str
    """``renamed``, ``merged``, ``split``, ``moved``, ``abolished`` or ``recoded``."""
    old: tuple[str, str]
    """Code and name before; one of them may be empty."""
    new: tuple[str, str]
    """Code and name after; both empty for what was abolished."""
    share: float | None
    """Share of the old unit that went to the new one, where it is known (splits)."""


@dataclass(frozen=True, slots=True)
class Now:
    """What a unit has become."""

    code: str
    """Code now; empty if it is gone or not known."""
    name: str
    """Name now; empty if it is gone or not known."""
    share: float | None = 1.0
    """Share of the old unit; None where nobody has stated it."""
    changes: tuple[str, ...] = ()
    """Changes on the way, with their dates."""
    status: str = "same"
    """``same``, the last change, or ``unclear`` if a date is too coarse to tell."""
    since: dt.date = dt.date.min
    """First day of the last change."""


class Changes:
    """A checked table of changes, ready to be followed."""

    def __init__(self, table: pd.DataFrame) -> None:
        faults = change_faults(table, "changes")
        if faults:
            raise InputError(faults)
        self._by_code: dict[str, list[Row]] = {}
        self._by_name: dict[tuple[str, str], list[Row]] = {}
        for row in sorted(map(_row, table.to_dict("records")), key=_order):
            if row.old[0]:
                self._by_code.setdefault(row.old[0], []).append(row)
            if row.old[1]:
                self._by_name.setdefault(_key(row.old[1]), []).append(row)

    def follow(self, code: str, name: str, since: dt.date, until: dt.date) -> list[Now]:
        """Follow one unit from a day to another; see :func:`crosswalk`."""
        done: list[Now] = []
        going = [Now(code, name)]
        while going:
            one = going.pop()
            rows = self._next(one, since, until)
            if not rows:
                done.append(one)
                continue
            if not _is_clear(rows[0], since, until):
                done.append(replace(one, code="", name="", share=None, status="unclear"))
                continue
            going += [_after(one, row) for row in rows]
        return sorted(done, key=lambda one: (one.code, one.name))

    def now(self, name: str, place: str) -> tuple[str, ...] | None:
        """Give the codes of today of a former name; None if the name never changed.

        Parameters
        ----------
        name
            A name in plain form.
        place
            Code of the parent it stood in; empty if not known.
        """
        wanted = parted(name)
        keys = [key for key in self._keys_of(wanted[0]) if not wanted[1] or key[1] == wanted[1]]
        rows = [row for key in keys for row in self._by_name[key] if _was_in(row, place)]
        if not rows:
            return None
        starts = dict.fromkeys(row.old for row in rows)
        ends = [one for old in starts for one in self.follow(*old, dt.date.min, dt.date.max)]
        return tuple(dict.fromkeys(one.code for one in ends if one.code))

    def olds(self, name: str) -> list[tuple[str, str]]:
        """Give the codes and names that once went by a name."""
        rows = self._by_name.get(_key(name), [])
        return list(dict.fromkeys(row.old for row in rows))

    def _keys_of(self, stem: str) -> list[tuple[str, str]]:
        return [key for key in self._by_name if key[0] == stem]

    def _next(self, one: Now, since: dt.date, until: dt.date) -> list[Row]:
        """Give the rows of the first date on which the unit changed next."""
        rows = self._by_code.get(one.code, []) if one.code else []
        if not rows and one.name:
            rows = self._by_name.get(_key(one.name), [])
        fitting = [
            row
            for row in rows
            if row.last > since and row.first <= until and row.first > one.since
            and _is_same(row.old, (one.code, one.name))
        ]  # fmt: skip
        return [row for row in fitting if row.first == fitting[0].first]


def crosswalk(
    codes: Iterable[str],
    changes: pd.DataFrame | Changes | None = None,
    *,
    since: Day = None,
    until: Day = None,
) -> pd.DataFrame:
    """Follow old codes or names to what they are now.

    Each change after `since` and up to `until` is applied in turn, over any number of dates. A
    unit that was split gives several rows; without stated shares they are ``ambiguous``, and no
    count should be divided among them.

    Parameters
    ----------
    codes
        Old codes, or names that stand in the table of changes.
    changes
        Table with ``date`` (2011, 2011-07 or 2011-07-01), ``change``, ``old_code``,
        ``old_name``, ``new_code``, ``new_name``, ``share`` and ``source``; the few changes that
        come with the package if left out.
    since
        Day of the list that the codes are from; from the beginning if left out.
    until
        Day to which they are followed; to the end if left out.

    Returns
    -------
    DataFrame
        ``given``, ``code``, ``name``, ``share``, ``status`` (``same``, the last change,
        ``ambiguous``, ``abolished`` or ``unclear``) and ``changes`` (what happened, in order);
        one row for each unit that a given one has become.

    Raises
    ------
    InputError
        If the table contradicts itself; all contradictions are listed.
    ParameterError
        If a day cannot be read.

    Examples
    --------
    >>> rows = [["2015-01-01", "merged", "500237101", "甲乡", "500237102", "乙镇", "", "notice 1"]]
    >>> table = pd.DataFrame(rows, columns=COLUMNS)
    >>> crosswalk(["500237101"], table)[["code", "name", "status"]].values.tolist()
    [['500237102', '乙镇', 'merged']]
    """
    known = (
        changes
        if isinstance(changes, Changes)
        else Changes(shipped_changes() if changes is None else changes)
    )
    first = _day(since, dt.date.min)
    last = _day(until, dt.date.max)
    rows = [row for given in codes for row in _rows(str(given), known, first, last)]
    columns = ["given", "code", "name", "share", "status", "changes"]
    table = pd.DataFrame(rows, columns=columns)
    texts = dict.fromkeys(["given", "code", "name", "status", "changes"], "str")
    return table.astype({**texts, "share": "float64"})


@cache
def _shipped() -> pd.DataFrame:
    home = resources.files(__package__).joinpath("changes.csv")
    return read_changes(home.read_bytes(), "changes.csv")[0]


def shipped_changes() -> pd.DataFrame:
    """Give the changes that come with the package: few, each with its source.

    Returns
    -------
    DataFrame
        The table, to be extended with a study's own rows.

    Raises
    ------
    FileNotFoundError
        If the installation is broken.

    Examples
    --------
    >>> shipped_changes()[["date", "change", "old_name"]].values.tolist()
    [['2011-07', 'abolished', '龙井乡']]
    """
    return _shipped().copy()


def _rows(given: str, known: Changes, since: dt.date, until: dt.date) -> Iterator[tuple[Any, ...]]:
    text = given.strip()
    starts = [(shortened_code(text), "")] if text.isdecimal() else known.olds(text) or [("", text)]
    ends = [one for start in starts for one in known.follow(*start, since, until)]
    several = len(ends) > 1
    for one in ends:
        status = one.status
        if several and status not in {"abolished", "unclear"}:
            status = "split" if one.share is not None and len(starts) == 1 else "ambiguous"
        share = one.share if status != "abolished" else None
        yield given, one.code or None, one.name or None, share, status, "; ".join(one.changes)


def _after(one: Now, row: Row) -> Now:
    share = one.share
    if row.change == "split":
        share = None if share is None or row.share is None else share * row.share
    told = f"{_told(row)} {row.change}"
    code, name = row.new
    if row.change == "renamed":
        code = code or one.code
    if row.change in {"moved", "recoded"}:
        name = name or row.old[1] or one.name
    return Now(code, name, share, (*one.changes, told), row.change, row.first)


def _told(row: Row) -> str:
    if row.first == row.last:
        return row.first.isoformat()
    return row.first.isoformat()[: 4 if row.last.month != row.first.month else 7]


def _is_clear(row: Row, since: dt.date, until: dt.date) -> bool:
    return row.first > since and row.last <= until


def _is_same(old: tuple[str, str], one: tuple[str, str]) -> bool:
    """Tell whether code and name agree, as far as both are known."""
    codes = not old[0] or not one[0] or old[0] == one[0]
    names = not old[1] or not one[1] or _key(old[1]) == _key(one[1])
    return codes and names


def _was_in(row: Row, place: str) -> bool:
    if row.old[0]:
        return row.old[0].startswith(place) and row.old[0] != place
    return len(place) < TOWNSHIP


@cache
def _key(name: str) -> tuple[str, str]:
    return parted(compact(simplified(plain(name))))


def _row(cells: Mapping[Any, Any]) -> Row:
    text = {name: "" if pd.isna(cells[name]) else str(cells[name]).strip() for name in COLUMNS}
    first, last = period(text["date"])
    return Row(
        first,
        last,
        text["change"],
        (shortened_code(text["old_code"]), text["old_name"]),
        (shortened_code(text["new_code"]), text["new_name"]),
        float(text["share"]) if text["share"] else None,
    )


def _order(row: Row) -> tuple[dt.date, dt.date, tuple[str, str], tuple[str, str]]:
    return row.first, row.last, row.old, row.new


def _day(given: Day, default: dt.date) -> dt.date:
    if given is None:
        return default
    if isinstance(given, dt.date):
        return given.date() if isinstance(given, dt.datetime) else given
    try:
        return period(given)[1]
    except ValueError as error:
        message = f"a day is written as 2011-07-01 (given: {given!r})"
        raise ParameterError(message) from error
