"""The list of assumptions: one row for each number that was chosen, not found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from pathlib import Path

    from wushan_geo.errors import Fault

COLUMNS = (
    "key", "what", "what_zh", "value", "unit", "why", "why_zh", "replace", "replace_zh",
)  # fmt: skip
_PLAIN = tuple(one for one in COLUMNS if one not in {"why_zh", "replace_zh"})
_CELL = re.compile(r"(?<!\\)\|")  # a bar with a backslash before it belongs to the text


def read_assumptions(content: bytes, path: Path) -> tuple[pd.DataFrame, list[Fault]]:
    r"""Read the tables of an ASSUMPTIONS.md: rows of nine cells under a header.

    The header of such a table starts with ``key``; other tables are passed over. Where the header
    has seven cells, its rows have seven as well: why and replace stand there in one language, and
    why_zh and replace_zh are empty.

    Parameters
    ----------
    content
        Bytes of the file (Markdown in UTF-8).
    path
        Its path, for the faults.

    Returns
    -------
    tuple
        A table with the columns key, what, what_zh, value, unit, why, why_zh, replace, replace_zh
        (all text), and all faults found: a row with another number of cells, a key that is there
        twice.

    Raises
    ------
    TypeError
        If `content` is not bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> text = "|key|a|b|c|d|e|f|g|h|\n|-|-|-|-|-|-|-|-|-|\n|k|w|什么|3|km|why|理由|how|怎样|"
    >>> read_assumptions(text.encode(), Path("A.md"))[0]["why_zh"].tolist()
    ['理由']
    """
    rows: list[dict[str, str]] = []
    columns: tuple[str, ...] = COLUMNS
    faults: list[Fault] = []
    inside = False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        text, faults = "", [fault(Where(path.name, row), rule("utf8"), hint("utf8"))]
    for at, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("|"):
            inside = False
            continue
        cells = [
            one.strip().replace("\\|", "|")
            for one in _CELL.split(line.strip().removeprefix("|").removesuffix("|"))
        ]
        if not inside:
            inside = cells[0] == COLUMNS[0]
            columns = _PLAIN if len(cells) == len(_PLAIN) else COLUMNS
        elif set("".join(cells)) <= set("-: "):
            continue
        elif len(cells) != len(columns):
            where = Where(path.name, at, "", len(cells))
            faults.append(fault(where, rule("row_cells", width=len(columns)), hint("row_cells")))
        else:
            if cells[0] in {one["key"] for one in rows}:
                where = Where(path.name, at, "key", cells[0])
                faults.append(fault(where, rule("once"), hint("rename")))
            rows.append(dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=True)))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str"), faults
