"""The version accepted last: what is kept of it, and every difference since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.sources.accepted import accepted_files, changes_since

if TYPE_CHECKING:
    from pathlib import Path


def persons(**counts: float) -> pd.DataFrame:
    """Give a table of persons by village."""
    return pd.DataFrame(
        {
            "zone_id": list(counts),
            "group": "all",
            "persons": list(counts.values()),
            "basis": "measured",
            "as_of": "2025-06-30",
        }
    )


def accept(folder: Path, table: pd.DataFrame) -> None:
    """Keep a version in a study folder."""
    (folder / "accepted").mkdir()
    for name, content in accepted_files({"persons": table}, "2025-07-01").items():
        (folder / "accepted" / name).write_bytes(content)


def test_new_gone_and_changed_are_told_apart(tmp_path: Path) -> None:
    accept(tmp_path, persons(a=1.0, b=2.0, c=3.0))

    day, changes = changes_since(tmp_path, {"persons": persons(d=4.0, b=5.0, c=3.0)})

    assert day == "2025-07-01"
    assert changes.to_dict("split")["data"] == [
        ["persons", "a / all", "", "", "", "gone"],
        ["persons", "b / all", "persons", "2", "5", "changed"],
        ["persons", "d / all", "", "", "", "new"],
    ]


def test_zero_and_no_data_differ(tmp_path: Path) -> None:
    accept(tmp_path, persons(a=0.0))

    _, changes = changes_since(tmp_path, {"persons": persons(a=np.nan)})

    assert changes[["before", "after"]].to_numpy().tolist() == [["0", ""]]


def test_the_order_of_rows_and_a_new_date_are_no_change(tmp_path: Path) -> None:
    accept(tmp_path, persons(a=1.0, b=2.0))

    after = persons(b=2.0, a=1.0).assign(as_of="2026-06-30")

    assert changes_since(tmp_path, {"persons": after})[1].empty


def test_a_table_that_is_gone_is_told_row_by_row(tmp_path: Path) -> None:
    accept(tmp_path, persons(a=1.0))

    assert changes_since(tmp_path, {})[1]["change"].tolist() == ["gone"]


def test_without_an_accepted_version_nothing_is_compared(tmp_path: Path) -> None:
    day, changes = changes_since(tmp_path, {"persons": persons(a=1.0)})

    assert (day, len(changes)) == ("", 0)
