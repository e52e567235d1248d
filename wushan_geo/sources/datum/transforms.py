"""WGS-84 / CGCS2000, GCJ-02 and BD-09: from each to each, and where the shift applies."""

from __future__ import annotations

import csv
import io
import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from wushan_geo.errors import ParameterError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable

Datum = Literal["wgs84", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
# What offices and map services call them, without the words that _DRESS takes off.
ALIASES: dict[str, Datum] = {
    **dict.fromkeys(
        ("wgs84", "wgs1984", "gps", "gps84", "epsg4326", "4326", "cgcs2000", "cgcs", "epsg4490",
         "4490", "国家2000", "2000国家大地", "2000国家", "中国大地2000", "大地2000", "天地图",
         "地球", "tianditu"),
        "wgs84",
    ),
    **dict.fromkeys(
        ("gcj02", "gcj", "gcj2002", "火星", "国测局", "国测局加密", "高德", "腾讯", "amap", "gaode",
         "autonavi", "tencent"),
        "gcj02",
    ),
    **dict.fromkeys(("bd09", "bd09ll", "bd", "百度", "百度经纬度", "baidu"), "bd09"),
}  # fmt: skip
_DRESS = ("坐标系", "坐标", "地图", "coordinates", "maps", "map")

# The ellipsoid of Krassowsky, on which the published approximation measures its shift.
_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_WAVE = np.pi * 3000.0 / 180.0  # Baidu's ripple, in radians a degree
_BAIDU_LON, _BAIDU_LAT, _BAIDU_REACH, _BAIDU_TURN = 0.0065, 0.006, 0.00002, 0.000003
# No shifted place lies beyond; a first sieve, so that the world elsewhere costs nothing.
_WEST, _SOUTH, _EAST, _NORTH = 73.0, 15.0, 136.0, 54.5
CLOSE_DEGREES = 1e-11  # about a thousandth of a millimetre
_MOST_ROUNDS = 30
_MOST_LON, _MOST_LAT = 180.0, 90.0

Array = np.ndarray


def known(name: str) -> Datum:
    """Give the one name of a datum, whatever an office or a map service calls it.

    Parameters
    ----------
    name
        A name in any case and width, such as ``GCJ-02``, ``火星坐标``, ``高德``, ``CGCS2000``.

    Returns
    -------
    str
        ``wgs84``, ``gcj02`` or ``bd09``. CGCS2000 counts as WGS-84: the two agree within
        decimetres.

    Raises
    ------
    ParameterError
        If the name is none of them; the message lists the options.

    Examples
    --------
    >>> known("GCJ-02"), known("百度坐标"), known(" cgcs2000 ")
    ('gcj02', 'bd09', 'wgs84')
    """
    plain = unicodedata.normalize("NFKC", str(name)).casefold()
    plain = "".join(one for one in plain if one.isalnum())
    for word in ("", *_DRESS):
        plain = plain.removesuffix(word) or plain
        if plain in ALIASES:
            return ALIASES[plain]
    listing = "wgs84 (also cgcs2000, gps), gcj02 (also 高德, 腾讯, 火星坐标), bd09 (also 百度)"
    message = f"there is no datum {name!r}; known are: {listing}"
    raise ParameterError(message)


def convert(lon: Any, lat: Any, source: str, target: str) -> tuple[Any, Any]:
    """Convert longitudes and latitudes from one datum to another.

    GCJ-02 (Amap, Tencent) shifts WGS-84 by some hundred metres, BD-09 (Baidu) shifts GCJ-02 once
    more. The official algorithm is not public. This is the approximation in general use, which
    agrees with the map services to about a metre; it does not reproduce them exactly. The inverse
    is found by iteration until the forward formula gives the input again to 1e-11 degrees (a
    thousandth of a millimetre), so that there and back costs far less than a centimetre.

    The shift applies in mainland China only; elsewhere (Hong Kong, Macao, Taiwan and neighbouring
    countries included) the point is given back as it is. The line between the two is a generalised
    outline good to about a kilometre, and it is no statement on any border. What decides is where
    a point lies in WGS-84, so that every point of the mainland comes back to itself. Within the
    length of the shift outside the line a shifted and an unshifted point look the same; such a
    point is read as a shifted one.

    Parameters
    ----------
    lon
        Longitude in degrees east: a number, an array of any shape or a Series.
    lat
        Latitude in degrees north; `lon` and `lat` are broadcast. Not-a-number stays so.
    source
        Datum in which the coordinates are: ``wgs84`` or ``cgcs2000`` (taken as one), ``gcj02``,
        ``bd09``, or another of their names.
    target
        Datum that is wanted.

    Returns
    -------
    tuple
        Longitude and latitude: numbers for numbers, Series (with their index) for Series, arrays
        else. The inputs are not changed.

    Raises
    ------
    ParameterError
        If a datum is unknown, a coordinate lies beyond 180 or 90 degrees, shapes do not fit, or
        two Series have different indices.
    VerificationError
        If the iteration does not converge.

    Examples
    --------
    >>> lon, lat = convert(116.404, 39.915, "wgs84", "gcj02")
    >>> round(lon, 6), round(lat, 6)
    (116.410244, 39.916404)
    >>> lon, lat = convert(lon, lat, "gcj02", "wgs84")
    >>> round(lon, 9), round(lat, 9)
    (116.404, 39.915)
    >>> convert(114.158, 22.282, "wgs84", "gcj02")
    (114.158, 22.282)
    """
    before, after = known(source), known(target)
    x, y = _degrees(lon, lat)
    if before != after:
        x, y = _FROM_EARTH[after](*_TO_EARTH[before](x, y))
    return _as_given(lon, lat, x, y)


def in_mainland(lon: Array, lat: Array) -> Array:
    """Say which WGS-84 points lie where coordinates are shifted.

    Parameters
    ----------
    lon
        Longitudes.
    lat
        Latitudes.

    Returns
    -------
    numpy.ndarray
        True inside the generalised outline of mainland China with its coastal waters.

    Raises
    ------
    ValueError
        If the arrays do not fit each other.

    Examples
    --------
    >>> in_mainland(np.array([109.88, 121.56]), np.array([31.08, 25.04])).tolist()
    [True, False]
    """
    inside: Array = shapely.contains_xy(_mainland(), lon, lat)
    return inside


@cache
def _mainland() -> Any:
    """Read the outline once (Natural Earth, public domain; decision 0009 tells how it was made).

    Parts below 0 are holes: Macao and others that the mainland's waters surround.
    """
    place = resources.files("wushan_geo.sources.datum") / "mainland.csv"
    rows = list(csv.DictReader(io.StringIO(place.read_text(encoding="utf-8"))))
    part = np.array([int(row["part"]) for row in rows])
    line = np.array([(float(row["lon"]), float(row["lat"])) for row in rows])
    rings = {one: shapely.polygons(line[part == one]) for one in np.unique(part).tolist()}
    holes = [ring for one, ring in rings.items() if one < 0]
    land = shapely.union_all([ring for one, ring in rings.items() if one > 0])
    shape = shapely.difference(land, shapely.union_all(holes))
    shapely.prepare(shape)
    return shape


def _degrees(lon: Any, lat: Any) -> tuple[Array, Array]:
    index = [one.index for one in (lon, lat) if hasattr(one, "index") and hasattr(one, "iloc")]
    if len(index) > 1 and not index[0].equals(index[1]):
        raise ParameterError("longitudes and latitudes have different indices")
    try:
        pair = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    except ValueError as error:
        message = f"longitudes and latitudes are numbers and fit each other: {error}"
        raise ParameterError(message) from error
    for values, bound, what in zip(
        pair, (_MOST_LON, _MOST_LAT), ("longitude", "latitude"), strict=True
    ):
        with np.errstate(invalid="ignore"):
            beyond = values[np.abs(values) > bound]
        if beyond.size:
            message = (
                f"a {what} of {beyond.flat[0]:g} lies beyond {bound:g} degrees: "
                "are the two swapped, or are these metres?"
            )
            raise ParameterError(message)
    return pair[0].copy(), pair[1].copy()


def _as_given(lon: Any, lat: Any, x: Array, y: Array) -> tuple[Any, Any]:
    """Give arrays back in the form in which the coordinates came."""
    for one in (lon, lat):
        if hasattr(one, "index") and hasattr(one, "iloc"):
            import pandas as pd

            names = [getattr(column, "name", None) for column in (lon, lat)]
            return pd.Series(x, one.index, name=names[0]), pd.Series(y, one.index, name=names[1])
    if x.ndim == 0:
        return float(x), float(y)
    return x, y


def _mars(lon: Array, lat: Array) -> tuple[Array, Array]:
    """Shift WGS-84 to GCJ-02, wherever it is: a smooth field in metres, turned into degrees."""
    x, y = lon - 105.0, lat - 35.0
    bend = 0.1 * np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + bend
    east += (ripple + _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))) * 2 / 3
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 2.0 * bend
    north += (ripple + _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))) * 2 / 3
    angle = np.radians(lat)
    bulge = 1.0 - _ECCENTRICITY * np.sin(angle) ** 2
    across = _AXIS / np.sqrt(bulge)  # radius of the prime vertical
    along = across * (1.0 - _ECCENTRICITY) / bulge  # radius of the meridian
    return lon + np.degrees(east / (across * np.cos(angle))), lat + np.degrees(north / along)


def _waves(at: Array, *waves: tuple[float, float]) -> Any:
    """Add sines of the given heights and half lengths (degrees)."""
    return sum(height * np.sin(np.pi * at / half) for height, half in waves)


def _baidu(lon: Array, lat: Array) -> tuple[Array, Array]:
    """Shift GCJ-02 to BD-09: a ripple on radius and angle, then a fixed step."""
    reach = np.hypot(lon, lat) + _BAIDU_REACH * np.sin(lat * _WAVE)
    turn = np.arctan2(lat, lon) + _BAIDU_TURN * np.cos(lon * _WAVE)
    return reach * np.cos(turn) + _BAIDU_LON, reach * np.sin(turn) + _BAIDU_LAT


def _both(lon: Array, lat: Array) -> tuple[Array, Array]:
    return _baidu(*_mars(lon, lat))


def _undone(
    shift: Callable[[Array, Array], tuple[Array, Array]], lon: Array, lat: Array
) -> tuple[Array, Array]:
    """Find what a shift leads to these points; each round leaves at most a fiftieth of the rest."""
    x, y = lon.copy(), lat.copy()
    for _ in range(_MOST_ROUNDS):
        east, north = shift(x, y)
        x, y = x + (lon - east), y + (lat - north)
        if max(np.abs(lon - east).max(initial=0), np.abs(lat - north).max(initial=0)) <= (
            CLOSE_DEGREES
        ):
            return x, y
    raise VerificationError("the inverse shift does not converge")


def _sieved(lon: Array, lat: Array) -> Array:
    with np.errstate(invalid="ignore"):
        near: Array = (lon > _WEST) & (lon < _EAST) & (lat > _SOUTH) & (lat < _NORTH)
    return near


def _shifting(
    shift: Callable[[Array, Array], tuple[Array, Array]], *, back: bool
) -> Callable[[Array, Array], tuple[Array, Array]]:
    def apply(lon: Array, lat: Array) -> tuple[Array, Array]:
        x, y = lon.copy(), lat.copy()
        near = _sieved(lon, lat)
        there = lon[near], lat[near]
        moved = _undone(shift, *there) if back else shift(*there)
        inside = in_mainland(*(moved if back else there))
        x[near] = np.where(inside, moved[0], there[0])
        y[near] = np.where(inside, moved[1], there[1])
        return x, y

    return apply


def _same(lon: Array, lat: Array) -> tuple[Array, Array]:
    return lon, lat


_FROM_EARTH: dict[Datum, Callable[[Array, Array], tuple[Array, Array]]] = {
    "wgs84": _same,
    "gcj02": _shifting(_mars, back=False),
    "bd09": _shifting(_both, back=False),
}
_TO_EARTH: dict[Datum, Callable[[Array, Array], tuple[Array, Array]]] = {
    "wgs84": _same,
    "gcj02": _shifting(_mars, back=True),
    "bd09": _shifting(_both, back=True),
}
