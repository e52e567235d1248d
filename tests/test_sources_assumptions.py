"""The list of assumptions is read from its Markdown tables, and a slip in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from wushan_geo.sources.assumptions import COLUMNS, read_assumptions

HEAD = """| key | what | 内容 | value | unit | why | how to replace it |
|---|:-:|---|--:|---|---|---|
"""


def test_rows_of_every_table_that_starts_with_key_are_read_and_other_tables_are_not() -> None:
    text = f"""# 假设

| file | rows |
|---|---|
| a | 3 |

{HEAD}| one | w | 甲 | 3 | km | y | h |

Some words.

{HEAD}| two | w | 乙 | 4 |  | y | h |
"""
    table, faults = read_assumptions(text.encode(), Path("A.md"))

    assert faults == []
    assert tuple(table.columns) == COLUMNS
    assert table["key"].to_list() == ["one", "two"]
    assert table["what_zh"].to_list() == ["甲", "乙"]
    assert table["unit"].to_list() == ["km", ""]


def test_a_bar_with_a_backslash_belongs_to_the_text() -> None:
    table, faults = read_assumptions(
        f"{HEAD}| k | a \\| b | 甲 | 3 | km | y | h |".encode(), Path("A")
    )

    assert faults == []
    assert table["what"].to_list() == ["a | b"]


def test_an_empty_last_cell_is_a_cell() -> None:
    for end in ("|  |", "||"):
        text = f"{HEAD}| k | w | 甲 | 3 | km | y {end}"
        table, faults = read_assumptions(text.encode(), Path("A.md"))

        assert faults == []
        assert table["replace"].to_list() == [""]


@pytest.mark.parametrize(
    ("row", "value", "rule"),
    [
        ("| k | w | 甲 | 3 | km | y |", "6", "has 7 cells"),
        ("| k | w | 甲 | 3 | km | y | h | more |", "8", "has 7 cells"),
        (
            "| k | w | 甲 | 3 | km | y | h |\n| k | w | 甲 | 3 | km | y | h |",
            "k",
            "appears only once",
        ),
    ],
)
def test_a_row_that_is_not_right_is_named_with_its_line(row: str, value: str, rule: str) -> None:
    _, faults = read_assumptions((HEAD + row).encode(), Path("A.md"))

    assert [(one.file, one.value, one.rule) for one in faults] == [("A.md", value, rule)]
    assert faults[0].row == 3 + row.count("\n")


def test_nothing_gives_an_empty_table_with_its_columns() -> None:
    table, faults = read_assumptions(b"", Path("A.md"))

    assert faults == []
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 0


def test_another_encoding_is_a_fault_and_no_traceback() -> None:
    _, faults = read_assumptions(b"a\n\xe4\xe3\n", Path("A.md"))

    assert [(one.row, one.rule) for one in faults] == [(2, "is written in UTF-8")]
