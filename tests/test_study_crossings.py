"""The texts of the crossing table: read as they are meant, or refused with file and row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import builders
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wushan_geo.errors import InputError
from wushan_geo.study.crossings import (
    Closure,
    Crossing,
    closures_of,
    hours_of,
    opening_of,
    read_crossings,
)

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "crossing_id,name,kind,opened,hours,headway_min,closures,lon,lat,basis\n"


def crossing(hours: str) -> Crossing:
    return Crossing("f", "ferry", None, hours_of(hours), float("nan"), ())


def table(**cells: object) -> pd.DataFrame:
    row = {
        "crossing_id": "f", "kind": "ferry", "opened": None, "hours": None, "headway_min": None,
        "closures": None,
    }  # fmt: skip
    return pd.DataFrame([{**row, **cells}])


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("06:00-18:00", ((360, 1080),)),
        ("6:00-18:00", ((360, 1080),)),
        ("06:00-12:00;14:00-18:00", ((360, 720), (840, 1080))),
        ("０６：００—１８：００", ((360, 1080),)),
        ("06:00至18:00；", ((360, 1080),)),
        ("全天", ((0, 1440),)),
        ("24h", ((0, 1440),)),
        ("00:00-24:00", ((0, 1440),)),
        ("22:00-06:00", ((1320, 360),)),
    ],
)
def test_hours_are_read(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert hours_of(text) == spans


@pytest.mark.parametrize(
    "text",
    ["", ";", "6-18", "06:00", "06:60-18:00", "25:00-26:00", "24:00-06:00", "06:00-06:00", "白天"],
)
def test_hours_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        hours_of(text)


@pytest.mark.parametrize(
    ("hours", "time", "runs"),
    [
        ("06:00-18:00", dt.time(6, 0), True),
        ("06:00-18:00", dt.time(18, 0), True),
        ("06:00-18:00", dt.time(5, 59), False),
        ("06:00-18:00", dt.time(18, 0, 1), False),
        ("22:00-06:00", dt.time(22, 0), True),
        ("22:00-06:00", dt.time(6, 0), True),
        ("22:00-06:00", dt.time(0, 0), True),
        ("22:00-06:00", dt.time(6, 1), False),
        ("22:00-06:00", dt.time(21, 59), False),
        ("06:00-12:00;14:00-18:00", dt.time(13, 0), False),
        ("24h", dt.time(23, 59, 59), True),
    ],
)
def test_a_crossing_runs_at_the_ends_of_its_hours_and_not_beyond(
    hours: str, time: dt.time, *, runs: bool
) -> None:
    assert crossing(hours).runs_at(time) is runs


def test_hours_that_are_not_known_are_not_all_day() -> None:
    assert Crossing("f", "ferry", None, None, float("nan"), ()).runs_at(dt.time(3)) is None


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_a_span_and_the_span_turned_round_share_only_their_ends(
    start: int, end: int, minute: int
) -> None:
    if start == end:
        return
    first, second = (f"{one // 60:02}:{one % 60:02}" for one in (start, end))
    time = dt.time(minute // 60, minute % 60)
    there = crossing(f"{first}-{second}").runs_at(time)
    back = crossing(f"{second}-{first}").runs_at(time)
    assert (there and back) == (minute in {start, end})
    assert there or back


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2009", "2009-01-01", "2009-12-31"),
        ("2009年", "2009-01-01", "2009-12-31"),
        ("2008-02", "2008-02-01", "2008-02-29"),
        ("2009年10月", "2009-10-01", "2009-10-31"),
        ("2009年10月1日", "2009-10-01", "2009-10-01"),
        ("2009-10-01", "2009-10-01", "2009-10-01"),
        ("2009/10/1", "2009-10-01", "2009-10-01"),
        ("2009-10-01 00:00:00", "2009-10-01", "2009-10-01"),
    ],
)
def test_an_opening_is_as_exact_as_it_is_told(text: str, first: str, last: str) -> None:
    found = opening_of(text)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize("text", ["", "09", "2009-13", "2009-02-30", "soon", "20091001", "2009-0"])
def test_an_opening_that_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        opening_of(text)


@pytest.mark.parametrize(
    ("text", "day", "condition", "closed"),
    [
        ("2025-07-01", "2025-07-01", "ordinary", True),
        ("2025-07-01", "2025-07-02", "ordinary", False),
        ("2025-07-01/2025-08-31", "2025-08-31", "ordinary", True),
        ("2025-07-01/2025-08-31", "2026-08-01", "ordinary", False),
        ("2025年7月1日至2025年8月31日", "2025-07-01", "ordinary", True),
        ("07-01/08-31", "1999-08-31", "ordinary", True),
        ("07-01/08-31", "1999-09-01", "ordinary", False),
        ("7月1日至8月31日", "1999-07-01", "ordinary", True),
        ("12-01/02-28", "2025-12-31", "ordinary", True),
        ("12-01/02-28", "2025-01-01", "ordinary", True),
        ("12-01/02-28", "2025-03-01", "ordinary", False),
        ("02-29", "2024-02-29", "ordinary", True),
        ("flood", "2025-07-01", "flood", True),
        ("flood", "2025-07-01", "snow", False),
        ("汛期", "2025-07-01", "flood", True),
        ("洪水期停航 no service in floods", "2025-07-01", "flood", True),
        ("冰雪", "2025-07-01", "snow", True),
        ("snow;2025-07-01", "2025-07-01", "flood", True),
        ("雪天、汛期停航", "2025-07-01", "snow", True),
        ("雪天、汛期停航", "2025-07-01", "flood", True),
        ("洪水期封闭", "2025-07-01", "flood", True),
        ("汛期不通航", "2025-07-01", "flood", True),
        ("路面结冰禁止通行", "2025-07-01", "snow", True),
        ("Closed in the flood season", "2025-07-01", "flood", True),
    ],
)
def test_a_closure_covers_its_days_and_its_condition(
    text: str, day: str, condition: str, *, closed: bool
) -> None:
    on = dt.date.fromisoformat(day)
    assert any(one.covers(on, condition) for one in closures_of(text)) is closed


@pytest.mark.parametrize(
    "text",
    [
        "", "2025-08-31/2025-07-01", "2025-07-01/08-31", "2025-07", "13-01", "02-30", "fog",
        "flood 175 m", "2025-07-01/2025-08-01/2025-09-01",
    ],
)  # fmt: skip
def test_a_closure_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        closures_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "洪水期不封闭", "汛期照常通行", "汛期正常", "除洪水期外停航",
        "洪水期停航除外", "未因洪水封闭", "汛期无封闭", "汛期不停航",
        "洪水期不禁止通行", "汛期从不停航", "冰雪天开放", "汛期限载",
        "汛期视情封闭", "flood；冰雪期不封闭", "not closed in floods", "never closed in snow",
        "open in floods", "no closure in floods", "no floods", "closed except in floods",
    ],
)  # fmt: skip
def test_a_text_that_denies_or_limits_a_closure_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        closures_of(text)


def test_a_crossing_that_stays_open_in_floods_is_told_to_leave_the_cell_empty(
    tmp_path: Path,
) -> None:
    rows = "bridge,大桥,bridge,2009,,,洪水期不封闭,109.9,31.025,measured\n"
    builders.make_study_folder(tmp_path, crossings=HEAD + rows)

    (one,) = builders.faults_of(tmp_path)

    assert (one.row, one.column, one.value) == (2, "closures", "洪水期不封闭")
    assert "不封闭的留空" in one.suggestion_zh
    assert "Leave it empty where it is not closed" in one.suggestion


def test_what_is_left_empty_is_not_known() -> None:
    found = read_crossings(table())["f"]
    assert found.opened is None
    assert found.hours is None
    assert found.closures == ()
    assert pd.isna(found.headway_min)
    assert read_crossings(None) == {}


def test_a_headway_of_zero_is_a_real_zero() -> None:
    assert read_crossings(table(headway_min=0.0))["f"].headway_min == 0.0


def test_a_table_made_by_hand_is_checked_as_well() -> None:
    with pytest.raises(InputError) as caught:
        read_crossings(table(opened="soon", hours="day"))
    assert [(one.column, one.value) for one in caught.value.faults] == [
        ("hours", "f: day"),
        ("opened", "f: soon"),
    ]


def test_every_wrong_text_of_a_study_is_named_with_file_and_row(tmp_path: Path) -> None:
    rows = (
        "bridge,大桥,bridge,2009,,,,109.9,31.025,measured\n"
        "ferry,渡,ferry,soon,daytime,20,sometimes,109.9,31.05,measured\n"
    )
    builders.make_study_folder(tmp_path, crossings=HEAD + rows)
    found = builders.faults_of(tmp_path)
    assert [(one.file, one.row, one.column, one.value) for one in found] == [
        ("crossings.csv", 3, "closures", "sometimes"),
        ("crossings.csv", 3, "hours", "daytime"),
        ("crossings.csv", 3, "opened", "soon"),
    ]
    assert found[0].rule_zh == "应为日期、起止日期或 flood、snow"


def test_an_edge_over_a_crossing_that_no_table_has_is_a_fault(tmp_path: Path) -> None:
    edges = builders.replaced(("no,no,bridge,", "no,no,brigde,"))
    found = builders.broken(tmp_path, road_edges=edges)
    assert found == [
        ("roads/edges.csv", 3, "crossing_id", "brigde", "is a crossing of crossings.csv")
    ]


def test_the_built_in_studies_can_be_read() -> None:
    import wushan_geo as wg

    ferry = read_crossings(wg.open_study("example").crossings)["R1"]
    assert ferry.closures == (Closure(condition="flood"),)
    assert ferry.hours == ((390, 1140),)
