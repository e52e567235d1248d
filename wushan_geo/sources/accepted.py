"""The last version of a study that was accepted, and what has changed since."""

from __future__ import annotations

import csv
import io
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.checkup import CHANGES
from wushan_geo.errors import InputError
from wushan_geo.storage import json_text, table_bytes
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import CONTRACTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDER = "accepted"
RECORD = "accepted.json"
# Columns that say how a value came about and not what it is.
_ASIDE = {"source_unit", "signer", "as_of"}


def accepted_files(clean: Mapping[str, pd.DataFrame], day: str) -> dict[str, bytes]:
    """Write the tables of a study as the version to compare the next one with.

    Tables of counts and units only; a register of persons is there as its counts by village.

    Parameters
    ----------
    clean
        Typed tables by name.
    day
        Date of the acceptance.

    Returns
    -------
    dict
        Content by file name: a CSV for each table that has a key, and a record.

    Raises
    ------
    ValueError
        If a table has a column twice.

    Examples
    --------
    >>> table = pd.DataFrame({"indicator": ["i1"], "value": [5.0]})
    >>> sorted(accepted_files({"indicators": table}, "2025-07-01"))
    ['accepted.json', 'indicators.csv']
    """
    files = {f"{name}.csv": table_bytes(table) for name, table in _keyed(clean)}
    record = {"accepted": day, "tables": sorted(files)}
    return {**files, RECORD: json_text(record).encode()}


def _keyed(clean: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, pd.DataFrame]]:
    for name in sorted(clean):
        if CONTRACTS[name].key:
            columns = [c.name for c in CONTRACTS[name].columns if c.name in clean[name]]
            yield name, clean[name][columns].sort_values(list(CONTRACTS[name].key), kind="stable")


def changes_since(folder: Path, clean: Mapping[str, pd.DataFrame]) -> tuple[str, pd.DataFrame]:
    """Compare the tables of a study with those accepted last.

    Parameters
    ----------
    folder
        Folder of the study.
    clean
        Typed tables by name.

    Returns
    -------
    tuple
        Date of the accepted version (empty where there is none), and a row for each record that is
        new or gone and for each cell that differs: table, key, column, before, after, change.

    Raises
    ------
    InputError
        If a file of the accepted version is damaged.
    OSError
        If one cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> changes_since(Path("nowhere"), {})[0]
    ''
    """
    record = folder / FOLDER / RECORD
    if not record.is_file():
        return "", pd.DataFrame(columns=list(CHANGES), dtype="str")
    with _undamaged(record):
        day = str(json.loads(record.read_text(encoding="utf-8")).get("accepted", ""))
    rows: list[tuple[str, ...]] = []
    now = dict(_keyed(clean))
    for name in sorted(CONTRACTS):
        path = folder / FOLDER / f"{name}.csv"
        with _undamaged(path):
            before = _records(name, path.read_bytes()) if path.is_file() else {}
        after = _records(name, table_bytes(now[name])) if name in now else {}
        rows += _differences(name, before, after)
    return day, pd.DataFrame(rows, columns=list(CHANGES), dtype="str")


@contextmanager
def _undamaged(path: Path) -> Iterator[None]:
    """Say of a file of the accepted version that is not as it was written what to do."""
    try:
        yield
    except (ValueError, RecursionError, AttributeError, csv.Error) as error:
        where = Where(f"{FOLDER}/{path.name}")
        raise InputError([fault(where, rule("accepted"), hint("accepted"))]) from error


_Records = dict[tuple[str, ...], dict[str, str]]


def _records(name: str, content: bytes) -> _Records:
    """Give the rows of a table of texts by their key."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return {tuple(row.get(one) or "" for one in CONTRACTS[name].key): row for row in rows}


def _differences(name: str, before: _Records, after: _Records) -> Iterator[tuple[str, ...]]:
    for key in sorted(before.keys() | after.keys()):
        shown = " / ".join(key)
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            yield name, shown, "", "", "", "new" if old is None else "gone"
            continue
        for column in sorted((old.keys() | new.keys()) - _ASIDE):
            one, two = old.get(column) or "", new.get(column) or ""
            if one != two:
                yield name, shown, column, one, two, "changed"
