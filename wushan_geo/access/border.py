"""Where the county border may decide: what lies beyond it and could change a result.

Two things can be hidden by a border. A village in nobody's reach may have help beyond it; and a
facility near it may be used by persons from beyond, whom no register of the county counts. Where
the roads go on beyond the county they are asked; where they end with it, a straight-line rule of
thumb stands in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import shapely

from wushan_geo.access.gaps import NO, REACHED, UNKNOWN, YES
from wushan_geo.study.geometry import metric_crs
from wushan_geo.travel.conditions import roads_of
from wushan_geo.travel.gates import entries, exits, gates
from wushan_geo.travel.network import PreparedRoads, road_trips
from wushan_geo.travel.places import places
from wushan_geo.travel.times import village_minutes

if TYPE_CHECKING:
    import geopandas as gpd

    from wushan_geo.access.gaps import Times
    from wushan_geo.study.study import Study
    from wushan_geo.travel.conditions import StandingRoads

Rule = Literal["roads", "straight"]


def beyond_known(study: Study, service: str) -> bool:
    """Say whether the study lists a facility beyond the county that may offer a service.

    Parameters
    ----------
    study
        The study.
    service
        Service key.

    Returns
    -------
    bool
        True if there is one, so that somebody has looked beyond the border.

    Raises
    ------
    KeyError
        If the facilities lack a column.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> beyond_known(wg.open_study("wushan"), "day_care")
    False
    """
    rows = study.facilities
    outside = rows["zone_id"].isna().to_numpy()
    offers = np.array([one is None or service in one for one in rows["services"]], dtype=bool)
    running = rows["status"].isin(("open", "unknown")).to_numpy()
    return bool((outside & offers & running).any())


def facility_border(
    study: Study,
    times: Times,
    limit: float | None = None,
    *,
    line: BorderLine | None = None,
) -> pd.DataFrame:
    """Say which facilities may serve persons beyond the county, whom no register here counts.

    See :meth:`BorderLine.facilities`. The load of such a facility is understated, and so is what
    it would take to serve everybody in its reach.

    Parameters
    ----------
    study
        The study.
    times
        Minutes from villages to facilities.
    limit
        Minutes; None takes the limit of the study's headline service.
    line
        The county line of this study at these times, where it was measured before.

    Returns
    -------
    DataFrame
        One row for each facility in the order of the study: ``facility_id``, ``border`` (yes, no,
        or unknown without a point), ``rule`` (roads or straight, how it was told).

    Raises
    ------
    CrsError
        If the county lies outside the metric zones of CGCS2000.
    ParameterError
        If the limit is not a number of at least 0, or beyond that of the times.

    Examples
    --------
    See ``tests/test_access_border.py``.
    """
    headline = study.config.services[study.config.headline].limit
    line = BorderLine(study, times) if line is None else line
    return pd.DataFrame(
        {
            "facility_id": study.facilities["facility_id"].to_numpy(),
            "border": line.facilities((headline or 0.0) if limit is None else limit),
            "rule": line.rule,
        }
    )


class BorderLine:
    """The county line and how far it is; measured once, since it is the same for every service.

    Parameters
    ----------
    study
        The study.
    times
        Minutes from villages to all facilities.
    standing
        The roads of this study under each condition, if they were asked for before.

    Raises
    ------
    CrsError
        If the county lies outside the metric zones of CGCS2000.
    ParameterError
        If the roads are those of another study.
    """

    def __init__(self, study: Study, times: Times, standing: StandingRoads | None = None) -> None:
        villages = study.villages
        self._study = study
        self._near = times.low
        self._there = ~shapely.is_missing(np.asarray(villages["demand_point"].to_numpy()))
        self._away = np.full(len(villages), np.inf)
        self._sites_away = np.full(len(study.facilities), np.nan)
        self._ways = np.empty((0, 0))
        self._by_road: _ByRoad | None = None
        if not self._there.any():
            return
        self._by_road = _by_road(roads_of(study, standing), self._there)
        code = metric_crs(float(np.nanmean(villages["demand_lon"].to_numpy(dtype=float))))
        homes = _metres(villages.set_geometry("demand_point").geometry, code)
        outline = shapely.boundary(shapely.union_all(_metres(study.county.geometry, code)))
        self._away = shapely.distance(homes, outline)
        village = {one: at for at, one in enumerate(villages["zone_id"].tolist())}
        place = {one: at for at, one in enumerate(study.facilities["facility_id"].tolist())}
        sites = _metres(study.facilities.geometry, code)
        self._sites_away = shapely.distance(sites, outline)
        start = homes[[village[one] for one in times.low.origin_ids]]
        end = sites[[place[one] for one in times.low.destination_ids]]
        self._ways = shapely.distance(start[:, np.newaxis], end[np.newaxis, :])

    @property
    def rule(self) -> Rule:
        """How it is told what is near the line: by ``roads`` that go on, or by a ``straight`` line.

        By road the optimistic minutes to the nearest road over the line decide. Where no road of
        the study goes on beyond the county, a place counts as near if the line is no farther from
        it, in a straight line, than the farthest facility that anybody in the county gets to within
        the limit at optimistic times.
        """
        return "straight" if self._by_road is None else "roads"

    def flags(self, service: str, gaps: pd.DataFrame) -> np.ndarray:
        """Flag villages that could be served from beyond the border, of which nothing is known.

        A village is flagged if nothing is in its reach, the study lists no facility beyond the
        county for the service, and the county line is near by the :attr:`rule`. This is a flag, not
        a measure: it says where the result may change once facilities and roads beyond the border
        are entered.

        Parameters
        ----------
        service
            Service key.
        gaps
            Rows of the gaps of this service at one limit, in the order of ``study.villages``, with
            ``limit`` and ``class``.

        Returns
        -------
        numpy.ndarray
            yes, no or unknown (the village has no point) in the order of ``study.villages``.

        Raises
        ------
        KeyError
            If `gaps` lacks a column.

        Examples
        --------
        See ``tests/test_access_border.py``.
        """
        if beyond_known(self._study, service) or not self._there.any():
            return np.where(self._there, NO, UNKNOWN).astype(object)
        reached = gaps["class"].isin(REACHED).to_numpy()
        limit = float(gaps["limit"].iloc[0])
        if self._by_road is None:
            near = self._away <= self._farthest(limit)
        else:
            near = self._by_road.villages <= limit
        return np.where(self._there, np.where(near & ~reached, YES, NO), UNKNOWN).astype(object)

    def facilities(self, limit: float) -> np.ndarray:
        """Flag facilities whose catchment may cross the border.

        The study counts no persons beyond the county, so that the persons in reach of such a
        facility are understated. A facility beyond the county is always one.

        Parameters
        ----------
        limit
            Minutes, from persons to the facility.

        Returns
        -------
        numpy.ndarray
            yes, no or unknown (the facility has no point) in the order of ``study.facilities``.

        Raises
        ------
        ParameterError
            If the limit is not a number of at least 0, or beyond that of the times.

        Examples
        --------
        See ``tests/test_access_border.py``.
        """
        points = self._study.facilities.geometry
        lost = (points.isna() | points.is_empty).to_numpy(dtype=bool)
        beyond = self._study.facilities["zone_id"].isna().to_numpy(dtype=bool)
        if self._by_road is None:
            unclear = lost | np.isnan(self._sites_away)
            near = self._sites_away <= self._farthest(limit)
        else:
            unclear, near = lost, self._by_road.facilities <= limit
        told = np.where(beyond | near, YES, NO)
        return np.where(unclear & ~beyond, UNKNOWN, told).astype(object)

    def _farthest(self, limit: float) -> float:
        """Give the longest straight way, in metres, that anybody makes within the limit."""
        return float(self._ways[self._near.within(limit)].max(initial=0.0))


@dataclass(frozen=True, slots=True, eq=False)
class _ByRoad:
    """Optimistic minutes between places and the nearest road over the county line."""

    villages: np.ndarray
    """From each village to the line; infinite if no road leads out or it has no point."""
    facilities: np.ndarray
    """From the line to each facility; infinite if no road leads in or it has no point."""


def _by_road(standing: StandingRoads, there: np.ndarray) -> _ByRoad | None:
    """Ask the roads as they stand, if they go on beyond the county."""
    study = standing.study
    settings = study.config.travel
    if study.roads is None or settings.engine != "network":
        return None
    shown = standing.under(settings.condition)
    # Made ready once for both searches. Closed for a while is told by the standing roads alone.
    roads = PreparedRoads(shown.roads, shown.minutes)
    county = shapely.union_all(np.asarray(study.county.geometry.to_numpy()))
    found = gates(roads.roads, roads.minutes, county)
    if found is None:
        return None
    factor, snap = settings.interval.low, settings.snap_speed_kmh
    points = study.villages["demand_point"].set_axis(study.villages["zone_id"])[there]
    homes = places(points, "villages", minutes=village_minutes(study)[points.index])
    sites = study.facilities.geometry.set_axis(study.facilities["facility_id"])
    known = ~(sites.isna() | sites.is_empty).to_numpy(dtype=bool)
    ends = exits(roads.roads, found, factor)
    starts = entries(roads.roads, found, factor, settings.boarding_min)
    away = road_trips(roads, homes, ends, snap_speed_kmh=snap)
    here = road_trips(roads, starts, places(sites[known], "facilities"), snap_speed_kmh=snap)
    by_village, by_site = np.full(there.size, np.inf), np.full(known.size, np.inf)
    by_village[there] = away.matrix(factor).dense().min(axis=1, initial=np.inf)
    by_site[known] = here.matrix(factor).dense().min(axis=0, initial=np.inf)
    return _ByRoad(by_village, by_site)


def _metres(shapes: gpd.GeoSeries, code: int) -> np.ndarray:
    return np.asarray(shapes.to_crs(code).to_numpy())
