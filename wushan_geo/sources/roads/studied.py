"""The road network that a study names as one file: ``roads`` under [tables]."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.errors import Ask, InputError
from wushan_geo.sources.intake import split_sheet
from wushan_geo.sources.roads.lines import TABLE, Asked
from wushan_geo.sources.roads.reading import TABLES, find_roads
from wushan_geo.storage import checksum
from wushan_geo.study.answers import Answers
from wushan_geo.study.faults import Where, fault, hint, rule, some
from wushan_geo.study.study import weakest
from wushan_geo.study.tables import BASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from wushan_geo.errors import Fault
    from wushan_geo.sources.intake import Context
    from wushan_geo.study.roads import RoadNetwork

ROADS = "roads"
AS_DRAWN_M = 0.0  # a study reads lines as they are drawn; wushan-geo roads --snap-m closes gaps


@dataclass(frozen=True, slots=True)
class NamedRoads:
    """What came of the file that a study names."""

    roads: RoadNetwork | None
    """The network; None if it could not be read."""
    rows: int
    """Its edges."""
    basis: str
    """Its weakest basis, empty if none is said."""
    sha256: str
    """Checksum of the file; of both tables, one after the other, where it is a folder."""
    faults: tuple[Fault, ...]
    """All findings; they name the file as the study does."""
    credit: str = ""
    """Whom every page that uses the roads has to name; empty if nobody says."""


def named_roads(
    folder: Path, name: str, context: Context, road_classes: Mapping[str, str]
) -> NamedRoads:
    """Read the network that a study names.

    Lines are read as they are drawn: no gap is closed. Edges that do not say how they are known
    have the basis that the study file says for the table, or that was answered once.

    Parameters
    ----------
    folder
        Folder of the study file.
    name
        The file or folder as the study file names it; a layer follows a number sign.
    context
        What is known of the study.
    road_classes
        What a word for a road means in this study: word to road class.

    Returns
    -------
    NamedRoads
        The network, and what is to be said of it.

    Raises
    ------
    TypeError
        If `name` is not a text.

    Examples
    --------
    See ``tests/test_sources_roads_reading.py``.
    """
    file, layer = split_sheet(name, folder)
    path = folder / file
    if not _there(path):
        advice = hint("exists", table=ROADS, study="study.toml")
        return NamedRoads(None, 0, "", "", (fault(Where(name), rule("exists"), advice),))
    answers = context.answers
    if layer:
        answers = Answers({**answers.known, ("table", TABLE, path.name): layer})
    asked = Asked(road_classes, AS_DRAWN_M, "", answers, context.vocabulary)
    try:
        found = find_roads(path, asked)
        sha256 = _checksum(path)
    except InputError as error:
        return NamedRoads(None, 0, "", "", tuple(_shown(error.faults, path, name)))
    roads, faults = based(found.roads, name, context)
    faults = [*_shown(found.notes, path, name), *faults]
    known = [one for one in set(roads.basis.tolist()) if one]
    return NamedRoads(
        roads, roads.u.size, weakest(known) if known else "", sha256, tuple(faults), found.credit
    )


def based(roads: RoadNetwork, name: str, context: Context) -> tuple[RoadNetwork, list[Fault]]:
    """Give edges that do not say how they are known the basis that the study says, or ask for it.

    Parameters
    ----------
    roads
        Road network.
    name
        Its file as the study names it.
    context
        What is known of the study.

    Returns
    -------
    tuple
        The network, and the question where nothing says it.

    Raises
    ------
    AttributeError
        If `context` is none.

    Examples
    --------
    See ``tests/test_sources_roads_reading.py``.
    """
    unsaid = roads.basis == ""
    if not unsaid.any():
        return roads, []
    told = context.told.get(ROADS, context.told.get(TABLE, {})).get("basis")
    value = told or context.answers.get("source", TABLE, "basis")
    if value in BASES:
        return replace(roads, basis=np.where(unsaid, value, roads.basis)), []
    ask = Ask("source", TABLE, "basis", BASES)
    words, advice = rule("source_basis"), hint("source_basis", table=ROADS)
    return roads, [fault(Where(name, None, "basis"), words, advice, severity="decide", ask=ask)]


def unknown_crossings(
    roads: RoadNetwork, name: str, crossings: pd.DataFrame, file: str
) -> Iterator[Fault]:
    """Find roads that pass a crossing which the study does not have.

    Parameters
    ----------
    roads
        Road network.
    name
        Its file as the study names it.
    crossings
        Table of the crossings.
    file
        Its file.

    Yields
    ------
    Fault
        One for each crossing that is not known.

    Raises
    ------
    KeyError
        If the table has no ``crossing_id``.

    Examples
    --------
    See ``tests/test_sources_roads_reading.py``.
    """
    known = set(crossings["crossing_id"].dropna())
    for one in sorted(set(roads.crossing_id.tolist()) - known - {""}):
        edges = roads.edge_ids[roads.crossing_id == one].tolist()
        where = Where(name, None, "crossing_id", one)
        yield fault(where, rule("crossing", file=file), hint("road_crossing", edges=some(edges)))


def impassable(roads: RoadNetwork, name: str) -> Iterator[Fault]:
    """Find a network on which nobody can travel, every edge of it being closed.

    Parameters
    ----------
    roads
        Road network.
    name
        Its file as the study names it.

    Yields
    ------
    Fault
        One, where no edge is open.

    Raises
    ------
    AttributeError
        If `roads` is no network.

    Examples
    --------
    See ``tests/test_sources_roads_reading.py``.
    """
    if roads.closed.all():
        words = rule("roads_passable", count=roads.u.size)
        yield fault(Where(name), words, hint("roads_passable"))


def _there(path: Path) -> bool:
    """Tell whether a file or folder is there; a name that no system takes is none."""
    try:
        return path.exists()
    except OSError:
        return False


def _checksum(path: Path) -> str:
    """Give the checksum of a file, or of the two tables of a folder."""
    files = [path / one for one in TABLES.values()] if path.is_dir() else [path]
    return checksum(b"".join(one.read_bytes() for one in files))


def _shown(faults: tuple[Fault, ...], path: Path, name: str) -> list[Fault]:
    """Name the file as the study does."""
    return [replace(one, file=name) if one.file == path.name else one for one in faults]
