"""Joint counts: what their table must be, and what it and others must agree on."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from builders import VILLAGES, added, faults_of, replaced
from built_in import study_of
from joint import CELLS, RESIDENCE, joint_folder

from wushan_geo.errors import ParameterError
from wushan_geo.sources.opening import open_study, read_study
from wushan_geo.study.answers import Answer
from wushan_geo.study.person_cells import cells_by_village, kinds_served, margins
from wushan_geo.study.tables import AGES, SEVERITIES, TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wushan_geo.errors import Fault

Rule = tuple[str, str, str, bool]


def rules(*rows: Rule) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["type", "severity", "age_band", "eligible"])


def told(found: Sequence[Fault]) -> list[tuple[str, int | None, str, str]]:
    return [(one.file, one.row, one.column, one.rule) for one in found]


# --- the table


def test_the_table_is_optional_and_opens_sorted(tmp_path: Path) -> None:
    study = open_study(joint_folder(tmp_path))

    cells = study.person_cells
    assert cells is not None
    assert len(cells) == 12
    assert cells["zone_id"].is_monotonic_increasing
    assert cells["persons"].sum() == 60
    assert study.basis_of("person_cells") == "measured"


def test_the_built_in_studies_have_no_such_table() -> None:
    assert study_of("example").person_cells is None
    assert study_of("example").residence is None


def test_each_cell_that_breaks_the_contract_is_named(tmp_path: Path) -> None:
    cells = CELLS + "".join(
        f"{row}\n"
        for row in (
            "990201002002,blind,severe,age_16_59,1,measured",
            "990201002002,visual,any,age_16_59,1,measured",
            "990201002002,visual,severe,all,1,measured",
            "990201002002,visual,severe,age_16_59,1.5,measured",
            "990201002002,hearing,severe,age_16_59,-1,measured",
            "990201001001,visual,other,age_0_15,1,measured",
            "990201009009,visual,other,age_0_15,1,measured",
        )
    )

    found = faults_of(joint_folder(tmp_path, cells=cells))

    assert [(one.row, one.column) for one in found] == [
        (14, "type"),
        (15, "severity"),
        (16, "age_band"),
        (17, "persons"),
        (18, "persons"),
        (19, "zone_id + type + severity + age_band"),
        (20, "zone_id"),
    ]
    assert {one.file for one in found} == {"person_cells.csv"}


def test_an_office_may_write_names_and_its_own_words(tmp_path: Path) -> None:
    cells = (
        "乡镇,村名,残疾类别,残疾程度,年龄段,人数,数据性质\n"
        "乡1,村1,智力,一、二级,16-59岁,3,台账数据\n"
        "乡1,村1,肢体残疾,重度,劳动年龄段,2,台账数据\n"
        "乡1,村1,视力,三、四级,0-15岁,1,台账数据\n"
        "乡1,村1,听力,非重度,60岁以上,4,台账数据\n"
    )

    study = open_study(joint_folder(tmp_path, cells=cells, residence=None))

    found = study.person_cells
    assert found is not None
    rows = found[["zone_id", "type", "severity", "age_band", "persons"]]
    assert rows.to_numpy().tolist() == [
        [VILLAGES[0], "hearing", "other", "age_60_plus", 4.0],
        [VILLAGES[0], "intellectual", "severe", "age_16_59", 3.0],
        [VILLAGES[0], "physical", "severe", "age_16_59", 2.0],
        [VILLAGES[0], "visual", "other", "age_0_15", 1.0],
    ]


def test_modelled_joint_counts_make_a_demonstration(tmp_path: Path) -> None:
    study = open_study(joint_folder(tmp_path))

    assert not study.demonstration
    for name in ("person_cells", "residence"):
        told = study.provenance.copy()
        told.loc[(told["table"] == name).to_numpy(), "basis"] = "modelled"
        assert replace(study, provenance=told).demonstration


# --- agreement with the groups


def test_cells_that_do_not_add_up_are_one_fault_a_village_with_its_groups(tmp_path: Path) -> None:
    cells = replaced(
        ("990201001001,hearing,other,age_60_plus,4", "990201001001,hearing,other,age_60_plus,5"),
        ("990201002001,physical,other,age_0_15,3", "990201002001,physical,other,age_16_59,3"),
        ("990201002001,physical,other,age_16_59,9", "990201002001,physical,severe,age_16_59,9"),
    )(CELLS)

    found = faults_of(joint_folder(tmp_path, cells=cells))

    assert told(found) == [
        (
            "person_cells.csv", 2, "zone_id",
            ("the cells of 990201001001 add up to the groups that persons.csv states "
             "(all 11, not 10; age_60_plus 5, not 4)"),
        ),
        (
            "person_cells.csv", 10, "zone_id",
            ("the cells of 990201002001 add up to the groups that persons.csv states "
             "(age_0_15 0, not 3; age_16_59 18, not 15)"),
        ),
    ]  # fmt: skip
    assert "60岁及以上 5≠4" in found[0].rule_zh


@pytest.mark.parametrize(
    ("group", "count", "faults"),
    [("intellectual", 3, 0), ("intellectual", 4, 1), ("severe", 5, 0), ("severe", 6, 1)],
)  # fmt: skip
def test_types_and_severity_are_held_against_each_other_as_well(
    tmp_path: Path, group: str, count: int, faults: int
) -> None:
    counts = {VILLAGES[0]: count, VILLAGES[1]: {"intellectual": 10, "severe": 12}[group]}
    counts |= {VILLAGES[2]: 6, VILLAGES[3]: 1}
    rows = [f"{zone},{group},{one},measured" for zone, one in counts.items()]

    found = faults_of(joint_folder(tmp_path, persons=added(*rows)))

    assert [group in one.rule for one in found] == [True] * faults


def test_what_is_not_reported_agrees_with_everything(tmp_path: Path) -> None:
    unreported = replaced(("1001,all,10", "1001,all,"), ("1002,age_16_59,10", "1002,age_16_59,"))
    cells = replaced(("age_60_plus,4,", "age_60_plus,,"))(CELLS)

    assert faults_of(joint_folder(tmp_path, cells=cells, persons=unreported)) == ()


def test_more_eligible_persons_than_the_cells_have_are_a_fault(tmp_path: Path) -> None:
    more = replaced(("1001,eligible_day_care,2", "1001,eligible_day_care,4"))

    found = faults_of(joint_folder(tmp_path, persons=more))

    assert told(found) == [
        (
            "person_cells.csv", 2, "zone_id",
            ("990201001001 has no more eligible persons in persons.csv than its cells have by the "
             "table of eligibility (eligible_day_care 3, not 4)"),
        )
    ]  # fmt: skip


# --- places of residence


def test_places_of_residence_hold_no_more_than_the_joint_count(tmp_path: Path) -> None:
    # 2 at home and 1 away are the 3 of the cells, though the group states 2.
    residence = replaced(("eligible_day_care,away,1", "eligible_day_care,away,2"))(RESIDENCE)

    found = faults_of(joint_folder(tmp_path, residence=residence))

    assert told(found) == [
        (
            "residence.csv", 2, "persons",
            ("the places of residence of group 'eligible_day_care' of 990201001001 hold at most "
             "the group (3)"),
        )
    ]  # fmt: skip
    assert found[0].value == "4"


def test_without_joint_counts_they_hold_no_more_than_the_group_states(tmp_path: Path) -> None:
    found = faults_of(joint_folder(tmp_path, cells=None))

    assert [(one.row, one.value) for one in found] == [(2, "3")]
    assert "(2)" in found[0].rule


# --- rules that contradict each other


def test_two_equally_particular_rules_that_contradict_are_a_fault(tmp_path: Path) -> None:
    torn = added("day_care,any,severe,any,yes,1", "day_care,any,any,age_60_plus,no,1")

    found = faults_of(joint_folder(tmp_path, eligibility=torn))

    assert told(found) == [
        (
            "eligibility.csv", 4, "eligible",
            "does not contradict an equally particular row of day_care (row 3)",
        )
    ]  # fmt: skip
    assert found[0].value == "no"
    assert "第 3 行" in found[0].rule_zh


def test_a_more_particular_rule_settles_a_contradiction(tmp_path: Path) -> None:
    settled = added(
        "day_care,any,severe,any,yes,1",
        "day_care,any,any,age_60_plus,no,1",
        "day_care,any,severe,age_60_plus,no,1",
    )

    assert faults_of(joint_folder(tmp_path, eligibility=settled)) == ()


def test_rules_passed_over_by_more_particular_ones_are_not_blamed(tmp_path: Path) -> None:
    # Rows 3 and 4 meet in severe and aged 60 and over; rows 5 and 6 decide there, and are torn.
    torn = added(
        "day_care,any,severe,any,yes,1",
        "day_care,any,any,age_60_plus,no,1",
        "day_care,any,severe,age_60_plus,yes,1",
        "day_care,visual,any,age_60_plus,no,1",
    )

    found = faults_of(joint_folder(tmp_path, eligibility=torn))

    assert [(one.row, "row 5" in one.rule) for one in found] == [(6, True)]


def test_the_same_rule_twice_is_told_once(tmp_path: Path) -> None:
    twice = added("day_care,intellectual,severe,age_16_59,no,1")

    found = faults_of(joint_folder(tmp_path, eligibility=twice))

    assert [(one.row, one.rule) for one in found] == [(3, "appears only once")]


def test_what_a_planner_decided_for_a_register_is_not_asked_again(tmp_path: Path) -> None:
    torn = added("day_care,mental,severe,any,yes,1", "day_care,mental,any,age_60_plus,no,1")
    folder = joint_folder(tmp_path, eligibility=torn)
    subject = "eligibility/day_care/mental/severe/age_60_plus"

    assert len(faults_of(folder)) == 1
    decided = read_study(folder, [Answer("value", "persons", subject, "yes")])
    assert [one for one in decided.faults if one.severity != "note"] == []


# --- the pure parts


def test_the_most_particular_rule_holds_as_a_plain_loop_says() -> None:
    words = [(*TYPES[:2], "any"), ("severe", "any"), (*AGES[:2], "any")]
    patterns = list(product(*words))
    seed = np.random.default_rng(5)
    for _ in range(60):
        chosen = seed.choice(len(patterns), size=5, replace=False)
        rows = [(*patterns[at], bool(seed.integers(2))) for at in chosen]
        yes, torn = kinds_served(rules(*rows))
        for at in product(range(7), range(2), range(3)):
            cell = (TYPES[at[0]], SEVERITIES[at[1]], AGES[at[2]])
            met = [
                (sum(one != "any" for one in row[:3]), row[3])
                for row in rows
                if all(one in ("any", own) for one, own in zip(row[:3], cell, strict=True))
            ]
            best = {says for level, says in met if level == max(one for one, _ in met)}
            assert bool(yes[at]) == (best == {True})
            assert bool(torn[at]) == (len(best) == 2)


def test_cells_left_out_hold_nobody_and_unreported_ones_stay_open() -> None:
    rows = [("1", "visual", "other", "age_0_15", 2.0), ("2", "mental", "severe", "age_16_59", None)]
    cells = pd.DataFrame(rows, columns=["zone_id", "type", "severity", "age_band", "persons"])

    zones, counts = cells_by_village(cells)
    found = margins(counts)

    assert zones.tolist() == ["1", "2"]
    assert found["visual"].tolist() == [2.0, 0.0]
    assert found["severe"][0] == 0.0
    assert np.isnan(found["severe"][1])
    assert np.isnan(found["all"][1])


def test_a_cell_twice_or_a_strange_word_is_refused() -> None:
    columns = ["zone_id", "type", "severity", "age_band", "persons"]
    cells = pd.DataFrame([("1", "visual", "other", "age_0_15", 2.0)] * 2, columns=columns)

    with pytest.raises(ParameterError, match="stands twice"):
        cells_by_village(cells)
    with pytest.raises(ParameterError, match="severity is one of other, severe, not any"):
        cells_by_village(cells.iloc[:1].assign(severity="any"))
