"""Words of reading office files: layers."""

TEXTS: dict[str, tuple[str, str]] = {
    # What every format can get wrong.
    "hint.layer_formats": (
        "请使用 GeoPackage、GeoJSON、Shapefile（.shp 及同名 .dbf、.shx、.prj，可压缩为 zip）、KML、KMZ 或 GeoParquet，并重新导出。",
        "Export it again as GeoPackage, GeoJSON or Shapefile (.shp with its .dbf, .shx and .prj, or all in a zip), KML, KMZ or GeoParquet.",
    ),
    "hint.read_anyway": (
        "已按识别的编码读取，请抽查几个名称。",
        "It was read in the encoding found: look at a few names.",
    ),
    "hint.cut_layer": ("请只导出本县范围。", "Cut the layer to the county."),
    "rule.most_megabytes": ("文件（解压后）不得超过 {most} MB", "has at most {most} MB (unpacked)"),
    "rule.most_members": ("压缩包内文件不得超过 {most} 个", "has at most {most} files inside"),
    "rule.most_features": ("要素不得超过 {most} 个", "has at most {most} features"),
    "rule.most_vertices": ("图形顶点总数不得超过 {most} 个", "has at most {most} corners"),
    "rule.most_columns": ("属性字段不得超过 {most} 个", "has at most {most} attributes"),
    "rule.most_depth": ("嵌套不得超过 {most} 层", "is nested at most {most} deep"),
    "rule.heights": ("高程（Z、M 值）未使用，只取平面坐标", "is flat: its heights were left out"),
    "rule.left_out": ("按已作的答复，不使用该图层", "was left out, as decided"),
    "rule.whole": ("文件应完整（未截断、未损坏）", "is whole (not cut off or damaged)"),
    "rule.archive": (
        "应为完整且不加密的压缩包（zip）",
        "is a whole archive (zip) without a password",
    ),
    "hint.archive": (
        "请重新压缩为 zip（不加密），或直接提供其中的文件。",
        "Zip it again without a password, or give the files themselves.",
    ),
    "rule.column_plain": (
        "该字段不是文字、数字或日期，未读取",
        "is a column of texts, numbers or dates: this one was not read",
    ),
    # Several layers in a file.
    "rule.layer_one": ("应明确使用哪一个图层", "tells which of its layers is meant"),
    "hint.layer_which": ("请填写图层名称。", "Name the layer."),
    "rule.layer_saved": (
        "文件应已保存并关闭（尚有改动在同名 -wal 文件中）",
        "is saved and closed (changes still wait in its -wal file)",
    ),
    "hint.layer_saved": (
        "请在 GIS 软件中保存并关闭该图层后重试。",
        "Save and close the layer in the GIS, then try again.",
    ),
    "rule.layer_chosen": (
        "文件含 {count} 个图层，已采用图形类型相符的一个",
        "has {count} layers, of which the fitting one was read",
    ),
    # GeoJSON, KML, GeoParquet.
    "rule.json_utf8": ("GeoJSON 应为 UTF-8 编码", "is written in UTF-8, as GeoJSON is"),
    "hint.esri_json": (
        "这是 ArcGIS 的 JSON，请导出为 GeoJSON。",
        "This is the JSON of ArcGIS: export the layer as GeoJSON.",
    ),
    "rule.kml": ("应为完整的 KML 文件", "is a whole KML file"),
    "rule.kml_entities": (
        "KML 不得自行定义实体（DOCTYPE）",
        "defines no entities of its own (DOCTYPE)",
    ),
    "rule.kml_unread": (
        "只读取地标，其他内容（网络链接、轨迹、影像等）未读取",
        "consists of placemarks: links, tracks, models and pictures were not read",
    ),
    "hint.kml_unread": (
        "如其中有需要的数据，请另存为地标后重新导出。",
        "If they hold anything that is needed, save it as placemarks.",
    ),
    "rule.parquet_extra": (
        "读取 GeoParquet 需要附加组件 parquet",
        "needs the extra 'parquet' to be read",
    ),
    "hint.parquet_extra": (
        '请运行 pip install "wushan-geo[parquet]"，或改用 GeoPackage。',
        'Run pip install "wushan-geo[parquet]", or use a GeoPackage.',
    ),
    "rule.parquet_wkb": ("图形应以 WKB 保存", "keeps its shapes as WKB"),
    # Shapefiles.
    "rule.shape_dbf": ("应附属性表（.dbf）", "has its attributes beside it (.dbf)"),
    "rule.shape_counts": (
        "图形（.shp）与属性（.dbf）的记录数应一致",
        "has as many shapes (.shp) as attribute rows (.dbf)",
    ),
    "hint.shape_parts": (
        "请从原处完整复制同名的 .shp、.dbf、.shx、.prj、.cpg 文件。",
        "Copy the files of the same name again, all of them: .shp, .dbf, .shx, .prj and .cpg.",
    ),
    "rule.shape_index": (
        ".shx 缺失或与图形不符，已按图形重建（原文件未改动）",
        "lacks a fitting index: it was built anew from the shapes (the file is as it was)",
    ),
    "rule.zipped_shapefile": ("压缩包内应有 .shp 文件", "has a .shp file inside"),
    "rule.dbf_encoding": (
        "属性文字应为 UTF-8、GBK 或 Big5 编码",
        "has its texts in UTF-8, GBK or Big5",
    ),
    "hint.dbf_encoding": (
        "文字无法识别，请重新导出并选择 UTF-8 编码。",
        "They cannot be read: export the layer again and choose UTF-8.",
    ),
    "rule.dbf_said": (
        "标注的编码（{said}）与文字不符，已按文字识别",
        "says that its texts are in {said}, which they are not: it was read as they are",
    ),
    "rule.dbf_unsaid": (
        "未标注编码（.cpg），已按文字识别",
        "does not name its encoding (.cpg): it was told from the texts",
    ),
    "hint.dbf_check": ("请抽查几个名称是否正确。", "Look whether a few names are right."),
    "rule.dbf_type": (
        "该字段的类型不属于 Shapefile，未读取",
        "is a column of a kind that a Shapefile has: this one was not read",
    ),
    "hint.dbf_type": (
        "如需要该字段，请转为文字后重新导出。",
        "If it is needed, turn it into text and export again.",
    ),
    "rule.dbf_deleted": (
        "已标记删除的记录未读取",
        "has records that are marked as deleted: they were left out",
    ),
    "rule.prj": (".prj 内容应为坐标系定义", "has a .prj that describes a reference system"),
    "hint.prj": (
        "已按缺少坐标系处理，请见坐标系一项。",
        "It was treated as missing: see the finding on the reference system.",
    ),
    # Reference systems.
    "rule.crs_answered": ("已按答复采用该坐标系", "is in this reference system, as decided"),
    "rule.crs_flat": (
        "坐标系含高程，只取平面部分",
        "has heights in its reference system: the flat part was used",
    ),
    "rule.crs_ellipsoid": (
        "基准面名称不明，已按椭球参数识别",
        "has a datum of unknown name: it was told by its ellipsoid",
    ),
    "rule.crs_turned": (
        "X、Y（经纬度）次序颠倒，已对调",
        "has x and y (longitude and latitude) swapped: they were turned around",
    ),
    "rule.crs_parameters": (
        "已用 {count} 个转换参数换算到 WGS 84 / CGCS2000",
        "was converted to WGS 84 / CGCS2000 with {count} parameters",
    ),
    "rule.crs_agreeing": (
        "已换算为 CGCS2000 经纬度（EPSG:4490），基准面之差不超过约 {metres} 米",
        "was converted to CGCS2000 in degrees (EPSG:4490); the datums agree within about {metres} m",
    ),
    "rule.crs_transformed": (
        "已按公开参数换算为 CGCS2000 经纬度（EPSG:4490），精度约 {metres} 米",
        "was converted to CGCS2000 in degrees (EPSG:4490) with public parameters, good to about {metres} m",
    ),
    "rule.crs_accepted": (
        "按答复未作基准面改正，位置可能偏差约 {metres} 米",
        "was taken without a change of datum, as decided: places may be off by up to about {metres} m",
    ),
    "rule.crs_exact": (
        "应为 CGCS2000 或 WGS 84；该基准面无公开的精确参数，直接使用可能偏差约 {metres} 米",
        "is in CGCS2000 or WGS 84: this datum has no exact public parameters, and taken as it is places may be off by up to about {metres} m",
    ),
    "hint.crs_shift": (
        "请由自然资源部门转换为 CGCS2000 后重新导出；如偏差可以接受，请填 accept；如有参数，请填 towgs84=dx,dy,dz（或七参数）。",
        "Ask the surveying office to convert it to CGCS2000; answer accept if the error does not matter, or towgs84=dx,dy,dz (or seven numbers) if you have the parameters.",
    ),
    "rule.crs_beyond": (
        "图形应在坐标系的适用范围内",
        "lies where its reference system holds",
    ),
    "hint.crs_beyond": ("请核对该图形的坐标。", "Check the coordinates of this shape."),
    "rule.crs_china": (
        "按标注的坐标系，位置应在中国境内",
        "lies in China in the reference system that it names",
    ),
    "hint.crs_unknown": (
        "坐标（{bounds}）不属于常用坐标系，可能是地方独立坐标系：请由自然资源部门转换为 CGCS2000。",
        "The numbers ({bounds}) fit no common system; it may be a local one. Ask the surveying office for CGCS2000.",
    ),
    "hint.crs_likely": (
        "最可能是：① {first}；② {second}。请填写其中之一，或其他 EPSG 代码。",
        "Most likely: (1) {first}; (2) {second}. Answer with one of them, or another EPSG code.",
    ),
    "hint.crs_likely_one": (
        "最可能是 {first}。请填写该代码，或其他 EPSG 代码。",
        "Most likely: {first}. Answer with it, or another EPSG code.",
    ),
    "crs.guess": ("{name}（{why}）", "{name} ({why})"),
    "crs.guess_off": (
        "{name}（{why}；与本县位置相差 {km} 公里）",
        "{name} ({why}; {km} km off the county's place)",
    ),
    "crs.degrees": (
        "数值为经纬度，国家规定采用",
        "the numbers are degrees, and this system is the national one",
    ),
    "crs.degrees_wgs": (
        "GPS 和天地图采用，与前者相差不到 1 米；如取自高德、腾讯地图则为 GCJ-02，偏差约 500 米",
        "as GPS gives them, within a metre of the first; from Amap or Tencent they would be GCJ-02, about 500 m off",
    ),
    "crs.mercator": (
        "数值为网络地图投影坐标",
        "the numbers are those of web maps",
    ),
    "crs.zone_prefix": (
        "横坐标以带号 {zone} 开头，中央经线 {meridian}°",
        "eastings begin with zone {zone}, central meridian {meridian} E",
    ),
    "crs.zone_plain": (
        "横坐标不带带号，中央经线 {meridian}°（第 {zone} 带）",
        "eastings without a zone number, central meridian {meridian} E (zone {zone})",
    ),
    "crs.zone_utm": (
        "UTM 第 {zone} 带，中央经线 {meridian}°",
        "UTM zone {zone}, central meridian {meridian} E",
    ),
    "crs.swapped": ("，且 X、Y 颠倒", ", with x and y swapped"),
    # What a Shapefile cannot carry.
    "shp.name": (
        "字段名“{column}”截断为“{short}”（最多 {most} 字节）。",
        "The name of column '{column}' is cut to '{short}' ({most} bytes).",
    ),
    "shp.twin": (
        "截断后字段“{column}”与“{other}”同名。",
        "Cut to length, column '{column}' has the same name as '{other}'.",
    ),
    "shp.number": (
        "字段“{column}”有 {count} 个缺失的数字，部分软件会写成 0。",
        "In column '{column}' a missing number cannot be kept ({count} of them).",
    ),
    "shp.flag": (
        "字段“{column}”有 {count} 个缺失的是/否，部分软件会写成“否”。",
        "In column '{column}' a missing yes or no cannot be kept ({count} of them).",
    ),
    "shp.hour": (
        "字段“{column}”只保留日期，{count} 个时刻丢失。",
        "Column '{column}' keeps the day alone; {count} hours are lost.",
    ),
    "shp.text": (
        "字段“{column}”的文字截断为 {most} 字节（最长 {longest}）。",
        "Texts of column '{column}' are cut to {most} bytes (the longest has {longest}).",
    ),
    "shp.spaces": (
        "字段“{column}”有 {count} 处首尾空格或空文字无法保留。",
        "In column '{column}' spaces around texts and empty texts cannot be kept ({count}).",
    ),
    "shp.characters": (
        "字段“{column}”含有 {encoding} 无法表示的字。",
        "Column '{column}' has characters that {encoding} does not have.",
    ),
    # Defects of shapes.
    "ring.hole_outside": ("洞在外环以外", "a hole lies outside its outer ring"),
    "ring.nested": ("环套环", "one ring lies inside another of its kind"),
    "ring.touching": ("内部被边界隔断", "its inside is cut in two by its border"),
    "ring.twice": ("环重复", "a ring stands there twice"),
    "ring.other": ("环不成面", "a ring is none"),
    "rule.ring": ("应为有效的面：{reason}", "is a valid polygon: {reason}"),
    "rule.thin": (
        "不应有狭长碎片（{area}，平均宽 {width} 米）",
        "has no sliver ({area}, {width} m wide on average)",
    ),
    "rule.overlap": (
        "不应与“{other}”重叠（{area}，{pieces} 处）",
        "does not overlap {other} ({area}; pieces: {pieces})",
    ),
    "rule.gap": (
        "与“{other}”之间不应留有缝隙（{area}）",
        "leaves no gap to {other} ({area})",
    ),
    "rule.gap_border": (
        "应与县界一致，不应在县界内侧留出空白（{area}，{pieces} 处）",
        "follows the county's border, leaving nothing free inside it ({area}; pieces: {pieces})",
    ),
    "rule.outside": (
        "应在县界以内（界外 {area}，占该单元 {share}）",
        "lies within the county ({area} beyond its border, {share} of it)",
    ),
    "rule.twin_shape": (
        "图形不应与“{other}”相同（{area}）",
        "has another shape than {other} ({area})",
    ),
    "rule.covers": ("应有面积（现为 {area}）", "covers some land (now {area})"),
    "rule.parts": (
        "由 {parts} 块组成，最小一块 {area}",
        "consists of {parts} parts, the smallest of {area}",
    ),
    "hint.parts": (
        "飞地属正常情况，请留意是否误画。",
        "An exclave is in order; look whether it is one.",
    ),
    "hint.defect": (
        "请核对（{lon}, {lat} 附近）：可由软件修复填 repair，情况属实填 keep，或在 GIS 软件中更正。",
        "Look near {lon}, {lat}: answer repair to have it mended, keep if it is so, or correct it in a GIS.",
    ),
    "hint.defect_ring": (
        "请核对（{lon}, {lat} 附近）：可由软件修复填 repair，或在 GIS 软件中更正。",
        "Look near {lon}, {lat}: answer repair to have it mended, or correct it in a GIS.",
    ),
    "hint.kept": (
        "已按答复保留。",
        "It is kept, as decided.",
    ),
    "hint.vertices": (
        "相邻边界顶点不完全对应，面积影响可忽略；如需对齐请填 repair。",
        "The corners of neighbours do not match; no area hangs on it. Answer repair to match them.",
    ),
    "defect.area_m2": ("{area} 平方米", "{area} m2"),
    "defect.area_km2": ("{area} 平方公里", "{area} km2"),
    # What a repair did.
    "rule.mended_ring": (
        "已修复无效的面，现面积 {area}",
        "was made valid; it now has {area}",
    ),
    "rule.mended_gap": ("缝隙（{area}）已划入本单元", "was given a gap of {area}"),
    "rule.mended_overlap": (
        "与“{other}”的重叠（{area}）已划归本单元",
        "keeps what it shared with {other} ({area})",
    ),
    "rule.mended_outside": (
        "县界以外部分（{area}）已去除",
        "lost what lay beyond the county ({area})",
    ),
    "rule.mended_sliver": (
        "已由相邻单元划入狭长碎片（{area}）",
        "was given a sliver that its neighbour had ({area})",
    ),
    "rule.mended_vertices": (
        "已对齐相邻边界的顶点（{count} 个单元）",
        "has the same corners as its neighbours now ({count} units)",
    ),
    "rule.mended_not": (
        "无法自动修复：修复后该单元将没有面积",
        "cannot be repaired: nothing would be left of it",
    ),
}
