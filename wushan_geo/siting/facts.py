"""What is known of a plan: which sites, how good, how sure, and who goes where."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Status = Literal["optimal", "time_limit", "heuristic"]
Sense = Literal["max", "min"]


@dataclass(frozen=True, slots=True, eq=False)
class PlanFacts:
    """The fields of a plan; `SitingPlan` adds how it is told.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> list(PlanFacts.__slots__)[:2]
    ['model', 'chosen']
    """

    model: str
    """Name of the model, such as ``"maximal_covering"``."""
    chosen: tuple[str, ...]
    """New sites, sorted by id; required ones are among them, existing ones are not."""
    objective: float
    """Value of the plan in the model's own unit (persons, sites, persons x minutes, minutes)."""
    bound: float
    """No plan at all can be better than this; equal to the objective where the plan is proven.
    Above the objective where the model maximises, below it where it minimises."""
    gap: float
    """``|objective - bound| / |objective|``; 0 if both are 0, infinite if only the objective is."""
    status: Status
    """``optimal`` (proven), ``time_limit`` (stopped; best plan so far) or ``heuristic``."""
    alternatives: bool | None
    """Whether another plan is just as good in all that the model counts; None where that was not
    settled (the search was stopped, or nothing was proven)."""
    assignment: pd.Series[str]
    """Site of each origin (index, sorted): the nearest open one within the limit, of equally near
    ones the first by id; where sites have capacities the one that takes most of its persons (see
    `flows`). Missing if there is none."""
    covered_places: int
    """Origins with an open site within the limit, or that can reach one where there is no limit;
    where sites have capacities those with persons who all have a place there."""
    covered_persons: float
    """Persons at these origins; NaN where the model was given no persons."""
    limit: float
    """Largest cost that counts as covered, in the unit of the matrix; exactly at it is covered.
    Infinite where the model has no limit, NaN where groups have different ones (`settings`)."""
    sites: int
    """Number of new sites."""
    greedy_objective: float
    """Value of the plan that adds the best site at each turn: what choosing one by one would give.
    NaN where that is not defined for the model, or was not worked out."""
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
    sense: Sense = "max"
    """Whether more (``max``) or less (``min``) of the objective is better."""
    unit: str = ""
    """Unit of the costs: that of the matrix."""
    total_places: int = 0
    """All origins."""
    total_persons: float = float("nan")
    """Persons at all origins; NaN where the model was given no persons."""
    uncovered_ids: tuple[str, ...] = ()
    """Origins that are not covered, sorted; where sites have capacities those with persons of whom
    somebody has no place (where nobody lives is neither covered nor uncovered)."""
    stations: pd.DataFrame | None = None
    """One row for each open site, sorted by id: ``facility_id``, ``role`` (``existing``,
    ``required`` or ``new``), ``places`` and ``persons`` that it is nearest to (or that it takes,
    where sites have capacities), ``farthest`` and ``mean_cost`` of these (NaN where it has
    none; the mean is weighted by persons)."""
    flows: pd.DataFrame | None = None
    """Who goes where, where sites have capacities: ``zone_id``, ``facility_id``, ``persons``,
    ``cost``; None in models without capacities."""
    not_nearest: tuple[str, ...] = ()
    """Origins of which somebody goes to another site than the nearest open one, sorted."""
    parts: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    """Further tables of models with several levels or services, by name."""
