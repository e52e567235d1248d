"""p-median where sites take only so many: persons flow to sites that have room for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.siting.medians.median_request import candidates_of, one_sided, request_model
from wushan_geo.siting.medians.median_search import median_of
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import refuse
from wushan_geo.siting.solver import LinearProgram, MixedProgram, Program
from wushan_geo.siting.ties import first_by_id

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.medians.median_search import Found
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.solver import Mixed, Progress
    from wushan_geo.siting.ties import Clock

SAME = 1e-9  # relative; plans that differ by less are equally good
DUST = 1e-9  # of the persons of a place: less than that goes nowhere


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """The answer to a capacitated median.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    See ``tests/test_siting_median_capacity.py``.
    """

    columns: NDArray[np.intp]
    """Candidates chosen, ascending."""
    value: float
    bound: float
    proven: bool
    """Whether no plan is better and the plan is the first of equally good ones."""
    alternatives: bool | None
    flows: NDArray[np.float64]
    """Persons from each place to each site."""


def shared_median(problem: Problem, count: int, clock: Clock, progress: Progress | None) -> Shared:
    """Choose sites and say who goes where, so that persons times cost is least in sum.

    The same request without capacities bounds it from below: where its plan has room for all at the
    same cost, it is the answer. Otherwise the transport form with ``f_ij <= a_i x_j`` (Holmberg,
    Ronnqvist & Yuan 1999) goes to the solver as a whole.

    Parameters
    ----------
    problem
        What was asked, with capacities.
    count
        Number of new sites.
    clock
        Time that remains.
    progress
        Told how the search stands.

    Returns
    -------
    Shared
        Sites and flows.

    Raises
    ------
    InfeasibleError
        If no plan reaches everybody, keeps to the rules and has room for all.
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_median_capacity.py``.
    """
    need = Need(model="p_median", sites=count, capacity=True)
    if not has_room(problem, count):
        refuse(problem, need)
    free = median_of(request_model(problem, count), seconds=clock.left())
    if free is None:
        refuse(problem, need)
    columns = candidates_of(problem, free.columns)
    flows = transported(problem, columns)
    if flows is not None:
        value = cost_of(problem, flows)
        alone = free.settled and free.alternatives is False
        if alone and value <= free.value + SAME * abs(free.value):
            return Shared(columns, value, value, proven=True, alternatives=False, flows=flows)
    answer = _Flows(problem, count).solve(columns, flows, free, clock, progress)
    if answer is None:
        refuse(problem, need)
    return answer


def has_room(problem: Problem, count: int) -> bool:
    """Say whether the largest sites that may be open have room for everybody.

    Parameters
    ----------
    problem
        What was asked, with capacities.
    count
        Number of new sites.

    Returns
    -------
    bool
        False only where no choice has room, wherever people live.

    Raises
    ------
    ValueError
        If there are no capacities.

    Examples
    --------
    See ``tests/test_siting_median_capacity.py``.
    """
    room = _room(problem)
    own = room[problem.candidates]
    rest = np.sort(np.delete(own, problem.given))[::-1]
    most = room[problem.opened].sum() + own[problem.given].sum()
    most += rest[: count - problem.given.size].sum()
    need = float(problem.persons.sum())
    return bool(most >= need - SAME * need)


def cost_of(problem: Problem, flows: NDArray[np.float64]) -> float:
    """Add up persons times cost.

    Parameters
    ----------
    problem
        What was asked.
    flows
        Persons from each place to each site.

    Returns
    -------
    float
        In persons times the unit of the costs.

    Raises
    ------
    IndexError
        If the shapes do not fit.

    Examples
    --------
    See ``tests/test_siting_median_capacity.py``.
    """
    used = flows > 0
    return float((flows[used] * problem.costs[used]).sum())


def transported(problem: Problem, columns: NDArray[np.intp]) -> NDArray[np.float64] | None:
    """Send everybody to open sites with room for them, at least cost in sum.

    Parameters
    ----------
    problem
        What was asked, with capacities.
    columns
        Candidates that are open besides the existing sites.

    Returns
    -------
    numpy.ndarray or None
        Persons from each place to each site, whole where persons and capacities are; None where
        there is not room for all.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_median_capacity.py``.
    """
    room = _room(problem)
    persons, flows = problem.persons, np.zeros(problem.costs.shape)
    sites = np.sort(np.concatenate([problem.opened, problem.candidates[columns]]))
    lived = np.flatnonzero(persons > 0)
    costs = problem.costs[np.ix_(lived, sites)]
    row, column = np.nonzero(np.isfinite(costs))
    if np.unique(row).size < lived.size:
        return None
    if not lived.size:
        return flows
    entry = np.arange(row.size)
    leaving = _matrix(row, entry, np.ones(row.size), (lived.size, row.size))
    taken = _matrix(column, entry, np.ones(row.size), (sites.size, row.size))
    known = costs[row, column]
    solved = LinearProgram(
        Program(
            known / max(float(known.max()), 1e-300),
            np.array([np.zeros(row.size), np.full(row.size, np.inf)]),
            np.array(
                [
                    np.concatenate([persons[lived], np.full(sites.size, -np.inf)]),
                    np.concatenate([persons[lived], room[sites]]),
                ]
            ),
            sparse.csc_array(sparse.vstack([leaving, taken], format="csc")),
        )
    ).solve()
    if solved.status != "optimal":
        return None
    sent = np.where(solved.primal > DUST * persons[lived][row], solved.primal, 0.0)
    if (persons == np.rint(persons)).all() and (room == np.rint(room)).all():
        sent = np.rint(sent)  # a vertex of the transport problem is whole
    else:
        sent *= (persons[lived] / np.bincount(row, sent, minlength=lived.size))[row]
    flows[lived[row], sites[column]] = sent
    return flows


class _Flows:
    """The whole program: candidates, then the share of each place that goes to each site."""

    def __init__(self, problem: Problem, count: int) -> None:
        self._problem = problem
        room, persons = _room(problem), problem.persons
        lived = np.flatnonzero(persons > 0)
        costs = problem.costs[lived]
        self._place, self._site = np.nonzero(np.isfinite(costs))
        self._lived = lived
        own = persons[lived][self._place]
        worth = own * costs[self._place, self._site]
        self._scale = max(float(worth.max(initial=0.0)), 1e-300)
        self.candidates = problem.candidates.size
        wide = self.candidates + own.size
        column = np.full(room.size, -1)
        column[problem.candidates] = np.arange(self.candidates)
        self._column = column[self._site]
        entry = self.candidates + np.arange(own.size)
        ones = np.ones(own.size)
        linked = np.flatnonzero(self._column >= 0)
        links = np.arange(linked.size)
        rules, most = one_sided(problem)
        all_of = _matrix(self._place, entry, ones, (lived.size, wide))
        load = _matrix(self._site, entry, own, (room.size, wide))
        open_room = _matrix(
            problem.candidates, np.arange(self.candidates), room[problem.candidates],
            (room.size, wide),
        )  # fmt: skip
        link = _matrix(
            np.concatenate([links, links]),
            np.concatenate([entry[linked], self._column[linked]]),
            np.concatenate([np.ones(linked.size), -np.ones(linked.size)]),
            (linked.size, wide),
        )
        number = _matrix(
            np.zeros(self.candidates, dtype=np.intp), np.arange(self.candidates),
            np.ones(self.candidates), (1, wide),
        )  # fmt: skip
        blank = sparse.csr_array((rules.shape[0], own.size))
        ruled = sparse.hstack([rules, blank], format="csr")
        at_most = [(load - open_room, self._fixed_room(room)), (link, np.zeros(linked.size))]
        parts = [
            (number, [float(count)], [float(count)]),
            (all_of, np.ones(lived.size), np.ones(lived.size)),
            (ruled, np.full(most.size, -np.inf), most),
            *((rows, np.full(high.size, -np.inf), high) for rows, high in at_most),
        ]
        least = np.zeros(wide)
        least[problem.given] = 1.0
        self._costs = np.concatenate([np.zeros(self.candidates), worth / self._scale])
        program = Program(
            self._costs,
            np.array([least, np.ones(wide)]),
            np.array(
                [
                    np.concatenate([low for _, low, _ in parts]),
                    np.concatenate([high for _, _, high in parts]),
                ]
            ),
            sparse.csc_array(sparse.vstack([rows for rows, _, _ in parts], format="csc")),
        )
        self._program = MixedProgram(program, np.arange(wide) < self.candidates)

    def _fixed_room(self, room: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the room of sites that are open in any case."""
        fixed = np.zeros(room.size)
        fixed[self._problem.opened] = room[self._problem.opened]
        return fixed

    def solve(
        self,
        columns: NDArray[np.intp],
        flows: NDArray[np.float64] | None,
        free: Found,
        clock: Clock,
        progress: Progress | None,
    ) -> Shared | None:
        """Solve it, starting from a plan if there is one; None if there is no plan at all."""
        start = None if flows is None else self._values(columns, flows)
        found = self._program.solve(clock.left(), start=start, progress=self._heard(progress))
        if found.status == "infeasible":
            return None
        if not found.values.size and start is None:
            start = self._any()
            if start is None:
                return None
        values = found.values if found.values.size else start
        assert values is not None  # noqa: S101 -- one of both is there
        return self._answer(found, values, free, clock)

    def _answer(
        self, found: Mixed, values: NDArray[np.float64], free: Found, clock: Clock
    ) -> Shared:
        """Settle ties and work the flows out once more."""
        problem, alternatives, proven = self._problem, None, False
        if found.status == "optimal":
            cost = max(found.objective, 1e-12)
            row = sparse.csr_array((self._costs / cost).reshape(1, -1))
            top = np.array([found.objective / cost * (1 + SAME)])
            self._program.add_rows(row, np.array([-np.inf]), top)
            first = first_by_id(self._program, values, self.candidates, clock)
            values, alternatives, proven = first.values, first.alternatives, first.settled
        columns = np.flatnonzero(values[: self.candidates] > 0.5)  # noqa: PLR2004 -- 0 or 1
        flows = transported(problem, columns)
        if flows is None:
            flows = self._flows(values)
        value = cost_of(problem, flows)
        bound = value
        if found.status != "optimal":
            bound = min(value, max(found.bound * self._scale, free.bound))
        return Shared(columns, value, bound, proven, alternatives, flows)

    def _any(self) -> NDArray[np.float64] | None:
        """Find some plan, however long it takes."""
        self._program.set_costs(np.zeros(self._costs.size))
        found = self._program.solve()
        self._program.set_costs(self._costs)
        return found.values if found.values.size else None

    def _values(self, columns: NDArray[np.intp], flows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Write a plan as values of the program."""
        inside = np.zeros(self.candidates)
        inside[columns] = 1.0
        place = self._lived[self._place]
        share = flows[place, self._site] / self._problem.persons[place]
        return np.concatenate([inside, share])

    def _flows(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Read flows from values of the program."""
        flows = np.zeros(self._problem.costs.shape)
        place = self._lived[self._place]
        flows[place, self._site] = values[self.candidates :] * self._problem.persons[place]
        return flows

    def _heard(self, progress: Progress | None) -> Progress | None:
        """Report in persons times cost."""
        if progress is None:
            return None
        from wushan_geo.siting.solver import Standing

        scale = self._scale

        def heard(now: Standing) -> None:
            progress(Standing(now.seconds, now.objective * scale, now.bound * scale))

        return heard


def _room(problem: Problem) -> NDArray[np.float64]:
    """Give the capacities of all sites."""
    if problem.capacity is None:
        message = "the request has no capacities."
        raise ValueError(message)
    return problem.capacity


def _matrix(
    rows: NDArray[np.intp], columns: NDArray[np.intp], values: Any, shape: tuple[int, int]
) -> sparse.csr_array:
    """Build a sparse matrix of its entries."""
    entries: Any = (values, (rows, columns))
    return sparse.csr_array(entries, shape=shape)
