"""Damaged layers: cut off anywhere or with any bytes changed, they are read or named, quietly."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import layer_files as files
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layer_files import frame, kml, placemark, polygon, write, zipped

from wushan_geo.sources.layers import read_layer_grid

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = (".gpkg", ".geojson", ".shp", ".dbf", ".shx", ".zip", ".kml", ".kmz", ".parquet", ".fgb")


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, bytes]]:
    """Write a layer in each format; give path and bytes of the file that will be damaged."""
    folder = tmp_path_factory.mktemp("layers")
    for suffix in (".gpkg", ".geojson", ".fgb"):
        write(folder / f"a{suffix}", frame())
    frame().to_parquet(folder / "a.parquet")
    for suffix in (".shp", ".dbf", ".shx"):
        own = folder / suffix.removeprefix(".")
        own.mkdir()
        write(own / "a.shp", frame(), encoding="GBK")
    text = kml(*(placemark(f"<name>甲</name>{polygon(one)}") for one in (files.WEST, files.EAST)))
    (folder / "a.kml").write_text(text, encoding="utf-8")
    (folder / "a.kmz").write_bytes(zipped({"doc.kml": text.encode()}))
    (folder / "a.zip").write_bytes(zipped(files.parts(folder / "shp", "a")))
    found = {}
    for suffix in SUFFIXES:
        part = suffix in {".shp", ".dbf", ".shx"}
        path = folder / suffix.removeprefix(".") / f"a{suffix}" if part else folder / f"a{suffix}"
        found[suffix] = path, path.read_bytes()
    return found


def survives(path: Path, content: bytes) -> None:
    """Read a damaged file: it is a layer, or what is wrong with it is said."""
    if path.suffix in {".dbf", ".shx"}:
        path.write_bytes(content)
        path = path.with_suffix(".shp")
        content = path.read_bytes()
    layer, faults = read_layer_grid(content, path)
    assert layer is not None or faults
    assert all(one.rule and one.suggestion for one in faults)
    if layer is not None:
        assert len(layer.geometry) == len(layer.grid.rows) - 1
        assert (
            shapely.is_missing(layer.geometry).all() or shapely.total_bounds(layer.geometry).any()
        )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_cut_off_anywhere_is_read_or_named(
    layers: dict[str, tuple[Path, bytes]], suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path, content = layers[suffix]
    steps = 25
    for at in range(steps):
        survives(path, content[: len(content) * at // steps])

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_with_any_bytes_changed_is_read_or_named(
    layers: dict[str, tuple[Path, bytes]], suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path, content = layers[suffix]

    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
    )
    @given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
    def broken(changes: list[tuple[float, int]]) -> None:
        damaged = bytearray(content)
        for place, byte in changes:
            damaged[int(place * (len(damaged) - 1))] = byte
        survives(path, bytes(damaged))

    broken()
    assert capfd.readouterr() == ("", "")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(SUFFIXES))
def test_any_bytes_are_read_or_named(content: bytes, suffix: str) -> None:
    import pathlib

    with contextlib.suppress(OSError):
        read_layer_grid(content, pathlib.Path(f"nowhere/a{suffix}"))


@settings(max_examples=60, deadline=None)
@given(st.recursive(
    st.sampled_from(["", "甲", "109.8,31.0 109.9,31.0 109.9,31.1", "1,2"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["Folder", "Placemark", "name", "Polygon", "outerBoundaryIs", "LinearRing",
                         "coordinates", "Point", "MultiGeometry", "ExtendedData", "Data", "value"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
))  # fmt: skip
def test_any_order_of_elements_of_a_kml_is_read_or_named(inside: str) -> None:
    import pathlib

    layer, faults = read_layer_grid(kml(inside).encode(), pathlib.Path("a.kml"))

    assert layer is not None or faults
