"""Work a plan out again from the matrix and the ids, by code that no model shares.

Nothing here comes from the rooms that build or solve the models: a mistake there cannot repeat
itself here. Only this room marks a plan as verified.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import VerificationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.travel.matrix import TravelMatrix

TOLERANCE = 1e-9  # relative; sums of fractions of persons may be added up in another order
SHOWN = 5


def verified_plan(
    plan: SitingPlan, matrix: TravelMatrix, persons: pd.Series[Any] | Mapping[Any, float]
) -> SitingPlan:
    """Recompute a covering plan and mark it as verified.

    From the matrix and the chosen ids alone: which places an open site reaches within the limit,
    how many persons live there, which open site is nearest (of equally near ones the first by id),
    and whether objective, bound, gap and status fit that.

    Parameters
    ----------
    plan
        A plan of a covering model, from wherever.
    matrix, persons
        What it was made from.

    Returns
    -------
    SitingPlan
        The same plan with ``verified=True``.

    Raises
    ------
    VerificationError
        If anything differs; every difference is given with both numbers.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from wushan_geo.siting import maximal_covering
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> plan = maximal_covering(times, {"A": 2, "B": 3}, sites=1, limit=30)
    >>> verified_plan(replace(plan, covered_places=2), matrix=times, persons={"A": 2, "B": 3})
    Traceback (most recent call last):
    wushan_geo.errors.VerificationError: ...: covered_places is 2, recomputed 1.
    """
    faults = _selection_faults(plan, matrix)
    if not faults:
        faults = [*_coverage_faults(plan, matrix, persons), *_proof_faults(plan)]
    if faults:
        message = f"the plan {plan.model} with {plan.sites} sites is wrong: " + "; ".join(faults)
        raise VerificationError(message + ".")
    return replace(plan, verified=True)


def _selection_faults(plan: SitingPlan, matrix: TravelMatrix) -> list[str]:
    """Compare the chosen ids with the request."""
    chosen, existing = set(plan.chosen), set(plan.existing)
    faults = [
        f"{one} {text}"
        for wrong, text in (
            ((chosen | existing) - set(matrix.destination_ids), "is no destination"),
            (chosen & existing, "is chosen although it exists"),
            (chosen & set(plan.forbidden), "is chosen although it is forbidden"),
            (set(plan.required) - chosen, "is required and not chosen"),
        )
        for one in sorted(wrong)[:SHOWN]
    ]
    if list(plan.chosen) != sorted(chosen):
        faults.append(f"chosen is not sorted and unique: {', '.join(plan.chosen)}")
    if len(plan.chosen) != plan.sites:
        faults.append(f"{len(plan.chosen)} sites are chosen, not {plan.sites}")
    return faults


def _coverage_faults(
    plan: SitingPlan, matrix: TravelMatrix, persons: pd.Series[Any] | Mapping[Any, float]
) -> list[str]:
    """Compare coverage, objective and assignment with what the matrix says."""
    sites = sorted((*plan.existing, *plan.chosen))
    column = {one: at for at, one in enumerate(matrix.destination_ids)}
    costs = matrix.dense()[:, [column[one] for one in sites]]
    near = np.where(costs <= plan.limit, costs, np.inf)
    covered = np.asarray((costs <= plan.limit).any(axis=1))
    number = {str(one): float(value) for one, value in persons.items()}
    reached = float(np.array([number[one] for one in matrix.origin_ids])[covered].sum())
    faults = [
        f"{name} is {stated:g}, recomputed {value:g}"
        for name, stated, value in (
            ("covered_places", plan.covered_places, int(covered.sum())),
            ("covered_persons", plan.covered_persons, reached),
            ("objective", plan.objective, reached),
        )
        if not _same(stated, value)
    ]
    first = near.argmin(axis=1) if sites else np.zeros(len(matrix.origin_ids), dtype=np.intp)
    nearest = {
        one: sites[at] if inside else None
        for one, at, inside in zip(matrix.origin_ids, first, covered, strict=True)
    }
    return faults + _assignment_faults(plan, nearest)


def _assignment_faults(plan: SitingPlan, nearest: dict[str, str | None]) -> list[str]:
    """Compare the assignment with the nearest open site of each place."""
    stated = {
        one: None if missing else site
        for one, site, missing in zip(
            plan.assignment.index, plan.assignment, plan.assignment.isna(), strict=True
        )
    }
    if list(stated) != sorted(nearest) or len(plan.assignment) != len(nearest):
        return [f"assignment has {len(plan.assignment)} places, not the {len(nearest)} origins"]
    wrong = [one for one in stated if stated[one] != nearest[one]]
    return [
        f"assignment of {one} is {stated[one]}, recomputed {nearest[one]}" for one in wrong[:SHOWN]
    ]


def _proof_faults(plan: SitingPlan) -> list[str]:
    """Compare bound, gap and status with each other."""
    faults = []
    off = plan.bound - plan.objective
    if off < 0 and not _same(plan.bound, plan.objective):
        faults.append(f"bound {plan.bound:g} is below the objective {plan.objective:g}")
    gap = 0.0 if off == 0 else abs(off) / abs(plan.objective) if plan.objective else np.inf
    if not _same(plan.gap, gap):
        faults.append(f"gap is {plan.gap:g}, recomputed {gap:g}")
    # Fractions of persons finer than the search's decimals cannot be proven, and the plan says so.
    proven = plan.objective + float(plan.settings.get("undecided", 0.0))
    for name, value in (("greedy_objective", plan.greedy_objective), ("bound", plan.bound)):
        exact = name == "greedy_objective" or plan.status == "optimal"
        if exact and value > proven and not _same(value, proven):
            faults.append(f"the plan is {plan.status}, but {name} {value:g} is above {proven:g}")
    return faults


def _same(one: float, other: float) -> bool:
    """Compare two numbers up to the rounding of sums."""
    return one == other or bool(abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other)))
