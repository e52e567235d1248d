"""Words of the scoreboard: reasons, remedies, and what the findings say."""

TEXTS: dict[str, tuple[str, str]] = {
    "reason.facility_open": ("有运行机构：{names}", "open: {names}"),
    "reason.facility_planned": (
        "仅有规划机构，尚未运行：{names}",
        "only planned, not yet open: {names}",
    ),
    "reason.facility_unknown": ("机构运行状态不详：{names}", "not known whether open: {names}"),
    "reason.no_facility": ("设施名录中无运行机构", "no open facility in the register"),
    "reason.facilities_missing": ("缺设施台账", "the register of facilities is lacking"),
    "reason.facilities_partial": (
        "设施名录不完整，不能据此认定没有机构",
        "the register of facilities is not complete: that none is listed proves nothing",
    ),
    "reason.service_delivered": (
        "评定期内已开展：{services}（最近一次 {last}）",
        "delivered within the period: {services} (last on {last})",
    ),
    "reason.service_undated": (
        "已开展但缺日期：{services}",
        "delivered, date not known: {services}",
    ),
    "reason.service_old": (
        "最近一次服务为 {last}，超出 {days} 天评定期",
        "last delivered on {last}, more than {days} days ago",
    ),
    "reason.service_later": (
        "登记的服务日期 {last} 晚于数据截止日，不计入",
        "recorded for {last}, after the cut-off date: not counted",
    ),
    "reason.service_planned": ("仅计划开展：{services}", "only planned: {services}"),
    "reason.service_unknown": ("服务开展情况不详：{services}", "not known: {services}"),
    "reason.no_service": ("登记为未开展任何服务", "recorded as none"),
    "reason.services_missing": ("缺村级服务台账", "the register of village services is lacking"),
    "reason.services_partial": (
        "村级服务台账不完整，不能据此认定未开展",
        "the register of village services is not complete: no record proves nothing",
    ),
    "reason.share": (
        "已开展 {have} 个，至少需 {need} 个（共 {total} 个的 {target}），另有 {unclear} 个不详",
        "{have} have it, at least {need} are needed ({target} of {total}), {unclear} are not known",
    ),
    "reason.kind_open": ("已运行：{names}", "open: {names}"),
    "reason.kind_planned": ("尚在规划：{names}", "still planned: {names}"),
    "reason.kind_planned_only": (
        "仅见于规划文本（{names}），缺建成运行情况数据",
        "known only from the plan ({names}); whether it has opened is not known",
    ),
    "reason.no_kind": ("设施名录中无此类机构", "no such facility in the register"),
    "reason.indicator_value": (
        "实际 {value}{unit}，目标{operator}{target}{unit}",
        "value {value}{unit}, target {operator}{target}{unit}",
    ),
    "reason.indicator_missing": ("缺实际完成值", "no observed value"),
    "reason.denominator_missing": (
        "缺统计分母（{denominator}）",
        "no official denominator ({denominator})",
    ),
    "reason.denominator_zero": (
        "统计分母为 0，无法计算比率",
        "the denominator is 0, so there is no rate",
    ),
    "reason.tracks": (
        "须比较两项增速并明确允许偏差，缺数据",
        "two growth rates within a stated tolerance would be needed",
    ),
    "reason.modelled": (
        "主要数据系推算或虚构，暂无法评定；演示依据：{reason}",
        "decisive data are modelled, so no verdict; for demonstration: {reason}",
    ),
    "reason.reach": (
        "{limit} 分钟内可到达：{places}/{total_places} 个村（社区），{persons}/{total_persons} 人{range}{unclear}；其他时限：{others}",
        "within {limit} min: {places} of {total_places} villages, {persons} of {total_persons} persons{range}{unclear}; at other limits: {others}",
    ),
    "reason.reach.other": (
        "{limit} 分钟 {places} 个、{persons} 人",
        "{limit} min: {places} villages, {persons} persons",
    ),
    "reason.reach.unclear": (
        "，另有 {places} 个、{persons} 人待核实",
        ", besides {places} villages with {persons} persons to be verified",
    ),
    "reason.reach.range": (
        "（按道路取值区间为 {low}～{high} 个、{fewer}～{more} 人）",
        " ({low} to {high} villages, {fewer} to {more} persons over the range of the roads)",
    ),
    "reason.reach_unknown": (
        "缺到达时间或设施数据，不作分析",
        "travel times or facilities are lacking: not analysed",
    ),
    "indicator.unit.%": ("%", " %"),
    "indicator.unit.person-time": ("人次", " person-times"),
    "indicator.unit.household": ("户", " households"),
    "operator.>=": ("≥", "≥ "),
    "operator.>": (">", "> "),
    "operator.tracks": ("基本同步", "in step with "),
    "remedy.none": ("", ""),
    "remedy.build": ("在“{name}”增设机构", "open a facility at {name}"),
    "remedy.finish": ("推动“{name}”建成运行", "complete and open {name}"),
    "remedy.share": (
        "本乡镇（街道）无备选点，与“{name}”片区联建",
        "no candidate in the township: share {name}",
    ),
    "remedy.establish": (
        "筹建此类机构（名录中尚无备选点）",
        "establish one (no candidate is listed yet)",
    ),
    "remedy.verify": (
        "核实“{name}”的运行状态和服务内容",
        "verify whether {name} is open and what it offers",
    ),
    "remedy.outreach": ("由“{name}”开展上门（巡回）服务", "outreach from {name}"),
    "remedy.start_planned": ("落实计划中的{services}", "start what is planned: {services}"),
    "remedy.start_any": (
        "就地开展其中任何一项：{services}",
        "start one of these in the village itself: {services}",
    ),
    "remedy.renew": ("恢复{services}", "resume {services}"),
    "remedy.record": ("核实并补录服务记录", "verify and record the services"),
    "remedy.facilities_data": ("补报设施台账", "supply the register of facilities"),
    "remedy.services_data": ("补报村级服务台账", "supply the register of village services"),
    "remedy.indicator_data": (
        "补报实际完成值及统计分母",
        "supply the observed value and its denominator",
    ),
    "remedy.townships": ("再推动 {count} 个乡镇（街道）开展", "start it in {count} more townships"),
    "remedy.site": (
        "在“{name}”布点可使 {persons} 人进入时限",
        "a site at {name} brings {persons} persons within the limit",
    ),
    "remedy.no_site": (
        "现有备选点均不能使其进入时限（布点无法解决），宜改善道路或上门服务",
        "no candidate brings anyone within the limit: roads or outreach are needed",
    ),
    "finding.township_promise": (
        "乡乡有设施（机构）：{total} 个乡镇（街道）中达标 {passed} 个、未达标 {failed} 个、暂无法评定 {unclear} 个。",
        "A facility in every township: of {total} townships {passed} pass, {failed} fail, {unclear} cannot be assessed.",
    ),
    "finding.village_promise": (
        "村村有服务内容：{total} 个村（社区）中达标 {passed} 个、未达标 {failed} 个、暂无法评定 {unclear} 个。",
        "Service content in every village: of {total} villages {passed} pass, {failed} fail, {unclear} cannot be assessed.",
    ),
    "finding.demonstration.township_promise": (
        "演示结果——乡乡有设施（机构）：{total} 个乡镇（街道）中，有设施（机构）的 {passed} 个，没有的 {failed} 个，不详的 {unclear} 个；没有设施（机构）的乡镇（街道）共有持证残疾人 {persons} 人。",
        "Demonstration: of {total} townships {passed} have a facility, {failed} have none, {unclear} are not known; {persons} certified persons live in those without.",
    ),
    "finding.demonstration.village_promise": (
        "演示结果——村村有服务内容：{total} 个村（社区）中，有服务的 {passed} 个，没有的 {failed} 个，不详的 {unclear} 个；没有服务的村（社区）共有持证残疾人 {persons} 人。",
        "Demonstration: of {total} villages {passed} have a service, {failed} have none, {unclear} are not known; {persons} certified persons live in those without.",
    ),
    "finding.demonstration": ("演示结果——{text}", "Demonstration: {text}"),
    "finding.scenario": ("情景测算——{text}", "Scenario: {text}"),
    "finding.failed_units": ("未达标：{names}。", "Not passed: {names}."),
    "finding.demonstration.failed_units": (
        "演示结果——无运行机构的乡镇（街道）：{names}。",
        "Demonstration, townships without an open facility: {names}.",
    ),
    "finding.reach": (
        "{service}（{limit} 分钟内）：{places}/{total_places} 个村（社区）、{persons}/{total_persons} 名持证残疾人可到达接收机构{range}{unclear}；{others}。",
        "Within {limit} min of {service}: {places} of {total_places} villages and {persons} of {total_persons} certified persons reach a facility that admits them{range}{unclear}; {others}.",
    ),
    "finding.next_site": (
        "下一处布点：{name}（{township}），可新增覆盖符合条件的服务对象 {persons} 人、村（社区）{places} 个（{limit} 分钟内）{unclear}。",
        "Next site: {name} ({township}). It brings {persons} more eligible persons and {places} more villages within {limit} min{unclear}.",
    ),
    "finding.next_site.unclear": (
        "；其中 {places} 个、{persons} 人目前待核实，核实后或不需新增",
        "; {places} of these villages with {persons} persons are to be verified today and may need no new site",
    ),
    "finding.no_next_site": (
        "{limit} 分钟内，现有备选点均不能新增覆盖符合条件的服务对象。",
        "Within {limit} min no candidate brings any more eligible persons.",
    ),
    "finding.plan.uncounted": (
        "（{places} 个村（社区）无人数，按 0 人计）",
        " ({places} without a count weigh 0 persons)",
    ),
    "finding.ceiling.border": (
        "，其中 {places} 个可能由县外机构就近服务",
        ", {places} of which could be served from beyond the county",
    ),
    "finding.plan": (
        "新增 {sites} 处：{limit} 分钟内覆盖符合条件的服务对象 {persons}/{total_persons} 人、村（社区）{places}/{total_places} 个{range}{uncounted}；布点：{names}。",
        "{sites} new sites: {persons} of {total_persons} eligible persons in {places} of {total_places} villages within {limit} min{range}{uncounted}; at {names}.",
    ),
    "finding.ceiling": (
        "布点无法解决的缺口：即使启用全部 {candidates} 个备选点，{limit} 分钟内仍有符合条件的服务对象 {persons} 人、村（社区）{places} 个不能到达{range}{border}。",
        "What no site fixes: with all {candidates} candidates open, {persons} eligible persons in {places} villages stay beyond {limit} min{range}{border}.",
    ),
    "finding.depends": (
        "{service}（{limit} 分钟）：{places} 个村（社区）、{persons} 名持证残疾人的分类取决于道路取值，用实测路网后再定。",
        "Not firm, {service} ({limit} min): villages whose class depends on the roads assumed: {places}, with {persons} certified persons; settle it with a surveyed network.",
    ),
    "finding.condition": (
        "{condition}路况下，平时 {limit} 分钟内可到达“{service}”而届时不能到达的：{places} 个村（社区）、{persons} 名持证残疾人。",
        "In the condition {condition}, no longer within {limit} min of {service} though on ordinary roads: {places} villages, {persons} certified persons.",
    ),
    "finding.detour": (
        "没有路网，时间按直线距离乘绕行系数 {central}（区间 {low}～{high}）推算，{basis}；河流和山体未计入。",
        "Without a road network times are straight lines times a detour factor of {central} ({low} to {high}), {basis}; rivers and ridges are not looked at.",
    ),
    "finding.detour.pairs": (
        "由 {pairs} 个已知公路里程估算",
        "estimated from {pairs} known road distances",
    ),
    "finding.detour.interval": (
        "绕行系数之外，另按研究文件的区间（travel.interval，{roads}）折算，实际采用 {central}（{low}～{high}）{too_low}；两个区间如出自同一批里程，不确定性重复计算，请将 travel.interval 改为 1。",
        "Beside the detour factor the interval of the study file (travel.interval, {roads}) is applied, so that {central} ({low} to {high}) is used{too_low}; if both come from the same road distances the doubt is counted twice: set travel.interval to 1.",
    ),
    "finding.detour.span": ("{low}～{high}", "{low} to {high}"),
    "finding.detour.below": (
        "，低值不足 1，即比直线还短，不合实际",
        ", the lowest being shorter than the straight line, which cannot be",
    ),
    "finding.idle": (
        "研究文件中的 {settings} 在现用算法（{engine}）中不起作用，到达时间未计这些设定。",
        "Settings of the study file that do nothing with the travel engine chosen ({engine}), so that no time heeds them: {settings}.",
    ),
    "finding.detour.stated": ("由研究文件给定", "stated in the study file"),
    "finding.unreachable.given": (
        "{service}：{places} 个村（社区）、{persons} 名持证残疾人在 {known} 分钟内不能到达任何接收机构（到达时间表只列到该时限）。",
        "Not within {known} min of {service}: {places} villages with {persons} certified persons (the table of travel times lists pairs up to there only).",
    ),
    "finding.unreachable": (
        "{service}：{places} 个村（社区）、{persons} 名持证残疾人无法到达任何接收机构。",
        "Cut off, {service}: villages that cannot reach any facility that admits them: {places}, with {persons} certified persons.",
    ),
    "finding.border": (
        "{service}（{limit} 分钟）：{places} 个村（社区）、{persons} 名持证残疾人可能由县外机构就近服务，县外机构和道路资料尚未录入。",
        "Border, {service} ({limit} min): villages that could be served from beyond the county: {places}, with {persons} certified persons; what lies there is not entered yet.",
    ),
    "finding.unknown_class": (
        "{service}（{limit} 分钟）：{places} 个村（社区）、{persons} 名持证残疾人待核实。",
        "To verify, {service} ({limit} min): villages that cannot be classed yet: {places}, with {persons} certified persons.",
    ),
    "finding.persons_missing": (
        "{group}：{places} 个村（社区）无数据，合计为已知部分：{names}。",
        "No data on {group} for {places} village(s): {names}. Totals are of what is known.",
    ),
    "finding.counted": ("{services}：{text}。", "Whom {services} count: {text}."),
    "finding.counted.at_home": (
        "服务对象只计在家居住的人",
        "eligible persons who live at home",
    ),
    "finding.counted.partly": (
        "服务对象只计在家居住的人，缺居住状况数据的村（社区）按登记人数计",
        "eligible persons who live at home; all who are registered in villages where it is not known where they live",
    ),
    "finding.counted.registered": (
        "缺居住状况数据，服务对象按登记人数计，外出和在机构居住的人也计入",
        "all eligible persons who are registered, those away or in institutions among them, for it is not known where they live",
    ),
    "finding.counted.all": (
        "研究文件未指明服务对象，按全部持证残疾人的登记人数计，不论居住何处",
        "all certified persons who are registered, wherever they live, for the study names no group of their own",
    ),
    "finding.missing_table": ("缺数据：{what}。", "Lacking: {what}."),
    "finding.not_assessed": (
        "已评定 {assessed}/{total} 个乡镇（街道）。",
        "{assessed} of {total} townships assessed.",
    ),
    "finding.parts": (
        "路网有 {parts} 个互不连通的部分，涉及村（社区）：{names}。",
        "The road network has {parts} parts that do not connect; they carry {names}.",
    ),
    "finding.grade_unknown": (
        "{profile}出行：可通行道路中 {share}% 的长度坡度不详，按平路计算，未核对是否超过 {limit}% 的坡度上限，到达时间偏乐观。",
        "Travel profile {profile}: {share} % of the length of the roads open to it has no known slope and counts as flat; whether it is steeper than the limit of {limit} % was not checked, and the times are optimistic.",
    ),
    "finding.profiles": (
        "{service}（{limit} 分钟内）按出行方式，可到达接收机构（或机构人员可上门）的村（社区）：{parts}。",
        "{service} ({limit} min), villages within the limit by way of travelling: {parts}.",
    ),
    "finding.profiles.part": (
        "{name}的 {places}/{known} 个{unclear}",
        "{name} {places} of {known}{unclear}",
    ),
    "finding.profiles.unclear": (
        "（另有 {places} 个待核实）",
        " (besides {places} to be verified)",
    ),
    "finding.snap": (
        "有 {places} 个村（社区）点位距路网超过 {metres} 米，接驳时间已计入。",
        "{places} village points lie more than {metres} m from the network; the way there is charged.",
    ),
    "finding.no_point": (
        "有 {places} 个村（社区）或机构缺点位，或不在地形栅格可通行处，无法计算到达时间：{names}。",
        "No travel times without a point, or off the land that can be walked: {places} ({names}).",
    ),
    "finding.no_travel_engine": (
        "未计算到达时间：缺路网或村（社区）点位，可达性不作分析。",
        "No travel times: there is no road network, so reach is not analysed.",
    ),
    "finding.no_travel": ("未计算到达时间：{reasons}。", "No travel times: {reasons}."),
    "table.facilities": ("设施台账", "register of facilities"),
    "table.persons": ("持证残疾人数（分村、分类别）", "certified persons by village and group"),
    "table.services": ("村级服务台账", "register of village services"),
    "table.roads": ("路网", "road network"),
    "table.villages": ("村（社区）点位和界线", "points and borders of villages"),
    "table.indicators": ("指标实际完成值及分母", "observed indicator values with denominators"),
    "table.eligibility": ("服务对象条件表", "table of who each service is for"),
    "units.more": ("等 {count} 个", " and others, {count} in all"),
    "setting.as_written": ("study.toml 中的设定", "as set in study.toml"),
    "list.separator": ("、", ", "),
    "names.separator": ("、", "; "),
    "clause.separator": ("；", "; "),
}
