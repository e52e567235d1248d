"""The land of a study: what it must satisfy, and where points lie on it."""

from typing import Any

import numpy as np
import pytest
from pyproj import CRS

from wushan_geo.errors import CrsError, InputError
from wushan_geo.study.terrain import MOST_CELLS, Terrain, check_metres
from wushan_geo.wording import MESSAGES

PLACE = (90.0, 0.0, 400_000.0, 0.0, -90.0, 3_440_000.0)


def land(**changes: Any) -> Terrain:
    given = {
        "elevation": np.arange(6.0).reshape(2, 3),
        "land_cover": None,
        "transform": PLACE,
        "crs": "EPSG:4546",
    }
    return Terrain(**(given | changes))


def test_terrain_tells_what_it_holds() -> None:
    elevation = np.array([[100.0, np.nan], [1200.4, 300.0]])
    found = land(elevation=elevation, land_cover=np.array([[1, 2], [-1, 2]]))

    assert found.shape == (2, 2)
    assert found.cell_m == 90
    assert found.nbytes == 4 * 8 + 4 * 4
    assert repr(found) == (
        "Terrain: 2 x 2 cells of 90 m, EPSG:4546, 100 to 1,200 m, 25.0 % without data, "
        "2 kinds of land cover, 0.0 MB"
    )


def test_nothing_in_it_can_be_changed_and_inputs_stay_as_they_are() -> None:
    elevation, cover = np.zeros((2, 3), dtype=np.float32), np.ones((2, 3), dtype=np.uint8)
    found = land(elevation=elevation, land_cover=cover)
    elevation[0, 0] = cover[0, 0] = 7

    assert found.elevation[0, 0] == 0
    assert found.land_cover is not None
    assert found.land_cover[0, 0] == 1
    for array in (found.elevation, found.land_cover):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1
    assert elevation.flags.writeable
    assert cover.flags.writeable


def test_points_find_the_cell_that_holds_them() -> None:
    found = land()
    lon, lat = found.points(np.arange(6))

    assert found.cells(lon, lat).tolist() == [0, 1, 2, 3, 4, 5]
    column, row = found.grid(lon, lat)
    np.testing.assert_allclose(column, [0.5, 1.5, 2.5] * 2, atol=1e-6)
    np.testing.assert_allclose(row, [0.5] * 3 + [1.5] * 3, atol=1e-6)


def test_the_border_of_two_cells_belongs_to_the_one_in_the_south_or_east() -> None:
    column, row = np.array([0.0, 1.0, 3.0, -1e-9, np.inf, 0.0]), np.array([0.0, 1, 0, 0, 0, 2])

    assert land().cells_at(column, row).tolist() == [0, 4, -1, -1, -1, -1]


@pytest.mark.parametrize(
    ("crs", "reason"),
    [
        ("EPSG:4490", "in degrees"),
        ("EPSG:4326", "in degrees"),
        ("EPSG:3857", "wrong by 16"),
        ("EPSG:2263", "not in metres"),
        ("EPSG:4978", "not in metres"),
        ("nothing", "not known"),
        ("", "not known"),
    ],
)
def test_a_system_without_true_metres_is_refused(crs: str, reason: str) -> None:
    place = (100.0, 0.0, 12_240_000.0, 0.0, -100.0, 3_640_000.0) if "3857" in crs else PLACE
    with pytest.raises(CrsError, match=reason):
        land(crs=crs, transform=place)


@pytest.mark.parametrize("code", [4546, 32649, 2344])
def test_the_zones_of_maps_are_true_enough(code: int) -> None:
    assert check_metres(CRS(code), 109.9, 31.1) == ""


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        land(
            elevation=np.array([[-32768.0, 20_000.0]]),
            land_cover=np.array([[0.5]]),
            transform=(90, 0, 0, 0, -45, 0),
        )

    said = str(caught.value)
    assert len(caught.value.faults) == 5
    for word in ("square", "-32768", "20000", "1 x 2 cells", "whole numbers"):
        assert word in said
    assert all(one.rule_zh for one in caught.value.faults)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"elevation": np.zeros(3)}, "terrain_raster"),
        ({"elevation": np.zeros((0, 3))}, "terrain_raster"),
        ({"elevation": np.array([["1"]])}, "terrain_raster"),
        ({"elevation": np.full((2, 2), np.nan)}, "terrain_empty"),
        ({"elevation": np.array([[np.inf]])}, "terrain_elevation"),
        ({"land_cover": np.full((2, 3), -2)}, "terrain_codes"),
        ({"land_cover": np.full((2, 3), 2**31)}, "terrain_codes"),
        ({"transform": (90, 0, 0, 0, -90)}, "terrain_transform"),
        ({"transform": (90, 0, np.nan, 0, -90, 0)}, "terrain_transform"),
        ({"transform": (90, 1, 0, 0, -90, 0)}, "terrain_north_up"),
        ({"transform": (90, 0, 0, 0, 90, 0)}, "terrain_north_up"),
        ({"transform": (-90, 0, 0, 0, -90, 0)}, "terrain_north_up"),
        ({"transform": (90, 0, 0, 0, -92, 0)}, "terrain_square"),
        ({"elevation": np.broadcast_to(0.0, (MOST_CELLS + 1, 1))}, "terrain_large"),
    ],
)
def test_each_fault_is_found(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        land(**changes)

    beginning = MESSAGES[f"rule.{key}"][1].partition("{")[0]
    assert [one.rule.startswith(beginning) for one in caught.value.faults] == [True]


def test_cells_may_differ_by_a_hundredth_from_a_square() -> None:
    assert land(transform=(90, 0, 4e5, 0, -90.9, 344e4)).cell_m == pytest.approx(90.45)
