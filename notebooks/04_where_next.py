# %% [markdown]
# # 下一处建在哪里：有证明的布点方案 · Where next: plans with a proof
#
# 全部用**虚构的示例县**。自上而下逐格运行即可（Shift + Enter），不需要联网。时限、比例、费用都是规划假设，换一个数再算一遍只要改一处。
# 方案经过证明，是说在这些备选点、路程和人数下没有更好的；备选点能不能用、路程准不准，仍要到现场核实。
#
# *Everything here is about a **fictional county**. Limits, shares and costs are planning assumptions. A plan is proven for
# these candidates, times and counts; whether they are right has to be looked at on the ground.*

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
# ## 1. 提一个要求，得到一个方案 · A wish, and a plan
#
# 新设3处日间照料，使时限内的服务对象最多；同时要分期（先1处、再1处、再1处）、比选方案，并在车速和人数变动时再算20遍。
# 命令行里是 `wushan-geo site example --sites 3 --phases 1,1,1 --best 3 --within 5 --draws 20`。
#
# *Three new sites for most eligible persons within the limit, by phases, with the next best plans, tried again 20 times
# with other speeds and counts.*

# %%
study = wg.open_study("example")
found = wg.propose_sites(study, sites=3, steps=(1, 1, 1), best=3, within=0.05, draws=20)
names = found.tables["facilities"].set_index("facility_id")["name"]
notes = found.tables["notes"].set_index("key")
told = [key for key in notes.index if key.startswith("explain_")]
Markdown("\n".join(f"- {notes.loc[key, 'zh']}\n- *{notes.loc[key, 'en']}*" for key in told))

# %% [markdown]
# 人数和村数并列：几个人的偏远村在人数里看不见，在村数里看得见。
#
# *Persons and places side by side: a far village of a few persons shows only among the places.*

# %%
sites = found.tables["sites"]
chosen = sites[sites["role"].ne("existing")].sort_values("order")
chosen[["order", "gain_persons", "gain_places"]].set_index(
    chosen["facility_id"].map(names)
).set_axis(["次序 order", "增加人数 persons gained", "增加村数 places gained"], axis=1)

# %% [markdown]
# ## 2. 到底要几处 · How many
#
# 每一行都重新选点。增加到哪一处就不再见效，一看便知；到了上限还剩下的，布点解决不了。
#
# *Each row is chosen anew. What is still left at the end no choice of sites can change.*

# %%
frontier = found.tables["frontier"]
frontier.set_index("sites")[
    ["covered_persons", "gain_persons", "covered_places", "gain_places"]
].set_axis(
    ["覆盖人数 persons", "比上一行多 more", "覆盖村数 places", "比上一行多 more "], axis=1
).rename_axis("新设处数 new sites")

# %%
villages = found.tables["villages"]
states = {
    "now": "现有机构已覆盖 covered now", "plan": "方案新覆盖 by the plan",
    "left": "方案未覆盖，别的备选点可以 left", "irreducible": "布点解决不了 irreducible",
}  # fmt: skip
villages.groupby("state")["persons"].agg(["size", "sum"]).set_axis(
    ["村 places", "人 persons"], axis=1
).rename(index=states).rename_axis("")

# %% [markdown]
# ## 3. 分年建设 · By years
#
# 先建的以后还在，所以分期方案可能比一次选定略差；差多少写在最后一列。
#
# *Sites of one year stay; what that costs stands in the last column.*

# %%
phases = found.tables["phases"]
opened = [
    "、".join(names.get(one, one) for one in ids.split(";")) for ids in phases["opened"].fillna("")
]
phases.assign(opened=opened)[
    ["phase", "opened", "covered_persons", "covered_places", "lost_persons"]
].set_axis(
    [
        "期 phase",
        "新设 opened",
        "覆盖人数 persons",
        "覆盖村数 places",
        "因分期少覆盖 lost by nesting",
    ],
    axis=1,
).set_index("期 phase")

# %% [markdown]
# ## 4. 差不多好的方案 · Plans nearly as good
#
# 相差不超过5%的方案都列出来；每个方案里都有的点位，怎么选都绕不开。
#
# *All plans within 5 %; sites that stand in each of them are hard to do without.*

# %%
best = found.tables["best"]
listed = ["、".join(names.get(one, one) for one in ids.split(";")) for ids in best["chosen"]]
best.assign(chosen=listed).set_index("rank")[
    ["covered_persons", "covered_places", "chosen"]
].set_axis(["覆盖人数 persons", "覆盖村数 places", "点位 sites"], axis=1).rename_axis("名次 rank")

# %%
core = found.tables["core"]
always = [names.get(one, one) for one in core["facility_id"][core["core"].astype(bool)]]
Markdown(f"每个方案都有的点位 in all of them: {'、'.join(always) or '没有 none'}")

# %% [markdown]
# ## 5. 车速和人数估得不准怎么办 · If speeds and counts are off
#
# 车速、人数、点位在研究写明的范围内变动，每次重新选点：哪些点位总是入选，哪些只在某些情形下入选。
#
# *Speeds, counts and points vary within the study's bounds: which sites are always chosen, and which only sometimes?*

# %%
stable = found.tables["stable_sites"].sort_values("chosen_share", ascending=False).head(8)
stable.set_index(stable["facility_id"].map(names))[["chosen_share", "in_best", "in_safe"]].set_axis(
    ["入选比例 share of draws", "在最优方案中 in the best", "在稳妥方案中 in the safe"], axis=1
).rename_axis("")

# %% [markdown]
# ## 6. 先保底，代价是多少 · A floor first, and its price
#
# 最优方案可能放下几个偏远乡镇。给每个乡镇定一个最低覆盖率，看总人数少覆盖多少；达不到时，说明里会写为什么、要几处才行。
#
# *The best plan may leave far townships out. With a floor for each: what does it cost in all? Where it cannot be
# met, the answer says why, and what would do.*

# %%
answers, reasons = {}, []
for floor in (0.5, 0.7, 0.9):
    try:
        made = wg.propose_sites(study, model="floor_covering", sites=3, floor=floor)
    except wg.errors.InfeasibleError as error:
        answers[f"{floor:.0%}"] = ["做不到 not possible", ""]
        reasons.append((floor, error.obstacles))
    else:
        row = made.tables["plans"].iloc[0]
        answers[f"{floor:.0%}"] = [f"{row['covered_persons']:g}", f"{row['covered_places']:g}"]
pd.DataFrame(answers, index=["覆盖人数 persons", "覆盖村数 places"]).T.rename_axis(
    "各乡镇最低覆盖率 floor"
)

# %%
towns = study.townships.set_index("zone_id")
zh, en = ({**towns[one], **study.villages.set_index("zone_id")[one]} for one in ("name", "name_en"))
Markdown(
    "\n\n".join(
        f"**{floor:.0%}**：{obstacles.explain('zh', zh)}\n\n*{obstacles.explain('en', en)}*"
        for floor, obstacles in reasons
    )
)

# %% [markdown]
# ## 7. 剩下的村，不建机构也有办法 · The rest, without a building
#
# 方案仍未覆盖的村按路上时间分成片区，逐片比较接送、巡回、上门、联建等办法。各种办法每年服务的次数不同，
# 最便宜的不一定是同样的服务。费用取自示例县虚构的费用标准表。
#
# *Groups of villages still left, and the ways to serve them; they differ in how often they serve. The costs are those
# of the fictional county.*

# %%
ways = found.tables["ways"]
words = {
    "new_home": "新建 new home", "conversion": "改建 conversion", "shared_home": "片区联建 shared home",
    "shuttle": "接送车 shuttle", "mobile_team": "巡回队 mobile team", "home_visit": "上门 home visits",
}  # fmt: skip
money = ways[["cost", "cost_per_person"]].round(0).astype("Int64")
ways.assign(way=ways["way"].map(words), **money).set_index(["cluster", "way"])[
    ["served", "cost", "cost_per_person", "viable", "cheapest"]
].set_axis(
    ["服务人数 served", "每年费用 yuan a year", "每人 per person", "可行 viable", "最省 cheapest"],
    axis=1,
).rename_axis(["片区 group", "办法 way"])

# %% [markdown]
# ## 8. 自己拼模型 · Any model by hand
#
# 模型只要路程表和人数，可以直接用。同样3处，按总路程最短、按最远的村尽量近，选出来的不一样。
#
# *The models take times and persons. Three sites again, for least travel in all and for the farthest village.*

# %%
persons = study.group("eligible_day_care").fillna(0)
times = wg.travel_matrix(study, to="candidate")
there = [
    one for one in times.origin_ids if times.select(origins=[one]).dense().min() < float("inf")
]
own, counted = times.select(origins=there), persons[there]
plans = {
    "30分钟内人最多 most persons within 30 min": wg.siting.maximal_covering(
        own, counted, sites=3, limit=30
    ),
    "总路程最短 least travel": wg.siting.p_median(own, counted, sites=3),
    "最远的尽量近 nearest for the farthest": wg.siting.p_center(own, sites=3),
}
pd.DataFrame(
    {
        name: {
            "点位 sites": "、".join(names.get(one, one) for one in plan.chosen),
            "目标值 objective": plan.objective,
            "差距 gap": plan.gap,
            "已复算 verified": plan.verified,
        }
        for name, plan in plans.items()
    }
).T

# %% [markdown]
# 地图：`wg.siting_map(found)` 是一个独立网页，可直接在笔记本里看；`wushan-geo site` 把表和网页一起写到 `siting/` 和 `maps/`。
#
# *The page of a proposal is `wg.siting_map(found)`, a page of its own that can be looked at in the notebook; the command
# writes tables and page.*
