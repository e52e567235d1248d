"""Whom each service is for: the table of eligibility as one yes or no for every kind of person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.study.faults import hint, rule
from wushan_geo.study.person_cells import SHAPE, kinds_served, torn_subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from wushan_geo.sources.registers.asking import Register

__all__ = ["SHAPE", "truth"]


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
    table, torn = kinds_served(rows)
    for cell in np.argwhere(torn).tolist():
        table[tuple(cell)] = _decided(register, service, cell)
    return table


def _decided(register: Register, service: str, cell: Sequence[int]) -> bool:
    subject = torn_subject(service, cell)
    words = rule("register_eligibility")
    answer = register.ask(
        subject, ("yes", "no"), ("", subject), words, hint("register_eligibility")
    )
    return answer == "yes"
