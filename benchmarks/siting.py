"""Measure the models of siting beside spopt and the plain model on HiGHS, on the same instances.

    python benchmarks/siting.py --peers PYTHON [--tasks mclp-340 lscp-340 ...] [--seeds 1 2 3]
                                [--most-seconds 120]

PYTHON is an interpreter with spopt (pip install spopt pulp highspy); without it only this package
and the plain model are measured. Every engine gets the same costs, weights, limit and number of
sites, in a process of its own, is asked for proven optimality (a relative gap of 0; spopt's CBC and
HiGHS likewise), and is stopped after `--most-seconds`. `build` is from the cost matrix to a program
that a solver holds (of this package: its problem, then the textbook program, from arrays), `call`
the whole call from the cost matrix to the answer; calls under a second are made five times by every
engine, and the quickest is told. `gap` is what the engine itself has proven when it ended.

The instances are drawn, not real:

* `plane`: places and candidates at random in the unit square (the same points where there are as
  many), cost = 100 x straight distance, weight of a place a whole number from 1 to 100 (numpy's
  default generator, seeds 1, 2, 3). Number of sites `p` and limit `R` stand in TASKS: for covering
  `R` is such that the best plan covers most but not all.
* `pmed`: graphs like those of the OR-Library (Beasley 1985): n nodes, n * n / 50 edges drawn at
  random with lengths 1 to 100 beside a random path through all nodes, which keeps the graph whole;
  of an edge that is there twice the last one counts, as its reading rule has it; costs are shortest
  ways (Floyd), weights 1, every node is a place and a candidate, p = 5, 10, n/10 and n/3.
* `scp`: set covering like the OR-Library's: each place is covered by each candidate with a
  probability (density), at least twice; a candidate costs a whole number from 1 to 100.

Libraries are imported and warm: every engine has solved a small instance before.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve()
SEEDS = (1, 2, 3)
SHORT_S, ROUNDS = 1.0, 5  # a call under a second is repeated, and the quickest is told
MOST_S = 120.0
ANSWER = "answer.json"


@dataclass(frozen=True)
class Task:
    """One kind of instance, and what is asked of it."""

    model: str
    """mclp, lscp, pmedian or pcenter."""
    kind: str
    """plane, pmed or scp."""
    places: int
    sites: int
    p: int
    radius: float
    goal: str
    seconds: float | None = None
    """Time limit given to every engine, for instances that are not to be finished."""
    density: float = 0.0
    priced: bool = False


TASKS: dict[str, Task] = {
    "mclp-340": Task("mclp", "plane", 340, 340, 10, 12.0, "1.5 x best peer"),
    "mclp-1000": Task("mclp", "plane", 1_000, 300, 10, 12.0, "1.5 x best peer"),
    "lscp-340": Task("lscp", "plane", 340, 340, 0, 15.0, "1.5 x best peer"),
    "lscp-1000": Task("lscp", "plane", 1_000, 300, 0, 18.0, "1.5 x best peer"),
    "pcenter-340": Task("pcenter", "plane", 340, 340, 10, 0.0, "under 2 s"),
    "pcenter-1000": Task("pcenter", "plane", 1_000, 300, 10, 0.0, "under 2 s"),
    "pmedian-340": Task("pmedian", "plane", 340, 340, 10, 0.0, "under 5 s"),
    "pmedian-1000": Task("pmedian", "plane", 1_000, 300, 10, 0.0, "under 20 s"),
    "pmed-600-5": Task("pmedian", "pmed", 600, 600, 5, 0.0, "under 120 s"),
    "pmed-600-60": Task("pmedian", "pmed", 600, 600, 60, 0.0, "under 120 s"),
    "pmed-600-200": Task("pmedian", "pmed", 600, 600, 200, 0.0, "under 120 s"),
    "pmed-900-5": Task("pmedian", "pmed", 900, 900, 5, 0.0, "under 120 s"),
    "pmed-900-10": Task("pmedian", "pmed", 900, 900, 10, 0.0, "under 120 s"),
    "pmed-900-90": Task("pmedian", "pmed", 900, 900, 90, 0.0, "under 120 s"),
    "mclp-3000": Task("mclp", "plane", 3_000, 1_000, 20, 11.0, "gap 0.5 % in 40 s", 40.0),
    "mclp-3000-far": Task("mclp", "plane", 3_000, 1_000, 20, 12.0, "harder, no goal", 40.0),
    "mclp-10000": Task("mclp", "plane", 10_000, 1_000, 20, 10.0, "gap 2 % in 40 s", 40.0),
    "scp-200": Task("lscp", "scp", 200, 1_000, 0, 0.0, "proven", density=0.02, priced=True),
    "scp-500": Task("lscp", "scp", 500, 5_000, 0, 0.0, "proven or gap", 60.0, 0.02, priced=True),
    "lscp-10000": Task("lscp", "plane", 10_000, 1_000, 0, 8.0, "proven or gap", 60.0),
}


@dataclass(frozen=True)
class Instance:
    """Costs, weights and prices, as every engine gets them."""

    costs: np.ndarray
    weights: np.ndarray
    prices: np.ndarray


def drawn(task: Task, seed: int) -> Instance:
    """Draw an instance.

    Parameters
    ----------
    task
        What kind.
    seed
        Seed of everything drawn.

    Returns
    -------
    Instance
        Costs of places (rows) to candidates (columns).

    Raises
    ------
    KeyError
        If there is no such kind.
    """
    rng = np.random.default_rng(seed)
    costs = {"plane": _plane, "pmed": _graph, "scp": _sets}[task.kind](task, rng)
    weights = np.ones(task.places)
    if task.kind == "plane":
        weights = rng.integers(1, 101, task.places).astype(np.float64)
    prices = np.ones(task.sites)
    if task.priced:
        prices = rng.integers(1, 101, task.sites).astype(np.float64)
    return Instance(costs, weights, prices)


def _plane(task: Task, rng: np.random.Generator) -> np.ndarray:
    places, sites = rng.random((task.places, 2)), rng.random((task.sites, 2))
    if task.places == task.sites:
        sites = places
    apart = places[:, None, :] - sites[None, :, :]
    found: np.ndarray = 100.0 * np.hypot(apart[..., 0], apart[..., 1])
    return found


def _graph(task: Task, rng: np.random.Generator) -> np.ndarray:
    """Draw a graph as the OR-Library's p-median files hold, and give all shortest ways."""
    from scipy.sparse.csgraph import floyd_warshall

    count = task.places
    length = np.full((count, count), np.inf)
    path = rng.permutation(count)
    edges = np.vstack(
        [np.column_stack([path[:-1], path[1:]]), rng.integers(0, count, (count * count // 50, 2))]
    )
    for (one, other), cost in zip(edges, rng.integers(1, 101, len(edges)), strict=True):
        if one != other:  # of an edge that is there twice the last one counts
            length[one, other] = length[other, one] = cost
    np.fill_diagonal(length, 0.0)
    found: np.ndarray = floyd_warshall(length, directed=False)
    return found


def _sets(task: Task, rng: np.random.Generator) -> np.ndarray:
    """Draw who covers whom: cost 0 where covered, 1 where not, with a limit of 0."""
    near = rng.random((task.places, task.sites)) < task.density
    for row in near:
        row[rng.choice(task.sites, 2, replace=False)] = True
    return np.where(near, 0.0, 1.0)


def ours(task: Task, one: Instance) -> dict[str, Any]:
    """Solve with this package, through its public functions."""
    import pandas as pd

    from wushan_geo import siting
    from wushan_geo.travel.matrix import TravelMatrix

    places = [f"p{at:05}" for at in range(task.places)]
    sites = [f"s{at:05}" for at in range(task.sites)]
    matrix = TravelMatrix(tuple(places), tuple(sites), "min", one.costs)
    persons = pd.Series(one.weights, index=places)
    seconds = task.seconds
    began = time.perf_counter()
    if task.model == "mclp":
        plan = siting.maximal_covering(
            matrix, persons, sites=task.p, limit=task.radius, time_limit=seconds
        )
    elif task.model == "lscp":
        costs = pd.Series(one.prices, index=sites) if task.priced else None
        plan = siting.set_covering(matrix, limit=task.radius, costs=costs, time_limit=seconds)
    elif task.model == "pmedian":
        plan = siting.p_median(matrix, persons, sites=task.p, time_limit=seconds)
    else:
        plan = siting.p_center(matrix, sites=task.p, time_limit=seconds)
    call = time.perf_counter() - began
    began = time.perf_counter()
    program, whole = _compact_of(task, matrix, persons, one)
    _held(program, whole)
    build = time.perf_counter() - began
    return {
        "call": call,
        "build": build,
        "objective": plan.objective,
        "gap": plan.gap,
        "status": plan.status,
    }


def _compact_of(task: Task, matrix: Any, persons: Any, one: Instance) -> tuple[Any, np.ndarray]:
    """Build the compact program of a request from ids, by the package's own problem."""
    from wushan_geo.siting.problem import problem_of

    problem = problem_of(matrix, persons)
    costs = problem.costs[:, problem.candidates]
    return compact(task, Instance(costs, problem.persons, one.prices))


def compact(task: Task, one: Instance) -> tuple[Any, np.ndarray]:
    """Write the textbook model as arrays.

    Parameters
    ----------
    task, one
        What is asked, and the costs.

    Returns
    -------
    tuple
        Costs, bounds of columns, bounds of rows and the sparse matrix; and which columns are whole.

    Raises
    ------
    KeyError
        If there is no such model.
    """
    return {"mclp": _mclp, "lscp": _lscp, "pmedian": _pmedian, "pcenter": _pcenter}[task.model](
        task, one
    )


def _mclp(task: Task, one: Instance) -> tuple[Any, np.ndarray]:
    from scipy import sparse

    rows, columns = one.costs.shape
    near = sparse.csr_array((one.costs <= task.radius).astype(np.float64))
    ones = sparse.csr_array(np.ones((1, columns)))
    matrix = sparse.csc_array(
        sparse.block_array([[near, -sparse.eye_array(rows)], [ones, None]], format="csc")
    )
    costs = np.concatenate([np.zeros(columns), -one.weights])
    box = np.array([np.zeros(columns + rows), np.ones(columns + rows)])
    sides = np.array([np.append(np.zeros(rows), task.p), np.append(np.full(rows, np.inf), task.p)])
    return (costs, box, sides, matrix), np.arange(columns + rows) < columns


def _lscp(task: Task, one: Instance) -> tuple[Any, np.ndarray]:
    from scipy import sparse

    rows, columns = one.costs.shape
    matrix = sparse.csc_array((one.costs <= task.radius).astype(np.float64))
    box = np.array([np.zeros(columns), np.ones(columns)])
    sides = np.array([np.ones(rows), np.full(rows, np.inf)])
    return (one.prices, box, sides, matrix), np.ones(columns, dtype=bool)


def _assigned(rows: int, columns: int) -> tuple[Any, Any, Any]:
    """Write the blocks that all assignment models share: all assigned, only to open, number."""
    from scipy import sparse

    pairs = rows * columns
    one_each = sparse.kron(sparse.eye_array(rows), np.ones((1, columns)), format="csr")
    to_open = sparse.kron(np.ones((rows, 1)), sparse.eye_array(columns), format="csr")
    return one_each, to_open, sparse.eye_array(pairs, format="csr")


def _pmedian(task: Task, one: Instance) -> tuple[Any, np.ndarray]:
    from scipy import sparse

    rows, columns = one.costs.shape
    one_each, to_open, pair = _assigned(rows, columns)
    ones = sparse.csr_array(np.ones((1, columns)))
    matrix = sparse.csc_array(
        sparse.block_array([[None, one_each], [to_open, -pair], [ones, None]], format="csc")
    )
    pairs = rows * columns
    costs = np.concatenate([np.zeros(columns), (one.weights[:, None] * one.costs).ravel()])
    box = np.array([np.zeros(columns + pairs), np.ones(columns + pairs)])
    low = np.concatenate([np.ones(rows), np.zeros(pairs), [task.p]])
    high = np.concatenate([np.ones(rows), np.full(pairs, np.inf), [task.p]])
    return (costs, box, np.array([low, high]), matrix), np.arange(columns + pairs) < columns


def _pcenter(task: Task, one: Instance) -> tuple[Any, np.ndarray]:
    from scipy import sparse

    rows, columns = one.costs.shape
    one_each, to_open, pair = _assigned(rows, columns)
    ones = sparse.csr_array(np.ones((1, columns)))
    pairs = rows * columns
    way = sparse.csr_array(
        (one.costs.ravel(), (np.repeat(np.arange(rows), columns), np.arange(pairs))),
        shape=(rows, pairs),
    )
    worst = sparse.csr_array(np.ones((rows, 1)))
    matrix = sparse.csc_array(
        sparse.block_array(
            [
                [None, one_each, None],
                [to_open, -pair, None],
                [ones, None, None],
                [None, -way, worst],
            ],
            format="csc",
        )
    )
    costs = np.zeros(columns + pairs + 1)
    costs[-1] = 1.0
    box = np.array([np.zeros(costs.size), np.append(np.ones(columns + pairs), np.inf)])
    low = np.concatenate([np.ones(rows), np.zeros(pairs), [task.p], np.zeros(rows)])
    high = np.concatenate([np.ones(rows), np.full(pairs, np.inf), [task.p], np.full(rows, np.inf)])
    return (costs, box, np.array([low, high]), matrix), np.arange(costs.size) < columns


def _held(program: Any, whole: np.ndarray) -> Any:
    """Hand a program to HiGHS with its own settings but for the gap."""
    from highspy._core import _Highs

    costs, box, sides, matrix = program
    solver = _Highs()
    for name, value in (("output_flag", False), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(name, value)
    solver.passModel(
        matrix.shape[1], matrix.shape[0], matrix.nnz, 1, 1, 0.0, costs, box[0], box[1], sides[0],
        sides[1], matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64), whole.astype(np.int32),
    )  # fmt: skip
    return solver


def plain(task: Task, one: Instance) -> dict[str, Any]:
    """Solve the textbook model on HiGHS, built from arrays."""
    began = time.perf_counter()
    solver = _held(*compact(task, one))
    build = time.perf_counter() - began
    if task.seconds is not None:
        solver.setOptionValue("time_limit", task.seconds)
    solver.run()
    info = solver.getInfo()
    return {
        "call": time.perf_counter() - began,
        "build": build,
        "objective": abs(info.objective_function_value),
        "gap": info.mip_gap,
        "status": solver.getModelStatus().name,
    }


def spopt_with(solver: str, task: Task, one: Instance) -> dict[str, Any]:
    """Solve with spopt and one of pulp's solvers."""
    import warnings

    import pulp
    from spopt import locate

    warnings.simplefilter("ignore")
    began = time.perf_counter()
    made: Any
    if task.model == "mclp":
        made = locate.MCLP.from_cost_matrix(one.costs, one.weights, task.radius, task.p)
    elif task.model == "lscp":
        made = locate.LSCP.from_cost_matrix(one.costs, task.radius)
    elif task.model == "pmedian":
        made = locate.PMedian.from_cost_matrix(one.costs, one.weights, p_facilities=task.p)
    else:
        made = locate.PCenter.from_cost_matrix(one.costs, p_facilities=task.p)
    build = time.perf_counter() - began
    options: dict[str, Any] = {"msg": False, "gapRel": 0.0, "timeLimit": task.seconds}
    chosen = pulp.PULP_CBC_CMD(**options) if solver == "cbc" else pulp.HiGHS(**options)
    made.problem.solve(chosen)
    return {
        "call": time.perf_counter() - began,
        "build": build,
        "objective": abs(float(pulp.value(made.problem.objective) or 0.0)),
        "gap": float("nan") if task.seconds else 0.0,
        "status": pulp.LpStatus[made.problem.status],
    }


ENGINES = ("ours", "plain", "spopt-cbc", "spopt-highs")


def run_one(engine: str, name: str, folder: Path) -> dict[str, Any]:
    """Measure one engine on one instance, in this process.

    Parameters
    ----------
    engine, name
        Engine and task.
    folder
        Where the instance lies.

    Returns
    -------
    dict
        ``build`` and ``call`` in seconds, ``objective``, ``gap`` and ``status``.

    Raises
    ------
    ImportError
        If the engine is not installed.
    """
    task = TASKS[name]
    small = replace(task, kind="plane", places=30, sites=30, p=4, radius=30.0, priced=False)
    _solved(engine, small, drawn(small, 1))
    instance = Instance(**np.load(folder / "instance.npz"))
    found = [_solved(engine, task, instance)]
    while found[0]["call"] < SHORT_S and len(found) < ROUNDS:
        found.append(_solved(engine, task, instance))
    return min(found, key=lambda one: float(one["call"]))


def _solved(engine: str, task: Task, one: Instance) -> dict[str, Any]:
    if engine == "ours":
        return ours(task, one)
    if engine == "plain":
        return plain(task, one)
    return spopt_with(engine.removeprefix("spopt-"), task, one)


def measured(python: str, engine: str, name: str, folder: Path, most: float) -> dict[str, Any]:
    """Measure one engine on one instance, in a process of its own.

    Parameters
    ----------
    python
        The interpreter.
    engine, name
        Engine and task.
    folder
        Where the instance lies.
    most
        Seconds after which it is stopped.

    Returns
    -------
    dict
        What :func:`run_one` gives, or ``status`` only.

    Raises
    ------
    OSError
        If the interpreter cannot be started.
    """
    answer = folder / ANSWER
    answer.unlink(missing_ok=True)
    command = [python, str(HERE), "--one", engine, name, str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=most, check=False, text=True)
    except subprocess.TimeoutExpired:
        return {"status": f"stopped after {most:.0f} s"}
    if not answer.exists():
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        return {"status": last[:60]}
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Read what is asked, measure, and print a line for each engine."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", default="")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--most-seconds", type=float, default=MOST_S)
    parser.add_argument("--one", nargs=3, default=None, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        # The folder of this file would be looked through before the installed packages.
        sys.path[:] = [one for one in sys.path if Path(one or ".").resolve() != HERE.parent]
        engine, name, folder = asked.one
        found = run_one(engine, name, Path(folder))
        (Path(folder) / ANSWER).write_text(json.dumps(found), encoding="utf-8")
        return
    print(f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}")
    with tempfile.TemporaryDirectory() as scratch:
        for name in asked.tasks:
            task = TASKS[name]
            print(
                f"\n{name}: {task.model}, {task.kind} {task.places} x {task.sites}, p {task.p}, "
                f"limit {task.radius:g}; goal {task.goal}"
            )
            for seed in asked.seeds:
                one = drawn(task, seed)
                np.savez(
                    Path(scratch) / "instance.npz",
                    costs=one.costs, weights=one.weights, prices=one.prices,
                )  # fmt: skip
                for engine in asked.engines:
                    if engine.startswith("spopt") and (task.priced or not asked.peers):
                        continue  # spopt's set covering takes no prices
                    python = asked.peers if engine.startswith("spopt") else sys.executable
                    most = asked.most_seconds + (task.seconds or 0.0)
                    print(f"  seed {seed}  {engine:12}", _line(
                        measured(python, engine, name, Path(scratch), most)
                    ), flush=True)  # fmt: skip


def _line(found: dict[str, Any]) -> str:
    """Write what an engine did on one line."""
    if "call" not in found:
        return str(found["status"])
    return (
        f"build {found['build']:8.4f} s  call {found['call']:8.3f} s  "
        f"objective {found['objective']:.6g}  gap {found['gap']:.4%}  {found['status']}"
    )


if __name__ == "__main__":
    main()
