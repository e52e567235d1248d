"""Texts of siting: models, what a plan says of itself, what is written."""

TEXTS = {
    "siting.model.maximal_covering": (
        "最大覆盖（MCLP）",
        "maximal covering (MCLP)",
    ),
    "siting.model.greedy_covering": (
        "逐点贪心（仅供比较）",
        "one site at a time (greedy, for comparison only)",
    ),
    "siting.model.set_covering": ("集合覆盖（LSCP）", "set covering (LSCP)"),
    "siting.model.backup_covering": (
        "双重覆盖（BACOP）",
        "backup covering (BACOP)",
    ),
    "siting.model.p_median": ("P-中位（总路程最短）", "p-median (least travel in all)"),
    "siting.model.p_center": ("P-中心（最远者最近）", "p-center (nearest for the farthest)"),
    "siting.model.one_per_township": ("一乡（镇、街道）一处", "one in every township"),
    "siting.model.floor_covering": (
        "保底覆盖（各乡镇街道、各类别最低覆盖率）",
        "covering with floors by township and group",
    ),
    "siting.explain.request": (
        "模型：{model}；新设 {sites} 处，已有 {existing} 处。",
        "Model: {model}; {sites} new sites beside {existing} existing ones.",
    ),
    "siting.explain.chosen": ("建议布点：{names}。", "Proposed sites: {names}."),
    "siting.explain.none": ("不新设。", "No new site."),
    "siting.explain.covered": (
        "单程 {limit} {unit}内可达：{places} 个村（社区）（共 {total_places} 个）、{persons} 人（共 {total_persons} 人，{share}%）。",
        "Within {limit} {unit} one way: {places} of {total_places} places, {persons} of {total_persons} persons ({share} %).",
    ),
    "siting.explain.covered_places": (
        "单程 {limit} {unit}内可达：{places} 个村（社区）（共 {total_places} 个）。",
        "Within {limit} {unit} one way: {places} of {total_places} places.",
    ),
    "siting.explain.covered_groups": (
        "各类别按各自时限可达：{places} 个村（社区）（共 {total_places} 个）、{persons} 人（共 {total_persons} 人，{share}%）。",
        "Each group within its own limit: {places} of {total_places} places, {persons} of {total_persons} persons ({share} %).",
    ),
    "siting.explain.served": (
        "在服务名额内可安排 {persons} 人（共 {total_persons} 人，{share}%）；{places} 个村（社区）的人全部得到安排（共 {total_places} 个）。",
        "Within the capacities {persons} of {total_persons} persons ({share} %) have a place; everybody has one in {places} of {total_places} places.",
    ),
    "siting.explain.travel": (
        "总路程 {objective} 人·{unit}，平均每人单程 {mean} {unit}。",
        "Travel in all: {objective} person-{unit}, {mean} {unit} a person one way.",
    ),
    "siting.explain.farthest": (
        "最远者单程 {objective} {unit}。",
        "The farthest travel {objective} {unit} one way.",
    ),
    "siting.explain.fewest": (
        "至少需要新设 {objective} 处。",
        "At least {objective} new sites are needed.",
    ),
    "siting.explain.cost": (
        "新设费用合计 {objective}。",
        "The new sites cost {objective} in all.",
    ),
    "siting.explain.twice": (
        "{objective} 人在时限内有两处以上可选。",
        "{objective} persons have two or more open sites within the limit.",
    ),
    "siting.explain.uncovered": (
        "仍覆盖不到 {count} 个村（社区）：{names}。",
        "Still not covered: {count} places ({names}).",
    ),
    "siting.explain.elsewhere": (
        "因名额所限，{count} 个村（社区）有人不去最近的一处：{names}。",
        "Because of capacities somebody does not go to the nearest site in {count} places: {names}.",
    ),
    "siting.explain.optimal": (
        "已证明最优：任何其他方案都不会更好。",
        "Proven optimal: no other plan is better.",
    ),
    "siting.explain.stopped": (
        "到时限停止：目标值 {objective}，上（下）界 {bound}，最多还可改进 {gap}%。",
        "Stopped by the clock: objective {objective}, bound {bound}, at most {gap} % can be gained.",
    ),
    "siting.explain.heuristic": (
        "未证明最优：启发式方案，目标值 {objective}，上（下）界 {bound}。",
        "Not proven: a heuristic, objective {objective}, bound {bound}.",
    ),
    "siting.explain.ties": (
        "另有同样好的方案；同等时取编号在前者。",
        "Other plans are as good; of these the one whose ids come first is given.",
    ),
    "siting.explain.unique": (
        "没有同样好的其他方案。",
        "No other plan is as good.",
    ),
    "siting.explain.verified": (
        "已由独立程序按到达时间和点位重新核算，结果一致。",
        "Worked out again from the times and the sites by independent code: it agrees.",
    ),
    "siting.explain.unverified": ("尚未核算。", "Not verified."),
    "siting.unit.min": ("分钟", "min"),
    "siting.unit.m": ("米", "m"),
    "siting.more": ("{names} 等 {count} 个", "{names} and {count} more"),
}
