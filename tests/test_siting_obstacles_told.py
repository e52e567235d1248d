"""What a planner reads where there is no plan: what conflicts, where, and what would help."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import wushan_geo as wg
from wushan_geo.errors import InfeasibleError
from wushan_geo.siting.covers.floors import floor_covering
from wushan_geo.siting.demands import Demand, Demands, measured
from wushan_geo.siting.needs import Floor, Need
from wushan_geo.siting.obstacles import Inside, Obstacles, named, obstacles_of, told
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.rules import SiteRules
from wushan_geo.siting.ties import Clock
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Callable

    from wushan_geo.wording import Language

NUMBER = re.compile(r"\d+(?:\.\d+)?")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACES, SITES = ("A", "B", "C", "D"), ("E", "F", "G", "H")
TIMES = TravelMatrix(
    PLACES, SITES, "min", [[5, 35.25, 90, 90], [50, 9, 90, 90], [90, 90, 5, 40], [90, 90, 70, 90]]
)
PERSONS = {"A": 4, "B": 3, "C": 2, "D": 1}
HOMES = {"A": "T1", "B": "T1", "C": "T2", "D": "T3"}
ZONES = {"E": "T1", "F": "T1", "G": "T2", "H": "T3"}
WAY = TravelMatrix(
    SITES,
    SITES,
    "m",
    [[0, 800, 4000, 9000], [800, 0, 3000, 7350], [4000, 3000, 0, 6000], [9000, 7350, 6000, 0]],
)
NAMES = {
    "zh": {
        "T1": "甲镇", "T2": "乙乡", "T3": "丙乡", "A": "甲镇一村", "D": "丙乡四村",
        "E": "东点", "F": "南点", "G": "西点", "H": "北点", "x": "肢体", "y": "智力",
    },
    "en": {
        "T1": "Jia Town", "T2": "Yi Township", "T3": "Bing Township", "A": "First Village",
        "D": "Fourth Village", "E": "East", "F": "South", "G": "West", "H": "North",
        "x": "physical", "y": "intellectual",
    },
}  # fmt: skip


def refused(model: Callable[..., Any], *given: Any, **asked: Any) -> Obstacles:
    with pytest.raises(InfeasibleError) as caught:
        model(*given, **asked)
    found = caught.value.obstacles
    assert isinstance(found, Obstacles)
    assert str(caught.value) == " ".join(told(found, "en"))
    return found


def said(found: Obstacles, money: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say it in both languages; each must be in its own, with the same numbers."""
    zh = told(found, "zh", NAMES["zh"], money)
    en = told(found, "en", NAMES["en"], money)
    assert len(zh) == len(en)
    for one, other in zip(zh[1:], en[1:], strict=True):
        assert sorted(NUMBER.findall(one)) == sorted(NUMBER.findall(other))
        assert CHINESE.search(one)
        assert not CHINESE.search(other)
    return zh, en


# -- floors -------------------------------------------------------------------------------------


def floors(**asked: Any) -> Obstacles:
    return refused(floor_covering, TIMES, PERSONS, **{"limit": 30, "homes": HOMES} | asked)


def test_floors_that_nothing_meets_stand_apart_from_those_that_contradict_each_other() -> None:
    found = floors(sites=2, floors=0.8)

    assert found.floors == (("T3", 0.8, 0.0),)
    zh, en = said(found)
    assert zh[1] == "下列最低覆盖率，即使可用备选点全部建成也达不到：丙乡（要求 80%，最高 0%）。"
    assert zh[2].endswith(
        "（1）新设不超过 2 处；（2）“甲镇”、“乙乡”的覆盖率各不低于 80%（单程 30 分钟内）。"
    )
    assert zh[3:] == (
        "其他要求不变，时限至少要放宽到 70 分钟，才有方案。",
        "其他要求不变，各乡镇（街道）的最低覆盖率最高可定为 0%。",
    )
    assert en[2].endswith(
        "(1) at most 2 new sites; (2) at least 80 % of the persons of each of Jia Town; "
        "Yi Township covered within 30 min one way."
    )


def test_floors_that_more_sites_or_an_allowed_one_would_meet_say_so() -> None:
    found = floors(sites=1, floors={"T1": 0.5, "T2": 1.0}, forbidden=["G"])

    assert found.floors == (("T2", 1.0, 0.0),)
    assert (found.smallest_sites, found.largest_part, found.helping) == (None, 0.0, ())
    assert floors(sites=1, floors={"T1": 0.5, "T2": 1.0}).smallest_sites == 2
    one = floors(sites=2, floors={"T1": 0.5, "T2": 1.0}, forbidden=["G"])
    assert one.helping == ("G",)
    assert said(one)[0][-1] == "若允许使用下列任一禁用点位，即有方案：西点。"
    part = floors(sites=1, floors={"T1": 1.0, "T3": 0.0})
    assert said(part)[0][-1] == "其他要求不变，各乡镇（街道）的最低覆盖率最高可定为 57.14%。"


def test_floors_of_groups_are_told_by_the_names_of_the_groups() -> None:
    persons = pd.DataFrame({"x": PERSONS, "y": {"A": 0, "B": 0, "C": 2, "D": 2}})
    asked: dict[str, Any] = {"sites": 1, "limit": {"x": 30, "y": 20}}
    found = refused(floor_covering, TIMES, persons, group_floors={"x": 0.6, "y": 0.5}, **asked)

    assert found.limit is not None
    assert np.isnan(found.limit)
    zh, en = said(found)
    assert "“肢体”的覆盖率不低于 60%（时限内）" in zh[1]
    assert "60 % of the persons of physical covered within the limit" in en[1]
    # Two sites: one for A and B, one for C. Or a limit with which G reaches D, and E or F too.
    assert (found.smallest_limit, found.smallest_sites, found.floors_of) == (90, 2, "groups")
    assert "各类别的时限都不短于 90 分钟，才有方案" in zh[2]
    same = refused(floor_covering, TIMES, persons, group_floors=0.6, **asked)
    assert any("统一的最低覆盖率最高可定为" in one for one in said(same)[0])


def test_a_floor_whose_search_ran_out_of_time_promises_nothing() -> None:
    late = replace(floors(sites=2, floors=0.8), largest_share=None, complete=False)

    assert not any("最低覆盖率最高" in one for one in said(late)[0])
    assert said(late)[0][-1] == "求解时间用完，原因没有查全。"


def test_the_most_of_a_floor_is_counted_over_all_its_persons() -> None:
    floor = Floor(kind="floor", name="T", share=0.5, weights=np.array([[2.0], [3.0]]), least=3.0)

    assert floor.most(np.array([[True], [False]])) == 0.4
    assert not floor.met(np.array([[True], [False]]))
    assert floor.met(np.array([[False], [True]]))
    nobody = replace(floor, weights=np.zeros((2, 1)), least=0.0)
    assert nobody.most(np.zeros((2, 1), dtype=bool)) == 1.0


# -- rules: distances, townships ----------------------------------------------------------------


def rules(need: Need, **asked: Any) -> Obstacles:
    given = SiteRules(**{name: asked.pop(name) for name in RULES if name in asked})
    return obstacles_of(problem_of(TIMES, PERSONS, rules=given, **asked), need)


RULES = ("zones", "at_least", "at_most", "apart", "between")


def counted(sites: int) -> Need:
    return Need(model="maximal_covering", sites=sites, everywhere=False)


def test_distances_are_told_in_kilometres_with_what_would_work() -> None:
    found = rules(counted(3), apart=5000, between=WAY, existing=["E"])

    zh, en = said(found)
    assert zh[1] == (
        "以下要求不能同时满足（去掉其中任何一条，其余即可满足）："
        "（1）任两处开放点位相距不小于 5 公里，而下列各对相距不足："
        "“南点”与已开放的“东点”；（2）新设不少于 3 处。"
    )
    assert "at least 5 km from each other" in en[1]
    assert "South and East (open already)" in en[1]
    assert (found.largest_apart, found.apart_unit, found.largest_sites) == (800, "m", 1)
    assert "其他要求不变，点位间距最多可定为 800 米。" in zh
    assert "其他要求不变，最多只能新设 1 处。" in zh


@pytest.mark.parametrize("seed", range(12))
def test_the_largest_distance_that_works_is_that_of_trying_out_all(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = tuple(f"S{at}" for at in range(6))
    way = TravelMatrix(names, names, "m", draw.integers(1, 9, (6, 6)) * 1000.0)
    times = TravelMatrix(PLACES, names, "min", draw.integers(0, 60, (4, 6)))
    roles = {"existing": ["S4", "S5"], "required": ["S1"], "forbidden": ["S0"]}
    need = Need(model="p_median", sites=3)

    def possible(apart: float) -> bool:
        given = SiteRules(apart=apart, between=way)
        problem = problem_of(times, PERSONS, rules=given, **roles)  # type: ignore[arg-type]  # ids
        return Demands(problem, need, Clock(None)).met()

    given = SiteRules(apart=9000.0, between=way)
    problem = problem_of(times, PERSONS, rules=given, **roles)  # type: ignore[arg-type]  # ids
    found = obstacles_of(problem, need)
    works = [one for one in np.unique(way.dense()) if possible(float(one))]
    assert found.conflict
    assert found.largest_apart == max(works)
    assert not possible(max(works) + 1.0)


def test_where_no_distance_helps_none_is_promised_and_two_at_one_spot_are_told() -> None:
    found = rules(counted(0), apart=5000, between=WAY, required=["E"])
    assert found.largest_apart is None
    spot = Obstacles(model="p_median", largest_apart=0.0, apart_unit="m")
    assert said(spot)[0][1] == "其他要求不变，不设间距要求才有方案。"


def test_pairs_that_stand_together_are_looked_for_before_pairs_of_candidates() -> None:
    found = rules(counted(2), apart=20_000, between=WAY, existing=["E"])

    kinds = [one.kind for one in found.conflict]
    assert (kinds.count("apart"), kinds.count("apart_existing")) == (0, 2)
    assert "其他要求不变，一处也不能新设。" in said(found)[0]


def test_at_most_none_says_which_sites_stand_already_in_every_township() -> None:
    found = rules(counted(1), zones=ZONES, at_most=0, existing=["E", "G"])

    zh, en = said(found)
    assert zh[1] == (
        "以下要求本身就无法满足：“甲镇”（已开放 1 处：东点）、"
        "“乙乡”（已开放 1 处：西点）各最多开放 0 处。"
    )
    assert en[1] == (
        "This cannot be met even by itself: at most 0 open sites in each of Jia Town "
        "(1 open already: East); Yi Township (1 open already: West)."
    )
    assert len(found.conflict) == 1


def test_a_township_with_too_few_candidates_says_what_there_is() -> None:
    found = rules(counted(3), zones=ZONES, at_least={"T1": 3, "T3": 2}, forbidden=["H"])

    assert found.inside == (Inside("T1", (), ("E", "F")), Inside("T3", (), ()))
    zh, en = said(found)
    assert "“甲镇”（没有已开放机构，可用备选点 2 处：东点、南点）至少开放 3 处" in zh[1]
    assert "“丙乡”（没有已开放机构，没有可用备选点）至少开放 2 处" in zh[1]
    assert "Jia Town (none open already, 2 to choose from: East; South)" in en[1]


def test_what_is_settled_of_single_sites_is_the_reason_before_numbers_are() -> None:
    found = rules(counted(3), zones=ZONES, at_most=1, existing=["E"], required=["F"])

    assert {one.kind for one in found.conflict} == {"required", "at_most"}
    assert said(found)[0][1].endswith(
        "（1）必须新设“南点”；（2）“甲镇”（已开放 1 处：东点）最多开放 1 处。"
    )


def test_rules_of_the_model_itself_stay_where_sites_are_forbidden() -> None:
    asked: dict[str, Any] = {"zones": ZONES, "limit": 30, "forbidden": ["F"]}
    apart = SiteRules(apart=20_000, between=WAY)
    found = refused(wg.siting.one_per_township, TIMES, PERSONS, rules=apart, **asked)

    assert {one.kind for one in found.conflict} >= {"at_least", "apart"}
    assert found.largest_apart == 4000


# -- places, shares, limits ---------------------------------------------------------------------


def test_places_are_told_with_the_limit_and_what_it_would_have_to_be() -> None:
    found = refused(wg.siting.set_covering, TIMES, limit=30, persons=PERSONS)

    assert said(found)[0][1:] == (
        "1 个村（社区）单程 30 分钟内到不了任何已开放机构和可用备选点：丙乡四村。",
        "其他要求不变，时限至少要放宽到 70 分钟，才有方案。",
        "其他要求不变，最多可覆盖 90% 的人。",
    )
    twice = refused(wg.siting.set_covering, TIMES, limit=30, persons=PERSONS, times=2)
    assert "（社区）单程 30 分钟内可到的已开放机构和可用备选点不足 2 处：" in said(twice)[0][1]


def test_a_share_beyond_reach_names_the_places_that_nothing_serves() -> None:
    found = refused(wg.siting.set_covering, TIMES, limit=30, persons=PERSONS, share=0.95)

    zh, _ = said(found)
    assert found.places == ("D",)
    assert zh[2] == "以下要求本身就无法满足：单程 30 分钟内至少覆盖 95% 的人。"
    within = Need(model="set_covering", sites=1, limit=30.0, share=0.8)
    few = obstacles_of(problem_of(TIMES, PERSONS), within)
    assert few.places == ()  # 90 % could be covered: it is the number of sites
    places = obstacles_of(problem_of(TIMES, None), within)
    assert "单程 30 分钟内至少覆盖 80% 的村（社区）" in said(places)[0][2]


def test_limits_are_rounded_up_and_distances_down() -> None:
    found = Obstacles(
        model="p_median", smallest_limit=35.25, unit="min", largest_apart=7350.0, apart_unit="m"
    )

    zh, _ = said(found)
    assert "35.3 分钟" in zh[1]
    assert "7.3 公里" in zh[2]
    assert "35.2 分钟" in said(replace(found, smallest_limit=35.2))[0][1]
    assert "790 米" in said(replace(found, largest_apart=799.0))[0][2]
    assert "0.3 分钟" in said(replace(found, largest_apart=0.39, apart_unit="min"))[0][2]


@pytest.mark.parametrize(
    ("number", "unit", "language", "text"),
    [
        (5000.0, "m", "zh", "5 公里"),
        (999.5, "m", "zh", "999.5 米"),
        (1250.0, "m", "en", "1.25 km"),
        (30.0, "min", "zh", "30 分钟"),
        (30.0, "", "en", "30"),
    ],
)
def test_numbers_have_their_unit(number: float, unit: str, language: Language, text: str) -> None:
    assert measured(number, unit, language) == text


# -- money, rooms, long lists, names ------------------------------------------------------------


def test_budgets_are_told_in_the_unit_that_is_given() -> None:
    problem = problem_of(TIMES, PERSONS, required=["E"], costs=dict.fromkeys(SITES, 480_000))
    need = Need(model="maximal_covering", budget=1000.0, everywhere=False)
    found = obstacles_of(problem, need)

    zh = told(found, "zh", NAMES["zh"], "元")
    assert zh[1].endswith("（1）必须新设“东点”；（2）预算不超过 1000 元。")
    assert zh[2] == "其他要求不变，预算至少要 480000 元，才有方案。"
    assert said(found)[1][1].endswith("(2) a budget of 1000.")


def test_where_places_for_persons_are_short_shares_are_of_those_who_have_one() -> None:
    room = dict.fromkeys(SITES, 3)
    times = TravelMatrix(PLACES, SITES, "min", np.full((4, 4), 5.0))
    found = refused(wg.siting.p_median, times, PERSONS, sites=2, capacity=room)

    zh, _ = said(found)
    assert "（1）新设不超过 2 处；（2）各点位的名额不得突破；（3）10 人都有名额" in zh[1]
    assert zh[2] == "有 10 人需要名额，而开放点位合计最多只有 6 个。"
    assert zh[-1] == "其他要求不变，最多可为 60% 的人安排名额。"


def test_of_many_alike_the_first_are_named_and_the_rest_counted() -> None:
    many = tuple(Demand("within", f"P{at:02}", 30.0, "min") for at in range(15))
    found = Obstacles(model="x", conflict=many)
    zh, en = told(found, "zh")[1], told(found, "en")[1]

    assert zh.endswith("“P11” 等 15 个各须在单程 30 分钟内有开放点位。")
    assert en.endswith("P11 and 3 more.")
    none = Obstacles(model="x", conflict=(Demand("most_sites", "", 0.0), many[0]))
    assert said(none)[0][1].endswith("（1）不新设点位；（2）“P00”须在单程 30 分钟内有开放点位。")


def test_an_error_is_given_again_with_names() -> None:
    with pytest.raises(InfeasibleError) as caught:
        floor_covering(TIMES, PERSONS, sites=1, limit=30, homes=HOMES, floors=0.5)

    again = named(caught.value, NAMES["en"], "yuan")
    assert again.obstacles is caught.value.obstacles
    assert "Bing Township (50 % asked for, 0 % possible)" in str(again)
    assert "T3" not in str(again)
    bare = InfeasibleError("nothing is known")
    assert named(bare) is bare


def test_obstacles_explain_themselves_as_plans_do() -> None:
    found = Obstacles(model="p_median", places=("A",))

    assert found.explain("zh", NAMES["zh"]).splitlines() == [
        "按“P-中位（总路程最短）”测算，没有能满足全部要求的方案。",
        "1 个村（社区）到不了任何已开放机构和可用备选点：甲镇一村。",
    ]
    for model, words in (("hierarchical", "多级布点"), ("services_mix", "多项服务布点")):
        assert words in Obstacles(model=model).explain()
