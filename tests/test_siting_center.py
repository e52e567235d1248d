"""p-center against every plan there is: value, levels, ids, alternatives, time and rules."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InfeasibleError, ParameterError, UnknownIdError
from wushan_geo.siting.centres.center import p_center
from wushan_geo.siting.centres.center_cover import (
    Fixed,
    _needed,
    another_cover,
    find_cover,
    first_cover,
)
from wushan_geo.siting.rules import SiteRules, rule_rows
from wushan_geo.siting.ties import Clock
from wushan_geo.travel.matrix import TravelMatrix

NO_RULE, FEW, SOME, APART = range(4)


@dataclass
class Case:
    """A request as plain data."""

    costs: np.ndarray
    persons: np.ndarray | None
    sites: int
    roles: dict[str, list[str]]
    rules: SiteRules | None

    @property
    def names(self) -> list[str]:
        return [f"S{at:02}" for at in range(self.costs.shape[1])]

    @property
    def places(self) -> list[str]:
        return [f"P{at:02}" for at in range(self.costs.shape[0])]

    def plan(self, **settings: Any) -> Any:
        matrix = TravelMatrix(tuple(self.places), tuple(self.names), "min", self.costs)
        persons = (
            None if self.persons is None else dict(zip(self.places, self.persons, strict=True))
        )
        return p_center(
            matrix, sites=self.sites, persons=persons, rules=self.rules, **self.roles, **settings
        )

    def best(self, *, lexicographic: bool) -> tuple[Any, list[tuple[str, ...]]]:
        """Give the best value (or levels), and the plans that have it, by their ids."""
        weight = np.ones(len(self.places)) if self.persons is None else self.persons
        counted = weight > 0
        taken = {*self.roles["existing"], *self.roles["forbidden"]}
        free = [one for one in self.names if one not in taken]
        best: Any = None
        plans: list[tuple[str, ...]] = []
        for some in itertools.combinations(free, self.sites):
            if not set(self.roles["required"]) <= set(some) or not self._kept(some, free):
                continue
            opened = [self.names.index(one) for one in (*some, *self.roles["existing"])]
            cost = self.costs[:, opened].min(axis=1, initial=np.inf)[counted]
            if not np.isfinite(cost).all():
                continue
            levels = [
                (value, float(weight[counted][cost == value].sum()))
                for value in sorted(set(cost), reverse=True)
            ]
            key = levels if lexicographic else max(cost, default=0.0)
            if best is None or key < best:
                best, plans = key, [some]
            elif key == best:
                plans.append(some)
        return best, plans

    def _kept(self, some: tuple[str, ...], free: list[str]) -> bool:
        rows = rule_rows(self.rules, candidates=free, existing=self.roles["existing"])
        return not rows.broken(np.array([one in some for one in free], dtype=bool))


def random_case(rng: np.random.Generator) -> Case:
    places, sites = int(rng.integers(1, 13)), int(rng.integers(1, 11))
    costs = rng.integers(0, int(rng.choice([3, 8, 30, 1000])), (places, sites)).astype(float)
    if rng.random() < 0.4:
        costs[rng.random((places, sites)) < 0.15] = np.inf
    role = rng.choice(4, sites, p=[0.7, 0.1, 0.1, 0.1])
    names = [f"S{at:02}" for at in range(sites)]
    roles = {
        one: [name for name, own in zip(names, role, strict=True) if own == at + 1]
        for at, one in enumerate(("existing", "required", "forbidden"))
    }
    least = len(roles["required"])
    most = sites - len(roles["existing"]) - len(roles["forbidden"])
    number = int(rng.integers(least, most + 1))
    persons = rng.integers(0, 4, places) * float(rng.choice([1.0, 0.5])) + 0.0
    rules = random_rules(rng, names)
    return Case(costs, persons if rng.random() < 0.6 else None, number, roles, rules)


def random_rules(rng: np.random.Generator, names: list[str]) -> SiteRules | None:
    kind = int(rng.integers(0, 4))
    zones = {one: f"T{rng.integers(0, 3)}" for one in names}
    known = sorted(set(zones.values()))
    if kind == FEW:
        return SiteRules(zones=zones, at_most=int(rng.integers(1, 4)))
    if kind == SOME:
        return SiteRules(zones=zones, at_least={known[0]: 1}, at_most={known[-1]: 2})
    if kind == APART:
        way = rng.integers(0, 10, (len(names), len(names))).astype(float)
        return SiteRules(apart=2.0, between=TravelMatrix(tuple(names), tuple(names), "min", way))
    return None


def square(costs: Any) -> TravelMatrix:
    costs = np.asarray(costs, dtype=float)
    places = tuple(f"P{at:02}" for at in range(costs.shape[0]))
    return TravelMatrix(places, tuple(f"S{at:02}" for at in range(costs.shape[1])), "min", costs)


def points(places: int, sites: int, seed: int) -> TravelMatrix:
    rng = np.random.default_rng(seed)
    one, other = rng.random((places, 2)) * 100, rng.random((sites, 2)) * 100
    return square(np.hypot(*(one[:, np.newaxis] - other).transpose(2, 0, 1)))


@pytest.mark.parametrize("lexicographic", [False, True])
def test_the_plan_is_the_first_of_the_best_of_all_plans(*, lexicographic: bool) -> None:
    rng = np.random.default_rng(6)
    proven = 0
    for _ in range(18):
        case = random_case(rng)
        best, plans = case.best(lexicographic=lexicographic)
        if best is None:
            with pytest.raises(InfeasibleError):
                case.plan(lexicographic=lexicographic)
            continue
        plan = case.plan(lexicographic=lexicographic)
        worst = best
        if lexicographic:
            worst = best[0][0] if best else 0.0
            levels = plan.parts["levels"]
            number = levels["places"] if case.persons is None else levels["persons"]
            assert list(zip(levels["cost"], number, strict=True)) == best
            assert levels["proven"].all()
        assert (plan.objective, plan.bound, plan.status) == (worst, worst, "optimal")
        assert plan.chosen == plans[0]
        assert plan.alternatives == (len(plans) > 1)
        assert plan.verified
        assert np.isnan(plan.greedy_objective) or plan.greedy_objective >= plan.objective
        proven += 1
    assert proven > 8


def test_levels_that_several_sets_of_places_can_share_are_settled_together() -> None:
    rng = np.random.default_rng(1)
    for _ in range(4):
        costs = rng.integers(0, 4, (14, 9)).astype(float)
        case = Case(costs, None, 3, {"existing": [], "required": [], "forbidden": []}, None)
        best, plans = case.best(lexicographic=True)
        plan = case.plan(lexicographic=True)
        levels = plan.parts["levels"]
        assert list(zip(levels["cost"], levels["places"].astype(float), strict=True)) == best
        assert (plan.chosen, plan.alternatives) == (plans[0], len(plans) > 1)


def test_the_worst_off_come_first_to_the_end() -> None:
    # Both plans leave P00 at 9; with S02 two others have 8, with S01 only one.
    matrix = square([[9, 9], [8, 1], [8, 8]])

    plain = p_center(matrix, sites=1)
    fair = p_center(matrix, sites=1, lexicographic=True)

    assert (plain.chosen, plain.objective, plain.alternatives) == (("S00",), 9.0, True)
    assert (fair.chosen, fair.objective, fair.alternatives) == (("S01",), 9.0, False)
    assert fair.parts["levels"]["cost"].tolist() == [9.0, 8.0, 1.0]


def test_persons_decide_which_places_count_and_how_much() -> None:
    matrix = square([[9, 5], [5, 9], [50, 50]])

    assert p_center(matrix, sites=1).objective == 50.0
    fair = p_center(matrix, sites=1, persons={"P00": 4, "P01": 1, "P02": 0}, lexicographic=True)
    assert (fair.chosen, fair.objective) == (("S01",), 9.0)
    nobody = p_center(matrix, sites=1, persons=dict.fromkeys(("P00", "P01", "P02"), 0))
    assert (nobody.chosen, nobody.objective, nobody.alternatives) == (("S00",), 0.0, True)


def test_groups_are_added_up() -> None:
    matrix = square([[9, 5], [5, 9]])
    table = pd.DataFrame({"a": [1, 2], "b": [0, 2]}, index=["P00", "P01"])

    fair = p_center(matrix, sites=1, persons=table, lexicographic=True)

    assert (fair.chosen, fair.parts["levels"]["persons"].tolist()) == (("S00",), [1.0, 4.0])


@pytest.mark.parametrize("sites", [5, 12])
def test_points_are_proven_and_more_sites_are_never_worse(sites: int) -> None:
    matrix = points(120, 60, sites)

    few, more = p_center(matrix, sites=sites), p_center(matrix, sites=sites + 1)
    helped = p_center(matrix, sites=sites, existing=[few.chosen[0]])

    assert few.status == more.status == "optimal"
    assert helped.objective <= few.objective
    assert more.objective <= few.objective
    assert few.objective in matrix.dense()
    assert few.objective <= few.greedy_objective
    fair = p_center(matrix, sites=sites, lexicographic=True)
    assert fair.objective == few.objective
    assert fair.status == "optimal"


def test_the_order_of_rows_and_columns_plays_no_part_and_inputs_stay() -> None:
    matrix = points(40, 20, 3)
    costs = matrix.dense().copy()
    rng = np.random.default_rng(0)
    rows, columns = rng.permutation(40), rng.permutation(20)
    mixed = TravelMatrix(
        tuple(matrix.origin_ids[at] for at in rows),
        tuple(matrix.destination_ids[at] for at in columns),
        "min",
        costs[np.ix_(rows, columns)],
    )
    for lexicographic in (False, True):
        one = p_center(matrix, sites=4, lexicographic=lexicographic)
        other = p_center(mixed, sites=4, lexicographic=lexicographic)
        assert (one.chosen, one.objective) == (other.chosen, other.objective)
        pd.testing.assert_series_equal(one.assignment, other.assignment)
    assert np.array_equal(matrix.dense(), costs)


@pytest.mark.parametrize("lexicographic", [False, True])
@pytest.mark.parametrize("ruled", [False, True])
def test_without_time_there_is_a_plan_with_a_bound_that_holds(
    *, lexicographic: bool, ruled: bool
) -> None:
    matrix = points(60, 30, 2)
    zones = {one: f"T{at % 4}" for at, one in enumerate(matrix.destination_ids)}
    rules = SiteRules(zones=zones, at_most=2, at_least=1) if ruled else None

    late = p_center(matrix, sites=6, rules=rules, time_limit=0, lexicographic=lexicographic)
    best = p_center(matrix, sites=6, rules=rules)

    assert (late.status, late.alternatives, late.verified) == ("time_limit", None, True)
    assert late.bound <= best.objective <= late.objective
    assert len(late.chosen) == 6
    if lexicographic:
        proven = late.parts["levels"]["proven"]
        assert not proven[1:].any()
        assert not proven[0] or late.bound == late.objective


def test_places_out_of_reach_are_named() -> None:
    matrix = square([[5, np.inf], [np.inf, np.inf], [3, 4]])

    with pytest.raises(InfeasibleError, match="P01") as failure:
        p_center(matrix, sites=1)

    assert failure.value.obstacles.places == ("P01",)
    plan = p_center(matrix, sites=1, persons={"P00": 1, "P01": 0, "P02": 1})
    assert plan.objective == 5.0


def test_too_few_sites_for_all_places_are_told_with_the_number_that_works() -> None:
    matrix = square([[5, np.inf], [np.inf, 5]])

    with pytest.raises(InfeasibleError, match="fewest new sites that work are 2") as failure:
        p_center(matrix, sites=1)

    assert failure.value.obstacles.smallest_sites == 2


def test_progress_is_told_with_bounds_that_meet() -> None:
    heard: list[Any] = []

    plan = p_center(points(120, 60, 1), sites=8, progress=heard.append)

    assert all(one.bound <= plan.objective <= one.objective for one in heard)
    assert heard[-1].bound == heard[-1].objective == plan.objective


def test_one_place_one_candidate_no_site() -> None:
    assert p_center(square([[0.0]]), sites=1).objective == 0.0
    assert p_center(square([[7.0]]), sites=0, existing=["S00"]).objective == 7.0
    with pytest.raises(InfeasibleError):
        p_center(square([[7.0]]), sites=0)


def test_wrong_arguments_are_refused() -> None:
    matrix = square([[5, 6]])
    for wrong in ({"sites": 3}, {"sites": -1}, {"sites": 1, "time_limit": -1}):
        with pytest.raises(ParameterError):
            p_center(matrix, **wrong)
    with pytest.raises(UnknownIdError):
        p_center(matrix, sites=1, existing=["S09"])
    with pytest.raises(ParameterError, match="lexicographic"):
        p_center(matrix, sites=1, lexicographic="yes")  # type: ignore[arg-type] -- what is tested


def test_covers_are_found_wherever_there_are_any() -> None:
    rng = np.random.default_rng(0)
    for _ in range(150):
        near = rng.random((int(rng.integers(0, 9)), int(rng.integers(1, 8)))) < 0.4
        state = rng.choice(3, near.shape[1], p=[0.8, 0.1, 0.1])
        fixed = Fixed(state == 1, state == 2)
        count = int(rng.integers(0, near.shape[1] + 1))
        plans = [
            some
            for some in itertools.combinations(range(near.shape[1]), count)
            if near[:, list(some)].any(axis=1).all()
            and set(np.flatnonzero(fixed.inside)) <= set(some)
            and not set(np.flatnonzero(fixed.outside)) & set(some)
        ]
        reply = find_cover(near, fixed, count, Clock(None))
        assert reply.known
        assert (reply.columns is None) == (not plans)
        if reply.columns is not None:
            assert tuple(reply.columns) in plans
            first = first_cover(near, fixed, reply.columns, Clock(None))
            assert tuple(first.columns) == plans[0]
            assert first.alternatives == (len(plans) > 1)
            other = another_cover(near, fixed, first.columns, Clock(None))
            assert (other.columns is None) == (len(plans) == 1)


@pytest.mark.parametrize("width", [0, 5, 64, 70, 200])
@pytest.mark.parametrize("share", [0.03, 0.5])
def test_rows_and_columns_are_left_out_as_plain_loops_leave_them_out(
    width: int, share: float
) -> None:
    near = np.random.default_rng(width).random((60, width)) < share
    near[40:50] = near[:10]  # equal rows, of which the first is needed

    answer = _needed(near)

    sets = [set(np.flatnonzero(row).tolist()) for row in near]
    order = sorted(range(60), key=lambda one: (len(sets[one]), one))
    for at, one in enumerate(order):
        assert answer[one] == (not any(sets[other] <= sets[one] for other in order[:at]))
