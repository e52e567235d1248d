"""What one place more, or one place less, would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from wushan_geo.access.allocation.model import GRAIN, Request, market, stated
from wushan_geo.access.allocation.optimal import optimum
from wushan_geo.access.allocation.residual import leading_to, reached_from, residual
from wushan_geo.access.allocation.solver import Transport
from wushan_geo.travel.matrix import UNIT_WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.access.allocation.model import Allowed, Counts, Market
    from wushan_geo.travel.matrix import TravelMatrix


class _Changes(NamedTuple):
    """Change of persons served and of the person cost, by facility."""

    served: NDArray[np.float64]
    cost: NDArray[np.float64]


def value_of_places(
    matrix: TravelMatrix,
    persons: Counts,
    capacity: Counts,
    *,
    admitted: Allowed | None = None,
    limit: float | None = None,
) -> pd.DataFrame:
    """Say what one place more, and one place less, at each facility would change.

    The difference between the best allocation as it is and the best one with the other capacity
    (``allocate``), facility by facility. Prices of the linear program are not used: with whole
    numbers they are one of many possible answers (degenerate), and mix both directions. For whole
    numbers the new optimum is the old one and the cheapest chain of moves that begins or ends at
    the place (successive shortest paths), which is the same as solving again and needs one search
    for all facilities; for fractions every case is solved again.

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
    DataFrame
        By facility, in the order of the matrix: ``capacity`` and ``load``; ``more_served`` persons
        and ``more_saved`` person-minutes (or person-metres) gained by one place more;
        ``less_served`` and ``less_saved`` by one place less, which are negative where something is
        lost, and NaN where there is less than one place. Saved is negative too where one more
        person is served, who has a way to go. ``reading`` says it in words. ``attrs`` hold
        ``unit`` and ``parameters``.

    Raises
    ------
    UnknownIdError
        If `persons`, `capacity` or `admitted` lack ids of the matrix or have others.
    ParameterError
        If a count is negative, infinite or NaN, the limit is negative or beyond the matrix's own,
        or `admitted` is not boolean.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [8, 16]])
    >>> found = value_of_places(times, {"A": 2, "B": 3}, {"G": 3, "H": 9})
    >>> found[["more_served", "more_saved", "less_served", "less_saved"]]
       more_served  more_saved  less_served  less_saved
    G          0.0         8.0          0.0        -8.0
    H          0.0         0.0          0.0         0.0
    >>> found["reading"].tolist()
    ['one more place saves 8 minutes', 'one more place changes nothing']
    """
    asked = market(Request(matrix, persons, capacity, admitted, limit))
    flow = optimum(asked).flow
    more, less = _by_chains(asked, flow) if asked.whole else _by_solving(asked, flow)
    enough = asked.places >= 1
    table = pd.DataFrame(
        {
            "capacity": asked.places,
            "load": asked.to_facilities(flow),
            "more_served": more.served,
            "more_saved": 0.0 - more.cost,
            "less_served": np.where(enough, less.served, np.nan),
            "less_saved": np.where(enough, 0.0 - less.cost, np.nan),
        },
        index=pd.Index(asked.facility_ids, dtype="str"),
    )
    words = [
        _reading(served, saved, matrix.unit)
        for served, saved in zip(table["more_served"], table["more_saved"], strict=True)
    ]
    table["reading"] = pd.array(words, dtype="str")
    table = table.loc[list(matrix.destination_ids)]
    table.attrs = {"unit": f"person-{matrix.unit}", "parameters": stated(asked.request)}
    return table


def _by_chains(market: Market, flow: NDArray[np.float64]) -> tuple[_Changes, _Changes]:
    """Find the cheapest chain of moves to and from every facility."""
    state = residual(market, flow)
    count = len(market.facility_ids)
    nowhere, anywhere = np.full(count, np.inf), np.zeros(count)
    # One place more serves one person more where that can be, else saves what a chain of moves
    # saves that leaves a place free elsewhere.
    gained = reached_from(state, nowhere, waiting=True)
    moved = reached_from(state, anywhere, waiting=False)
    helps = np.isfinite(gained)
    more = _Changes(helps.astype(float), np.where(helps, gained, moved))
    # One place less: on to a free place where a chain leads there, else someone loses the place.
    aside = leading_to(state, np.where(state.free, 0.0, np.inf), waiting=False)
    out = leading_to(state, nowhere, waiting=True)
    stays = np.isfinite(aside) | (market.places < 1)
    less = _Changes(np.where(stays, 0.0, -1.0), np.where(stays, aside, out))
    return more, less


def _by_solving(market: Market, flow: NDArray[np.float64]) -> tuple[_Changes, _Changes]:
    """Solve again with one place more, and one less, at every facility in turn."""
    if not market.cost.size:
        none = np.zeros(len(market.facility_ids))
        return _Changes(none, none), _Changes(none, none)
    program = Transport(market)
    return _solved(market, program, flow, 1.0), _solved(market, program, flow, -1.0)


def _solved(market: Market, program: Transport, flow: NDArray[np.float64], step: float) -> _Changes:
    """Change the capacity of every facility in turn and compare."""
    count = len(market.facility_ids)
    served, cost = np.zeros(count), np.zeros(count)
    for at in np.flatnonzero(market.places + step >= 0).tolist():
        program.set_places(at, market.places[at] + step)
        change = program.solve() - flow
        program.set_places(at, market.places[at])
        served[at], cost[at] = change.sum(), change @ market.cost
    return _Changes(np.where(np.abs(served) > GRAIN, served, 0.0), cost)


def _reading(served: float, saved: float, unit: str) -> str:
    """Say in words what one more place brings."""
    words = UNIT_WORDS[unit]
    saving = f"saves {saved:.3g} {words}"
    if served <= 0:
        return f"one more place {saving}" if saved > 0 else "one more place changes nothing"
    who = "1 person" if served == 1 else f"{served:.3g} persons"
    cost = f"and {saving}" if saved > 0 else f"at {0.0 - saved:.3g} {words}"
    return f"one more place serves {who} more, {cost}"
