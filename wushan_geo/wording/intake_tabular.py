"""Words of reading office files: tabular."""

TEXTS: dict[str, tuple[str, str]] = {
    # Files: how they are read, and up to which limits.
    "rule.file_filled": ("文件应有内容", "has something in it"),
    "hint.file_filled": (
        "请确认文件已完整保存，并重新导出。",
        "Make sure that it was saved, and export it again.",
    ),
    "rule.file_whole": ("文件应完整、可读到末尾", "is whole, and can be read to its end"),
    "hint.file_whole": (
        "请在 Excel 或 WPS 中打开并另存为 .xlsx；打不开时请向提供单位重新索取。",
        "Open it in Excel or WPS and save it as .xlsx; if it does not open, ask its office for a new copy.",
    ),
    "rule.file_password": ("文件应不设打开密码", "opens without a password"),
    "hint.file_password": ("请取消密码后重新保存。", "Remove the password and save it again."),
    "rule.file_size": ("文件不应超过 {most} MB", "has at most {most} MB"),
    "rule.file_unpacked": ("文件解压后不应超过 {most} MB", "has at most {most} MB when unpacked"),
    "rule.file_ratio": ("文件压缩比不应超过 {most}:1", "is packed at most {most} to 1"),
    "rule.file_parts": ("文件内部不应超过 {most} 个部件", "has at most {most} parts inside"),
    "rule.file_elements": (
        "文件内部嵌套不应超过 {depth} 层，元素不应超过 {most} 个",
        "has elements at most {depth} deep and at most {most} of them",
    ),
    "rule.file_sheets": ("工作表不应超过 {most} 个", "has at most {most} sheets"),
    "rule.file_rows": ("行数不应超过 {most}", "has at most {most} rows"),
    "rule.file_columns": (
        "列数不应超过 {most}（至 {last} 列）",
        "has at most {most} columns (up to {last})",
    ),
    "rule.file_cells": (
        "单元格（行数×列数）不应超过 {most} 个",
        "has at most {most} cells (rows times columns)",
    ),
    "rule.file_letters": (
        "单元格不应超过 {most} 个字符",
        "has at most {most} characters in a cell",
    ),
    "hint.file_letters": (
        "请删减该处文字；若为文本文件，请检查引号是否成对。",
        "Shorten the text; in a text file, look for a quote that is not closed.",
    ),
    "hint.file_split": (
        "请只保留所需的表，或拆分为多个文件。",
        "Keep only the tables that are needed, or split the file.",
    ),
    "hint.file_stray": (
        "表外可能有多余内容：请删除数据区右侧和下方的行、列后保存。",
        "Something may stand outside of the table: delete the columns to its right and the rows below it, and save.",
    ),
    "hint.file_resave": (
        "请在 Excel 或 WPS 中打开并另存为 .xlsx。",
        "Open it in Excel or WPS and save it as .xlsx.",
    ),
    "rule.file_kind": (
        "应为表格文件（xlsx、xls、ods、csv、parquet 等）",
        "is a file of tables (xlsx, xls, ods, csv, parquet and the like)",
    ),
    "hint.file_kind": (
        "这是 {name} 文件：请在其中打开，将表格另存为 .xlsx。",
        "It is a {name} file: open it and save its table as .xlsx.",
    ),
    "hint.file_archive": (
        "这是 {name} 压缩包：请先解压。",
        "It is a {name} archive: unpack it first.",
    ),
    "rule.file_parquet": ("读取 Parquet 文件需要 pyarrow", "needs pyarrow to be read"),
    "hint.file_parquet": (
        '请运行 pip install "wushan-geo[parquet]"，或另存为 .xlsx 或 .csv。',
        'Run pip install "wushan-geo[parquet]", or save the table as .xlsx or .csv.',
    ),
    "rule.file_text": (
        "应为可识别编码的文本（UTF-8、GB18030、Big5、UTF-16）或表格文件",
        "is a text in a known encoding (UTF-8, GB18030, Big5, UTF-16), or a file of tables",
    ),
    "hint.file_text": (
        "请在 Excel 或 WPS 中另存为 .xlsx；若文件经单位安全软件加密，请先解密。",
        "Save it as .xlsx in Excel or WPS; if the office's security software has encrypted it, have it decrypted first.",
    ),
    "rule.file_broken": (
        "全部文字应为 {encoding} 编码（第 {rows} 行有损坏的字符）",
        "is written in {encoding} throughout (broken characters in row {rows})",
    ),
    "hint.file_broken": (
        "请重新导出文件，或在该行更正后另存为“CSV UTF-8（逗号分隔）”。",
        "Export the file again, or correct the row and save as CSV UTF-8 (comma delimited).",
    ),
    "rule.file_encoding": ("应能判断文字编码", "has an encoding that can be told"),
    "hint.file_encoding": (
        "两种读法哪个正确？前者为 {first}，后者为 {second}。",
        "Which reading is right? The first is {first}, the second {second}.",
    ),
    "rule.file_error_cell": (
        "应为数值或文字，而非公式错误",
        "is a value and no error of a formula",
    ),
    "hint.file_error_cell": (
        "请在 Excel 中更正该单元格的公式。",
        "Mend the formula of this cell in Excel.",
    ),
    "rule.file_computed": ("公式应有计算结果", "holds the result of its formula"),
    "hint.file_computed": (
        "请在 Excel 或 WPS 中打开并保存，再重新读取。",
        "Open the file in Excel or WPS and save it, then read it again.",
    ),
    "rule.file_more": ("{what}；另有 {places}", "{what}; also in {places}"),
    # Files: what is noted.
    "rule.file_format": (
        "已按实际格式（{format}）读取，与扩展名不同",
        "was read as what it is ({format}), not as its suffix says",
    ),
    "rule.file_encoded": ("已按此编码读取", "was read in this encoding"),
    "rule.file_delimiter": ("已按此分隔符分列", "was cut into columns at this sign"),
    "rule.file_short_rows": (
        "第 {rows} 行不足 {width} 个单元格，所缺按空白处理",
        "has rows with fewer than {width} cells, which were read as empty at the end (row {rows})",
    ),
    "hint.file_short_rows": ("请核对这些行是否完整。", "Make sure that these rows are complete."),
    "rule.file_hidden_rows": (
        "{count} 个隐藏行已一并读入",
        "has hidden rows, which were read ({count})",
    ),
    "rule.file_hidden_columns": (
        "{count} 个隐藏列已一并读入",
        "has hidden columns, which were read ({count})",
    ),
    "hint.file_hidden": ("如不应计入，请删除。", "Delete them if they do not count."),
    "rule.file_hidden_sheet": (
        "隐藏的工作表（{rows} 行）未读入",
        "is hidden ({rows} rows) and was left out",
    ),
    "hint.file_hidden_sheet": ("如需采用，请取消隐藏。", "Show the sheet if it is to be used."),
    "rule.file_hidden_read": (
        "工作表（{rows} 行）虽隐藏，已读入",
        "is hidden ({rows} rows) and was read",
    ),
    "rule.file_stale": (
        "含 {count} 个公式，采用文件中保存的结果，可能未经重新计算",
        "has formulas ({count}) whose stored results were taken, and may not be up to date",
    ),
    "hint.file_stale": (
        "如有疑问，请在 Excel 或 WPS 中打开并保存。",
        "If in doubt, open the file in Excel or WPS and save it.",
    ),
    "rule.file_blank": (
        "公式的结果均为空（{cells}），按空白处理",
        "has formulas whose results are all empty, and were read so ({cells})",
    ),
    "rule.file_column": (
        "该列内容不是单元格可填的值，未读入",
        "has values that no cell can hold, and was left out",
    ),
    # Understanding one sheet: its cells.
    "rule.cell_width": (
        "全角字符已按半角读取（第 {rows} 行）",
        "full-width signs were read as half-width ones (rows: {rows})",
    ),
    "rule.cell_thousands": (
        "千分位逗号已去掉（第 {rows} 行）",
        "thousands separators were taken out (rows: {rows})",
    ),
    "rule.cell_spaces": (
        "数字中的千分位空格已去掉（第 {rows} 行）",
        "spaces between thousands were taken out (rows: {rows})",
    ),
    "rule.cell_stars": (
        "星号已按个数读取（第 {rows} 行）",
        "stars were counted (rows: {rows})",
    ),
    "rule.cell_numeral": (
        "中文数字已转为阿拉伯数字（第 {rows} 行）",
        "Chinese numerals were read as numbers (rows: {rows})",
    ),
    "rule.cell_percent": (
        "百分号已去掉，97% 读作 97（第 {rows} 行）",
        "percent signs were taken off, 97% is read as 97 (rows: {rows})",
    ),
    "rule.cell_unit": (
        "数字后的单位已去掉（第 {rows} 行）",
        "units after numbers were taken off (rows: {rows})",
    ),
    "rule.cell_kilometres": (
        "公里已换算为米（第 {rows} 行）",
        "kilometres were turned into metres (rows: {rows})",
    ),
    "rule.cell_date": (
        "日期已统一为 2025-06-30 的格式（第 {rows} 行）",
        "dates were written as 2025-06-30 (rows: {rows})",
    ),
    "rule.cell_serial": (
        "表格软件的日期序号已还原为日期（第 {rows} 行）",
        "day numbers of a spreadsheet were read as dates (rows: {rows})",
    ),
    "rule.cell_words": (
        "词语按词表读取：{words}",
        "words were read as the lists say: {words}",
    ),
    "rule.cell_list": (
        "并列的各项已分开（第 {rows} 行）",
        "lists in one cell were parted (rows: {rows})",
    ),
    "rule.cell_code_number": (
        "代码存成了数字，位数完整，已按文本读取（第 {rows} 行）",
        "codes kept as numbers, whole, were read as text (rows: {rows})",
    ),
    "rule.cell_code_point": (
        "代码末尾的“.0”或科学计数已还原，位数完整（第 {rows} 行）",
        "codes with .0 or an exponent, whole, were restored (rows: {rows})",
    ),
    "rule.cell_code_signs": (
        "代码中的空格、撇号或全角字符已去掉（第 {rows} 行）",
        "spaces, apostrophes or full-width signs were taken out of codes (rows: {rows})",
    ),
    "rule.cell_code_level": (
        "代码末尾表示下级为空的 0 已去掉，按县 6 位、乡镇 9 位、村 12 位读取（第 {rows} 行）",
        "zeros of levels that a code does not use were cut: 6 digits for a county, 9 for a township, 12 for a village (rows: {rows})",
    ),
    "rule.cell_blank": (
        "空白按缺失处理，不作 0（第 {rows} 行）",
        "empty cells are missing, not zero (rows: {rows})",
    ),
    "rule.cell_proven": (
        "有合计为证，空白计为 0（{count} 处，第 {rows} 行）",
        "empty cells are zero where the total is made up by the others (cells: {count}; rows: {rows})",
    ),
    "rule.cell_mark_zero": (
        "“{said}”按 0 处理（第 {rows} 行）",
        "{said!r} was read as zero (rows: {rows})",
    ),
    "rule.cell_mark_missing": (
        "“{said}”按缺失处理，不作 0（第 {rows} 行）",
        "{said!r} was read as missing, not zero (rows: {rows})",
    ),
    "rule.cell_mark_none": (
        "“{said}”按“一项也没有”处理（第 {rows} 行）",
        "{said!r} was read as an empty list (rows: {rows})",
    ),
    "rule.cell_mark_unknown": (
        "“{said}”按“不详”处理，不作“没有”（第 {rows} 行）",
        "{said!r} was read as unknown, not as none (rows: {rows})",
    ),
    "rule.cell_answer": (
        "已按以前的答复处理（第 {rows} 行）",
        "was read as answered before (rows: {rows})",
    ),
    "rule.cell_answer_out": (
        "已按以前的答复留空（第 {rows} 行）",
        "was left empty as answered before (rows: {rows})",
    ),
    "rule.cell_carried": (
        "只写了一次的内容已沿用到以下各行（第 {rows} 行）",
        "what is written once was carried down (rows: {rows})",
    ),
    "rule.cell_merged": (
        "一个数字不得合并给多行（第 {rows} 行）",
        "is a number of one row, not merged over several (rows {rows})",
    ),
    "hint.cell_merged": (
        "请取消合并，逐行填写。",
        "Take the merge apart and give each row its number.",
    ),
    "rule.cell_spaced": ("数字中不得有空格", "has no space inside the number"),
    "rule.cell_percent_doubt": ("应为数字，不带百分号", "is a number without a percent sign"),
    "rule.cell_rounded": (
        "应为准确的数字，不用万、千为单位",
        "is an exact number, not in thousands",
    ),
    "rule.cell_range": ("应为一个数字，不是范围", "is one number, not a range"),
    "rule.cell_about": ("应为准确的数字，不是约数", "is an exact number, not about so many"),
    "rule.cell_letters": (
        "应为数字：字母 O、l 可能误作 0、1",
        "is a number: the letters O and l may stand for 0 and 1",
    ),
    "rule.cell_vague": (
        "应为准确的数字：可能是没有，也可能是不详",
        "is an exact number: this may mean none, or not known",
    ),
    "rule.cell_strange": ("应为词表中的词", "is a word that the lists know"),
    "rule.cell_month": ("日期应到日", "is a date with its day"),
    "rule.cell_year": ("日期应到月、日", "is a date with its month and day"),
    "rule.cell_short_year": ("年份应写四位", "has a year of four digits"),
    "rule.cell_day_first": ("日期应按年、月、日的顺序写", "has the year first, then month and day"),
    "hint.cell_doubt": (
        "可能是：{readings}。请填写正确的内容；填 {skip} 则留空。",
        "It may be: {readings}. Write what is right; {skip} leaves it empty.",
    ),
    "rule.cell_undated": (
        "应为日期，写明年、月、日（第 {rows} 行）",
        "is a date with its year, month and day (rows: {rows})",
    ),
    "hint.cell_undated": (
        "请填写日期，如 2025-06-30；填 {skip} 则留空。",
        "Write the date, such as 2025-06-30; {skip} leaves it empty.",
    ),
    "rule.cell_no_day": ("应为存在的日期", "is a day that exists"),
    "rule.cell_formula": (
        "应为公式的结果，不是错误值或公式本身",
        "is the result of a formula, not an error or the formula",
    ),
    "hint.cell_formula": (
        "请在表格软件中修正公式，或直接填数。",
        "Mend the formula in the spreadsheet, or write the number itself.",
    ),
    "rule.cell_code_rounded": ("代码应完整，不得四舍五入", "is a whole code, not a rounded one"),
    "rule.cell_code_cut": ("区划代码应为 6、9 或 12 位", "is a division code of 6, 9 or 12 digits"),
    "hint.cell_code_cut": (
        "代码缺位或多位，无法确定原值：请从台账重新取得，并将该列设为文本。",
        "Digits are missing or too many, and the code cannot be restored: take it from the register again, and format the column as text.",
    ),
    "rule.cell_personal_rounded": (
        "证件号码和电话应以文本保存：末尾数字已丢失",
        "is a number kept as text: its last digits are lost",
    ),
    "hint.cell_personal_rounded": (
        "请从原台账重新导出，并将该列设为文本。",
        "Export the register again, with the column formatted as text.",
    ),
    # Its header.
    "rule.head_found": ("应有表头，至少含：{expected}", "has a header with at least: {expected}"),
    "hint.head_found": (
        "请核对工作表是否选对，或将表头改为上述名称。",
        "See whether this is the right sheet, or name its columns like these.",
    ),
    "rule.head_nameless": (
        "此列没有表头，未使用（第 {rows} 行有内容）",
        "this column has no header and is not used (rows {rows} have something)",
    ),
    "rule.head_twice": (
        "只能有一列为“{name}”：“{other}”列也是",
        "is the only column for {name}: another one, {other}, is it as well",
    ),
    "hint.head_twice": (
        "请指明此列的含义，或填 {skip} 不用此列。",
        "Say which column this is, or {skip} to leave it out.",
    ),
    "rule.head_same": (
        "与“{other}”列内容完全相同，只用一列",
        "says the same as {other} in every row and is not used twice",
    ),
    "rule.head_near": (
        "表头应为已知的名称，可能是“{name}”",
        "is a header that is known; it may mean {name}",
    ),
    "hint.head_near": (
        "请指明此列的含义，或填 {skip} 不用此列。",
        "Say which column this is, or {skip} to leave it out.",
    ),
    "rule.head_bracket": (
        "括号内的说明未采用，按“{name}”读取",
        "was read as {name}; what its bracket says was not used",
    ),
    "rule.head_beside": (
        "各列已是人群，不应另有一列“群体”",
        "is no column of groups, since the columns are groups themselves",
    ),
    "rule.head_beaten": (
        "已按以前的答复改用“{other}”列，此列未使用",
        "is not used, since {other} was named before as this column",
    ),
    "rule.head_left": ("已按以前的答复不用此列", "is not used, as answered before"),
    "rule.head_wide": ("应不超过 {most} 列", "has at most {most} columns"),
    "hint.head_wide": (
        "请删去无关的列；超出部分未读取。",
        "Delete columns that do not belong here; those beyond were not read.",
    ),
    "rule.head_personal": (
        "此列涉及个人信息，未读入",
        "this column is about persons and was not read in",
    ),
    "rule.head_scaled": (
        "数字应以人、个等为单位，不是“{unit}”",
        "counts single persons or things, not {unit}",
    ),
    "hint.head_scaled": ("请换算后重新填写。", "Convert the numbers and write them in full."),
    "rule.head_signed": (
        "表外注明的“{name}”已用于全表",
        "what is stated beside the table was taken as the {name} of all rows",
    ),
    # Its rows.
    "rule.row_repeated": (
        "重复的表头或栏号已略去（第 {rows} 行）",
        "headers or column numbers that stand there again were left out (rows: {rows})",
    ),
    "rule.row_remark": (
        "说明、签章等行已略去（第 {rows} 行）",
        "remarks and signatures were left out (rows: {rows})",
    ),
    "rule.row_empty": (
        "没有可用内容的行已略去（第 {rows} 行）",
        "rows with nothing in a column that is used were left out (rows: {rows})",
    ),
    "rule.row_heading": (
        "乡镇（街道）标题行已用作以下各行的所在乡镇（第 {rows} 行）",
        "rows that only name a township were taken as the township of the rows below (rows: {rows})",
    ),
    "rule.row_township": (
        "乡镇（街道）合计行已用作以下各行的所在乡镇（第 {rows} 行）",
        "rows of whole townships were taken as the township of the rows below (rows: {rows})",
    ),
    "rule.total_agrees": (
        "合计行与明细相符，已略去（第 {rows} 行）",
        "totals equal the sum of their rows and were left out (rows: {rows})",
    ),
    "rule.total_untested": (
        "合计行无可核对的数字，已略去（第 {rows} 行）",
        "totals without numbers to check were left out (rows: {rows})",
    ),
    "rule.total_sum": (
        "{unit}：合计数 {total} 与明细之和 {sum} 不符",
        "{unit}: the total is {total}, and its rows add up to {sum}",
    ),
    "hint.total_sum": (
        "请改原文件；确认明细无误的，选 {accept}（以明细为准，合计行不采用）。",
        "Correct the file; if its rows are right, answer {accept} (the rows hold, and the total is not used).",
    ),
    "rule.total_row": (
        "{unit}：合计行与明细不符，共 {count} 列：{columns}",
        "{unit}: columns whose total is not what its rows add up to ({count}): {columns}",
    ),
    "rule.total_row_accepted": (
        "{unit}：合计行与明细不符，共 {count} 列：{columns}，已按以前的答复以明细为准",
        "{unit}: columns whose total is not what its rows add up to ({count}): {columns}; the rows hold, as answered before",
    ),
    "rule.total_follows": (
        "合计行与明细的差额即上述小计的差额，已略去（第 {rows} 行）",
        "totals are off by what their subtotals are off, and were left out (rows: {rows})",
    ),
    "rule.total_accepted": (
        "合计 {total} 与明细之和 {sum} 不符，已按以前的答复以明细为准",
        "the total of {total} is not the sum of its rows, {sum}; the rows hold, as answered before",
    ),
    "rule.wide_accepted": (
        "合计 {total} 与分项之和 {sum} 不符，已按以前的答复都按原数保留",
        "the total of {total} is not the sum of its parts, {sum}; both stand, as answered before",
    ),
    # Wide tables.
    "rule.wide_added": (
        "“{group}”由以下各列相加得出：{headers}",
        "the group {group!r} was added up from: {headers}",
    ),
    "rule.wide_all": (
        "没有人群列：全部记为 all（持证残疾人合计）",
        "there is no column of groups: all rows count all persons",
    ),
    "rule.wide_sum": (
        "合计数 {total} 与各{what}之和 {sum} 不符",
        "the total is {total}, and its {what} add up to {sum}",
    ),
    "hint.wide_sum": (
        "请改原文件；确认无误的，选 {accept}（各数按原数保留）。",
        "Correct the file; if the figures are right, answer {accept} (all of them stay as they are).",
    ),
    "rule.wide_undelivered": (
        "没有已开展的服务，此列内容未使用（第 {rows} 行）",
        "is not used where no service is delivered (rows: {rows})",
    ),
    "rule.wide_unknown": (
        "没有填写的服务按“不详”处理，不作“未开展”（第 {rows} 行）",
        "services without an entry are unknown, not none (rows: {rows})",
    ),
    "rule.wide_times": (
        "按服务次数判断是否开展：大于 0 为已开展",
        "delivered where the number of times is above zero",
    ),
    "rule.wide_offers": (
        "服务内容由以下各列得出：{headers}",
        "the services were gathered from these columns: {headers}",
    ),
    "sum.grades": ("残疾等级", "grades"),
    "sum.severe_grades": ("一级、二级", "grades 1 and 2"),
    "sum.residences": ("居住状况", "kinds of residence"),
}
