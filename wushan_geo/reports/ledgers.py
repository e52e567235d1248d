"""The two ledgers, kept apart: what the plan asks, and reach as an analysis for reference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wushan_geo.reports.desk import FAIL, PASS, VERDICTS, added
from wushan_geo.reports.figures import (
    joined,
    number,
    pair,
    plain,
    rows_of,
    share,
    text,
    tongues,
    word,
)
from wushan_geo.reports.tables import (
    BRIEF,
    NAME,
    NUMBER,
    WORDS,
    Bar,
    Column,
    Coverage,
    Shown,
    Table,
    Verdict,
)
from wushan_geo.results import CLASSES, CONDITIONS
from wushan_geo.wording import MESSAGES, both, put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wushan_geo.reports.desk import Desk, Line
    from wushan_geo.reports.figures import Text
    from wushan_geo.reports.tables import Cell
    from wushan_geo.results import ServiceInfo

NOTHING: Text = ("", "")
DASH = MESSAGES["not_applicable"]


def _column(name: str, look: str = WORDS) -> Column:
    return Column(both(f"report.column.{name}"), look)


def verdict(line: Line) -> Verdict:
    """Give the verdict of a row of the scoreboard.

    Parameters
    ----------
    line
        The row.

    Returns
    -------
    Verdict
        The official one, and the demonstration one where there is one.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    return Verdict(line.verdict, line.demonstration)


def county_rules(desk: Desk) -> Table:
    """Lay out what the plan asks of the county as a whole, indicators apart.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row a rule.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    numbered = set(desk.result.tables["indicators"]["indicator"])
    rows: list[list[Cell]] = [
        [
            one.rule_text,
            word("force", one.force),
            verdict(one),
            one.reason,
            one.remedy if any(one.remedy) else DASH,
            word("basis", one.basis),
            one.lead,
            one.clause,
        ]
        for one in desk.lines
        if one.ledger == "plan" and one.level == "county" and one.rule not in numbered
    ]
    columns = (
        _column("rule", NAME),
        _column("force", BRIEF),
        _column("verdict", BRIEF),
        _column("reason"),
        _column("remedy"),
        _column("basis", BRIEF),
        _column("lead", BRIEF),
        _column("clause", BRIEF),
    )
    return Table("county-rules", both("report.caption.county_rules"), columns, rows)


def indicators(desk: Desk) -> Table:
    """Lay out the headline indicators; one without an official denominator has no status.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row an indicator, in the order of the plan.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    lines = {one.rule: one for one in desk.lines}
    table = desk.result.tables["indicators"]
    rows = [_indicator(row, lines[row["indicator"]]) for row in table.to_dict("records")]
    columns = (
        _column("indicator", NAME),
        _column("indicator_kind", BRIEF),
        _column("baseline", NUMBER),
        _column("target", NUMBER),
        _column("value", NUMBER),
        _column("denominator"),
        _column("verdict", BRIEF),
        _column("reason"),
        _column("clause", BRIEF),
    )
    caption = both("report.caption.indicators")
    return Table("indicators", caption, columns, rows, note=both("report.note.indicators"))


def _indicator(row: Mapping[Any, Any], line: Line) -> list[Cell]:
    name, unit = pair(row["name"], row["name_en"]), word("indicator.unit", row["unit"])
    pace = both("report.accumulates") if row["accumulates"] else NOTHING
    kind = word("report.indicator", row["kind"])
    return [
        put("report.indicator.name", {"number": text(row["number"]), "name": name}),
        (kind[0] + pace[0], kind[1] + pace[1]),
        _measured(row["baseline"], unit),
        target(row["operator"], row["target"], unit),
        _measured(row["value"], unit),
        pair(row["denominator"], row["denominator_en"]),
        # Nothing modelled can decide an indicator that nobody has observed.
        Verdict(line.verdict, "" if line.demonstration == line.verdict else line.demonstration),
        line.reason,
        line.clause,
    ]


def _measured(value: Any, unit: Text) -> Text:
    shown = number(value, 2)
    return shown if shown == MESSAGES["no_data"] else (shown[0] + unit[0], shown[1] + unit[1])


def target(operator: str, value: float, unit: Text) -> Text:
    """Write a target as the plan reads it: at least, more than, or in step with another series.

    Parameters
    ----------
    operator
        ``>=``, ``>`` or ``tracks``.
    value
        The target; NaN where another series is tracked.
    unit
        Unit in Chinese and English.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such operator.

    Examples
    --------
    >>> target(">", 90.0, ("%", " %"))
    ('>90%', '> 90 %')
    """
    if operator == "tracks":
        return both("report.target.tracks")
    sign, shown = both(f"operator.{operator}"), number(value, 2)
    return sign[0] + shown[0] + unit[0], sign[1] + shown[1] + unit[1]


def township_board(desk: Desk) -> Table:
    """Lay out the scoreboard by township; what the plan asks stands apart from reach.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row a township.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    promise = {one.zone: one for one in desk.rule("township")}
    villages = _by_town(desk)
    columns = ("zone_id", "class", "places", "places_reached", "persons", "persons_reached")
    table = desk.result.tables["townships"].sort_values("zone_id", kind="stable")
    rows: list[list[Cell]] = []
    for zone, key, places, reached, persons, persons_reached in rows_of(table, *columns):
        line, own = promise.get(zone), villages.get(zone, [])
        rows.append(
            [
                desk.towns[zone],
                number(persons),
                *promise_cells(line),
                _delivered(own),
                number(_lacking(own)) if own else DASH,
                Coverage(text(key)),
                _bar(desk, zone),
                share(reached, places),
                share(persons_reached, persons),
            ]
        )
    return Table(
        "townships",
        both("report.caption.townships"),
        _board_columns(desk),
        rows,
        groups=(
            (NOTHING, 2),
            (both("ledger.plan"), 5),
            (reach_head(desk), 4),
        ),
        note=both("report.note.townships"),
    )


def _limit(desk: Desk) -> float:
    return desk.headline.limit or 0.0


def reach_head(desk: Desk) -> Text:
    """Head the columns of reach: which ledger, which service and which limit.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    KeyError
        If the study lacks its headline service.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    values = {"service": desk.headline.name, "limit": plain(_limit(desk))}
    return put("report.group.reach", values)


def _board_columns(desk: Desk) -> tuple[Column, ...]:
    villages = "villages_served.demonstration" if desk.info.demonstration else "villages_served"
    return (
        _column("township", NAME),
        _column("persons", NUMBER),
        _column("township_verdict", BRIEF),
        _column("reason"),
        _column("remedy"),
        _column(villages, BRIEF),
        _column("persons_unserved", NUMBER),
        _column("class", BRIEF),
        _column("classes", BRIEF),
        _column("places_reached", NUMBER),
        _column("persons_reached", NUMBER),
    )


def promise_cells(line: Line | None) -> list[Cell]:
    """Give verdict, reason and remedy of a unit.

    Parameters
    ----------
    line
        Its row of the scoreboard, or None without a plan.

    Returns
    -------
    list of Cell
        Three cells.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> promise_cells(None)[0]
    ('—', '—')
    """
    if line is None:
        return [DASH, DASH, DASH]
    return [verdict(line), line.reason, line.remedy if any(line.remedy) else DASH]


def _by_town(desk: Desk) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for one in desk.rule("village"):
        found.setdefault(desk.parents[one.zone], []).append(one)
    return found


def _lacking(own: Sequence[Line]) -> float:
    """Add up the persons of villages without a service; with no result at all that is not known."""
    if not any(one.shown in {PASS, FAIL} for one in own):
        return math.nan
    return added(one.persons for one in own if one.shown == FAIL)


def _delivered(own: list[Line]) -> Cell:
    """Count villages by what the promise finds: has it, has it not, not known."""
    if not own:
        return DASH
    counts = {key: str(sum(one.shown == key for one in own)) for key in VERDICTS}
    values = {"have": counts[PASS], "lack": counts[FAIL], "unclear": counts["cannot_assess"]}
    said = both("report.villages_served", **values)
    return Shown(said) if any(one.demonstration for one in own) else said


def _bar(desk: Desk, zone: str) -> Cell:
    spread = desk.spreads.get((zone, desk.headline.key, _limit(desk)))
    if spread is None or spread.blind:
        return MESSAGES["no_data"]
    return Bar(tuple((key, spread.places[key]) for key in CLASSES))


def limits(desk: Desk) -> Table:
    """Lay out the limits: each is an assumption with its source, and the county at each of them.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row for each service and limit.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    rows: list[list[Cell]] = []
    for service in desk.timed:
        for limit in service.limits:
            counts = desk.counts(desk.info.county, service.key, limit)
            rows.append(
                [
                    service.name,
                    limit_text(service, limit),
                    tongues(service.source),
                    share(counts["places_reached"], counts["places_total"]),
                    share(counts["persons_reached"], counts["persons_total"]),
                    _eligible(counts),
                ]
            )
    columns = (
        _column("service", NAME),
        _column("limit", BRIEF),
        _column("limit_source"),
        _column("places_reached", NUMBER),
        _column("persons_reached", NUMBER),
        _column("eligible_reached", NUMBER),
    )
    return Table("limits", both("report.caption.limits"), columns, rows)


def limit_text(service: ServiceInfo, limit: float) -> Text:
    """Name a limit of a service, and say whether it is the default one.

    Parameters
    ----------
    service
        A service measured in minutes.
    limit
        One of its limits, in minutes.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    ValueError
        If the limit is not finite.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    key = "report.limit.default" if limit == service.limit else "report.limit.beside"
    return both(key, limit=plain(limit))


def _eligible(counts: dict[str, float]) -> Text:
    if math.isnan(counts["eligible_total"]):
        return DASH  # nobody has counted who this service is for
    return share(counts["eligible_reached"], counts["eligible_total"])


def conditions(desk: Desk) -> Table | None:
    """Lay out who reaches each service on ordinary roads, in snow, and in the flood season.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table or None
        One row for each service at its default limit; None where the study states one condition
        only.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    zone = desk.info.county
    stated = [
        one
        for one in CONDITIONS
        if any(
            not math.isnan(
                desk.counts(zone, service.key, service.limit or 0.0)[f"places_reached_{one}"]
            )
            for service in desk.timed
        )
    ]
    if len(stated) < 2:  # noqa: PLR2004 -- one condition has nothing to be compared with
        return None
    rows: list[list[Cell]] = []
    for service in desk.timed:
        counts = desk.counts(zone, service.key, service.limit or 0.0)
        limit = plain(service.limit or 0.0)
        cells: list[Cell] = [service.name, (limit, limit)]
        for one in stated:
            cells += [
                share(counts[f"{kind}_reached_{one}"], counts[f"{kind}_total"])
                for kind in ("places", "persons")
            ]
        rows.append(cells)
    columns = (
        _column("service", NAME),
        _column("limit", BRIEF),
        *(
            _column(f"{kind}_reached.brief", NUMBER)
            for _ in stated
            for kind in ("places", "persons")
        ),
    )
    return Table(
        "conditions",
        both("report.caption.conditions"),
        columns,
        rows,
        groups=((NOTHING, 2), *((both(f"condition.{one}"), 2) for one in stated)),
        note=both("report.note.conditions"),
    )


def classes(desk: Desk) -> Table:
    """Lay out the classes of the county at the headline service, at each of its limits.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row a class: villages and certified persons at each limit.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    service = desk.headline
    spreads = [desk.spreads.get((desk.info.county, service.key, one)) for one in service.limits]
    rows: list[list[Cell]] = []
    for key in CLASSES:
        cells: list[Cell] = [Coverage(key), MESSAGES[f"class.{key}.long"]]
        for spread in spreads:
            if spread is None:
                cells += [MESSAGES["no_data"]] * 2
            else:
                cells += [number(spread.places[key]), number(spread.persons[key])]
        rows.append(cells)
    head = (_column("class", NAME), _column("meaning"))
    tail = (_column("places", NUMBER), _column("persons", NUMBER)) * len(service.limits)
    groups = (
        (NOTHING, 2),
        *((limit_text(service, one), 2) for one in service.limits),
    )
    caption = put("report.caption.classes", {"service": service.name})
    return Table("classes", caption, (*head, *tail), rows, groups=groups)


def gaps(desk: Desk, service: ServiceInfo) -> Table:
    """Lay out who reaches a service within each of its limits, by township and county.

    Parameters
    ----------
    desk
        Look-ups.
    service
        A service measured in minutes.

    Returns
    -------
    Table
        One row a township, the county last.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    units = [*desk.towns.items(), (desk.info.county, both("report.whole_county"))]
    all_limits = service.limits
    measured = {
        (zone, limit): desk.counts(zone, service.key, limit)
        for zone, _ in units
        for limit in all_limits
    }
    counted = not all(math.isnan(one["eligible_total"]) for one in measured.values())
    kinds = ("places", "persons", "eligible") if counted else ("places", "persons")
    rows: list[list[Cell]] = []
    for zone, name in units:
        cells: list[Cell] = [name]
        for limit in all_limits:
            counts = measured[zone, limit]
            cells += [share(counts[f"{one}_reached"], counts[f"{one}_total"]) for one in kinds]
        rows.append(cells)
    columns = (
        _column("township", NAME),
        *(_column(f"{one}_reached.brief", NUMBER) for _ in all_limits for one in kinds),
    )
    return Table(
        f"gaps-{service.key}",
        put("report.caption.gaps", {"service": service.name}),
        columns,
        rows,
        groups=((NOTHING, 1), *((limit_text(service, one), len(kinds)) for one in all_limits)),
        note=put("report.note.gaps", {"source": tongues(service.source)}),
    )


def profile(desk: Desk) -> Table:
    """Lay out in how many townships each service of a township is offered by an open facility.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row a service.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_ledgers.py``.
    """
    offered: dict[str, list[tuple[str, float]]] = {}
    columns = ("zone_id", "service", "measure", "value")
    for zone, service, measure, value in rows_of(desk.result.tables["access"], *columns):
        if measure == "offered_in_township" and zone in desk.towns:
            offered.setdefault(service, []).append((zone, value))
    rows: list[list[Cell]] = []
    for service in desk.info.services:
        if service.level != "township":
            continue
        own = offered.get(service.key, [])
        have = sorted(zone for zone, value in own if value > 0)
        known = sum(not math.isnan(value) for _, value in own)
        total = str(len(desk.towns))
        names = joined([desk.towns[one] for one in have]) if have else DASH
        found = (f"{len(have)}/{total}",) * 2 if known else MESSAGES["no_data"]
        rows.append([service.name, found, number(len(desk.towns) - known), names])
    head = (
        _column("service", NAME),
        _column("townships_offering", NUMBER),
        _column("townships_unknown", NUMBER),
        _column("names"),
    )
    caption = both("report.caption.profile")
    return Table("profile", caption, head, rows, note=both("report.note.profile"))
