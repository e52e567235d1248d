"""Written whole or not at all, with the same bytes for the same input."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wushan_geo import storage
from wushan_geo.errors import ParameterError
from wushan_geo.storage import (
    JOURNAL,
    STAGING,
    Outputs,
    json_text,
    made_before,
    number_text,
    recover,
    safe_text,
    stable_zip,
    table_bytes,
    write_file,
)


def contents(folder: Path) -> dict[str, str]:
    """Give every file of a folder with its text."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def manifest(*names: str) -> str:
    return json.dumps({"outputs": dict.fromkeys(names, "")})


# --- one file


def test_a_file_is_written_with_lf_and_in_utf8(tmp_path: Path) -> None:
    path = write_file(tmp_path / "一" / "a.txt", "甲\n乙\n")

    assert path.read_bytes() == "甲\n乙\n".encode()


def test_a_failure_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_file(tmp_path / "a.txt", "old")

    def fail(_self: Path, data: bytes) -> int:
        with _self.open("wb") as out:
            out.write(data[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="No space left"):
        write_file(path, "new")

    monkeypatch.undo()
    assert contents(tmp_path) == {"a.txt": "old"}


# --- a set of files


def test_a_set_appears_as_a_whole_and_what_an_earlier_run_made_besides_goes(
    tmp_path: Path,
) -> None:
    write_file(tmp_path / "old.csv", "old")
    write_file(tmp_path / "kept.csv", "old")
    write_file(tmp_path / "the user's own.txt", "mine")

    with Outputs(tmp_path, ("old.csv", "kept.csv", "gone already.csv")) as outputs:
        outputs.add("kept.csv", "new")
        outputs.add("tables/a.csv", b"a")
        assert contents(tmp_path)["kept.csv"] == "old"

    assert contents(tmp_path) == {
        "kept.csv": "new",
        "tables/a.csv": "a",
        "the user's own.txt": "mine",
    }


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_inside_the_block_changes_nothing(
    tmp_path: Path, error: type[BaseException]
) -> None:
    write_file(tmp_path / "a.csv", "old")

    def half_of_it() -> None:
        with Outputs(tmp_path, ("a.csv",)) as outputs:
            outputs.add("a.csv", "new")
            raise error

    with pytest.raises(error):
        half_of_it()

    assert contents(tmp_path) == {"a.csv": "old"}
    assert not (tmp_path / STAGING).exists()


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../a",
        "a/../../b",
        "/etc/a",
        "a//b",
        "./a",
        "a/",
        "C:/a",
        "a\\b",
        "a:b",
        'a"b',
        "a\nb",
        f"{STAGING}/a",
    ],
)
def test_a_name_that_leaves_the_folder_or_suits_no_system_is_refused(
    tmp_path: Path, name: str
) -> None:
    with Outputs(tmp_path) as outputs, pytest.raises(ParameterError, match="new relative name"):
        outputs.add(name, "x")

    assert contents(tmp_path) == {}


def test_a_name_is_added_once(tmp_path: Path) -> None:
    with Outputs(tmp_path) as outputs:
        outputs.add("a", "x")
        with pytest.raises(ParameterError, match="new relative name"):
            outputs.add("a", "y")

    assert contents(tmp_path) == {"a": "x"}


def test_two_runs_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    write_file(tmp_path / "a", "old")

    def both_at_once() -> None:
        with Outputs(tmp_path) as first:
            first.add("a", "first")
            with Outputs(tmp_path) as second:
                second.add("b", "second")

    with pytest.raises(FileExistsError, match="another run"):
        both_at_once()

    assert contents(tmp_path) == {"a": "old", "b": "second"}


def interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch, steps: int) -> bool:
    """Write a set of three over an old one and stop after some renames; tell if it got through."""
    for name in ("a", "b", "old"):
        write_file(folder / name, "old")
    write_file(folder / "run.json", manifest("a", "b", "old"))
    real = Path.replace
    done = [0]

    def counted(self: Path, target: Path) -> Path:
        if STAGING in self.parts and Path(target).parent == folder:
            if done[0] == steps:
                raise KeyboardInterrupt
            done[0] += 1
        return real(self, target)

    monkeypatch.setattr(Path, "replace", counted)
    try:
        with Outputs(folder, made_before(folder)) as outputs:
            outputs.add("a", "new")
            outputs.add("c", "new")
            outputs.add("run.json", manifest("a", "c"))
    except KeyboardInterrupt:
        return False
    finally:
        monkeypatch.undo()
    return True


@pytest.mark.parametrize("steps", range(4))
def test_an_interruption_between_any_two_renames_is_rolled_forward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    through = interrupted(tmp_path, monkeypatch, steps)

    assert through == (steps == 3)
    assert recover(tmp_path) == (not through)
    assert contents(tmp_path) == {"a": "new", "c": "new", "run.json": manifest("a", "c")}
    assert not recover(tmp_path)


def test_what_an_interrupted_run_made_is_known_to_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(tmp_path, monkeypatch, 1)

    with Outputs(tmp_path, made_before(tmp_path)) as outputs:
        outputs.add("a", "newest")

    assert contents(tmp_path) == {"a": "newest", "run.json": manifest("a", "c")}


def test_a_staging_folder_without_a_journal_is_swept_away(tmp_path: Path) -> None:
    write_file(tmp_path / "a", "old")
    write_file(tmp_path / STAGING / "files" / "a", "half of the ne")

    assert not recover(tmp_path)
    assert contents(tmp_path) == {"a": "old"}


def test_recovery_may_itself_be_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(tmp_path, monkeypatch, 0)
    real = Path.unlink

    def fail(self: Path, *, missing_ok: bool = False) -> None:
        if self.name == "old":
            raise KeyboardInterrupt
        real(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(KeyboardInterrupt):
        recover(tmp_path)
    monkeypatch.undo()

    assert (tmp_path / STAGING / JOURNAL).is_file()
    assert recover(tmp_path)
    assert sorted(contents(tmp_path)) == ["a", "c", "run.json"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_the_renames_waits_until_they_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    heard: list[int] = []
    before = signal.signal(number, lambda got, _frame: heard.append(got))
    real, seen = storage.recover, []

    def slow(folder: Path) -> bool:
        if (folder / STAGING / JOURNAL).is_file():
            os.kill(os.getpid(), number)
            time.sleep(0.01)
            seen.append(list(heard))
        return real(folder)

    monkeypatch.setattr(storage, "recover", slow)
    try:
        with Outputs(tmp_path) as outputs:
            outputs.add("a", "new")
        after = signal.getsignal(number)
    finally:
        signal.signal(number, before)

    assert seen == [[]]
    assert heard == [number]
    assert callable(after)
    assert contents(tmp_path) == {"a": "new"}


def test_a_thread_may_write_as_well(tmp_path: Path) -> None:
    def write() -> None:
        with Outputs(tmp_path) as outputs:
            outputs.add("a", "new")

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()

    assert contents(tmp_path) == {"a": "new"}


KILLED = """
import sys, time
from pathlib import Path
from wushan_geo import storage
folder = Path(sys.argv[1])
real = Path.replace
def slow(self, target):
    print("x", flush=True)
    time.sleep(0.02)
    return real(self, target)
Path.replace = slow
with storage.Outputs(folder, storage.made_before(folder)) as outputs:
    for at in range(8):
        outputs.add(f"f{at}", "new")
    outputs.add("run.json", '{"outputs": {}}')
"""


@pytest.mark.parametrize("renames", [1, 5, 9, 10, 11, 12, 15, 18, 19])
def test_a_process_killed_at_any_rename_leaves_the_old_set_or_a_complete_new_one(
    tmp_path: Path, renames: int
) -> None:
    for at in range(8):
        write_file(tmp_path / f"f{at}", "old")
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    for _ in range(renames):
        child.stdout.readline()
    child.kill()
    child.wait()
    child.stdout.close()

    recover(tmp_path)

    found = {text for name, text in contents(tmp_path).items() if name.startswith("f")}
    assert found in ({"old"}, {"new"})
    assert len(contents(tmp_path)) == (8 if found == {"old"} else 9)


# --- what an earlier run made


def test_a_record_that_is_none_of_ours_lists_nothing(tmp_path: Path) -> None:
    for text in ("", "{", "[]", "3", '{"outputs": []}', '{"outputs": 3}', "\xff"):
        (tmp_path / "run.json").write_text(text, encoding="latin-1")
        assert made_before(tmp_path) == ()
        assert storage.read_manifest(tmp_path) == {}


def test_names_outside_the_folder_are_left_alone(tmp_path: Path) -> None:
    write_file(tmp_path / "run.json", manifest("a", "../b", "/etc/c", "d/../../e", "f/g"))

    assert made_before(tmp_path) == ("a", "f/g")


# --- bytes


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-1e-9, "0"),
        (100.0, "100"),
        (0.1 + 0.2, "0.3"),
        (-2.5, "-2.5"),
        (1e-6, "0.000001"),
        (4e-7, "0"),
        (1e16, "10000000000000000"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (float("nan"), ""),
        (np.float64(1.5), "1.5"),
        (7, "7"),
    ],
)
def test_numbers_are_written_without_noise(number: float, text: str) -> None:
    assert number_text(number) == text


@given(st.floats(-1e9, 1e9))
def test_a_number_is_read_back_to_six_decimals(number: float) -> None:
    text = number_text(number)

    assert float(text) == pytest.approx(number, abs=5.1e-7)
    assert "e" not in text
    assert not text.startswith("-0") or text.startswith("-0.")
    assert number_text(float(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+86", "-x", "@a", "\tx", "\rx", "\n=1", "＝1", "－甲"])
def test_what_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "甲", "1-2", "a=b", " =1", "—", "'x"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_a_table_is_written_for_excel() -> None:
    table = pd.DataFrame(
        {
            "zone_id": ["0050", "007"],
            "name": ["=1+1", '甲,"乙"'],
            "minutes": [float("inf"), float("nan")],
            "persons": pd.array([3, None], dtype="Int64"),
            "share": pd.array([0.5, None], dtype="Float64"),
            "flag": pd.array([True, None], dtype="boolean"),
            "plain": [False, True],
            "set": [frozenset({"b", "a"}), None],
            "day": pd.to_datetime(["2025-06-30", None]),
            "whole": [-3, 4],
        },
        index=[7, 3],
    )
    before = table.copy(deep=True)

    text = table_bytes(table).decode("utf-8")

    assert text == (
        "\ufeffzone_id,name,minutes,persons,share,flag,plain,set,day,whole\n"
        "0050,'=1+1,inf,3,0.5,yes,no,a;b,2025-06-30,-3\n"
        '007,"甲,""乙""",,,,,yes,,,4\n'
    )
    pd.testing.assert_frame_equal(table, before)


def test_a_column_of_mixed_things_keeps_its_numbers_numbers() -> None:
    values: list[Any] = [-5, np.int64(-6), -0.5, np.float64(2.0), np.True_, True, None, "-x"]
    values.append(dt.date(2025, 6, 30))
    table = pd.DataFrame({"a": pd.Series(values, dtype=object)})

    rows = table_bytes(table).decode("utf-8-sig").splitlines()

    # A row with one empty cell is written as quotes: an empty line would be no row at all.
    assert rows[1:] == ["-5", "-6", "-0.5", "2", "yes", "yes", '""', "'-x", "2025-06-30"]


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two columns of the same name"):
        table_bytes(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_an_empty_table_is_its_header() -> None:
    table = pd.DataFrame({"a": pd.Series([], dtype=float), "b": pd.Series([], dtype="str")})

    assert table_bytes(table) == "\ufeffa,b\n".encode()


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=6)


@given(st.lists(st.tuples(CELL, st.floats(allow_nan=False, width=32)), min_size=1, max_size=5))
def test_a_table_is_read_back_as_it_was(rows: list[tuple[str, float]]) -> None:
    table = pd.DataFrame(rows, columns=["name", "value"])

    text = table_bytes(table).decode("utf-8-sig")

    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    lines = [one.replace("\r\n", "\n").replace("\r", "\n") for one, _ in rows]
    assert [one for one, _ in read] == [safe_text(one) for one in lines]
    assert [float(one) for _, one in read] == pytest.approx([one for _, one in rows], abs=1e-6)
    assert table_bytes(table) == table_bytes(table)


def test_json_is_readable_and_refuses_what_it_cannot_say() -> None:
    assert json_text({"名": dt.date(2025, 6, 30)}) == '{\n  "名": "2025-06-30"\n}\n'
    with pytest.raises(ValueError, match="JSON compliant"):
        json_text({"a": float("nan")})


def test_a_zip_made_at_two_times_becomes_the_same_bytes() -> None:
    def made(moment: tuple[int, int, int, int, int, int]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in ("b.txt", "a.txt"):
                archive.writestr(zipfile.ZipInfo(name, moment), f"text of {name}")
        return out.getvalue()

    first, second = made((2020, 1, 1, 0, 0, 0)), made((2025, 6, 30, 12, 0, 0))

    assert first != second
    assert stable_zip(first) == stable_zip(second)
    with zipfile.ZipFile(io.BytesIO(stable_zip(first))) as archive:
        assert archive.namelist() == ["b.txt", "a.txt"]
        assert archive.read("a.txt") == b"text of a.txt"
    with pytest.raises(zipfile.BadZipFile, match="not a zip"):
        stable_zip(b"text")
