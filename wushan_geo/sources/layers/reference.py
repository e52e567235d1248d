"""From the system of a file to longitude and latitude: said, or asked for, and never guessed.

A file that names a system is believed as long as its places then lie in China; one that names none,
or one in which its numbers cannot be, is asked about with the two likeliest answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.crs import BoundCRS
from pyproj.crs.coordinate_operation import ToWGS84Transformation
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import AreaOfInterest, TransformerGroup

from wushan_geo.errors import Ask
from wushan_geo.sources.layers.guesses import CHINA, guesses, inside
from wushan_geo.sources.layers.systems import (
    AGREEING,
    AGREEING_M,
    CGCS2000,
    SHIFTED_M,
    System,
    understood,
)
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.wording import put

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.sources.layers.features import Request
    from wushan_geo.sources.layers.guesses import Box, Guess
    from wushan_geo.study.faults import Pair

ACCEPT = "accept"
"""The answer that takes places in Xian 80 or Beijing 54 as they are, with the shift stated."""
_PARAMETERS = re.compile(r"towgs84\s*=\s*([-+0-9.eE,\s]+)", re.IGNORECASE)
_COUNTS = (3, 7)  # how many parameters a shift of datum has
_KEPT = (4326, 4490)  # longitude and latitude that the study takes as they are
_CLOSE_M = 5.0  # a transformation this good is told, a worse one is asked about
_FARTHEST = 1e30  # no coordinate of any system is larger
_SHOWN_CHOICES = 2


@dataclass(slots=True)
class Placed:
    """Shapes in longitude and latitude, and what has to be said of them."""

    geometry: np.ndarray
    """Shapes; as they stand in the file if the system has to be decided first."""
    crs: CRS | None
    """Their system, None if it has to be decided first."""
    faults: list[Fault] = field(default_factory=list)
    """What was found."""
    notes: list[Pair] = field(default_factory=list)
    """How the system was understood."""
    left_out: bool = False
    """Whether the layer was decided to be left out."""


def placed(geometry: np.ndarray, crs: CRS | None, request: Request) -> Placed:
    """Bring shapes to longitude and latitude, or ask for their system.

    Parameters
    ----------
    geometry
        Shapes as they stand in the file; not changed.
    crs
        The system that the file names, None if it names none.
    request
        The file, its table, where the county lies, and what was decided before.

    Returns
    -------
    Placed
        The shapes, with what was done said as a note and what must be decided asked.

    Raises
    ------
    TypeError
        If `geometry` holds no shapes.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wushan_geo.sources.layers.features import Request
    >>> shapes = np.array([shapely.Point(404_857.0, 3_431_266.0)])
    >>> found = placed(shapes, CRS.from_epsg(4546), Request(Path("a.gpkg"), "facilities"))
    >>> shapely.set_precision(found.geometry, 1e-4)[0], found.crs.to_epsg()
    (<POINT (110.004 30.999)>, 4490)
    """
    bounds = _middle_bounds(geometry)
    answer = request.answers.get("crs", request.table, request.name) or ""
    if answer.strip() == LEAVE_OUT:
        where = Where(request.name, None, "crs")
        note = fault(where, rule("left_out"), hint("nothing"), severity="note")
        return Placed(geometry, None, [note], left_out=True)
    told = _answered(answer)
    named = crs if told is None else told
    system = None if named is None else understood(named)
    if bounds is None:  # nothing to place; whatever is named will do
        return Placed(geometry, None if system is None else _plain(system.crs))
    if system is None:
        return Placed(geometry, None, [_missing(bounds, request, crs, answer)])
    return _brought(geometry, system, bounds, request, answered=told is not None)


def _answered(answer: str) -> CRS | None:
    """Read the system in an answer, such as ``EPSG:4546`` or 4546."""
    code = re.search(r"(?:epsg:?\s*)?\b(\d{4,5})\b", answer, re.IGNORECASE)
    if code is None or _PARAMETERS.search(answer):
        return None
    try:
        return CRS.from_epsg(int(code[1]))
    except CRSError:
        return None


def _middle_bounds(geometry: np.ndarray) -> Box | None:
    """Give the extent of the shapes without far strays: most decide where the layer lies."""
    boxes = shapely.bounds(geometry)
    # A damaged coordinate may be too large to reckon with.
    boxes = np.clip(boxes[np.isfinite(boxes).all(axis=1)], -_FARTHEST, _FARTHEST)
    if not len(boxes):
        return None
    middle = np.median((boxes[:, :2] + boxes[:, 2:]) / 2, axis=0)
    away = np.abs((boxes[:, :2] + boxes[:, 2:]) / 2 - middle).max(axis=1)
    kept = boxes[away <= 10 * np.median(away) + (boxes[:, 2:] - boxes[:, :2]).max()]
    west, south = kept[:, :2].min(axis=0).tolist()
    east, north = kept[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _plain(crs: CRS) -> CRS:
    return CRS.from_epsg(CGCS2000) if crs.to_epsg() not in _KEPT else crs


def _brought(
    geometry: np.ndarray, system: System, bounds: Box, request: Request, *, answered: bool
) -> Placed:
    """Bring shapes from a known system, turning x and y where only that puts them into China."""
    projected = _project(system.crs)
    swapped = False
    if not _lands(bounds, projected):
        west, south, east, north = bounds
        swapped = _lands((south, west, north, east), projected)
        if not swapped:
            return Placed(geometry, None, [_untrue(bounds, request, system)])
    result = Placed(geometry, system.crs)
    where = Where(request.name, None, "crs", system.name)
    if answered:
        _note(result, where, rule("crs_answered"))
    if system.flattened:
        _note(result, where, rule("crs_flat"))
    if system.guessed:
        _note(result, where, rule("crs_ellipsoid"))
    if swapped:
        _note(result, where, rule("crs_turned"))
    shift = _shift(system, bounds, projected, request, result, answered=answered)
    if result.crs is None:
        return result
    _move(result, system, projected, shift, request, swapped=swapped)
    return result


def _note(result: Placed, where: Where, words: Pair) -> None:
    result.faults.append(fault(where, words, hint("nothing"), severity="note"))
    result.notes.append(words)


def _project(crs: CRS) -> Transformer | None:
    """Give the way from eastings and northings to degrees of the same datum, exact by itself."""
    if crs.is_geographic:
        return None
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def _lands(bounds: Box, projected: Transformer | None) -> bool:
    west, south, east, north = bounds
    if projected is not None:
        try:
            lon, lat = projected.transform([west, east, west, east], [south, south, north, north])
        except ProjError:
            return False
        west, south, east, north = min(lon), min(lat), max(lon), max(lat)
    return inside((west, south, east, north), CHINA)


def _shift(
    system: System,
    bounds: Box,
    projected: Transformer | None,
    request: Request,
    result: Placed,
    *,
    answered: bool,
) -> Transformer | None:
    """Find the change of datum; where none is exact, ask before places are taken as they are."""
    where = Where(request.name, None, "crs", system.name)
    answer = request.answers.get("crs", request.table, request.name) or ""
    given = system.towgs84 or _parameters(answer)
    if given:
        _note(result, where, rule("crs_parameters", count=len(given)))
        return _by_parameters(system.crs, given)
    if system.family in AGREEING:
        if system.code not in _KEPT:
            _note(result, where, rule("crs_agreeing", metres=AGREEING_M))
        return None
    shift: Transformer | None
    metres: float | None
    if system.family:
        shift, metres = None, float(SHIFTED_M)
    else:
        shift, metres = _best(system.crs, bounds, projected)
        if metres is not None and metres <= _CLOSE_M:
            _note(result, where, rule("crs_transformed", metres=_metres(metres)))
            return shift
    if answered or answer.strip().lower() == ACCEPT:
        _note(result, where, rule("crs_accepted", metres=_metres(metres)))
        return shift
    ask = Ask("crs", request.table, request.name, (ACCEPT, LEAVE_OUT))
    words = rule("crs_exact", metres=_metres(metres))
    result.faults.append(fault(where, words, hint("crs_shift"), severity="decide", ask=ask))
    return shift


def _metres(number: float | None) -> str:
    return "?" if number is None else f"{number:g}"


def _parameters(answer: str) -> tuple[float, ...] | None:
    """Read the parameters of a shift in an answer: ``towgs84=12.1,-113.5,-60.2``."""
    found = _PARAMETERS.search(answer)
    if found is None:
        return None
    try:
        numbers = tuple(float(one) for one in found[1].split(",") if one.strip())
    except ValueError:
        return None
    return numbers if len(numbers) in _COUNTS else None


def _by_parameters(crs: CRS, given: tuple[float, ...]) -> Transformer:
    geographic = crs.geodetic_crs
    assert geographic is not None  # noqa: S101 -- understood gives none without
    whole = (*given, *(0.0,) * (7 - len(given)))
    transformation = ToWGS84Transformation(geographic, *whole)
    bound = BoundCRS(geographic, CRS.from_epsg(_KEPT[0]), transformation)
    return Transformer.from_crs(bound, _KEPT[0], always_xy=True)


def _best(
    crs: CRS, bounds: Box, projected: Transformer | None
) -> tuple[Transformer | None, float | None]:
    """Find the best public change of datum and how good it is, None if nobody says."""
    west, south, east, north = bounds
    if projected is not None:
        lon, lat = projected.transform([west, east], [south, north])
        west, south, east, north = min(lon), min(lat), max(lon), max(lat)
    area = AreaOfInterest(west, south, east, north)
    group = TransformerGroup(
        crs.geodetic_crs, _KEPT[0], always_xy=True, area_of_interest=area, allow_ballpark=False
    )
    if not group.transformers:
        return None, None
    best = group.transformers[0]
    return best, best.accuracy if best.accuracy >= 0 else None


def _move(
    result: Placed,
    system: System,
    projected: Transformer | None,
    shift: Transformer | None,
    request: Request,
    *,
    swapped: bool,
) -> None:
    """Change the coordinates, and find shapes that the system cannot place."""
    steps = [one for one in (projected, shift) if one is not None]
    if not steps and not swapped:
        result.crs = _plain(system.crs)
        return

    def moved(points: np.ndarray) -> np.ndarray:
        x, y = (points[:, 1], points[:, 0]) if swapped else (points[:, 0], points[:, 1])
        for step in steps:
            x, y = step.transform(x, y)
        return np.column_stack([x, y])

    shapes = shapely.transform(result.geometry, moved)
    lost = ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
    lost &= ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    for at in np.flatnonzero(lost).tolist():
        where = Where(request.name, at + 1, "geometry")
        result.faults.append(fault(where, rule("crs_beyond"), hint("crs_beyond")))
    shapes[lost] = None
    result.geometry, result.crs = shapes, CRS.from_epsg(CGCS2000)
    if system.code in _KEPT and not shift:
        result.crs = CRS.from_epsg(system.code)


def _missing(bounds: Box, request: Request, named: CRS | None, answer: str) -> Fault:
    """Ask for the system of a file that names none, or none of the earth."""
    value = answer or ("" if named is None else named.name)
    return _asked(bounds, request, rule("crs"), value)


def _untrue(bounds: Box, request: Request, system: System) -> Fault:
    return _asked(bounds, request, rule("crs_china"), system.name)


def _asked(bounds: Box, request: Request, words: Pair, value: object) -> Fault:
    found = guesses(bounds, request.near)
    likely = found[:_SHOWN_CHOICES]
    where = Where(request.name, None, "crs", value)
    if not likely:
        shown = ", ".join(f"{one:.6g}" for one in bounds)
        return fault(where, words, hint("crs_unknown", bounds=shown))
    choices = (*(f"EPSG:{one.code}" for one in likely), LEAVE_OUT)
    ask = Ask("crs", request.table, request.name, choices)
    if len(likely) < _SHOWN_CHOICES:
        advice = hint("crs_likely_one", first=_told(likely[0]))
    else:
        advice = hint("crs_likely", first=_told(likely[0]), second=_told(likely[1]))
    return fault(where, words, advice, severity="decide", ask=ask)


def _told(guess: Guess) -> Pair:
    """Tell a guess: code, name, why, and how far off the layer then lies."""
    name = f"EPSG:{guess.code} {guess.name}"
    if guess.off_km is None:
        return put("crs.guess", {"name": name, "why": guess.why})
    return put("crs.guess_off", {"name": name, "why": guess.why, "km": f"{guess.off_km:.1f}"})
