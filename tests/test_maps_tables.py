"""The tables below the map hold the same facts, as text, without any script."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from maps_builder import NASTY, facts_result, small_result

from wushan_geo.maps import tables
from wushan_geo.maps.coverage import page_data


class Cells(HTMLParser):
    """Collect the cells of a table row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 -- the base's signature
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


def cells(name: str, result: Any = None) -> list[list[str]]:
    parser = Cells()
    parser.feed(tables.html_tables(page_data(result or small_result()))[name])
    return parser.rows[1:]


def test_every_village_is_in_the_table_with_its_numbers() -> None:
    found = cells("places")
    firm, depends, effective, gap = (
        "在道路长度区间内不变",
        "取决于道路取值",
        "有效覆盖（演示）",
        "覆盖空白（演示）",
    )
    assert {row.pop() for row in found} == {"推算数据"}
    assert found == [
        ["甲村", "东乡", effective, firm, "8～12 分钟", NASTY, "10", "4", "是"],
        ["乙村", "东乡", effective, firm, "16～24 分钟", NASTY, "0", "0", "否"],
        ["丙村", "东乡", effective, depends, "24～36 分钟", NASTY, "5", "2", "不详"],
        ["丁村", "西镇", gap, depends, "24～36 分钟", "县外机构", "7", "3", "是"],
        ["戊村", "西镇", gap, firm, "无法到达", "—", "3", "1", "是"],
        ["己村", "西镇", "待核实", firm, "无数据", "—", "无数据", "无数据", "是"],
    ]


def test_every_township_is_in_the_table_with_who_is_reached_of_all() -> None:
    found = cells("towns")
    assert {row.pop() for row in found} == {"推算数据"}
    assert found == [
        ["东乡", "有效覆盖（演示）", "8～12 分钟", "3 / 3", "15 / 15", "6 / 6", "1", "20"],
        ["西镇", "覆盖空白（演示）", "24～无法到达", "0 / 3", "0 / 10", "0 / 4", "1", "无数据"],
    ]


def test_a_real_study_shows_plain_classes_and_its_central_minutes() -> None:
    found = cells("places", small_result(demonstration=False))
    assert found[3][2] == "覆盖空白"
    assert found[3][4] == "30.4 分钟（24.3～36.5）"


def test_facilities_are_in_the_table_beyond_the_county_and_without_a_point_too() -> None:
    found = {row[0]: row[1:] for row in cells("facilities")}
    assert set(found) == {NASTY, "{{ 7*7 }}", "县外机构", "备选点一", "备选点二"}
    assert found[NASTY][:6] == ["阳光家园", "运行", "东乡", "日间照料", "20", "接收本乡镇（街道）"]
    assert found["县外机构"][:4] == ["school", "运行", "县外", "不详"]
    assert found["县外机构"][4] == "0"  # zero places is not the same as
    assert found["{{ 7*7 }}"][4] == "无数据"  # no data on places


def test_plans_and_their_sites_are_in_tables() -> None:
    assert cells("plans") == [
        ["1", "4 / 6", "9 / 10", "10", "未证明最优，差距上限 12.5%"],
        ["2", "5 / 6", "10 / 10", "10", "已证明最优并复核"],
    ]
    assert cells("sites") == [
        ["1", "备选点一", "东乡", "1", "3"],
        ["2", "备选点二", "西镇", "1", "1"],
    ]


def test_where_nothing_is_known_the_tables_still_list_every_place() -> None:
    found = cells("places", facts_result())
    assert [row[0] for row in found] == ["甲村", "乙村", "丙村", "丁村", "戊村", "己村"]
    assert {row[2] for row in found} == {"待核实"}
    assert cells("sites", facts_result()) == []


def test_an_unknown_key_is_shown_as_itself() -> None:
    assert tables.word("kind", "school") == "school"
    assert tables.word("basis", "") == "无数据"
    assert tables.word("basis", "modelled", "en") == "modelled"
