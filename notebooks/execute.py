"""Execute the notebooks and write them with their outputs, the same bytes each time.

    python notebooks/execute.py            write NAME.ipynb beside each NAME.py
    python notebooks/execute.py --check    say which committed notebook differs from a fresh one

The percent scripts are the source; a notebook is made from its script, never edited.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jupytext
import nbformat
from nbclient import NotebookClient

if TYPE_CHECKING:
    from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
SECONDS = 300  # a cell that takes longer has failed
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
    # A kernel on the loopback address needs neither a network nor a colour terminal.
    os.environ.setdefault("NO_COLOR", "1")
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": HERE}}
    )
    client.execute()
    for at, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{at:02d}"
        cell.metadata = {}
    notebook.metadata = nbformat.from_dict(KEPT_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def text(notebook: NotebookNode) -> str:
    """Write a notebook as text."""
    return str(nbformat.writes(notebook)) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write or check all notebooks; give 1 if a committed one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options: Any = parser.parse_args(arguments)
    stale = 0
    for script in scripts():
        target = script.with_suffix(".ipynb")
        fresh = text(executed(script))
        if not options.check:
            target.write_text(fresh, encoding="utf-8", newline="\n")
            print(f"written: {target.name}")
        elif not target.exists() or target.read_text(encoding="utf-8") != fresh:
            stale += 1
            print(f"out of date: {target.name} (make notebooks)")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
