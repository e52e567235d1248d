"""The page says the same in both languages, carries its notices and names only its subject."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from typing import Any

import pytest
from maps_builder import NASTY, facts_result, small_result

from wushan_geo.maps import coverage_map, map_html
from wushan_geo.maps.coverage import page_data
from wushan_geo.maps.legend import BAND_LOOKS, CLASS_LOOKS, INK, PAPER, looks
from wushan_geo.wording import MESSAGES
from wushan_geo.wording import maps as map_words
from wushan_geo.wording.notices import ScenarioWords

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def page(**changes: Any) -> str:
    return map_html(coverage_map(small_result(**changes)))


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'id="study-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def texts(html: str, tag: str, attributes: str = "") -> list[str]:
    return [
        unescape(one) for one in re.findall(rf"<{tag}\b{attributes}[^>]*>([^<]*)</{tag}>", html)
    ]


def test_every_word_is_there_in_both_languages_with_the_same_numbers() -> None:
    words = page_data(small_result())["words"]
    assert words["zh"].keys() == words["en"].keys()
    for key, zh in words["zh"].items():
        en = words["en"][key]
        assert zh, key
        assert en, key
        assert sorted(NUMBER.findall(zh)) == sorted(NUMBER.findall(en)), key


def test_both_texts_of_a_message_use_the_same_values() -> None:
    for key, (zh, en) in map_words.TEXTS.items():
        found = [sorted(set(re.findall(r"\{(\w+)\}", text))) for text in (zh, en)]
        assert found[0] == found[1], key


def test_every_text_of_the_page_has_its_english_one() -> None:
    for result in (small_result(), facts_result()):
        html = map_html(coverage_map(result))
        words = data_of(html)["words"]
        keys = set(re.findall(r'data-t(?:-label)?="([^"]+)"', html))
        assert keys <= words["en"].keys()


def test_the_script_asks_only_for_words_that_the_page_holds() -> None:
    html = page()
    words = data_of(html)["words"]["zh"]
    asked = set(re.findall(r'say\("([a-z_.]+)"', html))
    assert len(asked) > 40
    assert {one for one in asked if not one.endswith(".")} <= words.keys()


def test_no_message_of_the_map_is_left_over() -> None:
    html = page()
    families = ("map.column.", "map.band.", "map.layer.", "map.table.", "map.legend.", "map.zoom.")
    for key in map_words.TEXTS:
        named = f'"{key}"' in html.replace("data-t=", "")
        assert named or key.startswith(families), key


def test_the_title_is_the_subject_and_no_finding() -> None:
    html = page()
    assert texts(html, "title") == ["小县覆盖分析 · 覆盖图"]
    assert texts(html, "h1") == ["小县覆盖分析 · 覆盖图"]
    assert data_of(html)["words"]["en"]["map.title"] == "Coverage of Small County: coverage map"


def test_a_demonstration_carries_banner_watermark_and_its_name_on_every_class() -> None:
    html = page()
    notice = small_result().info.notice_texts["notice.demonstration"][0]
    assert "不反映小县实际" in notice
    assert notice in texts(html, "p", ' class="banner"')
    assert 'class="watermark"' in html
    assert MESSAGES["notice.watermark"][0] in html
    assert "演示结果概要" in html
    assert "（演示）" in html
    assert '<body class="demonstration">' in html


def test_a_scenario_carries_its_own_banner_and_watermark() -> None:
    told = ScenarioWords(("断桥", "no bridge"), "某人", "modelled")
    html = page(demonstration=False, scenario=told)
    assert "情景“断桥”（规划假设；出处：某人）" in "".join(texts(html, "p", ' class="banner"'))
    assert MESSAGES["notice.watermark.scenario"][0] in html
    assert MESSAGES["notice.watermark"][0] not in html
    assert '<body class="plain">' in html
    both = page(scenario=told)
    banners = texts(both, "p", ' class="banner"')
    assert [one[:6] for one in banners[:2]] == ["【演示数据】", "【情景测算】"]
    assert MESSAGES["notice.watermark"][0] in both


def test_a_real_study_carries_neither_banner_nor_watermark() -> None:
    html = page(demonstration=False)
    assert 'class="banner" role' not in html
    assert 'class="watermark"' not in html
    assert "notice.demonstration" not in data_of(html)["words"]["zh"]
    assert '<body class="plain">' in html


@pytest.mark.parametrize(
    ("flag", "notice"),
    [("facts_only", "notice.facts"), ("fictional", "notice.fictional")],
)
def test_each_kind_of_study_has_its_own_banner(flag: str, notice: str) -> None:
    html = page(**{"demonstration": False, flag: True})
    assert f'role="note" data-t="{notice}"' in html


def test_every_page_says_that_borders_are_schematic_and_reach_is_no_verdict() -> None:
    for html in (page(), page(demonstration=False), map_html(coverage_map(facts_result()))):
        assert MESSAGES["notice.boundaries"][0] in html
        assert MESSAGES["notice.reach"][0] in html
        assert MESSAGES["notice.internal"][0] in html
        assert "数据截止日期：2025-06-30" in html
        assert "乡乡有设施（机构）、村村有服务内容" in html


def test_the_public_edition_says_what_is_withheld() -> None:
    html = page(edition="public", small_cell=5)
    assert "公开版：少于5人的数据不予列示；审图号：____" in html
    assert MESSAGES["notice.internal"][0] not in html


def test_the_summary_holds_the_answers_in_the_order_in_which_planners_ask() -> None:
    html = page()
    summary = re.search(r'id="summary-title".*?</section>', html, re.DOTALL)
    assert summary is not None
    assert texts(summary[0], "span") == ["已评定 0/2 个乡镇。", "日间照料：3/6 个村可到达。"]


def test_the_data_that_are_lacking_are_listed_apart() -> None:
    html = map_html(coverage_map(facts_result()))
    lacking = re.search(r'class="lacking".*?</div>', html, re.DOTALL)
    assert lacking is not None
    assert "缺数据：路网。" in lacking[0]
    assert data_of(html)["services"] == []


def test_what_is_lacking_is_not_told_twice() -> None:
    html = page()
    lists = re.findall(r'<li data-t="finding\.(\d)">', html)
    assert sorted(lists) == ["0", "1", "2", "3"]


def test_hostile_findings_sources_and_titles_are_text() -> None:
    tables = small_result().tables
    findings = tables["findings"].assign(text_zh=NASTY, text_en=NASTY)
    sources = tables["sources"].assign(file=NASTY, title=NASTY, licence=NASTY, basis=NASTY)
    html = page(tables={"findings": findings, "sources": sources}, title=(NASTY, NASTY))
    assert "<script>alert(1)" not in html
    assert html.count("&lt;script&gt;alert(1)") > 8


def test_a_study_without_villages_on_the_map_still_draws_its_townships() -> None:
    data = page_data(facts_result())
    assert data["places"]["shape"] == [[]] * 6
    assert all(data["towns"]["shape"])
    assert data["plans"] == []


def test_geometry_is_there_once_for_all_themes() -> None:
    data = page_data(small_result())
    views = json.dumps(data["views"])
    assert "shape" not in views
    assert len(data["views"]) == 2
    assert [len(one) for one in data["views"]] == [3, 2]


def test_the_central_minutes_of_a_demonstration_are_nowhere_in_the_page() -> None:
    gaps = small_result().tables["gaps"].copy()
    gaps.loc[gaps["minutes"] == 10.0, "minutes"] = 9.87654
    html = page(tables={"gaps": gaps})
    assert "9.88" not in html
    assert "9.9" not in html
    assert '"mid":null' in html


def test_a_result_is_not_changed_by_drawing_it() -> None:
    result = small_result()
    before = {name: table.copy() for name, table in result.tables.items()}
    shapes = {name: layer.copy() for name, layer in result.layers.items()}
    map_html(coverage_map(result))
    for name, table in before.items():
        assert table.equals(result.tables[name])
    for name, layer in shapes.items():
        assert layer.equals(result.layers[name])


def test_the_source_of_a_limit_is_shown_in_the_readers_language() -> None:
    services = page_data(small_result())["services"]
    assert services[0]["source"] == ["规划假设", "planning assumption"]


def test_everything_has_a_language_a_heading_and_a_way_past_the_map() -> None:
    html = page()
    assert html.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert html.count("<h1") == 1
    assert '<a class="skip" href="#tables"' in html
    assert 'id="tables"' in html
    assert "user-scalable" not in html
    assert "prefers-reduced-motion" in html
    assert "@media print" in html
    for caption in ("乡镇（街道）一览", "村（社区）一览", "机构和备选点一览", "建议布点方案一览"):
        assert caption in texts(html, "caption")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_and_lines_stand_out_from_what_is_behind_them() -> None:
    assert contrast("#1f2933", "#ffffff") >= 4.5
    assert contrast("#4b5563", "#f3f6fa") >= 4.5
    assert contrast("#4a2500", "#fff1c9") >= 4.5
    assert contrast("#8a1c1c", "#ffffff") >= 4.5
    assert contrast(INK, PAPER) >= 4.5
    for fill, _, _ in CLASS_LOOKS.values():
        assert contrast("#111827", fill) >= 3  # borders, seats and names


def test_each_class_and_band_has_a_pattern_of_its_own() -> None:
    for family in (list(CLASS_LOOKS.values()), list(BAND_LOOKS)):
        assert len({pattern for _, _, pattern in family}) >= len(family)
    shapes = looks()["shapes"]
    assert len(set(shapes.values())) == len(shapes)
    assert looks()["other"] not in shapes.values()


def test_importing_the_room_does_not_load_folium() -> None:
    code = "import sys, wushan_geo.maps; sys.exit('folium' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
