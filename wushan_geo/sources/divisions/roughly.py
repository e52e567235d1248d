"""Finding a unit whose name is not written right: inside a parent, and only if certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wushan_geo.sources.divisions.codes import COUNTY, TOWNSHIP
from wushan_geo.sources.divisions.names import KIND_LEVEL, UNREADABLE, parted
from wushan_geo.sources.divisions.nearly import decided, near, with_wrong_suffix
from wushan_geo.sources.divisions.outcome import (
    SHOWN,
    Found,
    Way,
    codes_of,
    doubtful,
    matched,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.sources.divisions.crosswalks import Changes
    from wushan_geo.sources.divisions.index import Scope, Unit, UnitIndex

EVIDENCE = ("strong", "medium", "weak", "distinct")
LIKENESS_SHARE = {"strong": 1.0, "medium": 0.92, "weak": 0.87}
LEAST_ALIKE = 45  # per cent that a candidate must have in common with the text
_MARK = re.compile(f"[{re.escape(UNREADABLE)}]")


def roughly(index: UnitIndex, ways: Sequence[Way], parent: str, changes: Changes | None) -> Found:
    """Match by the crosswalk, another kind or one character, inside a parent only.

    Parameters
    ----------
    index
        The units.
    ways
        The ways to read the text.
    parent
        Code of the parent that was given; empty for none.
    changes
        Renamed, merged, split and moved units.

    Returns
    -------
    Found
        The unit, or the candidates and the reason.

    Raises
    ------
    IndexError
        If there is no way to read it.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.sources.divisions.index import unit_index
    >>> from wushan_geo.sources.divisions.reading import Lead
    >>> units = {"zone_id": ["500237210207"], "name": ["建平村村民委员会"]}
    >>> way = Way(Lead("建平社区", "500237210"), ())
    >>> roughly(unit_index(pd.DataFrame(units)), [way], "500237210", None).method
    'kind'
    """
    if changes is not None:
        for way in ways:
            changed = _by_change(index, way, changes)
            if changed is not None:
                return changed
    usable = [way for way in ways if way.lead.place and not way.lead.doubt]
    for attempt in (_other_kind, _wrong_suffix):
        for way in usable:
            found = attempt(index, way)
            if found is not None:
                return found
    return _one_character(index, usable, ways, parent)


def _by_change(index: UnitIndex, way: Way, changes: Changes) -> Found | None:
    codes = changes.now(way.lead.rest, way.lead.place)
    if codes is None:
        return None
    if not codes:
        return Found(None, reason="abolished")
    units = [index.unit(index.position[code]) for code in codes if code in index.position]
    if len(units) == 1 and len(codes) == 1:
        return matched(units[0], (*way.steps, "crosswalk"))
    return doubtful(units, "split")


def unreadable(index: UnitIndex, ways: Sequence[Way]) -> Found | None:
    """Match □平村, if the characters that can be read leave one unit of the parent.

    Parameters
    ----------
    index
        The units.
    ways
        The ways to read the text.

    Returns
    -------
    Found or None
        The unit or the candidates; None if no character is lost, or no unit fits.

    Raises
    ------
    TypeError
        If a way has no text.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.sources.divisions.index import unit_index
    >>> from wushan_geo.sources.divisions.reading import Lead
    >>> units = {"zone_id": ["500237210207"], "name": ["建平村村民委员会"]}
    >>> way = Way(Lead("□平村", "500237210"), ())
    >>> unreadable(unit_index(pd.DataFrame(units)), [way]).method
    'unreadable'
    """
    for way in ways:
        found = _unreadable(index, way) if way.lead.place and not way.lead.doubt else None
        if found is not None:
            return found
    return None


def _unreadable(index: UnitIndex, way: Way) -> Found | None:
    stem, kind = parted(way.lead.rest)
    lost = len(_MARK.findall(stem))
    if not lost or len(stem) < 2 * lost:
        return None
    pattern = re.compile("".join("." if one in UNREADABLE else re.escape(one) for one in stem))
    units = [
        unit
        for unit in index.inside(way.lead.place).units
        if pattern.fullmatch(unit.stem) and unit.fits(kind)
    ]
    if not units:
        return None
    if len(units) > 1:
        return doubtful(units, "unreadable")
    return matched(units[0], (*way.steps, "unreadable"))


def _other_kind(index: UnitIndex, way: Way) -> Found | None:
    """Match 建平镇 to 建平乡, if nothing else can be meant."""
    stem, kind = parted(way.lead.rest)
    if not kind:
        return None
    scope = index.inside(way.lead.place)
    units = [one for one in scope.stems.get(stem, []) if one.level == KIND_LEVEL[kind]]
    if not units:
        return None
    # 龙溪社区 may well be 龙溪场镇社区; and a town's own name may be any of its communities.
    own = index.stem(way.lead.place) == stem
    siblings = [
        one
        for one in scope.units
        if one.kind == kind and (own or stem in one.stem or one.stem in stem)
    ]
    elsewhere = _elsewhere(index, stem, kind, way.lead.place)
    if len(units) == 1 and not siblings and not elsewhere:
        return matched(units[0], (*way.steps, "kind"))
    return doubtful([*units, *siblings, *elsewhere], "kind")


def _wrong_suffix(index: UnitIndex, way: Way) -> Found | None:
    units = with_wrong_suffix(index.inside(way.lead.place), way.lead.rest)
    if not units:
        return None
    if len(units) > 1:
        return doubtful(units, "several")
    return matched(units[0], (*way.steps, "one_character"))


def _one_character(
    index: UnitIndex, usable: Sequence[Way], ways: Sequence[Way], parent: str
) -> Found:
    for way in usable:
        away = _elsewhere(index, *parted(way.lead.rest), way.lead.place)
        if away:
            return Found(None, candidates=codes_of(away), reason="elsewhere")
    for way in reversed(usable):
        units = near(index.inside(way.lead.place), *parted(way.lead.rest))
        one = decided(units)
        if one is not None:
            share = LIKENESS_SHARE[one.how]
            return matched(one.unit, (*way.steps, "one_character"), share)
        if units:
            strongest = sorted(units, key=lambda one: (EVIDENCE.index(one.how), one.unit.code))
            return doubtful([one.unit for one in strongest], "one_character")
    return _nothing(index, ways, parent)


def _elsewhere(index: UnitIndex, stem: str, kind: str, place: str) -> list[Unit]:
    """Give the units of the county that are called so, outside a place."""
    if len(place) != TOWNSHIP:
        return []
    units = index.below(place[:COUNTY]).stems.get(stem, [])
    return [
        one
        for one in units
        if index.parents[one.at] != place and one.level == "village" and one.fits(kind)
    ]


def _nothing(index: UnitIndex, ways: Sequence[Way], parent: str) -> Found:
    """Name what comes nearest inside the parent, for a planner to choose from."""
    place = ways[-1].lead.place
    if not place:
        county = index.county
        close = near(index.below(county), *parted(ways[-1].lead.rest)) if county else []
        return Found(None, candidates=codes_of([one.unit for one in close]), reason="no_parent")
    stem, _ = parted(ways[-1].lead.rest)
    own = index.unit(index.position[place]) if place in index.position else None
    if own is not None and place == parent and _hits_itself(own, ways):
        return Found(None, candidates=(), reason="is_parent")
    return Found(None, candidates=_alike(index.inside(place), stem), reason="unknown")


def _hits_itself(own: Unit, ways: Sequence[Way]) -> bool:
    return any(parted(way.lead.rest)[0] == own.stem for way in ways)


def _alike(scope: Scope, stem: str) -> tuple[str, ...]:
    from rapidfuzz.fuzz import ratio

    scored = [(-ratio(stem, unit.stem), unit.code) for unit in scope.units]
    near_enough = sorted(one for one in scored if -one[0] >= LEAST_ALIKE)
    return tuple(code for _, code in near_enough[:SHOWN])
