"""Measure catchments and the rational agent model beside PySAL `access`, on the same pairs.

    python benchmarks/access.py --peers PYTHON [--pairs 300000 3000000 30000000]
                                [--ids numbers text] [--measures 2sfca e2sfca 3sfca raam]
                                [--shuffled] [--cpu] [--seed 2026] [--most-seconds 3600]

PYTHON is an interpreter with `access` (pip install access pyarrow); without it only this package is
measured. Every engine gets the same table of pairs (origin, destination, minutes), persons and
places, in a process of its own. `table` is from the table to the result: ids read, pairs sorted,
the measure. `stands` is the measure alone, once the TravelMatrix (or the peer's Access) stands.
Both are the best of the rounds that fit into some seconds; `MiB` is the memory that the first of
them adds at most to what the process held before, where the system tells (else what it adds to the
most it ever held). Libraries are imported and warm. `error` is the largest relative difference
between the two results. With `--cpu` the seconds are those of the processors, all threads added
up: what to compare where others use the machine as well.

The places are drawn, not real: homes and facilities at random in a square, minutes in proportion to
straight distance, and of all pairs the tenth within 60 minutes, which is the limit. Homes have 1
to about 400 persons, most of them few. `raam` is measured on two shapes: `limited`, the same pairs,
and `full`, a tall table of every pair of many homes and few facilities. Its objective and its
distance from the optimum are worked out for both engines by one formula here, from their flows
alone; the peer's flows are seen by a hook in a run that is not timed.
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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve()
LIMIT = 60.0  # minutes
STEPS = {10.0: 1.0, 20.0: 0.68, 30.0: 0.42, 60.0: 0.22}
TAU = 60.0  # minutes that weigh as much as a congestion of 1
ROUNDS, ENOUGH_S = 7, 6.0  # a measure is repeated until it took this long, or so often
SHAPES = {  # homes x facilities: a tenth of the pairs is within the limit; and every pair
    300_000: ((3_000, 1_000), (3_000, 100)),
    3_000_000: ((10_000, 3_000), (12_000, 250)),
    30_000_000: ((30_000, 10_000), (0, 0)),
}
MEASURES = ("2sfca", "e2sfca", "3sfca", "raam")
RAAM_MOST = 3_000_000
EXACT_BELOW = 500_000  # pairs, up to which a gap of 1e-6 is asked for, and 1e-4 above
GOALS = {
    "2sfca": "no goal",
    "e2sfca": "goal: table 5, stands 50, memory 2",
    "3sfca": "goal: table 5, stands 50, memory 2",
    "raam": "goal: table 1, gap 1e-6 up to 0.3 million pairs, 1e-4 above",
}
MISSING, ANSWER = "not installed", "answer.json"
CPU = "BENCHMARK_CPU"  # set for the processes of the engines if processor seconds are wanted


@dataclass(frozen=True)
class Task:
    """Pairs, persons and places, as every engine gets them."""

    origin: np.ndarray
    destination: np.ndarray
    minutes: np.ndarray
    persons: np.ndarray
    places: np.ndarray
    full: bool

    @property
    def persons_per_place(self) -> float:
        """Persons for one place in the whole area."""
        return float(self.persons.sum() / self.places.sum())


def drawn(size: tuple[int, int], *, full: bool, seed: int) -> Task:
    """Draw homes and facilities.

    Parameters
    ----------
    size
        Number of homes and of facilities.
    full
        Whether every pair is wanted, or the tenth within the limit.
    seed
        Seed of everything drawn.

    Returns
    -------
    Task
        Pairs by home and then facility.

    Raises
    ------
    ValueError
        If a home has no facility within the limit.
    """
    rng = np.random.default_rng(seed)
    homes, sites = (rng.random((count, 2)) for count in size)
    some = rng.choice(size[0], min(size[0], 500), replace=False)
    scale = LIMIT / float(np.quantile(_distances(homes[some], sites), 0.1))
    parts = []
    for start in range(0, size[0], 1_000):
        minutes = scale * _distances(homes[start : start + 1_000], sites)
        at, to = np.nonzero(np.isfinite(minutes) if full else minutes <= LIMIT)
        parts.append((at + start, to, minutes[at, to]))
    origin, destination, minutes = (np.concatenate(one) for one in zip(*parts, strict=True))
    if np.unique(origin).size < size[0]:
        message = "a home has no facility within the limit: draw with another seed."
        raise ValueError(message)
    persons = np.ceil(rng.lognormal(2.5, 1.0, size[0])).astype(np.int64)
    places = rng.integers(1, 60, size[1])
    return Task(origin, destination, minutes, persons, places, full)


def _distances(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    apart = some[:, None, :] - others[None, :, :]
    found: np.ndarray = np.hypot(apart[..., 0], apart[..., 1])
    return found


def _named(count: int, prefix: str, kind: str) -> np.ndarray:
    """Give ids: whole numbers, or texts of twelve characters as the codes of villages have."""
    first = 500_237_000_000 if prefix == "h" else 900_000_000_000
    numbers = np.arange(first, first + count)
    return numbers if kind == "numbers" else numbers.astype(str).astype(object)


class Frames:
    """The task as tables."""

    def __init__(self, task: Task, kind: str) -> None:
        import pandas as pd

        homes = pd.Series(_named(task.persons.size, "h", kind), name="origin")
        sites = pd.Series(_named(task.places.size, "f", kind), name="destination")
        if kind == "text":
            homes, sites = homes.astype("str"), sites.astype("str")
        self.task = task
        self.table = pd.DataFrame(
            {
                "origin": homes.take(task.origin).array,
                "destination": sites.take(task.destination).array,
                "cost": task.minutes,
            }
        )
        self.persons = pd.Series(task.persons, index=pd.Index(homes), name="persons")
        self.capacity = pd.Series(task.places, index=pd.Index(sites), name="places")


class Ours:
    """The functions of this package."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.tolerance = 1e-6 if len(frames.table) < EXACT_BELOW else 1e-4

    def ready(self) -> Any:
        """Make the matrix from the table."""
        from wushan_geo.travel.matrix import TravelMatrix

        return TravelMatrix.from_table(
            self.frames.table,
            unit="min",
            origins=self.frames.persons.index,
            destinations=self.frames.capacity.index,
            limit=None if self.frames.task.full else LIMIT,
        )

    def measure(self, name: str, matrix: Any) -> Any:
        """Measure on the matrix."""
        from wushan_geo.access import decay
        from wushan_geo.access.agents import rational_agent_access
        from wushan_geo.access.catchment import floating_catchment

        counts = self.frames.persons, self.frames.capacity
        if name == "raam":
            return rational_agent_access(
                matrix,
                *counts,
                persons_per_place=self.frames.task.persons_per_place,
                cost_scale=TAU,
                tolerance=self.tolerance,
            )
        chosen = decay.binary(LIMIT) if name == "2sfca" else decay.stepped(STEPS)
        return floating_catchment(matrix, *counts, method=name, decay=chosen)

    def numbers(self, found: Any, name: str) -> np.ndarray:
        """Bring the answer into the order of the task."""
        series = found.cost if name == "raam" else found
        return np.asarray(series.loc[[str(one) for one in self.frames.persons.index]])

    def proof(self, found: Any, _: Any) -> dict[str, float]:
        """Recompute the objective from the flows."""
        flows, task = found.flows, self.frames.task
        places = {str(one): at for at, one in enumerate(self.frames.capacity.index)}
        homes = {str(one): at for at, one in enumerate(self.frames.persons.index)}
        at = flows["origin"].map(homes).to_numpy(), flows["facility"].map(places).to_numpy()
        return certified(task, *at, flows["persons"].to_numpy())


class Peer:
    """PySAL access."""

    def __init__(self, frames: Frames) -> None:
        import logging

        logging.disable(logging.CRITICAL)
        self.frames = frames
        self.demand = frames.persons.rename_axis("geoid").to_frame()
        self.supply = frames.capacity.rename_axis("geoid").to_frame()

    def ready(self) -> Any:
        """Make its object; the table is not copied, and 3sfca would write into it."""
        from access import Access

        return Access(
            demand_df=self.demand,
            demand_value="persons",
            supply_df=self.supply,
            supply_value="places",
            cost_df=self.frames.table.copy(deep=False),
            cost_origin="origin",
            cost_dest="destination",
            cost_name="cost",
        )

    def measure(self, name: str, made: Any) -> Any:
        """Measure with it."""
        from access import weights

        if name == "raam":
            return made.raam(tau=TAU, rho=self.frames.task.persons_per_place)
        if name == "2sfca":
            return made.two_stage_fca(max_cost=LIMIT)
        offered = {"e2sfca": made.enhanced_two_stage_fca, "3sfca": made.three_stage_fca}
        return offered[name](weight_fn=weights.step_fn(STEPS), max_cost=LIMIT)

    def numbers(self, found: Any, name: str) -> np.ndarray:
        """Bring the answer into the order of the task."""
        del name
        return np.asarray(found.iloc[:, 0].loc[self.frames.persons.index], dtype=np.float64)

    def proof(self, _: Any, made: Any) -> dict[str, float]:
        """Look at the flows inside, which it does not hand out, and recompute the objective."""
        from access.raam import iterate_raam, raam

        seen: dict[str, Any] = {}

        def hook(frame: Any, event: str, _: Any) -> None:
            if event == "return" and frame.f_code is iterate_raam.__code__:
                seen["flow"] = np.asarray(frame.f_locals["assignment"])
            elif event == "return" and frame.f_code is raam.__code__:
                seen["homes"] = frame.f_locals["demand_locations"]
                seen["sites"] = frame.f_locals["supply_locations"]

        sys.setprofile(hook)
        try:
            self.measure("raam", made)
        finally:
            sys.setprofile(None)
        homes = self.frames.persons.index.get_indexer(seen["homes"])
        sites = self.frames.capacity.index.get_indexer(seen["sites"])
        at, to = np.nonzero(seen["flow"])
        return certified(self.frames.task, homes[at], sites[to], seen["flow"][at, to])


ENGINES: dict[str, type[Ours | Peer]] = {"ours": Ours, "access": Peer}


def certified(
    task: Task, origin: np.ndarray, destination: np.ndarray, flow: np.ndarray
) -> dict[str, float]:
    """Work out the objective of flows of the rational agent model, and what none can fall below.

    The objective is sum_j D_j^2 / (2 s_j rho) + sum_ij t_ij x_ij / tau, and the bound
    sum_i P_i min_j (p_j + t_ij / tau) - sum_j s_j rho p_j^2 / 2 at p_j = D_j / (s_j rho).

    Parameters
    ----------
    task
        Pairs, persons and places.
    origin, destination, flow
        Who goes where.

    Returns
    -------
    dict
        ``objective``, ``bound`` and ``unplaced``, the persons whom the flows leave out or add.

    Raises
    ------
    ValueError
        If a flow uses a pair that is not there.
    """
    key = task.origin * task.places.size + task.destination  # ascending
    at = np.searchsorted(key, origin * task.places.size + destination)
    if (key[at] != origin * task.places.size + destination).any():
        message = "a flow uses a pair that is not in the table."
        raise ValueError(message)
    room = task.places * task.persons_per_place
    demand = np.bincount(destination, flow, task.places.size)
    price = demand / room
    crowding = float(demand @ price) / 2
    start = np.flatnonzero(np.diff(task.origin, prepend=-1))
    cheapest = np.minimum.reduceat(price[task.destination] + task.minutes / TAU, start)
    sent = np.bincount(origin, flow, task.persons.size)
    return {
        "objective": crowding + float(flow @ task.minutes[at]) / TAU,
        "bound": float(task.persons @ cheapest) - crowding,
        "unplaced": float(np.abs(sent - task.persons).sum()),
    }


def _memory_mib(key: str) -> float:
    """Tell the memory that this process holds (VmRSS) or held at most (VmHWM)."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(float(one.split()[1]) for one in lines if one.startswith(key)) / 1024
    except (OSError, StopIteration):
        return _peak_mib()


def _peak_mib() -> float:
    """Tell the most memory that this process ever held; NaN where the system does not say."""
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _forget_peak() -> None:
    """Let the most memory held start again from now, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _rounds(work: Callable[[], Any], clock: Callable[[], float]) -> tuple[Any, float, float]:
    """Work several times: the first answer, the best seconds, the memory added by the first."""
    _forget_peak()
    before, best, took, done, first = _memory_mib("VmRSS"), np.inf, 0.0, 0, None
    added = float("nan")
    while done < ROUNDS and took < ENOUGH_S:
        began = clock()
        found = work()
        seconds = clock() - began
        if first is None:
            first, added = found, _memory_mib("VmHWM") - before
        del found
        best, took, done = min(best, seconds), took + seconds, done + 1
    return first, best, added


def run_one(engine: str, name: str, kind: str, folder: Path) -> dict[str, Any]:
    """Measure one engine on one measure, in this process.

    Parameters
    ----------
    engine
        Its name.
    name
        The measure.
    kind
        Kind of ids.
    folder
        Where the pairs lie, and where the answer goes.

    Returns
    -------
    dict
        ``table`` and ``stands`` in seconds, ``table_mib`` and ``stands_mib``, and for ``raam`` what
        :func:`certified` gives.

    Raises
    ------
    ImportError
        If the engine is not installed.
    """
    # This file has the name of the peer, and its folder would be looked through first.
    sys.path[:] = [one for one in sys.path if Path(one).resolve() != HERE.parent]
    tasks = [Task(**np.load(folder / f"{one}.npz")) for one in ("tiny", "pairs")]
    warm = ENGINES[engine](Frames(tasks[0], kind))
    warm.measure(name, warm.ready())
    clock = time.process_time if CPU in os.environ else time.perf_counter
    made = ENGINES[engine](Frames(tasks[1], kind))
    # The result stays while its memory is read, and goes before the next begins.
    found, table, table_mib = _rounds(lambda: made.measure(name, made.ready()), clock)
    np.save(folder / f"{engine}.npy", made.numbers(found, name))
    del found
    ready = made.ready()
    found, stands, stands_mib = _rounds(lambda: made.measure(name, ready), clock)
    answer = {"table": table, "table_mib": table_mib, "stands": stands, "stands_mib": stands_mib}
    return answer | (made.proof(found, ready) if name == "raam" else {})


def measured(python: str, asked: tuple[str, str, str], folder: Path, most: float) -> dict[str, Any]:
    """Measure one engine on one measure, in a process of its own.

    Parameters
    ----------
    python
        The interpreter.
    asked
        Engine, measure and kind of ids.
    folder
        Where the pairs lie.
    most
        Seconds after which it is stopped.

    Returns
    -------
    dict
        What :func:`run_one` gives, or ``fault``.

    Raises
    ------
    OSError
        If no process can be started.
    """
    command = [python, str(HERE), "--one", *asked, str(folder)]
    environment = dict(os.environ)
    if asked[0] == "ours":
        roots = [str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(roots)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=most, env=environment
        )
    except subprocess.TimeoutExpired:
        return {"fault": f"stopped after {most:.0f} s"}
    if done.returncode:
        last = (done.stderr.strip() or f"code {done.returncode}").splitlines()[-1]
        return {"fault": MISSING if "ModuleNotFoundError" in last else last[:90]}
    # Libraries may print as they work, so that the answer does not stand in the output.
    found: dict[str, Any] = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    return found


def _difference(folder: Path) -> str:
    paths = [folder / f"{one}.npy" for one in ENGINES]
    if not all(one.exists() for one in paths):
        return "?"
    ours, theirs = (np.load(one) for one in paths)
    apart = np.abs(ours - theirs) / np.maximum(np.abs(ours), 1e-300)
    return f"{float(np.where(ours == theirs, 0.0, apart).max(initial=0.0)):.0e}"


def _print_results(name: str, results: dict[str, dict[str, Any]], folder: Path) -> None:
    """Print what both took, how many times as much the peer did, and what was asked for."""
    for engine, one in results.items():
        if "fault" in one:
            print(f"  {name:7} {engine:7} {one['fault']}", flush=True)
            continue
        proof = ""
        if "objective" in one:
            best = max(each.get("bound", -np.inf) for each in results.values())
            gap = (one["objective"] - best) / one["objective"]
            proof = f"  objective {one['objective']:.9g}, gap {gap:.1e}"
            proof += f", {one['unplaced']:.1e} persons unplaced"
        print(
            f"  {name:7} {engine:7} {one['table']:9.4f} {one['table_mib']:8.0f}"
            f" {one['stands']:9.4f} {one['stands_mib']:8.0f}{proof}",
            flush=True,
        )
    if all("fault" not in one for one in results.values()) and len(results) > 1:
        ours, theirs = results["ours"], results["access"]
        times = [
            theirs[key] / ours[key] if ours[key] > 0 else np.inf
            for key in ("table", "table_mib", "stands", "stands_mib")
        ]
        print(
            f"  {name:7} {'times':7} {times[0]:9.1f} {times[1]:8.1f} {times[2]:9.1f}"
            f" {times[3]:8.1f}  error {_difference(folder)}; {GOALS[name]}",
            flush=True,
        )


def _save_task(path: Path, task: Task, *, shuffled: bool) -> None:
    """Write pairs, by home and then facility or in any order."""
    order = np.arange(task.origin.size)
    if shuffled:
        np.random.default_rng(1).shuffle(order)
    np.savez(
        path,
        origin=task.origin[order],
        destination=task.destination[order],
        minutes=task.minutes[order],
        persons=task.persons,
        places=task.places,
        full=task.full,
    )


def _header(seed: int, *, shuffled: bool, cpu: bool) -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"seed {seed}; {platform.machine()}, {cores} processors{load}; {platform.system()}")
    rows = "in any order" if shuffled else "by home and facility"
    seconds = "processor seconds" if cpu else "seconds on the clock"
    print(f"Python {platform.python_version()}; rows {rows}; {seconds}, best of several")
    print("times = how many times as much the peer takes, of seconds and of memory added")


def _shape(size: tuple[int, int], task: Task) -> str:
    what = "every pair" if task.full else f"within {LIMIT:.0f} minutes"
    return f"{size[0]:,} homes x {size[1]:,} facilities, {what}: {task.origin.size:,} pairs"


def main() -> None:
    """Measure and print a table for each size, shape and kind of ids.

    Raises
    ------
    SystemExit
        If an argument is wrong.
    """
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--pairs", nargs="+", type=int, default=list(SHAPES), choices=list(SHAPES))
    words.add_argument("--measures", nargs="+", default=list(MEASURES), choices=MEASURES)
    words.add_argument("--ids", nargs="+", default=["numbers"], choices=["numbers", "text"])
    words.add_argument("--peers", help="an interpreter that has PySAL access")
    words.add_argument("--shuffled", action="store_true", help="rows in any order; no raam")
    words.add_argument("--cpu", action="store_true", help="processor seconds")
    words.add_argument("--seed", type=int, default=2026)
    words.add_argument("--most-seconds", type=float, default=3600.0)
    words.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.one:
        engine, measure, kind, name = given.one
        answer = run_one(engine, measure, kind, Path(name))
        (Path(name) / ANSWER).write_text(json.dumps(answer), encoding="utf-8")
        return
    if given.cpu:
        os.environ[CPU] = "1"
    _header(given.seed, shuffled=given.shuffled, cpu=given.cpu)
    pythons = {"ours": sys.executable} | ({"access": given.peers} if given.peers else {})
    for pairs in given.pairs:
        for full in (False, True):
            measures = [one for one in given.measures if one == "raam" or not full]
            if pairs > RAAM_MOST or given.shuffled:
                measures = [one for one in measures if one != "raam"]
            if measures:
                _run_shape(pythons, (pairs, full, measures), given)


def _run_shape(
    pythons: dict[str, str], what: tuple[int, bool, list[str]], given: argparse.Namespace
) -> None:
    """Draw one shape, and measure all engines on it."""
    pairs, full, measures = what
    size = SHAPES[pairs][int(full)]
    task = drawn(size, full=full, seed=given.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _save_task(folder / "pairs.npz", task, shuffled=given.shuffled)
        tiny = replace(drawn((300, 30), full=True, seed=given.seed), full=full)
        _save_task(folder / "tiny.npz", tiny, shuffled=given.shuffled)
        shape = _shape(size, task)
        del task
        for kind in given.ids:
            print(f"\n{shape}; ids are {kind}")
            print(f"  {'measure':7} {'engine':7} {'table':>9} {'MiB':>8} {'stands':>9} {'MiB':>8}")
            for measure in measures:
                results = {}
                for engine, python in pythons.items():
                    (folder / f"{engine}.npy").unlink(missing_ok=True)
                    asked = (engine, measure, kind)
                    results[engine] = measured(python, asked, folder, given.most_seconds)
                _print_results(measure, results, folder)


if __name__ == "__main__":
    main()
