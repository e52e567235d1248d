"""The settings of a study, read from study.toml: every value a policy could argue about.

No function of the package has a hidden default for a limit, a speed or a detour: the pipeline
passes what this file says, and every result prints it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from wushan_geo.errors import Fault

Engine = Literal["network", "straight", "none"]
Level = Literal["township", "county", "village"]
Measure = Literal["minutes", "places", "visits"]
Register = Literal["complete", "partial", "missing"]

ROAD_CLASSES = ("national", "provincial", "county", "township", "village", "ferry")
# The public edition withholds small counts; until that room is built it is refused, not pretended.
EDITIONS = ("internal",)
LIMIT_COUNT = 3  # a reach limit is an assumption, so it is always shown at three values


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    zh: str
    """Chinese, as a county office would print it."""
    en: str
    """English."""


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
class ServiceConfig:
    """How one service is looked at in the reach ledger."""

    key: str
    """Service key, as in the tables."""
    name: Words
    """Name shown on pages."""
    level: Level
    """Unit that should have its own: a township, the county, or each village."""
    measure: Measure
    """What is assessed: minutes to reach it, places for the eligible, or visits delivered."""
    limit: float | None = None
    """Default one-way limit in minutes, door to door; None where minutes do not apply."""
    also: tuple[float, ...] = ()
    """The other limits always shown beside the default, in minutes."""
    eligible: str | None = None
    """Group of persons the service is for; None where no count of them exists."""
    source: str = ""
    """Where the limit comes from, or that it is a planning assumption and whose."""

    @property
    def limits(self) -> tuple[float, ...]:
        """All limits shown, ascending, in minutes."""
        own = () if self.limit is None else (self.limit,)
        return tuple(sorted({*own, *self.also}))


@dataclass(frozen=True, slots=True)
class TravelConfig:
    """How travel times are made."""

    engine: Engine
    """``network`` (roads), ``straight`` (straight line x detour) or ``none`` (no times)."""
    condition: str
    """Standing condition of the times, such as ``ordinary``."""
    speeds_kmh: Mapping[str, float]
    """Speed by road class in km/h (network engine)."""
    straight_speed_kmh: float | None
    """Mean speed in km/h along the detoured straight line (straight engine)."""
    detour: Interval | None
    """Road length divided by straight length (straight engine)."""
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


@dataclass(frozen=True, slots=True)
class SitingConfig:
    """What the next sites should achieve."""

    services: tuple[str, ...]
    """Services that a new site offers."""
    measured_by: str
    """Service whose reach is counted."""
    demand: str
    """Group of persons counted."""
    limit: float
    """Default limit in minutes."""
    also: tuple[float, ...]
    """Limits shown beside it, in minutes."""
    max_sites: int
    """Plans are made for 1, 2, ... up to this many new sites."""
    admits: str
    """Whom a new site is assumed to admit (township, county or anyone)."""

    @property
    def limits(self) -> tuple[float, ...]:
        """All limits planned for, ascending, in minutes."""
        return tuple(sorted({self.limit, *self.also}))


@dataclass(frozen=True, slots=True)
class StudyConfig:
    """Everything study.toml says."""

    id: str
    """Name of the study."""
    title: Words
    """Main title of its pages."""
    county_name: Words
    """Name of the county."""
    county: str
    """Six-digit division code of the county."""
    as_of: dt.date
    """Cut-off date of the data."""
    period_days: int
    """A village service counts as delivered if its last date lies this many days back at most."""
    facts_only: bool
    """True where the study holds facts alone and nothing is to be assessed."""
    fictional: bool
    """True for an invented county."""
    headline: str
    """Service shown first and coloured on the first map layer."""
    tables: Mapping[str, str]
    """Table name to file, relative to the study file."""
    registers: Mapping[str, Register]
    """Whether a list (facilities, services) is complete: only then does absence mean none."""
    services: Mapping[str, ServiceConfig]
    """Services by key, in the order of the file."""
    travel: TravelConfig
    """Travel settings."""
    siting: SitingConfig | None
    """Siting settings; None makes no plans."""
    edition: str
    """``internal`` or ``public``."""
    small_cell: int
    """Counts below this are not shown in the public edition."""
    extra_sources: tuple[Mapping[str, Any], ...] = ()
    """Sources to name on the pages, beyond the files themselves."""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The settings as written, for run.json."""


def parse_config(raw: Mapping[str, Any], file: str) -> tuple[StudyConfig | None, list[Fault]]:
    """Turn the content of a study.toml into settings.

    Parameters
    ----------
    raw
        The parsed TOML document.
    file
        Name of the file, for the faults.

    Returns
    -------
    tuple
        The settings (None if there is any fault) and all faults found.

    Raises
    ------
    AttributeError
        If `raw` is not a mapping.

    Examples
    --------
    >>> config, faults = parse_config({}, "study.toml")
    >>> config is None, len(faults) > 3
    (True, True)
    """
    page = _Page(raw, file, [])
    head = page.table("study")
    study = {
        "id": head.text("id"),
        "title": head.words("title"),
        "county_name": head.words("county_name"),
        "county": head.text("county"),
        "as_of": head.date("as_of"),
        "period_days": head.whole("period_days", least=1),
        "facts_only": head.flag("facts_only", default=False),
        "fictional": head.flag("fictional", default=False),
        "headline": head.text("headline"),
        "edition": head.choice("edition", EDITIONS, default="internal"),
        "small_cell": head.whole("small_cell", least=1),
    }
    head.refuse_unknown(set(study))
    services = {
        key: _service(page.table("services").table(key), key) for key in page.names("services")
    }
    if study["headline"] and study["headline"] not in services:
        head.fault("headline", study["headline"], "names one of the services below", services)
    tables = page.table("tables").texts()
    registers = page.table("registers")
    known = {
        name: registers.choice(name, ("complete", "partial", "missing"))
        for name in ("facilities", "services")
    }
    siting = _siting(page.table("siting"), services) if "siting" in raw else None
    travel = _travel(page.table("travel"))
    extra = tuple(dict(one) for one in raw.get("sources", ()))
    page.refuse_unknown({"study", "tables", "registers", "services", "travel", "siting", "sources"})
    if page.faults:
        return None, page.faults
    config = StudyConfig(
        **cast("dict[str, Any]", study),
        tables=tables,
        registers=cast("dict[str, Register]", known),
        services=services,
        travel=travel,
        siting=siting,
        extra_sources=extra,
        raw=raw,
    )
    return config, []


def _service(page: _Page, key: str) -> ServiceConfig:
    measure = page.choice("measure", ("minutes", "places", "visits"))
    limit = page.number("limit") if measure == "minutes" else None
    also = page.numbers("also", default=())
    if measure == "minutes" and len({limit, *also}) < LIMIT_COUNT:
        page.fault(
            "also",
            str(list(also)),
            "gives two more limits beside the default, since a limit is an assumption",
            ("also = [20, 45]",),
        )
    page.refuse_unknown(
        {"name", "level", "measure", "limit", "also", "eligible", "source", "ceiling"}
    )
    return ServiceConfig(
        key=key,
        name=page.words("name"),
        level=cast("Level", page.choice("level", ("township", "county", "village"))),
        measure=cast("Measure", measure),
        limit=limit,
        also=also,
        eligible=page.text("eligible", default="") or None,
        source=page.text("source", default=""),
    )


def _travel(page: _Page) -> TravelConfig:
    engine = page.choice("engine", ("network", "straight", "none"))
    speeds: dict[str, float] = {}
    if engine == "network":
        table = page.table("speeds_kmh")
        speeds = {name: table.number(name) for name in ROAD_CLASSES if name in table.content}
        table.refuse_unknown(set(ROAD_CLASSES))
        if not speeds:
            table.fault("", "", "gives a speed in km/h for each road class used", ROAD_CLASSES)
    straight = engine == "straight"
    within = page.table("within_village") if "within_village" in page.content else None
    page.refuse_unknown(
        {
            "engine", "condition", "speeds_kmh", "straight_speed_kmh", "detour", "interval",
            "snap_speed_kmh", "within_village", "boarding_min",
        }
    )  # fmt: skip
    moving = engine != "none"
    return TravelConfig(
        engine=cast("Engine", engine),
        condition=page.text("condition", default="ordinary"),
        speeds_kmh=speeds,
        straight_speed_kmh=page.number("straight_speed_kmh") if straight else None,
        detour=_interval(page.table("detour")) if straight else None,
        interval=_interval(page.table("interval")) if moving else Interval(1.0, 1.0, 1.0),
        snap_speed_kmh=page.number("snap_speed_kmh") if engine == "network" else 1.0,
        within_village_speed_kmh=None if within is None else within.number("speed_kmh"),
        within_village_share=0.0 if within is None else within.number("share_of_radius"),
        boarding_min=page.number("boarding_min", least=0.0) if moving else 0.0,
    )


def _interval(page: _Page) -> Interval:
    low, central, high = (page.number(name) for name in ("low", "central", "high"))
    if not low <= central <= high:
        page.fault("", f"{low}, {central}, {high}", "has low <= central <= high", ())
    page.refuse_unknown({"low", "central", "high"})
    return Interval(low, central, high)


def _siting(page: _Page, services: Mapping[str, ServiceConfig]) -> SitingConfig:
    measured_by = page.text("measured_by")
    if measured_by and measured_by not in services:
        page.fault("measured_by", measured_by, "names one of the services", services)
    page.refuse_unknown(
        {"services", "measured_by", "demand", "limit", "also", "max_sites", "admits"}
    )
    return SitingConfig(
        services=page.text_list("services"),
        measured_by=measured_by,
        demand=page.text("demand"),
        limit=page.number("limit"),
        also=page.numbers("also", default=()),
        max_sites=page.whole("max_sites", least=1),
        admits=page.choice("admits", ("township", "county", "anyone")),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """One table of a TOML document; each reader gives a value of the right type or adds a fault."""

    content: Mapping[str, Any]
    file: str
    faults: list[Fault]
    path: str = ""

    def fault(self, name: str, value: object, rule: str, options: Any) -> None:
        """Add a fault on one setting."""
        column = ".".join(part for part in (self.path, name) if part)
        offered = ", ".join(str(one) for one in options)
        suggestion = f"Use one of: {offered}." if offered else "See the comments in study.toml."
        shown = "" if value is None else str(value)
        self.faults.append(Fault(self.file, None, column, shown, rule, suggestion))

    def names(self, name: str) -> list[str]:
        """Give the keys of a sub-table."""
        inner = self.content.get(name, {})
        return list(inner) if isinstance(inner, Mapping) else []

    def table(self, name: str) -> _Page:
        """Go into a sub-table; a missing one is a fault and reads as empty."""
        path = ".".join(part for part in (self.path, name) if part)
        inner = self.content.get(name)
        if isinstance(inner, Mapping):
            return _Page(inner, self.file, self.faults, path)
        if inner is None:
            self.fault(name, None, f"has a section [{path}]", ())
            # The missing section is one fault; its settings would only repeat it.
            return _Page({}, self.file, [], path)
        self.fault(name, inner, "is a table", ())
        return _Page({}, self.file, [], path)

    def text(self, name: str, default: str | None = None) -> str:
        """Read a text."""
        value = self.content.get(name, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value.strip()
        self.fault(name, self.content.get(name), "is a text", ())
        return ""

    def texts(self) -> dict[str, str]:
        """Read the whole table as texts."""
        return {name: self.text(name) for name in self.content}

    def text_list(self, name: str) -> tuple[str, ...]:
        """Read a list of texts."""
        value = self.content.get(name)
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.fault(name, value, "is a list of texts", ())
        return ()

    def words(self, name: str) -> Words:
        """Read a text in both languages."""
        value = self.content.get(name)
        if isinstance(value, Mapping) and all(
            isinstance(value.get(one), str) and value[one].strip() for one in ("zh", "en")
        ):
            return Words(value["zh"].strip(), value["en"].strip())
        self.fault(name, value, 'is a text in both languages: {zh = "...", en = "..."}', ())
        return Words("", "")

    def number(self, name: str, *, least: float | None = None) -> float:
        """Read a number above zero, or from `least` on."""
        value = self.content.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = float(value)
            enough = number > 0 if least is None else number >= least
            if enough and number < float("inf"):
                return number
        rule = "is a number above 0" if least is None else f"is a number of at least {least:g}"
        self.fault(name, value, rule, ())
        return 1.0

    def numbers(self, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """Read a list of numbers above zero."""
        value = self.content.get(name)
        if value is None:
            return default
        if isinstance(value, list):
            inner = _Page({str(at): one for at, one in enumerate(value)}, self.file, [], "")
            found = tuple(inner.number(str(at)) for at in range(len(value)))
            if not inner.faults:
                return found
        self.fault(name, value, "is a list of numbers above 0", ())
        return default

    def whole(self, name: str, *, least: int) -> int:
        """Read a whole number."""
        value = self.content.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.fault(name, value, f"is a whole number of at least {least}", ())
        return least

    def flag(self, name: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.content.get(name, default)
        if isinstance(value, bool):
            return value
        self.fault(name, value, "is true or false", ())
        return default

    def choice(self, name: str, options: tuple[str, ...], default: str | None = None) -> str:
        """Read one of a few words."""
        value = self.content.get(name, default)
        if isinstance(value, str) and value.strip().lower() in options:
            return value.strip().lower()
        self.fault(name, value, "is one of the words it may be", options)
        return options[0]

    def date(self, name: str) -> dt.date:
        """Read a date."""
        value = self.content.get(name)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        self.fault(name, value, "is a date without quotes, such as 2025-06-30", ())
        return dt.date(1970, 1, 1)

    def refuse_unknown(self, known: set[str]) -> None:
        """Add a fault for each setting that nothing reads: a typing slip must not pass silently."""
        for name in self.content:
            if name not in known:
                self.fault(name, self.content[name], "is a setting that exists", sorted(known))
