"""Times by road from places to places, door to door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.study.bounds import FAR_KM
from wushan_geo.travel.matrix import (
    CompressedRows,
    Pairs,
    TravelMatrix,
    checked_limit,
    compressed,
)
from wushan_geo.travel.network import search
from wushan_geo.travel.network.prepared import PreparedRoads, parts_of, ready
from wushan_geo.travel.places import Places, places
from wushan_geo.travel.trips import (
    DECIMALS,
    METRES_A_KM,
    charges,
    minutes_of,
    positive,
    search_reach,
)
from wushan_geo.travel.twins import Spots, least_pairs, spots_of, trips_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes
    from wushan_geo.travel.trips import Trips

LARGE = 8_000_000  # pairs (64 MB) from which a matrix with a limit holds only what is within it


def network_matrix(  # noqa: PLR0913 - the public signature of the design; six are named settings
    roads: RoadNetwork | PreparedRoads,
    origins: Any,
    destinations: Any,
    *,
    speeds_kmh: Mapping[str, float] | None = None,
    minutes: EdgeMinutes | None = None,
    snap_speed_kmh: float,
    factor: float = 1.0,
    limit: float | None = None,
    origin_minutes: pd.Series[float] | Mapping[str, float] | None = None,
) -> TravelMatrix:
    """Work out shortest times by road from every origin to every destination.

    Cost = minutes charged at the origin + snap of the origin + factor x shortest road time
    (Dijkstra 1959) + snap of the destination. Edges take length / speed of their class, one-way
    edges only from `u` to `v`, closed ones never; of parallel edges the fastest counts. Points go
    straight to the nearest spot of a passable road, between its ends too (see
    :func:`wushan_geo.travel.snap.snap`), and take the share of its minutes from there. Beside a
    road whose carriageways are two one-way roads they may go to either, and the quicker way counts.

    Parameters
    ----------
    roads
        Road network; or one made ready, to be asked more than once (see
        :func:`wushan_geo.prepare_roads`).
    origins, destinations
        Points with ids as index: layers with any reference system, or tables with ``lon`` and
        ``lat`` in degrees; a column ``node_id`` names the road node of a place that needs no snap.
        Not changed.
    speeds_kmh
        Speed by road class in km/h; every class with an open edge needs one, unless each of its
        edges has a speed of its own. None for roads made ready.
    minutes
        Minutes along the edges instead of speeds, where more than speeds is known of them
        (season, crossings, a person's own pace).
    snap_speed_kmh
        Speed between a point and the road in km/h.
    factor
        Multiplier of the road part of every time, above 0.
    limit
        Largest cost kept, in minutes; None keeps all.
    origin_minutes
        Minutes charged at each origin, by id, such as the way within the village.

    Returns
    -------
    TravelMatrix
        In minutes; infinite where no road leads, or beyond the limit. With a limit and more than
        eight million pairs it holds only those within the limit (compressed rows).

    Raises
    ------
    ParameterError
        If a speed is missing or not above 0, both speeds and minutes are given or neither, a
        factor or limit is out of range, a place has no point, no edge is open, or every place
        lies more than 50 km from the roads.
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
    prepared = ready(roads, minutes, speeds_kmh)
    start = places(origins, "origins", minutes=origin_minutes)
    end = places(destinations, "destinations")
    scale = positive(factor, "factor")
    most = None if limit is None else checked_limit(limit)
    if most is not None and len(start.ids) * len(end.ids) > LARGE:
        return _within(prepared, (start, end), snap_speed_kmh, scale, most)
    reach = None if most is None else search_reach(most, scale)
    return road_trips(prepared, start, end, snap_speed_kmh=snap_speed_kmh, reach=reach).matrix(
        factor, limit
    )


def road_trips(
    roads: RoadNetwork | PreparedRoads,
    origins: Places,
    destinations: Places,
    *,
    minutes: EdgeMinutes | None = None,
    snap_speed_kmh: float,
    reach: float | None = None,
) -> Trips:
    """Search the roads once, from whichever side has fewer places.

    Parameters
    ----------
    roads
        Road network; or one made ready, to be searched more than once.
    origins, destinations
        Places; their own minutes are charged beside the way.
    minutes
        Minutes along the edges, each way; None if the roads were made ready with them.
    snap_speed_kmh
        Speed between a point and the road in km/h.
    reach
        Road minutes up to which to search; None finds everything.

    Returns
    -------
    Trips
        Road minutes at factor 1, what is charged at both ends, and the snap report, which names
        the edge of each place too (``edge_id``, empty for a place that names its node) and its
        ``share`` from `u`; ``node_id`` is empty for a place between the ends of its edge. A place
        on one of two carriageways may use the other one too, which ``twin_edge_id`` names (empty
        for none); all else in the report, and in the road minutes, is of the first.

    Raises
    ------
    ParameterError
        If the minutes are missing or given twice, a speed is not above 0, no edge can be
        travelled, or every place lies more than 50 km from the roads.
    UnknownIdError
        If a place names an unknown node.

    Examples
    --------
    See :func:`network_matrix`, which is this and :meth:`Trips.matrix`.
    """
    prepared = ready(roads, minutes)
    start, from_rows = ends_of(prepared, origins, "origin", snap_speed_kmh)
    end, to_rows = ends_of(prepared, destinations, "destination", snap_speed_kmh)
    require_near((origins, destinations), (start, end))
    return trips_between(
        (origins.ids, destinations.ids),
        (start, end),
        prepared.minutes_between(start.snaps, end.snaps, reach),
        pd.concat([from_rows, to_rows], ignore_index=True),
        reach,
    )


def components(roads: RoadNetwork, minutes: EdgeMinutes | None = None) -> pd.Series[int]:
    """Label the parts of the network that no passable edge joins.

    Parameters
    ----------
    roads
        Road network; one-way edges join both ends.
    minutes
        Minutes along its edges, which say what is passable; without them every edge is that is
        not closed.

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
    passable = ~roads.closed if minutes is None else minutes.passable
    index = pd.Index(pd.array(roads.node_ids, dtype="str"), name="node_id")
    return pd.Series(parts_of(roads, passable), index=index, name="part")


def ends_of(
    roads: PreparedRoads, at: Places, role: str, snap_speed_kmh: float
) -> tuple[Spots, pd.DataFrame]:
    """Hang the places of one end of trips on the roads and say what is charged there.

    Parameters
    ----------
    roads
        Roads.
    at
        The places.
    role
        ``origin`` or ``destination``.
    snap_speed_kmh
        Speed between a place and the road in km/h.

    Returns
    -------
    tuple
        The spots where they hang, with the minutes charged at each beside the road, and the rows
        of ``Trips.snaps``, one for each place.

    Raises
    ------
    ParameterError
        If the speed is out of range, or no edge can be travelled.
    UnknownIdError
        If a place names an unknown node.

    Examples
    --------
    See ``tests/test_travel_network.py``.
    """
    snaps = roads.hang(at, f"{role}s")
    table = roads.roads
    # The last stands for "none".
    nodes, edges = np.append(table.node_ids, ""), np.append(table.edge_ids, "")
    hangs_on = np.where(snaps.node < 0, np.append(table.u, 0)[snaps.edge], snaps.node)
    report = charges(
        at,
        role,
        node_id=pd.array(nodes[snaps.node], dtype="str"),
        edge_id=pd.array(edges[snaps.edge], dtype="str"),
        share=snaps.share,
        snap_m=snaps.metres,
        snap_min=minutes_of(snaps.metres, snap_speed_kmh, "snap_speed_kmh"),
        part=roads.parts[hangs_on],
        twin_edge_id=pd.array(edges[snaps.twin], dtype="str"),
    )
    return spots_of(at, snaps, snap_speed_kmh), report


def require_near(ends: tuple[Places, Places], spots: tuple[Spots, Spots]) -> None:
    """Refuse roads that lie far from every place: they are of another county, or mistaken.

    Parameters
    ----------
    ends
        The places of both ends of trips.
    spots
        Where they hang on the roads.

    Raises
    ------
    ParameterError
        If every place lies more than 50 km from the roads.

    Examples
    --------
    See ``tests/test_travel_network.py``.
    """
    metres = np.concatenate(
        [one.snaps.metres[: len(at.ids)] for at, one in zip(ends, spots, strict=True)]
    )
    if metres.size and metres.min() > FAR_KM * METRES_A_KM:
        nearest = [*ends[0].ids, *ends[1].ids][int(metres.argmin())]
        message = (
            f"the roads lie far from every place: the nearest place, {nearest}, is "
            f"{metres.min() / METRES_A_KM:,.0f} km from a road that can be entered, and "
            f"{FAR_KM:g} km is the most. Take the roads of these places, or check the degrees of "
            "both."
        )
        raise ParameterError(message)


def _within(
    roads: PreparedRoads,
    ends: tuple[Places, Places],
    snap_speed_kmh: float,
    factor: float,
    limit: float,
) -> TravelMatrix:
    """Make a matrix of the pairs within a limit, without a number for any other pair."""
    start, _ = ends_of(roads, ends[0], "origin", snap_speed_kmh)
    end, _ = ends_of(roads, ends[1], "destination", snap_speed_kmh)
    require_near(ends, (start, end))
    joined = roads.joined(start.snaps, end.snaps)
    reach = search_reach(limit, factor)
    rows = search.limited(
        joined.graph, joined.origins, joined.destinations, reach, back=joined.back
    )
    origin = np.repeat(np.arange(start.minutes.size), np.diff(rows.indptr))
    # The same sum in the same order as in Trips.matrix, so that both give the same number.
    fixed = start.minutes[origin] + end.minutes[rows.indices]
    cost = np.round(rows.data * factor + fixed, DECIMALS)
    costs = CompressedRows(rows.indptr, rows.indices, cost)
    if start.twins.size or end.twins.size:
        pairs = least_pairs(Pairs(origin, rows.indices, cost), start, end)
        costs = compressed(pairs, len(ends[0].ids))
    return TravelMatrix(ends[0].ids, ends[1].ids, "min", costs, limit)
