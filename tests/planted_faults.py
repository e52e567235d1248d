"""A study folder as an office would hand it in, with thirty faults planted in it, each of its kind.

The county is the fictional one of the built-in example, under other village names. Every planted
fault knows where it stands and what a finding must say; those that an officer can settle know the
answer as well. Next year's folder has other rows, other figures and the same doubts.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import office_files
import pandas as pd
from dialects import AGE, BASIS, ELIGIBLE, SERVICE, TYPE, WORDS, YES, merged
from office_files import Page

if TYPE_CHECKING:
    from office_files import Cell

EXAMPLE = Path(__file__).resolve().parent.parent / "data" / "example"
PERSONS, FACILITIES, SERVICES = "残疾人数.xlsx", "机构台账.xlsx", "村级服务.csv"
VILLAGES, TOWNSHIPS, RIVERS = "村界.geojson", "乡镇界.geojson", "河流.shp"
ELIGIBILITY, INDICATORS, OLD = "服务对象条件.csv", "指标完成情况.csv", "2024年机构旧表.csv"
# Names and numbers of persons, which must appear nowhere.
PRIVATE = ("张桂英", "13996601234")
# In the order of the example's layer; 兴旺村 is in three townships.
NAMES = [
    "平湖社区", "圣泉社区", "建平村", "柳树村", "石磨村", "青山村", "龙洞村", "兴旺村",
    "朝阳社区", "江东社区", "白鹤村", "双堰村", "望天村", "红椿村", "大石村", "兴旺村",
    "水月社区", "月池社区", "竹园村", "茶店村", "桃花村", "梨坪村", "松树村", "黄岩村",
    "南柯社区", "槐安社区", "蚁丘村", "青龙村", "白杨村", "楠木村", "桂花村", "兴旺村",
    "太虚社区", "清风社区", "云台村", "鹿鸣村", "石柱村", "杉木村", "银杏村", "金银村",
]  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """One planted fault."""

    kind: str
    """What kind of fault it is."""
    file: str
    """File in which it is found."""
    row: int | None
    """Row as a spreadsheet numbers it; None where the fault is of the file as a whole."""
    says: tuple[str, ...]
    """Texts that the finding must hold, in its value, column, rule or suggestion."""
    severity: str = "error"
    """How grave it is: error, decide, note."""
    answer: str = ""
    """What an officer answers; empty where the file itself has to be mended."""


@dataclass
class Folder:
    """The folder as it is being filled."""

    path: Path
    year: int
    planted: list[Planted] = field(default_factory=list)

    def plant(self, kind: str, file: str, row: int | None, *says: str, **more: str) -> None:
        """Note a fault."""
        self.planted.append(Planted(kind, file, row, says, **more))

    @property
    def day(self) -> str:
        """Cut-off date of the registers."""
        return f"{self.year}-06-30"


@dataclass
class Sheet:
    """A list with its title lines, of which next year's has one more."""

    file: str
    heads: list[str]
    titles: list[str]
    rows: list[dict[str, Cell]] = field(default_factory=list)

    def number(self, row: dict[str, Cell]) -> int:
        """Give the number that a spreadsheet shows for a row."""
        return len(self.titles) + 2 + next(at for at, one in enumerate(self.rows) if one is row)

    def find(self, **cells: Cell) -> dict[str, Cell]:
        """Give the first row with these cells."""
        return next(
            row for row in self.rows if all(row[head] == cell for head, cell in cells.items())
        )

    def cells(self) -> list[list[Cell]]:
        """Give all rows, the titles first."""
        width = len(self.heads)
        above: list[list[Cell]] = [[line, *[None] * (width - 1)] for line in self.titles]
        return [
            *above,
            list(self.heads),
            *([row.get(head) for head in self.heads] for row in self.rows),
        ]


def plant(path: Path, year: int = 2025) -> list[Planted]:
    """Write the folder and give its faults."""
    path.mkdir(parents=True)
    folder = Folder(path, year)
    for write in (_study, _layers, _persons, _facilities, _services, _lists):
        write(folder)
    return folder.planted


@cache
def zones(table: str) -> gpd.GeoDataFrame:
    """Give a layer of the example, the villages under their other names."""
    read = gpd.read_file(EXAMPLE / f"{table}.geojson")
    return read.assign(name=NAMES) if table == "villages" else read


@cache
def _csv(name: str) -> pd.DataFrame:
    read = pd.read_csv(EXAMPLE / name, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return read.astype(object).where(read != "", None)


@cache
def _names() -> dict[str, tuple[str, str]]:
    """Give township and village of each code."""
    towns = dict(zip(zones("townships")["zone_id"], zones("townships")["name"], strict=True))
    villages = zip(zones("villages")["zone_id"], NAMES, strict=True)
    both = {code: (towns[code[:9]], name) for code, name in villages}
    return {**both, **{code: (name, "") for code, name in towns.items()}}


def _code(township: str, village: str) -> str:
    return next(code for code, names in _names().items() if names == (township, village))


# --- the study file and what it names


def _study(folder: Folder) -> None:
    tables = {
        "county": "county.geojson",
        "townships": TOWNSHIPS,
        "villages": VILLAGES,
        "persons": PERSONS,
        "facilities": FACILITIES,
        "services": SERVICES,
        "eligibility": ELIGIBILITY,
        "indicators": INDICATORS,
        "rivers": RIVERS,
        "crossings": "crossings.csv",
        "road_nodes": "roads/nodes.csv",
        "road_edges": "roads/edges.csv",
        "plan": "plan.toml",
        "assumptions": "ASSUMPTIONS.md",
    }
    for table in ("county", "crossings", "road_nodes", "road_edges", "plan", "assumptions"):
        target = folder.path / tables[table]
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(EXAMPLE / tables[table], target)
    settings = (EXAMPLE / "study.toml").read_text("utf-8").partition("\n[[sources]]")[0]
    lines = "".join(f'{table} = "{file}"\n' for table, file in tables.items())
    settings = re.sub(r"\[tables\]\n.*?\n\n", f"[tables]\n{lines}\n", settings, flags=re.DOTALL)
    settings = settings.replace("as_of = 2025-06-30", f"as_of = {folder.day}")
    settings = settings.replace("boarding_min = 2.0", 'boarding_min = "两分钟"')
    (folder.path / "study.toml").write_text(settings, "utf-8")
    folder.plant("setting", "study.toml", None, "travel.boarding_min")
    old = office_files.text(
        [["机构名称", "床位", "经度", "纬度"], ["旧站", 10, 101.1, 31.1]], "gbk"
    )
    (folder.path / OLD).write_bytes(old)
    folder.plant("unnamed file", OLD, None, "[tables]", severity="decide", answer="skip")


# --- layers


def _layers(folder: Folder) -> None:
    villages = _features("villages", NAMES, folder.day)
    lacking = villages["features"][20]  # 桃花村
    lacking["properties"]["上级代码"] = "990101001"
    folder.plant("wrong parent", VILLAGES, 21, "990101001")
    moved = villages["features"][6]["geometry"]["coordinates"][0]  # 龙洞村 reaches into 兴旺村
    east = max(x for x, _ in moved)
    for corner in moved:
        if corner[0] == east:
            corner[0] = round(east + 0.005, 6)
    folder.plant("overlap", VILLAGES, 7, "重叠", severity="decide", answer="repair")
    (folder.path / VILLAGES).write_text(json.dumps(villages, ensure_ascii=False), "utf-8")
    townships = _features("townships", list(zones("townships")["name"]), folder.day)
    ring = townships["features"][4]["geometry"]["coordinates"][0]  # 太虚乡, two corners exchanged
    ring[1], ring[2] = ring[2], ring[1]
    folder.plant("broken ring", TOWNSHIPS, 5, "有效", severity="decide")
    (folder.path / TOWNSHIPS).write_text(json.dumps(townships, ensure_ascii=False), "utf-8")
    rivers = gpd.read_file(EXAMPLE / "rivers.geojson").drop(columns="name_en").to_crs("EPSG:4543")
    office_files.layer(rivers, folder.path / RIVERS, encoding="UTF-8")
    (folder.path / RIVERS).with_suffix(".prj").unlink()
    folder.plant(
        "no reference system", RIVERS, None, "坐标系", severity="decide", answer="EPSG:4543"
    )


def _features(table: str, names: list[str], day: str) -> Any:
    """Give a layer as GeoJSON under an office's headings."""
    made = json.loads((EXAMPLE / f"{table}.geojson").read_text("utf-8"))
    heads = {
        "zone_id": "行政区划代码",
        "name": "名称",
        "kind": "类型",
        "parent_id": "上级代码",
        "is_seat": "是否驻地",
        "basis": "数据性质",
        "demand_lon": "代表点经度",
        "demand_lat": "代表点纬度",
    }
    for feature, name in zip(made["features"], names, strict=True):
        told = {**feature["properties"], "name": name}
        feature["properties"] = {
            **{head: told[key] for key, head in heads.items() if key in told},
            "填报单位": "示例县自然资源局",
            "填表人": "填表人丁",
            "截至日期": day,
        }
    return made


# --- persons: a row a village, subtotals, two columns of codes and names

GROUPS = {
    "all": "合计",
    **TYPE,
    "severe": "重度（一、二级）",
    **AGE,
    **{key: f"符合{word}条件人数" for key, word in ELIGIBLE.items()},
}


def _persons(folder: Folder) -> None:
    heads = [
        "乡镇（街道）",
        "村（社区）",
        "行政区划代码",
        *GROUPS.values(),
        "数据性质",
        "填报单位",
        "截至日期",
    ]
    titles = ["示例县残疾人基本情况统计表", "单位：人", "（复核后上报）"][: folder.year - 2023]
    sheet = Sheet(PERSONS, heads, titles)
    counts = _csv("2025/persons.csv")
    given = counts["persons"].astype(float)  # what is not known stays empty
    wide = counts.assign(persons=given).pivot_table(
        index="zone_id", columns="group", values="persons", dropna=False
    )
    more = (folder.year - 2025) * 10  # of every village, in all, in the middle ages and by one type
    for code, row in wide.iterrows():
        known = row.to_dict()
        for group in ("all", "age_16_59", "physical"):
            known[group] += more
        township, village = _names()[str(code)]
        cells: dict[str, Cell] = {
            "乡镇（街道）": township,
            "村（社区）": village,
            "行政区划代码": str(code),
        }
        cells |= {
            head: None if math.isnan(known[group]) else int(known[group])
            for group, head in GROUPS.items()
        }
        cells |= {"数据性质": "台账数据", "填报单位": "示例县残联", "截至日期": folder.day}
        sheet.rows.append(cells)
    spoilt = _spoil_persons(sheet)
    totals = _with_totals(sheet)
    wrong = next(row for row in totals if row["乡镇（街道）"] == "乌有镇")
    assert isinstance(wrong["视力"], int)
    wrong["视力"] += 5
    folder.plant(
        "subtotal", PERSONS, sheet.number(wrong), "视力", severity="decide", answer="accept"
    )
    for kind, spoilt_row, says, told in spoilt:
        folder.plant(kind, PERSONS, sheet.number(spoilt_row), *says, **told)
    folder.plant("no signer", PERSONS, None, "签字人", severity="decide", answer="填表人甲")
    rows = sheet.cells()
    top = len(titles) + 1
    ranges = merged(rows, top, 0)
    pages = [
        Page("汇总表", rows, ranges),
        Page("草稿", [["待办", "时间"], ["复核巫峡口数据", "下周"]]),
    ]
    (folder.path / PERSONS).write_bytes(office_files.xlsx(*pages))
    folder.plant("other sheet", PERSONS, None, "草稿", severity="decide", answer="skip")


def _spoil_persons(
    sheet: Sheet,
) -> list[tuple[str, dict[str, Cell], tuple[str, ...], dict[str, str]]]:
    """Put the faults of single cells in."""
    village = "村（社区）"
    negative, part = sheet.find(**{village: "白鹤村"}), sheet.find(**{village: "双堰村"})
    negative["符合日间照料条件人数"], part["重度（一、二级）"] = -3, 12.5
    vague = sheet.find(**{village: "柳树村"})
    vague["符合辅助性就业条件人数"] = "若干"
    unadded = sheet.find(**{village: "竹园村"})
    assert isinstance(unadded["视力"], int)
    unadded["视力"] += 7
    unknown = sheet.find(**{village: "茶店村"})
    unknown[village], unknown["行政区划代码"] = "望江村", None
    contradicts = sheet.find(**{village: "石柱村"})
    contradicts["行政区划代码"] = _code("太虚乡", "云台村")
    right = _code("太虚乡", "石柱村")
    decide = {"severity": "decide"}
    return [
        ("negative count", negative, ("-3", "日间照料"), {}),
        ("part of a person", part, ("12.5", "重度"), {}),
        ("vague count", vague, ("若干", "辅助性就业"), {**decide, "answer": "2"}),
        ("types do not add up", unadded, ("各残疾类别",), {**decide, "answer": "accept"}),
        ("unknown unit", unknown, ("望江村",), {**decide, "answer": _code("水月乡", "茶店村")}),
        (
            "code contradicts name",
            contradicts,
            ("石柱村", _code("太虚乡", "云台村")),
            {**decide, "answer": right},
        ),
    ]


def _with_totals(sheet: Sheet) -> list[dict[str, Cell]]:
    """Put a subtotal below each township and a total at the end, as SUM gives them."""
    rows, totals = sheet.rows, []
    sheet.rows = []
    townships = list(dict.fromkeys(row["乡镇（街道）"] for row in rows))
    for township in townships:
        own = [row for row in rows if row["乡镇（街道）"] == township]
        totals.append({"乡镇（街道）": township, "村（社区）": "小计", **_summed(own)})
        sheet.rows += [*own, totals[-1]]
    sheet.rows.append({"乡镇（街道）": "合计", **_summed(rows)})
    return totals


def _summed(rows: list[dict[str, Cell]]) -> dict[str, Cell]:
    return {
        head: sum(cell for row in rows if isinstance(cell := row[head], (int, float)))
        for head in GROUPS.values()
    }


# --- facilities


def _facilities(folder: Folder) -> None:
    heads = [
        "机构编号", "机构名称", "机构类型", "服务内容", "床位", "运行状态", "启用时间",
        "接收范围", "无障碍", "乡镇（街道）", "村（社区）", "经度", "纬度", "地址", "负责人",
        "联系电话", "数据性质", "填报单位", "填表人", "截至日期",
    ]  # fmt: skip
    titles = ["示例县残疾人服务机构台账", "（县残联填报）"][: folder.year - 2024]
    sheet = Sheet(FACILITIES, heads, titles)
    known = _csv("2025/facilities.csv")
    for one in known.to_dict("records"):
        if not str(one["facility_id"]).startswith("C"):
            sheet.rows.append(_facility(folder, {str(key): cell for key, cell in one.items()}))
    for kind, row, says, told in _spoil_facilities(folder, sheet):
        folder.plant(kind, FACILITIES, sheet.number(row), *says, **told)
    swapped = next(row for row in sheet.rows if row["机构编号"] == "F07")
    folder.plant(
        "swapped coordinates", FACILITIES, None, "填反", f"：{sheet.number(swapped)}",
        severity="decide", answer="swap",
    )  # fmt: skip
    folder.plant("names of persons", FACILITIES, None, "负责人", severity="note")
    (folder.path / FACILITIES).write_bytes(office_files.xlsx(Page("台账", sheet.cells())))


_FACILITY_KINDS = {
    "sunshine_home": "阳光家园",
    "home_of_disabled": "残疾人之家",
    "welfare_home": "敬老院",
    "county_rehab_centre": "残疾人康复中心",
    "community_service_centre": "社区服务中心",
}


def _facility(folder: Folder, one: dict[str, Any], **changes: Cell) -> dict[str, Cell]:
    """Give a row of the list from a facility of the example."""
    township, village = _names().get(one["zone_id"] or "", (None, None))
    status = {"open": "运行", "planned": "拟建", "closed": "停用"}
    services = one["services"]
    return {
        "机构编号": one["facility_id"],
        "机构名称": one["name"],
        "机构类型": _FACILITY_KINDS[one["kind"]],
        "服务内容": services and "、".join(SERVICE[key] for key in services.split(";")),
        "床位": one["capacity"] and int(one["capacity"]),
        "运行状态": status[one["status"]],
        "启用时间": one["opened"],
        "接收范围": WORDS["facilities", "admits"].get(one["admits"], "不限"),
        "无障碍": one["barrier_free"] and YES[one["barrier_free"]],
        "乡镇（街道）": township,
        "村（社区）": village,
        "经度": float(one["lon"]),
        "纬度": float(one["lat"]),
        "地址": None,
        "负责人": "张桂英",
        "联系电话": "13996601234",
        "数据性质": "台账数据",
        "填报单位": "示例县残联",
        "填表人": "填表人乙",
        "截至日期": folder.day,
        **changes,
    }


def _added(folder: Folder, sheet: Sheet, code: str, **changes: Cell) -> dict[str, Cell]:
    """Add a facility at the point of a village."""
    village = zones("villages").set_index("zone_id").loc[code]
    base = _csv("2025/facilities.csv").set_index("facility_id", drop=False).loc["F02"].to_dict()
    base |= {"zone_id": code, "lon": village["demand_lon"], "lat": village["demand_lat"]}
    row = _facility(folder, {str(key): cell for key, cell in base.items()}, **changes)
    sheet.rows.append(row)
    return row


def _spoil_facilities(
    folder: Folder, sheet: Sheet
) -> list[tuple[str, dict[str, Cell], tuple[str, ...], dict[str, str]]]:
    """Put the faults of single cells in, and rows that should not be there."""
    by_id = {str(row["机构编号"]): row for row in sheet.rows}
    swapped, beyond, word = by_id["F07"], by_id["F10"], by_id["F02"]
    swapped["经度"], swapped["纬度"] = swapped["纬度"], swapped["经度"]
    beyond["经度"], beyond["纬度"] = 101.52, 31.3
    word["服务内容"] = "日间照料、代购代缴、辅助性就业"
    status, date = by_id["F03"], by_id["F05"]
    status["运行状态"], date["启用时间"] = "半开半停", "2018年13月1日"
    again = _added(
        folder, sheet, _code("太虚乡", "石柱村"), 机构编号="F02", 机构名称="石柱村残疾人之家"
    )
    twin = _added(
        folder, sheet, _code("子虚镇", "平湖社区"),
        机构编号="F12", 机构名称="子虚阳光家园", 机构类型="阳光家园", 经度=101.0764, 纬度=31.1422,
    )  # fmt: skip
    strange = _added(
        folder, sheet, _code("太虚乡", "清风社区"),
        机构编号="F13", 机构名称="清风驿站", 机构类型="关爱驿站",
    )  # fmt: skip
    address = _added(
        folder, sheet, _code("太虚乡", "银杏村"),
        机构编号="F14", 机构名称="银杏村残疾人之家", 经度=None, 纬度=None,
        地址="太虚乡银杏村3组旧小学",
    )  # fmt: skip
    decide = {"severity": "decide"}
    return [
        ("point beyond the county", beyond, ("县界外", "公里"), decide),
        ("unknown service", word, ("代购代缴",), {**decide, "answer": "skip"}),
        ("unknown status", status, ("半开半停",), {**decide, "answer": "open"}),
        ("impossible date", date, ("2018年13月1日",), {}),
        ("id twice", again, ("F02",), {}),
        ("near duplicate", twin, ("子虚阳光家园", "子虚镇阳光家园"), {**decide, "answer": "same"}),
        ("unknown kind", strange, ("关爱驿站",), {**decide, "answer": "community_service_centre"}),
        ("address without a point", address, ("坐标",), {"severity": "note"}),
    ]


# --- services of the villages, in GBK


def _services(folder: Folder) -> None:
    heads = [
        "乡镇（街道）", "村（社区）", "村代码", "服务项目", "开展情况", "是否开展", "服务方式",
        "最近一次服务时间", "每季度次数", "数据性质", "填报单位", "填表人", "截至日期",
    ]  # fmt: skip
    titles = ["示例县村级服务台账", "（各乡镇填报）"][: folder.year - 2024]
    sheet = Sheet(SERVICES, heads, titles)
    words = WORDS["services", "status"]
    for one in _csv("2025/services.csv").to_dict("records"):
        township, village = _names()[str(one["zone_id"])]
        provider = one["provider"]
        way = provider and WORDS["services", "provider"][str(provider)]
        told: list[Cell] = [
            township, village, str(one["zone_id"]), SERVICE[str(one["service"])],
            words[str(one["status"])], "是" if one["status"] == "delivered" else "否", way,
            one["last"], one["per_quarter"], BASIS["measured"], "示例县各乡镇", "填表人丙",
            folder.day,
        ]  # fmt: skip
        sheet.rows.append(dict(zip(heads, told, strict=True)))
    homonym = sheet.find(村代码=_code("子虚镇", "兴旺村"), 服务项目="走访探视")
    homonym["乡镇（街道）"] = homonym["村代码"] = None
    right = _code("子虚镇", "兴旺村")
    folder.plant(
        "homonym", SERVICES, sheet.number(homonym), "兴旺村", severity="decide", answer=right
    )
    rounded = sheet.find(村代码=_code("乌有镇", "大石村"), 服务项目="社区照顾")
    rounded["乡镇（街道）"] = rounded["村（社区）"] = None
    rounded["村代码"] = "9.90101E+11"
    folder.plant("rounded code", SERVICES, sheet.number(rounded), "9.90101E+11")
    header = len(titles) + 1
    folder.plant(
        "two columns for one",
        SERVICES,
        header,
        "开展情况",
        "是否开展",
        severity="decide",
        answer="skip",
    )
    (folder.path / SERVICES).write_bytes(office_files.text(sheet.cells(), "gbk"))


# --- small lists


def _lists(folder: Folder) -> None:
    frame = _csv("eligibility.csv").rename(
        columns={
            "service": "服务",
            "type": "残疾类别",
            "age_band": "年龄段",
            "eligible": "是否符合条件",
            "clause": "条款",
        }
    )
    rows = [
        list(frame.drop(columns="severity").columns),
        *frame.drop(columns="severity").to_numpy().tolist(),
    ]
    (folder.path / ELIGIBILITY).write_bytes(office_files.text(rows, "utf-8-sig"))
    folder.plant("column missing", ELIGIBILITY, 1, "程度")
    frame = _csv("2025/indicators.csv").assign(as_of=folder.day)
    text = office_files.text([list(frame.columns), *frame.to_numpy().tolist()], "gbk")
    broken = text.replace("残联".encode("gbk"), b"\x81\x20\xc1\xaa", 1)
    assert broken != text
    (folder.path / INDICATORS).write_bytes(broken)
    folder.plant("encoding", INDICATORS, 2, "编码")
