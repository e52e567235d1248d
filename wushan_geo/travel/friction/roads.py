"""Roads burnt into the land: a layer to ride on, and ways on foot along roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wushan_geo.travel.friction.speed import pace
from wushan_geo.travel.friction.trace import trace
from wushan_geo.travel.graph import Graph, graph_from_arcs
from wushan_geo.travel.trips import minutes_of
from wushan_geo.travel.waits import midway

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.terrain import Terrain
    from wushan_geo.travel.edges import EdgeMinutes

EXPRESSWAY, FERRY = "expressway", "ferry"


class _Stops(NamedTuple):
    """Places on an edge at which a trip can go on another way."""

    edge: NDArray[np.intp]
    cell: NDArray[np.intp]
    at: NDArray[np.float64]
    height: NDArray[np.float64]

    def of(self, used: NDArray[np.bool_]) -> _Stops:
        """Keep the stops of some edges."""
        kept = used[self.edge]
        return _Stops(self.edge[kept], self.cell[kept], self.at[kept], self.height[kept])


class Burning(NamedTuple):
    """What is burnt into the land; made by :func:`burning_of`."""

    passable: NDArray[np.bool_]
    """Whether each cell can be walked on, cell after cell."""
    roads: RoadNetwork
    """The roads."""
    minutes: EdgeMinutes
    """Minutes along the edges; an edge that is infinite both ways is not there, on foot neither."""
    node_cell: NDArray[np.intp]
    """Cell of each road node; -1 outside the raster."""
    node_height: NDArray[np.float64]
    """Elevation at each road node in metres; NaN where not known."""
    stops: _Stops
    """Cells along edges, between their ends, that can be walked on."""


class _Chain(NamedTuple):
    """Nodes along edges: each pair of neighbours on one edge is joined."""

    edge: NDArray[np.intp]
    start: NDArray[np.intp]
    end: NDArray[np.intp]
    share: NDArray[np.float64]
    rise_m: NDArray[np.float64]


Arcs = tuple["NDArray[np.intp]", "NDArray[np.intp]", "NDArray[np.float64]"]


def burning_of(
    terrain: Terrain, passable: NDArray[np.bool_], roads: RoadNetwork, minutes: EdgeMinutes
) -> Burning:
    """Lay roads over the land.

    Parameters
    ----------
    terrain
        The land.
    passable
        Whether each cell can be walked on, cell after cell.
    roads
        Road network.
    minutes
        Minutes along its edges.

    Returns
    -------
    Burning
        Roads with the cells they run through.

    Raises
    ------
    MemoryError
        If the stays in cells do not fit into memory.

    Examples
    --------
    See ``tests/test_travel_friction_roads.py``.
    """
    column, row = terrain.grid(roads.lon, roads.lat)
    runs = trace(terrain, roads)
    inner = np.zeros(runs.edge.size, dtype=bool)
    inner[1:-1] = (runs.edge[1:-1] == runs.edge[:-2]) & (runs.edge[1:-1] == runs.edge[2:])
    inner &= runs.cell >= 0
    inner[inner] = passable[runs.cell[inner]]
    stops = _Stops(
        runs.edge[inner],
        runs.cell[inner],
        (runs.start[inner] + runs.end[inner]) / 2,
        _height(terrain, runs.column[inner], runs.row[inner]),
    )
    heights = _height(terrain, column, row)
    return Burning(passable, roads, minutes, terrain.cells_at(column, row), heights, stops)


def ride_arcs(burning: Burning, boarding_min: float, first: int) -> tuple[list[Arcs], int]:
    """Make the layer on which one rides, and the ways on and off.

    Each edge is a chain of its own from `u` through the cells it runs through to `v`, with its own
    minutes split by length; chains meet only where edges meet, so that roads side by side or one
    above the other are not mixed up. From the land one gets on in `boarding_min` and off in no
    time: at every cell of a road that can be walked on, and at its ends. Not on expressways (only
    where another road meets them), not midway on bridges and ferries.

    Parameters
    ----------
    burning
        Land and roads.
    boarding_min
        Minutes to get on.
    first
        Number of the first node to be made.

    Returns
    -------
    tuple
        Arcs as (start, end, minutes), and the number of nodes: one more for each road node, and
        then one for each stop along an edge.

    Raises
    ------
    IndexError
        If there are not as many minutes as edges.

    Examples
    --------
    See ``tests/test_travel_friction_roads.py``.
    """
    roads, minutes = burning.roads, burning.minutes
    open_edges = minutes.passable
    flat = ~(_of_class(roads, EXPRESSWAY) | _of_class(roads, FERRY) | roads.bridge)
    stops = burning.stops.of(open_edges & flat)
    along = first + roads.lon.size + np.arange(stops.edge.size)
    chain = _chained(burning, (stops, along), open_edges, first)
    arcs: list[Arcs] = []
    for one, start, end in (
        (minutes.forward, chain.start, chain.end),
        (minutes.backward, chain.end, chain.start),
    ):
        known = np.isfinite(one[chain.edge])
        took = chain.share[known] * one[chain.edge][known]
        arcs.append((start[known], end[known], took))
    ends = _landings(burning, open_edges, _of_class(roads, EXPRESSWAY))
    ridden = np.concatenate([along, first + ends.edge])
    ground = np.concatenate([stops.cell, ends.cell])
    arcs.append((ground, ridden, np.full(ground.size, float(boarding_min))))
    arcs.append((ridden, ground, np.zeros(ground.size)))
    return arcs, first + roads.lon.size + stops.edge.size


def foot_arcs(burning: Burning, walking_kmh: float, first: int) -> tuple[list[Arcs], int]:
    """Make the ways on foot along roads: over bridges, through cuttings, across narrow water.

    Along every edge but expressways and ferries one walks both ways, whatever the land cover is, as
    on open ground: length of the edge x pace on its slope. The slope is its own grade where known;
    else a bridge is flat, and any other road follows the elevation where it runs (bilinear; flat
    where there is none). One steps on and off as from a vehicle, but free.

    Parameters
    ----------
    burning
        Land and roads.
    walking_kmh
        Walking speed on flat open ground in km/h.
    first
        Number of the first node to be made.

    Returns
    -------
    tuple
        Arcs as (start, end, minutes), and the number of nodes: one more for each road node.

    Raises
    ------
    ParameterError
        If the speed is not a finite number above 0.

    Examples
    --------
    See ``tests/test_travel_friction_roads.py``.
    """
    roads = burning.roads
    walked = burning.minutes.passable & ~_of_class(roads, EXPRESSWAY) & ~_of_class(roads, FERRY)
    stops = burning.stops.of(walked & ~roads.bridge)
    chain = _chained(burning, (stops, stops.cell), walked, first)
    metres = chain.share * roads.length_m[chain.edge]
    rise = np.where(roads.bridge[chain.edge] | np.isnan(chain.rise_m), 0.0, chain.rise_m)
    slope = np.divide(rise, metres, out=np.zeros(rise.size), where=metres > 0)
    told = roads.grade[chain.edge]
    slope = np.where(np.isnan(told), slope, told)
    flat_min = minutes_of(metres, walking_kmh, "walking_kmh")
    arcs = [
        (chain.start, chain.end, flat_min * pace(slope)),
        (chain.end, chain.start, flat_min * pace(-slope)),
    ]
    ends = _landings(burning, walked, np.zeros(roads.u.size, dtype=bool))
    free = np.zeros(ends.edge.size)
    arcs += [(first + ends.edge, ends.cell, free), (ends.cell, first + ends.edge, free)]
    return arcs, first + roads.lon.size


def merged(base: Graph, arcs: list[Arcs], size: int) -> Graph:
    """Put more nodes and arcs into a graph; of parallel arcs the fastest stays.

    Parameters
    ----------
    base
        Graph whose nodes keep their numbers.
    arcs
        More arcs as (start, end, minutes); infinite ones are left out.
    size
        Number of nodes afterwards.

    Returns
    -------
    Graph
        Sorted rows.

    Raises
    ------
    ValueError
        If the arrays of an arc differ in length.

    Examples
    --------
    >>> none = Graph(np.zeros(2, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0))
    >>> merged(none, [(np.array([0]), np.array([1]), np.array([2.5]))], 2).end.tolist()
    [1]
    """
    start, end, took = (np.concatenate([one[at] for one in arcs]) for at in range(3))
    away = start != end  # a road that comes back to where it was leads nowhere
    added = graph_from_arcs(size, start[away], end[away], took[away])
    indptr = np.append(base.indptr, np.full(size - base.size, base.indptr[-1]))
    old_key, new_key = _keys(indptr, base.end), _keys(added.indptr, added.end)
    place = np.searchsorted(old_key, new_key)
    both = np.zeros(new_key.size, dtype=bool)
    inner = place < old_key.size
    both[inner] = old_key[place[inner]] == new_key[inner]
    minutes = base.minutes.copy()
    minutes[place[both]] = np.minimum(minutes[place[both]], added.minutes[both])
    new = ~both
    start = new_key[new] // size
    indptr[1:] += np.cumsum(np.bincount(start, minlength=size))
    return Graph(
        indptr,
        np.insert(base.end, place[new], added.end[new]),
        np.insert(minutes, place[new], added.minutes[new]),
    )


def _keys(indptr: NDArray[np.int64], end: NDArray[np.int32]) -> NDArray[np.int64]:
    """Give each arc one number that orders arcs by start and then end."""
    size = indptr.size - 1
    return np.repeat(np.arange(size, dtype=np.int64) * size, np.diff(indptr)) + end


def _of_class(roads: RoadNetwork, name: str) -> NDArray[np.bool_]:
    return np.asarray(roads.road_class == name, dtype=bool)


def _chained(
    burning: Burning,
    between: tuple[_Stops, NDArray[np.intp]],
    used: NDArray[np.bool_],
    first: int,
) -> _Chain:
    """Join the nodes along each edge that is used, from `u` through its stops to `v`."""
    roads, (stops, along) = burning.roads, between
    edges = np.flatnonzero(used)
    height = burning.node_height
    edge = np.concatenate([edges, stops.edge, edges])
    node = np.concatenate([first + roads.u[edges], along, first + roads.v[edges]])
    at = np.concatenate([np.zeros(edges.size), stops.at, np.ones(edges.size)])
    heights = np.concatenate([height[roads.u[edges]], stops.height, height[roads.v[edges]]])
    # `u` stands before and `v` behind whatever has the same share.
    order = np.lexsort((np.repeat([0, 1, 2], [edges.size, stops.edge.size, edges.size]), at, edge))
    edge, node, at, heights = edge[order], node[order], at[order], heights[order]
    joined = edge[1:] == edge[:-1]
    return _Chain(
        edge[1:][joined],
        node[:-1][joined],
        node[1:][joined],
        np.diff(at)[joined],
        np.diff(heights)[joined],
    )


def _landings(burning: Burning, used: NDArray[np.bool_], shut: NDArray[np.bool_]) -> _Stops:
    """Give the road nodes from which one steps onto the land (as `edge`) and their cells.

    A node between bridges hangs in the air, and one between expressways is behind a fence; a dead
    end of a bridge is where it meets the land.
    """
    roads = burning.roads
    edges = np.flatnonzero(used)

    def count(which: NDArray[np.bool_]) -> NDArray[np.intp]:
        some = edges[which[edges]]
        ends = np.concatenate([roads.u[some], roads.v[some]])
        return np.bincount(ends, minlength=roads.lon.size)

    on_land, degree = count(~shut & ~roads.bridge), count(np.ones(used.size, dtype=bool))
    open_ends = (on_land > 0) | ((degree == 1) & (count(shut) == 0))
    cell = burning.node_cell
    open_ends &= (cell >= 0) & ~midway(roads)
    open_ends[open_ends] = burning.passable[cell[open_ends]]
    node = np.flatnonzero(open_ends)
    none = np.zeros(node.size)
    return _Stops(node, cell[node], none, none)


def _height(
    terrain: Terrain, column: NDArray[np.float64], row: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the elevation at places, bilinear between the middles of four cells; NaN if one lacks.

    A road along a hillside lies level on the slope between the cells; the elevation of the cells
    themselves would send it up and down.
    """
    rows, columns = terrain.shape
    found = np.full(column.shape, np.nan)
    inside = (column >= 0) & (column <= columns) & (row >= 0) & (row <= rows)
    # On the outermost half cell the border's elevation holds on.
    across = np.clip(column[inside] - 0.5, 0, columns - 1)
    down = np.clip(row[inside] - 0.5, 0, rows - 1)
    west = np.minimum(across.astype(np.intp), max(columns - 2, 0))
    north = np.minimum(down.astype(np.intp), max(rows - 2, 0))
    east, south = np.minimum(west + 1, columns - 1), np.minimum(north + 1, rows - 1)
    x, y = across - west, down - north
    z = terrain.elevation
    upper = z[north, west] * (1 - x) + z[north, east] * x
    lower = z[south, west] * (1 - x) + z[south, east] * x
    found[inside] = upper * (1 - y) + lower * y
    return found
