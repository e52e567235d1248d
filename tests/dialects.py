"""The built-in county written as four offices would: 13 dialects of format, encoding, layout.

Each dialect writes a whole study folder and says what it cannot carry. The words and headings stand
here in full and are not taken from the package's own lists, which have to understand them.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import office_files
import pandas as pd
from office_files import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from office_files import Cell, Rows

DATA = Path(__file__).resolve().parent.parent / "data"
LAYERS = ("county", "townships", "villages")
LISTS = ("facilities", "persons", "services", "eligibility", "crossings")
TABLES = (*LAYERS, *LISTS)
KEYS = {
    "county": ("zone_id",),
    "townships": ("zone_id",),
    "villages": ("zone_id",),
    "facilities": ("facility_id",),
    "persons": ("zone_id", "group"),
    "services": ("zone_id", "service"),
    "eligibility": ("service", "type", "severity", "age_band"),
    "crossings": ("crossing_id",),
}
CUT_OFF = dt.date(2025, 6, 30)


@dataclass(frozen=True)
class Loss:
    """A column that a dialect cannot carry."""

    table: str
    column: str
    reason: str


@dataclass(frozen=True)
class Dialect:
    """One way in which the county is written."""

    name: str
    about: str
    write: Callable[[Path], None]
    losses: tuple[Loss, ...] = ()
    metres: float = 0.01
    """How far a position may move on the way."""


# --- the county as the package has it, read with pandas alone


@cache
def county() -> dict[str, pd.DataFrame]:
    """Read the built-in county: texts and None, layers with their shapes."""
    found: dict[str, pd.DataFrame] = {}
    for table in LISTS:
        path = DATA / "wushan" / f"{table}.csv"
        read = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        found[table] = read.astype(object).where(read != "", None)
    for table in LAYERS:
        zones = gpd.read_file(DATA / "boundaries" / f"{table}.geojson")
        found[table] = zones.drop(columns=["full_name", "priority"], errors="ignore")
    return found


@cache
def official() -> dict[str, str]:
    """Give the name of each unit by its code."""
    zones = [county()[table] for table in ("townships", "villages")]
    return {
        code: name for one in zones for code, name in zip(one["zone_id"], one["name"], strict=True)
    }


# --- words

SERVICE = {
    "concentrated_care": "集中照护",
    "day_care": "日间照料",
    "sheltered_employment": "辅助性就业",
    "community_rehab": "社区康复",
    "psychiatric_community_rehab": "精神障碍社区康复",
    "county_rehab": "县残疾人康复中心",
    "visiting": "走访探视",
    "community_care": "社区照顾",
    "neighbour_help": "邻里互助",
}
TYPE = {
    "visual": "视力",
    "hearing": "听力",
    "speech": "言语",
    "physical": "肢体",
    "intellectual": "智力",
    "mental": "精神",
    "multiple": "多重",
}
AGE = {"age_0_15": "0-15岁", "age_16_59": "16-59岁", "age_60_plus": "60岁及以上"}
ELIGIBLE = {
    f"eligible_{key}": SERVICE[key]
    for key in ("day_care", "sheltered_employment", "concentrated_care")
}
GROUP = {
    "all": "合计",
    **TYPE,
    "severe": "重度",
    **AGE,
    **{key: f"符合{word}条件" for key, word in ELIGIBLE.items()},
}
BASIS = {
    "measured": "台账数据",
    "stated": "文件数据",
    "inferred": "推断数据",
    "modelled": "推算数据",
}
BANK = {"N": "江北", "S": "江南", "unknown": "不详"}
YES = {"yes": "是", "no": "否"}
WORDS: dict[tuple[str, str], Mapping[str, str]] = {
    ("*", "basis"): BASIS,
    ("*", "point_basis"): BASIS,
    ("*", "boundary_basis"): BASIS,
    ("*", "bank"): BANK,
    ("*", "is_seat"): YES,
    ("*", "barrier_free"): YES,
    ("*", "eligible"): YES,
    ("*", "service"): SERVICE,
    ("*", "group"): GROUP,
    ("townships", "kind"): {"subdistrict": "街道", "town": "镇", "township": "乡"},
    ("villages", "kind"): {"community": "社区", "village": "村"},
    ("facilities", "kind"): {
        "home_of_disabled": "残疾人之家",
        "sunshine_home": "阳光家园",
        "county_rehab_centre": "残疾人康复中心",
        "candidate_site": "备选点",
    },
    ("facilities", "status"): {
        "open": "运行",
        "planned": "规划",
        "candidate": "备选",
    },
    ("facilities", "admits"): {
        "township": "本乡镇",
        "county": "全县",
        "agreement": "协议",
        "unknown": "不详",
    },
    ("services", "status"): {
        "delivered": "已开展",
        "planned": "计划",
        "none": "未开展",
        "unknown": "不详",
    },
    ("services", "provider"): {
        "facility": "机构",
        "outreach": "上门巡回",
        "home_visit": "入户",
        "online": "线上",
    },
    ("eligibility", "type"): {**TYPE, "any": "不限"},
    ("eligibility", "severity"): {"severe": "重度", "any": "不限"},
    ("eligibility", "age_band"): {**AGE, "any": "不限"},
    ("crossings", "kind"): {"bridge": "桥梁", "ferry": "渡口"},
}
HEADS: dict[str, dict[str, str]] = {
    "county": {"zone_id": "县代码", "name": "县名称", "name_en": "英文名称", "basis": "数据性质"},
    "townships": {
        "zone_id": "乡镇（街道）代码",
        "name": "乡镇（街道）名称",
        "name_en": "英文名称",
        "kind": "乡镇（街道）类型",
        "bank": "江岸",
        "basis": "数据性质",
        "demand_lon": "服务对象代表点经度",
        "demand_lat": "服务对象代表点纬度",
        "point_basis": "点位数据性质",
        "boundary_basis": "界线数据性质",
    },
    "villages": {
        "zone_id": "村（社区）代码",
        "name": "村（社区）名称",
        "name_en": "英文名称",
        "kind": "村（社区）类型",
        "parent_id": "所属乡镇（街道）代码",
        "is_seat": "是否乡镇驻地",
        "bank": "江岸",
        "basis": "数据性质",
        "demand_lon": "服务对象代表点经度",
        "demand_lat": "服务对象代表点纬度",
        "point_basis": "点位数据性质",
        "boundary_basis": "界线数据性质",
    },
    "facilities": {
        "facility_id": "机构编号",
        "name": "机构名称",
        "name_en": "英文名称",
        "kind": "机构类型",
        "host": "依托单位",
        "services": "服务内容",
        "capacity": "托养名额",
        "status": "状态",
        "opened": "启用日期",
        "grade": "星级",
        "admits": "接收范围",
        "barrier_free": "是否无障碍",
        "open_days": "每周开放天数",
        "zone_id": "所在村或乡镇代码",
        "lon": "经度",
        "lat": "纬度",
        "basis": "数据性质",
        "point_basis": "点位数据性质",
        "source_unit": "提供单位",
        "as_of": "截至日期",
        "note": "备注",
    },
    "persons": {
        "zone_id": "村（社区）代码",
        "group": "群体",
        "persons": "残疾人数",
        "basis": "数据性质",
    },
    "services": {
        "zone_id": "村（社区）代码",
        "service": "服务项目",
        "status": "开展情况",
        "provider": "服务方式",
        "last": "最近一次",
        "per_quarter": "每季度次数",
        "basis": "数据性质",
        "source_unit": "提供单位",
        "as_of": "截至日期",
    },
    "eligibility": {
        "service": "服务",
        "type": "残疾类别",
        "severity": "程度",
        "age_band": "年龄段",
        "eligible": "是否符合条件",
        "clause": "条款",
    },
    "crossings": {
        "crossing_id": "渡口桥梁编号",
        "name": "名称",
        "name_en": "英文名称",
        "kind": "类型",
        "river": "河流",
        "opened": "开通时间",
        "lon": "经度",
        "lat": "纬度",
        "basis": "数据性质",
        "point_basis": "点位数据性质",
        "source": "来源",
    },
}
NUMBERS = {
    "persons", "capacity", "grade", "open_days", "per_quarter", "lon", "lat", "demand_lon",
    "demand_lat",
}  # fmt: skip
DATES = {"last", "opened"}  # of facilities; a crossing's is a year
CODES = {"zone_id", "parent_id"}
# What one office says once for a whole table.
SAID_ONCE: dict[str, dict[str, str]] = {
    "county": {"basis": "stated"},
    "townships": {"basis": "stated"},
    "villages": {"basis": "stated"},
    "persons": {"basis": "modelled", "as_of": "2020"},
    "services": {
        "basis": "modelled",
        "source_unit": "演示数据（非真实机构）",
        "as_of": "2025-06-30",
    },
    "crossings": {"basis": "stated"},
}


def spoken(
    table: str, words: Mapping[tuple[str, str], Mapping[str, str]] | None = None
) -> pd.DataFrame:
    """Give a table with the office's words in place of the package's keys."""
    told = {**WORDS, **(words or {})}
    frame = county()[table].copy()
    for column in frame.columns:
        known = told.get((table, column), told.get(("*", column)))
        if known:
            frame[column] = [known.get(cell, cell) for cell in frame[column]]
    if table == "facilities":
        services = told["*", "service"]
        frame["services"] = [
            None if keys is None else "、".join(services[key] for key in keys.split(";"))
            for keys in frame["services"]
        ]
    return frame


def headed(frame: pd.DataFrame, heads: Mapping[str, str]) -> pd.DataFrame:
    """Keep the columns that have a heading, under it and in its order."""
    return frame[list(heads)].rename(columns=dict(heads))


def headed_layer(table: str, heads: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Give a layer in the office's words under its headings."""
    return gpd.GeoDataFrame(
        headed(spoken(table), heads), geometry=county()[table]["geometry"].array, crs="EPSG:4326"
    )


def column(values: Sequence[object]) -> pd.Series:
    """Make a column of whatever stands in a sheet, None included."""
    return pd.Series(values, dtype=object)


def cells(frame: pd.DataFrame) -> list[list[Any]]:
    """Give a table as rows, the heading first; what is missing is None."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [[str(one) for one in frame.columns], *plain.to_numpy().tolist()]


def typed(frame: pd.DataFrame, *, codes: bool = False) -> pd.DataFrame:
    """Turn texts into the numbers and dates that a workbook holds; codes too, as Excel does."""
    frame = frame.copy()
    for column in frame.columns:
        if column in NUMBERS or (codes and column in CODES):
            frame[column] = pd.Series(
                [None if cell is None else float(cell) for cell in frame[column]], dtype=object
            )
        elif column in DATES and "crossing_id" not in frame:
            frame[column] = pd.Series(
                [None if cell is None else dt.date.fromisoformat(cell) for cell in frame[column]],
                dtype=object,
            )
    return frame


# --- the study folder


def study(
    folder: Path,
    tables: Mapping[str, str | Sequence[str]],
    said: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Write the study file: the built-in one with other files and other sources."""
    folder.mkdir(parents=True, exist_ok=True)
    home = DATA / "wushan"
    for name in (
        "plan.toml",
        "ASSUMPTIONS.md",
        "rivers.geojson",
        "roads/nodes.csv",
        "roads/edges.csv",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(home / name, folder / name)
    named = {
        **tables,
        "road_nodes": "roads/nodes.csv",
        "road_edges": "roads/edges.csv",
        "rivers": "rivers.geojson",
        "plan": "plan.toml",
        "assumptions": "ASSUMPTIONS.md",
    }
    lines = [
        f"{table} = "
        + (
            f'"{files}"'
            if isinstance(files, str)
            else "[" + ", ".join(f'"{one}"' for one in files) + "]"
        )
        for table, files in named.items()
    ]
    settings = (home / "study.toml").read_text("utf-8").partition("\n[[sources]]")[0]
    settings = re.sub(
        r"\[tables\]\n.*?\n\n",
        lambda _: "[tables]\n" + "\n".join(lines) + "\n\n",
        settings,
        flags=re.DOTALL,
    )
    for table, told in {"persons": {"as_of": "2020"}, **(said or {})}.items():
        settings += f'\n[[sources]]\ntables = ["{table}"]\ntitle = "{table}"\n'
        settings += "".join(f'{key} = "{value}"\n' for key, value in told.items())
    (folder / "study.toml").write_text(settings, "utf-8")


def answers(folder: Path, *rows: tuple[str, str, str, str]) -> None:
    """Write what was decided before."""
    (folder / "answers.csv").write_bytes(
        office_files.text([("topic", "table", "subject", "answer"), *rows])
    )


def once(*tables: str) -> dict[str, dict[str, str]]:
    """Give what the study file says once of some tables."""
    return {table: SAID_ONCE[table] for table in tables}


def without(table: str, *columns: str) -> dict[str, str]:
    """Give the usual headings of a table but for some columns."""
    return {key: head for key, head in HEADS[table].items() if key not in columns}


def unsaid(table: str) -> dict[str, str]:
    """Give the usual headings of a table but for what the study file says once."""
    return without(table, *SAID_ONCE.get(table, {}))


def plain_layers(folder: Path) -> dict[str, str]:
    """Lay the layers down as they are built in."""
    for table in LAYERS:
        shutil.copyfile(DATA / "boundaries" / f"{table}.geojson", folder / f"{table}.geojson")
    return {table: f"{table}.geojson" for table in LAYERS}


def titled(rows: Rows, *lines: str) -> list[list[Cell]]:
    """Put title lines above a table, padded as a spreadsheet pads them."""
    width = len(rows[0])
    above: list[list[Cell]] = [[line, *[None] * (width - 1)] for line in lines]
    return above + [list(row) for row in rows]


def by_village(extra: Iterable[str] = ()) -> pd.DataFrame:
    """Give the persons with a row a village and a column a group, with the names of both units."""
    persons = county()["persons"].assign(persons=lambda one: one["persons"].astype(int))
    wide = persons.pivot_table(
        index="zone_id", columns="group", values="persons", sort=False
    )  # exact: one value a cell
    wide = wide.astype(int).reset_index().astype(object)
    names = official()
    wide.insert(0, "village", [names[code] for code in wide["zone_id"]])
    wide.insert(0, "township", [names[code[:9]] for code in wide["zone_id"]])
    return wide[["township", "village", "zone_id", *GROUP, *extra]]


# --- 1: text in UTF-8 without a mark, long, with the headings of the templates


def utf8_long(folder: Path) -> None:
    folder.mkdir(parents=True)
    for table in LISTS:
        rows = cells(headed(spoken(table), HEADS[table]))
        (folder / f"{table}.csv").write_bytes(office_files.text(rows))
    for table in LAYERS:
        office_files.layer(headed_layer(table, HEADS[table]), folder / f"{table}.geojson")
    named = {table: f"{table}.csv" for table in LISTS}
    study(folder, {**{table: f"{table}.geojson" for table in LAYERS}, **named})


# --- 2: text in GBK, a row a village, under a title and a unit, in two files


def gbk_wide(folder: Path) -> None:
    folder.mkdir(parents=True)
    heads = {
        "township": "乡镇（街道）",
        "village": "村（社区）",
        "zone_id": "行政区划代码",
        "all": "持证残疾人数",
        **{key: f"{word}残疾" for key, word in TYPE.items()},
        "severe": "重度残疾人（一、二级）",
        **AGE,
        **{key: f"{word}服务对象" for key, word in ELIGIBLE.items()},
    }
    wide = headed(by_village(), heads)
    first = wide["行政区划代码"].str[6].isin(["0", "1"])
    for part, villages in (("街道和镇", wide[first]), ("乡", wide[~first])):
        made = titled(cells(villages), f"巫山县持证残疾人分类统计表（{part}）", "单位：人")
        (folder / f"残疾人数-{part}.csv").write_bytes(office_files.text(made, "gbk"))
    ticks = {"delivered": "√", "none": "×", "planned": "计划", "unknown": "不详"}
    services = spoken("services", {("services", "status"): ticks})
    (folder / "村级服务.csv").write_bytes(
        office_files.text(
            titled(cells(headed(services, unsaid("services"))), "巫山县村级服务开展情况"), "gbk"
        )
    )
    for table in ("facilities", "eligibility", "crossings"):
        rows = cells(headed(spoken(table), HEADS[table]))
        (folder / f"{table}.csv").write_bytes(office_files.text(rows, "gbk"))
    study(
        folder,
        {
            **plain_layers(folder),
            "persons": ["残疾人数-街道和镇.csv", "残疾人数-乡.csv"],
            "services": "村级服务.csv",
            **{table: f"{table}.csv" for table in ("facilities", "eligibility", "crossings")},
        },
        once("persons", "services"),
    )


# --- 3: text in Big5, in traditional characters, without codes


@cache
def _traditional() -> Any:
    from opencc import OpenCC

    return OpenCC("s2tw").convert


def traditional(frame: pd.DataFrame) -> pd.DataFrame:
    """Write heading and cells in traditional characters."""
    change = _traditional()
    made = frame.map(lambda cell: change(cell) if isinstance(cell, str) else cell)
    return made.rename(columns=change)


def with_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the names of township and village in place of the code."""
    names = official()
    codes = [str(code) for code in frame["zone_id"]]
    return frame.drop(columns="zone_id").assign(
        township=[names[code[:9]] for code in codes],
        village=column([names[code] if len(code) > 9 else None for code in codes]),
    )


NAMED = {"township": "乡镇（街道）", "village": "村（社区）"}


def big5(folder: Path) -> None:
    folder.mkdir(parents=True)
    for table in LISTS:
        frame, heads = spoken(table), unsaid(table)
        if "zone_id" in frame:
            frame = with_names(frame)
            heads = {**NAMED, **without(table, "zone_id", *SAID_ONCE.get(table, {}))}
        made = traditional(headed(frame, heads))
        (folder / f"{table}.csv").write_bytes(office_files.text(cells(made), "big5"))
    named = {table: f"{table}.csv" for table in LISTS}
    study(folder, {**plain_layers(folder), **named}, once("persons", "services", "crossings"))


_TRADITIONAL = "free text stays in traditional characters, as it was written"
BIG5_LOSSES = tuple(
    Loss(table, column, _TRADITIONAL)
    for table, column in (
        ("facilities", "name"),
        ("facilities", "note"),
        ("facilities", "source_unit"),
        ("eligibility", "clause"),
        ("crossings", "name"),
        ("crossings", "river"),
    )
)


# --- 4: text in UTF-16, as Excel's "Unicode text", with English headings and Excel's dates


def utf16_tabs(folder: Path) -> None:
    folder.mkdir(parents=True)
    english = {
        "persons": {"zone_id": "village_code", "group": "category", "persons": "number"},
        "services": {
            "zone_id": "village_code",
            "service": "service",
            "status": "state",
            "provider": "provider",
            "last": "last_visit",
            "per_quarter": "visits_per_quarter",
            "basis": "basis",
            "source_unit": "source_office",
            "as_of": "as_of_date",
        },
    }
    for table in LISTS:
        frame = typed(county()[table])
        heads = english.get(table, {key: key for key in HEADS[table]})
        rows = [[_short(cell) for cell in row] for row in cells(headed(frame, heads))]
        (folder / f"{table}.tsv").write_bytes(office_files.text(rows, "utf-16", "\t"))
    for table in LAYERS:
        office_files.layer(
            headed_layer(table, {key: key for key in HEADS[table]}), folder / f"{table}.fgb"
        )
    named = {table: f"{table}.tsv" for table in LISTS}
    layers = {table: f"{table}.fgb" for table in LAYERS}
    study(folder, {**layers, **named}, once("persons"))


def _short(cell: Any) -> Any:
    """Show a number as a spreadsheet shows it, 12 and not 12.0."""
    return f"{cell:g}" if isinstance(cell, float) and cell.is_integer() else cell


# --- 5: one workbook, names and no codes, titles, a line with unit and date, merged townships


def office_name(code: str) -> str:
    """Give the long name that an office writes on a form."""
    name = official()[code]
    if code in {"500237200", "500237231"}:
        return name.removesuffix("乡") + "土家族乡"
    if len(code) > 9:
        return name + ("居委会" if name.endswith("社区") else "村民委员会")
    return name + "办事处" if name.endswith("街道") else name


def long_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the long names of township and village in place of the code."""
    codes = [str(code) for code in frame["zone_id"]]
    return frame.drop(columns="zone_id").assign(
        township=[office_name(code[:9]) for code in codes],
        village=column([office_name(code) if len(code) > 9 else None for code in codes]),
    )


def merged(rows: list[list[Cell]], top: int, column: int) -> tuple[tuple[int, int, int, int], ...]:
    """Merge equal neighbours of a column below a row, leaving the value in the first one."""
    ranges = []
    at = top
    while at < len(rows):
        end = at
        while end + 1 < len(rows) and rows[end + 1][column] == rows[at][column] is not None:
            end += 1
            rows[end][column] = None
        if end > at:
            ranges.append((at, column, end, column))
        at = end + 1
    return tuple(ranges)


def names_workbook(folder: Path) -> None:
    folder.mkdir(parents=True)
    pages = []
    for table, title in (("facilities", "机构"), ("persons", "人数"), ("services", "服务")):
        if table == "persons":
            groups = {key: GROUP[key] for key in GROUP}
            frame = headed(
                long_names(by_village().drop(columns=["township", "village"])), {**NAMED, **groups}
            )
            lines = [f"巫山县{title}登记表", "单位：人"]
        else:
            frame = long_names(typed(spoken(table)))
            heads = {**NAMED, **without(table, "zone_id", *SAID_ONCE.get(table, {}))}
            frame = headed(frame, heads)
            lines = [f"巫山县{title}登记表"]
            if table == "services":
                lines.append("填报单位：演示数据（非真实机构）      截至日期：2025年6月30日")
        rows = titled(cells(frame), *lines)
        ranges = [(at, 0, at, len(rows[0]) - 1) for at in range(len(lines))]
        if table != "facilities":
            ranges += merged(rows, len(lines) + 1, 0)
        pages.append(Page(title, rows, tuple(ranges)))
    for table, title in (("eligibility", "条件"), ("crossings", "桥渡")):
        pages.append(Page(title, cells(typed(headed_numbers(table)))))
    (folder / "巫山县台账2025.xlsx").write_bytes(office_files.xlsx(*pages))
    sheets = dict(zip(LISTS, ("机构", "人数", "服务", "条件", "桥渡"), strict=True))
    named = {table: f"巫山县台账2025.xlsx#{sheet}" for table, sheet in sheets.items()}
    said = {**once("persons", "crossings"), "services": {"basis": "modelled"}}
    study(folder, {**plain_layers(folder), **named}, said)


def headed_numbers(table: str) -> pd.DataFrame:
    """Give a table with numbers as numbers, under the usual headings."""
    return headed(typed(spoken(table)), unsaid(table))


# --- 6: a workbook with two header rows, subtotals, a total, and codes as numbers


def services_across() -> list[list[Cell]]:
    """Give the services with a row a village and four columns below each service."""
    told = {
        "status": "开展情况",
        "provider": "服务方式",
        "last": "最近一次",
        "per_quarter": "每季度次数",
    }
    top: list[Cell] = ["乡镇（街道）", "村（社区）代码", "村（社区）"]
    low: list[Cell] = [None, None, None]
    keys = ("visiting", "community_care", "neighbour_help")
    for key in keys:
        top += [SERVICE[key], None, None, None]
        low += told.values()
    frame = typed(spoken("services"))
    plain = frame.astype(object).where(frame.notna(), None)
    known = {(row["zone_id"], row["service"]): row for row in plain.to_dict("records")}
    rows: list[list[Cell]] = [top, low]
    for code in dict.fromkeys(plain["zone_id"]):
        row: list[Cell] = [official()[code[:9]], float(code), official()[code]]
        for key in keys:
            row += [known[code, SERVICE[key]][column] for column in told]
        rows.append(row)
    return rows


def two_headers(folder: Path) -> None:
    folder.mkdir(parents=True)
    top: list[Cell] = [
        "乡镇（街道）", "村（社区）代码", "村（社区）", "合计", "残疾类别", *[None] * 6,
        "重度（一、二级）", "年龄段", None, None, "符合条件的服务对象", None, None,
    ]  # fmt: skip
    low: list[Cell] = [
        *[None] * 4, *TYPE.values(), None, *AGE.values(), *ELIGIBLE.values(),
    ]  # fmt: skip
    header = (
        (1, 0, 2, 0),
        (1, 1, 2, 1),
        (1, 2, 2, 2),
        (1, 3, 2, 3),
        (1, 4, 1, 10),
        (1, 11, 2, 11),
        (1, 12, 1, 14),
        (1, 15, 1, 17),
    )
    wide = by_village()
    groups = list(GROUP)
    pages = [
        Page(
            "填表说明",
            [["本表由各乡镇（街道）填报，县残联汇总。"], ["小计、合计由各村（社区）相加。"]],
        )
    ]
    for title, sign in (("街道", "0"), ("镇", "1"), ("乡", "2")):
        part = wide[wide["zone_id"].str[6] == sign]
        rows: list[list[Cell]] = [[f"巫山县残疾人情况统计表（{title}）", *[None] * 17], top, low]
        for township, villages in part.groupby("township", sort=False):
            rows += [
                [
                    row["township"],
                    float(row["zone_id"]),
                    row["village"],
                    *(float(row[key]) for key in groups),
                ]
                for row in villages.to_dict("records")
            ]
            rows.append(
                [str(township), None, "小计", *(float(villages[key].sum()) for key in groups)]
            )
        rows.append(["合计", None, None, *(float(part[key].sum()) for key in groups)])
        ranges = ((0, 0, 0, 17), *header, *merged(rows, 3, 0))
        pages.append(Page(title, rows, ranges, {1: "0", **dict.fromkeys(range(3, 18), "#,##0")}))
    (folder / "残疾人情况.xlsx").write_bytes(office_files.xlsx(*pages))
    named = {"persons": "残疾人情况.xlsx"}
    services, two = services_across(), ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2))
    across = tuple((0, at, 0, at + 3) for at in (3, 7, 11))
    page = Page("服务", services, (*two, *across, *merged(services, 2, 0)), {1: "0"})
    (folder / "services.xlsx").write_bytes(office_files.xlsx(page))
    named["services"] = "services.xlsx"
    for table in ("facilities", "eligibility", "crossings"):
        frame = headed(typed(spoken(table), codes=True), unsaid(table))
        (folder / f"{table}.xlsx").write_bytes(office_files.xlsx(Page("Sheet1", cells(frame))))
        named[table] = f"{table}.xlsx"
    study(folder, {**plain_layers(folder), **named}, once("persons", "services", "crossings"))


# --- 7: OpenDocument, with typed cells, a merged title and repeated empty cells


def opendocument(folder: Path) -> None:
    folder.mkdir(parents=True)
    named = {}
    for table in LISTS:
        frame = typed(spoken(table))
        if table == "facilities":
            frame["barrier_free"] = frame["barrier_free"].map({"是": True, "否": False})
        rows = titled(cells(headed(frame, HEADS[table])), f"巫山县{table}登记表")
        page = Page("登记表", rows, ((0, 0, 0, len(rows[0]) - 1),))
        (folder / f"{table}.ods").write_bytes(office_files.ods(page))
        named[table] = f"{table}.ods"
    study(folder, {**plain_layers(folder), **named})


# --- 8: Parquet, as a data platform exports it: typed columns, codes as whole numbers


def parquet(folder: Path) -> None:
    folder.mkdir(parents=True)
    named = {}
    for table in LISTS:
        frame = typed(county()[table])[list(HEADS[table])]
        for column in frame.columns:
            if column == "zone_id":
                frame[column] = frame[column].astype("int64")
            elif column in NUMBERS:
                frame[column] = frame[column].astype(
                    "Int64" if column in {"persons", "grade"} else "float64"
                )
            elif column in {"barrier_free", "eligible"}:
                frame[column] = frame[column].map({"yes": True, "no": False}).astype("boolean")
        (folder / f"{table}.parquet").write_bytes(office_files.parquet(frame))
        named[table] = f"{table}.parquet"
    for table in LAYERS:
        zones = headed_layer(table, {key: key for key in HEADS[table]})
        zones = zones.set_crs("EPSG:4490", allow_override=True)
        office_files.layer(zones, folder / f"{table}.geojson")
    study(folder, {**{table: f"{table}.geojson" for table in LAYERS}, **named})


# --- 9: shapefiles in GBK without .cpg, headings cut at ten bytes; short headings in the tables


def _cut(head: str, taken: set[str]) -> str:
    """Cut a heading at the ten bytes of a dBase field, numbering what becomes the same."""
    short = head.encode("gbk")[:10].decode("gbk", "ignore")
    at = 0
    while short in taken:
        at += 1
        short = head.encode("gbk")[:8].decode("gbk", "ignore") + f"_{at}"
    taken.add(short)
    return short


SHAPE_HEADS = {
    "county": {"zone_id": "XDM", "name": "县名称", "name_en": "英文名称"},
    "townships": {
        **unsaid("townships"),
        "zone_id": "XZQDM",
        "name": "XZQMC",
        "kind": "类型",
        "point_basis": "点位性质",
    },
    "villages": {
        **unsaid("villages"),
        "zone_id": "XZQDM",
        "name": "XZQMC",
        "kind": "类型",
        "parent_id": "SJDM",
        "is_seat": "是否驻地",
        "point_basis": "点位性质",
    },
}


def shapefile(folder: Path) -> None:
    folder.mkdir(parents=True)
    for table in LAYERS:
        taken: set[str] = set()
        heads = {key: _cut(head, taken) for key, head in SHAPE_HEADS[table].items()}
        office_files.layer(headed_layer(table, heads), folder / f"{table}.shp", encoding="GBK")
        (folder / f"{table}.cpg").unlink()
    tables = {
        "persons": {"zone_id": "XZQDM", "group": "类别", "persons": "CJRS"},
        "services": {
            **unsaid("services"),
            "zone_id": "CDM",
            "status": "KZQK",
            "last": "ZJYC",
            "per_quarter": "MJDCS",
        },
        "facilities": {
            **HEADS["facilities"],
            "facility_id": "JGBH",
            "name": "JGMC",
            "services": "FWNR",
            "capacity": "CWS",
            "status": "YXZT",
            "opened": "QYRQ",
            "barrier_free": "无障碍",
            "open_days": "每周开放",
            "zone_id": "SZQHDM",
            "point_basis": "点位性质",
            "note": "BZ",
        },
    }
    named = {"facilities": "facilities.shp"}
    heads = {key: head for key, head in tables["facilities"].items() if key not in {"lon", "lat"}}
    points = typed(spoken("facilities"))
    # A dBase number cannot be missing: where nothing was entered the desktop program writes 0.
    points["capacity"] = [0 if cell is None else int(cell) for cell in points["capacity"]]
    for number in ("grade", "open_days"):
        points[number] = [None if cell is None else f"{cell:g}" for cell in points[number]]
    places = gpd.points_from_xy(points["lon"], points["lat"], crs="EPSG:4326")
    made = gpd.GeoDataFrame(headed(points, heads), geometry=places)
    office_files.layer(made, folder / "facilities.shp", encoding="GBK")
    (folder / "facilities.cpg").unlink()
    for table in ("persons", "services", "eligibility", "crossings"):
        frame = headed(spoken(table), tables.get(table, unsaid(table)))
        (folder / f"{table}.csv").write_bytes(office_files.text(cells(frame), "gb18030"))
        named[table] = f"{table}.csv"
    layers = {table: f"{table}.shp" for table in LAYERS}
    said = once("county", "townships", "villages", "persons", "services", "crossings")
    study(folder, {**layers, **named}, said)
    cut = "界线数据性"  # what is left of 界线数据性质
    answers(folder, *(("column", table, cut, "boundary_basis") for table in LAYERS[1:]))


_CUT = "the heading is longer than the ten bytes of a dBase field and was cut beyond recognition"
SHAPE_LOSSES = (
    *(
        Loss(table, column, _CUT)
        for table in ("townships", "villages")
        for column in ("demand_lon", "demand_lat", "demand_point")
    ),
    Loss("facilities", "capacity", "a missing whole number is written as 0 in a shapefile"),
)


# --- 10: GeoPackage in a projected zone; full-width digits, thousands, Chinese dates, — and 无

FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def chinese_date(cell: str | None) -> str | None:
    """Write a date as 2025年6月30日."""
    if cell is None:
        return None
    day = dt.date.fromisoformat(cell)
    return f"{day.year}年{day.month}月{day.day}日"


def projected(folder: Path) -> None:
    folder.mkdir(parents=True)
    called = dict(zip(LAYERS, ("县界", "乡镇界", "村界"), strict=True))
    for table, name in called.items():
        zones = headed_layer(table, HEADS[table])
        zones = zones.set_crs("EPSG:4490", allow_override=True).to_crs("EPSG:4546")
        office_files.layer(zones, folder / "界线.gpkg", layer=name, append=table != "county")
    wide = by_village()
    total: list[Cell] = [
        "合计",
        None,
        None,
        *(f"{sum(wide[key]):,}".translate(FULL_WIDTH) for key in GROUP),
    ]
    rows: list[list[Cell]] = [
        [*row[:3], *("无" if count == 0 else str(count).translate(FULL_WIDTH) for count in row[3:])]
        for row in wide.to_numpy().tolist()
    ]
    head: list[Cell] = ["乡镇（街道）", "村（社区）", "村（社区）代码", *GROUP.values()]
    files: dict[str, list[list[Cell]]] = {"persons": [head, *rows, total]}
    for table in ("facilities", "services", "eligibility", "crossings"):
        frame = spoken(table)
        for column in {"last", "opened", "as_of"} & set(frame.columns):
            if table != "crossings":
                frame[column] = [chinese_date(cell) for cell in frame[column]]
        for column in {"capacity", "grade", "per_quarter", "open_days"} & set(frame.columns):
            frame[column] = [
                None if cell is None else cell.translate(FULL_WIDTH) for cell in frame[column]
            ]
        for column in {"capacity", "opened", "last", "per_quarter", "provider", "host"} & set(
            frame.columns
        ):
            if table != "crossings":
                frame[column] = [cell or "—" for cell in frame[column]]
        files[table] = cells(headed(frame, unsaid(table)))
    for table, made in files.items():
        (folder / f"{table}.xlsx").write_bytes(office_files.xlsx(Page("Sheet1", made)))
    said = once("persons", "services", "crossings")
    named = {table: f"{table}.xlsx" for table in LISTS}
    study(folder, {**dict.fromkeys(LAYERS, "界线.gpkg"), **named}, said)
    answers(folder, *(("table", table, "界线.gpkg", name) for table, name in called.items()))


# --- 11: KML, KMZ and GeoJSON; degrees, minutes and seconds


def sexagesimal(degrees: str | None, letter: str) -> str | None:
    """Write 109.87639 as 109°52′35.0040″E, exact to the sixth decimal."""
    if degrees is None:
        return None
    tenths = round(float(degrees) * 36_000_000)
    minutes, rest = divmod(tenths, 600_000)
    return f"{minutes // 60}°{minutes % 60:02d}′{rest / 10_000:07.4f}″{letter}"


def earth(folder: Path) -> None:
    folder.mkdir(parents=True)
    heads = {table: {**HEADS[table], "name": "名称"} for table in ("townships", "villages")}
    for table in ("townships", "villages"):
        zones = headed_layer(table, heads[table])
        text = office_files.kml(zones, table).encode()
        if table == "villages":
            (folder / "villages.kmz").write_bytes(office_files.packed({"doc.kml": text}))
        else:
            (folder / "townships.kml").write_bytes(text)
    office_files.layer(headed_layer("county", HEADS["county"]), folder / "county.geojson")
    named: dict[str, str] = {}
    for table in LISTS:
        frame = spoken(table)
        if table in {"facilities", "crossings"}:
            frame["lon"] = [sexagesimal(cell, "E") for cell in frame["lon"]]
            frame["lat"] = [sexagesimal(cell, "N") for cell in frame["lat"]]
        rows = cells(headed(frame, unsaid(table)))
        (folder / f"{table}.csv").write_bytes(office_files.text(rows, "utf-8-sig"))
        named[table] = f"{table}.csv"
    layers = {"county": "county.geojson", "townships": "townships.kml", "villages": "villages.kmz"}
    study(folder, {**layers, **named}, once("persons", "services", "crossings"))


# --- 12: GeoParquet, text with semicolons, and points from a phone map


def to_phone_map(lon: float, lat: float) -> tuple[float, float]:
    """Shift WGS-84 to GCJ-02 by the formula that everyone copies."""
    x, y = lon - 105.0, lat - 35.0
    both = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + both
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + both
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    axis, flat = 6378245.0, 0.00669342162296594323
    slope = lat / 180 * math.pi
    curve = 1 - flat * math.sin(slope) ** 2
    north = north * 180 / (axis * (1 - flat) / (curve * math.sqrt(curve)) * math.pi)
    east = east * 180 / (axis / math.sqrt(curve) * math.cos(slope) * math.pi)
    return lon + east, lat + north


def phone_map(folder: Path) -> None:
    folder.mkdir(parents=True)
    for table in LAYERS:
        zones = headed_layer(table, HEADS[table])
        zones.to_parquet(folder / f"{table}.geoparquet")
    named = {}
    for table in LISTS:
        frame = spoken(table)
        if table == "facilities":
            pairs = zip(frame["lon"].astype(float), frame["lat"].astype(float), strict=True)
            shifted = [to_phone_map(*pair) for pair in pairs]
            frame["lon"] = [f"{lon:.8f}" for lon, _ in shifted]
            frame["lat"] = [f"{lat:.8f}" for _, lat in shifted]
        if table in {"persons", "services"}:
            frame["zone_id"] = [f"{code}.0" for code in frame["zone_id"]]
        rows = cells(headed(frame, unsaid(table)))
        (folder / f"{table}.csv").write_bytes(office_files.text(rows, "utf-8-sig", ";"))
        named[table] = f"{table}.csv"
    layers = {table: f"{table}.geoparquet" for table in LAYERS}
    study(folder, {**layers, **named}, once("persons", "services", "crossings"))
    answers(folder, ("datum", "facilities", "facilities.csv", "gcj02"))


# --- 13: the Excel of twenty years ago, with merged townships and codes as numbers


def old_excel(folder: Path) -> None:
    folder.mkdir(parents=True)
    wide = by_village()
    wide["zone_id"] = wide["zone_id"].astype(float)
    head = ["乡镇", "村居", "村代码", "持证残疾人合计", *list(GROUP.values())[1:]]
    rows = titled([head, *wide.to_numpy().tolist()], "巫山县持证残疾人统计表")
    page = Page("Sheet1", rows, ((0, 0, 0, len(head) - 1), *merged(rows, 2, 0)))
    (folder / "persons.xls").write_bytes(office_files.xls(page))
    for table in ("facilities", "services", "eligibility", "crossings"):
        frame = headed(typed(spoken(table), codes=True), unsaid(table))
        (folder / f"{table}.xls").write_bytes(office_files.xls(Page("Sheet1", cells(frame))))
    named = {table: f"{table}.xls" for table in LISTS}
    study(folder, {**plain_layers(folder), **named}, once("persons", "services", "crossings"))


DIALECTS = (
    Dialect("utf8_long", "csv, UTF-8 without a mark, long, Chinese headings", utf8_long),
    Dialect("gbk_wide", "csv, GBK, a column a group under a title, two files", gbk_wide),
    Dialect("big5", "csv, Big5, traditional characters, names only", big5, BIG5_LOSSES),
    Dialect("utf16_tabs", "tsv, UTF-16, English headings; FlatGeobuf", utf16_tabs),
    Dialect(
        "names_workbook", "one xlsx, names only, merged cells, unit and date once", names_workbook
    ),
    Dialect("two_headers", "xlsx, two header rows, subtotals, codes as numbers", two_headers),
    Dialect("opendocument", "ods, typed cells", opendocument),
    Dialect("parquet", "parquet, typed columns, codes as whole numbers; GeoJSON CGCS2000", parquet),
    Dialect(
        "shapefile",
        "shapefile in GBK without .cpg; csv GB18030 with short headings",
        shapefile,
        SHAPE_LOSSES,
    ),
    Dialect("projected", "one GeoPackage in EPSG:4546; xlsx, full width, 无 and —", projected),
    Dialect("earth", "KML, KMZ, GeoJSON; csv UTF-8 with a mark, degrees and minutes", earth),
    Dialect(
        "phone_map", "GeoParquet; csv with semicolons, GCJ-02, codes ending .0", phone_map, (), 0.05
    ),
    Dialect("old_excel", "xls, merged townships, codes as numbers", old_excel),
)
