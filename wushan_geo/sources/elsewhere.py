"""What a study takes from other tools: times of another router, and the lie of the land."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import InputError
from wushan_geo.sources.matrices import StatedPairs, pairs_table
from wushan_geo.storage import checksum
from wushan_geo.study.bounds import FASTEST_KMH, MINUTES, plausible
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.fitting import EARTH_KM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.errors import Fault
    from wushan_geo.study.terrain import Terrain
    from wushan_geo.study.travelling import MatrixConfig, TerrainConfig

TRAVEL_TIMES = "travel_times"
TERRAIN = "terrain"
# Nobody's word is stronger than that of the file itself, unless the study file says so.
UNSAID_BASIS = "stated"
# km along the straight line: what lies nearer may be reached in a minute, or round a gorge.
APART_KM = 2.0
MINUTES_AN_HOUR = 60.0
CREEPING_KMH = 0.5  # along the straight line; a wheelchair on a road four times as long is faster


@dataclass(slots=True)
class Elsewhere:
    """What was read, and what is to be said of it."""

    travel_times: pd.DataFrame | None = None
    """Columns ``origin``, ``destination``, ``cost``; None if there are none, or a fault."""
    terrain: Terrain | None = None
    """Elevation and land cover; None if there are none, or a fault."""
    faults: list[Fault] = field(default_factory=list)
    """All findings."""
    records: list[dict[str, Any]] = field(default_factory=list)
    """A record for each file, as ``Reading.files`` has them."""


def given_times(
    found: Elsewhere,
    file: tuple[Path, str, bytes],
    config: MatrixConfig,
    clean: Mapping[str, pd.DataFrame],
) -> None:
    """Read the times of another router, and hold them against the study.

    Ids are checked in both directions. Where both points are known, the speed along the straight
    line says whether the unit can be right: of the pairs over 2 km apart that have a way, the
    median is at most 200 km/h and at least 0.5. One pair may be wrong without the unit being so.

    Parameters
    ----------
    found
        Where the table and its findings go.
    file
        Path, name in the study file, and content.
    config
        How the file is to be read.
    clean
        Checked tables of the study: villages and facilities say which pairs there must be.

    Raises
    ------
    TypeError
        If the content is not bytes.

    Examples
    --------
    See ``tests/test_sources_elsewhere.py``.
    """
    path, name, content = file
    stated = StatedPairs(
        _ids(clean, "villages", "zone_id"),
        _ids(clean, "facilities", "facility_id"),
        complete=config.limit is None,
        most=plausible(config.unit),
    )
    columns = (config.origin, config.destination, config.cost)
    found.travel_times, faults = pairs_table(content, path.parent / _last(name), columns, stated)
    found.faults += faults
    if found.travel_times is not None:
        where = Where(_last(name), None, config.cost)
        found.faults += _paces(found.travel_times, where, config.unit, clean)
    rows = 0 if found.travel_times is None else len(found.travel_times)
    found.records.append(_record(TRAVEL_TIMES, name, content, rows))


def _paces(
    table: pd.DataFrame, where: Where, unit: str, clean: Mapping[str, pd.DataFrame]
) -> Iterator[Fault]:
    """Find times that most pairs of places cannot have: they are in another unit."""
    if unit not in MINUTES or not {"villages", "facilities"} <= set(clean):
        return
    start = _points(clean["villages"], "zone_id", "demand_", table["origin"])
    end = _points(clean["facilities"], "facility_id", "", table["destination"])
    km = _straight_km(start, end)
    hours = table["cost"].to_numpy(dtype=np.float64) / MINUTES[unit] / MINUTES_AN_HOUR
    told = np.flatnonzero((km > APART_KM) & np.isfinite(hours))
    if not told.size:
        return
    with np.errstate(divide="ignore"):
        paces = km[told] / hours[told]
    # The lower of two in the middle: one pair of the table, which can be looked up.
    middle = int(np.argsort(paces, kind="stable")[(told.size - 1) // 2])
    pace, at = float(paces[middle]), int(told[middle])
    if CREEPING_KMH <= pace <= FASTEST_KMH:
        return
    pair = table.iloc[at]
    shown = f"{pair['origin']} -> {pair['destination']}: {pair['cost']:g}"
    words = rule(
        "given_pace",
        km=f"{km[at]:.1f}",
        cost=f"{pair['cost']:g}",
        unit=unit,
        kmh=f"{pace:.0f}" if pace >= 1 else f"{pace:.2f}",
        apart=f"{APART_KM:g}",
        low=f"{CREEPING_KMH:g}",
        high=f"{FASTEST_KMH:g}",
    )
    place = Where(where.file, int(table.index[at]), where.column, shown)
    yield fault(place, words, hint("given_pace", unit=unit))


def _points(
    table: pd.DataFrame, key: str, before: str, ids: pd.Series
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give longitude and latitude of places by id, in radians; NaN where no point is known."""
    known = table.dropna(subset=[key]).drop_duplicates(key).set_index(key)
    asked = ids.astype("str")
    lon, lat = (
        np.radians(known[f"{before}{one}"].astype(float).reindex(asked).to_numpy(dtype=np.float64))
        for one in ("lon", "lat")
    )
    return lon, lat


def _straight_km(
    start: tuple[NDArray[np.float64], NDArray[np.float64]],
    end: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Measure along the globe; the ellipsoid would change it by less than one in a hundred."""
    (lon, lat), (to_lon, to_lat) = start, end
    rise = np.sin((to_lat - lat) / 2) ** 2
    turn = np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    found: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(rise + turn, 1.0)))
    return found


def land(found: Elsewhere, folder: Path, config: TerrainConfig) -> None:
    """Read the rasters that a study names.

    Parameters
    ----------
    found
        Where the terrain and its findings go.
    folder
        Folder of the study file.
    config
        Names of the rasters.

    Raises
    ------
    OSError
        If a file that was there a moment ago cannot be read.

    Examples
    --------
    See ``tests/test_sources_elsewhere.py``.
    """
    from wushan_geo.sources.terrain import read_terrain

    cover = None if config.land_cover is None else folder / config.land_cover
    try:
        found.terrain = read_terrain(folder / config.elevation, cover)
    except InputError as error:
        found.faults += error.faults
        return
    found.faults += found.terrain.notes
    for name in (config.elevation, config.land_cover):
        if name is not None:
            content = (folder / name).read_bytes()
            found.records.append(_record(TERRAIN, name, content, found.terrain.elevation.size))


def _record(table: str, name: str, content: bytes, rows: int) -> dict[str, Any]:
    return {
        "table": table,
        "file": name,
        "sha256": checksum(content),
        "rows": rows,
        "basis": UNSAID_BASIS,
    }


def _last(name: str) -> str:
    """Give the name of a file without its folders; a sheet after the number sign stays."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _ids(clean: Mapping[str, pd.DataFrame], table: str, column: str) -> tuple[str, ...] | None:
    """Give the ids that a table holds; None where there is no such table to check against."""
    if table not in clean:
        return None
    return tuple(clean[table][column].dropna().astype(str))
