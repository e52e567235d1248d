"""Road distances that sources state: seven townships to the county seat, one of them not used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from common import read_facts, write_csv

if TYPE_CHECKING:
    from pathlib import Path

COUNTY_SEAT = "500237001"
"""Township whose seat the stated road distances lead to."""
NOT_A_ROAD_DISTANCE = "500237211"
"""Daxi: its 26 km is next to the straight line (24.3 km) and may not follow a road."""
MIAOYU = "500237101"
MIAOYU_OTHER_KM = 57.0
"""A second page's road distance of Miaoyu; the first, 72 km, is taken."""
NOTES = {
    NOT_A_ROAD_DISTANCE: (
        "接近直线距离，可能不是公路里程，故不用；"
        "close to the straight line and perhaps no road distance, so not used"
    ),
    MIAOYU: (f"另一资料为{MIAOYU_OTHER_KM:g}公里；a second page gives {MIAOYU_OTHER_KM:g} km"),
}
COUNTY_TOWN = "巫山县城"


def table() -> pd.DataFrame:
    """List the stated road distances, in the columns of the study table ``road_distances``.

    Raises
    ------
    KeyError
        If the county seat is missing among the facts.

    Examples
    --------
    >>> pairs = table()
    >>> len(pairs), int((pairs["used"] == "yes").sum())
    (7, 6)
    """
    facts = read_facts("townships").set_index("code", drop=False)
    town = facts.loc[COUNTY_SEAT]
    stated = facts[facts["road_km_to_county_seat"] != ""]
    return pd.DataFrame(
        {
            "pair_id": stated["code"],
            "from_name": stated["name_zh"],
            "to_name": COUNTY_TOWN,
            "from_lon": pd.to_numeric(stated["seat_lon"]),
            "from_lat": pd.to_numeric(stated["seat_lat"]),
            "to_lon": float(str(town["seat_lon"])),
            "to_lat": float(str(town["seat_lat"])),
            "road_km": pd.to_numeric(stated["road_km_to_county_seat"]),
            "used": [("no" if one == NOT_A_ROAD_DISTANCE else "yes") for one in stated["code"]],
            "basis": "stated",
            "source": stated["facts_source"],
            "note": [NOTES.get(str(one), "") for one in stated["code"]],
        }
    ).sort_values("pair_id", ignore_index=True)


def build(out: Path) -> None:
    """Write ``wushan/road_distances.csv``.

    Raises
    ------
    OSError
        If it cannot be written.

    Examples
    --------
    See ``tests/test_data_roads.py``.
    """
    write_csv(out / "wushan" / "road_distances.csv", table())
