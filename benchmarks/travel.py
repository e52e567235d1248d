"""Measure the searches on roads beside networkx, scipy, igraph, pandana and others.

    python benchmarks/travel.py [--sizes 5000 100000 1000000] [--cases ...] [--engines ...]
                                [--seed 2026] [--most-seconds 1800]

Every engine gets the same graph and the same query in a process of its own, whose most memory is
told. `start` is importing it and a first call on a graph of 16 nodes (ours compiles then, or loads
what was compiled), `prepare` turns arrays into what the engine searches, `query` is the median of
the rounds that fit into a few seconds. `error` is the largest relative difference from scipy.
Peers that are not installed are named. Where too many searches would take too long, some are done
and the seconds multiplied: these stand with a ~.

The graph is drawn, not real: a jittered grid with a third of its streets taken out, 6 % one-way,
every twentieth line a main road; 2.6 arcs a node, as OpenStreetMap's roads have. Its mesh is 290 m,
so that a million nodes cover 84,000 km2, about what Chongqing covers. Nodes are numbered line by
line, which suits every engine's memory. Trips run from facilities to places.

routingkit-cch is a peer and no more: it has one author and few releases, weights are whole numbers
(here milliseconds), and a second query that is alive while the first is makes it stop.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HERE = Path(__file__).resolve()
REACH = 60.0  # minutes
ROUNDS, ENOUGH_S = 5, 6.0  # a query is repeated until it took this long, or so often
BLOCK = 8_000_000  # costs that scipy works out at once
SAMPLE_S = 20.0  # seconds of searches by networkx, after which the rest is reckoned
MISSING, ANSWER = "not installed", "answer.json"
MESH_KM = 0.29
STREETS, ONE_WAY = 0.66, 0.06  # of the grid's lines that are there, and of those one-way
BEYOND = 1e6  # minutes: some peers write a large number where nothing is reached


@dataclass(frozen=True)
class Case:
    """One query."""

    size: int
    kind: str
    sources: int
    targets: int

    def __str__(self) -> str:
        """Name it for the table."""
        return {
            "nearest": f"nearest of {self.sources} facilities, with label",
            "full": f"matrix {self.targets:,} x {self.sources:,}",
            "limited": f"matrix {self.targets:,} x {self.sources:,} within {REACH:.0f} minutes",
            "isochrones": f"{self.sources} isochrones of {REACH:.0f} minutes",
            "called": f"network_matrix as called, {self.targets:,} x {self.sources:,}",
            "nearby": f"nearest_by_road as called, {self.targets:,} of {self.sources}",
            "drawn": f"catchments as called, {self.sources} of 10 and {REACH:.0f} minutes",
        }[self.kind]


CASES = (
    Case(5_000, "nearest", 600, 0),
    Case(5_000, "full", 366, 340),
    Case(5_000, "called", 366, 340),
    Case(5_000, "nearby", 366, 340),
    Case(5_000, "drawn", 20, 340),
    Case(100_000, "nearest", 600, 0),
    Case(100_000, "full", 600, 7_000),
    Case(100_000, "called", 600, 7_000),
    Case(100_000, "nearby", 600, 7_000),
    Case(1_000_000, "nearest", 600, 0),
    Case(1_000_000, "limited", 600, 7_000),
    Case(1_000_000, "isochrones", 200, 0),
    Case(1_000_000, "full", 1_200, 11_000),
)


@dataclass(frozen=True)
class Task:
    """A graph and a query, as every engine gets them."""

    indptr: np.ndarray
    end: np.ndarray
    minutes: np.ndarray
    x: np.ndarray
    y: np.ndarray
    sources: np.ndarray
    targets: np.ndarray
    kind: str

    @property
    def size(self) -> int:
        """Number of nodes."""
        return self.indptr.size - 1

    @property
    def start(self) -> np.ndarray:
        """Node at which each arc starts."""
        return np.repeat(np.arange(self.size), np.diff(self.indptr))


def road_network(size: int, seed: int) -> dict[str, np.ndarray]:
    """Draw a road network.

    Parameters
    ----------
    size
        Least number of nodes; the next square number is taken.
    seed
        Seed of everything drawn.

    Returns
    -------
    dict
        Arcs in compressed rows (``indptr``, ``end``, ``minutes``) and coordinates in km.

    Raises
    ------
    ValueError
        If the size is negative.

    Examples
    --------
    >>> road_network(16, 1)["indptr"].size
    17
    """
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(size)))
    y, x = (one.ravel() + rng.uniform(-0.35, 0.35, side**2) for one in np.indices((side, side)))
    at = np.arange(side**2).reshape(side, side)
    u = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    v = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    lines = np.arange(side)
    main = np.concatenate([np.repeat(lines, side - 1), np.tile(lines, side - 1)]) % 20 == 0
    kept = main | (rng.random(u.size) < STREETS)
    u, v, main = u[kept], v[kept], main[kept]
    km = MESH_KM * np.hypot(x[u] - x[v], y[u] - y[v]) * rng.uniform(1.0, 1.5, u.size)
    kmh = np.where(main, 60.0, rng.choice([15.0, 25.0, 35.0], u.size, p=[0.3, 0.4, 0.3]))
    two_way = rng.random(u.size) >= ONE_WAY
    start, end = np.concatenate([u, v[two_way]]), np.concatenate([v, u[two_way]])
    minutes = np.concatenate([km / kmh * 60.0, (km / kmh * 60.0)[two_way]])
    order = np.lexsort((end, start))
    indptr = np.append(0, np.cumsum(np.bincount(start, minlength=side**2)))
    return {
        "indptr": indptr.astype(np.int64),
        "end": end[order].astype(np.int32),
        "minutes": minutes[order],
        "x": MESH_KM * x,
        "y": MESH_KM * y,
    }


class Scipy:
    """scipy.sparse.csgraph, the searches in blocks so that memory stays."""

    def __init__(self, task: Task) -> None:
        from scipy.sparse import csr_array

        arcs = (task.minutes, task.end, task.indptr.astype(np.int32))
        self.graph = csr_array(arcs, shape=(task.size, task.size))
        self.task = task

    def _rows(self, limit: float) -> Any:
        from scipy.sparse.csgraph import dijkstra

        step = max(1, BLOCK // self.task.size)
        for at in range(0, self.task.sources.size, step):
            yield from dijkstra(self.graph, indices=self.task.sources[at : at + step], limit=limit)

    def nearest(self) -> Any:
        """Search from all at once."""
        from scipy.sparse.csgraph import dijkstra

        costs, _, label = dijkstra(
            self.graph, indices=self.task.sources, min_only=True, return_predecessors=True
        )
        return costs, label

    def full(self) -> Any:
        """Search from each source."""
        return np.array([row[self.task.targets] for row in self._rows(np.inf)])

    def limited(self) -> Any:
        """Search from each source up to the limit."""
        return np.array([row[self.task.targets] for row in self._rows(REACH)])

    def isochrones(self) -> Any:
        """Give the nodes within the limit of each source, and the minutes."""
        found = []
        for row in self._rows(REACH):
            near = np.flatnonzero(np.isfinite(row))
            found.append((near, row[near]))
        return found


class Ours:
    """The compiled search of this package: exact."""

    def __init__(self, task: Task) -> None:
        from wushan_geo.travel.graph import Graph
        from wushan_geo.travel.network import kernels

        self.engine, self.task = kernels, task
        self.graph = Graph(task.indptr, task.end, task.minutes)

    def nearest(self) -> Any:
        """Search from all at once."""
        every = np.arange(self.task.size)
        costs, label = self.engine.nearest(self.graph, every, self.task.sources, 1, None)
        return costs[:, 0], label[:, 0]

    def full(self) -> Any:
        """Search from each source."""
        return self.engine.matrix(self.graph, self.task.sources, self.task.targets, None)

    def limited(self) -> Any:
        """Search from each source up to the limit."""
        return self.engine.limited(self.graph, self.task.sources, self.task.targets, REACH)

    def isochrones(self) -> Any:
        """Give the nodes within the limit of each source, and the minutes."""
        indptr, nodes, minutes = self.engine.reached(self.graph, self.task.sources, REACH)
        return list(
            zip(np.split(nodes, indptr[1:-1]), np.split(minutes, indptr[1:-1]), strict=True)
        )


class OursPlain(Ours):
    """The search of this package where numba is not installed, or does not pay: exact too."""

    def __init__(self, task: Task) -> None:
        from wushan_geo.travel.graph import Graph
        from wushan_geo.travel.network import plain

        self.engine, self.task = plain, task
        self.graph = Graph(task.indptr, task.end, task.minutes)


class OursCalled:
    """The public functions of this package: tables of roads and places, snapped, and minutes."""

    def __init__(self, task: Task) -> None:
        import pandas as pd

        from wushan_geo.study.roads import RoadNetwork

        self.task = task
        self.lon, self.lat = 109.0 + task.x / 95.0, 31.0 + task.y / 111.0
        names = np.arange(task.size).astype(str)
        nodes = pd.DataFrame({"node_id": names, "lon": self.lon, "lat": self.lat})
        # Arcs there and back are one street.
        there, back = task.start * task.size + task.end, task.end * task.size + task.start
        oneway = ~np.isin(back, there)
        kept = np.flatnonzero(oneway | (task.start < task.end))
        edges = pd.DataFrame({"edge_id": kept.astype(str), "oneway": oneway[kept]})
        edges["u"], edges["v"] = names[task.start[kept]], names[task.end[kept]]
        edges["road_class"] = "county"
        edges["length_m"] = task.minutes[kept] * 500.0  # at 30 km/h
        self.roads = RoadNetwork.from_tables(nodes, edges)

    def _places(self, at: np.ndarray, name: str) -> Any:
        """Put places 50 m beside nodes, so that they have to be snapped."""
        import pandas as pd

        beside = {"lon": self.lon[at] + 5e-4, "lat": self.lat[at]}
        return pd.DataFrame(beside, index=[f"{name}{one}" for one in at])

    def called(self) -> Any:
        """Ask for a whole matrix."""
        from wushan_geo.travel.network import network_matrix

        ends = self._places(self.task.sources, "s"), self._places(self.task.targets, "t")
        found = network_matrix(self.roads, *ends, speeds_kmh={"county": 30.0}, snap_speed_kmh=4.0)
        return found.dense()

    def nearby(self) -> Any:
        """Ask for the nearest of places, and to be told which it is."""
        from wushan_geo.travel.edges import edge_minutes
        from wushan_geo.travel.network import nearest_by_road
        from wushan_geo.travel.places import places

        ends = (
            places(self._places(self.task.targets, "t"), "homes"),
            places(self._places(self.task.sources, "s"), "facilities"),
        )
        minutes = edge_minutes(self.roads, {"county": 30.0})
        return nearest_by_road(self.roads, *ends, minutes=minutes, snap_speed_kmh=4.0)["cost"]

    def drawn(self) -> Any:
        """Ask for areas."""
        from shapely import box

        from wushan_geo.travel.edges import edge_minutes
        from wushan_geo.travel.isochrones import Land, RoadWay, catchments
        from wushan_geo.travel.places import places

        area = box(self.lon.min(), self.lat.min(), self.lon.max(), self.lat.max()).buffer(0.01)
        found = catchments(
            self.roads,
            places(self._places(self.task.targets, "t"), "homes"),
            places(self._places(self.task.sources, "s"), "facilities"),
            way=RoadWay(edge_minutes(self.roads, {"county": 30.0}), 4.0, 1.0, 0.0),
            limits=[10.0, REACH],
            land=Land(area, 300.0),
        )
        return found.area.to_numpy()


class OursReady(OursCalled):
    """The same functions on roads made ready by ``prepare_roads``, with a hierarchy."""

    def __init__(self, task: Task) -> None:
        from wushan_geo.travel.network import prepare_roads

        super().__init__(task)
        self.ready = prepare_roads(self.roads, speeds_kmh={"county": 30.0}, hierarchy=True)
        for part in ("graph", "back", "parts", "entrances", "hierarchy"):
            getattr(self.ready, part)

    def called(self) -> Any:
        """Ask for a whole matrix."""
        from wushan_geo.travel.network import network_matrix

        ends = self._places(self.task.sources, "s"), self._places(self.task.targets, "t")
        return network_matrix(self.ready, *ends, snap_speed_kmh=4.0).dense()

    nearby = drawn = None


class OursPrepared:
    """The hierarchy of this package: float64, other order of additions."""

    def __init__(self, task: Task) -> None:
        from wushan_geo.travel.graph import Graph
        from wushan_geo.travel.network.hierarchy import prepare

        self.task = task
        self.roads = prepare(Graph(task.indptr, task.end, task.minutes))

    def full(self) -> Any:
        """Sweep up and down."""
        return self.roads.matrix(self.task.sources, self.task.targets)

    def limited(self) -> Any:
        """Sweep up and down."""
        return self.roads.matrix(self.task.sources, self.task.targets, REACH)


class Networkx:
    """What users of osmnx do: one search by networkx after the other."""

    def __init__(self, task: Task) -> None:
        import networkx as nx

        self.nx, self.task, self.times = nx, task, 1.0
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(range(task.size))
        arcs = zip(task.start.tolist(), task.end.tolist(), task.minutes.tolist(), strict=True)
        self.graph.add_weighted_edges_from(arcs, weight="minutes")

    def _some(self, limit: float | None) -> Any:
        began = time.perf_counter()
        for done, source in enumerate(self.task.sources.tolist(), start=1):
            yield self.nx.single_source_dijkstra_path_length(
                self.graph, source, cutoff=limit, weight="minutes"
            )
            if time.perf_counter() - began > SAMPLE_S:
                self.times = self.task.sources.size / done
                return

    def nearest(self) -> Any:
        """Search from all at once; the label is where the way starts."""
        found, ways = self.nx.multi_source_dijkstra(
            self.graph, set(self.task.sources.tolist()), weight="minutes"
        )
        costs = np.full(self.task.size, np.inf)
        costs[list(found)] = list(found.values())
        return costs, [way[0] for way in ways.values()]

    def _matrix(self, limit: float | None) -> Any:
        targets = self.task.targets.tolist()
        return np.array([[row.get(one, np.inf) for one in targets] for row in self._some(limit)])

    def full(self) -> Any:
        """Search from each source."""
        return self._matrix(None)

    def limited(self) -> Any:
        """Search from each source up to the limit."""
        return self._matrix(REACH)

    def isochrones(self) -> Any:
        """Give the nodes within the limit of each source, and the minutes."""
        found = []
        for row in self._some(REACH):
            near = np.array(list(row))
            order = np.argsort(near)
            found.append((near[order], np.array(list(row.values()))[order]))
        return found


class Igraph:
    """igraph: no limit, and one search per source; the nearest by an extra node, without label."""

    def __init__(self, task: Task) -> None:
        import igraph

        self.task = task
        arcs = np.column_stack([task.start, task.end])
        self.minutes = task.minutes
        if task.kind == "nearest":
            extra = np.column_stack([np.full(task.sources.size, task.size), task.sources])
            arcs = np.concatenate([arcs, extra])
            self.minutes = np.append(task.minutes, np.zeros(task.sources.size))
        self.graph = igraph.Graph(n=task.size + 1, edges=arcs, directed=True)

    def nearest(self) -> Any:
        """Search from a node that is joined to all facilities by arcs of no length."""
        found = self.graph.distances([self.task.size], None, self.minutes, mode="out")
        return np.array(found[0][:-1]), None

    def full(self) -> Any:
        """Search from each source."""
        return np.array(
            self.graph.distances(self.task.sources, self.task.targets, self.minutes, mode="out")
        )

    def limited(self) -> Any:
        """Search everything and keep what is near."""
        found = self.full()
        return np.where(found <= REACH, found, np.inf)


class Pandana:
    """pandana: contraction hierarchies; pairs one by one."""

    def __init__(self, task: Task) -> None:
        import pandana
        import pandas as pd

        self.task = task
        ends = (pd.Series(task.start), pd.Series(task.end.astype(np.int64)))
        if task.kind == "nearest":  # it goes to facilities and not from them
            ends = ends[::-1]
        costs = pd.DataFrame({"minutes": task.minutes})
        places = (pd.Series(task.x), pd.Series(task.y))
        self.network = pandana.Network(*places, *ends, costs, twoway=False)

    def nearest(self) -> Any:
        """Find the nearest point of interest."""
        import pandas as pd

        places = pd.Series(self.task.sources)
        reach = 1e4
        self.network.set_pois(
            "all", reach, 1, pd.Series(self.task.x[places]), pd.Series(self.task.y[places])
        )
        found = self.network.nearest_pois(reach, "all", num_pois=1, include_poi_ids=True)
        return found[1].to_numpy(), found["poi1"].to_numpy()

    def full(self) -> Any:
        """Ask for all pairs."""
        shape = (self.task.sources.size, self.task.targets.size)
        found = self.network.shortest_path_lengths(
            np.repeat(self.task.sources, shape[1]), np.tile(self.task.targets, shape[0])
        )
        costs = np.array(found, dtype=np.float64).reshape(shape)
        return np.where(costs > BEYOND, np.inf, costs)

    def limited(self) -> Any:
        """Find everything and keep what is near."""
        found = self.full()
        return np.where(found <= REACH, found, np.inf)

    def isochrones(self) -> Any:
        """Ask for the nodes in range."""
        found = self.network.nodes_in_range(self.task.sources.tolist(), REACH)
        return [
            (rows["destination"].to_numpy(), rows["minutes"].to_numpy())
            for _, rows in found.sort_values("destination").groupby("source", sort=False)
        ]


class Networkit:
    """networkit: searches to some targets, on all processors."""

    def __init__(self, task: Task) -> None:
        import networkit
        from scipy.sparse import coo_matrix

        self.kit, self.task = networkit, task
        arcs = coo_matrix((task.minutes, (task.start, task.end)), shape=(task.size, task.size))
        self.graph = networkit.GraphFromCoo(arcs, n=task.size, weighted=True, directed=True)

    def full(self) -> Any:
        """Search from each source to the targets."""
        search = self.kit.distance.SPSP(
            self.graph, self.task.sources.tolist(), self.task.targets.tolist()
        )
        search.run()
        found = np.array(search.getDistances())
        return np.where(found > BEYOND, np.inf, found)

    def limited(self) -> Any:
        """Find everything and keep what is near."""
        found = self.full()
        return np.where(found <= REACH, found, np.inf)


class Routingkit:
    """routingkit-cch: customizable contraction hierarchies on whole milliseconds."""

    def __init__(self, task: Task) -> None:
        import routingkit_cch as kit

        self.kit, self.task = kit, task
        tail, head = task.start.tolist(), task.end.tolist()
        order = kit.compute_order_inertial(task.size, tail, head, task.y.tolist(), task.x.tolist())
        self.metric = kit.CCHMetric(
            kit.CCH(order, tail, head, False),  # noqa: FBT003 -- it takes no names
            np.rint(task.minutes * 60_000).astype(int).tolist(),
        )

    def full(self) -> Any:
        """Ask for all targets of each source."""
        query = self.kit.CCHOneToMany(self.metric, self.task.targets.tolist())
        rows = [query.distances_from(one) for one in self.task.sources.tolist()]
        return np.array(rows, dtype=np.float64) / 60_000

    def limited(self) -> Any:
        """Find everything and keep what is near."""
        found = self.full()
        return np.where(found <= REACH, found, np.inf)


ENGINES: dict[str, type[Any]] = {
    "scipy": Scipy,
    "ours": Ours,
    "ours, scipy": OursPlain,
    "ours, prepared": OursPrepared,
    "ours, called": OursCalled,
    "ours, ready": OursReady,
    "networkx": Networkx,
    "igraph": Igraph,
    "pandana": Pandana,
    "networkit": Networkit,
    "routingkit-cch": Routingkit,
}


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began


def _first_call(engine: str, kind: str, task: Task) -> None:
    """Import, prepare and search once."""
    getattr(ENGINES[engine](task), kind)()


def _numbers(found: Any, task: Task) -> np.ndarray:
    """Bring an answer into numbers that can be compared; NaN and absent are infinite."""
    if isinstance(found, tuple):
        found = found[0]
    elif isinstance(found, list):
        found = np.concatenate([np.append(minutes.sum(), near.size) for near, minutes in found])
    elif hasattr(found, "indptr"):
        dense = np.full((task.sources.size, task.targets.size), np.inf)
        row = np.repeat(np.arange(task.sources.size), np.diff(found.indptr))
        dense[row, found.indices] = found.data
        found = dense
    numbers = np.asarray(found, dtype=np.float64)
    return np.where(np.isnan(numbers), np.inf, numbers)


def run_one(engine: str, kind: str, folder: Path) -> dict[str, float]:
    """Measure one engine on one query, in this process.

    Parameters
    ----------
    engine
        Its name.
    kind
        Kind of query.
    folder
        Where the graphs lie, and where the answer goes.

    Returns
    -------
    dict
        Seconds of ``start``, ``prepare`` and ``query``; ``times`` by which the last were
        multiplied; ``cpu`` seconds of all threads in one query.

    Raises
    ------
    ImportError
        If the engine is not installed.
    """
    tasks = [Task(**np.load(folder / f"{name}.npz"), kind=kind) for name in ("tiny", "graph")]
    _, start = _timed(lambda: _first_call(engine, kind, tasks[0]))
    made, prepare = _timed(lambda: ENGINES[engine](tasks[1]))
    seconds: list[float] = []
    began = time.process_time()
    while len(seconds) < ROUNDS and sum(seconds) < ENOUGH_S:
        found, took = _timed(getattr(made, kind))
        seconds.append(took)
    cpu = (time.process_time() - began) / len(seconds)
    np.save(folder / f"{engine}.npy", _numbers(found, tasks[1]))
    times = getattr(made, "times", 1.0)
    query = median(seconds) * times
    return {"start": start, "prepare": prepare, "query": query, "times": times, "cpu": cpu}


def measured(engine: str, kind: str, folder: Path, most: float) -> dict[str, Any]:
    """Measure one engine on one query, in a process of its own.

    Parameters
    ----------
    engine
        Its name.
    kind
        Kind of query.
    folder
        Where the graphs lie.
    most
        Seconds after which it is stopped.

    Returns
    -------
    dict
        What :func:`run_one` gives and ``memory`` in MiB, or ``fault``.

    Raises
    ------
    OSError
        If no process can be started.
    """
    command = [sys.executable, str(HERE), "--one", engine, kind, str(folder)]
    roots = os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": roots}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=most, env=environment
        )
    except subprocess.TimeoutExpired:
        return {"fault": f"stopped after {most:.0f} s"}
    if done.returncode:
        last = (done.stderr.strip() or f"code {done.returncode}").splitlines()[-1]
        return {"fault": MISSING if "ModuleNotFoundError" in last else last[:90]}
    # Some engines print as they work, so that the answer does not stand in the output.
    found: dict[str, Any] = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    return found


def _peak_mib() -> float:
    """Tell the most memory that this process ever held; NaN where the system does not say."""
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _error(folder: Path, engine: str) -> str:
    """Compare with scipy, as far as both went."""
    paths = [folder / f"{name}.npy" for name in ("scipy", engine)]
    if not all(path.exists() for path in paths):
        return "?"
    right, found = (np.load(path) for path in paths)
    right = right[: len(found)]
    both = np.isfinite(right) & np.isfinite(found)
    strange = int((np.isfinite(right) != np.isfinite(found)).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(found - right)[both] / right[both]
    largest = float(np.nan_to_num(apart, nan=0.0).max(initial=0.0))
    return f"{largest:.0e}" + (f" and {strange} reached by one only" if strange else "")


def _print_case(case: Case, results: dict[str, dict[str, Any]], folder: Path) -> None:
    print(f"\n{case.size:,} nodes: {case}")
    print(
        f"  {'engine':15} {'start':>7} {'prepare':>8} {'query':>9} {'cpu':>8} {'MiB':>6}"
        f" {'both/ours':>9} {'query/ours':>10} {'query/prep.':>11}  error"
    )
    ours, prepared = results.get("ours", {}), results.get("ours, prepared", {})
    for engine, one in results.items():
        if "fault" in one:
            print(f"  {engine:15} {one['fault']}")
            continue
        both = one["prepare"] + one["query"]
        ratios = [
            both / (ours["prepare"] + ours["query"]) if "query" in ours else np.nan,
            one["query"] / ours.get("query", np.nan),
            one["query"] / prepared.get("query", np.nan),
        ]
        about = "~" if one["times"] > 1 else ""
        print(
            f"  {engine:15} {one['start']:7.2f} {one['prepare']:8.3f}"
            f" {about + format(one['query'], '.4f'):>9} {one['cpu']:8.3f} {one['memory']:6.0f}"
            f" {ratios[0]:9.2f} {ratios[1]:10.2f} {ratios[2]:11.2f}  {_error(folder, engine)}",
            flush=True,
        )


def _save_tasks(folder: Path, case: Case, network: dict[str, np.ndarray], seed: int) -> None:
    """Write the graph and the places of a case, and of a tiny one like it."""
    tiny = road_network(16, seed)
    for name, graph, counts in (
        ("tiny", tiny, (2, min(2, case.targets))),
        ("graph", network, (case.sources, case.targets)),
    ):
        rng = np.random.default_rng(seed + 1)
        size = graph["indptr"].size - 1
        sources, targets = (rng.choice(size, count, replace=False) for count in counts)
        np.savez(folder / f"{name}.npz", **graph, sources=sources, targets=targets)


def _header(seed: int) -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"seed {seed}; {platform.machine()}, {cores} processors{load}; {platform.system()}")
    print(f"Python {platform.python_version()}; seconds on the clock, MiB at most in a process")
    print("both = prepare + query; /ours and /prep. = times as long as our search, as our prepared")


def _wanted(given: argparse.Namespace) -> Sequence[Case]:
    return [one for one in CASES if one.size in given.sizes and one.kind in given.cases]


def main() -> None:
    """Measure and print a table per query.

    Raises
    ------
    SystemExit
        If an argument is wrong.
    """
    kinds = list(dict.fromkeys(one.kind for one in CASES))
    sizes = list(dict.fromkeys(one.size for one in CASES))
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sizes", nargs="+", type=int, default=sizes, choices=sizes)
    words.add_argument("--cases", nargs="+", default=kinds, choices=kinds)
    words.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    words.add_argument("--seed", type=int, default=2026)
    words.add_argument("--most-seconds", type=float, default=1800.0)
    words.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.one:
        engine, kind, folder = given.one
        answer = run_one(engine, kind, Path(folder)) | {"memory": _peak_mib()}
        (Path(folder) / ANSWER).write_text(json.dumps(answer), encoding="utf-8")
        return
    _header(given.seed)
    networks: dict[int, dict[str, np.ndarray]] = {}
    for case in _wanted(given):
        if case.size not in networks:
            networks = {case.size: road_network(case.size, given.seed)}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _save_tasks(folder, case, networks[case.size], given.seed)
            results = {
                engine: measured(engine, case.kind, folder, given.most_seconds)
                for engine in given.engines
                if getattr(ENGINES[engine], case.kind, None)
            }
            _print_case(case, results, folder)


if __name__ == "__main__":
    main()
