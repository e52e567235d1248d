"""A covering problem reduced to what a search has to decide, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from wushan_geo.errors import ParameterError
from wushan_geo.siting.covers.cover import Cover

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from wushan_geo.siting.problem import Problem, Reach

DECIMALS = 6  # persons may be fractions (persons x uptake); finer differences do not decide
WHOLE_BITS = 48  # weights of all places together, which leaves room to add up prices of columns
CLOSE = 1e-9  # relative; how near a fraction of a person must be to a decimal to be one


@dataclass(frozen=True, slots=True, eq=False)
class CoverRows:
    """What is left to decide of a covering problem.

    Places that existing or required sites cover, and places that no candidate reaches, have
    nothing to decide. Places with the same candidates are one row. The weight of a place is
    ``persons * step + 1`` with a `step` larger than the number of places, so that the best weight
    has most persons and, of those, most places. Where groups have limits of their own, each group
    of a place is a row, and the place counts with its strictest group, which is covered last.

    Raises
    ------
    TypeError
        If a field is missing; `CoverRows.of` makes it.

    Examples
    --------
    >>> from wushan_geo.siting.problem import problem_of
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> CoverRows.of(problem_of(times, {"A": 2, "B": 3}, required=["G"]), 30).cover.weights.tolist()
    [10]
    """

    problem: Problem
    reach: Reach
    open: NDArray[np.intp]
    """Candidates that are not required: the columns of `cover`."""
    cover: Cover
    step: int
    decimals: int
    """Decimals of persons that count."""
    undecided: float
    """Persons by which rounding to these decimals may mistake a plan; 0 if nothing was rounded."""

    @classmethod
    def of(cls, problem: Problem, limit: float | Mapping[str, float]) -> CoverRows:
        """Reduce a problem.

        Parameters
        ----------
        problem
            What was asked.
        limit
            Largest cost that is covered, one for all or one by group.

        Returns
        -------
        CoverRows
            What is left to decide.

        Raises
        ------
        ParameterError
            If a limit is out of range, or there are more persons than whole numbers can hold.

        Examples
        --------
        See ``tests/test_siting_covering.py``.
        """
        reach = problem.reach(limit)
        given = problem.given
        rest = np.setdiff1d(np.arange(len(problem.candidates)), given)
        some = reach.near[:, rest].any(axis=1)
        wanted = (reach.standing == 0) & ~reach.near[:, given].any(axis=1) & some
        step = len(problem.place_ids) + 1
        whole, decimals, undecided = in_whole_numbers(reach.persons[wanted], step)
        weights = whole * step + strictest(reach)[wanted]
        # A group that nobody belongs to and that is not the strictest one decides nothing.
        counts = weights > 0
        rows, weights = _merged(reach.near[np.ix_(wanted, rest)][counts], weights[counts])
        cover = Cover(weights, sparse.csc_array(rows.astype(np.int64)))
        return cls(problem, reach, rest, cover, step, decimals, undecided)

    def columns_of(self, taken: Iterable[int]) -> list[int]:
        """Give the candidates of a plan: the required ones and some columns of `cover`.

        Parameters
        ----------
        taken
            Columns of `cover`.

        Returns
        -------
        list of int
            Candidates, ascending.

        Raises
        ------
        IndexError
            If there is no such column.

        Examples
        --------
        See ``tests/test_siting_covering.py``.
        """
        return sorted((*self.problem.given.tolist(), *self.open[list(taken)].tolist()))

    def persons_of(self, columns: Iterable[int]) -> float:
        """Give the persons whom existing sites and some candidates reach.

        Parameters
        ----------
        columns
            Candidates.

        Returns
        -------
        float
            Persons.

        Raises
        ------
        IndexError
            If there is no such candidate.

        Examples
        --------
        See ``tests/test_siting_covering.py``.
        """
        covered = (self.reach.standing > 0) | self.reach.near[:, list(columns)].any(axis=1)
        return float(self.reach.persons[covered].sum())

    def persons_between(self, weight: int, bound: int) -> float:
        """Give the persons by which a better plan might exceed the one found.

        Parameters
        ----------
        weight, bound
            Weight of the plan, and the weight that none exceeds.

        Returns
        -------
        float
            Persons, at least 0.

        Raises
        ------
        TypeError
            If these are no numbers.

        Examples
        --------
        See ``tests/test_siting_covering.py``.
        """
        between = bound // self.step - weight // self.step
        return between / 10.0**self.decimals + self.undecided


def strictest(reach: Reach) -> NDArray[np.int64]:
    """Mark one row of each place: the group that has fewest sites within its limit.

    What one group reaches within a smaller limit, another reaches within a larger one, so that a
    place is covered with all its groups as soon as this row is.

    Parameters
    ----------
    reach
        Rows by place and group.

    Returns
    -------
    numpy.ndarray
        1 for one row of each place, 0 for the others.

    Raises
    ------
    ValueError
        If the arrays do not fit.

    Examples
    --------
    >>> from wushan_geo.siting.problem import problem_of
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G",), "min", [[5], [50]])
    >>> strictest(problem_of(times, {"A": 2, "B": 3}).reach(30)).tolist()
    [1, 1]
    """
    number = reach.near.sum(axis=1) + reach.standing
    order = np.lexsort((np.arange(number.size), number, reach.place))
    first = np.ones(order.size, dtype=bool)
    first[1:] = reach.place[order][1:] != reach.place[order][:-1]
    answer = np.zeros(order.size, dtype=np.int64)
    answer[order[first]] = 1
    return answer


def in_whole_numbers(
    persons: NDArray[np.float64], step: int
) -> tuple[NDArray[np.int64], int, float]:
    """Write persons in whole numbers of the coarsest decimal that keeps them as they are.

    If no such decimal is fine enough, or their sum would no longer be exact, they are rounded, and
    the persons that rounding may hide are given besides.

    Parameters
    ----------
    persons
        Persons, at least 0.
    step
        What they are multiplied with afterwards.

    Returns
    -------
    tuple
        Whole numbers; decimals behind the point that they have; persons that rounding may hide.

    Raises
    ------
    ParameterError
        If there are more persons than whole numbers can hold.

    Examples
    --------
    >>> in_whole_numbers(np.array([2.5, 1.0]), 3)
    (array([25, 10]), 1, 0.0)
    """
    total = float(persons.sum())
    room = 2.0**WHOLE_BITS / (2.0 * step)
    if total > room:
        message = (
            f"persons add up to {total:g}, more than {room:g}, above which whole numbers of "
            f"persons are not exact. Give persons in thousands."
        )
        raise ParameterError(message)
    whole, decimals, off = np.rint(persons), 0, np.abs(persons - np.rint(persons))
    for more in range(DECIMALS + 1):
        if total * 10.0**more > room:
            break
        scaled = persons * 10.0**more
        whole, decimals = np.rint(scaled), more
        off = np.abs(scaled - whole)
        if (off <= CLOSE * np.maximum(1.0, scaled)).all():
            return whole.astype(np.int64), decimals, 0.0
    # A plan may gain by what was rounded off one set of places and lose by that of another.
    return whole.astype(np.int64), decimals, float(off.sum()) / 10.0**decimals


def _merged(
    reach: NDArray[np.bool_], weights: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Make one row of places that the same candidates cover."""
    if not reach.size:
        return reach, weights
    keys = np.packbits(reach, axis=1)
    whole = np.ascontiguousarray(keys).view(np.dtype((np.void, keys.shape[1]))).ravel()
    _, first, which = np.unique(whole, return_index=True, return_inverse=True)
    total = np.zeros(first.size, dtype=np.int64)
    np.add.at(total, which.ravel(), weights)
    return reach[first], total
