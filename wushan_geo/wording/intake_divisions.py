"""Words of reading office files: divisions."""

TEXTS: dict[str, tuple[str, str]] = {
    # Codes
    "rule.division_digits": ("区划代码应全部为数字", "is a division code of digits alone"),
    "hint.division_digits": (
        "请填写统计用区划代码，如 500237001，并将该列设为文本。",
        "Write the division code, such as 500237001, and format the column as text.",
    ),
    "rule.division_length": (
        "区划代码应为 2、4、6、9 或 12 位（现为 {digits} 位）",
        "is a division code of 2, 4, 6, 9 or 12 digits (it has {digits})",
    ),
    "hint.division_length": (
        "请核对是否少了或多了数字：县 6 位，乡镇（街道）9 位，村（社区）12 位。",
        "Look for a digit too few or too many: a county has 6, a township 9, a village 12.",
    ),
    "rule.division_province": (
        "区划代码前两位应为省级代码",
        "begins with the code of a province",
    ),
    "hint.division_province": (
        "请核对前两位，可用的有：{known}。",
        "Correct the first two digits. Known are: {known}.",
    ),
    "rule.division_gap": (
        "上级代码不得全为 0",
        "has no zeros where the unit above should stand",
    ),
    "hint.division_gap": (
        "请补上所属乡镇（街道）或县的代码。",
        "Write the code of the township or county that it lies in.",
    ),
    # Names
    "rule.zone_name": (
        "应为所属范围内的乡镇（街道）或村（社区）名称：{why}",
        "names a unit inside its parent: {why}",
    ),
    "hint.zone_choose": (
        "请选择：{candidates}。",
        "Choose one: {candidates}.",
    ),
    "hint.zone_write": (
        "请填写 12 位或 9 位区划代码；不属本县的可选择不纳入。",
        "Write its code of 12 or 9 digits, or leave the row out if it is not of this county.",
    ),
    "rule.zone_read_as": (
        "按“{name}”（{code}）识别：{how}",
        "was read as {name} ({code}): {how}",
    ),
    "hint.zone_read_as": (
        "无需处理；如有误，请在表中改用区划代码。",
        "Nothing to do; if it is wrong, write the code into the file.",
    ),
    "match_reason.empty": ("名称为空", "there is no name"),
    "match_reason.code_unknown": ("代码不在名单中", "the code is not in the list of units"),
    "match_reason.code_and_name": (
        "代码与名称不一致",
        "code and name mean different units",
    ),
    "match_reason.elsewhere": (
        "所属范围内没有，别处有同名单位",
        "it is not in this parent, but a unit of that name lies elsewhere",
    ),
    "match_reason.other_township": (
        "文字中的乡镇与所属乡镇不一致",
        "the text names another township than its parent",
    ),
    "match_reason.other_area": (
        "文字中的县（区）不是本县",
        "the text names another county",
    ),
    "match_reason.area_unchecked": (
        "文字中的县（区）或乡镇不在名单中，无法核对",
        "the text names an area that is not in the list of units",
    ),
    "match_reason.several": (
        "同一范围内有多个单位符合",
        "several units of the parent fit",
    ),
    "match_reason.several_places": (
        "多个乡镇有同名单位，且未说明所属乡镇",
        "units of that name lie in several townships, and no township is told",
    ),
    "match_reason.remark": (
        "括号内是同一乡镇的另一单位",
        "the brackets name another unit of the same township",
    ),
    "match_reason.split": (
        "该单位已拆分，无法确定现属哪一单位",
        "the unit was split, and it is not told which part is meant",
    ),
    "match_reason.abolished": ("该单位已撤销", "the unit was abolished"),
    "match_reason.kind": (
        "名称相同而类别不同（村、社区、乡、镇、街道）",
        "the name fits, but its kind (village, community, township, town) does not",
    ),
    "match_reason.one_character": (
        "有一字之差的单位，但不足以确定",
        "a unit is one character off, which is not certain enough",
    ),
    "match_reason.unreadable": (
        "有缺失的字，且有多个单位符合",
        "a character is lost, and several units fit",
    ),
    "match_reason.unknown": ("没有相符的单位", "no unit fits"),
    "match_reason.no_parent": (
        "没有说明所属范围",
        "no parent is told",
    ),
    "match_reason.is_parent": (
        "这是所属乡镇（街道）本身",
        "it is the township itself",
    ),
    "match_reason.parent_unknown": (
        "所属乡镇（街道）无法识别",
        "its parent is not known",
    ),
    "match_how.code": ("按代码", "by its code"),
    "match_how.exact": ("名称一致", "the same name"),
    "match_how.width": ("统一全角、空格等字符", "width and spaces of characters"),
    "match_how.traditional": ("繁体转简体", "traditional characters"),
    "match_how.suffix": ("统一名称后缀", "another suffix of the same kind"),
    "match_how.punctuation": ("去掉标点", "punctuation left out"),
    "match_how.number": ("去掉序号", "a number in front left out"),
    "match_how.prefix": ("去掉前面的上级名称", "the places named in front left out"),
    "match_how.bracket": ("去掉括号内的备注", "a remark in brackets left out"),
    "match_how.group": ("村（居）民小组归入所属村（社区）", "a group counted to its village"),
    "match_how.english": ("按英文名称", "by its name in Latin letters"),
    "match_how.crosswalk": ("按区划变更表", "by the table of changes"),
    "match_how.one_character": ("一字之差", "one character differs"),
    "match_how.unreadable": (
        "有缺失的字，其余相符且唯一",
        "a character is lost, and one unit fits",
    ),
    "match_how.kind": ("类别不同而名称唯一", "its kind differs, and no other unit has this name"),
    # Codes against names
    "rule.code_and_name": (
        "代码与名称应指同一单位（代码为“{by_code}”，名称为“{by_name}”）",
        "means one unit by code and by name (the code is {by_code}, the name {by_name})",
    ),
    "hint.code_and_name": (
        "请核对后更正代码或名称。",
        "Correct the code or the name.",
    ),
    "rule.code_or_name": (
        "代码和名称均应能识别（名单中只认得出{known}）",
        "is known by code and by name (only the {known} is)",
    ),
    "known.code": ("代码", "code"),
    "known.name": ("名称", "name"),
    "hint.code_or_name": (
        "请核对另一项。",
        "Look at the other one.",
    ),
    "rule.code_nor_name": (
        "代码和名称应能识别其一",
        "is known by its code or by its name",
    ),
    "rule.kind_and_code": (
        "代码末三位对应的类别（{by_code}）与名称的类别（{by_name}）通常一致",
        "usually has the kind that the last three digits stand for ({by_code}, not {by_name})",
    ),
    "hint.kind_and_code": (
        "村改社区、乡改镇后代码未变的属正常，可不处理。",
        "Nothing to do where a village became a community, or a township a town, and kept its code.",
    ),
    "kind_word.subdistrict": ("街道", "subdistrict"),
    "kind_word.town": ("镇", "town"),
    "kind_word.township": ("乡", "township"),
    "kind_word.community": ("社区", "community"),
    "kind_word.village": ("村", "village"),
    "rule.other_system": (
        "代码应采用本研究的编码：{count} 个单位的名称都能识别，代码却属于别的单位，整张表用的是另一套编码",
        "uses the codes of this study: {count} units are known by name while their codes belong to other units, so the whole list follows another coding system",
    ),
    "hint.other_system": (
        "统计部门与民政部门的代码不同。请选择按名称（by name）或按代码（by code）识别。",
        "The statistics bureau and the civil affairs office number units differently. Choose by name or by code.",
    ),
    # Changes of divisions
    "rule.change_date": (
        "应为年、年月或日期，如 2011、2011-07、2011-07-01",
        "is a year, a month or a day: 2011, 2011-07 or 2011-07-01",
    ),
    "hint.change_date": ("请按此格式填写。", "Write the date like this."),
    "rule.change_old": (
        "应填写变更前的代码或名称",
        "has the code or the name before the change",
    ),
    "rule.change_new": (
        "除撤销外，应填写变更后的单位；撤销的不填",
        "has a unit after the change, unless it was abolished",
    ),
    "rule.change_code": (
        "更名（renamed）代码不变，其他变更代码应不同",
        "keeps its code when renamed, and has another one after any other change",
    ),
    "rule.change_name": (
        "更名应填写前后两个不同的名称",
        "has two different names when renamed",
    ),
    "rule.change_share": (
        "份额应为 0 至 1 之间的数，且只用于拆分（split）",
        "is a share above 0 and up to 1, and only of a split",
    ),
    "hint.change_row": ("请更正该行。", "Correct this row."),
    "rule.change_once": (
        "同一单位（{unit}）在同一日期（{date}）只应有一种变更，且每个去向只列一行",
        "has one change of {unit} on {date}, and one row for each unit it went to",
    ),
    "hint.change_once": (
        "请保留正确的一行；拆分为多个单位的均写 split。",
        "Keep the right one; write split in each row if it went to several units.",
    ),
    "rule.change_split": (
        "拆分的单位（{unit}）应至少有两行",
        "has at least two rows for {unit}, which was split",
    ),
    "hint.change_split": (
        "请补充其余去向；只有一个去向的写 merged。",
        "Add the other parts; write merged if there is only one.",
    ),
    "rule.change_whole": (
        "拆分单位（{unit}）的份额应全部填写且合计为 1，或全部不填",
        "has shares of {unit} in every row that add up to 1, or in none",
    ),
    "hint.change_whole": ("请更正份额。", "Correct the shares."),
    "rule.change_ring": (
        "同一日期（{date}）的并入关系不得循环或并入已撤销单位：{units}",
        "has no units that were merged into each other, or into an abolished one, on {date}: {units}",
    ),
    "hint.change_ring": (
        "请核对并入方向。",
        "Check which unit was merged into which.",
    ),
    "rule.change_ended": (
        "单位（{unit}）已于 {date} 不再使用该代码，其后不应再有变更",
        "has no change of {unit} after {date}, when its code ended",
    ),
    "hint.change_ended": (
        "请核对日期和代码；代码重新启用的，请先列出启用的变更。",
        "Check date and code; if the code was taken up again, add that change.",
    ),
}
