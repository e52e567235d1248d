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
        "最远的村（社区）单程 {objective} {unit}。",
        "The farthest travel {objective} {unit} one way.",
    ),
    "siting.explain.in_turn": (
        "其余村（社区）由远到近，也依次做到尽量近。",
        "After the farthest the second farthest was made as near as can be, and so on.",
    ),
    "siting.explain.floors": (
        "各项最低覆盖率均已达到，其中最低的一项为 {share}%。",
        "All floors are met; the lowest share among them is {share} %.",
    ),
    "siting.explain.townships": ("乡镇（街道）", "township"),
    "siting.explain.groups": ("类别", "group"),
    "siting.explain.worst": (
        "覆盖率最低的{whose}为 {share}%，已证明无法再提高。",
        "The {whose} with the smallest share has {share} %, and no plan gives the worst off more.",
    ),
    "siting.explain.worst_so_far": (
        "覆盖率最低的{whose}为 {share}%，能否再提高尚未证明。",
        "The {whose} with the smallest share has {share} %; whether that can be more is not proven.",
    ),
    "siting.explain.price": (
        "与不设保底的方案相比，少覆盖 {price} 人。",
        "The plan without floors covers {price} persons more.",
    ),
    "siting.explain.price_none": (
        "设保底没有减少覆盖人数。",
        "The floors cost nobody else: without them no more persons would be covered.",
    ),
    "siting.explain.price_between": (
        "与不设保底的方案相比，少覆盖 {least} 至 {most} 人（求解时间用完，尚未查清）。",
        "The plan without floors covers {least} to {most} persons more (the time was over before it was settled).",
    ),
    "siting.explain.fewest_share": (
        "覆盖 {share}% 的人，至少需要新设 {objective} 处。",
        "To cover {share} % of the persons at least {objective} new sites are needed.",
    ),
    "siting.explain.fewest_places": (
        "覆盖 {share}% 的村（社区），至少需要新设 {objective} 处。",
        "To cover {share} % of the places at least {objective} new sites are needed.",
    ),
    "siting.explain.fewest": (
        "至少需要新设 {objective} 处。",
        "At least {objective} new sites are needed.",
    ),
    "siting.explain.sites": (
        "本方案新设 {objective} 处，是否最少尚未证明。",
        "The plan has {objective} new sites; whether fewer would do is not proven.",
    ),
    "siting.explain.cost": (
        "新设费用合计 {objective}。",
        "The new sites cost {objective} in all.",
    ),
    "siting.explain.twice": (
        "{places} 个村（社区）、{persons} 人在时限内有两处以上可选。",
        "{places} places and {persons} persons have two or more open sites within the limit.",
    ),
    "siting.explain.twice_places": (
        "{places} 个村（社区）在时限内有两处以上可选。",
        "{places} places have two or more open sites within the limit.",
    ),
    "siting.explain.uncovered": (
        "尚有 {count} 个村（社区）未覆盖：{names}。",
        "Still not covered: {count} places ({names}).",
    ),
    "siting.explain.unserved": (
        "尚有 {count} 个村（社区）的人没有全部安排名额：{names}。",
        "In {count} places not everybody has a place: {names}.",
    ),
    "siting.explain.elsewhere": (
        "因名额所限，{count} 个村（社区）有人不能安排到最近的一处：{names}。",
        "Because of capacities somebody does not go to the nearest site in {count} places: {names}.",
    ),
    "siting.explain.optimal": (
        "已证明最优：任何其他方案都不会更好。",
        "Proven optimal: no other plan is better.",
    ),
    "siting.explain.stopped": (
        "求解时间用完，未证明最优：目标值目前为 {objective}，{limit}（最多还可改进 {gap}%）。",
        "Stopped by the clock, not proven: objective {objective} so far, {limit} (at most {gap} % can be gained).",
    ),
    "siting.explain.stopped_at_nothing": (
        "求解时间用完，未证明最优：目标值目前为 {objective}，{limit}。",
        "Stopped by the clock, not proven: objective {objective} so far, {limit}.",
    ),
    "siting.explain.bound.max": ("任何方案都不会超过 {bound}", "no plan is above {bound}"),
    "siting.explain.bound.min": ("任何方案都不会低于 {bound}", "no plan is below {bound}"),
    "siting.explain.heuristic": (
        "未证明最优：近似算法所得，目标值 {objective}，{limit}。",
        "Not proven: found by a heuristic, objective {objective}, {limit}.",
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
    "rule.site.extent": (
        "应写明新设几处（--sites）或预算（--budget），两者只写一项",
        "has either a number of new sites (--sites) or a budget (--budget), not both",
    ),
    "hint.site.extent": ("例如 --sites 3。", "For instance --sites 3."),
    "rule.site.budget": (
        "只有最大覆盖模型可按预算选点",
        "only maximal covering chooses by a budget",
    ),
    "hint.site.budget": (
        "请改写 --sites，或用 --model maximal-covering。",
        "Give --sites instead, or --model maximal-covering.",
    ),
    "rule.site.no_extent": (
        "该模型自行求出处数，不写 --sites 和 --budget",
        "this model finds the number itself: no --sites and no --budget",
    ),
    "hint.site.no_extent": ("请去掉该选项。", "Leave the option out."),
    "rule.site.candidates": (
        "应为 0 至备选点总数（{count}）",
        "is between 0 and the number of candidates ({count})",
    ),
    "hint.site.candidates": (
        "请减少处数，或在机构表中增加备选点（status 为 candidate）。",
        "Ask for fewer, or add candidates to the table of facilities (status candidate).",
    ),
    "rule.site.positive": (
        "应为不小于 {least} 的有限数",
        "is a finite number of at least {least}",
    ),
    "hint.site.positive": ("请核对数值。", "Check the number."),
    "rule.site.share": ("应为 0 至 100 的百分数", "is a percentage from 0 to 100"),
    "rule.site.of_model": ("只用于下列模型：{models}", "belongs to the models: {models}"),
    "hint.site.of_model": (
        "请去掉该选项，或更换 --model。",
        "Leave the option out, or choose another --model.",
    ),
    "rule.site.floor": ("保底覆盖应写明最低覆盖率", "covering with floors needs the floor"),
    "hint.site.floor": ("例如 --floor 60。", "For instance --floor 60."),
    "rule.site.stands": (
        "应为备选点，该机构已开放",
        "is a candidate; this facility is open already",
    ),
    "hint.site.stands": (
        "已开放的机构已计入，请去掉。",
        "Open facilities count already: leave it out.",
    ),
    "rule.site.unknown": (
        "应为可提供该服务的备选点编号",
        "is the id of a candidate that could offer the service",
    ),
    "hint.site.unknown": (
        "编号见机构表（facilities）或结果的 siting/facilities.csv；经筛选剔除的备选点不能指定。",
        "Ids stand in the table of facilities, or in siting/facilities.csv of the outputs; candidates that screening sends away cannot be named.",
    ),
    "rule.site.both": ("不应既必选又禁选", "is either required or forbidden"),
    "hint.site.both": ("请去掉其中一项。", "Leave one of them out."),
    "rule.site.settings": ("研究文件应有 [siting] 一节", "the study file has a section [siting]"),
    "hint.site.settings": (
        "请参照 example 研究补充。",
        "Add one; the study example shows how.",
    ),
    "rule.site.times": ("应能计算到达时间：{why}", "travel times can be worked out: {why}"),
    "hint.site.times": ("请补充后重新运行。", "Add what is missing and run again."),
    "rule.site.few": (
        "不应少于指定必设的处数（{count}）",
        "is at least the number of required sites ({count})",
    ),
    "hint.site.few": (
        "请增加处数，或减少 --require。",
        "Ask for more sites, or require fewer.",
    ),
    "rule.site.crossed": ("不应大于 --at-most（{most}）", "is not above --at-most ({most})"),
    "hint.site.crossed": ("请核对两项数值。", "Check both numbers."),
    "rule.site.request": (
        "应有服务对象的村级人数和可提供该服务的备选点",
        "has counts by village of the persons the service is for, and candidates that could offer it",
    ),
    "hint.site.request": (
        "请核对人数表和机构表（status 为 candidate）。",
        "Check the tables of persons and of facilities (status candidate).",
    ),
    "rule.site.bare": (
        "每个乡镇（街道）都应有备选点或已开放的机构；没有的：{names}",
        "every township has a candidate or an open facility; without: {names}",
    ),
    "hint.site.bare": (
        "请在机构表中为其增加备选点，或去掉 --at-least。",
        "Add candidates there to the table of facilities, or leave --at-least out.",
    ),
    "progress.searching": (
        "测算布点方案：目前 {objective}，不会优于 {bound}，已用 {seconds} 秒",
        "next sites: {objective} so far, none passes {bound}, {seconds} s",
    ),
    "progress.siting_more": ("比较其他方案", "other plans to compare with"),
    "site.coverable": (
        "布点无法解决的村（社区）可用 --coverable 另列，不计入方案。",
        "With --coverable villages that no site can serve are named and left out of the plan.",
    ),
    "site.note.limit": (
        "时限为单程 {limit} 分钟，属分析假设，规划未作规定。",
        "The limit of {limit} min one way is an assumption of the analysis; the plan sets none.",
    ),
    "site.note.counted": ("服务对象口径：{counted}。", "Whom the persons are: {counted}."),
    "site.counted.all": ("全部持证残疾人", "all certified persons"),
    "site.counted.eligible": ("符合{service}条件的残疾人", "persons eligible for {service}"),
    "site.counted.at_home": ("{whom}，只计居家者", "{whom}, those at home"),
    "site.counted.partly": (
        "{whom}，已知居住情况的村只计居家者",
        "{whom}, those at home where that is known",
    ),
    "site.counted.uptake": (
        "{whom}，按 {share}% 会使用服务计",
        "{whom}, of whom {share} % are expected to use it",
    ),
    "site.note.without_count": (
        "{count} 个村（社区）人数不详，按村数计入、不计人数：{names}。",
        "Places whose count of persons is not known, counted as places only ({count}): {names}.",
    ),
    "site.note.left_out": (
        "{count} 个村（社区）任何布点都到达不了，已按要求不计入本方案：{names}。",
        "Places that no site can serve, left out of this plan as was asked ({count}): {names}.",
    ),
    "site.note.irreducible": (
        "布点无法解决的缺口：可用的备选点全部建成后，仍有 {count} 个村（社区）在时限外：{names}。",
        "Irreducible gap: with every allowed candidate open, {count} places are still beyond the limit: {names}.",
    ),
    "site.note.irreducible_persons": (
        "这些村（社区）共有服务对象 {persons} 人，需靠改善道路、接送、巡回或上门服务解决，或另找备选点。",
        "{persons} persons live there; they need better roads, a shuttle, a mobile team, home service, or other candidates.",
    ),
    "site.note.reached": (
        "按本方案，单程 {limit} 分钟内可达 {places} 个村（社区）、{persons} 人；道路最慢至最快时为 {low_places} 至 {high_places} 个村（社区）、{low_persons} 至 {high_persons} 人。",
        "With this plan {places} places and {persons} persons are within {limit} min one way; from the slowest to the fastest roads {low_places} to {high_places} places and {low_persons} to {high_persons} persons.",
    ),
    "site.note.cost": (
        "新设费用合计 {cost} 元（一次性建设费用，取自费用表；不含运行费用）。",
        "The new sites cost {cost} yuan to build, once, by the table of costs; running them is not in it.",
    ),
    "site.note.budget": (
        "预算 {budget} 元；新设费用合计 {cost} 元（一次性建设费用，取自费用表；不含运行费用）。增设处数与覆盖、分期各表不受预算限制。",
        "Budget {budget} yuan; the new sites cost {cost} yuan to build, once, by the table of costs; running them is not in it. The tables of numbers of sites and of phases do not keep to the budget.",
    ),
    "site.note.frontier_anew": (
        "增设处数与覆盖：每一行都重新选点，布点不一定逐行保留；方案内的次序只说明该方案。",
        "Number of new sites and coverage: each row is chosen anew and need not keep the sites of the row above; the order within the plan tells of that plan alone.",
    ),
    "site.note.frontier_stopped": (
        "增设处数与覆盖：{count} 行求解时间用完，未证明最优，覆盖和增量都可能偏低。",
        "Number of new sites and coverage: in {count} rows the time was over before the plan was proven; coverage and gains may be too low.",
    ),
    "site.note.best_few": (
        "要求 {asked} 个比选方案，符合条件（与最优相差不超过 {within}%）的只有 {count} 个；核心点只就这些方案而言。",
        "Of {asked} plans asked for only {count} are within {within} % of the best; core sites are those of these plans.",
    ),
    "site.note.ways_differ": (
        "其他服务方式：各方式每人每年服务次数不同（见 ways 表 contacts），可服务人数也不同，费用最低的不一定是同样的服务；新建机构和片区联建按可设在片区任一村计算，未经筛选。",
        "Other ways: they differ in how often a person is served (contacts in the table ways) and in how many are served, so that the cheapest need not be the same service; new and shared homes may stand in any village of the group, none of which was screened.",
    ),
    "siting.obstacle.floor": (
        "其他要求不变，各乡镇（街道）的最低覆盖率最高可定为 {number}%。",
        "All else as asked, the largest floor that works for all is {number} %.",
    ),
    "siting.obstacle.places": (
        "其他要求不变，最多可覆盖 {number}% 的村（社区）。",
        "All else as asked, at most {number} % of the places can be covered.",
    ),
    "siting.obstacle.pairs": ("{first} 等 {count} 对", "{first} and {count} more pairs"),
    "site.title": (
        "{county}残疾人服务设施布点建议方案",
        "{county}: proposed sites of services for persons with disabilities",
    ),
    "site.written": ("已写入 {count} 张表：{folder}", "Wrote {count} tables: {folder}"),
    "site.beside_others": (
        "注意：同一文件夹中的报告、地图和 tables/ 属于研究 {study} 或其旧数据，与本布点方案不是同一套数据；请用 --out 另选文件夹。",
        "Mind: reports, maps and tables/ in the same folder are of the study {study} with other inputs than these sites. Keep studies apart with --out.",
    ),
    "site.heading.sites": ("布点与服务范围", "Sites and what each has to do"),
    "site.heading.frontier": (
        "增设处数与覆盖（最大覆盖，单程 {limit} 分钟）",
        "Number of new sites and coverage (maximal covering, {limit} min one way)",
    ),
    "site.heading.phases": ("分期实施方案（逐期保留）", "Phased plan (sites of a phase stay)"),
    "site.heading.best": ("较优方案比选", "The best distinct plans"),
    "site.heading.core": (
        "各方案共有的布点（核心点）",
        "Sites that stand in the best plans (core sites)",
    ),
    "site.heading.stable": (
        "方案稳定性（车速、人数变动 {draws} 次）",
        "Stability of the plan ({draws} draws of speeds and counts)",
    ),
    "site.facility": ("布点", "site"),
    "site.township": ("所在乡镇（街道）", "township"),
    "site.beyond": ("县外", "beyond the county"),
    "site.role.new": ("建议新设", "proposed"),
    "site.role.required": ("指定必设", "required"),
    "site.role.existing": ("已有", "existing"),
    "site.order": ("次序", "order"),
    "site.gained": ("新增覆盖（人 / 村）", "gained (persons / places)"),
    "site.nearest": ("就近服务（人 / 村）", "nearest to it (persons / places)"),
    "site.taken": ("安排服务（人 / 村）", "sent to it (persons / places)"),
    "site.places": ("名额", "places for persons"),
    "site.minutes": ("平均 / 最远单程（分钟）", "mean / farthest (min)"),
    "site.gain_persons": ("新增覆盖人数", "persons gained"),
    "site.gain_places": ("新增覆盖村（社区）", "places gained"),
    "site.new_sites": ("新设处数", "new sites"),
    "site.covered_persons": ("覆盖人数", "persons covered"),
    "site.covered_places": ("覆盖村（社区）", "places covered"),
    "site.share": ("人数覆盖率", "share of persons"),
    "site.phase": ("期次", "phase"),
    "site.lost": ("比不分期少覆盖人数", "persons fewer than without phases"),
    "site.opened": ("本期新设", "opened in it"),
    "site.rank": ("名次", "rank"),
    "site.objective": ("目标值", "objective"),
    "site.chosen": ("布点", "sites"),
    "site.in_plans": ("入选方案数", "plans"),
    "site.share_of_plans": ("入选比例", "share of plans"),
    "site.core": ("核心点", "core"),
    "site.chosen_share": ("入选频率", "chosen"),
    "site.in_best": ("最优方案", "best plan"),
    "site.in_safe": ("稳妥方案", "safe plan"),
    "site.yes": ("是", "yes"),
    "rule.site.steps": (
        "应为用逗号分隔的整数",
        "is whole numbers between commas",
    ),
    "hint.site.steps": ("例如 --phases 2,2,1。", "For instance --phases 2,2,1."),
    "rule.site.costs": (
        "按预算选点应有费用表（costs）",
        "a budget needs the table of costs",
    ),
    "rule.site.price": (
        "每个备选点都应有建设费用；没有的：{names}",
        "every candidate has a known cost of building; without: {names}",
    ),
    "hint.site.costs": (
        "请在研究文件夹中填写费用表（costs），或改写 --sites。",
        "Fill in the table costs of the study folder, or give --sites instead.",
    ),
    "rule.site.model": ("应为选址模型的名称", "is the name of a model of siting"),
    "hint.site.for_instance": ("例如 {example}。", "For instance {example}."),
    "rule.site.needs": (
        "只与 {other} 同用，单独写不起作用",
        "says nothing without {other}",
    ),
    "hint.site.needs": (
        "请补写该选项，或去掉本选项。",
        "Give that option too, or leave this one out.",
    ),
    "rule.site.not_with": (
        "不能与 {other} 同用",
        "cannot be worked out together with {other}",
    ),
    "hint.site.not_with": ("请去掉其中一项。", "Leave one of them out."),
    "rule.site.first_phase": (
        "首期处数不应少于指定必设的处数（{count}）：必设的从首期起开放",
        "the first phase has at least as many sites as are required ({count}): they stand from then on",
    ),
    "hint.site.first_phase": (
        "请增加首期处数，或减少 --require。",
        "Open more in the first phase, or require fewer.",
    ),
    "rule.site.moves": (
        "应为 0 至可关停的本县现有机构数（{count}）",
        "is between 0 and the number of facilities of the county that may close ({count})",
    ),
    "hint.site.moves": (
        "县外机构和不提供该服务的机构不在其列。",
        "Facilities beyond the county, and those that do not offer the service, are not among them.",
    ),
    "rule.site.closing": (
        "应为本县已开放、确定提供该服务的机构编号",
        "is the id of an open facility of the county that surely offers the service",
    ),
    "hint.site.closing": (
        "编号见机构表（facilities）。",
        "Ids stand in the table of facilities.",
    ),
    "rule.site.capacity": (
        "每个备选点和现有机构都应有名额（机构表 capacity 列）；没有的 {count} 处：{names}",
        "every candidate and open facility has its places (column capacity of the facilities); {count} without: {names}",
    ),
    "hint.site.capacity": (
        "请填写名额（没有名额填 0），备选点也可用 --forbid 排除。",
        "Fill them in (0 for none); a candidate may be left out with --forbid.",
    ),
    "rule.site.time_over": (
        "求解时间用完时还没有任何方案",
        "the time ran out before there was any plan",
    ),
    "hint.site.time_over": (
        "请增加秒数，或去掉 --time-limit。",
        "Give more seconds, or leave --time-limit out.",
    ),
    "site.note.room": (
        "按名额安排：开放点位共有 {room} 个名额，取自机构表，都按全部可用于本项服务、本县对象计算；不接收本县对象或是否接收不详的机构不计。",
        "Places count: the open sites have {room} places by the table of facilities, all of them taken to be there for this service and for persons of the county; facilities that do not surely admit any of them are not counted.",
    ),
    "site.note.frontier_room": (
        "增设处数与覆盖：按名额计，覆盖的人为有名额的人，覆盖的村（社区）为人人有名额的村（社区）。",
        "Number of new sites and coverage: places count; covered are persons who have a place, and places where everybody has one.",
    ),
    "site.note.moved_none": (
        "允许关停现有机构至多 {moves} 处：关停没有好处，不关停任何机构。",
        "Existing facilities that may close: up to {moves}. Closing any would gain nothing, and none closes.",
    ),
    "site.note.moved": (
        "若关停 {count} 处（{closed}）、新设 {new} 处（{opened}），单程 {limit} 分钟内可达 {places} 个村（社区）、{persons} 人；不关停任何机构的方案为 {free_places} 个村（社区）、{free_persons} 人。",
        "If {count} closed ({closed}) and {new} opened ({opened}), {places} places and {persons} persons would be within {limit} min one way; the plan that closes none has {free_places} places and {free_persons} persons.",
    ),
    "site.note.moved_loses": (
        "关停方案会使现在在时限内的 {count} 个村（社区）、{persons} 人出时限：{names}。",
        "The plan with closings: {count} places with {persons} persons who are within the limit today would no longer be: {names}.",
    ),
    "site.note.moved_nobody_loses": (
        "关停方案不会使现在在时限内的任何村（社区）出时限。",
        "The plan with closings: no place that is within the limit today would leave it.",
    ),
    "site.note.moved_gains": (
        "关停方案会使现在在时限外的 {count} 个村（社区）、{persons} 人进入时限：{names}。",
        "The plan with closings: {count} places with {persons} persons who are beyond the limit today would be within it: {names}.",
    ),
    "site.note.moved_farther": (
        "另有 {count} 个村（社区）、{persons} 人到最近一处比现在远，是否在时限内不变：{names}。",
        "For {count} more places with {persons} persons the nearest site would be farther than today, on the same side of the limit: {names}.",
    ),
    "site.note.moved_nearer": (
        "另有 {count} 个村（社区）、{persons} 人到最近一处比现在近，是否在时限内不变：{names}。",
        "For {count} more places with {persons} persons the nearest site would be nearer than today, on the same side of the limit: {names}.",
    ),
    "site.note.moved_persons_only": (
        "关停方案只比较单程时间和人数，未计关停、安置和新建的费用，也不看名额。现有机构按各自的接收范围计，新点按研究设定的接收范围计：好处可能来自接收范围，而不是位置；放宽现有机构的接收范围也许不必关停就能达到。",
        "Closing is compared by minutes and persons alone: what closing, moving persons and building cost is not in it, and places for persons are not looked at. Existing facilities count with whom they admit, new ones with whom the study says: the gain may come from that and not from where they stand, and admitting more persons where there is a facility might do the same without closing it.",
    ),
    "site.note.moved_stopped": (
        "关停方案求解时间用完，未证明最优：任何方案覆盖都不超过 {bound} 人。",
        "Closing: the time was over before the plan was proven; none covers more than {bound} persons.",
    ),
    "rule.site.bounds": (
        "稳定性分析应有变动范围，研究文件缺 [siting.stability] 一节",
        "a test of stability needs bounds: the study file has no section [siting.stability]",
    ),
    "hint.site.bounds": (
        "请写明车速、人数的变动范围和随机种子，或去掉 --draws。",
        "State the bounds of speeds and counts and a seed, or leave --draws out.",
    ),
    "site.note.no_screening": (
        "研究文件未设备选点筛选条件（[siting.screening] 一节），备选点未经筛选；安全、产权和场地条件需现场核实。",
        "The study states no rules on candidates (section [siting.screening]), so that none was screened; safety, ownership and ground have to be looked at on the spot.",
    ),
    "site.note.no_groups_stated": (
        "研究文件未设指标参数（[measures] 一节），未对未覆盖的村（社区）分片比较其他服务方式。",
        "The study states no settings of measures (section [measures]), so that villages left beyond the limit were not grouped and other ways not compared.",
    ),
    "site.note.no_ways_between": (
        "没有村与村之间的到达时间，未比较其他服务方式。",
        "There are no travel times between villages, so that other ways were not compared.",
    ),
    "site.heading.ways": (
        "方案未覆盖片区的其他服务方式（每年费用）",
        "Other ways for the groups of villages that the plan does not cover (cost a year)",
    ),
    "site.heading.screened": ("备选点筛选", "Candidates screened"),
    "site.group": ("片区", "group"),
    "site.way": ("方式", "way"),
    "site.served": ("可服务 / 片区人数", "served / persons of the group"),
    "site.year_cost": ("每年费用（元）", "cost a year (yuan)"),
    "site.person_cost": ("人均（元）", "a person (yuan)"),
    "site.verdict": ("结论", "verdict"),
    "site.cheapest": ("费用最低", "cheapest"),
    "site.viable": ("可行", "viable"),
    "site.reason": ("理由", "reason"),
}
