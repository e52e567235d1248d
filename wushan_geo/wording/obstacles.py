"""Why a siting request cannot be met: what stands in the way, and the least change that helps."""

TEXTS: dict[str, tuple[str, str]] = {
    "obstacles.none": (
        "按“{model}”测算，没有能满足全部要求的方案。",
        "No plan meets the request (model: {model}).",
    ),
    "obstacles.model.hierarchical": ("多级布点", "sites of several levels"),
    "obstacles.model.moved_plan": ("关停与迁移", "closing or moving sites"),
    "obstacles.model.services_mix": ("多项服务布点", "sites and the services they offer"),
    "obstacles.places": (
        "{count} 个村（社区）到不了任何已开放机构和可用备选点：{names}。",
        "Places that no existing site and no candidate can serve ({count}): {names}.",
    ),
    "obstacles.places_within": (
        "{count} 个村（社区）{within}到不了任何已开放机构和可用备选点：{names}。",
        "Places without any existing site or candidate {within} ({count}): {names}.",
    ),
    "obstacles.few_sites": (
        "{count} 个村（社区）{within}可到的已开放机构和可用备选点不足 {times} 处：{names}。",
        "Places with fewer than {times} existing sites and candidates {within} ({count}): {names}.",
    ),
    "obstacles.floors": (
        "下列最低覆盖率，即使可用备选点全部建成也达不到：{floors}。",
        "Floors that are not met even with every allowed candidate open: {floors}.",
    ),
    "obstacles.floor_most": (
        "{name}（要求 {floor}%，最高 {most}%）",
        "{name} ({floor} % asked for, {most} % possible)",
    ),
    "obstacles.conflict": (
        "以下要求不能同时满足（去掉其中任何一条，其余即可满足）：{demands}。",
        "These demands cannot be met together (without any one of them the others can): {demands}.",
    ),
    "obstacles.unmet": (
        "以下要求本身就无法满足：{demand}。",
        "This cannot be met even by itself: {demand}.",
    ),
    "obstacles.numbered": ("（{number}）{demand}", "({number}) {demand}"),
    "obstacles.smallest_limit": (
        "其他要求不变，时限至少要放宽到 {number}，才有方案。",
        "All else as asked, the smallest limit that works is {number}.",
    ),
    "obstacles.smallest_limits": (
        "其他要求不变，各类别的时限都不短于 {number}，才有方案。",
        "All else as asked, there is a plan once no group has a limit below {number}, and not before.",
    ),
    "obstacles.smallest_sites": (
        "其他要求不变，最少新设 {number} 处才有方案。",
        "All else as asked, the fewest new sites that work are {number}.",
    ),
    "obstacles.largest_sites": (
        "其他要求不变，最多只能新设 {number} 处。",
        "All else as asked, the most new sites that work are {number}.",
    ),
    "obstacles.no_sites": (
        "其他要求不变，一处也不能新设。",
        "All else as asked, no new site can be opened at all.",
    ),
    "obstacles.smallest_budget": (
        "其他要求不变，预算至少要 {number}，才有方案。",
        "All else as asked, the smallest budget that works is {number}.",
    ),
    "obstacles.largest_apart": (
        "其他要求不变，点位间距最多可定为 {number}。",
        "All else as asked, the largest distance between sites that works is {number}.",
    ),
    "obstacles.no_apart": (
        "其他要求不变，不设间距要求才有方案。",
        "All else as asked, there is a plan only if no distance between sites is asked for.",
    ),
    "obstacles.largest_share": (
        "其他要求不变，最多可覆盖 {number}% 的人。",
        "All else as asked, at most {number} % of the persons can be covered.",
    ),
    "obstacles.largest_served": (
        "其他要求不变，最多可为 {number}% 的人安排名额。",
        "All else as asked, at most {number} % of the persons can have a place.",
    ),
    "obstacles.largest_floor": (
        "其他要求不变，统一的最低覆盖率最高可定为 {number}%。",
        "All else as asked, the largest floor that works for all is {number} %.",
    ),
    "obstacles.largest_part": (
        "其他要求不变，各项最低覆盖率都按原要求的 {number}% 定，即有方案。",
        "All else as asked, there is a plan if every floor is lowered to {number} % of what was asked.",
    ),
    "obstacles.room": (
        "有 {persons} 人需要名额，而开放点位合计最多只有 {room} 个。",
        "{persons} persons need a place, but open sites can have room for no more than {room}.",
    ),
    "obstacles.short": (
        "{count} 个村（社区）可到点位的名额合计也不够本村人数：{names}。",
        "Places where all the room within reach is less than their own persons ({count}): {names}.",
    ),
    "obstacles.helping": (
        "若允许使用下列任一禁用点位，即有方案：{names}。",
        "There would be a plan if any one of these forbidden sites were allowed: {names}.",
    ),
    "obstacles.late": (
        "求解时间用完，原因没有查全。",
        "The time was over before all the reasons were worked out.",
    ),
    "obstacles.name": ("“{name}”", "{name}"),
    "obstacles.each": ("各", "each of "),
    "obstacles.km": ("公里", "km"),
    "obstacles.limit": ("单程 {limit}内", "within {limit} one way"),
    "obstacles.own_limit": ("在各自时限内", "within their own limits"),
    "obstacles.any_limit": ("时限内", "within the limit"),
    "obstacles.there": ("{name}（{there}）", "{name} ({there})"),
    "obstacles.both": ("{name}（{there}，{could}）", "{name} ({there}, {could})"),
    "obstacles.stands": ("已开放 {count} 处：{names}", "{count} open already: {names}"),
    "obstacles.stands_none": ("没有已开放机构", "none open already"),
    "obstacles.candidates": ("可用备选点 {count} 处：{names}", "{count} to choose from: {names}"),
    "obstacles.candidates_none": ("没有可用备选点", "none to choose from"),
    "obstacles.at_least": (
        "{subject}{each}至少开放 {number} 处",
        "at least {number} open sites in {each}{subject}",
    ),
    "obstacles.at_most": (
        "{subject}{each}最多开放 {number} 处",
        "at most {number} open sites in {each}{subject}",
    ),
    "obstacles.apart": (
        "任两处开放点位相距不小于 {number}，而下列各对相距不足：{subject}",
        "open sites at least {number} from each other, which these are not: {subject}",
    ),
    "obstacles.pair": ("{one}与{other}", "{one} and {other}"),
    "obstacles.pair_existing": ("{one}与已开放的{other}", "{one} and {other} (open already)"),
    "obstacles.required": ("必须新设{subject}", "required: {subject}"),
    "obstacles.forbidden": ("不得使用{subject}", "forbidden: {subject}"),
    "obstacles.most_sites": ("新设不超过 {number} 处", "at most {number} new sites"),
    "obstacles.closings": (
        "现有机构关停不超过 {number} 处",
        "at most {number} existing sites closed",
    ),
    "obstacles.kept": (
        "现在时限内的人都不出时限",
        "everybody who is within the limit today stays so",
    ),
    "obstacles.no_new": ("不新设点位", "no new sites"),
    "obstacles.fewest_sites": ("新设不少于 {number} 处", "at least {number} new sites"),
    "obstacles.budget": ("预算不超过 {number}", "a budget of {number}"),
    "obstacles.within": (
        "{subject}{each}须在单程 {number}内有开放点位",
        "an open site within {number} of {each}{subject}",
    ),
    "obstacles.reached": (
        "{subject}{each}须有可到的开放点位",
        "an open site that can be reached from {each}{subject}",
    ),
    "obstacles.times": (
        "{subject}{each}须在{within}有 {number} 处开放点位",
        "{number} open sites {within} of {each}{subject}",
    ),
    "obstacles.share": (
        "{within}至少覆盖 {number}% 的人",
        "at least {number} % of the persons covered {within}",
    ),
    "obstacles.share_of_places": (
        "{within}至少覆盖 {number}% 的村（社区）",
        "at least {number} % of the places covered {within}",
    ),
    "obstacles.floor": (
        "{subject}的覆盖率{each}不低于 {number}%（{within}）",
        "at least {number} % of the persons of {each}{subject} covered {within}",
    ),
    "obstacles.everybody": ("{number} 人都有名额", "room for all {number} persons"),
    "obstacles.capacity": ("各点位的名额不得突破", "the capacities of the sites"),
}
