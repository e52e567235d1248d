"""Levels with referral: brute force over all levels at once, and every part of the answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InfeasibleError, ParameterError, UnknownIdError, VerificationError
from wushan_geo.siting.county.hierarchy import Level, hierarchical
from wushan_geo.siting.county.verify_levels import verify_hierarchy
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

INF = np.inf
POINTS = TravelMatrix(("A", "B"), ("P", "Q"), "min", [[5, 40], [40, 5]])
HOMES = TravelMatrix(("A", "B"), ("H",), "min", [[50], [20]])
REFER = TravelMatrix(("P", "Q"), ("H",), "min", [[45], [15]])
PERSONS = {"A": 9, "B": 4}


def county(**more: Any) -> list[Level]:
    home = {"limit": 60, "sites": 1, "referral": (REFER, 30)} | more
    return [Level("point", POINTS, limit=15, sites=1), Level("home", HOMES, **home)]


def random_case(seed: int) -> tuple[list[Level], Any, bool]:
    """Draw two or three levels with roles, rules, referral, groups and ties."""
    draw = np.random.default_rng(seed)
    places = int(draw.integers(1, 9))
    origins = tuple(f"P{at:02d}" for at in draw.permutation(places))
    grouped, count = draw.random() < 0.3, int(draw.integers(2, 4))
    levels, below = [], ()
    for at in range(count):
        sites = int(draw.integers(2, 5 if count == 3 else 6))
        names = tuple(f"{'XYZ'[at]}{one}" for one in draw.permutation(sites))
        costs = draw.choice([0, 20, 30, 31, 60, INF], (places, sites))
        limit: Any = {"a": 30, "b": 20} if grouped else int(draw.choice([20, 30, 60]))
        referral = None
        if at and draw.random() < 0.7:
            way = draw.choice([5, 30, 31, INF], (len(below), sites))
            referral = (TravelMatrix(below, names, "min", way), 30)
            limit = None if draw.random() < 0.3 else limit
        rules = None
        if draw.random() < 0.3:
            zones = {one: f"Z{place % 2}" for place, one in enumerate(names)}
            rules = SiteRules(zones=zones, at_most=1)
        levels.append(
            Level(
                f"L{at}",
                TravelMatrix(origins, names, "min", costs),
                limit=limit,
                sites=1 if sites < 4 else int(draw.integers(1, 3)),
                existing=names[:1] if draw.random() < 0.4 else (),
                required=names[1:2] if draw.random() < 0.2 else (),
                rules=rules,
                referral=referral,
            )
        )
        below = names
    persons: Any = pd.Series(draw.choice([0, 1, 2, 2.5, 7], places), index=origins)
    if grouped:
        persons = pd.DataFrame({"b": persons, "a": draw.choice([0, 1], places)}, index=origins)
    return levels, persons, bool(draw.random() < 0.5)


def choices(level: Level) -> list[tuple[str, ...]]:
    """Give the sets of new sites of a level that keep to its request."""
    free = sorted(set(level.matrix.destination_ids) - set(level.existing))
    plans = []
    for plan in combinations(free, level.sites):
        zones = [] if level.rules is None else [
            level.rules.zones[one] for one in [*plan, *level.existing]
        ]  # fmt: skip
        if set(level.required) <= set(plan) and len(set(zones)) == len(zones):
            plans.append(plan)
    return plans


def worth_of(
    levels: list[Level], persons: Any, plan: tuple[tuple[str, ...], ...], *, nested: bool
) -> tuple[float, ...]:
    """Count persons with the whole chain, then by level, one person group after the other."""
    counting: list[set[str]] = [set() for _ in levels]
    for at in reversed(range(len(levels))):
        counting[at] = {*plan[at], *levels[at].existing}
        refer = levels[at + 1].referral if at + 1 < len(levels) else None
        if refer is not None:
            counting[at] = {
                one
                for one in counting[at]
                if any(cost(refer[0], one, upper) <= refer[1] for upper in counting[at + 1])
            }
    groups = persons if isinstance(persons, pd.DataFrame) else persons.to_frame("")
    total = [0.0] * (len(levels) + 1)
    for group in groups.columns:
        for place, number in groups[group].items():
            has: list[bool] = []
            for at, level in enumerate(levels):
                if level.limit is None:
                    has.append(has[-1])
                    continue
                limit = level.limit[group] if isinstance(level.limit, dict) else level.limit
                givers = range(at, len(levels) if nested else at + 1)
                has.append(
                    any(
                        cost(levels[one].matrix, place, site) <= limit
                        for one in givers
                        for site in counting[one]
                    )
                )
            total[0] += number * all(has)
            for at, inside in enumerate(has):
                total[at + 1] += number * inside * (levels[at].limit is not None)
    return tuple(-one for one in total)


def cost(matrix: TravelMatrix, one: str, other: str) -> float:
    row, column = matrix.origin_ids.index(one), matrix.destination_ids.index(other)
    return float(matrix.dense()[row, column])


@pytest.mark.parametrize("seed", range(24))
def test_all_levels_at_once_as_trying_out_all(seed: int) -> None:
    levels, persons, nested = random_case(seed)
    plans = [
        (worth_of(levels, persons, plan, nested=nested), plan)
        for plan in product(*(choices(one) for one in levels))
    ]
    best = min((worth for worth, _ in plans), default=None)
    first = sorted(plan for worth, plan in plans if worth == best)
    try:
        plan = hierarchical(levels, persons, nested=nested)
    except InfeasibleError:
        assert not plans
        return
    assert best is not None
    assert tuple(one.chosen for one in plan.levels) == first[0]
    assert (plan.objective, plan.bound, plan.gap) == (-best[0], -best[0], 0)
    assert (plan.alternatives, plan.status) == (len(first) > 1, "optimal")
    assert plan.verified
    assert not plan.greedy_objective > plan.objective
    for at, one in enumerate(plan.levels):
        if levels[at].limit is not None:
            assert one.covered_persons == -best[at + 1]


def test_a_point_counts_only_if_its_home_is_within_referral() -> None:
    plan = hierarchical(county(), PERSONS, nested=False)
    assert (plan["point"].chosen, plan.objective, plan.uncovered_ids) == (("Q",), 4, ("A",))
    assert plan["point"].counting == ("Q",)
    assert plan["home"].covered_persons == 13
    plan = hierarchical(county(referral=None), PERSONS, nested=False)
    assert (plan["point"].chosen, plan.objective) == (("P",), 9)
    plan = hierarchical(county(referral=(REFER, 45)), PERSONS, nested=False)
    assert (plan["point"].chosen, plan.objective) == (("P",), 9)
    assert (plan["point"].assignment.loc["A"].tolist()) == ["point", "P", 5]
    assert plan["point"].assignment.loc["B", "cost"] == INF


def test_with_nested_levels_a_home_is_a_point_too() -> None:
    near = TravelMatrix(("A", "B"), ("H",), "min", [[50], [10]])
    levels = [county()[0], Level("home", near, limit=60, sites=1, referral=(REFER, 45))]
    assert hierarchical(levels, PERSONS, nested=False).objective == 9
    plan = hierarchical(levels, PERSONS, nested=True)
    assert (plan.objective, plan["point"].chosen) == (13, ("P",))
    assert plan["point"].assignment.loc["B"].tolist() == ["home", "H", 10]


def test_by_referral_only_nothing_is_asked_of_the_way_from_the_village() -> None:
    centre = TravelMatrix(("A", "B"), ("Z", "Y"), "min", [[INF, 90], [INF, 90]])
    refer = TravelMatrix(("H",), ("Y", "Z"), "min", [[25, 20]])
    levels = [*county(), Level("centre", centre, limit=None, sites=2, referral=(refer, 30))]
    plan = hierarchical(levels, PERSONS, nested=False)
    assert (plan.objective, plan["centre"].covered_persons) == (4, 13)
    assert plan["centre"].assignment.loc["B"].tolist() == ["centre", "Z", 20]
    far = [*county(), replace(levels[2], referral=(refer, 10))]
    assert hierarchical(far, PERSONS, nested=False).objective == 0


def test_without_time_a_plan_comes_with_a_true_bound_and_says_so() -> None:
    plan = hierarchical(county(), PERSONS, nested=False, time_limit=0)
    assert (plan.status, plan.alternatives, plan.verified) == ("time_limit", None, True)
    assert plan.objective <= 4 <= plan.bound


def test_fractions_of_persons_are_proven_too() -> None:
    levels, persons, nested = next(
        case for case in map(random_case, range(99)) if isinstance(case[1], pd.Series)
        and len(case[1]) > 5
    )  # fmt: skip
    persons = persons + np.random.default_rng(1).random(len(persons))
    plan = hierarchical(levels, persons, nested=nested)
    best = min(
        worth_of(levels, persons, one, nested=nested)[0]
        for one in product(*(choices(one) for one in levels))
    )
    assert plan.objective == pytest.approx(-best)
    assert plan.gap <= 1e-9


def test_the_order_of_rows_plays_no_part_and_inputs_stay_as_they_are() -> None:
    levels, persons, nested = random_case(5)
    before = persons.copy()
    turned = [
        replace(
            one,
            matrix=one.matrix.select(one.matrix.origin_ids[::-1], one.matrix.destination_ids[::-1]),
        )
        for one in levels
    ]
    one = hierarchical(levels, persons, nested=nested)
    two = hierarchical(turned, persons.iloc[::-1], nested=nested)
    assert [part.chosen for part in one.levels] == [part.chosen for part in two.levels]
    assert all(
        part.assignment.equals(other.assignment)
        for part, other in zip(one.levels, two.levels, strict=True)
    )
    assert persons.equals(before)


def test_more_sites_or_a_longer_referral_never_leave_fewer_with_the_whole_chain() -> None:
    for seed in range(6):
        levels, persons, nested = random_case(seed)
        top = levels[-1]
        if top.referral is None or any(one.rules for one in levels):
            continue
        reach = [
            hierarchical(
                [*levels[:-1], replace(top, referral=(top.referral[0], limit))],
                persons,
                nested=nested,
            ).objective
            for limit in (0, 5, 30, 31)
        ]
        assert reach == sorted(reach)
        free = len(top.matrix.destination_ids) - len(top.existing)
        number = [
            hierarchical(
                [*levels[:-1], replace(top, sites=count)], persons, nested=nested
            ).objective
            for count in range(len(top.required), free + 1)
        ]
        assert number == sorted(number)


def test_rules_that_leave_no_plan_are_refused() -> None:
    rules = SiteRules(zones={"P": "T1", "Q": "T1"}, at_most=0)
    levels = [replace(county()[0], rules=rules), county()[1]]
    with pytest.raises(InfeasibleError):
        hierarchical(levels, PERSONS, nested=False)


def test_wrong_arguments_are_named() -> None:
    other = TravelMatrix(("A",), ("H",), "min", [[50]])
    metres = TravelMatrix(("A", "B"), ("H",), "m", [[50], [20]])
    wrong = TravelMatrix(("P",), ("H",), "min", [[45]])
    far = TravelMatrix(("A", "B"), ("H",), "min", [[50], [20]], limit=55)
    for levels, text in (
        ([], "empty"),
        ("no", "list of Level"),
        (county(limit=None, referral=None), "neither a limit nor a referral"),
        ([county()[1]], "lowest level, home"),
        (county(referral=5), "must be a matrix and a limit"),
        ([county()[0], Level("home", metres, limit=60, sites=1)], "another unit"),
        ([county()[0], Level("home", far, limit=60, sites=1)], "beyond 55"),
        ([county()[0], replace(county()[1], sites=2)], "only 1 candidates"),
    ):
        with pytest.raises(ParameterError, match=text):
            hierarchical(levels, PERSONS, nested=False)  # type: ignore[arg-type] -- on purpose
    for levels, text in (
        ([county()[0], county()[0]], "more than once: point"),
        ([county()[0], Level("home", other, limit=60, sites=1)], "other places"),
        (county(referral=(wrong, 30)), "nothing of the sites Q"),
    ):
        with pytest.raises(UnknownIdError, match=text):
            hierarchical(levels, PERSONS, nested=False)
    with pytest.raises(ParameterError, match="nested"):
        hierarchical(county(), PERSONS, nested=1)  # type: ignore[arg-type] -- on purpose
    with pytest.raises(UnknownIdError, match="no level called clinic"):
        hierarchical(county(), PERSONS, nested=False)["clinic"]


def test_the_recomputation_finds_what_is_wrong() -> None:
    levels = county()
    plan = hierarchical(levels, PERSONS, nested=False)
    point, home = plan.levels

    def refused(text: str, **wrong: Any) -> None:
        with pytest.raises(VerificationError, match=text):
            verify_hierarchy(replace(plan, **wrong), levels, PERSONS)

    refused("recomputed 4 at 1", objective=5.0, bound=5.0)
    refused("bound 3 is below", bound=3.0)
    refused("whole chain", covered_places=2)
    refused("point: counting sites", levels=(replace(point, chosen=("P",)), home))
    refused("point: 0 sites are chosen, not 1", levels=(replace(point, chosen=()), home))
    refused("point: 9 persons", levels=(replace(point, covered_persons=9.0), home))
    refused("existing sites are not", levels=(replace(point, existing=("P",)), home))
    table = point.assignment.assign(facility_id="P")
    refused("B is sent to P, not to Q", levels=(replace(point, assignment=table), home))
    ways = TravelMatrix(("A", "B"), ("Y", "Z"), "min", [[90, 90], [90, 90]])
    refer = TravelMatrix(("H",), ("Y", "Z"), "min", [[25, 20]])
    centre = Level("centre", ways, limit=None, sites=2, referral=(refer, 30))
    levels = [*levels, centre]
    plan = hierarchical(levels, PERSONS, nested=False)
    table = plan["centre"].assignment.assign(facility_id="Y")
    refused("H refers to Y, not to Z",
            levels=(*plan.levels[:2], replace(plan["centre"], assignment=table)))  # fmt: skip
