"""How long it takes without roads: the straight line times a stated detour factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.travel.matrix import TravelMatrix, Unit
from wushan_geo.travel.places import Places, geodesic_m, places, require_points
from wushan_geo.travel.trips import DECIMALS, Trips, charges, minutes_of, positive

if TYPE_CHECKING:
    from numpy.typing import NDArray


def straight_matrix(
    origins: Any,
    destinations: Any,
    *,
    detour: float,
    unit: Unit,
    speed_kmh: float | None = None,
) -> TravelMatrix:
    """Work out straight-line costs, lengthened by a detour factor.

    Cost = detour x geodesic distance, divided by the speed where minutes are asked for. A straight
    line knows no river and no ridge: take an interval of detour factors and see what depends on it.

    Parameters
    ----------
    origins, destinations
        Points with ids as index: layers with any reference system, or tables with ``lon`` and
        ``lat`` in degrees. Not changed.
    detour
        Road length divided by straight length, at least 1.
    unit
        ``"min"`` or ``"m"``.
    speed_kmh
        Mean speed along the detoured line in km/h; needed for minutes, refused for metres.

    Returns
    -------
    TravelMatrix
        Dense, every pair reachable, and the same both ways.

    Raises
    ------
    ParameterError
        If the detour is below 1, the speed is missing, superfluous or not above 0, the unit is not
        known, or a place has no point.
    CrsError
        If a layer has no reference system, or a table holds no degrees.
    UnknownIdError
        If an id is there twice.

    Examples
    --------
    >>> here = pd.DataFrame({"lon": [109.0], "lat": [31.0]}, index=["A"])
    >>> there = pd.DataFrame({"lon": [109.1], "lat": [31.0]}, index=["H"])
    >>> straight_matrix(here, there, detour=1.5, unit="m").dense().round().tolist()
    [[14326.0]]
    """
    if positive(detour, "detour") < 1:
        message = f"detour must be at least 1: no road is shorter than a line. Got {detour!r}."
        raise ParameterError(message)
    start, end = places(origins, "origins"), places(destinations, "destinations")
    if unit == "m":
        if speed_kmh is not None:
            message = "speed_kmh has no effect on metres. Leave it out, or ask for minutes."
            raise ParameterError(message)
        metres = np.round(_metres(start, end) * detour, DECIMALS)
        return TravelMatrix(start.ids, end.ids, "m", metres)
    if speed_kmh is None:
        message = "speed_kmh is needed for minutes. Give it, or ask for metres."
        raise ParameterError(message)
    minutes = straight_trips(start, end, speed_kmh=speed_kmh).matrix(detour).costs
    return TravelMatrix(start.ids, end.ids, unit, minutes)


def straight_trips(origins: Places, destinations: Places, *, speed_kmh: float) -> Trips:
    """Work out the trips along straight lines, from which any detour factor gives a matrix.

    Parameters
    ----------
    origins, destinations
        Places with coordinates; their own minutes are charged beside the way.
    speed_kmh
        Speed in km/h, above 0.

    Returns
    -------
    Trips
        Moving minutes at detour 1: the factor of :meth:`Trips.matrix` is the detour.

    Raises
    ------
    ParameterError
        If the speed is not above 0 or a place has no coordinates.

    Examples
    --------
    >>> here = places(pd.DataFrame({"lon": [109.0], "lat": [31.0]}, index=["A"]), "origins")
    >>> straight_trips(here, here, speed_kmh=20).matrix(1.3).dense().tolist()
    [[0.0]]
    """
    moving = minutes_of(_metres(origins, destinations), speed_kmh, "speed_kmh")
    ends = (charges(origins, "origin"), charges(destinations, "destination"))
    snaps = pd.concat(ends, ignore_index=True)
    return Trips(
        origins.ids, destinations.ids, moving, origins.minutes, destinations.minutes, snaps
    )


def _metres(origins: Places, destinations: Places) -> NDArray[np.float64]:
    """Measure from every origin to every destination."""
    require_points(origins, "origins")
    require_points(destinations, "destinations")
    shape = (len(origins.ids), len(destinations.ids))
    start = (np.repeat(origins.lon, shape[1]), np.repeat(origins.lat, shape[1]))
    end = (np.tile(destinations.lon, shape[0]), np.tile(destinations.lat, shape[0]))
    return geodesic_m(start, end).reshape(shape)
