"""What a siting model answers: which sites, how good, how sure, and who goes where."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Status = Literal["optimal", "time_limit", "heuristic"]


@dataclass(frozen=True, slots=True, eq=False)
class SitingPlan:
    """Sites proposed by a model, with the proof of how good they are.

    A plan counts everybody whom existing or chosen sites reach within the limit, so that plans
    with and without a new site can be compared directly.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> from wushan_geo.siting import maximal_covering
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> plan = maximal_covering(times, {"A": 2, "B": 3}, sites=1, limit=30)
    >>> plan.chosen, plan.objective, plan.status, plan.verified
    (('H',), 3.0, 'optimal', True)
    """

    model: str
    """Name of the model, such as ``"maximal_covering"``."""
    chosen: tuple[str, ...]
    """New sites, sorted by id; required ones are among them, existing ones are not."""
    objective: float
    """Value of the plan in the model's own unit (persons, for covering)."""
    bound: float
    """No plan at all can be better than this; equal to the objective where the plan is proven."""
    gap: float
    """``|objective - bound| / |objective|``; 0 if both are 0, infinite if only the objective is."""
    status: Status
    """``optimal`` (proven), ``time_limit`` (stopped; best plan so far) or ``heuristic``."""
    alternatives: bool
    """Whether another plan is just as good in all that the model counts (only known to be False
    where the status is ``optimal``)."""
    assignment: pd.Series[str]
    """Nearest open site within the limit for each origin (index, sorted); missing if there is
    none."""
    covered_places: int
    """Origins with an open site within the limit."""
    covered_persons: float
    """Persons at these origins."""
    limit: float
    """Largest cost that counts as covered, in the unit of the matrix; exactly at it is covered."""
    sites: int
    """Number of new sites asked for."""
    greedy_objective: float
    """Value of the plan that adds the best site at each turn: what choosing one by one would give.
    """
    existing: tuple[str, ...] = ()
    """Sites that are open besides, sorted."""
    required: tuple[str, ...] = ()
    """Sites that had to be chosen, sorted."""
    forbidden: tuple[str, ...] = ()
    """Sites that must not be chosen, sorted."""
    verified: bool = False
    """Whether the independent recomputation has confirmed the plan; set by nothing else."""
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Everything else that the answer depends on, for the record of a run."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What is covered with every candidate open, and the rest that no site can cover.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Ceiling(places=2, persons=7.0, uncovered_ids=("C",), uncovered_persons=1.0).uncovered_ids
    ('C',)
    """

    places: int
    """Origins within the limit of at least one existing site or candidate."""
    persons: float
    """Persons at these origins."""
    uncovered_ids: tuple[str, ...]
    """The other origins, sorted."""
    uncovered_persons: float
    """Persons at the other origins."""


def relative_gap(objective: float, bound: float) -> float:
    """Say how far a plan may be from the best, as a share of the plan.

    The gap is ``|objective - bound| / |objective|``.

    Parameters
    ----------
    objective, bound
        Value of the plan, and the limit that no plan can pass; finite, same unit.

    Returns
    -------
    float
        At least 0; 0 if both are equal, infinite if only the objective is 0.

    Raises
    ------
    OverflowError
        Never for finite values of ordinary size.

    Examples
    --------
    >>> relative_gap(200, 210), relative_gap(0, 0), relative_gap(0, 5)
    (0.05, 0.0, inf)
    """
    if objective == bound:
        return 0.0
    return abs(objective - bound) / abs(objective) if objective else float("inf")
