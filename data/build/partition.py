"""Power (Laguerre) diagrams with given areas, clipped to an outline.

A point x of the outline belongs to the seat i with the smallest |x - s_i|^2 - w_i (Aurenhammer
1987, power diagrams). With equal weights this is the Voronoi diagram; a larger weight makes a
larger cell. All lengths are metres, weights and areas square metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from scipy.optimize import minimize
from shapely.geometry import LineString, Polygon

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

Corner = tuple[float, float, int]
"""x, y and the label of the edge that leaves this corner towards the next one."""
FRAME = -1
"""Label of an edge of the frame, which is a border with nobody."""
STATED, LOWER, FREE = "stated", "lower", "free"
"""What the target of a unit means: met within the tolerance, not fallen short of, approached."""
WEIGHT_UNIT = 1e6
"""The solver counts weights in km2, so that all its variables are of a similar size."""
STATED_WEIGHT = 1000.0
"""How much more an error of a stated area counts than the same error of a free one."""
SLIP = 1e-6
"""Largest violation of a constraint that counts as rounding of the solver."""
MOVE_WEIGHT = 0.01
"""How much a move of the free seat over its whole reach counts against area errors."""


class Edge(NamedTuple):
    """A common border of two cells inside the outline."""

    first: int
    second: int
    length: float
    middle: tuple[float, float]


@dataclass(frozen=True)
class Diagram:
    """Cells in the order of the seats, their areas and their common borders."""

    cells: tuple[BaseGeometry, ...]
    areas: np.ndarray
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Problem:
    """Seats in an outline and what their cells should measure."""

    outline: Polygon
    seats: np.ndarray
    """One row (x, y) a seat."""
    targets: np.ndarray
    """Square metres; for ``lower`` units the approached area, never below ``least``."""
    meanings: tuple[str, ...]
    """``stated``, ``lower`` or ``free``, one a seat."""
    least: np.ndarray
    """Smallest allowed area, square metres; used for ``lower`` units."""
    tolerance: float
    """Largest allowed relative error of a stated area."""
    margin: float
    """Smallest distance of a seat from the border of its own cell, metres."""
    free_seat: int | None = None
    """The seat that may move, if any."""
    reach: float = 0.0
    """How far the free seat may move, metres."""
    inside: tuple[tuple[float, float, int], ...] = field(default=())
    """Points (x, y) that must fall in the cell of the unit given third."""
    inside_margin: float = 0.0
    """Smallest distance of these points from the border of that cell, metres."""


@dataclass(frozen=True)
class Fit:
    """Weights (whole square metres), seats (whole metres where moved) and the solver's word."""

    weights: np.ndarray
    seats: np.ndarray
    message: str


def power_diagram(seats: np.ndarray, weights: np.ndarray, outline: Polygon) -> Diagram:
    """Cut an outline into the power cells of weighted seats.

    Each cell is a frame clipped by one half plane for each other seat (Sutherland-Hodgman), then
    by the outline. A cell may be empty or fall into parts where the outline is not convex.

    Parameters
    ----------
    seats
        Rows (x, y) in metres, no two alike.
    weights
        Finite numbers, square metres.
    outline
        Valid polygon in the same metres.

    Returns
    -------
    Diagram with one cell a seat; the areas add up to the area of the outline.

    Raises
    ------
    ValueError
        If there are not as many weights as seats.

    Examples
    --------
    >>> square = shapely.box(0, 0, 4, 4)
    >>> seats = np.array([[1.0, 2.0], [3.0, 2.0]])
    >>> power_diagram(seats, np.array([0.0, 4.0]), square).areas.tolist()
    [4.0, 12.0]
    """
    if len(seats) != len(weights):
        raise ValueError("Each seat needs one weight.")
    shapely.prepare(outline)
    rings = [_half_planes(i, seats, weights, outline.bounds) for i in range(len(seats))]
    cells = tuple(
        outline.intersection(Polygon([corner[:2] for corner in ring])) if ring else Polygon()
        for ring in rings
    )
    return Diagram(
        cells=cells,
        areas=np.array([cell.area for cell in cells]),
        edges=tuple(_edges(rings, outline)),
    )


def seat_slack(seats: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Distance of each seat (row) from its border line with each other seat (column), metres.

    The border of i and j is the line where |x - s_i|^2 - w_i = |x - s_j|^2 - w_j; seat i lies
    (|s_i - s_j|^2 + w_i - w_j) / (2 |s_i - s_j|) on its own side of it. Negative means outside;
    infinity stands on the diagonal.

    Raises
    ------
    FloatingPointError
        If two seats are alike and numpy is set to raise.

    Examples
    --------
    >>> seat_slack(np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([20.0, 0.0])).tolist()
    [[inf, 6.0], [4.0, inf]]
    """
    gaps = seats[:, None, :] - seats[None, :, :]
    squared = (gaps**2).sum(axis=2)
    np.fill_diagonal(squared, 1.0)
    slack: np.ndarray = (squared + weights[:, None] - weights[None, :]) / (2 * np.sqrt(squared))
    np.fill_diagonal(slack, np.inf)
    return slack


def point_slack(point: tuple[float, float, int], seats: np.ndarray, weights: np.ndarray) -> float:
    """Distance of a point (x, y, unit) from the nearest border line of the unit, metres.

    Negative when the point lies in another cell.

    Raises
    ------
    IndexError
        If there is no such unit.

    Examples
    --------
    >>> seats = np.array([[0.0, 0.0], [10.0, 0.0]])
    >>> point_slack((4.0, 3.0, 0), seats, np.zeros(2))
    1.0
    """
    return float(np.delete(_point_slacks(point, seats, weights), point[2]).min())


def fit_weights(problem: Problem, start: Fit | None = None) -> Fit:
    """Find the weights (and the place of the free seat) whose cells best meet the targets.

    Least squares of relative area errors, stated areas weighing far more than free ones, by
    sequential quadratic programming (SLSQP) under these constraints: stated areas within the
    tolerance, lower bounds kept, every seat inside its own cell with the margin, the given points
    inside theirs, the free seat within its reach. The derivative of the areas is exact: moving the
    border of i and j outwards at the rate v adds v times its length to i and takes it from j, and
    v = 1 / (2 d_ij) for the weight of i, v = (x - s_i) / d_ij for the seat of i.

    Parameters
    ----------
    problem
        See `Problem`; lengths in metres.
    start
        An earlier fit to set out from, which saves time; without it all weights are equal.

    Returns
    -------
    Fit with weights in whole square metres (the smallest is 0) and the seats used.

    Raises
    ------
    ValueError
        If the solver finds no weights that satisfy all constraints.

    Examples
    --------
    >>> square = shapely.box(0, 0, 4000, 4000)
    >>> seats = np.array([[1000.0, 2000.0], [3000.0, 2000.0]])
    >>> toy = Problem(square, seats, np.array([4e6, 12e6]), ("stated", "free"), np.zeros(2), 0.01,
    ...               100.0)  # a border at x = 1000 would lie on the seat itself
    >>> fit_weights(toy)
    Traceback (most recent call last):
        ...
    ValueError: No weights satisfy the constraints: ...
    """
    solver = _Solver(problem)
    # Adding the same number to all weights changes nothing, so the first one is held at 0.
    bounds: list[tuple[float | None, float | None]] = [(0.0, 0.0)]
    bounds += [(None, None)] * (solver.size - 1)
    rules: Any = solver.constraints()
    found = minimize(
        solver.loss,
        solver.pack(start),
        jac=solver.loss_gradient,
        bounds=bounds,
        constraints=rules,
        method="SLSQP",
        options={"maxiter": 400, "ftol": 1e-10},
    )
    worst = min(float(rule["fun"](found.x).min()) for rule in rules)
    if not found.success or worst < -SLIP:
        raise ValueError(f"No weights satisfy the constraints: {found.message}.")
    weights, seats = solver.unpack(found.x)
    # Whole square metres: what is built afterwards depends on these numbers alone.
    weights = np.round(weights - weights.min())
    return Fit(weights=weights, seats=seats, message=str(found.message))


class _Solver:
    """The functions that the solver asks for, each diagram computed once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.count = len(problem.seats)
        self.size = self.count + (2 if problem.free_seat is not None else 0)
        stated = np.array([meaning == STATED for meaning in problem.meanings])
        self.stated = np.flatnonzero(stated)
        self.lower = np.flatnonzero([meaning == LOWER for meaning in problem.meanings])
        self.importance = np.where(stated, STATED_WEIGHT, 1.0)
        self._known: tuple[bytes, Diagram] | None = None

    def pack(self, fit: Fit | None) -> np.ndarray:
        x = np.zeros(self.size)
        if fit is not None:
            x[: self.count] = (fit.weights - fit.weights[0]) / WEIGHT_UNIT
            if self.problem.free_seat is not None:
                moved = (fit.seats - self.problem.seats)[self.problem.free_seat]
                x[self.count :] = moved / self.problem.reach
        return x

    def unpack(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seats = self.problem.seats.copy()
        if self.problem.free_seat is not None:
            seats[self.problem.free_seat] += x[self.count :] * self.problem.reach
        return x[: self.count] * WEIGHT_UNIT, seats

    def diagram(self, x: np.ndarray) -> Diagram:
        key = x.tobytes()
        if self._known is None or self._known[0] != key:
            weights, seats = self.unpack(x)
            self._known = (key, power_diagram(seats, weights, self.problem.outline))
        return self._known[1]

    def errors(self, x: np.ndarray) -> np.ndarray:
        relative: np.ndarray = self.diagram(x).areas / self.problem.targets - 1
        return relative

    def error_jacobian(self, x: np.ndarray) -> np.ndarray:
        _, seats = self.unpack(x)
        free = self.problem.free_seat
        rates = np.zeros((self.count, self.size))
        for edge in self.diagram(x).edges:
            for i, j in ((edge.first, edge.second), (edge.second, edge.first)):
                apart = float(np.hypot(*(seats[i] - seats[j])))
                rate = WEIGHT_UNIT * edge.length / (2 * apart)
                rates[i, i] += rate
                rates[j, i] -= rate
                if i == free:
                    push = (np.array(edge.middle) - seats[i]) * edge.length / apart
                    rates[i, self.count :] += push * self.problem.reach
                    rates[j, self.count :] -= push * self.problem.reach
        jacobian: np.ndarray = rates / self.problem.targets[:, None]
        return jacobian

    def loss(self, x: np.ndarray) -> float:
        return float(
            (self.importance * self.errors(x) ** 2).sum()
            + MOVE_WEIGHT * (x[self.count :] ** 2).sum()
        )

    def loss_gradient(self, x: np.ndarray) -> np.ndarray:
        slope: np.ndarray = 2 * (self.importance * self.errors(x)) @ self.error_jacobian(x)
        slope[self.count :] += 2 * MOVE_WEIGHT * x[self.count :]
        return slope

    def constraints(self) -> list[dict[str, Any]]:
        rules: list[dict[str, Any]] = [
            {"type": "ineq", "fun": self.place_room, "jac": self.place_room_jacobian}
        ]
        if len(self.stated) or len(self.lower):
            rules.append({"type": "ineq", "fun": self.area_room, "jac": self.area_room_jacobian})
        return rules

    def area_room(self, x: np.ndarray) -> np.ndarray:
        errors = self.errors(x)
        tolerance = self.problem.tolerance
        share = self.problem.least[self.lower] / self.problem.targets[self.lower]
        return np.concatenate(
            [
                tolerance - errors[self.stated],
                tolerance + errors[self.stated],
                errors[self.lower] + 1 - share,
            ]
        )

    def area_room_jacobian(self, x: np.ndarray) -> np.ndarray:
        slopes = self.error_jacobian(x)
        return np.vstack([-slopes[self.stated], slopes[self.stated], slopes[self.lower]])

    def place_room(self, x: np.ndarray) -> np.ndarray:
        """Room (km) of seats and points in their cells, and of the free seat in its reach."""
        weights, seats = self.unpack(x)
        away = ~np.eye(self.count, dtype=bool)
        rooms = [seat_slack(seats, weights)[away] - self.problem.margin]
        rooms += [
            np.delete(_point_slacks(point, seats, weights), point[2]) - self.problem.inside_margin
            for point in self.problem.inside
        ]
        room = np.concatenate(rooms) / 1000
        if self.problem.free_seat is None:
            return room
        moved = x[self.count :]
        return np.append(room, 1.0 - moved @ moved)

    def place_room_jacobian(self, x: np.ndarray) -> np.ndarray:
        """Central differences: exact enough, since each entry is a smooth quotient."""
        step = 1e-5
        columns = []
        for position in range(self.size):
            ahead, behind = x.copy(), x.copy()
            ahead[position] += step
            behind[position] -= step
            columns.append((self.place_room(ahead) - self.place_room(behind)) / (2 * step))
        return np.column_stack(columns)


def _point_slacks(
    point: tuple[float, float, int], seats: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    x, y, unit = point
    power = (seats[:, 0] - x) ** 2 + (seats[:, 1] - y) ** 2 - weights
    apart = np.hypot(*(seats - seats[unit]).T)
    apart[unit] = 1.0
    slacks: np.ndarray = (power - power[unit]) / (2 * apart)
    return slacks


def _half_planes(
    i: int,
    seats: np.ndarray,
    weights: np.ndarray,
    bounds: tuple[float, float, float, float],
) -> list[Corner]:
    west, south, east, north = bounds
    pad = 1.0 + max(east - west, north - south)
    west, south, east, north = west - pad, south - pad, east + pad, north + pad
    ring: list[Corner] = [
        (west, south, FRAME),
        (east, south, FRAME),
        (east, north, FRAME),
        (west, north, FRAME),
    ]
    x, y = seats[i]
    nearest_first = np.argsort(((seats - seats[i]) ** 2).sum(axis=1), kind="stable")
    for j in nearest_first:
        if j == i or not ring:
            continue
        # i owns the point p when 2 p.(s_j - s_i) <= |s_j|^2 - |s_i|^2 + w_i - w_j, written
        # relative to s_i to keep the numbers small.
        dx, dy = seats[j] - seats[i]
        limit = (dx * dx + dy * dy + weights[i] - weights[j]) / 2
        ring = _clip(ring, lambda p, a=dx, b=dy, c=limit: a * (p[0] - x) + b * (p[1] - y) - c, j)
    return ring


def _clip(ring: list[Corner], beyond: Callable[..., Any], label: int) -> list[Corner]:
    """Keep the part of a convex ring where ``beyond`` is not positive; the cut gets the label."""
    kept: list[Corner] = []
    values = [float(beyond(corner)) for corner in ring]
    for k, corner in enumerate(ring):
        following = ring[(k + 1) % len(ring)]
        here, there = values[k], values[(k + 1) % len(ring)]
        if here <= 0:
            kept.append(corner)
        if (here <= 0) != (there <= 0):
            share = here / (here - there)
            x = corner[0] + share * (following[0] - corner[0])
            y = corner[1] + share * (following[1] - corner[1])
            # Leaving the kept side, the ring runs on along the cut; coming back, along its own
            # old edge.
            kept.append((x, y, int(label) if here <= 0 else corner[2]))
    return kept


def _edges(rings: list[list[Corner]], outline: Polygon) -> list[Edge]:
    edges = []
    for i, ring in enumerate(rings):
        for k, corner in enumerate(ring):
            if corner[2] <= i:  # FRAME, or met already from the other side
                continue
            line = LineString([corner[:2], ring[(k + 1) % len(ring)][:2]])
            inside = outline.intersection(line)
            if inside.length > 0:
                middle = inside.centroid
                edges.append(Edge(i, corner[2], inside.length, (middle.x, middle.y)))
    return edges
