"""From lines that were drawn to a network: where lines meet, and where they only cross.

Lines meet where they share a vertex, and where the end of one lies on another. Two lines that cross
without a common vertex are not joined: one may pass over the other on a bridge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from wushan_geo.study.metric import metric_crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS_A_DEGREE = 10_000_000  # corners closer than this part of a degree (1 cm) are one
# An end this near a line lies on it: a straight line of two kilometres bends by so much when it is
# brought from one system into another.
ON_LINE_M = 0.05
_TURN = 1 << 32  # more than there are steps of latitude
_SOUTH = 90 * STEPS_A_DEGREE
_APART_M = 1.0  # lines are laid end to end with such a gap, to look places up on all of them
_LON_LAT = 4490


@dataclass(frozen=True, slots=True, eq=False)
class Noded:
    """A network of lines; nodes are sorted by longitude and latitude, edges by their nodes."""

    lon: NDArray[np.float64]
    """Longitude of each node in degrees, a whole number of 1e-7."""
    lat: NDArray[np.float64]
    """Latitude of each node."""
    u: NDArray[np.intp]
    """Node where each edge starts."""
    v: NDArray[np.intp]
    """Node where each edge ends."""
    length_m: NDArray[np.float64]
    """Metres along each edge over the ellipsoid."""
    line: NDArray[np.intp]
    """Position of the line that each edge is a part of, and the edges of a line in its direction:
    see `turn`."""
    turn: NDArray[np.intp]
    """Number of the edge within its line, from 0 at the line's start."""
    bend_at: NDArray[np.intp]
    """Where the bends of each edge start, and the end of the last."""
    bend_lon: NDArray[np.float64]
    """Longitude of each bend."""
    bend_lat: NDArray[np.float64]
    """Latitude of each bend."""
    ends_joined: int
    """Places where ends that did not touch were joined."""
    tees_joined: int
    """Ends that did not touch the middle of another line and were joined to it."""
    pointless: int
    """Lines left out because they have no length."""
    shrunk: int
    """Pieces of lines left out because both their ends became one node."""
    crossings: NDArray[np.intp]
    """Pairs of edges that cross without a common vertex, two columns."""


class _Drawn(NamedTuple):
    """All corners of all lines, one line after the other."""

    spot: NDArray[np.intp]
    """Which of the different spots each corner lies at."""
    line: NDArray[np.intp]
    """Line of each corner, counted from 0 without a gap."""
    first: NDArray[np.intp]
    """Corner at which each line starts."""
    last: NDArray[np.intp]
    """Corner at which each line ends."""
    along: NDArray[np.float64]
    """Metres from the start of the first line, with a gap between lines."""


class _Spots(NamedTuple):
    """The different places at which corners lie, sorted by longitude and latitude."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    plane: NDArray[np.float64]
    """East and north in metres."""


class _Tees(NamedTuple):
    """Ends that lie on the middle of a line."""

    corner: NDArray[np.intp]
    """Corner of the line at which the end lies; -1 where there is none yet."""
    end: NDArray[np.intp]
    """Spot of the end."""
    line: NDArray[np.intp]
    """Line that it lies on."""
    along: NDArray[np.float64]
    """Where on it, as in `_Drawn.along`."""
    gaps: int
    """How many do not touch the line."""


def noded(lines: NDArray[Any], snap_m: float) -> Noded:
    """Join lines into a network.

    Corners are rounded to 1e-7 degree. A node stands at every end of a line, at every corner that
    two lines share, and where an end lies on another line (within 5 cm, which is how exactly
    straight lines keep their place from one system to another). Ends not farther than `snap_m`
    from each other become one node; an end that meets nothing is joined to the middle of the
    nearest line not farther than that. The two ends of one line are never joined for being near.

    Parameters
    ----------
    lines
        LineStrings in degrees (shapely), in any order; not changed.
    snap_m
        Farthest that a gap is closed, in metres; 0 closes none.

    Returns
    -------
    Noded
        The network. It does not depend on the order of the lines, apart from their positions.

    Raises
    ------
    CrsError
        If the lines do not lie within the zones of CGCS2000.

    Examples
    --------
    >>> texts = ["LINESTRING (110 31, 110.02 31)", "LINESTRING (110.01 31, 110.01 32)"]
    >>> lines = shapely.from_wkt(texts)
    >>> noded(lines, 0.0).u.size
    3
    """
    order = np.argsort(shapely.to_wkb(lines).astype(object), kind="stable")
    spots, drawn, kept = _drawn(lines[order])
    position = order[kept]
    if not position.size:
        return _nothing(len(lines))
    pairs, ends_joined = _near_ends(spots, drawn, snap_m)
    tees = _tees(spots, drawn, _grouped(len(spots.lon), pairs), snap_m)
    spots, drawn, tied = _with_tees(spots, drawn, tees)
    # The line on which an end lies keeps its course: the end comes to the line.
    firm = np.zeros(len(spots.lon), dtype=bool)
    firm[tied[:, 1]] = True
    group = _grouped(len(spots.lon), np.concatenate([pairs, tied]), firm)
    counts = (ends_joined, tees.gaps, len(lines) - len(position))
    return _network(spots, drawn, group, position, counts)


def _nothing(count: int) -> Noded:
    number, whole = np.empty(0), np.empty(0, dtype=np.intp)
    none = (whole,) * 2
    return Noded(
        number, number, *none, number, *none, np.zeros(1, dtype=np.intp), number, number, 0, 0,
        count, 0, np.empty((0, 2), dtype=np.intp),
    )  # fmt: skip


def _drawn(lines: NDArray[Any]) -> tuple[_Spots, _Drawn, NDArray[np.intp]]:
    """Take the lines apart into corners; lines without length are left out."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    steps = np.rint(points * STEPS_A_DEGREE).astype(np.int64)
    keys = steps[:, 0] * _TURN + (steps[:, 1] + _SOUTH)
    new = np.ones(line.size, dtype=bool)
    new[1:] = (line[1:] != line[:-1]) | (keys[1:] != keys[:-1])
    keys, line = keys[new], line[new]
    long = np.bincount(line, minlength=len(lines)) > 1
    keys, line = keys[long[line]], line[long[line]]
    kept, line = np.unique(line, return_inverse=True)
    places, spot = np.unique(keys, return_inverse=True)
    east, north = np.divmod(places, _TURN)
    lon, lat = east / float(STEPS_A_DEGREE), (north - _SOUTH) / float(STEPS_A_DEGREE)
    spots = _Spots(lon, lat, _plane(lon, lat))
    starts = np.ones(line.size, dtype=bool)
    starts[1:] = line[1:] != line[:-1]
    first = np.flatnonzero(starts)
    last = np.append(first[1:], line.size) - 1
    way = np.zeros(line.size)
    way[1:] = np.hypot(*np.diff(spots.plane[spot], axis=0).T) if line.size else 0.0
    way[first] = _APART_M
    return spots, _Drawn(spot, line, first, last[: first.size], np.cumsum(way)), kept


def _plane(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring degrees into metres, in the zone of the middle."""
    if not lon.size:
        return np.empty((0, 2))
    from pyproj import Transformer

    zone = metric_crs((lon[0] + lon[-1]) / 2)
    moved = Transformer.from_crs(_LON_LAT, zone, always_xy=True).transform(lon, lat)
    return np.column_stack(moved)


def _grouped(
    size: int, pairs: NDArray[np.intp], firm: NDArray[np.bool_] | None = None
) -> NDArray[np.intp]:
    """Give for each spot the one that stands for all that are one with it: the first firm one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(pairs), dtype=np.int8)
    joined = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    count, label = connected_components(joined.tocsr(), directed=False)
    first = np.full(count, 2 * size, dtype=np.intp)
    ranks = np.arange(size) + (0 if firm is None else size * ~firm)
    np.minimum.at(first, label, ranks)
    found: NDArray[np.intp] = first[label] % size
    return found


def _near_ends(spots: _Spots, drawn: _Drawn, snap_m: float) -> tuple[NDArray[np.intp], int]:
    """Find pairs of ends that are near each other, and count the places where they do not touch."""
    from scipy.spatial import KDTree

    start, stop = drawn.spot[drawn.first], drawn.spot[drawn.last]
    ends = np.unique(np.concatenate([start, stop]))
    tree = KDTree(spots.plane[ends])
    pairs = ends[tree.query_pairs(max(snap_m, ON_LINE_M), output_type="ndarray")]
    size = len(spots.lon)
    own = np.minimum(start, stop) * size + np.maximum(start, stop)
    pairs = pairs[~np.isin(pairs.min(axis=1) * size + pairs.max(axis=1), own)]
    apart = np.hypot(*(spots.plane[pairs[:, 0]] - spots.plane[pairs[:, 1]]).T) > ON_LINE_M
    joined = _grouped(size, pairs)[pairs[apart, 0]]
    return pairs, len(np.unique(joined))


def _tees(spots: _Spots, drawn: _Drawn, group: NDArray[np.intp], snap_m: float) -> _Tees:
    """Find ends that lie on, or near, the middle of a line that they do not belong to."""
    lines: Any = shapely.linestrings(spots.plane[drawn.spot], indices=drawn.line)
    ends = np.unique(drawn.spot[np.concatenate([drawn.first, drawn.last])])
    points = shapely.points(spots.plane[ends])
    reach = max(snap_m, ON_LINE_M)
    found, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=reach)
    end = ends[found]
    # What is one node with a corner of the line meets it already.
    count = len(lines)
    belongs = np.unique(group[drawn.spot] * count + drawn.line)
    strange = ~np.isin(group[end] * count + line, belongs)
    found, end, line = found[strange], end[strange], line[strange]
    apart: Any = shapely.distance(points[found], lines[line])
    gap: NDArray[np.bool_] = apart > ON_LINE_M
    meeting = np.bincount(belongs // count, minlength=len(group))
    lone = gap & (meeting[group[end]] == 1) & ~np.isin(group[end], group[end[~gap]])
    chosen = np.concatenate([np.flatnonzero(~gap), _nearest(group[end], apart, lone)])
    end, line = end[chosen], line[chosen]
    on = shapely.line_locate_point(lines[line], shapely.points(spots.plane[end]))
    along = drawn.along[drawn.first[line]] + on
    return _Tees(_corner(drawn, line, along), end, line, along, int(gap[chosen].sum()))


def _nearest(
    group: NDArray[np.intp], apart: NDArray[np.float64], which: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Give the nearest pair of each group among some, the first of equally near ones."""
    at = np.flatnonzero(which)
    at = at[np.lexsort((at, apart[at], group[at]))]
    _, first = np.unique(group[at], return_index=True)
    return at[first]


def _corner(drawn: _Drawn, line: NDArray[np.intp], along: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give the corner of a line at which a place on it lies, -1 for a place between corners."""
    after = np.clip(np.searchsorted(drawn.along, along), drawn.first[line] + 1, drawn.last[line])
    before = after - 1
    nearer = np.where(along - drawn.along[before] <= drawn.along[after] - along, before, after)
    return np.where(np.abs(drawn.along[nearer] - along) <= ON_LINE_M, nearer, -1)


def _with_tees(
    spots: _Spots, drawn: _Drawn, tees: _Tees
) -> tuple[_Spots, _Drawn, NDArray[np.intp]]:
    """Give a line a corner where an end lies on it, and say which spots are then one."""
    new = tees.corner < 0
    size = len(spots.lon)
    tied = np.column_stack([tees.end, drawn.spot[tees.corner]])
    tied[new, 1] = size + np.arange(int(new.sum()))
    after = np.searchsorted(drawn.along, tees.along[new])
    start, stop = (drawn.along[one] for one in (after - 1, after))
    share = ((tees.along[new] - start) / (stop - start))[:, None]
    columns = np.column_stack([spots.lon, spots.lat, spots.plane])
    one, other = (columns[drawn.spot[at]] for at in (after - 1, after))
    added = one + share * (other - one)
    added[:, :2] = np.rint(added[:, :2] * STEPS_A_DEGREE) / float(STEPS_A_DEGREE)
    columns = np.concatenate([columns, added])
    along = np.concatenate([drawn.along, tees.along[new]])
    order = np.argsort(along, kind="stable")
    line = np.concatenate([drawn.line, tees.line[new]])[order]
    ends = np.searchsorted(line, np.arange(len(drawn.first) + 1))
    whole = _Drawn(
        np.concatenate([drawn.spot, tied[new, 1]])[order], line, ends[:-1], ends[1:] - 1,
        along[order],
    )  # fmt: skip
    return _Spots(columns[:, 0], columns[:, 1], columns[:, 2:]), whole, tied


def _meeting(drawn: _Drawn, group: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Say at which spots a node stands: ends, and corners at which more than one line passes."""
    stands = np.bincount(drawn.spot, minlength=len(group)) > 1
    stands[drawn.spot[drawn.first]] = stands[drawn.spot[drawn.last]] = True
    found = np.zeros(len(group), dtype=bool)
    found[group[stands]] = True
    return found


def _network(
    spots: _Spots,
    drawn: _Drawn,
    group: NDArray[np.intp],
    position: NDArray[np.intp],
    counts: tuple[int, int, int],
) -> Noded:
    """Cut the lines at their nodes."""
    node = group[drawn.spot]
    stands = _meeting(drawn, group)[node]
    place = np.where(stands, node, drawn.spot)  # other corners stay where they are
    line = drawn.line
    at = np.flatnonzero(stands)
    same = line[at[1:]] == line[at[:-1]]
    start, stop = at[:-1][same], at[1:][same]
    length = np.add.reduceat(_metres(spots, place, line), at)[:-1][same]
    # Two nodes of a line that became one, with nothing between them: a road from here to here.
    leads = (place[start] != place[stop]) | (stop - start > 1)
    shrunk = int((~leads).sum())
    start, stop, length = start[leads], stop[leads], length[leads]
    nodes = np.unique(np.concatenate([place[start], place[stop]]))
    nodes = nodes[np.lexsort((spots.lat[nodes], spots.lon[nodes]))]
    number = np.zeros(len(group), dtype=np.intp)
    number[nodes] = np.arange(nodes.size)
    u, v = number[place[start]], number[place[stop]]
    turn = _turns(line[start])
    order = np.lexsort((turn, line[start], length, v, u))
    start, stop = start[order], stop[order]
    bends = stop - start - 1
    bend_at = np.concatenate([[0], np.cumsum(bends)])
    inner = np.repeat(start + 1 - bend_at[:-1], bends) + np.arange(bend_at[-1])
    return Noded(
        spots.lon[nodes], spots.lat[nodes], u[order], v[order], length[order],
        position[line[start]], turn[order], bend_at, spots.lon[place[inner]],
        spots.lat[place[inner]], *counts, shrunk, _crossing(spots, place, start, stop),
    )  # fmt: skip


def _turns(line: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give each edge its number within its line; those of a line stand together."""
    starts = np.ones(line.size, dtype=bool)
    starts[1:] = line[1:] != line[:-1]
    first = np.flatnonzero(starts)
    count = np.diff(np.append(first, line.size))
    return np.arange(line.size) - np.repeat(first, count)


def _metres(spots: _Spots, place: NDArray[np.intp], line: NDArray[np.intp]) -> NDArray[np.float64]:
    """Measure from each corner to the next of its line, over the ellipsoid; 0 from the last."""
    from pyproj import Geod

    lon, lat = spots.lon[place], spots.lat[place]
    way = np.zeros(place.size)
    way[:-1] = Geod(ellps="GRS80").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    way[:-1][line[1:] != line[:-1]] = 0.0
    return way


def _crossing(
    spots: _Spots, place: NDArray[np.intp], start: NDArray[np.intp], stop: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Find pairs of edges that cross between their ends."""
    count = stop - start + 1
    edge = np.repeat(np.arange(start.size), count)
    first = np.cumsum(count) - count
    corner = np.repeat(start - first, count) + np.arange(edge.size)
    shapes: Any = shapely.linestrings(spots.plane[place[corner]], indices=edge)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="crosses")
    pairs: NDArray[np.intp] = np.column_stack([one, other])[one < other]
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
