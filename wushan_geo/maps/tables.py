"""The tables below the map, with the same facts; readable without any script.

The page's script writes them anew when language, service or limit change, by the same rules; a test
in a real browser compares the two.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from wushan_geo.maps.figures import interval_text, number_text, of_text
from wushan_geo.results import CLASSES
from wushan_geo.wording import MESSAGES, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wushan_geo.wording import Language

TOWNS = (
    "name",
    "class",
    "median",
    "places_reached",
    "persons_reached",
    "eligible_reached",
    "open",
    "capacity",
    "basis",
)
PLACES = (
    "name",
    "town",
    "class",
    "certainty",
    "minutes",
    "nearest",
    "persons",
    "eligible",
    "village_service",
    "basis",
)
FACILITIES = (
    "name",
    "kind",
    "status",
    "town",
    "services",
    "capacity",
    "admits",
    "places_within",
    "persons_within",
    "eligible_within",
    "basis",
)
PLANS = ("sites", "covered_places", "covered_persons", "ceiling", "proof")
SITES = ("order", "name", "town", "gain_places", "gain_persons")
COLUMNS = {
    "towns": TOWNS,
    "places": PLACES,
    "facilities": FACILITIES,
    "plans": PLANS,
    "sites": SITES,
}
LANGUAGE: Language = "zh"  # what is there before a script runs


def html_tables(data: Mapping[str, Any]) -> dict[str, str]:
    """Write the tables of a page in Chinese, at the service and limit that are shown first.

    Parameters
    ----------
    data
        What the page's script reads, too.

    Returns
    -------
    dict
        ``<table>`` elements by name: towns, places, facilities, plans, sites.

    Raises
    ------
    KeyError
        If a part of the data is missing.

    Examples
    --------
    See ``tests/test_maps_tables.py``.
    """
    return {name: _table(name, rows_of(name, data)) for name in COLUMNS}


def rows_of(name: str, data: Mapping[str, Any]) -> list[list[str]]:
    """Give the cells of one table as text.

    Parameters
    ----------
    name
        A key of ``COLUMNS``.
    data
        What the page's script reads, too.

    Returns
    -------
    list of list of str
        Rows of cells.

    Raises
    ------
    KeyError
        If there is no such table.

    Examples
    --------
    See ``tests/test_maps_tables.py``.
    """
    writer = {
        "towns": _towns,
        "places": _places,
        "facilities": _facilities,
        "plans": _plans,
        "sites": _sites,
    }[name]
    return writer(data)


def _table(name: str, rows: Sequence[Sequence[str]]) -> str:
    title = escape(say(f"map.table.{name}", LANGUAGE))
    heads = "".join(
        f'<th scope="col" data-t="{key}">{escape(say(key, LANGUAGE))}</th>'
        for key in (f"map.column.{one}" for one in COLUMNS[name])
    )
    body = "".join(
        f"<tr>{''.join(_cell(at, cell) for at, cell in enumerate(row))}</tr>\n" for row in rows
    )
    return (
        f'<table id="table-{name}"><caption data-t="map.table.{name}">{title}</caption>'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>{body}</tbody></table>"
    )


def _cell(at: int, text: str) -> str:
    if at == 0:
        return f'<th scope="row">{escape(text)}</th>'
    return f"<td>{escape(text)}</td>"


def _start(data: Mapping[str, Any]) -> Mapping[str, Any]:
    start = data["start"]
    found: Mapping[str, Any] = data["views"][start["service"]][start["limit"]]
    return found


def _number(value: float | None) -> str:
    return number_text(value, LANGUAGE)


def _minutes(at: int, view: Mapping[str, Any]) -> str:
    mid = None if view["mid"] is None else view["mid"][at]
    return interval_text(view["low"][at], view["high"][at], LANGUAGE, mid)


def _class(number: int, data: Mapping[str, Any]) -> str:
    name = say(f"class.{CLASSES[number]}", LANGUAGE)
    if data["demonstration"] and CLASSES[number] != "unknown":
        return say("map.demonstration.class", LANGUAGE, class_name=name)
    return name


def word(prefix: str, key: str, language: Language = LANGUAGE) -> str:
    """Give the word for a key; a key that the message table does not know stands for itself.

    Parameters
    ----------
    prefix
        Family of messages, such as ``kind``.
    key
        Key of the family; empty for no data.
    language
        ``zh`` or ``en``.

    Returns
    -------
    str
        The word.

    Raises
    ------
    IndexError
        Never.

    Examples
    --------
    >>> word("kind", "sunshine_home"), word("kind", "school"), word("basis", "")
    ('阳光家园', 'school', '无数据')
    """
    texts = MESSAGES.get(f"{prefix}.{key}" if key else "no_data")
    return texts[0 if language == "zh" else 1] if texts else key


def _towns(data: Mapping[str, Any]) -> list[list[str]]:
    towns, view = data["towns"], _start(data)["town"]
    return [
        [
            towns["name"][at][0],
            _class(view["class"][at], data),
            _minutes(at, view),
            *(_reached(view["reached"][at], pair) for pair in (0, 2, 4)),
            _number(towns["open"][at]),
            _number(towns["capacity"][at]),
            word("basis", towns["basis"][at]),
        ]
        for at in range(len(towns["id"]))
    ]


def _reached(row: Sequence[float | None], first: int) -> str:
    return of_text(row[first], row[first + 1], LANGUAGE)


def _places(data: Mapping[str, Any]) -> list[list[str]]:
    places, view = data["places"], _start(data)
    return [
        [
            places["name"][at][0],
            data["towns"]["name"][places["town"][at]][0],
            _class(view["class"][at], data),
            word("certainty", {1: "firm", 0: "depends"}.get(view["sure"][at], "")),
            _minutes(at, view),
            _facility(view["near"][at], data),
            _number(places["persons"][at]),
            _number(view["eligible"][at]),
            say(places["help"][at], LANGUAGE),
            word("basis", view["basis"][at]),
        ]
        for at in range(len(places["id"]))
    ]


def _facility(number: int, data: Mapping[str, Any]) -> str:
    if number < 0:
        return say("not_applicable", LANGUAGE)
    name: str = data["facilities"]["name"][number][0]
    return name


def _facilities(data: Mapping[str, Any]) -> list[list[str]]:
    all_of = data["facilities"]
    return [
        [
            all_of["name"][at][0],
            word("kind", all_of["kind"][at]),
            word("status", all_of["status"][at]),
            _town(all_of["town"][at], data),
            _services(all_of["services"][at], data),
            _number(all_of["capacity"][at]),
            word("admits", all_of["admits"][at]),
            *(_number(all_of[one][at]) for one in ("places", "persons", "eligible")),
            word("basis", all_of["basis"][at]),
        ]
        for at in range(len(all_of["id"]))
    ]


def _town(number: int, data: Mapping[str, Any]) -> str:
    if number < 0:
        return say("map.outside", LANGUAGE)
    name: str = data["towns"]["name"][number][0]
    return name


def _services(keys: Sequence[str] | None, data: Mapping[str, Any]) -> str:
    if keys is None:
        return say("unknown", LANGUAGE)
    if not keys:
        return say("not_applicable", LANGUAGE)
    return "、".join(data["names"].get(one, [one])[0] for one in keys)


def _plans(data: Mapping[str, Any]) -> list[list[str]]:
    return [
        [
            _number(plan["sites"]),
            of_text(plan["covered"][0], plan["total"][0], LANGUAGE),
            of_text(plan["covered"][1], plan["total"][1], LANGUAGE),
            _number(plan["ceiling"][1]),
            _proof(plan),
        ]
        for plan in data["plans"]
    ]


def _proof(plan: Mapping[str, Any]) -> str:
    if plan["proof"]:
        return say("map.plan.proven", LANGUAGE)
    return say("map.plan.open", LANGUAGE, gap=_number(plan["gap"]))


def _sites(data: Mapping[str, Any]) -> list[list[str]]:
    number = data["start"]["plan"]
    if not number:
        return []
    facilities = data["facilities"]
    return [
        [
            _number(order),
            facilities["name"][at][0],
            _town(facilities["town"][at], data),
            _number(places),
            _number(persons),
        ]
        for at, order, places, persons in data["plans"][number - 1]["chosen"]
    ]
