"""From a request by id to a median model, and back to candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from wushan_geo.siting.medians.median_bound import FREE, IN
from wushan_geo.siting.medians.median_search import median_model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from wushan_geo.siting.medians.median_bound import Median
    from wushan_geo.siting.problem import Problem


def request_model(problem: Problem, count: int) -> Median:
    """Write a request as a median model whose columns are the sites, with open ones settled.

    Parameters
    ----------
    problem
        What was asked.
    count
        Number of new sites, required ones among them.

    Returns
    -------
    Median
        Existing and required sites are in, the other candidates are its columns.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from wushan_geo.siting.problem import problem_of
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> model = request_model(problem_of(times, {"A": 2, "B": 3}, existing=["H"]), 1)
    >>> model.count, model.names.tolist(), model.inside
    (1, [0], (1,))
    """
    own, most = one_sided(problem)
    wide: Any = sparse.lil_array((own.shape[0], len(problem.site_ids)))
    wide[:, problem.candidates] = own
    model = median_model(
        problem.costs,
        problem.persons,
        count + problem.opened.size,
        (sparse.csr_array(wide), most),
    )
    state = np.full(len(problem.site_ids), FREE, dtype=np.int8)
    state[problem.opened] = IN
    state[problem.candidates[problem.given]] = IN
    return model.reduced(state)


def one_sided(problem: Problem) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Write the rules as rows that have only a largest value.

    Parameters
    ----------
    problem
        What was asked.

    Returns
    -------
    tuple
        Rules x candidates, and the largest value of each.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from wushan_geo.siting.problem import problem_of
    >>> from wushan_geo.siting.rules import SiteRules
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A",), ("G", "H"), "min", [[5, 40]])
    >>> rules = SiteRules(zones={"G": "T1", "H": "T1"}, at_least=1)
    >>> rows, most = one_sided(problem_of(times, {"A": 2}, rules=rules))
    >>> rows.toarray().tolist(), most.tolist()
    ([[-1.0, -1.0]], [-1.0])
    """
    rules = problem.rules
    high, low = np.isfinite(rules.upper), np.isfinite(rules.lower)
    rows = sparse.vstack([rules.matrix[high], -rules.matrix[low]], format="csr")
    return sparse.csr_array(rows), np.concatenate([rules.upper[high], -rules.lower[low]])


def candidates_of(problem: Problem, sites: Iterable[int]) -> NDArray[np.intp]:
    """Give the columns of the candidates among some sites.

    Parameters
    ----------
    problem
        What was asked.
    sites
        Positions among the sites.

    Returns
    -------
    numpy.ndarray
        Positions among the candidates, ascending.

    Raises
    ------
    TypeError
        If a position is no number.

    Examples
    --------
    >>> from wushan_geo.siting.problem import problem_of
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A",), ("G", "H"), "min", [[5, 40]])
    >>> candidates_of(problem_of(times, {"A": 2}, existing=["G"]), [0, 1]).tolist()
    [0]
    """
    return np.flatnonzero(np.isin(problem.candidates, np.array(list(sites), dtype=np.intp)))
