"""The directions of the house, as data, and a checker of them on the syntax trees."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGE = "wushan_geo"
TOP = "(top)"  # the room of wushan_geo/__init__.py

BOTTOM = {"errors", "storage", "wording"}
PAGES = {"maps", "reports"}
MODEL = BOTTOM | {"study"}
MEASURES = MODEL | {"travel", "access"}
FINISHED = {"results", "disclosure", "checkup", "comparison"}
ANSWERS = {"policy", "siting", "findings", "settings", "analysis", "proposal"}
PIPELINE = MEASURES | FINISHED | ANSWERS | {"sources"}
TOPMOST = PIPELINE | PAGES | {"matrices", "pipeline", "batch", "terminal", "starting"}

# What each room may import, itself apart. A room that is not here is refused: first decide where
# it stands.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "wording": {"errors"},
    "storage": {"errors"},
    "study": BOTTOM,
    "checkup": BOTTOM,
    "sources": MODEL | {"checkup"},
    "travel": MODEL,
    "access": MODEL | {"travel"},
    "analysis": MEASURES,  # all measures of a study; whether it may be shown is asked there
    "policy": MEASURES,
    "siting": MEASURES,
    "proposal": MEASURES | {"siting"},  # what a planner wishes of siting, for one study
    "findings": MEASURES | {"policy", "siting"},
    "settings": MODEL,
    "results": BOTTOM,
    "disclosure": BOTTOM | {"results"},
    "comparison": BOTTOM | {"results"},
    "maps": BOTTOM | FINISHED,
    "reports": BOTTOM | FINISHED,
    "matrices": MODEL | {"checkup", "sources", "travel"},  # from a file to a travel matrix
    "pipeline": PIPELINE,
    "batch": PIPELINE | PAGES | {"pipeline"},
    "starting": MODEL | FINISHED | {"sources"} | PAGES,
    "terminal": MODEL | FINISHED,
    "cli": TOPMOST | {TOP},
    "__main__": TOPMOST | {TOP, "cli"},
    TOP: PIPELINE | PAGES | {"pipeline", "batch", "matrices"},
}

# Libraries that only some rooms or modules may import: the decision behind each stands beside it.
ONLY_IN: dict[str, set[str]] = {
    "folium": {"maps"},  # a page is the last thing that happens to a number
    "branca": {"maps"},
    "xlsxwriter": {"reports"},
    "jinja2": {"maps", "reports"},
    **{  # what an office's file says is understood before anything else sees it
        library: {"sources"}
        for library in (
            "openpyxl", "python_calamine", "charset_normalizer", "opencc", "rapidfuzz", "pypinyin",
        )
    },
    # Every plan, and every allocation, passes one place that proves it.
    "highspy": {"siting.solver", "access.allocation.solver"},
    "osmnx": {"sources"},  # it reads the network
    "osmium": {"sources"},
    "rasterio": {"sources"},
    "numba": {"travel.network.kernels"},  # compiled code is an extra: one module knows of it
    **{  # only there is anything fetched
        library: {"sources"}
        for library in (
            "requests", "urllib.request", "urllib3", "http.client", "httpx", "aiohttp", "socket",
            "ssl", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib", "xmlrpc", "websockets",
        )
    },
    "typer": {"cli"},
    "rich": {"cli", "terminal"},
    "tempfile": {"storage"},  # what is written goes through one room
    "shutil": {"storage"},
    **{  # the same as highspy
        f"scipy.optimize.{solver}": {"siting.solver"}
        for solver in ("milp", "linprog", "linear_sum_assignment")
    },
    **{  # a page shows ways and never looks for one
        library: {"sources", "travel", "access.allocation.ties"}
        for library in ("scipy.sparse.csgraph", "networkx")
    },
    **{  # what is stored here cannot be read by a person
        library: set[str]()
        for library in (
            "pickle", "shelve", "dbm", "marshal", "dill", "cloudpickle", "joblib", "mmap",
            "sqlite3", "duckdb", "sqlalchemy",
        )
    },
    **{  # the package starts no other program and serves nothing
        library: set[str]()
        for library in (
            "subprocess", "pty", "socketserver", "http.server", "runpy", "importlib.util",
            "importlib.machinery", "importlib.reload", "os.system", "os.popen",
            "os.startfile", "os.fork", "os.forkpty", "os.posix_spawn", "os.posix_spawnp",
            *(f"os.exec{end}" for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
            *(f"os.spawn{end}" for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
        )
    },
}  # fmt: skip

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
    ("sources.roads.store", "zipfile.ZipFile"): "made in memory; storage writes the bytes",
    ("cli", ".save"): "StudyResult.save, which writes through storage",
    ("batch", ".save"): "StudyResult.save, which writes through storage",
}

# These read or write by their mode; see _opened.
OPENERS = {
    "io.FileIO", "os.fdopen", "zipfile.ZipFile", "zipfile.PyZipFile", "tarfile.TarFile",
    "gzip.GzipFile", "bz2.BZ2File", "lzma.LZMAFile",
}  # fmt: skip
READ_CALLS = {
    "io.open_code", "tomllib.load", "json.load", "numpy.load", "numpy.loadtxt", "numpy.genfromtxt",
    "numpy.fromfile", "numpy.DataSource", "pyogrio.raw.read", "pyogrio.raw.open_arrow",
    "pyogrio.open_arrow", "pyogrio.list_layers", "os.listdir", "os.scandir", "os.walk",
    "fileinput.input", "fileinput.FileInput", "linecache.getline", "linecache.getlines",
}  # fmt: skip
READ_METHODS = {"open", "read_text", "read_bytes", "load_graphml", "iterdir", "glob", "rglob"}
READ_TABLES = {f"read_{kind}" for kind in ("csv", "excel", "file", "parquet", "json", "table")}
READ_TABLES |= {f"read_{kind}" for kind in ("dataframe", "feather", "pickle", "sql", "html", "xml")}
READ_LIBRARIES = {"pandas", "geopandas", "pyogrio", "openpyxl", "pyarrow", "shapely", "rasterio"}
READ_PREFIXES = ("read_", "from_file", "load_workbook")
# (library, name in any of its modules)
READ_NAMES = {
    ("pandas", "ExcelFile"), ("jinja2", "FileSystemLoader"), ("jinja2", "ModuleLoader"),
    ("pyarrow", "ParquetFile"), ("pyarrow", "ParquetDataset"), ("pyarrow", "open_csv"),
    ("pyarrow", "ORCFile"), ("pyarrow", "dataset"), ("pyarrow", "open_file"),
}  # fmt: skip
WRITE_CALLS = {
    "os.replace", "os.rename", "os.renames", "os.remove", "os.unlink", "os.mkdir", "os.makedirs",
    "os.rmdir", "os.removedirs", "os.link", "os.symlink", "os.truncate", "os.mkfifo", "os.mknod",
    "numpy.save", "numpy.savez", "numpy.savez_compressed", "numpy.savetxt", "numpy.memmap",
    "numpy.lib.format.open_memmap", "json.dump", "osmnx.save_graphml", "osmnx.io.save_graphml",
}  # fmt: skip
WRITE_METHODS = {
    "write_text", "write_bytes", "mkdir", "unlink", "rmdir", "touch", "symlink_to", "hardlink_to",
    "save", "savefig", "tofile", "dump", "write_dataframe", "write_table", "write_csv",
    "write_parquet", "write_feather", "write_dataset",
}  # fmt: skip
WRITE_LIBRARIES = {"pandas", "geopandas", "pyogrio", "pyarrow", "rasterio"}
WRITE_PREFIXES = ("write_",)
WRITE_NAMES = {
    ("pandas", "HDFStore"), ("pandas", "ExcelWriter"), ("jinja2", "FileSystemBytecodeCache"),
    ("pyarrow", "ParquetWriter"), ("pyarrow", "CSVWriter"), ("pyarrow", "ORCWriter"),
    ("pyarrow", "OSFile"), ("pyarrow", "memory_map"), ("pyarrow", "create_memory_map"),
    ("pyarrow", "LocalFileSystem"), ("pyarrow", "new_file"), ("logging", "FileHandler"),
    ("logging", "RotatingFileHandler"), ("logging", "TimedRotatingFileHandler"),
}  # fmt: skip
# Tables and texts have these as well, so that they count only on what is a path.
PATH_WRITES = {"rename", "replace"}
# Too common to say anything about a value when they are mentioned and not called.
VAGUE = {"open", "save", "dump"}
# These give text when they are called without a place to write to, and that is welcome.
WRITE_WITH_PLACE = {
    "to_csv", "to_json", "to_html", "to_parquet", "to_excel", "to_file", "to_feather", "to_pickle",
    "to_markdown", "to_string", "to_latex", "to_xml", "to_sql", "to_hdf", "to_stata", "to_orc",
    "to_postgis",
}  # fmt: skip
PLACES = {
    "path", "path_or_buf", "buf", "excel_writer", "filename", "path_or_buffer", "con", "fname",
}  # fmt: skip
WORKBOOKS = {"xlsxwriter.Workbook", "xlsxwriter.workbook.Workbook"}  # welcome in memory
BUILTINS = {"open", "__import__", "exec", "eval"}
FETCHERS = {"getattr", "attrgetter", "methodcaller", "__getattribute__"}
LAZY = "importlib.import_module"  # welcome in a room's __init__, over a table of names
DYNAMIC = {"__import__", "exec", "eval", "importlib.__import__", "sys.modules", LAZY}


@dataclass(frozen=True, order=True)
class Finding:
    """One place where the house is entered by the window."""

    module: str
    """The module without the package's name, such as ``access.nearest``."""
    line: int
    """Line in its file; 0 for a finding on the module as a whole."""
    rule: str
    """layer, cycle, library, dynamic, read or write."""
    what: str
    """What was imported, called or mentioned."""


@dataclass(frozen=True)
class Scope:
    """What the names of one file stand for, over all its functions together."""

    names: Mapping[str, str]
    """Names bound by imports and their aliases, such as pd -> pandas."""
    paths: set[str]
    """Names of paths, by their annotation or by what is assigned to them."""
    memory: set[str]
    """Names to which nothing but an ``io.BytesIO`` is ever bound."""


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
        scope = _scope(tree)
        imports = [*_imports(name, tree), *_lazy_imports(name, tree, scope)]
        inner = [(_module(one.target, trees), one.line) for one in imports if _is_own(one.target)]
        graph[name] = {target for target, _ in inner if target != name}
        found += _layers(name, inner)
        found += _libraries(name, imports, tree, scope)
        found += _files(name, tree, scope)
        found += _dynamic(name, tree, scope)
    found += _cycles(graph)
    return sorted(one for one in set(found) if (one.module, one.what) not in allowed)


@lru_cache(maxsize=1)  # a file is asked for all rules in a row, and walking it is most of the work
def _nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


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
    for node in _nodes(tree):
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


def _libraries(
    name: str, imports: Iterable[Import], tree: ast.AST, scope: Scope
) -> Iterator[Finding]:
    """Find libraries outside the rooms that may use them, imported or reached by dots."""
    told: set[str] = set()
    for used, imported in ((imports, True), (_mentions(tree, scope), False)):
        for one in used:
            for library in _beginnings(one.target) & ONLY_IN.keys():
                strange = not ONLY_IN[library] & {_room(name), _short(name)}
                if strange and (imported or library not in told):
                    told.add(library)
                    yield Finding(_short(name), one.line, "library", library)


def _beginnings(target: str) -> set[str]:
    """Give a dotted name and all that it lies in: ``a.b.c``, ``a.b`` and ``a``."""
    parts = target.split(".")
    return {".".join(parts[:end]) for end in range(1, len(parts) + 1)}


def _mentions(tree: ast.AST, scope: Scope) -> Iterator[Import]:
    """Give every name that is used, in full: ``os.system`` for ``import os`` and ``os.system``."""
    for node in _nodes(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            yield Import(_called(node, scope.names), node.lineno)
        elif isinstance(node, ast.Call):
            yield from (Import(one, node.lineno) for one in _fetched(node, scope))


def _files(name: str, tree: ast.AST, scope: Scope) -> Iterator[Finding]:
    """Find files that are read outside sources and written outside storage."""
    silent = _silent(tree)
    for node in _nodes(tree):
        for rule, what in _uses(node, scope, silent):
            homes = {"read": READERS, "write": WRITERS}.get(rule, set())
            if rule and _room(name) not in homes:
                yield Finding(_short(name), getattr(node, "lineno", 0), rule, what)


def _silent(tree: ast.AST) -> set[int]:
    """Give the nodes that are no mention: what a call calls, and annotations."""
    silent: set[int] = set()
    for node in _nodes(tree):
        if isinstance(node, ast.Call):
            silent.add(id(node.func))
        for field in ("annotation", "returns"):
            note = getattr(node, field, None)
            silent |= {id(one) for one in ast.walk(note)} if note else set()
    return silent


def _uses(node: ast.AST, scope: Scope, silent: set[int]) -> Iterator[tuple[str, str]]:
    """Give rule and name of each reader or writer that a node calls, mentions or fetches."""
    if isinstance(node, ast.Call):
        what = _called(node.func, scope.names)
        yield _kind(node, what, scope), what
        for one in _fetched(node, scope):
            yield _mentioned(one, vague=one.rpartition(".")[2] in PATH_WRITES), one
    elif isinstance(node, ast.Attribute | ast.Name) and id(node) not in silent:
        what = _called(node, scope.names)
        on_path = isinstance(node, ast.Attribute) and _is_path(node.value, scope)
        if isinstance(node.ctx, ast.Load):
            yield _mentioned(what, vague=not on_path), what


def _fetched(node: ast.Call, scope: Scope) -> Iterator[str]:
    """Name what ``getattr`` and its like fetch by a text."""
    if _called(node.func, scope.names).rpartition(".")[2] not in FETCHERS:
        return
    first = _called(node.args[0], scope.names) if node.args else ""
    roots = {one.partition(".")[0] for one in scope.names.values()}
    texts = (one.value for one in node.args if isinstance(one, ast.Constant))
    for text in texts:
        if isinstance(text, str):
            known = first.partition(".")[0] in roots
            yield f"{first}.{text}" if known else f".{text}"


def _dynamic(name: str, tree: ast.AST, scope: Scope) -> Iterator[Finding]:
    """Find imports that the other rules cannot see; a room's __init__ may have a lazy table."""
    lazy = name.endswith(".__init__")
    welcome: set[int] = set()
    for node in _nodes(tree):
        what, line = "", getattr(node, "lineno", 0)
        if isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names):
            what = f"{node.module}.*"
        elif isinstance(node, ast.Call):
            called = _called(node.func, scope.names)
            if called == LAZY and lazy and _is_table(node):
                welcome.add(id(node.func))
            what = next((one for one in _fetched(node, scope) if one in DYNAMIC), "")
            what = what or _computed(node, scope)
        elif isinstance(node, ast.Attribute | ast.Name) and id(node) not in welcome:
            what = _called(node, scope.names)
            what = what if what in DYNAMIC else ""
        if what:
            yield Finding(_short(name), line, "dynamic", what)


def _computed(node: ast.Call, scope: Scope) -> str:
    """Name the library of which ``getattr`` fetches something that is computed."""
    if _called(node.func, scope.names) != "getattr" or len(node.args) < len(("of", "what")):
        return ""
    library, text = _called(node.args[0], scope.names), node.args[1]
    known = library in scope.names.values() and not _is_own(library)
    return f"{library}.(computed)" if known and not isinstance(text, ast.Constant) else ""


def _is_table(node: ast.Call) -> bool:
    """Tell whether a module is taken from a table, by its full name or below the room itself."""
    if len(node.args) != 1 or node.keywords:
        return False
    given = node.args[0]
    if isinstance(given, ast.JoinedStr):
        first = given.values[0] if given.values else None
        return (
            isinstance(first, ast.FormattedValue)
            and isinstance(first.value, ast.Name)
            and first.value.id == "__name__"
        )
    return isinstance(given, ast.Subscript | ast.Constant)


def _lazy_imports(name: str, tree: ast.AST, scope: Scope) -> Iterator[Import]:
    """Give the modules in a room's lazy table, and those imported by a text anywhere."""
    nodes = _nodes(tree)
    calls = [one for one in nodes if isinstance(one, ast.Call)]
    late = [one for one in calls if _called(one.func, scope.names) in DYNAMIC]
    given = [one for call in late for one in call.args]
    if late and name.endswith(".__init__"):
        given += [one for table in nodes if isinstance(table, ast.Dict) for one in table.values]
    for one in given:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield Import(one.value, one.lineno)


def _scope(tree: ast.AST) -> Scope:
    """Gather what the names of a file stand for."""
    names = _imported(tree)
    bound = list(_bound(tree))
    taken = {name for name, _, _ in bound}
    names = {one: full for one, full in names.items() if not (_is_own(full) and one in taken)}
    tops = {one.partition(".")[0] for one in names.values()}
    for _ in range(3):  # an alias of an alias of an alias
        for name, value, _note in bound:
            full = _called(value, names) if isinstance(value, ast.Attribute | ast.Name) else ""
            listed = full in BUILTINS or full.partition(".")[0] in tops
            if listed and not full.startswith(".") and not _is_own(full):
                tops.add(names.setdefault(name, full).partition(".")[0])
    scope = Scope(names, set(), set())
    for _ in range(3):  # a path from a path from a path
        scope.paths.update(
            name
            for name, value, note in bound
            if _is_path(value, scope) or (note and _notes_path(note, names))
        )
    scope.memory.update(
        name
        for name in taken
        if all(_is_memory(value, scope) for other, value, _ in bound if other == name)
    )
    return scope


def _imported(tree: ast.AST) -> dict[str, str]:
    """Map the names that imports bind to what they stand for."""
    names: dict[str, str] = {}
    for node in _nodes(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.partition(".")[0]
                names[one.asname or top] = one.name if one.asname else top
        elif isinstance(node, ast.ImportFrom):
            base = f"{PACKAGE}.{node.module or ''}".rstrip(".") if node.level else node.module
            names |= {one.asname or one.name: f"{base}.{one.name}" for one in node.names}
    return names


def _bound(tree: ast.AST) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Give each name that is bound otherwise than by an import, its value and its annotation."""
    plain: set[int] = set()
    for node in _nodes(tree):  # outer nodes first
        if isinstance(node, ast.arg):
            yield node.arg, None, node.annotation
        elif isinstance(node, ast.Assign):
            for one in node.targets:
                if isinstance(one, ast.Name):
                    plain.add(id(one))
                    yield one.id, node.value, None
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and isinstance(node.target, ast.Name):
            plain.add(id(node.target))
            yield node.target.id, node.value, getattr(node, "annotation", None)
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            plain.add(id(node.optional_vars))
            yield node.optional_vars.id, node.context_expr, None
        elif (
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Store)
            and id(node) not in plain  # a loop, an unpacking
        ):
            yield node.id, None, None


def _notes_path(note: ast.expr, names: Mapping[str, str]) -> bool:
    """Tell whether an annotation is a path, perhaps beside others: ``str | Path``."""
    if isinstance(note, ast.Constant) and isinstance(note.value, str):
        note = ast.parse(note.value, mode="eval").body
    if isinstance(note, ast.BinOp):
        return _notes_path(note.left, names) or _notes_path(note.right, names)
    if not isinstance(note, ast.Attribute | ast.Name):
        return False
    return _called(note, names).startswith("pathlib.")


def _is_path(node: ast.expr | None, scope: Scope) -> bool:
    """Tell whether an expression is a path, as far as the file itself shows it."""
    while True:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            node = node.left
        elif isinstance(node, ast.Call):
            if _called(node.func, scope.names).startswith("pathlib."):
                return True
            made = isinstance(node.func, ast.Attribute) and node.func.attr in {
                "joinpath", "with_name", "with_suffix", "with_stem", "resolve", "absolute",
                "expanduser",
            }  # fmt: skip
            node = node.func.value if made and isinstance(node.func, ast.Attribute) else None
        elif isinstance(node, ast.Attribute) and node.attr == "parent":
            node = node.value
        else:
            return isinstance(node, ast.Name) and node.id in scope.paths


def _is_memory(node: ast.expr | None, scope: Scope) -> bool:
    """Tell whether an expression is a file in memory."""
    if isinstance(node, ast.Call):
        return _called(node.func, scope.names) == "io.BytesIO"
    return isinstance(node, ast.Name) and node.id in scope.memory


def _called(function: ast.expr, names: Mapping[str, str]) -> str:
    """Name what is called: ``pandas.read_csv``, or ``.read_text`` for a method of a value."""
    parts: list[str] = []
    node = function
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id in names:
        return ".".join([names[node.id], *parts]).removeprefix("builtins.")
    if isinstance(node, ast.Name) and not parts:
        return node.id
    return f".{parts[-1]}" if parts else ""


def _kind(node: ast.Call, what: str, scope: Scope) -> str:
    """Tell whether a call reads a file, writes one, or neither."""
    last = what.rpartition(".")[2]
    if _is_welcome(what) or _is_resource(node):
        return ""
    if last == "open" or what in OPENERS:
        return _opened(node, what)
    if last in WRITE_WITH_PLACE:
        # DataFrame.to_csv(table) is a method called on its class: the table is no place.
        known = scope.names.values()
        on_class = what.rpartition(".")[0].rpartition(".")[2][:1].isupper() and what not in known
        placed = len(node.args) > on_class or PLACES & {one.arg for one in node.keywords}
        return "write" if placed else ""
    if what in WORKBOOKS:
        return "" if node.args and _is_memory(node.args[0], scope) else "write"
    if last in PATH_WRITES and what.startswith("."):
        return "write" if _moves(node, last, scope) else ""
    return _listed(what)


def _mentioned(what: str, *, vague: bool = True) -> str:
    """Tell whether a reader or a writer is mentioned: who has it by another name may call it."""
    last = what.rpartition(".")[2]
    method = what.startswith(".")
    if _is_welcome(what) or (method and vague and last in VAGUE):
        return ""
    methods = READ_METHODS | READ_TABLES | WRITE_METHODS | WRITE_WITH_PLACE | PATH_WRITES
    if method and last not in methods:
        return ""
    if method and last in PATH_WRITES:
        return "" if vague else "write"
    if last in {"open", *WRITE_WITH_PLACE} or what in OPENERS | WORKBOOKS:
        # Like a mode that is computed. A plain name is a function's own, or the builtin.
        return "write" if "." in what or what == "open" else ""
    return _listed(what)


def _listed(what: str) -> str:
    """Look a name up in the lists of readers and writers."""
    library, last = what.partition(".")[0], what.rpartition(".")[2]
    if "." not in what:
        return ""
    on_path = what.startswith("pathlib.") and last in PATH_WRITES
    writes = library in WRITE_LIBRARIES and last.startswith(WRITE_PREFIXES)
    if on_path or writes or what in WRITE_CALLS or (library, last) in WRITE_NAMES:
        return "write"
    if last in WRITE_METHODS:
        return "write"
    reads = library in {"", *READ_LIBRARIES} and last.startswith(READ_PREFIXES)
    if reads or what in READ_CALLS or (library, last) in READ_NAMES or last in READ_METHODS:
        return "read"
    return ""


def _is_welcome(what: str) -> bool:
    """Tell what is our own, ships with the package or opens no file."""
    return _is_own(what) or what in {
        "importlib.resources.open_text", "importlib.resources.read_text", "webbrowser.open",
    }  # fmt: skip


def _moves(node: ast.Call, last: str, scope: Scope) -> bool:
    """Tell a path's rename and replace from those of a table or a text."""
    if isinstance(node.func, ast.Attribute) and _is_path(node.func.value, scope):
        return True
    lone = len(node.args) == 1 and not node.keywords  # a text's replace takes two
    return last == "replace" and lone and not isinstance(node.args[0], ast.Dict)


def _opened(node: ast.Call, what: str) -> str:
    """Tell reading from writing by the mode; a mode that is computed counts as writing."""
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
