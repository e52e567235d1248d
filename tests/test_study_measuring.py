"""The section [measures]: what is read, and what is refused."""

from __future__ import annotations

import tomllib
from typing import Any

import builders
import pytest

from wushan_geo.study.config import StudyConfig, parse_config
from wushan_geo.study.measuring import MeasuresConfig

SECTION = """
[measures]
confidence = 0.95
small_below = 30
epsilons = [0.5, 1.0]
neighbour_min = 30
cluster_min = 60
covered_share = 0.5
permutations = 999
seed = 7
false_discovery = 0.05
upland_m = 800
source = "planning assumption"

[measures.weights]
day_care = 2
"""


def parsed(section: str) -> tuple[StudyConfig | None, list[str]]:
    raw: dict[str, Any] = tomllib.loads(builders.STUDY) | tomllib.loads(section)
    config, faults = parse_config(raw, "study.toml")
    return config, [f"{one.column}: {one.rule}" for one in faults]


def test_a_good_section_is_read_as_it_says() -> None:
    config, faults = parsed(SECTION)

    assert faults == []
    assert config is not None
    assert config.measures == MeasuresConfig(
        confidence=0.95,
        small_below=30.0,
        epsilons=(0.5, 1.0),
        neighbour_min=30.0,
        cluster_min=60.0,
        covered_share=0.5,
        permutations=999,
        seed=7,
        false_discovery=0.05,
        upland_m=800.0,
        weights={"day_care": 2.0},
        source="planning assumption",
    )


def test_a_study_without_the_section_has_no_settings_for_it() -> None:
    config, faults = parsed("")

    assert faults == []
    assert config is not None
    assert config.measures is None


def test_upland_and_weights_may_be_left_out() -> None:
    short = SECTION.replace("upland_m = 800\n", "").partition("[measures.weights]")[0]

    config, faults = parsed(short)

    assert faults == []
    assert config is not None
    assert config.measures is not None
    assert config.measures.upland_m is None
    assert config.measures.weights == {}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("confidence = 0.95", "confidence = 1.0", "measures.confidence: is above 0 and below 1"),
        ("confidence = 0.95", "confidence = 0", "measures.confidence: is a number above 0"),
        ("confidence = 0.95\n", "", "measures.confidence: has this setting"),
        ("false_discovery = 0.05", "false_discovery = 2", "measures.false_discovery: is above 0"),
        ("epsilons = [0.5, 1.0]", "epsilons = [0]", "measures.epsilons: is a list of numbers"),
        ("neighbour_min = 30", "neighbour_min = -1", "measures.neighbour_min: is a number above"),
        ("permutations = 999", "permutations = 9", "measures.permutations: is a whole number"),
        ("small_below = 30", "small_below = 0", "measures.small_below: is a number above 0"),
        ("cluster_min = 60", "cluster_min = 0", "measures.cluster_min: is a number above 0"),
        ("covered_share = 0.5", "covered_share = 1.5", "measures.covered_share: is above 0"),
        ("seed = 7", "seed = 1.5", "measures.seed: is a whole number"),
        ("upland_m = 800", 'upland_m = "800"', "measures.upland_m: is a number above 0"),
        ("day_care = 2", "visiting = 2", "measures.weights.visiting: is a service that"),
        ("day_care = 2", "day_care = 0", "measures.weights.day_care: is a number above 0"),
        ("seed = 7", "seed = 7\nsed = 8", "measures.sed: is a setting that exists"),
    ],
)
def test_a_wrong_setting_is_named_with_its_rule(old: str, new: str, fault: str) -> None:
    config, faults = parsed(SECTION.replace(old, new))

    assert config is None
    assert [one for one in faults if one.startswith(fault)], faults
