"""The Yangtze's course through the county, inferred from riverside seats, and what it divides.

No line of the river is among the facts. What is known: the bridge (a point on the river), the
Yangtze south of the county town (stated for Gaotang), and riverside seats. The bank of the other
riverside seats follows from the stated neighbours, see ``RIVERSIDE``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from common import DECIMALS, to_degrees, to_metres
from shapely.geometry import LineString, Point, Polygon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

SEAT_OFFSET_M = 800.0
"""Assumed distance in metres from a riverside seat to the line drawn, due north or south."""
TOWN_OFFSET_M = (-1900.0, -4900.0)
"""Metres east and north from the county town to the line drawn: just beyond the southern tip of
Gaotang's schematic area, because the Yangtze is stated to be Gaotang's southern border."""
BEYOND_M = 300.0
"""The line is drawn this many metres beyond the border, so that it divides the county whole."""
RIVERSIDE: Mapping[str, tuple[float, float]] = {
    # Daxi touches Miaoyu on land, which is stated to lie among southern units: south bank.
    "500237211": (0.0, SEAT_OFFSET_M),
    # Quchi is in no neighbour list of the southern units, complete for two of them: north bank.
    "500237208": (0.0, -SEAT_OFFSET_M),
    # Gaotang: north bank, stated.
    "500237001": TOWN_OFFSET_M,
    # Peishi touches Duping on land, which is joined by land to Guandu and Jianping: south bank.
    "500237227": (0.0, SEAT_OFFSET_M),
}
"""Township code of each riverside seat, from west to east, and the way from it to the line."""
BRIDGE_AFTER = "500237001"
"""The bridge stands downstream of this seat and upstream of the next."""


def course(
    outline: BaseGeometry, seats: Mapping[str, tuple[float, float]], bridge: tuple[float, float]
) -> LineString:
    """Draw the inferred course from the western to the eastern border, in degrees.

    A Catmull-Rom curve (it passes through each of its control points) runs through a point off
    each riverside seat, on the side opposite to its bank (``RIVERSIDE``), and through the bridge.
    It enters on the border due west of the first control point and leaves due east of the
    last.

    Parameters
    ----------
    outline
        County polygon, degrees.
    seats
        Longitude and latitude by township code; those of ``RIVERSIDE`` are used.
    bridge
        Longitude and latitude of the bridge; it is a vertex of the line, unchanged.

    Raises
    ------
    KeyError
        If a riverside seat is missing.

    Examples
    --------
    >>> box = shapely.box(109.5, 30.8, 110.2, 31.3)
    >>> points = {"500237211": (109.6, 31.0), "500237208": (109.7, 31.0),
    ...           "500237001": (109.8, 31.0), "500237227": (110.0, 31.0)}
    >>> line = course(box, points, (109.9, 31.0))
    >>> line.distance(Point(109.9, 31.0)), line.distance(Point(109.8, 31.0)) > 0
    (0.0, True)
    """
    controls: list[np.ndarray] = []
    for code, offset in RIVERSIDE.items():
        controls.append(_metres(seats[code]) + np.array(offset))
        if code == BRIDGE_AFTER:
            controls.append(_metres(bridge))
    border = to_metres(outline).boundary
    west = _border_at(border, controls[0], eastwards=False)
    east = _border_at(border, controls[-1], eastwards=True)
    curve = to_degrees(LineString(_catmull_rom(np.array([west, *controls, east]))))
    rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in curve.coords]
    return LineString(rounded)


def north_of(line: LineString) -> Polygon:
    """Return the half of the world map north of the line, in degrees (for a test by point).

    The line is prolonged due west and due east from its ends. Points on the line belong to neither
    bank.

    Raises
    ------
    ValueError
        If the line does not run from west to east.

    Examples
    --------
    >>> north_of(LineString([(109, 31), (110, 31)])).contains(Point(108, 32))
    True
    """
    first, last = line.coords[0], line.coords[-1]
    if not first[0] < last[0]:
        raise ValueError("The river must run from west to east.")
    return Polygon(
        [(-180.0, first[1]), *line.coords, (180.0, last[1]), (180.0, 90.0), (-180.0, 90.0)]
    )


def bank_of(point: tuple[float, float], line: LineString) -> str:
    """Name the bank of the drawn river a point lies on: ``N`` or ``S``, ``unknown`` on the line.

    Raises
    ------
    ValueError
        If the line does not run from west to east.

    Examples
    --------
    >>> bank_of((109.5, 30.9), LineString([(109, 31), (110, 31)]))
    'S'
    """
    here = Point(point)
    if line.distance(here) == 0.0:
        return "unknown"
    return "N" if north_of(line).contains(here) else "S"


def _metres(point: tuple[float, float]) -> np.ndarray:
    place: np.ndarray = shapely.get_coordinates(to_metres(Point(point)))[0]
    return place


def _border_at(border: BaseGeometry, control: np.ndarray, *, eastwards: bool) -> np.ndarray:
    """Find the border due west or due east of a control point, and go a little beyond it."""
    x, y = control
    far = x + (1e5 if eastwards else -1e5)
    met = shapely.get_coordinates(border.intersection(LineString([(x, y), (far, y)])))[:, 0]
    end = met.min() + BEYOND_M if eastwards else met.max() - BEYOND_M
    return np.array([end, y])


def _catmull_rom(controls: np.ndarray, pieces: int = 12) -> np.ndarray:
    """Interpolate a centripetal Catmull-Rom curve; every control point is kept exactly."""
    padded = np.vstack([2 * controls[0] - controls[1], controls, 2 * controls[-1] - controls[-2]])
    points: list[np.ndarray] = []
    for start in range(len(controls) - 1):
        p = padded[start : start + 4]
        # Knots at the square root of the chord avoid loops where a short span meets a long one.
        steps = np.sqrt(np.hypot(*np.diff(p, axis=0).T))
        t = np.concatenate([[0.0], np.cumsum(steps)])
        points.append(p[1])
        at = t[1] + np.arange(1, pieces) / pieces * (t[2] - t[1])
        points.extend(_on_span(p, t, float(one)) for one in at)
    points.append(controls[-1])
    return np.array(points)


def _on_span(p: np.ndarray, t: np.ndarray, at: float) -> np.ndarray:
    """Evaluate one span by repeated linear interpolation between its four control points."""

    def mix(a: np.ndarray, b: np.ndarray, low: float, high: float) -> np.ndarray:
        value: np.ndarray = (a * (high - at) + b * (at - low)) / (high - low)
        return value

    first = [mix(p[i], p[i + 1], t[i], t[i + 1]) for i in range(3)]
    second = [mix(first[i], first[i + 1], t[i], t[i + 2]) for i in range(2)]
    return mix(second[0], second[1], t[1], t[2])
