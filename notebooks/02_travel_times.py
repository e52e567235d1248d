# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 路上要多久：时间从哪里来、有多可靠 · How long it takes: where times come from, and how firm they are
#
# 第 1 至 7 节用**虚构的示例县**；第 8、9 节用**巫山县示范研究**。
#
# > **【演示数据】第 8、9 节的残疾人数、机构、村级点位、道路及分区线系推算或虚构，不反映巫山县实际，
# > 不得用于考核、评估、选址和对外公布；导入本单位台账和路网后重新生成。**
#
# 自上而下逐格运行即可（Shift + Enter），不需要联网。文中的数字都由上一格算出，改了设定会跟着变。
#
# *Sections 1 to 7 use a **fictional county**, sections 8 and 9 the **demonstration study** of Wushan, whose persons,
# facilities, village points, roads and inner lines are modelled or invented and show nothing about the real county.
# Run the cells from top to bottom; no network is needed. Every number in the text is worked out in a cell.*

# %%
from dataclasses import replace

import pandas as pd
import pyproj
import shapely
from IPython.display import SVG, Markdown

import wushan_geo as wg

pd.options.display.max_colwidth = None
pd.options.display.width = 160
pd.options.display.max_columns = 20
pd.options.display.unicode.east_asian_width = True
pd.options.display.float_format = "{:g}".format

CONDITIONS = {
    "ordinary": "平时 ordinary",
    "snow": "冰雪 snow and ice",
    "flood": "汛期 flood season",
}
PROFILES = {
    "walker": "独立步行 walker", "wheelchair": "轮椅 wheelchair", "escorted": "陪同乘车 escorted",
    "vehicle": "轮椅乘车 vehicle", "bedbound": "卧床，上门服务 bed-bound, outreach",
}  # fmt: skip
KINDS = {"walk": "全程步行 on foot", "ride": "乘车 ride", "outreach": "上门 staff come"}
GROUPS = {
    "visual": "视力 visual", "physical": "肢体 physical", "intellectual": "智力 intellectual",
    "mental": "精神 mental", "multiple": "多重 multiple", "severe": "重度 severe",
}  # fmt: skip
HEADS = {
    "cost": "分钟 min", "facility_id": "机构 facility", "limit": "时限 limit (min)",
    "speed_factor": "车速倍数 speed factor", "closes_ferries": "渡船停航 no ferry", "source": "依据 source",
    "kind": "方式 kind", "speed_kmh": "自身速度 own speed (km/h)", "max_minutes": "最长用时 most min",
    "max_grade": "最大坡度 steepest grade", "boarding_min": "上下车 boarding (min)",
    "group_total": "全部人数 all persons", "group_reached": "可到达人数 persons reached",
    "group_unknown": "尚不能判断 not known", "road_km": "公路里程 road km", "straight_km": "直线距离 straight km",
    "ratio": "绕行系数 detour", "used": "采用 used", "chosen": "选中 chosen",
}  # fmt: skip

# %% [markdown]
# ## 1. 时间由什么组成 · What a time is made of
#
# 每个时间都是单程、门到门：村内平均路程 + 上下车 + 从村口到公路 + 公路行驶 + 从公路到机构。只有公路行驶这一段随路况和取值变化。
#
# *Every time is one way and door to door: within the village, boarding, to the road, along the road, to the
# facility. Only the part along the road moves with conditions and assumptions.*

# %%
study = wg.open_study("example")
travel = study.config.travel
persons = study.group("all")
names = study.villages.set_index("zone_id")["name"]
places = study.facilities.set_index("facility_id")["name"]
pd.DataFrame({"km/h": travel.speeds_kmh}).rename_axis("道路等级 road class")

# %%
Markdown(
    f"路网：{study.roads}；上下车 {travel.boarding_min:g} 分钟，从点位到公路按时速 {travel.snap_speed_kmh:g} 公里，"
    f"公路时间的取值范围为中间值的 {travel.interval.low:g} 至 {travel.interval.high:g} 倍。\n\n"
    f"*Boarding {travel.boarding_min:g} min, {travel.snap_speed_kmh:g} km/h to the road; the road part ranges from "
    f"{travel.interval.low:g} to {travel.interval.high:g} times its central value.*"
)

# %% [markdown]
# ## 2. 村到机构的时间表 · The travel matrix
#
# 行是村，列是机构。走不通是“无法到达”（无穷大），不用大数代替。
#
# *Villages down, facilities across. No way is infinity, never a large number.*

# %%
matrix = wg.travel_matrix(study, to="open")
matrix

# %%
minutes = pd.DataFrame(matrix.dense(), index=matrix.origin_ids, columns=matrix.destination_ids)
minutes.index = names[minutes.index]
minutes.round(1).head(6)

# %% [markdown]
# 方向也要问清楚：有单行道、有坡度时，人去机构和工作人员上门所需时间不同。下面是两个方向差得最多的几对。
#
# *Direction matters on one-way roads and slopes: persons going there, or staff coming. The pairs that differ most:*

# %%
back = wg.travel_matrix(study, to="open", direction="from_facility")
pairs = matrix.to_table().set_index(["origin", "destination"])["cost"]
other = back.to_table().set_index(["destination", "origin"])["cost"].rename_axis(pairs.index.names)
both = pd.DataFrame({"去机构 to the facility": pairs, "上门 from the facility": other})
both["相差 difference"] = (both.iloc[:, 0] - both.iloc[:, 1]).abs()
most = both.nlargest(4, "相差 difference").round(1).reset_index()
most["origin"] = most["origin"].map(names)
most.rename(columns={"origin": "村 village", "destination": "机构 facility"}).set_index(
    "村 village"
)

# %% [markdown]
# ## 3. 三种路况 · Three standing conditions
#
# 平时、冰雪、汛期各算一遍，并列给出。每种路况对道路做什么，写在 `study.toml` 里，都注明依据。
#
# *Ordinary, snow and ice, flood season: each worked out on its own. What a condition does to the roads stands in
# the study file, with its source.*

# %%
stated = pd.DataFrame(
    {
        name: {
            "speed_factor": one.speed_factor,
            "closes_ferries": one.closes_ferries,
            "source": one.source,
        }
        for name, one in travel.conditions.items()
    }
).T
stated.rename(index=CONDITIONS, columns=HEADS)

# %%
limits = [20, 30, 45]
standing = {one: wg.travel_matrix(study, to="open", condition=one) for one in travel.conditions}
reach = {
    (CONDITIONS[one], limit): wg.coverage(found, persons, limit=limit)
    for one, found in standing.items()
    for limit in limits
}
pd.DataFrame(
    {
        "村 places": {key: one.places for key, one in reach.items()},
        "人 persons": {key: one.persons for key, one in reach.items()},
    }
).rename_axis(["路况 condition", "时限 limit (min)"])

# %% [markdown]
# 哪些村平时 30 分钟内到得了、冰雪天到不了：这些村要在入冬前排好上门服务。
#
# *Villages within 30 min on ordinary roads and not on snow: outreach is to be arranged before the winter.*

# %%
near = {one: wg.coverage(found, persons, limit=30).covered for one, found in standing.items()}
lost = near["ordinary"] & ~near["snow"]
nearest = {one: wg.nearest_facility(found)["cost"] for one, found in standing.items()}
slow = pd.DataFrame(nearest)[lost].rename(columns=CONDITIONS).round(1)
slow.insert(0, "人 persons", persons[slow.index])
slow.set_index(names[slow.index])

# %% [markdown]
# ## 4. 时限圈 · Isochrones
#
# 时限圈是从地图上看一个机构的服务范围。它保证一条：**圈内的村恰好就是时间在时限以内的村**，时限越大圈越大、层层相套。
# 村与村之间的地面按最近的已知点（村、路口、公路沿线点）归入，只作示意：隔着河的地方，圈可能过河，人过不去。
#
# *An isochrone shows the catchment of a facility. One thing is promised: it holds exactly the villages whose time is
# within the limit, and grows with it. Land between villages follows the nearest point whose time is known; it is
# a picture, and does not see a river between two roads.*

# %%
busiest = max(matrix.destination_ids, key=lambda one: (minutes[one] <= 30).sum())
rings = wg.isochrones(study, [busiest], limits, spacing_m=250)
counts = pd.DataFrame(
    {
        "村 places": rings["places"].str.len(),
        "人 persons": [persons[list(one)].sum() for one in rings["places"]],
        "平方公里 km2": (rings.to_crs(4546).area / 1e6).round(1),
    }
)
counts.set_index(rings["limit"].rename("时限 limit (min)"))

# %% [markdown]
# 由内到外依次为三个时限（分钟），时限标在每圈之内；方块是机构，圆点是村，实心为最小时限内、空心为其余。同一批数字见上表。
#
# *From the inside the three limits in minutes, each written in its own ring; the square is the facility, dots are
# villages, filled ones within the smallest limit. The numbers stand in the table above.*

# %%
west, south, east, north = study.county.total_bounds
across, down = 560 * 0.857, 560  # a degree of longitude is 0.857 of one of latitude here
onto = [across, 0, 0, -down, -west * across, north * down]
county, rounds = (one.geometry.affine_transform(onto) for one in (study.county, rings))
homes = study.villages.set_index("zone_id")["demand_point"].affine_transform(onto)
site = study.facilities.set_index("facility_id").geometry.affine_transform(onto)[busiest]
shades = dict(zip(limits[::-1], ["#e3edf6", "#a9c8e4", "#6d9fcd"], strict=True))
lines = [county.iloc[0].svg(0.6, "#ffffff", 1.0)]
lines += [
    shape.simplify(0.3).svg(0.4, shades[limit], 1.0)
    for limit, shape in zip(rings["limit"][::-1], rounds[::-1], strict=True)
]
lines += [
    f'<circle cx="{at.x:.1f}" cy="{at.y:.1f}" r="2.4" stroke="black" stroke-width="0.7" '
    f'fill="{"black" if one in rings["places"].iloc[0] else "white"}"/>'
    for one, at in homes.items()
]
lines += [f'<rect x="{site.x - 4:.1f}" y="{site.y - 4:.1f}" width="8" height="8" fill="#b00020"/>']
# A limit is written where its own ring is widest, between the villages.
taken = [site.buffer(6), *shapely.buffer(homes.to_numpy(), 3)]
free = [
    shape.difference(shapely.union_all([*taken, *rounds[:at]])) for at, shape in enumerate(rounds)
]
spots = [shapely.maximum_inscribed_circle(one, 0.5).coords[0] for one in free]
lines += [
    f'<text x="{x:.0f}" y="{y + 3:.0f}" text-anchor="middle">{limit:g}</text>'
    for limit, (x, y) in zip(rings["limit"], spots, strict=True)
]
size = f"0 0 {(east - west) * across:.0f} {(north - south) * down:.0f}"
SVG(
    f'<svg xmlns="http://www.w3.org/2000/svg" width="640" viewBox="{size}" font-size="9">'
    f"{''.join(lines)}</svg>"
)

# %% [markdown]
# 同一机构、同一时限，冰雪天的圈套在平时的圈里面：
#
# *The same facility and limit on snow lies inside that of ordinary days:*

# %%
winter = wg.isochrones(study, [busiest], limits, spacing_m=250, condition="snow")
inside = [one.covers(other) for one, other in zip(rings.geometry, winter.geometry, strict=True)]
area = [one.to_crs(4546).area / 1e6 for one in (rings, winter)]
pd.DataFrame(
    {
        "平时 ordinary (km2)": area[0].round(1),
        "冰雪 snow (km2)": area[1].round(1),
        "套在里面 inside": inside,
    }
).set_index(rings["limit"].rename("时限 limit (min)"))

# %% [markdown]
# ## 5. 谁在走 · Who travels
#
# 同一条路，独立步行、坐轮椅、有人陪同乘车、轮椅上车，时间各不相同；卧床的人不出门，要反过来问工作人员多久到。
# 哪一类残疾人按哪一种方式算，由研究写明。
#
# 步行有用时上限（体力），超过上限的也算到不了。
#
# *One road takes a walker, a wheelchair user, an escorted person and a wheelchair on a vehicle different times; for
# a bed-bound person the question turns round: how soon are staff there? The study says which group travels how.
# What lies beyond the largest effort on foot counts as no way.*

# %%
profiles = pd.DataFrame(
    {
        name: {
            "kind": KINDS[one.kind], "speed_kmh": one.speed_kmh, "max_minutes": one.max_minutes,
            "max_grade": one.max_grade, "boarding_min": one.boarding_min,
        }
        for name, one in travel.profiles.items()
    }
).T.fillna("")  # fmt: skip
profiles.rename(index=PROFILES, columns=HEADS)

# %%
result = wg.run_study(study)
access = result.tables["access"]
access = access[access["parameters"].str.contains("profile=")].copy()
for key in ("profile", "group", "limit"):
    access[key] = access["parameters"].str.extract(rf"\b{key}=([a-z_0-9]+)", expand=False)
day_care = access[(access["service"] == "day_care") & (access["measure"] == "minutes_nearest")]
within = day_care.assign(near=day_care["value"] <= 30, cut=day_care["value"] == float("inf"))
counted = within.groupby("profile", sort=False)[["near", "cut"]].sum().rename(index=PROFILES)
counted.columns = ["30 分钟内的村 villages within 30 min", "到不了的村 villages without a way"]
counted

# %% [markdown]
# 时限放在人群上：每一类残疾人按自己的出行方式计算，村数之外再看人数。
#
# *Each group of persons by its own way of travelling:*

# %%
by_group = access[(access["zone_id"] == study.config.county) & (access["service"] == "day_care")]
table = by_group.pivot_table(
    index=["group", "profile"], columns="measure", values="value", sort=False
)
table.rename(index=GROUPS | PROFILES, columns=HEADS).rename_axis(["人群 group", "方式 profile"])

# %% [markdown]
# ## 6. 选址要看哪一种路况 · Which condition to plan for
#
# 按平时选的一处，冰雪天能覆盖多少？按冰雪天选，又会选到哪里？
#
# *A site chosen for ordinary roads: what does it cover on snow? And which site would snow choose?*

# %%
candidates = study.facilities.loc[study.facilities["status"] == "candidate", "facility_id"]
existing = list(matrix.destination_ids)
ways = {
    one: wg.travel_matrix(study, to=[*existing, *candidates], condition=one)
    for one in travel.conditions
}
plans = {
    one: wg.siting.maximal_covering(found, persons, sites=1, limit=30, existing=existing)
    for one, found in ways.items()
}
served = {
    CONDITIONS[chosen]: {
        CONDITIONS[one]: wg.coverage(
            found.select(destinations=[*existing, *plan.chosen]), persons, limit=30
        ).persons
        for one, found in ways.items()
    }
    for chosen, plan in plans.items()
}
table = pd.DataFrame(served).T.rename_axis("按此路况选址 chosen for")
table.insert(0, "布点 site", [places[plan.chosen[0]] for plan in plans.values()])
table

# %% [markdown]
# ## 7. 县界以外 · Beyond the border
#
# 县外的机构和道路可以照样填进来。够不到任何机构、又靠近县界的村，如果县外情况没有填报，会标出来：结果可能改变。
#
# *Facilities and roads beyond the county are welcome. Villages near the border in nobody's reach are flagged where
# nothing is known beyond it: the result may change.*

# %%
gaps = result.tables["gaps"]
at_default = gaps[gaps["limit"].eq(30) & gaps["border"].eq("yes")]
flagged = at_default.groupby("service")["persons"].agg(["size", "sum"])
flagged.columns = ["标出的村 villages flagged", "人 persons"]
flagged.rename_axis("服务 service")

# %% [markdown]
# ## 8. 没有路网怎么办 · Without a road network
#
# > **【演示数据】以下残疾人数、机构、村级点位、道路及分区线系推算或虚构，不反映巫山县实际，
# > 不得用于考核、评估、选址和对外公布；导入本单位台账和路网后重新生成。**
#
# > *DEMONSTRATION DATA: persons, facilities, village points, roads and inner lines are modelled or invented, show
# > nothing about the real county, and must not be used for assessment, siting or publication.*
#
# 没有路网时，用直线距离乘以绕行系数。系数从已知里程的几对地点估计，**给一个区间，不给一个数**。里程是文件所载的，坐标是驻地的。
#
# *Without roads the straight line is multiplied by a detour factor, estimated from pairs whose road length is
# stated. It is an interval, not a number.*

# %%
wushan = wg.open_study("wushan")
known = wushan.road_distances.set_index("pair_id")
ends = [known[one].to_numpy() for one in ("from_lon", "from_lat", "to_lon", "to_lat")]
known["straight_km"] = (pyproj.Geod(ellps="WGS84").inv(*ends)[2] / 1000).round(1)
known["ratio"] = (known["road_km"] / known["straight_km"]).round(2)
known[["straight_km", "road_km", "ratio", "used"]].rename(columns=HEADS).rename_axis("编号 pair")

# %% [markdown]
# 于是每个村的结论有三种：按最大的系数也到得了，按最小的系数也到不了，或者**取决于系数**，不能当作结论。
#
# *A village passes even at the pessimistic factor, fails even at the optimistic one, or it depends.*

# %%
settings = replace(
    wushan.config.travel, engine="straight", straight_speed_kmh=30.0, detour=None, detour_from_pairs=True,
    interval=replace(wushan.config.travel.interval, low=1.0, high=1.0),
)  # fmt: skip
by_line = wg.run_study(replace(wushan, config=replace(wushan.config, travel=settings)))
rows = by_line.tables["gaps"]
rows = rows[rows["service"] == "day_care"]
answers = {
    "最大系数也到得了 even at the pessimistic": rows["minutes_high"] <= rows["limit"],
    "取决于系数 depends": (rows["minutes_low"] <= rows["limit"])
    & (rows["minutes_high"] > rows["limit"]),
    "最小系数也到不了 not even at the optimistic": rows["minutes_low"] > rows["limit"],
}
pd.DataFrame({name: one.groupby(rows["limit"]).sum() for name, one in answers.items()}).rename_axis(
    "时限 limit (min)"
)

# %% [markdown]
# 上表为演示结果（村数；直线车速按每小时三十公里，系规划假设）。填入实测路网后，“取决于系数”的一列会缩小。
#
# *A demonstration (villages; 30 km/h along the line is a planning assumption). A surveyed network narrows it.*

# %% [markdown]
# ## 9. 示范研究的三种路况 · The conditions of the demonstration
#
# 巫山县海拔高差大，冰雪天分两档减速：全县一档，高处再加一档。以下为演示结果。
#
# *Snow slows the whole county, and more so above a stated elevation. A demonstration result:*

# %%
everyone = wushan.group("all")
high = wushan.config.travel.conditions["snow"]
tables = {
    CONDITIONS[one]: wg.coverage(
        wg.travel_matrix(wushan, to="open", condition=one), everyone, limit=30
    )
    for one in wushan.config.travel.conditions
}
pd.DataFrame(
    {
        "村 places": {name: one.places for name, one in tables.items()},
        "人 persons": {name: one.persons for name, one in tables.items()},
    }
).rename_axis("路况 condition")

# %%
open_now = list(wg.travel_matrix(wushan, to="open").destination_ids)
circles = {
    one: wg.isochrones(wushan, open_now, [30], spacing_m=500, condition=one)
    for one in wushan.config.travel.conditions
}
shares = {
    CONDITIONS[one]: shapely.union_all(found.to_crs(4546).geometry).area
    / wushan.county.to_crs(4546).area.iloc[0]
    for one, found in circles.items()
}
Markdown(
    f"冰雪天全县车速为平时的 {high.speed_factor:g} 倍，海拔 {high.above_m:g} 米以上为 {high.speed_factor_above:g} 倍。"
    "30 分钟时限圈占全县面积（演示结果）："
    + "，".join(f"{name.split()[0]} {share:.1%}" for name, share in shares.items())
    + "。\n\n*A demonstration: share of the county's area within 30 min, "
    + ", ".join(f"{name.split(' ', 1)[1]} {share:.1%}" for name, share in shares.items())
    + ".*"
)

# %% [markdown]
# ## 接下来 · Where to go from here
#
# - **换成真实路网** · *a real network*：`wushan-geo roads 研究文件夹 --download`，或放入路网文件；一条路网带一个编制日期。
# - **用别处算好的时间** · *times from any router*：`wg.read_matrix("times.csv", unit="min")`，缺行、重复、单位都会检查。
# - **假设一座桥、一条路** · *a new bridge or road*：写一个小的情景文件，用 `wushan-geo compare` 看差多少村、多少人。
# - 计算方法见 `docs/methods.md`。 *Methods are described there.*
