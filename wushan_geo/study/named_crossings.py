"""Bridges and ferries of a map find their rows in the crossing table by name.

Maps give roads names and not the ids of an office's table, so that the table would bear on none of
their roads. Only an equal name counts: a bridge that is nearly called so may be another one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from wushan_geo.study.crossings import FERRY, NAME
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from wushan_geo.errors import Fault
    from wushan_geo.study.roads import RoadNetwork

BRIDGE = "bridge"
_JOINTS = re.compile("[;；]")  # several names of one road are joined by these
_NUMBER = re.compile(r"^[A-Za-z]+[0-9][\w/.,-]*\s+")  # number of a road, before its name


def attached(
    roads: RoadNetwork, crossings: pd.DataFrame, fold: Callable[[str], str]
) -> tuple[RoadNetwork, list[Fault]]:
    """Give bridges and ferries without a crossing the one that bears their name.

    An edge is a ferry by its class, else a bridge if it is one. It gets the crossing of its kind
    whose ``name`` or ``name_en`` equals one of its names; several names are joined by semicolons,
    and the number of a road before a name does not count. Where the names of an edge mean several
    crossings it gets none. An edge that has a crossing keeps it.

    Parameters
    ----------
    roads
        Road network; not changed.
    crossings
        Table ``crossings`` of a study: ``crossing_id``, ``name``, ``name_en``, ``kind``.
    fold
        Brings names to the form in which they are compared.

    Returns
    -------
    tuple
        The network (the same one if no edge got anything), and notes: how many edges each crossing
        got, which names mean several, and which crossings got none though there are roads of their
        kind without a crossing.

    Raises
    ------
    KeyError
        If the table lacks a column.

    Examples
    --------
    See ``tests/test_study_named_crossings.py``.
    """
    bare, ferry = roads.crossing_id == "", roads.road_class == FERRY
    there = set(roads.crossing_id.tolist())
    found, matches = roads.crossing_id.copy(), _Matches()
    for kind, which in ((BRIDGE, bare & roads.bridge & ~ferry), (FERRY, bare & ferry)):
        own = crossings[(crossings["kind"] == kind).to_numpy(dtype=bool)]
        if which.any():
            known = _by_name(own, fold)
            found[which] = [matches.take(_meant(one, known, fold)) for one in roads.name[which]]
            matches.lost |= set(own["crossing_id"]) - there
    matches.lost -= matches.unclear | set(matches.edges)
    if matches.edges:
        roads = replace(roads, crossing_id=found)
    return roads, list(_notes(crossings, matches))


@dataclass(slots=True)
class _Matches:
    """What became of the crossings."""

    edges: Counter[str] = field(default_factory=Counter)
    """Edges that each crossing got."""
    unclear: set[str] = field(default_factory=set)
    """Crossings that share a name, which a road bears."""
    lost: set[str] = field(default_factory=set)
    """Crossings that no road bears the name of, though there are roads of their kind."""

    def take(self, meant: set[str]) -> str:
        """Give an edge its crossing, or none, and keep count."""
        if len(meant) != 1:
            self.unclear |= meant
            return ""
        (one,) = meant
        self.edges[one] += 1
        return one


def _by_name(own: pd.DataFrame, fold: Callable[[str], str]) -> dict[str, set[str]]:
    """Give the crossings of each name; a name may be that of several."""
    known: dict[str, set[str]] = {}
    for column in ("name", "name_en"):
        for one, name in zip(own["crossing_id"], own[column], strict=True):
            plain = fold(name) if isinstance(name, str) else ""
            if plain:
                known.setdefault(plain, set()).add(str(one))
    return known


def _meant(name: str, known: Mapping[str, set[str]], fold: Callable[[str], str]) -> set[str]:
    """Give the crossings that the names of an edge mean."""
    parts = [one.strip() for one in _JOINTS.split(name)]
    names = {fold(one) for one in (*parts, *(_NUMBER.sub("", part, count=1) for part in parts))}
    return {one for plain in names for one in known.get(plain, ())}


def _notes(crossings: pd.DataFrame, matches: _Matches) -> Iterator[Fault]:
    """Say what became of the crossings, by their names in the table."""
    place = Where(NAME, None, "name")
    names = {
        str(one): name if isinstance(name, str) and name.strip() else str(one)
        for one, name in zip(crossings["crossing_id"], crossings["name"], strict=True)
    }
    if matches.edges:
        got = sorted(matches.edges.items())
        shown = (
            "、".join(f"{names[one]} {count} 段" for one, count in got),
            ", ".join(f"{names[one]} ({count})" for one, count in got),
        )
        words = rule("crossings_attached", crossings=shown)
        yield fault(place, words, hint("crossings_attached"), severity="note")
    advice = hint("crossings_unattached")
    if matches.unclear:
        words = rule("crossings_unclear", crossings=_listed(names, matches.unclear))
        yield fault(place, words, advice, severity="note")
    if matches.lost:
        words = rule("crossings_lost", crossings=_listed(names, matches.lost))
        yield fault(place, words, advice, severity="note")


def _listed(names: Mapping[str, str], which: set[str]) -> tuple[str, str]:
    """Name all of them: a planner looks for each."""
    told = [names[one] for one in sorted(which)]
    return "、".join(told), ", ".join(told)
