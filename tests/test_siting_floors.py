"""Floors and the worst off first: brute force, the price, and floors that cannot be met."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InfeasibleError, ParameterError, UnknownIdError, VerificationError
from wushan_geo.siting.county.verify_levels import verify_floors
from wushan_geo.siting.covers.floors import floor_covering
from wushan_geo.siting.demands import Demand
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

INF = np.inf
TIMES = TravelMatrix(("A", "B", "C"), ("G", "H"), "min", [[5, 90], [9, 90], [90, 5]])
PERSONS = {"A": 4, "B": 3, "C": 2}
HOMES = {"A": "T1", "B": "T1", "C": "T2"}


def random_case(seed: int) -> tuple[TravelMatrix, Any, dict[str, Any]]:
    """Draw a county with floors, ties, zero demand, unreachable pairs and rules."""
    draw = np.random.default_rng(seed)
    places, sites = int(draw.integers(2, 13)), int(draw.integers(4, 11))
    costs = draw.choice([0, 20, 30, 31, 60, INF], (places, sites))
    names = tuple(f"S{at:02d}" for at in draw.permutation(sites))
    origins = tuple(f"P{at:02d}" for at in draw.permutation(places))
    request: dict[str, Any] = {
        "homes": {one: f"T{draw.integers(0, 3)}" for one in origins},
        "existing": list(names[:1]) if draw.random() < 0.4 else [],
        "required": [names[1]] if draw.random() < 0.3 else [],
        "forbidden": [names[2]] if draw.random() < 0.3 else [],
        "limit": 30,
        "sites": int(draw.integers(1, 4)),
    }
    counts: Any = pd.Series(draw.choice([0, 1, 2, 2.5, 7], places), index=origins)
    if draw.random() < 0.5:
        counts = pd.DataFrame({"x": counts, "y": draw.choice([0, 1, 3], places)}, index=origins)
        request["limit"] = {"x": 30, "y": 20}
        request["group_floors"] = {"y": float(draw.choice([0, 0.5]))}
    request["floors"] = float(draw.choice([0, 0.3, 0.5, 0.75]))
    if draw.random() < 0.3:
        request["floors"] = {request["homes"][origins[0]]: 0.7}
    if draw.random() < 0.3:
        zones = {one: f"Z{at % 2}" for at, one in enumerate(names)}
        request["rules"] = SiteRules(zones=zones, at_most=2)
    return TravelMatrix(origins, names, "min", costs), counts, request


def brute_force(
    times: TravelMatrix, persons: Any, request: dict[str, Any], worst: str | None
) -> list[tuple[Any, ...]]:
    """Try out all plans that meet the floors; give those that are best."""
    groups = persons if isinstance(persons, pd.DataFrame) else persons.to_frame("")
    names, counts = list(groups.columns), groups.loc[list(times.origin_ids)].to_numpy(float)
    limit, existing = request["limit"], request["existing"]
    limits = np.array([limit[one] if isinstance(limit, dict) else limit for one in names])
    homes = np.array([request["homes"][one] for one in times.origin_ids])
    units = [("townships", one, (homes == one)[:, None] & True) for one in sorted(set(homes))]
    units += [("groups", one, np.array([names]) == one) for one in names if one]
    members = [(kind, name, counts * inside) for kind, name, inside in units]
    members = [one for one in members if one[2].sum() > 0]
    free = sorted(set(times.destination_ids) - set(existing) - set(request["forbidden"]))
    costs, at = times.dense(), {one: place for place, one in enumerate(times.destination_ids)}
    asked = (counts > 0) | ~(counts > 0).any(axis=1, keepdims=True)
    plans = []
    for plan in combinations(free, request["sites"]):
        rules = request.get("rules")
        zones = [] if rules is None else [rules.zones[one] for one in [*plan, *existing]]
        if not set(request["required"]) <= set(plan) or any(zones.count(one) > 2 for one in zones):
            continue
        near = costs[:, [at[one] for one in [*plan, *existing]]].min(axis=1)
        inside = near[:, None] <= limits
        shares = {
            (kind, name): round(float((own * inside).sum() / own.sum()), 12)
            for kind, name, own in members
        }
        if all(share >= floor_of(request, *unit) for unit, share in shares.items()):
            least = min([one for unit, one in shares.items() if unit[0] == worst], default=1)
            places = int((inside | ~asked).all(axis=1).sum())
            plans.append(((least, round(float((counts * inside).sum()), 9), places), plan))
    best = max((worth for worth, _ in plans), default=None)
    return sorted((worth, plan) for worth, plan in plans if worth == best)


def floor_of(request: dict[str, Any], kind: str, name: str) -> float:
    floors = request.get({"townships": "floors", "groups": "group_floors"}[kind])
    return floors.get(name, 0) if isinstance(floors, dict) else floors or 0


@pytest.mark.parametrize("seed", range(20))
def test_floors_as_trying_out_all(seed: int) -> None:
    times, persons, request = random_case(seed)
    best = brute_force(times, persons, request, None)
    try:
        plan = floor_covering(times, persons, **request)
    except InfeasibleError as error:
        assert not best
        assert_floors_are_explained(error, times, persons, request)
        return
    except ParameterError:
        return  # more sites than candidates
    (worth, chosen), *others = best
    assert (plan.chosen, plan.objective, plan.bound) == (chosen, worth[1], worth[1])
    assert (plan.covered_places, plan.alternatives) == (worth[2], bool(others))
    assert (plan.verified, plan.status) == (True, "optimal")
    free = brute_force(times, persons, request | {"floors": None, "group_floors": None}, None)
    asked = plan.settings
    assert (asked["free_objective"], asked["free_chosen"]) == (free[0][0][1], free[0][1])
    assert asked["price"] == asked["price_least"] == asked["price_most"]
    assert asked["price"] == free[0][0][1] - worth[1]


def assert_floors_are_explained(
    error: InfeasibleError, times: TravelMatrix, persons: Any, request: dict[str, Any]
) -> None:
    told: Any = error.obstacles
    if not brute_force(times, persons, request | {"floors": None, "group_floors": None}, None):
        return  # the rules alone leave no plan
    assert told.conflict or told.floors
    if told.conflict:
        assert not can_be_met(times, persons, request, told.conflict)
    for left_out in told.conflict:
        rest = [one for one in told.conflict if one != left_out]
        assert can_be_met(times, persons, request, rest)
    for name, floor, most in told.floors:
        kind = "floor" if name.startswith("T") else "group_floor"
        shut = [Demand("forbidden", one, 0.0) for one in request["forbidden"]]
        alone = [*shut, Demand(kind, name, most + 1e-9)]
        assert most < floor
        assert not can_be_met(times, persons, request, alone)
        assert can_be_met(times, persons, request, [*shut, replace(alone[-1], number=most - 1e-9)])
    free = len(times.destination_ids) - len(request["existing"]) - len(request["forbidden"])
    works = [
        count
        for count in range(max(1, len(request["required"])), free + 1)
        if brute_force(times, persons, request | {"sites": count}, None)
    ]
    assert (told.smallest_sites or None) == (works[0] if works else None)
    if isinstance(request["floors"], float) and not request.get("group_floors", {}).get("y"):
        largest = request | {"floors": float(told.largest_share) - 1e-9, "group_floors": None}
        assert brute_force(times, persons, largest, None)
        above = request | {"floors": float(told.largest_share) + 1e-6, "group_floors": None}
        assert not brute_force(times, persons, above, None)


@pytest.mark.parametrize("seed", [20, 29, 47, 89, 119])
def test_floors_that_no_plan_meets_are_explained_as_trying_out_all(seed: int) -> None:
    times, persons, request = random_case(seed)
    with pytest.raises(InfeasibleError) as caught:
        floor_covering(times, persons, **request)
    assert_floors_are_explained(caught.value, times, persons, request)


def can_be_met(times: TravelMatrix, persons: Any, request: dict[str, Any], some: Any) -> bool:
    """Try out all choices of sites, forbidden ones too: does one meet these demands?"""
    groups = persons if isinstance(persons, pd.DataFrame) else persons.to_frame("")
    names, counts = list(groups.columns), groups.loc[list(times.origin_ids)].to_numpy(float)
    limit = request["limit"]
    limits = np.array([limit[one] if isinstance(limit, dict) else limit for one in names])
    homes = np.array([request["homes"][one] for one in times.origin_ids])
    costs, at = times.dense(), {one: place for place, one in enumerate(times.destination_ids)}
    free = sorted(set(times.destination_ids) - set(request["existing"]))

    def meets(demand: Demand, new: tuple[str, ...]) -> bool:
        everything = [*new, *request["existing"]]
        if demand.kind in {"required", "forbidden"}:
            return (demand.subject in new) == (demand.kind == "required")
        if demand.kind in {"most_sites", "fewest_sites"}:
            more = demand.kind == "fewest_sites"
            return len(new) >= demand.number if more else len(new) <= demand.number
        if demand.kind == "at_most":
            zones = request["rules"].zones
            return sum(zones[one] == demand.subject for one in everything) <= demand.number
        near = costs[:, [at[one] for one in everything]].min(axis=1, initial=INF)
        own = counts * (homes == demand.subject)[:, None]
        if demand.kind == "group_floor":
            own = counts * (np.array(names) == demand.subject)
        inside = (own * (near[:, None] <= limits)).sum()
        return bool(inside >= demand.number * own.sum() - 1e-12)

    return any(
        all(meets(one, new) for one in some)
        for size in range(len(free) + 1)
        for new in combinations(free, size)
    )


@pytest.mark.parametrize("seed", range(16))
def test_the_worst_off_first_as_trying_out_all(seed: int) -> None:
    times, persons, request = random_case(seed + 1000)
    worst = "groups" if "group_floors" in request and seed % 2 else "townships"
    best = brute_force(times, persons, request, worst)
    try:
        plan = floor_covering(times, persons, worst_first=worst, **request)
    except InfeasibleError:
        assert not best
        return
    except ParameterError:
        return
    (worth, chosen), *others = best
    assert plan.settings["worst_share"] == pytest.approx(float(worth[0]))
    assert plan.settings["worst_share_bound"] == plan.settings["worst_share"]
    assert (plan.chosen, plan.objective) == (chosen, worth[1])
    assert (plan.covered_places, plan.alternatives) == (worth[2], bool(others))


def test_shares_are_listed_for_every_unit() -> None:
    persons = pd.DataFrame({"x": PERSONS, "y": {"A": 1, "B": 0, "C": 1}})
    plan = floor_covering(
        TIMES, persons, sites=1, limit={"x": 30, "y": 5}, homes=HOMES, group_floors={"y": 0.5}
    )
    table = plan.parts["shares"].set_index(["kind", "name"])
    assert plan.chosen == ("G",)
    assert table.loc[("township", "T1")].tolist() == [8, 8, 1, 0]
    assert table.loc[("township", "T2")].tolist() == [3, 0, 0, 0]
    assert table.loc[("group", "y")].tolist() == [2, 1, 0.5, 0.5]


def test_a_floor_met_exactly_counts_whatever_the_rounding_of_its_share() -> None:
    times = TravelMatrix(("A", "B"), ("G",), "min", [[5], [90]])
    homes = {"A": "T1", "B": "T1"}
    persons = {"A": 7, "B": 3}  # 0.7 of 10 is a little more than 7 in floating point
    assert 0.7 * 10 == 7 or 0.7 * 10 > 7
    plan = floor_covering(times, persons, sites=1, limit=30, homes=homes, floors=0.7)
    assert plan.covered_persons == 7
    with pytest.raises(InfeasibleError, match="largest floor that works for all is 70 %"):
        floor_covering(times, persons, sites=1, limit=30, homes=homes, floors=0.71)


def test_floors_that_contradict_each_other_are_named_with_what_would_work() -> None:
    with pytest.raises(InfeasibleError, match="fewest new sites that work are 2") as caught:
        floor_covering(TIMES, PERSONS, sites=1, limit=30, homes=HOMES, floors=0.5)
    told: Any = caught.value.obstacles
    assert told.conflict == (
        Demand("floor", "T1", 0.5, "min", 30.0),
        Demand("floor", "T2", 0.5, "min", 30.0),
        Demand("most_sites", "", 1.0),
    )
    assert (told.floors_of, told.largest_part) == ("townships", None)
    assert (told.smallest_sites, told.largest_share) == (2, 0)
    with pytest.raises(InfeasibleError, match="lowered to 0 % of what was asked"):
        floor_covering(TIMES, PERSONS, sites=1, limit=30, homes=HOMES, floors={"T1": 1, "T2": 0.5})


def test_fractions_of_persons_are_proven_too() -> None:
    draw = np.random.default_rng(3)
    names, origins = [f"S{at}" for at in range(9)], [f"P{at:02d}" for at in range(14)]
    times = TravelMatrix(tuple(origins), tuple(names), "min", draw.random((14, 9)) * 60)
    persons = pd.Series(draw.random(14), index=origins)
    request = {
        "homes": {one: f"T{at % 3}" for at, one in enumerate(origins)},
        "existing": [], "required": [], "forbidden": [], "limit": 15, "sites": 3,
    }  # fmt: skip
    (worth, chosen), *_ = brute_force(times, persons, request, "townships")
    plan = floor_covering(times, persons, worst_first="townships", **request)
    assert plan.chosen == chosen
    assert plan.settings["worst_share"] == pytest.approx(float(worth[0]))


def test_more_sites_never_lower_the_smallest_share() -> None:
    times, persons, request = random_case(1005)
    request |= {"floors": None, "existing": [], "required": [], "rules": None}
    request.pop("group_floors", None)
    shares = [
        floor_covering(
            times, persons, worst_first="townships", **request | {"sites": count}
        ).settings["worst_share"]
        for count in range(1, 4)
    ]
    assert shares == sorted(shares)


def test_without_time_a_plan_comes_with_a_true_bound_or_an_error_says_so() -> None:
    plan = floor_covering(
        TIMES, PERSONS, sites=1, limit=30, homes=HOMES, worst_first="townships", time_limit=0
    )
    assert (plan.status, plan.alternatives, plan.bound) == ("time_limit", None, 9)
    assert plan.settings["worst_share"] == 0
    assert plan.settings["worst_share_bound"] == 1
    plan = floor_covering(
        TIMES, PERSONS, sites=1, limit=30, homes=HOMES, floors={"T1": 1}, time_limit=0
    )
    assert (plan.chosen, plan.objective, plan.bound) == (("G",), 7, 9)
    assert (plan.settings["price_least"], plan.settings["price_most"]) == (0, 2)
    with pytest.raises(ParameterError, match="ran out before any plan"):
        floor_covering(
            TIMES, PERSONS, sites=1, limit=30, homes=HOMES, floors={"T2": 1}, time_limit=0
        )


def test_the_order_of_rows_plays_no_part_and_inputs_stay_as_they_are() -> None:
    times, persons, request = random_case(1003)
    draw = np.random.default_rng(2)
    other = times.select(
        draw.permutation(times.origin_ids).tolist(),
        draw.permutation(times.destination_ids).tolist(),
    )
    before = persons.copy()
    one = floor_covering(times, persons, worst_first="townships", **request)
    two = floor_covering(
        other, persons.sample(frac=1, random_state=1), worst_first="townships", **request
    )
    assert (one.chosen, one.objective, one.settings) == (two.chosen, two.objective, two.settings)
    assert persons.equals(before)


def test_wrong_arguments_are_named() -> None:
    def ask(**more: Any) -> None:
        floor_covering(TIMES, PERSONS, **{"sites": 1, "limit": 30} | more)

    for more, text in (
        ({}, "maximal_covering"),
        ({"floors": 0.5}, "homes"),
        ({"worst_first": "townships"}, "homes"),
        ({"group_floors": 0.5}, "table"),
        ({"worst_first": "groups"}, "table"),
        ({"worst_first": True, "homes": HOMES}, "worst_first"),
        ({"floors": 1.5, "homes": HOMES}, "0 to 1"),
        ({"floors": True, "homes": HOMES}, "0 to 1"),
        ({"floors": "a", "homes": HOMES}, "0 to 1"),
        ({"floors": 0.5, "homes": 5}, "mapping"),
    ):
        with pytest.raises(ParameterError, match=text):
            ask(**more)
    with pytest.raises(UnknownIdError, match="T9"):
        ask(floors={"T9": 0.5}, homes=HOMES)
    with pytest.raises(UnknownIdError, match="B, C"):
        ask(floors=0.5, homes={"A": "T1"})


def test_the_recomputation_counts_shares_and_floors() -> None:
    plan = floor_covering(
        TIMES, PERSONS, sites=1, limit=30, homes=HOMES, worst_first="townships", floors={"T2": 0.5}
    )
    verify_floors(plan, TIMES, PERSONS, HOMES)
    wrong = replace(plan, chosen=("G",))
    with pytest.raises(VerificationError, match=r"0\.0 of 2\.0 in T2 is below 0\.5"):
        verify_floors(wrong, TIMES, PERSONS, HOMES)
    wrong = replace(plan, settings=MappingProxyType({**plan.settings, "worst_share": 0.5}))
    with pytest.raises(VerificationError, match=r"smallest share is 0\.5, recomputed 0"):
        verify_floors(wrong, TIMES, PERSONS, HOMES)
    table = plan.parts["shares"].assign(covered=0.0)
    with pytest.raises(VerificationError, match="covered persons of T2"):
        verify_floors(replace(plan, parts={"shares": table}), TIMES, PERSONS, HOMES)
