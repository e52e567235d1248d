"""What stands on each sheet of the workbook: one table a sheet, in plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wushan_geo.reports.desk import GROUPS, VERDICTS
from wushan_geo.reports.figures import missing, pair, rows_of, text, word
from wushan_geo.reports.ledgers import target
from wushan_geo.reports.profiles import groups_text, persons_text, profile_notes
from wushan_geo.reports.remedies import (
    either,
    problem_text,
    remedy_items,
    services_text,
    units_text,
)
from wushan_geo.results import CLASSES, CONDITIONS
from wushan_geo.wording import MESSAGES, both, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from wushan_geo.reports.desk import Desk, Line
    from wushan_geo.reports.figures import Text
    from wushan_geo.results import ProfileInfo, ServiceInfo

CODE, TEXT, LONG, NUMBER, MINUTES, SHARE, DEMO = (
    "code", "text", "long", "number", "minutes", "share", "demo",
)  # fmt: skip
DEMO_ORIGIN = "scoreboard.demonstration_verdict"
WIDTHS = {CODE: 15, TEXT: 16, LONG: 44, NUMBER: 12, MINUTES: 12, SHARE: 12, DEMO: 24}


@dataclass(frozen=True, slots=True)
class Head:
    """One column of a sheet."""

    title: Text
    """Head in Chinese and English, with the unit."""
    origin: str
    """Result table and column behind it."""
    kind: str = TEXT
    """How it is written: code, text, long, number, minutes, share or demo."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet."""

    key: str
    """Message key behind ``sheet.``."""
    heads: tuple[Head, ...]
    """Columns."""
    rows: list[list[Any]]
    """Texts, numbers and missing values."""
    frozen: int = 2
    """Columns that stay in sight."""


def _head(name: str, origin: str, kind: str = TEXT) -> Head:
    return Head(both(f"report.column.{name}"), origin, kind)


def named(family: str, key: Any) -> str:
    """Name a key in both languages in one cell, so that a filter shows both.

    Parameters
    ----------
    family
        First part of the message key.
    key
        Second part.

    Returns
    -------
    str
        Chinese and English; empty for a missing key.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> named("class", "gap"), named("class", None)
    ('覆盖空白 gap', '')
    """
    if not text(key):
        return ""
    zh, en = word(family, key)
    return zh if zh == en else f"{zh} {en}"


def _two(said: Text) -> str:
    zh, en = said
    return zh if zh == en else f"{zh} {en}"


def findings(desk: Desk) -> Sheet:
    """Lay out the findings.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row a finding, the answers first as they were found.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    columns = ("finding_id", "severity", "text_zh", "text_en", "value", "unit", "zone_id")
    rows = [
        [
            number,
            named("report.severity", severity),
            zh,
            en,
            value,
            named("report.unit", unit),
            zone,
        ]
        for number, severity, zh, en, value, unit, zone in rows_of(
            desk.result.tables["findings"], *columns
        )
    ]
    heads = (
        _head("finding", "findings.finding_id", CODE),
        _head("severity", "findings.severity"),
        _head("text_zh", "findings.text_zh", LONG),
        _head("text_en", "findings.text_en", LONG),
        _head("number", "findings.value", NUMBER),
        _head("unit", "findings.unit"),
        _head("code", "findings.zone_id", CODE),
    )
    return Sheet("findings", heads, rows, frozen=1)


def townships(desk: Desk) -> Sheet:
    """Lay out the townships.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row a township, sorted by code.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    promise = {one.zone: one for one in desk.rule("township")}
    served: dict[str, list[Line]] = {}
    for one in desk.rule("village"):
        served.setdefault(desk.parents[one.zone], []).append(one)
    table = desk.result.tables["townships"].sort_values("zone_id", kind="stable")
    rows = []
    for row in table.to_dict("records"):
        own = served.get(row["zone_id"], [])
        counts = desk.counts(row["zone_id"], row["service"], row["limit"])
        rows.append(
            [
                row["zone_id"],
                row["name"],
                row["name_en"],
                named("zone", row["kind"]),
                named("bank", row["bank"]),
                row["persons"],
                row["eligible"],
                *_judged(promise.get(row["zone_id"])),
                row["places"],
                *(sum(one.shown == key for one in own) if own else None for key in VERDICTS),
                named("class", row["class"]),
                named("certainty", row["certainty"]),
                row["minutes_low"],
                row["minutes_central"],
                row["minutes_high"],
                counts["places_reached"],
                counts["persons_reached"],
                counts["eligible_reached"],
                row["facilities_open"],
                row["capacity"],
                named("basis", row["basis"]),
            ]
        )
    heads = (
        *_unit_heads("townships"),
        _head("persons", "townships.persons", NUMBER),
        _head("eligible", "townships.eligible", NUMBER),
        *_judged_heads("township_verdict"),
        _head("places", "townships.places", NUMBER),
        _head("villages_have", "scoreboard (village_service)", NUMBER),
        _head("villages_lack", "scoreboard (village_service)", NUMBER),
        _head("villages_unclear", "scoreboard (village_service)", NUMBER),
        *_class_heads("townships"),
        _head("places_within", "townships.places_reached", NUMBER),
        _head("persons_within", "townships.persons_reached", NUMBER),
        _head("eligible_within", "townships.eligible_reached", NUMBER),
        _head("facilities_open", "townships.facilities_open", NUMBER),
        _head("capacity", "townships.capacity", NUMBER),
        _head("basis", "townships.basis"),
    )
    return Sheet("townships", heads, rows)


def _unit_heads(table: str) -> tuple[Head, ...]:
    return (
        _head("code", f"{table}.zone_id", CODE),
        _head("name_zh", f"{table}.name"),
        _head("name_en", f"{table}.name_en"),
        _head("kind", f"{table}.kind"),
        _head("bank", f"{table}.bank"),
    )


def _class_heads(table: str) -> tuple[Head, ...]:
    return (
        _head("class", f"{table}.class"),
        _head("certainty", f"{table}.certainty"),
        _head("minutes_low", f"{table}.minutes_low", MINUTES),
        _head("minutes_central", f"{table}.minutes_central", MINUTES),
        _head("minutes_high", f"{table}.minutes_high", MINUTES),
    )


def _judged(line: Line | None) -> list[Any]:
    if line is None:
        return [None] * 6
    return [
        named("verdict", line.verdict),
        _demonstrated(line.demonstration),
        *line.reason,
        *line.remedy,
    ]


def _demonstrated(key: str) -> str:
    """Call a demonstration verdict by its name, so that it stays one when the cell is copied."""
    if not key:
        return ""
    return _two(put("demonstration.verdict", {"verdict": MESSAGES[f"verdict.{key}"]}))


def _judged_heads(name: str) -> tuple[Head, ...]:
    return (
        _head(name, "scoreboard.verdict"),
        _head("demonstration", DEMO_ORIGIN, DEMO),
        _head("reason_zh", "scoreboard.reason_zh", LONG),
        _head("reason_en", "scoreboard.reason_en", LONG),
        _head("remedy_zh", "scoreboard.remedy_zh", LONG),
        _head("remedy_en", "scoreboard.remedy_en", LONG),
    )


def _standing(cells: Sequence[Any]) -> list[Any]:
    """Give minutes and class of each condition; one that the study does not state stays empty."""
    shown = []
    for at in range(0, len(cells), 2):
        shown += [cells[at], "" if missing(cells[at + 1]) else named("class", cells[at + 1])]
    return shown


def _standing_heads() -> tuple[Head, ...]:
    return tuple(
        _head(f"{kind}_{one}", f"villages.{kind}_{one}", MINUTES if kind == "minutes" else TEXT)
        for one in CONDITIONS
        for kind in ("minutes", "class")
    )


def villages(desk: Desk) -> Sheet:
    """Lay out the villages.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row a village, sorted by code.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    promise = {one.zone: one for one in desk.rule("village")}
    columns = (
        "zone_id", "name", "name_en", "kind", "bank", "parent_id", "parent_name", "persons",
        "eligible", "class", "certainty", "minutes_low", "minutes_central", "minutes_high",
        "facility_id", "basis",
        *(f"{kind}_{one}" for one in CONDITIONS for kind in ("minutes", "class")),
    )  # fmt: skip
    border = _beyond(desk)
    rows = []
    for row in sorted(rows_of(desk.result.tables["villages"], *columns), key=lambda one: one[0]):
        facility = text(row[14])
        rows.append(
            [
                *row[:3],
                named("zone", row[3]),
                named("bank", row[4]),
                *row[5:9],
                *_judged(promise.get(row[0])),
                named("class", row[9]),
                named("certainty", row[10]),
                *row[11:14],
                facility,
                _two(desk.facilities[facility]) if facility in desk.facilities else "",
                *_standing(row[16:]),
                _flag(border.get(row[0])),
                named("basis", row[15]),
            ]
        )
    heads = (
        *_unit_heads("villages"),
        _head("township_code", "villages.parent_id", CODE),
        _head("township", "villages.parent_name"),
        _head("persons", "villages.persons", NUMBER),
        _head("eligible", "villages.eligible", NUMBER),
        *_judged_heads("village_verdict"),
        *_class_heads("villages"),
        _head("facility_id", "villages.facility_id", CODE),
        _head("nearest_name", "facilities.name", LONG),
        *_standing_heads(),
        _head("border_village", "gaps.border"),
        _head("basis", "villages.basis"),
    )
    return Sheet("villages", heads, rows)


def _beyond(desk: Desk) -> dict[str, str]:
    """Say which villages could be served from beyond the county, as their class is shown."""
    shown = (desk.headline.key, desk.headline.limit)
    columns = ("zone_id", "service", "limit", "border")
    return {
        zone: text(flag)
        for zone, service, limit, flag in rows_of(desk.result.tables["gaps"], *columns)
        if (service, limit) == shown
    }


def _flag(key: str | None) -> str:
    """Write yes, no or unknown; nothing where the question does not arise."""
    said = {"yes": both("yes"), "no": both("no"), "unknown": both("unknown")}
    return _two(said[key]) if key in said else ""


def board(desk: Desk) -> Sheet:
    """Lay out the ledger of the plan, the only one that says pass or fail.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row for each rule and unit; indicators with baseline, target and value.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    table = desk.result.tables["indicators"]
    indicators = {row["indicator"]: row for row in table.to_dict("records")}
    rows = [
        [
            one.rule,
            *one.rule_text,
            named("level", one.level),
            one.zone,
            *one.name,
            *_judged(one),
            named("basis", one.basis),
            one.persons,
            named("force", one.force)
            if f"force.{one.force}" in MESSAGES
            else named("report.indicator", one.force),
            _two(one.clause),
            _two(one.lead),
            *_indicator_cells(indicators.get(one.rule)),
        ]
        for one in desk.lines
        if one.ledger == "plan"
    ]
    heads = (
        _head("rule_id", "scoreboard.rule", CODE),
        _head("rule_zh", "scoreboard.rule_zh", LONG),
        _head("rule_en", "scoreboard.rule_en", LONG),
        _head("level", "scoreboard.level"),
        _head("code", "scoreboard.zone_id", CODE),
        _head("name_zh", "scoreboard.name"),
        _head("name_en", "scoreboard.name_en"),
        *_judged_heads("verdict"),
        _head("basis", "scoreboard.basis"),
        _head("persons", "scoreboard.persons", NUMBER),
        _head("force", "scoreboard.force"),
        _head("clause", "scoreboard.clause", LONG),
        _head("lead", "scoreboard.lead_units"),
        _head("baseline", "indicators.baseline", SHARE),
        _head("target", "indicators.operator, target, unit", DEMO),
        _head("value", "indicators.value", SHARE),
        _head("denominator", "indicators.denominator", LONG),
    )
    return Sheet("board", heads, rows, frozen=1)


def _indicator_cells(row: Mapping[Any, Any] | None) -> list[Any]:
    if row is None:
        return [None] * 4
    said = target(row["operator"], row["target"], word("indicator.unit", row["unit"]))
    baseline, value = (_or_words(row[one]) for one in ("baseline", "value"))
    return [baseline, _two(said), value, _two(pair(row["denominator"], row["denominator_en"]))]


def _or_words(value: Any) -> Any:
    """Say no data where a number belongs; cells of other rules stay empty."""
    return MESSAGES["no_data"][0] if missing(value) else value


def remedies(desk: Desk) -> Sheet:
    """Lay out the remedy list.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row an item, with empty columns for a date and a person.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    county = both("report.whole_county")
    rows = [
        [
            one.zone,
            _two(desk.towns.get(one.zone, county)),
            _two(one.about),
            *units_text(desk, one.lines),
            *problem_text(one.lines),
            *one.lines[0].remedy,
            None if one.indicators else one.persons,
            _two(one.lines[0].lead),
            None,
            None,
        ]
        for one in remedy_items(desk)
    ]
    heads = (
        _head("code", "scoreboard.zone_id", CODE),
        _head("township", "townships.name"),
        _head("item", "scoreboard.rule_zh, rule_en", LONG),
        _head("units_zh", "scoreboard.name", LONG),
        _head("units_en", "scoreboard.name_en", LONG),
        _head("reason_zh", "scoreboard.reason_zh", LONG),
        _head("reason_en", "scoreboard.reason_en", LONG),
        _head("remedy_zh", "scoreboard.remedy_zh", LONG),
        _head("remedy_en", "scoreboard.remedy_en", LONG),
        _head("persons", "scoreboard.persons", NUMBER),
        _head("lead", "scoreboard.lead_units"),
        _head("deadline", "—"),
        _head("signer", "—"),
    )
    return Sheet("remedies", heads, rows)


def reach(desk: Desk) -> Sheet:
    """Lay out the ledger of reach: each service at each of its limits, by township and county.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row for each unit, service and limit.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    units = [(desk.info.county, desk.info.county_name), *desk.towns.items()]
    rows = []
    for service in desk.timed:
        for zone, name in units:
            for limit in service.limits:
                counts = desk.counts(zone, service.key, limit)
                spread = desk.spreads.get((zone, service.key, limit))
                default = both("yes" if limit == service.limit else "no")
                rows.append(
                    [
                        zone,
                        *name,
                        _two(service.name),
                        limit,
                        _two(default),
                        *counts.values(),
                        *(None if spread is None else spread.places[key] for key in CLASSES),
                        None if spread is None else spread.border,
                        service.source,
                    ]
                )
    heads = (
        _head("code", "access.zone_id", CODE),
        _head("name_zh", "townships.name"),
        _head("name_en", "townships.name_en"),
        _head("service", "access.service"),
        _head("limit_minutes", "access.parameters", NUMBER),
        _head("default", "study.toml"),
        _head("places_within", "access.places_reached", NUMBER),
        _head("places", "access.places_total", NUMBER),
        _head("persons_within", "access.persons_reached", NUMBER),
        _head("persons", "access.persons_total", NUMBER),
        _head("eligible_within", "access.eligible_reached", NUMBER),
        _head("eligible", "access.eligible_total", NUMBER),
        *(
            Head(_in_condition(group, one), f"access.{group}_reached_{one}", NUMBER)
            for group in GROUPS
            for one in CONDITIONS
        ),
        *(Head(_class_title(one), "gaps.class", NUMBER) for one in CLASSES),
        _head("border_places", "gaps.border", NUMBER),
        _head("limit_source", "study.toml", LONG),
    )
    return Sheet("reach", heads, rows)


def _in_condition(group: str, condition: str) -> Text:
    """Name a count within the limit under one condition of the roads."""
    words = {
        "name": both(f"report.column.{group}_within"),
        "condition": both(f"condition.{condition}"),
    }
    return put("report.column.in_condition", words)


def _class_title(key: str) -> Text:
    return put("report.column.class_count", {"name": MESSAGES[f"class.{key}"]})


def profiles(desk: Desk) -> Sheet | None:
    """Lay out how many villages each way of travelling reaches: service by service and limit.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet or None
        One row for each service, profile and limit; None where nothing is told by profile.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_profiles.py``.
    """
    if not desk.travelled:
        return None
    counted = bool(desk.travelled.groups)
    rows = [
        _profile_row(desk, service, profile, limit, counted=counted)
        for service in desk.timed
        for profile in desk.info.profiles
        for limit in service.limits
    ]
    heads = (
        _head("service", "access.service"),
        _head("profile", "access.parameters"),
        _head("direction", "access.parameters"),
        _head("profile_groups", "study.toml", LONG),
        _head("limit_minutes", "access.parameters", NUMBER),
        _head("default", "study.toml"),
        _head("profile_within", "access.profile_places_reached", NUMBER),
        _head("profile_known", "access.profile_places_total - profile_places_unknown", NUMBER),
        _head("profile_unknown_here", "access.profile_places_unknown", NUMBER),
        _head("places", "access.profile_places_total", NUMBER),
        _head("profile_unreachable", "access.profile_places_unreachable", NUMBER),
        _head("profile_median", "access.profile_minutes_median", MINUTES),
        *([_head("profile_persons", "access.group_reached, group_total", LONG)] if counted else []),
        _head("limit_source", "study.toml", LONG),
    )
    return Sheet("profiles", heads, rows)


def _profile_row(
    desk: Desk, service: ServiceInfo, profile: ProfileInfo, limit: float, *, counted: bool
) -> list[Any]:
    counts = desk.travelled.counts(service.key, profile.key, limit)
    default = limit == service.limit
    # Persons are counted at the default limit alone.
    persons = [_two(persons_text(desk, service, profile)) if default else None] if counted else []
    return [
        _two(service.name),
        _two(profile.name),
        _two(both(f"report.direction.{profile.direction}")),
        _two(groups_text(profile.groups)),
        limit,
        _two(both("yes" if default else "no")),
        counts.reached,
        counts.known,
        counts.unknown,
        counts.known + counts.unknown,
        counts.unreachable,
        counts.median,
        *persons,
        service.source,
    ]


def by_profile(desk: Desk) -> Sheet | None:
    """Lay out the minutes of each village side by side, one pair of columns a way of travelling.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet or None
        One row for each service and village; None where nothing is told by profile.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_profiles.py``.
    """
    if not desk.travelled:
        return None
    columns = ("zone_id", "name", "name_en", "parent_name")
    places = sorted(rows_of(desk.result.tables["villages"], *columns), key=lambda one: one[0])
    found = desk.travelled
    rows = []
    for service in desk.timed:
        for zone, *names in places:
            cells: list[Any] = [zone, *names, _two(service.name), service.limit]
            for one in desk.info.profiles:
                at = (service.key, one.key, zone)
                cells += [found.minutes.get(at, math.nan), _within(found.within.get(at))]
            rows.append(cells)
    pairs = [
        head
        for one in desk.info.profiles
        for head in (
            Head(_of_profile("minutes", one), "access.minutes_nearest", MINUTES),
            Head(_of_profile("within", one), "access.profile_within"),
        )
    ]
    heads = (
        _head("code", "access.zone_id", CODE),
        _head("name_zh", "villages.name"),
        _head("name_en", "villages.name_en"),
        _head("township", "villages.parent_name"),
        _head("service", "access.service"),
        _head("limit_minutes", "access.parameters", NUMBER),
        *pairs,
    )
    return Sheet("by_profile", heads, rows)


def _of_profile(what: str, profile: ProfileInfo) -> Text:
    return put(f"report.column.of_profile.{what}", {"name": profile.name})


def _within(flag: float | None) -> str:
    """Write whether a village is within the limit; what is not known is to be verified."""
    if flag is None:
        return named("class", "unknown")
    return _two(both("yes" if flag else "no"))


def plans(desk: Desk) -> Sheet:
    """Lay out the plans for next sites with their proof.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row a plan.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    table = desk.result.tables["plans"].sort_values(["limit", "sites"], kind="stable")
    rows = [
        [
            row["plan"],
            row["limit"],
            row["sites"],
            row["covered_persons"],
            row["total_persons"],
            row["covered_places"],
            row["total_places"],
            row["bound"],
            row["gap"],
            named("report.status", row["status"]),
            _two(both("report.verified" if row["verified"] else "report.not_verified")),
            _two(both("yes" if row["alternatives"] else "no")),
            row["greedy_objective"],
            row["ceiling_persons"],
            row["ceiling_places"],
            row["chosen"],
        ]
        for row in table.to_dict("records")
    ]
    heads = (
        _head("plan", "plans.plan", CODE),
        _head("limit_minutes", "plans.limit", NUMBER),
        _head("sites", "plans.sites", NUMBER),
        _head("covered_persons_only", "plans.covered_persons", NUMBER),
        _head("eligible", "plans.total_persons", NUMBER),
        _head("covered_places_only", "plans.covered_places", NUMBER),
        _head("places", "plans.total_places", NUMBER),
        _head("bound", "plans.bound", NUMBER),
        _head("gap", "plans.gap", SHARE),
        _head("proof", "plans.status"),
        _head("verified", "plans.verified"),
        _head("alternatives", "plans.alternatives"),
        _head("greedy", "plans.greedy_objective", NUMBER),
        _head("ceiling_persons", "plans.ceiling_persons", NUMBER),
        _head("ceiling_places", "plans.ceiling_places", NUMBER),
        _head("chosen", "plans.chosen", LONG),
    )
    return Sheet("plans", heads, rows, frozen=1)


def sites(desk: Desk) -> Sheet:
    """Lay out the sites of every plan.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row for each plan and site.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    columns = (
        "plan", "order", "facility_id", "name", "name_en", "parent_name", "gain_persons",
        "gain_places", "covered_persons", "covered_places",
    )  # fmt: skip
    rows = [list(row) for row in rows_of(desk.result.tables["sites"], *columns)]
    heads = (
        _head("plan", "sites.plan", CODE),
        _head("order", "sites.order", NUMBER),
        _head("facility_id", "sites.facility_id", CODE),
        _head("name_zh", "sites.name", LONG),
        _head("name_en", "sites.name_en", LONG),
        _head("township", "sites.parent_name"),
        _head("gain_persons", "sites.gain_persons", NUMBER),
        _head("gain_places", "sites.gain_places", NUMBER),
        _head("running_persons", "sites.covered_persons", NUMBER),
        _head("running_places", "sites.covered_places", NUMBER),
    )
    return Sheet("sites", heads, rows)


def facilities(desk: Desk) -> Sheet:
    """Lay out the facilities and the candidate sites.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row a facility, sorted by id.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    table = desk.result.tables["facilities"].sort_values("facility_id", kind="stable")
    rows = [
        [
            row["facility_id"],
            row["name"],
            row["name_en"],
            named("kind", row["kind"]),
            named("status", row["status"]),
            _two(services_text(desk, row["services"])),
            row["capacity"],
            named("admits", row["admits"]),
            text(row["zone_id"]),
            row["parent_name"] if text(row["parent_id"]) else _two(both("report.outside")),
            row["lon"],
            row["lat"],
            row["places_within"],
            row["persons_within"],
            row["eligible_within"],
            _flag(row["border"]),
            None if missing(row["proposed_order"]) else row["proposed_order"],
            named("basis", row["basis"]),
            named("basis", row["point_basis"]),
        ]
        for row in table.to_dict("records")
    ]
    heads = (
        _head("facility_id", "facilities.facility_id", CODE),
        _head("name_zh", "facilities.name", LONG),
        _head("name_en", "facilities.name_en", LONG),
        _head("kind", "facilities.kind"),
        _head("status", "facilities.status"),
        _head("services", "facilities.services", LONG),
        _head("capacity", "facilities.capacity", NUMBER),
        _head("admits", "facilities.admits"),
        _head("code", "facilities.zone_id", CODE),
        _head("township", "facilities.parent_name"),
        _head("lon", "facilities.lon", "degrees"),
        _head("lat", "facilities.lat", "degrees"),
        _head("places_within", "facilities.places_within", NUMBER),
        _head("persons_within", "facilities.persons_within", NUMBER),
        _head("eligible_within", "facilities.eligible_within", NUMBER),
        _head("border_facility", "facilities.border"),
        _head("proposed", "facilities.proposed_order", "order"),
        _head("basis", "facilities.basis"),
        _head("point_basis", "facilities.point_basis"),
    )
    return Sheet("facilities", heads, rows)


def sources(desk: Desk) -> Sheet:
    """Lay out the files behind the report.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row a file.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    columns = ("file", "title", "source", "licence", "basis", "as_of", "rows", "sha256")
    rows = [
        [*map(text, row[:4]), named("basis", row[4]), text(row[5]), row[6], text(row[7])]
        for row in rows_of(desk.result.tables["sources"], *columns)
    ]
    heads = (
        _head("file", "sources.file", CODE),
        _head("title", "sources.title", LONG),
        _head("source", "sources.source", LONG),
        _head("licence", "sources.licence", LONG),
        _head("basis", "sources.basis"),
        _head("as_of", "sources.as_of"),
        _head("rows", "sources.rows", NUMBER),
        _head("checksum", "sources.sha256", LONG),
    )
    return Sheet("sources", heads, rows, frozen=1)


def assumptions(desk: Desk) -> Sheet:
    """Lay out the assumptions.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Sheet
        One row an assumption.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    rows = [
        [
            text(row["key"]),
            *either(row, "what"),
            text(row["value"]),
            text(row["unit"]),
            *either(row, "why"),
            *either(row, "replace"),
        ]
        for row in desk.result.tables["assumptions"].to_dict("records")
    ]
    heads = (
        _head("key", "assumptions.key", CODE),
        _head("assumption_zh", "assumptions.what_zh", LONG),
        _head("assumption_en", "assumptions.what", LONG),
        _head("value_assumed", "assumptions.value", LONG),
        _head("unit", "assumptions.unit"),
        _head("why_zh", "assumptions.why_zh", LONG),
        _head("why_en", "assumptions.why", LONG),
        _head("replace_zh", "assumptions.replace_zh", LONG),
        _head("replace_en", "assumptions.replace", LONG),
    )
    return Sheet("assumptions", heads, rows, frozen=1)


TABLES: tuple[Callable[[Desk], Sheet | None], ...] = (
    findings, townships, villages, board, remedies, reach, profiles, by_profile, plans, sites,
    facilities, sources, assumptions,
)  # fmt: skip


def guide(desk: Desk, sheets: Iterable[Sheet]) -> Sheet:
    """Lay out how to read the workbook: notices, definitions, and where each column comes from.

    Parameters
    ----------
    desk
        Look-ups.
    sheets
        The other sheets.

    Returns
    -------
    Sheet
        One row a notice, a definition or a column.

    Raises
    ------
    KeyError
        If a message is missing.

    Examples
    --------
    See ``tests/test_reports_excel.py``.
    """
    info = desk.info
    rows: list[list[Any]] = []

    def add(section: str, item: str, said: Text) -> None:
        rows.append([_two(both(f"report.guide.{section}")), item, *said])

    for notice in info.notice_texts.values():
        add("notice", "", notice)
    add("about", _two(both("report.column.study")), (info.id, info.id))
    add("about", _two(both("report.column.as_of")), (info.as_of.isoformat(),) * 2)
    add("about", _two(both("report.column.plan_title")), info.plan_title)
    add("about", _two(both("report.column.quote")), info.quote)
    unreachable = "unreachable" if info.known_min is None else "unreachable.given"
    for key in ("filter", unreachable, "blank", "codes", "demonstration", "ledgers"):
        add("reading", "", MESSAGES[f"report.guide.{key}"])
    for one in CLASSES:
        add("classes", named("class", one), MESSAGES[f"class.{one}.long"])
    for one in ("measured", "stated", "inferred", "modelled", "missing"):
        add("bases", named("basis", one), MESSAGES[f"report.basis.{one}"])
    for service in desk.timed:
        said = tuple(
            both("report.guide.limit", limits=", ".join(f"{one:g}" for one in service.limits))
        )
        add(
            "limits",
            _two(service.name),
            (f"{said[0]}{service.source}", f"{said[1]}{service.source}"),
        )
    for said in profile_notes(desk):
        add("profiles", "", said)
    for sheet in sheets:
        for head in sheet.heads:
            item = f"{MESSAGES[f'sheet.{sheet.key}'][0]}：{_two(head.title)}"
            add("dictionary", item, both("report.guide.origin", origin=head.origin))
    heads = (
        _head("section", "—"),
        _head("entry", "—", LONG),
        _head("text_zh", "—", LONG),
        _head("text_en", "—", LONG),
    )
    return Sheet("guide", heads, rows, frozen=1)
