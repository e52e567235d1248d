"""p-center: the largest cost of any place to its nearest site is as small as it can be, proven."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.errors import ParameterError, shown
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.centres.center_questions import Questions, view_of
from wushan_geo.siting.centres.center_search import best_centre, greedy_columns
from wushan_geo.siting.centres.leximin import level_table, worst_off_first
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import refuse
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.solver import Standing
from wushan_geo.siting.ties import BY_ID, Clock
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.matrix import checked_limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from wushan_geo.siting.centres.center_questions import View
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.solver import Progress
    from wushan_geo.travel.matrix import TravelMatrix


def p_center(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    *,
    sites: int,
    persons: pd.DataFrame | pd.Series[Any] | Mapping[Any, float] | None = None,
    lexicographic: bool = False,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> SitingPlan:
    """Choose new sites so that the worst-off place is as well off as can be, and prove it.

    The p-center problem of Hakimi (1964) and Minieka (1970),

        min  max_i min_{j open} c_ij      with  sum_j x_j = p,   x_j in {0, 1},

    where `c_ij` is the cost from place `i` to site `j` (`matrix`), `p` the number of new sites
    (`sites`), and existing sites are open besides. Each limit is a covering question; the smallest
    one that can be kept is one of the costs of the matrix and is proven exactly.

    With `lexicographic` the worst-off come first to the end (lexicographic minimax, Ogryczak 1997):
    of the plans with the smallest worst cost those in which fewest persons have it, of these those
    with the smallest next cost and fewest persons at it, and so on. Without `persons` places are
    counted instead. Either way, of equally good plans the one with the smallest ids is given.

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations); infinity = unreachable.
    sites
        Number of *new* sites, existing ones not counted, required ones counted.
    persons
        Persons at each origin, by id, or one column for each group: at least 0, finite. Where they
        are given, a place where nobody lives does not count. Their numbers matter only with
        `lexicographic`, compared to six decimals.
    lexicographic
        Whether to go on with those who are next worst off.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.
    rules
        Rules by township and on distance between sites.
    time_limit
        Seconds after which the search stops with its best plan and a bound; None never stops it.
        A first plan is looked for in any case.
    progress
        Called with how the search stands.

    Returns
    -------
    SitingPlan
        Verified. Objective and bound are in the unit of the matrix: the largest cost of any place
        to its nearest open site, 0 where no place counts. With `lexicographic`, ``parts["levels"]``
        has a row for each cost that occurs, the largest first: ``cost``, ``places``, ``persons``,
        and whether the row is ``proven``.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles, or `persons` does not name exactly the
        origins.
    ParameterError
        If `sites` is less than the required sites or more than the candidates, or a number is out
        of range.
    InfeasibleError
        If no plan leaves every place with a site, or none keeps to the rules.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = [[5, 40, 35], [50, 30, 20], [60, 31, 25]]
    >>> times = TravelMatrix(("A", "B", "C"), ("G", "H", "J"), "min", costs)
    >>> plan = p_center(times, sites=1)
    >>> plan.chosen, plan.objective, plan.bound, plan.status
    (('J',), 35.0, 35.0, 'optimal')
    """
    from threadpoolctl import threadpool_limits

    clock = Clock(None if time_limit is None else checked_limit(time_limit, "time_limit"))
    flag: Any = lexicographic
    if not isinstance(flag, (bool, np.bool_)):
        message = f"lexicographic must be true or false. Got {shown(lexicographic)} instead."
        raise ParameterError(message)
    problem = problem_of(
        matrix, persons, existing=existing, required=required, forbidden=forbidden, rules=rules
    )
    view = view_of(problem, problem.checked_sites(sites))
    questions = Questions(view, ruled=bool(problem.rules.rules))
    began = time.monotonic()

    def told(value: float, bound: float) -> None:
        if progress is not None:
            progress(Standing(time.monotonic() - began, value, bound))

    # The products are small: threads that wait for each other would take longer than one alone.
    with threadpool_limits(limits=1, user_api="blas"):
        best = best_centre(questions, clock, told)
        if best is None:
            refuse(problem, Need(model="p_center", sites=view.count))
        columns, alternatives, settled = best.columns, None, False
        parts: dict[str, pd.DataFrame] = {}
        if lexicographic:
            down_to = best.value
            if best.proven:
                fair = worst_off_first(questions, best, clock)
                columns, alternatives, settled = fair.columns, fair.alternatives, fair.settled
                down_to = fair.down_to
            counted = view.persons if problem.counted else None
            parts["levels"] = level_table(view.nearest(columns), counted, down_to)
        elif best.proven:
            first = questions.first(view.within(best.value), view.fixed, columns, clock)
            columns, alternatives, settled = first.columns, first.alternatives, first.settled
    said = Verdict(
        model="p_center",
        sense="min",
        objective=best.value,
        bound=best.bound,
        status="optimal" if settled else "time_limit",
        alternatives=alternatives,
        greedy_objective=_greedy(view),
        settings={
            "lexicographic": bool(lexicographic),
            "persons_count": problem.counted,
            "time_limit": time_limit,
            "ties": BY_ID,
        },
        parts=parts,
    )
    return verified_plan(plan_of(problem, columns, said), matrix, persons, rules=rules)


def _greedy(view: View) -> float:
    """Give the value of choosing one by one; NaN where there are rules or a place is left out."""
    if view.rules.rules:
        return float("nan")
    value = view.worst(greedy_columns(view))
    return value if np.isfinite(value) else float("nan")
