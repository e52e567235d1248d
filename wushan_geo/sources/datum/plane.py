"""A flat piece of the earth around a county, in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from wushan_geo.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

_AXIS, _ECCENTRICITY = 6378137.0, 0.00669437999014


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a middle point.

    Lengths are right to a third of a per cent within 30 km north and south of the middle at 31
    degrees north: enough to weigh misfits of some hundred metres, and much quicker than a
    projection. It measures nothing that is reported as a result.
    """

    lon: float
    """Longitude of the middle."""
    lat: float
    """Latitude of the middle."""

    @classmethod
    def around(cls, lon: np.ndarray, lat: np.ndarray) -> Plane:
        """Lay a plane around points.

        Parameters
        ----------
        lon
            Longitudes; not-a-number does not count.
        lat
            Latitudes.

        Returns
        -------
        Plane
            The plane, its middle at the medians, so that a stray point does not move it far.

        Raises
        ------
        ParameterError
            If there is no point.

        Examples
        --------
        >>> Plane.around(np.array([109.0, 110.0, np.nan]), np.array([31.0, 31.2, 31.0]))
        Plane(lon=109.5, lat=31.1)
        """
        there = np.isfinite(lon) & np.isfinite(lat)
        if not there.any():
            raise ParameterError("there is no point to lay a plane around")
        return cls(float(np.median(lon[there])), float(np.median(lat[there])))

    @property
    def metres(self) -> tuple[float, float]:
        """Metres of one degree east and of one degree north."""
        angle = np.radians(self.lat)
        bulge = 1.0 - _ECCENTRICITY * np.sin(angle) ** 2
        across = _AXIS / np.sqrt(bulge)
        degree = np.pi / 180.0
        return (
            float(degree * across * np.cos(angle)),
            float(degree * across * (1.0 - _ECCENTRICITY) / bulge),
        )

    def flat(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Give points as metres.

        Parameters
        ----------
        lon
            Longitudes.
        lat
            Latitudes.

        Returns
        -------
        numpy.ndarray
            East and north in the last of its axes.

        Raises
        ------
        ValueError
            If the arrays do not fit each other.

        Examples
        --------
        >>> Plane(109.5, 31.0).flat(np.array([109.51]), np.array([31.0])).round(1).tolist()
        [[955.0, 0.0]]
        """
        east, north = self.metres
        return np.stack([(lon - self.lon) * east, (lat - self.lat) * north], axis=-1)

    def round(self, metres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give metres as longitude and latitude, the other way of :meth:`flat`.

        Parameters
        ----------
        metres
            East and north in the last of its axes.

        Returns
        -------
        tuple of numpy.ndarray
            Longitudes and latitudes.

        Raises
        ------
        IndexError
            If the last axis has no two values.

        Examples
        --------
        >>> plane = Plane(109.5, 31.0)
        >>> plane.round(plane.flat(np.array([109.6]), np.array([31.2])))[1].round(9).tolist()
        [31.2]
        """
        east, north = self.metres
        return self.lon + metres[..., 0] / east, self.lat + metres[..., 1] / north

    def shapes(self, shapes: np.ndarray) -> np.ndarray:
        """Give shapes in metres.

        Parameters
        ----------
        shapes
            Shapes in degrees; None stays None.

        Returns
        -------
        numpy.ndarray
            The same in metres.

        Raises
        ------
        TypeError
            If they are no shapes.

        Examples
        --------
        >>> Plane(109.5, 31.0).shapes(np.array([shapely.Point(109.5, 31.0)]))[0].x
        0.0
        """
        flatten: Callable[[np.ndarray], np.ndarray] = lambda at: self.flat(at[:, 0], at[:, 1])  # noqa: E731 -- one line
        flat: np.ndarray = shapely.transform(shapes, flatten)
        return flat
