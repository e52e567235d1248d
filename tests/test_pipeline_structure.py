"""What holds in every study: the contract of the tables, their structure, and studies with gaps."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from builders import added, make_study_folder, replaced
from built_in import result_of, study_of

import wushan_geo as wg
from wushan_geo.access.gaps import CLASSES
from wushan_geo.pipeline import run_study
from wushan_geo.results import TABLES, StudyResult
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from wushan_geo.study.study import Study

DATA = Path(__file__).resolve().parents[1] / "data"
STUDIES = ("example", "wushan", "wushan-facts")
REACHED = ("effective", "neighbour")

CONTRACT = {
    "townships": "zone_id name name_en kind bank service limit class certainty minutes_low "
    "minutes_central minutes_high places places_reached persons persons_reached eligible "
    "eligible_reached facilities_open capacity basis",
    "villages": "zone_id name name_en parent_id parent_name parent_name_en kind bank service limit "
    "class certainty minutes_low minutes_central minutes_high facility_id persons eligible "
    "village_service basis",
    "facilities": "facility_id name name_en kind status services capacity admits zone_id parent_id "
    "parent_name basis point_basis lon lat persons_within eligible_within places_within "
    "proposed_order",
    "access": "zone_id service measure value unit parameters",
    "gaps": "zone_id service limit paper reach class class_low class_high certainty home_service "
    "minutes minutes_low minutes_high facility_id own_minutes own_facility_id persons eligible "
    "basis",
    "scoreboard": "ledger rule rule_zh rule_en level zone_id name verdict demonstration_verdict "
    "reason reason_zh reason_en basis persons remedy remedy_zh remedy_en force clause lead_units",
    "indicators": "indicator number name name_en kind unit baseline operator target accumulates "
    "denominator denominator_en value value_denominator basis clause",
    "sites": "plan facility_id name zone_id parent_name order gain_persons gain_places "
    "covered_persons covered_places",
    "plans": "plan model service limit sites objective bound gap status verified covered_places "
    "covered_persons total_places total_persons ceiling_places ceiling_persons existing chosen "
    "greedy_objective",
    "findings": "finding_id topic severity zone_id value unit text_zh text_en",
    "sources": "file title source licence basis as_of rows sha256",
    "assumptions": "key what what_zh value unit why replace",
}
"""Columns that each table must have, in this order; more may stand between them."""

WORDS = {
    "class": {*CLASSES},
    "class_low": {*CLASSES},
    "class_high": {*CLASSES},
    "certainty": {"firm", "depends"},
    "paper": {"yes", "no", "unknown"},
    "reach": {"own", "other_township", "other_county", "none", "unknown"},
    "home_service": {"yes", "no", "unknown"},
    "village_service": {"yes", "no", "unknown"},
    "border": {"yes", "no", "unknown"},
    "ledger": {"plan", "reach"},
    "verdict": {"pass", "fail", "cannot_assess", "reference"},
    "severity": {"answer", "warning", "info"},
}


@cache
def opened(name: str) -> Study:
    return study_of(name)


@cache
def result(name: str) -> StudyResult:
    return result_of(name)


def table(name: str, of: str) -> pd.DataFrame:
    return result(name).tables[of]


# --- The contract of the tables ---


@pytest.mark.parametrize("name", STUDIES)
def test_every_table_has_the_columns_of_the_contract_in_their_order(name: str) -> None:
    for of, columns in CONTRACT.items():
        wanted = columns.split()
        assert [one for one in table(name, of).columns if one in wanted] == wanted, of


@pytest.mark.parametrize("name", STUDIES)
def test_every_column_keeps_its_type_in_every_study(name: str) -> None:
    for of in TABLES:
        mine, example = table(name, of).dtypes, table("example", of).dtypes
        assert mine.to_dict() == example.to_dict(), of
        for column in ("zone_id", "parent_id", "facility_id", "plan", "rule", "remedy"):
            if column in mine:
                assert str(mine[column]) == "str", (of, column)


@pytest.mark.parametrize("name", STUDIES)
def test_rows_stand_in_a_fixed_order(name: str) -> None:
    for of, key in (("townships", "zone_id"), ("villages", "zone_id"), ("facilities", None)):
        ids = table(name, of)[key or "facility_id"].tolist()
        assert ids == sorted(ids)
    for of, keys in (("gaps", ["service", "limit"]), ("scoreboard", ["ledger", "rule"])):
        for _, some in table(name, of).groupby(keys, sort=False):
            assert some["zone_id"].tolist() == sorted(some["zone_id"])
    for _, some in table(name, "sites").groupby("plan", sort=False):
        assert some["order"].tolist() == list(range(1, len(some) + 1))


@pytest.mark.parametrize("name", STUDIES)
def test_columns_of_words_hold_only_known_words(name: str) -> None:
    for of, rows in result(name).tables.items():
        for column, words in WORDS.items():
            if column in rows:
                assert set(rows[column].dropna()) <= words, (of, column)
    assert set(table(name, "scoreboard")["reason"]) <= set(MESSAGES)


# --- Structure ---


@pytest.mark.parametrize("name", STUDIES)
def test_class_follows_from_the_two_axes(name: str) -> None:
    left = {"yes": "nominal", "no": "gap", "unknown": "unknown"}
    axes = table(name, "gaps")[["paper", "reach", "class"]].drop_duplicates()
    for paper, reach, found in axes.itertuples(index=False):
        if reach == "none":
            assert found == left[paper]
        else:
            assert found == {"own": "effective", "unknown": "unknown"}.get(reach, "neighbour")


@pytest.mark.parametrize("name", STUDIES)
def test_who_is_in_reach_is_so_by_the_minutes(name: str) -> None:
    rows = table(name, "gaps")
    near = rows["minutes"] <= rows["limit"]
    assert (rows["class"].isin(REACHED) == near).all()
    assert ((rows["class"] == "effective") == (rows["own_minutes"] <= rows["limit"])).all()
    assert (rows["facility_id"].notna() == np.isfinite(rows["minutes"])).all()
    known = rows[["minutes", "own_minutes"]].dropna()
    assert (known["minutes"] <= known["own_minutes"]).all()


@pytest.mark.parametrize("name", STUDIES)
def test_a_longer_limit_never_reaches_fewer(name: str) -> None:
    rows = table(name, "gaps")
    near = rows.assign(near=rows["class"].isin(REACHED).astype(int))
    for service, some in near.groupby("service"):
        wide = some.pivot_table(index="zone_id", columns="limit", values="near")
        assert (wide.sort_index(axis=1).diff(axis=1).iloc[:, 1:] >= 0).all(axis=None), service


@pytest.mark.parametrize("name", STUDIES)
def test_better_times_never_reach_fewer(name: str) -> None:
    rows = table(name, "gaps")
    high, central, low = (
        rows[column].isin(REACHED) for column in ("class_high", "class", "class_low")
    )
    assert (high <= central).all()
    assert (central <= low).all()
    agree = (rows["class_low"] == rows["class"]) & (rows["class_high"] == rows["class"])
    assert ((rows["certainty"] == "firm") == agree).all()


@pytest.mark.parametrize("name", STUDIES)
def test_the_county_is_the_sum_of_its_townships(name: str) -> None:
    access = table(name, "access")
    parts = ("total", "reached", "reached_optimistic", "reached_pessimistic", "unknown")
    added = [f"{group}_{part}" for group in ("places", "persons", "eligible") for part in parts]
    sums = access[access["measure"].isin(added)]
    keys = ["service", "measure", "parameters"]
    whole = sums[(sums["zone_id"] == opened(name).config.county).to_numpy()]
    below = sums[(sums["zone_id"].str.len() == 9).to_numpy()].groupby(keys)["value"].sum()
    pd.testing.assert_series_equal(
        whole.set_index(keys)["value"].sort_index(), below.sort_index(), check_names=False
    )


@pytest.mark.parametrize("name", STUDIES)
def test_shares_lie_between_zero_and_one_and_follow_from_their_counts(name: str) -> None:
    access = table(name, "access")
    wide = access.pivot_table(
        index=["zone_id", "service", "parameters"], columns="measure", values="value"
    )
    for share, group in (("place_share", "places"), ("person_share", "persons")):
        if share in wide:
            some = wide.dropna(subset=share)
            assert some[share].between(0, 1).all()
            found = some[f"{group}_reached"] / some[f"{group}_total"]
            np.testing.assert_allclose(some[share], found, rtol=0, atol=1e-12)
    assert (access["value"] >= 0).all()


@pytest.mark.parametrize("name", STUDIES)
def test_every_facility_and_zone_named_in_a_table_exists(name: str) -> None:
    study = opened(name)
    facilities = set(study.facilities["facility_id"])
    zones = {study.config.county, *study.townships["zone_id"], *study.villages["zone_id"]}
    for of in ("gaps", "villages", "sites"):
        assert set(table(name, of)["facility_id"].dropna()) <= facilities
    assert set(table(name, "gaps")["own_facility_id"].dropna()) <= facilities
    for of in ("access", "gaps", "scoreboard", "findings"):
        assert set(table(name, of)["zone_id"]) <= zones
    for column in ("chosen", "existing"):
        for ids in table(name, "plans")[column]:
            assert set(ids.split(";")) <= facilities
    named = {one for one in table(name, "scoreboard")["remedy"] if one}
    assert {one for one in named if not one.startswith("remedy.")} <= facilities


def test_certified_persons_of_wushan_are_nineteen_thousand_in_every_table() -> None:
    access = table("wushan", "access")
    county = (access["zone_id"] == "500237") & (access["measure"] == "persons_total")

    assert set(access[county.to_numpy()]["value"]) == {19000.0}
    assert table("wushan", "villages")["persons"].sum() == 19000.0
    assert table("wushan", "townships")["persons"].sum() == 19000.0
    board = table("wushan", "scoreboard")
    assert set(board.loc[board["level"] == "county", "persons"]) == {19000.0}


# --- Inputs ---


def test_features_of_a_layer_in_any_order_give_equal_tables(tmp_path: Path) -> None:
    folder = shutil.copytree(DATA / "example", tmp_path / "example")
    chance = np.random.default_rng(7)
    for path in sorted(folder.glob("*.geojson")):
        content = json.loads(path.read_text(encoding="utf-8"))
        features = content["features"]
        content["features"] = [features[at] for at in chance.permutation(len(features))]
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    mixed = run_study(wg.open_study(folder))

    for of in TABLES:
        mine, theirs = (one.tables[of] for one in (mixed, result("example")))
        gone = {"columns": "sha256", "errors": "ignore"}
        pd.testing.assert_frame_equal(mine.drop(**gone), theirs.drop(**gone), check_exact=True)


def test_a_page_that_changes_a_layer_or_a_table_leaves_the_study_alone() -> None:
    study = wg.open_study("example")
    found = run_study(study)

    for layer in ("county", "townships", "villages", "facilities"):
        found.layers[layer]["name"] = "x"
        assert "x" not in set(getattr(study, layer)["name"])
    found.tables["assumptions"]["why"] = "x"
    found.tables["sources"]["title"] = "x"

    assert "x" not in set(study.assumptions["why"])
    assert "x" not in set(study.provenance["title"])


@pytest.mark.parametrize("gone", ["persons", "services", "facilities", "indicators", "assumptions"])
def test_a_study_without_a_table_runs_and_claims_nothing_of_it(tmp_path: Path, gone: str) -> None:
    folder = make_study_folder(tmp_path, study=without(gone), **{gone: None})

    found = run_study(wg.open_study(folder))

    assert tuple(found.tables) == TABLES
    board = found.tables["scoreboard"].set_index("rule")
    if gone == "persons":
        assert found.tables["villages"]["persons"].isna().all()
        assert found.tables["townships"]["persons"].isna().all()
        assert found.tables["plans"].empty
    if gone == "services":
        assert set(board.loc[["village_service"], "verdict"]) == {"cannot_assess"}
        assert set(found.tables["villages"]["village_service"]) == {"unknown"}
    if gone == "facilities":
        assert set(board.loc[["township_facility"], "verdict"]) == {"cannot_assess"}
        assert set(found.tables["gaps"]["class"]) == {"unknown"}
        assert found.tables["townships"]["facilities_open"].isna().all()


def without(name: str) -> Any:
    file = {"assumptions": "ASSUMPTIONS.md"}.get(name, f"{name}.csv")
    line = f'{name} = "{file}"\n'

    def change(text: str) -> str:
        assert line in text
        text = text.replace(line, "", 1)
        # A source may only name tables that are there.
        return text.replace('tables = ["persons"]\n', "", 1) if name == "persons" else text

    return change


def test_a_study_without_a_plan_has_no_plan_ledger(tmp_path: Path) -> None:
    study = replaced(('plan = "plan.toml"\n', ""), ('indicators = "indicators.csv"\n', ""))
    folder = make_study_folder(tmp_path, study=study, plan=None, indicators=None)

    found = run_study(wg.open_study(folder)).tables

    assert set(found["scoreboard"]["ledger"]) == {"reach"}
    assert found["indicators"].empty
    assert set(found["villages"]["village_service"]) == {"unknown"}


def test_a_study_without_siting_settings_has_no_plans(tmp_path: Path) -> None:
    def cut(text: str) -> str:
        before, _, rest = text.partition("[siting]")
        return before + rest[rest.index("[[sources]]") :]

    found = run_study(wg.open_study(make_study_folder(tmp_path, study=cut)))

    assert found.tables["plans"].empty
    assert found.tables["sites"].empty
    assert found.info.siting_service is None
    assert found.tables["facilities"]["proposed_order"].isna().all()


def test_roads_that_are_all_closed_leave_the_tables_that_need_none(tmp_path: Path) -> None:
    def close(text: str) -> str:
        return text.replace(",no,no,", ",no,yes,")

    found = run_study(wg.open_study(make_study_folder(tmp_path, road_edges=close)))

    assert set(found.tables["gaps"]["class"]) == {"unknown"}
    assert "no_travel" in set(found.tables["findings"]["topic"])
    assert {"pass", "fail"} & set(found.tables["scoreboard"]["verdict"])


def test_places_without_a_point_are_named(tmp_path: Path) -> None:
    # F1 and the northern village of the first township lose their points.
    def lose(text: str) -> str:
        return text.replace("990201001001,109.85,31.025,measured", "990201001001,,,measured")

    folder = make_study_folder(tmp_path, facilities=lose)

    findings = run_study(wg.open_study(folder)).tables["findings"].set_index("topic")

    assert findings.loc["no_point", "value"] == 1.0
    assert "阳光家园" in findings.loc["no_point", "text_zh"]


def test_a_candidate_without_a_point_is_not_counted_as_tried(tmp_path: Path) -> None:
    nowhere = "C2,备选点二,candidate_site,day_care,,candidate,county,990201002002,,,measured"
    folder = make_study_folder(tmp_path, facilities=added(nowhere))

    findings = run_study(wg.open_study(folder)).tables["findings"].set_index("topic")

    assert "全部 1 个备选点" in findings.loc["ceiling", "text_zh"]


def test_who_may_be_served_is_not_called_cut_off(tmp_path: Path) -> None:
    # F1 admits its own township only; F2, which does not say what it offers, is near the other two.
    rows = replaced(("day_care,12,open,county", "day_care,12,open,township"))
    silent = "F2,小站,home_of_disabled,,,open,county,990201002001,109.95,31.025,measured"
    folder = make_study_folder(tmp_path, facilities=lambda text: added(silent)(rows(text)))

    findings = run_study(wg.open_study(folder)).tables["findings"].set_index("topic")

    assert findings.loc["unknown_class", "value"] == 2.0
    assert "unreachable" not in findings.index
