"""Reference systems: recognised by code or by words, changed exactly, asked for where they lack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import layer_files as files
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_files import COUNTY, frame, read, write

from wushan_geo.sources.layers.features import Request
from wushan_geo.sources.layers.guesses import guesses
from wushan_geo.sources.layers.reference import placed
from wushan_geo.sources.layers.systems import ZONES, understood
from wushan_geo.study.answers import LEAVE_OUT, Answer, Answers

if TYPE_CHECKING:
    from wushan_geo.errors import Fault

NAMES = {
    "cgcs2000": "CGCS2000",
    "xian80": "Xian 1980",
    "beijing54": "Beijing 1954",
    "wgs84": "WGS 84",
}


def answer(text: str, table: str = "townships", file: str = "a.gpkg") -> Answers:
    return Answers.of([Answer("crs", table, file, text)])


def asked(faults: list[Fault]) -> Fault:
    (one,) = [fault for fault in faults if fault.severity == "decide"]
    assert one.ask is not None
    assert (one.ask.topic, one.ask.subject) == ("crs", one.file)
    return one


@pytest.mark.parametrize("zones", ZONES, ids=lambda one: f"{one.family}-{one.first_code}")
def test_every_code_of_a_row_of_zones_is_what_it_is_taken_for(zones: Any) -> None:
    for zone in zones.zones():
        crs = pyproj.CRS.from_epsg(zones.code(zone))
        parameters = crs.to_json_dict()["conversion"]["parameters"]
        told = {one["name"]: one["value"] for one in parameters}
        assert crs.name.startswith(NAMES[zones.family])
        assert told["Longitude of natural origin"] == zones.meridian(zone)
        assert told["False easting"] == 500_000 + zones.prefix * zone * 1_000_000
        assert told["Scale factor at natural origin"] == (0.9996 if zones.utm else 1)
        assert ("3-degree" in crs.name) == (zones.width == 3)


def test_the_rows_of_zones_are_whole() -> None:
    for zones in ZONES:
        for beyond in (zones.code(zones.first_zone) - 1, zones.code(zones.last_zone) + 1):
            try:
                name = pyproj.CRS.from_epsg(beyond).name
            except pyproj.exceptions.CRSError:
                continue
            narrow = "3-degree " if zones.width == 3 else ""
            same_row = f"{narrow}Gauss-Kruger {'zone' if zones.prefix else 'CM'}"
            begins = f"{NAMES[zones.family]} / {same_row}"
            assert zones.utm or not name.startswith(begins), (beyond, name)


CODES = [4490, 4546, 4525, 4508, 4497, 4610, 2382, 2361, 2327, 4214, 2434, 2413, 21419, 3824, 3825,
         3826, 3857, 4326, 32649]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("style", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
def test_a_system_is_recognised_by_its_words_as_programs_write_them(code: int, style: str) -> None:
    text = pyproj.CRS.from_epsg(code).to_wkt(style)
    text = text.replace(f',AUTHORITY["EPSG","{code}"]', "").replace(f',ID["EPSG",{code}]', "")

    system = understood(pyproj.CRS.from_wkt(text))

    assert system is not None
    assert system.code == code
    families = {"China": "cgcs2000", "CGCS": "cgcs2000", "Xian": "xian80", "Beij": "beijing54"}
    name = pyproj.CRS.from_epsg(code).name
    expected = next((family for word, family in families.items() if name.startswith(word)), None)
    assert system.family == (expected or ("twd97" if name.startswith("TWD") else "wgs84"))


UNKNOWN = (
    'PROJCS["local",GEOGCS["unnamed",DATUM["unknown",SPHEROID["x",{axis},{flat}]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000],PARAMETER["False_Northing",0],'
    'PARAMETER["Central_Meridian",111],PARAMETER["Scale_Factor",1],'
    'PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]'
)


@pytest.mark.parametrize(
    ("axis", "flat", "family", "severity"),
    [
        ("6378137", "298.257222101", "cgcs2000", "note"),
        ("6378140", "298.257", "xian80", "decide"),
        ("6378245", "298.3", "beijing54", "decide"),
    ],
)
def test_a_datum_without_a_name_is_told_by_its_ellipsoid_and_said(
    axis: str, flat: str, family: str, severity: str
) -> None:
    crs = pyproj.CRS.from_wkt(UNKNOWN.format(axis=axis, flat=flat))
    system = understood(crs)
    assert system is not None
    assert (system.family, system.guessed) == (family, True)

    found = placed(frame(4546).geometry.to_numpy(), crs, Request(Path("a.gpkg"), "townships"))

    assert "told by its ellipsoid" in found.faults[0].rule
    assert found.faults[-1].severity == severity
    assert close(found.geometry, 100.0 if severity == "decide" else 0.001)


def close(geometry: np.ndarray, metres: float = 0.001) -> bool:
    """Tell whether the shapes lie where the two townships lie."""
    apart = shapely.hausdorff_distance(geometry, [files.WEST, files.EAST])
    return bool((apart <= metres / 90_000).all())


@pytest.mark.parametrize("code", [4546, 4525, 4508, 4497, 3857, 32649, 3826, 3824])
def test_systems_tied_to_the_international_frame_are_changed_exactly(
    tmp_path: Path, code: int
) -> None:
    path = write(tmp_path / "a.gpkg", frame(code))

    layer, faults = read(path, table="townships", near=COUNTY)

    assert layer is not None
    assert layer.crs is not None
    assert layer.crs.to_epsg() == 4490
    assert close(layer.geometry)
    assert [one.severity for one in faults] == ["note"]
    assert "within about 1 m" in faults[0].rule
    assert str(code) in faults[0].value
    assert layer.notes[0][1] == faults[0].rule


@pytest.mark.parametrize("code", [4490, 4326])
def test_longitude_and_latitude_are_left_as_they_are(tmp_path: Path, code: int) -> None:
    path = write(tmp_path / "a.gpkg", frame(code))

    layer, faults = read(path, table="townships")

    assert faults == []
    assert layer is not None
    assert layer.crs is not None
    assert layer.crs.to_epsg() == code
    assert shapely.bounds(layer.geometry[0]).tolist() == [109.8, 31.0, 109.9, 31.1]


@pytest.mark.parametrize("code", [4610, 2382, 2361, 4214, 2434, 21419])
def test_a_datum_without_public_parameters_is_asked_about_with_the_size(
    tmp_path: Path, code: int
) -> None:
    # The numbers of the county in the zone of that datum: taken as they are, degrees stay degrees.
    crs = pyproj.CRS.from_epsg(code)
    layer = frame()
    if crs.is_projected:
        way = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
        layer.geometry = shapely.transform(
            layer.geometry.to_numpy(), lambda one: np.column_stack(way.transform(*one.T))
        )
    path = write(tmp_path / "a.gpkg", layer.set_crs(code, allow_override=True))

    found, faults = read(path, table="townships")

    assert "100 m" in asked(faults).rule
    assert asked(faults).ask.choices == ("accept", LEAVE_OUT)
    assert found is not None
    assert close(found.geometry)
    found, faults = read(path, table="townships", answers=answer("accept"))
    assert [one.severity for one in faults] == ["note"]
    assert "100 m" in faults[0].rule
    found, faults = read(path, table="townships", answers=answer(LEAVE_OUT))
    assert found is None
    assert [one.severity for one in faults] == ["note"]


def test_parameters_of_the_planner_move_places_as_proj_does(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", frame().set_crs(4214, allow_override=True))
    given = "towgs84=15.8, -154.4, -82.3"

    layer, faults = read(path, table="townships", answers=answer(given))

    assert [one.severity for one in faults] == ["note"]
    assert "3 parameters" in faults[0].rule
    assert layer is not None
    pipeline = (
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        "+step +proj=cart +ellps=krass +step +proj=helmert +x=15.8 +y=-154.4 +z=-82.3 "
        "+step +inv +proj=cart +ellps=WGS84 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    x, y = pyproj.Transformer.from_pipeline(pipeline).transform(109.8, 31.0)
    assert shapely.bounds(layer.geometry[0])[:2] == pytest.approx([x, y], abs=1e-6)
    assert 30 < abs(x - 109.8) * 95_000 < 100  # the shift that is spoken of


def test_parameters_in_the_file_are_used_and_zeros_are_none() -> None:
    shapes = frame().geometry.to_numpy()
    request = Request(Path("a.gpkg"), "townships")
    for numbers, severity in (("15.8,-154.4,-82.3,0,0,0,0", "note"), ("0,0,0,0,0,0,0", "decide")):
        crs = pyproj.CRS.from_proj4(f"+proj=longlat +ellps=krass +towgs84={numbers} +no_defs")
        found = placed(shapes, crs, request)
        assert found.faults[-1].severity == severity
        assert close(found.geometry, 1) == (severity == "decide")


def test_a_known_datum_with_public_parameters_is_changed_and_its_accuracy_told() -> None:
    # NTF is a datum of France; Hong Kong 1980 is public to about a metre or two.
    crs = pyproj.CRS.from_epsg(4611)
    found = placed(
        np.array([shapely.Point(114.2, 22.4)]), crs, Request(Path("a.gpkg"), "facilities")
    )

    assert [one.severity for one in found.faults] == ["note"]
    assert "public parameters" in found.faults[0].rule
    assert found.geometry[0].distance(shapely.Point(114.2, 22.4)) * 100_000 > 100


def test_heights_of_a_system_are_left_out() -> None:
    shapes = frame().geometry.to_numpy()
    for crs in (pyproj.CRS.from_epsg(4480), pyproj.CRS.from_user_input("EPSG:4490+5737")):
        found = placed(shapes, crs, Request(Path("a.gpkg"), "townships"))

        assert found.crs is not None
        assert found.crs.to_epsg() == 4490
        assert "flat part" in found.faults[0].rule
        assert {one.severity for one in found.faults} == {"note"}


@pytest.mark.parametrize("code", [4490, 4326, 4525, 4546])
def test_x_and_y_that_are_swapped_are_turned_around_and_told(tmp_path: Path, code: int) -> None:
    layer = frame(code)
    layer.geometry = shapely.transform(layer.geometry.to_numpy(), lambda one: one[:, ::-1])
    path = write(tmp_path / "a.gpkg", layer.set_crs(code, allow_override=True))

    found, faults = read(path, table="townships")

    assert found is not None
    assert close(found.geometry)
    assert "swapped" in faults[0].rule
    assert {one.severity for one in faults} == {"note"}


@pytest.mark.parametrize(
    ("true", "said", "first"),
    [(4490, 4546, 4490), (4546, 4490, 4546), (4525, 4490, 4525), (4546, 3857, 4546)],
)
def test_a_system_in_which_the_numbers_cannot_be_is_not_believed(
    tmp_path: Path, true: int, said: int, first: int
) -> None:
    path = write(tmp_path / "a.gpkg", frame(true).set_crs(said, allow_override=True))

    layer, faults = read(path, table="townships", near=COUNTY)

    assert layer is not None
    assert layer.crs is None
    assert asked(faults).rule == "lies in China in the reference system that it names"
    assert str(said) in asked(faults).value
    assert asked(faults).ask.choices[0] == f"EPSG:{first}"
    layer, faults = read(path, table="townships", near=COUNTY, answers=answer(f"EPSG:{first}"))
    assert layer is not None
    assert close(layer.geometry)
    assert {one.severity for one in faults} == {"note"}


def numbers(code: int) -> tuple[float, float, float, float]:
    """Give the extent of the county in a system, its datum apart."""
    crs = pyproj.CRS.from_epsg(code)
    if crs.is_geographic:
        return COUNTY
    way = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    west, south, east, north = COUNTY
    xs, ys = way.transform([west, east, west, east], [south, south, north, north])
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize(
    ("code", "likely"),
    [
        (4490, [4490, 4326]),
        (4525, [4525, 2361]),
        (4524, [4524, 2360]),  # the neighbouring zone 36, reached into
        (4497, [4497, 2333]),
        (4546, [4546, 2382]),
        (4545, [4545, 2381]),
        (2382, [4546, 2382]),
        (32649, [32649]),
        (3857, [3857]),
    ],
)
def test_a_missing_system_is_asked_for_with_the_two_likeliest_near_the_county(
    tmp_path: Path, code: int, likely: list[int]
) -> None:
    assert [one.code for one in guesses(numbers(code), COUNTY)][: len(likely)] == likely
    layer = frame()
    if code != 4490:
        crs = pyproj.CRS.from_epsg(code)
        way = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
        layer.geometry = shapely.transform(
            layer.geometry.to_numpy(), lambda one: np.column_stack(way.transform(*one.T))
        )
    path = write(tmp_path / "a.shp", layer.set_crs(None, allow_override=True))
    path.with_suffix(".prj").unlink(missing_ok=True)

    found, faults = read(path, table="townships", near=COUNTY)

    assert found is not None
    assert found.crs is None
    question = asked(faults)
    assert question.rule == "has a coordinate reference system"
    assert list(question.ask.choices[: len(likely)]) == [f"EPSG:{one}" for one in likely]
    for one in likely:
        assert str(one) in question.suggestion
        assert str(one) in question.suggestion_zh
    known = Answers.of([Answer("crs", "townships", "a.shp", f"EPSG:{likely[0]}")])
    found, faults = read(path, table="townships", near=COUNTY, answers=known)
    assert found is not None
    assert close(found.geometry, 100.0 if code == 2382 else 0.01)
    assert {one.severity for one in faults} == {"note"}


def test_a_point_of_the_county_is_enough_to_choose_the_zone() -> None:
    for code in (4545, 4546):
        assert guesses(numbers(code), (109.9, 31.05))[0].code == code


def test_without_the_place_of_the_county_the_meridian_is_open_and_said() -> None:
    first, second = guesses(numbers(4546))[:2]

    assert (first.code, second.code) == (4545, 4546)
    assert first.off_km is None
    assert "central meridian 108 E" in first.why[1]


def test_swapped_eastings_and_northings_without_a_system_are_guessed_as_well() -> None:
    west, south, east, north = numbers(4546)

    (first, *_) = guesses((south, west, north, east), COUNTY)

    assert first.code == 4546
    assert "swapped" in first.why[1]


@pytest.mark.parametrize(
    "bounds",
    [(0.0, 0.0, 1.0, 1.0), (1e9, 1e9, 2e9, 2e9), (-5000.0, 100.0, 5000.0, 4000.0)],
)
def test_numbers_of_no_common_system_are_an_error_with_advice(
    tmp_path: Path, bounds: tuple[float, float, float, float]
) -> None:
    assert guesses(bounds, COUNTY) == []
    layer = frame().iloc[:1]
    layer = layer.set_geometry([shapely.box(*bounds)]).set_crs(None, allow_override=True)
    path = write(tmp_path / "a.gpkg", layer)

    _, faults = read(path, table="townships")

    assert [one.severity for one in faults] == ["error"]
    assert "local one" in faults[0].suggestion


@pytest.mark.parametrize("text", ["foo", "EPSG:1", "99999", ""])
def test_an_answer_that_names_no_system_is_asked_again(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "a.gpkg", frame().set_crs(None, allow_override=True))

    layer, faults = read(path, table="townships", answers=answer(text))

    assert layer is not None
    assert layer.crs is None
    assert asked(faults).value == text


def test_a_prj_that_says_nothing_is_a_missing_system(tmp_path: Path) -> None:
    path = write(tmp_path / "a.shp", frame())
    for content in (b"nonsense", b"", b"\xff\xfe\x00", b"[" * 30_000):
        path.with_suffix(".prj").write_bytes(content)

        _, faults = read(path, table="townships")

        assert asked(faults).ask.choices[:2] == ("EPSG:4490", "EPSG:4326")


def test_a_stray_feature_does_not_decide_where_the_layer_lies(tmp_path: Path) -> None:
    layer = frame().iloc[[0, 1, 0]]
    layer = layer.set_geometry([files.WEST, files.EAST, shapely.box(0, 0, 0.001, 0.001)])
    path = write(tmp_path / "a.gpkg", layer)

    found, faults = read(path, table="townships")

    assert faults == []
    assert found is not None
    assert shapely.bounds(found.geometry[2]).tolist() == [0, 0, 0.001, 0.001]


def test_the_shapes_given_are_not_changed() -> None:
    shapes = frame(4546).geometry.to_numpy()
    before = shapely.to_wkb(shapes).tolist()

    placed(shapes, pyproj.CRS.from_epsg(4546), Request(Path("a.gpkg")))

    assert shapely.to_wkb(shapes).tolist() == before


@settings(max_examples=60, deadline=None)
@given(
    st.floats(74, 134),
    st.floats(4, 53),
    st.sampled_from([z for z in ZONES if not z.utm]),
    st.data(),
)
def test_numbers_of_any_zone_are_brought_back_to_their_place(
    lon: float, lat: float, zones: Any, data: st.DataObject
) -> None:
    fitting = [z for z in zones.zones() if abs(zones.meridian(z) - lon) <= zones.width / 2]
    if not fitting:
        return
    code = zones.code(data.draw(st.sampled_from(fitting)))
    crs = pyproj.CRS.from_epsg(code)
    x, y = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(lon, lat)

    found = placed(
        np.array([shapely.Point(x, y)]),
        crs,
        Request(Path("a.gpkg"), "t", Answers.of([Answer("crs", "t", "a.gpkg", "accept")])),
    )

    assert (found.geometry[0].x, found.geometry[0].y) == pytest.approx((lon, lat), abs=1e-8)
    near = (lon - 0.3, lat - 0.3, lon + 0.3, lat + 0.3)
    likely = guesses((x, y, x, y), near)
    assert any(one.code == code for one in likely) or zones.width == 6
    assert all(one.off_km is not None and one.off_km < 1 for one in likely[:1])
