"""Edge by edge: roads that are closed, opened, new, gone, turned round, or of another pace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.comparison.columns import CLOSE, ROAD_COLUMNS, delta, floats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from wushan_geo.results import StudyResult

# Share of the edges of the smaller network that the other has too, below which the two were
# numbered apart: every edge would be gone and new again.
SHARED = 0.1
WAYS = ("forward", "backward")
PLACES_ALONG = (0.0, 0.25, 0.75, 1.0)


def changed_roads(
    a: StudyResult, b: StudyResult
) -> tuple[pd.DataFrame, gpd.GeoDataFrame | None, tuple[int, int, int] | None]:
    """List the road edges that are not in both as they were, and give their lines.

    Of two networks whose edges are numbered apart nothing is listed: the number of edges of each,
    and of those that both have, are given instead.

    Parameters
    ----------
    a, b
        The two results.

    Returns
    -------
    tuple
        The table of roads; their lines, None where a result has no roads; and those three numbers,
        None for networks that share their numbers.

    Raises
    ------
    KeyError
        If a layer of roads lacks a column.

    Examples
    --------
    See ``tests/test_comparison.py``.
    """
    import geopandas as gpd

    first, last = (one.layers.get("roads") for one in (a, b))
    if first is None or last is None:
        return pd.DataFrame(columns=ROAD_COLUMNS, dtype="str"), None, None
    sides = [one.set_index("edge_id", drop=False) for one in (first, last)]
    ids = sides[0].index.union(sides[1].index)
    there = [ids.isin(one.index) for one in sides]
    common = int((there[0] & there[1]).sum())
    if common < SHARED * min(len(first), len(last)):
        nothing = pd.DataFrame(columns=ROAD_COLUMNS, dtype="str")
        return nothing, None, (len(first), len(last), common)
    shut = [
        one["closed"].reindex(ids).astype("boolean").fillna(value=False).to_numpy(dtype=bool)
        for one in sides
    ]
    steps = [
        ("new", ~there[0] & there[1]),
        ("gone", there[0] & ~there[1]),
        ("closed", ~shut[0] & shut[1]),
        ("opened", shut[0] & ~shut[1]),
        *_ways(sides, ids, there[0] & there[1] & ~shut[0] & ~shut[1]),
    ]
    change = np.select([which for _, which in steps], [name for name, _ in steps], "")
    kept = ids[change != ""]
    source = pd.concat([sides[1], sides[0][~sides[0].index.isin(sides[1].index)]]).loc[kept]
    table = pd.DataFrame(
        {
            name: pd.array(source[name].tolist(), dtype="str") if name in source else ""
            for name in ROAD_COLUMNS
        }
    )
    table["change"] = pd.array(change[change != ""], dtype="str")
    table = table.astype("str")
    lines = gpd.GeoDataFrame(table, geometry=source.geometry.to_numpy(), crs=last.crs)
    return table, lines, None


def _ways(
    sides: Sequence[pd.DataFrame], ids: pd.Index[Any], open_: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Say which open edges can be travelled another way round, or at another pace, each way."""
    ways = [_both_ways(one, ids) for one in sides]
    turned = _turned(sides, ids, open_)
    ways[1] = np.where(turned, ways[1][::-1], ways[1])
    # What has no minutes can be travelled wherever it is not one-way.
    free = [~np.isinf(one) for one in ways]
    count = [one.sum(axis=0) for one in free]
    yield "closed", open_ & (count[0] > 0) & (count[1] == 0)
    yield "opened", open_ & (count[0] == 0) & (count[1] > 0)
    yield "one_way", open_ & (count[0] > count[1])
    yield "two_way", open_ & (count[0] < count[1])
    yield "reversed", open_ & (free[0] != free[1]).any(axis=0)
    moved = delta(ways[0], ways[1])
    with np.errstate(invalid="ignore"):
        slower, faster = (moved > CLOSE).any(axis=0), (moved < -CLOSE).any(axis=0)
    yield "mixed", open_ & slower & faster
    yield "slower", open_ & slower
    yield "faster", open_ & faster


def _both_ways(side: pd.DataFrame, ids: pd.Index[Any]) -> NDArray[np.float64]:
    """Give the minutes along each line and against it: infinite where that is not allowed.

    NaN is not known; a layer that has one number for both ways has it twice.
    """
    rows = side.reindex(ids)
    plain = floats(rows["minutes"]) if "minutes" in rows else np.full(len(ids), np.nan)
    found = np.stack([floats(rows[one]) if one in rows else plain for one in WAYS])
    if "oneway" in rows:
        against = rows["oneway"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
        found[1, against] = np.inf
    return found


def _turned(
    sides: Sequence[pd.DataFrame], ids: pd.Index[Any], which: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Say which lines are drawn from the other end in the second layer."""
    import shapely

    found = np.zeros(len(ids), dtype=bool)
    at = np.flatnonzero(which)
    lines = [np.asarray(one["geometry"].reindex(ids[at]).to_numpy(), dtype=object) for one in sides]

    def off(*, turned: bool) -> NDArray[np.float64]:
        total = np.zeros(at.size)
        for part in PLACES_ALONG:
            other = 1.0 - part if turned else part
            places = [
                shapely.line_interpolate_point(own, where, normalized=True)
                for own, where in zip(lines, (part, other), strict=True)
            ]
            total += shapely.distance(*places)
        return total

    # A loop ends where it starts: only on the way does it show which way round it is drawn.
    with np.errstate(invalid="ignore"):
        found[at] = off(turned=True) < off(turned=False)
    return found
