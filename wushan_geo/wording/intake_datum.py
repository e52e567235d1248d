"""Words of reading office files: datum."""

TEXTS: dict[str, tuple[str, str]] = {
    "datum.name.wgs84": ("WGS-84/CGCS2000", "WGS-84 / CGCS2000"),
    "datum.name.gcj02": ("高德/腾讯（GCJ-02）", "GCJ-02 (Amap, Tencent)"),
    "datum.name.bd09": ("百度（BD-09）", "BD-09 (Baidu)"),
    "datum.kind.zones": ("所属区划边界", "boundaries of the claimed zones"),
    "datum.kind.places": ("参照点位（驻地）", "reference places (seats)"),
    "datum.kind.lines": ("道路", "roads"),
    # Why the guard says what it says.
    "datum.reason.sure": (
        "{used} 个点对照{kind}（误差约 {error} 米），与{datum}相符的可能性是其他坐标的 {ratio} 倍以上",
        "{used} points against {kind} (error about {error} m): {datum} is at least {ratio} times likelier than the others",
    ),
    "datum.reason.none": ("没有可供对照的资料", "there is nothing to hold the points against"),
    "datum.reason.few": (
        "可对照{kind}的点只有 {used} 个，不足以判定",
        "only {used} points can be held against {kind}, which is too few",
    ),
    "datum.reason.weak": (
        "{used} 个点对照{kind}（误差约 {error} 米）不足以区分三种坐标（最相符的是{datum}，为其他的 {ratio} 倍）",
        "{used} points against {kind} (error about {error} m) do not tell the three apart ({datum} fits best, {ratio} times likelier than the next)",
    ),
    "datum.reason.vague": (
        "{kind}误差约 {error} 米，超过不同坐标之间偏移的一半，不能据以判定",
        "the error of {kind}, about {error} m, is more than half the shift between datums",
    ),
    "datum.reason.mixed": (
        "{used} 个点对照{kind}，似混有两种坐标，来源不一（最多的是{datum}）",
        "{used} points against {kind} look like a mixture of two datums (most of them {datum})",
    ),
    "datum.reason.other": (
        "{used} 个点对照{kind}，整体偏移与三种坐标都不相符（最接近的是{datum}）",
        "{used} points against {kind} are shifted in a way that none of the three explains ({datum} comes nearest)",
    ),
    "datum.reason.hinges": (
        "{used} 个点对照{kind}，倾向于{datum}，但只靠个别点支持，不作判定",
        "{used} points against {kind} speak for {datum}, but only a few of them do",
    ),
    "datum.reason.contradiction": (
        "不同的对照资料结论相反（其一对照{kind}，倾向于{datum}）",
        "the references contradict each other (by {kind} it would be {datum})",
    ),
    # How a point was made, kept beside it.
    "datum.method.dms": ("度分秒换算为十进制度", "degrees-minutes-seconds to decimal degrees"),
    "datum.method.dm": ("度分换算为十进制度", "degrees and minutes to decimal degrees"),
    "datum.method.packed": (
        "无分隔度分秒（DDDMMSS）换算为十进制度",
        "packed DDDMMSS to decimal degrees",
    ),
    "datum.method.pair": ("一格内的经纬度拆分", "two coordinates in one cell taken apart"),
    "datum.method.decimal": ("字符整理", "characters tidied"),
    "datum.method.swapped": ("经纬度对调", "longitude and latitude exchanged"),
    "datum.method.sign": ("去掉负号", "minus sign removed"),
    "datum.method.converted": (
        "{source} -> WGS-84，迭代反算，近似（约 1 米）",
        "{source} -> WGS-84, iterative inverse, approximate (about 1 m)",
    ),
    # Coordinates as text.
    "rule.point_dms": (
        "度分秒写法已换算为十进制度（{count} 行：{rows}）",
        "degrees-minutes-seconds were turned into decimal degrees (rows: {count}; {rows})",
    ),
    "rule.point_dm": (
        "度分写法已换算为十进制度（{count} 行：{rows}）",
        "degrees and minutes were turned into decimal degrees (rows: {count}; {rows})",
    ),
    "rule.point_packed": (
        "无分隔的数字按“度分秒”读取（{count} 行：{rows}）",
        "packed digits were read as degrees-minutes-seconds (rows: {count}; {rows})",
    ),
    "rule.point_pair": (
        "同一格内的经度和纬度已拆分（{count} 行：{rows}）",
        "longitude and latitude in one cell were taken apart (rows: {count}; {rows})",
    ),
    "rule.point_decimal": (
        "全角字符、单位等已整理（{count} 行：{rows}）",
        "full-width characters, signs and units were tidied (rows: {count}; {rows})",
    ),
    "rule.point_swapped_all": (
        "经度列与纬度列整列填反，已对调（{count} 行）",
        "the columns of longitude and latitude are exchanged and were put right (rows: {count})",
    ),
    "hint.point_read": (
        "无需处理；原文保留在 *_original 列。",
        "Nothing to do; the text as it was is kept in the columns *_original.",
    ),
    "rule.point_swapped": (
        "部分行的经度和纬度填反（{count} 行：{rows}）",
        "longitude and latitude are exchanged in some rows (rows: {count}; {rows})",
    ),
    "hint.point_swapped": (
        "请确认：回答 swap 对调这些行，回答 keep 按原样。",
        "Please confirm: answer swap to exchange them in these rows, keep to leave them.",
    ),
    "rule.point_sign": (
        "经纬度带负号或西经、南纬标记，不在我国（{count} 行：{rows}）",
        "a minus sign, W or S puts these points out of China (rows: {count}; {rows})",
    ),
    "hint.point_sign": (
        "请确认：回答 positive 去掉负号，回答 keep 按原样。",
        "Please confirm: answer positive to remove the sign, keep to leave it.",
    ),
    "rule.point_answered": (
        "已按此前的回答“{answer}”处理（{count} 行：{rows}）",
        "was handled as answered before, {answer} (rows: {count}; {rows})",
    ),
    "rule.point_unreadable": (
        "应为经纬度（十进制度或度分秒）",
        "is a longitude or latitude (decimal degrees or degrees-minutes-seconds)",
    ),
    "rule.point_sixty": ("分和秒应小于 60", "has minutes and seconds below 60"),
    "rule.point_half": (
        "经度和纬度应同时填写",
        "has both a longitude and a latitude",
    ),
    "rule.point_range": (
        "经度应在 ±180、纬度应在 ±90 之间",
        "has a longitude within 180 and a latitude within 90 degrees",
    ),
    "rule.point_mixed": (
        "经度和纬度应同为度数，不能一个是度一个是米",
        "has degrees in both cells, not degrees in one and metres in the other",
    ),
    "rule.point_axis": (
        "应一个是经度、一个是纬度",
        "has one longitude and one latitude",
    ),
    "rule.point_projected": (
        "应为经纬度，现为平面坐标（米）：{about}",
        "is in degrees, and these look like projected metres: {about}",
    ),
    "hint.point_projected": (
        "请在地理信息软件中转换为 CGCS2000 经纬度（EPSG:4490），或提供带坐标系的图层文件。",
        "Convert them to longitude and latitude of CGCS2000 (EPSG:4490) in a GIS, or bring a layer that names its reference system.",
    ),
    "hint.point_wrong": (
        "请核对后填写，例如 109.87639 和 31.07749。",
        "Check and fill in, such as 109.87639 and 31.07749.",
    ),
    # The datum of a source of points.
    "rule.datum_suspect": (
        "坐标疑为{datum}坐标，整体偏移约 {shift} 米：{reason}",
        "coordinates seem to be {datum}, shifted by about {shift} m as a whole: {reason}",
    ),
    "hint.datum_suspect": (
        "请向提供单位核实采集方式后回答：{best}（确为该坐标，将自动转换）、wgs84（手持 GPS、天地图、CGCS2000，不转换）。",
        "Ask the office how the points were taken, then answer {best} (they will be converted) or wgs84 (GPS, Tianditu, CGCS2000; left as they are).",
    ),
    "rule.datum_mixed": (
        "同一文件的坐标应来自同一坐标系：{reason}",
        "has all its coordinates in one datum: {reason}",
    ),
    "hint.datum_mixed": (
        "请按来源拆成两个文件；或确认后回答 wgs84、gcj02、bd09。",
        "Split the file by source; or answer wgs84, gcj02 or bd09 after a check.",
    ),
    "rule.datum_sure": (
        "坐标经核对为 WGS-84/CGCS2000：{reason}",
        "coordinates are found to be WGS-84 / CGCS2000: {reason}",
    ),
    "rule.datum_untold": (
        "坐标系无法判定，按 WGS-84/CGCS2000 使用：{reason}",
        "the datum cannot be told; the points are used as WGS-84 / CGCS2000: {reason}",
    ),
    "hint.datum_untold": (
        "如来自高德、腾讯或百度地图，请在核对表中注明。",
        "If they come from Amap, Tencent or Baidu, say so in the list of answers.",
    ),
    "rule.datum_answered": (
        "已按回答作为{datum}坐标处理（{count} 个点）",
        "were taken as {datum}, as answered (points: {count})",
    ),
    "rule.datum_converted": (
        "{datum}坐标已转换为 WGS-84/CGCS2000，近似，约 1 米（{count} 个点，平均移动 {shift} 米）",
        "{datum} was converted to WGS-84 / CGCS2000, approximate to about 1 m (points: {count}, moved by {shift} m on average)",
    ),
    "hint.datum_against": (
        "但核对结果更像{datum}，请再次确认。",
        "The check speaks for {datum}: please look again.",
    ),
    "hint.datum_none": ("无需处理。", "Nothing to do."),
    "rule.datum_name": (
        "坐标系的回答应为 wgs84、gcj02 或 bd09",
        "the answer on the datum is wgs84, gcj02 or bd09",
    ),
    "hint.datum_name": ("请更正回答。", "Correct the answer."),
    "rule.datum_left": (
        "已按回答不使用这些坐标（{count} 个点）",
        "coordinates are left out, as answered (points: {count})",
    ),
    "rule.point_outside": (
        "点位在县界以外 {km} 公里（县外机构可以列入）",
        "lies {km} km outside the county (facilities beyond the border are welcome)",
    ),
    "hint.point_outside": (
        "确在县外的无需处理；否则请核对坐标。",
        "Nothing to do if it is so; otherwise check the coordinates.",
    ),
}
