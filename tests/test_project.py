"""What the project says about itself is so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import wushan_geo

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ("python3 bootstrap.py run", "python3 bootstrap.py test")

# Pieces, so that this file does not find itself.
MACHINE_FOLDERS = ("work", "tmp", "root", "home", "farm", "Users")
BEFORE = r"[\w.~)}\]>*-]"  # then it is the end of a longer path or address
MACHINE_PATH = re.compile(rf"(?<!{BEFORE})/(?:{'|'.join(MACHINE_FOLDERS)})/\w")
HOST_PARTS = ("pypi." + "org", "python" + "hosted", "registry." + "npm", "deb." + "debian")
HOSTS = re.compile("|".join(map(re.escape, HOST_PARTS)))
TEXT = {
    "", ".cfg", ".css", ".csv", ".geojson", ".html", ".ipynb", ".js", ".json", ".md", ".py",
    ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def settings() -> dict[str, str]:
    project: dict[str, str] = tomllib.loads(text_of("pyproject.toml"))["project"]
    return project


def tracked() -> list[Path]:
    """Give the files that git holds or would add; without git, every file outside caches."""
    git = shutil.which("git")
    command = [git or "", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = (
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if git
        else None
    )
    if done and done.returncode == 0 and done.stdout:
        names = [ROOT / name for name in done.stdout.split("\0") if name]
    else:
        inside = (path.relative_to(ROOT).parts for path in ROOT.rglob("*"))
        names = [ROOT.joinpath(*parts) for parts in inside if not hidden(parts)]
    return sorted(path for path in names if path.is_file())


def hidden(parts: tuple[str, ...]) -> bool:
    dotted = parts[0].startswith(".") and parts[0] != ".ci"
    return dotted or parts[0] in {"outputs", "dist", "build"} or "__pycache__" in parts


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_each_readme_gives_both_commands_as_they_are_typed(readme: str) -> None:
    lines = [line.strip() for line in text_of(readme).splitlines()]

    assert all(command in lines for command in COMMANDS)


def test_bootstrap_offers_the_two_commands() -> None:
    done = subprocess.run(
        [sys.executable, "bootstrap.py", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert all(command in done.stdout for command in COMMANDS)


def test_what_make_offers_is_there() -> None:
    recipes = text_of("Makefile")
    scripts = re.findall(r"(?:\$\(PY\)|\$\(PYTHON\)|bash) ([\w./]+)", recipes)
    targets = re.findall(r"^([a-z-]+):.*## ", recipes, flags=re.MULTILINE)
    phony = re.search(r"\.PHONY: ((?:.*\\\n)*.*)", recipes)

    assert [name for name in scripts if not (ROOT / name).exists()] == []
    assert phony is not None
    assert sorted(phony[1].replace("\\", " ").split()) == sorted(targets)


def test_the_public_names_are_those_of_the_table() -> None:
    rows = re.findall(r"^\| `wg\.(\w+)", text_of("docs/public_names.md"), flags=re.MULTILINE)

    assert sorted(wushan_geo.__all__) == sorted(["__version__", *rows])
    assert all(hasattr(wushan_geo, name) for name in rows)


def test_a_name_that_is_not_public_is_refused() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        wushan_geo.no_such_name  # noqa: B018 - asking is the test


def test_the_version_is_told_the_same_everywhere() -> None:
    version = settings()["version"]

    assert wushan_geo.__version__ == version
    headings = re.findall(r"^## \[(.+?)\]", text_of("CHANGELOG.md"), flags=re.MULTILINE)
    assert headings[0] in {"Unreleased", version}


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        if path.suffix in TEXT and path.name != ".gitkeep":
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                hit = MACHINE_PATH.search(line) or HOSTS.search(line)
                if hit:
                    found.append(f"{path.relative_to(ROOT)}:{number}: {hit.group()}")

    assert not found, "\n".join(found)


def test_the_search_for_machines_finds_one() -> None:
    for folder in MACHINE_FOLDERS:
        assert MACHINE_PATH.search(f"see /{folder}/someone")
        assert MACHINE_PATH.search(f'"/{folder}/someone"')
        assert not MACHINE_PATH.search(f"https://example.org/{folder}/page")
    assert HOSTS.search("https://py" + "pi.org/simple")


def test_exceptions_of_style_give_their_reason() -> None:
    codes = r"[A-Z]+\d+(?:, ?[A-Z]+\d+)*"
    reason = r"(?: --?|  #) \S"
    bare = re.compile(rf"#\s*(?:noqa(?!: {codes}{reason})|type: ignore(?!\[[\w, -]+\]{reason}))")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix == ".py" and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line)
    ]

    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_the_package_its_data_and_its_licence(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    data = {
        "wushan_geo" / path.relative_to(ROOT)
        for path in tracked()
        for part in ("boundaries", "example", "wushan")
        if path.is_relative_to(ROOT / "data" / part)
    }

    assert {"wushan_geo/__init__.py", "wushan_geo/py.typed"} <= names
    assert {path.as_posix() for path in data} <= names
    assert {"wushan_geo/data/wushan/study.toml", "wushan_geo/data/example/study.toml"} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"wushan_geo"}
    assert not [name for name in wheel.namelist() if "/build/" in name or "__pycache__" in name]
    assert sum(one.compress_size for one in wheel.infolist()) < 10_000_000
