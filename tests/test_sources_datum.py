"""Conversion between WGS-84 / CGCS2000, GCJ-02 and BD-09."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from wushan_geo.errors import ParameterError
from wushan_geo.sources.datum import DATUMS, convert, known
from wushan_geo.sources.datum.transforms import in_mainland

GLOBE = Geod(ellps="GRS80")
WUSHAN = (109.87639, 31.07749)

# Published results of the formula: repository wandergis/coordtransform, test/app.js (116.404,
# 39.915), and googollee/eviltransform, go/transform_test.go (Shanghai, Shenzhen, Beijing).
FORMULA = [
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]
# WGS-84, GCJ-02 and BD-09 of the same place as map services give them: repository
# hujiulong/gcoord, test/fixtures/china-cities.json (seven decimals).
SERVICES = [
    ((114.0164322, 33.0133556), (114.022306, 33.0115324), (114.0287781, 33.0176697)),
    ((111.4622119, 27.242124), (111.4677938, 27.2388981), (111.4742271, 27.2451662)),
    ((112.1935849, 31.0376011), (112.1994301, 31.0354012), (112.2058231, 31.0417338)),
    ((92.0499619, 31.4784436), (92.0512438, 31.4762063), (92.0576832, 31.4824421)),
    ((102.2658401, 27.8850446), (102.2673386, 27.8816151), (102.2738428, 27.8876621)),
    ((111.2808211, 30.6944096), (111.2864741, 30.6919691), (111.2930248, 30.6977103)),
    ((109.1850122, 27.7347803), (109.1896029, 27.7315202), (109.1960427, 27.7378032)),
    ((123.4253306, 41.8032629), (123.4314787, 41.8057023), (123.438095, 41.8114013)),
    ((98.4937175, 39.7319946), (98.4943595, 39.7328234), (98.5008441, 39.7388949)),
    ((115.3702248, 22.7888255), (115.3751647, 22.7861903), (115.3817179, 22.7918527)),
]


def metres(one: tuple[float, float], two: tuple[float, float]) -> float:
    return float(GLOBE.inv(*one, *two)[2])


@pytest.mark.parametrize(("earth", "mars"), FORMULA)
def test_published_results_of_the_formula_come_out(
    earth: tuple[float, float], mars: tuple[float, float]
) -> None:
    assert convert(*earth, "wgs84", "gcj02") == pytest.approx(mars, abs=1e-12)
    assert metres(convert(*mars, "gcj02", "wgs84"), earth) < 1e-6


def test_baidu_agrees_with_the_published_result() -> None:
    assert convert(116.404, 39.915, "gcj02", "bd09") == pytest.approx(
        (116.41036949371029, 39.92133699351021), abs=1e-11
    )


@pytest.mark.parametrize(("earth", "mars", "baidu"), SERVICES)
def test_map_services_agree_to_a_metre(
    earth: tuple[float, float], mars: tuple[float, float], baidu: tuple[float, float]
) -> None:
    assert metres(convert(*earth, "wgs84", "gcj02"), mars) < 1
    assert metres(convert(*earth, "wgs84", "bd09"), baidu) < 1
    assert metres(convert(*baidu, "bd09", "wgs84"), earth) < 1
    assert metres(convert(*baidu, "bd09", "gcj02"), mars) < 1


def test_the_shift_at_wushan_is_530_and_1145_metres() -> None:
    assert metres(WUSHAN, convert(*WUSHAN, "wgs84", "gcj02")) == pytest.approx(530, abs=5)
    assert metres(WUSHAN, convert(*WUSHAN, "wgs84", "bd09")) == pytest.approx(1145, abs=5)


@pytest.mark.parametrize("source", DATUMS)
@pytest.mark.parametrize("target", DATUMS)
def test_there_and_back_costs_less_than_a_millimetre_anywhere_in_china(
    source: str, target: str
) -> None:
    rng = np.random.default_rng(31)
    lon, lat = rng.uniform(73, 136, 40_000), rng.uniform(17, 54, 40_000)
    inside = in_mainland(lon, lat)
    lon, lat = lon[inside], lat[inside]
    if source != "wgs84":
        lon, lat = convert(lon, lat, "wgs84", source)

    back = convert(*convert(lon, lat, source, target), target, source)

    assert len(lon) > 15_000
    assert GLOBE.inv(lon, lat, *back)[2].max() < 1e-3


@settings(max_examples=60, deadline=None)
@given(st.floats(75, 134), st.floats(19, 53), st.sampled_from(["gcj02", "bd09"]))
def test_the_inverse_leads_forward_to_its_input(lon: float, lat: float, datum: str) -> None:
    earth = convert(lon, lat, datum, "wgs84")
    if in_mainland(np.array(earth[0]), np.array(earth[1])):
        assert convert(*earth, "wgs84", datum) == pytest.approx((lon, lat), abs=1e-10)
    else:
        assert earth == (lon, lat)


def test_the_fold_of_the_formula_at_105_degrees_is_no_obstacle() -> None:
    lon = np.array([105.0, 105.0 + 1e-13, 105.0 - 1e-9])
    lat = np.full(3, 35.0)

    back = convert(*convert(lon, lat, "wgs84", "gcj02"), "gcj02", "wgs84")

    assert GLOBE.inv(lon, lat, *back)[2].max() < 1e-3


OUTSIDE = {
    "Hong Kong": (114.158, 22.282),
    "Sheung Shui": (114.128, 22.502),
    "Macao": (113.566, 22.152),
    "Taipei": (121.56, 25.04),
    "Kinmen": (118.317, 24.432),
    "Hanoi": (105.85, 21.03),
    "Lao Cai": (103.97, 22.485),
    "Sinuiju": (124.40, 40.10),
    "Vladivostok": (131.9, 43.12),
    "Blagoveshchensk": (127.53, 50.27),
    "Ulaanbaatar": (106.9, 47.9),
    "Kathmandu": (85.3, 27.7),
    "Seoul": (126.98, 37.57),
    "London": (-0.12, 51.5),
    "South Pole": (0.0, -90.0),
}
INSIDE = {
    "Wushan": WUSHAN,
    "Chongqing": (106.55, 29.56),
    "Luohu": (114.119, 22.534),
    "Gongbei": (113.549, 22.2215),
    "Xiamen": (118.09, 24.48),
    "Zhoushan": (122.1, 30.0),
    "Sanya": (109.5, 18.25),
    "Hekou": (103.96, 22.53),
    "Dandong": (124.39, 40.13),
    "Heihe": (127.50, 50.24),
    "Ruili": (97.85, 24.01),
    "Kashgar": (75.99, 39.47),
    "Mohe": (122.54, 52.97),
    "Fuyuan": (134.3, 48.36),
}


@pytest.mark.parametrize("place", OUTSIDE)
@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_points_outside_the_mainland_are_not_shifted(place: str, datum: str) -> None:
    assert convert(*OUTSIDE[place], "wgs84", datum) == OUTSIDE[place]
    assert convert(*OUTSIDE[place], datum, "wgs84") == OUTSIDE[place]


@pytest.mark.parametrize("place", INSIDE)
def test_points_of_the_mainland_are_shifted(place: str) -> None:
    assert metres(INSIDE[place], convert(*INSIDE[place], "wgs84", "gcj02")) > 50


def test_every_corner_of_the_county_is_inside() -> None:
    lon, lat = np.meshgrid(np.linspace(109.5, 110.25, 40), np.linspace(30.7, 31.5, 40))

    assert in_mainland(lon, lat).all()


def test_arrays_of_any_shape_are_broadcast_and_gaps_stay() -> None:
    lon = np.array([[109.8, 110.0], [np.nan, 109.9]])
    kept = lon.copy()

    x, y = convert(lon, 31.0, "gcj02", "wgs84")

    assert x.shape == y.shape == (2, 2)
    assert np.isnan(x).tolist() == [[False, False], [True, False]]
    assert (x[0, 0], y[0, 0]) == convert(109.8, 31.0, "gcj02", "wgs84")
    np.testing.assert_array_equal(lon, kept)
    assert isinstance(convert(109, 31, "wgs84", "bd09")[0], float)


def test_series_keep_their_index_and_name() -> None:
    table = pd.DataFrame({"lon": [109.8, None], "lat": [31.0, 31.1]}, index=[7, 9])

    x, y = convert(table["lon"], table["lat"], "bd09", "gcj02")

    assert x.index.tolist() == y.index.tolist() == [7, 9]
    assert (x.name, y.name) == ("lon", "lat")
    assert x.isna().tolist() == [False, True]
    with pytest.raises(ParameterError, match="different indices"):
        convert(table["lon"], table["lat"].reset_index(drop=True), "bd09", "gcj02")


@pytest.mark.parametrize(
    ("name", "datum"),
    [
        ("WGS84", "wgs84"), ("wgs-84", "wgs84"), ("CGCS 2000", "wgs84"),
        ("2000国家大地坐标系", "wgs84"),
        ("天地图", "wgs84"), ("EPSG:4490", "wgs84"), ("GCJ02", "gcj02"), ("gcj_02", "gcj02"),
        ("火星坐标", "gcj02"), ("高德地图", "gcj02"), ("ＧＣＪ－０２", "gcj02"), ("bd-09", "bd09"),
        ("BD09LL", "bd09"), ("百度", "bd09"), ("百度坐标系", "bd09"),
    ],
)  # fmt: skip
def test_a_datum_goes_by_many_names(name: str, datum: str) -> None:
    assert known(name) == datum


@pytest.mark.parametrize("name", ["", "mars", "bd09mc", "北京54"])
def test_an_unknown_datum_is_refused_with_the_options(name: str) -> None:
    with pytest.raises(ParameterError, match=r"wgs84.*gcj02.*bd09"):
        convert(109.0, 31.0, name, "wgs84")


def test_what_is_no_pair_of_degrees_is_refused() -> None:
    with pytest.raises(ParameterError, match="beyond 90 degrees: are the two swapped"):
        convert(31.0, 109.8, "gcj02", "wgs84")
    with pytest.raises(ParameterError, match="are these metres"):
        convert(37396421.0, 3440212.0, "gcj02", "wgs84")
    with pytest.raises(ParameterError, match="fit each other"):
        convert([1.0, 2.0], [1.0, 2.0, 3.0], "gcj02", "wgs84")


def test_cgcs2000_and_wgs84_are_one() -> None:
    assert convert(*WUSHAN, "cgcs2000", "wgs84") == WUSHAN
    assert convert(*WUSHAN, "cgcs2000", "bd09") == convert(*WUSHAN, "wgs84", "bd09")
