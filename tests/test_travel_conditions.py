"""What snow, floods, closures, hours and ferries do to the minutes of roads, worked out by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import builders
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.sources.opening import open_study
from wushan_geo.study.roads import RoadNetwork
from wushan_geo.study.travelling import ConditionConfig
from wushan_geo.travel import conditions
from wushan_geo.travel.conditions import (
    ASSUMED,
    StandingRoads,
    roads_of,
    standing_minutes,
    standing_sentences,
)
from wushan_geo.travel.edges import edge_minutes

if TYPE_CHECKING:
    from wushan_geo.study.study import Study
    from wushan_geo.travel.conditions import Standing

SPEEDS = {"county": 30.0, "village": 15.0, "ferry": 6.0}
NODES = pd.DataFrame(
    {
        "node_id": list("abcd"),
        "lon": [109.85, 109.86, 109.87, 109.88],
        "lat": 31.05,
        "elevation_m": [400.0, 1000.0, 1000.1, np.nan],
    }
)
# 10 minutes a county road of 5 km at 30, 20 minutes a village road of 5 km at 15.
EDGES = pd.DataFrame(
    {
        "edge_id": ["e1", "e2", "e3", "e4", "f1"],
        "u": ["a", "b", "a", "c", "b"],
        "v": ["b", "c", "c", "d", "d"],
        "length_m": [5000.0, 5000.0, 5000.0, 5000.0, 1000.0],
        "road_class": ["county", "village", "county", "county", "ferry"],
        "oneway": [False, True, False, False, False],
        "crossing_id": ["", "", "bridge", "", "boat"],
    }
)
PLAIN = np.array([10.0, 20.0, 10.0, 10.0, 10.0])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return open_study(builders.make_study_folder(tmp_path_factory.mktemp("tiny")))


def crossings(**boat: object) -> pd.DataFrame:
    told = {"name": None, "name_en": None, "opened": None, "hours": None, "closures": None}
    rows = [
        {**told, "crossing_id": "bridge", "kind": "bridge", "headway_min": np.nan,
         "opened": "2005"},
        {**told, "crossing_id": "boat", "kind": "ferry", "headway_min": 30.0, "opened": "1988",
         "name": "渡口", "name_en": "Boat", **boat},
    ]  # fmt: skip
    return pd.DataFrame(rows)


def stood(tiny: Study, what: ConditionConfig | None = None, **changes: Any) -> Standing:
    """Give the standing roads of the four nodes above under a condition."""
    what = what or ConditionConfig("ordinary")
    edges = changes.pop("edges", EDGES)
    table = changes.pop("crossings", crossings())
    travel = replace(
        tiny.config.travel,
        speeds_kmh=SPEEDS,
        conditions={"ordinary": ConditionConfig("ordinary"), what.key: what},
        departure=changes.pop("departure", None),
    )
    as_of = changes.pop("as_of", dt.date(2025, 6, 30))
    study = replace(
        tiny,
        config=replace(tiny.config, travel=travel, as_of=as_of),
        roads=RoadNetwork.from_tables(NODES, edges),
        crossings=table,
    )
    assert not changes
    return standing_minutes(study, what.key)


def closed(standing: Standing) -> dict[str, str]:
    rows = standing.changed[standing.changed["change"] == "closed"]
    return dict(zip(rows["edge_id"], rows["reason"], strict=True))


def assumed(standing: Standing) -> list[tuple[str, str, int]]:
    return [tuple(one) for one in standing.assumed.itertuples(index=False)]


def test_ordinary_roads_take_their_own_minutes_and_the_ferry_half_its_headway(tiny: Study) -> None:
    found = stood(tiny)

    assert found.minutes.forward.tolist() == [10, 20, 10, 10, 10 + 15]
    assert found.minutes.backward.tolist() == [10, np.inf, 10, 10, 10 + 15]
    assert found.changed.to_dict("records") == [
        {"edge_id": "f1", "road_class": "ferry", "crossing_id": "boat", "change": "waiting",
         "reason": "headway", "speed_factor": pytest.approx(np.nan, nan_ok=True), "wait_min": 15.0}
    ]  # fmt: skip
    assert found.assumed.empty


def test_a_factor_of_half_doubles_the_way_and_not_the_wait(tiny: Study) -> None:
    found = stood(tiny, ConditionConfig("snow", speed_factor=0.5))

    assert found.minutes.forward.tolist() == [20, 40, 20, 20, 20 + 15]
    assert np.isinf(found.minutes.backward[1])


def test_a_class_has_its_own_factor_and_high_roads_theirs(tiny: Study) -> None:
    what = ConditionConfig(
        "snow",
        speed_factor=0.5,
        speed_factors={"village": 0.8},
        above_m=1000.0,
        speed_factor_above=0.25,
    )
    found = stood(tiny, what)

    # e2 and e3 end at c (1000.1 m), e4 as well; b at 1000 m is not above 1000 m; d is not known.
    assert found.minutes.forward.tolist() == [20, 80, 40, 40, 20 + 15]
    assert assumed(found) == [("", "elevation_unknown", 1)]


def test_a_condition_closes_classes_crossings_edges_and_ferries(tiny: Study) -> None:
    what = ConditionConfig(
        "flood",
        closed_classes=("village",),
        closed_crossings=("bridge",),
        closed_edges=("e1",),
        closes_ferries=True,
    )
    found = stood(tiny, what)

    assert closed(found) == {"e1": "edge", "e2": "class", "e3": "crossing", "f1": "ferries"}
    assert np.isinf(found.minutes.forward).tolist() == [True, True, True, False, True]
    assert found.roads.closed.tolist() == [True, True, True, False, True]
    assert not (found.changed["change"] == "waiting").any()


def test_a_class_that_is_closed_needs_no_speed(tiny: Study) -> None:
    edges = EDGES.assign(road_class=["county", "path", "county", "county", "ferry"])

    assert stood(
        tiny, ConditionConfig("snow", closed_classes=("path",)), edges=edges
    ).minutes.passable.tolist() == [True, False, True, True, True]
    with pytest.raises(ParameterError, match="path"):
        stood(tiny, ConditionConfig("snow"), edges=edges)


def test_an_edge_closed_in_the_network_stays_closed_and_says_so(tiny: Study) -> None:
    found = stood(tiny, edges=EDGES.assign(closed=[True, False, False, False, False]))

    assert closed(found) == {"e1": "data"}


@pytest.mark.parametrize(
    ("opened", "as_of", "reason", "said"),
    [
        ("2026", dt.date(2025, 6, 30), "not_yet_open", []),
        ("2025-07", dt.date(2025, 6, 30), "not_yet_open", []),
        ("2025-06-30", dt.date(2025, 6, 30), None, []),
        ("2025-07-01", dt.date(2025, 6, 30), "not_yet_open", []),
        ("2025", dt.date(2025, 6, 30), None, [("boat", "opened_about", 1)]),
        (None, dt.date(2025, 6, 30), None, [("boat", "opened_unknown", 1)]),
    ],
)
def test_a_crossing_is_closed_until_it_opens_and_open_if_that_is_not_known(
    tiny: Study, opened: str | None, as_of: dt.date, reason: str | None, said: list[object]
) -> None:
    found = stood(tiny, crossings=crossings(opened=opened), as_of=as_of)

    assert closed(found).get("f1") == reason
    assert assumed(found) == said


def test_a_closure_closes_on_its_days_or_in_its_condition(tiny: Study) -> None:
    yearly = crossings(closures="07-01/08-31")
    assert closed(stood(tiny, crossings=yearly)) == {}
    july = stood(tiny, crossings=yearly, as_of=dt.date(2025, 7, 1))
    assert closed(july) == {"f1": "closure"}
    floods = crossings(closures="汛期")
    assert closed(stood(tiny, crossings=floods)) == {}
    assert closed(stood(tiny, ConditionConfig("flood"), crossings=floods)) == {"f1": "closure"}
    assert closed(stood(tiny, ConditionConfig("snow"), crossings=floods)) == {}


def test_hours_are_asked_only_if_a_departure_is_stated(tiny: Study) -> None:
    table = crossings(hours="22:00-06:00")
    unasked = stood(tiny, crossings=table)
    assert closed(unasked) == {}
    assert assumed(unasked) == [("boat", "hours_unasked", 1)]
    assert closed(stood(tiny, crossings=table, departure=dt.time(6, 0))) == {}
    assert closed(stood(tiny, crossings=table, departure=dt.time(8, 0))) == {"f1": "hours"}
    told = stood(tiny, crossings=table, departure=dt.time(23, 0))
    assert assumed(told) == [("bridge", "hours_unknown", 1)]


def test_a_crossing_of_unknown_hours_runs_at_any_departure_and_that_is_said(tiny: Study) -> None:
    found = stood(tiny, crossings=crossings(), departure=dt.time(3, 0))
    assert closed(found) == {}
    assert assumed(found) == [("bridge", "hours_unknown", 1), ("boat", "hours_unknown", 1)]
    assert assumed(stood(tiny, crossings=crossings())) == []
    known = crossings().assign(hours="24h")
    assert assumed(stood(tiny, crossings=known, departure=dt.time(3, 0))) == []
    without = stood(tiny, crossings=None, departure=dt.time(3, 0))
    assert ("boat", "hours_unknown", 1) in assumed(without)
    (told,) = standing_sentences(found, replace(tiny, crossings=crossings()))[1:]
    assert told[:2] == ("warning", "hours_unknown")
    assert told[2][0] == "设有出发时刻但运营时间不详，按运行计：bridge、渡口。"


def test_a_crossing_that_runs_all_day_needs_no_departure(tiny: Study) -> None:
    assert assumed(stood(tiny, crossings=crossings(hours="00:00-24:00"))) == []


def test_a_ferry_of_unknown_headway_costs_no_wait_and_that_is_said(tiny: Study) -> None:
    found = stood(tiny, crossings=crossings(headway_min=np.nan))
    assert found.minutes.forward[4] == 10
    assert assumed(found) == [("boat", "headway_unknown", 1)]
    bare = stood(tiny, edges=EDGES.assign(crossing_id=""))
    assert assumed(bare) == [("", "headway_unknown", 1)]


def test_edges_of_a_ferry_that_meet_at_a_landing_each_carry_the_wait_and_a_bridge_none(
    tiny: Study,
) -> None:
    edges = EDGES.assign(crossing_id=["boat", "", "bridge", "", "boat"])  # at b the road e2 joins
    table = crossings().assign(headway_min=[40.0, 30.0])
    found = stood(tiny, edges=edges, crossings=table)
    assert (found.minutes.forward - PLAIN).tolist() == [15, 0, 0, 0, 15]


def test_edges_of_a_ferry_that_meet_on_the_water_wait_once(tiny: Study) -> None:
    edges = EDGES.assign(crossing_id=["", "", "bridge", "boat", "boat"])  # c - d - b, no road at d
    found = stood(tiny, edges=edges)
    assert (found.minutes.forward - PLAIN).tolist() == [0, 0, 0, 15, 15]
    assert (found.minutes.backward - PLAIN)[2:].tolist() == [0, 0, 0]
    waiting = found.changed[found.changed["change"] == "waiting"]
    assert waiting["edge_id"].tolist() == ["e4", "f1"]


def test_a_landing_stays_one_while_a_condition_closes_its_road(tiny: Study) -> None:
    pier = EDGES.iloc[[0]].assign(edge_id="g1", u="d", v="a")
    edges = pd.concat([EDGES.assign(crossing_id=["", "", "bridge", "boat", "boat"]), pier])
    shut = stood(tiny, ConditionConfig("snow", closed_edges=("g1",)), edges=edges).minutes
    plain = stood(tiny, edges=edges).minutes
    assert plain.backward[3:5].tolist() == [25, 25]
    assert shut.backward[3:5].tolist() == [25, 25]
    never = stood(tiny, edges=edges.assign(closed=edges["edge_id"] == "g1")).minutes
    assert never.backward[3:5].tolist() == [10, 10]


def test_without_a_crossing_table_every_crossing_is_open_and_that_is_said(tiny: Study) -> None:
    found = stood(tiny, crossings=None)
    assert closed(found) == {}
    assert assumed(found) == [("bridge", "opened_unknown", 1), ("boat", "opened_unknown", 1)]


def test_what_a_condition_closes_must_exist(tiny: Study) -> None:
    what = ConditionConfig("snow", closed_crossings=("brige", "boat"), closed_edges=("e1", "e9"))
    with pytest.raises(UnknownIdError, match="crossings brige and the edges e9"):
        stood(tiny, what)


def test_a_condition_that_is_not_stated_and_a_study_without_roads_are_refused(tiny: Study) -> None:
    with pytest.raises(ParameterError, match="does not state the condition 'snow'; it states ordi"):
        standing_minutes(tiny, "snow")
    with pytest.raises(ParameterError, match="has no roads"):
        standing_minutes(replace(tiny, roads=None), "ordinary")


def test_the_order_of_edges_and_crossings_changes_nothing(tiny: Study) -> None:
    what = ConditionConfig("flood", speed_factor=0.7, closed_classes=("village",))
    one = stood(tiny, what)
    two = stood(tiny, what, edges=EDGES.iloc[::-1], crossings=crossings().iloc[::-1])
    assert one.minutes.forward.tolist() == two.minutes.forward.tolist()
    pd.testing.assert_frame_equal(one.changed, two.changed)
    pd.testing.assert_frame_equal(one.assumed, two.assumed)


def test_the_study_is_not_changed(tiny: Study) -> None:
    before = tiny.roads
    standing_minutes(tiny, "ordinary")
    assert tiny.roads is before
    assert before is not None
    assert not before.closed.any()


def test_each_condition_is_worked_out_once_and_only_for_its_own_study(
    tiny: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def work_out(_: Study, name: str) -> object:
        asked.append(name)
        return object()

    monkeypatch.setattr(conditions, "standing_minutes", work_out)
    roads = StandingRoads(tiny)

    found = [roads.under(one) for one in ("snow", "ordinary", "snow", "ordinary")]

    assert asked == ["snow", "ordinary"]
    assert found[0] is found[2]
    assert found[0] is not found[1]
    assert roads_of(tiny, roads) is roads
    assert roads_of(tiny, None) is not roads
    with pytest.raises(ParameterError, match="of the same study"):
        roads_of(replace(tiny, crossings=None), roads)


share = st.floats(0.05, 1.0)


@settings(max_examples=40, deadline=None)
@given(
    factor=share, village=share, high=share, above=st.sampled_from([None, 300.0, 1000.0]),
    ferries=st.booleans(), headway=st.sampled_from([0.0, 12.0, np.nan]),
)  # fmt: skip
def test_no_road_is_faster_in_snow_if_no_factor_is_above_one(  # noqa: PLR0913 -- hypothesis names each
    tiny: Study,
    factor: float,
    village: float,
    high: float,
    above: float | None,
    *,
    ferries: bool,
    headway: float,
) -> None:
    what = ConditionConfig(
        "snow",
        speed_factor=factor,
        speed_factors={"village": village},
        above_m=above,
        speed_factor_above=high,
        closes_ferries=ferries,
    )
    table = crossings(headway_min=headway)
    snow = stood(tiny, what, crossings=table).minutes
    plain = stood(tiny, crossings=table).minutes
    assert (snow.forward >= plain.forward).all()
    assert (snow.backward >= plain.backward).all()


def test_factors_of_one_change_nothing(tiny: Study) -> None:
    assert (
        stood(tiny, ConditionConfig("snow")).minutes.forward.tolist()
        == stood(tiny).minutes.forward.tolist()
    )


def test_the_minutes_of_the_standing_roads_are_those_of_their_edges(tiny: Study) -> None:
    found = stood(tiny, ConditionConfig("snow", closed_edges=("e1",)), crossings=crossings())
    bare = edge_minutes(found.roads, SPEEDS)
    wait = [0, 0, 0, 0, 15]
    assert found.minutes.forward.tolist() == (bare.forward + wait).tolist()


def test_every_change_and_every_assumption_has_its_sentence_in_both_languages(tiny: Study) -> None:
    edges = EDGES.assign(closed=[True, False, False, False, False])
    table = crossings(opened=None, headway_min=np.nan, hours="06:00-18:00")
    what = ConditionConfig("snow", speed_factor=0.5, above_m=1000.0, speed_factor_above=1.5)
    standing = stood(tiny, what, edges=edges, crossings=table)
    told = standing_sentences(standing, replace(tiny, crossings=table))

    assert [(one, reason) for one, reason, _ in told] == [
        ("info", "elevation"),
        ("info", "class"),
        ("warning", "elevation_unknown"),
        ("warning", "headway_unknown"),
        ("warning", "hours_unasked"),
        ("warning", "opened_unknown"),
    ]
    assert told[0][2][1] == (
        "Condition snow and ice: road edges made faster, 3 (above the line of elevation); check "
        "the factors."
    )
    zh, en = told[2][2]
    assert zh == "冰雪路况下 1 个路段的端点海拔不详，按不高于分界海拔计。"
    assert en.startswith("Condition snow and ice: road edges with an end of unknown elevation")
    assert told[-1][2] == (
        "开通时间不详，按已开通计：渡口。",
        "When they were opened is not known, they count as open: Boat.",
    )
    assert {reason for _, reason, _ in told[2:]} <= set(ASSUMED)


@pytest.mark.parametrize(
    ("longer", "wait"), [(30.0, ("15", "15")), (30.5, ("15～15.25", "15–15.25"))]
)
def test_waits_that_print_the_same_are_one_number(
    tiny: Study, longer: float, wait: tuple[str, str]
) -> None:
    one = crossings()
    two = one[one["crossing_id"] == "boat"].assign(crossing_id="ship", headway_min=longer)
    edges = EDGES.assign(crossing_id=["", "", "", "ship", "boat"])

    standing = stood(tiny, edges=edges, crossings=pd.concat([one, two], ignore_index=True))

    assert [text for _, reason, text in standing_sentences(standing, tiny)] == [
        (
            (
                f"平时路况下 2 个轮渡路段计候渡时间 {wait[0]} 分钟"
                "（班次间隔的一半，每上船一次计一次）。"
            ),
            (
                f"Condition ordinary: ferry edges with a wait, 2, {wait[1]} min "
                "(half the headway, each time that one gets on)."
            ),
        )
    ]
