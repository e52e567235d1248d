"""A new road network for a study's folder: read or fetched, and named in its study file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.intake import Context, split_sheet
from wushan_geo.sources.opening import locate, named_tables, read_study
from wushan_geo.sources.roads.lines import TABLE, Asked
from wushan_geo.sources.roads.reading import find_roads, is_layer
from wushan_geo.sources.roads.store import ROADS_FILE, roads_bytes, stored_roads
from wushan_geo.sources.roads.studied import ROADS, based, impassable, unknown_crossings
from wushan_geo.storage import number_text
from wushan_geo.study.answers import Answers
from wushan_geo.study.editions import is_possible
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.fitting import Fitting, fitting_faults
from wushan_geo.study.metric import metric_crs
from wushan_geo.study.road_report import RoadNeeds
from wushan_geo.study.tables import ROAD_CLASSES
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.errors import Fault
    from wushan_geo.sources.opening import Reading
    from wushan_geo.sources.roads.osm import Found
    from wushan_geo.study.config import StudyConfig
    from wushan_geo.study.faults import Pair
    from wushan_geo.study.roads import RoadNetwork

Naming = Literal["already", "added", "by_hand"]

LINE = f'{ROADS} = "{ROADS_FILE}"'
KEPT_FILE = "roads-downloaded.npz"  # what was fetched and then refused; no study names it
METRES_A_KM = 1000.0
ON_ROADS = {"network", "terrain"}  # engines for which a class of roads needs a speed
_SECTION = re.compile(rb"^[ \t]*\[[ \t]*tables[ \t]*\][ \t]*(?:#[^\r\n]*)?(\r?\n)", re.MULTILINE)
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_OTHERS = ("road_nodes", "road_edges")
_BASIS, _SPEEDS = "basis", "travel.speeds_kmh"  # of which the next steps tell more than a fault
_CORNERS = 4  # in which a quarter of a circle is drawn, in the outline that a server is asked about


@dataclass(frozen=True, slots=True)
class RoadsAsked:
    """What is asked of the roads of a study, as the command line has it."""

    file: str | None = None
    """File to read, with a layer after a number sign where one is meant."""
    server: tuple[str | None, float | None] | None = None
    """Address of an Overpass server, and kilometres beyond the county line; what is None stands in
    the study file."""
    edition: str = ""
    """Date of the state of the roads, for what names none: a year, a month or a day."""
    snap_m: float | None = None
    """Farthest that a gap between lines is closed, in metres; None for files that hold no lines."""
    download: bool = False
    """Whether roads are to be fetched from the server."""
    basis: str = ""
    """How roads are known that do not say it themselves."""

    @property
    def writes(self) -> bool:
        """Whether a new network is asked for."""
        return self.download or self.file is not None


@dataclass(frozen=True, slots=True, eq=False)
class NewRoads:
    """What is to be written into the folder of a study."""

    roads: RoadNetwork
    """The network."""
    notes: tuple[Fault, ...]
    """How it was read, what was left out, and what of it does not fit the study."""
    study: str
    """Name of the study file."""
    files: Mapping[str, bytes]
    """Content by name: the network, and the study file where a line was added. Of refused roads
    nothing, or what was fetched, under a name that no study has."""
    naming: Naming
    """Whether the study file names it ``already``, a line was ``added``, or it has to be changed
    ``by_hand``, since it names other roads."""
    needs: RoadNeeds
    """What the study still has to say before times can be worked out on the network."""
    faults: tuple[Fault, ...] = ()
    """Why it is refused, all of it; empty where it is to be stored."""
    before: RoadNetwork | None = None
    """The network that the study has had; None where it had none that could be read."""
    file: str = ROADS_FILE
    """Name of the network's file."""
    line: str = LINE
    """The line of the study file that names it."""


def objection(study: str | Path, asked: RoadsAsked, home: Path | None) -> Pair | None:
    """Say what stands against options before anything is read: none may be without effect.

    Parameters
    ----------
    study
        The study.
    asked
        What is asked.
    home
        Folder of the study; None for a built-in one.

    Returns
    -------
    tuple of str or None
        A sentence in Chinese and English; None if nothing stands against them.

    Raises
    ------
    InputError
        If there is no such study.

    Examples
    --------
    >>> objection("wushan", RoadsAsked(download=True, file="a.osm"), None)[1]
    'Give --from FILE or --download, not both.'
    """
    lines = asked.file is not None and is_layer(Path(split_sheet(asked.file, Path())[0]))
    tests = (
        (asked.download and asked.file is not None, "roads.either"),
        (asked.server is not None and not asked.download, "roads.only_download"),
        (bool(asked.edition) and not asked.writes, "roads.only_new"),
        (bool(asked.basis) and not asked.writes, "roads.basis_only_new"),
        (not _is_date(asked.edition), "roads.edition"),
        (asked.snap_m is not None and not lines, "roads.only_lines"),
        (lines and asked.snap_m is None, "roads.snap_needed"),
        (asked.writes and home is None, "roads.built_in"),
    )
    key = next((key for wrong, key in tests if wrong), None)
    if key is not None or not asked.download:
        return None if key is None else both(key)
    url, buffer_km = asked.server or (None, None)
    told = None if url and buffer_km is not None else _settings(read_study(study)).travel.download
    if told is None and not (url and buffer_km is not None):
        return both("roads.server_needed")
    return None


def new_roads(study: str | Path, asked: RoadsAsked) -> NewRoads:
    """Read or fetch the roads of a study, and say what is to be written.

    A file that is not found is looked for in the study's folder. What is fetched is the county and
    its surroundings up to the buffer.

    The roads are held against the study before anything is written. They are refused where they
    are of no use in any study of the county (far away, every road closed, impossible speeds or
    dates), and where the study has been in order and could not be opened with them: where it can
    be opened as it is, or nothing is wrong with the network that it has. A study that is still
    being set up takes roads for which it lacks something.

    Parameters
    ----------
    study
        The study: a folder or a study file.
    asked
        What is asked; :func:`objection` has nothing against it.

    Returns
    -------
    NewRoads
        What is to be written.

    Raises
    ------
    InputError
        If the study's settings or the file have faults, the county has no outline, or the server
        does not answer with roads.
    ParameterError
        If neither a file nor a server is known.
    OSError
        If the study file cannot be read.

    Examples
    --------
    See ``tests/test_cli_roads.py``.
    """
    reading = read_study(study)
    config = _settings(reading)
    found = _fetched(reading, config, asked) if asked.download else _read(reading, config, asked)
    roads, notes = _known(found, asked)
    path = locate(study)
    changed, naming = naming_roads(path.read_bytes())
    if naming == "added" and set(_OTHERS) & set(reading.raw):  # answers have named other roads
        naming = "by_hand"
    content = roads_bytes(roads, found.credit)
    stored = stored_roads(content, ROADS_FILE)
    own = _own(reading, config, stored)
    useless = [one for one in own if one.severity != "note"]
    lacking = _lacking(reading, config, stored)
    needs, before = _needs(reading, config, stored), reading.network
    if useless or (lacking and _in_order(reading, config)):
        name = KEPT_FILE if asked.download else _file_name(asked)
        shown = [
            replace(one, file=name) if one.file == ROADS_FILE else one
            for one in (*useless, *lacking)
        ]
        why = InputError(shown).faults  # in the order in which every list of faults stands
        files = {KEPT_FILE: content} if asked.download else {}
        needs = replace(needs, engine=True)  # a step for roads that are stored
        return NewRoads(stored, notes, path.name, files, naming, needs, why, before)
    files = {ROADS_FILE: content, **({path.name: changed} if naming == "added" else {})}
    notes = (*notes, *own, *(one for one in lacking if not _is_next(one)))
    return NewRoads(stored, notes, path.name, files, naming, needs, (), before)


def command(study: str, asked: RoadsAsked, file: str | Path, *, basis: bool) -> str:
    """Give the command that goes on where roads were refused, or do not say how they are known.

    Parameters
    ----------
    study
        The study as the command named it.
    asked
        What was asked.
    file
        File to read.
    basis
        Whether it still has to be said how the roads are known.

    Returns
    -------
    str
        The command, with BASIS where the word for it belongs.

    Raises
    ------
    AttributeError
        If `asked` is none.

    Examples
    --------
    >>> command("my-county", RoadsAsked(file="a.shp", snap_m=5.0), "a.shp", basis=True)
    'wushan-geo roads "my-county" --from "a.shp" --snap-m 5 --basis BASIS'
    """
    parts = [f'wushan-geo roads "{study}" --from "{file}"']
    if str(file) == asked.file:  # a stored network holds the rest already
        parts += [] if asked.snap_m is None else [f"--snap-m {number_text(asked.snap_m)}"]
        parts += [f"--edition {asked.edition}"] if asked.edition else []
        parts += [f"--basis {asked.basis}"] if asked.basis else []
    return " ".join([*parts, "--basis BASIS"] if basis else parts)


def naming_roads(content: bytes) -> tuple[bytes, Naming]:
    r"""Let a study file name the stored network, and change nothing else in it.

    Parameters
    ----------
    content
        Bytes of a study file that can be read.

    Returns
    -------
    tuple
        The bytes with one more line under [tables] (or as they were), and whether it was named
        already, was added, or has to be named by hand.

    Raises
    ------
    ValueError
        If the file cannot be read.

    Examples
    --------
    >>> naming_roads(b'[tables]\ncounty = "c.geojson"\n')
    (b'[tables]\nroads = "roads.npz"\ncounty = "c.geojson"\n', 'added')
    >>> naming_roads(b'[tables]\nroads = "roads.npz"\n')[1]
    'already'
    >>> naming_roads(b'[tables]\nroad_nodes = "n.csv"\n')[1]
    'by_hand'
    """
    document = _parsed(content)
    tables = document.get("tables", {})
    if not isinstance(tables, dict):
        return content, "by_hand"
    if tables.get(ROADS) in (ROADS_FILE, [ROADS_FILE]) and not set(_OTHERS) & set(tables):
        return content, "already"
    if {ROADS, *_OTHERS} & set(tables):
        return content, "by_hand"
    wanted = {**document, "tables": {**tables, ROADS: ROADS_FILE}}
    for section in _SECTION.finditer(content):
        at = section.end()
        changed = content[:at] + LINE.encode() + section[1] + content[at:]
        # A section may only seem to be one, within a text of several lines.
        if _reads_as(changed, wanted):
            return changed, "added"
    return content, "by_hand"


def _is_date(edition: str) -> bool:
    """Tell whether a date is written as one and has its day in the calendar; it may be left out."""
    return not edition or (_DATE.fullmatch(edition) is not None and is_possible(edition))


def _read(reading: Reading, config: StudyConfig, asked: RoadsAsked) -> Found:
    """Read a file of roads with the words of the study."""
    name, layer = split_sheet(asked.file or "", Path())
    path = Path(name)
    if not path.exists() and (reading.folder / path).exists():
        path = reading.folder / path
    answers = Answers.of(reading.answered)
    if layer:
        answers = Answers({**answers.known, ("table", TABLE, path.name): layer})
    words = config.travel.road_classes
    gap = 0.0 if asked.snap_m is None else asked.snap_m
    return find_roads(path, Asked(words, gap, asked.edition, answers, reading.vocabulary))


def _fetched(reading: Reading, config: StudyConfig, asked: RoadsAsked) -> Found:
    """Fetch the roads of the county and its surroundings."""
    from wushan_geo.sources.roads.download import fetch_roads

    url, buffer_km = asked.server or (None, None)
    told = config.travel.download
    if told is not None:
        url = url or told.overpass_url
        buffer_km = told.buffer_km if buffer_km is None else buffer_km
    if url is None or buffer_km is None:
        message = "the address of a server and the width of the buffer must be given."
        raise ParameterError(message)
    area = _area(reading, buffer_km)
    words = config.travel.road_classes
    return fetch_roads(area, overpass_url=url, road_classes=words, edition=asked.edition)


def _known(found: Found, asked: RoadsAsked) -> tuple[RoadNetwork, tuple[Fault, ...]]:
    """Write the basis that is asked for where the roads do not say how they are known."""
    unsaid = found.roads.basis == ""
    if not asked.basis or unsaid.any():
        basis = np.where(unsaid, asked.basis, found.roads.basis).astype(object)
        return replace(found.roads, basis=basis), tuple(found.notes)
    words = rule("roads_basis_known")
    note = fault(Where(_file_name(asked)), words, hint("nothing"), severity="note")
    return found.roads, (*found.notes, note)


def _file_name(asked: RoadsAsked) -> str:
    """Give the name of the file that is read, as faults call it."""
    return Path(split_sheet(asked.file or ROADS_FILE, Path())[0]).name


def _own(reading: Reading, config: StudyConfig, roads: RoadNetwork) -> list[Fault]:
    """Find what is to be said of a network alone: where it lies, whether anybody can use it."""
    fitting = (one for one in _fitting(reading, config, roads) if one.file == ROADS_FILE)
    return [*impassable(roads, ROADS_FILE), *fitting]


def _lacking(reading: Reading, config: StudyConfig, roads: RoadNetwork) -> list[Fault]:
    """Find why a study could not be opened with a network that is sound in itself."""
    faults = [
        one
        for one in _fitting(reading, config, roads)
        if one.file != ROADS_FILE and one.severity != "note"
    ]
    if based(roads, ROADS_FILE, _context(reading, config))[1]:
        where, advice = Where(ROADS_FILE, None, _BASIS), hint("roads_basis")
        faults.append(fault(where, rule("source_basis"), advice))
    crossings = reading.clean.get("crossings")
    if crossings is not None:
        file = reading.raw["crossings"].file
        faults += unknown_crossings(roads, ROADS_FILE, crossings, file)
    for name in sorted(_without_speed(config, roads)) if config.travel.engine in ON_ROADS else ():
        where = Where(reading.study, None, f"{_SPEEDS}.{name}")
        faults.append(fault(where, rule("setting"), hint("speeds", name=name)))
    return faults


def _is_next(found: Fault) -> bool:
    """Tell whether the next steps, as `RoadNeeds` has them, say it already."""
    return found.column == _BASIS or found.column.startswith(_SPEEDS)


def _in_order(reading: Reading, config: StudyConfig) -> bool:
    """Tell whether a study can be opened as it is, or else nothing is wrong with its network."""
    if all(one.severity == "note" for one in reading.faults):
        return True
    before = reading.network
    if before is None:
        return False
    found = [*_own(reading, config, before), *_lacking(reading, config, before)]
    return all(one.severity == "note" for one in found)


def _fitting(reading: Reading, config: StudyConfig, roads: RoadNetwork) -> Iterator[Fault]:
    """Find what of a network does not fit the study: its dates, its speeds, where it lies.

    It has to lie in the county whatever the times are worked out on for now.
    """
    travel = replace(config.travel, engine="network")
    named = frozenset([*named_tables(reading.document), ROADS])
    fit = Fitting(
        reading.study, travel, config.as_of, reading.clean, reading.raw, roads, ROADS_FILE,
        named=named,
    )  # fmt: skip
    return fitting_faults(fit)


def _context(reading: Reading, config: StudyConfig) -> Context:
    """Give what the study says of how its roads are known."""
    told = {one: source for source in config.extra_sources for one in source.get("tables", ())}
    return Context(answers=Answers.of(reading.answered), told=told)


def _without_speed(config: StudyConfig, roads: RoadNetwork) -> set[str]:
    """Give the classes of open roads that have no speed, neither of their own nor in the study."""
    used = set(roads.road_class[~roads.closed & np.isnan(roads.speed_kmh)].tolist())
    return used - set(config.travel.speeds_kmh)


def _needs(reading: Reading, config: StudyConfig, roads: RoadNetwork) -> RoadNeeds:
    """Find what the study does not say yet of a new network."""
    lacking = _without_speed(config, roads)
    return RoadNeeds(
        basis=bool(based(roads, ROADS_FILE, _context(reading, config))[1]),
        speeds=tuple(one for one in ROAD_CLASSES if one in lacking),
        section="speeds_kmh" in reading.document.get("travel", {}),
        engine=config.travel.engine in ON_ROADS,
    )


def _settings(reading: Reading) -> StudyConfig:
    """Give the settings of a study whose tables may still have faults."""
    if reading.config is None:
        raise InputError([one for one in reading.faults if one.file == reading.study])
    return reading.config


def _area(reading: Reading, buffer_km: float) -> Any:
    """Give the county and its surroundings, in degrees."""
    import shapely
    from pyproj import Transformer

    county = reading.raw.get("county")
    drawn = None if county is None else county.geometry
    if drawn is None or county is None or county.crs is None or shapely.is_missing(drawn).all():
        raise InputError([one for one in reading.faults if one.severity != "note"])
    outline = shapely.union_all(shapely.make_valid(drawn[~shapely.is_missing(drawn)]))
    zone = Transformer.from_crs(4490, metric_crs(outline.centroid.x), always_xy=True)

    def moved(points: Any, direction: Any) -> Any:
        return np.column_stack(zone.transform(points[:, 0], points[:, 1], direction=direction))

    metres = shapely.transform(outline, lambda points: moved(points, "FORWARD"))
    wide = shapely.buffer(metres, buffer_km * METRES_A_KM, quad_segs=_CORNERS)
    return shapely.transform(wide, lambda points: moved(points, "INVERSE"))


def _parsed(content: bytes) -> dict[str, Any]:
    return tomllib.loads(content.decode("utf-8-sig"))


def _reads_as(content: bytes, wanted: Mapping[str, Any]) -> bool:
    try:
        return _parsed(content) == wanted
    except ValueError:
        return False
