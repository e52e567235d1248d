"""Where roads cross the county line."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from wushan_geo.errors import ParameterError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel.edges import edge_minutes
from wushan_geo.travel.gates import Gates, entries, exits, gates

COUNTY = shapely.box(109.8, 31.0, 110.0, 31.1)
# Three nodes inside, two to the east (the nearer one 0.02 degrees or 1.9 km outside).
NODES = {
    "a": (109.85, 31.05), "b": (109.98, 31.05), "c": (109.9, 31.09),
    "x": (110.02, 31.05), "y": (110.06, 31.05),
}  # fmt: skip


def network(*edges: tuple[str, str], **columns: list[Any]) -> RoadNetwork:
    table = pd.DataFrame([(name, *at) for name, at in NODES.items()])
    rows = pd.DataFrame(
        {
            "edge_id": [f"e{at}" for at in range(len(edges))],
            "u": [u for u, _ in edges],
            "v": [v for _, v in edges],
            "length_m": 10_000.0,
            "road_class": "county",
            **columns,
        }
    )
    return RoadNetwork.from_tables(table.set_axis(["node_id", "lon", "lat"], axis=1), rows)


def found_in(roads: RoadNetwork) -> Gates:
    found = gates(roads, edge_minutes(roads, {"county": 30.0}), COUNTY)
    assert found is not None
    return found


def test_a_road_over_the_line_is_a_gate_where_it_crosses() -> None:
    roads = network(("a", "b"), ("b", "x"), ("x", "y"))

    found = found_in(roads)

    assert roads.edge_ids[found.edge].tolist() == ["e1"]
    assert roads.node_ids[found.node].tolist() == ["b"]
    # Half of its 20 minutes.
    assert found.out == pytest.approx([10.0])
    assert found.into == pytest.approx([10.0])


def test_the_way_in_which_an_edge_is_written_makes_no_difference() -> None:
    roads = network(("y", "b"))

    found = found_in(roads)

    assert roads.node_ids[found.node].tolist() == ["b"]
    # A quarter of its 20 minutes lies in the county.
    assert found.out == pytest.approx([5.0])


@pytest.mark.parametrize(
    ("edge", "out", "into"), [(("b", "x"), 10.0, np.inf), (("x", "b"), np.inf, 10.0)]
)
def test_a_one_way_road_leads_out_or_in(edge: tuple[str, str], out: float, into: float) -> None:
    found = found_in(network(edge, oneway=[True]))

    assert found.out == pytest.approx([out])
    assert found.into == pytest.approx([into])


def test_a_closed_road_is_no_gate_and_yet_roads_go_on() -> None:
    found = found_in(network(("b", "x"), closed=[True]))

    assert found.edge.size == 0


def test_a_network_that_ends_with_the_county_has_no_answer() -> None:
    roads = network(("a", "b"), ("b", "c"))

    assert gates(roads, edge_minutes(roads, {"county": 30.0}), COUNTY) is None


@pytest.mark.parametrize(("east", "goes_on"), [(110.0104, False), (110.0106, True)])
def test_a_network_goes_on_if_a_node_lies_more_than_a_kilometre_outside(
    *, east: float, goes_on: bool
) -> None:
    # A kilometre is 0.01049 degrees of longitude here.
    nodes = pd.DataFrame({"node_id": ["b", "x"], "lon": [109.98, east], "lat": 31.05})
    edges = pd.DataFrame(
        {"edge_id": ["e"], "u": ["b"], "v": ["x"], "length_m": [3000.0], "road_class": ["county"]}
    )
    roads = RoadNetwork.from_tables(nodes, edges)

    found = gates(roads, edge_minutes(roads, {"county": 30.0}), COUNTY)

    assert (found is not None) == goes_on


def test_a_road_through_bends_is_crossed_where_it_first_meets_the_line() -> None:
    # East over the line, back in, and out again: 0.02 of 0.12 degrees to the first crossing.
    nodes = pd.DataFrame({"node_id": ["b", "x"], "lon": [109.98, 110.06], "lat": 31.05})
    edges = pd.DataFrame(
        {"edge_id": ["e"], "u": ["b"], "v": ["x"], "length_m": [12e3], "road_class": ["county"]}
    )
    roads = dataclasses.replace(
        RoadNetwork.from_tables(nodes, edges),
        bend_at=np.array([0, 2]),
        bend_lon=np.array([110.01, 109.99]),
        bend_lat=np.array([31.05, 31.05]),
    )

    found = found_in(roads)

    # 24 minutes for 0.12 degrees.
    assert found.out == pytest.approx([4.0])


def test_a_node_on_the_very_line_belongs_to_the_county() -> None:
    nodes = pd.DataFrame({"node_id": ["b", "x"], "lon": [110.0, 110.04], "lat": 31.05})
    edges = pd.DataFrame(
        {"edge_id": ["e"], "u": ["b"], "v": ["x"], "length_m": [4000.0], "road_class": ["county"]}
    )
    roads = RoadNetwork.from_tables(nodes, edges)

    assert found_in(roads).out.tolist() == [0.0]


def test_the_line_is_where_trips_end_and_start() -> None:
    roads = network(("b", "x"), ("c", "y"), oneway=[True, False])
    found = found_in(roads)

    ends, starts = exits(roads, found, 0.5), entries(roads, found, 0.5, 3.0)

    assert ends.ids == ("e0", "e1")
    assert ends.node_ids == ("b", "c")
    assert ends.minutes == pytest.approx([5.0, 0.5 * 20 * 0.1 / 0.16])
    assert starts.ids == ("e1",)
    assert starts.minutes == pytest.approx([3.0 + 0.5 * 20 * 0.1 / 0.16])
    with pytest.raises(ParameterError, match="factor"):
        exits(roads, found, 0.0)


def test_a_network_without_edges_ends_with_the_county() -> None:
    roads = network()

    assert gates(roads, edge_minutes(roads, {}), COUNTY) is None
