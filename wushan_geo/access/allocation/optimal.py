"""As many persons as possible, at the least cost together: the transport problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from wushan_geo.access.allocation.model import (
    Allocation,
    Certificate,
    Proof,
    Request,
    answered,
    market,
)
from wushan_geo.access.allocation.residual import (
    Sides,
    potentials,
    residual,
    sides,
)
from wushan_geo.access.allocation.solver import Transport
from wushan_geo.access.allocation.ties import settled_by_ids, tight_links
from wushan_geo.access.allocation.verify import verified_allocation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.access.allocation.model import Allowed, Counts, Market
    from wushan_geo.travel.matrix import TravelMatrix


def allocate(
    matrix: TravelMatrix,
    persons: Counts,
    capacity: Counts,
    *,
    admitted: Allowed | None = None,
    limit: float | None = None,
) -> Allocation:
    """Send persons to facilities so that as many as possible are served, at the least cost.

    Flows x_ij >= 0 of persons from origin i to facility j within the limit that admits them, with
    sum_j x_ij <= persons_i and sum_i x_ij <= places_j: first sum x_ij as large as possible, then
    sum t_ij x_ij as small as possible (the transport problem of Hitchcock 1941; optimal
    supply-demand allocation, OSD, of Zhai et al. 2022). Whole numbers of persons and places give
    whole flows. Where several plans are equally good, which ``alternatives`` tells, the one is
    given in which the first origin by id sends as many as it can to its first facility by id, then
    to the second, and so on through the origins. Costs count as equal up to 1e-9 of the largest.

    The result is proven: a cut shows that nobody more can be served, and a dual solution, made
    from the flows alone, bounds the cost; both are checked again from the inputs.

    Parameters
    ----------
    matrix
        Costs from origins to facilities.
    persons
        Persons by origin id, at least 0; every origin must be named.
    capacity
        Places by facility id, at least 0; every facility must be named.
    admitted
        True for each pair where the facility admits the persons, as ``TravelMatrix.mask`` takes
        it; None where all admit all.
    limit
        Longest way that anyone is sent, in the matrix's unit; exactly at it is allowed. None for as
        far as the matrix is known.

    Returns
    -------
    Allocation
        Flows, who is left and why, loads, totals in person-minutes or person-metres, and the proof.

    Raises
    ------
    UnknownIdError
        If `persons`, `capacity` or `admitted` lack ids of the matrix or have others.
    ParameterError
        If a count is negative, infinite or NaN, the limit is negative or beyond the matrix's own,
        or `admitted` is not boolean. Too few places are no error.
    VerificationError
        If the recomputation finds anything wrong.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 9], [6, np.inf]])
    >>> found = allocate(times, {"A": 2, "B": 3}, {"G": 3, "H": 1})
    >>> found.flows[["origin_id", "facility_id", "persons"]]
      origin_id facility_id  persons
    0         A           G      1.0
    1         A           H      1.0
    2         B           G      2.0
    >>> found.served_persons, found.person_cost, found.unserved_persons, found.gap
    (4.0, 26.0, 1.0, 0.0)
    """
    asked = market(Request(matrix, persons, capacity, admitted, limit))
    return verified_allocation(_proven(asked, optimum(asked)), asked.request)


class Optimum(NamedTuple):
    """The best flows, and what proves them."""

    flow: NDArray[np.float64]
    """Persons on each pair; of equally good flows those that the ids decide for."""
    alternatives: bool
    """Whether there are others."""
    cut: Sides
    prices: NDArray[np.float64]
    """Potentials of the facilities."""


def optimum(market: Market) -> Optimum:
    """Find the best flows.

    Parameters
    ----------
    market
        What is asked.

    Returns
    -------
    Optimum
        Flows and proof.

    Raises
    ------
    SolverError
        If the solver ends without an answer.

    Examples
    --------
    See ``tests/test_access_allocation.py``.
    """
    # Nobody, nowhere or no way: nothing to solve, and the solver need not be loaded.
    usable = (market.persons[market.origin] > 0) & (market.places[market.facility] > 0)
    flow = Transport(market).solve() if usable.any() else np.zeros(market.cost.size)
    state = residual(market, flow)
    cut = sides(state)
    prices = potentials(state, cut)
    chosen, alternatives = settled_by_ids(market, flow, tight_links(state, cut, prices))
    return Optimum(chosen, alternatives, cut, prices)


def _proven(market: Market, best: Optimum) -> Allocation:
    """Write the best flows with their proof."""
    cut = best.cut
    most = market.persons[~cut.origins].sum() + market.places[cut.facilities].sum()
    proof = Proof(
        served_bound=float(most),
        bound=_bound(market, cut, best.prices),
        alternatives=best.alternatives,
        certificate=_certificate(market, cut, best.prices),
    )
    return answered(market, best.flow, "optimal", proof)


def _bound(market: Market, cut: Sides, prices: NDArray[np.float64]) -> float:
    """Bound the person cost of all that serve as many, by weak duality.

    On the short side every place is taken and persons may stay without one; elsewhere everyone is
    served and places may stay free. Nobody goes from outside to the short side's facilities.
    """
    saved = np.where(cut.origins, 0.0, np.inf)
    same = cut.origins[market.origin] == cut.facilities[market.facility]
    origin, facility = market.origin[same], market.facility[same]
    np.minimum.at(saved, origin, market.cost[same] - prices[facility])
    # Without persons or places there is nothing to pay, and 0 x infinity is not a number.
    saved[market.persons == 0] = 0.0
    return float(saved @ market.persons + prices @ market.places)


def _certificate(market: Market, cut: Sides, prices: NDArray[np.float64]) -> Certificate:
    """Write the proof under the ids."""
    ids = market.facility_ids
    return Certificate(
        short=tuple(np.array(market.origin_ids, dtype=object)[cut.origins].tolist()),
        full=tuple(np.array(ids, dtype=object)[cut.facilities].tolist()),
        potentials=pd.Series(prices, index=pd.Index(ids, dtype="str"), name="potential"),
    )
