"""Pairs of places with a known length by road: what of them cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.study.bounds import MOST_FACTOR
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.roads import METRES_A_KM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.errors import Fault

    Place = Callable[[int, str, str], Where]

TABLE = "road_distances"
ENDS = ("from_lon", "from_lat", "to_lon", "to_lat")
METRE_DEGREES = 5  # decimals of a degree that tell one metre from the next
LEAST_PAIRS = 3  # with fewer, leaving one out says nothing about the error


def used_pairs(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which pairs are to be used.

    Parameters
    ----------
    table
        Table ``road_distances``; without ``used``, or where that is empty, a pair counts.

    Returns
    -------
    numpy.ndarray
        True or False for each row.

    Raises
    ------
    TypeError
        If ``used`` holds neither true nor false.

    Examples
    --------
    >>> import pandas as pd
    >>> flags = pd.array([True, None, False], dtype="boolean")
    >>> used_pairs(pd.DataFrame({"used": flags})).tolist()
    [True, True, False]
    """
    if "used" not in table.columns:
        return np.ones(len(table), dtype=bool)
    flags: Any = table["used"].astype("boolean").fillna(value=True)
    return np.asarray(flags.to_numpy(dtype=bool))


def straight_km(table: pd.DataFrame) -> NDArray[np.float64]:
    """Measure the straight line of each pair over the ellipsoid.

    Parameters
    ----------
    table
        Columns ``from_lon``, ``from_lat``, ``to_lon``, ``to_lat`` in degrees.

    Returns
    -------
    numpy.ndarray
        Kilometres on the WGS 84 ellipsoid (Karney 2013, as in pyproj); NaN where a coordinate is.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> ends = {"from_lon": [0.0], "from_lat": [0.0], "to_lon": [1.0], "to_lat": [0.0]}
    >>> straight_km(pd.DataFrame(ends)).round(1).tolist()
    [111.3]
    """
    from pyproj import Geod

    lon, lat, to_lon, to_lat = (_floats(table, one) for one in ENDS)
    _, _, metres = Geod(ellps="WGS84").inv(lon, lat, to_lon, to_lat)
    return np.asarray(metres, dtype=np.float64) / METRES_A_KM


def pair_faults(table: pd.DataFrame, place: Place | None = None) -> Iterator[Fault]:
    """Find pairs from which no detour can be told, among those that are to be used.

    Two ends that are one place; a road shorter than the straight line, or more than ten times as
    long (metres typed for kilometres); two places entered twice, whichever is the start, to the
    metre: their road would weigh twice, or have two lengths; fewer than three pairs.

    Parameters
    ----------
    table
        Table ``road_distances``.
    place
        Gives the place of a fault from the position of its row, column and value; None names the
        table alone.

    Yields
    ------
    Fault
        One for each finding.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_travel_detour.py``.
    """
    at_row = place or (lambda _, column, value: Where(TABLE, None, column, value))
    rows = np.flatnonzero(used_pairs(table))
    ids = table["pair_id"].astype(str).to_numpy(dtype=object)
    straight, road = straight_km(table), _floats(table, "road_km")
    for at in rows[~(straight[rows] > 0)].tolist():
        where = at_row(at, "from_lon, from_lat", ids[at])
        yield fault(where, rule("detour_apart"), hint("detour_apart"))
    apart = rows[straight[rows] > 0]
    for at in apart[~(road[apart] >= straight[apart])].tolist():
        where = at_row(at, "road_km", f"{ids[at]}: {road[at]:g}")
        words = rule("detour_longer", straight=f"{straight[at]:.1f}")
        yield fault(where, words, hint("detour_longer"))
    for at in apart[road[apart] > MOST_FACTOR * straight[apart]].tolist():
        where = at_row(at, "road_km", f"{ids[at]}: {road[at]:g}")
        words = rule("detour_most", most=f"{MOST_FACTOR:g}", straight=f"{straight[at]:.1f}")
        yield fault(where, words, hint("detour_most"))
    for before, at in _twice(table, rows):
        where = at_row(at, "pair_id", f"{ids[before]}, {ids[at]}")
        words = rule("detour_once", first=f"{road[before]:g}", second=f"{road[at]:g}")
        yield fault(where, words, hint("detour_once"))
    if rows.size < LEAST_PAIRS:
        where = Where(TABLE, None, "used", rows.size)
        yield fault(where, rule("detour_pairs", least=LEAST_PAIRS), hint("detour_pairs"))


def _twice(table: pd.DataFrame, rows: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Give the rows of two places that are there before, after the row that has them first."""
    ends = [np.round(_floats(table, one), METRE_DEGREES) for one in ENDS]
    first: dict[frozenset[tuple[float, float]], int] = {}
    for at in rows.tolist():
        lon, lat, to_lon, to_lat = (float(one[at]) for one in ends)
        if np.isfinite([lon, lat, to_lon, to_lat]).all():
            before = first.setdefault(frozenset([(lon, lat), (to_lon, to_lat)]), at)
            if before != at:
                yield before, at


def _floats(table: pd.DataFrame, column: str) -> NDArray[np.float64]:
    return np.asarray(table[column].to_numpy(dtype=np.float64, na_value=np.nan))
