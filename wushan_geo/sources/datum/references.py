"""What points are held against: zones they should lie in, places they should lie at, lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from wushan_geo.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

Kind = Literal["zones", "places", "lines"]
_TYPES = {
    "zones": {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON},
    "places": {shapely.GeometryType.POINT},
    "lines": {
        shapely.GeometryType.LINESTRING,
        shapely.GeometryType.MULTILINESTRING,
        shapely.GeometryType.LINEARRING,
    },
}


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Something that is known in WGS-84 / CGCS2000, and how well."""

    kind: Kind
    """``zones`` (each point lies in its polygon), ``places`` (each point lies near its place) or
    ``lines`` (each point lies near one of the lines)."""
    shapes: np.ndarray
    """Shapes in degrees: for zones and places one for each point, None where it has none; for
    lines all lines there are."""
    error_m: float
    """Stated error in metres: how far one coordinate of the reference is typically off (a
    standard deviation). It may be common to the whole reference."""
    name: str = ""
    """What it is, for reports."""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.error_m) and self.error_m > 0):
            message = f"the error of a reference is a number of metres above 0, not {self.error_m}"
            raise ParameterError(message)
        there = self.shapes[~shapely.is_missing(self.shapes)]
        kinds = {shapely.GeometryType(one) for one in np.unique(shapely.get_type_id(there))}
        if self.kind not in _TYPES or not kinds <= _TYPES[self.kind]:
            names = ", ".join(sorted(one.name.lower() for one in kinds))
            message = f"a reference of kind {self.kind!r} cannot be made of: {names}"
            raise ParameterError(message)

    @classmethod
    def by_id(
        cls,
        kind: Kind,
        claimed: Sequence[object],
        known: Mapping[str, Any],
        error_m: float,
        name: str = "",
    ) -> Reference:
        """Give each point the shape of the zone or place that it claims.

        Parameters
        ----------
        kind
            ``zones`` or ``places``.
        claimed
            Id that each point claims; one that is missing or unknown gives no shape.
        known
            Shapes in degrees by id.
        error_m
            Stated error in metres.
        name
            What it is, for reports.

        Returns
        -------
        Reference
            The reference, in the order of the points.

        Raises
        ------
        ParameterError
            If the error is not above 0 or a shape is of another kind.

        Examples
        --------
        >>> seats = {"500237001": shapely.Point(109.876, 31.077)}
        >>> one = Reference.by_id("places", ["500237001", None], seats, 100, "seats")
        >>> [shape is None for shape in one.shapes]
        [False, True]
        """
        shapes = np.full(len(claimed), None, dtype=object)
        for at, zone in enumerate(claimed):
            shapes[at] = known.get(zone) if isinstance(zone, str) else None
        return cls(kind, shapes, error_m, name)

    def kept(self, keep: np.ndarray) -> Reference:
        """Give the same reference for some of the points.

        Parameters
        ----------
        keep
            Flags or positions of the points.

        Returns
        -------
        Reference
            The reference for these; lines serve all points alike.

        Raises
        ------
        IndexError
            If there are more or fewer flags than points.

        Examples
        --------
        >>> one = Reference("places", shapely.points([[1.0, 2.0], [3.0, 4.0]]), 50)
        >>> len(one.kept(np.array([True, False])).shapes)
        1
        """
        if self.kind == "lines":
            return self
        return Reference(self.kind, self.shapes[keep], self.error_m, self.name)
