"""The times of a study: from its villages to its facilities, by the engine that it names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, listed
from wushan_geo.study.terrain import standing as standing_on
from wushan_geo.travel.conditions import roads_of
from wushan_geo.travel.detour import detour_factor
from wushan_geo.travel.friction import Way, friction_graph, friction_trips, off_land
from wushan_geo.travel.given import given_trips
from wushan_geo.travel.hamlets import Starts, starts
from wushan_geo.travel.ids import id_texts, positions
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.network import components, road_trips
from wushan_geo.travel.places import Places, places
from wushan_geo.travel.profiles import profile_matrix
from wushan_geo.travel.straight import straight_trips
from wushan_geo.travel.trips import Trips, minutes_of
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from wushan_geo.study.study import Study
    from wushan_geo.study.terrain import Terrain
    from wushan_geo.study.travelling import Interval, MatrixConfig, TerrainConfig, TravelConfig
    from wushan_geo.travel.conditions import StandingRoads
    from wushan_geo.travel.profiles import ProfileTimes

Direction = Literal["to_facility", "from_facility"]
STATUSES = ("open", "planned", "candidate")  # the words of `to`, beside "all"
ON_ROADS = ("network", "terrain")  # engines that know seasons, crossings and profiles


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
    conditions: Mapping[str, TravelMatrix] = field(default_factory=dict)
    """Central minutes in each standing condition that the study states; empty if no roads are
    used."""


def can_travel(study: Study) -> list[tuple[str, str]]:
    """Say why no times can be worked out for a study.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of tuple
        Reasons in Chinese and English; empty if times can be worked out (if need be without the
        places that have no point, which :func:`travel_interval` names).

    Raises
    ------
    KeyError
        If the tables of the study lack a column of their contract.

    Examples
    --------
    See ``tests/test_travel_times.py``.
    """
    settings = study.config.travel
    if settings.engine == "none":
        return [both("travel.obstacle.engine")]
    reasons = [both(key) for key, lacks in _lacks(study, settings) if lacks]
    without = _without_shape(study)
    if without:
        reasons.append(both("travel.obstacle.shape", names=listed(without)))
    return reasons


def _lacks(study: Study, settings: TravelConfig) -> Iterator[tuple[str, bool]]:
    """Say which inputs the engine of a study lacks."""
    engine = settings.engine
    by_line, stated = engine == "straight", settings.detour is not None
    estimated = settings.detour_from_pairs
    yield "travel.obstacle.detour", by_line and not stated and not estimated
    yield "travel.obstacle.pairs", by_line and estimated and study.road_distances is None
    yield "travel.obstacle.roads", engine == "network" and study.roads is None
    yield "travel.obstacle.times", engine == "matrix" and study.travel_times is None
    yield "travel.obstacle.terrain", engine == "terrain" and study.terrain is None
    if engine != "matrix":
        yield "travel.obstacle.villages", not _placed(study).any()
        yield "travel.obstacle.facilities", not _with_point(_facilities(study)).any()


def travel_matrix(
    study: Study,
    to: str | Iterable[Any] = "open",
    *,
    condition: str | None = None,
    direction: Direction = "to_facility",
) -> TravelMatrix:
    """Work out the central times between every village and facilities.

    Parameters
    ----------
    study
        The study, which names engine, speeds and everything that is charged.
    to
        ``open``, ``planned`` or ``candidate`` for the facilities of that status, ``all`` for every
        facility, or facility ids.
    condition
        Standing condition of the roads (``ordinary``, ``snow``, ``flood``) that the study states;
        None takes the one that it shows first.
    direction
        ``to_facility`` for persons who go there, ``from_facility`` for staff who come to them: on
        one-way roads and slopes the two differ.

    Returns
    -------
    TravelMatrix
        Minutes door to door, boarding included; to a facility the villages are origins in the order
        of the study, and facilities destinations in its order (or that of the ids given); from a
        facility the other way round.

    Raises
    ------
    ParameterError
        If no times can be worked out, a village or a facility asked for has no point, `to` or
        `direction` is no known word, or the study does not state the condition.
    UnknownIdError
        If a facility id is not known or given twice.

    Examples
    --------
    See ``tests/test_travel_times.py``.
    """
    if direction not in get_args(Direction):
        options = " or ".join(get_args(Direction))
        message = f"direction must be {options}. Got {direction!r} instead."
        raise ParameterError(message)
    ends = _ends(study, to)
    if ends.left_out:
        message = (
            f"no time can be told for {listed(ends.left_out)}: give them a point, "
            "over land one on the raster."
        )
        raise ParameterError(message)
    roads = roads_of(study, None)
    trips = _trips(roads, ends, stated_condition(study, condition), direction)
    factors = _factors(study)
    found = trips.matrix(factors[1], _known_up_to(trips, factors))
    return _by_village(ends, found, direction)


def travel_interval(
    study: Study, to: str | Iterable[Any] = "all", *, standing: StandingRoads | None = None
) -> TravelInterval:
    """Work out the times from villages to facilities with their interval, in one search.

    The road part of each time is multiplied by the low, central and high factor of the study; what
    is charged in the village, for boarding and for the way to the road is not. Each further
    condition that the study states takes one more search.

    Parameters
    ----------
    study
        The study.
    to
        As in :func:`travel_matrix`; with ``all`` the status is read from the study later.
    standing
        The roads of this study under each condition, if more than this is asked of them; None
        works them out.

    Returns
    -------
    TravelInterval
        Three matrices over the villages and facilities that have a point, those of the conditions,
        and the rest by name.

    Raises
    ------
    ParameterError
        If no times can be worked out (:func:`can_travel` says why), `to` is no known word, or the
        roads are those of another study.
    UnknownIdError
        If a facility id is not known or given twice.

    Examples
    --------
    See ``tests/test_travel_times.py``.
    """
    settings = study.config.travel
    ends = _ends(study, to)
    roads = roads_of(study, standing)
    trips = _trips(roads, ends, settings.condition, "to_facility")
    factors = _factors(study)
    known = _known_up_to(trips, factors)
    low, central, high = (ends.homes.by_village(trips.matrix(one, known)) for one in factors)
    conditions = {settings.condition: central}
    if settings.engine in ON_ROADS:
        for name in settings.conditions:
            if name != settings.condition:
                found = _trips(roads, ends, name, "to_facility").matrix(factors[1])
                conditions[name] = ends.homes.by_village(found)
    parts = pd.Series(dtype=np.int64, name="part")
    if settings.engine == "network":
        shown = roads.under(settings.condition)
        parts = components(shown.roads, shown.minutes)
    snaps = ends.homes.snaps(trips.snaps)
    return TravelInterval(low, central, high, snaps, parts, ends.left_out, conditions)


def travel_profiles(
    study: Study, to: str | Iterable[Any] = "all", *, standing: StandingRoads | None = None
) -> dict[str, ProfileTimes]:
    """Work out a matrix for each travel profile that the study states, on the roads as they stand.

    Parameters
    ----------
    study
        The study; its engine must be the road network.
    to
        As in :func:`travel_matrix`.
    standing
        As in :func:`travel_interval`.

    Returns
    -------
    dict
        Times by profile; empty where the study states no profile or uses no road network.

    Raises
    ------
    ParameterError
        If no times can be worked out, `to` is no known word, or the roads are those of another
        study.
    UnknownIdError
        If a facility id is not known or given twice.

    Examples
    --------
    See ``tests/test_travel_times.py``.
    """
    settings = study.config.travel
    if settings.engine != "network" or not settings.profiles:
        return {}
    shown = roads_of(study, standing).under(settings.condition)
    ends = _ends(study, to)
    found = {}
    for key, profile in settings.profiles.items():
        # Inside the village a walker goes at his own pace, and a vehicle at that of the study.
        pace = profile.speed_kmh if profile.kind == "walk" else settings.within_village_speed_kmh
        charged = _charged(study, ends.inside_m, boarding_min=0.0, speed_kmh=pace)
        times = profile_matrix(
            shown.roads,
            ends.homes.charging(charged),
            ends.facilities,
            profile=profile,
            minutes=shown.minutes,
            factor=_factors(study)[1],
        )
        found[key] = replace(times, matrix=_by_village(ends, times.matrix, times.direction))
    return found


def between_villages(study: Study) -> TravelMatrix:
    """Work out the central times from every village to every other, as if facilities stood there.

    What is charged in the village is charged where a trip starts; it ends at the demand point of
    the other village, where a facility would stand.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    TravelMatrix
        Minutes, villages with a point on both sides, over land one where somebody can walk; 0 from
        a village to itself.

    Raises
    ------
    ParameterError
        If no times can be worked out, or the study takes its times from elsewhere, which are known
        to facilities only.

    Examples
    --------
    See ``tests/test_travel_times.py``.
    """
    if study.config.travel.engine == "matrix":
        message = "times from elsewhere are known to facilities, not between villages."
        raise ParameterError(message)
    there = places(_rows(_homes(study), _can_end(study)), "villages")
    ends = replace(_ends(study, "all"), facilities=there)
    trips = _trips(roads_of(study, None), ends, study.config.travel.condition, "to_facility")
    found = ends.homes.by_village(trips.matrix(_factors(study)[1]))
    reached = set(found.destination_ids)
    here = [one for one in found.origin_ids if one in reached]
    found = found.select(origins=here, destinations=here)
    costs = np.array(found.dense())
    np.fill_diagonal(costs, 0.0)
    return TravelMatrix(found.origin_ids, found.destination_ids, found.unit, costs, found.limit)


def village_elevation(study: Study, snaps: pd.DataFrame) -> pd.Series[float]:
    """Give the elevation of the road where each village hangs on the network.

    Along an edge the elevation is taken to rise evenly between its two nodes.

    Parameters
    ----------
    study
        The study.
    snaps
        Where the villages hang, as in :class:`TravelInterval`.

    Returns
    -------
    Series
        Metres above sea level by ``zone_id``, NaN where the road's elevation is not known.

    Raises
    ------
    KeyError
        If the table lacks a column.

    Examples
    --------
    See ``tests/test_travel_times.py``.
    """
    rows = snaps[(snaps["role"] == "origin").to_numpy()]
    index = pd.Index(rows["place_id"].to_numpy(), dtype="str", name="zone_id")
    found = pd.Series(np.nan, index=index, name="elevation_m")
    if study.roads is None:
        return found
    roads = study.roads
    edges = {one: at for at, one in enumerate(roads.edge_ids.tolist())}
    at = np.array([edges.get(one, -1) for one in rows["edge_id"]], dtype=np.intp)
    share = rows["share"].to_numpy(dtype=float)
    ends = roads.elevation_m[roads.u[at]], roads.elevation_m[roads.v[at]]
    # At a node itself the other end need not be known.
    along = np.where(share == 0, ends[0], np.where(share == 1, ends[1], 0.0))
    between = (share > 0) & (share < 1)
    along = np.where(between, ends[0] + share * (ends[1] - ends[0]), along)
    found[:] = np.where((at >= 0) & ~np.isnan(share), along, np.nan)
    return found


def village_minutes(study: Study) -> pd.Series[float]:
    """Give the minutes charged in each village whatever the road: to its centre, and boarding.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Series
        Minutes by ``zone_id``, at least 0. Over land (engine terrain) boarding is charged on the
        way, where a vehicle is boarded at all. A village whose trips start at the points of its
        people has no way to its centre.

    Raises
    ------
    ParameterError
        If the speed within villages is not above 0.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> bool(village_minutes(wg.open_study("wushan")).min() >= 5)
    True
    """
    return _village_minutes(study, _inside_m(study))


def _village_minutes(study: Study, inside_m: NDArray[np.float64] | None) -> pd.Series[float]:
    """Charge the way to the centre at the pace of the study, and boarding."""
    settings = study.config.travel
    boarding = 0.0 if settings.engine == "terrain" else settings.boarding_min
    speed = settings.within_village_speed_kmh
    return _charged(study, inside_m, boarding_min=boarding, speed_kmh=speed)


def stated_condition(study: Study, condition: str | None) -> str:
    """Give the condition asked for, if the study says what it does to the roads.

    Parameters
    ----------
    study
        The study.
    condition
        Name of a condition; None for the one that the study shows first.

    Returns
    -------
    str
        The condition.

    Raises
    ------
    ParameterError
        If the study does not state it, or uses no roads on which it could do anything.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> stated_condition(wg.open_study("wushan"), None)
    'ordinary'
    """
    settings = study.config.travel
    if condition is None or condition == settings.condition:
        return settings.condition
    if condition not in settings.conditions or settings.engine not in ON_ROADS:
        known = list(settings.conditions) if settings.engine in ON_ROADS else [settings.condition]
        message = (
            f"the study does not state the condition {condition!r}. It states: {listed(known)}. "
            "Add a section [travel.conditions.NAME] to its study file."
        )
        raise ParameterError(message)
    return condition


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Where trips start and end, and who has no point."""

    homes: Starts
    facilities: Places
    left_out: tuple[str, ...]
    inside_m: NDArray[np.float64] | None
    """Way to the centre of each village of the study; None where none is charged."""


def _ends(study: Study, to: str | Iterable[Any]) -> _Ends:
    """Take the places that have a point (where times are given, all); the others are named."""
    reasons = can_travel(study)
    if reasons:
        said = "; ".join(en for _, en in reasons)
        message = f"no travel times for {study.config.id}: {said}."
        raise ParameterError(message)
    inside_m = _inside_m(study)
    charged = _village_minutes(study, inside_m)
    homes, facilities = _homes(study), _chosen(study, to)
    villages_off, facilities_off = off_land(study)
    points = _points(study)
    points = points[~points["zone_id"].isin(villages_off).to_numpy()]
    placed = _placed(study) & ~homes.index.isin(villages_off)
    open_to = _with_point(facilities) & ~facilities.index.isin(facilities_off)
    left_out = (*homes.index[~placed], *facilities.index[~open_to])
    homes = _rows(homes, placed & ~homes.index.isin(points["zone_id"]))
    whole = places(homes, "villages", minutes=charged[homes.index])
    return _Ends(
        starts(whole, points, charged),
        places(_rows(facilities, open_to), "facilities"),
        tuple(str(one) for one in left_out),
        inside_m,
    )


def _by_village(ends: _Ends, matrix: TravelMatrix, direction: Direction) -> TravelMatrix:
    """Average the times of the points of villages, at whichever end they are."""
    if direction == "to_facility" or ends.homes.alone:
        return ends.homes.by_village(matrix)
    return ends.homes.by_village(matrix.reversed()).reversed()


def _trips(roads: StandingRoads, ends: _Ends, condition: str, direction: Direction) -> Trips:
    """Search once, by the engine that the study names."""
    study = roads.study
    start, end = ends.homes.at, ends.facilities
    if direction == "from_facility":
        start, end = end, start
    settings = study.config.travel
    if settings.engine == "straight":
        return straight_trips(start, end, speed_kmh=settings.straight_speed_kmh or 0.0)
    if settings.engine == "matrix":
        return _given(study, ends, direction)
    if settings.engine == "terrain":
        return friction_trips(
            friction_graph(cast("Terrain", study.terrain), _way(roads, condition)), start, end
        )
    standing = roads.under(condition)
    return road_trips(
        standing.roads,
        start,
        end,
        minutes=standing.minutes,
        snap_speed_kmh=settings.snap_speed_kmh,
    )


def _known_up_to(trips: Trips, factors: tuple[float, float, float]) -> float | None:
    """Give the minutes up to which all times are known, where given times end somewhere."""
    return None if trips.reach is None else trips.reach * min(factors)


def _given(study: Study, ends: _Ends, direction: Direction) -> Trips:
    """Take the times that another router worked out; they hold for one direction only."""
    if direction == "from_facility":
        message = (
            "the table travel_times holds times from villages to facilities, and the way back may "
            "take longer. Give a table for that direction to wg.read_matrix."
        )
        raise ParameterError(message)
    table = cast("pd.DataFrame", study.travel_times)
    wanted = table["destination"].isin(ends.facilities.ids) & table["origin"].isin(
        ends.homes.at.ids
    )
    config = cast("MatrixConfig", study.config.travel.matrix)
    return given_trips(config, table[wanted.to_numpy()], ends.homes.at, ends.facilities)


def _way(roads: StandingRoads, condition: str) -> Way:
    """Say how one moves over land, and along the roads as they stand."""
    study = roads.study
    settings = study.config.travel
    land = cast("TerrainConfig", settings.terrain)
    if study.roads is None:
        return Way(land.walking_kmh, land.factors, land.neighbours)
    standing = roads.under(condition)
    return Way(
        land.walking_kmh,
        land.factors,
        land.neighbours,
        standing.roads,
        standing.minutes,
        settings.boarding_min,
    )


def _homes(study: Study) -> gpd.GeoSeries:
    """Give the demand points of the villages, by village."""
    points = study.villages["demand_point"].set_axis(study.villages["zone_id"])
    return cast("gpd.GeoSeries", points)


def _points(study: Study) -> pd.DataFrame:
    """Give the points where trips of villages start; a point without persons is none.

    Times from elsewhere hold for villages, so that points bear on nothing there.
    """
    table = study.demand_points
    if table is None or study.config.travel.engine == "matrix":
        return pd.DataFrame({"zone_id": pd.Series(dtype="str")})
    known = table["zone_id"].isin(study.villages["zone_id"]) & (table["persons"] > 0)
    return table[known.to_numpy()].sort_values("point_id", kind="stable")


def _placed(study: Study) -> NDArray[np.bool_]:
    """Say which villages have a place where trips start."""
    homes = _homes(study)
    return _with_point(homes) | homes.index.isin(_points(study)["zone_id"])


def _can_end(study: Study) -> NDArray[np.bool_]:
    """Say at which villages a trip of others can end: at their own point, on land."""
    known = _with_point(_homes(study))
    land, terrain = study.config.travel.terrain, study.terrain
    if land is None or terrain is None:
        return known
    lon, lat = (study.villages[f"demand_{one}"].to_numpy(dtype=float) for one in ("lon", "lat"))
    return np.asarray(known & (standing_on(terrain, land.factors, lon, lat) == ""), dtype=bool)


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
    points = villages["zone_id"].isin(_points(study)["zone_id"]).to_numpy()
    lacking = ~_with_point(villages.geometry) & _with_point(_homes(study)) & ~points
    return villages.loc[lacking, "zone_id"].tolist()


def _charged(
    study: Study,
    inside_m: NDArray[np.float64] | None,
    *,
    boarding_min: float,
    speed_kmh: float | None,
) -> pd.Series[float]:
    """Give the minutes charged in each village: to its centre on average, and boarding once."""
    zones = study.villages["zone_id"].to_numpy()
    minutes = np.full(zones.size, boarding_min)
    if inside_m is not None and speed_kmh is not None:
        minutes = minutes + minutes_of(inside_m, speed_kmh, "within_village_speed_kmh")
    return pd.Series(minutes, index=zones)


def _inside_m(study: Study) -> NDArray[np.float64] | None:
    """Measure the way of persons to the centre of their village; None where none is charged.

    A village counts as a circle of its area; the mean distance of its people from the centre is
    the stated share of the radius (2/3 if they live spread evenly). Where trips start at the points
    of the people, that distance is in the points.
    """
    settings = study.config.travel
    if settings.within_village_speed_kmh is None:
        return None
    zones = study.villages["zone_id"].to_numpy()
    radius = np.sqrt(_areas_m2(study.villages.geometry) / np.pi)
    inside = ~np.isin(zones, _points(study)["zone_id"].to_numpy(dtype=object))
    return np.asarray(settings.within_village_share * radius * inside)


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


def _factors(study: Study) -> tuple[float, float, float]:
    """Give the low, central and high multiplier of the moving minutes."""
    settings = study.config.travel
    roads = settings.interval
    if settings.engine != "straight":
        return roads.low, roads.central, roads.high
    detour = _detour(study, settings)
    return (
        detour.low * roads.low,
        detour.central * roads.central,
        detour.high * roads.high,
    )


def _detour(study: Study, settings: TravelConfig) -> Interval:
    """Give the detour of the straight engine: as stated, or estimated from known pairs."""
    if settings.detour is not None:
        return settings.detour
    return detour_factor(cast("pd.DataFrame", study.road_distances)).interval
