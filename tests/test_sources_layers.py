"""Vector layers: attributes as text, shapes and reference system as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from builders import box, geojson
from hypothesis import given
from hypothesis import strategies as st

from wushan_geo.sources.layers import read_layer


def layer(text: str | bytes, name: str = "a.geojson") -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    return read_layer(content, Path(name))


SQUARE = box(109.8, 31.0, 109.9, 31.1)


def test_attributes_are_text_and_features_are_numbered_from_one() -> None:
    told = {
        "zone_id": 500237001,
        "name": " 甲 ",
        "is_seat": True,
        "priority": False,
        "lon": 109.5,
        "nothing": None,
        "blank": "",
        "nan": float("nan"),
    }
    raw, faults = layer(geojson((told, SQUARE), ({"name": "乙", "more": "x"}, SQUARE)))

    assert faults == []
    assert raw.frame.index.to_list() == [1, 2]
    first = raw.frame.loc[1].to_dict()
    first = {name: value if isinstance(value, str) else None for name, value in first.items()}
    assert first == {
        "zone_id": "500237001",
        "name": "甲",
        "is_seat": "yes",
        "priority": "no",
        "lon": "109.5",
        "nothing": None,
        "blank": None,
        "nan": None,
        "more": None,
    }
    assert raw.crs.to_epsg() == 4326
    assert raw.geometry[0].equals(shapely.box(109.8, 31.0, 109.9, 31.1))


def test_a_byte_order_mark_is_no_obstacle() -> None:
    raw, faults = layer(geojson(({}, SQUARE)).encode("utf-8-sig"))

    assert faults == []
    assert len(raw.frame) == 1


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{", "is a readable GeoJSON file"),
        (b"\xff\xfe", "is a readable GeoJSON file"),
        ("[]", "has at least one feature"),
        ("3", "has at least one feature"),
        ('{"type": "FeatureCollection"}', "has at least one feature"),
        ('{"features": []}', "has at least one feature"),
        ('{"features": {}}', "has at least one feature"),
    ],
)
def test_what_is_no_layer_is_a_fault(text: str | bytes, rule: str) -> None:
    raw, faults = layer(text)

    assert raw is None
    assert [one.rule for one in faults] == [rule]
    assert faults[0].suggestion == "Export the layer again."


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon"},
        {"type": "Blob", "coordinates": []},
        {"coordinates": []},
        {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]},
        {"type": "Polygon", "coordinates": 5},
        "POINT (1 2)",
        [],
    ],
)
def test_a_shape_that_cannot_be_read_names_its_feature_and_the_rest_is_kept(geometry: Any) -> None:
    raw, faults = layer(geojson(({"name": "a"}, SQUARE), ({"name": "b"}, geometry)))

    assert [(one.row, one.column, one.rule) for one in faults] == [
        (2, "geometry", "has a readable shape")
    ]
    assert raw.frame["name"].to_list() == ["a", "b"]


@pytest.mark.parametrize("feature", [3, None, {}, {"properties": [], "geometry": None}])
def test_an_odd_feature_has_no_attributes_and_no_shape(feature: Any) -> None:
    raw, faults = layer(json.dumps({"features": [feature]}))

    assert faults == []
    assert raw.geometry.tolist() == [None]


@pytest.mark.parametrize("crs", [None, 3, "EPSG:4326", {}, {"properties": {"name": "EPSG:0"}}])
def test_a_system_that_is_named_and_not_understood_is_a_missing_one(crs: Any) -> None:
    raw, faults = layer(geojson(({}, SQUARE), crs=crs))

    assert faults == []
    assert raw.crs is None


FRAME = gpd.GeoDataFrame(
    {
        "zone_id": ["1", "2"],
        "whole": [1, 2],
        "real": [1.5, None],
        "day": pd.to_datetime(["2025-06-30", None]),
        "yes": [True, False],
        "text": ["甲", None],
    },
    geometry=[shapely.box(109.8, 31, 109.9, 31.1), shapely.box(109.9, 31, 110, 31.1)],
    crs="EPSG:4490",
)


def test_a_geopackage_gives_its_attributes_and_its_system(tmp_path: Path) -> None:
    path = tmp_path / "界线 a.gpkg"
    FRAME.to_file(path, driver="GPKG")

    raw, faults = read_layer(path.read_bytes(), path)

    assert faults == []
    assert raw is not None
    assert raw.crs.to_epsg() == 4490
    assert raw.frame["whole"].to_list() == ["1", "2"]
    assert raw.frame["yes"].to_list() == ["yes", "no"]
    assert raw.frame.isna().loc[2, ["real", "day", "text"]].all()
    assert raw.geometry is not None
    assert raw.geometry[1].equals(FRAME.geometry[1])


def test_a_shapefile_without_its_prj_has_no_system(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    FRAME[["zone_id", "geometry"]].to_file(path, encoding="utf-8")
    (tmp_path / "a.prj").unlink()

    raw, faults = read_layer(path.read_bytes(), path)

    assert faults == []
    assert raw is not None
    assert raw.crs is None


@pytest.mark.parametrize("content", [b"", b"no layer at all"])
def test_a_file_that_gdal_cannot_read_is_a_fault(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(content)

    raw, faults = read_layer(content, path)

    assert raw is None
    assert [one.rule for one in faults] == ["is a vector layer that can be read"]
    assert "GeoPackage, GeoJSON or Shapefile" in faults[0].suggestion


def test_a_layer_without_shapes_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[None], crs="EPSG:4326").to_file(path, driver="GPKG")
    empty = tmp_path / "b.gpkg"
    FRAME.iloc[:0].to_file(empty, driver="GPKG")

    raw, _ = read_layer(path.read_bytes(), path)
    _, faults = read_layer(empty.read_bytes(), empty)

    assert raw is None or raw.geometry.tolist() == [None]
    assert [one.rule for one in faults] == ["has at least one feature"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(["features", "crs", "properties", "geometry", "type", "name"]),
                inner,
            )
        ),
        max_leaves=8,
    )
)
def test_any_json_is_read_or_named(document: Any) -> None:
    raw, faults = layer(json.dumps(document))

    assert raw is not None or faults
