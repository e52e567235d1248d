"""The list of messy names: every unit in it, its labels real, made by its rules, scored rightly."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks" / "names"
FACTS = FOLDER.parents[1] / "data" / "build" / "facts"
LABELS = {"none", "ambiguous"}


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmark_names_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def corrupt(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.syspath_prepend(str(FOLDER))
    return SimpleNamespace(**vars(load("corrupt", monkeypatch)))


@pytest.fixture
def score(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    return SimpleNamespace(**vars(load("score", monkeypatch)))


@pytest.fixture(scope="module")
def names() -> list[dict[str, str]]:
    with (FOLDER / "names.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def parents() -> dict[str, str]:
    found = {}
    for name, column in (("townships.csv", None), ("villages.csv", "township_code")):
        with (FACTS / name).open(encoding="utf-8-sig", newline="") as file:
            found |= {row["code"]: row[column] if column else "" for row in csv.DictReader(file)}
    return found


def row(row_id: str, expected: str, told: str = "", rule: str = "R0") -> dict[str, str]:
    level = "township" if len(expected) == 9 else "village"
    shown = {"row_id": row_id, "level": level, "name": f"name of {row_id}"}
    return shown | {"expected": expected, "rule": rule, "parent_meant": told}


def test_the_list_has_at_least_every_unit_fifty_homonyms_and_hard_negatives(
    names: list[dict[str, str]],
) -> None:
    kinds = Counter(row["rule"][0] for row in names)
    assert len(names) >= 366 + 50 + 40
    assert kinds["H"] == 50
    assert kinds["N"] >= 40


def test_each_of_the_366_units_is_meant_at_least_once(
    names: list[dict[str, str]], parents: dict[str, str]
) -> None:
    assert len(parents) == 366
    assert parents.keys() <= {row["expected"] for row in names}


def test_each_label_is_a_code_of_its_level_or_none_or_ambiguous(
    names: list[dict[str, str]], parents: dict[str, str]
) -> None:
    for row in names:
        if row["expected"] not in LABELS:
            assert row["expected"] in parents, row
            assert row["level"] == ("village" if parents[row["expected"]] else "township"), row


def test_a_village_that_is_meant_lies_in_the_parent_that_is_told(
    names: list[dict[str, str]], parents: dict[str, str]
) -> None:
    for row in names:
        if row["level"] == "village" and row["parent_meant"] and row["expected"] not in LABELS:
            assert parents[row["expected"]] == row["parent_meant"], row
        if row["level"] == "village" and row["parent_code"]:
            assert row["parent_code"] == row["parent_meant"], row


def test_no_row_stands_twice_and_none_is_without_a_name(names: list[dict[str, str]]) -> None:
    told = [(row["level"], row["name"], row["parent_code"], row["parent_name"]) for row in names]
    assert len(set(told)) == len(told)
    assert len({row["row_id"] for row in names}) == len(names)
    assert all(row["name"].strip() for row in names)


def test_every_rule_of_a_row_is_explained_and_every_explained_rule_is_used(
    names: list[dict[str, str]],
) -> None:
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    explained = {line.split("|")[1].strip() for line in lines if line.startswith(("| R", "| H"))}
    explained |= {line.split("|")[1].strip() for line in lines if line.startswith("| N")}
    assert {rule for row in names for rule in row["rule"].split("+")} == explained


def test_the_rules_give_the_list_again_byte_for_byte(corrupt: SimpleNamespace) -> None:
    assert corrupt.as_csv(corrupt.make_rows()) == (FOLDER / "names.csv").read_bytes()


def test_a_name_one_character_from_a_neighbour_is_never_labelled_with_a_code(
    corrupt: SimpleNamespace,
) -> None:
    county = corrupt.County(*corrupt.read_units(FACTS))
    unit = county.called("庙宇/长坪")
    seen = set()
    for throw in range(100):
        made = corrupt.village_row(unit, county, {"R9"}, corrupt.Dice("a test", str(throw)))
        written = None if made is None else made["name"].removesuffix("村民委员会").rstrip("村")
        assert written in {None, "长平", "长评", "常坪"}
        seen.add(written)
        if written is not None:
            near = [u.stem for u in county.villages if u.parent == unit.parent]
            assert [stem for stem in near if corrupt.edits(written, stem) <= 1] == ["长坪"]
    assert seen >= {None, "常坪"}


def test_a_character_without_another_in_its_place_is_refused(corrupt: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="nothing stands in the place of 坪"):
        corrupt.pairs("桥侨 坪")


def test_precision_counts_what_was_matched_and_recall_what_is_meant(
    score: SimpleNamespace,
) -> None:
    rows = [row("a", "500237101"), row("b", "500237102"), row("c", "none"), row("d", "ambiguous")]
    found = score.measure({"a": "500237101", "b": None, "c": "500237103", "d": None}, rows)
    assert (found.rows, found.matched, found.right, found.meant) == (4, 2, 1, 2)
    assert found.precision == 0.5
    assert found.recall == 0.5
    assert [(m.row_id, m.kind, m.found) for m in found.mistakes] == [
        ("b", "missed", None),
        ("c", "should_not", "500237103"),
    ]


def test_another_code_than_the_expected_one_is_wrong_for_both_shares(
    score: SimpleNamespace,
) -> None:
    found = score.measure({"a": "500237102"}, [row("a", "500237101")])
    assert (found.precision, found.recall) == (0.0, 0.0)
    assert found.mistakes[0].kind == "wrong"


def test_a_homonym_outside_its_parent_is_counted_apart_from_other_rows(
    score: SimpleNamespace,
) -> None:
    here, there = "500237102237", "500237107229"
    rows = [
        row("inside", here, "500237102", "H1"),
        row("outside", here, "500237102", "H1+R1"),
        row("nowhere", "none", "500237106", "H4"),
        row("untold", "ambiguous", "", "H2"),
        row("plain", here, "500237102", "R1"),
    ]
    found = score.measure(
        {"inside": here, "outside": there, "nowhere": here, "untold": there, "plain": there}, rows
    )
    assert (found.homonyms_outside, found.outside) == (2, 3)
    assert (found.matched, found.right) == (5, 1)


def test_shares_of_nothing_are_none_and_not_zero(score: SimpleNamespace) -> None:
    found = score.measure({"a": None}, [row("a", "none")])
    assert (found.precision, found.recall, found.mistakes) == (None, None, ())


def test_rows_without_an_entry_and_entries_without_a_row_are_refused(
    score: SimpleNamespace,
) -> None:
    with pytest.raises(ValueError, match=r"without an entry: \['a'\]; .* without a row: \['b'\]"):
        score.measure({"b": None}, [row("a", "none")])


def test_a_match_that_is_no_code_is_refused(score: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match=r"neither a code nor None: \['a'\]"):
        score.measure({"a": "none"}, [row("a", "none")])


def test_a_perfect_matcher_has_a_perfect_score_on_the_whole_list(
    score: SimpleNamespace, names: list[dict[str, str]]
) -> None:
    perfect = {r["row_id"]: None if r["expected"] in LABELS else r["expected"] for r in names}
    found = score.measure(perfect)
    assert (found.precision, found.recall, found.outside) == (1.0, 1.0, 0)
    assert found.mistakes == ()


def test_matching_whatever_the_name_says_loses_on_the_planted_rows(
    score: SimpleNamespace, names: list[dict[str, str]]
) -> None:
    always = {r["row_id"]: "500237102237" for r in names}
    found = score.measure(always)
    assert found.precision is not None
    assert found.precision < 0.05
    assert found.homonyms_outside >= 20
