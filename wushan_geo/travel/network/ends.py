"""Times between places by way of the ends of their roads, where a network was prepared.

A prepared network knows its own nodes and none between them. A trip from a place between two nodes
leaves its edge at one of the two ends and comes to the other place by one of the two ends there,
or stays on one edge: of these at most five ways the shortest counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes
    from wushan_geo.travel.network.hierarchy import Hierarchy
    from wushan_geo.travel.snap import Snaps


def between(
    hierarchy: Hierarchy,
    network: tuple[RoadNetwork, EdgeMinutes],
    origins: Snaps,
    destinations: Snaps,
) -> NDArray[np.float64]:
    """Find the shortest minutes from all places to all others over a prepared network.

    Parameters
    ----------
    hierarchy
        The prepared network.
    network
        The roads, and the minutes along their edges.
    origins, destinations
        Where the places hang.

    Returns
    -------
    numpy.ndarray
        Minutes, origins down and destinations across; infinite where unreachable. They differ from
        those of a search by rounding, by at most
        :data:`wushan_geo.travel.network.hierarchy.RELATIVE_ERROR` of themselves.

    Raises
    ------
    IndexError
        If the snaps belong to another network.

    Examples
    --------
    See ``tests/test_travel_network_prepared.py``.
    """
    found = hierarchy.between(
        _ends(network, origins, outward=True), _ends(network, destinations, outward=False)
    )
    _along_one_edge(found, network[1], origins, destinations)
    return found


def _ends(
    network: tuple[RoadNetwork, EdgeMinutes], at: Snaps, *, outward: bool
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Give the ends of the edges on which places hang, and the minutes to or from these.

    Two rows, `u` and `v`; both are its node for a place at one.
    """
    roads, minutes = network
    midway = at.node < 0
    node = np.stack([at.node, at.node])
    charged = np.zeros(node.shape)
    if midway.any():
        edge, share = np.where(midway, at.edge, 0), np.where(midway, at.share, 0.0)
        to_u, to_v = minutes.backward[edge], minutes.forward[edge]
        if not outward:
            to_u, to_v = to_v, to_u
        node = np.where(midway, np.stack([roads.u[edge], roads.v[edge]]), node)
        charged = np.where(midway, np.stack([_part(to_u, share), _part(to_v, 1.0 - share)]), 0.0)
    return node, charged


def _part(minutes: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give part of the minutes of edges; no part of an edge leads where the whole does not."""
    leads = np.isfinite(minutes)
    return np.where(leads, np.where(leads, minutes, 0.0) * share, np.inf)


def _along_one_edge(
    found: NDArray[np.float64], minutes: EdgeMinutes, origins: Snaps, destinations: Snaps
) -> None:
    """Let trips between places on one edge stay on it."""
    from_at, to_at = np.flatnonzero(origins.node < 0), np.flatnonzero(destinations.node < 0)
    order = np.argsort(destinations.edge[to_at], kind="stable")
    edges = destinations.edge[to_at][order]
    first = np.searchsorted(edges, origins.edge[from_at], "left")
    count = np.searchsorted(edges, origins.edge[from_at], "right") - first
    row = np.repeat(from_at, count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    column = to_at[order[np.repeat(first, count) + within]]
    ahead = destinations.share[column] - origins.share[row]
    edge = origins.edge[row]
    way = np.where(
        ahead >= 0,
        _part(minutes.forward[edge], ahead),
        _part(minutes.backward[edge], -ahead),
    )
    way[ahead == 0] = 0.0  # one spot
    found[row, column] = np.minimum(found[row, column], way)
