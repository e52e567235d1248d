"""How persons travel: own pace, slopes, ferries, effort, boarding, and staff who come instead."""

from __future__ import annotations

import dataclasses
import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError
from wushan_geo.study.pages import Page
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.study.standard_profiles import (
    STANDARD_PROFILES,
    profile_name,
    profile_section,
)
from wushan_geo.study.travelling import ProfileConfig, travel_config
from wushan_geo.travel.edges import EdgeMinutes, edge_minutes
from wushan_geo.travel.places import Places, places
from wushan_geo.travel.profiles import (
    direction_of,
    profile_matrix,
    profile_minutes,
    profile_trips,
    tobler_factor,
    uses_tobler,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SPEEDS = {"township": 30.0, "expressway": 90.0, "ferry": 6.0}


def profile(kind: Any = "walk", **settings_: Any) -> ProfileConfig:
    """Make a profile at 6 km/h, so that a kilometre takes ten minutes."""
    plain = {
        "key": "p",
        "kind": kind,
        "speed_kmh": 6.0,
        "max_minutes": None,
        "max_grade": None,
        "boarding_min": 0.0,
        "source": "made up",
    }
    return ProfileConfig(**(plain | settings_))


def network(*edges: Mapping[str, Any]) -> RoadNetwork:
    """Make a network of nodes a, b, c ... from edges of one kilometre on township roads."""
    plain: dict[str, Any] = {
        "road_class": "township",
        "length_m": 1000.0,
        "oneway": False,
        "closed": False,
    }
    table = pd.DataFrame(
        [{"edge_id": f"e{at}", "grade": np.nan} | plain | dict(one) for at, one in enumerate(edges)]
    )
    names = sorted({*table["u"], *table["v"]})
    nodes = pd.DataFrame(
        {
            "node_id": names,
            "lon": [110.0 + 0.01 * at for at in range(len(names))],
            "lat": [31.0] * len(names),
        }
    )
    return RoadNetwork.from_tables(nodes, table)


def at(*nodes: str, minutes: float = 0.0) -> Places:
    table = pd.DataFrame({"node_id": list(nodes)}, index=[f"at {one}" for one in nodes])
    return places(table, "places", minutes=dict.fromkeys(table.index, minutes))


def beside(roads: RoadNetwork, node: str, metres: float, name: str) -> Places:
    """Give a place some metres north of a node; a degree of latitude there is 110,866 m."""
    where = roads.node_ids.tolist().index(node)
    point = {"lon": [roads.lon[where]], "lat": [roads.lat[where] + metres / 110_866.0]}
    return places(pd.DataFrame(point, index=[name]), "places")


def both(roads: RoadNetwork, one: ProfileConfig) -> tuple[list[float], list[float]]:
    found = profile_minutes(roads, edge_minutes(roads, SPEEDS), one).minutes
    return found.forward.tolist(), found.backward.tolist()


def cost(times: Any) -> float:
    (row,) = times.matrix.dense().tolist()
    (value,) = row
    return float(value)


# --- Slopes ---


@pytest.mark.parametrize(
    ("grade", "speed"),
    [
        (-0.05, 6.0),
        (0.0, 5.036742),
        (0.1, 3.549332),
        (-0.1, 5.036742),
        (0.3, 1.762546),
        (-0.3, 2.501172),
    ],
)
def test_tobler_gives_the_published_speeds(grade: float, speed: float) -> None:
    found = 5.036742 * tobler_factor(np.array([grade]))

    assert found.tolist() == [pytest.approx(speed, abs=2e-6)]


def test_a_walker_is_slower_uphill_and_the_way_back_is_another() -> None:
    roads = network({"u": "a", "v": "b", "grade": 10.0})  # per cent, up from a to b

    forward, backward = both(roads, profile(speed_kmh=5.036742))

    assert forward == [pytest.approx(60 / 3.549332, rel=1e-6)]
    assert backward == [pytest.approx(60 / 5.036742, rel=1e-6)]


def test_direction_counts_from_door_to_door() -> None:
    roads = network({"u": "a", "v": "b", "grade": 10.0})
    minutes = edge_minutes(roads, SPEEDS)
    walker = profile(speed_kmh=5.036742)

    up = profile_matrix(roads, at("a"), at("b"), profile=walker, minutes=minutes)
    down = profile_matrix(roads, at("b"), at("a"), profile=walker, minutes=minutes)

    assert cost(up) == pytest.approx(16.9046, abs=5e-5)
    assert cost(down) == pytest.approx(11.9125, abs=5e-5)


def test_wheels_go_at_their_own_speed_up_to_the_steepest_grade_and_nowhere_beyond() -> None:
    roads = network(
        {"u": "a", "v": "b", "grade": 8.0},
        {"u": "b", "v": "c", "grade": 8.3},
        {"u": "c", "v": "d", "grade": 8.4},
        {"u": "d", "v": "e", "grade": -8.4},
    )
    wheels = profile(max_grade=0.083)

    forward, backward = both(roads, wheels)
    found = profile_minutes(roads, edge_minutes(roads, SPEEDS), wheels)

    assert forward == backward == [10.0, 10.0, np.inf, np.inf]
    assert found.closed_edges == ("e2", "e3")
    assert (uses_tobler(wheels), uses_tobler(profile())) == (False, True)


@given(st.integers(1, 3000))
@settings(max_examples=50, deadline=None)
def test_a_grade_of_exactly_the_limit_can_be_passed_however_it_was_written(hundredth: int) -> None:
    roads = network({"u": "a", "v": "b", "grade": hundredth / 100})
    limit = float(f"{hundredth / 10000:.4f}")

    assert both(roads, profile(max_grade=limit))[0] == [10.0]
    assert both(roads, profile(max_grade=limit - 1e-6))[0] == [np.inf]


def test_an_unknown_grade_is_used_as_flat_and_its_metres_are_told() -> None:
    roads = network(
        {"u": "a", "v": "b", "grade": 0.0, "length_m": 3000.0},
        {"u": "b", "v": "c"},
        {"u": "c", "v": "d", "road_class": "ferry"},
        {"u": "d", "v": "e", "road_class": "expressway"},
        {"u": "e", "v": "f", "closed": True},
        {"u": "f", "v": "g", "grade": 20.0},
    )
    minutes = edge_minutes(roads, SPEEDS)

    wheels = profile_minutes(roads, minutes, profile(max_grade=0.08))
    walker = profile_minutes(roads, minutes, profile())
    rider = profile_minutes(roads, minutes, profile("ride"))

    # ferries have no slope, expressways and closed roads are not passed, too steep is closed
    assert (wheels.passable_m, wheels.unknown_grade_m) == (4000.0, 1000.0)
    assert (walker.passable_m, walker.unknown_grade_m) == (5000.0, 1000.0)
    assert wheels.unknown_grade_share == 0.25
    assert (rider.passable_m, rider.unknown_grade_share) == (0.0, 0.0)
    assert wheels.minutes.forward[1] == 10.0


# --- What can be passed ---


def test_nobody_walks_on_an_expressway_and_everybody_rides_on_the_ferry() -> None:
    roads = network(
        {"u": "a", "v": "b", "road_class": "expressway"},
        {"u": "b", "v": "c", "road_class": "ferry"},
        {"u": "c", "v": "d"},
    )
    minutes = edge_minutes(roads, SPEEDS)

    walker = profile_minutes(roads, minutes, profile())
    rider = profile_minutes(roads, minutes, profile("ride"))

    assert walker.minutes.forward.tolist() == [np.inf, 10.0, 10.0]
    assert walker.closed_edges == ("e0",)
    assert rider.minutes.forward.tolist() == [pytest.approx(60 / 90), 10.0, 2.0]
    waiting = EdgeMinutes(
        minutes.forward + np.array([0, 7, 0]), minutes.backward + np.array([0, 8, 0])
    )
    found = profile_minutes(roads, waiting, profile(speed_kmh=3.0)).minutes
    assert (found.forward.tolist(), found.backward.tolist()) == (
        [np.inf, 17.0, 20.0],
        [np.inf, 18.0, 20.0],
    )


def test_one_way_streets_bind_vehicles_only_and_closed_roads_everybody() -> None:
    roads = network({"u": "a", "v": "b", "oneway": True}, {"u": "b", "v": "c", "closed": True})

    assert both(roads, profile()) == ([10.0, np.inf], [10.0, np.inf])
    assert both(roads, profile("ride")) == ([2.0, np.inf], [np.inf, np.inf])


def test_what_a_condition_closes_is_closed_and_what_it_slows_is_not_slower_on_foot() -> None:
    roads = network({"u": "a", "v": "b"}, {"u": "b", "v": "c"})
    snow = EdgeMinutes(np.array([np.inf, 50.0]), np.array([np.inf, 50.0]))

    walker = profile_minutes(roads, snow, profile()).minutes
    rider = profile_minutes(roads, snow, profile("ride")).minutes

    assert walker.forward.tolist() == [np.inf, 10.0]
    assert rider.forward.tolist() == [np.inf, 50.0]


def test_minutes_of_another_network_are_refused_and_nothing_is_changed() -> None:
    roads = network({"u": "a", "v": "b", "grade": 5.0})
    minutes = edge_minutes(roads, SPEEDS)
    before = minutes.forward.copy(), roads.grade.copy()

    profile_minutes(roads, minutes, profile(max_grade=0.01))

    assert (minutes.forward == before[0]).all()
    assert (roads.grade == before[1]).all()
    with pytest.raises(ParameterError, match="those of the edges of this network"):
        profile_minutes(roads, EdgeMinutes(np.zeros(3), np.zeros(3)), profile())
    with pytest.raises(ParameterError, match="above 0"):
        profile_minutes(roads, minutes, profile(speed_kmh=0.0))


# --- Where places hang ---


def two_roads(near: Mapping[str, Any]) -> RoadNetwork:
    """Make a road a-b along latitude 31 and a flat one c-d a minute north, joined from b to d."""
    nodes = pd.DataFrame(
        {
            "node_id": ["a", "b", "c", "d"],
            "lon": [110.0, 110.02, 110.0, 110.02],
            "lat": [31.0, 31.0, 31.01, 31.01],
        }
    )
    flat = {"road_class": "township", "grade": 0.0, "length_m": 2000.0, "closed": False}
    edges = pd.DataFrame(
        [
            {"edge_id": "along", "u": "a", "v": "b"} | flat | dict(near),
            {"edge_id": "flat", "u": "c", "v": "d"} | flat,
            {"edge_id": "link", "u": "b", "v": "d"} | flat | {"length_m": 1000.0},
        ]
    )
    return RoadNetwork.from_tables(nodes, edges)


def houses(**points: tuple[float, float]) -> Places:
    table = pd.DataFrame(list(points.values()), columns=["lon", "lat"], index=list(points))
    return places(table, "places")


def hung(roads: RoadNetwork, start: Places, one: ProfileConfig) -> tuple[list[str], list[float]]:
    """Say on which edge each place hangs and how long it takes from there to d."""
    minutes = edge_minutes(roads, SPEEDS)
    found = profile_trips(roads, start, at("d"), profile=one, minutes=minutes)
    snaps = found.trips.snaps
    edges = snaps.loc[snaps["role"] == "origin", "edge_id"].tolist()
    return edges, found.times().matrix.dense()[:, 0].tolist()


@pytest.mark.parametrize("kind", ["walk", "ride"])
def test_who_lives_on_a_road_too_steep_for_him_is_cut_off_and_lives_on_no_other(kind: str) -> None:
    roads = two_roads({"grade": 12.0})
    # a fourth of the way along the steep road; beyond its upper end; in the middle of the flat one
    start = houses(steep=(110.005, 31.0), end=(110.02, 30.99995), flat=(110.01, 31.01))

    edges, bound = hung(roads, start, profile(kind, max_grade=0.08))
    free_edges, free = hung(roads, start, profile(kind, max_grade=0.12))

    assert edges == free_edges == ["along", "along", "flat"]
    a_km = 10.0 if kind == "walk" else 2.0
    # 1.5 km of the own road and 1 km of link; the link alone; half of the flat road
    assert free == [pytest.approx(minutes * a_km, abs=0.1) for minutes in (2.5, 1.0, 1.0)]
    assert bound == [np.inf, free[1], free[2]]


def test_where_every_road_is_too_steep_nobody_gets_anywhere() -> None:
    roads = network({"u": "a", "v": "b", "grade": 12.0})
    minutes = edge_minutes(roads, SPEEDS)
    wheels = profile(max_grade=0.08)
    start = houses(home=(110.005, 31.0))

    times = profile_matrix(roads, start, at("a", "b"), profile=wheels, minutes=minutes)

    assert times.matrix.dense().tolist() == [[np.inf, np.inf]]


def test_a_steep_road_that_is_closed_for_good_is_no_road_to_live_on() -> None:
    roads = two_roads({"grade": 12.0, "closed": True})

    edges, minutes = hung(roads, houses(home=(110.005, 31.0)), profile(max_grade=0.08))

    # 1,109 m north to the flat road, and 1,500 m along it
    assert edges == ["flat"]
    assert minutes == [pytest.approx(11.09 + 15.0, abs=0.01)]


@pytest.mark.parametrize("season", ["summer", "winter"])
def test_nobody_lives_on_an_expressway_on_foot_and_a_season_changes_nothing(season: str) -> None:
    roads = two_roads({"road_class": "expressway", "closed": season == "winter"})
    roads = dataclasses.replace(roads, for_a_while=roads.closed)
    start = houses(home=(110.0001, 31.0))

    edges, minutes = hung(roads, start, profile(max_grade=0.08))

    assert edges == ["flat"]
    assert minutes == [pytest.approx(11.09 + 19.9, abs=0.01)]


# --- Effort and boarding ---


def test_a_walk_of_exactly_the_largest_effort_is_made_and_a_longer_one_is_not() -> None:
    roads = network({"u": "a", "v": "b"}, {"u": "b", "v": "c"})
    minutes = edge_minutes(roads, SPEEDS)
    trips = profile_trips(
        roads, at("a"), at("b", "c"), profile=profile(max_minutes=20.0), minutes=minutes
    )

    assert trips.times().matrix.dense().tolist() == [[10.0, 20.0]]
    assert trips.times(1.1).matrix.dense().tolist() == [[11.0, np.inf]]
    assert trips.times(1.1).matrix.limit is None
    assert trips.times(0.5).matrix.dense().tolist() == [[5.0, 10.0]]


def test_the_way_to_the_road_and_within_the_village_count_as_effort() -> None:
    roads = network({"u": "a", "v": "b"})
    minutes = edge_minutes(roads, SPEEDS)
    home = beside(roads, "a", 200.0, "home")

    def walked(most: float, within: float = 0.0) -> float:
        start = dataclasses.replace(home, minutes=home.minutes + within)
        walker = profile(max_minutes=most)
        return cost(profile_matrix(roads, start, at("b"), profile=walker, minutes=minutes))

    assert walked(12.1) == pytest.approx(12.0, abs=0.01)
    assert walked(11.9) == np.inf
    assert walked(12.1, within=1.0) == np.inf


def test_a_search_that_stops_at_the_effort_gives_the_same_times() -> None:
    roads = network({"u": "a", "v": "b"}, {"u": "b", "v": "c"}, {"u": "c", "v": "d"})
    minutes = edge_minutes(roads, SPEEDS)
    walker = profile(max_minutes=20.0)
    ends = at("a", "b", "c", "d"), at("a", "d")

    whole = profile_trips(roads, *ends, profile=walker, minutes=minutes)
    short = profile_trips(roads, *ends, profile=walker, minutes=minutes, reach=40.0 * (1 + 1e-12))

    for factor in (0.5, 1.0, 1.3):
        assert (whole.times(factor).matrix.dense() == short.times(factor).matrix.dense()).all()
    with pytest.raises(ParameterError, match="searched up to 16 min"):
        short.times(0.4)
    with pytest.raises(ParameterError, match="reach is for walkers"):
        profile_trips(roads, *ends, profile=profile("ride"), minutes=minutes, reach=40.0)


def test_a_rider_walks_to_the_road_boards_once_and_rides() -> None:
    roads = network({"u": "a", "v": "b", "length_m": 10_000.0})
    minutes = edge_minutes(roads, SPEEDS)
    home, centre = beside(roads, "a", 300.0, "home"), beside(roads, "b", 100.0, "centre")

    def ridden(most: float | None) -> float:
        rider = profile("ride", boarding_min=5.0, max_minutes=most)
        return cost(profile_matrix(roads, home, centre, profile=rider, minutes=minutes))

    # 3 + 1 minutes on foot at 6 km/h, 5 to board, 20 in the vehicle at 30 km/h
    assert ridden(None) == pytest.approx(29.0, abs=0.01)
    assert ridden(4.1) == pytest.approx(29.0, abs=0.01)  # the ride is no effort of one's own
    assert ridden(3.9) == np.inf


def test_a_walker_boards_nothing() -> None:
    roads = network({"u": "a", "v": "b"})
    walker = profile(boarding_min=9.0)

    times = profile_matrix(
        roads, at("a"), at("b"), profile=walker, minutes=edge_minutes(roads, SPEEDS)
    )

    assert cost(times) == 10.0


def test_outreach_turns_the_question_round() -> None:
    roads = network({"u": "a", "v": "b", "oneway": True, "length_m": 10_000.0})
    minutes = edge_minutes(roads, SPEEDS)
    homes, bases = at("a", "b", minutes=1.0), at("a")
    staff = profile("outreach", boarding_min=5.0)

    times = profile_matrix(roads, homes, bases, profile=staff, minutes=minutes)
    rider = profile_matrix(
        roads, homes, bases, profile=profile("ride", boarding_min=5.0), minutes=minutes
    )

    assert (times.direction, rider.direction) == ("from_facility", "to_facility")
    assert times.matrix.origin_ids == ("at a",)
    assert times.matrix.destination_ids == ("at a", "at b")
    # down the one-way road staff reach b, while nobody gets from b to the base
    assert times.matrix.dense().tolist() == [[6.0, 26.0]]
    assert rider.matrix.dense().tolist() == [[6.0], [np.inf]]


def test_each_profile_gets_a_matrix_of_its_own() -> None:
    roads = network({"u": "a", "v": "b", "length_m": 3000.0})
    minutes = edge_minutes(roads, SPEEDS)
    found = {
        key: profile_matrix(roads, at("a"), at("b"), profile=one, minutes=minutes)
        for key, one in STANDARD_PROFILES.items()
    }

    assert list(found) == list(STANDARD_PROFILES)
    assert {key: cost(one) for key, one in found.items()} == {
        "walker": pytest.approx(3 / 3.4 * 60),
        "wheelchair": np.inf,  # 78 minutes, and 30 are the most
        "escorted": 11.0,
        "vehicle": 16.0,
        "bedbound": 11.0,
    }
    assert found["wheelchair"].unknown_grade_share == 1.0
    assert found["vehicle"].unknown_grade_share == 0.0


# --- Properties ---

classes = st.sampled_from(["township", "ferry", "expressway"])
edge_lists = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 5),
        st.floats(0, 5000),
        classes,
        st.one_of(st.just(np.nan), st.floats(-30, 30)),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def drawn(edges: list[Any]) -> RoadNetwork:
    return network(
        {"u": "a", "v": "f", "length_m": 4000.0},
        *(
            {"u": "abcdef"[u], "v": "abcdef"[v], "length_m": length, "road_class": road_class,
             "grade": grade, "oneway": oneway}
            for u, v, length, road_class, grade, oneway in edges
        ),
    )  # fmt: skip


def walked_times(roads: RoadNetwork, one: ProfileConfig) -> np.ndarray:
    nodes = roads.node_ids.tolist()
    found = profile_matrix(
        roads, at(*nodes), at(*nodes), profile=one, minutes=edge_minutes(roads, SPEEDS)
    )
    return found.matrix.dense()


@given(edge_lists, st.floats(1, 10), st.floats(1, 3))
@settings(max_examples=20, deadline=None)
def test_whoever_is_faster_or_may_go_steeper_or_longer_is_never_later(
    edges: list[Any], speed: float, more: float
) -> None:
    roads = drawn(edges)
    slow = profile(speed_kmh=speed, max_minutes=40.0, max_grade=0.05)

    times = walked_times(roads, slow)

    for easier in (
        dataclasses.replace(slow, speed_kmh=speed * more),
        dataclasses.replace(slow, max_minutes=40.0 * more),
        dataclasses.replace(slow, max_grade=0.05 * more),
    ):
        assert (walked_times(roads, easier) <= times + 1e-9).all()


@given(edge_lists)
@settings(max_examples=30, deadline=None)
def test_on_wheels_the_way_back_takes_as_long_as_the_way_there(edges: list[Any]) -> None:
    times = walked_times(drawn(edges), profile(max_grade=0.1))

    ferries = any(one[3] == "ferry" and one[5] for one in edges)
    if not ferries:
        assert (times == times.T).all() or np.allclose(times, times.T, rtol=1e-12)


@given(edge_lists)
@settings(max_examples=30, deadline=None)
def test_a_walker_never_beats_the_fastest_downhill_pace(edges: list[Any]) -> None:
    roads = drawn(edges)
    found = profile_minutes(roads, edge_minutes(roads, SPEEDS), profile()).minutes

    own = (roads.road_class != "ferry") & np.isfinite(found.forward)
    best = roads.length_m / 100.0 * np.exp(-0.175)  # 6 km/h are 100 m a minute
    assert (found.forward[own] >= best[own] * (1 - 1e-12)).all()
    assert (found.backward[own] >= best[own] * (1 - 1e-12)).all()


# --- The profiles to start from ---


def test_the_standard_profiles_are_read_from_a_study_file_as_they_are() -> None:
    text = "\n".join(profile_section(one) for one in STANDARD_PROFILES.values())
    document = tomllib.loads(text)
    page = Page({"engine": "none", **document["travel"]}, "study.toml", [])

    assert travel_config(page).profiles == dict(STANDARD_PROFILES)
    assert page.faults == []


@pytest.mark.parametrize("key", list(STANDARD_PROFILES))
def test_every_standard_profile_says_in_both_languages_where_its_values_come_from(
    key: str,
) -> None:
    one = STANDARD_PROFILES[key]
    zh, between, en = one.source.rpartition("；")

    assert one.key == key
    assert between
    assert en.isascii()
    assert "规划假设" in zh
    assert "planning assumption" in en
    assert direction_of(one) == ("from_facility" if key == "bedbound" else "to_facility")
    assert profile_name(key) != (key, key)
    assert profile_name("rowing") == ("rowing", "rowing")
