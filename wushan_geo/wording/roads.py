"""Texts on road networks: files, downloads, classes, parts that hang together."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # Classes of roads (sources/roads/classes.py, osm.py).
    "rule.road_word": (
        "道路类别应可识别（共 {count} 条道路使用该写法）",
        "is a class of road that is known (with it in the file: {count})",
    ),
    "hint.road_word": (
        '请在 study.toml 的 [travel.road_classes] 中写明其含义，例如 "等外路" = "village"。',
        'Say in study.toml, under [travel.road_classes], what it means, such as "other" = "village".',
    ),
    # What is left out of a map (sources/roads/osm.py, graphml.py); each is a note.
    "rule.roads_private": (
        "不对公众开放的道路（access=no 或 private）未采用：{count} 条",
        "has roads that are closed to the public (access=no or private), left out: {count}",
    ),
    "rule.roads_not_in_use": (
        "在建、规划或废弃的道路未采用：{count} 条",
        "has roads under construction, proposed or given up, left out: {count}",
    ),
    "rule.roads_none": (
        "不是道路的要素（站台、服务区、电梯等）未采用：{count} 条",
        "has things that are no roads (platforms, service areas, lifts), left out: {count}",
    ),
    "rule.roads_areas": (
        "面状道路（广场等）未采用：{count} 个",
        "has roads drawn as areas (squares), left out: {count}",
    ),
    "rule.roads_on_foot": (
        "禁止机动车通行、可以步行的道路，按小路处理：{count} 条",
        "has roads that are closed to vehicles and open on foot, taken as paths: {count}",
    ),
    "rule.roads_cut": (
        "道路的部分节点不在文件内，道路在该处断开：{count} 条",
        "has roads some nodes of which are not in it, cut there: {count}",
    ),
    "rule.roads_merged": (
        "由几种类别合并而成的道路，按其中最低一级处理：{count} 条",
        "has roads that were merged from several classes, taken as the lowest of them: {count}",
    ),
    # Files (sources/roads/files.py, graphml.py).
    "rule.roads_whole": (
        "应为完整的路网文件，可读到末尾",
        "is a whole file of roads that can be read to its end",
    ),
    "hint.roads_whole": (
        "请重新下载或重新导出该文件。",
        "Download it again, or export it again.",
    ),
    "rule.roads_size": (
        "路网文件（解压后）不应超过 {most} MB",
        "is a file of roads of at most {most} MB (unpacked)",
    ),
    "rule.roads_count": (
        "路网文件中的对象不应超过 {most} 个",
        "is a file of roads with at most {most} objects in it",
    ),
    "hint.roads_cut_out": (
        "请只截取本县及周边范围（例如用 osmium extract）后再读取。",
        "Cut it to the county and its surroundings first, such as with osmium extract.",
    ),
    "rule.roads_format": (
        "应为 .osm、.osm.gz、.osm.bz2、.osm.pbf 或 .graphml 文件",
        "is a file .osm, .osm.gz, .osm.bz2, .osm.pbf or .graphml",
    ),
    "hint.roads_format": (
        "请改用上述格式之一。",
        "Give it in one of these formats.",
    ),
    "rule.roads_extra": (
        "读取 .osm.pbf 需要附加组件 osm",
        "needs the extra 'osm' to be read",
    ),
    "hint.roads_extra": (
        '请运行 pip install "wushan-geo[osm]"，或改用 .osm 文件。',
        'Run pip install "wushan-geo[osm]", or use a file .osm.',
    ),
    "rule.roads_history": (
        "应为某一时点的数据，而不是编辑历史",
        "holds the state of one day, and no history of edits",
    ),
    "rule.roads_there": (
        "应含有可通行的道路",
        "has roads in it that can be travelled",
    ),
    "hint.roads_there": (
        "请检查截取范围和要素：道路须带 highway 标签及其节点。",
        "Look at the area that was cut out: roads have a tag highway, and their nodes are needed.",
    ),
    "rule.graphml_reference": (
        "应写明坐标系（图属性 crs），且节点有 x、y 坐标",
        "names its reference system (attribute crs of the graph), and its nodes have x and y",
    ),
    "hint.graphml_reference": (
        "请用 osmnx 的 save_graphml 重新保存。",
        "Save it again with save_graphml of osmnx.",
    ),
    # Downloads (sources/roads/download.py).
    "rule.overpass_address": (
        "Overpass 地址应以 http:// 或 https:// 开头，且不含用户名和密码",
        "is an address that begins with http:// or https://, without a name or a password in it",
    ),
    "hint.overpass_address": (
        "请更正 study.toml 中 [travel.download] 的 overpass_url。",
        "Correct overpass_url in study.toml, under [travel.download].",
    ),
    "rule.overpass_reached": (
        "服务器应可访问",
        "is a server that can be reached",
    ),
    "rule.overpass_busy": (
        "服务器应有空闲（当前繁忙：HTTP {status}）",
        "is a server that has time now (it is busy: HTTP {status})",
    ),
    "rule.overpass_status": (
        "服务器应正常答复（实际为 HTTP {status}）",
        "is a server that answers the question (it said HTTP {status})",
    ),
    "rule.overpass_answer": (
        "服务器应以完整的 Overpass 数据答复",
        "is a server that answers with whole data of Overpass",
    ),
    "rule.overpass_remark": (
        "服务器应完整答复（服务器说明见所列内容）",
        "is a server that answers in full (what it said stands here)",
    ),
    "rule.overpass_roads": (
        "服务器应有该范围的道路数据",
        "is a server that knows roads of this area",
    ),
    "hint.overpass_file": (
        "请稍后重试，或下载该地区的 OpenStreetMap 数据（.osm.pbf）后用 --from 文件 读取。",
        "Try again later, or download an extract of OpenStreetMap (.osm.pbf) and read it with --from FILE.",
    ),
    # reading, storing and reporting roads
    # Lines of a transport office (sources/roads/lines.py)
    "rule.road_is_line": (
        "应全部为线要素（其中 {count} 个不是线）",
        "has lines alone (features that are none: {count})",
    ),
    "hint.road_is_line": (
        "请选择道路线图层，或删除其中的点和面。",
        "Choose the layer of road lines, or take points and areas out of it.",
    ),
    "rule.road_class_blank": (
        "每条道路应有等级（{count} 条没有等级，也没有路线编号）",
        "gives each road a class (with neither a class nor a number: {count})",
    ),
    "hint.road_class_blank": (
        "请在图层中填写行政等级（国道、省道、县道、乡道、村道等）或路线编号。",
        "Fill in the class (national to village road) or the number of the route.",
    ),
    "rule.road_class_words": (
        "道路等级的写法应有限（只列出前 20 种）",
        "has few words for classes of roads (the first 20 are listed)",
    ),
    "hint.road_class_words": (
        "请确认该列是道路等级，而不是名称。",
        "Make sure that the column holds classes, and not names.",
    ),
    "rule.road_way": (
        "通行方向应为双向、正向、反向，或是否单行",
        "says which way a road is travelled: both ways, along the line, against it, or one-way or not",
    ),
    "hint.road_way": (
        "请改为“双向”“正向”“反向”，或“是”“否”。",
        "Write both, forward or reverse, or yes or no.",
    ),
    "rule.road_no_speed": (
        "车速为 0 的道路 {count} 条，按未知处理，采用所属等级的车速",
        "has roads with a speed of 0, taken as not known, so that the speed of the class holds: {count}",
    ),
    "rule.road_limit": (
        "限速和设计速度不是实际行驶速度，未采用",
        "holds speed limits or design speeds, which nobody drives on a mountain road: not used",
    ),
    "hint.road_limit": (
        "如该列确为行驶速度，请将列名改为“车速”。",
        "If it holds speeds that are driven, call the column speed_kmh.",
    ),
    "rule.road_columns": ("已采用的列：{columns}", "was read by its columns {columns}"),
    "rule.roads_ends_joined": (
        "端点相距不超过 {metres} 米但未相接的 {count} 处，已连接",
        "has ends not farther than {metres} m apart that were joined: {count}",
    ),
    "rule.roads_tees_joined": (
        "端点距另一条道路不超过 {metres} 米但未相接的 {count} 处，已连接",
        "has ends not farther than {metres} m from another road that were joined to it: {count}",
    ),
    "rule.roads_pointless": (
        "没有长度的线 {count} 条，未采用",
        "has lines without length, left out: {count}",
    ),
    "rule.roads_crossing": (
        "相交而无公共节点的道路 {count} 对，按立体交叉处理，未连接",
        "has pairs of roads that cross without a common corner, taken for crossings over a bridge and not joined: {count}",
    ),
    "hint.roads_crossing": (
        "如为平面交叉，请在图层中交点处打断或加节点。",
        "Where they meet on one level, give both lines a corner there.",
    ),
    "rule.road_lengths": (
        "所填长度与图上长度相差超过 {share} 的道路 {count} 条（共 {of} 条有长度）；全部填写 {stated} 公里，图上 {drawn} 公里；采用图上长度",
        "states lengths that differ by more than {share} from what is drawn (roads with such lengths: {count} of {of}); in all {stated} km stated and {drawn} km drawn; what is drawn is used",
    ),
    "hint.road_lengths": (
        "请核对：图上的线可能过于概略，或长度单位不一致。",
        "Look into it: lines may be drawn too roughly, or lengths be in another unit.",
    ),
    # The stored network (sources/roads/store.py)
    "rule.roads_stored": (
        "应为本软件生成且未损坏的 roads.npz",
        "is an undamaged roads.npz of this program",
    ),
    "hint.roads_stored": (
        "请重新生成：wushan-geo roads 研究文件夹 --from 文件，或 --download。",
        "Make it again: wushan-geo roads STUDY --from FILE, or --download.",
    ),
    "rule.roads_newer": (
        "不应由更高版本的软件生成",
        "was not written by a later version of the program",
    ),
    "hint.roads_newer": (
        "请升级本软件，或重新生成该文件。",
        "Update the program, or make the file again.",
    ),
    # Any file with roads (sources/roads/reading.py)
    "hint.roads_exists": (
        "请确认文件名和所在文件夹。",
        "Look at its name and its folder.",
    ),
    "rule.roads_kinds": (
        "应为可以读取的路网文件",
        "is a file of roads of a kind that can be read",
    ),
    "hint.roads_kinds": (
        "可以读取：{kinds}，或含 nodes.csv 和 edges.csv 的文件夹。",
        "These can be read: {kinds}, and a folder with nodes.csv and edges.csv.",
    ),
    "hint.roads_tables": (
        "路网文件夹应含 nodes.csv 和 edges.csv。",
        "A folder of roads has nodes.csv and edges.csv in it.",
    ),
    # Roads of a study (sources/roads/studied.py, sources/opening.py)
    "rule.roads_once": (
        "路网只应列出一次：roads，或 road_nodes 和 road_edges",
        "names one road network: roads, or road_nodes and road_edges",
    ),
    "hint.roads_once": (
        "请在 [tables] 中删去 roads，或删去 road_nodes 和 road_edges。",
        "Take roads out of [tables], or road_nodes and road_edges.",
    ),
    "rule.roads_basis_known": (
        "各路段已有数据性质，--basis 未采用",
        "says of every road how it is known: --basis was not used",
    ),
    "hint.road_crossing": (
        "请补充该桥梁或渡口，或更正路段 {edges}。",
        "Add the crossing to its table, or correct the edges {edges}.",
    ),
    # Settings and data that do not fit the roads (study/editions.py, study/fitting.py).
    "rule.day": ("应为日历中有的日期", "is a date that a calendar has"),
    "rule.edition_day": (
        "数据日期应为日历中有的日期（共 {count} 条路段）",
        "is a date that a calendar has (edges with it: {count})",
    ),
    "hint.edition_day": (
        "请写年、年月或年月日，例如 2026、2026-06 或 2026-06-30；不详时留空。",
        "Write a year, a month or a day, such as 2026, 2026-06 or 2026-06-30; leave it out if it is not known.",
    ),
    "rule.edition_after": (
        "数据日期晚于数据截止日期 {day}（共 {count} 条路段）",
        "shows a state later than the cut-off date {day} (edges with it: {count})",
    ),
    "hint.edition_after": (
        "其间新通车的道路也会计入；截止日期时尚未开通的桥梁渡口，请在桥梁渡口表中填写开通时间。",
        "Roads that were opened in between count as there; give crossings that were not open yet their date in the table of crossings.",
    ),
    "rule.roads_far": (
        "路网应在本县（离任何点位最近的节点也有 {km} 公里）",
        "lies in this county (its nearest node is {km} km away from every point of the study)",
    ),
    "hint.roads_far": (
        "请换成本县路网，或核对其坐标系和点位的经纬度。",
        "Take roads of this county, or check their reference system and the points' degrees.",
    ),
    "rule.roads_passable": (
        "应有可通行的道路（{count} 条路段全部封闭）",
        "has roads that are open (closed edges: {count}, all that there are)",
    ),
    "hint.roads_passable": (
        "请核对封闭一列，或换一个路网文件。",
        "Look at the column that says what is closed, or take another file of roads.",
    ),
    "hint.roads_basis": (
        "请在命令中加上 --basis 和数据性质：measured（测量）、stated（文件）、inferred（推断）或 modelled（推算）。",
        "Add --basis to the command, with measured, stated, inferred or modelled.",
    ),
    "rule.road_too_fast": (
        "车速应不大于 {most} 公里/小时（共 {count} 条超出）",
        "has speeds of at most {most} km/h (roads above it: {count})",
    ),
    "rule.roads_ferry_time": (
        "按所注时间折算车速不合理的轮渡，时间未采用：{count} 条",
        "has ferries whose stated time would make an implausible speed: their time is not used, {count}",
    ),
    "rule.roads_shrunk": (
        "连接 {metres} 米内的断点后两端合为一点、不再有长度的路段 {count} 个，未采用",
        "has pieces of road that shrank to nothing when gaps up to {metres} m were closed, left out: {count}",
    ),
    "hint.roads_shrunk": (
        "如其中有必要的短连接线，请减小 --snap-m 的米数。",
        "If short links are among them that are needed, give --snap-m fewer metres.",
    ),
    "rule.roads_barriers": (
        "道路上有阻挡通行的设施（隔离桩、上锁的门等）{count} 处，未读取，道路按可通行计",
        "has barriers on its roads that stop vehicles (bollards, locked gates), not read, so that the roads count as open: {count}",
    ),
    "hint.roads_barriers": (
        "请核对；确实不通的，在情景或路况中按路段封闭。",
        "Look at them; close the edges where nobody gets through, in a condition or a scenario.",
    ),
    # Crossings by name (study/named_crossings.py); each is a note.
    "rule.crossings_attached": (
        "按名称对应到路段的桥梁渡口：{crossings}",
        "has crossings whose name road edges bear, which pass them now: {crossings}",
    ),
    "hint.crossings_attached": (
        "请核对。轮渡每上船一次计一次候渡时间。",
        "Look at them. A ferry is waited for each time that one gets on.",
    ),
    "rule.crossings_unclear": (
        "与路段同名的不止一处，未对应：{crossings}",
        "has crossings that a road may mean by its name, more than one, so that it passes none: {crossings}",
    ),
    "rule.crossings_lost": (
        "没有同名路段，对路网不起作用：{crossings}",
        "has crossings whose name no bridge or ferry bears, so that they bear on no road: {crossings}",
    ),
    "hint.crossings_unattached": (
        "请使桥梁渡口表与地图的名称一致，或在路段上注明 crossing_id。",
        "Write the names as the map does, or give the edges their crossing_id.",
    ),
    # The command roads (cli.py, terminal.py, sources/roads/placing.py)
    "roads.either": (
        "--from 文件 与 --download 只能选一个。",
        "Give --from FILE or --download, not both.",
    ),
    "roads.only_download": (
        "--buffer 和 --overpass 只与 --download 一起使用。",
        "--buffer and --overpass go with --download only.",
    ),
    "roads.only_new": (
        "--edition 只与 --from 或 --download 一起使用。",
        "--edition goes with --from or --download only.",
    ),
    "roads.basis_only_new": (
        "--basis 只与 --from 或 --download 一起使用。",
        "--basis goes with --from or --download only.",
    ),
    "roads.edition": (
        "--edition 应为日期，例如 2026-11-01、2026-11 或 2026。",
        "--edition is a date, such as 2026-11-01, 2026-11 or 2026.",
    ),
    "roads.only_lines": (
        "--snap-m 只用于道路线图层（.gpkg、.shp、.geojson 等）。",
        "--snap-m is for layers of road lines only (.gpkg, .shp, .geojson and the like).",
    ),
    "roads.snap_needed": (
        "读取道路线图层须用 --snap-m 说明连接多少米以内的断点；0 为不连接。",
        "Say with --snap-m up to how many metres gaps between lines are closed; 0 closes none.",
    ),
    "roads.built_in": (
        "内置研究不能存入路网；请先用 init 复制到自己的文件夹。",
        "A built-in study takes no roads; copy it with init first.",
    ),
    "roads.server_needed": (
        "下载须用 --overpass 给出服务器地址、用 --buffer 给出县界外公里数，或写入 study.toml 的 [travel.download]。",
        "Give the server with --overpass and the kilometres beyond the county line with --buffer, or write both into [travel.download] of study.toml.",
    ),
    "roads.notes": ("读取情况", "How it was read"),
    "roads.wrote": ("路网已写入 {path}", "The network was written to {path}"),
    "roads.refused": (
        "路网未存入；研究使用的路网和 {study} 都没有改动。",
        "The network was not stored: the roads that the study uses and {study} are as they were.",
    ),
    "roads.kept": (
        "下载的路网已另存为 {path}，研究不使用它，更正后不必重新下载。",
        "What was fetched is kept as {path}, which the study does not use: it need not be fetched again.",
    ),
    "roads.again": (
        "按上面所列更正后运行：",
        "Mend what is listed above, then run:",
    ),
    "roads.none": (
        "{study} 还没有路网。任选一种方法存入：",
        "{study} has no road network yet. Store one in either way:",
    ),
    "roads.none.from": (
        '  从文件读取：wushan-geo roads "{study}" --from 路网文件（.osm.pbf、.shp 等；道路线图层另加 --snap-m 米数）',
        '  from a file: wushan-geo roads "{study}" --from FILE (.osm.pbf, .shp and the like; with --snap-m METRES for layers of lines)',
    ),
    "roads.none.download": (
        '  下载 OpenStreetMap：wushan-geo roads "{study}" --download --overpass 服务器地址 --buffer 公里数',
        '  from OpenStreetMap: wushan-geo roads "{study}" --download --overpass URL --buffer KILOMETRES',
    ),
    "roads.none.built_in": (
        "{study} 没有路网。内置研究不能存入路网；请先用 init 复制到自己的文件夹。",
        "{study} has no road network, and a built-in study takes none; copy it with init first.",
    ),
    "roads.moved": (
        "各村（社区）到路网的距离：中位数以前 {median_before} 米，现在 {median} 米；超过 {limit} 米的以前 {far_before} 个，现在 {far} 个。",
        "From the villages to the network: median {median_before} m before, {median} m now; villages farther than {limit} m: {far_before} before, {far} now.",
    ),
    "roads.moved.datum": (
        "各村离新路网比以前远。如道路普遍朝同一方向偏移几百米到一公里多，图层可能是高德、腾讯（GCJ-02）或百度（BD-09）坐标：本软件不检查路网的坐标偏移，请对照影像或已知路口核对。",
        "The villages lie farther from the new network. Where the roads are shifted the same way throughout, by some hundred metres to over a kilometre, the layer may be in GCJ-02 (Amap, Tencent) or BD-09 (Baidu): the program does not look for that in roads. Hold them against an image or known junctions.",
    ),
    "roads.named.already": (
        "{study} 已列出该文件（{line}）。",
        "{study} names it already ({line}).",
    ),
    "roads.named.added": (
        "已在 {study} 的 [tables] 下增加一行：{line}",
        "A line was added under [tables] in {study}: {line}",
    ),
    "roads.named.by_hand": (
        "{study} 仍在使用原有路网。请在 [tables] 下删去 roads、road_nodes、road_edges 各行，改为：{line}",
        "{study} still names other roads. Take the lines roads, road_nodes and road_edges out of [tables], and write: {line}",
    ),
    "roads.next": ("下一步", "What comes next"),
    "roads.next.basis": (
        "说明道路数据性质（measured 测量、stated 文件、inferred 推断、modelled 推算），写在 BASIS 的位置：",
        "Say how the roads are known (measured, stated, inferred or modelled), in place of BASIS:",
    ),
    "roads.next.engine": (
        '要按路网计算到达时间，须在 {study} 的 [travel] 下写 engine = "network"。',
        'For times on these roads, write engine = "network" under [travel] in {study}.',
    ),
    "roads.next.speeds": (
        "以下等级还没有车速（公里/小时），由本单位决定后填入 {study} 的 [travel.speeds_kmh]：",
        "These classes have no speed (km/h) yet; decide them, and write them under [travel.speeds_kmh] in {study}:",
    ),
    "roads.next.value": (
        "{name} 【待定】",
        "{name} TO DECIDE",
    ),
    "roads.next.check": (
        "研究还不能打开，以下只是路网本身的情况。尚缺的内容用 wushan-geo check {study} 逐项列出。",
        "The study cannot be opened yet, so this is on the network alone. wushan-geo check {study} lists what is missing.",
    ),
    "roads.title": ("路网", "Roads"),
    "roads.size": (
        "节点 {nodes} 个，路段 {edges} 条，共 {km} 公里",
        "Nodes: {nodes}; edges: {edges}; in all {km} km",
    ),
    "roads.special": (
        "单行 {oneway} 条，轮渡 {ferries} 条，桥梁 {bridges} 条，封闭 {closed} 条",
        "One-way edges: {oneway}; ferries: {ferries}; bridges: {bridges}; closed: {closed}",
    ),
    "roads.editions": ("数据日期（路段数）：{days}", "State of the data (edges): {days}"),
    "roads.no_edition": ("未注明", "not said"),
    "roads.closed": ("封闭路段：{edges}", "Closed: {edges}"),
    "roads.and_more": ("{names} 等，另有 {count} 个", "{names} and {count} more"),
    "roads.lone": (
        "没有可通行道路相接的节点 {count} 个",
        "Nodes that no open road touches: {count}",
    ),
    "roads.no_point": (
        "没有点位、无法与道路相连的村（社区）和机构 {count} 个：{names}",
        "Villages and facilities that have no point and hang on no road: {count} ({names})",
    ),
    "roads.by_class": ("按道路等级", "By class"),
    "roads.class": ("道路等级", "class"),
    "roads.edges": ("路段", "edges"),
    "roads.km": ("公里", "km"),
    "roads.parts": ("互不连通的部分", "Parts that do not hang together"),
    "roads.part": ("部分", "part"),
    "roads.nodes": ("节点", "nodes"),
    "roads.villages": ("村（社区）", "villages"),
    "roads.facilities": ("机构", "facilities"),
    "roads.other_parts": ("其余 {count} 个", "others ({count})"),
    "roads.depends": (
        "只与第 {part} 部分（{km} 公里，与主路网不连通）相接：{names}",
        "Hang on part {part} ({km} km, not joined to the main network): {names}",
    ),
    "roads.all_joined": (
        "有点位的村（社区）和机构都与主路网相接。",
        "All villages and facilities that have a point hang on the main network.",
    ),
    "roads.farthest": (
        "到路网最远的村（社区）：{name} ({id})，{metres} 米；{of} 个中超过 {limit} 米的 {count} 个",
        "Farthest village from the network: {name} ({id}), {metres} m; over {limit} m: {count} of {of}",
    ),
    "roads.elsewhere": (
        "所有村（社区）距路网都超过 {limit} 米：请确认路网是否覆盖本县。",
        "Every village is over {limit} m from the network: make sure that it covers this county.",
    ),
    "roads.no_return": (
        "因单行道路，出得去、回不来：{names}",
        "One-way roads let them leave and not come back: {names}",
    ),
    "roads.no_leaving": (
        "因单行道路，进得来、出不去：{names}",
        "One-way roads let them be reached and not leave: {names}",
    ),
    "roads.neither": (
        "因单行道路，与主路网既不能去、也不能回：{names}",
        "One-way roads neither let them leave nor be reached: {names}",
    ),
}
