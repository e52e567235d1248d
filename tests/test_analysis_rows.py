"""How the tables of the analysis are laid out, also where there is nothing to lay out."""

from __future__ import annotations

import pandas as pd
import pytest

from wushan_geo.analysis.rows import COLUMNS, notes_table, table


@pytest.mark.parametrize("name", list(COLUMNS))
def test_a_table_without_rows_has_its_columns(name: str) -> None:
    assert table(name, []).columns.tolist() == COLUMNS[name]


def test_ranks_stay_whole_where_some_are_missing() -> None:
    blank = dict.fromkeys(COLUMNS["rates"])
    rows = [pd.DataFrame([{**blank, "rank": 1.0}]), pd.DataFrame([blank])]

    found = table("rates", rows)

    assert str(found["rank"].dtype) == "Int64"
    assert found["rank"].isna().tolist() == [False, True]


def test_a_note_has_its_four_parts() -> None:
    with pytest.raises(ValueError, match="unpack"):
        notes_table([("equity", "", "key")])  # type: ignore[list-item] -- three parts
