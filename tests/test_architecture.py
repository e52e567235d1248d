"""The house keeps its directions, and the checker that says so finds what is planted."""

from __future__ import annotations

import ast
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
    assert not planted(access__allocation__solver="from highspy import Highs", cli="import typer")


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


PATH = "from pathlib import Path\n"


@pytest.mark.parametrize(
    ("text", "rule", "what"),
    [
        # a method called on its class
        (PATH + "def f(p): Path.write_text(p, 'x')", "write", "pathlib.Path.write_text"),
        (PATH + "def f(p): Path.read_text(p)", "read", "pathlib.Path.read_text"),
        (PATH + "def f(p): Path.open(p, 'w')", "write", "pathlib.Path.open"),
        ("import pathlib as x\nx.Path.touch(p)", "write", "pathlib.Path.touch"),
        *(
            (PATH + f"def f(p): Path.{one}(p)", "write", f"pathlib.Path.{one}")
            for one in ("rename", "replace", "unlink", "mkdir", "touch")
        ),
        # the same on a path
        (PATH + "def f(p: str | Path): p.rename('b')", "write", ".rename"),
        (PATH + "p = Path('a') / 'b'\nq = p.with_name('c')\nq.rename(p)", "write", ".rename"),
        ("def f(p, q): p.replace(q)", "write", ".replace"),
        ("def f(p): p.unlink()", "write", ".unlink"),
        ("def f(p): p.touch()", "write", ".touch"),
        # libraries
        ("import pyogrio\npyogrio.write_dataframe(t, 'a')", "write", "pyogrio.write_dataframe"),
        ("import pyogrio\npyogrio.read_dataframe('a')", "read", "pyogrio.read_dataframe"),
        ("from pyogrio import read_dataframe as r\nr('a')", "read", "pyogrio.read_dataframe"),
        (
            "import pyarrow.parquet as pq\npq.write_table(t, 'a')",
            "write",
            "pyarrow.parquet.write_table",
        ),
        (
            "import pyarrow.parquet as pq\npq.ParquetFile('a')",
            "read",
            "pyarrow.parquet.ParquetFile",
        ),
        (
            "from pyarrow import parquet\nparquet.read_table('a')",
            "read",
            "pyarrow.parquet.read_table",
        ),
        ("import pyarrow.csv\npyarrow.csv.write_csv(t, 'a')", "write", "pyarrow.csv.write_csv"),
        ("import pandas as pd\npd.HDFStore('a')", "write", "pandas.HDFStore"),
        ("import pandas as pd\npd.ExcelWriter('a')", "write", "pandas.ExcelWriter"),
        ("import pandas as pd\npd.ExcelFile('a')", "read", "pandas.ExcelFile"),
        ("import pandas as pd\npd.DataFrame.to_csv(t, 'a')", "write", "pandas.DataFrame.to_csv"),
        ("import numpy as np\nnp.memmap('a')", "write", "numpy.memmap"),
        ("import numpy as np\nnp.ndarray.tofile(a, 'a')", "write", "numpy.ndarray.tofile"),
        ("def f(a): a.dump('a')", "write", ".dump"),
        ("def f(a): a.tofile('a')", "write", ".tofile"),
        ("import io\nio.FileIO('a')", "read", "io.FileIO"),
        ("import io\nio.FileIO('a', 'w')", "write", "io.FileIO"),
        ("from zipfile import ZipFile\nZipFile('a', 'w')", "write", "zipfile.ZipFile"),
        ("import zipfile\nzipfile.ZipFile('a', mode='x')", "write", "zipfile.ZipFile"),
        ("import zipfile\nzipfile.ZipFile('a')", "read", "zipfile.ZipFile"),
        ("import builtins\nbuiltins.open('a', 'w')", "write", "open"),
        # another name for a reader or a writer
        ("w = open", "write", "open"),
        ("import pandas as pd\nr = pd.read_csv", "read", "pandas.read_csv"),
        ("import pandas\np = pandas\np.read_csv('a')", "read", "pandas.read_csv"),
        ("import pandas as pd\nmap(pd.read_csv, paths)", "read", "pandas.read_csv"),
        ("def f(p): return p.write_text", "write", ".write_text"),
        ("def f(t): return t.to_csv", "write", ".to_csv"),
        (PATH + "w = Path.write_bytes", "write", "pathlib.Path.write_bytes"),
        (PATH + "def f(p: Path): return p.open", "write", ".open"),
        ("import os\ndone = [os.replace]", "write", "os.replace"),
        # by a text
        ("def f(p): getattr(p, 'write_text')('x')", "write", ".write_text"),
        ("import pandas as pd\ngetattr(pd, 'read_csv')('a')", "read", "pandas.read_csv"),
        ("import operator\noperator.methodcaller('read_bytes')(p)", "read", ".read_bytes"),
    ],
)
def test_a_reader_or_writer_by_another_way_is_found(text: str, rule: str, what: str) -> None:
    found = planted(access__gaps=text, sources__tabular=text)

    wrong = {"access.gaps"} | ({"sources.tabular"} if rule == "write" else set())
    assert {(one.module, one.rule, one.what) for one in found} == {
        (module, rule, what) for module in wrong
    }
    assert not planted(storage=text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import xlsxwriter\nxlsxwriter.Workbook('a')", "xlsxwriter.Workbook"),
        ("from xlsxwriter import Workbook\nwith Workbook(p) as b: pass", "xlsxwriter.Workbook"),
        (
            "import io, xlsxwriter\ndef f(out): xlsxwriter.Workbook(out)\nout = io.BytesIO()",
            "xlsxwriter.Workbook",
        ),
        ("import jinja2\njinja2.FileSystemLoader('a')", "jinja2.FileSystemLoader"),
        ("from jinja2 import FileSystemLoader as L\nL('a')", "jinja2.FileSystemLoader"),
    ],
)
def test_a_page_that_goes_to_the_disk_itself_is_found(text: str, what: str) -> None:
    assert [one.what for one in planted(reports__excel=text)] == [what]


@pytest.mark.parametrize(
    "text",
    [
        "import io, xlsxwriter\nxlsxwriter.Workbook(io.BytesIO(), {})",
        "import io, xlsxwriter\nout = io.BytesIO()\nwith xlsxwriter.Workbook(out) as b: pass",
        "import xlsxwriter\ndef f(book: xlsxwriter.Workbook) -> xlsxwriter.Workbook: return book",
        "import jinja2\njinja2.Environment(loader=jinja2.DictLoader({}))",
        "import pandas as pd\ndef f(t): return pd.DataFrame.to_csv(t)",
        "import pandas as pd\npd.to_numeric(cells)",
        "def f(t): return t.rename('a').rename(columns={}).replace({'a': 'b'})",
        "def f(row): return row.open",
        "def f(row, name): return getattr(row, name), getattr(row, 'minutes')",
        "import json\njson.dumps({})",
    ],
)
def test_memory_types_and_tables_are_welcome(text: str) -> None:
    assert not planted(reports__excel=text)


@pytest.mark.parametrize(
    ("text", "library"),
    [
        *(
            (f"import {one}", one)
            for one in (
                "pickle", "sqlite3", "subprocess", "urllib3", "httpx", "requests", "ftplib",
                "socket", "http.client", "urllib.request",
            )
        ),
        ("from pickle import loads", "pickle"),
        ("from sqlite3 import connect", "sqlite3"),
        ("from http import client", "http.client"),
        ("import urllib\nurllib.request.urlopen('a')", "urllib.request"),
        ("import os\nos.system('a')", "os.system"),
        ("from os import popen", "os.popen"),
        ("import os\nrun = os.execv", "os.execv"),
        ("import os\ngetattr(os, 'system')('a')", "os.system"),
        ("from scipy.optimize import milp", "scipy.optimize.milp"),
        ("import scipy\nscipy.optimize.linprog(c)", "scipy.optimize.linprog"),
        ("from scipy import optimize as o\no.milp(c)", "scipy.optimize.milp"),
        (
            "import scipy.optimize as o\ndef f(): o.linear_sum_assignment(c)",
            "scipy.optimize.linear_sum_assignment",
        ),
        ("from scipy.sparse.csgraph import dijkstra", "scipy.sparse.csgraph"),
        ("from scipy import sparse\nsparse.csgraph.dijkstra(g)", "scipy.sparse.csgraph"),
        ("import networkx as nx", "networkx"),
    ],
)  # fmt: skip
def test_a_second_way_out_of_the_house_is_found(text: str, library: str) -> None:
    found = planted(maps__page=text, reports__html=text)

    assert {(one.module, one.rule, one.what) for one in found} == {
        ("maps.page", "library", library),
        ("reports.html", "library", library),
    }


def test_pickle_programs_and_databases_have_no_room_at_all() -> None:
    for text in (
        "import pickle",
        "import sqlite3",
        "import subprocess",
        "import os\nos.system('a')",
    ):
        assert [one.rule for one in planted(storage=text)] == ["library"]
        assert [one.rule for one in planted(sources__roads=text)] == ["library"]


def test_a_solver_and_a_graph_in_their_rooms_are_welcome() -> None:
    milp = "from scipy.optimize import milp, linprog, linear_sum_assignment"
    graph = "from scipy.sparse.csgraph import dijkstra"

    assert not planted(siting__solver=milp, access__allocation__ties=graph, travel__network=graph)
    assert {one.rule for one in planted(siting__covering=milp)} == {"library"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "from importlib import import_module\nimport_module('wushan_geo.study')",
            "importlib.import_module",
        ),
        ("import importlib as i\ni.import_module(name)", "importlib.import_module"),
        ("from importlib import import_module as i\nload = i", "importlib.import_module"),
        ("__import__('wushan_geo.study')", "__import__"),
        ("load = __import__", "__import__"),
        ("import builtins\nbuiltins.__import__('json')", "__import__"),
        ("import sys\nsys.modules['wushan_geo.study']", "sys.modules"),
        ("from pandas import *", "pandas.*"),
        ("import pandas as pd\ndef f(name): return getattr(pd, name)", "pandas.(computed)"),
    ],
)
def test_an_import_that_hides_is_found(text: str, what: str) -> None:
    found = planted(access__gaps=text, study="")

    assert {(one.rule, one.what) for one in found} == {("dynamic", what)}


def test_an_import_by_a_text_keeps_the_layers_as_well() -> None:
    text = "__import__('wushan_geo.pipeline')\n__import__('folium')"

    found = planted(access__gaps=text, pipeline="")

    assert {(one.rule, one.what) for one in found} == {
        ("dynamic", "__import__"), ("layer", "pipeline"), ("library", "folium"),
    }  # fmt: skip


def test_a_lazy_table_is_welcome_in_a_rooms_init_and_keeps_the_layers() -> None:
    load = "from importlib import import_module\ndef f(name): return import_module({})\nH = {}"
    below = load.format("f'{__name__}.{H[name]}'", "{'a': 'solver'}")
    full = load.format("H[name]", "{'a': 'wushan_geo.pipeline', 'b': 'folium'}")
    house = {"wushan_geo.siting.solver": "", "wushan_geo.pipeline": ""}

    def found(name: str, text: str) -> set[tuple[str, str]]:
        return {(one.rule, one.what) for one in check(house | {name: text})}

    assert not found("wushan_geo.siting.__init__", below)
    assert found("wushan_geo.siting.covers.covering", below) == {
        ("dynamic", "importlib.import_module")
    }
    assert found("wushan_geo.siting.__init__", full) == {
        ("layer", "pipeline"), ("library", "folium"),
    }  # fmt: skip
    for hidden in ("name", "f'wushan_geo.{name}'", "f'{name}'"):
        text = load.format(hidden, "{}")
        assert found("wushan_geo.siting.__init__", text) == {("dynamic", "importlib.import_module")}


def test_an_own_name_that_is_bound_again_covers_nothing() -> None:
    text = "from wushan_geo import storage\ndef f(storage): storage.write_text('a')"

    assert [one.what for one in planted(maps__page=text, storage="")] == [".write_text"]


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


def test_no_large_number_stands_for_unreachable() -> None:
    # Costs of the county lie far below: what is larger could only mean "no way" or "not known".
    found = []
    for room in ("travel", "access", "siting", "policy"):
        for path in sorted((FOLDER / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                large = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
                if large and not isinstance(node.value, bool) and abs(node.value) >= 99_000:
                    found.append((path.name, node.value))
                if isinstance(node, ast.Attribute) and node.attr in {"iinfo", "finfo", "maxsize"}:
                    found.append((path.name, node.attr))
    known = {
        ("aims.py", 1e9): "sum of whole numbers that the solver tells apart",
        ("aims.py", 1e7): "the same for aims joined into one",
        ("isochrones.py", 111_195.0): "metres a degree",
        ("isochrones.py", 2_000_000): "spots at which roads are sampled at most",
        ("isochrones.py", 16_000_000): "numbers held at once",
        ("matrix.py", 8_000_000): "pairs above which rows are compressed",
        ("matrix.py", "finfo"): "the largest number that is finite",
        ("median_bound.py", "finfo"): "the rounding of one term of a sum",
        ("pairs.py", "iinfo"): "the largest position there can be",
        ("plain.py", 8_000_000): "numbers held at once",
        ("reductions.py", 2e8): "multiplications up to which sets are compared by one product",
        ("search.py", 12_000_000): "visits from which compiled code pays",
        ("snap.py", 2_000_000): "pairs measured at once",
        ("solver.py", 1e12): "gap with which the first values found end a search",
        ("snap.py", 6_378_137.0): "the radius of the earth",
        ("working.py", "finfo"): "below it lies every cost but infinity",
    }
    assert [one for one in found if one not in known] == []
