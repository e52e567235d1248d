"""Texts on candidates: why each stays or goes; and on how sure a plan is."""

TEXTS: dict[str, tuple[str, str]] = {
    "rule.candidate": ("机构编号在 {file} 中且状态为备选", "is a candidate of {file}"),
    "hint.candidate": (
        "该机构不是备选点：删去本行，或改机构表中的状态。",
        "That facility is no candidate: leave the row out, or correct its status.",
    ),
    "rule.speed_ends": ("为两个大于 0 的数，小的在前", "is two numbers above 0, the smaller first"),
    "hint.speed_ends": ("例如 speed = [0.8, 1.25]。", "For instance speed = [0.8, 1.25]."),
    "rule.share_below": ("不小于 0、小于 1", "is at least 0 and less than 1"),
    "hint.share_below": ("写成小数，10% 写成 0.1。", "Write 10 % as 0.1."),
    "rule.share_above": ("大于 0、不大于 1", "is above 0 and at most 1"),
    "hint.share_above": ("写成小数，40% 写成 0.4。", "Write 40 % as 0.4."),
    "screening.rule.max_slope_deg": (
        "坡度（度）不大于 {limit}",
        "slope of at most {limit} degrees",
    ),
    "screening.rule.max_road_m": ("距公路不超过 {limit} 米", "at most {limit} m from a road"),
    "screening.rule.min_area_m2": ("面积不小于 {limit} 平方米", "at least {limit} m2"),
    "screening.rule.hazard": ("附近没有地质灾害隐患点", "no landslide point nearby"),
    "screening.rule.reservoir_zone": ("不在水库消落区", "not in the zone of the reservoir"),
    "screening.rule.ground_floor": ("在一楼", "on the ground floor"),
    "screening.rule.barrier_free": ("无障碍", "barrier-free"),
    "screening.value.yes": ("是", "yes"),
    "screening.value.no": ("否", "no"),
    "screening.stays": ("保留：符合“{rule}”（{value}）", "stays: {rule} ({value})"),
    "screening.goes": ("排除：不符合“{rule}”（{value}）", "goes: not {rule} ({value})"),
    "screening.unknown_kept": (
        "待核实：“{rule}”未核实，暂保留",
        "not known: {rule} has not been checked; kept for now",
    ),
    "screening.unknown_dropped": (
        "排除：“{rule}”未核实，按设定不保留",
        "goes: {rule} has not been checked, and the study drops what is not known",
    ),
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
