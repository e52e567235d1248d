"""Services mixed: brute force over sites and offers, budgets, and what cannot be met."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InfeasibleError, ParameterError, UnknownIdError, VerificationError
from wushan_geo.siting.county.mix import services_mix
from wushan_geo.siting.county.verify_levels import verify_mix
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Iterator

INF = np.inf
TIMES = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [20, 10]])
DEMAND = {"rehab": {"A": 4, "B": 1}, "day_care": {"A": 1, "B": 3}}
ASKED: dict[str, Any] = {
    "limits": {"rehab": 30, "day_care": 15},
    "weights": {"rehab": 1, "day_care": 1},
    "sites": 2,
    "per_site": 1,
}


def random_case(seed: int) -> tuple[Any, Any, dict[str, Any]]:
    """Draw a county with two services; roles, rules, budgets, services offered already."""
    draw = np.random.default_rng(seed)
    places, sites = int(draw.integers(1, 9)), int(draw.integers(3, 6))
    names = tuple(f"S{at:02d}" for at in draw.permutation(sites))
    origins = tuple(f"P{at:02d}" for at in draw.permutation(places))

    def times() -> TravelMatrix:
        costs = draw.choice([0, 20, 30, 31, 60, INF], (places, sites))
        return TravelMatrix(origins, names, "min", costs)

    matrix: Any = {"r": times(), "d": times()} if draw.random() < 0.3 else times()
    demand = pd.DataFrame(
        {name: draw.choice([0, 1, 2, 2.5], places) for name in ("r", "d")}, index=origins
    )
    request: dict[str, Any] = {
        "limits": {"r": 30, "d": 20},
        "weights": {"r": 1, "d": float(draw.choice([0.5, 2]))},
        "sites": int(draw.integers(1, 3)),
        "per_site": int(draw.integers(1, 3)),
        "existing": list(names[:1]) if draw.random() < 0.5 else [],
        "required": [names[1]] if draw.random() < 0.3 else [],
        "extend": bool(draw.random() < 0.5),
    }
    if request["existing"] and draw.random() < 0.7:
        request["offered"] = {names[0]: ["d"]}
    if draw.random() < 0.5:
        request["costs"] = {"r": dict(zip(names, draw.integers(0, 4, sites), strict=True)), "d": 2}
        request["budget"] = float(draw.integers(2, 9))
        request["opening"] = dict(zip(names, draw.choice([1, 1.5], sites), strict=True))
        request["sites"] = None if draw.random() < 0.6 else request["sites"]
        request["per_site"] = None if draw.random() < 0.5 else request["per_site"]
    if draw.random() < 0.3:
        zones = {one: f"Z{at % 2}" for at, one in enumerate(names)}
        request["rules"] = SiteRules(zones=zones, at_most=1)
    return matrix, demand, request


def all_plans(names: list[str], request: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Give every choice of sites and offers that keeps to the request."""
    existing, required = request["existing"], request["required"]
    free = sorted(set(names) - set(existing))
    offered = request.get("offered", {})
    sizes = range(len(free) + 1) if request["sites"] is None else [request["sites"]]
    most = request["per_site"] or 2
    sets = [c for size in range(3) for c in combinations(("d", "r"), size)]
    for size in sizes:
        for plan in combinations(free, size):
            rules = request.get("rules")
            zones = [] if rules is None else [rules.zones[one] for one in [*plan, *existing]]
            if not set(required) <= set(plan) or len(set(zones)) < len(zones):
                continue
            choices = [[c for c in sets if 1 <= len(c) <= most] for _ in plan]
            old = [offered.get(one, []) for one in existing]
            choices += [
                [c for c in sets if not c or (request["extend"] and not set(c) & set(had)
                 and len(c) + len(had) <= most)]
                for had in old
            ]  # fmt: skip
            for picks in product(*choices):
                offers = [
                    (site, one)
                    for site, pick in zip([*plan, *existing], picks, strict=True)
                    for one in pick
                ]
                yield plan, sorted(offers)


def brute_force(matrix: Any, demand: Any, request: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Try out all plans; give those that are best, the first by id first."""
    many = matrix if isinstance(matrix, dict) else {"r": matrix, "d": matrix}
    names = list(many["r"].destination_ids)
    inside = {
        one: {
            site: set(np.array(times.origin_ids)[times.dense()[:, at] <= request["limits"][one]])
            for at, site in enumerate(times.destination_ids)
        }
        for one, times in many.items()
    }
    number = {one: demand[one].to_dict() for one in demand}
    before = [(at, one) for at, some in request.get("offered", {}).items() for one in some]
    order = sorted(set(names) - set(request["existing"]))
    plans = []
    for plan, offers in all_plans(names, request):
        spent = 0.0
        if request.get("budget") is not None:
            prices = request["costs"]
            spent = sum(request["opening"][one] for one in plan) + sum(
                prices[one][at] if one == "r" else prices[one] for at, one in offers
            )
            if spent > request["budget"] + 1e-9:
                continue
        value = 0.0
        for one in ("r", "d"):
            near = set().union(*(inside[one][at] for at, k in [*offers, *before] if k == one))
            value += request["weights"][one] * sum(number[one][place] for place in near)
        count = len(plan) if request["sites"] is None else 0
        worth = (-round(value, 9), round(spent, 9), count, len(offers))
        first = [-(one in plan) for one in order]
        then = [-((at, k) in offers) for at in sorted(names) for k in ("d", "r")]
        plans.append((worth, first, then, plan, tuple(offers)))
    best = min((one[0] for one in plans), default=None)
    return sorted(one for one in plans if one[0] == best)


@pytest.mark.parametrize("seed", range(26))
def test_sites_and_services_as_trying_out_all(seed: int) -> None:
    matrix, demand, request = random_case(seed)
    best = brute_force(matrix, demand, request)
    try:
        plan = services_mix(matrix, demand, **request)
    except InfeasibleError as error:
        assert not best
        told: Any = error.obstacles
        if told.smallest_budget is not None:
            assert brute_force(matrix, demand, request | {"budget": told.smallest_budget})
            assert not brute_force(matrix, demand, request | {"budget": told.smallest_budget - 0.1})
        return
    (worth, _, _, chosen, offers), *others = best
    assert (plan.chosen, plan.offers) == (chosen, offers)
    assert (plan.objective, plan.bound, plan.gap) == (-worth[0], -worth[0], 0)
    assert (plan.alternatives, plan.status, plan.verified) == (bool(others), "optimal", True)
    assert not plan.greedy_objective > plan.objective
    assert np.isnan(plan.spent) if request.get("budget") is None else plan.spent == worth[1]


def test_the_tables_of_a_plan_by_hand() -> None:
    plan = services_mix(TIMES, DEMAND, existing=["G"], offered={"G": ["rehab"]},
                        **ASKED | {"sites": 1})  # fmt: skip
    assert plan.offers == (("H", "day_care"),)
    assert plan.parts["offers"].to_numpy().tolist() == [
        ["G", "rehab", "offered"],
        ["H", "day_care", "new"],
    ]
    assert plan.parts["services"].to_numpy().tolist() == [
        ["day_care", 1, 15, 4, 3, 2, 1],
        ["rehab", 1, 30, 5, 5, 2, 2],
    ]
    table = plan.parts["assignment"].set_index(["zone_id", "service"])
    assert table.loc[("A", "rehab")].tolist() == ["G", 5]
    assert table["facility_id"].isna().tolist() == [True, False, False, False]


def test_without_candidates_the_plan_is_what_is_offered_today() -> None:
    plan = services_mix(
        TIMES, DEMAND, existing=["G", "H"], offered={"H": ["rehab"]}, **ASKED | {"sites": 0}
    )
    assert (plan.chosen, plan.offers, plan.objective) == ((), (), 1)
    assert (plan.alternatives, plan.status) == (False, "optimal")


def test_without_time_a_plan_comes_with_a_true_bound_and_says_so() -> None:
    best = services_mix(TIMES, DEMAND, **ASKED)
    plan = services_mix(TIMES, DEMAND, time_limit=0, **ASKED)
    assert (plan.status, plan.alternatives, plan.verified) == ("time_limit", None, True)
    assert plan.objective <= best.objective <= plan.bound == 9


def test_the_order_of_rows_plays_no_part_and_inputs_stay_as_they_are() -> None:
    matrix, demand, request = next(
        case for case in map(random_case, range(9)) if isinstance(case[0], TravelMatrix)
    )
    other = matrix.select(matrix.origin_ids[::-1], matrix.destination_ids[::-1])
    before = demand.copy()
    one = services_mix(matrix, demand, **request)
    two = services_mix(other, demand.iloc[::-1, ::-1], **request)
    assert (one.chosen, one.offers, one.objective) == (two.chosen, two.offers, two.objective)
    assert one.parts["assignment"].equals(two.parts["assignment"])
    assert demand.equals(before)


def test_more_services_per_site_never_cover_fewer() -> None:
    for seed in range(6):
        matrix, demand, request = random_case(seed + 200)
        asked = {key: request[key] for key in ("limits", "weights", "existing")}
        covered = [
            services_mix(matrix, demand, sites=1, per_site=one, **asked).objective for one in (1, 2)
        ]
        assert covered == sorted(covered)


def test_wrong_arguments_are_named() -> None:
    def ask(**more: Any) -> None:
        services_mix(TIMES, more.pop("demand", DEMAND), **ASKED | more)

    for more, text in (
        ({"per_site": None}, "per_site or budget"),
        ({"per_site": 0}, "at least 1"),
        ({"per_site": True}, "at least 1"),
        ({"budget": 5}, "belong together"),
        ({"costs": {"rehab": 1, "day_care": 1}}, "belong together"),
        ({"budget": -5, "costs": {"rehab": 1, "day_care": 1}}, "budget"),
        ({"weights": {"rehab": -1, "day_care": 1}}, "weights"),
        ({"limits": {"rehab": INF, "day_care": 1}}, "limits"),
        ({"demand": {}}, "no service"),
        ({"demand": 5}, "by service"),
        ({"sites": 3}, "only 2 candidates"),
    ):
        with pytest.raises(ParameterError, match=text):
            ask(**more)
    for more, text in (
        ({"weights": {"rehab": 1}}, "day_care"),
        ({"offered": {"G": ["rehab"]}}, "not existing: G"),
        ({"existing": ["G"], "offered": {"G": ["x"]}, "sites": 1}, "offers x"),
        ({"costs": {"rehab": 1}, "budget": 1}, "day_care"),
    ):
        with pytest.raises(UnknownIdError, match=text):
            ask(**more)
    with pytest.raises(UnknownIdError, match="demand"):
        services_mix({"rehab": TIMES}, DEMAND, **ASKED)
    other = TravelMatrix(("A", "B"), ("G",), "min", [[5], [20]])
    with pytest.raises(UnknownIdError, match="rehab has other"):
        services_mix({"rehab": other, "day_care": TIMES}, DEMAND, **ASKED)
    known = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [20, 10]], limit=20)
    with pytest.raises(ParameterError, match="beyond 20"):
        services_mix(known, DEMAND, **ASKED)


def test_the_recomputation_finds_what_is_wrong() -> None:
    plan = services_mix(TIMES, DEMAND, **ASKED)
    for wrong, text in (
        ({"objective": 7.0}, "objective is 7, recomputed 8"),
        ({"offers": (("G", "day_care"), ("H", "day_care"))}, "offers are listed"),
        ({"offers": (("G", "rehab"),)}, "H is open and offers nothing"),
        ({"offers": (("G", "day_care"), ("G", "rehab"), ("H", "rehab"))}, "offers 2 services"),
        ({"chosen": ("G",)}, "H offers a service and is not open"),
        ({"chosen": ("G",)}, "1 sites are chosen, not 2"),
        ({"forbidden": ("G",)}, "G is chosen although it is forbidden"),
        ({"required": ("K",)}, "K is required"),
        ({"bound": 7.0}, "bound 7 is below"),
        ({"gap": 0.5}, r"gap is 0\.5"),
    ):
        with pytest.raises(VerificationError, match=text):
            verify_mix(replace(plan, **wrong), TIMES, DEMAND)
    for name, column, text in (
        ("services", "covered_persons", "persons covered by rehab"),
        ("services", "covered_places", "places covered by rehab"),
        ("assignment", "facility_id", "A is sent to X for rehab"),
    ):
        table = plan.parts[name].assign(**{column: "X" if name == "assignment" else 9})
        parts = MappingProxyType({**plan.parts, name: table})
        with pytest.raises(VerificationError, match=text):
            verify_mix(replace(plan, parts=parts), TIMES, DEMAND)
    zones = {"G": "T1", "H": "T1"}
    between = TravelMatrix(("G", "H"), ("G", "H"), "min", [[0, 3], [9, 0]])
    rules = SiteRules(zones=zones, at_most=1, apart=5, between=between)
    with pytest.raises(VerificationError, match=r"T1 has more than 1 sites.*G and H are 3 apart"):
        verify_mix(plan, TIMES, DEMAND, rules=rules)
    costs = {"rehab": 1, "day_care": {"G": 1, "H": 2}}
    bought = services_mix(TIMES, DEMAND, costs=costs, budget=3, **ASKED)
    with pytest.raises(VerificationError, match="spent is 3, recomputed 4"):
        verify_mix(bought, TIMES, DEMAND, costs=costs | {"rehab": 2})


def test_a_budget_too_small_for_so_many_sites_says_both_and_what_would_do() -> None:
    times = TravelMatrix(("A",), ("G", "H"), "min", [[5, 5]])
    asked: dict[str, Any] = {
        "limits": {"day": 30}, "weights": {"day": 1}, "costs": {"day": 0},
        "opening": {"G": 4, "H": 4},
    }  # fmt: skip

    with pytest.raises(InfeasibleError, match="budget of 5") as caught:
        services_mix(times, {"day": {"A": 1}}, sites=2, budget=5, **asked)

    found = caught.value.obstacles
    assert [one.kind for one in found.conflict] == ["budget", "fewest_sites"]
    assert found.smallest_budget == 8
    assert services_mix(times, {"day": {"A": 1}}, sites=1, budget=5, **asked).objective == 1


def test_a_table_of_groups_for_a_service_is_refused_by_name() -> None:
    times = TravelMatrix(("A",), ("G",), "min", [[5]])
    table = pd.DataFrame({"one": [1], "two": [2]}, index=["A"])

    with pytest.raises(ParameterError, match="table for day"):
        services_mix(times, {"day": table}, limits={"day": 30}, weights={"day": 1}, per_site=1)
