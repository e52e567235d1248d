"""The times of a study: from its villages to its facilities, by the engine that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, listed
from wushan_geo.travel.ids import id_texts, positions
from wushan_geo.travel.network import components, road_trips
from wushan_geo.travel.places import places
from wushan_geo.travel.straight import straight_trips
from wushan_geo.travel.trips import Trips, minutes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from wushan_geo.study.study import Study
    from wushan_geo.study.travelling import Interval, TravelConfig
    from wushan_geo.travel.matrix import TravelMatrix

STATUSES = ("open", "planned", "candidate")  # the words of `to`, beside "all"


@dataclass(frozen=True, slots=True, eq=False)
class TravelInterval:
    """The times of a study at an optimistic, a central and a pessimistic road factor."""

    low: TravelMatrix
    """Minutes if the roads are as short and fast as they may be."""
    central: TravelMatrix
    """Minutes used where only one number can be shown."""
    high: TravelMatrix
    """Minutes if the roads are as long and slow as they may be."""
    snaps: pd.DataFrame
    """What was charged at each end and where it hangs on the roads, as in ``Trips.snaps``."""
    components: pd.Series[int]
    """Connected part of each road node, 0 for the largest; empty if no roads are used."""
    left_out: tuple[str, ...]
    """Villages and facilities that have no point, so that no time can be told for them."""


def can_travel(study: Study) -> list[str]:
    """Say why no times can be worked out for a study.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of str
        Reasons, each a sentence; empty if times can be worked out (if need be without the places
        that have no point, which :func:`travel_interval` names).

    Raises
    ------
    KeyError
        If the tables of the study lack a column of their contract.

    Examples
    --------
    See ``tests/test_travel_times.py``.
    """
    engine = study.config.travel.engine
    if engine == "none":
        return ['the study names no travel engine (travel.engine = "none")']
    reasons = []
    if engine == "straight" and _straight(study.config.travel) is None:
        reasons.append("the study lacks travel.straight_speed_kmh or travel.detour")
    if engine == "network" and study.roads is None:
        reasons.append("the study has no road network (tables road_nodes and road_edges)")
    if not _with_point(_homes(study)).any():
        reasons.append("no village has a demand point")
    if not _with_point(_facilities(study)).any():
        reasons.append("no facility has a point")
    without = _without_shape(study)
    if without:
        reasons.append(
            f"the way within the village is to be charged, but {listed(without)} have no shape "
            "to take it from (give the shapes, or take out travel.within_village)"
        )
    return reasons


def travel_matrix(study: Study, to: str | Iterable[Any] = "open") -> TravelMatrix:
    """Work out the central times from every village to facilities.

    Parameters
    ----------
    study
        The study, which names engine, speeds and everything that is charged.
    to
        ``open``, ``planned`` or ``candidate`` for the facilities of that status, ``all`` for every
        facility, or facility ids.

    Returns
    -------
    TravelMatrix
        Minutes door to door, boarding included, from village to facility; origins sorted by
        village, destinations in the order of the study (or of the ids given).

    Raises
    ------
    ParameterError
        If no times can be worked out, a village or a facility asked for has no point, or `to` is
        no known word.
    UnknownIdError
        If a facility id is not known or given twice.

    Examples
    --------
    See ``tests/test_travel_times.py``.
    """
    trips, left_out = _trips(study, to)
    if left_out:
        message = f"no time can be told for {listed(left_out)}: give them a point."
        raise ParameterError(message)
    return trips.matrix(_factors(study.config.travel)[1])


def travel_interval(study: Study, to: str | Iterable[Any] = "all") -> TravelInterval:
    """Work out the times from villages to facilities with their interval, in one search.

    The road part of each time is multiplied by the low, central and high factor of the study; what
    is charged in the village, for boarding and for the way to the road is not.

    Parameters
    ----------
    study
        The study.
    to
        As in :func:`travel_matrix`; with ``all`` the status is read from the study later.

    Returns
    -------
    TravelInterval
        Three matrices over the villages and facilities that have a point, and the rest by name.

    Raises
    ------
    ParameterError
        If no times can be worked out (:func:`can_travel` says why), or `to` is no known word.
    UnknownIdError
        If a facility id is not known or given twice.

    Examples
    --------
    See ``tests/test_travel_times.py``.
    """
    trips, left_out = _trips(study, to)
    low, central, high = (trips.matrix(one) for one in _factors(study.config.travel))
    roads = study.roads if study.config.travel.engine == "network" else None
    parts = pd.Series(dtype=np.int64, name="part") if roads is None else components(roads)
    return TravelInterval(low, central, high, trips.snaps, parts, left_out)


def _trips(study: Study, to: str | Iterable[Any]) -> tuple[Trips, tuple[str, ...]]:
    """Search once; give the trips and the places that have no point."""
    reasons = can_travel(study)
    if reasons:
        message = f"no travel times for {study.config.id}: {'; '.join(reasons)}."
        raise ParameterError(message)
    settings = study.config.travel
    homes, facilities = _homes(study), _chosen(study, to)
    left_out = tuple(
        str(one) for points in (homes, facilities) for one in points.index[~_with_point(points)]
    )
    homes, facilities = (_rows(one, _with_point(one)) for one in (homes, facilities))
    origins = places(homes, "villages", minutes=_charged(study)[homes.index])
    destinations = places(facilities, "facilities")
    if study.roads is not None and settings.engine == "network":
        trips = road_trips(
            study.roads,
            origins,
            destinations,
            speeds_kmh=settings.speeds_kmh,
            snap_speed_kmh=settings.snap_speed_kmh,
        )
    else:
        trips = straight_trips(origins, destinations, speed_kmh=settings.straight_speed_kmh or 0.0)
    return trips, left_out


def _homes(study: Study) -> gpd.GeoSeries:
    """Give the demand points of the villages, by village."""
    points = study.villages["demand_point"].set_axis(study.villages["zone_id"])
    return cast("gpd.GeoSeries", points)


def _facilities(study: Study) -> gpd.GeoSeries:
    """Give the points of the facilities, by facility."""
    return study.facilities.geometry.set_axis(study.facilities["facility_id"])


def _chosen(study: Study, to: str | Iterable[Any]) -> gpd.GeoSeries:
    """Give the points of the facilities asked for."""
    points = _facilities(study)
    if not isinstance(to, str):
        wanted = id_texts(to, "to")
        return _rows(points, positions(wanted, list(points.index), "the study's facilities"))
    if to == "all":
        return points
    if to not in STATUSES:
        options = ", ".join([*STATUSES, "all"])
        message = f"to must be one of {options}, or a list of facility ids. Got {to!r} instead."
        raise ParameterError(message)
    return _rows(points, (study.facilities["status"] == to).to_numpy(dtype=bool))


def _rows(points: gpd.GeoSeries, which: NDArray[Any]) -> gpd.GeoSeries:
    """Take some points, by position or by yes and no."""
    return cast("gpd.GeoSeries", points.iloc[which])


def _with_point(points: gpd.GeoSeries) -> NDArray[np.bool_]:
    """Say which places have a point."""
    return ~(points.isna() | points.is_empty).to_numpy(dtype=bool)


def _without_shape(study: Study) -> list[str]:
    """Name the villages with a point that lack the shape which their own charge needs."""
    if study.config.travel.within_village_speed_kmh is None:
        return []
    villages = study.villages
    lacking = ~_with_point(villages.geometry) & _with_point(_homes(study))
    return villages.loc[lacking, "zone_id"].tolist()


def _charged(study: Study) -> pd.Series[float]:
    """Give the minutes charged in each village: to its centre on average, and boarding once.

    A village counts as a circle of its area; the mean distance of its people from the centre is
    the stated share of the radius (2/3 if they live spread evenly).
    """
    settings = study.config.travel
    zones = study.villages["zone_id"].to_numpy()
    minutes = np.full(zones.size, settings.boarding_min)
    speed = settings.within_village_speed_kmh
    if speed is not None:
        radius = np.sqrt(_areas_m2(study.villages.geometry) / np.pi)
        way = settings.within_village_share * radius
        minutes = minutes + minutes_of(way, speed, "within_village_speed_kmh")
    return pd.Series(minutes, index=zones)


def _areas_m2(shapes: gpd.GeoSeries) -> NDArray[np.float64]:
    """Measure areas over the ellipsoid; 0 where there is no shape."""
    import shapely
    from pyproj import Geod

    earth = Geod(ellps="WGS84")
    # The sign of a ring's area follows its direction, so that rings are turned the same way first.
    turned = shapely.orient_polygons(shapes.to_numpy())
    return np.array(
        [0.0 if one is None else abs(earth.geometry_area_perimeter(one)[0]) for one in turned]
    )


def _straight(settings: TravelConfig) -> tuple[float, Interval] | None:
    """Give speed and detour of the straight engine; None if the study lacks one."""
    if settings.straight_speed_kmh is None or settings.detour is None:
        return None
    return settings.straight_speed_kmh, settings.detour


def _factors(settings: TravelConfig) -> tuple[float, float, float]:
    """Give the low, central and high multiplier of the moving minutes."""
    roads = settings.interval
    straight = _straight(settings)
    if settings.engine == "straight" and straight is not None:
        detour = straight[1]
        return (
            detour.low * roads.low,
            detour.central * roads.central,
            detour.high * roads.high,
        )
    return roads.low, roads.central, roads.high
