"""Answers of a planner: remembered in the study folder, and read back from a filled workbook."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.checkup import CLOSED
from wushan_geo.sources.formats import read_grids
from wushan_geo.study.answers import LEAVE_OUT, TOPICS, Answer
from wushan_geo.study.faults import Where, fault, hint, nearest, rule
from wushan_geo.study.tables import CONTRACTS
from wushan_geo.wording import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Cell, Grid

ANSWERS_FILE = "answers.csv"
COLUMNS = ("topic", "table", "subject", "answer")


def read_answers(content: bytes, name: str) -> tuple[list[Answer], list[Fault]]:
    r"""Read the remembered answers of a study.

    Parameters
    ----------
    content
        Bytes of a CSV file in UTF-8 with the columns topic, table, subject, answer.
    name
        Name of the file, for the faults.

    Returns
    -------
    tuple
        The answers in their order, and a fault for each row that cannot be used.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> text = "topic,table,subject,answer\ndatum,facilities,a.csv,gcj02\n"
    >>> read_answers(text.encode(), "answers.csv")[0][0].answer
    'gcj02'
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [fault(Where(name), rule("utf8"), hint("utf8"))]
    answers, faults = [], []
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        rows = list(reader)
    except csv.Error:
        where = Where(name, reader.line_num + 1)
        return [], [fault(where, rule("answer_row"), hint("answer_row", name=name))]
    for at, row in enumerate(rows, 2):
        cells = [_bare(str(row.get(one) or "")) for one in COLUMNS]
        if cells[0] not in TOPICS or not all(cells):
            where = Where(name, at, "topic", cells[0])
            faults.append(fault(where, rule("answer_row"), hint("answer_row", name=name)))
        else:
            topic, table, subject, answer = cells
            answers.append(Answer(topic, table, subject, answer))
    return answers, faults


def answer_table(answers: Iterable[Answer]) -> pd.DataFrame:
    """Lay answers out as the table that the study folder keeps.

    Parameters
    ----------
    answers
        The answers, oldest first; of two on the same question the later one is kept.

    Returns
    -------
    DataFrame
        Columns topic, table, subject, answer, sorted.

    Raises
    ------
    AttributeError
        If one is not an answer.

    Examples
    --------
    >>> old, new = (Answer("total", "persons", "甲镇/all", one) for one in ("accept", "skip"))
    >>> answer_table([old, new])["answer"].tolist()
    ['skip']
    """
    kept = {(one.topic, one.table, one.subject): one.answer for one in answers}
    rows = [(*key, answer) for key, answer in sorted(kept.items())]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def read_filled(content: bytes, path: Path) -> tuple[list[Answer], list[Fault]]:
    r"""Read the answers out of a filled workbook (or table) of checks.

    A table counts if a row of it heads the columns topic, table, subject and answer; each row below
    with an answer is one. What a drop-down list shows beside the word of an answer is left aside.

    Parameters
    ----------
    content
        Bytes of the file.
    path
        Its path, for the format and the faults.

    Returns
    -------
    tuple
        The answers, and all faults found: a file that cannot be read or holds no such table, an
        answer that is none of those offered.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> text = "topic,table,subject,choices,answer\nsame,facilities,A = B,different; same,same\n"
    >>> read_filled(text.encode(), Path("checks.csv"))[0][0].answer
    'same'
    """
    grids, faults = read_grids(content, path)
    faults = [one for one in faults if one.severity == "error"]
    answers: list[Answer] = []
    found = False
    for grid in grids:
        head = _head(grid)
        if head is None:
            continue
        found = True
        at, places = head
        for number, row in enumerate(grid.rows[at + 1 :], grid.first_row + at + 1):
            cells = {name: _text(row[place]) for name, place in places.items()}
            if not cells["answer"] or not all(cells[one] for one in COLUMNS[:3]):
                continue
            topic, table, subject = (cells[one] for one in COLUMNS[:3])
            said = _labelled(cells["answer"], cells.get("choices", ""))
            answer = Answer(topic, table, subject, plain_answer(said))
            wrong = _refused(answer, cells.get("choices", ""))
            if topic not in TOPICS:  # kept, it would be a fault of every later check
                where = Where(grid.place, number, "topic", topic)
                advice = hint("answer_row", name=path.name)
                faults.append(fault(where, rule("answer_row"), advice))
            elif wrong:
                where = Where(grid.place, number, "answer", cells["answer"])
                faults.append(fault(where, rule("answer_choice"), nearest(answer.answer, wrong)))
            else:
                answers.append(answer)
    if not found and not faults:
        faults.append(fault(Where(path.name), rule("answer_sheet"), hint("answer_sheet")))
    return answers, faults


def is_answered(grid: Grid) -> bool:
    r"""Tell whether a sheet is one of a workbook of checks.

    Parameters
    ----------
    grid
        The sheet as it stands.

    Returns
    -------
    bool
        Whether a row of it heads topic, table, subject and answer.

    Raises
    ------
    AttributeError
        If `grid` is no sheet.

    Examples
    --------
    >>> from wushan_geo.sources.grid import Grid
    >>> is_answered(Grid("a.xlsx", "", (("类别\ntopic", "table", "subject", "answer"),)))
    True
    """
    return _head(grid) is not None


def plain_answer(shown: str) -> str:
    """Give the word of an answer without what a drop-down list shows beside it.

    Parameters
    ----------
    shown
        What stands in the cell, such as ``same 同一机构`` or ``500237201201 山坪村``.

    Returns
    -------
    str
        The word, such as ``same``; a free text as it is.

    Raises
    ------
    TypeError
        If `shown` is not a text.

    Examples
    --------
    >>> plain_answer("500237201201 山坪村"), plain_answer("巫山县残联")
    ('500237201201', '巫山县残联')
    """
    first, _, rest = shown.strip().partition(" ")
    known = f"choice.{first}" in MESSAGES or (first.isascii() and first.isdigit())
    # A column is offered with its heading: status 开展情况.
    column = first.isascii() and first.isidentifier() and not rest.isascii()
    return first if rest and (known or column) else shown.strip()


def _labelled(answer: str, choices: str) -> str:
    """Give the choice whose explanation was written in place of its word."""
    for one in choices.split(";"):
        if one.strip().partition(" ")[2].strip() == answer.strip():
            return one.strip()
    return answer


def _refused(answer: Answer, choices: str) -> Sequence[str]:
    """Give the words offered where the answer is none of them; nothing where it may stand."""
    if answer.topic == "table" and answer.table == "files":
        known = [*CONTRACTS, LEAVE_OUT]
        return [] if answer.answer in known else known
    if answer.topic not in CLOSED:
        return []
    offered = [plain_answer(one) for one in choices.split(";") if one.strip()]
    return offered if offered and answer.answer not in offered else []


def _head(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """Find the row that heads the columns, and their places."""
    for at, row in enumerate(grid.rows):
        lines = [_text(cell).splitlines() for cell in row]
        names = [one[-1].strip() if one else "" for one in lines]
        if all(one in names for one in COLUMNS):
            wanted = (*COLUMNS, "choices")
            return at, {one: names.index(one) for one in wanted if one in names}
    return None


def _text(cell: Cell) -> str:
    return "" if cell is None else _bare(str(cell))


def _bare(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from running a text."""
    return cell.strip().removeprefix("'")
