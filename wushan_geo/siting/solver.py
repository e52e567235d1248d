"""The only room of siting that talks to the solver (HiGHS): linear programs, built from arrays.

The solver is imported when a program is made, so that plans which need none (nothing to choose, or
settled by a bound) do not wait for it, and importing this room is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from wushan_geo.errors import WushanGeoError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

# One thread and one seed: the same program gives the same answer on every run.
SETTINGS: dict[str, bool | int | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "solver": "simplex",
}
# The programs are small and solved again with other bounds, which presolve would only delay.
PRESOLVE = "off"


Ending = Literal["optimal", "infeasible", "time_limit"]


class SolverError(WushanGeoError, RuntimeError):
    """The solver stopped for a reason that is neither an answer nor the clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A linear program as arrays: minimise ``costs @ x`` within bounds on rows and columns.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> from scipy import sparse
    >>> matrix = sparse.csc_array(np.array([[1.0, 1.0]]))
    >>> box, row = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0], [np.inf]])
    >>> Program(np.array([3.0, 2.0]), box, row, matrix).costs.tolist()
    [3.0, 2.0]
    """

    costs: NDArray[np.float64]
    """Cost of each column."""
    columns: NDArray[np.float64]
    """Lower (first row) and upper bounds of the columns; infinite where there is none."""
    rows: NDArray[np.float64]
    """Lower (first row) and upper bounds of the rows; infinite where there is none."""
    matrix: sparse.csc_array
    """Coefficients, rows x columns."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """What the solver answered; the arrays are empty unless the status is ``optimal``.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Solved("infeasible").primal.size
    0
    """

    status: Ending
    """How the search ended."""
    primal: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """Value of each column."""
    row_dual: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """Price of each row: change of the optimum for one more unit of the row's bound."""


class LinearProgram:
    """A linear program that stays in the solver and is solved again as its bounds move.

    Each solve starts from the basis of the one before, which is what makes a search over many
    such programs quick. The status is looked at before anything is read.

    Parameters
    ----------
    program
        The arrays.

    Raises
    ------
    SolverError
        If the solver does not take the program.

    Examples
    --------
    >>> from scipy import sparse
    >>> box, row = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0], [np.inf]])
    >>> matrix = sparse.csc_array(np.array([[1.0, 1.0]]))
    >>> model = LinearProgram(Program(np.array([3.0, 2.0]), box, row, matrix))
    >>> model.solve().primal.tolist()
    [0.0, 1.0]
    """

    def __init__(self, program: Program) -> None:
        # The public class of highspy writes a banner to standard output when it is made.
        from highspy import HighsModelStatus, HighsStatus
        from highspy._core import _Highs

        self._error = HighsStatus.kError
        self._answers: dict[HighsModelStatus, Ending] = {
            HighsModelStatus.kOptimal: "optimal",
            HighsModelStatus.kInfeasible: "infeasible",
            HighsModelStatus.kTimeLimit: "time_limit",
        }
        self._solver = _Highs()
        for name, value in {**SETTINGS, "presolve": PRESOLVE}.items():
            self._taken(self._solver.setOptionValue(name, value), f"the option {name}")
        matrix = program.matrix
        minimise, by_column, continuous = 1, 1, np.zeros(matrix.shape[1], dtype=np.int32)
        column_lower, column_upper = program.columns
        row_lower, row_upper = program.rows
        taken = self._solver.passModel(
            matrix.shape[1],
            matrix.shape[0],
            matrix.nnz,
            by_column,
            minimise,
            0.0,
            program.costs,
            column_lower,
            column_upper,
            row_lower,
            row_upper,
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
            continuous,
        )
        self._taken(taken, "the program")

    def set_columns(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """Move the bounds of the first columns.

        Parameters
        ----------
        lower, upper
            Bounds of columns 0, 1, 2, ... in order; later columns stay as they are.

        Raises
        ------
        SolverError
            If the solver does not take them.

        Examples
        --------
        >>> from scipy import sparse
        >>> box, row = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0], [np.inf]])
        >>> matrix = sparse.csc_array(np.array([[1.0, 1.0]]))
        >>> model = LinearProgram(Program(np.array([3.0, 2.0]), box, row, matrix))
        >>> model.set_columns(np.array([1.0]), np.array([1.0]))
        >>> model.solve().primal.tolist()
        [1.0, 0.0]
        """
        which = np.arange(lower.size, dtype=np.int32)
        taken = self._solver.changeColsBounds(lower.size, which, lower, upper)
        self._taken(taken, "the bounds of columns")

    def set_row(self, row: int, lower: float, upper: float) -> None:
        """Move the bounds of one row.

        Parameters
        ----------
        row
            Position of the row.
        lower, upper
            Its bounds.

        Raises
        ------
        SolverError
            If the solver does not take them.

        Examples
        --------
        >>> from scipy import sparse
        >>> box, row = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0], [np.inf]])
        >>> matrix = sparse.csc_array(np.array([[1.0, 1.0]]))
        >>> model = LinearProgram(Program(np.array([3.0, 2.0]), box, row, matrix))
        >>> model.set_row(0, 2.0, 2.0)
        >>> model.solve().primal.tolist()
        [1.0, 1.0]
        """
        self._taken(self._solver.changeRowBounds(row, lower, upper), "the bounds of a row")

    def solve(self, seconds: float | None = None) -> Solved:
        """Solve the program as it now stands.

        Parameters
        ----------
        seconds
            Time limit of this solve, at least 0; None for no limit.

        Returns
        -------
        Solved
            Values and prices if the status is ``optimal``, else nothing but the status.

        Raises
        ------
        SolverError
            If the solver ends in any other way, such as unbounded.

        Examples
        --------
        >>> from scipy import sparse
        >>> box, row = np.array([[0.0], [1.0]]), np.array([[2.0], [2.0]])
        >>> model = LinearProgram(Program(np.ones(1), box, row, sparse.csc_array(np.ones((1, 1)))))
        >>> model.solve().status
        'infeasible'
        """
        # The solver's clock runs on over all solves of one program.
        ceiling = np.inf if seconds is None else self._solver.getRunTime() + seconds
        self._taken(self._solver.setOptionValue("time_limit", float(ceiling)), "the time limit")
        self._solver.run()
        status = self._solver.getModelStatus()
        answer = self._answers.get(status)
        if answer is None:
            message = f"the solver ended with {status.name} instead of an answer."
            raise SolverError(message)
        if answer != "optimal":
            return Solved(answer)
        found = self._solver.getSolution()
        return Solved("optimal", np.array(found.col_value), np.array(found.row_dual))

    def _taken(self, status: object, what: str) -> None:
        """Make sure that the solver has accepted something."""
        if status == self._error:
            message = f"the solver did not accept {what}."
            raise SolverError(message)
