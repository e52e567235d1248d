"""What each person pays in congestion and travel once nobody gains by going elsewhere (RAAM)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.agents.equilibrium import Flows, equilibrium
from wushan_geo.access.agents.working import cheapest
from wushan_geo.access.arguments import above_zero
from wushan_geo.access.meaning import Meaning, described
from wushan_geo.errors import VerificationError
from wushan_geo.travel.ids import align_counts
from wushan_geo.travel.matrix import checked_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix

COMPLETE = 1e-12  # share of an origin's persons that rounding may lose


@dataclass(frozen=True, slots=True, eq=False)
class RationalAgentAccess:
    """The equilibrium, and the proof of how near the optimum it is."""

    cost: pd.Series
    """What a person of each origin pays, congestion + travel; infinity where no place can be
    reached. Origins without persons have the cost that one person would meet."""
    congestion: pd.Series
    """Demand of each facility / (its places x persons_per_place), up to rounding; infinity without
    places."""
    demand: pd.Series
    """Persons who go to each facility."""
    flows: pd.DataFrame
    """Who goes where: ``origin``, ``facility``, ``persons`` (above 0), in the matrix's order.
    The demand is unique; where costs tie there are other flows with the same demand."""
    unreachable_places: int
    """Origins that reach no place; their persons are in no other number of this result."""
    unreachable_persons: float
    """Persons there."""
    objective: float
    """What is minimised, at these flows."""
    bound: float
    """What no flows can fall below, worked out from the congestion alone."""
    gap: float
    """(objective - bound) / objective, from 0; 0 if the objective is 0."""
    iterations: int
    """Newton steps taken."""
    parameters: str
    """Every parameter with its value."""


def rational_agent_access(
    matrix: TravelMatrix,
    persons: pd.Series | Mapping[str, float],
    capacity: pd.Series | Mapping[str, float],
    *,
    persons_per_place: float,
    cost_scale: float,
    tolerance: float = 1e-9,
) -> RationalAgentAccess:
    """Let everyone go where congestion + travel is smallest, until nobody gains by a change.

    The rational agent access model (Saxon & Snow 2019): a person of origin i who goes to facility j
    pays (D_j / s_j) / rho + t_ij / tau, with D_j all persons who go there. The equilibrium is
    the minimum of the convex function sum_j D_j^2 / (2 s_j rho) + sum_ij t_ij x_ij / tau over flows
    x >= 0 with sum_j x_ij = P_i and D_j = sum_i x_ij (Beckmann, McGuire & Winsten 1956). It is
    solved as such, in fractions of persons, so that it is right for a village of one person too.
    The bound is the dual sum_i P_i min_j (p_j + t_ij / tau) - sum_j s_j rho p_j^2 / 2 at the
    congestion p_j found, which is D_j / (s_j rho) up to rounding.

    Parameters
    ----------
    matrix
        Costs from origins to facilities. Where it has a limit, nobody goes beyond it.
    persons
        Persons P_i by origin id, at least 0; every origin must be named.
    capacity
        Places s_j by facility id, at least 0; every facility must be named. A facility without
        places takes nobody.
    persons_per_place
        rho: persons for one place at which the congestion is 1.
    cost_scale
        tau: travel cost, in the matrix's unit, that weighs as much as a congestion of 1.
    tolerance
        Largest relative duality gap that is accepted. No policy value: it says how exact the
        solution must be, and a smaller one costs little.

    Returns
    -------
    RationalAgentAccess
        Cost by origin, congestion and demand by facility, flows, and the certified gap.

    Raises
    ------
    UnknownIdError
        If `persons` or `capacity` lacks an id of the matrix or names another one.
    ParameterError
        If `matrix` is no TravelMatrix, a count is negative or NaN, or an option is not a finite
        number above 0.
    VerificationError
        If the gap is larger than `tolerance`, or flows do not add up to the persons.

    Examples
    --------
    One origin with ten persons, two facilities with one place each, none and 30 minutes away:

    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> matrix = TravelMatrix(("A",), ("G", "H"), "min", np.array([[0.0, 30.0]]))
    >>> found = rational_agent_access(
    ...     matrix, {"A": 10}, {"G": 1, "H": 1}, persons_per_place=10, cost_scale=60
    ... )
    >>> found.demand.round(9).tolist(), found.cost.round(9).tolist()
    ([7.5, 2.5], [0.75])
    """
    checked_matrix(matrix)
    counts = align_counts(persons, matrix.origin_ids, "persons")
    places = align_counts(capacity, matrix.destination_ids, "capacity")
    rho = above_zero(persons_per_place, "persons_per_place")
    tau = above_zero(cost_scale, "cost_scale")
    most = above_zero(tolerance, "tolerance")
    flows = equilibrium(matrix, counts, places * rho / tau, most / 2)
    demand = np.bincount(flows.facility, flows.persons, places.size).astype(np.float64)
    congestion = flows.prices / tau
    cost = cheapest(matrix, flows.prices) / tau
    objective, bound = _certificate(flows, counts, cost, places * rho, tau)
    _check_complete(flows, np.where(np.isfinite(cost), counts, 0.0))
    gap = max(0.0, objective - bound) / objective if objective > 0 else 0.0
    if not gap <= most:
        message = (
            f"the flows found are within {gap:.1e} of the optimum, not within the tolerance of "
            f"{most:.1e}. Allow a larger tolerance, or look for costs or places that differ by "
            f"many orders of magnitude."
        )
        raise VerificationError(message)
    limit = "" if matrix.limit is None else f"; limit={matrix.limit:g} {matrix.unit}"
    parameters = (
        f"persons_per_place={rho:g}; cost_scale={tau:g} {matrix.unit}{limit}; tolerance={most:g}"
    )
    one = f"(1 = {rho:g} persons per place or {tau:g} {matrix.unit})"
    lost = ~np.isfinite(cost)
    ids = matrix.origin_ids, matrix.destination_ids
    return RationalAgentAccess(
        cost=described(cost, ids[0], Meaning("raam", f"cost {one}", parameters)),
        congestion=described(
            congestion, ids[1], Meaning("raam_congestion", f"congestion {one}", parameters)
        ),
        demand=described(demand, ids[1], Meaning("raam_demand", "persons", parameters)),
        flows=_table(flows, matrix),
        unreachable_places=int(lost.sum()),
        unreachable_persons=float(counts[lost].sum()),
        objective=objective,
        bound=bound,
        gap=gap,
        iterations=flows.steps,
        parameters=parameters,
    )


def _check_complete(flows: Flows, counts: NDArray[np.float64]) -> None:
    """Refuse flows that lose or add persons, for which a gap would say nothing."""
    gone = np.bincount(flows.origin, flows.persons, counts.size)
    wrong = np.abs(gone - counts) > COMPLETE * counts
    if wrong.any():
        message = (
            f"the flows found do not add up to the persons of {int(wrong.sum())} origins. This is "
            f"a fault of the solver: please report it with the input."
        )
        raise VerificationError(message)


def _certificate(
    flows: Flows,
    counts: NDArray[np.float64],
    cost: NDArray[np.float64],
    room: NDArray[np.float64],
    tau: float,
) -> tuple[float, float]:
    """Work out the objective of the flows, and the bound that the congestion gives."""
    opened, reached = room > 0, np.isfinite(cost)
    demand = np.bincount(flows.facility, flows.persons, room.size)[opened]
    crowding = float((demand**2 / room[opened]).sum()) / 2
    priced = float((room[opened] * (flows.prices[opened] / tau) ** 2).sum()) / 2
    objective = crowding + float(flows.persons @ flows.cost) / tau
    return objective, float(counts[reached] @ cost[reached]) - priced


def _table(flows: Flows, matrix: TravelMatrix) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "origin": pd.array(matrix.origin_ids, dtype="str").take(flows.origin),
            "facility": pd.array(matrix.destination_ids, dtype="str").take(flows.facility),
            "persons": flows.persons,
        }
    )
