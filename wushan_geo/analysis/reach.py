"""How far it is, and how many are within: nearest, second nearest, counts and the whole curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.nearest import nearest_facility
from wushan_geo.access.opportunities import coverage_curve, cumulative
from wushan_geo.analysis.rows import measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.analysis.asked import ServiceAsked


def reach_rows(asked: ServiceAsked, county: str) -> Iterator[pd.DataFrame]:
    """Measure the ways to a service: by village, and over townships and the county.

    By village: minutes to the nearest and to the second nearest, and the number of facilities
    within each limit. By township and for the county: the person-weighted mean of the minutes of
    those who can get there, those who cannot, and the shares of places and persons within each
    limit. Only what surely offers and admits counts; of whom that leaves it open has a share of its
    own (`share_unknown`), so that the rest is surely not within.

    Parameters
    ----------
    asked
        The service.
    county
        Code of the county.

    Yields
    ------
    DataFrame
        Rows of the table ``measures``.

    Raises
    ------
    ParameterError
        If a limit of the service is beyond that of the matrix.

    Examples
    --------
    See ``tests/test_analysis_reach.py``.
    """
    for end, matrix in asked.at_ends().items():
        told = f"counted={asked.counted}; times={end}"
        nearest = nearest_facility(matrix)["cost"]
        yield measure(asked, nearest, ("minutes_nearest", "min", told))
        for level, units in asked.units(county).items():
            yield from _sums(asked, nearest, units, (level, end))
    words = f"counted={asked.counted}; times=central"
    second = nearest_facility(asked.matrix, rank=2)["cost"]
    yield measure(asked, second, ("minutes_second", "min", words))
    for limit in asked.service.limits:
        inside = f"limit={limit:g} min; {words}"
        count = cumulative(asked.matrix, limit=limit)
        yield measure(asked, count, ("facilities_within", "facilities", inside))


def _sums(
    asked: ServiceAsked, nearest: pd.Series[float], units: pd.Series[str], at: tuple[str, str]
) -> Iterator[pd.DataFrame]:
    """Sum up over units of a level, at one end of the times; places and persons side by side."""
    level, end = at
    words = f"counted={asked.counted}; times={end}"
    reached = np.isfinite(nearest)
    weights = asked.persons.where(reached)
    burden = (nearest.where(reached) * weights).groupby(units).sum(min_count=1)
    mean = burden / weights.groupby(units).sum(min_count=1)
    yield measure(asked, mean, ("minutes_mean_reached", "min", words), level=level)
    lost = asked.persons.where(~reached, 0.0).groupby(units).sum()
    yield measure(asked, lost, ("persons_unreachable", "persons", words), level=level)
    places = pd.Series(1.0, index=nearest.index)
    for limit in asked.service.limits:
        inside = f"limit={limit:g} min; {words}"
        near = nearest <= limit
        blind = ~near & asked.unknown[limit]
        for name, counts in (("place", places), ("person", asked.persons)):
            total = counts.groupby(units).sum()
            for kind, which in (("share", near), ("share_unknown", blind)):
                some = counts.where(which, 0.0).groupby(units).sum()
                yield measure(asked, some / total, (f"{name}_{kind}", "share", inside), level=level)


def curve_rows(asked: ServiceAsked) -> pd.DataFrame:
    """Give the whole coverage curve of a service: who is within every number of minutes.

    Parameters
    ----------
    asked
        The service.

    Returns
    -------
    DataFrame
        Rows of the table ``curve``; who cannot get there is in no row, so that the shares may end
        below 1.

    Raises
    ------
    ParameterError
        Never for what :func:`wushan_geo.analysis.asked.service_asked` made.

    Examples
    --------
    See ``tests/test_analysis_reach.py``.
    """
    found = coverage_curve(asked.matrix, asked.persons).rename(columns={"cost": "minutes"})
    return found.assign(service=asked.service.key, counted=asked.counted, basis=asked.basis)


def score_rows(services: Mapping[str, ServiceAsked], weights: Mapping[str, float]) -> pd.DataFrame:
    """Combine services into one score: the weighted share of those within their default limits.

    Score of village i = sum over services s of w_s [minutes_is <= limit_s] / sum of w_s. The
    weights are a judgement that the study states; nothing is combined without them.

    Parameters
    ----------
    services
        The services, by key.
    weights
        Weight of each service that counts, above 0.

    Returns
    -------
    DataFrame
        Rows of the table ``measures`` for the villages that every service knows; 0 to 1.

    Raises
    ------
    KeyError
        If a weight names no service.

    Examples
    --------
    See ``tests/test_analysis_reach.py``.
    """
    near = {}
    for key in weights:
        # Of a village that is still to be verified for any service there is no score.
        asked = services[key].known(float(services[key].limit or 0.0))
        near[key] = nearest_facility(asked.matrix)["cost"] <= float(asked.limit or 0.0)
    table = pd.DataFrame(near).dropna().astype(float)
    total = sum(weights.values())
    score = table @ pd.Series(weights) / total
    words = ", ".join(f"{key}={weight:g}" for key, weight in weights.items())
    rows = measure(services[next(iter(weights))], score, ("combined_score", "share", words))
    return rows.assign(service="")
