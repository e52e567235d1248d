"""The findings: each sentence holds numbers that the tables hold, alike in both languages."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from built_in import result_of, study_of
from expected_example import BEST, CEILING_PERSONS, EXISTING_PERSONS, TOTAL_PERSONS, VILLAGES
from joint import joint_folder

from wushan_geo import findings
from wushan_geo.findings import COLUMNS, NAMES_SHOWN, Findings
from wushan_geo.sources.opening import open_study
from wushan_geo.study.travelling import Interval
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.travel.profiles import ProfileTimes

if TYPE_CHECKING:
    from pathlib import Path

    from wushan_geo.results import StudyResult
    from wushan_geo.study.study import Study

STUDIES = ["example", "wushan", "wushan-facts"]
REACHED = {"effective", "neighbour"}


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    return {name: study_of(name) for name in STUDIES}


@pytest.fixture(scope="module")
def results() -> dict[str, StudyResult]:
    return {name: result_of(name) for name in STUDIES}


def said(result: StudyResult, topic: str) -> list[dict[str, Any]]:
    table = result.tables["findings"]
    return table[(table["topic"] == topic).to_numpy()].to_dict("records")


def records(result: StudyResult, table: str) -> list[dict[str, Any]]:
    return result.tables[table].to_dict("records")


def gaps_at(result: StudyResult, service: str, limit: float) -> list[dict[str, Any]]:
    rows = records(result, "gaps")
    return [one for one in rows if one["service"] == service and one["limit"] == limit]


def headline(result: StudyResult) -> list[dict[str, Any]]:
    limit = result.info.service(result.info.headline).limit
    assert limit is not None
    return gaps_at(result, result.info.headline, limit)


def known(values: list[float]) -> float:
    return sum(one for one in values if not math.isnan(one))


def numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:\.\d+)?", text))


def bare(study: Study, text: str) -> str:
    """Take names out: an English one may hold a number that the Chinese one spells out."""
    names = {
        name
        for table in (study.facilities, study.villages, study.townships)
        for column in ("name", "name_en")
        for name in table[column].dropna()
    }
    for one in sorted(names, key=len, reverse=True):
        text = text.replace(one, "")
    return text


# --- every study ---


@pytest.mark.parametrize("name", STUDIES)
def test_the_table_has_its_columns_and_ids_in_order(
    results: dict[str, StudyResult], name: str
) -> None:
    table = results[name].tables["findings"]
    assert table.columns.tolist() == COLUMNS
    assert table["finding_id"].tolist() == [f"f{at:02d}" for at in range(1, len(table) + 1)]
    assert set(table["severity"]) <= {"answer", "warning", "info"}
    assert table[["text_zh", "text_en", "zone_id"]].notna().all(axis=None)


@pytest.mark.parametrize("name", STUDIES)
def test_chinese_and_english_hold_the_same_numbers(
    results: dict[str, StudyResult], studies: dict[str, Study], name: str
) -> None:
    for row in records(results[name], "findings"):
        zh, en = bare(studies[name], row["text_zh"]), bare(studies[name], row["text_en"])
        assert numbers(zh) == numbers(en), (zh, en)


@pytest.mark.parametrize("name", STUDIES)
def test_a_sentence_holds_the_number_it_is_about(
    results: dict[str, StudyResult], studies: dict[str, Study], name: str
) -> None:
    for row in records(results[name], "findings"):
        if math.isnan(row["value"]) or row["topic"] in {"failed_units", "parts"}:
            continue  # these name the units one by one
        assert f"{row['value']:g}" in numbers(bare(studies[name], row["text_zh"])), row


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize(
    ("topic", "rule"),
    [("township_promise", "township_facility"), ("village_promise", "village_service")],
)
def test_the_promises_are_counted_from_the_board(
    results: dict[str, StudyResult], name: str, topic: str, rule: str
) -> None:
    board = [one for one in records(results[name], "scoreboard") if one["rule"] == rule]
    verdicts = Counter(one["verdict"] for one in board)
    (row,) = said(results[name], topic)
    assert row["value"] == verdicts["pass"]
    expected = [len(board), *(verdicts[one] for one in ("pass", "fail", "cannot_assess"))]
    assert [int(one) for one in re.findall(r"\d+", row["text_zh"])] == expected
    assert [int(one) for one in re.findall(r"\d+", row["text_en"])] == expected


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_reach_is_counted_from_the_gaps(results: dict[str, StudyResult], name: str) -> None:
    result = results[name]
    timed = [
        one
        for one in result.info.services
        if one.limit is not None
        # Where no class is known at all there is nothing to say on reach.
        and {row["class"] for row in gaps_at(result, one.key, one.limit)} != {"unknown"}
    ]
    rows = said(result, "reach")
    assert len(rows) == len(timed) == (4 if name == "example" else 3)
    for service, row in zip(timed, rows, strict=True):
        assert service.limit is not None
        at = {limit: gaps_at(result, service.key, limit) for limit in service.limits}
        inside = {
            limit: [one for one in some if one["class"] in REACHED] for limit, some in at.items()
        }
        own = inside[service.limit]
        assert row["value"] == known([one["persons"] for one in own])
        expected = Counter(
            [
                f"{service.limit:g}",
                str(len(own)),
                str(len(at[service.limit])),
                f"{row['value']:.0f}",
                f"{known([one['persons'] for one in at[service.limit]]):.0f}",
            ]
        )
        expected += moved(at[service.limit]) + unclear(at[service.limit])
        for limit in service.limits:
            if limit != service.limit:
                persons = known([one["persons"] for one in inside[limit]])
                expected += Counter([f"{limit:g}", str(len(inside[limit])), f"{persons:.0f}"])
        assert numbers(row["text_zh"]) == expected


def moved(rows: list[dict[str, Any]]) -> Counter[str]:
    """Count what a sentence says of the range of the roads, where it moves the answer."""
    ends = [[one for one in rows if one[end] in REACHED] for end in ("class_high", "class_low")]
    places = [len(some) for some in ends]
    persons = [known([one["persons"] for one in some]) for some in ends]
    if places[0] == places[1] and persons[0] == persons[1]:
        return Counter()
    return Counter([*(str(one) for one in places), *(f"{one:.0f}" for one in persons)])


def unclear(rows: list[dict[str, Any]]) -> Counter[str]:
    """Count what a sentence says of villages that are neither reached nor not."""
    some = [one for one in rows if one["class"] == "unknown"]
    persons = known([one["persons"] for one in some])
    return Counter([str(len(some)), f"{persons:.0f}"]) if some else Counter()


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_warnings_count_villages_of_the_gaps(results: dict[str, StudyResult], name: str) -> None:
    rows = headline(results[name])
    expected = {
        "unknown_class": [one for one in rows if one["class"] == "unknown"],
        "depends": [one for one in rows if one["certainty"] == "depends"],
        "border": [one for one in rows if one["border"] == "yes"],
        "unreachable": [
            one for one in rows if math.isinf(one["minutes"]) and one["class"] != "unknown"
        ],
    }
    for topic, villages in expected.items():
        words = results[name].info.service(results[name].info.headline).name[0]
        own = [one for one in said(results[name], topic) if words in one["text_zh"]]
        assert [one["value"] for one in own] == ([float(len(villages))] if villages else [])


@pytest.mark.parametrize("name", ["example", "wushan"])
def test_the_next_sites_are_those_of_the_plans(results: dict[str, StudyResult], name: str) -> None:
    result = results[name]
    plans = [one for one in records(result, "plans") if one["limit"] == result.info.siting_limit]
    (first,) = said(result, "next_site")
    site = next(one for one in records(result, "sites") if one["plan"] == plans[0]["plan"])
    assert first["value"] == site["gain_persons"]
    assert first["zone_id"] == site["parent_id"]
    assert site["name"] in first["text_zh"]
    (programme,) = said(result, "plan")
    assert programme["value"] == plans[-1]["covered_persons"]
    (rest,) = said(result, "ceiling")
    assert rest["value"] == plans[0]["total_persons"] - plans[0]["ceiling_persons"]


@pytest.mark.parametrize(("name", "total"), [("example", 5), ("wushan", 26), ("wushan-facts", 26)])
def test_assessed_are_townships_with_an_official_verdict(
    results: dict[str, StudyResult], name: str, total: int
) -> None:
    board = records(results[name], "scoreboard")
    assessed = {
        one["zone_id"]
        for one in board
        if one["verdict"] in {"pass", "fail"} and len(one["zone_id"]) == 9
    }
    (row,) = said(results[name], "assessed")
    assert row["value"] == len(assessed)
    assert f"{len(assessed)}/{total}" in row["text_zh"]


# --- the fictional county ---


def test_sites_are_as_computed_by_hand(results: dict[str, StudyResult]) -> None:
    result = results["example"]
    assert said(result, "next_site")[0]["value"] == BEST[1][1]
    assert said(result, "plan")[0]["value"] == EXISTING_PERSONS + BEST[7][1]
    assert said(result, "ceiling")[0]["value"] == TOTAL_PERSONS - CEILING_PERSONS


def test_the_village_that_is_cut_off_is_named(results: dict[str, StudyResult]) -> None:
    (row,) = said(results["example"], "parts")
    village = next(
        one
        for one in records(results["example"], "villages")
        if one["zone_id"] == VILLAGES["T4"].zone_id
    )
    assert row["value"] == 1
    assert village["name"] in row["text_zh"]
    assert village["name_en"] in row["text_en"]


def test_villages_without_counts_are_named(
    results: dict[str, StudyResult], studies: dict[str, Study]
) -> None:
    rows = said(results["example"], "persons_missing")
    gone = studies["example"].group("eligible_day_care")
    zones = list(gone.index[gone.isna()])
    names = studies["example"].villages.set_index("zone_id")["name"]
    assert zones
    text = next(one["text_zh"] for one in rows if "日间照料" in one["text_zh"])
    assert all(names[zone] in text for zone in zones)


def test_a_township_that_fails_is_named(results: dict[str, StudyResult]) -> None:
    (row,) = said(results["example"], "failed_units")
    assert (row["value"], row["text_zh"]) == (1, "未达标：太虚乡。")


def test_measured_data_are_no_demonstration(results: dict[str, StudyResult]) -> None:
    table = results["example"].tables["findings"]
    assert not table["text_zh"].str.contains("演示").any()


# --- the real county ---


def test_modelled_results_say_so_in_their_own_sentence(results: dict[str, StudyResult]) -> None:
    allowed = {
        "township_promise", "village_promise", "assessed", "lacking", "parts", "snap", "roads",
        "grade_unknown", "counted",
    }  # fmt: skip
    for row in records(results["wushan"], "findings"):
        marked = "演示" in row["text_zh"] and "emonstration" in row["text_en"]
        assert marked or row["topic"] in allowed, row


def test_no_promise_is_claimed_to_pass_on_modelled_data(results: dict[str, StudyResult]) -> None:
    for topic in ("township_promise", "village_promise"):
        (row,) = said(results["wushan"], topic)
        assert row["value"] == 0
        assert "达标 0 个、未达标 0 个" in row["text_zh"]
        assert " 0 pass, 0 fail" in row["text_en"]


def test_demonstration_results_are_counted_beside(results: dict[str, StudyResult]) -> None:
    board = [
        one
        for one in records(results["wushan"], "scoreboard")
        if one["rule"] == "township_facility"
    ]
    shown = Counter(one["demonstration_verdict"] for one in board)
    failed = sum(one["persons"] for one in board if one["demonstration_verdict"] == "fail")
    (row,) = said(results["wushan"], "demonstration_township_promise")
    assert row["value"] == shown["pass"]
    assert numbers(row["text_en"]) == Counter(
        str(one) for one in (26, shown["pass"], shown["fail"], shown["cannot_assess"], int(failed))
    )


def test_a_long_list_of_names_ends_with_its_count(results: dict[str, StudyResult]) -> None:
    (row,) = said(results["wushan"], "failed_units")
    assert row["value"] > NAMES_SHOWN
    assert f"等 {row['value']:g} 个" in row["text_zh"]
    assert row["text_zh"].count("、") == NAMES_SHOWN - 1


def test_of_the_facts_alone_what_is_lacking_is_listed(results: dict[str, StudyResult]) -> None:
    rows = said(results["wushan-facts"], "lacking")
    text = " ".join(one["text_zh"] for one in rows)
    for word in ("设施台账", "持证残疾人数", "村级服务台账", "路网", "点位", "指标实际完成值"):
        assert word in text
    topics = {one["topic"] for one in records(results["wushan-facts"], "findings")}
    assert "no_travel" in topics
    assert not {"reach", "next_site", "plan", "ceiling", "unreachable"} & topics


# --- by hand ---


def test_without_a_plan_no_promise_is_spoken_of(studies: dict[str, Study]) -> None:
    found = Findings(replace(studies["example"], plan=None))
    findings.promises(found, pd.DataFrame())
    assert found.table().empty
    assert found.table().columns.tolist() == COLUMNS


def test_why_there_are_no_times_is_said(studies: dict[str, Study]) -> None:
    found = Findings(studies["example"])
    findings.travel(found, None, [("缺路网", "no roads"), ("缺点位", "no points")], 500.0)
    (text,) = found.table()["text_en"]
    assert "no roads" in text
    assert "no points" in text


def test_a_slope_limit_on_roads_without_slopes_is_warned_of(
    results: dict[str, StudyResult], studies: dict[str, Study]
) -> None:
    (one,) = said(results["wushan"], "grade_unknown")
    assert (one["severity"], one["value"], one["unit"]) == ("warning", 100.0, "%")
    assert one["text_zh"].startswith("轮椅出行：可通行道路中 100% 的长度坡度不详，按平路计算")
    assert one["text_en"].startswith("Travel profile wheelchair: 100 % of the length")

    matrix = TravelMatrix((), (), "min", np.empty((0, 0)))
    found = Findings(studies["wushan"])
    for share in (0.0, 0.125):
        times = ProfileTimes("wheelchair", "to_facility", matrix, share)
        findings.profiles(found, {"wheelchair": times})
    # A walker without a limit of slope is not held to one.
    findings.profiles(found, {"walker": ProfileTimes("walker", "to_facility", matrix, 1.0)})
    assert found.table()["value"].tolist() == [12.5]


def test_a_missing_english_name_falls_back_on_the_chinese_one() -> None:
    rows = pd.DataFrame({"name": ["甲", "乙"], "name_en": ["Jia", None]})
    zh, en = findings._names(rows)
    assert zh == "甲、乙"
    assert "Jia" in en
    assert "乙" in en


def test_it_is_said_whether_those_at_home_count_or_all_who_are_registered(
    results: dict[str, StudyResult], tmp_path: Path
) -> None:
    texts = [one["text_zh"] for one in said(results["example"], "counted")]
    assert len(texts) == 2
    assert texts[0].startswith("日间照料、辅助性就业：缺居住状况数据，服务对象按登记人数计")
    assert texts[1].startswith("社区康复、县残疾人康复中心：研究文件未指明服务对象")
    assert said(results["wushan-facts"], "counted") == []

    partly = lacking_of(open_study(joint_folder(tmp_path)))
    whole = lacking_of(replace(open_study(tmp_path), residence=None))
    for found, words in ((partly, "只计在家居住的人，缺居住状况"), (whole, "按登记人数计")):
        (text, *_) = (one["text_zh"] for one in found if one["topic"] == "counted")
        assert words in str(text)


def lacking_of(study: Study) -> list[dict[str, object]]:
    found = Findings(study)
    findings.lacking(found, pd.DataFrame(columns=["verdict", "zone_id"], dtype="str"))
    return found.rows


def test_counts_are_missing_where_the_services_lack_them_not_where_the_stated_groups_do(
    tmp_path: Path,
) -> None:
    study = open_study(joint_folder(tmp_path, residence=None))
    assert study.persons is not None
    stated = study.persons[(study.persons["group"] != "eligible_day_care").to_numpy()]
    jointly = replace(study, persons=stated)
    assert jointly.group("eligible_day_care").isna().all()

    (row,) = (one for one in lacking_of(jointly) if one["topic"] == "persons_missing")

    # The joint counts know three of the four villages, whatever the table of groups says.
    assert row["value"] == 1
    assert "day care" in str(row["text_en"])
    without = replace(jointly, persons=None)
    assert any(one["topic"] == "persons_missing" for one in lacking_of(without))


def test_a_detour_and_an_interval_of_roads_are_told_as_the_product_that_is_used(
    studies: dict[str, Study],
) -> None:
    study = studies["example"]

    def told(interval: Interval) -> list[str]:
        travel = replace(
            study.config.travel,
            engine="straight",
            straight_speed_kmh=30.0,
            detour=Interval(1.2, 1.5, 2.0),
            interval=interval,
        )
        found = Findings(replace(study, config=replace(study.config, travel=travel)))
        findings._detour(found)
        return [str(one["text_en"]) for one in found.rows]

    (only,) = told(Interval(1.0, 1.0, 1.0))
    assert "detour factor of 1.50 (1.20 to 2.00)" in only
    _, both_told = told(Interval(0.5, 1.0, 1.5))
    assert "1.50 (0.60 to 3.00) is used, the lowest being shorter" in both_told
    _, both_told = told(Interval(0.9, 1.0, 1.5))
    assert "1.50 (1.08 to 3.00) is used; if both" in both_told
