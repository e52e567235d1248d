"""Where a boat is waited for: once where a trip gets on, however many edges its line is drawn in.

Maps cut the line of a ferry where it suits them. Waiting belongs to getting on, not to edges: it
is charged on the way out of a landing, and what goes on in the middle of the water is free of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.travel.edges import EdgeMinutes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork


def midway(roads: RoadNetwork) -> NDArray[np.bool_]:
    """Say which nodes lie in the middle of a crossing, where nobody gets on or off.

    That is where all edges belong to one crossing and lead on to two nodes at least. Any other node
    of a crossing is a landing of it: another edge joins there, be it of another crossing, or
    nothing goes on. A ring with one landing or none would lead nowhere, so that it has others that
    the roads do not show: none of its nodes lies midway. What is closed for a while counts as
    there: no landing comes or goes with a season, so that closing a road makes no trip quicker.

    Parameters
    ----------
    roads
        Road network.

    Returns
    -------
    numpy.ndarray
        True or false for each node.

    Raises
    ------
    AttributeError
        If `roads` is no network.

    Examples
    --------
    A ferry drawn in two edges, with a road at one end.

    >>> from wushan_geo.study.roads import RoadNetwork
    >>> nodes = pd.DataFrame({"node_id": list("abcd"), "lon": [109.8, 109.9, 110.0, 110.1]})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e1", "e2", "e3"], "u": list("abc"), "v": list("bcd"), "length_m": 900.0,
    ...      "road_class": ["county", "ferry", "ferry"], "crossing_id": ["", "boat", "boat"]}
    ... )
    >>> midway(RoadNetwork.from_tables(nodes.assign(lat=31.1), edges)).tolist()
    [False, False, True, False]
    """
    size = roads.lon.size
    found = np.zeros(size, dtype=bool)
    there = ~roads.closed | roads.for_a_while
    own = np.flatnonzero(there & (roads.crossing_id != ""))
    if not own.size:
        return found
    edges = np.bincount(roads.u[there], minlength=size)
    edges += np.bincount(roads.v[there], minlength=size)
    node, other = np.concatenate([[roads.u[own], roads.v[own]], [roads.v[own], roads.u[own]]], 1)
    code, _ = pd.factorize(roads.crossing_id[own])
    # The edges of one crossing at one node, each such pair with a number of its own.
    place, at = np.unique(np.tile(code, 2) * size + node, return_inverse=True)
    alone = np.bincount(at) == edges[place % size]
    away = node != other
    nexts = np.unique(at[away] * size + other[away]) // size
    leads_on = np.bincount(nexts, minlength=place.size) > 1
    landing = ~(alone & leads_on)
    part = _parts(place.size, at[: own.size], at[own.size :])
    found[place[~landing & (np.bincount(part, landing)[part] > 1)] % size] = True
    return found


def _parts(size: int, u: NDArray[np.intp], v: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give each node the number of the part that it hangs together with."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    joined = coo_array((np.ones(u.size), (u, v)), shape=(size, size))
    _, part = connected_components(joined, directed=False)
    return np.asarray(part, dtype=np.intp)


def boarding_waits(roads: RoadNetwork, wait_min: NDArray[np.float64]) -> EdgeMinutes:
    """Charge a wait where a trip gets on: on the way out of each landing, not from the middle.

    A trip from one landing to the next waits once, in however many edges the line is drawn, with
    forks, loops, parallel or one-way edges. Two lines under one id are waited for one by one, and
    so is each of two crossings that meet.

    One case is approximate: whoever stays on board at a landing in between waits there again,
    since nothing tells this trip from one that gets on there. The other choice, to charge nothing
    there, would let people get on without a wait, and count places as in reach that are not. So
    no trip from a road or a landing is charged less than its waits. Where a boat goes through, one
    more edge from landing to landing with the same id says so.

    A trip that starts midway (:func:`midway`) counts as being on board.

    Parameters
    ----------
    roads
        Road network.
    wait_min
        Minutes of waiting for the crossing of each edge; 0 where nobody waits.

    Returns
    -------
    EdgeMinutes
        Minutes of waiting to be added to each edge, each way; 0 against a one-way edge.

    Raises
    ------
    ParameterError
        If a wait is NaN or negative.

    Examples
    --------
    A ferry drawn in two edges, from b over c to d.

    >>> from wushan_geo.study.roads import RoadNetwork
    >>> nodes = pd.DataFrame({"node_id": list("bcd"), "lon": [109.9, 110.0, 110.1], "lat": 31.1})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e1", "e2"], "u": ["b", "c"], "v": ["c", "d"], "length_m": 900.0,
    ...      "road_class": "ferry", "crossing_id": "boat"}
    ... )
    >>> found = boarding_waits(RoadNetwork.from_tables(nodes, edges), np.array([15.0, 15.0]))
    >>> found.forward.tolist(), found.backward.tolist()
    ([15.0, 0.0], [0.0, 15.0])
    """
    if not wait_min.any():
        return EdgeMinutes(wait_min, wait_min)
    middle = midway(roads)
    return EdgeMinutes(
        np.where(middle[roads.u], 0.0, wait_min),
        np.where(middle[roads.v] | roads.oneway, 0.0, wait_min),
    )
