"""The bank of the Yangtze that a zone stands on, as far as it is evident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import read_facts, to_metres
from roads_river import bank_of as side_of
from roads_river import course

if TYPE_CHECKING:
    from shapely.geometry import LineString, Point
    from shapely.geometry.base import BaseGeometry

NORTH_BANK = "500237001"
"""Gaotang: its stated southern neighbour is the Yangtze, so all of it lies on the north bank."""
DOUBTFUL = 1500.0
"""Metres from the inferred course within which the bank is not told."""


def yangtze(outline: BaseGeometry) -> LineString:
    """Draw the inferred course of the Yangtze through an outline (longitude and latitude).

    The one course of the build: roads and rivers use the same.

    Raises
    ------
    KeyError
        If a riverside seat or the bridge is missing from the facts.

    Examples
    --------
    >>> from common import FACTS, read_layer
    >>> line = yangtze(read_layer(FACTS / "county_outline.geojson").geometry[0])
    >>> line.coords[0][0] < 109.6 < 110.1 < line.coords[-1][0]
    True
    """
    towns = read_facts("townships").set_index("code")
    places = read_facts("places").set_index("key")
    seats = {
        str(code): (float(lon), float(lat))
        for code, lon, lat in zip(towns.index, towns["seat_lon"], towns["seat_lat"], strict=True)
    }
    lon, lat = (places[name].loc["yangtze_bridge"] for name in ("lon", "lat"))
    return course(outline, seats, (float(lon), float(lat)))


def bank_of(point: Point, line: LineString, township: str = "") -> str:
    """Tell the bank of a place: ``N``, ``S``, or ``unknown`` within 1.5 km of the inferred course.

    The course is good to a kilometre or two at best, so a place near it is not assigned.

    Parameters
    ----------
    point
        Longitude and latitude.
    line
        The course from west to east, longitude and latitude.
    township
        Code of its township; Gaotang lies on the north bank by its stated border.

    Raises
    ------
    ValueError
        If the line does not run from west to east.

    Examples
    --------
    >>> from shapely.geometry import LineString, Point
    >>> line = LineString([(109.9, 31.0), (110.1, 31.0)])
    >>> bank_of(Point(110, 31.1), line), bank_of(Point(110, 30.9), line)
    ('N', 'S')
    >>> bank_of(Point(110, 31.01), line), bank_of(Point(110, 31.01), line, NORTH_BANK)
    ('unknown', 'N')
    """
    if township == NORTH_BANK:
        return "N"
    if to_metres(point).distance(to_metres(line)) <= DOUBTFUL:
        return "unknown"
    return side_of((point.x, point.y), line)
