"""Nothing of a person leaves: names and numbers are planted and looked for everywhere."""

from __future__ import annotations

import datetime as dt
import random
import re
import traceback
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import Fault, InputError
from wushan_geo.sources.registers import count
from wushan_geo.sources.registers.numbers import check_digit
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.tables import Raw, check_table

ZONES = ["500237001001", "500237001002"]
NAMES = ["欧阳雪梅", "张三丰", "李桂花", "ABDUL KARIM", "王小明"]
ANSWERS = (
    ("value", "person_certificate/check_digit", "trust"),
    ("value", "person_id/check_digit", "unknown"),
    ("value", "contradiction/type", "certificate"),
    ("value", "contradiction/grade", "column"),
    ("value", "contradiction/birth", "unknown"),
    ("value", "person_status/other", "skip"),
    ("value", "unknown", "lower"),
    ("same", "persons", "once"),
)


def planted(seed: int, size: int) -> tuple[Raw, set[str]]:
    """Build a register with every slip that makes a finding, and give all that must stay inside."""
    chance = random.Random(seed)  # noqa: S311 -- cases, not secrets
    rows, secret = [], set()
    for order in range(size):
        first = f"500237{chance.randint(1900, 2029)}{chance.randint(1, 12):02d}"
        first += f"{chance.randint(1, 31):02d}{chance.randint(0, 999):03d}"
        number = first + chance.choice([check_digit(first), str(chance.randint(0, 9))])
        name, phone = chance.choice(NAMES), f"13{chance.randint(10**8, 10**9 - 1)}"
        holder = number + f"{chance.randint(0, 8)}{chance.randint(0, 5)}"
        row: dict[str, Any] = {
            "zone_id": chance.choice([*ZONES, None, phone, name]),
            "person_name": name,
            "person_id": chance.choice([number, number[:17], f"{number} ", name, None]),
            "person_certificate": chance.choice([holder, holder + "B1", phone, name, None]),
            "person_phone": phone,
            "person_birth": chance.choice(["1990-01-01", phone, name, number, None]),
            "person_type": chance.choice(
                ["肢体", "智力", name, number, phone, f"{name}肢体", None]
            ),
            "person_grade": chance.choice(["一级", "四级", name, holder, None]),
            "person_residence": chance.choice(["在家", name, f"{name}家", phone, None]),
            "person_status": chance.choice(["正常", "注销", name, f"{name}死亡", number, None]),
            "person_sex": "女",
            "source_unit": "县残联",
        }
        if order and chance.random() < 0.3:
            row["person_certificate"] = rows[-1]["person_certificate"]
        rows.append(row)
        secret |= {number, number[:17], first[6:14], phone, name, holder}
    frame = pd.DataFrame(rows).astype("str")
    frame.index = pd.RangeIndex(2, size + 2)
    # A name that is the office's own word as well cannot be planted.
    return Raw(frame, "台账.xlsx"), secret


def counted(raw: Raw, table: str, *, decided: bool) -> tuple[Raw, list[Fault]]:
    answers = [Answer(topic, table, subject, one) for topic, subject, one in ANSWERS]
    return count(
        raw,
        table=table,
        as_of=dt.date(2025, 6, 30),
        eligibility=None,
        services=(),
        zones=ZONES,
        answers=Answers.of(answers if decided else ()),
    )


def everything(found: Raw, faults: list[Fault]) -> str:
    """Write down all that was returned, in every way in which it may be shown."""
    frame = found.frame
    _, more = check_table("persons", found)
    shown = [
        repr(found), repr(faults), repr([one.ask for one in faults]), str(InputError(faults)),
        frame.to_csv(), repr(frame.columns.tolist()), repr(found.labels), repr(found.files),
        "\n".join(str(one) for one in faults), repr(more), frame.to_string(),
    ]  # fmt: skip
    shown += [
        f"{one.rule_zh} {one.suggestion_zh} {one.value} {one.column} {one.file}" for one in faults
    ]
    return "\n".join(shown)


@given(st.integers(0, 10**6), st.integers(1, 60), st.booleans())
@settings(max_examples=12, deadline=None)
def test_no_planted_name_number_or_telephone_is_found_in_anything_returned(
    seed: int,
    size: int,
    decided: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    raw, secret = planted(seed, size)

    for table in ("persons", "residence"):
        text = everything(*counted(raw, table, decided=decided))
        assert [one for one in secret if one in text] == []
        assert not re.search(r"\d{13,}", text)


def test_a_name_that_slipped_into_the_column_of_types_many_times_is_not_shown() -> None:
    rows = [
        {"zone_id": ZONES[0], "person_name": "王小明", "person_type": "王小明", "person_id": "1"}
    ] * 5
    frame = pd.DataFrame(rows, index=range(2, 7)).astype("str")

    text = everything(*counted(Raw(frame, "a.xlsx"), "persons", decided=False))

    assert "王小明" not in text


def test_columns_that_changed_places_show_no_name() -> None:
    names = [
        "张伟",
        "王芳",
        "李娜",
        "刘洋",
        "陈静",
        "杨敏",
        "赵磊",
        "黄勇",
        "周杰",
        "吴艳",
        "徐丽",
        "孙强",
        "马超",
    ]
    rows = [
        {"zone_id": ZONES[0], "person_name": "肢体", "person_type": name, "person_id": "1"}
        for name in names
        for _ in range(4)
    ]
    frame = pd.DataFrame(rows, index=range(2, len(rows) + 2)).astype("str")

    text = everything(*counted(Raw(frame, "a.xlsx"), "persons", decided=False))

    assert [one for one in names if one in text] == []


def test_an_unknown_word_of_several_rows_is_shown_since_a_planner_must_say_what_it_means() -> None:
    rows = [{"zone_id": ZONES[0], "person_name": "甲", "person_type": "脑瘫", "person_id": "1"}] * 3
    frame = pd.DataFrame(rows, index=range(2, 5)).astype("str")

    _, faults = counted(Raw(frame, "a.xlsx"), "persons", decided=False)

    assert "person_type/脑瘫" in [one.ask.subject for one in faults if one.ask]


def test_an_exception_shows_nothing_of_a_person() -> None:
    raw, secret = planted(1, 20)
    broken = Raw(raw.frame.drop(columns="zone_id"), "a.xlsx")

    with pytest.raises(KeyError) as caught:
        counted(broken, "persons", decided=False)

    text = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert [one for one in secret if one in text] == []
