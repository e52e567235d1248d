"""What is planted by hand in the list of messy names: mistakes of writing, homonyms and negatives.

`corrupt.py` turns these tables into rows. Each table says in its comment how its label is decided;
the rules (H1 ... N7) are explained in `README.md`.
"""

from __future__ import annotations

from typing import NamedTuple

# One character, and what is written in its place (one or several): sound = the same pinyin, tones
# aside (phone input); shape = a look-alike (optical reading, copying by hand).
SOUND = """
坪平评 平坪 家佳 溪西 白百 河何 金今 新欣 双霜 阳杨 洋羊 花华 华花 庙妙 安按 云芸 峰锋 桥侨
红洪 楠南 常长 长常 台抬 岭领 青清 合和 和合 塘堂 里理 黄皇 湾弯 池迟 朝潮 仙先 上尚 鹤贺
梨黎 杨扬 柏百 胜圣 官关 明鸣 场厂 下夏 雾务 垭娅 园元 路露 岩严 槽漕 起启 早枣 城成 永勇
九久 旺望 渡度 樟章 椿春 鸦鸭 羊洋 观关 元园 坝霸 茅矛 鼓古 星兴 沟勾 中钟 峡狭 集辑 净静
静净 升生 骨古 磨魔 报抱 丰风 风丰 矿旷 房防 堡保 盘磐 毛茂 公工 槐怀 段缎 胡湖 浑混 字子
凌陵 千迁 丘邱 架驾 芹琴 麻马 顶鼎 岔叉 鹊雀 抱报 紫子 洛落 挨埃 当挡 堰偃 雷蕾 桐铜 康糠
流留 铜桐 鲍饱 冬东 东冬 岗冈 跳眺 绿录 偏扁 望旺 霞瑕 鸭鸦 同铜 心新 权全 柑甘 伙火 建健
晓小 黛代 军君 连莲 莲连 袁元 燕雁 陶淘 潭谭 朗郎 灵玲 院苑 福富 培陪 葫胡 芦卢 对队 腰要
淌躺 蒜算 绪续 伍五 读渎 书舒 阁格 葛格 冠官 银垠 营迎 力利 厂场 义意
"""
SHAPE = """
龙尤 水氷 王玉 石右 白自 自白 金全 天夭 大太 太大 田由 云去 合会 里黑 池地 宁字 鹤鹳 梨犁
营荣 杨扬 柏拍 官宫 宫官 明朋 场扬 洋样 月用 神伸 早旱 梁粱 西酉 口日 老孝 雪雷 骡螺 团困
茅芽 春舂 桂挂 木本 峦恋 翠萃 秀季 坡披 报扱 宇字 字宇 银艰 窝涡 力刀 毛手 果呆 寨塞 槐愧
轿娇 凉惊 栗粟 跑泡 千干 坦但 柿枾 巴已 乌鸟 万方 菜莱 顶项 桃挑 鸡鸣 冠寇 贺贸 犀屏 牛午
堰偃 佛拂 尚向 抬治 库厍 陈阵 文交 线钱 曲由 锁琐 哨峭 瓜爪 朗郎 院阮 材村 福幅 椅倚 丹舟
印卯 柱挂 兔免 栈桟 朝韩 城域 陵陆 民氏 阮院
"""

# Simplified and traditional, as old documents and tables from the 1990s to Hong Kong fonts have it.
TRADITIONAL = """
镇鎮 乡鄉 区區 县縣 庆慶 会會 员員 龙龍 门門 庙廟 双雙 阳陽 骡騾 峡峽 红紅 两兩 当當 贤賢
邓鄧 笃篤 圣聖 云雲 峦巒 凤鳳 净淨 坛壇 宁寧 鹤鶴 杨楊 报報 丰豐 风風 长長 银銀 庄莊 胜勝
场場 岭嶺 灯燈 盏盞 窝窩 马馬 营營 国國 兴興 万萬 华華 鸦鴉 狮獅 铁鐵 雾霧 鹅鵝 笔筆 乌烏
静靜 鹰鷹 顶頂 树樹 鹊鵲 观觀 垭埡 鸳鴛 鸯鴦 义義 鸡雞 贺賀 库庫 坝壩 铜銅 阁閣 鲍鮑 东東
岗崗 绿綠 陈陳 桥橋 沟溝 线線 鸭鴨 锁鎖 权權 晓曉 军軍 开開 连連 莲蓮 后後 湾灣 灵靈 药藥
关關 芦蘆 读讀 书書 对對 栈棧 梁樑 黄黃 轿轎 浑渾 凉涼 闻聞 组組 启啟 台臺 岩巖 峰峯 号號
来來 属屬 统統 选選 无無 贫貧 户戶 迁遷 团團 结結 进進 设設 业業 发發 鸿鴻 矿礦 质質 绪緒
"""

# The 26 townships with one wrong character each, as it would really be written.
TOWNSHIP_ERRORS = {
    "高唐": "高塘",
    "龙门": "龙们",
    "庙宇": "庙字",
    "大昌": "大唱",
    "福田": "富田",
    "龙溪": "龙西",
    "双龙": "双尤",
    "官阳": "宫阳",
    "骡坪": "螺坪",
    "抱龙": "抱尤",
    "官渡": "宫渡",
    "铜鼓": "铜古",
    "巫峡": "巫狭",
    "红椿": "红春",
    "两坪": "两评",
    "曲尺": "屈尺",
    "建平": "健平",
    "大溪": "大西",
    "金坪": "金评",
    "平河": "平和",
    "当阳": "挡阳",
    "竹贤": "竹闲",
    "三溪": "三西",
    "培石": "陪石",
    "笃坪": "笃萍",
    "邓家": "登家",
}

# Further ways to write the two ethnic townships: stem, name, rules.
ETHNIC_FORMS = (
    ("红椿", "巫山县红椿土家族乡人民政府", "R1+R2+R3"),
    ("红椿", "红椿民族乡", "R2"),
    ("红椿", "红椿乡（土家族乡）", "R2+R5"),
    ("邓家", "鄧家土家族鄉", "R2+R4"),
    ("邓家", "邓家(土家族)乡", "R2"),
    ("邓家", "邓 家 土 家 族 乡", "R2+R6"),
)


class Planted(NamedTuple):
    """A row written by hand.

    `told` is the township that the table tells, by its stem; `shown` says where it is told:
    code, name, both or text (inside the messy name only). `expected` is none, ambiguous, or the
    township and the stem of the unit that is meant, with a slash between.
    """

    rule: str
    name: str
    told: str
    shown: str
    expected: str
    note: str


# H1: a name that stands in two townships, with its parent: the one inside that parent is meant.
# H2: the same name without a parent: an officer has to ask. A name that carries its kind in full
# while the two differ in kind (宁河社区 against 宁河村) is not planted: officers would disagree.
# H3: a village with a parent in which it does not exist, while it exists in one other township.
# H4: a name of two townships, with a third township as its parent.
# H5: the parent and the township in front of the name contradict each other.
HOMONYMS = (
    Planted("H1", "兴旺村", "大昌", "both", "大昌/兴旺", "two 兴旺村 in the county"),
    Planted("H1+R14", "兴旺村", "骡坪", "name", "骡坪/兴旺", "two 兴旺村 in the county"),
    Planted("H1+R4", "寧河村", "大昌", "code", "大昌/宁河", "also 双龙镇宁河社区"),
    Planted("H1+R1", "宁河居委会", "双龙", "both", "双龙/宁河", "also 大昌镇宁河村"),
    Planted("H1+R13", "宁河村", "双龙", "both", "双龙/宁河", "only 宁河社区 stands there"),
    Planted("H1+R6", "新 安 村", "双龙", "code", "双龙/新安", "also 曲尺乡新安社区"),
    Planted("H1+R13+R14", "新安村", "曲尺", "name", "曲尺/新安", "only 新安社区 stands there"),
    Planted("H1+R1", "石里", "大昌", "both", "大昌/石里", "also 巫峡镇石里社区"),
    Planted("H1+R13", "石里村", "巫峡", "both", "巫峡/石里", "石里村 until it became 社区"),
    Planted("H1+R3", "福田镇高桥村", "福田", "text", "福田/高桥", "also 当阳乡高桥社区"),
    Planted("H1+R1", "高桥社区居委会", "当阳", "code", "当阳/高桥", "also 福田镇高桥村"),
    Planted("H1+R3+R4", "巫山縣抱龍鎮龍河社區", "抱龙", "text", "抱龙/龙河", "also 骡坪镇龙河村"),
    Planted("H1+R12", "龙河村2组", "骡坪", "both", "骡坪/龙河", "also 抱龙镇龙河社区"),
    Planted("H1+R1", "场镇居委会", "龙溪", "both", "龙溪/龙溪场镇", "in daily use 场镇社区"),
    Planted("H1+R3+R14", "官渡场镇社区", "官渡", "name", "官渡/场镇", "official name 场镇社区"),
    Planted("H2", "兴旺村", "", "none", "ambiguous", "大昌镇 or 骡坪镇"),
    Planted("H2+R1", "兴旺村民委员会", "", "none", "ambiguous", "大昌镇 or 骡坪镇"),
    Planted("H2+R3+R4", "巫山縣興旺村", "", "none", "ambiguous", "大昌镇 or 骡坪镇"),
    Planted("H2+R12", "兴旺村三组", "", "none", "ambiguous", "大昌镇 or 骡坪镇"),
    Planted("H2+R1", "宁河", "", "none", "ambiguous", "大昌镇 or 双龙镇"),
    Planted("H2+R1", "新安", "", "none", "ambiguous", "双龙镇 or 曲尺乡"),
    Planted("H2+R1+R6", "石 里", "", "none", "ambiguous", "大昌镇 or 巫峡镇"),
    Planted("H2+R1+R3", "巫山县高桥", "", "none", "ambiguous", "福田镇 or 当阳乡"),
    Planted("H2+R1+R4", "龍河", "", "none", "ambiguous", "骡坪镇 or 抱龙镇"),
    Planted("H2+R1+R8", "5.宁河", "", "none", "ambiguous", "大昌镇 or 双龙镇"),
    Planted("H2", "场镇社区", "", "none", "ambiguous", "官渡镇, 龙溪镇 or 骡坪镇"),
    Planted("H2+R1", "场镇居委会", "", "none", "ambiguous", "官渡镇, 龙溪镇 or 骡坪镇"),
    Planted("H3", "青山村", "建平", "both", "none", "is in 巫峡镇; 建平乡 has 青台村"),
    Planted("H3", "竹林村", "铜鼓", "code", "none", "is in 官渡镇;镇 has 竹园村"),
    Planted("H3", "竹园村", "官渡", "both", "none", "is in镇; 官渡镇 has 竹林村"),
    Planted("H3+R14", "朝元村", "曲尺", "name", "none", "is in 两坪乡; 曲尺乡 has 朝阳村"),
    Planted("H3", "马坪村", "龙溪", "code", "none", "is in 抱龙镇; 龙溪镇 has 马岭村"),
    Planted("H3+R1", "白果村委会", "福田", "both", "none", "is in 大昌镇; 福田镇 has 白龙村"),
    Planted("H3", "大峡村", "骡坪", "both", "none", "is in 平河乡; 骡坪镇 has 大垭村"),
    Planted("H3", "凤岭村", "双龙", "code", "none", "is in 骡坪镇"),
    Planted("H3+R14", "巴雾村", "巫峡", "name", "none", "is in 双龙镇"),
    Planted("H3+R4", "雙塘村", "庙宇", "both", "none", "is in 福田镇"),
    Planted("H3+R12", "月明村4社", "两坪", "both", "none", "is in 曲尺乡"),
    Planted("H3+R3", "邓家土家族乡葫芦村", "邓家", "text", "none", "is in 培石乡"),
    Planted("H3", "红岩村", "竹贤", "code", "none", "is in 当阳乡"),
    Planted("H4", "兴旺村", "官阳", "both", "none", "is in 大昌镇 and 骡坪镇"),
    Planted("H4", "高桥村", "庙宇", "code", "none", "is in 福田镇 and 当阳乡"),
    Planted("H4+R14", "新安村", "铜鼓", "name", "none", "is in 双龙镇 and 曲尺乡"),
    Planted("H4", "龙河村", "建平", "both", "none", "is in 骡坪镇 and 抱龙镇"),
    Planted("H4+R1", "石里村委会", "大溪", "both", "none", "is in 大昌镇 and 巫峡镇"),
    Planted("H4+R3", "福田镇宁河村", "福田", "text", "none", "is in 大昌镇 and 双龙镇"),
    Planted("H5+R3", "骡坪镇兴旺村", "大昌", "both", "ambiguous", "both have one"),
    Planted("H5+R3", "大昌镇宁河村", "双龙", "code", "ambiguous", "both have one"),
    Planted("H5+R3", "抱龙镇龙河社区", "骡坪", "both", "ambiguous", "both have one"),
    Planted("H5+R3", "巫峡镇青山村", "建平", "both", "none", "not in the parent that is told"),
)


# N1: townships and villages of other counties, all of them real (checked against the published
# list of divisions): none. For these `told` is the county code or empty.
OUTSIDE_TOWNSHIPS = (
    ("巫山镇", "500237", "is in 开州区"),
    ("巫山镇", "", "is in 开州区"),
    ("开州区巫山镇", "500154", "is in 开州区"),
    ("宁河街道", "500238", "is in 巫溪县"),
    ("宁河街道办事处", "", "is in 巫溪县"),
    ("官渡口镇", "", "is in 巴东县; 官渡镇 is here"),
    ("巴东县官渡口镇", "422823", "is in 巴东县; 官渡镇 is here"),
    ("双阳乡", "500238", "is in 巫溪县; 当阳乡 is here"),
    ("大河乡", "", "is in 巫溪县; 大溪乡 and 平河乡 are here"),
    ("红坪镇", "429021", "is in 神农架林区"),
    ("花坪镇", "422822", "is in 建始县"),
    ("高坪镇", "", "is in 建始县; 高坪村 is in 当阳乡"),
    ("龙坪乡", "422822", "is in 建始县"),
    ("安坪镇", "500236", "is in 奉节县; 安坪村 is in 双龙镇"),
    ("冯坪乡", "", "is in 奉节县"),
    ("康坪乡", "500237", "is in 奉节县, filed here by mistake"),
    ("平安乡", "500237", "is in 奉节县, filed here by mistake"),
    ("龙桥土家族乡", "500236", "is in 奉节县"),
    ("太和土家族乡", "", "is in 奉节县"),
    ("下谷坪土家族乡", "429021", "is in 神农架林区"),
    ("云阳县双龙镇", "", "the 双龙镇 of another county"),
    ("双龙镇", "500235", "the 双龙镇 of another county"),
    ("湖北省竹山县官渡镇", "", "the 官渡镇 of another county"),
    ("紫阳县红椿镇", "", "the 红椿 of another county"),
    ("绿春县平河镇", "", "the 平河 of another county"),
)
OUTSIDE_VILLAGES = (
    ("奉节县红土乡九台村", "红土乡", "九台村 is also in 庙宇镇"),
    ("奉节县平安乡长坪村", "", "长坪村 is also in 庙宇镇"),
    ("桃花村", "奉节县青莲镇", "桃花村 is also in 抱龙镇"),
    ("凉水村", "菱角镇", "菱角镇 is in 巫溪县; 凉水村 is also in 福田镇"),
    ("巫溪县通城镇云台村", "", "云台村 is also in 建平乡"),
    ("石柱村村民委员会", "巫溪县土城镇", "石柱村 is also in 三溪乡"),
)

NEGATIVES = (
    # N2: a name that no township of the county has, and none in this one is near.
    Planted("N2", "前进村", "庙宇", "both", "none", "no such village in the county"),
    Planted("N2", "红旗村", "大昌", "code", "none", "no such village in the county"),
    Planted("N2", "团结村", "福田", "both", "none", "no such village in the county"),
    Planted("N2", "幸福社区", "高唐", "both", "none", "no such community in the county"),
    Planted(
        "N2", "滨江社区居委会", "龙门", "code", "none", "not in the county; 龙门街道 has 龙江社区"
    ),
    Planted("N2+R14", "跃进村", "官渡", "name", "none", "no such village in the county"),
    Planted("N2", "民主村", "曲尺", "both", "none", "no such village in the county"),
    Planted("N2+R12", "东风村2组", "三溪", "both", "none", "no such village in the county"),
    Planted("N2+R3", "巫山县两坪乡建设村", "两坪", "text", "none", "no such village in the county"),
    Planted("N2", "五一村", "抱龙", "code", "none", "no such village in the county"),
    Planted("N2", "解放村", "", "none", "none", "no such village in the county"),
    Planted("N2", "福利院", "骡坪", "both", "none", "a facility, not a village"),
    # N3: one character from two units of the township, and nothing in the row tells which.
    Planted("N3+R10", "长?村", "庙宇", "both", "ambiguous", "长梁, 长房 or 长坪"),
    Planted("N3+R10", "永□村", "庙宇", "code", "ambiguous", "永风 or 永安"),
    Planted("N3+R10", "?胜村", "大昌", "both", "ambiguous", "兴胜, 双胜 or 长胜"),
    Planted("N3+R10", "洋村", "大昌", "both", "ambiguous", "洋溪, 洋河 or 白洋"),
    Planted("N3+R10", "白?村", "大昌", "name", "ambiguous", "白果 or 白洋"),
    Planted("N3+R10", "□林村", "官渡", "both", "ambiguous", "松林, 竹林 or 杨林"),
    Planted("N3+R10", "杨村", "官渡", "both", "ambiguous", "杨林 or 杨坝"),
    Planted("N3", "双桥村", "福田", "both", "ambiguous", "三桥, 高桥, 双塘 or 双凤"),
    Planted("N3+R10", "?山村", "巫峡", "both", "ambiguous", "龙山 or 青山"),
    Planted("N3", "青水村", "巫峡", "code", "ambiguous", "白水, 绿水 or 青山"),
    Planted("N3+R10", "金?村", "官阳", "code", "ambiguous", "金顶 or 金龙"),
    Planted("N3+R10", "三?村", "官阳", "both", "ambiguous", "三合, 三岔 (or 三兴社区)"),
    Planted("N3+R10", "?羊村", "双龙", "both", "ambiguous", "高羊 or 三羊"),
    Planted("N3+R10", "安村", "双龙", "both", "ambiguous", "安坪, 安静 or 新安"),
    Planted("N3+R10", "石?村", "竹贤", "both", "ambiguous", "石院 or 石沟"),
    Planted("N3+R10", "?垭村", "三溪", "both", "ambiguous", "高垭 or 庙垭"),
    Planted("N3+R10", "龙□社区", "龙门", "both", "ambiguous", "龙江 or 龙水"),
    # N4: what stands in tables of units without being one.
    Planted("N4", "小计", "官渡", "both", "none", "a line of sums"),
    Planted("N4", "镇本级", "庙宇", "both", "none", "the township's own line"),
    Planted("N4", "不详", "三溪", "code", "none", "not known"),
    Planted("N4", "无", "大溪", "name", "none", "not known"),
    # N7: the community of the seat, or the village of the same name that became one?
    Planted("N7", "骡坪社区", "骡坪", "both", "ambiguous", "骡坪村 or 骡坪场镇社区"),
    Planted("N7+R1", "龙溪社区居委会", "龙溪", "code", "ambiguous", "龙溪村 or 龙溪场镇社区"),
    Planted("N7", "官渡社区", "官渡", "both", "ambiguous", "官渡村 or 场镇社区"),
    # N6: two units in one cell.
    Planted("N6", "洋溪村、洋河村", "大昌", "both", "ambiguous", "two villages in one cell"),
    Planted("N6", "永安村/永风村", "庙宇", "code", "ambiguous", "two villages in one cell"),
    Planted("N6", "松林、竹林村", "官渡", "both", "ambiguous", "two villages in one cell"),
    Planted("N6", "圣泉、登龙社区", "高唐", "both", "ambiguous", "two communities in one cell"),
)
# N3 to N7 at the level of the township: name, code of the county, label, rule, note.
TOWNSHIP_NEGATIVES = (
    ("?坪乡", "500237", "ambiguous", "N3+R10", "两坪, 金坪 or 笃坪"),
    ("官?镇", "500237", "ambiguous", "N3+R10", "官阳 or 官渡"),
    ("□龙镇", "", "ambiguous", "N3+R10", "双龙 or 抱龙"),
    ("坪乡", "500237", "ambiguous", "N3+R10", "两坪, 金坪 or 笃坪"),
    ("合计", "500237", "none", "N4", "a line of sums"),
    ("全县", "", "none", "N4", "the county as a whole"),
    ("巫山县", "500237", "none", "N4", "the county as a whole"),
    ("县残联", "500237", "none", "N4", "an office"),
    ("龙井乡", "500237", "none", "N5", "abolished in 2011, split between several townships"),
    ("早阳乡", "500237", "none", "N5", "abolished, its villages lie in several townships"),
    ("早阳新城", "", "none", "N5", "a built-up area, not a township"),
    ("大溪乡、曲尺乡", "500237", "ambiguous", "N6", "two townships in one cell"),
    ("官渡镇/铜鼓镇", "500237", "ambiguous", "N6", "two townships in one cell"),
)
