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
# # 从打开研究到下一处布点 · From opening a study to the next site
#
# 全程分两遍走：第 1 至 9 节用**虚构的示例县**（台账数据完整，评定是正式的）；第 10 节对**巫山县示范研究**再走一遍。
#
# > **【演示数据】第 10 节的残疾人数、机构、服务记录、村级点位、道路及分区线系推算或虚构，不反映巫山县实际，
# > 不得用于考核、评估、选址和对外公布；导入本单位台账后重新生成。**
#
# 自上而下逐格运行即可（Shift + Enter），不需要联网。文中的数字都由上一格算出，改了设定会跟着变。
#
# *The way is walked twice: sections 1 to 9 on a **fictional county** with complete registers, where verdicts are
# real; section 10 on the **demonstration study** of Wushan, whose persons, facilities, records, village points,
# roads and inner lines are modelled or invented and show nothing about the real county. Run the cells from top to
# bottom; no network is needed. Every number in the text is worked out in a cell.*

# %%
import pandas as pd
from IPython.display import IFrame, Markdown

import wushan_geo as wg

pd.options.display.max_colwidth = None
pd.options.display.width = 160
pd.options.display.max_columns = 20
pd.options.display.unicode.east_asian_width = True
pd.options.display.float_format = "{:g}".format

CLASSES = {
    "effective": "有效覆盖 effective",
    "neighbour": "邻近覆盖 neighbour",
    "nominal": "名义覆盖 nominal",
    "gap": "覆盖空白 gap",
    "unknown": "待核实 unknown",
}
VERDICTS = {
    "pass": "达标 pass",
    "fail": "未达标 fail",
    "cannot_assess": "暂无法评定 cannot be assessed",
}
HEADS = {
    "name": "名称 name", "status": "状态 status", "admits": "接收范围 admits",
    "capacity": "名额 places", "services": "服务 services", "table": "数据表 table",
    "rows": "行数 rows", "basis": "数据性质 basis", "as_of": "截至 as of", "cost": "分钟 min",
    "facility_id": "机构 facility", "limit": "时限 limit (min)", "class": "类别 class",
    "size": "村 places", "sum": "人 persons", "minutes": "分钟 min", "minutes_central": "分钟 min",
    "minutes_low": "最快 fastest", "minutes_high": "最慢 slowest", "class_low": "最快路况 fastest",
    "class_high": "最慢路况 slowest", "verdict": "评定 verdict", "ledger": "账 ledger",
    "reason_zh": "理由 reason", "persons": "人 persons", "remedy_zh": "整改建议 remedy",
    "sites": "新增处数 new sites", "covered_persons": "覆盖人数 persons",
    "covered_places": "覆盖村数 places", "bound": "上界 bound", "gap": "差距 gap",
    "verified": "复核 verified", "greedy_objective": "逐处挑选 greedy", "chosen": "选中 chosen",
    "covered_persons_pessimistic": "覆盖人数，最慢 persons, slowest",
    "covered_persons_optimistic": "覆盖人数，最快 persons, fastest",
    "covered_places_pessimistic": "覆盖村数，最慢 places, slowest",
    "covered_places_optimistic": "覆盖村数，最快 places, fastest",
    "order": "先后 order", "gain_persons": "新增人数 persons gained",
    "gain_places": "新增村数 places gained", "loss_persons": "少它失去人数 persons lost",
    "loss_places": "少它失去村数 places lost", "places": "全部村 all places",
    "places_reached": "可到达村 places reached", "persons_reached": "可到达人数 persons reached",
    "severity": "性质 severity", "text_zh": "中文", "text_en": "English",
    "places_total": "全部村 all places", "persons_total": "全部人数 all persons",
    "parameters": "时限 limit",
}  # fmt: skip

# %% [markdown]
# ## 1. 打开研究 · Open a study
#
# 研究是一个文件夹：`study.toml` 写明设定，其余是数据表。打开时逐表检查，有错一次列全。
#
# *A study is a folder: `study.toml` holds the settings, the rest are tables. All faults come in one list.*

# %%
study = wg.open_study("example")
persons = study.group("all")
Markdown(
    f"**{study.config.title.zh}**：{len(study.townships)} 个乡镇（街道）、{len(study.villages)} 个村（社区）、"
    f"持证残疾人 {persons.sum():.0f} 人，数据截止日期 {study.config.as_of}。\n\n"
    f"*{len(study.townships)} townships, {len(study.villages)} villages, {persons.sum():.0f} certified persons.*"
)

# %% [markdown]
# 机构台账。`status` 是状态，`admits` 是接收范围，`services` 为空表示**没有填报**，不是没有服务。
#
# *The register of facilities: an empty list of services means "not reported", not "none".*

# %%
register = study.facilities[study.facilities["status"] != "candidate"].set_index("facility_id")
register["services"] = [
    "未填报 not reported" if one is None else ", ".join(sorted(one)) for one in register["services"]
]
register[["name", "status", "admits", "capacity", "services"]].rename(columns=HEADS)

# %% [markdown]
# **零不等于缺报。** 有一个村确实没有对象，另有一个村没有报数：前者是 0，后者是 NaN，合计时分开交代。
#
# *Zero is not missing: one village has nobody, another has not reported.*

# %%
eligible = study.group("eligible_day_care")
names = study.villages.set_index("zone_id")["name"]
special = eligible[eligible.isna() | (eligible == 0)]
pd.DataFrame({"村 village": names[special.index], "日间照料对象 eligible": special})

# %% [markdown]
# 每张表都带来源和数据性质（台账、文件、推断、推算）；结果的性质取决于其中最弱的一项。
#
# *Every table carries its source and basis; a result is as good as its weakest decisive input.*

# %%
study.provenance[["table", "rows", "basis", "as_of"]].set_index("table").fillna("").rename(
    columns=HEADS
)

# %% [markdown]
# ## 2. 路上多久 · How long it takes
#
# 单程分钟数，门到门，含上下车时间。行是村，列是机构；走不通记为无穷大，不用任何大数代替，也不悄悄删去。
#
# *One-way minutes, door to door. Unreachable is infinity, never a large number and never dropped.*

# %%
matrix = wg.travel_matrix(study, to="open")
matrix

# %%
nearest = wg.nearest_facility(matrix)
nearest.insert(0, "村 village", names[nearest.index])
nearest.sort_values("cost", ascending=False).head(6).rename(columns=HEADS)

# %% [markdown]
# **恰好等于时限，算可到达。** 有一个村到最近机构正好 30 分钟：时限取 30 分钟时计入，取 29.9 分钟时不计入。
#
# *Exactly at the limit is covered.*

# %%
edge = nearest[nearest["cost"] == 30].index
pd.DataFrame(
    {
        f"{limit} 分钟 min": wg.coverage(matrix, persons, limit=limit).covered[edge]
        for limit in (29.9, 30, 30.1)
    }
).set_index(names[edge])

# %% [markdown]
# ## 3. 时限以内有多少村、多少人 · Places and persons within a limit
#
# 规划没有规定分钟数，时限都是分析假设，所以总是按三个值并列；村数和人数也总是并列。
#
# *The plan sets no minutes: a limit is an assumption, shown at three values, places beside persons.*

# %%
day_care = study.config.services["day_care"]
found = [wg.coverage(matrix, persons, limit=limit) for limit in day_care.limits]
pd.DataFrame(
    {
        "时限 limit (min)": [one.limit for one in found],
        "村 places": [one.places for one in found],
        "村占比 share of places": [round(one.place_share, 3) for one in found],
        "人 persons": [one.persons for one in found],
        "人占比 share of persons": [round(one.person_share, 3) for one in found],
    }
).set_index("时限 limit (min)")

# %% [markdown]
# 上表把所有运行机构都算在内，只问路程。机构是否开展日间照料、是否接收外乡镇的人，还没有问；下一节一并计算，数字会更小。
#
# *So far every open facility counts and only the way was asked for. Whether a facility offers the service and admits comes next.*

# %% [markdown]
# ## 4. 五类覆盖 · The five classes
#
# 两个问题合在一起：本乡镇（街道）**名义上**有没有，时限内**实际上**到不到得了。
#
# *Two questions in one: does the own township have one on paper, and is one in reach?*

# %%
result = wg.run_study(study)
gaps = result.tables["gaps"]
own = gaps[gaps["service"] == "day_care"]
counted = own.pivot_table(
    index="class", columns="limit", values="persons", aggfunc=["size", "sum"], fill_value=0
)
counted.astype(int).reindex(CLASSES).rename(index=CLASSES, columns=HEADS)

# %%
at_default = own[own["limit"] == day_care.limit]
shaky = at_default[at_default["certainty"] == "depends"]
cut_off = at_default[at_default["minutes"] == float("inf")]
Markdown(
    f"{day_care.limit:g} 分钟时，{len(at_default)} 个村（社区）中有 {len(shaky)} 个的类别**取决于道路取值**"
    f"（按最快和最慢的路况各算一遍，结论不同），{len(cut_off)} 个**无法到达**任何接收机构。\n\n"
    f"*At {day_care.limit:g} min the class of {len(shaky)} of {len(at_default)} villages depends on the roads "
    f"assumed, and {len(cut_off)} cannot reach any facility that admits.*"
)

# %%
spread = shaky.set_index("zone_id")[["minutes_low", "minutes", "minutes_high"]].round(2)
spread.insert(0, "村 village", names[spread.index])
ends = shaky.set_index("zone_id")[["class_low", "class", "class_high"]]
spread.join(ends.replace(CLASSES)).rename(columns=HEADS)

# %% [markdown]
# ## 5. 对照规划：两本账 · Two ledgers
#
# **规划口径**逐条对照规划，只有它写“达标”“未达标”；**可达性参考**只作分析，从不写“未达标”。两本账不合并、不折算。
#
# *What the plan asks passes or fails; reach is for reference and never fails. They are never merged.*

# %%
board = result.tables["scoreboard"]
pd.crosstab(board["ledger"], board["verdict"])

# %% [markdown]
# 乡乡有设施（机构），逐个乡镇（街道）：评定、理由、涉及人数、整改办法。
#
# *A facility in every township: verdict, reason, persons behind it, remedy.*

# %%
plan = board[board["ledger"] == "plan"]
promise = plan[plan["rule"] == "township_facility"].set_index("name")
promise["verdict"] = promise["verdict"].map(VERDICTS)
promise[["verdict", "reason_zh", "persons", "remedy_zh"]].rename(columns=HEADS)

# %% [markdown]
# 村村有服务内容：按评定汇总；**缺数据是“暂无法评定”，不是“未达标”**。
#
# *Service content in every village: lacking data is "cannot be assessed", not "fail".*

# %%
villages = plan[plan["rule"] == "village_service"]
summary = villages.groupby("verdict")["persons"].agg(["size", "sum"]).rename(index=VERDICTS)
summary.rename(columns=HEADS)

# %%
failed = villages[villages["verdict"] == "fail"].set_index("name")
failed[["reason_zh", "persons", "remedy_zh"]].rename(columns=HEADS)

# %% [markdown]
# ## 6. 下一处建在哪里 · The next site
#
# 已运行的机构不动，再新增 1 处、2 处……，使时限内的符合条件服务对象最多（最大覆盖模型）。每个方案都带**上界**：
# 任何方案都不可能超过它；差距为 0 就是证明了最优。方案由另一段独立的代码按路程表重新核算（`verified`）。
#
# `greedy_objective` 是一处一处挑的结果，可以看出只顾眼前会少覆盖多少。
#
# *Beside the open facilities, which one, two … new sites bring most eligible persons within the limit? No plan can
# exceed the bound; a gap of 0 is a proof. Independent code recomputes each plan.*

# %%
plans = result.tables["plans"]
proven = plans[plans["limit"] == day_care.limit].set_index("sites")
shown = ["covered_persons", "covered_places", "bound", "gap", "verified", "greedy_objective"]
proven[[*shown, "chosen"]].rename(columns=HEADS)

# %% [markdown]
# 方案按中间取值选定，再按最慢、最快的路况各算一遍，得到区间：
#
# *Chosen at central times, counted again on the slowest and the fastest roads:*

# %%
ends = ["covered_persons_pessimistic", "covered_persons", "covered_persons_optimistic"]
proven[[*ends, *(one.replace("persons", "places") for one in ends)]].rename(columns=HEADS)

# %% [markdown]
# 方案之间**不一定套叠**：最好的两处未必包含最好的一处，所以分期建设要先定总数，再定先后。
#
# *Plans need not nest: the best two sites may not contain the best one.*

# %%
sites = result.tables["sites"]
first, pair = (sites[sites["plan"] == f"day_care-30min-{count}"] for count in (1, 2))
Markdown(
    f"新增 1 处：**{'、'.join(first['name'])}**，新增覆盖 {first['gain_persons'].sum():.0f} 人、"
    f"{first['gain_places'].sum()} 个村；新增 2 处：**{'、'.join(pair['name'])}**，"
    f"新增覆盖 {pair['gain_persons'].sum():.0f} 人、{pair['gain_places'].sum()} 个村。"
    f"后者新增的村中有 {pair['gain_unknown_places'].sum():.0f} 个目前是“待核实”，核实后或不需新增。\n\n"
    f"*One site: {', '.join(first['name_en'])}. Two: {', '.join(pair['name_en'])}; of the villages gained, "
    f"{pair['gain_unknown_places'].sum():.0f} are not classed today and may need no new site.*"
)

# %% [markdown]
# 模型也可以直接调用。下面换一组人（重度残疾人），看新增 2 处的方案；这里只问路程，不问接收范围。
#
# *The model can be called directly, here for another group; it then asks only for the way.*

# %%
existing = proven.loc[2, "existing"].split(";")
candidates = study.facilities.loc[study.facilities["status"] == "candidate", "facility_id"]
ways = wg.travel_matrix(study, to=[*existing, *candidates])
severe = study.group("severe")
proposal = wg.siting.maximal_covering(ways, severe, sites=2, limit=30, existing=existing)
places = study.facilities.set_index("facility_id")["name"]
Markdown(
    f"新增 {'、'.join(places[list(proposal.chosen)])}：30 分钟内覆盖重度残疾人 {proposal.covered_persons:.0f}/{severe.sum():.0f} 人、"
    f"村（社区）{proposal.covered_places}/{len(severe)} 个；上界 {proposal.bound:.0f}，差距 {proposal.gap:.1%}，"
    f"复核通过：{'是' if proposal.verified else '否'}。\n\n"
    f"*{proposal.covered_persons:.0f} of {severe.sum():.0f} severely disabled persons, status {proposal.status}.*"
)

# %% [markdown]
# 先建哪一处：`gain` 是轮到它时新增多少，`loss` 是方案里单单少了它会失去多少。
#
# *Which first: what each site adds at its turn, and what is lost without it alone.*

# %%
order = wg.siting.explain_order(proposal, ways, severe).set_index("facility_id")
order.insert(0, "name", places[order.index])
order.rename(columns=HEADS)

# %% [markdown]
# ## 7. 布点解决不了的 · What no site fixes
#
# 把全部备选点都启用，仍在时限以外的村，就是布点无法解决的缺口，要靠改善道路、接送、上门（巡回）服务。
#
# *With every candidate open, what stays beyond the limit needs roads, a shuttle or outreach.*

# %%
last = proven.iloc[-1]
Markdown(
    f"启用全部 {len(candidates)} 个备选点，{day_care.limit:g} 分钟内最多覆盖 {last['ceiling_persons']:.0f}/{last['total_persons']:.0f} 人、"
    f"{last['ceiling_places']}/{last['total_places']} 个村；其余 **{last['total_persons'] - last['ceiling_persons']:.0f} 人、"
    f"{last['total_places'] - last['ceiling_places']} 个村**布点无法解决。\n\n"
    f"*With all {len(candidates)} candidates open, {last['total_persons'] - last['ceiling_persons']:.0f} eligible persons in "
    f"{last['total_places'] - last['ceiling_places']} villages stay beyond {day_care.limit:g} min.*"
)

# %%
rest = wg.siting.ceiling(ways, severe, limit=30, existing=existing)
pd.DataFrame({"村 village": names[list(rest.uncovered_ids)]}).assign(
    重度残疾人=severe[list(rest.uncovered_ids)]
)

# %% [markdown]
# ## 8. 换一个时限再看 · Change the limit and look again
#
# 时限是假设，结论就应当看它随时限怎么变。把下面的数字改掉，再运行一遍。
#
# *A limit is an assumption, so look at how the answer moves with it. Change the numbers and run the cell again.*

# %%
limits = [15, 20, 25, 30, 45, 60]
today = wg.travel_matrix(study, to=existing)
now = [wg.coverage(today, persons, limit=limit) for limit in limits]
best = [
    wg.siting.maximal_covering(ways, persons, sites=1, limit=limit, existing=existing)
    for limit in limits
]
most = [wg.siting.ceiling(ways, persons, limit=limit, existing=existing) for limit in limits]
pd.DataFrame(
    {
        ("现有机构 open now", "村 places"): [one.places for one in now],
        ("现有机构 open now", "人 persons"): [one.persons for one in now],
        ("新增一处 one new site", "布点 site"): [places[one.chosen[0]] for one in best],
        ("新增一处 one new site", "村 places"): [one.covered_places for one in best],
        ("新增一处 one new site", "人 persons"): [one.covered_persons for one in best],
        ("全部备选点 ceiling", "村 places"): [one.places for one in most],
        ("全部备选点 ceiling", "人 persons"): [one.persons for one in most],
    },
    index=pd.Index(limits, name="时限 limit (min)"),
)

# %% [markdown]
# 要正式改设定，在 `study.toml` 的 `[services.day_care]` 中改 `limit`、`also`，重新打开研究即可；结果会注明时限来自哪里。
#
# *To change it for good, edit `limit` and `also` in `study.toml` and open the study again.*

# %% [markdown]
# ## 9. 地图 · The map
#
# 地图是一个文件，拔掉网线也能打开。下面一格写出文件并嵌入；看不到时，用浏览器打开 `outputs/maps/example.html`。
# 命令行 `wushan-geo run example` 会一次写出结果表、地图和报告。
#
# *The map is one file that opens without a network. If it does not show below, open it in a browser.*

# %%
wg.save_map(wg.coverage_map(result), "../outputs/maps/example.html")
IFrame("../outputs/maps/example.html", width="100%", height=640)

# %% [markdown]
# 图上的同一批数字，按乡镇（街道）列表：类别按多数对象所在的村确定，分钟数是各村的加权中位数，不取驻地一个点。
#
# *The same facts by township: minutes are the median over its villages, weighted by persons, never those of its seat.*

# %%
townships = result.tables["townships"].set_index("name")
townships["class"] = townships["class"].map(CLASSES)
minutes = ["minutes_low", "minutes_central", "minutes_high"]
townships[minutes] = townships[minutes].round(1)
townships[["class", *minutes, "places_reached", "places", "persons_reached", "persons"]].rename(
    columns=HEADS
)

# %% [markdown]
# ## 10. 巫山县示范研究 · The demonstration study of Wushan
#
# > **【演示数据】以下残疾人数、机构、服务记录、村级点位、道路及分区线系推算或虚构，不反映巫山县实际，
# > 不得用于考核、评估、选址和对外公布；导入本单位台账后重新生成。**
#
# > *DEMONSTRATION DATA: persons, facilities, service records, village points, roads and inner lines are modelled or
# > invented, show nothing about the real county, and must not be used for assessment, siting or publication.*
#
# 步骤与前面完全相同，只换研究名称。真实的是县界轮廓、驻地、行政区划名录、普查数和规划。
#
# *The same steps with another name. Real are the outline, seats, list of units, census and plan.*

# %%
wushan = wg.run_study(wg.open_study("wushan"))
demonstration = wushan.tables["scoreboard"]
asked = demonstration[demonstration["rule"] == "township_facility"]
pd.crosstab(
    asked["verdict"].map(VERDICTS).rename("正式评定 official verdict"),
    asked["demonstration_verdict"].map(VERDICTS).rename("演示结果 demonstration"),
)

# %% [markdown]
# 关键数据是推算的，正式评定就一律是“暂无法评定”；演示结果只说明程序怎么判断，列在旁边，不能当评定用。
#
# *Decisive inputs are modelled, so the official verdict is "cannot be assessed" throughout.*

# %%
shares = wushan.tables["access"]
shares = shares[(shares["zone_id"] == "500237") & (shares["service"] == "day_care")]
shares = shares[~shares["parameters"].str.contains("profile=")]  # 各出行方式另列 apart
shares = shares.pivot_table(index="parameters", columns="measure", values="value")
shares[["places_reached", "places_total", "persons_reached", "persons_total"]].rename(columns=HEADS)

# %% [markdown]
# 上表是演示结果：日间照料在三个时限内可到达的村数和人数。道路为示意，每个时间都带区间，所以还要看类别稳不稳：
#
# *A demonstration result. Roads are schematic and every time is an interval, so the classes may depend on it:*

# %%
drawn = wushan.tables["villages"]
certainty = drawn["certainty"].map({"firm": "稳定 firm", "depends": "取决于道路 depends"})
pd.crosstab(drawn["class"].map(CLASSES), certainty).reindex(CLASSES.values())

# %%
table = wushan.tables["plans"]
demo = table[table["limit"] == 30].set_index("sites")
Markdown(
    f"**演示结果，不作选址依据**：30 分钟内，新增 1 处覆盖 {demo.loc[1, 'covered_persons']:.0f} 人，"
    f"新增 8 处覆盖 {demo.loc[8, 'covered_persons']:.0f}/{demo.loc[8, 'total_persons']:.0f} 人"
    f"（按道路取值区间为 {demo.loc[8, 'covered_persons_pessimistic']:.0f} 至 {demo.loc[8, 'covered_persons_optimistic']:.0f} 人）；"
    f"启用全部备选点也只有 {demo.loc[8, 'ceiling_persons']:.0f} 人"
    f"（{demo.loc[8, 'ceiling_persons_pessimistic']:.0f} 至 {demo.loc[8, 'ceiling_persons_optimistic']:.0f} 人），其余 "
    f"{demo.loc[8, 'total_persons'] - demo.loc[8, 'ceiling_persons']:.0f} 人布点无法解决。"
    f"{len(table)} 个方案的最大差距为 {table['gap'].max():.1%}，全部复核通过：{'是' if table['verified'].all() else '否'}。\n\n"
    f"*A demonstration, no basis for siting: {len(table)} plans, largest gap {table['gap'].max():.1%}.*"
)

# %% [markdown]
# 只用公开事实（不含任何推算）时，能评定的乡镇（街道）是 0 个，程序如实列出还缺什么：
#
# *With the public facts alone nothing can be assessed, and what is lacking is listed:*

# %%
facts = wg.run_study(wg.open_study("wushan-facts"))
facts.tables["findings"][["severity", "text_zh", "text_en"]].rename(columns=HEADS)

# %% [markdown]
# ## 接下来 · Where to go from here
#
# - **写出全部成果** · *write everything*：`result.save("我的结果")`、`wg.write_report(result, "我的结果")`，或在终端执行 `wushan-geo run example`。
# - **用本单位实测的路程** · *bring your own times*：`wg.TravelMatrix.from_table(表, origin="村", destination="机构", cost="分钟", unit="min")`。
# - **换上本单位台账** · *your own registers*：复制 `data/example`，换表、改 `study.toml`，评定就是正式的。
# - 计算方法见 `docs/methods.md`，各结果表的列见 `docs/data-dictionary.md`。 *Methods and columns are described there.*
