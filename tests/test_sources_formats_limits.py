"""Files from strangers: limits that are stated, and no bytes that end in an exception or a hang."""

from __future__ import annotations

import datetime as dt
import io
import random
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import formats_builder as made
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from wushan_geo.sources.formats import limits, read_grids
from wushan_geo.sources.formats.compound import Compound
from wushan_geo.sources.formats.limits import Allowance
from wushan_geo.sources.formats.package import Package
from wushan_geo.sources.formats.refusing import RefusedError
from wushan_geo.sources.formats.xml import Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECONDS = 5.0  # of the processor: far more than any of these needs


def rules(content: bytes, name: str = "t.xlsx") -> list[str]:
    """Read in bounded time; give the errors."""
    began = time.process_time()
    _, found = read_grids(content, Path(name))
    assert time.process_time() - began < SECONDS
    return [one.rule for one in found if one.severity == "error"]


def sheet(cells: str) -> bytes:
    return made.xlsx(f"<sheetData>{cells}</sheetData>")


# -- limits


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEGABYTE", 1)

    assert rules(b"a" * 101) == ["has at most 100 MB"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = made.zipped({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": bytes(30_000_000)})

    tracemalloc.start()
    assert rules(bomb) == ["is packed at most 500 to 1"]
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def a_directory_that_says(size: int, content: bytes) -> bytes:
    """Change the sizes in the directory of a zip archive, which come before each entry."""
    changed = bytearray(content)
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", size)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def test_an_archive_that_says_it_is_huge_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "x" * 3_000_000)

    assert rules(a_directory_that_says(600_000_000, out.getvalue())) == [
        "has at most 512 MB when unpacked"
    ]


def test_an_archive_that_says_it_is_small_is_not_believed() -> None:
    content = sheet("<row><c><v>1</v></c></row>" * 5000)

    assert rules(a_directory_that_says(100, content)) == ["is whole, and can be read to its end"]


def test_unpacking_the_same_part_again_and_again_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    package = Package(made.zipped({"a.xml": random.Random(1).randbytes(1000)}))  # noqa: S311 - noise
    monkeypatch.setattr(package, "_left", 2500)

    def unpack() -> int:
        return len(b"".join(package.chunks("a.xml")))

    assert (unpack(), unpack()) == (1000, 1000)
    with pytest.raises(RefusedError, match="512 MB when unpacked"):
        unpack()


def test_an_archive_of_a_hundred_thousand_parts_is_refused() -> None:
    entry = b"PK\x01\x02" + bytes(42)
    end = struct.pack("<4s4HIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 46 * 100_000, 4, 0)

    assert rules(b"PK\x03\x04" + entry * 100_000 + end) == ["has at most 10000 parts inside"]


@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        ("XFD1048576", "has at most 1000 columns (up to ALL)"),
        ("ALM1", "has at most 1000 columns (up to ALL)"),
        ("A1048577", "has at most 1048576 rows"),
        ("ZZZZZZ1", "has at most 1000 columns (up to ALL)"),
        ("A0", "is whole, and can be read to its end"),
    ],
)
def test_a_stray_cell_at_the_end_of_the_world_is_refused_at_once(reference: str, rule: str) -> None:
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    content = sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        f'<row r="{row}"><c r="{reference}"><v>1</v></c></row>'
    )

    tracemalloc.start()
    assert rules(content) == [rule]
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_the_last_cell_that_is_allowed_is_read_and_empty_ones_beyond_do_not_count() -> None:
    row = '<row r="1"><c r="A1"><v>1</v></c><c r="ALL1"><v>2</v></c><c r="XFD1" s="1"/></row>'
    grids, found = read_grids(sheet(row), Path("t.xlsx"))

    assert found == []
    assert len(grids[0].rows[0]) == 1000


def test_few_values_far_apart_are_refused_by_their_area() -> None:
    corner = (
        '<row r="1"><c r="ALL1"><v>1</v></c></row><row r="9000"><c r="A9000"><v>1</v></c></row>'
    )

    assert rules(sheet(corner)) == ["has at most 8000000 cells (rows times columns)"]


def test_a_sheet_of_a_million_columns_is_refused_in_each_format() -> None:
    cells = "<c><v>1</v></c>" * 100_000
    assert rules(sheet(f"<row>{cells}</row>")) == ["has at most 1000 columns (up to ALL)"]

    body = '<table:table table:name="t"><table:table-row><table:table-cell office:value="1" '
    body += 'office:value-type="float" table:number-columns-repeated="1000000"/>'
    body += "</table:table-row></table:table>"
    assert rules(made.ods(body), "t.ods") == ["has at most 1000 columns (up to ALL)"]

    assert rules(b"a," * 1_000_000, "t.csv") == ["has at most 1000 columns (up to ALL)"]
    assert rules(b"a," * 8_000_001, "t.csv")[0].startswith("has at most 8000000 cells")
    assert rules(b"<table><tr>" + b"<td>1" * 2000, "t.xls") == [
        "has at most 1000 columns (up to ALL)"
    ]
    wide = io.BytesIO()
    parquet.write_table(pa.table({str(at): [1] for at in range(1001)}), wide)
    assert rules(wide.getvalue(), "t.parquet") == ["has at most 1000 columns (up to ALL)"]


def test_rows_that_are_repeated_a_million_times_are_refused() -> None:
    body = (
        '<table:table table:name="t"><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell office:value-type="float" office:value="1" '
        'table:number-columns-repeated="900"/></table:table-row></table:table>'
    )

    assert rules(made.ods(body), "t.ods") == ["has at most 8000000 cells (rows times columns)"]


def test_lines_without_anything_are_not_read_by_the_million() -> None:
    tracemalloc.start()
    assert rules(b"a,b\n" + b"\n" * 3_000_000, "t.csv") == ["has at most 1048576 rows"]
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()


def test_a_workbook_of_too_many_sheets_is_refused() -> None:
    names = '<sheet name="s" r:id="rId1"/>' * 501

    assert rules(made.xlsx("<sheetData/>", names=names)) == ["has at most 500 sheets"]


def test_a_cell_with_a_book_in_it_is_refused() -> None:
    for content, name in (
        (made.xlsx("<sheetData/>", texts=f"<si><t>{'x' * 40_000}</t></si>"), "t.xlsx"),
        (sheet(f"<row><c t='str'><v>{'x' * 40_000}</v></c></row>"), "t.xlsx"),
        (sheet(f"<row><c t='str'><v>{'&lt;x' * 1_500_000}</v></c></row>"), "t.xlsx"),
        (f"<table><td>{'x' * 40_000}".encode(), "t.html"),
    ):
        assert rules(content, name) == ["has at most 32767 characters in a cell"]


# -- XML


def walk(text: str, allowance: Allowance | None = None) -> None:
    Walker(allowance or Allowance()).walk([text.encode()])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<a>" * 65 + "</a>" * 65, "at most 64 deep"),
        ("<!DOCTYPE a [<!ENTITY b 'bb'>]><a>&b;</a>", "is whole"),
        ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "is whole"),
        ("<a>&nobody;</a>", "is whole"),
        ("<a><b></a>", "is whole"),
        ("<a>", "is whole"),
    ],
)
def test_xml_that_no_office_program_writes_is_refused(text: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        walk(text)


def test_elements_are_counted_over_all_parts_of_a_file() -> None:
    allowance = Allowance(elements=10)
    walk("<a><b/><b/><b/></a>", allowance)

    assert allowance.elements == 6
    with pytest.raises(RefusedError, match="at most 40000000 of them"):
        walk("<a>" + "<b/>" * 9 + "</a>", allowance)


def test_a_token_without_end_does_not_take_time_that_grows_with_its_square() -> None:
    chunk = b"x" * (1 << 18)

    def endless() -> Iterator[bytes]:
        yield b"<a b='"
        for _ in range(400):
            yield chunk

    began = time.process_time()
    with pytest.raises(RefusedError, match="is whole"):
        Walker(Allowance()).walk(endless())
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "piece", ["<", "<!", "<!--", "<td", "<table", "<script>", "<![CDATA[", "&", "<td rowspan= "]
)
def test_pages_that_are_damaged_take_time_that_grows_with_their_length(piece: str) -> None:
    check(f"<table><tr><td>1</table>{piece * 50_000}".encode(), "t.xls")


def test_a_span_without_a_number_takes_no_time() -> None:
    assert rules(b"<table><td rowspan=" + b" " * 300_000 + b"x>1", "t.xls") == []


# -- the compound file and its records


def test_a_circle_of_sectors_is_damage() -> None:
    content = bytearray(made.compound({"Workbook": bytes(9000)}))
    at = content.rindex(struct.pack("<II", 1, 2))
    content[at : at + 8] = struct.pack("<II", 1, 0)

    with pytest.raises(RefusedError, match="is whole"):
        Compound(bytes(content)).stream("Workbook")


def test_sheets_that_are_one_and_the_same_are_damage() -> None:
    book = made.Xls(sheets={"s": [made.number8(0, 0, 1)]})
    stream = book.stream()
    at = stream.index(made.record(0x85)[:2])
    entry = stream[at : at + 4 + struct.unpack_from("<H", stream, at + 2)[0]]
    start = struct.unpack_from("<I", entry, 4)[0] + len(entry)
    again = entry[:4] + struct.pack("<I", start) + entry[8:]

    assert rules(stream[:at] + again * 2 + stream[at + len(entry) :], "t.xls") == [
        "is whole, and can be read to its end"
    ]


# -- damage


def samples() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    for at in range(20):
        book.active.append([f"村{at}", at, 0.5, dt.date(2025, 6, 30)])
    book.active.merge_cells("A1:B1")
    out = io.BytesIO()
    book.save(out)
    table = pa.table({"代码": ["500237001001", "x"] * 20, "人数": list(range(40))})
    columns = io.BytesIO()
    parquet.write_table(table, columns)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    value = '<table:table-cell office:value-type="float" office:value="5"/>'
    body = (
        f'<table:table table:name="表"><table:table-row>{value * 3}</table:table-row></table:table>'
    )
    row = (
        made.row12(0)
        + made.cell12(7, 0, struct.pack("<I", 0))
        + made.cell12(6, 1, made.text12("人数"))
    )
    xls = made.Xls(
        formats=["0.0%", 31],
        texts=["村", "人数"],
        sheets={
            "表": [made.shared8(0, 0, 0), made.number8(1, 0, 0.97, 1), made.number8(1, 1, 45838, 2)]
        },
    )
    text = "村代码,名称,人数\n500237001001,圣泉社区,5\n500237001002,登龙社区,7\n"
    return {
        "xlsx": out.getvalue(),
        "xls": xls.content(),
        "biff": xls.stream(),
        "xlsb": made.xlsb({"表": row}, texts=("村",), formats=("0%",)),
        "ods": made.ods(body),
        "fods": made.ods_content(body, root="document").encode(),
        "xml": (
            f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
            '<Worksheet ss:Name="s"><Table><Row ss:Index="2"><Cell ss:Index="2">'
            '<Data ss:Type="Number">5</Data></Cell></Row>'
            "</Table></Worksheet></Workbook>"
        ).encode(),
        "html": "<table><tr><td colspan=2>残疾人<tr><td rowspan='2'>甲<td>1</table>".encode("gbk"),
        "parquet": columns.getvalue(),
        "csv": text.encode(),
        "gbk": text.encode("gbk"),
        "utf-16": text.encode("utf-16"),
    }


SAMPLES = samples()


def check(content: bytes, name: str) -> None:
    """Read in bounded time: there is something, or something is said."""
    began = time.process_time()
    grids, found = read_grids(content, Path(name))
    assert time.process_time() - began < SECONDS
    assert grids or any(one.severity != "note" for one in found)
    for grid in grids:
        assert len({len(row) for row in grid.rows}) == 1
        assert any(one is not None for one in grid.rows[0])
        assert any(one is not None for one in grid.rows[-1])
    for one in found:
        assert one.file.startswith(name)
        assert one.rule
        assert one.rule_zh
        assert one.suggestion
        assert one.suggestion_zh


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_sample_is_read(kind: str) -> None:
    assert rules(SAMPLES[kind], f"t.{kind}") == []


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_file_that_is_cut_anywhere_is_read_or_named(kind: str) -> None:
    content = SAMPLES[kind]
    for end in sorted({*range(0, len(content), max(1, len(content) // 60)), len(content) - 1}):
        check(content[:end], f"t.{kind}")


def flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8])):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def big_numbers(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    at = chance.randrange(max(1, len(changed) - 4))
    changed[at : at + 4] = struct.pack(
        "<I", chance.choice([0, 1, 0xFFFFFFFF, 0x7FFFFFFF, 65_535, 10**6])
    )
    return bytes(changed)


def repeat(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    end = start + chance.randrange(60)
    return content[:start] + content[start:end] * chance.choice([0, 2, 30]) + content[end:]


def within(content: bytes, chance: random.Random) -> bytes:
    """Damage one part of an archive and pack it again, so that its checksum is right."""
    if not content.startswith(b"PK"):
        return flip(content, chance)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts: dict[str, str | bytes] = {one: archive.read(one) for one in archive.namelist()}
    name = chance.choice(sorted(parts))
    part = bytes(parts[name]) if isinstance(parts[name], bytes) else b""
    parts[name] = chance.choice([flip, repeat, big_numbers])(part, chance) if part else b"<"
    return made.zipped(parts)


@pytest.mark.parametrize("harm", [flip, big_numbers, repeat, within])
@pytest.mark.parametrize("kind", SAMPLES)
def test_a_file_that_is_damaged_is_read_or_named(
    kind: str, harm: Callable[[bytes, random.Random], bytes]
) -> None:
    chance = random.Random(f"{kind} {harm.__name__}")  # noqa: S311 - no secret
    for _ in range(60):
        check(harm(SAMPLES[kind], chance), f"t.{kind}")


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([
        b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08\x10\x00\x00\x06",
        b"PAR1", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"<table>", b"<?xml ", b"sep=",
    ]),
    st.binary(max_size=300),
    st.sampled_from(["csv", "xls", "xlsx", "ods", "parquet", ""]),
)  # fmt: skip
def test_any_bytes_are_read_or_named(start: bytes, rest: bytes, suffix: str) -> None:
    check(start + rest, f"t.{suffix}")


@settings(max_examples=60, deadline=None)
@given(st.text("<>/= \"'&;!-?tabledrcolspn0123456789", max_size=120))
def test_any_page_is_read_or_named(text: str) -> None:
    check(f"<table>{text}".encode(), "t.xls")
