"""A register with a row a person is counted by village and group, and nothing else of it stays."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.sources.registers import count, is_register
from wushan_geo.sources.registers.numbers import check_digit
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.checks import check_study
from wushan_geo.study.tables import AGES, GROUPS, TYPES, Raw, Tables, check_table

if TYPE_CHECKING:
    from wushan_geo.errors import Fault

AS_OF = dt.date(2025, 6, 30)
ZONES = ["500237001001", "500237001002", "500237002001"]
PLACES = ("at_home", "elsewhere_in_county", "away", "institution")
ELIGIBILITY = pd.DataFrame(
    [
        ("day_care", "intellectual", "any", "age_16_59", True),
        ("day_care", "physical", "severe", "age_16_59", True),
        ("day_care", "visual", "any", "age_16_59", False),
        ("community_rehab", "any", "any", "any", True),
    ],
    columns=["service", "type", "severity", "age_band", "eligible"],
).astype({"eligible": "boolean"})
SERVICES = ("day_care", "community_rehab")


def identity(birth: str = "19900101", order: int = 1, region: str = "500237") -> str:
    first = f"{region}{birth}{order:03d}"
    return first + check_digit(first)


def certificate(kind: int = 4, grade: int = 1, birth: str = "19900101", order: int = 1) -> str:
    return f"{identity(birth, order)}{kind}{grade}"


def register(*rows: dict[str, str | None], zone: str = ZONES[0], **labels: str) -> Raw:
    frame = pd.DataFrame([{"zone_id": zone, **row} for row in rows]).astype("str")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return Raw(frame, "台账.xlsx", labels=labels)


def counted(
    raw: Raw, *answers: tuple[str, str], table: str = "persons", **more: Any
) -> tuple[Raw, list[Fault]]:
    known = [
        Answer("same" if subject == "persons" else "value", table, subject, answer)
        for subject, answer in answers
    ]
    given_ = {"eligibility": ELIGIBILITY, "services": SERVICES, "zones": ZONES, "as_of": AS_OF}
    return count(raw, table=table, answers=Answers.of(known), **{**given_, **more})


def cells(raw: Raw, zone: str = ZONES[0]) -> dict[str, int | None]:
    """Give the counts of a village: None where one is not known."""
    rows = raw.frame[raw.frame["zone_id"] == zone]
    return {
        group: None if pd.isna(value) else int(value)
        for group, value in zip(rows["group"], rows["persons"], strict=True)
    }


def some(raw: Raw, zone: str = ZONES[0]) -> dict[str, int | None]:
    """Give the counts that are not zero."""
    return {group: value for group, value in cells(raw, zone).items() if value != 0}


def asked(faults: list[Fault]) -> list[str]:
    return [one.ask.subject for one in faults if one.severity == "decide" and one.ask]


def rows_of(faults: list[Fault], words: str) -> list[int | None]:
    return [one.row for one in faults if words in one.rule]


def test_type_grade_and_age_come_from_the_certificate_and_every_village_has_every_group() -> None:
    raw = register(
        {"person_certificate": certificate(4, 2, "19900101")},
        {"person_certificate": certificate(5, 3, "20100101", 2)},
        {"person_certificate": certificate(1, 4, "19500101", 3)},
    )

    found, faults = counted(raw)

    assert some(found) == {
        "all": 3, "visual": 1, "physical": 1, "intellectual": 1, "severe": 1,
        "age_0_15": 1, "age_16_59": 1, "age_60_plus": 1,
        "eligible_day_care": 1, "eligible_community_rehab": 3,
    }  # fmt: skip
    names = [*GROUPS, "eligible_day_care", "eligible_community_rehab"]
    for zone in ZONES:
        assert list(cells(found, zone)) == names
    assert set(cells(found, ZONES[1]).values()) == {0}
    assert {one.severity for one in faults} == {"note"}
    assert found.frame.columns.tolist() == ["zone_id", "group", "persons"]


def test_the_counts_pass_the_contract_and_the_checks_across_tables() -> None:
    raw = register(
        {"person_certificate": certificate(), "basis": "measured", "signer": "赵六"},
        {
            "person_certificate": certificate(7, 3, "19400101", 2),
            "basis": "modelled",
            "signer": "赵六",
        },
    )

    found, _ = counted(raw)
    typed, faults = check_table("persons", found)

    assert faults == []
    assert check_study(Tables({"persons": typed}, {"persons": found}, SERVICES, "500237")) == []
    assert set(typed["basis"]) == {"modelled"}  # the weakest
    assert set(typed["signer"]) == {"赵六"}


@pytest.mark.parametrize(
    ("birth", "group"),
    [
        ("20250630", "age_0_15"),
        ("20090701", "age_0_15"),
        ("20090630", "age_16_59"),  # sixteen on the day itself
        ("19650701", "age_16_59"),
        ("19650630", "age_60_plus"),  # sixty on the day itself
        ("19040701", "age_60_plus"),  # 120 years, and one more tomorrow
    ],
)
def test_a_birthday_on_the_day_itself_counts(birth: str, group: str) -> None:
    found, faults = counted(register({"person_certificate": certificate(birth=birth)}))

    assert [one for one in AGES if cells(found)[one]] == [group]
    assert asked(faults) == []


@pytest.mark.parametrize("birth", ["20250701", "19040630"])
def test_who_is_not_yet_born_or_too_old_has_no_known_age(birth: str) -> None:
    found, faults = counted(register({"person_certificate": certificate(birth=birth)}))

    assert rows_of(faults, "gives an age from 0 to 120 years on 2025-06-30") == [2]
    assert cells(found)["all"] == 1
    assert [cells(found)[one] for one in AGES] == [None, None, None]
    assert asked(faults) == ["unknown"]


def test_words_tell_type_grade_age_and_residence_where_there_is_no_certificate() -> None:
    rows: list[dict[str, str | None]] = [
        {"person_type": "肢体残疾", "person_grade": "二级", "person_birth": "1990-05-01"},
        {"person_type": "视力、听力", "person_grade": "Ⅳ级", "person_birth": "1950年"},
        {"person_type": "精神残疾一级", "person_grade": None, "person_birth": "20150101"},
        {"person_type": "6", "person_grade": "3", "person_birth": "1999.2"},
    ]

    found, faults = counted(register(*rows))

    assert some(found) == {
        "all": 4, "physical": 1, "mental": 2, "multiple": 1, "severe": 2,
        "age_0_15": 1, "age_16_59": 2, "age_60_plus": 1,
        "eligible_day_care": 1, "eligible_community_rehab": 4,
    }  # fmt: skip
    assert asked(faults) == []
    assert [one.value for one in faults if "several types" in one.rule] == ["1"]


def test_a_year_alone_tells_the_band_only_where_all_its_days_do() -> None:
    found, faults = counted(
        register(
            {"person_type": "肢体", "person_grade": "一级", "person_birth": "1965年"},
            {"person_type": "肢体", "person_grade": "一级", "person_birth": "1964"},
        )
    )

    assert cells(found)["age_60_plus"] is None
    assert rows_of(faults, "does not tell the age") == [2]


def test_a_group_that_nothing_tells_of_is_not_given_and_that_is_said() -> None:
    found, faults = counted(register({"person_name": "张三", "person_type": "肢体"}))

    assert list(cells(found)) == ["all", *TYPES, "eligible_community_rehab"]
    told = [one for one in faults if "these groups are not given" in one.rule]
    assert told[0].value == "severe, age_0_15, age_16_59, age_60_plus, eligible_day_care"
    assert told[0].rule.startswith("does not tell the age, grade of anybody")
    assert asked(faults) == []


def test_what_is_not_known_of_a_person_is_never_counted_as_zero() -> None:
    raw = register(
        {"person_certificate": certificate(4, 1), "person_type": None},
        {"person_certificate": identity(order=2), "person_type": None},
        {"person_certificate": identity(order=3), "person_type": "智力"},
    )

    found, faults = counted(raw)

    one = cells(found)
    assert one["all"] == 3
    assert one["age_16_59"] == 3
    assert one["eligible_community_rehab"] == 3  # for everybody, whatever the type
    assert [one[kind] for kind in TYPES] == [None] * 7
    assert one["severe"] is None
    assert one["eligible_day_care"] is None
    assert set(cells(found, ZONES[1]).values()) == {0}
    assert asked(faults) == ["unknown"]
    assert rows_of(faults, "does not tell the type of disability") == [3]
    assert rows_of(faults, "does not tell the grade") == [3, 4]
    villages = [(f.value, f.rule) for f in faults if "who do not tell the" in f.rule]
    assert villages == [
        (ZONES[0], "has 2 persons who do not tell the grade"),
        (ZONES[0], "has 1 persons who do not tell the type of disability"),
    ]

    lower = cells(counted(raw, ("unknown", "lower"))[0])
    assert lower["severe"] == 1
    assert lower["eligible_day_care"] == 2  # one severely physical, one intellectual
    assert [lower[kind] for kind in TYPES] == [None] * 7  # they would not add up to all
    empty, notes = counted(raw, ("unknown", "empty"))
    assert cells(empty) == one
    assert {f.severity for f in notes} == {"note"}


def test_a_wrong_check_digit_tells_nothing_until_a_planner_trusts_it() -> None:
    wrong = certificate(4, 1)
    wrong = wrong[:17] + str((int(wrong[17].replace("X", "0")) + 1) % 10) + wrong[18:]
    raw = register({"person_certificate": wrong}, person_certificate="残疾人证号")

    found, faults = counted(raw)

    assert asked(faults) == ["person_certificate/check_digit", "unknown"]
    assert faults[0].column == "残疾人证号"
    assert rows_of(faults, "has a number with a wrong check digit") == [2]
    assert cells(found)["all"] == 1
    assert cells(found)["physical"] is None
    trusted, notes = counted(raw, ("person_certificate/check_digit", "trust"))
    assert cells(trusted)["physical"] == 1
    assert asked(notes) == []


def test_a_number_without_form_is_named_by_its_row() -> None:
    raw = register({"person_certificate": "5.00237E+19", "person_type": "肢体"})

    _, faults = counted(raw)

    assert rows_of(faults, "is an ID of 18 digits or a certificate of 20") == [2]


def test_columns_that_contradict_the_certificate_are_asked_about_once_for_all_rows() -> None:
    raw = register(
        {"person_certificate": certificate(4, 1), "person_type": "智力"},
        {"person_certificate": certificate(4, 1, order=2), "person_type": "视力"},
        {"person_certificate": certificate(4, 1, order=3), "person_type": "肢体"},
    )

    found, faults = counted(raw)

    assert asked(faults) == ["contradiction/type", "unknown"]
    assert rows_of(faults, "contradict each other on the type of disability") == [None, 2, 3]
    assert cells(found)["physical"] is None
    assert some(counted(raw, ("contradiction/type", "certificate"))[0])["physical"] == 3
    column = some(counted(raw, ("contradiction/type", "column"))[0])
    assert (column["physical"], column["visual"], column["intellectual"]) == (1, 1, 1)


def test_dates_of_birth_are_only_asked_about_where_the_band_of_ages_differs() -> None:
    raw = register(
        {"person_certificate": certificate(birth="19900101"), "person_birth": "2015-01-01"},
        {
            "person_certificate": certificate(birth="19900101", order=2),
            "person_birth": "1991-01-01",
        },
    )

    found, faults = counted(raw, ("contradiction/birth", "column"))

    assert rows_of(faults, "both give the same band of ages") == [3]
    assert cells(found)["age_0_15"] == 1
    assert cells(found)["age_16_59"] == 1
    assert "contradiction/birth" in asked(counted(raw)[1])


def test_an_id_of_somebody_else_is_named_by_its_row() -> None:
    raw = register(
        {"person_certificate": certificate(), "person_id": identity(order=9)},
        {"person_certificate": certificate(order=2), "person_id": identity(order=2)},
    )

    assert rows_of(counted(raw)[1], "whose first 18 digits are the ID") == [2]


def test_a_number_that_stands_twice_is_asked_about_by_rows_and_counts_once_after_the_answer() -> (
    None
):
    raw = register(
        {"person_certificate": certificate(4, 1)},
        {"person_certificate": certificate(4, 1) + "B1"},
        {"person_certificate": certificate(5, 1, order=2)},
    )

    found, faults = counted(raw)

    assert asked(faults) == ["persons"]
    assert [one.ask.topic for one in faults if one.ask] == ["same"]
    assert rows_of(faults, "has the same number as these rows: 2, 3") == [2, 3]
    assert cells(found)["all"] == 3
    once, notes = counted(raw, ("persons", "once"))
    assert (cells(once)["all"], cells(once)["physical"]) == (2, 1)
    assert [one.value for one in notes if "each person was counted once" in one.rule] == ["2"]
    assert cells(counted(raw, ("persons", "each"))[0])["all"] == 3


def test_of_a_person_counted_once_what_the_rows_differ_in_is_not_known() -> None:
    raw = register(
        {"person_certificate": certificate(4, 1), "person_birth": None},
        {"person_certificate": certificate(4, 3), "person_birth": None},
        {"person_certificate": identity(order=2), "person_birth": None},
        {"person_certificate": certificate(5, 2, order=2), "person_birth": None},
    )

    found, _ = counted(raw, ("persons", "once"), ("unknown", "empty"))

    one = cells(found)
    assert (one["all"], one["physical"], one["intellectual"]) == (2, 1, 1)
    assert one["severe"] is None


def test_a_person_in_two_villages_must_be_mended_in_the_file() -> None:
    raw = register(
        {"person_certificate": certificate(), "zone_id": ZONES[0]},
        {"person_certificate": certificate(), "zone_id": ZONES[1]},
    )

    _, faults = counted(raw, ("persons", "once"))

    assert [(f.severity, f.row) for f in faults if "one village" in f.rule] == [
        ("error", 2),
        ("error", 3),
    ]


def test_the_dead_the_moved_away_and_the_cancelled_are_left_out_with_their_number() -> None:
    states = ["正常", "死亡注销", "迁出", "已注销", None, "健在"]
    raw = register(
        *({"person_certificate": certificate(order=at), "person_status": one}
          for at, one in enumerate(states))
    )  # fmt: skip

    found, faults = counted(raw)

    assert cells(found)["all"] == 3
    gone = {one.value: one.rule for one in faults if "left out" in one.rule}
    assert sorted(gone) == ["死亡", "注销", "迁出"]
    assert "(1 rows)" in gone["迁出"]


def test_a_state_that_is_not_known_is_asked_about_by_word_or_for_rare_words_by_row() -> None:
    states = ["冻结"] * 3 + ["王小明", "正常"]
    raw = register(
        *({"person_certificate": certificate(order=at), "person_status": one}
          for at, one in enumerate(states))
    )  # fmt: skip

    found, faults = counted(raw)

    assert asked(faults) == ["person_status/冻结", "person_status/other"]
    assert rows_of(faults, "is not shown since it may be a name") == [5]
    assert cells(found)["all"] == 5
    decided = counted(raw, ("person_status/冻结", "skip"), ("person_status/other", "counted"))
    assert cells(decided[0])["all"] == 2
    assert asked(decided[1]) == []


def test_a_row_without_a_village_of_the_county_is_an_error() -> None:
    raw = register(
        {"person_certificate": certificate(), "zone_id": None},
        {"person_certificate": certificate(order=2), "zone_id": "500237001"},
        {"person_certificate": certificate(order=3), "zone_id": "500238001001"},
        {"person_certificate": certificate(order=4)},
    )

    found, faults = counted(raw)

    wrong = [(one.row, one.rule, one.suggestion) for one in faults if one.severity == "error"]
    assert [row for row, _, _ in wrong] == [2, 3, 4]
    assert wrong[1][2] == "Only the township is named: add the village."
    assert cells(found)["all"] == 1


def test_residence_is_counted_by_where_persons_live() -> None:
    words = ["在家", "外出务工", "福利院", "县内其他乡镇", "在家"]
    raw = register(
        *({"person_certificate": certificate(order=at), "person_residence": one}
          for at, one in enumerate(words))
    )  # fmt: skip

    found, faults = counted(raw, table="residence")

    frame = found.frame[(found.frame["zone_id"] == ZONES[0]) & (found.frame["group"] == "all")]
    assert dict(zip(frame["residence"], frame["persons"], strict=True)) == {
        "at_home": "2", "elsewhere_in_county": "1", "away": "1", "institution": "1",
    }  # fmt: skip
    assert len(found.frame) == 3 * 4 * (len(GROUPS) + 2)
    assert asked(faults) == []
    assert check_table("residence", found)[1][0].column == "basis"  # nothing else is lacking


def test_of_whom_it_is_not_known_where_they_live_every_place_is_in_doubt() -> None:
    raw = register(
        {"person_certificate": certificate(), "person_residence": "在家"},
        {"person_certificate": certificate(order=2), "person_residence": None},
    )

    found, faults = counted(raw, table="residence")

    frame = found.frame[(found.frame["zone_id"] == ZONES[0]) & (found.frame["group"] == "all")]
    assert frame["persons"].isna().all()
    assert asked(faults) == ["unknown"]
    lower = counted(raw, ("unknown", "lower"), table="residence")[0].frame
    lower = lower[(lower["zone_id"] == ZONES[0]) & (lower["group"] == "all")]
    assert lower["persons"].tolist() == ["1", "0", "0", "0"]


def test_a_register_without_residence_cannot_be_counted_by_it() -> None:
    _, faults = counted(register({"person_certificate": certificate()}), table="residence")

    assert [one.column for one in faults if one.severity == "error"] == ["person_residence"]


def test_the_person_and_a_guardian_may_both_have_columns() -> None:
    frame = pd.DataFrame(
        [[ZONES[0], certificate(), identity(order=1), identity("19300101", 7)]],
        columns=["zone_id", "person_certificate", "person_id", "person_id"],
        index=[2],
    ).astype("str")

    found, faults = counted(Raw(frame, "a.xlsx"))

    assert is_register(Raw(frame, "a.xlsx"))
    assert some(found)["age_16_59"] == 1
    assert rows_of(faults, "whose first 18 digits are the ID") == []


@pytest.mark.parametrize(
    ("columns", "answer"),
    [
        ({"zone_id": "1", "person_certificate": "x"}, True),
        ({"zone_id": "1", "person_id": "x"}, True),
        ({"zone_id": "1", "person_name": "x", "person_type": "y"}, True),
        ({"zone_id": "1", "person_name": "x", "person_phone": "y"}, False),
        ({"zone_id": "1", "person_id": None}, False),
        ({"zone_id": "1", "group": "all", "persons": "3"}, False),
        ({"zone_id": "1", "persons": "3", "person_name": "x", "person_id": "y"}, False),
    ],
)
def test_a_register_is_told_from_a_table_of_counts(
    columns: dict[str, str | None],
    answer: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    assert is_register(Raw(pd.DataFrame([columns]).astype("str"), "a.xlsx")) is answer


def test_the_register_is_not_changed_and_several_files_name_their_own_rows() -> None:
    raw = register({"person_certificate": certificate()}, {"person_certificate": "x"})
    raw = Raw(raw.frame, "a.xlsx", files=("a.xlsx", "b.xlsx"))
    before = raw.frame.copy()

    _, faults = counted(raw)

    pd.testing.assert_frame_equal(raw.frame, before)
    assert next(one.file for one in faults if one.row == 3) == "b.xlsx"


def build(seed: int, size: int, *, gaps: bool = False) -> list[dict[str, Any]]:
    """Draw a register of persons with what is known of each beside its numbers."""
    chance = random.Random(seed)  # noqa: S311 -- cases, not secrets
    people = []
    for order in range(size):
        birth = dt.date(1925, 1, 1) + dt.timedelta(days=chance.randrange(36700))
        kind, grade = chance.randint(1, 7), chance.randint(1, 4)
        told = not gaps or chance.random() < 0.8
        number = identity(f"{birth:%Y%m%d}", order)
        people.append(
            {
                "zone_id": chance.choice(ZONES),
                "person_certificate": f"{number}{kind}{grade}" if told else number,
                "person_residence": chance.choice(["在家", "外出", "机构", "县内"]),
                "truth": (kind - 1 if told else None, grade if told else None, birth),
            }
        )
    return people


def brute(people: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Count one person after the other, the slow way."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in people:
        kind, grade, birth = one["truth"]
        passed = (AS_OF.month, AS_OF.day) >= (birth.month, birth.day)
        years = AS_OF.year - birth.year - (0 if passed else 1)
        band = AGES[0] if years < 16 else AGES[1] if years < 60 else AGES[2]
        groups = ["all", band, "eligible_community_rehab"]
        if kind is not None:
            groups += [TYPES[kind]] + (["severe"] if grade <= 2 else [])
            able = TYPES[kind] == "intellectual" or (TYPES[kind] == "physical" and grade <= 2)
            groups += ["eligible_day_care"] if able and band == AGES[1] else []
        counts.update((one["zone_id"], group) for group in groups)
    return counts


def frame_of(people: list[dict[str, Any]]) -> Raw:
    columns = ["zone_id", "person_certificate", "person_residence"]
    frame = pd.DataFrame(people, columns=columns).astype("str")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return Raw(frame, "a.xlsx")


@given(st.integers(0, 10**6), st.integers(1, 60))
@settings(max_examples=12, deadline=None)
def test_the_counts_are_those_of_counting_one_after_the_other(seed: int, size: int) -> None:
    people = build(seed, size)
    expected = brute(people)

    found, _ = counted(frame_of(people))

    for zone in ZONES:
        one = cells(found, zone)
        assert one == {group: expected[zone, group] for group in one}
        assert sum(one[kind] or 0 for kind in TYPES) == one["all"]
        assert sum(one[age] or 0 for age in AGES) == one["all"]
    by_place = counted(frame_of(people), table="residence")[0].frame
    totals = by_place.astype({"persons": int}).groupby(["zone_id", "group"])["persons"].sum()
    assert {key: value for key, value in totals.items() if value} == dict(expected)


@given(st.integers(0, 10**6), st.integers(1, 40))
@settings(max_examples=10, deadline=None)
def test_where_something_is_not_known_a_count_is_exact_or_empty_and_a_lower_bound_if_chosen(
    seed: int, size: int
) -> None:
    people = build(seed, size, gaps=True)
    surely = brute(people)
    unknown = Counter(one["zone_id"] for one in people if one["truth"][0] is None)

    empty, _ = counted(frame_of(people))
    lower, _ = counted(frame_of(people), ("unknown", "lower"))

    if all(one["truth"][0] is None for one in people):
        assert "severe" in cells(empty)  # the column of certificates could have told it
    for zone in ZONES:
        for group, value in cells(empty, zone).items():
            certain = group in {"all", *AGES, "eligible_community_rehab"} or not unknown[zone]
            if group == "eligible_day_care" and value is not None:
                certain = True  # none of the unknown is of working age
            assert value == (surely[zone, group] if certain else None)
        for group, value in cells(lower, zone).items():
            assert (
                value is None if group in TYPES and unknown[zone] else value == surely[zone, group]
            )


@given(st.integers(0, 10**6), st.integers(2, 40), st.randoms())
@settings(max_examples=10, deadline=None)
def test_the_order_of_the_rows_does_not_matter(seed: int, size: int, chance: Any) -> None:
    people = build(seed, size, gaps=True)
    people += people[:2]
    raw = frame_of(people)
    order = [*range(len(people))]
    chance.shuffle(order)
    mixed = Raw(raw.frame.iloc[order], "a.xlsx")

    for answers in ((), (("persons", "once"), ("unknown", "lower"))):
        one, faults = counted(raw, *answers)
        other, again = counted(mixed, *answers)
        pd.testing.assert_frame_equal(one.frame, other.frame)
        known = {(f.file, f.row, f.column, f.value, f.severity) for f in faults}
        assert known == {(f.file, f.row, f.column, f.value, f.severity) for f in again}


def test_counts_only_grow_with_each_person_added() -> None:
    people = build(5, 8)
    totals = [cells(counted(frame_of(people[:size]))[0])["all"] or 0 for size in range(1, 9)]

    assert all(later - one in {0, 1} for one, later in pairwise(totals))


def test_a_register_without_rows_counts_nobody() -> None:
    raw = register({"person_certificate": certificate()})
    found, faults = counted(Raw(raw.frame.iloc[:0], "a.xlsx"))

    assert set(found.frame["group"]) >= {"all"}
    assert np.all(found.frame["persons"] == "0")
    assert asked(faults) == []
