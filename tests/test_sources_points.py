"""Points held against the units that their rows name, where the borders are exact enough."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from wushan_geo.sources.datum import convert
from wushan_geo.sources.points import check
from wushan_geo.study.answers import Answer, Answers
from wushan_geo.study.tables import Raw

SIDE = 0.006  # degrees: villages of about 600 m, so that a shift of 500 m leads out of them
CORNER = (109.80, 31.00)
COUNT = 8


def villages(error: str = "measured") -> Raw:
    """Give a sheet of eight by eight villages."""
    codes = [f"500237{100 + at // 8:03d}{200 + at % 8:03d}" for at in range(COUNT * COUNT)]
    lower = [
        (CORNER[0] + SIDE * (at % 8), CORNER[1] + SIDE * (at // 8)) for at in range(COUNT * COUNT)
    ]
    shapes = np.array([shapely.box(x, y, x + SIDE, y + SIDE) for x, y in lower], dtype=object)
    frame = pd.DataFrame({"zone_id": codes, "boundary_basis": error}, dtype="str")
    return Raw(frame, "v.gpkg", shapes, CRS.from_epsg(4490))


def townships(basis: str = "measured") -> Raw:
    """Give the rows of villages as townships."""
    layer = villages()
    assert layer.geometry is not None
    shapes = [shapely.union_all(layer.geometry[8 * at : 8 * at + 8]) for at in range(COUNT)]
    frame = pd.DataFrame(
        {
            "zone_id": [f"500237{100 + at}" for at in range(COUNT)],
            "name": [f"{at}镇" for at in range(COUNT)],
            "boundary_basis": basis,
        },
        dtype="str",
    )
    return Raw(frame, "t.gpkg", np.array(shapes, dtype=object), CRS.from_epsg(4490))


def homes(shift: str = "wgs84", **changes: Any) -> Raw:
    """Give a facility in each village, its point written in some datum."""
    layer = villages()
    assert layer.geometry is not None
    middle = shapely.centroid(layer.geometry)
    lon, lat = convert(shapely.get_x(middle), shapely.get_y(middle), "wgs84", shift)
    frame = pd.DataFrame(
        {
            "facility_id": [f"F{at}" for at in range(len(lon))],
            "name": [f"甲{at}" for at in range(len(lon))],
            "zone_id": layer.frame["zone_id"],
            "lon": [f"{one:.6f}" for one in lon],
            "lat": [f"{one:.6f}" for one in lat],
        },
        dtype="str",
    )
    return Raw(frame.assign(**changes), "homes.xlsx")


EXACT = {"villages": {"error_m": 20.0}}
LAYERS = {"villages": villages()}


def severities(faults: list[Any]) -> list[str]:
    """Give the severity of each finding."""
    return [one.severity for one in faults]


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_points_from_a_phone_map_are_asked_about_and_converted_as_answered(datum: str) -> None:
    raw = homes(datum)

    _, asked = check(raw, "facilities", ("lon", "lat"), LAYERS, EXACT, Answers())
    answers = Answers.of([Answer("datum", "facilities", "homes.xlsx", datum)])
    settled, told = check(raw, "facilities", ("lon", "lat"), LAYERS, EXACT, answers)

    (question,) = [one for one in asked if one.severity == "decide"]
    assert question.ask is not None
    assert (question.ask.topic, question.ask.choices[0]) == ("datum", datum)
    assert "decide" not in severities(told)
    there = homes().frame
    for column in ("lon", "lat"):
        back = settled.frame[column].astype(float) - there[column].astype(float)
        assert back.abs().max() < 2e-6


def test_clean_points_are_not_accused() -> None:
    _, faults = check(homes(), "facilities", ("lon", "lat"), LAYERS, EXACT, Answers())

    assert "decide" not in severities(faults)


def test_borders_of_unknown_exactness_prove_nothing() -> None:
    raw = homes("bd09")

    same, faults = check(raw, "facilities", ("lon", "lat"), LAYERS, {}, Answers())

    assert severities(faults) == ["note"]
    assert "cannot be told" in faults[0].rule
    assert same.frame["lon"].tolist() == raw.frame["lon"].tolist()


def test_a_facility_in_another_township_than_it_says_is_asked_about_once() -> None:
    raw = homes()
    raw.frame.loc[0, "zone_id"] = "500237103"
    layers = {**LAYERS, "townships": townships()}

    _, asked = check(raw, "facilities", ("lon", "lat"), layers, {}, Answers())
    known = Answers.of([Answer("value", "facilities", "F0/point", "accept")])
    _, settled = check(raw, "facilities", ("lon", "lat"), layers, {}, known)

    (question,) = [one for one in asked if one.severity == "decide"]
    assert "lies in 0镇" in question.rule
    assert severities(settled) == ["note"]


def test_lines_that_are_only_drawn_accuse_no_facility() -> None:
    raw = homes()
    raw.frame.loc[0, "zone_id"] = "500237103"
    layers = {**LAYERS, "townships": townships("modelled")}

    _, faults = check(raw, "facilities", ("lon", "lat"), layers, {}, Answers())

    assert severities(faults) == ["note"]


def test_a_point_beyond_the_county_is_welcome_without_a_unit_and_asked_about_with_one() -> None:
    raw = homes()
    raw.frame.loc[0, ["lon", "zone_id"]] = ["109.71", None]
    raw.frame.loc[1, "lon"] = "109.71"
    assert LAYERS["villages"].geometry is not None
    outline = np.array([shapely.union_all(LAYERS["villages"].geometry)], dtype=object)
    county = Raw(pd.DataFrame({"zone_id": ["500237"]}), "c.gpkg", outline, CRS.from_epsg(4490))

    _, faults = check(raw, "facilities", ("lon", "lat"), {"county": county}, {}, Answers())

    beyond = [one for one in faults if "beyond the county" in one.rule]
    assert [(one.row, one.severity) for one in beyond] == [(0, "note"), (1, "decide")]
    assert "8.6 km from its border" in beyond[0].rule


def test_nodes_of_roads_are_tidied_and_not_guarded() -> None:
    raw = homes("bd09").with_columns({"node_id": [f"n{at}" for at in range(COUNT * COUNT)]})

    _, faults = check(raw, "road_nodes", ("lon", "lat"), LAYERS, EXACT, Answers())

    assert faults == []


def road_grid() -> dict[str, Raw]:
    """Give roads along every row and column of a grid of 600 m, as tables of a study."""
    steps = range(13)
    places = {f"{x}.{y}": (109.8 + 0.006 * x, 31.0 + 0.006 * y) for x in steps for y in steps}
    frame = pd.DataFrame(
        {
            "node_id": list(places),
            "lon": [f"{one[0]:.6f}" for one in places.values()],
            "lat": [f"{one[1]:.6f}" for one in places.values()],
        },
        dtype="str",
    )
    pairs = [(f"{x}.{y}", f"{x + 2}.{y}") for x in range(0, 11, 2) for y in range(0, 13, 4)]
    pairs += [(f"{x}.{y}", f"{x}.{y + 2}") for x in range(0, 13, 4) for y in range(0, 11, 2)]
    edges = pd.DataFrame(pairs, columns=["u", "v"], dtype="str")
    return {"road_nodes": Raw(frame, "n.csv"), "road_edges": Raw(edges, "e.csv")}


@pytest.mark.parametrize(("datum", "asked"), [("wgs84", 0), ("gcj02", 1), ("bd09", 1)])
def test_homes_along_the_roads_tell_the_datum_where_borders_cannot(datum: str, asked: int) -> None:
    layers = road_grid()
    nodes = layers["road_nodes"].frame.iloc[[0, 2, 4, 8, 26, 30, 52, 54, 60, 104, 108, 112, 156]]
    lon, lat = nodes["lon"].astype(float) + 0.0003, nodes["lat"].astype(float)
    moved = convert(lon.to_numpy(), lat.to_numpy(), "wgs84", datum)
    frame = pd.DataFrame(
        {
            "facility_id": [f"F{at}" for at in range(len(nodes))],
            "name": "甲",
            "lon": [f"{one:.6f}" for one in moved[0]],
            "lat": [f"{one:.6f}" for one in moved[1]],
        },
        dtype="str",
    )
    told = {"road_edges": {"error_m": 20.0}}
    raw = Raw(frame, "homes.xlsx")

    _, faults = check(raw, "facilities", ("lon", "lat"), layers, told, Answers())

    assert severities(faults).count("decide") == asked


def test_a_heading_or_the_study_file_may_state_the_datum() -> None:
    raw = homes("gcj02")
    headed = Raw(raw.frame, raw.file, labels={"lon": "经度（高德）"})
    stated = {"facilities": {"datum": "gcj02"}}

    for one, told in ((headed, {}), (raw, stated)):
        settled, _ = check(one, "facilities", ("lon", "lat"), {}, told, Answers())

        back = settled.frame["lon"].astype(float) - homes().frame["lon"].astype(float)
        assert back.abs().max() < 2e-6
