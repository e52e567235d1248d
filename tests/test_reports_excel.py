from __future__ import annotations

import datetime as dt
import math

import pytest
import reports_cases as cases

from wushan_geo.reports import report_files
from wushan_geo.reports.sheets import named
from wushan_geo.wording import MESSAGES, put

SHEETS = [
    "说明", "结果要点", "乡镇", "村(社区)", "规划评定", "整改清单", "可达性参考", "出行方式汇总",
    "出行方式", "布点方案", "布点明细", "设施", "数据来源", "假设",
]  # fmt: skip
WITHOUT_TIMES = {"wushan-facts": {"出行方式汇总", "出行方式"}}  # nobody's way is timed there


@pytest.mark.parametrize("study", cases.STUDIES)
def test_the_workbook_has_its_sheets_with_head_filter_and_print_settings(study: str) -> None:
    book = cases.book_of(study)
    assert book.sheetnames == [one for one in SHEETS if one not in WITHOUT_TIMES.get(study, ())]
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert sheet.freeze_panes.endswith("4")
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet.print_title_rows == "$1:$3"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert all(one.max_row == 1 for one in sheet.merged_cells.ranges)
        heads = [one.value for one in sheet[3]]
        assert all("\n" in one for one in heads)  # Chinese above English
        assert len(set(heads)) == len(heads)


def test_a_demonstration_carries_notice_and_watermark_on_every_sheet() -> None:
    notice = put("notice.demonstration", {"county": ("巫山县", "Wushan County")})
    for sheet in cases.book_of("wushan"):
        assert notice[0] in sheet["A1"].value
        assert notice[1] in sheet["A1"].value
        assert "演示数据 不得外传" in sheet.oddHeader.center.text
        assert "演示数据 不得外传" in sheet.oddFooter.center.text
    for sheet in cases.book_of("wushan-facts"):
        assert MESSAGES["notice.facts"][0] in sheet["A1"].value


def test_codes_are_text_and_numbers_are_numbers() -> None:
    sheet = cases.book_of("wushan")["村(社区)"]
    assert sheet.max_row == 3 + 340
    assert sheet["A4"].value == "500237001001"
    assert sheet["A4"].data_type == "s"
    assert sheet["A4"].number_format == "@"
    row = cases.records(sheet)[0]
    assert isinstance(row["持证残疾人（人）"], int)
    assert isinstance(row["单程时间下限（分钟）"], float)


def test_totals_of_the_sheets_are_those_of_the_tables() -> None:
    rows = cases.records(cases.book_of("wushan")["乡镇"])
    assert len(rows) == 26
    assert sum(row["持证残疾人（人）"] for row in rows) == 19000
    assert sum(row["村（社区）（个）"] for row in rows) == 340
    reach = cases.records(cases.book_of("wushan")["可达性参考"])
    assert len(reach) == 27 * 12
    for row in reach:
        counted = sum(row[one] for one in row if one.endswith("（村、社区，个）"))
        assert counted == row["村（社区）（个）"]


def test_what_the_border_may_change_stands_beside_villages_facilities_and_reach() -> None:
    for study, flagged in (("wushan", 232), ("example", 0)):
        result, book = cases.result_of(study), cases.book_of(study)
        gaps = result.tables["gaps"]
        shown = result.info.service(result.info.headline)
        own = gaps[(gaps["service"] == shown.key) & (gaps["limit"] == shown.limit)]
        said = {"yes": "是 yes", "no": "否 no", "unknown": "不详 unknown"}
        villages = {
            one["代码"]: one["可能由县外就近服务（县外资料未录入）"]
            for one in cases.records(book["村(社区)"])
        }
        assert villages == dict(zip(own["zone_id"], own["border"].map(said), strict=True))
        assert list(villages.values()).count("是 yes") == flagged
        facilities = {
            one["机构编号"]: one["服务范围越过县界（县外人数未录入）"]
            for one in cases.records(book["设施"])
        }
        table = result.tables["facilities"].set_index("facility_id")["border"].map(said)
        assert facilities == table.to_dict()
        assert len(set(facilities.values())) == 2
        reach = [
            one for one in cases.records(book["可达性参考"]) if one["代码"] == result.info.county
        ]
        counted = gaps[gaps["border"] == "yes"].groupby(["service", "limit"]).size()
        names = {f"{one.name[0]} {one.name[1]}": one.key for one in result.info.services}
        for one in reach:
            at = (names[one["服务"]], float(one["时限（分钟，分析假设）"]))
            assert one["可能由县外就近服务的村（社区）（个）"] == counted.get(at, 0)


def test_where_the_border_is_not_known_the_count_is_no_data_and_not_zero() -> None:
    result = cases.result_of("example")
    gaps = result.tables["gaps"].assign(border="unknown")
    changed = cases.with_tables(result, gaps=gaps)
    book = cases.read_book(report_files(changed, ["xlsx"])["county.xlsx"])

    reach = cases.records(book["可达性参考"])
    assert {one["可能由县外就近服务的村（社区）（个）"] for one in reach} == {"无数据"}
    villages = cases.records(book["村(社区)"])
    assert {one["可能由县外就近服务（县外资料未录入）"] for one in villages} == {"不详 unknown"}


def test_unreachable_no_data_and_not_applicable_are_told_apart() -> None:
    villages = {row["代码"]: row for row in cases.records(cases.book_of("example")["村(社区)"])}
    table = cases.result_of("example").tables["villages"].set_index("zone_id")
    cut_off = table.index[table["minutes_central"] == math.inf]
    assert len(cut_off) > 0
    assert {villages[one]["单程时间中值（分钟）"] for one in cut_off} == {"无法到达"}
    uncounted = table.index[table["eligible"].isna()]
    assert len(uncounted) > 0
    assert {villages[one]["符合条件的服务对象（人）"] for one in uncounted} == {"无数据"}
    facts = cases.records(cases.book_of("wushan-facts")["乡镇"])
    assert {row["时限内村（社区）（个）"] for row in facts} == {"无数据"}
    board = cases.records(cases.book_of("wushan")["规划评定"])
    assert board[0]["基期值"] is None
    assert board[-1]["基期值"] == "无数据"


def test_official_and_demonstration_verdicts_stand_in_columns_of_their_own() -> None:
    rows = cases.records(cases.book_of("wushan")["规划评定"])
    assert len(rows) == 380
    assert {row["评定"] for row in rows} == {"暂无法评定 cannot be assessed"}
    shown = {row["演示结果（不是评定）"] for row in rows}
    assert shown == {
        f"演示结果：{zh} demonstration: {en}"
        for zh, en in (("达标", "pass"), ("未达标", "fail"), ("暂无法评定", "cannot be assessed"))
    }
    sheet = cases.book_of("wushan")["规划评定"]
    assert sheet["I4"].fill.patternType not in {None, "none", "solid"}  # hatched
    example = cases.records(cases.book_of("example")["规划评定"])
    assert {row["演示结果（不是评定）"] for row in example} == {None}
    assert {row["评定"].split()[0] for row in example} == {"达标", "未达标", "暂无法评定"}


def test_the_sheet_of_reach_says_neither_pass_nor_fail() -> None:
    for row in cases.book_of("wushan")["可达性参考"].iter_rows(min_row=3, values_only=True):
        assert not any("达标" in str(one) for one in row)


@pytest.mark.parametrize("text", [cases.EVIL, cases.FORMULA, "+1", "-1", "@x", "http://a.b"])
def test_names_are_text_and_never_a_formula_or_a_link(text: str) -> None:
    result = cases.result_of("example")
    tables = {}
    for name in ("facilities", "villages", "townships", "findings", "sources"):
        table = result.tables[name].copy()
        for column in table.columns.intersection(["name", "name_en", "text_zh", "title"]):
            table[column] = text
        tables[name] = table
    content = report_files(cases.with_tables(result, **tables), ["xlsx"])["county.xlsx"]
    book = cases.read_book(content)
    seen = 0
    for sheet in book:
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                seen += cell.value == text
    assert seen > 50


def test_properties_and_dates_are_those_of_the_data() -> None:
    properties = cases.book_of("wushan").properties
    assert properties.created == properties.modified == dt.datetime(2025, 6, 30)  # noqa: DTZ001 -- a spreadsheet's times have no zone
    assert properties.title == "巫山县残疾人服务设施覆盖情况分析"
    assert "演示数据" in properties.description


def test_the_guide_explains_every_column_of_every_sheet() -> None:
    book = cases.book_of("wushan")
    rows = cases.records(book["说明"])
    explained = [row["项目"] for row in rows if row["类别"].startswith("数据字典")]
    for sheet in book.worksheets[1:]:
        heads = [one.value.replace("\n", " ") for one in sheet[3]]
        own = [one for one in explained if one.startswith(f"{sheet.title}：")]
        assert len(own) == len(heads)
    assert any("分析假设" in (row["类别"] or "") for row in rows)


def test_facts_have_empty_tables_with_their_heads() -> None:
    sheet = cases.book_of("wushan-facts")["布点方案"]
    assert sheet["A3"].value == "方案\nplan"
    assert sheet["A4"].value is None


def test_words_stand_in_both_languages_in_one_cell() -> None:
    assert named("class", "gap") == "覆盖空白 gap"
    assert named("class", float("nan")) == ""


def test_the_assumptions_say_why_and_how_to_replace_them_in_both_languages() -> None:
    for study in ("wushan", "example"):
        rows = cases.records(cases.book_of(study)["假设"])
        assert len(rows) == len(cases.result_of(study).tables["assumptions"])
        for row in rows:
            for name in ("理由", "如何替换"):
                assert any("\u4e00" <= one <= "\u9fff" for one in row[name])
                assert row[f"{name}（英文）"] != row[name]
