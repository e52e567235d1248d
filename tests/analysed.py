"""The gap analysis of the example county, worked out once a process for the tests of its parts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from built_in import study_of

import wushan_geo as wg
from wushan_geo.access.gaps import Times
from wushan_geo.access.survey import study_gaps
from wushan_geo.analysis.asked import ServiceAsked, service_asked
from wushan_geo.travel.times import travel_interval

if TYPE_CHECKING:
    import pandas as pd

EXAMPLE = Path(__file__).parents[1] / "data" / "example"
COUNTY = "990101"


@cache
def times_of(name: str) -> Times:
    """Give the times of a built-in study."""
    found = travel_interval(study_of(name))
    return Times(found.central, found.low, found.high, found.conditions)


def asked_of(service: str, name: str = "example") -> ServiceAsked:
    """Prepare one service of a built-in study."""
    study = study_of(name)
    return service_asked(study, study.config.services[service], times_of(name), gaps_of(name))


@cache
def gaps_of(name: str) -> pd.DataFrame:
    """Give the gaps of a built-in study; not to be changed."""
    return study_gaps(study_of(name), times_of(name))


@cache
def analysis_of(name: str) -> wg.GapAnalysis:
    """Analyse a built-in study; its tables are not to be changed."""
    before = wg.open_study(EXAMPLE / "study-2024.toml") if name == "example" else None
    return wg.analyse_gaps(study_of(name), before=before)


def rows(table: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    """Take the rows that have these values."""
    keep = [True] * len(table)
    for column, value in wanted.items():
        keep = [one and two for one, two in zip(keep, table[column] == value, strict=True)]
    return table[keep]
