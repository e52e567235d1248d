"""Times that somebody else worked out: from a table of pairs in any unit to trips or a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.travel.ids import align_counts, id_texts
from wushan_geo.travel.matrix import TravelMatrix, Unit, checked_limit
from wushan_geo.travel.places import Places
from wushan_geo.travel.trips import DECIMALS, METRES_A_KM, MINUTES_AN_HOUR, Trips, charges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.travelling import MatrixConfig

SECONDS_A_MINUTE = 60.0
# Unit of a file -> unit of a matrix, multiplier, divisor: 1800 s / 60 is 30 min to the last digit,
# and 1800 x (1 / 60) need not be.
UNITS: dict[str, tuple[Unit, float, float]] = {
    "min": ("min", 1.0, 1.0),
    "s": ("min", 1.0, SECONDS_A_MINUTE),
    "h": ("min", MINUTES_AN_HOUR, 1.0),
    "m": ("m", 1.0, 1.0),
    "km": ("m", METRES_A_KM, 1.0),
}


def in_matrix_unit(values: NDArray[np.float64], unit: str) -> tuple[NDArray[np.float64], Unit]:
    """Turn costs of any unit into minutes or metres.

    Parameters
    ----------
    values
        Costs; infinite stays so. Not changed.
    unit
        ``min``, ``s``, ``h``, ``m`` or ``km``.

    Returns
    -------
    tuple
        Costs in minutes or metres, rounded to 10 decimals; and ``"min"`` or ``"m"``.

    Raises
    ------
    ParameterError
        If the unit is none of these.

    Examples
    --------
    >>> in_matrix_unit(np.array([1800.0, np.inf]), "s")
    (array([30., inf]), 'min')
    """
    if unit not in UNITS:
        options = ", ".join(UNITS)
        message = f"unit must be one of {options}: no number says its own. Got {unit!r} instead."
        raise ParameterError(message)
    name, times, by = UNITS[unit]
    return np.round(values * times / by, DECIMALS), name


def given_matrix(
    table: pd.DataFrame,
    *,
    unit: str,
    origins: Iterable[Any] | None = None,
    destinations: Iterable[Any] | None = None,
    limit: float | None = None,
) -> TravelMatrix:
    """Make a matrix from a clean table of pairs in any unit.

    Parameters
    ----------
    table
        Columns ``origin``, ``destination`` and ``cost``. Not changed.
    unit
        Unit of the costs: ``min``, ``s``, ``h``, ``m`` or ``km``.
    origins, destinations
        All ids, in the order wanted; None takes those of the table in first-seen order.
    limit
        Largest cost that the table is complete for, in `unit`; None if every pair is there.

    Returns
    -------
    TravelMatrix
        In minutes or metres; its limit is in that unit too.

    Raises
    ------
    InputError
        With all faults of the table at once.
    ParameterError
        If unit or limit is out of range.

    Examples
    --------
    >>> pairs = pd.DataFrame({"origin": ["A"], "destination": ["H"], "cost": [0.5]})
    >>> given_matrix(pairs, unit="h", limit=1).dense().tolist()
    [[30.0]]
    """
    costs, name = in_matrix_unit(table["cost"].to_numpy(dtype=np.float64), unit)
    return TravelMatrix.from_table(
        table.assign(cost=costs),
        unit=name,
        origins=origins,
        destinations=destinations,
        limit=None if limit is None else _limit(limit, unit),
    )


def given_trips(
    config: MatrixConfig, table: pd.DataFrame, villages: Places, facilities: Places
) -> Trips:
    """Make the trips of a study whose times come from another router (engine ``matrix``).

    The given times are the moving part, from the village's point to the facility; what the study
    charges in the village and for boarding is added to them.

    Parameters
    ----------
    config
        Unit, and the limit up to which the table is complete.
    table
        Columns ``origin`` (village), ``destination`` (facility) and ``cost`` in that unit.
    villages, facilities
        All places; points need not be known (:func:`without_points`).

    Returns
    -------
    Trips
        Whose ``reach`` is the limit in minutes, if there is one: times beyond it are not known.

    Raises
    ------
    ParameterError
        If the table holds distances: the limits of a study are minutes.
    InputError
        With all faults of the table at once: pairs missing or there twice, unknown ids.

    Examples
    --------
    >>> from wushan_geo.study.travelling import MatrixConfig
    >>> config = MatrixConfig("s", "origin", "destination", "cost", None)
    >>> pairs = pd.DataFrame({"origin": ["A"], "destination": ["H"], "cost": [1500.0]})
    >>> homes = without_points(["A"], {"A": 5.0})
    >>> given_trips(config, pairs, homes, without_points(["H"])).matrix().dense().tolist()
    [[30.0]]
    """
    if UNITS.get(config.unit, ("min",))[0] == "m":
        message = (
            f"the table travel_times is in {config.unit}, and the limits of a study are minutes. "
            "Give times (min, s or h), or use the straight engine."
        )
        raise ParameterError(message)
    matrix = given_matrix(
        table,
        unit=config.unit,
        origins=villages.ids,
        destinations=facilities.ids,
        limit=config.limit,
    )
    ends = charges(villages, "origin"), charges(facilities, "destination")
    return Trips(
        villages.ids,
        facilities.ids,
        np.array(matrix.dense()),
        villages.minutes,
        facilities.minutes,
        pd.concat(ends, ignore_index=True),
        matrix.limit,
    )


def without_points(ids: Iterable[Any], minutes: Mapping[str, float] | None = None) -> Places:
    """Give places of which only the id matters, for times that are given.

    Parameters
    ----------
    ids
        Texts or whole numbers.
    minutes
        Minutes charged at each place, by id; None charges nothing.

    Returns
    -------
    Places
        Without coordinates and road nodes.

    Raises
    ------
    UnknownIdError
        If an id is there twice, or `minutes` lacks one or has others.

    Examples
    --------
    >>> without_points(["A"]).minutes.tolist()
    [0.0]
    """
    names = id_texts(ids, "places")
    nowhere = np.full(len(names), np.nan)
    charged = np.zeros(len(names)) if minutes is None else align_counts(minutes, names, "minutes")
    return Places(names, nowhere, nowhere, ("",) * len(names), charged)


def _limit(limit: float, unit: str) -> float:
    return float(in_matrix_unit(np.array([checked_limit(limit)]), unit)[0][0])
