"""Workbooks as they stand: values, formats that change them, merged, hidden and wrong cells."""

from __future__ import annotations

import builtins
import datetime as dt
import io
import struct
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import formats_builder as made
import openpyxl
import pyarrow as pa
import pytest
import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from wushan_geo.sources.formats import numbers, read_grids

if TYPE_CHECKING:
    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Grid

DAY, MOMENT = dt.date(2025, 6, 30), dt.datetime(2025, 6, 30, 8, 30)  # noqa: DTZ001 - of a sheet


def read(content: bytes, name: str = "t.xlsx", **options: Any) -> tuple[list[Grid], list[Fault]]:
    return read_grids(content, Path(name), **options)


def only(content: bytes, name: str = "t.xlsx") -> Grid:
    """Read the one sheet of a workbook that is as it should be."""
    grids, found = read(content, name)
    assert found == []
    (grid,) = grids
    return grid


def told(content: bytes, name: str = "t.xlsx") -> list[tuple[str, str, int | None, str, str]]:
    return [
        (one.severity, one.file, one.row, one.column, one.rule) for one in read(content, name)[1]
    ]


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(*rows: str, after: str = "", before: str = "") -> str:
    body = "".join(f'<row r="{at}">{one}</row>' for at, one in enumerate(rows, 1))
    return f"{before}<sheetData>{body}</sheetData>{after}"


# -- xlsx


def test_values_keep_their_types() -> None:
    book = openpyxl.Workbook()
    book.active.append(["村", 5, 5.0, 0.5, True, DAY, MOMENT, None, " x "])

    assert only(saved(book)).rows == (("村", 5, 5, 0.5, True, DAY, MOMENT, None, "x"),)
    assert [type(one) for one in only(saved(book)).rows[0][1:5]] == [int, int, float, bool]


@pytest.mark.parametrize(
    ("code", "value", "cell"),
    [
        ("0%", 0.97, "97%"),
        ("0.0%", 0.9743, "97.43%"),
        ("0%", 0.285714285714286, "28.5714285714286%"),
        ("[Red]0.00%;-0.00%", 1, "100%"),
        ("000000000000", 500237001001, "500237001001"),
        ("000", 7, "007"),
        ('"500237"000000', 1001, "500237001001"),
        ('0"人"', 12, 12),
        ("0", 12, 12),
        ('#,##0.00_ ;"无"', 1234.5, 1234.5),
        ("0.00E+00", 12.5, 12.5),
        ("G/通用格式", 12, 12),
        ('0"%"', 97, 97),
        ("yyyy-mm-dd", 45838, DAY),
        ('yyyy"年"m"月"d"日";@', 45838, DAY),
        ("[$-804]yyyy/m/d h:mm", 45838.354166666664, MOMENT),
        ("h:mm", 0.354166666666667, "08:30"),
        ("[h]:mm:ss", 1.5, "36:00"),
        ("mm:ss", 0.0001, "00:00:09"),
        ("yyyy-mm-dd", 59, dt.date(1900, 2, 28)),
        ("yyyy-mm-dd", 61, dt.date(1900, 3, 1)),
        ("yyyy-mm-dd", 60, 60),  # a day that only Excel has
        ("yyyy-mm-dd", -1, -1),
        ("yyyy-mm-dd", 1e12, 1000000000000),
        ("[DBNum1]aaaa", 45838, DAY),
    ],
)
def test_a_format_that_changes_what_a_number_means_is_respected(
    code: str, value: float, cell: object
) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write_number(0, 0, value, book.add_format({"num_format": code}))
    book.close()

    assert only(out.getvalue()).rows == ((cell,),)


def test_the_built_in_date_formats_of_chinese_excel_are_dates() -> None:
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="57"/></cellXfs>'
    cells = '<c r="A1" s="1"><v>45838</v></c><c r="B1" s="2"><v>45838</v></c>'

    assert only(made.xlsx(sheet(cells), styles=styles)).rows == ((DAY, DAY),)


def test_days_may_be_counted_from_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append([DAY])

    assert only(saved(book)).rows == ((DAY,),)


def test_a_whole_number_is_whole_as_far_as_a_spreadsheet_is_sure() -> None:
    cells = "".join(
        f"<c><v>{one}</v></c>" for one in ("5.00237001001E11", "512130198701010048", "1E3", "-5.0")
    )
    grid = only(made.xlsx(sheet(cells)))

    assert grid.rows == ((500237001001, 5.1213019870101005e17, 1000, -5),)
    assert isinstance(grid.rows[0][1], float)


def test_texts_are_plain_whatever_stands_in_them() -> None:
    texts = (
        "<si><r><t>残疾</t></r><r><rPr><b/></rPr><t xml:space='preserve'>人数 </t></r></si>"
        "<si><t>重庆</t><rPh sb='0' eb='2'><t>チョンチン</t></rPh></si>"
        "<si><t>a_x000D_\nb_x005F_</t></si>"
    )
    cells = (
        '<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c>'
        '<c t="inlineStr"><is><r><t>内</t></r><r><t>联</t></r></is></c><c t="str"><v>甲</v></c>'
        '<c t="d"><v>2025-06-30T08:30:00</v></c><c t="b"><v>0</v></c>'
    )

    assert only(made.xlsx(sheet(cells), texts=texts)).rows == (
        ("残疾人数", "重庆", "a\nb_", "内联", "甲", MOMENT, False),
    )


def test_a_prefix_and_the_strict_dialect_change_nothing() -> None:
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    content = made.xlsx(sheet('<c r="B1"><v>5</v></c>'))
    for space, prefix in ((strict, ""), (made.MAIN, "x:")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {one: archive.read(one) for one in archive.namelist()}
        name = "xl/worksheets/sheet1.xml"
        text = parts[name].decode().replace(made.MAIN, space)
        if prefix:
            text = text.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
        parts[name] = text.encode()
        assert only(made.zipped(parts)).rows == ((None, 5),)


def test_rows_and_cells_without_places_follow_each_other() -> None:
    row = "<row><c><v>1</v></c><c><v>2</v></c></row>"
    body = f"<sheetData>{row}<row><c r='C3'><v>3</v></c></row></sheetData>"

    assert only(made.xlsx(body)).rows == ((1, 2, None), (None, None, None), (None, None, 3))


def test_the_size_that_a_sheet_claims_does_not_matter() -> None:
    before = '<dimension ref="A1:XFD1048576"/>'

    assert only(made.xlsx(sheet("<c><v>1</v></c>", before=before))).rows == ((1,),)


def test_merged_ranges_count_from_the_first_row_and_end_with_the_values() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page["A3"], page["A4"], page["B5"], page["D5"] = "标题", "村", "人数", 1
    for one in ("A3:D3", "A4:A9", "A1:B1", "F1:G9"):
        page.merge_cells(one)
    grid = only(saved(book))

    assert grid.first_row == 3
    assert grid.merged == ((0, 0, 0, 3), (1, 0, 2, 0))


def test_an_error_value_is_text_and_an_error_in_its_cell() -> None:
    book = openpyxl.Workbook()
    book.active.append(["人数"])
    book.active.append(["#REF!"])
    book.active["A2"].data_type = "e"

    assert told(saved(book)) == [
        ("error", "t.xlsx › Sheet", 2, "A", "is a value and no error of a formula")
    ]
    assert read(saved(book))[0][0].rows[1] == ("#REF!",)


def test_a_formula_gives_its_stored_result_and_one_without_is_an_error() -> None:
    body = sheet(
        "<c r='A1'><f>1+1</f><v>2</v></c><c r='B1'><f>1+1</f><v/></c>"
        "<c r='C1' t='str'><f>\"\"</f><v></v></c><c r='D1' t='str'><f>A</f><v>甲</v></c>"
    )

    assert read(made.xlsx(body))[0][0].rows == ((2, None, None, "甲"),)
    assert told(made.xlsx(body)) == [
        ("error", "t.xlsx › 表", 1, "B", "holds the result of its formula")
    ]


def test_hundreds_of_wrong_cells_are_listed_and_then_counted() -> None:
    found = told(made.xlsx(sheet(*["<c><f>1</f></c>"] * 120)))

    assert len(found) == 51
    assert found[-1][4].endswith("also in A51, A52, A53, A54, A55 and 65 more")


def test_results_that_a_program_wrote_are_noted() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("表").write_formula(0, 0, "=1+1", None, 2)
    book.close()

    assert [(one.severity, one.rule[:17]) for one in read(out.getvalue())[1]] == [
        ("note", "has formulas (1) ")
    ]


def test_hidden_rows_and_columns_are_read_and_noted() -> None:
    book = openpyxl.Workbook()
    page = book.active
    for at in range(1, 9):
        page.append([at, at * 2, at * 3])
    for at in (3, 4, 5, 8, 20):
        page.row_dimensions[at].hidden = True
    page.column_dimensions["C"].hidden = True
    grids, found = read(saved(book))

    assert grids[0].rows[3] == (4, 8, 12)
    assert [(one.severity, one.row, one.column, one.value) for one in found] == [
        ("note", 3, "", "3-5, 8"),
        ("note", None, "C", ""),
    ]


def three_sheets() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "空"
    for name, state in (
        ("旧", "hidden"),
        ("乙", "visible"),
        ("深", "veryHidden"),
        ("甲", "visible"),
    ):
        page = book.create_sheet(name)
        page["B2"] = name
        page.sheet_state = state
    return saved(book)


def test_sheets_that_are_shown_come_in_order_and_hidden_ones_are_noted() -> None:
    grids, found = read(three_sheets())

    assert [one.sheet for one in grids] == ["乙", "甲"]
    assert [one.place for one in grids] == ["t.xlsx › 乙", "t.xlsx › 甲"]
    assert [(one.severity, one.file) for one in found] == [
        ("note", "t.xlsx › 旧"),
        ("note", "t.xlsx › 深"),
    ]


def test_a_hidden_sheet_is_read_if_it_is_asked_for_or_all_are_hidden() -> None:
    assert [one.sheet for one in read(three_sheets(), sheet="旧")[0]] == ["旧", "乙", "甲"]
    hidden = '<sheet name="表" sheetId="1" r:id="rId1" state="hidden"/>'
    grids, found = read(made.xlsx(sheet("<c><v>1</v></c>"), names=hidden))
    assert [one.sheet for one in grids] == ["表"]
    assert [one.rule for one in found] == ["is hidden (1 rows) and was read"]


def test_a_chart_sheet_is_passed_over() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("表")
    page.write_column(0, 0, [1, 2])
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=表!$A$1:$A$2"})
    book.add_chartsheet("图").set_chart(chart)
    book.close()

    assert only(out.getvalue()).rows == ((1,), (2,))


def test_a_sheet_that_is_damaged_does_not_hold_up_the_others() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.create_sheet("二")["A1"] = 2
    with zipfile.ZipFile(io.BytesIO(saved(book))) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-30]
    grids, found = read(made.zipped(parts))

    assert [one.sheet for one in grids] == ["二"]
    assert [(one.file, one.rule) for one in found] == [
        ("t.xlsx › Sheet", "is whole, and can be read to its end")
    ]


def test_a_style_that_other_readers_stumble_over_is_no_matter() -> None:
    styles = '<fonts count="1"><font><sz val="NaN"/><family val="99"/></font></fonts>'
    content = made.xlsx(sheet("<c><v>1</v></c>"), styles=styles)
    with pytest.raises(Exception, match=r"."):
        openpyxl.load_workbook(io.BytesIO(content))

    assert only(content).rows == ((1,),)


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9).map(lambda one: round(one, 6)),
    st.booleans(),
    st.dates(dt.date(1900, 3, 1), dt.date(2099, 12, 31)),
    st.text(st.sampled_from("村社区 残疾a1&<>\"'%"), max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6))
def test_what_another_library_writes_is_read_as_it_reads_it(table: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(
            [None if isinstance(one, str) and not one.strip() else one for one in row]
        )
    content = saved(book)
    grids, _ = read(content)
    known = openpyxl.load_workbook(io.BytesIO(content)).active
    wanted = {
        (row, column): plain(cell.value)
        for row, cells in enumerate(known.iter_rows(), 1)
        for column, cell in enumerate(cells)
        if cell.value is not None
    }

    got = {
        (row, column): value
        for grid in grids
        for row, cells in enumerate(grid.rows, grid.first_row)
        for column, value in enumerate(cells)
        if value is not None
    }
    assert got == wanted


def plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    return value.date() if isinstance(value, dt.datetime) else value


# -- xls


def an_xls(*records: bytes, **options: Any) -> made.Xls:
    return made.Xls(sheets={"表": list(records)}, **options)


def test_every_kind_of_cell_of_an_xls_is_read() -> None:
    truth = struct.pack("<BB", 1, 0)
    book = an_xls(
        made.shared8(0, 0, 0),
        made.record(0x204, made.cell(0, 1) + made.text8("标签")),
        made.number8(1, 0, 12.0),
        made.record(0x27E, made.cell(1, 1) + struct.pack("<I", 97 << 2 | 3)),
        made.record(0xBD, struct.pack("<HHHIHIH", 1, 2, 0, 5 << 2 | 2, 0, 0xFFFFFFFE, 3)),
        made.record(0x205, made.cell(2, 0) + truth),
        made.record(0x06, made.cell(2, 1) + struct.pack("<dHII", 7.5, 0, 0, 0)),
        made.record(0x06, made.cell(2, 2) + b"\0" * 6 + b"\xff\xff" + bytes(10)),
        made.record(0x207, made.text8("公式文字")),
        made.record(0x06, made.cell(2, 3) + b"\1\0\1\0\0\0\xff\xff" + bytes(10)),
        texts=["村名称"],
    )
    content = book.content()

    assert only(content, "t.xls").rows == (
        ("村名称", "标签", None, None),
        (12, 0.97, 5, -1),
        (True, 7.5, "公式文字", True),
    )
    known = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [[one or None for one in row] for row in known] == [
        list(one) for one in only(content, "t.xls").rows
    ]


def test_formats_of_an_xls_are_respected() -> None:
    book = an_xls(
        made.number8(0, 0, 0.97, 1),
        made.number8(0, 1, 500237001001, 2),
        made.number8(0, 2, 45838, 3),
        made.number8(0, 3, 45838, 4),
        formats=["0.0%", "000000000000", 31, 'yyyy"年"m"月"d"日"'],
    )

    assert only(book.content(), "t.xls").rows == (("97%", "500237001001", DAY, DAY),)


def test_days_of_an_xls_may_be_counted_from_1904() -> None:
    book = an_xls(
        made.number8(0, 0, 45838 - 1462, 1), formats=[14], extra=made.record(0x22, b"\1\0")
    )

    assert only(book.content(), "t.xls").rows == ((DAY,),)


def test_errors_and_formulas_without_result_of_an_xls_are_named() -> None:
    book = an_xls(
        made.record(0x205, made.cell(0, 0) + b"\x17\1"),
        made.record(0x06, made.cell(1, 1) + b"\2\0\x2a\0\0\0\xff\xff" + bytes(10)),
        made.record(0x06, made.cell(2, 2) + bytes(8) + struct.pack("<HII", 2, 0, 0)),
    )
    grids, found = read(book.content(), "t.xls")

    assert [(one.row, one.column, one.value) for one in found] == [
        (1, "A", "#REF!"),
        (2, "B", "#N/A"),
        (3, "C", ""),
    ]
    assert grids[0].rows == (("#REF!", None), (None, "#N/A"))


def test_formulas_of_an_xls_that_are_all_empty_are_noted() -> None:
    empty = b"\3\0\0\0\0\0\xff\xff" + bytes(10)
    one = made.record(0x06, made.cell(0, 1) + empty)
    other = made.record(0x06, made.cell(1, 1) + struct.pack("<dHII", 7.5, 0, 0, 0))
    value = made.number8(0, 0, 5)

    assert only(an_xls(value, one, other).content(), "t.xls").rows == ((5, None), (None, 7.5))
    assert told(an_xls(value, one).content(), "t.xls") == [
        (
            "note", "t.xls › 表", 1, "B",
            "has formulas whose results are all empty, and were read so (B1)",
        )
    ]  # fmt: skip


def test_merged_and_hidden_cells_and_sheets_of_an_xls_are_seen() -> None:
    book = an_xls(
        made.number8(1, 0, 1),
        made.number8(2, 3, 1),
        made.record(0xE5, struct.pack("<HHHHH", 1, 1, 1, 0, 3)),
        made.record(0x208, struct.pack("<HHHHHHI", 2, 0, 1, 255, 0, 0, 0x20)),
        made.record(0x7D, struct.pack("<HHHHHH", 3, 255, 2048, 0, 1, 0)),
    )
    book.sheets["藏"] = [made.number8(0, 0, 1)]
    book.states["藏"] = 2
    grids, found = read(book.content(), "t.xls")

    assert (grids[0].first_row, grids[0].merged) == (2, ((0, 0, 0, 3),))
    assert [(one.file, one.row, one.column) for one in found] == [
        ("t.xls › 表", 3, ""),
        ("t.xls › 表", None, "D"),
        ("t.xls › 藏", None, ""),
    ]


def test_a_chart_within_a_sheet_of_an_xls_adds_nothing() -> None:
    begin = made.record(0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0))
    book = an_xls(made.number8(0, 0, 1), begin, made.number8(0, 0, 99), made.record(0x0A))

    assert only(book.content(), "t.xls").rows == ((1,),)


def test_shared_texts_of_an_xls_go_on_in_the_next_record() -> None:
    texts = ["第一个" * 30, "a" * 40, "末"]
    wide = "第二个".encode("utf-16-le") * 30
    first = struct.pack("<II", 4, 4) + made.text8(texts[0])
    first += struct.pack("<HBHI", 90, 1 | 8 | 4, 1, 3) + wide[:60]
    second = b"\1" + wide[60:] + bytes(4 + 3) + made.text8(texts[1])[:13]
    third = b"\0" + b"a" * 30 + made.text8(texts[2])
    book = an_xls(*(made.shared8(at, 0, at) for at in range(4)))
    stream = book.stream()
    old = made.record(0xFC, struct.pack("<II", 0, 0))
    new = made.record(0xFC, first) + made.record(0x3C, second) + made.record(0x3C, third)
    at = stream.index(made.record(0x85, b"")[:2]) + 4
    start = struct.unpack_from("<I", stream, at)[0] + len(new) - len(old)
    stream = stream[:at] + struct.pack("<I", start) + stream[at + 4 :]
    stream = stream.replace(old, new)

    assert [one[0] for one in only(stream, "t.xls").rows] == [
        texts[0], "第二个" * 30, texts[1], texts[2],
    ]  # fmt: skip


def test_an_xls_of_excel_95_is_read_in_its_code_page() -> None:
    label = made.cell(0, 0) + struct.pack("<H", 6) + "巫山县".encode("gbk")
    book = an_xls(
        made.record(0x204, label),
        made.number8(0, 1, 5),
        version=0x500,
        extra=made.record(0x42, struct.pack("<H", 936)),
    )
    book.sheets = {"Sheet1": book.sheets["表"]}

    assert only(book.content(), "t.xls").rows == (("巫山县", 5),)


def test_a_bare_stream_of_records_is_an_xls_as_well() -> None:
    assert only(an_xls(made.number8(0, 0, 5)).stream(), "t.xls").rows == ((5,),)


def test_only_the_streams_at_the_top_of_a_compound_file_count() -> None:
    document = made.compound({"WordDocument": b"x"})

    assert [(one.value, one.rule[:20]) for one in read(document, "t.xls")[1]] == [
        ("Word", "is a file of tables ")
    ]


# -- xlsb


def test_every_kind_of_cell_of_an_xlsb_is_read() -> None:
    rows = (
        made.row12(0)
        + made.cell12(7, 0, struct.pack("<I", 0))
        + made.cell12(6, 1, made.text12("标签")),
        made.row12(2, hidden=True) + made.cell12(5, 0, struct.pack("<d", 0.97), 1),
        made.cell12(2, 1, struct.pack("<I", 97 << 2 | 3)) + made.cell12(4, 2, b"\1"),
        made.cell12(9, 3, struct.pack("<dH", 7, 0)) + made.cell12(8, 4, made.text12("公式")),
        made.cell12(3, 5, b"\x2a") + made.record12(176, struct.pack("<IIII", 0, 0, 0, 1)),
    )
    content = made.xlsb(
        {"表": b"".join(rows), ".藏": made.row12(0) + made.cell12(4, 0, b"\1")},
        texts=("村",),
        formats=("0%",),
    )
    grids, found = read(content, "t.xlsb")

    assert grids[0].rows == (
        ("村", "标签", None, None, None, None),
        (None,) * 6,
        ("97%", 0.97, True, 7, "公式", "#N/A"),
    )
    assert grids[0].merged == ((0, 0, 0, 1),)
    assert [(one.severity, one.file, one.row) for one in found] == [
        ("error", "t.xlsb › 表", 3),
        ("note", "t.xlsb › 表", 3),
        ("note", "t.xlsb › .藏", None),
    ]
    known = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert known[2][:5] == [0.97, 0.97, True, 7, "公式"]


# -- ods


def an_ods_cell(kind: str, text: str, **more: str) -> str:
    told = "".join(
        f' {name.replace("_", ":", 1).replace("_", "-")}="{v}"' for name, v in more.items()
    )
    content = f"<text:p>{text}</text:p>"
    return f'<table:table-cell office:value-type="{kind}"{told}>{content}</table:table-cell>'


def an_ods_table(rows: str, more: str = 'table:name="表"') -> str:
    return f"<table:table {more}>{rows}</table:table>"


def test_every_kind_of_cell_of_an_ods_is_read() -> None:
    cells = (
        an_ods_cell("string", "残疾<text:span>人</text:span><text:s text:c='2'/>数"),
        an_ods_cell("float", "12", office_value="12"),
        an_ods_cell("float", "007", office_value="7"),
        an_ods_cell("percentage", "97%", office_value="0.97"),
        an_ods_cell("currency", "¥1,234.50", office_value="1234.5"),
        an_ods_cell("date", "2025年", office_date_value="2025-06-30"),
        an_ods_cell("date", "x", office_date_value="2025-06-30T08:30:00"),
        an_ods_cell("time", "8时30分", office_time_value="PT08H30M00S"),
        an_ods_cell("boolean", "真", office_boolean_value="true"),
    )
    body = an_ods_table(f"<table:table-row>{''.join(cells)}</table:table-row>")

    wanted = (("残疾人  数", 12, "007", "97%", 1234.5, DAY, MOMENT, "08:30", True),)
    assert only(made.ods(body), "t.ods").rows == wanted
    flat = made.ods_content(body, root="document").encode()
    assert only(flat, "t.fods").rows == wanted


def test_repeated_merged_hidden_and_wrong_cells_of_an_ods_are_seen() -> None:
    body = (
        '<table:table table:name="表"><table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/>'
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell office:value-type="string"'
        ' table:number-columns-spanned="2" table:number-rows-spanned="1">'
        "<office:annotation><text:p>批注</text:p></office:annotation>"
        "<text:p>标题</text:p></table:table-cell><table:covered-table-cell/></table:table-row>"
        '<table:table-row table:visibility="filter" table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2" office:value-type="float"'
        ' office:value="5"/><table:table-cell table:formula="of:=1/0" office:value-type="string"'
        ' office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
        "</table:table-cell></table:table-row>"
        '<table:table-row><table:table-cell table:formula="of:=1"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
        '<table:table table:name="藏" table:style-name="ta2"><table:table-row>'
        '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
        "</table:table>"
    )
    styles = (
        '<style:style style:name="ta2" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    grids, found = read(made.ods(body, styles), "t.ods")

    assert [one.sheet for one in grids] == ["表"]
    assert grids[0].first_row == 4
    assert grids[0].rows == (("标题", None, None), (5, 5, "#DIV/0!"), (5, 5, "#DIV/0!"))
    assert grids[0].merged == ((0, 0, 0, 1),)
    assert [(one.severity, one.file, one.row, one.column, one.value) for one in found] == [
        ("error", "t.ods › 表", 5, "C", "#DIV/0!"),
        ("error", "t.ods › 表", 6, "C", "#DIV/0!"),
        ("error", "t.ods › 表", 7, "A", ""),
        ("note", "t.ods › 表", 5, "", "5-6"),
        ("note", "t.ods › 表", None, "C", ""),
        ("note", "t.ods › 藏", None, "", "藏"),
    ]


# -- pages and XML under the suffix xls


def test_a_page_under_the_suffix_xls_is_read_as_a_page() -> None:
    page = (
        "<html><head><style>td {mso: '<table>'}</style><!-- <table><tr><td>no --></head><body>"
        "<table border=1><tr><th colspan='3'>残疾人统计表</th></tr>"
        "<tr><td rowspan=2>圣泉<br>社区<td>视力&amp;听力<td>12\n<tr><td>97%&nbsp;</td><td></tr>"
        "<tr style='display:none'><td>5</td></tr></table></body></html>"
    )
    grids, found = read(page.encode("gbk"), "t.xls")

    assert grids[0].rows == (
        ("残疾人统计表", None, None),
        ("圣泉\n社区", "视力&听力", "12"),
        (None, "97%", None),
        ("5", None, None),
    )
    assert grids[0].merged == ((0, 0, 0, 2), (1, 0, 2, 0))
    assert (grids[0].format, grids[0].encoding, grids[0].sheet) == ("html", "gb18030", "")
    assert [(one.severity, one.row, one.value) for one in found] == [
        ("note", 4, "4"),
        ("note", None, ".xls"),
    ]


def test_tables_within_a_layout_and_several_tables_are_each_their_own() -> None:
    page = (
        "<table><tr><td><table><tr><td>甲</td></tr></table></td></tr></table><table><td>乙</table>"
    )

    assert [one.rows for one in read(page.encode(), "t.html")[0]] == [(("甲",),), (("乙",),)]


def test_a_workbook_in_xml_is_read() -> None:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    text = (
        f'<?xml version="1.0" encoding="gb2312"?><?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style>'
        '<Style ss:ID="c"><NumberFormat ss:Format="000"/></Style></Styles>'
        '<Worksheet ss:Name="表"><Table><Column/><Column ss:Hidden="1"/>'
        '<Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">标题</Data></Cell>'
        '<Cell><Data ss:Type="DateTime">2025-06-30T00:00:00.000</Data></Cell></Row>'
        '<Row ss:Hidden="1">'
        '<Cell ss:Index="2" ss:StyleID="p"><Data ss:Type="Number">0.97</Data></Cell>'
        '<Cell ss:StyleID="c"><Data ss:Type="Number">7</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="Error">#REF!</Data></Cell><Cell ss:Formula="=1"/></Row>'
        '</Table></Worksheet><Worksheet ss:Name="藏"><Table><Row>'
        '<Cell><Data ss:Type="Boolean">1</Data>'
        "</Cell></Row></Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible>"
        "</x:WorksheetOptions></Worksheet></Workbook>"
    )
    grids, found = read(text.encode("gbk"), "t.xls")

    assert grids[0].rows == (("标题", None, DAY), (None, "97%", "007"), ("#REF!", None, None))
    assert (grids[0].first_row, grids[0].merged) == (2, ((0, 0, 0, 1),))
    assert [(one.severity, one.file, one.row, one.column) for one in found] == [
        ("error", "t.xls › 表", 4, "A"),
        ("error", "t.xls › 表", 4, "B"),
        ("note", "t.xls › 表", 3, ""),
        ("note", "t.xls › 表", None, "B"),
        ("note", "t.xls › 藏", None, ""),
        ("note", "t.xls", None, ""),
    ]


@pytest.mark.parametrize("name", ["t.xls", "t.csv", "t", "t.XLSM"])
def test_a_suffix_that_is_untrue_is_noted_and_no_more(name: str) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    grids, found = read(saved(book), name)

    assert grids[0].rows == ((1,),)
    assert [one.severity for one in found] == ([] if name.endswith("XLSM") else ["note"])
    assert grids[0].format == ("xlsm" if name.endswith("XLSM") else "xlsx")


def test_a_text_under_the_suffix_xls_is_read_and_noted() -> None:
    grids, found = read("村\t人数\n甲\t1\n".encode("gbk"), "t.xls")

    assert grids[0].rows == (("村", "人数"), ("甲", "1"))
    assert [one.value for one in found] == ["TAB", "GB18030", ".xls"]


# -- what is no table


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7 x", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"Rar!\x1a\x07", "RAR"),
        (made.zipped({"a.xlsx": b"x"}), "ZIP"),
        (made.zipped({"word/document.xml": "<a/>", "_rels/.rels": "<a/>"}), "Word"),
        (b"<html><body>login</body></html>", "HTML"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"MIME-Version: 1.0\r\n", "MHT"),
    ],
)
def test_what_is_no_table_is_named_with_what_to_do(content: bytes, name: str) -> None:
    grids, found = read(content)

    assert grids == []
    assert [(one.severity, one.value) for one in found] == [("error", name)]
    assert name in found[0].suggestion
    assert name in found[0].suggestion_zh


@pytest.mark.parametrize(
    "content",
    [
        made.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}),
        an_xls(extra=made.record(0x2F, bytes(6))).content(),
        made.zipped({"content.xml": b"?", "META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        b"PARE" + bytes(20),
    ],
    ids=["xlsx", "xls", "ods", "parquet"],
)
def test_a_password_is_asked_to_be_removed(content: bytes) -> None:
    assert [(one.rule, one.suggestion) for one in read(content)[1]] == [
        ("opens without a password", "Remove the password and save it again.")
    ]


# -- parquet


def a_parquet(columns: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    parquet.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def test_every_kind_of_column_of_a_parquet_file_is_read() -> None:
    content = a_parquet(
        {
            "村": ["甲", " 乙 ", None],
            "类": pa.array(["a", "a", None]).dictionary_encode(),
            "人数": [1, 2, None],
            "比": pa.array([0.97, float("nan"), 1.0], pa.float32()),
            "是": [True, None, False],
            "日": [DAY, None, DAY],
            "时": pa.array([MOMENT, dt.datetime(2025, 6, 30), None], pa.timestamp("ns")),  # noqa: DTZ001 -- offices' files know no zones
            "钟": pa.array([dt.time(8, 30), None, dt.time(8, 30, 5)]),
            "款": pa.array([Decimal("1.00"), None, Decimal("2.50")]),
        }
    )

    assert only(content, "t.parquet").rows == (
        ("村", "类", "人数", "比", "是", "日", "时", "钟", "款"),
        ("甲", "a", 1, 0.97, True, DAY, MOMENT, "08:30", 1),
        ("乙", "a", 2, None, None, None, DAY, None, None),
        (None, None, None, 1, False, DAY, None, "08:30:05", 2.5),
    )


def test_a_text_that_is_repeated_stands_in_memory_once() -> None:
    for kind in (pa.string(), pa.large_string()):
        content = a_parquet({"a": pa.array(["x" * 30_000] * 5_000, kind)})
        rows = read(content, "t.parquet")[0][0].rows

        assert rows[1] == ("x" * 30_000,)
        assert len({id(one[0]) for one in rows[1:]}) == 1


def test_columns_that_no_cell_can_hold_are_left_out_and_noted() -> None:
    content = a_parquet({"人数": [1], "geometry": [b"x"], "list": [[1]], "__index_level_0__": [5]})
    grids, found = read(content, "t.parquet")

    assert grids[0].rows == (("人数",), (1,))
    assert [(one.severity, one.column) for one in found] == [
        ("note", "geometry"),
        ("note", "list"),
        ("note", "__index_level_0__"),
    ]


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **options: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *args, **options)

    content = a_parquet({"a": [1]})
    monkeypatch.setattr(builtins, "__import__", without)

    assert 'pip install "wushan-geo[parquet]"' in read(content, "t.parquet")[1][0].suggestion


# -- numbers


@given(st.floats(0, 1000).map(lambda one: round(one, 9)))
def test_a_percentage_is_the_share_with_all_its_digits(share: float) -> None:
    text = numbers.percent(share)

    assert float(text[:-1]) == pytest.approx(share * 100, rel=1e-14)
    assert "E" not in text


@given(st.text(max_size=30), st.floats(allow_nan=True, allow_infinity=True), st.booleans())
def test_any_format_shows_any_number(code: str, value: float, since: bool) -> None:  # noqa: FBT001 -- a given value
    numbers.cell(value, numbers.shown(code), since_1904=since)
