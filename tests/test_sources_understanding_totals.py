"""Rows that are no records: totals checked and left out, remarks, headings, printed headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.sources.grid import Grid
from wushan_geo.sources.understanding import Understood, understand
from wushan_geo.sources.vocabulary import built_in
from wushan_geo.study.answers import Answer, Answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.errors import Fault

N = None
HEAD = ("乡镇（街道）", "村（社区）", "残疾人数", "视力")
ROWS = [
    ("高唐街道", "登龙社区", 10, 1), ("高唐街道", "圣泉社区", 20, 2), ("巫峡镇", "巫峡村", 30, 3),
    ("巫峡镇", "白水村", 40, 4),
]  # fmt: skip


def sheet(rows: Sequence[Sequence[Any]], table: str = "persons", **more: Any) -> Understood:
    """Understand rows as a sheet of a workbook."""
    width = max(map(len, rows))
    grid = Grid(
        "a.xlsx",
        "",
        tuple(tuple(row) + (None,) * (width - len(row)) for row in rows),
        tuple(more.pop("merged", ())),
    )
    answers = Answers.of(
        Answer("total", table, subject, "accept") for subject in more.pop("accepted", ())
    )
    return understand(grid, table, vocabulary=built_in(), answers=answers, **more)


def records(found: Understood, column: str = "village_name") -> list[Any]:
    assert found.raw is not None
    return list(dict.fromkeys(found.raw.frame[column].dropna()))


def asked(found: Understood) -> list[Fault]:
    return [one for one in found.faults if one.severity == "decide"]


def rows_of(found: Understood, part: str) -> list[str]:
    """Give what a note says of its rows."""
    return [
        one.rule.rpartition("rows: ")[2].rstrip(")") for one in found.faults if part in one.rule
    ]


VILLAGES = ["登龙社区", "圣泉社区", "巫峡村", "白水村"]


@pytest.mark.parametrize(
    "word", ["合计", "总计", "共计", "全县", "全县合计", "合  计", "合计：", "总 计"]
)
def test_a_total_of_all_is_checked_and_left_out(word: str) -> None:
    for place in (0, 4):
        rows = [*ROWS[:place], (word, N, 100, 10), *ROWS[place:]]
        found = sheet([HEAD, *rows])

        assert records(found) == VILLAGES
        assert (found.arrival.rows, found.arrival.left_out) == (4, 1)
        assert rows_of(found, "totals equal") == [str(place + 2)]
        assert asked(found) == []


def test_a_total_that_does_not_agree_is_asked_about_with_both_figures() -> None:
    rows = [HEAD, *ROWS, ("合计", N, 101, 10)]
    found = sheet(rows)
    (one,) = asked(found)

    assert (one.row, one.column, one.value) == (6, "残疾人数", "101")
    assert one.rule == "合计: the total is 101, and its rows add up to 100"
    assert one.rule_zh == "合计：合计数 101 与明细之和 100 不符"
    assert "以明细为准，合计行不采用" in one.suggestion_zh
    assert one.ask is not None
    assert (one.ask.topic, one.ask.subject, one.ask.choices) == (
        "total", "合计/persons/101≠100", ("accept",),
    )  # fmt: skip
    assert records(found) == VILLAGES
    accepted = sheet(rows, accepted=["合计/persons/101≠100"])
    assert asked(accepted) == []
    assert [one.row for one in accepted.faults if "as answered before" in one.rule] == [6]


def test_a_total_that_is_wrong_in_several_columns_is_asked_about_once() -> None:
    rows = [HEAD, *ROWS, ("合计", N, 101, 11)]
    (one,) = asked(sheet(rows))

    assert (one.row, one.column, one.value) == (6, "残疾人数", "101")
    assert one.rule_zh == "合计：合计行与明细不符，共 2 列：残疾人数 101≠100、视力 11≠10"
    assert one.ask is not None
    assert one.ask.subject == "合计/persons/101≠100;persons/visual/11≠10"
    assert asked(sheet(rows, accepted=[one.ask.subject])) == []
    changed = [HEAD, *ROWS, ("合计", N, 101, 12)]
    assert len(asked(sheet(changed, accepted=[one.ask.subject]))) == 1


@pytest.mark.parametrize("above", [True, False])
def test_a_total_of_all_that_is_off_by_its_subtotals_alone_is_not_asked_about(above: bool) -> None:  # noqa: FBT001 - a parameter of a test
    def of(everything: int) -> Understood:
        total = ("合计", N, everything, 10)
        rows = [
            *ROWS[:2], ("高唐街道", "小计", 33, 3), *ROWS[2:], ("巫峡镇", "小计", 71, 7),
        ]  # fmt: skip
        return sheet([HEAD, total, *rows] if above else [HEAD, *rows, total])

    subjects = ["高唐街道/小计/persons/33≠30", "巫峡镇/小计/persons/71≠70"]
    assert [one.ask.subject for one in asked(of(104)) if one.ask] == subjects
    assert rows_of(of(104), "off by what their subtotals") == ["2" if above else "8"]
    assert len(asked(of(103))) == 1 + 1  # the first subtotal alone makes up for it
    assert len(asked(of(102))) == 3


@pytest.mark.parametrize(
    "order",
    [
        ["town1", 0, 1, "town2", 2, 3],
        [0, 1, "town1", 2, 3, "town2"],
        ["all", "town1", 0, 1, "town2", 2, 3],
        [0, 1, "town1", 2, 3, "town2", "all"],
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_subtotals_may_stand_above_or_below_their_rows(order: list[Any], named: bool) -> None:  # noqa: FBT001 - a parameter of a test
    totals = {
        "town1": ("高唐街道" if named else N, "小计", 30, 3),
        "town2": ("巫峡镇" if named else N, "小计", 70, 7),
        "all": ("合计", N, 100, 10),
    }
    rows = [totals[one] if isinstance(one, str) else ROWS[one] for one in order]
    found = sheet([HEAD, *rows])

    assert records(found) == VILLAGES
    assert asked(found) == []
    assert found.arrival.left_out == len(rows) - 4


def test_a_subtotal_that_names_its_township_is_of_that_township() -> None:
    rows = [
        HEAD,
        ROWS[0],
        ROWS[2],
        ROWS[1],
        ROWS[3],
        ("高唐街道小计", N, 30, 3),
        ("巫峡镇合计", N, 71, 7),
    ]
    found = sheet(rows)

    assert [(one.row, one.value) for one in asked(found)] == [(7, "71")]
    assert [one.ask.subject for one in asked(found) if one.ask] == ["巫峡镇/合计/persons/71≠70"]


@pytest.mark.parametrize("named", [True, False])
def test_accepting_one_subtotal_leaves_the_others_to_be_asked_about(named: bool) -> None:  # noqa: FBT001 - a parameter of a test
    rows = [
        HEAD, *ROWS[:2], ("高唐街道" if named else N, "小计", 31, 3), *ROWS[2:],
        ("巫峡镇" if named else N, "小计", 71, 7),
    ]  # fmt: skip
    subjects = ["高唐街道/小计/persons/31≠30", "巫峡镇/小计/persons/71≠70"]

    assert [one.ask.subject for one in asked(sheet(rows)) if one.ask] == subjects
    left = asked(sheet(rows, accepted=subjects[:1]))
    assert [one.ask.subject for one in left if one.ask] == subjects[1:]


def test_an_answer_does_not_hold_for_another_figure() -> None:
    accepted = ["合计/persons/101≠100"]
    assert asked(sheet([HEAD, *ROWS, ("合计", N, 101, 10)], accepted=accepted)) == []
    assert len(asked(sheet([HEAD, *ROWS, ("合计", N, 102, 10)], accepted=accepted))) == 1


def test_a_signature_with_a_telephone_among_the_counts_is_a_remark() -> None:
    found = sheet([HEAD, *ROWS, ("填表人：张三", N, "联系电话：023-57681234", N)])

    assert records(found) == VILLAGES
    assert rows_of(found, "remarks and signatures") == ["6"]
    assert "张三" not in str(found.faults)


def test_two_totals_with_one_subject_are_kept_apart() -> None:
    found = sheet([HEAD, *ROWS, ("合计", N, 101, 10), ("合计", N, 101, 10)])

    assert [one.ask.subject for one in asked(found) if one.ask] == [
        "合计/persons/101≠100", "合计/persons/101≠100#2",
    ]  # fmt: skip


def test_a_total_in_the_column_of_numbers_of_rows_is_seen() -> None:
    rows = [
        ("序号", *HEAD),
        *((at, *row) for at, row in enumerate(ROWS, 1)),
        ("合计", N, N, 100, 10),
    ]
    found = sheet(rows, merged=[(5, 0, 5, 2)])

    assert records(found) == VILLAGES
    assert asked(found) == []


def test_a_group_that_is_called_total_is_no_total() -> None:
    rows = [("村", "类别", "人数"), ("甲村", "合计", 3), ("甲村", "视力", 1), ("乙村", "合计", 4)]
    found = sheet(rows)

    assert found.arrival.left_out == 0
    assert found.raw is not None
    assert found.raw.frame["group"].tolist() == ["all", "visual", "all"]


def test_totals_of_a_long_table_are_checked_group_by_group() -> None:
    rows = [
        ("村", "类别", "人数"), ("甲村", "合计", 3), ("甲村", "视力", 1), ("乙村", "合计", 4),
        ("乙村", "视力", 2), ("合计", "合计", 7), ("合计", "视力", 4),
    ]  # fmt: skip
    found = sheet(rows)

    assert [(one.row, one.value) for one in asked(found)] == [(7, "4")]
    assert [one.ask.subject for one in asked(found) if one.ask] == ["合计/persons/视力/4≠3"]


def test_a_missing_member_is_not_counted_as_zero_in_what_is_told() -> None:
    found = sheet([HEAD, *ROWS[:3], ("巫峡镇", "白水村", "—", 4), ("合计", N, 60, 10)])

    assert asked(found) == []  # the total is the sum of what is known


def test_a_total_without_a_figure_is_left_out_and_called_untested() -> None:
    found = sheet([HEAD, *ROWS, ("合计", N, N, N)])

    assert rows_of(found, "without numbers to check") == ["6"]


@pytest.mark.parametrize("code", [True, False])
def test_a_row_of_a_township_among_villages_is_a_total_without_a_word(code: bool) -> None:  # noqa: FBT001 - a parameter of a test
    if code:
        head: tuple[Any, ...] = ("区划代码", "残疾人数")
        rows: list[tuple[Any, ...]] = [
            ("500237000000", 100), ("500237001000", 30), ("500237001001", 10),
            ("500237001002", 20), ("500237002000", 71), ("500237002001", 70),
        ]  # fmt: skip
        kept, column, subject = ["500237001001", "500237001002", "500237002001"], "zone_id", ""
        subject = "500237002000/persons/71≠70"
    else:
        head = ("乡镇", "村", "残疾人数")
        rows = [
            (N, N, N), ("高唐街道", N, 30), ("高唐街道", "登龙社区", 10),
            ("高唐街道", "圣泉社区", 20), ("巫峡镇", N, 71), ("巫峡镇", "巫峡村", 70),
        ]  # fmt: skip
        kept, column, subject = (
            ["登龙社区", "圣泉社区", "巫峡村"],
            "village_name",
            "巫峡镇/persons/71≠70",
        )
    found = sheet([head, *rows])

    assert records(found, column) == kept
    assert [(one.row, one.value) for one in asked(found)] == [(6, "71")]
    assert [one.ask.subject for one in asked(found) if one.ask] == [subject]


def test_townships_above_their_villages_in_one_column_are_given_to_them() -> None:
    rows = [
        ("单位", "残疾人数"), ("巫山县", 60), ("高唐街道", 30), ("  登龙社区", 10),
        ("  圣泉社区", 20), ("巫峡镇", 30), ("  巫峡村", 30),
    ]  # fmt: skip
    found = sheet(rows)

    assert found.raw is not None
    assert found.raw.frame[["township_name", "zone_name", "persons"]].to_numpy().tolist() == [
        ["高唐街道", "登龙社区", "10"], ["高唐街道", "圣泉社区", "20"], ["巫峡镇", "巫峡村", "30"],
    ]  # fmt: skip
    assert asked(found) == []
    assert rows_of(found, "totals equal") == ["2, 3, 6"]


def test_a_table_of_townships_alone_keeps_them() -> None:
    found = sheet([("乡镇", "残疾人数"), ("高唐街道", 30), ("巫峡镇", 70), ("合计", 100)])

    assert records(found, "township_name") == ["高唐街道", "巫峡镇"]


def test_townships_as_headings_are_given_to_the_rows_below() -> None:
    rows = [("村", "残疾人数"), ("高唐街道", N), ("登龙社区", 10), ("巫峡镇", N), ("巫峡村", 30)]
    found = sheet(rows)

    assert found.raw is not None
    assert found.raw.frame[["township_name", "village_name"]].to_numpy().tolist() == [
        ["高唐街道", "登龙社区"], ["巫峡镇", "巫峡村"],
    ]  # fmt: skip
    assert rows_of(found, "only name a township") == ["2, 4"]


def test_a_facility_of_a_township_is_no_total() -> None:
    rows = [
        ("机构名称", "区划代码", "托养名额"),
        ("甲", "500237001000", 5),
        ("乙", "500237001001", 5),
    ]
    found = sheet(rows, "facilities")

    assert records(found, "name") == ["甲", "乙"]


def test_places_of_facilities_are_checked_against_their_total() -> None:
    rows = [("机构名称", "托养名额"), ("甲", "20张"), ("乙", 5), ("合计：2家", 26)]
    found = sheet(rows, "facilities")

    assert records(found, "name") == ["甲", "乙"]
    assert [(one.column, one.value) for one in asked(found)] == [("托养名额", "26")]


def test_a_header_that_is_printed_again_is_left_out() -> None:
    rows = [
        ("残疾人统计表",),
        HEAD,
        *ROWS[:2],
        ("残疾人统计表",),
        HEAD,
        *ROWS[2:],
        ("第1页 共2页",),
    ]
    found = sheet(rows)

    assert records(found) == VILLAGES
    assert rows_of(found, "headers or column numbers") == ["6"]
    assert rows_of(found, "remarks and signatures") == ["5, 9"]


@pytest.mark.parametrize(
    "numbers", [("甲", "乙", 1, 2), ("甲", "乙", "(1)", "(2)"), (1, 2, 3, 4), (N, N, "人", "人")]
)
def test_a_row_of_column_numbers_or_units_is_left_out(numbers: tuple[Any, ...]) -> None:
    found = sheet([HEAD, numbers, *ROWS])

    assert records(found) == VILLAGES
    assert rows_of(found, "headers or column numbers") == ["2"]


@pytest.mark.parametrize(
    "remark",
    [
        ("注：本表数据截至2025年6月30日。",),
        ("注1：不含迁出人员",),
        ("填表人：张三", N, "审核人：李四"),
        ("备注", N, N, N),
        ("说明：", "空白为无"),
        (
            "本表由各乡镇（街道）残联填报，数据以全国残疾人人口基础数据库为准，仅供内部使用，请注意保管。",
        ),
        ("—— 数据来源：县残联 ——".strip("— "),),
    ],
)
def test_a_remark_below_the_table_is_left_out_and_told(remark: tuple[Any, ...]) -> None:
    found = sheet([HEAD, *ROWS, remark])

    assert records(found) == VILLAGES
    assert rows_of(found, "remarks and signatures") == ["6"]
    assert "张三" not in str(found.faults)


@pytest.mark.parametrize("name", ["注溪村", "备战村", "说明坪村", "计家村", "小计坝村", "单位村"])
def test_a_village_with_a_name_like_a_remark_or_a_total_is_a_record(name: str) -> None:
    found = sheet([HEAD, *ROWS, ("巫峡镇", name, 5, 1)])

    assert records(found) == [*VILLAGES, name]


def test_rows_of_a_form_that_only_have_numbers_are_left_out_and_told() -> None:
    rows = [("序号", *HEAD), *((at, *row) for at, row in enumerate(ROWS, 1)), (5,), (6,)]
    found = sheet(rows)

    assert records(found) == VILLAGES
    assert rows_of(found, "nothing in a column that is used") == ["6, 7"]


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    found = sheet([HEAD, ROWS[0], (N, N, N, N), ("", " ", N, N), ROWS[1]])

    assert found.raw is not None
    assert sorted(set(found.raw.frame.index)) == [2, 5]
    assert found.arrival.left_out == 0


def test_a_township_written_once_is_carried_down_past_a_subtotal() -> None:
    rows = [
        HEAD,
        ROWS[0],
        (N, "圣泉社区", 20, 2),
        (N, "小计", 30, 3),
        ROWS[2],
        (N, "白水村", 40, 4),
    ]
    found = sheet(rows)

    assert found.raw is not None
    pairs = found.raw.frame[["township_name", "village_name"]].drop_duplicates()
    assert pairs.to_numpy().tolist() == [[town, village] for town, village, *_ in ROWS]
    assert rows_of(found, "carried down") == ["3, 6"]
    assert asked(found) == []


def test_a_name_that_is_written_in_each_row_is_not_carried_into_an_empty_one() -> None:
    found = sheet([HEAD, *ROWS[:2], (N, "巫峡村", 30, 3)])

    assert found.raw is not None
    assert found.raw.frame["township_name"].isna().tolist() == [False] * 4 + [True] * 2
    assert rows_of(found, "carried down") == []


def test_a_row_with_its_own_code_gets_no_name_from_above() -> None:
    rows = [("代码", "乡镇", "村", "残疾人数"), ("500237001001", "高唐街道", "登龙社区", 1),
            ("500237002001", N, "巫峡村", 2)]  # fmt: skip
    found = sheet(rows)

    assert found.raw is not None
    assert found.raw.frame["township_name"].isna().tolist() == [False, True]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=4), min_size=1, max_size=4),
    st.booleans(),
    st.integers(-2, 2),
)
def test_totals_are_questioned_exactly_when_they_are_wrong(
    towns: list[list[int]],
    above: bool,  # noqa: FBT001 - a drawn value
    off: int,
) -> None:
    rows: list[tuple[Any, ...]] = []
    for at, counts in enumerate(towns):
        block = [(f"乡{at}镇", f"村{at}{one}村", count) for one, count in enumerate(counts)]
        total = (f"乡{at}镇", "小计", sum(counts))
        rows += [total, *block] if above else [*block, total]
    everything = sum(map(sum, towns)) + off
    rows = [("合计", N, everything), *rows] if above else [*rows, ("合计", N, everything)]
    found = sheet([("乡镇", "村", "残疾人数"), *rows])

    assert [one.value for one in asked(found)] == ([str(everything)] if off else [])
    assert found.arrival.rows == sum(map(len, towns))
    assert found.arrival.left_out == len(towns) + 1
