"""`wushan-geo check` on a folder with thirty planted faults: all found at once, and then."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from planted_faults import PRIVATE, Planted, plant
from typer.testing import CliRunner

from wushan_geo.cli import app

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow  # whole folders are written, read and checked

SHEETS = {"须更正": "error", "待决事项": "decide", "读取说明": "note"}
HEAD_ROW = 3


@dataclass(frozen=True)
class Found:
    """One finding as it stands in the workbook."""

    severity: str
    sheet_row: int
    cells: dict[str, Any]

    def is_of(self, planted: Planted) -> bool:
        """Tell whether this is a planted fault."""
        file = str(self.cells["file"] or "")
        said = " ".join(str(one) for key, one in self.cells.items() if one and key != "answer")
        return (
            self.severity == planted.severity
            and (file == planted.file or file.startswith(f"{planted.file} "))
            and self.cells["row"] == planted.row
            and all(text in said for text in planted.says)
        )


def check(folder: Path, *more: str) -> int:
    """Run the command and give its exit code; a traceback fails the test."""
    done = CliRunner().invoke(app, ["check", str(folder), "--language", "zh", *more])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert "Traceback" not in done.output
    assert not any(secret in done.output for secret in PRIVATE)
    return done.exit_code


def read(book: Path) -> list[Found]:
    """Read the findings out of the workbook of checks."""
    pages = openpyxl.load_workbook(book, read_only=True)
    found = []
    for name, severity in SHEETS.items():
        rows = list(pages[name].iter_rows(values_only=True))
        keys = [str(cell).splitlines()[-1] for cell in rows[HEAD_ROW - 1]]
        for at, row in enumerate(rows[HEAD_ROW:], HEAD_ROW + 1):
            found.append(Found(severity, at, dict(zip(keys, row, strict=True))))
    pages.close()
    return found


def missed(planted: list[Planted], found: list[Found]) -> list[str]:
    """Give the planted faults that no finding names."""
    return [
        f"{one.kind}: {one.file} row {one.row}"
        for one in planted
        if not any(finding.is_of(one) for finding in found)
    ]


def picked(finding: Found, answer: str) -> str:
    """Give an answer as the drop-down list has it, with what it means beside it."""
    offered = [one.strip() for one in str(finding.cells["choices"] or "").split(";")]
    return next((one for one in offered if one.split(" ")[0] == answer), answer)


def fill(book: Path, planted: list[Planted]) -> None:
    """Fill in the answers as an officer does, in the yellow column."""
    found = read(book)
    pages = openpyxl.load_workbook(book)
    page = pages["待决事项"]
    keys = [str(cell.value).splitlines()[-1] for cell in page[HEAD_ROW]]
    column = keys.index("answer") + 1
    for one in planted:
        finding = next((each for each in found if each.is_of(one)), None)
        if one.answer and finding is not None:
            page.cell(finding.sheet_row, column).value = picked(finding, one.answer)
    pages.save(book)


def contents(folder: Path) -> dict[str, bytes]:
    """Give everything in a folder but the workbook."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "checks.xlsx"
    }


@dataclass(frozen=True)
class Checked:
    """A folder that was checked."""

    folder: Path
    planted: list[Planted]
    before: dict[str, bytes]
    exit_code: int

    @property
    def book(self) -> Path:
        """The workbook."""
        return self.folder / "checks.xlsx"


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """Check the folder once."""
    folder = tmp_path_factory.mktemp("office") / "示例县 台账"
    planted = plant(folder)
    before = contents(folder)
    return Checked(folder, planted, before, check(folder))


@pytest.fixture(scope="module")
def answered(checked: Checked, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """Give a copy in which the workbook was filled in and read back."""
    folder = tmp_path_factory.mktemp("answered") / checked.folder.name
    shutil.copytree(checked.folder, folder)
    fill(folder / "checks.xlsx", checked.planted)
    return Checked(
        folder,
        checked.planted,
        contents(folder),
        check(folder, "--answers", str(folder / "checks.xlsx")),
    )


def test_thirty_faults_are_thirty_kinds_in_many_files(checked: Checked) -> None:
    assert len(checked.planted) == 30
    assert len({one.kind for one in checked.planted}) == 30
    assert len({one.file for one in checked.planted}) >= 8


def test_all_thirty_are_listed_in_one_run_where_they_stand(checked: Checked) -> None:
    assert checked.exit_code == 1
    assert missed(checked.planted, read(checked.book)) == []


def test_each_line_tells_an_officer_what_to_do_in_both_languages(checked: Checked) -> None:
    for one in read(checked.book):
        for key in ("rule_zh", "rule_en", "suggestion_zh", "suggestion_en"):
            assert one.cells[key], f"{key} of {one.cells}"
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.cells["suggestion_zh"])
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in one.cells["suggestion_en"])


def test_nothing_but_the_workbook_is_written_and_no_person_is_in_it(checked: Checked) -> None:
    assert contents(checked.folder) == checked.before
    with zipfile.ZipFile(checked.book) as packed:
        inside = "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    assert not any(secret in inside for secret in PRIVATE)


def test_answers_are_read_back_remembered_and_not_asked_again(answered: Checked) -> None:
    found = read(answered.book)
    settled = [one for one in answered.planted if one.answer]
    open_still = [one for one in answered.planted if not one.answer]

    assert answered.exit_code == 1  # what has to be mended in the files still stands
    assert [one.kind for one in settled if any(each.is_of(one) for each in found)] == []
    assert missed(open_still, found) == []
    remembered = (answered.folder / "answers.csv").read_text("utf-8-sig")
    assert all(one.answer in remembered for one in settled)
    after = contents(answered.folder)
    after.pop("answers.csv")
    assert after == answered.before


def test_next_years_files_with_the_same_doubts_need_no_new_answers(
    answered: Checked, tmp_path: Path
) -> None:
    folder = tmp_path / "next year"
    planted = plant(folder, 2026)
    shutil.copyfile(answered.folder / "answers.csv", folder / "answers.csv")

    check(folder)

    now, before = (
        {(one.cells["topic"], one.cells["table"], one.cells["subject"]) for one in read(book)
         if one.severity == "decide"}
        for book in (folder / "checks.xlsx", answered.book)
    )  # fmt: skip
    # What the officer had left open is asked again, and what was accepted with other figures.
    assert before <= now
    assert now - before == {("total", "persons", "水月乡/竹园村/all/type/55≠62")}
    assert missed([one for one in planted if not one.answer], read(folder / "checks.xlsx")) == []


def test_a_second_check_of_the_same_files_gives_the_same_bytes(
    checked: Checked, tmp_path: Path
) -> None:
    first = checked.book.read_bytes()
    folder = tmp_path / checked.folder.name
    shutil.copytree(checked.folder, folder)

    check(folder)

    assert (folder / "checks.xlsx").read_bytes() == first
