"""Worst-off first to the end: after the largest cost the number of persons at it, and so on.

Lexicographic minimax (Ogryczak 1997): plans are compared by the persons at the largest cost, then
at the next one, and so on; a plan with a smaller cost there, or fewer persons at it, is better. The
costs that can be a place's own are few, and once it is known that a certain place has a certain
cost in every best plan, all candidates nearer to it are out. So each level settles a cost (a
covering question for each limit tried), the fewest persons at it, and, where only one set of places
can be those persons, the places too. Where several sets can, each place in question gets an excuse
(a column of the program), and the persons excused stay at their fewest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from wushan_geo.siting.centres.center_cover import NONE, STOPPED, Fixed, Reply, another_cover
from wushan_geo.siting.centres.center_questions import Extra, chosen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.centres.center_questions import Questions
    from wushan_geo.siting.centres.center_search import Centre
    from wushan_geo.siting.ties import Clock

DECIMALS = 6  # fractions of persons finer than that do not decide
ROOM = 0.25  # persons are whole numbers (of the coarsest decimal): a quarter more is none more
LEVEL_COLUMNS = ("cost", "places", "persons", "proven")


@dataclass(frozen=True, slots=True, eq=False)
class Leximin:
    """The plan that is best for the worst-off, then for the next, and so on.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Leximin(np.array([0]), alternatives=False, settled=True, down_to=0.0).settled
    True
    """

    columns: NDArray[np.intp]
    """Candidates of the plan, ascending."""
    alternatives: bool | None
    """Whether another plan is as good at every level; None where that was not settled."""
    settled: bool
    """Whether everything was settled before the time was over."""
    down_to: float
    """Costs above this are proven to be as they are in every best plan; minus infinity: all."""


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """A cost at which some of these places must be, but not certain which."""

    places: NDArray[np.intp]
    cost: float
    most: float
    """Weight of the places at this cost (infinite while the least is looked for)."""


def worst_off_first(questions: Questions, start: Centre, clock: Clock) -> Leximin:
    """Go on from the plan with the smallest worst cost to the one that is best at every level.

    Parameters
    ----------
    questions
        Asks for plans.
    start
        A plan whose worst cost is proven to be the smallest.
    clock
        Time that remains.

    Returns
    -------
    Leximin
        The plan, of equally good ones the first.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_center.py``.
    """
    return _Levels(questions, start, clock).run()


def level_table(
    cost: NDArray[np.float64], persons: NDArray[np.float64] | None, down_to: float
) -> pd.DataFrame:
    """List who has which cost, the largest first.

    Parameters
    ----------
    cost
        Cost of each place to its nearest site.
    persons
        Persons at each place; None where they are not known.
    down_to
        Costs above this are proven.

    Returns
    -------
    pandas.DataFrame
        ``cost``, ``places``, ``persons``, ``proven``.

    Raises
    ------
    ValueError
        If the arrays do not fit.

    Examples
    --------
    >>> level_table(np.array([5.0, 9.0, 5.0]), np.array([1.0, 2.0, 3.0]), 5.0)
       cost  places  persons  proven
    0   9.0       1      2.0    True
    1   5.0       2      4.0   False
    """
    values, which = np.unique(cost, return_inverse=True)
    weight = np.full(cost.size, np.nan) if persons is None else persons
    table = pd.DataFrame(
        {
            "cost": values,
            "places": np.bincount(which, minlength=values.size).astype(np.int64),
            "persons": np.bincount(which, weight, minlength=values.size),
            "proven": values > down_to,
        },
        columns=list(LEVEL_COLUMNS),
    )
    return table.iloc[::-1].reset_index(drop=True)


class _Levels:
    """What is settled so far, and the best plan."""

    def __init__(self, questions: Questions, start: Centre, clock: Clock) -> None:
        self.questions, self.view, self.clock = questions, questions.view, clock
        self.weight = _whole(self.view.persons)
        self.best = start.columns
        self.witness: NDArray[np.intp] | None = None
        self.fixed = self.view.fixed
        places = self.view.base.size
        # Every place is within its own limit; `open` ones may still come to be nearer.
        self.near = self.view.costs <= start.value
        self.need = self.view.base > start.value
        self.open = np.ones(places, dtype=bool)
        self.levels: list[_Level] = []
        self.last = np.inf
        self.first = start.value

    def run(self) -> Leximin:
        """Settle level after level until only one plan is left, or all levels are settled."""
        value: float | None = self.first
        unique = False
        while value is not None:
            if not self._settle(value):
                return Leximin(self.best, None, settled=False, down_to=value)
            self.last = value
            reply = self._another()
            if reply.known and reply.columns is None:
                unique = True
                break
            value = self._next()
            if value is not None and np.isnan(value):
                return Leximin(self.best, None, settled=False, down_to=self.last_open())
        if unique:
            return Leximin(self.best, alternatives=False, settled=True, down_to=-np.inf)
        return self._by_id()

    def last_open(self) -> float:
        """Give the largest cost that is not settled in the best plan."""
        return self._reached(self.best)

    def _reached(self, columns: NDArray[np.intp]) -> float:
        """Give the largest cost of an open place below the last level; minus infinity if none."""
        cost = self.view.nearest(columns)[self.open]
        return float(cost[cost < self.last].max(initial=-np.inf))

    def _ideal(self) -> NDArray[np.float64]:
        """Give the cost of each place with every candidate open that is not barred."""
        return self.view.nearest(np.flatnonzero(~self.fixed.outside))

    def _excusable(self) -> NDArray[np.bool_]:
        mask = np.zeros(self.open.size, dtype=bool)
        for level in self.levels:
            mask[level.places] = True
        return mask & self.open

    def _next(self) -> float | None:
        """Find the next cost that cannot be avoided; None if none is left, NaN if time is over."""
        top = self._reached(self.best)
        if not np.isfinite(top):
            return None
        sure = self.open & ~self._excusable()
        floor = float(self._ideal()[sure].max(initial=-np.inf))
        allowed = self.view.costs[np.ix_(self.open, ~self.fixed.outside)]
        every = np.concatenate([allowed.ravel(), self.view.base[self.open]])
        values = np.unique(every[(every >= floor) & (every <= top)])
        low, high = 0, values.size - 1
        # An answer may also be that no open place is left above; then nothing but excuses is open.
        while low < high:
            middle = (low + high) // 2
            reply = self._within(float(values[middle]))
            if not reply.known:
                return float("nan")
            if reply.columns is None:
                low = middle + 1
            else:
                self.best = reply.columns
                reached = self._reached(self.best)
                if not np.isfinite(reached):
                    return None
                high = int(np.searchsorted(values, reached))
        return float(values[high])

    def _within(self, limit: float) -> Reply:
        """Ask for a plan with every open place within a limit, but for those excused."""
        if not self.levels:
            near, need = self._bounded(limit)
            return self.questions.find(near[need], self.fixed, self.clock)
        return self._solve(self.levels, limit, np.zeros(0), None)

    def _bounded(self, limit: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        near, need = self.near.copy(), self.need.copy()
        near[self.open] = self.view.costs[self.open] <= limit
        need[self.open] = self.view.base[self.open] > limit
        return near, need

    def _settle(self, value: float) -> bool:
        """Settle the fewest persons at a cost, and where possible which places they are."""
        cost = self.view.nearest(self.best)
        here = self.open & (cost == value)
        ideal = self._ideal()
        allowed = self.view.costs[:, ~self.fixed.outside]
        may = self.open & ((allowed == value).any(axis=1) | (self.view.base == value))
        may &= ideal <= value
        forced = may & (ideal == value) & ~self._excusable()
        least = float(self.weight[here].sum())
        below = np.nextafter(value, -np.inf)
        if not (least == self.weight[forced].sum() or may.sum() == 1):
            level = _Level(np.flatnonzero(may), value, np.inf)
            reply = self._solve([*self.levels, level], below, self.weight[may], None)
            if not reply.known or reply.columns is None:
                return False
            found = self.open & (self.view.nearest(reply.columns) == value)
            if self.weight[found].sum() <= least:
                self.best, here = reply.columns, found
                least = float(self.weight[here].sum())
            if least != self.weight[forced].sum():
                level = _Level(np.flatnonzero(may), value, least)
                other = self._solve([*self.levels, level], below, np.zeros(0), here)
                if not other.known:
                    return False
                if other.columns is not None:
                    self._excuse(level, below, may)
                    return True
        self._place(here, value, below)
        return True

    def _excuse(self, level: _Level, below: float, may: NDArray[np.bool_]) -> None:
        """Leave open which places are at a cost: all others are below it."""
        self.levels.append(level)
        rest = self.open & ~may
        self.near[rest] = self.view.costs[rest] <= below
        self.need[rest] = self.view.base[rest] > below

    def _place(self, here: NDArray[np.bool_], value: float, below: float) -> None:
        """Settle that exactly these places are at a cost: no nearer candidate is open."""
        nearer = (self.view.costs[here] < value).any(axis=0)
        self.fixed = Fixed(self.fixed.inside, self.fixed.outside | nearer)
        self.near[here] = self.view.costs[here] <= value
        self.need[here] = self.view.base[here] > value
        self.open &= ~here
        self.near[self.open] = self.view.costs[self.open] <= below
        self.need[self.open] = self.view.base[self.open] > below
        self.levels = [
            _Level(level.places[~here[level.places]], level.cost, level.most)
            for level in self.levels
        ]
        alone = self.near[self.need & ~self._excusable()] & ~self.fixed.outside
        alone = alone[alone.sum(axis=1) == 1]
        self.fixed = Fixed(self.fixed.inside | alone.any(axis=0), self.fixed.outside)

    def _another(self) -> Reply:
        """Ask whether another plan is as good as the best at all levels so far."""
        if self.fixed.inside.sum() == self.view.count:
            return NONE
        if self.witness is not None and self._as_good(self.witness):
            return Reply(self.witness, known=True)
        if self.levels or self.questions.ruled:
            reply = self._solve(self.levels, self._below(), np.zeros(0), None, differ=True)
        else:
            reply = another_cover(self.near[self.need], self.fixed, self.best, self.clock)
        self.witness = reply.columns
        return reply

    def _as_good(self, columns: NDArray[np.intp]) -> bool:
        """Say whether a plan is another one, and has the same levels down to the last."""
        if np.array_equal(columns, self.best):
            return False
        mine, other = self.view.nearest(self.best), self.view.nearest(columns)
        return np.array_equal(self._profile(mine), self._profile(other))

    def _profile(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the costs down to the last level, and the weight at each."""
        values, which = np.unique(cost[cost >= self.last], return_inverse=True)
        weight = np.bincount(which, self.weight[cost >= self.last], minlength=values.size)
        return np.concatenate([values, weight])

    def _below(self) -> float:
        return float(np.nextafter(self.last, -np.inf))

    def _by_id(self) -> Leximin:
        """Of the plans that are equal at every level, give the first."""
        if not self.levels:
            near = self.near[self.need]
            first = self.questions.first(near, self.fixed, self.best, self.clock)
            return Leximin(first.columns, first.alternatives, first.settled, -np.inf)
        from wushan_geo.siting.ties import first_by_id

        near, extra = self._extra(self.levels, self._below(), np.zeros(0), None)
        program, size = self.questions.program(near, self.fixed, extra)
        count = self.view.costs.shape[1]
        start = self._start(self.levels, self.best, size)
        settled = first_by_id(program, start, count, self.clock)
        return Leximin(chosen(settled, count), settled.alternatives, settled.settled, -np.inf)

    def _start(
        self, levels: list[_Level], columns: NDArray[np.intp], size: int
    ) -> NDArray[np.float64]:
        """Write a plan as values of a program."""
        values = np.zeros(size)
        values[columns] = 1.0
        cost = self.view.nearest(columns)
        at = self.view.costs.shape[1]
        for level in levels:
            values[at : at + level.places.size] = cost[level.places] == level.cost
            at += level.places.size
        return values

    def _solve(
        self,
        levels: list[_Level],
        limit: float,
        costs: NDArray[np.float64],
        here: NDArray[np.bool_] | None,
        *,
        differ: bool = False,
    ) -> Reply:
        """Solve a program with excuses; `here` asks for another set of places at the last level."""
        from wushan_geo.siting.ties import excluding

        near, extra = self._extra(levels, limit, costs, here)
        if not near.any(axis=1).all():
            return NONE
        program, size = self.questions.program(near, self.fixed, extra)
        if differ:
            inside = np.zeros(self.view.costs.shape[1])
            inside[self.best] = 1.0
            row, least = excluding(inside, size)
            program.add_rows(row, np.array([least]), np.array([np.inf]))
        count = self.view.costs.shape[1]
        found = program.solve(self.clock.left())
        if found.status == "infeasible":
            return NONE
        values = found.values  # noqa: PD011 -- no frame: what the solver found
        if not values.size or (costs.size and found.status != "optimal"):
            return STOPPED
        return Reply(chosen(found, count), known=True)

    def _extra(
        self,
        levels: list[_Level],
        limit: float,
        costs: NDArray[np.float64],
        here: NDArray[np.bool_] | None,
    ) -> tuple[NDArray[np.bool_], Extra]:
        """Write the rows: those without excuses (to be covered), and the rest with its excuses."""
        view, count = self.view, self.view.costs.shape[1]
        owners = np.concatenate([np.empty(0, dtype=np.intp), *(one.places for one in levels)])
        price = np.zeros(owners.size)
        price[owners.size - costs.size :] = costs
        excused = np.zeros(self.open.size, dtype=bool)
        excused[owners] = True
        within, need = self._bounded(limit)
        plain = within[need & ~excused]
        rows, lower, upper = [], [], []
        start = 0
        for level in levels:
            # Whoever is not excused at an earlier level is within this one.
            places, end = level.places, start + level.places.size
            near = view.costs[places] <= level.cost
            rows.append(_rows(near, places, owners[:start], owners.size))
            lower.append(np.where(view.base[places] > level.cost, 1.0, -np.inf))
            weights = np.zeros((1, count + owners.size))
            weights[0, count + start : count + end] = self.weight[places]
            rows.append(sparse.csr_array(weights))
            lower.append(np.array([-np.inf]))
            upper += [np.full(places.size, np.inf), np.array([level.most + ROOM])]
            start = end
        places = np.flatnonzero(excused & self.open)
        rows.append(_rows(view.costs[places] <= limit, places, owners, owners.size))
        lower.append(np.where(view.base[places] > limit, 1.0, -np.inf))
        upper.append(np.full(places.size, np.inf))
        if here is not None:
            last = levels[-1].places
            same = np.zeros((1, count + owners.size))
            same[0, count + owners.size - last.size :] = here[last]
            rows.append(sparse.csr_array(same))
            lower.append(np.array([-np.inf]))
            upper.append(np.array([float(here.sum()) - 1.0]))
        matrix = sparse.csr_array(sparse.vstack(rows, format="csr"))
        return plain, Extra(price, matrix, np.concatenate(lower), np.concatenate(upper))


def _rows(
    near: NDArray[np.bool_], places: NDArray[np.intp], owners: NDArray[np.intp], size: int
) -> sparse.csr_array:
    """Write rows of places: their candidates, and their own excuses among the first ones."""
    excuses = np.zeros((places.size, size))
    excuses[:, : owners.size] = places[:, np.newaxis] == owners
    return sparse.csr_array(np.hstack([near.astype(np.float64), excuses]))


def _whole(persons: NDArray[np.float64]) -> NDArray[np.float64]:
    """Write persons in whole numbers of the coarsest decimal that keeps them as they are."""
    for decimals in range(DECIMALS):
        scaled = persons * 10.0**decimals
        whole = np.rint(scaled)
        if np.allclose(scaled, whole, rtol=1e-12, atol=0.0):
            return whole
    return np.rint(persons * 10.0**DECIMALS)
