"""Where need clusters: hot and cold spots, and groups of villages that one service could share.

Both look at minutes by road and never at straight distance: two villages on either side of a
gorge are no neighbours. Hot spots are tested against random arrangements (conditional
permutations), and since many villages are tested at once the false ones among those named are kept
to a stated share (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.access.arguments import checked_kind, finite, whole
from wushan_geo.access.weighing import told
from wushan_geo.errors import ParameterError
from wushan_geo.travel.ids import align, align_counts, index_of
from wushan_geo.travel.matrix import checked_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix, Unit

    Numbers = NDArray[np.float64]
    Places = NDArray[np.intp]

UNIT_OF_VALUES = "that of the values"
QUADRANTS = ("high_high", "low_high", "low_low", "high_low")
SPOT_COLUMNS = [
    "value", "neighbours", "local_moran", "moran_p", "moran_q", "quadrant", "gi_star", "gi_p",
    "gi_q", "spot",
]  # fmt: skip
CLUSTER_COLUMNS = [
    "cluster", "centre", "places", "persons", "farthest", "minutes_farthest", "minutes_mean",
]  # fmt: skip
LEAST_ARRANGED = 99  # with fewer arrangements no p-value is below 0.02
LEAST_TESTED = 4  # fewer places have no arrangement to be compared with


@dataclass(frozen=True, slots=True)
class Chance:
    """What hot spots are compared with.

    Raises
    ------
    ParameterError
        If a number is out of range.

    Examples
    --------
    >>> Chance(permutations=999, seed=7, false_discovery=0.05).permutations
    999
    """

    permutations: int
    """Number of random arrangements, at least 99."""
    seed: int
    """Seed of the random numbers."""
    false_discovery: float
    """Accepted share of false ones among the spots named, above 0 and below 1."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        settle = object.__setattr__
        settle(self, "permutations", whole(self.permutations, "permutations", LEAST_ARRANGED))
        settle(self, "seed", whole(self.seed, "seed", 0))
        settle(self, "false_discovery", finite(self.false_discovery, "false_discovery"))
        if not 0 < self.false_discovery < 1:
            share = f"{self.false_discovery:g}"
            message = f"false_discovery must be above 0 and below 1. Got {share} instead."
            raise ParameterError(message)


def hot_spots(
    values: pd.Series[float] | Mapping[str, float],
    between: TravelMatrix,
    *,
    within: float,
    chance: Chance,
) -> pd.DataFrame:
    """Find hot and cold spots by Gi*, and like and unlike neighbours by the local Moran index.

    With z_i the deviation of place i from the mean and n the places tested, the local Moran index
    (Anselin 1995) is I_i = (n - 1) z_i m_i / sum z**2, m_i being the mean of z over the neighbours.
    Gi* (Ord & Getis 1995) is the sum of the values of i and its neighbours, less its expectation,
    over its standard deviation. Each p-value compares with random arrangements of the other places'
    values, the place's own staying where it is; it is twice the smaller tail (two-sided), counting
    the arrangement found. q-values are adjusted by Benjamini & Hochberg over the places tested.

    Parameters
    ----------
    values
        Value by place, such as a rate; NaN where there is no data, which is never tested.
    between
        Costs between the places, whose ids are the same on both sides.
    within
        Two places are neighbours if both ways between them cost at most this much.
    chance
        Arrangements, seed and accepted share of false discoveries.

    Returns
    -------
    DataFrame
        By place, in the order of `between`: ``value``, ``neighbours`` (count), ``local_moran``,
        ``moran_p``, ``moran_q``, ``quadrant`` (high_high and so on, own value first, where q is
        small enough; else missing), ``gi_star``, ``gi_p``, ``gi_q``, ``spot`` (hot, cold, none;
        untested for a place without data or neighbours). NaN where not tested: also where all
        values are alike, or fewer than four places can be. ``attrs`` hold ``measure``, ``unit``
        (of ``value``: that which `values` carries in its own ``attrs``, else said to be that of
        the values), ``parameters`` and ``reading``.

    Raises
    ------
    UnknownIdError
        If `values` does not name exactly the places.
    ParameterError
        If `between` is no TravelMatrix or `chance` no Chance, the two sides of the matrix differ,
        `within` is out of range, or a value is infinite.

    Examples
    --------
    See ``tests/test_access_clusters.py``.
    """
    checked_kind(chance, Chance, "chance", "with permutations, seed and false_discovery")
    ids, near = _neighbours(checked_matrix(between, "between"), within)
    numbers = align(values, ids, "values")
    if np.isinf(numbers).any():
        message = "values must be finite numbers, or NaN for no data."
        raise ParameterError(message)
    table = pd.DataFrame({"value": numbers}, index=index_of(ids).rename("place"))
    known = ~np.isnan(numbers)
    near &= known[:, None] & known[None, :]
    table["neighbours"] = near.sum(axis=1)
    # By id, so that the same random numbers meet the same place in whatever order rows come.
    by_id = np.array(sorted(np.flatnonzero(near.any(axis=1)), key=lambda at: ids[at]), np.intp)
    tested = _tested(numbers[by_id], near[np.ix_(by_id, by_id)], chance)
    for name, column in tested.items():
        table[name] = np.nan
        table.loc[table.index[by_id], name] = column
    found = _named(table, chance.false_discovery)[SPOT_COLUMNS].reindex(list(between.origin_ids))
    found.attrs = {
        "measure": "hot_spots",
        "unit": str(getattr(values, "attrs", {}).get("unit", UNIT_OF_VALUES)),
        "parameters": told(
            between,
            within=float(within),
            permutations=chance.permutations,
            seed=chance.seed,
            false_discovery=chance.false_discovery,
        ),
        "reading": _spots_sentence(found["spot"]),
    }
    return found


def _spots_sentence(spots: pd.Series[str]) -> str:
    """Count what was found, and what could not be looked at."""
    hot, cold, untested = (int((spots == one).sum()) for one in ("hot", "cold", "untested"))
    tested = len(spots) - untested
    return f"{hot} hot and {cold} cold of {tested} places tested; {untested} untested"


def _neighbours(between: TravelMatrix, within: float) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """Say who is a neighbour of whom, both ways counting."""
    if set(between.origin_ids) != set(between.destination_ids):
        message = "the matrix must have the same places on both sides."
        raise ParameterError(message)
    ids = between.origin_ids
    near = between.select(destinations=ids).within(between.checked_reach(within, "within"))
    near &= near.T
    np.fill_diagonal(near, val=False)
    return ids, near


def _tested(values: Numbers, near: NDArray[np.bool_], chance: Chance) -> dict[str, Numbers]:
    """Work out indices and p-values of the places that have neighbours."""
    count = values.size
    names = ("local_moran", "moran_p", "gi_star", "gi_p")
    if count < LEAST_TESTED or np.ptp(values) == 0:
        return {name: np.full(count, np.nan) for name in names}
    size = near.sum(axis=1)
    z = values - values.mean()
    scale = (count - 1) / float(z @ z)
    lag = near @ z / size
    total = near @ values + values
    moran_p, gi_p = np.empty(count), np.empty(count)
    drawn = _drawn(count - 1, int(size.max()), chance)
    for at in range(count):
        others = np.delete(values, at)[drawn[:, : size[at]]].sum(axis=1)
        gi_p[at] = _p(others + values[at], total[at])
        moran_p[at] = _p((others / size[at] - values.mean()) * z[at], lag[at] * z[at])
    weight = size + 1.0  # of itself and its neighbours
    spread = np.sqrt(z @ z / count)
    error = spread * np.sqrt((count * weight - weight**2) / (count - 1))
    gi_star = np.divide(
        total - weight * values.mean(), error, out=np.full(count, np.nan), where=error > 0
    )
    return dict(zip(names, (scale * z * lag, moran_p, gi_star, gi_p), strict=True))


def _drawn(count: int, most: int, chance: Chance) -> Places:
    """Draw neighbours at random, without putting back: one row for each arrangement."""
    generator = np.random.default_rng(chance.seed)
    return np.array(
        [generator.permutation(count)[:most] for _ in range(chance.permutations)], dtype=np.intp
    )


def _p(drawn: Numbers, found: float) -> float:
    """Give the two-sided p-value of what was found among what was drawn."""
    # Sums in another order differ in the last digit; what is alike must count as alike.
    slack = 1e-9 * max(1.0, abs(found))
    above = int((drawn >= found - slack).sum())
    below = int((drawn <= found + slack).sum())
    return min(1.0, 2 * (min(above, below) + 1) / (drawn.size + 1))


def _named(table: pd.DataFrame, accepted: float) -> pd.DataFrame:
    """Adjust the p-values and name what stands out."""
    for kind in ("moran", "gi"):
        table[f"{kind}_q"] = adjusted(table[f"{kind}_p"].to_numpy(dtype=float))
    tested = table["local_moran"].notna()
    high = (table["value"] > table.loc[tested, "value"].mean()).to_numpy()
    alike = (table["local_moran"] > 0).to_numpy()
    names = np.where(
        high, np.where(alike, "high_high", "high_low"), np.where(alike, "low_low", "low_high")
    )
    sure = table["moran_q"] <= accepted
    table["quadrant"] = pd.Series(names, index=table.index, dtype="str").where(sure)
    spot = np.where((table["gi_star"] > 0).to_numpy(), "hot", "cold")
    spot = np.where((table["gi_q"] <= accepted).to_numpy(), spot, "none")
    untested = table["gi_p"].isna().to_numpy()
    table["spot"] = pd.array(np.where(untested, "untested", spot), dtype="str")
    return table


def adjusted(p: Numbers) -> Numbers:
    """Adjust p-values for the number of tests, keeping false discoveries to a share.

    q_(k) = min over j >= k of p_(j) n / j, the p-values in ascending order (Benjamini & Hochberg
    1995).

    Parameters
    ----------
    p
        p-values between 0 and 1; NaN where nothing was tested.

    Returns
    -------
    numpy.ndarray
        q-values in the same order, NaN where nothing was tested.

    Raises
    ------
    ValueError
        If a p-value is not between 0 and 1.

    Examples
    --------
    >>> adjusted(np.array([0.01, np.nan, 0.04, 0.03])).round(4).tolist()
    [0.03, nan, 0.04, 0.04]
    """
    from scipy.stats import false_discovery_control

    found = np.full(p.size, np.nan)
    known = ~np.isnan(p)
    if known.any():
        found[known] = false_discovery_control(p[known], method="bh")
    return found


@dataclass(frozen=True, slots=True, eq=False)
class GapClusters:
    """Groups of places that one service could share."""

    clusters: pd.DataFrame
    """One row for each: ``cluster`` (1, 2 ... by persons), ``centre`` (place from which its
    persons are reached with least person-minutes), ``places``, ``persons``, ``farthest`` (place),
    ``minutes_farthest`` and ``minutes_mean`` (person-weighted), one way to the centre."""
    members: pd.Series[int]
    """Cluster of each place in need, by place."""
    unit: Unit
    """Unit of ``minutes_farthest`` and ``minutes_mean``, whatever their names: that of the
    matrix."""
    parameters: str
    """Every parameter with its value, such as ``"within=30; unit=min"``."""


def gap_clusters(
    persons: pd.Series[float] | Mapping[str, float], between: TravelMatrix, *, within: float
) -> GapClusters:
    """Group places in need so that no two of a group are farther apart than a limit.

    Agglomerative clustering with complete linkage on travel cost, the larger of the two ways: it
    joins groups as long as any two of their places stay within the limit. Groups are candidate
    service areas, not optimal ones; :mod:`wushan_geo.siting` proves plans.

    Parameters
    ----------
    persons
        Persons in need by place; a place with none is in no group. Every place must be named.
    between
        Costs between the places, whose ids are the same on both sides.
    within
        Largest cost between two places of a group, in the unit of the matrix, above 0.

    Returns
    -------
    GapClusters
        Groups by number of persons, ties by the first id; a place apart is a group of its own.

    Raises
    ------
    UnknownIdError
        If `persons` does not name exactly the places.
    ParameterError
        If `between` is no TravelMatrix, a count is no count, the two sides of the matrix differ or
        `within` is out of range.

    Examples
    --------
    See ``tests/test_access_clusters.py``.
    """
    reach = checked_matrix(between, "between").checked_reach(within, "within")
    if reach == 0 or set(between.origin_ids) != set(between.destination_ids):
        message = "gap_clusters needs within above 0, and the same places on both sides."
        raise ParameterError(message)
    counts = align_counts(persons, between.origin_ids, "persons")
    needy = sorted(one for one, count in zip(between.origin_ids, counts, strict=True) if count > 0)
    known = dict(zip(between.origin_ids, counts.tolist(), strict=True))
    weights = np.array([known[one] for one in needy])
    costs = between.select(origins=needy, destinations=needy).dense()
    labels = _joined(np.maximum(costs, costs.T), reach)
    rows = [_cluster(needy, weights, costs, np.flatnonzero(labels == at)) for at in set(labels)]
    rows.sort(key=lambda row: (-row["persons"], row["first"]))
    number = {row["first"]: at for at, row in enumerate(rows, 1)}
    table = pd.DataFrame(rows, columns=["first", *CLUSTER_COLUMNS[1:]])
    table.insert(0, "cluster", np.arange(1, len(rows) + 1))
    kinds = {"centre": "str", "farthest": "str", "places": "int64", "persons": "float64"}
    firsts: dict[int, str] = {}
    for at, place in zip(labels.tolist(), needy, strict=True):
        firsts.setdefault(at, place)
    members = pd.Series(
        [number[firsts[at]] for at in labels.tolist()],
        index=pd.Index(needy, dtype="str"),
        name="cluster",
        dtype="int64",
    )
    parameters = told(between, within=reach)
    return GapClusters(table[CLUSTER_COLUMNS].astype(kinds), members, between.unit, parameters)


def _joined(costs: Numbers, within: float) -> Places:
    """Join places into groups; gives the group of each."""
    from sklearn.cluster import AgglomerativeClustering

    if len(costs) <= 1:  # the clustering asks for two
        return np.zeros(len(costs), dtype=np.intp)
    # Groups farther apart than the limit are never joined, however far: what lies beyond it may
    # be cut to one number just above, which the clustering can take where infinity is not one.
    cut = np.minimum(costs, 2.0 * within)
    np.fill_diagonal(cut, 0.0)
    joining = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="complete",
        # Groups at the threshold itself are not joined, and here exactly at the limit is within.
        distance_threshold=np.nextafter(within, np.inf),
    )
    labels: Places = joining.fit_predict(cut)
    return labels


def _cluster(ids: list[str], persons: Numbers, costs: Numbers, at: Places) -> dict[str, Any]:
    """Describe one group."""
    own = costs[np.ix_(at, at)]
    burden = persons[at] @ own
    centre = int(np.argmin(burden))  # the first of equal ones, which has the smallest id
    far = int(np.argmax(own[:, centre]))
    total = float(persons[at].sum())
    return {
        "first": ids[at[0]],
        "centre": ids[at[centre]],
        "places": at.size,
        "persons": total,
        "farthest": ids[at[far]],
        "minutes_farthest": float(own[far, centre]),
        "minutes_mean": float(burden[centre]) / total,
    }
