"""Tables from files: every cell arrives as text, with the row a spreadsheet would show."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.tables import Raw

if TYPE_CHECKING:
    from pathlib import Path

    from wushan_geo.errors import Fault

FIRST_ROW = 2  # the header is row 1


def read_table(content: bytes, path: Path) -> tuple[Raw | None, list[Fault]]:
    r"""Read a CSV table: UTF-8 with or without byte order mark, comma, header in the first row.

    Parameters
    ----------
    content
        Bytes of the file.
    path
        Its path, for the faults.

    Returns
    -------
    tuple
        The table with every cell as text (spaces around it removed, an empty cell missing, the
        index the row of the file), or None if nothing can be read, and all faults found. A row with
        too few or too many cells is kept as far as it goes, so that other faults can be found.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> raw, faults = read_table("a,b\n1,\n".encode(), Path("t.csv"))
    >>> raw.frame.fillna("-").to_dict("index"), faults
    ({2: {'a': '1', 'b': '-'}}, [])
    """
    name = path.name
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(content, error.start, name)]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        where = Where(name, len(rows) + 1)
        return None, [fault(where, rule("quotes"), hint("quotes"))]
    if not rows or not any(cell.strip() for cell in rows[0]):
        return None, [fault(Where(name, 1), rule("header"), hint("header"))]
    if len(rows[0]) == 1 and re.search("[;\t，]", rows[0][0]):
        return None, [fault(Where(name, 1, "", rows[0][0]), rule("commas"), hint("utf8"))]
    header, kept, faults = _header(rows, name)
    body, numbers = [], []
    for at, cells in enumerate(rows[1:], FIRST_ROW):
        if any(cell.strip() for cell in cells):
            if len(cells) != len(rows[0]):
                where = Where(name, at, "", len(cells))
                faults.append(fault(where, rule("cells", width=len(rows[0])), hint("cells")))
            filled = [cell.strip() or None for cell in cells] + [None] * len(rows[0])
            body.append([filled[place] for place in kept])
            numbers.append(at)
    columns = list(zip(*body, strict=True)) if body else [()] * len(header)
    frame = pd.DataFrame(
        {
            column: pd.array(np.array(cells, dtype=object), dtype="str")
            for column, cells in zip(header, columns, strict=True)
        },
        index=numbers,
    )
    return Raw(frame, name), faults


def _not_utf8(content: bytes, at: int, name: str) -> Fault:
    """Show what a file in another encoding means to say, where it is one that Excel writes."""
    start = content.rfind(b"\n", 0, at) + 1
    end = content.find(b"\n", at)
    line = content[start : end if end >= 0 else len(content)].strip()
    where = Where(name, content.count(b"\n", 0, at) + 1)
    try:
        shown = line.decode("gb18030")
    except UnicodeDecodeError:
        return fault(replace(where, value=repr(content[at : at + 1])), rule("utf8"), hint("utf8"))
    return fault(replace(where, value=shown), rule("utf8"), hint("gbk"))


def _header(rows: list[list[str]], name: str) -> tuple[list[str], list[int], list[Fault]]:
    """Give the names and places of the columns to keep: named, once, not empty from top to toe."""
    names, kept, faults = [], [], []
    for at, column in enumerate(cell.strip() for cell in rows[0]):
        if column in names:
            where = Where(name, 1, column, column)
            faults.append(fault(where, rule("column_once"), hint("rename")))
        elif column:
            names.append(column)
            kept.append(at)
        elif any(cells[at].strip() for cells in rows if len(cells) > at):
            where = Where(name, 1, f"column {at + 1}")
            faults.append(fault(where, rule("column_named"), hint("column_named")))
    return names, kept, faults
