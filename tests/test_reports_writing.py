from __future__ import annotations

import time
from typing import TYPE_CHECKING, Never

import pytest
import reports_cases as cases

import wushan_geo as wg
from wushan_geo.errors import ParameterError
from wushan_geo.reports import report_files, write_report

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from wushan_geo.results import StudyResult


def test_the_report_is_written_in_the_order_asked_for(tmp_path: Path) -> None:
    paths = write_report(cases.result_of("example"), tmp_path, ("xlsx", "html"))
    assert [one.name for one in paths] == ["county.xlsx", "county.html"]
    made = report_files(cases.result_of("example"))
    assert {one.name: one.read_bytes() for one in paths} == made
    assert sorted(one.name for one in tmp_path.iterdir()) == ["county.html", "county.xlsx"]


def test_it_is_a_public_name() -> None:
    assert wg.write_report is write_report


@pytest.mark.parametrize("formats", [("pdf",), ("html", "doc"), (), "html"])
def test_an_unknown_format_lists_what_exists_and_writes_nothing(
    tmp_path: Path, formats: Any
) -> None:
    with pytest.raises(ParameterError, match="formats must list some of html, xlsx"):
        write_report(cases.result_of("example"), tmp_path / "new", formats)
    assert not (tmp_path / "new").exists()


def test_an_interrupted_report_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_report(cases.result_of("example"), tmp_path)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}

    def broken(_result: StudyResult) -> Never:
        raise OSError("no space left")

    monkeypatch.setattr("wushan_geo.reports.excel.county_xlsx", broken)
    with pytest.raises(OSError, match="no space left"):
        write_report(cases.result_of("wushan"), tmp_path)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_tables_are_not_changed() -> None:
    result = cases.result_of("example")
    before = {name: table.copy() for name, table in result.tables.items()}
    report_files(result)
    for name, table in result.tables.items():
        assert table.equals(before[name])


def test_both_files_are_made_in_a_moment() -> None:
    report_files(cases.result_of("example"))  # libraries are loaded
    started = time.perf_counter()
    report_files(cases.result_of("wushan"))
    assert time.perf_counter() - started < 3  # 0.4 s on an idle machine
