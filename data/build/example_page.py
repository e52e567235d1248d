"""The README of the fictional county: what each village and each facility is there for."""

from __future__ import annotations

import math
from pathlib import Path

from example_design import (
    BOARDING_MIN,
    COUNTY,
    COUNTY_NAME,
    FACILITIES_2025,
    GRID,
    LABELS,
    PERSONS,
    SPEEDS_KMH,
    zone_id,
)
from example_geometry import villages
from example_reach import HOUR, day_care_class, nearest
from example_registers import PERIOD_DAYS
from example_settings import LIMITS

PURPOSE: dict[str, tuple[str, str]] = {
    "Z1": ("县城所在地，只付上下车时间", "county seat: only boarding is charged"),
    "Z4": (
        "乌有镇的更近，仍属有效覆盖",
        "F02 is nearer than its own F01: the minutes change, the class does not",
    ),
    "Z5": (
        "近路封闭，名义覆盖；走近路会变成有效覆盖",
        "the short road to Z6 is closed: nominal; with it the way took 29.5 min",
    ),
    "Z7": ("29分钟，系数1.1时超限", "29 min: out of reach at the high end (2 + 27 x 1.1 = 31.7)"),
    "Z8": (
        "单行路只进不出，邻近覆盖",
        "the road from Z4 is one-way: neighbour; the wrong way took 29 min",
    ),
    "W4": ("备选点，可覆盖W8", "candidate site that would cover W8"),
    "W5": ("只有社区照顾", "village services: community care alone keeps the promise"),
    "W6": (
        "日间照料对象人数缺报（不是0）",
        "eligible for day care not reported: an empty cell, not 0",
    ),
    "W7": ("名义覆盖，30与45分钟之间", "nominal at 30, effective at 45"),
    "W8": ("服务台账无记录，台账完整即为无", "no row in the service register: complete, so none"),
    "S2": (
        f"最近一次服务恰在{PERIOD_DAYS}天前，计入",
        f"last service exactly {PERIOD_DAYS} days ago: counts",
    ),
    "S4": ("恰好30.0分钟，计入", "exactly 30.0 min (2 + 4 x 4 + 6 x 2): covered at 30"),
    "S6": ("服务情况未知，暂无法评定", "services unknown, none delivered: cannot be assessed"),
    "S7": (
        f"最近一次服务在{PERIOD_DAYS + 1}天前，不计；45分钟也到不了",
        f"last service {PERIOD_DAYS + 1} days ago: does not count; nominal even at 45",
    ),
    "S8": ("走访未知但有邻里互助，达标", "visits unknown, neighbourly help delivered: pass"),
    "N1": ("机构服务项目未填报，待核实", "its Home does not report its services: unknown"),
    "N3": ("备选点：两处方案选N3、N4", "candidate: the best pair is N3 and N4"),
    "N4": ("备选点：一处方案选N1", "candidate: the best single one is N1, not in the best pair"),
    "N5": ("到县康复中心95分钟，超过90", "95 min to the county centre: beyond 90"),
    "N6": ("服务情况未知", "village services unknown: cannot be assessed"),
    "N8": ("0人（不是缺报）", "0 persons, which is not missing; no service, so fail"),
    "T1": ("本乡只有拟建机构，去外县", "own one only planned: neighbour in another county"),
    "T2": ("本乡机构已停办，乘渡船去乌有镇", "own one closed: neighbour by the ferry to F02"),
    "T3": ("去外县12分钟", "neighbour in another county, 12 min"),
    "T4": ("道路中断，无法到达", "its only road is closed: unreachable; no service either"),
    "T5": ("覆盖空白，45分钟可到外县", "gap at 30, neighbour at 45"),
    "T6": ("去外县24分钟", "neighbour in another county, 24 min: not at 20"),
    "T7": ("覆盖空白；服务仅有计划", "gap at 30; village service planned only: fail"),
    "T8": (
        "仅4人；只有按协议接收的外县机构，待核实",
        "4 persons only; in reach only F09, by agreement: unknown",
    ),
}
"""What a village is there for; the others are ordinary."""
_CLASS_NAMES = {
    "effective": "有效覆盖",
    "neighbour": "邻近覆盖",
    "nominal": "名义覆盖",
    "gap": "覆盖空白",
    "unknown": "待核实",
}


def page() -> str:
    """Write the README.

    Raises
    ------
    KeyError
        If a village of the design has no count.

    Examples
    --------
    >>> "示例县（虚构）" in page()
    True
    """
    template = (Path(__file__).with_name("example_readme.md")).read_text(encoding="utf-8")
    return template.format(
        name_zh=COUNTY_NAME[0],
        name_en=COUNTY_NAME[1],
        county=COUNTY,
        boarding=BOARDING_MIN,
        limit=LIMITS[0],
        sketch="\n".join(_sketch()),
        costs="\n".join(_cost_table()),
        villages="\n".join(_village_table()),
        facilities="\n".join(_facility_table()),
    )


def _sketch() -> list[str]:
    lines = list(GRID)
    lines.insert(2, "~~ K1 ~~ ~~ ~~ P1 ~~ ~~  银汉河 Yinhan River (K 桥 bridge, P 渡 ferry)")
    return lines


def _cost_table() -> list[str]:
    lines = ["| 等级 class | km/h | 每公里分钟 min/km |", "| --- | --- | --- |"]
    return lines + [
        f"| {name} | {speed} | {HOUR / speed:g} |" for name, speed in SPEEDS_KMH.items()
    ]


def _village_table() -> list[str]:
    layer = villages()
    named = dict(zip(layer["zone_id"], layer["name"] + " " + layer["name_en"], strict=True))
    head = (
        "村 label", "代码 zone_id", "名称 name", "人数 persons", "对象 eligible",
        "本乡镇 own min", "最近 nearest min", "机构 facility", "类别 class",
        "用途", "what it is there for",
    )  # fmt: skip
    rows = [head, ("---",) * len(head)]
    for label in LABELS:
        own, _ = nearest(label, FACILITIES_2025, own=True)
        best, which = nearest(label, FACILITIES_2025, own=False)
        total, eligible = PERSONS[label]
        key = day_care_class(label, FACILITIES_2025, LIMITS[0])
        why = PURPOSE.get(label, ("普通", "ordinary"))
        rows.append(
            (
                label,
                zone_id(label),
                named[zone_id(label)],
                str(total),
                "缺报 missing" if eligible is None else str(eligible),
                _minutes(own, none=label[0] in "NT"),
                _minutes(best, none=False),
                which or "–",
                f"{_CLASS_NAMES[key]} {key}",
                *why,
            )
        )
    return [f"| {' | '.join(row)} |" for row in rows]


def _facility_table() -> list[str]:
    head = (
        "机构 id", "名称 name", "位置 at", "状态 status",
        "接收 admits", "服务 services", "说明 note",
    )  # fmt: skip
    rows = [head, ("---",) * len(head)]
    rows += [
        (
            one.facility_id,
            f"{one.name[0]} {one.name[1]}",
            one.at,
            one.status,
            one.admits,
            "未填报 not reported" if one.services is None else ", ".join(one.services),
            one.note,
        )
        for one in FACILITIES_2025
    ]
    return [f"| {' | '.join(row)} |" for row in rows]


def _minutes(value: float, *, none: bool) -> str:
    if none:
        return "无 none"
    return "无法到达 unreachable" if math.isinf(value) else f"{value:g}"
