"""The lines of a layer of areas: what two neighbours share falls away, and the rest makes faces.

Of a sound layer each stretch of border is walked twice, once in each direction, by the two units
beside it. What is left when those pairs are taken out is the outer border and every place where
something is wrong, so that a large layer is as quick to check as its defects are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Edges:
    """The straight pieces of the borders of areas."""

    points: np.ndarray
    """Corners, each once."""
    start: np.ndarray
    """Corner at which a piece begins, the area on its left."""
    end: np.ndarray
    """Corner at which it ends."""
    owner: np.ndarray
    """Position of its area."""

    @property
    def key(self) -> np.ndarray:
        """Number of a piece, the same in both directions."""
        low, high = np.minimum(self.start, self.end), np.maximum(self.start, self.end)
        return np.asarray(low * len(self.points) + high)

    @property
    def forward(self) -> np.ndarray:
        """Direction of a piece, 1 or -1."""
        return np.where(self.start < self.end, 1, -1)


def edges(areas: np.ndarray, *, turned: np.ndarray | None = None) -> Edges:
    """Take the borders of areas apart.

    Parameters
    ----------
    areas
        Polygons and multipolygons; missing ones have no border.
    turned
        Whether each is walked the other way round, as the outline of all of them is.

    Returns
    -------
    Edges
        The pieces, those of no length left out.

    Raises
    ------
    TypeError
        If these are no shapes.

    Examples
    --------
    >>> found = edges(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]))
    >>> len(found.points), len(found.start), len(np.unique(found.key))
    (6, 8, 7)
    """
    oriented = shapely.orient_polygons(np.asarray(areas, dtype=object))
    parts, of_part = shapely.get_parts(oriented, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    corners, of_corner = shapely.get_coordinates(rings, return_index=True)
    # As complex numbers corners are compared at once; adding 0 makes one of the two zeros.
    plain, number = np.unique((corners + 0.0).view(complex).ravel(), return_inverse=True)
    inner = of_corner[1:] == of_corner[:-1]
    start, end = number[:-1][inner], number[1:][inner]
    owner = of_part[of_ring[of_corner[:-1][inner]]] if len(corners) else start
    long = start != end
    start, end, owner = start[long], end[long], owner[long]
    if turned is not None:
        other = turned[owner]
        start, end = np.where(other, end, start), np.where(other, start, end)
    return Edges(plain.view(float).reshape(-1, 2), start, end, owner)


def unmatched(found: Edges) -> np.ndarray:
    """Give the pieces that are not walked once in each direction, as lines.

    Parameters
    ----------
    found
        The pieces of all areas.

    Returns
    -------
    numpy.ndarray
        Lines, each once.

    Raises
    ------
    AttributeError
        If these are no pieces.

    Examples
    --------
    >>> sound = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> len(unmatched(edges(sound)))
    6
    """
    keys, first, which = np.unique(found.key, return_index=True, return_inverse=True)
    balance = np.bincount(which, weights=found.forward, minlength=len(keys))
    left = first[balance != 0]
    ends = np.stack([found.points[found.start[left]], found.points[found.end[left]]], axis=1)
    return np.asarray(shapely.linestrings(ends)) if len(left) else np.array([], dtype=object)


def faces(lines: np.ndarray) -> np.ndarray:
    """Give the areas that lines enclose, each the smallest.

    Parameters
    ----------
    lines
        Lines, which may cross.

    Returns
    -------
    numpy.ndarray
        Polygons.

    Raises
    ------
    TypeError
        If these are no lines.

    Examples
    --------
    >>> crossing = shapely.boundary([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)])
    >>> len(faces(crossing))
    3
    """
    if not len(lines):
        return np.array([], dtype=object)
    noded = shapely.get_parts(shapely.union_all(lines))
    return np.asarray(shapely.get_parts(shapely.polygonize(noded)))


def shared_lengths(area: BaseGeometry, units: np.ndarray, near: float) -> np.ndarray:
    """Give how much of an area's border each unit borders on, in degrees.

    Parameters
    ----------
    area
        A gap, say.
    units
        Units around it (or lines).
    near
        Distance up to which a border is the same.

    Returns
    -------
    numpy.ndarray
        Length by unit.

    Raises
    ------
    TypeError
        If these are no shapes.

    Examples
    --------
    >>> gap = shapely.box(1, 0, 2, 1)
    >>> boxes = [(0, 0, 1, 1), (2, 0, 3, 3), (5, 5, 6, 6)]
    >>> around = np.array([shapely.box(*one) for one in boxes])
    >>> shared_lengths(gap, around, 1e-9).tolist()
    [1.0, 1.0, 0.0]
    """
    pieces = edges(np.array([area], dtype=object))
    ends = pieces.points[pieces.start], pieces.points[pieces.end]
    lengths = np.hypot(*(ends[1] - ends[0]).T)
    middles = shapely.points((ends[0] + ends[1]) / 2)
    touching = shapely.distance(middles[:, None], np.asarray(units)[None, :]) <= near
    return np.asarray(lengths @ touching)
