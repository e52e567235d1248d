"""What the page of a proposal says of closings, of places and of candidates by settings."""

from __future__ import annotations

import dataclasses
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from maps_builder import VILLAGES
from proposal_cases import small_proposal

from wushan_geo.maps import map_html
from wushan_geo.maps.siting import page_data, siting_map
from wushan_geo.maps.siting_cells import told
from wushan_geo.proposal.rows import table
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    import pandas as pd

    from wushan_geo.results import SiteProposal

UNSEEN = "按设定列入，未经现场察看"


def moved_tables(closed: str = "F1") -> dict[str, pd.DataFrame]:
    """Close F1 for C1 and C2: the first village leaves the limit, the fifth comes within it."""
    keys = ("moved", "moved_loses") if closed else ("moved_none",)
    return {
        "moved": table("moved", [{
            "moves": 1, "closed": closed, "opened": "C1;C2", "existing": "F3", "limit": 30.0,
            "covered_places": 4, "covered_persons": 15.0, "free_places": 4, "free_persons": 22.0,
            "same_new_places": 5, "same_new_persons": 25.0, "same_new_status": "time_limit",
            "today_places": 2, "today_persons": 10.0, "bound": 15.0, "gap": 0.0,
            "status": "optimal", "verified": True, "alternatives": False, "basis": "measured",
        }]),
        "moved_villages": table("moved_villages", [
            {"zone_id": VILLAGES[at], "persons": persons, "change": change, "change_plan": change,
             "facility_now": now, "minutes_now": before, "facility_plan": "F1",
             "minutes_plan": before, "facility_moved": "C1", "minutes_moved": after,
             "limit": 30.0, "basis": "measured"}
            for at, persons, change, now, before, after in (
                (0, 10.0, "loses", "F1", 10.0, 45.0), (4, 3.0, "gains", None, float("inf"), 9.0),
            )
        ] if closed else []),
        "notes": table("notes", [
            {"table": "moved", "key": key, "zh": f"说明 {key}。", "en": f"Note {key}."}
            for key in keys
        ]),
    }  # fmt: skip


def roomy_tables() -> dict[str, pd.DataFrame]:
    """Send the first village to F1 and C1, the third to C1; C1 has 9 places, F1 6, F3 none."""
    one = small_proposal().tables
    rows = [(VILLAGES[2], "C1", 5.0, 12.3, True), (VILLAGES[0], "F1", 6.0, 10.0, True),
            (VILLAGES[0], "C1", 3.0, 20.0, False)]  # fmt: skip
    names = ("zone_id", "facility_id", "persons", "minutes", "nearest")
    return {
        "plans": one["plans"].assign(capacity=15.0, served_places=1, served_persons=14.0),
        "sites": one["sites"].assign(capacity=[9.0, 6.0, 0.0]),
        "villages": one["villages"].assign(served_persons=[9.0, 0.0, 5.0, 0.0, 0.0, np.nan]),
        "flows": table(
            "flows", [{**dict(zip(names, row, strict=True)), "basis": "measured"} for row in rows]
        ),
        "notes": table("notes", [
            {"table": "flows", "key": "room", "zh": "共 15 个名额。", "en": "15 places."}
        ]),
    }  # fmt: skip


def drawn(proposal: SiteProposal) -> tuple[dict[str, Any], str]:
    return page_data(proposal), map_html(siting_map(proposal))


def shown(data: dict[str, Any], name: str) -> list[dict[str, str]]:
    one = data["tables"][name]
    return [
        dict(zip(one["columns"], [told(cell) for cell in row], strict=True)) for row in one["rows"]
    ]


def part(html: str, name: str) -> str:
    found = re.search(rf'<section id="{name}">.*?</section>', html, re.DOTALL)
    assert found is not None
    return unescape(found[0])


def heads(html: str, name: str) -> str:
    return html.split(f'<table id="table-{name}">')[1].split("</thead>", maxsplit=1)[0]


def test_a_closing_has_a_section_that_compares_it_with_as_many_new_sites_and_none_closed() -> None:
    one = small_proposal(tables=moved_tables())
    data, html = drawn(dataclasses.replace(one, manifest={"wish": {"sites": 1}}))
    rows = shown(data, "moved")
    assert [(one["variant"], one["sites"], one["covered"]) for one in rows] == [
        ("现状", "0", "2 / 10"), ("不关停，按原定处数新设", "1", "4 / 22"),
        ("不关停，新设处数与关停方案相同", "2", "5 / 25"), ("关停方案", "2", "4 / 15"),
    ]  # fmt: skip
    assert [one["closed"] for one in rows] == ["—", "—", "—", "阳光家园"]
    assert rows[3]["opens"] == "备选点一、备选点二"
    assert [one["proof"] for one in rows[2:]] == ["到时限停止，未证明最优", "已证明最优"]
    assert [(one["name"], one["change"], one["role"]) for one in shown(data, "moved_sites")] == [
        ("阳光家园", "关停", "已有机构"), ("备选点一", "新设", "建议新设"),
        ("备选点二", "新设", "备选点（未选）"),
    ]  # fmt: skip
    text = part(html, "moved")
    assert "说明 moved_loses。" in text
    assert MESSAGES["siting_map.moved.apart"][0] in text
    assert html.index('href="#moved"') < html.index('<section id="moved">')
    assert "说明 moved_loses。" not in html.split(">方案说明<")[-1].split("<section")[0]


def test_who_loses_and_who_gains_by_a_closing_is_told_by_village_and_drawn() -> None:
    data = page_data(small_proposal(tables=moved_tables()))
    first, second = shown(data, "moved_villages")
    assert (first["persons"], first["moved_change"]) == ("10", "出时限")
    assert (first["minutes_now"], first["minutes_moved"]) == ("10 分钟", "45 分钟")
    assert (second["moved_change"], second["minutes_now"]) == ("进时限", "无法到达")
    ids = data["facilities"]["id"]
    assert [ids[at] for at in data["marks"]["closed"]] == ["F1"]
    assert [ids[at] for at in data["marks"]["opened"]] == ["C1", "C2"]
    rows = data["marks"]["rows"]
    assert [ids[at] for at in rows["moved_sites"]] == ["F1", "C1", "C2"]
    assert [data["places"]["id"][at] for at in rows["moved_villages"]] == [
        VILLAGES[0], VILLAGES[4],
    ]  # fmt: skip


def test_where_closing_brings_nothing_the_section_says_so_and_compares_nothing() -> None:
    data, html = drawn(small_proposal(tables=moved_tables("")))
    assert not {"moved", "moved_sites", "moved_villages"} & data["tables"].keys()
    assert data["marks"]["closed"] == data["marks"]["opened"] == []
    assert "说明 moved_none。" in part(html, "moved")
    assert MESSAGES["siting_map.moved.none"][0] in html
    assert 'id="moved"' not in map_html(siting_map(small_proposal()))


def test_schematic_roads_bear_no_minutes_in_the_tables_of_closings_and_places() -> None:
    for tables in (moved_tables(), roomy_tables()):
        data = page_data(small_proposal(demonstration=True, tables=tables))
        cells = str([data["tables"][one] for one in ("moved_villages", "rooms", "flows")
                     if one in data["tables"]])  # fmt: skip
        assert "30 分钟以内" in cells
        assert not re.search(r"(?<!3)[1-9]\d*(?:\.\d+)? 分钟", cells.replace("30 分钟", ""))


def test_places_have_a_section_with_what_each_site_has_and_whom_it_gets() -> None:
    data, html = drawn(small_proposal(tables=roomy_tables()))
    new, old, idle = shown(data, "rooms")
    assert (new["room"], new["sent"], new["spare"], new["passed"]) == ("9", "2 / 8", "1", "1 / 3")
    assert (old["room"], old["sent"], old["spare"], old["passed"]) == ("6", "1 / 6", "0", "0 / 0")
    assert (idle["sent"], idle["farthest"]) == ("0 / 0", "—")
    assert [(one["facility_sent"], one["persons"], one["is_nearest"])
            for one in shown(data, "flows")] == [
        ("备选点一", "3", "否"), ("阳光家园", "6", "是"), ("备选点一", "5", "是"),
    ]  # fmt: skip
    assert "共 15 个名额。" in part(html, "rooms")
    assert [one["placed"] for one in shown(data, "places")] == ["9", "0", "5", "0", "0", "无数据"]
    facilities = data["facilities"]["id"]
    assert [(at, facilities[site]) for at, site in data["marks"]["flows"]] == [
        (0, "C1"), (0, "F1"), (2, "C1"),
    ]  # fmt: skip
    assert MESSAGES["siting_map.figures.served"][0] in html


def test_sites_tell_of_persons_sent_there_only_where_places_count() -> None:
    nearest, sent = "就近服务（村 / 人）", "安排服务（村 / 人）"
    data, html = drawn(small_proposal(tables=roomy_tables()))
    assert sent in heads(html, "sites")
    assert nearest not in heads(html, "sites")
    assert {"rooms", "flows"} <= data["tables"].keys()
    data, html = drawn(small_proposal())
    assert nearest in heads(html, "sites")
    assert not {"rooms", "flows"} & data["tables"].keys()
    assert "placed" not in data["tables"]["places"]["columns"]
    assert data["marks"]["flows"] is None


@pytest.mark.parametrize("kind", ["seat", "community", "generated"])
def test_candidates_by_settings_are_marked_in_tables_popups_and_legend(kind: str) -> None:
    own = small_proposal().tables["facilities"].assign(origin=[kind, "listed", "", ""])
    data = page_data(small_proposal(tables={"facilities": own}))
    assert data["facilities"]["unseen"] == [True, False, False, False]
    # A pop-up shows the row of the site, or else that of the facility.
    for name in ("sites", "facilities"):
        assert [one["origin"] for one in shown(data, name)].count(UNSEEN) == 1
        assert shown(data, name)[0]["origin"] == UNSEEN
    bare = page_data(small_proposal())
    assert not any(bare["facilities"]["unseen"])
    for name in ("sites", "facilities"):
        assert "origin" not in bare["tables"][name]["columns"]


def test_the_best_plans_repeat_the_per_cent_and_say_whether_there_are_more() -> None:
    best = table("best", [
        {"rank": 1 + at, "objective": 22.0, "bound": 22.0, "covered_places": 4,
         "covered_persons": 22.0, "chosen": "C1", "basis": "measured"}
        for at in range(2)
    ])  # fmt: skip
    one = small_proposal(tables={"best": best})
    for asked, ending in ((2, "full"), (3, "all")):
        wish = {"wish": {"best": asked, "within": 0.05, "sites": 1}}
        html = map_html(siting_map(dataclasses.replace(one, manifest=wish)))
        line = re.search(r'data-t="siting_map.best.within">([^<]*)<', html)
        assert line is not None
        assert "不超过 5%" in line[1]
        assert f"至多列 {asked} 个，实列 2 个" in line[1]
        assert line[1].endswith(MESSAGES[f"siting_map.best.{ending}"][0])


def test_no_chinese_text_of_the_page_sends_its_reader_to_a_column_by_its_english_name() -> None:
    for key in ("site.note.ways_differ", "site.note.ways_stuck_more"):
        if key in MESSAGES:
            assert not re.search(r"ways 表|contacts", MESSAGES[key][0]), key
    assert not [key for key, (zh, _) in MESSAGES.items() if "ways 表" in zh]
