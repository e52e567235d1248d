"""Words of checking a study's files: files, sheets, places, sources, answers, the workbook."""

TEXTS: dict[str, tuple[str, str]] = {
    "hint.nothing": ("无需处理。", "Nothing to do."),
    # Sheets
    "rule.sheet": ("工作簿中应有该工作表", "is a sheet of the workbook"),
    "hint.sheet": ("现有工作表：{known}。", "It has these sheets: {known}."),
    "rule.sheet_note": ("说明性工作表，不作为数据读取", "explains, and was not read as data"),
    "rule.sheet_other": (
        "该工作表与同一工作簿的其他表格式不同，未读取",
        "does not look like the other sheets of this workbook, and was not read",
    ),
    "hint.sheet_other": (
        "如不需要，请选“不采用”；如需要，请按其他工作表的列名整理。",
        "Answer that it is left out, or give it the columns of the other sheets.",
    ),
    # Units
    "rule.kind_from_name": (
        "类型按名称结尾确定",
        "had no kind: it was taken from the end of each name",
    ),
    "rule.parent_from_code": (
        "所属乡镇（街道）取自代码前 {digits} 位",
        "had no code of the township: the first {digits} digits of each code were taken",
    ),
    # Places
    "rule.place_ambiguous": (
        "名称对应多个单位，不能自动确定（共 {count} 行）",
        "may be one of several units, and is not guessed ({count} rows)",
    ),
    "hint.place_ambiguous": (
        "请选择正确的单位；也可在表中写全乡镇和村名。",
        "Choose the unit, or write township and village in full.",
    ),
    "rule.place_unknown": (
        "本县名录中找不到该单位（共 {count} 行）",
        "is no unit of this county ({count} rows)",
    ),
    "hint.place_unknown": (
        "请填写单位代码；机构在县外的填 outside，其他不属于本县的填 skip（不采用）。",
        "Write the code of the unit; 'outside' for a facility beyond the county, 'skip' to leave the rows out.",
    ),
    "rule.place_township": (
        "应写明村（社区），只写了乡镇（街道）（共 {count} 行）",
        "names a village, not only a township ({count} rows)",
    ),
    "hint.place_township": (
        "请补充村（社区）；如为小计行，请选“不采用”。",
        "Add the village; answer that the rows are left out if they are subtotals.",
    ),
    "rule.place_contradicts": (
        "代码 {code} 与名称（{name}）不是同一单位（共 {count} 行）",
        "has the code {code}, and a name that is another unit ({name}; {count} rows)",
    ),
    "hint.place_contradicts": (
        "请核对后选择：以代码为准还是以名称为准。",
        "Look it up and choose which of the two is right.",
    ),
    "rule.place_read_as": (
        "读作 {name}（{code}，共 {count} 行）",
        "was read as {name} ({code}; {count} rows)",
    ),
    "hint.place_read_as": (
        "如不对，请更正名称，或在 answers.csv 中指定代码。",
        "If that is wrong, correct the name, or give its code in answers.csv.",
    ),
    "rule.place_left_out": (
        "按已作决定不采用（共 {count} 行）",
        "was left out, as decided before ({count} rows)",
    ),
    "hint.place_left_out": (
        "如需恢复，请在 answers.csv 中删除该行。",
        "To take it back, delete the row in answers.csv.",
    ),
    "rule.place_answer": (
        "答复应为本县单位代码",
        "was answered with something that is no unit of this county",
    ),
    "hint.place_answer": (
        "请在 answers.csv 或核对表中更正。",
        "Correct the answer in answers.csv or in the workbook.",
    ),
    # Sources
    "rule.source_basis": (
        "应说明数据性质（台账、文件、推断或推算）",
        "says what its figures are: a register, a document, inferred or modelled",
    ),
    "hint.source_basis": (
        "请选择一次；也可写入 study.toml 中 {table} 的 [[sources]]。",
        "Choose once; it can also stand in [[sources]] of {table} in study.toml.",
    ),
    "rule.register_zones": (
        "个人台账须先确定各人所在村（社区）和截止日期",
        "is a register with a row a person, which needs the villages and the cut-off date first",
    ),
    "hint.register_zones": (
        "请先更正村（社区）名录，并在 study.toml 中填写 as_of。",
        "Mend the list of villages first, and give as_of in study.toml.",
    ),
    # Answers
    "rule.answer_row": (
        "每行应有类别、表、对象和答复",
        "has a known topic, a table, a subject and an answer in each row",
    ),
    "hint.answer_row": (
        "请更正 {name} 的这一行，或删除后重新核对。",
        "Correct this row of {name}, or delete it and check again.",
    ),
    "rule.answer_choice": ("答复应为可选项之一", "is one of the answers offered"),
    "rule.answer_sheet": (
        "应含待决事项表（topic、table、subject、answer 各列）",
        "has a table with the columns topic, table, subject and answer",
    ),
    "hint.answer_sheet": (
        "请使用 check 命令生成的 checks.xlsx 填写。",
        "Fill in the checks.xlsx that the command check wrote.",
    ),
    "rule.unsigned_source_unit": ("台账应注明提供单位", "names the unit that supplied it"),
    "rule.unsigned_signer": ("台账应注明签字人", "names who signed it"),
    "rule.unsigned_as_of": ("台账应注明截止日期", "says as of when it holds"),
    "hint.unsigned": (
        "请填写一次；也可写入 study.toml 中 {table} 的 [[sources]]。",
        "Fill it in once; it can also stand in [[sources]] of {table} in study.toml.",
    ),
    # Files of the folder
    "rule.file_unnamed": (
        "文件夹中的该文件未列入研究，未读取",
        "lies in the folder and is not named by the study, so it was not read",
    ),
    "hint.file_unnamed": (
        "请选择它属于哪张表，或选“不采用”；也可列入 {study} 的 [tables]。",
        "Choose the table that it holds, or leave it out; it can also be named under [tables] in {study}.",
    ),
    "hint.file_unknown": (
        "看不出是哪张表：请写明表名，或选“不采用”。",
        "It cannot be seen which table it holds: write the table, or leave it out.",
    ),
    "rule.file_left_out": ("按已作决定不采用该文件", "was left out, as decided before"),
    # The workbook
    "check.title": ("数据核对表", "Check of the files"),
    "check.guide": ("说明", "Guide"),
    "check.decide": ("待决事项", "To decide"),
    "check.decide.what": (
        "请在黄色“答复”列填写，保存后执行：wushan-geo check 文件夹 --answers checks.xlsx",
        "Fill in the yellow column, save, then: wushan-geo check FOLDER --answers checks.xlsx",
    ),
    "check.errors": ("须更正", "To mend"),
    "check.errors.what": (
        "请在原文件中更正后重新核对。",
        "Mend these in the files themselves and check again.",
    ),
    "check.notes": ("读取说明", "Notes"),
    "check.notes.what": (
        "程序这样理解了您的文件；如有不符，请更正原文件或词表。",
        "This is how the files were understood; if that is wrong, mend the file or the list of words.",
    ),
    "check.arrivals": ("收到的文件", "What arrived"),
    "check.arrivals.what": ("每个工作表一行。", "A row for each sheet."),
    "check.columns": ("列的理解", "Columns"),
    "check.columns.what": (
        "每一列被理解为什么；个人信息列只识别、不读取。",
        "What each column was taken for; columns on persons are recognised and not kept.",
    ),
    "check.matches": ("名称匹配", "Names matched"),
    "check.matches.what": (
        "名称在所属乡镇（街道）内匹配；不确定的列入待决事项。",
        "Names are matched inside their township; what is not certain stands under the sheet to decide.",
    ),
    "check.changes": ("与上次相比", "What changed"),
    "check.changes.what": (
        "与最近一次采用的版本逐格比较。",
        "Each cell compared with the version accepted last.",
    ),
    "check.decided": ("已作决定", "Decided before"),
    "check.decided.what": (
        "已记入研究文件夹的 answers.csv，下次不再询问。",
        "Remembered in answers.csv of the study folder and not asked again.",
    ),
    "check.choices": ("选项", "Choices"),
    "check.pick": (
        "请从列表选择，或按“怎么办”填写",
        "Choose from the list, or write what the advice says",
    ),
    "check.counts": (
        "共读取 {files} 个表：须更正 {errors} 项，待决 {decide} 项，读取说明 {notes} 条。",
        "Sheets read: {files}. To mend: {errors}. To decide: {decide}. Notes: {notes}.",
    ),
    "check.since": (
        "“与上次相比”以 {day} 采用的版本为准。",
        "What changed is told against the version accepted on {day}.",
    ),
    "check.first": (
        "尚无已采用的版本，因此没有可比较的变化。",
        "No version has been accepted yet, so there is nothing to compare with.",
    ),
    "check.step1": (
        "第一步：在“须更正”表中逐条更正原文件。",
        "Step 1: mend the files, one by one, as the sheet of errors says.",
    ),
    "check.step2": (
        "第二步：在“待决事项”表的黄色列填写答复；不能确定的先留空。",
        "Step 2: fill in the yellow column of the sheet to decide; leave empty what you do not know.",
    ),
    "check.step3": (
        "第三步：保存本表，执行 wushan-geo check 文件夹 --answers checks.xlsx；答复记入 answers.csv，以后不再询问。",
        "Step 3: save, and run wushan-geo check FOLDER --answers checks.xlsx; answers are kept in answers.csv and not asked again.",
    ),
    "check.step4": (
        "第四步：全部解决后执行 wushan-geo check 文件夹 --accept，作为下次比较的依据。",
        "Step 4: when nothing is left, run wushan-geo check FOLDER --accept, so that the next version is compared with this one.",
    ),
    "check.head.file": ("文件", "file"),
    "check.head.row": ("行", "row"),
    "check.head.column": ("列", "column"),
    "check.head.value": ("现值", "value"),
    "check.head.rule_zh": ("问题", "what is wrong, in Chinese"),
    "check.head.rule_en": ("问题（英文）", "what is wrong"),
    "check.head.suggestion_zh": ("怎么办", "what to do, in Chinese"),
    "check.head.suggestion_en": ("怎么办（英文）", "what to do"),
    "check.head.choices": ("可选答复", "answers offered"),
    "check.head.answer": ("答复（请填写）", "answer"),
    "check.head.topic": ("类别", "topic"),
    "check.head.table": ("数据表", "table"),
    "check.head.subject": ("对象", "subject"),
    "check.head.sheet": ("工作表", "sheet"),
    "check.head.format": ("格式", "format"),
    "check.head.encoding": ("编码", "encoding"),
    "check.head.layout": ("表式", "layout"),
    "check.head.header_rows": ("表头所在行", "rows of the header"),
    "check.head.rows": ("记录数", "records"),
    "check.head.left_out": ("未计入行数", "rows left out"),
    "check.head.marks": ("符号的读法", "signs as read"),
    "check.head.header": ("原列名", "header"),
    "check.head.means": ("理解为", "means"),
    "check.head.how": ("依据", "how"),
    "check.head.parent": ("上级（原文）", "parent as written"),
    "check.head.name": ("名称（原文）", "name as written"),
    "check.head.zone_id": ("匹配代码", "code"),
    "check.head.official": ("名录名称", "official name"),
    "check.head.method": ("匹配方法", "method"),
    "check.head.score": ("得分", "score"),
    "check.head.status": ("结果", "status"),
    "check.head.candidates": ("候选代码", "candidates"),
    "check.head.key": ("记录", "record"),
    "check.head.before": ("上次", "before"),
    "check.head.after": ("本次", "after"),
    "check.head.change": ("变化", "change"),
    "check.layout.long": ("一行一条", "a record a row"),
    "check.layout.wide": ("分列", "a column a group"),
    "check.layout.register": ("个人台账（已汇总）", "a row a person, counted"),
    "check.layout.layer": ("图层", "layer"),
    "check.how.exact": ("列名一致", "same name"),
    "check.how.alias": ("同义列名", "known alias"),
    "check.how.answer": ("已作决定", "decided before"),
    "check.how.personal": ("个人信息，不保留", "on persons, not kept"),
    "check.how.unused": ("未使用", "not used"),
    "check.status.matched": ("已匹配", "matched"),
    "check.status.ambiguous": ("不确定", "ambiguous"),
    "check.status.unmatched": ("未找到", "not found"),
    "check.status.decided": ("已作决定", "decided"),
    "check.change.new": ("新增", "new"),
    "check.change.gone": ("减少", "gone"),
    "check.change.changed": ("改变", "changed"),
    "choice.skip": ("不采用", "leave it out"),
    "choice.accept": ("认可原数", "keep the figures as they are"),
    "choice.same": ("同一机构，只留一条", "the same facility, keep one"),
    "choice.different": ("不同机构，都保留", "two facilities, keep both"),
    "choice.outside": ("在县外", "beyond the county"),
    "choice.wgs84": ("卫星定位坐标（WGS-84/CGCS2000）", "satellite coordinates (WGS-84/CGCS2000)"),
    "choice.gcj02": ("高德、腾讯坐标（GCJ-02）", "map coordinates (GCJ-02)"),
    "choice.bd09": ("百度坐标（BD-09）", "map coordinates (BD-09)"),
    "choice.repair": ("由程序修复", "let the program repair it"),
    "choice.measured": ("台账数据", "from a register or survey"),
    "choice.stated": ("文件数据", "from a document"),
    "choice.inferred": ("推断数据", "deduced from stated facts"),
    "choice.modelled": ("推算数据", "modelled"),
    "choice.persons": ("残疾人数", "persons by village and group"),
    "choice.facilities": ("机构", "facilities"),
    "choice.services": ("村级服务记录", "village services"),
    "choice.person_cells": ("残疾人数交叉表", "persons by type, severity and age at once"),
    "choice.residence": ("居住情况", "where persons live"),
    "choice.townships": ("乡镇（街道）", "townships"),
    "choice.villages": ("村（社区）", "villages"),
    "choice.county": ("县界", "county outline"),
    "choice.eligibility": ("服务对象条件", "who a service is for"),
    "choice.crossings": ("桥梁渡口", "bridges and ferries"),
    "choice.indicators": ("指标实际值", "values of indicators"),
    "choice.road_nodes": ("道路节点", "road nodes"),
    "choice.road_edges": ("路段", "roads"),
    "choice.road_distances": ("公路里程", "known road distances"),
    "choice.demand_points": ("村内居民点", "points within villages"),
    "choice.candidates": ("备选点选址条件", "what is known of candidate sites"),
    "choice.costs": ("费用标准", "costs of the ways of serving"),
    "choice.rivers": ("河流", "rivers"),
    # The terminal
    "check.more": ("另有 {count} 项，见 {path}", "{count} more in {path}"),
    "check.noted": (
        "读取说明 {count} 条（程序如何理解文件，见核对表）",
        "{count} notes on how the files were understood (see the workbook)",
    ),
    "check.matched": (
        "名称已匹配 {sure} 个，待确定 {open} 个",
        "names matched: {sure}; still open: {open}",
    ),
    "check.changed": (
        "与 {day} 采用的版本相比有 {count} 处变化",
        "{count} changes since the version accepted on {day}",
    ),
    "check.wrote": ("核对表：{path}", "Workbook: {path}"),
    "check.next.accept": (
        "没有待处理事项。采用本版本：wushan-geo check {folder} --accept；生成结果：wushan-geo run {folder}（核对表 {path}）",
        "Nothing is left to do. Keep this version: wushan-geo check {folder} --accept. Results: wushan-geo run {folder} (workbook {path})",
    ),
    "check.next.answer": (
        "请更正原文件，或在核对表黄色列填写答复后执行：wushan-geo check {folder} --answers {path}",
        "Mend the files, or fill in the yellow column and run: wushan-geo check {folder} --answers {path}",
    ),
    "check.no_answers": (
        "找不到核对表：{path}",
        "There is no such workbook: {path}",
    ),
    "check.accepted": ("已采用本版本（{day}）", "This version is accepted ({day})"),
    "check.not_accepted": (
        "尚有待处理事项，未采用。",
        "Something is left to do, so the version was not accepted.",
    ),
    "check.built_in": (
        "内置研究不能保存答复或采用版本；请先用 init 复制到自己的文件夹。",
        "A built-in study keeps no answers and no versions; copy it with init first.",
    ),
    # A list of units and a layer
    "rule.list_and_layer": (
        "只有乡镇和村的名录（含代码和名称）可与图层合并",
        "is put together with a layer only where it lists units with codes and names",
    ),
    "hint.list_and_layer": (
        "请只列一种文件，或在名录中补充代码和名称。",
        "Name one of the two files, or give the list its codes and names.",
    ),
    "rule.shape_owner": ("图形应对应名录中的单位", "belongs to a unit of the list"),
    "hint.shape_owner": (
        "请填写单位代码；不需要的图形选“不采用”。",
        "Write the code of its unit, or leave the shape out.",
    ),
    "rule.shape_twice": ("{code} 已有图形", "is a second shape of {code}"),
    "hint.shape_twice": (
        "请在图层中合并或删除多余的图形。",
        "Merge the two shapes in the layer, or delete one.",
    ),
    "rule.unit_without_shape": (
        "名录中有 {count} 个单位在图层中没有图形",
        "has no shape for {count} units of the list",
    ),
    "hint.unit_without_shape": (
        "村（社区）可以没有图形；如图层应有，请核对名称。",
        "A village may have none; look at the names if the layer should have them.",
    ),
    # Points
    "rule.point_beyond": (
        "点位在县界外，距县界 {distance} 公里",
        "stands beyond the county, {distance} km from its border",
    ),
    "hint.point_beyond": (
        "所属单位在本县：请核对坐标；确认无误的选“认可”。",
        "Its unit lies in the county: look at the coordinates, or accept them as they are.",
    ),
    "hint.point_beyond_welcome": (
        "县外机构可以列入，不属错误。",
        "Facilities beyond the county are welcome; nothing to do.",
    ),
    "rule.point_elsewhere": (
        "点位在 {name} 范围内，与所属单位（{own}）不符",
        "lies in {name}, and not in the unit that it names ({own})",
    ),
    "hint.point_elsewhere": (
        "请核对坐标或所属单位；确认无误的选“认可”。",
        "Correct the coordinates or the unit, or accept them as they are.",
    ),
    # Villages that a list leaves out
    "rule.no_rows": (
        "至少应有一行数据（标题、合计不算）",
        "has at least one row besides headings and totals",
    ),
    "hint.no_rows": (
        "请确认文件已填写；尚无台账的，请从 [tables] 中删去该表。",
        "Make sure that it was filled in; without a register, take the table out of [tables].",
    ),
    "rule.feature_blank": (
        "图形应有属性（有 {count} 个图形没有任何属性，未采用）",
        "has attributes beside its shape ({count} features have none and were left out)",
    ),
    "hint.feature_blank": (
        "请在图层中填写名称等属性，或删除这些图形。",
        "Fill in their names and other attributes in the layer, or delete them.",
    ),
    "rule.one_document": ("该项只能用一个文件", "is one file"),
    "hint.one_document": (
        "请合并为一个文件，或只保留其中一个。",
        "Put them together into one file, or name one of them only.",
    ),
    "rule.file_name": (
        "文件名应能正常显示（解压时编码有误）",
        "has a name that can be read (it was unpacked in another encoding)",
    ),
    "hint.file_name": (
        "请给文件重新命名，再核对一次。",
        "Rename the file and check again.",
    ),
    "rule.accepted": (
        "应与采用时保存的内容一致，现已损坏",
        "is as it was written when this version was accepted; it is damaged",
    ),
    "hint.accepted": (
        "请从备份恢复；没有备份的，请删除 accepted 文件夹后重新采用。",
        "Restore it from a backup, or delete the folder accepted and accept anew.",
    ),
    "rule.unlisted": (
        "有 {count} 个村（社区）未列入，是没有残疾人还是未上报",
        "leaves out {count} villages: have they nobody, or did they not report",
    ),
    "hint.unlisted": (
        "请选择一次：计为 0，或按缺报处理。",
        "Choose once: count them as 0, or as not reported.",
    ),
    "rule.unlisted_decided": (
        "未列入的村（社区）按已作决定处理",
        "leaves out villages, which were filled in as decided before",
    ),
    "choice.zero": ("没有残疾人，计为 0", "nobody there: counted as 0"),
    "choice.unreported": ("未上报，按缺数据处理", "not reported: no data"),
    "check.addresses": ("待补坐标", "Addresses without a point"),
    "check.addresses.what": (
        "有地址、无坐标的机构。地址不会发往任何网络服务，请在本单位地图上查得后填入台账。",
        "Facilities with an address and no point. No address leaves this machine: look them up on your own map.",
    ),
    "check.head.facility_id": ("机构编号", "id"),
    "check.head.address": ("地址", "address"),
    "check.head.zone": ("所在单位", "unit"),
    "rule.service_unreported": (
        "有 {count} 行未填开展情况，按“不详”处理",
        "has no word on {count} rows: they were taken as not known",
    ),
    "hint.service_unreported": (
        "不详不等于没有；查明后请填写。",
        "Not known is not none; fill them in once it is known.",
    ),
    # More words that an answer may be
    "choice.keep": ("按原样保留", "keep it as it is"),
    "choice.swap": ("对调经度和纬度", "exchange longitude and latitude"),
    "choice.positive": ("改为正数", "make it positive"),
    "choice.open": ("运行", "open"),
    "choice.planned": ("规划、在建", "planned"),
    "choice.candidate": ("备选", "candidate site"),
    "choice.closed": ("停用", "closed"),
    "choice.delivered": ("已开展", "delivered"),
    "choice.none": ("没有、未开展", "none"),
    "choice.yes": ("是", "yes"),
    "choice.no": ("否", "no"),
    "choice.anyone": ("不限", "anyone"),
    "choice.agreement": ("按协议", "by agreement"),
    "choice.big5": ("繁体编码（Big5）", "traditional (Big5)"),
    "choice.gb18030": ("简体编码（GBK/GB18030）", "simplified (GBK/GB18030)"),
    # Columns that only faults name
    "check.column.geometry": ("图形", "shape"),
    "check.column.crs": ("坐标系", "reference system"),
    "check.column.signer": ("签字人", "signer"),
    "check.column.source_unit": ("提供单位", "source unit"),
    "check.column.as_of": ("截止日期", "as of"),
    "check.column.basis": ("数据性质", "basis"),
    "rule.register_shifted": (
        "村（社区）一栏填的是人名（{count} 行），可能错列",
        "has a person's name where the village should stand ({count} rows): columns may have shifted",
    ),
    "hint.register_shifted": (
        "请核对这些行的列是否错位。",
        "Look whether the cells of these rows have moved.",
    ),
    "rule.silent_townships": (
        "台账中有 {count} 个乡镇（街道）一个人也没有，是没有残疾人还是未上报",
        "has nobody in {count} townships: have they nobody, or did they not report",
    ),
    "rule.inner_points": (
        "村（社区）服务对象代表点取界线内的点，按推断数据处理",
        "took a point inside each village for its demand point, as inferred",
    ),
    "rule.no_demand_points": (
        "村（社区）没有服务对象代表点，到达时间无法计算",
        "has no demand point for any village, so no time can be worked out",
    ),
    "hint.no_demand_points": (
        "请补填村委会驻地坐标；也可选 inside（取界线内的点）或 skip（不计算）。",
        "Give the points of the village offices; or choose 'inside' (a point inside each village) or 'skip' (no times).",
    ),
    "choice.inside": ("取界线内的点", "a point inside each village"),
    "rule.is_point": (
        "应为点（有 {count} 个图形不是点）",
        "is a point ({count} shapes are none)",
    ),
    "hint.is_point": (
        "请核对图层是否放错表；机构等应为点图层。",
        "Look whether this is the right layer: facilities and the like are points.",
    ),
}
