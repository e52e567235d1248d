"""What a study takes from other tools: times of another router, and the lie of the land."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wushan_geo.errors import InputError
from wushan_geo.sources.matrices import StatedPairs, pairs_table
from wushan_geo.storage import checksum
from wushan_geo.study.bounds import plausible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from wushan_geo.errors import Fault
    from wushan_geo.study.terrain import Terrain
    from wushan_geo.study.travelling import MatrixConfig, TerrainConfig

TRAVEL_TIMES = "travel_times"
TERRAIN = "terrain"
# Nobody's word is stronger than that of the file itself, unless the study file says so.
UNSAID_BASIS = "stated"


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
    """Read the times of another router, and check their ids against the study in both directions.

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
    rows = 0 if found.travel_times is None else len(found.travel_times)
    found.records.append(_record(TRAVEL_TIMES, name, content, rows))


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
