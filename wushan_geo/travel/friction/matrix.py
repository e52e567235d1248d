"""Travel times over land: on foot, and on foot to a road and then by vehicle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.travel.edges import EdgeMinutes, edge_minutes
from wushan_geo.travel.friction.land import land_graph, land_of
from wushan_geo.travel.friction.roads import burning_of, foot_arcs, merged, ride_arcs
from wushan_geo.travel.friction.seats import seats
from wushan_geo.travel.matrix import TravelMatrix, checked_limit
from wushan_geo.travel.network.search import matrix
from wushan_geo.travel.places import Places, places
from wushan_geo.travel.trips import DECIMALS, Trips, charges, mapping, minutes_of, positive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.terrain import Terrain
    from wushan_geo.travel.graph import Graph

ROUNDING = 10.0**-DECIMALS  # a search must not stop short of its limit by what rounding adds


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """How one moves over land.

    Raises
    ------
    ParameterError
        If minutes come without roads or do not fit them, or of minutes and boarding only one is
        given, or boarding takes no finite number of at least 0 minutes, or the speed is not above
        0.

    Examples
    --------
    >>> Way(5.0, {}, 16).roads is None
    True
    """

    walking_kmh: float
    """Walking speed on flat open ground in km/h."""
    factors: Mapping[int, float]
    """Multiplier of the walking speed by land cover code (empty without one); 0 is a barrier."""
    neighbours: int
    """Directions in which a cell is left: 16 or 32."""
    roads: RoadNetwork | None = None
    """Roads, to be walked along; None for none."""
    minutes: EdgeMinutes | None = None
    """Minutes by vehicle along their edges; None if nobody rides."""
    boarding_min: float | None = None
    """Minutes to get on a vehicle; None if nobody rides."""

    def __post_init__(self) -> None:
        """Check what belongs together."""
        positive(self.walking_kmh, "walking_kmh")
        mapping(self.factors, "factors", "{10: 0.5} (land cover codes), or {} without land cover")
        if (self.minutes is None) != (self.boarding_min is None):
            message = (
                "minutes and boarding_min come together: the minutes along roads, and those to get "
                "on the vehicle (0 where that takes no time)."
            )
            raise ParameterError(message)
        if self.minutes is None or self.boarding_min is None:
            return
        if self.roads is None:
            message = "minutes need the roads that they belong to."
            raise ParameterError(message)
        self.minutes.require_of(self.roads)
        checked_limit(self.boarding_min, "boarding_min")


@dataclass(frozen=True, slots=True, eq=False)
class FrictionGraph:
    """Land and roads as one graph; made by :func:`friction_graph`, and used for many matrices.

    Examples
    --------
    See ``tests/test_travel_friction.py``.
    """

    terrain: Terrain
    """The land."""
    walking_kmh: float
    """Walking speed on flat open ground in km/h."""
    graph: Graph
    """Cells first, row after row; then road nodes on foot, road nodes on which one rides, and the
    stops along their edges."""
    passable: NDArray[np.bool_]
    """Whether each cell can be entered, cell after cell."""


def friction_matrix(  # noqa: PLR0913 - the public signature of the design; all but three are named
    terrain: Terrain,
    origins: Any,
    destinations: Any,
    *,
    walking_kmh: float,
    factors: Mapping[int, float],
    neighbours: int,
    roads: RoadNetwork | None = None,
    speeds_kmh: Mapping[str, float] | None = None,
    minutes: EdgeMinutes | None = None,
    boarding_min: float | None = None,
    limit: float | None = None,
    nearest_within_m: float | None = None,
) -> TravelMatrix:
    """Work out least times over land, on foot or on foot and by vehicle, in one trip.

    Least cost (Dijkstra 1959) on the raster: a cell is left in 16 or 32 directions; a move takes
    its horizontal length x pace, with Tobler's (1993) speed on its slope, up and down apart,
    times the factor of the land cover on each cell that it passes; a factor of 0 is a barrier,
    which no move jumps. Over a flat plane times are exact in those directions and at most 2.75 %
    (16) or 1.31 % (32) too long between them; a place counts as the middle of its cell.

    With `roads` one may walk along every edge but expressways and ferries, also across water. With
    `speeds_kmh` (or `minutes`) and `boarding_min` one may ride as well: get on wherever a road can
    be reached on foot (but not on expressways, nor midway on bridges and ferries), get off there
    for nothing, and change as often as that pays.

    Parameters
    ----------
    terrain
        Elevation and land cover.
    origins, destinations
        Points with ids as index: layers with any reference system, or tables with ``lon`` and
        ``lat`` in degrees. Not changed.
    walking_kmh
        Walking speed on flat open ground in km/h.
    factors
        Multiplier of the walking speed for each land cover code; 0 is a barrier. Empty without
        land cover.
    neighbours
        Directions in which a cell is left: 16 or 32.
    roads
        Road network; None walks over land only.
    speeds_kmh
        Speed of the vehicle by road class in km/h, as :func:`wushan_geo.network_matrix` takes it;
        None walks only.
    minutes
        Minutes by vehicle along the edges, each way, instead of speeds, where more than speeds is
        known of them.
    boarding_min
        Minutes charged each time one gets on a vehicle; needed with speeds or minutes.
    limit
        Largest cost kept, in minutes; None keeps all.
    nearest_within_m
        A place that lies outside the raster, on a barrier or where data lack is moved to the
        nearest cell that can be entered if its middle is within so many metres, and the way there
        is charged at `walking_kmh`; None moves none.

    Returns
    -------
    TravelMatrix
        In minutes from origin to destination; infinite where no way leads, or beyond the limit.

    Raises
    ------
    ParameterError
        If a speed, factor, limit or number of directions is out of range, a land cover code has no
        factor, minutes and boarding do not come together with roads, or places lie where nobody
        can walk: all of them are named.
    CrsError
        If a layer has no reference system, or a table holds no degrees.
    UnknownIdError
        If an id is there twice.

    Examples
    --------
    >>> from wushan_geo.study.terrain import Terrain
    >>> land = Terrain(np.zeros((1, 11)), None, (100, 0, 4e5, 0, -100, 344e4), "EPSG:4546")
    >>> lon, lat = land.points(np.array([0, 10]))
    >>> ends = pd.DataFrame({"lon": lon, "lat": lat}, index=["home", "centre"])
    >>> friction_matrix(
    ...     land, ends.loc[["home"]], ends, walking_kmh=5.0, factors={}, neighbours=16
    ... ).dense().tolist()
    [[0.0, 12.0]]
    """
    ridden = _ridden(roads, speeds_kmh, minutes)
    way = Way(walking_kmh, factors, neighbours, roads, ridden, boarding_min)
    trips = friction_trips(
        friction_graph(terrain, way),
        places(origins, "origins"),
        places(destinations, "destinations"),
        nearest_within_m=nearest_within_m,
        reach=None if limit is None else checked_limit(limit) + ROUNDING,
    )
    return trips.matrix(limit=limit)


def _ridden(
    roads: RoadNetwork | None, speeds_kmh: Mapping[str, float] | None, minutes: EdgeMinutes | None
) -> EdgeMinutes | None:
    """Give the minutes by vehicle, from whichever of the two is stated."""
    if speeds_kmh is None:
        return minutes
    if minutes is not None or roads is None:
        message = (
            "speeds_kmh say how long each edge of roads takes: give roads, and no minutes beside."
        )
        raise ParameterError(message)
    return edge_minutes(roads, speeds_kmh)


def friction_graph(terrain: Terrain, way: Way) -> FrictionGraph:
    """Join the cells of the land and the roads into one graph.

    Parameters
    ----------
    terrain
        The land.
    way
        How one moves.

    Returns
    -------
    FrictionGraph
        See :func:`friction_matrix` for what it allows.

    Raises
    ------
    ParameterError
        If a speed, factor or number of directions is out of range, or a code has no factor.

    Examples
    --------
    See ``tests/test_travel_friction.py``.
    """
    land = land_of(terrain, way.factors)
    graph = land_graph(land, terrain.cell_m, way.walking_kmh, way.neighbours)
    passable = np.isfinite(land.hindrance).ravel()
    if way.roads is not None:
        walked = np.where(way.roads.closed, np.inf, 0.0)
        minutes = way.minutes or EdgeMinutes(walked, walked)
        burning = burning_of(terrain, passable, way.roads, minutes)
        arcs, size = foot_arcs(burning, way.walking_kmh, graph.size)
        if way.boarding_min is not None:
            ridden, size = ride_arcs(burning, way.boarding_min, size)
            arcs += ridden
        graph = merged(graph, arcs, size)
    return FrictionGraph(terrain, way.walking_kmh, graph, passable)


def friction_trips(
    ground: FrictionGraph,
    origins: Places,
    destinations: Places,
    *,
    nearest_within_m: float | None = None,
    reach: float | None = None,
) -> Trips:
    """Search the land once, from whichever side has fewer cells.

    Parameters
    ----------
    ground
        Land and roads.
    origins, destinations
        Places with coordinates; their own minutes are charged beside the way.
    nearest_within_m
        How far a place may be moved to a cell that can be entered, in metres; None moves none.
    reach
        Minutes on the way up to which to search; None finds everything.

    Returns
    -------
    Trips
        Minutes on the way at factor 1, boarding included; what is charged at both ends; and the
        report of places that were moved (``snap_m``, ``snap_min``), with the part of the land or
        road network that each hangs on.

    Raises
    ------
    ParameterError
        If places lie where nobody can walk, or the distance is not above 0.

    Examples
    --------
    See ``tests/test_travel_friction.py``.
    """
    if nearest_within_m is not None:
        positive(nearest_within_m, "nearest_within_m")
    found = seats(ground.terrain, ground.passable, (origins, destinations), nearest_within_m)
    part = _parts(ground.graph)
    fixed, tables = [], []
    for at, role, seat in zip(
        (origins, destinations), ("origin", "destination"), found, strict=True
    ):
        snap_min = minutes_of(seat.moved_m, ground.walking_kmh, "walking_kmh")
        fixed.append(at.minutes + snap_min)
        words = {"snap_m": seat.moved_m, "snap_min": snap_min, "part": part[seat.cell]}
        tables.append(charges(at, role, **words))
    return Trips(
        origins.ids,
        destinations.ids,
        matrix(ground.graph, found[0].cell, found[1].cell, reach),
        fixed[0],
        fixed[1],
        pd.concat(tables, ignore_index=True),
        reach,
    )


def _parts(graph: Graph) -> NDArray[np.int64]:
    """Label the parts of a graph that no way joins, 0 for the one with most nodes."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    shape = (graph.size, graph.size)
    rows = csr_array((graph.minutes, graph.end, graph.indptr), shape=shape)
    count, label = connected_components(rows, directed=False)
    _, first, nodes = np.unique(label, return_index=True, return_counts=True)
    number = np.empty(count, dtype=np.int64)
    number[np.lexsort((first, -nodes))] = np.arange(count)
    found: NDArray[np.int64] = number[label]
    return found
