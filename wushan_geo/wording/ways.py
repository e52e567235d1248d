"""Other ways than a building: their names, why one is not viable, and what its table holds."""

TEXTS = {
    "way.new_home": ("新建机构", "new home"),
    "way.conversion": ("闲置用房改建", "converted building"),
    "way.shared_home": ("片区联建", "home shared by townships"),
    "way.shuttle": ("接送车", "shuttle"),
    "way.mobile_team": ("巡回服务队", "mobile team"),
    "way.home_visit": ("上门服务", "visits at home"),
    "way.reason.no_costs": ("没有这种方式的费用标准", "no costs are given for this way"),
    "way.reason.no_site": ("没有可选的地点", "there is no site for it"),
    "way.reason.no_hub": ("没有可以接送到的机构", "no open facility to bring persons to"),
    "way.reason.no_base": ("没有写明出发地点", "no base is stated"),
    "way.reason.no_seats": ("座位数不详", "the seats are not known"),
    "way.reason.nobody": ("一个人也服务不到", "it serves nobody"),
    "way.reason.not_shared": (
        "只有一个乡镇的人可以到达",
        "persons of only one township can reach it",
    ),
    "way.reason.below_minimum": ("服务人数少于最低人数", "fewer persons than make it viable"),
    "way.reason.minimum_unknown": ("最低服务人数不详", "the fewest persons are not known"),
    "way.reason.costs_unknown": ("有费用不详", "a cost is not known"),
    "way.note.no_siting": (
        "研究文件没有布点设定（[siting] 一节），未比较其他服务方式。",
        "The study has no settings of siting (section [siting]), so that other ways were not compared.",
    ),
    "way.note.no_ways": (
        "研究文件未设其他服务方式的参数（[siting.ways] 一节），未作比较。",
        "The study states no settings of other ways (section [siting.ways]), so that they were not compared.",
    ),
    "way.note.no_costs": (
        "研究文件夹没有费用表（costs），未比较其他服务方式。",
        "The study has no table of costs, so that other ways were not compared.",
    ),
    "way.note.no_groups": (
        "没有需要比较的片区，未比较其他服务方式。",
        "There is no group of villages in need, so that no other way was compared.",
    ),
    "way.screened": ("该村备选点已被筛选排除", "the village's candidate was screened out"),
    "site.load": ("服务 / 最低可行人数", "served / fewest viable"),
    "way.stuck": (
        "片区 {group}（{names}；服务对象 {persons} 人）：没有可行的服务方式（{why}）。须另行研究。",
        "Group {group} ({names}; {persons} persons): no way is viable ({why}). It needs an answer of its own.",
    ),
    "way.stuck_unknown": (
        "片区 {group}（{names}；服务对象 {persons} 人）：没有确定可行的服务方式，有的资料不详（{why}）。",
        "Group {group} ({names}; {persons} persons): no way is surely viable, for something is not known ({why}).",
    ),
    "way.stuck_more": (
        "另有 {count} 个片区没有可行的服务方式（片区 {groups}；服务对象共 {persons} 人），原因见各片区逐种方式比较表。",
        "No way is viable for {count} further groups (groups {groups}; {persons} persons): the table ways says why.",
    ),
    "way.assumed": (
        "其他服务方式的车程、工时、次数：{source}；费用取自费用表。",
        "Rides, hours and visits of other ways: {source}; costs are those of the table of costs.",
    ),
    "rule.cost_site": (
        "只有新建、改建、片区联建的费用可以只属于一个备选点",
        "only a new, converted or shared home has costs of one site",
    ),
    "hint.cost_site": ("去掉机构编号", "leave the facility id out"),
    "rule.cost_facility": ("机构编号在 {file} 中", "is a facility of {file}"),
    "rule.cost_years": (
        "有一次性投入的，写明按多少年分摊",
        "names the years over which what is built is written off",
    ),
    "hint.cost_years": ("填写年限，如 20", "give the years, such as 20"),
}
