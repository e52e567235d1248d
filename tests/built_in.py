"""The built-in studies and what a run finds in them, worked out once a process for all tests.

Each call gives a copy of its own, so that no test sees what another did to a table. A test of the
reading or of the run itself calls those, and not these.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING

import wushan_geo as wg

if TYPE_CHECKING:
    from wushan_geo.results import StudyResult
    from wushan_geo.study.study import Study

STUDIES = ("example", "wushan", "wushan-facts")


def study_of(name: str) -> Study:
    """Give a built-in study."""
    return deepcopy(_study(name))


def result_of(name: str) -> StudyResult:
    """Give what a run finds in a built-in study."""
    return deepcopy(_result(name))


@cache
def _study(name: str) -> Study:
    return wg.open_study(name)


@cache
def _result(name: str) -> StudyResult:
    return wg.run_study(study_of(name))
