"""The wait for a boat: once for each time that a trip gets on, against searches in plain loops."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import wushan_geo as wg
from wushan_geo.errors import ParameterError
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.study.travelling import ConditionConfig
from wushan_geo.travel.conditions import Standing, standing_minutes
from wushan_geo.travel.edges import EdgeMinutes, edge_minutes
from wushan_geo.travel.graph import graph_of
from wushan_geo.travel.waits import boarding_waits, midway

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wushan_geo.study.study import Study

# Minutes of an edge are its kilometres, and the wait for each boat is its own.
SPEEDS = {"county": 60.0, "ferry": 60.0, "expressway": 60.0}
WAITS = {"": 0.0, "boat": 15.0, "ship": 100.0}
Edge = tuple[str, str, str, int, bool]  # from, to, crossing, minutes, one-way


def network(*edges: Edge, **columns: Any) -> RoadNetwork:
    """Make a network of edges that are named in their order."""
    u, v, crossing, minutes, oneway = zip(*edges, strict=True)
    names = sorted({*u, *v})
    count = len(edges)
    told: dict[str, Any] = {
        "node_ids": np.array(names, dtype=object),
        "lon": 109.8 + 0.01 * np.arange(len(names)),
        "lat": np.full(len(names), 31.05),
        "edge_ids": np.array([f"e{at:02d}" for at in range(count)], dtype=object),
        "u": np.array([names.index(one) for one in u]),
        "v": np.array([names.index(one) for one in v]),
        "length_m": np.array(minutes) * 1000.0,
        "road_class": np.array(["ferry" if one else "county" for one in crossing], dtype=object),
        "oneway": np.array(oneway),
        "closed": np.zeros(count, dtype=bool),
        "crossing_id": np.array(crossing, dtype=object),
        "basis": np.full(count, "", dtype=object),
    }
    return RoadNetwork(**(told | columns))


def road(u: str, v: str, minutes: int = 1, *, oneway: bool = False) -> Edge:
    return u, v, "", minutes, oneway


def boat(u: str, v: str, minutes: int = 10, *, oneway: bool = False, name: str = "boat") -> Edge:
    return u, v, name, minutes, oneway


def charged(roads: RoadNetwork) -> EdgeMinutes:
    """Give the minutes of edges with the waits of their boats."""
    waits = boarding_waits(roads, np.array([WAITS[one] for one in roads.crossing_id]))
    bare = edge_minutes(roads, SPEEDS)
    return EdgeMinutes(bare.forward + waits.forward, bare.backward + waits.backward)


def times(roads: RoadNetwork) -> pd.DataFrame:
    """Give the minutes between all nodes, by the names of the nodes."""
    graph = graph_of(roads, charged(roads))
    arcs = csr_array((graph.minutes, graph.end, graph.indptr), shape=(graph.size, graph.size))
    return pd.DataFrame(dijkstra(arcs), index=roads.node_ids, columns=roads.node_ids)


def between(roads: RoadNetwork, start: str, end: str) -> tuple[float, float]:
    """Give the minutes there and back."""
    found = times(roads).to_dict()
    return found[end][start], found[start][end]


def test_a_single_edge_waits_both_ways_with_and_without_roads_at_its_ends() -> None:
    assert between(network(boat("p", "q")), "p", "q") == (25, 25)
    assert between(network(road("a", "p"), boat("p", "q")), "a", "q") == (26, 26)


@pytest.mark.parametrize("pieces", [2, 3, 7])
def test_a_line_in_several_edges_waits_once_and_takes_the_sum_of_its_edges(pieces: int) -> None:
    stops = ["p", *(f"m{at}" for at in range(pieces - 1)), "q"]
    line = [boat(u, v, 4) for u, v in itertools.pairwise(stops)]
    # An edge drawn from the other side is the same water.
    line[-1] = boat(line[-1][1], line[-1][0], 4)
    roads = network(road("a", "p"), *line, road("q", "b"))

    assert between(roads, "a", "b") == (1 + 15 + 4 * pieces + 1,) * 2
    assert between(roads, "p", "q") == (15 + 4 * pieces,) * 2


def test_a_fork_in_the_water_with_three_landings_waits_once_on_each_trip() -> None:
    arms = [boat(one, "m", minutes) for one, minutes in (("p", 3), ("q", 4), ("r", 5))]
    roads = network(*arms, road("a", "p"), road("b", "q"), road("c", "r"))

    assert [between(roads, *one) for one in ("ab", "bc", "ac")] == [(24, 24), (26, 26), (25, 25)]


def test_who_stays_on_board_at_a_landing_in_between_waits_again_and_a_through_edge_mends_it() -> (
    None
):
    line = road("a", "p"), boat("p", "q", 5), boat("q", "r", 5), road("q", "b"), road("r", "c")

    assert between(network(*line), "a", "b") == (22, 22)
    assert between(network(*line), "b", "c") == (22, 22)
    assert between(network(*line), "a", "c") == (1 + 15 + 5 + 15 + 5 + 1,) * 2
    assert between(network(*line, boat("p", "r", 10)), "a", "c") == (1 + 15 + 10 + 1,) * 2


def test_boats_of_two_names_that_meet_are_each_waited_for() -> None:
    roads = network(boat("p", "m"), boat("m", "q", name="ship"))

    assert between(roads, "p", "q") == (15 + 10 + 100 + 10,) * 2


def test_two_lines_under_one_id_are_waited_for_one_by_one() -> None:
    one, two = (boat("p", "m"), boat("m", "q")), (boat("r", "n"), boat("n", "s"))

    assert between(network(*one, road("q", "r"), *two), "p", "s") == (71, 71)
    assert between(network(*one, *two[1:], road("q", "n")), "p", "s") == (61, 61)


def test_parallel_edges_are_one_way_on_and_the_quicker_is_taken() -> None:
    roads = network(boat("p", "q", 10), boat("q", "p", 8), road("q", "b"))

    assert between(roads, "p", "b") == (15 + 8 + 1,) * 2
    assert between(network(boat("p", "m"), boat("p", "m", 8), boat("m", "q")), "p", "q") == (33, 33)


def test_one_way_boats_wait_where_one_gets_on_and_the_ring_between_two_landings_once() -> None:
    ring = [boat(u, v, 3, oneway=True) for u, v in (("p", "m"), ("m", "q"), ("q", "n"), ("n", "p"))]
    roads = network(*ring, road("a", "p"), road("b", "q"))

    assert between(roads, "a", "b") == (1 + 15 + 6 + 1,) * 2
    waits = boarding_waits(roads, np.array([WAITS[one] for one in roads.crossing_id]))
    assert waits.forward.tolist() == [15, 0, 15, 0, 0, 0]
    assert waits.backward.tolist() == [0] * 6


@pytest.mark.parametrize("landings", [0, 1])
def test_a_ring_that_leads_nowhere_is_waited_for_on_every_edge(landings: int) -> None:
    ring = [boat(u, v, 3) for u, v in (("p", "m"), ("m", "n"), ("n", "p"))]
    roads = network(*ring, *([road("a", "p")] * landings))

    assert not midway(roads).any()
    assert between(roads, "m", "p") == (18, 18)


def test_a_loop_and_an_edge_back_to_its_own_node_make_no_end() -> None:
    roads = network(boat("p", "m"), boat("m", "m", 1), boat("m", "q"), road("q", "b"))
    assert between(roads, "p", "b") == (36, 36)
    alone = network(boat("p", "p"))
    assert not midway(alone).any()


def test_a_trip_that_starts_midway_is_on_board_and_one_that_ends_there_has_waited() -> None:
    roads = network(boat("p", "m"), boat("m", "q"), road("q", "b"))

    assert roads.node_ids[midway(roads)].tolist() == ["m"]
    assert between(roads, "m", "b") == (10 + 1, 1 + 15 + 10)


@pytest.mark.parametrize(("for_a_while", "landing"), [(True, True), (False, False)])
def test_a_road_closed_for_a_while_keeps_its_landing_and_one_closed_for_good_has_none(
    *, for_a_while: bool, landing: bool
) -> None:
    roads = network(
        boat("p", "m"), boat("m", "q"), road("m", "b"), closed=np.array([False, False, True])
    )
    roads = replace(roads, for_a_while=np.array([False, False, for_a_while]))

    assert midway(roads).any() == (not landing)
    assert between(roads, "p", "q") == ((50, 50) if landing else (35, 35))


def test_a_boat_closed_for_good_leaves_an_end_and_one_closed_for_a_while_does_not() -> None:
    line = network(boat("p", "m"), boat("m", "q"), closed=np.array([False, True]))
    assert not midway(line).any()
    assert midway(replace(line, for_a_while=line.closed)).sum() == 1


def test_bridges_in_several_edges_cost_nothing_more() -> None:
    roads = network(road("a", "p"), boat("p", "m", name="bridge"), boat("m", "q", name="bridge"))

    none = boarding_waits(roads, np.zeros(3))
    assert (none.forward == 0).all()
    assert (none.backward == 0).all()


@pytest.mark.parametrize("wrong", [-1.0, np.nan])
def test_a_wait_that_is_no_number_of_minutes_is_refused(wrong: float) -> None:
    with pytest.raises(ParameterError, match="at least 0"):
        boarding_waits(network(boat("p", "q")), np.array([wrong]))


# --- against plain loops ---


def at_land(edges: Iterable[Edge]) -> dict[tuple[str, str], bool]:
    """Say, crossing by crossing and node by node, whether one gets on and off there."""
    edges = list(edges)
    found: dict[tuple[str, str], bool] = {}
    for name in {edge[2] for edge in edges} - {""}:
        own = [edge for edge in edges if edge[2] == name]
        left = {one for edge in own for one in edge[:2]}
        while left:  # one part after the other
            part, grown = {left.pop()}, True
            while grown:
                more = {one for u, v, *_ in own if {u, v} & part for one in (u, v)}
                grown, part = not more <= part, part | more
            left -= part
            landings = set()
            for node in part:
                joined = any(edge[2] != name for edge in edges if node in edge[:2])
                nexts = {one for edge in own if node in edge[:2] for one in edge[:2]} - {node}
                if joined or len(nexts) < 2:
                    landings.add(node)
            if len(landings) < 2:
                landings = part
            found.update({(name, node): node in landings for node in part})
    return found


def searched(
    edges: list[Edge], landing: dict[tuple[str, str], bool], start: str, *, stays: bool
) -> dict[str, float]:
    """Search over (node, on board of what): getting on waits, riding on does not.

    Whoever stays may stay on board at landings, else everyone gets off at each.
    """
    ways = [edge[:4] for edge in edges]
    ways += [(v, u, name, minutes) for u, v, name, minutes, oneway in edges if not oneway]
    # Who starts midway is on board.
    on = [name for (name, node), lands in landing.items() if node == start and not lands]
    queue: list[tuple[float, str, str]] = [(0.0, start, on[0] if on else "")]
    known: dict[tuple[str, str], float] = {}
    while queue:
        so_far, node, aboard = heapq.heappop(queue)
        if (node, aboard) in known:
            continue
        known[node, aboard] = so_far
        here = {name for (name, one), lands in landing.items() if one == node and lands}
        if aboard in here:
            heapq.heappush(queue, (so_far, node, ""))
        for u, v, name, minutes in ways:
            if u != node:
                continue
            if name == aboard and (name == "" or stays or name not in here):
                heapq.heappush(queue, (so_far + minutes, v, name))
            elif aboard == "" and name in here:
                heapq.heappush(queue, (so_far + WAITS[name] + minutes, v, name))
    best: dict[str, float] = {}
    for (node, _), cost in known.items():
        best[node] = min(best.get(node, np.inf), cost)
    return best


def all_searched(roads: RoadNetwork, edges: list[Edge], *, stays: bool) -> pd.DataFrame:
    names = roads.node_ids.tolist()
    landing = at_land(edges)
    found = {one: searched(edges, landing, one, stays=stays) for one in names}
    rows = [[found[one].get(other, np.inf) for other in names] for one in names]
    return pd.DataFrame(rows, index=names, columns=names)


some_node = st.sampled_from("abcdefg")
some_edges = st.lists(
    st.tuples(
        some_node, some_node, st.sampled_from(["", "boat", "boat", "ship"]), st.integers(0, 20),
        st.sampled_from([False, False, True]),
    ),
    min_size=1, max_size=11,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@example([boat("a", "b"), boat("b", "c"), road("b", "d"), boat("c", "e"), road("e", "f")])
@given(some_edges)
def test_times_are_those_of_a_search_that_knows_who_is_on_board(edges: list[Edge]) -> None:
    roads = network(*edges)
    found = times(roads)
    landing = at_land(edges)

    pd.testing.assert_frame_equal(found, all_searched(roads, edges, stays=False))
    exact = all_searched(roads, edges, stays=True)
    assert (found >= exact).all(axis=None)  # nobody gets on without a wait
    # Nobody can stay on board where every landing is an end of its line: then there is no "about".
    through = [
        (name, node)
        for (name, node), lands in landing.items()
        if lands
        and len({one for e in edges if e[2] == name and node in e[:2] for one in e[:2]}) > 2
    ]
    if not through:
        pd.testing.assert_frame_equal(found, exact)


@st.composite
def lines(draw: st.DrawFn) -> list[Edge]:
    """Draw boats as trees whose ends alone meet roads."""
    edges: list[Edge] = []
    for name in draw(st.sampled_from([["boat"], ["boat", "ship"]])):
        size = draw(st.integers(2, 6))
        parents = [draw(st.integers(0, at - 1)) for at in range(1, size)]
        used = [*parents, *range(1, size)]
        for at, parent in enumerate(parents, 1):
            u, v = draw(st.permutations([f"{name}{parent}", f"{name}{at}"]))
            edges.append(boat(u, v, draw(st.integers(0, 20)), name=name))
        ends = [one for one in range(size) if used.count(one) == 1]
        edges += [
            road(f"{name}{one}", draw(st.sampled_from("abc")), draw(st.integers(0, 20)))
            for one in ends
            if draw(st.booleans())
        ]
    return edges


@settings(max_examples=40, deadline=None)
@given(lines())
def test_boats_without_a_landing_in_between_are_exact(edges: list[Edge]) -> None:
    roads = network(*edges)
    pd.testing.assert_frame_equal(times(roads), all_searched(roads, edges, stays=True))


@settings(max_examples=25, deadline=None)
@given(some_edges, st.data())
def test_cutting_boats_into_pieces_changes_no_time_between_landings(
    edges: list[Edge], data: st.DataObject
) -> None:
    # A road at every node makes each a landing, as a cut cannot change.
    edges = [*edges, *(road(one, f"land {one}") for one in {one for e in edges for one in e[:2]})]
    cut: list[Edge] = []
    for at, (u, v, name, minutes, oneway) in enumerate(edges):
        pieces = data.draw(st.integers(1, 3)) if name and u != v else 1
        stops = [u, *(f"cut {at} {piece}" for piece in range(pieces - 1)), v]
        took = [minutes, *([0] * (pieces - 1))]
        cut += [
            (one, two, name, some, oneway)
            for (one, two), some in zip(itertools.pairwise(stops), took, strict=True)
        ]
    before = times(network(*edges))

    after = times(network(*cut)).loc[before.index, before.columns]

    pd.testing.assert_frame_equal(after, before)


@settings(max_examples=25, deadline=None)
@given(some_edges, st.randoms(use_true_random=False))
def test_the_order_and_the_names_of_edges_change_no_time(edges: list[Edge], chance: Any) -> None:
    other = edges.copy()
    chance.shuffle(other)
    pd.testing.assert_frame_equal(times(network(*other)), times(network(*edges)))


@settings(max_examples=25, deadline=None)
@given(some_edges, st.data())
def test_no_closing_for_a_while_makes_any_trip_quicker(
    edges: list[Edge], data: st.DataObject
) -> None:
    roads = network(*edges)
    size = len(edges)
    shut = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=bool)

    fewer = replace(roads, closed=shut, for_a_while=shut)

    assert (midway(fewer) == midway(roads)).all()
    assert (times(fewer) >= times(roads)).all(axis=None)


# --- in a study ---


def cut_ferry(roads: RoadNetwork) -> RoadNetwork:
    """Cut the ferry of the example county in the middle of the river, as a map would."""
    at = int(np.flatnonzero(roads.crossing_id == "R1")[0])
    nodes = pd.DataFrame(
        {"node_id": roads.node_ids, "lon": roads.lon, "lat": roads.lat,
         "elevation_m": roads.elevation_m}
    )  # fmt: skip
    edges = pd.DataFrame(
        {
            "edge_id": roads.edge_ids, "u": roads.node_ids[roads.u], "v": roads.node_ids[roads.v],
            "length_m": roads.length_m, "road_class": roads.road_class, "oneway": roads.oneway,
            "closed": roads.closed, "crossing_id": roads.crossing_id, "basis": roads.basis,
            "grade": roads.grade * 100, "edition": roads.edition,
        }
    )  # fmt: skip
    u, v = roads.u[at], roads.v[at]
    middle = pd.DataFrame(
        {"node_id": ["M"], "lon": [roads.lon[[u, v]].mean()], "lat": [roads.lat[[u, v]].mean()]}
    )
    half = edges.iloc[[at, at]].assign(
        edge_id=["half 1", "half 2"],
        u=[roads.node_ids[u], "M"],
        v=["M", roads.node_ids[v]],
        length_m=roads.length_m[at] / 2,
    )
    return RoadNetwork.from_tables(
        pd.concat([nodes, middle]), pd.concat([edges.drop(index=at), half])
    )


@pytest.fixture(scope="module")
def example_county() -> tuple[Study, Study]:
    study = wg.open_study("example")
    assert study.roads is not None
    return study, replace(study, roads=cut_ferry(study.roads))


def test_a_study_has_the_same_times_whether_its_ferry_is_cut_or_not(
    example_county: tuple[Study, Study],
) -> None:
    whole, cut = (wg.travel_matrix(one, to="all") for one in example_county)
    seldom = []
    for one in example_county:
        assert one.crossings is not None
        table = one.crossings.assign(headway_min=np.where(one.crossings["kind"] == "ferry", 41, 0))
        seldom.append(wg.travel_matrix(replace(one, crossings=table), to="all").dense())

    assert cut.dense() == pytest.approx(whole.dense(), abs=1e-9)
    assert seldom[1] == pytest.approx(seldom[0], abs=1e-9)
    assert (seldom[0] > whole.dense()).any()  # the ferry is on some ways


def test_the_halves_of_a_cut_ferry_wait_where_one_gets_on_and_say_so(
    example_county: tuple[Study, Study],
) -> None:
    standing = standing_minutes(example_county[1], "ordinary")
    here = {str(one): at for at, one in enumerate(standing.roads.edge_ids)}
    first, second = here["half 1"], here["half 2"]

    # 0.25 km at 6 km/h are 2.5 minutes; half of 3 minutes is waited once, from either bank.
    assert standing.minutes.forward[[first, second]].tolist() == [2.5 + 1.5, 2.5]
    assert standing.minutes.backward[[first, second]].tolist() == [2.5, 2.5 + 1.5]
    waiting = standing.changed[standing.changed["change"] == "waiting"]
    assert waiting[["edge_id", "wait_min"]].to_numpy().tolist() == [
        ["half 1", 1.5],
        ["half 2", 1.5],
    ]


def test_the_road_layer_of_a_run_shows_the_wait_of_a_cut_ferry(
    example_county: tuple[Study, Study],
) -> None:
    found = [wg.run_study(one).layers["roads"].set_index("edge_id") for one in example_county]

    whole = found[0].loc[found[0]["crossing_id"] == "R1", "minutes"]
    assert whole.tolist() == [5.0 + 1.5]
    assert found[1].loc[["half 1", "half 2"], "minutes"].tolist() == [2.5 + 1.5, 2.5 + 1.5]


def test_no_edge_waits_in_a_condition_that_closes_its_ferry_and_factors_leave_the_wait(
    example_county: tuple[Study, Study],
) -> None:
    study = example_county[1]
    travel = replace(
        study.config.travel,
        conditions={
            "ordinary": ConditionConfig("ordinary"),
            "flood": ConditionConfig("flood", closes_ferries=True),
            "snow": ConditionConfig("snow", speed_factor=0.5),
        },
    )
    study = replace(study, config=replace(study.config, travel=travel))

    def halves(condition: str) -> tuple[list[float], Standing]:
        standing = standing_minutes(study, condition)
        which = np.isin(standing.roads.edge_ids, ["half 1", "half 2"])
        return standing.minutes.forward[which].tolist(), standing

    assert halves("snow")[0] == [5 + 1.5, 5]
    shut, flood = halves("flood")
    assert np.isinf(shut).all()
    assert not (flood.changed["change"] == "waiting").any()
