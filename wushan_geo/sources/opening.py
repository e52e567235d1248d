"""Open a study: read every file it names, check everything, hand over one frozen Study."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from wushan_geo.errors import Fault, InputError
from wushan_geo.sources.assumptions import read_assumptions
from wushan_geo.sources.layers import read_layer
from wushan_geo.sources.roads import road_network
from wushan_geo.sources.tabular import read_table
from wushan_geo.storage import checksum
from wushan_geo.study.checks import check_study
from wushan_geo.study.config import StudyConfig, parse_config
from wushan_geo.study.plan import Plan, parse_plan
from wushan_geo.study.study import Study, weakest
from wushan_geo.study.tables import CONTRACTS, Raw, Tables, check_table

if TYPE_CHECKING:
    from collections.abc import Mapping

STUDY_FILE = "study.toml"
BUILT_IN = {
    "wushan": "wushan/study.toml",
    "wushan-facts": "wushan/facts/study.toml",
    "example": "example/study.toml",
}
NEEDED = ("county", "townships", "villages")
LAYERS = ("county", "townships", "villages", "rivers")
DOCUMENTS = ("plan", "assumptions")
TABULAR_SUFFIXES = {".csv"}
_LON_LAT = "EPSG:4326"


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and every fault found on the way."""

    raw: dict[str, Raw] = field(default_factory=dict)
    clean: dict[str, pd.DataFrame] = field(default_factory=dict)
    plan: Plan | None = None
    assumptions: pd.DataFrame | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def open_study(source: str | Path) -> Study:
    """Open a study: a built-in one by name, a folder with a study.toml, or a study.toml.

    Every file is read and checked before anything is refused, so that one error lists every fault
    with file, row, value, rule and suggestion.

    Parameters
    ----------
    source
        ``wushan`` (demonstration), ``wushan-facts`` (facts alone), ``example`` (a fictional county
        with complete data), a folder, or the path of a study file.

    Returns
    -------
    Study
        The study, frozen.

    Raises
    ------
    InputError
        If there is no such study, or anything in it breaks a rule.

    Examples
    --------
    >>> study = open_study("wushan")
    >>> len(study.townships), len(study.villages)
    (26, 340)
    """
    path = _locate(source)
    raw = _read_toml(path)
    config, faults = parse_config(raw, path.name)
    reading = _Reading(faults=list(faults))
    names = raw.get("tables", {})
    for table, name in names.items() if isinstance(names, dict) else ():
        _read_one(reading, str(table), path.parent / str(name), str(name))
    _check_all(reading, raw)
    if config is None or reading.faults:
        raise InputError(reading.faults)
    return _assemble(config, reading)


def data_folder() -> Path:
    """Give the folder of the built-in data: inside the wheel, or at the top of a checkout.

    Returns
    -------
    Path
        A folder with ``boundaries``, ``wushan`` and ``example``.

    Raises
    ------
    InputError
        If the data are not there: the installation is broken.

    Examples
    --------
    >>> (data_folder() / "boundaries").is_dir()
    True
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "data", package.parent / "data"):
        if (folder / "boundaries").is_dir():
            return folder
    rule = "has its built-in data"
    raise InputError([Fault(str(package), None, "", "", rule, "Install the package again.")])


def _locate(source: str | Path) -> Path:
    if isinstance(source, str) and source in BUILT_IN:
        return data_folder() / BUILT_IN[source]
    path = Path(source)
    if path.is_dir():
        path = path / STUDY_FILE
    if path.is_file():
        return path
    rule = "is a built-in study, a folder with a study.toml, or a study.toml"
    hint = f"Built-in studies are: {', '.join(BUILT_IN)}."
    raise InputError([Fault(str(source), None, "", "", rule, hint)])


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        hint = "Compare the line with the built-in study.toml."
        fault = Fault(path.name, None, "", str(error), "is a readable TOML file in UTF-8", hint)
        raise InputError([fault]) from error


def _read_one(reading: _Reading, table: str, path: Path, name: str) -> None:
    if table not in CONTRACTS and table not in DOCUMENTS:
        rule = "is a table that a study can have"
        hint = f"Use one of: {', '.join((*CONTRACTS, *DOCUMENTS))}."
        reading.faults.append(Fault(STUDY_FILE, None, f"tables.{table}", name, rule, hint))
        return
    if not path.is_file():
        hint = f"Put the file there, or correct [tables] {table} in {STUDY_FILE}."
        reading.faults.append(Fault(name, None, "", "", "exists", hint))
        return
    content = path.read_bytes()
    record = {"table": table, "file": name, "sha256": checksum(content)}
    if table in DOCUMENTS:
        rows = _read_document(reading, table, path)
        reading.files.append({**record, "rows": rows, "basis": "stated"})
        return
    reader = read_table if path.suffix.lower() in TABULAR_SUFFIXES else read_layer
    raw, faults = reader(content, path)
    reading.faults += faults
    if raw is not None:
        reading.raw[table] = raw
        reading.clean[table], faults = check_table(table, raw)
        reading.faults += faults
        reading.files.append({**record, "rows": len(raw.frame), "basis": ""})


def _read_document(reading: _Reading, table: str, path: Path) -> int:
    if table == "assumptions":
        reading.assumptions, faults = read_assumptions(path.read_bytes(), path)
        reading.faults += faults
        return len(reading.assumptions)
    reading.plan, faults = parse_plan(_read_toml(path), path.name)
    reading.faults += faults
    return 0 if reading.plan is None else len(reading.plan.rules) + len(reading.plan.indicators)


def _check_all(reading: _Reading, raw: Mapping[str, Any]) -> None:
    tables = raw.get("tables", {})
    named = set(tables) if isinstance(tables, dict) else set()
    for table in NEEDED:
        if table not in named:
            rule, hint = "names this table", f"Add a line under [tables] in {STUDY_FILE}."
            reading.faults.append(Fault(STUDY_FILE, None, f"tables.{table}", "", rule, hint))
    if not set(NEEDED) <= set(reading.clean):
        return
    head = raw.get("study", {})
    county = str(head.get("county", "")) if isinstance(head, dict) else ""
    services = raw.get("services", {})
    known = list(services) if isinstance(services, dict) else []
    reading.faults += check_study(Tables(reading.clean, reading.raw, known, county))


def _assemble(config: StudyConfig, reading: _Reading) -> Study:
    return Study(
        config=config,
        county=_zones(reading, "county"),
        townships=_zones(reading, "townships"),
        villages=_zones(reading, "villages"),
        facilities=_facilities(reading),
        persons=_sorted(reading, "persons", "zone_id", "group"),
        residence=_sorted(reading, "residence", "zone_id", "group", "residence"),
        services=_sorted(reading, "services", "zone_id", "service"),
        eligibility=_sorted(reading, "eligibility", "service", "type", "severity", "age_band"),
        crossings=_sorted(reading, "crossings", "crossing_id"),
        indicators=_sorted(reading, "indicators", "indicator"),
        roads=road_network(reading.clean.get("road_nodes"), reading.clean.get("road_edges")),
        rivers=_layer(reading, "rivers") if "rivers" in reading.clean else None,
        plan=reading.plan,
        assumptions=read_assumptions(b"", Path())[0]
        if reading.assumptions is None
        else reading.assumptions,
        provenance=_provenance(config, reading),
    )


def _sorted(reading: _Reading, table: str, *keys: str) -> pd.DataFrame | None:
    clean = reading.clean.get(table)
    if clean is None:
        return None
    return clean.sort_values(list(keys), kind="stable").reset_index(drop=True)


def _layer(reading: _Reading, table: str) -> gpd.GeoDataFrame:
    clean, raw = reading.clean[table], reading.raw[table]
    shapes = raw.geometry
    if shapes is None:
        shapes = np.full(len(clean), None, dtype=object)
    return gpd.GeoDataFrame(
        clean.reset_index(drop=True), geometry=np.asarray(shapes), crs=raw.crs or _LON_LAT
    )


def _zones(reading: _Reading, table: str) -> gpd.GeoDataFrame:
    zones = _layer(reading, table)
    if "demand_lon" in zones:
        points = _points(zones["demand_lon"], zones["demand_lat"])
        zones["demand_point"] = gpd.GeoSeries(points, index=zones.index, crs=zones.crs)
    return zones.sort_values("zone_id", kind="stable").reset_index(drop=True)


def _facilities(reading: _Reading) -> gpd.GeoDataFrame:
    if "facilities" in reading.clean:
        clean = reading.clean["facilities"]
    else:
        names = [column.name for column in CONTRACTS["facilities"].columns]
        empty = Raw(pd.DataFrame(columns=names, dtype="str"), "facilities")
        clean = check_table("facilities", empty)[0]
    clean = clean.sort_values("facility_id", kind="stable").reset_index(drop=True)
    points = _points(clean["lon"], clean["lat"])
    return gpd.GeoDataFrame(clean, geometry=points, crs=_LON_LAT)


def _points(lon: pd.Series, lat: pd.Series) -> np.ndarray:
    """Make points; where a coordinate is missing there is no point."""
    x, y = lon.to_numpy(dtype=float), lat.to_numpy(dtype=float)
    points = np.full(len(x), None, dtype=object)
    there = np.isfinite(x) & np.isfinite(y)
    points[there] = shapely.points(x[there], y[there])
    return points


def _provenance(config: StudyConfig, reading: _Reading) -> pd.DataFrame:
    """One row a file, with its weakest basis; what the study file says of a source is added."""
    told: dict[str, Mapping[str, Any]] = {}
    extra = []
    for source in config.extra_sources:
        tables = source.get("tables", ())
        told.update(dict.fromkeys(tables, source))
        if not tables:
            extra.append({"table": "", "rows": float("nan"), "sha256": "", **source})
    rows = []
    for record in reading.files:
        table = record["table"]
        clean = reading.clean.get(table)
        basis = record["basis"]
        if clean is not None and "basis" in clean:
            basis = weakest(clean["basis"].dropna())
        source = told.get(table, {})
        rows.append(
            {**record, **{k: v for k, v in source.items() if k != "tables"}, "basis": basis}
        )
    columns = ["table", "file", "title", "source", "licence", "basis", "as_of", "rows", "sha256"]
    return pd.DataFrame([*rows, *extra]).reindex(columns=columns)
