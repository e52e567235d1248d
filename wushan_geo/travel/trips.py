"""The minutes of trips, kept apart by what they depend on: the road, and what is charged anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, shown
from wushan_geo.travel.matrix import TravelMatrix, checked_limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.travel.places import Places

MINUTES_AN_HOUR = 60.0
METRES_A_KM = 1000.0
# Sums in floating point depend on the order of their terms in about the 13th digit. Rounding to 6
# nanoseconds makes a trip of exactly 30 minutes exactly 30, whichever way round it was searched.
DECIMALS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Trips from origins to destinations, of which one search gives any number of matrices.

    A trip takes ``factor x moving + fixed at the origin + fixed at the destination`` minutes. The
    moving part is uncertain with the roads (schematic lengths, assumed speeds), so that an
    optimistic and a pessimistic factor give an interval; what is charged in the village, for
    boarding and for the way to the road does not change with it.

    Examples
    --------
    >>> trips = Trips(
    ...     ("A",), ("H",), np.array([[20.0]]), np.array([5.0]), np.array([1.0]), pd.DataFrame()
    ... )
    >>> trips.matrix(1.2).dense().tolist()
    [[30.0]]
    """

    origin_ids: tuple[str, ...]
    """Where trips start."""
    destination_ids: tuple[str, ...]
    """Where trips end."""
    moving: NDArray[np.float64]
    """Minutes on the way at factor 1, origins down and destinations across; inf = unreachable."""
    origin_fixed: NDArray[np.float64]
    """Minutes charged at each origin whatever the factor: its snap, its village, boarding."""
    destination_fixed: NDArray[np.float64]
    """Minutes charged at each destination whatever the factor: its snap."""
    snaps: pd.DataFrame
    """What was charged where, one row for each end: ``place_id``, ``role`` (origin or
    destination), ``node_id`` (road node; empty between the ends of an edge, and if no roads are
    used), ``snap_m`` (metres to the road), ``snap_min``, ``other_min`` (within the village,
    boarding), ``part`` (number of the connected part of the road network on which the place hangs,
    0 for the largest), ``edge_id`` (edge on which it hangs, empty for none) and ``share`` (how far
    along it, from 0 at `u` to 1 at `v`; NaN for none); by road also ``twin_edge_id`` (the other
    carriageway on which it hangs, empty for none)."""
    reach: float | None = None
    """Moving minutes up to which the search went; None if it found everything."""

    def matrix(self, factor: float = 1.0, limit: float | None = None) -> TravelMatrix:
        """Make the matrix at one factor.

        Parameters
        ----------
        factor
            Multiplier of the moving minutes, above 0.
        limit
            Largest cost kept, in minutes; None keeps all.

        Returns
        -------
        TravelMatrix
            In minutes, from origin to destination, rounded to 10 decimals (6 nanoseconds).

        Raises
        ------
        ParameterError
            If the factor is not a finite number above 0, or the search did not go as far as the
            limit asks.

        Examples
        --------
        See :class:`Trips`.
        """
        scale = positive(factor, "factor")
        if self.reach is not None and (
            limit is None or checked_limit(limit) > round(self.reach * scale, DECIMALS)
        ):
            asked = "no limit" if limit is None else f"{limit:g} min"
            message = (
                f"these trips were searched up to {self.reach * scale:g} min only, which does not "
                f"answer for {asked}. Search further."
            )
            raise ParameterError(message)
        fixed = self.origin_fixed[:, None] + self.destination_fixed[None, :]
        costs = np.round(self.moving * scale + fixed, DECIMALS)
        costs.flags.writeable = False  # spares the matrix its own copy
        return TravelMatrix(self.origin_ids, self.destination_ids, "min", costs, limit)


def search_reach(limit: float, factor: float = 1.0) -> float:
    """Say how far to search so that no pair within a limit is missed for a rounding error.

    Costs are rounded to 10 decimals: one a little above the limit may be rounded onto it, and is
    within it then.

    Parameters
    ----------
    limit
        Largest cost kept, in minutes.
    factor
        Multiplier of the moving minutes, above 0.

    Returns
    -------
    float
        Moving minutes at factor 1 up to which to search.

    Raises
    ------
    ParameterError
        If the limit is not a finite number of at least 0, or the factor not one above 0.

    Examples
    --------
    >>> search_reach(30.0, 1.5) > 20
    True
    """
    return (checked_limit(limit) + 10.0**-DECIMALS) / positive(factor, "factor")


def charges(at: Places, role: str, **found: object) -> pd.DataFrame:
    """Write down what is charged at the ends of trips beside the way itself.

    Parameters
    ----------
    at
        The places.
    role
        ``origin`` or ``destination``.
    **found
        Columns that the engine knows, one value for each place; without them the places need no
        road.

    Returns
    -------
    pandas.DataFrame
        The columns of :attr:`Trips.snaps`.

    Raises
    ------
    ValueError
        If a column has another number of values than there are places.

    Examples
    --------
    >>> from wushan_geo.travel.places import places
    >>> home = places(pd.DataFrame({"lon": [1.0], "lat": [2.0]}, index=["A"]), "origins")
    >>> charges(home, "origin")["snap_m"].tolist()
    [0.0]
    """
    columns = {
        "place_id": pd.array(at.ids, dtype="str"),
        "role": pd.array([role] * len(at.ids), dtype="str"),
        "node_id": pd.array([""] * len(at.ids), dtype="str"),
        "snap_m": np.zeros(len(at.ids)),
        "snap_min": np.zeros(len(at.ids)),
        "other_min": at.minutes,
        "part": np.zeros(len(at.ids), dtype=np.int64),
        "edge_id": pd.array([""] * len(at.ids), dtype="str"),
        "share": np.full(len(at.ids), np.nan),
    }
    return pd.DataFrame(columns | found)


def positive(value: float, what: str) -> float:
    """Make sure that a factor or speed is a finite number above 0.

    Parameters
    ----------
    value
        The number.
    what
        What it is, for the message.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ParameterError
        If it is no number, NaN, infinite, zero or negative.

    Examples
    --------
    >>> positive(30, "speed_kmh")
    30.0
    """
    number = isinstance(value, (int, float, np.integer, np.floating))
    if not number or isinstance(value, bool) or not 0 < value < np.inf:
        message = f"{what} must be a finite number above 0. Got {value!r} instead."
        raise ParameterError(message)
    return float(value)


def mapping(value: Any, what: str, example: str) -> dict[Any, Any]:
    """Make sure that numbers come by name: a mapping, or a Series with the names as index.

    Parameters
    ----------
    value
        The argument.
    what
        Its name, for the message.
    example
        How it may look.

    Returns
    -------
    dict
        The numbers, which are not checked here.

    Raises
    ------
    ParameterError
        If it is neither.

    Examples
    --------
    >>> mapping({"county": 30.0}, "speeds_kmh", "{'county': 30.0}")
    {'county': 30.0}
    """
    if isinstance(value, (Mapping, pd.Series)):
        return dict(value.items())
    message = f"{what} must be numbers by name, as in {example}. Got {shown(value)} instead."
    raise ParameterError(message)


def minutes_of(metres: NDArray[np.float64], speed_kmh: float, what: str) -> NDArray[np.float64]:
    """Turn lengths into minutes at one speed.

    Parameters
    ----------
    metres
        Lengths in metres.
    speed_kmh
        Speed in km/h, above 0.
    what
        What the speed is, for the message.

    Returns
    -------
    numpy.ndarray
        Minutes.

    Raises
    ------
    ParameterError
        If the speed is not a finite number above 0.

    Examples
    --------
    >>> minutes_of(np.array([1000.0]), 30, "speed_kmh").tolist()
    [2.0]
    """
    return metres * MINUTES_AN_HOUR / (METRES_A_KM * positive(speed_kmh, what))
