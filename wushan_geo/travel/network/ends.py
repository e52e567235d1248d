"""Times between places by way of the ends of their roads, where a network was prepared.

A prepared network knows its own nodes and none between them. A trip from a place between two nodes
leaves its edge at one of the two ends and comes to the other place by one of the two ends there,
or stays on one edge: of these at most five ways the shortest counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes
    from wushan_geo.travel.network.hierarchy import Hierarchy
    from wushan_geo.travel.snap import Snaps

BLOCK = 8_000_000  # numbers held at once, so that memory does not grow with the ends


class Ends(NamedTuple):
    """By which nodes places are left, or come to: one row for `u` and one for `v` of their edge."""

    node: NDArray[np.intp]
    """Nodes, two rows; a place at a node has it twice."""
    minutes: NDArray[np.float64]
    """Minutes between the place and each node; infinite where the edge does not lead that way."""


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
    leaving = _ends(network, origins, outward=True)
    coming = _ends(network, destinations, outward=False)
    found = np.full((origins.node.size, destinations.node.size), np.inf)
    for rows, columns in _blocks(*found.shape):
        found[rows, columns] = _shortest(
            hierarchy,
            Ends(leaving.node[:, rows], leaving.minutes[:, rows]),
            Ends(coming.node[:, columns], coming.minutes[:, columns]),
        )
    _along_one_edge(found, network[1], origins, destinations)
    return found


def _ends(network: tuple[RoadNetwork, EdgeMinutes], at: Snaps, *, outward: bool) -> Ends:
    """Give the ends of the edges on which places hang; both are its node for a place at one."""
    roads, minutes = network
    midway = at.node < 0
    edge = np.where(midway, at.edge, 0)
    node = np.stack([at.node, at.node])
    charged = np.zeros(node.shape)
    if midway.any():
        share = np.where(midway, at.share, 0.0)
        to_u, to_v = minutes.backward[edge], minutes.forward[edge]
        if not outward:
            to_u, to_v = to_v, to_u
        node = np.where(midway, np.stack([roads.u[edge], roads.v[edge]]), node)
        charged = np.where(midway, np.stack([_part(to_u, share), _part(to_v, 1.0 - share)]), 0.0)
    return Ends(node, charged)


def _part(minutes: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give part of the minutes of edges; no part of an edge leads where the whole does not."""
    return np.where(
        np.isfinite(minutes), np.where(np.isfinite(minutes), minutes, 0) * share, np.inf
    )


def _blocks(rows: int, columns: int) -> Iterator[tuple[slice, slice]]:
    """Cut a matrix along the side with more places, as a search goes out from the other."""
    step = max(1, BLOCK // (4 * max(1, min(rows, columns))))
    whole = slice(None)
    for at in range(0, max(rows, columns), step):
        some = slice(at, at + step)
        yield (some, whole) if rows >= columns else (whole, some)


def _shortest(hierarchy: Hierarchy, leaving: Ends, coming: Ends) -> NDArray[np.float64]:
    """Take the best of the ways by two ends to two ends."""
    from_nodes, from_at = np.unique(leaving.node, return_inverse=True)
    to_nodes, to_at = np.unique(coming.node, return_inverse=True)
    minutes = hierarchy.matrix(from_nodes, to_nodes)
    best = np.full((leaving.node.shape[1], coming.node.shape[1]), np.inf)
    for out, start in zip(leaving.minutes, from_at.reshape(leaving.node.shape), strict=True):
        for back, end in zip(coming.minutes, to_at.reshape(coming.node.shape), strict=True):
            way = minutes[np.ix_(start, end)]
            way += out[:, None]
            way += back
            np.minimum(best, way, out=best)
    return best


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
