"""One site in every township: brute force, hand-made cases, and what cannot be met."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import InfeasibleError, ParameterError, UnknownIdError, VerificationError
from wushan_geo.siting.county.townships import one_per_township
from wushan_geo.siting.county.verify_levels import verify_townships
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

INF = np.inf
TIMES = TravelMatrix(
    ("A", "B", "C"), ("G", "H", "J"), "min", [[5, 20, 90], [25, 20, 40], [90, 40, 10]]
)
TOWNS = {"G": "T1", "H": "T1", "J": "T2"}
PERSONS = {"A": 4, "B": 3, "C": 2}


def random_case(seed: int, *, reachable: bool) -> tuple[TravelMatrix, Any, dict[str, Any]]:
    """Draw a county: one-way costs, ties, zero demand, unreachable pairs, all kinds of rules."""
    draw = np.random.default_rng(seed)
    places, sites = int(draw.integers(1, 12)), int(draw.integers(4, 12))
    values = [0, 5, 20, 30, 31, 60] if reachable else [0, 5, 20, 30, 31, INF]
    costs = draw.choice(values, (places, sites))
    names = tuple(f"S{at:02d}" for at in draw.permutation(sites))
    origins = tuple(f"P{at:02d}" for at in draw.permutation(places))
    zones = {one: f"T{draw.integers(0, 3)}" for one in names}
    request: dict[str, Any] = {
        "zones": zones,
        "existing": list(names[:1]) if draw.random() < 0.5 else [],
        "required": list(names[1 : 1 + draw.integers(0, 3)]),
        "forbidden": [names[3]] if draw.random() < 0.4 else [],
    }
    if draw.random() < 0.5:
        way = draw.integers(1, 9, (sites, sites))
        request["rules"] = SiteRules(
            zones=zones, at_most=3, apart=3, between=TravelMatrix(names, names, "min", way)
        )
    counts: Any = pd.Series(draw.choice([0, 1, 2, 2.5, 7], places), index=origins)
    if draw.random() < 0.3:
        counts = pd.DataFrame({"x": counts, "y": draw.choice([0, 3], places)}, index=origins)
    return TravelMatrix(origins, names, "min", costs), counts, request


def brute_force(
    times: TravelMatrix, persons: Any, request: dict[str, Any], limit: Any
) -> list[tuple[Any, ...]]:
    """Try out all plans: the worth (smaller is better) and ids of those that are best."""
    table = pd.DataFrame(times.dense(), index=times.origin_ids, columns=list(times.destination_ids))
    groups = persons if isinstance(persons, pd.DataFrame) else persons.to_frame("")
    groups = groups.loc[list(times.origin_ids)]
    limits = limit if isinstance(limit, dict) else dict.fromkeys(groups.columns, limit)
    zones, existing = request["zones"], request["existing"]
    required, forbidden = request["required"], request["forbidden"]
    free = sorted(set(times.destination_ids) - set(existing) - set(forbidden))
    have = {zones[one] for one in [*existing, *required]}
    plans = []
    for size in range(len(free) + 1):
        for plan in combinations(free, size):
            new = [zones[one] for one in plan if one not in required]
            wanted = sorted(set(zones.values()) - have)
            if sorted(new) != wanted or not set(required) <= set(plan):
                continue
            if not kept(request.get("rules"), plan, existing):
                continue
            near = table[[*plan, *existing]].min(axis=1).to_numpy()
            if limit is None:
                number = groups.sum(axis=1).to_numpy()
                worth: Any = (float((number * np.where(number > 0, near, 0)).sum()),)
                if worth[0] == INF:
                    continue
            else:
                inside = np.column_stack([near <= limits[one] for one in groups.columns])
                asked = (groups > 0).to_numpy()
                asked = asked | ~asked.any(axis=1, keepdims=True)
                places = int((inside | ~asked).all(axis=1).sum())
                worth = (-float(groups.to_numpy()[inside].sum()), -places)
            plans.append((worth, plan))
    best = min((worth for worth, _ in plans), default=None)
    return sorted((worth, plan) for worth, plan in plans if worth == best)


def kept(rules: SiteRules | None, plan: tuple[str, ...], existing: list[str]) -> bool:
    if rules is None or rules.between is None:
        return True
    sites = [*plan, *existing]
    counts = pd.Series([rules.zones[one] for one in sites]).value_counts()
    way = pd.DataFrame(
        rules.between.dense(),
        index=rules.between.origin_ids,
        columns=list(rules.between.destination_ids),
    )
    near = any(
        min(way.loc[one, other], way.loc[other, one]) < rules.apart
        for one, other in combinations(sites, 2)
        if not {one, other} <= set(existing)
    )
    return bool((counts <= 3).all()) and not near


def limit_of(persons: Any) -> Any:
    return {"x": 30, "y": 20} if isinstance(persons, pd.DataFrame) else 30


@pytest.mark.parametrize("seed", range(16))
def test_most_persons_within_the_limit_as_trying_out_all(seed: int) -> None:
    times, persons, request = random_case(seed, reachable=False)
    limit = limit_of(persons)
    best = brute_force(times, persons, request, limit)
    if not best:
        with pytest.raises(InfeasibleError):
            one_per_township(times, persons, limit=limit, **request)
        return
    plan = one_per_township(times, persons, limit=limit, **request)
    (worth, chosen), *others = best
    assert (plan.chosen, plan.objective, plan.bound) == (chosen, -worth[0], -worth[0])
    assert (plan.covered_places, plan.alternatives) == (-worth[1], bool(others))
    assert plan.verified
    assert plan.status == "optimal"
    assert not plan.greedy_objective > plan.objective


@pytest.mark.parametrize("reachable", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_least_persons_times_cost_as_trying_out_all(seed: int, *, reachable: bool) -> None:
    times, persons, request = random_case(seed + 100, reachable=reachable)
    best = brute_force(times, persons, request, None)
    if not best:
        with pytest.raises(InfeasibleError):
            one_per_township(times, persons, **request)
        return
    plan = one_per_township(times, persons, **request)
    (worth, chosen), *others = best
    assert (plan.chosen, plan.objective, plan.bound) == (chosen, worth[0], worth[0])
    assert (plan.alternatives, plan.sense, plan.verified) == (bool(others), "min", True)
    assert not plan.greedy_objective < plan.objective


@pytest.mark.parametrize("seed", range(6))
def test_with_own_everybody_uses_the_sites_of_their_township(seed: int) -> None:
    times, persons, request = random_case(seed + 300, reachable=True)
    homes = {one: f"T{at % 3}" for at, one in enumerate(sorted(times.origin_ids))}
    zones = request["zones"]
    masked = np.array(
        [
            [
                cost if homes[one] == zones[site] else INF
                for site, cost in zip(times.destination_ids, row, strict=True)
            ]
            for one, row in zip(times.origin_ids, times.dense(), strict=True)
        ]
    )
    inside = TravelMatrix(times.origin_ids, times.destination_ids, "min", masked)
    best = brute_force(inside, persons, request, 30)
    if not best:
        return
    limit = {"x": 30, "y": 30} if isinstance(persons, pd.DataFrame) else 30
    plan = one_per_township(times, persons, limit=limit, own=True, homes=homes, **request)
    assert (plan.chosen, plan.objective) == (best[0][1], -best[0][0][0])
    taken = plan.assignment.dropna()
    assert all(homes[one] == zones[site] for one, site in taken.items())


def test_fractions_of_persons_and_minutes_are_proven_too() -> None:
    draw = np.random.default_rng(4)
    costs, persons = draw.random((14, 9)) * 60, draw.random(14) * 9
    names, origins = [f"S{at}" for at in range(9)], [f"P{at:02d}" for at in range(14)]
    times = TravelMatrix(tuple(origins), tuple(names), "min", costs)
    counts = pd.Series(persons, index=origins)
    zones = {one: f"T{at % 3}" for at, one in enumerate(names)}
    request = {"zones": zones, "existing": [], "required": [], "forbidden": []}
    for limit in (None, 25.0):
        plan = one_per_township(times, counts, zones=zones, limit=limit)
        (worth, chosen), *_ = brute_force(times, counts, request, limit)
        assert plan.chosen == chosen
        assert plan.objective == pytest.approx(abs(worth[0]))
        assert plan.gap <= 1e-9


def test_a_township_with_an_existing_site_gets_none_and_one_with_required_ones_all_of_them() -> (
    None
):
    plan = one_per_township(TIMES, PERSONS, zones=TOWNS, limit=20, existing=["J"])
    assert plan.chosen == ("H",)
    plan = one_per_township(TIMES, PERSONS, zones=TOWNS, limit=20, required=["G", "H"])
    assert plan.chosen == ("G", "H", "J")
    plan = one_per_township(TIMES, PERSONS, zones=TOWNS, existing=["G", "J"])
    assert (plan.chosen, plan.objective, plan.alternatives) == ((), 115.0, False)
    plan = one_per_township(TIMES, PERSONS, zones=TOWNS, limit=20, townships=["T1"])
    assert plan.chosen == ("H",)


def test_townships_without_a_candidate_are_named_with_the_sites_that_would_help() -> None:
    with pytest.raises(InfeasibleError, match=r"each of T2 .* T9") as caught:
        one_per_township(TIMES, PERSONS, zones=TOWNS, townships=["T1", "T2", "T9"], forbidden=["J"])
    assert caught.value.obstacles.helping == ()
    assert [one.zone for one in caught.value.obstacles.inside] == ["T2", "T9"]
    with pytest.raises(InfeasibleError, match="T2") as caught:
        one_per_township(TIMES, PERSONS, zones=TOWNS, forbidden=["J"])
    assert caught.value.obstacles.helping == ("J",)


def test_persons_who_reach_no_site_leave_no_plan_and_nobody_there_does_not_matter() -> None:
    times = TravelMatrix(("A", "B"), ("G",), "min", [[5], [INF]])
    with pytest.raises(InfeasibleError):
        one_per_township(times, {"A": 1, "B": 1}, zones={"G": "T1"})
    assert one_per_township(times, {"A": 1, "B": 0}, zones={"G": "T1"}).objective == 5


@pytest.mark.parametrize("limit", [None, 30])
def test_without_time_a_plan_comes_with_a_true_bound_and_says_so(limit: Any) -> None:
    draw = np.random.default_rng(1)
    names = tuple(f"S{at:02d}" for at in range(16))
    origins = tuple(f"P{at:03d}" for at in range(50))
    away = draw.random((50, 1, 2)) - draw.random((1, 16, 2))
    times = TravelMatrix(origins, names, "min", np.rint(90 * np.hypot(*away.transpose(2, 0, 1))))
    persons = pd.Series(draw.integers(0, 9, 50), index=origins)
    zones = {one: f"T{at % 6}" for at, one in enumerate(names)}
    best = one_per_township(times, persons, zones=zones, limit=limit)
    plan = one_per_township(times, persons, zones=zones, limit=limit, time_limit=0)
    assert (plan.status, plan.alternatives, plan.verified) == ("time_limit", None, True)
    sign = 1 if limit else -1
    assert sign * plan.objective <= sign * best.objective <= sign * plan.bound
    assert best.status == "optimal"


@pytest.mark.parametrize("limit", [None, 30])
def test_the_order_of_rows_plays_no_part_and_inputs_stay_as_they_are(limit: Any) -> None:
    times, persons, request = random_case(8, reachable=True)
    persons = persons if isinstance(persons, pd.Series) else persons["x"]
    draw = np.random.default_rng(2)
    other = times.select(
        draw.permutation(times.origin_ids).tolist(),
        draw.permutation(times.destination_ids).tolist(),
    )
    before, asked = persons.copy(), dict(request["zones"])
    one = one_per_township(times, persons, limit=limit, **request)
    two = one_per_township(other, persons.sample(frac=1, random_state=1), limit=limit, **request)
    assert (one.chosen, one.objective, one.bound) == (two.chosen, two.objective, two.bound)
    assert one.assignment.equals(two.assignment)
    pd.testing.assert_series_equal(persons, before)
    assert request["zones"] == asked


def test_a_larger_limit_never_covers_less() -> None:
    for seed in range(5):
        times, persons, request = random_case(seed + 500, reachable=True)
        if "rules" in request or isinstance(persons, pd.DataFrame):
            continue
        covered = [
            one_per_township(times, persons, limit=limit, **request).objective
            for limit in (0, 5, 20, 30, 60)
        ]
        assert covered == sorted(covered)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(UnknownIdError, match="J"):
        one_per_township(TIMES, PERSONS, zones={"G": "T1", "H": "T1"})
    with pytest.raises(ParameterError, match="homes"):
        one_per_township(TIMES, PERSONS, zones=TOWNS, own=True)
    with pytest.raises(ParameterError, match="own"):
        one_per_township(TIMES, PERSONS, zones=TOWNS, homes={"A": "T1"})
    with pytest.raises(UnknownIdError, match="B, C"):
        one_per_township(TIMES, PERSONS, zones=TOWNS, own=True, homes={"A": "T1"})
    for time_limit in (-1, "5", True, float("nan")):
        with pytest.raises(ParameterError, match="time_limit"):
            one_per_township(TIMES, PERSONS, zones=TOWNS, time_limit=time_limit)
    with pytest.raises(ParameterError, match="mapping"):
        one_per_township(TIMES, PERSONS, zones=["T1"])  # type: ignore[arg-type] -- on purpose
    with pytest.raises(ParameterError, match="progress"):
        one_per_township(TIMES, PERSONS, zones=TOWNS, progress=5)  # type: ignore[arg-type] -- wrong


def test_progress_speaks_of_persons() -> None:
    heard: list[Any] = []
    plan = one_per_township(TIMES, PERSONS, zones=TOWNS, limit=20, progress=heard.append)
    assert all(one.bound >= plan.objective for one in heard)


def test_the_recomputation_counts_the_sites_of_each_township() -> None:
    plan = one_per_township(TIMES, PERSONS, zones=TOWNS, limit=20)
    verify_townships(plan, TOWNS, ["T1", "T2"])
    with pytest.raises(VerificationError, match="T3 gets 0"):
        verify_townships(plan, TOWNS, ["T1", "T2", "T3"])
    with pytest.raises(VerificationError, match="T1 gets 2"):
        verify_townships(replace(plan, chosen=("G", "H", "J")), TOWNS, ["T1", "T2"])
