"""Whom a service is for, worked out from the table of eligibility."""

from __future__ import annotations

import datetime as dt
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from wushan_geo.sources.registers.asking import Register
from wushan_geo.sources.registers.eligible import truth
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.tables import AGES, TYPES, Raw, check_table

DATA = Path(__file__).resolve().parent.parent / "data" / "wushan" / "eligibility.csv"


def register(*answers: Answer) -> Register:
    raw = Raw(pd.DataFrame({"zone_id": ["1"]}, index=[2]), "a.xlsx")
    return Register(raw, "persons", dt.date(2025, 6, 30), Answers.of(answers))


def table(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    columns = ["type", "severity", "age_band", "eligible"]
    frame = pd.DataFrame(rows, columns=columns).assign(service="day_care")
    return frame.astype({"eligible": "boolean"})


def test_the_table_of_the_built_in_county_says_what_its_plan_says() -> None:
    raw = Raw(pd.read_csv(DATA, dtype="str", encoding="utf-8-sig"), "eligibility.csv")
    eligibility, _ = check_table("eligibility", raw)

    found = truth(register(), eligibility, ["day_care", "psychiatric_community_rehab", "visiting"])

    assert sorted(found) == ["day_care", "psychiatric_community_rehab"]
    cells = {
        (TYPES[kind], severe, AGES[age])
        for kind, severe, age in product(range(7), range(2), range(3))
        if found["day_care"][kind, severe, age]
    }
    assert cells == {
        ("intellectual", 0, "age_16_59"), ("intellectual", 1, "age_16_59"),
        ("mental", 0, "age_16_59"), ("mental", 1, "age_16_59"),
        ("physical", 1, "age_16_59"),
    }  # fmt: skip
    mental = found["psychiatric_community_rehab"][TYPES.index("mental")]
    assert mental.tolist() == [[False] * 3, [True] * 3]
    assert found["psychiatric_community_rehab"].sum() == 3


def test_whom_no_row_meets_is_not_eligible() -> None:
    found = truth(register(), table(("visual", "any", "any", True)), ["day_care"])["day_care"]

    assert found.sum() == 6
    assert found[TYPES.index("visual")].all()


def test_an_exception_stands_beside_a_general_rule_in_either_direction() -> None:
    general = ("any", "any", "any", True)
    found = truth(register(), table(general, ("visual", "any", "any", False)), ["day_care"])

    assert found["day_care"].sum() == 36
    only = table(("physical", "any", "any", False), ("physical", "severe", "any", True))
    severe = truth(register(), only, ["day_care"])["day_care"]
    assert severe[TYPES.index("physical")].tolist() == [[False] * 3, [True] * 3]


def test_rows_equally_particular_that_contradict_each_other_are_asked_about() -> None:
    rows = table(("visual", "any", "any", True), ("any", "severe", "any", False))
    asked = register()

    found = truth(asked, rows, ["day_care"])["day_care"]

    subjects = [one.ask.subject for one in asked.faults if one.ask]
    assert subjects == [f"eligibility/day_care/visual/severe/{age}" for age in AGES]
    assert not found[0, 1].any()
    answered = register(Answer("value", "persons", subjects[0], "yes"))
    assert truth(answered, rows, ["day_care"])["day_care"][0, 1].tolist() == [True, False, False]
    assert len(answered.faults) == 2


def test_without_a_table_nobody_is_counted_as_eligible_and_that_is_said() -> None:
    asked = register()

    assert truth(asked, None, ["day_care"]) == {}
    assert [one.severity for one in asked.faults] == ["note"]
    assert "whom the services are for" in asked.faults[0].rule


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = table(
        ("any", "any", "any", True), ("visual", "any", "any", False),
        ("visual", "severe", "any", True), ("any", "any", "age_0_15", False),
    )  # fmt: skip
    one = truth(register(), rows, ["day_care"])["day_care"]
    other = truth(register(), rows.iloc[::-1], ["day_care"])["day_care"]

    assert np.array_equal(one, other)
