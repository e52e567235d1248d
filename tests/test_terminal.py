"""What a planner reads on the terminal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from wushan_geo import terminal
from wushan_geo.errors import Fault
from wushan_geo.results import ServiceInfo, StudyInfo, StudyResult
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.terminal import WARNINGS_SHOWN, fault_lines, folded, show_result
from wushan_geo.wording import Language, say


def result(
    rows: list[dict[str, Any]] | None = None, *, demonstration: bool = False, warnings: int = 1
) -> StudyResult:
    """Give a finished result of one or more townships."""
    info = StudyInfo(
        id="tiny",
        title=("标题", "Title"),
        county_name=("小县", "Tiny"),
        county="990201",
        quote=("", ""),
        plan_title=("", ""),
        as_of=dt.date(2025, 6, 30),
        edition="internal",
        small_cell=1,
        demonstration=demonstration,
        facts_only=False,
        fictional=False,
        headline="day_care",
        services=(
            ServiceInfo(
                "day_care", ("日间照料", "day care"), "township", "minutes", 30.0, (30.0,), ""
            ),
        ),
        siting_service=None,
        siting_limit=None,
        condition="ordinary",
    )
    row = {
        "name": "甲乡",
        "name_en": "Jia",
        "class": "gap",
        "minutes_low": 31.4,
        "minutes_high": 40.0,
        "places": 8,
        "places_reached": 3,
        "persons": 100.0,
        "persons_reached": 40.0,
        "facilities_open": 0.0,
    }
    found = pd.DataFrame(
        {
            "severity": ["answer", *["warning"] * warnings, "info"],
            "text_zh": ["要点", *(f"注意{at}" for at in range(warnings)), "其他"],
            "text_en": ["the point", *(f"mind {at}" for at in range(warnings)), "other"],
        }
    )
    towns = pd.DataFrame([{**row, **one} for one in (rows or [{}])])
    return StudyResult(info, {"findings": found, "townships": towns}, {})


def shown(
    capsys: pytest.CaptureFixture[str], one: StudyResult, tongue: Language = "en", *names: str
) -> str:
    show_result(one, Path("out"), names, tongue)
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test have the same terminal."""
    monkeypatch.setenv("COLUMNS", "120")


def test_the_answer_comes_first_and_mere_information_stays_in_the_tables(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = shown(capsys, result())

    assert text.index("Title") < text.index("the point") < text.index("mind 0")
    assert text.index("mind 0") < text.index("Jia")
    assert "other" not in text


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ({}, ("gap", "31–40", "3/8", "40/100", "0")),
        ({"minutes_high": float("inf")}, ("31–unreachable",)),
        (
            {"minutes_low": float("inf"), "minutes_high": float("inf")},
            ("unreachable", "3/8"),
        ),
        ({"minutes_low": float("nan")}, ("no data", "3/8")),
        ({"persons": float("nan")}, ("40/no data",)),
        ({"facilities_open": float("nan")}, ("no data",)),
        ({"class": float("nan")}, ("unknown",)),
        ({"name_en": float("nan")}, ("甲乡",)),
    ],
)
def test_no_data_and_unreachable_are_said_in_words(
    capsys: pytest.CaptureFixture[str], row: dict[str, Any], cells: tuple[str, ...]
) -> None:
    text = shown(capsys, result([row]))

    for cell in cells:
        assert cell in text
    assert "nan" not in text
    assert "inf" not in text


def test_a_demonstration_says_so_in_its_notice_and_with_each_class(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = shown(capsys, result([{}, {"class": "effective"}], demonstration=True), "zh")

    assert "【演示数据】" in text
    assert "演示：覆盖空白" in text
    assert "演示：有效覆盖" in text


def test_a_few_warnings_are_shown_and_the_rest_counted(capsys: pytest.CaptureFixture[str]) -> None:
    few = shown(capsys, result(warnings=WARNINGS_SHOWN))
    many = shown(capsys, result(warnings=WARNINGS_SHOWN + 3))

    assert f"mind {WARNINGS_SHOWN - 1}" in few
    assert say("cli.more", "en", count=3) not in few
    assert f"mind {WARNINGS_SHOWN}" not in many
    assert say("cli.more", "en", count=3) in many


def test_the_report_is_to_be_opened_first_else_the_map_else_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pages = ("maps/coverage.html", "reports/county.html")

    assert "Open this first: out/reports/county.html" in shown(capsys, result(), "en", *pages)
    assert "Open this first: out/maps/coverage.html" in shown(capsys, result(), "en", pages[0])
    assert "Open this first" not in shown(capsys, result(), "en", "tables/gaps.csv")


def test_a_name_with_markup_is_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, result([{"name_en": "[red]Jia[/red]"}]))

    assert "[red]Jia[/red]" in text


@pytest.mark.parametrize("tongue", ["zh", "en"])
@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_no_heading_and_no_cell_is_cut_off_at_any_width(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tongue: Language,
    columns: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    text = shown(capsys, result(demonstration=True), tongue)

    assert "…" not in text
    assert max(cell_len(line) for line in text.splitlines()) <= min(columns, terminal.WIDTH)


def test_faults_are_grouped_by_file_in_both_languages() -> None:
    faults = [
        fault(Where("a.csv", 1), rule("readable"), hint("readable")),
        fault(Where("a.csv", 3, "persons", "-2"), rule("least", bound=0), hint("counts")),
        fault(Where("b.toml", None, "study.id"), rule("setting"), hint("filled")),
    ]

    assert fault_lines(faults, "en") == [
        "Faults in the input: 3. Mend them and run again.",
        "",
        "a.csv",
        "  row 1: can be opened. Close it elsewhere, and make sure that you may read it.",
        "  row 3, persons: is at least 0 (found '-2'). Correct the counts.",
        "",
        "b.toml",
        "  study.id: has this setting. Fill the cell in.",
    ]
    assert fault_lines(faults, "zh") == [
        "输入数据有 3 处问题，请更正后重新运行：",
        "",
        "a.csv",
        "  第 1 行：文件应能打开。请确认文件未被占用且有读取权限。",
        "  第 3 行，persons：应不小于 0（现为“-2”）。请更正人数。",
        "",
        "b.toml",
        "  study.id：应有此项设定。请填写。",
    ]


def test_a_fault_without_chinese_is_told_in_english_and_a_value_stays_on_its_line() -> None:
    one = Fault("a", 2, "", "two\nlines\tof text", "is short", "Cut it.")

    assert fault_lines([one], "zh")[-1] == "  第 2 行：is short（现为“two lines of text”）。Cut it."


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=60))
def test_folding_loses_no_character_and_keeps_to_the_width(text: str) -> None:
    lines = folded(text, 20)

    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert cell_len(line) <= 20 or " " not in line.strip()


def test_what_has_no_closing_mark_before_it_starts_no_line() -> None:
    lines = folded("已覆盖，未覆盖。" * 10, 15)

    assert not [line for line in lines if line[:1] in "，。；：、）”"]
