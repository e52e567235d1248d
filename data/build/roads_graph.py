"""Which places a schematic road joins: proximity graphs that respect the river and the border.

Everything here works on positions 0 .. n-1 and square arrays, and knows no county.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

Edge = tuple[int, int]
"""Two positions, the smaller first."""


class Routes(NamedTuple):
    """Shortest lengths between all positions and the last step of each route.

    ``length[i, j]`` is infinite if j cannot be reached from i; ``before[i, j]`` is the position
    before j on the route from i (negative if there is none).

    Examples
    --------
    >>> shortest({(0, 1): 2.0, (1, 2): 3.0}, 3).length[0].tolist()
    [0.0, 2.0, 5.0]
    """

    length: np.ndarray
    before: np.ndarray

    def edges(self, start: int, end: int) -> list[Edge]:
        """List the edges of the route from ``end`` back to ``start``; none from a place to itself.

        Raises
        ------
        ValueError
            If the end cannot be reached.

        Examples
        --------
        >>> shortest({(0, 1): 2.0, (1, 2): 3.0}, 3).edges(0, 2)
        [(1, 2), (0, 1)]
        """
        if not np.isfinite(self.length[start, end]):
            raise ValueError(f"There is no route from {start} to {end}.")
        steps: list[Edge] = []
        while end != start:
            before = int(self.before[start, end])
            steps.append((min(before, end), max(before, end)))
            end = before
        return steps


def admissible(
    points: Sequence[tuple[float, float]],
    river: LineString,
    county: BaseGeometry,
    crossings: Iterable[int],
) -> np.ndarray:
    """Tell which pairs a straight road may join: inside the county, not across the river.

    A road may touch the river only at a crossing where it begins or ends. Both rules are judged in
    the coordinates given, as the lines are drawn.

    Parameters
    ----------
    points
        Coordinates by position, in the CRS of the other two.
    river, county
        Line that bars, and polygon that holds every road.
    crossings
        Positions of the crossings.

    Returns
    -------
    Symmetric array of booleans, False on its diagonal.

    Raises
    ------
    ValueError
        If there is no point.

    Examples
    --------
    >>> river = shapely.LineString([(0, 1), (4, 1)])
    >>> county = shapely.box(0, 0, 4, 2)
    >>> admissible([(1, 0.5), (3, 0.5), (1, 1.5), (2, 1)], river, county, [3]).astype(int).tolist()
    [[0, 1, 0, 1], [1, 0, 0, 1], [0, 0, 0, 1], [1, 1, 1, 0]]
    """
    if not points:
        raise ValueError("There is no point to join.")
    places = np.asarray(points, dtype=float)
    first, second = np.triu_indices(len(places), k=1)
    ends = np.stack([places[first], places[second]], axis=1)
    lines = np.asarray(shapely.linestrings(ends), dtype=object)
    shapely.prepare(county)
    inside = np.asarray(shapely.covers(county, lines))
    wet = np.asarray(shapely.intersects(river, lines))
    at_crossing = np.isin(first, list(crossings)) | np.isin(second, list(crossings))
    for i in np.flatnonzero(wet & at_crossing & inside):
        wet[i] = not _only_touches_at_an_end(lines[i], river)
    pairs = np.zeros((len(places), len(places)), dtype=bool)
    pairs[first, second] = inside & ~wet
    return pairs | pairs.T


def gabriel(distance: np.ndarray, allowed: np.ndarray) -> list[Edge]:
    """Keep the allowed pairs with nobody inside the circle on their line as diameter.

    Gabriel & Sokal (1969): u and v are joined unless some w has d(u,w)^2 + d(w,v)^2 < d(u,v)^2.
    Here only a w to which both may be joined counts, so that a place beyond the river does not
    stand between two neighbours. The result has the same connected parts as the allowed pairs.

    Raises
    ------
    ValueError
        If the arrays are not square and of one size.

    Examples
    --------
    >>> line = np.abs(np.subtract.outer([0.0, 1.0, 3.0], [0.0, 1.0, 3.0]))
    >>> gabriel(line, ~np.eye(3, dtype=bool))
    [(0, 1), (1, 2)]
    """
    return _keep(np.square(distance), allowed, np.add)


def relative_neighbours(distance: np.ndarray, allowed: np.ndarray) -> list[Edge]:
    """Keep the allowed pairs with nobody nearer to both than they are to each other.

    Toussaint (1980): u and v are joined unless some w has max(d(u,w), d(w,v)) < d(u,v); only a w to
    which both may be joined counts. ``distance`` may be any distance, also along a network. The
    result contains a shortest spanning tree of the allowed pairs and is part of ``gabriel``.

    Raises
    ------
    ValueError
        If the arrays are not square and of one size.

    Examples
    --------
    >>> line = np.abs(np.subtract.outer([0.0, 1.0, 3.0], [0.0, 1.0, 3.0]))
    >>> relative_neighbours(line, ~np.eye(3, dtype=bool))
    [(0, 1), (1, 2)]
    """
    return _keep(distance, allowed, np.maximum)


def shortest(edges: dict[Edge, float], count: int) -> Routes:
    """Find the shortest routes between all positions (Dijkstra's algorithm, both directions).

    Parameters
    ----------
    edges
        Length above 0 by edge.
    count
        Number of positions.

    Raises
    ------
    ValueError
        If a length is not finite and above 0.

    Examples
    --------
    >>> float(shortest({(0, 1): 2.0}, 3).length[0, 2])
    inf
    """
    length, before = dijkstra(_matrix(edges, count), directed=False, return_predecessors=True)
    return Routes(length, before)


def parts(edges: dict[Edge, float], count: int) -> int:
    """Count the connected parts of a network; a place without any edge is a part of its own.

    Raises
    ------
    ValueError
        If a length is not finite and above 0.

    Examples
    --------
    >>> parts({(0, 1): 2.0}, 3)
    2
    """
    found, _ = connected_components(_matrix(edges, count), directed=False)
    return int(found)


def load(routes: Routes, root: int, ends: Iterable[int]) -> dict[Edge, int]:
    """Count for each edge how many of the ends reach the root over it.

    Raises
    ------
    ValueError
        If an end cannot reach the root.

    Examples
    --------
    >>> load(shortest({(0, 1): 2.0, (1, 2): 3.0}, 3), 0, [1, 2])
    {(0, 1): 2, (1, 2): 1}
    """
    counts: dict[Edge, int] = {}
    for end in ends:
        for edge in routes.edges(root, end):
            counts[edge] = counts.get(edge, 0) + 1
    return counts


def _only_touches_at_an_end(line: LineString, river: LineString) -> bool:
    shared = line.intersection(river)
    return shared.geom_type == "Point" and shared.coords[0] in line.coords


def _keep(weight: np.ndarray, allowed: np.ndarray, combine: np.ufunc) -> list[Edge]:
    count = len(weight)
    if weight.shape != (count, count) or allowed.shape != (count, count):
        raise ValueError("Distances and allowed pairs must be square arrays of one size.")
    reach = np.where(allowed, weight, np.inf)
    return [
        (u, int(v))
        for u in range(count)
        for v in np.flatnonzero(allowed[u, u + 1 :]) + u + 1
        if combine(reach[u], reach[v]).min() >= weight[u, v]
    ]


def _matrix(edges: dict[Edge, float], count: int) -> csr_array:
    lengths = np.array(list(edges.values()), dtype=float)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise ValueError("Every length must be finite and above 0.")
    ends = np.array(list(edges), dtype=np.int64).reshape(-1, 2)
    return csr_array((lengths, (ends[:, 0], ends[:, 1])), shape=(count, count))
