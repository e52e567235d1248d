"""The k best plans: in the order of brute force, for several models."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from phased_cases import Case, random_case, shuffled

from wushan_geo.errors import InfeasibleError, ParameterError, TimeOverError, UnknownIdError
from wushan_geo.siting.centres.center import p_center
from wushan_geo.siting.choices.alternatives import BestPlans, best_plans, core_sites
from wushan_geo.siting.covers.covering import greedy_covering, maximal_covering
from wushan_geo.siting.covers.floors import floor_covering
from wushan_geo.siting.covers.set_covering import set_covering
from wushan_geo.siting.medians.median import p_median
from wushan_geo.siting.solver import SolverError
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wushan_geo.siting.plan import SitingPlan

TIMES = TravelMatrix(
    ("A", "B", "C"), ("G", "H", "J"), "min", [[5, 40, 35], [50, 30, 20], [60, 31, 25]]
)
PERSONS = {"A": 4, "B": 3, "C": 2}


def covering(case: Case, **asked: Any) -> Any:
    """Give the model with everything settled but required and forbidden sites."""
    return partial(
        maximal_covering,
        case.times,
        case.persons,
        limit=case.limit,
        existing=case.existing,
        rules=case.rules,
        **asked,
    )


def all_plans(case: Case, **asked: Any) -> BestPlans:
    roles = {"required": case.required, "forbidden": case.forbidden}
    return best_plans(covering(case, **asked), count=1000, **roles)


def before(one: Iterable[str], other: Iterable[str]) -> bool:
    """Say whether a plan comes before another: it has the first site that only one of them has."""
    return min(set(one) ^ set(other)) in set(one)


def in_order(plans: list[tuple[Any, tuple[str, ...]]]) -> list[tuple[str, ...]]:
    """Sort plans by value, then by the first differing site (a plain insertion sort)."""
    done: list[tuple[Any, tuple[str, ...]]] = []
    for value, plan in plans:
        at = len(done)
        while at and (
            value < done[at - 1][0] or (value == done[at - 1][0] and before(plan, done[at - 1][1]))
        ):
            at -= 1
        done.insert(at, (value, plan))
    return [plan for _, plan in done]


def no_supersets(plans: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out plans that only add sites to one before."""
    kept: list[tuple[str, ...]] = []
    for plan in plans:
        if not any(set(one) < set(plan) for one in kept):
            kept.append(plan)
    return kept


@pytest.mark.parametrize("seed", range(6))
def test_all_plans_come_in_the_order_of_trying_out_all(seed: int) -> None:
    case = random_case(seed, sites=7, ruled=seed % 2 == 1, grouped=seed % 3 == 2)
    count = max(len(case.required), 2)
    plans = [
        (tuple(-one for one in case.worth((*plan, *case.existing))), plan)
        for plan in case.choices(count)
    ]
    if not plans:
        with pytest.raises(InfeasibleError):
            all_plans(case, sites=count)
        return

    found = all_plans(case, sites=count)

    assert [one.chosen for one in found] == in_order(plans)
    assert (found.status, found.complete) == ("optimal", True)
    assert all(one.verified for one in found)


@pytest.mark.parametrize("seed", range(5))
def test_with_a_budget_plans_that_only_add_sites_are_left_out(seed: int) -> None:
    case = random_case(seed, sites=6)
    draw = np.random.default_rng(seed)
    costs = dict(zip(case.times.destination_ids, draw.choice([1, 2, 3], 6).tolist(), strict=True))
    costs[case.candidates[-1]] = 99  # never paid for, so that some candidate is always left
    budget = 5 + sum(costs[one] for one in case.required)
    plans = [
        ((*(-one for one in case.worth((*plan, *case.existing))), len(plan)), plan)
        for size in range(len(case.candidates) + 1)
        for plan in case.choices(size)
        if sum(costs[one] for one in plan) <= budget
    ]

    found = all_plans(case, budget=budget, costs=costs)

    assert [one.chosen for one in found] == no_supersets(in_order(plans))


@pytest.mark.parametrize("seed", range(2))
def test_the_best_medians_come_in_the_order_of_trying_out_all(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = [f"S{at}" for at in range(7)]
    times = TravelMatrix(
        tuple("ABCDE"), tuple(names), "min", draw.integers(1, 6, (5, 7)).astype(float)
    )
    persons = dict(zip("ABCDE", draw.integers(0, 4, 5).tolist(), strict=True))
    table = pd.DataFrame(times.dense(), list("ABCDE"), names)
    plans = [
        (sum(persons[one] * table.loc[one, list(plan)].min() for one in "ABCDE"), plan)
        for plan in combinations(names, 3)
    ]

    found = best_plans(partial(p_median, times, persons, sites=3), count=8)

    assert [one.chosen for one in found] == in_order(plans)[:8]
    assert not found.complete


@pytest.mark.parametrize("seed", range(4))
def test_the_best_set_coverings_come_in_the_order_of_trying_out_all(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = [f"S{at}" for at in range(6)]
    costs = draw.choice([5.0, 20, 40], (5, 6), p=[0.3, 0.3, 0.4])
    costs[:, 0] = 5
    times = TravelMatrix(tuple("ABCDE"), tuple(names), "min", costs)
    price = dict(zip(names, draw.choice([1, 2, 4], 6).tolist(), strict=True)) | {"S0": 7}
    plans = [
        ((sum(price[one] for one in plan), len(plan)), plan)
        for size in range(1, 7)
        for plan in combinations(names, size)
        if (costs[:, [names.index(one) for one in plan]].min(axis=1) <= 30).all()
    ]

    found = best_plans(partial(set_covering, times, limit=30, costs=price), count=100)

    assert [one.chosen for one in found] == no_supersets(in_order(plans))


@pytest.mark.parametrize("within", [0.0, 0.1, 0.2])
def test_only_plans_as_near_as_asked_are_given(within: float) -> None:
    case = random_case(3, sites=7)
    every = all_plans(case, sites=3)
    best = every[0].objective

    roles = {"required": case.required, "forbidden": case.forbidden}
    near = best_plans(covering(case, sites=3), count=1000, within=within, **roles)

    expected = [one.chosen for one in every if best - one.objective <= within * best + 1e-9]
    assert [one.chosen for one in near] == expected
    assert near.complete
    assert 0 < len(near) < len(every)


def test_more_plans_begin_with_fewer() -> None:
    case = random_case(5, sites=7)
    every = [one.chosen for one in all_plans(case, sites=2)]
    model = covering(case, sites=2)

    for count in (1, 2, 5):
        some = best_plans(model, count=count, required=case.required, forbidden=case.forbidden)
        assert [one.chosen for one in some] == every[:count]
        assert len(some) == count


def test_the_order_of_rows_and_columns_plays_no_part() -> None:
    case = random_case(6, sites=7)

    one, other = (all_plans(each, sites=3) for each in (case, shuffled(case, 1)))

    assert [plan.chosen for plan in one] == [plan.chosen for plan in other]


def test_plans_can_be_used_like_a_tuple() -> None:
    found = best_plans(partial(maximal_covering, TIMES, PERSONS, sites=1, limit=30), count=5)
    first, *others = found

    assert first is found[0]
    assert [one.chosen for one in others] == [("G",), ("H",)]
    assert found[1:] == tuple(others)
    assert len(found) == 3


def test_heuristic_plans_are_not_said_to_be_proven() -> None:
    found = best_plans(partial(greedy_covering, TIMES, PERSONS, sites=1, limit=30), count=2)

    assert (found.status, found.complete) == ("heuristic", False)


def test_the_clock_leaves_the_best_plan_and_says_so() -> None:
    model = partial(maximal_covering, TIMES, PERSONS, sites=1, limit=30)

    found = best_plans(model, count=3, time_limit=0)

    assert [one.chosen for one in found] == [("J",)]
    assert (found.status, found.complete) == ("time_limit", False)


def test_one_plan_is_asked_for_once() -> None:
    calls: list[tuple[str, ...]] = []

    def model(*, required: tuple[str, ...], forbidden: tuple[str, ...]) -> SitingPlan:
        calls.append(forbidden)
        return maximal_covering(
            TIMES, PERSONS, sites=1, limit=30, required=required, forbidden=forbidden
        )

    assert best_plans(model, count=1)[0].chosen == ("J",)
    assert calls == [()]


@pytest.mark.parametrize("fault", [UnknownIdError("no such site"), SolverError("stopped")])
def test_a_mistake_is_not_taken_for_an_empty_part(fault: Exception) -> None:
    def model(*, required: tuple[str, ...], forbidden: tuple[str, ...]) -> SitingPlan:
        if forbidden:
            raise fault
        return maximal_covering(TIMES, PERSONS, sites=1, limit=30, required=required)

    with pytest.raises(type(fault)):
        best_plans(model, count=2)


def test_a_request_that_the_model_refuses_is_refused() -> None:
    model = partial(maximal_covering, TIMES, PERSONS, sites=4, limit=30)

    with pytest.raises(ParameterError, match="only 3 candidates"):
        best_plans(model, count=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [("count", 0), ("count", 1.5), ("count", True), ("within", -0.1), ("within", "5%"),
     ("within", np.nan), ("time_limit", -1), ("required", "GH")],
)  # fmt: skip
def test_wrong_arguments_are_refused(name: str, value: Any) -> None:
    model: Callable[..., SitingPlan] = partial(maximal_covering, TIMES, PERSONS, sites=1, limit=30)
    asked = {"count": 2, name: value}

    with pytest.raises(ParameterError, match=name if name != "required" else "sites"):
        best_plans(model, **asked)


def test_core_sites_stand_in_all_plans() -> None:
    plans = [
        maximal_covering(TIMES, PERSONS, sites=2, limit=30, forbidden=[one]) for one in ("H", "G")
    ]

    found = core_sites(plans)

    assert [one.chosen for one in plans] == [("G", "J"), ("H", "J")]
    assert found.to_dict("list") == {
        "facility_id": ["J", "G", "H"],
        "plans": [2, 1, 1],
        "share": [1.0, 0.5, 0.5],
        "core": [True, False, False],
        "best": [True, True, False],
    }


def test_plans_without_new_sites_have_no_core() -> None:
    plan = maximal_covering(TIMES, PERSONS, sites=0, limit=30, existing=["G"])

    found = core_sites([plan])

    assert found.empty
    assert found.dtypes.astype(str).to_dict() == {
        "facility_id": "str", "plans": "int64", "share": "float64", "core": "bool", "best": "bool",
    }  # fmt: skip


def test_the_core_of_no_plans_is_refused() -> None:
    with pytest.raises(ParameterError, match="empty"):
        core_sites([])


def levels_of(costs: np.ndarray, persons: list[int], sites: tuple[int, ...]) -> list[float]:
    """Give each cost to the nearest of some sites and the persons at it, largest first."""
    nearest = costs[:, sites].min(axis=1)
    rows = sorted(set(nearest.tolist()), reverse=True)
    return [value for cost in rows for value in (cost, float((nearest == cost) @ persons))]


@pytest.mark.parametrize("seed", range(4))
def test_plans_for_the_worst_off_come_in_the_order_of_all_their_levels(seed: int) -> None:
    draw = np.random.default_rng(seed)
    costs, persons = draw.integers(1, 6, (8, 6)).astype(float), draw.integers(1, 4, 8).tolist()
    places, sites = tuple("ABCDEFGH"), tuple("MNOPQR")
    matrix = TravelMatrix(places, sites, "min", costs)
    model = partial(
        p_center, matrix, persons=dict(zip(places, persons, strict=True)), sites=2,
        lexicographic=True,
    )  # fmt: skip

    found = best_plans(model, count=15)

    expected = sorted(
        combinations(range(6), 2), key=lambda plan: (levels_of(costs, persons, plan), plan)
    )
    assert [one.chosen for one in found] == [(sites[a], sites[b]) for a, b in expected]


@pytest.mark.parametrize("seed", range(4))
def test_plans_for_the_worst_township_come_by_its_share_first(seed: int) -> None:
    draw = np.random.default_rng(seed)
    near, persons = draw.random((8, 6)) < 0.35, draw.integers(1, 5, 8)
    places, sites, towns = tuple("ABCDEFGH"), tuple("MNOPQR"), np.array([0, 0, 0, 1, 1, 1, 2, 2])
    matrix = TravelMatrix(places, sites, "min", np.where(near, 5.0, 90.0))
    model = partial(
        floor_covering, matrix, dict(zip(places, persons.tolist(), strict=True)), sites=2, limit=30,
        homes={one: f"T{town}" for one, town in zip(places, towns, strict=True)},
        worst_first="townships",
    )  # fmt: skip

    def worth(plan: tuple[int, ...]) -> tuple[float, int, int, tuple[int, ...]]:
        covered = near[:, plan].any(axis=1)
        shares = [
            (covered * persons)[towns == one].sum() / persons[towns == one].sum()
            for one in range(3)
        ]
        return -round(min(shares), 9), -int(covered @ persons), -int(covered.sum()), plan

    expected = sorted(combinations(range(6), 2), key=worth)
    found = best_plans(model, count=15)
    assert [one.chosen for one in found] == [(sites[a], sites[b]) for a, b in expected]


def test_a_part_without_time_is_not_an_empty_one() -> None:
    model = partial(maximal_covering, TIMES, PERSONS, sites=1, limit=30)

    def hurried(required: tuple[str, ...], forbidden: tuple[str, ...]) -> SitingPlan:
        if forbidden:
            message = "time_limit ran out before any plan was found."
            raise TimeOverError(message)
        return model(required=required, forbidden=forbidden)

    found = best_plans(hurried, count=3)

    assert (len(found), found.status, found.complete) == (1, "time_limit", False)
