"""The only room of siting that talks to the solver (HiGHS): linear programs, built from arrays.

The solver is imported when a program is made, so that plans which need none (nothing to choose, or
settled by a bound) do not wait for it, and importing this room is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from wushan_geo.errors import WushanGeoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy import sparse

    Progress = Callable[["Standing"], None]

# One thread and one seed: the same program gives the same answer on every run.
SETTINGS: dict[str, bool | int | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "solver": "simplex",
}
# The programs are small and solved again with other bounds, which presolve would only delay.
PRESOLVE = "off"
# A plan is proven when nothing can be better, not when little can be.
TELL = 0.5  # seconds between two reports on a search where nothing better was found
ANY = 1e12  # gap with which the first values found end a search
APART = 1e-6  # relative; a value farther than that from its bound is not the best
EXACT: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-9,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}


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
    presolve
        Whether it is made smaller first, which helps where it is large and solved but once.

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

    def __init__(self, program: Program, *, presolve: bool = False) -> None:
        # The public class of highspy writes a banner to standard output when it is made.
        from highspy import HighsModelStatus
        from highspy._core import _Highs

        self._answers: dict[HighsModelStatus, Ending] = {
            HighsModelStatus.kOptimal: "optimal",
            HighsModelStatus.kInfeasible: "infeasible",
            HighsModelStatus.kTimeLimit: "time_limit",
        }
        self._solver = _Highs()
        for name, value in {**SETTINGS, "presolve": "on" if presolve else PRESOLVE}.items():
            _accepted(self._solver.setOptionValue(name, value), f"the option {name}")
        _pass(self._solver, program, np.zeros(program.costs.size, dtype=np.int32))

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
        _accepted(taken, "the bounds of columns")

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
        _accepted(self._solver.changeRowBounds(row, lower, upper), "the bounds of a row")

    def set_basis(
        self,
        columns: NDArray[np.bool_],
        rows: NDArray[np.bool_],
        upper: NDArray[np.bool_],
    ) -> None:
        """Let the next solve start from a basis, such as that of a plan already known.

        Parameters
        ----------
        columns, rows
            Which columns and which rows (their slacks) are in the basis: as many as there are rows.
        upper
            Which of the other columns stand at their upper bound; all else at its lower one.

        Raises
        ------
        SolverError
            If the solver does not take it.

        Examples
        --------
        >>> from scipy import sparse
        >>> box, row = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0], [np.inf]])
        >>> matrix = sparse.csc_array(np.array([[1.0, 1.0]]))
        >>> model = LinearProgram(Program(np.array([3.0, 2.0]), box, row, matrix))
        >>> model.set_basis(np.array([False, True]), np.array([False]), np.array([False, False]))
        >>> model.solve().primal.tolist()
        [0.0, 1.0]
        """
        from highspy._core import HighsBasis, HighsBasisStatus

        kinds = (HighsBasisStatus.kLower, HighsBasisStatus.kBasic, HighsBasisStatus.kUpper)
        basis = HighsBasis()
        basis.col_status = [kinds[one] for one in np.where(columns, 1, np.where(upper, 2, 0))]
        basis.row_status = [kinds[one] for one in rows.astype(np.int8)]
        basis.valid = True
        _accepted(self._solver.setBasis(basis), "the basis")

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
        _accepted(self._solver.setOptionValue("time_limit", float(ceiling)), "the time limit")
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

    def add_rows(
        self, matrix: sparse.csr_array, lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> None:
        """Add rows; the basis stays, so that the next solve goes on from where this one ended.

        Parameters
        ----------
        matrix
            Coefficients, new rows x all columns.
        lower, upper
            Bounds of the new rows.

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
        >>> more = sparse.csr_array(np.array([[1.0, 0.0]]))
        >>> model.add_rows(more, np.array([1.0]), np.array([1.0]))
        >>> model.solve().primal.tolist()
        [1.0, 0.0]
        """
        _add_rows(self._solver, matrix, lower, upper)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a search stands: shown while it runs.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Standing(seconds=1.0, objective=5.0, bound=6.0).bound
    6.0
    """

    seconds: float
    """Time used."""
    objective: float
    """Cost of the best plan so far; infinite if there is none."""
    bound: float
    """No plan is better than this."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """What the solver answered to a program with whole columns.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Mixed("infeasible", np.empty(0), float("inf"), float("inf")).values.size
    0
    """

    status: Ending
    """``optimal``, ``infeasible``, or ``time_limit``, with the best values so far if there are
    any."""
    values: NDArray[np.float64]
    """Value of each column, whole ones rounded; empty where none was found."""
    objective: float
    """Value of ``costs @ values``; infinite where none was found."""
    bound: float
    """No values cost less."""


class MixedProgram:
    """A linear program some columns of which are whole numbers, solved to proven optimality.

    Rows and costs may change between solves. One thread and one seed: a search that comes to its
    end gives the same answer each time.

    Parameters
    ----------
    program
        The arrays.
    whole
        Which columns are whole numbers.

    Raises
    ------
    SolverError
        If the solver does not take the program.

    Examples
    --------
    >>> from scipy import sparse
    >>> box, row = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.5], [np.inf]])
    >>> matrix = sparse.csc_array(np.array([[1.0, 1.0]]))
    >>> program = Program(np.array([3.0, 2.0]), box, row, matrix)
    >>> MixedProgram(program, np.array([True, True])).solve().objective
    5.0
    """

    def __init__(self, program: Program, whole: NDArray[np.bool_]) -> None:
        from highspy import HighsModelStatus
        from highspy._core import _Highs

        self._answers: dict[HighsModelStatus, Ending] = {
            HighsModelStatus.kOptimal: "optimal",
            HighsModelStatus.kInfeasible: "infeasible",
            HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
            HighsModelStatus.kTimeLimit: "time_limit",
            HighsModelStatus.kInterrupt: "time_limit",
        }
        self._whole = whole.copy()
        self._costs = program.costs.copy()
        self._solver = _Highs()
        for name, value in EXACT.items():
            _accepted(self._solver.setOptionValue(name, value), f"the option {name}")
        _pass(self._solver, program, whole.astype(np.int32))
        self._heard = False
        self._failure: BaseException | None = None

    def set_costs(self, costs: NDArray[np.float64]) -> None:
        """Give all columns other costs.

        Parameters
        ----------
        costs
            Cost of each column.

        Raises
        ------
        SolverError
            If the solver does not take them.
        """
        which = np.arange(costs.size, dtype=np.int32)
        _accepted(self._solver.changeColsCost(costs.size, which, costs), "the costs")
        self._costs = costs.copy()

    def set_columns(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """Move the bounds of the first columns; later ones stay as they are.

        Parameters
        ----------
        lower, upper
            Bounds of columns 0, 1, 2, ... in order.

        Raises
        ------
        SolverError
            If the solver does not take them.
        """
        which = np.arange(lower.size, dtype=np.int32)
        taken = self._solver.changeColsBounds(lower.size, which, lower, upper)
        _accepted(taken, "the bounds of columns")

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
        """
        _accepted(self._solver.changeRowBounds(row, lower, upper), "the bounds of a row")

    def add_rows(
        self, matrix: sparse.csr_array, lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> int:
        """Add rows.

        Parameters
        ----------
        matrix
            Coefficients, new rows x all columns.
        lower, upper
            Bounds of the new rows.

        Returns
        -------
        int
            Position of the first of them.

        Raises
        ------
        SolverError
            If the solver does not take them.
        """
        first = int(self._solver.getNumRow())
        _add_rows(self._solver, matrix, lower, upper)
        return first

    def solve(
        self,
        seconds: float | None = None,
        *,
        start: NDArray[np.float64] | None = None,
        progress: Progress | None = None,
        enough: bool = False,
    ) -> Mixed:
        """Solve the program as it now stands; the status is looked at before anything is read.

        Parameters
        ----------
        seconds
            Time limit of this solve, at least 0; None for no limit.
        start
            Values to start from, one for each column, such as those of a good heuristic.
        progress
            Called from time to time with how the search stands.
        enough
            Whether any values will do: the first ones found end the search, and the costs only
            guide it.

        Returns
        -------
        Mixed
            Values, their cost and the bound.

        Raises
        ------
        SolverError
            If the solver ends in any other way, such as unbounded.
        """
        ceiling = np.inf if seconds is None else self._solver.getRunTime() + max(seconds, 0.0)
        _accepted(self._solver.setOptionValue("time_limit", float(ceiling)), "the time limit")
        if start is not None:
            which = np.arange(start.size, dtype=np.int32)
            _accepted(self._solver.setSolution(start.size, which, start), "the start")
        self._listen(progress)
        for name in ("mip_rel_gap", "mip_abs_gap"):
            gap = ANY if enough else EXACT[name]
            _accepted(self._solver.setOptionValue(name, gap), f"the option {name}")
        self._solver.run()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        status = self._solver.getModelStatus()
        answer = self._answers.get(status)
        if answer is None:
            message = f"the solver ended with {status.name} instead of an answer."
            raise SolverError(message)
        read = self._read(answer)
        if enough or answer != "optimal":
            return read
        if read.objective <= read.bound + APART * max(1.0, abs(read.bound)):
            return read
        if start is None:
            message = f"the solver calls {read.objective:g} the best where {read.bound:g} may be."
            raise SolverError(message)
        # Where presolve turns the start into a better one, HiGHS 1.16 proves the value of that and
        # gives back the start: then it has to look for itself.
        _accepted(self._solver.clearSolver(), "to start anew")
        return self.solve(seconds, progress=progress)

    def _read(self, answer: Ending) -> Mixed:
        """Read what the status says is there."""
        from highspy import SolutionStatus

        nothing = np.empty(0)
        if answer == "infeasible":
            return Mixed(answer, nothing, float("inf"), float("inf"))
        info = self._solver.getInfo()
        bound = float(info.mip_dual_bound)
        if info.primal_solution_status != SolutionStatus.kSolutionStatusFeasible:
            return Mixed(answer, nothing, float("inf"), bound)
        values = np.array(self._solver.getSolution().col_value)
        values[self._whole] = np.rint(values[self._whole])
        objective = float(self._costs @ values)
        return Mixed(answer, values, objective, min(bound, objective))

    def _listen(self, progress: Progress | None) -> None:
        """Have the solver report; a failure of the listener stops it and is raised afterwards."""
        from highspy._core import cb

        # It is heard when a better plan is found, and at each moment when it may be interrupted.
        kinds = (cb.kCallbackMipImprovingSolution, cb.kCallbackMipInterrupt)
        if progress is None:
            if self._heard:
                for kind in kinds:
                    self._solver.stopCallback(kind)
            self._heard = False
            return
        self._heard = True

        last: list[Standing] = []

        def heard(_: object, __: str, out: Any, back: Any, ___: object) -> None:
            standing = Standing(out.running_time, out.mip_primal_bound, out.mip_dual_bound)
            better = not last or standing.objective != last[-1].objective
            if self._failure is None and (better or standing.seconds - last[-1].seconds >= TELL):
                last[:] = [standing]
                try:
                    progress(standing)
                except BaseException as failure:  # noqa: BLE001 -- raised when the solver has stopped
                    self._failure = failure
            if self._failure is not None:
                back.user_interrupt = True

        listener: Any = heard
        _accepted(self._solver.setCallback(listener, None), "the listener")
        for kind in kinds:
            self._solver.startCallback(kind)


def _pass(solver: Any, program: Program, kinds: NDArray[np.int32]) -> None:
    """Hand a program to the solver as arrays."""
    matrix = program.matrix
    minimise, by_column = 1, 1
    column_lower, column_upper = program.columns
    row_lower, row_upper = program.rows
    taken = solver.passModel(
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
        kinds,
    )
    _accepted(taken, "the program")


def _add_rows(
    solver: Any,
    matrix: sparse.csr_array,
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> None:
    """Add rows to what the solver holds."""
    taken = solver.addRows(
        matrix.shape[0],
        lower,
        upper,
        matrix.nnz,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
    )
    _accepted(taken, "the rows")


def _accepted(status: object, what: str) -> None:
    """Make sure that the solver has accepted something."""
    from highspy import HighsStatus

    if status == HighsStatus.kError:
        message = f"the solver did not accept {what}."
        raise SolverError(message)
