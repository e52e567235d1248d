"""Open a study: read every file it names, check everything, hand over one frozen Study."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from wushan_geo.errors import InputError
from wushan_geo.sources.assumptions import read_assumptions
from wushan_geo.sources.layers import read_layer
from wushan_geo.sources.roads import road_network
from wushan_geo.sources.tabular import read_table
from wushan_geo.storage import checksum
from wushan_geo.study.checks import check_study
from wushan_geo.study.config import StudyConfig, parse_config
from wushan_geo.study.faults import Where, fault, hint, nearest, rule
from wushan_geo.study.plan import Plan, parse_plan
from wushan_geo.study.study import Study, weakest
from wushan_geo.study.tables import CONTRACTS, ROAD_CLASSES, Raw, Tables, check_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.errors import Fault

STUDY_FILE = "study.toml"
BUILT_IN = {
    "wushan": "wushan/study.toml",
    "wushan-facts": "wushan/facts/study.toml",
    "example": "example/study.toml",
}
NEEDED = ("county", "townships", "villages")
LAYERS = ("county", "townships", "villages", "rivers")
ROAD_TABLES = ("road_nodes", "road_edges")
DOCUMENTS = ("plan", "assumptions")
TABULAR_SUFFIXES = {".csv"}
SHAPE = "geometry"  # how faults name the shape of a feature
_LON_LAT = "EPSG:4326"


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and every fault found on the way."""

    study: str
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
    raw = _read_toml(path.read_bytes(), path.name)
    config, faults = parse_config(raw, path.name)
    reading = _Reading(path.name, faults=list(faults))
    names = raw.get("tables", {})
    for table, name in names.items() if isinstance(names, dict) else ():
        _read_one(reading, str(table), path.parent / str(name), str(name))
    _check_all(reading, raw)
    if config is not None:
        reading.faults += _speeds(config, reading)
    if config is None or reading.faults:
        raise InputError(_telling(reading.faults))
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
    raise InputError([fault(Where(str(package)), rule("data"), hint("data"))])


def _locate(source: str | Path) -> Path:
    if isinstance(source, str) and source in BUILT_IN:
        return data_folder() / BUILT_IN[source]
    path = Path(source)
    if path.is_dir():
        path = path / STUDY_FILE
    if path.is_file():
        return path
    raise InputError([fault(Where(str(source)), rule("study"), nearest(source, BUILT_IN))])


def _read_toml(content: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        where = Where(name, None, "", error)
        raise InputError([fault(where, rule("toml"), hint("toml"))]) from error


def _read_one(reading: _Reading, table: str, path: Path, name: str) -> None:
    """Read and check one file; what is wrong with it names it as the study file does."""
    known = (*CONTRACTS, *DOCUMENTS)
    if table not in known:
        where = Where(reading.study, None, f"tables.{table}", name)
        reading.faults.append(fault(where, rule("study_table"), nearest(table, known)))
        return
    if not path.is_file():
        advice = hint("exists", table=table, study=reading.study)
        reading.faults.append(fault(Where(name), rule("exists"), advice))
        return
    try:
        content = path.read_bytes()
    except OSError as error:
        where = Where(name, None, "", error.strerror)
        reading.faults.append(fault(where, rule("readable"), hint("readable")))
        return
    record = {"table": table, "file": name, "sha256": checksum(content)}
    if table in DOCUMENTS:
        rows, faults = _read_document(reading, table, content, path)
        reading.files.append({**record, "rows": rows, "basis": "stated"})
    else:
        rows, faults = _read_data(reading, table, content, path, name)
        reading.files.append({**record, "rows": rows, "basis": ""})
    reading.faults += [replace(one, file=name) for one in faults]


def _read_data(
    reading: _Reading, table: str, content: bytes, path: Path, name: str
) -> tuple[int, list[Fault]]:
    tabular = path.suffix.lower() in TABULAR_SUFFIXES
    if not tabular and table not in LAYERS:
        return 0, [fault(Where(name), rule("csv"), hint("utf8"))]
    raw, faults = (read_table if tabular else read_layer)(content, path)
    if raw is None:
        return 0, faults
    reading.raw[table] = replace(raw, file=name)
    reading.clean[table], more = check_table(table, reading.raw[table])
    return len(raw.frame), [*faults, *more]


def _read_document(
    reading: _Reading, table: str, content: bytes, path: Path
) -> tuple[int, list[Fault]]:
    if table == "assumptions":
        reading.assumptions, faults = read_assumptions(content, path)
        return len(reading.assumptions), faults
    try:
        raw = _read_toml(content, path.name)
    except InputError as error:
        return 0, list(error.faults)
    reading.plan, faults = parse_plan(raw, path.name)
    plan = reading.plan
    return 0 if plan is None else len(plan.rules) + len(plan.indicators), faults


def _check_all(reading: _Reading, raw: Mapping[str, Any]) -> None:
    """Check what only the study file and several tables together can tell."""
    named = _inner(raw, "tables")
    for table in NEEDED:
        if table not in named:
            where = Where(reading.study, None, f"tables.{table}")
            advice = hint("table_named", study=reading.study)
            reading.faults.append(fault(where, rule("table_named"), advice))
    for one, other in (ROAD_TABLES, ROAD_TABLES[::-1]):
        if one in named and other not in named:
            where = Where(reading.study, None, f"tables.{one}", named[one])
            words = rule("together", other=f"tables.{other}")
            reading.faults.append(fault(where, words, hint("together")))
    services = list(_inner(raw, "services"))
    county = str(_inner(raw, "study").get("county", ""))
    reading.faults += check_study(Tables(reading.clean, reading.raw, services, county))
    if reading.plan is not None:
        name = str(named.get("plan", ""))
        reading.faults += _plan_services(reading.plan, name, services)
        reading.faults += _observed(reading, reading.plan)


def _inner(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give a section of the study file, empty if it is none: that has been said already."""
    section = raw.get(name, {})
    return section if isinstance(section, dict) else {}


def _plan_services(plan: Plan, file: str, services: list[str]) -> Iterator[Fault]:
    """Check that the plan asks for services that the study file knows."""
    asked = [
        *(
            (f"rules[{at}].services", key)
            for at, r in enumerate(plan.rules, 1)
            for key in r.services
        ),
        *((f"profiles[{at}].service", p.service) for at, p in enumerate(plan.profiles, 1)),
    ]
    for column, key in asked:
        if key not in services:
            yield fault(Where(file, None, column, key), rule("service"), nearest(key, services))


def _observed(reading: _Reading, plan: Plan) -> Iterator[Fault]:
    """Check that each observed value belongs to an indicator of the plan."""
    known = [one.id for one in plan.indicators]
    if "indicators" in reading.clean:
        cells = reading.clean["indicators"]["indicator"].dropna()
        for row, key in cells[~cells.isin(known)].items():
            where = Where(reading.raw["indicators"].file, int(str(row)), "indicator", key)
            yield fault(where, rule("indicator"), nearest(key, known))


def _speeds(config: StudyConfig, reading: _Reading) -> Iterator[Fault]:
    """Check that each class of road that the network has is given a speed."""
    edges = reading.clean.get("road_edges")
    if config.travel.engine == "network" and edges is not None:
        used = set(edges["road_class"].dropna()) & set(ROAD_CLASSES)
        for name in sorted(used - set(config.travel.speeds_kmh)):
            where = Where(reading.study, None, f"travel.speeds_kmh.{name}")
            yield fault(where, rule("setting"), hint("speeds", name=name))


def _telling(faults: list[Fault]) -> list[Fault]:
    """Leave out what only follows: a row whose cells have shifted, a shape that was not read."""
    first: dict[tuple[str, int, str], Fault] = {}
    kept = []
    for one in faults:
        row = one.row or 0
        place = (one.file, row, one.column)
        shifted = first.get((one.file, row, "")) if row else None
        again = first.get(place) if one.column == SHAPE and row else None
        first.setdefault(place, one)
        if shifted is None and again is None:
            kept.append(one)
    return kept


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
