"""What a siting model answers: which sites, how good, how sure, and who goes where."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from wushan_geo.wording import Language

Status = Literal["optimal", "time_limit", "heuristic"]
Sense = Literal["max", "min"]


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
    """Origins with an open site within the limit, or that can reach one where there is no limit."""
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
    """Origins that are not covered, sorted."""
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

    def to_table(self) -> pd.DataFrame:
        """Give the open sites as a table: what each has to do.

        Returns
        -------
        pandas.DataFrame
            One row for each open site, new ones first: ``model``, ``facility_id``, ``role``,
            ``places``, ``persons``, ``farthest``, ``mean_cost`` (NaN where nobody goes), ``unit``.

        Raises
        ------
        ParameterError
            If the plan was not made by a model of this room.

        Examples
        --------
        >>> from wushan_geo.siting import maximal_covering
        >>> from wushan_geo.travel.matrix import TravelMatrix
        >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
        >>> plan = maximal_covering(times, {"A": 2, "B": 3}, sites=1, limit=30)
        >>> plan.to_table()[["facility_id", "role", "places", "persons", "farthest"]]
          facility_id role  places  persons  farthest
        0           H  new       1      3.0      30.0
        """
        from wushan_geo.siting.telling import plan_table

        return plan_table(self)

    def explain(self, language: Language = "zh", names: Mapping[str, str] | None = None) -> str:
        """Say in words what the plan does, how sure it is, and what it leaves undone.

        Parameters
        ----------
        language
            ``"zh"`` or ``"en"``; both have the same numbers.
        names
            Names of sites and places by id; ids stand where there is none.

        Returns
        -------
        str
            One sentence a line.

        Raises
        ------
        ParameterError
            If the language is another one.

        Examples
        --------
        >>> from wushan_geo.siting import maximal_covering
        >>> from wushan_geo.travel.matrix import TravelMatrix
        >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
        >>> plan = maximal_covering(times, {"A": 2, "B": 3}, sites=1, limit=30)
        >>> print(plan.explain("en"))
        Model: maximal covering (MCLP); 1 new sites beside 0 existing ones.
        Proposed sites: H.
        Within 30 min one way: 1 of 2 places, 3 of 5 persons (60 %).
        Still not covered: 1 places (A).
        Proven optimal: no other plan is better.
        No other plan is as good.
        Worked out again from the times and the sites by independent code: it agrees.
        """
        from wushan_geo.siting.telling import plan_text

        return plan_text(self, language, names)


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
