"""The directions of the house, as data, and a checker of them on the syntax trees."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGE = "wushan_geo"
TOP = "(top)"  # the room of wushan_geo/__init__.py

BOTTOM = {"errors", "storage", "wording"}
PAGES = {"maps", "reports"}
MODEL = BOTTOM | {"study"}
MEASURES = MODEL | {"travel", "access"}
FINISHED = {"results", "disclosure"}
ANSWERS = {"policy", "siting", "findings"}
PIPELINE = MEASURES | FINISHED | ANSWERS | {"sources"}

# What each room may import, itself apart. A room that is not here is refused: first decide where
# it stands.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "wording": {"errors"},
    "storage": {"errors"},
    "study": BOTTOM,
    "sources": MODEL,
    "travel": MODEL,
    "access": MODEL | {"travel"},
    "policy": MEASURES,
    "siting": MEASURES,
    "findings": MEASURES | {"policy", "siting"},
    "results": BOTTOM,
    "disclosure": BOTTOM | {"results"},
    "maps": BOTTOM | FINISHED,
    "reports": BOTTOM | FINISHED,
    "pipeline": PIPELINE,
    "batch": PIPELINE | PAGES | {"pipeline"},
    "terminal": MODEL | FINISHED,
    "cli": PIPELINE | PAGES | {"pipeline", "batch", "terminal", TOP},
    "__main__": PIPELINE | PAGES | {"pipeline", "batch", "terminal", TOP, "cli"},
    TOP: PIPELINE | PAGES | {"pipeline", "batch"},
}

# Libraries that only some rooms or modules may import: the decision behind each stands beside it.
ONLY_IN: dict[str, set[str]] = {
    "folium": {"maps"},  # a page is the last thing that happens to a number
    "branca": {"maps"},
    "xlsxwriter": {"reports"},
    "jinja2": {"maps", "reports"},
    "highspy": {"siting.solver", "access.allocation"},  # every plan passes one place that proves it
    "osmnx": {"sources"},  # it reads the network
    "requests": {"sources"},
    "urllib.request": {"sources"},
    "http.client": {"sources"},
    "socket": {"sources"},
    "typer": {"cli"},
    "rich": {"cli", "terminal"},
    "tempfile": {"storage"},  # what is written goes through one room
    "shutil": {"storage"},
}

READERS = {"sources", "storage"}
WRITERS = {"storage"}

# (module, call) -> reason. A call is written as the findings write it.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("study.config", "tomllib.load"): "study.toml is the study's own definition, not a table of it",
    ("study.config", "tomllib.loads"): "the same",
    ("study.config", ".read_text"): "the same",
    ("study.config", ".read_bytes"): "the same",
    ("study.config", ".open"): "the same",
    (
        "study.plan",
        "tomllib.load",
    ): "plan.toml is a policy as data, read by the class that holds it",
    ("study.plan", "tomllib.loads"): "the same",
    ("study.plan", ".read_text"): "the same",
    ("study.plan", ".read_bytes"): "the same",
    ("study.plan", ".open"): "the same",
    ("cli", ".save"): "StudyResult.save, which writes through storage",
    ("batch", ".save"): "StudyResult.save, which writes through storage",
}

READ_CALLS = {
    "open", "io.open", "os.open", "tomllib.load", "json.load", "pickle.load", "numpy.load",
    "numpy.loadtxt", "numpy.genfromtxt", "numpy.fromfile", "pyogrio.raw.read", "joblib.load",
    "zipfile.ZipFile", "os.listdir", "os.scandir", "os.walk",
}  # fmt: skip
READ_METHODS = {"open", "read_text", "read_bytes", "load_graphml", "iterdir", "glob", "rglob"}
READ_LIBRARIES = {"pandas", "geopandas", "pyogrio", "openpyxl", "pyarrow", "shapely", "rasterio"}
READ_PREFIXES = ("read_", "from_file", "load_workbook")
WRITE_CALLS = {
    "os.replace", "os.rename", "os.renames", "os.remove", "os.unlink", "os.mkdir", "os.makedirs",
    "os.rmdir", "os.link", "os.symlink", "os.truncate", "numpy.save", "numpy.savez",
    "numpy.savez_compressed", "numpy.savetxt", "pickle.dump", "json.dump", "joblib.dump",
    "logging.FileHandler", "pandas.ExcelWriter", "osmnx.save_graphml", "osmnx.io.save_graphml",
}  # fmt: skip
WRITE_METHODS = {
    "write_text", "write_bytes", "mkdir", "unlink", "rmdir", "touch", "symlink_to", "hardlink_to",
    "save", "savefig", "tofile", "write_dataframe",
}  # fmt: skip
# These give text when they are called without a place to write to, and that is welcome.
WRITE_WITH_PLACE = {
    "to_csv", "to_json", "to_html", "to_parquet", "to_excel", "to_file", "to_feather", "to_pickle",
    "to_markdown", "to_string", "to_latex", "to_xml",
}  # fmt: skip
PLACES = {"path", "path_or_buf", "buf", "excel_writer", "filename", "path_or_buffer"}


@dataclass(frozen=True, order=True)
class Finding:
    """One place where the house is entered by the window."""

    module: str
    """The module without the package's name, such as ``access.nearest``."""
    line: int
    """Line in its file; 0 for a finding on the module as a whole."""
    rule: str
    """layer, cycle, library, read or write."""
    what: str
    """What was imported or called."""


@dataclass(frozen=True)
class Import:
    """One imported name: the target of ``from a.b import c`` is ``a.b.c``."""

    target: str
    line: int


def check(
    sources: Mapping[str, str], exceptions: Mapping[tuple[str, str], str] | None = None
) -> list[Finding]:
    """Find every break of the house's rules in sources, given as module name -> text.

    A package's own module ends in ``.__init__``.
    """
    allowed = EXCEPTIONS if exceptions is None else exceptions
    trees = {name: ast.parse(text) for name, text in sorted(sources.items())}
    graph: dict[str, set[str]] = {}
    found: list[Finding] = []
    for name, tree in trees.items():
        imports = list(_imports(name, tree))
        inner = [(_module(one.target, trees), one.line) for one in imports if _is_own(one.target)]
        graph[name] = {target for target, _ in inner if target != name}
        found += _layers(name, inner)
        found += _libraries(name, imports)
        found += _files(name, tree)
    found += _cycles(graph)
    return sorted(one for one in set(found) if (one.module, one.what) not in allowed)


def _short(name: str) -> str:
    return name.removesuffix(".__init__").removeprefix(PACKAGE).removeprefix(".") or TOP


def _room(name: str) -> str:
    return _short(name).split(".")[0]


def _is_own(target: str) -> bool:
    return target == PACKAGE or target.startswith(f"{PACKAGE}.")


def _module(target: str, modules: Iterable[str]) -> str:
    """Give the module that an imported name lies in: the longest known beginning of it."""
    parts = target.split(".")
    for end in range(len(parts), 0, -1):
        name = ".".join(parts[:end])
        if name in modules:
            return name
        if f"{name}.__init__" in modules:
            return f"{name}.__init__"
    return target


def _imports(name: str, tree: ast.AST) -> Iterator[Import]:
    """Give every import, also those inside functions and for type checkers only."""
    package = name.removesuffix(".__init__") if name.endswith(".__init__") else _parent(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(one.name, node.lineno) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package
                for _ in range(node.level - 1):
                    above = _parent(above)
                base = f"{above}.{base}".rstrip(".")
            yield from (Import(f"{base}.{one.name}", node.lineno) for one in node.names)


def _parent(name: str) -> str:
    return name.rpartition(".")[0]


def _layers(name: str, inner: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """Find imports against the direction of the house."""
    room = _room(name)
    if room not in MAY_IMPORT:
        yield Finding(_short(name), 0, "layer", f"the room {room} has no place in MAY_IMPORT")
        return
    for target, line in inner:
        if _room(target) != room and _room(target) not in MAY_IMPORT[room]:
            yield Finding(_short(name), line, "layer", _short(target))


def _libraries(name: str, imports: Iterable[Import]) -> Iterator[Finding]:
    """Find libraries outside the rooms that may use them."""
    for one in imports:
        for library, homes in ONLY_IN.items():
            inside = one.target == library or one.target.startswith(f"{library}.")
            if inside and not homes & {_room(name), _short(name)}:
                yield Finding(_short(name), one.line, "library", library)


def _files(name: str, tree: ast.AST) -> Iterator[Finding]:
    """Find files that are read outside sources and written outside storage."""
    names = _names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            what = _called(node.func, names)
            rule = _kind(node, what)
            homes = {"read": READERS, "write": WRITERS}.get(rule, set())
            if rule and _room(name) not in homes:
                yield Finding(_short(name), node.lineno, rule, what)


def _names(tree: ast.AST) -> dict[str, str]:
    """Map the names that imports bind to what they stand for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.partition(".")[0]
                names[one.asname or top] = one.name if one.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return names


def _called(function: ast.expr, names: Mapping[str, str]) -> str:
    """Name what is called: ``pandas.read_csv``, or ``.read_text`` for a method of a value."""
    parts: list[str] = []
    node = function
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id in names:
        return ".".join([names[node.id], *parts])
    if isinstance(node, ast.Name) and not parts:
        return node.id
    return f".{parts[-1]}" if parts else ""


def _kind(node: ast.Call, what: str) -> str:
    """Tell whether a call reads a file, writes one, or neither."""
    if _is_own(what) or what in {"importlib.resources.open_text", "importlib.resources.read_text"}:
        return ""
    last = what.rpartition(".")[2]
    method = what.startswith(".")
    if last == "open" and what != "webbrowser.open":
        return _opened(node, what)
    if last in WRITE_WITH_PLACE:
        return "write" if node.args or PLACES & {one.arg for one in node.keywords} else ""
    if what in WRITE_CALLS or (method and last in WRITE_METHODS):
        return "write"
    if method:
        return "read" if last in READ_METHODS and not _is_resource(node) else ""
    library = what.partition(".")[0]
    reads = library in READ_LIBRARIES and last.startswith(READ_PREFIXES)
    return "read" if reads or what in READ_CALLS else ""


def _opened(node: ast.Call, what: str) -> str:
    """Tell reading from writing by the mode; a mode that is computed counts as writing."""
    if _is_resource(node):
        return ""
    position = 0 if what.startswith(".") else 1
    given = [one.value for one in node.keywords if one.arg == "mode"]
    given += node.args[position : position + 1]
    if not given:
        return "read"
    mode = given[0].value if isinstance(given[0], ast.Constant) else "w"
    return "write" if set(str(mode)) & set("wax+") else "read"


def _is_resource(node: ast.Call) -> bool:
    """Tell whether a call reads what the package itself ships, through importlib.resources."""
    inner = (one.func for one in ast.walk(node.func) if isinstance(one, ast.Call))
    return any(
        (isinstance(one, ast.Name) and one.id == "files")
        or (isinstance(one, ast.Attribute) and one.attr == "files")
        for one in inner
    )


def _cycles(graph: Mapping[str, set[str]]) -> Iterator[Finding]:
    """Find modules that import each other, over any number of steps; each ring is told once."""
    reach = {name: _reachable(name, graph) for name in graph}
    told: set[str] = set()
    for name in sorted(graph):
        ring = {other for other in reach[name] if name in reach.get(other, set())}
        if ring and name not in told:
            told |= ring
            yield Finding(_short(name), 0, "cycle", " <-> ".join(sorted(map(_short, ring))))


def _reachable(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = set(graph[start])
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo |= graph.get(name, set())
    return seen
