"""Where a row belongs: names inside their parent, codes held against names, one question a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from wushan_geo.sources.places import OUTSIDE, Units, resolve
from wushan_geo.study.answers import LEAVE_OUT, Answer, Answers
from wushan_geo.study.tables import Raw

if TYPE_CHECKING:
    from wushan_geo.sources.places import Placed

# Two townships with a village of the same name, as in the county itself.
TOWNS = {"500237101": "庙宇镇", "500237102": "大昌镇", "500237103": "福田镇", "500237201": "两坪乡"}
VILLAGES = {
    "500237101201": "永安村",
    "500237101202": "兴旺村",
    "500237102201": "兴旺村",
    "500237102202": "光明村",
    "500237103201": "桂坪村",
    "500237201201": "山坪村",
}
UNITS = Units(
    pd.DataFrame({"zone_id": list(TOWNS), "name": list(TOWNS.values())}),
    pd.DataFrame(
        {
            "zone_id": list(VILLAGES),
            "name": list(VILLAGES.values()),
            "parent_id": [one[:9] for one in VILLAGES],
        }
    ),
    county=pd.DataFrame({"zone_id": ["500237"], "name": ["巫山县"]}),
)


def placed(table: str = "persons", answers: Answers | None = None, **columns: list[str]) -> Placed:
    """Resolve a table made of columns, its first record in row 4."""
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame(columns, index=range(4, 4 + size), dtype="str")
    frame = frame.where(frame != "", None)
    raw = Raw(frame, "a.xlsx", labels={"village_name": "村（社区）", "zone_id": "代码"})
    return resolve(raw, table, UNITS, answers or Answers())


def codes(found: Placed) -> list[str | None]:
    """Give the codes, None where there is none."""
    cells = found.raw.frame["zone_id"]
    return cells.astype(object).where(cells.notna(), None).tolist()


def answered(subject: str, answer: str, table: str = "persons") -> Answers:
    """Give one decision."""
    return Answers.of([Answer("zone", table, subject, answer)])


def test_the_same_village_name_is_told_apart_by_its_township() -> None:
    found = placed(township_name=["庙宇", "大昌镇"], village_name=["兴旺村委会", "兴旺"])

    assert codes(found) == ["500237101202", "500237102201"]
    assert found.faults == ()


def test_a_name_of_two_townships_without_one_is_asked_and_not_guessed() -> None:
    found = placed(village_name=["兴旺村", "兴旺村"])

    (question,) = found.faults
    assert codes(found) == [None, None]
    assert question.severity == "decide"
    assert (question.row, question.column, question.value) == (4, "村（社区）", "兴旺村")
    assert "2 rows" in question.rule
    assert question.ask is not None
    assert {one.split()[0] for one in question.ask.choices[:-1]} == {"500237101202", "500237102201"}


def test_a_village_is_never_found_outside_the_township_that_is_told() -> None:
    found = placed(township_name=["庙宇镇"], village_name=["光明村"])

    assert codes(found) == [None]
    assert found.faults[0].rule.startswith("is no unit of this county")


def test_the_county_town_of_another_county_is_no_township_of_this_one() -> None:
    found = placed(township_name=["巫山镇"], village_name=["永安村"])

    assert codes(found) == [None]
    assert found.faults[0].severity == "decide"


def test_an_answer_is_used_and_remembered_by_name() -> None:
    found = placed(
        answers=answered("兴旺村", "500237102201"), village_name=["兴旺村", "永安村", "兴旺村"]
    )

    assert codes(found) == ["500237102201", "500237101201", "500237102201"]
    assert found.faults == ()
    assert "decided" in found.matches["status"].tolist()


def test_rows_are_left_out_as_decided_and_that_is_told() -> None:
    answers = answered("兴旺村", LEAVE_OUT)
    found = placed(answers=answers, village_name=["兴旺村", "永安村"], persons=["1", "2"])

    assert found.raw.frame["persons"].tolist() == ["2"]
    assert [one.severity for one in found.faults] == ["note"]


def test_an_answer_that_is_no_unit_asks_again() -> None:
    found = placed(answers=answered("兴旺村", "500237999999"), village_name=["兴旺村"])

    assert [(one.severity, one.rule) for one in found.faults] == [
        ("decide", "was answered with something that is no unit of this county")
    ]


def test_a_code_and_a_name_that_contradict_each_other_are_asked() -> None:
    found = placed(
        zone_id=["500237101201"], township_name=["大昌镇"], village_name=["光明村"]
    )  # the code is 永安村 in 庙宇镇

    (question,) = found.faults
    assert codes(found) == [None]
    assert "500237101201" in question.rule
    assert "光明村" in question.rule
    assert question.ask is not None
    assert [one.split()[0] for one in question.ask.choices[:2]] == ["500237101201", "500237102202"]


def test_a_code_with_its_own_name_is_kept_without_a_word() -> None:
    found = placed(
        zone_id=["500237101201"], township_name=["庙宇镇"], village_name=["永安村民委员会"]
    )

    assert codes(found) == ["500237101201"]
    assert found.faults == ()


def test_a_code_beside_an_unknown_name_is_kept() -> None:
    found = placed(zone_id=["500237101201"], township_name=["庙宇镇"], village_name=["无名村"])

    assert codes(found) == ["500237101201"]


def test_a_whole_list_with_the_codes_of_another_office_is_one_question() -> None:
    turned = ["500237102", "500237103", "500237201", "500237101"]
    found = placed("facilities", zone_id=turned, township_name=list(TOWNS.values()))

    (question,) = [one for one in found.faults if one.severity == "decide"]
    assert question.ask is not None
    assert (question.ask.subject, question.ask.choices) == ("coding system", ("by name", "by code"))
    assert codes(found) == [None] * 4


@pytest.mark.parametrize(("answer", "right"), [("by name", list(TOWNS)), ("by code", None)])
def test_the_other_office_is_settled_for_the_whole_list(
    answer: str, right: list[str] | None
) -> None:
    turned = ["500237102", "500237103", "500237201", "500237101"]
    decided = answered("coding system", answer, "facilities")
    found = placed("facilities", decided, zone_id=turned, township_name=list(TOWNS.values()))

    assert codes(found) == (right or turned)
    assert all(one.severity == "note" for one in found.faults)


def test_a_facility_may_belong_to_a_township_and_a_count_of_persons_may_not() -> None:
    homes = placed("facilities", township_name=["庙宇镇"])
    counts = placed("persons", township_name=["庙宇镇"])

    assert codes(homes) == ["500237101"]
    assert codes(counts) == [None]
    assert counts.faults[0].rule.startswith("names a village")


def test_one_cell_may_name_the_township_and_the_village() -> None:
    found = placed("facilities", zone_name=["庙宇镇永安村", "大昌镇", "巫山县两坪乡山坪村"])

    assert codes(found) == ["500237101201", "500237102", "500237201201"]


def test_a_facility_may_be_decided_to_stand_beyond_the_county() -> None:
    decided = answered("奉节县永乐镇", OUTSIDE, "facilities")
    found = placed("facilities", decided, zone_name=["奉节县永乐镇"])

    assert codes(found) == [None]
    assert found.faults == ()


def test_a_look_alike_character_is_matched_and_told() -> None:
    found = placed(township_name=["两坪乡"], village_name=["山平村"])

    assert codes(found) == ["500237201201"]
    assert [(one.severity, "山坪村" in one.rule) for one in found.faults] == [("note", True)]


def test_the_order_of_rows_does_not_matter() -> None:
    towns, names = ["庙宇", "大昌", "庙宇"], ["兴旺村", "兴旺村", "永安"]
    one = placed(township_name=towns, village_name=names)
    two = placed(township_name=towns[::-1], village_name=names[::-1])

    assert codes(one) == codes(two)[::-1]


def test_a_table_without_names_is_left_as_it_is() -> None:
    frame = pd.DataFrame({"zone_id": ["500237101201"]}, index=[2], dtype="str")
    raw = Raw(frame, "a.csv")

    assert resolve(raw, "persons", UNITS, Answers()).raw is raw
