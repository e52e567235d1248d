"""Maximal covering with capacities: how many persons find a place within the limit.

    max  sum_is f_is
    with sum_s f_is <= a_i,   sum_i f_is <= k_s x_s,   f_is <= min(a_i, k_s) x_s,
         the rules,   sum_j x_j = p  or  sum_j c_j x_j <= B,   x_j in {0, 1},   f_is >= 0

where `f_is` are the persons of row `i` that go to site `s` within its limit (Current and Storbeck
1988). Persons of a place may go to several sites. Of the plans that serve most persons those are
kept for which they travel least, with a budget those with fewest sites, and of these the first by
id. The flows of the plan in the end are those of a transport problem of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.siting.covers.mixed_cover import HALF, choice_rows
from wushan_geo.siting.solver import LinearProgram, MixedProgram, Program, SolverError, Standing
from wushan_geo.siting.ties import first_by_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.siting.covers.greedy import Amount
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.solver import Progress
    from wushan_geo.siting.ties import Clock

CLOSE = 1e-9  # relative; how far the persons served may fall short where they are no whole numbers
COST_CLOSE = 1e-7  # relative; person-costs that differ by less are the same


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """What the search says.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Served((0,), np.ones((1, 1)), 1.0, proven=True, alternatives=False).bound
    1.0
    """

    columns: tuple[int, ...]
    """Candidates chosen, required ones among them, ascending."""
    flows: NDArray[np.float64]
    """Persons from each place (rows) to each site (columns)."""
    bound: float
    """No plan serves more persons."""
    proven: bool
    alternatives: bool | None


class Transport:
    """Who can go where within the limits, and how many each site takes.

    Where all counts are whole, persons are not divided, and capacities are rounded down.

    Parameters
    ----------
    problem
        What was asked, with capacities.
    limit
        Largest cost that is covered, one for all or one by group.

    Raises
    ------
    ParameterError
        If a limit is out of range.

    Examples
    --------
    See ``tests/test_siting_covering_rules.py``.
    """

    def __init__(self, problem: Problem, limit: float | Mapping[str, float]) -> None:
        reach = problem.reach(limit)
        self.problem = problem
        near = np.zeros((reach.place.size, len(problem.site_ids)), dtype=bool)
        near[:, problem.candidates] = reach.near
        if problem.opened.size:
            group = _groups_of(problem, reach)
            costs = problem.costs[np.ix_(reach.place, problem.opened)]
            near[:, problem.opened] = costs <= reach.limits[group][:, np.newaxis]
        room = np.zeros(len(problem.site_ids)) if problem.capacity is None else problem.capacity
        self.is_whole = bool((reach.persons == np.rint(reach.persons)).all())
        self.room = np.floor(room) if self.is_whole else room
        near &= (reach.persons > 0)[:, np.newaxis] & (self.room > 0)
        rows = np.flatnonzero(near.any(axis=1))
        self.place = reach.place[rows]
        self.persons = reach.persons[rows]
        self.row, self.site = np.nonzero(near[rows])
        self.cost = problem.costs[self.place[self.row], self.site]

    @property
    def most(self) -> float:
        """Persons that can reach any site, or that all sites take, whichever is less."""
        return float(min(self.persons.sum(), self.room.sum()))

    def flows_of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum up flows by place and site.

        Parameters
        ----------
        values
            Persons for each pair.

        Returns
        -------
        numpy.ndarray
            Places x sites.

        Raises
        ------
        ValueError
            If there is not one value for each pair.
        """
        flows = np.zeros(self.problem.costs.shape)
        np.add.at(flows, (self.place[self.row], self.site), values)
        return flows

    def serve(self, columns: tuple[int, ...]) -> NDArray[np.float64]:
        """Send as many persons as possible to open sites, and as near as possible.

        Parameters
        ----------
        columns
            Candidates chosen.

        Returns
        -------
        numpy.ndarray
            Persons for each pair.

        Raises
        ------
        SolverError
            If the solver fails.
        """
        opened = np.zeros(self.room.size, dtype=bool)
        opened[self.problem.opened] = True
        opened[self.problem.candidates[list(columns)]] = True
        pairs = np.flatnonzero(opened[self.site])
        answer = np.zeros(self.row.size)
        if not pairs.size:
            return answer
        matrix, upper = self.limits(pairs)
        box = np.array([np.zeros(pairs.size), np.full(pairs.size, np.inf)])
        lower = np.full(upper.size, -np.inf)
        total = sparse.csr_array(np.ones((1, pairs.size)))
        both = sparse.csc_array(sparse.vstack([matrix, total], format="csc"))
        rows = np.array([np.append(lower, -np.inf), np.append(upper, np.inf)])
        most = _solved(LinearProgram(Program(-np.ones(pairs.size), box, rows, both)))
        served = float(np.rint(most.sum())) if self.is_whole else float(most.sum())
        # Fractions of persons are served as far as rounding of their sum allows.
        least = served if self.is_whole else served - CLOSE * max(1.0, served)
        rows[0, -1] = least
        values = _solved(LinearProgram(Program(self.cost[pairs], box, rows, both)))
        answer[pairs] = np.rint(values) if self.is_whole else np.maximum(values, 0.0)
        return answer

    def limits(self, pairs: NDArray[np.intp]) -> tuple[sparse.csc_array, NDArray[np.float64]]:
        """Write that nobody goes twice and that no site takes more than it can.

        Parameters
        ----------
        pairs
            Pairs that are the columns.

        Returns
        -------
        tuple
            Coefficients and upper bounds: a row for each row of persons, then for each site.

        Raises
        ------
        IndexError
            If there is no such pair.
        """
        count, at = pairs.size, np.arange(pairs.size)
        shape: Any = (self.persons.size + self.room.size, count)
        entries: Any = (
            np.ones(2 * count),
            (
                np.concatenate([self.row[pairs], self.persons.size + self.site[pairs]]),
                np.concatenate([at, at]),
            ),
        )
        return (
            sparse.csc_array(entries, shape=shape),
            np.concatenate([self.persons, self.room]),
        )

    def worth(self, taken: list[int]) -> NDArray[np.float64]:
        """Say how many persons each candidate could serve besides some that are taken.

        Parameters
        ----------
        taken
            Candidates taken.

        Returns
        -------
        numpy.ndarray
            Persons for each candidate, if those before take the nearest first.

        Raises
        ------
        SolverError
            If the solver fails.
        """
        flows = self.serve(tuple(taken))
        left = self.persons - np.bincount(self.row, flows, self.persons.size)
        seen = np.bincount(self.site, left[self.row], self.room.size)
        answer: NDArray[np.float64] = np.minimum(seen, self.room)[self.problem.candidates]
        return answer


def capacitated_cover(
    transport: Transport,
    amount: Amount,
    start: tuple[int, ...],
    clock: Clock,
    progress: Progress | None,
) -> Served:
    """Find the plan that serves most persons.

    Parameters
    ----------
    transport
        Who can go where.
    amount
        Number of sites, or the budget.
    start
        A plan to start from, which keeps to all rules.
    clock
        Time that remains.
    progress
        Called with persons served and their bound.

    Returns
    -------
    Served
        The plan.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_covering_rules.py``.
    """
    known = transport.serve(start)
    top = transport.most
    if clock.over():
        flows = transport.flows_of(known)
        return Served(start, flows, top, proven=False, alternatives=None)
    model = _Model(transport, amount)
    program = MixedProgram(model.program(), model.whole())
    found = program.solve(
        clock.left(), start=model.values_of(start, known), progress=_heard(progress, top)
    )
    plan = start
    if found.values.size and -found.objective > known.sum() - CLOSE:
        plan = model.columns(found.values)
    flows = transport.serve(plan)
    served = float(flows.sum())
    if found.status != "optimal":
        bound = min(top, -found.bound * (1.0 + CLOSE))
        bound = float(np.floor(bound + CLOSE)) if transport.is_whole else bound
        return Served(
            plan, transport.flows_of(flows), max(bound, served), proven=False, alternatives=None
        )
    settled = _first(model, program, plan, flows, clock)
    plan = settled[0]
    flows = transport.flows_of(transport.serve(plan))
    return Served(plan, flows, float(flows.sum()), proven=settled[1], alternatives=settled[2])


def _first(
    model: _Model,
    program: MixedProgram,
    plan: tuple[int, ...],
    flows: NDArray[np.float64],
    clock: Clock,
) -> tuple[tuple[int, ...], bool, bool | None]:
    """Hold what counts at its best, one after the other, and give the first plan by id."""
    served = float(flows.sum())
    spare = 2.0 * CLOSE * max(1.0, served)  # less than what travelling less could gain by it
    row = np.zeros((1, model.size))
    row[0, model.candidates :] = 1.0
    program.add_rows(sparse.csr_array(row), np.array([served - spare]), np.array([np.inf]))
    aims = [np.concatenate([np.zeros(model.candidates), model.transport.cost])]
    if model.amount.budget is not None:
        aims.append((np.arange(model.size) < model.candidates).astype(np.float64))
    for number, costs in enumerate(aims):
        program.set_costs(costs)
        flows = model.transport.serve(plan)
        found = program.solve(clock.left(), start=model.values_of(plan, flows))
        if found.status != "optimal":
            return plan, False, None
        plan = model.columns(found.values)
        flows = model.transport.serve(plan)
        value = float(costs @ model.values_of(plan, flows))
        room = HALF if number else COST_CLOSE * max(1.0, abs(value))
        program.add_rows(
            sparse.csr_array(costs[np.newaxis, :]), np.array([-np.inf]), np.array([value + room])
        )
    settled = first_by_id(program, model.values_of(plan, flows), model.candidates, clock)
    return model.columns(settled.values), settled.settled, settled.alternatives


class _Model:
    """Columns: candidates, then one for each pair of a row and a site within its limit."""

    def __init__(self, transport: Transport, amount: Amount) -> None:
        self.transport = transport
        self.amount = amount
        self.candidates = len(transport.problem.candidates)
        self.size = self.candidates + transport.row.size

    def program(self) -> Program:
        transport, pairs = self.transport, self.transport.row.size
        home = transport.problem.candidates
        column = np.full(transport.room.size, -1)
        column[home] = np.arange(self.candidates)
        at = column[transport.site]
        flows, upper = transport.limits(np.arange(pairs))
        upper[transport.persons.size + home] = 0.0
        place: Any = (-transport.room[home], (transport.persons.size + home, column[home]))
        shape: Any = (upper.size, self.candidates)
        limits = sparse.hstack([sparse.csc_array(place, shape=shape), flows], format="csc")
        tied = np.flatnonzero(at >= 0)
        most = np.minimum(transport.persons[transport.row], transport.room[transport.site])
        strength: Any = (
            np.concatenate([np.ones(tied.size), -most[tied]]),
            (
                np.concatenate([np.arange(tied.size)] * 2),
                np.concatenate([self.candidates + tied, at[tied]]),
            ),
        )
        shape = (tied.size, self.size)
        strong = sparse.csc_array(strength, shape=shape)
        choice, least, most_of = choice_rows(transport.problem, self.amount, self.size)
        box = np.array([np.zeros(self.size), np.ones(self.size)])
        box[0, transport.problem.given] = 1.0
        box[1, self.candidates :] = most
        return Program(
            costs=np.concatenate([np.zeros(self.candidates), -np.ones(pairs)]),
            columns=box,
            rows=np.array(
                [
                    np.concatenate([np.full(upper.size + tied.size, -np.inf), least]),
                    np.concatenate([upper, np.zeros(tied.size), most_of]),
                ]
            ),
            matrix=sparse.csc_array(sparse.vstack([limits, strong, choice], format="csc")),
        )

    def whole(self) -> NDArray[np.bool_]:
        return np.arange(self.size) < self.candidates

    def values_of(self, plan: tuple[int, ...], flows: NDArray[np.float64]) -> NDArray[np.float64]:
        values = np.zeros(self.size)
        values[list(plan)] = 1.0
        values[self.candidates :] = flows
        return values

    def columns(self, values: NDArray[np.float64]) -> tuple[int, ...]:
        """Read the candidates chosen, and make sure that they keep to what was asked."""
        inside = values[: self.candidates] > HALF
        matrix, lower, upper = choice_rows(self.transport.problem, self.amount, self.candidates)
        value = matrix @ inside.astype(np.float64)
        if (value < lower).any() or (value > upper).any():
            message = "the solver's plan breaks a rule by more than rounding."
            raise SolverError(message)
        return tuple(np.flatnonzero(inside).tolist())


def _solved(program: LinearProgram) -> NDArray[np.float64]:
    """Solve a transport problem, which always has an answer."""
    solved = program.solve()
    if solved.status != "optimal":
        message = f"a transport problem ended as {solved.status}."
        raise SolverError(message)
    return solved.primal


def _groups_of(problem: Problem, reach: Any) -> NDArray[np.intp]:
    """Say which group each row is, as `Problem.reach` laid them out."""
    if (reach.limits == reach.limits[0]).all():  # which group it is makes no difference
        return np.zeros(reach.place.size, dtype=np.intp)
    lived = problem.group_persons > 0
    _, group = np.nonzero(lived | ~lived.any(axis=1, keepdims=True))
    return group


def _heard(progress: Progress | None, top: float) -> Progress | None:
    """Tell what the solver tells in persons, as more is better."""
    if progress is None:
        return None

    def heard(standing: Standing) -> None:
        objective = max(0.0, -standing.objective) if np.isfinite(standing.objective) else 0.0
        bound = min(top, -standing.bound) if np.isfinite(standing.bound) else top
        progress(Standing(standing.seconds, objective, max(bound, objective)))

    return heard
