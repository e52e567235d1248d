from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
import reports_cases as cases

from wushan_geo.reports.desk import desk_of
from wushan_geo.reports.ledgers import (
    classes,
    conditions,
    county_rules,
    gaps,
    indicators,
    limits,
    profile,
    promise_cells,
    target,
    township_board,
)
from wushan_geo.reports.remedies import villages
from wushan_geo.reports.tables import Bar, Shown, Verdict
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from wushan_geo.reports.tables import Table


def first(table: Table, zh: str) -> list[Any]:
    return next(row for row in table.rows if isinstance(row[0], tuple) and row[0][0] == zh)


@pytest.mark.parametrize("study", cases.STUDIES)
def test_reach_never_passes_or_fails_and_shows_three_limits(study: str) -> None:
    reach = cases.chinese(cases.section(cases.page_of(study), "reach"))
    assert "未达标" not in reach
    assert "× " not in reach
    desk = desk_of(cases.result_of(study))
    rows = limits(desk).rows
    assert len(rows) == 3 * len(desk.timed)
    assert all("分钟" in row[1][0] and row[2][0] for row in rows)
    assert "分析假设" in limits(desk).caption[0]


@pytest.mark.parametrize("study", ["wushan", "wushan-facts"])
def test_a_real_county_without_registers_gets_no_official_verdict(study: str) -> None:
    rows = township_board(desk_of(cases.result_of(study))).rows
    assert len(rows) == 26
    assert {row[2].official for row in rows} == {"cannot_assess"}


def test_demonstration_verdicts_are_those_of_the_board() -> None:
    desk = desk_of(cases.result_of("wushan"))
    rows = township_board(desk).rows
    board = cases.result_of("wushan").tables["scoreboard"]
    own = board[board["rule"] == "township_facility"].sort_values("zone_id")
    assert [row[2].demonstration for row in rows] == own["demonstration_verdict"].tolist()
    assert all(isinstance(row[5], Shown) for row in rows)


def test_facts_show_no_data_and_not_zero_of_all() -> None:
    desk = desk_of(cases.result_of("wushan-facts"))
    row = township_board(desk).rows[0]
    assert row[1] == ("无数据", "no data")
    assert row[9] == row[10] == ("无数据", "no data")
    assert limits(desk).rows[0][3] == ("无数据", "no data")
    assert gaps(desk, desk.timed[0]).rows[0][1] == ("无数据", "no data")


def test_bars_and_classes_count_every_village_once() -> None:
    result = cases.result_of("wushan")
    desk = desk_of(result)
    rows = township_board(desk).rows
    assert sum(count for row in rows for _, count in row[8].counts) == 340
    assert all(isinstance(row[8], Bar) for row in rows)
    for column in (2, 4, 6):
        assert sum(int(row[column][0]) for row in classes(desk).rows) == 340
        assert sum(int(row[column + 1][0]) for row in classes(desk).rows) == 19000


def test_gaps_show_the_counts_of_the_access_table() -> None:
    result = cases.result_of("example")
    desk = desk_of(result)
    table = gaps(desk, desk.timed[0])
    assert [row[0][0] for row in table.rows][-1] == "全县"
    access = result.tables["access"]
    own = access[(access["zone_id"] == "990101001") & (access["service"] == "day_care")]
    at_30 = own[own["parameters"].str.startswith("limit=30 ")].set_index("measure")["value"]
    wanted = f"{at_30['persons_reached']:.0f}/{at_30['persons_total']:.0f}"
    assert first(table, "子虚镇")[5] == (wanted, wanted)


def test_a_service_that_nobody_is_counted_for_has_no_column_of_eligible_persons() -> None:
    desk = desk_of(cases.result_of("wushan"))
    by_key = {one.key: one for one in desk.timed}
    assert len(gaps(desk, by_key["day_care"]).columns) == 1 + 3 * 3
    assert len(gaps(desk, by_key["county_rehab"]).columns) == 1 + 3 * 2


def test_indicators_show_baseline_and_target_and_read_them_as_the_plan_does() -> None:
    table = indicators(desk_of(cases.result_of("wushan")))
    assert len(table.rows) == 11
    assert [row[3][0] for row in table.rows][5:8] == [">90%", ">95%", "≥97%"]
    assert table.rows[7][2] == ("100%", "100 %")
    assert table.rows[0][3] == ("与另一数列基本同步", "in step with another series")
    assert all(row[6] == Verdict("cannot_assess") for row in table.rows)


def test_real_indicators_show_value_and_verdict() -> None:
    row = indicators(desk_of(cases.result_of("example"))).rows[3]
    assert row[4] == ("98.5%", "98.5 %")
    assert row[6] == Verdict("fail")


def test_county_rules_leave_the_indicators_to_their_own_table() -> None:
    assert len(county_rules(desk_of(cases.result_of("wushan"))).rows) == 3


def test_the_profile_counts_townships_that_offer_a_service() -> None:
    result = cases.result_of("example")
    rows = profile(desk_of(result)).rows
    access = result.tables["access"]
    own = access[(access["measure"] == "offered_in_township") & (access["service"] == "day_care")]
    assert rows[0][1][0] == f"{int((own['value'] > 0).sum())}/5"
    assert rows[0][2][0] == str(5 - int(own["value"].notna().sum())) == "1"


def test_a_unit_without_a_rule_has_dashes() -> None:
    assert promise_cells(None) == [("—", "—")] * 3


def test_targets_tell_at_least_from_more_than() -> None:
    assert target(">=", 97.0, ("%", " %")) == ("≥97%", "≥ 97 %")
    assert target("tracks", math.nan, ("%", " %"))[1] == "in step with another series"
    with pytest.raises(KeyError, match=r"operator\.<"):
        target("<", 1.0, ("", ""))


def test_the_three_conditions_stand_side_by_side_on_the_page() -> None:
    desk = desk_of(cases.result_of("wushan"))
    table = conditions(desk)
    assert table is not None
    villages = desk.result.tables["villages"]
    row = first(table, "日间照料")
    shown = [cell[0] for cell in row[2:]]
    for at, condition in enumerate(("ordinary", "snow", "flood")):
        reached = villages[f"class_{condition}"].isin(("effective", "neighbour"))
        persons = villages.loc[reached, "persons"].sum()
        assert shown[2 * at].startswith(f"{reached.sum()}/340"), condition
        assert shown[2 * at + 1].startswith(f"{persons:.0f}/19000"), condition
    reach = cases.chinese(cases.section(cases.page_of("wushan"), "reach"))
    assert all(one in reach for one in ("平时、冰雪和汛期对比", "冰雪", "汛期", shown[2]))


def test_one_condition_has_nothing_to_be_compared_with() -> None:
    assert conditions(desk_of(cases.result_of("wushan-facts"))) is None
    assert "平时、冰雪和汛期对比" not in cases.chinese(cases.page_of("wushan-facts"))


def test_a_village_whose_class_depends_on_the_roads_says_so_on_the_page() -> None:
    result = cases.result_of("wushan")
    desk = desk_of(result)
    known = result.tables["villages"].sort_values("zone_id")
    certain = {parent: some["certainty"].tolist() for parent, some in known.groupby("parent_id")}
    head = [one.title[0] for one in villages(desk)[0].columns]
    at = head.index(MESSAGES["report.column.certainty"][0])
    for table, parent in zip(villages(desk), desk.towns, strict=True):
        shown = [row[at] for row in table.rows]
        assert shown == [MESSAGES[f"certainty.{one}"] for one in certain[parent]]
