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
# 本笔记本先用一个**虚构的小县**（台账数据完整，可以正式评定）走完全程，再对**巫山县示范研究**重复一遍。
# 示范研究的人数、机构、服务记录、村级点位、道路和分区线系推算或虚构，不反映巫山县实际。
#
# This notebook goes the whole way on a *fictional county* with complete measured data, where verdicts
# are real, and then repeats it on the *demonstration study* of Wushan, whose persons, facilities,
# records, village points, roads and inner lines are modelled and show nothing about the real county.

# %%
import pandas as pd
from IPython.display import Markdown

import wushan_geo as wg

pd.set_option("display.max_colwidth", 60, "display.width", 160, "display.max_columns", 20)

# %% [markdown]
# ## 1. 打开研究 · Open a study
#
# 研究是一个文件夹：`study.toml` 写明设定，其余是数据表。打开时逐表检查，有错一次列全。
#
# A study is a folder: `study.toml` holds the settings, the rest are tables. Everything is checked when
# it is opened, and all faults come in one list.

# %%
study = wg.open_study("example")
Markdown(
    f"**{study.config.title.zh}**：{len(study.townships)} 个乡镇、{len(study.villages)} 个村（社区）、"
    f"持证残疾人 {study.group('all').sum():.0f} 人；数据截至 {study.config.as_of}。"
)

# %%
real = study.facilities[study.facilities["status"] != "candidate"]
real[["facility_id", "name", "kind", "status", "admits", "capacity"]]

# %% [markdown]
# 每张表都带着数据性质：台账、文件、推断或推算。结果的性质取决于最弱的一项。
#
# Every table carries its basis; a result is as good as its weakest decisive input.

# %%
study.provenance[["table", "rows", "basis"]].head(12)

# %% [markdown]
# ## 2. 走多久 · How long it takes
#
# 到达时间是门到门单程分钟数，含上下车时间。无法到达记为无穷大，不用任何大数代替。
#
# Times are one-way minutes, door to door. Unreachable is infinity, never a large number.

# %%
matrix = wg.travel_matrix(study, to="open")
matrix

# %%
nearest = wg.nearest_facility(matrix)
nearest["name"] = nearest.index.map(study.villages.set_index("zone_id")["name"])
nearest.sort_values("cost", ascending=False).head()

# %% [markdown]
# ## 3. 时限以内有多少村、多少人 · Places and persons within a limit
#
# 规划没有规定时限，所以时限是分析假设，总是按三个值并列；村数和人数也总是并列。恰好等于时限算作可到达。
#
# The plan sets no limit in minutes, so a limit is an assumption and is always shown at three values,
# with places and persons side by side. Exactly at the limit is covered.

# %%
persons = study.group("all")
limits = study.config.services["day_care"].limits
found = [wg.coverage(matrix, persons, limit=limit) for limit in limits]
pd.DataFrame(
    {
        "时限 limit (min)": [one.limit for one in found],
        "村 places": [one.places for one in found],
        "占比 share": [round(one.place_share, 3) for one in found],
        "人 persons": [one.persons for one in found],
        "占比 share ": [round(one.person_share, 3) for one in found],
    }
)

# %% [markdown]
# 上表只问路程。是否开展该项服务、是否接收外乡镇人员，由下面的全过程计算。
#
# The table above asks only for the way. Whether a facility offers the service and admits persons
# from elsewhere is part of the whole run below.

# %% [markdown]
# ## 4. 五类覆盖 · The five classes

# %%
result = wg.run_study(study)
gaps = result.tables["gaps"]
day_care = gaps[gaps["service"] == "day_care"]
classes = ["effective", "neighbour", "nominal", "gap", "unknown"]
by_class = day_care.groupby(["limit", "class"])["persons"].agg(["size", "sum"]).unstack("class")
by_class = by_class.rename(columns={"size": "村 places", "sum": "人 persons"}, level=0)
by_class.reindex(columns=classes, level=1).fillna(0).astype(int)

# %% [markdown]
# 恰好 30 分钟的村算作可到达：
#
# A village at exactly 30 minutes counts as reached:

# %%
edge = day_care[(day_care["limit"] == 30) & (day_care["minutes"] == 30)]
edge[["zone_id", "minutes", "class", "facility_id"]]

# %% [markdown]
# ## 5. 对照规划 · The scoreboard
#
# 两本账：**规划口径**写达标、未达标；**可达性参考**只作分析，从不写未达标。
#
# Two ledgers: what the plan asks passes or fails; reach is for reference and never fails.

# %%
board = result.tables["scoreboard"]
plan = board[board["ledger"] == "plan"]
plan[plan["level"] == "township"][["name", "verdict", "reason_zh", "persons", "remedy_zh"]]

# %%
plan[plan["level"] == "county"][["rule_zh", "verdict", "reason_zh"]]

# %%
pd.crosstab(board["ledger"], board["verdict"])

# %% [markdown]
# ## 6. 下一处建在哪里 · The next site
#
# 在已运行机构之外新增若干处，使时限内的符合条件人数最多（最大覆盖模型）。每个方案都附上界和差距，并由另一段代码复核。
#
# The maximal covering model: new sites beside the open ones that bring most eligible persons within the
# limit. Each plan carries its bound and gap and is recomputed by independent code.

# %%
plans = result.tables["plans"]
shown = [
    "sites",
    "covered_persons",
    "covered_places",
    "bound",
    "gap",
    "verified",
    "ceiling_persons",
]
plans[plans["limit"] == 30][shown]

# %%
last = plans[plans["limit"] == 30].iloc[-1]
Markdown(
    f"即使启用全部备选点，30 分钟内仍有 **{last['total_persons'] - last['ceiling_persons']:.0f}** 名"
    f"符合条件的服务对象、**{last['total_places'] - last['ceiling_places']}** 个村（社区）不能到达："
    "这是布点无法解决的缺口，要靠改善道路或上门服务。"
)

# %% [markdown]
# 也可以直接调用模型，换一个时限或换一组人看看：
#
# The model can be called directly, with another limit or another group:

# %%
candidates = wg.travel_matrix(study, to="candidate")
severe = study.group("severe")
proposal = wg.siting.maximal_covering(candidates, severe, sites=2, limit=45)
Markdown(
    f"新增 {', '.join(proposal.chosen)}：45 分钟内覆盖重度残疾人 {proposal.covered_persons:.0f} 人"
    f"（上界 {proposal.bound:.0f}，差距 {proposal.gap:.1%}，复核：{proposal.verified}）。"
)

# %% [markdown]
# ## 7. 巫山县示范研究 · The demonstration study of Wushan
#
# **【演示数据】以下结果由推算或虚构的数据得出，不反映巫山县实际，不得用于考核、评估、选址和对外公布。**
#
# **DEMONSTRATION DATA: what follows rests on modelled or invented data and shows nothing about the county.**

# %%
wushan = wg.run_study(wg.open_study("wushan"))
demonstration = wushan.tables["scoreboard"]
promise = demonstration[demonstration["rule"] == "township_facility"]
pd.crosstab(promise["verdict"], promise["demonstration_verdict"])

# %% [markdown]
# 正式评定一律为 `cannot_assess`（暂无法评定）；演示结果列在旁边。仅用公开事实时：
#
# The official verdict is *cannot be assessed* throughout; the demonstration verdict stands beside it. With
# the public facts alone:

# %%
facts = wg.run_study(wg.open_study("wushan-facts"))
facts.tables["findings"][["severity", "text_zh"]]

# %% [markdown]
# ## 8. 地图和报告 · Map and report
#
# 地图和报告都是单个文件，不联网也能打开。在文件夹中执行 `wushan-geo run example` 也得到同样的文件。
#
# Map and report are single files that open without a network; `wushan-geo run example` writes them too.

# %%
chart = wg.coverage_map(result)
# wg.save_map(chart, "coverage.html") 写出地图；wg.write_report(result, "reports") 写出报告
Markdown(
    f"{len(result.layers['villages'])} 个村（社区）、{len(result.layers['facilities'])} 处机构和备选点在图上。"
)

# %% [markdown]
# ## 试一试 · Try
#
# - 把 `study.toml` 中的时限改掉，重新打开、重新计算。Change a limit in `study.toml` and run again.
# - 用本县的路程表：`wg.TravelMatrix.from_table(...)`。Bring your own times.
# - 换上本单位的台账，评定就是正式的。With registers of your own, the verdicts are official.
