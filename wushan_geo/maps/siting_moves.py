"""Tables of the page on what closes and opens, and on who is sent where by places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wushan_geo.maps import layers
from wushan_geo.maps.figures import count
from wushan_geo.maps.siting_cells import (
    facility,
    listed,
    minutes,
    nothing,
    pair,
    records,
    role,
    township,
    truth,
    worded,
)
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from wushan_geo.maps.siting_cells import Cell
    from wushan_geo.maps.siting_found import Found

HEADS: dict[str, tuple[str, ...]] = {
    "moved": ("variant", "sites", "covered", "closed", "opens", "proof", "basis"),
    "moved_sites": ("name", "change", "town", "role"),
    "moved_villages": (
        "name", "town", "persons", "moved_change", "change_plan", "minutes_now", "facility_now",
        "minutes_free", "facility_free", "minutes_moved", "facility_moved", "basis",
    ),
    "rooms": ("name", "number", "town", "room", "sent", "spare", "passed", "farthest", "basis"),
    "flows": ("name", "town", "facility_sent", "persons", "minutes_sent", "is_nearest", "basis"),
}  # fmt: skip
# What stands side by side, as the beginning of its columns; the closing itself comes last.
VARIANTS = ("today", "free", "same_new", "covered")
CHANGES = ("loses", "gains", "farther", "nearer", "same")
SETTINGS = frozenset({"seat", "community", "generated"})  # origins that nobody has looked at


def roomy(found: Found) -> bool:
    """Say whether the plan looks at the places of its sites.

    Parameters
    ----------
    found
        The proposal.

    Returns
    -------
    bool
        Whether it gives them.

    Raises
    ------
    KeyError
        If the plan has no column of them.

    Examples
    --------
    See ``tests/test_maps_siting_moves.py``.
    """
    return count(found.plan["capacity"]) is not None and bool(len(found.optional("flows")))


def present(name: str, found: Found) -> bool:
    """Say whether there is something for a table of closings or places to say.

    Parameters
    ----------
    name
        Its name.
    found
        The proposal.

    Returns
    -------
    bool
        False for closings where nothing closes, and for places where none are looked at.

    Raises
    ------
    KeyError
        If the plan has no column of places.

    Examples
    --------
    See ``tests/test_maps_siting_moves.py``.
    """
    if name in {"rooms", "flows"}:
        return roomy(found)
    return bool(_changed(found, "closed")) and (
        name != "moved_villages" or bool(len(found.optional(name)))
    )


def unseen(found: Found) -> list[bool]:
    """Say which facilities are candidates that settings placed and nobody has looked at.

    Parameters
    ----------
    found
        The proposal.

    Returns
    -------
    list of bool
        One for each facility of the page.

    Raises
    ------
    AttributeError
        If `found` is no proposal.

    Examples
    --------
    See ``tests/test_maps_siting_moves.py``.
    """
    if "origin" not in found.facilities:
        return [False] * len(found.facilities)
    return [layers.text(one) in SETTINGS for one in found.facilities["origin"]]


def origin(*, placed: bool) -> list[Any]:
    """Say where a candidate comes from.

    Parameters
    ----------
    placed
        Whether settings placed it.

    Returns
    -------
    Cell
        Both languages, and what to sort by.

    Raises
    ------
    UnknownIdError
        Never.

    Examples
    --------
    >>> origin(placed=True)[0], origin(placed=False)[0]
    ('按设定列入，未经现场察看', '—')
    """
    return [*both("siting_map.origin.settings"), 0] if placed else nothing()


def marks_of(found: Found) -> dict[str, Any]:
    """Give what the map draws of closings and of places, by positions on the page.

    Parameters
    ----------
    found
        The proposal.

    Returns
    -------
    dict
        ``closed`` and ``opened`` facilities, ``flows`` of village and facility (None where the plan
        does not look at places), and for tables with names what each row is: ``rows``.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_maps_siting_moves.py``.
    """
    at, village = found.facility_at, layers.index_of(found.places["zone_id"])
    closed, opened = (
        [at[one] for one in _changed(found, name) if one in at] for name in ("closed", "opened")
    )
    return {
        "closed": closed,
        "opened": opened if closed else [],
        "flows": [
            [village[one["zone_id"]], at.get(one["facility_id"], -1)]
            for one in _flows_in_order(found)
            if one["zone_id"] in village
        ]
        if roomy(found)
        else None,
        "rows": {
            "moved_sites": [at.get(one, -1) for one in _all_changed(found)],
            "moved_villages": _villages_of(records(found, "moved_villages"), village),
            "rooms": [at.get(one, -1) for one in found.sites["facility_id"]],
            "flows": _villages_of(_flows_in_order(found), village),
        },
    }


def _villages_of(rows: Any, village: Mapping[str, int]) -> list[int]:
    return [village.get(one["zone_id"], -1) for one in rows]


def _flows_in_order(found: Found) -> list[Mapping[Any, Any]]:
    rows = records(found, "flows")
    return sorted(rows, key=lambda one: (str(one["zone_id"]), str(one["facility_id"])))


# ---- closing ----


def _changed(found: Found, name: str) -> list[str]:
    table = found.optional("moved")
    return [] if table.empty else [one for one in layers.text(table[name][0]).split(";") if one]


def _all_changed(found: Found) -> list[str]:
    return [*_changed(found, "closed"), *_changed(found, "opened")]


def _moved(found: Found) -> list[list[Cell]]:
    row: Mapping[Any, Any] = found.optional("moved").to_dict("records")[0]
    new = len(_changed(found, "opened"))
    asked = (found.proposal.manifest.get("wish") or {}).get("sites")
    news: dict[str, Cell] = {
        "today": 0, "free": nothing() if asked is None else asked, "same_new": new, "covered": new,
    }  # fmt: skip
    rows: list[list[Cell]] = []
    for one in VARIANTS:
        if f"{one}_persons" not in row:
            continue
        own = one == "covered"
        status = row["status"] if own else row.get(f"{one}_status")
        rows.append(
            [
                [*both(f"siting_map.variant.{one}"), VARIANTS.index(one)],
                news[one],
                pair(row[f"{one}_places"], row[f"{one}_persons"]),
                listed(row["closed"], found) if own else nothing(),
                listed(row["opened"], found) if own else nothing(),
                worded("siting_map.status", status) if layers.text(status) else nothing(),
                worded("basis", row["basis"]),
            ]
        )
    return rows


def _moved_sites(found: Found) -> list[list[Cell]]:
    at, homes, roles = found.facility_at, found.facility_town, found.roles
    return [
        [
            facility(key, found),
            [*both(f"siting_map.moved.{name}"), place],
            township(homes[at[key]], found) if key in at else nothing(),
            role(roles.get(key, "other")),
        ]
        for place, name in enumerate(("closed", "opened"))
        for key in _changed(found, name)
    ]


def _moved_villages(found: Found) -> list[list[Cell]]:
    return [
        [
            *_village(one["zone_id"], found),
            count(one["persons"]),
            _change(one["change"]),
            _change(one["change_plan"]),
            minutes(one["minutes_now"], found),
            facility(one["facility_now"], found),
            minutes(one["minutes_plan"], found),
            facility(one["facility_plan"], found),
            minutes(one["minutes_moved"], found),
            facility(one["facility_moved"], found),
            worded("basis", one["basis"]),
        ]
        for one in records(found, "moved_villages")
    ]


def _change(key: str) -> list[Any]:
    return [*both(f"siting_map.moved.{key}"), CHANGES.index(key)]


def _village(key: Any, found: Found) -> list[Cell]:
    at = layers.index_of(found.places["zone_id"]).get(key)
    if at is None:
        return [[key, key], nothing()]
    return [found.place_names[at], township(int(found.town_of[at]), found)]


# ---- places ----


def _rooms(found: Found) -> list[list[Cell]]:
    """Write for each site its places, whom it gets, and who passes a nearer site for it."""
    flows, at, homes = found.optional("flows"), found.facility_at, found.facility_town
    rows: list[list[Cell]] = []
    for one in found.sites.to_dict("records"):
        key = one["facility_id"]
        own = flows[flows["facility_id"].eq(key).to_numpy()]
        passed = own[~own["nearest"].astype(bool).to_numpy()]
        room, sent = count(one["capacity"]), float(own["persons"].sum())
        rows.append(
            [
                facility(key, found),
                found.numbers.get(key, nothing()),
                township(homes[at[key]], found) if key in at else nothing(),
                room,
                _people(own),
                None if room is None else count(round(room - sent, 6)),
                _people(passed),
                minutes(own["minutes"].max(), found) if len(own) else nothing(),
                worded("basis", one["basis"]),
            ]
        )
    return rows


def _people(flows: pd.DataFrame) -> list[Any]:
    return pair(flows["zone_id"].nunique(), float(flows["persons"].sum()))


def _flows(found: Found) -> list[list[Cell]]:
    return [
        [
            *_village(one["zone_id"], found),
            facility(one["facility_id"], found),
            count(one["persons"]),
            minutes(one["minutes"], found),
            truth(one["nearest"]),
            worded("basis", one["basis"]),
        ]
        for one in _flows_in_order(found)
    ]


WRITERS: dict[str, Callable[[Found], list[list[Cell]]]] = {
    "moved": _moved, "moved_sites": _moved_sites, "moved_villages": _moved_villages,
    "rooms": _rooms, "flows": _flows,
}  # fmt: skip
