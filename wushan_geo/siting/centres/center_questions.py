"""What p-center asks: whether there is a plan that puts each place within its own limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.siting.centres.center_cover import (
    NONE,
    STOPPED,
    FirstCover,
    Fixed,
    Reply,
    find_cover,
    first_cover,
)
from wushan_geo.siting.solver import MixedProgram, Program
from wushan_geo.siting.ties import first_by_id

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import RuleRows
    from wushan_geo.siting.solver import Mixed
    from wushan_geo.siting.ties import Clock, Settled

HALF = 0.5
EMPTY = Reply(np.empty(0, dtype=np.intp), known=True)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The places that count, and what they cost: the arrays that the searches work on.

    Raises
    ------
    TypeError
        If a field is missing; `view_of` makes it.

    Examples
    --------
    See ``tests/test_siting_center.py``.
    """

    costs: NDArray[np.float64]
    """Places x candidates."""
    base: NDArray[np.float64]
    """Cost of each place to its nearest existing site; infinity = none."""
    persons: NDArray[np.float64]
    """Persons at each place, or ones."""
    count: int
    """Number of new sites."""
    fixed: Fixed
    """Candidates that are required."""
    rules: RuleRows
    """Rules over the candidates."""

    def nearest(self, columns: NDArray[np.intp]) -> NDArray[np.float64]:
        """Give the cost of each place to its nearest open site.

        Parameters
        ----------
        columns
            Candidates that are open.

        Returns
        -------
        numpy.ndarray
            One cost for each place; infinity = none.

        Raises
        ------
        IndexError
            If there is no such candidate.

        Examples
        --------
        See ``tests/test_siting_center.py``.
        """
        found: NDArray[np.float64] = self.costs[:, columns].min(axis=1, initial=np.inf)
        return np.minimum(found, self.base)

    def worst(self, columns: NDArray[np.intp]) -> float:
        """Give the largest cost of any place to its nearest open site; 0 without places.

        Parameters
        ----------
        columns
            Candidates that are open.

        Returns
        -------
        float
            In the unit of the costs.

        Raises
        ------
        IndexError
            If there is no such candidate.

        Examples
        --------
        See ``tests/test_siting_center.py``.
        """
        return float(self.nearest(columns).max(initial=0.0))

    def within(self, limit: float) -> NDArray[np.bool_]:
        """Give the rows of a covering question: places that no existing site has within a limit.

        Parameters
        ----------
        limit
            Largest cost; exactly at it is covered.

        Returns
        -------
        numpy.ndarray
            Rows x candidates.

        Raises
        ------
        TypeError
            If `limit` is no number.

        Examples
        --------
        See ``tests/test_siting_center.py``.
        """
        rows: NDArray[np.bool_] = self.costs[self.base > limit] <= limit
        return rows

    def floor(self, fixed: Fixed) -> float:
        """Give what the worst place costs with every candidate open that is not barred.

        Parameters
        ----------
        fixed
            What is settled.

        Returns
        -------
        float
            No plan is better.

        Raises
        ------
        IndexError
            If it is of other candidates.

        Examples
        --------
        See ``tests/test_siting_center.py``.
        """
        return self.worst(np.flatnonzero(~fixed.outside))


def view_of(problem: Problem, count: int) -> View:
    """Take the places that count from a problem.

    Parameters
    ----------
    problem
        What was asked.
    count
        Number of new sites.

    Returns
    -------
    View
        Without the places where nobody lives, where persons were given.

    Raises
    ------
    TypeError
        If `count` is no number.

    Examples
    --------
    See ``tests/test_siting_center.py``.
    """
    counts = problem.persons > 0
    inside = np.zeros(len(problem.candidates), dtype=bool)
    inside[problem.given] = True
    return View(
        costs=problem.costs[np.ix_(counts, problem.candidates)],
        base=problem.costs[np.ix_(counts, problem.opened)].min(axis=1, initial=np.inf),
        persons=problem.persons[counts],
        count=count,
        fixed=Fixed(inside, np.zeros_like(inside)),
        rules=problem.rules,
    )


class Questions:
    """Asks for plans of exactly so many sites, within the rules if there are any."""

    def __init__(self, view: View, *, ruled: bool) -> None:
        self.view, self.ruled = view, ruled
        self.hints = np.zeros(view.base.size, dtype=bool)

    def within(self, limit: float, clock: Clock, nodes: int | None = None) -> Reply:
        """Find a plan that puts every place within a limit.

        Parameters
        ----------
        limit
            Largest cost; exactly at it is covered.
        clock
            Time that remains.
        nodes
            Most nodes of the search; None for any number. With rules it is not looked at.

        Returns
        -------
        Reply
            A plan, that there is none, or that this is not known.

        Raises
        ------
        SolverError
            If the solver fails.

        Examples
        --------
        See ``tests/test_siting_center.py``.
        """
        view = self.view
        if self.ruled:
            return self.find(view.within(limit), view.fixed, clock)
        rows = np.flatnonzero(view.base > limit)
        hints = self.hints[rows]
        near = view.costs[rows] <= limit
        reply = find_cover(near, view.fixed, view.count, clock, nodes, hints)
        self.hints[rows] = hints
        return reply

    def find(self, near: NDArray[np.bool_], fixed: Fixed, clock: Clock) -> Reply:
        """Find a plan that covers all rows.

        Parameters
        ----------
        near
            Rows x candidates: which covers which.
        fixed
            What is settled.
        clock
            Time that remains.

        Returns
        -------
        Reply
            A plan, that there is none, or that this is not known.

        Raises
        ------
        SolverError
            If the solver fails.

        Examples
        --------
        See ``tests/test_siting_center.py``.
        """
        if not self.ruled:
            return find_cover(near, fixed, self.view.count, clock)
        if not near.any(axis=1).all() or not near.shape[1]:
            return NONE if near.shape[0] or not self.keeps(np.empty(0, dtype=np.intp)) else EMPTY
        program, _ = self.program(near, fixed)
        found = program.solve(clock.left())
        if found.values.size:
            return Reply(chosen(found, near.shape[1]), known=True)
        return NONE if found.status == "infeasible" else STOPPED

    def first(
        self, near: NDArray[np.bool_], fixed: Fixed, known: NDArray[np.intp], clock: Clock
    ) -> FirstCover:
        """Find the first of all plans that cover all rows.

        Parameters
        ----------
        near
            Rows x candidates: which covers which.
        fixed
            What is settled.
        known
            One of these plans.
        clock
            Time that remains.

        Returns
        -------
        FirstCover
            The plan whose first differing site has the smaller id.

        Raises
        ------
        SolverError
            If the solver fails.

        Examples
        --------
        See ``tests/test_siting_center.py``.
        """
        if not self.ruled or not near.shape[1]:
            return first_cover(near, fixed, known, clock)
        program, columns = self.program(near, fixed)
        values = np.zeros(columns)
        values[known] = 1.0
        settled = first_by_id(program, values, columns, clock)
        return FirstCover(chosen(settled, columns), settled.alternatives, settled.settled)

    def program(
        self,
        near: NDArray[np.bool_],
        fixed: Fixed,
        more: Extra | None = None,
    ) -> tuple[MixedProgram, int]:
        """Write a question as a program, with further columns and rows if there are any.

        Parameters
        ----------
        near
            Rows x candidates: which covers which.
        fixed
            What is settled.
        more
            Further columns and rows.

        Returns
        -------
        tuple
            The program, and its number of columns: candidates first.

        Raises
        ------
        ValueError
            If the shapes do not fit.

        Examples
        --------
        See ``tests/test_siting_center.py``.
        """
        count = near.shape[1]
        extra = more or Extra.none(count)
        size = count + extra.costs.size
        rules = self.view.rules
        blocks = [
            _wide(sparse.csr_array(np.unique(near, axis=0).astype(np.float64)), size),
            _wide(rules.matrix, size),
            _wide(sparse.csr_array(np.ones((1, count))), size),
            extra.matrix,
        ]
        covers = blocks[0].shape[0]
        sites = np.array([float(self.view.count)])
        lower = [np.ones(covers), rules.lower, sites, extra.lower]
        upper = [np.full(covers, np.inf), rules.upper, sites, extra.upper]
        program = Program(
            costs=np.concatenate([np.zeros(count), extra.costs]),
            columns=np.array(
                [
                    np.concatenate([fixed.inside, np.zeros(extra.costs.size)]),
                    np.concatenate([~fixed.outside, np.ones(extra.costs.size)]),
                ],
                dtype=np.float64,
            ),
            rows=np.array([np.concatenate(lower), np.concatenate(upper)]),
            matrix=sparse.csc_array(sparse.vstack(blocks, format="csc")),
        )
        whole = np.zeros(size, dtype=bool)
        whole[:count] = True
        return MixedProgram(program, whole), size

    def keeps(self, columns: NDArray[np.intp]) -> bool:
        """Say whether a plan keeps to the rules.

        Parameters
        ----------
        columns
            Candidates of the plan.

        Returns
        -------
        bool
            True without rules.

        Raises
        ------
        IndexError
            If there is no such candidate.

        Examples
        --------
        See ``tests/test_siting_center.py``.
        """
        inside = np.zeros(self.view.costs.shape[1], dtype=bool)
        inside[columns] = True
        return not self.view.rules.broken(inside)


@dataclass(frozen=True, slots=True, eq=False)
class Extra:
    """Further columns (between 0 and 1) and rows of a question."""

    costs: NDArray[np.float64]
    """Cost of each further column."""
    matrix: sparse.csr_array
    """Rows x (candidates and further columns)."""
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @classmethod
    def none(cls, count: int) -> Extra:
        """Give no further columns or rows.

        Parameters
        ----------
        count
            Number of candidates.

        Returns
        -------
        Extra
            Empty.

        Raises
        ------
        ValueError
            If `count` is negative.

        Examples
        --------
        >>> Extra.none(3).matrix.shape
        (0, 3)
        """
        nothing = np.empty(0)
        return cls(nothing, sparse.csr_array(np.zeros((0, count))), nothing, nothing)


def chosen(answer: Mixed | Settled, count: int) -> NDArray[np.intp]:
    """Read the candidates that an answer of the solver takes.

    Parameters
    ----------
    answer
        Values of the columns, the candidates first.
    count
        Number of candidates.

    Returns
    -------
    numpy.ndarray
        Candidates, ascending.

    Raises
    ------
    AttributeError
        If it is no answer.

    Examples
    --------
    >>> from wushan_geo.siting.ties import Settled
    >>> chosen(Settled(np.array([0.0, 1.0, 1.0]), alternatives=False, settled=True), 2).tolist()
    [1]
    """
    values = answer.values
    return np.flatnonzero(values[:count] > HALF)


def _wide(matrix: sparse.csr_array, size: int) -> sparse.csr_array:
    """Give rows over the candidates the further columns, in which they are empty."""
    wide = sparse.csr_array(matrix)
    shape: Any = (matrix.shape[0], size)
    wide.resize(shape)
    return wide
