"""Land cut into the pieces nearest to points, and joined again."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from wushan_geo.errors import CrsError, ParameterError
from wushan_geo.travel.cells import Cells, cut, grid, require_inside

AREA = shapely.box(109.8, 31.0, 110.0, 31.1)
A_METRE = 9e-6  # degrees of latitude
Points = NDArray[np.float64]
NONE = np.empty((0, 2))


def points(*pairs: tuple[float, float]) -> Points:
    return np.array(pairs, dtype=float).reshape(-1, 2)


def land(cells: Cells, *spots: int) -> BaseGeometry:
    chosen = np.zeros(int(cells.spot_of.max()) + 1, dtype=bool)
    chosen[list(spots)] = True
    return next(iter(cells.unions([chosen])))


def test_two_places_share_the_land_halfway_between_them() -> None:
    cells = cut(points((109.85, 31.05), (109.95, 31.05)), NONE, AREA)

    west, east = land(cells, 0), land(cells, 1)
    assert west.covers(shapely.box(109.8, 31.0, 109.8999, 31.1))
    assert east.covers(shapely.box(109.9001, 31.0, 110.0, 31.1))
    assert west.area == pytest.approx(AREA.area / 2, rel=1e-3)
    assert cells.spot_of.tolist() == [0, 1]


def test_a_single_point_has_all_the_land() -> None:
    assert land(cut(NONE, points((109.9, 31.05)), AREA), 0).equals(AREA)


def test_points_in_a_row_are_cut_like_any_others() -> None:
    cells = cut(points(*((109.82 + 0.04 * at, 31.05) for at in range(5))), NONE, AREA)

    assert [land(cells, at).area / AREA.area for at in range(5)] == pytest.approx(
        [0.2] * 5, rel=1e-3
    )


def test_land_with_a_hole_and_in_two_parts_is_filled_exactly() -> None:
    hole = shapely.box(109.84, 31.03, 109.86, 31.07)
    area = AREA.difference(hole).union(shapely.box(110.1, 31.0, 110.2, 31.1))
    rng = np.random.default_rng(1)
    spread = rng.uniform((109.8, 31.0), (110.2, 31.1), (60, 2))

    cells = cut(NONE, spread, area)

    whole = land(cells, *range(60))
    assert whole.equals(area)
    assert whole.symmetric_difference(area).area == 0
    assert sum(one.area for one in cells.pieces) == pytest.approx(area.area, rel=1e-12)


def test_a_point_within_a_metre_of_a_place_gives_way() -> None:
    place = (109.9, 31.05)
    others = points((place[0], place[1] + 0.5 * A_METRE), (place[0], place[1] + 3 * A_METRE))

    cells = cut(points(place), others, AREA)

    assert cells.spot_of.tolist() == [0, -1, 1]
    assert land(cells, 0).contains_properly(shapely.Point(place))
    assert not land(cells, 1).intersects(shapely.Point(place))


def test_of_other_points_at_one_spot_the_first_stays() -> None:
    cells = cut(NONE, points((109.85, 31.05), (109.85, 31.05), (109.95, 31.05)), AREA)

    assert cells.spot_of.tolist() == [0, -1, 1]


def test_places_a_few_centimetres_apart_are_one_spot_and_farther_ones_are_two() -> None:
    near = points((109.9, 31.05), (109.9, 31.05 + 0.05 * A_METRE))
    far = points((109.9, 31.05), (109.9, 31.05 + 0.3 * A_METRE))

    assert cut(near, NONE, AREA).spot_of.tolist() == [0, 0]
    apart = cut(far, NONE, AREA)
    assert apart.spot_of.tolist() == [0, 1]
    held = [[land(apart, at).covers(shapely.Point(one)) for one in far] for at in (0, 1)]
    assert held == [[True, False], [False, True]]


def test_a_place_on_the_border_of_the_land_lies_inside_its_own() -> None:
    corner, side = (109.8, 31.0), (109.8, 31.0437)
    cells = cut(points(corner, side, (109.9, 31.05)), NONE, AREA)

    for at, place in enumerate((corner, side)):
        assert land(cells, at).contains_properly(shapely.Point(place))


def test_each_union_covers_the_one_before_exactly() -> None:
    rng = np.random.default_rng(2)
    county = AREA.union(shapely.Point(109.8, 31.1).buffer(0.05, quad_segs=200))
    spread = rng.uniform((109.75, 31.0), (110.0, 31.15), (300, 2))
    cells = cut(NONE, spread, county)
    order = rng.permutation(cells.spot_of.max() + 1)
    chosen = [np.isin(np.arange(order.size), order[:count]) for count in (0, 3, 50, 150, 300)]

    unions = list(cells.unions(chosen))

    assert unions[0].is_empty
    assert all(one.is_valid and one.geom_type == "MultiPolygon" for one in unions)
    assert all(larger.covers(smaller) for smaller, larger in pairwise(unions[1:]))
    # A new corner on a slanting line is off it by a rounding error.
    assert unions[-1].symmetric_difference(county).area < 1e-12 * county.area


SPREAD = st.tuples(st.floats(109.8, 110.0), st.floats(31.0, 31.1))
# Coordinates of a coarse lattice meet often.
LATTICE = st.tuples(
    st.integers(0, 4).map(lambda at: 109.8 + 0.05 * at),
    st.integers(0, 4).map(lambda at: 31.0 + 0.025 * at),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(SPREAD | LATTICE, min_size=1, max_size=12), st.lists(SPREAD | LATTICE, max_size=12))
def test_every_place_lies_in_the_land_of_its_spot_and_of_no_other(
    places: list[tuple[float, float]], others: list[tuple[float, float]]
) -> None:
    cells = cut(points(*places), points(*others), AREA)

    for spot in range(int(cells.spot_of.max()) + 1):
        own = land(cells, spot)
        held = shapely.covers(own, shapely.points(points(*places)))
        assert held.tolist() == (cells.spot_of[: len(places)] == spot).tolist()


def test_a_place_outside_the_land_is_named() -> None:
    with pytest.raises(ParameterError, match="the area leaves out B"):
        require_inside(points((109.9, 31.05), (111.0, 31.05)), ["A", "B"], AREA)


def test_land_without_a_point_and_an_empty_land_are_refused() -> None:
    for places, area in ((NONE, AREA), (points((109.9, 31.05)), shapely.Polygon())):
        with pytest.raises(ParameterError, match="valid area with at least one point"):
            cut(places, NONE, area)


def test_land_outside_the_metric_zones_is_refused() -> None:
    with pytest.raises(CrsError):
        cut(points((10.0, 31.0)), NONE, shapely.box(9, 30, 11, 32))


def test_a_grid_is_as_dense_as_asked_for() -> None:
    found = grid(AREA, 1000.0)

    # 19.1 km x 11.1 km; each point of a triangular grid has 0.866 square kilometres.
    assert len(found) == pytest.approx(19.1 * 11.1 / 0.866, rel=0.05)
    assert shapely.covers(AREA, shapely.points(found)).all()
    metres = (found - found.mean(axis=0)) * (95_400.0, 110_900.0)
    apart = np.hypot(*(metres[:, None] - metres[None]).T)
    np.fill_diagonal(apart, np.inf)
    assert apart.min(axis=0) == pytest.approx(np.full(len(found), 1000.0), rel=0.01)
