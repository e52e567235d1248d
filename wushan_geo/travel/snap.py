"""From points to the road: the nearest spot on a road that can be entered, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wushan_geo.errors import ParameterError
from wushan_geo.travel.groups import counted, starts
from wushan_geo.travel.ids import positions
from wushan_geo.travel.places import Places, geodesic_m
from wushan_geo.travel.waits import midway

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes

# Nobody turns off an expressway or boards a ferry where there is no junction and no landing: these
# classes, bridges, and whatever passes a crossing, can only be entered at their ends.
ENTERED_AT_ENDS = ("expressway", "ferry")
FERRY = "ferry"
MANY = 2_000_000  # pairs looked at closely at once, so that memory does not grow with the places
END_M = 0.001  # a millimetre from its end, a place lies at the end
TIE_M = 1e-6  # distances that differ by less than this are equal: rounding makes them differ
NEARLY = 1e-9  # room for rounding where candidates are kept
# Maps draw a road with two carriageways as two one-way roads. These two say what counts as such a
# pair, not who may use it: at most so many metres apart, and so many degrees, or more, between the
# directions in which they are travelled.
TWIN_M = 50.0
TWIN_DEGREES = 150.0
# WGS 84: equatorial radius in metres, and the square of the first eccentricity.
EQUATOR_M, ECCENTRICITY_2 = 6_378_137.0, 0.006_694_379_990_14


def _unsaid() -> NDArray[Any]:
    """Stand in for a field that was not given: filled with "none" once the size is known."""
    return np.empty(0)


@dataclass(frozen=True, slots=True, eq=False)
class Snaps:
    """Where places hang on the roads, in the order of the places; nothing in it can be changed.

    A place on one carriageway of a road hangs on the other one too, its twin: see :func:`snap`.
    Without the fields of the twins no place has one.

    Examples
    --------
    See :func:`snap`.
    """

    node: NDArray[np.intp]
    """Node where the place hangs; -1 if it hangs on an edge between its ends."""
    edge: NDArray[np.intp]
    """Edge on which the place hangs; -1 for a place that names its node."""
    share: NDArray[np.float64]
    """How far along the edge by drawn length, from 0 at `u` to 1 at `v`; NaN without an edge."""
    metres: NDArray[np.float64]
    """Way from the place to that spot, straight over the ellipsoid."""
    lon: NDArray[np.float64]
    """Longitude of the spot in degrees."""
    lat: NDArray[np.float64]
    """Latitude of the spot in degrees."""
    twin: NDArray[np.intp] = field(default_factory=_unsaid)
    """Edge that is the other carriageway; -1 for none."""
    twin_node: NDArray[np.intp] = field(default_factory=_unsaid)
    """Node where the place hangs on its twin, if that is at an end of it; -1 otherwise."""
    twin_share: NDArray[np.float64] = field(default_factory=_unsaid)
    """How far along the twin, from 0 at `u` to 1 at `v`; NaN without one."""
    twin_metres: NDArray[np.float64] = field(default_factory=_unsaid)
    """Way from the place to its spot on the twin, never less than `metres`; NaN without one."""
    twin_lon: NDArray[np.float64] = field(default_factory=_unsaid)
    """Longitude of that spot in degrees; NaN without one."""
    twin_lat: NDArray[np.float64] = field(default_factory=_unsaid)
    """Latitude of that spot in degrees; NaN without one."""

    def __post_init__(self) -> None:
        """Let places have no twin where nothing is said of them, and lock the arrays."""
        for first, second in TWINS.items():
            if not getattr(self, second).size:
                none = -1 if first in {"node", "edge"} else np.nan
                object.__setattr__(self, second, np.full_like(getattr(self, first), none))
        for one in fields(self):
            getattr(self, one.name).flags.writeable = False

    def spots(self) -> tuple[Snaps, NDArray[np.intp]]:
        """Give every spot by itself: the first of each place, and behind these the twins.

        Returns
        -------
        tuple
            The spots, which have no twins any more, and the place of each.

        Raises
        ------
        ValueError
            If the fields differ in length.

        Examples
        --------
        See ``tests/test_travel_twins.py``.
        """
        place = np.arange(self.node.size)
        second = np.flatnonzero(self.twin >= 0)
        if not second.size:
            return self, place
        columns = {
            one: np.append(getattr(self, one), getattr(self, two)[second])
            for one, two in TWINS.items()
        }
        return Snaps(**columns), np.append(place, second)


# The fields of a spot, and those of the spot on the twin.
TWINS = {
    "node": "twin_node",
    "edge": "twin",
    "share": "twin_share",
    "metres": "twin_metres",
    "lon": "twin_lon",
    "lat": "twin_lat",
}


class _Pieces(NamedTuple):
    """Straight pieces of road between two bends; an end alone is a piece of no length."""

    edge: NDArray[np.intp]
    """Edge to which each belongs."""
    point: NDArray[np.intp]
    """Point of the network's lines where it starts."""
    lon: NDArray[np.float64]
    """Where it starts, in degrees."""
    lat: NDArray[np.float64]
    lon_step: NDArray[np.float64]
    """Degrees from its start to its end."""
    lat_step: NDArray[np.float64]


class _Spots(NamedTuple):
    """Spots on the roads."""

    edge: NDArray[np.intp]
    share: NDArray[np.float64]
    metres: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


class _Ways(NamedTuple):
    """Spots on one-way roads."""

    edge: NDArray[np.intp]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


class _Twins(NamedTuple):
    """Spots on the other carriageways."""

    edge: NDArray[np.intp]
    point: NDArray[np.intp]
    """Point of the network's lines behind which each lies."""
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


class Entrances:
    """Everywhere that a network can be entered, ready to be searched many times.

    Parameters
    ----------
    roads
        Road network.
    minutes
        Minutes along its edges: what cannot be travelled cannot be entered, unless it is closed
        for a while only.

    Examples
    --------
    See ``tests/test_travel_snap.py``.
    """

    def __init__(self, roads: RoadNetwork, minutes: EdgeMinutes) -> None:
        self._roads = roads
        self._points, edge = roads.lines()
        self._edge_size = np.bincount(edge, minlength=roads.u.size)
        self._edge_first = np.cumsum(self._edge_size) - self._edge_size
        standing = minutes.passable | roads.for_a_while
        anywhere, at_u, at_v = (np.flatnonzero(one) for one in _ways_in(roads, standing))
        # Where to enter: whole edges, then single ends of others. Each has its edge, the point of
        # the lines where it starts, and its number of points.
        self._edge = np.concatenate([anywhere, at_u, at_v])
        self._first = np.concatenate(
            [
                self._edge_first[anywhere],
                self._edge_first[at_u],
                self._edge_first[at_v] + self._edge_size[at_v] - 1,
            ]
        )
        self._size = np.concatenate(
            [self._edge_size[anywhere], np.ones(at_u.size + at_v.size, dtype=np.intp)]
        )
        # What is closed for a while leads where it will lead again: nobody moves house for that.
        closed = standing & ~minutes.passable
        ahead = np.isfinite(minutes.forward) | closed
        self._one_way = ahead != (np.isfinite(minutes.backward) | (closed & ~roads.oneway))
        self._sense = np.where(ahead, 1.0, -1.0)  # of travel on a one-way edge, as it is drawn
        self._lanes = np.flatnonzero(self._one_way[anywhere])

    def hang(self, at: Places, what: str) -> Snaps:
        """Find where places hang.

        Parameters
        ----------
        at
            The places.
        what
            What they are, for messages.

        Returns
        -------
        Snaps
            One spot for each place, and one on its twin if it has one.

        Raises
        ------
        UnknownIdError
            If a place names a node that does not exist.
        ParameterError
            If a place has to be snapped and no edge can be travelled.

        Examples
        --------
        See :func:`snap`.
        """
        count = len(at.ids)
        node = np.full(count, -1, dtype=np.intp)
        edge = np.full(count, -1, dtype=np.intp)
        share, metres = np.full(count, np.nan), np.zeros(count)
        lon, lat = np.empty(count), np.empty(count)
        named = np.array([bool(one) for one in at.node_ids], dtype=bool)
        wanted = [one for one in at.node_ids if one]
        if wanted:
            known = self._roads.node_ids.tolist()
            node[named] = positions(wanted, known, f"the road nodes named by {what}")
        if not named.all():
            if not self._edge.size:
                message = f"{what} cannot be brought to a road: the network has no open edge."
                raise ParameterError(message)
            spots = self._nearest(at.lon[~named], at.lat[~named])
            edge[~named], share[~named], metres[~named] = spots.edge, spots.share, spots.metres
            lon[~named], lat[~named] = spots.lon, spots.lat
            for side, value in ((self._roads.u, 0.0), (self._roads.v, 1.0)):
                here = share == value
                node[here] = side[edge[here]]
        there = node >= 0
        lon[there], lat[there] = self._roads.lon[node[there]], self._roads.lat[node[there]]
        return self._with_twins(Snaps(node, edge, share, metres, lon, lat), at)

    @cached_property
    def _narrow(self) -> float:
        """Tell how much narrower degrees are eastward, in the middle of the network."""
        middle = (self._points[:, 1].min() + self._points[:, 1].max()) / 2
        return float(np.cos(np.radians(middle)))

    @cached_property
    def _tree(self) -> Any:
        """Give a search tree of the entrances, in degrees that are as long both ways."""
        return self._tree_of(np.arange(self._edge.size))

    @cached_property
    def _lane_tree(self) -> Any:
        """Give a search tree of the one-way roads that can be entered anywhere."""
        return self._tree_of(self._lanes)

    def _tree_of(self, entrances: NDArray[np.intp]) -> Any:
        """Make a search tree."""
        import shapely

        size, first = self._size[entrances], self._first[entrances]
        doubled = np.maximum(size, 2)  # a line needs two points, if need be the same twice
        entrance, step = counted(doubled)
        at = first[entrance] + np.minimum(step, size[entrance] - 1)
        lines: Any = shapely.linestrings(self._points[at] * (self._narrow, 1.0), indices=entrance)
        return shapely.STRtree(lines)

    def _nearest(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> _Spots:
        """Find the nearest spot of each point."""
        import shapely

        points = shapely.points(lon * self._narrow, lat)
        # One entrance that is near tells how far to look; degrees of the tree are not quite metres.
        rows, near = self._tree.query_nearest(points, all_matches=False)
        which, pieces = self._pieces(near[np.argsort(rows)])
        _, square = _foot(lon[which], lat[which], pieces)
        reach = _reach(np.sqrt(np.minimum.reduceat(square, np.flatnonzero(starts(which)))), lat)
        rows, near = self._around(self._tree, (lon, lat), reach)
        found = []
        for here in _blocks(rows, self._size[near]):
            which, pieces = self._pieces(near[here])
            found.append(self._closest(lon, lat, rows[here][which], pieces))
        return _Spots(*(np.concatenate(one) for one in zip(*found, strict=True)))

    def _around(
        self,
        tree: Any,
        at: tuple[NDArray[np.float64], NDArray[np.float64]],
        reach: NDArray[np.float64],
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Find all lines of a tree within some metres of each point, point after point."""
        import shapely

        lon, lat = at
        east, north = _metres(np.ones(lon.size), np.ones(lon.size), lat)
        around = np.maximum(reach / north, reach / east * self._narrow) * (1 + NEARLY)
        points = shapely.points(lon * self._narrow, lat)
        rows, near = tree.query(points, predicate="dwithin", distance=around)
        order = np.argsort(rows, kind="stable")
        return rows[order], near[order]

    def _pieces(self, entrances: NDArray[np.intp]) -> tuple[NDArray[np.intp], _Pieces]:
        """Give the pieces of entrances, and to which of these each belongs."""
        which, step = counted(np.maximum(self._size[entrances] - 1, 1))
        start = self._first[entrances][which] + step
        end = start + (self._size[entrances] > 1)[which]
        lon, lat = self._points[start].T
        to_lon, to_lat = self._points[end].T
        edge = self._edge[entrances][which]
        return which, _Pieces(edge, start, lon, lat, to_lon - lon, to_lat - lat)

    def _closest(
        self,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        rows: NDArray[np.intp],
        pieces: _Pieces,
    ) -> _Spots:
        """Choose among pieces over the ellipsoid: the nearest, of equally near ones the first.

        `rows` is sorted and says for which point each piece may be the nearest.
        """
        lon, lat = lon[rows], lat[rows]
        share, _ = _foot(lon, lat, pieces)
        to_lon, to_lat = pieces.lon + share * pieces.lon_step, pieces.lat + share * pieces.lat_step
        metres = geodesic_m((lon, lat), (to_lon, to_lat))
        one = _nearest_of(rows, metres, pieces.point)
        edge = pieces.edge[one]
        along = self._along(edge, pieces.point[one], to_lon[one], to_lat[one])
        return self._at_ends(
            _Spots(edge, along, metres[one], to_lon[one], to_lat[one]), (lon[one], lat[one])
        )

    def _along(
        self,
        edge: NDArray[np.intp],
        point: NDArray[np.intp],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        back: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.float64]:
        """Give the share of each edge before a spot behind one of its points.

        What lies within a millimetre of an end is at the end; an edge of no length is all start.
        Where `back` is true what lies behind the spot is measured, and the rest is before it: the
        two parts of a piece are not quite as long as the whole.
        """
        pieces = self._edge_size[edge] - 1
        which, step = counted(pieces)
        start = self._edge_first[edge][which] + step
        begin, end = self._points[start], self._points[start + 1]
        length = _length(begin[:, 0], begin[:, 1], end[:, 0], end[:, 1])
        full = np.bincount(which, length, minlength=edge.size)
        ahead = np.bincount(which, length * (start < point[which]), minlength=edge.size)
        before = ahead + _length(self._points[point, 0], self._points[point, 1], lon, lat)
        if back is not None:
            behind = np.bincount(which, length * (start > point[which]), minlength=edge.size)
            rest = _length(lon, lat, self._points[point + 1, 0], self._points[point + 1, 1])
            before = np.where(back, full - (behind + rest), before)
        share = np.divide(before, full, out=np.zeros(full.size), where=full > 0)
        share[full - before < END_M] = 1.0
        share[before < END_M] = 0.0
        return share

    def _at_ends(
        self, spots: _Spots, places: tuple[NDArray[np.float64], NDArray[np.float64]]
    ) -> _Spots:
        """Measure again to the very end where a spot lies at one."""
        lon, lat, metres = spots.lon.copy(), spots.lat.copy(), spots.metres.copy()
        for side, value in ((self._roads.u, 0.0), (self._roads.v, 1.0)):
            here = spots.share == value
            node = side[spots.edge[here]]
            lon[here], lat[here] = self._roads.lon[node], self._roads.lat[node]
        moved = (spots.share == 0.0) | (spots.share == 1.0)
        metres[moved] = geodesic_m((places[0][moved], places[1][moved]), (lon[moved], lat[moved]))
        return _Spots(spots.edge, spots.share, metres, lon, lat)

    def _with_twins(self, first: Snaps, at: Places) -> Snaps:
        """Let places between the ends of a one-way road hang on its other carriageway too."""
        rows = np.flatnonzero(first.node < 0)
        rows = rows[self._one_way[first.edge[rows]]]
        if not rows.size:
            return first
        which, there = self._twins(_Ways(first.edge[rows], first.lon[rows], first.lat[rows]))
        rows = rows[which]
        places = at.lon[rows], at.lat[rows]
        # Measured from where the first edge is, so that on one line both lie at the same spot.
        turned = self._sense[there.edge] == self._sense[first.edge[rows]]
        share = self._along(there.edge, there.point, there.lon, there.lat, turned)
        metres = geodesic_m(places, (there.lon, there.lat))
        spots = self._at_ends(_Spots(there.edge, share, metres, there.lon, there.lat), places)
        node = np.full(rows.size, -1, dtype=np.intp)
        for side, value in ((self._roads.u, 0.0), (self._roads.v, 1.0)):
            node[share == value] = side[there.edge[share == value]]
        found = {"twin": there.edge, "twin_node": node, "twin_share": share}
        found |= {"twin_metres": np.maximum(spots.metres, first.metres[rows])}
        found |= {"twin_lon": spots.lon, "twin_lat": spots.lat}
        columns = {name: getattr(first, name).copy() for name in found}
        for name, values in found.items():
            columns[name][rows] = values
        return replace(first, **columns)

    def _twins(self, spots: _Ways) -> tuple[NDArray[np.intp], _Twins]:
        """Find the nearest spot on the other carriageway, for those spots that have one."""
        reach = _reach(np.full(spots.lat.size, TWIN_M), spots.lat)
        rows, near = self._around(self._lane_tree, (spots.lon, spots.lat), reach)
        near = self._lanes[near]
        kept = self._one_road(spots.edge[rows], self._edge[near])
        rows, near = rows[kept], near[kept]
        found = [
            self._opposite(spots, rows[here], near[here])
            for here in _blocks(rows, self._size[near])
        ]
        which, *columns = (np.concatenate(one) for one in zip(*found, strict=True))
        return which, _Twins(*columns)

    def _one_road(self, edge: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Say which two edges may be of one road, as their class and their name go."""
        kind, name = self._roads.road_class, self._roads.name
        unnamed = (name[edge] == "") | (name[other] == "")
        found = (kind[edge] == kind[other]) & (unnamed | (name[edge] == name[other]))
        return np.asarray(found, dtype=bool)

    def _opposite(
        self, spots: _Ways, rows: NDArray[np.intp], lanes: NDArray[np.intp]
    ) -> tuple[NDArray[Any], ...]:
        """Choose for each spot the nearest lane that leads back there.

        `rows` is sorted and says of which spot each lane may be the twin; the spot's own edge is
        among its lanes, and tells its direction. Where a spot lies at a bend, both pieces tell it.
        """
        which, pieces = self._pieces(lanes)
        drawn = (pieces.lon_step != 0) | (pieces.lat_step != 0)
        which, pieces = which[drawn], _Pieces(*(one[drawn] for one in pieces))
        lon, lat = spots.lon[rows[which]], spots.lat[rows[which]]
        share, square = _foot(lon, lat, pieces)
        away = np.sqrt(square)
        one = _nearest_of(which, away, pieces.point)
        lane_row, lane_edge = rows[which[one]], pieces.edge[one]
        own = lane_edge == spots.edge[lane_row]
        touching = np.flatnonzero(away <= away[one][np.cumsum(starts(which)) - 1] + END_M)
        begins = starts(which[touching])
        heading = self._heading(pieces, lat)
        ways = [heading[touching[at]] for at in (begins, np.append(begins[1:], [True]))]
        own_lane = np.zeros(spots.edge.size, dtype=np.intp)
        own_lane[lane_row[own]] = np.flatnonzero(own)
        mine = own_lane[lane_row]
        turns = np.min([(a[mine] * b).sum(axis=1) for a in ways for b in ways], axis=0)
        back = ~own & (turns <= np.cos(np.radians(TWIN_DEGREES)))
        one, lane_row, lane_edge = one[back], lane_row[back], lane_edge[back]
        to_lon = pieces.lon[one] + share[one] * pieces.lon_step[one]
        to_lat = pieces.lat[one] + share[one] * pieces.lat_step[one]
        metres = geodesic_m((lon[one], lat[one]), (to_lon, to_lat))
        near = np.flatnonzero(metres <= TWIN_M)
        best = near[_nearest_of(lane_row[near], metres[near], lane_edge[near])]
        found = lane_row, lane_edge, pieces.point[one], to_lon, to_lat
        return tuple(column[best] for column in found)

    def _heading(self, pieces: _Pieces, lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the direction in which pieces of one-way roads are travelled, of length 1."""
        along = np.column_stack(_metres(pieces.lon_step, pieces.lat_step, lat))
        length = np.hypot(along[:, 0], along[:, 1])
        return np.asarray(along * (self._sense[pieces.edge] / length)[:, None])


def snap(roads: RoadNetwork, at: Places, minutes: EdgeMinutes, what: str) -> Snaps:
    """Find where each place hangs on the roads.

    A place that names its node lies there. Any other goes straight to the nearest spot of a road
    that can be travelled, anywhere along its bends; of equally near edges the first. Expressways,
    ferries, bridges and crossings can be entered at their ends only, and not at an end where
    nothing but expressways and bridges meet, for that is midway too.

    Maps draw a road with two carriageways as two one-way roads. A place that hangs between the ends
    of one hangs on the other as well, its twin, so that it can be left and come to both ways: the
    nearest other edge that can be entered anywhere, only leads the other way there (the directions
    of travel differ by at least 150 degrees), is of the same class and, where both have a name, of
    the same name, and passes at most 50 m from the first spot. The way to it is the straight one
    from the place to the spot of the twin that is nearest to the first spot. A road closed for a
    while counts as if it were open.

    Parameters
    ----------
    roads
        Road network.
    at
        The places.
    minutes
        Minutes along the edges: what cannot be travelled either way is no road to go to.
    what
        What they are, for messages.

    Returns
    -------
    Snaps
        Edge, share of the edge, node if it is one, and the metres to it over the ellipsoid (0 for
        a place that names its node); the same of the twin.

    Raises
    ------
    UnknownIdError
        If a place names a node that does not exist.
    ParameterError
        If a place has to be snapped and no edge can be travelled.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.study.roads import RoadNetwork
    >>> from wushan_geo.travel.edges import edge_minutes
    >>> from wushan_geo.travel.places import places
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [109.9, 110.1], "lat": [31.1, 31.1]})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e"], "u": ["a"], "v": ["b"], "length_m": [20e3], "road_class": ["county"]}
    ... )
    >>> roads = RoadNetwork.from_tables(nodes, edges)
    >>> home = places(pd.DataFrame({"lon": [109.95], "lat": [31.11]}, index=["A"]), "origins")
    >>> found = snap(roads, home, edge_minutes(roads, {"county": 30}), "origins")
    >>> found.share.round(6).tolist(), found.metres.round().tolist()
    ([0.25], [1109.0])
    """
    return Entrances(roads, minutes).hang(at, what)


def entered_at_ends(roads: RoadNetwork) -> NDArray[np.bool_]:
    """Say which edges nobody enters or leaves midway: expressways, ferries, bridges, crossings.

    Parameters
    ----------
    roads
        Road network.

    Returns
    -------
    numpy.ndarray
        True or false for each edge.

    Raises
    ------
    AttributeError
        If `roads` is no network.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> int(entered_at_ends(wg.open_study("example").roads).sum())
    2
    """
    found: NDArray[np.bool_] = (
        np.isin(roads.road_class, ENTERED_AT_ENDS) | roads.bridge | (roads.crossing_id != "")
    )
    return found


def _ways_in(
    roads: RoadNetwork, passable: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which edges can be entered anywhere, which others at `u`, and which at `v`."""
    ferry = roads.road_class == FERRY
    ends_only = entered_at_ends(roads)
    anywhere = passable & ~ends_only

    def meeting(which: NDArray[np.bool_]) -> NDArray[np.intp]:
        ends = np.concatenate([roads.u[which], roads.v[which]])
        return np.bincount(ends, minlength=roads.lon.size)

    # A closed road still leads to the end of a bridge; where there is an open one, that is taken.
    landed = (meeting(~ends_only) > 0) | (meeting(ferry) > 0) | (meeting(ends_only) == 1)
    # Nobody gets on a boat in the middle of the water, where a map cuts its line.
    useful = landed & (meeting(anywhere) == 0) & ~midway(roads)
    return anywhere, passable & ends_only & useful[roads.u], passable & ends_only & useful[roads.v]


def _blocks(rows: NDArray[np.intp], sizes: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Take some at a time; all that is about one row goes into one block, that of its first."""
    begins = starts(rows)
    block = (np.cumsum(sizes) // MANY)[begins][np.cumsum(begins) - 1]
    return np.split(np.arange(rows.size), np.flatnonzero(np.diff(block)) + 1)


def _nearest_of(
    rows: NDArray[np.intp], metres: NDArray[np.float64], order: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Choose the nearest of each row (rows are sorted), of equally near ones the lowest order."""
    if not rows.size:
        return np.empty(0, dtype=np.intp)
    begins = starts(rows)
    least = np.minimum.reduceat(metres, np.flatnonzero(begins))[np.cumsum(begins) - 1]
    good = np.flatnonzero(metres <= least + TIE_M)
    good = good[np.lexsort((order[good], rows[good]))]
    return good[starts(rows[good])]


def _metres(
    lon_step: NDArray[np.float64], lat_step: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn small steps in degrees at a latitude into metres east and north on the ellipsoid."""
    up = np.radians(lat)
    bent = 1 - ECCENTRICITY_2 * np.sin(up) ** 2
    radius = EQUATOR_M / np.sqrt(bent)
    return (
        np.radians(lon_step) * (radius * np.cos(up)),
        np.radians(lat_step) * (radius * (1 - ECCENTRICITY_2) / bent),
    )


def _foot(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    pieces: _Pieces,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the nearest spot of pieces as their share, and the square of the metres to it.

    Roads run straight in degrees, and around each point metres east and north are taken to be
    proportional to degrees. The spot is beside the nearest one by about distance^2 / radius x
    tan(latitude), which makes the way to it longer by less than a millimetre at 5 km.
    """
    one = np.ones_like(lat)
    east, north = _metres(one, one, lat)
    along_x, along_y = pieces.lon_step * east, pieces.lat_step * north
    x, y = (pieces.lon - lon) * east, (pieces.lat - lat) * north
    square = along_x**2 + along_y**2
    share = -(x * along_x + y * along_y) / np.where(square > 0, square, 1.0)
    share = np.clip(share, 0.0, 1.0)
    return share, (x + share * along_x) ** 2 + (y + share * along_y) ** 2


def _reach(least_m: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give how far a piece may seem and yet be the nearest one, given how far the nearest seems.

    Over a distance d the width of a degree changes by about d / radius x tan(latitude); twice that
    is kept, and it is looked at closely afterwards.
    """
    odd = 2 * least_m / EQUATOR_M * (1 + np.abs(np.tan(np.radians(lat))))
    return np.asarray(least_m * (1 + odd + NEARLY) + 2 * TIE_M)


def _length(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    to_lon: NDArray[np.float64],
    to_lat: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Measure short straight pieces in metres."""
    return np.asarray(np.hypot(*_metres(to_lon - lon, to_lat - lat, (lat + to_lat) / 2)))
