"""The list of assumptions is read from its Markdown tables, and a slip in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from wushan_geo.sources.assumptions import COLUMNS, read_assumptions

HEAD = """| key | what | 内容 | value | unit | why | 理由 | how to replace it | 如何替换 |
|---|:-:|---|--:|---|---|---|---|---|
"""
PLAIN = """| key | what | 内容 | value | unit | why | how to replace it |
|---|:-:|---|--:|---|---|---|
"""


def test_rows_of_every_table_that_starts_with_key_are_read_and_other_tables_are_not() -> None:
    text = f"""# 假设

| file | rows |
|---|---|
| a | 3 |

{HEAD}| one | w | 甲 | 3 | km | y | 因 | h | 换 |

Some words.

{HEAD}| two | w | 乙 | 4 |  | y | 因 | h | 换 |
"""
    table, faults = read_assumptions(text.encode(), Path("A.md"))

    assert faults == []
    assert tuple(table.columns) == COLUMNS
    assert table["key"].to_list() == ["one", "two"]
    assert table["what_zh"].to_list() == ["甲", "乙"]
    assert table["unit"].to_list() == ["km", ""]


def test_a_table_of_seven_cells_leaves_the_chinese_reasons_empty() -> None:
    old = f"{PLAIN}| one | w | 甲 | 3 | km | y | h |"
    text = f"{old}\n\n{HEAD}| two | w | 乙 | 4 | m | y | 因 | h | 换 |"
    table, faults = read_assumptions(text.encode(), Path("A.md"))

    assert faults == []
    assert table["why"].to_list() == ["y", "y"]
    assert table["why_zh"].to_list() == ["", "因"]
    assert table["replace"].to_list() == ["h", "h"]
    assert table["replace_zh"].to_list() == ["", "换"]

    _, faults = read_assumptions(f"{PLAIN}| k | w | 甲 | 3 | km | y |".encode(), Path("A.md"))
    assert [(one.value, one.rule) for one in faults] == [("6", "has 7 cells")]


def test_a_bar_with_a_backslash_belongs_to_the_text() -> None:
    table, faults = read_assumptions(
        f"{HEAD}| k | a \\| b | 甲 | 3 | km | y | 因 | h | 换 |".encode(), Path("A")
    )

    assert faults == []
    assert table["what"].to_list() == ["a | b"]


def test_an_empty_last_cell_is_a_cell() -> None:
    for end in ("|  |", "||"):
        text = f"{HEAD}| k | w | 甲 | 3 | km | y | 因 | h {end}"
        table, faults = read_assumptions(text.encode(), Path("A.md"))

        assert faults == []
        assert table["replace_zh"].to_list() == [""]


@pytest.mark.parametrize(
    ("row", "value", "rule"),
    [
        ("| k | w | 甲 | 3 | km | y | 因 | h |", "8", "has 9 cells"),
        ("| k | w | 甲 | 3 | km | y | 因 | h | 换 | more |", "10", "has 9 cells"),
        (
            "| k | w | 甲 | 3 | km | y | 因 | h | 换 |\n| k | w | 甲 | 3 | km | y | 因 | h | 换 |",
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
