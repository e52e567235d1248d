"""Cells as offices write them: one reading is mended, several are asked about, none is guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.sources.understanding.codes import read_code, read_id, read_personal
from wushan_geo.sources.understanding.dates import read_date
from wushan_geo.sources.understanding.numbers import PLAIN, read_number
from wushan_geo.sources.understanding.parsed import plain, said, spoken, text_of
from wushan_geo.sources.understanding.words import Words, read_set
from wushan_geo.sources.vocabulary import built_in
from wushan_geo.study.tables import CONTRACTS

FULL_WIDTH = str.maketrans("0123456789,.-%", "０１２３４５６７８９，．－％")
many = settings(max_examples=50, deadline=None)


@pytest.mark.parametrize(
    ("text", "column", "value", "note"),
    [
        ("12", "persons", "12", ""),
        ("12.50", "lon", "12.50", ""),
        ("-3", "persons", "-3", ""),
        ("１２", "persons", "12", "cell_width"),
        ("－3", "persons", "-3", "cell_width"),
        ("1,234", "persons", "1234", "cell_thousands"),
        ("1，234", "persons", "1234", "cell_thousands"),
        ("1 234", "persons", "1234", "cell_spaces"),
        ("97%", "value", "97", "cell_percent"),
        ("９７％", "value", "97", "cell_percent"),
        ("12人", "persons", "12", "cell_unit"),
        ("12 人", "persons", "12", "cell_unit"),
        ("1,234人", "persons", "1234", "cell_unit"),
        ("十二人", "persons", "12", "cell_unit"),
        ("20张", "capacity", "20", "cell_unit"),
        ("5天", "open_days", "5", "cell_unit"),
        ("三星级", "grade", "3", "cell_unit"),
        ("★★★", "grade", "3", "cell_stars"),
        ("109.87°", "lon", "109.87", "cell_unit"),
        ("1.2公里", "length_m", "1200", "cell_kilometres"),
        ("十二", "persons", "12", "cell_numeral"),
        ("两百", "persons", "200", "cell_numeral"),
        ("〇", "persons", "0", "cell_numeral"),
    ],
)
def test_a_number_with_one_reading_is_mended_and_says_how(
    text: str, column: str, value: str, note: str
) -> None:
    found = read_number(text, column)

    assert (found.text, found.note, found.doubt, found.wrong) == (value, note, "", "")


@pytest.mark.parametrize(
    ("text", "column", "doubt", "choices"),
    [
        ("约20", "persons", "cell_about", ("20",)),
        ("20多", "persons", "cell_about", ("20",)),
        ("20余人", "persons", "cell_about", ("20",)),
        ("近20人", "persons", "cell_about", ("20",)),
        ("20左右", "persons", "cell_about", ("20",)),
        (">20", "persons", "cell_about", ("20",)),
        ("20-30", "persons", "cell_range", ("20", "30")),
        ("20～30人", "persons", "cell_range", ("20", "30")),
        ("20至30", "capacity", "cell_range", ("20", "30")),
        ("1O", "persons", "cell_letters", ("10",)),
        ("l2", "persons", "cell_letters", ("12",)),
        ("12 3", "persons", "cell_spaced", ("123",)),
        ("5%", "grade", "cell_percent_doubt", ("5", "0.05")),
        ("1.2万", "persons", "cell_rounded", ("12000",)),
    ],
)
def test_a_number_with_several_readings_is_asked_about(
    text: str, column: str, doubt: str, choices: tuple[str, ...]
) -> None:
    found = read_number(text, column)

    assert (found.text, found.doubt, found.choices) == (None, doubt, choices)


@pytest.mark.parametrize("text", ["#REF!", "#VALUE!", "#DIV/0!", "=SUM(A1:A3)"])
def test_a_formula_that_failed_is_no_number(text: str) -> None:
    assert read_number(text, "persons").wrong == "cell_formula"


@pytest.mark.parametrize("text", ["12元", "十二村", "abc", "1,23", "1.2.3", "109°52′30″", "12家庭"])
def test_what_is_not_understood_is_handed_on_as_it_stands(text: str) -> None:
    found = read_number(text, "persons")

    assert (found.text, found.note, found.doubt, found.wrong) == (text, "", "", "")


@many
@given(st.integers(-(10**9), 10**9))
def test_a_number_is_the_same_in_full_width_and_with_thousands(number: int) -> None:
    assert read_number(str(number).translate(FULL_WIDTH), "persons").text == str(number)
    assert read_number(f"{number:,}", "persons").text == str(number)
    assert read_number(f"{number:,}".translate(FULL_WIDTH), "persons").text == str(number)


@many
@given(st.integers(1, 9999))
def test_a_chinese_numeral_is_read_back(number: int) -> None:
    assert spoken(said(number)) == number
    assert read_number(said(number), "persons").text == str(number)


@pytest.mark.parametrize("text", ["一百五", "十百", "百", "零百", "二十零", "两", "两十", "一十百"])
def test_a_numeral_that_can_be_read_in_two_ways_is_no_number(text: str) -> None:
    assert spoken(text) is None


@many
@given(st.text(max_size=80), st.sampled_from(["persons", "lon", "value", "grade", "length_m"]))
def test_any_text_has_an_answer_as_a_number(text: str, column: str) -> None:
    found = read_number(text, column)

    assert found.doubt == "" or found.choices
    if found.note:
        assert PLAIN.fullmatch(found.text or "")


def test_a_very_long_text_is_handed_on_at_once() -> None:
    text = "a1 " * 20_000

    assert read_number(text, "persons").text == text
    assert read_date(text).text == text


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("2025-06-30", ""),
        ("2025/6/30", ""),
        ("2025.6.30", ""),
        ("2025-06-30 00:00:00", ""),
        ("2025年6月30日", "cell_date"),
        ("２０２５年０６月３０日", "cell_date"),
        ("2025年6月30号", "cell_date"),
        ("二〇二五年六月三十日", "cell_date"),
        ("二○二五年六月三十日", "cell_date"),
        ("20250630", "cell_date"),
        (20250630, "cell_date"),
        (45838, "cell_serial"),
        (45838.0, "cell_serial"),
        ("45838", "cell_serial"),
        (dt.date(2025, 6, 30), ""),
        (dt.datetime(2025, 6, 30, 8, 30), ""),  # noqa: DTZ001 - a spreadsheet has no zones
    ],
)
def test_a_full_date_is_read(cell: str | float | dt.date, note: str) -> None:
    found = read_date(cell)

    assert (found.text, found.note, found.doubt, found.wrong) == ("2025-06-30", note, "", "")


@pytest.mark.parametrize(
    ("cell", "doubt", "choices"),
    [
        ("2025年6月", "cell_month", ("2025-06-30", "2025-06-01")),
        ("2024-02", "cell_month", ("2024-02-29", "2024-02-01")),
        ("202506", "cell_month", ("2025-06-30", "2025-06-01")),
        ("2025年", "cell_year", ("2025-12-31", "2025-01-01")),
        (2025, "cell_year", ("2025-12-31", "2025-01-01")),
        ("25.6.30", "cell_short_year", ("2025-06-30", "1925-06-30")),
        ("98年3月1日", "cell_short_year", ("1998-03-01", "2098-03-01")),
        ("30/6/2025", "cell_day_first", ("2025-06-30",)),
        ("5/6/2025", "cell_day_first", ("2025-06-05", "2025-05-06")),
    ],
)
def test_a_date_with_something_left_out_is_asked_about(
    cell: str | int, doubt: str, choices: tuple[str, ...]
) -> None:
    found = read_date(cell)

    assert found.text is None
    assert found.doubt == doubt
    assert found.choices[: len(choices)] == choices


@pytest.mark.parametrize(
    "cell", ["2025-02-30", "2025年13月1日", "2025-30-06", "20251301", "2025年13月", "31/31/2025"]
)
def test_a_day_that_does_not_exist_is_wrong(cell: str) -> None:
    assert read_date(cell).wrong == "cell_no_day"


@many
@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
def test_a_date_is_read_back_from_every_way_of_writing_it(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    numerals = "〇一二三四五六七八九"
    year = "".join(numerals[int(one)] for one in str(day.year))
    ways = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month:02d}.{day.day:02d}",
        f"{day:%Y%m%d}",
        f"{year}年{said(day.month)}月{said(day.day)}日",
        serial,
        float(serial),
    ]

    assert [read_date(one).text for one in ways] == [day.isoformat()] * len(ways)


@many
@given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.datetimes()))
def test_any_cell_has_an_answer_as_a_date_a_code_and_an_id(
    cell: str | float | bool | dt.datetime,  # noqa: FBT001 - a cell may be one
) -> None:
    for found in (read_date(cell), read_code(cell), read_id(cell), read_personal(cell)):
        assert found.doubt == "" or found.choices
    assert isinstance(text_of(cell), str)


@pytest.mark.parametrize(
    ("cell", "code", "note"),
    [
        ("500237001001", "500237001001", ""),
        ("500237001001.0", "500237001001", "cell_code_point"),
        (500237001001.0, "500237001001", "cell_code_number"),
        (500237001001, "500237001001", "cell_code_number"),
        ("５００２３７００１００１", "500237001001", "cell_code_signs"),
        ("500237 001 001", "500237001001", "cell_code_signs"),
        ("'500237001001", "500237001001", "cell_code_signs"),
        ("5.00237001001E+11", "500237001001", "cell_code_point"),
        ("500237001000", "500237001", "cell_code_level"),
        ("500237000000", "500237", "cell_code_level"),
        ("500237000", "500237", "cell_code_level"),
        ("5002370010010000000", "500237001001", "cell_code_level"),
        ("500237001", "500237001", ""),
        ("500237", "500237", ""),
        ("Z-1", "Z-1", ""),
    ],
)
def test_a_code_is_mended_where_nothing_is_lost(cell: str | float, code: str, note: str) -> None:
    found = read_code(cell)

    assert (found.text, found.note, found.wrong) == (code, note, "")


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("5.00237E+11", "cell_code_rounded"),
        ("5E+11", "cell_code_rounded"),
        (5.002370010010001e18, "cell_code_rounded"),
        ("50023700", "cell_code_cut"),
        ("50023700100", "cell_code_cut"),
        ("50023", "cell_code_cut"),
        ("5002370010011", "cell_code_cut"),
    ],
)
def test_a_code_that_lost_digits_is_wrong_and_never_guessed(cell: str | float, wrong: str) -> None:
    found = read_code(cell)

    assert (found.text, found.wrong) == (None, wrong)


@many
@given(st.integers(110000000001, 829999999999).filter(lambda code: code % 1000 != 0))
def test_a_code_is_read_back_from_what_a_spreadsheet_makes_of_it(code: int) -> None:
    ways = [str(code), f"{code}.0", code, float(code), f"{code:,}".replace(",", " "), f"'{code}"]
    ways += [str(code).translate(FULL_WIDTH), f"{code / 10**11:.11f}E+11"]

    assert [read_code(one).text for one in ways] == [str(code)] * len(ways)


def test_an_id_and_a_number_of_a_person_stay_text() -> None:
    assert read_id(7.0).text == "7"
    assert read_personal("50023719600101001x").text == "50023719600101001X"
    assert read_personal(" １３８１２３４５６７８ ").text == "13812345678"
    assert read_personal("13812345678.0").text == "13812345678"
    assert read_personal(50023719600101001742).text == "50023719600101001742"
    assert read_id(9.1e15).wrong == "cell_code_rounded"
    for lost in (9.1e15, 5.002371960010101e17, "5.00237E+17", 5.002371960010101e19):
        found = read_personal(lost)
        assert (found.text, found.wrong) == (None, "cell_personal_rounded")


@pytest.mark.parametrize(
    ("table", "column", "word", "value"),
    [
        ("facilities", "status", "运行", "open"),
        ("facilities", "status", "已建成", "open"),
        ("facilities", "status", "在建", "planned"),
        ("facilities", "status", "停用", "closed"),
        ("facilities", "admits", "本乡镇", "township"),
        ("facilities", "admits", "全县", "county"),
        ("facilities", "admits", "不限", "anyone"),
        ("facilities", "admits", "协议", "agreement"),
        ("townships", "kind", "街道", "subdistrict"),
        ("townships", "bank", "江北", "N"),
        ("villages", "kind", "社区", "community"),
        ("persons", "basis", "台账", "measured"),
        ("persons", "basis", "推算", "modelled"),
        ("services", "status", "√", "delivered"),
        ("services", "status", "无", "none"),
        ("services", "provider", "上门", "home_visit"),
        ("residence", "residence", "外出", "away"),
        ("road_edges", "road_class", "国道", "national"),
        ("crossings", "kind", "轮渡", "ferry"),
        ("road_nodes", "kind", "驻地", "seat"),
        ("eligibility", "severity", "一、二级", "severe"),
        ("persons", "basis", "Measured", "Measured"),
    ],
)
def test_a_word_of_a_choice_is_looked_up(table: str, column: str, word: str, value: str) -> None:
    contract = next(one for one in CONTRACTS[table].columns if one.name == column)

    assert Words(table, built_in()).choice(contract, word).text == value


def test_every_listed_value_is_one_of_its_contract() -> None:
    for word in built_in().words:
        contracts = CONTRACTS.values() if word.table == "*" else [CONTRACTS[word.table]]
        if word.list != "values" or word.column in {"flag", "group", "times"}:
            continue
        options = [
            one.options for contract in contracts for one in contract.columns
            if one.name == word.column and one.kind == "choice"
        ]  # fmt: skip
        assert not options or any(word.means in one for one in options), word


@pytest.mark.parametrize(
    ("word", "flag"),
    [("是", "yes"), ("有", "yes"), ("√", "yes"), ("1", "yes"), ("Y", "yes"), ("yes", "yes"),
     ("否", "no"), ("无", "no"), ("×", "no"), ("0", "no"), ("N", "no"), ("也许", "也许")],
)  # fmt: skip
def test_yes_and_no_have_many_signs(word: str, flag: str) -> None:
    assert Words("facilities", built_in()).flag("barrier_free", word).text == flag


@pytest.mark.parametrize(
    ("kind", "word", "means"),
    [("count", "无", "zero"), ("count", "—", "missing"), ("count", "/", "missing"),
     ("count", "不详", "missing"), ("count", "空白", "missing"), ("count", "暂无", "ask"),
     ("number", "无", "missing"), ("text", "无", "missing"), ("set", "无", "none"),
     ("flag", "—", "missing"), ("count", "…", "missing"), ("count", "待核实", "missing")],
)  # fmt: skip
def test_a_sign_for_nothing_depends_on_the_kind_of_column(kind: str, word: str, means: str) -> None:
    assert Words("persons", built_in()).mark("any", kind, word) == means


def test_beds_and_times_of_none_are_zero() -> None:
    assert Words("facilities", built_in()).mark("capacity", "number", "无") == "zero"
    assert Words("services", built_in()).mark("per_quarter", "number", "无") == "zero"


def test_a_list_in_one_cell_is_parted_outside_of_brackets() -> None:
    assert read_set("日间照料、辅助性就业").text == "日间照料;辅助性就业"
    assert read_set("康复（器械、训练）；托养\n走访").text == "康复（器械、训练）;托养;走访"
    assert read_set("day_care;visiting").note == ""


@many
@given(st.text(max_size=60))
def test_plain_text_is_plain_already(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert text_of(text_of(text)) == text_of(text)
    read_set(text)
