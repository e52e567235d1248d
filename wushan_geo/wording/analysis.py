"""Texts of the gap analysis: notes on what is left out, names of causes, the data dictionary."""

TEXTS = {
    "analysis.note.study": (
        "研究：{study}（{county}）；数据截止日期：{as_of}；{edition}。输入文件、设定和校验和见上级文件夹的 gaps.json。",
        "Study: {study} ({county}); data as of {as_of}; {edition}. Inputs, settings and checksums: gaps.json in the folder above.",
    ),
    "analysis.note.counted_at_home": (
        "服务对象只计在家居住的人。",
        "Persons are those eligible who live at home.",
    ),
    "analysis.note.counted_partly": (
        "服务对象只计在家居住的人；缺居住状况数据的村（社区）按登记人数计，外出和在机构居住的人也计入。",
        "Persons are those eligible who live at home; in villages where it is not known where they live all who are registered count, those away or in institutions among them.",
    ),
    "analysis.note.counted_registered": (
        "缺居住状况数据，服务对象按登记人数计，外出和在机构居住的人也计入。",
        "Persons are all those eligible who are registered, those away or in institutions among them, for it is not known where they live.",
    ),
    "analysis.note.counted_all": (
        "研究文件未指明服务对象，按全部持证残疾人的登记人数计，不论居住何处。",
        "Persons are all certified persons who are registered, wherever they live, for the study names no group of their own.",
    ),
    "analysis.note.no_times": (
        "缺少到达时间，未计算可达性指标。原因：{why}",
        "There are no travel times, so that no measure of reach was worked out. The reason: {why}",
    ),
    "analysis.note.no_counts": (
        "缺少该服务的服务对象村级人数，未计算。",
        "There is no count by village of the persons whom this service is for.",
    ),
    "analysis.note.nobody_offers": (
        "目前没有可确认提供该服务、且位置已知的机构，未计算。",
        "No facility with a known point surely offers this service now.",
    ),
    "analysis.note.left_out": (
        "{count} 个村（社区）缺少到达时间或人数，未计入：{names}。",
        "Villages left out, without travel times or without a count ({count}): {names}.",
    ),
    "analysis.note.no_eligible": (
        "研究文件未指明该服务的服务对象，未计算人均名额和名额分配。",
        "The study names no group whom this service is for, so that care places per person and the allocation were not worked out.",
    ),
    "analysis.note.no_capacity": (
        "{facilities} 的服务名额不详，未计算人均名额和名额分配。",
        "The care places of {facilities} are not known, so that care places per person and the allocation were not worked out.",
    ),
    "analysis.note.no_settings": (
        "研究文件未设指标参数（[measures] 一节），未计算公平性、人数较少时的覆盖率和聚集分析。",
        "The study file states no settings of measures (section [measures]), so that fairness, small counts and clusters were not worked out.",
    ),
    "analysis.note.modelled_persons": (
        "人数的数据性质为“{basis}”，公平性指标、分组比较、位次和热点只会反映推算方法，未计算；导入本单位台账后重新生成。",
        "The basis of the counts of persons is: {basis}. Equity, groups, ranks and hot spots would only show the model, and were not worked out. Import your own registers and run again.",
    ),
    "analysis.note.no_centre": (
        "没有可到达的县级服务设施，无法按偏远程度排序，未计算集中指数。",
        "No service of the county as a whole can be reached, so that persons cannot be ranked by how remote they are: no concentration index.",
    ),
    "analysis.note.no_ways_between": (
        "到达时间来自外部文件，村与村之间的时间不详，未作聚集分析。",
        "Times from elsewhere do not tell the ways between villages: no clusters.",
    ),
    "analysis.note.no_upland": (
        "研究文件未设高山与低山分界海拔（upland_m），未作海拔分组。",
        "The study file states no elevation above which land is upland (upland_m), so that upland and lowland are not told apart.",
    ),
    "analysis.note.no_elevation": (
        "路网没有海拔，未作海拔分组。",
        "The roads have no elevation, so that upland and lowland are not told apart.",
    ),
    "analysis.note.no_score": (
        "研究文件未设各服务权重（[measures.weights]），未计算综合得分。",
        "The study file states no weights ([measures.weights]), so that there is no combined score.",
    ),
    "analysis.note.score_lacks": (
        "{services}没有可用的到达时间或人数，未计算综合得分。",
        "There are no usable times or no counts for {services}, so that there is no combined score.",
    ),
    "analysis.note.no_persons": (
        "没有村级人数表，未计算按人数统计的指标（人数占比、人均名额、名额分配、公平性、分组比较、位次、热点、片区和缺口人数）。",
        "There is no table of persons by village, so that whatever counts persons was not worked out: shares of persons, care places per person, the allocation, equity, groups, ranks, hot spots, clusters and the persons of the gap.",
    ),
    "analysis.note.demonstration": (
        "【演示数据】本组表格的残疾人数、机构、道路等由推算或虚构数据得出，仅为方法演示，不反映实际情况，不得用于考核、评估、选址和对外公布；导入本单位台账后重新生成。",
        "DEMONSTRATION DATA. These tables are worked out from modelled or invented persons, facilities and roads. They show the method alone, not the situation in the county, and must not be used for assessment, evaluation, siting or publication. Import your own registers and run again.",
    ),
    "analysis.note.given": (
        "到达时间表只列到 {minutes} 分钟：各表中的 inf（无法到达）指 {minutes} 分钟内不能到达，不等于没有道路相通。",
        "The table of travel times lists pairs up to {minutes} min only: inf (unreachable) means in these tables not reached within {minutes} min, which is not to say that no road leads there.",
    ),
    "analysis.note.scenario": (
        "【情景测算】本组表格按情景“{what}”（{basis}；出处：{source}）测算，道路和行车条件按情景取值，结果不作为现状结论。",
        "SCENARIO. These tables are worked out under the scenario “{what}” ({basis}; source: {source}): roads and travel conditions are as the scenario has them, and nothing here is a conclusion on the present state.",
    ),
    "analysis.note.zero_places": (
        "所有机构的名额均为 0，未计算人均名额的公平性。",
        "All facilities have 0 care places, so that the equity of care places per person was not worked out.",
    ),
    "analysis.note.no_profile": (
        "{groups}的出行方式缺少部分村（社区）的到达时间，未按其出行方式比较。",
        "The travel profile of {groups} lacks times of some villages, so that they were not compared by their own way to travel.",
    ),
    "analysis.cause.served": ("已在时限内并有名额", "in reach, with a care place"),
    "analysis.cause.in_reach": ("已在时限内（名额未核）", "in reach, care places not assessed"),
    "analysis.cause.capacity": ("名额不足", "capacity: in reach, no care place left"),
    "analysis.cause.siting": ("可通过布点解决", "siting: a named site would reach them"),
    "analysis.cause.roads": (
        "布点无法解决的缺口（所列拟建、备选点均不能覆盖）",
        "roads: none of the named sites would reach them",
    ),
    "analysis.cause.undetermined": (
        "未列拟建、备选点，不能区分布点与道路原因",
        "no site is named: siting or roads",
    ),
    "analysis.cause.unknown": ("待核实", "not known: a decisive input is missing"),
    "analysis.part.before": ("上期", "before"),
    "analysis.part.persons": ("人数变化", "persons"),
    "analysis.part.supply": ("机构变化", "supply"),
    "analysis.part.roads": ("道路变化", "roads"),
    "analysis.part.after": ("本期", "after"),
    "analysis.title": (
        "{county}残疾人服务覆盖缺口分析",
        "Gaps in services for persons with disabilities, {county}",
    ),
    "analysis.heading.reach": (
        "可达性：时限内的村（社区）和服务对象占比",
        "Reach: villages and persons within each limit",
    ),
    "analysis.heading.causes": (
        "缺口成因（默认时限；村和服务对象）",
        "Why the gap is there (default limit; villages and persons)",
    ),
    "analysis.heading.places": (
        "名额分配：统筹安排全部名额的结果（服务对象人数）",
        "Care places: what becomes of persons when all places are given out as well as can be",
    ),
    "analysis.heading.worth": (
        "增加1个名额的效果 · {service}",
        "What one more care place does · {service}",
    ),
    "analysis.heading.rates": (
        "各乡镇（街道）覆盖率 · {service} · {limit} 分钟",
        "Townships by the share reached · {service} · {limit} min",
    ),
    "analysis.heading.groups": (
        "分组比较 · {service} · {limit} 分钟",
        "Groups side by side · {service} · {limit} min",
    ),
    "analysis.facility": ("机构", "facility"),
    "analysis.capacity": ("名额", "care places"),
    "analysis.one_more": ("增加1个名额", "one more care place"),
    "analysis.rate": ("覆盖率（区间）", "share (interval)"),
    "analysis.smoothed": ("平滑值", "smoothed"),
    "analysis.rank": ("位次", "rank"),
    "analysis.rates_told": (
        "覆盖率按已能归类的服务对象计，待核实的使区间变宽。区间与他处重叠的只列可能的位次范围；全部待核实的没有比率和位次。",
        "Shares are of the persons that can be classed; those to verify widen the interval. Where intervals overlap only the span of ranks is told; where all is to be verified there is neither share nor rank.",
    ),
    "analysis.group": ("组别", "group"),
    "analysis.head_count": ("人数", "persons"),
    "analysis.share_reached": ("时限内占比", "share in reach"),
    "analysis.gap": ("与对照组相差（百分点）", "less the first of its kind (points)"),
    "analysis.median": ("中位单程（分钟）", "median way (min)"),
    "analysis.groups_told": (
        "各组均不含待核实的人，占比因此高于第一张表；各类别、年龄组为持证残疾人，互有重叠，不可相加。以持证残疾人、村、低山为对照组。各类别按其出行方式计算的结果见 groups.csv。",
        "Without those to verify, so that shares are above those of the first table. Types and ages are of all certified persons; they overlap and are never added. Compared with all certified persons, with villages and with lowland. By their own ways of travelling they stand in groups.csv.",
    ),
    "analysis.group.community": ("社区", "communities"),
    "analysis.group.village": ("村", "villages"),
    "analysis.group.upland": ("高山", "upland"),
    "analysis.group.lowland": ("低山", "lowland"),
    "analysis.beyond": (
        "{service}：县外机构未录入，{count} 个村（社区）的结论可能因此改变。",
        "{service}: facilities beyond the county are not entered; the answer for {count} villages may change with them.",
    ),
    "analysis.heading.equity": ("公平性（按人加权）", "Equity (weighted by persons)"),
    "analysis.heading.clusters": (
        "未覆盖村连片情况：{service}（时限 {limit} 分钟；可考虑共用服务点）",
        "Villages not reached that could share one service: {service} ({limit} min)",
    ),
    "analysis.heading.scale": (
        "村级与乡镇级结论不一致的乡镇（街道）（时限 {limits} 分钟；按各村人数判断时，要求至少 {share} 的服务对象在时限内）",
        "Townships whose answer flips between village and township level (limit {limits} min; by its villages, at least {share} of the persons must be in reach)",
    ),
    "analysis.heading.change": (
        "两期变化：不在时限内和待核实的村、服务对象（默认时限）",
        "Change between the two years: not in reach, and to verify, at the default limit",
    ),
    "analysis.heading.notes": ("未计算的内容及原因", "What was left out, and why"),
    "analysis.service": ("服务", "service"),
    "analysis.limit": ("时限（分钟）", "limit (min)"),
    "analysis.places": ("村（社区）", "villages"),
    "analysis.persons": ("服务对象", "persons"),
    "analysis.cause": ("成因", "cause"),
    "analysis.served": ("有名额", "with a place"),
    "analysis.no_place": ("名额不足", "no place left"),
    "analysis.out_of_reach": ("无机构可达", "none in reach"),
    "analysis.not_admitted": ("不予接收", "not admitted"),
    "analysis.to_verify": ("待核实", "to verify"),
    "analysis.unknown_places": ("待核实村", "villages to verify"),
    "analysis.unknown_persons": ("待核实人数", "persons to verify"),
    "analysis.by_admission": ("其中可通过放宽接收范围解决", "of these by admission"),
    "analysis.site": ("可覆盖的拟建、备选点", "named site"),
    "analysis.by_site": ("该点可覆盖人数", "persons it would reach"),
    "analysis.named_persons": ("{service}（{persons}）", "{service} ({persons})"),
    "analysis.range": ("{central}（{low}–{high}）", "{central} ({low}–{high})"),
    "analysis.range_told": (
        "括号内为按最慢至最快路况计算的范围。待核实：关键数据缺失、不能归类的村（社区）和服务对象占比，未算作时限内。",
        "In brackets: on the slowest to the fastest roads. To verify: share of villages and persons that cannot be classed for lack of a decisive input; not counted as in reach.",
    ),
    "analysis.both_to_verify": ("待核实（村 / 服务对象）", "to verify (villages / persons)"),
    "analysis.origin": (
        "研究：{study}；数据截止日期：{as_of}；路况：{condition}",
        "Study: {study}; data as of {as_of}; roads: {condition}",
    ),
    "analysis.equity_told": (
        "基尼系数0为人人相同，越大差距越大。未计入：无法到达或待核实的服务对象。",
        "Gini: 0 where all have the same, larger where they differ more. Left out: persons who cannot get there or are to be verified.",
    ),
    "analysis.farthest_at": ("{village}（{minutes} 分钟）", "{village} ({minutes} min)"),
    "analysis.clusters_told": (
        "同一片区任意两村之间，往、返单程均不超过 {within} 分钟。括号内为最远村到片区中心的时间；超过时限的，在中心设点仍不能覆盖该村。",
        "Villages of one group are at most {within} min apart, either way. In brackets: from the farthest village to the centre; where that is beyond the limit, a facility at the centre would not serve it.",
    ),
    "analysis.change_told": (
        "各因素按六种先后次序平均分摊，人数可能不是整数。",
        "The factors' shares are means over six orders and need not be whole.",
    ),
    "analysis.change_left_out": (
        "另有 {count} 个村（社区）因缺少数据未计入。",
        "Villages left out for lack of data: {count}.",
    ),
    "analysis.places_told": (
        "全部符合条件者均视为有需求，名额先给能使总路程最短的人。",
        "All eligible persons count as demand; places go where the total way is least.",
    ),
    "analysis.single": (
        "另有 {count} 个单独的村（社区），未列入。",
        "Villages that stand alone, not shown: {count}.",
    ),
    "analysis.demonstration_only": (
        "未覆盖村连片情况、村级与乡镇级结论对比等涉及具体乡镇（街道）、村（社区）的表由推算数据得出，仅作为方法演示写入 CSV 文件，此处不列示。",
        "Tables that name townships and villages (villages that could share a service, answers by village and by township) come from modelled data: they stand in the CSV files as a demonstration of the method, and are not shown here.",
    ),
    "analysis.minutes": ("平均单程（分钟）", "mean way (min)"),
    "analysis.of": ("指标", "of"),
    "analysis.gini": ("基尼系数", "Gini"),
    "analysis.between": ("乡镇间差异占比（泰尔指数）", "between townships (of Theil T)"),
    "analysis.left_out_persons": ("未计入（人）", "persons left out"),
    "analysis.cluster": ("片区", "group"),
    "analysis.centre": ("片区中心", "centre"),
    "analysis.farthest": ("最远村", "farthest"),
    "analysis.township": ("乡镇（街道）", "township"),
    "analysis.by_seat": ("按驻地", "by its seat"),
    "analysis.by_villages": ("按各村人数", "by its villages"),
    "analysis.flipped": ("结论不同的人数", "persons judged otherwise"),
    "analysis.part": ("构成", "part"),
    "analysis.of.minutes_nearest": ("最近机构单程时间", "minutes to the nearest"),
    "analysis.of.places_per_person_2sfca": ("人均名额（2SFCA）", "care places per person (2SFCA)"),
    "analysis.of.reached": ("是否在时限内", "in reach or not"),
    "analysis.verdict.yes": ("在时限内", "in reach"),
    "analysis.verdict.no": ("不在时限内", "not in reach"),
    "analysis.before.villages": (
        "两期研究的村（社区）名录不同（{count} 个不一致：{names}），不能分解变化。请先把上期的村代码换成本期的，再重新执行。",
        "The two studies do not have the same villages ({count} differ: {names}), so that the change cannot be split. Bring the codes of the earlier year up to date and run again.",
    ),
    "analysis.before.times": (
        "研究 {study} 没有到达时间，不能分解变化：{why}",
        "The study {study} has no travel times, so that the change cannot be split: {why}",
    ),
    "analysis.place.serves": (
        "增加1个名额可多安排 {count} 人，总路程增加 {minutes} 人·分钟",
        "one more care place serves {count} person more, at {minutes} more person-minutes",
    ),
    "analysis.place.serves_and_saves": (
        "增加1个名额可多安排 {count} 人，总路程减少 {minutes} 人·分钟",
        "one more care place serves {count} person more and saves {minutes} person-minutes",
    ),
    "analysis.place.saves": (
        "增加1个名额可节省 {minutes} 人·分钟",
        "one more care place saves {minutes} person-minutes",
    ),
    "analysis.place.nothing": ("增加名额没有效果", "one more care place changes nothing"),
    "analysis.more": ("其余 {count} 行见 {file}", "{count} more rows in {file}"),
    "analysis.written": (
        "已写入 {count} 个表：{folder}（各列含义见 dictionary.csv，说明见 notes.csv）",
        "Wrote {count} tables: {folder} (columns: dictionary.csv; what was left out: notes.csv)",
    ),
    "analysis.taken_away": (
        "文件夹中原有的缺口分析（gaps/）或布点方案（siting/）属于研究 {study} 或其旧数据，与本次结果不符，已移除；需要时请用 wushan-geo gaps、wushan-geo site 重新生成，或用 --out 另选文件夹。",
        "The gap analysis (gaps/) or the proposal of sites (siting/) that stood in the folder was of the study {study} with other inputs than these results, and was removed. Make it again with wushan-geo gaps or wushan-geo site, or keep studies apart with --out.",
    ),
    "analysis.beside_others": (
        "注意：同一文件夹中的报告、地图和 tables/ 属于研究 {study} 或其旧数据，与本次缺口分析不是同一套数据；请用 --out 另选文件夹。",
        "Mind: reports, maps and tables/ in the same folder are of the study {study} with other inputs than this gap analysis. Keep studies apart with --out.",
    ),
    "analysis.counted.all": ("持证残疾人", "certified persons"),
    "analysis.counted.eligible": ("服务对象", "eligible persons"),
    "analysis.caveat": (
        "可达性结果为分析参考，时限为分析假设，不作为考核结论；只计可确认提供服务并接收的机构。",
        "Reach is for reference: limits are assumptions, and only facilities that surely offer and admit are counted.",
    ),
}
