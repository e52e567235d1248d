"""The page of a proposal: offline, bilingual, every number of a table, no colour alone."""

from __future__ import annotations

import hashlib
import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from built_in import study_of
from maps_builder import NASTY, VILLAGES
from proposal_cases import NOW, STATES, THEN, small_proposal
from test_maps_coverage import contrast
from typer.testing import CliRunner

from wushan_geo.cli import app
from wushan_geo.maps import map_html
from wushan_geo.maps.charts import Bars, bars_svg
from wushan_geo.maps.offline import asset, outside_files
from wushan_geo.maps.page import own_script
from wushan_geo.maps.siting import STATE_LOOKS, page_data, siting_map
from wushan_geo.maps.siting_cells import told
from wushan_geo.maps.siting_rows import HEADS
from wushan_geo.proposal.rows import table as rows_as
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return page_data(small_proposal())


@pytest.fixture(scope="module")
def html() -> str:
    return map_html(siting_map(small_proposal()))


def table(html: str, name: str) -> list[list[str]]:
    found = re.search(rf'<table id="table-{name}">.*?</thead>(.*?)</table>', html, re.DOTALL)
    assert found is not None
    return [
        [unescape(one) for one in re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)]
        for row in found[1].split("</tr>")
        if "<t" in row and "</t" in row
    ]


def by_column(html: str, name: str, at: int) -> dict[str, str]:
    # Where there are groups, draws, places of sites, candidates placed by settings.
    extra = {"group", "pass_best", "pass_safe", "placed", "origin"}
    heads = [one for one in HEADS[name] if one not in extra]
    return dict(zip(heads, table(html, name)[at], strict=True))


def test_the_page_asks_no_network(html: str) -> None:
    assert outside_files(html) == []
    assert "default-src &#39;none&#39;" in html


def test_where_villages_were_left_out_the_figures_are_set_beside_the_whole_county() -> None:
    plans = small_proposal().tables["plans"]
    keys = ("county_places", "county_persons")
    told = [
        page_data(
            small_proposal(tables={"plans": plans.assign(**dict(zip(keys, one, strict=True)))})
        )["words"]["zh"]["siting_map.figures"]
        for one in ((6, 25.0), (9, 40.0))
    ]

    assert told[0] == "单程 30 分钟内（村数共 6 个，服务对象共 25 人）"
    counted = "只计入 6 个村、服务对象 25 人；全县共 9 个村、40 人"
    assert told[1] == f"单程 30 分钟内（{counted}）"


def test_the_same_proposal_gives_the_same_bytes_whatever_the_order_of_its_rows(html: str) -> None:
    one = small_proposal()
    mixed = {
        name: one.tables[name].iloc[::-1].reset_index(drop=True)
        for name in ("villages", "units", "facilities")
    }
    layers = {name: layer.iloc[::-1] for name, layer in one.layers.items() if name != "roads"}
    assert map_html(siting_map(small_proposal(tables=mixed, layers=layers))) == html


def test_the_title_is_the_subject_and_the_notices_stand_on_the_page(html: str) -> None:
    assert "<title>小县残疾人服务设施布点建议方案</title>" in html
    assert "日间照料 · 单程 30 分钟（分析假设）" in html
    for one in ("notice.boundaries", "notice.reach", "notice.internal"):
        assert MESSAGES[one][0] in html
    assert 'class="watermark"' not in html


def test_a_demonstration_carries_notice_watermark_and_no_minutes_of_villages() -> None:
    proposal = small_proposal(demonstration=True)
    shown = map_html(siting_map(proposal))
    assert proposal.info.notice_texts["notice.demonstration"][0] in shown
    assert 'class="watermark"' in shown
    assert MESSAGES["siting_map.headline.demonstration"][0] in shown
    for minutes in ("45.04", "45 分钟", "12.3", "27.4"):
        assert minutes not in shown
    rows = table(shown, "places")
    at = HEADS["places"].index("minutes_plan")
    assert [one[at] for one in rows[2:5]] == ["30 分钟以内", "30 分钟以内", "超过 30 分钟"]
    assert all("平均" not in one for one in re.findall(r"<th[^>]*>[^<]*", shown))


def test_each_village_shows_where_its_persons_go_now_and_then(html: str) -> None:
    third = by_column(html, "places", 2)
    assert third["persons"] == "5"
    assert third["state"] == MESSAGES["siting_map.state.plan"][0]
    assert (third["minutes_now"], third["facility_now"]) == ("45 分钟", "阳光家园")
    assert (third["minutes_plan"], third["facility_plan"]) == ("12.3 分钟", "备选点一")
    fifth = by_column(html, "places", 4)
    assert (fifth["minutes_now"], fifth["facility_now"]) == ("无法到达", "—")
    assert by_column(html, "places", 1)["persons"] == "0"
    assert by_column(html, "places", 5)["persons"] == "无数据"
    assert len(table(html, "places")) == len(VILLAGES) == len(NOW) == len(THEN)


def test_the_sites_show_what_they_gain_in_places_and_persons(html: str) -> None:
    new, old, idle = (by_column(html, "sites", at) for at in range(3))
    assert (new["name"], new["number"], new["town"]) == ("备选点一", "1", "东乡")
    assert (new["gained"], new["lost"], new["nearest"]) == ("2 / 12", "2 / 12", "3 / 15")
    assert (new["mean"], new["farthest"]) == ("27.4 分钟", "40 分钟")
    assert (old["number"], old["gained"], old["nearest"]) == ("—", "—", "3 / 10")
    assert (idle["town"], idle["nearest"], idle["farthest"]) == ("县外", "0 / 0", "—")


def test_legend_townships_and_headline_add_up_to_the_same(html: str, data: dict[str, Any]) -> None:
    assert data["counts"] == {
        "states": [[2, 10], [2, 12], [1, 3], [1, None]], "total": [6, 25], "none": 0,
    }  # fmt: skip
    east, west, total = table(html, "towns")
    assert east == ["东乡", "3 / 15", "2 / 10", "1 / 5", "0 / 0", "0 / 0"]
    assert west == ["西镇", "3 / 10", "0 / 0", "1 / 7", "1 / 3", "1 / 无数据"]
    assert total == ["合计", "6 / 25", "2 / 10", "2 / 12", "1 / 3", "1 / 无数据"]
    figures = re.search(r'class="counts figures".*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert figures is not None
    assert re.findall(r"<td>([^<]*)</td>", figures[1]) == [
        "2", "10", "4", "22", "3～5", "15～25", "5", "25",
    ]  # fmt: skip


def test_villages_that_were_left_out_are_drawn_and_stand_in_no_total() -> None:
    fewer = small_proposal().tables["villages"].iloc[:5]
    shown = page_data(small_proposal(tables={"villages": fewer}))
    assert shown["counts"]["none"] == 1
    assert shown["counts"]["total"] == [5, 25]
    assert shown["places"]["state"] == [0, 0, 1, 1, 2, 4]
    last = shown["tables"]["places"]["rows"][5]
    assert told(last[3]) == MESSAGES["siting_map.state.none"][0]
    assert {told(one) for one in (*last[2:3], *last[4:])} == {"—"}


def test_every_feature_of_the_map_is_in_a_table(html: str, data: dict[str, Any]) -> None:
    assert [one[0] for one in table(html, "places")] == [one[0] for one in data["places"]["name"]]
    shown = {one[0]: one[1] for one in table(html, "facilities")}
    assert shown == {
        "备选点一": "建议新设", "备选点二": "备选点（未选）", "阳光家园": "已有机构",
        "县外机构": "已有机构",
    }  # fmt: skip
    assert data["facilities"]["number"] == [1, None, None, None]
    assert [data["states"][one] for one in data["places"]["state"]] == list(STATES)
    assert [data["facilities"]["id"][at] for at in data["places"]["site"]] == [
        "F1", "F1", "C1", "C1", "C1", "F1",
    ]  # fmt: skip
    assert data["places"]["moved"] == [False, False, True, True, True, False]


def test_sites_without_an_order_are_numbered_by_their_codes() -> None:
    sites = small_proposal().tables["sites"].copy()
    sites["order"] = sites["order"].where(sites["order"].isna())
    sites.loc[1, "role"] = "required"
    shown = page_data(small_proposal(tables={"sites": sites.iloc[::-1]}))
    assert shown["ordered"] is False
    numbers = dict(zip(shown["facilities"]["id"], shown["facilities"]["number"], strict=True))
    assert numbers == {"C1": 1, "C2": None, "F1": 2, "F3": None}


def test_the_frontier_is_a_table_and_two_charts_that_are_told_in_words(
    html: str, data: dict[str, Any]
) -> None:
    assert [one[:4] for one in table(html, "frontier")] == [
        ["0", "2 / 10", "0 / 0", "40"], ["1", "4 / 22", "2 / 12", "88"],
        ["2", "5 / 25", "1 / 3", "100"],
    ]  # fmt: skip
    charts = re.findall(r'<svg class="chart".*?</svg>', html, re.DOTALL)
    assert len(charts) == 2
    assert re.findall(r'<text class="(?:mine|other)"[^>]*>([^<]*)<', charts[0]) == [
        "10", "0", "22", "1", "25", "2",
    ]  # fmt: skip
    text = data["words"]["zh"]["siting_map.chart.told.persons"]
    assert "共 25 人" in text
    assert "新设 0 处：10；新设 1 处：22；新设 2 处：25。" in text
    assert f'aria-label="{text}"' in charts[0]


def test_a_bar_is_as_high_as_what_it_shows() -> None:
    drawn = bars_svg(Bars("persons", [0, 1], [5, 10], 5, 15, 1, ("甲", "A")))
    boxes = [
        float(one)
        for one in re.findall(r' y="[\d.]+" width="[\d.]+" height="([\d.]+)" fill=', drawn)
    ]
    assert boxes == [0.0, 54.0, 54.0, 54.0]  # of 162 for 15
    assert bars_svg(Bars("places", [], [], 0, 0, 0, ("", ""))).startswith("<svg")


def test_what_was_asked_for_besides_has_a_table_and_nothing_else_has(html: str) -> None:
    assert 'id="table-best"' not in html
    best = rows_as(
        "best", [{"rank": 1, "objective": 22.0, "covered_places": 4, "covered_persons": 22.0,
                  "chosen": "C1;C9", "basis": "measured"}]
    )  # fmt: skip
    phases = rows_as("phases", [{"phase": 1, "new_sites": 1, "sites": 1, "lost_persons": 0.0,
                                 "covered_places": 4, "covered_persons": 22.0, "opened": "C1",
                                 "status": "heuristic", "basis": "measured"}])  # fmt: skip
    core = rows_as("core", [{"facility_id": "C1", "plans": 1, "core": True, "best": pd.NA,
                              "basis": "measured"}])  # fmt: skip
    more = {"best": best, "phases": phases, "core": core}
    shown = map_html(siting_map(small_proposal(tables=more)))
    assert table(shown, "best") == [["1", "22", "4 / 22", "备选点一、C9", "台账数据"]]
    assert table(shown, "phases") == [
        ["1", "1", "1", "4 / 22", "0", "备选点一", "未证明最优", "台账数据"]
    ]
    assert table(shown, "core") == [["备选点一", "1", "是", "无数据", "台账数据"]]


def test_both_languages_hold_the_same_numbers(data: dict[str, Any], html: str) -> None:
    words = data["words"]
    assert words["zh"].keys() == words["en"].keys()
    for key, zh in words["zh"].items():
        assert sorted(NUMBER.findall(zh)) == sorted(NUMBER.findall(words["en"][key])), key
    for one in data["tables"].values():
        for row in (*one["rows"], one["foot"]):
            for cell in row:
                assert NUMBER.findall(told(cell, 0).replace("一", "1").replace("二", "2")) == (
                    NUMBER.findall(told(cell, 1))
                ), cell
    keys = set(re.findall(r'data-t(?:-label)?="([^"]+)"', html))
    assert keys <= words["en"].keys()


def test_the_script_asks_only_for_words_that_the_page_holds(data: dict[str, Any]) -> None:
    script = own_script("siting.js")
    asked = {one for one in re.findall(r'say\("([a-z_.]+)"', script) if not one.endswith(".")}
    assert len(asked) > 25
    # What shared.js says on other pages alone: classes and intervals of minutes.
    elsewhere = {
        "map.demonstration.class", "map.from", "map.limit.value", "map.minutes.full",
        "minutes.interval",
    }  # fmt: skip
    assert asked - elsewhere <= data["words"]["zh"].keys()


def test_what_the_scripts_share_is_written_once() -> None:
    names = ("shared.js", "board.js", "siting.js", "comparison.js")
    own = {one: re.findall(r"^function (\w+)", asset(one), re.MULTILINE) for one in names}
    for page in ("siting.js", "comparison.js"):
        together = own["shared.js"] + own["board.js"] + own[page]
        assert len(together) == len(set(together))
        assert own_script(page).count('"use strict"') == 1
    bodies = [
        set(
            re.findall(r"^function [^\n]*}$|^function .*?^}$", asset(one), re.MULTILINE | re.DOTALL)
        )
        for one in names[2:]
    ]
    assert not bodies[0] & bodies[1]


def test_each_state_has_a_colour_and_a_pattern_of_its_own() -> None:
    assert len({pattern for _, _, pattern in STATE_LOOKS.values()}) == len(STATE_LOOKS)
    assert len({fill for fill, _, _ in STATE_LOOKS.values()}) == len(STATE_LOOKS)
    for fill, _, pattern in STATE_LOOKS.values():
        assert contrast("#111827", fill) >= 3  # borders, seats and names
        assert f"    {pattern}: [" in asset("board.js")


def test_hostile_names_are_text() -> None:
    tables = small_proposal().tables
    hostile = {
        "units": tables["units"].assign(name=NASTY, name_en=NASTY),
        "facilities": tables["facilities"].assign(name=NASTY, name_en=NASTY),
        "notes": tables["notes"].assign(zh=NASTY, en=NASTY),
    }
    shown = map_html(siting_map(small_proposal(tables=hostile, county_name=(NASTY, NASTY))))
    assert "<script>alert(1)" not in shown
    embedded = re.search(r'id="study-data">(.*?)</script>', shown, re.DOTALL)
    assert embedded is not None
    assert json.loads(embedded[1])["places"]["name"][0] == [NASTY, NASTY]


def test_a_proposal_without_shapes_or_frontier_still_opens() -> None:
    one = small_proposal()
    bare = {name: one.layers[name] for name in ("county",)}
    shown = small_proposal(tables={"frontier": one.tables["frontier"].iloc[:0]})
    drawn = map_html(siting_map(type(one)(shown.info, shown.tables, {}, bare)))
    assert 'id="table-frontier"' not in drawn
    assert len(table(drawn, "places")) == len(VILLAGES)


def test_the_proposal_is_not_changed_by_drawing_it() -> None:
    proposal = small_proposal()
    copies = {name: one.copy() for name, one in proposal.tables.items()}
    siting_map(proposal)
    assert all(proposal.tables[name].equals(one) for name, one in copies.items())
    assert np.isnan(proposal.tables["villages"]["persons"].iloc[5])


def test_everything_has_a_heading_and_a_way_past_the_map(html: str) -> None:
    assert html.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert html.count("<h1") == 1
    assert '<a class="skip" href="#tables"' in html
    assert "user-scalable" not in html


def test_the_command_writes_the_page_beside_the_tables_and_records_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wushan_geo.sources.scenarios.open_either", study_of)
    wanted = ["site", "example", "--sites", "1", "--out", str(tmp_path), "-l", "zh"]
    ran = CliRunner().invoke(app, wanted)
    assert ran.exit_code == 0, ran.output
    page = (tmp_path / "maps" / "siting.html").read_bytes()
    assert "残疾人服务设施布点建议方案" in page.decode()
    record = json.loads((tmp_path / "site.json").read_text(encoding="utf-8"))
    assert record["outputs"]["maps/siting.html"] == hashlib.sha256(page).hexdigest()
    assert "siting.html" in ran.output


def test_costs_are_told_only_where_the_study_has_them(html: str) -> None:
    assert 'data-t="siting_map.cost"' not in html
    plans = small_proposal().tables["plans"].assign(cost=480000.0)
    shown = map_html(siting_map(small_proposal(tables={"plans": plans})))
    assert "新设费用合计 480000 元" in shown
