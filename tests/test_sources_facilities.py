"""Facilities as offices list them: kinds, stars, services, capacity, state, ids and addresses."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.sources.facilities import geocoding_list, understand_facilities
from wushan_geo.sources.facilities.kinds import Kinds, stars
from wushan_geo.sources.facilities.offers import USUAL
from wushan_geo.sources.vocabulary import Vocabulary, Word, built_in
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.tables import Raw, check_table
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from wushan_geo.errors import Fault

DATA = Path(__file__).resolve().parent.parent / "data"
SERVICES = (
    "day_care", "sheltered_employment", "community_rehab", "concentrated_care",
    "psychiatric_community_rehab", "county_rehab", "visiting", "community_care", "neighbour_help",
)  # fmt: skip


def listed(*rows: dict[str, str | None], **labels: str) -> Raw:
    frame = pd.DataFrame([*rows]).astype("str")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return Raw(frame, "机构.xlsx", labels=labels)


def understood(
    raw: Raw,
    *answers: tuple[str, str],
    services: tuple[str, ...] = SERVICES,
    vocabulary: Vocabulary | None = None,
) -> tuple[Raw, list[Fault]]:
    known = [
        Answer("same" if " = " in subject else "value", "facilities", subject, answer)
        for subject, answer in answers
    ]
    return understand_facilities(
        raw,
        services=services,
        vocabulary=vocabulary or built_in(),
        answers=Answers.of(known),
    )


def column(raw: Raw, name: str) -> list[str | None]:
    return [None if pd.isna(one) else one for one in raw.frame[name].tolist()]


def one(name: str, value: str | None, *answers: tuple[str, str], **more: Any) -> str | None:
    """Read one cell of one facility."""
    row: dict[str, str | None] = {
        "facility_id": "F1",
        "name": "甲",
        "kind": "阳光家园",
        name: value,
    }
    return column(understood(listed(row), *answers, **more)[0], name)[0]


def asked(faults: list[Fault]) -> list[str]:
    return [fault.ask.subject for fault in faults if fault.severity == "decide" and fault.ask]


def told(faults: list[Fault], words: str) -> list[tuple[int | None, str]]:
    return [(fault.row, fault.value) for fault in faults if words in fault.rule]


@pytest.mark.parametrize(
    "file",
    ["wushan/facilities.csv", "wushan/facts/facilities.csv", "example/2024/facilities.csv",
     "example/2025/facilities.csv"],
)  # fmt: skip
def test_a_list_in_the_words_of_the_contract_stays_as_it_is_and_asks_nothing(file: str) -> None:
    frame = pd.read_csv(DATA / file, dtype="str", encoding="utf-8-sig")

    found, faults = understood(Raw(frame, file))

    pd.testing.assert_frame_equal(found.frame, frame)
    assert asked(faults) == []
    assert {fault.rule for fault in faults} <= {"does not report its services: they are not known"}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("阳光家园", "sunshine_home"),
        ("残疾人之家", "home_of_disabled"),
        ("渝馨家园", "home_of_disabled"),
        ("残疾人康复中心", "county_rehab_centre"),
        ("双龙镇残疾人康复中心", "community_rehab_station"),
        ("托养中心", "trusteeship_institution"),
        ("巫山县残疾人托养中心", "county_care_centre"),
        ("双龙镇残疾人托养中心", "trusteeship_institution"),
        ("日间照料中心", "day_care_centre"),
        ("乌龙村卫生室康复室", "village_rehab_room"),
        ("乌龙村卫生室", "village_clinic"),
        ("社区康复站", "community_rehab_station"),
        ("精神障碍社区康复站", "psychiatric_rehab_station"),
        ("县社会福利院", "welfare_home"),
        ("儿童福利院", "child_welfare_institution"),
        ("敬老院", "welfare_home"),
        ("养老服务中心", "elderly_service_centre"),
        ("社会工作服务站", "social_work_station"),
        ("辅助性就业基地", "sheltered_employment_base"),
        ("庇护工场", "sheltered_employment_base"),
        ("特殊教育学校", "special_school"),
        ("精神卫生中心", "mental_health_centre"),
        ("残疾人综合服务中心", "disabled_service_centre"),
        ("渝馨家园（设在养老服务中心内）", "home_of_disabled"),
        ("（阳光家园）", "sunshine_home"),
        ("Ｓｕｎｓｈｉｎｅ　Home", "sunshine_home"),
        ("home_of_disabled", "home_of_disabled"),
        ("our_own_kind", "our_own_kind"),
    ],
)
def test_a_kind_is_read_from_its_column_or_from_the_name(word: str, kind: str) -> None:
    found, faults = understood(
        listed(
            {"facility_id": "F1", "name": "甲", "kind": word},
            {"facility_id": "F2", "name": word, "kind": None, "township_name": "乙镇"},
        )
    )

    assert column(found, "kind")[0] == kind
    if "_" not in word:
        assert column(found, "kind")[1] == kind
        assert told(faults, "had no kind") == [(3, word)]
        assert asked(faults) == []


def test_each_kind_and_each_of_its_words_is_read_and_has_a_name_in_both_languages() -> None:
    kinds = Kinds.of(built_in())

    for word, key in kinds.words:
        assert kinds.named(word) == [key], word
    for key in kinds.keys:
        assert f"choice.{key}" in MESSAGES
    assert set(USUAL) <= set(kinds.keys)


def test_a_kind_that_is_not_known_is_asked_about_once_with_the_likeliest_first() -> None:
    rows = [{"facility_id": f"F{at}", "name": f"{at}号", "kind": "综合体"} for at in range(3)]
    raw = listed(*rows, kind="类型")

    _, faults = understood(raw)

    assert asked(faults) == ["kind/综合体"]
    assert (faults[0].row, faults[0].column) == (2, "类型")
    assert "(3 rows)" in faults[0].rule
    for answer, kind in (
        ("welfare_home", "welfare_home"), ("敬老院", "welfare_home"), ("our_kind", "our_kind"),
    ):  # fmt: skip
        found, faults = understood(raw, ("kind/综合体", answer))
        assert column(found, "kind") == [kind] * 3
        assert asked(faults) == []


def test_a_misspelt_key_is_asked_about_and_not_taken_for_a_new_kind() -> None:
    _, faults = understood(listed({"facility_id": "F1", "name": "甲", "kind": "sunshine_hom"}))

    assert asked(faults) == ["kind/sunshine_hom"]
    assert faults[0].ask is not None
    assert faults[0].ask.choices[0] == "sunshine_home"
    assert faults[0].ask.choices[-1] == "skip"


def test_a_name_of_two_kinds_is_asked_about_the_head_of_the_name_first() -> None:
    raw = listed({"facility_id": "F1", "name": "双龙镇敬老院托养点", "kind": None})

    _, faults = understood(raw)

    assert asked(faults) == ["kind/双龙镇敬老院托养点"]
    assert faults[0].ask is not None
    assert faults[0].ask.choices[:2] == ("trusteeship_institution", "welfare_home")


def test_a_facility_of_another_trade_may_be_left_out() -> None:
    raw = listed(
        {"facility_id": "F1", "name": "加油站", "kind": None},
        {"facility_id": "F2", "name": "阳光家园", "kind": None},
    )

    found, faults = understood(raw, ("kind/加油站", "skip"))

    assert column(found, "facility_id") == ["F2"]
    assert told(faults, "left out, as decided") == [(2, "加油站")]
    assert len(raw.frame) == 2


def test_a_study_s_own_word_goes_before_the_built_in_ones() -> None:
    own = Vocabulary.of(
        [Word("facility_kinds", "*", "", "welfare_home", "阳光家园"), *built_in().words]
    )

    assert one("kind", "阳光家园", vocabulary=own) == "welfare_home"


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        ("三星级渝馨家园", 3), ("渝馨家园（五星级）", 5), ("4星渝馨家园", 4), ("★★★残疾人之家", 3),
        ("★★☆☆☆", 2), ("⭐⭐", 2), ("三星村残疾人之家", None), ("六星级", None), ("七星社区", None),
        ("渝馨家园", None), ("三星级（原二星级）", None), ("０星", None),
    ],
)  # fmt: skip
def test_stars_are_read_from_a_name_and_not_from_a_village(name: str, grade: int | None) -> None:
    assert stars(name) == grade


def test_an_empty_grade_is_filled_from_the_name_and_another_one_is_asked_about() -> None:
    raw = listed(
        {"facility_id": "F1", "name": "甲镇三星级渝馨家园", "kind": "渝馨家园", "grade": None},
        {"facility_id": "F2", "name": "乙镇四星级渝馨家园", "kind": "渝馨家园", "grade": "3"},
        {"facility_id": "F3", "name": "丙镇渝馨家园", "kind": "渝馨家园", "grade": "五星级"},
        {"facility_id": "F4", "name": "丁镇一星级渝馨家园", "kind": "渝馨家园", "grade": "1"},
    )

    found, faults = understood(raw)

    assert column(found, "grade") == ["3", "3", "5", "1"]
    assert asked(faults) == ["grade/乙镇四星级渝馨家园"]
    assert told(faults, "its name says 3 stars") == [(2, "甲镇三星级渝馨家园")]
    assert column(understood(raw, ("grade/乙镇四星级渝馨家园", "4"))[0], "grade")[1] == "4"


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        ("日托、辅助性就业；康复", "day_care;sheltered_employment;community_rehab"),
        ("日间照料，工疗", "day_care;sheltered_employment"),
        ("日间照料及辅助性就业", "day_care;sheltered_employment"),
        ("日间照料 走访探视", "day_care;visiting"),
        ("1.日间照料 2.集中托养", "day_care;concentrated_care"),
        ("①日间照料②集中托养", "day_care;concentrated_care"),
        ("（1）日间照料服务；（2）社区康复服务等", "day_care;community_rehab"),
        ("日间照料/辅助性就业+寄宿托养", "day_care;sheltered_employment;concentrated_care"),
        ("提供日间照料", "day_care"),
        ("辅助性就业（种植、养殖）", "sheltered_employment"),
        ("Day care; visiting", "day_care;visiting"),
        ("day care and rehabilitation", "day_care;community_rehab"),
        ("精神障碍社区康复", "psychiatric_community_rehab"),
        ("日托、日间照料", "day_care"),
        ("day_care;visiting", "day_care;visiting"),
        ("visiting;day_care", "visiting;day_care"),
        (None, None),
        ("无", ";"),
        (";", ";"),
        ("盲人按摩", ";"),
        ("日托、盲人按摩", "day_care"),
    ],
)
def test_services_are_read_from_free_text(cell: str | None, keys: str | None) -> None:
    row: dict[str, str | None] = {"facility_id": "F1", "name": "甲", "kind": "敬老院"}

    found, faults = understood(listed({**row, "services": cell, "status": "open"}))

    assert column(found, "services") == [keys]
    assert asked(faults) == []


def test_a_facility_that_reports_no_service_of_the_study_is_not_one_that_reports_nothing() -> None:
    row = {"name": "甲", "kind": "敬老院", "status": "open", "basis": "measured"}
    found, _ = understood(
        listed(
            {**row, "facility_id": "F1", "services": "无", "zone_id": "500237001"},
            {**row, "facility_id": "F2", "services": None, "zone_id": "500237002"},
        )
    )

    assert check_table("facilities", found)[0]["services"].tolist() == [frozenset(), None]


def test_services_are_never_concluded_from_the_kind() -> None:
    raw = listed(
        {"facility_id": "F1", "name": "甲", "kind": "阳光家园", "services": None},
        {"facility_id": "F2", "name": "乙", "kind": "特殊教育学校", "services": None},
        {
            "facility_id": "F3",
            "name": "丙",
            "kind": "阳光家园",
            "services": None,
            "status": "candidate",
        },
    )

    found, faults = understood(raw, services=("day_care", "visiting", "community_rehab"))

    assert column(found, "services") == [None, None, None]
    silent = [fault for fault in faults if "does not report its services" in fault.rule]
    assert [(fault.row, fault.severity) for fault in silent] == [(2, "note"), (3, "note")]
    assert silent[0].suggestion.endswith("usually offers: day_care, community_rehab.")
    assert silent[1].suggestion == "Ask the facility, and fill them in."


def test_a_word_for_a_service_that_the_study_does_not_have_is_listed() -> None:
    raw = listed({"facility_id": "F1", "name": "甲", "kind": "敬老院", "services": "日托、走访"})

    found, faults = understood(raw, services=("day_care",))

    assert column(found, "services") == ["day_care"]
    assert told(faults, "is the service visiting, which this study does not have") == [
        (None, "走访")
    ]


def test_an_unknown_word_is_asked_about_once_and_the_answer_may_be_several_or_none() -> None:
    rows = [
        {"facility_id": f"F{at}", "name": f"{at}号", "kind": "敬老院", "services": "日托、打铁"}
        for at in range(2)
    ]
    raw = listed(*rows, services="服务内容")

    found, faults = understood(raw)

    assert asked(faults) == ["services/打铁"]
    question = next(fault for fault in faults if fault.ask)
    assert (question.row, question.column, question.value) == (2, "服务内容", "打铁")
    assert question.ask is not None
    assert question.ask.choices == (*SERVICES, "skip")
    assert column(found, "services") == ["day_care", "day_care"]
    for answer, keys in (
        ("sheltered_employment", "day_care;sheltered_employment"),
        ("工疗+走访", "day_care;sheltered_employment;visiting"),
        ("skip", "day_care"),
    ):
        found, faults = understood(raw, ("services/打铁", answer))
        assert column(found, "services") == [keys, keys]
        assert asked(faults) == []
    assert asked(understood(raw, ("services/打铁", "no such word"))[1]) == ["services/打铁"]


def test_what_each_word_was_taken_for_is_said_once() -> None:
    rows = [
        {"facility_id": f"F{at}", "name": f"{at}号", "kind": "敬老院", "services": "工疗"}
        for at in range(3)
    ]

    _, faults = understood(listed(*rows))

    assert told(faults, "was read as the service sheltered_employment (3 rows)") == [(None, "工疗")]


def test_a_misspelt_key_is_left_for_the_checks_across_tables() -> None:
    assert one("services", "day_care;visitin_g") == "day_care;visitin_g"


@given(
    st.lists(st.sampled_from(["日托", "工疗", "康复", "走访", "集中托养"]), min_size=1), st.data()
)
@settings(max_examples=40, deadline=None)
def test_neither_the_order_of_the_words_nor_their_marks_matter(words: list[str], data: Any) -> None:
    marks = st.sampled_from(["、", "，", ",", "；", ";", "/", "+", " ", "及", "和", "。"])
    cell = words[0] + "".join(data.draw(marks) + word for word in words[1:])

    found = one("services", cell)

    meant = {"日托": "day_care", "工疗": "sheltered_employment", "康复": "community_rehab",
             "走访": "visiting", "集中托养": "concentrated_care"}  # fmt: skip
    assert found == ";".join(key for key in SERVICES if key in {meant[word] for word in words})


def test_beds_are_not_silently_places() -> None:
    raw = listed(
        {"facility_id": "F1", "name": "甲", "kind": "敬老院", "capacity": "床位50张，托养名额30人"},
        {"facility_id": "F2", "name": "乙", "kind": "特校", "capacity": "50张床位"},
        {"facility_id": "F3", "name": "丙", "kind": "福利院", "capacity": "20"},
    )

    found, faults = understood(raw)

    assert column(found, "capacity") == ["30", "50", "20"]
    assert told(faults, "30 places were taken") == [(2, "床位50张，托养名额30人")]
    assert told(faults, "gives 50 beds, which were taken as places") == [(3, "50张床位")]
    assert told(faults, "counts beds") == []
    headed = Raw(raw.frame, raw.file, labels={"capacity": "床位数"})
    assert told(understood(headed)[1], "counts beds") == [(None, "床位数")]


def test_a_state_that_is_not_reported_is_not_known() -> None:
    found, faults = understood(
        listed(
            {"facility_id": "F1", "name": "甲", "kind": "敬老院", "status": None},
            {"facility_id": "F2", "name": "乙（拟建）", "kind": "福利院", "status": "open"},
        )
    )

    assert column(found, "status") == ["unknown", "open"]
    assert [row for row, _ in told(faults, "whether it is open")] == [2]


def test_an_id_is_made_of_township_kind_and_name_and_noted() -> None:
    raw = listed({"name": "甲镇阳光家园", "kind": "阳光家园", "zone_id": "500237101001"})

    found, faults = understood(raw)

    (made,) = column(found, "facility_id")
    assert made is not None
    assert made.startswith("auto-500237101-")
    assert told(faults, "facilities without an id") == [(None, "1")]
    moved = understood(
        listed({"name": "甲镇 阳光家园", "kind": "sunshine_home", "zone_id": "500237101203"})
    )
    assert column(moved[0], "facility_id") == [made]  # another village, the kind in other words
    other = understood(
        listed({"name": "甲镇阳光家园", "kind": "阳光家园", "zone_id": "500237102001"})
    )
    assert column(other[0], "facility_id") != [made]


def test_an_id_that_is_there_is_kept_and_not_given_twice() -> None:
    row = {"name": "甲", "kind": "阳光家园", "zone_id": "500237101001"}
    made = column(understood(listed(row))[0], "facility_id")[0]

    found, _ = understood(listed({**row, "facility_id": None}, {**row, "facility_id": made}))

    assert column(found, "facility_id") == [f"{made}-2", made]


def test_facilities_that_agree_in_all_three_get_ids_by_what_tells_them_apart() -> None:
    row = {"name": "康复室", "kind": "康复室", "zone_id": "500237101"}
    rows = [{**row, "address": address} for address in ("二号", "一号", "一号", None)]

    found, faults = understood(listed(*rows))

    ids = column(found, "facility_id")
    assert len(set(ids)) == 4
    assert len(told(faults, "is one of 4 of the same name")) == 4
    again, _ = understood(listed(*rows[::-1]))
    assert sorted(map(str, column(again, "facility_id"))) == sorted(map(str, ids))
    assert column(again, "facility_id")[3] == ids[0]  # the one at number two


@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(0, 12))
@settings(max_examples=8, deadline=None)
def test_made_ids_stay_when_rows_are_moved_and_others_are_added(
    seed: int, size: int, more: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- cases, not secrets
    rows: list[dict[str, str | None]] = [
        {"name": f"{at}号站", "kind": chance.choice(["阳光家园", "敬老院"]),
         "zone_id": f"50023710{chance.randint(0, 3)}001", "address": f"{at}路"}
        for at in range(size + more)
    ]  # fmt: skip
    few = understood(listed(*rows[:size]))[0].frame
    chance.shuffle(rows)
    many = understood(listed(*rows))[0].frame

    ids = dict(zip(many["name"], many["facility_id"], strict=True))
    assert {name: ids[name] for name in few["name"]} == dict(
        zip(few["name"], few["facility_id"], strict=True)
    )
    assert many["facility_id"].is_unique


def test_facilities_with_an_address_and_no_point_are_listed_and_nothing_is_looked_up() -> None:
    raw = listed(
        {"facility_id": "F2", "name": "乙", "kind": "敬老院", "address": "广东东路1号", "lon": None,
         "lat": None, "zone_id": "500237001"},
        {"facility_id": "F1", "name": "甲", "kind": "福利院", "address": "平湖路2号，找13812345678",
         "lon": "109.9", "lat": None, "zone_id": None, "township_name": "高唐街道"},
        {"facility_id": "F3", "name": "丙", "kind": "特校", "address": "净坛路3号", "lon": "109.9",
         "lat": "31.1", "zone_id": None},
        {"facility_id": "F4", "name": "丁", "kind": "托养所", "address": None, "lon": None,
         "lat": None, "zone_id": None},
    )  # fmt: skip

    found, faults = understood(raw)

    assert told(faults, "has an address and no point") == [
        (2, "广东东路1号"),
        (3, "平湖路2号，找***"),
    ]
    assert told(faults, "neither a point nor an address") == [(5, "")]
    assert all("No address leaves" in one.suggestion for one in faults if "no point:" in one.rule)
    table = geocoding_list(found)
    assert table.to_dict("records") == [
        {"facility_id": "F1", "name": "甲", "address": "平湖路2号，找***", "zone": "高唐街道"},
        {"facility_id": "F2", "name": "乙", "address": "广东东路1号", "zone": "500237001"},
    ]


def test_a_list_of_addresses_alone_is_a_list_without_points_and_not_a_broken_one() -> None:
    row = {"name": "甲", "kind": "敬老院", "zone_id": "500237001"}

    addressed, _ = understood(listed({**row, "address": "广东东路1号"}))
    bare, _ = understood(listed(row))

    assert column(addressed, "lon") == column(addressed, "lat") == [None]
    assert "lon" not in bare.frame.columns  # that a column is lacking is said by its contract


def test_every_note_is_in_both_languages_and_the_table_is_not_changed() -> None:
    raw = listed({"name": "甲镇三星级渝馨家园", "kind": None, "services": "日托、打铁"})
    before = raw.frame.copy()

    _, faults = understood(raw)

    pd.testing.assert_frame_equal(raw.frame, before)
    assert len(faults) >= 6
    for fault in faults:
        assert all((fault.rule, fault.rule_zh, fault.suggestion, fault.suggestion_zh))


def test_an_empty_list_is_an_empty_list() -> None:
    raw = listed({"name": "甲", "kind": "敬老院"})

    found, faults = understood(Raw(raw.frame.iloc[:0], "a.xlsx"))

    assert len(found.frame) == 0
    assert faults == []
