"""Maximal covering under rules, budgets, groups and capacities: found again by trying out all."""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import linprog

from wushan_geo.errors import InfeasibleError, ParameterError
from wushan_geo.siting import (
    ceiling,
    covering_plans,
    explain_order,
    greedy_covering,
    maximal_covering,
)
from wushan_geo.siting.rules import SiteRules
from wushan_geo.siting.solver import Mixed, MixedProgram
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wushan_geo.siting.solver import Standing

INF = np.inf
LIMITS = {"a": 30.0, "b": 20.0}
Plan = tuple[str, ...]


class Case:
    """A small county with everything in it, and plain loops to judge plans with."""

    def __init__(self, seed: int, *, whole: bool = True) -> None:
        draw = np.random.default_rng(seed)
        places, sites = int(draw.integers(2, 9)), int(draw.integers(4, 8))
        costs = draw.choice(
            [5, 20, 30, 30.5, 60, INF], (places, sites), p=[0.1, 0.15, 0.15, 0.2, 0.3, 0.1]
        )
        names = tuple(f"S{at}" for at in draw.permutation(sites))
        origins = tuple(f"P{at}" for at in draw.permutation(places))
        self.matrix = TravelMatrix(origins, names, "min", costs)
        self.cost = {
            o: dict(zip(names, row, strict=True)) for o, row in zip(origins, costs, strict=True)
        }
        kinds = [0, 1, 2, 3, 7] if whole else [0, 1, 2.5, 0.25, 7]
        self.persons = pd.DataFrame(
            draw.choice(kinds, (places, 2)).astype(float), index=list(origins), columns=["b", "a"]
        )
        self.roles: dict[str, Any] = {
            "existing": list(names[: draw.integers(0, 2)]),
            "required": [names[2]] if draw.random() < 0.3 else [],
            "forbidden": [names[1]] if draw.random() < 0.3 else [],
        }
        self.zones = {one: f"T{draw.integers(0, 3)}" for one in names}
        self.way = draw.choice([1.0, 5.0, 9.0], (sites, sites))
        self.rules = SiteRules(
            zones=self.zones,
            at_most=2,
            at_least={self.zones[names[-1]]: 1},
            apart=5.0,
            between=TravelMatrix(names, names, "m", self.way),
        )
        self.names = names
        self.price = {one: float(draw.choice([0, 1, 2, 3, 2.5])) for one in names}
        self.room = {one: float(draw.choice([0, 2, 4, 4.5, 9])) for one in names}
        self.free = sorted(set(names) - set(self.roles["existing"]) - set(self.roles["forbidden"]))

    def keeps(self, plan: Plan, rules: SiteRules | None) -> bool:
        """Say whether a plan keeps to roles and rules."""
        if not set(self.roles["required"]) <= set(plan):
            return False
        if rules is None:
            return True
        stand = [*plan, *self.roles["existing"]]
        least, most = rules.numbers()
        number = {z: sum(self.zones[one] == z for one in stand) for z in {*least, *most}}
        if any(number[z] < n for z, n in least.items()):
            return False
        if any(number[z] > n for z, n in most.items()):
            return False
        at = {one: place for place, one in enumerate(self.names)}
        for one, other in combinations(stand, 2):
            near = min(self.way[at[one], at[other]], self.way[at[other], at[one]]) < 5.0
            if near and not {one, other} <= set(self.roles["existing"]):
                return False
        return True

    def plans(self, sizes: Iterable[int]) -> list[Plan]:
        return list(chain.from_iterable(combinations(self.free, size) for size in sizes))

    def worth(self, plan: Plan, limits: dict[str, float]) -> tuple[float, int]:
        """Count persons and places that a plan covers."""
        stand = [*plan, *self.roles["existing"]]
        persons, places = 0.0, 0
        for one, row in self.persons.iterrows():
            near = min((self.cost[str(one)][site] for site in stand), default=INF)
            persons += sum(row[g] for g in limits if near <= limits[g])
            asked = [g for g in limits if row[g] > 0] or list(limits)
            places += all(near <= limits[g] for g in asked)
        return persons, places

    def served(self, plan: Plan, limits: dict[str, float]) -> tuple[float, float]:
        """Serve most persons, and of those let them travel least."""
        stand = sorted([*plan, *self.roles["existing"]])
        whole = bool((self.persons == self.persons.round()).all(axis=None))
        room = [np.floor(self.room[s]) if whole else self.room[s] for s in stand]
        rows = [
            (str(one), g, row[g])
            for one, row in self.persons.iterrows()
            for g in limits
            if row[g] > 0
        ]
        pairs = [
            (r, s)
            for r, (one, g, _) in enumerate(rows)
            for s, site in enumerate(stand)
            if self.cost[one][site] <= limits[g]
        ]
        if not pairs:
            return 0.0, 0.0
        count = len(pairs)
        matrix = sparse.lil_array((len(rows) + len(stand), count))
        for at, (r, s) in enumerate(pairs):
            matrix[r, at] = matrix[len(rows) + s, at] = 1
        upper = np.array([n for _, _, n in rows] + room)
        table: Any = matrix.toarray()
        most: Any = linprog(-np.ones(count), A_ub=table, b_ub=upper)
        cost = [self.cost[rows[r][0]][stand[s]] for r, s in pairs]
        least: Any = linprog(
            cost, A_ub=table, b_ub=upper, A_eq=np.ones((1, count)), b_eq=[-most.fun]
        )
        return round(-most.fun, 6), round(least.fun, 5)


def by_id(plan: Plan, names: list[str]) -> tuple[int, ...]:
    """Order plans so that the one that has the first differing site comes first."""
    return tuple(-(one in plan) for one in names)


@pytest.mark.parametrize("seed", range(5))
def test_plans_under_rules_agree_with_trying_out_all(seed: int) -> None:
    case = Case(seed, whole=seed % 3 > 0)

    for sites in range(len(case.free) + 1):
        if sites < len(case.roles["required"]):
            continue
        allowed = [plan for plan in case.plans([sites]) if case.keeps(plan, case.rules)]
        asked: dict[str, Any] = {"sites": sites, "limit": LIMITS, "rules": case.rules, **case.roles}
        if not allowed:
            with pytest.raises(InfeasibleError):
                maximal_covering(case.matrix, case.persons, **asked)
            continue
        worth = {plan: case.worth(plan, LIMITS) for plan in allowed}
        best = max(worth.values())
        equal = sorted(
            (plan for plan in allowed if worth[plan] == best), key=lambda p: by_id(p, case.free)
        )
        plan = maximal_covering(case.matrix, case.persons, **asked)
        assert (plan.objective, plan.covered_places) == best
        assert (plan.chosen, plan.alternatives) == (equal[0], len(equal) > 1)
        assert (plan.status, plan.gap, plan.verified) == ("optimal", 0.0, True)
        assert not plan.greedy_objective > plan.objective
        try:
            greedy = greedy_covering(case.matrix, case.persons, **asked)
        except InfeasibleError:
            assert np.isnan(plan.greedy_objective)
        else:
            assert greedy.objective == plan.greedy_objective <= plan.objective <= greedy.bound


@pytest.mark.parametrize("seed", range(4))
def test_plans_within_a_budget_agree_with_trying_out_all(seed: int) -> None:
    case = Case(seed)
    rules = case.rules if seed % 2 else None
    every = [plan for plan in case.plans(range(len(case.free) + 1)) if case.keeps(plan, rules)]
    objectives = []

    for budget in (0.0, 2.5, 4.0, 6.0):
        asked: dict[str, Any] = {
            "budget": budget, "costs": case.price, "limit": 30, "rules": rules, **case.roles
        }  # fmt: skip
        allowed = [plan for plan in every if sum(case.price[one] for one in plan) <= budget]
        if not allowed:
            with pytest.raises(InfeasibleError):
                maximal_covering(case.matrix, case.persons, **asked)
            continue
        both = {"a": 30.0, "b": 30.0}
        worth = {plan: (*case.worth(plan, both), -len(plan)) for plan in allowed}
        best = max(worth.values())
        equal = sorted(
            (plan for plan in allowed if worth[plan] == best), key=lambda p: by_id(p, case.free)
        )
        plan = maximal_covering(case.matrix, case.persons, **asked)
        assert (plan.objective, plan.covered_places, -plan.sites) == best
        assert (plan.chosen, plan.alternatives) == (equal[0], len(equal) > 1)
        assert plan.settings["budget"] == budget
        assert not plan.greedy_objective > plan.objective
        objectives.append(plan.objective)
    assert objectives == sorted(objectives)


@pytest.mark.parametrize("seed", range(4, 8))
def test_plans_with_capacities_agree_with_trying_out_all(seed: int) -> None:
    case = Case(seed, whole=seed % 4 > 0)
    rules = case.rules if seed % 2 else None
    least = len(case.roles["required"])

    for sites in (least, least + 2):
        allowed = [plan for plan in case.plans([sites]) if case.keeps(plan, rules)]
        asked: dict[str, Any] = {
            "sites": sites, "capacity": case.room, "limit": LIMITS, "rules": rules, **case.roles
        }  # fmt: skip
        if not allowed:
            with pytest.raises(InfeasibleError):
                maximal_covering(case.matrix, case.persons, **asked)
            continue
        worth = {plan: case.served(plan, LIMITS) for plan in allowed}
        best = max(worth.values(), key=lambda two: (two[0], -two[1]))
        equal = sorted(
            (plan for plan in allowed if worth[plan] == best), key=lambda p: by_id(p, case.free)
        )
        plan = maximal_covering(case.matrix, case.persons, **asked)
        assert plan.flows is not None
        travelled = float((plan.flows["persons"] * plan.flows["cost"]).sum())
        assert (plan.objective, travelled) == pytest.approx(best)
        assert (plan.chosen, plan.alternatives) == (equal[0], len(equal) > 1)
        assert (plan.status, plan.bound) == ("optimal", plan.objective)
        assert not plan.greedy_objective > plan.objective + 1e-9
        if (case.persons == case.persons.round()).all(axis=None):
            assert (plan.flows["persons"] % 1 == 0).all()


@pytest.mark.parametrize("seed", range(4))
def test_plans_by_group_without_rules_agree_with_trying_out_all(seed: int) -> None:
    case = Case(seed + 100)
    least = len(case.roles["required"])

    plans = covering_plans(
        case.matrix, case.persons, sites=[least, least + 1], limit=LIMITS, **case.roles
    )
    for plan in plans:
        allowed = [one for one in case.plans([plan.sites]) if case.keeps(one, None)]
        worth = {one: case.worth(one, LIMITS) for one in allowed}
        best = max(worth.values())
        equal = [one for one in allowed if worth[one] == best]
        assert (plan.objective, plan.covered_places) == best
        assert (plan.chosen, plan.alternatives) == (min(equal), len(equal) > 1)
        assert plan.settings["limits"] == LIMITS
        table = explain_order(plan, case.matrix, case.persons)
        before = case.worth((), LIMITS)
        assert table["gain_persons"].sum() == pytest.approx(best[0] - before[0])
        assert table["gain_places"].sum() == best[1] - before[1]


def test_the_ceiling_counts_each_group_with_its_limit() -> None:
    times = TravelMatrix(("A", "B"), ("G",), "min", np.array([[25.0], [15.0]], dtype=float))
    persons = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=["A", "B"])

    top = ceiling(times, persons, limit=LIMITS)

    assert (top.places, top.persons) == (1, 7.0)
    assert (top.uncovered_ids, top.uncovered_persons) == (("A",), 3.0)


def test_without_persons_places_count() -> None:
    times = TravelMatrix(
        ("A", "B", "C"), ("G", "H"), "min", np.array([[5, 50], [50, 5], [50, 5]], dtype=float)
    )

    plan = maximal_covering(times, None, sites=1, limit=30)

    assert (plan.chosen, plan.objective, plan.covered_places) == (("H",), 2.0, 2)
    assert np.isnan(plan.covered_persons)


def test_persons_who_find_no_place_go_further_and_are_named() -> None:
    times = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[5, 10], [8, 20]], dtype=float))

    plan = maximal_covering(times, {"A": 4, "B": 3}, sites=2, limit=30, capacity={"G": 3, "H": 9})

    # G is nearest to both, but has three places: B gains more by them (12 against 5).
    assert plan.objective == 7
    assert plan.flows is not None
    assert plan.flows.to_dict("list") == {
        "zone_id": ["A", "B"], "facility_id": ["H", "G"], "persons": [4, 3], "cost": [10, 8]
    }  # fmt: skip
    assert plan.not_nearest == ("A",)


def test_too_few_places_for_all_are_no_error() -> None:
    times = TravelMatrix(("A",), ("G", "H"), "min", np.array([[5, 10]], dtype=float))

    plan = maximal_covering(times, {"A": 9}, sites=1, limit=30, capacity={"G": 2.9, "H": 4})

    assert (plan.chosen, plan.objective, plan.covered_places) == (("H",), 4, 0)


def test_a_budget_that_sums_of_decimals_just_meet_is_enough() -> None:
    times = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[5, 50], [50, 5]], dtype=float))

    plan = maximal_covering(
        times, {"A": 1, "B": 1}, budget=0.3, limit=30, costs={"G": 0.1, "H": 0.2}
    )

    assert plan.chosen == ("G", "H")


def test_greedy_says_which_rule_it_ran_into() -> None:
    times = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[5, 50], [50, 5]], dtype=float))
    near = TravelMatrix(("G", "H"), ("G", "H"), "m", np.array([[0, 1], [1, 0]], dtype=float))

    with pytest.raises(InfeasibleError, match=r"2 new sites \(it stops at 1\)"):
        greedy_covering(
            times, {"A": 1, "B": 1}, sites=2, limit=30, rules=SiteRules(apart=3, between=near)
        )


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "either sites or budget"),
        ({"sites": 1, "budget": 3, "costs": {"G": 1, "H": 1}}, "either sites or budget"),
        ({"budget": 3}, "budget needs costs"),
        ({"sites": 1, "costs": {"G": 1, "H": 1}}, "costs play no part"),
        ({"budget": -1, "costs": {"G": 1, "H": 1}}, "budget must be a finite number"),
        ({"sites": 1, "time_limit": "3"}, "time_limit must be at least 0"),
    ],
)
def test_contradictory_requests_are_refused(options: dict[str, Any], text: str) -> None:
    times = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[5, 50], [50, 5]], dtype=float))

    with pytest.raises(ParameterError, match=text):
        maximal_covering(times, {"A": 1, "B": 1}, limit=30, **options)


@pytest.mark.parametrize("kind", ["rules", "budget", "capacity"])
def test_stopped_by_the_clock_a_plan_keeps_its_rules_and_its_bound(kind: str) -> None:
    case = Case(7)
    kinds: dict[str, dict[str, Any]] = {
        "rules": {"sites": 2, "rules": case.rules},
        "budget": {"budget": 5.0, "costs": case.price},
        "capacity": {"sites": 2, "capacity": case.room},
    }
    asked = kinds[kind]
    exact = maximal_covering(case.matrix, case.persons, limit=30, **case.roles, **asked)

    stopped = maximal_covering(
        case.matrix, case.persons, limit=30, time_limit=0, **case.roles, **asked
    )

    assert (stopped.status, stopped.alternatives) == ("time_limit", None)
    assert stopped.objective <= exact.objective <= stopped.bound


def test_a_solver_stopped_before_it_has_a_bound_leaves_the_start_and_the_largest_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A large request stopped within milliseconds: HiGHS then answers without values or a bound.
    case = Case(7)
    nothing = Mixed("time_limit", np.empty(0), np.inf, -np.inf)
    monkeypatch.setattr(MixedProgram, "solve", lambda *_, **__: nothing)

    stopped = maximal_covering(
        case.matrix, case.persons, limit=30, time_limit=60, budget=5.0, costs=case.price,
        **case.roles,
    )  # fmt: skip

    assert stopped.status == "time_limit"
    assert np.isfinite(stopped.bound)
    assert stopped.objective <= stopped.bound


@pytest.mark.parametrize("kind", ["plain", "rules", "budget", "capacity"])
def test_progress_tells_persons_and_a_bound_that_holds(kind: str) -> None:
    case = Case(7)
    kinds: dict[str, dict[str, Any]] = {
        "plain": {"sites": 2},
        "rules": {"sites": 2, "rules": case.rules},
        "budget": {"budget": 5.0, "costs": case.price},
        "capacity": {"sites": 2, "capacity": case.room},
    }
    asked = kinds[kind]
    heard: list[Standing] = []

    plan = maximal_covering(
        case.matrix, case.persons, limit=30, progress=heard.append, **case.roles, **asked
    )

    assert heard
    assert all(one.objective <= plan.objective <= one.bound for one in heard)


def test_rows_and_columns_in_any_order_give_the_same_plan_under_rules() -> None:
    for seed in (1, 7):
        case = Case(seed)
        draw = np.random.default_rng(seed)
        shuffled = case.matrix.select(
            draw.permutation(case.matrix.origin_ids).tolist(),
            draw.permutation(case.matrix.destination_ids).tolist(),
        )
        asked: dict[str, Any] = {
            "budget": 5.0, "costs": case.price, "capacity": case.room, "limit": LIMITS, **case.roles
        }  # fmt: skip

        one = maximal_covering(case.matrix, case.persons, **asked)
        other = maximal_covering(shuffled, case.persons.sample(frac=1, random_state=2), **asked)

        assert (one.chosen, one.objective, one.bound) == (
            other.chosen,
            other.objective,
            other.bound,
        )
        assert one.flows is not None
        assert other.flows is not None
        assert one.flows.equals(other.flows)
