"""Shapefiles: encodings that say nothing or say the wrong thing, parts that lack, numbers."""

from __future__ import annotations

import contextlib
import datetime as dt
import struct
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import layer_files as files
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_files import column, frame, read, sound, write, zipped

from wushan_geo.sources.layers import shapefile_losses
from wushan_geo.sources.layers.archives import listed
from wushan_geo.sources.layers.dbf import DbfError, read_dbf
from wushan_geo.sources.layers.encodings import detect, said_encoding
from wushan_geo.study.answers import Answer, Answers

if TYPE_CHECKING:
    from pathlib import Path

SIMPLIFIED = ["双龙镇", "大昌镇"]
TRADITIONAL = ["雙龍鎮", "大昌鄉"]
CODES = ["500237102", "500237103"]


def shapefile(folder: Path, encoding: str, names: list[str] = SIMPLIFIED) -> Path:
    told = {"名稱" if encoding == "BIG5" else "名称": names, "code": CODES}
    return write(folder / "乡镇.shp", frame(**told), encoding=encoding)


@pytest.mark.parametrize(
    ("encoding", "names", "told"),
    [
        ("GBK", SIMPLIFIED, "gb18030"),
        ("UTF-8", SIMPLIFIED, "utf-8"),
        ("BIG5", TRADITIONAL, "big5"),
        ("UTF-8", TRADITIONAL, "utf-8"),
    ],
)
@pytest.mark.parametrize("cpg", ["as written", None, "UTF-8", "GBK", "950", "nonsense"])
def test_texts_are_read_as_they_are_whatever_the_cpg_says(
    tmp_path: Path, encoding: str, names: list[str], told: str, cpg: str | None
) -> None:
    path = shapefile(tmp_path, encoding, names)
    if cpg is None:
        path.with_suffix(".cpg").unlink()
    elif cpg != "as written":
        path.with_suffix(".cpg").write_text(cpg)
    # The language byte says nothing.
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[29] = 0
    path.with_suffix(".dbf").write_bytes(bytes(content))

    layer, faults = read(path)

    assert layer is not None
    assert layer.encoding == told
    assert column(layer, "名稱" if encoding == "BIG5" else "名称") == names
    assert column(layer, "code") == CODES
    true = cpg == "as written" or said_encoding(str(cpg).encode(), 0) == told
    assert len(faults) == (0 if true else 1)
    assert {one.severity for one in faults} <= {"note"}
    assert all(told in one.value for one in faults)


@pytest.mark.parametrize(("byte", "notes"), [(0x4D, 0), (0x7A, 0), (0x78, 1), (0, 1), (0x57, 1)])
def test_the_language_byte_is_heard_where_there_is_no_cpg(
    tmp_path: Path, byte: int, notes: int
) -> None:
    path = shapefile(tmp_path, "GBK")
    path.with_suffix(".cpg").unlink()
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[29] = byte
    path.with_suffix(".dbf").write_bytes(bytes(content))

    layer, faults = read(path)

    assert layer is not None
    assert layer.encoding == "gb18030"
    assert len(faults) == notes


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_text_cut_within_a_character_loses_that_character_alone(encoding: str) -> None:
    long = ("巫山县" * 60).encode(encoding)
    cut = {"utf-8": 254, "gbk": 253}[encoding]
    field = struct.pack("<11sc4xBB14x", "名称".encode(encoding), b"C", cut, 0)
    head = struct.pack("<4xIHH20x", 1, 65, cut + 1)

    found = read_dbf(head + field + b"\r " + long[:cut])

    assert found.rows[0][0] == long[:cut].decode(encoding, "ignore")
    assert found.encoding.name == {"utf-8": "utf-8", "gbk": "gb18030"}[encoding]


PLACES = (
    "镇乡村社区街道县龙坪坝湾桥河山江岭大小上下东西南北中双官渡抱建平金骡竹贤邓家红椿笃培石曲尺福田"
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet=PLACES, min_size=2, max_size=6), min_size=2, max_size=20))
def test_names_of_places_in_gbk_are_never_taken_for_big5(names: list[str]) -> None:
    found = detect([(one.encode("gbk"), False) for one in names])

    assert found.name in {"gb18030", "utf-8"}
    # Two bytes of GBK may be a character of UTF-8, but two names of two characters hardly are.
    assert found.name == "gb18030" or all(one.encode("gbk").decode("utf-8") for one in names)


OLD = "鎮鄉村里區縣龍坪壩灣橋河山江嶺大小上下東西南北中雙官渡抱建平金騾竹賢鄧家紅椿篤培石曲尺福田"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet=OLD, min_size=2, max_size=4), min_size=5, max_size=9, unique=True))
def test_names_of_places_in_big5_are_recognised(names: list[str]) -> None:
    assert detect([(one.encode("big5"), False) for one in names]).name == "big5"


def test_texts_in_no_known_encoding_are_an_error(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK")
    content = (
        path.with_suffix(".dbf")
        .read_bytes()
        .replace("双龙镇".encode("gbk"), b"\xff\xfe\xff\x00\xff\x80")
    )
    path.with_suffix(".dbf").write_bytes(content)

    _, faults = read(path)

    assert [(one.severity, one.rule) for one in faults] == [
        ("error", "has its texts in UTF-8, GBK or Big5")
    ]


def test_a_column_of_decimals_gives_whole_numbers_back_and_missing_is_not_zero(
    tmp_path: Path,
) -> None:
    told = {
        "zone_id": [500237102.0, 500237103.0],
        "persons": [12.0, None],
        "area": [1.5, 0.0],
        "count": pd.array([7, 0], "Int64"),
        "yes": [True, False],
    }
    path = write(tmp_path / "a.shp", frame(**told), encoding="GBK")

    layer = sound(path)

    assert column(layer, "zone_id") == [500237102, 500237103]
    assert all(isinstance(one, int) for one in column(layer, "zone_id"))
    assert column(layer, "persons") == [12, None]
    assert column(layer, "area") == [1.5, 0]
    assert column(layer, "count") == [7, 0]
    assert column(layer, "yes") == [True, False]


@pytest.mark.parametrize(
    ("kind", "written", "cell"),
    [
        (b"N", b"           ", None),
        (b"N", b"***********", None),
        (b"N", b"          0", 0),
        (b"N", b"        -12", -12),
        (b"N", b"      12.50", 12.5),
        (b"F", b"5.0023710e8", 500237100),
        (b"F", b" 1.5e-03   ", 0.0015),
        (b"F", b"       1e99", 1e99),
        (b"F", b"      1e999", None),
        (b"N", b"        1,2", "1,2"),
        (b"D", b"20250630   ", dt.date(2025, 6, 30)),
        (b"D", b"00000000   ", None),
        (b"D", b"20251340   ", "20251340"),
        (b"L", b"T          ", True),
        (b"L", b"n          ", False),
        (b"L", b"?          ", None),
        (b"C", b"           ", None),
        (b"C", b" 007       ", "007"),
        (b"C", b"0\0\0\0\0\0\0\0\0\0\0", "0"),
        (b"M", b"          5", None),
    ],
)
def test_each_cell_of_a_dbf_is_what_its_column_makes_it(
    kind: bytes, written: bytes, cell: Any
) -> None:
    field = struct.pack("<11sc4xBB14x", b"N", kind, 11, 2)

    found = read_dbf(struct.pack("<4xIHH20x", 1, 65, 12) + field + b"\r " + written)

    assert found.rows == ((cell,),)
    assert type(found.rows[0][0]) is type(cell)
    assert found.unread == (("N",) if kind == b"M" else ())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_are_a_dbf_or_a_named_error(content: bytes) -> None:
    with contextlib.suppress(DbfError):
        read_dbf(content)


@pytest.mark.parametrize("missing", [".shx", ".cpg", ".prj"])
def test_parts_that_can_be_done_without_are_done_without(tmp_path: Path, missing: str) -> None:
    path = shapefile(tmp_path, "GBK")
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    path.with_suffix(missing).unlink()

    layer, faults = read(path)

    assert layer is not None
    assert shapely.equals(layer.geometry, [files.WEST, files.EAST]).all()
    severities = {".shx": "note", ".cpg": "note", ".prj": "decide"}
    if missing != ".cpg":  # the language byte of GDAL says GBK as well
        assert [one.severity for one in faults] == [severities[missing]]
    # Nothing was written: the folder is as it was.
    after = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert after == {
        name: content for name, content in before.items() if not name.endswith(missing)
    }


def test_an_index_that_does_not_fit_is_built_anew(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK")
    content = bytearray(path.with_suffix(".shx").read_bytes())
    content[-8:-4] = struct.pack(">i", 51)
    path.with_suffix(".shx").write_bytes(bytes(content))

    layer, faults = read(path)

    assert layer is not None
    assert shapely.equals(layer.geometry, [files.WEST, files.EAST]).all()
    assert [(one.severity, one.value) for one in faults] == [("note", ".shx")]


def test_an_index_in_another_order_than_the_shapes_is_believed(tmp_path: Path) -> None:
    # A program that makes a shape larger writes it at the end and lets the index point there.
    path = shapefile(tmp_path, "GBK")
    shp, shx = path.read_bytes(), path.with_suffix(".shx").read_bytes()
    path.with_suffix(".shx").write_bytes(shx[:100] + shx[108:116] + shx[100:108])

    layer, faults = read(path)

    assert layer is not None
    assert faults == []
    assert shapely.equals(layer.geometry, [files.EAST, files.WEST]).all()
    assert path.read_bytes() == shp


@pytest.mark.parametrize(
    ("change", "rule", "value"),
    [
        ({".dbf": None}, "has its attributes beside it (.dbf)", ""),
        ({".dbf": -10}, "is whole (not cut off or damaged)", ".dbf"),
        ({".dbf": 20}, "is whole (not cut off or damaged)", ".dbf"),
        ({".shp": -10}, "is whole (not cut off or damaged)", ".shp"),
        ({".shp": 50}, "is whole (not cut off or damaged)", ".shp"),
        ({".shp": 0}, "is whole (not cut off or damaged)", ".shp"),
        ({".shp": 236}, "has as many shapes (.shp) as attribute rows (.dbf)", "1 / 2"),
    ],
)
def test_a_part_that_is_cut_off_is_one_clear_error(
    tmp_path: Path, change: dict[str, int | None], rule: str, value: str
) -> None:
    path = shapefile(tmp_path, "GBK")
    for suffix, length in change.items():
        part = path.with_suffix(suffix)
        content = part.read_bytes()
        part.unlink()
        if length is not None:
            part.write_bytes(content[:length])

    layer, faults = read(path)

    assert layer is None
    assert [(one.severity, one.rule, one.value) for one in faults] == [("error", rule, value)]


def test_the_parts_are_found_whatever_the_case_of_their_names(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK")
    for part in sorted(tmp_path.iterdir()):
        part.rename(part.with_name(part.stem + part.suffix.upper()))

    layer = sound(path.with_suffix(".SHP"))

    assert column(layer, "名称") == SIMPLIFIED


def test_a_deleted_record_goes_with_its_shape(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "GBK")
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    start = struct.unpack_from("<H", dbf, 8)[0]
    dbf[start] = ord("*")
    path.with_suffix(".dbf").write_bytes(bytes(dbf))

    layer, faults = read(path)

    assert layer is not None
    assert column(layer, "名称") == ["大昌镇"]
    assert shapely.equals(layer.geometry, [files.EAST]).all()
    assert [(one.severity, one.value) for one in faults] == [("note", "1")]


def test_a_polygon_with_a_hole_and_one_of_two_parts_come_back(tmp_path: Path) -> None:
    pierced = files.WEST.difference(shapely.box(109.84, 31.04, 109.86, 31.06))
    two = shapely.union_all([files.EAST, shapely.box(110.1, 31, 110.2, 31.1)])
    layer = gpd.GeoDataFrame({"a": ["1", "2"]}, geometry=[pierced, two], crs=4490)
    path = write(tmp_path / "a.shp", layer)

    assert shapely.equals(sound(path).geometry, [pierced, two]).all()


def test_a_zipped_shapefile_is_read_with_chinese_names_of_any_tool(tmp_path: Path) -> None:
    shapefile(tmp_path, "GBK")
    members = files.parts(tmp_path, "乡镇")
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"界/{name}": one for name, one in members.items()}))

    assert column(sound(path), "名称") == SIMPLIFIED

    # A Windows tool writes names in GBK and does not say so.
    raw = zipped({f"XX/YYYY{name[2:]}": one for name, one in members.items()})
    two = raw.replace(b"XX/YYYY", "界/乡镇".encode("gbk"))
    path.write_bytes(two)

    assert column(sound(path), "名称") == SIMPLIFIED
    assert list(listed(two, "a.zip")[0]) == [
        f"界/乡镇{suffix}" for suffix in (".cpg", ".dbf", ".prj", ".shp", ".shx")
    ]


def test_of_several_shapefiles_in_an_archive_the_one_meant_is_asked_for(tmp_path: Path) -> None:
    shapefile(tmp_path, "GBK")
    one = files.parts(tmp_path, "乡镇")
    members = {f"{stem}{name[2:]}": content for name, content in one.items() for stem in ("a", "b")}
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(members))

    layer, faults = read(path, table="townships")

    assert layer is None
    (asked,) = faults
    assert asked.severity == "decide"
    assert asked.ask is not None
    assert (asked.ask.topic, asked.ask.table, asked.ask.subject) == ("table", "townships", "x.zip")
    assert asked.ask.choices == ("a.shp", "b.shp")
    answers = Answers.of([Answer("table", "townships", "x.zip", "b.shp")])
    assert column(sound(path, table="townships", answers=answers), "名称") == SIMPLIFIED


def test_what_a_shapefile_cannot_carry_is_listed() -> None:
    told = [en for _, en in shapefile_losses(files.WIDE)]

    assert told == [
        "The name of column 'boundary_basis' is cut to 'boundary_b' (10 bytes).",
        "The name of column 'boundary_note' is cut to 'boundary_n' (10 bytes).",
        "In column 'persons' a missing number cannot be kept (1 of them).",
        "In column 'priority' a missing yes or no cannot be kept (1 of them).",
        "Column 'as_of' keeps the day alone; 1 hours are lost.",
        "Texts of column 'text' are cut to 254 bytes (the longest has 270).",
        "In column 'text' spaces around texts and empty texts cannot be kept (1).",
    ]
    twins = pd.DataFrame({"boundary_basis": ["a"], "boundary_by": ["b"]})
    assert any("same name as 'boundary_basis'" in en for _, en in shapefile_losses(twins))
    assert shapefile_losses(pd.DataFrame({"名称": ["甲"], "n": [1]}), "gbk") == []
    assert "characters" in shapefile_losses(pd.DataFrame({"n": ["𠮷"]}), "gbk")[0][1]
    assert len(shapefile_losses(files.WIDE, "gbk")) == 6  # 90 characters are 180 bytes in GBK
