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
    "siting.explain.request_unclear": (
        "模型：{model}；新设 {sites} 处，已有 {existing} 处，其中 {unclear} 处是否接收本县对象不详、未计其服务（{names}）。",
        "Model: {model}; {sites} new sites beside {existing} existing ones; of these {unclear} may not admit persons of the county and count for nobody ({names}).",
    ),
    "siting.explain.idle": (
        "其中 {count} 处不增加单程 {limit} {unit}内的覆盖：{names}。",
        "Of these {count} add nothing to what is covered within {limit} {unit} one way: {names}.",
    ),
    "siting.explain.idle_served": (
        "其中 {count} 处没有安排任何人：{names}。",
        "Of these {count} take nobody: {names}.",
    ),
    "siting.explain.counted_only": (
        "本方案只计入 {places} 个村（社区）、{persons} 人；全县共 {county_places} 个村（社区）、{county_persons} 人。除注明按全县算的以外，比例都按计入的算。",
        "The plan counts {places} places and {persons} persons only; the whole county has {county_places} places and {county_persons} persons. Shares are of those counted unless they are said to be of the county.",
    ),
    "siting.explain.counted_places": (
        "本方案只计入 {places} 个村（社区）；全县共 {county_places} 个村（社区）、{county_persons} 人。",
        "The plan counts {places} places only; the whole county has {county_places} places and {county_persons} persons.",
    ),
    "siting.explain.of_county": (
        "按全县 {county_persons} 人算，占 {share}%。",
        "That is {share} % of the {county_persons} persons of the whole county.",
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
    "siting.explain.served_lived": (
        "在服务名额内可安排 {persons} 人（共 {total_persons} 人，{share}%）；有服务对象的 {lived} 个村（社区）中，{places} 个全部得到安排。另有 {empty} 个没有服务对象或人数不详，不计在内。",
        "Within the capacities {persons} of {total_persons} persons ({share} %) have a place; of the {lived} places with persons, everybody has one in {places}. In {empty} more there are no persons or their number is not known; these are not counted.",
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
    "siting.explain.fewest_of_counted": (
        "覆盖计入人数的 {share}%，至少需要新设 {objective} 处。",
        "To cover {share} % of the persons counted at least {objective} new sites are needed.",
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
    "siting.explain.twice_first": (
        "本模型以时限内有第二处可去的人数为准，不要求人人至少有一处可去：有一处可去的人数可能少于最大覆盖方案。",
        "What counts is who has two sites within the limit; nobody is promised one, so fewer persons may be within the limit than with maximal covering.",
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
    "siting.explain.ties_by": (
        "按{by}比较，另有同样好的方案；同等时取编号在前者。",
        "Compared by {by}, other plans are as good; of these the one whose ids come first is given.",
    ),
    "siting.explain.unique_by": (
        "按{by}比较，没有同样好的其他方案。",
        "Compared by {by}, no other plan is as good.",
    ),
    "siting.compared.persons": ("覆盖人数", "persons covered"),
    "siting.compared.placed": ("安排人数", "persons with a place"),
    "siting.compared.places": ("覆盖村（社区）数", "places covered"),
    "siting.compared.travel": ("总路程", "travel in all"),
    "siting.compared.sites": ("新设处数", "number of new sites"),
    "siting.compared.cost": ("新设费用", "cost of the new sites"),
    "siting.compared.twice": ("两处可选的人数", "persons reached twice"),
    "siting.compared.worst": ("最低一项的覆盖率", "the smallest share"),
    "siting.compared.closings": ("关停处数", "number of closings"),
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
    "hint.site.extent_phases": (
        "--phases 各期处数与方案分别计算，方案本身也要写明处数，例如 --sites {total}。",
        "The phases are worked out besides the plan, which needs a number of its own: for instance --sites {total}.",
    ),
    "rule.site.within": (
        "应与 --best 同用，且 --best 不小于 2：只有一个方案时没有可比的",
        "needs --best with at least 2: one plan has none to be compared with",
    ),
    "hint.site.within": (
        "例如 --best 3 --within 5，或去掉本选项。",
        "For instance --best 3 --within 5, or leave this one out.",
    ),
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
        "编号见机构表（facilities）或结果的 siting/facilities.csv；经筛选排除的备选点不能指定。",
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
    "rule.site.all_screened": (
        "筛选后应至少保留 1 处备选点；{count} 处备选点全部被筛选排除：{rules}",
        "leaves at least one candidate; screening sends all {count} away: {rules}",
    ),
    "site.gone.rule": ("不符合“{rule}” {count} 处", "{count} fail: {rule}"),
    "site.gone.unknown": (
        "“{rule}”未核实、按设定不保留 {count} 处",
        "{count} not known and dropped: {rule}",
    ),
    "hint.site.all_screened": (
        '请核对筛选条件和备选点条件表（candidates）：放宽条件、补充核实（unknown = "drop" 会排除未核实的），或增加备选点。',
        'Check the rules and the table candidates: ask for less, look at what is not known (unknown = "drop" sends it away), or add candidates.',
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
        "有 {count} 个村（社区）、{persons} 人时限内任何布点都到达不了（备选点全部建成，单程仍超过 {limit} 分钟），已按要求不计入本方案，仍属全县缺口：{names}。",
        "No site can serve {count} places with {persons} persons within the limit (with every candidate open they are more than {limit} min away one way); they are left out of this plan as was asked, and remain a gap of the county: {names}.",
    ),
    "site.note.left_out_cut_off": (
        "有 {count} 个村（社区）、{persons} 人无法到达任何布点（{why}，或都不接收该村对象），已按要求不计入本方案，仍属全县缺口：{names}。",
        "{count} places with {persons} persons can reach no site at all ({why}, or none admits their persons); they are left out of this plan as was asked, and remain a gap of the county: {names}.",
    ),
    "site.note.given": (
        "到达时间表只列到 {minutes} 分钟：各表中的 inf（无法到达）指 {minutes} 分钟内不能到达，不等于没有道路相通。",
        "The table of travel times lists pairs up to {minutes} min only: inf (unreachable) means in these tables not reached within {minutes} min, which is not to say that no road leads there.",
    ),
    "site.note.cut_off.roads": ("没有道路相通", "no road leads to one"),
    "site.note.cut_off.given": (
        "超出到达时间表所列的时限",
        "all lie beyond the limit up to which the table of travel times lists pairs",
    ),
    "site.note.left_out_among": (
        "未计入的村（社区）中，{count} 个不只是超过时限，而是无法到达任何布点（{why}，或都不接收该村对象）：{names}。",
        "Of the places left out {count} are not only beyond the limit: they can reach no site at all ({why}, or none admits their persons): {names}.",
    ),
    "site.note.left_out_unknown": (
        "未计入的村（社区）中，{count} 个人数不详，上述人数不含这些村：{names}。",
        "Of the places left out {count} have no known count; the persons above are without them: {names}.",
    ),
    "site.note.frontier_counted": (
        "增设处数与覆盖：比例按计入的 {persons} 人算；全县共 {county_persons} 人。",
        "Number of new sites and coverage: shares are of the {persons} persons counted; the whole county has {county_persons}.",
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
        "其他服务方式：各方式每人每年服务次数不同（见各方式“每人每年次数”），可服务人数也不同，费用最低的不一定是同样的服务；新建机构和片区联建按可设在片区任一村计算，未经筛选。",
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
    "hint.site.capacity_placed": (
        "编号以 at- 开头的是按设定列入的备选点，机构表中没有这一行：请先执行 wushan-geo run，把 tables/facilities.csv 中该行抄入机构表（编号照旧）再填写名额；也可用 --forbid 排除。其余请在机构表中填写（没有名额填 0）。",
        "Those whose ids begin with at- were placed by the settings and have no row in your table: execute wushan-geo run, copy their rows of tables/facilities.csv into the table of facilities (same ids) and fill the places in there, or leave them out with --forbid. Fill the others in (0 for none).",
    ),
    "rule.site.time_over": (
        "求解时间用完时还没有任何方案",
        "the time ran out before there was any plan",
    ),
    "hint.site.time_over": (
        "请增加秒数，或去掉 --time-limit。",
        "Give more seconds, or leave --time-limit out.",
    ),
    "site.note.ceiling_rules": (
        "上限（全部备选点建成）、“布点无法解决”和“其他备选点可解决”的村（社区）都按备选点全部建成计算，不看间距和每乡镇（街道）处数的要求；按这些要求，实际能做到的可能更少。",
        "The ceiling (every candidate open), what no site can serve and what another candidate could are counted without the distances between sites and the numbers by township that were asked for: with these less may be possible.",
    ),
    "site.note.frontier_none": (
        "增设处数与覆盖：新设 {numbers} 处时，没有同时满足必设、每乡镇（街道）处数和间距各项要求的方案，该行以“—”表示。",
        "Number of new sites and coverage: with {numbers} new sites no plan meets what was asked of required sites, townships and distances; the row has dashes.",
    ),
    "site.note.explain_stable": (
        "稳定性：{what}变动 {draws} 次，其中 {share}% 仍是这一方案。",
        "Stability: with {what} varied {draws} times, this stays the plan in {share} %.",
    ),
    "site.note.explain_meets": (
        "变动 {draws} 次中，本方案有 {kept} 次仍满足所提要求。",
        "Of {draws} draws this plan still meets the request itself in {kept}.",
    ),
    "site.varied.counts": ("车速、人数", "speeds and counts"),
    "site.varied.points": ("车速、人数、点位", "speeds, counts and points"),
    "site.note.explain_basis": (
        "数据性质：{basis}（以最弱的一项为准：{inputs}）。",
        "Basis of the plan: {basis} (that of the weakest input: {inputs}).",
    ),
    "site.input.reach": ("到达时间", "travel times"),
    "site.input.persons": ("人数", "counts of persons"),
    "site.input.candidates": ("备选点", "candidates"),
    "site.input.screening": ("筛选所依据的数据", "what screening looked at"),
    "site.note.explain_placed": (
        "按设定列入备选点 {count} 处（{parts}{fewer}），未经现场察看；建议布点中有 {chosen} 处属此类。",
        "Candidates placed by the settings of the study: {count} ({parts}{fewer}); nobody has looked at them on the spot. Of this kind among the proposed sites: {chosen}.",
    ),
    "site.origin.seat": ("乡镇（街道）驻地 {count}", "seats of townships {count}"),
    "site.origin.community": ("社区 {count}", "communities {count}"),
    "site.origin.generated": ("按人口和路程选取 {count}", "by persons and travel {count}"),
    "site.origin.fewer": (
        "；要求选取 {count} 处，其余处已有备选点",
        "; {count} by persons and travel were asked for, the others are where a candidate stands already",
    ),
    "site.placed": ("{name}（按设定列入）", "{name} (by settings)"),
    "site.stable_never": (
        "另有 {count} 处从未入选，未列出（见表 stable_sites）。",
        "{count} more were never chosen and are not shown (table stable_sites).",
    ),
    "site.note.room": (
        "按名额安排：开放点位共有 {room} 个名额，取自机构表，都按全部可用于本项服务、本县对象计算；不接收本县对象或是否接收不详的机构不计。",
        "Places count: the open sites have {room} places by the table of facilities, all of them taken to be there for this service and for persons of the county; facilities that do not surely admit any of them are not counted.",
    ),
    "site.note.frontier_room": (
        "增设处数与覆盖：按名额计，覆盖的人为有名额的人，覆盖的村（社区）为人人有名额的村（社区），没有服务对象或人数不详的不计。",
        "Number of new sites and coverage: places count; covered are persons who have a place, and places where everybody has one; places without persons, or without a known count, are not among them.",
    ),
    "site.moved_conditions": (
        "在至多关停 {moves} 处{only}{kept}的条件下",
        "With up to {moves} closed{only}{kept}",
    ),
    "site.moved_only": ("，只可关停{names}", ", of {names} only"),
    "site.moved_kept": (
        "，且不使现在在时限内的任何村（社区）出时限",
        ", and with every place that is within the limit today staying so",
    ),
    "site.note.moved_none": (
        "{conditions}，关停不能增加覆盖，因此不关停任何机构。",
        "{conditions}: closing any would gain nothing, and none closes.",
    ),
    "site.note.moved_none_so_far": (
        "{conditions}，求解时间内没有找到能增加覆盖的关停办法，因此不关停任何机构。",
        "{conditions}: no closing that gains anything was found in the time, and none closes.",
    ),
    "site.note.moved": (
        "{conditions}，若关停 {count} 处（{closed}）、新设 {new} 处（{opened}），单程 {limit} 分钟内可达 {places} 个村（社区）、{persons} 人。不关停任何机构：新设 {sites} 处（本方案）可达 {free_places} 个村（社区）、{free_persons} 人；{same}",
        "{conditions}: if {count} closed ({closed}) and {new} opened ({opened}), {places} places and {persons} persons would be within {limit} min one way. Without closing any: {sites} new sites (the plan) have {free_places} places and {free_persons} persons; {same}",
    ),
    "site.moved_same_more": (
        "同样新设 {new} 处可达 {places} 个村（社区）、{persons} 人，比关停方案多 {more} 人。可见关停本身不增加覆盖人数，关停方案比本方案多出的覆盖来自多新设的 {count} 处；不关停时，开放的点位也多 {count} 处。",
        "{new} new sites, as many as with the closings, have {places} places and {persons} persons, {more} persons more. So closing itself adds nobody: what it has beyond the plan comes of the {count} further new sites. Without closing, {count} more sites are open in all.",
    ),
    "site.moved_same_equal": (
        "同样新设 {new} 处可达 {places} 个村（社区）、{persons} 人，人数与关停方案相同。可见关停本身不增加覆盖人数，关停方案比本方案多出的覆盖来自多新设的 {count} 处；不关停时，开放的点位也多 {count} 处。",
        "{new} new sites, as many as with the closings, have {places} places and {persons} persons, as many persons too. So closing itself adds nobody: what it has beyond the plan comes of the {count} further new sites. Without closing, {count} more sites are open in all.",
    ),
    "site.moved_same_fewer": (
        "同样新设 {new} 处可达 {places} 个村（社区）、{persons} 人，比关停方案少 {fewer} 人，因为按间距或每乡镇（街道）处数的要求，不关停就不能这样布点。",
        "{new} new sites, as many as with the closings, have {places} places and {persons} persons, {fewer} persons fewer, because what was asked of distances or townships rules these sites out while the closed ones stand.",
    ),
    "site.moved_same_unsettled": (
        "同样新设 {new} 处，求解时间内找到的方案可达 {places} 个村（社区）、{persons} 人，关停本身是否增加覆盖尚未查清。",
        "{new} new sites, as many as with the closings, have {places} places and {persons} persons in the best plan found in the time, and whether closing itself adds anybody is not settled.",
    ),
    "site.moved_same_never": (
        "按间距或每乡镇（街道）处数的要求，不关停就无法同样新设 {new} 处。",
        "with what was asked of distances or townships there is no plan with {new} new sites unless some close.",
    ),
    "site.note.moved_same_point": (
        "要关停的{closed}与新设的{opened}在同一点位，到达时间相同，差别只在接收范围：不关停{closed}，把它的接收范围放宽到与新点一样，覆盖完全相同。",
        "{closed}, which would close, and {opened}, which would open, stand at the same point with the same travel times and differ only in whom they admit: if {closed} stayed and admitted whom the new site would, exactly the same would be covered.",
    ),
    "site.note.moved_plan_loses": (
        "与本方案（不关停）相比，关停方案会使 {count} 个村（社区）、{persons} 人出时限：{names}。",
        "Against the plan, which closes none, the plan with closings would leave out {count} places with {persons} persons: {names}.",
    ),
    "site.note.moved_plan_nobody_loses": (
        "与本方案（不关停）相比，关停方案不会使任何村（社区）出时限。",
        "Against the plan, which closes none, the plan with closings would leave out no place.",
    ),
    "site.note.moved_plan_gains": (
        "与本方案（不关停）相比，关停方案会使 {count} 个村（社区）、{persons} 人进入时限：{names}。",
        "Against the plan, which closes none, the plan with closings would bring {count} places with {persons} persons within the limit: {names}.",
    ),
    "site.note.moved_loses": (
        "与现在相比，关停方案会使 {count} 个村（社区）、{persons} 人出时限：{names}。",
        "Against today, the plan with closings would leave out {count} places with {persons} persons who are within the limit now: {names}.",
    ),
    "site.note.moved_nobody_loses": (
        "{conditions}，关停方案不会使现在在时限内的任何村（社区）出时限。",
        "{conditions}: no place that is within the limit today would leave it by the plan with closings.",
    ),
    "site.note.moved_nobody_may_lose": (
        "按所提条件，关停方案没有使现在在时限内的任何村（社区）出时限；不设这一条件，关停哪几处可能不同。",
        "As was asked, no place that is within the limit today would leave it by the plan with closings; without that condition others might close.",
    ),
    "site.note.moved_gains": (
        "与现在相比，关停方案会使 {count} 个村（社区）、{persons} 人进入时限，新设各点的作用都在内：{names}。",
        "Against today, the plan with closings would bring {count} places with {persons} persons within the limit, by all its new sites together: {names}.",
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
        "关停方案只比较单程时间和人数，未计关停、安置和新建的费用，也不看名额。",
        "Closing is compared by minutes and persons alone: what closing, moving persons and building cost is not in it, and places for persons are not looked at.",
    ),
    "site.note.moved_admission": (
        "现有机构按各自的接收范围计，新点按研究设定的接收范围计：好处可能来自接收范围，而不是位置；放宽现有机构的接收范围也许不必关停就能达到。",
        "Existing facilities count with whom they admit, new ones with whom the study says: the gain may come from that and not from where they stand, and admitting more persons where there is a facility might do the same without closing it.",
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
