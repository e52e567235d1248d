"""Repairs: only what was asked for, with the area told, and sound borders afterwards."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from test_study_topology import NAMES, OUTLINE, SHIFTS, grid, kinds, moved, true_area

from wushan_geo.sources.layers import mend
from wushan_geo.sources.layers.repair import repair
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.tables import Raw
from wushan_geo.study.topology import defects


def layer(shapes: np.ndarray, names: list[str] = NAMES) -> Raw:
    frame = pd.DataFrame({"zone_id": names}, index=range(1, len(names) + 1))
    return Raw(frame, "villages.gpkg", shapes, pyproj.CRS.from_epsg(4490))


def asked(*subjects: str, answer: str = "repair") -> Answers:
    return Answers.of([Answer("repair", "villages", one, answer) for one in subjects])


SIX = ["1", "2", "3", "4", "5", "6"]


def gapped() -> np.ndarray:
    """Give units with an overlap of 1 and 2, a narrow gap of 5 and 6, and a gap of 2 and 4."""
    shapes = grid(3, 2)
    west, _, east, _ = shapes[0].bounds
    shapes[0] = shapely.box(west, 31.0, east, 31.06)
    shapes[3] = shapely.box(east + 0.002, 31.05, shapes[3].bounds[2], 31.1)
    shapes[4] = shapely.box(shapes[4].bounds[0], 31.0, 110.0, 31.04999)
    return shapes


def test_nothing_is_repaired_unless_it_was_asked_for() -> None:
    raw = layer(gapped(), SIX)

    for answers in (None, Answers(), asked("slivers", answer="keep"), asked("gap 7 8")):
        mended, notes = mend(raw, "villages", answers, OUTLINE)
        assert mended is raw
        assert notes == []
    other = Answers.of([Answer("repair", "townships", "slivers", "repair")])
    assert mend(raw, "villages", other, OUTLINE)[0] is raw


def test_each_repair_leaves_the_other_defects_as_they_are() -> None:
    before = defects(gapped(), SIX, OUTLINE)
    assert [one.subject for one in before] == ["overlap 1 2", "gap 2 4", "slivers"]
    for subject in ("overlap 1 2", "gap 2 4", "slivers"):
        mended, notes = mend(layer(gapped(), SIX), "villages", asked(subject), OUTLINE)

        assert mended.geometry is not None
        after = defects(mended.geometry, SIX, OUTLINE)
        left = [one.subject for one in after if one.kind != "vertices"]
        assert left == [one.subject for one in before if one.subject != subject]
        assert [one.severity for one in notes] == ["note"]


def test_an_overlap_goes_to_the_smaller_unit_and_a_gap_to_the_longest_neighbour() -> None:
    answers = asked("overlap", "gap", "slivers")

    mended, notes = mend(layer(gapped(), SIX), "villages", answers, OUTLINE)

    assert mended.geometry is not None
    sound = grid(3, 2)
    # Unit 2 is smaller than unit 1, which reaches over the middle, and gets its land back.
    assert mended.geometry[0].equals(sound[0])
    # The gap lies between 2 and 4 in all its length: the lower code has it.
    west, south, east, north = sound[1].bounds
    assert mended.geometry[1].equals(shapely.box(west, south, east + 0.002, north))
    assert mended.geometry[2].equals(sound[2])
    assert mended.geometry[4].equals(sound[4])
    assert defects(mended.geometry, SIX, OUTLINE) == []
    assert shapely.coverage_is_valid(mended.geometry)
    shared = true_area(shapely.box(west, 31.05, east, 31.06)) / 1e6
    given = true_area(shapely.box(east, 31.05, east + 0.002, 31.1)) / 1e6
    told = [(one.row, one.rule) for one in notes]
    assert told[:2] == [
        (2, f"keeps what it shared with 1 ({shared:.2f} km2)"),
        (2, f"was given a gap of {given:.2f} km2"),
    ]
    assert told[2][0] == 5
    assert told[2][1].startswith("was given a gap of 7")
    assert len(told) == 3


def test_units_not_concerned_are_the_same_objects_and_the_input_is_as_it_was() -> None:
    shapes = grid(5, 4)
    shapes[0] = shapely.box(109.8, 31.0, 109.84, 31.0249)
    before = shapely.to_wkb(shapes).tolist()
    names = [f"{at:02}" for at in range(20)]
    raw = layer(shapes, names)

    mended, _ = mend(raw, "villages", asked("gap"), OUTLINE)

    assert mended.geometry is not None
    assert mended is not raw
    assert shapely.to_wkb(shapes).tolist() == before
    same = [mended.geometry[at] is shapes[at] for at in range(20)]
    assert same[2:4] == [True, True]
    assert all(same[8:])
    assert defects(mended.geometry, names, OUTLINE) == []


def test_a_ring_is_made_valid_and_keeps_what_it_encloses() -> None:
    shapes = grid(2, 1)
    bow = shapely.Polygon([(109.8, 31), (109.9, 31.1), (109.9, 31), (109.8, 31.1)])
    shapes[0] = bow

    mended, notes = mend(layer(shapes, ["1", "2"]), "villages", asked("ring 1"))

    assert mended.geometry is not None
    assert mended.geometry[0].is_valid
    assert mended.geometry[1] is shapes[1]
    triangles = shapely.polygonize(shapely.get_parts(shapely.union_all([bow.boundary])))
    assert mended.geometry[0].area == pytest.approx(triangles.area)
    assert "was made valid" in notes[0].rule


def test_a_sliver_goes_to_its_neighbour_and_not_back_to_its_unit() -> None:
    shapes = grid()
    speck = shapely.box(109.95, 31.02, 109.95005, 31.02001)
    shapes[2] = shapes[2].difference(speck)
    shapes[1] = shapely.union_all([shapes[1], speck])

    mended, notes = mend(layer(shapes), "villages", asked("slivers"), OUTLINE)

    assert mended.geometry is not None
    assert shapely.equals(mended.geometry, grid()).all()
    assert [(one.row, "sliver" in one.rule) for one in notes] == [(3, True)]


def test_what_lies_beyond_the_county_is_cut_off() -> None:
    shapes = grid()
    shapes[3] = shapely.box(109.9, 31.05, 110.1, 31.1)

    mended, notes = mend(layer(shapes), "villages", asked("outside 4"), OUTLINE)

    assert mended.geometry is not None
    assert shapely.equals(mended.geometry, grid()).all()
    assert "lost what lay beyond the county" in notes[0].rule


def test_a_unit_of_which_nothing_would_be_left_is_not_repaired() -> None:
    shapes = np.append(grid(), [shapely.box(110.3, 31.0, 110.4, 31.1)])
    shapes[0] = shapely.box(109.8, 31.0, 109.9, 31.06)
    raw = layer(shapes, [*NAMES, "5"])

    mended, notes = mend(raw, "villages", asked("outside", "overlap"), OUTLINE)

    assert mended.geometry is not None
    assert mended.geometry[4] is shapes[4]
    assert [(one.row, one.severity) for one in notes] == [(2, "note"), (5, "error")]
    left = defects(mended.geometry, [*NAMES, "5"], OUTLINE)
    assert kinds(left) == [("outside", ("5",))]


def test_corners_are_matched_on_request() -> None:
    corners = [(109.9, 31.0), (110, 31.0), (110, 31.1), (109.9, 31.1), (109.9, 31.05)]
    shapes = np.array([grid(2, 1)[0], shapely.Polygon(corners)])
    assert not shapely.coverage_is_valid(shapes)

    mended, notes = mend(layer(shapes, ["1", "2"]), "villages", asked("vertices"))

    assert mended.geometry is not None
    assert shapely.coverage_is_valid(mended.geometry)
    assert shapely.equals(mended.geometry, shapes).all()
    assert "same corners" in notes[0].rule


def test_gaps_within_the_rounding_of_coordinates_are_closed_with_the_corners() -> None:
    west, east = grid(2, 1)
    shapes = np.array([shapely.box(109.8, 31, 109.9 - 4e-7, 31.1), east])

    mended, notes = mend(layer(shapes, ["1", "2"]), "villages", asked("vertices"), OUTLINE)

    assert mended.geometry is not None
    assert shapely.coverage_is_valid(mended.geometry, gap_width=1e-6)
    assert shapely.equals(mended.geometry[0], west)
    assert [one.severity for one in notes] == ["note"]


@settings(max_examples=40, deadline=None)
@given(SHIFTS)
def test_after_all_repairs_the_county_is_covered_once(
    changes: list[tuple[int, float, float]],
) -> None:
    names = [f"{at:02}" for at in range(20)]
    shapes = moved(grid(5, 4), changes)
    found = defects(shapes, names, OUTLINE)
    if any(one.kind == "twin" for one in found):
        return  # two units with one shape: no repair can tell whose it is

    result = repair(shapes, names, found, OUTLINE)

    # A unit that was covered by a smaller one wholly is left alone, and said.
    if not result.refused:
        left = [one for one in defects(result.shapes, names, OUTLINE) if one.kind != "parts"]
        assert [one for one in left if one.kind not in {"sliver", "nothing", "vertices"}] == []
        assert shapely.union_all(result.shapes).symmetric_difference(OUTLINE).area < 1e-9
        assert sum(shapely.area(result.shapes)) == pytest.approx(OUTLINE.area)
    assert len(result.done) + len(result.refused) == sum(
        one.kind not in {"parts", "id", "twin", "nothing"} for one in found
    )


def test_the_area_told_of_a_gap_is_the_area_that_was_given() -> None:
    shapes = grid()
    shapes[3] = shapely.box(109.902, 31.05, 110.0, 31.1)

    mended, notes = mend(layer(shapes), "villages", asked("gap"), OUTLINE)

    assert mended.geometry is not None
    gained = sum(
        true_area(after) - true_area(before)
        for after, before in zip(mended.geometry, shapes, strict=True)
    )
    assert gained == pytest.approx(true_area(shapely.box(109.9, 31.05, 109.902, 31.1)), rel=1e-3)
    assert f"{gained / 1e6:.2f} km2" in notes[0].rule
