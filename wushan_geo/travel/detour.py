"""How much longer roads are than the straight line, told from pairs of which both are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import InputError
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.travelling import Interval
from wushan_geo.travel.places import geodesic_m
from wushan_geo.travel.trips import METRES_A_KM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from wushan_geo.errors import Fault

TABLE = "road_distances"
LEAST_PAIRS = 3  # with fewer, leaving one out says nothing about the error


@dataclass(frozen=True, slots=True, eq=False)
class DetourEstimate:
    """A detour factor with its interval, and the pairs behind it."""

    interval: Interval
    """Smallest ratio, exponential of the mean log ratio, largest ratio; each at least 1."""
    pairs: pd.DataFrame
    """One row for each pair that was used, by ``pair_id``: ``straight_km``, ``road_km``,
    ``ratio`` (road / straight), ``factor_without`` (central factor of all other pairs) and
    ``error_without`` (relative error of the length that those predict; 0 is exact)."""
    left_out: int
    """Pairs that the table says are not to be used."""
    typical_error: float
    """Typical error when one pair is predicted from the others, as a multiplier of at least 1."""

    @property
    def used(self) -> int:
        """Number of pairs behind the factor."""
        return len(self.pairs)


def detour_factor(pairs: pd.DataFrame) -> DetourEstimate:
    """Estimate the detour factor from pairs of places with a known road length.

    ratio = road_km / geodesic km; central = exp(mean(log(ratio))), so that half and double count as
    the same error; low and high are the smallest and the largest ratio, a range and no confidence
    interval. Each pair is also predicted from all others: error = factor without it / ratio - 1,
    and the typical error is exp(root mean square of the log errors).

    Parameters
    ----------
    pairs
        Table ``road_distances``: ``pair_id``, ``from_lon``, ``from_lat``, ``to_lon``, ``to_lat``
        (degrees), ``road_km``, and if known ``used``; a row with ``used`` = False is left out and
        counted, an empty cell counts as used. Not changed.

    Returns
    -------
    DetourEstimate
        Pairs sorted by id.

    Raises
    ------
    InputError
        With all faults at once: a pair whose road is shorter than the straight line or whose two
        ends are one place, or fewer than 3 pairs to use.

    Examples
    --------
    See ``tests/test_travel_detour.py``.
    """
    order = np.argsort(pairs["pair_id"].astype(str).to_numpy(dtype=object), kind="stable")
    table = pairs.iloc[order]
    kept = _used(table)
    left_out = int((~kept).sum())
    table = table[kept]
    ids = table["pair_id"].astype(str).to_numpy(dtype=object)
    straight = _straight_km(table)
    road = table["road_km"].to_numpy(dtype=np.float64, na_value=np.nan)
    faults = [*_faults(ids, straight, road)]
    if faults:
        raise InputError(faults)
    ratios = road / straight
    logs = np.log(ratios)
    without = (logs.sum() - logs) / (logs.size - 1)
    found = pd.DataFrame(
        {
            "straight_km": straight,
            "road_km": road,
            "ratio": ratios,
            "factor_without": np.exp(without),
            "error_without": np.expm1(without - logs),
        },
        index=pd.Index(pd.array(ids, dtype="str"), name="pair_id"),
    )
    # The mean of equal logarithms may miss them by the last digit.
    low, high = float(ratios.min()), float(ratios.max())
    interval = Interval(low, min(max(float(np.exp(logs.mean())), low), high), high)
    typical = float(np.exp(np.sqrt(np.mean((without - logs) ** 2))))
    return DetourEstimate(interval, found, left_out, typical)


def _used(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which pairs are to be used."""
    if "used" not in table.columns:
        return np.ones(len(table), dtype=bool)
    flags: Any = table["used"].astype("boolean").fillna(value=True)
    return np.asarray(flags.to_numpy(dtype=bool))


def _straight_km(table: pd.DataFrame) -> NDArray[np.float64]:
    """Measure the straight line of each pair over the ellipsoid."""
    start, end = (
        (
            table[f"{side}_lon"].to_numpy(dtype=np.float64, na_value=np.nan),
            table[f"{side}_lat"].to_numpy(dtype=np.float64, na_value=np.nan),
        )
        for side in ("from", "to")
    )
    return geodesic_m(start, end) / METRES_A_KM


def _faults(
    ids: NDArray[Any], straight: NDArray[np.float64], road: NDArray[np.float64]
) -> Iterator[Fault]:
    """Find pairs that cannot be, and too few of them."""
    for at in np.flatnonzero(~(straight > 0)):
        where = Where(TABLE, None, "from_lon, from_lat", ids[at])
        yield fault(where, rule("detour_apart"), hint("detour_apart"))
    for at in np.flatnonzero((straight > 0) & ~(road >= straight)):
        words = rule("detour_longer", straight=f"{straight[at]:.1f}")
        where = Where(TABLE, None, "road_km", f"{ids[at]}: {road[at]:g}")
        yield fault(where, words, hint("detour_longer"))
    if ids.size < LEAST_PAIRS:
        where = Where(TABLE, None, "used", ids.size)
        yield fault(where, rule("detour_pairs", least=LEAST_PAIRS), hint("detour_pairs"))
