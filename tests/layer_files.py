"""Small layers in every format and dialect, for the tests of reading them."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from wushan_geo.sources.layers import read_layer_grid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wushan_geo.errors import Fault
    from wushan_geo.sources.layers import LayerGrid

WEST, EAST = shapely.box(109.8, 31.0, 109.9, 31.1), shapely.box(109.9, 31.0, 110.0, 31.1)
COUNTY = (109.8, 31.0, 110.0, 31.1)


def frame(crs: Any = 4490, **columns: Any) -> gpd.GeoDataFrame:
    """Give two townships, their columns as told."""
    told = columns or {"名称": ["双龙镇", "大昌镇"], "代码": ["500237102", "500237103"]}
    return gpd.GeoDataFrame(told, geometry=[WEST, EAST], crs=4490).to_crs(crs)


def write(path: Path, table: Any, **options: Any) -> Path:
    """Write a layer as GDAL does, without its remarks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        driver = "KML" if path.suffix == ".kml" else None
        pyogrio.write_dataframe(table, path, driver=driver, **options)
    return path


def read(path: Path, **options: Any) -> tuple[LayerGrid | None, list[Fault]]:
    return read_layer_grid(path.read_bytes(), path, **options)


def sound(path: Path, **options: Any) -> LayerGrid:
    """Read a layer that has nothing but notes."""
    layer, faults = read(path, **options)
    assert [one for one in faults if one.severity != "note"] == []
    assert layer is not None
    return layer


def zipped(members: dict[str, bytes], **options: Any) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return memory.getvalue()


def parts(folder: Path, stem: str) -> dict[str, bytes]:
    """Give the parts of a Shapefile by name."""
    return {one.name: one.read_bytes() for one in sorted(folder.glob(f"{stem}.*"))}


def placemark(inside: str) -> str:
    return f"<Placemark>{inside}</Placemark>"


def kml(*placemarks: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    space = 'xmlns="http://www.opengis.net/kml/2.2"'
    return f"{head}<kml {space}><Document>{''.join(placemarks)}</Document></kml>"


def ring(shape: shapely.Polygon) -> str:
    corners = " ".join(f"{x},{y},0" for x, y in shape.exterior.coords)
    return f"<LinearRing><coordinates>{corners}</coordinates></LinearRing>"


def polygon(shape: shapely.Polygon) -> str:
    return f"<Polygon><outerBoundaryIs>{ring(shape)}</outerBoundaryIs></Polygon>"


def geojson(shapes: Iterable[Any], **more: Any) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"名称": f"村{at}"},
            "geometry": shapely.geometry.mapping(one),
        }
        for at, one in enumerate(shapes, 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def column(layer: LayerGrid, name: str) -> list[Any]:
    """Give the cells of a column of a grid."""
    at = layer.grid.rows[0].index(name)
    return [row[at] for row in layer.grid.rows[1:]]


WIDE = pd.DataFrame(
    {
        "boundary_basis": ["stated"] * 2,
        "boundary_note": ["x"] * 2,
        "persons": pd.array([1, None], "Int64"),
        "priority": pd.array([True, None], "boolean"),
        "as_of": pd.to_datetime(["2025-06-30 08:00", None]),
        "text": ["甲" * 90, " a"],
    }
)
