"""The solver room: nothing is read before the status, nothing is written to the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np
import pytest
from scipy import sparse

from wushan_geo.errors import WushanGeoError
from wushan_geo.siting.solver import LinearProgram, Program, SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def knapsack(need: float = 1.5, upper: float = 1.0) -> LinearProgram:
    """Cover a need with two columns that cost 3 and 2."""
    return LinearProgram(
        Program(
            costs=np.array([3.0, 2.0]),
            columns=np.array([[0.0, 0.0], [upper, upper]]),
            rows=np.array([[need], [np.inf]]),
            matrix=sparse.csc_array(np.array([[1.0, 1.0]])),
        )
    )


def test_values_and_prices_of_a_small_program() -> None:
    solved = knapsack().solve()

    assert solved.status == "optimal"
    assert solved.primal.tolist() == [0.5, 1.0]
    assert solved.row_dual.tolist() == [3.0]


def test_bounds_can_be_moved_and_the_program_solved_again() -> None:
    program = knapsack()
    first: NDArray[np.float64] = program.solve().primal
    program.set_columns(np.array([1.0]), np.array([1.0]))
    program.set_row(0, 1.0, 1.0)

    assert program.solve().primal.tolist() == [1.0, 0.0]
    assert first.tolist() == [0.5, 1.0]


def test_an_impossible_program_has_a_status_and_no_values() -> None:
    solved = knapsack(need=3).solve()

    assert solved.status == "infeasible"
    assert solved.primal.size == solved.row_dual.size == 0


def test_a_program_stopped_by_the_clock_has_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    program = knapsack()
    stopped = highspy.HighsModelStatus.kTimeLimit
    monkeypatch.setattr("highspy._core._Highs.getModelStatus", lambda _: stopped, raising=True)

    solved = program.solve(seconds=1)

    assert (solved.status, solved.primal.size) == ("time_limit", 0)


def test_any_other_end_is_an_error_that_names_it() -> None:
    program = LinearProgram(
        Program(
            costs=np.array([-1.0]),
            columns=np.array([[0.0], [np.inf]]),
            rows=np.array([[0.0], [np.inf]]),
            matrix=sparse.csc_array(np.array([[1.0]])),
        )
    )

    with pytest.raises(SolverError, match="ended with kUnbounded"):
        program.solve()


def test_what_the_solver_does_not_accept_is_an_error() -> None:
    with pytest.raises(SolverError, match="did not accept the bounds of a row"):
        knapsack().set_row(7, 0.0, 1.0)


def test_solver_errors_are_errors_of_the_package() -> None:
    assert issubclass(SolverError, (WushanGeoError, RuntimeError))


def test_the_solver_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    knapsack().solve()

    assert capfd.readouterr() == ("", "")
