"""The page on roads and scenarios, and the numbers on travel times, say what the code does."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import pytest
from built_in import result_of, study_of

import wushan_geo as wg
from wushan_geo.comparison import COLUMNS
from wushan_geo.results import CONDITIONS
from wushan_geo.study.scenario import parse_scenario
from wushan_geo.travel.detour import detour_factor
from wushan_geo.travel.friction import metrication_error
from wushan_geo.wording import MESSAGES

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/roads-and-scenarios.md").read_text(encoding="utf-8")
METHODS = (ROOT / "docs/methods.md").read_text(encoding="utf-8")
SCENARIOS = ROOT / "data/wushan/scenarios"
BLOCK = re.compile(r"^```toml\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def test_every_block_of_settings_can_be_read() -> None:
    blocks = [tomllib.loads(one) for one in BLOCK.findall(PAGE)]

    assert len(blocks) > 6
    assert all(blocks)


def test_the_scenario_of_the_page_is_one() -> None:
    (written,) = (one for one in map(tomllib.loads, BLOCK.findall(PAGE)) if "scenario" in one)

    scenario, faults = parse_scenario(written, "page.toml")

    assert faults == []
    assert scenario is not None
    assert scenario.close[0].crossings == ("yangtze_bridge",)


def test_every_scenario_of_the_built_in_county_is_on_the_page() -> None:
    listed = set(re.findall(r"scenarios/([\w-]+\.toml)\)", PAGE))

    assert listed == {one.name for one in SCENARIOS.glob("*.toml")}


def test_the_heading_is_in_both_languages() -> None:
    assert re.fullmatch(r"# [^·]*[\u4e00-\u9fff]+ · [A-Z].+", PAGE.splitlines()[0])


def test_what_the_page_says_of_the_table_of_a_comparison_is_so() -> None:
    named = set(re.findall(r"`((?:minutes|class)_\w+_(?:a|b|delta))`", PAGE))

    assert named == {one for one in COLUMNS if "_ordinary_" in one}
    for one in CONDITIONS:
        assert {column.replace("ordinary", one) for column in named} <= set(COLUMNS)
    zh, en = MESSAGES["compare.nothing"]
    assert zh.partition("：")[2].rstrip("。") in PAGE
    assert en.partition(": ")[2].partition(", ")[2] in PAGE


def test_what_the_methods_say_of_the_known_distances_is_so() -> None:
    pairs = study_of("wushan").road_distances
    assert pairs is not None

    found = detour_factor(pairs)

    interval = (found.interval.low, found.interval.central, found.interval.high)
    low, central, high = (f"{one:.2f}" for one in interval)
    error = f"{found.typical_error:.2f}"
    assert f"六对里程得 {low}、{central}、{high}，典型误差 {error} 倍" in METHODS
    assert f"{low}, {central} and {high} and the typical error is {error} times" in METHODS


def test_what_the_methods_say_of_few_directions_is_so() -> None:
    some, more = (f"{metrication_error(one):.2%}".replace("%", " %") for one in (16, 32))

    assert f"至多 {some}（16 个方向）或 {more}（32 个方向）" in METHODS
    assert f"at most {some} (16) or {more} (32) too long" in METHODS


@pytest.mark.slow
def test_the_example_in_python_gives_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest(PAGE, {}, "page", None, None)

    results = doctest.DocTestRunner().run(test)

    assert results.failed == 0
    assert results.attempted > 3


@pytest.mark.slow
def test_what_the_page_says_of_the_three_scenarios_is_so() -> None:
    usual = result_of("wushan")
    rows = {
        line.split("|")[1].split()[-1]: re.findall(r"(\d+) → (\d+)", line)
        for line in PAGE.splitlines()
        if " → " in line and line.startswith("|")
    }
    names = {"snow": "snow", "closed": "yangtze-bridge-closed", "expressway": "new-expressway"}
    assert set(rows) == set(names)

    for name, file in names.items():
        table = wg.compare(usual, wg.run_study(wg.open_either(SCENARIOS / f"{file}.toml"))).table
        row = table[
            (table["level"] == "county") & (table["service"] == "day_care") & (table["limit"] == 30)
        ].iloc[0]
        told = [
            tuple(f"{row[f'{group}_reached_{side}']:.0f}" for side in "ab")
            for group in ("places", "persons")
        ]
        assert rows[name] == told, name
