"""Execute the notebooks and write them with their outputs, the same bytes each time.

    python notebooks/execute.py            write NAME.ipynb beside each NAME.py
    python notebooks/execute.py --check    say where a committed notebook says something else

The percent scripts are the source; a notebook is made from its script, never edited. The check
compares sources and texts, not how a library lays out its tables as HTML.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jupytext
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
SECONDS = 300  # a cell that takes longer has failed
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")  # where an object happens to lie in memory
COMPARED = ("text/markdown", "text/plain")
KEPT_METADATA = {
    "jupytext": {"formats": "ipynb,py:percent"},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def scripts() -> list[Path]:
    """Give the percent scripts that are notebooks, in their order."""
    return sorted(one for one in HERE.glob("[0-9][0-9]_*.py"))


def executed(script: Path) -> NotebookNode:
    """Run a script as a notebook and keep nothing that changes from run to run."""
    notebook = jupytext.read(script)
    with tempfile.TemporaryDirectory() as folder:
        prepare_environment(folder)
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": HERE}},
            config=Config({"KernelManager": connection(Path(folder))}),
        )
        client.execute()
    for at, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{at:02d}"
        cell.metadata = {}
        for data in datas(cell):
            if "text/plain" in data:
                data["text/plain"] = ADDRESS.sub("", data["text/plain"])
    notebook.metadata = nbformat.from_dict(KEPT_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def prepare_environment(folder: str) -> None:
    """Keep the kernel apart from the user's own profile, history and colours."""
    os.environ["NO_COLOR"] = "1"
    os.environ["IPYTHONDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = folder
    # The kernel starts in this folder, so a package that is not installed is found by its place.
    paths = [str(HERE.parent), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(one for one in paths if one)


def connection(folder: Path) -> dict[str, str]:
    """Talk to the kernel through files where the system has such sockets; no port is opened."""
    if sys.platform == "win32":
        return {"transport": "tcp"}
    return {"transport": "ipc", "connection_file": str(folder / "kernel.json")}


def datas(cell: NotebookNode) -> Iterator[Any]:
    """Give what a cell shows, by media type."""
    return (one["data"] for one in cell.get("outputs", []) if "data" in one)


def said(notebook: NotebookNode) -> list[tuple[str, ...]]:
    """Give source and texts of each cell."""
    return [
        (cell.source, *(one[kind] for one in datas(cell) for kind in COMPARED if kind in one))
        for cell in notebook.cells
    ]


def differences(committed: Path, fresh: NotebookNode) -> list[str]:
    """Name the cells that say something else than a fresh run, with the first such line."""
    if not committed.exists():
        return ["there is no such notebook"]
    old, new = said(nbformat.read(committed, as_version=4)), said(fresh)
    if len(old) != len(new):
        return [f"{len(old)} cells are committed, and a fresh run has {len(new)}"]
    found = []
    for at, (before, after) in enumerate(zip(old, new, strict=True), 1):
        if before != after:
            pairs = zip(lines(before), lines(after), strict=False)
            first = next((pair for pair in pairs if pair[0] != pair[1]), ("", "(more lines)"))
            found.append(f"cell {at}: {first[0]!r} is now {first[1]!r}")
    return found


def lines(texts: tuple[str, ...]) -> list[str]:
    """Break the texts of a cell into lines."""
    return "\n".join(texts).splitlines()


def main(arguments: list[str] | None = None) -> int:
    """Write or check all notebooks; give 1 if a committed one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    stale = 0
    for script in scripts():
        target = script.with_suffix(".ipynb")
        fresh = executed(script)
        if not options.check:
            content = str(nbformat.writes(fresh)) + "\n"
            target.write_text(content, encoding="utf-8", newline="\n")
            print(f"written: {target.name}")
            continue
        found = differences(target, fresh)
        stale += bool(found)
        for one in found:
            print(f"{target.name}: {one} (make notebooks)")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
