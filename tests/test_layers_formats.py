"""Formats other than Shapefile: which layer is meant, what KML tells, what is refused and why."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import layer_files as files
import pandas as pd
import pytest
import shapely
from layer_files import column, frame, kml, placemark, polygon, read, sound, write, zipped

from wushan_geo.sources.layers import LIMITS, points_as_columns, read_layer, read_layer_grid
from wushan_geo.sources.layers.limits import Limits
from wushan_geo.study.answers import LEAVE_OUT, Answer, Answers

SHORT = "<LinearRing><coordinates>1,2 3,4</coordinates></LinearRing>"
POINT = "<Point><coordinates>109.85,31.05</coordinates></Point>"
ROUND = {"名称": ["甲", None], "数": pd.array([500237102001, None], "Int64"), "面积": [1.5, 2.0],
         "是": [True, False], "日期": pd.to_datetime(["2025-06-30", None])}  # fmt: skip


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".geojson"])
def test_attributes_come_back_with_missing_apart_from_zero(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    layer = frame(**ROUND)
    if suffix == ".parquet":
        layer.to_parquet(path)
    else:
        write(path, layer)

    found = sound(path)

    assert found.grid.first_row == 0
    assert column(found, "名称") == ["甲", None]
    assert column(found, "数") == [500237102001, None]
    assert column(found, "面积") == [1.5, 2.0]
    assert column(found, "是") == [True, False]
    assert [None if one is None else str(one)[:10] for one in column(found, "日期")] in (
        ["2025-06-30", None],
        ["2025/06/30", None],
    )
    assert shapely.equals_exact(
        found.geometry, [files.WEST, files.EAST], 1e-9, normalize=True
    ).all()
    assert found.crs is not None
    assert found.crs.to_epsg() == 4490


def test_a_date_of_a_geopackage_is_a_date(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", frame(**ROUND))

    assert column(sound(path), "日期") == [dt.date(2025, 6, 30), None]


def test_a_flatgeobuf_is_read_whatever_order_it_keeps(tmp_path: Path) -> None:
    path = write(tmp_path / "a.fgb", frame())

    assert sorted(column(sound(path), "名称")) == ["双龙镇", "大昌镇"]


def several(folder: Path) -> Path:
    """Write a GeoPackage with the townships, the villages, a line and a plain table."""
    path = folder / "界线.gpkg"
    write(path, frame(), layer="乡镇")
    river = frame(河=["长江", "大宁河"])
    river.geometry = shapely.boundary(river.geometry)
    write(path, river, layer="河流")
    plain_table(path)
    return path


def plain_table(path: Path) -> None:
    """Add a table without shapes to a GeoPackage."""
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute("create table 说明 (fid integer primary key, a text)")
        base.execute("insert into 说明 (a) values ('x')")
        told = "insert into gpkg_contents (table_name, data_type, identifier) values (?, ?, ?)"
        base.execute(told, ("说明", "attributes", "说明"))


def test_the_only_layer_of_the_kind_wanted_is_chosen_and_told(tmp_path: Path) -> None:
    path = several(tmp_path)

    layer, faults = read(path, table="townships")

    assert layer is not None
    assert layer.grid.sheet == "乡镇"
    assert [(one.severity, one.value) for one in faults] == [("note", "乡镇")]
    assert column(sound(path, table="rivers"), "河") == ["长江", "大宁河"]


def test_which_of_several_fitting_layers_is_meant_is_asked_once(tmp_path: Path) -> None:
    path = several(tmp_path)
    write(path, frame(村=["A", "B"]), layer="村界")

    layer, faults = read(path, table="villages")

    assert layer is None
    (asked,) = faults
    assert asked.severity == "decide"
    assert asked.ask is not None
    assert asked.ask.choices == ("乡镇", "村界")
    answers = Answers.of([Answer("table", "villages", "界线.gpkg", "村界")])
    assert column(sound(path, table="villages", answers=answers), "村") == ["A", "B"]
    left = Answers.of([Answer("table", "villages", "界线.gpkg", LEAVE_OUT)])
    layer, faults = read(path, table="villages", answers=left)
    assert layer is None
    assert [one.severity for one in faults] == ["note"]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.gpkg", b"", "is a vector layer that can be read"),
        ("a.gpkg", b"SQLite format 3\x00 and no more", "is a vector layer that can be read"),
        ("a.gpkg", b"<OGRVRTDataSource></OGRVRTDataSource>", "is a vector layer that can be read"),
        ("a.fgb", b"fgb\x03fgb\x00", "is a layer with shapes"),
        ("a.tab", b"!table", "is a vector layer that can be read"),
        ("a.gml", b"<gml/>", "is a vector layer that can be read"),
        ("a.parquet", b"PAR1PAR1", "is a vector layer that can be read"),
        ("a.zip", b"PK\x03\x04", "is a whole archive (zip) without a password"),
        ("a.zip", zipped({"a.txt": b"x"}), "has a .shp file inside"),
        ("a.kmz", zipped({"a.txt": b"x"}), "is a whole KML file"),
        ("a.kml", b"<kml>", "is a whole KML file"),
        ("a.kml", b"\x80\x81\xff", "is a whole KML file"),
        ("a.kml", b"<kml></kml>", "has at least one feature"),
        ("a.kml", b"<!DOCTYPE k [<!ENTITY a 'b'>]><kml>&a;</kml>", "defines no entities"),
        ("a.kml", b"<a>" * 100, "is nested at most 64 deep"),
        ("a.geojson", b"[" * 100_000, "is nested at most 64 deep"),
        ("a.geojson", b'{"features": [{"attributes": {}}]}', "is a readable GeoJSON file"),
        ("a.shp", b"", "has its attributes beside it (.dbf)"),
    ],
)
def test_what_is_no_layer_is_one_clear_error(
    tmp_path: Path, name: str, content: bytes, rule: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    layer, faults = read(path)

    assert layer is None
    assert [one.severity for one in faults] == ["error"]
    assert faults[0].rule.startswith(rule)
    assert str(tmp_path) not in str(faults[0])
    assert "vsi" not in str(faults[0])


def test_a_geopackage_with_changes_that_are_not_saved_is_not_read_without_them(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a.gpkg", frame())
    base = sqlite3.connect(path)
    base.execute("pragma journal_mode = wal")
    base.execute("create table x (a)")
    base.commit()

    layer, faults = read(path)

    assert layer is None
    assert [one.rule for one in faults] == [
        "is saved and closed (changes still wait in its -wal file)"
    ]
    base.close()
    assert sound(path).grid.rows[1][0] == "双龙镇"


def test_a_geopackage_of_plain_tables_has_no_shapes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", frame(), layer="x")
    plain_table(path)
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute("delete from gpkg_contents where table_name = 'x'")
        base.execute("delete from gpkg_geometry_columns where table_name = 'x'")
        base.execute("drop table x")

    assert [one.rule for one in read(path)[1]] == ["is a layer with shapes"]


def test_a_parquet_without_shapes_says_so_and_a_list_is_left_out(tmp_path: Path) -> None:
    plain = tmp_path / "a.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(plain)
    listed = tmp_path / "b.parquet"
    frame(a=[[1, 2], None], 名称=["甲", "乙"]).to_parquet(listed)

    assert [one.rule for one in read(plain)[1]] == ["is a layer with shapes"]
    layer, faults = read(listed)
    assert layer is not None
    assert layer.grid.rows[0] == ("名称",)
    assert [(one.severity, one.column) for one in faults] == [("note", "a")]


def test_a_parquet_without_pyarrow_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    frame().to_parquet(path)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    (fault,) = read(path)[1]

    assert "wushan-geo[parquet]" in fault.suggestion


def test_placemarks_bring_folders_attributes_and_shapes() -> None:
    schema = (
        '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="代码">500237102</SimpleData>'
        "</SchemaData></ExtendedData>"
    )
    data = '<ExtendedData><Data name="人数"><value> 12 </value></Data></ExtendedData>'
    balloon = (
        "<description><![CDATA[<table><tr><th>字段</th></tr><tr><td>备注</td><td>江&amp;北</td></tr>"
        "</table>]]></description>"
    )
    first = placemark(f"<name>甲</name>{schema}{polygon(files.WEST)}")
    text = kml(
        "<name>全县</name>",
        f"<Folder><name>江北</name>{first}</Folder>",
        placemark(
            f"<name>乙</name>{data}<MultiGeometry>{POINT}{polygon(files.EAST)}</MultiGeometry>"
        ),
        placemark(f"<name>丙</name>{balloon}{POINT}"),
        placemark("<name>丁</name><description>一段说明</description>"),
    )

    layer, faults = read_layer_grid(text.encode(), Path("a.kml"))

    assert faults == []
    assert layer is not None
    assert column(layer, "name") == ["甲", "乙", "丙", "丁"]
    assert column(layer, "folder") == ["全县 / 江北", "全县", "全县", "全县"]
    assert column(layer, "代码")[0] == "500237102"
    assert column(layer, "人数")[1] == "12"
    assert column(layer, "备注")[2] == "江&北"
    assert column(layer, "description")[2:] == [None, "一段说明"]
    assert layer.geometry[0].equals(files.WEST)
    assert layer.geometry[1].equals(files.EAST)  # the point in it is a label
    assert (layer.geometry[2].x, layer.geometry[2].y) == (109.85, 31.05)
    assert layer.geometry[3] is None


def test_a_polygon_of_a_kml_keeps_its_hole_and_forgives_spaces() -> None:
    outer = "109.8,31 109.9,31, 0\n109.9 ,31.1 109.8, 31.1"  # left open
    hole = files.ring(shapely.box(109.84, 31.04, 109.86, 31.06))
    inside = (
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{outer}</coordinates></LinearRing>"
        f"</outerBoundaryIs><innerBoundaryIs>{hole}</innerBoundaryIs></Polygon>"
    )

    layer, faults = read_layer_grid(kml(placemark(inside)).encode(), Path("a.kml"))

    assert faults == []
    assert layer is not None
    assert layer.geometry[0].equals(files.WEST - shapely.box(109.84, 31.04, 109.86, 31.06))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="GBK"?>'])
def test_a_kml_is_read_in_the_encoding_that_it_has(encoding: str, head: str) -> None:
    text = kml(placemark(f"<name>龙井乡巫山镇</name>{POINT}"), head=head)
    if encoding.startswith("utf-8") and head:
        text = kml(placemark(f"<name>龙井乡巫山镇</name>{POINT}"))

    layer, _ = read_layer_grid(text.encode(encoding), Path("a.kml"))

    assert layer is not None
    assert column(layer, "name") == ["龙井乡巫山镇"]


@pytest.mark.parametrize(
    "inside",
    [
        "<Point><coordinates></coordinates></Point>",
        "<Point><coordinates>x,y</coordinates></Point>",
        "<Polygon></Polygon>",
        f"<Polygon><outerBoundaryIs>{SHORT}</outerBoundaryIs></Polygon>",
        "<LineString><coordinates>1,2</coordinates></LineString>",
    ],
)
def test_a_broken_placemark_names_its_number_and_the_rest_is_kept(inside: str) -> None:
    text = kml(placemark(f"<name>甲</name>{POINT}"), placemark(f"<name>乙</name>{inside}"))

    layer, faults = read_layer_grid(text.encode(), Path("a.kml"))

    assert layer is not None
    assert column(layer, "name") == ["甲", "乙"]
    assert [(one.row, one.column, one.severity) for one in faults] == [(2, "geometry", "error")]


def test_a_link_to_another_file_is_not_followed_and_told() -> None:
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink>"

    _, faults = read_layer_grid(kml(link, placemark(POINT)).encode(), Path("a.kml"))

    assert [(one.severity, one.column) for one in faults] == [("note", "NetworkLink")]


def test_a_kmz_gives_its_main_file(tmp_path: Path) -> None:
    path = tmp_path / "a.kmz"
    main, other = (kml(placemark(f"<name>{one}</name>{POINT}")).encode() for one in "甲乙")
    path.write_bytes(zipped({"a.kml": other, "doc.kml": main, "files/x.png": b"x"}))

    layer, faults = read(path)

    assert layer is not None
    assert column(layer, "name") == ["甲"]
    assert [(one.severity, one.value) for one in faults] == [("note", "doc.kml")]


def test_points_become_two_columns_for_a_table_of_facilities() -> None:
    text = kml(placemark(f"<name>甲</name>{POINT}"), placemark("<name>乙</name>"))
    layer, _ = read_layer_grid(text.encode(), Path("a.kml"), table="facilities")

    assert layer is not None
    assert points_as_columns(layer).rows == (
        ("name", "lon", "lat"),
        ("甲", 109.85, 31.05),
        ("乙", None, None),
    )


@pytest.mark.parametrize("shape", [{"type": "Point", "coordinates": [109.9, 1e400]}, {
    "type": "Point", "coordinates": [float("nan"), 31]}])  # fmt: skip
def test_coordinates_that_are_no_numbers_are_no_shape(shape: Any) -> None:
    document = {"features": [{"properties": {"a": 1}, "geometry": shape}]}

    layer, faults = read_layer_grid(json.dumps(document).encode(), Path("a.geojson"))

    assert layer is not None
    assert layer.geometry[0] is None
    assert [(one.row, one.rule) for one in faults] == [(1, "has a readable shape")]


def test_heights_are_left_out_and_told(tmp_path: Path) -> None:
    layer = frame()
    layer.geometry = shapely.force_3d(layer.geometry, 800.0)
    path = write(tmp_path / "a.geojson", layer)

    found, faults = read(path)

    assert found is not None
    assert not shapely.has_z(found.geometry).any()
    assert [(one.severity, one.column) for one in faults] == [("note", "geometry")]


def test_a_geojson_in_gbk_is_read_and_told() -> None:
    text = json.dumps(
        {"features": [{"properties": {"名称": "甲"}, "geometry": None}]}, ensure_ascii=False
    )

    layer, faults = read_layer_grid(text.encode("gbk"), Path("a.geojson"))

    assert layer is not None
    assert layer.grid.rows == (("名称",), ("甲",))
    assert [one.severity for one in faults] == ["note"]


@pytest.mark.parametrize(
    ("limit", "what"),
    [("features", "features"), ("vertices", "corners"), ("columns", "attributes")],
)
@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".kml", ".parquet", ".shp"])
def test_a_layer_beyond_a_limit_is_refused_with_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, limit: str, what: str
) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".parquet":
        frame().to_parquet(path)
    else:
        write(path, frame())
    small = Limits(**{limit: 1})
    for name in ("features", "vertices", "columns"):
        assert getattr(LIMITS, name) > 100
    for module in ("", ".geojson", ".gdal", ".kml", ".parquet", ".shapefile"):
        monkeypatch.setattr(f"wushan_geo.sources.layers{module}.LIMITS", small)

    layer, faults = read(path)

    assert layer is None
    (fault,) = faults
    assert fault.rule == f"has at most 1 {what}"
    assert int(fault.value) > 1


def test_a_file_or_an_archive_that_grows_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Limits(megabytes=1, members=2)
    for module in (".limits", ".archives"):
        monkeypatch.setattr(f"wushan_geo.sources.layers{module}.LIMITS", small)
    bomb = tmp_path / "a.kmz"
    bomb.write_bytes(zipped({"doc.kml": b" " * 3_000_000}))
    many = tmp_path / "b.zip"
    many.write_bytes(zipped({f"{at}.shp": b"" for at in range(3)}))
    large = tmp_path / "c.geojson"
    large.write_bytes(b" " * 1_100_000)

    assert bomb.stat().st_size < 10_000
    assert read(bomb)[1][0].rule == "has at most 1 MB (unpacked)"
    assert read(many)[1][0].rule == "has at most 2 files inside"
    assert read(large)[1][0].rule == "has at most 1 MB (unpacked)"


def test_a_parquet_that_would_unpack_to_more_is_refused_before_it_does(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    # Three million times the same row: thirty kilobytes.
    rows = LIMITS.features + 1
    pd.DataFrame({"a": pd.array([1], "int64").repeat(rows)}).to_parquet(path)

    assert path.stat().st_size < 100_000
    assert read(path)[1][0].rule == f"has at most {LIMITS.features} features"


def test_what_today_s_opening_asks_for_has_no_notes_and_texts_in_its_cells(tmp_path: Path) -> None:
    path = several(tmp_path)
    single = write(tmp_path / "a.gpkg", frame(**ROUND))

    raw, faults = read_layer(single.read_bytes(), single)

    assert faults == []
    assert raw is not None
    assert raw.frame.loc[1].tolist() == ["甲", "500237102001", "1.5", "yes", "2025-06-30"]
    assert raw.frame.loc[2].isna().tolist() == [True, True, False, False, True]
    assert [one.severity for one in read_layer(path.read_bytes(), path)[1]] == ["decide"]
