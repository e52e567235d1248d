"""What the page of a proposal says of screening, other ways and stability: cells by hand."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from maps_builder import NASTY, VILLAGES
from proposal_cases import small_proposal

from wushan_geo.maps import map_html
from wushan_geo.maps.siting import page_data, siting_map
from wushan_geo.maps.siting_cells import told
from wushan_geo.maps.siting_chart import Draws, draws_svg, ticks
from wushan_geo.maps.siting_rows import HEADS
from wushan_geo.proposal.rows import table

if TYPE_CHECKING:
    from wushan_geo.results import SiteProposal

NUMBER = re.compile(r"\d+(?:\.\d+)?")
STUCK = "片区 2：没有可行的服务方式。"
BEST = (1.0, 1.0, 0.9, 0.5, 0.25, 0.0)  # share of the draws in which each village is within
SAFE = (1.0, 1.0, 1.0, 0.45, 0.0, 0.0)


def full_tables() -> dict[str, pd.DataFrame]:
    """Write what was asked for besides the plan: C9 is screened out, no way serves the last."""
    return {
        "screening": table("screening", _screening()),
        "groups": table("groups", [
            {"service": "day_care", "limit": 30.0, "cluster": at + 1, "zone_id": VILLAGES[4 + at],
             "persons": persons, "basis": "measured"}
            for at, persons in enumerate((3.0, 1.0))
        ]),
        "ways": table("ways", _ways()),
        "stable_plans": table("stable_plans", _plans()),
        "stable_sites": table("stable_sites", [
            {"facility_id": one, "chosen_share": often, "in_best": one == "C1",
             "in_safe": one == "C2", "basis": "modelled"}
            for one, often in (("C1", 0.25), ("C2", 0.75))
        ]),
        "stable_villages": table("stable_villages", [
            {"zone_id": one, "pass_best_share": best, "pass_safe_share": safe, "basis": "modelled"}
            for one, best, safe in zip(VILLAGES, BEST, SAFE, strict=True)
        ]),
        "draws": table("draws", [
            {"draw": at + 1, "speed": 0.8 + at / 10, "status": "optimal", "same": at == 2,
             "best_persons": 20.04 + at, "safe_persons": 21.0, "own_persons": 23.0,
             "best_regret": 2.96 - at, "safe_regret": 2.0, "basis": "modelled"}
            for at in range(3)
        ]),
        "notes": table("notes", [
            {"table": name, "key": key, "zh": zh, "en": en}
            for name, key, zh, en in (
                ("plans", "explain_1", "新设 1 处。", "1 new site."),
                ("plans", "limit", "时限为 30 分钟。", "The limit is 30 min."),
                ("ways", "way_stuck", STUCK, "Group 2: no way is viable."),
                ("ways", "ways_differ", "办法不同。", "They differ."),
                ("draws", "stability_1", "共测算 3 次。", "3 draws."),
                ("stable_plans", "stability_plan_best", "并列在表中。", "Stands in the table."),
                ("screening", "screening_counted", "保留 2 处。", "2 stay."),
            )
        ]),
    }  # fmt: skip


def _screening() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for one, candidate, rows in (
        ("C1", "stays", [("max_slope_deg", "12", "25", "stays"), ("hazard", "no", "no", "stays")]),
        ("C2", "stays", [("max_slope_deg", None, "25", "not_known"),
                         ("hazard", "no", "no", "stays")]),
        ("C9", "goes", [("max_slope_deg", "31", "25", "goes"), ("hazard", "no", "no", "stays")]),
    ):  # fmt: skip
        names = {"name": f"点{one}", "name_en": f"Place {one}", "zone_id": VILLAGES[3]}
        for rule, value, limit, verdict in rows:
            told_ = {"rule": rule, "value": value, "limit": limit, "verdict": verdict}
            found.append(
                {"facility_id": one, "candidate": candidate, "basis": "stated", **names, **told_}
            )
    return found


def _ways() -> list[dict[str, object]]:
    rows: list[tuple[Any, ...]] = [
        (1, "new_home", VILLAGES[4], 3, 3, 3, 6, 250, 90000.0, 30000.0, False, "below_minimum"),
        (1, "shuttle", VILLAGES[0], 3, 2, 2, 2, 250, 50000.0, 25000.4, True, ""),
        (1, "home_visit", "F1", 3, 3, 3, None, 24, 60000.0, 20000.0, None, "minimum_unknown"),
        (2, "new_home", "", 1, 0, 0, 6, None, None, None, False, "nobody"),
        (2, "shuttle", "", 1, 0, 0, 2, None, None, None, False, "no_hub"),
    ]
    names = ("cluster", "way", "site", "persons", "served", "load", "minimum_load", "contacts",
             "cost", "cost_per_person", "viable", "why_not")  # fmt: skip
    return [
        {**dict(zip(names, row, strict=True)), "service": "day_care", "limit": 30.0,
         "cheapest": row[10] is True, "basis": "modelled"}
        for row in rows
    ]  # fmt: skip


def _plans() -> list[dict[str, object]]:
    common = {"sites": 1, "basis": "modelled", "stated_places": 4, "mean_places": 3.65}
    return [
        {**common, "plan": "best", "chosen": "C1", "stated_persons": 22.0, "middle_persons": 21.04,
         "low_persons": 20.04, "least_persons": 20.04, "always_places": 2, "always_persons": 10.0,
         "unbeaten_share": 0.333, "own_share": 1 / 3, "mean_regret": 1.96, "worst_regret": 2.96,
         **_aims(0.25, 41.04, 2.0)},
        {**common, "plan": "safe", "chosen": "C2", "stated_persons": 20.0, "middle_persons": 21.0,
         "low_persons": 21.0, "least_persons": 21.0, "always_places": 3, "always_persons": 15.0,
         "unbeaten_share": 0.0, "own_share": 2 / 3, "mean_regret": 2.0, "worst_regret": 2.0,
         **_aims(1.0, 43.0, 0.5)},
    ]  # fmt: skip


def _aims(meets: float, stated: float, regret: float) -> dict[str, object]:
    return {
        "promise": "reach", "meets_share": meets, "judged_by": "farthest_cost",
        "stated_aim": stated, "middle_aim": stated + 1, "worst_aim": 55.5, "aim_regret": regret,
    }  # fmt: skip


def full_proposal(**changes: Any) -> SiteProposal:
    """Build the small proposal with everything that may be asked for besides."""
    return small_proposal(tables={**full_tables(), **changes.pop("tables", {})}, **changes)


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return page_data(full_proposal())


@pytest.fixture(scope="module")
def html() -> str:
    return map_html(siting_map(full_proposal()))


def rows_of(data: dict[str, Any], name: str) -> list[dict[str, str]]:
    found = data["tables"][name]
    return [
        {one: told(cell) for one, cell in zip(found["columns"], row, strict=True)}
        for row in found["rows"]
    ]


def test_each_candidate_stands_with_the_reason_why_it_stays_or_goes(data: dict[str, Any]) -> None:
    one, two, nine = rows_of(data, "screening")
    assert (one["verdict"], one["role"]) == ("保留", "建议新设")
    assert one["why"] == "符合：坡度（度）不大于 25（12）、附近没有地质灾害隐患点"
    assert two["verdict"] == "保留，有未核实项"
    assert two["why"] == "未核实：坡度（度）不大于 25；符合：附近没有地质灾害隐患点"
    assert (nine["name"], nine["town"]) == ("点C9", "西镇")
    assert (nine["verdict"], nine["role"], nine["basis"]) == ("排除", "筛选排除", "文件数据")
    assert nine["why"].startswith("不符合：坡度（度）不大于 25（31）；符合：")


def test_what_was_screened_out_is_on_the_map_and_leads_to_its_reason(data: dict[str, Any]) -> None:
    at = data["facilities"]["id"].index("C9")
    assert data["facilities"]["role"][at] == "screened"
    assert data["facilities"]["name"][at] == ["点C9", "Place C9"]
    row = data["facilities"]["screened"][at]
    assert rows_of(data, "screening")[row]["name"] == "点C9"
    assert data["facilities"]["screened"][data["facilities"]["id"].index("F1")] == -1


def test_each_group_has_its_cheapest_viable_way_or_says_that_there_is_none(
    data: dict[str, Any],
) -> None:
    one, two = rows_of(data, "groups")
    assert list(one.values()) == ["片区 1", "3", "接送车", "2 / 3", "25000", "戊村", "推算数据"]
    assert two["answer"] == "没有可行的方式"
    assert (two["served"], two["person_cost"]) == ("—", "—")
    assert data["groups"] == [[4], [5]]
    unknown = full_tables()["ways"].assign(
        viable=pd.array([pd.NA] * 5, dtype="boolean"), cheapest=False
    )
    other = page_data(full_proposal(tables={"ways": unknown}))
    assert rows_of(other, "groups")[0]["answer"] == "没有确定可行的方式（资料不详）"
    nobody = full_tables()["ways"].iloc[:3]
    other = page_data(full_proposal(tables={"ways": nobody}))
    assert rows_of(other, "groups")[1]["answer"] == "未比较（没有服务对象或人数不详）"


def test_every_way_says_what_it_costs_how_many_make_it_viable_and_why_not(
    data: dict[str, Any],
) -> None:
    new, shuttle, visit, none, _ = rows_of(data, "ways")
    assert new["verdict"] == "不可行：服务人数少于最低人数"
    assert (new["load"], new["stands"], new["person_cost"]) == ("3 / 6", "戊村", "30000")
    assert shuttle["verdict"] == "可行，人均费用最低"
    assert (shuttle["served"], shuttle["contacts"], shuttle["cost"]) == ("2 / 3", "250", "50000")
    assert visit["verdict"] == "不能判定：最低服务人数不详"
    assert (visit["load"], visit["stands"]) == ("3 / 无数据", "阳光家园")
    assert (none["verdict"], none["cost"], none["contacts"]) == (
        "不可行：一个人也服务不到",
        "—",
        "—",
    )


def test_notes_stand_beside_the_table_they_are_about_and_only_there(html: str) -> None:
    assert html.count(f">{STUCK}</li>") == 1
    warned = re.search(r'<div class="stuck">(.*?)</div>', html, re.DOTALL)
    assert warned is not None
    assert STUCK in warned[1]
    section = re.search(r'<section id="stability">(.*?)</section>', html, re.DOTALL)
    assert section is not None
    assert "共测算 3 次。" in section[1]
    assert ">并列在表中。</li>" not in html
    alone = map_html(siting_map(small_proposal(tables={"notes": full_tables()["notes"]})))
    assert f">{STUCK}</li>" in alone  # without a table it is told at the end
    assert ">并列在表中。</li>" in alone
    assert 'id="ways"' not in alone


def test_the_best_and_the_safe_plan_stand_side_by_side(data: dict[str, Any]) -> None:
    found = {one["measure"]: (one["best"], one["safe"]) for one in rows_of(data, "stable_plans")}
    assert list(found.values()) == [
        ("备选点一", "备选点二"), ("25", "100"), ("41 / 42 / 55.5", "43 / 44 / 55.5"),
        ("2", "0.5"), ("4 / 22", "4 / 20"), ("3.6 / 21", "3.6 / 21"), ("20", "21"),
        ("20", "21"), ("2 / 10", "3 / 15"), ("33.3", "0"), ("33.3", "66.7"), ("2", "2"),
        ("3", "2"), ("推算数据", "推算数据"),
    ]  # fmt: skip


def test_what_a_request_does_not_promise_or_its_model_does_not_look_at_has_no_row() -> None:
    plain = full_tables()["stable_plans"].assign(
        promise="", meets_share=float("nan"), judged_by="persons"
    )
    data = page_data(full_proposal(tables={"stable_plans": plain}))
    names = [one["measure"] for one in rows_of(data, "stable_plans")]
    assert len(names) == 11
    assert not [one for one in names if "所提要求" in one or "最远单程" in one]
    # Plans compared have no more sites than the best one, and the words say so.
    assert any("比处数（或预算）不超出的方案中覆盖最多者最多少覆盖" in one for one in names)
    assert not [one for one in names if "当次最多可覆盖" in one]


def test_a_building_where_the_candidate_was_screened_out_says_so_in_both_tables() -> None:
    marked = full_tables()["ways"].assign(screened=["C9", "", "", "C9", ""])
    marked.loc[0, ["viable", "cheapest", "why_not"]] = [True, True, ""]
    marked.loc[1, "cheapest"] = False
    data = page_data(full_proposal(tables={"ways": marked}))
    first = rows_of(data, "ways")
    assert first[0]["verdict"] == "可行，人均费用最低（该村备选点已被筛选排除）"
    assert first[1]["verdict"] == "可行"
    assert first[3]["verdict"] == "不可行：一个人也服务不到（该村备选点已被筛选排除）"
    assert rows_of(data, "groups")[0]["answer"] == "新建机构（该村备选点已被筛选排除）"


def test_every_village_is_in_one_band_and_an_edge_belongs_to_the_band_above(
    data: dict[str, Any],
) -> None:
    found = rows_of(data, "stable_bands")
    assert [one["pass_by_best"] for one in found] == [
        "2 / 10", "1 / 5", "1 / 7", "1 / 3", "1 / 无数据",
    ]  # fmt: skip
    assert [one["pass_by_safe"] for one in found] == [
        "3 / 15", "0 / 0", "0 / 0", "1 / 7", "2 / 3",
    ]  # fmt: skip


def test_sites_stand_by_how_often_they_are_chosen(data: dict[str, Any]) -> None:
    found = rows_of(data, "stable_sites")
    assert [(one["name"], one["chosen_share"]) for one in found] == [
        ("备选点二", "75"), ("备选点一", "25"),
    ]  # fmt: skip
    assert [one["best_persons"] for one in rows_of(data, "draws")] == ["20", "21", "22"]


def test_villages_have_their_group_and_how_often_they_pass_where_that_is_known(
    data: dict[str, Any],
) -> None:
    third, fifth = (rows_of(data, "places")[at] for at in (2, 4))
    assert (third["group"], third["pass_best"], third["pass_safe"]) == ("—", "90", "100")
    assert (fifth["group"], fifth["pass_best"], fifth["pass_safe"]) == ("1", "25", "0")
    plain = page_data(small_proposal())["tables"]["places"]["columns"]
    assert not {"group", "pass_best", "pass_safe"} & set(plain)
    ungrouped = page_data(full_proposal(tables={"ways": table("ways", [])}))
    assert "group" not in ungrouped["tables"]["places"]["columns"]
    assert "groups" not in ungrouped["tables"]
    assert ungrouped["groups"] == []


def test_each_draw_is_a_disc_and_a_square_of_the_chart(html: str) -> None:
    drawn = re.search(r'<svg class="chart dots".*?</svg>', html, re.DOTALL)
    assert drawn is not None
    assert drawn[0].count('class="best"') == drawn[0].count('class="safe"') == 3
    assert "最优方案覆盖 20 至 22 人，稳妥方案覆盖 21 至 21 人" in unescape(drawn[0])
    # Higher is more persons: the disc of the slowest draw is the lowest one.
    up = [float(one) for one in re.findall(r'class="best" cx="[\d.]+" cy="([\d.]+)"', drawn[0])]
    assert up == sorted(up, reverse=True)
    once = draws_svg(Draws([1.0], [5.0], [5.0], ("甲", "A")))
    assert once.count("<circle") == 1


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0.8, 1.25), (99.5, 100.5), (3, 4000)])
def test_a_scale_holds_all_it_is_for_in_few_even_steps(low: float, high: float) -> None:
    found = ticks(low, high)
    assert found[0] <= low <= high <= found[-1]
    assert 2 <= len(found) <= 6
    steps = {round(b - a, 9) for a, b in pairwise(found)}
    assert len(steps) == 1


def test_both_languages_hold_the_same_numbers_and_every_word_is_there(
    data: dict[str, Any], html: str
) -> None:
    for name, one in data["tables"].items():
        assert set(one["columns"]) <= set(HEADS[name])
        for row in one["rows"]:
            assert len(row) == len(one["columns"])
            for cell in row:
                zh = told(cell, 0).replace("备选点一", "1").replace("备选点二", "2")
                assert NUMBER.findall(zh) == NUMBER.findall(told(cell, 1)), (name, cell)
    keys = set(re.findall(r'data-t(?:-label)?="([^"]+)"', html))
    assert keys <= data["words"]["en"].keys()


def test_hostile_names_of_candidates_are_text() -> None:
    rows = full_tables()["screening"].assign(name=NASTY, name_en=NASTY)
    shown = map_html(siting_map(full_proposal(tables={"screening": rows})))
    assert "<script>alert(1)" not in shown


def test_demonstration_data_keep_their_notice_beside_the_new_tables() -> None:
    proposal = full_proposal(demonstration=True)
    shown = map_html(siting_map(proposal))
    assert proposal.info.notice_texts["notice.demonstration"][0] in shown
    assert 'id="table-stable_plans"' in shown
