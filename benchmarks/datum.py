"""Measure the datum guard: how often it accuses clean points, and how often it finds a shift.

The budget: clean points are accused in fewer than 1 % of the trials wherever the reference's
stated error is at most 100 m and there are 10 points or more; with a vaguer reference (500 and
1000 m) nothing is accused.

    python benchmarks/datum.py [--trials 200] [--kinds places zones lines] [--seed 2026]
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from wushan_geo.sources.datum.plane import Plane
from wushan_geo.sources.datum.references import Kind, Reference
from wushan_geo.sources.datum.transforms import DATUMS, convert
from wushan_geo.sources.datum.weighing import weigh

COUNTS = (5, 10, 20, 50)
ERRORS_M = (20.0, 50.0, 100.0, 500.0, 1000.0)
SCATTER_M = 30.0  # own error of a point: a telephone, a building's wrong corner
OFF_SEAT_M = 150.0  # how far a facility stands from the place that it is held against
MOST_FALSE = 0.01
FIRM_M, FIRM_POINTS = 100.0, 10
EXTENT_M, SPACING_M, BEND_M = 25_000.0, 2_000.0, 500.0
VILLAGES = Path(__file__).resolve().parents[1] / "data" / "boundaries" / "villages.geojson"
PLANE = Plane(109.87, 31.1)


@dataclass(frozen=True)
class World:
    """What is true: villages and roads, in metres around Wushan."""

    villages: np.ndarray
    roads: np.ndarray


def world(seed: int) -> World:
    """Lay out the county's villages and a net of winding roads 2 km apart.

    Parameters
    ----------
    seed
        Seed of the roads.

    Returns
    -------
    World
        Shapes in metres.

    Raises
    ------
    FileNotFoundError
        If the villages are not where the repository has them.

    Examples
    --------
    >>> len(world(1).roads)
    52
    """
    rng = np.random.default_rng(seed)
    collection = shapely.from_geojson(VILLAGES.read_text(encoding="utf-8"))
    along = np.arange(-EXTENT_M, EXTENT_M + 1, BEND_M)
    roads = []
    for at in np.arange(-EXTENT_M, EXTENT_M + 1, SPACING_M):
        for turned in (False, True):
            across = at + rng.normal(0, 300) + np.cumsum(rng.normal(0, 120, along.size))
            pair = (across, along) if turned else (along, across)
            roads.append(shapely.LineString(np.column_stack(pair)))
    return World(PLANE.shapes(shapely.get_parts(collection)), np.array(roads, dtype=object))


def errors(rng: np.random.Generator, count: int, error: float, *, common: bool) -> np.ndarray:
    """Draw errors of references: each its own, or one for all.

    Parameters
    ----------
    rng
        Source of chance.
    count
        How many.
    error
        Standard deviation of a coordinate in metres.
    common
        Whether all have the same.

    Returns
    -------
    numpy.ndarray
        Metres east and north.

    Raises
    ------
    ValueError
        If the error is below 0.

    Examples
    --------
    >>> errors(np.random.default_rng(1), 3, 0.0, common=True).tolist()
    [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    """
    drawn = rng.normal(0, error, (1 if common else count, 2))
    return np.broadcast_to(drawn, (count, 2))


def case(
    rng: np.random.Generator, land: World, kind: Kind, count: int, error: float, *, common: bool
) -> tuple[np.ndarray, np.ndarray, Reference]:
    """Draw points in WGS-84 and a reference with its error.

    Parameters
    ----------
    rng
        Source of chance.
    land
        What is true.
    kind
        Kind of reference.
    count
        Number of points.
    error
        Stated and true error of the reference in metres.
    common
        Whether the error is the same for the whole reference.

    Returns
    -------
    tuple
        Longitudes, latitudes and the reference.

    Raises
    ------
    KeyError
        If there is no such kind.

    Examples
    --------
    >>> lon, _, _ = case(np.random.default_rng(1), world(1), "places", 4, 50.0, common=True)
    >>> lon.size
    4
    """
    off = errors(rng, count, error, common=common)
    own = SCATTER_M
    if kind == "zones":
        picked = land.villages[rng.choice(len(land.villages), count)]
        true = np.array([_inside(rng, one) for one in picked])
        moved = [
            shapely.transform(one, lambda at, d=d: at + d)
            for one, d in zip(picked, off, strict=True)
        ]
        shapes = np.array(moved, dtype=object)
    elif kind == "places":
        true = rng.uniform(-EXTENT_M, EXTENT_M, (count, 2))
        shapes, own = shapely.points(true + off), OFF_SEAT_M
    else:
        road = land.roads[rng.integers(0, len(land.roads), count)]
        way = rng.uniform(0, 2 * EXTENT_M, count)
        true = shapely.get_coordinates(shapely.line_interpolate_point(road, way))
        shift = off[0]
        shapes = shapely.transform(
            land.roads, lambda at: at + (shift if common else rng.normal(0, error, at.shape))
        )
    lon, lat = PLANE.round(true + rng.normal(0, own, (count, 2)))
    degrees = shapely.transform(shapes, lambda at: np.column_stack(PLANE.round(at)))
    return lon, lat, Reference(kind, np.asarray(degrees, dtype=object), error)


def _inside(rng: np.random.Generator, zone: shapely.Geometry) -> np.ndarray:
    west, south, east, north = zone.bounds
    while True:
        point = rng.uniform((west, south), (east, north))
        if shapely.contains_xy(zone, *point):
            return point


def rates(
    land: World, kind: Kind, count: int, error: float, *, trials: int, seed: int
) -> dict[str, float]:
    """Count what the guard says on clean and on shifted points.

    Half of the trials have errors of their own at each shape, half one error common to all: the
    stated error says which size, and not which of the two.

    Parameters
    ----------
    land
        What is true.
    kind
        Kind of reference.
    count
        Number of points.
    error
        Error of the reference in metres.
    trials
        Trials for each datum.
    seed
        Seed; each setting has its own stream.

    Returns
    -------
    dict
        Shares of the trials: ``false`` (clean points accused), ``confirmed`` (clean points found
        clean), ``gcj02`` and ``bd09`` (shift found), ``wrong`` (a shifted source called
        something else).

    Raises
    ------
    ZeroDivisionError
        If there is no trial.

    Examples
    --------
    >>> rates(world(1), "places", 10, 20.0, trials=2, seed=1)["false"]
    0.0
    """
    tally = dict.fromkeys(("false", "confirmed", "gcj02", "bd09", "wrong"), 0)
    rng = np.random.default_rng([seed, len(kind), count, int(error)])
    for at in range(trials):
        lon, lat, reference = case(rng, land, kind, count, error, common=at % 2 == 1)
        for datum in DATUMS:
            weighing = weigh(*convert(lon, lat, "wgs84", datum), reference)
            if weighing.outcome != "sure":
                continue
            right = weighing.best == datum
            if datum == "wgs84":
                tally["confirmed" if right else "false"] += 1
            else:
                tally[datum if right else "wrong"] += 1
    return {name: found / trials for name, found in tally.items()}


def main() -> int:
    """Measure every setting and print a table; give 1 when the budget is broken."""
    parser = argparse.ArgumentParser(description="Measure the datum guard.")
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--kinds", nargs="+", default=["places", "zones", "lines"])
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    land = world(options.seed)
    rows = []
    for kind in options.kinds:
        for error in ERRORS_M:
            for count in COUNTS:
                began = time.perf_counter()
                found = rates(land, kind, count, error, trials=options.trials, seed=options.seed)
                each = (time.perf_counter() - began) / (3 * options.trials)
                row = {"kind": kind, "error_m": error, "points": count, **found, "ms": 1e3 * each}
                rows.append(row)
                print(
                    " ".join(
                        f"{name}={value}" if isinstance(value, str) else f"{name}={value:.3g}"
                        for name, value in row.items()
                    ),
                    flush=True,
                )
    table = pd.DataFrame(rows)
    firm = (table["error_m"] <= FIRM_M) & (table["points"] >= FIRM_POINTS)
    worst = table.loc[firm, "false"].max()
    vague = table.loc[table["error_m"] > FIRM_M, ["false", "gcj02", "bd09", "wrong"]].max().max()
    print(f"worst false accusation at <= 100 m and >= 10 points: {worst:.4f}, below {MOST_FALSE}")
    print(f"most said against vague references: {vague:.4f}, must be 0")
    return 0 if worst < MOST_FALSE and vague == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
