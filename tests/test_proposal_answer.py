"""A proposal for the example county: every table by plain counting, every model, every refusal."""

from __future__ import annotations

import itertools
import re
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from analysed import times_of
from built_in import study_of

import wushan_geo as wg
from wushan_geo.access.gaps import Times
from wushan_geo.errors import InfeasibleError, InputError, ParameterError
from wushan_geo.proposal.answer import proposal_tables
from wushan_geo.proposal.plans import STATES
from wushan_geo.proposal.rows import COLUMNS, TRUTHS, WHOLE, table
from wushan_geo.proposal.wish import COUNTED, MODELS, WITHIN, Model, Wish
from wushan_geo.siting import maximal_covering
from wushan_geo.siting.obstacles import Obstacles
from wushan_geo.siting.studied import SiteRequest, site_request
from wushan_geo.study.travelling import MatrixConfig

if TYPE_CHECKING:
    from wushan_geo.study.study import Study

Tables = dict[str, pd.DataFrame]
OWN: dict[Model, dict[str, Any]] = {"floor_covering": {"floor": 0.1}}
# What each model chooses of the example; proven, and worked out again by the plan's own check.
CHOSEN: dict[Model, str] = {
    "maximal_covering": "C08;C09",
    "set_covering": "C02;C04;C06;C08;C09;C10;C11",
    "backup_covering": "C03;C05",
    "p_median": "C07;C08",
    "p_center": "C08;C09",
    "one_per_township": "C07;C10",
    "floor_covering": "C08;C09",
}


def silent(_: str) -> None:
    """Hear of a step and say nothing."""


def plain_study() -> Study:
    """Give the example without other ways than a building, which take time."""
    study = study_of("example")
    assert study.config.siting is not None
    siting = replace(study.config.siting, ways=None)
    return replace(study, config=replace(study.config, siting=siting))


def tables_of(study: Study | None = None, times: Times | None = None, **wishes: Any) -> Tables:
    found = plain_study() if study is None else study
    return proposal_tables(
        found, times_of("example") if times is None else times, Wish(**wishes), tell=silent
    )


@cache
def plan(model: Model) -> Tables:
    """Answer the plain wish for a model; not to be changed."""
    number: dict[str, Any] = {"sites": 2} if model in COUNTED else {}
    return tables_of(model=model, coverable=True, **number, **OWN.get(model, {}))


@cache
def full() -> Tables:
    """Answer a wish for everything there is; not to be changed."""
    return tables_of(study_of("example"), sites=4, steps=(1, 2, 1), best=5, within=0.1)


@cache
def few_in_each() -> Tables:
    """Answer a wish with rules for every township; not to be changed."""
    return tables_of(sites=4, at_least=1, at_most=2)


@cache
def request() -> SiteRequest:
    study = study_of("example")
    assert study.config.siting is not None
    found = site_request(study, study.config.siting, times_of("example").central)
    assert found is not None
    return found


def minutes(village: str, sites: list[str]) -> tuple[float, str | None]:
    """Give the nearest of some sites by looking at each."""
    matrix = request().matrix
    row = matrix.dense()[matrix.origin_ids.index(village)]
    best: tuple[float, str | None] = (np.inf, None)
    for site in sorted(sites):
        told = float(row[matrix.destination_ids.index(site)])
        if told < best[0]:
            best = (told, site)
    return best


def ids(told: object) -> list[str]:
    return [one for one in str(told).split(";") if one]


def dtypes(name: str) -> dict[str, str]:
    return {
        one: "Int64" if one in WHOLE else "boolean" if one in TRUTHS else ""
        for one in COLUMNS[name]
    }


@pytest.mark.parametrize("model", MODELS)
def test_every_model_gives_a_proven_plan_that_was_worked_out_again(model: Model) -> None:
    row = plan(model)["plans"].iloc[0]

    assert (row["model"], row["status"], row["verified"], row["gap"]) == (
        model, "optimal", True, 0.0,
    )  # fmt: skip
    assert row["chosen"] == CHOSEN[model]
    assert row["sites"] == len(ids(row["chosen"]))
    assert row["existing"] == "F01;F02;F03;F08;F09"


@pytest.mark.parametrize("model", MODELS)
def test_the_sites_of_the_plan_are_its_chosen_and_the_existing_ones(model: Model) -> None:
    found = plan(model)
    row, sites = found["plans"].iloc[0], found["sites"]
    new = sites.loc[(sites["role"] != "existing").to_numpy(), "facility_id"]

    assert sorted(new) == ids(row["chosen"])
    old = sites.loc[(sites["role"] == "existing").to_numpy(), "facility_id"]
    assert old.tolist() == ids(row["existing"])
    assert sites["facility_id"].tolist() == [*new, *old]  # new ones stand first
    assert set(sites["plan"]) == {row["plan"]}


@pytest.mark.parametrize("model", MODELS)
def test_villages_stand_as_plain_looking_finds_them(model: Model) -> None:
    found = plan(model)
    row, villages = found["plans"].iloc[0], found["villages"]
    limit, old = float(row["limit"]), ids(row["existing"])
    opened = [*old, *ids(row["chosen"])]
    for one in villages.to_dict("records"):
        village = str(one["zone_id"])
        now, then = minutes(village, old), minutes(village, opened)
        most = minutes(village, list(request().matrix.destination_ids))
        inside = [now[0] <= limit, then[0] <= limit, most[0] <= limit, True]
        assert one["state"] == STATES[inside.index(True)]
        assert (one["minutes_now"], one["minutes_plan"]) == (now[0], then[0])
        assert (one["facility_now"] if now[1] else None) == now[1]
        assert (one["facility_plan"] if then[1] else None) == then[1]
        if village in request().without_count:
            assert np.isnan(one["persons"])
        else:
            assert one["persons"] == request().persons[village]
    covered = villages["state"].isin(["now", "plan"]).to_numpy()
    assert row["covered_places"] == covered.sum()
    assert row["covered_persons"] == villages.loc[covered, "persons"].sum()
    assert row["total_places"] == len(villages)
    assert row["total_persons"] == villages["persons"].sum()
    reached = (villages["state"] != "irreducible").to_numpy()
    assert row["ceiling_places"] == reached.sum()
    assert row["ceiling_persons"] == villages.loc[reached, "persons"].sum()


@pytest.mark.parametrize("model", MODELS)
def test_villages_that_no_site_can_serve_are_left_out_and_named(model: Model) -> None:
    found = plan(model)
    reach = float(found["plans"]["limit"].iloc[0]) if model in WITHIN else np.finfo(float).max
    every = list(request().matrix.destination_ids)
    lost = [one for one in request().matrix.origin_ids if minutes(one, every)[0] > reach]
    assert lost

    assert sorted(found["villages"]["zone_id"]) == sorted(
        set(request().matrix.origin_ids) - set(lost)
    )
    notes = found["notes"].set_index("key")
    names = study_of("example").villages.set_index("zone_id")[["name", "name_en"]]
    key = "left_out" if model in WITHIN else "left_out_cut_off"
    for one in lost:
        assert str(names.loc[one, "name"]) in str(notes.loc[key, "zh"])
        assert str(names.loc[one, "name_en"]) in str(notes.loc[key, "en"])
    numbers = re.findall(r"[0-9]+", str(notes.loc[key, "zh"]))
    assert numbers[:2] == [str(len(lost)), f"{request().persons[lost].sum():g}"]
    assert ("无法到达" in str(notes.loc[key, "zh"])) == (model not in WITHIN)
    assert ("时限内任何布点都到达不了" in str(notes.loc[key, "zh"])) == (model in WITHIN)


@pytest.mark.parametrize("model", MODELS)
def test_beside_what_is_counted_stands_the_whole_county(model: Model) -> None:
    found = plan(model)
    row, notes = found["plans"].iloc[0], found["notes"].set_index("key")
    places, persons = len(request().persons), request().persons.sum()

    assert (row["county_places"], row["county_persons"]) == (places, persons)
    assert row["county_share"] == row["covered_persons"] / persons
    assert row["total_places"] < places
    counted = f"{row['total_places']} 个村（社区）、{row['total_persons']:g} 人"
    told = f"只计入 {counted}；全县共 {places} 个村（社区）、{persons:g} 人"
    assert told in str(notes.loc["explain_1", "zh"])
    if model in WITHIN:
        share = f"按全县 {persons:g} 人算，占 {100 * row['county_share']:.1f}%。"
        assert any(share in str(one) for one in notes["zh"])
    assert f"全县共 {persons:g} 人" in str(notes.loc["frontier_counted", "zh"])
    whole = few_in_each()
    assert whole["plans"]["county_places"].iloc[0] == places
    assert "全县" not in str(whole["notes"].set_index("key").loc["explain_1", "zh"])


def test_villages_that_can_reach_no_site_are_told_from_those_beyond_the_limit() -> None:
    notes = plan("set_covering")["notes"].set_index("key")
    lost = ["990101005204"]  # no road leads from there
    called = study_of("example").villages.set_index("zone_id").loc[lost, "name"].tolist()

    told = str(notes.loc["left_out_among", "zh"])
    assert "1 个不只是超过时限，而是无法到达任何布点" in told
    assert called[0] in told


def test_beyond_the_limit_of_given_times_no_road_is_said_to_be_lacking() -> None:
    times = times_of("example")
    limited = {end: replace(getattr(times, end), limit=900.0) for end in ("low", "central", "high")}
    study = plain_study()
    matrix = MatrixConfig("min", "origin", "destination", "cost", 900.0)
    travel = replace(study.config.travel, matrix=matrix)
    study = replace(study, config=replace(study.config, travel=travel))

    found = tables_of(study, replace(times, **limited), model="p_median", sites=2, coverable=True)

    notes = found["notes"].set_index("key")
    told = str(notes.loc["left_out_cut_off", "zh"])
    assert "无法到达任何布点（超出到达时间表所列的时限，或都不接收该村对象）" in told
    assert "no road leads" not in str(notes.loc["left_out_cut_off", "en"])
    assert "指 900 分钟内不能到达" in str(notes.loc["given", "zh"])
    own = plan("p_median")["notes"].set_index("key")
    assert "没有道路相通" in str(own.loc["left_out_cut_off", "zh"])
    assert "given" not in own.index


def test_an_existing_facility_that_may_admit_nobody_of_the_county_is_named() -> None:
    first = full()["notes"].set_index("key").loc["explain_1", "zh"]
    called = study_of("example").facilities.set_index("facility_id")["name"]

    # F09 stands beyond the county, by an agreement that is not on file; F08 admits anyone.
    assert "已有 5 处，其中 1 处是否接收本县对象不详" in str(first)
    assert str(called["F09"]) in str(first)
    assert str(called["F08"]) not in str(first)


def test_proposed_sites_that_add_nothing_are_named() -> None:
    found = tables_of(sites=2, limit=0.0)  # nobody is within no minutes
    called = study_of("example").facilities.set_index("facility_id")["name"]
    told = str(found["notes"].set_index("key").loc["explain_2", "zh"])

    assert "其中 2 处不增加单程 0 分钟内的覆盖" in told
    for one in ids(found["plans"]["chosen"].iloc[0]):
        assert told.count(str(called[one])) == 2
    assert "不增加" not in str(full()["notes"].set_index("key").loc["explain_2", "zh"])


def test_the_ends_of_the_times_are_counted_too() -> None:
    row = plan("maximal_covering")["plans"].iloc[0]
    opened = [*ids(row["existing"]), *ids(row["chosen"])]
    times = times_of("example")
    admitted = np.isfinite(request().matrix.select(destinations=opened).dense())
    for end, matrix in (("pessimistic", times.high), ("optimistic", times.low)):
        costs = np.where(admitted, matrix.select(destinations=opened).dense(), np.inf)
        near = [one for one, row_ in zip(matrix.origin_ids, costs, strict=True)
                if min(row_) <= 30.0]  # fmt: skip
        assert row[f"covered_places_{end}"] == len(near)
        assert row[f"covered_persons_{end}"] == request().persons[near].sum()


@pytest.mark.parametrize("much", [False, True])
def test_tables_have_their_columns_and_types_even_without_rows(*, much: bool) -> None:
    found = full() if much else plan("p_center")
    assert set(found) == set(COLUMNS)
    for name, one in found.items():
        assert list(one.columns) == COLUMNS[name]
        empty = table(name, [])
        assert one.dtypes.to_dict() == empty.dtypes.to_dict()
        for column, kind in dtypes(name).items():
            assert str(one[column].dtype) == kind or not kind
    assert len(plan("p_center")["phases"]) == len(plan("p_center")["best"]) == 0


def test_each_number_of_sites_covers_what_the_model_finds_and_never_less_than_fewer() -> None:
    frontier = full()["frontier"]
    asked = request()
    assert frontier["sites"].tolist() == list(range(9))
    before = 0.0
    for row in frontier.to_dict("records"):
        own = maximal_covering(
            asked.matrix, asked.persons, sites=row["sites"], limit=30.0, existing=asked.existing
        )
        assert (row["covered_persons"], row["covered_places"]) == (
            own.covered_persons, own.covered_places,
        )  # fmt: skip
        assert ids(row["chosen"]) == list(own.chosen)
        assert row["person_share"] == own.covered_persons / asked.persons.sum()
        assert row["covered_persons"] >= before
        if row["sites"]:
            assert row["gain_persons"] == row["covered_persons"] - before
        before = row["covered_persons"]
    plans = full()["plans"].iloc[0]
    same = frontier[(frontier["sites"] == 4).to_numpy()].iloc[0]
    assert (same["chosen"], same["covered_persons"]) == (
        plans["chosen"], plans["covered_persons"],
    )  # fmt: skip


def test_phases_nest_and_the_last_has_all_the_sites() -> None:
    phases = full()["phases"]
    frontier = full()["frontier"].set_index("sites")
    assert phases["new_sites"].tolist() == [1, 2, 1]
    assert phases["sites"].tolist() == [1, 3, 4]
    opened: set[str] = set()
    for row in phases.to_dict("records"):
        new = set(ids(row["opened"]))
        assert len(new) == row["new_sites"]
        assert not new & opened
        opened |= new
        sites = [*request().existing, *opened]
        near = [one for one in request().matrix.origin_ids if minutes(one, sites)[0] <= 30.0]
        assert row["covered_places"] == len(near)
        assert row["covered_persons"] == request().persons[near].sum()
        assert row["free_persons"] == frontier.loc[row["sites"], "covered_persons"]
        assert row["lost_persons"] == row["free_persons"] - row["covered_persons"] >= 0
    assert phases["covered_persons"].is_monotonic_increasing


def test_the_best_plans_are_distinct_and_in_order_and_within_what_was_wished() -> None:
    best, first = full()["best"], full()["plans"].iloc[0]
    assert best["rank"].tolist() == [1, 2, 3, 4, 5]
    assert best["chosen"].is_unique
    assert best["objective"].is_monotonic_decreasing
    assert best["chosen"].iloc[0] == first["chosen"]
    assert float(best["objective"].iloc[-1]) >= 0.9 * float(first["objective"])
    # None of the plans that were not given is better than the last that was.
    matrix = request().matrix
    near = matrix.dense() <= 30.0
    at = {one: to for to, one in enumerate(matrix.destination_ids)}
    persons = request().persons.to_numpy()
    old = near[:, [at[one] for one in request().existing]].any(axis=1)
    worth = {
        ";".join(four): float(persons[old | near[:, [at[one] for one in four]].any(axis=1)].sum())
        for four in itertools.combinations(request().candidates, 4)
    }
    given = best["chosen"].tolist()
    assert [worth[one] for one in given] == best["covered_persons"].tolist()
    assert max(worth[one] for one in worth if one not in given) <= worth[given[-1]]
    core = full()["core"].set_index("facility_id")
    for site, row in core.iterrows():
        count = sum(str(site) in ids(one) for one in given)
        assert (row["plans"], row["share"], row["core"]) == (count, count / 5, count == 5)


@pytest.mark.parametrize("model", [None, *MODELS])
def test_notes_stand_in_both_languages_with_the_same_numbers(model: Model | None) -> None:
    notes = (full() if model is None else plan(model))["notes"]
    asked = {"limit", "counted", "without_count", "explain_1"}
    assert asked <= set(notes["key"])
    for row in notes.to_dict("records"):
        zh, en = str(row["zh"]), str(row["en"])
        assert not re.search(r"[\u4e00-\u9fff]", en)
        assert re.search(r"[\u4e00-\u9fff]", zh)
        english = re.sub(r"No\. [0-9]+", "", en)  # names of villages are numbered in words
        assert sorted(re.findall(r"[0-9.]*[0-9]", zh)) == sorted(
            re.findall(r"[0-9.]*[0-9]", english)
        )
        assert "eligible_" not in zh + en


def test_whom_the_persons_are_is_said_in_words() -> None:
    study = study_of("example")
    assert study.config.siting is not None
    service = study.config.services["day_care"].name
    notes = plan("maximal_covering")["notes"].set_index("key")
    assert f"符合{service.zh}条件的残疾人" in str(notes.loc["counted", "zh"])
    siting = replace(study.config.siting, uptake=0.5, demand="all")
    other = replace(study, config=replace(study.config, siting=siting))
    told = tables_of(other, sites=1)["notes"].set_index("key").loc["counted"]
    assert "全部持证残疾人" in told["zh"]
    assert "50%" in told["zh"]
    assert "50 %" in told["en"]


@cache
def nearby() -> Tables:
    """Answer a wish with a limit and roles of its own; not to be changed."""
    return tables_of(sites=2, limit=45.0, required=("C11",), forbidden=("C08",))


def test_required_sites_stand_and_forbidden_ones_do_not() -> None:
    found = nearby()
    row = found["plans"].iloc[0]

    assert "C11" in ids(row["chosen"])
    assert "C08" not in ids(row["chosen"])
    assert (row["required"], row["forbidden"]) == ("C11", "C08")
    assert found["frontier"]["sites"].min() == 1


def test_sites_are_as_far_apart_and_as_many_in_a_township_as_was_wished() -> None:
    free = plan("maximal_covering")["plans"]["chosen"].iloc[0]
    row = tables_of(sites=2, apart_km=5.0)["plans"].iloc[0]
    assert row["chosen"] != free  # C08 and C09 stand 4.5 km from each other
    points = study_of("example").facilities.set_index("facility_id").geometry
    metric = points.to_crs(points.estimate_utm_crs())
    new = ids(row["chosen"])
    for one, other in itertools.product(new, [*new, *request().existing]):
        assert one == other or metric[one].distance(metric[other]) > 4_990
    row = few_in_each()["plans"].iloc[0]
    homes = request().zones
    for township in set(request().homes.values()):
        opened = [*ids(row["existing"]), *ids(row["chosen"])]
        assert 1 <= sum(homes.get(one) == township for one in opened) <= 2


def test_a_number_of_sites_with_which_no_plan_keeps_to_the_rules_says_so() -> None:
    frontier = few_in_each()["frontier"].set_index("sites")

    # F01, F02, F03 and two candidates in each township but the fourth, which has three.
    assert frontier.loc[7, "status"] == "optimal"
    assert frontier.loc[8, "status"] == "infeasible"
    assert np.isnan(float(str(frontier.loc[8, "covered_persons"])))


def test_the_limit_wished_for_takes_the_place_of_that_of_the_study() -> None:
    row = nearby()["plans"].iloc[0]

    assert row["limit"] == 45.0
    assert row["plan"] == "day_care-maximal_covering-45min-2"
    assert row["covered_persons"] > plan("maximal_covering")["plans"]["covered_persons"].iloc[0]


def test_the_same_wish_has_the_same_answer_and_changes_nothing() -> None:
    study, times = study_of("example"), times_of("example")
    before = deepcopy(study)
    dense = times.central.dense().copy()
    again = tables_of(study, sites=4, steps=(1, 2, 1), best=5, within=0.1)

    for name, one in full().items():
        pd.testing.assert_frame_equal(one, again[name])
    assert study.facilities.equals(before.facilities)
    assert study.villages.equals(before.villages)
    assert np.array_equal(times.central.dense(), dense)


def refused(study: Study, **wishes: Any) -> str:
    with pytest.raises(InputError) as caught:
        wg.propose_sites(study, **wishes)
    (one,) = caught.value.faults
    for text in (one.rule_zh, one.suggestion_zh):
        assert re.search(r"[\u4e00-\u9fff]", text)
    for text in (one.rule, one.suggestion):
        assert not re.search(r"[\u4e00-\u9fff]", text)
    return one.rule


def test_a_study_that_lacks_what_siting_needs_is_refused_in_both_languages() -> None:
    study = study_of("example")
    config = study.config
    assert config.siting is not None
    assert "travel times" in refused(study_of("wushan-facts"), sites=1)
    none = replace(study, config=replace(config, siting=None))
    assert "[siting]" in refused(none, sites=1)
    nobody = replace(config, siting=replace(config.siting, demand="no such group"))
    assert "counts by village" in refused(replace(study, config=nobody), sites=1)
    assert "cost" in refused(replace(study, costs=None), budget=5.0)


def test_a_township_without_any_site_is_named_where_each_must_have_one() -> None:
    study = study_of("example")
    kept = ~study.facilities["facility_id"].isin(["C10", "C11", "F06"]).to_numpy()
    few = replace(study, facilities=study.facilities[kept])
    times = times_of("example")
    ends = {
        one: getattr(times, one).select(
            destinations=list(few.facilities["facility_id"])
        )
        for one in ("central", "low", "high")
    }  # fmt: skip
    # The closed home of the township (F05) is no site that could be counted.
    with pytest.raises(InputError, match="without: Taixu Township"):
        tables_of(few, Times(**ends, conditions={}), sites=2, at_least=1)


@pytest.mark.parametrize("model", ["set_covering", "p_median", "p_center", "one_per_township"])
def test_a_wish_that_no_plan_meets_is_refused_with_what_stands_in_the_way(model: Model) -> None:
    number: dict[str, Any] = {"sites": 2} if model in COUNTED else {}
    with pytest.raises(InfeasibleError) as caught:
        tables_of(model=model, **number)

    found = caught.value.obstacles
    assert isinstance(found, Obstacles)
    assert found.model == model
    assert "990101005204" in found.places
    assert len(found.places) == (6 if model in WITHIN else 1)


def test_wishes_may_be_given_by_name_and_stand_in_the_record() -> None:
    found = wg.propose_sites(study_of("example"), sites=1, forbidden=("C07",))

    assert found.manifest["wish"]["forbidden"] == ("C07",)
    assert found.manifest["study"] == "example"
    assert set(found.tables) >= {"plans", "dictionary"}
    described = found.tables["dictionary"]
    assert {"plans", "sites", "villages", "frontier"} <= set(described["table"])
    with pytest.raises(ParameterError, match="not both: sites"):
        wg.propose_sites(study_of("example"), Wish(sites=1), sites=1)
