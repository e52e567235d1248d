"""The fictional county as it was drawn by hand: who lives where, which roads, what stands where.

Everything that a person would want to check by hand stands in this file, and only here. A village
has a short label: the first letter of its township and its number, such as ``Z1``. The labels are
the ids of the road nodes too. The map, west to east and north to south (the river runs between the
second and the third line)::

    Z5 Z6 Z7 Z8  W5 W6 W7 W8
    Z2 Z1 Z3 Z4  W2 W1 W3 W4
    ~~~~~~~~~~~~~~~~~~~~~~~~
    S2 S1 S3  N2 N1  T2 T1 T3
    S4 S5 S6  N3 N4  T4 T5 T6
    S7 S8 N5  N6 N7  N8 T7 T8
"""

from __future__ import annotations

from dataclasses import dataclass

COUNTY = "990101"
COUNTY_NAME = ("示例县（虚构）", "Example County (fictional)")
RIVER_NAME = ("银汉河（虚构）", "Yinhan River (fictional)")

GRID = (
    "Z5 Z6 Z7 Z8 W5 W6 W7 W8",
    "Z2 Z1 Z3 Z4 W2 W1 W3 W4",
    "S2 S1 S3 N2 N1 T2 T1 T3",
    "S4 S5 S6 N3 N4 T4 T5 T6",
    "S7 S8 N5 N6 N7 N8 T7 T8",
)
"""Labels from north to south, each line from west to east."""
RIVER_BELOW = 2
"""The river runs below this many lines of the grid."""
WEST, NORTH = 101.0, 31.2
"""North-western corner in degrees: a round number, so that nobody takes it for a survey."""
CELL_LON, CELL_LAT = 0.05, 0.04
"""Size of a cell in degrees: about 4.8 km by 4.4 km."""
POINT_SHIFTS = {"S1": (0.0, -0.004), "S5": (0.0, 0.004)}
"""Shift of a demand point from the middle of its cell in degrees, instead of the pattern."""


@dataclass(frozen=True, slots=True)
class Township:
    """One of the five townships; each name is a literary word for what does not exist."""

    letter: str
    """First letter of the labels of its villages."""
    code: str
    """Nine digits."""
    stem: str
    """Name without its kind."""
    stem_en: str
    """The same in pinyin."""
    kind: str
    """``town`` or ``township``."""
    bank: str
    """Side of the river."""
    priority: bool
    """Whether it is a priority township."""


TOWNSHIPS = (
    Township("Z", "990101001", "子虚", "Zixu", "town", "N", priority=False),
    Township("W", "990101002", "乌有", "Wuyou", "town", "N", priority=False),
    Township("S", "990101003", "水月", "Shuiyue", "township", "S", priority=False),
    Township("N", "990101004", "南柯", "Nanke", "township", "S", priority=True),
    Township("T", "990101005", "太虚", "Taixu", "township", "S", priority=True),
)
KIND_NAMES = {
    "town": ("镇", "Town"),
    "township": ("乡", "Township"),
    "community": ("社区", "Community"),
    "village": ("村", "Village"),
}
COMMUNITIES = frozenset({"Z1", "Z2", "W1", "W4", "S1", "S8", "N1", "N3", "N4", "T1", "T6"})
"""Villages that are communities; number 1 is the seat of its township."""

PERSONS: dict[str, tuple[int, int | None]] = {
    "Z1": (96, 9), "Z2": (64, 6), "Z3": (58, 5), "Z4": (47, 4),
    "Z5": (38, 4), "Z6": (41, 4), "Z7": (35, 3), "Z8": (33, 3),
    "W1": (82, 8), "W2": (51, 5), "W3": (49, 4), "W4": (36, 3),
    "W5": (34, 3), "W6": (39, None), "W7": (30, 3), "W8": (28, 2),
    "S1": (61, 6), "S2": (45, 4), "S3": (43, 4), "S4": (37, 4),
    "S5": (40, 4), "S6": (32, 3), "S7": (22, 2), "S8": (46, 5),
    "N1": (52, 6), "N2": (44, 5), "N3": (46, 5), "N4": (42, 5),
    "N5": (24, 2), "N6": (36, 4), "N7": (34, 4), "N8": (0, 0),
    "T1": (48, 5), "T2": (40, 4), "T3": (37, 4), "T4": (26, 3),
    "T5": (33, 3), "T6": (29, 3), "T7": (18, 2), "T8": (4, 1),
}  # fmt: skip
"""Certified persons and those eligible for day care in 2025; None is not known, which is not 0."""

SPEEDS_KMH = {
    "national": 60,
    "provincial": 40,
    "county": 30,
    "township": 20,
    "village": 15,
    "ferry": 6,
}
"""Round speeds, so that a kilometre costs 1, 1.5, 2, 3, 4 and 10 minutes."""
BOARDING_MIN = 2
"""Charged once on each trip, also on one of no length."""
INTERVAL = (0.9, 1.0, 1.1)
"""Low, central and high multiplier of the road part of a trip."""
CONDITIONS: dict[str, dict[str, float | bool]] = {
    "snow": {"speed_factor": 0.5},
    "flood": {"speed_factor": 0.8, "closes_ferries": True},
}
"""What snow and floods do: every road twice as slow, or a quarter longer and no ferry."""

FERRY_HEADWAY_MIN = 3
"""Minutes between two departures of the ferry R1; who comes at random waits half of them."""
PROFILES: dict[str, dict[str, float | str]] = {
    "walker": {"kind": "walk", "speed_kmh": 5.0, "max_minutes": 60.0},
    "wheelchair": {"kind": "walk", "speed_kmh": 3.0, "max_minutes": 60.0, "max_grade": 0.08},
    "escorted": {"kind": "ride", "speed_kmh": 4.0, "max_minutes": 30.0, "boarding_min": 4.0},
    "vehicle": {"kind": "ride", "speed_kmh": 3.0, "max_minutes": 15.0, "boarding_min": 8.0},
    "bedbound": {"kind": "outreach", "speed_kmh": 4.0, "boarding_min": 2.0},
}
"""How persons travel, in round numbers: a kilometre on foot costs 12 minutes, on wheels 20."""
GROUP_PROFILES = {
    "visual": "escorted",
    "physical": "vehicle",
    "intellectual": "escorted",
    "mental": "escorted",
    "multiple": "escorted",
    "severe": "bedbound",
}
"""Who travels how; the others travel as the study's own settings say."""
ROAD_EDITION = "2024-05"
"""Date of the road network, before both snapshots."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A road between two nodes; its length is a surveyed one, never below the straight line."""

    u: str
    """First node."""
    v: str
    """Second node."""
    km: float
    """Length in kilometres."""
    road_class: str
    """Class, a key of ``SPEEDS_KMH``."""
    grade: float | None = None
    """Mean slope in per cent, None if not surveyed; the study's speeds do not depend on it."""
    oneway: bool = False
    """Only from u to v."""
    closed: bool = False
    """Closed to traffic."""
    crossing_id: str = ""
    """Crossing of the river that it is."""


EDGES = (
    # Main road on the north bank, the townships Z and W.
    Edge("Z2", "Z1", 6, "county"),
    Edge("Z1", "Z3", 6, "provincial", grade=0),
    Edge("Z3", "Z4", 7, "provincial", grade=0),
    Edge("Z4", "W2", 6, "provincial", grade=0),
    Edge("W2", "W1", 5.5, "provincial", grade=0),
    Edge("W1", "W3", 6, "provincial", grade=0),
    Edge("W3", "W4", 6, "county", grade=3.5),
    # Side roads of Z. Who ignores closed and one-way gets another class for Z5 and for Z8.
    Edge("Z5", "Z2", 6, "village"),
    Edge("Z5", "Z6", 5.5, "county", closed=True),
    Edge("Z6", "Z1", 5.5, "township"),
    Edge("Z7", "Z3", 6, "township"),
    Edge("Z4", "Z8", 5, "provincial", oneway=True),
    Edge("Z8", "W2", 7.5, "county"),
    # Side roads of W.
    Edge("W5", "W2", 6, "township", grade=4),
    Edge("W6", "W1", 5, "village", grade=6),
    Edge("W7", "W3", 6, "village", grade=8),
    Edge("W8", "W4", 6, "village", grade=7.5),
    # The bridge and the ferry, the only ways over the river.
    Edge("Z1", "K1", 2.6, "provincial", grade=0),
    Edge("K1", "K2", 0.4, "provincial", grade=0, crossing_id="B1"),
    Edge("K2", "S1", 4, "provincial", grade=0),
    Edge("W1", "P1", 3, "township"),
    Edge("P1", "P2", 0.5, "ferry", crossing_id="R1"),
    Edge("P2", "T2", 3, "township"),
    # Main road on the south bank, the townships S, N and T, and on to the county beyond.
    Edge("S2", "S1", 6, "county"),
    Edge("S1", "S3", 6, "provincial", grade=0),
    Edge("S3", "N2", 7, "provincial", grade=0),
    Edge("N2", "N1", 7, "provincial", grade=0),
    Edge("N1", "T2", 7, "provincial", grade=0),
    Edge("T2", "T1", 6, "provincial", grade=0),
    Edge("T1", "T3", 7, "provincial", grade=0),
    Edge("T3", "X1", 5, "county"),
    # Side roads of S: S4 stands exactly at the limit, 2 + 4 x 4 + 6 x 2 = 30 minutes.
    Edge("S5", "S1", 4, "village"),
    Edge("S4", "S5", 6, "county"),
    Edge("S6", "S3", 5.5, "township"),
    Edge("S7", "S4", 5, "village"),
    Edge("S8", "S5", 5.5, "village"),
    # Side roads of N.
    Edge("N3", "N2", 5, "township", grade=5),
    Edge("N4", "N1", 5, "township", grade=4.5),
    Edge("N6", "N3", 5, "township", grade=6),
    Edge("N5", "N6", 6, "village", grade=11),
    Edge("N7", "N4", 5, "village", grade=9),
    Edge("N8", "N7", 6, "village", grade=10),
    # Side roads of T. T4 keeps only the lane to its hamlet H1: it is cut off.
    Edge("T4", "T2", 5, "township", closed=True),
    Edge("T4", "H1", 1.5, "village"),
    Edge("T5", "T1", 5, "township"),
    Edge("T6", "T3", 6, "county"),
    Edge("T7", "T5", 5, "village"),
    Edge("T7", "T8", 6, "township"),
    Edge("T8", "T6", 6, "village"),
    Edge("T8", "X2", 6, "county"),
)


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as the register of one year has it; it stands at the road node ``at``."""

    facility_id: str
    """Id, F for a facility."""
    name: tuple[str, str]
    """Chinese and English."""
    kind: str
    """Kind key."""
    at: str
    """Label of the node; X1 and X2 lie beyond the county."""
    services: tuple[str, ...] | None
    """Service keys; None is not known."""
    status: str
    """Status key."""
    admits: str
    """Whom it admits."""
    capacity: int | None = None
    """Places; None is not known."""
    opened: str = ""
    """Day of opening."""
    grade: int | None = None
    """Grade, 1 to 5."""
    host: str = ""
    """Body that hosts it."""
    barrier_free: bool | None = None
    """Whether it can be used without barriers; None is not known."""
    open_days: int | None = None
    """Days a week."""
    note: str = ""
    """What it is there for."""


_FOUR = ("concentrated_care", "day_care", "community_rehab", "sheltered_employment")
_PSYCHIATRIC = "psychiatric_community_rehab"

FACILITIES_2025 = (
    Facility(
        "F01", ("子虚镇阳光家园", "Zixu Sunshine Home"), "sunshine_home", "Z1",
        (*_FOUR, _PSYCHIATRIC), "open", "township", capacity=24, opened="2019-06-01", grade=4,
        barrier_free=True, open_days=6, note="只收本镇；admits its own township only",
    ),
    Facility(
        "F02", ("乌有镇残疾人之家", "Wuyou Home of Disabled Persons"), "home_of_disabled", "W1",
        ("day_care", "sheltered_employment", _PSYCHIATRIC), "open", "county", capacity=20,
        opened="2021-09-01", grade=3, barrier_free=True, open_days=5,
        note="面向全县；admits the whole county",
    ),
    Facility(
        "F03", ("水月乡敬老院托养点", "Shuiyue care point in the welfare home"), "welfare_home",
        "S1", ("concentrated_care", "day_care", _PSYCHIATRIC), "open", "township", capacity=12,
        opened="2025-03-01", grade=2, host="水月乡敬老院（虚构） Shuiyue Welfare Home (fictional)",
        barrier_free=True, open_days=7, note="设在敬老院内；hosted in a welfare home",
    ),
    Facility(
        "F04", ("南柯乡残疾人之家", "Nanke Home of Disabled Persons"), "home_of_disabled", "N1",
        None, "open", "township", opened="2024-11-01",
        note="服务项目未填报；services not reported, so not known",
    ),
    Facility(
        "F05", ("太虚乡阳光家园（已停办）", "Taixu Sunshine Home (closed)"), "sunshine_home", "T2",
        ("day_care",), "closed", "township", capacity=8, opened="2018-05-01", grade=1,
        barrier_free=False, open_days=0, note="2024年12月停办；closed in December 2024",
    ),
    Facility(
        "F06", ("太虚乡残疾人之家（拟建）", "Taixu Home of Disabled Persons (planned)"),
        "home_of_disabled", "T1", ("day_care", "sheltered_employment"), "planned", "township",
        capacity=10, note="2026年建成；to be built in 2026",
    ),
    Facility(
        "F07", ("示例县残疾人康复中心", "Example County rehabilitation centre"),
        "county_rehab_centre", "Z3", ("county_rehab", "community_rehab"), "open", "county",
        capacity=40, opened="2025-01-15", grade=5, barrier_free=True, open_days=6,
        note="县级；the county's own",
    ),
    Facility(
        "F08", ("彼岸镇残疾人之家（外县）", "Bi'an Home of Disabled Persons (beyond the county)"),
        "home_of_disabled", "X1", ("day_care",), "open", "anyone", capacity=15,
        opened="2020-04-01", grade=3, barrier_free=True, open_days=5,
        note="外县，不限户籍；beyond the county, admits anyone",
    ),
    Facility(
        "F09", ("彼岸镇托养中心（外县）", "Bi'an care centre (beyond the county)"), "welfare_home",
        "X2", ("day_care", "concentrated_care"), "open", "agreement", capacity=30,
        opened="2017-10-01", grade=3, barrier_free=True, open_days=7,
        note="外县，按协议接收，协议未见；beyond the county, by an agreement that is not on file",
    ),
    Facility(
        "F10", ("南柯乡精神障碍社区康复点", "Nanke psychiatric rehabilitation point"),
        "community_service_centre", "N2", (_PSYCHIATRIC,), "open", "township", capacity=10,
        opened="2025-02-10", host="南柯乡卫生院（虚构） Nanke Health Centre (fictional)",
        barrier_free=True, open_days=2, note="设在卫生院内；hosted in the health centre",
    ),
)  # fmt: skip
"""The register of 2025."""

EARLIER: dict[str, dict[str, object]] = {
    "F03": {"status": "planned", "opened": ""},
    "F04": {"status": "unknown", "opened": ""},
    "F05": {
        "name": ("太虚乡阳光家园", "Taixu Sunshine Home"), "status": "open", "open_days": 5,
        "note": "2024年仍开办；still open in 2024",
    },
    "F07": {"status": "planned", "opened": ""},
    "F10": {"status": "planned", "opened": ""},
}  # fmt: skip
"""What differed in the register of 2024."""
NOT_YET = frozenset({"F06"})
"""What the register of 2024 does not hold."""

CANDIDATES = ("Z1", "Z2", "W1", "W4", "S1", "S8", "N1", "N3", "N4", "T1", "T6")
"""Villages with a candidate site: each seat and each other community."""
CANDIDATE_SERVICES = ("day_care", "sheltered_employment")
CANDIDATE_PLACES = 10


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One yearly state of the registers."""

    year: str
    """Folder name."""
    as_of: str
    """Cut-off date."""
    study_id: str
    """Id of its study."""
    study_file: str
    """Name of its study file."""


SNAPSHOTS = (
    Snapshot("2024", "2024-06-30", "example-2024", "study-2024.toml"),
    Snapshot("2025", "2025-06-30", "example", "study.toml"),
)


def township_of(label: str) -> Township:
    """Give the township of a village label.

    Raises
    ------
    StopIteration
        If no township has this letter.

    Examples
    --------
    >>> township_of("S4").stem_en
    'Shuiyue'
    """
    return next(one for one in TOWNSHIPS if one.letter == label[0])


def village_kind(label: str) -> str:
    """Tell a community from a village.

    Raises
    ------
    IndexError
        Never; any label that is no community is a village.

    Examples
    --------
    >>> village_kind("Z1"), village_kind("Z5")
    ('community', 'village')
    """
    return "community" if label in COMMUNITIES else "village"


def zone_id(label: str) -> str:
    """Give the twelve digits of a village: 00n for community n, 20n for village n.

    Raises
    ------
    StopIteration
        If no township has this letter.

    Examples
    --------
    >>> zone_id("Z1"), zone_id("S4")
    ('990101001001', '990101003204')
    """
    middle = "00" if village_kind(label) == "community" else "20"
    return f"{township_of(label).code}{middle}{label[1]}"


LABELS = tuple(sorted((label for line in GRID for label in line.split()), key=zone_id))
"""All village labels in the order of their codes."""
