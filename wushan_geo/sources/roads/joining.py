"""From many short straight pieces of road to junctions and the edges between them.

Maps draw a road as a chain of points. A point is a node of the network where roads meet or end, or
where something of the road changes; every other point is only a bend of the edge that runs through
it. Nothing is moved and nothing is dropped, so that lengths and ways stay what they were.

Method: each piece can be walked in two directions. Behind each of the two, the next one is found
where the point between them is only a bend; the last of each chain and the steps to it follow from
pointer doubling (Wyllie 1979, "The complexity of parallel computations"), log2 of the longest chain
passes over all pieces at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.study.roads import RoadNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Volunteers and offices state what they know of a road; nobody signs for each of its points. So a
# road of a map is "stated" and never "measured"; the source (OpenStreetMap contributors, ODbL 1.0)
# belongs into the study's list of sources.
BASIS = "stated"
_ENDS = 2  # pieces that meet at a bend


@dataclass(frozen=True, slots=True)
class Points:
    """Points of all roads, in an order that does not depend on the file."""

    ids: NDArray[Any]
    """What each is called, unique; its node has this behind an ``n``."""
    lon: NDArray[np.float64]
    """Longitudes in degrees."""
    lat: NDArray[np.float64]
    """Latitudes in degrees."""
    elevation_m: NDArray[np.float64]
    """Elevations in metres; NaN where not known."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Roads as the map has them, in an order that does not depend on the file."""

    ids: NDArray[Any]
    """Ids (text, unique)."""
    road_class: NDArray[Any]
    """Road class of each."""
    name: NDArray[Any]
    """Name or number, empty if not known."""
    oneway: NDArray[np.bool_]
    """True where it can only be travelled in the direction of its pieces."""
    bridge: NDArray[np.bool_]
    """True where it is a bridge."""
    speed_kmh: NDArray[np.float64]
    """Speed known of this very road in km/h; NaN for none."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Straight pieces between neighbouring points of the roads."""

    u: NDArray[np.intp]
    """Position of the point where each piece starts."""
    v: NDArray[np.intp]
    """Position of the point where it ends."""
    way: NDArray[np.intp]
    """Position of its road."""
    place: NDArray[np.intp]
    """Its place along that road, unique for it."""


def joined(points: Points, ways: Ways, pieces: Pieces, edition: str) -> RoadNetwork:
    """Join pieces to the edges of a network.

    An edge has the id of its road and, behind a hyphen, the place of its first piece there; where
    it runs over several roads, the first of both holds. An edge that goes both ways runs from the
    point that comes first to the other one. Lengths are geodesic, on the ellipsoid of WGS 84
    (Karney 2013, "Algorithms for geodesics").

    Parameters
    ----------
    points
        Points of all roads.
    ways
        The roads.
    pieces
        Their pieces, in any order; one that stands twice in a road counts once.
    edition
        Date of the state of the map, empty if not known.

    Returns
    -------
    RoadNetwork
        Nodes and edges sorted by id as text.

    Raises
    ------
    InputError
        If ids are not unique or coordinates out of range.

    Examples
    --------
    >>> lon, flat, none = np.array([109.0, 109.1, 109.2]), np.zeros(3), np.full(3, np.nan)
    >>> points = Points(np.array(["a", "b", "c"], object), lon, flat, none)
    >>> road = (np.array([one], object) for one in ("w", "county", ""))
    >>> ways = Ways(*road, np.array([False]), np.array([False]), none[:1])
    >>> pieces = Pieces(*(np.array(one) for one in ([0, 1], [1, 2], [0, 0], [0, 1])))
    >>> joined(points, ways, pieces, "2026-11-01")
    RoadNetwork: 2 nodes, 1 edge (22.3 km), 0 one-way, 0 closed
    """
    pieces = _once(pieces, ways.oneway)
    tail, head = _directions(pieces)
    following = _following(tail, head, pieces, ways, points.ids.size)
    last, steps = _doubled(following)
    chosen = _chosen(tail, head, last, steps, ways.oneway[pieces.way])
    half, at = _in_order(last, steps, chosen)
    return _network(points, ways, pieces, (tail[half], head[half], half // 2, at), edition)


def _once(pieces: Pieces, oneway: NDArray[np.bool_]) -> Pieces:
    """Sort pieces by road and place, and leave out what repeats a piece of the same road."""
    moved = pieces.u != pieces.v
    u, v, way, place = (one[moved] for one in (pieces.u, pieces.v, pieces.way, pieces.place))
    order = np.lexsort((place, way))
    u, v, way, place = u[order], v[order], way[order], place[order]
    turned = ~oneway[way] & (u > v)  # where both directions are open, there and back is the same
    first, second = np.where(turned, v, u), np.where(turned, u, v)
    keys = pd.DataFrame({"way": way, "first": first, "second": second})
    fresh = ~keys.duplicated().to_numpy()
    return Pieces(u[fresh], v[fresh], way[fresh], place[fresh])


def _directions(pieces: Pieces) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give where each direction starts and ends: 2 s is piece s forward, 2 s + 1 backward."""
    tail = np.column_stack([pieces.u, pieces.v]).ravel()
    head = np.column_stack([pieces.v, pieces.u]).ravel()
    return tail, head


def _following(
    tail: NDArray[np.intp],
    head: NDArray[np.intp],
    pieces: Pieces,
    ways: Ways,
    count: int,
) -> NDArray[np.intp]:
    """Give the direction behind each over a bend; itself where its end is a node."""
    meeting = np.bincount(tail, minlength=count)
    order = np.argsort(tail, kind="stable")
    start = np.cumsum(meeting) - meeting
    bends = np.flatnonzero(meeting == _ENDS)
    one, other = order[start[bends]], order[start[bends] + 1]
    alike = _kinds(ways)[pieces.way]
    oneway = ways.oneway[pieces.way]
    # Both open both ways, or the traffic of the one goes on in the other.
    flows = ~oneway[one // 2] | (one % 2 != other % 2)
    smooth = (alike[one // 2] == alike[other // 2]) & flows
    one, other = one[smooth], other[smooth]
    following = np.arange(tail.size)
    following[one ^ 1], following[other ^ 1] = other, one
    _open_rings(following, head, pieces.u.size)
    return following


def _open_rings(following: NDArray[np.intp], head: NDArray[np.intp], count: int) -> None:
    """Make a node of the first point of each ring that meets no other road."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    goes = np.flatnonzero(following != np.arange(following.size))
    if not goes.size:
        return
    links = coo_array((np.ones(goes.size), (goes // 2, following[goes] // 2)), shape=(count, count))
    _, part = connected_components(links, directed=False)
    # A chain of n pieces goes on over n - 1 bends, in two directions; a ring over n.
    sizes = np.bincount(part)
    bends = np.bincount(part[goes // 2], minlength=sizes.size)
    ring = (bends == 2 * sizes)[part[goes // 2]]
    inside = goes[ring]
    order = np.lexsort((head[inside], part[inside // 2]))
    inside = inside[order]
    _, first = np.unique(part[inside // 2], return_index=True)
    anchors = np.isin(head[inside], head[inside[first]])
    following[inside[anchors]] = inside[anchors]


def _kinds(ways: Ways) -> NDArray[np.intp]:
    """Give each kind of road a number: where any trait differs, an edge ends."""
    speed = np.where(np.isnan(ways.speed_kmh), -1.0, ways.speed_kmh)
    traits = pd.DataFrame(
        {
            "class": ways.road_class,
            "name": ways.name,
            "oneway": ways.oneway,
            "bridge": ways.bridge,
            "speed": speed,
        }
    )
    kinds = traits.groupby(list(traits.columns), sort=False).ngroup()
    return np.asarray(kinds, dtype=np.intp)


def _doubled(following: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the last direction of the chain that each is in, and the steps to it."""
    last = following.copy()
    steps = (last != np.arange(last.size)).astype(np.intp)
    while True:
        further = last[last]
        if (further == last).all():
            return last, steps
        steps += steps[last]
        last = further


def _chosen(
    tail: NDArray[np.intp],
    head: NDArray[np.intp],
    last: NDArray[np.intp],
    steps: NDArray[np.intp],
    oneway: NDArray[np.bool_],
) -> NDArray[np.intp]:
    """Choose one of the two directions of each chain, by the last one in it."""
    first = np.full(last.size, -1)
    longest = np.zeros(last.size, dtype=np.intp)
    np.maximum.at(longest, last, steps)
    begins = steps == longest[last]
    first[last[begins]] = np.flatnonzero(begins)
    ends = np.flatnonzero(first >= 0)
    starts = first[ends]
    here = np.column_stack([tail[starts], starts // 2])
    there = np.column_stack([head[ends], ends // 2])
    earlier = (here[:, 0] < there[:, 0]) | (
        (here[:, 0] == there[:, 0]) & (here[:, 1] <= there[:, 1])
    )
    # A lone piece begins and ends with itself: its two directions differ in their first point.
    holds = np.where(oneway[ends // 2], ends % 2 == 0, earlier)
    return np.asarray(ends[holds], dtype=np.intp)


def _in_order(
    last: NDArray[np.intp], steps: NDArray[np.intp], chosen: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """List the directions of the chosen chains one after the other, and where each starts."""
    half = np.flatnonzero(np.isin(last, chosen))
    order = np.lexsort((-steps[half], last[half]))
    half = half[order]
    of = last[half]
    at = np.flatnonzero(np.append(True, of[1:] != of[:-1])[: of.size])
    return half, at


def _network(
    points: Points,
    ways: Ways,
    pieces: Pieces,
    chains: tuple[NDArray[np.intp], ...],
    edition: str,
) -> RoadNetwork:
    """Put it together; `chains` has tail, head and piece of each step, and where chains start."""
    from pyproj import Geod

    tail, head, piece, at = chains
    lon, lat = points.lon, points.lat
    if at.size:
        _, _, metres = Geod(ellps="WGS84").inv(lon[tail], lat[tail], lon[head], lat[head])
        length, name = np.add.reduceat(metres, at), np.minimum.reduceat(piece, at)
    else:
        length, name = np.empty(0), np.empty(0, dtype=np.intp)
    way = pieces.way[name]
    ids = np.array(
        [f"{ways.ids[one]}-{place}" for one, place in zip(way, pieces.place[name], strict=True)],
        dtype=object,
    )
    order = np.argsort(ids, kind="stable")
    size = np.diff(np.append(at, piece.size))
    u, v = tail[at], head[np.append(at, piece.size)[1:] - 1]
    bends = _bends(head, at, size, order)
    nodes = np.unique(np.append(u, v)) if at.size else np.empty(0, dtype=np.intp)
    # Only few points become nodes: the others need no text.
    names = np.array([f"n{one}" for one in points.ids[nodes].tolist()], dtype=object)
    by_name = np.argsort(names, kind="stable")
    nodes, names = nodes[by_name], names[by_name]
    position = np.full(points.ids.size, -1)
    position[nodes] = np.arange(nodes.size)
    way = way[order]
    count = order.size
    return RoadNetwork(
        node_ids=names,
        lon=lon[nodes],
        lat=lat[nodes],
        elevation_m=points.elevation_m[nodes],
        edge_ids=ids[order],
        u=position[u[order]],
        v=position[v[order]],
        length_m=length[order],
        road_class=ways.road_class[way],
        oneway=ways.oneway[way],
        closed=np.zeros(count, dtype=bool),
        crossing_id=np.full(count, "", dtype=object),
        basis=np.full(count, BASIS, dtype=object),
        speed_kmh=ways.speed_kmh[way],
        bridge=ways.bridge[way],
        name=ways.name[way],
        edition=np.full(count, edition, dtype=object),
        bend_at=np.append(0, np.cumsum(size[order] - 1)),
        bend_lon=lon[bends],
        bend_lat=lat[bends],
    )


def _bends(
    head: NDArray[np.intp],
    at: NDArray[np.intp],
    size: NDArray[np.intp],
    order: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Give the points inside the edges, edge after edge in the order of their ids."""
    inner = size[order] - 1
    start = np.repeat(at[order], inner)
    within = np.arange(inner.sum()) - np.repeat(np.cumsum(inner) - inner, inner)
    return np.asarray(head[start + within], dtype=np.intp)
