"""The command gaps: what it writes, what it refuses, and that it leaves other outputs alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from analysed import EXAMPLE
from typer.testing import CliRunner

from wushan_geo.cli import app

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = str(EXAMPLE / "study-2024.toml")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("gaps")
    (out / "tables").mkdir()
    (out / "tables" / "access.csv").write_text("kept", encoding="utf-8")
    ran = CliRunner().invoke(
        app, ["gaps", "example", "--before", BEFORE, "--out", str(out), "-l", "zh"]
    )
    assert ran.exit_code == 0, ran.output
    (out / "printed.txt").write_text(ran.output, encoding="utf-8")
    return out


def test_every_table_and_the_dictionary_are_written(written: Path) -> None:
    names = {path.stem for path in (written / "gaps").glob("*.csv")}

    assert {"gaps", "measures", "causes", "change", "notes", "dictionary"} <= names
    record = json.loads((written / "gaps.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {f"gaps/{name}.csv" for name in names}
    assert record["study"] == "example"
    assert record["seed"] == 2025
    assert record["seconds"] > 0
    assert record["before"]["study"] == "example-2024"
    assert record["before"]["as_of"] == "2024-06-30"
    assert record["before"]["inputs"]["persons"] != record["inputs"]["persons"]["sha256"]
    printed = (written / "printed.txt").read_text(encoding="utf-8")
    assert "（2024-06-30）" in printed


def test_codes_stay_text_for_a_spreadsheet(written: Path) -> None:
    raw = (written / "gaps" / "causes.csv").read_bytes()

    assert raw.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(written / "gaps" / "causes.csv", dtype={"zone_id": "str"})
    assert table["zone_id"].str.fullmatch(r"[0-9]{6}|[0-9]{9}|[0-9]{12}").all()


def test_the_outputs_of_a_run_are_left_alone(written: Path) -> None:
    assert (written / "tables" / "access.csv").read_text(encoding="utf-8") == "kept"


def test_the_change_is_printed_with_its_parts(written: Path) -> None:
    text = (written / "printed.txt").read_text(encoding="utf-8")

    for word in ("上期", "人数变化", "机构变化", "道路变化", "本期"):
        assert word in text


def test_a_study_of_other_villages_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    ran = CliRunner().invoke(
        app, ["gaps", "example", "--before", "wushan", "--out", str(tmp_path), "-l", "en"]
    )

    assert ran.exit_code == 1
    assert "same villages" in ran.output
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_study_without_times_is_refused_in_chinese(tmp_path: Path) -> None:
    ran = CliRunner().invoke(
        app,
        ["gaps", "wushan", "--before", "wushan-facts", "--out", str(tmp_path), "-l", "zh"],
    )

    assert ran.exit_code == 1
    assert "没有到达时间" in ran.output
    assert list(tmp_path.iterdir()) == []


def test_quiet_prints_nothing(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["gaps", "wushan-facts", "-q", "--out", str(tmp_path)])

    assert ran.exit_code == 0
    assert ran.output == ""


def test_a_run_of_another_study_takes_the_analysis_away_and_says_so(tmp_path: Path) -> None:
    out = ["-q", "--out", str(tmp_path), "-l", "en"]
    assert CliRunner().invoke(app, ["gaps", "wushan-facts", *out]).output == ""

    ran = CliRunner().invoke(app, ["run", "example", *out])

    assert ran.exit_code == 0
    assert "was of the study wushan-facts" in ran.stderr
    assert not (tmp_path / "gaps.json").exists()
    assert not list(tmp_path.glob("gaps/*.csv"))
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert record["taken_away"]["study"] == "wushan-facts"
    assert "gaps/causes.csv" in record["taken_away"]["files"]

    ran = CliRunner().invoke(app, ["gaps", "wushan-facts", *out])
    assert "are of the study example" in ran.stderr
    ran = CliRunner().invoke(app, ["map", "example", *out])
    assert ran.output == ""
    assert (tmp_path / "gaps.json").exists()
