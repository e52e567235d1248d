"""Where the trips of villages start: at their demand point, or at the points of their people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.travel.places import Places, places
from wushan_geo.travel.zonal import zone_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """Places from which the persons of villages set out; made by :func:`starts`.

    Examples
    --------
    See :func:`starts`.
    """

    at: Places
    """The places: villages by their id, and points by village and point."""
    zones: tuple[str, ...]
    """Village of each place."""
    persons: NDArray[np.float64]
    """Persons of each place; 1 for a village that is one place."""

    @property
    def alone(self) -> bool:
        """Whether every village is one place, so that there is nothing to average."""
        return self.zones == self.at.ids

    def charging(self, minutes: pd.Series[float]) -> Places:
        """Give the places with other minutes charged in the villages.

        Parameters
        ----------
        minutes
            Minutes charged in each village whatever the road, by village.

        Returns
        -------
        Places
            The same places in the same order.

        Raises
        ------
        KeyError
            If a village has no minutes.

        Examples
        --------
        >>> table = pd.DataFrame({"lon": [109.8], "lat": [31.0]}, index=["v1"])
        >>> nobody = pd.DataFrame({"zone_id": []})
        >>> found = starts(places(table, "villages"), nobody, pd.Series({"v1": 5.0}))
        >>> found.charging(pd.Series({"v1": 7.0})).minutes.tolist()
        [7.0]
        """
        charged = np.asarray(minutes.loc[list(self.zones)], dtype=np.float64)
        return replace(self.at, minutes=charged)

    def by_village(self, matrix: TravelMatrix) -> TravelMatrix:
        """Average the times of places by village, weighted by persons.

        Parameters
        ----------
        matrix
            Times from the places to destinations, without a limit where there are points.

        Returns
        -------
        TravelMatrix
            Times from the villages; infinite as soon as one person cannot get there.

        Raises
        ------
        UnknownIdError
            If the matrix has other origins.

        Examples
        --------
        See ``tests/test_travel_hamlets.py``.
        """
        if self.alone:
            return matrix
        zones = dict(zip(self.at.ids, self.zones, strict=True))
        weights = dict(zip(self.at.ids, self.persons.tolist(), strict=True))
        return zone_matrix(matrix, zones, weights, summary="mean").matrix

    def snaps(self, table: pd.DataFrame) -> pd.DataFrame:
        """Tell of each village the longest way to the road, and the smallest part it hangs on.

        Parameters
        ----------
        table
            What was charged where, as in ``Trips.snaps``, the places being the origins.

        Returns
        -------
        DataFrame
            The same with one row for each village: that of its point farthest from the road; its
            ``part`` is the largest number among its points, so that a cut-off point is told.

        Raises
        ------
        KeyError
            If a column is missing.

        Examples
        --------
        See ``tests/test_travel_hamlets.py``.
        """
        if self.alone:
            return table
        origin = (table["role"] == "origin").to_numpy()
        village = dict(zip(self.at.ids, self.zones, strict=True))
        rows = table[origin]
        rows = rows.assign(place_id=rows["place_id"].map(village).astype("str"))
        order = rows.sort_values(["place_id", "snap_m"], ascending=[True, False], kind="stable")
        farthest = order.drop_duplicates("place_id").set_index("place_id")
        farthest["part"] = rows.groupby("place_id")["part"].max()
        found = farthest.reset_index()[list(table.columns)]
        return pd.concat([found, table[~origin]], ignore_index=True)


def starts(homes: Places, points: pd.DataFrame, minutes: pd.Series[float]) -> Starts:
    """Let the villages that have points of their people start there.

    Parameters
    ----------
    homes
        The villages that have no such points.
    points
        ``zone_id``, ``point_id``, ``lon``, ``lat`` (degrees) and ``persons`` (above 0) of the
        others, in the order of their ids.
    minutes
        Minutes charged in each village whatever the road, by village.

    Returns
    -------
    Starts
        Villages, then points.

    Raises
    ------
    KeyError
        If a village has no minutes.

    Examples
    --------
    >>> village = places(pd.DataFrame({"lon": [109.8], "lat": [31.0]}, index=["v1"]), "villages")
    >>> point = {"zone_id": "v2", "point_id": "p", "lon": 109.9, "lat": 31.0, "persons": 7.0}
    >>> found = starts(village, pd.DataFrame([point]), pd.Series({"v2": 5.0}))
    >>> found.at.ids, found.zones
    (('v1', 'v2/p'), ('v1', 'v2'))
    """
    if points.empty:
        return Starts(homes, homes.ids, np.ones(len(homes.ids)))
    zones = points["zone_id"].astype("str")
    ids = (zones + "/" + points["point_id"].astype("str")).tolist()
    spots = places(points[["lon", "lat"]].set_axis(ids, axis=0), "demand_points")
    at = Places(
        homes.ids + spots.ids,
        np.concatenate([homes.lon, spots.lon]),
        np.concatenate([homes.lat, spots.lat]),
        homes.node_ids + spots.node_ids,
        np.concatenate([homes.minutes, minutes.loc[zones].to_numpy(dtype=np.float64)]),
    )
    persons = np.concatenate([np.ones(len(homes.ids)), points["persons"].to_numpy(dtype=float)])
    return Starts(at, (*homes.ids, *zones), persons)
