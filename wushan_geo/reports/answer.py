"""The answer first: which units, how many persons, what is nearest, what to build, what stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.reports.desk import CANNOT, FAIL, PASS, VERDICTS, added, tally
from wushan_geo.reports.figures import joined, minutes, number, pair, plain, rows_of, sentence, text
from wushan_geo.reports.tables import BRIEF, NAME, NUMBER, WORDS, Column, Shown, Table
from wushan_geo.wording import both, put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wushan_geo.reports.desk import Desk, Line
    from wushan_geo.reports.figures import Text
    from wushan_geo.reports.tables import Cell

PROMISES = ("township", "village")
OPEN_POINTS = (
    "lacking", "persons_missing", "unknown_class", "depends", "border", "unreachable", "no_travel",
    "parts", "snap", "condition", "roads", "grade_unknown", "detour", "idle",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of a planner and what the result says."""

    id: str
    """Name inside the page."""
    question: Text
    """The question."""
    points: tuple[Text, ...]
    """Sentences."""
    demonstration: bool
    """True where the sentences rest on modelled data."""
    table: Table | None = None
    """A table that belongs to it."""


def answers(desk: Desk) -> list[Answer]:
    """Answer the questions in the order in which planners ask them.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    list of Answer
        Six answers; one without anything to say is left out.

    Raises
    ------
    KeyError
        If a table or a column is missing.

    Examples
    --------
    See ``tests/test_reports_answer.py``.
    """
    found = [
        _units(desk),
        _persons(desk),
        _nearest(desk),
        _next(desk),
        _ceiling(desk),
        _open_points(desk),
    ]
    return [one for one in found if one.points or one.table is not None]


def _said(desk: Desk, *topics: str, severity: str = "") -> list[Text]:
    rows = rows_of(desk.result.tables["findings"], "topic", "severity", "text_zh", "text_en")
    return [
        pair(zh, en) for topic, grade, zh, en in rows if topic in topics and severity in {"", grade}
    ]


def _answer(
    desk: Desk,
    name: str,
    points: Iterable[Text],
    table: Table | None = None,
    *,
    marked: bool = True,
) -> Answer:
    question = both(f"report.answer.{name}")
    return Answer(
        name,
        question,
        tuple(sentence(one) for one in points),
        marked and desk.info.demonstration,
        table,
    )


def _units(desk: Desk) -> Answer:
    points = _said(desk, "assessed")
    failed = [one.name for one in desk.rule("township") if one.shown == FAIL]
    if failed:
        values = {"count": str(len(failed)), "names": joined(failed)}
        points.append(put(_either(desk, "report.answer.units.failed"), values))
    return _answer(desk, "units", points, _promise_table(desk), marked=False)


def _either(desk: Desk, key: str) -> str:
    """Give the key of a sentence, or of its demonstration twin."""
    return f"{key}.demonstration" if desk.info.demonstration else key


def _promise_table(desk: Desk) -> Table | None:
    rows: list[list[Cell]] = []
    for level in PROMISES:
        own = desk.rule(level)
        if not own:
            continue
        rows.append(_promise_row(level, own, official=True))
        if desk.info.demonstration:
            rows.append(_promise_row(level, own, official=False))
    columns = (
        Column(both("report.column.promise"), NAME),
        Column(both("report.column.ledger"), BRIEF),
        Column(both("report.column.total"), NUMBER),
        *(Column(both(f"verdict.{one}"), NUMBER) for one in VERDICTS),
        Column(both("report.column.persons_failed"), NUMBER),
    )
    if not rows:
        return None
    return Table("promises", both("report.caption.promises"), columns, rows)


def _promise_row(level: str, own: list[Line], *, official: bool) -> list[Cell]:
    counts = tally(own, official=official)
    failed = added(
        one.persons for one in own if (one.verdict if official else one.demonstration) == FAIL
    )
    kind: Cell = both("report.ledger.official")
    figures = [number(len(own)), *(number(counts[one]) for one in VERDICTS)]
    # Where no unit is assessed nobody lives in a failing one: that would read as good news.
    figures.append(both("not_applicable") if counts[CANNOT] == len(own) else number(failed))
    cells: list[Cell] = list(figures)
    if not official:
        kind = Shown(both("report.demonstration"))
        cells = [Shown(one) for one in figures]
    return [both(f"report.promise.{level}"), kind, *cells]


def _persons(desk: Desk) -> Answer:
    answers_first = _said(desk, "reach", severity="answer")
    others = _said(desk, "reach", severity="info")
    points = [*answers_first, *_said(desk, "profiles"), *others]
    if points:
        points.append(both("report.answer.persons.limits"))
    return _answer(desk, "persons", points)


def _nearest(desk: Desk) -> Answer:
    counts = _homes(desk)
    if not counts["own"] + counts["other"] + counts["none"]:
        return _answer(desk, "nearest", (), _failed_table(desk))
    values = {
        "service": desk.headline.name,
        "total": str(len(desk.parents)),
        **{key: str(count) for key, count in counts.items()},
    }
    key, known = "report.answer.nearest.homes", desk.info.known_min
    if known is not None:
        key, values["minutes"] = "report.answer.nearest.homes.given", f"{known:g}"
    return _answer(desk, "nearest", [put(key, values)], _failed_table(desk))


def _homes(desk: Desk) -> dict[str, int]:
    """Count villages by where their nearest facility that admits stands.

    Where a doubtful one decides the class, or the own one is doubtful, it may be the nearest.
    """
    places = dict(rows_of(desk.result.tables["facilities"], "facility_id", "parent_id"))
    found = {"own": 0, "other": 0, "none": 0, "unknown": 0}
    info = desk.result.info
    doubtful = {
        zone
        for zone, service, limit, paper, kind in rows_of(
            desk.result.tables["gaps"], "zone_id", "service", "limit", "paper", "class"
        )
        if service == info.headline
        and limit == info.service(info.headline).limit
        and "unknown" in {paper, kind}
    }
    columns = ("zone_id", "parent_id", "facility_id", "minutes_central")
    for zone, parent, facility, central in rows_of(desk.result.tables["villages"], *columns):
        if zone in doubtful:
            found["unknown"] += 1
        elif text(facility):
            found["own" if text(places.get(facility)) == parent else "other"] += 1
        else:
            found["none" if central == float("inf") else "unknown"] += 1
    return found


def nearest_names(desk: Desk) -> dict[str, Text]:
    """Name the facility that is the nearest one for most villages of a township.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    dict
        Names by township; ties go to the smaller id; a township without any is absent.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_answer.py``.
    """
    by_town: dict[str, Counter[str]] = {}
    for parent, facility in rows_of(desk.result.tables["villages"], "parent_id", "facility_id"):
        if text(facility):
            by_town.setdefault(parent, Counter())[facility] += 1
    most = {town: _commonest(counts) for town, counts in by_town.items()}
    return {town: desk.facilities.get(one, (one, one)) for town, one in most.items()}


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda one: (-counts[one], one))


def town_minutes(desk: Desk) -> dict[str, Text]:
    """Write the person-weighted median minutes of each township.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    dict
        Text by township.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_answer.py``.
    """
    columns = ("zone_id", "minutes_low", "minutes_central", "minutes_high", "basis")
    return {
        zone: minutes(low, mid, high, schematic=basis in ("modelled", "missing"))
        for zone, low, mid, high, basis in rows_of(desk.result.tables["townships"], *columns)
    }


def _failed_table(desk: Desk) -> Table | None:
    failed = [one for one in desk.rule("township") if one.shown == FAIL]
    if not failed:
        return None
    nearest, times = nearest_names(desk), town_minutes(desk)
    none = both("no_data")
    rows: list[list[Cell]] = [
        [
            one.name,
            number(one.persons),
            nearest.get(one.zone, none),
            times.get(one.zone, none),
            one.remedy,
        ]
        for one in failed
    ]
    columns = (
        Column(both("report.column.township"), NAME),
        Column(both("report.column.persons"), NUMBER),
        Column(put("report.column.nearest", {"service": desk.headline.name}), WORDS),
        Column(both("report.column.median"), BRIEF),
        Column(both("report.column.remedy"), WORDS),
    )
    caption = both(_either(desk, "report.caption.failed"), count=len(failed))
    return Table("failed", caption, columns, rows, note=both("report.note.median"))


def _next(desk: Desk) -> Answer:
    return _answer(desk, "next", _said(desk, "next_site", "plan"))


def _ceiling(desk: Desk) -> Answer:
    points = _said(desk, "ceiling")
    points += [_ceiling_point(*one) for one in _ceilings(desk)]
    return _answer(desk, "ceiling", points)


def _ceilings(desk: Desk) -> list[tuple[float, ...]]:
    """Give the ceiling at each limit beside the default one; it is the same in each plan."""
    columns = ("limit", "ceiling_persons", "total_persons", "ceiling_places", "total_places")
    found = sorted(set(rows_of(desk.result.tables["plans"], *columns)))
    return [one for one in found if one[0] != desk.info.siting_limit]


def _ceiling_point(*row: float) -> Text:
    keys = ("limit", "persons", "total_persons", "places", "total_places")
    return put(
        "report.answer.ceiling.other",
        {key: plain(one) for key, one in zip(keys, row, strict=True)},
    )


def _open_points(desk: Desk) -> Answer:
    points = _said(desk, *OPEN_POINTS)
    doubtful = [one for one in PROMISES if _unclear(desk.rule(one))]
    points += [
        put("report.answer.unknown.unclear", _unclear_values(desk.rule(one), one))
        for one in doubtful
    ]
    count = len(desk.result.tables["assumptions"])
    if count:
        points.append(both("report.answer.unknown.assumptions", count=count))
    return _answer(desk, "unknown", points, marked=False)


def _unclear(own: list[Line]) -> int:
    return sum(one.shown == CANNOT for one in own)


def _unclear_values(own: list[Line], level: str) -> dict[str, object]:
    return {
        "promise": both(f"report.promise.{level}"),
        "count": str(_unclear(own)),
        "total": str(len(own)),
        "known": str(sum(one.shown in {PASS, FAIL} for one in own)),
    }
