"""IDs and certificates: form, date, check digit, type and grade, all rows at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.sources.registers.numbers import check_digit, read_numbers


def read(*cells: str | None) -> list[tuple[bool, bool, int, int, int]]:
    found = read_numbers(pd.Series([*cells], dtype="str"))
    columns = (found.sound, found.checked, found.birth, found.type, found.grade)
    return [*zip(*(one.tolist() for one in columns), strict=True)]


def test_the_published_examples_of_the_standard_have_the_right_check_digit() -> None:
    # GB 11643-1999, annex A.
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


def test_an_id_tells_the_birth_and_a_certificate_type_and_grade_as_well() -> None:
    assert read("440524188001010014") == [(True, True, 18800101, -1, -1)]
    assert read("44052418800101001474") == [(True, True, 18800101, 6, 4)]
    assert read("11010519491231002x11") == [(True, True, 19491231, 0, 1)]


@pytest.mark.parametrize(
    "cell",
    [
        "11010519491231002X43",
        " 110105 19491231 002x 43 ",
        "110105-19491231-002X-43",
        "１１０１０５１９４９１２３１００２Ｘ４３",
        "'11010519491231002X43",
        "11010519491231002X43B1",
        "11010519491231002X43b12",
    ],
)
def test_spaces_width_case_and_a_card_issued_again_do_not_matter(cell: str) -> None:
    assert read(cell) == [(True, True, 19491231, 3, 3)]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "无",
        "11010519491231002",  # a digit too few
        "11010519491231002X4",  # no grade
        "11010519491231002X03",  # no such type
        "11010519491231002X83",
        "11010519491231002X45",  # no such grade
        "11010519491231002X40",
        "11010519491231002X43B",
        "11010519491231002X43C1",
        "11010519491231002X43B123",
        "110105194913310021",  # no such month
        "110105194900310021",
        "110105194902290021",  # 1949 was no leap year
        "110105190002290021",  # nor was 1900
        "110105194904310021",
        "1101051949X231002X",
        "5.00237199001011E+17",
        "11010519491231002X4311010519491231002X43",
    ],
)
def test_what_has_not_the_form_tells_nothing(cell: str) -> None:
    assert read(cell) == [(False, False, -1, -1, -1)]


def test_the_29th_of_february_is_a_birthday_in_a_leap_year() -> None:
    assert read("110105200002290026")[0][0]


def test_a_wrong_check_digit_is_told_apart_from_a_wrong_form() -> None:
    assert read("110105194912310021", None) == [
        (True, False, 19491231, -1, -1),
        (False, False, -1, -1, -1),
    ]


def slow_check(first: str) -> str:
    """Compute the check digit by the definition of ISO 7064, MOD 11-2."""
    value = 0
    for one in first:
        value = (value + int(one)) * 2 % 11
    return "0123456789X"[(12 - value) % 11]


@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2025, 12, 31)),
    st.integers(110000, 659999),
    st.integers(0, 999),
    st.integers(1, 7),
    st.integers(1, 4),
)
@settings(max_examples=50)
def test_a_number_that_was_built_is_read_back_and_each_slip_of_one_digit_is_noticed(
    birth: dt.date, region: int, order: int, kind: int, grade: int
) -> None:
    first = f"{region}{birth:%Y%m%d}{order:03d}"
    number = f"{first}{slow_check(first)}"
    day = int(f"{birth:%Y%m%d}")

    assert check_digit(first) == slow_check(first)
    assert read(f"{number}{kind}{grade}") == [(True, True, day, kind - 1, grade)]
    slips = [number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :] for at in range(17)]
    assert not any(checked for _, checked, *_ in read(*slips))


def test_seventeen_digits_are_needed_for_a_check_digit() -> None:
    with pytest.raises(ValueError, match="seventeen digits"):
        check_digit("1234")


def test_the_numbers_themselves_are_not_shown() -> None:
    found: Any = read_numbers(pd.Series(["11010519491231002X43"]))

    assert "110105" not in repr(found)
