"""A road network prepared once, for many matrices: each then takes a fraction of a search.

A network that is used again (each year's facilities, many scenarios of sites on the same roads) is
worth preparing: nodes are left out one by one, with arcs over the gaps, and a matrix then needs two
sweeps over the few nodes above its own. Costs are sums of the same minutes as in a search, but
added in another order: they differ from those of a search by rounding alone, at most 1 part in
10**12 (relative). A pair that stands on a limit to the last bit may so fall on the other side of
it: published matrices come from a search, and this engine runs only where it is asked for.

Needs the extra ``fast``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.travel.graph import Graph

RELATIVE_ERROR = 1e-12
"""Largest difference from the cost that a search finds, as a part of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """A network prepared by :func:`prepare`: for each node its arcs to nodes left out later."""

    rank: NDArray[np.int32]
    """When each node is left out; what follows goes by rank."""
    indptr: NDArray[np.int64]
    """Where the arcs of each node start, and the end of the last."""
    end: NDArray[np.int32]
    """Later node to which each arc leads."""
    out: NDArray[np.float64]
    """Minutes to the later node, infinite if no way leads there."""
    back: NDArray[np.float64]
    """Minutes from the later node."""

    def matrix(
        self,
        origins: NDArray[np.intp],
        destinations: NDArray[np.intp],
        reach: float | None = None,
    ) -> NDArray[np.float64]:
        """Find the shortest minutes between nodes.

        Parameters
        ----------
        origins, destinations
            Nodes, in any order; one may be there twice.
        reach
            Minutes beyond which a cost reads as infinite; None keeps everything.

        Returns
        -------
        numpy.ndarray
            Minutes, a row per origin; infinite where unreachable or beyond the reach.

        Raises
        ------
        ParameterError
            If a node is not in the network.

        Examples
        --------
        See :func:`prepare`.
        """
        start, goal = (
            (nodes[None, :], np.zeros((1, nodes.size)))
            for nodes in (np.asarray(origins), np.asarray(destinations))
        )
        found = self.between(start, goal)
        if reach is not None:
            found[found > reach] = np.inf
        return found

    def between(
        self,
        origins: tuple[NDArray[np.intp], NDArray[np.float64]],
        destinations: tuple[NDArray[np.intp], NDArray[np.float64]],
    ) -> NDArray[np.float64]:
        """Find the shortest minutes of trips that may start, and end, at several nodes each.

        Parameters
        ----------
        origins, destinations
            Nodes, and the minutes to or from each beside the network (infinite where no way
            leads): two arrays, one column for each origin or destination and one row for each of
            its nodes.

        Returns
        -------
        numpy.ndarray
            Minutes, a row per origin; infinite where unreachable.

        Raises
        ------
        ParameterError
            If a node is not in the network.

        Examples
        --------
        See ``tests/test_travel_network_prepared.py``.
        """
        from wushan_geo.travel.network.elimination import Ends, Upward, swept

        start, goal = Ends(*origins), Ends(*destinations)
        # The sweep goes from the side with fewer trips; from destinations it goes backward.
        if start.node.shape[1] <= goal.node.shape[1]:
            return swept(Upward(self.rank, self.indptr, self.end, self.out, self.back), start, goal)
        ways = Upward(self.rank, self.indptr, self.end, self.back, self.out)
        return np.ascontiguousarray(swept(ways, goal, start).T)


def prepare(graph: Graph) -> Hierarchy:
    """Prepare a network for many matrices.

    Parameters
    ----------
    graph
        Arcs.

    Returns
    -------
    Hierarchy
        Takes four times the memory of the arcs on 100 thousand nodes, and six times on a million.

    Raises
    ------
    ParameterError
        If the extra ``fast`` is not installed.

    Examples
    --------
    >>> from wushan_geo.travel.graph import graph_from_arcs
    >>> way = graph_from_arcs(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0]))
    >>> prepare(way).matrix(np.array([0, 2]), np.array([1, 2])).tolist()
    [[2.0, 5.0], [inf, 0.0]]
    """
    require_compiler()
    from wushan_geo.travel.network.elimination import order_nodes
    from wushan_geo.travel.network.kernels import arcs_of

    return Hierarchy(*order_nodes(arcs_of(graph)))


def require_compiler() -> None:
    """Make sure that the compiled code can be loaded.

    Raises
    ------
    ParameterError
        If the extra ``fast`` is not installed.

    Examples
    --------
    >>> require_compiler()
    """
    try:
        import wushan_geo.travel.network.elimination  # noqa: F401 - to see whether it can be
    except ImportError as error:
        message = "numba is not installed: install wushan-geo with its extra 'fast'."
        raise ParameterError(message) from error
