"""Names, numbers and telephones are recognised, and nothing of them is shown."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import Ask, Fault
from wushan_geo.sources.grid import Grid
from wushan_geo.sources.registers import personal_columns, refuse, scrub, scrubbed
from wushan_geo.study.tables import Raw

ID = "11010519491231002X"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.lower(),
        f"{ID}43",
        f"{ID}43B1",
        f"{ID}43b12",
        "500237199001011234",
        "５００２３７１９９００１０１１２３４",
        "500237 19900101 1234",
        "500237-19900101-1234",
        "500237900101123",  # the old form of fifteen digits
        "500237199013451234",  # mistyped, and still a person's
        "5.00237199001011E+17",  # what a spreadsheet makes of it
        "6222021234567890123",  # an account
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+8613812345678",
        "023-57682345",
    ],
)
def test_a_number_of_a_person_is_masked_wherever_it_stands(text: str) -> None:
    for form in ("{}", "证号{}，请核对", "a {} b", "({})", "电话：{}。"):
        shown = scrub(form.format(text))
        assert text not in shown
        assert "***" in shown
        assert not any(text[at : at + 6] in shown for at in range(len(text) - 5))


@pytest.mark.parametrize(
    "text",
    [
        "500237001001",
        "500237001",
        "500237",
        "109.876391234567",
        "31.0774912345678901",
        "2025-06-30",
        "2025年6月30日",
        "12345",
        "20250630123456",
        "500237001001、500237001002",
        "12812345678",
        "auto-500237101-3fa94c1b",
        "",
    ],
)
def test_codes_dates_and_coordinates_are_not_masked(text: str) -> None:
    assert scrub(text) == text


@given(st.text(alphabet="0123456789 -.xXB年,", max_size=60))
@settings(max_examples=60)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert scrub(scrub(text)) == scrub(text)


def test_findings_are_masked_in_all_they_show() -> None:
    fault = Fault(
        "a.csv", 2, "c", ID, f"r {ID}", f"s {ID}", f"规则{ID}", f"建议{ID}",
        "decide", Ask("value", "persons", f"x/{ID}"),
    )  # fmt: skip

    shown = scrubbed([fault])[0]

    assert "1949" not in repr(shown) + repr(shown.ask)
    assert shown.row == 2
    assert shown.ask == Ask("value", "persons", "x/***")


def test_columns_are_recognised_by_heading() -> None:
    frame = pd.DataFrame(
        {
            "残疾人姓名": ["张三"],
            "监护人": ["李四"],
            "联系人（盖章）": ["王五"],
            "身份证号码": ["见附件12345"],
            "残疾人证号": [None],
            "联系电话": ["57682345"],
            "银行卡号": ["62220212345"],
            "户籍地址": ["某村1组"],
            "person_id": ["x12345"],
            "村名": ["龙江村"],
            "机构名称": ["阳光家园"],
            "签字人": ["赵六"],
            "与户主关系": ["本人"],
            "残疾人证等级": ["一级"],
            "是否有手机": ["有"],
        }
    )

    assert personal_columns(frame) == {
        "残疾人姓名": "name",
        "监护人": "name",
        "联系人（盖章）": "name",
        "身份证号码": "id",
        "残疾人证号": "certificate",
        "联系电话": "phone",
        "银行卡号": "account",
        "户籍地址": "home",
        "person_id": "id",
    }


def test_columns_are_recognised_by_content_alone() -> None:
    frame = pd.DataFrame(
        {
            "甲": [ID, "500237199001011234", "无"],
            "乙": [f"{ID}43", None, f"{ID}21B1"],
            "丙": ["13812345678", "139 1234 5678", "/"],
            "丁": ["正常", "家属电话13812345678", "正常"],
            "zone_id": ["500237001001", "500237001002", "500237001003"],
            "lon": ["109.87639123456", "109.8", "110"],
            "node_id": ["13012345678", "13012345679", "13012345670"],
        }
    )

    assert personal_columns(frame) == {
        "甲": "id",
        "乙": "certificate",
        "丙": "phone",
        "丁": "mixed",
    }


def test_half_of_the_cells_make_a_column_of_numbers_and_fewer_a_mixed_one() -> None:
    half = pd.DataFrame({"a": [ID, "b", None]})
    less = pd.DataFrame({"a": [ID, "b", "c"]})

    assert personal_columns(half) == {"a": "id"}
    assert personal_columns(less) == {"a": "mixed"}


def test_a_sheet_is_looked_through_by_place_whatever_row_its_heading_is_in() -> None:
    rows = (
        ("巫山县残疾人台账", None, None, None),
        ("村", "姓名", "号码", "残疾人数"),
        ("龙江", "张三", 500237199001011234, 3),
        ("登龙", "李四", 500237199001011242.0, 4),
    )

    assert personal_columns(Grid("a.xls", "", rows)) == {1: "name", 2: "id"}


def test_a_table_that_is_no_register_loses_what_is_a_persons() -> None:
    frame = pd.DataFrame(
        {"name": ["甲站", "乙站"], "联系人": ["张三", "李四"], "note": ["找13812345678", None]},
        index=[2, 3],
    )
    raw = Raw(frame, "机构.xlsx", labels={"note": "备注"})
    before = frame.copy()

    kept, faults = refuse(raw)

    assert kept.frame.columns.tolist() == ["name", "note"]
    assert kept.frame["note"].tolist()[0] == "找***"
    assert kept.frame["note"].isna().tolist() == [False, True]
    assert [(one.severity, one.column) for one in faults] == [("note", "联系人"), ("note", "备注")]
    assert "张三" not in repr(faults)
    assert "1381" not in repr(faults)
    pd.testing.assert_frame_equal(frame, before)
