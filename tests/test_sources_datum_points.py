"""The points of a table: tested file by file, asked about, and converted as answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from wushan_geo.sources.datum import Reference, apply_datum, check_points, convert
from wushan_geo.study.answers import LEAVE_OUT, Answer, Answers
from wushan_geo.study.tables import Raw

FILE = "机构.xlsx › 点位"
COUNT = 16
rng = np.random.default_rng(1)
LON, LAT = rng.uniform(109.7, 110.0, COUNT), rng.uniform(30.9, 31.2, COUNT)
SEATS = Reference("places", np.asarray(shapely.points(LON, LAT)), 60.0, "seats")


def raw(lon: np.ndarray, lat: np.ndarray, **more: Any) -> Raw:
    frame = pd.DataFrame(
        {"lon": [f"{one:.6f}" for one in lon], "lat": [f"{one:.6f}" for one in lat]},
        index=range(2, len(lon) + 2),
        dtype="str",
    )
    return Raw(frame, FILE, labels={"lon": "经度", "lat": "纬度"}, **more)


def answered(answer: str, file: str = FILE) -> Answers:
    return Answers.of([Answer("datum", "facilities", file, answer)])


def check(table: Raw, answers: Answers | None = None, **more: Any) -> Any:
    return check_points(table, "facilities", [SEATS], answers or Answers(), **more)


def degrees(table: Raw) -> np.ndarray:
    return table.frame[["lon", "lat"]].astype(float).to_numpy()


TRUE = np.column_stack([LON, LAT])
MARS = convert(LON, LAT, "wgs84", "gcj02")
BAIDU = convert(LON, LAT, "wgs84", "bd09")


def test_a_shifted_file_is_asked_about_in_words_an_officer_understands() -> None:
    table = raw(*MARS)
    done, found, verdicts = check(table)

    (asked,) = found
    assert asked.severity == "decide"
    assert (asked.file, asked.row, asked.column) == (FILE, None, "经度 / 纬度")
    assert (asked.ask.topic, asked.ask.table, asked.ask.subject) == ("datum", "facilities", FILE)
    assert asked.ask.choices == ("gcj02", "wgs84", "bd09", LEAVE_OUT)
    assert asked.rule_zh.startswith("坐标疑为高德/腾讯（GCJ-02）坐标，整体偏移约 53")
    assert "16 个点对照参照点位（驻地）（误差约 60 米）" in asked.rule_zh
    assert "GCJ-02 (Amap, Tencent)" in asked.rule
    assert "gcj02" in asked.suggestion_zh
    assert verdicts[FILE].verdict == "gcj02"
    assert done is table  # nothing is converted before it is decided


@pytest.mark.parametrize(
    ("answer", "shifted", "name"), [("gcj02", MARS, "GCJ-02"), ("百度", BAIDU, "BD-09")]
)
def test_an_answer_converts_and_keeps_what_stood_there(
    answer: str, shifted: tuple[np.ndarray, np.ndarray], name: str
) -> None:
    table = raw(*shifted)
    before = table.frame.copy(deep=True)

    done, found, verdicts = check(table, answered(answer))

    assert np.abs(degrees(done) - TRUE).max() < 1e-6
    assert done.frame["lon_original"].tolist() == before["lon"].tolist()
    assert done.frame["lat_original"].tolist() == before["lat"].tolist()
    method = f"{name} -> WGS-84, iterative inverse, approximate (about 1 m)"
    assert done.frame["point_method"].str.endswith(method).all()
    assert done.frame["point_method"].str.startswith(f"{name} -> WGS-84，迭代反算").all()
    assert [one.severity for one in found] == ["note"]
    assert "已转换为 WGS-84/CGCS2000" in found[0].rule_zh
    assert f"（{COUNT} 个点" in found[0].rule_zh
    assert verdicts[FILE].verdict == verdicts[FILE].best
    pd.testing.assert_frame_equal(table.frame, before)


def test_an_answer_of_wgs84_leaves_the_points_and_says_what_the_check_says() -> None:
    table = raw(*MARS)

    done, found, _ = check(table, answered("WGS-84"))

    assert done is table
    assert [one.severity for one in found] == ["note", "note"]
    assert found[0].rule_zh == "已按回答作为WGS-84/CGCS2000坐标处理（16 个点）"
    assert found[1].suggestion_zh == "但核对结果更像高德/腾讯（GCJ-02），请再次确认。"


def test_points_are_left_out_when_that_is_the_answer() -> None:
    done, found, _ = check(raw(*MARS), answered(LEAVE_OUT))

    assert done.frame[["lon", "lat"]].isna().all(axis=None)
    assert done.frame["lon_original"].notna().all()
    assert [(one.severity, one.rule_zh) for one in found] == [
        ("note", "已按回答不使用这些坐标（16 个点）")
    ]


def test_an_answer_that_is_no_datum_is_an_error() -> None:
    done, found, _ = check(raw(*MARS), answered("北京54"))

    assert [(one.severity, one.value) for one in found] == [("error", "北京54")]
    assert "lon_original" not in done.frame


def test_a_clean_file_and_one_without_references_get_a_note() -> None:
    table = raw(LON, LAT)
    done, found, _ = check(table)
    assert done is table
    assert [(one.severity, one.ask) for one in found] == [("note", None)]
    assert found[0].rule_zh.startswith("坐标经核对为 WGS-84/CGCS2000")

    _, found, verdicts = check_points(table, "facilities", [], Answers())
    assert verdicts[FILE].verdict == "cannot tell"
    assert [(one.severity, one.rule_zh) for one in found] == [
        ("note", "坐标系无法判定，按 WGS-84/CGCS2000 使用：没有可供对照的资料")
    ]


def test_a_mixture_is_asked_about() -> None:
    half = np.arange(COUNT) % 2 == 0

    _, found, _ = check(raw(np.where(half, LON, BAIDU[0]), np.where(half, LAT, BAIDU[1])))

    assert [one.severity for one in found] == ["decide"]
    assert found[0].ask.choices == ("wgs84", "gcj02", "bd09", LEAVE_OUT)
    assert "混有两种坐标" in found[0].rule_zh


def test_each_file_is_a_source_of_its_own() -> None:
    first = np.arange(COUNT) < COUNT // 2
    files = tuple("a.csv" if one else "b.csv" for one in first)
    table = raw(np.where(first, MARS[0], LON), np.where(first, MARS[1], LAT), files=files)

    _, found, verdicts = check(table)
    assert {file: one.verdict for file, one in verdicts.items()} == {
        "a.csv": "gcj02",
        "b.csv": "wgs84",
    }
    assert [(one.file, one.severity) for one in found] == [("a.csv", "decide"), ("b.csv", "note")]

    done, found, _ = check(table, answered("gcj02", "a.csv"))
    assert np.abs(degrees(done) - TRUE).max() < 1e-6
    assert done.frame["point_method"].notna().tolist() == first.tolist()
    assert [(one.file, one.severity) for one in found] == [("a.csv", "note"), ("b.csv", "note")]


def test_degrees_are_tidied_before_and_the_first_text_is_kept() -> None:
    table = raw(*MARS)
    frame = table.frame.copy()
    frame["lon"] = [f"{one}°" for one in frame["lon"]]
    table = Raw(frame, FILE)

    done, found, _ = check(table, answered("gcj02"))

    assert np.abs(degrees(done) - TRUE).max() < 1e-6
    assert done.frame["lon_original"].tolist() == frame["lon"].tolist()
    assert done.frame["point_method"].iloc[0].count(";") == 1
    assert len(found) == 2


def test_points_outside_the_county_are_notes_with_their_distance() -> None:
    county = shapely.box(109.0, 30.0, float(np.sort(LON)[-2]) + 1e-4, 32.0)

    _, found, _ = check(raw(LON, LAT), county=county)

    outside = [one for one in found if one.row is not None]
    assert [(one.row, one.severity) for one in outside] == [(int(LON.argmax()) + 2, "note")]
    assert "县外机构可以列入" in outside[0].rule_zh


def test_unreadable_and_missing_points_break_nothing() -> None:
    table = raw(LON, LAT)
    frame = table.frame.copy()
    frame.loc[2, ["lon", "lat"]] = ["不详", "不详"]
    frame.loc[3, ["lon", "lat"]] = None

    _, found, verdicts = check(Raw(frame, FILE))

    assert [one.severity for one in found] == ["error", "note"]
    assert verdicts[FILE].used == COUNT - 2
    empty = Raw(frame.iloc[:0], FILE)
    none = Reference("places", np.array([], dtype=object), 60.0)
    assert check_points(empty, "facilities", [none], Answers())[1:] == ([], {})


def test_demand_points_are_converted_under_their_own_names() -> None:
    frame = pd.DataFrame({"demand_lon": ["109.881133"], "demand_lat": ["31.075048"]}, dtype="str")

    done, _ = apply_datum(Raw(frame, "v.csv"), ("demand_lon", "demand_lat"), "gcj02")

    assert done.frame.columns.tolist() == [
        "demand_lon", "demand_lat", "demand_lon_original", "demand_lat_original", "point_method",
    ]  # fmt: skip
    assert float(done.frame["demand_lon"].iloc[0]) == pytest.approx(109.87639, abs=1e-6)
