"""A finished result so small that every number on its map can be checked by hand.

Two townships of three square villages each; day care with times 10, 20, 30, 30.4, unreachable and
not known, in this order; the county centre's service is known for nobody but the first village.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from wushan_geo.results import ServiceInfo, StudyInfo, StudyResult

VILLAGES = tuple(f"99010100{town}00{number}" for town in (1, 2) for number in (1, 2, 3))
TOWNS = ("990101001", "990101002")
NAMES = ("甲村", "乙村", "丙村", "丁村", "戊村", "己村")
PERSONS = (10.0, 0.0, 5.0, 7.0, 3.0, np.nan)
ELIGIBLE = (4.0, 0.0, 2.0, 3.0, 1.0, np.nan)
MINUTES = (10.0, 20.0, 30.0, 30.4, np.inf, np.nan)
LOW = (8.0, 16.0, 24.0, 24.3, np.inf, np.nan)
HIGH = (12.0, 24.0, 36.0, 36.5, np.inf, np.nan)
CLASSES = {
    20.0: ("effective", "effective", "nominal", "gap", "gap", "unknown"),
    30.0: ("effective", "effective", "effective", "gap", "gap", "unknown"),
    45.0: ("effective", "effective", "effective", "neighbour", "gap", "unknown"),
}
NASTY = '"><script>alert(1)</script>'


def small_result(**changes: Any) -> StudyResult:
    """Build the result; changes replace fields of its StudyInfo, or tables and layers by name."""
    tables = {**_tables(), **changes.pop("tables", {})}
    layers = {**_layers(), **changes.pop("layers", {})}
    settings: dict[str, Any] = {
        "id": "small",
        "title": ("小县覆盖分析", "Coverage of Small County"),
        "county_name": ("小县", "Small County"),
        "county": "990101",
        "quote": ("乡乡有设施（机构）、村村有服务内容", "a facility in every township"),
        "plan_title": ("规划", "Plan"),
        "as_of": dt.date(2025, 6, 30),
        "edition": "internal",
        "small_cell": 1,
        "demonstration": True,
        "facts_only": False,
        "fictional": False,
        "headline": "day_care",
        "services": (
            ServiceInfo("county_rehab", ("康复中心", "county rehabilitation"), "county", "minutes",
                        90.0, (60.0, 90.0), "假设；an assumption"),
            ServiceInfo("day_care", ("日间照料", "day care"), "township", "minutes",
                        30.0, (20.0, 30.0, 45.0), "规划假设；planning assumption"),
            ServiceInfo("concentrated_care", ("集中照护", "concentrated care"), "township",
                        "places", None, (), ""),
        ),
        "siting_service": "day_care",
        "siting_limit": 30.0,
        "condition": "ordinary",
    }  # fmt: skip
    return StudyResult(StudyInfo(**{**settings, **changes}), tables, layers)


def facts_result() -> StudyResult:
    """Build a result of which nothing is known but townships and names."""
    full = small_result()
    villages = full.layers["villages"].copy()
    villages["geometry"] = None
    villages["demand_point"] = None
    tables = {name: table.copy() for name, table in full.tables.items()}
    tables["gaps"] = tables["gaps"].assign(
        **{"class": "unknown", "minutes": np.nan, "minutes_low": np.nan, "minutes_high": np.nan,
           "eligible": np.nan, "facility_id": None}
    )  # fmt: skip
    tables["villages"] = tables["villages"].assign(persons=np.nan)
    tables["townships"] = tables["townships"].assign(persons=np.nan)
    tables["plans"], tables["sites"] = tables["plans"].iloc[:0], tables["sites"].iloc[:0]
    tables["access"] = tables["access"].iloc[:0]
    layers = {"county": full.layers["county"], "townships": full.layers["townships"]}
    return StudyResult(
        small_result(demonstration=False, facts_only=True, siting_service=None).info,
        tables,
        {**layers, "villages": villages},
    )


def _tables() -> dict[str, pd.DataFrame]:
    return {
        "townships": _townships(),
        "villages": _villages(),
        "facilities": _facilities(),
        "access": _access(),
        "gaps": _gaps(),
        "scoreboard": _scoreboard(),
        "sites": _sites(),
        "plans": _plans(),
        "findings": _findings(),
        "sources": pd.DataFrame(
            [
                {
                    "file": "persons.csv", "title": "残疾人台账", "source": "", "licence": "内部",
                    "basis": "modelled", "as_of": "2025-06-30", "rows": 6, "sha256": "0" * 64,
                }
            ]
        ),
        "assumptions": pd.DataFrame({"key": ["a", "b"], "what": ["", ""], "what_zh": ["", ""]}),
    }  # fmt: skip


def _townships() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "zone_id": list(TOWNS),
            "name": ["东乡", "西镇"],
            "name_en": ["East Township", None],
            "kind": ["township", "town"],
            "bank": ["N", "unknown"],
            "service": "day_care",
            "limit": 30.0,
            "class": ["effective", "gap"],
            "certainty": ["depends", "depends"],
            "minutes_low": [8.0, 24.3],
            "minutes_central": [10.0, 30.4],
            "minutes_high": [12.0, np.inf],
            "places": [3, 3],
            "places_reached": [3, 0],
            "persons": [15.0, 10.0],
            "persons_reached": [15.0, 0.0],
            "eligible": [6.0, 4.0],
            "eligible_reached": [6.0, 0.0],
            "facilities_open": [1.0, 1.0],
            "capacity": [20.0, np.nan],
            "basis": "modelled",
        }
    )


def _villages() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "zone_id": list(VILLAGES),
            "name": list(NAMES),
            "name_en": ["Jia Village", "Yi Village", "Bing Village", "Ding Village", None, None],
            "parent_id": [one[:9] for one in VILLAGES],
            "kind": "village",
            "persons": PERSONS,
            "village_service": ["yes", "no", "unknown", "yes", "yes", "yes"],
        }
    )


def _facilities() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "facility_id": ["f1", "f2", "f3", "c1", "c2"],
            "name": [NASTY, "{{ 7*7 }}", "县外机构", "备选点一", "备选点二"],
            "name_en": [NASTY, None, "Beyond", "Site 1", "Site 2"],
            "kind": ["sunshine_home", "home_of_disabled", "school", *["candidate_site"] * 2],
            "status": ["open", "closed", "open", "candidate", "candidate"],
            "services": [frozenset({"day_care"}), frozenset(), None, "day_care", "day_care"],
            "capacity": [20.0, np.nan, 0.0, np.nan, np.nan],
            "admits": ["township", "county", None, "county", "county"],
            "zone_id": [VILLAGES[0], VILLAGES[0], None, VILLAGES[2], VILLAGES[4]],
            "basis": "modelled",
            "point_basis": "modelled",
            "lon": [101.05, 101.05, 101.7, 101.25, np.nan],
            "lat": [31.05, 31.05, 31.05, 31.05, np.nan],
            "persons_within": [15.0, np.nan, 0.0, 12.0, 3.0],
            "eligible_within": [6.0, np.nan, 0.0, 5.0, 1.0],
            "places_within": [3.0, np.nan, 0.0, 2.0, 1.0],
        }
    )


def _access() -> pd.DataFrame:
    reached = {20.0: (2, 0), 30.0: (3, 0), 45.0: (3, 1)}
    persons = {20.0: (10, 0), 30.0: (15, 0), 45.0: (15, 7)}
    eligible = {20.0: (4, 0), 30.0: (6, 0), 45.0: (6, 3)}
    rows = []
    for limit in CLASSES:
        for at, town in enumerate(TOWNS):
            values = {
                "places_total": 3,
                "places_reached": reached[limit][at],
                "persons_total": (15, 10)[at],
                "persons_reached": persons[limit][at],
                "eligible_total": (6, 4)[at],
                "eligible_reached": eligible[limit][at],
            }
            rows += [
                (town, "day_care", measure, float(value), "", f"limit={limit:g} min; times=central")
                for measure, value in values.items()
            ]
    columns = ["zone_id", "service", "measure", "value", "unit", "parameters"]
    return pd.DataFrame(rows, columns=columns)


def _gaps() -> pd.DataFrame:
    parts = []
    for limit, classes in CLASSES.items():
        parts.append(
            pd.DataFrame(
                {
                    "zone_id": list(VILLAGES),
                    "service": "day_care",
                    "limit": limit,
                    "class": classes,
                    "certainty": ["firm", "firm", "depends", "depends", "firm", "firm"],
                    "minutes": MINUTES,
                    "minutes_low": LOW,
                    "minutes_high": HIGH,
                    "facility_id": ["f1", "f1", "f1", "f3", None, None],
                    "persons": PERSONS,
                    "eligible": ELIGIBLE,
                    "basis": "modelled",
                }
            )
        )
    for limit in (60.0, 90.0):
        other = parts[0].assign(
            service="county_rehab", limit=limit, certainty="firm", minutes=np.nan,
            minutes_low=np.nan, minutes_high=np.nan, facility_id=None, eligible=np.nan,
        )  # fmt: skip
        other["class"] = ["effective", *["unknown"] * 5]
        other.loc[0, ["minutes", "minutes_low", "minutes_high"]] = 60.0
        parts.append(other)
    return pd.concat(parts, ignore_index=True)


def _scoreboard() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ledger": ["plan", "plan", "reach"],
            "rule": ["township_facility", "township_facility", "reach_day_care"],
            "level": "township",
            "zone_id": [TOWNS[0], TOWNS[1], TOWNS[0]],
            "clause": ["第三章 (Chapter 3)", None, "x"],
            "verdict": ["cannot_assess", "cannot_assess", "reference"],
            "demonstration_verdict": ["pass", None, None],
        }
    )


def _sites() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "plan": ["p1", "p2", "p2"],
            "facility_id": ["c1", "c2", "c1"],
            "order": pd.array([1, 2, 1], dtype="Int64"),
            "gain_places": [1.0, 1.0, 1.0],
            "gain_persons": [3.0, 1.0, 3.0],
        }
    )


def _plans() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "plan": ["p2", "p1", "other"],
            "service": "day_care",
            "limit": [30.0, 30.0, 45.0],
            "sites": [2, 1, 1],
            "gap": [0.0, 0.125, 0.0],
            "status": ["optimal", "time_limit", "optimal"],
            "verified": [True, True, True],
            "covered_places": [5, 4, 5],
            "covered_persons": [10.0, 9.0, 10.0],
            "total_places": 6,
            "total_persons": 10.0,
            "ceiling_places": 5,
            "ceiling_persons": 10.0,
        }
    )


def _findings() -> pd.DataFrame:
    rows = [
        ("reach", "answer", "日间照料：3/6 个村可到达。", "day care: 3 of 6 villages reach it."),
        ("assessed", "answer", "已评定 0/2 个乡镇。", "0 of 2 townships assessed."),
        ("reach", "info", "康复中心：1 个村。", "county rehabilitation: 1 village."),
        ("lacking", "warning", "缺数据：路网。", "Lacking: the road network."),
    ]
    table = pd.DataFrame(rows, columns=["topic", "severity", "text_zh", "text_en"])
    return table.assign(finding_id=[f"f{at}" for at in range(4)], zone_id="990101")


def _layers() -> dict[str, gpd.GeoDataFrame]:
    boxes = [shapely.box(101 + at / 10, 31, 101.1 + at / 10, 31.1) for at in range(6)]
    towns = [shapely.union_all(boxes[:3]), shapely.union_all(boxes[3:])]
    seats = [shapely.Point(101.05, 31.05), None]
    return {
        "county": _layer({"zone_id": ["990101"]}, [shapely.union_all(boxes)]),
        "townships": _layer({"zone_id": list(TOWNS), "demand_point": seats}, towns),
        "villages": _layer(
            {"zone_id": list(VILLAGES), "demand_point": [one.centroid for one in boxes]}, boxes
        ),
        "roads": _layer(
            {"road_class": ["national", "village", "ferry"]},
            [
                shapely.LineString([(101, 31.05), (101.6, 31.05)]),
                shapely.LineString([(101.1, 31), (101.1, 31.1)]),
                shapely.LineString([(101.3, 31.02), (101.3, 31.08)]),
            ],
        ),
        "rivers": _layer(
            {"name": ["小河"], "name_en": ["Small River"], "basis": ["inferred"]},
            [shapely.LineString([(101, 31.02), (101.3, 31.03), (101.6, 31.02)])],
        ),
    }


def _layer(columns: dict[str, Any], shapes: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
