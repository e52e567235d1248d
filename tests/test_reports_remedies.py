from __future__ import annotations

import reports_cases as cases

from wushan_geo.reports.desk import desk_of
from wushan_geo.reports.remedies import (
    assumptions,
    facilities,
    remedies,
    remedy_items,
    services_text,
    sources,
    units_text,
    villages,
)
from wushan_geo.reports.tables import Verdict


def test_every_remedy_of_the_board_is_on_the_list_once() -> None:
    for study in cases.STUDIES:
        result = cases.result_of(study)
        board = result.tables["scoreboard"]
        wanted = int((board["remedy_zh"].fillna("") != "").sum())
        assert sum(len(one.lines) for one in remedy_items(desk_of(result))) == wanted


def test_the_county_comes_first_then_townships_in_the_order_of_codes() -> None:
    zones = [one.zone for one in remedy_items(desk_of(cases.result_of("wushan")))]
    own = [one for one in zones if one != "500237"]
    assert zones[: len(zones) - len(own)] == ["500237"] * (len(zones) - len(own))
    assert own == sorted(own)
    assert {len(one) for one in own} == {9}


def test_what_is_the_same_everywhere_is_one_item_of_the_county() -> None:
    rows = remedies(desk_of(cases.result_of("wushan-facts"))).rows
    assert [row[2][0] for row in rows[:2]] == ["全部 26 个乡镇（街道）", "全部 340 个村（社区）"]
    assert rows[0][5] == ("无数据", "no data")
    assert rows[0][4] == ("补报设施台账", "supply the register of facilities")


def test_indicators_make_one_item_without_persons() -> None:
    found = [one for one in remedy_items(desk_of(cases.result_of("wushan"))) if one.indicators]
    assert len(found) == 1
    assert found[0].about[0] == "主要指标第 1、2、3、4、5、6、7、8、9、10、11 项"
    assert str(found[0].persons) == "nan"


def test_persons_of_an_item_are_those_of_its_units() -> None:
    for one in remedy_items(desk_of(cases.result_of("wushan"))):
        if one.lines[0].level == "village":
            assert one.persons == sum(line.persons for line in one.lines)


def test_many_units_are_counted_and_the_first_named() -> None:
    desk = desk_of(cases.result_of("wushan"))
    lines = desk.rule("village")[:8]
    zh, en = units_text(desk, lines)
    assert zh.endswith("等 8 个")
    assert en.endswith("and others, 8 in all")
    assert zh.count("、") == 5


def test_facilities_and_candidates_stand_apart() -> None:
    result = cases.result_of("wushan")
    desk = desk_of(result)
    own = facilities(desk, candidates=False).rows
    other = facilities(desk, candidates=True).rows
    assert len(own) == 10
    assert len(own) + len(other) == len(result.tables["facilities"])


def test_unknown_services_and_places_beyond_the_county_are_named() -> None:
    desk = desk_of(cases.result_of("example"))
    rows = {row[0][0]: row for row in facilities(desk, candidates=False).rows}
    assert rows["南柯乡残疾人之家"][4] == ("不详", "unknown")
    assert rows["彼岸镇残疾人之家（外县）"][1] == ("县外", "beyond the county")
    assert services_text(desk, frozenset()) == ("—", "—")
    assert services_text(desk, "day_care;visiting") == ("日间照料、走访探视", "day care, visits")


def test_sources_and_assumptions_are_listed_in_full() -> None:
    result = cases.result_of("wushan")
    desk = desk_of(result)
    assert len(sources(desk).rows) == len(result.tables["sources"])
    assert len(assumptions(desk).rows) == len(result.tables["assumptions"]) > 50


def test_an_assumption_is_explained_in_the_language_of_the_page() -> None:
    result = cases.result_of("wushan")
    table = result.tables["assumptions"].iloc[:1]
    why, replace = assumptions(desk_of(result)).rows[0][3:]
    assert why[0] == "县内分区线未公开；以实际驻地为生成点的加权分区与所载面积相符"
    assert why[1].startswith("inner lines are not public: a power partition")
    assert replace == (
        "用实测界线替换 boundaries/townships.geojson",
        "replace boundaries/townships.geojson by the surveyed lines",
    )
    short = cases.with_tables(result, assumptions=table.assign(why_zh="", replace_zh=""))
    for zh, en in assumptions(desk_of(short)).rows[0][3:]:
        assert zh == en != ""


def test_every_village_stands_under_its_township() -> None:
    tables = villages(desk_of(cases.result_of("wushan")))
    assert len(tables) == 26
    assert sum(len(one.rows) for one in tables) == 340
    assert all(isinstance(row[3], Verdict) for one in tables for row in one.rows)


def test_schematic_minutes_are_intervals_in_the_appendix() -> None:
    tables = villages(desk_of(cases.result_of("wushan")))
    shown = [row[8][0] for one in tables for row in one.rows]
    assert all("～" in one or one.startswith("约") or not one[0].isdigit() for one in shown)
