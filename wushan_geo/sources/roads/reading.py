"""Road networks from any file that holds one: the stored form, maps, lines, and the two tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.layers import SUFFIXES as LAYERS
from wushan_geo.sources.roads import road_network
from wushan_geo.sources.roads.lines import Asked, network_of_lines
from wushan_geo.sources.roads.osm import Found
from wushan_geo.sources.roads.store import stored_credit, stored_roads
from wushan_geo.study.editions import is_possible
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from wushan_geo.errors import Fault
    from wushan_geo.study.roads import RoadNetwork

STORED = (".npz",)
MAPS = (".osm", ".osm.gz", ".osm.bz2", ".pbf", ".graphml")
TABLES = {"road_nodes": "nodes.csv", "road_edges": "edges.csv"}
KINDS = (*STORED, *MAPS, *sorted(LAYERS))


def read_roads(
    path: str | Path,
    *,
    road_classes: Mapping[str, str] | None = None,
    edition: str = "",
    snap_m: float | None = None,
) -> RoadNetwork:
    """Read a road network from a file, told by the end of its name.

    ``roads.npz`` as ``wushan-geo roads`` writes it; OpenStreetMap as ``.osm`` (also ``.gz`` and
    ``.bz2``), ``.osm.pbf`` or ``.graphml``; road lines as GeoPackage, Shapefile (also zipped),
    GeoJSON or another layer; or a folder with ``nodes.csv`` and ``edges.csv``.

    Parameters
    ----------
    path
        The file or folder.
    road_classes
        What a word for a road means: word to road class; needed where a file has words that are
        not known.
    edition
        Date of the state of the roads, as text, for files that do not name one.
    snap_m
        Farthest that a gap between lines is closed, in metres, 0 for none; needed for lines.

    Returns
    -------
    RoadNetwork
        The network.

    Raises
    ------
    InputError
        With all faults of the file at once.
    ParameterError
        If the file holds lines and `snap_m` is not given, or is not a finite number of at least 0;
        or if `edition` looks like a date and is none.

    Examples
    --------
    >>> from wushan_geo.sources.opening import data_folder
    >>> read_roads(data_folder() / "wushan" / "roads").node_ids.size > 340
    True
    """
    file = Path(path)
    if snap_m is None and is_layer(file):
        message = (
            "snap_m must be given for lines: the farthest gap to close, in metres; 0 for none."
        )
        raise ParameterError(message)
    if not is_possible(edition):
        message = f"edition must be a date that a calendar has, such as 2026-06. Got {edition!r}."
        raise ParameterError(message)
    asked = Asked(road_classes or {}, 0.0 if snap_m is None else snap_m, edition)
    return find_roads(file, asked).roads


def find_roads(path: Path, asked: Asked) -> Found:
    """Read a road network, and tell how the file was understood.

    Parameters
    ----------
    path
        The file or folder.
    asked
        What words mean, how far gaps are closed, and what was decided before.

    Returns
    -------
    Found
        The network, and notes.

    Raises
    ------
    InputError
        With all faults of the file at once.

    Examples
    --------
    See ``tests/test_sources_roads_reading.py``.
    """
    if path.is_dir():
        return Found(_tables(path), ())
    name = path.name.lower()
    known = name.endswith((*STORED, *MAPS)) or path.suffix.lower() in LAYERS
    if not path.is_file():
        raise InputError([fault(Where(path.name), rule("exists"), hint("roads_exists"))])
    if not known:
        advice = hint("roads_kinds", kinds=", ".join(KINDS))
        raise InputError([fault(Where(path.name), rule("roads_kinds"), advice)])
    try:
        if name.endswith(STORED):
            content = path.read_bytes()
            return Found(stored_roads(content, path.name), (), stored_credit(content))
        if name.endswith(MAPS):
            from wushan_geo.sources.roads.files import read_osm

            return read_osm(path, road_classes=asked.road_classes, edition=asked.edition)
        return network_of_lines(path.read_bytes(), path, asked)
    except OSError as error:
        where = Where(path.name, None, "", error.strerror)
        raise InputError([fault(where, rule("readable"), hint("readable"))]) from error


def is_layer(path: Path) -> bool:
    """Tell whether a file holds lines, for which it must be said how far gaps are closed.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    bool
        True for a layer by the end of its name.

    Raises
    ------
    AttributeError
        If `path` is no path.

    Examples
    --------
    >>> is_layer(Path("roads.gpkg")), is_layer(Path("roads.osm.pbf"))
    (True, False)
    """
    return path.suffix.lower() in LAYERS and not path.is_dir()


def _tables(folder: Path) -> RoadNetwork:
    """Read the two tables of a folder."""
    from wushan_geo.sources.intake import Context, take_in
    from wushan_geo.study.checks import too_short
    from wushan_geo.study.tables import Raw, Tables, check_table

    clean: dict[str, pd.DataFrame] = {}
    raw: dict[str, Raw] = {}
    faults: list[Fault] = []
    for table, name in TABLES.items():
        path = folder / name
        if not path.is_file():
            where = Where(f"{folder.name}/{name}")
            faults.append(fault(where, rule("exists"), hint("roads_tables")))
            continue
        taken = take_in(table, path.read_bytes(), path, name, Context())
        faults += [one for one in taken.faults if one.severity != "note"]
        if taken.raw is not None:
            raw[table] = taken.raw
            clean[table], more = check_table(table, taken.raw)
            faults += more
    if not faults:
        tables = Tables(clean, raw, [], "")
        faults += too_short(clean["road_nodes"], clean["road_edges"], tables)
    roads = None if faults else road_network(clean.get("road_nodes"), clean.get("road_edges"))
    if roads is None:
        raise InputError(faults)
    return roads
