"""From a long table of pairs to positions and costs, with every fault of the table at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from wushan_geo.errors import Fault, InputError, ParameterError, listed
from wushan_geo.study.bounds import MARKS
from wushan_geo.travel.ids import id_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TABLE = "table of pairs"  # how a fault names the table, which has no file of its own
HEADER_ROWS = 2  # a spreadsheet counts from 1 and the header is its first row
NOBODY = -1  # code of an id that cannot be read or is not among the stated ones


class Pairs(NamedTuple):
    """The pairs that can be reached, row by row: positions of both ends, and the cost."""

    origin: NDArray[np.intp]
    """Position in ``origin_ids``, ascending."""
    destination: NDArray[np.intp]
    """Position in ``destination_ids``, ascending within an origin."""
    cost: NDArray[np.float64]
    """Cost in the unit of the matrix; finite, and a zero is a real zero."""


@dataclass(frozen=True, slots=True)
class KnownPairs:
    """What a table of pairs says, by position."""

    origin_ids: tuple[str, ...]
    """Origins in order."""
    destination_ids: tuple[str, ...]
    """Destinations in order."""
    pairs: Pairs
    """The pairs with a finite cost within the limit, by origin and then destination."""


@dataclass(slots=True)
class _Reading:
    """A table while it is read: its faults pile up here."""

    table: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, at: NDArray[np.intp], shown: Sequence[str], advice: str) -> None:
        """Add one kind of fault, with its first row and the first few cases."""
        row = int(at[0]) + HEADER_ROWS if at.size else None
        rule, suggestion = advice.split(" | ")
        self.faults.append(Fault(TABLE, row, column, listed(shown), rule, suggestion))

    def ids(
        self, column: str, stated: tuple[str, ...] | None
    ) -> tuple[NDArray[np.intp], tuple[str, ...]]:
        """Read a column of ids into positions; unreadable and unknown ones get NOBODY."""
        codes, found = _factorized(_plain(self.table[column]))
        names: list[str] = []
        place = {one: at for at, one in enumerate(stated or ())}
        moved = np.full(len(found) + 1, NOBODY, dtype=np.intp)
        unknown: list[int] = []
        for at, one in enumerate(found):
            try:
                name = id_text(one, column)
            except ParameterError:
                continue
            if stated is None and name not in place:
                place[name] = len(names)
                names.append(name)
            moved[at] = place.get(name, NOBODY)
            if name not in place:
                unknown.append(at)
        # The last place is for the missing ids, whose code is -1.
        answer = moved[codes]
        if not unknown and (not answer.size or int(answer.min()) > NOBODY):
            return answer, tuple(names) if stated is None else stated
        strange = np.isin(codes, np.array(unknown, dtype=np.intp))
        bad = np.flatnonzero((answer == NOBODY) & ~strange)
        if bad.size:
            shown = [repr(one) for one in pd.unique(self.table[column].take(bad).astype(object))]
            advice = "is a text or a whole number | Read the column as text and fill it in."
            self.fault(column, bad, shown, advice)
        if unknown:
            shown = [str(found[at]) for at in unknown]
            advice = "is one of the stated ids | State the id or take out its rows."
            self.fault(column, np.flatnonzero(strange), shown, advice)
        return answer, tuple(names) if stated is None else stated

    def costs(self, column: str) -> NDArray[np.float64]:
        """Read the column of costs; what is no cost becomes infinite once it is a fault."""
        values = self.table[column].infer_objects()
        if pd.api.types.is_bool_dtype(values) or not (
            pd.api.types.is_numeric_dtype(values) or values.empty
        ):
            self.fault(
                column,
                np.empty(0, dtype=np.intp),
                [str(values.dtype)],
                "is a column of numbers | Turn texts into numbers, and what is missing into inf.",
            )
            return np.full(len(values), np.inf)
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        for wrong, advice in (
            (np.isnan(numbers), "is not missing (NaN) | Give inf where there is no way."),
            (numbers < 0, "is at least 0 | Mend the cost."),
            (_marks(numbers), 'is no mark for "no way" of another tool | Give inf instead.'),
        ):
            if wrong.any():
                at = np.flatnonzero(wrong)
                self.fault(column, at, [str(one) for one in numbers[at[:6]]], advice)
        return numbers


def read_pairs(
    table: pd.DataFrame,
    columns: tuple[str, str, str],
    origins: tuple[str, ...] | None,
    destinations: tuple[str, ...] | None,
    limit: float | None,
) -> KnownPairs:
    """Read a table of pairs.

    Parameters
    ----------
    table
        One row for each pair; not changed.
    columns
        Names of the columns of origin, destination and cost.
    origins, destinations
        All ids in the order wanted (text, unique); None takes those of the table in first-seen
        order.
    limit
        Largest cost that the table is complete for; None if every pair must be there.

    Returns
    -------
    KnownPairs
        Ids, and the pairs with a finite cost within the limit.

    Raises
    ------
    InputError
        With all faults of the table at once.

    Examples
    --------
    >>> table = pd.DataFrame({"from": ["A"], "to": [5], "cost": [2.5]})
    >>> read_pairs(table, ("from", "to", "cost"), None, None, None).destination_ids
    ('5',)
    """
    reading = _Reading(table)
    absent = [one for one in columns if one not in table.columns]
    if absent:
        advice = f"has the column | Its columns are: {', '.join(map(str, table.columns))}."
        for one in absent:
            reading.fault(one, np.empty(0, dtype=np.intp), (), advice)
        raise InputError(reading.faults)
    origin, origin_ids = reading.ids(columns[0], origins)
    destination, destination_ids = reading.ids(columns[1], destinations)
    cost = reading.costs(columns[2])
    read = (origin != NOBODY) & (destination != NOBODY)
    key = origin * len(destination_ids) + destination
    key = key if read.all() else key[read]
    order = _order(key)
    if order is not None and (np.diff(key[order]) == 0).any():
        _refuse_twice(reading, columns, key, np.flatnonzero(read))
    if limit is None and not reading.faults:
        _refuse_absent(reading, columns, key, (origin_ids, destination_ids))
    if reading.faults:
        raise InputError(reading.faults)
    del key, read
    keep = np.isfinite(cost) if limit is None else cost <= limit
    pairs = _chosen(Pairs(origin, destination, cost), order, keep)
    return KnownPairs(origin_ids, destination_ids, pairs)


def _marks(costs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which costs are what other tools write where no way leads."""
    found = costs >= MARKS[0]
    at = np.flatnonzero(found)
    found[at] = np.isin(costs[at], MARKS)
    return found


def _order(key: NDArray[np.intp]) -> NDArray[np.intp] | None:
    """Give the order in which keys ascend; None if they do already, as tables mostly come."""
    return None if (key[1:] > key[:-1]).all() else np.argsort(key)


def _chosen(pairs: Pairs, order: NDArray[np.intp] | None, keep: NDArray[np.bool_]) -> Pairs:
    """Put pairs in order and keep some; without a copy where nothing is moved or left out."""
    if order is None and keep.all():
        return pairs
    at = np.flatnonzero(keep) if order is None else order[keep[order]]
    return Pairs(pairs.origin[at], pairs.destination[at], pairs.cost[at])


def _factorized(values: pd.Series[Any]) -> tuple[NDArray[np.intp], Any]:
    """Give the ids of a column numbers in first-seen order; those missing are -1.

    The same as ``pandas.factorize``, which hashes each row: whole numbers close together are looked
    up in a table, and of equal texts one after the other only the first is hashed.
    """
    kind = values.dtype
    if isinstance(kind, np.dtype) and kind.kind in "iu" and values.size:
        numbers = values.to_numpy()
        least, most = int(numbers.min()), int(numbers.max())
        if most - least < values.size and most <= np.iinfo(np.intp).max:
            return _looked_up(numbers.astype(np.intp, copy=False) - least, least)
    if isinstance(kind, pd.StringDtype) and values.size and not values.hasnans:
        array: Any = values.array
        changes = np.asarray(array[1:] != array[:-1], dtype=bool)
        starts = np.concatenate(([0], np.flatnonzero(changes) + 1))
        if starts.size <= values.size // 2:
            codes, found = pd.factorize(values.take(starts), use_na_sentinel=True)
            return np.repeat(codes, np.diff(starts, append=values.size)), found
    return pd.factorize(values, use_na_sentinel=True)


def _looked_up(above: NDArray[np.intp], least: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give whole numbers, written as what they are above the least, numbers in first-seen order."""
    first = np.full(int(above.max()) + 1, above.size, dtype=np.intp)
    # Written from the last to the first, so that the first stays.
    first[above[::-1]] = np.arange(above.size - 1, -1, -1)
    there = np.flatnonzero(first < above.size)
    found = there[np.argsort(first[there])]
    first[found] = np.arange(found.size)
    return first[above], found + least


def _plain(values: pd.Series[Any]) -> pd.Series[Any]:
    """Give a column of ids in which nothing that differs reads as the same.

    In a column of mixed objects 1, 1.0 and True count as equal to pandas; writing the odd ones out
    with their type keeps them apart, so that they are refused and not taken for the id 1.
    """
    if values.dtype != object:
        return values.astype(object) if isinstance(values.dtype, pd.CategoricalDtype) else values
    if set(map(type, values)) <= {str, int}:
        return values
    return values.map(_telling)


def _telling(one: Any) -> Any:
    """Keep an id, and mark anything else with its type."""
    whole = isinstance(one, (int, np.integer)) and not isinstance(one, bool)
    return one if whole or isinstance(one, str) else (type(one).__name__, one)


def _refuse_twice(
    reading: _Reading, columns: tuple[str, str, str], key: NDArray[np.intp], at: NDArray[np.intp]
) -> None:
    """Name the pairs that are there more than once."""
    again = pd.Series(key).duplicated().to_numpy()
    if again.any():
        rows = at[again]
        first, second = columns[:2]
        shown = [
            f"{one} -> {two}"
            for one, two in zip(
                reading.table[first].take(rows), reading.table[second].take(rows), strict=True
            )
        ]
        advice = "has each pair once | Keep one row for each pair."
        reading.fault(f"{first}, {second}", rows, list(dict.fromkeys(shown)), advice)


def _refuse_absent(
    reading: _Reading,
    columns: tuple[str, str, str],
    key: NDArray[np.intp],
    ids: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    """Name the pairs that are not there, where no limit says why."""
    count = len(ids[1])
    if key.size == len(ids[0]) * count:  # none is there twice
        return
    there = np.zeros(len(ids[0]) * count, dtype=bool)
    there[key] = True
    absent = np.flatnonzero(~there)
    if absent.size:
        shown = [f"{ids[0][one // count]} -> {ids[1][one % count]}" for one in absent.tolist()]
        advice = (
            "has a row for every pair | Add the missing pairs (inf = unreachable), "
            "or state the limit beyond which pairs were left out."
        )
        reading.fault(f"{columns[0]}, {columns[1]}", np.empty(0, dtype=np.intp), shown, advice)
