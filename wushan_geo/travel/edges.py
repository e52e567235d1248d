"""How long each road edge takes, each way: the one thing that every search on roads asks for.

Speeds, closures, seasons, crossings and a person's own pace all come down to two numbers for each
edge: minutes from `u` to `v`, and minutes from `v` to `u`. Whatever changes a road changes these;
the search knows nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, listed
from wushan_geo.travel.trips import mapping, minutes_of, positive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork


@dataclass(frozen=True, slots=True, eq=False)
class EdgeMinutes:
    """Minutes along each edge of a network, in the order of its edges.

    Raises
    ------
    ParameterError
        If the two differ in shape, or a number is NaN or negative.

    Examples
    --------
    >>> EdgeMinutes(np.array([3.0]), np.array([np.inf])).backward.tolist()
    [inf]
    """

    forward: NDArray[np.float64]
    """Minutes from `u` to `v`; infinite where the edge cannot be travelled that way."""
    backward: NDArray[np.float64]
    """Minutes from `v` to `u`; infinite where the edge cannot be travelled that way."""

    def __post_init__(self) -> None:
        """Check and lock the arrays."""
        for name in ("forward", "backward"):
            array = np.array(getattr(self, name), dtype=np.float64)
            if array.ndim != 1 or not (array >= 0).all():
                message = "minutes of edges must be numbers of at least 0, one for each edge."
                raise ParameterError(message)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        if self.forward.shape != self.backward.shape:
            message = "minutes must be given for both directions of each edge."
            raise ParameterError(message)

    @property
    def passable(self) -> NDArray[np.bool_]:
        """Whether each edge can be travelled at least one way."""
        found: NDArray[np.bool_] = np.isfinite(self.forward) | np.isfinite(self.backward)
        return found

    def require_of(self, roads: RoadNetwork) -> None:
        """Refuse minutes that are of another network.

        Parameters
        ----------
        roads
            The network that they should be of.

        Raises
        ------
        ParameterError
            If there are not as many as the network has edges.

        Examples
        --------
        See ``tests/test_travel_network_prepared.py``.
        """
        if self.forward.size != roads.u.size:
            message = (
                f"minutes must be given for each of the {roads.u.size:,} edges. Got "
                f"{self.forward.size:,}."
            )
            raise ParameterError(message)


def edge_minutes(roads: RoadNetwork, speeds_kmh: Mapping[str, float]) -> EdgeMinutes:
    """Work out the minutes along each edge: length / speed, infinite where no way leads.

    Parameters
    ----------
    roads
        Road network.
    speeds_kmh
        Speed by road class in km/h, for edges of which no speed of their own is known.

    Returns
    -------
    EdgeMinutes
        One-way edges are infinite backward, closed ones both ways.

    Raises
    ------
    ParameterError
        If a class with an open edge has no speed, a speed is not a finite number above 0, or
        `speeds_kmh` is no mapping.

    Examples
    --------
    >>> from wushan_geo.study.roads import RoadNetwork
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [109.9, 110.0], "lat": [31.1, 31.1]})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e"], "u": ["a"], "v": ["b"], "length_m": [9000.0], "road_class": ["x"]}
    ... )
    >>> edge_minutes(RoadNetwork.from_tables(nodes, edges), {"x": 30.0}).forward.tolist()
    [18.0]
    """
    speeds_kmh = mapping(speeds_kmh, "speeds_kmh", "{'county': 30.0}")
    for name, speed in speeds_kmh.items():
        positive(speed, f"the speed of {name}")
    usable = ~roads.closed
    own = np.isfinite(roads.speed_kmh)
    codes, classes = pd.factorize(roads.road_class)
    asked = np.zeros(len(classes), dtype=bool)
    asked[codes[usable & ~own]] = True
    lost = [
        one for one, needed in zip(classes, asked, strict=True) if needed and one not in speeds_kmh
    ]
    if lost:
        message = (
            f"speeds_kmh has no speed for the road class {listed(lost)}. It has: "
            f"{listed(speeds_kmh)}."
        )
        raise ParameterError(message)
    forward = np.full(roads.length_m.size, np.inf)
    for code, name in enumerate(classes):
        of_class = (codes == code) & usable & ~own
        if of_class.any():
            forward[of_class] = minutes_of(roads.length_m[of_class], speeds_kmh[name], name)
    told = usable & own
    forward[told] = minutes_of(roads.length_m[told], 1.0, "speed_kmh") / roads.speed_kmh[told]
    return EdgeMinutes(forward, np.where(roads.oneway, np.inf, forward))
