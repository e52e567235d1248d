"""Persons who stand in a register twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.sources.registers.numbers import UNKNOWN
from wushan_geo.study.faults import fault, hint, rule

if TYPE_CHECKING:
    from wushan_geo.sources.registers.asking import Register
    from wushan_geo.sources.registers.people import People

_ATTRIBUTES = ("type", "severe", "age", "residence")


def single(register: Register, people: People, rows: np.ndarray) -> tuple[People, np.ndarray]:
    """Count each person once, where a planner has decided so.

    Rows with the same number are one question for the whole register, with the rows named. Of a
    person counted once, what the rows contradict each other on is not known; one who stands in two
    villages must be mended in the file.

    Parameters
    ----------
    register
        The register; what is found is added to it.
    people
        The persons.
    rows
        Places of their rows in the register.

    Returns
    -------
    tuple
        The persons and the places of their rows.

    Raises
    ------
    AttributeError
        If `register` is none.

    Examples
    --------
    See ``tests/test_sources_registers_count.py``.
    """
    keys = pd.Series(people.key)
    twice = (keys.duplicated(keep=False) & (keys != UNKNOWN)).to_numpy()
    if not twice.any():
        return people, rows
    persons, count = int(keys[twice].nunique()), int(twice.sum())
    column = "person_certificate"
    if register.column(column) is None:
        column = "person_id"
    answer = register.ask(
        "persons",
        ("once", "each"),
        (column, count),
        rule("register_twice", count=count, persons=persons),
        hint("register_twice"),
    )
    if answer is None:
        _pairs(register, people.key, twice, rows)
        return people, rows
    if answer == "each":
        register.note(column, count, rule("register_decided", answer=answer))
        return people, rows
    register.note(column, count, rule("register_once", rows=count - persons))
    return _merged(register, people, twice, rows)


def _pairs(register: Register, keys: np.ndarray, twice: np.ndarray, rows: np.ndarray) -> None:
    """Name each row beside the first one with the same number, by row numbers alone."""
    places = [register.raw.where(at, "") for at in rows[twice].tolist()]
    shown = [
        f"{one.row}" if register.raw.files is None else f"{one.file} {one.row}" for one in places
    ]
    together: dict[int, list[str]] = {}
    for key, one in zip(keys[twice].tolist(), shown, strict=True):
        together.setdefault(key, []).append(one)
    for place, key in zip(places, keys[twice].tolist(), strict=True):
        words = rule("register_twice_row", rows=", ".join(together[key]))
        register.faults.append(fault(place, words, hint("register_see_question"), severity="note"))


def _merged(
    register: Register, people: People, twice: np.ndarray, rows: np.ndarray
) -> tuple[People, np.ndarray]:
    """Make one person of the rows with the same number."""
    frame = pd.DataFrame({one: getattr(people, one) for one in (*_ATTRIBUTES, "zone")})
    frame["key"] = people.key
    some = frame[twice]
    grouped = some.where(some != UNKNOWN).groupby(some["key"])
    least, most = grouped.min(), grouped.max()
    agreed = least.where(least == most).fillna(UNKNOWN).astype(int)
    moved = set(least.index[(least["zone"] < most["zone"]).to_numpy()])
    if moved:
        wrong = np.zeros(register.size, dtype=bool)
        wrong[rows[twice & np.isin(people.key, list(moved))]] = True
        words = rule("register_two_villages")
        register.rows(wrong, "zone_id", words, hint("register_two_villages"), severity="error")
    keep = ~(twice & frame["key"].duplicated(keep="first").to_numpy())
    mended = {}
    for one in _ATTRIBUTES:
        values = getattr(people, one).copy()
        values[twice] = agreed[one].reindex(people.key[twice]).to_numpy()
        mended[one] = values
    zones = people.zone.copy()
    zones[twice] = least["zone"].fillna(UNKNOWN).astype(int).reindex(people.key[twice]).to_numpy()
    return replace(people, zone=zones, **mended).kept(keep), rows[keep]
