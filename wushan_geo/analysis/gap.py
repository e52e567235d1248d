"""Why the gap is there, and whether it depends on the unit at which one looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo.access.causes import fixable_by_site, gap_causes, summed_causes
from wushan_geo.access.eligibility import counted_as
from wushan_geo.access.survey import timed_services
from wushan_geo.analysis.asked import asked_basis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from wushan_geo.access.allocation import Allocation
    from wushan_geo.analysis.asked import ServiceAsked
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix


def cause_rows(
    study: Study,
    gaps: pd.DataFrame,
    matrix: TravelMatrix | None,
    services: Mapping[str, ServiceAsked],
    allocations: Mapping[str, Allocation],
) -> Iterator[pd.DataFrame]:
    """Take the gap of each service at each limit apart, by village, township and county.

    Persons without a place although one is in reach are known at the default limit only, where
    places were given out, and only if every capacity is known.

    Parameters
    ----------
    study
        The study.
    gaps
        The result table ``gaps``.
    matrix
        Central minutes from villages to all facilities; None if there are none.
    services
        The services as the measures see them, by key; those without counts or facilities lack.
    allocations
        Allocation of the services whose capacities are known, by service.

    Yields
    ------
    DataFrame
        Rows of the table ``causes``.

    Raises
    ------
    ParameterError
        If a limit is beyond that of the matrix.

    Examples
    --------
    See ``tests/test_analysis_gap.py``.
    """
    parents = dict(zip(study.villages["zone_id"], study.villages["parent_id"], strict=True))
    county = dict.fromkeys(parents, study.config.county)
    levels = {"village": parents, "township": parents, "county": county}
    basis = asked_basis(study)
    for service in timed_services(study):
        mine = gaps[(gaps["service"] == service.key).to_numpy()]
        group = "persons" if service.eligible is None else "eligible"
        found, asked = allocations.get(service.key), services.get(service.key)
        for limit in service.limits:
            own = mine[(mine["limit"] == limit).to_numpy()].set_index("zone_id")
            waiting = None if found is None or limit != service.limit else _waiting(own, found)
            rows = gap_causes(
                own["class"],
                own[group],
                fixable=None
                if matrix is None
                else fixable_by_site(study, service.key, matrix, limit=limit),
                waiting=waiting,
                turned_away=_turned_away(own, asked, limit),
            )
            for level, units in levels.items():
                some = rows if level == "village" else summed_causes(rows, units)
                if asked is None:  # without ways nobody knows whom another rule would help
                    some = some.assign(persons_by_admission=float("nan"))
                yield some.assign(
                    level=level,
                    service=service.key,
                    limit=limit,
                    counted=counted_as(study, service),
                    basis=basis,
                )


def _turned_away(
    own: pd.DataFrame, asked: ServiceAsked | None, limit: float
) -> pd.Series[bool] | None:
    """Say which villages a facility within the limit offers the service and does not admit."""
    if asked is None:
        return None
    away = asked.turned_away[limit]
    return own.index.to_series().map(away).fillna(value=False).astype(bool)


def _waiting(own: pd.DataFrame, found: Allocation) -> pd.Series[float]:
    """Give the persons of each village who are in reach and find no place."""
    full = found.unserved_reason["no_place"]
    return full.reindex(own.index, fill_value=0.0).astype(float)
