"""The tables of the page of a proposal: its sites, its villages, and what else there was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.maps import siting_beyond, siting_moves
from wushan_geo.maps.figures import count
from wushan_geo.maps.shared import sum_of
from wushan_geo.maps.siting_cells import (
    facility,
    listed,
    minutes,
    nothing,
    pair,
    records,
    role,
    share,
    township,
    truth,
    worded,
)
from wushan_geo.maps.siting_found import NOT_ASKED, STATES
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from wushan_geo.maps.siting_cells import Cell
    from wushan_geo.maps.siting_found import Found

HEADS: dict[str, tuple[str, ...]] = {
    "sites": (
        "name", "number", "town", "role", "gained", "lost", "nearest", "mean", "farthest", "origin",
        "basis",
    ),
    "towns": ("name", "all", *STATES),
    "frontier": ("sites", "covered", "gained", "share", "proof", "chosen", "basis"),
    "phases": ("phase", "new_sites", "sites", "covered", "fewer", "opened", "proof", "basis"),
    "best": ("rank", "objective", "covered", "chosen", "basis"),
    "core": ("name", "plans", "core", "in_best", "basis"),
    **siting_beyond.HEADS,
    **siting_moves.HEADS,
    "places": (
        "name", "town", "persons", "state", "minutes_now", "facility_now", "minutes_plan",
        "facility_plan", "placed", "group", "pass_best", "pass_safe", "basis",
    ),
    "facilities": ("name", "role", "town", "kind", "status", "origin"),
}  # fmt: skip
ALWAYS = ("sites", "towns", "frontier", "places", "facilities")
# Columns that are there only where there is something to say, by the table that says it.
ONLY_WITH = {
    "placed": "flows", "group": "ways", "pass_best": "stable_villages",
    "pass_safe": "stable_villages",
}  # fmt: skip


def tables_of(found: Found) -> dict[str, dict[str, Any]]:
    """Write the tables of the page.

    Parameters
    ----------
    found
        The proposal.

    Returns
    -------
    dict
        For each table ``columns``, ``rows`` of cells and ``foot``, the cells of a last row that is
        not sorted (empty for none). What was not asked for is absent.

    Raises
    ------
    KeyError
        If a column is missing.
    ValueError
        If a count is infinite.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    writers: dict[str, Callable[[Found], list[list[Cell]]]] = {
        "sites": _sites, "towns": _towns, "frontier": _frontier, "phases": _phases, "best": _best,
        "core": _core, **siting_beyond.WRITERS, **siting_moves.WRITERS, "places": _places,
        "facilities": _facilities,
    }  # fmt: skip
    written = {}
    for name, writer in writers.items():
        if not _present(name, found):
            continue
        columns = _columns(name, found)
        foot = (
            _town_row(found, np.full(len(found.places), fill_value=True)) if name == "towns" else []
        )
        total: list[Cell] = [list(both("map.legend.total")), *foot] if foot else []
        written[name] = {"columns": columns, "rows": writer(found), "foot": total}
    return written


def _present(name: str, found: Found) -> bool:
    if name in siting_moves.HEADS:
        return siting_moves.present(name, found)
    source = siting_beyond.SOURCES.get(name, name)
    return name in ALWAYS or bool(len(found.optional(source)))


def _columns(name: str, found: Found) -> list[str]:
    """Give the columns of a table, as far as there is something in them."""
    gone = {"mean"} if found.whole else set()
    if not any(siting_moves.unseen(found)):
        gone.add("origin")
    if name == "places":
        gone |= {one for one, source in ONLY_WITH.items() if not len(found.optional(source))}
    names = {"nearest": "sent"} if name == "sites" and siting_moves.roomy(found) else {}
    return [names.get(one, one) for one in HEADS[name] if one not in gone]


def _sites(found: Found) -> list[list[Cell]]:
    names, numbers, homes = found.facility_at, found.numbers, found.facility_town
    placed = siting_moves.unseen(found)
    rows = []
    for one in found.sites.to_dict("records"):
        key = one["facility_id"]
        at = names.get(key)
        row: list[Cell] = [
            facility(key, found),
            numbers.get(key, nothing()),
            nothing() if at is None else township(homes[at], found),
            role(one["role"]),
            pair(one["gain_places"], one["gain_persons"]),
            pair(one["loss_places"], one["loss_persons"]),
            pair(one["places"], one["persons"]),
        ]
        spans = ("minutes_farthest",) if found.whole else ("minutes_mean", "minutes_farthest")
        row += [minutes(one[span], found) if count(one["places"]) else nothing() for span in spans]
        if any(placed):
            row.append(siting_moves.origin(placed=at is not None and placed[at]))
        rows.append([*row, worded("basis", one["basis"])])
    return rows


def _towns(found: Found) -> list[list[Cell]]:
    names, home = found.town_names, found.town_of
    return [[names[at], *_town_row(found, home == at)] for at in range(len(names))]


def _town_row(found: Found, own: NDArray[np.bool_]) -> list[Cell]:
    """Add up some villages: all that are in the plan, and those of each state."""
    state, persons = found.state, found.persons
    masks = [own & (state < NOT_ASKED), *(own & (state == at) for at in range(NOT_ASKED))]
    return [pair(int(one.sum()), sum_of(persons[one])) for one in masks]


def _covered(one: Mapping[Any, Any]) -> list[Any]:
    return pair(one["covered_places"], one["covered_persons"])


def _frontier(found: Found) -> list[list[Cell]]:
    return [
        [
            count(one["sites"]),
            _covered(one),
            pair(one["gain_places"], one["gain_persons"]),
            share(one["person_share"]),
            worded("siting_map.status", one["status"]),
            listed(one["chosen"], found),
            worded("basis", one["basis"]),
        ]
        for one in records(found, "frontier")
    ]


def _phases(found: Found) -> list[list[Cell]]:
    return [
        [
            *(count(one[name]) for name in ("phase", "new_sites", "sites")),
            _covered(one),
            count(one["lost_persons"]),
            listed(one["opened"], found),
            worded("siting_map.status", one["status"]),
            worded("basis", one["basis"]),
        ]
        for one in records(found, "phases")
    ]


def _best(found: Found) -> list[list[Cell]]:
    return [
        [
            count(one["rank"]),
            count(one["objective"]),
            _covered(one),
            listed(one["chosen"], found),
            worded("basis", one["basis"]),
        ]
        for one in records(found, "best")
    ]


def _core(found: Found) -> list[list[Cell]]:
    return [
        [
            facility(one["facility_id"], found),
            count(one["plans"]),
            truth(one["core"]),
            truth(one["best"]),
            worded("basis", one["basis"]),
        ]
        for one in records(found, "core")
    ]


def _places(found: Found) -> list[list[Cell]]:
    names, home, state = found.place_names, found.town_of, found.state
    extra = [one for one in _columns("places", found) if one in ONLY_WITH]
    groups, passes = found.groups, found.passes
    rows = []
    for at, (key, one) in enumerate(found.rows.to_dict("index").items()):
        asked = state[at] < NOT_ASKED
        told_state = STATES[state[at]] if asked else "none"
        best, safe = passes.get(str(key), (None, None))
        more: dict[str, Cell] = {
            "placed": count(one["served_persons"]),
            "group": groups.get(str(key), nothing()),
            "pass_best": nothing() if best is None else share(best),
            "pass_safe": nothing() if safe is None else share(safe),
        }
        cells = [
            count(one["persons"]),
            minutes(one["minutes_now"], found),
            facility(one["facility_now"], found),
            minutes(one["minutes_plan"], found),
            facility(one["facility_plan"], found),
            *(more[name] for name in extra),
            worded("basis", one["basis"]),
        ]
        if not asked:
            cells = [nothing() for _ in cells]
        shown = [*both(f"siting_map.state.{told_state}"), int(state[at])]
        rows.append([names[at], township(home[at], found), cells[0], shown, *cells[1:]])
    return rows


def _facilities(found: Found) -> list[list[Cell]]:
    layer = found.layer("facilities")
    known = {} if layer is None else dict(zip(layer["facility_id"], layer["kind"], strict=True))
    names, homes, roles = found.facility_names, found.facility_town, found.roles
    placed = siting_moves.unseen(found)
    return [
        [
            names[at],
            role(roles[one["facility_id"]]),
            township(homes[at], found),
            worded("kind", known.get(one["facility_id"])),
            worded("status", one["status"]),
            *([siting_moves.origin(placed=placed[at])] if any(placed) else []),
        ]
        for at, one in enumerate(found.facilities.to_dict("records"))
    ]
