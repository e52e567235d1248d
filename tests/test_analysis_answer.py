"""The whole analysis of the built-in studies: what is there, what is refused, what agrees."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from analysed import EXAMPLE, analysis_of, rows, times_of
from built_in import result_of, study_of
from joint import joint_folder

import wushan_geo as wg
from wushan_geo.analysis.answer import analysis_tables
from wushan_geo.analysis.dictionary import dictionary
from wushan_geo.analysis.rows import COLUMNS
from wushan_geo.errors import UnknownIdError
from wushan_geo.study.travelling import MatrixConfig

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = ("equity", "groups", "rates", "hotspots")


@pytest.mark.parametrize("name", ["example", "wushan", "wushan-facts"])
def test_every_table_has_its_columns(name: str) -> None:
    tables = analysis_of(name).tables

    assert list(tables) == ["gaps", *COLUMNS, "dictionary"]
    for table, columns in COLUMNS.items():
        assert tables[table].columns.tolist() == columns


@pytest.mark.parametrize("name", ["example", "wushan", "wushan-facts"])
def test_every_column_and_measure_is_in_the_dictionary(name: str) -> None:
    tables = analysis_of(name).tables
    described = set(zip(tables["dictionary"]["table"], tables["dictionary"]["column"], strict=True))

    for table, content in tables.items():
        if table != "dictionary":
            assert {(table, column) for column in content.columns} <= described
    kinds = {("measures", f"measure={one}") for one in set(tables["measures"]["measure"])}
    assert kinds <= described


def test_a_column_nobody_described_is_refused() -> None:
    with pytest.raises(UnknownIdError, match="strange"):
        dictionary({"curve": pd.DataFrame(columns=["strange"])})


def test_modelled_persons_get_no_equity_groups_ranks_or_hot_spots() -> None:
    tables = analysis_of("wushan").tables

    for name in REFUSED:
        assert tables[name].empty
        assert not analysis_of("example").tables[name].empty
    assert "modelled_persons" in set(tables["notes"]["key"])


def test_facts_alone_measure_nothing_and_say_why() -> None:
    tables = analysis_of("wushan-facts").tables

    assert tables["measures"].empty
    assert set(tables["causes"]["cause"][tables["causes"]["places"] > 0]) == {"unknown"}
    assert len(tables["notes"])


def test_gaps_are_those_of_a_run() -> None:
    pd.testing.assert_frame_equal(
        analysis_of("example").tables["gaps"], result_of("example").tables["gaps"]
    )


@pytest.mark.parametrize("name", ["example", "wushan", "wushan-facts"])
def test_causes_add_up_to_all_villages_and_persons(name: str) -> None:
    tables = analysis_of(name).tables
    keys = ["service", "limit"]
    gaps = tables["gaps"]

    for level in ("village", "township", "county"):
        sums = rows(tables["causes"], level=level).groupby(keys)[["places", "persons"]].sum()
        assert (sums["places"] == gaps.groupby(keys).size()).all()
        for service, limit in sums.index:
            own = rows(gaps, service=service, limit=limit)
            group = study_of(name).config.services[service].eligible
            counted = own["persons" if group is None else "eligible"].sum()
            assert sums.loc[(service, limit), "persons"] == pytest.approx(counted)


def test_who_is_in_reach_is_served_or_waits() -> None:
    tables = analysis_of("example").tables
    causes = rows(tables["causes"], service="day_care", level="county", limit=30.0)
    counts = causes.set_index("cause")["persons"]
    own = rows(tables["gaps"], service="day_care", limit=30.0)
    reached = own[own["class"].isin(["effective", "neighbour"]).to_numpy()]["eligible"].sum()
    measures = rows(tables["measures"], service="day_care", level="county")

    assert counts["served"] + counts["capacity"] == reached
    assert counts["capacity"] == rows(measures, measure="persons_no_place")["value"].item() > 0


def test_a_larger_limit_never_leaves_more_to_the_roads() -> None:
    causes = rows(analysis_of("example").tables["causes"], level="county", cause="roads")

    for _, some in causes.sort_values("limit").groupby("service"):
        assert some["places"].is_monotonic_decreasing


def test_the_change_is_there_only_with_an_earlier_study() -> None:
    assert set(analysis_of("example").tables["change"]["part"]) == {
        "before", "persons", "supply", "roads", "after",
    }  # fmt: skip
    assert analysis_of("wushan").tables["change"].empty


def test_without_settings_fairness_is_left_out_and_named() -> None:
    study = study_of("example")
    bare = replace(study, config=replace(study.config, measures=None))

    tables = wg.analyse_gaps(bare).tables

    assert tables["equity"].empty
    assert tables["gap_clusters"].empty
    assert {"no_settings", "no_score"} <= set(tables["notes"]["key"])


def test_weights_for_a_service_without_times_make_no_score() -> None:
    study = study_of("wushan")
    assert study.config.measures is not None
    asked = replace(study.config.measures, weights={"county_rehab": 1.0})
    tables = wg.analyse_gaps(replace(study, config=replace(study.config, measures=asked))).tables

    assert not tables["measures"]["measure"].eq("combined_score").any()
    assert "score_lacks" in set(tables["notes"]["key"])


def test_upland_and_lowland_stand_side_by_side_where_elevations_are_known() -> None:
    study = study_of("example")
    assert study.config.measures is not None
    asked = replace(study.config.measures, upland_m=500.0)
    changed = replace(study, config=replace(study.config, measures=asked))
    zones = study.villages["zone_id"].tolist()
    heights = pd.Series(np.linspace(100, 900, len(zones)), index=zones)
    tables = analysis_tables(
        changed, analysis_of("example").tables["gaps"], times_of("example"), {}, heights
    )

    own = rows(tables["groups"], partition="elevation", service="day_care", limit=30.0)
    assert set(own["group"]) == {"upland", "lowland"}
    assert set(own["reference"]) == {"lowland"}
    assert "no_upland" in set(analysis_of("example").tables["notes"]["key"])


def test_saved_tables_are_written_with_a_record(tmp_path: Path) -> None:
    folder = analysis_of("example").save(tmp_path)

    names = {path.name for path in (folder / "gaps").iterdir()}
    assert names == {f"{one}.csv" for one in ("gaps", *COLUMNS, "dictionary")}
    assert (folder / "gaps.json").read_text(encoding="utf-8").count("gaps/causes.csv") == 1


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    one = analysis_of("example").save(tmp_path / "one")
    before = wg.open_study(EXAMPLE / "study-2024.toml")
    two = wg.analyse_gaps(wg.open_study("example"), before=before).save(tmp_path / "two")

    for path in sorted((one / "gaps").iterdir()):
        assert path.read_bytes() == (two / "gaps" / path.name).read_bytes(), path.name


def test_times_that_cannot_be_worked_out_are_told_with_their_reason() -> None:
    study = study_of("example")
    assert study.roads is not None
    shut = np.ones(study.roads.closed.size, dtype=bool)
    closed = replace(study, roads=replace(study.roads, closed=shut))

    tables = wg.analyse_gaps(closed).tables

    notes = rows(tables["notes"], key="no_times")
    assert len(notes) == 1
    assert len(notes["en"].item()) > len("There are no travel times: ")
    assert tables["measures"].empty


def test_verdicts_by_modelled_persons_are_modelled() -> None:
    study = study_of("example")
    assert study.persons is not None
    told = study.provenance.copy()
    told.loc[(told["table"] == "persons").to_numpy(), "basis"] = "modelled"
    persons = study.persons.assign(basis="modelled")

    tables = wg.analyse_gaps(replace(study, persons=persons, provenance=told)).tables

    assert set(tables["scale"]["basis"]) == {"modelled"}
    assert set(tables["causes"]["basis"]) == {"modelled"}
    assert tables["rates"].empty


@pytest.mark.parametrize("name", ["example", "wushan", "wushan-facts"])
def test_the_notes_name_the_study_its_county_and_its_cut_off_date(name: str) -> None:
    notes = analysis_of(name).tables["notes"]

    first = notes.iloc[0]
    assert first["key"] == "study"
    for text in (first["zh"], first["en"]):
        assert name in text
        assert study_of(name).config.as_of.isoformat() in text
    assert "内部资料" in first["zh"]


def test_each_service_says_whether_those_at_home_count(tmp_path: Path) -> None:
    notes = analysis_of("example").tables["notes"]
    keys = notes[notes["key"].str.startswith("counted_").to_numpy()].set_index("service")["key"]
    assert keys["day_care"] == "counted_registered"
    assert keys["community_rehab"] == "counted_all"

    partly = wg.analyse_gaps(wg.open_study(joint_folder(tmp_path))).tables["notes"]
    assert "counted_partly" in set(rows(partly, service="day_care")["key"])


def test_the_same_persons_are_to_be_verified_in_every_table() -> None:
    tables = analysis_of("example").tables
    causes = rows(tables["causes"], level="county", cause="unknown")
    for service, limit in (("day_care", 30.0), ("sheltered_employment", 30.0)):
        (unknown,) = rows(causes, service=service, limit=limit)["persons"]
        county = rows(tables["measures"], level="county", service=service)
        (outcome,) = rows(county, measure="persons_to_verify")["value"]
        assert outcome == unknown > 0
        # Siting and roads are who has none in reach, or one that does not admit.
        kinds = rows(tables["causes"], level="county", service=service, limit=limit)
        missing = kinds[kinds["cause"].isin(["siting", "roads"]).to_numpy()]["persons"].sum()
        ends = county[county["measure"].isin(["persons_out_of_reach", "persons_not_admitted"])]
        assert ends["value"].sum() == missing


def test_without_ways_nobody_knows_whom_another_rule_of_admission_would_help() -> None:
    for name, known in (("wushan-facts", False), ("example", True)):
        causes = analysis_of(name).tables["causes"]
        assert causes["persons_by_admission"].notna().all() == known
        assert causes["persons_by_admission"].isna().all() != known


def test_tables_on_given_times_that_end_at_a_limit_say_what_infinite_means() -> None:
    study = study_of("example")
    matrix = MatrixConfig("s", "origin", "destination", "cost", 9000.0)
    travel = replace(study.config.travel, engine="matrix", matrix=matrix)
    study = replace(study, config=replace(study.config, travel=travel), travel_times=None)

    notes = wg.analyse_gaps(study).tables["notes"]

    (zh,) = notes.loc[(notes["key"] == "given").to_numpy(), "zh"]
    assert "inf（无法到达）指 150 分钟内不能到达" in zh
    assert "given" not in set(analysis_of("example").tables["notes"]["key"])
