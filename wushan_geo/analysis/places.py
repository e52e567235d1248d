"""Where the gap lies: hot spots of persons not reached, and villages to share one service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.access.clusters import Chance, gap_clusters, hot_spots
from wushan_geo.access.nearest import nearest_facility

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.access.clusters import GapClusters
    from wushan_geo.analysis.asked import ServiceAsked
    from wushan_geo.study.measuring import MeasuresConfig
    from wushan_geo.travel.matrix import TravelMatrix


def not_reached(asked: ServiceAsked, limit: float) -> pd.Series[float]:
    """Count the persons of each village who are surely not in reach at a limit.

    Parameters
    ----------
    asked
        The service, measured in minutes.
    limit
        One of its limits.

    Returns
    -------
    Series
        Persons by village, 0 where all are in reach, NaN where it is still to be verified.

    Raises
    ------
    KeyError
        If the limit is none of the service's.

    Examples
    --------
    See ``tests/test_analysis_places.py``.
    """
    near = nearest_facility(asked.matrix)["cost"] <= limit
    return asked.persons.where(~near, 0.0).mask(~near & asked.unknown[limit])


def hot_spot_rows(
    asked: ServiceAsked, between: TravelMatrix, settings: MeasuresConfig
) -> Iterator[pd.DataFrame]:
    """Find where persons not reached crowd together, beyond what chance would make.

    Parameters
    ----------
    asked
        The service, measured in minutes.
    between
        Minutes between the villages.
    settings
        Who is a neighbour, and what chance is.

    Yields
    ------
    DataFrame
        Rows of the table ``hotspots``, for each limit; a village to be verified is not tested.

    Raises
    ------
    UnknownIdError
        If the minutes between villages lack one of the service.

    Examples
    --------
    See ``tests/test_analysis_places.py``.
    """
    chance = Chance(settings.permutations, settings.seed, settings.false_discovery)
    zones = list(asked.persons.index)
    own = between.select(origins=zones, destinations=zones)
    words = (
        f"neighbour_min={settings.neighbour_min:g}; permutations={settings.permutations}; "
        f"seed={settings.seed}; false_discovery={settings.false_discovery:g}; "
        f"counted={asked.counted} not reached"
    )
    for limit in asked.service.limits:
        persons = not_reached(asked, limit)
        found = hot_spots(persons, own, within=settings.neighbour_min, chance=chance)
        yield (
            found.rename_axis("zone_id")
            .reset_index()
            .assign(service=asked.service.key, limit=limit, parameters=words, basis=asked.basis)
        )


def cluster_rows(
    asked: ServiceAsked, between: TravelMatrix, sites: TravelMatrix, within: float
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Group the villages with persons not reached into candidate service areas.

    Parameters
    ----------
    asked
        The service, measured in minutes.
    between
        Minutes between the villages.
    sites
        Minutes from villages to the sites that the study names for the service.
    within
        How far apart villages of one group may be, in minutes.

    Yields
    ------
    tuple of DataFrame
        Rows of the tables ``gap_clusters`` and ``gap_cluster_villages`` for each limit: with the
        site that would bring most persons of the group within the limit, and how many.

    Raises
    ------
    UnknownIdError
        If the minutes between villages lack one of the service.

    Examples
    --------
    See ``tests/test_analysis_places.py``.
    """
    zones = list(asked.persons.index)
    own = between.select(origins=zones, destinations=zones)
    words = f"within={within:g} min; linkage=complete; counted={asked.counted} not reached"
    for limit in asked.service.limits:
        persons = not_reached(asked, limit).fillna(0.0)
        found = gap_clusters(persons, own, within=within)
        named: dict[str, Any] = {"service": asked.service.key, "limit": limit}
        helped = _best_sites(found, persons, sites, limit)
        clusters = found.clusters.assign(**named, parameters=words, basis=asked.basis, **helped)
        members = found.members.rename_axis("zone_id").reset_index()
        members["persons"] = persons.reindex(members["zone_id"]).to_numpy()
        members = members.assign(**named, basis=asked.basis)
        yield clusters, members.sort_values(["cluster", "zone_id"], kind="stable")


def _best_sites(
    found: GapClusters, persons: pd.Series[float], sites: TravelMatrix, limit: float
) -> dict[str, Any]:
    """Name for each group the site that brings most of its persons within the limit."""
    names: list[str | None] = []
    counts: list[float] = []
    order = sorted(sites.destination_ids)
    near = sites.select(destinations=order).within(limit) if order else None
    row = {one: at for at, one in enumerate(sites.origin_ids)}
    for cluster in found.clusters["cluster"]:
        own = found.members.index[found.members == cluster]
        if near is None:
            names.append(None)
            counts.append(float("nan"))
            continue
        within = persons[own].to_numpy() @ near[[row[one] for one in own]]
        best = int(within.argmax())  # the first of equal ones, which has the smallest id
        names.append(order[best] if within[best] > 0 else None)
        counts.append(float(within[best]))
    return {"site": pd.array(names, dtype="str"), "persons_by_site": counts}
