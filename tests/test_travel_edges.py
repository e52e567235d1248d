"""From speeds to the minutes along each edge."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import ParameterError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel.edges import EdgeMinutes, edge_minutes

INF = float("inf")


def roads(**columns: Any) -> RoadNetwork:
    """Make a network of edges of one kilometre, one after the other."""
    count = len(next(iter(columns.values())))
    names = [f"n{at}" for at in range(count + 1)]
    nodes = pd.DataFrame({"node_id": names, "lon": 109.0, "lat": 31.0})
    edges = pd.DataFrame({"u": names[:-1], "v": names[1:], "length_m": 1000.0, "road_class": "x"})
    edges = edges.assign(edge_id=[f"e{at}" for at in range(count)], **columns)
    return RoadNetwork.from_tables(nodes, edges)


def test_minutes_are_length_by_the_speed_of_the_class() -> None:
    network = roads(length_m=[1000.0, 0.0, 2500.0], road_class=["x", "y", "y"])

    found = edge_minutes(network, {"x": 60.0, "y": 30})

    assert found.forward.tolist() == found.backward.tolist() == [1, 0, 5]


def test_an_edge_that_has_a_speed_of_its_own_takes_that() -> None:
    network = roads(road_class=["x", "rope"], speed_kmh=[20.0, 5.0])

    found = edge_minutes(network, {"x": 60.0})

    assert found.forward.tolist() == [3, 12]


def test_one_way_and_closed_edges_are_infinite_where_nobody_may_go() -> None:
    network = roads(oneway=[False, True, False], closed=[False, False, True])

    found = edge_minutes(network, {"x": 60.0})

    assert found.forward.tolist() == [1, 1, INF]
    assert found.backward.tolist() == [1, INF, INF]
    assert found.passable.tolist() == [True, True, False]


def test_every_class_in_use_needs_a_speed_and_a_closed_one_does_not() -> None:
    network = roads(road_class=["ferry", "rope"], closed=[False, True])

    assert edge_minutes(network, {"ferry": 60.0}).forward.tolist() == [1, INF]
    with pytest.raises(ParameterError, match=r"no speed for the road class ferry. It has: x"):
        edge_minutes(network, {"x": 60.0})


@pytest.mark.parametrize("speed", [0, -5, float("nan"), INF, "30", True])
def test_speeds_must_be_above_zero(speed: Any) -> None:
    with pytest.raises(ParameterError, match="the speed of y must be a finite number above 0"):
        edge_minutes(roads(road_class=["x"]), {"x": 60.0, "y": speed})


@pytest.mark.parametrize(
    ("forward", "backward", "message"),
    [
        ([float("nan")], [1.0], "at least 0"),
        ([1.0], [-1.0], "at least 0"),
        ([[1.0]], [[1.0]], "at least 0"),
        ([1.0], [1.0, 2.0], "both directions"),
    ],
)
def test_minutes_that_make_no_sense_are_refused(forward: Any, backward: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        EdgeMinutes(np.array(forward), np.array(backward))


def test_minutes_are_a_copy_that_nobody_can_change() -> None:
    mine = np.array([1.0])
    found = EdgeMinutes(mine, mine)

    mine[0] = 5
    with pytest.raises(ValueError, match="read-only"):
        found.forward[0] = 5

    assert found.forward.tolist() == found.backward.tolist() == [1]


def test_speeds_come_by_name_from_a_mapping_or_a_series_and_from_nothing_else() -> None:
    network = roads(oneway=[False, True])
    by_name = {"x": 30.0}

    found = edge_minutes(network, pd.Series(by_name)).forward
    assert found.tolist() == edge_minutes(network, by_name).forward.tolist()
    for wrong in ([30.0], 30.0, "county"):
        with pytest.raises(ParameterError, match="speeds_kmh must be numbers by name"):
            edge_minutes(network, wrong)  # type: ignore[arg-type]  # a caller's mistake
