"""Ways and nodes to a network: what is a node, what a bend, which way it goes, what is left out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from wushan_geo.errors import InputError
from wushan_geo.sources.roads.osm import (
    Elements,
    Found,
    metres,
    minutes,
    network_of,
    oneway,
    stops,
    title,
    use_of,
)
from wushan_geo.study.roads import RoadNetwork

GEOD = Geod(ellps="WGS84")
Ways = Mapping[int, tuple[Sequence[int], Mapping[str, str]]]
ROAD = {"highway": "secondary"}


def place(node: int) -> tuple[float, float]:
    """Spread nodes over a hillside, no three in a row."""
    return 109.8 + 0.01 * (node % 10), 31.0 + 0.01 * (node // 10) + 0.001 * (node % 3)


def elements(
    ways: Ways,
    *,
    missing: Sequence[int] = (),
    heights: Mapping[int, float] | None = None,
    date: str = "",
) -> Elements:
    nodes = sorted({one for refs, _ in ways.values() for one in refs} - set(missing))
    lon, lat = np.array([place(one) for one in nodes] or np.empty((0, 2))).T
    return Elements(
        node_id=np.array(nodes, dtype=np.int64),
        lon=lon,
        lat=lat,
        elevation_m=np.array([(heights or {}).get(one, math.nan) for one in nodes]),
        way_id=np.array(list(ways), dtype=np.int64),
        version=np.ones(len(ways), dtype=np.int64),
        nodes=[list(refs) for refs, _ in ways.values()],
        tags=[dict(tags) for _, tags in ways.values()],
        date=date,
    )


def made(ways: Ways, **more: object) -> RoadNetwork:
    return found(ways, **more).roads


def found(ways: Ways, **more: object) -> Found:
    return network_of(elements(ways, **more), "a.osm", road_classes={})  # type: ignore[arg-type] - passed on


def edges(roads: RoadNetwork) -> list[tuple[str, str, str]]:
    return [
        (str(name), str(roads.node_ids[u]), str(roads.node_ids[v]))
        for name, u, v in zip(roads.edge_ids, roads.u, roads.v, strict=True)
    ]


def length(*nodes: int) -> float:
    return sum(GEOD.inv(*place(one), *place(other))[2] for one, other in itertools.pairwise(nodes))


def test_a_way_is_one_edge_and_its_inner_nodes_are_bends() -> None:
    roads = made({7: ([1, 2, 3, 4], ROAD)})

    assert edges(roads) == [("w7-0", "n1", "n4")]
    assert roads.length_m.tolist() == pytest.approx([length(1, 2, 3, 4)], rel=1e-12)
    assert list(zip(roads.bend_lon, roads.bend_lat, strict=True)) == [place(2), place(3)]
    assert roads.basis.tolist() == ["stated"]


def test_ways_are_split_where_they_meet() -> None:
    roads = made({7: ([1, 2, 3], ROAD), 8: ([2, 5], ROAD)})

    assert edges(roads) == [("w7-0", "n1", "n2"), ("w7-1", "n2", "n3"), ("w8-0", "n2", "n5")]


def test_two_ways_of_one_kind_that_go_on_into_each_other_are_one_edge() -> None:
    roads = made({7: ([2, 3], ROAD), 3: ([2, 1], ROAD)})

    assert edges(roads) == [("w3-0", "n1", "n3")]


@pytest.mark.parametrize(
    "other",
    [
        {"highway": "tertiary"},
        {"highway": "secondary", "bridge": "yes"},
        {"highway": "secondary", "name": "巫大路"},
        {"highway": "secondary", "oneway": "yes"},
        {"route": "ferry", "duration": "00:10"},
    ],
)
def test_a_node_stays_where_something_of_the_road_changes(other: dict[str, str]) -> None:
    roads = made({7: ([1, 2], ROAD), 8: ([2, 3], other)})

    assert edges(roads) == [("w7-0", "n1", "n2"), ("w8-0", "n2", "n3")]


def test_one_way_roads_that_run_against_each_other_are_not_joined() -> None:
    along = {"highway": "secondary", "oneway": "yes"}
    against = {"highway": "secondary", "oneway": "-1"}

    assert edges(made({7: ([1, 2], along), 8: ([2, 3], along)})) == [("w7-0", "n1", "n3")]
    assert edges(made({7: ([1, 2], along), 8: ([2, 3], against)})) == [
        ("w7-0", "n1", "n2"),
        ("w8-0", "n3", "n2"),
    ]
    assert edges(made({7: ([3, 2, 1], against)})) == [("w7-0", "n1", "n3")]


def test_the_order_of_the_file_changes_nothing() -> None:
    ways = {
        7: ([1, 2, 3, 4, 1], ROAD),
        8: ([3, 5, 6], ROAD),
        9: ([6, 7], {"highway": "track"}),
        11: ([11, 12, 13, 11], ROAD),
        10: ([6, 3], {"highway": "secondary", "oneway": "yes"}),
    }
    one = elements(ways)
    order = [3, 1, 4, 0, 2]
    other = Elements(
        one.node_id[::-1], one.lon[::-1], one.lat[::-1], one.elevation_m[::-1],
        one.way_id[order], one.version[order],
        [one.nodes[at] for at in order], [one.tags[at] for at in order],
    )  # fmt: skip

    here = network_of(one, "a.osm", road_classes={}).roads
    there = network_of(other, "a.osm", road_classes={}).roads

    for name in RoadNetwork.__slots__:
        mine, theirs = getattr(here, name), getattr(there, name)
        assert mine.tolist() == theirs.tolist() or np.isnan(mine).all(), name


def test_a_ring_that_meets_no_road_has_one_node_and_keeps_its_length() -> None:
    roads = made({7: ([3, 1, 2, 4, 3], ROAD), 8: ([21, 22], ROAD)})

    assert edges(roads) == [("w7-0", "n1", "n1"), ("w8-0", "n21", "n22")]
    assert roads.length_m[0] == pytest.approx(length(1, 2, 4, 3, 1), rel=1e-12)
    assert np.diff(roads.bend_at).tolist() == [3, 0]


def test_a_ring_at_the_end_of_a_road_starts_and_ends_at_it() -> None:
    roads = made({7: ([1, 2, 3, 4, 2], ROAD)})

    assert edges(roads) == [("w7-0", "n1", "n2"), ("w7-1", "n2", "n2")]
    assert roads.length_m[1] == pytest.approx(length(2, 3, 4, 2), rel=1e-12)


def test_a_roundabout_is_one_way_and_split_where_roads_leave_it() -> None:
    ring = {"highway": "tertiary", "junction": "roundabout"}
    roads = made({7: ([1, 2, 3, 4, 1], ring), 8: ([2, 12], ROAD), 9: ([4, 14], ROAD)})

    assert edges(roads)[:2] == [("w7-0", "n4", "n2"), ("w7-1", "n2", "n4")]
    assert roads.oneway.tolist() == [True, True, False, False]


def test_parallel_and_doubled_ways_are_kept_and_there_and_back_is_one_edge() -> None:
    roads = made({7: ([1, 2, 3], ROAD), 8: ([1, 5, 3], ROAD), 9: ([1, 2, 3], {"highway": "track"})})
    assert roads.u.size == 5  # way 8 in one piece; 7 and 9 meet at node 2

    there_and_back = made({7: ([1, 2, 3, 2, 1], ROAD), 8: ([3, 4], {"highway": "track"})})
    assert edges(there_and_back) == [("w7-0", "n1", "n3"), ("w8-0", "n3", "n4")]


def test_a_way_that_stands_twice_counts_once_in_its_latest_version() -> None:
    one = elements({7: ([1, 2], ROAD), 8: ([2, 3], ROAD)})
    doubled = Elements(
        np.append(one.node_id, one.node_id), np.append(one.lon, one.lon),
        np.append(one.lat, one.lat), np.append(one.elevation_m, one.elevation_m),
        np.array([7, 8, 7, 7]), np.array([2, 1, 3, 1]),
        [[1, 2], [2, 3], [1, 2], [1, 2]],
        [ROAD, ROAD, {"highway": "track"}, {"highway": "primary"}],
    )  # fmt: skip

    roads = network_of(doubled, "a.osm", road_classes={}).roads

    assert edges(roads) == [("w7-0", "n1", "n2"), ("w8-0", "n2", "n3")]
    assert roads.road_class.tolist() == ["track", "county"]


def test_a_node_that_repeats_at_once_makes_no_edge_of_no_length() -> None:
    assert edges(made({7: ([1, 1, 2, 2], ROAD)})) == [("w7-1", "n1", "n2")]


def test_a_way_is_cut_where_its_nodes_are_missing_and_a_note_says_so() -> None:
    told = found({7: ([1, 2, 3, 4, 5], ROAD)}, missing=[3])

    assert edges(told.roads) == [("w7-0", "n1", "n2"), ("w7-3", "n4", "n5")]
    assert [(one.severity, one.rule) for one in told.notes] == [
        ("note", "has roads some nodes of which are not in it, cut there: 1")
    ]


def test_a_ferry_is_an_edge_with_the_speed_of_its_minutes() -> None:
    ferry = {"route": "ferry", "duration": "00:20", "ref": "G348"}
    roads = made({7: ([1, 2, 3], ferry), 8: ([3, 4], ROAD)})

    assert roads.road_class.tolist() == ["ferry", "county"]
    took = roads.length_m[0] / 1000 / roads.speed_kmh[0] * 60
    assert took == pytest.approx(20, rel=1e-12)
    assert np.isnan(roads.speed_kmh[1])


def test_a_ferry_that_a_road_meets_on_the_way_keeps_its_speed_in_both_parts() -> None:
    ferry = {"route": "ferry", "duration": "20"}
    roads = made({7: ([1, 2, 3], ferry), 8: ([2, 4], ROAD)})

    took = roads.length_m[:2] / 1000 / roads.speed_kmh[:2] * 60
    assert took.sum() == pytest.approx(20, rel=1e-12)


def test_half_a_ferry_does_not_take_the_time_of_the_whole() -> None:
    told = found({7: ([1, 2, 3], {"route": "ferry", "duration": "20"})}, missing=[3])

    assert np.isnan(told.roads.speed_kmh).all()


@pytest.mark.parametrize(
    ("tags", "use"),
    [
        ({"highway": "primary"}, ("road", "primary")),
        ({"highway": "primary", "access": "no"}, ("roads_private", "")),
        ({"highway": "service", "access": "private"}, ("roads_private", "")),
        ({"highway": "primary", "access": "no", "motor_vehicle": "yes"}, ("road", "primary")),
        ({"highway": "primary", "access": "no", "foot": "yes"}, ("on_foot", "primary")),
        ({"highway": "primary", "motor_vehicle": "no"}, ("on_foot", "primary")),
        ({"highway": "primary", "vehicle": "private"}, ("on_foot", "primary")),
        ({"highway": "primary", "access": "permissive"}, ("road", "primary")),
        ({"highway": "primary", "access": "destination"}, ("road", "primary")),
        ({"highway": "path", "motor_vehicle": "no"}, ("path", "path")),
        ({"highway": "footway", "foot": "private"}, ("roads_private", "")),
        ({"highway": "construction", "construction": "primary"}, ("roads_not_in_use", "")),
        ({"highway": "proposed"}, ("roads_not_in_use", "")),
        ({"highway": "track", "abandoned": "yes"}, ("roads_not_in_use", "")),
        ({"highway": "platform"}, ("roads_none", "")),
        ({"highway": "pedestrian", "area": "yes"}, ("roads_areas", "")),
        ({"route": "ferry"}, ("ferry", "ferry")),
        ({"route": "ferry", "access": "private"}, ("roads_private", "")),
        ({"route": "hiking"}, ("", "")),
        ({"waterway": "river"}, ("", "")),
    ],
)
def test_what_a_way_is_to_who_travels(tags: dict[str, str], use: tuple[str, str]) -> None:
    assert use_of(tags, {}) == use


def test_what_is_left_out_is_counted_by_its_reason() -> None:
    told = found(
        {
            1: ([1, 2], ROAD),
            2: ([2, 3], {"highway": "service", "access": "private"}),
            3: ([3, 4], {"highway": "service", "access": "no"}),
            4: ([4, 5], {"highway": "proposed"}),
            5: ([5, 6], {"highway": "residential", "motor_vehicle": "no", "ref": "X203"}),
            6: ([6, 7], {"highway": "platform"}),
            7: ([7, 8], {"power": "line"}),
        }
    )

    assert edges(told.roads) == [("w1-0", "n1", "n2"), ("w5-0", "n5", "n6")]
    assert told.roads.road_class.tolist() == ["county", "path"]
    assert sorted(one.rule.rpartition(": ")[2] for one in told.notes) == ["1", "1", "1", "2"]
    assert {one.severity for one in told.notes} == {"note"}


def test_every_unknown_word_is_asked_for_at_once_with_its_count() -> None:
    ways: Ways = {
        1: ([1, 2], {"highway": "road"}),
        2: ([2, 3], {"highway": "road"}),
        3: ([3, 4], {"highway": "yes"}),
        4: ([4, 5], {"highway": "road", "ref": "X203"}),  # its number tells its class
    }

    with pytest.raises(InputError) as refused:
        made(ways)

    assert [(one.column, one.value) for one in refused.value.faults] == [
        ("highway", "road"),
        ("highway", "yes"),
    ]
    assert "in the file: 2)" in refused.value.faults[0].rule
    own = {"road": "village", "yes": "track"}  # which goes before the number
    roads = network_of(elements(ways), "a.osm", road_classes=own).roads
    assert roads.road_class.tolist() == ["village", "track", "village"]


def test_a_word_of_the_study_makes_a_road_of_what_would_be_none() -> None:
    ways: Ways = {1: ([1, 2], {"highway": "corridor"}), 2: ([2, 3], {"highway": "construction"})}

    roads = network_of(
        elements(ways), "a.osm", road_classes={"corridor": "path", "construction": "county"}
    ).roads

    assert edges(roads) == [("w1-0", "n1", "n2")]  # what is being built cannot be travelled


def test_a_path_with_the_number_of_a_road_stays_a_path_and_goes_both_ways() -> None:
    roads = made({1: ([1, 2], {"highway": "steps", "ref": "X203", "oneway": "yes"})})

    assert (roads.road_class.tolist(), roads.oneway.tolist()) == (["path"], [False])


def test_numbers_names_heights_bridges_and_the_date_are_kept() -> None:
    tags = {"highway": "trunk", "ref": "G348", "name": "巫山 长江大桥", "bridge": "viaduct"}
    roads = made({1: ([1, 2, 3], tags)}, heights={1: 210.5, 3: 300.0}, date="2026-11-01")

    assert roads.name.tolist() == ["G348 巫山 长江大桥"]
    assert roads.bridge.tolist() == [True]
    assert roads.elevation_m.tolist() == [210.5, 300.0]
    assert roads.edition.tolist() == ["2026-11-01"]
    assert roads.road_class.tolist() == ["national"]


def test_the_date_that_is_given_goes_before_the_one_in_the_file() -> None:
    told = elements({1: ([1, 2], ROAD)}, date="2026-11-01")

    roads = network_of(told, "a.osm", road_classes={}, edition="2026年10月").roads

    assert roads.edition.tolist() == ["2026年10月"]


@pytest.mark.parametrize(
    ("tags", "way"),
    [
        ({}, 0),
        ({"oneway": "yes"}, 1),
        ({"oneway": "1"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "no"}, 0),
        ({"oneway": "reversible"}, 0),
        ({"oneway": "alternating"}, 0),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "motorway_link"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"junction": "roundabout", "oneway": "-1"}, -1),
        ({"junction": "circular"}, 0),
    ],
)
def test_the_direction_of_a_road(tags: dict[str, str], way: int) -> None:
    assert oneway(tags) == way


@pytest.mark.parametrize(
    ("written", "told"),
    [("00:20", 20), ("1:05", 65), ("0:02:30", 2.5), ("15", 15), ("PT20M", 20), ("pt1h", 60)],
)
def test_the_minutes_of_a_ferry(written: str, told: float) -> None:
    assert minutes(written) == told


@pytest.mark.parametrize("written", ["", "soon", "0", "00:00", "PT", "-5", "20 min", "1.5", "P1D"])
def test_minutes_that_are_not_understood_are_not_known(written: str) -> None:
    assert math.isnan(minutes(written))


def test_an_elevation_in_feet_is_not_taken_for_metres() -> None:
    assert metres("-3") == -3
    assert math.isnan(metres("1000'"))
    assert math.isnan(metres("1,000"))


def test_a_map_without_roads_and_one_out_of_this_world_are_refused() -> None:
    for ways in ({}, {1: ([1, 2], {"waterway": "river"})}, {1: ([1], ROAD)}):
        with pytest.raises(InputError, match="has roads in it"):
            made(ways)  # type: ignore[arg-type] - the kinds of the three differ
    bad = elements({1: ([1, 2], ROAD)})
    bad.lat[0] = 9000.0
    with pytest.raises(InputError, match="whole file"):
        network_of(bad, "a.osm", road_classes={})


def plain_graph(ways: Ways) -> nx.MultiDiGraph:
    """Draw every piece of every way, without any joining."""
    graph = nx.MultiDiGraph()
    for refs, tags in ways.values():
        for one, other in itertools.pairwise(refs):
            metre = length(one, other)
            way = oneway(dict(tags))
            if way >= 0:
                graph.add_edge(one, other, weight=metre)
            if way <= 0:
                graph.add_edge(other, one, weight=metre)
    return graph


def network_graph(roads: RoadNetwork) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    names = [int(str(one)[1:]) for one in roads.node_ids]
    graph.add_nodes_from(names)
    for at in range(roads.u.size):
        u, v = names[roads.u[at]], names[roads.v[at]]
        graph.add_edge(u, v, weight=roads.length_m[at])
        if not roads.oneway[at]:
            graph.add_edge(v, u, weight=roads.length_m[at])
    return graph


some_ways = st.dictionaries(
    st.integers(1, 50),
    st.tuples(
        st.lists(st.integers(0, 14), min_size=2, max_size=8),
        st.fixed_dictionaries(
            {"highway": st.sampled_from(["secondary", "secondary", "track"])},
            optional={"oneway": st.sampled_from(["yes", "-1", "no"]), "bridge": st.just("yes")},
        ),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60)
@given(some_ways)
def test_joining_changes_no_shortest_way_and_loses_no_metre(ways: Ways) -> None:
    plain = plain_graph(ways)
    if all(len(set(refs)) == 1 for refs, _ in ways.values()):
        return
    roads = made(ways)
    graph = network_graph(roads)

    for source in graph.nodes:
        mine = nx.single_source_dijkstra_path_length(graph, source)
        oracle = nx.single_source_dijkstra_path_length(plain, source)
        assert set(mine) == set(oracle) & set(graph.nodes)
        for target, metre in mine.items():
            assert metre == pytest.approx(oracle[target], rel=1e-9)
    assert np.diff(roads.bend_at).sum() + roads.lon.size >= len(
        {one for refs, _ in ways.values() if len(set(refs)) > 1 for one in refs}
    )
    points, edge = roads.lines()
    step = GEOD.inv(*points[:-1].T, *points[1:].T)[2] * (edge[1:] == edge[:-1])
    along = np.bincount(edge[:-1], weights=step, minlength=roads.u.size)
    assert along == pytest.approx(roads.length_m, rel=1e-9)


@settings(max_examples=25)
@given(some_ways, st.randoms(use_true_random=False))
def test_any_order_of_ways_gives_the_same_network(ways: Ways, random: object) -> None:
    if all(len(set(refs)) == 1 for refs, _ in ways.values()):
        return
    names = list(ways)
    random.shuffle(names)  # type: ignore[attr-defined] - a random.Random

    one, other = made(ways), made({name: ways[name] for name in names})

    assert edges(one) == edges(other)
    assert one.length_m.tolist() == other.length_m.tolist()


def test_a_bridge_without_a_name_has_that_of_the_bridge() -> None:
    own = {"highway": "secondary", "bridge": "yes", "bridge:name": " 大宁河 大桥 "}
    named = {**own, "name": "巫大路"}
    roads = made({7: ([1, 2], own), 8: ([2, 3], named), 9: ([3, 4], {**ROAD, "bridge:name": "x"})})

    # A road that has a name keeps it, and what is no bridge has no bridge's name.
    assert roads.name.tolist() == ["大宁河 大桥", "巫大路", ""]
    assert title({**own, "ref": "S301"}) == "S301 大宁河 大桥"


def test_barriers_on_roads_are_counted_and_close_nothing() -> None:
    from dataclasses import replace

    ways = {7: ([1, 2, 3], ROAD), 8: ([3, 5], {"highway": "path"})}
    # 2 lies on a road and stands there twice, 5 on a path, 9 nowhere.
    told = replace(elements(ways), barriers=np.array([2, 2, 5, 9], dtype=np.int64))
    got = network_of(told, "a.osm", road_classes={})

    (note,) = got.notes
    assert note.severity == "note"
    assert note.rule.startswith("has barriers on its roads that stop vehicles")
    assert "1 处" in note.rule_zh
    assert not got.roads.closed.any()
    assert found(ways).notes == ()


@pytest.mark.parametrize(
    ("tags", "does"),
    [
        ({}, False),
        ({"access": "no"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "no"}, True),
        ({"barrier": "gate", "access": "no", "motor_vehicle": "yes"}, False),
        ({"barrier": "gate", "access": "yes", "motorcar": "private"}, True),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "access": "yes"}, False),
        ({"barrier": "toll_booth"}, False),
    ],
)
def test_what_stops_vehicles(tags: dict[str, str], *, does: bool) -> None:
    assert stops(tags) is does


def test_a_ferry_whose_minutes_make_no_sense_has_no_speed_and_is_told() -> None:
    # Some 1.4 km in a quarter of a minute: 340 km/h.
    quick = {"route": "ferry", "duration": "00:00:15"}
    told = found({7: ([1, 2], quick), 8: ([2, 3], ROAD)})

    assert length(1, 2) / 1000 * 240 > 200
    assert np.isnan(told.roads.speed_kmh).all()
    (note,) = told.notes
    assert note.rule.endswith("their time is not used, 1")
