"""The settings of a study, read from study.toml: every value a policy could argue about.

No function of the package has a hidden default for a limit, a speed or a detour: the pipeline
passes what this file says, and every result prints it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from wushan_geo.study.bounds import DURATION, MINUTES
from wushan_geo.study.candidates import (
    placed_config,
    screening_config,
    stability_config,
    uptake,
)
from wushan_geo.study.faults import hint, nearest, rule
from wushan_geo.study.measuring import measures_config
from wushan_geo.study.outreach import ways_config
from wushan_geo.study.pages import Page
from wushan_geo.study.tables import BASES, CONTRACTS, COUNTY_DIGITS, ELIGIBLE, GROUPS
from wushan_geo.study.travelling import travel_config

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from wushan_geo.errors import Fault
    from wushan_geo.study.candidates import ScreeningConfig, StabilityConfig
    from wushan_geo.study.measuring import MeasuresConfig
    from wushan_geo.study.outreach import WaysConfig
    from wushan_geo.study.pages import Words
    from wushan_geo.study.travelling import TravelConfig

Level = Literal["township", "county", "village"]
Measure = Literal["minutes", "places", "visits"]
Register = Literal["complete", "partial", "missing"]

# The public edition withholds small counts; until that room is built it is refused, not pretended.
EDITIONS = ("internal",)
SOURCE_TEXTS = (
    "title", "source", "licence", "basis", "source_unit", "signer", "as_of", "datum",
)  # fmt: skip
DECIMALS = 10  # to which the reach of given times is known, as in travel.trips
ROUND = 100  # a limit that is suggested has two decimals
LIMIT_COUNT = 3  # a reach limit is an assumption, so it is always shown at three values


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
    uptake: float | None = None
    """Share of the eligible persons who are expected to come; None counts all of them."""
    candidates: tuple[str, ...] = ()
    """Candidates besides those listed: ``seats``, ``communities``, ``generated``."""
    generated: int | None = None
    """How many candidates are generated; None generates none."""
    screening: ScreeningConfig | None = None
    """Which candidates may stand; None screens none."""
    stability: StabilityConfig | None = None
    """Bounds within which plans are tried again; None tries none."""

    ways: WaysConfig | None = None
    """How other ways than a building work; None leaves them out."""

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
    measures: MeasuresConfig | None = None
    """How fairness, small counts and clusters are measured; None leaves them out."""
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
    page = Page(raw, file, [])
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
    timed = [one.key for one in services.values() if one.measure == "minutes"]
    measures = measures_config(page.table("measures"), timed) if "measures" in raw else None
    travel = travel_config(page.table("travel"))
    _check_reach(page, travel, services, siting)
    extra = tuple(_source(one, tables) for one in page.sections("sources"))
    page.refuse_unknown(
        {"study", "tables", "registers", "services", "travel", "siting", "measures", "sources"}
    )
    if page.faults:
        return None, page.faults
    config = StudyConfig(
        **study,
        tables=tables,
        registers=cast("dict[str, Register]", known),
        services=services,
        travel=travel,
        siting=siting,
        measures=measures,
        extra_sources=extra,
        raw=raw,
    )
    return config, []


def _head(head: Page) -> dict[str, Any]:
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
    page: Page, headline: str, services: Mapping[str, ServiceConfig], name: str = "study.headline"
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
    page: Page, name: str, group: str | None, services: Mapping[str, ServiceConfig]
) -> None:
    """Make sure that a setting names a group of persons that can be counted."""
    known = {*GROUPS, *(ELIGIBLE + key for key in services)}
    if group and group not in known:
        page.fault(name, group, rule("group"), nearest(group, known))


def _source(page: Page, tables: Mapping[str, tuple[str, ...]]) -> Mapping[str, Any]:
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


def _service(page: Page, key: str) -> ServiceConfig:
    measure = page.choice("measure", ("minutes", "places", "visits"))
    faults = len(page.faults)
    limit = page.within("limit", DURATION) if measure == "minutes" else None
    also = _also(page)
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


def _also(page: Page) -> tuple[float, ...]:
    """Read the limits shown beside the default one."""
    also = page.numbers("also", default=())
    wrong = [one for one in also if one > DURATION.high]
    if wrong:
        words = rule("number_within", low=f"{DURATION.low:g}", high=f"{DURATION.high:g}")
        page.fault("also", ", ".join(f"{one:g}" for one in wrong), words, DURATION.advice)
    return also


def _check_reach(
    page: Page,
    travel: TravelConfig,
    services: Mapping[str, ServiceConfig],
    siting: SitingConfig | None,
) -> None:
    """Make sure that given times are complete as far as the limits that are looked at.

    At the low factor of the interval a time shrinks: a file that is complete up to `limit` tells
    everything up to `limit` x low only.
    """
    given = travel.matrix
    if given is None or given.limit is None or not _read(page, "travel.matrix", "travel.interval"):
        return
    asked = {
        f"services.{one.key}": max(one.limits)
        for one in services.values()
        if one.measure == "minutes" and one.limits and _read(page, f"services.{one.key}")
    }
    if siting is not None and _read(page, "siting.limit", "siting.also"):
        asked["siting"] = max(siting.limits)
    factor = min(travel.interval.low, travel.interval.central, travel.interval.high)
    known = round(given.limit / MINUTES[given.unit] * factor, DECIMALS)
    beyond = {name: limit for name, limit in asked.items() if limit > known}
    if beyond:
        where = ", ".join(f"{name} {limit:g} min" for name, limit in sorted(beyond.items()))
        least = math.ceil(max(beyond.values()) / factor * MINUTES[given.unit] * ROUND) / ROUND
        words = rule("given_reach", known=f"{known:g}", limits=where)
        advice = hint("given_reach", least=f"{least:g}", unit=given.unit)
        page.fault("travel.matrix.limit", f"{given.limit:g}", words, advice)


def _read(page: Page, *paths: str) -> bool:
    """Tell whether settings could be read: the values in place of those that could not are none."""
    return not any(
        one.column == path or one.column.startswith(f"{path}.")
        for one in page.faults
        for path in paths
    )


def _siting(page: Page, services: Mapping[str, ServiceConfig]) -> SitingConfig:
    top = Page({}, page.file, page.faults)
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
        {"services", "measured_by", "demand", "limit", "also", "max_sites", "admits", "ways"}
        | {"uptake", "candidates", "generated", "screening", "stability"}
    )
    there = page.content
    places, count = placed_config(page)
    return SitingConfig(
        services=offered,
        measured_by=measured_by,
        demand=demand,
        limit=page.within("limit", DURATION),
        also=_also(page),
        max_sites=page.whole("max_sites", least=1),
        admits=page.choice("admits", ("township", "county", "anyone")),
        uptake=uptake(page),
        candidates=places,
        generated=count,
        screening=screening_config(page.table("screening")) if "screening" in there else None,
        stability=stability_config(page.table("stability")) if "stability" in there else None,
        ways=ways_config(page.table("ways")) if "ways" in page.content else None,
    )
