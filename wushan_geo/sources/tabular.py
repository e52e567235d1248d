"""Tables from files: every cell arrives as text, with the row a spreadsheet would show."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import Fault
from wushan_geo.study.tables import Raw

if TYPE_CHECKING:
    from pathlib import Path

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
        index the row of the file), or None, and all faults found.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> raw, faults = read_table("a,b\\n1,\\n".encode(), Path("t.csv"))
    >>> raw.frame.to_dict("index"), faults
    ({2: {'a': '1', 'b': None}}, [])
    """
    name = path.name
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        rule = "is written in UTF-8"
        hint = "In Excel choose: save as, CSV UTF-8 (comma delimited)."
        return None, [Fault(name, row, "", repr(content[error.start : error.end]), rule, hint)]
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or not any(cell.strip() for cell in rows[0]):
        return None, [Fault(name, 1, "", "", "has a header in row 1", "Name the columns.")]
    header = [cell.strip() for cell in rows[0]]
    faults = _check_header(header, name)
    width = len(header)
    body, numbers = [], []
    for at, cells in enumerate(rows[1:], FIRST_ROW):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != width:
            rule = f"has {width} cells, as the header has"
            hint = "A comma inside a text needs quotes around the text."
            faults.append(Fault(name, at, "", f"{len(cells)} cells", rule, hint))
            continue
        body.append([cell.strip() or None for cell in cells])
        numbers.append(at)
    if faults:
        return None, faults
    columns = list(zip(*body, strict=True)) if body else [()] * width
    frame = pd.DataFrame(
        {
            column: pd.array(np.array(cells, dtype=object), dtype="str")
            for column, cells in zip(header, columns, strict=True)
        },
        index=numbers,
    )
    return Raw(frame, name), []


def _check_header(header: list[str], name: str) -> list[Fault]:
    faults = []
    for at, column in enumerate(header, 1):
        if not column:
            rule = "has a name for each column"
            faults.append(Fault(name, 1, f"column {at}", "", rule, "Name it or delete it."))
        elif column in header[: at - 1]:
            rule = "has each column once"
            faults.append(Fault(name, 1, column, column, rule, "Rename one of the two."))
    return faults
