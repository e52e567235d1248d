"""Backup covering: two open sites in reach, against trying out all plans.

Rules and groups with limits of their own are tried out in the battery of all models.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from siting_cases import case_of

from wushan_geo.errors import InfeasibleError, ParameterError
from wushan_geo.siting.covers.backup import backup_covering
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

# Within 30: G reaches A and B, H reaches B and C, J reaches C and A, K reaches A, B and D.
TIMES = TravelMatrix(
    ("A", "B", "C", "D"),
    ("G", "H", "J", "K"),
    "min",
    np.array([[5, 50, 20, 30], [9, 8, 70, 25], [90, 30, 10, 80], [99, 99, 99, 5]], dtype=float),
)
PERSONS = {"A": 5, "B": 3, "C": 4, "D": 1}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("first", [True, False])
def test_most_are_reached_twice_as_by_trying_out_all_plans(seed: int, *, first: bool) -> None:
    draw = np.random.default_rng(seed)
    places, sites = int(draw.integers(1, 10)), int(draw.integers(4, 9))
    costs = draw.choice([0, 20, 30, 30.5, 60, np.inf], (places, sites))
    names = [f"S{at}" for at in draw.permutation(sites)]
    origins = [f"P{at}" for at in draw.permutation(places)]
    matrix = TravelMatrix(tuple(origins), tuple(names), "min", costs)
    persons = pd.Series(draw.choice([0.0, 1.0, 2.5, 7.0], places), index=origins)
    existing, required = names[: draw.integers(0, 2)], names[2:3]
    near = costs <= 30
    standing = [names.index(one) for one in existing]
    plans = []
    for plan in combinations(sorted(set(names) - set(existing)), 3):
        number = near[:, [*standing, *(names.index(one) for one in plan)]].sum(axis=1)
        if set(required) <= set(plan) and (not first or (number[near.any(axis=1)] > 0).all()):
            plans.append((-float(persons[number > 1].sum()), plan))
    asked: dict[str, Any] = {"sites": 3, "limit": 30, "first": first, "existing": existing}

    if not plans:
        with pytest.raises(InfeasibleError):
            backup_covering(matrix, persons, required=required, **asked)
        return
    plan = backup_covering(matrix, persons, required=required, **asked)
    assert (-plan.objective, plan.chosen) == min(plans)
    assert plan.alternatives == (sum(one[0] == min(plans)[0] for one in plans) > 1)
    assert plan.verified
    assert plan.status == "optimal"
    assert not plan.greedy_objective > plan.objective


def test_the_plans_of_the_small_county_by_hand() -> None:
    # D has K alone, and K with H covers all once: B twice. K and J: A twice.
    plan = backup_covering(TIMES, PERSONS, sites=2, limit=30)
    assert (plan.chosen, plan.objective, plan.settings["backup_places"]) == (("J", "K"), 5, 1)
    # If D may be left: G and K reach A and B twice.
    plan = backup_covering(TIMES, PERSONS, sites=2, limit=30, first=False)
    assert (plan.chosen, plan.objective, plan.alternatives) == (("G", "K"), 8, False)
    # Without persons places count.
    plan = backup_covering(TIMES, None, sites=3, limit=30)
    assert (plan.chosen, plan.objective) == (("H", "J", "K"), 3)


def test_a_place_that_only_a_forbidden_site_reaches_need_not_be_covered() -> None:
    plan = backup_covering(TIMES, PERSONS, sites=2, limit=30, forbidden=["K"])

    # Each two of G, H and J reach A, B and C, one of them twice: A has most persons.
    assert (plan.chosen, plan.objective, plan.uncovered_ids) == (("G", "J"), 5, ("D",))


def test_rules_and_groups_by_hand() -> None:
    zones = {"G": "T1", "H": "T1", "J": "T2", "K": "T2"}
    plan = backup_covering(
        TIMES, PERSONS, sites=2, limit=30, rules=SiteRules(zones=zones, at_most=1)
    )
    assert (plan.chosen, plan.objective) == (("H", "K"), 3)
    near = SiteRules(apart=3, between=TravelMatrix(("G", "H", "J", "K"), ("G", "H", "J", "K"), "m",
                                                   np.where(np.eye(4), 0.0, 2.0)))  # fmt: skip
    with pytest.raises(InfeasibleError):
        backup_covering(TIMES, PERSONS, sites=2, limit=30, rules=near)
    persons = pd.DataFrame({"old": [5, 0, 0, 1], "young": [0, 3, 4, 0]}, index=list("ABCD"))
    limit = {"old": 20, "young": 30}
    plan = backup_covering(TIMES, persons, sites=3, limit=limit, first=False)
    # A's old persons have G (5 min) and J (20), not K (30); J and H reach C twice as well.
    assert (plan.chosen, plan.objective) == (("G", "H", "J"), 12)


@pytest.mark.parametrize("first", [True, False])
def test_without_time_a_plan_comes_with_a_bound_that_holds(*, first: bool) -> None:
    stopped = 0
    for seed in range(8):
        case = case_of(seed, salt=7)
        asked: dict[str, Any] = {"sites": case.number, "limit": case.limit, "first": first}
        try:
            best = backup_covering(case.matrix, case.persons, **asked, **case.roles)
        except InfeasibleError:
            continue
        try:
            plan = backup_covering(case.matrix, case.persons, time_limit=0, **asked, **case.roles)
        except ParameterError as error:
            assert "ran out before any plan" in str(error)  # noqa: PT017 -- no plan is right too
            continue
        assert plan.verified
        assert plan.objective <= best.objective <= plan.bound
        assert (plan.status, plan.alternatives) == ("time_limit", None)
        stopped += 1
    assert stopped > 2


def test_without_time_and_where_one_by_one_leads_nowhere_there_is_an_error() -> None:
    # G reaches most, but only H and J together reach all.
    costs = np.array([[5, 5, 50], [5, 5, 50], [5, 50, 5], [5, 50, 5], [50, 5, 50], [50, 50, 5]])
    times = TravelMatrix(tuple("ABCDEF"), ("G", "H", "J"), "min", costs.astype(float))

    assert backup_covering(times, sites=2, limit=30).chosen == ("H", "J")
    with pytest.raises(ParameterError, match="ran out before any plan"):
        backup_covering(times, sites=2, limit=30, time_limit=0)


def test_more_sites_and_longer_limits_never_reach_fewer_twice() -> None:
    table = [
        [
            backup_covering(TIMES, PERSONS, sites=sites, limit=limit, first=False).objective
            for sites in range(5)
        ]
        for limit in (10, 25, 30, 70, 99)
    ]

    assert (np.diff(table, axis=0) >= 0).all()
    assert (np.diff(table, axis=1) >= 0).all()
    assert (table[0][1], table[0][4], table[-1][2]) == (0, 3, 13)  # B has 9 and 8 minutes
    more = backup_covering(TIMES, PERSONS, sites=2, limit=30, first=False, existing=["J"])
    assert more.objective >= table[2][2]


def test_the_order_of_rows_and_columns_plays_no_part_and_inputs_stay() -> None:
    before = TIMES.dense().copy()
    turned = TIMES.select(origins=list("DBCA"), destinations=["K", "G", "J", "H"])
    one, other = (
        backup_covering(times, PERSONS, sites=3, limit=30, first=False) for times in (TIMES, turned)
    )

    assert (one.chosen, one.objective, one.bound) == (other.chosen, other.objective, other.bound)
    assert one.assignment.equals(other.assignment)
    assert np.array_equal(before, TIMES.dense())


def test_arguments_out_of_range_are_refused() -> None:
    matrix = TravelMatrix(("A",), ("G", "H"), "min", np.array([[5.0, 6.0]]))

    with pytest.raises(ParameterError, match="first"):
        backup_covering(matrix, sites=1, limit=30, first=1)  # type: ignore[arg-type] -- refused
    with pytest.raises(ParameterError, match="sites"):
        backup_covering(matrix, sites=3, limit=30)
    assert backup_covering(matrix, sites=2, limit=30).objective == 1
