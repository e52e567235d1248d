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
from wushan_geo.sources.opening import locate, read_study
from wushan_geo.sources.roads.lines import TABLE, Asked
from wushan_geo.sources.roads.reading import find_roads, is_layer
from wushan_geo.sources.roads.store import ROADS_FILE, roads_bytes, stored_roads
from wushan_geo.sources.roads.studied import ROADS, based
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
METRES_A_KM = 1000.0
ON_ROADS = {"network", "terrain"}  # engines for which a class of roads needs a speed
_SECTION = re.compile(rb"^[ \t]*\[[ \t]*tables[ \t]*\][ \t]*(?:#[^\r\n]*)?(\r?\n)", re.MULTILINE)
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_OTHERS = ("road_nodes", "road_edges")
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
    """Content by name: the network, and the study file where a line was added."""
    naming: Naming
    """Whether the study file names it ``already``, a line was ``added``, or it has to be changed
    ``by_hand``, since it names other roads."""
    needs: RoadNeeds
    """What the study still has to say before times can be worked out on the network."""
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
    files = {ROADS_FILE: roads_bytes(roads, found.credit)}
    if naming == "added":
        files[path.name] = changed
    stored = stored_roads(files[ROADS_FILE], ROADS_FILE)
    needs = _needs(reading, config, stored)
    notes = (*notes, *_unfitting(reading, config, stored))
    return NewRoads(stored, notes, path.name, files, naming, needs)


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
    file = Path(split_sheet(asked.file or ROADS_FILE, Path())[0]).name
    words = rule("roads_basis_known")
    note = fault(Where(file), words, hint("nothing"), severity="note")
    return found.roads, (*found.notes, note)


def _unfitting(reading: Reading, config: StudyConfig, roads: RoadNetwork) -> Iterator[Fault]:
    """Find what of a network does not fit the study: its dates, its speeds, where it lies."""
    fit = Fitting(
        reading.study, config.travel, config.as_of, reading.clean, reading.raw, roads, ROADS_FILE
    )
    return (one for one in fitting_faults(fit) if one.file == ROADS_FILE)


def _needs(reading: Reading, config: StudyConfig, roads: RoadNetwork) -> RoadNeeds:
    """Find what the study does not say yet of a new network."""
    told = {one: source for source in config.extra_sources for one in source.get("tables", ())}
    context = Context(answers=Answers.of(reading.answered), told=told)
    used = set(roads.road_class[~roads.closed & np.isnan(roads.speed_kmh)].tolist())
    lacking = used - set(config.travel.speeds_kmh)
    return RoadNeeds(
        basis=bool(based(roads, ROADS_FILE, context)[1]),
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
