"""The command line: what it prints, what it writes, how it fails, and that a kill harms nothing."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING

import builders
import pytest
from built_in import result_of
from test_sources_opening import several_faults
from typer.testing import CliRunner

from wushan_geo import cli, storage
from wushan_geo.cli import app
from wushan_geo.results import TABLES
from wushan_geo.sources.opening import data_folder
from wushan_geo.wording import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

COMMANDS = ["check", "compare", "gaps", "info", "init", "map", "report", "roads", "run", "site"]
READERS = ["info", "map", "report", "run"]  # they refuse a study with faults
PAGES = ["maps/coverage.html", "reports/county.html", "reports/county.xlsx"]
START = [sys.executable, "-m", "wushan_geo"]
LAST_YEAR = data_folder() / "example" / "study-2024.toml"


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], env={**environment})


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def promised(folder: Path) -> dict[str, str]:
    """Read the checksums that the last complete run left."""
    found: dict[str, str] = json.loads((folder / "run.json").read_bytes())["outputs"]
    return found


def sums(folder: Path) -> dict[str, str]:
    found = {name: hashlib.sha256(text).hexdigest() for name, text in contents(folder).items()}
    return {name: one for name, one in found.items() if name != "run.json"}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Do the main job on the example once."""
    folder = tmp_path_factory.mktemp("out") / "outputs"
    return folder, run("run", "example", "--out", folder, "--language", "en")


# --- help and version


def test_the_version_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _name: "1.2.3")

    result = run("--version")

    assert (result.exit_code, result.stdout) == (0, "wushan-geo 1.2.3\n")


def test_a_package_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", fail)

    result = run("--version")

    assert (result.exit_code, result.stdout) == (0, "wushan-geo (not installed)\n")


def test_help_lists_exactly_the_commands() -> None:
    result = run("--help")

    assert result.exit_code == 0
    assert sorted(one.name or one.callback.__name__ for one in app.registered_commands) == COMMANDS  # type: ignore[union-attr]  # each command has a function
    for name in COMMANDS:
        assert name in result.stdout
        assert run(name, "--help").exit_code == 0


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_bring_no_heavy_library_in(argument: str) -> None:
    heavy = ("numpy", "pandas", "geopandas", "shapely", "folium", "scipy", "highspy", "jinja2")
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print([one for one in {heavy!r} if one in sys.modules]))\n"
        f"sys.argv = ['wushan-geo', {argument!r}]\n"
        "from wushan_geo.cli import main\n"
        "main()\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.splitlines()[-1] == "[]"


def test_an_unknown_command_is_a_usage_error() -> None:
    assert run("rum").exit_code == 2


# --- info


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["wushan", "wushan-facts", "example"])
def test_info_shows_units_tables_sources_bases_and_assumptions(name: str, language: str) -> None:
    result = run("info", name, "--language", language, COLUMNS="100")

    assert result.exit_code == 0, result.stderr
    text = result.stdout
    at = 0 if language == "zh" else 1
    townships = 5 if name == "example" else 26
    villages = 40 if name == "example" else 340
    assert f"{townships} " in text
    assert f"{villages} " in text
    assert "townships" in text
    basis = {"wushan": "modelled", "wushan-facts": "stated", "example": "measured"}[name]
    assert say(f"basis.{basis}", LANGUAGES[at]) in text
    assert ("[30]" in text) == (name != "none")
    notice = {"wushan": "demonstration", "wushan-facts": "facts", "example": "fictional"}[name]
    assert say(f"notice.{notice}", LANGUAGES[at], county="")[:12] in text
    if name != "wushan-facts":
        assert say("info.assumptions", LANGUAGES[at], count=0).partition("0")[0] in text
    else:
        assert say("info.persons_unknown", LANGUAGES[at]) in text


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "数据表"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "数据表"),
        ({"LC_ALL": "", "LANG": "en_US.UTF-8"}, "Tables"),
    ],
)
def test_the_language_of_the_system_is_spoken(environment: dict[str, str], word: str) -> None:
    assert word in run("info", "example", **environment).stdout


def test_a_source_without_a_file_is_shown_as_well(tmp_path: Path) -> None:
    change = builders.replaced(('tables = ["persons"]\n', ""))

    result = run("info", builders.make_study_folder(tmp_path, study=change), "-l", "en")

    assert result.exit_code == 0, result.stderr
    assert "invented" in result.stdout


# --- run


def test_run_writes_all_its_files_and_a_record_with_their_checksums(
    example: tuple[Path, Result],
) -> None:
    folder, result = example

    assert result.exit_code == 0, result.stderr
    tables = [f"tables/{name}.csv" for name in TABLES]
    assert set(contents(folder)) >= {"run.json", *PAGES, *tables}
    assert promised(folder) == sums(folder)


def test_the_record_holds_inputs_settings_assumptions_versions_seconds_and_warnings(
    example: tuple[Path, Result],
) -> None:
    record = json.loads((example[0] / "run.json").read_bytes())

    assert record["study"] == "example"
    assert len(record["inputs"]["persons"]["sha256"]) == 64
    assert record["settings"]["services"]["day_care"]["limit"] == 30.0
    assert record["assumptions"][0].keys() >= {"key", "what", "value", "why", "why_zh"}
    assert record["versions"].keys() >= {"python", "wushan-geo", "highspy", "shapely"}
    assert record["seconds"] > 0
    assert record["warnings"] == []
    assert "seed" in record


def test_the_summary_gives_the_answer_and_says_what_to_open(example: tuple[Path, Result]) -> None:
    folder, result = example
    text = " ".join(result.stdout.split())

    assert "A facility in every township: of 5 townships 4 pass, 1 fail, 0 cannot be" in text
    assert "Next site:" in text
    assert "What no site fixes:" in text
    assert str(folder / "reports" / "county.html") in result.stdout.replace("\n", "")


def test_every_table_is_in_utf8_with_a_mark_and_holds_its_codes_as_text(
    example: tuple[Path, Result],
) -> None:
    for name in TABLES:
        content = (example[0] / "tables" / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf"), name
        assert b"\r" not in content, name
        assert b"<NA>" not in content, name
        assert b",nan" not in content, name
    villages = (example[0] / "tables" / "villages.csv").read_text(encoding="utf-8-sig")
    assert "\n990101001001," in villages


def test_the_same_command_twice_gives_the_same_bytes(
    example: tuple[Path, Result], tmp_path: Path
) -> None:
    code = [*START, "run", "example", "--out", str(tmp_path), "--quiet"]
    again = subprocess.run(
        code, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": "7"}
    )

    assert again.stdout == again.stderr == b""
    before, after = contents(example[0]), contents(tmp_path)
    assert {name for name in before | after if before.get(name) != after.get(name)} == {"run.json"}


def test_quiet_prints_nothing(tmp_path: Path) -> None:
    folder = builders.make_study_folder(tmp_path / "study")

    result = run("run", folder, "--out", tmp_path / "out", "--quiet")

    assert (result.exit_code, result.output) == (0, "")
    assert promised(tmp_path / "out") == sums(tmp_path / "out")


def test_what_an_earlier_run_of_another_study_left_is_replaced_and_own_files_stay(
    tmp_path: Path,
) -> None:
    out = tmp_path / "输出 文件"
    storage.write_file(out / "notes.txt", "mine")
    storage.write_file(out / "tables" / "old.csv", "old")
    storage.write_file(out / "run.json", json.dumps({"outputs": {"tables/old.csv": ""}}))

    result = run("run", builders.make_study_folder(tmp_path / "study"), "--out", out, "-q")

    assert result.exit_code == 0, result.stderr
    assert "tables/old.csv" not in contents(out)
    assert contents(out)["notes.txt"] == b"mine"


@pytest.mark.parametrize(("command", "pages"), [("map", PAGES[:1]), ("report", PAGES[1:])])
def test_one_part_alone_is_written_and_the_record_of_the_run_stays_true(
    tmp_path: Path, command: str, pages: list[str]
) -> None:
    study = builders.make_study_folder(tmp_path / "study")
    out = tmp_path / "out"

    assert run(command, study, "--out", out, "-q").exit_code == 0
    assert sorted(contents(out)) == pages

    assert run("run", study, "--out", out, "-q").exit_code == 0
    whole = contents(out)
    assert run(command, study, "--out", out, "-q").exit_code == 0
    assert contents(out) == whole

    changed = builders.replaced(("12,open", "13,open"))
    other = builders.make_study_folder(tmp_path / "other", facilities=changed)
    assert run(command, other, "--out", out, "-q").exit_code == 0
    assert set(promised(out)) == set(whole) - {*pages, "run.json"}
    assert promised(out).items() <= sums(out).items()


def test_progress_is_shown_on_a_terminal_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(cli, "_files", lambda _result, _parts, step: step("progress.map") or {})
    monkeypatch.setattr("rich.status.Status.update", lambda _self, text: told.append(text))

    class Terminal:
        """A stream that says it is a terminal."""

        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

        def write(self, _text: str) -> int:
            return 0

        def flush(self) -> None:
            """Keep nothing back."""

    monkeypatch.setattr(sys, "stderr", Terminal())
    show = cli._Show("en", quiet=False)
    cli._write(str(builders.make_study_folder(tmp_path / "s")), tmp_path / "o", show, ("tables",))

    assert told[0] == "reading the study"
    assert "travel times" in told
    assert told[-1] == "writing"

    told.clear()
    cli._write(str(tmp_path / "s"), tmp_path / "o", cli._Show("en", quiet=True), ("tables",))
    assert told == []


# --- what goes wrong


@pytest.mark.parametrize("command", READERS)
def test_every_fault_is_listed_at_once_by_file_and_nothing_is_written(
    tmp_path: Path, command: str
) -> None:
    study = builders.make_study_folder(tmp_path / "study", **several_faults())
    out = [] if command == "info" else ["--out", tmp_path / "out"]

    result = run(command, study, *out, "--language", "en")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = result.stderr.splitlines()
    count = sum(one.startswith("  ") for one in lines)
    assert lines[0] == f"Faults in the input: {count}. Mend them and run again."
    for file, line in (
        ("facilities.csv", "  exists. Put the file there, or correct [tables] facilities in"),
        ("persons.csv", "  row 2, persons: is at least 0 (found '-1'). Correct the number."),
        ("persons.csv", "  row 8, zone_id + group: appears only once (found '990201001002 / all"),
        ("services.csv", "  row 1, status: has a column 'status'. Add the column."),
        ("services.csv", "  row 3, service: is a service named in the study file (found 'visitng'"),
        (
            "townships.geojson",
            "  crs: has a coordinate reference system. Most likely: (1) EPSG:4490",
        ),
        ("villages.geojson", "  row 4, parent_id: is the code of a township of the study (found"),
        ("plan.toml", "  is a readable TOML file in UTF-8 (found"),
        ("study.toml", "  study.period_days: is a whole number of at least 1 (found '0')"),
    ):
        (at,) = [at for at, one in enumerate(lines) if one.startswith(line)]
        head = [one for one in lines[:at] if one and not one.startswith("  ")][-1]
        assert head == file
    assert not (tmp_path / "out").exists()


def test_faults_are_listed_in_chinese_as_well(tmp_path: Path) -> None:
    study = builders.make_study_folder(tmp_path, **several_faults())

    result = run("info", study, "--language", "zh")

    assert result.exit_code == 1
    assert "处问题，请更正后重新运行" in result.stderr
    assert "  第 2 行，persons：应不小于 0（现为“-1”）。请更正数字。" in result.stderr
    assert "坐标系：应有坐标系。最可能是：① EPSG:4490" in result.stderr
    assert "其中 2 项可以答复" in result.stderr
    for line in result.stderr.splitlines():
        if line.startswith("  "):
            assert "应" in line or "不得" in line, line


@pytest.mark.parametrize("command", [*READERS, "check"])
def test_an_unknown_study_is_told_with_those_there_are(command: str, tmp_path: Path) -> None:
    out = [] if command == "info" else ["--out", tmp_path]

    result = run(command, "wusham", *out, "-l", "en")

    assert result.exit_code == 1
    assert "Did you mean 'wushan'?" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_contradiction_that_only_the_run_finds_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wushan_geo import pipeline
    from wushan_geo.errors import ParameterError

    def fail(*_given: object, **_named: object) -> None:
        message = "the speed of ferry is missing"
        raise ParameterError(message)

    monkeypatch.setattr(pipeline, "run_study", fail)

    result = run("run", "example", "--out", tmp_path)

    assert (result.exit_code, result.stderr) == (1, "the speed of ferry is missing\n")


@pytest.mark.parametrize("blocked", ["file", "inside"])
def test_a_folder_that_cannot_be_written_is_told_with_its_own_exit_code(
    tmp_path: Path, blocked: str
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    out = tmp_path / "file" if blocked == "file" else tmp_path / "file" / "inside"
    study = builders.make_study_folder(tmp_path / "study")

    result = run("run", study, "--out", out, "--language", "en")

    assert result.exit_code == 3
    assert result.stderr.startswith(f"Cannot write: {tmp_path / 'file'} is a file, not a folder.")
    assert "Traceback" not in result.stderr


def test_an_interruption_is_told_and_has_the_usual_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_given: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(cli, "_files", stop)
    study = builders.make_study_folder(tmp_path / "study")

    result = run("run", study, "--out", tmp_path / "out", "--language", "en")

    assert result.exit_code == 130
    assert result.stderr == "Interrupted; the outputs of the last complete run are intact.\n"
    assert not (tmp_path / "out").exists()
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_log_file_that_lacks_a_sign_does_not_end_the_run(tmp_path: Path) -> None:
    study = builders.make_study_folder(tmp_path)
    told = subprocess.run(
        [*START, "info", str(study), "--language", "zh"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )

    assert (told.returncode, told.stderr) == (0, b"")
    assert b"?" in told.stdout


# --- a kill at any moment

MOMENTS = 20
SPREAD = 13  # of them over the whole run; the others while the files are put in place
WHOLE = (
    4  # of the spread ones in the whole command; the others where only the computing is left out
)

# The command as it is, but for what it would read and compute: that is taken from a file. What is
# left is what a kill may harm, and it takes a sixth of the time.
COMPUTED = """
import pickle
import sys
from pathlib import Path
from types import ModuleType

import wushan_geo
from wushan_geo import cli

result, files = pickle.loads(Path(sys.argv.pop(1)).read_bytes())
pipeline = wushan_geo.pipeline = ModuleType("wushan_geo.pipeline")
scenarios = ModuleType("wushan_geo.sources.scenarios")
pipeline.run_study = lambda *_given, **_named: result
scenarios.open_either = lambda study: study
sys.modules |= {one.__name__: one for one in (pipeline, scenarios)}
cli._files = lambda *_given: files
cli.main()
"""


@dataclass
class LastYear:
    """Outputs of the year before and of this, and two ways of replacing the one by the other."""

    old: Path
    new: Path
    commands: dict[str, list[str]]
    seconds: dict[str, float]


@pytest.fixture(scope="module")
def last_year(tmp_path_factory: pytest.TempPathFactory) -> LastYear:
    """Write the outputs of the year before, and tell how many seconds each command takes."""
    folder = tmp_path_factory.mktemp("killed")
    assert run("run", LAST_YEAR, "--out", folder / "old", "-q").exit_code == 0
    computed = result_of("example")
    files = cli._files(computed, ("tables", "map", "report"), lambda _key: None)
    kept = folder / "computed"
    kept.write_bytes(pickle.dumps((replace(computed, layers={}), files)))
    commands = {"whole": START, "computed": [sys.executable, "-c", COMPUTED, str(kept)]}
    seconds = {}
    for name, command in commands.items():
        began = time.perf_counter()
        out = str(folder / f"{name}-out")
        subprocess.run([*command, "run", "example", "--out", out, "-q"], check=True)
        seconds[name] = time.perf_counter() - began
    new = folder / "whole-out"
    assert sums(folder / "computed-out") == sums(new)
    return LastYear(folder / "old", new, commands, seconds)


@pytest.fixture
def heeded() -> Iterator[None]:
    """Let children be interrupted: what a shell starts in the background ignores that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def moments(seconds: dict[str, float]) -> Iterator[tuple[str, str, float]]:
    """Give the moments: seconds after a file has appeared, or after the start of a command."""
    for name, count in (("whole", WHOLE), ("computed", SPREAD - WHOLE)):
        yield from ((name, "", seconds[name] * at / count) for at in range(count))
    yield from (("computed", storage.STAGING, 0.005 * at) for at in range(3))
    journal = f"{storage.STAGING}/{storage.JOURNAL}"
    yield from (("computed", journal, 0.0002 * at) for at in range(MOMENTS - SPREAD - 3))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize(
    # Nothing catches a kill, so that it is tried at every moment; an interruption at every third.
    ("number", "every"),
    [(signal.SIGKILL, 1), (signal.SIGINT, 3)],
    ids=["kill", "interrupt"],
)
def test_a_run_killed_at_twenty_moments_leaves_complete_outputs(
    last_year: LastYear, tmp_path: Path, number: signal.Signals, every: int
) -> None:
    seen = {"old": 0, "new": 0}
    known = {"old": sums(last_year.old), "new": sums(last_year.new)}
    chosen = list(moments(last_year.seconds))[::every]
    for at, (name, since, pause) in enumerate(chosen):
        out = tmp_path / str(at)
        shutil.copytree(last_year.old, out)
        child = subprocess.Popen(
            [*last_year.commands[name], "run", "example", "--out", str(out), "-q"],
            stderr=subprocess.PIPE,
        )
        while child.poll() is None and not (out / since).exists():
            time.sleep(0.0002)  # a busy wait would take the core from the child
        with suppress(subprocess.TimeoutExpired):
            child.wait(pause)
        child.send_signal(number)
        _, said = child.communicate()
        assert not said or b"nterrupt" in said or b"Aborted" in said or "中断".encode() in said

        if not (out / storage.STAGING / storage.JOURNAL).exists():
            # Nothing is half done: all files are those of the last complete run.
            kept = {name: one for name, one in sums(out).items() if storage.STAGING not in name}
            assert kept == promised(out)
        storage.recover(out)
        assert sums(out) == promised(out)
        seen[next(name for name, one in known.items() if sums(out) == one)] += 1
        shutil.rmtree(out)
    assert sum(seen.values()) == len(chosen) >= MOMENTS // every
    # The first moment is at once; how many more come in time depends on how busy the machine is.
    assert seen["old"] >= 1
