"""p-median where sites take only so many, against trying out all plans."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from wushan_geo.errors import InfeasibleError, UnknownIdError
from wushan_geo.siting.medians import capacitated_median
from wushan_geo.siting.medians.median import p_median
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.plan import SitingPlan

Drawn = tuple[TravelMatrix, dict[str, float], dict[str, float]]


def drawn(seed: int, *, fractions: bool = False) -> Drawn:
    """Draw places, sites and capacities that bind, with ties."""
    draw = np.random.default_rng(seed)
    places, sites = int(draw.integers(2, 8)), int(draw.integers(2, 8))
    costs = draw.integers(0, 9, (places, sites)).astype(float)
    costs[draw.random(costs.shape) < 0.15] = np.inf
    matrix = TravelMatrix(
        tuple(f"P{at}" for at in range(places)),
        tuple(f"S{at}" for at in range(sites)),
        "min",
        costs,
    )
    share = 0.25 if fractions else 1.0
    counts = draw.integers(0, 6, places) * share
    room = draw.integers(1, 12, sites) * share
    return (
        matrix,
        dict(zip(matrix.origin_ids, counts.tolist(), strict=True)),
        dict(zip(matrix.destination_ids, room.tolist(), strict=True)),
    )


def transport(costs: NDArray[np.float64], persons: NDArray[np.float64],
              room: NDArray[np.float64]) -> float:  # fmt: skip
    """Solve the transport problem by another solver call; infinite where there is no room."""
    lived = persons > 0
    costs, persons = costs[lived], persons[lived]
    if not persons.size:
        return 0.0
    count, sites = costs.shape
    if not sites:
        return np.inf
    finite = np.isfinite(costs)
    leaving = np.kron(np.eye(count), np.ones((1, sites)))
    taken = np.kron(np.ones((1, count)), np.eye(sites))
    answer: Any = linprog(
        np.where(finite, costs, 0.0).ravel(),
        A_ub=taken,
        b_ub=room,
        A_eq=leaving,
        b_eq=persons,
        bounds=[(0, None if inside else 0) for inside in finite.ravel()],
    )
    return float(answer.fun) if answer.status == 0 else np.inf


def all_plans(drawn_: Drawn, sites: int, existing: list[str], most: int | None = None
              ) -> dict[tuple[str, ...], float]:  # fmt: skip
    """Work out every plan that has room for all."""
    matrix, persons, room = drawn_
    costs: Any = pd.DataFrame(matrix.dense(), matrix.origin_ids, matrix.destination_ids)
    names = [one for one in matrix.destination_ids if one not in existing]
    plans = {}
    for new in combinations(names, sites):
        if most is not None and sum(one in {"S0", "S1", "S2"} for one in (*new, *existing)) > most:
            continue
        stand = sorted((*new, *existing))
        value = transport(
            costs[stand].to_numpy(),
            np.array(list(persons.values())),
            np.array([room[one] for one in stand]),
        )
        if np.isfinite(value):
            plans[new] = value
    return plans


def check(plan: SitingPlan, plans: dict[tuple[str, ...], float]) -> None:
    """Compare a plan with all plans."""
    best = min(plans.values())
    equal = sorted(one for one, value in plans.items() if value <= best + 1e-7)
    assert (plan.chosen, plan.status, plan.verified) == (equal[0], "optimal", True)
    assert plan.objective == pytest.approx(best, abs=1e-7)
    assert plan.bound == plan.objective
    assert plan.alternatives == (len(equal) > 1)


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_is_the_first_of_the_best_of_all_plans(seed: int) -> None:
    case = drawn(seed, fractions=seed % 3 == 2)
    matrix, persons, room = case
    existing = ["S1"] if seed % 2 else []
    sites = min(1 + seed % 3, len(matrix.destination_ids) - len(existing))
    most = 2 if seed % 5 == 0 else None
    rules = None
    if most is not None:
        zones = {one: "T" if one in {"S0", "S1", "S2"} else "U" for one in matrix.destination_ids}
        rules = SiteRules(zones=zones, at_most={"T": most})
    plans = all_plans(case, sites, existing, most)
    if not plans:
        with pytest.raises(InfeasibleError):
            p_median(matrix, persons, sites=sites, capacity=room, existing=existing, rules=rules)
        return
    plan = p_median(matrix, persons, sites=sites, capacity=room, existing=existing, rules=rules)
    check(plan, plans)
    assert plan.flows is not None
    if seed % 3 != 2:
        assert (plan.flows["persons"] % 1 == 0).all()


def test_some_go_past_the_nearest_site_and_are_named() -> None:
    matrix = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[1.0, 5.0], [2.0, 9.0]]))
    plan = p_median(matrix, {"A": 4, "B": 3}, sites=2, capacity={"G": 5, "H": 4})
    assert plan.flows is not None
    assert plan.flows.to_numpy().tolist() == [
        ["A", "G", 2.0, 1.0], ["A", "H", 2.0, 5.0], ["B", "G", 3.0, 2.0],
    ]  # fmt: skip
    assert (plan.objective, plan.not_nearest) == (18.0, ("A",))


def test_too_little_room_is_found_before_the_solver_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object, **__: object) -> None:
        pytest.fail("the solver was started")

    monkeypatch.setattr(capacitated_median, "median_of", never)
    monkeypatch.setattr(capacitated_median, "MixedProgram", never)
    monkeypatch.setattr(capacitated_median, "LinearProgram", never)
    matrix = TravelMatrix(("A", "B"), ("G", "H", "J"), "min", np.array([[1.0, 5, 5], [2, 9, 5]]))
    room = {"G": 5, "H": 4, "J": 1}
    with pytest.raises(InfeasibleError):
        p_median(matrix, {"A": 4, "B": 6}, sites=2, capacity=room)
    with pytest.raises(InfeasibleError):
        p_median(matrix, {"A": 4, "B": 4}, sites=2, capacity=room, required=["J"])


def test_ample_room_changes_nothing() -> None:
    matrix, persons, _ = drawn(4)
    ample: dict[str, float] = dict.fromkeys(matrix.destination_ids, 1000.0)
    plan, free = (
        p_median(matrix, persons, sites=2, capacity=ample),
        p_median(matrix, persons, sites=2),
    )
    assert (plan.chosen, plan.objective, plan.not_nearest) == (free.chosen, free.objective, ())


def test_less_room_is_never_better() -> None:
    matrix, persons, _ = drawn(12)
    total = sum(persons.values())
    values = []
    for part in (1.0, 0.8, 0.6, 0.5):
        room: Any = dict.fromkeys(matrix.destination_ids, np.ceil(total * part))
        values.append(p_median(matrix, persons, sites=2, capacity=room).objective)
    assert values == sorted(values)


@pytest.mark.parametrize("seed", [1, 4, 9, 13])
def test_without_time_a_plan_comes_with_a_bound_that_holds(seed: int) -> None:
    case = drawn(seed)
    matrix, persons, room = case
    plans = all_plans(case, 2, [])
    if plans:
        plan = p_median(matrix, persons, sites=2, capacity=room, time_limit=0)
        assert plan.chosen in plans
        assert plan.bound <= min(plans.values()) + 1e-7


def test_every_site_needs_a_capacity() -> None:
    matrix, persons, room = drawn(3)
    room.popitem()
    with pytest.raises(UnknownIdError):
        p_median(matrix, persons, sites=1, capacity=room)
