"""The house keeps its directions, and the checker that says so finds what is planted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import architecture
import pytest
from architecture import EXCEPTIONS, MAY_IMPORT, Finding, check

import wushan_geo

FOLDER = Path(wushan_geo.__file__).parent
HEAVY = (
    "branca", "folium", "geopandas", "highspy", "jinja2", "numpy", "osmnx", "pandas", "pyogrio",
    "pyproj", "scipy", "shapely", "sklearn", "xlsxwriter",
)  # fmt: skip


def package() -> dict[str, str]:
    files = sorted(FOLDER.rglob("*.py"))
    names = [".".join(file.relative_to(FOLDER.parent).with_suffix("").parts) for file in files]
    return {name: file.read_text(encoding="utf-8") for name, file in zip(names, files, strict=True)}


def planted(**modules: str) -> list[Finding]:
    """Check a small house; ``access__nearest`` stands for the module access.nearest."""
    return check({f"wushan_geo.{name.replace('__', '.')}": text for name, text in modules.items()})


def test_the_package_keeps_its_directions() -> None:
    found = check(package())

    assert not found, "\n".join(map(str, found))


def test_every_exception_has_a_reason_and_a_room() -> None:
    assert all(EXCEPTIONS.values())
    assert {module.split(".")[0] for module, _ in EXCEPTIONS} <= set(MAY_IMPORT)


def test_what_a_room_imports_may_itself_import_no_more() -> None:
    for room, below in MAY_IMPORT.items():
        for other in below:
            assert MAY_IMPORT[other] <= below | {other}, (room, other)


@pytest.mark.parametrize(
    ("module", "text", "seen"),
    [
        ("study__study", "from wushan_geo.access import gaps", "access.gaps"),
        ("study__study", "import wushan_geo.pipeline", "pipeline"),
        ("access__gaps", "from wushan_geo.sources.opening import open_study", "sources.opening"),
        ("maps__page", "from wushan_geo.travel.matrix import TravelMatrix", "travel.matrix"),
        ("reports__xlsx", "from wushan_geo import study", "study"),
        ("results", "def f():\n    from wushan_geo.siting import solver", "siting.solver"),
        ("errors", "from wushan_geo.wording import say", "wording"),
        ("travel__matrix", "from wushan_geo.siting import problem", "siting.problem"),
    ],
)
def test_an_upward_import_is_found(module: str, text: str, seen: str) -> None:
    others = dict.fromkeys(
        ["access__gaps", "pipeline", "sources__opening", "travel__matrix", "study__study"], ""
    ) | {"wording__init": "", "siting__solver": "", "siting__problem": ""}

    found = planted(**(others | {module: text}))

    assert [(one.rule, one.what.removesuffix(".say")) for one in found] == [("layer", seen)]


def test_an_upward_import_for_types_only_is_found_as_well() -> None:
    text = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from wushan_geo import pipeline"
    )

    found = planted(travel__matrix=text, pipeline="")

    assert found == [Finding("travel.matrix", 3, "layer", "pipeline")]


def test_an_import_that_climbs_by_dots_is_found() -> None:
    found = planted(study__study="from ..access import gaps", access__gaps="")

    assert found == [Finding("study.study", 1, "layer", "access.gaps")]


def test_a_room_without_a_place_is_found() -> None:
    found = planted(utils="")

    assert found == [Finding("utils", 0, "layer", "the room utils has no place in MAY_IMPORT")]


def test_a_cycle_is_found_once_over_three_modules() -> None:
    found = planted(
        access__a="from wushan_geo.access import b",
        access__b="def late():\n    from wushan_geo.access.c import name",
        access__c="from wushan_geo.access.a import name",
    )

    assert found == [Finding("access.a", 0, "cycle", "access.a <-> access.b <-> access.c")]


@pytest.mark.parametrize(
    ("module", "text", "library"),
    [
        ("reports__html", "import folium", "folium"),
        ("pipeline", "from branca.element import Figure", "branca"),
        ("siting__covering", "import highspy", "highspy"),
        ("travel__network", "def f():\n    import osmnx as ox", "osmnx"),
        ("pipeline", "from rich.progress import Progress", "rich"),
    ],
)
def test_a_library_outside_its_room_is_found(module: str, text: str, library: str) -> None:
    found = planted(**{module: text})

    assert [(one.rule, one.what) for one in found] == [("library", library)]


def test_a_library_in_its_room_is_welcome() -> None:
    assert not planted(maps__page="import folium", siting__solver="import highspy")
    assert not planted(access__allocation="from highspy import Highs", cli="import typer")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("open('a.csv')", "open"),
        ("def f(p):\n    with p.open() as s: pass", ".open"),
        ("def f(p): return p.read_text(encoding='utf-8')", ".read_text"),
        ("from pathlib import Path\nPath('a').read_bytes()", ".read_bytes"),
        ("import pandas as pd\npd.read_csv('a')", "pandas.read_csv"),
        ("from pandas import read_excel as r\nr('a')", "pandas.read_excel"),
        ("import geopandas\ngeopandas.read_file('a')", "geopandas.read_file"),
        ("import tomllib\ntomllib.load(stream)", "tomllib.load"),
        ("import numpy as np\nnp.loadtxt('a')", "numpy.loadtxt"),
    ],
)
def test_a_file_read_outside_sources_is_found(text: str, what: str) -> None:
    found = planted(access__gaps=text)

    assert [(one.rule, one.what) for one in found] == [("read", what)]
    assert not planted(sources__tabular=text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("open('a', 'w')", "open"),
        ("def f(p, m): p.open(m)", ".open"),
        ("def f(p): p.open(mode='ab')", ".open"),
        ("def f(p): p.write_text('a')", ".write_text"),
        ("from pathlib import Path\nPath('a').mkdir()", ".mkdir"),
        ("def f(t): t.to_csv('a.csv', index=False)", ".to_csv"),
        ("def f(t, b): t.to_csv(path_or_buf=b)", ".to_csv"),
        ("import os\nos.replace('a', 'b')", "os.replace"),
        ("from os import makedirs as m\nm('a')", "os.makedirs"),
        ("def f(m): m.save('a.html')", ".save"),
    ],
)
def test_a_second_writer_is_found(text: str, what: str) -> None:
    found = planted(maps__page=text, sources__tabular=text)

    assert {(one.module, one.rule, one.what) for one in found} == {
        ("maps.page", "write", what),
        ("sources.tabular", "write", what),
    }
    assert not planted(storage=text)


@pytest.mark.parametrize(
    "text",
    [
        "def f(t): return t.to_csv(index=False)",
        "def f(t): return t.to_json()",
        "from wushan_geo import storage\nstorage.write_text('a', 'b')",
        "from wushan_geo.storage import write_text\nwrite_text('a', 'b')",
        "from importlib import resources\nresources.files('wushan_geo').joinpath('a').read_text()",
        "def f(s): return s.replace('a', 'b')",
    ],
)
def test_text_our_own_storage_and_package_resources_are_welcome(text: str) -> None:
    assert not planted(maps__page=text, storage="")


def test_an_exception_holds_for_its_module_and_call_alone() -> None:
    text = "import tomllib\ntomllib.load(stream)"

    assert not planted(study__plan=text)
    assert [one.what for one in planted(study__tables=text)] == ["tomllib.load"]
    assert [one.rule for one in check({"wushan_geo.study.plan": text}, {})] == ["read"]


def loaded(code: str) -> set[str]:
    """Run code in a new Python and give the heavy libraries that it loaded."""
    tail = f"\nimport json, sys\nprint(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", code + tail], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_loads_no_heavy_library() -> None:
    assert loaded("import wushan_geo") == set()


def test_asking_for_help_loads_no_heavy_library() -> None:
    code = (
        "import sys\nfrom wushan_geo.cli import main\nsys.argv = ['wushan-geo', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )

    assert loaded(code) == set()


def test_the_checker_sees_every_module_of_the_package() -> None:
    names = package()

    assert "wushan_geo.__init__" in names
    assert {architecture._room(name) for name in names} <= set(MAY_IMPORT)
