"""The exact search against trying out all plans."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import sparse

from wushan_geo.siting.covers import search as search_module
from wushan_geo.siting.covers.cover import Cover
from wushan_geo.siting.covers.search import CoverSearch, Found
from wushan_geo.siting.solver import LinearProgram, Solved

if TYPE_CHECKING:
    from numpy.typing import NDArray


def cover_of(reach: NDArray[np.bool_], weights: NDArray[np.int64]) -> Cover:
    """Build a cover from a dense table."""
    return Cover(weights, sparse.csc_array(reach.astype(np.int64)))


def random_cover(seed: int, rows: int = 25, columns: int = 10) -> Cover:
    """Draw a cover with many ties (small weights, twin columns)."""
    draw = np.random.default_rng(seed)
    reach = draw.random((rows, columns)) < draw.choice([0.08, 0.2, 0.4])
    reach[:, 1] = reach[:, columns - 1]
    return cover_of(reach, draw.integers(1, draw.choice([2, 4, 50]), rows))


def all_best(cover: Cover, count: int) -> tuple[int, list[tuple[int, ...]]]:
    """Try out every plan; give the best weight and all plans that have it, in order."""
    reach, columns = cover.reach.toarray() > 0, range(cover.reach.shape[1])
    worth = {
        plan: int(cover.weights[reach[:, list(plan)].any(axis=1)].sum())
        for plan in combinations(columns, count)
    }
    best = max(worth.values())
    return best, [plan for plan, value in worth.items() if value == best]


@pytest.mark.parametrize("seed", range(8))
def test_the_search_agrees_with_trying_out_all_plans(seed: int) -> None:
    cover = random_cover(seed)
    search = CoverSearch(cover)

    for count in range(11):
        weight, plans = all_best(cover, count)
        found = search.best(count)
        assert (found.columns, found.weight, found.bound) == (plans[0], weight, weight)
        assert (found.proven, found.alternatives) == (True, len(plans) > 1)


@pytest.mark.parametrize("seed", range(3))
def test_ties_beyond_memory_are_settled_in_order(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "KEPT", 2)
    cover = random_cover(seed)

    for count in (2, 4, 6):
        weight, plans = all_best(cover, count)
        found = CoverSearch(cover).best(count)
        assert (found.columns, found.weight, found.proven) == (plans[0], weight, True)
        assert found.alternatives == (len(plans) > 1)


def test_the_first_of_very_many_ties_is_found_where_greedy_does_not_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_module, "KEPT", 2)
    reach = np.zeros((2, 8), dtype=bool)
    reach[0, [0, 7]] = reach[1, [1, 7]] = True

    # Column 7 covers everything, with any other one; 0 and 1 do so together, and come first.
    found = CoverSearch(cover_of(reach, np.array([1, 1]))).best(2)

    assert found == Found((0, 1), 2, 2, proven=True, alternatives=True, greedy=(0, 7))


def test_fractional_relaxations_are_split_until_proven() -> None:
    # Three rows, each covered by two of three columns: half of each column covers everything,
    # but one column covers only two rows.
    reach = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1], [0, 0, 0]], dtype=bool)[:3]
    cover = cover_of(reach, np.array([5, 5, 5]))

    found = CoverSearch(cover).best(1)

    assert found == Found((0,), 10, 10, proven=True, alternatives=True, greedy=(0,))


def test_large_weights_stay_exact() -> None:
    reach = np.eye(3, dtype=bool)
    cover = cover_of(reach, np.array([2**46, 2**46 + 1, 1]))

    found = CoverSearch(cover).best(1)
    assert (found.columns, found.bound, found.alternatives) == ((1,), 2**46 + 1, False)


def test_misleading_prices_cannot_break_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    true_solve = LinearProgram.solve

    def disturbed(self: LinearProgram, seconds: float | None = None) -> Solved:
        solved = true_solve(self, seconds)
        noise = np.random.default_rng(0).normal(0, 0.3, solved.row_dual.size)
        return Solved(solved.status, solved.primal, solved.row_dual + noise)

    monkeypatch.setattr(LinearProgram, "solve", disturbed)
    cover = random_cover(3)

    for count in (2, 3, 5):
        weight, plans = all_best(cover, count)
        found = CoverSearch(cover).best(count)
        assert (found.columns, found.weight, found.bound) == (plans[0], weight, weight)


def test_without_time_the_first_plan_comes_with_a_bound_that_holds() -> None:
    cover = random_cover(5)
    weight, _ = all_best(cover, 3)

    found = CoverSearch(cover, seconds=0).best(3)

    assert not found.proven
    assert found.weight <= weight <= found.bound


def test_a_relaxation_stopped_by_the_clock_keeps_its_part_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LinearProgram, "solve", lambda *_: Solved("time_limit"))
    cover = random_cover(1)
    weight, _ = all_best(cover, 4)

    found = CoverSearch(cover, seconds=60).best(4)

    assert not found.proven
    assert found.weight <= weight <= found.bound


def test_the_greedy_plan_is_never_better_and_takes_the_first_of_equals() -> None:
    for seed in range(6):
        cover = random_cover(seed)
        for count in (1, 3, 5):
            assert CoverSearch(cover).greedy(count).weight <= all_best(cover, count)[0]
    same = cover_of(np.ones((2, 3), dtype=bool), np.array([1, 1]))
    assert same.greedy(3) == [0, 1, 2]


def test_earlier_searches_do_not_change_later_ones() -> None:
    cover = random_cover(7)
    search = CoverSearch(cover)
    upwards = [search.best(count) for count in range(11)]

    assert [search.best(count) for count in reversed(range(11))] == upwards[::-1]
    assert [CoverSearch(cover).best(count) for count in range(11)] == upwards
