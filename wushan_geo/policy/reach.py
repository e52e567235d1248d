"""The reach ledger in words: places and persons within each limit, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.storage import number_text
from wushan_geo.wording import LANGUAGES, put, say

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
    unknown_persons: float = float("nan")
    """Persons at places whose class is not known."""
    spread: tuple[float, float, float, float] = (float("nan"),) * 4
    """Places at the pessimistic and the optimistic end of the times, then persons."""

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
        "persons_reached", "persons", "persons_unknown",
        "places_reached_pessimistic", "places_reached_optimistic",
        "persons_reached_pessimistic", "persons_reached_optimistic",
    )  # fmt: skip
    found: dict[tuple[str, str], dict[float, Reached]] = {}
    rows = zip(*(sums[one].tolist() for one in columns), strict=True)
    for zone, service, limit, near, places, unclear, persons, total, lost, *spread in rows:
        within = 0 if np.isnan(near) else int(near)
        ends = (spread[0], spread[1], spread[2], spread[3])
        one = Reached(limit, within, int(places), int(unclear), persons, total, lost, ends)
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
        "unclear": _unclear(own),
        "range": _range(own),
        "others": (texts[0], texts[1]),
    }


def _unclear(own: Reached) -> tuple[str, str]:
    """Say how many are neither reached nor not: they must not be read as beyond the limit."""
    if not own.unknown_places:
        return "", ""
    persons = count_words(own.unknown_persons)
    return put("reason.reach.unclear", {"places": own.unknown_places, "persons": persons})


def _range(own: Reached) -> tuple[str, str]:
    """Say how far the answer moves over the range of the roads, where it moves."""
    low, high, fewer, more = own.spread
    return range_words((low, high), (fewer, more))


def range_words(places: tuple[float, float], persons: tuple[float, float]) -> tuple[str, str]:
    """Say how far places and persons move over the range of the roads, where they move.

    Parameters
    ----------
    places, persons
        Smallest and largest count; NaN where the range is not known.

    Returns
    -------
    tuple of str
        Chinese and English; empty where nothing moves or the range is not known.

    Raises
    ------
    TypeError
        If a count is no number.

    Examples
    --------
    >>> range_words((1.0, 2.0), (10.0, 30.0))[1]
    ' (1 to 2 villages, 10 to 30 persons over the range of the roads)'
    >>> range_words((1.0, 1.0), (10.0, 10.0))
    ('', '')
    """
    if np.isnan(places[0]) or (places[0] == places[1] and persons[0] == persons[1]):
        return "", ""
    values = {
        "low": count_words(places[0]),
        "high": count_words(places[1]),
        "fewer": count_words(persons[0]),
        "more": count_words(persons[1]),
    }
    return put("reason.reach.range", values)


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
