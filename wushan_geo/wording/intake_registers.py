"""Words of reading registers with a row a person: rows are named, never what stands in them."""

TEXTS: dict[str, tuple[str, str]] = {
    "hint.register_nothing": ("无需处理。", "Nothing to do."),
    # Columns that tell who somebody is
    "personal.name": ("姓名", "names of persons"),
    "personal.id": ("身份证号", "ID numbers"),
    "personal.certificate": ("残疾人证号", "certificate numbers"),
    "personal.phone": ("电话号码", "telephone numbers"),
    "personal.account": ("账号、卡号", "account numbers"),
    "personal.home": ("家庭住址", "home addresses"),
    "personal.mixed": ("文字中的个人号码", "numbers of persons inside texts"),
    "rule.personal_refused": (
        "含{what}，未读取该列内容",
        "holds {what}, and was not taken over",
    ),
    "rule.personal_masked": (
        "文字中含身份证号、残疾人证号或手机号，号码已隐去",
        "held numbers of persons inside texts, which were masked",
    ),
    "hint.personal": (
        "个人信息不进入任何输出；上报时请删除该列。",
        "Personal data go into no output; leave them out of the file next time.",
    ),
    # What is known of a person
    "register.type": ("残疾类别", "type of disability"),
    "register.grade": ("残疾等级", "grade"),
    "register.severe": ("残疾等级", "grade"),
    "register.age": ("年龄", "age"),
    "register.birth": ("出生日期", "date of birth"),
    "register.residence": ("居住状况", "residence"),
    # Answers offered
    "choice.certificate": ("以残疾人证号为准", "the certificate number holds"),
    "choice.column": ("以单独填写的列为准", "the column holds"),
    "choice.id": ("以身份证号为准", "the ID number holds"),
    "choice.unknown": ("按不详处理", "taken as not known"),
    "choice.trust": ("仍按号码读取", "read the number nevertheless"),
    "choice.once": ("每人只计一次", "each person counts once"),
    "choice.each": ("每行各计一次", "each row counts"),
    "choice.empty": ("不详的留空", "left empty where not known"),
    "choice.lower": ("按已知人数计（下限）", "the number known, as a lower bound"),
    "choice.counted": ("计入", "counted"),
    # Rows and villages
    "rule.register_counted": (
        "个人台账共 {rows} 行，已按村（社区）和群体计数，个人信息未保存",
        "is a register of {rows} rows, counted by village and group; nothing of a person was kept",
    ),
    "rule.register_village": ("每人应有所在村（社区）", "names the village of each person"),
    "hint.register_village": (
        "请填写本县村（社区）；不属于本县的请删除该行。",
        "Write a village of this county, or delete the row.",
    ),
    "hint.register_township": (
        "只写了乡镇（街道），请补充村（社区）。",
        "Only the township is named: add the village.",
    ),
    # Numbers
    "rule.register_number": (
        "证号应为 18 位身份证号或 20 位残疾人证号，且出生日期真实存在",
        "is an ID of 18 digits or a certificate of 20, with a date of birth that exists",
    ),
    "hint.register_number": (
        "请核对该行证号（勿用数字格式保存，以免末位变 0）；更正前按不详处理。",
        "Look the number up, and keep it as text: a spreadsheet rounds it. Until then it tells nothing.",
    ),
    "rule.register_check_digit": (
        "有 {count} 个证号校验码不符，可能录错",
        "has {count} numbers with a wrong check digit, which may be mistyped",
    ),
    "hint.register_check_digit": (
        "请核对所列各行；或选择：按不详处理，还是仍按号码读取类别、等级和年龄。",
        "Look up the rows listed, or choose: they tell nothing, or type, grade and age are read nevertheless.",
    ),
    "rule.register_check_digit_row": (
        "该行证号校验码不符",
        "has a number with a wrong check digit",
    ),
    "hint.register_see_question": (
        "见同一文件的待决事项。",
        "See the question about this file.",
    ),
    "rule.register_two_persons": (
        "残疾人证号的前 18 位应与身份证号一致",
        "has a certificate whose first 18 digits are the ID",
    ),
    "hint.register_two_persons": (
        "请核对该行，身份证号可能是监护人的；按残疾人证号认人。",
        "Look the row up: the ID may be a guardian's. The certificate tells who it is.",
    ),
    "rule.register_decided": (
        "按已作决定处理：{answer}",
        "was treated as decided before: {answer}",
    ),
    # Contradictions
    "rule.register_contradiction": (
        "有 {count} 行的{what}前后不一致",
        "has {count} rows whose columns contradict each other on the {what}",
    ),
    "hint.register_contradiction": (
        "请核对所列各行；或选择以哪一项为准。",
        "Look up the rows listed, or choose which of the columns holds.",
    ),
    "rule.register_contradiction_row": (
        "该行{what}前后不一致",
        "has columns that contradict each other on the {what}",
    ),
    "rule.register_birth": ("应为可读取的出生日期", "is a readable date of birth"),
    "hint.register_birth": (
        "请按 1990-05-01 的格式填写；更正前不采用。",
        "Write it as 1990-05-01; until then it is not used.",
    ),
    "rule.register_birth_differs": (
        "出生日期与证号不一致，但不影响年龄段",
        "is not the date of birth in the number; both give the same band of ages",
    ),
    "hint.register_birth_differs": ("请核对该行。", "Look the row up."),
    "rule.register_age": (
        "年龄应在 0 至 {oldest} 岁之间（截至 {as_of}）",
        "gives an age from 0 to {oldest} years on {as_of}",
    ),
    "hint.register_age": (
        "请核对出生日期和截止日期；更正前年龄按不详处理。",
        "Check the date of birth and the cut-off date; until then the age is not known.",
    ),
    # Words
    "rule.register_word": (
        "该写法未收录（共 {count} 行）",
        "is a word that is not known ({count} rows)",
    ),
    "hint.register_word": (
        "请选择其含义；选定前按不详处理。",
        "Choose what it means; until then it tells nothing.",
    ),
    "rule.register_unread": (
        "该行内容无法识别（为保护个人信息不予显示）",
        "has a word that is not known, and that is not shown since it may be a name",
    ),
    "hint.register_unread": (
        "请打开原表核对该行；更正前按不详处理。",
        "Open the file and correct the row; until then it tells nothing.",
    ),
    "rule.register_other": (
        "有 {count} 行的证件状态无法识别",
        "has {count} rows that do not tell whether the card still holds",
    ),
    "hint.register_other": (
        "请核对所列各行；或选择：计入，还是不计入。",
        "Look up the rows listed, or choose whether they are counted.",
    ),
    "rule.register_several": (
        "有 {count} 行列出多个类别，按多重残疾计",
        "names several types in {count} rows, which were taken as multiple",
    ),
    "rule.register_gone": (
        "已注销、死亡或迁出，未计入（共 {count} 行）",
        "was left out: cancelled, dead or moved away ({count} rows)",
    ),
    # Persons who stand there twice
    "rule.register_twice": (
        "有 {count} 行证号重复，涉及 {persons} 人",
        "has {count} rows whose number stands there more than once, of {persons} persons",
    ),
    "hint.register_twice": (
        "请核对所列各行；或选择：每人只计一次，还是每行各计一次。",
        "Look up the rows listed, or choose: each person counts once, or each row counts.",
    ),
    "rule.register_twice_row": (
        "证号在以下各行重复：{rows}",
        "has the same number as these rows: {rows}",
    ),
    "rule.register_once": (
        "证号重复，按已作决定每人只计一次（少计 {rows} 行）",
        "has numbers more than once; each person was counted once, as decided ({rows} rows fewer)",
    ),
    "rule.register_two_villages": (
        "同一人不应列在两个村（社区）",
        "names one village for each person",
    ),
    "hint.register_two_villages": (
        "请核对后删除其中一行。",
        "Find out where the person belongs, and delete the other row.",
    ),
    # What is not known
    "rule.register_unknown": (
        "有 {count} 人的类别、等级、年龄或居住状况不详，所在村（社区）相应群体的人数无法确定",
        "has {count} persons of whom the type, grade, age or residence is not known, so that some counts of their villages are not",
    ),
    "hint.register_unknown": (
        "请补充所列各行；或选择：相应人数留空，还是按已知人数计（下限；类别和年龄段仍留空）。",
        "Complete the rows listed, or choose: such counts are left empty, or given as lower bounds (types and ages stay empty).",
    ),
    "rule.register_unknown_row": ("{what}不详", "does not tell the {what}"),
    "hint.register_unknown_row": ("请补充。", "Complete it."),
    "rule.register_unknown_village": (
        "该村（社区）有 {count} 人{what}不详",
        "has {count} persons who do not tell the {what}",
    ),
    "rule.register_not_told": (
        "台账未载{what}，不给出这些群体的人数",
        "does not tell the {what} of anybody: these groups are not given",
    ),
    "hint.register_not_told": (
        "如需要，请在台账中增加残疾人证号或相应列。",
        "Add certificate numbers or the columns where they are needed.",
    ),
    "rule.register_no_eligibility": (
        "研究未提供服务对象条件，不计符合条件的人数",
        "is counted without eligible persons: the study does not say whom the services are for",
    ),
    "hint.register_no_eligibility": (
        "请在 [tables] 中增加 eligibility。",
        "Name a table of eligibility under [tables].",
    ),
    "rule.register_eligibility": (
        "服务对象条件中有两行同样具体而相互矛盾",
        "is met by two rows of the table of eligibility that contradict each other",
    ),
    "hint.register_eligibility": (
        "请更正条件表，或选择是（yes）还是否（no）。",
        "Correct the table, or choose yes or no.",
    ),
}
