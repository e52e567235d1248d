"""The travel settings of a study: engine, speeds, conditions, profiles, and what is charged."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from wushan_geo.study.bounds import DURATION, FACTOR, GRADE, MINUTES, OWN_PACE, SPEED
from wushan_geo.study.faults import hint, rule, some
from wushan_geo.study.tables import GROUPS, ROAD_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.study.bounds import Bound
    from wushan_geo.study.pages import Page

Engine = Literal["network", "straight", "matrix", "terrain", "none"]
ProfileKind = Literal["walk", "ride", "outreach"]

# The three standard conditions: the times of a mountain county are three, not one.
CONDITIONS = ("ordinary", "snow", "flood")
KINDS = ("walk", "ride", "outreach")
MATRIX_UNITS = ("min", "s", "h")  # the limits of a study are minutes
NEIGHBOURS = (16, 32)
TIME_OF_DAY = r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])"


@dataclass(frozen=True, slots=True)
class Interval:
    """A central value and the range it may reasonably lie in."""

    low: float
    """Optimistic value."""
    central: float
    """Value used where only one can be shown."""
    high: float
    """Pessimistic value."""


@dataclass(frozen=True, slots=True)
class ConditionConfig:
    """What a standing condition (snow and ice, flood season) does to the roads."""

    key: str
    """``ordinary``, ``snow`` or ``flood``."""
    speed_factor: float = 1.0
    """Multiplier of the speed on every road."""
    speed_factors: Mapping[str, float] = field(default_factory=dict)
    """Multiplier by road class, instead of `speed_factor`."""
    above_m: float | None = None
    """Elevation in metres above which `speed_factor_above` holds instead; None asks for none."""
    speed_factor_above: float = 1.0
    """Multiplier of the speed on roads with an end above `above_m`."""
    closes_ferries: bool = False
    """True if no ferry runs."""
    closed_classes: tuple[str, ...] = ()
    """Road classes that cannot be travelled."""
    closed_crossings: tuple[str, ...] = ()
    """Crossings that cannot be used, by id."""
    closed_edges: tuple[str, ...] = ()
    """Road edges that cannot be travelled, by id."""
    source: str = ""
    """Where these values come from, or that they are a planning assumption and whose."""


@dataclass(frozen=True, slots=True)
class ProfileConfig:
    """How one kind of person travels."""

    key: str
    """Name of the profile, such as ``wheelchair``."""
    kind: ProfileKind
    """``walk`` (on foot or on wheels, all the way), ``ride`` (walks to a road, then a vehicle) or
    ``outreach`` (stays in bed: staff ride from a base to the person)."""
    speed_kmh: float
    """Own speed on flat ground in km/h: all the way (walk) or to the road (ride); of the staff's
    way on foot (outreach)."""
    max_minutes: float | None
    """Largest effort: minutes under way by own force; None if not limited."""
    max_grade: float | None
    """Steepest road that can be passed, as rise / run (0.08 = 8 %); None if not limited."""
    boarding_min: float
    """Minutes charged once for getting in and out of the vehicle, help included."""
    source: str
    """Where these values come from, or that they are a planning assumption and whose."""


@dataclass(frozen=True, slots=True)
class MatrixConfig:
    """How to read a file of times or distances from any other router."""

    unit: str
    """``min``, ``s`` or ``h``; a number without a unit is refused."""
    origin: str
    """Column of the village codes."""
    destination: str
    """Column of the facility ids."""
    cost: str
    """Column of the costs."""
    limit: float | None
    """Largest cost the file is complete for, in `unit`; None if every pair is there."""

    @property
    def known_min(self) -> float | None:
        """Minutes up to which the file lists pairs; None if every pair is there."""
        return None if self.limit is None else round(self.limit / MINUTES[self.unit], 2)


@dataclass(frozen=True, slots=True)
class TerrainConfig:
    """How to walk over land: speeds by land cover, on rasters that the study names."""

    elevation: str
    """File of the elevation raster, relative to the study file."""
    land_cover: str | None
    """File of the land cover raster; None if all land is alike."""
    walking_kmh: float
    """Walking speed on flat open ground in km/h."""
    factors: Mapping[int, float]
    """Multiplier of the walking speed by land cover code; 0 is a barrier."""
    neighbours: int
    """Directions in which a cell can be left: 16 or 32."""


@dataclass(frozen=True, slots=True)
class DownloadConfig:
    """Where roads are fetched from, when they are asked for."""

    overpass_url: str
    """Address of an Overpass interpreter, without ``/interpreter``."""
    buffer_km: float
    """How far beyond the county line roads are fetched, in km."""


@dataclass(frozen=True, slots=True)
class TravelConfig:
    """How travel times are made, and every speed behind them."""

    engine: Engine
    """``network`` (roads), ``straight`` (straight line x detour), ``matrix`` (times from another
    router), ``terrain`` (over land and along roads) or ``none`` (no times)."""
    condition: str
    """Standing condition of the times shown first, such as ``ordinary``."""
    speeds_kmh: Mapping[str, float]
    """Speed by road class in km/h (engines network and terrain)."""
    straight_speed_kmh: float | None
    """Mean speed in km/h along the detoured straight line (straight engine)."""
    detour: Interval | None
    """Road length divided by straight length (straight engine); None if estimated from pairs."""
    interval: Interval
    """Multipliers of the road part of every time; the central one is 1."""
    snap_speed_kmh: float
    """Speed in km/h from a point to the road network."""
    within_village_speed_kmh: float | None
    """Speed in km/h inside the village; None charges no within-village term."""
    within_village_share: float
    """Mean distance inside a village as a share of the radius of a circle of its area."""
    boarding_min: float
    """Minutes charged once for getting in and out of a vehicle."""
    detour_from_pairs: bool = False
    """True if the detour is estimated from the study's table ``road_distances``."""
    departure: dt.time | None = None
    """Time of day at which trips start, for ferries with hours; None asks for none."""
    conditions: Mapping[str, ConditionConfig] = field(
        default_factory=lambda: {"ordinary": ConditionConfig("ordinary")}
    )
    """What each condition does to the roads; ``ordinary`` does nothing and is always there."""
    profiles: Mapping[str, ProfileConfig] = field(default_factory=dict)
    """Travel profiles by name; empty makes no matrix a profile."""
    group_profiles: Mapping[str, str] = field(default_factory=dict)
    """Profile by group of persons."""
    road_classes: Mapping[str, str] = field(default_factory=dict)
    """What an office's or a map's word for a road means: word to road class."""
    matrix: MatrixConfig | None = None
    """How to read the table ``travel_times`` (engine matrix)."""
    terrain: TerrainConfig | None = None
    """Rasters and speeds over land (engine terrain)."""
    download: DownloadConfig | None = None
    """Where roads are fetched from; None if the study does not say."""
    idle: tuple[str, ...] = ()
    """Settings that the study states and that do nothing with its engine, by their full names."""

    @property
    def known_min(self) -> float | None:
        """Minutes up to which given times list pairs; None where every way is known."""
        return None if self.matrix is None else self.matrix.known_min


ON_ROADS = ("network", "terrain")
MOVING = (*ON_ROADS, "straight", "matrix")
# Settings that only some engines look at; all others bear on any, or on the roads themselves.
ASKED_BY: dict[str, tuple[str, ...]] = {
    "speeds_kmh": ON_ROADS, "snap_speed_kmh": ON_ROADS, "departure": ON_ROADS,
    "profiles": ("network",), "group_profiles": ("network",),
    "straight_speed_kmh": ("straight",), "detour": ("straight",),
    "matrix": ("matrix",), "terrain": ("terrain",),
    "interval": MOVING, "within_village": MOVING, "boarding_min": MOVING,
}  # fmt: skip
TRAVEL_SETTINGS = {
    "engine", "condition", "speeds_kmh", "straight_speed_kmh", "detour", "interval",
    "snap_speed_kmh", "within_village", "boarding_min", "departure", "conditions", "profiles",
    "group_profiles", "road_classes", "matrix", "terrain", "download",
}  # fmt: skip


def travel_config(page: Page) -> TravelConfig:
    """Read the section [travel].

    Parameters
    ----------
    page
        The section; faults are added to it.

    Returns
    -------
    TravelConfig
        The settings; not to be used if a fault was added.

    Raises
    ------
    AttributeError
        If `page` is no page.

    Examples
    --------
    >>> from wushan_geo.study.pages import Page
    >>> travel_config(Page({"engine": "none"}, "study.toml", [])).conditions["ordinary"].key
    'ordinary'
    """
    engine = page.choice("engine", ("network", "straight", "matrix", "terrain", "none"))
    on_roads = engine in ON_ROADS
    speeds = _speeds(page) if on_roads else {}
    straight = engine == "straight"
    within = page.table("within_village") if "within_village" in page.content else None
    if within is not None:
        within.refuse_unknown({"speed_kmh", "share_of_radius"})
    page.refuse_unknown(TRAVEL_SETTINGS)
    moving = engine != "none"
    straight_speed = page.within("straight_speed_kmh", SPEED) if straight else None
    from_pairs, detour = _detour(page) if straight else (False, None)
    profiles = _profiles(page)
    conditions = _conditions(page)
    shown = _condition(page, conditions)
    return TravelConfig(
        engine=cast("Engine", engine),
        condition=shown,
        speeds_kmh=speeds,
        straight_speed_kmh=straight_speed,
        detour=detour,
        detour_from_pairs=from_pairs,
        interval=_multipliers(page.table("interval")) if moving else Interval(1.0, 1.0, 1.0),
        snap_speed_kmh=page.within("snap_speed_kmh", SPEED) if on_roads else 1.0,
        within_village_speed_kmh=None if within is None else within.within("speed_kmh", SPEED),
        within_village_share=0.0 if within is None else within.number("share_of_radius"),
        boarding_min=page.within("boarding_min", DURATION, least=0.0) if moving else 0.0,
        departure=_departure(page),
        conditions=conditions,
        profiles=profiles,
        group_profiles=_group_profiles(page, profiles),
        road_classes=_road_classes(page),
        matrix=_matrix(page.table("matrix")) if engine == "matrix" else None,
        terrain=_terrain(page.table("terrain")) if engine == "terrain" else None,
        download=_download(page.table("download")) if "download" in page.content else None,
        idle=tuple(page.at(one) for one in _idle(page.content, engine, shown, conditions)),
    )


def _idle(
    stated: Mapping[str, object], engine: str, shown: str, conditions: Mapping[str, object]
) -> Iterator[str]:
    """Give the settings that are stated and that the engine does not look at.

    What a condition does is known on roads alone. Given times may be those of any one condition,
    which is then named; along a straight line all are alike.
    """
    yield from (one for one in stated if engine not in ASKED_BY.get(one, (engine,)))
    if engine in ON_ROADS:
        return
    given = engine == "matrix"
    if shown != CONDITIONS[0] and not given:
        yield "condition"
    for one in conditions:
        if one != CONDITIONS[0] and not (given and one == shown):
            yield f"conditions.{one}"


def _speeds(page: Page) -> dict[str, float]:
    table = page.table("speeds_kmh")
    speeds = {name: table.within(name, SPEED) for name in ROAD_CLASSES if name in table.content}
    table.refuse_unknown(set(ROAD_CLASSES))
    if not table.content:
        table.fault("", "", rule("speeds"), hint("speeds", name=some(ROAD_CLASSES)))
    return speeds


def _detour(page: Page) -> tuple[bool, Interval | None]:
    """Read the detour factor, or that it is to be estimated from known pairs."""
    table = page.table("detour")
    faults = len(table.faults)
    if table.flag("from_pairs", default=False):
        table.refuse_unknown({"from_pairs"})
        return True, None
    if len(table.faults) > faults:
        return False, None  # which of the two is meant cannot be told
    kept = {name: value for name, value in table.content.items() if name != "from_pairs"}
    if not kept:
        shown = "from_pairs = false" if table.content else None
        table.fault("", shown, rule("detour_stated"), hint("detour_stated"))
        return False, None
    return False, _interval(type(page)(kept, table.file, table.faults, table.path))


def _interval(page: Page) -> Interval:
    faults = len(page.faults)
    low, central, high = (page.within(name, FACTOR) for name in ("low", "central", "high"))
    if len(page.faults) == faults and not low <= central <= high:
        words = hint("settings", file="study.toml")
        page.fault("", f"{low:g}, {central:g}, {high:g}", rule("ordered"), words)
    page.refuse_unknown({"low", "central", "high"})
    return Interval(low, central, high)


def _multipliers(page: Page) -> Interval:
    """Read the multipliers of the road part; the central time is the time itself."""
    found = _interval(page)
    if found.central != 1.0:
        words = hint("settings", file="study.toml")
        page.fault("central", f"{found.central:g}", rule("central_one"), words)
    return found


def _conditions(page: Page) -> dict[str, ConditionConfig]:
    """Read what each condition does; the ordinary one does nothing and cannot be changed."""
    found = {"ordinary": ConditionConfig("ordinary")}
    if "conditions" not in page.content:
        return found
    table = page.table("conditions")
    table.refuse_unknown(set(CONDITIONS[1:]))
    return found | {
        key: _one_condition(table.table(key), key) for key in CONDITIONS[1:] if key in table.content
    }


def _one_condition(page: Page, key: str) -> ConditionConfig:
    factors = page.table("speed_factors") if "speed_factors" in page.content else None
    if factors is not None:
        factors.refuse_unknown(set(ROAD_CLASSES))
    classes = _texts(page, "closed_classes")
    for one in classes:
        if one not in ROAD_CLASSES:
            page.fault("closed_classes", one, rule("choice", options=", ".join(ROAD_CLASSES)))
    page.refuse_unknown(
        {
            "speed_factor", "speed_factors", "above_m", "speed_factor_above", "closes_ferries",
            "closed_classes", "closed_crossings", "closed_edges", "source",
        }
    )  # fmt: skip
    above = _optional(page, "above_m")
    return ConditionConfig(
        key=key,
        speed_factor=_optional(page, "speed_factor", FACTOR) or 1.0,
        speed_factors={}
        if factors is None
        else {
            name: factors.within(name, FACTOR) for name in ROAD_CLASSES if name in factors.content
        },
        above_m=above,
        speed_factor_above=1.0 if above is None else page.within("speed_factor_above", FACTOR),
        closes_ferries=page.flag("closes_ferries", default=False),
        closed_classes=classes,
        closed_crossings=_texts(page, "closed_crossings"),
        closed_edges=_texts(page, "closed_edges"),
        source=page.text("source"),
    )


def _condition(page: Page, conditions: Mapping[str, ConditionConfig]) -> str:
    """Read which condition is shown first: one whose effect the study states."""
    return page.choice("condition", tuple(conditions), default="ordinary")


def _profiles(page: Page) -> dict[str, ProfileConfig]:
    if "profiles" not in page.content:
        return {}
    return {key: _profile(one, key) for key, one in page.tables("profiles").items()}


def _profile(page: Page, key: str) -> ProfileConfig:
    page.refuse_unknown({"kind", "speed_kmh", "max_minutes", "max_grade", "boarding_min", "source"})
    kind = page.choice("kind", KINDS)
    return ProfileConfig(
        key=key,
        kind=cast("ProfileKind", kind),
        speed_kmh=page.within("speed_kmh", OWN_PACE),
        max_minutes=_optional(page, "max_minutes", DURATION),
        max_grade=_optional(page, "max_grade", GRADE),
        boarding_min=0.0 if kind == "walk" else page.within("boarding_min", DURATION, least=0.0),
        source=page.text("source"),
    )


def _group_profiles(page: Page, profiles: Mapping[str, ProfileConfig]) -> dict[str, str]:
    """Read who travels how: groups of persons to the profiles that the study states."""
    if "group_profiles" not in page.content:
        return {}
    table = page.table("group_profiles")
    table.refuse_unknown(set(GROUPS))
    return {name: table.choice(name, tuple(profiles)) for name in GROUPS if name in table.content}


def _road_classes(page: Page) -> dict[str, str]:
    if "road_classes" not in page.content:
        return {}
    table = page.table("road_classes")
    return {str(word): table.choice(str(word), ROAD_CLASSES) for word in table.content}


def _matrix(page: Page) -> MatrixConfig:
    page.refuse_unknown({"unit", "origin", "destination", "cost", "limit"})
    return MatrixConfig(
        unit=page.choice("unit", MATRIX_UNITS),
        origin=page.text("origin", default="origin"),
        destination=page.text("destination", default="destination"),
        cost=page.text("cost", default="cost"),
        limit=_optional(page, "limit"),
    )


def _terrain(page: Page) -> TerrainConfig:
    page.refuse_unknown({"elevation", "land_cover", "walking_kmh", "factors", "neighbours"})
    factors: dict[int, float] = {}
    if "factors" in page.content:
        table = page.table("factors")
        for name in table.content:
            if re.fullmatch(r"[0-9]+", str(name)):
                factors[int(name)] = table.within(name, FACTOR, least=0.0)
            else:
                table.fault(str(name), name, rule("whole_least", least=0))
    neighbours = page.whole("neighbours", least=NEIGHBOURS[0])
    if neighbours not in NEIGHBOURS:
        options = ", ".join(str(one) for one in NEIGHBOURS)
        page.fault("neighbours", neighbours, rule("choice", options=options))
    return TerrainConfig(
        elevation=page.text("elevation"),
        land_cover=page.text("land_cover", default="") or None,
        walking_kmh=page.within("walking_kmh", OWN_PACE),
        factors=factors,
        neighbours=neighbours,
    )


def _download(page: Page) -> DownloadConfig:
    page.refuse_unknown({"overpass_url", "buffer_km"})
    return DownloadConfig(page.text("overpass_url"), page.number("buffer_km", least=0.0))


def _departure(page: Page) -> dt.time | None:
    """Read the time of day at which trips start, written 08:30 or 8:30 as hours of a crossing."""
    value = page.content.get("departure")
    if value is None:
        return None
    if isinstance(value, dt.time):
        return value
    found = re.fullmatch(TIME_OF_DAY, value.strip()) if isinstance(value, str) else None
    if found is not None:
        return dt.time(int(found[1]), int(found[2]))
    page.fault("departure", value, rule("time_of_day"))
    return None


def _optional(page: Page, name: str, bound: Bound | None = None) -> float | None:
    """Read a number above zero that need not be there."""
    if name not in page.content:
        return None
    return page.number(name) if bound is None else page.within(name, bound)


def _texts(page: Page, name: str) -> tuple[str, ...]:
    """Read a list of texts that need not be there; an empty list is one."""
    return page.text_list(name) if page.content.get(name, []) != [] else ()
