"""Several aims one after another: solved to proof, held there, and solved for the next.

What the county's own models share: numbers made whole where they can be, rows that the same sites
cover taken together, and a program that is solved for one aim after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.errors import ParameterError, shown
from wushan_geo.siting.solver import LinearProgram, MixedProgram, Standing
from wushan_geo.siting.ties import Clock, first_by_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from wushan_geo.siting.rules import RuleRows
    from wushan_geo.siting.solver import Ending, Program
    from wushan_geo.travel.matrix import TravelMatrix

    Progress = Callable[[Standing], None]

DECIMALS = 6  # finest decimal that is made whole; finer numbers stay fractions
LARGEST = 1e9  # sum of whole numbers up to which the solver tells them apart
JOINED = 1e7  # the same for aims joined into one, whose parts must still count
CLOSE = 1e-9  # relative; how near fractions are to each other to be equal
ROUNDING = 1e-11  # relative; more than what adding up a bound can be off
FRACTIONS = 1e3  # sum to which fractions are scaled, so that the solver's tolerances fit them


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """Numbers as the solver sees them: ``numbers = values * scale``.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Whole(np.array([5.0]), 10.0, exact=True).scale
    10.0
    """

    numbers: NDArray[np.float64]
    """The scaled numbers."""
    scale: float
    """What they were multiplied by."""
    exact: bool
    """Whether all are whole numbers, so that any two different sums differ by at least 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """Something to be made as small as it can be.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Aim(np.array([-1.0, 0.0]), exact=True).exact
    True
    """

    costs: NDArray[np.float64]
    """Cost of each column; negative for what should be many."""
    exact: bool
    """Whether the best value is always a whole number."""
    within: tuple[float, float] | None = None
    """Smallest and largest value that values within the rows can have, where that is known."""

    def range(self) -> tuple[float, float]:
        """Give the smallest and largest value; columns lie between 0 and 1.

        Returns
        -------
        tuple of float
            What is known, or what the columns allow.

        Raises
        ------
        TypeError
            If `costs` holds no numbers.

        Examples
        --------
        >>> Aim(np.array([-1.0, 2.0]), exact=True).range()
        (-1.0, 2.0)
        """
        if self.within is not None:
            return self.within
        return float(np.minimum(self.costs, 0.0).sum()), float(np.maximum(self.costs, 0.0).sum())

    def slack(self, value: float) -> float:
        """Say by how much a value may be off and still be the same one.

        Parameters
        ----------
        value
            Value of the aim.

        Returns
        -------
        float
            Half a step of whole numbers, or a billionth of the value.

        Raises
        ------
        TypeError
            If `value` is no number.

        Examples
        --------
        >>> Aim(np.array([1.0]), exact=True).slack(100.0)
        0.5
        """
        return 0.5 if self.exact else CLOSE * max(1.0, abs(value))

    def least(self, bound: float) -> float:
        """Round a lower bound on the value up to the next one that can be.

        Parameters
        ----------
        bound
            No value is smaller.

        Returns
        -------
        float
            A bound that is at least as good.

        Raises
        ------
        TypeError
            If `bound` is no number.

        Examples
        --------
        >>> Aim(np.array([1.0]), exact=True).least(3.2)
        4.0
        """
        if not self.exact or not np.isfinite(bound):
            return bound
        return float(np.ceil(bound - max(1e-6, CLOSE * abs(bound))))


@dataclass(frozen=True, slots=True, eq=False)
class InTurn:
    """What came out of several aims.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> InTurn("infeasible", np.empty(0), np.inf, None).status
    'infeasible'
    """

    status: Ending
    """``optimal`` if every aim and the order of the ids were settled; ``infeasible``;
    ``time_limit``, with the best values so far if there are any."""
    columns: NDArray[np.float64]
    """Value of each column; empty where none were found."""
    bound: float
    """No values have less of the first aim."""
    alternatives: bool | None
    """Whether other candidates are as good in all aims; None where that was not settled."""


def whole_numbers(values: NDArray[np.float64], largest: float = LARGEST) -> Whole:
    """Scale numbers so that they are whole, if six decimals are enough for that.

    Parameters
    ----------
    values
        Numbers of at least 0.
    largest
        Sum that whole numbers must not exceed.

    Returns
    -------
    Whole
        Whole numbers at the coarsest decimal that keeps them as they are; or fractions, scaled by a
        power of two so that they stay what they are.

    Raises
    ------
    ValueError
        If `values` holds no numbers.

    Examples
    --------
    >>> whole_numbers(np.array([0.5, 2.0])).numbers.tolist()
    [5.0, 20.0]
    >>> whole_numbers(np.array([1 / 3])).exact
    False
    """
    total = float(values.sum())
    for decimals in range(DECIMALS + 1):
        scale = 10.0**decimals
        if total * scale > largest:
            break
        scaled = values * scale
        rounded = np.rint(scaled)
        if (np.abs(scaled - rounded) <= CLOSE * np.maximum(1.0, scaled)).all():
            return Whole(rounded, scale, exact=True)
    scale = 2.0 ** np.floor(np.log2(FRACTIONS / total))
    return Whole(values * scale, float(scale), exact=False)


def merged(
    near: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Make one row of rows that the same sites cover, and leave out those without weight.

    Parameters
    ----------
    near
        Rows x sites.
    weights
        Rows x aims.

    Returns
    -------
    tuple of numpy.ndarray
        Different rows that some site covers, and their weights added up.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> rows, weights = merged(np.array([[True], [True], [False]]), np.array([[2.0], [3.0], [4.0]]))
    >>> rows.tolist(), weights.tolist()
    ([[True]], [[5.0]])
    """
    keep = near.any(axis=1) & weights.any(axis=1)
    near, weights = near[keep], weights[keep]
    if not near.size:
        return near, weights
    _, first, which = np.unique(
        np.packbits(near, axis=1), axis=0, return_index=True, return_inverse=True
    )
    total = np.zeros((first.size, weights.shape[1]))
    np.add.at(total, which.ravel(), weights)
    return near[first], total


def checked_clock(time_limit: Any) -> Clock:
    """Start the clock of a request.

    Parameters
    ----------
    time_limit
        Seconds, at least 0; None never stops the search.

    Returns
    -------
    Clock
        Running.

    Raises
    ------
    ParameterError
        If it is neither None nor a number of at least 0.

    Examples
    --------
    >>> checked_clock(None).left() is None
    True
    """
    number = isinstance(time_limit, (int, float, np.integer, np.floating))
    if time_limit is not None and (
        not number or isinstance(time_limit, bool) or not time_limit >= 0
    ):
        message = (
            f"time_limit must be at least 0 seconds, or None. Got {shown(time_limit)} instead."
        )
        raise ParameterError(message)
    return Clock(None if time_limit is None else float(time_limit))


def checked_reaches(matrix: TravelMatrix, limit: float | Mapping[str, float]) -> None:
    """Make sure that no limit looks further than the matrix knows.

    Parameters
    ----------
    matrix
        Costs.
    limit
        One for all or one by group.

    Returns
    -------
    None
        If all is well.

    Raises
    ------
    ParameterError
        If a limit is no finite number of at least 0, or beyond the matrix's own.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> checked_reaches(TravelMatrix(("A",), ("G",), "min", [[5]]), 30)
    """
    for one in limit.values() if isinstance(limit, Mapping) else (limit,):
        matrix.checked_reach(one, "limit")


def reported(progress: Progress | None, value: Callable[[float], float]) -> Progress | None:
    """Have a search report in the model's own unit.

    Parameters
    ----------
    progress
        Who listens; None for nobody.
    value
        From the solver's number to the model's.

    Returns
    -------
    callable or None
        The listener for the solver.

    Raises
    ------
    ParameterError
        If `progress` cannot be called.

    Examples
    --------
    >>> heard = []
    >>> reported(heard.append, lambda cost: -cost)(Standing(1.0, -5.0, -6.0))
    >>> heard
    [Standing(seconds=1.0, objective=5.0, bound=6.0)]
    """
    if progress is None:
        return None
    listener: Any = progress
    if not callable(listener):
        message = f"progress must be a function, or None. Got {shown(listener)} instead."
        raise ParameterError(message)

    def tell(standing: Standing) -> None:
        listener(Standing(standing.seconds, value(standing.objective), value(standing.bound)))

    return tell


def in_turn(
    program: Program,
    aims: Sequence[Aim],
    *,
    candidates: int,
    clock: Clock,
    start: NDArray[np.float64] | None = None,
    progress: Progress | None = None,
) -> InTurn:
    """Solve a program for one aim after the other; of equally good candidates give the first.

    Each aim is held at its best value before the next one is looked at (lexicographic order), and
    what is left is settled by the order of the ids.

    Parameters
    ----------
    program
        Rows and columns; its costs are not looked at. The first columns are the candidates, 0 or 1;
        the others may take any value within their bounds.
    aims
        The most important one first.
    candidates
        Number of candidates.
    clock
        Time that remains.
    start
        Candidates to start from.
    progress
        Called from time to time with how the search for the first aim stands.

    Returns
    -------
    InTurn
        Values and bound.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.solver import Program
    >>> box, row = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0], [1.0]])
    >>> matrix = sparse.csc_array(np.array([[1.0, 1.0]]))
    >>> program = Program(np.zeros(2), box, row, matrix)
    >>> found = in_turn(
    ...     program, [Aim(np.ones(2), exact=True)], candidates=2, clock=Clock(None)
    ... )
    >>> float(found.columns[0]), found.bound, found.alternatives
    (1.0, 1.0, True)
    """
    if not candidates:
        return _nothing_to_choose(program, aims[0])
    if clock.over():
        return InTurn("time_limit", np.empty(0), -np.inf, None)
    first, *later = _joined(aims)
    whole = np.arange(program.matrix.shape[1]) < candidates
    mixed = MixedProgram(replace(program, costs=first.aim.costs), whole)
    listener = reported(progress, first.value)
    found = mixed.solve(clock.left(), start=start, progress=listener)
    if found.status != "optimal":
        return InTurn(found.status, found.values, aims[0].least(first.value(found.bound)), None)
    values = found.values
    best = float(aims[0].costs @ values)
    bound = float(np.rint(best)) if aims[0].exact else found.bound
    held = first.aim
    settled_by_prices(mixed, replace(program, costs=held.costs), held, (values, candidates), clock)
    for joined in later:
        _hold(mixed, held, values)
        held = joined.aim
        mixed.set_costs(held.costs)
        found = mixed.solve(clock.left(), start=values)
        values = found.values if found.values.size else values
        if found.status == "time_limit":
            return InTurn("time_limit", values, bound, None)
    _hold(mixed, held, values)
    settled = first_by_id(mixed, values, candidates, clock, guide=first.aim.costs)
    status: Ending = "optimal" if settled.settled else "time_limit"
    return InTurn(status, settled.values, bound, settled.alternatives)


@dataclass(frozen=True, slots=True, eq=False)
class _Joined:
    """Aims in one: ``first * step + second``, where the second one is always less than a step."""

    aim: Aim
    step: float = 1.0
    most: float = 0.0
    """Largest value of all aims but the first."""

    def value(self, number: float) -> float:
        """Bound the first aim from below by a number of all of them."""
        return (number - self.most) / self.step


def _joined(aims: Sequence[Aim]) -> list[_Joined]:
    """Join aims in whole numbers as long as the solver can tell their values apart.

    Fewer and easier programs are left; columns lie between 0 and 1.
    """
    answer = [_Joined(aims[0])]
    for aim in aims[1:]:
        last = answer[-1]
        low, high = aim.range()
        step = high - low + 1.0
        costs = last.aim.costs * step + aim.costs
        if last.aim.exact and aim.exact and float(np.abs(costs).sum()) <= JOINED:
            most = last.most * step + high
            answer[-1] = _Joined(Aim(costs, exact=True), last.step * step, most)
        else:
            answer.append(_Joined(aim))
    return answer


def settled_by_prices(
    mixed: MixedProgram,
    program: Program,
    aim: Aim,
    best: tuple[NDArray[np.float64], int],
    clock: Clock,
) -> int:
    """Settle candidates that are the same in all plans as good as the best (reduced costs).

    For any prices ``u`` of rows no values cost less than what the rows' bounds cost at these prices
    and each column at its cheaper bound at ``r = c - u A``; a candidate whose other value would
    cost more than the best plan does is settled. The linear program suggests the prices; the bound
    is worked out from them anew, so that it does not rest on the solver's tolerances.

    Parameters
    ----------
    mixed
        The same program in the solver: its candidates are settled there.
    program
        The program, with the costs of the aim.
    aim
        What is as small as it can be.
    best
        Values of a best plan, and the number of candidates, which are the first columns.
    clock
        Time that remains.

    Returns
    -------
    int
        Candidates settled.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    See ``tests/test_siting_scale.py``.
    """
    values, candidates = best
    solved = LinearProgram(program, presolve=True).solve(clock.left())
    if solved.status != "optimal":
        return 0
    lower, upper = program.columns
    low, rest = _priced(program, solved.row_dual)
    value = float(aim.costs @ values)
    apart = (low + np.abs(rest) * (upper - lower))[:candidates] > value + aim.slack(value)
    down, up = apart & (rest[:candidates] > 0), apart & (rest[:candidates] < 0)
    mixed.set_columns(
        np.where(up, upper[:candidates], lower[:candidates]),
        np.where(down, lower[:candidates], upper[:candidates]),
    )
    return int(down.sum() + up.sum())


def _priced(program: Program, prices: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Work out what no values cost less than at some prices of rows, and each column's rest."""
    (lower, upper), (left, right) = program.rows, program.columns
    side = np.where(prices > 0, lower, upper)
    known = np.isfinite(side) & (prices != 0)
    prices = np.where(known, prices, 0.0)
    rest = program.costs - program.matrix.T @ prices
    bound = np.where(rest > 0, left, right)
    terms = np.concatenate([prices[known] * side[known], rest[rest != 0] * bound[rest != 0]])
    size = float(np.abs(terms).sum()) + float(np.abs(program.costs).sum())
    size += float((abs(program.matrix).T @ np.abs(prices)).sum())
    return float(terms.sum()) - ROUNDING * size, rest


def once(
    program: Program,
    aim: Aim,
    *,
    candidates: int,
    clock: Clock,
    start: NDArray[np.float64] | None = None,
) -> InTurn:
    """Solve a program for one aim, whichever of equally good candidates comes out.

    Parameters
    ----------
    program, candidates, clock, start
        As in `in_turn`; without candidates all columns may take any value: a linear program.
    aim
        What to make small.

    Returns
    -------
    InTurn
        Values and bound; `alternatives` is not looked for.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.solver import Program
    >>> box, row = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0], [1.0]])
    >>> program = Program(np.zeros(2), box, row, sparse.csc_array(np.array([[1.0, 1.0]])))
    >>> aim = Aim(np.array([3.0, 2.0]), exact=True)
    >>> once(program, aim, candidates=2, clock=Clock(None)).bound
    2.0
    """
    if clock.over():
        return InTurn("time_limit", np.empty(0), -np.inf, None)
    if not candidates:
        return _nothing_to_choose(program, aim, clock.left())
    whole = np.arange(program.matrix.shape[1]) < candidates
    mixed = MixedProgram(replace(program, costs=aim.costs), whole)
    found = mixed.solve(clock.left(), start=start)
    return InTurn(found.status, found.values, aim.least(found.bound), None)


def rows_of(
    matrices: Iterable[Any],
    lower: Iterable[NDArray[np.float64]],
    upper: Iterable[NDArray[np.float64]],
    *,
    columns: int,
) -> tuple[sparse.csc_array, NDArray[np.float64]]:
    """Put blocks of rows below each other.

    Parameters
    ----------
    matrices
        Blocks over the first columns; missing columns are zero.
    lower, upper
        Bounds of the rows of each block.
    columns
        Number of all columns.

    Returns
    -------
    tuple
        Coefficients by column, and bounds of the rows as a program has them.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> matrix, rows = rows_of([np.ones((1, 2))], [np.ones(1)], [np.ones(1)], columns=3)
    >>> matrix.toarray().tolist(), rows.tolist()
    ([[1.0, 1.0, 0.0]], [[1.0], [1.0]])
    """
    blocks = []
    for one in matrices:
        block: Any = sparse.csr_array(one)
        block.resize((block.shape[0], columns))
        blocks.append(block)
    stacked: Any = sparse.vstack(blocks, format="csc")
    matrix = sparse.csc_array(stacked)
    return matrix, np.vstack([np.concatenate(list(lower)), np.concatenate(list(upper))])


def add_by_turns(
    worth: Callable[[NDArray[np.bool_]], NDArray[np.float64]],
    inside: NDArray[np.bool_],
    rules: RuleRows,
    count: int,
) -> NDArray[np.bool_] | None:
    """Add the best candidate at each turn, of equally good ones the first by id.

    Parameters
    ----------
    worth
        What each candidate would add to those inside; minus infinity where it may not be added.
    inside
        Candidates to begin with.
    rules
        Rules; a candidate that would pass an upper bound is not added.
    count
        How many candidates to add.

    Returns
    -------
    numpy.ndarray or None
        Candidates that are inside; None if this way led to no plan that keeps to the rules.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from wushan_geo.siting.rules import rule_rows
    >>> rules = rule_rows(None, candidates=("G", "H"), existing=())
    >>> add_by_turns(
    ...     lambda inside: np.array([1.0, 2.0]), np.array([False, False]), rules, 1
    ... ).tolist()
    [False, True]
    """
    inside = inside.copy()
    for _ in range(count):
        gain = np.where(inside, -np.inf, worth(inside))
        over = rules.matrix @ inside.astype(np.float64) + 1 > rules.upper
        gain[(rules.matrix[np.flatnonzero(over)].sum(axis=0) > 0)] = -np.inf
        best = int(gain.argmax()) if gain.size else 0
        if not gain.size or gain[best] == -np.inf:
            return None
        inside[best] = True
    return None if rules.broken(inside) else inside


def _hold(mixed: MixedProgram, aim: Aim, values: NDArray[np.float64]) -> None:
    """Keep an aim at its best value."""
    best = float(aim.costs @ values)
    best = float(np.rint(best)) if aim.exact else best
    row = sparse.csr_array(aim.costs[np.newaxis, :])
    mixed.add_rows(row, np.array([-np.inf]), np.array([best + aim.slack(best)]))


def _nothing_to_choose(program: Program, aim: Aim, seconds: float | None = None) -> InTurn:
    """Answer where there is no candidate: only what follows from the sites that stand is left."""
    nothing = InTurn("infeasible", np.empty(0), np.inf, None)
    if not program.matrix.shape[1]:
        lower, upper = program.rows
        fits = bool((lower <= 0).all() and (upper >= 0).all())
        return InTurn("optimal", np.empty(0), 0.0, alternatives=False) if fits else nothing
    found = LinearProgram(replace(program, costs=aim.costs)).solve(seconds)
    if found.status != "optimal":
        return replace(nothing, status=found.status, bound=-np.inf)
    return InTurn("optimal", found.primal, float(aim.costs @ found.primal), alternatives=False)
