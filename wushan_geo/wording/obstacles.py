"""Why a siting request cannot be met: what stands in the way, and the least change that helps."""

TEXTS: dict[str, tuple[str, str]] = {
    "obstacles.none": (
        "模型“{model}”没有满足全部要求的方案。",
        "No plan of {model} meets the request.",
    ),
    "obstacles.places": (
        "{count} 个村（社区）没有任何可用点位能够到达：{names}。",
        "No candidate or existing site can serve {count} places: {names}.",
    ),
    "obstacles.conflict": (
        "以下要求不能同时满足（去掉其中任何一条，其余即可满足）：{demands}。",
        "These demands cannot be met together (without any one of them the others can): {demands}.",
    ),
    "obstacles.smallest_limit": (
        "其他要求不变，限值放宽到 {number} 即有方案；再小则没有。",
        "All else as asked, the smallest limit that works is {number}.",
    ),
    "obstacles.smallest_sites": (
        "其他要求不变，最少新设 {number} 处才有方案。",
        "All else as asked, the fewest new sites that work are {number}.",
    ),
    "obstacles.largest_sites": (
        "其他要求不变，最多新设 {number} 处仍有方案。",
        "All else as asked, the most new sites that work are {number}.",
    ),
    "obstacles.smallest_budget": (
        "其他要求不变，最少需要预算 {number}。",
        "All else as asked, the smallest budget that works is {number}.",
    ),
    "obstacles.largest_share": (
        "其他要求不变，最多可覆盖 {number}% 的人。",
        "All else as asked, at most {number} % of the persons can be covered.",
    ),
    "obstacles.room": (
        "需要服务 {persons} 人，而开放点位最多只有 {room} 个名额。",
        "{persons} persons need a place, but open sites can have room for no more than {room}.",
    ),
    "obstacles.short": (
        "{count} 个村（社区）可到达的全部名额少于本地人数：{names}。",
        "For {count} places all the room within reach is less than their own persons: {names}.",
    ),
    "obstacles.helping": (
        "若允许使用下列任一禁用点位，即有方案：{names}。",
        "There would be a plan if any one of these forbidden sites were allowed: {names}.",
    ),
    "obstacles.late": (
        "时间用完，原因没有查全。",
        "The time was over before all the reasons were worked out.",
    ),
    "obstacles.at_least": (
        "“{subject}”至少开放 {number} 处",
        "at least {number} open sites in {subject}",
    ),
    "obstacles.at_most": (
        "“{subject}”最多开放 {number} 处",
        "at most {number} open sites in {subject}",
    ),
    "obstacles.apart": (
        "“{subject}”相距不足 {number}，不能同时开放",
        "{subject} are nearer than {number} to each other",
    ),
    "obstacles.apart_existing": (
        "“{subject}”相距不足 {number}，而后者已开放",
        "{subject} (existing) are nearer than {number} to each other",
    ),
    "obstacles.required": ("必须新设“{subject}”", "required {subject}"),
    "obstacles.forbidden": ("不得使用“{subject}”", "forbidden {subject}"),
    "obstacles.most_sites": ("新设不超过 {number} 处", "at most {number} new sites"),
    "obstacles.fewest_sites": ("新设不少于 {number} 处", "at least {number} new sites"),
    "obstacles.budget": ("预算 {number}", "budget {number}"),
    "obstacles.within": ("“{subject}”须在 {number} 以内", "{subject} within {number}"),
    "obstacles.reached": ("“{subject}”须有可到达的点位", "{subject} reached by an open site"),
    "obstacles.times": (
        "“{subject}”的限值内须有 {number} 处开放点位",
        "{number} open sites within the limit of {subject}",
    ),
    "obstacles.share": ("至少覆盖 {number}% 的人", "{number} % of the persons covered"),
    "obstacles.everybody": ("{number} 人都有名额", "room for all {number} persons"),
    "obstacles.capacity": ("各点位的容量", "the capacities of the sites"),
}
