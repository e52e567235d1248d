"""Repairs of a layer of areas, only of what was decided to be repaired; all else stays as it is.

All borders around the defects are cut into one net of faces, and each face is given to one unit:

- a ring that crosses itself keeps what it encloses (GEOS, method *structure*);
- an overlap goes to the smaller of its units, so that a unit inside another one is not swallowed;
- a gap, and a sliver cut off its unit, goes to the neighbour with the longest common border;
- what lies beyond the county is cut off.

Corners are then the same on both sides of every border that was touched. A unit of which nothing
would be left is not repaired.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from wushan_geo.study.answers import Answers
from wushan_geo.study.defects import REPAIR, area_text
from wushan_geo.study.faults import fault, hint, rule
from wushan_geo.study.geometry import GEOGRAPHIC
from wushan_geo.study.linework import edges, faces
from wushan_geo.study.metric import Measure
from wushan_geo.study.topology import ROUNDING_M, Defect, decided, defects, sound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shapely.geometry.base import BaseGeometry

    from wushan_geo.errors import Fault
    from wushan_geo.study.faults import Pair
    from wushan_geo.study.tables import Raw

_AREAL = {"overlap", "gap", "outside", "sliver", "vertices"}
_NEAR = 1e-9  # degrees: units that touch


@dataclass(frozen=True, slots=True)
class Repaired:
    """Shapes after a repair."""

    shapes: np.ndarray
    """The shapes; those not concerned are the same objects as before."""
    done: tuple[tuple[Defect, str], ...]
    """Each defect that was repaired, with the code of the unit that has its area now (empty where
    none has it)."""
    refused: tuple[Defect, ...]
    """Defects not repaired, because nothing would be left of a unit."""


def mend(
    raw: Raw, table: str, answers: Answers | None, outline: BaseGeometry | None = None
) -> tuple[Raw, list[Fault]]:
    """Repair what was decided to be repaired in a layer of areas, once its codes are understood.

    Parameters
    ----------
    raw
        The layer under the names of the contract, in longitude and latitude; not changed.
    table
        Table of the study.
    answers
        What was decided before (topic ``repair``).
    outline
        The county, if it is known.

    Returns
    -------
    tuple
        The layer, the same object if nothing was to be repaired, and a note on each repair with the
        area that changed hands; what cannot be repaired is an error.

    Raises
    ------
    KeyError
        If the layer has no column ``zone_id``.

    Examples
    --------
    >>> import pandas as pd
    >>> from pyproj import CRS
    >>> from wushan_geo.study.answers import Answer
    >>> from wushan_geo.study.tables import Raw
    >>> boxes = [(109.8, 31, 109.9, 31.1), (109.89, 31, 110, 31.1)]
    >>> shapes = np.array([shapely.box(*one) for one in boxes])
    >>> frame = pd.DataFrame({"zone_id": ["1", "2"]}, index=[1, 2])
    >>> layer = Raw(frame, "a.gpkg", shapes, CRS.from_epsg(4490))
    >>> known = Answers.of([Answer("repair", "villages", "overlap 1 2", "repair")])
    >>> mended, notes = mend(layer, "villages", known)
    >>> print(notes[0].rule, "|", shapely.bounds(mended.geometry[1]).tolist())
    keeps what it shared with 2 (10.59 km2) | [109.9, 31.0, 110.0, 31.1]
    """
    known = answers if answers is not None else Answers()
    asked = any(topic == "repair" and about == table for topic, about, _ in known.known)
    if raw.geometry is None or not asked or raw.crs is None:
        return raw, []
    if raw.crs.to_epsg() not in GEOGRAPHIC:
        return raw, []
    ids = raw.frame["zone_id"].tolist()
    codes = [f"#{at}" if not isinstance(one, str) else one for at, one in enumerate(ids, 1)]
    found = defects(raw.geometry, codes, outline)
    wanted = [one for one in found if decided(known, table, one) == REPAIR]
    if not wanted:
        return raw, []
    result = repair(raw.geometry, codes, wanted, outline)
    notes = [_note(raw, codes, one, unit) for one, unit in result.done]
    notes += [
        fault(
            raw.where(codes.index(one.units[0]), "geometry", one.units[0]),
            rule("mended_not"),
            hint("repair"),
        )
        for one in result.refused
    ]
    return replace(raw, geometry=result.shapes), notes


def repair(
    shapes: np.ndarray,
    ids: Sequence[str],
    wanted: Sequence[Defect],
    outline: BaseGeometry | None = None,
) -> Repaired:
    """Repair some defects of a layer of areas.

    Parameters
    ----------
    shapes
        The shapes, in degrees; not changed.
    ids
        Code of each.
    wanted
        Defects to repair, as :func:`wushan_geo.study.topology.defects` gives them.
    outline
        The county, if it is known.

    Returns
    -------
    Repaired
        The shapes, what was done, and what could not be.

    Raises
    ------
    ValueError
        If a defect is of a unit that is not there.

    Examples
    --------
    >>> shapes = np.array([shapely.box(0, 0, 1, 1), shapely.box(1.00001, 0, 2, 1)])
    >>> found = defects(shapes, ["1", "2"])
    >>> [one.kind for one in found]
    ['gap']
    >>> repaired = repair(shapes, ["1", "2"], found)
    >>> repaired.done[0][1], bool(shapely.coverage_is_valid(repaired.shapes))
    ('1', True)
    """
    names = list(ids)
    wanted = [one for one in wanted if one.kind == "ring" or one.kind in _AREAL]
    refused: list[Defect] = []
    while True:
        mended, owners, emptied = _attempt(shapes, names, wanted, outline)
        if not emptied:
            done = tuple((one, owners.get(at, "")) for at, one in enumerate(wanted))
            return Repaired(mended, done, tuple(refused))
        spoilt = [one for one in wanted if emptied & set(one.units)]
        refused += spoilt
        wanted = [one for one in wanted if one not in spoilt]


def _attempt(
    shapes: np.ndarray,
    names: list[str],
    wanted: Sequence[Defect],
    outline: BaseGeometry | None,
) -> tuple[np.ndarray, dict[int, str], set[str]]:
    """Repair, and give the unit that has each defect's area now, and units that would be empty."""
    mended = np.array([*shapes, None], dtype=object)[:-1]
    whole = sound(mended)
    rings = {names.index(one.units[0]) for one in wanted if one.kind == "ring"}
    for at in rings:
        mended[at] = whole[at]
    emptied = {names[at] for at in rings if whole[at] is None or whole[at].is_empty}
    areal = [(at, one) for at, one in enumerate(wanted) if one.kind in _AREAL]
    owners = {at: one.units[0] for at, one in enumerate(wanted) if one.kind == "ring"}
    if not areal or emptied:
        return mended, owners, emptied
    usable = whole.copy()
    usable[~shapely.is_valid(mended)] = None
    net = _Net(usable, names, [one for _, one in areal], outline)
    given, emptied = net.shapes()
    for at, shape in given.items():
        mended[at] = shape
    for at, one in areal:
        owners[at] = net.owner_of(one)
    return mended, owners, emptied


class _Net:
    """The faces around some defects, and the units that claim them."""

    def __init__(
        self,
        areas: np.ndarray,
        names: list[str],
        wanted: Sequence[Defect],
        outline: BaseGeometry | None,
    ) -> None:
        self.areas, self.names, self.wanted = areas, names, wanted
        self.measure = Measure(areas)
        self.units = self._concerned()
        lines = list(shapely.boundary(areas[self.units]))
        # A gap open to the outside is closed by its own border, as it was found.
        lines += [shapely.boundary(one.shape) for one in wanted if one.kind == "gap"]
        if outline is not None and any(one.border or one.kind == "vertices" for one in wanted):
            lines.append(shapely.boundary(outline))
        self.faces = faces(np.array(lines, dtype=object))
        self.points = shapely.point_on_surface(self.faces)
        self.claims: list[set[int]] = [set() for _ in self.faces]
        tree = shapely.STRtree(areas)
        for face, unit in tree.query(self.points, predicate="intersects").T.tolist():
            self.claims[face].add(unit)
        self.size = self.measure.area(areas)
        self.outside = np.zeros(len(self.faces), dtype=bool)
        if outline is not None:
            self.outside = ~shapely.intersects(outline, self.points)
        self._assign()

    def _concerned(self) -> list[int]:
        """Give the units of the defects and all that touch them."""
        at = {name: number for number, name in enumerate(self.names)}
        own = sorted({at[unit] for one in self.wanted for unit in one.units})
        tree = shapely.STRtree(self.areas)
        found = tree.query(self.areas[own], predicate="dwithin", distance=_NEAR)
        return sorted({*own, *found[1].tolist()})

    def _assign(self) -> None:
        """Give each face that a wanted defect holds to one unit, or to none."""
        width = self.measure.width(self.faces)
        at = {name: number for number, name in enumerate(self.names)}
        open_faces: set[int] = set()
        for one in self.wanted:
            if one.shape is None:
                continue
            inside = np.flatnonzero(shapely.intersects(one.shape, self.points)).tolist()
            units = {at[unit] for unit in one.units}
            for face in inside:
                self._take(face, one, units, open_faces)
        for face in np.flatnonzero(width < ROUNDING_M).tolist():
            if len(self.claims[face]) > 1:
                self.claims[face] = {self._smallest(self.claims[face])}
            elif not self.claims[face] and not self.outside[face]:
                open_faces.add(face)
        self._fill(open_faces)

    def _take(self, face: int, one: Defect, units: set[int], open_faces: set[int]) -> None:
        claims = self.claims[face]
        if one.kind == "overlap" and units <= claims:
            self.claims[face] = claims - units | {self._smallest(units)}
        elif one.kind == "outside":
            self.claims[face] = claims - units
        elif one.kind == "sliver" and claims <= units:
            self.claims[face] = set()
            open_faces.add(face)
        elif one.kind == "gap" and not claims:
            open_faces.add(face)

    def _smallest(self, units: Collection[int]) -> int:
        """Give the smallest unit; of two alike the one with the lower code."""
        return min(units, key=lambda one: (self.size[one], self.names[one]))

    def _fill(self, open_faces: set[int]) -> None:
        """Give each open face to the unit with the longest border along it, from the outside in."""
        lengths = self._shared()
        while open_faces:
            best: dict[int, int] = {}
            for face in sorted(open_faces):
                along: dict[int, float] = defaultdict(float)
                for other, length in lengths[face].items():
                    if len(self.claims[other]) == 1:
                        along[next(iter(self.claims[other]))] += length
                if along:
                    best[face] = min(along, key=lambda one: (-along[one], self.names[one]))
            if not best:
                return
            for face, unit in best.items():
                self.claims[face] = {unit}
            open_faces -= set(best)

    def _shared(self) -> list[dict[int, float]]:
        """Give how long a border each face has with each other one."""
        found = edges(self.faces)
        length = np.hypot(*(found.points[found.end] - found.points[found.start]).T)
        order = np.argsort(found.key, kind="stable")
        key, owner, length = found.key[order], found.owner[order], length[order]
        same = np.flatnonzero(key[1:] == key[:-1])
        shared: list[dict[int, float]] = [defaultdict(float) for _ in self.faces]
        pairs = zip(
            owner[same].tolist(), owner[same + 1].tolist(), length[same].tolist(), strict=True
        )
        for one, other, piece in pairs:
            shared[one][other] += piece
            shared[other][one] += piece
        return shared

    def shapes(self) -> tuple[dict[int, BaseGeometry], set[str]]:
        """Give the new shape of each unit concerned, and the units that would be empty."""
        parts: dict[int, list[BaseGeometry]] = {unit: [] for unit in self.units}
        for face, claims in zip(self.faces, self.claims, strict=True):
            for unit in claims & set(self.units):
                parts[unit].append(face)
        emptied = {self.names[unit] for unit, own in parts.items() if not own}
        given = {}
        for unit, own in parts.items():
            if own:
                whole = shapely.coverage_union_all(own)
                if not shapely.equals_identical(whole.normalize(), self.areas[unit].normalize()):
                    given[unit] = whole
        return given, emptied

    def owner_of(self, one: Defect) -> str:
        """Give the unit that has most of a defect's area now, empty if none has."""
        if one.shape is None:
            return one.units[0]
        area: dict[str, float] = defaultdict(float)
        for face in np.flatnonzero(shapely.intersects(one.shape, self.points)).tolist():
            for unit in self.claims[face]:
                area[self.names[unit]] += self.faces[face].area
        return min(area, key=lambda unit: (-area[unit], unit)) if area else ""


def _note(raw: Raw, codes: list[str], one: Defect, unit: str) -> Fault:
    """Tell a repair: at the unit that has the area now, with the area."""
    holder = unit or one.units[0]
    others = ", ".join(other for other in one.units if other != holder)
    words = _words(one, others)
    where = raw.where(codes.index(holder), "geometry", holder)
    return fault(where, words, hint("nothing"), severity="note")


def _words(one: Defect, others: str) -> Pair:
    area = area_text(one.area_m2)
    if one.kind == "ring":
        return rule("mended_ring", area=area)
    if one.kind == "overlap":
        return rule("mended_overlap", other=others, area=area)
    if one.kind == "gap":
        return rule("mended_gap", area=area)
    if one.kind == "outside":
        return rule("mended_outside", area=area)
    if one.kind == "sliver":
        return rule("mended_sliver", area=area)
    return rule("mended_vertices", count=one.pieces)
