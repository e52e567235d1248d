"""Finding one unit for one text, inside its parent, and saying how it was found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wushan_geo.sources.divisions.codes import COUNTY, TOWNSHIP, VILLAGE, repaired, shortened_code
from wushan_geo.sources.divisions.index import Scope, Unit, latin
from wushan_geo.sources.divisions.names import (
    KIND_LEVEL,
    compact,
    drafts,
    parted,
    remarks,
    unbracketed,
)
from wushan_geo.sources.divisions.outcome import SCORES, Found, Way, codes_of, doubtful, matched
from wushan_geo.sources.divisions.reading import former, leads, remark_place
from wushan_geo.sources.divisions.roughly import roughly, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.sources.divisions.crosswalks import Changes
    from wushan_geo.sources.divisions.index import UnitIndex

_CODE = re.compile(r"(?<!\d)(\d{12}|\d{9})(?!\d)")
_REPEATED = "村镇乡"
_BETWEEN = re.compile(r"[、,;/&+|\\]")
_SEVERAL = ("several", "several_places")
_NUMERIC = re.compile(r"[\d.]+")


def found_unit(
    index: UnitIndex, text: str, parent: str = "", changes: Changes | None = None
) -> Found:
    """Find the unit that a text means, inside its parent.

    The text is read in ever plainer forms; the first form under which exactly one unit is known
    counts. Only inside a parent may the kind or one character differ.

    Parameters
    ----------
    index
        The units.
    text
        What stands in the cell.
    parent
        Code of the parent; empty for none.
    changes
        Renamed, merged, split and moved units.

    Returns
    -------
    Found
        The unit, or the candidates and the reason.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.sources.divisions.index import unit_index
    >>> units = {"zone_id": ["500237210204"], "name": ["建平村村民委员会"]}
    >>> one = found_unit(unit_index(pd.DataFrame(units)), "建坪村", "500237210")
    >>> one.method, one.status
    ('one_character', 'matched')
    """
    if not any(map(str.isalnum, text)):
        return Found(None, reason="empty")
    by_code = _by_code(index, text, parent)
    return by_code or _by_name(index, text, parent, changes)


def _by_name(index: UnitIndex, text: str, parent: str, changes: Changes | None) -> Found:
    ways: list[Way] = []
    for form, steps in drafts(text):
        if "punctuation" in steps and _names_several(text):
            return doubtful(_all_named(index, text, parent), "several")
        named = _named_in_remark(index, text, parent) if "bracket" in steps else parent
        if named is None:
            return _contradicted(index, form, parent)
        ways = []
        for lead in leads(index, form, named):  # made one by one: the first is often enough
            ways.append(Way(lead, steps))
            found = _exactly(index, ways[-1], parent)
            if found is not None:
                return _unless_remark(index, text, ways[-1], found)
        found = unreadable(index, ways)
        if found is not None:
            return found
    return roughly(index, ways, parent, changes)


def _parts(text: str) -> list[str]:
    return [compact(unbracketed(one)) for one in _BETWEEN.split(next(drafts(text))[0])]


def _names_several(text: str) -> bool:
    """Tell a cell that lists several villages: 建平村、春晓村."""
    kinds = [parted(one)[1] for one in _parts(text)]
    return sum(KIND_LEVEL.get(kind) == "village" for kind in kinds) > 1


def _all_named(index: UnitIndex, text: str, parent: str) -> list[Unit]:
    founds = [found_unit(index, one, parent) for one in _parts(text)]
    return [index.unit(found.at) for found in founds if found.at is not None]


def _by_code(index: UnitIndex, text: str, parent: str) -> Found | None:
    """Match a code in the place of a name, or beside it if both agree."""
    if not any(map(str.isdigit, text)):
        return None
    plain = repaired(text) or text.strip()
    if not _NUMERIC.fullmatch(plain):
        beside = _CODE.search(plain)
        return _code_and_name(index, plain, beside[1], parent) if beside else None
    code = shortened_code(plain)
    if len(code) not in {COUNTY, TOWNSHIP, VILLAGE}:
        return None
    if code not in index.position:
        return Found(None, reason="code_unknown")
    if not code.startswith(parent) or code == parent:
        return Found(None, candidates=(code,), reason="elsewhere")
    return Found(index.position[code], "code", SCORES["code"], "matched", (code,))


def _code_and_name(index: UnitIndex, text: str, code: str, parent: str) -> Found | None:
    name = compact(text.replace(code, ""))
    if not name:
        return None
    short = shortened_code(code)
    by_name = found_unit(index, name, parent)
    at = index.position.get(short)
    shares = at is not None and short.startswith(parent)
    shares = shares and is_one_of(index.unit(index.position[short]), name, by_name)
    if at is not None and (by_name.at == at or shares):
        return Found(at, "code", SCORES["code"], "matched", (short,))
    known = (short,) if short in index.position else ()
    candidates = tuple(dict.fromkeys((*known, *by_name.candidates)))
    return Found(None, "", 0.0, "ambiguous", candidates, "code_and_name")


def is_one_of(unit: Unit, text: str, found: Found) -> bool:
    """Tell whether a unit is one of several that go by a text.

    Parameters
    ----------
    unit
        The unit that a code beside the text means.
    text
        The name as it stands in the cell.
    found
        What the text was matched to by itself.

    Returns
    -------
    bool
        True if the text fits several units, and this one's name among them.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> unit = Unit(0, "500237102237", "village", "兴旺", "village", ("兴旺村",), "", ())
    >>> several = Found(None, status="ambiguous", reason="several_places")
    >>> is_one_of(unit, "兴旺村委会", several), is_one_of(unit, "兴旺社区", several)
    (True, False)
    """
    if found.reason not in _SEVERAL:
        return False
    named = {parted(compact(unbracketed(form))) for form, _ in drafts(text)}
    return any(Scope([unit]).named(*one, direct=False) for one in named)


def _named_in_remark(index: UnitIndex, text: str, parent: str) -> str | None:
    """Give the parent with what brackets say of it; None if they name another one."""
    form = next(drafts(text))[0]
    places = {remark_place(index, one, parent) for one in remarks(form)} - {""}
    inside = {parent, *places} if len(parent) == TOWNSHIP else places
    if len(inside) > 1:
        return None
    return inside.pop() if inside else parent


def _contradicted(index: UnitIndex, form: str, parent: str) -> Found:
    stem, _ = parted(compact(form))
    county = parent[:COUNTY] or index.county
    return doubtful(index.below(county).stems.get(stem, []), "other_township")


def _exactly(index: UnitIndex, way: Way, parent: str) -> Found | None:
    """Match what is written right but for its form."""
    lead = way.lead
    for scope, direct in _scopes(index, lead.place):
        units, step = _hits(scope, lead.rest, direct=direct)
        if not units:
            continue
        steps = (*way.steps, *(("prefix",) if lead.named else ()), step)
        if lead.doubt == "other_township":
            return doubtful(units, "other_township")
        if lead.doubt == "other_area":
            return Found(None, candidates=codes_of(units), reason="other_area")
        if lead.doubt == "unchecked" and len(parent) != TOWNSHIP:
            return doubtful(units, "area_unchecked")
        if len(units) > 1:
            return doubtful(units, "several" if direct else "several_places")
        return matched(units[0], steps)
    return None


def _scopes(index: UnitIndex, place: str) -> Iterator[tuple[Scope, bool]]:
    """Give the units right below a place, then all further below it."""
    if place:
        yield index.inside(place), True
    if len(place) < TOWNSHIP:
        yield index.below(place), False


def _hits(scope: Scope, rest: str, *, direct: bool) -> tuple[list[Unit], str]:
    """Give the units that a text names, and the step that it took."""
    stem, kind = parted(rest)
    aliased = [unit for unit in scope.aliases.get(stem, []) if kind and unit.fits(kind)]
    rivals = [] if direct else aliased  # anywhere, 场镇社区 may be 龙溪场镇社区 too
    readings = [(stem, kind), (rest, "")]
    if rest[-1:] in _REPEATED and rest[-1:] == rest[-2:-1]:  # 桂花村村
        readings.append(parted(rest[:-1]))
    for one, its_kind in readings:
        if not direct and len(one) == 1 and not its_kind:
            continue
        # Never by spelling alone: a list may write 兴旺村 here and 兴旺村村民委员会 there.
        units = scope.named(one, its_kind, direct=direct)
        if units:
            step = "exact" if all(rest in unit.exact for unit in units) else "suffix"
            return [*units, *rivals], step
    if aliased:
        return aliased, "prefix"
    found = [scope.english[word] for word in latin(rest) if word in scope.english]
    return (found[0], "english") if found else ([], "")


def _unless_remark(index: UnitIndex, text: str, way: Way, found: Found) -> Found:
    """Doubt a match if the brackets name another unit of the same parent."""
    if found.at is None or "bracket" not in way.steps:
        return found
    scope = index.inside(index.parents[found.at])
    for remark in remarks(next(drafts(text))[0]):
        units, _ = _hits(scope, compact(former(remark)), direct=True)
        others = [unit for unit in units if unit.at != found.at]
        if others:
            return doubtful([index.unit(found.at), *others], "remark")
    return found
