"""How long it takes by road: shortest times on a network of nodes and edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, listed
from wushan_geo.travel.matrix import TravelMatrix, checked_limit
from wushan_geo.travel.places import Places, places
from wushan_geo.travel.snap import snap
from wushan_geo.travel.trips import Trips, charges, minutes_of, positive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork

BLOCK = 8_000_000  # numbers held at once while searching (64 MB), so that memory does not grow
SLACK = 1 + 1e-12  # a search must not stop short of its limit by a rounding error


class Arcs(NamedTuple):
    """What can be travelled, one direction at a time: sorted by start, each pair of nodes once."""

    start: NDArray[np.intp]
    """Position of the node where it starts."""
    end: NDArray[np.intp]
    """Position of the node where it ends."""
    minutes: NDArray[np.float64]
    """Minutes from start to end; a zero is a real zero."""


def network_matrix(  # noqa: PLR0913 - the public signature of the design; five are named settings
    roads: RoadNetwork,
    origins: Any,
    destinations: Any,
    *,
    speeds_kmh: Mapping[str, float],
    snap_speed_kmh: float,
    factor: float = 1.0,
    limit: float | None = None,
    origin_minutes: pd.Series[float] | Mapping[str, float] | None = None,
) -> TravelMatrix:
    """Work out shortest times by road from every origin to every destination.

    Cost = minutes charged at the origin + snap of the origin + factor x shortest road time
    (Dijkstra 1959) + snap of the destination. Edges take length / speed of their class, one-way
    edges only from `u` to `v`, closed ones never; of parallel edges the fastest counts. Points go
    to the nearest node that an open edge reaches; the way there is charged in a straight line.

    Parameters
    ----------
    roads
        Road network.
    origins, destinations
        Points with ids as index: layers with any reference system, or tables with ``lon`` and
        ``lat`` in degrees; a column ``node_id`` names the road node of a place that needs no snap.
        Not changed.
    speeds_kmh
        Speed by road class in km/h; every class with an open edge needs one.
    snap_speed_kmh
        Speed between a point and its road node in km/h.
    factor
        Multiplier of the road part of every time, above 0.
    limit
        Largest cost kept, in minutes; None keeps all.
    origin_minutes
        Minutes charged at each origin, by id, such as the way within the village.

    Returns
    -------
    TravelMatrix
        In minutes; infinite where no road leads, or beyond the limit.

    Raises
    ------
    ParameterError
        If a speed is missing or not above 0, a factor or limit is out of range, a place has no
        point, or no edge is open.
    CrsError
        If a layer has no reference system, or a table holds no degrees.
    UnknownIdError
        If a place names an unknown node, an id is there twice, or `origin_minutes` lacks one.

    Examples
    --------
    >>> from wushan_geo.study.roads import RoadNetwork
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [109.9, 110.0], "lat": [31.1, 31.1]})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e"], "u": ["a"], "v": ["b"], "length_m": [9000.0], "road_class": ["x"]}
    ... )
    >>> network_matrix(
    ...     RoadNetwork.from_tables(nodes, edges),
    ...     pd.DataFrame({"node_id": ["a"]}, index=["home"]),
    ...     pd.DataFrame({"node_id": ["b"]}, index=["centre"]),
    ...     speeds_kmh={"x": 30.0},
    ...     snap_speed_kmh=4.0,
    ... ).dense().tolist()
    [[18.0]]
    """
    trips = road_trips(
        roads,
        places(origins, "origins", minutes=origin_minutes),
        places(destinations, "destinations"),
        speeds_kmh=speeds_kmh,
        snap_speed_kmh=snap_speed_kmh,
        reach=None if limit is None else checked_limit(limit) / positive(factor, "factor") * SLACK,
    )
    return trips.matrix(factor, limit)


def road_trips(
    roads: RoadNetwork,
    origins: Places,
    destinations: Places,
    *,
    speeds_kmh: Mapping[str, float],
    snap_speed_kmh: float,
    reach: float | None = None,
) -> Trips:
    """Search the roads once, from whichever side has fewer nodes.

    Parameters
    ----------
    roads
        Road network.
    origins, destinations
        Places; their own minutes are charged beside the way.
    speeds_kmh
        Speed by road class in km/h.
    snap_speed_kmh
        Speed between a point and its road node in km/h.
    reach
        Road minutes up to which to search; None finds everything.

    Returns
    -------
    Trips
        Road minutes at factor 1, what is charged at both ends, and the snap report.

    Raises
    ------
    ParameterError
        If a speed is missing or not above 0, the reach is negative, or no edge is open.
    UnknownIdError
        If a place names an unknown node.

    Examples
    --------
    See :func:`network_matrix`, which is this and :meth:`Trips.matrix`.
    """
    arcs = open_arcs(roads, speeds_kmh)
    part = components(roads).to_numpy()
    fixed, tables, nodes = [], [], []
    for at, role in ((origins, "origin"), (destinations, "destination")):
        node, metres = snap(roads, at, f"{role}s")
        minutes = minutes_of(metres, snap_speed_kmh, "snap_speed_kmh")
        nodes.append(node)
        fixed.append(at.minutes + minutes)
        tables.append(
            charges(
                at,
                role,
                node_id=pd.array(roads.node_ids[node], dtype="str"),
                snap_m=metres,
                snap_min=minutes,
                part=part[node],
            )
        )
    return Trips(
        origins.ids,
        destinations.ids,
        _shortest(arcs, roads.lon.size, (nodes[0], nodes[1]), reach),
        fixed[0],
        fixed[1],
        pd.concat(tables, ignore_index=True),
        reach,
    )


def components(roads: RoadNetwork) -> pd.Series[int]:
    """Label the parts of the network that no open edge joins.

    Parameters
    ----------
    roads
        Road network; one-way edges join both ends.

    Returns
    -------
    pandas.Series
        Part of each node, index = node id: 0 for the part with most nodes, then 1 and so on; of
        parts of one size the one with the first node comes first.

    Raises
    ------
    MemoryError
        If the network does not fit into memory.

    Examples
    --------
    >>> from wushan_geo.study.roads import RoadNetwork
    >>> nodes = pd.DataFrame({"node_id": list("abc"), "lon": [1.0, 2.0, 3.0], "lat": 0.0})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e"], "u": ["b"], "v": ["c"], "length_m": [9.0], "road_class": ["x"]}
    ... )
    >>> components(RoadNetwork.from_tables(nodes, edges)).to_dict()
    {'a': 1, 'b': 0, 'c': 0}
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    u, v = roads.u[~roads.closed], roads.v[~roads.closed]
    size = roads.lon.size
    joined = coo_array((np.ones(u.size), (u, v)), shape=(size, size)).tocsr()
    count, label = connected_components(joined, directed=False) if size else (0, np.empty(0, int))
    _, first, nodes = np.unique(label, return_index=True, return_counts=True)
    number = np.empty(count, dtype=np.int64)
    number[np.lexsort((first, -nodes))] = np.arange(count)
    index = pd.Index(pd.array(roads.node_ids, dtype="str"), name="node_id")
    return pd.Series(number[label], index=index, name="part")


def open_arcs(roads: RoadNetwork, speeds_kmh: Mapping[str, float]) -> Arcs:
    """Turn edges into directed arcs with minutes; the fastest of parallel ones stays.

    Parameters
    ----------
    roads
        Road network.
    speeds_kmh
        Speed by road class in km/h.

    Returns
    -------
    Arcs
        Sorted by start and end.

    Raises
    ------
    ParameterError
        If a class with an open edge has no speed, or a speed is not a finite number above 0.

    Examples
    --------
    See ``tests/test_travel_network.py``.
    """
    for name, speed in speeds_kmh.items():
        positive(speed, f"the speed of {name}")
    usable = ~roads.closed
    codes, classes = pd.factorize(roads.road_class[usable])
    lost = [one for one in classes if one not in speeds_kmh]
    if lost:
        message = (
            f"speeds_kmh has no speed for the road class {listed(lost)}. It has: "
            f"{listed(speeds_kmh)}."
        )
        raise ParameterError(message)
    length = roads.length_m[usable]
    minutes = np.empty(length.size)
    for code, name in enumerate(classes):
        of_class = codes == code
        minutes[of_class] = minutes_of(length[of_class], speeds_kmh[name], name)
    both = ~roads.oneway[usable]
    u, v = roads.u[usable], roads.v[usable]
    start = np.concatenate([u, v[both]])
    end = np.concatenate([v, u[both]])
    minutes = np.concatenate([minutes, minutes[both]])
    order = np.lexsort((minutes, end, start))
    start, end, minutes = start[order], end[order], minutes[order]
    fastest = np.ones(start.size, dtype=bool)
    fastest[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    return Arcs(start[fastest], end[fastest], minutes[fastest])


def _shortest(
    arcs: Arcs, count: int, ends: tuple[NDArray[np.intp], NDArray[np.intp]], reach: float | None
) -> NDArray[np.float64]:
    """Give the shortest minutes between nodes, searching from the side that has fewer."""
    from_nodes, from_at = np.unique(ends[0], return_inverse=True)
    to_nodes, to_at = np.unique(ends[1], return_inverse=True)
    if to_nodes.size < from_nodes.size:
        turned = np.lexsort((arcs.start, arcs.end))
        back = Arcs(arcs.end[turned], arcs.start[turned], arcs.minutes[turned])
        found = _search(back, count, to_nodes, from_nodes, reach).T
    else:
        found = _search(arcs, count, from_nodes, to_nodes, reach)
    return found[np.ix_(from_at, to_at)]


def _search(
    arcs: Arcs,
    count: int,
    sources: NDArray[np.intp],
    targets: NDArray[np.intp],
    reach: float | None,
) -> NDArray[np.float64]:
    """Run Dijkstra from each source and keep the targets, some sources at a time."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    # The rows are laid out by hand: building them from triples would add parallel arcs up, and a
    # stored zero has to stay, for it is a road of no length and not a missing road.
    found = np.full((sources.size, targets.size), np.inf)
    if not found.size:
        return found
    indptr = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(arcs.start, minlength=count), out=indptr[1:])
    graph = csr_array((arcs.minutes, arcs.end.astype(np.int32), indptr), shape=(count, count))
    step = max(1, BLOCK // count)
    for at in range(0, sources.size, step):
        block = dijkstra(
            graph,
            directed=True,
            indices=sources[at : at + step],
            limit=np.inf if reach is None else reach,
        )
        found[at : at + step] = block[:, targets]
    return found
