"""A proposal so small that every number on its page can be checked by hand.

The two townships of the maps with three villages each: the first two villages are within 30 min of
F1 already, the next two come within it by the new site C1, C2 could serve the fifth, nothing the
last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from maps_builder import NAMES, TOWNS, VILLAGES, small_result

from wushan_geo.proposal.rows import table
from wushan_geo.results import SiteProposal

if TYPE_CHECKING:
    import pandas as pd

PERSONS = (10.0, 0.0, 5.0, 7.0, 3.0, np.nan)
NOW = (10.0, 20.0, 45.04, 50.0, np.inf, 70.0)
THEN = (10.0, 20.0, 12.345, 30.0, 40.0, 70.0)
STATES = ("now", "now", "plan", "plan", "left", "irreducible")
FROM = ("F1", "F1", "F1", "F1", None, "F1")
TO = ("F1", "F1", "C1", "C1", "C1", "F1")
PLAN = "day_care-maximal_covering-30min-1"


def small_proposal(**changes: Any) -> SiteProposal:
    """Build the proposal; changes replace fields of its StudyInfo, or tables and layers by name."""
    tables = {**_tables(), **changes.pop("tables", {})}
    layers = {**small_result().layers, "facilities": _places(), **changes.pop("layers", {})}
    info = replace(small_result().info, **{"demonstration": False, **changes})
    return SiteProposal(info, tables, {}, layers)


def _tables() -> dict[str, pd.DataFrame]:
    return {
        "plans": table("plans", [_plan()]),
        "sites": table("sites", _sites()),
        "villages": table("villages", _villages()),
        "frontier": table("frontier", _frontier()),
        "units": table("units", _units()),
        "facilities": table("facilities", _facilities()),
        "notes": table("notes", _notes()),
        **{name: table(name, []) for name in ("phases", "best", "core")},
    }


def _plan() -> dict[str, object]:
    return {
        "plan": PLAN, "model": "maximal_covering", "service": "day_care", "limit": 30.0,
        "sites": 1, "objective": 22.0, "sense": "max", "bound": 22.0, "gap": 0.0,
        "status": "optimal", "verified": True, "alternatives": False, "covered_places": 4,
        "covered_persons": 22.0, "covered_places_pessimistic": 3, "covered_places_optimistic": 5,
        "covered_persons_pessimistic": 15.0, "covered_persons_optimistic": 25.0,
        "total_places": 6, "total_persons": 25.0, "places_without_count": 1,
        "ceiling_places": 5, "ceiling_persons": 25.0, "existing": "F1;F3", "chosen": "C1",
        "required": "", "forbidden": "", "demand": "eligible_day_care", "basis": "measured",
    }  # fmt: skip


def _sites() -> list[dict[str, object]]:
    common = {"plan": PLAN, "basis": "measured"}
    return [
        {
            **common, "facility_id": "C1", "role": "new", "order": 1, "places": 3,
            "persons": 15.0, "minutes_mean": 27.448, "minutes_farthest": 40.0, "gain_places": 2,
            "gain_persons": 12.0, "loss_places": 2, "loss_persons": 12.0,
        },
        {
            **common, "facility_id": "F1", "role": "existing", "places": 3, "persons": 10.0,
            "minutes_mean": 10.0, "minutes_farthest": 70.0,
        },
        {**common, "facility_id": "F3", "role": "existing", "places": 0, "persons": 0.0},
    ]  # fmt: skip


def _villages() -> list[dict[str, object]]:
    rows = zip(VILLAGES, PERSONS, FROM, NOW, TO, THEN, STATES, strict=True)
    columns = (
        "zone_id", "persons", "facility_now", "minutes_now", "facility_plan", "minutes_plan",
        "state",
    )  # fmt: skip
    return [
        {**dict(zip(columns, row, strict=True)), "limit": 30.0, "basis": "measured"} for row in rows
    ]


def _frontier() -> list[dict[str, object]]:
    rows = [(0, 2, 10.0, 0, 0.0, 0.4, ""), (1, 4, 22.0, 2, 12.0, 0.88, "C1"),
            (2, 5, 25.0, 1, 3.0, 1.0, "C1;C2")]  # fmt: skip
    columns = (
        "sites", "covered_places", "covered_persons", "gain_places", "gain_persons",
        "person_share", "chosen",
    )  # fmt: skip
    return [
        {**dict(zip(columns, row, strict=True)), "limit": 30.0, "status": "optimal", "gap": 0.0,
         "basis": "measured"}
        for row in rows
    ]  # fmt: skip


def _units() -> list[dict[str, str]]:
    english = ["Jia Village", "Yi Village", "Bing Village", "Ding Village", "", ""]
    return [
        {"zone_id": "990101", "level": "county", "name": "小县", "name_en": "Small County"},
        *(
            {"zone_id": one, "level": "township", "name": zh, "name_en": en, "parent_id": "990101"}
            for one, zh, en in zip(TOWNS, ("东乡", "西镇"), ("East Township", ""), strict=True)
        ),
        *(
            {"zone_id": one, "level": "village", "name": zh, "name_en": en, "parent_id": one[:9]}
            for one, zh, en in zip(VILLAGES, NAMES, english, strict=True)
        ),
    ]


def _facilities() -> list[dict[str, object]]:
    rows = [
        ("C1", "备选点一", "Site 1", "candidate", VILLAGES[2]),
        ("C2", "备选点二", "Site 2", "candidate", VILLAGES[4]),
        ("F1", "阳光家园", "Home", "open", VILLAGES[0]),
        ("F3", "县外机构", "Beyond", "open", ""),
    ]
    columns = ("facility_id", "name", "name_en", "status", "zone_id")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _notes() -> list[dict[str, object]]:
    return [
        {"table": "plans", "key": "limit", "zh": "时限为 30 分钟。", "en": "The limit is 30 min."},
        {"table": "plans", "key": "explain_1", "zh": "新设 1 处。", "en": "1 new site."},
    ]


def _places() -> gpd.GeoDataFrame:
    points = [shapely.Point(x, 31.05) for x in (101.25, 101.45, 101.05, 101.62)]
    columns = {
        "facility_id": ["C1", "C2", "F1", "F3"],
        "kind": ["candidate_site", "candidate_site", "sunshine_home", "school"],
    }
    return gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")
