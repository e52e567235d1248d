"""Facilities that may be one and the same are proposed with what speaks for it."""

from __future__ import annotations

import math
import random
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.sources.facilities import understand_facilities
from wushan_geo.sources.facilities.doubles import NEAR_METRES, core
from wushan_geo.sources.facilities.kinds import Kinds
from wushan_geo.sources.vocabulary import built_in
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.tables import Raw

if TYPE_CHECKING:
    from wushan_geo.errors import Fault

PARTS = (
    ("双龙镇", "", "巫山县双龙镇"),
    ("", "乌龙村", "爱心"),
    ("残疾人之家", "渝馨家园", "敬老院"),
)
LON, LAT = 109.88, 31.08
METRE = 1 / (6371008.8 * math.pi / 180)  # degrees of latitude


def facility(key: str, name: str, **more: str | None) -> dict[str, str | None]:
    row = {"facility_id": key, "name": name, "kind": None, "zone_id": "500237101"}
    return {**row, "status": "open", "services": "day_care", **more}


def proposed(
    *rows: dict[str, str | None], answers: tuple[tuple[str, str], ...] = ()
) -> tuple[Raw, list[Fault], list[str]]:
    frame = pd.DataFrame([*rows]).astype("str")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    raw, faults = understand_facilities(
        Raw(frame, "机构.xlsx"),
        services=("day_care",),
        vocabulary=built_in(),
        answers=Answers.of(Answer("same", "facilities", *one) for one in answers),
    )
    return raw, faults, [one.ask.subject for one in faults if one.ask and one.ask.topic == "same"]


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("巫山县双龙镇三星级渝馨家园（试运行）", ""),
        ("重庆市巫山县双龙镇残疾人之家", ""),
        ("双龙镇乌龙村残疾人之家", "乌龙村"),
        ("高唐街道登龙社区日间照料中心", "登龙社区"),
        ("登龙社区日间照料站", "登龙社区"),
        ("邓家土家族乡阳光家园", ""),
        ("双龙镇残疾人康复中心", ""),
        ("爱心渝馨家园服务站", "爱心"),
    ],
)
def test_county_township_stars_brackets_and_kind_are_taken_from_a_name(
    name: str, rest: str
) -> None:
    assert core(name, Kinds.of(built_in())) == rest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("双龙镇残疾人之家", "巫山县双龙镇三星级渝馨家园"),
        ("双龙镇乌龙村残疾人之家", "乌龙村残疾人之家（试运行）"),
        ("双龙镇爱心日间照料中心", "爱心日间照料站"),
        ("双龙镇春晖助残爱心托养中心", "双龙镇春辉助残爱心托养中心"),  # one character in six
    ],
)
def test_nearly_the_same_name_in_one_township_is_proposed(one: str, other: str) -> None:
    _, faults, pairs = proposed(facility("B", one), facility("A", other))

    assert pairs == ["A = B"]
    question = next(fault for fault in faults if fault.ask)
    assert (question.row, question.value) == (3, other)
    assert f"row 2, '{one}'" in question.rule
    assert "same township, same kind" in question.suggestion
    assert question.ask is not None
    assert question.ask.choices == ("different", "same")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("双龙镇乌龙村残疾人之家", "双龙镇金龙村残疾人之家"),
        ("双龙镇残疾人之家", "双龙镇乌龙村残疾人之家"),
        ("双龙镇第一社区日间照料中心", "双龙镇第二社区日间照料中心"),
        ("双龙镇幸福家园1号托养中心", "双龙镇幸福家园2号托养中心"),
        ("双龙镇残疾人之家", "双龙镇敬老院"),
    ],
)
def test_another_village_another_number_and_another_kind_are_not_proposed(
    one: str, other: str
) -> None:
    assert proposed(facility("A", one), facility("B", other))[2] == []


def test_the_same_name_in_two_townships_is_not_proposed() -> None:
    one = facility("A", "残疾人之家", zone_id="500237101001")
    other = facility("B", "残疾人之家", zone_id="500237102001")

    assert proposed(one, other)[2] == []


def test_a_bare_name_in_two_villages_is_not_proposed_and_in_one_it_is() -> None:
    rows = [
        facility("A", "康复室", zone_id="500237101001"),
        facility("B", "康复室", zone_id="500237101002"),
        facility("C", "康复室", zone_id="500237101002"),
    ]

    assert proposed(*rows)[2] == ["B = C"]


def test_two_signs_on_one_house_are_proposed_by_address_or_point() -> None:
    here = {"lon": f"{LON}", "lat": f"{LAT}"}
    one, other = facility("A", "双龙镇阳光家园"), facility("B", "双龙镇残疾人之家")

    assert proposed(one, other)[2] == []
    addressed = [{**row, "address": "双龙路12号"} for row in (one, other)]
    _, faults, pairs = proposed(*addressed)
    assert pairs == ["A = B"]
    assert "same address" in next(fault for fault in faults if fault.ask).suggestion
    assert proposed({**one, **here}, {**other, **here})[2] == ["A = B"]


def at_distance(metres: float) -> list[dict[str, str | None]]:
    return [
        facility("A", "爱心之家托养中心", zone_id="500237101001", lon=f"{LON}", lat=f"{LAT}"),
        facility(
            "B", "爱心的家托养中心", zone_id="500237101002",
            lon=f"{LON}", lat=f"{LAT + metres * METRE:.12f}",
        ),
    ]  # fmt: skip


def test_points_at_the_stated_distance_are_near_and_beyond_it_are_not() -> None:
    _, faults, pairs = proposed(*at_distance(NEAR_METRES - 0.001))

    assert pairs == ["A = B"]
    assert "200 m apart" in next(fault for fault in faults if fault.ask).suggestion
    assert proposed(*at_distance(NEAR_METRES + 0.01))[2] == []


def test_near_points_with_names_that_do_not_resemble_each_other_are_not_proposed() -> None:
    rows = at_distance(10)
    rows[1]["name"] = "蓝天托养中心"

    assert proposed(*rows)[2] == []


def test_many_facilities_at_one_point_are_a_placeholder_and_that_is_said() -> None:
    rows = [
        facility(f"F{at:02d}", "康复室", zone_id=f"500237101{at:03d}", lon=f"{LON}", lat=f"{LAT}")
        for at in range(11)
    ]

    _, faults, pairs = proposed(*rows)

    assert pairs == []
    assert [one.value for one in faults if "is the point of 11 facilities" in one.rule] == [
        "109.88, 31.08"
    ]
    assert len(proposed(*rows[:10])[2]) == 45


def test_candidates_are_many_by_intention_and_only_proposed_where_they_are_written_twice() -> None:
    rows = [
        facility("A", "双龙镇备选点", status="candidate", lon=f"{LON}", lat=f"{LAT}"),
        facility("B", "双龙镇（东）备选点", status="candidate", lon=f"{LON}", lat=f"{LAT}"),
    ]

    assert proposed(*rows)[2] == []
    rows[1]["name"] = "双龙镇 备选点"
    assert proposed(*rows)[2] == ["A = B"]


def test_the_answer_different_silences_and_same_keeps_the_fuller_row() -> None:
    rows = [
        facility("A", "双龙镇残疾人之家"),
        facility("B", "双龙镇渝馨家园", host="敬老院"),
        facility("C", "双龙镇敬老院"),
    ]

    kept, faults, pairs = proposed(*rows, answers=(("A = B", "different"),))
    assert pairs == []
    assert kept.frame["facility_id"].tolist() == ["A", "B", "C"]

    kept, faults, pairs = proposed(*rows, answers=(("A = B", "same"),))
    assert pairs == []
    assert kept.frame["facility_id"].tolist() == ["B", "C"]
    dropped = [one for one in faults if "was left out, as decided before" in one.rule]
    assert [(one.row, one.value, one.severity) for one in dropped] == [(2, "A", "note")]
    assert "the same facility as B (row 3)" in dropped[0].rule


def test_of_equally_full_rows_the_smaller_id_is_kept_whatever_the_order() -> None:
    rows = [facility(key, "双龙镇残疾人之家") for key in "CAB"]
    answers = tuple((f"{a} = {b}", "same") for a, b in combinations("ABC", 2))

    for order in (rows, rows[::-1]):
        kept, faults, _ = proposed(*order, answers=answers)
        assert kept.frame["facility_id"].tolist() == ["A"]
        assert sum("as decided before" in one.rule for one in faults) == 2


def test_the_same_id_twice_is_left_to_the_check_of_the_table() -> None:
    assert proposed(facility("A", "甲镇残疾人之家"), facility("A", "甲镇残疾人之家"))[2] == []


@given(st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_neither_the_order_of_the_rows_nor_rows_elsewhere_change_what_is_proposed(
    seed: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- cases, not secrets
    rows = [
        facility(
            f"F{at:02d}",
            "".join(chance.choice(words) for words in PARTS),
            lon=f"{LON + chance.random() * 0.004:.6f}",
            lat=f"{LAT + chance.random() * 0.004:.6f}",
        )
        for at in range(10)
    ]
    elsewhere = [facility("Z1", "双龙镇残疾人之家", zone_id="500237102")]
    expected = sorted(proposed(*rows)[2])

    chance.shuffle(rows)

    assert sorted(proposed(*rows, *elsewhere)[2]) == expected


@pytest.mark.parametrize(
    ("name", "rest"),
    [("子虚镇阳光家园", ""), ("子虚阳光家园", ""), ("子虚村阳光家园", "子虚村")],
)
def test_a_township_may_stand_in_short_before_a_name_and_a_village_of_its_name_is_kept(
    name: str, rest: str
) -> None:
    assert core(name, Kinds.of(built_in()), "子虚镇") == rest
