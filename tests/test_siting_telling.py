"""A plan in words: both languages, the same numbers, and everything that matters is said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wushan_geo.errors import ParameterError
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.problem import problem_of
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.wording import say

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

    assert "最远者单程 201.1 分钟。" in text


def test_places_and_persons_stand_side_by_side_and_names_take_the_place_of_ids() -> None:
    text = plan().explain("zh", {"H": "演示设施02", "C": "丙村"})

    assert "建议布点：演示设施02。" in text
    assert "2 个村（社区）（共 3 个）、7 人（共 9 人，77.8%）" in text
    assert "仍覆盖不到 1 个村（社区）：丙村。" in text


def test_a_plan_stopped_by_the_clock_says_so_and_how_much_may_be_gained() -> None:
    text = plan(status="time_limit", bound=8.0).explain("en")

    assert "Stopped by the clock: objective 7, bound 8, at most 14.29 % can be gained." in text
    assert say("siting.explain.optimal", "en") not in text
    assert say("siting.explain.unique", "en") not in text


def test_other_plans_as_good_are_said_to_exist_only_where_that_is_known() -> None:
    assert say("siting.explain.ties", "zh") in plan(alternatives=True).explain()
    assert say("siting.explain.unique", "zh") in plan(alternatives=False).explain()
    silent = plan(alternatives=None).explain()
    assert say("siting.explain.ties", "zh") not in silent
    assert say("siting.explain.unique", "zh") not in silent


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
