"""Open a study: read every file it names, check everything, hand over one frozen Study."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from wushan_geo.errors import InputError
from wushan_geo.sources.answered import ANSWERS_FILE, read_answers
from wushan_geo.sources.assumptions import read_assumptions
from wushan_geo.sources.elsewhere import TERRAIN, TRAVEL_TIMES, Elsewhere, given_times, land
from wushan_geo.sources.finishing import finish
from wushan_geo.sources.intake import Context, Taken, combined, is_file, split_sheet, take_in
from wushan_geo.sources.roads import road_network
from wushan_geo.sources.roads.studied import ROADS, NamedRoads, named_roads, unknown_crossings
from wushan_geo.sources.vocabulary import Vocabulary, built_in, extended, folded
from wushan_geo.storage import checksum
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.checks import check_study
from wushan_geo.study.config import StudyConfig, parse_config
from wushan_geo.study.faults import Where, fault, hint, nearest, rule
from wushan_geo.study.fitting import Fitting, fitting_faults
from wushan_geo.study.named_crossings import attached
from wushan_geo.study.pages import Page
from wushan_geo.study.placing import placed_faults
from wushan_geo.study.plan import Plan, parse_plan
from wushan_geo.study.scenario import is_scenario
from wushan_geo.study.study import Study, weakest
from wushan_geo.study.tables import CONTRACTS, ROAD_CLASSES, Raw, Tables, check_table
from wushan_geo.study.travelling import travel_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.travelling import TravelConfig

STUDY_FILE = "study.toml"
BUILT_IN = {
    "wushan": "wushan/study.toml",
    "wushan-facts": "wushan/facts/study.toml",
    "example": "example/study.toml",
}
NEEDED = ("county", "townships", "villages")
ROAD_TABLES = ("road_nodes", "road_edges")
FILE_TABLE = "files"  # the table of answers on which file holds which table
DOCUMENTS = ("plan", "assumptions", "vocabulary", "crosswalk")
ALONE = (
    *DOCUMENTS,
    ROADS,
    TRAVEL_TIMES,
)  # a second file of these would silently take the place of the first
# The table that something else stands in for: what is said of the one holds for the other.
STANDS_FOR = {ROADS: "road_edges"}
# What has to be known before other tables can be understood, in this order.
FIRST = ("county", "townships", "villages", "eligibility", "road_nodes", "road_edges")
SHAPE = "geometry"  # how faults name the shape of a feature
_LON_LAT = "EPSG:4326"


@dataclass(slots=True)
class Reading:
    """What has been read so far of a study, and every finding on the way."""

    study: str
    """Name of the study file."""
    folder: Path
    """Its folder."""
    document: Mapping[str, Any] = field(default_factory=dict)
    """The study file as written."""
    config: StudyConfig | None = None
    """Its settings; None where there is any fault in them."""
    travel: TravelConfig | None = None
    """Its travel settings; None where there is a fault in these."""
    files: list[dict[str, Any]] = field(default_factory=list)
    """A record for each file."""
    raw: dict[str, Raw] = field(default_factory=dict)
    """Tables as read, under the columns of their contracts."""
    clean: dict[str, pd.DataFrame] = field(default_factory=dict)
    """The same tables with typed columns."""
    taken: Taken = field(default_factory=Taken)
    """What arrived, names matched, and all findings."""
    plan: Plan | None = None
    """What the plan asks."""
    assumptions: pd.DataFrame | None = None
    """The list of assumptions."""
    vocabulary: Vocabulary = field(default_factory=built_in)
    """Words of the offices."""
    changes: pd.DataFrame | None = None
    """Renamed, merged, split and moved units."""
    answered: list[Answer] = field(default_factory=list)
    """What was decided before."""
    roads: NamedRoads | None = None
    """The road network, where it comes as one file."""
    network: RoadNetwork | None = None
    """The road network of the study, its crossings found by name as well; None while the tables
    that it is made of have a fault."""
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    """Times of another router, and the lie of the land."""

    @property
    def faults(self) -> list[Fault]:
        """All findings so far."""
        return self.taken.faults


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
    reading = read_study(source)
    standing = [one for one in reading.faults if one.severity != "note"]
    if reading.config is None or standing:
        raise InputError(telling(standing))
    return _assemble(reading.config, reading)


def read_study(source: str | Path, more: Sequence[Answer] = ()) -> Reading:
    """Read every file of a study and collect every finding, without refusing anything.

    Parameters
    ----------
    source
        A built-in study by name, a folder, or the path of a study file.
    more
        Answers that hold besides those that the study folder remembers.

    Returns
    -------
    Reading
        Tables, settings, what arrived, and all findings.

    Raises
    ------
    InputError
        If there is no such study, or its study file cannot be read.

    Examples
    --------
    >>> reading = read_study("example")
    >>> [one for one in reading.faults if one.severity != "note"]
    []
    """
    path = locate(source)
    document = _read_toml(path.read_bytes(), path.name)
    if is_scenario(document) and "study" not in document:
        # Held against the rules of a study it would only be one fault after the other.
        advice = hint("scenario_file", file=path.name)
        raise InputError([fault(Where(path.name, None, "scenario"), rule("scenario_file"), advice)])
    config, faults = parse_config(document, path.name)
    reading = Reading(path.name, path.parent, document, config)
    reading.taken.faults += faults
    reading.travel = _travel(document) if config is None else config.travel
    _read_answers(reading, more)
    named = _named(reading)
    for table in sorted(named, key=lambda one: one not in DOCUMENTS):
        if table in DOCUMENTS:
            _read_documents(reading, table, named[table])
    rest = [one for one in named if one not in DOCUMENTS]
    for table in sorted(rest, key=lambda one: FIRST.index(one) if one in FIRST else len(FIRST)):
        _read_one(reading, table, named[table])
    _read_elsewhere(reading, named.get(TRAVEL_TIMES, ()))
    order = [*named, TERRAIN]
    reading.files.sort(key=lambda one: order.index(one["table"]))  # as the study file has them
    _check_all(reading)
    if reading.travel is not None:
        reading.taken.faults += _speeds(reading.travel, reading)
        reading.taken.faults += fitting_faults(_fitting(reading.travel, reading, named))
    _join_roads(reading)
    return reading


def _travel(document: Mapping[str, Any]) -> TravelConfig | None:
    """Give the travel settings where they are sound, though others are not.

    A fault elsewhere should not hide what they and the tables tell together.
    """
    section = document.get("travel")
    page = Page(section, STUDY_FILE, [], "travel") if isinstance(section, dict) else None
    if page is None:
        return None
    found = travel_config(page)
    return None if page.faults else found


def _fitting(
    travel: TravelConfig, reading: Reading, named: Mapping[str, tuple[str, ...]]
) -> Fitting:
    """Give what is held against each other."""
    found, config = reading.roads, reading.config
    return Fitting(
        reading.study,
        travel,
        None if config is None else config.as_of,
        reading.clean,
        reading.raw,
        None if found is None else found.roads,
        "; ".join(named.get(ROADS, ())),
        reading.elsewhere.terrain,
        frozenset(named),
    )


def named_tables(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Give the files of each table as a study file names them.

    Parameters
    ----------
    document
        The study file as written; what is wrong in it has been said by then.

    Returns
    -------
    dict
        Files by table.

    Raises
    ------
    AttributeError
        If `document` is not a mapping.

    Examples
    --------
    >>> named_tables({"tables": {"persons": ["a.xlsx", "b.xlsx"], "plan": "plan.toml"}})
    {'persons': ('a.xlsx', 'b.xlsx'), 'plan': ('plan.toml',)}
    """
    return {
        str(table): tuple(str(one) for one in (files if isinstance(files, list) else [files]))
        for table, files in _inner(document, "tables").items()
    }


def named_files(reading: Reading) -> list[str]:
    """Give every file that a study names or was told to use, without sheets.

    Parameters
    ----------
    reading
        What has been read.

    Returns
    -------
    list of str
        Names relative to the study's folder.

    Raises
    ------
    AttributeError
        If `reading` is no reading.

    Examples
    --------
    >>> "plan.toml" in named_files(read_study("example"))
    True
    """
    files = [one for names in _named(reading).values() for one in names]
    return [split_sheet(one, reading.folder)[0] for one in files]


def _named(reading: Reading) -> dict[str, tuple[str, ...]]:
    """Give the files of each table: those that the study file names, and those decided since."""
    named = named_tables(reading.document)
    for one in reading.answered:
        named_file = one.topic == "table" and one.table == FILE_TABLE
        if named_file and one.answer in CONTRACTS and _inside(one.subject):
            already = named.get(one.answer, ())
            named[one.answer] = (*already, *((one.subject,) if one.subject not in already else ()))
    return named


def _inside(name: str) -> bool:
    """Tell whether a file stands in the study folder: an answer names no other."""
    path = PurePath(name)
    return not path.is_absolute() and ".." not in path.parts


def _read_answers(reading: Reading, more: Sequence[Answer]) -> None:
    path = reading.folder / ANSWERS_FILE
    if path.is_file():
        found, faults = read_answers(path.read_bytes(), ANSWERS_FILE)
        reading.answered += found
        reading.taken.faults += faults
    reading.answered += more


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


def locate(source: str | Path) -> Path:
    """Find the study file of a study.

    Parameters
    ----------
    source
        A built-in study by name, a folder, or the path of a study file.

    Returns
    -------
    Path
        The path of the study file.

    Raises
    ------
    InputError
        If there is no such study.

    Examples
    --------
    >>> locate("example").name
    'study.toml'
    """
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
    except (ValueError, RecursionError) as error:  # also numbers and brackets without an end
        where = Where(name, None, "", error)
        raise InputError([fault(where, rule("toml"), hint("toml"))]) from error


def _bytes(reading: Reading, table: str, name: str) -> tuple[Path, bytes] | None:
    """Read a file that the study names, or say what stands against it."""
    path = reading.folder / split_sheet(name, reading.folder)[0]
    if not is_file(path):
        advice = hint("exists", table=table, study=reading.study)
        reading.taken.faults.append(fault(Where(name), rule("exists"), advice))
        return None
    try:
        return path, path.read_bytes()
    except OSError as error:
        where = Where(name, None, "", error.strerror)
        reading.taken.faults.append(fault(where, rule("readable"), hint("readable")))
        return None


def _read_documents(reading: Reading, table: str, names: tuple[str, ...]) -> None:
    for name in names if _is_alone(reading, table, names) else ():
        got = _bytes(reading, table, name)
        if got is not None:
            path, content = got
            rows, faults = _read_document(reading, table, content, path)
            reading.taken.faults += [replace(one, file=name) for one in faults]
            record = {"table": table, "file": name, "sha256": checksum(content)}
            reading.files.append({**record, "rows": rows, "basis": "stated"})


def _is_alone(reading: Reading, table: str, names: tuple[str, ...]) -> bool:
    """Say whether a table of which there is one file has one, or what stands against it."""
    if len(names) > 1:
        where = Where(reading.study, None, f"tables.{table}", "; ".join(names))
        reading.taken.faults.append(fault(where, rule("one_document"), hint("one_document")))
    return len(names) == 1


def _read_roads(reading: Reading, name: str) -> None:
    """Read the road network, where it comes as one file."""
    classes = _inner(_inner(reading.document, "travel"), "road_classes")
    if reading.travel is not None:
        classes = reading.travel.road_classes
    found = named_roads(reading.folder, name, _context(reading), classes)
    reading.roads = found
    reading.taken.faults += found.faults
    record = {"table": ROADS, "file": name, "sha256": found.sha256}
    if found.credit:
        record["source"] = found.credit  # what the study file says of it goes before
    if found.roads is not None:
        reading.files.append({**record, "rows": found.rows, "basis": found.basis})


def _read_elsewhere(reading: Reading, names: tuple[str, ...]) -> None:
    """Read the times of another router and the rasters of the land, as the settings say how."""
    found = reading.elsewhere
    settings = reading.travel
    if names and _is_alone(reading, TRAVEL_TIMES, names):
        if settings is not None and settings.matrix is None:
            where = Where(reading.study, None, f"tables.{TRAVEL_TIMES}", names[0])
            found.faults.append(fault(where, rule("times_read"), hint("times_read")))
        elif settings is not None and settings.matrix is not None:
            got = _bytes(reading, TRAVEL_TIMES, names[0])
            if got is not None:
                given_times(found, (got[0], names[0], got[1]), settings.matrix, reading.clean)
    if settings is not None and settings.terrain is not None:
        land(found, reading.folder, settings.terrain)
    reading.taken.faults += found.faults
    reading.files += found.records


def _read_one(reading: Reading, table: str, names: tuple[str, ...]) -> None:
    """Read and check the files of one table; what is wrong with it names them as the study does."""
    if table == ROADS:
        if _is_alone(reading, table, names):
            _read_roads(reading, names[0])
        return
    if table == TRAVEL_TIMES:  # read last: villages and facilities say which pairs there must be
        return
    known = (*CONTRACTS, *ALONE)
    if table not in known:
        where = Where(reading.study, None, f"tables.{table}", "; ".join(names))
        reading.taken.faults.append(fault(where, rule("study_table"), nearest(table, known)))
        return
    context = _context(reading)
    parts: list[Taken] = []
    for name in names:
        got = _bytes(reading, table, name)
        if got is None:
            continue
        path, content = got
        taken = take_in(table, content, path, name, context)
        parts.append(taken)
        rows = 0 if taken.raw is None else len(taken.raw.frame)
        record = {"table": table, "file": name, "sha256": checksum(content)}
        reading.files.append({**record, "rows": rows, "basis": ""})
    whole = Taken()
    for one in parts:
        whole.add(one)
    whole.raw, faults = combined(table, [one.raw for one in parts if one.raw is not None], context)
    whole.faults += faults
    finish(table, whole, context)
    reading.taken.add(whole)
    if whole.raw is not None:
        reading.raw[table] = whole.raw
        reading.clean[table], faults = check_table(table, whole.raw, _asked_columns(whole.faults))
        label = whole.raw.labels.get("zone_id", "zone_id")
        reading.taken.faults += [
            one
            for one in faults
            if one.column != label or one.value or (one.file, one.row) not in whole.pending
        ]


def _asked_columns(faults: Sequence[Fault]) -> set[str]:
    """Give the columns that a header is asked about to be."""
    asked = [one.ask for one in faults if one.severity == "decide" and one.ask is not None]
    return {choice for one in asked if one.topic == "column" for choice in one.choices}


def _context(reading: Reading) -> Context:
    study = _inner(reading.document, "study")
    config = reading.config
    return Context(
        county=str(study.get("county", "")),
        as_of=None if config is None else config.as_of,
        services=tuple(_inner(reading.document, "services")),
        vocabulary=reading.vocabulary,
        answers=Answers.of(reading.answered),
        told=_told(reading),
        clean=reading.clean,
        raw=reading.raw,
        changes=reading.changes,
    )


def _told(reading: Reading) -> dict[str, Mapping[str, Any]]:
    """Give what the study file says of the source of each table.

    It is taken as written where the settings have a fault: that fault should not make others.
    """
    config, written = reading.config, reading.document.get("sources", [])
    sources: Sequence[Any] = written if isinstance(written, list) else []
    if config is not None:
        sources = config.extra_sources
    told: dict[str, Mapping[str, Any]] = {}
    for source in sources:
        if isinstance(source, dict) and isinstance(source.get("tables", []), list):
            told.update({str(one): source for one in source.get("tables", [])})
    return told


def _read_document(
    reading: Reading, table: str, content: bytes, path: Path
) -> tuple[int, list[Fault]]:
    if table == "assumptions":
        reading.assumptions, faults = read_assumptions(content, path)
        return len(reading.assumptions), faults
    if table == "vocabulary":
        reading.vocabulary, faults = extended(content, path.name)
        return len(reading.vocabulary.words) - len(built_in().words), faults
    if table == "crosswalk":
        from wushan_geo.sources.divisions import read_changes

        reading.changes, faults = read_changes(content, path.name)
        return len(reading.changes), faults
    try:
        raw = _read_toml(content, path.name)
    except InputError as error:
        return 0, list(error.faults)
    reading.plan, faults = parse_plan(raw, path.name)
    plan = reading.plan
    return 0 if plan is None else len(plan.rules) + len(plan.indicators), faults


def _check_all(reading: Reading) -> None:
    """Check what only the study file and several tables together can tell."""
    named = _named(reading)
    for table in NEEDED:
        if table not in named:
            where = Where(reading.study, None, f"tables.{table}")
            advice = hint("table_named", study=reading.study)
            reading.taken.faults.append(fault(where, rule("table_named"), advice))
    reading.taken.faults += _check_roads(reading, named)
    services = list(_inner(reading.document, "services"))
    county = str(_inner(reading.document, "study").get("county", ""))
    answers = Answers.of(reading.answered)
    settled = {
        (one.file, one.row)
        for one in reading.faults
        if one.ask is not None and one.ask.topic == "total"
    }
    tables = Tables(reading.clean, reading.raw, services, county, answers, settled)
    reading.taken.faults += check_study(tables)
    if reading.config is not None and {"townships", "villages"} <= set(reading.clean):
        towns, villages = reading.clean["townships"], reading.clean["villages"]
        reading.taken.faults += placed_faults(reading.config, towns, villages, reading.study)
    if reading.plan is not None:
        reading.taken.faults += _plan_services(reading.plan, named["plan"][0], services)
        reading.taken.faults += _observed(reading, reading.plan)


def _check_roads(reading: Reading, named: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    """Check that there is one network, and that its crossings are those of the study."""
    for one, other in (ROAD_TABLES, ROAD_TABLES[::-1]):
        if one in named and ROADS in named:
            where = Where(reading.study, None, f"tables.{one}", "; ".join(named[one]))
            yield fault(where, rule("roads_once"), hint("roads_once"))
        elif one in named and other not in named:
            where = Where(reading.study, None, f"tables.{one}", "; ".join(named[one]))
            yield fault(where, rule("together", other=f"tables.{other}"), hint("together"))
    found, crossings = reading.roads, reading.clean.get("crossings")
    if found is not None and found.roads is not None and crossings is not None:
        file = reading.raw["crossings"].file
        yield from unknown_crossings(found.roads, named[ROADS][0], crossings, file)


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


def _observed(reading: Reading, plan: Plan) -> Iterator[Fault]:
    """Check that each observed value belongs to an indicator of the plan."""
    known = [one.id for one in plan.indicators]
    if "indicators" in reading.clean:
        cells = reading.clean["indicators"]["indicator"]
        wrong = (~cells.isin(known) & cells.notna()).to_numpy()
        for at in np.flatnonzero(wrong).tolist():
            key = str(cells.iloc[at])
            where = reading.raw["indicators"].where(at, "indicator", key)
            yield fault(where, rule("indicator"), nearest(key, known))


def _speeds(travel: TravelConfig, reading: Reading) -> Iterator[Fault]:
    """Check that each class of road that the network has is given a speed."""
    edges, found = reading.clean.get("road_edges"), reading.roads
    used = set() if edges is None else set(edges["road_class"].dropna()) & set(ROAD_CLASSES)
    if found is not None and found.roads is not None:
        roads = found.roads  # an edge with a speed of its own needs none of its class
        used |= set(roads.road_class[~roads.closed & np.isnan(roads.speed_kmh)].tolist())
    if travel.engine in {"network", "terrain"}:
        for name in sorted(used - set(travel.speeds_kmh)):
            where = Where(reading.study, None, f"travel.speeds_kmh.{name}")
            yield fault(where, rule("setting"), hint("speeds", name=name))


def telling(faults: list[Fault]) -> list[Fault]:
    """Leave out what only follows: a row whose cells have shifted, a shape that was not read.

    Parameters
    ----------
    faults
        Findings in the order in which they were found.

    Returns
    -------
    list of Fault
        Those that say something of their own.

    Raises
    ------
    AttributeError
        If one is not a fault.

    Examples
    --------
    >>> telling([])
    []
    """
    first: dict[tuple[str, int, str], Fault] = {}
    kept = []
    for one in faults:
        row = one.row or 0
        place = (one.file, row, one.column)
        shifted = first.get((one.file, row, "")) if row else None
        # An empty cell that has been told of already was emptied because it could not be used;
        # what a question asks about need not be called wrong besides.
        before = first.get(place) if row and one.column else None
        asked = before is not None and before.severity == "decide"
        follows = before is not None and (asked or one.column == SHAPE or not one.value)
        follows = follows and one.ask is None  # a question of its own: no other answers it
        first.setdefault(place, one)
        if shifted is None and not follows:
            kept.append(one)
    return kept


def _assemble(config: StudyConfig, reading: Reading) -> Study:
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
        roads=reading.network,
        rivers=_layer(reading, "rivers") if "rivers" in reading.clean else None,
        plan=reading.plan,
        assumptions=read_assumptions(b"", Path())[0]
        if reading.assumptions is None
        else reading.assumptions,
        provenance=_provenance(config, reading),
        road_distances=_sorted(reading, "road_distances", "pair_id"),
        travel_times=reading.elsewhere.travel_times,
        terrain=reading.elsewhere.terrain,
        demand_points=_sorted(reading, "demand_points", "point_id"),
        person_cells=_sorted(reading, "person_cells", "zone_id", "type", "severity", "age_band"),
        costs=_sorted(reading, "costs", "way", "facility_id"),
        candidates=_sorted(reading, "candidates", "facility_id"),
    )


def _join_roads(reading: Reading) -> None:
    """Put the road network together, and find the crossings that its bridges and ferries name."""
    if reading.roads is not None:
        roads = reading.roads.roads
    elif any(one.severity != "note" for one in reading.faults):
        return  # tables with a fault make no network, and the study is refused in any case
    else:
        roads = road_network(reading.clean.get("road_nodes"), reading.clean.get("road_edges"))
    crossings = reading.clean.get("crossings")
    if roads is not None and crossings is not None:
        roads, notes = attached(roads, crossings, folded)
        file = reading.raw["crossings"].file
        reading.taken.faults += [replace(one, file=file) for one in notes]
    reading.network = roads


def _sorted(reading: Reading, table: str, *keys: str) -> pd.DataFrame | None:
    clean = reading.clean.get(table)
    if clean is None:
        return None
    return clean.sort_values(list(keys), kind="stable").reset_index(drop=True)


def _layer(reading: Reading, table: str) -> gpd.GeoDataFrame:
    clean, raw = reading.clean[table], reading.raw[table]
    shapes = raw.geometry
    if shapes is None:
        shapes = np.full(len(clean), None, dtype=object)
    return gpd.GeoDataFrame(
        clean.reset_index(drop=True), geometry=np.asarray(shapes), crs=raw.crs or _LON_LAT
    )


def _zones(reading: Reading, table: str) -> gpd.GeoDataFrame:
    zones = _layer(reading, table)
    if "demand_lon" in zones:
        points = _points(zones["demand_lon"], zones["demand_lat"])
        zones["demand_point"] = gpd.GeoSeries(points, index=zones.index, crs=zones.crs)
    return zones.sort_values("zone_id", kind="stable").reset_index(drop=True)


def _facilities(reading: Reading) -> gpd.GeoDataFrame:
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


def _provenance(config: StudyConfig, reading: Reading) -> pd.DataFrame:
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
        table = STANDS_FOR.get(record["table"], record["table"])
        clean = reading.clean.get(table)
        basis = record["basis"]
        if clean is not None and "basis" in clean:
            basis = weakest(clean["basis"].dropna().unique().tolist())
        source = told.get(record["table"], told.get(table, {}))
        said = {k: v for k, v in source.items() if k != "tables"}
        rows.append({**record, **said, "table": table, "basis": basis})
    columns = ["table", "file", "title", "source", "licence", "basis", "as_of", "rows", "sha256"]
    return pd.DataFrame([*rows, *extra]).reindex(columns=columns)
