"""A plan as data: what it asks, with its force, its clause and who leads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wushan_geo.errors import Fault
from wushan_geo.study.config import Words

TESTS = (
    "any_facility_in_township",
    "any_service_in_village",
    "share_of_townships_with_service",
    "facility_of_kind_in_county",
)
FORCES = ("must", "general", "as_needed", "where_possible", "encouraged")
LEVELS = ("county", "township", "village")
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
    (True, 'has this setting')
    """
    reader = _Reader(file, [])
    head = raw.get("plan", {})
    title = reader.words(head, "plan", "title")
    document = reader.get(head, "plan", "document", str, "")
    issued = reader.get(head, "plan", "issued", dt.date, dt.date(1970, 1, 1))
    years = reader.get(head, "plan", "years", list, [0, 0])
    quote = reader.words(head, "plan", "quote")
    rules = tuple(_rule(reader, one, at) for at, one in enumerate(raw.get("rules", ()), 1))
    profiles = tuple(_profile(reader, one, at) for at, one in enumerate(raw.get("profiles", ()), 1))
    indicators = tuple(
        _indicator(reader, one, at) for at, one in enumerate(raw.get("indicators", ()), 1)
    )
    for what, ids in (("rules", [r.id for r in rules]), ("indicators", [i.id for i in indicators])):
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            reader.fault(what, twice, "appears only once", "Rename one of the two.")
    if reader.faults:
        return None, reader.faults
    span = (int(years[0]), int(years[1]))
    return Plan(title, document, issued, span, quote, rules, profiles, indicators), []


def _rule(reader: _Reader, one: Mapping[str, Any], at: int) -> Rule:
    where = f"rules[{at}]"
    target = one.get("target")
    return Rule(
        id=reader.get(one, where, "id", str, ""),
        level=reader.choice(one, where, "level", LEVELS),
        test=reader.choice(one, where, "test", TESTS),
        force=reader.choice(one, where, "force", FORCES),
        services=tuple(one.get("services", ())),
        kinds=tuple(one.get("kinds", ())),
        target=None if target is None else reader.get(one, where, "target", (int, float), 0.0),
        text=reader.words(one, where, "text"),
        clause=reader.get(one, where, "clause", str, ""),
        lead_units=reader.get(one, where, "lead_units", str, ""),
        responsible_units=str(one.get("responsible_units", "")),
    )


def _profile(reader: _Reader, one: Mapping[str, Any], at: int) -> Profile:
    where = f"profiles[{at}]"
    return Profile(
        service=reader.get(one, where, "service", str, ""),
        force=reader.choice(one, where, "force", FORCES),
        clause=reader.get(one, where, "clause", str, ""),
    )


def _indicator(reader: _Reader, one: Mapping[str, Any], at: int) -> Indicator:
    where = f"indicators[{at}]"
    operator = reader.choice(one, where, "operator", OPERATORS)
    tracks = operator == "tracks"
    target = None if tracks else float(reader.get(one, where, "target", (int, float), 0.0))
    baseline = one.get("baseline")
    return Indicator(
        id=reader.get(one, where, "id", str, ""),
        number=reader.get(one, where, "number", int, 0),
        name=reader.words(one, where, "name"),
        target=target,
        operator=operator,
        unit=reader.get(one, where, "unit", str, ""),
        kind=reader.choice(one, where, "kind", ("binding", "anticipatory")),
        accumulates=reader.get(one, where, "accumulates", bool, False),
        baseline=None if baseline is None else float(baseline),
        denominator=reader.words(one, where, "denominator"),
        clause=reader.get(one, where, "clause", str, ""),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads typed values and notes what is wrong."""

    file: str
    faults: list[Fault]

    def fault(self, column: str, value: object, rule: str, suggestion: str) -> None:
        shown = "" if value is None else str(value)
        self.faults.append(Fault(self.file, None, column, shown, rule, suggestion))

    def get(self, one: Mapping[str, Any], where: str, name: str, kind: Any, empty: Any) -> Any:
        value = one.get(name)
        if isinstance(value, kind):
            return value
        rule = "has this setting" if value is None else "has a value of the right kind"
        self.fault(f"{where}.{name}", value, rule, "See the built-in plan.toml for an example.")
        return empty

    def choice(
        self, one: Mapping[str, Any], where: str, name: str, options: tuple[str, ...]
    ) -> str:
        value = one.get(name)
        if value in options:
            return str(value)
        hint = f"Use one of: {', '.join(options)}."
        self.fault(f"{where}.{name}", value, "is one of the words it may be", hint)
        return options[0]

    def words(self, one: Mapping[str, Any], where: str, name: str) -> Words:
        value = one.get(name)
        if isinstance(value, Mapping) and {"zh", "en"} <= set(value):
            return Words(str(value["zh"]), str(value["en"]))
        hint = 'Write it in both languages: {zh = "...", en = "..."}.'
        rule = "has this setting" if value is None else "is a text in both languages"
        self.fault(f"{where}.{name}", value, rule, hint)
        return Words("", "")
