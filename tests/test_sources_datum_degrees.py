"""Coordinates read from text, and the columns of a table put into decimal degrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import ParameterError
from wushan_geo.sources.datum import read_coordinates, tidy
from wushan_geo.sources.datum.degrees import read_pair
from wushan_geo.study.answers import LEAVE_OUT, Answer, Answers
from wushan_geo.study.tables import Raw

LON, LAT = 109 + 52 / 60 + 35 / 3600, 31 + 4 / 60 + 39 / 3600
NONE = Answers()


@pytest.mark.parametrize(
    ("lon", "lat", "how"),
    [
        ("109°52′35″E", "31°4′39″N", ("dms",)),
        ("109度52分35秒", "31度04分39秒", ("dms",)),
        ("东经109°52'35\"", "北纬31°04'39\"", ("dms",)),
        ("E109°52'35''", "N31°4'39''", ("dms",)),
        ("109-52-35", "31-04-39", ("dms",)),
        ("109:52:35", "31:04:39.0", ("dms",)),
        ("109 52 35", "31 4 39", ("dms",)),
        ("１０９°５２′３５″", "３１°４′３９″", ("dms",)),
        ("109º52´35“", "31˚04’39”", ("dms",)),
        ("109°52.58333'", "31°4.65'", ("dm",)),
        ("109.876389", "31.0775", ("decimal",)),
        ("１０９．８７６３８９", "３１．０７７５", ("decimal",)),
        ("109.876389°E", "31.0775°N", ("decimal",)),
        ("经度：109.876389", "纬度：31.0775", ("decimal",)),
        ("1095235", "310439", ("packed",)),
        ("1095235.0", "310439.00", ("packed",)),
        ("109.876389,31.0775", "", ("pair", "decimal")),
        ("", "109.876389，31.0775", ("pair", "decimal")),
        ("109.876389、31.0775", "109.876389、31.0775", ("pair", "decimal")),
        ("31.0775, 109.876389", "", ("pair", "decimal")),
        ("109.876389 31.0775", "", ("pair", "decimal")),
        ("POINT (109.876389 31.0775)", "", ("pair", "decimal")),
        ("N31°4'39\" E109°52'35\"", "", ("pair", "dms")),
        ("109°52′35″E 31°4′39″N", "", ("pair", "dms")),
        ("31.0775", "109.876389", ("decimal", "swapped")),
        ("N31°4'39\"", "E109°52'35\"", ("dms", "swapped")),
        ("310439", "1095235", ("swapped", "packed")),
        ("-109.876389", "31.0775", ("decimal", "sign")),
        ("109.876389W", "31.0775N", ("decimal", "sign")),
    ],
)
def test_each_usual_form_is_the_same_place(lon: str, lat: str, how: tuple[str, ...]) -> None:
    read = read_pair(lon, lat)

    assert read.problem == ""
    assert (read.lon, read.lat) == (pytest.approx(LON, abs=1e-6), pytest.approx(LAT, abs=1e-6))
    assert read.how == how


@pytest.mark.parametrize(
    ("lon", "lat", "problem", "about"),
    [
        ("巫山县城", "31.0775", "unreadable", ""),
        ("109.52.35", "31.04.39", "unreadable", ""),
        ("109.5°30'", "31", "unreadable", ""),
        ("109:52-35", "31", "unreadable", ""),
        ("109°72′", "31", "sixty", ""),
        ("109°52′60″", "31", "sixty", ""),
        ("109.87", "", "half", ""),
        ("209.8", "31.0", "range", ""),
        ("109876389", "31077500", "range", ""),
        ("109.87", "3440212", "mixed", ""),
        ("E109.87", "E31.07", "axis", ""),
        ("37396421.5", "3440212.3", "projected", "Gauss-Kruger 3° zone 37, 111°E, EPSG:4525"),
        ("3440212.3", "37396421.5", "projected", "Gauss-Kruger 3° zone 37, 111°E, EPSG:4525"),
        ("19396421.5", "3440212.3", "projected", "Gauss-Kruger 6° zone 19, 111°E, EPSG:4497"),
        ("396421.5", "3440212.3", "projected", "Gauss-Kruger"),
        ("12231183", "3640000", "projected", "Web Mercator EPSG:3857"),
    ],
)
def test_what_is_no_coordinate_is_said_and_never_guessed(
    lon: str, lat: str, problem: str, about: str
) -> None:
    read = read_pair(lon, lat)

    assert (read.problem, read.about) == (problem, about)
    assert read.lon is None
    assert read.lat is None


@pytest.mark.parametrize(
    ("lon", "lat"), [("1096235", "310439"), ("1095261", "310439"), ("1095235", "310499")]
)
def test_packed_digits_that_are_no_minutes_are_not_packed(lon: str, lat: str) -> None:
    assert read_pair(lon, lat).problem == "range"


def test_places_elsewhere_in_the_world_keep_their_signs() -> None:
    read = read_pair("-0.1276", "51.5072")

    assert (read.lon, read.lat, read.how) == (-0.1276, 51.5072, ("decimal",))


FORMS = ["{}°{}′{}″", "{}度{}分{}秒", "{}-{}-{}", "{}:{}:{}", "{} {} {}", "{}{:02}{:02}"]
SIXTIETHS = st.integers(0, 59)


@settings(max_examples=50, deadline=None)
@given(
    st.tuples(st.integers(73, 135), SIXTIETHS, SIXTIETHS),
    st.tuples(st.integers(10, 53), SIXTIETHS, SIXTIETHS),
    st.sampled_from(FORMS),
    st.sampled_from([1, -1]),
)
def test_what_is_written_is_read(
    east: tuple[int, int, int], north: tuple[int, int, int], form: str, order: int
) -> None:
    cells = [form.format(*east), form.format(*north)]
    read = read_pair(*cells[::order])

    assert read.problem == ""
    assert read.lon == pytest.approx(east[0] + east[1] / 60 + east[2] / 3600, abs=1e-9)
    assert read.lat == pytest.approx(north[0] + north[1] / 60 + north[2] / 3600, abs=1e-9)
    assert ("swapped" in read.how) == (order == -1)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=24), st.text(max_size=24))
def test_no_text_breaks_the_reader(lon: str, lat: str) -> None:
    read = read_pair(lon, lat)

    assert (read.lon is None) == (read.lat is None)
    if read.lon is not None and read.lat is not None:
        assert abs(read.lon) <= 180
        assert abs(read.lat) <= 90


def test_columns_are_read_row_by_row() -> None:
    read = read_coordinates(["109.5", None, float("nan")], ["31", None, pd.NA])

    assert read["lon"].tolist()[:1] == [109.5]
    assert read["lon"].isna().tolist() == [False, True, True]
    assert read["how"].tolist() == ["decimal", "", ""]
    assert read["problem"].tolist() == ["", "", ""]
    with pytest.raises(ParameterError, match="2 longitudes and 1 latitudes do not make pairs"):
        read_coordinates(["1", "2"], ["3"])


def raw(*rows: tuple[str | None, str | None], **more: Any) -> Raw:
    frame = pd.DataFrame(rows, columns=["lon", "lat"], index=range(2, len(rows) + 2), dtype="str")
    return Raw(frame, "a.xlsx › 机构", labels={"lon": "经度", "lat": "纬度"}, **more)


def tidied(table: Raw, answers: Answers = NONE) -> tuple[Raw, list[Any]]:
    return tidy(table, table="facilities", answers=answers)


def test_plain_degrees_stay_as_they_are() -> None:
    table = raw(("109.50", "31.10"), (None, None))

    done, found = tidied(table)

    assert done is table
    assert found == []


def test_a_repair_is_a_note_and_the_text_of_the_file_is_kept() -> None:
    table = raw(("109°52′35″", "31°4′39″"), ("109.50", "31.10"), ("109°30′", "31.5"))
    before = table.frame.copy(deep=True)

    done, found = tidied(table)

    assert done.frame["lon"].tolist() == ["109.87638889", "109.50", "109.5"]
    assert done.frame["lat"].tolist() == ["31.0775", "31.10", "31.5"]
    assert done.frame["lon_original"].tolist() == ["109°52′35″", "109.50", "109°30′"]
    assert done.frame["lat_original"].tolist() == ["31°4′39″", "31.10", "31.5"]
    methods = done.frame["point_method"]
    assert methods.isna().tolist() == [False, True, False]
    assert methods.iloc[0] == "度分秒换算为十进制度 / degrees-minutes-seconds to decimal degrees"
    assert [(one.severity, one.row, one.column) for one in found] == [
        ("note", None, "经度 / 纬度"),
        ("note", None, "经度 / 纬度"),
    ]
    assert found[0].rule_zh == "度分秒写法已换算为十进制度（1 行：2）"
    assert found[1].rule_zh == "度分写法已换算为十进制度（1 行：4）"
    pd.testing.assert_frame_equal(table.frame, before)


def test_an_unreadable_cell_is_an_error_with_its_row_and_stays() -> None:
    done, found = tidied(raw(("109.5", "31.1"), ("约109度", "31.1"), ("37396421.5", "3440212.3")))

    assert [(one.severity, one.row, one.value) for one in found] == [
        ("error", 3, "约109度 / 31.1"),
        ("error", 4, "37396421.5 / 3440212.3"),
    ]
    assert "37" in found[1].rule_zh
    assert "EPSG:4525" in found[1].rule
    assert done.frame["lon"].tolist() == ["109.5", "约109度", "37396421.5"]


def test_columns_exchanged_as_a_whole_are_put_right_with_a_note() -> None:
    done, found = tidied(raw(("31.1", "109.5"), ("31.2", "109.6"), (None, None)))

    assert done.frame["lon"].tolist()[:2] == ["109.5", "109.6"]
    assert done.frame["lon_original"].tolist()[:2] == ["31.1", "31.2"]
    assert [one.severity for one in found] == ["note"]
    assert found[0].rule_zh == "经度列与纬度列整列填反，已对调（2 行）"


SOME = (("109.4", "31.0"), ("31.1", "109.5"), ("109.6", "31.2"))


def test_some_exchanged_rows_are_asked_about_once() -> None:
    _, found = tidied(raw(*SOME))

    (asked,) = found
    assert asked.severity == "decide"
    assert asked.ask.topic == "repair"
    assert asked.ask.table == "facilities"
    assert asked.ask.subject == "a.xlsx › 机构: swapped"
    assert asked.ask.choices == ("swap", "keep", LEAVE_OUT)
    assert asked.rule_zh == "部分行的经度和纬度填反（1 行：3）"


@pytest.mark.parametrize(
    ("answer", "lon", "lat"),
    [("swap", "109.5", "31.1"), ("keep", "31.1", "109.5"), (LEAVE_OUT, None, None)],
)
def test_an_answer_on_exchanged_rows_is_followed(
    answer: str, lon: str | None, lat: str | None
) -> None:
    answers = Answers.of([Answer("repair", "facilities", "a.xlsx › 机构: swapped", answer)])

    done, found = tidied(raw(*SOME), answers)

    row = done.frame[["lon", "lat"]].iloc[1]
    assert [None if pd.isna(one) else one for one in row] == [lon, lat]
    assert [one.severity for one in found] == ["note"]
    assert done.frame["lon"].iloc[0] == "109.4"


@pytest.mark.parametrize(("answer", "lon"), [("positive", "109.5"), ("keep", "-109.5")])
def test_a_wrong_sign_is_asked_about(answer: str, lon: str) -> None:
    table = raw(("-109.5", "31.1"), ("109.6", "31.2"))
    _, found = tidied(table)
    assert [(one.severity, one.ask.choices) for one in found] == [
        ("decide", ("positive", "keep", LEAVE_OUT))
    ]

    answers = Answers.of([Answer("repair", "facilities", "a.xlsx › 机构: sign", answer)])
    done, found = tidied(table, answers)

    assert done.frame["lon"].iloc[0] == lon
    assert [one.severity for one in found] == ["note"]


def test_files_of_one_table_are_judged_apart() -> None:
    table = raw(("31.1", "109.5"), ("109.6", "31.2"), files=("a.csv", "b.csv"))

    done, found = tidied(table)

    assert [(one.file, one.severity) for one in found] == [("a.csv", "note")]
    assert done.frame["lon"].tolist() == ["109.5", "109.6"]


def test_other_columns_and_a_single_column_are_read_too() -> None:
    frame = pd.DataFrame({"demand_lon": ["109.5，31.1"]}, index=[2], dtype="str")

    done, found = tidy(
        Raw(frame, "v.csv"), ("demand_lon", "demand_lat"), table="villages", answers=NONE
    )

    assert done.frame[["demand_lon", "demand_lat"]].to_numpy().tolist() == [["109.5", "31.1"]]
    assert [one.rule for one in found] == [
        "longitude and latitude in one cell were taken apart (rows: 1; 2)"
    ]
    nothing = Raw(pd.DataFrame({"name": ["A"]}, dtype="str"), "v.csv")
    assert tidied(nothing) == (nothing, [])
    assert np.isnan(read_coordinates([None], [None])["lon"]).all()
