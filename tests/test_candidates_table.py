"""The table of candidates and the settings of screening, stability and uptake."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from wushan_geo.sources.vocabulary import built_in
from wushan_geo.study.candidates import candidate_faults
from wushan_geo.study.config import parse_config
from wushan_geo.study.tables import CONTRACTS, Raw, Tables, check_table

if TYPE_CHECKING:
    from wushan_geo.errors import Fault

HEAD = "facility_id,origin,hazard,reservoir_zone,slope_deg,road_m,area_m2,ground_floor,basis"
EXAMPLE = Path(__file__).resolve().parents[1] / "data" / "example" / "study.toml"
BOUNDS = {"draws": 200, "seed": 2025, "speed": [0.8, 1.25], "counts": 0.1}


def read(*rows: str) -> tuple[pd.DataFrame, list[Fault]]:
    cells = [[one or None for one in row.split(",")] for row in rows]
    frame = pd.DataFrame(cells, columns=HEAD.split(","), dtype="str")
    frame.index = pd.RangeIndex(2, len(rows) + 2)
    raw = Raw(frame, "candidates.csv")
    clean, faults = check_table("candidates", raw)
    sites = pd.DataFrame({"facility_id": ["C1", "C2", "F1"],
                          "status": ["candidate", "candidate", "open"]})  # fmt: skip
    tables = Tables(
        {"candidates": clean, "facilities": sites},
        {"candidates": raw, "facilities": Raw(sites, "facilities.csv")},
        [],
        "500237",
    )
    return clean, [*faults, *candidate_faults(tables)]


def test_a_full_table_has_no_fault_and_what_is_empty_is_not_known() -> None:
    table, faults = read(
        "C1,idle_school,no,unknown,8,50,200,yes,measured",
        "C2,care_home,,,,,,,stated",
    )

    assert faults == []
    assert table["reservoir_zone"].tolist()[0] == "unknown"
    assert table["hazard"].isna().tolist() == [False, True]
    assert math.isnan(table["slope_deg"].iloc[1])


def test_each_fault_is_named_where_it_stands() -> None:
    _, faults = read(
        "C1,palace,no,no,91,-1,0,maybe,measured",
        "F1,seat,no,no,1,1,1,yes,measured",
        "C9,seat,no,no,1,1,1,yes,measured",
        "C2,seat,no,no,1,1,1,yes,measured",
        "C2,seat,no,no,1,1,1,yes,measured",
    )

    assert {(one.row, one.column) for one in faults} == {
        (2, "origin"),
        (2, "slope_deg"),
        (2, "road_m"),
        (2, "area_m2"),
        (2, "ground_floor"),
        (3, "facility_id"),
        (4, "facility_id"),
        (6, "facility_id"),
    }


def test_the_words_of_an_office_are_understood() -> None:
    words = built_in()

    assert words.means("headers", "candidates", "备选点编号") == "facility_id"
    assert words.means("headers", "candidates", "地质灾害隐患") == "hazard"
    assert words.means("headers", "candidates", "面积") == "area_m2"
    assert words.means("values", "candidates", "闲置学校", "origin") == "idle_school"
    assert words.means("values", "candidates", "不详", "hazard") == "unknown"


def test_every_column_has_a_contract() -> None:
    names = [one.name for one in CONTRACTS["candidates"].columns]
    assert set(HEAD.split(",")) <= set(names)
    assert {"source_unit", "signer", "as_of"} <= set(names)


def siting(**more: Any) -> tuple[Any, list[Fault]]:
    document = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["siting"] = document["siting"] | more
    config, faults = parse_config(document, "study.toml")
    return None if config is None else config.siting, faults


def test_nothing_is_screened_or_varied_unless_the_study_says_so() -> None:
    document = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    for one in ("uptake", "screening", "stability"):
        document["siting"].pop(one, None)
    config, faults = parse_config(document, "study.toml")

    assert faults == []
    assert config is not None
    assert config.siting is not None
    assert (config.siting.uptake, config.siting.screening, config.siting.stability) == (None,) * 3


def test_the_sections_are_read() -> None:
    rules = {"max_slope_deg": 25, "hazard": "exclude", "unknown": "drop", "source": "whose"}
    found, faults = siting(uptake=0.4, screening=rules, stability=BOUNDS | {"coordinates_min": 2})

    assert faults == []
    assert found.uptake == 0.4
    assert (found.screening.max_slope_deg, found.screening.hazard) == (25.0, "exclude")
    assert (found.screening.max_road_m, found.screening.barrier_free) == (None, None)
    assert found.screening.unknown == "drop"
    assert found.stability.speed == (0.8, 1.25)
    assert (found.stability.draws, found.stability.coordinates_min) == (200, 2.0)


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"uptake": 1.2}, "siting.uptake"),
        ({"uptake": 0}, "siting.uptake"),
        ({"screening": {"hazard": "require"}}, "siting.screening.hazard"),
        ({"screening": {"max_slope": 25}}, "siting.screening.max_slope"),
        ({"screening": {"unknown": "maybe"}}, "siting.screening.unknown"),
        ({"stability": BOUNDS | {"speed": [1.25, 0.8]}}, "siting.stability.speed"),
        ({"stability": BOUNDS | {"counts": 1}}, "siting.stability.counts"),
        ({"stability": BOUNDS | {"draws": 0}}, "siting.stability.draws"),
        ({"stability": {"seed": 1, "speed": [1, 1], "counts": 0}}, "siting.stability.draws"),
        ({"stability": BOUNDS | {"sede": 1}}, "siting.stability.sede"),
    ],
)
def test_a_setting_that_means_nothing_is_one_fault(more: dict[str, Any], column: str) -> None:
    found, faults = siting(**more)

    assert found is None
    assert [one.column for one in faults] == [column]
