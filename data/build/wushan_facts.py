"""Tables of the study ``wushan-facts``: the county as far as the facts go, and nothing made up.

Villages without polygon and without demand point, and the one facility that a document states. No
persons, no services, no roads: those are for the offices to bring, and the study says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import read_layer, write_csv
from facilities import planned_centre, table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

VILLAGE_COLUMNS = ("zone_id", "name", "name_en", "kind", "parent_id", "bank", "is_seat", "basis")
"""Columns of the villages of facts alone."""


def villages(layer: pd.DataFrame) -> pd.DataFrame:
    """Reduce the village layer to what the official list and the inferred banks say.

    Parameters
    ----------
    layer
        The village layer of the boundaries.

    Raises
    ------
    KeyError
        If the layer lacks one of the columns.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    return layer[list(VILLAGE_COLUMNS)].sort_values("zone_id", ignore_index=True)


def build(out: Path) -> None:
    """Write ``wushan/facts/villages.csv`` and ``wushan/facts/facilities.csv``.

    Raises
    ------
    FileNotFoundError
        If the boundaries are not built yet.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    folder = out / "wushan" / "facts"
    write_csv(
        folder / "villages.csv", villages(read_layer(out / "boundaries" / "villages.geojson"))
    )
    write_csv(folder / "facilities.csv", table([planned_centre()]))
