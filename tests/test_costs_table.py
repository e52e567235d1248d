"""The table of costs and the settings of other ways than a building."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from wushan_geo.study.config import parse_config
from wushan_geo.study.costs import cost_faults
from wushan_geo.study.outreach import WaysConfig, ways_config
from wushan_geo.study.pages import Page
from wushan_geo.study.tables import CONTRACTS, WAYS, Raw, Tables, check_table

if TYPE_CHECKING:
    from wushan_geo.errors import Fault

HEAD = "way,facility_id,build,years,run,unit_run,capacity,minimum_load,staff,basis"
WAYS_SETTINGS: dict[str, Any] = {
    "base": "F01", "ride_min": 60.0, "stop_min": 0.0, "trips": 2.0, "days_a_year": 250.0,
    "hours_a_day": 7.0, "days_a_month": 20.0, "stops_a_day": 4.0, "visits_a_month": 2.0,
    "visit_min": 40.0, "farthest_min": 60.0, "source": "whose",
}  # fmt: skip


def read(*rows: str) -> tuple[pd.DataFrame, list[Fault]]:
    cells = [[one or None for one in row.split(",")] for row in rows]
    frame = pd.DataFrame(cells, columns=HEAD.split(","), dtype="str")
    frame.index = pd.RangeIndex(2, len(rows) + 2)
    raw = Raw(frame, "costs.csv")
    clean, faults = check_table("costs", raw)
    sites = pd.DataFrame({"facility_id": ["C1", "C2"]})
    tables = Tables(
        {"costs": clean, "facilities": sites},
        {"costs": raw, "facilities": Raw(sites, "facilities.csv")},
        [],
        "500237",
    )
    return clean, [*faults, *cost_faults(tables)]


def test_a_full_table_has_no_fault_and_what_is_empty_is_not_zero() -> None:
    table, faults = read(
        "new_home,,300000,20,60000,5000,20,5,2,measured",
        "conversion,C1,80000,10,50000,5000,12,5,2,measured",
        "conversion,C2,90000,10,50000,5000,12,5,2,measured",
        "shuttle,,160000,8,60000,30,7,3,1,measured",
        "home_visit,,0,,0,60,,,,measured",
    )
    assert faults == []
    assert table["build"].tolist() == [300000, 80000, 90000, 160000, 0]
    assert math.isnan(table["years"].iloc[4])
    assert table["facility_id"].isna().tolist() == [True, False, False, True, True]


def test_each_fault_is_named_where_it_stands() -> None:
    _, faults = read(
        "new_home,,300000,,60000,,,,,measured",
        "new_home,,1,1,1,,,,,measured",
        "conversion,C9,1,1,1,,,,,measured",
        "shuttle,C1,1,1,1,,,,,measured",
        "bus,,1,1,1,,0,,,measured",
        "conversion,C1,-1,1,1,,,,,measured",
    )
    told = {(one.row, one.column) for one in faults}
    assert told == {
        (2, "years"),
        (3, "way"),
        (4, "facility_id"),
        (5, "facility_id"),
        (6, "way"),
        (6, "capacity"),
        (7, "build"),
    }


def test_the_contract_names_the_ways_of_siting() -> None:
    from wushan_geo.siting import ways

    assert CONTRACTS["costs"].columns[0].options == WAYS == ways.WAYS


def test_settings_of_the_ways_are_read_and_bounded() -> None:
    page = Page(WAYS_SETTINGS, "study.toml", [])
    assert ways_config(page) == WaysConfig(**WAYS_SETTINGS)
    assert page.faults == []
    for name, value in (
        ("hours_a_day", 25.0), ("days_a_month", 32.0), ("days_a_year", 400.0),
        ("ride_min", 9999.0), ("trips", 0.0), ("visit_min", -1.0), ("unheard_of", 1.0),
    ):  # fmt: skip
        page = Page({**WAYS_SETTINGS, name: value}, "study.toml", [])
        ways_config(page)
        assert [one.column.rpartition(".")[2] for one in page.faults] == [name]


@pytest.mark.parametrize("name", [one for one in WAYS_SETTINGS if one != "source"])
def test_no_setting_has_a_hidden_default(name: str) -> None:
    page = Page({key: one for key, one in WAYS_SETTINGS.items() if key != name}, "study.toml", [])
    ways_config(page)
    assert len(page.faults) == 1


def test_the_section_stands_in_that_of_siting() -> None:
    from built_in import study_of

    raw = dict(study_of("example").config.raw)
    config, faults = parse_config(
        {**raw, "siting": {**raw["siting"], "ways": WAYS_SETTINGS}}, "study.toml"
    )
    assert faults == []
    assert config is not None
    assert config.siting is not None
    assert config.siting.ways == WaysConfig(**WAYS_SETTINGS)
