"""What is known of each person of a register, from numbers and words together."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.sources.registers import words as said
from wushan_geo.sources.registers.numbers import UNKNOWN, Numbers, no_numbers, read_numbers
from wushan_geo.study.faults import hint, rule
from wushan_geo.wording import both

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from wushan_geo.sources.registers.asking import Register

OLDEST = 120  # years; a date of birth before that is a slip
SEVERE = 2  # grades up to this one are severe
_AGES = (0, 16, 60)  # first year of life of each band of ages
_DATE = re.compile(r"(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2}))?)?[日月号年]?(?: ?00:00:00)?")
_LATEST = 1231  # 31 December


@dataclass(frozen=True, slots=True)
class People:
    """What is known of each person, by row: codes, -1 where it is not known."""

    zone: np.ndarray
    """Place of the village in the study's list."""
    type: np.ndarray
    """0 (visual) to 6 (multiple)."""
    severe: np.ndarray
    """0 for grades 3 and 4, 1 for grades 1 and 2."""
    age: np.ndarray
    """Band of ages, 0 to 2."""
    residence: np.ndarray
    """0 to 3, as ``words.PLACES``."""
    key: np.ndarray
    """A number a person, the same for the same ID; -1 where there is none."""
    told: frozenset[str]
    """Which of type, severe, age and residence some column of the register tells at all."""

    def kept(self, keep: np.ndarray) -> People:
        """Give some of the persons.

        Parameters
        ----------
        keep
            Whether each one is kept.

        Returns
        -------
        People
            Those.

        Raises
        ------
        IndexError
            If there are more or fewer flags than persons.

        Examples
        --------
        See ``tests/test_sources_registers_count.py``.
        """
        names = ("zone", "type", "severe", "age", "residence", "key")
        return replace(self, **{one: getattr(self, one)[keep] for one in names})


def read_people(register: Register, zones: np.ndarray) -> People:
    """Put together what numbers and words say of each person, and ask where they contradict.

    The type and the grade come from the certificate and from columns of their own, the age from the
    certificate, the ID and a column of the date of birth. Where two of them differ, a planner says
    once which one holds; until then it is not known.

    Parameters
    ----------
    register
        The register; what is found is added to it.
    zones
        Place of the village of each row, -1 for none.

    Returns
    -------
    People
        What is known.

    Raises
    ------
    AttributeError
        If `register` is none.

    Examples
    --------
    See ``tests/test_sources_registers_count.py``.
    """
    certificate = _numbers(register, "person_certificate")
    identity = _numbers(register, "person_id")
    _strange(register, certificate, identity)
    kinds = {"certificate": certificate.type, "column": said.types(register)}
    grades = {"certificate": certificate.grade, "column": said.grades(register)}
    kind, grade = _settled(register, "type", kinds), _settled(register, "grade", grades)
    severe = np.where(grade == UNKNOWN, UNKNOWN, (grade <= SEVERE).astype(int))
    return People(
        zones,
        kind,
        severe,
        _ages(register, certificate, identity),
        said.places(register),
        _keys(certificate, identity),
        _told(register, severe),
    )


def _told(register: Register, severe: np.ndarray) -> frozenset[str]:
    sources = {
        "type": ("person_certificate", "person_type"),
        "severe": ("person_certificate", "person_grade"),
        "age": ("person_certificate", "person_id", "person_birth"),
        "residence": ("person_residence",),
    }
    told = {one for one, names in sources.items() if register.column(*names) is not None}
    return frozenset(told | ({"severe"} if (severe != UNKNOWN).any() else set()))


def _numbers(register: Register, column: str) -> Numbers:
    cells = register.column(column)
    return no_numbers(register.size) if cells is None else _checked(register, column, cells)


def _checked(register: Register, column: str, cells: pd.Series) -> Numbers:
    """Read a column of numbers, and ask whether those with a wrong check digit tell anything."""
    numbers = read_numbers(cells)
    formless = numbers.there & ~numbers.sound
    register.rows(formless, column, rule("register_number"), hint("register_number"))
    doubtful = numbers.sound & ~numbers.checked
    count = int(doubtful.sum())
    if not count:
        return numbers
    answer = register.ask(
        f"{column}/check_digit",
        ("unknown", "trust"),
        (column, count),
        rule("register_check_digit", count=count),
        hint("register_check_digit"),
    )
    if answer is None:
        register.rows(
            doubtful, column, rule("register_check_digit_row"), hint("register_see_question")
        )
    else:
        register.note(column, count, rule("register_decided", answer=answer))
    if answer == "trust":
        return numbers
    hidden = {
        one: np.where(doubtful, UNKNOWN, getattr(numbers, one))
        for one in ("birth", "type", "grade")
    }
    return replace(numbers, **hidden)


def _strange(register: Register, certificate: Numbers, identity: Numbers) -> None:
    """Name the rows in which the certificate is another person's than the ID."""
    both = certificate.sound & identity.sound
    differ = both & (certificate.key != identity.key)
    register.rows(differ, "person_id", rule("register_two_persons"), hint("register_two_persons"))


def _settled(register: Register, about: str, sources: dict[str, np.ndarray]) -> np.ndarray:
    """Take what the sources agree on; where they differ, what a planner has decided."""
    best, differ = _agreed(sources)
    count = int(differ.sum())
    if not count:
        return best
    column = f"person_{about}"
    answer = register.ask(
        f"contradiction/{about}",
        (*sources, "unknown"),
        (column, count),
        rule("register_contradiction", count=count, what=_what(about)),
        hint("register_contradiction"),
    )
    if answer is None:
        words = rule("register_contradiction_row", what=_what(about))
        register.rows(differ, column, words, hint("register_see_question"))
    else:
        register.note(column, count, rule("register_decided", answer=answer))
    chosen = sources.get(answer or "", np.full(register.size, UNKNOWN))
    settled: np.ndarray = np.where(differ, chosen, best)
    return settled


def _agreed(sources: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Give what the sources say, and the rows in which they differ."""
    values = np.stack([*sources.values()])
    best: np.ndarray = np.max(values, axis=0)
    least = np.min(np.where(values == UNKNOWN, np.iinfo(values.dtype).max, values), axis=0)
    return best, (best != UNKNOWN) & (least < best)


def _what(about: str) -> tuple[str, str]:
    return both(f"register.{about}")


def _ages(register: Register, certificate: Numbers, identity: Numbers) -> np.ndarray:
    """Give the band of ages at the cut-off date; the birthday itself begins a year of life."""
    first, last = _written(register)
    early, late = _band(first, register.as_of), _band(last, register.as_of)
    sources = {
        "certificate": _band(certificate.birth, register.as_of),
        "id": _band(identity.birth, register.as_of),
        "column": np.where(early == late, early, UNKNOWN),
    }
    ages = _settled(register, "birth", sources)
    known, written = certificate.birth != UNKNOWN, first != UNKNOWN
    known |= identity.birth != UNKNOWN
    vague = written & (early != late)
    best, differ = _agreed(sources)
    slip = (known | written) & ~vague & (best == UNKNOWN)
    name = next(
        (one for one in ("person_birth", "person_id") if register.column(one) is not None),
        "person_certificate",
    )
    words = rule("register_age", oldest=OLDEST, as_of=register.as_of.isoformat())
    register.rows(slip, name, words, hint("register_age"))
    _other_births(register, (first, last), (certificate, identity), ~differ)
    return ages


def _other_births(
    register: Register,
    written: tuple[np.ndarray, np.ndarray],
    numbers: tuple[Numbers, Numbers],
    alike: np.ndarray,
) -> None:
    """Name the rows whose dates of birth differ, though all give the same band of ages."""
    first, last = written
    differ = np.zeros(register.size, dtype=bool)
    for one in numbers:
        there = (one.birth != UNKNOWN) & (first != UNKNOWN)
        differ |= there & ((one.birth < first) | (one.birth > last))
    words = rule("register_birth_differs")
    register.rows(differ & alike, "person_birth", words, hint("register_birth_differs"))


def _band(birth: np.ndarray, as_of: dt.date) -> np.ndarray:
    day = as_of.year * 10000 + as_of.month * 100 + as_of.day
    years = (day - birth) // 10000  # completed years, since both are written as year, month, day
    there = (birth != UNKNOWN) & (birth <= day) & (years <= OLDEST)
    bands: np.ndarray = np.where(there, np.searchsorted(_AGES, years, side="right") - 1, UNKNOWN)
    return bands


def _written(register: Register) -> tuple[np.ndarray, np.ndarray]:
    """Read the column of dates of birth: the earliest and the latest day that each may mean."""
    cells = register.column("person_birth")
    if cells is None:
        nothing = np.full(register.size, UNKNOWN)
        return nothing, nothing
    spans = {one: _span(one) for one in cells.dropna().unique().tolist()}
    unread = cells.isin([one for one, span in spans.items() if span is None]).to_numpy()
    register.rows(unread, "person_birth", rule("register_birth"), hint("register_birth"))
    ends = [
        cells.map({one: span[at] for one, span in spans.items() if span is not None})
        .fillna(UNKNOWN)
        .to_numpy(dtype=np.int64)
        for at in (0, 1)
    ]
    return ends[0], ends[1]


def _span(cell: object) -> tuple[int, int] | None:
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    text = re.sub(r"\s*([-/.年月])\s*", r"\1", text)
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(one) if one else 0 for one in found.groups())
    if found[2] and not 1 <= month <= 12:  # noqa: PLR2004 -- months
        return None
    if found[3] and not 1 <= day <= 31:  # noqa: PLR2004 -- days
        return None
    if not month:
        return year * 10000 + 101, year * 10000 + _LATEST
    start = year * 10000 + month * 100
    return (start + day, start + day) if day else (start + 1, start + 31)


def _keys(certificate: Numbers, identity: Numbers) -> np.ndarray:
    """Give each person a number of this run, by the certificate, else by the ID."""
    texts = np.where(certificate.key != "", certificate.key, identity.key)
    _, numbers = np.unique(texts, return_inverse=True)
    keys: np.ndarray = np.where(texts == "", UNKNOWN, numbers)
    return keys
