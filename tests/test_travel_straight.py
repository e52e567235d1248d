"""Straight lines times a detour factor."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, Polygon

from wushan_geo.errors import CrsError, ParameterError, UnknownIdError
from wushan_geo.travel.places import places
from wushan_geo.travel.straight import straight_matrix, straight_trips

# One degree of longitude on the equator of WGS 84: 6378137 m x pi / 180.
DEGREE_M = 111_319.490_793
HOMES = pd.DataFrame({"lon": [0.0, 1.0], "lat": [0.0, 0.0]}, index=["A", "B"])
CENTRE = pd.DataFrame({"lon": [0.0], "lat": [0.0]}, index=["H"])


def layer(table: pd.DataFrame, crs: Any = 4326) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(table["lon"], table["lat"])
    return gpd.GeoDataFrame(index=table.index, geometry=points, crs=crs)


def test_metres_are_detour_times_the_line_over_the_ellipsoid() -> None:
    matrix = straight_matrix(HOMES, CENTRE, detour=1.5, unit="m")

    assert matrix.unit == "m"
    np.testing.assert_allclose(matrix.dense(), [[0], [1.5 * DEGREE_M]], rtol=1e-9)


def test_minutes_follow_from_the_speed() -> None:
    matrix = straight_matrix(HOMES, CENTRE, detour=1.5, unit="min", speed_kmh=DEGREE_M / 1000)

    np.testing.assert_allclose(matrix.dense(), [[0], [90]], rtol=1e-9)


@pytest.mark.parametrize("crs", [4326, 4490, 4546, 3857])
def test_any_reference_system_gives_the_same_distances(crs: int) -> None:
    homes = HOMES.assign(lon=[110.0, 110.4], lat=[31.0, 31.3])
    moved = layer(homes).to_crs(crs)

    expected = straight_matrix(homes, homes, detour=1.2, unit="m").dense()
    np.testing.assert_allclose(
        straight_matrix(moved, moved, detour=1.2, unit="m").dense(), expected, rtol=1e-7, atol=0.3
    )


def test_a_geoseries_of_points_will_do_and_inputs_stay_as_they_are() -> None:
    homes = layer(HOMES).to_crs(3857)
    before = homes.copy(deep=True)

    matrix = straight_matrix(homes.geometry, CENTRE, detour=1.0, unit="m")

    assert matrix.origin_ids == ("A", "B")
    assert homes.equals(before)
    assert homes.crs == before.crs


def test_rows_in_another_order_give_the_same_costs_by_id() -> None:
    turned = straight_matrix(HOMES.iloc[::-1], CENTRE, detour=1.3, unit="m")

    assert turned.select(["A", "B"]) == straight_matrix(HOMES, CENTRE, detour=1.3, unit="m")


def test_a_layer_without_reference_system_is_refused() -> None:
    with pytest.raises(CrsError, match="origins have no coordinate reference system"):
        straight_matrix(layer(HOMES, crs=None), CENTRE, detour=1.2, unit="m")


def test_metres_passed_as_degrees_are_refused() -> None:
    metres = HOMES.assign(lon=[500_000.0, 1.0])

    with pytest.raises(CrsError, match=r"no degrees: A. They look like metres"):
        straight_matrix(metres, CENTRE, detour=1.2, unit="m")
    with pytest.raises(CrsError, match="no degrees: A"):
        straight_matrix(layer(metres), CENTRE, detour=1.2, unit="m")


def test_a_table_without_coordinates_is_refused() -> None:
    with pytest.raises(CrsError, match="destinations need columns 'lon' and 'lat'"):
        straight_matrix(HOMES, CENTRE.drop(columns="lat"), detour=1.2, unit="m")
    with pytest.raises(ParameterError, match="origins have no coordinates for A"):
        straight_matrix(pd.DataFrame({"node_id": ["n"]}, index=["A"]), CENTRE, detour=1, unit="m")
    with pytest.raises(ParameterError, match="table of points with the ids as index"):
        straight_matrix([(1, 2)], CENTRE, detour=1, unit="m")


def test_places_without_a_point_are_named() -> None:
    with pytest.raises(ParameterError, match="origins have no point for B"):
        straight_matrix(HOMES.assign(lon=[1.0, np.nan]), CENTRE, detour=1.2, unit="m")
    empty = gpd.GeoSeries([Point(), None], index=["A", "B"], crs=4326)
    with pytest.raises(ParameterError, match="origins have no point for A, B"):
        straight_matrix(empty, CENTRE, detour=1.2, unit="m")


def test_shapes_that_are_no_points_are_named() -> None:
    areas = gpd.GeoSeries([Polygon([(0, 0), (1, 0), (1, 1)])], index=["A"], crs=4326)

    with pytest.raises(ParameterError, match=r"origins must be points. .* each of A"):
        straight_matrix(areas, CENTRE, detour=1.2, unit="m")


def test_ids_must_be_unique_texts_or_whole_numbers() -> None:
    with pytest.raises(UnknownIdError, match="origins has ids more than once: A"):
        straight_matrix(HOMES.set_axis(["A", "A"]), CENTRE, detour=1.2, unit="m")
    with pytest.raises(ParameterError, match="texts or whole numbers"):
        straight_matrix(HOMES.set_axis([0.5, 1.5]), CENTRE, detour=1.2, unit="m")


@pytest.mark.parametrize("detour", [0.99, 0, -1, float("nan"), float("inf"), "1.3", True])
def test_a_detour_below_one_is_refused(detour: Any) -> None:
    with pytest.raises(ParameterError, match="detour must be"):
        straight_matrix(HOMES, CENTRE, detour=detour, unit="m")


def test_a_speed_is_needed_for_minutes_and_refused_for_metres() -> None:
    with pytest.raises(ParameterError, match="speed_kmh is needed for minutes"):
        straight_matrix(HOMES, CENTRE, detour=1.2, unit="min")
    with pytest.raises(ParameterError, match="no effect on metres"):
        straight_matrix(HOMES, CENTRE, detour=1.2, unit="m", speed_kmh=30)
    with pytest.raises(ParameterError, match="speed_kmh must be a finite number above 0"):
        straight_matrix(HOMES, CENTRE, detour=1.2, unit="min", speed_kmh=0)
    with pytest.raises(ParameterError, match="unit must be 'min' or 'm'"):
        straight_matrix(HOMES, CENTRE, detour=1.2, unit="km", speed_kmh=30)  # type: ignore[arg-type] -- the point of the test


def test_fixed_minutes_are_charged_once_and_do_not_grow_with_the_detour() -> None:
    homes = places(HOMES, "origins", minutes={"B": 7, "A": 5})
    trips = straight_trips(homes, places(CENTRE, "destinations"), speed_kmh=DEGREE_M / 1000)

    np.testing.assert_allclose(trips.matrix(1.5).dense(), [[5], [97]], rtol=1e-9)
    assert trips.snaps["other_min"].tolist() == [5, 7, 0]
    assert trips.snaps["snap_m"].tolist() == [0, 0, 0]
