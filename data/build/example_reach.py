"""Minutes and classes of the fictional county, computed plainly for its README.

The package computes the same in its own rooms; here stands the shortest way to say it, so that a
reader of the README can follow each number with a pencil.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

from example_design import BOARDING_MIN, EDGES, FERRY_HEADWAY_MIN, SPEEDS_KMH, township_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from example_design import Facility

HOUR = 60


def minutes_from(start: str) -> dict[str, float]:
    """Give the shortest times from a node, boarding included (Dijkstra's method).

    Returns
    -------
    Minutes by node that can be reached; a node that is not there cannot.

    Raises
    ------
    KeyError
        If a road class has no speed.

    Examples
    --------
    >>> minutes_from("S4")["S1"]
    30.0
    """
    ways: dict[str, list[tuple[str, float]]] = {}
    for edge in EDGES:
        if edge.closed:
            continue
        cost = edge.km / SPEEDS_KMH[edge.road_class] * HOUR
        if edge.road_class == "ferry":
            cost += FERRY_HEADWAY_MIN / 2
        ways.setdefault(edge.u, []).append((edge.v, cost))
        if not edge.oneway:
            ways.setdefault(edge.v, []).append((edge.u, cost))
    best = {start: 0.0}
    queue = [(0.0, start)]
    while queue:
        spent, node = heapq.heappop(queue)
        if spent > best[node]:
            continue
        for there, cost in ways.get(node, ()):
            if spent + cost < best.get(there, math.inf):
                best[there] = spent + cost
                heapq.heappush(queue, (spent + cost, there))
    return {node: BOARDING_MIN + spent for node, spent in best.items()}


def nearest(label: str, homes: Iterable[Facility], *, own: bool) -> tuple[float, str]:
    """Give the minutes to the nearest open day care that surely admits a village, and its id.

    An agreement that is not on file admits nobody surely; a facility without a list of services
    offers nothing surely.

    Parameters
    ----------
    label
        Village.
    homes
        Facilities of a year.
    own
        Only those of the village's own township.

    Returns
    -------
    Minutes (infinity where there is none) and the id (empty where there is none).

    Raises
    ------
    KeyError
        If a road class has no speed.

    Examples
    --------
    >>> from example_design import FACILITIES_2025
    >>> nearest("S4", FACILITIES_2025, own=True)
    (30.0, 'F03')
    """
    reached = minutes_from(label)
    found = [
        (reached.get(one.at, math.inf), one.facility_id)
        for one in homes
        if one.status == "open" and "day_care" in (one.services or ()) and _admits(one, label)
        if not own or one.at[0] == label[0]
    ]
    best = min(found, default=(math.inf, ""))
    return best if best[0] < math.inf else (math.inf, "")


def day_care_class(label: str, homes: Iterable[Facility], limit: float) -> str:
    """Give the class of a village for day care at a limit in minutes; at the limit is in reach.

    Raises
    ------
    KeyError
        If a road class has no speed.

    Examples
    --------
    >>> from example_design import FACILITIES_2025
    >>> [day_care_class("S4", FACILITIES_2025, limit) for limit in (20, 30)]
    ['nominal', 'effective']
    """
    listed = tuple(homes)
    own = [one for one in listed if one.status == "open" and one.at[0] == label[0]]
    paper = any("day_care" in (one.services or ()) for one in own)
    if nearest(label, listed, own=True)[0] <= limit:
        return "effective"
    if not paper and any(one.services is None for one in own):
        return "unknown"
    if nearest(label, listed, own=False)[0] <= limit:
        return "neighbour"
    reached = minutes_from(label)
    if any(
        one.admits == "agreement" and reached.get(one.at, math.inf) <= limit
        for one in listed
        if one.status == "open" and "day_care" in (one.services or ())
    ):
        return "unknown"
    return "nominal" if paper else "gap"


def _admits(home: Facility, label: str) -> bool:
    if home.admits == "township":
        return not home.at.startswith("X") and township_of(home.at) == township_of(label)
    return home.admits in {"county", "anyone"}
