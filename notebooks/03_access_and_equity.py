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
# # 谁能用上、公不公平：可达性和公平性指标 · Who can use it, and how fairly: measures of access and equity
#
# 全部用**虚构的示例县**。自上而下逐格运行即可（Shift + Enter），不需要联网。文中的数字都由上一格算出，改了设定会跟着变。
# 这些指标都是分析参考，不是评定；没有哪一种衰减函数为这一人群校准过。
#
# *Everything here is about a **fictional county**. Run the cells from top to bottom; no network is needed. Every
# number is worked out in a cell. The measures are for reference, no verdict; no decay was calibrated for this group.*

# %%
import pandas as pd
from IPython.display import Markdown

import wushan_geo as wg

pd.options.display.max_colwidth = None
pd.options.display.width = 160
pd.options.display.max_columns = 20
pd.options.display.unicode.east_asian_width = True
pd.options.display.float_format = "{:.4g}".format

# %% [markdown]
# ## 1. 三样东西：时间、人数、名额 · Three things: times, persons, places
#
# 任何指标只需要这三样：村到机构的时间、各村人数、各机构名额，都按编号对应，与行的先后无关。
# 名额不详的机构先放在一边：**不详不等于没有**。第1至6节为便于看清算法，没有计入谁接收谁；第7节计入，所以人数不同。
#
# *A measure takes times, persons and places, matched by their ids. A facility whose places are not known is set
# aside first: not known is not none. Sections 1 to 6 leave out who admits whom, to keep the methods plain; section 7
# heeds it, so that its counts differ.*

# %%
study = wg.open_study("example")
names = study.villages.set_index("zone_id")["name"]
facilities = study.facilities.set_index("facility_id")
persons = study.group("eligible_day_care").dropna()
lists = [one is not None and "day_care" in one for one in facilities["services"]]
offers = pd.Series(lists, index=facilities.index)
day_care = facilities[offers & facilities["status"].eq("open") & facilities["capacity"].notna()]
places = day_care["capacity"]
matrix = wg.travel_matrix(study, to=list(day_care.index)).select(origins=list(persons.index))
matrix

# %%
Markdown(
    f"符合条件的服务对象 {persons.sum():g} 人，{len(persons)} 个村；开展日间照料、名额已知的机构 {len(places)} 处，"
    f"名额 {places.sum():g} 个。\n\n"
    f"*{persons.sum():g} eligible persons in {len(persons)} villages; {len(places)} facilities with "
    f"{places.sum():g} known places.*"
)

# %% [markdown]
# ## 2. 多少分钟以内有多少人 · Who is within how many minutes
#
# 一条覆盖曲线胜过一个时限：时限是假设，曲线不是。
#
# *A limit is an assumption; the whole curve is none.*

# %%
curve = wg.coverage_curve(matrix, persons, limits=[10, 20, 30, 45, 60, 90])
curve.rename(
    columns={
        "cost": "分钟以内 within min", "places": "村 places", "persons": "人 persons",
        "place_share": "村占比 share", "person_share": "人占比 share",
    }
).set_index("分钟以内 within min")  # fmt: skip

# %% [markdown]
# 第二近的机构也要看：最近的一处停办时，去得了哪里。
#
# *And the second nearest: where to go if the nearest one closes.*

# %%
first, second = (wg.nearest_facility(matrix, rank=rank)["cost"] for rank in (1, 2))
spread = pd.DataFrame({"最近 nearest": first, "第二近 second": second})
spread.insert(0, "人 persons", persons)
spread.set_index(names[spread.index]).sort_values("最近 nearest", ascending=False).head(6)

# %% [markdown]
# ## 3. 名额够不够：几种算法并列 · Places per person: methods side by side
#
# 同一批数据，六种算法。差别来自两处：远处的名额算多少，远处的人算多少。**名额守恒**的算法，各村“人均名额 × 人数”之和等于有人能到的全部名额。
#
# *The same data by several methods. Where places are conserved, places per person times persons add up to all the
# places that anyone reaches.*

# %%
steps = wg.decay.e2sfca((10, 20, 30), "slow")
asked = {
    "2SFCA": ("2sfca", wg.decay.binary(30)),
    "E2SFCA": ("e2sfca", steps),
    "高斯 Gaussian": ("gaussian", wg.decay.dai(30)),
    "3SFCA": ("3sfca", steps),
    "M2SFCA": ("m2sfca", steps),
    "BFCA": ("bfca", steps),
}
found = {
    name: wg.floating_catchment(matrix, persons, places, method=method, decay=decay)
    for name, (method, decay) in asked.items()
}
pd.DataFrame(
    {
        "人均名额中位数 median": {name: one.median() for name, one in found.items()},
        "没有名额的村 places with none": {name: (one == 0).sum() for name, one in found.items()},
        "Σ 人均名额×人数 sum": {name: (one * persons).sum() for name, one in found.items()},
        "守恒 conserves": {name: one.attrs["conserves_supply"] for name, one in found.items()},
    }
)

# %%
Markdown(
    "衰减函数的取值就是结论的一部分：换一个时限再看。\n\n*The decay is part of the answer: look at other limits.*"
)

# %%
limits = [20, 30, 45]
gini = {
    limit: wg.equity.gini(
        wg.floating_catchment(
            matrix, persons, places, method="gaussian", decay=wg.decay.dai(limit)
        ),
        persons,
    )
    for limit in limits
}
pd.DataFrame({"基尼系数 Gini": gini}).rename_axis("时限 limit (min)")

# %% [markdown]
# ## 4. 名额怎样分最好 · How places are best given out
#
# 托养名额由部门安排，不是谁先到谁得。统筹分配先让有名额的人最多，再让总路程最短；每个结果都有证明，并重新核算过。
#
# *Places are assigned here, not fought for. The allocation serves most persons first, then with least
# person-minutes; it is proven and recomputed.*

# %%
best = wg.allocate(matrix, persons, places, limit=30)
plain = wg.nearest_allocation(matrix, persons, places, limit=30)
pd.DataFrame(
    {
        "统筹 best": [best.served_persons, best.unserved_persons, best.mean_cost, best.verified],
        "就近 nearest": [
            plain.served_persons,
            plain.unserved_persons,
            plain.mean_cost,
            plain.verified,
        ],
    },
    index=["有名额 served", "没有名额 not served", "平均分钟 mean min", "已核算 verified"],
)

# %% [markdown]
# 再添一个名额值多少：重新求解，不用影子价格（整数人数下它不唯一）。
#
# *What one more place is worth, by solving again; shadow prices are not unique with whole numbers.*

# %%
worth = wg.value_of_places(matrix, persons, places, limit=30)
worth[["capacity", "load", "more_served", "more_saved"]].set_axis(
    ["名额 places", "已用 used", "多安排 more served", "节省人·分钟 saved"], axis=1
).set_index(facilities.loc[worth.index, "name"])

# %% [markdown]
# 拥挤均衡（RAAM）回答另一个问题：如果人人自己选，拥挤和路程会在哪里平衡。这里按凸优化求解，差距写在结果里；村里只有三五个人时，常见的近似算法会差得很远。
#
# *RAAM asks another question: where would congestion and travel balance if everyone chose for themselves? It is
# solved as the convex optimum and states its gap; common approximations are far off for villages of a few persons.*

# %%
balance = wg.rational_agent_access(
    matrix, persons, places, persons_per_place=persons.sum() / places.sum(), cost_scale=30
)
Markdown(
    f"差距小于百万分之一：{'是' if balance.gap < 1e-6 else '否'}；到不了任何机构的有 {balance.unreachable_persons:g} 人。\n\n"
    f"*Gap below one in a million: {'yes' if balance.gap < 1e-6 else 'no'}; {balance.unreachable_persons:g} persons "
    "can reach none.*"
)

# %% [markdown]
# ## 5. 公平性：按人，不按村 · Equity: by persons, not by villages
#
# 到不了的人没有分钟数，不能参与平均，单独列出。乡镇间和乡镇内两部分之和等于总差异。
#
# *Who cannot get there has no minutes and stands apart. Between and within townships add up to the whole.*

# %%
there = first[first < float("inf")]
weights = persons[there.index]
townships = study.villages.set_index("zone_id")["parent_id"][there.index]
theil = wg.equity.theil(there, weights, groups=townships)
pd.DataFrame(
    {
        "数值 value": {
            "基尼系数 Gini": wg.equity.gini(there, weights),
            "帕尔马比值 Palma": wg.equity.palma_ratio(there, weights),
            "泰尔指数 Theil T": theil.t,
            "其中乡镇间 between townships": theil.t_between,
            "其中乡镇内 within townships": theil.t_within,
            "超出30分钟的人占比 beyond 30 min": wg.equity.access_poverty(
                there, weights, 30, 0, worse="high"
            ),
        }
    }
)

# %%
Markdown(
    f"另有 {persons.sum() - weights.sum():g} 人到不了任何机构。\n\n"
    f"*Besides, {persons.sum() - weights.sum():g} persons can reach none.*"
)

# %% [markdown]
# ## 6. 缺口连成片的地方 · Where the gap lies together
#
# 未覆盖的村按路上时间分组，同组任意两村互相不超过30分钟：可以共用一个服务点、一辆班车或一支上门队伍。
#
# *Villages not reached, grouped so that no two of a group are more than 30 minutes apart: they could share one
# service, a shuttle or a team.*

# %%
between = wg.between_villages(study).select(
    origins=list(persons.index), destinations=list(persons.index)
)
need = persons.where(first > 30, 0)
groups = wg.gap_clusters(need, between, within=30).clusters.head(5)
groups.assign(centre=groups["centre"].map(names), farthest=groups["farthest"].map(names)).set_axis(
    [
        "片区 group",
        "中心村 centre",
        "村 places",
        "人 persons",
        "最远村 farthest",
        "最远分钟 min",
        "平均分钟 mean",
    ],
    axis=1,
).set_index("片区 group")

# %%
spots = wg.hot_spots(
    need, between, within=30, chance=wg.Chance(permutations=999, seed=2025, false_discovery=0.05)
)
spots["spot"].value_counts().rename_axis("热点检验 hot spots").to_frame("村 places")

# %% [markdown]
# ## 7. 缺口因何而来 · Why the gap is there
#
# 一条命令（`wushan-geo gaps`）或一个函数把上面各项都算一遍，并说明哪些没有算、为什么。
#
# *One command, or one function, works all of it out and says what was left out and why.*

# %%
analysis = wg.analyse_gaps(study)
causes = analysis.tables["causes"]
own = causes[
    causes["level"].eq("county") & causes["service"].eq("day_care") & causes["limit"].eq(30)
]
words = {
    "served": "已覆盖 served", "capacity": "名额不足 capacity", "siting": "可通过布点解决 siting",
    "roads": "布点无法解决 roads", "undetermined": "未列备选点 undetermined", "unknown": "待核实 unknown",
}  # fmt: skip
own.set_index(own["cause"].map(words))[["places", "persons"]].set_axis(
    ["村 places", "人 persons"], axis=1
).rename_axis("成因 cause")

# %%
pd.DataFrame(analysis.tables["notes"][["service", "zh", "en"]]).set_index("service")

# %% [markdown]
# 能通过布点解决的，交给布点模型，每个方案都有证明。
#
# *What siting can solve goes to the siting models, each plan with its proof.*

# %%
candidates = wg.travel_matrix(study, to="candidate").select(origins=list(persons.index))
plan = wg.siting.maximal_covering(candidates, need, sites=2, limit=30)
Markdown(
    f"新增 2 处，最多可使 {plan.covered_persons:g} 名未覆盖的人进入30分钟以内（差距 {plan.gap:g}）。\n\n"
    f"*Two new sites bring {plan.covered_persons:g} more persons within 30 minutes at best (gap {plan.gap:g}).*"
)
