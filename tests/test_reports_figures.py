from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wushan_geo.reports.figures import (
    joined,
    minutes,
    missing,
    number,
    pair,
    plain,
    rows_of,
    sentence,
    share,
    text,
    tongues,
    word,
)

INF, NAN = float("inf"), float("nan")


def test_zero_no_data_and_unreachable_are_three_things() -> None:
    assert number(0.0) == ("0", "0")
    assert number(NAN) == ("无数据", "no data")
    assert number(pd.NA) == ("无数据", "no data")
    assert number(INF) == ("无法到达", "unreachable")


@pytest.mark.parametrize(
    ("cell", "gone"),
    [(None, True), (NAN, True), (pd.NA, True), (pd.NaT, True), (0, False), ("", False)],
)
def test_missing_knows_every_missing_value(cell: Any, *, gone: bool) -> None:
    assert missing(cell) is gone


def test_a_share_without_its_part_is_no_data() -> None:
    assert share(0.0, 18.0) == ("0/18", "0/18")
    assert share(NAN, 18.0) == ("无数据", "no data")


def test_schematic_roads_give_an_interval_and_never_one_number() -> None:
    assert minutes(25.8, 40.1, 61.8, schematic=True) == ("26～62", "26–62")
    assert minutes(7.9, 8.0, 8.1, schematic=True) == ("约 8", "about 8")


def test_measured_roads_give_the_central_value_with_its_interval() -> None:
    assert minutes(12.8, 14.0, 15.2, schematic=False) == ("14（12.8～15.2）", "14 (12.8–15.2)")
    assert minutes(14.0, 14.0, 14.0, schematic=False) == ("14", "14")


def test_minutes_know_unreachable_partly_unreachable_and_no_data() -> None:
    assert minutes(INF, INF, INF, schematic=True) == ("无法到达", "unreachable")
    assert minutes(50.0, INF, INF, schematic=True) == ("50～无法到达", "50 – unreachable")
    assert minutes(NAN, NAN, NAN, schematic=False) == ("无数据", "no data")


@given(st.floats(0.01, 300), st.integers(1, 300))
def test_a_central_value_never_rounds_to_the_other_side_of_a_limit(
    value: float, limit: int
) -> None:
    shown = float(minutes(0.0, value, 999.0, schematic=False)[0].split("（")[0])
    if abs(value - limit) >= 0.001:
        assert (shown <= limit) == (value <= limit)


def test_texts_in_two_languages_are_split() -> None:
    assert tongues("第三章 (Chapter 3)") == ("第三章", "Chapter 3")
    assert tongues("规划假设：每日往返；assumption: a daily trip") == (
        "规划假设：每日往返",
        "assumption: a daily trip",
    )
    assert tongues("附件未列明 / not named") == ("附件未列明", "not named")
    assert tongues("甲；乙") == ("甲；乙", "甲；乙")
    assert tongues("第一项；第二项 (item 1; item 2)") == ("第一项；第二项", "item 1; item 2")
    assert tongues("MIT; CC BY 4.0") == ("MIT; CC BY 4.0", "MIT; CC BY 4.0")
    assert tongues(None) == ("", "")


def test_a_key_without_a_message_stands_for_itself() -> None:
    assert word("kind", "old_school") == ("old_school", "old_school")
    assert word("class", "gap") == ("覆盖空白", "gap")
    assert word("class", None) == ("无数据", "no data")


def test_names_are_joined_and_capitalised_in_english_only() -> None:
    assert joined([("甲", "jia"), ("乙", "yi")]) == ("甲、乙", "jia; yi")
    assert sentence(("村", "village")) == ("村", "Village")
    assert sentence(("demo-01", "demo-01")) == ("demo-01", "demo-01")
    assert pair("甲", NAN) == ("甲", "甲")
    assert text(5) == "5"


def test_whole_numbers_have_no_decimals() -> None:
    assert plain(30.0) == "30"
    assert plain(0.8754, 3) == "0.875"


def test_rows_of_names_a_missing_column() -> None:
    with pytest.raises(KeyError, match="b"):
        list(rows_of(pd.DataFrame({"a": [1]}), "a", "b"))
