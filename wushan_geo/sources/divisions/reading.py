"""The places that a text names in front of a name: 重庆市巫山县巫峡镇桂花村 tells its parent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from wushan_geo.sources.divisions.codes import COUNTY, PROVINCES, TOWNSHIP
from wushan_geo.sources.divisions.names import KIND_LEVEL, parted
from wushan_geo.sources.divisions.nearly import apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.sources.divisions.index import UnitIndex

Doubt = Literal["", "unchecked", "other_area", "other_township"]

LONGEST_PLACE = 14  # characters of a township's name with its suffix
_AREA = re.compile(r"(.{1,8}?(?:特别行政区|自治区|自治州|自治县|省|市|县|(?<!社)区|旗|盟))(.{2,})")
_TOWN = re.compile(r"(.{1,10}?(?:镇|乡|街道(?:办事处|办)?|苏木))(.{2,})")
_BETWEEN = re.compile(r"^[\-—–_·.,、:;/\\|~\d]+(?=.{2})")  # 巫峡镇 - 3. 桂花村
_FORMER = re.compile(r"^(?:原|曾用名|曾|旧称|旧|现|含|属于|隶属|属|位于|在)[:：]?")


class Lead(NamedTuple):
    """What is left of a text when the places named in front are taken off."""

    rest: str
    """The name itself."""
    place: str
    """Code of the parent in which it is to be looked for; empty for anywhere."""
    named: bool = False
    """Whether a place was taken off."""
    doubt: Doubt = ""
    """``unchecked`` if the place is not among the units, ``other_area`` or ``other_township`` if
    it is not the parent that was given."""


def leads(index: UnitIndex, form: str, parent: str) -> Iterator[Lead]:
    """Give the ways to read a text: as it stands, then without the places named in front.

    Parameters
    ----------
    index
        The units.
    form
        A plain name.
    parent
        Code of the parent that was given; empty for none.

    Yields
    ------
    Lead
        A way to read it.

    Raises
    ------
    TypeError
        If `form` is not a text.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.sources.divisions.index import unit_index
    >>> rows = {"zone_id": ["500237", "500237111"], "name": ["巫山县", "巫峡镇"]}
    >>> index = unit_index(pd.DataFrame(rows))
    >>> for lead in leads(index, "巫山县巫峡镇桂花村", ""):
    ...     print(lead.rest, "in", lead.place or "anywhere")
    巫山县巫峡镇桂花村 in anywhere
    巫峡镇桂花村 in 500237
    桂花村 in 500237111
    """
    yield Lead(form, parent)
    last = Lead(form, parent)
    for last in _without_areas(index, form, parent):
        yield last
    yield from _without_township(index, last)
    if last.rest != form:
        yield from _without_township(index, Lead(form, parent))


def remark_place(index: UnitIndex, remark: str, parent: str) -> str:
    """Give the township that a remark in brackets names.

    Parameters
    ----------
    index
        The units.
    remark
        Text in brackets.
    parent
        Code of the parent that was given; empty for none.

    Returns
    -------
    str
        Its code; empty if the remark names no township of the county.

    Raises
    ------
    TypeError
        If `remark` is not a text.

    Examples
    --------
    >>> import pandas as pd
    >>> from wushan_geo.sources.divisions.index import unit_index
    >>> index = unit_index(pd.DataFrame({"zone_id": ["500237111"], "name": ["巫峡镇"]}))
    >>> remark_place(index, "巫峡镇", ""), remark_place(index, "贫困村", "")
    ('500237111', '')
    """
    county = parent[:COUNTY] or index.county
    if not county:
        return ""
    stem, kind = parted(former(remark))
    if kind and KIND_LEVEL[kind] != "township":
        return ""
    found = index.inside(county).stems.get(stem, [])
    return found[0].code if len(found) == 1 else ""


def former(remark: str) -> str:
    """Take the word off a remark that says how a name relates to the other one.

    Parameters
    ----------
    remark
        Text in brackets.

    Returns
    -------
    str
        The name in it.

    Raises
    ------
    TypeError
        If `remark` is not a text.

    Examples
    --------
    >>> former("原早阳村"), former("属巫峡镇")
    ('早阳村', '巫峡镇')
    """
    return _FORMER.sub("", remark)


def _without_areas(index: UnitIndex, form: str, parent: str) -> Iterator[Lead]:
    """Take off province, prefecture and county, as far as they are written."""
    county = parent[:COUNTY] if len(parent) >= COUNTY else index.county
    rest, place = form, parent
    words = index.area_words(county) if county else _provinces()
    own = index.names[index.position[county]] if county in index.position else ""
    for word in words:
        if rest.startswith(word) and len(rest) > len(word):
            rest = rest[len(word) :]
            place = parent or (county if word == own else "")
            yield Lead(rest, place, named=True)
    if not county:
        yield from _county_by_name(index, rest)
    found = _AREA.fullmatch(rest)
    if found and county:
        doubt: Doubt = "other_area" if own else "unchecked"
        yield Lead(found[2], place, named=True, doubt=doubt)


def _county_by_name(index: UnitIndex, form: str) -> Iterator[Lead]:
    for end in range(len(form) - 1, 1, -1):
        codes = index.counties_by_name.get(form[:end], [])
        if len(codes) == 1:
            yield Lead(form[end:], codes[0], named=True)
            return


def _provinces() -> list[str]:
    short = [
        re.sub(r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)$", "", one)
        for one in PROVINCES.values()
    ]
    return [*PROVINCES.values(), *short]


def _without_township(index: UnitIndex, lead: Lead) -> Iterator[Lead]:
    """Take off a township, and look inside it where no other one was given."""
    given = lead.place if len(lead.place) == TOWNSHIP else ""
    county = lead.place[:COUNTY] or index.county
    if not county or lead.doubt == "other_area":
        return
    towns, seen = index.inside(county), set[str]()
    for end in range(min(LONGEST_PLACE, len(lead.rest) - 1), 0, -1):
        stem, kind = parted(lead.rest[:end])
        if kind and KIND_LEVEL[kind] != "township":
            continue
        units = [unit for unit in towns.stems.get(stem, []) if unit.code not in seen]
        for unit in units:
            seen.add(unit.code)
            yield from _inside(lead, end, unit.code, given, sure=bool(kind))
    found = _TOWN.fullmatch(lead.rest)
    if found and given:
        yield from _badly_written(index, lead, found, given)


def _badly_written(
    index: UnitIndex, lead: Lead, found: re.Match[str], given: str
) -> Iterator[Lead]:
    """Take off what should be the parent given: one character off, or with no name to check."""
    own = index.unit(index.position[given]).stem if given in index.position else ""
    if not own:
        yield Lead(found[2], given, named=True, doubt="unchecked")
    elif apart(parted(found[1])[0], own) == "strong":
        yield Lead(found[2], given, named=True, doubt=lead.doubt)


def _inside(lead: Lead, end: int, code: str, given: str, *, sure: bool) -> Iterator[Lead]:
    rest = _BETWEEN.sub("", lead.rest[end:])
    if given in {"", code}:
        yield Lead(rest, code, named=True, doubt=lead.doubt)
    elif sure:  # a bare stem in front may be part of the name
        yield Lead(rest, code, named=True, doubt="other_township")
