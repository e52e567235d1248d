"""The page of a comparison: offline, bilingual, every feature in a table, no colour alone."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from comparison_cases import CHANGES, VILLAGES, after, before
from maps_builder import NASTY
from test_maps_coverage import contrast

from wushan_geo.comparison import CHANGES as KNOWN
from wushan_geo.comparison import ROAD_CHANGES, compare
from wushan_geo.maps import map_html
from wushan_geo.maps.comparison import (
    CHANGE_LOOKS,
    ROAD_LOOKS,
    TABLES,
    comparison_map,
    delta_text,
    page_data,
    rows_of,
)
from wushan_geo.maps.offline import asset, outside_files
from wushan_geo.maps.page import own_script
from wushan_geo.wording import MESSAGES
from wushan_geo.wording.notices import ScenarioWords

NUMBER = re.compile(r"\d+(?:\.\d+)?")

SCRIPTS = ("shared.js", "page.js", "comparison.js")


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return page_data(compare(before(), after()))


@pytest.fixture(scope="module")
def html() -> str:
    return map_html(comparison_map(compare(before(), after())))


def table(html: str, name: str) -> list[list[str]]:
    found = re.search(rf'<table id="table-{name}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert found is not None
    return [
        [unescape(one) for one in re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)]
        for row in found[1].split("</tr>")
        if "<t" in row
    ]


def test_the_page_asks_no_network(html: str) -> None:
    assert outside_files(html) == []
    assert "default-src &#39;none&#39;" in html


def test_the_same_comparison_gives_the_same_bytes(html: str) -> None:
    assert map_html(comparison_map(compare(before(), after()))) == html


def test_the_title_is_the_subject_and_both_studies_are_named(html: str) -> None:
    assert "<title>小县 · 服务覆盖对比图</title>" in html
    assert "甲：小县覆盖分析，2025-06-30（small）" in html
    assert "乙：小县覆盖分析，2025-06-30（small）" in html


def test_a_scenario_is_marked_on_the_page_and_calls_nothing_a_demonstration() -> None:
    told = ScenarioWords(("断桥", "no bridge"), "某人", "modelled")
    one = compare(before(demonstration=False), after(demonstration=False, scenario=told))
    page = map_html(comparison_map(one))
    assert "情景“断桥”（规划假设；出处：某人）" in page
    assert 'class="watermark"' in page
    assert MESSAGES["notice.watermark.scenario"][0] in page
    assert MESSAGES["notice.watermark"][0] not in page
    assert "【演示数据】" not in page
    assert '<body class="plain">' in page


def test_a_demonstration_on_either_side_carries_notice_and_watermark(html: str) -> None:
    assert before().info.notice_texts["notice.demonstration"][0] in html
    assert 'class="watermark"' in html
    for first, last in ((False, True), (True, False)):
        one = compare(before(demonstration=first), after(demonstration=last))
        assert 'class="watermark"' in map_html(comparison_map(one))
    real = map_html(
        comparison_map(compare(before(demonstration=False), after(demonstration=False)))
    )
    assert 'class="watermark"' not in real
    assert 'role="note"' not in real


def test_every_feature_of_the_map_is_in_a_table(html: str, data: dict[str, Any]) -> None:
    places = table(html, "places")
    assert [one[0] for one in places] == [pair[0] for pair in data["places"]["name"]]
    assert [one[0] for one in table(html, "towns")] == [pair[0] for pair in data["towns"]["name"]]
    assert [one[0] for one in table(html, "changed")] == ["r2", "r9"]
    drawn = [
        name[0]
        for name, point in zip(data["facilities"]["name"], data["facilities"]["point"], strict=True)
        if point
    ]
    assert drawn == [one[0] for one in table(html, "facilities")]
    assert len(data["places"]["shape"]) == len(places) == len(VILLAGES)


def test_each_village_shows_its_change_its_classes_and_its_minutes(html: str) -> None:
    rows = table(html, "places")
    at = TABLES["places"].index("change")
    assert [one[at] for one in rows] == [MESSAGES[f"compare.change.{one}"][0] for one in CHANGES]
    first = dict(zip(TABLES["places"], rows[0], strict=True))
    assert first["minutes_a"] == "8～12 分钟"
    assert first["minutes_b"] == "10～14 分钟"
    assert first["delta"] == "+2"
    lost = dict(zip(TABLES["places"], rows[2], strict=True))
    assert (lost["minutes_b"], lost["delta"]) == ("无法到达", "变为无法到达")
    won = dict(zip(TABLES["places"], rows[4], strict=True))
    assert (won["minutes_a"], won["delta"]) == ("无法到达", "变为可到达")
    assert dict(zip(TABLES["places"], rows[5], strict=True))["delta"] == "无数据"


def test_the_legend_counts_places_and_persons_and_adds_up(data: dict[str, Any]) -> None:
    view = data["views"][0][data["start"]]["places"]
    counted = {key: row for key, row in zip(KNOWN, view["by_change"], strict=True) if row[0]}
    assert counted == {
        "slower": [1, 10, 4],
        "other_facility": [1, 0, 0],
        "now_unreachable": [1, 5, 2],
        "better": [1, 7, 3],
        "now_reachable": [1, 3, 1],
        "now_known_reached": [1, None, None],
    }
    assert view["total"] == [6, 25, 10]
    assert sum(one[0] for one in view["by_a"]) == sum(one[0] for one in view["by_b"]) == 6


def test_the_central_minutes_of_a_demonstration_are_nowhere_in_the_page() -> None:
    gaps = after().tables["gaps"].copy()
    gaps.loc[gaps["minutes"] == 12.0, "minutes"] = 12.34567
    shown = map_html(comparison_map(compare(before(), after(tables={"gaps": gaps}))))
    assert "12.3" not in shown
    assert '"mid_b":null' in shown
    changes = {"demonstration": False}
    real = compare(before(**changes), after(tables={"gaps": gaps}, **changes))
    assert "12.3" in map_html(comparison_map(real))


def test_every_word_is_there_in_both_languages_with_the_same_numbers(
    data: dict[str, Any], html: str
) -> None:
    words = data["words"]
    assert words["zh"].keys() == words["en"].keys()
    for key, zh in words["zh"].items():
        assert sorted(NUMBER.findall(zh)) == sorted(NUMBER.findall(words["en"][key])), key
    keys = set(re.findall(r'data-t(?:-label)?="([^"]+)"', html))
    assert keys <= words["en"].keys()


def test_the_script_asks_only_for_words_that_the_page_holds(data: dict[str, Any]) -> None:
    script = own_script("comparison.js")
    asked = {one for one in re.findall(r'say\("([a-z_.]+)"', script) if not one.endswith(".")}
    assert len(asked) > 30
    assert asked <= data["words"]["zh"].keys()
    begun = set(re.findall(r'say\("([a-z_.]+\.)" \+', script))
    assert all(any(key.startswith(one) for key in data["words"]["zh"]) for one in begun)


def test_what_the_scripts_of_two_pages_share_is_written_once() -> None:
    own = {one: re.findall(r"^function (\w+)", asset(one), re.MULTILINE) for one in SCRIPTS}

    for page in ("page.js", "comparison.js"):
        assert len(own[page]) > 20
        assert not set(own["shared.js"]) & set(own[page])
        script = own_script(page)
        # One strict function: its names are its own.
        assert script.count('"use strict"') == 1
        assert script.index('"use strict"') < script.index("var ")
        assert (script[:15], script.rstrip()[-5:]) == ("(function () {\n", "}());")
    # The same text under the same name in both pages belongs into the shared one.
    bodies = [
        set(
            re.findall(r"^function [^\n]*}$|^function .*?^}$", asset(one), re.MULTILINE | re.DOTALL)
        )
        for one in ("page.js", "comparison.js")
    ]
    assert not bodies[0] & bodies[1]


def test_each_change_has_a_colour_and_a_pattern_of_its_own_and_each_road_its_dashes() -> None:
    assert set(CHANGE_LOOKS) == set(KNOWN)
    assert len({pattern for _, _, pattern in CHANGE_LOOKS.values()}) == len(KNOWN)
    script = own_script("comparison.js")
    for fill, _, pattern in CHANGE_LOOKS.values():
        assert contrast("#111827", fill) >= 3  # borders, seats and names
        assert f"    {pattern}: [" in script
    assert set(ROAD_LOOKS) == set(ROAD_CHANGES)
    assert len({dashes for _, _, dashes in ROAD_LOOKS.values()}) == len(ROAD_LOOKS)
    assert all(contrast(colour, "#ffffff") >= 3 for colour, _, _ in ROAD_LOOKS.values())


def test_hostile_names_are_text() -> None:
    villages = before().tables["villages"].assign(name=NASTY, name_en=NASTY)
    roads = after().layers["roads"].assign(name=NASTY)
    shown = map_html(
        comparison_map(
            compare(before(), after(tables={"villages": villages}, layers={"roads": roads}))
        )
    )
    assert "<script>alert(1)" not in shown


def test_what_only_one_has_stands_in_a_table() -> None:
    fewer = after().tables["villages"].iloc[1:]
    gaps = after().tables["gaps"]
    gaps = gaps[(gaps["zone_id"] != VILLAGES[0]).to_numpy()]
    shown = compare(before(), after(tables={"villages": fewer, "gaps": gaps}))
    assert rows_of("units", page_data(shown)) == [["村（社区）", "甲村", VILLAGES[0], "甲"]]


def test_a_comparison_without_a_common_service_still_opens() -> None:
    empty = {"gaps": before().tables["gaps"].iloc[:0], "access": before().tables["access"].iloc[:0]}
    bare = compare(before(tables=empty), after(tables=empty))
    shown = map_html(comparison_map(bare))
    assert page_data(bare)["views"] == []
    assert MESSAGES["compare.summary.none"][0] in shown


def test_the_comparison_is_not_changed_by_drawing_it() -> None:
    comparison = compare(before(), after())
    copies = {name: one.copy() for name, one in comparison.tables.items()}
    comparison_map(comparison)
    assert all(comparison.tables[name].equals(one) for name, one in copies.items())


def test_everything_has_a_heading_and_a_way_past_the_map(html: str) -> None:
    assert html.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert html.count("<h1") == 1
    assert '<a class="skip" href="#tables"' in html
    assert "user-scalable" not in html
    assert json.loads(re.search(r'id="study-data">(.*?)</script>', html, re.DOTALL)[1])  # type: ignore[index] -- it is there


@pytest.mark.parametrize(
    ("delta", "zh", "en"),
    [
        ([16, 46, None], "+16～+46", "+16 to +46"),
        ([-3, -3, None], "−3", "−3"),
        ([0, 0, 0], "0", "0"),
        ([-2, 5, 1.5], "+1.5（−2～+5）", "+1.5 (−2 to +5)"),
        (["inf", "inf", None], "变为无法到达", "now unreachable"),
        (["-inf", "-inf", None], "变为可到达", "now reachable"),
        ([None, None, None], "无数据", "no data"),
    ],
)
def test_a_delta_reads_the_same_in_both_languages(delta: list[Any], zh: str, en: str) -> None:
    assert delta_text(delta, "zh") == zh
    assert delta_text(delta, "en") == en
