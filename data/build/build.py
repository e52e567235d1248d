"""Build every data file of the project from the facts: ``python data/build/build.py``.

``--check`` builds into a temporary folder instead and compares with the committed data byte for
byte; ``--refit`` fits the weights of the township partition anew. Steps run in order, and each
reads what it needs from the outputs of the earlier ones.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))

from checksums import products
from common import DATA

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = ("boundaries", "wushan", "roads", "example", "checksums")
"""Modules of this folder, each with ``build(out: Path) -> None``, in their order."""


def build(out: Path, steps: Sequence[str] = STEPS) -> None:
    """Run steps in their order into a data folder.

    Raises
    ------
    ModuleNotFoundError
        If a step is missing.

    Examples
    --------
    >>> build(Path("elsewhere"))  # doctest: +SKIP
    """
    for name in steps:
        started = time.perf_counter()
        importlib.import_module(name).build(out)
        print(f"{name}: {time.perf_counter() - started:.1f} s")


def differences(made: Path, committed: Path) -> list[str]:
    """List the files that are not byte for byte the same in two data folders, or only in one.

    Parameters
    ----------
    made, committed
        Data folders; the build itself and what is written by hand are left out.

    Returns
    -------
    Lines such as ``changed: boundaries/county.geojson``, sorted.

    Raises
    ------
    OSError
        If a file cannot be read.

    Examples
    --------
    >>> differences(DATA, DATA)
    []
    """
    new, old = products(made), products(committed)
    lines = [f"missing: {name}" for name in old.keys() - new.keys()]
    lines += [f"not committed: {name}" for name in new.keys() - old.keys()]
    lines += [
        f"changed: {name}"
        for name in new.keys() & old.keys()
        if new[name].read_bytes() != old[name].read_bytes()
    ]
    return sorted(lines)


def main(arguments: list[str] | None = None) -> int:
    """Build or check; give 0 when all is well and 1 when committed data are out of date.

    Raises
    ------
    SystemExit
        If an argument is unknown.

    Examples
    --------
    >>> main(["--help"])
    Traceback (most recent call last):
        ...
    SystemExit: 0
    """
    parser = argparse.ArgumentParser(description="Build data/ from data/build/facts.")
    parser.add_argument("--check", action="store_true", help="compare with the committed data")
    parser.add_argument("--refit", action="store_true", help="fit the township weights anew")
    parser.add_argument("--out", type=Path, default=DATA, help="data folder to write to")
    parser.add_argument(
        "--only", nargs="+", choices=STEPS, default=STEPS, help="run these steps and no others"
    )
    options = parser.parse_args(arguments)
    if options.refit:
        importlib.import_module("boundaries").refit()
    if not options.check:  # a check always needs all steps
        build(options.out, options.only)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        found = differences(Path(folder), DATA)
    for line in found:
        print(line)
    print(f"{len(found)} files differ." if found else "All data files are up to date.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
