"""Roads from an Overpass server on this machine: what is asked, what is read, what is refused."""

from __future__ import annotations

import json
import socket
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import osmnx
import pytest
import shapely

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.sources.roads import download
from wushan_geo.sources.roads.download import download_roads, fetch_roads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

AREA = shapely.box(109.80, 31.00, 109.90, 31.10)
NODES = {1: (109.81, 31.01), 2: (109.83, 31.02), 3: (109.85, 31.01), 4: (109.87, 31.03)}
ROADS: list[dict[str, Any]] = [
    {"type": "way", "id": 7, "nodes": [1, 2], "tags": {"highway": "trunk", "ref": "G348"}},
    {"type": "way", "id": 8, "nodes": [4, 3], "tags": {"highway": "tertiary", "oneway": "-1"}},
    {"type": "way", "id": 9, "nodes": [1, 3], "tags": {"highway": "track", "access": "private"}},
]
FERRIES: list[dict[str, Any]] = [
    {"type": "way", "id": 5, "nodes": [2, 3], "tags": {"route": "ferry", "duration": "00:15"}},
]


def answer(ways: list[dict[str, Any]], **more: Any) -> bytes:
    """Write what an Overpass server answers."""
    nodes: list[dict[str, Any]] = [
        {"type": "node", "id": one, "lon": lon, "lat": lat} for one, (lon, lat) in NODES.items()
    ]
    nodes[0]["tags"] = {"ele": "180"}
    said = {
        "version": 0.6,
        "osm3s": {"timestamp_osm_base": "2026-11-01T20:21:22Z"},
        "elements": nodes + ways,
    }
    return json.dumps(said | more).encode()


@dataclass
class Overpass:
    """A small server: what it was asked, and what it says."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    say: Callable[[str], tuple[int, bytes]] = lambda _: (200, b"")


def serving(query: str) -> tuple[int, bytes]:
    """Answer as a server that works."""
    return 200, answer(FERRIES if '"route"="ferry"' in query else ROADS)


@pytest.fixture
def overpass() -> Iterator[Overpass]:
    told = Overpass(say=serving)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.asked.append(urllib.parse.parse_qs(body)["data"][0])
            self.reply(*told.say(told.asked[-1]))

        def do_GET(self) -> None:
            self.reply(404, b"")

        def reply(self, status: int, content: bytes) -> None:
            told.paths.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def settings() -> dict[str, Any]:
    names = [one for one in vars(osmnx.settings) if one.islower() and not one.startswith("_")]
    return {one: getattr(osmnx.settings, one) for one in names}


def fetch(overpass: Overpass, **more: Any) -> Any:
    return fetch_roads(AREA, overpass_url=overpass.url, road_classes={}, **more)


def test_the_roads_and_ferries_of_an_area_come_as_a_network(overpass: Overpass) -> None:
    found = fetch(overpass)

    roads = found.roads
    assert roads.edge_ids.tolist() == ["w5-0", "w7-0", "w8-0"]
    assert roads.road_class.tolist() == ["ferry", "national", "township"]
    assert roads.oneway.tolist() == [False, False, True]
    assert (roads.node_ids[roads.u[2]], roads.node_ids[roads.v[2]]) == ("n3", "n4")
    assert roads.length_m[0] / 1000 / roads.speed_kmh[0] * 60 == pytest.approx(15)
    assert roads.elevation_m.tolist()[0] == 180
    assert set(roads.edition) == {"2026-11-01"}
    assert [one.rule.rpartition(": ")[2] for one in found.notes] == ["1"]  # the private track


def test_the_simple_call_gives_the_network_and_the_study_s_words_hold(overpass: Overpass) -> None:
    roads = download_roads(
        AREA,
        overpass_url=f" {overpass.url}/interpreter/ ",
        road_classes={"tertiary": "county"},
        edition="2026年",
    )

    assert roads.road_class.tolist() == ["ferry", "national", "county"]
    assert set(roads.edition) == {"2026年"}


def test_nothing_but_the_outline_and_the_kinds_of_ways_is_asked(overpass: Overpass) -> None:
    fetch(overpass)

    assert overpass.paths == ["/api/interpreter"] * 2
    assert [one.partition("(poly")[0].partition("(way")[2] for one in overpass.asked] == [
        '["highway"]["area"!~"yes"]',
        '["route"="ferry"]',
    ]
    numbers = overpass.asked[0].partition("(poly:'")[2].partition("'")[0].split()
    lat, lon = numbers[::2], numbers[1::2]
    # osmnx adds half a kilometre around the area
    for told, low, high in ((lat, 31.0, 31.1), (lon, 109.8, 109.9)):
        degrees = [float(one) for one in told]
        assert low - 0.01 < min(degrees) < low
        assert high < max(degrees) < high + 0.01


def test_the_settings_of_osmnx_are_put_back_and_no_file_is_written(
    overpass: Overpass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before, look_up = settings(), socket.getaddrinfo

    fetch(overpass)
    overpass.say = lambda _: (504, b"")
    with pytest.raises(InputError):
        fetch(overpass)

    assert settings() == before
    assert socket.getaddrinfo is look_up
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "content", "message"),
    [
        (429, b"", "busy: HTTP 429"),
        (504, b"<html>", "busy: HTTP 504"),
        (500, b"", "HTTP 500"),
        (200, b"", "whole data of Overpass"),
        (200, answer(ROADS)[:-40], "whole data of Overpass"),
        (200, answer([]), "knows roads of this area"),
        (200, answer(ROADS, remark="runtime error: Query timed out"), "Query timed out"),
    ],
)
def test_an_answer_that_is_none_is_one_fault_that_says_what_to_do(
    status: int, content: bytes, message: str, overpass: Overpass
) -> None:
    overpass.say = lambda _: (status, content)

    with pytest.raises(InputError) as refused:
        fetch(overpass)

    (fault,) = refused.value.faults
    assert message in str(refused.value)
    assert fault.file == overpass.url
    assert "--from FILE" in fault.suggestion
    assert "--from" in fault.suggestion_zh


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>not now</html>",
        b"[1, 2]",
        b"{}",
        b'{"elements": 5}',
        b'{"elements": [5]}',
        b'{"elements": [{"type": "node", "id": "x"}]}',
        b'{"elements": [{"type": "node", "id": 1, "lon": "east", "lat": 1}]}',
        b'{"elements": [{"type": "way", "id": 1, "nodes": [null]}]}',
        b'{"elements": [{"type": "way", "id": 1, "nodes": [1], "tags": [1]}]}',
        b'{"elements": [], "osm3s": 5}',
        b"[" * 100_000,
        b"\xff\xfe",
        answer(ROADS)[:-40],
    ],
)
def test_garbage_is_never_a_traceback(content: bytes) -> None:
    with pytest.raises(RefusedError, match="whole data of Overpass"):
        download._elements([answer(ROADS), content])


def test_a_part_of_the_answers_is_not_taken_for_all(overpass: Overpass) -> None:
    def once(query: str) -> tuple[int, bytes]:
        return serving(query) if len(overpass.asked) == 1 else (504, b"")

    overpass.say = once

    with pytest.raises(InputError, match="busy"):
        fetch(overpass)


def test_a_server_that_is_not_there_and_one_that_does_not_answer_are_faults(
    overpass: Overpass, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setattr(download, "TIMEOUT_S", 0.2)
        with pytest.raises(InputError, match="can be reached"):
            fetch_roads(AREA, overpass_url=f"http://127.0.0.1:{port}/api", road_classes={})
    with pytest.raises(InputError, match="can be reached"):
        fetch_roads(AREA, overpass_url=f"http://127.0.0.1:{port}/api", road_classes={})
    assert overpass.asked == []


def test_too_long_an_answer_is_refused(overpass: Overpass, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MOST_BYTES", 100)

    with pytest.raises(InputError, match="at most 0 MB"):
        fetch(overpass)


@pytest.mark.parametrize(
    "address",
    ["", "overpass", "ftp://127.0.0.1/api", "file:///etc/hostname", "http://", "http://[::1/api",
     "http://127.0.0.1:99999/api"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(InputError, match="begins with http"):
        fetch_roads(AREA, overpass_url=address, road_classes={})


def test_an_address_with_a_password_is_refused_and_the_password_not_repeated() -> None:
    with pytest.raises(InputError) as refused:
        fetch_roads(AREA, overpass_url="https://me:secret@127.0.0.1/api", road_classes={})

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "area",
    [
        None,
        shapely.Point(109.8, 31.0),
        shapely.Polygon(),
        shapely.box(500_000, 3_400_000, 510_000, 3_410_000),
        shapely.Polygon([(109.8, 31), (109.9, 31.1), (109.9, 31), (109.8, 31.1)]),
    ],
)
def test_what_is_no_area_in_degrees_is_a_programmer_s_error(area: Any) -> None:
    with pytest.raises(ParameterError, match="degrees"):
        fetch_roads(area, overpass_url="http://127.0.0.1:1/api", road_classes={})


def test_only_on_this_machine_no_place_is_waited_for() -> None:
    assert download._is_near("http://127.0.0.1:80/api")
    assert download._is_near("http://localhost/api")
    assert download._is_near("http://[::1]/api")
    assert not download._is_near("https://overpass.example/api")
    assert not download._is_near("https://10.0.0.1/api")
