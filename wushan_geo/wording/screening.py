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
    "screening.goes": (
        "排除：不符合“{rule}”（{value}）",
        "goes: fails what is asked: {rule} ({value})",
    ),
    "screening.unknown_kept": (
        "待核实：“{rule}”未核实，暂保留",
        "not known: {rule} has not been checked; kept for now",
    ),
    "screening.unknown_dropped": (
        "排除：“{rule}”未核实，按设定不保留",
        "goes: {rule} has not been checked, and the study drops what is not known",
    ),
    "screening.counted": (
        "备选点筛选：{total} 处中保留 {stay} 处（其中 {unknown} 处有未核实项），排除 {go} 处。筛选条件：{source}。",
        "Screening: of {total} candidates {stay} stay ({unknown} of them not fully checked) and {go} go. The rules: {source}.",
    ),
    "screening.assumption": ("规划假设（{source}）", "planning assumption ({source})"),
    "screening.no_source": (
        "规划假设，未注明由谁选定",
        "planning assumption; who chose it is not said",
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
        "有 {count} 次测算中，怎样布点都满足不了要求（当次没有可行方案）。",
        "In {count} draws nothing meets the request: there is no plan at all.",
    ),
    "stability.compared": (
        "可比方案：各次测算得出的方案中新设处数不多于最优方案（{sites} 处）的，共 {count} 个；处数更多的 {more} 个不参加比较。",
        "Compared are the {count} plans seen that have no more new sites than the best one ({sites}); {more} with more sites are not.",
    ),
    "stability.compared_all": (
        "可比方案：各次测算得出的 {count} 个方案，新设处数都不多于最优方案（{sites} 处）。",
        "Compared are the {count} plans seen, none of which has more new sites than the best one ({sites}).",
    ),
    "stability.compared_budget": (
        "可比方案：各次测算得出的 {count} 个方案，费用都在预算以内，处数可以不同。",
        "Compared are the {count} plans seen, all within the budget, whatever their number of sites.",
    ),
    "stability.promise.share": (
        "时限内的人数不少于总人数的 {share}%",
        "at least {share} % of the persons within the limit",
    ),
    "stability.promise.everywhere": (
        "每个村（社区）时限内都有不少于 {times} 处布点",
        "every village within the limit of {times} or more sites",
    ),
    "stability.promise.floors": (
        "覆盖率不低于规定的保底比例",
        "no covered share below its floor",
    ),
    "stability.promise.reach": (
        "服务对象都能到达一处布点；变动不含断路",
        "everybody can reach a site; the draws cut no road",
    ),
    "stability.meets": (
        "要求本身（{asked}）能否守住：{draws} 次测算中，最优方案有 {best} 次仍满足，稳妥方案有 {safe} 次仍满足。",
        "Whether the request itself still holds ({asked}): of {draws} draws the best plan meets it in {best}, the safe plan in {safe}.",
    ),
    "stability.persons": ("人", "persons"),
    "stability.aim.backup_persons": (
        "时限内有两处以上布点的人数",
        "persons within the limit of two sites or more",
    ),
    "stability.aim.mean_cost": ("人均单程", "mean way of a person"),
    "stability.aim.farthest_cost": ("最远单程", "farthest way"),
    "stability.aimed.best": (
        "本模型以{aim}为准。最优方案：按原数据 {stated} {unit}，各次测算中位数 {middle} {unit}，最差一次 {worst} {unit}；与当次最好的可比方案最多相差 {regret} {unit}。",
        "This model looks at the {aim}. Best plan: {stated} {unit} as stated, {middle} in the median draw, {worst} in the worst; at most {regret} {unit} worse than the best plan compared.",
    ),
    "stability.aimed.safe": (
        "稳妥方案（按{aim}选出，最大相差最小）：按原数据 {stated} {unit}，各次测算中位数 {middle} {unit}，最差一次 {worst} {unit}；与当次最好的可比方案最多相差 {regret} {unit}。",
        "Safe plan (chosen by the {aim}, smallest largest regret): {stated} {unit} as stated, {middle} in the median draw, {worst} in the worst; at most {regret} {unit} worse than the best plan compared.",
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
        "　按原数据覆盖 {stated} 人；各次测算中位数 {middle} 人，十分之一的测算中不超过 {low} 人，最差一次 {least} 人；{share}% 的测算中没有可比方案覆盖更多，比当次覆盖最多的可比方案最多少 {regret} 人。",
        "  Covers {stated} persons as stated, {middle} in the median draw, {low} or fewer in a tenth of the draws, {least} in the worst; in {share} % of the draws no plan compared covers more, at most it is {regret} persons behind.",
    ),
    "stability.one": ("最优方案同时也是稳妥方案。", "The best plan is the safe one too."),
    "stability.nobody": ("无新增布点", "no new site"),
    "site.heading.stable_plans": (
        "最优方案与稳妥方案并列（变动 {draws} 次）",
        "The best and the safe plan side by side ({draws} draws)",
    ),
    "site.compared": ("比较项目", "what is compared"),
    "site.best_plan": ("最优方案", "best plan"),
    "site.safe_plan": ("稳妥方案", "safe plan"),
    "stability.none": (
        "未作稳定性测算：车速、人数、点位有误差时方案是否仍然最优，未经检验（命令的 --draws 可测算）。",
        "Stability was not looked at: whether the plan stays the best with other speeds, counts and points is not known (option --draws).",
    ),
    "stability.assumed": (
        "变动范围：{source}；不是误差的分布，所列比例不是概率。",
        "The bounds: {source}; they are no distribution of errors, and the shares are no probabilities.",
    ),
    "stability.plan.best": (
        "最优方案（{names}）：按原数据 {stated_places} 村、{stated_persons} 人；各次测算中位数 {middle_persons} 人（平均 {mean_places} 村），十分之一的测算中不超过 {low_persons} 人，最差一次 {least_persons} 人；每次都在时限内的 {always_places} 村；{share}% 的测算中没有可比方案覆盖更多，比当次覆盖最多的可比方案最多少 {worst_regret} 人。",
        "Best plan ({names}): {stated_places} villages and {stated_persons} persons as stated; {middle_persons} persons in the median draw ({mean_places} villages on average), {low_persons} or fewer in a tenth of the draws, {least_persons} in the worst; {always_places} villages within the limit in every draw; in {share} % of the draws no plan compared covers more, at most it is {worst_regret} persons behind.",
    ),
    "stability.plan.safe": (
        "稳妥方案（{names}）：按原数据 {stated_places} 村、{stated_persons} 人；各次测算中位数 {middle_persons} 人（平均 {mean_places} 村），十分之一的测算中不超过 {low_persons} 人，最差一次 {least_persons} 人；每次都在时限内的 {always_places} 村；{share}% 的测算中没有可比方案覆盖更多，比当次覆盖最多的可比方案最多少 {worst_regret} 人。",
        "Safe plan ({names}): {stated_places} villages and {stated_persons} persons as stated; {middle_persons} persons in the median draw ({mean_places} villages on average), {low_persons} or fewer in a tenth of the draws, {least_persons} in the worst; {always_places} villages within the limit in every draw; in {share} % of the draws no plan compared covers more, at most it is {worst_regret} persons behind.",
    ),
    "column.stable_plans.plan": (
        "best 按原数据最优的方案；safe 稳妥方案（可比方案中，按模型自身目标最大遗憾最小）",
        "best (of what is stated) or safe (of the plans compared that with the smallest largest regret in what the model is after)",
    ),
    "column.stated_places": (
        "按原数据在时限内的村（社区）数",
        "villages within the limit as stated",
    ),
    "column.stated_persons": ("按原数据在时限内的人数", "persons within the limit as stated"),
    "column.middle_persons": ("各次变动中覆盖人数的中位数", "persons covered in the median draw"),
    "column.low_persons": (
        "十分之一的变动中覆盖人数不超过此数",
        "in a tenth of the draws no more persons are covered",
    ),
    "column.least_persons": ("最差一次变动覆盖的人数", "persons covered in the worst draw"),
    "column.mean_places": (
        "各次变动中在时限内的村（社区）数的平均",
        "villages within the limit, mean of the draws",
    ),
    "column.always_places": (
        "每次变动都在时限内的村（社区）数",
        "villages within the limit in every draw",
    ),
    "column.always_persons": ("这些村（社区）的人数", "persons of these villages"),
    "column.unbeaten_share": (
        "没有可比方案（新设处数不多于最优方案，有预算的在预算内）覆盖更多人的变动所占比例",
        "share of the draws in which no plan compared (no more new sites than the best plan, or within the budget) covers more persons",
    ),
    "column.own_share": (
        "该次自身最优即此方案的变动所占比例",
        "share of the draws whose own plan it is",
    ),
    "column.mean_regret": (
        "比该次覆盖最多的可比方案少覆盖的人数，各次平均",
        "persons covered fewer than by the plan compared that covers most in a draw, mean of the draws",
    ),
    "column.worst_regret": (
        "比该次覆盖最多的可比方案少覆盖的人数，最大一次",
        "persons covered fewer than by the plan compared that covers most in a draw, the largest",
    ),
    "column.promise": (
        "所提要求：share 人数比例、everywhere 每个村（社区）都在时限内、floors 保底比例、reach 都能到达；空为没有",
        "what was asked for: share of persons, everywhere, floors or reach; empty where nothing was",
    ),
    "column.meets_share": (
        "方案仍满足所提要求的变动所占比例",
        "share of the draws in which the plan still meets what was asked for",
    ),
    "column.judged_by": (
        "模型自身的目标：persons 时限内人数、backup_persons 时限内有两处的人数、mean_cost 人均单程（分钟）、farthest_cost 最远单程（分钟）",
        "what the model is after: persons within the limit, backup_persons (with two sites within it), mean_cost (minutes of a person) or farthest_cost (minutes)",
    ),
    "column.stated_aim": ("按原数据的目标值", "what the model is after, as stated"),
    "column.middle_aim": ("各次变动目标值的中位数", "the same in the median draw"),
    "column.worst_aim": ("最差一次变动的目标值", "the same in the worst draw"),
    "column.aim_regret": (
        "目标值与该次最好的可比方案相差，最大一次",
        "how much worse than with the best plan compared in a draw, the largest",
    ),
    "column.own_sites": ("该次自身方案的新设处数", "new sites of the draw's own plan"),
    "column.best_aim": ("最优方案该次的目标值", "what the model is after, with the best plan"),
    "column.safe_aim": ("稳妥方案该次的目标值", "the same with the safe plan"),
    "column.own_aim": ("该次自身方案的目标值", "the same with the draw's own plan"),
    "column.best_meets": (
        "最优方案该次是否仍满足所提要求",
        "whether the best plan still meets what was asked for",
    ),
    "column.safe_meets": (
        "稳妥方案该次是否仍满足所提要求",
        "whether the safe plan still meets what was asked for",
    ),
    "column.screened": (
        "所在村（社区）已被筛选排除的备选点，分号隔开；空为没有",
        "candidates of the village where it stands that were screened out, between semicolons; empty for none",
    ),
}
