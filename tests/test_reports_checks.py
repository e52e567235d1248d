"""The workbook of a check, as an officer opens it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from wushan_geo.checkup import (
    ADDRESSES,
    ARRIVALS,
    CHANGES,
    COLUMNS,
    DECIDED,
    FINDINGS,
    MATCHES,
    Checkup,
)
from wushan_geo.reports.checks import checks_xlsx
from wushan_geo.sources.answered import read_filled

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

QUESTION = {
    "severity": "decide",
    "file": "机构.xlsx › 台账",
    "row": 7.0,
    "column": "所在村",
    "value": "山平村",
    "rule_zh": "名称对应多个单位",
    "rule_en": "may be one of several units",
    "suggestion_zh": "请选择。",
    "suggestion_en": "Choose.",
    "topic": "zone",
    "table": "facilities",
    "subject": "两坪乡/山平村",
    "choices": "500237201201 两坪乡山坪村; skip",
    "answer": "",
}
NOTE = {**QUESTION, "severity": "note", "topic": "", "subject": "", "choices": "", "value": "=1+1"}
SAME = {**QUESTION, "topic": "same", "subject": "A = B", "choices": "different; same"}
ERROR = {**QUESTION, "severity": "error", "topic": "", "choices": "", "row": float("nan")}


def checkup(*findings: dict[str, Any]) -> Checkup:
    """Give a check with some findings."""
    matches = pd.DataFrame(columns=list(MATCHES))
    matches.loc[0] = [
        "facilities", "机构.xlsx", 7.0, "两坪乡", "山平村", None, "", "", float("nan"),
        "ambiguous", "500237201201;500237201202",
    ]  # fmt: skip
    return Checkup(
        study="tiny",
        title=("示例", "Example"),
        as_of="2025-06-30",
        arrivals=pd.DataFrame(
            [["facilities", "机构.xlsx", "台账", "xlsx", "", "long", "3", 5, 1, "—→缺 ×2"]],
            columns=list(ARRIVALS),
        ),
        columns=pd.DataFrame(
            [["facilities", "机构.xlsx", "台账", "联系电话", "", "personal"]], columns=list(COLUMNS)
        ),
        findings=pd.DataFrame(list(findings), columns=list(FINDINGS)),
        matches=matches,
        changes=pd.DataFrame(columns=list(CHANGES)),
        addresses=pd.DataFrame(columns=list(ADDRESSES)),
        decided=pd.DataFrame(columns=list(DECIDED)),
        accepted="",
    )


def opened(content: bytes) -> openpyxl.Workbook:
    """Open a workbook from memory."""
    return openpyxl.load_workbook(io.BytesIO(content))


def headed(page: Worksheet) -> dict[str, int]:
    """Give the column of each key of a sheet."""
    return {str(cell.value).splitlines()[-1]: cell.column for cell in page[3] if cell.value}


def test_the_same_findings_give_the_same_bytes() -> None:
    one = checks_xlsx(checkup(QUESTION, NOTE))

    assert one == checks_xlsx(checkup(QUESTION, NOTE))


def test_each_severity_has_its_sheet_and_nothing_stands_on_two() -> None:
    book = opened(checks_xlsx(checkup(QUESTION, SAME, NOTE, ERROR)))

    rows = {name: book[name].max_row - 3 for name in ("待决事项", "须更正", "读取说明")}

    assert rows == {"待决事项": 2, "须更正": 1, "读取说明": 1}


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    page = opened(checks_xlsx(checkup(NOTE)))["读取说明"]

    cell = page.cell(4, headed(page)["value"])

    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_an_answer_has_a_drop_down_of_what_is_offered_in_words() -> None:
    book = opened(checks_xlsx(checkup(QUESTION, SAME)))

    lists = {str(one.sqref): one for one in book["待决事项"].data_validations.dataValidation}
    column = openpyxl.utils.get_column_letter(headed(book["待决事项"])["answer"])
    offers = [[cell.value for cell in row if cell.value] for row in book["选项"].rows]

    assert set(lists) == {f"{column}4", f"{column}5"}
    assert lists[f"{column}4"].errorStyle == "information"
    assert lists[f"{column}5"].errorStyle is None  # which is: stop
    assert offers == [
        ["500237201201 两坪乡山坪村", "skip 不采用"],
        ["different 不同机构，都保留", "same 同一机构，只留一条"],
    ]


@pytest.mark.parametrize(
    ("finding", "shown", "plain"),
    [
        (QUESTION, "500237201201 两坪乡山坪村", "500237201201"),
        (QUESTION, "skip 不采用", "skip"),
        (QUESTION, "500237201202", "500237201202"),
        (SAME, "same 同一机构，只留一条", "same"),
    ],
)
def test_a_filled_workbook_is_read_back(
    finding: dict[str, Any], shown: str, plain: str, tmp_path: Path
) -> None:
    book = opened(checks_xlsx(checkup(finding)))
    page = book["待决事项"]
    page.cell(4, headed(page)["answer"]).value = shown
    book.save(tmp_path / "checks.xlsx")

    path = tmp_path / "checks.xlsx"
    answers, faults = read_filled(path.read_bytes(), path)

    assert faults == []
    assert [(one.topic, one.table, one.subject, one.answer) for one in answers] == [
        (finding["topic"], "facilities", finding["subject"], plain)
    ]


def test_an_answer_that_was_not_offered_is_refused_with_its_row(tmp_path: Path) -> None:
    book = opened(checks_xlsx(checkup(SAME)))
    page = book["待决事项"]
    page.cell(4, headed(page)["answer"]).value = "maybe"
    path = tmp_path / "checks.xlsx"
    book.save(path)

    answers, faults = read_filled(path.read_bytes(), path)

    assert answers == []
    assert [(one.row, one.value) for one in faults] == [(4, "maybe")]
    assert "one of the answers offered" in faults[0].rule


def test_a_workbook_without_the_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.save(path)

    answers, faults = read_filled(path.read_bytes(), path)

    assert answers == []
    assert "topic, table, subject" in str(faults[0])


def test_codes_are_texts_and_unknown_scores_are_empty() -> None:
    page = opened(checks_xlsx(checkup(QUESTION)))["名称匹配"]
    heads = headed(page)

    assert page.cell(4, heads["candidates"]).data_type == "s"
    assert page.cell(4, heads["score"]).value is None
    assert page.cell(4, heads["status"]).value == "不确定 ambiguous"
