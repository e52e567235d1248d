"""The templates of a study: which columns each table has, and what is filled in beforehand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wushan_geo.reports.templates import Choice, Form
from wushan_geo.starting.columns import basis_choices, field_of, group_field
from wushan_geo.study.pages import Words
from wushan_geo.study.tables import CONTRACTS, ELIGIBLE, GROUPS
from wushan_geo.wording import MESSAGES, both, put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wushan_geo.reports.templates import Field, Text
    from wushan_geo.study.study import Study

# Columns of each table in the order in which an office fills them in. What is asked once above the
# table (basis, source unit, signer, cut-off date) has no column in a workbook.
_PLACE = ("township_name", "village_name", "zone_id")
LAYOUT: dict[str, tuple[str, ...]] = {
    "townships": (
        "zone_id", "name", "kind", "bank", "priority", "demand_lon", "demand_lat", "point_basis",
        "name_en",
    ),
    "villages": (
        "township_name", "parent_id", "zone_id", "name", "kind", "is_seat", "bank", "priority",
        "demand_lon", "demand_lat", "point_basis", "name_en",
    ),
    "facilities": (
        "facility_id", "name", "kind", "host", "services", "capacity", "status", "opened", "grade",
        "admits", "barrier_free", "open_days", *_PLACE, "address", "lon", "lat", "point_basis",
        "name_en", "note",
    ),
    "persons": _PLACE,  # and a column for each group of persons
    "person_cells": (*_PLACE, "type", "severity", "age_band", "persons"),
    "residence": (*_PLACE, "group", "residence", "persons"),
    "services": (*_PLACE, "service", "status", "provider", "last", "per_quarter"),
    "eligibility": ("service", "type", "severity", "age_band", "eligible", "clause"),
    "crossings": (
        "crossing_id", "name", "kind", "river", "opened", "hours", "headway_min", "closures", "lon",
        "lat", "point_basis", "source", "name_en",
    ),
    "road_nodes": ("node_id", "lon", "lat", "kind", "zone_id", "elevation_m"),
    "road_edges": (
        "edge_id", "name", "u", "v", "length_m", "road_class", "speed_kmh", "grade", "oneway",
        "bridge", "closed", "crossing_id", "edition",
    ),
    "road_distances": (
        "pair_id", "from_name", "to_name", "road_km", "from_lon", "from_lat", "to_lon", "to_lat",
        "used", "source", "note",
    ),
    "demand_points": ("point_id", *_PLACE, "lon", "lat", "persons", "source"),
    "costs": (
        "way", "facility_id", "build", "years", "run", "unit_run", "capacity", "minimum_load",
        "staff", "note",
    ),
    "candidates": (
        "facility_id", "origin", "hazard", "reservoir_zone", "slope_deg", "road_m", "area_m2",
        "ground_floor", "source", "note",
    ),
    # One indicator comes from a register and the next from a document: each has its own basis.
    "indicators": ("indicator", "indicator_name", "value", "denominator", "basis"),
}  # fmt: skip
TABLES = tuple(LAYOUT)
FROZEN = {
    "persons": 3, "person_cells": 3, "residence": 3, "services": 4, "facilities": 2, "villages": 4,
}  # fmt: skip
# Columns that are filled in where the units of the study are known.
KNOWN = {
    "townships": ("zone_id", "name", "kind"),
    "villages": ("township_name", "parent_id", "zone_id", "name", "kind"),
    "persons": _PLACE,
    "residence": (*_PLACE, "group", "residence"),
    "services": (*_PLACE, "service"),
    "indicators": ("indicator", "indicator_name"),
}
COUNTS = ("persons", "person_cells", "residence")
_ONCE = ("basis", "source_unit", "signer", "as_of")


@dataclass(frozen=True, slots=True)
class Unit:
    """A township or a village."""

    code: str
    """Its code."""
    name: str
    """Its name."""
    kind: str
    """Its kind."""
    parent: str = ""
    """Code of its township; empty for a township."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a study before anything is filled in."""

    services: Mapping[str, Words]
    """Names of the services by key."""
    levels: Mapping[str, str]
    """Unit that each service belongs to, by key."""
    eligible: tuple[str, ...]
    """Groups of persons that the services ask for, beside the general ones."""
    townships: tuple[Unit, ...] = ()
    """Townships, by code."""
    villages: tuple[Unit, ...] = ()
    """Villages, by code."""
    indicators: tuple[tuple[str, str], ...] = ()
    """Ids and names of the plan's indicators."""

    @property
    def groups(self) -> tuple[str, ...]:
        """All groups of persons that are counted."""
        return (*GROUPS, *self.eligible)


def known_settings(document: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Known:
    """Take the services from a study file, which need not be filled in yet.

    Parameters
    ----------
    document
        The study file as written.

    Returns
    -------
    Known
        Services and the groups of persons that they ask for.

    Raises
    ------
    KeyError
        If it has no services, or one has no name.

    Examples
    --------
    >>> service = {"name": {"zh": "走访", "en": "visits"}, "level": "village"}
    >>> known_settings({"services": {"visiting": service}}).levels
    {'visiting': 'village'}
    """
    services = document["services"]
    named = {key: one["name"] for key, one in services.items()}
    eligible = (str(one.get("eligible", "")) for one in services.values())
    return Known(
        services={
            key: Words(name["zh"], name["en"])
            for key, name in named.items()
            if isinstance(name, dict)
        },
        levels={key: str(one["level"]) for key, one in services.items()},
        eligible=tuple(one for one in dict.fromkeys(eligible) if one.startswith(ELIGIBLE)),
    )


def known_study(study: Study) -> Known:
    """Take from a study what its templates can be filled in with: names and codes, no numbers.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Known
        Services, units and indicators.

    Raises
    ------
    KeyError
        If a table of the study lacks a column.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> known = known_study(wg.open_study("example"))
    >>> known.townships[0]
    Unit(code='990101001', name='子虚镇', kind='town', parent='')
    """
    towns = study.townships[["zone_id", "name", "kind"]].astype(str)
    villages = study.villages[["zone_id", "name", "kind", "parent_id"]].astype(str)
    indicators = () if study.plan is None else study.plan.indicators
    return replace(
        known_settings(study.config.raw),
        townships=tuple(Unit(*row) for row in towns.itertuples(index=False)),
        villages=tuple(Unit(*row) for row in villages.itertuples(index=False)),
        indicators=tuple((one.id, one.name.zh) for one in indicators),
    )


def office_form(table: str, known: Known) -> Form:
    """Make the template of a table as an office fills it in, as a workbook.

    Persons stand in a wide table, a row a village and a column a group: that is how offices count
    them, and each village is written once.

    Parameters
    ----------
    table
        Table of the contract that has a template.
    known
        What is known of the study.

    Returns
    -------
    Form
        The template.

    Raises
    ------
    KeyError
        If the table has no template.

    Examples
    --------
    >>> known = Known({}, {}, ())
    >>> [field.heading[0] for field in office_form("persons", known).fields][:5]
    ['乡镇（街道）', '村（社区）', '村（社区）代码', '持证残疾人数', '视力残疾']
    """
    columns = [_field(table, name, known) for name in LAYOUT[table]]
    if table == "persons":
        columns += [group_field(group, dict(known.services)) for group in known.groups]
    return _form(table, columns, _rows(table, known, wide=True))


def list_form(table: str, known: Known, at: int) -> Form:
    """Make the template of a table as a text file, with every column of its contract.

    Parameters
    ----------
    table
        Table of the contract that has a template.
    known
        What is known of the study.
    at
        0 for the columns of the workbook and those that it asks once, under Chinese headings; 1 for
        the contract itself, persons in a long table.

    Returns
    -------
    Form
        The template.

    Raises
    ------
    KeyError
        If the table has no template.

    Examples
    --------
    >>> known = Known({}, {}, ())
    >>> [field.name for field in list_form("persons", known, 1).fields][:3]
    ['zone_id', 'group', 'persons']
    """
    contract = [one.name for one in CONTRACTS[table].columns]
    if at == 1:
        columns = [_field(table, name, known) for name in contract]
        return _form(table, columns, _rows(table, known, wide=False))
    office = office_form(table, known)
    there = {one.name for one in office.fields}
    once = [one for one in _ONCE if one in contract and one not in there]
    more = tuple(_field(table, name, known) for name in once)
    rows = tuple((*row, *([""] * len(more))) for row in office.rows)
    return replace(office, fields=(*office.fields, *more), rows=rows)


def _form(table: str, columns: list[Field], rows: list[dict[str, str]]) -> Form:
    given = KNOWN.get(table, ()) if rows else ()
    fields = tuple(replace(one, known=one.name in given) for one in columns)
    name = MESSAGES[f"info.table.{table}"]
    return Form(
        table=table,
        title=put("template.title", {"table": name}),
        fields=fields,
        bases=basis_choices(),
        rules=tuple(_rules(table, given=bool(given))),
        rows=tuple(tuple(row.get(one.name, "") for one in fields) for row in rows),
        frozen=FROZEN.get(table, 1),
    )


def _rules(table: str, *, given: bool) -> list[Text]:
    """Give what to mind when a table is filled in."""
    rules = [both(f"template.rule.{one}") for one in ("blank", "codes", "once", "heads")]
    if table in COUNTS:
        rules.append(both("template.rule.persons"))
    if given:
        rules.append(both("template.rule.known"))
    return rules


def _field(table: str, name: str, known: Known) -> Field:
    """Describe a column; a table of villages knows the services of villages only."""
    services = known.services.items()
    if table == "services":
        services = _of_villages(known).items()
    found = field_of(table, name, list(services))
    if name == "group" and known.eligible:
        more = [group_field(one, dict(known.services)) for one in known.eligible]
        choices = (*found.choices, *(_choice(one) for one in more))
        return replace(found, choices=choices)
    return found


def _choice(one: Field) -> Choice:
    return Choice(one.name, (one.heading[0], one.meaning[1]))


def _of_villages(known: Known) -> dict[str, Words]:
    return {key: one for key, one in known.services.items() if known.levels[key] == "village"}


def _rows(table: str, known: Known, *, wide: bool) -> list[dict[str, str]]:
    """Give the rows that are filled in beforehand: codes, names, and what is counted; no value."""
    if table == "townships":
        return [
            {"zone_id": one.code, "name": one.name, "kind": one.kind} for one in known.townships
        ]
    if table == "indicators":
        return [{"indicator": key, "indicator_name": name} for key, name in known.indicators]
    if table not in KNOWN:
        return []
    rows = _village_rows(known)
    if table == "residence":
        options = field_of(table, "residence").choices
        rows = _each(_each(rows, "residence", [one.key for one in options]), "group", ("all",))
    elif table == "services":
        rows = _each(rows, "service", list(_of_villages(known)))
    elif table == "persons" and not wide:
        rows = _each(rows, "group", known.groups)
    return rows


def _village_rows(known: Known) -> list[dict[str, str]]:
    names = {one.code: one.name for one in known.townships}
    return [
        {
            "township_name": names.get(one.parent, ""),
            "village_name": one.name,
            "zone_id": one.code,
            "name": one.name,
            "kind": one.kind,
            "parent_id": one.parent,
        }
        for one in known.villages
    ]


def _each(rows: list[dict[str, str]], column: str, values: Sequence[str]) -> list[dict[str, str]]:
    """Give each row once for each value of a column."""
    return [{**row, column: value} for row in rows for value in values]
