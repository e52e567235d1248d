"""How much longer roads are than the straight line, told from pairs of which both are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wushan_geo.errors import InputError
from wushan_geo.study.known_lengths import pair_faults, straight_km, used_pairs
from wushan_geo.study.travelling import Interval


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
        With all faults at once: a pair whose road is shorter than the straight line or more than
        10 times as long, whose two ends are one place, or whose ends are those of another pair
        (either way round, to the metre: one road counts once), or fewer than 3 pairs to use.

    Examples
    --------
    See ``tests/test_travel_detour.py``.
    """
    order = np.argsort(pairs["pair_id"].astype(str).to_numpy(dtype=object), kind="stable")
    table = pairs.iloc[order]
    faults = [*pair_faults(table)]
    if faults:
        raise InputError(faults)
    kept = used_pairs(table)
    left_out = int((~kept).sum())
    table = table[kept]
    ids = table["pair_id"].astype(str).to_numpy(dtype=object)
    straight = straight_km(table)
    road = table["road_km"].to_numpy(dtype=np.float64, na_value=np.nan)
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
