"""Times of areas: a village is not a point, so its people's points are averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.travel.ids import align_counts, id_text, id_texts
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.trips import DECIMALS

if TYPE_CHECKING:
    from numpy.typing import NDArray

Summary = Literal["mean", "median"]
# Persons at points may be fractions, whose sums depend on their order in the 16th digit: half of
# them is half of them all the same.
HALF = 0.5 * (1 - 1e-12)


@dataclass(frozen=True, slots=True, eq=False)
class ZonalTimes:
    """Times of zones, and how many of a zone's people they hold for.

    Examples
    --------
    See :func:`zone_matrix`.
    """

    matrix: TravelMatrix
    """Times from zones (ids in ascending order) to destinations."""
    reached: pd.DataFrame
    """Share of each zone's persons who reach each destination (within the limit of the matrix, if
    it has one), from 0 to 1; index = zone id, columns = destination ids."""
    persons: pd.Series[float]
    """Persons at the points of each zone; index = zone id."""


def zone_matrix(
    matrix: TravelMatrix,
    zones: pd.Series[Any] | Mapping[Any, Any],
    weights: pd.Series[float] | Mapping[Any, float],
    *,
    summary: Summary,
) -> ZonalTimes:
    """Sum the times of points up to times of the zones that they lie in, weighted by persons.

    With the persons w and times t of the points of a zone:

    - ``mean``: sum(w t) / sum(w). Infinite as soon as one person cannot reach the destination; a
      matrix with a limit has none, for who is beyond the limit is not known by how much.
    - ``median``: the smallest time within which at least half of the persons reach the destination
      (the lower weighted median). Infinite if fewer than half do, or not within the limit.

    Points without persons count for nothing, whether they reach it or not.

    Parameters
    ----------
    matrix
        Times from points to destinations.
    zones
        Zone of each point, by the point's id; every origin of the matrix needs one. Not changed.
    weights
        Persons at each point, by id, at least 0; fractions are allowed. Not changed.
    summary
        ``"mean"`` or ``"median"``.

    Returns
    -------
    ZonalTimes
        Times in the unit of the matrix (the mean rounded to 10 decimals, so that it does not depend
        on the order of rows), and the share of persons who reach each destination. Dense: 16 bytes
        for each zone and destination.

    Raises
    ------
    UnknownIdError
        If a point has no zone or no weight, or either names one that the matrix has not.
    ParameterError
        If the summary is not known, a weight is NaN, negative or infinite, a zone has no persons
        (it is named), or a mean is asked of a matrix with a limit.

    Examples
    --------
    >>> points = TravelMatrix(("a", "b", "c"), ("H",), "min", np.array([[10.0], [40.0], [np.inf]]))
    >>> zones = {"a": "village", "b": "village", "c": "village"}
    >>> times = zone_matrix(points, zones, {"a": 3, "b": 1, "c": 1}, summary="median")
    >>> times.matrix.dense().tolist(), times.reached["H"].tolist()
    ([[10.0]], [0.8])
    >>> zone_matrix(points, zones, {"a": 3, "b": 1, "c": 0}, summary="mean").matrix.dense().tolist()
    [[17.5]]
    """
    if summary not in get_args(Summary):
        message = f"summary must be 'mean' or 'median'. Got {summary!r} instead."
        raise ParameterError(message)
    if summary == "mean" and matrix.limit is not None:
        message = (
            f"a mean needs every time, and this matrix holds those up to {matrix.limit:g} "
            f"{matrix.unit} only. Take the median, or a matrix without a limit."
        )
        raise ParameterError(message)
    persons = align_counts(weights, matrix.origin_ids, "weights")
    zone_of = _zones(zones, matrix.origin_ids)
    names, zone = np.unique(zone_of, return_inverse=True)
    total = np.bincount(zone, weights=persons, minlength=names.size)
    empty = names[total == 0].tolist()
    if empty:
        message = (
            f"these zones have no persons at any of their points: {listed(empty)}. Give persons, "
            "or leave the points of these zones out of the matrix."
        )
        raise ParameterError(message)
    # By zone and then point: sums do not depend on the order of the rows.
    order = np.lexsort((np.array(matrix.origin_ids, dtype="U"), zone))
    order = order[persons[order] > 0]
    first = np.flatnonzero(np.diff(zone[order], prepend=-1))
    costs, persons = matrix.dense()[order], persons[order]
    part = (costs, persons, first)
    times = _mean(*part) if summary == "mean" else _median(*part)
    index = pd.Index(pd.array(names, dtype="str"), name="zone_id")
    sums = _sum(np.where(np.isfinite(costs), persons[:, None], 0.0), first)
    whole = _sum(persons[:, None], first)
    columns = pd.Index(pd.array(matrix.destination_ids, dtype="str"), name="destination")
    return ZonalTimes(
        TravelMatrix(
            tuple(names.tolist()), matrix.destination_ids, matrix.unit, times, matrix.limit
        ),
        pd.DataFrame(sums / whole, index=index, columns=columns),
        pd.Series(whole[:, 0], index=index, name="persons"),
    )


def _zones(zones: Any, ids: tuple[str, ...]) -> NDArray[Any]:
    """Put the zones in the order of the points, by id."""
    if isinstance(zones, Mapping):
        names, values = list(zones), list(zones.values())
    elif isinstance(zones, pd.Series):
        names, values = zones.index.tolist(), zones.tolist()
    else:
        message = (
            "zones must be a Series with the point ids as index, or a mapping from point to zone. "
            f"Got {type(zones).__name__} instead."
        )
        raise ParameterError(message)
    known = dict(zip(id_texts(names, "zones"), values, strict=True))
    missing, extra = [one for one in ids if one not in known], set(known) - set(ids)
    if missing or extra:
        faults = [f"zones are missing for {listed(missing)}"] if missing else []
        faults += [f"zones are given for {listed(sorted(extra))}, which the matrix has not"] * bool(
            extra
        )
        message = "; ".join(faults) + ". Give one zone for each point."
        raise UnknownIdError(message)
    return np.array([id_text(known[one], "zones") for one in ids], dtype="U")


def _sum(values: NDArray[np.float64], first: NDArray[np.intp]) -> NDArray[np.float64]:
    """Add rows up, zone by zone."""
    if not first.size:
        return np.empty((0, values.shape[1]))
    return np.asarray(np.add.reduceat(values, first, axis=0), dtype=np.float64)


def _mean(
    costs: NDArray[np.float64], persons: NDArray[np.float64], first: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Give the weighted mean of each zone; one infinite time makes it infinite."""
    mean = _sum(costs * persons[:, None], first) / _sum(persons[:, None], first)
    return np.round(mean, DECIMALS)


def _median(
    costs: NDArray[np.float64], persons: NDArray[np.float64], first: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Give the lower weighted median of each zone."""
    found = np.empty((first.size, costs.shape[1]))
    ends = np.append(first[1:], len(costs))[: first.size]
    for at, (start, end) in enumerate(zip(first.tolist(), ends.tolist(), strict=True)):
        order = np.argsort(costs[start:end], axis=0, kind="stable")
        sums = np.cumsum(persons[start:end][order], axis=0)
        half = np.argmax(sums >= HALF * sums[-1], axis=0)
        by_time = np.take_along_axis(costs[start:end], order, axis=0)
        found[at] = by_time[half, np.arange(half.size)]
    return found
