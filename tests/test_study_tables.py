"""Each table's contract: what its cells may hold, and every fault with its row and a suggestion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wushan_geo.study.tables import CONTRACTS, Raw, check_table

if TYPE_CHECKING:
    from wushan_geo.errors import Fault


def raw(**columns: list[str | None]) -> Raw:
    """Give a table as a file holds it; the first row of cells is row 2."""
    frame = pd.DataFrame({name: pd.array(cells, dtype="str") for name, cells in columns.items()})
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return Raw(frame, "t.csv")


def persons(*counts: str | None) -> Raw:
    return raw(
        zone_id=[f"z{at}" for at in range(len(counts))],
        group=["all"] * len(counts),
        persons=list(counts),
        basis=["measured"] * len(counts),
    )


def facilities(**changes: list[str | None]) -> Raw:
    columns: dict[str, list[str | None]] = {
        "facility_id": ["F"],
        "name": ["x"],
        "kind": ["sunshine_home"],
        "services": [None],
        "capacity": [None],
        "status": ["open"],
        "admits": [None],
        "zone_id": [None],
        "lon": [None],
        "lat": [None],
        "basis": ["measured"],
    }
    return raw(**{**columns, **changes})


def told(faults: list[Fault]) -> list[tuple[int | None, str, str, str]]:
    return [(one.row, one.column, one.value, one.rule) for one in faults]


def test_cells_become_what_they_are_and_a_missing_one_is_no_data() -> None:
    table, faults = check_table(
        "facilities",
        facilities(
            services=["day_care; visiting；day_care"],
            capacity=["12"],
            opened=["2020-02-29"],
            barrier_free=["Yes"],
            grade=[None],
        ),
    )

    assert faults == []
    row = table.iloc[0]
    assert row["services"] == frozenset({"day_care", "visiting"})
    assert row["capacity"] == 12.0
    assert row["opened"] == pd.Timestamp("2020-02-29")
    assert bool(row["barrier_free"])
    assert np.isnan(row["grade"])
    assert pd.isna(row["host"])
    assert np.isnan(row["lon"])


def test_zero_is_a_count_and_an_empty_cell_is_none() -> None:
    table, faults = check_table("persons", persons("0", None))

    assert faults == []
    assert table["persons"].to_list()[0] == 0
    assert np.isnan(table["persons"].to_list()[1])


def test_rows_are_numbered_as_the_file_numbers_them_even_with_rows_left_out() -> None:
    table = persons("1", "x", "3", "-4")
    table.frame.index = pd.Index([2, 5, 6, 9])

    found, faults = check_table("persons", table)

    assert told(faults) == [
        (5, "persons", "x", "is a whole number"),
        (9, "persons", "-4", "is at least 0"),
    ]
    assert found.index.to_list() == [2, 5, 6, 9]


@pytest.mark.parametrize("cell", ["3人", "1,000", "1.5", "nan", "inf", "-inf", "0x10", "1_0", "５"])
def test_what_is_not_a_whole_number_is_no_count(cell: str) -> None:
    _, faults = check_table("persons", persons(cell))

    assert told(faults) == [(2, "persons", cell, "is a whole number")]
    assert "empty" in faults[0].suggestion


@pytest.mark.parametrize("cell", ["3", "3.0", "3e0", "+3"])
def test_a_whole_number_may_be_written_in_several_ways(cell: str) -> None:
    table, faults = check_table("persons", persons(cell))

    assert faults == []
    assert table["persons"].to_list() == [3.0]


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("capacity", "-1", "is at least 0"),
        ("capacity", "about 20", "is a number"),
        ("grade", "6", "is at most 5"),
        ("grade", "0", "is at least 1"),
        ("open_days", "8", "is at most 7"),
        ("lat", "109.9", "is at most 90"),
        ("lon", "-181", "is at least -180"),
        ("opened", "2021-02-29", "is a date"),
        ("opened", "01.03.2021", "is a date"),
        ("opened", "20210301", "is a date"),
        ("opened", "2021年3月", "is a date"),
        ("barrier_free", "1", "is yes or no"),
        ("barrier_free", "是", "is yes or no"),
        ("basis", "guessed", "is one of: measured, stated, inferred, modelled"),
        ("status", "opened", "is one of: open, planned, candidate, closed, unknown"),
    ],
)
def test_a_cell_that_breaks_its_column_is_a_fault(column: str, cell: str, rule: str) -> None:
    _, faults = check_table("facilities", facilities(**{column: [cell]}))

    assert told(faults) == [(2, column, cell, rule)]
    assert faults[0].suggestion
    assert faults[0].rule_zh
    assert faults[0].suggestion_zh


def test_a_latitude_above_ninety_suggests_that_the_two_were_swapped() -> None:
    _, faults = check_table("facilities", facilities(lon=["31.1"], lat=["109.9"]))

    assert [one.suggestion for one in faults] == ["Longitude and latitude may be swapped."]


def test_a_word_that_is_nearly_right_is_suggested() -> None:
    _, faults = check_table("facilities", facilities(status=["opne"], basis=["modeled"]))

    assert [one.suggestion for one in faults] == [
        "Did you mean 'open'?",
        "Did you mean 'modelled'?",
    ]


def test_words_may_be_written_in_any_case_and_a_bank_is_a_capital() -> None:
    columns: dict[str, list[str | None]] = {
        "zone_id": ["1"],
        "name": ["x"],
        "kind": ["Town"],
        "bank": ["N"],
        "basis": ["MEASURED"],
    }
    table, faults = check_table("townships", raw(**columns))
    _, wrong = check_table("townships", raw(**{**columns, "bank": ["n"]}))

    assert faults == []
    assert table["kind"].to_list() == ["town"]
    assert told(wrong) == [(2, "bank", "n", "is one of: N, S, unknown")]


def test_an_edge_of_no_length_is_refused_and_one_of_a_millimetre_is_not() -> None:
    columns: dict[str, list[str | None]] = {
        "edge_id": ["a", "b"],
        "u": ["1", "1"],
        "v": ["2", "2"],
        "length_m": ["0", "0.001"],
        "road_class": ["county", "county"],
        "basis": ["measured", "measured"],
    }
    _, faults = check_table("road_edges", raw(**columns))

    assert told(faults) == [(2, "length_m", "0", "is above 0")]


def test_a_missing_column_is_named_once_and_a_misspelt_one_is_recognised() -> None:
    table = raw(zone_id=["1"], group=["all"], person=["3"], basis=["measured"])

    found, faults = check_table("persons", table)

    assert told(faults) == [(1, "persons", "", "has a column 'persons'")]
    assert faults[0].suggestion == "Is it the column 'person'? Rename it."
    assert np.isnan(found["persons"].to_list()[0])


def test_a_misspelt_optional_column_does_not_pass_silently_and_other_columns_do() -> None:
    _, faults = check_table("facilities", facilities(barrierfree=["yes"], telephone=["12345"]))

    assert told(faults) == [(1, "barrierfree", "barrierfree", "is a column that exists")]
    assert faults[0].suggestion == "Did you mean 'barrier_free'?"


def test_a_layer_has_no_header_row() -> None:
    table = raw(zone_id=["1"], name=["x"], kind=["town"])
    layer = Raw(table.frame, "t.gpkg", np.array([None], dtype=object))

    _, faults = check_table("townships", layer)

    assert told(faults) == [(None, "basis", "", "has a column 'basis'")]


def test_a_cell_that_must_be_filled_may_not_be_empty() -> None:
    _, faults = check_table("facilities", facilities(name=[None], status=[None]))

    assert told(faults) == [
        (2, "name", "", "must not be empty"),
        (2, "status", "", "must not be empty"),
    ]


def test_a_duplicate_names_the_row_of_the_first() -> None:
    table = raw(
        zone_id=["1", "2", "1", "1", None, None, "1"],
        group=["all", "all", "all", "severe", "all", "all", "all"],
        persons=["1"] * 7,
        basis=["measured"] * 7,
    )

    _, faults = check_table("persons", table)

    again = [one for one in faults if one.rule == "appears only once"]
    assert told(again) == [
        (4, "zone_id + group", "1 / all", "appears only once"),
        (8, "zone_id + group", "1 / all", "appears only once"),
    ]
    for one in again:
        assert one.suggestion == "It stands in row 2 already: delete one of the two."


def test_many_faults_of_a_table_are_found_at_once() -> None:
    table = raw(zone_id=["1", "1", None], group=["all"] * 3, persons=["x", "-1", "2.5"])

    _, faults = check_table("persons", table)

    assert {(one.row, one.column) for one in faults} == {
        (1, "basis"),
        (2, "persons"),
        (3, "persons"),
        (3, "zone_id + group"),
        (4, "zone_id"),
        (4, "persons"),
    }


def test_a_table_without_rows_is_no_fault() -> None:
    table, faults = check_table("persons", raw(zone_id=[], group=[], persons=[], basis=[]))

    assert faults == []
    assert len(table) == 0


@pytest.mark.parametrize("name", CONTRACTS)
def test_an_empty_cell_in_each_column_gives_columns_of_the_same_types_as_a_missing_column(
    name: str,
) -> None:
    columns = [one.name for one in CONTRACTS[name].columns]
    without, _ = check_table(name, raw(**{columns[0]: [None]}))
    empty, _ = check_table(name, raw(**{one: [None] for one in columns}))

    assert list(empty.columns) == columns
    assert empty.dtypes.astype(str).to_dict() == without.dtypes.astype(str).to_dict()


@given(st.lists(st.one_of(st.none(), st.text(min_size=1, max_size=6)), max_size=5))
def test_any_text_in_any_cell_is_read_or_named_and_never_a_traceback(
    cells: list[str | None],
) -> None:
    table = persons(*cells)
    before = table.frame.copy()

    found, faults = check_table("persons", table)

    pd.testing.assert_frame_equal(table.frame, before)
    bad = {one.row for one in faults if one.column == "persons"}
    for row, cell in zip(table.frame.index, cells, strict=True):
        value = found.loc[row, "persons"]
        read = cell is not None and row not in bad
        assert read == (bool(np.isfinite(value)) and row not in bad)


def test_a_date_as_excel_writes_it_back_is_read() -> None:
    frame = pd.DataFrame(
        {
            "zone_id": ["990101001001", "990101001002"],
            "service": ["visiting", "visiting"],
            "status": ["delivered", "delivered"],
            "last": ["2025/5/2", "2025/13/1"],
            "basis": ["measured", "measured"],
        },
        index=[2, 3],
        dtype="str",
    )

    table, faults = check_table("services", Raw(frame, "services.csv"))

    assert table["last"].tolist()[0] == pd.Timestamp("2025-05-02")
    assert [(one.row, one.column, one.value) for one in faults if one.column == "last"] == [
        (3, "last", "2025/13/1")
    ]
