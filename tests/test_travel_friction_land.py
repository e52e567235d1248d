"""Walking over land: directions, slopes, barriers, against hand-made numbers and brute force."""

import itertools
import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from wushan_geo.errors import ParameterError
from wushan_geo.study.terrain import Terrain
from wushan_geo.travel.friction.land import Land, land_graph, land_of
from wushan_geo.travel.friction.moves import metrication_error, moves
from wushan_geo.travel.friction.speed import pace, tobler_kmh
from wushan_geo.travel.graph import Graph

FLAT_KMH = 6 * math.exp(-0.175)  # Tobler's own speed on the flat: 5.036742
PLACE = (90.0, 0.0, 400_000.0, 0.0, -90.0, 3_440_000.0)


def rows(graph: Graph) -> Any:
    return csr_array((graph.minutes, graph.end, graph.indptr), shape=(graph.size, graph.size))


def times(land: Land, start: int, neighbours: int = 16, **size: float) -> Any:
    graph = land_graph(land, size.get("cell_m", 100.0), size.get("kmh", 6.0), neighbours)
    return dijkstra(rows(graph), indices=start).reshape(land.elevation.shape)


def flat(shape: tuple[int, int]) -> Land:
    return Land(np.zeros(shape), np.ones(shape))


# --- Tobler -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slope", "kmh"),
    [
        (-0.05, 6.0),
        (0, 5.036742),
        (0.1, 3.549332),
        (-0.1, 5.036742),
        (0.3, 1.762546),
        (-0.3, 2.501172),
    ],
)
def test_tobler_as_recomputed(slope: float, kmh: float) -> None:
    assert tobler_kmh(np.array([slope]), FLAT_KMH)[0] == pytest.approx(kmh, abs=5e-7)
    # AccessMod: v is the speed on the flat.
    assert tobler_kmh(np.array([0.0]), 3.0)[0] == pytest.approx(3.0, rel=1e-15)
    assert pace(np.array([slope]))[0] == pytest.approx(FLAT_KMH / kmh, rel=1e-6)


@pytest.mark.parametrize(
    ("slope", "minutes_a_km"),
    [(-0.05, 10.0), (0, 11.9125), (0.1, 16.9046), (-0.1, 11.9125), (0.3, 34.0417)],
)
@pytest.mark.parametrize("neighbours", [16, 32])
def test_a_way_straight_up_and_down_takes_tobler_s_time(
    slope: float, minutes_a_km: float, neighbours: int
) -> None:
    # A ridge path of one row, on which nobody can go in zigzags: 10 moves of 100 m.
    path = Land(slope * 100 * np.arange(11.0)[None, :], np.ones((1, 11)))

    up = times(path, 0, neighbours, kmh=FLAT_KMH)
    down = times(path, 10, neighbours, kmh=FLAT_KMH)

    assert up[0, 10] == pytest.approx(minutes_a_km, abs=5e-5)
    assert down[0, 0] == pytest.approx(
        1000 / 1000 * 60 / tobler_kmh(np.array([-slope]), FLAT_KMH)[0]
    )
    if slope:
        assert up[0, 10] != pytest.approx(down[0, 0], rel=0.01) or abs(slope) == 0.05


def test_on_a_plane_up_is_slower_than_down() -> None:
    east = np.arange(15.0)[None, :] * 100 * 0.2 * np.ones((15, 1))
    land = Land(east, np.ones((15, 15)))
    west_end, east_end = 7 * 15, 7 * 15 + 14

    up, down = times(land, west_end)[7, 14], times(land, east_end)[7, 0]

    assert up > 1.3 * down
    # 20 % is below the slope (1 / 3.5) at which zigzags begin to pay.
    assert up == pytest.approx(14 * math.exp(3.5 * 0.25 - 0.175))
    assert down == pytest.approx(14 * math.exp(3.5 * 0.15 - 0.175))


# --- Directions -------------------------------------------------------------------------------


def test_there_are_16_and_32_directions_and_no_others() -> None:
    for count in (16, 32):
        found = moves(count)
        assert len({math.atan2(one.rows, one.columns) for one in found}) == count
        assert all(math.gcd(one.rows, one.columns) == 1 for one in found)
        assert [(one.rows, one.columns) for one in found] == sorted(
            (one.rows, one.columns) for one in found
        )
    for wrong in (8, 24, 0):
        with pytest.raises(ParameterError, match="16 or 32"):
            moves(wrong)


def test_the_stated_metrication_error() -> None:
    # 1 / cos(arctan(1/2) / 2) and 1 / cos(arctan(1/3) / 2), worked out by hand from half angles.
    assert metrication_error(16) == pytest.approx(math.sqrt(2 / (1 + 2 / math.sqrt(5))) - 1)
    assert metrication_error(32) == pytest.approx(math.sqrt(2 / (1 + 3 / math.sqrt(10))) - 1)
    assert f"{metrication_error(16):.4f} {metrication_error(32):.4f}" == "0.0275 0.0131"


@pytest.mark.parametrize("neighbours", [16, 32])
def test_a_flat_plane_agrees_with_the_ruler_within_the_stated_error(neighbours: int) -> None:
    found = times(flat((61, 61)), 30 * 61 + 30, neighbours)
    down, across = np.mgrid[-30:31, -30:31]
    true = np.hypot(down, across)  # 100 m at 6 km/h are one minute
    ratio = found[true > 0] / true[true > 0]

    assert ratio.min() >= 1 - 1e-12
    assert ratio.max() <= 1 + metrication_error(neighbours) + 1e-12
    # The error is attained: it is not stated too large.
    assert ratio.max() > 1 + 0.98 * metrication_error(neighbours)
    for one in moves(neighbours):
        steps = 30 // max(abs(one.rows), abs(one.columns))
        end = found[30 + steps * one.rows, 30 + steps * one.columns]
        assert end == pytest.approx(steps * one.length, rel=1e-12)


@pytest.mark.parametrize("angle", [0, 7, 13.28, 18.43, 22.5, 26.57, 35, 45, 75, 110, 200, 291])
def test_more_directions_are_never_worse(angle: float) -> None:
    row = 30 + round(28 * math.sin(math.radians(angle)))
    column = 30 + round(28 * math.cos(math.radians(angle)))
    true = math.hypot(row - 30, column - 30)

    few, many = (times(flat((61, 61)), 30 * 61 + 30, one)[row, column] for one in (16, 32))

    assert true * (1 - 1e-12) <= many <= few * (1 + 1e-12)
    assert few <= true * (1 + metrication_error(16))
    if angle == 13.28:
        assert many < 0.99 * few


def test_a_knight_pays_for_the_cells_it_passes() -> None:
    hindrance = np.array([[1.0, 2.0, 9.0], [9.0, 4.0, 8.0]])
    graph = land_graph(Land(np.zeros((2, 3)), hindrance), 100.0, 6.0, 16)

    # From the north-west over (0, 1) and (1, 1) into the south-east: a quarter of the way in each.
    arc = rows(graph).toarray()[0, 5]
    assert arc == pytest.approx(math.sqrt(5) * (1 + 2 + 4 + 8) / 4)
    assert rows(graph).toarray()[0, 1] == pytest.approx((1 + 2) / 2)
    assert rows(graph).toarray()[0, 4] == pytest.approx(math.sqrt(2) * (1 + 4) / 2)


def test_a_knight_climbs_the_ridge_between() -> None:
    ridge = np.array([[0.0, 30.0, 0.0], [0.0, 50.0, 0.0]])
    graph = land_graph(Land(ridge, np.ones((2, 3))), 100.0, 6.0, 16)

    half_m = 50 * math.sqrt(5)
    expected = 0.01 * half_m * (pace(np.array([40 / half_m])) + pace(np.array([-40 / half_m])))
    assert rows(graph).toarray()[0, 5] == pytest.approx(expected[0])


# --- Barriers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("neighbours", [16, 32])
def test_a_river_cannot_be_crossed(neighbours: int) -> None:
    land = flat((9, 9))
    land.hindrance[:, 4] = np.inf

    found = times(land, 0, neighbours)

    assert np.isfinite(found[:, :4]).all()
    assert np.isinf(found[:, 4:]).all()


@given(
    st.lists(st.integers(-1, 1), min_size=11, max_size=11),
    st.integers(0, 11),
    st.sampled_from(["across", "down"]),
)
@settings(max_examples=60, deadline=None)
def test_a_winding_diagonal_river_does_not_leak(steps: list[int], start: int, way: str) -> None:
    # One cell in each column, next to that of the column before by a side or only by a corner.
    river = np.clip(start + np.cumsum([0, *steps]), 0, 11)
    hindrance = np.ones((12, 12))
    hindrance[river, np.arange(12)] = np.inf
    north = np.arange(12)[:, None] < river[None, :]
    if way == "down":
        hindrance, north = hindrance.T.copy(), north.T
    dry = np.isfinite(hindrance)

    for neighbours in (16, 32):
        matrix = dijkstra(rows(land_graph(Land(np.zeros((12, 12)), hindrance), 90, 5, neighbours)))
        for one, other in ((dry & north, dry & ~north), (dry & ~north, dry & north)):
            assert np.isinf(matrix[np.ix_(one.ravel(), other.ravel())]).all()


def test_a_corner_between_two_barriers_is_shut_and_beside_one_it_is_open() -> None:
    land = flat((2, 2))
    land.hindrance[0, 1] = np.inf
    assert times(land, 0)[1, 1] == pytest.approx(math.sqrt(2))
    land.hindrance[1, 0] = np.inf
    assert np.isinf(times(land, 0)[1, 1])


def test_a_hole_in_the_elevation_is_a_barrier_and_spoils_nothing_beside_it() -> None:
    land = flat((9, 9))
    land.elevation[4, 4] = np.nan
    terrain = Terrain(land.elevation, None, PLACE, "EPSG:4546")
    around = land_of(terrain, {})

    found = times(around, 0, 32)

    assert np.isinf(found[4, 4])
    assert np.isfinite(found).sum() == 80
    shut = flat((9, 9))
    shut.hindrance[4, 4] = np.inf
    graph, expected = (land_graph(one, 90, 5, 32) for one in (around, shut))
    np.testing.assert_array_equal(graph.end, expected.end)
    np.testing.assert_array_equal(graph.minutes, expected.minutes)


# --- Land cover -------------------------------------------------------------------------------


def test_factors_multiply_the_speed() -> None:
    cover = np.array([[1, 2, 3, -1]])
    terrain = Terrain(np.zeros((1, 4)), cover, PLACE, "EPSG:4546")

    assert land_of(terrain, {1: 1.0, 2: 0.5, 3: 0, 99: 0.1}).hindrance.tolist() == [
        [1.0, 2.0, np.inf, np.inf]
    ]


def test_what_factors_must_be() -> None:
    terrain = Terrain(np.zeros((1, 4)), np.array([[10, 20, 20, 80]]), PLACE, "EPSG:4546")

    with pytest.raises(ParameterError, match=r"10 \(1 cells\), 20 \(2 cells\)"):
        land_of(terrain, {80: 0})
    for wrong in (-0.1, np.nan, np.inf):
        with pytest.raises(ParameterError, match="for land cover 20"):
            land_of(terrain, {10: 1, 20: wrong, 80: 0})
    with pytest.raises(ParameterError, match="no effect"):
        land_of(Terrain(np.zeros((1, 4)), None, PLACE, "EPSG:4546"), {10: 1.0})


# --- Brute force ------------------------------------------------------------------------------


def brute_arc(land: Land, start: tuple[int, int], end: tuple[int, int], cell_m: float) -> float:
    """Work out one move on the drawing board: lengths inside boxes, heights by the ruler."""
    line = shapely.LineString([start, end])
    count = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    box = itertools.product(
        *(range(min(one, two), max(one, two) + 1) for one, two in zip(start, end, strict=True))
    )
    cells = list(box)
    squares = {
        one: shapely.box(one[0] - 0.5, one[1] - 0.5, one[0] + 0.5, one[1] + 0.5) for one in cells
    }
    for one, other in itertools.combinations(cells, 2):  # corners between two barriers
        touch = shapely.intersection(squares[one], squares[other])
        if touch.geom_type == "Point" and line.distance(touch) < 1e-9:
            middle = (
                line.intersection(squares[one]).length + line.intersection(squares[other]).length
            )
            if middle < 1e-9 and np.isinf([land.hindrance[one], land.hindrance[other]]).all():
                return math.inf

    def height(share: float) -> float:
        at = [one + share * (two - one) for one, two in zip(start, end, strict=True)]
        weights = {
            one: max(0.0, 1 - abs(at[0] - one[0])) * max(0.0, 1 - abs(at[1] - one[1]))
            for one in cells
        }
        nearest = max(weights, key=lambda one: weights[one])
        mean = sum(w * land.elevation[one] for one, w in weights.items() if w > 1e-9)
        return float(land.elevation[nearest] if np.isnan(mean) else mean)

    total = 0.0
    for piece in range(count):
        part = shapely.LineString(
            [line.interpolate(at / count, normalized=True) for at in (piece, piece + 1)]
        )
        slope = (height((piece + 1) / count) - height(piece / count)) / (part.length * cell_m)
        for one in cells:
            inside = part.intersection(squares[one]).length
            if inside > 1e-9:
                total += inside * land.hindrance[one] * float(pace(np.array([slope]))[0])
    return math.inf if math.isnan(total) else total * cell_m * 60 / 6000


@given(st.integers(0, 2**32 - 1), st.sampled_from([16, 32]))
@settings(max_examples=12, deadline=None)
def test_small_rasters_agree_with_plain_loops(seed: int, neighbours: int) -> None:
    random = np.random.default_rng(seed)
    shape = tuple(random.integers(1, 6, size=2).tolist())
    elevation = random.uniform(0, 80, shape)
    hindrance = random.choice([1.0, 1.5, 4.0, np.inf], size=shape, p=[0.4, 0.2, 0.2, 0.2])
    hole = random.random(shape) < 0.1
    elevation[hole], hindrance[hole] = np.nan, np.inf
    land = Land(elevation, hindrance)
    oracle = nx.DiGraph()
    cells = list(itertools.product(*map(range, shape)))
    oracle.add_nodes_from(cells)
    for start, step in itertools.product(cells, moves(neighbours)):
        end = (start[0] + step.rows, start[1] + step.columns)
        if end in oracle:
            minutes = brute_arc(land, start, end, 90.0)
            if math.isfinite(minutes):
                oracle.add_edge(start, end, weight=minutes)
    graph = land_graph(land, 90.0, 6.0, neighbours)

    arcs = rows(graph).tocoo()
    found = {
        (cells[one], cells[two]): minutes
        for one, two, minutes in zip(*arcs.coords, arcs.data, strict=True)
    }
    assert found == pytest.approx(nx.get_edge_attributes(oracle, "weight"), rel=1e-9)
    matrix = dijkstra(rows(graph))
    for one, start in enumerate(cells):
        expected = nx.single_source_dijkstra_path_length(oracle, start)
        for two, end in enumerate(cells):
            assert matrix[one, two] == pytest.approx(expected.get(end, math.inf), rel=1e-9)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (2, 2), (2, 7), (3, 3)])
@pytest.mark.parametrize("neighbours", [16, 32])
def test_rows_of_the_graph_are_sorted_and_name_each_cell_once(
    shape: tuple[int, int], neighbours: int
) -> None:
    graph = land_graph(flat(shape), 90, 5, neighbours)

    for at in range(graph.size):
        row = graph.end[graph.indptr[at] : graph.indptr[at + 1]]
        assert (np.diff(row) > 0).all()
    assert graph.end.dtype == np.int32


# --- Properties -------------------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1), st.floats(1.01, 3))
@settings(max_examples=15, deadline=None)
def test_faster_walkers_and_better_ground_never_take_longer(seed: int, faster: float) -> None:
    random = np.random.default_rng(seed)
    elevation = random.uniform(0, 200, (8, 8))
    hindrance = random.choice([1.0, 3.0, np.inf], size=(8, 8), p=[0.5, 0.4, 0.1])
    land = Land(elevation, hindrance)
    slow = dijkstra(rows(land_graph(land, 90, 4, 16)))

    np.testing.assert_allclose(
        dijkstra(rows(land_graph(land, 90, 4 * faster, 16))), slow / faster, rtol=1e-12
    )
    better = hindrance.copy()
    better.flat[int(random.integers(64))] = 1.0
    assert (dijkstra(rows(land_graph(Land(elevation, better), 90, 4, 16))) <= slow).all()


def test_a_speed_must_be_above_zero() -> None:
    for wrong in (0, -1, np.nan, np.inf):
        with pytest.raises(ParameterError, match="walking_kmh"):
            land_graph(flat((2, 2)), 90, wrong, 16)


def test_a_cliff_takes_for_ever_and_nothing_is_said() -> None:
    cliff = Land(np.array([[0.0, 8000.0]]), np.ones((1, 2)))

    assert land_graph(cliff, 1.0, 5.0, 16).minutes.size == 0
