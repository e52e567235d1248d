from __future__ import annotations

import itertools

import pytest
import reports_cases as cases

from wushan_geo.reports.desk import desk_of
from wushan_geo.reports.sites import HEIGHT, NAME_GAP, chart, chosen_plan, plans, sites


def test_the_chosen_plan_is_the_largest_at_the_default_limit() -> None:
    assert chosen_plan(desk_of(cases.result_of("wushan"))) == "day_care-30min-8"
    assert chosen_plan(desk_of(cases.result_of("wushan-facts"))) == ""


def test_every_plan_is_shown_with_bound_gap_and_recomputation() -> None:
    result = cases.result_of("wushan")
    rows = plans(desk_of(result)).rows
    assert len(rows) == len(result.tables["plans"]) == 24
    best = result.tables["plans"].set_index("plan").loc["day_care-30min-8"]
    row = next(one for one in rows if one[0][0] == "30 分钟（默认）" and one[1][0] == "8")
    assert row[2][0] == f"{best['covered_persons']:.0f}/{best['total_persons']:.0f}"
    assert row[4][0] == f"{best['bound']:.0f}"
    assert row[5] == ("0", "0")
    assert row[6] == ("最优，已独立复算", "optimal, recomputed independently")


def test_a_plan_that_was_not_recomputed_says_so() -> None:
    result = cases.result_of("example")
    table = result.tables["plans"].copy()
    table["verified"] = False
    row = plans(desk_of(cases.with_tables(result, plans=table))).rows[0]
    assert row[6][0] == "最优，未复算"


def test_sites_run_up_to_what_the_plan_covers() -> None:
    result = cases.result_of("wushan")
    rows = sites(desk_of(result)).rows
    assert [row[0][0] for row in rows] == [str(one) for one in range(1, 9)]
    best = result.tables["plans"].set_index("plan").loc["day_care-30min-8"]
    assert rows[-1][5][0] == f"{best['covered_persons']:.0f}"


def test_the_chart_draws_every_plan_below_its_ceiling() -> None:
    drawn = chart(desk_of(cases.result_of("wushan")))
    assert drawn is not None
    assert [len(one.points) for one in drawn.curves] == [9, 9, 9]  # 0 to 8 new sites
    for one in drawn.curves:
        heights = [y for _, y in one.points]
        assert heights == sorted(heights, reverse=True)  # upwards on the page
        assert heights[-1] >= one.ceiling
    assert len({(one.dash, one.sign) for one in drawn.curves}) == 3


def test_names_in_the_chart_do_not_touch() -> None:
    drawn = chart(desk_of(cases.result_of("wushan")))
    assert drawn is not None
    heights = [one.y for one in drawn.labels]
    gaps = [first - second for first, second in itertools.pairwise(heights)]
    assert min(gaps) >= NAME_GAP - 0.2
    assert 0 < min(heights) < max(heights) < HEIGHT


@pytest.mark.parametrize("study", ["wushan-facts"])
def test_without_plans_there_is_no_chart_and_the_page_says_why(study: str) -> None:
    assert chart(desk_of(cases.result_of(study))) is None
    assert "不作布点分析" in cases.section(cases.page_of(study), "next")
