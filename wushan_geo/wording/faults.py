"""What inputs must satisfy (rules) and what to do about it (hints), for whoever keeps the files."""

TEXTS: dict[str, tuple[str, str]] = {
    # How a list of faults is laid out on the terminal.
    "fault.title": (
        "输入数据有 {count} 处问题，请更正后重新运行：",
        "Faults in the input: {count}. Mend them and run again.",
    ),
    "fault.title.options": (
        "命令选项有 {count} 处问题，请更正后重新运行：",
        "Faults in the options of the command: {count}. Mend them and run again.",
    ),
    "fault.answerable": (
        "其中 {count} 项可以答复，不必改文件：请执行 wushan-geo check 文件夹，在核对表中填写。",
        "{count} of them can be answered without a change to the files: run wushan-geo check FOLDER and fill in its workbook.",
    ),
    "fault.row": ("第 {row} 行", "row {row}"),
    "fault.found": ("现为“{value}”", "found {value!r}"),
    # Files and studies
    "rule.exists": ("文件应存在", "exists"),
    "hint.exists": (
        "请放入该文件，或更正 {study} 中 [tables] 的 {table}。",
        "Put the file there, or correct [tables] {table} in {study}.",
    ),
    "rule.readable": ("文件应能打开", "can be opened"),
    "hint.readable": (
        "请确认文件未被占用且有读取权限。",
        "Close it elsewhere, and make sure that you may read it.",
    ),
    "rule.study": (
        "应为内置研究名称、含 study.toml 的文件夹，或 study.toml 文件",
        "is a built-in study, a folder with a study.toml, or a study.toml",
    ),
    "rule.data": ("应含内置数据", "has its built-in data"),
    "hint.data": ("请重新安装本软件。", "Install the package again."),
    "rule.toml": ("应为可读取的 TOML 文件（UTF-8）", "is a readable TOML file in UTF-8"),
    "hint.toml": (
        "请对照内置研究的同名文件检查该行。",
        "Compare the line with the same file of a built-in study.",
    ),
    "rule.study_table": ("应为研究可含的数据表", "is a table that a study can have"),
    "rule.table_named": ("应列出该数据表", "names this table"),
    "hint.table_named": (
        "请在 {study} 的 [tables] 下增加一行。",
        "Add a line under [tables] in {study}.",
    ),
    "rule.together": (
        "应与 {other} 一并提供",
        "comes together with {other}",
    ),
    "hint.together": (
        "请在 [tables] 中列出两个表，或都不列出。",
        "Name both tables under [tables], or neither.",
    ),
    # Settings and plans.
    "rule.section": ("应有 [{path}] 一节", "has a section [{path}]"),
    "rule.is_section": ("应为一节", "is a section"),
    "rule.sections": ("应为以 [[{path}]] 开头的若干节", "is a list of sections [[{path}]]"),
    "rule.setting": ("应有此项设定", "has this setting"),
    "rule.setting_exists": ("应为已有的设定项", "is a setting that exists"),
    "rule.kind": ("取值类型应正确", "has a value of the right kind"),
    "rule.text": ("应为文字", "is a text"),
    "rule.texts": ("应为文字列表", "is a list of texts"),
    "rule.words": (
        '应为中英文两种文字：{{zh = "...", en = "..."}}',
        'is a text in both languages: {{zh = "...", en = "..."}}',
    ),
    "rule.number_above": ("应为大于 {least} 的数", "is a number above {least}"),
    "rule.number_least": ("应为不小于 {least} 的数", "is a number of at least {least}"),
    "rule.share": ("应为 0 至 1 之间的数", "is a share from 0 to 1"),
    "rule.share_inside": ("应大于 0 且小于 1", "is above 0 and below 1"),
    "rule.numbers": ("应为大于 0 的数的列表", "is a list of numbers above 0"),
    "rule.whole_least": (
        "应为不小于 {least} 的整数",
        "is a whole number of at least {least}",
    ),
    "rule.true_false": ("应为 true 或 false", "is true or false"),
    "rule.time_of_day": (
        "须为一天中的时刻，例如 “08:30” 或 “8:30”",
        'is a time of day, such as "08:30" or "8:30"',
    ),
    "rule.toml_date": (
        "应为不加引号的日期，如 2025-06-30",
        "is a date without quotes, such as 2025-06-30",
    ),
    "rule.years": (
        "应为起止两个年份，如 [2021, 2025]",
        "is the first and the last year, such as [2021, 2025]",
    ),
    "rule.ordered": ("应满足 low <= central <= high", "has low <= central <= high"),
    "rule.central_one": ("central 应为 1", "has a central value of 1"),
    "rule.more_limits": (
        "应另列两个时限（时限是分析假设）",
        "gives two more limits beside the default, since a limit is an assumption",
    ),
    "hint.more_limits": ("例如 also = [20, 45]。", "For example also = [20, 45]."),
    "rule.speeds": (
        "应给出所用各道路类别的速度（公里/小时）",
        "gives a speed in km/h for each road class used",
    ),
    "hint.speeds": (
        "请在 [travel.speeds_kmh] 中增加 {name}。",
        "Add {name} to [travel.speeds_kmh].",
    ),
    "rule.own_service": ("应为本研究的服务", "names one of the services"),
    "rule.offers_measured": (
        "新增机构应提供 measured_by 所列服务",
        "holds the service named by measured_by",
    ),
    "rule.minutes_service": (
        "应为按到达时间评价的服务",
        'is a service that is measured in minutes (measure = "minutes")',
    ),
    "rule.own_table": ("应为 [tables] 中列出的数据表", "is one of the tables of this study"),
    "rule.county_code": (
        "应为加引号的 {digits} 位区划代码",
        "is a code of {digits} digits, in quotes",
    ),
    "hint.settings": (
        "请对照内置研究的 {file}。",
        "Compare it with the {file} of a built-in study.",
    ),
    "hint.rename": ("请将其中一个改名。", "Rename one of the two."),
    # Tables.
    "rule.utf8": ("应以 UTF-8 编码保存", "is written in UTF-8"),
    "hint.utf8": (
        "请在 Excel 中另存为“CSV UTF-8（逗号分隔）”。",
        "In Excel choose: save as, CSV UTF-8 (comma delimited).",
    ),
    "rule.quotes": ("引号应成对", "has its quotes in pairs"),
    "hint.quotes": (
        "请检查该行及以上的引号：文字中的引号应写两次。",
        "Look at the quotes in this row and above: a quote inside a text is written twice.",
    ),
    "rule.column_named": ("各列均应有列名", "has a name for each column"),
    "hint.column_named": ("请填写列名或删除该列。", "Name it or delete it."),
    "rule.column_once": ("列名不得重复", "has each column once"),
    "rule.cells": ("应有 {width} 个单元格，与表头一致", "has {width} cells, as the header has"),
    "hint.cells": (
        "文字中含逗号时，应将整段文字加引号。",
        "A comma inside a text needs quotes around the text.",
    ),
    "rule.column": ("应有“{name}”列", "has a column {name!r}"),
    "hint.column": ("请增加该列。", "Add the column."),
    "rule.column_exists": ("应为已有的列", "is a column that exists"),
    "hint.column_near": (
        "是否为“{near}”列？请更正列名。",
        "Is it the column {near!r}? Rename it.",
    ),
    "rule.filled": ("不得为空", "must not be empty"),
    "hint.filled": ("请填写。", "Fill the cell in."),
    "rule.once": ("不得重复", "appears only once"),
    "hint.once": (
        "第 {row} 行已有，请删除其中一行。",
        "It stands in row {row} already: delete one of the two.",
    ),
    "rule.number": ("应为数字", "is a number"),
    "hint.number": ("请只填数字，不带单位和文字。", "Write a plain number, without unit or text."),
    "rule.count": ("应为整数", "is a whole number"),
    "hint.count": (
        "请填整数；不详时留空。",
        "Write a whole number; leave the cell empty if it is not known.",
    ),
    "rule.date": ("应为日期", "is a date"),
    "hint.date": ("请按 2025-06-30 的格式填写。", "Write the date as 2025-06-30."),
    "rule.flag": ("应为 yes 或 no", "is yes or no"),
    "hint.flag": (
        "请填 yes（是）或 no（否）；不详时留空。",
        "Write yes or no; leave the cell empty if it is not known.",
    ),
    "rule.choice": ("应为下列之一：{options}", "is one of: {options}"),
    "hint.choice": ("请更正。", "Use one of these words."),
    "rule.least": ("应不小于 {bound}", "is at least {bound}"),
    "rule.most": ("应不大于 {bound}", "is at most {bound}"),
    "rule.above": ("应大于 {bound}", "is above {bound}"),
    "hint.correct_number": ("请更正数字。", "Correct the number."),
    "hint.swapped": (
        "经度和纬度可能填反了。",
        "Longitude and latitude may be swapped.",
    ),
    "hint.did_you_mean": ("是否为“{near}”？", "Did you mean {near!r}?"),
    "hint.known": ("可用的有：{known}。", "Known are: {known}."),
    "hint.none_known": ("目前没有可用的。", "There are none yet."),
    # The list of assumptions.
    "rule.row_cells": ("应有 {width} 个单元格", "has {width} cells"),
    "hint.row_cells": (r"文字中的竖线应写作 \|。", r"Write a bar inside a text as \|."),
    # Layers
    "rule.geojson": ("应为可读取的 GeoJSON 文件", "is a readable GeoJSON file"),
    "hint.export": ("请重新导出该图层。", "Export the layer again."),
    "rule.features": ("应至少有一个要素", "has at least one feature"),
    "rule.layer": ("应为可读取的矢量图层", "is a vector layer that can be read"),
    "hint.layer": (
        "请使用 GeoPackage、GeoJSON 或 Shapefile（须含 .shx、.dbf、.prj 文件）。",
        "Use GeoPackage, GeoJSON or Shapefile (with its .shx, .dbf and .prj files).",
    ),
    "rule.has_shapes": ("应为含图形的矢量图层", "is a layer with shapes"),
    "rule.shape": ("应有可读取的图形", "has a readable shape"),
    "rule.crs": ("应有坐标系", "has a coordinate reference system"),
    "rule.lon_lat": (
        "应采用经纬度坐标（EPSG:4490 或 EPSG:4326）",
        "is in longitude and latitude (EPSG:4490 or EPSG:4326)",
    ),
    "hint.lon_lat": ("请转换图层坐标系。", "Reproject the layer."),
    "rule.degrees": (
        "坐标应为度数（经度 -180 至 180，纬度 -90 至 90）",
        "has coordinates in degrees (longitude -180 to 180, latitude -90 to 90)",
    ),
    "hint.degrees": (
        "坐标可能是米，或经纬度填反了：请核对坐标系。",
        "The numbers may be metres, or swapped: check the reference system.",
    ),
    "rule.there": ("应有图形", "has a shape"),
    "rule.polygon": ("应为面", "is a polygon"),
    "rule.line": ("应为线", "is a line"),
    "rule.valid": (
        "应为有效的面（边界不自相交）",
        "is a valid polygon (no ring crosses itself)",
    ),
    "hint.repair": ("请在 GIS 软件中修复图形。", "Repair the shape in a GIS."),
    "rule.coverage": (
        "应与相邻单元边界完全一致（无缝隙、无重叠）",
        "shares its borders exactly with its neighbours (no gap, no overlap)",
    ),
    "rule.hole": (
        "单元之间不得留有空白（{lon}, {lat} 附近）",
        "leaves no hole between the units (near {lon}, {lat})",
    ),
    "rule.inside": ("点位应在本单元范围内", "has its point inside its own zone"),
    "rule.inside_parent": (
        "应位于所属乡镇（街道）{parent} 范围内",
        "lies inside its township {parent}",
    ),
    "hint.inside": (
        "经度和纬度可能填反了，或坐标偏移（GCJ-02）。",
        "Longitude and latitude may be swapped, or the point may use another datum (GCJ-02).",
    ),
    "hint.inside_parent": (
        "请核对上级代码、图形或点位。",
        "Check the parent's code, the shape and the point.",
    ),
    "rule.one_county": ("应只有一个县", "has one county"),
    "hint.one_county": ("请只保留本县。", "Keep the row of this county alone."),
    # Across tables
    "rule.code": (
        "应为 {digits} 位代码，以文本保存",
        "is a code of {digits} digits, kept as text",
    ),
    "hint.code": (
        "可能丢失了首位的 0 或多了字符：请将该列设为文本后重新填写。",
        "Excel may have dropped a zero or added .0: format the column as text.",
    ),
    "hint.code_point": (
        "Excel 把代码当成了数字：请改为“{code}”，并将该列设为文本。",
        "Excel took the code for a number: write {code!r} and format the column as text.",
    ),
    "hint.code_rounded": (
        "Excel 已将代码四舍五入，无法还原：请从台账重新取得，并将该列设为文本。",
        "Excel has rounded the code and it cannot be restored: take it from the register again, and format the column as text.",
    ),
    "rule.this_county": (
        "应为研究文件中的县（{county}）",
        "is the county of the study file ({county})",
    ),
    "hint.one_of_two": ("请更正其中之一。", "Correct one of the two."),
    "rule.county_prefix": ("应以县代码 {county} 开头", "starts with the county code {county}"),
    "rule.parent_prefix": (
        "应为本单位代码的前九位",
        "is the first nine digits of zone_id",
    ),
    "hint.parent_prefix": ("请更正代码或上级代码。", "Correct the code or the parent."),
    "hint.code_itself": ("请更正代码。", "Correct the code."),
    "rule.township": ("应为本研究的乡镇（街道）代码", "is the code of a township of the study"),
    "rule.village": ("应为本研究的村（社区）代码", "is the code of a village of the study"),
    "rule.zone": (
        "应为本研究的乡镇（街道）或村（社区）代码",
        "is the code of a village or township of the study",
    ),
    "rule.group": ("应为已知的人群", "is a group of persons"),
    "rule.every_village": (
        "每个村（社区）的每个人群均应有一行（缺：{groups}）",
        "has a row for each village in each group (lacking: {groups})",
    ),
    "hint.every_village": (
        "请补充：没有填 0，不详留空。",
        "Add the rows: 0 for none, an empty cell for not known.",
    ),
    "rule.sum": (
        "{zone} 的{what}之和应等于 all（{total}）",
        "the {what} of {zone} add up to its group 'all' ({total})",
    ),
    "sum.types": ("残疾类别", "disability types"),
    "sum.ages": ("年龄段", "age bands"),
    "rule.part": (
        "{zone} 的 {group} 不应大于 all（{total}）",
        "group {group!r} of {zone} is at most its group 'all' ({total})",
    ),
    "hint.counts": ("请更正人数。", "Correct the counts."),
    "rule.cells_sum": (
        "{zone} 的残疾人数交叉表按群体相加，应等于 {file} 中的人数（{groups}）",
        "the cells of {zone} add up to the groups that {file} states ({groups})",
    ),
    "rule.cells_eligible": (
        "{file} 中 {zone} 的服务对象，不应多于交叉表中符合条件的人数（{groups}）",
        "{zone} has no more eligible persons in {file} than its cells have by the table of eligibility ({groups})",
    ),
    "hint.cells_sum": (
        "请核对两张表；未列出的格按没有人计。",
        "Compare the two tables; a cell that is not listed counts as nobody.",
    ),
    "rule.eligibility_torn": (
        "{service} 的条件不应与同样具体的另一行（第 {row} 行）矛盾",
        "does not contradict an equally particular row of {service} (row {row})",
    ),
    "hint.eligibility_torn": (
        "请更正其中一行，或为两行都涉及的人增加更具体的一行。",
        "Correct one of the two, or add a more particular row for those whom both meet.",
    ),
    "rule.residence_sum": (
        "{zone} 的 {group} 各居住状况之和不应大于该群体人数（{total}）",
        "the places of residence of group {group!r} of {zone} hold at most the group ({total})",
    ),
    "rule.service": ("应为研究文件中列出的服务", "is a service named in the study file"),
    "rule.type": ("应为已知的残疾类别", "is a known type of disability"),
    "rule.age_band": ("应为已知的年龄段", "is a known age band"),
    "rule.node": ("应为 {file} 中的节点", "is a node of {file}"),
    "hint.node": ("请更正编号或补充节点。", "Correct the id or add the node."),
    "rule.length_short": (
        "不应短于两端节点间的直线距离（{straight} 米）",
        "is not shorter than the straight line between its nodes ({straight} m)",
    ),
    "hint.length_short": (
        "请核对长度单位（应为米，不是公里或度）和节点坐标。",
        "Check the unit of the length (metres, not kilometres or degrees) and the points of its nodes.",
    ),
    "rule.crossing": ("应为 {file} 中的渡口或桥梁", "is a crossing of {file}"),
    "rule.indicator": ("应为规划中的指标", "is an indicator of the plan"),
    # The study's own words.
    "rule.word": (
        "每行应有 list（{lists}）、means、word 三项",
        "has list (one of {lists}), means and word in each row",
    ),
    "hint.word": (
        "请对照内置词表填写。",
        "Compare it with the built-in lists of words.",
    ),
}
