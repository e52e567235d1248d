"""One sheet as an office keeps it, brought into the columns of a table: header, columns, layout."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.sources.grid import Grid
from wushan_geo.sources.understanding import Understood, understand
from wushan_geo.sources.understanding.columns import Resolver
from wushan_geo.sources.vocabulary import Vocabulary, Word, built_in
from wushan_geo.study.answers import LEAVE_OUT, Answer, Answers
from wushan_geo.study.tables import CONTRACTS, GROUPS, TYPES, check_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wushan_geo.errors import Fault

DATA = Path(__file__).parent.parent / "data"
SERVICES = (
    "day_care", "sheltered_employment", "community_rehab", "concentrated_care",
    "psychiatric_community_rehab", "county_rehab", "visiting", "community_care", "neighbour_help",
)  # fmt: skip
TYPE_HEADS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
N = None
CODE = "500237001001"


def sheet(rows: Iterable[Sequence[Any]], table: str, **more: Any) -> Understood:
    """Understand rows as a sheet of a workbook."""
    listed = [tuple(row) for row in rows]
    width = max((len(row) for row in listed), default=0)
    grid = Grid(
        "a.xlsx",
        "表1",
        tuple(row + (None,) * (width - len(row)) for row in listed),
        tuple(more.pop("merged", ())),
        more.pop("first_row", 1),
    )
    answers = Answers.of(
        Answer(topic, table, subject, answer) for topic, subject, answer in more.pop("answers", ())
    )
    vocabulary = more.pop("vocabulary", built_in())
    return understand(grid, table, vocabulary=vocabulary, answers=answers, **more)


def cells(found: Understood, *columns: str) -> list[tuple[Any, ...]]:
    """Give columns of the table, None for a missing cell."""
    assert found.raw is not None
    frame = found.raw.frame
    lists = [frame[c].astype(object).where(frame[c].notna(), None).tolist() for c in columns]
    return list(zip(*lists, strict=True))


def kinds(found: Understood, severity: str) -> list[Fault]:
    return [one for one in found.faults if one.severity == severity]


def noted(found: Understood, part: str) -> list[Fault]:
    return [one for one in kinds(found, "note") if part in one.rule]


def meanings(found: Understood) -> dict[str, str]:
    return {one.header: one.means for one in found.arrival.columns}


# A file in our own words


@pytest.mark.parametrize(
    "path",
    sorted(
        path.relative_to(DATA)
        for path in [*DATA.glob("wushan/**/*.csv"), *DATA.glob("example/**/*.csv")]
    ),
    ids=str,
)
def test_a_canonical_file_is_read_as_before_and_without_a_finding(path: Path) -> None:
    table = {"nodes": "road_nodes", "edges": "road_edges"}.get(path.stem, path.stem)
    content = (DATA / path).read_bytes()
    before = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, na_values=[""])
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    grid = Grid(path.name, "", tuple(tuple(cell or None for cell in row) for row in rows))

    found = understand(grid, table, vocabulary=built_in(), answers=Answers(), services=SERVICES)

    assert found.faults == ()
    assert found.raw is not None
    own = [one for one in before.columns if one in found.raw.frame.columns]
    assert [one for one in found.raw.frame.columns if one not in own] == []
    assert found.raw.frame[own].reset_index(drop=True).equals(before[own])
    assert found.raw.frame.index.tolist() == [at + 2 for at in before.index]
    assert (dict(found.raw.labels), found.raw.row_labels, found.raw.header) == ({}, None, 1)
    assert {one.how for one in found.arrival.columns} == {"exact"}


def test_a_canonical_file_that_lost_a_header_or_has_it_twice_is_an_error() -> None:
    found = sheet([("zone_id", "group", "persons", N), (CODE, "all", "3", "x")], "persons")
    assert [(one.row, one.column) for one in kinds(found, "error")] == [(1, "column 4")]

    rows = [("zone_id", "group", "persons", "persons"), (CODE, "all", "3", "4")]
    twice = sheet(rows, "persons")
    assert [one.rule for one in kinds(twice, "error")] == ["has each column once"]


def test_cells_of_a_spreadsheet_become_the_text_that_they_show() -> None:
    rows = [("zone_id", "group", "persons", "basis"), (500237001001.0, "all", 12.0, " measured ")]

    assert cells(sheet(rows, "persons"), "zone_id", "group", "persons", "basis") == [
        ("500237001001", "all", "12", "measured")
    ]


# The header


def three_levels() -> Understood:
    rows = [
        ("巫山县持证残疾人情况统计表",),
        ("填报单位：巫山县残联", N, N, "填报人：张三", N, N, N, "截止日期：2025年6月30日",
         *[N] * 5, "单位：人"),
        ("乡镇（街道）", "村\n（社区）", "持证残疾人数"),
        (N, N, "合计", "残疾类别", N, N, N, N, N, N, "残疾等级"),
        (N, N, N, *TYPE_HEADS, "一级", "二级", "三级", "四级"),
        ("甲", "乙", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        ("总计", N, 60, 6, 3, 3, 30, 6, 6, 6, 12, 12, 18, 18),
        ("高唐街道", "登龙社区", 20.0, 2.0, "１", "1", 10, 2, 2, 2, "4", "4", 6, 6),
        (N, "圣泉社区", 20, 2, 1, 1, 10, 2, 2, 2, 4, 4, 6, 6),
        (N, "小计", 40, 4, 2, 2, 20, 4, 4, 4, 8, 8, 12, 12),
        ("乡镇（街道）", "村\n（社区）", "合计", *TYPE_HEADS, "一级", "二级", "三级", "四级"),
        ("巫峡镇", "巫峡村", "20人", 2, 1, "1", 10, 2, 2, 2, 4, 4, 6, "六"),
        ("注：数据来源于全国残疾人人口基础数据库。",),
        ("审核人：", "李四", N, "填表人：张三"),
    ]  # fmt: skip
    merged = [
        (0, 0, 0, 13), (1, 0, 1, 1), (2, 0, 4, 0), (2, 1, 4, 1), (2, 2, 2, 13), (3, 2, 4, 2),
        (3, 3, 3, 9), (3, 10, 3, 13), (7, 0, 9, 0), (12, 0, 12, 13),
    ]  # fmt: skip
    return sheet(rows, "persons", merged=merged)


def test_a_workbook_with_three_header_rows_is_read_whole() -> None:
    found = three_levels()

    assert [one for one in found.faults if one.severity != "note"] == []
    assert (found.arrival.header_rows, found.arrival.layout) == ("3-5", "wide")
    assert (found.arrival.rows, found.arrival.left_out) == (3, 6)
    groups = ["all", *TYPES, "severe"]
    expected = [
        (town, village, group, str(count))
        for town, village in [
            ("高唐街道", "登龙社区"), ("高唐街道", "圣泉社区"), ("巫峡镇", "巫峡村"),
        ]
        for group, count in zip(groups, [20, 2, 1, 1, 10, 2, 2, 2, 8], strict=True)
    ]  # fmt: skip
    assert cells(found, "township_name", "village_name", "group", "persons") == expected
    assert found.raw is not None
    assert found.raw.frame.index.tolist() == [8] * 9 + [9] * 9 + [12] * 9


def test_a_fault_in_an_unfolded_table_names_the_header_above_the_value() -> None:
    raw = three_levels().raw

    assert raw is not None
    assert raw.where(1, "persons").column == "持证残疾人数/残疾类别/视力"
    assert raw.where(8, "persons").column == "一级+二级"
    assert raw.where(9, "township_name").column == "乡镇（街道）"
    assert raw.header == 5


def test_what_is_stated_around_a_table_fills_the_columns_it_lacks() -> None:
    found = three_levels()

    assert set(cells(found, "source_unit", "signer", "as_of")) == {
        ("巫山县残联", "李四", "2025-06-30")
    }
    taken = noted(found, "stated beside the table")
    assert [(one.row, one.column, one.value) for one in taken] == [
        (2, "截至日期", "2025-06-30"), (2, "提供单位", "巫山县残联"), (14, "签字人", ""),
    ]  # fmt: skip
    assert not any("李四" in str(one) or "张三" in str(one) for one in found.faults)


def test_what_is_stated_is_taken_sign_for_sign() -> None:
    rows = [
        ("数据来源：演示数据（非真实机构）  （截止日期：2020年）",),
        ("村", "残疾人数"),
        ("甲村", 1),
    ]

    assert cells(sheet(rows, "persons"), "source_unit", "as_of") == [
        ("演示数据（非真实机构）", "2020")
    ]


def test_a_column_of_the_table_holds_before_what_is_stated_around_it() -> None:
    rows = [
        ("填报单位：县残联",),
        ("村", "残疾人数", "提供单位"),
        ("甲村", 1, "乡政府"),
        ("乙村", 2, N),
    ]

    assert cells(sheet(rows, "persons"), "source_unit") == [("乡政府",), (None,)]


def test_a_stated_month_is_asked_about_and_the_answer_is_remembered() -> None:
    rows = [("截止时间：2025年6月",), ("村", "残疾人数"), ("甲村", 1)]
    asked = kinds(sheet(rows, "persons"), "decide")

    assert [one.ask.choices for one in asked if one.ask] == [
        ("2025-06-30", "2025-06-01", LEAVE_OUT)
    ]
    answer = ("value", asked[0].ask.subject if asked[0].ask else "", "2025-06-30")
    found = sheet(rows, "persons", answers=[answer])
    assert cells(found, "as_of") == [("2025-06-30",)]
    assert kinds(found, "decide") == []


def test_counts_in_ten_thousands_are_an_error() -> None:
    found = sheet([("单位：万人",), ("村", "残疾人数"), ("甲村", 1)], "persons")

    assert [(one.row, one.value) for one in kinds(found, "error")] == [(1, "万人")]
    assert kinds(sheet([("单位：人",), ("村", "残疾人数"), ("甲村", 1)], "persons"), "error") == []


def test_a_header_of_two_rows_without_merged_cells_is_joined() -> None:
    rows = [
        ("乡镇", "村", "合计", "残疾类别", *[N] * 6),
        (N, N, N, *TYPE_HEADS),
        ("甲镇", "甲村", 7, *[1] * 7),
    ]
    found = sheet(rows, "persons")

    assert found.arrival.header_rows == "1-2"
    assert meanings(found)["残疾类别/多重"] == "persons/multiple"
    assert cells(found, "group", "persons")[0] == ("all", "7")
    assert len(cells(found, "group")) == 8


def test_types_by_grades_are_added_up() -> None:
    heads = [one for one in TYPE_HEADS for _ in range(4)]
    grades = ["一级", "二级", "三级", "四级"] * 7
    rows = [("村", *heads), (N, *grades), ("甲村", *range(1, 29))]
    found = sheet(rows, "persons", merged=[(0, 0, 1, 0)])
    counts = dict(cells(found, "group", "persons"))

    assert counts["visual"] == "10"
    assert counts["multiple"] == str(25 + 26 + 27 + 28)
    assert counts["all"] == str(sum(range(1, 29)))
    # Grades 1 and 2 of each type: 1 + 2 + 5 + 6 + ... + 25 + 26.
    assert counts["severe"] == str(sum(4 * at + 1 + 4 * at + 2 for at in range(7)))
    assert len(noted(found, "was added up from")) == 9


def test_a_header_is_found_below_blank_rows_and_titles_at_any_depth() -> None:
    rows = [
        [N],
        ["表1"],
        [N],
        ["制表：某局  2025年"],
        [N],
        ["村名", "持证人数（人）"],
        ["甲村", "3"],
    ]
    found = sheet([[*row, N][:2] for row in rows], "persons", first_row=4)

    assert found.arrival.header_rows == "9"
    assert cells(found, "village_name", "persons") == [("甲村", "3")]
    assert found.raw is not None
    assert found.raw.frame.index.tolist() == [10]


def test_without_a_header_the_expected_headings_are_told() -> None:
    found = sheet([("机构清单",), ("甲列", "乙列"), ("丙", "丁")], "facilities")

    assert found.raw is None
    (only,) = found.faults
    assert only.severity == "error"
    assert "机构名称" in only.rule_zh
    assert "facility_id" in only.rule
    assert only.value == "甲列 | 乙列"


def test_a_register_without_a_header_shows_nobody() -> None:
    found = sheet([("张三", "500237196001010017", "高唐街道"), ("李四", "1", "巫峡镇")], "persons")

    assert found.raw is None
    assert "张三" not in str(found.faults)
    assert "500237196001010017" not in str(found)


def test_a_row_with_a_telephone_is_no_header_to_be_shown() -> None:
    found = sheet([("渝馨家园", "张三", "13812345678"), ("阳光家园", "李四", "1")], "facilities")

    assert found.raw is None
    assert "张三" not in str(found)


@pytest.mark.parametrize("table", sorted(CONTRACTS))
def test_an_empty_sheet_has_no_header(table: str) -> None:
    for rows in ([], [(N, N)], [("",)]):
        found = sheet(rows, table)
        assert found.raw is None
        assert len(found.faults) == 1


def test_a_list_of_words_is_no_table() -> None:
    rows = [("状态", "接收范围"), ("运行", "全县"), ("在建", "不限")]

    assert sheet(rows, "facilities").raw is None


def test_a_sheet_with_thousands_of_columns_is_told_and_not_searched() -> None:
    rows = [("村", "残疾人数", *[f"列{at}" for at in range(3000)]), ("甲村", 1, *[1] * 3000)]
    found = sheet(rows, "persons")

    assert [one.rule for one in kinds(found, "error")] == ["has at most 512 columns"]


# Columns


@pytest.mark.parametrize(
    ("table", "header", "means"),
    [
        ("persons", "乡（镇）、街道", "township_name"),
        ("persons", "所在乡镇", "township_name"),
        ("persons", "村(社区)", "village_name"),
        ("persons", "行政村", "village_name"),
        ("persons", "统计用区划代码", "zone_id"),
        ("persons", "持证残疾人数", "persons"),
        ("villages", "XZQDM", "zone_id"),
        ("villages", "ZLDWMC", "name"),
        ("villages", "所属乡镇", "township_name"),
        ("townships", "街道", "name"),
        ("facilities", "床位数", "capacity"),
        ("facilities", "X坐标", "lon"),
        ("facilities", "启用时间", "opened"),
        ("facilities", "星 级", "grade"),
        ("facilities", "*机构名称", "name"),
        ("facilities", "1.机构名称", "name"),
        ("facilities", "barrier_fr", "barrier_free"),
        ("villages", "boundary_b", "boundary_basis"),
        ("villages", "source_uni", "source_unit"),
        ("facilities", "JD", "lon"),
        ("facilities", "Capacity", "capacity"),
        ("road_edges", "公路等级", "road_class"),
        ("indicators", "完成值", "value"),
        ("crossings", "所在河流", "river"),
        ("services", "最近一次服务时间", "last"),
    ],
)
def test_a_header_is_known_by_many_names(table: str, header: str, means: str) -> None:
    found = Resolver(table, built_in(), Answers()).read((header,))

    assert (found.column, found.how) == (means, "alias")


def test_each_column_of_each_contract_has_a_chinese_heading_that_means_it() -> None:
    for table, contract in CONTRACTS.items():
        resolver = Resolver(table, built_in(), Answers())
        for column in contract.columns:
            heading = built_in().heading(table, column.name)
            assert heading != column.name, (table, column.name)
            assert resolver.read((heading,)).column == column.name, (table, heading)


def test_traditional_characters_mean_the_same() -> None:
    rows = [
        ("填報單位：縣殘聯",), ("鄉鎮", "村", "合計", "視力殘疾", "聽力"),
        ("甲鎮", "甲村", 3, "無", 2), ("總計", N, 3, 0, 2), ("備註：無",),
    ]  # fmt: skip
    found = sheet(rows, "persons")

    assert cells(found, "group", "persons", "source_unit") == [
        ("all", "3", "縣殘聯"), ("visual", "0", "縣殘聯"), ("hearing", "2", "縣殘聯"),
    ]  # fmt: skip
    assert found.arrival.left_out == 2
    status = sheet([("機構名稱", "狀態"), ("甲", "運行")], "facilities")
    assert cells(status, "status") == [("open",)]


def test_persons_whom_a_service_is_for_stand_below_its_name() -> None:
    heads = ("符合日间照料条件人数", "辅助性就业服务对象", "符合条件的服务对象")
    rows = [("村", *heads), (N, N, N, "集中照护"), ("甲村", 1, 2, 3)]
    found = sheet(rows, "persons", services=SERVICES)

    assert cells(found, "group", "persons") == [
        ("eligible_day_care", "1"), ("eligible_sheltered_employment", "2"),
        ("eligible_concentrated_care", "3"),
    ]  # fmt: skip


def test_a_column_that_is_not_there_is_named_as_the_office_would() -> None:
    found = sheet([("机构名称", "床位"), ("甲", 5)], "facilities")

    assert found.raw is not None
    assert found.raw.labels["kind"] == "机构类型"


def test_an_unknown_header_is_listed_and_not_used() -> None:
    found = sheet([("村", "残疾人数", "低保户数"), ("甲村", 1, 2)], "persons")

    assert [(one.header, one.how) for one in found.arrival.columns][-1] == ("低保户数", "unused")
    assert found.raw is not None
    assert "低保户数" not in found.raw.frame.columns


def test_a_header_that_is_nearly_known_is_asked_about_and_the_answer_holds() -> None:
    rows = [("机构名称", "状态", "每周开放天树"), ("甲", "运行", 5)]
    (asked,) = kinds(sheet(rows, "facilities"), "decide")

    assert asked.ask is not None
    assert (asked.ask.topic, asked.ask.subject) == ("column", "每周开放天树")
    assert asked.ask.choices == ("open_days", LEAVE_OUT)
    found = sheet(rows, "facilities", answers=[("column", "每周开放天树", "open_days")])
    assert cells(found, "open_days") == [("5",)]
    assert kinds(found, "decide") == []
    left = sheet(rows, "facilities", answers=[("column", "每周开放天树", LEAVE_OUT)])
    assert kinds(left, "decide") == []
    assert len(noted(left, "as answered before")) == 1


def test_an_answer_may_name_a_column_by_its_heading_or_a_group_by_its_key() -> None:
    rows = [("村", "看不见的", "残疾人数"), ("甲村", 5, 9)]
    found = sheet(rows, "persons", answers=[("column", "看不见的", "visual")])
    assert cells(found, "group", "persons") == [("all", "9"), ("visual", "5")]

    rows = [("机构名称", "几张床"), ("甲", 5)]
    found = sheet(rows, "facilities", answers=[("column", "几张床", "托养名额")])
    assert cells(found, "capacity") == [("5",)]


def test_two_columns_that_want_to_be_the_same_are_asked_about() -> None:
    rows = [("机构名称", "托养名额", "床位数"), ("甲", 5, 9)]
    found = sheet(rows, "facilities")
    (asked,) = kinds(found, "decide")

    assert asked.ask is not None
    assert (asked.column, asked.ask.choices) == ("床位数", (LEAVE_OUT, "capacity"))
    assert cells(found, "capacity") == [("5",)]
    kept = sheet(rows, "facilities", answers=[("column", "床位数", "capacity")])
    assert (cells(kept, "capacity"), kinds(kept, "decide")) == ([("9",)], [])
    left = sheet(rows, "facilities", answers=[("column", "床位数", LEAVE_OUT)])
    assert (cells(left, "capacity"), kinds(left, "decide")) == ([("5",)], [])


def test_two_columns_that_say_the_same_in_every_row_are_one() -> None:
    found = sheet([("机构名称", "托养名额", "床位数"), ("甲", 5, 5), ("乙", 6, 6)], "facilities")

    assert kinds(found, "decide") == []
    assert [one.column for one in noted(found, "says the same")] == ["床位数"]


def test_an_empty_column_contests_nothing() -> None:
    found = sheet([("机构名称", "托养名额", "床位数"), ("甲", N, 5), ("乙", N, 6)], "facilities")

    assert kinds(found, "decide") == []
    assert cells(found, "capacity") == [("5",), ("6",)]


def test_an_empty_column_does_not_settle_between_two_others() -> None:
    rows = [("机构名称", "托养名额", "床位数", "床位"), ("甲", N, 5, 6), ("乙", N, 6, 7)]
    found = sheet(rows, "facilities")

    assert [one.column for one in kinds(found, "decide")] == ["床位"]
    assert cells(found, "capacity") == [("5",), ("6",)]


def test_a_column_below_two_types_is_none_of_them() -> None:
    resolver = Resolver("persons", built_in(), Answers())

    assert not resolver.read(("视力", "听力")).known
    assert resolver.read(("视力", "重度")).parts == (("severe", "severe"), ("type", "visual"))
    assert resolver.read(("视力", "合计")).parts == (("type", "visual"),)
    assert resolver.read(("视力残疾", "人数")).parts == (("type", "visual"),)


def test_columns_about_persons_are_left_in_the_file() -> None:
    rows = [("机构名称", "负责人", "联系电话", "托养名额"), ("甲", "张三", "13812345678", 5)]
    found = sheet(rows, "facilities")

    assert found.raw is not None
    assert list(found.raw.frame.columns) == ["name", "capacity"]
    assert {one.column for one in noted(found, "about persons")} == {"负责人", "联系电话"}
    assert {one.header: one.how for one in found.arrival.columns}["负责人"] == "personal"
    assert "张三" not in str(found)
    assert "13812345678" not in str(found)


def test_a_register_of_persons_is_handed_over_without_showing_anyone() -> None:
    rows = [
        ("序号", "姓名", "身份证号", "残疾证号", "乡镇", "村", "残疾类别", "残疾等级",
         "出生年月日", "联系电话"),
        (1, "张三", "500237196001010017", "50023719600101001742", "甲镇", "甲村", "肢体", "二级",
         "1960年1月1日", 13812345678.0),
        (2, "李四", 5.002371960010100e17, "50023719600101002542", N, "乙村", "肢体", "二级",
         "不详", N),
        ("合计", "2人"),
    ]  # fmt: skip
    found = sheet(rows, "persons")

    assert found.arrival.layout == "register"
    assert (found.arrival.rows, found.arrival.left_out) == (2, 1)
    assert cells(found, "person_id", "person_certificate", "person_birth", "person_phone") == [
        ("500237196001010017", "50023719600101001742", "1960-01-01", "13812345678"),
        (None, "50023719600101002542", "不详", None),
    ]
    assert cells(found, "person_type", "township_name") == [("肢体", "甲镇"), ("肢体", "甲镇")]
    (error,) = kinds(found, "error")
    assert (error.row, error.column, error.value) == (3, "身份证号", "")
    told = str(found.faults) + str(found.arrival)
    assert not any(one in told for one in ("张三", "李四", "5002371960", "13812345678", "1960"))


def test_a_table_of_counts_with_a_contact_is_no_register() -> None:
    rows = [("村", "残疾人数", "联系人", "联系电话"), ("甲村", 3, "张三", "13812345678")]
    found = sheet(rows, "persons")

    assert found.arrival.layout == "wide"
    assert cells(found, "group", "persons") == [("all", "3")]
    assert "张三" not in str(found)


def test_a_column_without_a_header_is_told() -> None:
    found = sheet([("村", "残疾人数", N), ("甲村", 1, "x"), ("乙村", 1, N)], "persons")

    (note,) = noted(found, "has no header")
    assert (note.row, note.column, note.value) == (2, "column 3", "")


def test_the_code_of_a_township_places_a_facility() -> None:
    found = sheet([("机构名称", "乡镇代码"), ("甲", "500237001000")], "facilities")

    assert cells(found, "zone_id") == [("500237001",)]


def test_the_features_of_a_layer_have_their_names_in_row_nought() -> None:
    found = sheet([("XZQDM", "FOO"), ("500237001", 1)], "townships", first_row=0)

    assert found.raw is not None
    assert found.raw.frame.index.tolist() == [1]
    assert cells(found, "zone_id") == [("500237001",)]


# Wide and long


def test_grades_one_and_two_are_the_severe() -> None:
    found = sheet([("村", "一级", "二级", "三级", "四级"), ("甲村", 1, 2, 3, 4)], "persons")

    assert cells(found, "group", "persons") == [("all", "10"), ("severe", "3")]
    assert [one.rule for one in noted(found, "severe")] == [
        "the group 'severe' was added up from: 一级+二级"
    ]


def test_a_missing_grade_leaves_the_severe_missing() -> None:
    found = sheet(
        [("村", "合计", "一级", "二级"), ("甲村", 9, 1, "—"), ("乙村", 9, 0, 0)], "persons"
    )

    assert cells(found, "group", "persons") == [
        ("all", "9"), ("severe", None), ("all", "9"), ("severe", "0"),
    ]  # fmt: skip


def test_types_that_do_not_add_up_are_asked_about_with_both_figures() -> None:
    rows = [("乡镇", "村", "合计", *TYPE_HEADS), ("甲镇", "甲村", 9, *[1] * 7),
            ("甲镇", "乙村", 7, *[1] * 7)]  # fmt: skip
    found = sheet(rows, "persons")
    (asked,) = kinds(found, "decide")

    assert (asked.row, asked.column, asked.value) == (2, "合计", "9")
    assert asked.rule == "the total is 9, and its disability types add up to 7"
    assert "各数按原数保留" in asked.suggestion_zh
    assert asked.ask is not None
    assert (asked.ask.topic, asked.ask.subject) == ("total", "甲镇/甲村/all/type/9≠7")
    accepted = sheet(rows, "persons", answers=[("total", "甲镇/甲村/all/type/9≠7", "accept")])
    assert kinds(accepted, "decide") == []
    assert cells(accepted, "persons") == cells(found, "persons")


@pytest.mark.parametrize(
    ("heads", "counts", "by"),
    [
        (("合计", "一级", "二级", "三级", "四级"), (9, 1, 2, 3, 4), "grade"),
        (("合计", "0-15岁", "16-59岁", "60岁及以上"), (9, 1, 2, 3), "age"),
        (("重度", "一级", "二级"), (9, 1, 2), "severe"),
    ],
)
def test_each_way_of_parting_all_persons_is_checked(
    heads: tuple[str, ...], counts: tuple[int, ...], by: str
) -> None:
    found = sheet([("村", *heads), ("甲村", *counts)], "persons")

    assert [one.ask.subject.split("/")[-2] for one in kinds(found, "decide") if one.ask] == [by]


def test_a_total_is_not_checked_against_types_of_which_one_is_missing() -> None:
    found = sheet([("村", "合计", *TYPE_HEADS), ("甲村", 9, *[1] * 6, "—")], "persons")

    assert kinds(found, "decide") == []


GRADE_HEADS = ("一级", "二级", "三级", "四级")


def test_an_empty_part_beside_a_total_that_adds_up_is_zero() -> None:
    rows = [
        ("村", "合计", *TYPE_HEADS, *GRADE_HEADS),
        ("甲村", 6, 1, 2, N, 3, "—", N, 0, 1, 2, 3, N),
        ("乙村", 9, 1, 2, N, 3, "—", N, 0, 1, 2, 3, 3),  # the types do not add up
        ("丙村", N, 1, 2, N, 3, "—", N, 0, 1, 2, 3, N),  # there is no total
        ("丁村", 6, 1, 2, "不详", 3, N, 0, 0, 1, 2, 3, "若干"),  # a word is no empty cell
        ("戊村", 6, 1, 2, N, 4, -1, 0, 0, 1, 2, 3, 0),  # a negative part proves nothing
        ("己村", 0, N, N, N, N, N, N, N, N, N, N, N),
    ]
    found = sheet(rows, "persons")
    assert found.raw is not None
    frame = found.raw.frame.pivot_table(
        index="village_name", columns="group", values="persons", aggfunc="first", dropna=False
    )

    assert list(frame.loc["甲村", [*TYPES, "severe"]]) == [*"1203000", "3"]
    assert list(frame.loc["己村", [*TYPES, "severe"]]) == [*"0000000", "0"]
    for village, types in (("乙村", 3), ("丙村", 3), ("丁村", 2), ("戊村", 1)):
        assert frame.loc[village, list(TYPES)].isna().sum() == types
    (note,) = noted(found, "empty cells are zero where the total")
    assert note.row == 2
    assert note.rule_zh == "有合计为证，空白计为 0（15 处，第 2、7 行）"
    assert not any(one.row in {2, 7} for one in noted(found, "missing, not zero"))


def test_an_empty_grade_beside_the_severe_persons_is_zero_where_it_adds_up() -> None:
    rows = [("村", "重度", "一级", "二级"), ("甲村", 2, 2, N), ("乙村", 3, 2, N)]
    found = sheet(rows, "persons")

    assert len(noted(found, "empty cells are zero")) == 1
    assert found.arrival.marks == "( ) → 0 × 1; ( ) → NA × 1"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=7, max_size=7), st.integers(0, 2))
def test_an_empty_type_is_zero_exactly_where_the_others_make_up_the_total(
    types: list[int | None], off: int
) -> None:
    total = sum(one or 0 for one in types) + off
    found = sheet([("村", "合计", *TYPE_HEADS), ("甲村", total, *types)], "persons")
    read = [text for group, text in cells(found, "group", "persons") if group in TYPES]

    assert read == [
        str(one) if one is not None else (N if off else "0") for one in types
    ]  # fmt: skip


def test_persons_without_a_group_are_all_of_them() -> None:
    found = sheet([("村", "持证残疾人数"), ("甲村", 3)], "persons")

    assert cells(found, "group", "persons") == [("all", "3")]
    assert len(noted(found, "no column of groups")) == 1


def test_a_long_table_of_types_and_grades_is_folded() -> None:
    rows = [("村", "残疾类别", "残疾等级", "人数")]
    rows += [
        ("甲村", "视力", grade, at) for at, grade in enumerate(["一级", "二级", "三级", "四级"], 1)
    ]
    found = sheet(rows, "persons")

    assert cells(found, "village_name", "group", "persons") == [("甲村", "visual", "10")]


def test_a_long_table_of_grades_gives_the_severe() -> None:
    rows = [("村", "群体", "人数"), ("甲村", "一级", 1), ("甲村", "二级", 2), ("甲村", "视力", 3),
            ("乙村", "一级", 4), ("乙村", "二级", N), ("乙村", "外星人", 5)]  # fmt: skip
    found = sheet(rows, "persons")

    assert cells(found, "village_name", "group", "persons") == [
        ("甲村", "severe", "3"), ("甲村", "visual", "3"), ("乙村", "severe", None),
        ("乙村", "外星人", "5"),
    ]  # fmt: skip


def test_a_long_table_keeps_its_rows_and_translates_its_groups() -> None:
    rows = [
        ("村", "类别", "人数"),
        ("甲村", "合计", 3),
        ("甲村", "视力残疾", 1),
        ("甲村", "听力", 2),
    ]
    found = sheet(rows, "persons")

    assert found.arrival.layout == "long"
    assert cells(found, "group", "persons") == [("all", "3"), ("visual", "1"), ("hearing", "2")]


def test_a_village_that_is_named_once_is_carried_over_its_groups() -> None:
    rows = [("乡镇", "村", "类别", "人数"), ("甲镇", "甲村", "视力", 1), (N, N, "听力", 2),
            (N, "乙村", "视力", 3), (N, N, "听力", 4)]  # fmt: skip
    found = sheet(rows, "persons")

    assert cells(found, "township_name", "village_name", "persons") == [
        ("甲镇", "甲村", "1"), ("甲镇", "甲村", "2"), ("甲镇", "乙村", "3"), ("甲镇", "乙村", "4"),
    ]  # fmt: skip
    assert [one.column for one in noted(found, "carried down")] == ["乡镇", "村"]


def test_residence_in_columns_becomes_rows() -> None:
    rows = [
        ("村", "总数", "在家", "县内其他", "外出", "机构"),
        ("甲村", 10, 4, 3, 2, 1),
        ("乙村", 9, 1, 1, 1, 1),
    ]
    found = sheet(rows, "residence")

    assert cells(found, "group", "residence", "persons")[:4] == [
        ("all", "at_home", "4"), ("all", "elsewhere_in_county", "3"), ("all", "away", "2"),
        ("all", "institution", "1"),
    ]  # fmt: skip
    assert len(cells(found, "persons")) == 8
    assert [(one.row, one.value) for one in kinds(found, "decide")] == [(3, "9")]


def test_residence_by_type_in_two_levels_becomes_rows() -> None:
    rows = [("村", "在家", N, "外出", N), (N, "视力", "听力", "视力", "听力"), ("甲村", 1, 2, 3, 4)]
    found = sheet(rows, "residence")

    assert cells(found, "residence", "group", "persons") == [
        ("at_home", "visual", "1"), ("at_home", "hearing", "2"), ("away", "visual", "3"),
        ("away", "hearing", "4"),
    ]  # fmt: skip


def test_residence_in_columns_and_groups_in_rows_go_together() -> None:
    rows = [("村", "类别", "在家", "外出"), ("甲村", "合计", 12, 3), ("甲村", "视力", 2, 1)]

    assert cells(sheet(rows, "residence"), "residence", "group", "persons") == [
        ("at_home", "all", "12"), ("away", "all", "3"), ("at_home", "visual", "2"),
        ("away", "visual", "1"),
    ]  # fmt: skip


def test_groups_in_columns_beside_a_column_of_groups_are_asked_about() -> None:
    rows = [("村", "类别", "视力", "听力"), ("甲村", "农业", 1, 2)]
    (asked,) = kinds(sheet(rows, "persons"), "decide")

    assert (asked.column, asked.ask and asked.ask.topic) == ("类别", "column")


def test_services_in_columns_become_rows_and_blank_is_unknown() -> None:
    rows = [
        ("村", "走访探视", "社区照顾", "邻里互助"),
        ("甲村", "√", "无", "/"),
        ("乙村", "3次", "×", N),
    ]
    found = sheet(rows, "services", services=SERVICES)

    assert cells(found, "village_name", "service", "status") == [
        ("甲村", "visiting", "delivered"), ("甲村", "community_care", "none"),
        ("甲村", "neighbour_help", "unknown"), ("乙村", "visiting", "delivered"),
        ("乙村", "community_care", "none"), ("乙村", "neighbour_help", "unknown"),
    ]  # fmt: skip
    assert found.raw is not None
    assert found.raw.where(1, "status").column == "社区照顾"
    assert [one.row for one in noted(found, "are unknown, not none")] == [3]


def test_what_a_row_tells_of_all_its_services_is_told_of_those_that_are_delivered() -> None:
    rows = [
        ("乡镇", "村", "走访探视", "社区照顾", "邻里互助", "最近一次服务时间", "服务方式"),
        ("甲镇", "甲村", "√", "×", "√", "2025年5月12日", "上门"),
        ("甲镇", "乙村", N, "✓", "×", "上月", N),
        ("甲镇", "丙村", "×", "×", N, "2025.4.8", N),
    ]
    found = sheet(rows, "services", services=SERVICES)

    assert cells(found, "village_name", "service", "last", "provider") == [
        ("甲村", "visiting", "2025-05-12", "home_visit"), ("甲村", "community_care", N, N),
        ("甲村", "neighbour_help", "2025-05-12", "home_visit"),
        ("乙村", "visiting", N, N), ("乙村", "community_care", N, N),
        ("乙村", "neighbour_help", N, N),
        ("丙村", "visiting", N, N), ("丙村", "community_care", N, N),
        ("丙村", "neighbour_help", N, N),
    ]  # fmt: skip
    assert found.raw is not None
    assert found.raw.labels["last"] == "最近一次服务时间"
    (asked,) = kinds(found, "decide")
    assert (asked.row, asked.column, asked.value) == (3, "最近一次服务时间", "上月")
    assert asked.rule_zh == "应为日期，写明年、月、日（第 3 行）"
    assert asked.ask is not None
    assert (asked.ask.topic, asked.ask.subject) == ("value", "last/上月")
    assert [one.row for one in noted(found, "no service is delivered")] == [4]
    answered = sheet(
        rows, "services", services=SERVICES, answers=[("value", "last/上月", "2025-05-31")]
    )
    assert kinds(answered, "decide") == []
    assert cells(answered, "service", "last")[4] == ("community_care", "2025-05-31")


def test_what_a_row_tells_does_not_replace_what_a_service_tells_of_itself() -> None:
    rows = [
        ("村", "走访探视", N, "邻里互助", "最近一次"),
        (N, "是否开展", "最近一次", "是否开展", N),
        ("甲村", "是", "2025-06-01", "是", "2025-01-01"),
    ]
    found = sheet(rows, "services", services=SERVICES, merged=[(0, 4, 1, 4)])

    assert cells(found, "service", "last") == [
        ("visiting", "2025-06-01"),
        ("neighbour_help", "2025-01-01"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "{}（高德）",
        "高德{}",
        "百度{}",
        "{}(GPS)",
        "{}（WGS84）",
        "{}（CGCS2000坐标系）",
        "GCJ-02{}",
    ],
)
def test_a_longitude_that_names_its_datum_is_one_and_keeps_its_header(words: str) -> None:
    heads = (words.format("经度"), words.format("纬度"))
    found = sheet([("机构名称", *heads), ("甲", 109.8, 31.1)], "facilities")

    assert cells(found, "lon", "lat") == [("109.8", "31.1")]
    assert found.raw is not None
    assert (found.raw.labels["lon"], found.raw.labels["lat"]) == heads


def test_a_bracket_at_the_end_of_a_header_is_left_off_where_nothing_else_is_that_column() -> None:
    body = ("甲", "运行", 5)
    found = sheet([("机构名称", "状态", "托养床位数（以批复为准）"), body], "facilities")
    assert cells(found, "capacity") == [("5",)]
    assert len(noted(found, "what its bracket says was not used")) == 1

    both = [("机构名称", "床位", "托养床位数（以批复为准）"), ("甲", 4, 5)]
    assert meanings(sheet(both, "facilities")) == {
        "机构名称": "name", "床位": "capacity", "托养床位数（以批复为准）": "",
    }  # fmt: skip
    for narrowed in ("托养床位数（在建）", "托养床位数（不含加床）", "托养床位数（其中女）"):
        told = meanings(sheet([("机构名称", "状态", narrowed), body], "facilities"))
        assert told[narrowed] == "", narrowed


def test_many_rows_are_counted_once() -> None:
    rows = [("村", "残疾人数"), *[(f"甲{at}村", N) for at in range(9)], ("乙村", 1)]
    (note,) = noted(sheet(rows, "persons"), "missing, not zero")

    assert note.rule_zh == "空白按缺失处理，不作 0（第 2、3、4、5、6等共 9 行）"
    assert note.rule.endswith("(rows: 2, 3, 4, 5, 6 and 4 more)")


def test_what_is_told_of_a_service_stands_below_its_name() -> None:
    rows = [
        ("村", "走访探视", N, N, "邻里互助", N),
        (N, "是否开展", "服务方式", "最近一次", "是否开展", "次数"),
        ("甲村", "是", "上门", "2025年6月1日", N, 4),
    ]
    found = sheet(rows, "services", services=SERVICES)

    assert cells(found, "service", "status", "provider", "last") == [
        ("visiting", "delivered", "home_visit", "2025-06-01"),
        ("neighbour_help", "delivered", None, None),
    ]


def test_services_of_a_facility_in_columns_become_its_list() -> None:
    rows = [
        ("机构名称", "日间照料", "辅助性就业"),
        ("甲", "√", "√"),
        ("乙", "√", "×"),
        ("丙", "×", "×"),
        ("丁", N, N),
    ]
    found = sheet(rows, "facilities", services=SERVICES)

    assert cells(found, "services") == [
        ("day_care;sheltered_employment",), ("day_care",), (";",), (None,),
    ]  # fmt: skip
    assert found.raw is not None
    typed, _ = check_table("facilities", found.raw)
    assert typed["services"].tolist()[2:] == [frozenset(), None]


# Cells in their table


def test_signs_for_nothing_are_counted_and_told_once_for_a_column() -> None:
    rows = [("村", "视力", "听力"), ("甲村", "无", "—"), ("乙村", "无", "—"), ("丙村", 1, N)]
    found = sheet(rows, "persons")

    assert cells(found, "group", "persons") == [
        ("visual", "0"), ("hearing", None), ("visual", "0"), ("hearing", None), ("visual", "1"),
        ("hearing", None),
    ]  # fmt: skip
    assert found.arrival.marks == "— → NA × 2; 无 → 0 × 2; ( ) → NA × 1"
    assert [(one.row, one.column, one.value) for one in noted(found, "as zero")] == [
        (2, "视力", "无")
    ]
    assert [(one.row, one.column) for one in noted(found, "as missing")] == [(2, "听力")]
    assert [(one.row, one.column) for one in noted(found, "empty cells are missing")] == [
        (4, "听力")
    ]


def test_an_office_may_say_that_an_empty_cell_is_zero() -> None:
    own = Word("marks", "persons", "persons", "zero", "空白")
    vocabulary = Vocabulary.of([own, *built_in().words])
    found = sheet([("村", "残疾人数"), ("甲村", N)], "persons", vocabulary=vocabulary)

    assert cells(found, "persons") == [("0",)]
    assert len(noted(found, "as zero")) == 1


def test_a_doubtful_number_is_asked_about_by_its_place_and_left_out_until_then() -> None:
    rows = [("乡镇", "村", "视力"), ("甲镇", "甲村", "约20"), ("甲镇", "乙村", "约20")]
    found = sheet(rows, "persons")
    asked = kinds(found, "decide")

    assert [one.ask.subject for one in asked if one.ask] == [
        "甲镇/甲村/persons/visual/约20", "甲镇/乙村/persons/visual/约20",
    ]  # fmt: skip
    assert cells(found, "persons") == [(None,), (None,)]
    answers = [
        ("value", "甲镇/甲村/persons/visual/约20", "21"),
        ("value", "甲镇/乙村/persons/visual/约20", LEAVE_OUT),
    ]
    answered = sheet(rows, "persons", answers=answers)
    assert cells(answered, "persons") == [("21",), (None,)]
    assert kinds(answered, "decide") == []
    assert len(noted(answered, "answered before")) == 2


def test_an_answer_about_a_word_holds_for_every_row() -> None:
    rows = [("机构名称", "状态"), ("甲", "半开"), ("乙", "半开"), ("丙", "运行")]
    found = sheet(rows, "facilities", answers=[("value", "status/半开", "open")])

    assert cells(found, "status") == [("open",), ("open",), ("open",)]
    unknown = sheet(rows, "facilities")
    assert cells(unknown, "status") == [("半开",), ("半开",), ("open",)]
    (asked,) = kinds(unknown, "decide")
    assert asked.ask is not None
    assert (asked.row, asked.ask.subject, asked.ask.choices[0]) == (2, "status/半开", "open")


def test_a_misspelt_word_of_the_contract_is_left_to_its_check() -> None:
    found = sheet([("机构名称", "状态"), ("甲", "opne")], "facilities")

    assert cells(found, "status") == [("opne",)]
    assert kinds(found, "decide") == []


def test_a_code_that_was_cut_is_an_error_that_shows_it() -> None:
    rows = [("区划代码", "残疾人数"), ("50023700100", 1), ("5.00237E+11", 2), ("500237001001.0", 3)]
    found = sheet(rows, "persons")

    assert [(one.row, one.column, one.value) for one in kinds(found, "error")] == [
        (2, "区划代码", "50023700100"), (3, "区划代码", "5.00237E+11"),
    ]  # fmt: skip
    assert cells(found, "zone_id") == [(None,), (None,), ("500237001001",)]
    assert [one.row for one in noted(found, "were restored")] == [4]


def test_a_date_column_of_the_whole_table_is_asked_about_once() -> None:
    rows = [("村", "残疾人数", "截至日期"), ("甲村", 1, "2025年6月"), ("乙村", 1, "2025年6月")]
    (asked,) = kinds(sheet(rows, "persons"), "decide")

    assert asked.ask is not None
    assert asked.ask.subject == "as_of/2025年6月"
    found = sheet(rows, "persons", answers=[("value", "as_of/2025年6月", "2025-06-30")])
    assert cells(found, "as_of") == [("2025-06-30",), ("2025-06-30",)]


def test_a_number_merged_over_several_rows_is_an_error() -> None:
    rows = [("村", "残疾人数"), ("甲村", 9), ("乙村", N)]
    found = sheet(rows, "persons", merged=[(1, 1, 2, 1)])

    assert [(one.row, one.value) for one in kinds(found, "error")] == [(2, "9")]
    assert cells(found, "persons") == [("9",), (None,)]


def test_the_same_sheet_gives_the_same_findings_in_any_order_of_its_rows() -> None:
    rows = [(f"乡{at % 3}镇", f"村{at}村", at, "无" if at % 2 else "约3") for at in range(1, 9)]
    head = ("乡镇", "村", "合计", "视力")
    one = sheet([head, *rows], "persons")
    other = sheet([head, *rows[::-1]], "persons")

    def asked(found: Understood) -> list[Any]:
        return sorted(fault.ask for fault in kinds(found, "decide") if fault.ask)

    columns = ("township_name", "village_name", "group", "persons")
    key = [tuple(map(str, row)) for row in cells(one, *columns)]
    assert sorted(key) == sorted(tuple(map(str, row)) for row in cells(other, *columns))
    assert asked(one) == asked(other)
    assert one.faults == sheet([head, *rows], "persons").faults


# Anything at all


_CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.floats(),
    st.integers(-10, 10**20),
    st.booleans(),
    st.dates(),
    st.sampled_from(
        ["合计", "小计", "高唐街道", "登龙社区", "村", "乡镇", "残疾人数", "视力", "一级", "约20",
         "20-30", "无", "—", "√", "2025年6月", "注：", "500237001000", "5.00237E+11", "走访探视",
         "在家", "姓名", "身份证号", "机构名称", "经度", "单位：万人", "zone_id", "name",
         "lon", "group"]
    ),
)  # fmt: skip


@settings(max_examples=70, deadline=None)
@given(
    st.sampled_from(sorted(CONTRACTS)),
    st.lists(st.lists(_CELLS, min_size=3, max_size=6), min_size=1, max_size=8),
    st.lists(
        st.tuples(*[st.integers(0, 7), st.integers(0, 5), st.integers(0, 3), st.integers(0, 3)]),
        max_size=3,
    ),
)
def test_any_sheet_has_an_answer(
    table: str, rows: list[list[Any]], ranges: list[tuple[int, int, int, int]]
) -> None:
    width = max(map(len, rows))
    merged = [
        (top, left, min(top + down, len(rows) - 1), min(left + right, width - 1))
        for top, left, down, right in ranges
        if top < len(rows) and left < width
    ]
    found = sheet(rows, table, merged=merged, services=SERVICES)

    assert found.raw is not None or kinds(found, "error")
    if found.raw is not None:
        check_table(table, found.raw)
        assert len(found.raw.frame) == len(found.raw.row_labels or found.raw.frame)
        assert found.arrival.rows + found.arrival.left_out <= len(rows)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.integers(0, 200)] * 7, *[st.integers(0, 300)] * 4), min_size=1, max_size=6
    )
)
def test_a_wide_table_is_read_back_to_its_groups(counts: list[tuple[int, ...]]) -> None:
    heads = ("乡镇", "村", *TYPE_HEADS, "一级", "二级", "三级", "四级")
    rows = [(f"乡{at}镇", f"村{at}村", *row) for at, row in enumerate(counts)]
    found = sheet([("残疾人统计表",), heads, *rows], "persons")

    expected = [
        (f"村{at}村", group, str(count))
        for at, row in enumerate(counts)
        for group, count in zip(
            ["all", *TYPES, "severe"], [sum(row[:7]), *row[:7], row[7] + row[8]], strict=True
        )
    ]
    assert cells(found, "village_name", "group", "persons") == expected
    assert set(GROUPS) >= {group for _, group, _ in expected}


def test_a_large_sheet_takes_well_under_a_second() -> None:
    heads = ("乡镇", "村", "合计", *TYPE_HEADS, "一级", "二级", "三级", "四级", "备注", *"abcde")
    rows = [
        (f"乡{at // 20}镇", f"村{at}村", 7, *[1] * 7, 2, 2, 2, 1, N, *"vwxyz") for at in range(5000)
    ]
    start = time.process_time()
    found = sheet([("表",), heads, *rows], "persons")
    took = time.process_time() - start

    assert found.arrival.rows == 5000
    assert took < 3, "measured: 0.4 s; a slow machine is given some room"
