"""Equally good plans: the first by id, by brute force over every plan a small program allows."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import sparse

from wushan_geo.siting.solver import Mixed, MixedProgram, Program, SolverError
from wushan_geo.siting.ties import BLOCK, Clock, Settled, excluding, first_by_id

if TYPE_CHECKING:
    from highspy import HighsStatus
    from numpy.typing import NDArray

SEED = 7


def held(worth: NDArray[np.float64], value: float, sizes: tuple[float, float]) -> MixedProgram:
    """Make a program all of whose plans are worth the same and have a size within bounds."""
    count = worth.size
    return MixedProgram(
        Program(
            costs=np.zeros(count),
            columns=np.array([np.zeros(count), np.ones(count)]),
            rows=np.array([[value, sizes[0]], [value, sizes[1]]]),
            matrix=sparse.csc_array(np.array([worth, np.ones(count)])),
        ),
        np.ones(count, dtype=bool),
    )


def plans(worth: NDArray[np.float64], value: float, sizes: tuple[float, float]) -> list[Any]:
    """Enumerate the same plans, the first by the rule on ties first."""
    return [
        one
        for one in itertools.product((1.0, 0.0), repeat=worth.size)
        if sizes[0] <= sum(one) <= sizes[1] and worth @ np.array(one) == value
    ]
    # The plan that has the first site in which two differ comes first: so product() orders them.


def case(rng: np.random.Generator) -> tuple[NDArray[np.float64], float, tuple[float, float]]:
    """Draw worths so small that ties are common, and sizes that may differ or not."""
    count = int(rng.integers(2, 9))
    worth = rng.integers(0, 4, count).astype(float)
    size = int(rng.integers(1, count + 1))
    chosen = rng.permutation(count)[:size]
    sizes = (float(size), float(size)) if rng.random() < 0.5 else (0.0, float(count))
    return worth, float(worth[chosen].sum()), sizes


def test_the_first_of_all_plans_is_that_of_brute_force_and_alternatives_are_truthful() -> None:
    rng = np.random.default_rng(SEED)
    told = set()
    for _ in range(30):
        drawn = case(rng)
        every = plans(*drawn)
        start = np.array(every[int(rng.integers(len(every)))])

        found = first_by_id(held(*drawn), start, start.size, Clock(None))

        assert found.settled
        assert tuple(found.values) == every[0]
        assert found.alternatives == (len(every) > 1)
        told.add(found.alternatives)
    assert told == {True, False}


def test_of_plans_of_one_size_the_one_with_the_smallest_ids_is_the_first() -> None:
    ones = np.ones(6)
    found = first_by_id(held(ones, 3.0, (3.0, 3.0)), np.array([0, 0, 0, 1, 1, 1.0]), 6, Clock(None))

    assert np.flatnonzero(found.values).tolist() == [0, 1, 2]


def test_of_unequal_sizes_the_first_differing_site_decides_and_not_the_number() -> None:
    worth = np.array([1.0, 1.0, 2.0])
    start = np.array([0.0, 0.0, 1.0])

    found = first_by_id(held(worth, 2.0, (0.0, 3.0)), start, 3, Clock(None))

    assert found.values.tolist() == [1.0, 1.0, 0.0]
    assert first_by_id(held(worth, 2.0, (1.0, 1.0)), start, 3, Clock(None)).alternatives is False


def test_more_candidates_than_one_block_are_settled_block_by_block() -> None:
    count = 2 * BLOCK + 3
    worth = np.ones(count)
    worth[[0, BLOCK]] = 5.0  # neither can stand in a plan of two sites that is worth two
    start = np.zeros(count)
    start[-2:] = 1.0
    program = held(worth, 2.0, (2.0, 2.0))

    found = first_by_id(program, start, count, Clock(None))

    assert np.flatnonzero(found.values).tolist() == [1, 2]
    closed = held(worth, 2.0, (2.0, 2.0))
    closed.set_columns(np.zeros(BLOCK - 1), np.zeros(BLOCK - 1))
    found = first_by_id(closed, start, count, Clock(None))
    assert np.flatnonzero(found.values).tolist() == [BLOCK - 1, BLOCK + 1]


def test_columns_behind_the_candidates_make_no_other_plan() -> None:
    # Two candidates, and an assignment of one place that may go to either open site.
    matrix = np.array([[1.0, 1, 0, 0], [0, 0, 1, 1], [-1, 0, 1, 0], [0, -1, 0, 1]])
    program = MixedProgram(
        Program(
            costs=np.zeros(4),
            columns=np.array([np.zeros(4), np.ones(4)]),
            rows=np.array([[2.0, 1, -np.inf, -np.inf], [2.0, 1, 0, 0]]),
            matrix=sparse.csc_array(matrix),
        ),
        np.ones(4, dtype=bool),
    )

    found = first_by_id(program, np.array([1.0, 1, 0, 1]), 2, Clock(None))

    assert found.alternatives is False
    assert found.values.tolist() == [1.0, 1.0, 0.0, 1.0]


def test_a_clock_that_is_over_leaves_it_open_whether_there_is_another_plan() -> None:
    start = np.array([0.0, 1.0])
    found = first_by_id(held(np.ones(2), 1.0, (1.0, 1.0)), start, 2, Clock(0.0))

    assert (found.alternatives, found.settled) == (None, False)
    assert found.values.tolist() == [0.0, 1.0]


def test_a_clock_that_strikes_while_the_order_is_worked_out_gives_a_plan_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = held(np.ones(2), 1.0, (1.0, 1.0))
    start = np.array([0.0, 1.0])
    answers = iter([
        Mixed("optimal", np.array([1.0, 0.0]), 0.0, 0.0),
        Mixed("time_limit", start, -1.0, -2.0),
    ])  # fmt: skip
    monkeypatch.setattr(program, "solve", lambda *_, **__: next(answers))

    found = first_by_id(program, start, 2, Clock(None))

    assert (found.alternatives, found.settled) == (True, False)
    assert found.values.tolist() == [0.0, 1.0]


def test_without_candidates_there_is_one_plan() -> None:
    empty = MixedProgram(
        Program(
            costs=np.empty(0),
            columns=np.empty((2, 0)),
            rows=np.empty((2, 0)),
            matrix=sparse.csc_array(np.empty((0, 0))),
        ),
        np.empty(0, dtype=bool),
    )

    found = first_by_id(empty, np.empty(0), 0, Clock(None))

    assert isinstance(found, Settled)
    assert (found.values.size, found.alternatives, found.settled) == (0, False, True)


def test_the_row_that_excludes_a_plan_is_broken_by_that_plan_alone() -> None:
    for plan in itertools.product((0.0, 1.0), repeat=4):
        row, least = excluding(np.array(plan), 6)
        assert row.shape == (1, 6)
        assert row.toarray()[0, 4:].tolist() == [0.0, 0.0]
        for other in itertools.product((0.0, 1.0), repeat=4):
            value = float((row @ np.array([*other, 1.0, 1.0]))[0])
            assert (value >= least) == (other != plan)


def test_a_clock_counts_down_and_never_below_nothing() -> None:
    assert Clock(None).left() is None
    assert not Clock(None).over()
    left = Clock(60.0).left()
    assert left is not None
    assert 59.0 < left <= 60.0
    assert not Clock(60.0).over()
    assert Clock(0.0).left() == 0.0


class _Distracted:
    """A solver that hands back the start as the best once, as HiGHS 1.16 was seen to do."""

    def __init__(self, solver: Any) -> None:
        self._solver = solver
        self._start: list[float] | None = None
        self.cleared = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._solver, name)

    def setSolution(self, count: int, which: Any, start: Any) -> Any:  # noqa: N802 -- its name
        self._start = start.tolist()
        return self._solver.setSolution(count, which, start)

    def clearSolver(self) -> HighsStatus:  # noqa: N802 -- its name
        self._start = None
        self.cleared += 1
        status: HighsStatus = self._solver.clearSolver()
        return status

    def getSolution(self) -> Any:  # noqa: N802 -- its name
        found = self._solver.getSolution()
        if self._start is not None:
            found.col_value = self._start
        return found


def distracted(monkeypatch: pytest.MonkeyPatch) -> tuple[MixedProgram, _Distracted]:
    program = held(np.ones(3), 1.0, (1.0, 1.0))
    program.set_costs(np.array([-4.0, -2.0, -1.0]))
    solver = _Distracted(program._solver)
    monkeypatch.setattr(program, "_solver", solver)
    return program, solver


def test_a_start_handed_back_as_the_best_is_noticed_and_the_program_solved_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program, solver = distracted(monkeypatch)

    found = program.solve(start=np.array([0.0, 0.0, 1.0]))

    assert (found.status, found.objective, found.bound) == ("optimal", -4.0, -4.0)
    assert found.values.tolist() == [1.0, 0.0, 0.0]
    assert solver.cleared == 1


def test_a_value_far_from_its_bound_without_a_start_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program, solver = distracted(monkeypatch)
    solver._start = [0.0, 0.0, 1.0]

    with pytest.raises(SolverError, match="calls -1 the best where -4 may be"):
        program.solve()
