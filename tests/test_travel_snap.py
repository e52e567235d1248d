"""From points to road nodes."""

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel import snap as snapping
from wushan_geo.travel.places import Places, places
from wushan_geo.travel.snap import snap


def network(lon: list[float], lat: list[float], closed: list[bool] | None = None) -> RoadNetwork:
    """Chain the nodes n0, n1, ... in a row."""
    digits = len(str(len(lon) - 1))
    names = [f"n{at:0{digits}}" for at in range(len(lon))]
    nodes = pd.DataFrame({"node_id": names, "lon": lon, "lat": lat})
    edges = pd.DataFrame({"u": names[:-1], "v": names[1:], "length_m": 1.0, "road_class": "x"})
    edges = edges.assign(edge_id=[f"e{at}" for at in range(len(edges))], closed=closed or False)
    return RoadNetwork.from_tables(nodes, edges)


def at(lon: float, lat: float) -> Places:
    return places(pd.DataFrame({"lon": [lon], "lat": [lat]}, index=["A"]), "origins")


def test_a_point_goes_to_the_nearest_node_and_its_way_is_measured() -> None:
    node, metres = snap(network([0.0, 1.0], [0.0, 0.0]), at(0.9, 0.0), "origins")

    assert node.tolist() == [1]
    np.testing.assert_allclose(metres, [11_131.949], atol=0.001)  # a tenth of an equator degree


def test_a_point_on_a_node_has_no_way_to_go() -> None:
    node, metres = snap(network([109.9, 110.0], [31.0, 31.1]), at(110.0, 31.1), "origins")

    assert (node.tolist(), metres.tolist()) == ([1], [0.0])


def test_near_is_near_in_metres_and_not_in_degrees() -> None:
    # At 60 degrees north a degree of longitude is half a degree of latitude long.
    node, _ = snap(network([1.5, 0.0], [60.0, 61.0]), at(0.0, 60.0), "origins")

    assert node.tolist() == [0]


def test_of_equally_near_nodes_the_first_by_id_is_taken() -> None:
    roads = network([1.0, -1.0, 1.0], [0.0, 0.0, 0.0])

    assert snap(roads, at(0.0, 0.0), "origins")[0].tolist() == [0]
    assert snap(roads, at(0.9, 0.0), "origins")[0].tolist() == [0]


def test_nobody_is_brought_to_a_node_that_has_no_open_road() -> None:
    roads = network([0.0, 1.0, 2.0], [0.0, 0.0, 0.0], closed=[True, False])

    assert snap(roads, at(0.1, 0.0), "origins")[0].tolist() == [1]


def test_a_place_that_names_its_node_lies_there_even_if_the_road_is_closed() -> None:
    roads = network([0.0, 1.0, 2.0], [0.0, 0.0, 0.0], closed=[True, False])
    table = pd.DataFrame({"lon": [2.0, 2.0], "lat": 0.0, "node_id": ["n0", None]}, index=["A", "B"])

    node, metres = snap(roads, places(table, "origins"), "origins")

    assert node.tolist() == [0, 2]
    assert metres.tolist() == [0.0, 0.0]


def test_an_unknown_node_is_named() -> None:
    table = pd.DataFrame({"node_id": ["n0", "n9"]}, index=["A", "B"])

    with pytest.raises(UnknownIdError, match="road nodes named by origins has no n9"):
        snap(network([0.0, 1.0], [0.0, 0.0]), places(table, "origins"), "origins")


def test_without_an_open_edge_there_is_no_road_to_go_to() -> None:
    with pytest.raises(ParameterError, match="origins cannot be brought to a road"):
        snap(network([0.0, 1.0], [0.0, 0.0], closed=[True]), at(0.0, 0.0), "origins")


def test_tree_and_trial_find_the_node_that_is_nearest_over_the_ellipsoid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(5)
    roads = network(rng.uniform(109, 111, 80).tolist(), rng.uniform(30, 32, 80).tolist())
    table = pd.DataFrame({"lon": rng.uniform(109, 111, 30), "lat": rng.uniform(30, 32, 30)})
    homes = places(table, "origins")
    _, _, all_m = Geod(ellps="WGS84").inv(
        *(np.repeat(one, 80) for one in (homes.lon, homes.lat)),
        *(np.tile(one, 30) for one in (roads.lon, roads.lat)),
    )
    expected = np.asarray(all_m).reshape(30, 80)

    by_trial = snap(roads, homes, "origins")
    monkeypatch.setattr(snapping, "SMALL", 0)
    by_tree = snap(roads, homes, "origins")

    for node, metres in (by_trial, by_tree):
        assert node.tolist() == expected.argmin(axis=1).tolist()
        np.testing.assert_allclose(metres, expected.min(axis=1))


def test_the_tree_too_takes_the_first_of_nodes_at_one_spot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapping, "SMALL", 0)

    lon = [*np.linspace(2, 9, 40), *[1.0] * 60]

    assert snap(network(lon, [0.0] * 100), at(1.0, 0.0), "o")[0].tolist() == [40]
