"""Coordinates as offices write them: decimal, degrees-minutes-seconds, packed, two in one cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Where points of China lie, islands included. The two ranges do not meet, so that a pair of
# numbers says itself which is which.
CHINA_LON, CHINA_LAT = (73.0, 136.0), (3.0, 54.0)
# Gauss-Kruger metres: northings from Hainan to the Amur, eastings within a zone; zones by width.
NORTHINGS, EASTINGS = (1_900_000.0, 6_000_000.0), (100_000.0, 900_000.0)
SIX_DEGREES, THREE_DEGREES = range(13, 24), range(25, 46)
MERCATOR_X = (8_100_000.0, 15_200_000.0)
_LEAST_METRES = 1_000.0
_SIXTY, _PARTS = 60.0, 3
_MOST_LON, _MOST_LAT = 180.0, 90.0

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("″“”〞〃＂❞", '"'),
        **dict.fromkeys("′‘’＇`´ʹ", "'"),
        **dict.fromkeys("º˚", "°"),
        **dict.fromkeys("−–—‐‑－", "-"),
        **dict.fromkeys("：∶", ":"),
        "，": ",",
        "、": ",",
        "；": ";",
    }
)
_WORDS = (
    ("东经", "E"), ("西经", "W"), ("北纬", "N"), ("南纬", "S"), ("LONGITUDE", "E"),
    ("LATITUDE", "N"), ("LNG", "E"), ("LON", "E"), ("LAT", "N"), ("经度", "E"), ("纬度", "N"),
    ("经", "E"), ("纬", "N"), ("东", "E"), ("北", "N"), ("POINT", " "), ("度", "°"), ("分", "'"),
    ("秒", '"'),
)  # fmt: skip
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d{1,2})?")
_ANGLE = re.compile(
    r"""(?P<sign>[+-])?\s*(?P<d>\d{1,3}(?:\.\d+)?)\s*
        (?:(?P<first>[°:\- ])\s*
           (?:(?P<m>\d{1,2}(?:\.\d+)?)\s*
              (?:(?P<second>[':\- ])\s*(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*"?)?)?)?)?""",
    re.VERBOSE,
)
_LETTER = re.compile(r"[EWNS]")


@dataclass(frozen=True, slots=True)
class Angle:
    """One number that a cell holds."""

    value: float
    """Degrees, or metres where it is too large for degrees; sign as written."""
    how: str
    """``decimal``, ``dm``, ``dms`` or ``number`` (too large for degrees)."""
    axis: str = ""
    """``lon`` or ``lat`` where the cell says so."""
    text: str = ""
    """The number as written, for a packed one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pair of cells was read as."""

    lon: float | None = None
    """Degrees east."""
    lat: float | None = None
    """Degrees north."""
    how: tuple[str, ...] = ()
    """Ways of reading, in order: ``decimal``, ``dm``, ``dms``, ``packed``, ``pair``,
    ``swapped``, ``sign``."""
    problem: str = ""
    """Why it cannot be used: ``unreadable``, ``sixty``, ``half``, ``range``, ``projected``,
    ``mixed`` or ``axis``; empty where it can."""
    about: str = ""
    """More on the problem: the zone of metres."""


class _UnreadError(Exception):
    """A cell that is no coordinate; the argument is the problem."""


def read_coordinates(lon_text: Iterable[object], lat_text: Iterable[object]) -> pd.DataFrame:
    """Read pairs of cells as longitude and latitude.

    All usual forms are read: decimal degrees, degrees with minutes, degrees-minutes-seconds with
    signs, words, colons, hyphens or spaces, letters for the hemisphere before or behind, both in
    one cell, full-width characters, and packed ``1095235`` with ``310439`` (which no metres in
    China can be). The ranges of longitude and latitude in China do not meet, so an exchanged pair
    is seen row by row; a minus before a number that fits China otherwise is seen as a wrong sign.
    Both are mended in the values and named in ``how``. Metres are recognised and never converted.

    Parameters
    ----------
    lon_text
        Cells of the column of longitudes; a missing one is None or not-a-number.
    lat_text
        Cells of the column of latitudes, as many.

    Returns
    -------
    pandas.DataFrame
        A row for each pair: ``lon`` and ``lat`` in degrees (NaN where there is none), ``how``
        (ways of reading joined by ``+``, empty for an empty pair), ``problem`` (empty, or
        ``unreadable``, ``sixty``, ``half``, ``range``, ``projected``, ``mixed``, ``axis``) and
        ``about`` (more on the problem).

    Raises
    ------
    ParameterError
        If there are more cells of one kind than of the other.

    Examples
    --------
    >>> lon, lat = ["109°52′35″E", "31.07", "109.87，31.07"], ["N31°4'", "109.87", None]
    >>> for row in read_coordinates(lon, lat).round(4)[["lon", "lat", "how"]].values.tolist():
    ...     print(row)
    [109.8764, 31.0667, 'dms+dm']
    [109.87, 31.07, 'decimal+swapped']
    [109.87, 31.07, 'pair+decimal']
    """
    easts, norths = list(lon_text), list(lat_text)
    if len(easts) != len(norths):
        message = f"{len(easts)} longitudes and {len(norths)} latitudes do not make pairs"
        raise ParameterError(message)
    read = [read_pair(_text(x), _text(y)) for x, y in zip(easts, norths, strict=True)]
    return pd.DataFrame(
        {
            "lon": pd.array([_number(one.lon) for one in read], dtype="float64"),
            "lat": pd.array([_number(one.lat) for one in read], dtype="float64"),
            "how": pd.array(["+".join(one.how) for one in read], dtype="str"),
            "problem": pd.array([one.problem for one in read], dtype="str"),
            "about": pd.array([one.about for one in read], dtype="str"),
        }
    )


def read_pair(lon_text: str, lat_text: str) -> Reading:
    """Read one pair of cells.

    Parameters
    ----------
    lon_text
        Cell of the longitude; empty for a missing one.
    lat_text
        Cell of the latitude; empty for a missing one.

    Returns
    -------
    Reading
        Degrees, or why there are none. Nothing at all where both cells are empty.

    Raises
    ------
    TypeError
        If a cell is not a text.

    Examples
    --------
    >>> read_pair("1095235", "310439").how, read_pair("37396421.5", "3440212").problem
    (('packed',), 'projected')
    """
    east, north = plain(lon_text), plain(lat_text)
    if not east and not north:
        return Reading()
    try:
        found = [_angles(one) for one in (east, north)]
    except _UnreadError as error:
        return Reading(problem=str(error))
    one_cell = east == north or not east or not north
    if one_cell and max(len(one) for one in found) == 2:  # noqa: PLR2004 -- longitude and latitude
        pair = found[0] if len(found[0]) == 2 else found[1]  # noqa: PLR2004 -- the same
        return _judged(pair[0], pair[1], ("pair",))
    if not found[0] or not found[1]:
        return Reading(problem="half")
    if len(found[0]) > 1 or len(found[1]) > 1:
        return Reading(problem="unreadable")
    return _judged(found[0][0], found[1][0], ())


def plain(text: str) -> str:
    r"""Give a cell with one way of writing for signs, letters and widths.

    Parameters
    ----------
    text
        What stands in the cell.

    Returns
    -------
    str
        Half-width capitals; ``°``, ``'`` and ``"`` for whatever stood for them.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> plain("东经１０９度52分35秒")
    'E109°52\'35"'
    """
    found = text.translate(_QUOTES)
    found = unicodedata.normalize("NFKC", found).translate(_QUOTES).upper().strip()
    found = found.replace("''", '"')
    for word, letter in _WORDS:
        found = found.replace(word, letter)
    return re.sub(r"\s+", " ", found.strip(" ()[]{},;")).strip()


def _text(cell: object) -> str:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and cell != cell):  # noqa: PLR0124 -- not a number
        return ""
    return str(cell)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _angles(text: str) -> list[Angle]:
    """Give the one or two coordinates of a cell."""
    if not text:
        return []
    if _PLAIN.fullmatch(text):
        return [_decimal(text)]
    for parts in _splits(text):
        if len(parts) == 2:  # noqa: PLR2004 -- longitude and latitude
            return [_angle(one) for one in parts]
    return [_angle(text)]


def _splits(text: str) -> Iterable[list[str]]:
    """Cut a cell in two: at a comma, behind or before a letter, between two decimal numbers."""
    yield [one.strip() for one in re.split(r"[,;/|]", text) if one.strip()]
    letters = list(_LETTER.finditer(text))
    if len(letters) == 2:  # noqa: PLR2004 -- one for each
        if letters[0].start() == 0 or text[: letters[0].start()].strip(" :=") == "":
            yield [text[: letters[1].start()].strip(), text[letters[1].start() :].strip()]
        else:
            yield [text[: letters[0].end()].strip(), text[letters[0].end() :].strip()]
    if re.fullmatch(r"[+-]?\d+\.\d+ [+-]?\d+\.\d+", text):
        yield text.split(" ")


def _decimal(text: str) -> Angle:
    return Angle(float(text), "decimal", text=text)


def _angle(text: str) -> Angle:
    letters = _LETTER.findall(text)
    if len(letters) > 1:
        raise _UnreadError("unreadable")
    bare = _LETTER.sub("", text).strip(" :=")
    axis, west = "", 1.0
    if letters:
        axis = "lon" if letters[0] in "EW" else "lat"
        west = -1.0 if letters[0] in "WS" else 1.0
    if _PLAIN.fullmatch(bare):
        return Angle(west * float(bare), "decimal", axis, bare)
    match = _ANGLE.fullmatch(bare)
    if match is None:
        raise _UnreadError("unreadable")
    value, how = _sum(match)
    return Angle(west * (-value if match["sign"] == "-" else value), how, axis, bare)


def _sum(match: re.Match[str]) -> tuple[float, str]:
    """Add degrees, minutes and seconds; only the last of them may have decimals."""
    parts = [match[one] for one in ("d", "m", "s") if match[one] is not None]
    if any("." in one for one in parts[:-1]) or (match["second"] and not match["first"]):
        raise _UnreadError("unreadable")
    # A hyphen or colon first asks for the same between minutes and seconds.
    alike = (match["first"] or "") not in ":-" or match["second"] == match["first"]
    if len(parts) == _PARTS and not alike:
        raise _UnreadError("unreadable")
    numbers = [float(one) for one in parts]
    if any(one >= _SIXTY for one in numbers[1:]):
        raise _UnreadError("sixty")
    value = sum(one / _SIXTY**at for at, one in enumerate(numbers))
    return value, ("decimal", "dm", "dms")[len(parts) - 1]


def _judged(first: Angle, second: Angle, how: tuple[str, ...]) -> Reading:
    """Say what two numbers are: degrees in order, exchanged, packed, or metres."""
    ways = (first.how, second.how)
    large = [abs(one.value) > _LEAST_METRES for one in (first, second)]
    if all(large):
        return (
            _packed(first, second, how)
            or _packed(second, first, (*how, "swapped"))
            or _metres(first, second)
        )
    if any(large):
        return Reading(problem="mixed")
    how = (*how, *dict.fromkeys(ways))
    axes = first.axis, second.axis
    if axes[0] and axes[0] == axes[1]:
        return Reading(problem="axis")
    named = "lat" in axes[:1] or "lon" in axes[1:]
    lon, lat = first.value, second.value
    if named or (not any(axes) and _fits(lat, lon) and not _fits(lon, lat)):
        lon, lat = lat, lon
        # In one cell the order is free: only two columns can be exchanged.
        how = how if "pair" in how else (*how, "swapped")
    if not _fits(lon, lat) and _fits(abs(lon), abs(lat)):
        lon, lat, how = abs(lon), abs(lat), (*how, "sign")
    if abs(lon) > _MOST_LON or abs(lat) > _MOST_LAT:
        return Reading(problem="range")
    return Reading(lon, lat, how)


def _fits(lon: float, lat: float) -> bool:
    return _within(lon, CHINA_LON) and _within(lat, CHINA_LAT)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _packed(lon: Angle, lat: Angle, how: tuple[str, ...]) -> Reading | None:
    """Read DDDMMSS and DDMMSS; a pair of metres in China never looks so, its northing is longer."""
    values = []
    for one in (lon, lat):
        whole = re.fullmatch(r"(\d{2,3})(\d{2})(\d{2}(?:\.\d+)?)", one.text)
        if whole is None:
            return None
        degrees, minutes, seconds = (float(part) for part in whole.groups())
        if minutes >= _SIXTY or seconds >= _SIXTY:
            return None
        values.append(degrees + minutes / _SIXTY + seconds / _SIXTY**2)
    return Reading(values[0], values[1], (*how, "packed")) if _fits(*values) else None


def _metres(first: Angle, second: Angle) -> Reading:
    """Say which metres these may be."""
    for east, north in ((first.value, second.value), (second.value, first.value)):
        if not _within(north, NORTHINGS):
            continue
        zone, rest = divmod(east, 1_000_000)
        about = []
        if _within(rest, EASTINGS) and int(zone) in {*SIX_DEGREES, *THREE_DEGREES}:
            about.append(zone_name(int(zone)))
        elif _within(east, EASTINGS):
            about.append("Gauss-Kruger")
        if _within(east, MERCATOR_X):
            about.append("Web Mercator EPSG:3857")
        if about:
            return Reading(problem="projected", about=" / ".join(about))
    return Reading(problem="range")


def zone_name(zone: int) -> str:
    """Name a Gauss-Kruger zone of CGCS2000 by the number before its eastings.

    Parameters
    ----------
    zone
        Number of the zone: 13 to 23 are six degrees wide, 25 to 45 three.

    Returns
    -------
    str
        Width, number, central meridian and code.

    Raises
    ------
    ParameterError
        If there is no such zone in China.

    Examples
    --------
    >>> zone_name(37)
    'Gauss-Kruger 3° zone 37, 111°E, EPSG:4525'
    >>> zone_name(19)
    'Gauss-Kruger 6° zone 19, 111°E, EPSG:4497'
    """
    if zone in THREE_DEGREES:
        return f"Gauss-Kruger 3° zone {zone}, {3 * zone}°E, EPSG:{4513 + zone - 25}"
    if zone in SIX_DEGREES:
        return f"Gauss-Kruger 6° zone {zone}, {6 * zone - 3}°E, EPSG:{4491 + zone - 13}"
    message = f"there is no zone {zone} in China: 13 to 23 and 25 to 45"
    raise ParameterError(message)
