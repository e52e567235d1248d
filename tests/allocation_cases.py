"""Small allocations, and the plain answers that the tests of allocation compare with."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from hypothesis import strategies as st

from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

INF = float("inf")


class Case(NamedTuple):
    """Costs, persons and places by position; ids are made from the positions."""

    costs: NDArray[np.float64]
    persons: NDArray[np.float64]
    places: NDArray[np.float64]

    @property
    def matrix(self) -> TravelMatrix:
        """The costs with ids a, b, c ... and F, G, H ..."""
        rows, columns = self.costs.shape
        origins = tuple(chr(ord("a") + at) for at in range(rows))
        facilities = tuple(chr(ord("F") + at) for at in range(columns))
        return TravelMatrix(origins, facilities, "min", self.costs)

    @property
    def counts(self) -> tuple[dict[str, float], dict[str, float]]:
        """Persons and places by id."""
        matrix = self.matrix
        return (
            dict(zip(matrix.origin_ids, self.persons.tolist(), strict=True)),
            dict(zip(matrix.destination_ids, self.places.tolist(), strict=True)),
        )

    def with_places(self, facility: int, step: float) -> Case:
        """Give the same case with other capacity at one facility."""
        places = self.places.copy()
        places[facility] += step
        return self._replace(places=places)


def case(costs: list[list[float]], persons: list[float], places: list[float]) -> Case:
    """Write a case as lists."""
    shape = (len(persons), len(places))
    return Case(np.array(costs, dtype=float).reshape(shape), np.array(persons), np.array(places))


@st.composite
def cases(draw: st.DrawFn, *, most: int = 4, whole: bool = True, sides: int = 4) -> Case:
    """Draw one-way costs with zeros and unreachable pairs, and counts with zeros."""
    rows, columns = draw(st.integers(0, sides)), draw(st.integers(0, sides))
    one = st.sampled_from([0.0, 1.0, 2.0, 3.0, 7.0, 7.25, INF])
    count = st.integers(0, most)
    amount = count.map(float) if whole else count.map(lambda n: n * 0.7 + 0.1 * (n % 3))
    return case(
        [[draw(one) for _ in range(columns)] for _ in range(rows)],
        [draw(amount) for _ in range(rows)],
        [draw(amount) for _ in range(columns)],
    )


def best_by_program(given: Case) -> tuple[float, float]:
    """Solve twice with another program: most persons, then the least cost of serving as many."""
    from scipy.optimize import linprog

    origin, facility = np.nonzero(np.isfinite(given.costs))
    if not origin.size:
        return 0.0, 0.0
    rows = np.zeros((sum(given.costs.shape), origin.size))
    rows[origin, np.arange(origin.size)] = 1
    rows[given.costs.shape[0] + facility, np.arange(origin.size)] = 1
    most = np.concatenate((given.persons, given.places))
    ones = np.ones((1, origin.size))
    first = linprog(-ones[0], A_ub=rows, b_ub=most)
    assert first.fun is not None
    served = -first.fun
    cost = given.costs[origin, facility]
    # A little slack, for the first answer is only exact to the solver's tolerance.
    second = linprog(
        cost,
        A_ub=np.vstack((rows, -ones)),
        b_ub=np.concatenate((most, [1e-9 - served])),
    )
    assert second.fun is not None
    return float(served), float(second.fun)


def best_by_trying(given: Case) -> list[NDArray[np.float64]]:
    """Try all whole flows and give the best, in descending order by origin and then facility."""
    found: list[NDArray[np.float64]] = []
    best = (0.0, 0.0)
    for rows in product(*(_splits(given, at) for at in range(given.costs.shape[0]))):
        flow = np.array(rows).reshape(given.costs.shape)
        if (flow.sum(axis=0) > given.places).any():
            continue
        used = flow > 0
        value = (float(flow.sum()), -float((flow[used] * given.costs[used]).sum()))
        if not found or value > best:
            best, found = value, [flow]
        elif value == best:
            found.append(flow)
    return sorted(found, key=lambda flow: flow.ravel().tolist(), reverse=True)


def _splits(given: Case, origin: int) -> Iterator[tuple[float, ...]]:
    """Give all ways to send whole persons of an origin."""
    most = [
        int(min(given.persons[origin], places)) if np.isfinite(cost) else 0
        for cost, places in zip(given.costs[origin], given.places, strict=True)
    ]
    for split in product(*(range(one + 1) for one in most)):
        if sum(split) <= given.persons[origin]:
            yield tuple(float(one) for one in split)
