"""The settings of a study, read from study.toml: every value a policy could argue about.

No function of the package has a hidden default for a limit, a speed or a detour: the pipeline
passes what this file says, and every result prints it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from wushan_geo.study.faults import Pair, Where, fault, hint, nearest, rule, some
from wushan_geo.study.tables import BASES, CONTRACTS, COUNTY_DIGITS, ELIGIBLE, GROUPS, ROAD_CLASSES

if TYPE_CHECKING:
    from wushan_geo.errors import Fault

Engine = Literal["network", "straight", "none"]
Level = Literal["township", "county", "village"]
Measure = Literal["minutes", "places", "visits"]
Register = Literal["complete", "partial", "missing"]

# The public edition withholds small counts; until that room is built it is refused, not pretended.
EDITIONS = ("internal",)
CONDITIONS = ("ordinary",)  # snow and floods change the times; a label alone would not
SOURCE_TEXTS = (
    "title", "source", "licence", "basis", "source_unit", "signer", "as_of", "datum",
)  # fmt: skip
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
    tables: Mapping[str, tuple[str, ...]]
    """Table name to its files, relative to the study file; a sheet follows a number sign."""
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
    study = _head(page.table("study"))
    services = {key: _service(one, key) for key, one in page.tables("services").items()}
    for service in services.values():
        _check_group(page, f"services.{service.key}.eligible", service.eligible, services)
    _check_headline(page, study["headline"], services)
    tables = page.table("tables").files()
    registers = page.table("registers")
    known = {
        name: registers.choice(name, ("complete", "partial", "missing"))
        for name in ("facilities", "services")
    }
    registers.refuse_unknown(set(known))
    siting = _siting(page.table("siting"), services) if "siting" in raw else None
    travel = _travel(page.table("travel"))
    extra = tuple(_source(one, tables) for one in page.sections("sources"))
    page.refuse_unknown({"study", "tables", "registers", "services", "travel", "siting", "sources"})
    if page.faults:
        return None, page.faults
    config = StudyConfig(
        **study,
        tables=tables,
        registers=cast("dict[str, Register]", known),
        services=services,
        travel=travel,
        siting=siting,
        extra_sources=extra,
        raw=raw,
    )
    return config, []


def _head(head: _Page) -> dict[str, Any]:
    """Read the section [study]."""
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
    county = str(study["county"])
    if county and not re.fullmatch(rf"[0-9]{{{COUNTY_DIGITS}}}", county):
        words = rule("county_code", digits=COUNTY_DIGITS)
        head.fault("county", county, words, hint("code_itself"))
    head.refuse_unknown(set(study))
    return study


def _check_headline(
    page: _Page, headline: str, services: Mapping[str, ServiceConfig], name: str = "study.headline"
) -> None:
    """Make sure that a setting names a service whose minutes are known."""
    if not headline:
        return
    if headline not in services:
        page.fault(name, headline, rule("own_service"), nearest(headline, services))
    elif services[headline].measure != "minutes":
        timed = [one.key for one in services.values() if one.measure == "minutes"]
        page.fault(name, headline, rule("minutes_service"), nearest(headline, timed))


def _check_group(
    page: _Page, name: str, group: str | None, services: Mapping[str, ServiceConfig]
) -> None:
    """Make sure that a setting names a group of persons that can be counted."""
    known = {*GROUPS, *(ELIGIBLE + key for key in services)}
    if group and group not in known:
        page.fault(name, group, rule("group"), nearest(group, known))


def _source(page: _Page, tables: Mapping[str, tuple[str, ...]]) -> Mapping[str, Any]:
    """Read one source, to be named on the pages."""
    page.refuse_unknown({"tables", "error_m", *SOURCE_TEXTS})
    named = page.text_list("tables") if "tables" in page.content else ()
    for one in named:
        # A table whose file was named by an answer stands in no [tables].
        if one not in tables and one not in CONTRACTS:
            page.fault("tables", one, rule("own_table"), nearest(one, {*tables, *CONTRACTS}))
    told: dict[str, Any] = {name: page.text(name) for name in SOURCE_TEXTS if name in page.content}
    if "error_m" in page.content:
        told["error_m"] = page.number("error_m")
    if told.get("basis") not in {None, "", *BASES}:
        page.fault("basis", told["basis"], rule("choice", options=", ".join(BASES)))
    return {**told, "tables": list(named)} if named else told


def _service(page: _Page, key: str) -> ServiceConfig:
    measure = page.choice("measure", ("minutes", "places", "visits"))
    faults = len(page.faults)
    limit = page.number("limit") if measure == "minutes" else None
    also = page.numbers("also", default=())
    read = len(page.faults) == faults
    if measure == "minutes" and read and len({limit, *also}) < LIMIT_COUNT:
        page.fault("also", list(also), rule("more_limits"), hint("more_limits"))
    page.refuse_unknown({"name", "level", "measure", "limit", "also", "eligible", "source"})
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
        if not table.content:
            table.fault("", "", rule("speeds"), hint("speeds", name=some(ROAD_CLASSES)))
    straight = engine == "straight"
    within = page.table("within_village") if "within_village" in page.content else None
    if within is not None:
        within.refuse_unknown({"speed_kmh", "share_of_radius"})
    page.refuse_unknown(
        {
            "engine", "condition", "speeds_kmh", "straight_speed_kmh", "detour", "interval",
            "snap_speed_kmh", "within_village", "boarding_min",
        }
    )  # fmt: skip
    moving = engine != "none"
    return TravelConfig(
        engine=cast("Engine", engine),
        condition=page.choice("condition", CONDITIONS, default="ordinary"),
        speeds_kmh=speeds,
        straight_speed_kmh=page.number("straight_speed_kmh") if straight else None,
        detour=_interval(page.table("detour")) if straight else None,
        interval=_multipliers(page.table("interval")) if moving else Interval(1.0, 1.0, 1.0),
        snap_speed_kmh=page.number("snap_speed_kmh") if engine == "network" else 1.0,
        within_village_speed_kmh=None if within is None else within.number("speed_kmh"),
        within_village_share=0.0 if within is None else within.number("share_of_radius"),
        boarding_min=page.number("boarding_min", least=0.0) if moving else 0.0,
    )


def _interval(page: _Page) -> Interval:
    faults = len(page.faults)
    low, central, high = (page.number(name) for name in ("low", "central", "high"))
    if len(page.faults) == faults and not low <= central <= high:
        words = hint("settings", file="study.toml")
        page.fault("", f"{low:g}, {central:g}, {high:g}", rule("ordered"), words)
    page.refuse_unknown({"low", "central", "high"})
    return Interval(low, central, high)


def _multipliers(page: _Page) -> Interval:
    """Read the multipliers of the road part; the central time is the time itself."""
    found = _interval(page)
    if found.central != 1.0:
        words = hint("settings", file="study.toml")
        page.fault("central", f"{found.central:g}", rule("central_one"), words)
    return found


def _siting(page: _Page, services: Mapping[str, ServiceConfig]) -> SitingConfig:
    top = _Page({}, page.file, page.faults)
    measured_by, demand = page.text("measured_by"), page.text("demand")
    _check_headline(top, measured_by, services, "siting.measured_by")
    _check_group(top, "siting.demand", demand, services)
    offered = page.text_list("services")
    for one in offered:
        if one not in services:
            page.fault("services", one, rule("own_service"), nearest(one, services))
    sound = measured_by in services and services[measured_by].measure == "minutes"
    if sound and offered and set(offered) <= set(services) and measured_by not in offered:
        page.fault("services", measured_by, rule("offers_measured"), nearest(measured_by, offered))
    page.refuse_unknown(
        {"services", "measured_by", "demand", "limit", "also", "max_sites", "admits"}
    )
    return SitingConfig(
        services=offered,
        measured_by=measured_by,
        demand=demand,
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

    def fault(self, name: str, value: object, words: Pair, advice: Pair | None = None) -> None:
        """Add a fault on one setting."""
        advice = advice or hint("settings", file="study.toml")
        self.faults.append(fault(Where(self.file, None, self.at(name), value), words, advice))

    def at(self, name: str) -> str:
        """Give the full name of a setting."""
        return ".".join(part for part in (self.path, name) if part)

    def unread(self, name: str, words: Pair, advice: Pair | None = None) -> None:
        """Add a fault on a setting that is not there, or not as it must be."""
        value = self.content.get(name)
        self.fault(name, value, rule("setting") if value is None else words, advice)

    def table(self, name: str) -> _Page:
        """Go into a sub-table; a missing one is a fault and reads as empty."""
        inner = self.content.get(name)
        if isinstance(inner, Mapping):
            return _Page(inner, self.file, self.faults, self.at(name))
        if inner is None:
            self.fault(name, None, rule("section", path=self.at(name)))
        else:
            self.fault(name, inner, rule("is_section"))
        # The missing section is one fault; its settings would only repeat it.
        return _Page({}, self.file, [], self.at(name))

    def tables(self, name: str) -> dict[str, _Page]:
        """Go into each table of a sub-table."""
        page = self.table(name)
        return {one: page.table(one) for one in page.content}

    def sections(self, name: str) -> list[_Page]:
        """Go into each section of a list; no list is an empty one."""
        inner = self.content.get(name, [])
        if isinstance(inner, list) and all(isinstance(one, Mapping) for one in inner):
            return [
                _Page(one, self.file, self.faults, f"{self.at(name)}[{at}]")
                for at, one in enumerate(inner, 1)
            ]
        self.fault(name, inner, rule("sections", path=self.at(name)))
        return []

    def text(self, name: str, default: str | None = None) -> str:
        """Read a text."""
        value = self.content.get(name, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value.strip()
        self.unread(name, rule("text"))
        return ""

    def files(self) -> dict[str, tuple[str, ...]]:
        """Read the whole table as files: each a text, or a list of them."""
        return {
            name: self.text_list(name) if isinstance(value, list) else (self.text(name),)
            for name, value in self.content.items()
        }

    def text_list(self, name: str) -> tuple[str, ...]:
        """Read a list of texts."""
        value = self.content.get(name)
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.unread(name, rule("texts"))
        return ()

    def words(self, name: str) -> Words:
        """Read a text in both languages."""
        value = self.content.get(name)
        if isinstance(value, Mapping) and all(
            isinstance(value.get(one), str) and value[one].strip() for one in ("zh", "en")
        ):
            return Words(value["zh"].strip(), value["en"].strip())
        self.unread(name, rule("words"))
        return Words("", "")

    def number(self, name: str, *, least: float | None = None) -> float:
        """Read a number above zero, or from `least` on."""
        value = self.content.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = float(value)
            enough = number > 0 if least is None else number >= least
            if enough and number < float("inf"):
                return number
        key = "number_above" if least is None else "number_least"
        self.unread(name, rule(key, least=f"{least or 0:g}"))
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
        self.fault(name, value, rule("numbers"))
        return default

    def whole(self, name: str, *, least: int) -> int:
        """Read a whole number."""
        value = self.content.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.unread(name, rule("whole_least", least=least))
        return least

    def flag(self, name: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.content.get(name, default)
        if isinstance(value, bool):
            return value
        self.fault(name, value, rule("true_false"))
        return default

    def choice(self, name: str, options: tuple[str, ...], default: str | None = None) -> str:
        """Read one of a few words."""
        value = self.content.get(name, default)
        if isinstance(value, str) and value.strip().lower() in options:
            return value.strip().lower()
        words = rule("choice", options=", ".join(options))
        self.unread(name, words, nearest("" if value is None else value, options))
        return options[0]

    def date(self, name: str) -> dt.date:
        """Read a date."""
        value = self.content.get(name)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        self.unread(name, rule("toml_date"))
        return dt.date(1970, 1, 1)

    def refuse_unknown(self, known: set[str]) -> None:
        """Add a fault for each setting that nothing reads: a typing slip must not pass silently."""
        for name in self.content:
            if name not in known:
                self.fault(name, self.content[name], rule("setting_exists"), nearest(name, known))
