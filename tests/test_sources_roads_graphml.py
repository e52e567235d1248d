"""GraphML as osmnx saves it: two directed edges a street become one, shapes and directions stay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import osmium
import osmnx
import pytest
from pyproj import Geod

from wushan_geo.errors import InputError
from wushan_geo.sources.roads.files import read_osm, read_osm_file

if TYPE_CHECKING:
    from wushan_geo.study.roads import RoadNetwork

GEOD = Geod(ellps="WGS84")
EXTRACT = Path(__file__).with_name("data") / "osm" / "test.osm.pbf"


@pytest.fixture(scope="module")
def as_xml(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the roads of the extract as XML, without the nodes that are not in it."""
    there = {one.id for one in osmium.FileProcessor(str(EXTRACT), osmium.osm.NODE)}
    roads = osmium.filter.KeyFilter("highway")
    path = tmp_path_factory.mktemp("osm") / "a.osm"
    needed = {
        node.ref
        for way in osmium.FileProcessor(str(EXTRACT), osmium.osm.WAY).with_filter(roads)
        for node in way.nodes
    }
    with osmium.SimpleWriter(str(path)) as writer:
        for node in osmium.FileProcessor(str(EXTRACT), osmium.osm.NODE):
            if node.id in needed:
                writer.add(node)
        for way in osmium.FileProcessor(str(EXTRACT), osmium.osm.WAY).with_filter(roads):
            writer.add(way.replace(nodes=[one.ref for one in way.nodes if one.ref in there]))
    return path


@pytest.fixture(scope="module")
def plain(as_xml: Path) -> nx.MultiDiGraph[Any]:
    """Make osmnx's graph of it, with every node that it has."""
    return osmnx.graph_from_xml(as_xml, simplify=False, retain_all=True)


def saved(graph: Any, folder: Path) -> Path:
    path = folder / "a.graphml"
    osmnx.save_graphml(graph, path)
    return path


@pytest.fixture(scope="module")
def simplified(plain: nx.MultiDiGraph[Any]) -> nx.MultiDiGraph[Any]:
    return osmnx.simplify_graph(plain)


Graph = nx.MultiDiGraph


def drawn(roads: RoadNetwork) -> Graph[Any]:
    graph: Graph[Any] = nx.MultiDiGraph()
    for u, v, metres, oneway in zip(roads.u, roads.v, roads.length_m, roads.oneway, strict=True):
        one, other = roads.node_ids[u], roads.node_ids[v]
        for start, end in [(one, other)] + [(other, one)] * (not oneway):
            graph.add_edge(start, end, weight=metres)
    return graph


def oracle(graph: Graph[Any]) -> Graph[Any]:
    """Measure the edges of osmnx's own graph along their shapes."""
    told: Graph[Any] = nx.MultiDiGraph()
    place = {one: (data["x"], data["y"]) for one, data in graph.nodes(data=True)}
    for u, v, data in graph.edges(data=True):
        if data.get("access") == "private":
            continue
        points = data["geometry"].coords if "geometry" in data else (place[u], place[v])
        metres = GEOD.line_length(*np.array(points).T)
        told.add_edge(f"n{u}", f"n{v}", weight=metres)
        kinds = data["highway"] if isinstance(data["highway"], list) else [data["highway"]]
        if {"path", "footway", "cycleway"} & set(kinds):
            told.add_edge(f"n{v}", f"n{u}", weight=metres)
    return told


def agree(mine: Graph[Any], theirs: Graph[Any]) -> int:
    """Compare shortest ways from some nodes to all others; give how many there were."""
    compared = 0
    for start in sorted(mine.nodes)[::41]:
        here = nx.single_source_dijkstra_path_length(mine, start)
        there = nx.single_source_dijkstra_path_length(theirs, start)
        assert set(here) == set(there) & set(mine.nodes)
        np.testing.assert_allclose(list(here.values()), [there[one] for one in here], rtol=1e-6)
        compared += len(here)
    return compared


def test_a_graph_with_every_node_gives_the_network_of_the_map_itself(
    as_xml: Path, plain: Any, tmp_path: Path
) -> None:
    told = read_osm_file(saved(plain, tmp_path))
    truth = read_osm_file(as_xml)

    assert told.node_ids.tolist() == truth.node_ids.tolist()
    for name in ("length_m", "road_class", "oneway", "bridge", "name"):
        assert sorted(getattr(told, name).tolist()) == pytest.approx(
            sorted(getattr(truth, name).tolist())
        ), name
    assert agree(drawn(told), drawn(truth)) > 1_000


@pytest.mark.parametrize("kind", ["simplified", "projected", "undirected"])
def test_a_simplified_graph_keeps_its_shapes_lengths_and_directions(
    kind: str, simplified: Any, tmp_path: Path
) -> None:
    graph = {
        "projected": osmnx.project_graph,
        "undirected": osmnx.convert.to_undirected,
    }.get(kind, nx.MultiDiGraph.copy)(simplified)

    found = read_osm(saved(graph, tmp_path))

    assert repr(found.roads) == (
        "RoadNetwork: 474 nodes, 622 edges (65.9 km), 64 one-way, 0 closed"
    )
    assert "taken as the lowest of them: 24" in found.notes[-1].rule
    assert agree(drawn(found.roads), oracle(simplified)) > 1_000


def graph_of(*edges: tuple[int, int, dict[str, Any]], kind: Any = nx.MultiDiGraph) -> Any:
    """Make a small graph: node n lies at n hundredths of a degree."""
    graph = kind(crs="epsg:4326")
    for one in {node for edge in edges for node in edge[:2]}:
        graph.add_node(one, x=109.8 + one / 100, y=31.0 + one % 3 / 100)
    for u, v, data in edges:
        graph.add_edge(u, v, **{"osmid": 5, "highway": "secondary"} | data)
    return graph


def read(graph: Any, folder: Path, **more: Any) -> RoadNetwork:
    return read_osm_file(saved(graph, folder), **more)


BOTH, ALONG = {"oneway": False}, {"oneway": True}


def test_two_edges_of_one_street_are_one_edge_and_goes_both_ways(tmp_path: Path) -> None:
    roads = read(graph_of((1, 2, BOTH), (2, 1, BOTH | {"reversed": True})), tmp_path)

    assert (roads.edge_ids.tolist(), roads.oneway.tolist()) == (["w5-1-2-0"], [False])
    assert roads.node_ids.tolist() == ["n1", "n2"]


def test_a_one_way_street_goes_as_its_edge_does(tmp_path: Path) -> None:
    roads = read(graph_of((2, 1, ALONG)), tmp_path)

    assert (roads.node_ids[roads.u[0]], roads.node_ids[roads.v[0]]) == ("n2", "n1")
    assert roads.oneway.tolist() == [True]


def test_a_street_that_says_both_ways_needs_no_second_edge(tmp_path: Path) -> None:
    assert read(graph_of((2, 1, BOTH)), tmp_path).oneway.tolist() == [False]


def test_where_edges_do_not_say_it_the_second_one_does(tmp_path: Path) -> None:
    assert read(graph_of((1, 2, {}), (2, 1, {})), tmp_path).oneway.tolist() == [False]
    assert read(graph_of((1, 2, {})), tmp_path).oneway.tolist() == [True]
    assert read(graph_of((1, 2, {}), kind=nx.MultiGraph), tmp_path).oneway.tolist() == [False]


def test_an_undirected_graph_tells_the_direction_by_where_its_edge_began(tmp_path: Path) -> None:
    began = ALONG | {"from": 2, "to": 1}

    roads = read(graph_of((1, 2, began), kind=nx.MultiGraph), tmp_path)

    assert (roads.node_ids[roads.u[0]], roads.oneway.tolist()) == ("n2", [True])


def test_parallel_streets_stay_apart_by_their_shape_and_keep_it(tmp_path: Path) -> None:
    here = "LINESTRING (109.81 31.01, 109.815 31.05, 109.82 31.02)"
    back = "LINESTRING (109.82 31.02, 109.815 31.05, 109.81 31.01)"
    graph = graph_of(
        (1, 2, BOTH | {"geometry": here}), (2, 1, BOTH | {"geometry": back}),
        (1, 2, BOTH), (2, 1, BOTH), (1, 4, BOTH | {"osmid": 7}),
        (2, 3, BOTH | {"osmid": 6}), (3, 2, BOTH | {"osmid": 6}),
    )  # fmt: skip

    roads = read(graph, tmp_path)

    assert roads.edge_ids.tolist() == ["w5-1-2-0", "w5-1-2-2-0", "w6-2-3-0", "w7-1-4-0"]
    assert sorted(np.diff(roads.bend_at).tolist()) == [0, 0, 0, 1]
    assert roads.bend_lat.tolist() == [31.05]
    assert not roads.oneway.any()


def test_a_merged_street_has_its_lowest_class_and_the_note_says_so(tmp_path: Path) -> None:
    data = BOTH | {"highway": ["secondary", "track"], "osmid": [9, 10], "name": ["乙路", "甲路"]}
    path = saved(graph_of((1, 2, data)), tmp_path)

    found = read_osm(path)

    assert found.roads.road_class.tolist() == ["track"]
    assert found.roads.name.tolist() == ["乙路; 甲路"]
    assert found.roads.edge_ids.tolist() == ["w9-1-2-0"]
    assert [one.rule.rpartition(": ")[2] for one in found.notes] == ["1"]


def test_numbers_of_a_merged_street_are_told_one_by_one(tmp_path: Path) -> None:
    both = BOTH | {"ref": "G348;S103"}
    merged = BOTH | {"ref": ["G348", "X203"]}

    assert read(graph_of((1, 2, both)), tmp_path).road_class.tolist() == ["national"]
    assert read(graph_of((1, 2, merged)), tmp_path).road_class.tolist() == ["county"]


def test_unknown_words_of_a_graph_are_asked_for_and_own_ones_known(tmp_path: Path) -> None:
    path = saved(graph_of((1, 2, BOTH | {"highway": "road"})), tmp_path)

    with pytest.raises(InputError, match="road_classes") as refused:
        read_osm_file(path)

    assert [one.value for one in refused.value.faults] == ["road"]
    assert read_osm_file(path, road_classes={"road": "village"}).road_class.tolist() == ["village"]


def test_heights_and_the_date_that_is_given_are_kept(tmp_path: Path) -> None:
    graph = graph_of((1, 2, BOTH))
    graph.nodes[1]["elevation"] = 212.5

    roads = read(graph, tmp_path, edition="2026-11-01")

    assert roads.elevation_m.tolist()[0] == 212.5
    assert roads.edition.tolist() == ["2026-11-01"]
    assert read(graph, tmp_path).edition.tolist() == [""]


@pytest.mark.parametrize("crs", [None, "epsg:0", "nonsense"])
def test_a_graph_without_a_reference_system_is_refused(crs: str | None, tmp_path: Path) -> None:
    graph = graph_of((1, 2, BOTH))
    del graph.graph["crs"]
    if crs:
        graph.graph["crs"] = crs

    with pytest.raises(InputError, match="reference system"):
        read(graph, tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": "east"}, "reference system"),
        ({"x": "nan"}, "whole file"),
        ({"y": "9000"}, "."),
    ],
)
def test_nodes_that_lie_nowhere_are_refused(
    change: dict[str, str], message: str, tmp_path: Path
) -> None:
    graph = graph_of((1, 2, BOTH))
    graph.nodes[1].update(change)

    with pytest.raises(InputError, match=message):
        read(graph, tmp_path)


def test_a_shape_that_is_none_and_a_graph_without_roads_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="whole file"):
        read(graph_of((1, 2, BOTH | {"geometry": "LINESTRING (1"})), tmp_path)
    with pytest.raises(InputError, match="has roads in it"):
        read(graph_of((1, 2, BOTH | {"highway": "proposed"})), tmp_path)


def test_a_shape_that_was_drawn_from_the_other_end_is_turned_round(tmp_path: Path) -> None:
    forth = "LINESTRING (109.81 31.01, 109.812 31.05, 109.818 31.04, 109.82 31.02)"
    back = "LINESTRING (109.82 31.02, 109.818 31.04, 109.812 31.05, 109.81 31.01)"

    one = read(graph_of((1, 2, ALONG | {"geometry": forth})), tmp_path)
    other = read(graph_of((1, 2, ALONG | {"geometry": back})), tmp_path)

    assert one.length_m.tolist() == other.length_m.tolist()
    assert one.bend_lat.tolist() == other.bend_lat.tolist() == [31.05, 31.04]


def test_a_graph_that_brings_entities_is_refused_though_it_could_be_read(tmp_path: Path) -> None:
    path = saved(graph_of((1, 2, BOTH | {"name": "NAME"})), tmp_path)
    text = path.read_text(encoding="utf-8")
    assert read_osm_file(path).name.tolist() == ["NAME"]

    bomb = '<!DOCTYPE graphml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>\n<graphml'
    path.write_text(text.replace("<graphml", bomb, 1).replace("NAME", "&b;"), encoding="utf-8")

    with pytest.raises(InputError, match="whole file"):
        read_osm_file(path)
