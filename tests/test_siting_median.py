"""p-median against trying out all plans, and what must hold of any plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InfeasibleError, ParameterError, UnknownIdError, VerificationError
from wushan_geo.siting.medians.median import p_median
from wushan_geo.siting.rules import SiteRules
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Case:
    """A request with everything that it depends on."""

    matrix: TravelMatrix
    persons: dict[str, float]
    sites: int
    roles: dict[str, Any]
    rules: SiteRules | None

    def plan(self, **more: Any) -> Any:
        """Ask for the plan."""
        return p_median(
            self.matrix, self.persons, sites=self.sites, rules=self.rules, **self.roles, **more
        )


def travel(costs: NDArray[np.float64]) -> TravelMatrix:
    """Name places and sites."""
    places, sites = costs.shape
    return TravelMatrix(
        tuple(f"P{at:02d}" for at in range(places)),
        tuple(f"S{at:02d}" for at in range(sites)),
        "min",
        costs,
    )


def rules_of(draw: np.random.Generator, matrix: TravelMatrix) -> SiteRules | None:
    """Draw rules: none, by township, or a distance between sites."""
    ids = matrix.destination_ids
    kind = draw.integers(4)
    zones = {one: f"T{at}" for one, at in zip(ids, draw.integers(0, 3, len(ids)), strict=True)}
    here = sorted(set(zones.values()))
    if kind == 1:
        return SiteRules(zones=zones, at_most={here[0]: 1}, at_least={here[-1]: 1})
    if kind == 2:
        between = draw.integers(1, 20, (len(ids), len(ids))).astype(float)
        return SiteRules(apart=4.0, between=TravelMatrix(ids, ids, "m", between))
    return SiteRules(zones=zones, at_most=2) if kind == 3 else None


def case_of(seed: int) -> Case:
    """Draw a request: one-way costs, ties, nobody at some places, no way to some sites."""
    draw = np.random.default_rng(seed)
    places, sites = int(draw.integers(1, 15)), int(draw.integers(2, 10))
    costs = draw.integers(0, draw.choice([4, 12, 60]), (places, sites)).astype(float)
    if seed % 4 == 1:
        costs = costs / 10
    if seed % 4 == 2:
        costs = costs + draw.random(costs.shape)
    costs[draw.random(costs.shape) < draw.choice([0.0, 0.3])] = np.inf
    matrix = travel(costs)
    counts = draw.integers(0, 5, places) * draw.choice([1.0, 0.37])
    persons = dict(zip(matrix.origin_ids, counts.tolist(), strict=True))
    mixed = draw.permutation(matrix.destination_ids).tolist()
    roles = {
        "existing": mixed[: int(draw.integers(0, 3))][: sites - 1],
        "forbidden": mixed[-1:] if draw.random() < 0.3 and sites > 4 else [],
        "required": mixed[3:4] if draw.random() < 0.3 and sites > 4 else [],
    }
    free = sites - len(roles["existing"]) - len(roles["forbidden"])
    count = int(draw.integers(len(roles["required"]), free + 1))
    return Case(matrix, persons, count, roles, rules_of(draw, matrix))


def keeps(rules: SiteRules | None, new: tuple[str, ...], existing: list[str]) -> bool:
    """Check rules one by one."""
    if rules is None:
        return True
    stand = [*new, *existing]
    least, most = rules.numbers()
    numbers = {zone: sum(rules.zones[one] == zone for one in stand) for zone in {*least, *most}}
    if any(numbers[zone] < number for zone, number in least.items()):
        return False
    if any(numbers[zone] > number for zone, number in most.items()):
        return False
    if rules.between is None or rules.apart is None:
        return True
    way: Any = pd.DataFrame(
        rules.between.dense(), rules.between.origin_ids, rules.between.destination_ids
    )
    return all(
        min(way.loc[one, other], way.loc[other, one]) >= rules.apart
        for one in new
        for other in stand
        if one != other
    )


def all_plans(case: Case) -> dict[tuple[str, ...], float]:
    """Work out every plan that is allowed and lets everybody reach a site."""
    costs: Any = pd.DataFrame(
        case.matrix.dense(), case.matrix.origin_ids, case.matrix.destination_ids
    )
    barred = {*case.roles["existing"], *case.roles["forbidden"]}
    names = sorted(set(case.matrix.destination_ids) - barred)
    plans = {}
    for new in combinations(names, case.sites):
        if not set(case.roles["required"]) <= set(new):
            continue
        if not keeps(case.rules, new, case.roles["existing"]):
            continue
        value = 0.0
        for place, persons in case.persons.items():
            near = min((costs.loc[place, one] for one in (*new, *case.roles["existing"])),
                       default=np.inf)  # fmt: skip
            value += persons * near if persons else 0.0
        if np.isfinite(value):
            plans[new] = value
    return plans


@pytest.mark.parametrize("seed", range(20))
def test_the_plan_is_the_first_of_the_best_of_all_plans(seed: int) -> None:
    case = case_of(seed)
    plans = all_plans(case)
    if not plans:
        with pytest.raises(InfeasibleError):
            case.plan()
        return
    best = min(plans.values())
    equal = sorted(one for one, value in plans.items() if value <= best * (1 + 1e-9))

    plan = case.plan()
    assert (plan.chosen, plan.status, plan.verified) == (equal[0], "optimal", True)
    assert plan.objective == pytest.approx(best, rel=1e-12)
    assert (plan.bound, plan.gap) == (plan.objective, 0.0)
    assert plan.alternatives == (len(equal) > 1)
    assert not plan.greedy_objective < plan.objective


@pytest.mark.parametrize("seed", range(0, 40, 5))
def test_without_time_a_plan_comes_with_a_bound_that_holds(seed: int) -> None:
    case = case_of(seed)
    plans = all_plans(case)
    if not plans:
        return
    plan = case.plan(time_limit=0)
    assert plan.verified
    assert plan.chosen in plans
    assert plan.bound <= min(plans.values()) * (1 + 1e-9)
    assert plan.alternatives in {None, True} or plan.status == "optimal"


def spread(seed: int, places: int = 30, sites: int = 14) -> tuple[TravelMatrix, dict[str, float]]:
    """Draw places and sites in the plane, with whole persons."""
    draw = np.random.default_rng(seed)
    one, other = draw.random((places, 2)), draw.random((sites, 2))
    far = np.sqrt(((one[:, np.newaxis] - other) ** 2).sum(axis=2)) * 60
    matrix = travel(far.round(1))
    counts = draw.integers(1, 40, places).astype(float)
    return matrix, dict(zip(matrix.origin_ids, counts.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(3))
def test_more_sites_are_never_worse_and_an_existing_one_never_harms(seed: int) -> None:
    matrix, persons = spread(seed)
    values = [p_median(matrix, persons, sites=count).objective for count in range(1, 8)]
    assert values == sorted(values, reverse=True)
    with_one = p_median(matrix, persons, sites=3, existing=["S05"]).objective
    assert with_one <= values[2]


def test_the_order_of_rows_and_columns_plays_no_part_and_inputs_stay() -> None:
    matrix, persons = spread(5)
    before, given = matrix.dense().copy(), dict(persons)
    plan = p_median(matrix, persons, sites=4)
    rows, columns = np.arange(30)[::-1], np.roll(np.arange(14), 5)
    turned = TravelMatrix(
        tuple(matrix.origin_ids[at] for at in rows),
        tuple(matrix.destination_ids[at] for at in columns),
        "min",
        matrix.dense()[np.ix_(rows, columns)],
    )
    other = p_median(turned, dict(reversed(persons.items())), sites=4)
    assert (other.chosen, other.objective) == (plan.chosen, plan.objective)
    pd.testing.assert_series_equal(other.assignment, plan.assignment)
    assert np.array_equal(matrix.dense(), before)
    assert persons == given


def test_groups_are_added_up() -> None:
    matrix, persons = spread(6)
    table = pd.DataFrame({"adult": persons, "child": dict.fromkeys(persons, 2.0)})
    both = {one: number + 2.0 for one, number in persons.items()}
    plan, other = p_median(matrix, table, sites=3), p_median(matrix, both, sites=3)
    assert (plan.chosen, plan.objective) == (other.chosen, other.objective)


def test_without_persons_each_place_counts_as_one() -> None:
    matrix = travel(np.array([[1.0, 5.0], [9.0, 2.0], [9.0, 2.0]]))
    assert p_median(matrix, None, sites=1).objective == 9.0


def test_a_place_that_no_site_reaches_is_an_obstacle_only_where_someone_lives() -> None:
    matrix = travel(np.array([[1.0, 5.0], [np.inf, np.inf]]))
    with pytest.raises(InfeasibleError):
        p_median(matrix, {"P00": 1, "P01": 1}, sites=1)
    plan = p_median(matrix, {"P00": 1, "P01": 0}, sites=1)
    assert (plan.chosen, plan.objective, plan.uncovered_ids) == (("S00",), 1.0, ("P01",))


def test_a_site_that_all_reach_is_taken_before_a_nearer_one() -> None:
    matrix = travel(np.array([[1.0, 50.0], [1.0, 50.0], [np.inf, 50.0]]))
    plan = p_median(matrix, {"P00": 9, "P01": 9, "P02": 1}, sites=1)
    assert (plan.chosen, plan.objective) == (("S01",), 950.0)


@pytest.mark.parametrize("sites", [0, 1, 14])
def test_the_ends_of_the_number_of_sites_are_defined(sites: int) -> None:
    matrix, persons = spread(7)
    if not sites:
        with pytest.raises(InfeasibleError):
            p_median(matrix, persons, sites=0)
        persons = dict.fromkeys(persons, 0.0)
    plan = p_median(matrix, persons, sites=sites)
    assert (len(plan.chosen), plan.status, plan.alternatives) == (sites, "optimal", False)


def test_nobody_anywhere_costs_nothing_and_the_first_ids_are_given() -> None:
    matrix, persons = spread(8)
    plan = p_median(matrix, dict.fromkeys(persons, 0.0), sites=3)
    assert plan.chosen == ("S00", "S01", "S02")
    assert (plan.objective, plan.bound, plan.gap, plan.alternatives) == (0.0, 0.0, 0.0, True)


def test_twins_are_alternatives_and_the_first_is_given() -> None:
    matrix, persons = spread(9)
    costs = np.column_stack([matrix.dense(), matrix.dense()])
    plan, twin = p_median(matrix, persons, sites=4), p_median(travel(costs), persons, sites=4)
    assert (twin.chosen, twin.objective) == (plan.chosen, plan.objective)
    assert (plan.alternatives, twin.alternatives) == (False, True)


def test_progress_tells_values_that_fall_and_bounds_that_hold() -> None:
    matrix, persons = spread(10, 120, 60)
    heard: list[Any] = []
    plan = p_median(matrix, persons, sites=9, progress=heard.append)
    assert heard
    values = [one.objective for one in heard]
    assert values == sorted(values, reverse=True)
    assert all(one.bound <= plan.objective * (1 + 1e-9) for one in heard)


def test_wrong_arguments_are_refused() -> None:
    matrix, persons = spread(11)
    wrongs: tuple[Any, ...] = (-1, 1.5, True, 15, "2")
    for wrong in wrongs:
        with pytest.raises(ParameterError):
            p_median(matrix, persons, sites=wrong)
    with pytest.raises(ParameterError):
        p_median(matrix, persons, sites=1, time_limit=-1)
    with pytest.raises(UnknownIdError):
        p_median(matrix, persons, sites=1, existing=["nowhere"])


def test_a_plan_that_was_changed_is_not_verified() -> None:
    matrix, persons = spread(12)
    plan = p_median(matrix, persons, sites=3)
    with pytest.raises(VerificationError):
        verified_plan(replace(plan, objective=plan.objective * 0.99), matrix, persons)
    with pytest.raises(VerificationError):
        verified_plan(replace(plan, bound=plan.objective * 1.01), matrix, persons)
