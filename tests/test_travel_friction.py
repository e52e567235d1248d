"""Matrices over land: places in cells, limits, what is refused, what is charged and reported."""

import math
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from wushan_geo.errors import CrsError, ParameterError, UnknownIdError
from wushan_geo.sources.opening import open_study
from wushan_geo.study.metric import metric_crs
from wushan_geo.study.terrain import Terrain
from wushan_geo.study.travelling import TerrainConfig
from wushan_geo.travel.friction import (
    FrictionGraph,
    Way,
    friction_graph,
    friction_matrix,
    friction_trips,
    off_land,
)
from wushan_geo.travel.places import places

PLACE = (100.0, 0.0, 4e5, 0.0, -100.0, 344e4)
WALK: dict[str, Any] = {"walking_kmh": 6.0, "factors": {}, "neighbours": 16}  # a cell a minute


def land(shape: tuple[int, int] = (5, 21), cover: Any = None, elevation: Any = None) -> Terrain:
    return Terrain(np.zeros(shape) if elevation is None else elevation, cover, PLACE, "EPSG:4546")


def at(terrain: Terrain, **cells: int) -> pd.DataFrame:
    lon, lat = terrain.points(np.array(list(cells.values())))
    return pd.DataFrame({"lon": lon, "lat": lat}, index=list(cells))


def near(terrain: Terrain, name: str, column: float, row: float) -> pd.DataFrame:
    """Give a place anywhere, by column and row."""
    from pyproj import Transformer

    back = Transformer.from_crs(terrain.crs, 4490, always_xy=True)
    lon, lat = back.transform(4e5 + 100 * column, 344e4 - 100 * row)
    return pd.DataFrame({"lon": [lon], "lat": [lat]}, index=[name])


def test_times_run_from_origins_to_destinations_and_differ_on_slopes() -> None:
    hill = np.arange(21.0)[None, :] * 15 * np.ones((5, 1))
    terrain = land(elevation=hill)
    ends = at(terrain, low=0, high=10)

    found = friction_matrix(terrain, ends, ends, **WALK)

    assert (found.origin_ids, found.destination_ids) == (("low", "high"), ("low", "high"))
    assert (found.unit, found.limit) == ("min", None)
    up, down = found.dense()[0, 1], found.dense()[1, 0]
    assert up == pytest.approx(10 * math.exp(3.5 * 0.2 - 0.175), abs=1e-9)
    assert down == pytest.approx(10 * math.exp(3.5 * 0.1 - 0.175), abs=1e-9)
    assert np.diag(found.dense()).tolist() == [0.0, 0.0]


def test_both_sides_of_the_search_agree_whichever_has_fewer_places() -> None:
    random = np.random.default_rng(4)
    terrain = land((12, 13), elevation=random.uniform(0, 60, (12, 13)))
    many = at(terrain, **{f"o{one}": one for one in range(0, 150, 11)})
    few = at(terrain, a=7, b=80)

    whole = friction_matrix(terrain, many, many, **WALK).dense()
    np.testing.assert_allclose(
        friction_matrix(terrain, many, at(terrain, a=0, b=77), **WALK).dense(), whole[:, [0, 7]]
    )
    np.testing.assert_allclose(
        friction_matrix(terrain, at(terrain, a=0, b=77), many, **WALK).dense(), whole[[0, 7]]
    )
    assert friction_matrix(terrain, few, few.iloc[:0], **WALK).dense().shape == (2, 0)


def test_a_layer_with_any_reference_system_will_do_and_stays_as_it_is() -> None:
    terrain = land()
    table = at(terrain, A=0, B=20)
    layer = gpd.GeoDataFrame(
        index=table.index, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=4490
    ).to_crs(4546)
    before = layer.copy(deep=True)

    found = friction_matrix(terrain, layer, table, **WALK).dense()

    np.testing.assert_allclose(found, [[0, 20], [20, 0]], atol=1e-9)
    assert layer.equals(before)
    with pytest.raises(CrsError):
        friction_matrix(terrain, layer.set_crs(None, allow_override=True), table, **WALK)
    with pytest.raises(UnknownIdError):
        friction_matrix(terrain, pd.concat([table, table]), table, **WALK)


def test_a_cost_of_exactly_the_limit_is_within() -> None:
    terrain = land()
    found = friction_matrix(terrain, at(terrain, A=0), at(terrain, H=10, I=11), limit=10, **WALK)

    assert found.dense().tolist() == [[10.0, np.inf]]
    assert found.limit == 10


def test_rows_in_another_order_give_the_same_times_by_id() -> None:
    random = np.random.default_rng(8)
    terrain = land((9, 9), elevation=random.uniform(0, 90, (9, 9)))
    ends = at(terrain, a=0, b=17, c=44, d=80)

    first = friction_matrix(terrain, ends, ends, **WALK).to_table()
    again = friction_matrix(terrain, ends.iloc[::-1], ends.sample(frac=1), **WALK).to_table()

    order = ["origin", "destination"]
    pd.testing.assert_frame_equal(
        first.sort_values(order, ignore_index=True), again.sort_values(order, ignore_index=True)
    )


# --- Places where nobody can walk --------------------------------------------------------------


def marsh() -> Terrain:
    """Give land with water in row 2, a hole in the elevation and one in the land cover."""
    cover = np.ones((5, 21), dtype=int)
    cover[2] = 9
    cover[4, 5] = -1
    elevation = np.zeros((5, 21))
    elevation[0, 3] = np.nan
    return land(cover=cover, elevation=elevation)


def test_places_where_nobody_can_walk_are_all_named_in_one_message() -> None:
    terrain = marsh()
    inside = at(terrain, ok=0, boat=2 * 21 + 4, hole=3, white=4 * 21 + 5)
    outside = near(terrain, "away", 30.0, 2.0)

    with pytest.raises(ParameterError) as caught:
        friction_matrix(
            terrain,
            pd.concat([inside, outside]),
            at(terrain, pier=2 * 21, home=1),
            **WALK | {"factors": {1: 1.0, 9: 0.0}},
        )

    said = str(caught.value)
    for words in (
        "origins outside the raster: away",
        "origins in a cell without data: hole, white",
        "origins on a barrier: boat",
        "destinations on a barrier: pier.",
        "nearest_within_m",
    ):
        assert words in said


def test_a_place_is_moved_to_the_nearest_cell_within_the_stated_distance_and_charged() -> None:
    terrain = marsh()
    walk = WALK | {"factors": {1: 1.0, 9: 0.0}}
    # On the water, nearer to the north bank: 80 m to the middle of cell (1, 4).
    boat = near(terrain, "boat", 4.5, 2.3)
    home = at(terrain, home=21 + 10)

    found = friction_matrix(terrain, boat, home, nearest_within_m=80.001, **walk)

    assert found.dense()[0, 0] == pytest.approx(0.8 + 6, abs=1e-6)
    with pytest.raises(ParameterError, match="within 79 m"):
        friction_matrix(terrain, boat, home, nearest_within_m=79, **walk)
    for wrong in (0, -5, np.nan, np.inf):
        with pytest.raises(ParameterError, match="nearest_within_m"):
            friction_matrix(terrain, boat, home, nearest_within_m=wrong, **walk)


def test_a_place_outside_the_raster_is_moved_as_well_and_one_inside_is_not() -> None:
    terrain = land()
    ends = pd.concat([near(terrain, "out", -1.0, 2.5), near(terrain, "in", 0.9, 2.9)])
    far = near(terrain, "far", -1000.0, 2.5)

    trips = friction_trips(
        friction_graph(terrain, Way(6.0, {}, 16)),
        places(ends, "origins", minutes={"out": 0, "in": 5}),
        places(at(terrain, H=2 * 21 + 3), "destinations"),
        nearest_within_m=200,
    )

    assert trips.moving.ravel().tolist() == [3.0, 3.0]
    np.testing.assert_allclose(trips.origin_fixed, [1.5, 5.0], atol=1e-6)
    report = trips.snaps.set_index("place_id")
    np.testing.assert_allclose(report["snap_m"], [150, 0, 0], atol=1e-4)
    np.testing.assert_allclose(report["snap_min"], [1.5, 0, 0], atol=1e-6)
    assert report["other_min"].tolist() == [0, 5, 0]
    assert report["part"].tolist() == [0, 0, 0]
    with pytest.raises(ParameterError, match="outside the raster: far"):
        friction_matrix(terrain, far, far, nearest_within_m=200, **WALK)


def test_of_equally_near_cells_the_first_is_taken() -> None:
    cover = np.ones((3, 3), dtype=int)
    cover[1, 1] = 9
    terrain = land((3, 3), cover=cover)
    middle = at(terrain, A=4)

    trips = friction_trips(
        friction_graph(terrain, Way(6.0, {1: 1.0, 9: 0.0}, 16)),
        places(middle, "origins"),
        places(at(terrain, north=1), "destinations"),
        nearest_within_m=1000,
    )

    assert trips.moving.tolist() == [[0.0]]
    assert trips.origin_fixed[0] == pytest.approx(1.0)


def test_a_place_without_coordinates_is_refused() -> None:
    terrain = land()
    nodes = pd.DataFrame({"node_id": ["n"]}, index=["A"])

    with pytest.raises(ParameterError, match="no coordinates for A"):
        friction_matrix(terrain, nodes, at(terrain, H=0), **WALK)


def test_the_parts_on_both_banks_are_told_apart() -> None:
    cover = np.ones((5, 21), dtype=int)
    cover[3] = 9
    terrain = land(cover=cover)
    trips = friction_trips(
        friction_graph(terrain, Way(6.0, {1: 1.0, 9: 0.0}, 16)),
        places(at(terrain, n=0, s=4 * 21), "origins"),
        places(at(terrain, H=1), "destinations"),
    )

    assert trips.snaps["part"].tolist() == [0, 1, 0]
    assert trips.matrix().dense().tolist() == [[1.0], [np.inf]]


# --- Settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"walking_kmh": 0}, "walking_kmh"),
        ({"walking_kmh": np.nan}, "walking_kmh"),
        ({"neighbours": 8}, "16 or 32"),
        ({"factors": {1: 1.0}}, "no effect"),
        ({"limit": -1}, "limit"),
        ({"factors": [1.0]}, "factors must be numbers by name"),
        ({"factors": None}, "factors must be numbers by name"),
        ({"speeds_kmh": {"county": 30.0}}, "give roads, and no minutes beside"),
    ],
)
def test_settings_out_of_range_are_refused(changes: dict[str, Any], text: str) -> None:
    terrain = land()
    with pytest.raises(ParameterError, match=text):
        friction_matrix(terrain, at(terrain, A=0), at(terrain, H=1), **WALK | changes)


def test_every_setting_has_an_effect() -> None:
    random = np.random.default_rng(3)
    cover = random.choice([1, 2], (9, 9))
    terrain = land(cover=cover, elevation=random.uniform(0, 5, (9, 9)))
    ends = at(terrain, A=0), at(terrain, H=9 + 3)
    plain = WALK | {"factors": {1: 1.0, 2: 0.5}}

    def cost(**changes: Any) -> float:
        return float(friction_matrix(terrain, *ends, **plain | changes).dense()[0, 0])

    assert cost(walking_kmh=5.0) == pytest.approx(cost() * 6 / 5)
    assert cost(factors={1: 1.0, 2: 0.4}) > cost()
    assert cost(neighbours=32) < cost()
    assert cost(limit=1.0) == np.inf


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_a_larger_limit_only_adds_pairs(seed: int) -> None:
    random = np.random.default_rng(seed)
    terrain = land((8, 8), elevation=random.uniform(0, 60, (8, 8)))
    ends = at(terrain, **{f"p{one}": int(one) for one in random.permutation(64)[:5]})
    whole = friction_matrix(terrain, ends, ends, **WALK).dense()

    for limit in (0.0, 3.0, 6.0, float(whole.max())):
        found = friction_matrix(terrain, ends, ends, limit=limit, **WALK).dense()
        np.testing.assert_array_equal(found, np.where(whole <= limit, whole, np.inf))


def test_one_graph_serves_many_matrices() -> None:
    terrain = land()
    ground = friction_graph(terrain, Way(6.0, {}, 16))

    assert isinstance(ground, FrictionGraph)
    assert ground.passable.all()
    assert ground.graph.size == 5 * 21


def test_places_of_a_study_off_its_land_are_named_apart() -> None:
    study = open_study("example")
    assert off_land(study) == (frozenset(), frozenset())

    lon, lat = (study.villages[f"demand_{one}"].to_numpy(dtype=float) for one in ("lon", "lat"))
    zone = metric_crs(float(lon.mean()))
    east, north = Transformer.from_crs(4490, zone, always_xy=True).transform(lon, lat)
    # Cells of 100 m, and so many columns that the easternmost village alone lies beyond them.
    columns = int((np.sort(east)[-2] - east.min()) / 100) + 2
    rows = int((north.max() - north.min()) / 100) + 2
    place = (100, 0, east.min() - 50, 0, -100, north.max() + 50)
    ground = Terrain(np.zeros((rows, columns)), None, place, f"EPSG:{zone}")
    config = TerrainConfig("dem.tif", None, 4.0, {}, 16)
    travel = replace(study.config.travel, engine="terrain", terrain=config)
    over = replace(study, terrain=ground, config=replace(study.config, travel=travel))
    villages, facilities = off_land(over)

    assert villages == {study.villages["zone_id"].iloc[int(east.argmax())]}
    sites = study.facilities
    held = ground.cells(sites["lon"].to_numpy(), sites["lat"].to_numpy()) < 0
    assert facilities == set(sites["facility_id"][held & sites["lon"].notna().to_numpy()])
