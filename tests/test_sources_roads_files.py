"""Files of roads: a real extract in every format, shortest ways checked apart, damage refused."""

from __future__ import annotations

import bz2
import gzip
import itertools
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
from pyproj import Geod

from wushan_geo.errors import InputError
from wushan_geo.sources.roads import files
from wushan_geo.sources.roads.files import SUFFIXES, read_osm, read_osm_file
from wushan_geo.study.roads import RoadNetwork

EXTRACT = Path(__file__).with_name("data") / "osm" / "test.osm.pbf"
GEOD = Geod(ellps="WGS84")

SMALL = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="test">
  <meta osm_base="2026-11-01T20:21:22Z"/>
  <node id="1" lat="31.00" lon="109.80"><tag k="ele" v="210"/></node>
  <node id="2" lat="31.01" lon="109.81"/>
  <node id="-3" lat="31.02" lon="109.80"><tag k="name" v="Jia &amp; Yi"/></node>
  <node id="4" lat="31.03" lon="109.81" visible="false"/>
  <way id="7"><nd ref="1"/><nd ref="2"/><nd ref="-3"/><tag k="highway" v="secondary"/>
    <tag k="name" v="巫大路"/></way>
  <way id="8" action="delete"><nd ref="1"/><nd ref="-3"/><tag k="highway" v="track"/></way>
  <way id="9"><nd ref="1"/><nd ref="-3"/><tag k="waterway" v="river"/></way>
  <relation id="5"><member type="way" ref="7" role=""/><tag k="route" v="road"/></relation>
</osm>
"""


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.fixture(scope="module")
def extract() -> RoadNetwork:
    return read_osm_file(EXTRACT)


@pytest.fixture(scope="module")
def as_xml(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the extract as XML, as osmium does."""
    path = tmp_path_factory.mktemp("osm") / "a.osm"
    with osmium.SimpleWriter(str(path)) as writer:
        for one in osmium.FileProcessor(str(EXTRACT)):
            writer.add(one)
    return path


def same(one: RoadNetwork, other: RoadNetwork) -> None:
    for name in RoadNetwork.__slots__:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine.dtype.kind in "Ob":
            assert mine.tolist() == theirs.tolist(), name
        else:
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, equal_nan=True, err_msg=name)


def test_a_real_extract_gives_the_network_that_is_in_it(extract: RoadNetwork) -> None:
    assert repr(extract) == "RoadNetwork: 526 nodes, 674 edges (65.9 km), 74 one-way, 0 closed"
    classes, counts = np.unique(extract.road_class, return_counts=True)
    assert dict(zip(classes.tolist(), counts.tolist(), strict=True)) == {
        "county": 37, "expressway": 25, "path": 228, "street": 310, "township": 68, "track": 3,
        "village": 3,
    }  # fmt: skip
    assert set(extract.edition) == {""}  # the file does not say
    assert set(extract.basis) == {"stated"}


def test_what_was_left_out_of_the_extract_is_counted() -> None:
    assert [one.rule for one in read_osm(EXTRACT).notes] == [
        "has roads that are closed to the public (access=no or private), left out: 1",
        "has roads under construction, proposed or given up, left out: 1",
        "has roads some nodes of which are not in it, cut there: 54",
    ]


def oracle() -> nx.MultiDiGraph:
    """Draw every piece of every road of the extract, read apart and joined nowhere."""
    place = {
        one.id: (one.location.lon, one.location.lat)
        for one in osmium.FileProcessor(str(EXTRACT), osmium.osm.NODE)
    }
    graph = nx.MultiDiGraph()
    for way in osmium.FileProcessor(str(EXTRACT), osmium.osm.WAY):
        tags = {one.k: one.v for one in way.tags}
        if tags.get("highway", "construction") == "construction":
            continue
        if tags.get("access") == "private":
            continue
        walked = tags["highway"] in {"footway", "cycleway", "path"}
        along = not walked and (
            tags.get("oneway") == "yes"
            or (tags["highway"] == "motorway" and "oneway" not in tags)
            or tags.get("junction") == "roundabout"
        )
        for one, other in itertools.pairwise(node.ref for node in way.nodes):
            if one in place and other in place:
                metres = GEOD.inv(*place[one], *place[other])[2]
                graph.add_edge(one, other, weight=metres)
                if not along:
                    graph.add_edge(other, one, weight=metres)
    return graph


def drawn(roads: RoadNetwork) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    names = [int(str(one)[1:].rpartition("n")[2]) for one in roads.node_ids]
    graph.add_nodes_from(names)
    for u, v, metres, oneway in zip(roads.u, roads.v, roads.length_m, roads.oneway, strict=True):
        graph.add_edge(names[u], names[v], weight=metres)
        if not oneway:
            graph.add_edge(names[v], names[u], weight=metres)
    return graph


def agree(mine: nx.MultiDiGraph, plain: nx.MultiDiGraph, step: int) -> int:
    """Compare shortest ways from some of the junctions to all others; give how many there were."""
    compared = 0
    for source in sorted(mine.nodes)[::step]:
        here = nx.single_source_dijkstra_path_length(mine, source)
        there = nx.single_source_dijkstra_path_length(plain, source)
        assert set(here) == set(there) & set(mine.nodes)
        np.testing.assert_allclose(list(here.values()), [there[one] for one in here], rtol=1e-6)
        compared += len(here)
    return compared


def test_shortest_ways_equal_those_of_networkx_on_all_pieces(extract: RoadNetwork) -> None:
    plain = oracle()

    assert agree(drawn(extract), plain, 13) > 10_000
    total = sum(
        metres / (2 if plain.has_edge(v, u) else 1) for u, v, metres in plain.edges(data="weight")
    )
    assert extract.length_m.sum() == pytest.approx(total, rel=1e-6)


@pytest.mark.parametrize("name", ["a.osm", "a.osm.gz", "A.OSM.BZ2"])
def test_the_same_roads_come_out_of_every_format(
    name: str, as_xml: Path, extract: RoadNetwork, tmp_path: Path
) -> None:
    pack = {"gz": gzip.compress, "BZ2": bz2.compress}.get(name.rpartition(".")[2], bytes)
    path = written(tmp_path, name, pack(as_xml.read_bytes()))

    same(read_osm_file(path), extract)


def test_a_small_map_is_read_to_the_letter(tmp_path: Path) -> None:
    found = read_osm(written(tmp_path, "a.osm", SMALL))

    roads = found.roads
    assert roads.node_ids.tolist() == ["n-3", "n1"]
    assert roads.edge_ids.tolist() == ["w7-0"]
    assert roads.name.tolist() == ["巫大路"]
    assert roads.elevation_m.tolist()[1] == 210
    assert roads.bend_lon.tolist() == [109.81]
    assert roads.edition.tolist() == ["2026-11-01"]
    assert found.notes == ()
    assert read_osm_file(tmp_path / "a.osm", edition="2025").edition.tolist() == ["2025"]
    own = {"secondary": "national"}
    assert read_osm_file(tmp_path / "a.osm", road_classes=own).road_class.tolist() == ["national"]


BOMB = """<?xml version="1.0"?>
<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<osm><node id="1" lat="1" lon="1"><tag k="name" v="&b;"/></node></osm>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<osm>&a;</osm>"""


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 50,
        b"not a map at all",
        b"<osm><node",
        b"<osm><node id='x' lat='1' lon='1'/></osm>",
        b"<osm><node lat='1' lon='1'/></osm>",
        b"<osm><node id='99999999999999999999999' lat='1' lon='1'/></osm>",
        b"<osm><way id='1'><nd/></way></osm>",
        b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\xff\xff\xff\x7f",
        gzip.compress(b"<osm>")[:-3],
        bz2.compress(b"<osm>" * 100)[:-3],
        BOMB.encode(),
        OUTSIDE.encode(),
    ],
)
def test_a_damaged_file_is_one_fault(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, f"a{suffix}", content)

    with pytest.raises(InputError) as refused:
        read_osm_file(path)

    (fault,) = refused.value.faults
    assert fault.file == path.name
    assert fault.rule in {
        "is a whole file of roads that can be read to its end",
        "has something in it",
        "has roads in it that can be travelled",
    }
    assert fault.rule_zh
    assert fault.suggestion_zh


@pytest.mark.parametrize("bomb", [BOMB, OUTSIDE])
@pytest.mark.parametrize("suffix", [".osm", ".graphml"])
def test_entities_are_refused_before_they_are_looked_at(
    suffix: str, bomb: str, tmp_path: Path
) -> None:
    whole = bomb.replace("</osm>", SMALL[SMALL.index('<node id="1"') :])

    with pytest.raises(InputError, match="whole file of roads"):
        read_osm_file(written(tmp_path, f"a{suffix}", whole))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_an_extract_that_was_cut_off_is_refused(share: float, tmp_path: Path) -> None:
    content = EXTRACT.read_bytes()

    with pytest.raises(InputError, match="whole file of roads"):
        read_osm_file(written(tmp_path, "a.osm.pbf", content[: int(share * len(content))]))


def test_an_extract_with_a_wrong_byte_is_never_a_traceback(tmp_path: Path) -> None:
    content = bytearray(EXTRACT.read_bytes())
    for at in range(40, len(content), len(content) // 25):
        broken = bytearray(content)
        broken[at] ^= 0xFF
        try:
            read_osm_file(written(tmp_path, "a.osm.pbf", bytes(broken)))
        except InputError as error:
            assert len(error.faults) >= 1  # noqa: PT017 - both outcomes are right


def test_a_file_that_is_not_there_and_one_of_another_kind_are_faults(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="whole file of roads"):
        read_osm_file(tmp_path / "none.osm")
    with pytest.raises(InputError, match=r"\.osm\.gz"):
        read_osm_file(written(tmp_path, "a.gpx", SMALL))


def test_too_large_a_file_is_refused_by_its_size_packed_and_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    much = SMALL.replace("</osm>", " " * (2 << 20) + "</osm>")
    packed = written(tmp_path, "a.osm.gz", gzip.compress(much.encode()))
    plain = written(tmp_path, "a.osm", much)
    assert read_osm_file(packed).u.size == 1

    monkeypatch.setattr(files, "MOST_UNPACKED", 1)
    for path in (packed, plain):
        with pytest.raises(InputError, match="at most 1 MB"):
            read_osm_file(path)
    monkeypatch.setattr(files, "MOST_OBJECTS", 10)
    monkeypatch.setattr(files, "MOST_UNPACKED", 10)
    with pytest.raises(InputError, match="at most 10 objects"):
        read_osm_file(plain)


def test_a_history_of_edits_is_refused(tmp_path: Path) -> None:
    history = tmp_path / "a.osh.pbf"
    osmium.SimpleWriter(str(history)).close()
    path = history.rename(tmp_path / "a.osm.pbf")

    with pytest.raises(InputError, match="no history of edits"):
        read_osm_file(path)


def test_without_the_extra_a_pbf_names_it_and_xml_is_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "osmium", None)

    with pytest.raises(InputError, match=r"wushan-geo\[osm\]"):
        read_osm_file(EXTRACT)
    assert read_osm_file(written(tmp_path, "a.osm", SMALL)).u.size == 1


def test_the_state_that_a_server_writes_into_a_pbf_is_its_edition(tmp_path: Path) -> None:
    path = tmp_path / "a.osm.pbf"
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-11-01T20:21:22Z")
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for one in osmium.FileProcessor(str(written(tmp_path, "a.osm", SMALL))):
            writer.add(one)

    assert set(read_osm_file(path).edition) == {"2026-11-01"}


def test_barriers_of_nodes_are_counted_in_xml_and_pbf_alike(tmp_path: Path) -> None:
    gate = '<node id="2" lat="31.01" lon="109.81"><tag k="barrier" v="gate"/>'
    gate += '<tag k="access" v="private"/></node>'
    text = SMALL.replace('<node id="2" lat="31.01" lon="109.81"/>', gate)
    text = text.replace('"-3"', '"3"')
    path = written(tmp_path, "a.osm", text)
    packed = tmp_path / "a.osm.pbf"
    with osmium.SimpleWriter(str(packed)) as writer:
        for one in osmium.FileProcessor(str(path)):
            if one.id in {1, 2, 3, 7}:
                writer.add(one)

    for file in (path, packed):
        (note,) = read_osm(file).notes
        assert note.rule.endswith("so that the roads count as open: 1")
    assert read_osm(written(tmp_path, "b.osm", SMALL)).notes == ()
