"""Shapes are made small without moving a border that two zones share."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from wushan_geo.maps import layers


def decoded(steps: list[int]) -> list[tuple[float, float]]:
    """Do what the page's script does."""
    points = np.cumsum(np.array(steps).reshape(-1, 2), axis=0) / 1e5
    return [(float(x), float(y)) for x, y in points]


@given(
    st.lists(
        st.tuples(st.floats(109, 111, allow_nan=False), st.floats(30, 32, allow_nan=False)),
        min_size=1,
        max_size=30,
    )
)
def test_steps_lead_back_to_every_point_within_half_a_metre(
    points: list[tuple[float, float]],
) -> None:
    found = decoded(layers.steps(np.array(points)))
    assert np.allclose(found, points, atol=0.5000001e-5, rtol=0)


def test_a_shared_corner_is_the_same_corner_in_both_zones() -> None:
    left = shapely.box(109.0000049, 31, 109.1000051, 31.1)
    right = shapely.box(109.1000051, 31, 109.2, 31.1)
    corners = [set(decoded(layers.polygons(one)[0][0])) for one in (left, right)]
    assert len(corners[0] & corners[1]) == 2


def test_a_coordinate_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        layers.steps(np.array([[109.0, np.nan]]))


def test_holes_and_parts_of_a_polygon_are_kept() -> None:
    ring = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (1, 2), (2, 2), (2, 1)]])
    both = shapely.MultiPolygon([ring, shapely.box(5, 5, 6, 6)])
    assert [len(part) for part in layers.polygons(both)] == [2, 1]
    assert layers.polygons(None) == []
    assert layers.polygons(shapely.Polygon()) == []


def test_zones_come_in_the_order_asked_for_and_one_without_a_shape_is_empty() -> None:
    zones = gpd.GeoDataFrame(
        {"zone_id": ["b", "a", "c"]},
        geometry=[shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1), None],
        crs="EPSG:4326",
    )
    found = layers.shapes_of(zones, ["a", "b", "c", "d"])
    assert [bool(one) for one in found] == [True, True, False, False]
    assert found[0][0][0][0] == 100000  # the box from 0 to 1 starts at its eastern edge


def test_very_detailed_borders_are_thinned_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "MOST_POINTS", 60)
    across = [(1 + 1e-4 * np.sin(at), at / 200) for at in range(201)]
    left = shapely.Polygon([(0, 0), *across, (0, 1)])
    south = shapely.Polygon([(2, 0), *across[:88], (2, 0.5)])
    north = shapely.Polygon([(2, 0.5), *across[87:], (2, 1)])  # meets the others at a corner
    thin = layers.thinned([left, None, south, north])
    assert thin[1] is None
    zones = [thin[0], thin[2], thin[3]]
    assert shapely.get_num_coordinates(np.array(zones)).sum() <= 60
    assert shapely.coverage_is_valid(zones)


def test_shapes_that_are_small_enough_are_not_touched() -> None:
    shape = shapely.box(0, 0, 1, 1)
    assert layers.thinned([shape])[0] is shape


def test_points_are_read_from_columns_or_geometries() -> None:
    table = {"zone_id": ["a", "b"]}
    shapes = [None, None]
    columns = {"demand_lon": [109.123456, None], "demand_lat": [31.0, 31.0]}
    first = gpd.GeoDataFrame({**table, **columns}, geometry=shapes, crs="EPSG:4326")
    points = {"demand_point": [shapely.Point(109.123456, 31), None]}
    second = gpd.GeoDataFrame({**table, **points}, geometry=shapes, crs="EPSG:4326")
    for layer in (first, second):
        assert layers.points_of(layer, ["b", "a"]) == [None, (31.0, 109.12346)]
    bare = gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")
    assert layers.points_of(bare, ["a"]) == [None]


def test_a_missing_coordinate_gives_no_point() -> None:
    assert layers.place(pd.NA, 31.0) is None
    assert layers.place(np.nan, 31.0) is None
    assert layers.point_of(shapely.Point()) is None


def test_roads_fall_into_three_sorts_and_a_missing_line_is_left_out() -> None:
    roads = gpd.GeoDataFrame(
        {"road_class": ["provincial", "township", None, "ferry"]},
        geometry=[
            shapely.LineString([(0, 0), (1, 0)]),
            shapely.LineString([(0, 0), (2, 0)]),
            None,
            shapely.LineString([(0, 0), (3, 0)]),
        ],
        crs="EPSG:4326",
    )
    found = layers.roads_of(roads)
    assert {sort: len(lines) for sort, lines in found.items()} == {
        "main": 1, "minor": 1, "ferry": 1,
    }  # fmt: skip


def test_too_many_roads_do_not_make_the_page_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "MOST_POINTS", 10)
    lines = [shapely.LineString([(0, at), (1, at), (2, at + 1)]) for at in range(20)]
    roads = gpd.GeoDataFrame({"road_class": ["village"] * 20}, geometry=lines, crs="EPSG:4326")
    found = layers.roads_of(roads)["minor"]
    assert 0 < sum(len(one) // 2 for one in found) <= 10


def test_a_river_says_whether_its_course_is_inferred() -> None:
    rivers = gpd.GeoDataFrame(
        {"name": ["乙", "甲"], "name_en": [None, "A"], "basis": ["stated", "modelled"]},
        geometry=[shapely.LineString([(0, 0), (1, 1)])] * 2,
        crs="EPSG:4326",
    )
    found = layers.rivers_of(rivers)
    assert [(one["name"], one["inferred"]) for one in found] == [
        (["乙", "乙"], False),
        (["甲", "A"], True),
    ]


def test_a_text_in_two_languages_is_split_only_if_the_second_is_english() -> None:
    assert layers.tongues("假设；an assumption", "；") == ["假设", "an assumption"]
    assert layers.tongues("假设；其二", "；") == ["假设；其二", "假设；其二"]
    assert layers.tongues(None, "；") == ["", ""]
