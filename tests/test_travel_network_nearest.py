"""The nearest facilities by road, against the matrix of all pairs and numbers by hand."""

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.travel.edges import EdgeMinutes
from wushan_geo.travel.network import PreparedRoads, nearest_by_road, road_trips
from wushan_geo.travel.places import Places, places

INF = float("inf")


def roads(*edges: str, nodes: str = "abcdef") -> RoadNetwork:
    """Make a network of edges such as "ab"; nodes lie in a row, a tenth of a degree apart."""
    ends = pd.DataFrame({"u": [one[0] for one in edges], "v": [one[1] for one in edges]})
    ends = ends.assign(edge_id=[f"e{at}" for at in range(len(edges))], length_m=1.0, road_class="x")
    lon = [109.0 + at / 10 for at in range(len(nodes))]
    return RoadNetwork.from_tables(
        pd.DataFrame({"node_id": list(nodes), "lon": lon, "lat": 31.0}), ends
    )


def on(nodes: str, **minutes: float) -> Places:
    """Make places at nodes, named in capitals, some with minutes of their own."""
    names = [one.upper() for one in nodes]
    charged = {one: minutes.get(one, 0.0) for one in names}
    return places(pd.DataFrame({"node_id": list(nodes)}, index=names), "places", minutes=charged)


def both(*minutes: float) -> EdgeMinutes:
    return EdgeMinutes(np.array(minutes), np.array(minutes))


def rows(found: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Write the table as tuples, NA as None."""
    return [
        (origin, rank, None if pd.isna(one) else one, cost)
        for origin, rank, one, cost in zip(
            found.index, found["rank"], found["facility_id"], found["cost"], strict=True
        )
    ]


def test_each_place_finds_its_nearest_facilities_in_order() -> None:
    network, edges = roads("ab", "bc", "cd", "de"), both(1, 2, 4, 8)

    found = nearest_by_road(
        network, on("be"), on("acd"), minutes=edges, snap_speed_kmh=4.0, count=2
    )

    assert rows(found) == [("B", 1, "A", 1), ("B", 2, "C", 2), ("E", 1, "D", 8), ("E", 2, "C", 12)]
    assert found.index.name == "origin"
    alone = nearest_by_road(network, on("be"), on("acd"), minutes=edges, snap_speed_kmh=4.0)
    assert rows(alone) == [("B", 1, "A", 1), ("E", 1, "D", 8)]


def test_a_facility_at_the_door_is_nearest_at_no_cost() -> None:
    found = nearest_by_road(roads("ab"), on("ab"), on("b"), minutes=both(3), snap_speed_kmh=4.0)

    assert rows(found) == [("A", 1, "B", 3), ("B", 1, "B", 0)]


def test_what_is_charged_at_a_facility_decides_which_is_nearest() -> None:
    network, edges = roads("ab", "bc"), both(3, 4)

    found = nearest_by_road(
        network, on("b", B=5.0), on("ac", A=1.5), minutes=edges, snap_speed_kmh=4.0
    )

    assert rows(found) == [("B", 1, "C", 9)]


def test_where_no_road_leads_there_is_no_facility_and_no_number() -> None:
    found = nearest_by_road(
        roads("ab", "cd"), on("bc"), on("a"), minutes=both(1, 1), snap_speed_kmh=4.0, count=2
    )

    assert rows(found) == [
        ("B", 1, "A", 1), ("B", 2, None, INF), ("C", 1, None, INF), ("C", 2, None, INF)
    ]  # fmt: skip
    assert found["facility_id"].isna().tolist() == [False, True, True, True]


def test_exactly_at_the_limit_counts_with_all_that_is_charged() -> None:
    network, edges = roads("ab", "bc"), both(20, 20.000001)

    for charged, facility in ((4.0, 6.0), (0.0, 10.0)):
        found = nearest_by_road(
            network,
            on("ac", A=charged, C=charged),
            on("b", B=facility),
            minutes=edges,
            snap_speed_kmh=4.0,
            limit=30,
        )
        assert rows(found) == [("A", 1, "B", 30), ("C", 1, None, INF)]


def test_a_trip_that_rounding_makes_longer_than_the_limit_is_within_it() -> None:
    names = "abcdefghijk"
    network = roads(*("".join(two) for two in itertools.pairwise(names)), nodes=names)
    more_than_three_tenths = both(*[0.1] * 10)

    found = nearest_by_road(
        network, on("d"), on("a"), minutes=more_than_three_tenths, snap_speed_kmh=4.0, limit=0.3
    )

    assert rows(found) == [("D", 1, "A", 0.3)]


def test_persons_who_come_and_staff_who_go_out_take_different_times_on_one_way_roads() -> None:
    # There by a-b in 2, back by b-c-a in 9; the other base is 5 minutes away, both ways.
    network = roads("ab", "bc", "ca", "ad")
    edges = EdgeMinutes(np.array([2.0, 3.0, 6.0, 5.0]), np.array([INF, INF, INF, 5.0]))
    ready = PreparedRoads(network, edges)

    to_facility = nearest_by_road(ready, on("a"), on("bd"), snap_speed_kmh=4.0)
    to_person = nearest_by_road(ready, on("a"), on("bd"), snap_speed_kmh=4.0, outreach=True)

    assert rows(to_facility) == [("A", 1, "B", 2)]
    assert rows(to_person) == [("A", 1, "D", 5)]
    assert road_trips(ready, on("bd"), on("a"), snap_speed_kmh=4.0).moving.tolist() == [[9], [5]]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("outreach", [False, True])
def test_the_nearest_are_the_least_of_the_matrix(count: int, outreach: bool) -> None:  # noqa: FBT001 - a case
    rng = np.random.default_rng(count)
    names = "abcdefghijklmnopqrst"
    network = roads(*("".join(rng.choice(list(names), 2)) for _ in range(40)), nodes=names)
    edges = EdgeMinutes(
        np.where(rng.random(40) < 0.1, INF, rng.uniform(0, 9, 40)),
        np.where(rng.random(40) < 0.4, INF, rng.uniform(0, 9, 40)),
    )
    homes, facilities = (
        places(
            pd.DataFrame(
                {"lon": rng.uniform(109, 111, size), "lat": rng.uniform(30.99, 31.01, size)},
                index=[f"{name}{at}" for at in range(size)],
            ),
            "places",
            minutes={f"{name}{at}": float(at) for at in range(size)},
        )
        for name, size in (("h", 25), ("f", 8))
    )
    ends = (facilities, homes) if outreach else (homes, facilities)
    costs = road_trips(network, *ends, minutes=edges, snap_speed_kmh=4.0).matrix().dense()
    costs = costs.T if outreach else costs

    found = nearest_by_road(
        network,
        homes,
        facilities,
        minutes=edges,
        snap_speed_kmh=4.0,
        count=count,
        outreach=outreach,
    )

    np.testing.assert_allclose(
        found["cost"].to_numpy().reshape(25, count), np.sort(costs, axis=1)[:, :count], atol=1e-9
    )
    for origin, row in found[found["facility_id"].notna()].iterrows():
        here = costs[homes.ids.index(str(origin)), facilities.ids.index(row["facility_id"])]
        np.testing.assert_allclose(row["cost"], here, atol=1e-9)


def test_nobody_nowhere_and_nonsense() -> None:
    network, edges = roads("ab"), both(1)

    none = nearest_by_road(network, on(""), on("a"), minutes=edges, snap_speed_kmh=4.0)
    assert list(none.columns) == ["rank", "facility_id", "cost"]
    assert len(none) == 0
    nowhere = nearest_by_road(network, on("a"), on(""), minutes=edges, snap_speed_kmh=4.0)
    assert rows(nowhere) == [("A", 1, None, INF)]
    for wrong in (0, 1.5, True, "2"):
        with pytest.raises(ParameterError, match="count must be a whole number of at least 1"):
            nearest_by_road(
                network, on("a"), on("b"), minutes=edges, snap_speed_kmh=4.0, count=wrong
            )
    with pytest.raises(ParameterError, match="limit must be a finite number"):
        nearest_by_road(network, on("a"), on("b"), minutes=edges, snap_speed_kmh=4.0, limit=-1)
    with pytest.raises(ParameterError, match="snap_speed_kmh must be a finite number above 0"):
        nearest_by_road(network, on("a"), on("b"), minutes=edges, snap_speed_kmh=0)
    with pytest.raises(UnknownIdError, match="named by destinations has no z"):
        nearest_by_road(network, on("a"), on("z"), minutes=edges, snap_speed_kmh=4.0)


def test_roads_far_from_every_place_are_refused_as_by_the_matrix() -> None:
    far = pd.DataFrame({"lon": [10.0], "lat": [50.0]}, index=["far"])

    with pytest.raises(ParameterError, match="the roads lie far from every place"):
        nearest_by_road(roads("ab"), far, far, minutes=both(1), snap_speed_kmh=4.0)


def test_of_facilities_equally_near_the_smallest_id_counts_in_whatever_order_they_come() -> None:
    network, edges = roads("ab", "bc"), both(5, 5)

    for order in ("ac", "ca"):
        found = nearest_by_road(
            network, on("b"), on(order), minutes=edges, snap_speed_kmh=4.0, count=2
        )
        assert rows(found) == [("B", 1, "A", 5), ("B", 2, "C", 5)]
