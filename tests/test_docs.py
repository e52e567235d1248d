"""The pages on tables and methods say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from built_in import result_of

from wushan_geo.results import CLASSES, TABLES, StudyResult
from wushan_geo.study.tables import CONTRACTS

DOCS = Path(__file__).resolve().parent.parent / "docs"
STUDIES = ("example", "wushan", "wushan-facts")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NEEDED = {
    (True, True): "必填 filled",
    (True, False): "列必有 column",
    (False, False): "可选 optional",
}
MEASURES = "| 指标 measure |"


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def sections(name: str) -> dict[str, str]:
    """Give the part of each table by its name."""
    parts = re.split(r"^## `(\w+)`", text_of(name), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(part: str) -> list[list[str]]:
    """Give the cells of the rows that start with a name in code style."""
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names(part: str) -> list[str]:
    return [row[0].strip("`") for row in rows(part)]


@pytest.fixture(scope="module")
def results() -> dict[str, StudyResult]:
    return {one: result_of(one) for one in STUDIES}


def test_the_dictionary_has_every_table_and_no_other(results: dict[str, StudyResult]) -> None:
    listed = set(sections("data-dictionary.md"))

    assert listed == set(TABLES)
    assert all(listed == set(result.tables) for result in results.values())


@pytest.mark.parametrize("table", TABLES)
def test_the_dictionary_has_every_column_in_its_order(
    table: str, results: dict[str, StudyResult]
) -> None:
    listed = names(sections("data-dictionary.md")[table].split(MEASURES)[0])

    for study, result in results.items():
        assert list(result.tables[table].columns) == listed, study


def test_the_dictionary_explains_every_measure(results: dict[str, StudyResult]) -> None:
    part = sections("data-dictionary.md")["access"].split(MEASURES)[1]
    listed = {}
    for row in rows(part):
        # One row explains the same measure of places and of persons; its units stand in this order.
        units = row[3].split(", ")
        for one in re.findall(r"`(\w+)`", row[0]):
            listed[one] = units[0] if one.startswith("place") else units[-1]

    found: dict[str, str] = {}
    for result in results.values():
        table = result.tables["access"]
        found |= dict(zip(table["measure"], table["unit"], strict=True))
    assert found == listed


def test_the_dictionary_names_the_words_that_tables_use(
    results: dict[str, StudyResult],
) -> None:
    text = text_of("data-dictionary.md")
    for table, column in (
        ("gaps", "class"), ("gaps", "paper"), ("gaps", "reach"), ("gaps", "certainty"),
        ("gaps", "border"), ("scoreboard", "verdict"), ("scoreboard", "ledger"),
        ("scoreboard", "level"), ("scoreboard", "force"), ("scoreboard", "basis"),
        ("facilities", "status"), ("facilities", "admits"), ("townships", "kind"),
        ("villages", "kind"), ("plans", "model"), ("plans", "status"), ("findings", "severity"),
        ("indicators", "kind"), ("indicators", "operator"),
    ):  # fmt: skip
        for study, result in results.items():
            used = {one for one in result.tables[table][column].dropna() if one}
            lost = [one for one in used if f"`{one}`" not in text]
            assert lost == [], (study, table, column)


def test_the_classes_stand_in_their_order() -> None:
    at = [text_of("methods.md").index(f"\n{one} ") for one in ("effective", "neighbour")]

    assert at == sorted(at)
    assert all(f"`{one}`" in text_of("data-dictionary.md") for one in CLASSES)


@pytest.mark.parametrize("table", CONTRACTS)
def test_the_page_on_inputs_is_the_contract(table: str) -> None:
    part = sections("input-tables.md")[table]
    contract = CONTRACTS[table]

    assert names(part) == [one.name for one in contract.columns]
    for row, column in zip(rows(part), contract.columns, strict=True):
        assert row[1] == NEEDED[column.needed, column.filled]
        assert re.findall(r"`(\w+)`", row[4]) == list(column.options) or not column.options
    keys = part.split("key:")[1].splitlines()[0]
    assert re.findall(r"`(\w+)`", keys) == list(contract.key)


def test_the_page_on_inputs_has_no_other_table() -> None:
    assert list(sections("input-tables.md")) == list(CONTRACTS)


@pytest.mark.parametrize("name", ["data-dictionary.md", "input-tables.md"])
def test_each_column_is_explained_in_both_languages(name: str) -> None:
    for table, part in sections(name).items():
        for row in rows(part.split(MEASURES)[0]):
            zh, en = row[2:4] if name == "input-tables.md" else row[1:3]
            assert CHINESE.search(zh), (table, row)
            assert en, (table, row)
            assert not CHINESE.search(en), (table, row)


@pytest.mark.parametrize(
    "name", ["methods.md", "gotchas.md", "data-dictionary.md", "input-tables.md"]
)
def test_a_page_has_a_heading_in_both_languages(name: str) -> None:
    head = text_of(name).splitlines()[0]

    assert re.fullmatch(r"# [^·]*[\u4e00-\u9fff]+ · [A-Z].+", head)


def test_every_test_file_that_a_docstring_names_is_there() -> None:
    named = {
        one
        for path in (DOCS.parent / "wushan_geo").rglob("*.py")
        for one in re.findall(r"tests/test_\w+\.py", path.read_text(encoding="utf-8"))
    }

    assert named
    assert sorted(one for one in named if not (DOCS.parent / one).is_file()) == []
