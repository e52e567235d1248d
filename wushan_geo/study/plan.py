"""A plan as data: what it asks, with its force, its clause and who leads."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wushan_geo.study.faults import Pair, Where, fault, hint, nearest, rule
from wushan_geo.study.pages import Words

if TYPE_CHECKING:
    from wushan_geo.errors import Fault

TESTS = (
    "any_facility_in_township",
    "any_service_in_village",
    "share_of_townships_with_service",
    "facility_of_kind_in_county",
)
FORCES = ("must", "general", "as_needed", "where_possible", "encouraged")
LEVELS = ("county", "township", "village")
_ENDS = 2  # a span of years is written as its first and its last
OPERATORS = (">=", ">", "tracks")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the plan asks of each unit of a level."""

    id: str
    """Name of the rule."""
    level: str
    """Unit that it is asked of: county, township or village."""
    test: str
    """How it is tested, one of ``TESTS``."""
    force: str
    """How strongly the plan asks."""
    services: tuple[str, ...]
    """Services that count, where the test looks at services."""
    kinds: tuple[str, ...]
    """Kinds of facility that count, where the test looks at kinds; empty means any."""
    target: float | None
    """Share of units (0 to 1) that must pass, where the plan gives one."""
    text: Words
    """The rule in words."""
    clause: str
    """Where it stands in the plan."""
    lead_units: str
    """Lead units as printed, or that none is named."""
    responsible_units: str
    """Responsible units as printed, or that none is named."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A service that belongs to the township promise without being a promise of its own."""

    service: str
    """Service key."""
    force: str
    """How strongly the plan asks."""
    clause: str
    """Where it stands in the plan."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One headline indicator of the plan."""

    id: str
    """Name of the indicator."""
    number: int
    """Its row in the plan's table."""
    name: Words
    """Its name."""
    target: float | None
    """Target value; None where it tracks another series."""
    operator: str
    """How the target is read: ``>=`` at least, ``>`` strictly more, ``tracks``."""
    unit: str
    """Unit of the value."""
    kind: str
    """binding or anticipatory."""
    accumulates: bool
    """Whether it adds up over the years (then it has a pace) or is a rate."""
    baseline: float | None
    """Value at the start, where the plan gives one."""
    denominator: Words
    """Who it is counted over."""
    clause: str
    """Where it stands in the plan."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A policy document as data."""

    title: Words
    """Title of the document."""
    document: str
    """Its number."""
    issued: dt.date
    """Day of issue."""
    years: tuple[int, int]
    """First and last year."""
    quote: Words
    """The promise, in full."""
    rules: tuple[Rule, ...]
    """What it asks of each unit."""
    profiles: tuple[Profile, ...]
    """Services that belong to the township promise."""
    indicators: tuple[Indicator, ...]
    """Headline indicators, in the order of the document."""


def parse_plan(raw: Mapping[str, Any], file: str) -> tuple[Plan | None, list[Fault]]:
    """Turn the content of a plan.toml into a plan.

    Parameters
    ----------
    raw
        The parsed TOML document.
    file
        Name of the file, for the faults.

    Returns
    -------
    tuple
        The plan (None if there is any fault) and all faults found.

    Raises
    ------
    AttributeError
        If `raw` is not a mapping.

    Examples
    --------
    >>> plan, faults = parse_plan({}, "plan.toml")
    >>> plan is None, faults[0].rule
    (True, 'has a section [plan]')
    """
    top = _Reader(raw, file, [])
    title, document, issued, years, quote = _head(top.section("plan"))
    rules = tuple(_rule(one) for one in top.sections("rules"))
    profiles = tuple(_profile(one) for one in top.sections("profiles"))
    indicators = tuple(_indicator(one) for one in top.sections("indicators"))
    for what, ids in (("rules", [r.id for r in rules]), ("indicators", [i.id for i in indicators])):
        for twice in sorted({one for one in ids if one and ids.count(one) > 1}):
            top.fault(f"{what}.id", twice, rule("once"), hint("rename"))
    top.refuse_unknown("plan", "rules", "profiles", "indicators")
    if top.faults:
        return None, top.faults
    return Plan(title, document, issued, years, quote, rules, profiles, indicators), []


def _head(head: _Reader) -> tuple[Words, str, dt.date, tuple[int, int], Words]:
    head.refuse_unknown("title", "document", "issued", "years", "quote")
    return (
        head.words("title"),
        head.text("document"),
        head.date("issued"),
        head.years("years"),
        head.words("quote"),
    )


def _rule(one: _Reader) -> Rule:
    one.refuse_unknown(
        "id", "level", "test", "force", "services", "kinds", "target", "text", "clause",
        "lead_units", "responsible_units",
    )  # fmt: skip
    return Rule(
        id=one.text("id"),
        level=one.choice("level", LEVELS),
        test=one.choice("test", TESTS),
        force=one.choice("force", FORCES),
        services=one.texts("services"),
        kinds=one.texts("kinds"),
        target=one.share("target"),
        text=one.words("text"),
        clause=one.text("clause"),
        lead_units=one.text("lead_units"),
        responsible_units=one.text("responsible_units", ""),
    )


def _profile(one: _Reader) -> Profile:
    one.refuse_unknown("service", "force", "clause")
    return Profile(
        service=one.text("service"), force=one.choice("force", FORCES), clause=one.text("clause")
    )


def _indicator(one: _Reader) -> Indicator:
    one.refuse_unknown(
        "id", "number", "name", "target", "operator", "unit", "kind", "accumulates", "baseline",
        "denominator", "clause",
    )  # fmt: skip
    operator = one.choice("operator", OPERATORS)
    return Indicator(
        id=one.text("id"),
        number=one.whole("number"),
        name=one.words("name"),
        target=None if operator == "tracks" else one.number("target"),
        operator=operator,
        unit=one.text("unit"),
        kind=one.choice("kind", ("binding", "anticipatory")),
        accumulates=one.flag("accumulates"),
        baseline=one.number("baseline") if "baseline" in one.content else None,
        denominator=one.words("denominator"),
        clause=one.text("clause"),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """One section of the document; each reader gives a value of the right type or adds a fault."""

    content: Mapping[str, Any]
    file: str
    faults: list[Fault]
    path: str = ""

    def fault(self, name: str, value: object, words: Pair, advice: Pair | None = None) -> None:
        advice = advice or hint("settings", file="plan.toml")
        column = ".".join(part for part in (self.path, name) if part)
        self.faults.append(fault(Where(self.file, None, column, value), words, advice))

    def section(self, name: str) -> _Reader:
        inner = self.content.get(name)
        if isinstance(inner, Mapping):
            return _Reader(inner, self.file, self.faults, name)
        missing = inner is None
        self.fault(name, inner, rule("section", path=name) if missing else rule("is_section"))
        # The missing section is one fault; its settings would only repeat it.
        return _Reader({}, self.file, [], name)

    def sections(self, name: str) -> list[_Reader]:
        inner = self.content.get(name, [])
        if isinstance(inner, list) and all(isinstance(one, Mapping) for one in inner):
            return [
                _Reader(one, self.file, self.faults, f"{name}[{at}]")
                for at, one in enumerate(inner, 1)
            ]
        self.fault(name, inner, rule("sections", path=name))
        return []

    def get(self, name: str, kinds: tuple[type, ...], empty: Any) -> Any:
        """Read a value of some kinds; true and false are no numbers, and a time is no date."""
        value = self.content.get(name)
        looks = isinstance(value, dt.datetime) or (isinstance(value, bool) and bool not in kinds)
        number = not isinstance(value, float) or math.isfinite(value)
        if isinstance(value, kinds) and number and not looks:
            return value
        self.fault(name, value, rule("setting") if value is None else rule("kind"))
        return empty

    def text(self, name: str, default: str | None = None) -> str:
        if default is not None and name not in self.content:
            return default
        return str(self.get(name, (str,), ""))

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.content.get(name, [])
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.fault(name, value, rule("texts"))
        return ()

    def number(self, name: str) -> float:
        return float(self.get(name, (int, float), 0.0))

    def whole(self, name: str) -> int:
        return int(self.get(name, (int,), 0))

    def flag(self, name: str) -> bool:
        return bool(self.get(name, (bool,), False))

    def date(self, name: str) -> dt.date:
        found = self.get(name, (dt.date,), dt.date(1970, 1, 1))
        return dt.date(found.year, found.month, found.day)

    def years(self, name: str) -> tuple[int, int]:
        value = self.content.get(name)
        if isinstance(value, list) and all(type(one) is int for one in value):
            first_to_last = sorted(value)
            if len(value) == _ENDS and value == first_to_last:
                return value[0], value[1]
        self.fault(name, value, rule("setting") if value is None else rule("years"))
        return 0, 0

    def share(self, name: str) -> float | None:
        """Read a share of units, where the rule has one."""
        if name not in self.content:
            return None
        share = self.number(name)
        if not 0 <= share <= 1:
            self.fault(name, share, rule("share"))
        return share

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        value = self.content.get(name)
        if value in options:
            return str(value)
        known = rule("choice", options=", ".join(options))
        words = rule("setting") if value is None else known
        self.fault(name, value, words, nearest("" if value is None else value, options))
        return options[0]

    def words(self, name: str) -> Words:
        value = self.content.get(name)
        if isinstance(value, Mapping) and all(isinstance(value.get(k), str) for k in ("zh", "en")):
            return Words(str(value["zh"]), str(value["en"]))
        self.fault(name, value, rule("setting") if value is None else rule("words"))
        return Words("", "")

    def refuse_unknown(self, *known: str) -> None:
        """Add a fault for each setting that nothing reads: a typing slip must not pass silently."""
        for name in self.content:
            if name not in known:
                self.fault(name, self.content[name], rule("setting_exists"), nearest(name, known))
