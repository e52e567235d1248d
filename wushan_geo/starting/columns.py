"""What a template says of each column: heading, meaning, unit, example, and the words to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo.reports.templates import (
    CHOICE,
    CODE,
    COUNT,
    DATE,
    NUMBER,
    SET,
    TEXT,
    Choice,
    Field,
)
from wushan_geo.sources.vocabulary import built_in
from wushan_geo.study.tables import (
    AGES,
    BASES,
    CONTRACTS,
    ELIGIBLE,
    GROUPS,
    TOWNSHIP_DIGITS,
    TYPES,
    VILLAGE_DIGITS,
    Column,
)
from wushan_geo.wording import MESSAGES, both, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.reports.templates import Text
    from wushan_geo.study.pages import Words

ANY = "any"
KINDS = {
    "id": CODE, "text": TEXT, "choice": CHOICE, "set": SET, "number": NUMBER, "count": COUNT,
    "date": DATE, "flag": CHOICE,
}  # fmt: skip
# Columns of names that stand beside codes, so that the two can be checked against each other.
NAMES = ("township_name", "village_name")
# Tables of which a row may say by names where it belongs.
BY_NAME = ("persons", "person_cells", "residence", "services")
# Longitudes and latitudes of the country do not overlap: two swapped columns are seen at once.
# Neither is refused, since a facility may be anywhere.
DEGREES = {"lon": (70.0, 140.0), "lat": (0.0, 60.0)}
DEGREES |= {
    f"{end}_{one}": DEGREES[one] for one in ("lon", "lat") for end in ("demand", "from", "to")
}
DIGITS = {
    "townships": (TOWNSHIP_DIGITS,),
    "facilities": (TOWNSHIP_DIGITS, VILLAGE_DIGITS),
    "road_nodes": (TOWNSHIP_DIGITS, VILLAGE_DIGITS),
}
KNOWN_KINDS = tuple(one.removeprefix("kind.") for one in MESSAGES if one.startswith("kind."))
# Beginning of the message key that names the words of a column.
WORDS = {
    ("facilities", "status"): "status",
    ("facilities", "admits"): "admits",
    ("townships", "kind"): "zone",
    ("villages", "kind"): "zone",
    ("services", "status"): "choice.service_status",
    ("services", "provider"): "choice.provider",
    ("residence", "residence"): "choice.residence",
    ("person_cells", "type"): "template.group",
    ("person_cells", "severity"): "choice.severity",
    ("person_cells", "age_band"): "template.group",
    ("eligibility", "severity"): "choice.severity",
    ("crossings", "kind"): "choice.crossing",
    ("road_nodes", "kind"): "choice.node",
    ("costs", "way"): "way",
    ("candidates", "origin"): "choice.origin",
    ("candidates", "hazard"): "choice.known",
    ("candidates", "reservoir_zone"): "choice.known",
    ("candidates", "ground_floor"): "choice.known",
    ("road_edges", "road_class"): "choice.road",
    (ANY, "bank"): "bank",
    (ANY, "basis"): "basis",
    (ANY, "point_basis"): "basis",
    (ANY, "boundary_basis"): "basis",
}
UNITS = {
    "lon": "degrees", "lat": "degrees", "demand_lon": "degrees", "demand_lat": "degrees",
    "persons": "persons", "capacity": "persons", "open_days": "days", "per_quarter": "times",
    "headway_min": "minutes", "length_m": "metres", "value": "plan", "denominator": "plan",
    "elevation_m": "metres", "speed_kmh": "speed", "road_km": "kilometres", "from_lon": "degrees",
    "from_lat": "degrees", "to_lon": "degrees", "to_lat": "degrees", "build": "yuan",
    "years": "years", "run": "yuan_a_year", "unit_run": "yuan", "minimum_load": "persons",
    "staff": "persons", "slope_deg": "slope", "road_m": "metres", "area_m2": "area",
}  # fmt: skip


def field_of(table: str, name: str, services: Sequence[tuple[str, Words]] = ()) -> Field:
    """Describe a column of a table for whoever fills it in.

    Parameters
    ----------
    table
        Table of the contract.
    name
        Column of the contract, or the name of a place beside its code.
    services
        Keys and names of the services that may stand in this table.

    Returns
    -------
    Field
        The column as the template has it.

    Raises
    ------
    UnknownIdError
        If the column has no words.

    Examples
    --------
    >>> field = field_of("facilities", "status")
    >>> field.heading, [choice.words[0] for choice in field.choices]
    (('状态', 'status'), ['运行', '规划', '备选', '停用', '不详'])
    """
    column = _column(table, name)
    choices = _choices(table, column, services)
    kind = SET if column.kind == "set" else CHOICE if choices else KINDS[column.kind]
    least, most = DEGREES.get(name, (column.least if column.above is None else column.above, None))
    if name not in DEGREES:
        most = column.most
    return Field(
        name=name,
        heading=(_heading(table, name), name),
        kind=kind,
        needed=column.filled and not _by_name(table, name),
        meaning=_words("template.column", table, name),
        unit=_unit(table, column),
        example=(choices[0].words if choices and kind == CHOICE else _example(table, name)),
        blank=_blank(table, column),
        choices=choices,
        # The kinds of facility and what a place offers are named in many ways, which are known.
        strict=name not in DEGREES and column.kind in ("choice", "flag", "id", "number", "count"),
        digits=_digits(table, name),
        least=least,
        most=most,
    )


def group_field(group: str, names: dict[str, Words]) -> Field:
    """Describe the column of a wide table that counts a group of persons.

    Parameters
    ----------
    group
        Group of persons.
    names
        Names of the services by key.

    Returns
    -------
    Field
        The column.

    Raises
    ------
    KeyError
        If there is no such group, or no service that it is eligible for.

    Examples
    --------
    >>> group_field("visual", {}).heading
    ('视力残疾', 'visual')
    """
    title = group_words(group, names)
    if group.startswith(ELIGIBLE):
        service = names[group.removeprefix(ELIGIBLE)]
        meaning = put("template.group.eligible.long", {"service": (service.zh, service.en)})
    elif group in ("all", "severe"):
        meaning = both(f"template.group.{group}.long")
    elif group in AGES:
        meaning = put("template.group.age.long", {"name": title})
    else:
        meaning = put("template.group.type.long", {"name": title})
    return Field(
        name=group,
        heading=(title[0], group),
        kind=COUNT,
        needed=False,
        meaning=meaning,
        unit=both("template.unit.persons"),
        example=both("template.example.any.persons"),
        blank=both("template.blank.count"),
        least=0,
    )


def group_words(group: str, names: dict[str, Words]) -> Text:
    """Name a group of persons in both languages.

    Parameters
    ----------
    group
        Group of persons.
    names
        Names of the services by key.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    KeyError
        If there is no such group, or no service that it is eligible for.

    Examples
    --------
    >>> group_words("age_60_plus", {})
    ('60岁及以上', 'aged 60 and over')
    """
    if group.startswith(ELIGIBLE):
        service = names[group.removeprefix(ELIGIBLE)]
        return put("template.group.eligible", {"service": (service.zh, service.en)})
    return MESSAGES[f"template.group.{group}"]


def basis_choices() -> tuple[Choice, ...]:
    """Give the bases that a table may have.

    Returns
    -------
    tuple of Choice
        From the strongest to the weakest.

    Raises
    ------
    KeyError
        Never, as long as each basis has its words.

    Examples
    --------
    >>> [one.words[0] for one in basis_choices()]
    ['台账数据', '文件数据', '推断数据', '推算数据']
    """
    return tuple(Choice(one, MESSAGES[f"basis.{one}"]) for one in BASES)


def _column(table: str, name: str) -> Column:
    """Give the contract of a column; a name beside a code has none and is a text."""
    known = {one.name: one for one in CONTRACTS[table].columns}
    return known.get(name) or Column(name, "text", needed=False)


def _heading(table: str, name: str) -> str:
    if name == "indicator_name":
        return both("template.head.indicator_name")[0]
    return built_in().heading(table, name)


def _words(room: str, table: str, name: str) -> Text:
    key = f"{room}.{table}.{name}"
    return both(key if key in MESSAGES else f"{room}.{ANY}.{name}")


def _example(table: str, name: str) -> Text:
    for key in (f"template.example.{table}.{name}", f"template.example.{ANY}.{name}"):
        if key in MESSAGES:
            return MESSAGES[key]
    return "", ""


def _choices(
    table: str, column: Column, services: Sequence[tuple[str, Words]]
) -> tuple[Choice, ...]:
    """Give the words to choose from in a column, if there are any."""
    if column.kind == "flag":
        return tuple(Choice(one, MESSAGES[one]) for one in ("yes", "no"))
    if column.name in ("service", "services"):
        return tuple(Choice(key, (one.zh, one.en)) for key, one in services)
    open_lists: dict[tuple[str, str], tuple[Choice, ...]] = {
        ("facilities", "kind"): _of("kind", KNOWN_KINDS),
        ("residence", "group"): _of("template.group", GROUPS),
        ("persons", "group"): _of("template.group", GROUPS),
        ("eligibility", "type"): _of("template.group", TYPES) + _of("choice.type", (ANY,)),
        ("eligibility", "age_band"): _of("template.group", AGES) + _of("choice.age", (ANY,)),
    }
    prefix = WORDS.get((table, column.name)) or WORDS.get((ANY, column.name))
    closed = _of(prefix, column.options) if prefix else ()
    return open_lists.get((table, column.name), closed)


def _of(prefix: str, options: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(one, MESSAGES[f"{prefix}.{one}"]) for one in options)


def _by_name(table: str, name: str) -> bool:
    """Tell whether a code may be left out, since the names beside it say the same."""
    return name == "zone_id" and table in BY_NAME


def _digits(table: str, name: str) -> tuple[int, ...]:
    if name == "parent_id":
        return (TOWNSHIP_DIGITS,)
    return DIGITS.get(table, (VILLAGE_DIGITS,)) if name == "zone_id" else ()


def _unit(table: str, column: Column) -> Text:
    digits = _digits(table, column.name)
    if digits:
        zh, en = (word.join(map(str, digits)) for word in (" 或 ", " or "))
        return put("template.unit.code", {"digits": (zh, en)})
    if column.name == "grade":
        return both("template.unit.percent" if table == "road_edges" else "template.unit.stars")
    named = UNITS.get(column.name, "date" if column.kind == "date" else "text")
    return both(f"template.unit.{'date' if column.name == 'as_of' else named}")


def _blank(table: str, column: Column) -> Text:
    if (table, column.name) == ("facilities", "zone_id"):
        return both("template.blank.place")
    if _by_name(table, column.name):
        return both("template.blank.code")
    if column.filled:
        return both("template.blank.required")
    if column.name in NAMES:
        return both("template.blank.name")
    kinds = {"count": "count", "flag": "flag", "set": "set"}
    return both(f"template.blank.{kinds.get(column.kind, 'none')}")
