"""Text tables: encodings told from what makes sense, delimiters, quotes, rows as they stand."""

from __future__ import annotations

import csv
import io
import itertools
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import Ask, Fault
from wushan_geo.sources.formats import read_grids
from wushan_geo.sources.formats.limits import MOST_LETTERS
from wushan_geo.study.answers import Answer, Answers

if TYPE_CHECKING:
    from wushan_geo.sources.grid import Grid

SIMPLIFIED = "村代码,村名称,残疾人数\n500237001001,圣泉社区居民委员会,12\n500237201203,柏树村,7\n"
TRADITIONAL = "村代碼,村名稱,殘疾人數\n500237001001,聖泉社區居民委員會,12\n500237201203,柏樹村,7\n"
# Village names of the county, and the same as an office in Taiwan would write them.
NAMES = (
    ("登龙社区", "登龍社區"), ("朝云社区", "朝雲社區"), ("神女社区", "神女社區"),
    ("柏树村", "柏樹村"),
    ("兴旺村", "興旺村"), ("龙坪村", "龍坪村"), ("银窝村", "銀窩村"), ("权发村", "權發村"),
    ("两坪乡", "兩坪鄉"), ("骡坪镇", "騾坪鎮"), ("双龙镇", "雙龍鎮"), ("红椿乡", "紅椿鄉"),
    ("邓家乡", "鄧家鄉"), ("笃坪乡", "篤坪鄉"), ("竹贤乡", "竹賢鄉"), ("当阳乡", "當陽鄉"),
)  # fmt: skip
HEADS = (
    ("村名称,人数", "村名稱,人數"),
    ("乡镇,残疾人数", "鄉鎮,殘疾人數"),
    ("name,persons", "name,persons"),
)


def read(content: bytes | str, name: str = "t.csv") -> tuple[list[Grid], list[Fault]]:
    return read_grids(content if isinstance(content, bytes) else content.encode(), Path(name))


def rows(content: bytes | str, name: str = "t.csv") -> list[list[object]]:
    """Read without errors; give the cells."""
    grids, found = read(content, name)
    assert [one for one in found if one.severity != "note"] == []
    assert len(grids) == 1
    return [list(one) for one in grids[0].rows]


def faults(content: bytes | str, severity: str = "error") -> list[tuple[int | None, str, str]]:
    _, found = read(content)
    return [(one.row, one.value, one.rule) for one in found if one.severity == severity]


# -- encodings


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "gbk", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "utf-32", "utf-32"),
        ("a,b\n1,2\n", "ascii", "utf-8"),
    ],
)
def test_a_table_is_read_from_each_encoding_and_says_which(
    text: str, encoding: str, shown: str
) -> None:
    grids, found = read(text.encode(encoding))

    assert grids[0].encoding == shown
    assert [list(one) for one in grids[0].rows] == list(csv.reader(io.StringIO(text)))
    noted = [(one.severity, one.value) for one in found]
    assert noted == ([] if shown == "utf-8" else [("note", shown.upper())])


def test_a_big_endian_mark_is_believed() -> None:
    assert rows(b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be"))[0][0] == "村代码"
    assert rows(b"\x84\x31\x95\x33" + SIMPLIFIED.encode("gb18030"))[0][0] == "村代码"


def test_three_lines_tell_gb18030_from_big5() -> None:
    chance = random.Random(20250630)  # noqa: S311 - no secret
    for _ in range(400):
        heads, names = chance.choice(HEADS), chance.sample(NAMES, 2)
        for which, encoding, shown in ((0, "gb18030", "gb18030"), (1, "cp950", "big5")):
            lines = [heads[which], *(f"{one[which]},{chance.randrange(99)}" for one in names)]
            grids, found = read("\n".join(lines).encode(encoding))
            assert grids, (lines, found)
            assert grids[0].encoding == shown, lines
            assert [one[0] for one in grids[0].rows[1:]] == [one[which] for one in names]


def test_a_text_that_two_encodings_make_sense_of_is_asked_about_once() -> None:
    content = "a,家\n1,2\n".encode("gbk")  # in Big5: another character that is as common

    grids, found = read(content)

    assert grids == []
    assert [(one.severity, one.ask) for one in found] == [
        ("decide", Ask("encoding", "t.csv", "t.csv", ("gb18030", "big5")))
    ]
    assert found[0].value == "a,家 / a,模"
    for answer, name in (("gb18030", "家"), ("big5", "模")):
        answers = Answers.of([Answer("encoding", "t.csv", "t.csv", answer)])
        grids, found = read_grids(content, Path("t.csv"), answers=answers)
        assert grids[0].rows[0] == ("a", name)
        assert grids[0].encoding == answer
        assert all(one.severity == "note" for one in found)


@pytest.mark.parametrize(
    "text", ["面积 km²,x\n", "km²,109.88°\n5,±3\n", "Zürich,é\n1,2\n", "λ,μ\n1,2\n"]
)
def test_signs_and_letters_of_the_west_in_utf_8_are_no_chinese(text: str) -> None:
    assert read(text)[0][0].encoding == "utf-8"


def test_broken_bytes_in_utf_8_are_an_error_that_names_the_rows() -> None:
    content = (
        SIMPLIFIED.encode().replace("柏".encode(), b"\xe6\x9f").replace("泉".encode(), b"\xff")
    )

    grids, found = read(content)

    assert grids == []
    assert [(one.row, one.severity) for one in found] == [(2, "error")]
    assert "UTF-8 throughout (broken characters in row 2, 3)" in found[0].rule


def test_a_file_cut_in_the_middle_of_a_character_is_an_error_in_its_last_row() -> None:
    for encoding in ("utf-8", "gbk"):
        content = SIMPLIFIED.encode(encoding)
        cut = content[: content.index("树".encode(encoding)) + 1]
        assert faults(cut)[0][0] == 3, encoding


def test_zero_bytes_among_the_text_are_broken_and_named() -> None:
    assert faults(SIMPLIFIED.encode().replace(b",7", b",\0"))[0][0] == 3


@pytest.mark.parametrize(
    "content", [b"a,b\n\xff\x80\xfe,1\n", bytes(range(256)), b"\x01\x02\x03" * 9]
)
def test_bytes_that_are_no_text_are_one_error(content: bytes) -> None:
    assert [one[2][:9] for one in faults(content)] == ["is a text"]


# -- delimiters, quotes, line ends


@pytest.mark.parametrize(
    ("text", "sign", "kind"),
    [
        ("村\t人数\n甲\t1\n", "TAB", "tsv"),
        ("村;人数\n甲;1,5\n乙;2,5\n", ";", "csv"),
        ("村，人数\n甲，1\n", "，", "csv"),
        ("sep=;\n村;人数\n甲;1\n", ";", "csv"),
    ],
)
def test_another_delimiter_than_the_comma_is_seen_and_noted(
    text: str, sign: str, kind: str
) -> None:
    grids, found = read(text)

    assert grids[0].rows[0] == ("村", "人数")
    assert grids[0].format == kind
    assert [(one.severity, one.value) for one in found] == [("note", sign)]


def test_a_tab_is_what_a_tsv_has_and_no_note() -> None:
    assert read("村\t人数\n甲\t1\n", "t.tsv")[1] == []


def test_semicolons_and_full_commas_within_cells_part_nothing() -> None:
    text = "name,services,note\nA,day;visit,甲，乙\nB,day;visit,丙，丁\n"

    assert rows(text)[1] == ["A", "day;visit", "甲，乙"]


def test_commas_within_quotes_do_not_tell_the_delimiter() -> None:
    text = '名称;"地址, 门牌"\n甲;"广东中路, 66号"\n乙;"广东中路, 222号"\n'

    assert rows(text)[1] == ["甲", "广东中路, 66号"]


def test_a_declared_delimiter_is_a_row_of_the_file() -> None:
    assert read("sep=;\na;b\n1;2\n")[0][0].first_row == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_end_a_row(end: str) -> None:
    assert rows(f"a,b{end}1,2{end}{end}3,4{end}") == [
        ["a", "b"],
        ["1", "2"],
        [None, None],
        ["3", "4"],
    ]


def test_rows_are_numbered_by_record_and_empty_ones_count() -> None:
    grids, _ = read('\n\n"一\n二",b\n\n1,2\n\n,\n')

    assert grids[0].first_row == 3
    assert grids[0].rows == (("一\n二", "b"), (None, None), ("1", "2"))


def test_text_stands_without_the_spaces_around_it_and_codes_as_they_are() -> None:
    assert rows("a , b\u3000,\u00a0c\n 007,5.00237E+11,　\n") == [
        ["a", "b", "c"],
        ["007", "5.00237E+11", None],
    ]


def test_empty_columns_at_the_right_go_and_those_within_stay() -> None:
    assert rows("a,,b,,\n1,,2,,\n") == [["a", None, "b"], ["1", None, "2"]]


@pytest.mark.parametrize(("text", "row"), [('a,b\n1,2\n3,"4\n5,6\n', 3), ('a,b\n1,"2"x\n', 2)])
def test_a_quote_without_its_pair_is_an_error_in_its_row(text: str, row: int) -> None:
    assert faults(text) == [(row, "", "has its quotes in pairs")]


def test_a_row_with_more_cells_than_the_header_is_an_error_and_is_kept() -> None:
    text = "a,b,c\n1,2,3\n甲,乙,丙,丁\n4,5,6\n7,8,9,\n"

    assert faults(text) == [(3, "4", "has 3 cells, as the header has")]
    assert read(text)[0][0].rows[2] == ("甲", "乙", "丙", "丁")


def test_rows_longer_than_the_header_are_seen_though_they_are_the_most() -> None:
    assert [one[0] for one in faults("a,b,c\n1,2,3,4\n5,6,7,8\n9,10,11,12\n")] == [2, 3, 4]


def test_titles_above_and_remarks_below_are_no_ragged_rows() -> None:
    text = "巫山县残疾人统计表\n填表人,日期\na,b,c,d\n1,2,3,4\n5,6,7,8\n注：以上为年底数\n"

    grids, found = read(text)

    assert [(one.severity, one.row) for one in found] == [("note", 6)]
    assert grids[0].rows[0] == ("巫山县残疾人统计表", None, None, None)


def test_rows_that_end_early_are_one_note_that_lists_them() -> None:
    assert faults("a,b,c\n1,2\n3,4,5\n6,7\n", "note") == [
        (2, "", "has rows with fewer than 3 cells, which were read as empty at the end (row 2, 4)")
    ]


def test_hundreds_of_ragged_rows_are_listed_and_then_counted() -> None:
    found = faults("a,b\n" + "1,2\n" * 400 + "1,2,3\n" * 300)

    assert len(found) == 101
    assert found[-1][2].endswith("also in 502, 503, 504, 505, 506 and 195 more")


@pytest.mark.parametrize("content", [b"", b"\n\n", b" ,\n,\n", b"\xef\xbb\xbf", b"\0\0\0"])
def test_an_empty_file_is_an_error(content: bytes) -> None:
    assert [one[2] for one in faults(content)] == ["has something in it"]


def test_a_cell_as_long_as_a_book_is_refused_by_the_limit() -> None:
    for length in (MOST_LETTERS + 1, 200_000):
        assert [(one[0], one[2]) for one in faults("a\n" + "x" * length)] == [
            (2, f"has at most {MOST_LETTERS} characters in a cell")
        ]
    assert rows("a\n" + "x" * MOST_LETTERS)[1] == ["x" * MOST_LETTERS]


WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=5)
CHINESE = st.text(st.sampled_from("村社区镇乡名称人数代码一二三圣泉柏树龙"), min_size=2, max_size=6)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(WORD, WORD), min_size=1, max_size=4))
def test_what_a_csv_writer_writes_is_read_back(written: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("村代码", "人数"), *written])

    grids, _ = read(out.getvalue())

    wanted = [[one.strip() or None for one in row] for row in [("村代码", "人数"), *written]]
    while not any(wanted[-1]):
        wanted.pop()
    assert [list(one) for one in grids[0].rows] == wanted


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(CHINESE, CHINESE), min_size=2, max_size=5),
    st.sampled_from([",", "\t", ";", "，"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_encoding_delimiter_and_line_end_do_not_change_a_table(
    written: list[tuple[str, str]], delimiter: str, encoding: str, end: str
) -> None:
    lines = [("村代码", "村名称"), *written]
    content = "".join(f"{a}{delimiter}{b}{end}" for a, b in lines).encode(encoding)

    assert rows(content) == [list(one) for one in lines]


def test_reading_csv_loads_no_heavy_library() -> None:
    code = (
        "import sys; from pathlib import Path; from wushan_geo.sources.formats import read_grids;"
        "before = set(sys.modules); read_grids(b'a,b\\n1,2\\n', Path('a.csv'));"
        "print({'openpyxl', 'python_calamine', 'charset_normalizer', 'pyarrow', 'pyogrio',"
        "'opencc',"
        "'zipfile', 'xml.parsers.expat'} & (set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_every_pair_of_names_is_told_apart_on_its_own() -> None:
    for (one, same_one), (two, same_two) in itertools.combinations(NAMES, 2):
        assert read(f"村名称,人数\n{one},1\n{two},2\n".encode("gbk"))[0][0].encoding == "gb18030"
        traditional = f"村名稱,人數\n{same_one},1\n{same_two},2\n".encode("big5")
        assert read(traditional)[0][0].encoding == "big5"
