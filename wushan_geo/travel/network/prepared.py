"""A road network made ready for searches, with places hung on it between its nodes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wushan_geo.errors import ParameterError
from wushan_geo.travel.edges import edge_minutes
from wushan_geo.travel.graph import Graph, graph_from_arcs, graph_of, turned
from wushan_geo.travel.groups import starts
from wushan_geo.travel.network import search
from wushan_geo.travel.network.ends import between
from wushan_geo.travel.network.hierarchy import RELATIVE_ERROR, prepare, require_compiler
from wushan_geo.travel.snap import Entrances, Snaps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes
    from wushan_geo.travel.network.hierarchy import Hierarchy
    from wushan_geo.travel.places import Places


class Joined(NamedTuple):
    """A graph in which every place is a node: the nodes of the network first, then the places."""

    graph: Graph
    """Arcs of the roads, and those of the places."""
    back: Graph
    """The same arcs turned round."""
    origins: NDArray[np.intp]
    """Node of each origin."""
    destinations: NDArray[np.intp]
    """Node of each destination."""


class PreparedRoads:
    """Roads with the minutes along their edges, of which each part is made ready once.

    What is made of it stays: the arcs (both ways), the search tree of where the roads can be
    entered, the connected parts. Ask the same one for everything that is to be known about one
    state of the roads. Nothing in it can be changed.

    Parameters
    ----------
    roads
        Road network.
    minutes
        Minutes along its edges, each way.
    hierarchy
        Whether matrices come from a prepared hierarchy of the nodes (extra ``fast``): made once,
        it takes a fraction of a search for every further matrix, and differs by rounding.

    Examples
    --------
    See :func:`prepare_roads`, which makes one.
    """

    def __init__(
        self, roads: RoadNetwork, minutes: EdgeMinutes, *, hierarchy: bool = False
    ) -> None:
        self.roads = roads
        self.minutes = minutes
        self._by_hierarchy = hierarchy

    @property
    def relative_error(self) -> float:
        """Largest difference of a matrix from the exact one, as a part of each time: 0 if exact."""
        return RELATIVE_ERROR if self._by_hierarchy else 0.0

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The nodes of the network, left out one by one."""
        return prepare(self.graph)

    @cached_property
    def graph(self) -> Graph:
        """Arcs between the nodes of the network."""
        return graph_of(self.roads, self.minutes)

    @cached_property
    def back(self) -> Graph:
        """The same arcs turned round."""
        return turned(self.graph)

    @cached_property
    def parts(self) -> NDArray[np.int64]:
        """Connected part of each node, 0 for the largest: see :func:`parts_of`."""
        return parts_of(self.roads, self.minutes.passable)

    @cached_property
    def entrances(self) -> Entrances:
        """Where the roads can be entered."""
        return Entrances(self.roads, self.minutes)

    def hang(self, at: Places, what: str) -> Snaps:
        """Find where places hang on the roads.

        Parameters
        ----------
        at
            The places.
        what
            What they are, for messages.

        Returns
        -------
        Snaps
            As :func:`wushan_geo.travel.snap.snap` gives them.

        Raises
        ------
        UnknownIdError
            If a place names a node that does not exist.
        ParameterError
            If a place has to be snapped and no edge can be travelled.

        Examples
        --------
        See ``tests/test_travel_snap.py``.
        """
        return self.entrances.hang(at, what)

    def joined(self, origins: Snaps, destinations: Snaps) -> Joined:
        """Make a node of every place that hangs on an edge between its ends.

        An edge with places on it becomes a chain through them in the order of their shares, with
        its minutes in proportion, each way as the edge allows; places at one spot share a node.
        The edge stays beside its chain for those who drive past, so that the minutes between two
        places do not change in the last digit because somebody else lives along the road.

        Parameters
        ----------
        origins, destinations
            Where the places hang. Twins are left out: give every spot by itself
            (:meth:`Snaps.spots`), so that nobody passes from one carriageway to the other.

        Returns
        -------
        Joined
            Both graphs, and the nodes of the places.

        Raises
        ------
        IndexError
            If the snaps belong to another network.

        Examples
        --------
        See ``tests/test_travel_graph.py``.
        """
        node = np.concatenate([origins.node, destinations.node])
        midway = np.flatnonzero(node < 0)
        edge = np.concatenate([origins.edge, destinations.edge])[midway]
        share = np.concatenate([origins.share, destinations.share])[midway]
        order = np.lexsort((share, edge))
        edge, share = edge[order], share[order]
        new = starts(edge) | starts(share)
        size = self.graph.size
        node[midway[order]] = size + np.cumsum(new) - 1
        start, end, forward, backward = self._chains(edge[new], share[new])
        there, here = np.concatenate([start, end]), np.concatenate([end, start])
        minutes = np.concatenate([forward, backward])
        size += int(new.sum())
        return Joined(
            _with_arcs(self.graph, graph_from_arcs(size, there, here, minutes)),
            _with_arcs(self.back, graph_from_arcs(size, here, there, minutes)),
            node[: origins.node.size],
            node[origins.node.size :],
        )

    def minutes_between(
        self, origins: Snaps, destinations: Snaps, reach: float | None = None
    ) -> NDArray[np.float64]:
        """Find the shortest minutes on the roads from all places to all others.

        Parameters
        ----------
        origins, destinations
            Where the places hang, every spot by itself as in :meth:`joined`.
        reach
            Minutes up to which to search (exactly that much is within); None finds everything.

        Returns
        -------
        numpy.ndarray
            Minutes, origins down and destinations across; infinite where unreachable or beyond
            the reach.

        Raises
        ------
        IndexError
            If the snaps belong to another network.

        Examples
        --------
        See ``tests/test_travel_network.py``.
        """
        if self._by_hierarchy:
            found = between(self.hierarchy, (self.roads, self.minutes), origins, destinations)
            if reach is not None:
                found[found > reach] = np.inf
            return found
        joined = self.joined(origins, destinations)
        return search.matrix(
            joined.graph, joined.origins, joined.destinations, reach, back=joined.back
        )

    def _chains(
        self, edge: NDArray[np.intp], share: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
        """Give the pieces of edges between spots, sorted: start, end, minutes each way."""
        spot = self.graph.size + np.arange(edge.size)
        first = starts(edge)
        last = np.append(first[1:], np.ones(min(1, edge.size), dtype=bool))
        start = np.where(first, self.roads.u[edge], spot - 1)
        length = share - np.where(first, 0.0, np.append(0.0, share)[:-1])
        start = np.concatenate([start, spot[last]])
        end = np.concatenate([spot, self.roads.v[edge[last]]])
        length = np.concatenate([length, 1.0 - share[last]])
        along = np.concatenate([edge, edge[last]])
        return (
            start,
            end,
            self.minutes.forward[along] * length,
            self.minutes.backward[along] * length,
        )


def prepare_roads(
    roads: RoadNetwork,
    *,
    speeds_kmh: Mapping[str, float] | None = None,
    minutes: EdgeMinutes | None = None,
    hierarchy: bool = False,
) -> PreparedRoads:
    """Make a road network ready, once, for any number of questions.

    :func:`wushan_geo.network_matrix` and :func:`wushan_geo.nearest_by_road` take what this gives in
    place of the network: its arcs and where it can be entered are then worked out once, and the
    answers are the same. With a `hierarchy` (Dibbelt, Strasser and Wagner 2016, without their
    rounding) whole matrices are sums of the same minutes in another order.

    Parameters
    ----------
    roads
        Road network. Not changed.
    speeds_kmh
        Speed by road class in km/h; every class with an open edge needs one, unless each of its
        edges has a speed of its own.
    minutes
        Minutes along the edges instead of speeds.
    hierarchy
        Whether to answer matrices by a hierarchy, for a large network that is asked again and
        again. Its ``relative_error`` says by how much a time may differ from the exact one.

    Returns
    -------
    PreparedRoads
        The network, made ready.

    Raises
    ------
    ParameterError
        If a speed is missing or out of range, both speeds and minutes are given or neither, minutes
        are of another network, or a hierarchy is asked for and the extra ``fast`` is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.study.roads import RoadNetwork
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [109.9, 110.0], "lat": [31.1, 31.1]})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e"], "u": ["a"], "v": ["b"], "length_m": [9000.0], "road_class": ["x"]}
    ... )
    >>> ready = prepare_roads(RoadNetwork.from_tables(nodes, edges), speeds_kmh={"x": 30.0})
    >>> ready.graph.minutes.tolist(), ready.relative_error
    ([18.0, 18.0], 0.0)
    """
    if hierarchy:
        require_compiler()
    found = ready(roads, minutes, speeds_kmh)
    return PreparedRoads(found.roads, found.minutes, hierarchy=hierarchy)


def ready(
    roads: RoadNetwork | PreparedRoads,
    minutes: EdgeMinutes | None,
    speeds_kmh: Mapping[str, float] | None = None,
) -> PreparedRoads:
    """Make roads ready for searches, unless they are.

    Parameters
    ----------
    roads
        Road network, or one made ready.
    minutes
        Minutes along the edges of a road network; None for one made ready, which has them.
    speeds_kmh
        Speed by road class in km/h, instead of minutes.

    Returns
    -------
    PreparedRoads
        Roads to be searched.

    Raises
    ------
    ParameterError
        If the minutes are missing, given twice or of another network, or a speed is missing or out
        of range.

    Examples
    --------
    See ``tests/test_travel_network.py``.
    """
    if isinstance(roads, PreparedRoads):
        if minutes is None and speeds_kmh is None:
            return roads
        message = "these roads were made ready with their minutes: leave speeds and minutes out."
        raise ParameterError(message)
    if (speeds_kmh is None) == (minutes is None):
        message = "give either speeds_kmh or minutes: one of them says how long each edge takes."
        raise ParameterError(message)
    if minutes is None:
        return PreparedRoads(roads, edge_minutes(roads, {} if speeds_kmh is None else speeds_kmh))
    minutes.require_of(roads)
    return PreparedRoads(roads, minutes)


def with_places(
    roads: RoadNetwork, minutes: EdgeMinutes, origins: Snaps, destinations: Snaps
) -> tuple[Graph, NDArray[np.intp], NDArray[np.intp]]:
    """Turn roads and the places that hang on them into one graph.

    Parameters
    ----------
    roads
        Road network.
    minutes
        Minutes along its edges, each way.
    origins, destinations
        Where the places hang.

    Returns
    -------
    tuple
        Graph, and the nodes of the origins and of the destinations; see
        :meth:`PreparedRoads.joined`.

    Raises
    ------
    ValueError
        If there are not as many minutes as edges.

    Examples
    --------
    See ``tests/test_travel_graph.py``.
    """
    found = PreparedRoads(roads, minutes).joined(origins, destinations)
    return found.graph, found.origins, found.destinations


def behind(
    graph: Graph,
    nodes: NDArray[np.intp],
    minutes: NDArray[np.float64],
    place: NDArray[np.intp] | None = None,
) -> tuple[Graph, NDArray[np.intp]]:
    """Put places behind a way of their own, which takes the minutes charged at them.

    Parameters
    ----------
    graph
        Arcs.
    nodes
        Node of each place, or of each spot at which places hang.
    minutes
        Minutes charged at each place or spot, on leaving it.
    place
        Place of each spot, where some have more than one.

    Returns
    -------
    tuple
        Graph in which each place is a node of its own that nobody passes, and these nodes.

    Raises
    ------
    ValueError
        If there are not as many minutes as places.

    Examples
    --------
    >>> way = graph_from_arcs(2, np.array([0]), np.array([1]), np.array([3.0]))
    >>> longer, nodes = behind(way, np.array([0]), np.array([5.0]))
    >>> nodes.tolist(), longer.end.tolist(), longer.minutes.tolist()
    ([2], [1, 0], [3.0, 5.0])
    """
    start = np.arange(minutes.size) if place is None else place
    own = graph.size + np.arange(int(start.max(initial=-1)) + 1)
    more = graph_from_arcs(graph.size + own.size, graph.size + start, nodes, minutes)
    return _with_arcs(graph, more), own


def parts_of(roads: RoadNetwork, passable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Tell apart the parts of the network that no passable edge joins.

    Parameters
    ----------
    roads
        Road network; one-way edges join both ends.
    passable
        Whether each edge can be travelled.

    Returns
    -------
    numpy.ndarray
        Part of each node: 0 for the part with most nodes, then 1 and so on; of parts of one size
        the one with the first node comes first.

    Raises
    ------
    MemoryError
        If the network does not fit into memory.

    Examples
    --------
    See :func:`wushan_geo.travel.network.components`.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    u, v = roads.u[passable], roads.v[passable]
    size = roads.lon.size
    joined = coo_array((np.ones(u.size), (u, v)), shape=(size, size)).tocsr()
    count, label = connected_components(joined, directed=False) if size else (0, np.empty(0, int))
    _, first, nodes = np.unique(label, return_index=True, return_counts=True)
    number = np.empty(count, dtype=np.int64)
    number[np.lexsort((first, -nodes))] = np.arange(count)
    return number[label]


def _with_arcs(graph: Graph, more: Graph) -> Graph:
    """Add arcs to or from new nodes, which stand behind the nodes of the graph."""
    behind = np.full(more.size - graph.size, graph.end.size)
    at = np.repeat(np.append(graph.indptr[1:], behind), np.diff(more.indptr))
    return Graph(
        np.append(graph.indptr, behind) + more.indptr,
        np.insert(graph.end, at, more.end),
        np.insert(graph.minutes, at, more.minutes),
    )
