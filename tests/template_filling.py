"""Fill in the templates of ``wushan-geo init`` as an officer does: in the workbook, by hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "填报"
META_ROW, HEAD_ROW, NAME_ROW, FIRST_ROW = 2, 4, 5, 6
SIGNED: Mapping[str, object] = {
    "提供单位": "县残联",
    "填报人": "签字人甲",
    "截止日期": dt.date(2025, 6, 30),
    "数据性质": "台账数据",
}


def columns(page: Worksheet) -> dict[str, int]:
    """Give the number of each column by the name that the program has for it."""
    return {str(cell.value): cell.column for cell in page[NAME_ROW] if cell.value}


def fill(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    key: str = "",
    signed: Mapping[str, object] = SIGNED,
) -> Path:
    """Write records into a template: into the row of its key, or below the last one.

    Values stand under the program's names of the columns, as the officer types them: the words of
    the drop-down lists, dates as dates. What is not given stays as it is.
    """
    book = openpyxl.load_workbook(path)
    page = book[SHEET]
    at = columns(page)
    for cell in page[META_ROW]:
        label = str(cell.value or "").rstrip("：")
        if label in signed:
            page.cell(META_ROW, cell.column + 1, signed[label])
    there = {}
    for row in range(FIRST_ROW, page.max_row + 1):
        cells = [page.cell(row, column).value for column in at.values()]
        if any(cells):
            there[str(page.cell(row, at[key]).value) if key else row] = row
    below = max(there.values(), default=FIRST_ROW - 1)
    for record in rows:
        row = there.get(str(record[key])) if key else None
        if row is None:
            below = row = below + 1
        for name, value in record.items():
            page.cell(row, at[name], value)
    book.save(path)
    book.close()
    return path


def fill_persons(path: Path, counts: Mapping[str, Mapping[str, int | None]]) -> Path:
    """Fill in the persons of villages, by code and group; None leaves the cell empty."""
    return fill(path, [{"zone_id": code, **groups} for code, groups in counts.items()], "zone_id")


def fill_facilities(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    """Fill in facilities, one row each."""
    return fill(path, records)


FACILITIES: tuple[Mapping[str, Any], ...] = (
    {
        "facility_id": "WS-001",
        "name": "曲尺乡残疾人之家",
        "kind": "残疾人之家（渝馨家园）",
        "services": "日间照料；辅助性就业",
        "capacity": 20,
        "status": "运行",
        "opened": dt.date(2021, 9, 1),
        "grade": 3,
        "admits": "接收全县",
        "barrier_free": "是",
        "open_days": 5,
        "zone_id": "500237208001",
        "lon": 109.8,
        "lat": 31.05,
        "point_basis": "台账数据",
    },
    {
        "facility_id": "WS-002",
        "name": "大溪乡备选点",
        "kind": "备选点",
        "services": "日间照料",
        "status": "备选",
        "admits": "接收本乡镇（街道）",
        "barrier_free": "否",
        "township_name": "大溪乡",
    },
)
"""Two facilities of Wushan as an officer would write them; the second is found by its township."""
