"""What can be wrong with a layer of areas: each defect with its units, its area and its place.

Lines are compared in degrees, corner by corner, as they stand in the file; areas and widths are
measured in metres, in the zone that holds the layer.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from wushan_geo.study.linework import edges, faces, shared_lengths, unmatched
from wushan_geo.study.metric import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapely.geometry.base import BaseGeometry

    from wushan_geo.study.answers import Answers

Kind = Literal[
    "ring", "id", "twin", "nothing", "sliver", "overlap", "gap", "outside", "parts", "vertices"
]

ROUNDING_M = 0.05
"""Width below which lines are the same: six decimals of a degree are 0.1 m, rounded by half."""
SLIVER_M = 5.0
"""Mean width below which an area is a sliver: on the sheets of 1:10,000 from which borders are
taken, a pen's line is 0.5 mm, which is 5 m."""
SLIVER_M2 = 100.0
"""Area below which a part of a unit is none: less than a house with its yard."""
_SAME = 1e-9  # degrees (0.1 mm): what noding moves a corner is far below
_DEGREE_M = 111_000.0  # metres of a degree of latitude, for a first rough look
_ROUGH = 2.0  # how much wider that look is
_REASON = re.compile(r"(.*?)\[([-\d.e+]+) ([-\d.e+]+)\]")
_POLYGONS = {"Polygon", "MultiPolygon"}
_SEVERAL = 2

SLIVERS = "slivers"
"""The question that settles all slivers of a layer."""
VERTICES = "vertices"
"""The question that settles all corners that do not match."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with the shapes of a layer."""

    kind: Kind
    """``ring`` (invalid), ``id`` and ``twin`` (a code or shape twice), ``nothing`` (no land),
    ``sliver`` (a thin or tiny part), ``overlap``, ``gap``, ``outside`` (beyond the county),
    ``parts`` (several), ``vertices`` (corners of neighbours that do not match, without area)."""
    units: tuple[str, ...]
    """Units concerned: the one to look at first, then its neighbours."""
    area_m2: float = 0.0
    """Area in square metres."""
    width_m: float = 0.0
    """Mean width in metres."""
    at: tuple[float, float] = (float("nan"), float("nan"))
    """Longitude and latitude of a place in it."""
    pieces: int = 1
    """In how many pieces."""
    share: float = 0.0
    """Share of the unit's own area."""
    reason: str = ""
    """What is wrong with a ring."""
    border: bool = False
    """Whether it lies along the border of the county."""
    shape: BaseGeometry | None = None
    """The area itself, in degrees."""

    @property
    def thin(self) -> bool:
        """Whether it is a sliver, which is drawn by accident."""
        return self.kind in {"sliver", "overlap", "gap", "outside"} and self.width_m < SLIVER_M

    @property
    def subject(self) -> str:
        """What is asked about it, the same from year to year."""
        if self.kind == "vertices":
            return VERTICES
        if self.thin or self.kind == "sliver":
            return SLIVERS
        return " ".join((self.kind, *sorted(self.units[:_SEVERAL])))


def decided(answers: Answers, table: str, defect: Defect) -> str | None:
    """Give what was decided on a defect: on itself, or on all of its kind.

    Parameters
    ----------
    answers
        All decisions.
    table
        Table of the layer.
    defect
        The defect.

    Returns
    -------
    str or None
        ``repair``, ``keep``, another answer, or None.

    Raises
    ------
    TypeError
        If a subject is not a text.

    Examples
    --------
    >>> from wushan_geo.study.answers import Answer, Answers
    >>> answers = Answers.of([Answer("repair", "villages", "slivers", "repair")])
    >>> decided(answers, "villages", Defect("gap", ("1", "2"), 30.0, 0.5))
    'repair'
    """
    own = answers.get("repair", table, defect.subject)
    return own if own is not None else answers.get("repair", table, defect.kind)


def sound(shapes: np.ndarray) -> np.ndarray:
    """Give the shapes as areas on which one can reckon: valid ones as they are, others mended.

    Parameters
    ----------
    shapes
        Shapes in degrees; not changed.

    Returns
    -------
    numpy.ndarray
        Polygons and multipolygons; None where there is none.

    Raises
    ------
    TypeError
        If these are no shapes.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> sound(np.array([bow, shapely.Point(0, 0)]))[1] is None
    True
    """
    areas = np.array([*shapes, None], dtype=object)[:-1]
    wrong = ~shapely.is_missing(areas) & ~shapely.is_valid(areas)
    if wrong.any():
        mended = shapely.make_valid(areas[wrong], method="structure", keep_collapsed=False)
        areas[wrong] = [_areal(one) for one in mended]
    kinds = shapely.get_type_id(areas)
    other = ~np.isin(kinds, (3, 6)) | shapely.is_empty(areas)
    areas[other] = None
    return areas


def _areal(shape: BaseGeometry) -> BaseGeometry | None:
    """Keep the areas of what a repair gave."""
    if shape.geom_type in _POLYGONS:
        return shape
    parts = [one for one in shapely.get_parts(shape) if one.geom_type in _POLYGONS]
    return shapely.union_all(parts) if parts else None


def defects(
    shapes: np.ndarray, ids: Sequence[str], outline: BaseGeometry | None = None
) -> list[Defect]:
    """Find every defect of a layer of areas that should cover a county once.

    Parameters
    ----------
    shapes
        Polygons in degrees; missing shapes and shapes of another kind are passed over. Not changed.
    ids
        Code of each.
    outline
        The county, if it is known.

    Returns
    -------
    list of Defect
        The defects, by kind, then by code.

    Raises
    ------
    ValueError
        If there are more or fewer ids than shapes.

    Examples
    --------
    >>> west, east = shapely.box(109.8, 31, 109.9, 31.1), shapely.box(109.89, 31, 110, 31.1)
    >>> for one in defects(np.array([west, east]), ["1", "2"]):
    ...     print(one.kind, one.units, round(one.area_m2 / 1e6, 2))
    overlap ('1', '2') 10.59
    """
    if len(shapes) != len(ids):
        message = f"{len(shapes)} shapes and {len(ids)} ids"
        raise ValueError(message)
    names = [str(one) for one in ids]
    areas = sound(shapes)
    if shapely.is_missing(areas).all():
        return [*_twice(names)]
    layer = _Layer(areas, names, outline)
    found = [*_twice(names), *layer.rings(np.asarray(shapes)), *layer.twins(), *layer.small()]
    found += layer.crossed()
    return sorted(found, key=lambda one: (_ORDER.index(one.kind), one.units, -one.area_m2, one.at))


_ORDER: tuple[Kind, ...] = (
    "ring", "id", "twin", "nothing", "overlap", "gap", "outside", "sliver", "parts", "vertices",
)  # fmt: skip


def _twice(names: list[str]) -> Iterator[Defect]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield Defect("id", (name,))
        seen.add(name)


class _Layer:
    """A layer while it is looked through."""

    def __init__(self, areas: np.ndarray, names: list[str], outline: BaseGeometry | None) -> None:
        self.areas = areas
        self.names = names
        self.outline = outline
        self.measure = Measure(areas)
        self.there = ~shapely.is_missing(areas)
        self.tree = shapely.STRtree(areas)

    def rings(self, shapes: np.ndarray) -> Iterator[Defect]:
        """Find invalid rings, with the reason and the place that GEOS gives."""
        wrong = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
        for at in np.flatnonzero(wrong).tolist():
            said = _REASON.match(shapely.is_valid_reason(shapes[at]))
            reason, place = said[1] if said else "", (float("nan"),) * 2
            if said:
                place = float(said[2]), float(said[3])
            area = self.measure.area(self.areas[[at]])[0]
            yield Defect("ring", (self.names[at],), float(area), at=place, reason=reason)

    def twins(self) -> Iterator[Defect]:
        """Find shapes that stand there twice; the later one is left out of what follows."""
        known: dict[bytes, int] = {}
        boxes = shapely.bounds(self.areas)
        _, which, count = np.unique(boxes, axis=0, return_inverse=True, return_counts=True)
        for at in np.flatnonzero((count[which.ravel()] > 1) & self.there).tolist():
            key = shapely.to_wkb(shapely.normalize(self.areas[at]))
            first = known.setdefault(key, at)
            if first != at:
                area = float(self.measure.area(self.areas[[at]])[0])
                pair = (self.names[at], self.names[first])
                yield Defect("twin", pair, area, at=_place(self.areas[at]))
                self.there[at] = False

    def small(self) -> Iterator[Defect]:
        """Find units and parts of units too small or too thin to be any."""
        parts, owner = shapely.get_parts(self.areas, return_index=True)
        number = np.bincount(owner, minlength=len(self.areas))
        rough = shapely.area(parts) * _DEGREE_M**2 <= SLIVER_M2 * _ROUGH
        length = shapely.length(parts)
        rough |= 2 * shapely.area(parts) * _DEGREE_M <= SLIVER_M * _ROUGH * length
        at = np.flatnonzero(rough)
        area, width = self.measure.area(parts[at]), self.measure.width(parts[at])
        little = (area < SLIVER_M2) | (width < SLIVER_M)
        slivers = np.zeros(len(parts), dtype=bool)
        for one, its_area, its_width in zip(
            at[little].tolist(), area[little].tolist(), width[little].tolist(), strict=True
        ):
            unit = int(owner[one])
            kind: Kind = "sliver" if number[unit] > 1 else "nothing"
            slivers[one] = kind == "sliver"
            yield Defect(
                kind, (self.names[unit],), its_area, its_width, _place(parts[one]),
                shape=parts[one],
            )  # fmt: skip
        yield from self._parts(parts, owner, slivers)

    def _parts(self, parts: np.ndarray, owner: np.ndarray, slivers: np.ndarray) -> Iterator[Defect]:
        """Find units of several parts, slivers apart."""
        number = np.bincount(owner[~slivers], minlength=len(self.areas))
        for unit in np.flatnonzero(number > 1).tolist():
            own = parts[(owner == unit) & ~slivers]
            area = self.measure.area(own)
            least = int(area.argmin())
            share = float(area[least] / area.sum())
            yield Defect(
                "parts", (self.names[unit],), float(area[least]), at=_place(own[least]),
                pieces=len(own), share=share,
            )  # fmt: skip

    def crossed(self) -> list[Defect]:
        """Find overlaps, gaps, what lies outside, and corners that do not match."""
        areas = self.areas.copy()
        areas[~self.there] = None
        every = areas if self.outline is None else np.append(areas, [self.outline])
        turned = np.arange(len(every)) == len(areas)
        shaped = faces(unmatched(edges(every, turned=turned)))
        points = shapely.point_on_surface(shaped)
        hits = self.tree.query(points, predicate="intersects") if len(shaped) else _NONE
        count = np.bincount(hits[0], minlength=len(shaped))
        inside = np.ones(len(shaped), dtype=bool)
        if self.outline is not None and len(shaped):
            inside = shapely.intersects(self.outline, points)
        found = [
            *self._overlaps(shaped[count > 1]),
            *self._gaps(shaped[(count == 0) & inside]),
            *self._outside(shaped[(count > 0) & ~inside]),
        ]
        if self.outline is None:
            found += self._slits(areas, [one.shape for one in found if one.kind == "gap"])
        wide = [one for one in found if one.width_m >= ROUNDING_M]
        narrow = [one for one in found if one.width_m < ROUNDING_M]
        return [*wide, *self._unmatched(areas, wide, narrow)]

    def _overlaps(self, shaped: np.ndarray) -> Iterator[Defect]:
        pairs: set[tuple[int, int]] = set()
        for face in shaped:
            near = self.tree.query(face, predicate="intersects")
            near = near[self.there[near]]
            on = shapely.area(shapely.intersection(self.areas[near], face)) > 0
            pairs.update(itertools.combinations(sorted(near[on].tolist()), 2))
        for one, other in sorted(pairs):
            both = _areal(shapely.intersection(self.areas[one], self.areas[other]))
            if both is not None and not both.is_empty:
                pair = sorted([self.names[one], self.names[other]])
                yield self._defect("overlap", (pair[0], pair[1]), both)

    def _gaps(self, shaped: np.ndarray) -> Iterator[Defect]:
        borders: dict[int, list[Any]] = {}
        rim = None if self.outline is None else shapely.boundary(self.outline)
        for face in shaped:
            near, lengths = self._around(face)
            if not len(near):
                continue
            beside = 0.0 if rim is None else shared_lengths(face, np.array([rim]), _SAME)[0]
            if beside > (lengths[1] if len(lengths) > 1 else 0.0):
                borders.setdefault(near[0], []).append(face)
            else:
                yield self._defect("gap", tuple(self.names[one] for one in near), face)
        for unit, pieces in sorted(borders.items()):
            whole = shapely.MultiPolygon(pieces)
            yield self._defect("gap", (self.names[unit],), whole, border=True)

    def _around(self, face: BaseGeometry) -> tuple[list[int], list[float]]:
        """Give the units along a face, the one with the longest common border first."""
        near = self.tree.query(face, predicate="dwithin", distance=_SAME)
        near = near[self.there[near]]
        lengths = shared_lengths(face, self.areas[near], _SAME)
        # Rounded, so that of two alike the lower code comes first whatever the order of the rows.
        order = sorted(
            np.flatnonzero(lengths > _SAME).tolist(),
            key=lambda at: (-round(float(lengths[at]), 9), self.names[near[at]]),
        )
        return near[order].tolist(), lengths[order].tolist()

    def _outside(self, shaped: np.ndarray) -> Iterator[Defect]:
        beyond: dict[int, list[Any]] = {}
        for face in shaped:
            near = self.tree.query(face, predicate="intersects")
            near = near[self.there[near]]
            cut = shapely.intersection(self.areas[near], face)
            for unit, piece in zip(near.tolist(), cut, strict=True):
                areal = _areal(piece)
                if areal is not None and not areal.is_empty:
                    beyond.setdefault(unit, []).extend(shapely.get_parts(areal))
        for unit, pieces in sorted(beyond.items()):
            whole = shapely.MultiPolygon(pieces)
            yield self._defect("outside", (self.names[unit],), whole, of=unit, border=True)

    def _slits(self, areas: np.ndarray, known: list[BaseGeometry | None]) -> Iterator[Defect]:
        """Find gaps open to the outside: what a thick pen along the borders would fill."""
        wide = SLIVER_M / _DEGREE_M
        wrong = ~shapely.is_empty(shapely.coverage_invalid_edges(areas, gap_width=wide))
        if not (wrong & self.there).any():
            return
        whole = shapely.union_all(areas[wrong & self.there])
        closed = whole.buffer(wide / 2, join_style="mitre").buffer(-wide / 2, join_style="mitre")
        for piece in shapely.get_parts(closed.difference(shapely.union_all(areas[self.there]))):
            near, _ = self._around(piece)
            enclosed = any(one is not None and one.intersects(piece) for one in known)
            if len(near) > 1 and piece.geom_type == "Polygon" and not enclosed:
                yield self._defect("gap", tuple(self.names[one] for one in near), piece)

    def _unmatched(
        self, areas: np.ndarray, wide: list[Defect], narrow: list[Defect]
    ) -> Iterator[Defect]:
        """Find units whose corners their neighbours lack, where nothing else explains it."""
        wrong = {unit for one in narrow for unit in one.units}
        if not shapely.coverage_is_valid(areas):
            flagged = ~shapely.is_empty(shapely.coverage_invalid_edges(areas)) & self.there
            wrong |= {self.names[at] for at in np.flatnonzero(flagged).tolist()}
        told = {unit for one in wide for unit in one.units}
        around = [at for at, name in enumerate(self.names) if name in told and self.there[at]]
        if around:
            near = self.tree.query(self.areas[around], predicate="dwithin", distance=_SAME)[1]
            told |= {self.names[at] for at in near.tolist()}
        units = sorted(wrong - told)
        if units:
            first = self.areas[self.names.index(units[0])]
            area = sum(one.area_m2 for one in narrow)
            yield Defect("vertices", tuple(units), area, at=_place(first), pieces=len(units))

    def _defect(
        self,
        kind: Kind,
        units: tuple[str, ...],
        shape: BaseGeometry,
        *,
        of: int | None = None,
        border: bool = False,
    ) -> Defect:
        parts = shapely.get_parts(shape)
        area, width = self.measure.area(parts), self.measure.width(parts)
        largest = int(area.argmax())
        total = float(area.sum())
        own = 0.0 if of is None else float(self.measure.area(self.areas[[of]])[0])
        share = total / own if own else 0.0
        return Defect(
            kind, units, total, float(width.max()), _place(parts[largest]), len(parts), share,
            border=border, shape=shape,
        )  # fmt: skip


_NONE = np.zeros((2, 0), dtype=int)


def _place(shape: BaseGeometry) -> tuple[float, float]:
    point = shapely.point_on_surface(shape)
    return (point.x, point.y) if not point.is_empty else (float("nan"), float("nan"))
