"""Elevation and land cover from files: kinds, systems, grids, damage, no network."""

import http.server
import re
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasterio.crs import CRS
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from wushan_geo.errors import InputError
from wushan_geo.sources.terrain import read_terrain
from wushan_geo.study.terrain import Terrain
from wushan_geo.wording import MESSAGES

GRID = Affine(90, 0, 400_000, 0, -90, 3_440_000)
DEGREES = Affine(1 / 1200, 0, 109.9, 0, -1 / 1200, 31.2)  # 3 seconds of arc
ESRI_TEXT = CRS.from_epsg(4546).to_wkt(version="WKT1_ESRI")
HILLS = np.arange(20.0, dtype=np.float32).reshape(4, 5) * 10


def raster(folder: Path, values: Any = HILLS, name: str = "dem.tif", **words: Any) -> Path:
    """Write a raster through memory."""
    values = np.asarray(values)
    bands = values if values.ndim == 3 else values[None]
    scale = words.pop("scale", None)
    unit = words.pop("unit", None)
    profile = {
        "driver": "GTiff",
        "count": bands.shape[0],
        "height": bands.shape[1],
        "width": bands.shape[2],
        "dtype": bands.dtype,
        "crs": CRS.from_epsg(4546),
        "transform": GRID,
    }
    with MemoryFile() as memory:
        with memory.open(**(profile | words)) as file:
            file.write(bands)
            if scale:
                file.scales, file.offsets = [scale[0]], [scale[1]]
            if unit:
                file.units = [unit]
        path = folder / name
        path.write_bytes(memory.read())
    return path


def told(*arguments: Any, **words: Any) -> list[str]:
    """Give the faults as "file: key"."""
    with pytest.raises(InputError) as caught:
        read_terrain(*arguments, **words)
    return [f"{Path(one.file).name}: {key_of(one.rule)}" for one in caught.value.faults]


def key_of(rule: str) -> str:
    """Find the message that a rule came from."""
    return next(
        key.removeprefix("rule.terrain_")
        for key, (_, english) in MESSAGES.items()
        if key.startswith("rule.terrain_")
        and re.fullmatch(re.sub(r"\\{.*?\\}", ".+", re.escape(english)), rule)
    )


def notes(terrain: Terrain) -> list[str]:
    assert all(one.severity == "note" and one.rule_zh for one in terrain.notes)
    return [f"{Path(one.file).name}: {key_of(one.rule)}" for one in terrain.notes]


# --- Plain reading -------------------------------------------------------------------------------


def test_a_raster_in_metres_is_taken_as_it_is(tmp_path: Path) -> None:
    values = HILLS.copy()
    values[1, 1] = -9999

    found = read_terrain(raster(tmp_path, values, nodata=-9999))

    assert np.isnan(found.elevation[1, 1])
    values[1, 1] = np.nan
    np.testing.assert_array_equal(found.elevation, values)
    assert (found.transform, found.crs) == (tuple(GRID)[:6], "EPSG:4546")
    assert found.land_cover is None
    assert notes(found) == []


def test_land_cover_on_the_same_grid_is_taken_as_it_is(tmp_path: Path) -> None:
    cover = np.tile(np.array([10, 80, 255, 30, 0], dtype=np.uint8), (4, 1))

    found = read_terrain(raster(tmp_path), raster(tmp_path, cover, "cover.tif", nodata=255))

    assert found.land_cover is not None
    assert found.land_cover[0].tolist() == [10, 80, -1, 30, 0]
    assert notes(found) == ["cover.tif: cover_part"]
    assert "4 cells" in found.notes[0].rule
    assert "20.0 %" in found.notes[0].rule


def test_other_kinds_of_files_are_read_as_well(tmp_path: Path) -> None:
    image = raster(tmp_path, name="dem.img", driver="HFA")
    (tmp_path / "dem.asc").write_text(
        "ncols 5\nnrows 4\nxllcorner 400000\nyllcorner 3439640\ncellsize 90\nNODATA_value -1\n"
        + "\n".join(" ".join(f"{one:g}" for one in row) for row in HILLS.tolist()),
        encoding="ascii",
    )
    (tmp_path / "dem.prj").write_text(ESRI_TEXT, encoding="ascii")

    for path in (image, tmp_path / "dem.asc"):
        found = read_terrain(str(path))
        np.testing.assert_array_equal(found.elevation, HILLS)
        assert found.transform == tuple(GRID)[:6]
        assert notes(found) == []


def test_scales_and_units_of_a_file_hold(tmp_path: Path) -> None:
    decimetres = raster(tmp_path, HILLS.astype(np.int16), scale=(0.1, 100.0), unit="m")

    np.testing.assert_allclose(read_terrain(decimetres).elevation, HILLS / 10 + 100)
    assert told(raster(tmp_path, name="feet.tif", unit="ft")) == ["feet.tif: unit"]


# --- Systems and grids ---------------------------------------------------------------------------


def test_a_raster_in_degrees_is_brought_to_the_zone_and_that_is_said(tmp_path: Path) -> None:
    # A plane that rises by 1 m for each cell to the east and falls by 2 m for each to the south.
    row, column = np.mgrid[0:60, 0:80]
    plane = (500 + column - 2.0 * row).astype(np.float32)
    path = raster(tmp_path, plane, crs=CRS.from_epsg(4326), transform=DEGREES)

    found = read_terrain(path)

    assert found.crs == "EPSG:4546"
    assert notes(found) == ["dem.tif: projected"]
    assert "WGS 84" in found.notes[0].rule
    # Cells as large as those of the file: 3 seconds are 79.4 m east and 92.4 m north here.
    assert found.cell_m == pytest.approx((79.4 * 92.4) ** 0.5, rel=0.002)
    assert found.transform[0] == -found.transform[4]
    inside = np.flatnonzero(np.isfinite(found.elevation.ravel()))
    assert inside.size > 0.9 * plane.size
    lon, lat = found.points(inside)
    at_column, at_row = (lon - 109.9) * 1200 - 0.5, (31.2 - lat) * 1200 - 0.5
    well_inside = (at_column > 1) & (at_column < 78) & (at_row > 1) & (at_row < 58)
    expected = 500 + at_column - 2 * at_row
    error = np.abs(found.elevation.ravel()[inside] - expected)[well_inside]
    assert error.max() < 0.02


@pytest.mark.parametrize("code", [3857, 2263])
def test_a_system_that_distorts_lengths_is_left(tmp_path: Path, code: int) -> None:
    place = Affine(100, 0, 12_240_000, 0, -100, 3_640_000)
    if code == 2263:  # feet, in New York: no zone of ours
        place = Affine(100, 0, 980_000, 0, -100, 200_000)
    path = raster(tmp_path, np.ones((9, 9)), crs=CRS.from_epsg(code), transform=place)

    if code == 2263:
        assert told(path) == ["dem.tif: zone"]
    else:
        found = read_terrain(path)
        assert found.crs == "EPSG:4546"
        assert found.cell_m == pytest.approx(85.8, rel=0.01)  # 100 m x cos 31


def test_a_metric_grid_that_is_not_north_up_or_square_is_laid_out_anew(tmp_path: Path) -> None:
    values = np.full((6, 6), 200.0)
    for place in (
        Affine(90, 0, 4e5, 0, -60, 344e4),
        Affine(90, 0, 4e5, 0, 90, 344e4),
        Affine.translation(4e5, 344e4) @ Affine.rotation(30) @ Affine.scale(90, -90),
    ):
        found = read_terrain(raster(tmp_path, values, transform=place))

        assert found.crs == "EPSG:4546"
        assert notes(found) == ["dem.tif: projected"]
        known = found.elevation[np.isfinite(found.elevation)]
        np.testing.assert_allclose(known, 200.0)
        area = abs(place.determinant) * 36
        assert found.cell_m == pytest.approx(abs(place.determinant) ** 0.5)
        assert known.size * found.cell_m**2 == pytest.approx(area, rel=0.25)


def test_the_utm_zone_of_a_file_is_kept(tmp_path: Path) -> None:
    path = raster(tmp_path, crs=CRS.from_epsg(32649), transform=Affine(30, 0, 4e5, 0, -30, 344e4))

    found = read_terrain(path)

    assert (found.crs, found.cell_m) == ("EPSG:32649", 30)


def test_land_cover_on_another_grid_is_resampled_by_nearest_and_that_is_said(
    tmp_path: Path,
) -> None:
    # Thirds of the cells of the elevation, half a county to the east.
    fine = np.repeat(np.repeat(np.arange(1, 17, dtype=np.uint8).reshape(4, 4), 3, 0), 3, 1)
    place = Affine(30, 0, 400_090, 0, -30, 3_440_000)

    found = read_terrain(raster(tmp_path), raster(tmp_path, fine, "cover.tif", transform=place))

    assert found.land_cover is not None
    assert found.land_cover.tolist() == [
        [-1, 1, 2, 3, 4], [-1, 5, 6, 7, 8], [-1, 9, 10, 11, 12], [-1, 13, 14, 15, 16]
    ]  # fmt: skip
    assert notes(found) == ["cover.tif: cover_moved", "cover.tif: cover_part"]
    assert "cells of 30 m became 90 m" in found.notes[0].rule


def test_land_cover_in_degrees_fits_an_elevation_in_degrees(tmp_path: Path) -> None:
    words = {"crs": CRS.from_epsg(4490), "transform": DEGREES}
    cover = np.full((40, 40), 10, dtype=np.uint8)
    cover[:, 20] = 80

    found = read_terrain(
        raster(tmp_path, np.full((40, 40), 300.0), **words),
        raster(tmp_path, cover, "cover.tif", **words),
    )

    assert found.land_cover is not None
    inner = found.land_cover[3:-3, 3:-3]
    assert set(np.unique(inner).tolist()) == {10, 80}
    assert (inner == 80).any(axis=1).all()  # the river still runs through
    assert "0.0008333°" in found.notes[1].rule


def test_land_cover_elsewhere_is_a_fault(tmp_path: Path) -> None:
    far = Affine(90, 0, 600_000, 0, -90, 3_440_000)
    cover = raster(tmp_path, HILLS.astype(np.uint8), "cover.tif", transform=far)

    assert told(raster(tmp_path), cover) == ["cover.tif: overlap"]


def test_a_system_may_be_named_for_files_that_name_none(tmp_path: Path) -> None:
    bare = raster(tmp_path, crs=None)
    own = raster(tmp_path, name="own.tif")

    assert read_terrain(bare, crs="EPSG:4546").crs == "EPSG:4546"
    assert told(bare) == ["dem.tif: crs"]
    assert told(bare, crs="no system") == ["dem.tif: crs", "crs: crs_known"]
    assert told(own, crs="EPSG:4490") == ["own.tif: crs_same"]
    assert read_terrain(own, crs="EPSG:4546").crs == "EPSG:4546"


# --- Faults --------------------------------------------------------------------------------------


def test_all_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    bands = raster(tmp_path, np.stack([HILLS, HILLS]), crs=None)
    damaged = tmp_path / "cover.tif"
    damaged.write_bytes(b"II*\0 this is no raster")

    assert told(bands, damaged) == ["cover.tif: readable", "dem.tif: crs", "dem.tif: one_band"]
    with pytest.raises(InputError) as caught:
        read_terrain(bands, damaged)
    assert str(damaged) in str(caught.value)


def test_what_terrain_refuses_is_told_of_the_file(tmp_path: Path) -> None:
    values = HILLS.copy()
    values[0, 0] = -32768

    assert told(raster(tmp_path, values)) == ["dem.tif: elevation"]
    assert told(raster(tmp_path, np.full((3, 3), -1.0), nodata=-1)) == ["dem.tif: empty"]


@pytest.mark.parametrize(
    "values",
    [np.full((4, 5), 0.5), np.full((4, 5), -1, dtype=np.int16), np.full((4, 5), 2.0**40)],
    ids=["half", "below 0", "too large"],
)
def test_land_cover_must_be_codes(tmp_path: Path, values: Any) -> None:
    assert told(raster(tmp_path), raster(tmp_path, values, "cover.tif")) == ["cover.tif: codes"]


def test_codes_written_as_floats_are_codes(tmp_path: Path) -> None:
    cover = np.full((4, 5), 10.0)
    cover[0, 0] = np.nan

    found = read_terrain(raster(tmp_path), raster(tmp_path, cover, "cover.tif"))

    assert found.land_cover is not None
    assert found.land_cover[0, :2].tolist() == [-1, 10]


def test_a_raster_without_a_place_is_refused_without_a_warning(tmp_path: Path) -> None:
    import warnings

    from rasterio.errors import NotGeoreferencedWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        bare = raster(tmp_path, transform=Affine.identity(), crs=None)

    assert told(bare) == ["dem.tif: placed"]


def test_a_damaged_file_is_told_in_plain_words_wherever_it_breaks(tmp_path: Path) -> None:
    values = np.random.default_rng(1).uniform(0, 900, (60, 60)).astype(np.float32)
    whole = raster(tmp_path, values, compress="deflate", tiled=True, blockxsize=16, blockysize=16)
    content = whole.read_bytes()
    for length in (0, 3, 8, 100, len(content) // 2, len(content) - 200):
        part = tmp_path / "part.tif"
        part.write_bytes(content[:length])
        assert told(part) == ["part.tif: readable"]


def test_a_raster_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = raster(tmp_path, np.zeros((1, 1), dtype=np.uint8), name="small.tif")
    header = (
        "ncols 100000\nnrows 100000\nxllcorner 400000\nyllcorner 3439640\ncellsize 1\n"
        "NODATA_value -1\n0\n"
    )
    huge = tmp_path / "huge.asc"
    huge.write_text(header, encoding="ascii")
    huge.with_suffix(".prj").write_text(ESRI_TEXT, encoding="ascii")

    assert told(huge, path) == ["huge.asc: large"]


def test_a_missing_library_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = raster(tmp_path)
    monkeypatch.setitem(sys.modules, "rasterio", None)

    assert told(path) == ["dem.tif: extra"]


# --- No network ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1/a.tif",
        "s3://a/b.tif",
        "/vsicurl/http://127.0.0.1/a.tif",
        "/vsizip/a.zip/b.tif",
    ],
)
def test_an_address_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_terrain(name)
    assert [key_of(one.rule) for one in caught.value.faults] == ["local"]


@pytest.mark.parametrize("name", ["none.tif", "GTIFF_DIR:1:none.tif", "a\0b.tif", "x" * 5000])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_terrain(str(tmp_path / name))
    assert [key_of(one.rule) for one in caught.value.faults] == ["file"]


def test_no_file_makes_the_program_ask_a_server(tmp_path: Path) -> None:
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815 - the name that the server calls

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/a.tif"
        band = (
            '<VRTRasterBand dataType="Float32" band="1"><SimpleSource><SourceFilename>'
            f"/vsicurl/{url}</SourceFilename></SimpleSource></VRTRasterBand>"
        )
        virtual = f'<VRTDataset rasterXSize="5" rasterYSize="4">{band}</VRTDataset>'
        service = f"<GDAL_WMS><Service name='TMS'><ServerUrl>{url}</ServerUrl></Service></GDAL_WMS>"
        for name, text in (("a.vrt", virtual), ("a.xml", service), ("b.tif", virtual)):
            (tmp_path / name).write_text(text, encoding="utf-8")
            assert told(tmp_path / name) == [f"{name}: readable"]
        side = raster(tmp_path)
        aux = (
            '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">'
            f"/vsicurl/{url}</MDI></Metadata></PAMDataset>"
        )
        side.with_name("dem.tif.aux.xml").write_text(aux, encoding="utf-8")
        np.testing.assert_array_equal(read_terrain(side).elevation, HILLS)
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []
