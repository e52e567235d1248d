"""Where allocations are equally good the ids decide, and not the solver."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from allocation_cases import INF, Case, best_by_trying, case

from wushan_geo.access.allocation import Allocation, allocate
from wushan_geo.access.allocation import solver as solver_module


def solved(made: Case) -> Allocation:
    """Allocate a case."""
    return allocate(made.matrix, *made.counts)


def flows(found: Allocation) -> list[tuple[str, str, float]]:
    """Write flows as rows."""
    return list(
        found.flows[["origin_id", "facility_id", "persons"]].itertuples(index=False, name=None)
    )


def test_the_first_origin_has_its_first_facility() -> None:
    found = solved(case([[5, 5], [5, 5]], [2, 2], [3, 1]))

    assert flows(found) == [("a", "F", 2.0), ("b", "F", 1.0), ("b", "G", 1.0)]
    assert found.alternatives


def test_who_stays_without_a_place_goes_by_id_too() -> None:
    found = solved(case([[5], [5], [4]], [2, 2, 1], [3]))

    assert flows(found) == [("a", "F", 2.0), ("c", "F", 1.0)]
    assert found.unserved.to_dict() == {"a": 0.0, "b": 2.0, "c": 0.0}


def test_which_place_stays_free_goes_by_id_too() -> None:
    found = solved(case([[5, 5]], [1], [1, 1]))

    assert found.spare.to_dict() == {"F": 0.0, "G": 1.0}


def test_one_best_allocation_has_no_alternatives() -> None:
    assert solved(case([[5, 6], [5, 7]], [2, 2], [2, 2])).alternatives is False


def test_a_long_ring_of_equal_costs_is_turned_as_a_whole() -> None:
    # a, b, c and d in a ring of four facilities, each at the same cost from two neighbours.
    size = 4
    costs = np.full((size, size), INF)
    costs[np.arange(size), np.arange(size)] = 3.0
    costs[np.arange(size), (np.arange(size) + 1) % size] = 3.0
    found = solved(Case(costs, np.full(size, 5.0), np.full(size, 5.0)))

    assert flows(found) == [(one, two, 5.0) for one, two in zip("abcd", "FGHI", strict=True)]
    assert found.alternatives


@pytest.mark.parametrize("seed", range(4))
def test_another_start_of_the_solver_gives_the_same_flows(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(seed)
    made = Case(
        random.integers(1, 4, (12, 5)).astype(float),
        random.integers(0, 9, 12).astype(float),
        random.integers(0, 14, 5).astype(float),
    )
    first = solved(made)
    monkeypatch.setitem(solver_module.SETTINGS, "simplex_strategy", 1)
    monkeypatch.setattr(solver_module, "FIRST", 1 + seed)
    monkeypatch.setattr(solver_module.Transport, "_start_from", lambda *_: None)

    assert flows(solved(made)) == flows(first)
    assert first.alternatives


def test_flows_are_the_first_of_all_best_ones_by_id() -> None:
    random = np.random.default_rng(2)
    for _ in range(25):
        made = Case(
            random.choice([1.0, 2.0, INF], (3, 3)),
            random.integers(0, 3, 3).astype(float),
            random.integers(0, 3, 3).astype(float),
        )
        best = best_by_trying(made)
        found = solved(made)
        table = found.flows.pivot_table(
            index="origin_id", columns="facility_id", values="persons", fill_value=0
        ).reindex(index=list("abc"), columns=list("FGH"), fill_value=0)

        assert (table.to_numpy() == best[0]).all()
        assert all(one.ravel().tolist() > two.ravel().tolist() for one, two in pairwise(best))
