"""A plan in words: both languages, the same numbers, and everything that matters is said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wushan_geo.errors import ParameterError
from wushan_geo.siting import maximal_covering
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.choices import moving
from wushan_geo.siting.county import townships
from wushan_geo.siting.covers import covering, floors, set_covering
from wushan_geo.siting.covers.floors import floor_covering
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.telling import Beside, plan_text
from wushan_geo.siting.ties import BY_ID
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.wording import LANGUAGES, say

if TYPE_CHECKING:
    from wushan_geo.siting import SitingPlan

TIMES = TravelMatrix(
    ("A", "B", "C"), ("G", "H", "K"), "min", np.array([[5, 40, 9], [50, 30, 31], [60, 50, 31]])
)
PERSONS = {"A": 4, "B": 3, "C": 2}
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def plan(**changes: object) -> SitingPlan:
    given: dict[str, object] = {
        "model": "maximal_covering", "sense": "max", "objective": 7.0, "bound": 7.0,
        "status": "optimal", "limit": 30.0, "alternatives": False,
    }  # fmt: skip
    problem = problem_of(TIMES, PERSONS, existing=["K"])
    return plan_of(problem, [1], Verdict(**(given | changes)))  # type: ignore[arg-type]  # changed field by field


@pytest.mark.parametrize(
    "made",
    [
        plan(),
        plan(alternatives=True),
        plan(status="time_limit", bound=8.0),
        plan(status="heuristic", bound=9.0),
        plan(model="p_median", sense="min", objective=188.0, bound=188.0, limit=None),
        plan(model="p_center", sense="min", objective=31.0, bound=31.0, limit=None),
        plan(model="set_covering", sense="min", objective=1.0, bound=1.0),
        plan(model="backup_covering", objective=4.0, bound=4.0),
        replace(plan(), verified=True),
    ],
)
def test_both_languages_have_the_same_lines_and_numbers(made: SitingPlan) -> None:
    zh, en = made.explain("zh").splitlines(), made.explain("en").splitlines()

    assert len(zh) == len(en)
    for one, other in zip(zh, en, strict=True):
        assert sorted(NUMBER.findall(one)) == sorted(NUMBER.findall(other))


def test_a_stopped_covering_does_not_claim_the_fewest_sites() -> None:
    stopped = plan(
        model="set_covering", sense="min", objective=3.0, bound=2.0, status="time_limit"
    ).explain("zh")

    assert "本方案新设 3 处，是否最少尚未证明。" in stopped
    assert "至少需要" not in stopped


def test_costs_are_told_to_one_decimal() -> None:
    text = plan(
        model="p_center", sense="min", objective=201.085269, bound=201.085269, limit=None
    ).explain("zh")

    assert "最远的村（社区）单程 201.1 分钟。" in text


def test_places_and_persons_stand_side_by_side_and_names_take_the_place_of_ids() -> None:
    text = plan().explain("zh", {"H": "演示设施02", "C": "丙村"})

    assert "建议布点：演示设施02。" in text
    assert "2 个村（社区）（共 3 个）、7 人（共 9 人，77.8%）" in text
    assert "尚有 1 个村（社区）未覆盖：丙村。" in text


def test_a_plan_stopped_by_the_clock_says_so_and_how_much_may_be_gained() -> None:
    text = plan(status="time_limit", bound=8.0).explain("en")

    told = "objective 7 so far, no plan is above 8 (at most 14.29 % can be gained)."
    assert f"Stopped by the clock, not proven: {told}" in text
    assert say("siting.explain.optimal", "en") not in text
    assert say("siting.explain.unique", "en") not in text


def test_a_bound_is_rounded_away_from_the_plan() -> None:
    least = plan(
        model="p_median", sense="min", status="time_limit", objective=190.25, bound=180.47,
        limit=None,
    )  # fmt: skip

    assert "目标值目前为 190.2，任何方案都不会低于 180.4（最多还可改进 5.14%）。" in least.explain(
        "zh"
    )
    assert "no plan is above 8.1 " in plan(status="time_limit", bound=8.03).explain("en")
    nothing = plan(status="time_limit", objective=0.0, bound=3.0).explain("en")
    assert "objective 0 so far, no plan is above 3." in nothing
    assert "未证明最优：近似算法所得，目标值 7，任何方案都不会超过 9。" in plan(
        status="heuristic", bound=9.0
    ).explain("zh")


def test_the_fewest_sites_are_told_with_the_share_that_they_cover() -> None:
    asked = {"model": "set_covering", "sense": "min", "objective": 1.0, "bound": 1.0}

    of_all = plan(**asked, settings={"share": None}).explain("zh")
    assert "\n至少需要新设 1 处。" in of_all
    of_some = plan(**asked, settings={"share": 0.805})
    assert "覆盖 80.5% 的人，至少需要新设 1 处。" in of_some.explain("zh")
    of_places = replace(of_some, total_persons=float("nan"), covered_persons=float("nan"))
    assert "To cover 80.5 % of the places at least 1 new sites" in of_places.explain("en")


def test_the_farthest_in_turn_are_only_told_of_a_proven_plan() -> None:
    asked = {
        "model": "p_center", "sense": "min", "objective": 31.0, "limit": None,
        "settings": {"lexicographic": True},
    }  # fmt: skip

    assert "也依次做到尽量近。" in plan(**asked, bound=31.0).explain("zh")
    assert "尽量近" not in plan(**asked, bound=9.0, status="time_limit").explain("zh")


def test_floors_are_told_with_the_lowest_share_and_their_price() -> None:
    homes, times = {"A": "T1", "B": "T2", "C": "T3"}, TIMES
    asked = {"sites": 1, "limit": 30, "homes": homes}
    made = floor_covering(times, PERSONS, **asked, floors={"T2": 0.5})  # type: ignore[arg-type]  # a dict of all
    worst = floor_covering(times, PERSONS, **asked, worst_first="townships")  # type: ignore[arg-type]  # a dict of all

    assert made.chosen == ("H",)
    assert made.explain("zh").splitlines()[2:4] == [
        "各项最低覆盖率均已达到，其中最低的一项为 100%。",
        "与不设保底的方案相比，少覆盖 1 人。",
    ]
    assert "The plan without floors covers 1 persons more." in made.explain("en")
    assert "覆盖率最低的乡镇（街道）为 0%，已证明无法再提高。" in worst.explain("zh")
    for prices, words in (((0.0, 0.0), "没有减少覆盖人数"), ((1.0, 3.0), "少覆盖 1 至 3 人")):
        told = dict(zip(("price_least", "price_most"), prices, strict=True))
        assert words in replace(made, settings={**made.settings, **told}).explain("zh")
    later = {**worst.settings, "worst_share_bound": 0.5}
    assert "能否再提高尚未证明" in replace(worst, settings=later).explain("zh")


def test_where_places_for_persons_count_what_is_left_is_who_has_none() -> None:
    made = replace(plan(), flows=plan().stations, not_nearest=("A",))

    assert "尚有 1 个村（社区）的人没有全部安排名额：C。" in made.explain("zh")
    assert "In 1 places not everybody has a place: C." in made.explain("en")
    assert "未覆盖" not in made.explain("zh")
    assert "因名额所限，1 个村（社区）有人不能安排到最近的一处：A。" in made.explain("zh")


def test_other_plans_as_good_are_said_to_exist_only_where_that_is_known() -> None:
    assert say("siting.explain.ties", "zh") in plan(alternatives=True).explain()
    assert say("siting.explain.unique", "zh") in plan(alternatives=False).explain()
    silent = plan(alternatives=None).explain()
    assert say("siting.explain.ties", "zh") not in silent
    assert say("siting.explain.unique", "zh") not in silent


@pytest.mark.parametrize(
    ("ties", "words"),
    [
        (covering.TIES, "按覆盖人数、再按覆盖村（社区）数比较，"),
        (covering.TIES_BUDGET, "按覆盖人数、再按覆盖村（社区）数、再按新设处数比较，"),
        (covering.TIES_CAPACITY, "按覆盖人数、再按总路程比较，"),
        (covering.TIES_CAPACITY_BUDGET, "按覆盖人数、再按总路程、再按新设处数比较，"),
        (set_covering.TIES_COST, "按新设费用、再按新设处数比较，"),
        (f"{BY_ID}, {set_covering.TIES_BACKUP}", "按新设处数、再按两处可选的人数比较，"),
        (
            f"{set_covering.TIES_COST}, {set_covering.TIES_BACKUP}",
            "按新设费用、再按新设处数、再按两处可选的人数比较，",
        ),
        (floors.WORST, "按最低一项的覆盖率、再按覆盖人数、再按覆盖村（社区）数比较，"),
        (townships.MOST, "按覆盖人数、再按覆盖村（社区）数比较，"),
        (moving.TIES, "按覆盖人数、再按覆盖村（社区）数、再按关停处数比较，"),
        (townships.LEAST, ""),
        (BY_ID, ""),
    ],
)
def test_what_counts_as_equally_good_is_told_where_it_is_more_than_the_objective(
    ties: str, words: str
) -> None:
    for alternatives, ending in ((True, "另有同样好的方案"), (False, "没有同样好的其他方案。")):
        said = plan(settings={"ties": ties}, alternatives=alternatives).explain("zh")
        assert f"\n{words}{ending}" in said


def test_with_places_for_persons_those_who_have_one_are_compared() -> None:
    made = replace(plan(settings={"ties": covering.TIES_CAPACITY}), flows=plan().stations)

    assert "按安排人数、再按总路程比较，没有同样好的其他方案。" in made.explain("zh")
    told = "Compared by persons with a place, then travel in all, no other plan is as good."
    assert told in made.explain("en")


def test_where_nobody_lives_nobody_is_served_and_nobody_is_left() -> None:
    times = TravelMatrix(("A", "B", "C"), ("G",), "min", np.array([[5.0], [50.0], [8.0]]))
    made = maximal_covering(times, {"A": 2, "B": 0, "C": 3}, sites=1, limit=30, capacity={"G": 2})

    # A has both places; B has nobody and is beyond the limit; nobody of C has a place.
    assert (made.covered_places, made.uncovered_ids) == (1, ("C",))
    assert made.verified
    told = "有服务对象的 2 个村（社区）中，1 个全部得到安排。另有 1 个没有服务对象或人数不详"
    assert told in made.explain("zh")


BESIDE = Beside(places=8, persons=20.0, unclear=("K",), idle=("H",))


@pytest.mark.parametrize(
    "made",
    [
        plan(),
        plan(model="p_median", sense="min", objective=188.0, bound=188.0, limit=None),
        plan(model="set_covering", sense="min", objective=1.0, bound=1.0, settings={"share": 0.9}),
        replace(plan(), flows=plan().stations),
        replace(plan(), total_persons=float("nan"), covered_persons=float("nan")),
    ],
)
def test_what_stands_beside_a_plan_is_told_in_the_same_lines(made: SitingPlan) -> None:
    zh, en = (plan_text(made, one, None, BESIDE).splitlines() for one in LANGUAGES)

    assert len(zh) == len(en) == len(made.explain().splitlines())
    for one, other in zip(zh, en, strict=True):
        assert sorted(NUMBER.findall(one)) == sorted(NUMBER.findall(other))
    assert "已有 1 处，其中 1 处是否接收本县对象不详、未计其服务（K）。" in zh[0]
    assert "全县共 8 个村（社区）、20 人" in zh[0]


def test_a_part_of_the_county_is_never_told_without_the_county() -> None:
    asked = {"model": "set_covering", "sense": "min", "objective": 1.0, "bound": 1.0}
    text = plan_text(plan(**asked, settings={"share": 0.7}), "zh", None, BESIDE)

    assert "本方案只计入 3 个村（社区）、9 人；全县共 8 个村（社区）、20 人。" in text
    assert "覆盖计入人数的 70%，至少需要新设 1 处。" in text
    # 7 of the 20 persons of the county.
    assert "7 人（共 9 人，77.8%）。按全县 20 人算，占 35%。" in text
    assert "建议布点：H。其中 1 处不增加单程 30 分钟内的覆盖：H。" in text
    taken = plan_text(replace(plan(), flows=plan().stations), "zh", None, BESIDE)
    assert "建议布点：H。其中 1 处没有安排任何人：H。" in taken
    whole = Beside(places=3, persons=9.0)
    assert plan_text(plan(), "zh", None, whole) == plan().explain("zh")


def test_new_sites_come_first_in_the_table() -> None:
    table = plan().to_table()

    assert table[["facility_id", "role", "unit"]].to_numpy().tolist() == [
        ["H", "new", "min"],
        ["K", "existing", "min"],
    ]


def test_long_lists_are_cut_and_counted() -> None:
    many = replace(plan(), uncovered_ids=tuple(f"V{at:02}" for at in range(40)))

    assert "V11 and 28 more" in many.explain("en")
    assert "V11 等 40 个" in many.explain("zh")


def test_another_language_is_refused() -> None:
    with pytest.raises(ParameterError, match="'fr'"):
        plan().explain("fr")  # type: ignore[arg-type]  # a language that is none


@pytest.mark.parametrize("first", [False, True])
def test_backup_that_promises_nobody_a_first_site_says_so(*, first: bool) -> None:
    told = plan(
        model="backup_covering", objective=4.0, bound=4.0, settings={"first": first}
    ).explain("zh")

    assert ("不要求人人至少有一处可去" in told) is not first
