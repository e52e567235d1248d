"""By way of travelling: how many villages a wheelchair, a vehicle, or staff get to in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo.reports.desk import SCHEMATIC
from wushan_geo.reports.figures import joined, missing, number, plain, share, text, tongues, word
from wushan_geo.reports.ledgers import limit_text
from wushan_geo.reports.tables import BRIEF, NAME, NUMBER, WORDS, Column, Table
from wushan_geo.wording import MESSAGES, both, put

if TYPE_CHECKING:
    from wushan_geo.reports.desk import Desk
    from wushan_geo.reports.figures import Text
    from wushan_geo.reports.tables import Cell
    from wushan_geo.results import ProfileInfo, ServiceInfo

PERCENT = 100.0
DASH = MESSAGES["not_applicable"]
NOTHING: Text = ("", "")


def profile_tables(desk: Desk) -> list[Table]:
    """Lay out what each way of travelling reaches, service by service, that shown first before all.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    list of Table
        One row a profile in the order of the study; no table where nothing is told by profile.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_profiles.py``.
    """
    if not desk.travelled:
        return []
    first = desk.headline
    services = [first, *(one for one in desk.timed if one.key != first.key)]
    return [_table(desk, one) for one in services if one.limit is not None]


def _table(desk: Desk, service: ServiceInfo) -> Table:
    counted = bool(desk.travelled.groups)
    rows = [_row(desk, service, one, counted=counted) for one in desk.info.profiles]
    columns = (
        Column(both("report.column.profile"), NAME),
        Column(both("report.column.direction"), BRIEF),
        Column(both("report.column.profile_groups"), WORDS),
        *(Column(both("report.column.profile_places"), NUMBER) for _ in service.limits),
        Column(both("report.column.profile_unknown"), NUMBER),
        Column(both("report.column.profile_unreachable"), NUMBER),
        Column(both("report.column.profile_median"), NUMBER),
        *([Column(both("report.column.profile_persons"), WORDS)] if counted else []),
    )
    groups = (
        (NOTHING, 3),
        *((limit_text(service, one), 1) for one in service.limits),
        (NOTHING, 3 + counted),
    )
    return Table(
        f"profiles-{service.key}",
        put("report.caption.profiles", {"service": service.name}),
        columns,
        rows,
        groups=groups,
        note=put("report.note.gaps", {"source": tongues(service.source)}),
    )


def _row(desk: Desk, service: ServiceInfo, profile: ProfileInfo, *, counted: bool) -> list[Cell]:
    found = {
        limit: desk.travelled.counts(service.key, profile.key, limit) for limit in service.limits
    }
    own = found[service.limit or 0.0]
    within = [share(one.reached, one.known) for one in found.values()]
    cells: list[Cell] = [
        profile.name,
        both(f"report.direction.{profile.direction}"),
        groups_text(profile.groups),
        *within,
        number(own.unknown),
        number(own.unreachable),
        _median(own.median, schematic=schematic(desk)),
    ]
    return [*cells, persons_text(desk, service, profile)] if counted else cells


def _median(value: float, *, schematic: bool) -> Text:
    """Write a median; where roads are schematic it must not pass for a measured time."""
    if missing(value) or value == float("inf") or not schematic:
        return number(value)
    return both("report.minutes.about", central=plain(value, 0))


def schematic(desk: Desk) -> bool:
    """Tell whether the roads behind the times are a model.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    bool
        True where a single number of minutes must not be shown as it is.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_profiles.py``.
    """
    return any(text(one) in SCHEMATIC for one in desk.result.tables["gaps"]["basis"].unique())


def groups_text(groups: tuple[str, ...]) -> Text:
    """Name groups of persons.

    Parameters
    ----------
    groups
        Keys, such as ``visual``.

    Returns
    -------
    tuple of str
        Chinese and English; a dash for none.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> groups_text(("visual", "severe"))
    ('视力残疾、重度残疾', 'visual; severe')
    """
    return joined([_group(one) for one in groups]) if groups else DASH


def _group(key: str) -> Text:
    return both("persons.all") if key == "all" else word("template.group", key)


def persons_text(desk: Desk, service: ServiceInfo, profile: ProfileInfo) -> Text:
    """Say how many persons of each group are within the limit by the way in which they travel.

    Parameters
    ----------
    desk
        Look-ups.
    service
        A service measured in minutes.
    profile
        A way of travelling.

    Returns
    -------
    tuple of str
        Group by group, never added up, for they overlap; a dash where no group travels so.

    Raises
    ------
    KeyError
        If a message is missing.

    Examples
    --------
    See ``tests/test_reports_profiles.py``.
    """
    said = []
    for group in profile.groups:
        own = desk.travelled.groups.get((service.key, profile.key, group), {})
        total, reached, unknown = (
            own.get(one, float("nan")) for one in ("total", "reached", "unknown")
        )
        more = NOTHING
        if unknown > 0:
            more = both("report.profile.persons.unclear", persons=plain(unknown))
        values = {"group": _group(group), "persons": share(reached, total), "unclear": more}
        said.append(put("report.profile.persons", values))
    return joined(said, "clause.separator") if said else DASH


def profile_notes(desk: Desk) -> list[Text]:
    """Say what must be known to read the tables: what is counted, assumed and left out.

    Parameters
    ----------
    desk
        Look-ups.

    Returns
    -------
    list of tuple
        Sentences in Chinese and English; none where nothing is told by profile.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_reports_profiles.py``.
    """
    if not desk.travelled:
        return []
    condition = word("condition", desk.info.condition)
    found = [put("report.note.profiles", {"condition": condition}), _persons_note(desk)]
    if schematic(desk):
        found.append(both("report.note.profiles.schematic"))
    return [one for one in (*found, _grades(desk)) if any(one)]


def _persons_note(desk: Desk) -> Text:
    """Say whom the persons are, or why there are none."""
    if not any(one.groups for one in desk.info.profiles):
        return NOTHING
    if desk.travelled.groups:
        return both("report.note.profiles.persons")
    if desk.info.persons_basis == "modelled":
        return both("report.note.profiles.modelled")
    return both("report.note.profiles.uncounted")


def _grades(desk: Desk) -> Text:
    """Say on how much of the roads no slope is known, for who goes by own force."""
    said = []
    for one in desk.info.profiles:
        unknown = desk.travelled.grades.get((desk.headline.key, one.key))
        if unknown:
            values = {"name": one.name, "share": f"{PERCENT * unknown:.3g}"}
            said.append(put("report.profile.grade", values))
    if not said:
        return NOTHING
    return put("report.note.profiles.grades", {"profiles": joined(said)})
