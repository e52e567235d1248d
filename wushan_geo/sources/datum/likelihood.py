"""How likely points are, given what they should lie in or near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from wushan_geo.sources.datum.plane import Plane
    from wushan_geo.sources.datum.references import Reference

# Beside the reference's error, points have a scatter of their own that nobody knows: metres tried,
# each as likely as the others before the data speak.
SCATTERS_M = (0.0, 25.0, 50.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0)
_TAIL = 4.0  # degrees of freedom of the error in the plane: far points count, but not without bound
_POWER = (_TAIL + 2.0) / 2.0
_STEPS_M = (10.0, 50.0)  # how close the points that stand for a line may stand
# Integrals of the profile (1 + u2 / 4) ** -3 along a border and around a corner.
_ALONG, _AROUND = 3.0 * np.pi / 8.0, 2.0 * np.pi


class Misfit:
    """Distances of points from what they should lie in or near, and their likelihood.

    A point at distance d from its shape has the density ``(1 + (d / s) ** 2 / 4) ** -3`` over
    the area that this profile covers around the shape (Steiner's formula: area, perimeter times
    scale, one full turn), at a scale s of the reference's error and a scatter of the points.
    Inside its polygon a point may stand anywhere. One formula so serves polygons, places and
    lines.

    Parameters
    ----------
    reference
        The reference for just these points, each with a shape.
    plane
        The plane in which to measure.
    """

    def __init__(self, reference: Reference, plane: Plane) -> None:
        shapes = plane.shapes(np.asarray(reference.shapes, dtype=object))
        self._lines = reference.kind == "lines"
        self._places = reference.kind == "places"
        self.scales = np.hypot(reference.error_m, SCATTERS_M)
        if self._lines:
            lines = shapely.get_parts(shapes[~shapely.is_missing(shapes)])
            self._tree = _tree(lines, reference.error_m)
            area = np.zeros(1)
            edge = np.array([2.0 * shapely.length(lines).sum()])
            # Wide profiles of a dense network overlap: no place counts twice.
            hull = shapely.convex_hull(shapely.multilinestrings(lines.tolist()))
            most = shapely.area(shapely.buffer(hull, self.scales))[:, np.newaxis]
        else:
            area, edge = shapely.area(shapes), shapely.length(shapes)
            most = np.full((len(self.scales), 1), np.inf)
            self._at = shapely.get_coordinates(shapes) if self._places else None
        self._shapes = shapes
        wide = self.scales[:, np.newaxis]
        self._room = np.log(np.minimum(area + _ALONG * edge * wide + _AROUND * wide**2, most))

    def distances(self, metres: np.ndarray) -> np.ndarray:
        """Measure how far points lie from their shapes; inside is 0.

        Parameters
        ----------
        metres
            Points in the plane, as (..., points, 2): many trials of the same points at once.

        Returns
        -------
        numpy.ndarray
            Distances as (..., points).

        Raises
        ------
        ValueError
            If there are more or fewer points than shapes.

        Examples
        --------
        See ``tests/test_sources_datum_guard.py``.
        """
        if self._places:
            return np.asarray(np.hypot(*np.moveaxis(metres - self._at, -1, 0)))
        if self._lines:
            return np.asarray(self._tree.query(metres)[0])
        return np.asarray(shapely.distance(np.asarray(shapely.points(metres)), self._shapes))

    def by_point(self, distances: np.ndarray) -> np.ndarray:
        """Give the log density of each point at each scale.

        Parameters
        ----------
        distances
            Distances as (..., points).

        Returns
        -------
        numpy.ndarray
            Log densities as (scales, ..., points).

        Raises
        ------
        ValueError
            If there are more or fewer points than shapes.

        Examples
        --------
        See ``tests/test_sources_datum_guard.py``.
        """
        shape = (len(self.scales), *(1,) * distances.ndim)
        scales = self.scales.reshape(shape)
        room = self._room.reshape(len(self.scales), *(1,) * (distances.ndim - 1), -1)
        return -_POWER * np.log1p((distances / scales) ** 2 / _TAIL) - room

    def together(self, distances: np.ndarray, keep: np.ndarray | None = None) -> np.ndarray:
        """Give the log likelihood of all points, averaged over the scales.

        Parameters
        ----------
        distances
            Distances as (..., points).
        keep
            Which points count; all of them if None.

        Returns
        -------
        numpy.ndarray
            Log likelihoods as (...).

        Raises
        ------
        ValueError
            If there are more or fewer points than shapes.

        Examples
        --------
        See ``tests/test_sources_datum_guard.py``.
        """
        each = self.by_point(distances)
        sums = each.sum(axis=-1) if keep is None else each[..., keep].sum(axis=-1)
        return log_mean(sums)


def _tree(lines: np.ndarray, error_m: float) -> Any:
    """Sow points along lines, for a quick nearest one.

    They stand so close that a distance is too long by a quarter of the reference's error at most.
    """
    from scipy.spatial import KDTree

    step = float(np.clip(error_m / 2.0, *_STEPS_M))
    sown = shapely.get_coordinates(shapely.segmentize(lines, step))
    return KDTree(sown, compact_nodes=False, balanced_tree=False)


def log_mean(values: np.ndarray) -> np.ndarray:
    """Give the logarithm of the mean of exponentials over the first axis.

    Parameters
    ----------
    values
        Logarithms.

    Returns
    -------
    numpy.ndarray
        The mean's logarithm, without the first axis.

    Raises
    ------
    ValueError
        If the first axis is empty.

    Examples
    --------
    >>> float(np.exp(log_mean(np.log([1.0, 3.0]))).round(9))
    2.0
    """
    top = values.max(axis=0)
    mean: np.ndarray = top + np.log(np.exp(values - top).mean(axis=0))
    return mean
