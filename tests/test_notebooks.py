"""The notebooks run, say what is committed, and use nothing but public names."""

import ast
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import jupytext
import nbformat
import pytest
from built_in import study_of

import wushan_geo as wg

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
SCRIPTS = sorted(FOLDER.glob("[0-9][0-9]_*.py"))
LONGEST_FUNCTION = 5
HEAVIEST = 300_000  # bytes
EACH = pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: one.stem)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
QUOTED = re.compile(r"\d+(?:\.\d+)? ?(?:人|个村|个乡镇|persons|villages|townships)")

OPENED = re.compile(r"wg\.open_\w+\(\"?([\w-]*)")


def committed(script: Path) -> nbformat.NotebookNode:
    return nbformat.read(script.with_suffix(".ipynb"), as_version=4)


def prose(script: Path) -> list[str]:
    return [cell.source for cell in committed(script).cells if cell.cell_type == "markdown"]


def executor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("execute_notebooks", FOLDER / "execute.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_is_a_notebook() -> None:
    assert [one.stem for one in SCRIPTS] == [
        "01_access_gaps",
        "02_travel_times",
        "03_access_and_equity",
        "04_where_next",
    ]


@pytest.mark.slow
def test_the_committed_notebooks_say_what_a_fresh_run_says() -> None:
    # A process of its own: a kernel has its own event loop and its own sockets.
    done = subprocess.run(
        [sys.executable, str(FOLDER / "execute.py"), "--check"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_comparison_names_the_cell_that_says_something_else(tmp_path: Path) -> None:
    run = executor()
    fresh = committed(SCRIPTS[0])
    old = tmp_path / "old.ipynb"
    nbformat.write(fresh, old)
    assert run.differences(old, fresh) == []

    shown = next(cell for cell in fresh.cells if cell.get("outputs"))
    data = shown.outputs[0]["data"]
    kind = "text/markdown" if "text/markdown" in data else "text/plain"
    data[kind] = data[kind].replace("1600", "1601")

    found = run.differences(old, fresh)
    assert len(found) == 1
    assert "1600" in found[0]
    assert "1601" in found[0]
    assert run.differences(tmp_path / "none.ipynb", fresh) == ["there is no such notebook"]


@EACH
def test_each_script_and_its_notebook_hold_the_same_cells(script: Path) -> None:
    source = [(one.cell_type, one.source) for one in jupytext.read(script).cells]

    assert source == [(one.cell_type, one.source) for one in committed(script).cells]


@EACH
def test_a_notebook_keeps_nothing_that_changes_from_run_to_run(script: Path) -> None:
    cells = committed(script).cells

    assert [one.id for one in cells] == [f"cell-{at:02d}" for at in range(1, len(cells) + 1)]
    assert all(one.metadata == {} for one in cells)
    code = [one for one in cells if one.cell_type == "code"]
    assert [one.execution_count for one in code] == list(range(1, len(code) + 1))
    assert " at 0x" not in script.with_suffix(".ipynb").read_text(encoding="utf-8")


@EACH
def test_a_notebook_uses_public_names_only(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"))

    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    used = {
        node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id == "wg"
    }
    models = {
        node.attr
        for node in nodes
        if isinstance(node.value, ast.Attribute) and node.value.attr == "siting"
    }
    imported = {
        one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
    }
    imported_from = {
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    assert "siting" in used
    assert used <= {*wg.__all__, "errors"}  # what is caught is named by its module
    assert models <= set(wg.siting.__all__)
    assert not [one for one in imported_from if one.startswith("wushan_geo")]
    assert {one for one in imported if one.startswith("wushan_geo")} == {"wushan_geo"}
    assert not [node.attr for node in nodes if node.attr.startswith("_")]


@EACH
def test_a_notebook_defines_no_long_function(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"))

    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


@EACH
def test_a_committed_notebook_is_light_and_names_no_machine(script: Path) -> None:
    content = script.with_suffix(".ipynb").read_text(encoding="utf-8")

    assert len(content.encode()) < HEAVIEST
    assert str(ROOT) not in content
    outputs = [one for cell in json.loads(content)["cells"] for one in cell.get("outputs", [])]
    # An error or a warning would be of another type.
    assert {one["output_type"] for one in outputs} <= {"execute_result", "display_data"}


@EACH
def test_a_notebook_speaks_both_languages(script: Path) -> None:
    for text in prose(script):
        head = text.splitlines()[0]
        if head.startswith("#"):
            assert " · " in head
        assert CHINESE.search(text), text
        assert re.search(r"\*[A-Z][^*]{15,}", text) or " · *" in text, text


@EACH
def test_numbers_of_results_are_worked_out_and_not_typed(script: Path) -> None:
    assert [found for text in prose(script) for found in QUOTED.findall(text)] == []


@EACH
def test_demonstration_results_stand_under_their_notice(script: Path) -> None:
    texts = [cell.source for cell in committed(script).cells]
    opened = next((at for at, text in enumerate(texts) if 'wg.open_study("wushan")' in text), None)
    if opened is None:  # the fictional county alone: nothing in it is about a real place
        assert {one for text in texts for one in OPENED.findall(text)} == {"example"}
        return

    assert "【演示数据】" in texts[0]
    assert "【演示数据】" in texts[opened - 1]
    assert "DEMONSTRATION DATA" in texts[opened - 1]
    assert "不得用于考核、评估、选址和对外公布" in texts[opened - 1]


@EACH
def test_a_notebook_names_no_real_township(script: Path) -> None:
    names = study_of("wushan-facts").townships["name"]
    content = script.with_suffix(".ipynb").read_text(encoding="utf-8")

    assert [one for one in names if one in content] == []
