"""Sites taken one by one, each the best at its turn, as far as rules and a budget allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.siting.problem import Problem

    Worth = Callable[[list[int]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking sites one by one came to.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Taken((1, 0)).reason
    ''
    """

    columns: tuple[int, ...]
    """Candidates in the order in which they were taken, required ones first."""
    reason: str = ""
    """Why it could not go on; empty where the plan keeps to everything that was asked."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How many sites are taken: a number, or what a budget pays for.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Amount(sites=2).budget is None
    True
    """

    sites: int | None = None
    """Exact number of new sites, or None where it is free."""
    budget: float | None = None
    """Most that new sites may cost together, or None."""


def taken_one_by_one(problem: Problem, amount: Amount, worth: Worth) -> Taken:
    """Take the site that is worth most, again and again, and keep to the rules.

    With a budget the site that is worth most for its cost is taken (Khuller, Moss & Naor 1999),
    until none that is worth anything can be paid for. Sites that an ``at_least`` rule still needs
    go first as soon as there is no room for others.

    Parameters
    ----------
    problem
        What was asked.
    amount
        Number of sites, or the budget.
    worth
        Tells what each candidate adds to some that are taken; what those add again is ignored.

    Returns
    -------
    Taken
        The candidates, and why it could not go on if it could not. A plan that keeps to all rules
        may exist even then: a site taken early may stand in the way of one that is needed.

    Raises
    ------
    IndexError
        If `worth` does not give one number for each candidate.

    Examples
    --------
    See ``tests/test_siting_covering_rules.py``.
    """
    matrix = problem.rules.matrix.toarray()
    upper, lower = problem.rules.upper, problem.rules.lower
    taken = problem.given.tolist()
    count = len(problem.candidates)
    while amount.sites is None or len(taken) < amount.sites:
        inside = np.zeros(count)
        inside[taken] = 1.0
        value = matrix @ inside
        allowed = (inside == 0) & (matrix + value[:, np.newaxis] <= upper[:, np.newaxis]).all(
            axis=0
        )
        if amount.budget is not None:
            allowed &= affordable(problem.prices, taken, amount.budget)
        short = lower - value
        needed = np.where(short > 0, short, 0.0)
        if needed.any() and (amount.sites is None or needed.sum() >= amount.sites - len(taken)):
            allowed &= (matrix[short > 0] > 0).any(axis=0)
        gain = worth(taken)
        if amount.budget is not None and not needed.any():
            allowed &= gain > 0
        if not allowed.any():
            break
        taken.append(int(np.argmax(np.where(allowed, _rate(problem, amount, gain), -1.0))))
    return Taken(tuple(taken), _reason(problem, amount, taken))


def affordable(prices: NDArray[np.float64], taken: list[int], budget: float) -> NDArray[np.bool_]:
    """Say which sites can be paid for besides those that are taken.

    Parameters
    ----------
    prices
        What each candidate costs.
    taken
        Candidates taken.
    budget
        Most that they may cost together; a sum that is above it only by rounding is not.

    Returns
    -------
    numpy.ndarray
        One truth value for each candidate.

    Raises
    ------
    IndexError
        If there is no such candidate.

    Examples
    --------
    >>> affordable(np.array([0.1, 0.2, 0.3]), [0], 0.3).tolist()
    [True, True, False]
    """
    spent = float(prices[taken].sum()) + prices
    answer: NDArray[np.bool_] = spent <= budget + 1e-9 * max(1.0, budget)
    return answer


def _rate(problem: Problem, amount: Amount, gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say how good each site is at its turn."""
    if amount.budget is None:
        return gain
    paid = problem.prices > 0
    rate = np.where(gain > 0, np.inf, 0.0)
    rate[paid] = gain[paid] / problem.prices[paid]
    return rate


def _reason(problem: Problem, amount: Amount, taken: list[int]) -> str:
    """Say what a plan lacks."""
    inside = np.zeros(len(problem.candidates), dtype=bool)
    inside[taken] = True
    lacks = [str(rule) for rule in problem.rules.broken(inside)]
    if amount.sites is not None and len(taken) < amount.sites:
        lacks.append(f"{amount.sites} new sites (it stops at {len(taken)})")
    spent = float(problem.prices[taken].sum())
    if amount.budget is not None and spent > amount.budget + 1e-9 * max(1.0, amount.budget):
        lacks.append(f"a budget of {amount.budget:g} (required sites cost {spent:g})")
    return "; ".join(lacks)
