"""Whom each service is for: the table of eligibility as one yes or no for every kind of person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.study.faults import hint, rule
from wushan_geo.study.tables import AGES, TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from wushan_geo.sources.registers.asking import Register

SHAPE = (len(TYPES), 2, len(AGES))  # type, severe or not, band of ages
_ANY = "any"
_SEVERE = 1


def truth(
    register: Register, eligibility: pd.DataFrame | None, services: Sequence[str]
) -> dict[str, np.ndarray]:
    """Say for each service and each kind of person whether the service is for them.

    Of the rows that meet a person the one that says most holds (type, severity and age each count
    one), so that an exception may stand beside a general rule; where two equally particular rows
    contradict each other a planner decides. Whom no row meets is not eligible.

    Parameters
    ----------
    register
        The register; what is found is added to it.
    eligibility
        The typed table; None if the study has none.
    services
        Services that the study knows.

    Returns
    -------
    dict
        By service that has any row, an array of type (7), severity (not severe, severe) and band of
        ages (3).

    Raises
    ------
    KeyError
        If the table lacks a column.

    Examples
    --------
    See ``tests/test_sources_registers_eligible.py``.
    """
    if eligibility is None or eligibility.empty:
        register.note("", "", rule("register_no_eligibility"), hint("register_no_eligibility"))
        return {}
    given = eligibility.dropna(subset=["service", "type", "severity", "age_band", "eligible"])
    tables = {}
    for service in services:
        rows = given[given["service"] == service]
        if len(rows):
            tables[service] = _one(register, service, rows)
    return tables


def _one(register: Register, service: str, rows: pd.DataFrame) -> np.ndarray:
    """Work the rows of one service out to every kind of person."""
    most = np.zeros((2, *SHAPE), dtype=int)  # how particular the best no and the best yes are
    columns = ("type", "severity", "age_band", "eligible")
    for kind, severity, age, eligible in rows[list(columns)].itertuples(index=False, name=None):
        part = (_place(kind, TYPES), _severities(severity), _place(age, AGES))
        if None in part:
            continue  # a fault of its own, which the checks across tables tell
        said = 1 + sum(one != _ANY for one in (kind, severity, age))
        held = most[int(bool(eligible))]
        held[part] = np.maximum(held[part], said)
    no, yes = most
    table = yes > no
    for cell in np.argwhere((yes == no) & (yes > 0)).tolist():
        table[tuple(cell)] = _decided(register, service, cell)
    return table


def _place(word: str, words: Sequence[str]) -> slice | None:
    if word == _ANY:
        return slice(None)
    return slice(words.index(word), words.index(word) + 1) if word in words else None


def _severities(word: str) -> slice:
    return slice(None) if word == _ANY else slice(_SEVERE, _SEVERE + 1)


def _decided(register: Register, service: str, cell: Sequence[int]) -> bool:
    kind, severity, age = cell
    subject = (
        f"eligibility/{service}/{TYPES[kind]}/{('not_severe', 'severe')[severity]}/{AGES[age]}"
    )
    words = rule("register_eligibility")
    answer = register.ask(
        subject, ("yes", "no"), ("", subject), words, hint("register_eligibility")
    )
    return answer == "yes"
