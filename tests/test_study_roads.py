"""The road network record: checked once, sorted by id, never changed."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InputError
from wushan_geo.study.roads import RoadNetwork

NODES = pd.DataFrame({"node_id": ["b", "a", "c"], "lon": [110.0, 109.9, 110.1], "lat": 31.0})
EDGES = pd.DataFrame(
    {
        "edge_id": ["2", "1"],
        "u": ["b", "a"],
        "v": ["c", "b"],
        "length_m": [0.0, 1500.0],
        "road_class": ["county", "ferry"],
    }
)


def test_nodes_and_edges_are_sorted_by_id_so_that_row_order_changes_nothing() -> None:
    one = RoadNetwork.from_tables(NODES, EDGES)
    two = RoadNetwork.from_tables(NODES.iloc[::-1], EDGES.sample(frac=1, random_state=1))

    assert one.node_ids.tolist() == ["a", "b", "c"]
    assert one.edge_ids.tolist() == ["1", "2"]
    assert one.u.tolist() == two.u.tolist() == [0, 1]
    assert one.v.tolist() == two.v.tolist() == [1, 2]
    assert one.length_m.tolist() == [1500, 0]


def test_what_is_not_said_is_two_way_and_open() -> None:
    flags = pd.array([True, pd.NA], dtype="boolean")
    said = RoadNetwork.from_tables(NODES, EDGES.assign(oneway=flags, closed=flags))
    silent = RoadNetwork.from_tables(NODES, EDGES)

    assert said.oneway.tolist() == said.closed.tolist() == [False, True]
    assert silent.oneway.tolist() == silent.closed.tolist() == [False, False]
    assert silent.crossing_id.tolist() == ["", ""]


def test_whole_numbers_name_the_same_nodes_as_text() -> None:
    nodes = NODES.assign(node_id=[2, 1, 3])
    edges = EDGES.assign(u=["2", "1"], v=["3", "2"])

    assert RoadNetwork.from_tables(nodes, edges).u.tolist() == [0, 1]


def test_the_tables_are_not_changed_and_neither_is_the_network() -> None:
    nodes, edges = NODES.copy(deep=True), EDGES.copy(deep=True)
    roads = RoadNetwork.from_tables(NODES, EDGES)

    pd.testing.assert_frame_equal(NODES, nodes)
    pd.testing.assert_frame_equal(EDGES, edges)
    with pytest.raises(ValueError, match="read-only"):
        roads.length_m[0] = 1


@pytest.mark.parametrize(
    ("table", "change", "rule"),
    [
        ("edges", {"u": ["b", "z"]}, "road edges, u: is a node of the network \\(found '1: z'"),
        ("edges", {"length_m": [1.0, -1.0]}, "length_m: is a number of at least 0"),
        ("edges", {"length_m": [1.0, np.nan]}, "length_m: is a number of at least 0"),
        ("edges", {"length_m": [1.0, np.inf]}, "length_m: is a number of at least 0"),
        ("edges", {"road_class": ["x", None]}, "road_class: is not empty"),
        ("edges", {"edge_id": ["1", "1"]}, "edge_id: appears only once"),
        ("edges", {"edge_id": ["1", None]}, "edge_id: must not be empty"),
        ("nodes", {"node_id": ["a", "b", "b"]}, "node_id: appears only once \\(found 'b'"),
        ("nodes", {"lon": [3_500_000.0, 1, 1]}, "lon: is a number from -180 to 180"),
        ("nodes", {"lat": [np.nan, 1, 1]}, "lat: is a number from -90 to 90"),
    ],
)
def test_each_rule_has_its_fault(table: str, change: dict[str, Any], rule: str) -> None:
    nodes = NODES.assign(**change) if table == "nodes" else NODES
    edges = EDGES.assign(**change) if table == "edges" else EDGES
    edges = edges.assign(u="a", v="b") if "node_id" in change else edges

    with pytest.raises(InputError, match=rule):
        RoadNetwork.from_tables(nodes, edges)


def test_all_faults_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        RoadNetwork.from_tables(NODES.assign(lon=999.0), EDGES.assign(length_m=-1.0, road_class=""))

    assert len(caught.value.faults) == 3 + 2 + 2


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(InputError) as caught:
        RoadNetwork.from_tables(NODES.drop(columns="lon"), EDGES.drop(columns=["u", "length_m"]))

    assert {fault.column for fault in caught.value.faults} == {"lon", "u", "length_m"}


def test_arrays_of_different_length_are_refused() -> None:
    good = RoadNetwork.from_tables(NODES, EDGES)
    parts = {name: getattr(good, name) for name in RoadNetwork.__slots__}

    with pytest.raises(InputError, match="one value in each of node_ids, lon, lat"):
        RoadNetwork(**{**parts, "lon": parts["lon"][:2]})
    with pytest.raises(InputError, match="is a node of the network"):
        RoadNetwork(**{**parts, "v": parts["v"] + 9})


def test_a_network_without_edges_is_a_network() -> None:
    roads = RoadNetwork.from_tables(NODES, EDGES.iloc[:0])

    assert repr(roads) == "RoadNetwork: 3 nodes, 0 edges (0.0 km), 0 one-way, 0 closed"
