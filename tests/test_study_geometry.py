"""Shapes: reference systems, valid coverages, and points inside their own zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import builders
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from builders import box, broken, geojson, township, township_box, village, village_box

from wushan_geo.errors import Ask, CrsError
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.geometry import check_layers, metric_crs
from wushan_geo.study.tables import Raw, Tables

if TYPE_CHECKING:
    from pathlib import Path


def towns(first: Any = None, second: Any = None, **more: Any) -> str:
    """Write the townships with other shapes."""
    shapes = (first or township_box(0), second or township_box(1))
    return geojson(*((township(at), shapes[at]) for at in range(2)), **more)


def villages(shapes: dict[int, Any], **changes: dict[str, Any]) -> str:
    return geojson(
        *(
            (village(at, **changes.get(f"v{at}", {})), shapes.get(at, village_box(at)))
            for at in range(4)
        )
    )


@pytest.mark.parametrize(
    ("lon", "code"),
    [
        (75.0, 4534),
        (73.5, 4534),
        (109.9, 4546),
        (111.0, 4546),
        (108.0, 4545),
        (135.0, 4554),
        (112.4999, 4546),
        (112.5001, 4547),
    ],
)
def test_the_zone_whose_central_meridian_is_nearest_is_chosen(lon: float, code: int) -> None:
    assert metric_crs(lon) == code


@pytest.mark.parametrize("lon", [0.0, 73.0, 137.0, -110.0, float("nan"), float("inf")])
def test_beyond_the_zones_there_is_no_metric_system(lon: float) -> None:
    with pytest.raises(CrsError, match="lies outside the CGCS2000 zones"):
        metric_crs(lon)


def test_a_geojson_that_names_no_system_is_a_fault_with_a_suggestion(tmp_path: Path) -> None:
    builders.make_study_folder(tmp_path, townships=towns(crs=None))

    (fault,) = builders.faults_of(tmp_path)

    assert (fault.file, fault.column) == ("townships.geojson", "crs")
    assert fault.rule == "has a coordinate reference system"
    assert "EPSG:4490" in fault.suggestion


@pytest.mark.parametrize(
    "name",
    ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4490", "EPSG:4326", "epsg:4490"],
)
def test_longitude_and_latitude_may_be_named_in_several_ways(tmp_path: Path, name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}

    assert broken(tmp_path, townships=towns(crs=crs)) == []


@pytest.mark.parametrize(
    ("name", "rule", "value"),
    [
        (
            "EPSG:4546",
            "lies in China in the reference system that it names",
            "EPSG:4546 CGCS2000 / 3-degree Gauss-Kruger CM 111E",
        ),
        ("EPSG:999999", "has a coordinate reference system", ""),
        ("local", "has a coordinate reference system", ""),
    ],
)
def test_a_system_that_the_numbers_cannot_have_is_refused(
    tmp_path: Path, name: str, rule: str, value: str
) -> None:
    crs = {"type": "name", "properties": {"name": name}}

    found = broken(tmp_path, townships=towns(crs=crs))

    assert found == [("townships.geojson", None, "crs", value, rule)]


def test_rivers_need_a_system_and_lines_as_well(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[109.9, 31.0], [109.9, 31.1]]}
    told = {"name": "河", "basis": "measured"}

    assert broken(tmp_path / "a", rivers=geojson((told, line), crs=None))[0][4] == (
        "has a coordinate reference system"
    )
    assert broken(tmp_path / "b", rivers=geojson((told, box(109.8, 31.0, 109.9, 31.1)))) == [
        ("rivers.geojson", 1, "geometry", "河", "is a line")
    ]


def test_metres_that_call_themselves_degrees_are_found(tmp_path: Path) -> None:
    far = box(400000, 3440000, 410000, 3450000)

    found = broken(tmp_path, county=geojson((builders.county()[0], far)))

    assert [one[4] for one in found] == ["lies in China in the reference system that it names"]


@pytest.mark.parametrize(
    ("code", "shape", "rule"),
    [
        (
            4546,
            shapely.box(109.8, 31.0, 109.9, 31.1),
            "is in longitude and latitude (EPSG:4490 or EPSG:4326)",
        ),
        (
            4490,
            shapely.box(400000, 3440000, 410000, 3450000),
            "has coordinates in degrees (longitude -180 to 180, latitude -90 to 90)",
        ),
    ],
)
def test_a_layer_that_comes_from_elsewhere_must_be_in_degrees(
    code: int, shape: Any, rule: str
) -> None:
    frame = pd.DataFrame({"zone_id": ["990201"], "name": ["A"]}, index=[1])
    raw = Raw(frame, "county.gpkg", np.array([shape]), pyproj.CRS.from_epsg(code))

    found = check_layers(Tables({"county": frame}, {"county": raw}, [], "990201"))

    assert [(one.column in {"crs", "geometry"}, one.rule) for one in found] == [(True, rule)]


@pytest.mark.parametrize(
    ("shape", "rule"),
    [
        (None, "has a shape"),
        ({"type": "Polygon", "coordinates": []}, "has a shape"),
        ({"type": "Point", "coordinates": [109.85, 31.05]}, "is a polygon"),
    ],
)
def test_a_shape_that_is_none_names_its_feature(tmp_path: Path, shape: Any, rule: str) -> None:
    text = geojson((township(0), shape), (township(1), township_box(1)))

    assert broken(tmp_path, townships=text) == [
        ("townships.geojson", 1, "geometry", "990201001", rule)
    ]


def test_a_shape_that_cannot_be_read_is_one_fault(tmp_path: Path) -> None:
    text = towns({"type": "Polygon", "coordinates": [[["x", 31.0]]]})

    found = broken(tmp_path, townships=text)

    assert [(one[0], one[1], one[2], one[4]) for one in found] == [
        ("townships.geojson", 1, "geometry", "has a readable shape")
    ]


def bent(lat: float) -> dict[str, Any]:
    """Give the south-western village with the middle of its northern border elsewhere."""
    ring = [[109.8, 31.0], [109.9, 31.0], [109.9, 31.05], [109.85, lat], [109.8, 31.05]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_a_ring_that_crosses_itself_says_why_where_and_what_can_be_answered(
    tmp_path: Path,
) -> None:
    ring = [[109.8, 31], [109.9, 31.1], [109.9, 31], [109.8, 31.1], [109.8, 31]]
    bow = {"type": "Polygon", "coordinates": [ring]}
    builders.make_study_folder(tmp_path, townships=towns(bow))

    (fault,) = [one for one in builders.faults_of(tmp_path) if "valid" in one.rule]

    assert (fault.file, fault.row, fault.value) == ("townships.geojson", 1, "990201001")
    assert fault.rule == "is a valid polygon (no ring crosses itself)"
    assert "109.8500, 31.0500" in fault.suggestion
    assert fault.severity == "decide"
    assert fault.ask == Ask("repair", "townships", "ring 990201001", ("repair",))


@pytest.mark.parametrize(
    ("south_west", "rule", "subject"),
    [
        pytest.param(
            box(109.8, 31.0, 109.9, 31.06),
            "does not overlap 990201001002 村2 (10.59 km2; pieces: 1)",
            "overlap 990201001001 990201001002",
            id="overlap",
        ),
        pytest.param(
            box(109.8, 31.0, 109.9, 31.049),
            "leaves no gap to 990201001002 村2, 990201002001 村3 (1.06 km2)",
            "gap 990201001001 990201001002",
            id="gap",
        ),
        pytest.param(
            box(109.8, 31.0, 109.9, 31.049999),
            "leaves no gap to 990201001002 村2, 990201002001 村3 (1,059 m2)",
            "slivers",
            id="sliver",
        ),
        pytest.param(
            bent(31.049995),
            "leaves no gap to 990201001002 村2 (2,648 m2)",
            "slivers",
            id="bent half a metre away",
        ),
    ],
)
def test_neighbours_that_overlap_or_leave_a_gap_are_both_named_with_the_area(
    tmp_path: Path, south_west: Any, rule: str, subject: str
) -> None:
    builders.make_study_folder(tmp_path, villages=villages({0: south_west}))

    (fault,) = builders.faults_of(tmp_path)

    assert (fault.file, fault.row, fault.column) == ("villages.geojson", 1, "geometry")
    assert (fault.value, fault.rule) == ("990201001001", rule)
    assert fault.severity == "decide"
    assert fault.ask == Ask("repair", "villages", subject, ("repair", "keep"))


def pierced() -> dict[str, Any]:
    """Give the south-western village with a hole of its own in the middle of its west."""
    shape = village_box(0)
    hole = [[109.81, 31.01], [109.81, 31.02], [109.82, 31.02], [109.82, 31.01], [109.81, 31.01]]
    return {"type": "Polygon", "coordinates": [*shape["coordinates"], hole]}


def test_a_hole_between_the_units_is_found(tmp_path: Path) -> None:
    found = broken(tmp_path, villages=villages({0: pierced()}))

    assert found == [
        (
            "villages.geojson",
            1,
            "geometry",
            "990201001001: 1.06 km2",
            "leaves no hole between the units (near 109.8150, 31.0150)",
        )
    ]


def test_what_lies_beyond_the_county_is_found_with_its_share(tmp_path: Path) -> None:
    found = broken(tmp_path, villages=villages({3: box(109.9, 31.05, 110.1, 31.1)}))

    assert [one[1:] for one in found] == [
        (
            4,
            "geometry",
            "990201002002",
            "lies within the county (52.91 km2 beyond its border, 50.0% of it)",
        )
    ]


def test_a_defect_that_was_decided_to_be_kept_is_a_note() -> None:
    shapes = [box(109.8, 31.0, 109.9, 31.1), box(109.89, 31.0, 110.0, 31.1)]
    frame = pd.DataFrame({"zone_id": ["1", "2"], "name": ["A", "B"]}, index=[1, 2])
    raw = Raw(
        frame,
        "townships.geojson",
        np.array([shapely.geometry.shape(one) for one in shapes]),
        pyproj.CRS.from_epsg(4490),
    )
    clean = frame.assign(demand_lon=np.nan, demand_lat=np.nan)
    tables = Tables({"townships": clean}, {"townships": raw}, [], "990201")
    kept = Answers.of([Answer("repair", "townships", "overlap 1 2", "keep")])

    (before,), (after,) = check_layers(tables), check_layers(tables, kept)

    assert (before.severity, after.severity) == ("decide", "note")
    assert before.rule == after.rule == "does not overlap 2 B (10.59 km2; pieces: 1)"
    assert after.suggestion == "It is kept, as decided."


def test_land_of_another_county_inside_this_one_is_no_hole(tmp_path: Path) -> None:
    hole = pierced()["coordinates"][1]
    outline = {"type": "Polygon", "coordinates": [*builders.county()[1]["coordinates"], hole]}
    west = {"type": "Polygon", "coordinates": [*township_box(0)["coordinates"], hole]}

    assert (
        broken(
            tmp_path,
            county=geojson((builders.county()[0], outline)),
            townships=towns(west),
            villages=villages({0: pierced()}),
        )
        == []
    )


def test_a_point_outside_its_own_zone_suggests_what_may_have_happened(tmp_path: Path) -> None:
    text = villages({}, v0={"demand_lon": 109.95})
    builders.make_study_folder(tmp_path, villages=text)

    (fault,) = builders.faults_of(tmp_path)

    assert (fault.row, fault.value) == (1, "109.950000, 31.025000")
    assert fault.rule == "has its point inside its own zone"
    assert "swapped" in fault.suggestion


def test_a_point_on_the_border_is_inside(tmp_path: Path) -> None:
    assert broken(tmp_path, villages=villages({}, v0={"demand_lat": 31.05})) == []


def test_swapped_longitude_and_latitude_are_found_where_a_latitude_can_tell(tmp_path: Path) -> None:
    text = villages({}, v0={"demand_lon": 31.025, "demand_lat": 109.85})
    found = broken(tmp_path, villages=text)

    assert [(one[0], one[2], one[4].partition(" (")[0]) for one in found] == [
        (
            "villages.geojson",
            "demand_lon / demand_lat",
            "longitude and latitude are exchanged in some rows",
        )
    ]


def test_a_village_may_have_no_point(tmp_path: Path) -> None:
    none = {"demand_lon": None, "demand_lat": None}

    assert broken(tmp_path, villages=villages({}, v3=none)) == []


def test_half_a_point_is_a_fault(tmp_path: Path) -> None:
    found = broken(tmp_path, villages=villages({}, v3={"demand_lon": None}))

    assert [(one[0], one[1], one[4]) for one in found] == [
        ("villages.geojson", 4, "has both a longitude and a latitude")
    ]


def test_a_village_in_another_township_than_its_own_is_named(tmp_path: Path) -> None:
    # The southern villages change places: each is a valid neighbour, in the wrong township.
    swapped = {0: village_box(2), 2: village_box(0)}
    points = {"v0": {"demand_lon": 109.95}, "v2": {"demand_lon": 109.85}}

    found = broken(tmp_path, villages=villages(swapped, **points))

    assert [(one[1], one[3], one[4]) for one in found] == [
        (1, "990201001001", "lies inside its township 990201001"),
        (3, "990201002001", "lies inside its township 990201002"),
    ]


def test_a_county_is_one(tmp_path: Path) -> None:
    west, east = box(109.8, 31.0, 109.9, 31.1), box(109.9, 31.0, 110.0, 31.1)
    told = builders.county()[0]

    found = broken(tmp_path, county=geojson((told, west), ({**told, "zone_id": "990202"}, east)))

    assert "has one county" in [one[4] for one in found]


def test_the_faults_of_one_layer_do_not_hide_those_of_another(tmp_path: Path) -> None:
    found = broken(
        tmp_path,
        townships=towns(crs=None),
        villages=villages({0: box(109.8, 31.0, 109.9, 31.06)}),
    )

    assert {one[0] for one in found} == {"townships.geojson", "villages.geojson"}
