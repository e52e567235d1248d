"""Which facility is nearest by road, and the next ones: one search for all places at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.travel.matrix import checked_limit
from wushan_geo.travel.network import search
from wushan_geo.travel.network.matrix import ends_of, require_near
from wushan_geo.travel.network.prepared import PreparedRoads, behind, ready
from wushan_geo.travel.places import places
from wushan_geo.travel.trips import DECIMALS, search_reach
from wushan_geo.travel.twins import least_of_each

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes


def nearest_by_road(  # noqa: PLR0913 - all but the first three are named settings
    roads: RoadNetwork | PreparedRoads,
    origins: Any,
    destinations: Any,
    *,
    speeds_kmh: Mapping[str, float] | None = None,
    minutes: EdgeMinutes | None = None,
    snap_speed_kmh: float,
    count: int = 1,
    limit: float | None = None,
    outreach: bool = False,
) -> pd.DataFrame:
    """Find the nearest facilities of each place by road, without a matrix of all pairs.

    Minutes run from origin to facility, as a person goes there; with `outreach` from facility to
    origin, as staff come out from their base, which is another time where roads are one-way or
    slower uphill. Cost = minutes charged at the origin + snap of the origin + road + snap of the
    facility + minutes charged there. All facilities are searched from at once (Dijkstra 1959),
    each behind as many minutes as are charged at it.

    Parameters
    ----------
    roads
        Road network; or one made ready, to be asked more than once (see
        :func:`wushan_geo.prepare_roads`).
    origins
        Places to be served: points with ids as index, as :func:`wushan_geo.network_matrix` takes
        them. Not changed.
    destinations
        Facilities, or bases of staff, in the same form.
    speeds_kmh
        Speed by road class in km/h; every class with an open edge needs one, unless each of its
        edges has a speed of its own. None for roads made ready.
    minutes
        Minutes along the edges, each way, instead of speeds.
    snap_speed_kmh
        Speed between a point and the road in km/h.
    count
        How many facilities to find for each place.
    limit
        Largest cost that counts, in minutes, exactly that much included; None finds any.
    outreach
        Whether the minutes run from the facility to the origin.

    Returns
    -------
    pandas.DataFrame
        `count` rows for each origin, in the order of the origins; index ``origin``, columns
        ``rank`` (from 1), ``facility_id`` (NA where none is reached) and ``cost`` (minutes;
        infinite where none is reached). Of facilities equally near the one with the smallest
        id counts.

    Raises
    ------
    ParameterError
        If a speed is missing or not above 0, both speeds and minutes are given or neither, the
        count is not a whole number above 0, the limit is out of range, a place has no point, no
        edge can be travelled, or every place lies more than 50 km from the roads.
    CrsError
        If a layer has no reference system, or a table holds no degrees.
    UnknownIdError
        If a place names an unknown node, or an id is there twice.

    Examples
    --------
    >>> from wushan_geo.study.roads import RoadNetwork
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [109.9, 110.0], "lat": [31.1, 31.1]})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e"], "u": ["a"], "v": ["b"], "length_m": [9000.0], "road_class": ["x"]}
    ... )
    >>> nearest_by_road(
    ...     RoadNetwork.from_tables(nodes, edges),
    ...     pd.DataFrame({"node_id": ["a"]}, index=["home"]),
    ...     pd.DataFrame({"node_id": ["b"]}, index=["centre"]),
    ...     speeds_kmh={"x": 30.0},
    ...     snap_speed_kmh=4.0,
    ... ).to_dict("records")
    [{'rank': 1, 'facility_id': 'centre', 'cost': 18.0}]
    """
    _check_count(count)
    most = np.inf if limit is None else checked_limit(limit)
    prepared = ready(roads, minutes, speeds_kmh)
    start, end = places(origins, "origins"), places(destinations, "destinations")
    homes, _ = ends_of(prepared, start, "origin", snap_speed_kmh)
    sites, _ = ends_of(prepared, end, "destination", snap_speed_kmh)
    require_near((start, end), (homes, sites))
    joined = prepared.joined(homes.snaps, sites.snaps)
    # Of facilities equally near the search names the first: by id, whatever order they come in.
    ids = np.array(end.ids, dtype=object)
    by_id = np.argsort(ids.astype(str), kind="stable")
    turn = np.empty_like(by_id)
    turn[by_id] = np.arange(by_id.size)
    # A facility with two spots is one node behind both, so that it is found once.
    back, facilities = behind(
        joined.graph if outreach else joined.back,
        joined.destinations,
        sites.minutes,
        turn[sites.place],
    )
    reach = None if limit is None else search_reach(most)
    found, label = search.nearest(back, joined.origins, facilities, count, reach)
    cost, label = least_of_each(found + homes.minutes[:, None], label, homes.twins)
    cost = np.round(cost, DECIMALS)
    cost[cost > most] = np.inf
    names = pd.array([*ids[by_id], None], dtype="str")  # the last is there for nobody
    label = np.where(np.isfinite(cost), label, len(end.ids))
    return pd.DataFrame(
        {
            "rank": np.tile(np.arange(1, count + 1), len(start.ids)),
            "facility_id": names.take(label.ravel()),
            "cost": cost.ravel(),
        },
        index=pd.Index(pd.array(start.ids, dtype="str").repeat(count), name="origin"),
    )


def _check_count(count: Any) -> None:
    """Refuse what is no number of facilities."""
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
        message = f"count must be a whole number of at least 1. Got {count!r} instead."
        raise ParameterError(message)
