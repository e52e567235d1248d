"""What a siting model answers: which sites, how good, how sure, and who goes where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.siting.facts import PlanFacts
from wushan_geo.siting.telling import plan_table, plan_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from wushan_geo.wording import Language


@dataclass(frozen=True, slots=True, eq=False)
class SitingPlan(PlanFacts):
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
        Compared by persons covered, then places covered, no other plan is as good.
        Worked out again from the times and the sites by independent code: it agrees.
        """
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
