"""p-median: the sum of persons times cost to the nearest site is as small as it can be, proven."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.medians.capacitated_median import shared_median
from wushan_geo.siting.medians.median_request import candidates_of, request_model
from wushan_geo.siting.medians.median_search import median_of
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import refuse
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.ties import BY_ID, Clock
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.matrix import checked_limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.solver import Progress
    from wushan_geo.travel.matrix import TravelMatrix

    Numbers = pd.Series[Any] | Mapping[Any, float]


def p_median(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: pd.DataFrame | Numbers | None,
    *,
    sites: int,
    capacity: Numbers | None = None,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> SitingPlan:
    """Choose new sites so that persons times cost is least in sum (p-median), and prove it.

    The p-median problem of Hakimi (1964) and ReVelle and Swain (1970),

        min  sum_i a_i min_{j open} c_ij      with  sum_j x_j = p,   x_j in {0, 1},

    where `a_i` is the number of persons at place `i` (`persons`, groups added up), `c_ij` the cost
    from place `i` to site `j` (`matrix`), `p` the number of new sites (`sites`), and existing
    sites are open besides. Everybody must be able to reach a site; where nobody lives nobody needs
    to. Of equally good plans (up to a relative 1e-9) the one with the smallest ids is given.

    With `capacity` the persons of a place may be split among sites, each of which takes at most
    `Q_j` persons (the transport form of the capacitated p-median),

        min  sum_ij c_ij f_ij   with  sum_j f_ij = a_i,  sum_i f_ij <= Q_j x_j,  f_ij >= 0,

    so that some may go past the nearest site (`not_nearest`); `flows` says who goes where, in whole
    persons where persons and capacities are whole.

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations); infinity = unreachable.
    persons
        Persons at each origin, by id, or one column for each group: at least 0, finite; fractions
        are allowed. None counts each place as one.
    sites
        Number of *new* sites, existing ones not counted, required ones counted.
    capacity
        Persons that each destination can take, by id; None for no limit.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.
    rules
        Rules by township and on distance between sites.
    time_limit
        Seconds after which the search stops with its best plan and a bound; None never stops it.
        A first plan is looked for in any case.
    progress
        Called from time to time with how the search stands.

    Returns
    -------
    SitingPlan
        Verified by independent recomputation. Objective and bound are persons times the unit of the
        matrix.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles, or `persons` or `capacity` do not name
        exactly the origins or destinations.
    ParameterError
        If `sites` is less than the required sites or more than the candidates, or a number is out
        of range.
    InfeasibleError
        If no plan lets everybody reach a site, keeps to the rules, or has room for all.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = [[5, 40, 35], [50, 30, 20], [60, 31, 25]]
    >>> times = TravelMatrix(("A", "B", "C"), ("G", "H", "J"), "min", costs)
    >>> plan = p_median(times, {"A": 4, "B": 3, "C": 2}, sites=1)
    >>> plan.chosen, plan.objective, plan.bound, plan.status
    (('J',), 250.0, 250.0, 'optimal')
    >>> room = {"G": 4, "H": 9, "J": 5}
    >>> plan = p_median(times, {"A": 4, "B": 3, "C": 2}, sites=2, capacity=room)
    >>> plan.chosen, plan.objective
    (('G', 'J'), 130.0)
    """
    clock = Clock(None if time_limit is None else checked_limit(time_limit, "time_limit"))
    problem = problem_of(
        matrix,
        persons,
        existing=existing,
        required=required,
        forbidden=forbidden,
        rules=rules,
        capacity=capacity,
    )
    count = problem.checked_sites(sites)
    answer = _nearest_median if problem.capacity is None else _shared_median
    columns, said = answer(problem, count, clock, progress)
    settings = {"sites": count, "time_limit": time_limit, "ties": BY_ID}
    plan = plan_of(problem, columns, replace(said, settings=settings))
    return verified_plan(plan, matrix, persons, rules=rules, capacity=capacity)


def _nearest_median(
    problem: Problem, count: int, clock: Clock, progress: Progress | None
) -> tuple[NDArray[np.intp], Verdict]:
    """Answer where everybody goes to the nearest site."""
    found = median_of(request_model(problem, count), seconds=clock.left(), progress=progress)
    if found is None:
        refuse(problem, Need(model="p_median", sites=count))
    # Worked out from persons and costs, so that it does not depend on how the search adds up.
    lived = problem.persons > 0
    near = problem.costs[lived][:, list(found.columns)].min(axis=1, initial=np.inf)
    value = float(problem.persons[lived] @ near)
    said = Verdict(
        model="p_median",
        sense="min",
        objective=value,
        bound=value if found.proven else min(found.bound, value),
        status="optimal" if found.settled else "time_limit",
        alternatives=found.alternatives,
        greedy_objective=max(found.greedy, value),
    )
    return candidates_of(problem, found.columns), said


def _shared_median(
    problem: Problem, count: int, clock: Clock, progress: Progress | None
) -> tuple[NDArray[np.intp], Verdict]:
    """Answer where sites take only so many."""
    found = shared_median(problem, count, clock, progress)
    said = Verdict(
        model="p_median",
        sense="min",
        objective=found.value,
        bound=found.bound,
        status="optimal" if found.proven else "time_limit",
        alternatives=found.alternatives,
        flows=found.flows,
    )
    return found.columns, said
