"""The only module of access that talks to the solver (HiGHS): the transport problem.

The program has a column for each pair and one for each origin's persons who stay without a place.
Only a few pairs matter, those to near facilities: the program starts with these, and pairs that
would lower the cost join until there is none (column generation), which is checked over all pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.access.allocation.model import GRAIN
from wushan_geo.access.allocation.nearest import by_preference, settled
from wushan_geo.errors import WushanGeoError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.access.allocation.model import Market

# One thread and one seed: the same program gives the same answer on every run. The primal simplex
# goes on from where it was when columns join.
PRIMAL_SIMPLEX = 4
SETTINGS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "solver": "simplex",
    "simplex_strategy": PRIMAL_SIMPLEX,
    "presolve": "off",
    "dual_feasibility_tolerance": 1e-9,
}
FIRST = 8  # pairs of each origin to begin with, the nearest
JOINING = 4  # pairs of each origin that may join in a round
LARGEST = 1000.0  # the solver sees costs on one scale, be they minutes or metres
WORTH = 1e-8  # by how much, on that scale, a pair must lower the cost to join


class SolverError(WushanGeoError, RuntimeError):
    """The solver stopped without an answer."""


class Transport:
    """A transport problem that stays in the solver and is solved again as capacities move.

    Minimise the sum of ``t_ij x_ij`` and a penalty for each person without a place. The penalty is
    no guess: a chain of moves that serves one more person visits each facility at most once and
    so adds less than ``(min(origins, facilities) + 1) x largest cost``. With a penalty above that,
    who serves fewer than possible is never cheapest; the cut of the result proves it besides.

    Parameters
    ----------
    market
        What is asked.

    Raises
    ------
    SolverError
        If the solver does not take the program.

    Examples
    --------
    See ``tests/test_access_allocation_solver.py``.
    """

    def __init__(self, market: Market) -> None:
        # The public class of highspy writes a banner to standard output when it is made.
        from highspy._core import _Highs

        self._market = market
        largest = float(market.cost.max(initial=0.0))
        self._cost = market.cost * (LARGEST / largest) if largest else market.cost
        self._rows = len(market.origin_ids)
        self._solver = _Highs()
        self._inside = np.zeros(market.cost.size, dtype=bool)
        self._columns = np.empty(0, dtype=np.intp)
        for name, value in SETTINGS.items():
            self._taken(self._solver.setOptionValue(name, value), f"the option {name}")
        self._pass_rows()
        start = settled(market)
        self._add(np.flatnonzero(self._beginning(start)))
        self._start_from(start)

    def solve(self) -> NDArray[np.float64]:
        """Solve the problem as it now stands.

        Returns
        -------
        numpy.ndarray
            Persons on each pair of the market; whole where persons and places are.

        Raises
        ------
        SolverError
            If the solver ends without an answer.

        Examples
        --------
        See ``tests/test_access_allocation_solver.py``.
        """
        while True:
            values, prices = self._run()
            joining = self._joining(prices)
            if not joining.size:
                break
            self._add(joining)
        found = np.maximum(values[self._rows :], 0.0)
        flow = np.zeros(self._market.cost.size)
        # A vertex of a transport problem is whole where persons and places are: what is rounded
        # here is the arithmetic of the solver, and the flows are checked afterwards.
        flow[self._columns] = np.rint(found) if self._market.whole else found
        flow[flow <= GRAIN] = 0.0
        return flow

    def set_places(self, facility: int, places: float) -> None:
        """Change the capacity of one facility.

        Parameters
        ----------
        facility
            Its position in the market.
        places
            Its capacity from now on, at least 0.

        Raises
        ------
        SolverError
            If the solver does not take it.

        Examples
        --------
        See ``tests/test_access_allocation_solver.py``.
        """
        taken = self._solver.changeRowBounds(self._rows + facility, -np.inf, places)
        self._taken(taken, "the capacity")

    def _pass_rows(self) -> None:
        """Pass the rows, and the columns of persons without a place."""
        asked, count = self._market, self._rows
        rows = count + len(asked.facility_ids)
        penalty = 1.0 + LARGEST * (min(count, len(asked.facility_ids)) + 1)
        taken = self._solver.passModel(
            count,
            rows,
            count,
            1,  # column by column
            1,  # minimise
            0.0,
            np.full(count, penalty),
            np.zeros(count),
            np.full(count, np.inf),
            np.concatenate((asked.persons, np.full(rows - count, -np.inf))),
            np.concatenate((asked.persons, asked.places)),
            np.arange(count + 1, dtype=np.int32),
            np.arange(count, dtype=np.int32),
            np.ones(count),
            np.zeros(count, dtype=np.int32),
        )
        self._taken(taken, "the program")

    def _beginning(self, start: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Choose the pairs to begin with: the nearest, and those of the start."""
        wish, origin = by_preference(self._market), self._market.origin
        # Pairs are sorted by origin, and so are the wishes.
        first = np.searchsorted(origin, np.arange(self._rows))
        turn = np.arange(wish.size) - first[origin]
        chosen = start > 0
        chosen[wish[turn < FIRST]] = True
        return chosen & (self._market.persons[origin] > 0)

    def _add(self, pairs: NDArray[np.intp]) -> None:
        """Let pairs join the program."""
        asked, count = self._market, pairs.size
        if not count:
            return
        where = np.empty(2 * count, dtype=np.int32)
        where[0::2], where[1::2] = asked.origin[pairs], self._rows + asked.facility[pairs]
        taken = self._solver.addCols(
            count,
            self._cost[pairs],
            np.zeros(count),
            np.full(count, np.inf),
            2 * count,
            np.arange(0, 2 * count, 2, dtype=np.int32),
            where,
            np.ones(2 * count),
        )
        self._taken(taken, "the pairs")
        self._inside[pairs] = True
        self._columns = np.concatenate((self._columns, pairs))

    def _start_from(self, start: NDArray[np.float64]) -> None:
        """Begin with an allocation to the nearest, which saves most of the work.

        Filling pairs in ascending order uses up an origin or a facility with each pair, so that
        these pairs form no ring: a basis, up to what the solver completes.
        """
        from highspy import HighsBasis, HighsBasisStatus

        asked = self._market
        low, basic = HighsBasisStatus.kLower, HighsBasisStatus.kBasic
        columns = [low] * (self._rows + self._columns.size)
        for at in np.flatnonzero(start[self._columns] > 0).tolist():
            columns[self._rows + at] = basic
        for at in np.flatnonzero(asked.unserved(start) > 0).tolist():
            columns[at] = basic
        rows = [low] * (self._rows + len(asked.facility_ids))
        for at in np.flatnonzero(asked.spare(start) > 0).tolist():
            rows[self._rows + at] = basic
        basis = HighsBasis()
        basis.col_status, basis.row_status = columns, rows
        basis.valid, basis.alien = True, True
        self._taken(self._solver.setBasis(basis), "the start")

    def _run(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Solve with the pairs that have joined."""
        from highspy import HighsModelStatus

        self._solver.run()
        status = self._solver.getModelStatus()
        if status != HighsModelStatus.kOptimal:
            message = f"the solver ended with {status.name} instead of an allocation."
            raise SolverError(message)
        found = self._solver.getSolution()
        return np.array(found.col_value), np.array(found.row_dual)

    def _joining(self, prices: NDArray[np.float64]) -> NDArray[np.intp]:
        """Find pairs outside the program that would lower the cost, the best of each origin."""
        asked = self._market
        reduced = self._cost - prices[: self._rows][asked.origin]
        reduced -= prices[self._rows :][asked.facility]
        better = ~self._inside & (reduced < -WORTH) & (asked.persons[asked.origin] > 0)
        pairs = np.flatnonzero(better)
        pairs = pairs[np.lexsort((asked.facility[pairs], reduced[pairs], asked.origin[pairs]))]
        origin = asked.origin[pairs]
        turn = np.arange(pairs.size) - np.searchsorted(origin, origin)
        return pairs[turn < JOINING]

    def _taken(self, status: object, what: str) -> None:
        """Make sure that the solver has accepted something."""
        from highspy import HighsStatus

        if status == HighsStatus.kError:
            message = f"the solver did not accept {what}."
            raise SolverError(message)
