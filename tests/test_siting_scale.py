"""What makes larger programs quick changes no answer: prices that settle, and narrower joins."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from wushan_geo.siting.aims import CLOSE, Aim, in_turn, settled_by_prices
from wushan_geo.siting.county.mix import services_mix
from wushan_geo.siting.county.townships import one_per_township
from wushan_geo.siting.covers import cover_search
from wushan_geo.siting.covers.cover_search import CoverProof
from wushan_geo.siting.covers.reductions import Covering, Missed, with_missed
from wushan_geo.siting.solver import MixedProgram, Program
from wushan_geo.siting.ties import Clock
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from numpy.typing import NDArray


def drawn(seed: int) -> tuple[Program, Aim]:
    """Draw a small covering program of whole candidates and one free column, with many ties."""
    draw = np.random.default_rng(seed)
    count, rows = int(draw.integers(3, 8)), int(draw.integers(3, 9))
    near = draw.random((rows, count)).argsort(axis=1) < 2  # each row has two: odd rings leave gaps
    table = np.hstack([near, np.eye(rows, 1)]).astype(float)
    sides = np.array([np.ones(rows), np.full(rows, np.inf)])
    if draw.random() < 0.5:
        table = np.vstack([table, np.append(np.ones(count), 0.0)])
        sides = np.hstack([sides, [[-np.inf], [float(draw.integers(1, count + 1))]]])
    exact = bool(draw.random() < 0.5)
    costs = draw.integers(1, 4, count + 1) * (1.0 if exact else 0.37)
    box = np.array([np.zeros(count + 1), np.ones(count + 1)])
    aim = Aim(costs.astype(np.float64), exact)
    return Program(np.zeros(count + 1), box, sides, sparse.csc_array(table)), aim


def best_of(program: Program, aim: Aim) -> list[tuple[float, ...]]:
    """Try out all candidates, the free column at either end; the first by the rule comes first."""
    count = aim.costs.size - 1
    worth: dict[tuple[float, ...], float] = {}
    for plan in product((1.0, 0.0), repeat=count):
        for end in (0.0, 1.0):
            sums = program.matrix @ np.array([*plan, end])
            if (sums >= program.rows[0]).all() and (sums <= program.rows[1]).all():
                value = float(aim.costs @ np.array([*plan, end]))
                worth[plan] = min(value, worth.get(plan, np.inf))
    least = min(worth.values(), default=np.inf)
    return [plan for plan, value in worth.items() if value <= least + CLOSE * max(1.0, least)]


@pytest.mark.parametrize("seed", range(60))
def test_prices_settle_only_what_all_best_plans_share(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, aim = drawn(seed)
    count = aim.costs.size - 1
    best = best_of(program, aim)
    found = in_turn(program, [aim], candidates=count, clock=Clock(None))
    if not best:
        assert found.status == "infeasible"
        return
    assert tuple(found.columns[:count]) == best[0]
    assert found.alternatives == (len(best) > 1)

    priced = Program(aim.costs, program.columns, program.rows, program.matrix)
    mixed = MixedProgram(priced, np.arange(count + 1) < count)
    held: list[Any] = []
    monkeypatch.setattr(mixed, "set_columns", lambda *sides: held.extend(sides))
    number = settled_by_prices(mixed, priced, aim, (found.columns, count), Clock(None))
    lower, upper = held
    assert number == int((lower == upper).sum())
    for plan in best:
        assert (lower <= plan).all()
        assert (plan <= upper).all()


def test_prices_do_settle_what_is_clear() -> None:
    program = Program(
        np.array([1.0, 5.0, 1.0]),
        np.array([np.zeros(3), np.ones(3)]),
        np.array([[1.0, 1.0], [np.inf, np.inf]]),
        sparse.csc_array(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])),
    )
    mixed = MixedProgram(program, np.ones(3, dtype=bool))
    aim = Aim(program.costs, exact=True)

    number = settled_by_prices(mixed, program, aim, (np.array([1.0, 0.0, 1.0]), 3), Clock(None))
    assert number >= 1
    mixed.set_costs(np.array([0.0, -1.0, 0.0]))  # the dear one would be liked now
    assert mixed.solve().objective == 0.0


@pytest.mark.parametrize("seed", range(12))
def test_a_known_range_joins_aims_without_changing_what_comes_out(seed: int) -> None:
    program, aim = drawn(seed + 100)
    aim = Aim(np.rint(aim.costs), exact=True)
    count = aim.costs.size - 1
    sites = np.append(np.ones(count), 0.0)
    wide = in_turn(program, [aim, Aim(sites, exact=True)], candidates=count, clock=Clock(None))
    known = Aim(sites, exact=True, within=(0.0, float(count)))
    narrow = in_turn(program, [aim, known], candidates=count, clock=Clock(None))
    assert narrow.status == wide.status
    assert narrow.columns.tolist() == wide.columns.tolist()
    assert (narrow.bound, narrow.alternatives) == (wide.bound, wide.alternatives)


def county(seed: int, places: int, sites: int) -> tuple[TravelMatrix, pd.Series[Any]]:
    draw = np.random.default_rng(seed)
    names = tuple(f"S{at:03d}" for at in range(sites))
    origins = tuple(f"P{at:03d}" for at in range(places))
    away = draw.random((places, 1, 2)) - draw.random((1, sites, 2))
    costs = 100.0 * np.hypot(*away.transpose(2, 0, 1))
    persons = draw.integers(1, 101, places).astype(float)
    return TravelMatrix(origins, names, "min", costs), pd.Series(persons, index=origins)


def test_a_county_of_townships_at_random_is_proven() -> None:
    times, persons = county(4, 120, 40)
    zones = {one: f"T{at % 13:02d}" for at, one in enumerate(times.destination_ids)}
    plan = one_per_township(times, persons, zones=zones)

    assert (plan.status, plan.gap, plan.alternatives, len(plan.chosen)) == ("optimal", 0, False, 13)
    assert plan.greedy_objective >= plan.objective
    shut = one_per_township(times, persons, zones=zones, existing=["S000"], required=["S014"])
    assert "S000" not in shut.chosen
    assert "S014" in shut.chosen
    assert sorted(zones[one] for one in shut.chosen) == sorted({*zones.values()} - {"T00"})


def test_one_plan_of_services_is_proven_to_be_the_only_one() -> None:
    times, persons = county(2, 100, 30)
    demand = pd.DataFrame({"a": persons, "b": persons.iloc[::-1].to_numpy()}, index=persons.index)
    plan = services_mix(
        times, demand, limits={"a": 10, "b": 14}, weights={"a": 1, "b": 2}, sites=6, per_site=1
    )
    assert (plan.status, plan.gap, len(plan.chosen), len(plan.offers)) == ("optimal", 0, 6, 6)
    assert plan.alternatives is not None


def three_of_many(seed: int) -> tuple[Covering, NDArray[np.bool_], NDArray[np.int64]]:
    """Draw who is covered by at most three of many columns; to miss somebody costs."""
    draw = np.random.default_rng(seed)
    near = draw.random((60, 90)) < 0.25
    weights = draw.integers(100, 1000, 60)
    none = np.zeros((0, 90), dtype=np.int64)
    whole = Covering(none > 0, none[:, 0], none.sum(axis=0), none + 1, none[:, 0])
    whole = replace(whole, bars=np.ones((1, 90), dtype=np.int64), most=np.array([3]))
    ones = np.ones(60, dtype=np.int64)
    return with_missed(whole, Missed(near, ones, weights)), near, weights


def test_a_bar_with_a_high_price_still_gives_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, near, weights = three_of_many(1)
    some = np.array(list(combinations(range(90), 3)))
    covered = near[:, some[:, 0]] | near[:, some[:, 1]] | near[:, some[:, 2]]
    least_missed = int((weights @ ~covered).min())

    _, bound, _ = CoverProof(whole, Clock(None)).root(int(weights.sum()))
    assert 0 < bound <= least_missed
    # At the finest fractions alone the sums would not be exact, and there would be no bound.
    monkeypatch.setattr(cover_search, "COARSER", 100)
    assert CoverProof(whole, Clock(None)).root(int(weights.sum()))[1] == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_is_built_as_by_counting_anew_at_each_turn(seed: int) -> None:
    draw = np.random.default_rng(seed)
    table = draw.random((15, 12)) < 0.3
    table[:, 0] |= ~table.any(axis=1)
    need = np.minimum(draw.integers(1, 3, 15), table.sum(axis=1))
    weights, none = draw.integers(1, 4, 12), np.zeros((0, 12), dtype=np.int64)
    whole = Covering(table, need, weights, none, none[:, 0])
    values = draw.random(12)

    plan = np.zeros(12, dtype=bool)
    while ((lack := need - table[:, plan].sum(axis=1)) > 0).any():
        gain = np.where(plan, 0, table[lack > 0].sum(axis=0))
        plan[(gain * (values + 0.05) / weights).argmax()] = True
    order = sorted(np.flatnonzero(plan), key=lambda one: (-weights[one], table[:, one].sum(), -one))
    for one in order:
        without = plan.copy()
        without[one] = False
        plan = without if whole.keeps(without) else plan
    built = CoverProof(whole, Clock(None)).built(np.zeros(12, dtype=np.int8), values)
    assert built is not None
    assert built.tolist() == plan.tolist()
