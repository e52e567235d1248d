"""Large covering problems: prices, exchanges and columns let in later change no answer."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import sparse

from wushan_geo.siting.covers import search as search_module
from wushan_geo.siting.covers.cover import Cover
from wushan_geo.siting.covers.lagrange_cover import Exchange, descended
from wushan_geo.siting.covers.search import CoverSearch
from wushan_geo.siting.solver import LinearProgram, Program, Solved, Standing


def random_cover(seed: int, rows: int = 40, columns: int = 12) -> Cover:
    """Draw a cover with ties: small weights, and twin columns."""
    draw = np.random.default_rng(seed)
    reach = draw.random((rows, columns)) < draw.choice([0.08, 0.2, 0.3])
    reach[:, 1] = reach[:, columns - 1]
    weights = draw.integers(1, draw.choice([2, 4, 50]), rows)
    return Cover(weights, sparse.csc_array(reach.astype(np.int64)))


def spread_cover(seed: int, rows: int = 300, columns: int = 60) -> Cover:
    """Draw points in a square, each column covering a disc."""
    draw = np.random.default_rng(seed)
    one, other = draw.random((rows, 2)), draw.random((columns, 2))
    reach = np.linalg.norm(one[:, np.newaxis] - other, axis=2) <= 0.2
    kept = reach.any(axis=1)
    weights = draw.integers(1, 101, rows)[kept]
    return Cover(weights, sparse.csc_array(reach[kept].astype(np.int64)))


def never() -> bool:
    return False


@pytest.mark.parametrize("seed", range(5))
def test_the_way_for_large_problems_agrees_with_trying_out_all_plans(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "LARGE", 0)
    monkeypatch.setattr(search_module, "FIRST_OPEN", 1)
    monkeypatch.setattr(search_module, "MORE_OPEN", 1)
    monkeypatch.setattr(search_module, "KEPT", [2, 32][seed % 2])
    cover = random_cover(seed)
    reach = cover.reach.toarray() > 0
    search = CoverSearch(cover)

    for count in (0, 1, 3, 5, 12):
        worth = {
            plan: int(cover.weights[reach[:, list(plan)].any(axis=1)].sum())
            for plan in combinations(range(12), count)
        }
        best = max(worth.values())
        equal = [plan for plan, value in worth.items() if value == best]
        found = search.best(count)
        assert (found.columns, found.weight, found.bound) == (equal[0], best, best)
        assert (found.proven, found.alternatives) == (True, len(equal) > 1)


@pytest.mark.parametrize("seed", range(2))
def test_both_ways_give_the_same_plan(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cover = spread_cover(seed)
    small = CoverSearch(cover).best(6)

    monkeypatch.setattr(search_module, "LARGE", 0)
    large = CoverSearch(cover).best(6)

    assert (large.columns, large.weight, large.proven) == (small.columns, small.weight, True)
    assert large.alternatives == small.alternatives


def test_prices_bound_every_plan_and_stay_within_the_weights() -> None:
    cover = spread_cover(4)
    exchange = Exchange(cover, never)

    found = descended(cover, tuple(cover.greedy(6)), exchange, never)

    assert (found.rows >= 0).all()
    assert (found.rows <= cover.weights).all()
    sums = cover.reach.T @ found.rows
    bound = float((cover.weights - found.rows).sum() + np.sort(sums)[-6:].sum())
    best = CoverSearch(cover).best(6)
    assert best.weight <= bound <= 1.05 * best.weight
    assert cover.weight_of(found.plans[-1]) >= 0.98 * best.weight


def test_an_exchange_never_loses_and_ends_where_no_exchange_helps() -> None:
    cover = random_cover(6)
    exchange = Exchange(cover, never)

    for start in combinations(range(12), 3):
        plan, weight = exchange.improved(start)
        assert weight == cover.weight_of(plan) >= cover.weight_of(start)
        others = [
            cover.weight_of([*(one for one in plan if one != out), new])
            for out in plan
            for new in set(range(12)) - set(plan)
        ]
        assert max(others) <= weight


def test_the_same_search_gives_the_same_prices_and_plans_each_time() -> None:
    cover = spread_cover(5)
    one, other = (
        descended(cover, tuple(cover.greedy(5)), Exchange(cover, never), never) for _ in range(2)
    )

    assert one.plans == other.plans
    assert (one.rows == other.rows).all()


def test_what_is_told_on_the_way_holds_and_the_bound_never_rises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_module, "LARGE", 0)
    heard: list[Standing] = []

    found = CoverSearch(spread_cover(1)).best(7, heard.append)

    assert heard
    assert all(one.objective <= found.weight <= one.bound for one in heard)
    bounds = [one.bound for one in heard]
    assert bounds == sorted(bounds, reverse=True)


@pytest.mark.parametrize("seconds", [0, 60])
def test_a_large_search_that_is_stopped_keeps_a_bound_that_holds(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    cover = spread_cover(2)
    best = CoverSearch(cover).best(6)
    monkeypatch.setattr(search_module, "LARGE", 0)
    monkeypatch.setattr(LinearProgram, "solve", lambda *_: Solved("time_limit"))

    found = CoverSearch(cover, seconds).best(6)

    assert not found.proven
    assert found.weight <= best.weight <= found.bound


def test_a_program_started_from_a_plan_has_the_same_optimum() -> None:
    box, row = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0], [np.inf]])
    program = Program(np.array([3.0, 2.0]), box, row, sparse.csc_array(np.array([[1.0, 1.0]])))
    model = LinearProgram(program)

    model.set_basis(np.array([True, False]), np.array([False]), np.array([False, False]))

    assert model.solve().primal.tolist() == [0.0, 1.0]
