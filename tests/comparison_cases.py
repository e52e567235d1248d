"""Two small results that differ in every way that a comparison names, worked out by hand.

The first is the small result of the maps: day care at 30 min reaches villages 1 to 3. In the second
each of the six villages changes in its own way; one road is closed, one is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from maps_builder import ELIGIBLE, PERSONS, TOWNS, VILLAGES, small_result

if TYPE_CHECKING:
    from wushan_geo.results import StudyResult

# Day care in the second result: village by village what happens, and to what class at 30 min.
AFTER = {
    "minutes": (12.0, 20.0, np.inf, 25.0, 40.0, 20.0),
    "minutes_low": (9.6, 16.0, np.inf, 20.0, 32.0, 16.0),
    "minutes_high": (14.4, 24.0, np.inf, 30.0, 48.0, 24.0),
    "class": ("effective", "effective", "nominal", "effective", "gap", "effective"),
    "facility_id": ("f1", "f3", None, "f3", "f3", "f1"),
}
CHANGES = (
    "slower", "other_facility", "now_unreachable", "better", "now_reachable", "now_known_reached",
)  # fmt: skip
# Reached at 30 min: places, persons and eligible persons of both townships, before and after.
REACHED = {
    TOWNS[0]: {"places": (3, 2), "persons": (15, 10), "eligible": (6, 4)},
    TOWNS[1]: {"places": (0, 2), "persons": (0, 7), "eligible": (0, 3)},
}
COUNTY = "990101"


def before(**changes: Any) -> StudyResult:
    """Build the first result; changes as of ``maps_builder.small_result``."""
    return _result(0, {}, **changes)


def after(**changes: Any) -> StudyResult:
    """Build the second result."""
    return _result(1, AFTER, **changes)


def _result(side: int, columns: dict[str, Any], **changes: Any) -> StudyResult:
    result = small_result()
    gaps = result.tables["gaps"].copy()
    own = ((gaps["service"] == "day_care") & (gaps["limit"] == 30.0)).to_numpy()
    for name, values in columns.items():
        if name == "class":
            gaps.loc[own, name] = list(values)
        else:
            for limit in (20.0, 30.0, 45.0):
                rows = ((gaps["service"] == "day_care") & (gaps["limit"] == limit)).to_numpy()
                gaps.loc[rows, name] = list(values)
    villages = result.tables["villages"]
    townships = result.tables["townships"].copy()
    tables = {
        "gaps": gaps,
        "access": _access(side),
        "townships": townships,
        "villages": villages,
        **changes.pop("tables", {}),
    }
    layers = {
        "roads": _roads(side),
        "facilities": _facilities(),
        **changes.pop("layers", {}),
    }
    return small_result(tables=tables, layers=layers, **changes)


def _access(side: int) -> pd.DataFrame:
    rows = []
    totals = {"places": 6, "persons": 25, "eligible": 10}
    parameters = "limit=30 min; times=central"
    for group, unit in (("places", "places"), ("persons", "persons"), ("eligible", "persons")):
        reached = {zone: REACHED[zone][group][side] for zone in TOWNS}
        for zone, value in {**reached, COUNTY: sum(reached.values())}.items():
            rows.append((zone, "day_care", f"{group}_reached", float(value), unit, parameters))
            total = totals[group] if zone == COUNTY else totals[group] / 2
            rows.append((zone, "day_care", f"{group}_total", float(total), unit, parameters))
    medians = {
        TOWNS[0]: ((8.0, 10.0, 12.0), (9.6, 12.0, 14.4)),
        TOWNS[1]: ((np.inf,) * 3, (20.0, 25.0, 30.0)),
    }
    for zone, values in medians.items():
        for end, value in zip(("low", "central", "high"), values[side], strict=True):
            what = "condition=ordinary; weights=eligible or certified persons"
            rows.append((zone, "day_care", f"minutes_median_{end}", value, "min", what))
    columns = ["zone_id", "service", "measure", "value", "unit", "parameters"]
    return pd.DataFrame(rows, columns=columns)


def _roads(side: int) -> gpd.GeoDataFrame:
    lines = [
        ("r1", "national", False, "", [(101, 31.05), (101.6, 31.05)]),
        ("r2", "village", side == 1, "bridge", [(101.1, 31), (101.1, 31.1)]),
        ("r3", "ferry", False, "", [(101.3, 31.02), (101.3, 31.08)]),
    ]
    if side == 1:
        lines.append(("r9", "expressway", False, "", [(101.2, 31.0), (101.5, 31.1)]))
    columns = ["edge_id", "road_class", "closed", "crossing_id"]
    table = pd.DataFrame([one[:4] for one in lines], columns=columns).assign(basis="modelled")
    shapes = [shapely.LineString(one[4]) for one in lines]
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def _facilities() -> gpd.GeoDataFrame:
    table = small_result().tables["facilities"].copy()
    points = [
        shapely.Point(lon, lat) if np.isfinite(lon) else None
        for lon, lat in zip(table["lon"], table["lat"], strict=True)
    ]
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


__all__ = [
    "CHANGES", "COUNTY", "ELIGIBLE", "PERSONS", "REACHED", "TOWNS", "VILLAGES", "after", "before",
]  # fmt: skip
