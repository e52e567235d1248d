"""Scenario files: read and checked, and what they do to a network and to a study."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import builders
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from wushan_geo.errors import InputError
from wushan_geo.sources.opening import open_study
from wushan_geo.study.altering import ScenarioFile, altered_roads, altered_study
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.study.scenario import drafted_scenario, is_scenario, parse_scenario
from wushan_geo.travel.edges import edge_minutes

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.study.scenario import Scenario
    from wushan_geo.study.study import Study

HEAD = {"name": {"zh": "情景", "en": "What if"}, "study": "wushan", "source": "a test"}
FILE = ScenarioFile("what.toml", "what", "0" * 64)
SPEEDS = {"county": 30.0, "village": 15.0, "expressway": 90.0}
NODES = pd.DataFrame({"node_id": list("abcd"), "lon": [109.8, 109.9, 110.0, 110.1], "lat": 31.0})
EDGES = pd.DataFrame(
    {
        "edge_id": ["e1", "e2", "e3"],
        "u": ["a", "b", "a"],
        "v": ["b", "c", "c"],
        "length_m": [5000.0, 6000.0, 7000.0],
        "road_class": ["county", "village", "county"],
        "closed": [False, False, True],
        "crossing_id": ["", "bridge", ""],
        "name": ["S301", "S301", "X1"],
        "basis": ["measured", "stated", ""],
        "speed_kmh": [np.nan, np.nan, 50.0],
    }
)


def roads(**columns: Any) -> RoadNetwork:
    return RoadNetwork.from_tables(NODES, EDGES.assign(**columns))


def scenario(**sections: Any) -> Scenario:
    found, faults = parse_scenario({"scenario": HEAD, **sections}, "what.toml")
    assert faults == []
    assert found is not None
    return found


def faults(**sections: Any) -> list[Fault]:
    found, said = parse_scenario({"scenario": HEAD, **sections}, "what.toml")
    assert (found is None) == bool(said)
    return said


def refused(**sections: Any) -> list[tuple[str, str, str]]:
    """Apply a scenario to the network above; give column, value and rule of each fault."""
    with pytest.raises(InputError) as caught:
        altered_roads(roads(), scenario(**sections), SPEEDS, "what.toml")
    return [(one.column, one.value, one.rule) for one in caught.value.faults]


def changed(**sections: Any) -> RoadNetwork:
    return altered_roads(roads(), scenario(**sections), SPEEDS, "what.toml")


def edge(**settings: Any) -> dict[str, Any]:
    """Give a valid new edge with some settings changed; None takes one out."""
    whole = {"id": "new", "from": "a", "to": "d", "road_class": "expressway", "length_m": 29000.0}
    return {name: one for name, one in {**whole, **settings}.items() if one is not None}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return open_study(builders.make_study_folder(tmp_path_factory.mktemp("tiny")))


# -- the file


def test_a_scenario_says_what_it_changes_and_whose_idea_it_is() -> None:
    found = scenario(close=[{"names": ["S301"]}], travel={"condition": "snow"})
    assert found.name.zh == "情景"
    assert found.basis == "modelled"
    assert found.travel == {"condition": "snow"}
    assert found.changes_roads
    assert not scenario(travel={"condition": "snow"}).changes_roads
    assert is_scenario({"scenario": {}})


def test_all_faults_of_a_file_are_told_at_once() -> None:
    found = faults(
        travel={"speed": 3},
        close=[{}, {"class": ["county"]}],
        slow=[{"classes": ["road"], "factor": 1.5}],
        add=[{"id": "n", "from": [200, 31], "to": "b", "road_class": "county", "edition": "soon"}],
        shut=[],
    )
    rules = {one.column: one.rule for one in found}
    assert sorted(rules) == [
        "add[1].edition", "add[1].from", "add[1].length_m", "close[1]", "close[2]",
        "close[2].class", "shut", "slow[1].classes", "slow[1].factor", "travel.speed",
    ]  # fmt: skip
    assert rules["shut"] == rules["travel.speed"] == "is a setting that exists"
    assert rules["close[1]"] == rules["close[2]"] == "says which roads are meant"
    assert rules["slow[1].factor"] == "is a number above 0 and below 1"
    assert rules["add[1].from"] == "is the id of a node, or [longitude, latitude]"
    assert all(one.rule_zh and one.suggestion_zh for one in found)
    assert not any("study.toml" in one.suggestion for one in found)


@pytest.mark.parametrize("head", [{}, {"name": "x", "study": "", "source": 3, "basis": "rumour"}])
def test_a_scenario_has_a_name_a_study_and_a_source(head: dict[str, Any]) -> None:
    _, found = parse_scenario({"scenario": head, "close": [{"edges": ["e1"]}]}, "what.toml")
    columns = {one.column for one in found}
    assert {"scenario.name", "scenario.study", "scenario.source"} <= columns
    assert ("scenario.basis" in columns) == bool(head)


def test_a_scenario_that_changes_nothing_is_a_fault() -> None:
    (found,) = faults()
    assert found.rule == "changes something"


def test_a_length_is_given_or_worked_out_and_never_both() -> None:
    assert scenario(add=[edge()]).add[0].length_m == 29000
    assert scenario(add=[edge(length_m=None, detour=1.2)]).add[0].detour == 1.2
    for wrong in (edge(detour=1.2), edge(length_m=None), edge(length_m=None, detour=0.9)):
        assert len(faults(add=[wrong])) == 1


def test_an_end_in_degrees_needs_to_say_how_far_it_may_join() -> None:
    (found,) = faults(add=[edge(to=[110.1, 31.0])])
    assert (found.column, found.rule) == ("add[1].join_m", "has this setting")
    (found,) = faults(add=[edge(join_m=50.0)])
    assert found.rule == "is only for an end given as longitude and latitude"


# -- the network


def test_roads_are_closed_by_id_crossing_name_and_class() -> None:
    assert changed(close=[{"edges": ["e1"]}]).closed.tolist() == [True, False, True]
    assert changed(close=[{"crossings": ["bridge"]}]).closed.tolist() == [False, True, True]
    assert changed(close=[{"names": ["S301"]}]).closed.tolist() == [True, True, True]
    assert changed(close=[{"classes": ["village"]}]).closed.tolist() == [False, True, True]
    both = [{"edges": ["e1"], "crossings": ["bridge"]}]
    assert changed(close=both).closed.tolist() == [True, True, True]


def test_a_road_is_opened_and_a_closure_outweighs_an_opening() -> None:
    assert changed(open=[{"names": ["X1"]}]).closed.tolist() == [False, False, False]
    again = changed(open=[{"classes": ["county"]}], close=[{"edges": ["e3"]}])
    assert again.closed.tolist() == [False, False, True]


def test_a_slowed_road_takes_its_share_of_its_own_speed_else_of_its_class() -> None:
    found = changed(slow=[{"classes": ["county"], "factor": 0.5}])
    assert found.speed_kmh[[0, 2]].tolist() == [15.0, 25.0]
    assert np.isnan(found.speed_kmh[1])
    twice = changed(slow=[{"edges": ["e1"], "factor": 0.5}, {"names": ["S301"], "factor": 0.8}])
    assert twice.speed_kmh[0] == pytest.approx(30 * 0.5 * 0.8)


def test_the_minutes_of_a_slowed_road_grow_by_the_factor() -> None:
    before = edge_minutes(roads(), SPEEDS).forward
    after = edge_minutes(changed(slow=[{"names": ["S301"], "factor": 0.5}]), SPEEDS).forward
    assert after[:2].tolist() == pytest.approx((before[:2] * 2).tolist())
    assert np.isinf(after[2])


def test_what_is_changed_is_no_better_known_than_the_scenario() -> None:
    found = changed(close=[{"names": ["S301"]}])
    assert found.basis.tolist() == ["modelled", "modelled", ""]
    notice = {**HEAD, "basis": "stated", "edition": "2025-05-01"}
    said, _ = parse_scenario({"scenario": notice, "close": [{"classes": ["county"]}]}, "x")
    assert said is not None
    told = altered_roads(roads(), said, SPEEDS, "x")
    assert told.basis.tolist() == ["stated", "stated", "stated"]
    assert told.edition.tolist() == ["2025-05-01", "", "2025-05-01"]


def test_a_new_road_is_modelled_unless_it_says_otherwise() -> None:
    found = changed(add=[edge(bridge=True, oneway=True, name="G42", edition="2027")])
    at = found.edge_ids.tolist().index("new")
    assert found.edge_ids.tolist() == ["e1", "e2", "e3", "new"]
    assert (found.u[at], found.v[at], found.length_m[at]) == (0, 3, 29000)
    assert (found.basis[at], found.name[at], found.edition[at]) == ("modelled", "G42", "2027")
    assert found.bridge[at]
    assert found.oneway[at]
    assert changed(add=[edge(basis="stated")]).basis[-1] == "stated"


def test_new_roads_are_sorted_in_and_the_bends_of_the_others_stay_theirs() -> None:
    bent = RoadNetwork(
        node_ids=np.array(["a", "b"], dtype=object), lon=np.array([109.8, 109.9]),
        lat=np.array([31.0, 31.0]), edge_ids=np.array(["e2", "e4"], dtype=object),
        u=np.array([0, 1]), v=np.array([1, 0]), length_m=np.array([1.0, 2.0]),
        road_class=np.array(["county", "county"], dtype=object), oneway=np.zeros(2, dtype=bool),
        closed=np.zeros(2, dtype=bool), crossing_id=np.array(["", ""], dtype=object),
        basis=np.array(["", ""], dtype=object), bend_at=np.array([0, 2, 3]),
        bend_lon=np.array([1.0, 2.0, 3.0]), bend_lat=np.array([10.0, 20.0, 30.0]),
    )  # fmt: skip
    more = scenario(add=[edge(id=one, to="b") for one in ("e3", "e1", "e5")])
    found = altered_roads(bent, more, SPEEDS, "x")
    assert found.edge_ids.tolist() == ["e1", "e2", "e3", "e4", "e5"]
    assert found.bend_at.tolist() == [0, 0, 2, 2, 3, 3]
    assert found.bend_lon.tolist() == [1, 2, 3]
    assert found.bend_lat.tolist() == [10, 20, 30]


def test_a_detour_is_taken_on_the_geodesic_between_the_nodes() -> None:
    found = changed(add=[edge(length_m=None, detour=1.5)])
    straight = Geod(ellps="WGS84").inv(109.8, 31.0, 110.1, 31.0)[2]
    assert found.length_m[-1] == pytest.approx(1.5 * straight)


def test_an_end_joins_the_nearest_node_of_an_open_road_within_the_distance() -> None:
    # 0.001 degrees of longitude are 95.5 m here; d is nearer but no open road reaches it.
    found = changed(add=[edge(**{"from": "a"}, to=[110.001, 31.0], join_m=100.0)])
    assert found.v[-1] == 2
    assert refused(add=[edge(to=[110.001, 31.0], join_m=95.0)]) == [
        ("add[1].to", "110.001, 31", "has a node of an open road within 95 m")
    ]
    assert changed(add=[edge(to=[110.08, 31.0], join_m=8000.0)]).v[-1] == 2


def test_what_there_is_not_is_named_with_what_looks_like_it() -> None:
    with pytest.raises(InputError) as caught:
        altered_roads(
            roads(),
            scenario(
                close=[{"edges": ["e9"], "names": ["S310"]}],
                slow=[{"crossings": ["brigde"], "factor": 0.5}],
                open=[{"classes": ["ferry"]}],
                add=[edge(to="z"), edge(id="e1"), edge(id="x", to="a")],
            ),
            SPEEDS,
            "what.toml",
        )
    found = {one.column: (one.value, one.suggestion) for one in caught.value.faults}
    assert {column: value for column, (value, _) in found.items()} == {
        "close[1].edges": "e9",
        "close[1].names": "S310",
        "slow[1].crossings": "brigde",
        "open[1].classes": "ferry",
        "add[1].to": "z",
        "add[2].id": "e1",
        "add[3].to": "a",
    }
    assert found["close[1].names"][1] == "Did you mean S301?"
    assert found["slow[1].crossings"][1] == "Did you mean bridge?"
    assert found["open[1].classes"][1] == "Known are: county, village."
    assert found["add[1].to"][1] == "Known are: a, b, c, d."


def test_two_new_roads_of_one_id_are_refused() -> None:
    assert [one[0] for one in refused(add=[edge(), edge()])] == ["add[2].id"]


def test_the_network_is_not_changed_and_nothing_depends_on_the_order_of_its_rows() -> None:
    network = roads()
    what = scenario(close=[{"names": ["S301"]}], add=[edge()])
    first = altered_roads(network, what, SPEEDS, "x")
    turned = RoadNetwork.from_tables(NODES.iloc[::-1], EDGES.iloc[::-1])
    second = altered_roads(turned, what, SPEEDS, "x")
    assert not network.closed[0]
    assert network.edge_ids.size == 3
    for name in ("edge_ids", "closed", "length_m", "basis", "u", "v"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["e1", "e2", "e3"]), min_size=1, max_size=3), st.floats(0.1, 0.9))
def test_closing_and_slowing_never_make_a_road_faster(edges: list[str], factor: float) -> None:
    before = edge_minutes(roads(), SPEEDS).forward
    slow = edge_minutes(changed(slow=[{"edges": edges, "factor": factor}]), SPEEDS).forward
    shut = edge_minutes(changed(close=[{"edges": edges}]), SPEEDS).forward
    assert (slow >= before).all()
    assert (shut >= before).all()


# -- the study


def test_a_study_under_a_scenario_says_so_everywhere(tiny: Study) -> None:
    found = altered_study(tiny, scenario(close=[{"crossings": ["bridge"]}]), FILE)
    assert found.config.id == "tiny+what"
    assert found.config.title.zh == "小县（情景：情景）"
    assert found.config.title.en == "Tiny county (scenario: What if)"
    assert found.config.raw["scenario"]["scenario"]["source"] == "a test"
    row = found.provenance[found.provenance["table"] == "scenario"].iloc[0]
    assert (row["file"], row["basis"], row["sha256"]) == ("what.toml", "modelled", "0" * 64)
    assert found.roads is not None
    assert found.roads.closed.tolist() == [False, True, False]
    assert tiny.config.id == "tiny"
    assert "scenario" not in set(tiny.provenance["table"])


@pytest.mark.parametrize("kind", ["open", "slow"])
def test_what_is_closed_as_a_whole_cannot_be_opened_or_slowed_as_well(kind: str) -> None:
    more = {"factor": 0.5} if kind == "slow" else {}
    said = refused(close=[{"edges": ["e2"]}], **{kind: [{"edges": ["e1", "e2"], **more}]})
    assert said == [(f"{kind}[1].edges", "e2", "is not closed by the same scenario as well")]
    # By whatever name: both county roads are closed one by one.
    named = refused(close=[{"edges": ["e1", "e3"]}], **{kind: [{"classes": ["county"], **more}]})
    assert [one[:2] for one in named] == [(f"{kind}[1].classes", "county")]


def test_a_class_may_be_slowed_and_one_road_of_it_closed() -> None:
    found = changed(close=[{"edges": ["e1"]}], slow=[{"classes": ["county"], "factor": 0.5}])
    assert found.closed[0]
    assert found.speed_kmh[2] == 25.0  # half of its own


def test_a_road_that_meets_another_in_between_is_told_what_to_do() -> None:
    new = {"id": "n", "from": [109.85, 31.0], "to": "c", "road_class": "county", "detour": 1.2}
    with pytest.raises(InputError) as caught:
        altered_roads(roads(), scenario(add=[{**new, "join_m": 50}]), SPEEDS, "what.toml")
    (one,) = caught.value.faults
    assert one.column == "add[1].from"
    assert "join_m" in one.suggestion
    far = int(re.findall(r"lies (\d+) m", one.suggestion)[0])
    # With the number that it names the road can be joined.
    assert "n" in changed(add=[{**new, "join_m": far}]).edge_ids
    with pytest.raises(InputError):
        altered_roads(roads(), scenario(add=[{**new, "join_m": far - 1}]), SPEEDS, "what.toml")


def test_what_a_scenario_assumes_is_marked_and_makes_no_demonstration_of_registers(
    tiny: Study,
) -> None:
    assert not tiny.demonstration
    assert tiny.scenario is None
    what = {"close": [{"crossings": ["bridge"]}]}
    assumed = altered_study(tiny, scenario(**what), FILE)
    assert not assumed.demonstration
    assert assumed.scenario == (("情景", "What if"), "a test", "modelled")
    # What rests on the roads is weak all the same: no verdict follows from a closed bridge.
    assert assumed.basis_of("road_edges") == "modelled"
    notice, _ = parse_scenario({"scenario": {**HEAD, "basis": "stated"}, **what}, "what.toml")
    assert notice is not None
    official = altered_study(tiny, notice, FILE)
    assert not official.demonstration
    assert official.basis_of("road_edges") == "stated"
    assert official.scenario is not None
    assert official.scenario.basis == "stated"
    settings_alone = scenario(travel={"speeds_kmh": {"county": 20.0}})
    assert not altered_study(tiny, settings_alone, FILE).demonstration


def test_a_study_whose_own_roads_are_modelled_stays_a_demonstration(tiny: Study) -> None:
    table = tiny.provenance.copy()
    table.loc[table["table"] == "road_edges", "basis"] = "modelled"
    own = replace(tiny, provenance=table)
    assert own.demonstration
    measured, _ = parse_scenario(
        {"scenario": {**HEAD, "basis": "measured"}, "close": [{"crossings": ["bridge"]}]}, "a.toml"
    )
    assert measured is not None
    assert altered_study(own, measured, FILE).demonstration


def test_speeds_take_the_place_of_those_of_the_study_in_part(tiny: Study) -> None:
    found = altered_study(tiny, scenario(travel={"speeds_kmh": {"village": 12.0}}), FILE)
    assert found.config.travel.speeds_kmh == {"county": 30.0, "village": 12.0}
    assert found.config.travel.snap_speed_kmh == tiny.config.travel.snap_speed_kmh
    assert tiny.config.travel.speeds_kmh == {"county": 30.0}


def test_a_condition_is_one_that_the_study_or_the_scenario_states(tiny: Study) -> None:
    with pytest.raises(InputError, match=r"what.toml, travel.condition: is one of: ordinary"):
        altered_study(tiny, scenario(travel={"condition": "snow"}), FILE)
    stated = {
        "condition": "snow",
        "conditions": {"snow": {"speed_factor": 0.5, "source": "a planning assumption"}},
    }
    found = altered_study(tiny, scenario(travel=stated), FILE)
    assert found.config.travel.condition == "snow"
    assert found.config.travel.conditions["snow"].speed_factor == 0.5


def test_a_new_class_needs_a_speed(tiny: Study) -> None:
    new = edge(**{"from": "n1"}, to="n4")
    with pytest.raises(InputError, match=r"travel\.speeds_kmh\.expressway: has this setting"):
        altered_study(tiny, scenario(add=[new]), FILE)
    quick = {"speeds_kmh": {"expressway": 80.0}}
    found = altered_study(tiny, scenario(add=[new], travel=quick), FILE)
    assert found.roads is not None
    assert "new" in found.roads.edge_ids
    own = altered_study(tiny, scenario(add=[{**new, "speed_kmh": 80.0}]), FILE)
    assert own.roads is not None
    assert own.roads.speed_kmh[-1] == 80.0


def test_a_new_road_may_only_pass_over_a_known_crossing(tiny: Study) -> None:
    new = edge(**{"from": "n1"}, to="n4", road_class="county")
    assert altered_study(tiny, scenario(add=[{**new, "crossing_id": "bridge"}]), FILE)
    with pytest.raises(InputError, match="is a crossing of the crossing table"):
        altered_study(tiny, scenario(add=[{**new, "crossing_id": "tunnel"}]), FILE)


def test_an_opened_crossing_outweighs_its_dates_and_closures(tiny: Study) -> None:
    found = altered_study(tiny, scenario(open=[{"crossings": ["bridge"]}]), FILE)
    assert found.crossings is not None
    assert tiny.crossings is not None
    assert found.crossings["opened"].tolist() == ["2025-06-30"]
    assert tiny.crossings["opened"].isna().all()


def test_each_number_of_a_scenario_stands_among_the_assumptions(tiny: Study) -> None:
    new = edge(**{"from": "n1"}, to="n4", road_class="county", length_m=None, detour=1.2)
    what = scenario(slow=[{"edges": ["e1"], "factor": 0.5}], add=[new])
    rows = altered_study(tiny, what, FILE).assumptions.tail(2)
    assert rows["key"].tolist() == ["scenario.slow[1].factor", "scenario.add[1].detour"]
    assert rows["value"].tolist() == ["0.5", "1.2"]
    assert set(rows["why"]) == {"a test"}


def test_another_edition_of_the_network_takes_the_place_of_the_first(tiny: Study) -> None:
    other = roads(basis="stated")
    what = scenario(travel={"roads": "other.csv", "speeds_kmh": {"village": 15.0}})
    found = altered_study(tiny, what, FILE, other)
    assert found.roads is not None
    assert found.roads.edge_ids.tolist() == ["e1", "e2", "e3"]
    assert "scenario_roads" in set(found.provenance["table"])


def test_a_study_without_roads_has_none_to_close(tiny: Study) -> None:
    with pytest.raises(InputError, match="changes the roads of a study that has some"):
        altered_study(replace(tiny, roads=None), scenario(close=[{"edges": ["e1"]}]), FILE)


def test_all_faults_of_settings_and_roads_are_told_at_once(tiny: Study) -> None:
    what = scenario(close=[{"edges": ["e7"]}], travel={"condition": "fog"})
    with pytest.raises(InputError) as caught:
        altered_study(tiny, what, FILE)
    assert [one.column for one in caught.value.faults] == ["close[1].edges", "travel.condition"]


def test_a_new_road_shorter_than_the_straight_line_is_refused() -> None:
    new = {"id": "x", "from": "a", "to": "d", "road_class": "county", "length_m": 1.0}

    with pytest.raises(InputError, match="is not shorter than the straight line"):
        changed(add=[new])


# -- a scenario that changes nothing


@pytest.mark.parametrize(
    "sections",
    [
        {"travel": {}},
        {"travel": {"speeds_kmh": {}}},
        {"travel": {"conditions": {"snow": {}}}},
    ],
)
def test_empty_sections_change_nothing(sections: dict[str, Any]) -> None:
    (found,) = faults(**sections)
    assert (found.rule, found.rule_zh) == ("changes something", "情景应有所改变")
    assert "stands in the study already" in found.suggestion


@pytest.mark.parametrize(
    "sections",
    [
        {"travel": {"speeds_kmh": {"county": 30.0}}},
        {"travel": {"condition": "ordinary"}},
        {"open": [{"edges": ["e1"]}]},
        {"open": [{"edges": ["e1"]}], "travel": {"speeds_kmh": {"county": 30}}},
    ],
)
def test_what_stands_in_the_study_already_is_no_scenario(
    tiny: Study, sections: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match=r"what\.toml: changes something") as caught:
        altered_study(tiny, scenario(**sections), FILE)
    (one,) = caught.value.faults
    assert "现状相同或为空" in one.suggestion_zh


def test_a_closed_road_cannot_be_closed_again(tiny: Study) -> None:
    assert tiny.roads is not None
    shut = np.array([False, True, False])
    closed = replace(tiny, roads=replace(tiny.roads, closed=shut))
    with pytest.raises(InputError, match="changes something"):
        altered_study(closed, scenario(close=[{"edges": ["e2"]}]), FILE)
    again = altered_study(closed, scenario(open=[{"edges": ["e2"]}]), FILE)
    assert again.roads is not None
    assert not again.roads.closed.any()


def test_the_same_network_again_changes_nothing_but_one_that_is_better_known_does(
    tiny: Study,
) -> None:
    what = scenario(travel={"roads": "other.csv"})
    assert tiny.roads is not None
    with pytest.raises(InputError, match="changes something"):
        altered_study(tiny, what, FILE, tiny.roads)
    known = replace(tiny.roads, basis=np.full(3, "stated", dtype=object))
    assert altered_study(tiny, what, FILE, known).roads is not None


def test_an_open_crossing_without_closures_is_not_opened_again(tiny: Study) -> None:
    assert tiny.crossings is not None
    what = scenario(open=[{"crossings": ["bridge"]}])
    since = tiny.crossings.assign(opened="2009-10")
    with pytest.raises(InputError, match="changes something"):
        altered_study(replace(tiny, crossings=since), what, FILE)
    for column, text in (("closures", "flood"), ("opened", "2026")):
        table = since.assign(**{column: text})
        assert altered_study(replace(tiny, crossings=table), what, FILE).crossings is not None


# -- all faults in one round


def test_faults_of_the_file_and_of_what_it_names_come_at_once(tiny: Study) -> None:
    raw = {
        "scenario": {**HEAD, "edition": "2025-13-45"},
        "close": [{"edges": ["e9"]}, {}],
        "slow": [{"edges": ["e8"], "factor": 2.0}],
        "add": [edge(**{"from": "n1"}, to="n9", road_class="county", speed_kmh=50_000)],
    }
    draft, before = drafted_scenario(raw, "what.toml")
    with pytest.raises(InputError) as caught:
        altered_study(tiny, draft, FILE, None, before)

    told = {(one.column, one.value) for one in caught.value.faults}
    assert told == {
        ("scenario.edition", "2025-13-45"),
        ("close[1].edges", "e9"),  # the study has no such edge
        ("close[2]", ""),
        ("slow[1].factor", "2"),  # what else is wrong with this part cannot be told yet
        ("add[1].speed_kmh", "50000"),
    }


def test_what_a_condition_of_the_scenario_closes_must_be_there(tiny: Study) -> None:
    snow = {"closed_edges": ["new", "e9"], "closed_crossings": ["bridge"], "source": "a test"}
    new = edge(**{"from": "n1"}, to="n4", road_class="county")
    what = scenario(travel={"conditions": {"snow": snow}}, add=[new])
    with pytest.raises(InputError) as caught:
        altered_study(tiny, what, FILE)
    # The scenario's own road is there, and so is a crossing of the table.
    (one,) = caught.value.faults
    assert (one.file, one.column, one.value) == (
        "what.toml",
        "travel.conditions.snow.closed_edges",
        "e9",
    )


def test_a_fault_of_the_settings_makes_no_others(tiny: Study) -> None:
    raw = {
        "scenario": HEAD,
        "travel": {"speeds_kmh": {"expressway": -1}, "roads": 3},
        "add": [edge(**{"from": "n1"}, to="n4")],
    }
    draft, before = drafted_scenario(raw, "what.toml")
    with pytest.raises(InputError) as caught:
        altered_study(tiny, draft, FILE, None, before)
    assert {one.column for one in caught.value.faults} == {"travel.roads"}
