"""Texts on travel times: conditions, crossings, profiles, detours, matrices from elsewhere."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # Conditions: what closes and slows roads, and what is taken for granted.
    "condition.closed": (
        "{condition}路况下封闭 {count} 个路段（{reason}）。",
        "Condition {condition}: road edges closed, {count} ({reason}).",
    ),
    "condition.slowed": (
        "{condition}路况下减速 {count} 个路段（{reason}）。",
        "Condition {condition}: road edges slowed, {count} ({reason}).",
    ),
    "condition.quicker": (
        "{condition}路况下提速 {count} 个路段（{reason}），请核对系数。",
        "Condition {condition}: road edges made faster, {count} ({reason}); check the factors.",
    ),
    "condition.waiting": (
        "{condition}路况下 {count} 个轮渡路段计候渡时间 {wait} 分钟（班次间隔的一半，每上船一次计一次）。",
        "Condition {condition}: ferry edges with a wait, {count}, {wait} min (half the headway, each time that one gets on).",
    ),
    "condition.waiting.between": ("{low}～{high}", "{low}–{high}"),
    "condition.by.edge": ("设定中列出的路段", "edges named in the settings"),
    "condition.by.class": ("设定中列出的道路等级", "road classes named in the settings"),
    "condition.by.crossing": ("设定中列出的桥渡", "crossings named in the settings"),
    "condition.by.ferries": ("轮渡停航", "no ferry runs"),
    "condition.by.not_yet_open": ("桥渡尚未开通", "crossings not yet open"),
    "condition.by.closure": ("桥渡停航或封闭期间", "crossings within a closure"),
    "condition.by.hours": (
        "出发时刻桥渡不运行",
        "crossings that do not run at the time of departure",
    ),
    "condition.slow.class": ("按道路等级系数", "by the factor of their class"),
    "condition.slow.elevation": ("高于分界海拔", "above the line of elevation"),
    "condition.assumed.opened_unknown": (
        "开通时间不详，按已开通计：{crossings}。",
        "When they were opened is not known, they count as open: {crossings}.",
    ),
    "condition.assumed.opened_about": (
        "开通时间只到年或月，截止日前后不明，按已开通计：{crossings}。",
        "Opened in the year or month of the cut-off date, they count as open: {crossings}.",
    ),
    "condition.assumed.hours_unasked": (
        "有运营时间但未设出发时刻，按运行计：{crossings}。",
        "They have hours of service but the study states no departure, they count as running: {crossings}.",
    ),
    "condition.assumed.hours_unknown": (
        "设有出发时刻但运营时间不详，按运行计：{crossings}。",
        "The study states a departure but their hours of service are not known, they count as running: {crossings}.",
    ),
    "condition.assumed.headway_unknown": (
        "班次间隔不详，未计候渡时间：{crossings}。",
        "Their headway is not known, no wait is charged: {crossings}.",
    ),
    "condition.lacking.headway_unknown": (
        "{edges} 个轮渡路段未注明渡口，未计候渡时间。",
        "Ferry edges that name no crossing, so that no wait is charged: {edges}.",
    ),
    "condition.lacking.elevation_unknown": (
        "{condition}路况下 {edges} 个路段的端点海拔不详，按不高于分界海拔计。",
        "Condition {condition}: road edges with an end of unknown elevation, counted as not above the line, {edges}.",
    ),
    # Crossings: bridges and ferries with their times.
    "rule.crossing_opened": (
        "应为年、年月或日期",
        "is a year, a month or a date",
    ),
    "hint.crossing_opened": (
        "例如 2009、2009-10 或 2009-10-01；不清楚时留空。",
        "Such as 2009, 2009-10 or 2009-10-01; leave it empty if it is not known.",
    ),
    "rule.crossing_hours": (
        "应为一天中的时段",
        "is one or more spans of the day",
    ),
    "hint.crossing_hours": (
        "例如 06:00-18:00、06:00-12:00;14:00-18:00、22:00-06:00 或 24h；不清楚时留空。",
        "Such as 06:00-18:00, 06:00-12:00;14:00-18:00, 22:00-06:00 or 24h; leave it empty if it is not known.",
    ),
    "rule.crossing_closures": (
        "应为日期、起止日期或 flood、snow",
        "is dates, ranges of dates, or flood or snow",
    ),
    "hint.crossing_closures": (
        "例如 2025-07-01/2025-08-31、每年的 07-01/08-31；汛期封闭（停航）写 flood，冰雪封闭写 snow；多项用分号隔开。不封闭的留空，不写文字说明。",
        "Such as 2025-07-01/2025-08-31, 07-01/08-31 for every year; closed in floods is flood, closed in snow and ice is snow; several are joined by semicolons. Leave it empty where it is not closed.",
    ),
    # Profiles: how persons travel, known pairs of road distances, times from elsewhere.
    "profile.walker": ("独立步行", "independent walker"),
    "profile.wheelchair": ("轮椅", "wheelchair"),
    "profile.escorted": ("陪护出行", "escorted"),
    "profile.vehicle": ("乘车（需协助上下车）", "vehicle, with help to board"),
    "profile.bedbound": ("卧床（上门服务）", "bed-bound, visited at home"),
    "hint.pairs_exists": ("请核对路径和文件名。", "Look at the path and the name."),
    "rule.pairs_sheet": (
        "应只有一个工作表含起点、终点、时间三列",
        "has one sheet with the three columns",
    ),
    "hint.pairs_sheet": (
        "请在文件名后用 # 注明工作表。",
        "Name the sheet after the file, parted by #.",
    ),
    "rule.pairs_header": ("三列列名应在同一行", "has the three headers in one row"),
    "hint.pairs_header": (
        "请把列名放在同一行，并列在数据之上。",
        "Put the headers into one row above the data.",
    ),
    "hint.pairs_column": (
        "第一行有：{known}。请更正列名，或在设置中注明列名。",
        "The first row has: {known}. Correct the header, or say what it is called.",
    ),
    "rule.pairs_id": ("应为以文本保存的编号", "is an id, kept as text"),
    "hint.pairs_id": (
        "Excel 可能已把编号当成数字：请将该列设为文本，重新取得编号。",
        "Excel may have taken it for a number: format the column as text and take the ids again.",
    ),
    "rule.pairs_cost": (
        "应为不小于 0 的数字，或 inf（无法到达）",
        "is a number of at least 0, or inf (no way)",
    ),
    "hint.pairs_cost": (
        "请只填数字，不带单位；无法到达时填 inf。",
        "Write a plain number without a unit, and inf where there is no way.",
    ),
    "rule.pairs_known": ("应为列明的起点或终点之一", "is one of the ids asked for"),
    "hint.pairs_known": (
        "请核对编号（可能丢失了首位的 0），或删除这些行。",
        "Look at the id (Excel may have dropped a zero), or take its rows out.",
    ),
    "rule.pairs_place": ("应至少有一行", "has at least one row"),
    "hint.pairs_place": (
        "请补充该地点的各行：无法到达填 inf；如只列出一定时限以内的，请注明该时限。",
        "Add its rows, inf where there is no way; or state the limit beyond which pairs were left out.",
    ),
    "rule.pairs_all": (
        "每对起点和终点均应有一行（缺 {count} 对）",
        "has a row for every pair (missing: {count})",
    ),
    "hint.pairs_all": (
        "请补充：无法到达填 inf；如只列出一定时限以内的，请注明该时限。",
        "Add them, inf where there is no way; or state the limit beyond which pairs were left out.",
    ),
    "rule.detour_apart": (
        "起点和终点应有坐标，且为两个地点",
        "starts and ends at two places with coordinates",
    ),
    "hint.detour_apart": (
        "请更正坐标，或在 used 栏填 no。",
        "Correct the coordinates, or write no under used.",
    ),
    "rule.detour_longer": (
        "公路里程应不短于直线距离（{straight} 公里）",
        "is no shorter than the straight line ({straight} km)",
    ),
    "hint.detour_longer": (
        "请核对里程和坐标；如里程存疑，请在 used 栏填 no。",
        "Check the length and the points; write no under used where the length is in doubt.",
    ),
    "rule.detour_most": (
        "公路里程应不超过直线距离（{straight} 公里）的 {most} 倍",
        "is at most {most} times the straight line ({straight} km)",
    ),
    "hint.detour_most": (
        "单位为公里，请核对：可能按米填写，或坐标有误；确属如此的，请在 used 栏填 no。",
        "It is in kilometres: look whether metres were typed, or a point is wrong; write no under used where it is so indeed.",
    ),
    "rule.detour_once": (
        "同样两个地点（不分起点、终点）应只用一次（现有 {first} 公里和 {second} 公里两条）",
        "are two places used once, whichever is the start (there are {first} km and {second} km)",
    ),
    "hint.detour_once": (
        "请只用核实的一条，另一条在 used 栏填 no。",
        "Use the one that has been verified, and write no under used for the other.",
    ),
    "rule.detour_stated": (
        "应写明绕行系数，或注明由已知里程估算",
        "states the detour factor, or that it is estimated from known distances",
    ),
    "hint.detour_stated": (
        "请填写 low、central、high 三项，或写 from_pairs = true。",
        "Write low, central and high, or from_pairs = true.",
    ),
    "rule.detour_pairs": (
        "至少应有 {least} 对可用的公路里程",
        "has at least {least} pairs to use",
    ),
    "hint.detour_pairs": (
        "请补充已知里程的地点对，或在 [travel.detour] 中直接填写 low、central、high。",
        "Add pairs with a known length, or state low, central and high under [travel.detour].",
    ),
    # Numbers that nobody can mean (study/bounds.py).
    "rule.number_within": (
        "应在 {low} 至 {high} 之间",
        "is a number from {low} to {high}",
    ),
    "hint.speed_unit": (
        "单位为公里/小时，请核对：可能单位不同，或多写了位数；不详时留空。",
        "It is in km/h: look for another unit or a digit too many, and leave it out if it is not known.",
    ),
    "hint.minutes_unit": (
        "单位为分钟，请核对：可能是秒，或用大数表示“没有”。",
        "It is in minutes: look whether it is in seconds, or a large number that stands for none.",
    ),
    "hint.factor_unit": (
        "系数为倍数，请核对：50% 写作 0.5。",
        "It is a multiplier: 50 % is written 0.5.",
    ),
    "hint.grade_unit": (
        "坡度为高差与水平距离之比，请核对：8% 写作 0.08。",
        "It is rise / run: 8 % is written 0.08.",
    ),
    "rule.pairs_most": (
        "应不大于 {most} {unit}（共 {count} 对超出）",
        "is at most {most} {unit} (pairs above it: {count})",
    ),
    "hint.pairs_most": (
        "请核对单位；如该数表示无法到达，请改为 inf。",
        "Check the unit; if the number stands for no way, write inf.",
    ),
    "rule.given_pace": (
        "应与距离相符：该对直线 {km} 公里用 {cost} {unit}，即每小时 {kmh} 公里，为相距 {apart} 公里以上各对的中位数，应在 {low} 至 {high} 之间",
        "fits the distance: {km} km along the straight line in {cost} {unit}, or {kmh} km/h, is the median of the pairs over {apart} km apart, and should lie between {low} and {high}",
    ),
    "hint.given_pace": (
        "请核对时间单位：[travel.matrix] 的 unit 现为 {unit}；单位无误的，请核对编号和点位坐标。",
        "Check the unit of the times: unit under [travel.matrix] is {unit}. If it is right, check the ids and the points.",
    ),
    "rule.given_reach": (
        "到达时间表应完整到各项时限以上（按区间低值折算只完整到 {known} 分钟；超出的时限：{limits}）",
        "is at least as far as the limits that are looked at (at the low factor of the interval the file is complete up to {known} min; limits beyond it: {limits})",
    ),
    "hint.given_reach": (
        "请提供完整到 {least} {unit} 以上的到达时间，或减小这些时限；文件已列出全部各对的，请删去 limit。",
        "Give times that are complete up to {least} {unit}, or lower these limits; where every pair is in the file, take limit out.",
    ),
    "rule.idle_settings": (
        "用 engine = “{engine}” 时不起作用",
        'does nothing with engine = "{engine}"',
    ),
    "hint.idle_settings": (
        "可以保留；要使其起作用，请改用相应的 engine。",
        "It may stay; for it to bear on the times, choose an engine that heeds it.",
    ),
    # Settings against data (study/closing.py).
    "rule.closed_edge": ("应为路网中的路段编号", "is an edge of the road network"),
    "rule.closed_crossing": (
        "应为桥梁渡口表或路网中的编号",
        "is a crossing of the crossing table or of the road network",
    ),
    # Why there are no times.
    "travel.obstacle.engine": (
        "研究文件未选择计算方式（travel.engine 为 none）",
        'the study names no travel engine (travel.engine = "none")',
    ),
    "travel.obstacle.detour": (
        "缺直线速度或绕行系数（travel.straight_speed_kmh、travel.detour）",
        "the study lacks travel.straight_speed_kmh or travel.detour",
    ),
    "travel.obstacle.pairs": (
        "缺已知公路里程（表 road_distances），无法估算绕行系数",
        "the study has no known road distances (table road_distances) to estimate the detour from",
    ),
    "travel.obstacle.roads": (
        "缺路网（表 roads，或 road_nodes 和 road_edges）",
        "the study has no road network (table roads, or road_nodes and road_edges)",
    ),
    "travel.obstacle.times": (
        "缺其他工具算好的到达时间（表 travel_times）",
        "the study has no times from elsewhere (table travel_times)",
    ),
    "travel.obstacle.terrain": (
        "缺高程栅格（travel.terrain.elevation）",
        "the study has no elevation raster (travel.terrain.elevation)",
    ),
    "travel.obstacle.villages": ("没有村（社区）点位", "no village has a demand point"),
    "travel.obstacle.facilities": ("没有机构点位", "no facility has a point"),
    "travel.obstacle.shape": (
        "需计村内路程，但 {names} 没有界线（请补界线，或去掉 travel.within_village）",
        "the way within the village is to be charged, but {names} have no shape to take it from (give the shapes, or take out travel.within_village)",
    ),
    "rule.times_read": (
        "须用 engine = “matrix” 并写明 [travel.matrix] 才会读取",
        'is read with engine = "matrix" and a section [travel.matrix] only',
    ),
    "hint.times_read": (
        "请改 [travel] 的 engine 并写明单位和列名，或去掉这一行。",
        "Change engine in [travel] and state unit and columns, or take the line out.",
    ),
}
