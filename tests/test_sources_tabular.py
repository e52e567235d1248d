"""Tables from CSV files: encodings, rows, quotes, and what a spreadsheet does to them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wushan_geo.sources.tabular import read_table


def cells(text: str | bytes) -> dict[int, list[Any]]:
    """Read a table without faults; its rows by number."""
    content = text if isinstance(text, bytes) else text.encode()
    raw, faults = read_table(content, Path("t.csv"))
    assert faults == []
    assert raw is not None
    frame = raw.frame.astype(object)
    frame = frame.where(frame.notna(), None)
    return {
        int(str(row)): list(values)
        for row, values in zip(frame.index, frame.to_numpy(), strict=True)
    }


def faults(text: str | bytes) -> list[tuple[int | None, str, str, str]]:
    content = text if isinstance(text, bytes) else text.encode()
    _, found = read_table(content, Path("t.csv"))
    return [(one.row, one.column, one.value, one.rule) for one in found]


@pytest.mark.parametrize(
    "content",
    [
        "code,name\n01,甲\n02,乙\n".encode(),
        "code,name\n01,甲\n02,乙".encode(),
        "code,name\r\n01,甲\r\n02,乙\r\n".encode(),
        "code,name\n01,甲\n02,乙\n".encode("utf-8-sig"),
        ' code , name \n "01" ,甲\n02,  乙 \n'.replace(' "01" ', '"01"').encode(),
        'code,name\n"01","甲"\n"02","乙"\n'.encode(),
    ],
    ids=["plain", "no last line end", "CRLF", "byte order mark", "spaces", "quotes"],
)
def test_the_same_table_is_read_from_any_of_these(content: bytes) -> None:
    assert cells(content) == {2: ["01", "甲"], 3: ["02", "乙"]}


def test_an_empty_cell_is_missing_and_an_empty_row_is_no_row_but_counts() -> None:
    assert cells("a,b\n1,\n\n,\n ,4\n") == {2: ["1", None], 5: [None, "4"]}


def test_commas_quotes_and_line_ends_inside_a_quoted_text_belong_to_it() -> None:
    text = 'a,b\n"甲,乙","说""好"""\n"一\n二",3\n4,5\n'

    assert cells(text) == {2: ["甲,乙", '说"好"'], 3: ["一\n二", "3"], 4: ["4", "5"]}


def test_codes_stay_as_they_are_written() -> None:
    assert cells("a\n007\n5.00237E+11\n500237001.0\n") == {
        2: ["007"],
        3: ["5.00237E+11"],
        4: ["500237001.0"],
    }


def test_columns_that_excel_left_empty_are_passed_over() -> None:
    assert cells("a,b,,\n1,2,,\n3,4,,\n") == {2: ["1", "2"], 3: ["3", "4"]}


def test_a_row_with_too_few_or_too_many_cells_is_named_and_the_others_are_kept() -> None:
    raw, found = read_table(b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n", Path("t.csv"))

    assert [(one.row, one.value, one.rule) for one in found] == [
        (3, "2", "has 3 cells, as the header has"),
        (4, "4", "has 3 cells, as the header has"),
    ]
    assert "quotes around the text" in found[0].suggestion
    assert raw is not None
    assert raw.frame.index.to_list() == [2, 3, 4]
    assert raw.frame["a"].to_list() == ["1", "4", "6"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", (1, "", "", "has a header in row 1")),
        ("\n1,2\n", (1, "", "", "has a header in row 1")),
        (",,\n1,2,3\n", (1, "", "", "has a header in row 1")),
        ("a,b,a\n1,2,3\n", (1, "a", "a", "has each column once")),
        ("a,,c\n1,2,3\n", (1, "column 2", "", "has a name for each column")),
        ("a;b\n1;2\n", (1, "", "a;b", "has its columns separated by commas")),
        ("a\tb\n1\t2\n", (1, "", "a\tb", "has its columns separated by commas")),
        ("a，b\n1，2\n", (1, "", "a，b", "has its columns separated by commas")),
        ('a,b\n1,2\n3,"4\n5,6\n', (3, "", "", "has its quotes in pairs")),
        ('a,b\n1,"2"x\n', (2, "", "", "has its quotes in pairs")),
    ],
)
def test_what_is_no_table_is_a_fault_and_no_traceback(
    text: str, fault: tuple[int, str, str, str]
) -> None:
    assert faults(text) == [fault]


def test_a_header_without_rows_is_an_empty_table() -> None:
    raw, found = read_table(b"a,b\n", Path("t.csv"))

    assert found == []
    assert raw is not None
    assert raw.frame.columns.to_list() == ["a", "b"]
    assert len(raw.frame) == 0


def test_a_file_in_gbk_is_recognised_and_shown_as_it_was_meant() -> None:
    content = "code,name\n01,x\n02,巫山县\n".encode("gb18030")

    _, found = read_table(content, Path("t.csv"))

    assert [(one.row, one.value, one.rule) for one in found] == [
        (3, "02,巫山县", "is written in UTF-8")
    ]
    assert found[0].suggestion.startswith("It looks like GBK.")
    assert "GBK" in found[0].suggestion_zh


def test_bytes_that_are_no_text_at_all_are_a_fault_as_well() -> None:
    assert faults(b"a\n\xff\n") == [(2, "", "b'\\xff'", "is written in UTF-8")]


def test_a_field_as_long_as_a_book_is_no_traceback() -> None:
    assert faults("a\n" + "x" * 200_000) == [(2, "", "", "has its quotes in pairs")]


WORD = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=5)


@given(st.lists(st.tuples(WORD, WORD), max_size=4))
def test_what_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b"), *rows])

    assert list(cells(out.getvalue()).values()) == [
        [one.strip() or None, two.strip() or None]
        for one, two in rows
        if one.strip() or two.strip()
    ]


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_named(content: bytes) -> None:
    raw, found = read_table(content, Path("t.csv"))

    assert raw is not None or found
