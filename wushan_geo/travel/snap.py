"""From points to the road: the nearest node that a road leads to, and how far away it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import ParameterError
from wushan_geo.travel.ids import positions
from wushan_geo.travel.places import Places, geodesic_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork

SMALL = 1_000_000  # pairs up to which trying all of them beats loading a search tree (70 ms)
# WGS 84: equatorial radius in metres, and the square of the first eccentricity.
EQUATOR_M, ECCENTRICITY_2 = 6_378_137.0, 0.006_694_379_990_14


def snap(roads: RoadNetwork, at: Places, what: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Find the road node of each place.

    A place that names its node lies there. Any other goes to the nearest node from or to which an
    open edge leads, so that nobody ends at a node that has no road; of equally near ones the first.

    Parameters
    ----------
    roads
        Road network.
    at
        The places.
    what
        What they are, for messages.

    Returns
    -------
    tuple
        Position of the node of each place, and the metres to it over the ellipsoid (0 for a place
        that names its node).

    Raises
    ------
    UnknownIdError
        If a place names a node that does not exist.
    ParameterError
        If a place has to be snapped and no edge is open.

    Examples
    --------
    See ``tests/test_travel_snap.py``.
    """
    named = np.array([bool(one) for one in at.node_ids], dtype=bool)
    node = np.full(len(at.ids), -1, dtype=np.intp)
    metres = np.zeros(len(at.ids))
    wanted = [one for one in at.node_ids if one]
    if wanted:
        node[named] = positions(wanted, roads.node_ids.tolist(), f"the road nodes named by {what}")
    if named.all():
        return node, metres
    useful = _useful(roads)
    if not useful.size:
        message = f"{what} cannot be brought to a road: the network has no open edge."
        raise ParameterError(message)
    lon, lat = at.lon[~named], at.lat[~named]
    node[~named] = useful[_nearest(_earth(lon, lat), _earth(roads.lon[useful], roads.lat[useful]))]
    metres[~named] = geodesic_m((lon, lat), (roads.lon[node[~named]], roads.lat[node[~named]]))
    return node, metres


def _useful(roads: RoadNetwork) -> NDArray[np.intp]:
    """Give the nodes to which an open edge leads."""
    led_to = np.zeros(roads.lon.size, dtype=bool)
    for ends in (roads.u, roads.v):
        led_to[ends[~roads.closed]] = True
    return np.flatnonzero(led_to)


def _earth(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place points in space (metres from the centre of the earth), where near is near.

    Degrees are of different length east and north; in space the straight distance orders points as
    the distance over the ellipsoid does, to within millimetres at the range of a snap.
    """
    along, up = np.radians(lon), np.radians(lat)
    radius = EQUATOR_M / np.sqrt(1 - ECCENTRICITY_2 * np.sin(up) ** 2)
    flat = radius * np.cos(up)
    return np.column_stack(
        [flat * np.cos(along), flat * np.sin(along), radius * (1 - ECCENTRICITY_2) * np.sin(up)]
    )


def _nearest(points: NDArray[np.float64], nodes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give the nearest node of each point, the first of equally near ones."""
    if len(points) * len(nodes) > SMALL:
        return _nearest_by_tree(points, nodes)
    squares: Any = 0.0
    for axis in range(3):
        squares = squares + (points[:, axis, None] - nodes[None, :, axis]) ** 2
    return np.asarray(np.argmin(squares, axis=1), dtype=np.intp)


def _nearest_by_tree(points: NDArray[np.float64], nodes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give the nearest node of each point among many."""
    from scipy.spatial import KDTree

    # Nodes at one spot are one leaf for the tree: the first of them stands for all.
    _, first = np.unique(nodes, axis=0, return_index=True)
    _, found = KDTree(nodes[first]).query(points)
    return np.asarray(first[found], dtype=np.intp)
