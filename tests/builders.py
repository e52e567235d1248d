"""Small studies for tests: 2 townships with 2 villages each, every file valid, easy to break.

The county is a rectangle from 109.8 to 110.0 degrees east and 31.0 to 31.1 north. Township 1 is its
western half and township 2 its eastern; each is cut into a southern and a northern village, the
southern one being the seat. Points stand in the middle of their village.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from wushan_geo.errors import InputError
from wushan_geo.sources.opening import open_study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wushan_geo.errors import Fault

    Change = str | bytes | Callable[[str], str] | None

COUNTY = "990201"
TOWNSHIPS = ("990201001", "990201002")
VILLAGES = ("990201001001", "990201001002", "990201002001", "990201002002")
GROUPS = {
    "all": (10, 20, 30, 40),
    "age_0_15": (1, 2, 3, 4),
    "age_16_59": (5, 10, 15, 20),
    "age_60_plus": (4, 8, 12, 16),
    "eligible_day_care": (2, 4, 6, 0),
}

STUDY = """[study]
id = "tiny"
title = { zh = "小县", en = "Tiny county" }
county_name = { zh = "小县", en = "Tiny" }
county = "990201"
as_of = 2025-06-30
period_days = 365
headline = "day_care"
small_cell = 1

[tables]
county = "county.geojson"
townships = "townships.geojson"
villages = "villages.geojson"
persons = "persons.csv"
facilities = "facilities.csv"
services = "services.csv"
eligibility = "eligibility.csv"
crossings = "crossings.csv"
road_nodes = "roads/nodes.csv"
road_edges = "roads/edges.csv"
rivers = "rivers.geojson"
indicators = "indicators.csv"
plan = "plan.toml"
assumptions = "ASSUMPTIONS.md"

[registers]
facilities = "complete"
services = "complete"

[travel]
engine = "network"
condition = "ordinary"
snap_speed_kmh = 4.0
boarding_min = 2.0

[travel.speeds_kmh]
county = 30.0

[travel.interval]
low = 0.9
central = 1.0
high = 1.1

[services.day_care]
name = { zh = "日间照料", en = "day care" }
level = "township"
measure = "minutes"
limit = 30.0
also = [20.0, 45.0]
eligible = "eligible_day_care"
source = "an assumption of this test"

[services.visiting]
name = { zh = "走访探视", en = "visits" }
level = "village"
measure = "visits"

[siting]
services = ["day_care"]
measured_by = "day_care"
demand = "eligible_day_care"
limit = 30.0
also = [20.0, 45.0]
max_sites = 1
admits = "county"

[[sources]]
tables = ["persons"]
title = "a register"
source = "invented"
"""

PLAN = """[plan]
title = { zh = "规划", en = "Plan" }
document = "1"
issued = 2022-01-01
years = [2021, 2025]
quote = { zh = "乡乡有机构", en = "a facility in every township" }

[[rules]]
id = "township_facility"
level = "township"
test = "any_facility_in_township"
force = "must"
services = []
kinds = []
target = 1.0
text = { zh = "每个乡镇有机构", en = "each township has a facility" }
clause = "1"
lead_units = "A"

[[rules]]
id = "village_service"
level = "village"
test = "any_service_in_village"
force = "must"
services = ["visiting"]
kinds = []
text = { zh = "每个村有服务", en = "each village has a service" }
clause = "2"
lead_units = "B"

[[profiles]]
service = "day_care"
force = "general"
clause = "1"

[[indicators]]
id = "trained"
number = 1
name = { zh = "培训人数", en = "persons trained" }
target = 100
operator = ">="
unit = "persons"
kind = "anticipatory"
accumulates = true
denominator = { zh = "无", en = "none" }
clause = "3"
"""

ASSUMPTIONS = """# Assumptions

| key | what | 内容 | value | unit | why | 理由 | how to replace it | 如何替换 |
|---|---|---|---|---|---|---|---|---|
| speed | speed on roads | 车速 | 30 | km/h | a test | 测试 | measure it | 实测 |
"""

FACILITIES = """facility_id,name,kind,services,capacity,status,admits,zone_id,lon,lat,basis
F1,阳光家园,sunshine_home,day_care,12,open,county,990201001001,109.85,31.025,measured
C1,备选点,candidate_site,day_care,,candidate,county,990201002001,109.95,31.025,measured
"""

SERVICES = """zone_id,service,status,provider,last,per_quarter,basis
990201001001,visiting,delivered,home_visit,2025-05-01,3,measured
990201001002,visiting,none,,,,measured
990201002001,visiting,unknown,,,,measured
990201002002,visiting,delivered,home_visit,2025-04-01,1,measured
"""

ELIGIBILITY = """service,type,severity,age_band,eligible,clause
day_care,intellectual,severe,age_16_59,yes,1
"""

CROSSINGS = """crossing_id,name,kind,lon,lat,basis
bridge,大桥,bridge,109.9,31.025,measured
"""

NODES = """node_id,lon,lat,kind,zone_id,basis
n1,109.85,31.025,seat,990201001001,measured
n2,109.85,31.075,village,990201001002,measured
n3,109.95,31.025,seat,990201002001,measured
n4,109.95,31.075,village,990201002002,measured
"""

EDGES = """edge_id,u,v,length_m,road_class,oneway,closed,crossing_id,basis
e1,n1,n2,6000,county,no,no,,measured
e2,n1,n3,10000,county,no,no,bridge,measured
e3,n3,n4,6000,county,no,no,,measured
"""

INDICATORS = """indicator,value,basis
trained,50,measured
"""


def geojson(*features: tuple[dict[str, Any], Any], **more: Any) -> str:
    """Write a GeoJSON of features given as their attributes and their geometry."""
    written = [
        {"type": "Feature", "properties": told, "geometry": shape} for told, shape in features
    ]
    return json.dumps({"type": "FeatureCollection", **more, "features": written})


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Give a rectangle as a GeoJSON geometry."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def village(at: int, **changes: Any) -> dict[str, Any]:
    """Give the attributes of one of the four villages."""
    east, north = divmod(at, 2)
    return {
        "zone_id": VILLAGES[at],
        "name": f"村{at + 1}",
        "kind": "village",
        "parent_id": TOWNSHIPS[east],
        "is_seat": "no" if north else "yes",
        "basis": "measured",
        "demand_lon": 109.85 + 0.1 * east,
        "demand_lat": 31.025 + 0.05 * north,
        **changes,
    }


def village_box(at: int) -> dict[str, Any]:
    """Give the shape of one of the four villages, with the corners that neighbours share."""
    east, north = divmod(at, 2)
    west, south = (109.8, 109.9)[east], (31.0, 31.05)[north]
    return box(west, south, (109.9, 110.0)[east], (31.05, 31.1)[north])


def township(at: int, **changes: Any) -> dict[str, Any]:
    """Give the attributes of one of the two townships."""
    return {
        "zone_id": TOWNSHIPS[at],
        "name": f"乡{at + 1}",
        "kind": "town",
        "basis": "measured",
        "demand_lon": 109.85 + 0.1 * at,
        "demand_lat": 31.025,
        **changes,
    }


def township_box(at: int) -> dict[str, Any]:
    """Give the shape of one of the two townships."""
    return box((109.8, 109.9)[at], 31.0, (109.9, 110.0)[at], 31.1)


def county() -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the county as a feature."""
    return {"zone_id": COUNTY, "name": "小县", "basis": "measured"}, box(109.8, 31.0, 110.0, 31.1)


def persons_csv() -> str:
    """Write the counts of persons."""
    rows = [
        f"{zone},{group},{counts[at]},measured"
        for at, zone in enumerate(VILLAGES)
        for group, counts in GROUPS.items()
    ]
    return "\n".join(["zone_id,group,persons,basis", *rows]) + "\n"


def files() -> dict[str, tuple[str, str]]:
    """Give the file name and the content of each part of the study."""
    river = {"type": "LineString", "coordinates": [[109.9, 31.0], [109.9, 31.1]]}
    return {
        "study": ("study.toml", STUDY),
        "county": ("county.geojson", geojson(county())),
        "townships": (
            "townships.geojson",
            geojson(*((township(at), township_box(at)) for at in range(2))),
        ),
        "villages": (
            "villages.geojson",
            geojson(*((village(at), village_box(at)) for at in range(4))),
        ),
        "rivers": ("rivers.geojson", geojson(({"name": "河", "basis": "measured"}, river))),
        "persons": ("persons.csv", persons_csv()),
        "facilities": ("facilities.csv", FACILITIES),
        "services": ("services.csv", SERVICES),
        "eligibility": ("eligibility.csv", ELIGIBILITY),
        "crossings": ("crossings.csv", CROSSINGS),
        "road_nodes": ("roads/nodes.csv", NODES),
        "road_edges": ("roads/edges.csv", EDGES),
        "indicators": ("indicators.csv", INDICATORS),
        "plan": ("plan.toml", PLAN),
        "assumptions": ("ASSUMPTIONS.md", ASSUMPTIONS),
    }


def make_study_folder(folder: Path, **changes: Change) -> Path:
    """Write the tiny study into a folder and give the folder.

    A change is named like its table (or ``study``): a whole content, a function that makes the
    content from the valid one, or None to leave the file out.
    """
    for name, (file, text) in files().items():
        change = changes.pop(name, text)
        content = change(text) if callable(change) else change
        if content is not None:
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if changes:
        message = f"no such part of the study: {', '.join(changes)}"
        raise ValueError(message)
    return folder


def replaced(*pairs: tuple[str, str]) -> Callable[[str], str]:
    """Give a change that replaces texts, each of which must be there."""

    def change(text: str) -> str:
        for old, new in pairs:
            if old not in text:
                message = f"{old!r} is not in the file"
                raise ValueError(message)
            text = text.replace(old, new, 1)
        return text

    return change


def added(*rows: str) -> Callable[[str], str]:
    """Give a change that adds rows at the end of a table."""
    return lambda text: text + "".join(f"{row}\n" for row in rows)


def faults_of(folder: Path) -> tuple[Fault, ...]:
    """Open a study and give its faults, none if it opens."""
    try:
        open_study(folder)
    except InputError as error:
        return error.faults
    return ()


def broken(folder: Path, **changes: Change) -> list[tuple[str, int | None, str, str, str]]:
    """Write the tiny study with changes; give file, row, column, value and rule of each fault."""
    found = faults_of(make_study_folder(folder, **changes))
    return [(one.file, one.row, one.column, one.value, one.rule) for one in found]
