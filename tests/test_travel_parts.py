"""The report on roads: every part and who depends on it, and who can leave and not come back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from builders import make_study_folder
from hypothesis import given, settings
from hypothesis import strategies as st

import wushan_geo as wg
from wushan_geo.errors import ParameterError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel.parts import _both_ways, road_report

if TYPE_CHECKING:
    from pathlib import Path

    from wushan_geo.study.study import Study

SOUTH_WEST, NORTH_WEST, SOUTH_EAST, NORTH_EAST = (
    "990201001001", "990201001002", "990201002001", "990201002002",
)  # fmt: skip


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return wg.open_study(make_study_folder(tmp_path_factory.mktemp("tiny")))


def roads(*edges: tuple[str, str], **columns: Any) -> RoadNetwork:
    """Join the villages of the tiny study, whose points are nodes sw, nw, se and ne."""
    nodes = pd.DataFrame(
        {
            "node_id": ["sw", "nw", "se", "ne", "far", "off"],
            "lon": [109.85, 109.85, 109.95, 109.95, 109.99, 110.3],
            "lat": [31.025, 31.075, 31.025, 31.075, 31.099, 31.3],
        }
    )
    table = pd.DataFrame(edges, columns=["u", "v"])
    table = table.assign(edge_id=[f"e{at}" for at in range(len(edges))], length_m=1000.0)
    table = table.assign(**{"road_class": "county"} | columns)
    return RoadNetwork.from_tables(nodes, table)


def places(study: Study, network: RoadNetwork) -> pd.DataFrame:
    return road_report(replace(study, roads=network)).places.set_index("id")


def told(table: pd.DataFrame, zone: str, *columns: str) -> list[Any]:
    return [table[one][zone] for one in columns]


def test_the_counts_of_the_report_are_those_of_the_network(tiny: Study) -> None:
    network = roads(
        ("sw", "nw"),
        ("nw", "ne"),
        ("ne", "se"),
        ("se", "sw"),
        road_class=["village", "county", "ferry", "odd"],
        oneway=[True, True, False, False],
        bridge=[False, True, False, False],
        closed=[False, False, False, True],
        name=["", "", "", "河边路"],
        edition=["2024", "", "2024", "2023"],
    )
    report = road_report(replace(tiny, roads=network))

    assert (report.nodes, report.edges, report.km) == (6, 4, 4.0)
    assert report.classes.to_numpy().tolist() == [
        ["county", 1, 1.0], ["village", 1, 1.0], ["ferry", 1, 1.0], ["odd", 1, 1.0],
    ]  # fmt: skip
    assert (report.oneway, report.ferries, report.bridges) == (2, 1, 1)
    assert report.closed.to_numpy().tolist() == [["e3", "河边路", "odd", 1.0]]
    assert dict(report.editions) == {"": 1, "2023": 1, "2024": 2}
    assert report.lone_nodes == 2


def test_each_part_is_reported_with_its_size_and_with_who_depends_on_it(tiny: Study) -> None:
    network = roads(("sw", "nw"), ("nw", "sw"), ("se", "ne"), ("ne", "far"))
    report = road_report(replace(tiny, roads=network))

    assert report.parts.to_numpy().tolist() == [
        [0, 3, 2, 2.0, 2, 1],  # the eastern villages and the candidate site
        [1, 2, 2, 2.0, 2, 1],  # the western ones, however many, and the facility
    ]
    depends = report.places[report.places["part"] == 1]
    assert depends["id"].tolist() == [SOUTH_WEST, NORTH_WEST, "F1"]
    assert depends["kind"].tolist() == ["village", "village", "facility"]


def test_a_part_is_reported_however_large_it_is(tiny: Study) -> None:
    network = roads(("sw", "nw"), ("se", "ne"))
    report = road_report(replace(tiny, roads=network))

    assert report.parts["nodes"].tolist() == [2, 2]
    assert (report.places["part"] == 1).sum() == 3


def test_a_closed_road_joins_nothing_and_nobody_hangs_on_it(tiny: Study) -> None:
    network = roads(("sw", "nw"), ("nw", "ne"), ("ne", "se"), closed=[False, True, False])
    report = road_report(replace(tiny, roads=network))

    assert len(report.parts) == 2
    assert "e1" not in set(report.places["edge_id"])


def test_who_can_leave_and_not_come_back_is_told_from_who_can_be_reached_and_not_leave(
    tiny: Study,
) -> None:
    # se and ne are the main body; a one-way road leads from sw to it, and one from it to nw.
    network = roads(("sw", "se"), ("ne", "nw"), ("se", "ne"), oneway=[True, True, False])
    found = places(tiny, network)

    assert told(found, SOUTH_WEST, "leaves", "returns") == [True, False]
    assert told(found, NORTH_WEST, "leaves", "returns") == [False, True]
    assert told(found, SOUTH_EAST, "leaves", "returns") == [True, True]
    assert set(found["part"]) == {0}


def test_on_the_middle_of_a_one_way_road_one_leaves_by_its_end_and_comes_back_by_its_start(
    tiny: Study,
) -> None:
    # The villages of the west lie at the middle of roads that run past them.
    nodes = pd.DataFrame(
        {
            "node_id": list("abcd"),
            "lon": [109.8, 109.9, 109.8, 109.9],
            "lat": [31.025] * 2 + [31.075] * 2,
        }
    )
    table = {"edge_id": list("123"), "u": list("abd"), "v": list("bdc"), "length_m": 1.0}
    edges = pd.DataFrame(table | {"road_class": "county", "oneway": [True, False, True]})
    found = places(tiny, RoadNetwork.from_tables(nodes, edges))

    # a -> b = d -> c: the main body is b and d.
    assert told(found, SOUTH_WEST, "edge_id", "leaves", "returns") == ["1", True, False]
    assert told(found, NORTH_WEST, "edge_id", "leaves", "returns") == ["3", False, True]


def test_between_the_carriageways_of_a_road_one_leaves_by_one_and_comes_back_by_the_other(
    tiny: Study,
) -> None:
    nodes = pd.DataFrame(
        {
            "node_id": list("abcdef"),
            "lon": [109.8, 109.9, 109.8, 109.9, 109.8, 109.9],
            "lat": [31.025] * 2 + [31.075] * 2 + [31.0251] * 2,
        }
    )
    table = {"edge_id": list("12345"), "u": list("abdfb"), "v": list("bdcef"), "length_m": 1.0}
    oneway = [True, False, True, True, False]
    edges = pd.DataFrame(table | {"road_class": "county", "oneway": oneway})
    found = places(tiny, RoadNetwork.from_tables(nodes, edges))

    # a -> b = d -> c, and f -> e beside a -> b, with f at b.
    assert told(found, SOUTH_WEST, "edge_id", "leaves", "returns") == ["1", True, True]
    assert told(found, NORTH_WEST, "edge_id", "leaves", "returns") == ["3", False, True]


def test_a_ring_of_one_way_roads_traps_nobody(tiny: Study) -> None:
    network = roads(("sw", "nw"), ("nw", "ne"), ("ne", "se"), ("se", "sw"), oneway=True)

    assert places(tiny, network)[["leaves", "returns"]].all(axis=None)


def test_a_place_without_a_point_is_named_and_not_dropped(tmp_path: Path) -> None:
    text = make_study_folder(tmp_path)
    path = text / "facilities.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("109.95,31.025", ","))
    report = road_report(wg.open_study(text))

    assert report.left_out == ("C1",)
    assert len(report.places) == 5


def test_where_every_road_is_closed_nobody_hangs_on_any(tiny: Study) -> None:
    report = road_report(replace(tiny, roads=roads(("sw", "nw"), closed=[True])))

    assert report.parts.empty
    assert report.places.empty
    assert len(report.left_out) == 6


def test_a_study_without_roads_has_no_report(tiny: Study) -> None:
    with pytest.raises(ParameterError, match="no road network"):
        road_report(replace(tiny, roads=None))


def test_the_village_behind_closed_roads_of_the_example_county_is_found() -> None:
    report = road_report(wg.open_study("example"))
    depends = report.places[report.places["part"] != 0]

    assert depends["id"].tolist() == ["990101005204"]
    assert report.parts["villages"].sum() == 40


@given(
    st.integers(1, 7).flatmap(
        lambda size: st.tuples(
            st.just(size),
            st.lists(
                st.tuples(
                    st.integers(0, size - 1), st.integers(0, size - 1), st.booleans(), st.booleans()
                ),
                max_size=12,
            ),
        )
    )
)
@settings(max_examples=80)
def test_traps_are_those_that_a_search_from_each_node_finds(
    drawn: tuple[int, list[tuple[int, int, bool, bool]]],
) -> None:
    size, edges = drawn
    count = len(edges)
    texts = np.array([f"{at:02}" for at in range(max(size, count))], dtype=object)
    u, v, oneway, closed = (np.array([one[at] for one in edges], dtype=int) for at in range(4))
    network = RoadNetwork(
        node_ids=texts[:size], lon=np.zeros(size), lat=np.zeros(size), edge_ids=texts[:count],
        u=u, v=v, length_m=np.ones(count), road_class=np.full(count, "x", dtype=object),
        oneway=oneway.astype(bool), closed=closed.astype(bool), crossing_id=np.full(count, ""),
        basis=np.full(count, ""),
    )  # fmt: skip
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    for start, end, one_way, shut in edges:
        if not shut:
            graph.add_edge(start, end)
            if not one_way:
                graph.add_edge(end, start)
    part = np.empty(size, dtype=np.intp)
    body: dict[int, set[int]] = {}
    for number, nodes in enumerate(nx.weakly_connected_components(graph)):
        part[list(nodes)] = number
        strong = nx.strongly_connected_components(graph.subgraph(nodes))
        body[number] = min(strong, key=lambda one: (-len(one), min(one)))
    leaves, returns = _both_ways(network, part)

    for node in range(size):
        core = body[int(part[node])]
        assert leaves[node] == bool(core & (nx.descendants(graph, node) | {node}))
        assert returns[node] == bool(core & (nx.ancestors(graph, node) | {node}))
