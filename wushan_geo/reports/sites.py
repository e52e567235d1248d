"""Next sites: the proven plans, the sites of the chosen one, and what no site can fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wushan_geo.reports.desk import NAN
from wushan_geo.reports.figures import number, pair, plain, rows_of, share, word
from wushan_geo.reports.tables import BRIEF, NAME, NUMBER, Column, Table
from wushan_geo.wording import both, put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.reports.desk import Desk
    from wushan_geo.reports.figures import Text
    from wushan_geo.reports.tables import Cell

WIDTH, HEIGHT = 760.0, 310.0
LEFT, RIGHT, TOP, BOTTOM = 60.0, 190.0, 30.0, 44.0  # room for axes and names, in the same units
STEPS = 4  # lines of the grid
DASHES = ("5 4", "", "2 4")  # one for each limit: lines differ without colour
SIGNS = ("square", "circle", "triangle")
NAME_GAP = 17.0  # names at the ends of the lines keep so far apart


def _column(name: str, look: str = NUMBER) -> Column:
    return Column(both(f"report.column.{name}"), look)


def chosen_plan(desk: Desk) -> str:
    """Name the plan whose sites are listed: the largest at the default limit.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    str
        Name of the plan; empty if there is none.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_sites.py``.
    """
    rows = rows_of(desk.result.tables["plans"], "sites", "limit", "plan")
    own = [(sites, plan) for sites, limit, plan in rows if limit == desk.info.siting_limit]
    return max(own)[1] if own else ""


def plans(desk: Desk) -> Table:
    """Lay out every plan with its proof.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row a plan, by limit and number of new sites; empty if there is none.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_sites.py``.
    """
    table = desk.result.tables["plans"].sort_values(["limit", "sites"], kind="stable")
    rows: list[list[Cell]] = [_plan(desk, row) for row in table.to_dict("records")]
    columns = (
        _column("limit", NAME),
        _column("sites"),
        _column("covered_persons"),
        _column("covered_places"),
        _column("bound"),
        _column("gap"),
        _column("proof", BRIEF),
        _column("alternatives", BRIEF),
        _column("greedy"),
        _column("ceiling_persons"),
        _column("ceiling_places"),
    )
    caption = both("report.caption.plans")
    return Table("plans", caption, columns, rows, note=both("report.note.plans"))


def _plan(desk: Desk, row: Mapping[Any, Any]) -> list[Cell]:
    default = row["limit"] == desk.info.siting_limit
    key = "report.limit.default" if default else "report.limit.beside"
    proof = word("report.status", row["status"])
    checked = both("report.verified" if row["verified"] else "report.not_verified")
    return [
        both(key, limit=plain(row["limit"])),
        number(row["sites"]),
        share(row["covered_persons"], row["total_persons"]),
        share(row["covered_places"], row["total_places"]),
        number(row["bound"]),
        number(row["gap"], 4),
        put("report.proof", {"status": proof, "checked": checked}),
        both("yes" if row["alternatives"] else "no"),
        number(row["greedy_objective"]),
        number(row["ceiling_persons"]),
        number(row["ceiling_places"]),
    ]


def sites(desk: Desk) -> Table:
    """Lay out the sites of the chosen plan in the order of what each adds.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Table
        One row a site; empty if there is no plan.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_sites.py``.
    """
    table = desk.result.tables["sites"]
    own = table[(table["plan"] == chosen_plan(desk)).to_numpy()].sort_values("order")
    rows: list[list[Cell]] = [
        [
            number(row["order"]),
            pair(row["name"], row["name_en"]),
            pair(row["parent_name"], row["parent_name_en"]),
            number(row["gain_persons"]),
            number(row["gain_places"]),
            number(row["covered_persons"]),
            number(row["covered_places"]),
        ]
        for row in own.to_dict("records")
    ]
    columns = (
        _column("order", NAME),
        _column("site", "words"),
        _column("township", BRIEF),
        _column("gain_persons"),
        _column("gain_places"),
        _column("running_persons"),
        _column("running_places"),
    )
    values = {"count": str(len(rows)), "limit": plain(desk.info.siting_limit or 0.0)}
    caption = both("report.caption.sites", **values)
    return Table("sites", caption, columns, rows, note=both("report.note.sites"))


@dataclass(frozen=True, slots=True)
class Curve:
    """Eligible persons covered by number of new sites, at one limit."""

    points: tuple[tuple[float, float], ...]
    """Points of the line from left to right, in units of the drawing."""
    ceiling: float
    """Height of the ceiling."""
    dash: str
    """Pattern of the line."""
    sign: str
    """Shape of the points."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text at the right end of a line."""

    y: float
    """Height of the text."""
    anchor: float
    """Height of what it names."""
    text: Text
    """Chinese and English."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What each further site adds, drawn; the same numbers stand in the table of plans."""

    curves: tuple[Curve, ...]
    """One a limit."""
    labels: tuple[Label, ...]
    """Names of the lines and their ceilings."""
    across: tuple[tuple[float, str], ...]
    """Ticks of the number of new sites."""
    up: tuple[tuple[float, str], ...]
    """Ticks of the persons."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Turns numbers into places of the drawing."""

    most: float
    top: float

    def x(self, sites: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * sites / self.most, 1)

    def y(self, persons: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - persons / self.top), 1)


def chart(desk: Desk) -> Chart | None:
    """Draw eligible persons covered against new sites, with the ceiling of each limit.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    Chart
        The drawing; None if there is no plan.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_sites.py``.
    """
    columns = ("limit", "sites", "covered_persons", "ceiling_persons")
    rows = sorted(rows_of(desk.result.tables["plans"], *columns))
    if not rows:
        return None
    lines: dict[float, list[tuple[float, float]]] = {}
    ceilings: dict[float, float] = {}
    for limit, count, covered, ceiling in rows:
        lines.setdefault(limit, _start(desk, limit)).append((count, covered))
        ceilings[limit] = ceiling
    frame = _Frame(max(one[1] for one in rows), _round_up(max(ceilings.values())))
    curves = tuple(
        Curve(
            tuple((frame.x(sites), frame.y(persons)) for sites, persons in line),
            frame.y(ceilings[limit]),
            DASHES[at % len(DASHES)],
            SIGNS[at % len(SIGNS)],
        )
        for at, (limit, line) in enumerate(lines.items())
    )
    return Chart(
        curves,
        _labels(frame, {limit: line[-1][1] for limit, line in lines.items()}, ceilings),
        tuple((frame.x(one), str(one)) for one in range(int(frame.most) + 1)),
        tuple((frame.y(one), plain(one)) for one in _steps(frame.top)),
    )


def _steps(top: float) -> list[float]:
    return [top * one / STEPS for one in range(STEPS + 1)]


def _labels(
    frame: _Frame, ends: dict[float, float], ceilings: dict[float, float]
) -> tuple[Label, ...]:
    """Name lines and ceilings from the lowest up, pushed apart where they would touch."""
    named = [("report.chart.end", limit, persons) for limit, persons in ends.items()]
    named += [("report.chart.ceiling", limit, persons) for limit, persons in ceilings.items()]
    found: list[Label] = []
    lowest = HEIGHT - BOTTOM + NAME_GAP
    for key, limit, persons in sorted(named, key=lambda one: (one[2], one[1])):
        anchor = frame.y(persons)
        lowest = round(min(anchor, lowest - NAME_GAP), 1)
        said = both(key, limit=plain(limit), persons=plain(persons))
        found.append(Label(lowest, anchor, said))
    return tuple(found)


def _start(desk: Desk, limit: float) -> list[tuple[float, float]]:
    """Begin with what is covered before any new site, where that is known."""
    service = desk.info.siting_service or ""
    before = desk.access.get((desk.info.county, service, "eligible_reached", limit), NAN)
    return [] if before != before else [(0, before)]  # noqa: PLR0124 -- NaN differs from itself


def _round_up(value: float) -> float:
    """Give a round number above a value, which four steps divide well."""
    step = 4.0
    while step * 10 < value:
        step *= 10
    return next(step * one for one in range(1, 12) if step * one >= value)
