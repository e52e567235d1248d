"""The reach ledger in words: places and persons within each limit, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.storage import number_text
from wushan_geo.wording import LANGUAGES, say

if TYPE_CHECKING:
    import pandas as pd

    from wushan_geo.study.config import ServiceConfig


@dataclass(frozen=True, slots=True)
class Reached:
    """Places and persons within one limit, side by side."""

    limit: float
    """Limit in minutes."""
    places: int
    """Places within it; 0 where nothing is known, see `blind`."""
    total_places: int
    """All places."""
    unknown_places: int
    """Places whose class is not known."""
    persons: float
    """Persons within it; NaN where there is no data."""
    total_persons: float
    """All persons; NaN where there is no data."""

    @property
    def blind(self) -> bool:
        """Whether nothing at all is known."""
        return self.unknown_places == self.total_places


def reached(sums: pd.DataFrame) -> dict[float, Reached]:
    """Read the sums of one unit and one service.

    Parameters
    ----------
    sums
        Rows of :func:`wushan_geo.access.survey.summed`, one for each limit.

    Returns
    -------
    dict
        By limit, in minutes.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_policy_reach.py``.
    """
    by_unit = spreads(sums)
    return next(iter(by_unit.values())) if by_unit else {}


def spreads(sums: pd.DataFrame) -> dict[tuple[str, str], dict[float, Reached]]:
    """Read the sums of many units and services in one go.

    Parameters
    ----------
    sums
        The table of :func:`wushan_geo.access.survey.summed`.

    Returns
    -------
    dict
        By unit and service, and then by limit in minutes.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_policy_reach.py``.
    """
    columns = (
        "zone_id", "service", "limit", "places_reached", "places", "places_unknown",
        "persons_reached", "persons",
    )  # fmt: skip
    found: dict[tuple[str, str], dict[float, Reached]] = {}
    for zone, service, limit, near, places, unclear, persons, total in zip(
        *(sums[one].tolist() for one in columns), strict=True
    ):
        within = 0 if np.isnan(near) else int(near)
        one = Reached(limit, within, int(places), int(unclear), persons, total)
        found.setdefault((zone, service), {})[limit] = one
    return found


def reach_words(service: ServiceConfig, by_limit: dict[float, Reached]) -> dict[str, object]:
    """Give what a sentence on reach needs put in: the default limit, and the others beside it.

    Parameters
    ----------
    service
        The service.
    by_limit
        Places and persons at each of its limits.

    Returns
    -------
    dict
        Values for ``reason.reach`` and ``finding.reach``; a pair holds a text for each language.

    Raises
    ------
    KeyError
        If a limit of the service is not there.

    Examples
    --------
    See ``tests/test_policy_reach.py``.
    """
    own = by_limit[service.limit or 0.0]
    texts = []
    for at, language in enumerate(LANGUAGES):
        parts = [
            say(
                "reason.reach.other",
                language,
                limit=f"{some.limit:g}",
                places=some.places,
                persons=count_words(some.persons)[at],
            )
            for some in (by_limit[limit] for limit in service.limits)
            if some is not own
        ]
        texts.append(say("clause.separator", language).join(parts))
    return {
        "service": (service.name.zh, service.name.en),
        "limit": f"{own.limit:g}",
        "places": own.places,
        "total_places": own.total_places,
        "persons": count_words(own.persons),
        "total_persons": count_words(own.total_persons),
        "others": (texts[0], texts[1]),
    }


def count_words(value: float) -> tuple[str, str]:
    """Write a count in both languages; no data is said in words, for it is not zero.

    Parameters
    ----------
    value
        The count; NaN for no data.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    TypeError
        If `value` is not a number.

    Examples
    --------
    >>> count_words(3.0), count_words(float("nan"))
    (('3', '3'), ('无数据', 'no data'))
    """
    if np.isnan(value):
        return say("no_data", "zh"), say("no_data", "en")
    return number_text(value), number_text(value)
