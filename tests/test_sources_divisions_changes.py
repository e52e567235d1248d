"""Renamed, merged, split and moved units; and codes held against names."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import InputError, ParameterError
from wushan_geo.sources.divisions import (
    Changes,
    check_codes,
    chosen_ids,
    code_faults,
    crosswalk,
    follows_other_system,
    kind_faults,
    match,
    match_faults,
    read_changes,
    shipped_changes,
    unit_index,
)
from wushan_geo.sources.divisions.change_table import COLUMNS, change_faults
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.faults import Where

A, B, C, D = "500237101", "500237102", "500237103", "500237104"


def changes(*lines: str) -> pd.DataFrame:
    """Make a table of changes from lines without their source."""
    rows = [[*line.split(","), "notice"] for line in lines]
    return pd.DataFrame(rows, columns=list(COLUMNS), index=range(2, len(rows) + 2))


def told(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Give code, name and status of each row."""
    columns = (table[name].fillna("") for name in ("code", "name", "status"))
    return list(zip(*columns, strict=True))


CHAIN = changes(
    f"2005,renamed,{A},甲乡,{A},甲镇,",
    f"2010-06-01,merged,{A},甲镇,{B},乙镇,",
    f"2015-07-01,recoded,{B},乙镇,{C},乙镇,",
    f"2020,split,{C},乙镇,500237105,丙镇,0.25",
    f"2020,split,{C},乙镇,500237106,丁镇,0.75",
)


def test_a_unit_is_followed_through_all_its_changes() -> None:
    found = crosswalk([A], CHAIN)

    assert told(found) == [("500237105", "丙镇", "split"), ("500237106", "丁镇", "split")]
    assert found["share"].tolist() == [0.25, 0.75]
    assert (
        found["changes"].iloc[0]
        == "2005 renamed; 2010-06-01 merged; 2015-07-01 recoded; 2020 split"
    )


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, "2004-12-31", (A, "", "same")),
        (None, "2005-12-31", (A, "甲镇", "renamed")),
        (None, "2010-05-31", (A, "甲镇", "renamed")),
        (None, "2010-06-01", (B, "乙镇", "merged")),  # the day itself has happened
        ("2010-06-01", None, (A, "", "same")),  # a list of that day has the merger already
        ("2010-05-31", "2014", (B, "乙镇", "merged")),
        (dt.date(2009, 1, 1), dt.date(2016, 1, 1), (C, "乙镇", "recoded")),
        (None, "2005-03-01", ("", "", "unclear")),  # sometime in 2005
    ],
)
def test_only_changes_between_two_days_are_applied(
    since: str | None, until: str | None, expected: tuple[str, str, str]
) -> None:
    assert told(crosswalk([A], CHAIN, since=since, until=until)) == [expected]


def test_a_split_without_shares_is_never_decided() -> None:
    table = changes(f"2020,split,{A},甲镇,{B},乙镇,", f"2020,split,{A},甲镇,{C},丙镇,")

    found = crosswalk([A, "甲镇", D], table)

    assert found["status"].tolist() == ["ambiguous"] * 4 + ["same"]
    assert found["share"].isna().tolist() == [True] * 4 + [False]


def test_units_that_swap_their_codes_on_one_day_are_not_mixed_up() -> None:
    table = changes(
        f"2012-01-01,recoded,{A},甲镇,{B},甲镇,", f"2012-01-01,recoded,{B},乙镇,{A},乙镇,"
    )

    assert told(crosswalk([A, B], table)) == [(B, "甲镇", "recoded"), (A, "乙镇", "recoded")]


def test_a_change_of_another_name_under_the_same_code_is_not_applied() -> None:
    table = changes(
        f"2010,recoded,{A},甲镇,{B},甲镇,",
        f"2012,renamed,{B},乙镇,{B},丙镇,",
        f"2013,merged,{B},甲镇,{C},丁镇,",
    )

    assert told(crosswalk([A], table, until="2012-12-31")) == [(B, "甲镇", "recoded")]
    assert told(crosswalk([A], table)) == [(C, "丁镇", "merged")]


def test_the_table_that_comes_along_has_a_source_for_every_row_and_no_fault() -> None:
    table = shipped_changes()

    assert change_faults(table, "changes.csv") == []
    assert (table["source"].str.len() > 20).all()
    assert told(crosswalk(["龙井乡"])) == [("", "", "abolished")]
    assert told(crosswalk(["龙井乡"], until="2011-06-30")) == [("", "龙井乡", "same")]


@pytest.mark.parametrize(
    ("lines", "column", "message"),
    [
        ([f"soon,renamed,{A},甲,{A},乙,"], "date", "a year, a month or a day"),
        ([f"2011-13,renamed,{A},甲,{A},乙,"], "date", "a year, a month or a day"),
        ([f"2011,eaten,{A},甲,{A},乙,"], "change", "is one of"),
        ([f"2011,merged,{A}.0,甲,{B},乙,"], "old_code", "digits"),
        ([f"2011,merged,,,{B},乙,"], "old_code", "before the change"),
        ([f"2011,merged,{A},甲,,,"], "new_code", "unless it was abolished"),
        ([f"2011,abolished,{A},甲,{B},乙,"], "new_code", "unless it was abolished"),
        ([f"2011,merged,{A},甲,{A},甲,"], "new_code", "keeps its code when renamed"),
        ([f"2011,renamed,{A},甲,{B},乙,"], "new_code", "keeps its code when renamed"),
        ([f"2011,renamed,{A},甲,{A},甲,"], "new_name", "two different names"),
        ([f"2011,merged,{A},甲,{B},乙,0.5"], "share", "only of a split"),
        ([f"2011,split,{A},甲,{B},乙,2"], "share", "only of a split"),
        ([f"2011,split,{A},甲,{B},乙,"], "change", "at least two rows"),
        (
            [f"2011,split,{A},甲,{B},乙,0.5", f"2011,split,{A},甲,{C},丙,0.4"],
            "share",
            "add up to 1",
        ),
        (
            [f"2011,merged,{A},甲,{B},乙,", f"2011,renamed,{A},甲,{A},丙,"],
            "change",
            "one change of",
        ),
        (
            [f"2011,merged,{A},甲,{B},乙,", f"2011,merged,{B},乙,{A},甲,"],
            "new_code",
            "merged into each other",
        ),
        (
            [f"2011,merged,{A},甲,{B},乙,", f"2011,abolished,{B},乙,,,"],
            "new_code",
            "into an abolished one",
        ),
        (
            [f"2011,merged,{A},甲,{B},乙,", f"2015,merged,{A},甲,{C},丙,"],
            "old_code",
            "when its code ended",
        ),
    ],
)
def test_a_contradiction_in_the_table_is_named(lines: list[str], column: str, message: str) -> None:
    table = changes(*lines)

    faults = change_faults(table, "changes.csv")

    assert column in {one.column for one in faults}
    assert any(message in one.rule for one in faults)
    assert all(one.rule_zh and one.suggestion_zh for one in faults)
    with pytest.raises(InputError, match=message):
        crosswalk([A], table)


def test_a_code_may_be_taken_up_again() -> None:
    table = changes(
        f"2011,merged,{A},甲,{B},乙,", f"2013,recoded,{C},丙,{A},丙,", f"2015,merged,{A},丙,{D},丁,"
    )

    assert change_faults(table, "x") == []
    assert told(crosswalk([A, C], table)) == [(B, "乙", "merged"), (D, "丁", "merged")]


def test_all_faults_of_a_table_are_listed_at_once_with_their_rows() -> None:
    text = f"{','.join(COLUMNS)}\nx,renamed,{A},甲,{A},乙,,s\n\n2011,eaten,{A},甲,{A},乙,,\n"

    _, faults = read_changes(text.encode(), "changes.csv")

    assert sorted({(one.row, one.column) for one in faults}) == [
        (2, "date"), (3, "change"), (3, "new_code"), (3, "source"),
    ]  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
def test_any_bytes_give_a_table_or_faults(content: bytes) -> None:
    table, faults = read_changes(content, "changes.csv")

    assert faults or list(table) == list(COLUMNS)


def test_a_day_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ParameterError, match="2011-07-01"):
        crosswalk([A], CHAIN, since="last year")


UNITS = pd.DataFrame(
    {
        "zone_id": ["500237", A, B, C, D, "500237101201", "500237102201"],
        "name": ["巫山县", "甲镇", "乙镇", "丙镇", "丁乡", "桂花村", "文峰村"],
    }
)


def test_a_former_name_is_followed_to_the_unit_of_today() -> None:
    table = changes(
        f"2010,merged,500237109,庚乡,{A},甲镇,",
        "2012,moved,500237101205,河湾村,500237102201,文峰村,",
        "2013,split,500237101206,大坪村,500237101201,桂花村,",
        "2013,split,500237101206,大坪村,500237102201,文峰村,",
    )
    names = ["庚乡", "河湾村", "大坪村", "桂花村"]

    found = match(names, UNITS, ["500237", "甲镇", "甲镇", "500237109"], crosswalk=table)

    assert found["zone_id"].fillna("").tolist() == [A, "500237102201", "", "500237101201"]
    assert found["method"].fillna("").tolist() == ["crosswalk", "crosswalk", "", "exact"]
    assert found["reason"].tolist() == ["", "", "split", ""]


def test_a_former_name_counts_only_in_its_former_parent() -> None:
    table = Changes(changes("2012,moved,500237101205,河湾村,500237102201,文峰村,"))

    found = match(["河湾村", "龙井乡"], UNITS, ["乙镇", "500237"], crosswalk=table)

    assert found["status"].tolist() == ["unmatched", "unmatched"]
    assert match(["龙井乡"], UNITS, "500237", crosswalk=shipped_changes())["reason"].tolist() == [
        "abolished"
    ]


def test_code_and_name_are_held_against_each_other() -> None:
    codes = [A, "500237102201.0", B, "500237999", A, "x"]
    names = ["甲镇人民政府", "文峰村委会", "甲镇", "丙镇", "", "某镇"]

    checked = check_codes(codes, names, UNITS)

    assert checked["verdict"].tolist() == [
        "agree", "agree", "contradict", "name only", "code only", "neither",
    ]  # fmt: skip
    assert checked["by_name"].fillna("").tolist()[2] == A
    assert chosen_ids(checked, "by name").fillna("").tolist() == [A, "500237102201", A, C, A, ""]
    assert chosen_ids(checked, "by code").fillna("").tolist() == [A, "500237102201", B, C, A, ""]
    with pytest.raises(ParameterError, match="by name, by code"):
        chosen_ids(checked, "by luck")  # type: ignore[arg-type] -- the point of the test
    with pytest.raises(ParameterError, match="1 codes and 2 names"):
        check_codes([A], ["甲镇", "乙镇"], UNITS)


def place(at: int) -> Where:
    """Place a code."""
    return Where("残疾人.xlsx", at + 3, "代码", at)


def test_a_list_that_follows_another_system_is_one_question_and_not_many() -> None:
    index = unit_index(UNITS)
    checked = check_codes([B, C, D, A], ["甲镇", "乙镇", "丙镇", "丁乡"], index)

    assert follows_other_system(checked)
    (question,) = code_faults(checked, index, place, "persons")
    assert question.severity == "decide"
    assert question.ask is not None
    assert (question.ask.subject, question.ask.choices) == ("coding system", ("by name", "by code"))
    assert "4" in question.rule
    answers = Answers.of([Answer("zone", "persons", "coding system", "by name")])
    (note,) = code_faults(checked, index, place, "persons", answers)
    assert note.severity == "note"
    assert chosen_ids(checked, "by name").tolist() == [A, B, C, D]


def test_a_few_slips_are_not_taken_for_another_system() -> None:
    codes = [A, B, C, D, A]
    names = ["甲镇", "乙镇", "丙镇", "甲镇", "乙镇"]
    checked = check_codes(codes, names, UNITS)

    assert not follows_other_system(checked)
    faults = code_faults(checked, UNITS, place, "persons")
    assert [(one.row, one.severity) for one in faults] == [(6, "decide"), (7, "decide")]
    assert faults[0].ask is not None
    assert faults[0].ask.choices == (A, D)


def test_one_code_for_two_names_is_no_system() -> None:
    checked = check_codes([D, D, D], ["甲镇", "乙镇", "丙镇"], UNITS)

    assert not follows_other_system(checked)


def test_what_only_code_or_name_tells_is_noted_and_what_neither_tells_is_an_error() -> None:
    checked = check_codes([A, "500237999", "500237999"], ["", "丙镇", "某镇"], UNITS)

    faults = code_faults(checked, UNITS, place, "persons")

    assert [one.severity for one in faults] == ["note", "note", "error"]
    assert ["code" in faults[0].rule, "name" in faults[1].rule] == [True, True]


def test_repaired_names_are_notes_and_doubts_are_questions_with_stable_subjects() -> None:
    names = ["桂花村", "桂花村3组", "桂树村"]
    found = match(names, UNITS, "甲镇")

    faults = match_faults(found, UNITS, place, "persons", [f"甲镇/{one}" for one in names])

    assert [(one.row, one.severity) for one in faults] == [(4, "note"), (5, "decide")]
    assert faults[1].ask is not None
    assert faults[1].ask.subject == "甲镇/桂树村"
    assert faults[1].ask.choices == ("500237101201",)
    assert "桂花村 (500237101201)" in faults[1].suggestion


def test_a_kind_that_its_code_does_not_have_is_only_a_note() -> None:
    codes = pd.Series(["500237101201", "500237101001", A, "500237101450"])

    faults = kind_faults(codes, ["桂花社区", "圣泉社区", "甲乡", "某村"], place)

    assert [(one.row, one.severity) for one in faults] == [(3, "note"), (5, "note")]
