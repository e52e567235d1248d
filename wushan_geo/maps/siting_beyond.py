"""Tables of the page on what a plan rests on and leaves: screening, other ways, stability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.maps import layers
from wushan_geo.maps.figures import count, number_text
from wushan_geo.maps.shared import floats, sum_of
from wushan_geo.maps.siting_cells import (
    facility,
    joined,
    listed,
    nothing,
    pair,
    records,
    role,
    share,
    township,
    truth,
    worded,
)
from wushan_geo.maps.siting_found import HOME
from wushan_geo.wording import LANGUAGES, both

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from wushan_geo.maps.siting_cells import Cell
    from wushan_geo.maps.siting_found import Found

HEADS: dict[str, tuple[str, ...]] = {
    "stable_plans": ("measure", "best", "safe"),
    "stable_bands": ("band", "pass_by_best", "pass_by_safe"),
    "stable_sites": ("name", "town", "chosen_share", "in_best", "in_safe", "basis"),
    "draws": (
        "draw", "speed", "best_persons", "safe_persons", "own_persons", "own_sites",
        "best_regret", "safe_regret", "same", "proof",
    ),
    "screening": ("name", "verdict", "why", "town", "role", "basis"),
    "groups": ("group", "persons", "answer", "served", "person_cost", "villages", "basis"),
    "ways": (
        "group", "way", "verdict", "person_cost", "served", "load", "contacts", "cost", "stands",
        "basis",
    ),
}  # fmt: skip
# Tables that stand only where another one has rows.
SOURCES = {"stable_bands": "stable_villages", "groups": "ways"}
MEASURES = (
    "sites", "meets", "aim", "behind", "stated", "middle", "low", "least", "always", "unbeaten",
    "own", "mean_regret", "worst_regret", "basis",
)  # fmt: skip
AIMED = ("backup_persons", "mean_cost", "farthest_cost")  # what models other than of persons ask
# Least share of the draws of a band, highest first; "always" is all of them, "never" none.
BANDS = (("always", 1.0), ("mostly", 0.9), ("often", 0.5), ("seldom", 0.0), ("never", -1.0))
JUDGED = ("goes", "not_known", "stays")  # verdicts of rules, what decides first


def _tenth(value: Any) -> int | float | None:
    """Write persons of a draw: they are varied counts, and bear no more than one decimal."""
    number = count(value)
    return None if number is None else count(round(float(value), 1))


# ---- screening ----


def _screening(found: Found) -> list[list[Cell]]:
    table = found.optional("screening").sort_values("facility_id", kind="stable")
    roles, towns = found.roles, layers.index_of(found.towns["zone_id"])
    rows = []
    for key, own in table.groupby("facility_id", sort=True):
        home = towns.get(layers.text(own["zone_id"].iloc[0])[:HOME], -1)
        rows.append(
            [
                facility(key, found),
                _conclusion(own),
                _why(own),
                township(home, found),
                role(roles.get(str(key), "other")),
                worded("basis", own["basis"].iloc[0]),
            ]
        )
    return rows


def _conclusion(own: pd.DataFrame) -> list[Any]:
    """Say whether a candidate stays, and whether something of it has still to be looked at."""
    if own["candidate"].iloc[0] == "goes":
        return [*both("siting_map.screening.goes"), 2]
    if own["verdict"].eq("not_known").any():
        return [*both("siting_map.screening.open"), 1]
    return [*both("siting_map.screening.stays"), 0]


def _why(own: pd.DataFrame) -> Cell:
    """Name the rules by what they say of a candidate; those that send it away first."""
    parts = []
    for verdict in JUDGED:
        rules = [
            _rule(one)
            for one in own[own["verdict"].eq(verdict).to_numpy()].to_dict("records")
        ]  # fmt: skip
        if rules:
            texts = "、".join(one[0] for one in rules), ", ".join(one[1] for one in rules)
            key = f"siting_map.judged.{verdict}"
            parts.append([both(key, rules=text)[at] for at, text in enumerate(texts)])
    return ["；".join(one[0] for one in parts), "; ".join(one[1] for one in parts)]


def _rule(row: Mapping[Any, Any]) -> list[str]:
    """Write a rule, with the number that was found where it asks for one."""
    texts = both(f"screening.rule.{row['rule']}", limit=row["limit"])
    value = layers.text(row["value"])
    if not value or value in {"yes", "no"}:
        return list(texts)
    return [f"{texts[0]}（{value}）", f"{texts[1]} ({value})"]


# ---- other ways ----


def _group(number: Any) -> list[Any]:
    at = int(number)
    return [*both("siting_map.group", number=at), at]


def _groups(found: Found) -> list[list[Cell]]:
    names = dict(zip(found.places["zone_id"], found.place_names, strict=True))
    ways = found.optional("ways")
    rows = []
    for number, own in found.optional("groups").groupby("cluster", sort=True):
        known = ways[ways["cluster"].eq(number).to_numpy()] if len(ways) else ways
        ids = sorted(own["zone_id"])
        rows.append(
            [
                _group(number),
                count(own["persons"].sum()),
                *_answer(known),
                joined([names.get(one, [one, one]) for one in ids]),
                worded("basis", (known if len(known) else own)["basis"].iloc[0]),
            ]
        )
    return rows


def _answer(ways: pd.DataFrame) -> list[Cell]:
    """Give the cheapest viable way of a group, whom it serves and its cost, or say none is."""
    if ways.empty:
        return [[*both("siting_map.group.nobody"), 3], nothing(), nothing()]
    best = ways[ways["cheapest"].fillna(value=False).to_numpy(dtype=bool)]
    if len(best):
        row = best.iloc[0].to_dict()
        return [
            _marked([*both(f"way.{row['way']}"), 0], row),
            _of(row["served"], row["persons"]),
            _yuan(row["cost_per_person"]),
        ]
    key = "unknown" if ways["viable"].isna().any() else "none"
    return [[*both(f"siting_map.group.{key}"), 1 if key == "unknown" else 2], nothing(), nothing()]


def _of(part: Any, whole: Any) -> Cell:
    """Write a part of a whole, sorted by the part."""
    own = pair(part, whole)
    return [*own[:2], count(part)] if own[2] is not None else own


def _yuan(value: Any) -> Cell:
    number = count(value)
    return nothing() if number is None else round(number)


def _ways(found: Found) -> list[list[Cell]]:
    rows = []
    for one in records(found, "ways"):
        serves = (count(one["served"]) or 0) > 0
        rows.append(
            [
                _group(one["cluster"]),
                [*both(f"way.{one['way']}")],
                _marked(_verdict(one), one),
                _yuan(one["cost_per_person"]),
                _of(one["served"], one["persons"]),
                _of(one["load"], one["minimum_load"]),
                count(one["contacts"]) if serves else nothing(),
                _yuan(one["cost"]),
                _stands(one["site"], found) if serves else nothing(),
                worded("basis", one["basis"]),
            ]
        )
    return rows


def _marked(cell: list[Any], row: Mapping[Any, Any]) -> list[Any]:
    """Say beside a building that the candidate of its village was screened out."""
    if not layers.text(row["screened"]):
        return cell
    mark = both("way.screened")
    return [
        *(both("siting_map.way.screened", text=cell[at], mark=mark[at])[at] for at in (0, 1)),
        *cell[2:],
    ]


def _verdict(row: Mapping[Any, Any]) -> list[Any]:
    if truth(row["cheapest"]) == truth(value=True):
        return [*both("siting_map.way.cheapest"), 0]
    if layers.text(row["why_not"]):
        reason = both(f"way.reason.{row['why_not']}")
        key, rank = ("not", 3) if truth(row["viable"]) is not None else ("unknown", 2)
        texts = [both(f"siting_map.way.{key}", reason=reason[at])[at] for at in (0, 1)]
        return [*texts, rank]
    return [*both("siting_map.way.viable"), 1]


def _stands(key: Any, found: Found) -> Cell:
    """Name a village or a facility."""
    names = dict(zip(found.places["zone_id"], found.place_names, strict=True))
    return names.get(key) or facility(key, found)


# ---- stability ----


def _plans(found: Found) -> list[list[Cell]]:
    """Set the best and the safe plan side by side, a row for each measure."""
    own = {one["plan"]: one for one in records(found, "stable_plans")}
    if not own:
        return []
    best, safe = (_measures(own[name], found) for name in ("best", "safe"))
    return [
        [_measured(one, own["best"]), best[one], safe[one]]
        for one in MEASURES
        if one in best
    ]  # fmt: skip


def _measured(name: str, row: Mapping[Any, Any]) -> list[Any]:
    """Name a measure; what the model is after has a name of its own for each model."""
    if name == "aim":
        return [*both(f"siting_map.measure.{row['judged_by']}")]
    if name == "behind":
        return [*both(f"siting_map.measure.behind.{row['judged_by']}")]
    return [*both(f"siting_map.measure.{name}")]


def _measures(row: Mapping[Any, Any], found: Found) -> dict[str, Cell]:
    own: dict[str, Cell] = {}
    if count(row["meets_share"]) is not None:
        own["meets"] = share(row["meets_share"])
    # Minutes on schematic roads are no facts.
    if row["judged_by"] in (AIMED[:1] if found.whole else AIMED):
        numbers = [_tenth(row[one]) for one in ("stated_aim", "middle_aim", "worst_aim")]
        texts = [" / ".join(number_text(one, to) for one in numbers) for to in LANGUAGES]
        own |= {"aim": texts, "behind": _tenth(row["aim_regret"])}
    return own | {
        "sites": listed(row["chosen"], found),
        "stated": pair(row["stated_places"], row["stated_persons"]),
        "middle": pair(_tenth(row["mean_places"]), _tenth(row["middle_persons"])),
        "low": _tenth(row["low_persons"]),
        "least": _tenth(row["least_persons"]),
        "always": pair(row["always_places"], row["always_persons"]),
        "unbeaten": share(row["unbeaten_share"]),
        "own": share(row["own_share"]),
        "mean_regret": _tenth(row["mean_regret"]),
        "worst_regret": _tenth(row["worst_regret"]),
        "basis": worded("basis", row["basis"]),
    }


def _bands(found: Found) -> list[list[Cell]]:
    """Count the villages by how often they are within the limit with either plan."""
    shares = np.array(list(found.passes.values()), dtype=float)
    persons = floats(found.rows["persons"].reindex(list(found.passes)))
    rows: list[list[Cell]] = []
    above = np.inf
    for name, least in BANDS:
        # What is exactly at an end belongs to the band above, but "never" is exactly none.
        inside = (shares > least if name in {"seldom", "never"} else shares >= least) & (
            shares < above if name not in {"always", "never"} else shares <= above
        )
        cells = [pair(int(one.sum()), sum_of(persons[one])) for one in inside.T]
        rows.append([[*both(f"siting_map.band.{name}"), len(rows)], *cells])
        above = least
    return rows


def _sites(found: Found) -> list[list[Cell]]:
    homes, known = found.facility_town, found.facility_at
    rows = sorted(
        records(found, "stable_sites"), key=lambda one: (-one["chosen_share"], one["facility_id"])
    )
    return [
        [
            facility(one["facility_id"], found),
            township(homes[known[one["facility_id"]]], found)
            if one["facility_id"] in known
            else nothing(),
            share(one["chosen_share"]),
            truth(one["in_best"]),
            truth(one["in_safe"]),
            worded("basis", one["basis"]),
        ]
        for one in rows
    ]


def _draws(found: Found) -> list[list[Cell]]:
    names = ("best_persons", "safe_persons", "own_persons", "best_regret", "safe_regret")
    return [
        [
            count(one["draw"]),
            count(one["speed"]),
            *(_tenth(one[name]) for name in names[:3]),
            count(one["own_sites"]),
            *(_tenth(one[name]) for name in names[3:]),
            truth(one["same"]),
            worded("siting_map.status", one["status"]),
        ]
        for one in records(found, "draws")
    ]


WRITERS: dict[str, Callable[[Found], list[list[Cell]]]] = {
    "stable_plans": _plans, "stable_bands": _bands, "stable_sites": _sites, "draws": _draws,
    "screening": _screening, "groups": _groups, "ways": _ways,
}  # fmt: skip
