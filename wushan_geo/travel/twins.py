"""Trips of places that hang on both carriageways of a road: each takes whichever is quicker.

Where a place hangs is one spot, or two: the second is on the twin of its road, which leads the
other way (see :func:`wushan_geo.travel.snap.snap`). Both spots are searched from and for as if they
were places of their own, each with the way to it, and of the answers the least counts. So nobody
can change from one carriageway to the other by way of somebody's home, and as the way to a spot
stays apart from the way on the roads, the answer is the least at every road factor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from wushan_geo.travel.groups import starts
from wushan_geo.travel.matrix import Pairs, TravelMatrix
from wushan_geo.travel.trips import Trips, minutes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.travel.places import Places
    from wushan_geo.travel.snap import Snaps


class Spots(NamedTuple):
    """Where places hang: the first spot of each, in their order, and behind these the twins."""

    snaps: Snaps
    """The spots, none of which has a twin itself."""
    minutes: NDArray[np.float64]
    """Minutes charged at each beside the road: what the place charges, and the way to the spot."""
    place: NDArray[np.intp]
    """Place of each."""

    @property
    def twins(self) -> NDArray[np.intp]:
        """Place of each spot behind the first ones."""
        # The first spots stand in the order of the places, so that each is its own number.
        return self.place[np.flatnonzero(self.place != np.arange(self.place.size))]


@dataclass(frozen=True, slots=True, eq=False)
class TwinTrips(Trips):
    """Trips of places some of which have two spots.

    ``moving``, what is fixed, and ``snaps`` are those of the first spots; a matrix is the least
    over all spots.

    Examples
    --------
    See ``tests/test_travel_twins.py``.
    """

    spots: Trips = field(kw_only=True)
    """Trips from every spot to every other, named by their numbers."""
    origin_twins: NDArray[np.intp] = field(kw_only=True)
    """Origin of each spot behind the first ones."""
    destination_twins: NDArray[np.intp] = field(kw_only=True)
    """Destination of each spot behind the first ones."""

    def matrix(self, factor: float = 1.0, limit: float | None = None) -> TravelMatrix:
        """Make the matrix at one factor, as :meth:`Trips.matrix` does.

        Parameters
        ----------
        factor
            Multiplier of the moving minutes, above 0.
        limit
            Largest cost kept, in minutes; None keeps all.

        Returns
        -------
        TravelMatrix
            In minutes, from origin to destination, rounded to 10 decimals (6 nanoseconds): for
            each pair the least of at most four ways.

        Raises
        ------
        ParameterError
            If the factor is not a finite number above 0, or the search did not go as far as the
            limit asks.

        Examples
        --------
        See ``tests/test_travel_twins.py``.
        """
        costs = self.spots.matrix(factor, limit).dense()
        for twins in (self.destination_twins, self.origin_twins):
            costs = _least_rows(costs.T, twins)
        costs = np.ascontiguousarray(costs)
        costs.flags.writeable = False  # spares the matrix its own copy
        return TravelMatrix(self.origin_ids, self.destination_ids, "min", costs, limit)


def spots_of(at: Places, snaps: Snaps, snap_speed_kmh: float) -> Spots:
    """Give every spot at which places hang, with what is charged there.

    Parameters
    ----------
    at
        The places.
    snaps
        Where they hang.
    snap_speed_kmh
        Speed between a place and the road in km/h.

    Returns
    -------
    Spots
        The spots.

    Raises
    ------
    ParameterError
        If the speed is not a finite number above 0.

    Examples
    --------
    See ``tests/test_travel_twins.py``.
    """
    found, place = snaps.spots()
    minutes = minutes_of(found.metres, snap_speed_kmh, "snap_speed_kmh")
    return Spots(found, at.minutes[place] + minutes, place)


def trips_between(
    ids: tuple[tuple[str, ...], tuple[str, ...]],
    ends: tuple[Spots, Spots],
    moving: NDArray[np.float64],
    snaps: pd.DataFrame,
    reach: float | None,
) -> Trips:
    """Put trips together from those between all spots.

    Parameters
    ----------
    ids
        Ids of the origins and of the destinations.
    ends
        Their spots.
    moving
        Minutes on the roads between the spots, origins down and destinations across.
    snaps
        What was charged where.
    reach
        Minutes up to which was searched; None for all.

    Returns
    -------
    Trips
        From the origins to the destinations.

    Raises
    ------
    ValueError
        If the minutes do not fit the spots.

    Examples
    --------
    See ``tests/test_travel_twins.py``.
    """
    start, end = ends
    down, across = len(ids[0]), len(ids[1])
    fixed = start.minutes, end.minutes
    if moving.shape == (down, across):
        return Trips(*ids, moving, *fixed, snaps, reach)
    numbered = [tuple(map(str, range(one.size))) for one in fixed]
    return TwinTrips(
        *ids,
        moving[:down, :across],
        fixed[0][:down],
        fixed[1][:across],
        snaps,
        reach,
        spots=Trips(numbered[0], numbered[1], moving, *fixed, pd.DataFrame(), reach),
        origin_twins=start.twins,
        destination_twins=end.twins,
    )


def least_pairs(pairs: Pairs, start: Spots, end: Spots) -> Pairs:
    """Take the least of the ways between each two places.

    Parameters
    ----------
    pairs
        Costs between spots.
    start, end
        The spots of origins and destinations.

    Returns
    -------
    Pairs
        Costs between places, each pair once, sorted.

    Raises
    ------
    IndexError
        If a spot is not there.

    Examples
    --------
    See ``tests/test_travel_twins.py``.
    """
    origin, destination = start.place[pairs.origin], end.place[pairs.destination]
    order = np.lexsort((pairs.cost, destination, origin))
    origin, destination = origin[order], destination[order]
    first = starts(origin) | starts(destination)
    return Pairs(origin[first], destination[first], pairs.cost[order][first])


def least_of_each(
    costs: NDArray[np.float64], labels: NDArray[np.intp], twins: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Choose the nearest facilities of places from those of their spots.

    Parameters
    ----------
    costs
        Costs of the nearest facilities of each spot, nearest first; infinite for none.
    labels
        Which facilities these are; -1 for none.
    twins
        Place of each spot behind the first ones.

    Returns
    -------
    tuple of numpy.ndarray
        Costs and facilities of the places, as many for each; a facility counts once, at its least
        cost, and of equally near ones the first.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> costs, labels = np.array([[3.0, 7.0], [2.0, 5.0]]), np.array([[0, 1], [1, 0]])
    >>> [one.tolist() for one in least_of_each(costs, labels, np.array([0]))]
    [[[2.0, 3.0]], [[1, 0]]]
    """
    count = costs.shape[0] - twins.size
    if not twins.size:
        return costs, labels
    both = np.hstack([costs[twins], costs[count:]])
    names = np.hstack([labels[twins], labels[count:]])
    order = np.lexsort((both, names), axis=1)
    both = np.take_along_axis(both, order, axis=1)
    names = np.take_along_axis(names, order, axis=1)
    again = names[:, 1:] == names[:, :-1]
    both[:, 1:][again] = np.inf
    order = np.lexsort((names, both), axis=1)[:, : costs.shape[1]]
    costs, labels = costs[:count].copy(), labels[:count].copy()
    costs[twins] = np.take_along_axis(both, order, axis=1)
    labels[twins] = np.take_along_axis(names, order, axis=1)
    return costs, labels


def _least_rows(costs: NDArray[np.float64], twins: NDArray[np.intp]) -> NDArray[np.float64]:
    """Take the least of the rows of each place: its first one, and for some one behind all."""
    count = costs.shape[0] - twins.size
    found = costs[:count]
    if twins.size:
        found = found.copy()
        found[twins] = np.minimum(found[twins], costs[count:])
    return found
