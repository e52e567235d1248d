"""The table of indicators: baseline beside target, what is observed, and never a verdict."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from built_in import study_of
from variants import shuffled

from wushan_geo.policy.indicators import COLUMNS, indicator_table


@pytest.mark.parametrize("name", ["example", "wushan", "wushan-facts"])
def test_eleven_indicators_stand_in_the_order_of_the_plan(name: str) -> None:
    table = indicator_table(study_of(name))
    assert table.columns.tolist() == COLUMNS
    assert table["number"].tolist() == list(range(1, 12))
    assert table["indicator"].is_unique


def test_targets_read_at_least_but_for_pension_and_medical() -> None:
    table = indicator_table(study_of("wushan")).set_index("number")
    assert table.index[table["operator"] == ">"].tolist() == [6, 7]
    assert table.index[table["operator"] == "tracks"].tolist() == [1]
    assert table.loc[[2, 6, 7, 8, 9, 10, 11], "target"].tolist() == [2000, 90, 95, 97, 85, 85, 100]
    assert table.index[table["accumulates"].astype(bool)].tolist() == [2]


def test_a_target_below_its_baseline_stands_beside_it() -> None:
    row = indicator_table(study_of("wushan")).set_index("number").loc[8]
    assert row["target"] < row["baseline"]


def test_the_table_gives_what_was_observed() -> None:
    table = indicator_table(study_of("example")).set_index("number")
    assert table.loc[4, ["value", "value_denominator", "basis"]].tolist() == [98.5, 400, "measured"]
    assert pd.isna(table.loc[11, "value_denominator"])


def test_what_was_not_observed_is_missing_and_not_zero() -> None:
    table = indicator_table(study_of("wushan"))
    assert table["value"].isna().all()
    assert set(table["basis"]) == {"missing"}


def test_one_missing_row_leaves_the_others() -> None:
    study = study_of("example")
    assert study.indicators is not None
    table = indicator_table(replace(study, indicators=study.indicators.iloc[1:]))
    assert table["basis"].tolist() == ["missing", *["measured"] * 10]


def test_without_a_plan_there_are_no_indicators() -> None:
    table = indicator_table(replace(study_of("example"), plan=None))
    assert table.columns.tolist() == COLUMNS
    assert table.empty


def test_the_order_of_rows_is_irrelevant() -> None:
    study = study_of("example")
    pd.testing.assert_frame_equal(indicator_table(shuffled(study, 1)), indicator_table(study))
