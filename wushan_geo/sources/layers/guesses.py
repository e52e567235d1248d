"""Which system numbers may be in, when their file does not say: told by their size and place."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyproj import CRS, Transformer

from wushan_geo.sources.layers.systems import CGCS2000, ZONES, Zones
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.study.faults import Pair

Box = tuple[float, float, float, float]

# Where a layer of a Chinese county can lie: the zones of CGCS2000, from the South China Sea on.
CHINA: Box = (73.0, 3.0, 136.0, 54.0)
_WEB_MERCATOR = 3857
_WGS84 = 4326
_MOST_LON, _MOST_LAT = 180.0, 90.0
_MILLION = 1_000_000
_FALSE_EASTING = 500_000
# Eastings without a zone number: 500 km and at most half of a wide zone to either side, at the
# southern tip where it is widest.
_EASTINGS = (100_000.0, 900_000.0)
_NORTHINGS = (300_000.0, 6_100_000.0)  # 3 to 55 degrees north
_MERCATOR_X = (8_100_000.0, 15_200_000.0)  # 73 to 136 degrees east
_MERCATOR_Y = (300_000.0, 7_400_000.0)
_BEYOND = 1.0  # degrees by which a county's one zone may reach into the next
_FAR_KM = 300.0  # landings farther than this from the county are none: another zone is 280 km off
# How far a landing may be off before it is the worse answer: with the county's extent a UTM zone
# (1.4 km off at 31 degrees) is told from a Gauss-Kruger one; with a point alone it cannot be.
_STEP_BOX_KM, _STEP_POINT_KM = 0.3, 30.0
# Which datum offices have used: CGCS2000 is binding since July 2018, Xian 80 was before.
_LIKELY = {"cgcs2000": 0, "xian80": 1, "wgs84": 2, "beijing54": 3}
# The geodetic origin of China at Jingyang, where nothing better is known of the county's place.
_ORIGIN = (108.92, 34.54)
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Guess:
    """A system that the numbers may be in."""

    code: int
    """EPSG code."""
    name: str
    """Name of the system."""
    why: Pair
    """Why, in Chinese and English."""
    off_km: float | None
    """How far the layer then lies from the county, None if that is not known."""


def guesses(bounds: Box, near: tuple[float, ...] | None = None) -> list[Guess]:
    """Find the systems that numbers may be in, the likeliest first.

    Parameters
    ----------
    bounds
        Smallest and largest x and y: west, south, east, north.
    near
        Where the county lies, in degrees: a point, or west, south, east and north.

    Returns
    -------
    list of Guess
        The guesses; empty if the numbers fit no system of China.

    Raises
    ------
    ValueError
        If `near` is neither a point nor four numbers.

    Examples
    --------
    >>> [one.code for one in guesses((109.5, 30.7, 110.2, 31.5))]
    [4490, 4326]
    >>> county = (109.5, 30.7, 110.2, 31.5)
    >>> [one.code for one in guesses((37_360_000, 3_400_000, 37_420_000, 3_480_000), county)][:2]
    [4525, 2361]
    >>> [one.code for one in guesses((360_000, 3_400_000, 420_000, 3_480_000), county)][:2]
    [4546, 2382]
    """
    if near is not None and len(near) not in {2, 4}:
        message = "near is a point or west, south, east and north"
        raise ValueError(message)
    if not all(math.isfinite(one) for one in bounds):
        return []
    if max(abs(one) for one in bounds[::2]) <= _MOST_LON and _degrees(bounds):
        return [
            Guess(CGCS2000, "CGCS2000", both("crs.degrees"), _off(bounds, near)),
            Guess(_WGS84, "WGS 84", both("crs.degrees_wgs"), _off(bounds, near)),
        ]
    found = [*_metres(bounds, near, swapped=False), *_metres(_turned(bounds), near, swapped=True)]
    step = _STEP_BOX_KM if near is not None and len(near) == 4 else _STEP_POINT_KM  # noqa: PLR2004 -- a box
    ranked = sorted(found, key=lambda one: (math.floor((one[0].off_km or 0) / step), one[1:]))
    return [one[0] for one in ranked]


def inside(box: Box, outer: Box = CHINA) -> bool:
    """Tell whether the middle of a box lies in another one.

    Parameters
    ----------
    box
        West, south, east, north.
    outer
        The other one, by default China.

    Returns
    -------
    bool
        Whether it does.

    Raises
    ------
    TypeError
        If a number is none.

    Examples
    --------
    >>> inside((109, 30, 110, 31)), inside((30, 109, 31, 110))
    (True, False)
    """
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _turned(bounds: Box) -> Box:
    west, south, east, north = bounds
    return south, west, north, east


def _degrees(bounds: Box) -> bool:
    """Tell whether the numbers are degrees of China, in either order."""
    return inside(bounds) or inside(_turned(bounds))


_Ranked = tuple[Guess, float, float, int]


def _metres(bounds: Box, near: tuple[float, ...] | None, *, swapped: bool) -> Iterator[_Ranked]:
    """Give the metric systems in which the numbers lie in China."""
    west, south, east, north = bounds
    x, y = (west + east) / 2, (south + north) / 2
    for zones in ZONES:
        for zone in zones.zones():
            begin = zone * _MILLION if zones.prefix else 0
            low, high = _EASTINGS
            if low <= x - begin <= high and _NORTHINGS[0] <= y <= _NORTHINGS[1]:
                guess = _landed(zones, zone, bounds, near, swapped=swapped)
                if guess is not None:
                    yield guess
    mercator_x, mercator_y = _MERCATOR_X, _MERCATOR_Y
    if mercator_x[0] <= x <= mercator_x[1] and mercator_y[0] <= y <= mercator_y[1] and not swapped:
        off = _off(_landing(_WEB_MERCATOR, bounds), near)
        if off is None or off <= _FAR_KM:
            name, why = "WGS 84 / Pseudo-Mercator", both("crs.mercator")
            yield Guess(_WEB_MERCATOR, name, why, off), 2, 0, _WEB_MERCATOR


def _landed(
    zones: Zones, zone: int, bounds: Box, near: tuple[float, ...] | None, *, swapped: bool
) -> _Ranked | None:
    """Give the guess of one zone, if the layer then lies in it and near the county."""
    meridian = zones.meridian(zone)
    place = near or _ORIGIN
    expected = place[0] if len(place) == 2 else (place[0] + place[2]) / 2  # noqa: PLR2004 -- a point
    # Zones far from the county are passed over before anything is computed.
    if near is not None and abs(meridian - expected) > zones.width / 2 + _BEYOND:
        return None
    landing = _landing(zones.code(zone), bounds)
    lon = (landing[0] + landing[2]) / 2
    if not inside(landing) or abs(lon - meridian) > zones.width / 2 + _BEYOND:
        return None
    off = _off(landing, near)
    if off is not None and off > _FAR_KM:
        return None
    if zones.width == 6 and not zones.utm and not zones.prefix:  # noqa: PLR2004 -- the wide zones
        # The numbers are the same in the narrow zone of the same meridian, which is the usual one.
        same = abs(lon - meridian) <= 3 / 2 + _BEYOND
        if same:
            return None
    key = "crs.zone_prefix" if zones.prefix else "crs.zone_utm" if zones.utm else "crs.zone_plain"
    why = both(key, zone=zone, meridian=meridian)
    if swapped:
        turned = both("crs.swapped")
        why = why[0] + turned[0], why[1] + turned[1]
    code = zones.code(zone)
    guess = Guess(code, _name(zones, zone), why, off)
    rank = _LIKELY[zones.family] + (0.5 if zones.width == 6 and not zones.utm else 0)  # noqa: PLR2004 -- the wide zones
    # Without the county's place, zones near the middle of China come first.
    apart = 0.0 if near is not None else abs(meridian - expected)
    return guess, rank, apart, code


def _name(zones: Zones, zone: int) -> str:
    datum = {"cgcs2000": "CGCS2000", "xian80": "Xian 1980", "beijing54": "Beijing 1954"}
    if zones.utm:
        return f"WGS 84 / UTM zone {zone}N"
    which = f"zone {zone}" if zones.prefix else f"CM {zones.meridian(zone)}E"
    narrow = "3-degree " if zones.width == 3 else ""  # noqa: PLR2004 -- the narrow zones
    return f"{datum[zones.family]} / {narrow}Gauss-Kruger {which}"


@functools.cache
def _transformer(code: int) -> Transformer:
    """Give the way from a system to longitude and latitude of its own datum."""
    return Transformer.from_crs(code, _geographic(code), always_xy=True)


def _geographic(code: int) -> int:
    geodetic = CRS.from_epsg(code).geodetic_crs
    found = None if geodetic is None else geodetic.to_epsg()
    return found or CGCS2000


def _landing(code: int, bounds: Box) -> Box:
    """Give the extent in degrees that a box of numbers has in a system."""
    west, south, east, north = bounds
    xs, ys = [west, east, west, east], [south, south, north, north]
    lon, lat = _transformer(code).transform(xs, ys)
    return min(lon), min(lat), max(lon), max(lat)


def _off(box: Box, near: tuple[float, ...] | None) -> float | None:
    """Give how far a box lies from the county, in kilometres: 0 if it is the county's own place."""
    if near is None:
        return None
    squeeze = math.cos(math.radians((box[1] + box[3]) / 2))
    if len(near) == 2:  # noqa: PLR2004 -- a point
        x = max(box[0] - near[0], near[0] - box[2], 0)
        y = max(box[1] - near[1], near[1] - box[3], 0)
    else:
        # How far it reaches beyond the county's extent.
        x = max(near[0] - box[0], box[2] - near[2], 0)
        y = max(near[1] - box[1], box[3] - near[3], 0)
    return _KM_PER_DEGREE * math.hypot(x * squeeze, y)
