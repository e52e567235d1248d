"""Numbers are rounded once, and zero, no data and unreachable stay apart."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from wushan_geo.maps.figures import (
    count,
    counts,
    interval_text,
    minute,
    number_text,
    of_text,
)


def test_zero_is_not_missing() -> None:
    assert counts([0.0, math.nan, None, pd.NA]) == [0, None, None, None]
    assert number_text(0, "zh") == "0"
    assert number_text(None, "zh") == "无数据"


def test_a_count_that_is_infinite_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be infinite"):
        count(math.inf)


def test_whole_counts_carry_no_point_and_others_two_decimals() -> None:
    assert [count(12.0), count(2.345)] == [12, 2.35]


def test_schematic_minutes_are_whole_and_measured_ones_have_one_decimal() -> None:
    assert [minute(30.44, whole=True), minute(30.44, whole=False)] == [30, 30.4]
    assert minute(30.02, whole=False) == 30
    assert isinstance(minute(30.02, whole=False), int)


def test_unreachable_stays_unreachable_and_nan_stays_no_data() -> None:
    assert minute(math.inf, whole=True) == "inf"
    assert minute(math.nan, whole=True) is None


@pytest.mark.parametrize(
    ("low", "high", "mid", "zh", "en"),
    [
        (12, 18, None, "12～18 分钟", "12–18 min"),
        (12, 18, 15, "15 分钟（12～18）", "15 min (12–18)"),
        (12, 12, 12, "12 分钟", "12 min"),
        (12, "inf", None, "12～无法到达", "12 – unreachable"),
        ("inf", "inf", "inf", "无法到达", "unreachable"),
        (None, None, None, "无数据", "no data"),
    ],
)
def test_an_interval_is_written_in_both_languages(
    low: int | str | None, high: int | str | None, mid: int | str | None, zh: str, en: str
) -> None:
    assert interval_text(low, high, "zh", mid) == zh
    assert interval_text(low, high, "en", mid) == en


def test_a_part_of_a_whole_says_no_data_only_where_there_is_none() -> None:
    assert of_text(0, 13, "zh") == "0 / 13"
    assert of_text(None, 13, "zh") == "无数据 / 13"
    assert of_text(None, None, "zh") == "无数据"
