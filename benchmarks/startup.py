"""Measure `wushan-geo --help` as a whole process against an empty typer application.

The budget: at most twice the seconds of the empty application.

    python benchmarks/startup.py [--rounds 7]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from statistics import median

EMPTY = """
import typer
app = typer.Typer()
@app.command()
def nothing() -> None:
    pass
app(["--help"])
"""
OURS = "import sys; sys.argv = ['wushan-geo', '--help']; from wushan_geo.cli import main; main()"
MOST_TIMES = 2.0


def measure(code: str) -> float:
    """Run some Python as a process of its own; give its seconds.

    Parameters
    ----------
    code
        What is run.

    Returns
    -------
    float
        Seconds on the clock.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails.

    Examples
    --------
    >>> measure("pass") > 0
    True
    """
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> int:
    """Measure in turns and print the medians; give 1 when the budget is broken."""
    parser = argparse.ArgumentParser(description="Measure the start of the command line.")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    for code in (EMPTY, OURS):
        measure(code)  # once before, so that files lie in the system's cache
    rounds = [(measure(EMPTY), measure(OURS)) for _ in range(options.rounds)]
    empty, ours = (median(one[at] for one in rounds) for at in range(2))
    print(f"median of {options.rounds}")
    print(f"empty typer application {empty:6.3f} s")
    print(f"wushan-geo --help       {ours:6.3f} s  {ours / empty:.2f} times, at most {MOST_TIMES}")
    return 0 if ours <= MOST_TIMES * empty else 1


if __name__ == "__main__":
    sys.exit(main())
