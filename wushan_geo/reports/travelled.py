"""Look-ups of what each way of travelling reaches: rows of the finished tables, nothing counted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wushan_geo.reports.figures import rows_of, text

if TYPE_CHECKING:
    import pandas as pd

NAN = float("nan")
MARK = "profile="  # stands in the parameters of every row by way of travelling
GROUP = "group_"
GRADE = "profile_grade_unknown"


@dataclass(frozen=True, slots=True)
class Counts:
    """Villages of the county by one way of travelling, within one limit of one service."""

    reached: float
    """Within the limit; NaN where that is known of none."""
    known: float
    """Those of which it is known."""
    unknown: float
    """The others."""
    unreachable: float
    """Among those known, those without a way."""
    median: float
    """Median minutes one way of those known; infinite where most are unreachable."""


@dataclass(frozen=True, slots=True)
class Travelled:
    """Numbers by way of travelling, as the table ``access`` holds them; absent is not known."""

    county: dict[tuple[str, str, float], dict[str, float]] = field(default_factory=dict)
    """By service, profile and limit: villages of the county and their median, by measure."""
    grades: dict[tuple[str, str], float] = field(default_factory=dict)
    """By service and profile: share of the roads open to it whose slope is not known."""
    groups: dict[tuple[str, str, str], dict[str, float]] = field(default_factory=dict)
    """By service, profile and group: persons in the county ``total``, ``reached``, ``unknown``."""
    minutes: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """By service, profile and village: minutes one way to the nearest facility."""
    within: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """By service, profile and village: 1 within the default limit, 0 not."""

    def __bool__(self) -> bool:
        """Say whether there is anything by way of travelling at all."""
        return bool(self.county)

    def counts(self, service: str, profile: str, limit: float) -> Counts:
        """Give what one way of travelling reaches within a limit.

        Parameters
        ----------
        service, profile
            Keys.
        limit
            Minutes.

        Returns
        -------
        Counts
            Villages of the county, and their median.

        Raises
        ------
        TypeError
            Never.

        Examples
        --------
        >>> rows = {"profile_places_total": 5.0, "profile_places_unknown": 1.0}
        >>> Travelled({("care", "walker", 30.0): rows}).counts("care", "walker", 30.0).known
        4.0
        """
        own = self.county.get((service, profile, limit), {})
        total, unknown = (own.get(f"profile_places_{one}", NAN) for one in ("total", "unknown"))
        return Counts(
            reached=own.get("profile_places_reached", NAN),
            known=total - unknown,
            unknown=unknown,
            unreachable=own.get("profile_places_unreachable", NAN),
            median=own.get("profile_minutes_median", NAN),
        )


def travelled(access: pd.DataFrame, county: str) -> Travelled:
    """Pick what is told by way of travelling out of the long table.

    Parameters
    ----------
    access
        The result table ``access``.
    county
        Code of the county.

    Returns
    -------
    Travelled
        The look-ups; empty for a study without ways of travelling, or without times.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_profiles.py``.
    """
    own = access[access["parameters"].astype("str").str.contains(MARK, regex=False).to_numpy()]
    found = Travelled(county=defaultdict(dict), groups=defaultdict(dict))
    columns = ("zone_id", "service", "measure", "parameters", "value")
    known: dict[str, dict[str, str]] = {}  # the same words stand in hundreds of rows
    for zone, service, measure, words, value in rows_of(own, *columns):
        if words not in known:
            known[words] = dict(one.split("=", 1) for one in text(words).split("; "))
        asked = known[words]
        key = (service, asked["profile"])
        if measure == "minutes_nearest":
            found.minutes[*key, zone] = value
        elif measure == "profile_within":
            found.within[*key, zone] = value
        elif zone == county and measure.startswith(GROUP):
            found.groups[*key, asked["group"]][measure.removeprefix(GROUP)] = value
        elif measure == GRADE:
            found.grades[key] = value
        elif zone == county and "limit" in asked:
            found.county[*key, float(asked["limit"].removesuffix(" min"))][measure] = value
    return found
