"""The remedy list by township, and what stands behind a report: facilities, sources, villages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wushan_geo.reports.desk import NAN, SCHEMATIC, added
from wushan_geo.reports.figures import (
    LIST,
    joined,
    minutes,
    missing,
    number,
    pair,
    rows_of,
    text,
    tongues,
    word,
)
from wushan_geo.reports.ledgers import DASH, promise_cells, reach_head
from wushan_geo.reports.tables import BRIEF, NAME, NUMBER, WORDS, Blank, Column, Coverage, Table
from wushan_geo.wording import MESSAGES, both, put

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from wushan_geo.reports.desk import Desk, Line
    from wushan_geo.reports.figures import Text
    from wushan_geo.reports.tables import Cell

INDICATORS = "(indicators)"  # stands for all of them in the remedy list
NAMES_SHOWN = 6  # villages that one item of the remedy list spells out; the appendix has them all


def _column(name: str, look: str = WORDS) -> Column:
    return Column(both(f"report.column.{name}"), look)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be done."""

    zone: str
    """Code of the county or the township."""
    about: Text
    """What it is about."""
    lines: tuple[Line, ...]
    """Rows of the scoreboard behind it."""
    indicators: bool
    """True for indicators: each counts over a denominator of its own."""

    @property
    def persons(self) -> float:
        """Certified persons of the units concerned; NaN for indicators."""
        if self.indicators:
            return NAN
        apart = len({one.zone for one in self.lines}) == len(self.lines)
        return added(one.persons for one in self.lines) if apart else self.lines[0].persons


def remedy_items(desk: Desk) -> list[Item]:
    """Gather what is to be done: the county first, then township by township.

    Rows of the scoreboard with the same rule and remedy in the same township make one item; one
    that is the same for every unit of the county becomes one item of the county, and indicators
    with the same remedy become one.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    list of Item
        In the order of codes, and of the plan within them.

    Raises
    ------
    KeyError
        If the table of indicators lacks a column.

    Examples
    --------
    See ``tests/test_reports_remedies.py``.
    """
    county = desk.info.county
    table = desk.result.tables["indicators"]
    numbers = {key: text(number) for key, number in rows_of(table, "indicator", "number")}
    lines = [one for one in desk.lines if one.ledger == "plan"]
    units = Counter(one.rule for one in lines)
    same = Counter((one.rule, one.remedy) for one in lines)
    found: dict[tuple[str, str, Text], list[Line]] = {}
    for one in lines:
        if not any(one.remedy):
            continue
        everywhere = units[one.rule] == same[one.rule, one.remedy]
        zone = county if everywhere else desk.parents.get(one.zone, one.zone)
        rule = INDICATORS if one.rule in numbers else one.rule
        found.setdefault((zone, rule, one.remedy), []).append(one)
    order = [*units, INDICATORS]
    keys = sorted(found, key=lambda one: (one[0] != county, one[0], order.index(one[1]), one[2]))
    return [
        Item(
            zone,
            _about(found[zone, rule, remedy], numbers),
            tuple(found[zone, rule, remedy]),
            rule == INDICATORS,
        )
        for zone, rule, remedy in keys
    ]


def _about(lines: list[Line], numbers: Mapping[str, str]) -> Text:
    """Name what an item is about: a promise by its name, any other rule by its words."""
    first = lines[0]
    if first.rule in numbers:
        own = joined([(numbers[one.rule],) * 2 for one in lines], LIST)
        return put("report.indicator.several", {"numbers": own})
    if first.level == "county":
        return first.rule_text
    return both(f"report.promise.{first.level}")


def remedies(desk: Desk) -> Table:
    """Lay out the remedy list with room for a date.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row an item.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_remedies.py``.
    """
    rows = [_item(desk, one) for one in remedy_items(desk)]
    columns = (
        _column("township", NAME),
        _column("item"),
        _column("units_concerned"),
        _column("problem"),
        _column("remedy"),
        _column("persons", NUMBER),
        _column("lead", BRIEF),
        _column("deadline", BRIEF),
    )
    caption = both("report.caption.remedies")
    return Table("remedies", caption, columns, rows, note=both("report.note.remedies"))


def _item(desk: Desk, item: Item) -> list[Cell]:
    first = item.lines[0]
    return [
        desk.towns.get(item.zone, both("report.whole_county")),
        item.about,
        units_text(desk, item.lines),
        problem_text(item.lines),
        first.remedy,
        DASH if item.indicators else number(item.persons),
        first.lead if any(first.lead) else DASH,
        Blank(),
    ]


def problem_text(lines: Sequence[Line]) -> Text:
    """Give the reason behind an item, and say so where there are several.

    Parameters
    ----------
    lines
        Rows of the scoreboard.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    IndexError
        If there is no row.

    Examples
    --------
    See ``tests/test_reports_remedies.py``.
    """
    reasons = list(dict.fromkeys(one.reason for one in lines))
    if len(reasons) == 1:
        return reasons[0]
    return put("report.reason.more", {"reason": reasons[0]})


def units_text(desk: Desk, lines: Sequence[Line]) -> Text:
    """Name the units of an item, the first few of many, and count them.

    Parameters
    ----------
    desk
        Look-ups.
    lines
        Rows of the scoreboard.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    See ``tests/test_reports_remedies.py``.
    """
    if lines[0].level == "county":
        return both("report.whole_county")
    if len(lines) == len(desk.rule(lines[0].level)):
        return both(f"report.all.{lines[0].level}", count=len(lines))
    names = joined([one.name for one in lines[:NAMES_SHOWN]])
    if len(lines) == 1:
        return names
    key = "report.units.more" if len(lines) > NAMES_SHOWN else "report.units"
    return put(key, {"names": names, "count": str(len(lines))})


def facilities(desk: Desk, *, candidates: bool) -> Table:
    """Lay out the facilities that are or may be, or the candidate sites.

    Parameters
    ----------
    desk
        Look-ups.
    candidates
        True for the candidate sites, False for the others.

    Returns
    -------
    Table
        One row a facility, sorted by id.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_remedies.py``.
    """
    table = desk.result.tables["facilities"].sort_values("facility_id", kind="stable")
    rows = [
        _facility(desk, row, candidates=candidates)
        for row in table.to_dict("records")
        if (row["status"] == "candidate") == candidates
    ]
    head = (_column("facility", NAME), _column("township", BRIEF))
    own = (
        _column("kind", BRIEF),
        _column("status", BRIEF),
        _column("services"),
        _column("capacity", NUMBER),
        _column("admits", BRIEF),
    )
    tail = (
        _column("places_within", NUMBER),
        _column("persons_within", NUMBER),
        _column("eligible_within", NUMBER),
        _column("basis", BRIEF),
    )
    name = "candidates" if candidates else "facilities"
    columns = (*head, *tail) if candidates else (*head, *own, *tail)
    return Table(name, both(f"report.caption.{name}"), columns, rows)


def _facility(desk: Desk, row: Mapping[Any, Any], *, candidates: bool) -> list[Cell]:
    outside = both("report.outside")
    town = pair(row["parent_name"], row["parent_name_en"]) if text(row["parent_id"]) else outside
    head: list[Cell] = [pair(row["name"], row["name_en"]), town]
    own: list[Cell] = [
        word("kind", row["kind"]),
        word("status", row["status"]),
        services_text(desk, row["services"]),
        number(row["capacity"]),
        word("admits", row["admits"]),
    ]
    tail: list[Cell] = [
        number(row["places_within"]),
        number(row["persons_within"]),
        number(row["eligible_within"]),
        word("basis", row["basis"]),
    ]
    return [*head, *tail] if candidates else [*head, *own, *tail]


def services_text(desk: Desk, cell: Any) -> Text:
    """Name the services of a facility; a missing set is unknown, an empty one is none.

    Parameters
    ----------
    desk
        Look-ups.
    cell
        Service keys.

    Returns
    -------
    tuple of str
        Chinese and English, in the order of the study file.

    Raises
    ------
    TypeError
        If the cell is neither missing nor a collection nor a text.

    Examples
    --------
    See ``tests/test_reports_remedies.py``.
    """
    if missing(cell):
        return MESSAGES["unknown"]
    keys = set(cell.split(";") if isinstance(cell, str) else cell)
    names = [one.name for one in desk.info.services if one.key in keys]
    return joined(names, LIST) if names else DASH


def sources(desk: Desk) -> Table:
    """Lay out the files behind a report.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row a file.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_remedies.py``.
    """
    rows: list[list[Cell]] = [
        [
            (text(row["file"]), text(row["file"])),
            _or_dash(row["title"]),
            _or_dash(row["source"]),
            _or_dash(row["licence"]),
            word("basis", row["basis"]) if text(row["basis"]) else DASH,
            _or_dash(row["as_of"]),
            number(row["rows"]),
        ]
        for row in desk.result.tables["sources"].to_dict("records")
    ]
    columns = (
        _column("file", NAME),
        _column("title"),
        _column("source"),
        _column("licence"),
        _column("basis", BRIEF),
        _column("as_of", BRIEF),
        _column("rows", NUMBER),
    )
    return Table("sources", both("report.caption.sources"), columns, rows)


def _or_dash(cell: Any) -> Text:
    return tongues(cell) if text(cell) else DASH


def assumptions(desk: Desk) -> Table:
    """Lay out every assumption with its value, its reason and how to replace it.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row an assumption.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_remedies.py``.
    """
    rows: list[list[Cell]] = [
        [
            either(row, "what"),
            (text(row["value"]),) * 2,
            (text(row["unit"]),) * 2,
            either(row, "why"),
            either(row, "replace"),
        ]
        for row in desk.result.tables["assumptions"].to_dict("records")
    ]
    columns = (
        _column("assumption", NAME),
        _column("value_assumed"),
        _column("unit", BRIEF),
        _column("why"),
        _column("replace"),
    )
    caption = both("report.caption.assumptions", count=len(rows))
    return Table("assumptions", caption, columns, rows)


def either(row: Mapping[Hashable, Any], name: str) -> Text:
    """Take a text of an assumption in both languages; where one is empty, the other stands.

    Parameters
    ----------
    row
        The assumption.
    name
        Column of the English text; that of the Chinese ends in ``_zh``.

    Returns
    -------
    tuple of str
        Chinese and English, without the marks of Markdown.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    >>> either({"why": "edit `plan.toml`", "why_zh": "修改 `plan.toml`"}, "why")
    ('修改 plan.toml', 'edit plan.toml')
    >>> either({"why": "a guess", "why_zh": ""}, "why")
    ('a guess', 'a guess')
    """
    zh, en = (text(row[one]).replace("`", "") for one in (f"{name}_zh", name))
    return pair(zh or en, en)


def villages(desk: Desk) -> list[Table]:
    """Lay out the villages, a table a township.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    list of Table
        One a township, sorted by code.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_remedies.py``.
    """
    promise = {one.zone: one for one in desk.rule("village")}
    columns = (
        "zone_id", "name", "name_en", "parent_id", "class", "certainty", "minutes_low",
        "minutes_central", "minutes_high", "facility_id", "persons", "eligible", "basis",
    )  # fmt: skip
    by_town: dict[str, list[list[Cell]]] = {one: [] for one in desk.towns}
    for row in sorted(rows_of(desk.result.tables["villages"], *columns), key=lambda one: one[0]):
        by_town[row[3]].append(_village(desk, row, promise.get(row[0])))
    head = (
        _column("village", NAME),
        _column("persons", NUMBER),
        _column("eligible", NUMBER),
        _column("village_verdict", BRIEF),
        _column("reason"),
        _column("remedy"),
        _column("class", BRIEF),
        _column("certainty", BRIEF),
        _column("minutes", BRIEF),
        Column(put("report.column.nearest", {"service": desk.headline.name})),
    )
    groups = ((("", ""), 3), (both("ledger.plan"), 3), (reach_head(desk), 4))
    return [
        Table(
            f"villages-{zone}",
            put("report.caption.villages", {"name": desk.towns[zone], "count": str(len(rows))}),
            head,
            rows,
            groups=groups,
        )
        for zone, rows in by_town.items()
    ]


def _village(desk: Desk, row: tuple[Any, ...], line: Line | None) -> list[Cell]:
    low, central, high = row[6:9]
    facility = text(row[9])
    return [
        pair(row[1], row[2]),
        number(row[10]),
        number(row[11]),
        *promise_cells(line),
        Coverage(text(row[4])),
        word("certainty", row[5]),
        minutes(low, central, high, schematic=text(row[12]) in SCHEMATIC),
        desk.facilities.get(facility, (facility, facility)) if facility else DASH,
    ]
