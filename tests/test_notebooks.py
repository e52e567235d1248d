"""The notebooks run, say what is committed, and use nothing but public names."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import wushan_geo as wg

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
SCRIPTS = sorted(FOLDER.glob("[0-9][0-9]_*.py"))
LONGEST_FUNCTION = 5
HEAVIEST = 300_000  # bytes


@pytest.mark.slow
def test_the_committed_notebooks_are_what_a_fresh_run_gives() -> None:
    # A process of its own: a kernel talks over the loopback address and has its own event loop.
    known = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    }
    done = subprocess.run(
        [sys.executable, str(FOLDER / "execute.py"), "--check"],
        env=known,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: one.stem)
def test_each_script_has_its_notebook_with_the_same_cells(script: Path) -> None:
    cells = json.loads(script.with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]

    source = script.read_text(encoding="utf-8")
    assert len(cells) == len(re.findall(r"^# %%", source, flags=re.MULTILINE))
    for cell in cells:
        if cell["cell_type"] == "code":
            assert "".join(cell["source"]) in source


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: one.stem)
def test_a_notebook_uses_public_names_only(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"))

    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "wg"
    }
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert used
    assert used <= set(wg.__all__)
    assert not [one for one in imported if one.startswith("wushan_geo")]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: one.stem)
def test_a_notebook_defines_no_long_function(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"))

    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: one.stem)
def test_a_committed_notebook_is_light_and_names_no_machine(script: Path) -> None:
    content = script.with_suffix(".ipynb").read_text(encoding="utf-8")

    assert len(content.encode()) < HEAVIEST
    assert str(ROOT) not in content
    assert '"output_type": "error"' not in content
    assert '"output_type": "stream"' not in content  # a warning would stand there


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: one.stem)
def test_demonstration_results_stand_under_their_notice(script: Path) -> None:
    source = script.read_text(encoding="utf-8")

    assert source.index("【演示数据】") < source.index('wg.open_study("wushan")')
