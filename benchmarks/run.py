"""Measure `wushan-geo run` as a whole process against the bare import of what it stands on.

The budget, in seconds of the imports measured in the same minute: at most 2.0 times for the whole
command, at most 1.5 times for the tables alone; and under 1 GiB.

    python benchmarks/run.py [STUDY] [--rounds 5]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from statistics import median

BARE = "import geopandas, osmnx, folium, sklearn"
TABLES = "import sys, wushan_geo as wg; wg.run_study(wg.open_study(sys.argv[1])).save(sys.argv[2])"
MOST_TIMES, MOST_TIMES_TABLES = 2.0, 1.5
MOST_MIB = 1024.0


def measure(command: list[str]) -> tuple[float, float]:
    """Run a command; give its seconds and the most memory it held, in MiB.

    Parameters
    ----------
    command
        The program and its arguments.

    Returns
    -------
    tuple of float
        Seconds on the clock, and MiB of resident memory (NaN where the system does not tell).

    Raises
    ------
    subprocess.CalledProcessError
        If the command fails.

    Examples
    --------
    >>> seconds, _ = measure([sys.executable, "-c", "pass"])
    >>> seconds > 0
    True
    """
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    if not hasattr(os, "wait4"):
        code, memory = child.wait(), float("nan")
    else:
        _, status, usage = os.wait4(child.pid, 0)
        code = child.returncode = os.waitstatus_to_exitcode(status)
        unit = 1024**2 if sys.platform == "darwin" else 1024
        memory = usage.ru_maxrss / unit
    seconds = time.perf_counter() - began
    if code:
        raise subprocess.CalledProcessError(code, command)
    return seconds, memory


def main() -> int:
    """Measure in turns and print the medians; give 1 when the budget is broken."""
    parser = argparse.ArgumentParser(description="Measure wushan-geo run against its budget.")
    parser.add_argument("study", nargs="?", default="wushan")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    start = "import sys; from wushan_geo.cli import main; sys.exit(main())"
    with tempfile.TemporaryDirectory() as out:
        run = [sys.executable, "-c", start, "run", options.study, "--out", out]
        tables = [sys.executable, "-c", TABLES, options.study, f"{out}/tables only"]
        commands = [[sys.executable, "-c", BARE], tables, run]
        for command in commands:
            measure(command)  # once before, so that files lie in the system's cache
        rounds = [[measure(command) for command in commands] for _ in range(options.rounds)]
    base, part, whole = (median(one[at][0] for one in rounds) for at in range(len(commands)))
    memory = max(one[-1][1] for one in rounds)
    print(f"median of {options.rounds} on {options.study}")
    print(f"imports      {base:6.2f} s")
    print(f"tables alone {part:6.2f} s  {part / base:.2f} times, at most {MOST_TIMES_TABLES}")
    print(f"whole run    {whole:6.2f} s  {whole / base:.2f} times, at most {MOST_TIMES}")
    print(f"memory       {memory:6.0f} MiB, at most {MOST_MIB:.0f}")
    kept = part <= MOST_TIMES_TABLES * base and whole <= MOST_TIMES * base and memory <= MOST_MIB
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
