"""What a run found, and how it is written."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import builders
import pandas as pd
import pytest

from wushan_geo import storage
from wushan_geo.pipeline import run_study
from wushan_geo.results import (
    ANALYSIS_RECORD,
    LAYERS,
    MANIFEST,
    TABLES,
    GapAnalysis,
    StudyInfo,
    StudyResult,
)
from wushan_geo.sources.opening import open_study
from wushan_geo.wording.notices import ScenarioWords

if TYPE_CHECKING:
    from pathlib import Path


def info(**changes: Any) -> StudyInfo:
    told: dict[str, Any] = {
        "id": "tiny",
        "title": ("标题", "Title"),
        "county_name": ("小县", "Tiny"),
        "county": "990201",
        "quote": ("", ""),
        "plan_title": ("", ""),
        "as_of": dt.date(2025, 6, 30),
        "edition": "internal",
        "small_cell": 1,
        "demonstration": False,
        "facts_only": False,
        "fictional": False,
        "headline": "day_care",
        "services": (),
        "siting_service": None,
        "siting_limit": None,
        "condition": "ordinary",
    }
    return StudyInfo(**{**told, **changes})


def result(value: float = 1.0, **manifest: Any) -> StudyResult:
    """Give a small result; its manifest names the study and its inputs."""
    record = {"study": "tiny", "inputs": {"persons": "1"}, **manifest}
    return StudyResult(info(), {"gaps": pd.DataFrame({"a": [value]})}, {}, record)


def record_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    return found


def test_the_gravest_notice_comes_first_and_two_are_on_every_page() -> None:
    always = ("notice.boundaries", "notice.reach")

    assert info().notices == always
    assert info(fictional=True).notices == ("notice.fictional", *always)
    assert info(facts_only=True).notices == ("notice.facts", *always)
    assert info(demonstration=True, fictional=True).notices == (
        "notice.demonstration",
        "notice.fictional",
        *always,
    )


def test_a_scenario_is_named_on_every_page_and_is_no_demonstration() -> None:
    found = info(scenario=ScenarioWords(("断桥", "no bridge"), "规划假设（甲）", "modelled"))
    assert found.notices[0] == "notice.scenario"
    zh, en = found.notice_texts["notice.scenario"]
    assert "情景“断桥”（规划假设；出处：规划假设（甲））" in zh
    assert "scenario “no bridge” (planning assumption; source: 规划假设（甲）)" in en
    assert "演示" not in "".join(one for pair in found.notice_texts.values() for one in pair)
    assert found.watermark == "notice.watermark.scenario"
    assert info().watermark == ""


def test_a_demonstration_under_a_scenario_carries_both_notices() -> None:
    told = ScenarioWords(("断桥", "no bridge"), "甲", "stated")
    found = info(demonstration=True, scenario=told)
    assert found.notices[:2] == ("notice.demonstration", "notice.scenario")
    assert found.watermark == "notice.watermark"
    assert "（文件数据；出处：甲）" in found.notice_texts["notice.scenario"][0]


def test_the_notice_of_a_demonstration_names_the_county_that_it_is_about() -> None:
    assert "不反映小县实际" in info(demonstration=True).notice_texts["notice.demonstration"][0]
    own = info(demonstration=True, county_name=("巫山县", "Wushan County"))
    assert own.notice_texts["notice.demonstration"][0] == (
        "【演示数据】本页残疾人数、机构、服务记录、村级点位、道路及分区线系推算或虚构，不反映巫山县"
        "实际，不得用于考核、评估、选址和对外公布；导入本单位台账后重新生成。"
    )


def test_a_service_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="day_care"):
        info().service("day_care")


def test_a_result_is_saved_whole_with_a_record_of_its_files(tmp_path: Path) -> None:
    folder = result().save(tmp_path / "out")

    content = (folder / "tables" / "gaps.csv").read_bytes()
    assert content == "\ufeffa\n1\n".encode()
    assert record_of(folder)["outputs"] == {"tables/gaps.csv": storage.checksum(content)}
    assert record_of(folder)["study"] == "tiny"


def test_a_second_result_replaces_the_first_and_takes_away_what_it_does_not_make(
    tmp_path: Path,
) -> None:
    more = StudyResult(info(), {"gaps": pd.DataFrame(), "sites": pd.DataFrame({"b": [2]})}, {})
    more.save(tmp_path)

    result(3.0).save(tmp_path)

    assert sorted(one.name for one in (tmp_path / "tables").iterdir()) == ["gaps.csv"]
    assert "3" in (tmp_path / "tables" / "gaps.csv").read_text(encoding="utf-8-sig")


def test_a_page_written_anew_by_the_same_study_takes_its_place_in_the_record(
    tmp_path: Path,
) -> None:
    result().save(tmp_path)
    with storage.Outputs(tmp_path) as outputs:
        outputs.add("maps/coverage.html", "page")
        result().amend_manifest(outputs)

    assert record_of(tmp_path)["outputs"].keys() == {"maps/coverage.html", "tables/gaps.csv"}


def test_a_page_of_other_inputs_is_struck_from_the_record(tmp_path: Path) -> None:
    with storage.Outputs(tmp_path) as outputs:
        outputs.add("maps/coverage.html", "page")
        result().write_tables(outputs)
        result().write_manifest(outputs, seconds=3)
    assert record_of(tmp_path)["seconds"] == 3
    with storage.Outputs(tmp_path) as outputs:
        outputs.add("maps/coverage.html", "another page")
        result(inputs={"persons": "2"}).amend_manifest(outputs)

    assert record_of(tmp_path)["outputs"].keys() == {"tables/gaps.csv"}
    assert record_of(tmp_path)["inputs"] == {"persons": "1"}


def test_without_an_earlier_run_there_is_no_record_to_amend(tmp_path: Path) -> None:
    with storage.Outputs(tmp_path) as outputs:
        outputs.add("maps/coverage.html", "page")
        result().amend_manifest(outputs)

    assert not (tmp_path / MANIFEST).exists()


def test_a_run_has_every_table_and_every_layer_in_longitude_and_latitude(tmp_path: Path) -> None:
    study = open_study(builders.make_study_folder(tmp_path))

    found = run_study(study)

    assert tuple(found.tables) == TABLES
    assert tuple(found.layers) == LAYERS
    assert {layer.crs.to_epsg() for layer in found.layers.values() if layer.crs} <= {4326, 4490}


def test_the_same_study_with_its_rows_in_another_order_is_written_in_the_same_bytes(
    tmp_path: Path,
) -> None:
    def backwards(text: str) -> str:
        head, *rows = text.splitlines()
        return "\n".join([head, *rows[::-1]]) + "\n"

    names = ("persons", "facilities", "services", "road_nodes", "road_edges", "eligibility")
    one = run_study(open_study(builders.make_study_folder(tmp_path / "a")))
    changes = dict.fromkeys(names, backwards)
    other = run_study(open_study(builders.make_study_folder(tmp_path / "b", **changes)))

    for name, table in one.tables.items():
        if name != "sources":  # it holds the checksums of the files
            assert storage.table_bytes(other.tables[name]) == storage.table_bytes(table), name


def analysis(study: str = "tiny", **inputs: str) -> GapAnalysis:
    """Give a small gap analysis; its manifest names the study and its inputs."""
    record = {"study": study, "inputs": inputs or {"persons": "1"}}
    return GapAnalysis(info(), {"causes": pd.DataFrame({"a": [1]})}, record)


@pytest.mark.parametrize("other", [analysis("another"), analysis(persons="2")])
def test_a_gap_analysis_of_another_study_or_other_inputs_does_not_stay_beside_a_new_run(
    other: GapAnalysis, tmp_path: Path
) -> None:
    other.save(tmp_path)
    (tmp_path / "gaps" / "own notes.txt").write_text("kept", encoding="utf-8")
    assert result().analysis_of_others(tmp_path) == ("gaps/causes.csv", ANALYSIS_RECORD)

    result().save(tmp_path)

    assert not (tmp_path / ANALYSIS_RECORD).exists()
    assert [one.name for one in (tmp_path / "gaps").iterdir()] == ["own notes.txt"]


def test_a_gap_analysis_of_the_same_study_stays_beside_a_new_run(tmp_path: Path) -> None:
    assert result().analysis_of_others(tmp_path) == ()
    analysis().save(tmp_path)

    result(2.0).save(tmp_path)

    assert (tmp_path / "gaps" / "causes.csv").exists()
    assert (tmp_path / ANALYSIS_RECORD).exists()
