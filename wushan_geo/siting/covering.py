"""Maximal covering: where new sites put most persons within reach, proven and with ties settled."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from wushan_geo.errors import ParameterError
from wushan_geo.siting.plan import Ceiling, SitingPlan, relative_gap
from wushan_geo.siting.problem import coverage_problem
from wushan_geo.siting.search import Cover, CoverSearch, Found
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.ids import align_counts, positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from wushan_geo.siting.problem import CoverageProblem
    from wushan_geo.travel.matrix import TravelMatrix

    Persons = pd.Series[Any] | Mapping[Any, float]

DECIMALS = 6  # persons may be fractions (persons x uptake); finer differences do not decide
WHOLE_BITS = 48  # weights of all places together, which leaves room to add up prices of columns
CLOSE = 1e-9  # relative; how near a fraction of a person must be to a decimal to be one
TIES = "most persons, then most places, then the smallest ids in order"


def maximal_covering(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: Persons,
    *,
    sites: int,
    limit: float,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    time_limit: float | None = None,
) -> SitingPlan:
    """Choose new sites so that most persons have an open site within a limit (MCLP), and prove it.

    The maximal covering location problem of Church and ReVelle (1974),

        max  sum_i a_i y_i
        with y_i <= sum_{j in N_i} x_j        for every place i not reached by an existing site,
             sum_j x_j = p,                   x_j, y_i in {0, 1},

    where `a_i` is the number of persons at place `i` (`persons`), `N_i` the candidates at a cost of
    at most `limit` from it, `p` the number of new sites (`sites`), `x_j` whether candidate `j` is
    chosen and `y_i` whether place `i` is covered. Candidates are all destinations that are neither
    existing nor forbidden. Of plans with most persons those with most places are preferred, and of
    these the one whose sorted ids come first; `alternatives` says whether the ids decided.

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations); infinity = unreachable.
    persons
        Persons at each origin, by id: at least 0, finite; fractions are allowed and compared to
        six decimals. NaN (no data) is refused.
    sites
        Number of *new* sites, existing ones not counted, required ones counted.
    limit
        Largest cost that is covered (exactly at it is covered), in the unit of the matrix.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.
    time_limit
        Seconds after which the search stops with its best plan and a bound; None never stops it.

    Returns
    -------
    SitingPlan
        Verified by independent recomputation. Objective and bound are persons.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles, or `persons` does not name exactly the
        origins.
    ParameterError
        If `sites` is less than the required sites or more than the candidates, or a number is out
        of range.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> costs = [[5, 40, 35], [50, 30, 20], [60, 31, 25]]
    >>> times = TravelMatrix(("A", "B", "C"), ("G", "H", "J"), "min", costs)
    >>> plan = maximal_covering(times, {"A": 4, "B": 3, "C": 2}, sites=1, limit=30)
    >>> plan.chosen, plan.covered_persons, plan.covered_places, plan.alternatives
    (('J',), 5.0, 2, False)
    """
    problem = coverage_problem(
        matrix, persons, limit=limit, existing=existing, required=required, forbidden=forbidden
    )
    model = _Model.of(problem)
    found = model.search(time_limit).best(problem.checked_sites(sites) - model.given.size)
    return verified_plan(_plan(model, found, _exact(found), time_limit), matrix, persons)


def covering_plans(  # noqa: PLR0913 -- as maximal_covering
    matrix: TravelMatrix,
    persons: Persons,
    *,
    sites: Iterable[int] = range(1, 9),
    limit: float,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    time_limit: float | None = None,
) -> tuple[SitingPlan, ...]:
    """Give the maximal covering plan for each of several numbers of new sites.

    The plans are those of `maximal_covering`, but the problem is built once, and each search
    starts where the one before ended. The plans need not nest: the best two sites may not contain
    the best one.

    Parameters
    ----------
    matrix, persons, limit, existing, required, forbidden
        As in `maximal_covering`.
    sites
        Numbers of new sites.
    time_limit
        Seconds for each plan; None never stops the search.

    Returns
    -------
    tuple of SitingPlan
        One for each number, in the order given.

    Raises
    ------
    UnknownIdError, ParameterError, SolverError, VerificationError
        As in `maximal_covering`.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> plans = covering_plans(times, {"A": 2, "B": 3}, sites=[0, 1, 2], limit=30)
    >>> [plan.covered_persons for plan in plans]
    [0.0, 3.0, 5.0]
    """
    problem = coverage_problem(
        matrix, persons, limit=limit, existing=existing, required=required, forbidden=forbidden
    )
    counts = [problem.checked_sites(one) for one in sites]
    model = _Model.of(problem)
    search = model.search(time_limit)
    plans = []
    for count in counts:
        found = search.best(count - model.given.size)
        plans.append(verified_plan(_plan(model, found, _exact(found), time_limit), matrix, persons))
    return tuple(plans)


def greedy_covering(  # noqa: PLR0913 -- as maximal_covering
    matrix: TravelMatrix,
    persons: Persons,
    *,
    sites: int,
    limit: float,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
) -> SitingPlan:
    """Choose new sites one by one, each the best at its turn: for comparison with the exact plan.

    The greedy adding heuristic of Church and ReVelle (1974). It covers at least 63 % (1 - 1/e) of
    what the best plan adds, and often all of it, but proves nothing: its bound is that of the
    sites taken one by one, as if no two reached the same place.

    Parameters
    ----------
    matrix, persons, sites, limit, existing, required, forbidden
        As in `maximal_covering`.

    Returns
    -------
    SitingPlan
        With the status ``heuristic``, verified.

    Raises
    ------
    UnknownIdError, ParameterError
        As in `maximal_covering`.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> greedy_covering(times, {"A": 2, "B": 3}, sites=1, limit=30).status
    'heuristic'
    """
    problem = coverage_problem(
        matrix, persons, limit=limit, existing=existing, required=required, forbidden=forbidden
    )
    model = _Model.of(problem)
    found = model.search(None).greedy(problem.checked_sites(sites) - model.given.size)
    return verified_plan(_plan(model, found, "heuristic", None), matrix, persons)


def ceiling(
    matrix: TravelMatrix,
    persons: Persons,
    *,
    limit: float,
    existing: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
) -> Ceiling:
    """Say what is covered with every candidate open, and which places no site can cover.

    Parameters
    ----------
    matrix, persons, limit, existing, forbidden
        As in `maximal_covering`.

    Returns
    -------
    Ceiling
        Places and persons covered, and the irreducible rest.

    Raises
    ------
    UnknownIdError, ParameterError
        As in `maximal_covering`.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 31]])
    >>> ceiling(times, {"A": 2, "B": 3}, limit=30)
    Ceiling(places=1, persons=2.0, uncovered_ids=('B',), uncovered_persons=3.0)
    """
    problem = coverage_problem(matrix, persons, limit=limit, existing=existing, forbidden=forbidden)
    covered = problem.already | (problem.reach.sum(axis=1) > 0)
    return Ceiling(
        places=int(covered.sum()),
        persons=float(problem.persons[covered].sum()),
        uncovered_ids=tuple(
            one for one, inside in zip(problem.place_ids, covered, strict=True) if not inside
        ),
        uncovered_persons=float(problem.persons[~covered].sum()),
    )


def explain_order(plan: SitingPlan, matrix: TravelMatrix, persons: Persons) -> pd.DataFrame:
    """Put the sites of a plan in the order in which they help most, and say what each is worth.

    First the site that adds most persons to what existing sites reach (then most places, then the
    smallest id), then the one that adds most to that, and so on.

    Parameters
    ----------
    plan
        A plan.
    matrix, persons
        What it was made from.

    Returns
    -------
    pandas.DataFrame
        One row for each chosen site, best first: ``facility_id``, ``order`` (from 1),
        ``gain_persons`` and ``gain_places`` (added at its turn; they sum up to what the plan adds),
        ``loss_persons`` and ``loss_places`` (lost if this one alone were left out).

    Raises
    ------
    UnknownIdError
        If `persons` does not name exactly the origins, or the plan has ids that the matrix has not.
    ParameterError
        If a count is no count, or the plan's limit is beyond the matrix.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> plan = maximal_covering(times, {"A": 2, "B": 3}, sites=2, limit=30)
    >>> explain_order(plan, times, {"A": 2, "B": 3})[["facility_id", "gain_persons"]]
      facility_id  gain_persons
    0           H           3.0
    1           G           2.0
    """
    counts = align_counts(persons, matrix.origin_ids, "persons")
    near = matrix.within(plan.limit)
    sites = near[:, positions(plan.chosen, matrix.destination_ids, "the matrix")]
    open_now = positions(plan.existing, matrix.destination_ids, "the matrix")
    reached = near[:, open_now].any(axis=1)
    # A place is lost with a site if that site is the only one, existing ones included.
    lonely = (sites.sum(axis=1) == 1) & ~reached
    left, order, gains = list(range(len(plan.chosen))), [], []
    while left:
        gained = [sites[:, at] & ~reached for at in left]
        worth = [(float(counts[new].sum()), int(new.sum())) for new in gained]
        turn = max(range(len(left)), key=worth.__getitem__)  # of equals the first, by id
        gains.append(worth[turn])
        order.append(left.pop(turn))
        reached = reached | sites[:, order[-1]]
    lost = sites[:, order] & lonely[:, np.newaxis]
    return pd.DataFrame(
        {
            "facility_id": pd.array([plan.chosen[at] for at in order], dtype="str"),
            "order": np.arange(1, len(order) + 1),
            "gain_persons": np.array([persons for persons, _ in gains], dtype=np.float64),
            "gain_places": np.array([places for _, places in gains], dtype=np.int64),
            "loss_persons": counts @ lost,
            "loss_places": lost.sum(axis=0),
        }
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """A covering problem reduced to what a search has to decide, in whole numbers.

    Places that existing or required sites cover, and places that no candidate reaches, have
    nothing to decide. Places with the same candidates are one row. The weight of a place is
    ``persons * step + 1`` with a `step` larger than the number of places, so that the best weight
    has most persons and, of those, most places.
    """

    problem: CoverageProblem
    given: NDArray[np.intp]
    """Candidates that are required."""
    open: NDArray[np.intp]
    """The other candidates: the columns of `cover`."""
    cover: Cover
    step: int
    decimals: int
    """Decimals of persons that count."""
    undecided: float
    """Persons by which rounding to these decimals may mistake a plan; 0 if nothing was rounded."""

    @classmethod
    def of(cls, problem: CoverageProblem) -> _Model:
        """Reduce a problem."""
        given = problem.required_at()
        rest = np.setdiff1d(np.arange(len(problem.candidate_ids)), given)
        reach = problem.reach.toarray()
        wanted = ~problem.already & ~reach[:, given].any(axis=1) & reach[:, rest].any(axis=1)
        step = len(problem.place_ids) + 1
        whole, decimals, undecided = _whole(problem.persons[wanted], step)
        rows, weights = _merged(reach[np.ix_(wanted, rest)], whole * step + 1)
        cover = Cover(weights, sparse.csc_array(rows.astype(np.int64)))
        return cls(problem, given, rest, cover, step, decimals, undecided)

    def search(self, seconds: float | None) -> CoverSearch:
        """Start a search."""
        if seconds is not None and not seconds >= 0:
            message = f"time_limit must be at least 0 seconds, or None. Got {seconds!r} instead."
            raise ParameterError(message)
        return CoverSearch(self.cover, seconds)

    def persons_of(self, columns: Iterable[int]) -> float:
        """Give the persons that existing, required and some other sites reach."""
        at = [*self.given.tolist(), *self.open[list(columns)].tolist()]
        covered = self.problem.already.copy()
        start, members = self.problem.reach.indptr, self.problem.reach.indices
        for one in at:
            covered[members[start[one] : start[one + 1]]] = True
        return float(self.problem.persons[covered].sum())

    def persons_between(self, found: Found) -> float:
        """Give the persons by which a better plan might exceed the one found."""
        between = found.bound // self.step - found.weight // self.step
        return between / 10.0**self.decimals + self.undecided


def _exact(found: Found) -> Any:
    """Name how an exact search ended."""
    return "optimal" if found.proven else "time_limit"


def _plan(model: _Model, found: Found, status: Any, time_limit: float | None) -> SitingPlan:
    """Bring the search's answer back to ids."""
    problem = model.problem
    at = sorted((*model.given.tolist(), *model.open[list(found.columns)].tolist()))
    chosen = tuple(problem.candidate_ids[one] for one in at)
    assignment = _nearest(problem, {*chosen, *problem.roles.existing})
    covered = assignment.notna().to_numpy()
    objective = float(problem.persons[covered].sum())
    bound = objective + model.persons_between(found)
    settings = {
        "time_limit": time_limit,
        "decimals": model.decimals,
        "undecided": model.undecided,
        "ties": TIES,
    }
    return SitingPlan(
        model="maximal_covering" if status != "heuristic" else "greedy_covering",
        chosen=chosen,
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        status=status,
        alternatives=found.alternatives,
        assignment=assignment,
        covered_places=int(covered.sum()),
        covered_persons=objective,
        limit=problem.limit,
        sites=len(chosen),
        greedy_objective=model.persons_of(found.greedy),
        existing=problem.roles.existing,
        required=problem.roles.required,
        forbidden=problem.roles.forbidden,
        settings=MappingProxyType(settings),
    )


def _nearest(problem: CoverageProblem, names: set[str]) -> pd.Series[str]:
    """Give each place its nearest open site within the limit, of equally near ones the first."""
    at = [place for place, one in enumerate(problem.site_ids) if one in names]
    index = pd.Index(problem.place_ids, dtype="str", name="zone_id")
    answer = np.full(len(problem.place_ids), None, dtype=object)
    if at and answer.size:
        costs = problem.costs[:, at]
        first = costs.argmin(axis=1)
        inside = costs[np.arange(first.size), first] <= problem.limit
        sites = np.array([problem.site_ids[one] for one in at], dtype=object)
        answer[inside] = sites[first[inside]]
    return pd.Series(answer, index=index, dtype="str", name="facility_id")


def _merged(
    reach: NDArray[np.bool_], weights: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Make one row of places that the same candidates cover."""
    if not reach.size:
        return reach, weights
    keys = np.packbits(reach, axis=1)
    _, first, which = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    total = np.zeros(first.size, dtype=np.int64)
    np.add.at(total, which.ravel(), weights)
    return reach[first], total


def _whole(persons: NDArray[np.float64], step: int) -> tuple[NDArray[np.int64], int, float]:
    """Write persons in whole numbers of the coarsest decimal that keeps them as they are.

    If no such decimal is fine enough, or their sum would no longer be exact, they are rounded, and
    the persons that rounding may hide are given besides.
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
