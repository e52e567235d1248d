"""Words of reading lists of facilities."""

TEXTS: dict[str, tuple[str, str]] = {
    "hint.facility_nothing": ("无需处理。", "Nothing to do."),
    # Kinds and stars
    "rule.facility_kind_read": (
        "按词表识别为 {kind}（共 {count} 行）",
        "was read as the kind {kind} ({count} rows)",
    ),
    "rule.facility_kind_named": (
        "未填类型，按名称识别为 {kind}",
        "had no kind: its name says {kind}",
    ),
    "hint.facility_kind_named": (
        "如不正确，请填写类型。",
        "Fill the kind in if that is wrong.",
    ),
    "rule.facility_kind": (
        "类型无法识别（共 {count} 行）",
        "is a kind of facility that is not known ({count} rows)",
    ),
    "rule.facility_kinds": (
        "名称对应多种类型：{kinds}（共 {count} 行）",
        "names several kinds of facility: {kinds} ({count} rows)",
    ),
    "hint.facility_kind": (
        "请选择类型；不属于残疾人服务设施的选“不采用”。",
        "Choose the kind, or answer that it is left out if it is no such facility.",
    ),
    "rule.facility_left_out": ("按已作决定不采用", "was left out, as decided before"),
    "hint.facility_left_out": (
        "如需恢复，请在 answers.csv 中删除该行。",
        "To take it back, delete the row in answers.csv.",
    ),
    "rule.facility_stars": (
        "未填星级，按名称为 {stars} 星级",
        "had no grade: its name says {stars} stars",
    ),
    "rule.facility_two_grades": (
        "星级与名称不一致（名称为 {stars} 星级）",
        "has another grade than its name says ({stars} stars)",
    ),
    "hint.facility_two_grades": ("请核对后选择星级。", "Look it up and choose the grade."),
    # Services
    "rule.facility_service": (
        "服务内容无法识别（共 {count} 行）",
        "is a service that is not known ({count} rows)",
    ),
    "hint.facility_service": (
        "请选择对应的服务（多项用加号连接）；不是服务的选“不采用”。",
        "Choose the service (several joined by a plus), or answer that it is left out.",
    ),
    "rule.facility_service_read": (
        "按词表识别为 {service}（共 {count} 行）",
        "was read as the service {service} ({count} rows)",
    ),
    "rule.facility_other_service": (
        "为本研究未列的服务 {service}，未采用（共 {count} 行）",
        "is the service {service}, which this study does not have, and was left out ({count} rows)",
    ),
    "hint.facility_other_service": (
        "如需分析，请在 study.toml 中增加该服务。",
        "Add the service to study.toml if it is to be assessed.",
    ),
    "rule.facility_no_service": (
        "不计为服务（共 {count} 行）",
        "was taken for no service ({count} rows)",
    ),
    "rule.facility_no_services": (
        "未填服务内容，按不详处理",
        "does not report its services: they are not known",
    ),
    "hint.facility_no_services": (
        "请向该机构核实后填写。",
        "Ask the facility, and fill them in.",
    ),
    "hint.facility_usual_services": (
        "请向该机构核实后填写；按规划，此类机构一般提供：{services}。",
        "Ask the facility, and fill them in. By the plan such a facility usually offers: {services}.",
    ),
    # Capacity and state
    "rule.facility_beds": (
        "列名为床位，已按托养名额读取",
        "counts beds, which were taken as places",
    ),
    "rule.facility_beds_cell": (
        "填写的是床位 {beds} 张，已按托养名额读取",
        "gives {beds} beds, which were taken as places",
    ),
    "hint.facility_beds": (
        "如床位与可服务人数不同，请改填托养名额。",
        "Write the places instead where they differ from the beds.",
    ),
    "rule.facility_places": (
        "床位与名额并列，按托养名额 {places} 读取",
        "gives places among other figures: {places} places were taken",
    ),
    "rule.facility_no_status": (
        "未填状态，按不详处理",
        "does not report whether it is open: that is not known",
    ),
    "hint.facility_no_status": (
        "请填写：在用、在建（规划）、备选或停办。",
        "Write whether it is open, planned, a candidate or closed.",
    ),
    # Identity
    "rule.facility_id": (
        "有 {count} 处机构无编号，已按乡镇、类型和名称生成固定编号",
        "has {count} facilities without an id: one was made of township, kind and name",
    ),
    "rule.facility_id_shared": (
        "同一乡镇有 {count} 处同类同名机构，编号为 {id}",
        "is one of {count} of the same name and kind in its township, and got the id {id}",
    ),
    "hint.facility_id": (
        "建议在台账中增加编号列并长期不变。",
        "Better keep an id of your own, which never changes.",
    ),
    # Places
    "rule.facility_address": (
        "有地址而无坐标，已列入待定位清单",
        "has an address and no point: it is on the list of places to find",
    ),
    "hint.facility_address": (
        "请在本单位地图上或到现场定位后填写经纬度；地址不会发送到本机以外。",
        "Find it on a map of your own or on the spot, and write longitude and latitude. No address leaves this machine.",
    ),
    "rule.facility_no_place": (
        "既无坐标也无地址",
        "has neither a point nor an address",
    ),
    "hint.facility_no_place": (
        "请填写经纬度；没有坐标的机构不参与到达时间分析。",
        "Write longitude and latitude: without a point no time to it can be told.",
    ),
    "rule.facility_crowd": (
        "有 {count} 处机构坐标完全相同，可能是驻地或默认点",
        "is the point of {count} facilities, which may be a seat or a default",
    ),
    "hint.facility_crowd": (
        "请核对各机构的实际位置。",
        "Find out where each of them stands.",
    ),
    # Pairs
    "rule.facility_same": (
        "可能与第 {row} 行“{name}”是同一机构",
        "may be the same facility as row {row}, {name!r}",
    ),
    "hint.facility_same": (
        "依据：{evidence}。请选择：不同机构（different）还是同一机构（same）。",
        "What speaks for it: {evidence}. Choose: different or same.",
    ),
    "pair.township": ("同一乡镇（街道）", "same township"),
    "pair.kind": ("类型相同", "same kind"),
    "pair.name": ("名称相同", "same name"),
    "pair.rest": ("除地名和类型外名称相同", "same name but for place and kind"),
    "pair.address": ("地址相同", "same address"),
    "pair.metres": ("相距 {metres} 米", "{metres} m apart"),
    "rule.facility_dropped": (
        "与 {kept}（第 {row} 行）为同一机构，按已作决定未采用",
        "is the same facility as {kept} (row {row}) and was left out, as decided before",
    ),
    "hint.facility_dropped": (
        "如需恢复，请在 answers.csv 中删除该行。",
        "To take it back, delete the row in answers.csv.",
    ),
    # What is offered as an answer
    "choice.sunshine_home": ("阳光家园", "Sunshine Home"),
    "choice.home_of_disabled": ("残疾人之家（渝馨家园）", "Home for Persons with Disabilities"),
    "choice.county_rehab_centre": ("县残疾人康复中心", "county rehabilitation centre"),
    "choice.county_care_centre": ("县级托养设施", "trusteeship facility of the county"),
    "choice.trusteeship_institution": ("托养服务机构", "trusteeship institution"),
    "choice.day_care_centre": ("日间照料中心", "day care centre"),
    "choice.village_rehab_room": ("村卫生室康复室", "rehabilitation room of a village clinic"),
    "choice.community_rehab_station": ("社区康复站", "community rehabilitation station"),
    "choice.psychiatric_rehab_station": (
        "精神障碍社区康复站",
        "station of community rehabilitation for mental disorders",
    ),
    "choice.welfare_home": ("福利院、敬老院", "welfare home"),
    "choice.elderly_service_centre": ("养老服务中心", "service centre for the elderly"),
    "choice.social_work_station": ("社会工作服务站", "social work station"),
    "choice.sheltered_employment_base": ("辅助性就业基地", "sheltered workshop"),
    "choice.special_school": ("特殊教育学校", "special education school"),
    "choice.mental_health_centre": ("精神卫生中心", "mental health centre"),
    "choice.mental_welfare_facility": (
        "精神卫生福利设施",
        "mental-health welfare facility",
    ),
    "choice.disabled_service_centre": (
        "残疾人综合服务中心",
        "general service centre for disabled persons",
    ),
    "choice.community_service_centre": ("社区服务中心", "community service centre"),
    "choice.township_health_centre": ("卫生院", "township health centre"),
    "choice.village_clinic": ("村卫生室", "village clinic"),
    "choice.child_welfare_institution": ("儿童福利机构", "child welfare institution"),
    "choice.child_rehab_institution": ("儿童康复机构", "rehabilitation institution for children"),
    "choice.training_incubation_base": (
        "职业技能培训和创业孵化基地",
        "training and start-up incubation base",
    ),
    "choice.rural_job_base": ("农村残疾人就业帮扶基地", "rural employment support base"),
    "choice.employment_service_body": ("残疾人就业服务机构", "employment service body"),
    "choice.inclusive_culture_centre": ("残健融合文化服务中心", "inclusive culture centre"),
    "choice.sport_culture_point": ("残疾人文体示范点", "sport and culture point"),
    "choice.legal_aid_station": ("残疾人法律救助站", "legal aid station"),
    "choice.township_premises": ("乡镇服务场地", "premises for services in the township"),
    "choice.village_premises": ("村（社区）服务场地", "premises for services in the village"),
    "choice.candidate_site": ("备选点", "candidate site"),
}
