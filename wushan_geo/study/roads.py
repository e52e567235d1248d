"""The road network of a study: nodes and edges as frozen arrays, checked once."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

NODES, EDGES = "road nodes", "road edges"  # how faults name the two tables
METRES_A_KM = 1000.0
PERCENT = 100.0


def _unsaid() -> NDArray[Any]:
    """Stand in for a field that was not given: filled with "not known" once the size is."""
    return np.empty(0)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RoadNetwork:
    """Roads as nodes and edges; nothing in it can be changed.

    Ferries and bridges are edges like any other. An edge can be travelled both ways unless it is
    one-way (then from `u` to `v`), and not at all while it is closed. Several edges may join the
    same two nodes. Coordinates are longitude and latitude in degrees (EPSG:4326 or 4490). Between
    its nodes an edge runs straight, or through the bends that `bend_lon` and `bend_lat` give.
    What is not given of the last fields is not known: NaN, an empty text, no bridge, no bends.

    Raises
    ------
    InputError
        With all faults at once: arrays of different length, an id there twice, an edge to no
        node, a length that is negative or not known, coordinates out of range.

    Examples
    --------
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [109.9, 110.0], "lat": [31.1, 31.1]})
    >>> edges = pd.DataFrame(
    ...     {"edge_id": ["e"], "u": ["a"], "v": ["b"], "length_m": [9000.0], "road_class": ["x"]}
    ... )
    >>> RoadNetwork.from_tables(nodes, edges)
    RoadNetwork: 2 nodes, 1 edge (9.0 km), 0 one-way, 0 closed
    """

    node_ids: NDArray[Any]
    """Node ids (text, unique)."""
    lon: NDArray[np.float64]
    """Longitude of each node in degrees."""
    lat: NDArray[np.float64]
    """Latitude of each node in degrees."""
    edge_ids: NDArray[Any]
    """Edge ids (text, unique)."""
    u: NDArray[np.intp]
    """Position of the node where each edge starts."""
    v: NDArray[np.intp]
    """Position of the node where each edge ends."""
    length_m: NDArray[np.float64]
    """Length in metres, at least 0; a zero is a real zero."""
    road_class: NDArray[Any]
    """Road class (text), the key into a speed table."""
    oneway: NDArray[np.bool_]
    """True where an edge can only be travelled from `u` to `v`."""
    closed: NDArray[np.bool_]
    """True where an edge cannot be travelled."""
    crossing_id: NDArray[Any]
    """Crossing that an edge passes over (text), empty for none."""
    basis: NDArray[Any]
    """Where each edge is known from: measured, stated, inferred or modelled; empty if not said."""
    speed_kmh: NDArray[np.float64] = field(default_factory=_unsaid)
    """Speed known of this very edge in km/h; NaN where that of its class holds."""
    grade: NDArray[np.float64] = field(default_factory=_unsaid)
    """Mean slope from `u` to `v` as rise / run (0.08 = 8 % up); NaN where not known."""
    bridge: NDArray[np.bool_] = field(default_factory=_unsaid)
    """True where an edge is a bridge."""
    name: NDArray[Any] = field(default_factory=_unsaid)
    """Name or number of each road (text), empty if not known."""
    edition: NDArray[Any] = field(default_factory=_unsaid)
    """Date of the state of each edge (text, as written), empty if not known."""
    elevation_m: NDArray[np.float64] = field(default_factory=_unsaid)
    """Elevation of each node in metres; NaN where not known."""
    for_a_while: NDArray[np.bool_] = field(default_factory=_unsaid)
    """True where an edge is closed by a season or a scenario only: places keep hanging on it, for
    nobody moves house, and walks across the river to another road, because a road is closed."""
    bend_at: NDArray[np.intp] = field(default_factory=_unsaid)
    """Where the bends of each edge start in the next two, and the end of the last (one more than
    there are edges)."""
    bend_lon: NDArray[np.float64] = field(default_factory=_unsaid)
    """Longitudes of the bends, edge after edge, in the direction from `u` to `v`."""
    bend_lat: NDArray[np.float64] = field(default_factory=_unsaid)
    """Latitudes of the bends."""

    def __post_init__(self) -> None:
        """Check everything once, then lock the arrays."""
        self._fill()
        for one in fields(self):
            array = np.asarray(getattr(self, one.name), dtype=_KINDS.get(one.name, object)).copy()
            array.flags.writeable = False
            object.__setattr__(self, one.name, array)
        faults = sorted(self._faults())
        if faults:
            raise InputError(faults)

    def _fill(self) -> None:
        """Put "not known" into the fields that were not given."""
        nodes, edges = len(self.node_ids), len(self.edge_ids)
        for name, (size, value) in {
            "speed_kmh": (edges, np.nan),
            "grade": (edges, np.nan),
            "bridge": (edges, False),
            "for_a_while": (edges, False),
            "name": (edges, ""),
            "edition": (edges, ""),
            "elevation_m": (nodes, np.nan),
            "bend_at": (edges + 1, 0),
        }.items():
            if np.size(getattr(self, name)) == 0:
                object.__setattr__(self, name, np.full(size, value, dtype=_KINDS.get(name, object)))

    def _faults(self) -> Iterator[Fault]:
        """Find what is wrong with the arrays."""
        for table, names in ((NODES, NODE_FIELDS), (EDGES, EDGE_FIELDS)):
            sizes = {getattr(self, name).shape for name in names}
            if len(sizes) != 1 or len(sizes.pop()) != 1:
                rule = f"has one value in each of {', '.join(names)}"
                yield Fault(table, None, "", "", rule, "Give arrays of one length.")
                return
        yield from self._bend_faults()
        nodes, edges = self.node_ids, self.edge_ids
        yield from _blame((NODES, "node_id"), nodes, nodes, _twice(nodes), UNIQUE)
        yield from _blame((EDGES, "edge_id"), edges, edges, _twice(edges), UNIQUE)
        for name, most in (("lon", MOST_LON), ("lat", MOST_LAT)):
            value = getattr(self, name)
            words = (f"is a number from -{most} to {most}", "Give degrees, not metres.")
            yield from _blame((NODES, name), nodes, value, ~(np.abs(value) <= most), words)
        for name in ("u", "v"):
            value = getattr(self, name)
            lost = (value < 0) | (value >= nodes.size)
            yield from _blame((EDGES, name), edges, value, lost, NO_NODE)
        wrong = ~(np.isfinite(self.length_m) & (self.length_m >= 0))
        words = ("is a number of at least 0", "Measure the length in metres.")
        yield from _blame((EDGES, "length_m"), edges, self.length_m, wrong, words)
        words = ("is not empty", "Give the road class: no speed is known without it.")
        yield from _blame((EDGES, "road_class"), edges, edges, self.road_class == "", words)

        wrong = ~(np.isnan(self.speed_kmh) | ((self.speed_kmh > 0) & np.isfinite(self.speed_kmh)))
        words = ("is a number above 0", "Give the speed in km/h, or nothing.")
        yield from _blame((EDGES, "speed_kmh"), edges, self.speed_kmh, wrong, words)

    def _bend_faults(self) -> Iterator[Fault]:
        """Find bends that do not fit the edges."""
        at = self.bend_at
        fits = (
            at.shape == (self.edge_ids.size + 1,)
            and at[0] == 0
            and bool((np.diff(at) >= 0).all())
            and at[-1] == self.bend_lon.size == self.bend_lat.size
        )
        if not fits:
            rule = "has for each edge where its bends start, and as many longitudes as latitudes"
            yield Fault(EDGES, None, "bend_at", "", rule, "Give bend_at, bend_lon and bend_lat.")
        elif not ((np.abs(self.bend_lon) <= MOST_LON) & (np.abs(self.bend_lat) <= MOST_LAT)).all():
            rule = "has bends in degrees"
            yield Fault(EDGES, None, "bend_lon, bend_lat", "", rule, "Give degrees, not metres.")

    @classmethod
    def from_tables(cls, nodes: pd.DataFrame, edges: pd.DataFrame) -> RoadNetwork:
        """Make a network from its two tables; rows may come in any order.

        Parameters
        ----------
        nodes
            Columns ``node_id``, ``lon``, ``lat`` (degrees), and if known ``elevation_m``; others
            are ignored.
        edges
            Columns ``edge_id``, ``u``, ``v`` (node ids), ``length_m`` (metres, at least 0),
            ``road_class``, and if known ``oneway``, ``closed``, ``bridge`` (booleans; empty = no),
            ``crossing_id``, ``basis``, ``speed_kmh``, ``grade`` (per cent), ``name``, ``edition``.

        Returns
        -------
        RoadNetwork
            Nodes and edges sorted by id.

        Raises
        ------
        InputError
            With all faults of the tables at once.

        Examples
        --------
        >>> nodes = pd.DataFrame({"node_id": ["a"], "lon": [109.9], "lat": [31.1]})
        >>> columns = ["edge_id", "u", "v", "length_m", "road_class"]
        >>> RoadNetwork.from_tables(nodes, pd.DataFrame(columns=columns)).node_ids.tolist()
        ['a']
        """
        faults = [*_absent(NODES, nodes, NODE_COLUMNS), *_absent(EDGES, edges, EDGE_COLUMNS)]
        if faults:
            raise InputError(faults)
        nodes, edges = _sorted(nodes, "node_id"), _sorted(edges, "edge_id")
        names, edge_names = _texts(nodes, "node_id"), _texts(edges, "edge_id")
        faults = [*_unnamed(NODES, "node_id", names)]
        faults += _unnamed(EDGES, "edge_id", edge_names)
        # The first of two nodes of one name stands in here; the check of unique ids reports both.
        first = np.append(np.flatnonzero(~pd.Index(names).duplicated()), LOST)
        known = pd.Index(names).unique()
        ends = {}
        for name in ("u", "v"):
            wanted = _texts(edges, name)
            ends[name] = first[known.get_indexer(pd.Index(wanted))]
            faults += _blame((EDGES, name), edge_names, wanted, ends[name] == LOST, NO_NODE)
        if faults:
            raise InputError(faults)
        return cls(
            node_ids=names,
            lon=nodes["lon"].to_numpy(np.float64, na_value=np.nan),
            lat=nodes["lat"].to_numpy(np.float64, na_value=np.nan),
            edge_ids=edge_names,
            u=ends["u"],
            v=ends["v"],
            length_m=edges["length_m"].to_numpy(np.float64, na_value=np.nan),
            road_class=_texts(edges, "road_class"),
            oneway=_flags(edges, "oneway"),
            closed=_flags(edges, "closed"),
            crossing_id=_texts(edges, "crossing_id"),
            basis=_texts(edges, "basis"),
            speed_kmh=_numbers(edges, "speed_kmh"),
            grade=_numbers(edges, "grade") / PERCENT,
            bridge=_flags(edges, "bridge"),
            name=_texts(edges, "name"),
            edition=_texts(edges, "edition"),
            elevation_m=_numbers(nodes, "elevation_m"),
        )

    def lines(self) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Give the way of each edge through its bends, as one list of points.

        Returns
        -------
        tuple of numpy.ndarray
            Points (longitude, latitude), edge after edge from `u` through its bends to `v`; and
            the position of the edge to which each point belongs.

        Raises
        ------
        MemoryError
            If the points do not fit into memory.

        Examples
        --------
        >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [1.0, 2.0], "lat": [31.1, 31.1]})
        >>> edges = pd.DataFrame(
        ...     {"edge_id": ["e"], "u": ["a"], "v": ["b"], "length_m": [9.0], "road_class": ["x"]}
        ... )
        >>> RoadNetwork.from_tables(nodes, edges).lines()[0].tolist()
        [[1.0, 31.1], [2.0, 31.1]]
        """
        count = np.diff(self.bend_at) + 2
        edge = np.repeat(np.arange(count.size), count)
        last = np.cumsum(count) - 1
        points = np.empty((edge.size, 2))
        inner = np.ones(edge.size, dtype=bool)
        inner[last] = inner[last - count + 1] = False
        points[last - count + 1] = np.column_stack([self.lon[self.u], self.lat[self.u]])
        points[last] = np.column_stack([self.lon[self.v], self.lat[self.v]])
        points[inner] = np.column_stack([self.bend_lon, self.bend_lat])
        return points, edge

    def __repr__(self) -> str:
        """Say in one line what the network holds."""
        edges = "1 edge" if self.u.size == 1 else f"{self.u.size:,} edges"
        nodes = "1 node" if self.lon.size == 1 else f"{self.lon.size:,} nodes"
        return (
            f"RoadNetwork: {nodes}, {edges} ({self.length_m.sum() / METRES_A_KM:,.1f} km), "
            f"{int(self.oneway.sum()):,} one-way, {int(self.closed.sum()):,} closed"
        )


_KINDS: dict[str, Any] = {
    "lon": np.float64,
    "lat": np.float64,
    "u": np.intp,
    "v": np.intp,
    "length_m": np.float64,
    "oneway": np.bool_,
    "closed": np.bool_,
    "speed_kmh": np.float64,
    "grade": np.float64,
    "bridge": np.bool_,
    "for_a_while": np.bool_,
    "elevation_m": np.float64,
    "bend_at": np.intp,
    "bend_lon": np.float64,
    "bend_lat": np.float64,
}
NODE_FIELDS = ("node_ids", "lon", "lat", "elevation_m")
EDGE_FIELDS = (
    "edge_ids", "u", "v", "length_m", "road_class", "oneway", "closed", "crossing_id", "basis",
    "speed_kmh", "grade", "bridge", "name", "edition", "for_a_while",
)  # fmt: skip
NODE_COLUMNS = ("node_id", "lon", "lat")
EDGE_COLUMNS = ("edge_id", "u", "v", "length_m", "road_class")
MOST_LON, MOST_LAT = 180, 90
LOST = -1  # position of a node that does not exist
NO_NODE = ("is a node of the network", "Add the node, or mend the edge.")
UNIQUE = ("appears only once", "Delete one of the two.")


def _absent(table: str, frame: pd.DataFrame, names: tuple[str, ...]) -> Iterator[Fault]:
    """Name the columns that are not there."""
    for name in names:
        if name not in frame.columns:
            yield Fault(table, 1, name, "", f"has a column {name!r}", "Add the column.")


def _unnamed(table: str, name: str, texts: NDArray[Any]) -> Iterator[Fault]:
    """Find rows without an id."""
    if (texts == "").any():
        yield Fault(table, None, name, "", "must not be empty", "Give each row an id.")


def _sorted(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Sort rows by id as text, so that the order of a file changes nothing."""
    return frame.iloc[np.argsort(_texts(frame, name), kind="stable")]


def _texts(frame: pd.DataFrame, name: str) -> NDArray[Any]:
    """Read a column as texts, empty where there is nothing."""
    if name not in frame.columns:
        return np.full(len(frame), "", dtype=object)
    found = frame[name]
    return np.where(found.isna(), "", found.astype("str").to_numpy(dtype=object)).astype(object)


def _numbers(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Read a column of numbers, NaN where there is none."""
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return frame[name].to_numpy(np.float64, na_value=np.nan)


def _flags(frame: pd.DataFrame, name: str) -> NDArray[np.bool_]:
    """Read a column of booleans; what is not said is no."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return frame[name].astype("boolean").fillna(value=False).to_numpy(dtype=bool)


def _blame(
    place: tuple[str, str],
    ids: NDArray[Any],
    values: NDArray[Any],
    wrong: NDArray[np.bool_],
    words: tuple[str, str],
) -> Iterator[Fault]:
    """Give a fault for each wrong row, by its id: rows have been sorted and have no number."""
    for at in np.flatnonzero(wrong):
        shown = str(ids[at]) if values is ids else f"{ids[at]}: {values[at]}"
        yield Fault(place[0], None, place[1], shown, *words)


def _twice(ids: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which ids repeat an earlier one."""
    known = ids.tolist()
    if len(set(known)) == len(known):  # the common case, ten times as quick
        return np.zeros(len(known), dtype=bool)
    return np.asarray(pd.Series(ids, dtype=object).duplicated(), dtype=bool)
