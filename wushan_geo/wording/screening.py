"""Texts on candidates: why each stays or goes; and on how sure a plan is."""

TEXTS: dict[str, tuple[str, str]] = {
    "stability.varied": (
        "共测算 {draws} 次（随机种子 {seed}）：每次全部时间同除以一个车速系数（{low} 至 {high}），各村（社区）人数各自在 ±{counts}% 以内变动。",
        "{draws} draws (seed {seed}): all times divided by one speed factor each ({low} to {high}), each village's count within ±{counts} %.",
    ),
    "stability.points": (
        "每个点位另有 ±{coordinates} {unit}以内的误差。",
        "Each point is off by at most ±{coordinates} {unit} besides.",
    ),
    "stability.same": (
        "其中 {share}% 的测算仍得到原最优方案；共出现 {plans} 个不同方案。",
        "{share} % of the draws give the best plan again; {plans} distinct plans were seen.",
    ),
    "stability.infeasible": (
        "有 {count} 次测算没有可行方案。",
        "{count} draws have no plan at all.",
    ),
    "stability.unproven": (
        "有 {count} 次测算的方案未经证明为最优。",
        "In {count} draws the plan is not proven to be the best.",
    ),
    "stability.best": ("最优方案：{names}。", "Best plan: {names}."),
    "stability.safe": (
        "稳妥方案（最大遗憾最小）：{names}。",
        "Safe plan (its largest regret is the smallest): {names}.",
    ),
    "stability.stands": (
        "　按原数据覆盖 {stated} 人；十分之一的测算中不超过 {low} 人；比当次最优方案最多少覆盖 {regret} 人。",
        "  Covers {stated} persons as stated, {low} or fewer in a tenth of the draws; at most {regret} fewer than the best of a draw.",
    ),
    "stability.one": ("最优方案同时也是稳妥方案。", "The best plan is the safe one too."),
    "stability.nobody": ("无新增布点", "no new site"),
}
