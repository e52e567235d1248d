"""By way of travelling: page, workbook and findings tell what the table holds."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import reports_cases as cases
from built_in import study_of

from wushan_geo import findings
from wushan_geo.access.profiles import profile_rows
from wushan_geo.findings import Findings
from wushan_geo.reports import report_files
from wushan_geo.reports.desk import desk_of
from wushan_geo.reports.profiles import (
    groups_text,
    persons_text,
    profile_notes,
    profile_tables,
    schematic,
)
from wushan_geo.reports.sheets import by_profile, profiles
from wushan_geo.reports.travelled import travelled
from wushan_geo.travel.times import travel_profiles
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from wushan_geo.reports.desk import Desk
    from wushan_geo.results import StudyResult

PROFILED = ("example", "wushan")
ORDER = ["walker", "wheelchair", "escorted", "vehicle", "bedbound"]


@cache
def desk_for(study: str) -> Desk:
    return desk_of(cases.result_of(study))


def rows_by(result: StudyResult, service: str, profile: str) -> pd.DataFrame:
    table = result.tables["access"]
    told = table["parameters"].str.contains(f"profile={profile};", regex=False)
    return table[told & (table["service"] == service)]


def counted(result: StudyResult, service: str, profile: str, limit: float) -> list[str]:
    """Count by the rows of villages alone, as somebody with the table in a spreadsheet would."""
    own = rows_by(result, service, profile)
    total = len(result.tables["villages"])
    minutes = own[own["measure"] == "minutes_nearest"].set_index("zone_id")["value"]
    flags = own[own["measure"] == "profile_within"].set_index("zone_id")["value"]
    # Who is known not to be within may have no minutes: one that may offer lies beyond the limit.
    timed = minutes.reindex(flags.index)
    assert (flags == (timed <= limit)).all()
    cut = timed.index[timed == math.inf]
    if not len(flags):
        return ["无数据", str(total), "无数据"]
    return [f"{int(flags.sum())}/{len(flags)}", str(total - len(flags)), str(len(cut))]


# --- The page ---


@pytest.mark.parametrize("study", PROFILED)
def test_the_section_holds_the_counts_of_the_table_in_the_order_of_the_study(study: str) -> None:
    result = cases.result_of(study)
    assert [one.key for one in result.info.profiles] == ORDER
    first = result.info.service(result.info.headline)
    for service in (one for one in result.info.services if one.measure == "minutes"):
        assert service.limit is not None
        rows = cases.table(cases.page_of(study), f"profiles-{service.key}")
        assert [row[0] for row in rows] == [one.name[0] for one in result.info.profiles]
        at = 3 + service.limits.index(service.limit)
        for row, profile in zip(rows, result.info.profiles, strict=True):
            wanted = counted(result, service.key, profile.key, service.limit)
            assert [row[at], *row[6:8]] == wanted, (service.key, profile.key)
    tables = profile_tables(desk_for(study))
    assert tables[0].id == f"profiles-{first.key}"
    assert len(tables) == 4


def test_counts_at_the_other_limits_are_those_of_the_table() -> None:
    result = cases.result_of("example")
    own = rows_by(result, "day_care", "escorted")
    rows = cases.table(cases.page_of("example"), "profiles-day_care")
    for at, limit in enumerate((20, 30, 45), 3):
        some = own[own["parameters"].str.startswith(f"limit={limit} min; profile=")]
        value = some[some["zone_id"] == result.info.county].set_index("measure")["value"]
        known = value["profile_places_total"] - value["profile_places_unknown"]
        assert rows[2][at] == f"{value['profile_places_reached']:.0f}/{known:.0f}"


def test_rows_say_who_travels_which_way() -> None:
    rows = cases.table(cases.page_of("wushan"), "profiles-day_care")

    assert [row[1] for row in rows] == ["本人前往机构"] * 4 + ["工作人员上门"]
    assert [row[2] for row in rows] == [
        "—", "—", "视力残疾、智力残疾、精神残疾、多重残疾", "肢体残疾", "重度残疾",
    ]  # fmt: skip
    assert groups_text(("all",)) == MESSAGES["persons.all"]


def test_a_median_is_over_villages_and_never_a_bare_number_where_roads_are_schematic() -> None:
    shown: dict[str, list[str]] = {}
    for study in PROFILED:
        result = cases.result_of(study)
        rows = cases.table(cases.page_of(study), "profiles-day_care")
        shown[study] = [row[8] for row in rows]
        for row, key in zip(rows, ORDER, strict=True):
            own = rows_by(result, "day_care", key)
            known = set(own.loc[own["measure"] == "profile_within", "zone_id"])
            timed = own[(own["measure"] == "minutes_nearest") & own["zone_id"].isin(known)]
            minutes = sorted(timed["value"])
            middle = minutes[(len(minutes) - 1) // 2]
            if middle == math.inf:
                assert row[8] == "无法到达"
            elif study == "example":
                assert row[8] == f"{middle:g}"
            else:
                assert row[8] == f"约 {middle:.0f}"
    assert shown["example"] == ["无法到达", "无法到达", "25", "29", "23"]
    assert (schematic(desk_for("example")), schematic(desk_for("wushan"))) == (False, True)


def test_persons_of_groups_stand_apart_and_only_where_they_were_counted() -> None:
    result, desk = cases.result_of("example"), desk_for("example")
    access = result.tables["access"]
    rows = cases.table(cases.page_of("example"), "profiles-day_care")
    for row, profile in zip(rows, result.info.profiles, strict=True):
        for group in profile.groups:
            words = f"group={group}; limit=30 min; profile={profile.key};"
            own = access[access["parameters"].str.startswith(words)]
            own = own[(own["zone_id"] == result.info.county) & (own["service"] == "day_care")]
            value = own.set_index("measure")["value"]
            name = groups_text((group,))[0]
            part = f"{name} {value['group_reached']:.0f}/{value['group_total']:.0f}"
            assert f"{part}（另有 {value['group_unknown']:.0f} 人待核实）" in row[9]
    assert rows[0][9] == "—"
    assert persons_text(desk, desk.headline, result.info.profiles[3]) == (
        "肢体残疾 381/703（另有 125 人待核实）",
        "physical 381/703 (besides 125 to be verified)",
    )
    assert MESSAGES["report.note.profiles.persons"] in profile_notes(desk)


def test_modelled_persons_have_a_note_and_no_number() -> None:
    rows = cases.table(cases.page_of("wushan"), "profiles-day_care")
    notes = profile_notes(desk_for("wushan"))

    assert {len(row) for row in rows} == {9}
    assert MESSAGES["report.note.profiles.modelled"] in notes
    assert MESSAGES["report.note.profiles.persons"] not in notes
    assert "残疾人数为推算数据" in cases.section(cases.page_of("wushan"), "reach")


def test_persons_who_are_not_counted_are_no_model() -> None:
    result = cases.result_of("wushan")
    other = replace(result, info=replace(result.info, persons_basis="missing"))
    assert MESSAGES["report.note.profiles.uncounted"] in profile_notes(desk_of(other))
    alone = tuple(replace(one, groups=()) for one in result.info.profiles)
    nobody = replace(result, info=replace(result.info, profiles=alone))
    said = [MESSAGES[f"report.note.profiles.{one}"] for one in ("modelled", "uncounted")]
    assert not set(said) & set(profile_notes(desk_of(nobody)))


def test_a_group_without_counts_is_no_data_and_not_nobody() -> None:
    result = cases.result_of("example")
    table = result.tables["access"]
    lost = table[~table["parameters"].str.contains("group=physical;", regex=False)]
    desk = desk_of(cases.with_tables(result, access=lost))
    assert persons_text(desk, desk.headline, result.info.profiles[3])[0] == "肢体残疾 无数据"


def test_the_notes_say_on_how_much_no_slope_is_known() -> None:
    for study, shares in (("example", ("45.3", "48.5")), ("wushan", ("100", "100"))):
        zh, en = profile_notes(desk_for(study))[-1]
        assert f"独立步行 {shares[0]}%、轮椅 {shares[1]}%" in zh
        assert f"independent walker {shares[0]} %; wheelchair {shares[1]} %" in en
        told = cases.result_of(study).tables["findings"]["text_zh"]
        assert told.str.contains(f"轮椅出行：可通行道路中 {shares[1]}%", regex=False).any()


def test_the_section_says_neither_pass_nor_fail_and_carries_its_mark() -> None:
    page = cases.section(cases.page_of("wushan"), "reach")
    head = re.search(r"<h3>(?:(?!</h3>).)*出行方式.*?</h3>", page)
    assert head is not None
    assert "演示结果" in head[0]
    said = [text for one in profile_notes(desk_for("wushan")) for text in one]
    assert not any("达标" in one or "fail" in one for one in said)


# --- The workbook ---


@pytest.mark.parametrize("study", PROFILED)
def test_the_summary_sheet_holds_the_same_counts_as_the_page(study: str) -> None:
    result, book = cases.result_of(study), cases.book_of(study)
    rows = cases.records(book["出行方式汇总"])
    names = {f"{one.name[0]} {one.name[1]}": one for one in result.info.services}
    assert len(rows) == 4 * len(ORDER) * 3
    for at, row in enumerate(rows):
        profile = result.info.profiles[at // 3 % len(ORDER)]
        service = names[row["服务"]]
        assert row["出行方式"] == " ".join(profile.name)
        known = row["情况已知的村（社区）（个）"]
        assert (
            known + row["待核实（个）"] == row["村（社区）（个）"] == len(result.tables["villages"])
        )
        if row["默认时限"] != "是 yes":
            continue
        assert row["时限（分钟，分析假设）"] == service.limit
        wanted = counted(result, service.key, profile.key, service.limit or 0.0)
        within = row["时限内村（社区）（个）"]
        assert [f"{within}/{known}" if known else within, str(row["待核实（个）"])] == wanted[:2]
        assert str(row["无法到达（个）"]) == wanted[2]
    assert ("默认时限内／全部（人，分类）" in rows[0]) == (study == "example")


@pytest.mark.parametrize("study", PROFILED)
def test_the_sheet_of_villages_sets_the_ways_side_by_side(study: str) -> None:
    result, book = cases.result_of(study), cases.book_of(study)
    rows = cases.records(book["出行方式"])
    total = len(result.tables["villages"])
    assert len(rows) == 4 * total
    service = result.info.service(result.info.headline)
    own = [one for one in rows if one["服务"] == " ".join(service.name)]
    assert [one["代码"] for one in own] == sorted(one["代码"] for one in own)
    said = {1.0: "是 yes", 0.0: "否 no"}
    for profile in result.info.profiles:
        access = rows_by(result, service.key, profile.key)
        minutes = access[access["measure"] == "minutes_nearest"].set_index("zone_id")["value"]
        flags = access[access["measure"] == "profile_within"].set_index("zone_id")["value"]
        for one in own:
            shown = one[f"{profile.name[0]}：单程时间（分钟）"]
            value = minutes.get(one["代码"], math.nan)
            if value == math.inf:
                assert shown == "无法到达"
            elif math.isnan(value):
                assert shown == "无数据"
            else:
                assert shown == pytest.approx(value, abs=1e-9)
            wanted = said.get(flags.get(one["代码"], math.nan), "待核实 unknown")
            assert one[f"{profile.name[0]}：时限内"] == wanted


def test_the_guide_of_the_workbook_holds_the_notes() -> None:
    rows = cases.records(cases.book_of("wushan")["说明"])
    told = [row for row in rows if row["类别"].startswith("出行方式")]
    assert [(row["中文"], row["英文"]) for row in told] == profile_notes(desk_for("wushan"))


# --- The finding ---


@pytest.mark.parametrize("study", PROFILED)
def test_one_sentence_tells_the_villages_of_each_way_in_both_languages(study: str) -> None:
    result = cases.result_of(study)
    table = result.tables["findings"]
    (row,) = table[table["topic"] == "profiles"].to_dict("records")
    for profile in result.info.profiles:
        within, unknown, _ = counted(result, "day_care", profile.key, 30.0)
        assert f"{profile.name[0]}的 {within} 个（另有 {unknown} 个待核实）" in row["text_zh"]
        english = within.replace("/", " of ")
        assert f"{profile.name[1]} {english} (besides {unknown} to be verified)" in row["text_en"]
    assert row["text_zh"].startswith("演示结果——") == (study == "wushan")
    assert row["text_en"].startswith("Demonstration: ") == (study == "wushan")
    assert row["text_zh"] in cases.chinese(cases.section(cases.page_of(study), "answer"))


# --- Nothing where there is nothing ---


def test_a_study_without_ways_of_travelling_has_no_section_no_sheet_and_no_sentence() -> None:
    facts, profiled = cases.result_of("wushan-facts"), cases.result_of("example")
    table, told = profiled.tables["access"], profiled.tables["findings"]
    without = cases.with_tables(
        replace(profiled, info=replace(profiled.info, profiles=())),
        access=table[~table["parameters"].str.contains("profile=", regex=False)],
        findings=told[told["topic"] != "profiles"],
    )
    for result in (facts, without):
        desk = desk_of(result)
        assert not desk.travelled
        assert profile_tables(desk) == []
        assert profile_notes(desk) == []
        assert profiles(desk) is by_profile(desk) is None
        assert "profiles" not in set(result.tables["findings"]["topic"])
        made = report_files(result, ["html", "xlsx"])
        page = made["county.html"].decode()
        parts = cases.section(page, "reach") + cases.section(page, "answer")
        assert "出行方式" not in parts
        assert "travelling" not in parts
        names = cases.read_book(made["county.xlsx"]).sheetnames
        assert not any("出行方式" in one for one in names)


def test_a_study_without_ways_of_travelling_has_no_rows_and_no_sentence() -> None:
    study = study_of("example")
    travel = replace(study.config.travel, profiles={}, group_profiles={})
    bare = replace(study, config=replace(study.config, travel=travel))
    found = Findings(bare)
    findings.by_profile(found, profile_rows(bare, travel_profiles(bare)))

    assert found.rows == []
    assert cases.result_of("wushan-facts").info.profiles == ()


def test_rows_of_other_ways_are_not_looked_up() -> None:
    columns = ["zone_id", "service", "measure", "value", "unit", "parameters"]
    rows: list[tuple[Any, ...]] = [
        ("1", "care", "minutes_nearest", 5.0, "min", "condition=ordinary; times=central"),
        ("1", "care", "minutes_nearest", 9.0, "min", "profile=x; direction=to_facility"),
        ("1", "care", "profile_places_total", 3.0, "places", "limit=30 min; profile=x"),
        ("2", "care", "group_total", 3.0, "persons", "group=a; limit=30 min; profile=x"),
    ]
    found = travelled(pd.DataFrame(rows, columns=columns), "1")

    assert found.minutes == {("care", "x", "1"): 9.0}
    assert found.county == {("care", "x", 30.0): {"profile_places_total": 3.0}}
    assert found.groups == {}  # of a township
