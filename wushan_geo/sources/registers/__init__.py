"""Registers with a row a person: counted by village and group in memory, and never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.sources.registers import words as said
from wushan_geo.sources.registers.asking import Register
from wushan_geo.sources.registers.counting import Groups, counted, groups
from wushan_geo.sources.registers.doubles import single
from wushan_geo.sources.registers.eligible import truth
from wushan_geo.sources.registers.numbers import UNKNOWN
from wushan_geo.sources.registers.people import People, read_people
from wushan_geo.sources.registers.personal import personal_columns, refuse, scrub, scrubbed
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import AGES, BASES, TYPES, VILLAGE_DIGITS, Raw
from wushan_geo.wording import both

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.study.answers import Answers

__all__ = ["count", "is_register", "personal_columns", "refuse", "scrub", "scrubbed"]

_OF_PERSONS = ("person_certificate", "person_id")
_BESIDE_NAME = ("person_type", "person_grade", "person_birth", "person_sex", "person_residence")
_ADD_UP = frozenset({*TYPES, *AGES})  # a lower bound of these would not add up to all
_SIGNED = ("source_unit", "signer", "as_of")


def is_register(raw: Raw) -> bool:
    """Tell whether a table has a row a person and not a row a count.

    Parameters
    ----------
    raw
        A table under the columns of the contract.

    Returns
    -------
    bool
        Whether it has ID or certificate numbers, or names beside type, grade, birth, sex or
        residence, and no column of counts.

    Raises
    ------
    AttributeError
        If `raw` is no table.

    Examples
    --------
    >>> is_register(Raw(pd.DataFrame({"zone_id": ["1"], "person_id": ["2"]}), "a.csv"))
    True
    >>> is_register(Raw(pd.DataFrame({"zone_id": ["1"], "persons": ["2"]}), "a.csv"))
    False
    """
    filled = raw.frame.notna().any().to_numpy()
    there = set(raw.frame.columns[filled])
    if "persons" in there or "group" in there:
        return False
    named = "person_name" in there and any(one in there for one in _BESIDE_NAME)
    return named or any(one in there for one in _OF_PERSONS)


def count(  # noqa: PLR0913 -- what a register is counted by comes from as many tables of the study
    raw: Raw,
    *,
    table: str,
    as_of: dt.date,
    eligibility: pd.DataFrame | None,
    services: Sequence[str],
    zones: Sequence[str],
    answers: Answers,
) -> tuple[Raw, list[Fault]]:
    """Count a register by village and group; nothing else of it leaves this function.

    The type and the grade come from the certificate and their own columns, the age at `as_of` from
    the certificate, the ID or the date of birth. The dead, the moved away and cancelled cards are
    left out, and counted. Whose type, grade or age is not known is counted in ``all``; the other
    groups of that village are then not known exactly, and a planner decides once whether they are
    left empty or given as lower bounds (types and ages stay empty, since they must add up). Groups
    that rest on something the register does not tell at all are not given.

    Parameters
    ----------
    raw
        The register: ``zone_id`` with twelve digits, and the columns ``person_*``.
    table
        ``persons`` or ``residence``.
    as_of
        Date at which ages are told.
    eligibility
        Whom each service is for; None if the study does not say.
    services
        Services that the study knows.
    zones
        Codes of all villages; each gets a row for each group, 0 where nobody is.
    answers
        What was decided before.

    Returns
    -------
    tuple
        The counts under the columns of the contract (an empty cell is not known), and all findings,
        which name rows and never what stands in them.

    Raises
    ------
    KeyError
        If the register has no ``zone_id``.

    Examples
    --------
    >>> import datetime as dt
    >>> from wushan_geo.study.answers import Answers
    >>> frame = pd.DataFrame(
    ...     {"zone_id": ["500237001001"], "person_certificate": ["11010519491231002X43"]}, index=[2]
    ... )
    >>> counts, faults = count(
    ...     Raw(frame, "a.xlsx"), table="persons", as_of=dt.date(2025, 6, 30), eligibility=None,
    ...     services=(), zones=["500237001001"], answers=Answers(),
    ... )
    >>> found = counts.frame.set_index("group")["persons"]
    >>> found[["all", "physical", "severe", "age_60_plus"]].tolist()
    ['1', '1', '0', '1']
    """
    register = Register(raw, table, as_of, answers)
    places = len(said.PLACES) if table == "residence" else 1
    if places > 1 and register.column("person_residence") is None:
        where = Where(raw.file, raw.header, register.heading("person_residence"))
        register.faults.append(fault(where, rule("column", name=where.column), hint("column")))
    codes = sorted(set(zones))
    people = read_people(register, _zoned(register, codes))
    keep = said.living(register) & (people.zone != UNKNOWN)
    people, rows = single(register, people.kept(keep), np.flatnonzero(keep))
    found = groups(truth(register, eligibility, services))
    low, high = counted(people, found, len(codes), places)
    given = _given(register, people, found)
    unsure = _unsure(register, people, rows, codes, given & _doubtful(low, high))
    cells = _cells(low, high, found, lower=unsure == "lower")
    register.note("", len(people.zone), rule("register_counted", rows=register.size))
    return _laid_out(raw, codes, found, (cells, given), places), scrubbed(register.faults)


def _zoned(register: Register, codes: list[str]) -> np.ndarray:
    """Give the village of each row; a row without one, or of another county, is an error."""
    cells = register.raw.frame["zone_id"]
    known = {code: at for at, code in enumerate(codes)}
    zones: np.ndarray = cells.map(known).fillna(UNKNOWN).to_numpy(dtype=np.int64)
    empty = cells.isna().to_numpy()
    register.rows(
        empty, "zone_id", rule("register_village"), hint("register_village"), severity="error"
    )
    for code in sorted(cells[~empty & (zones == UNKNOWN)].unique().tolist()):
        wrong = cells.eq(code).fillna(value=False).to_numpy()
        advice = hint("register_village")
        if len(code) < VILLAGE_DIGITS:
            advice = hint("register_township")
        register.rows(wrong, "zone_id", rule("village"), advice, severity="error")
    return zones


def _given(register: Register, people: People, found: Groups) -> np.ndarray:
    """Tell the groups that the register can tell at all, and name the others."""
    lacking = {"type", "severe", "age"} - people.told
    given = np.array([not (one & lacking) for one in found.rests_on])
    if not given.all() and register.size:
        left = ", ".join(name for name, there in zip(found.names, given, strict=True) if not there)
        what = [both(f"register.{one}") for one in sorted(lacking)]
        words = rule(
            "register_not_told",
            what=("、".join(zh for zh, _ in what), ", ".join(en for _, en in what)),
        )
        register.note("", left, words, hint("register_not_told"))
    return given


def _doubtful(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Tell the groups that are not known exactly somewhere."""
    return np.asarray((low < high).any(axis=(0, 1)))


def _unsure(
    register: Register, people: People, rows: np.ndarray, codes: list[str], doubtful: np.ndarray
) -> str | None:
    """Ask what becomes of the groups of villages in which something of a person is not known."""
    if not doubtful.any():
        return None
    lacking = {one: getattr(people, one) == UNKNOWN for one in sorted(people.told)}
    if register.table != "residence":
        lacking.pop("residence", None)
    some = np.logical_or.reduce(list(lacking.values()))
    total = int(some.sum())
    answer = register.ask(
        "unknown",
        ("empty", "lower"),
        ("", total),
        rule("register_unknown", count=total),
        hint("register_unknown"),
    )
    for one, unknown in lacking.items():
        if answer is None:
            wrong = np.zeros(register.size, dtype=bool)
            wrong[rows[unknown]] = True
            words = rule("register_unknown_row", what=both(f"register.{one}"))
            register.rows(wrong, "", words, hint("register_unknown_row"))
        often = np.bincount(people.zone[unknown], minlength=len(codes))
        for at in np.flatnonzero(often).tolist():
            words = rule("register_unknown_village", what=both(f"register.{one}"), count=often[at])
            register.note("zone_id", codes[at], words, hint("register_unknown_row"))
    return answer


def _cells(low: np.ndarray, high: np.ndarray, found: Groups, *, lower: bool) -> np.ndarray:
    """Give counts, NaN where one is not known and may not be given as a lower bound."""
    may = np.array([lower and name not in _ADD_UP for name in found.names])
    cells: np.ndarray = np.where((low == high) | may, low.astype(float), np.nan)
    return cells


def _laid_out(
    raw: Raw,
    codes: list[str],
    found: Groups,
    counts: tuple[np.ndarray, np.ndarray],
    places: int,
) -> Raw:
    """Lay the counts out under the columns of the contract; they point to the head of the file."""
    cells, given = counts
    names = [name for name, there in zip(found.names, given, strict=True) if there]
    flat = cells[:, :, given].ravel()
    size = len(flat)
    columns = {
        "zone_id": np.repeat(codes, places * len(names)),
        "group": np.tile(names, len(codes) * places),
    }
    if places > 1:
        columns["residence"] = np.tile(np.repeat(said.PLACES, len(names)), len(codes))
    columns["persons"] = np.array(
        [None if np.isnan(one) else f"{one:.0f}" for one in flat.tolist()], dtype=object
    )
    frame = pd.DataFrame(columns, index=[raw.header or 1] * size).astype("str")
    for name, value in _signed(raw).items():
        frame[name] = pd.array([value] * size, dtype="str")
    labels = {one: raw.labels[one] for one in ("zone_id", *_SIGNED) if one in raw.labels}
    return Raw(frame, raw.file, labels=labels, header=raw.header)


def _signed(raw: Raw) -> dict[str, str]:
    """Give what holds for the whole register: its weakest basis, and where all agree who signed."""
    frame = raw.frame
    told = {}
    if "basis" in frame.columns and frame["basis"].isin(BASES).any():
        told["basis"] = max(set(frame["basis"].dropna()) & set(BASES), key=BASES.index)
    for name in _SIGNED:
        if name in frame.columns:
            values = frame[name].dropna().unique().tolist()
            if len(values) == 1:
                told[name] = str(values[0])
    return told
