"""The two commands set everything up by themselves, once, and say what is missing."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

FILE = Path(__file__).resolve().parent.parent / "bootstrap.py"
Calls = list[list[str]]


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Load bootstrap.py as if it stood in an empty folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    for name, path in [("ROOT", "."), ("VENV", ".venv"), ("STAMP", ".venv/s"), ("LOG", ".venv/l")]:
        monkeypatch.setattr(module, name, tmp_path / path)
    return module


@pytest.fixture
def installed(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pretend to make environments and to install; give the extras asked for."""
    asked: list[str] = []

    def make() -> None:
        python = Path(bootstrap.python())
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    monkeypatch.setattr(bootstrap, "make_environment", make)
    monkeypatch.setattr(bootstrap, "pip_install", asked.append)
    return asked


@pytest.fixture
def called(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Record the commands that would be handed over to."""
    calls: Calls = []

    def call(command: list[str], folder: Path | None = None) -> int:
        calls.append([*command, str(folder)])
        return 7

    monkeypatch.setattr(bootstrap, "call", call)
    return calls


def test_run_hands_its_arguments_over_where_the_user_stands(
    bootstrap: ModuleType, installed: list[str], called: Calls
) -> None:
    assert bootstrap.main(["run", "example", "--out", "x"]) == 7

    assert installed == [""]
    assert called[0][1:] == ["run", "example", "--out", "x", "None"]


def test_test_runs_pytest_in_the_project(
    bootstrap: ModuleType, installed: list[str], called: Calls
) -> None:
    bootstrap.main(["test", "-n0", "-k", "word"])

    assert installed == ["test"]
    assert called[0][1:] == ["-m", "pytest", "-n0", "-k", "word", str(bootstrap.ROOT)]


@pytest.mark.usefixtures("called")
def test_the_second_call_installs_nothing(bootstrap: ModuleType, installed: list[str]) -> None:
    for command in ("test", "test", "run", "run"):
        bootstrap.main([command])

    assert installed == ["test"]


@pytest.mark.usefixtures("called")
def test_the_tests_need_more_than_the_run(bootstrap: ModuleType, installed: list[str]) -> None:
    bootstrap.main(["run"])
    bootstrap.main(["test"])

    assert installed == ["", "test"]


@pytest.mark.usefixtures("called")
def test_changed_requirements_are_installed_and_keep_the_extra(
    bootstrap: ModuleType, installed: list[str]
) -> None:
    bootstrap.main(["test"])
    (bootstrap.ROOT / "pyproject.toml").write_text("[project]\nversion = '2'\n", encoding="utf-8")

    bootstrap.main(["run"])

    assert installed == ["test", "test"]


@pytest.mark.usefixtures("called")
def test_an_installation_that_failed_is_tried_again(
    bootstrap: ModuleType, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(extra: str) -> None:
        raise bootstrap.SetupError(extra)

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "pip_install", fail)
        assert bootstrap.main(["run"]) == 1
    bootstrap.main(["run"])

    assert installed == [""]


@pytest.mark.parametrize("stamp", ["", "[]", "{", '{"key": "other", "extra": "test"}'])
@pytest.mark.usefixtures("called")
def test_a_broken_or_foreign_stamp_counts_for_nothing(
    bootstrap: ModuleType, installed: list[str], stamp: str
) -> None:
    bootstrap.make_environment()
    bootstrap.STAMP.write_text(stamp, encoding="utf-8")

    bootstrap.main(["run"])

    assert len(installed) == 1
    assert json.loads(bootstrap.STAMP.read_text(encoding="utf-8"))["key"] == bootstrap.fingerprint()


def test_an_old_python_is_told_so(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "NEEDED", (sys.version_info[0], sys.version_info[1] + 1))

    assert bootstrap.main(["run"]) == 1
    assert "or newer is needed, and this is" in capsys.readouterr().err


def test_a_python_without_venv_is_told_what_to_install(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def find(name: str) -> Any:
        return None if name == "ensurepip" else name

    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", find)

    assert bootstrap.main(["test"]) == 1
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"sudo apt install python{version}-venv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Failed to establish a new connection: [Errno 111]", "no way to the package index"),
        ("Temporary failure in name resolution", "no way to the package index"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: resolution impossible", "the installation failed"),
    ],
)
def test_a_failed_installation_is_put_into_words(
    bootstrap: ModuleType, said: str, told: str
) -> None:
    assert told in bootstrap.reason(said)


def test_the_caller_may_decide_on_workers(bootstrap: ModuleType) -> None:
    for given in (["-n0"], ["-n", "2"], ["--pdb"], ["-p", "no:xdist"]):
        assert bootstrap.workers(given) == []


def test_another_pythons_variables_are_left_out(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_TARGET", "elsewhere")

    kept = bootstrap.environment()

    assert "elsewhere" not in kept.values()
    assert kept["PATH"] == os.environ["PATH"]


def test_what_is_compiled_at_first_use_is_kept(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    asked: list[str] = []

    def install(command: list[str], **given: Any) -> SimpleNamespace:
        assert "PYTHONDONTWRITEBYTECODE" not in given["env"]
        asked.extend(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(bootstrap.subprocess, "run", install)
    bootstrap.VENV.mkdir()
    bootstrap.pip_install("test")

    assert "--no-compile" in asked
    assert asked[-1] == f"{bootstrap.ROOT}[test]"


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["--help"], 0), (["walk"], 2), (["setup", "all"], 2)]
)
def test_what_it_does_not_know_it_explains(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert bootstrap.main(arguments) == code
    assert "bootstrap.py run" in capsys.readouterr().out
