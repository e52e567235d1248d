"""The README of the demonstration data: its numbers are counted from the tables, none is typed.

Its words stand in ``wushan_readme.md``, with a name in braces for each number and table.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from common import read_facts, read_layer, read_table
from facilities import CENTRE, EVERY, FIRST
from persons import (
    AGES,
    CHILDREN_SHARE,
    COMMUNITY_WEIGHT,
    ELIGIBLE,
    TYPES,
    URBAN,
    county_figure,
    residents_2010,
    residents_2020,
)
from plan import DOCUMENT, TITLE, VILLAGE_SERVICES
from services import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TEMPLATE = Path(__file__).resolve().parent / "wushan_readme.md"
"""Words of the page."""

_TYPE_ZH = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
_SERVICE_ZH = {"visiting": "走访探视", "community_care": "社区照顾", "neighbour_help": "邻里互助"}
_STATUS_ZH = {"delivered": "已开展", "planned": "计划", "none": "无", "unknown": "待核实"}
_TOWNSHIP_HEAD = (
    "代码<br>code", "乡镇（街道）<br>township", "2010年常住<br>residents",
    "2020年常住<br>residents", "村（社区）<br>villages",
    "持证残疾人<br>certified", "重度<br>severe", "0—15岁<br>years",
    "16—59岁<br>years", "60岁及以上<br>years", "符合条件<br>eligible", "在运行<br>open",
    "规划<br>planned", "备选点<br>candidates",
)  # fmt: skip


def readme(out: Path) -> str:
    """Write the page from the tables of a data folder.

    Raises
    ------
    FileNotFoundError
        If a table is not built yet.

    Examples
    --------
    See ``tests/test_data_wushan.py``.
    """
    folder = out / "wushan"
    persons = read_table(folder / "persons.csv").astype({"persons": "int64"})
    wide = persons.pivot_table(index="zone_id", columns="group", values="persons", aggfunc="sum")
    facilities = read_table(folder / "facilities.csv")
    townships = read_layer(out / "boundaries" / "townships.geojson")
    figures = read_facts("plan_figures").set_index("key")["value"]
    return TEMPLATE.read_text(encoding="utf-8").format(
        total=int(wide["all"].sum()),
        severe=int(wide["severe"].sum()),
        eligible=int(wide[ELIGIBLE[0]].sum()),
        urban=county_figure("resident_population_2010_three_urban_units"),
        residents=county_figure("resident_population_2020"),
        subsidy=int(figures["nursing_subsidy_recipients"]),
        known=int((_published() != "").sum()),
        weight=COMMUNITY_WEIGHT,
        children=CHILDREN_SHARE,
        centre=CENTRE,
        homes=int(facilities["facility_id"].str.startswith("demo-").sum()),
        first=FIRST,
        every=EVERY,
        candidates=int((facilities["status"] == "candidate").sum()),
        townships=_townships(wide, facilities, townships),
        groups=_groups(wide),
        services=_services(read_table(folder / "services.csv")),
        title=TITLE["zh"],
        document=DOCUMENT,
    )


def _townships(wide: pd.DataFrame, facilities: pd.DataFrame, townships: pd.DataFrame) -> str:
    parents = wide.index.str[:9]
    sums = wide.groupby(parents).sum()
    counts = pd.DataFrame(
        {
            "residents_2010": residents_2010(),
            "residents_2020": residents_2020(),
            "villages": wide.groupby(parents).size(),
            **{group: sums[group] for group in ("all", "severe", *AGES, ELIGIBLE[0])},
            **{
                one: _count(facilities, one, sums.index) for one in ("open", "planned", "candidate")
            },
        }
    )
    names = townships.set_index("zone_id").loc[counts.index, ["name", "name_en"]]
    rows = [
        [code, " ".join(own), *_marked(code, numbers)]
        for code, own, numbers in zip(
            counts.index, names.to_numpy(), counts.to_numpy(), strict=True
        )
    ]
    rows.append(["", "**合计 total**", *(f"**{_whole(total)}**" for total in counts.sum())])
    return _table(_TOWNSHIP_HEAD, rows, texts=2)


def _groups(wide: pd.DataFrame) -> str:
    total = int(wide["all"].sum())
    rows = [
        [f"{zh} {kind}", _whole(wide[kind].sum()), f"{wide[kind].sum() / total:.2%}"]
        for kind, zh in zip(TYPES, _TYPE_ZH, strict=True)
    ]
    rows.append(["**合计 total**", f"**{total:,}**", "**100.00%**"])
    return _table(("类别 type", "人数 persons", "比例 share"), rows)


def _services(services: pd.DataFrame) -> str:
    counts = services.groupby(["service", "status"]).size().to_dict()
    rows = [
        [_SERVICE_ZH[service] + f" {service}"]
        + [_whole(counts.get((service, status), 0)) for status in STATUSES]
        for service in VILLAGE_SERVICES
    ]
    return _table(("服务 service", *(f"{_STATUS_ZH[one]} {one}" for one in STATUSES)), rows)


def _count(facilities: pd.DataFrame, status: str, codes: pd.Index) -> pd.Series:
    of_status = facilities[facilities["status"] == status]
    return of_status.groupby(of_status["zone_id"].str[:9]).size().reindex(codes, fill_value=0)


def _marked(code: str, numbers: Iterable[float]) -> list[str]:
    cells = [_whole(number) for number in numbers]
    cells[0] += "†" if code in URBAN else ""
    cells[1] += r"\*" if _published()[code] else ""
    return cells


def _published() -> pd.Series:
    return read_facts("townships").set_index("code")["resident_population_2020"]


def _whole(number: float) -> str:
    return f"{int(number):,}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    marks = ["---" if at < texts else "---:" for at in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))
