"""Which facility is nearest by road, and the next ones: one search for all places at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.travel.matrix import checked_limit
from wushan_geo.travel.network import search
from wushan_geo.travel.network.matrix import ends_of
from wushan_geo.travel.network.prepared import PreparedRoads, behind, ready
from wushan_geo.travel.trips import DECIMALS, search_reach

if TYPE_CHECKING:
    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes
    from wushan_geo.travel.places import Places


def nearest_by_road(  # noqa: PLR0913 - all but the first three are named settings
    roads: RoadNetwork | PreparedRoads,
    origins: Places,
    destinations: Places,
    *,
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
        Road network; or one made ready, to be searched more than once.
    origins
        Places to be served.
    destinations
        Facilities, or bases of staff.
    minutes
        Minutes along the edges, each way; None if the roads were made ready with them.
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
        infinite where none is reached). Of facilities equally near the first counts.

    Raises
    ------
    ParameterError
        If the minutes are missing or given twice, a speed or the count is not above 0, the limit
        is out of range, or no edge can be travelled.
    UnknownIdError
        If a place names an unknown node.

    Examples
    --------
    See ``tests/test_travel_network_nearest.py``.
    """
    if count < 1:
        message = f"count must be at least 1. Got {count!r} instead."
        raise ParameterError(message)
    most = np.inf if limit is None else checked_limit(limit)
    prepared = ready(roads, minutes)
    from_snaps, from_min, _ = ends_of(prepared, origins, "origin", snap_speed_kmh)
    to_snaps, to_min, _ = ends_of(prepared, destinations, "destination", snap_speed_kmh)
    joined = prepared.joined(from_snaps, to_snaps)
    back, facilities = behind(
        joined.graph if outreach else joined.back, joined.destinations, to_min
    )
    reach = None if limit is None else search_reach(most)
    found, label = search.nearest(back, joined.origins, facilities, count, reach)
    cost = np.round(found + from_min[:, None], DECIMALS)
    cost[cost > most] = np.inf
    names = pd.array([*destinations.ids, None], dtype="str")  # the last is there for nobody
    label = np.where(np.isfinite(cost), label, len(destinations.ids))
    return pd.DataFrame(
        {
            "rank": np.tile(np.arange(1, count + 1), len(origins.ids)),
            "facility_id": names.take(label.ravel()),
            "cost": cost.ravel(),
        },
        index=pd.Index(pd.array(origins.ids, dtype="str").repeat(count), name="origin"),
    )
