"""Build ``data/wushan``: persons, facilities, services, plan, facts, assumptions and README.

Roads, river and crossings are made by ``roads``; ``study.toml`` is written by hand and read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import facilities
import persons
import plan
import roads
import services
import wushan_facts
import wushan_page
import zone_assumptions
from assumptions import Assumption, of_study, page, study_settings
from common import write_text

if TYPE_CHECKING:
    from pathlib import Path

STEPS = (persons, facilities, services, plan, wushan_facts)
"""Modules with ``build(out)``, in their order."""
ASSUMING = (zone_assumptions, persons, facilities, services, plan, roads)
"""Modules with ``assumptions(out)``, in the order of the page."""


def assumptions(out: Path) -> list[Assumption]:
    """Collect every assumption of the demonstration study, those of ``study.toml`` last.

    Raises
    ------
    FileNotFoundError
        If the boundaries are not built yet.
    KeyError
        If ``study.toml`` holds a number that nothing explains.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    rows = [row for step in ASSUMING for row in step.assumptions(out)]
    return [*rows, *of_study(study_settings(out))]


def build(out: Path) -> None:
    """Write all of ``wushan/`` that this step owns; needs ``boundaries/`` in the same folder.

    Raises
    ------
    FileNotFoundError
        If the boundaries are not built yet.
    ValueError
        If a table breaks one of its own rules.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    for step in STEPS:
        step.build(out)
    write_text(out / "wushan" / "ASSUMPTIONS.md", page(assumptions(out)))
    write_text(out / "wushan" / "README.md", wushan_page.readme(out))
