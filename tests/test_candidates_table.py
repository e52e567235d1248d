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
from wushan_geo.study.placing import placed_faults, seats_of
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


def test_places_that_are_candidates_are_read() -> None:
    assert siting()[0].candidates == ()
    found, faults = siting(candidates=["Generated ", "seats", "seats"], generated=40)

    assert faults == []
    assert (found.candidates, found.generated) == (("seats", "generated"), 40)


def placing(townships: pd.DataFrame, *words: str, **more: Any) -> list[Fault]:
    """Give the faults of placing candidates in three villages of which two are communities."""
    document = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["siting"] |= {"candidates": list(words), **more}
    config, faults = parse_config(document, "study.toml")
    assert (faults, config is None) == ([], False)
    assert config is not None
    return [*placed_faults(config, townships, VILLAGES, "s.toml")]


VILLAGES = pd.DataFrame(
    {
        "zone_id": ["11", "12", "21"],
        "parent_id": ["1", "1", "2"],
        "kind": ["community", "community", "village"],
        "is_seat": pd.array([True, None, False], dtype="boolean"),
        "demand_lon": [109.1, 109.2, math.nan],
        "demand_lat": [31.1, 31.2, math.nan],
        "point_basis": ["measured", "stated", None],
    }
)
TOWNS = pd.DataFrame({"zone_id": ["1", "2"], "name": ["甲乡", "乙乡"]})


def test_a_seat_is_the_marked_village_else_the_point_of_the_township() -> None:
    own: dict[str, Any] = {
        "demand_lon": [109.9, 109.8],
        "demand_lat": [31.9, 31.8],
        "point_basis": "inferred",
    }
    columns = ["township", "zone_id", "lon", "lat", "point_basis"]
    found = seats_of(TOWNS.assign(**own), VILLAGES)

    assert found[columns].to_numpy().tolist() == [
        ["1", "11", 109.1, 31.1, "measured"],
        ["2", "2", 109.8, 31.8, "inferred"],
    ]
    assert seats_of(TOWNS, VILLAGES)["lon"].isna().tolist() == [False, True]
    assert placing(TOWNS.assign(**own), "seats") == []


def test_what_cannot_be_placed_is_said_at_once() -> None:
    faults = placing(TOWNS, "seats", "communities", "generated", generated=3)

    assert [(one.file, one.column) for one in faults] == [
        ("s.toml", "siting.candidates"),
        ("s.toml", "siting.generated"),
    ]
    assert "乙乡" in faults[0].rule
    assert "甲乡" not in faults[0].rule
    assert "(2)" in faults[1].rule  # the third village has no point
    assert placing(TOWNS, "communities", "generated", generated=2) == []


def test_two_seats_or_no_community_are_faults() -> None:
    twice = VILLAGES.assign(is_seat=[True, True, False])
    none = VILLAGES.assign(kind="village")
    document = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["siting"] |= {"candidates": ["seats", "communities"]}
    config, _ = parse_config(document, "study.toml")
    assert config is not None
    towns = TOWNS.assign(demand_lon=109.0, demand_lat=31.0)

    (one,) = placed_faults(config, towns, twice, "s.toml")
    (other,) = placed_faults(config, towns, none, "s.toml")

    assert "more than one is marked in: 甲乡" in one.rule
    assert "communities" in other.rule


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
        ({"candidates": ["seat"]}, "siting.candidates"),
        ({"candidates": "seats"}, "siting.candidates"),
        ({"candidates": []}, "siting.candidates"),
        ({"candidates": ["generatd"], "generated": 20}, "siting.candidates"),
        ({"candidates": ["generated"]}, "siting.generated"),
        ({"candidates": ["generated"], "generated": 0}, "siting.generated"),
        ({"candidates": ["generated"], "generated": 2.5}, "siting.generated"),
        ({"candidates": ["seats"], "generated": 20}, "siting.generated"),
        ({"generated": 20}, "siting.generated"),
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
