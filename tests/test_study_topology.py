"""Defects of shapes: each is found with its units and its area, and a sound layer has none."""

from __future__ import annotations

import itertools
import time
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.sources.opening import data_folder
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.linework import edges, faces, unmatched
from wushan_geo.study.metric import Measure, metric_crs
from wushan_geo.study.topology import (
    ROUNDING_M,
    SLIVER_M,
    Defect,
    decided,
    defects,
    sound,
)

GEOD = pyproj.Geod(ellps="GRS80")
OUTLINE = shapely.box(109.8, 31.0, 110.0, 31.1)
SQUARE_M = 95_500 * 110_900  # square metres of a square degree here, roughly


def grid(columns: int = 2, rows: int = 2) -> np.ndarray:
    """Cut the county into rectangles, from south to north and west to east."""
    xs, ys = np.linspace(109.8, 110.0, columns + 1), np.linspace(31.0, 31.1, rows + 1)
    return np.array(
        [
            shapely.box(xs[i], ys[j], xs[i + 1], ys[j + 1])
            for i in range(columns)
            for j in range(rows)
        ],
        dtype=object,
    )


NAMES = ["1", "2", "3", "4"]


def kinds(found: list[Defect]) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.kind, one.units) for one in found]


def true_area(shape: Any) -> float:
    """Give the area on the ellipsoid, a second way."""
    fine = shapely.segmentize(shape, 0.001)
    return abs(GEOD.geometry_area_perimeter(fine)[0])


@pytest.mark.parametrize("outline", [OUTLINE, None])
def test_a_sound_layer_has_no_defect(outline: Any) -> None:
    assert defects(grid(), NAMES, outline) == []
    assert defects(grid(5, 4), [str(at) for at in range(20)], outline) == []


@pytest.mark.parametrize("name", ["townships", "villages"])
@pytest.mark.parametrize("outlined", [True, False])
def test_the_built_in_layers_have_no_defect(name: str, outlined: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    import json

    def layer(one: str) -> np.ndarray:
        text = (data_folder() / "boundaries" / f"{one}.geojson").read_text(encoding="utf-8")
        return np.array(
            [shapely.geometry.shape(f["geometry"]) for f in json.loads(text)["features"]]
        )

    shapes = layer(name)
    ids = [str(at) for at in range(len(shapes))]

    assert defects(shapes, ids, layer("county")[0] if outlined else None) == []


def test_areas_are_those_of_the_zone_that_holds_the_layer() -> None:
    shapes = grid(3, 3)
    found = Measure(shapes).area(shapes)

    # The projection enlarges by up to 3 in 10,000 within its zone.
    assert found == pytest.approx([true_area(one) for one in shapes], rel=5e-4)
    zone = pyproj.Transformer.from_crs(4490, metric_crs(109.9), always_xy=True)
    fine = shapely.segmentize(shapes[4], 0.005)
    metres = shapely.transform(fine, lambda one: np.column_stack(zone.transform(*one.T)))
    assert found[4] == pytest.approx(metres.area, rel=1e-12)


def test_where_no_zone_is_there_areas_are_measured_all_the_same() -> None:
    far = np.array([shapely.box(-0.1, 50, 0.1, 50.1)])

    assert Measure(far).area(far)[0] == pytest.approx(true_area(far[0]), rel=1e-3)


def test_an_overlap_names_both_units_its_area_and_its_place() -> None:
    shapes = grid()
    shapes[0] = shapely.box(109.8, 31.0, 109.9, 31.06)

    (one,) = defects(shapes, NAMES, OUTLINE)

    assert (one.kind, one.units) == ("overlap", ("1", "2"))
    assert one.area_m2 == pytest.approx(
        true_area(shapely.box(109.8, 31.05, 109.9, 31.06)), rel=1e-3
    )
    assert 109.8 < one.at[0] < 109.9
    assert 31.05 < one.at[1] < 31.06
    assert not one.thin
    assert one.subject == "overlap 1 2"


def test_a_gap_names_its_units_by_the_length_of_the_border() -> None:
    shapes = grid()
    shapes[0] = shapely.box(109.8, 31.0, 109.9, 31.049)

    (one,) = defects(shapes, NAMES, OUTLINE)

    # Units 1 and 2 lie along it, unit 3 ends it in the east.
    assert one.kind == "gap"
    assert one.units[:2] == ("1", "2")
    assert one.units[2:] == ("3",)
    assert one.area_m2 == pytest.approx(0.1 * 0.001 * SQUARE_M, rel=0.01)
    assert one.width_m == pytest.approx(0.001 * 110_900, rel=0.02)


@pytest.mark.parametrize(("metres", "thin"), [(SLIVER_M * 0.9, True), (SLIVER_M * 1.1, False)])
def test_a_gap_below_the_width_of_a_pen_is_a_sliver(metres: float, thin: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    shapes = grid()
    shapes[0] = shapely.box(109.8, 31.0, 109.9, 31.05 - metres / 110_900)

    (one,) = defects(shapes, NAMES, OUTLINE)

    assert one.thin == thin
    assert one.subject == ("slivers" if thin else "gap 1 2")


@pytest.mark.parametrize("outline", [OUTLINE, None])
def test_a_narrow_gap_open_to_the_outside_is_found_without_an_outline_too(outline: Any) -> None:
    shapes = grid(2, 1)
    shapes[0] = shapely.box(109.8, 31.0, 109.89998, 31.1)

    (one,) = defects(shapes, ["1", "2"], outline)

    assert (one.kind, one.units) == ("gap", ("1", "2"))
    assert one.area_m2 == pytest.approx(0.1 * 0.00002 * SQUARE_M, rel=0.02)


def test_a_bay_in_the_border_of_one_unit_is_no_gap() -> None:
    shapes = grid(2, 1)
    shapes[0] = shapes[0].difference(shapely.box(109.8, 31.05, 109.85, 31.05002))

    assert defects(shapes, ["1", "2"]) == []


def test_a_bay_beside_a_slit_is_no_gap_either() -> None:
    west = shapely.box(109.8, 31.0, 109.89998, 31.1)
    west = west.difference(shapely.box(109.8, 31.05, 109.85, 31.05002))

    found = defects(np.array([west, grid(2, 1)[1]]), ["1", "2"])

    assert kinds(found) == [("gap", ("1", "2"))]


def test_a_hole_in_a_unit_is_a_gap_unless_another_unit_or_county_fills_it() -> None:
    hole = shapely.box(109.81, 31.01, 109.82, 31.02)
    shapes = grid()
    shapes[0] = shapes[0].difference(hole)

    (one,) = defects(shapes, NAMES, OUTLINE)
    assert (one.kind, one.units, one.border) == ("gap", ("1",), False)
    assert one.area_m2 == pytest.approx(true_area(hole), rel=1e-3)
    assert defects(shapes, NAMES, OUTLINE.difference(hole)) == []
    assert defects(np.append(shapes, [hole]), [*NAMES, "5"], OUTLINE) == []
    # Half of it beyond the county and half of it free.
    half = shapely.box(109.81, 31.01, 109.815, 31.02)
    (one,) = defects(shapes, NAMES, OUTLINE.difference(half))
    assert one.area_m2 == pytest.approx(true_area(hole) / 2, rel=1e-3)


def test_what_lies_beyond_the_county_is_told_by_unit_with_its_share() -> None:
    shapes = grid()
    shapes[3] = shapely.box(109.9, 31.05, 110.1, 31.1)
    away = shapely.box(110.3, 31.0, 110.4, 31.1)

    found = defects(np.append(shapes, [away]), [*NAMES, "5"], OUTLINE)

    assert kinds(found) == [("outside", ("4",)), ("outside", ("5",))]
    assert found[0].share == pytest.approx(0.5, rel=1e-3)
    assert found[1].share == pytest.approx(1.0)
    assert found[1].area_m2 == pytest.approx(true_area(away), rel=1e-3)


def test_land_that_no_unit_covers_along_the_county_s_border_is_told_by_unit() -> None:
    shapes = grid()
    shapes[0] = shapely.box(109.81, 31.0, 109.9, 31.05)
    shapes[1] = shapely.box(109.80001, 31.05, 109.9, 31.1)

    found = defects(shapes, NAMES, OUTLINE)

    assert {one.kind for one in found} == {"gap"}
    total = (
        shapely.box(109.8, 31.0, 109.81, 31.05).area
        + shapely.box(109.8, 31.05, 109.80001, 31.1).area
    )
    assert sum(one.area_m2 for one in found) == pytest.approx(total * SQUARE_M, rel=0.01)


def test_a_missing_unit_is_one_gap_between_all_its_neighbours() -> None:
    shapes = grid(3, 3)
    names = [str(at) for at in range(9)]
    shapes[4] = None

    (one,) = defects(shapes, names, OUTLINE)

    assert one.kind == "gap"
    assert set(one.units) == {"1", "3", "5", "7"}


def test_a_ring_that_crosses_itself_gives_the_reason_and_the_place() -> None:
    shapes = grid(2, 1)
    shapes[0] = shapely.Polygon([(109.8, 31), (109.9, 31.1), (109.9, 31), (109.8, 31.1)])

    found = defects(shapes, ["1", "2"])

    assert found[0].kind == "ring"
    assert found[0].reason == "Self-intersection"
    assert found[0].at == pytest.approx((109.85, 31.05))
    assert found[0].area_m2 == pytest.approx(0.005 * SQUARE_M, rel=0.01)


def test_the_same_shape_twice_is_told_once_and_not_as_an_overlap() -> None:
    shapes = np.append(grid(), [shapely.Polygon(grid()[1].exterior.coords[::-1])])

    (one,) = defects(shapes, [*NAMES, "5"], OUTLINE)

    assert (one.kind, one.units) == ("twin", ("5", "2"))
    assert one.area_m2 == pytest.approx(true_area(grid()[1]), rel=1e-3)


def test_the_same_code_twice_is_told() -> None:
    assert kinds(defects(grid(), ["1", "2", "2", "3"], OUTLINE)) == [("id", ("2",))]


def test_parts_are_told_and_tiny_ones_are_slivers() -> None:
    shapes = grid()
    part = shapely.box(109.91, 31.01, 109.93, 31.03)
    speck = shapely.box(109.95, 31.02, 109.95001, 31.02001)
    shapes[2] = shapes[2].difference(part).difference(speck)
    shapes[1] = shapely.union_all([shapes[1], part, speck])

    found = defects(shapes, NAMES, OUTLINE)

    assert kinds(found) == [("sliver", ("2",)), ("parts", ("2",))]
    assert found[0].area_m2 == pytest.approx(1.06, rel=0.02)
    assert found[1].pieces == 2
    assert found[1].area_m2 == pytest.approx(true_area(part), rel=1e-3)


def test_a_unit_that_covers_no_land_is_told() -> None:
    shapes = np.append(grid(), [shapely.box(109.85, 31.02, 109.85001, 31.02001)])

    found = defects(shapes, [*NAMES, "5"], OUTLINE)

    assert ("nothing", ("5",)) in kinds(found)


def test_corners_that_a_neighbour_lacks_are_one_finding_without_area() -> None:
    # The eastern unit has a corner in the middle of its western border.
    west, east = grid(2, 1)
    corners = [(109.9, 31.0), (110, 31.0), (110, 31.1), (109.9, 31.1), (109.9, 31.05)]

    (one,) = defects(np.array([west, shapely.Polygon(corners)]), ["1", "2"], OUTLINE)

    assert one.kind == "vertices"
    assert one.area_m2 == 0
    assert east.area == pytest.approx(shapely.Polygon(corners).area)


def test_what_is_within_the_rounding_of_coordinates_is_no_gap() -> None:
    near = 109.9 - ROUNDING_M * 0.8 / 95_500
    shapes = np.array([shapely.box(109.8, 31, near, 31.1), grid(2, 1)[1]])

    (one,) = defects(shapes, ["1", "2"], OUTLINE)

    assert one.kind == "vertices"
    assert 0 < one.area_m2 < ROUNDING_M * 11_090


def test_missing_and_other_shapes_are_passed_over() -> None:
    shapes = np.array([None, shapely.Point(1, 1), shapely.Polygon(), *grid(2, 1)], dtype=object)

    assert defects(shapes, ["a", "b", "c", "1", "2"], OUTLINE) == []
    assert defects(shapes[:3], ["a", "b", "c"], OUTLINE) == []
    with pytest.raises(ValueError, match="2 shapes and 1 ids"):
        defects(grid(2, 1), ["1"])


def test_an_answer_on_the_defect_itself_goes_before_one_on_its_kind() -> None:
    wide = Defect("gap", ("2", "1"), 5e6, 300.0)
    answers = Answers.of(
        [
            Answer("repair", "villages", "gap 1 2", "keep"),
            Answer("repair", "villages", "gap", "repair"),
        ]
    )

    assert decided(answers, "villages", wide) == "keep"
    assert decided(answers, "villages", Defect("gap", ("3", "1"), 5e6, 300.0)) == "repair"
    assert decided(answers, "townships", wide) is None


def moved(shapes: np.ndarray, changes: list[tuple[int, float, float]]) -> np.ndarray:
    """Shift some units."""
    changed = shapes.copy()
    for at, x, y in changes:
        unit = at % len(shapes)
        changed[unit] = shapely.transform(
            changed[unit], lambda one, x=x, y=y: one + np.array([x, y])
        )
    return changed


SHIFTS = st.lists(
    st.tuples(
        st.integers(0, 19),
        st.floats(-0.02, 0.02, allow_subnormal=False).map(lambda one: round(one, 5)),
        st.floats(-0.02, 0.02, allow_subnormal=False).map(lambda one: round(one, 5)),
    ),
    max_size=3,
)


@settings(max_examples=40, deadline=None)
@given(SHIFTS, st.booleans())
def test_areas_are_those_of_a_plain_search_pair_by_pair(
    changes: list[tuple[int, float, float]],
    outlined: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    shapes = moved(grid(5, 4), changes)
    names = [f"{at:02}" for at in range(20)]
    outline = OUTLINE if outlined else None
    measure = Measure(shapes)

    found = defects(shapes, names, outline)

    def total(kind: str) -> float:
        return sum(one.area_m2 for one in found if one.kind == kind)

    twins = {one.units[0] for one in found if one.kind == "twin"}
    pairs = {}
    for one, other in itertools.combinations(range(20), 2):
        both = shapely.intersection(shapes[one], shapes[other])
        area = measure.area(np.array([both]))[0]
        if (
            area > 0
            and measure.width(np.array([both]))[0] >= 1
            and not twins & {names[one], names[other]}
        ):
            pairs[names[one], names[other]] = area
    told = {one.units: one.area_m2 for one in found if one.kind == "overlap" and one.width_m >= 1}
    assert told == pytest.approx(pairs, rel=1e-6)
    union = shapely.union_all(shapes)
    if outlined:
        free = shapely.difference(OUTLINE, union)
        assert total("gap") == pytest.approx(measure.area(np.array([free]))[0], rel=1e-6, abs=500)
        beyond = shapely.difference(shapes, OUTLINE)
        assert total("outside") + sum(
            measure.area(beyond[[names.index(one)]])[0] for one in twins
        ) == pytest.approx(measure.area(beyond).sum(), rel=1e-6, abs=500)
    else:
        holes = [
            shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors
        ]
        enclosed = measure.area(np.array([*holes, None], dtype=object)[:-1]).sum()
        assert total("gap") >= enclosed - 500


@settings(max_examples=20, deadline=None)
@given(SHIFTS, st.permutations(range(20)))
def test_the_order_of_the_units_does_not_matter(
    changes: list[tuple[int, float, float]], order: list[int]
) -> None:
    shapes = moved(grid(5, 4), changes)
    names = [f"{at:02}" for at in range(20)]

    one = defects(shapes, names, OUTLINE)
    other = defects(shapes[order], [names[at] for at in order], OUTLINE)

    def plain(found: list[Defect]) -> list[tuple[str, tuple[str, ...], int]]:
        return [(d.kind, d.units, round(d.area_m2)) for d in found]

    assert plain(one) == plain(other)


def test_shapes_given_are_not_changed() -> None:
    shapes = moved(grid(), [(0, 0.001, 0.001)])
    before = shapely.to_wkb(shapes).tolist()

    defects(shapes, NAMES, OUTLINE)
    sound(shapes)

    assert shapely.to_wkb(shapes).tolist() == before


def test_shared_borders_fall_away_and_only_the_outline_is_left() -> None:
    shapes = grid(5, 4)

    left = unmatched(edges(shapes))

    assert shapely.union_all(left).equals(shapely.boundary(OUTLINE))
    assert len(faces(left)) == 1
    turned = np.array([False] * 20 + [True])
    fine = shapely.coverage_union_all(shapes)
    assert len(unmatched(edges(np.append(shapes, [fine]), turned=turned))) == 0


@pytest.mark.slow
def test_five_thousand_units_are_looked_through_in_seconds() -> None:
    rng = np.random.default_rng(20250630)
    points = shapely.MultiPoint(rng.uniform([109, 30], [111, 32], (5000, 2)))
    frame = shapely.box(109, 30, 111, 32)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    shapes = np.asarray(shapely.intersection(cells, frame))
    # Cut at the frame, cells have corners that their neighbours share: node them once.
    lines = shapely.union_all(shapely.boundary(shapes))
    shapes = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))))
    changed = shapes.copy()
    for at in rng.choice(len(shapes), 50, replace=False):
        changed[at] = shapely.transform(changed[at], lambda one: one + 2e-5)

    began = time.perf_counter()
    found = defects(changed, [str(at) for at in range(len(shapes))], frame)

    assert time.perf_counter() - began < 20
    assert len({unit for one in found for unit in one.units[:1]}) >= 50
    assert {one.kind for one in found} <= {"gap", "overlap", "outside", "sliver", "nothing"}
