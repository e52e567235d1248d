"""The whole run: its tables, what holds between them, and that nothing depends on row order."""

from __future__ import annotations

import csv
import hashlib
import math
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from built_in import result_of, study_of

import wushan_geo as wg
from wushan_geo.pipeline import run_study
from wushan_geo.results import LAYERS, TABLES
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from wushan_geo.results import StudyResult
    from wushan_geo.study.study import Study

STUDIES = ["example", "wushan", "wushan-facts"]
DATA = Path(__file__).parents[1] / "data"
FILES = {"example": "example", "wushan": "wushan", "wushan-facts": "wushan/facts"}
KEYS = {
    "townships": ["zone_id"],
    "villages": ["zone_id"],
    "facilities": ["facility_id"],
    "access": ["zone_id", "service", "measure", "parameters"],
    "gaps": ["zone_id", "service", "limit"],
    "scoreboard": ["ledger", "rule", "zone_id"],
    "indicators": ["indicator"],
    "sites": ["plan", "facility_id"],
    "plans": ["plan"],
    "findings": ["finding_id"],
    "sources": ["file"],
    "assumptions": ["key"],
}
INPUTS = ("county", "townships", "villages", "facilities", "persons", "services", "eligibility")


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    return {name: study_of(name) for name in STUDIES}


@pytest.fixture(scope="module")
def results() -> dict[str, StudyResult]:
    return {name: result_of(name) for name in STUDIES}


def same(left: StudyResult, right: StudyResult, *leave_out: str) -> None:
    for name in TABLES:
        if name not in leave_out:
            pd.testing.assert_frame_equal(left.tables[name], right.tables[name])


def records(result: StudyResult, table: str) -> list[dict[str, Any]]:
    return result.tables[table].to_dict("records")


# --- what a table is ---


@pytest.mark.parametrize("name", STUDIES)
def test_a_run_makes_the_tables_of_the_contract_in_their_order(
    results: dict[str, StudyResult], name: str
) -> None:
    assert tuple(results[name].tables) == TABLES
    assert set(results[name].layers) <= set(LAYERS)
    assert set(KEYS) == set(TABLES)


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("table", TABLES)
def test_keys_are_there_and_unique(results: dict[str, StudyResult], name: str, table: str) -> None:
    rows = results[name].tables[table]
    if table == "sources":
        rows = rows[(rows["sha256"] != "").to_numpy()]
    assert not rows.duplicated(KEYS[table]).any()
    assert rows[KEYS[table]].notna().all(axis=None)
    assert isinstance(rows.index, pd.RangeIndex) or table == "sources"


@pytest.mark.parametrize("name", STUDIES)
def test_ids_are_texts_of_the_right_length(results: dict[str, StudyResult], name: str) -> None:
    lengths = {"townships": {9}, "villages": {12}, "gaps": {12}, "scoreboard": {6, 9, 12}}
    for table, rows in results[name].tables.items():
        for column in ("zone_id", "parent_id", "facility_id"):
            if column in rows and len(rows):
                assert all(isinstance(one, str) for one in rows[column].dropna()), (table, column)
        if table in lengths:
            assert set(rows["zone_id"].str.len()) <= lengths[table]


@pytest.mark.parametrize("name", STUDIES)
def test_every_unit_has_its_row(
    results: dict[str, StudyResult], studies: dict[str, Study], name: str
) -> None:
    tables, study = results[name].tables, studies[name]
    assert tables["townships"]["zone_id"].tolist() == study.townships["zone_id"].tolist()
    assert tables["villages"]["zone_id"].tolist() == study.villages["zone_id"].tolist()
    assert tables["facilities"]["facility_id"].tolist() == study.facilities["facility_id"].tolist()


# --- what holds between tables ---


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_minutes_lie_in_their_interval(results: dict[str, StudyResult], name: str) -> None:
    whole = results[name].tables["gaps"]
    gaps = whole.dropna(subset="minutes")
    assert len(gaps)
    assert (gaps["minutes_low"] <= gaps["minutes"]).all()
    assert (gaps["minutes"] <= gaps["minutes_high"]).all()
    # The own one may be doubtful and its minutes not known, where another is sure; not otherwise.
    own = whole.dropna(subset="own_minutes")
    assert len(own)
    assert (own["minutes"] <= own["own_minutes"]).all()
    for table in ("villages", "townships"):
        rows = results[name].tables[table].dropna(subset="minutes_central")
        assert (rows["minutes_low"] <= rows["minutes_central"]).all()
        assert (rows["minutes_central"] <= rows["minutes_high"]).all()


@pytest.mark.parametrize("name", STUDIES)
def test_no_more_are_reached_than_there_are(results: dict[str, StudyResult], name: str) -> None:
    rows = results[name].tables["townships"]
    for part in ("places", "persons", "eligible"):
        both = rows.dropna(subset=[part, f"{part}_reached"])
        assert (both[f"{part}_reached"] <= both[part]).all()
        assert (both[f"{part}_reached"] >= 0).all()
    shares = results[name].tables["access"]
    shares = shares[shares["measure"].str.endswith("_share").to_numpy()]["value"].dropna()
    assert shares.between(0, 1).all()


@pytest.mark.parametrize("name", STUDIES)
def test_the_classes_of_each_service_and_limit_add_up_to_all_villages(
    results: dict[str, StudyResult], studies: dict[str, Study], name: str
) -> None:
    found = Counter((one["service"], one["limit"]) for one in records(results[name], "gaps"))
    services = [one for one in studies[name].config.services.values() if one.measure == "minutes"]
    expected = {(one.key, limit) for one in services for limit in one.limits}
    assert set(found) == expected
    assert set(found.values()) == {len(studies[name].villages)}
    classes = {"effective", "neighbour", "nominal", "gap", "unknown"}
    assert set(results[name].tables["gaps"]["class"]) <= classes


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_townships_add_up_to_the_county(results: dict[str, StudyResult], name: str) -> None:
    table = results[name].tables["access"]
    whole = {"places_total", "places_reached", "persons_total", "persons_reached"}
    whole |= {"eligible_total", "eligible_reached"}
    sums: dict[tuple[str, str, str], float] = {}
    county: dict[tuple[str, str, str], float] = {}
    for one in table.to_dict("records"):
        key = (one["service"], one["measure"], one["parameters"])
        if one["measure"] not in whole:
            continue
        if len(one["zone_id"]) == 6:
            county[key] = one["value"]
        elif len(one["zone_id"]) == 9 and not math.isnan(one["value"]):
            sums[key] = sums.get(key, 0.0) + one["value"]
    assert county
    for key, value in county.items():
        if not math.isnan(value):
            assert sums[key] == value, key


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_the_village_table_shows_the_headline_gap(
    results: dict[str, StudyResult], name: str
) -> None:
    info = results[name].info
    rows = [
        one
        for one in records(results[name], "gaps")
        if one["service"] == info.headline and one["limit"] == info.service(info.headline).limit
    ]
    expected = {one["zone_id"]: (one["class"], one["certainty"]) for one in rows}
    villages = records(results[name], "villages")
    assert {one["zone_id"]: (one["class"], one["certainty"]) for one in villages} == expected


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_the_village_table_shows_the_service_as_the_board_found_it(
    results: dict[str, StudyResult], name: str
) -> None:
    words = {"pass": "yes", "fail": "no", "cannot_assess": "unknown"}
    board = {
        one["zone_id"]: one["demonstration_verdict" if name == "wushan" else "verdict"]
        for one in records(results[name], "scoreboard")
        if one["rule"] == "village_service"
    }
    for one in records(results[name], "villages"):
        assert one["village_service"] == words[board[one["zone_id"]]]


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_proposed_sites_are_ordered_as_in_the_largest_plan(
    results: dict[str, StudyResult], name: str
) -> None:
    info = results[name].info
    plans = [one for one in records(results[name], "plans") if one["limit"] == info.siting_limit]
    largest = max(plans, key=lambda one: one["sites"])["plan"]
    expected = {
        one["facility_id"]: one["order"]
        for one in records(results[name], "sites")
        if one["plan"] == largest
    }
    table = results[name].tables["facilities"].dropna(subset="proposed_order")
    assert dict(zip(table["facility_id"], table["proposed_order"], strict=True)) == expected


# --- the same again ---


@pytest.mark.parametrize("name", STUDIES)
def test_the_same_study_gives_the_same_tables(
    results: dict[str, StudyResult], studies: dict[str, Study], name: str
) -> None:
    same(run_study(studies[name]), results[name])


def copied(folder: Path, seed: int) -> Path:
    """Copy the example and put the rows of each CSV file into another order."""
    shutil.copytree(DATA / "example", folder)
    dice = random.Random(seed)  # noqa: S311 -- an order of rows is no secret
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = list(csv.reader(file))
        dice.shuffle(rows)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *rows])
    return folder


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_in_any_order_give_the_same_result(
    results: dict[str, StudyResult], tmp_path: Path, seed: int
) -> None:
    folder = copied(tmp_path / "study", seed)
    assert (folder / "2025/persons.csv").read_bytes() != (
        DATA / "example/2025/persons.csv"
    ).read_bytes()
    mixed = run_study(wg.open_study(folder))
    # The files have other bytes now, so their checksums differ, and nothing else.
    same(mixed, results["example"], "sources")
    left, right = (
        one.tables["sources"].drop(columns="sha256") for one in (mixed, results["example"])
    )
    pd.testing.assert_frame_equal(left, right)


def test_a_run_leaves_the_study_as_it_was() -> None:
    study, untouched = wg.open_study("example"), wg.open_study("example")
    result = run_study(study)
    for table in result.tables.values():
        table["more"] = 1
    for layer in result.layers.values():
        layer["more"] = 1
    for name in (*INPUTS, "indicators", "assumptions", "provenance"):
        left, right = (pd.DataFrame(getattr(one, name)) for one in (study, untouched))
        pd.testing.assert_frame_equal(left, right)


# --- progress and the record ---


def test_each_step_is_told_by_a_message_that_exists(studies: dict[str, Study]) -> None:
    told: list[str] = []
    run_study(studies["example"], progress=told.append)
    assert told == [
        "progress.travel",
        "progress.gaps",
        "progress.scoreboard",
        "progress.siting",
        "progress.tables",
    ]
    assert set(told) <= set(MESSAGES)


@pytest.mark.parametrize("name", STUDIES)
def test_the_record_holds_every_input_with_its_checksum(
    results: dict[str, StudyResult], name: str
) -> None:
    manifest = results[name].manifest
    assert manifest["study"] == name
    assert manifest["demonstration"] == (name == "wushan")
    assert {"townships", "villages", "facilities", "plan"} <= set(manifest["inputs"])
    for one in manifest["inputs"].values():
        content = (DATA / FILES[name] / one["file"]).resolve().read_bytes()
        assert hashlib.sha256(content).hexdigest() == one["sha256"]


@pytest.mark.parametrize("name", STUDIES)
def test_the_record_holds_settings_assumptions_and_versions(
    results: dict[str, StudyResult], studies: dict[str, Study], name: str
) -> None:
    manifest = results[name].manifest
    assert manifest["settings"] == studies[name].config.raw
    assert manifest["settings"]["study"]["id"] == name
    assert len(manifest["assumptions"]) == len(results[name].tables["assumptions"])
    versions = manifest["versions"]
    assert {"python", "wushan-geo", "numpy", "pandas", "geopandas", "scipy"} <= set(versions)
    assert all(versions.values())


def test_the_pages_are_told_what_kind_of_study_it_is(results: dict[str, StudyResult]) -> None:
    kinds = {
        name: (one.info.demonstration, one.info.facts_only, one.info.fictional)
        for name, one in results.items()
    }
    assert kinds == {
        "example": (False, False, True),
        "wushan": (True, False, False),
        "wushan-facts": (False, True, False),
    }
    assert "notice.demonstration" in results["wushan"].info.notices
    assert results["wushan"].info.quote[0] == "乡乡有设施（机构）、村村有服务内容"


def test_of_the_facts_alone_nothing_is_classed(results: dict[str, StudyResult]) -> None:
    tables = results["wushan-facts"].tables
    assert set(tables["gaps"]["class"]) == {"unknown"}
    assert set(tables["villages"]["class"]) == {"unknown"}
    assert tables["plans"].empty
    assert tables["sites"].empty
    assert tables["townships"]["persons"].isna().all()
