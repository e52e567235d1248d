"""The workbooks that offices fill in: lists to choose from, codes as text, nothing to repair."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from wushan_geo.reports.templates import (
    CHOICE,
    CODE,
    COUNT,
    DATE,
    NUMBER,
    SET,
    SPARE,
    TEXT,
    Choice,
    Field,
    Form,
    csv_rows,
    form_xlsx,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

BASES = (Choice("measured", ("台账数据", "measured")), Choice("stated", ("文件数据", "stated")))
STATUS = (Choice("open", ("运行", "open")), Choice("closed", ("停用", "closed")))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def one(name: str, kind: str, **more: Any) -> Field:
    words: dict[str, Any] = {
        "heading": (f"列{name}", name),
        "needed": False,
        "meaning": (f"含义{name}", f"meaning of {name}"),
        "unit": ("人", "persons"),
        "example": ("12", "12"),
        "blank": ("未填报", "not reported"),
    }
    return Field(name=name, kind=kind, **(words | more))


FORM = Form(
    table="facilities",
    title=("机构登记表", "facilities"),
    fields=(
        one("zone_id", CODE, digits=(9, 12), known=True, needed=True),
        one("name", TEXT),
        one("status", CHOICE, choices=STATUS),
        one("kind", CHOICE, choices=STATUS, strict=False),
        one("persons", COUNT, least=0),
        one("grade", NUMBER, least=1, most=5),
        one("capacity", NUMBER, least=0),
        one("opened", DATE),
        one("services", SET, choices=STATUS),
    ),
    bases=BASES,
    rules=(("留空不是 0。", "Empty is not 0."),),
    rows=(
        ("500237001", "甲", "open", "", "", "", "", "", ""),
        ("001", "", "", "", "", "", "", "", ""),
    ),
    frozen=2,
)


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(form_xlsx(FORM)))


def checks(book: Workbook) -> dict[str, DataValidation]:
    """Give what is checked in each column, by its name."""
    page = book["填报"]
    found = {}
    for rule in page.data_validations.dataValidation:
        first = next(iter(rule.sqref.ranges))
        if first.min_row > 2:
            found[str(page.cell(5, first.min_col).value)] = rule
    return found


def listed(book: Workbook, formula: str) -> list[object]:
    """Give the words that a list refers to."""
    match = re.fullmatch(r"'(.+)'!\$B\$(\d+):\$B\$(\d+)", formula)
    assert match is not None
    page = book[match[1]]
    return [page.cell(row, 2).value for row in range(int(match[2]), int(match[3]) + 1)]


def test_the_sheets_are_for_records_explanation_and_words(book: Workbook) -> None:
    assert book.sheetnames == ["填报", "说明", "代码表"]


def test_the_records_stand_under_a_title_one_line_asked_once_and_two_headings(
    book: Workbook,
) -> None:
    page = book["填报"]

    assert page["A1"].value == "机构登记表 · facilities"
    assert [cell.value for cell in page[2]][:8] == [
        "数据性质：", None, "提供单位：", None, "填报人：", None, "截止日期：", None,
    ]  # fmt: skip
    assert [cell.value for cell in page[4]][:3] == ["列zone_id", "列name", "列status"]
    assert [cell.value for cell in page[5]][:3] == ["zone_id", "name", "status"]
    assert page.freeze_panes == "C6"
    assert not any(cell.value for cell in page[3])  # keeps the line above apart from the headings
    assert not page.merged_cells.ranges


def test_codes_are_texts_in_filled_and_in_empty_rows(book: Workbook) -> None:
    page = book["填报"]

    assert (page["A6"].value, page["A6"].data_type, page["A6"].number_format) == (
        "500237001", "s", "@",
    )  # fmt: skip
    assert page["A7"].value == "001"  # a leading zero is kept
    assert page["A6"].fill.fgColor.rgb == "FFEDEFF2"  # filled in beforehand
    xml = sheet_xml(FORM)
    style = re.search(r'<col min="1" max="1"[^>]* style="(\d+)"', xml)
    assert style is not None  # the look of rows that do not exist yet
    assert book._cell_styles[int(style[1])].numFmtId == 49  # "@"


def test_a_value_of_the_contract_is_shown_in_chinese(book: Workbook) -> None:
    assert book["填报"]["C6"].value == "运行"


def test_a_list_offers_the_chinese_words_and_refuses_others(book: Workbook) -> None:
    rules = checks(book)

    assert rules["status"].type == "list"
    assert listed(book, rules["status"].formula1) == ["运行", "停用"]
    assert rules["status"].errorStyle in (None, "stop")
    assert rules["kind"].errorStyle == "warning"  # other words are known to the reader
    (basis,) = [r for r in book["填报"].data_validations.dataValidation if str(r.sqref) == "B2"]
    assert listed(book, basis.formula1) == ["台账数据", "文件数据"]


def test_a_count_is_a_whole_number_from_nought(book: Workbook) -> None:
    rule = checks(book)["persons"]

    assert (rule.type, rule.operator, rule.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert rule.allow_blank  # empty is not reported


def test_numbers_dates_and_codes_are_checked_within_their_limits(book: Workbook) -> None:
    rules = checks(book)

    assert (rules["grade"].type, rules["grade"].formula1, rules["grade"].formula2) == (
        "decimal", "1", "5",
    )  # fmt: skip
    assert (rules["capacity"].operator, rules["capacity"].formula1) == ("greaterThanOrEqual", "0")
    assert (rules["zone_id"].type, rules["zone_id"].formula1, rules["zone_id"].formula2) == (
        "textLength", "9", "12",
    )  # fmt: skip
    assert rules["opened"].type == "date"


def test_every_row_is_checked_and_some_more_below(book: Workbook) -> None:
    last = 5 + len(FORM.rows) + SPARE

    for rule in checks(book).values():
        (area,) = rule.sqref.ranges
        assert (area.min_row, area.max_row) == (6, last)
        assert rule.promptTitle
        assert rule.prompt


def test_the_message_at_a_cell_is_in_both_languages(book: Workbook) -> None:
    zh, en = str(checks(book)["persons"].prompt).split("\n")

    assert CHINESE.search(zh)
    assert not CHINESE.search(en)
    assert "0" in zh
    assert "0" in en


def test_a_long_message_is_cut_to_what_excel_allows() -> None:
    wordy = one("note", TEXT, meaning=("长" * 300, "long"), heading=("题" * 40, "note"))

    found = checks(
        openpyxl.load_workbook(io.BytesIO(form_xlsx(Form("t", ("t", "t"), (wordy,), ()))))
    )

    assert len(str(found["note"].prompt)) == 255
    assert str(found["note"].prompt).endswith("…")
    assert len(str(found["note"].promptTitle)) == 32


def test_each_column_is_explained_in_both_languages(book: Workbook) -> None:
    rows = [[cell or "" for cell in row] for row in book["说明"].iter_rows(values_only=True)]
    explained = {str(row[1]).removeprefix("facilities."): row for row in rows if row[1]}

    assert {field.name for field in FORM.fields} <= set(explained)
    assert {"source_unit", "signer", "as_of", "basis"} <= set(explained)
    for field in FORM.fields:
        row = explained[field.name]
        assert (row[0], row[3], row[4]) == (field.heading[0], *field.meaning)
        assert row[7] == "未填报\nnot reported"
    assert explained["zone_id"][2] == "必填\nrequired"
    assert explained["name"][2] == "可不填\noptional"
    assert explained["status"][5] == "运行、停用\nopen, closed"
    assert rows[1][0] == "留空不是 0。\nEmpty is not 0."


def test_the_words_to_choose_stand_with_their_codes(book: Workbook) -> None:
    rows = list(book["代码表"].iter_rows(min_row=2, values_only=True))

    assert ("【列status】", "停用", "closed", "closed") in rows
    assert ("【数据性质】", "台账数据", "measured", "measured") in rows


def test_there_is_no_formula_no_macro_and_no_link() -> None:
    archive = zipfile.ZipFile(io.BytesIO(form_xlsx(FORM)))

    for name in archive.namelist():
        assert "vba" not in name.lower()
        assert "external" not in name.lower()
        text = archive.read(name).decode()
        assert not re.search(r"<f[ >]", text), name
        assert "<hyperlink" not in text


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    form = Form("t", ("t", "t"), (one("name", TEXT),), (), rows=(("=1+1",),))

    page = openpyxl.load_workbook(io.BytesIO(form_xlsx(form)))["填报"]

    assert "<f>" not in sheet_xml(form)
    assert page["A6"].value == "=1+1"


def sheet_xml(form: Form) -> str:
    """Give the sheet of the records as Excel reads it."""
    archive = zipfile.ZipFile(io.BytesIO(form_xlsx(form)))
    return archive.read("xl/worksheets/sheet1.xml").decode()


def test_codes_are_not_marked_as_numbers_gone_wrong() -> None:
    assert re.search(r'<ignoredError sqref="A1:R\d+" numberStoredAsText="1"/>', sheet_xml(FORM))


def test_a_template_has_the_same_bytes_twice() -> None:
    first, second = form_xlsx(FORM), form_xlsx(FORM)

    assert first == second
    dates = {info.date_time for info in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_text_files_have_chinese_words_or_the_contract() -> None:
    zh, en = csv_rows(FORM, 0), csv_rows(FORM, 1)

    assert zh[0][:3] == ["列zone_id", "列name", "列status"]
    assert en[0][:3] == ["zone_id", "name", "status"]
    assert zh[1][:3] == ["500237001", "甲", "运行"]
    assert en[1][:3] == ["500237001", "甲", "open"]


def test_a_row_that_does_not_fit_is_refused() -> None:
    fields = (one("a", TEXT), one("b", TEXT))

    for row in (("1",), ("1", "2", "3")):
        with pytest.raises(ValueError, match="a cell for each column"):
            Form("t", ("t", "t"), fields, (), rows=(row,))
