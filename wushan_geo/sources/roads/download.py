"""Roads from an Overpass server, asked through osmnx.

What leaves this machine: the outline of the area (the county line and its buffer), to the server
that the study names, and nothing else. No count, no name and no facility is part of the question.

osmnx divides the area, waits for a free place where a server hands them out, and asks; the answers
are read here as a file of OpenStreetMap would be, so that ways stay whole and ferries keep their
minutes. It would try again for ever where a server is busy, and would take a part of the data for
all of it where a server ran out of time: both are refused here.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
from array import array
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.sources.roads.osm import Elements, Found, metres, network_of, stops
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapely import MultiPolygon, Polygon

    from wushan_geo.study.faults import Pair
    from wushan_geo.study.roads import RoadNetwork

TIMEOUT_S = 180  # of one question, for the server and for the way to it
FILTERS = ['["highway"]["area"!~"yes"]', '["route"="ferry"]']
MOST_BYTES = 512 << 20  # of one answer
OK, BUSY = 200, (429, 504)
MOST_LON, MOST_LAT = 180.0, 90.0
_ENDING = "/interpreter"
_DATE = len("2026-11-01")
_REMARK = 300  # characters of what a server says
_GARBAGE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
_LOCK = threading.Lock()  # the settings of osmnx are those of the whole program


def download_roads(
    area: Polygon | MultiPolygon,
    *,
    overpass_url: str,
    road_classes: Mapping[str, str],
    edition: str = "",
) -> RoadNetwork:
    """Fetch the roads of an area from an Overpass server.

    Only the outline of the area is sent, and only to this server.

    Parameters
    ----------
    area
        The area in degrees (EPSG:4326), its buffer included; every road that reaches into it is
        fetched, in its whole length.
    overpass_url
        Address of the server's interpreter, without ``/interpreter``.
    road_classes
        The study's own table: word to road class.
    edition
        Date of the state of the map; empty for the one that the server says.

    Returns
    -------
    RoadNetwork
        The network.

    Raises
    ------
    InputError
        As :func:`fetch_roads`.
    ParameterError
        If the area is none, or not in degrees.

    Examples
    --------
    See ``tests/test_sources_roads_download.py``.
    """
    found = fetch_roads(area, overpass_url=overpass_url, road_classes=road_classes, edition=edition)
    return found.roads


def fetch_roads(
    area: Polygon | MultiPolygon,
    *,
    overpass_url: str,
    road_classes: Mapping[str, str],
    edition: str = "",
) -> Found:
    """Fetch the roads of an area from an Overpass server, and say what was left out.

    Only the outline of the area is sent, and only to this server.

    Parameters
    ----------
    area
        The area in degrees (EPSG:4326), its buffer included.
    overpass_url
        Address of the server's interpreter, without ``/interpreter``.
    road_classes
        The study's own table: word to road class.
    edition
        Date of the state of the map; empty for the one that the server says.

    Returns
    -------
    Found
        The network, and notes.

    Raises
    ------
    InputError
        If the address is none, the server cannot be reached, is busy, answers in part or not at
        all, knows no roads there, or has roads of unknown class.
    ParameterError
        If the area is none, or not in degrees.

    Examples
    --------
    See ``tests/test_sources_roads_download.py``.
    """
    _check_area(area)
    address = _address(overpass_url)
    try:
        elements = _elements(_ask(area, address))
    except RefusedError as error:
        raise InputError([error.at(address)]) from error
    return network_of(elements, address, road_classes=road_classes, edition=edition)


def _check_area(area: Any) -> None:
    """Refuse what is no area in degrees."""
    if getattr(area, "geom_type", "") not in {"Polygon", "MultiPolygon"}:
        message = "area is a polygon in degrees (EPSG:4326)"
        raise ParameterError(message)
    west, south, east, north = area.bounds if not area.is_empty else (np.inf,) * 4
    inside = west >= -MOST_LON and east <= MOST_LON and south >= -MOST_LAT and north <= MOST_LAT
    if not (inside and area.is_valid):
        message = "area is a valid polygon in degrees (EPSG:4326), not in metres and not empty"
        raise ParameterError(message)


def _address(overpass_url: str) -> str:
    """Give the address of the server, and refuse one that is none or holds a password."""
    text = overpass_url.strip()
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        secret = "@" in parts.netloc
    except ValueError:
        known, secret = False, "@" in text
    if not known or secret:
        # A password does not belong into a message either.
        where = Where("study.toml", None, "overpass_url", "" if secret else text)
        words = rule("overpass_address"), hint("overpass_address")
        raise InputError([fault(where, *words)])
    return text.rstrip("/").removesuffix(_ENDING).rstrip("/")


def _ask(area: Polygon | MultiPolygon, address: str) -> list[bytes]:
    """Ask the server, through osmnx, and give its answers as they came."""
    import osmnx

    answers: list[bytes] = []
    with _LOCK, _settings(osmnx.settings, address, answers):
        for one in FILTERS:
            try:
                osmnx.graph_from_polygon(area, custom_filter=one)
            except InterruptedError:
                continue  # this is how osmnx says that all answers are there
            except (OSError, UnicodeError) as error:
                raise _refused(rule("overpass_reached")) from error
            except (ValueError, RecursionError, MemoryError) as error:
                raise _refused(rule("overpass_answer")) from error
    return answers


@contextmanager
def _settings(settings: Any, address: str, answers: list[bytes]) -> Iterator[None]:
    """Set osmnx up for one download, and put everything back as it was."""
    wanted = {
        "overpass_url": address,
        "overpass_rate_limit": not _is_near(address),
        "overpass_settings": "[out:json][timeout:{timeout}]{maxsize}",
        "requests_timeout": TIMEOUT_S,
        "requests_kwargs": {"hooks": {"response": _Keeper(answers)}},
        "use_cache": False,  # a cache would be a folder of files that nobody asked for
        "cache_only_mode": True,  # fetch, and make no graph
        "doh_url_template": None,  # the name of the server is told to no other server
    }
    before = {name: getattr(settings, name) for name in wanted}
    look_up = socket.getaddrinfo  # osmnx replaces it
    try:
        for name, value in wanted.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        socket.getaddrinfo = look_up


class _Keeper:
    """Looks at each answer before osmnx does, and keeps it."""

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = answers

    def __call__(self, response: Any, *_: object, **__: object) -> None:
        """Keep an answer of the interpreter, or refuse it."""
        if response.is_redirect or not urlsplit(response.url).path.endswith(_ENDING):
            return
        try:
            self._check(response)
        except RefusedError:
            response.close()
            raise
        self._answers.append(response.content)

    @staticmethod
    def _check(response: Any) -> None:
        status = int(response.status_code)
        if status in BUSY:
            raise _refused(rule("overpass_busy", status=status))
        if status != OK:
            raise _refused(rule("overpass_status", status=status))
        told = response.headers.get("Content-Length", "")
        if (told.isdigit() and int(told) > MOST_BYTES) or len(response.content) > MOST_BYTES:
            words = rule("roads_size", most=MOST_BYTES >> 20)
            raise RefusedError(words, hint("roads_cut_out"))


def _is_near(address: str) -> bool:
    """Tell a server of one's own, which hands out no places, from a public one."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _elements(answers: Sequence[bytes]) -> Elements:
    """Read the answers of the server as one map."""
    kept = _Kept()
    for answer in answers:
        try:
            content = json.loads(answer)
            kept.remark = str(content.get("remark", ""))
            if not kept.remark:
                kept.add(content)
        except _GARBAGE as error:
            raise _refused(rule("overpass_answer")) from error
        if kept.remark:  # out of time or of memory: what came is a part
            raise _refused(rule("overpass_remark"), kept.remark[:_REMARK])
    if not kept.way_id:
        raise _refused(rule("overpass_roads"))
    return kept.elements()


class _Kept:
    """Collects nodes and ways of answers."""

    def __init__(self) -> None:
        self.node_id, self.way_id, self.version = array("q"), array("q"), array("q")
        self.lon, self.lat, self.elevation = array("d"), array("d"), array("d")
        self.barriers = array("q")
        self.nodes: list[list[int]] = []
        self.tags: list[dict[str, str]] = []
        self.dates: list[str] = []
        self.remark = ""

    def add(self, content: Any) -> None:
        """Add one answer."""
        date = content.get("osm3s", {}).get("timestamp_osm_base", "")
        self.dates.append(str(date)[:_DATE])
        for one in content["elements"]:
            tags = {str(key): str(value) for key, value in one.get("tags", {}).items()}
            if one["type"] == "node":
                self.node_id.append(one["id"])
                self.lon.append(one["lon"])
                self.lat.append(one["lat"])
                self.elevation.append(metres(tags.get("ele")))
                self.barriers.extend([one["id"]] * stops(tags))
            elif one["type"] == "way":
                self.way_id.append(one["id"])
                self.version.append(one.get("version", 0))
                self.nodes.append(array("q", one["nodes"]).tolist())
                self.tags.append(tags)

    def elements(self) -> Elements:
        """Give what was collected; the oldest of the dates holds for all of it."""
        return Elements(
            node_id=np.array(self.node_id, dtype=np.int64),
            lon=np.array(self.lon),
            lat=np.array(self.lat),
            elevation_m=np.array(self.elevation),
            way_id=np.array(self.way_id, dtype=np.int64),
            version=np.array(self.version, dtype=np.int64),
            nodes=self.nodes,
            tags=self.tags,
            date=min(self.dates, default=""),
            barriers=np.array(self.barriers, dtype=np.int64),
        )


def _refused(words: Pair, value: str = "") -> RefusedError:
    return RefusedError(words, hint("overpass_file"), Where("", value=value))
