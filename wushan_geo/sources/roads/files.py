"""Roads from files: OpenStreetMap as XML or PBF, and GraphML as osmnx saves it.

A file that is empty, damaged, too large or of another kind is one fault, and never a traceback.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from array import array
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np

from wushan_geo.errors import InputError
from wushan_geo.sources.formats.limits import Allowance
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.sources.formats.xml import Attributes, Walker
from wushan_geo.sources.roads.graphml import read_graphml
from wushan_geo.sources.roads.osm import Elements, Found, metres, network_of, stops
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from wushan_geo.sources.roads.osm import Tags
    from wushan_geo.study.roads import RoadNetwork

MEGABYTE = 1 << 20
# A county is one or two megabytes of PBF, a province some thirty; thirty times that as XML. What
# is larger is a country, and should be cut out first.
MOST_PACKED = 256
MOST_UNPACKED = 2048
MOST_GRAPHML = 256  # the graph takes ten times that in memory
MOST_OBJECTS = 40_000_000
_CHUNK = 1 << 20
_DATE = len("2026-11-01")
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, RuntimeError, MemoryError, zlib.error)

SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".graphml")
"""How the names of the files end that are read here."""


def read_osm_file(
    path: Path, *, road_classes: Mapping[str, str] | None = None, edition: str = ""
) -> RoadNetwork:
    """Read the roads of a file.

    Parameters
    ----------
    path
        File ``.osm``, ``.osm.gz``, ``.osm.bz2``, ``.osm.pbf`` or ``.graphml``.
    road_classes
        The study's own table: word to road class; None for none.
    edition
        Date of the state of the map; empty for the one that the file says.

    Returns
    -------
    RoadNetwork
        The network.

    Raises
    ------
    InputError
        As :func:`read_osm`.

    Examples
    --------
    See ``tests/test_sources_roads_files.py``.
    """
    return read_osm(path, road_classes=road_classes, edition=edition).roads


def read_osm(
    path: Path, *, road_classes: Mapping[str, str] | None = None, edition: str = ""
) -> Found:
    """Read the roads of a file, and say what was left out.

    Parameters
    ----------
    path
        File ``.osm``, ``.osm.gz``, ``.osm.bz2``, ``.osm.pbf`` or ``.graphml``.
    road_classes
        The study's own table: word to road class; None for none.
    edition
        Date of the state of the map; empty for the one that the file says.

    Returns
    -------
    Found
        The network, and notes on what was left out or read otherwise than it stands.

    Raises
    ------
    InputError
        If the file cannot be read, is too large, has no roads, or has roads of unknown class.

    Examples
    --------
    See ``tests/test_sources_roads_files.py``.
    """
    own = road_classes or {}
    kind = next((one for one in SUFFIXES if path.name.lower().endswith(one)), "")
    _check(path, kind)
    if kind == ".graphml":
        with _refusing(path):
            _walk_through(path)
        return read_graphml(path, road_classes=own, edition=edition)
    with _refusing(path):
        elements = _pbf(path) if kind == ".osm.pbf" else _xml(path, kind)
    return network_of(elements, path.name, road_classes=own, edition=edition)


class _Osm(Walker):
    """Collects ways and nodes of OpenStreetMap's XML."""

    def __init__(self) -> None:
        super().__init__(Allowance(elements=MOST_OBJECTS))
        self.node_id, self.way_id, self.version = array("q"), array("q"), array("q")
        self.lon, self.lat, self.elevation = array("d"), array("d"), array("d")
        self.barriers = array("q")
        self.nodes: list[array[int]] = []
        self.tags: list[Tags] = []
        self.date = ""
        self._within = ""
        self._way: Attributes = {}
        self._refs = array("q")
        self._tags: Tags = {}
        self._osm = False

    def start_osm(self, attributes: Attributes) -> None:
        """Begin: only what stands inside is read."""
        self._osm = True
        self.date = attributes.get("osm_base", attributes.get("timestamp", ""))

    def start_meta(self, attributes: Attributes) -> None:
        """Read the date that a server says."""
        self.date = attributes.get("osm_base", self.date)

    def start_node(self, attributes: Attributes) -> None:
        """Read the place of a node."""
        self._within = ""
        if self._osm and _is_there(attributes) and "lat" in attributes:
            self._within, self._tags = "node", {}
            self.node_id.append(int(attributes["id"]))
            self.lon.append(float(attributes["lon"]))
            self.lat.append(float(attributes["lat"]))
            self.elevation.append(float("nan"))

    def start_way(self, attributes: Attributes) -> None:
        """Begin a way."""
        there = self._osm and _is_there(attributes)
        self._within, self._way = ("way" if there else ""), attributes
        self._refs, self._tags = array("q"), {}

    def start_relation(self, _: Attributes) -> None:
        """Pass a relation over."""
        self._within = ""

    def start_nd(self, attributes: Attributes) -> None:
        """Read a node of a way."""
        if self._within == "way":
            self._refs.append(int(attributes["ref"]))

    def start_tag(self, attributes: Attributes) -> None:
        """Read a tag of a way, or the elevation of a node."""
        if self._within == "way":
            self._tags[attributes["k"]] = attributes["v"]
        elif self._within == "node" and attributes["k"] == "ele":
            self.elevation[-1] = metres(attributes["v"])
        elif self._within == "node":
            self._tags[attributes["k"]] = attributes["v"]

    def end_node(self) -> None:
        """Note a node that stops vehicles."""
        if self._within == "node" and stops(self._tags):
            self.barriers.append(self.node_id[-1])
        self._within = ""

    def end_way(self) -> None:
        """Keep a way if it may be a road."""
        if self._within == "way" and ("highway" in self._tags or "route" in self._tags):
            self.way_id.append(int(self._way["id"]))
            self.version.append(int(self._way.get("version", "0")))
            self.nodes.append(self._refs)
            self.tags.append(self._tags)
        self._within = ""

    def elements(self) -> Elements:
        """Give what was read."""
        return Elements(
            node_id=np.array(self.node_id, dtype=np.int64),
            lon=np.array(self.lon),
            lat=np.array(self.lat),
            elevation_m=np.array(self.elevation),
            way_id=np.array(self.way_id, dtype=np.int64),
            version=np.array(self.version, dtype=np.int64),
            nodes=self.nodes,
            tags=self.tags,
            date=self.date[:_DATE],
            barriers=np.array(self.barriers, dtype=np.int64),
        )


def _is_there(attributes: Attributes) -> bool:
    """Tell a thing from one that was deleted."""
    return attributes.get("visible") != "false" and attributes.get("action") != "delete"


def _xml(path: Path, kind: str) -> Elements:
    """Read OpenStreetMap's XML, packed or not, as a stream."""
    walker = _Osm()
    with path.open("rb") as packed:
        plain: IO[bytes] = packed
        if kind == ".osm.gz":
            plain = cast("IO[bytes]", gzip.GzipFile(fileobj=packed))
        elif kind == ".osm.bz2":
            plain = cast("IO[bytes]", bz2.BZ2File(packed))
        _walk(walker, _chunks(plain, MOST_UNPACKED))
    return walker.elements()


def _walk(walker: Walker, chunks: Iterator[bytes]) -> None:
    """Walk through XML: broken XML, entities and too many objects are refused."""
    try:
        walker.walk(chunks)
    except RefusedError as error:
        if walker.allowance.elements < 0:
            words = rule("roads_count", most=MOST_OBJECTS)
            raise _KnownError(words, hint("roads_cut_out")) from error
        raise


def _chunks(file: IO[bytes], most: int) -> Iterator[bytes]:
    """Give a file piece by piece, as far as the limit."""
    left = most * MEGABYTE
    while chunk := file.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise _KnownError(rule("roads_size", most=most), hint("roads_cut_out"))
        yield chunk


def _walk_through(path: Path) -> None:
    """Refuse XML that is broken, or that brings a document type and with it entities."""
    with path.open("rb") as file:
        _walk(Walker(Allowance(elements=MOST_OBJECTS)), _chunks(file, MOST_GRAPHML))


def _pbf(path: Path) -> Elements:
    """Read a PBF in two passes: the ways that may be roads, then the nodes that they need."""
    try:
        import osmium
    except ImportError as error:
        raise _KnownError(rule("roads_extra"), hint("roads_extra")) from error
    file = osmium.io.File(str(path), "pbf")
    ways: Any = osmium.FileProcessor(file, osmium.osm.WAY)
    header = ways.header
    if header.has_multiple_object_versions:
        raise _KnownError(rule("roads_history"), hint("roads_cut_out"))
    way_id, version = array("q"), array("q")
    nodes: list[list[int]] = []
    tags: list[Tags] = []
    for way in ways.with_filter(osmium.filter.KeyFilter("highway", "route")):
        way_id.append(way.id)
        version.append(way.version)
        nodes.append([one.ref for one in way.nodes])
        tags.append({tag.k: tag.v for tag in way.tags})
    needed = {one for refs in nodes for one in refs}
    node_id, lon, lat, elevation = array("q"), array("d"), array("d"), array("d")
    barriers = array("q")
    found: Any = osmium.FileProcessor(file, osmium.osm.NODE)
    if min(needed, default=0) >= 0:
        # Quicker, but it takes no negative number, which an editor gives to what is new.
        found = found.with_filter(osmium.filter.IdFilter(needed))
    for node in found:
        if node.id in needed and node.location.valid():
            node_id.append(node.id)
            lon.append(node.location.lon)
            lat.append(node.location.lat)
            elevation.append(metres(node.tags.get("ele")))
            if "barrier" in node.tags and stops({tag.k: tag.v for tag in node.tags}):
                barriers.append(node.id)
    return Elements(
        node_id=np.array(node_id, dtype=np.int64),
        lon=np.array(lon),
        lat=np.array(lat),
        elevation_m=np.array(elevation),
        way_id=np.array(way_id, dtype=np.int64),
        version=np.array(version, dtype=np.int64),
        nodes=nodes,
        tags=tags,
        date=header.get("osmosis_replication_timestamp")[:_DATE],
        barriers=np.array(barriers, dtype=np.int64),
    )


def _check(path: Path, kind: str) -> None:
    """Refuse a file of another kind, an empty one and one that is too large to begin with."""
    most = {".osm": MOST_UNPACKED, ".graphml": MOST_GRAPHML}.get(kind, MOST_PACKED)
    with _refusing(path):
        if not kind:
            raise _KnownError(rule("roads_format"), hint("roads_format"))
        size = path.stat().st_size
        if not size:
            raise _KnownError(rule("file_filled"), hint("roads_whole"))
        if size > most * MEGABYTE:
            raise _KnownError(rule("roads_size", most=most), hint("roads_cut_out"))


class _KnownError(RefusedError):
    """Says what is wrong with a file of roads; every other fault means that it is damaged."""


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn whatever a file sets off into one fault at that file."""
    try:
        yield
    except _KnownError as error:
        raise InputError([error.at(path.name)]) from error
    except (RefusedError, *_UNREADABLE) as error:
        # What the reader of XML would say of it is meant for a workbook.
        words = fault(Where(path.name), rule("roads_whole"), hint("roads_whole"))
        raise InputError([words]) from error
