"""Scenario files: read one, open the study that it changes, and hand over the changed study."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wushan_geo.errors import InputError
from wushan_geo.sources.opening import BUILT_IN, STUDY_FILE, open_study
from wushan_geo.sources.vocabulary import folded
from wushan_geo.storage import checksum
from wushan_geo.study.altering import ScenarioFile, altered_study
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.named_crossings import attached
from wushan_geo.study.scenario import Scenario, drafted_scenario, is_scenario, parse_scenario

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.study import Study

TOML = ".toml"


def open_either(source: str | Path) -> Study:
    """Open a study, or a scenario: then the study that it names, changed as it says.

    Parameters
    ----------
    source
        What :func:`wushan_geo.open_study` takes, or the path of a scenario file.

    Returns
    -------
    Study
        The study; of a scenario its id and title name the scenario.

    Raises
    ------
    InputError
        If there is no such study or scenario, or anything in it breaks a rule; with all faults of
        the scenario file at once.

    Examples
    --------
    >>> from wushan_geo.sources.opening import data_folder
    >>> folder = data_folder() / "wushan" / "scenarios"
    >>> open_either(folder / "yangtze-bridge-closed.toml").config.id
    'wushan+yangtze-bridge-closed'
    """
    path = Path(source)
    if not _may_be_one(source):
        return open_study(source)
    content = path.read_bytes()
    document = _document(content, path.name)
    if not is_scenario(document):
        return open_study(source)
    scenario, faults = drafted_scenario(document, path.name)
    study = _opened(scenario, path, faults)
    roads, digest = None, ""
    if scenario.roads is not None:
        try:
            roads, digest = _roads(study, scenario, path)
        except InputError as error:
            faults += error.faults
            # What is said of roads is said of those that could not be read.
            scenario = replace(scenario, close=(), slow=(), open=(), add=())
    if roads is not None and study.crossings is not None:  # as for the roads of the study itself
        roads, _ = attached(roads, study.crossings, folded)
    file = ScenarioFile(path.name, path.stem, checksum(content), digest)
    return altered_study(study, scenario, file, roads, faults)


def _opened(scenario: Scenario, path: Path, faults: list[Fault]) -> Study:
    """Open the study that a scenario changes; its faults are told with those of the scenario."""
    if faults and not scenario.study:
        raise InputError(faults)
    try:
        return open_study(_study_of(scenario, path))
    except InputError as error:
        raise InputError([*faults, *error.faults]) from error


def is_scenario_file(source: str | Path) -> bool:
    """Tell whether what should name a study names a scenario file.

    Parameters
    ----------
    source
        What :func:`open_either` takes.

    Returns
    -------
    bool
        True for the path of a scenario file; False also for what cannot be read.

    Raises
    ------
    OSError
        If the file cannot be opened.

    Examples
    --------
    >>> from wushan_geo.sources.opening import data_folder
    >>> is_scenario_file("wushan"), is_scenario_file(
    ...     data_folder() / "wushan" / "scenarios" / "snow.toml"
    ... )
    (False, True)
    """
    if not _may_be_one(source):
        return False
    try:
        return is_scenario(_document(Path(source).read_bytes(), ""))
    except InputError:  # whatever it is, to open it says what is wrong
        return False


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario file and check what can be checked without its study.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Scenario
        The scenario.

    Raises
    ------
    InputError
        With all faults of the file at once.
    OSError
        If the file cannot be opened.

    Examples
    --------
    >>> from wushan_geo.sources.opening import data_folder
    >>> folder = data_folder() / "wushan" / "scenarios"
    >>> read_scenario(folder / "yangtze-bridge-closed.toml").close[0].crossings
    ('yangtze_bridge',)
    """
    file = Path(path)
    scenario, faults = parse_scenario(_document(file.read_bytes(), file.name), file.name)
    if scenario is None:
        raise InputError(faults)
    return scenario


def _may_be_one(source: str | Path) -> bool:
    path = Path(source)
    return source not in BUILT_IN and path.suffix.lower() == TOML and path.is_file()


def _document(content: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        where = Where(name, None, "", error)
        raise InputError([fault(where, rule("toml"), hint("toml"))]) from error


def _study_of(scenario: Scenario, path: Path) -> str | Path:
    """Find the study that a scenario changes; a path starts at the scenario's own folder."""
    if scenario.study in BUILT_IN:
        return scenario.study
    found = path.parent / scenario.study
    file = found / STUDY_FILE if found.is_dir() else found
    if file.is_file() and is_scenario(_document(file.read_bytes(), file.name)):
        where = Where(path.name, None, "scenario.study", scenario.study)
        raise InputError([fault(where, rule("scenario"), hint("scenario"))])
    return found


def _roads(study: Study, scenario: Scenario, path: Path) -> tuple[RoadNetwork, str]:
    """Read the other edition of the network that a scenario names."""
    from wushan_geo.sources.roads.reading import is_layer, read_roads

    file = path.parent / (scenario.roads or "")
    if not file.exists():
        where = Where(path.name, None, "travel.roads", scenario.roads)
        raise InputError([fault(where, rule("exists"), hint("scenario"))])
    if scenario.roads_snap_m is None and is_layer(file):
        where = Where(path.name, None, "travel.roads_snap_m")
        raise InputError([fault(where, rule("setting"), hint("scenario_snap"))])
    roads = read_roads(
        file,
        road_classes=study.config.travel.road_classes,
        edition=scenario.edition,
        snap_m=scenario.roads_snap_m,
    )
    parts = sorted(one for one in file.iterdir() if one.is_file()) if file.is_dir() else [file]
    return roads, checksum(b"".join(one.read_bytes() for one in parts))
