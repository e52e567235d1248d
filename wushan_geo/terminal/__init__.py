"""What a planner reads on the terminal: the answer of a run, and what a study contains."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from wushan_geo.comparison import CHANGES
from wushan_geo.errors import Fault, shortened
from wushan_geo.results import CLASSES
from wushan_geo.storage import number_text
from wushan_geo.study.road_report import SNAP_WORTH_SAYING_M
from wushan_geo.wording import MESSAGES, say
from wushan_geo.wording.notices import notice_texts

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from wushan_geo.checkup import Checkup
    from wushan_geo.comparison import Comparison
    from wushan_geo.results import StudyInfo, StudyResult
    from wushan_geo.study.road_report import RoadNeeds, RoadReport
    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.study.study import Study
    from wushan_geo.study.travelling import TravelConfig
    from wushan_geo.wording import Language

FINDINGS_SHOWN = 40  # the rest stands in the workbook
WARNINGS_SHOWN = 6  # the rest stands in the report and in tables/findings.csv
NAMES_SHOWN = 20  # of closed roads and places without a point; who is cut off is named in full
PARTS_SHOWN = 10  # the largest; and every part on which somebody depends
HUNG = {"villages": "roads.villages", "facilities": "roads.facilities"}
SITE = "wushan-geo site"  # stands for the file of a fault that is in an option of the command
WIDTH = 100  # lines longer than this are hard to read; a narrower terminal wins
STYLES = {
    "effective": "green",
    "neighbour": "cyan",
    "nominal": "yellow",
    "gap": "red",
    "unknown": "dim",
}
FIRST_PAGES = ("reports/county.html", "maps/coverage.html")
TABLES = (
    "persons", "facilities", "services", "road_edges", "eligibility", "indicators", "residence",
)  # fmt: skip


def show_result(result: StudyResult, out: Path, names: Sequence[str], tongue: Language) -> None:
    """Print what a run found: the notice, the answer, what to mind, the townships, the files.

    Parameters
    ----------
    result
        The result.
    out
        Folder that was written.
    names
        Files written, relative to it.
    tongue
        Language.

    Raises
    ------
    KeyError
        If the result lacks a table.
    """
    console = _console()
    at = 0 if tongue == "zh" else 1
    console.print(Text(result.info.title[at], style="bold"))
    _boxed(console, notices_of(result.info, tongue))
    found = result.tables["findings"]
    for severity, title in (("answer", "cli.answer"), ("warning", "cli.warnings")):
        texts = found.loc[(found["severity"] == severity).to_numpy(), f"text_{tongue}"].tolist()
        shown = texts if severity == "answer" else texts[:WARNINGS_SHOWN]
        if shown:
            console.print(Text(say(title, tongue), style="bold"))
            _bullets(console, shown)
        if len(shown) < len(texts):
            more = say("cli.more", tongue, count=len(texts) - len(shown))
            console.print(Text(f"   {more}", style="dim"))
    console.print(_townships(result, tongue))
    console.print(Text(say("cli.written", tongue, folder=out, files=len(names)), style="dim"))
    for page in FIRST_PAGES:
        if page in names:
            console.print(Text(say("cli.open_first", tongue, path=out / page)), soft_wrap=True)
            break


def _boxed(console: Console, notices: Sequence[str]) -> None:
    """Put the notices into one box, so that none can be taken for a result."""
    if notices:
        lines = [line for one in notices for line in folded(one, console.width - 4)]
        console.print(Panel(Text("\n".join(lines)), style="yellow"))


def _bullets(console: Console, texts: Iterable[str]) -> None:
    for text in texts:
        first, *rest = folded(text, console.width - 4)
        console.print(Text("\n".join([f" • {first}", *(f"   {line}" for line in rest)])))


def folded(text: str, width: int) -> list[str]:
    """Break a text into lines as Chinese is set: anywhere but inside a number or a Latin word.

    Parameters
    ----------
    text
        One paragraph.
    width
        Columns of a line; a Chinese character takes two.

    Returns
    -------
    list of str
        Lines without spaces at their ends; one word longer than a line stands on its own.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> folded("覆盖 1233 人", 8)
    ['覆盖', '1233 人']
    """
    lines = [""]
    for part in _PARTS.findall(text):
        if cell_len(lines[-1] + part.rstrip()) > width and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append(part.lstrip())
        else:
            lines[-1] += part
    return [line.rstrip() for line in lines]


def print_table(console: Console, table: Table) -> None:
    """Print a table between its title and its caption, with no word broken where there is room.

    Parameters
    ----------
    console
        Where it is printed.
    table
        The table; its cells are texts, and it is changed to fit.

    Raises
    ------
    AttributeError
        If a cell is no text.

    Examples
    --------
    See ``tests/test_terminal_gaps.py``.
    """
    title, caption = str(table.title or ""), str(table.caption or "")
    table.title = table.caption = None
    _fit(table, console.width)
    if title:
        console.print(Text("\n".join(folded(title, console.width)), style="bold"))
    console.print(table)
    for line in caption.splitlines():
        console.print(Text("\n".join(folded(line, console.width)), style="dim"))


def _fit(table: Table, width: int) -> None:
    """Give each column at least its longest word, and share the rest of the width out evenly."""
    texts = [[str(one.header), *map(str, one.cells)] for one in table.columns]
    whole = [max(map(cell_len, column)) for column in texts]
    words = [max(cell_len(word.strip()) for one in column for word in _PARTS.findall(one) or [""])
             for column in texts]  # fmt: skip
    room = width - 3 * len(texts) - 1  # a line and a space on either side of each column
    if sum(whole) <= room:
        return
    if sum(words) > room:
        table.padding = (0, 1, 0, 0)
        room = width - 2 * len(texts) - 1
    if sum(words) > room:
        return  # too narrow for whole words
    widths = list(words)
    for _ in range(room - sum(words)):  # one more to the narrowest that still breaks its texts
        short = [at for at, full in enumerate(whole) if widths[at] < full]
        widths[min(short, key=lambda at: widths[at])] += 1
    for column, own in zip(table.columns, widths, strict=True):
        column.width = own
        column.header = "\n".join(folded(str(column.header), own))
        for cell in column.cells:
            if isinstance(cell, Text):
                cell.plain = "\n".join(folded(cell.plain, own))


# A word (a number with its per cent) or a Chinese character, with the opening marks that must not
# end a line and the closing marks that must not start one; or a space.
_PARTS = re.compile(r"[（“]*(?:[!-~–—]+(?: %)?|[^\s!-~–—（“])[，。；：、）”]*\s?|[（“]+|\s")


def _console() -> Console:
    console = Console(highlight=False)
    return Console(highlight=False, width=WIDTH) if console.width > WIDTH else console


def notices_of(told: StudyInfo | Comparison, tongue: Language) -> list[str]:
    """Give the notices of a result as the terminal shows them: it draws no zone lines.

    Parameters
    ----------
    told
        Study or comparison behind the result.
    tongue
        Language.

    Returns
    -------
    list of str
        The texts, the gravest first.

    Raises
    ------
    UnknownIdError
        If a notice has no message.
    """
    at = 0 if tongue == "zh" else 1
    return [pair[at] for key, pair in told.notice_texts.items() if key != "notice.boundaries"]


def _townships(result: StudyResult, tongue: Language) -> Table:
    """Show each township with its class, minutes, and places and persons side by side."""
    rows = result.tables["townships"]
    info = result.info
    service = info.service(info.headline)
    limit = "" if service.limit is None else f"{service.limit:g}"
    name = service.name[0 if tongue == "zh" else 1]
    title = f"{say('cli.by_township', tongue)} · {name} · {limit} {say('unit.minutes', tongue)}"
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column(say("level.township", tongue), overflow="fold")
    table.add_column(say("cli.class", tongue), overflow="fold")
    for key in ("cli.minutes", "cli.places", "cli.persons", "cli.open"):
        table.add_column(say(key, tongue), justify="right", overflow="fold")
    for row in rows.to_dict("records"):
        kind = row["class"] if row["class"] in CLASSES else "unknown"
        word = say(f"class.{kind}", tongue)
        if info.demonstration:
            word = say("cli.demonstrated", tongue, word=word)
        table.add_row(
            Text(str(row["name"]) if tongue == "zh" else _english(row)),
            Text(word, style=STYLES[kind]),
            _minutes(row, tongue),
            f"{_count(row['places_reached'], tongue)}/{_count(row['places'], tongue)}",
            f"{_count(row['persons_reached'], tongue)}/{_count(row['persons'], tongue)}",
            _count(row["facilities_open"], tongue),
        )
    return table


def _english(row: Mapping[Hashable, object]) -> str:
    name = row["name_en"]
    return str(name) if isinstance(name, str) and name else str(row["name"])


def _count(value: float, tongue: Language) -> str:
    """Write a count; no data is said in words, since it is not zero."""
    return number_text(value) or say("no_data", tongue)


def _minutes(row: Mapping[Hashable, object], tongue: Language) -> str:
    low, high = float(str(row["minutes_low"])), float(str(row["minutes_high"]))
    if math.isnan(low) or math.isnan(high):
        return say("no_data", tongue)
    if low == float("inf"):
        return say("unreachable", tongue)
    far = say("unreachable", tongue) if high == float("inf") else f"{high:.0f}"
    return f"{low:.0f}–{far}"


def fault_lines(faults: Sequence[Fault], tongue: Language) -> list[str]:
    """Lay out what is wrong with an input, grouped by file; a list can be read at any width.

    Parameters
    ----------
    faults
        The faults, sorted by file as an ``InputError`` holds them.
    tongue
        Language.

    Returns
    -------
    list of str
        Lines to print.

    Raises
    ------
    UnknownIdError
        If a message of the layout is not in the table.

    Examples
    --------
    >>> from wushan_geo.errors import Fault
    >>> fault = Fault("a.csv", 3, "persons", "-2", "is at least 0", "Correct the number.")
    >>> fault_lines([fault], "en")[2:]
    ['a.csv', "  row 3, persons: is at least 0 (found '-2'). Correct the number."]
    """
    options = all(one.file == SITE and one.column.startswith("--") for one in faults)
    title = "fault.title.options" if options and faults else "fault.title"
    lines = [say(title, tongue, count=len(faults))]
    file = None
    for fault in faults:
        if fault.file != file:
            file = fault.file
            lines += ["", file]
        lines.append(f"  {_fault(fault, tongue)}")
    open_ = sum(one.severity == "decide" for one in faults)
    if open_:
        lines += ["", say("fault.answerable", tongue, count=open_)]
    return lines


def _fault(fault: Fault, tongue: Language) -> str:
    """Write one fault; what has no Chinese is said in English."""
    row = "" if fault.row is None else say("fault.row", tongue, row=fault.row)
    value = shortened(" ".join(fault.value.split()))
    found = say("fault.found", tongue, value=value) if value else ""
    if tongue == "zh":
        named = MESSAGES.get(f"check.column.{fault.column}")
        column = fault.column if named is None else named[0]
        place = "，".join(one for one in (row, column) if one)
        rule, advice = fault.rule_zh or fault.rule, fault.suggestion_zh or fault.suggestion
        return f"{place}{'：' if place else ''}{rule}{f'（{found}）' if found else ''}。{advice}"
    place = ", ".join(one for one in (row, fault.column) if one)
    start, end = (f"{place}: " if place else ""), (f" ({found})" if found else "")
    return f"{start}{fault.rule}{end}. {fault.suggestion}"


def show_comparison(
    comparison: Comparison, out: Path, names: Sequence[str], tongue: Language
) -> None:
    """Print what a comparison found: the notice, the answer, the changes, the files.

    Parameters
    ----------
    comparison
        The comparison.
    out
        Folder that was written.
    names
        Files written, relative to it.
    tongue
        Language.

    Raises
    ------
    KeyError
        If the comparison lacks a column.
    """
    console = _console()
    a, b = comparison.a, comparison.b
    console.print(Text(say("compare.cli.title", tongue, a=a.id, b=b.id), style="bold"))
    _boxed(console, notices_of(comparison, tongue))
    found = comparison.findings
    service = a.service(a.headline)
    own = (found["service"] == service.key) & (found["limit"] == service.limit)
    chosen = found[(own | (found["service"] == "")).to_numpy()]
    _bullets(console, chosen[f"text_{tongue}"].tolist())
    console.print(_changes(comparison, tongue))
    if len(comparison.units):
        text = say("compare.cli.only", tongue, count=len(comparison.units))
        console.print(Text(text, style="dim"))
    if len(chosen) < len(found):
        console.print(Text(say("compare.cli.more", tongue), style="dim"))
    console.print(Text(say("cli.written", tongue, folder=out, files=len(names)), style="dim"))
    page = next((one for one in names if one.endswith(".html")), None)
    if page is not None:
        console.print(Text(say("cli.open_first", tongue, path=out / page)), soft_wrap=True)


def _changes(comparison: Comparison, tongue: Language) -> Table:
    """Count the villages and their persons by what changes for them, at the headline limit."""
    info = comparison.a
    service = info.service(info.headline)
    limit = "" if service.limit is None else f"{service.limit:g}"
    name = service.name[0 if tongue == "zh" else 1]
    title = say("compare.cli.changes", tongue, service=name, limit=limit)
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column(say("compare.column.change", tongue), overflow="fold")
    for key in ("map.legend.places", "map.legend.persons", "map.legend.eligible"):
        table.add_column(say(key, tongue), justify="right", overflow="fold")
    rows = comparison.table
    own = (rows["level"] == "village") & (rows["service"] == service.key)
    own &= rows["limit"] == service.limit
    for change in CHANGES:
        some = rows[(own & (rows["change"] == change)).to_numpy()]
        if len(some):
            sums = (some[f"{one}_total_b"].sum(min_count=1) for one in ("persons", "eligible"))
            table.add_row(
                Text(say(f"compare.change.{change}", tongue)),
                str(len(some)),
                *(_count(float(one), tongue) for one in sums),
            )
    return table


def show_study(study: Study, tongue: Language) -> None:
    """Print what a study contains: units, tables with source and basis, settings, assumptions.

    Parameters
    ----------
    study
        The study.
    tongue
        Language.

    Raises
    ------
    KeyError
        If a table of the study lacks a column.
    """
    console = _console()
    config = study.config
    at = 0 if tongue == "zh" else 1
    console.print(Text((config.title.zh, config.title.en)[at], style="bold"))
    states = {
        "notice.demonstration": study.demonstration,
        "notice.facts": config.facts_only,
        "notice.fictional": config.fictional,
        "notice.scenario": study.scenario is not None,
    }
    _boxed(console, _study_notices(study, [key for key, holds in states.items() if holds], tongue))
    _bullets(console, _overview(study, tongue))
    console.print(_sources(study.provenance, tongue))
    console.print(_services(study, tongue))
    console.print(_assumptions(study.assumptions, tongue))


def _study_notices(study: Study, keys: Iterable[str], tongue: Language) -> list[str]:
    name = study.config.county_name
    scenarios = [] if study.scenario is None else [study.scenario]
    texts = notice_texts(keys, (name.zh, name.en), scenarios)
    return [pair[0 if tongue == "zh" else 1] for pair in texts.values()]


def _overview(study: Study, tongue: Language) -> list[str]:
    config = study.config
    persons = study.group("all")
    condition = f"condition.{config.travel.condition}"
    known = (
        say("info.persons_unknown", tongue)
        if persons.isna().all()
        else say("info.persons", tongue, persons=number_text(persons.sum()))
    )
    facts = {
        "townships": len(study.townships),
        "villages": len(study.villages),
        "facilities": len(study.facilities),
    }
    has = set(study.provenance["table"])
    missing = [_table(one, tongue) for one in TABLES if one not in has]
    lacking = (
        say("info.missing", tongue, what=("、" if tongue == "zh" else ", ").join(missing))
        if missing
        else say("info.nothing_missing", tongue)
    )
    named = say(condition, tongue) if condition in MESSAGES else config.travel.condition
    return [
        f"{say('info.study', tongue)}: {config.id}",
        say("info.units", tongue, **facts),
        known,
        f"{say('info.as_of', tongue)}: {config.as_of.isoformat()}",
        say(
            "info.travel",
            tongue,
            engine=say(f"engine.{config.travel.engine}", tongue),
            condition=named,
        ),
        *_idle(config.travel, tongue),
        lacking,
    ]


def _idle(travel: TravelConfig, tongue: Language) -> list[str]:
    """Name the settings that do nothing with the engine chosen."""
    if not travel.idle:
        return []
    names = ("、" if tongue == "zh" else ", ").join(travel.idle)
    engine = say(f"engine.{travel.engine}", tongue)
    return [say("finding.idle", tongue, settings=names, engine=engine)]


def _sources(provenance: pd.DataFrame, tongue: Language) -> Table:
    table = Table(title=say("info.tables", tongue), title_justify="left", title_style="bold")
    for key in ("info.table", "info.rows", "info.basis", "info.source"):
        table.add_column(say(key, tongue), overflow="fold")
    known = provenance.astype(object)
    for row in known.where(known.notna(), "").to_dict("records"):
        basis = str(row["basis"])
        table.add_row(
            Text(_table(str(row["table"]), tongue)),
            Text(number_text(row["rows"]) if row["rows"] != "" else ""),
            Text(say(f"basis.{basis}", tongue) if f"basis.{basis}" in MESSAGES else basis),
            Text(str(row["source"] or row["title"] or row["file"])),
        )
    return table


def _table(name: str, tongue: Language) -> str:
    """Name a table in words, and as the study file does."""
    return f"{say(f'info.table.{name}', tongue)} ({name})" if name else ""


def _services(study: Study, tongue: Language) -> Table:
    table = Table(title=say("info.settings", tongue), title_justify="left", title_style="bold")
    for key in ("info.service", "info.limits", "info.source"):
        table.add_column(say(key, tongue), overflow="fold")
    for service in study.config.services.values():
        limits = ", ".join(
            f"[{one:g}]" if one == service.limit else f"{one:g}" for one in service.limits
        )
        name = service.name.zh if tongue == "zh" else service.name.en
        table.add_row(Text(name), Text(limits), Text(service.source))
    return table


def _assumptions(assumptions: pd.DataFrame, tongue: Language) -> Table:
    title = say("info.assumptions", tongue, count=len(assumptions))
    table = Table(title=title, title_justify="left", title_style="bold")
    for key in ("info.what", "info.value", "info.why"):
        table.add_column(say(key, tongue), overflow="fold")
    for row in assumptions.to_dict("records"):
        own = {one: str(row[one]) for one in ("what", "why")}
        if tongue == "zh":  # a list may give its reasons in one language
            own = {one: str(row[f"{one}_zh"]) or text for one, text in own.items()}
        value = f"{row['value']} {row['unit']}".strip()
        table.add_row(Text(own["what"]), Text(value), Text(own["why"]))
    return table


def show_new_roads(notes: Sequence[Fault], tongue: Language) -> None:
    """Print how a new road network was read: what was joined, left out, or read otherwise.

    Parameters
    ----------
    notes
        The notes.
    tongue
        Language.

    Raises
    ------
    UnknownIdError
        If a message of the layout is not in the table.
    """
    console = _console()
    if notes:
        console.print(Text(say("roads.notes", tongue), style="bold"))
        _bullets(console, [_fault(one, tongue) for one in notes])


def show_next_roads(needs: RoadNeeds, study: str, again: str, tongue: Language) -> None:
    """Print what the study still has to say before times are worked out on new roads.

    Parameters
    ----------
    needs
        What is missing.
    study
        Name of the study file.
    again
        The command that states the basis.
    tongue
        Language.

    Raises
    ------
    UnknownIdError
        If a message of the layout is not in the table.
    """
    console = _console()
    steps: list[tuple[str, list[str]]] = []
    if needs.basis:
        steps.append((say("roads.next.basis", tongue), [again]))
    if not needs.engine:
        steps.append((say("roads.next.engine", tongue, study=study), []))
    if needs.speeds:
        block = [] if needs.section else ["[travel.speeds_kmh]"]
        block += [f'{one} = ""  # {_to_decide(one, tongue)}' for one in needs.speeds]
        steps.append((say("roads.next.speeds", tongue, study=study), block))
    if steps:
        console.print(Text(say("roads.next", tongue), style="bold"))
    for text, block in steps:
        _bullets(console, [text])
        for line in block:  # to be copied: never broken, and nothing before it
            console.print(Text(line), soft_wrap=True)


def _to_decide(road_class: str, tongue: Language) -> str:
    return say("roads.next.value", tongue, name=say(f"choice.road.{road_class}", tongue))


def show_network(roads: RoadNetwork, report: RoadReport, study: str, tongue: Language) -> None:
    """Print what a road network is made of whose study cannot be opened yet.

    Parameters
    ----------
    roads
        The network.
    report
        The report on it.
    study
        The study as the command names it.
    tongue
        Language.

    Raises
    ------
    KeyError
        If a table of the report lacks a column.
    """
    console = _console()
    console.print(Text(say("roads.title", tongue), style="bold"))
    if (roads.basis == "modelled").any():
        county = say("county.this", tongue)  # roads alone name none
        _boxed(console, [say("notice.demonstration", tongue, county=county)])
    _bullets(console, [say("roads.next.check", tongue, study=study), *_road_facts(report, tongue)])
    console.print(_road_classes(report, tongue))
    console.print(_road_parts(report, tongue, hung={}))


def show_roads(study: Study, report: RoadReport, tongue: Language) -> None:
    """Print what a study's roads are made of, and who depends on parts that are cut off.

    Parameters
    ----------
    study
        The study.
    report
        The report on its roads.
    tongue
        Language.

    Raises
    ------
    KeyError
        If a table of the report lacks a column.
    """
    console = _console()
    title = study.config.title.zh if tongue == "zh" else study.config.title.en
    console.print(Text(f"{say('roads.title', tongue)} · {title}", style="bold"))
    keys = ["notice.demonstration"] if study.demonstration else []
    keys += [] if study.scenario is None else ["notice.scenario"]
    _boxed(console, _study_notices(study, keys, tongue))
    _bullets(console, _road_facts(report, tongue))
    console.print(_road_classes(report, tongue))
    console.print(_road_parts(report, tongue))
    ways = [*_ways_there(report, tongue), *_cut_off(report, tongue), *_trapped(report, tongue)]
    _bullets(console, ways)


def _road_facts(report: RoadReport, tongue: Language) -> list[str]:
    """Say in sentences what the network holds."""
    facts = [
        say(
            "roads.size",
            tongue,
            nodes=f"{report.nodes:,}",
            edges=f"{report.edges:,}",
            km=f"{report.km:,.1f}",
        ),
        say(
            "roads.special",
            tongue,
            oneway=report.oneway,
            ferries=report.ferries,
            bridges=report.bridges,
            closed=len(report.closed),
        ),
    ]
    days = [
        f"{day or say('roads.no_edition', tongue)} ({count:,})"
        for day, count in report.editions.items()
    ]
    facts.append(say("roads.editions", tongue, days=_joined(days, tongue)))
    if len(report.closed):
        closed = [
            f"{row['edge_id']} {row['name']}".strip() for row in report.closed.to_dict("records")
        ]
        facts.append(say("roads.closed", tongue, edges=_first(closed, tongue)))
    if report.lone_nodes:
        facts.append(say("roads.lone", tongue, count=report.lone_nodes))
    if report.left_out:
        names = _first(report.left_out, tongue)
        facts.append(say("roads.no_point", tongue, count=len(report.left_out), names=names))
    return facts


def _joined(names: Sequence[str], tongue: Language) -> str:
    return ("、" if tongue == "zh" else ", ").join(names)


def _first(names: Sequence[str], tongue: Language) -> str:
    """Name the first of many, and say that there are more."""
    shown = _joined(names[:NAMES_SHOWN], tongue)
    if len(names) <= NAMES_SHOWN:
        return shown
    return say("roads.and_more", tongue, names=shown, count=len(names) - NAMES_SHOWN)


def _road_classes(report: RoadReport, tongue: Language) -> Table:
    table = Table(title=say("roads.by_class", tongue), title_justify="left", title_style="bold")
    table.add_column(say("roads.class", tongue), overflow="fold")
    for key in ("roads.edges", "roads.km"):
        table.add_column(say(key, tongue), justify="right", overflow="fold")
    for row in report.classes.to_dict("records"):
        name = f"choice.road.{row['road_class']}"
        word = say(name, tongue) if name in MESSAGES else str(row["road_class"])
        table.add_row(Text(word), f"{row['edges']:,}", f"{row['km']:,.1f}")
    return table


def _road_parts(report: RoadReport, tongue: Language, hung: Mapping[str, str] = HUNG) -> Table:
    """Show the largest parts and every one on which somebody depends."""
    table = Table(title=say("roads.parts", tongue), title_justify="left", title_style="bold")
    for key in ("roads.part", "roads.nodes", "roads.edges", "roads.km", *hung.values()):
        table.add_column(say(key, tongue), justify="right", overflow="fold")
    parts = report.parts
    needed = (parts["villages"] + parts["facilities"] > 0).to_numpy()
    shown = needed | (parts["km"].rank(ascending=False, method="first") <= PARTS_SHOWN).to_numpy()
    for row in parts[shown].to_dict("records"):
        table.add_row(
            str(int(row["part"]) + 1),
            f"{row['nodes']:,}",
            f"{row['edges']:,}",
            f"{row['km']:,.1f}",
            *(str(row[one]) for one in hung),
        )
    rest = parts[~shown]
    if len(rest):
        table.add_row(
            say("roads.other_parts", tongue, count=len(rest)),
            f"{rest['nodes'].sum():,}",
            f"{rest['edges'].sum():,}",
            f"{rest['km'].sum():,.1f}",
            *("0" for _ in hung),
        )
    return table


def _ways_there(report: RoadReport, tongue: Language) -> Iterator[str]:
    """Say how far the villages lie from the roads: a network elsewhere joins nobody."""
    villages = _village_rows(report)
    if not len(villages):
        return
    metres = villages["snap_m"].to_numpy(dtype=float)
    far = villages.iloc[int(metres.argmax())]
    count, limit = int((metres > SNAP_WORTH_SAYING_M).sum()), f"{SNAP_WORTH_SAYING_M:g}"
    yield say(
        "roads.farthest",
        tongue,
        name=far["name"],
        id=far["id"],
        metres=f"{metres.max():,.0f}",
        limit=limit,
        count=count,
        of=len(villages),
    )
    if _all_far(report):
        yield say("roads.elsewhere", tongue, limit=limit)


def _village_rows(report: RoadReport) -> pd.DataFrame:
    return report.places[(report.places["kind"] == "village").to_numpy()]


def _all_far(report: RoadReport) -> bool:
    """Tell whether no village lies near the network."""
    metres = _village_rows(report)["snap_m"].to_numpy(dtype=float)
    return bool(metres.size) and bool((metres > SNAP_WORTH_SAYING_M).all())


def _cut_off(report: RoadReport, tongue: Language) -> Iterator[str]:
    """Name who hangs on a part other than the largest."""
    places = report.places
    size = report.parts.set_index("part")["km"]
    for part, group in places[(places["part"] != 0).to_numpy()].groupby("part"):
        yield say(
            "roads.depends",
            tongue,
            part=int(str(part)) + 1,
            km=f"{size[part]:,.1f}",
            names=_named_places(group, tongue),
        )
    if not (places["part"] != 0).any() and not _all_far(report):
        yield say("roads.all_joined", tongue)


def _trapped(report: RoadReport, tongue: Language) -> Iterator[str]:
    """Name who can leave and not come back, or the other way round."""
    places = report.places
    leaves, returns = (places[one].to_numpy(dtype=bool) for one in ("leaves", "returns"))
    for key, which in (
        ("roads.no_return", leaves & ~returns),
        ("roads.no_leaving", ~leaves & returns),
        ("roads.neither", ~leaves & ~returns),
    ):
        if which.any():
            yield say(key, tongue, names=_named_places(places[which], tongue))


def _named_places(places: pd.DataFrame, tongue: Language) -> str:
    return _joined([f"{row['name']} ({row['id']})" for row in places.to_dict("records")], tongue)


def show_check(checkup: Checkup, path: Path, tongue: Language) -> None:
    """Print what a check found: what arrived, what is to mend and to decide, and the next step.

    Parameters
    ----------
    checkup
        What the check found.
    path
        The workbook that was written.
    tongue
        Language.

    Raises
    ------
    KeyError
        If a table of the check lacks a column.
    """
    console = _console()
    title = checkup.title[0 if tongue == "zh" else 1] or checkup.study
    console.print(Text(f"{say('check.title', tongue)} · {title}", style="bold"))
    console.print(_arrived(checkup, tongue))
    for severity, key in (("error", "check.errors"), ("decide", "check.decide")):
        rows = checkup.findings[(checkup.findings["severity"] == severity).to_numpy()]
        if len(rows):
            console.print(Text(f"{say(key, tongue)} ({len(rows)})", style="bold"))
            lines = [_finding(row, tongue) for row in rows.to_dict("records")]
            _bullets(console, lines[:FINDINGS_SHOWN])
            if len(lines) > FINDINGS_SHOWN:
                more = say("check.more", tongue, count=len(lines) - FINDINGS_SHOWN, path=path)
                console.print(Text(f"   {more}", style="dim"))
    facts = [say("check.noted", tongue, count=checkup.count("note"))]
    if len(checkup.matches):
        facts.append(say("check.matched", tongue, **_matched(checkup)))
    if checkup.accepted:
        since = {"day": checkup.accepted, "count": len(checkup.changes)}
        facts.append(say("check.changed", tongue, **since))
    _bullets(console, facts)
    console.print(Text(say("check.wrote", tongue, path=path)), soft_wrap=True)
    key = "check.next.accept" if checkup.clean else "check.next.answer"
    said = say(key, tongue, folder=path.parent, path=path)
    console.print(Text(said, style="bold"), soft_wrap=True)


def _arrived(checkup: Checkup, tongue: Language) -> Table:
    table = Table(title=say("check.arrivals", tongue), title_justify="left", title_style="bold")
    for key in ("table", "file", "encoding", "layout", "rows"):
        table.add_column(say(f"check.head.{key}", tongue), overflow="fold")
    for row in checkup.arrivals.to_dict("records"):
        layout = f"check.layout.{row['layout']}"
        place = f"{row['file']} › {row['sheet']}" if row["sheet"] else str(row["file"])
        table.add_row(
            Text(_table(str(row["table"]), tongue)),
            Text(place),
            Text(str(row["encoding"] or row["format"])),
            Text(say(layout, tongue) if layout in MESSAGES else str(row["layout"])),
            Text(number_text(row["rows"])),
        )
    return table


def _matched(checkup: Checkup) -> dict[str, int]:
    status = checkup.matches["status"]
    sure = int(status.isin(["matched", "decided"]).sum())
    return {"sure": sure, "open": len(status) - sure}


def _finding(row: Mapping[Hashable, Any], tongue: Language) -> str:
    """Write one finding with its file."""
    number = None if math.isnan(row["row"]) else int(row["row"])
    texts = (row["rule_en"], row["suggestion_en"], row["rule_zh"], row["suggestion_zh"])
    said = _fault(Fault(row["file"], number, row["column"], row["value"], *texts), tongue)
    return f"{row['file']}{'，' if tongue == 'zh' else ', '}{said}"
