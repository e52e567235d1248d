"""The command ``compare``: two studies or a study and a scenario, whole or not at all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import builders
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from wushan_geo.cli import app
from wushan_geo.storage import checksum
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

SCENARIO = """[scenario]
name = {{ zh = "{zh}", en = "{en}" }}
study = "tiny"
source = "a test"
"""
FILES = {
    "comparison.json", "maps/comparison.html", "tables/comparison.csv",
    "tables/comparison_findings.csv", "tables/comparison_roads.csv", "tables/comparison_units.csv",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("studies")
    builders.make_study_folder(top / "tiny")
    closed = '[[close]]\ncrossings = ["bridge"]\n'
    (top / "closed.toml").write_text(SCENARIO.format(zh="断桥", en="No bridge") + closed, "utf-8")
    snow = (
        '[travel]\ncondition = "snow"\n[travel.conditions.snow]\nspeed_factor = 0.5\n'
        'source = "a planning assumption"\n'
    )
    (top / "snow.toml").write_text(SCENARIO.format(zh="冰雪", en="Snow") + snow, "utf-8")
    return top


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["compare", *(str(one) for one in words)])


def read(out: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(out / "tables" / f"{name}.csv", dtype={"zone_id": "str"})


def record(out: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((out / "comparison.json").read_text("utf-8"))
    return content


def test_own_registers_under_a_scenario_are_called_a_scenario_and_no_demonstration(
    folder: Path, tmp_path: Path
) -> None:
    words = ["run", folder / "closed.toml", "--out", tmp_path, "-l", "zh"]
    done = CliRunner().invoke(app, [str(one) for one in words])
    assert done.exit_code == 0, done.output
    assert "【情景测算】" in done.output
    assert "情景测算——" in done.output  # a sentence that is copied alone says it as well
    assert "演示" not in done.output
    manifest = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert not manifest["demonstration"]
    assert manifest["scenario"]["name"] == ["断桥", "No bridge"]
    page = (tmp_path / "reports" / "county.html").read_text("utf-8")
    assert "情景“断桥”（规划假设；出处：a test）" in page
    assert MESSAGES["notice.watermark.scenario"][0] in page
    for word in ("【演示数据】", MESSAGES["notice.watermark"][0], "演示结果——", "巫山县"):
        assert word not in page
    book = openpyxl.load_workbook(tmp_path / "reports" / "county.xlsx")
    for sheet in book:
        assert "情景“断桥”" in sheet["A1"].value
        assert "演示" not in sheet["A1"].value
        assert MESSAGES["notice.watermark.scenario"][0] in sheet.oddHeader.center.text


def test_a_study_and_a_scenario_are_compared_and_all_is_written(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = run(folder / "tiny", folder / "closed.toml", "--out", out, "--language", "en")
    assert done.exit_code == 0, done.output
    made = {one.relative_to(out).as_posix() for one in out.rglob("*") if one.is_file()}
    assert made == FILES
    assert "A tiny → B tiny+closed" in done.output
    assert "SCENARIO." in done.output  # an assumed closure is no fact,
    assert "planning assumption" in done.output
    assert "DEMONSTRATION" not in done.output  # and makes no invention of the registers

    table = read(out, "comparison")
    villages = table[(table["level"] == "village") & (table["limit"] == 30)]
    # The one facility stands in the west: without the bridge nobody gets there from the east.
    changes = dict(zip(villages["zone_id"], villages["change"], strict=True))
    assert changes == dict(
        zip(builders.VILLAGES, ["same", "same", "now_unreachable", "now_unreachable"], strict=True)
    )
    assert read(out, "comparison_roads")["edge_id"].tolist() == ["e2"]

    told = record(out)
    assert told["a"]["study"] == "tiny"
    assert told["b"]["study"] == "tiny+closed"
    scenario = told["b"]["inputs"]["scenario"]
    assert scenario["sha256"] == checksum((folder / "closed.toml").read_bytes())
    assert told["b"]["settings"]["scenario"]["close"] == [{"crossings": ["bridge"]}]
    assert told["a"]["settings"]["study"]["id"] == "tiny"
    assert set(told["outputs"]) == FILES - {"comparison.json"}
    for name, digest in told["outputs"].items():
        assert checksum((out / name).read_bytes()) == digest


def test_the_same_study_twice_is_the_same_everywhere(folder: Path, tmp_path: Path) -> None:
    done = run(folder / "tiny", folder / "tiny", "--out", tmp_path, "-l", "zh")
    assert done.exit_code == 0, done.output
    assert set(read(tmp_path, "comparison")["change"]) == {"same"}
    assert read(tmp_path, "comparison_roads").empty
    assert "全部不变" in done.output


def test_a_condition_is_compared_through_a_scenario(folder: Path, tmp_path: Path) -> None:
    done = run(folder / "tiny", folder / "snow.toml", "--out", tmp_path, "--quiet")
    assert (done.exit_code, done.output) == (0, "")
    table = read(tmp_path, "comparison")
    # n2 is 6 km from the facility: 12 min at 30 km/h, 24 in snow, and 2 min to board.
    row = table[(table["zone_id"] == builders.VILLAGES[1]) & (table["limit"] == 30)].iloc[0]
    assert row["minutes_central_a"] == pytest.approx(14.0)
    assert row["minutes_central_b"] == pytest.approx(26.0)
    assert row["change"] == "slower"
    assert not record(tmp_path)["demonstration"]


def test_two_scenarios_are_compared(folder: Path, tmp_path: Path) -> None:
    done = run(folder / "closed.toml", folder / "snow.toml", "--out", tmp_path, "--quiet")
    assert done.exit_code == 0, done.output
    # Snow slows the two open roads, and the third is open in it.
    assert read(tmp_path, "comparison_roads")["change"].tolist() == ["slower", "opened", "slower"]


def test_the_same_comparison_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    sums = []
    for name in ("first", "second"):
        run(folder / "tiny", folder / "closed.toml", "--out", tmp_path / name, "--quiet")
        sums.append(record(tmp_path / name)["outputs"])
    assert sums[0] == sums[1]


def test_what_is_wrong_is_told_without_a_traceback_and_nothing_is_written(
    folder: Path, tmp_path: Path
) -> None:
    wrong = folder / "wrong.toml"
    text = SCENARIO.format(zh="错", en="Wrong") + '[[close]]\ncrossings = ["brigde"]\n'
    wrong.write_text(text, "utf-8")
    out = tmp_path / "out"
    done = run(folder / "tiny", wrong, "--out", out, "--language", "en")
    assert done.exit_code == 1
    assert "Did you mean bridge?" in done.output
    assert "Traceback" not in done.output
    assert not out.exists()
    other = run(folder / "tiny", "example", "--out", out, "-l", "zh")  # another county
    assert other.exit_code == 1
    assert "不是同一个县，不能对比" in other.output
    assert "990101" in other.output
    assert "wushan-geo run" in other.output  # what to do instead
    assert re.search("results of", other.output) is None
    assert not out.exists()
