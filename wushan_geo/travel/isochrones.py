"""Catchments: the land from which a facility is in reach, as areas on a map (isochrones).

The promise is about villages: an area holds exactly those whose time, door to door as in the
matrix, is within the limit. Between villages the land follows the nearest point whose time is
known (a village, a road node, a point along a road), so that an edge of the area is no better known
than these points are dense, and it may run over land that nobody can cross: a river between two
roads is not seen. Areas show; the matrix counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, VerificationError, listed
from wushan_geo.travel.cells import cut, grid, require_inside
from wushan_geo.travel.conditions import standing_minutes
from wushan_geo.travel.groups import starts
from wushan_geo.travel.ids import positions
from wushan_geo.travel.matrix import TravelMatrix, checked_limit
from wushan_geo.travel.network import road_trips, search
from wushan_geo.travel.network.matrix import ends_of
from wushan_geo.travel.network.prepared import PreparedRoads
from wushan_geo.travel.places import Places, places, require_points
from wushan_geo.travel.snap import Snaps, entered_at_ends
from wushan_geo.travel.times import stated_condition, travel_matrix
from wushan_geo.travel.trips import DECIMALS, minutes_of, positive, search_reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.study import Study
    from wushan_geo.travel.cells import Cells
    from wushan_geo.travel.edges import EdgeMinutes
    from wushan_geo.travel.times import Direction
    from wushan_geo.travel.twins import Spots

BLOCK = 16_000_000  # numbers held at once while searching, so that memory does not grow
METRES_A_DEGREE = 111_195.0  # of latitude, on a sphere of 6371 km: for spreading samples only


@dataclass(frozen=True, slots=True)
class RoadWay:
    """How one travels, for catchments by road."""

    minutes: EdgeMinutes
    """Minutes along each edge, each way."""
    snap_speed_kmh: float
    """Speed between a point and its road in km/h."""
    factor: float
    """Multiplier of the road part of every time."""
    road_minutes: float
    """Minutes charged at a point of the road, such as boarding; a village has its own charge."""
    outward: bool = False
    """False: persons come to the facility. True: staff go from the facility to the persons."""


@dataclass(frozen=True, slots=True)
class Land:
    """What land catchments may cover, and how closely the roads on it are looked at."""

    area: BaseGeometry
    """Polygon or MultiPolygon in degrees to which catchments are clipped."""
    spacing_m: float
    """Largest distance between neighbouring points along a road, in metres."""


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """Points between the villages whose minutes to each facility are known."""

    points: NDArray[np.float64]
    """Longitude and latitude, one row each."""
    minutes: Iterable[NDArray[np.float64]]
    """Minutes of the points, for one facility after the other, which are read once; infinite where
    no way leads."""


def isochrones(  # noqa: PLR0913 - a public signature; four are named settings of the drawing
    study: Study,
    to: str | Iterable[Any],
    limits: Sequence[float],
    *,
    spacing_m: float,
    beyond_m: float = 0.0,
    condition: str | None = None,
    direction: Direction = "to_facility",
) -> gpd.GeoDataFrame:
    """Draw the catchments of facilities at some limits, by the study's own engine and speeds.

    Method and promise as in :func:`catchments`, at the central times. By road the land between
    villages follows the roads, along straight lines a grid of points. Over land and with times from
    elsewhere nothing is known between villages, and the land follows them alone.

    Parameters
    ----------
    study
        The study.
    to
        Facilities, as in :func:`wushan_geo.travel_matrix`: ``open``, ``planned``, ``candidate``,
        ``all``, or ids.
    limits
        Minutes, one way, door to door.
    spacing_m
        Metres between the points along a road, or of the grid.
    beyond_m
        How far beyond the county line catchments are drawn, in metres.
    condition, direction
        Of the roads and of the trips, as in :func:`wushan_geo.travel_matrix`.

    Returns
    -------
    GeoDataFrame
        As in :func:`catchments`. Villages without a point are in no catchment.

    Raises
    ------
    ParameterError
        If no times can be worked out, a facility has no point, a village lies outside the area
        drawn, a limit or the spacing is out of range, or the study does not state the condition.
    UnknownIdError
        If a facility id is not known or given twice.

    Examples
    --------
    See ``tests/test_travel_isochrones.py``.
    """
    import shapely

    points = study.villages["demand_point"]
    placed = ~(points.isna() | points.is_empty).to_numpy(dtype=bool)
    study = replace(study, villages=study.villages[placed])
    times = travel_matrix(study, to, condition=condition, direction=direction)
    outward = direction == "from_facility"
    times = _turned(times) if outward else times
    area = shapely.union_all(study.county.geometry.to_numpy())
    land = Land(_buffered(area, beyond_m), positive(spacing_m, "spacing_m"))
    sites = _sites(study, times.destination_ids)
    asked = _Asked(_farthest(limits), stated_condition(study, condition), outward)
    filling = _filling(study, sites, land, asked)
    return areas(_villages(study), times, filling, limits=limits, area=land.area)


def catchments(
    roads: RoadNetwork,
    homes: Places,
    facilities: Places,
    *,
    way: RoadWay,
    limits: Sequence[float],
    land: Land,
) -> gpd.GeoDataFrame:
    """Draw the catchments of facilities by road: the land from which each is in reach.

    The land is cut once into the pieces nearest to each of some fixed points (a Voronoi diagram):
    homes, facilities, road nodes, and points along the roads. A catchment is the union of the
    pieces whose point is within the limit. As the points do not depend on the limit, catchments of
    growing limits hold each other; as each home has a piece of its own, a catchment holds exactly
    the homes whose time is within the limit. That is checked again on the finished areas.

    Parameters
    ----------
    roads
        Road network.
    homes
        Where persons live, with what is charged there; all inside the area.
    facilities
        The facilities; they may stand outside the area.
    way
        How one travels.
    limits
        Minutes, door to door; a home exactly at the limit is inside.
    land
        What may be covered, and how closely the roads are looked at.

    Returns
    -------
    GeoDataFrame
        One row for each facility and limit, limits ascending: ``facility_id``, ``limit``,
        ``places`` (ids of the homes within, in their order), ``ambiguous`` (ids of homes that are
        not within but stand at one spot with one that is, so that no area can part them), and
        a valid MultiPolygon in EPSG:4326, empty where nothing is in reach.

    Raises
    ------
    ParameterError
        If a limit, a speed or the spacing is out of range, or a home lies outside the area.
    UnknownIdError
        If a place names an unknown node.
    VerificationError
        If a finished area does not hold what it should.

    Examples
    --------
    See ``tests/test_travel_isochrones.py``.
    """
    reach = _farthest(limits)
    at_homes, at_sites = _located(roads, homes), _located(roads, facilities)
    prepared = PreparedRoads(roads, way.minutes)
    times = _minutes(prepared, homes, facilities, way, reach)
    filling = _road_filling(prepared, at_sites, way, land, reach)
    return areas(at_homes, times, filling, limits=limits, area=land.area)


def areas(
    homes: Places,
    times: TravelMatrix,
    filling: Filling,
    *,
    limits: Sequence[float],
    area: BaseGeometry,
) -> gpd.GeoDataFrame:
    """Draw catchments from times, whichever engine worked them out.

    Parameters
    ----------
    homes
        Where persons live, with coordinates; their own minutes are in the times already.
    times
        Minutes from homes (in any order) to facilities.
    filling
        Points between the homes, their minutes in the order of the facilities.
    limits
        Minutes.
    area
        Polygon or MultiPolygon in degrees to clip to.

    Returns
    -------
    GeoDataFrame
        As in :func:`catchments`.

    Raises
    ------
    ParameterError
        If a limit is out of range, or a home lies outside the area or has no coordinates.
    UnknownIdError
        If the times lack a home.
    VerificationError
        If a finished area does not hold what it should.

    Examples
    --------
    See ``tests/test_travel_isochrones.py``.
    """
    import geopandas as gpd

    steps = sorted({checked_limit(one) for one in limits})
    require_points(homes, "homes")
    points = np.column_stack([homes.lon, homes.lat])
    require_inside(points, homes.ids, area)
    rows = positions(homes.ids, times.origin_ids, "the times")
    within = [times.within(one)[rows] for one in steps]
    cells = cut(points, filling.points, area)
    found = [
        row
        for at, (facility, minutes) in enumerate(
            zip(times.destination_ids, filling.minutes, strict=True)
        )
        for row in _rows(
            cells, _Reach(facility, steps, [one[:, at] for one in within], minutes), homes.ids
        )
    ]
    table = gpd.GeoDataFrame(found, columns=COLUMNS, geometry="geometry", crs=4326)
    table["facility_id"] = table["facility_id"].astype("str")
    table["limit"] = table["limit"].astype(np.float64)
    _verify(table, homes.ids, points)
    return table


COLUMNS = ["facility_id", "limit", "places", "ambiguous", "geometry"]


def road_filling(
    roads: RoadNetwork, facilities: Places, way: RoadWay, land: Land, reach: float
) -> Filling:
    """Give the points of the roads and the facilities, with their minutes to each facility.

    A point along an edge goes to whichever end is quicker, in proportion to the way to it; a
    one-way edge leads to one end only, and a point on one of two carriageways knows nothing of the
    other (a facility does, and so does a village). Edges that cannot be travelled have no points,
    and neither have those that nobody enters midway: expressways, ferries, bridges and crossings.

    Parameters
    ----------
    roads
        Road network.
    facilities
        The facilities, with coordinates.
    way
        How one travels.
    land
        Area and spacing; points far outside the area are left out.
    reach
        Minutes up to which to search.

    Returns
    -------
    Filling
        The facilities first, then the ends of edges, then points along them. The minutes are
        worked out as they are read, for some facilities at a time.

    Raises
    ------
    ParameterError
        If a speed or the spacing is out of range.

    Examples
    --------
    See ``tests/test_travel_isochrones.py``.
    """
    return _road_filling(PreparedRoads(roads, way.minutes), facilities, way, land, reach)


def _road_filling(
    prepared: PreparedRoads, facilities: Places, way: RoadWay, land: Land, reach: float
) -> Filling:
    """Spread the points, and hand over the minutes for one facility after the other."""
    from shapely import contains_xy, prepare

    roads = prepared.roads
    entered = _entered(roads, way.minutes)
    used = np.unique(np.concatenate([roads.u[entered], roads.v[entered]]))
    samples = _samples(roads, entered, land.spacing_m)
    points = np.concatenate(
        [
            np.column_stack([facilities.lon, facilities.lat]),
            np.column_stack([roads.lon[used], roads.lat[used]]),
            samples.points,
        ]
    )
    around = land.area.buffer(land.spacing_m / METRES_A_DEGREE)
    prepare(around)
    near = contains_xy(around, points[:, 0], points[:, 1])

    def minutes() -> Iterator[NDArray[np.float64]]:
        at_sites = _between(prepared, facilities, way, reach)
        spots, _ = ends_of(prepared, facilities, "destination", way.snap_speed_kmh)
        at_nodes = _at_nodes(prepared, spots, used, way, reach)
        along = _along(roads, samples, way)
        for at, of_nodes in enumerate(at_nodes):
            at_samples = np.minimum(of_nodes[along.u] + along.to_u, of_nodes[along.v] + along.to_v)
            for spot in np.flatnonzero(spots.place == at).tolist():
                _beside(at_samples, samples, (spots.snaps, spot), way)
            yield np.concatenate([at_sites[:, at], of_nodes[used], at_samples])[near]

    return Filling(points[near], minutes())


def _between(
    prepared: PreparedRoads, facilities: Places, way: RoadWay, reach: float
) -> NDArray[np.float64]:
    """Give the minutes from the spots of facilities to facilities, none at its own spot."""
    charged = Places(
        facilities.ids,
        facilities.lon,
        facilities.lat,
        facilities.node_ids,
        np.full(len(facilities.ids), way.road_minutes),
    )
    found = np.array(_minutes(prepared, charged, facilities, way, reach).dense())
    np.fill_diagonal(found, 0.0)
    return found


def _at_nodes(
    prepared: PreparedRoads,
    facilities: Spots,
    used: NDArray[np.intp],
    way: RoadWay,
    reach: float,
) -> Iterator[NDArray[np.float64]]:
    """Give the minutes of all road nodes for one facility after the other, infinite if not used.

    What a matrix of nodes and facilities would hold, but never more of it than a block.
    """
    joined = prepared.joined(_no_places(), facilities.snaps)
    graph = joined.graph if way.outward else joined.back
    size = prepared.roads.lon.size
    kept = np.zeros(graph.size, dtype=bool)
    kept[used] = True
    step = max(1, BLOCK // max(1, graph.size))
    farthest = search_reach(reach, way.factor)
    # The spots of one facility come one after the other, and the least of them counts.
    order = np.argsort(facilities.place, kind="stable")
    done = np.append(starts(facilities.place[order])[1:], [True])
    found = np.full(size, np.inf)
    for first in range(0, order.size, step):
        here = order[first : first + step]
        limits, nodes, moving = search.reached(graph, joined.destinations[here], farthest)
        for at, (low, high) in enumerate(pairwise(limits.tolist())):
            node, minutes = nodes[low:high], moving[low:high]
            wanted = kept[node]
            # The same sum in the same order as in Trips.matrix, so that both give the same number.
            fixed = way.road_minutes + facilities.minutes[here[at]]
            cost = np.round(minutes[wanted] * way.factor + fixed, DECIMALS)
            cost = np.where(cost <= reach, cost, np.inf)
            found[node[wanted]] = np.minimum(found[node[wanted]], cost)
            if done[first + at]:
                yield found
                found = np.full(size, np.inf)


def _no_places() -> Snaps:
    """Hang nothing on the roads."""
    none, nowhere = np.empty(0), np.empty(0, dtype=np.intp)
    return Snaps(nowhere, nowhere.copy(), none, none.copy(), none.copy(), none.copy())


@dataclass(frozen=True, slots=True, eq=False)
class _Samples:
    """Points along edges."""

    points: NDArray[np.float64]
    """Longitude and latitude."""
    edge: NDArray[np.intp]
    """Edge on which each lies, in ascending order."""
    share: NDArray[np.float64]
    """How far along it is, from 0 at `u` to 1 at `v`."""


@dataclass(frozen=True, slots=True, eq=False)
class _Reach:
    """What is in reach of one facility."""

    facility: str
    limits: list[float]
    within: list[NDArray[np.bool_]]
    """For each limit, which homes are within it."""
    minutes: NDArray[np.float64]
    """Minutes from the other points."""


def _farthest(limits: Sequence[float]) -> float:
    """Give the largest limit: nothing beyond it is asked for."""
    return max((checked_limit(one) for one in limits), default=0.0)


def _minutes(
    roads: PreparedRoads, points: Places, facilities: Places, way: RoadWay, reach: float
) -> TravelMatrix:
    """Give the minutes of points (down) and facilities (across), in the direction of the way."""
    ends = (facilities, points) if way.outward else (points, facilities)
    trips = road_trips(
        roads,
        *ends,
        snap_speed_kmh=way.snap_speed_kmh,
        reach=search_reach(reach, way.factor),
    )
    matrix = trips.matrix(way.factor, reach)
    return _turned(matrix) if way.outward else matrix


def _turned(matrix: TravelMatrix) -> TravelMatrix:
    """Turn a matrix from facilities so that facilities stand across."""
    return TravelMatrix(
        matrix.destination_ids, matrix.origin_ids, matrix.unit, matrix.dense().T, matrix.limit
    )


def _entered(roads: RoadNetwork, minutes: EdgeMinutes) -> NDArray[np.bool_]:
    """Say which edges can be entered anywhere along them, as where places are brought to a road."""
    found: NDArray[np.bool_] = minutes.passable & ~entered_at_ends(roads)
    return found


MOST_SAMPLES = 2_000_000  # their diagram takes some 2 GB


def _samples(roads: RoadNetwork, entered: NDArray[np.bool_], spacing_m: float) -> _Samples:
    """Spread points along edges, evenly and no farther apart than a spacing."""
    import shapely

    points, edge = roads.lines()
    # Degrees of longitude shrink with latitude: lines are measured where both are of one length.
    shrink = np.cos(np.radians(points[:, 1].mean())) if len(points) else 1.0
    scale = np.array([shrink, 1.0]) * METRES_A_DEGREE
    kept = entered[edge]
    which, numbers = np.unique(edge[kept], return_inverse=True)
    lines = np.asarray(shapely.linestrings(points[kept] * scale, indices=numbers))
    wanted = np.ceil(shapely.length(lines) / positive(spacing_m, "spacing_m"))
    parts = np.minimum(wanted, MOST_SAMPLES + 2).astype(np.intp)  # none overflows
    inner = np.maximum(parts - 1, 0)
    if inner.sum() > MOST_SAMPLES:
        message = (
            f"spacing_m = {spacing_m:g} would sample the roads at {inner.sum():,} spots, more than "
            f"{MOST_SAMPLES:,}. Take a wider spacing."
        )
        raise ParameterError(message)
    line = np.repeat(np.arange(which.size), inner)
    first = np.repeat(np.cumsum(inner) - inner, inner)
    share = (np.arange(line.size) - first + 1) / parts[line]
    found = shapely.line_interpolate_point(lines[line], share, normalized=True)
    return _Samples(shapely.get_coordinates(found) / scale, which[line], share)


@dataclass(frozen=True, slots=True, eq=False)
class _Along:
    """The way from points along edges to both ends."""

    u: NDArray[np.intp]
    """Node at one end of the edge of each point."""
    v: NDArray[np.intp]
    to_u: NDArray[np.float64]
    """Minutes between the point and that end; infinite where none leads."""
    to_v: NDArray[np.float64]


def _along(roads: RoadNetwork, samples: _Samples, way: RoadWay) -> _Along:
    """Give the minutes between points along edges and the ends."""
    edge, share = samples.edge, samples.share
    forward, backward = way.minutes.forward[edge], way.minutes.backward[edge]
    if way.outward:
        # Staff come from an end towards the point.
        forward, backward = backward, forward
    to_u, to_v = way.factor * share * backward, way.factor * (1 - share) * forward
    return _Along(roads.u[edge], roads.v[edge], to_u, to_v)


def _beside(
    at_samples: NDArray[np.float64], samples: _Samples, facility: tuple[Snaps, int], way: RoadWay
) -> None:
    """Let points on the very edge of a facility go straight along it."""
    hung, at = facility
    if hung.node[at] >= 0:
        return
    edge = hung.edge[at]
    here = slice(*np.searchsorted(samples.edge, [edge, edge + 1]).tolist())
    ahead = hung.share[at] - samples.share[here]
    towards, back = way.minutes.forward[edge], way.minutes.backward[edge]
    if way.outward:
        towards, back = back, towards
    pace = np.where(ahead > 0, towards, back)
    # At the facility's own spot there is no way to go, even where none leads.
    along = np.multiply(np.abs(ahead), pace, out=np.zeros(ahead.size), where=ahead != 0)
    to_road = minutes_of(hung.metres[at : at + 1], way.snap_speed_kmh, "snap_speed_kmh")
    direct = way.road_minutes + way.factor * along + to_road
    at_samples[here] = np.minimum(at_samples[here], direct)


def _located(roads: RoadNetwork, at: Places) -> Places:
    """Give places that are only known by their road node the coordinates of it."""
    lost = np.isnan(at.lon)
    if not lost.any():
        return at
    wanted = [one for one, needed in zip(at.node_ids, lost, strict=True) if needed]
    node = positions(wanted, roads.node_ids.tolist(), "the road nodes")
    lon, lat = at.lon.copy(), at.lat.copy()
    lon[lost], lat[lost] = roads.lon[node], roads.lat[node]
    return Places(at.ids, lon, lat, at.node_ids, at.minutes)


def _rows(
    cells: Cells, reach: _Reach, ids: Sequence[str]
) -> list[tuple[str, float, tuple[str, ...], tuple[str, ...], BaseGeometry]]:
    """Draw the areas of one facility."""
    count = len(ids)
    at_home, at_other = cells.spot_of[:count], cells.spot_of[count:]
    alone = at_other >= 0
    chosen = []
    for limit, near in zip(reach.limits, reach.within, strict=True):
        spots = np.zeros(int(cells.spot_of.max()) + 1, dtype=bool)
        spots[at_home[near]] = True
        spots[at_other[alone & (reach.minutes <= limit)]] = True
        chosen.append(spots)
    names = np.array(ids, dtype=object)
    return [
        (
            reach.facility,
            limit,
            tuple(names[near].tolist()),
            tuple(names[spots[at_home] & ~near].tolist()),
            shape,
        )
        for limit, near, spots, shape in zip(
            reach.limits, reach.within, chosen, cells.unions(chosen), strict=True
        )
    ]


def _verify(table: gpd.GeoDataFrame, ids: Sequence[str], points: NDArray[np.float64]) -> None:
    """Look at the finished areas once more: valid, nested, and holding what they should."""
    import shapely

    places_at = shapely.points(points)
    names = np.array(ids, dtype=object)
    facilities = table["facility_id"].tolist()
    shapes: list[Any] = table.geometry.tolist()
    columns = (table[one].tolist() for one in ("places", "ambiguous"))
    for at, (within, unclear) in enumerate(zip(*columns, strict=True)):
        shape, facility = shapes[at], facilities[at]
        shapely.prepare(shape)
        right = shapely.covers(shape, places_at) == np.isin(names, within)
        wrong = names[~(right | np.isin(names, unclear))]
        nested = (
            at == 0
            or facilities[at - 1] != facility
            or shapes[at - 1].is_empty
            or shape.covers(shapes[at - 1])
        )
        if wrong.size or not nested or not shape.is_valid:
            message = (
                f"a catchment of {facility} does not hold what it should: "
                f"{listed(wrong) if wrong.size else 'it is not valid, or not nested'}."
            )
            raise VerificationError(message)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which trips are asked for."""

    reach: float
    """Minutes up to which they are to be known."""
    condition: str
    outward: bool


def _filling(study: Study, sites: Places, land: Land, asked: _Asked) -> Filling:
    """Give the points between villages, as the engine of the study knows them."""
    settings = study.config.travel
    if settings.engine == "network":
        standing = standing_minutes(study, asked.condition)
        way = RoadWay(
            minutes=standing.minutes,
            snap_speed_kmh=settings.snap_speed_kmh,
            factor=settings.interval.central,
            road_minutes=settings.boarding_min,
            outward=asked.outward,
        )
        return road_filling(standing.roads, sites, way, land, asked.reach)
    points = np.column_stack([sites.lon, sites.lat])
    own = _own_spots(len(points))
    if settings.engine != "straight":
        return Filling(points, own)
    spread = grid(land.area, land.spacing_m)
    there = _as_villages(study, spread, sites.ids)
    columns = (np.concatenate(pair) for pair in zip(own, there, strict=True))
    return Filling(np.concatenate([points, spread]), columns)


def _own_spots(count: int) -> Iterator[NDArray[np.float64]]:
    """Give the minutes of the spots of facilities where nothing is known but each one's own."""
    for at in range(count):
        minutes = np.full(count, np.inf)
        minutes[at] = 0.0
        yield minutes


def _as_villages(
    study: Study, points: NDArray[np.float64], to: Sequence[str]
) -> Iterator[NDArray[np.float64]]:
    """Give the minutes that villages at some points would have, but for the way within them."""
    import geopandas as gpd
    import shapely

    spots = gpd.GeoSeries(shapely.points(points), crs=4326)
    numbers = pd.Index(range(len(points))).astype(str)
    villages = gpd.GeoDataFrame(
        {"zone_id": numbers, "demand_point": spots.to_numpy()}, geometry=spots.to_numpy(), crs=4326
    )
    villages["demand_point"] = spots
    travel = replace(study.config.travel, within_village_speed_kmh=None)
    there = replace(study, villages=villages, config=replace(study.config, travel=travel))
    step = max(1, BLOCK // max(1, len(points)))
    for first in range(0, len(to), step):
        yield from travel_matrix(there, to[first : first + step]).dense().T


def _villages(study: Study) -> Places:
    """Give the villages, all of which have a point."""
    points = study.villages["demand_point"]
    return places(points.set_axis(study.villages["zone_id"]), "villages")


def _sites(study: Study, ids: Sequence[str]) -> Places:
    """Give the facilities asked for."""
    points = study.facilities.geometry.set_axis(study.facilities["facility_id"])
    return places(points.loc[list(ids)], "facilities")


def _buffered(area: BaseGeometry, metres: float) -> BaseGeometry:
    """Widen an area in degrees by some metres."""
    import geopandas as gpd

    from wushan_geo.study.metric import metric_crs

    if not 0 <= metres < np.inf:
        message = f"beyond_m must be a finite number of at least 0. Got {metres!r} instead."
        raise ParameterError(message)
    if not metres:
        return area
    west, _, east, _ = area.bounds
    wide = gpd.GeoSeries([area], crs=4326).to_crs(metric_crs((west + east) / 2)).buffer(metres)
    return wide.to_crs(4326).union(gpd.GeoSeries([area], crs=4326)).iloc[0]
