"""Codes held against names: two offices number the same townships differently.

The statistics bureau and the civil affairs office keep lists of their own, in which one nine-digit
code can mean two townships. So a code is never trusted alone where a name stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from wushan_geo.errors import ParameterError
from wushan_geo.sources.divisions.codes import COUNTY, TOWNSHIP, repaired, shortened_code
from wushan_geo.sources.divisions.finding import is_one_of
from wushan_geo.sources.divisions.index import unit_index
from wushan_geo.sources.divisions.matching import Matcher, aligned, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wushan_geo.sources.divisions.index import UnitIndex

Verdict = Literal["agree", "code only", "name only", "contradict", "neither"]
COLUMNS = ("code", "by_code", "by_name", "method", "verdict")

# When contradictions are one matter and no longer many: at least so many, and at least this share
# of the units that are known by name, each name meaning another unit.
LEAST_UNITS = 3
LEAST_SHARE = 0.2
DOUBTFUL = ("one_character", "kind", "crosswalk")


def check_codes(
    codes: Iterable[object],
    names: Iterable[object],
    units: pd.DataFrame | UnitIndex,
    parent: object = None,
) -> pd.DataFrame:
    """Hold each code against the name beside it.

    A name is first looked for under the parent that its code tells; if it does not mean the
    code's own unit, under the parent given, else among all units. A name that several units go by
    agrees with the code of any of them.

    Parameters
    ----------
    codes
        Codes; a Series keeps its index.
    names
        Names, as many.
    units
        Units, as :func:`unit_index` takes them.
    parent
        Codes or names of the parents, where the list has them; as for :func:`match`.

    Returns
    -------
    DataFrame
        ``code`` as it is read, ``by_code`` and ``by_name`` (the unit that each means), ``method``
        of the name, and ``verdict``: ``agree``, ``code only``, ``name only``, ``contradict`` or
        ``neither``.

    Raises
    ------
    ParameterError
        If there are not as many names as codes.

    Examples
    --------
    >>> rows = {"zone_id": ["500237101", "500237102"], "name": ["庙宇镇", "大昌镇"]}
    >>> checked = check_codes(["500237101", "500237101"], ["庙宇镇", "大昌镇"], pd.DataFrame(rows))
    >>> checked["verdict"].tolist()
    ['agree', 'contradict']
    """
    index = unit_index(units)
    series = codes if isinstance(codes, pd.Series) else pd.Series(list(codes), dtype="object")
    called = texts(
        names if isinstance(names, pd.Series) else pd.Series(list(names), dtype="object")
    )
    if len(called) != len(series):
        message = f"there are {len(series)} codes and {len(called)} names"
        raise ParameterError(message)
    matcher = Matcher(index)
    above = aligned(parent, series)
    rows = [_checked(matcher, *one) for one in zip(texts(series), called, above, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS), index=series.index, dtype="str")


def follows_other_system(checked: pd.DataFrame) -> bool:
    """Tell whether a whole list follows another coding system.

    That is so if many names, each written right and each meaning another unit, stand beside codes
    of other units, and one code always stands for one name.

    Parameters
    ----------
    checked
        Result of :func:`check_codes`.

    Returns
    -------
    bool
        True if the contradictions are one matter to decide.

    Raises
    ------
    KeyError
        If it is another table.

    Examples
    --------
    >>> codes, names = ["500237101", "500237102", "500237103"], ["甲镇", "乙镇", "丙镇"]
    >>> units = pd.DataFrame({"zone_id": codes, "name": names})
    >>> turned = check_codes(units["zone_id"], ["乙镇", "丙镇", "甲镇"], units)
    >>> follows_other_system(turned), follows_other_system(turned.iloc[:1])
    (True, False)
    """
    against = checked[checked["verdict"] == "contradict"]
    sure = against[~against["method"].isin(DOUBTFUL)]
    pairs = sure[["code", "by_name"]].drop_duplicates()
    if len(pairs) < LEAST_UNITS or len(sure) < len(against):
        return False
    known = checked["by_name"].dropna().nunique()
    one_to_one = pairs["code"].is_unique and pairs["by_name"].is_unique
    return bool(one_to_one and len(pairs) >= LEAST_SHARE * known)


def chosen_ids(checked: pd.DataFrame, by: Literal["by name", "by code"]) -> pd.Series[Any]:
    """Give the unit of each row, once it is decided which of the two counts.

    Parameters
    ----------
    checked
        Result of :func:`check_codes`.
    by
        ``by name`` or ``by code``: what counts where the two contradict each other.

    Returns
    -------
    Series
        Codes of units; missing where neither is known.

    Raises
    ------
    ParameterError
        If `by` is another word.

    Examples
    --------
    >>> rows = {"zone_id": ["500237101", "500237102"], "name": ["庙宇镇", "大昌镇"]}
    >>> checked = check_codes(["500237101"], ["大昌镇"], pd.DataFrame(rows))
    >>> chosen_ids(checked, "by name").tolist(), chosen_ids(checked, "by code").tolist()
    (['500237102'], ['500237101'])
    """
    if by not in CHOICES:
        message = f"by is one of {', '.join(CHOICES)} (given: {by!r})"
        raise ParameterError(message)
    first, second = ("by_name", "by_code") if by == "by name" else ("by_code", "by_name")
    return checked[first].fillna(checked[second]).rename("zone_id")


CHOICES = ("by name", "by code")


def _checked(matcher: Matcher, code: str, name: str, parent: str) -> tuple[str | None, ...]:
    read = _code(code)
    by_code = read if read in matcher.index.position else None
    if not any(map(str.isalpha, name)):
        return read or None, by_code, None, None, "code only" if by_code else "neither"
    by_name, method = _by_name(matcher, read, name, parent)
    return read or None, by_code, by_name, method, _verdict(by_code, by_name)


def _code(text: str) -> str:
    digits = repaired(text) or text.strip()
    return shortened_code(digits) if digits.isdecimal() else digits


def _by_name(matcher: Matcher, code: str, name: str, parent: str) -> tuple[str | None, str | None]:
    index = matcher.index
    above = code[: _ABOVE.get(len(code), 0)]
    if code in index.position:
        above = index.parents[index.position[code]]
    places = [above, parent] if parent else [above, code[:COUNTY]]
    found = None
    for place in dict.fromkeys(places):
        if not place or not index.knows(matcher.parent(place)[0] or ""):
            continue
        one = matcher.found(name, place)
        own = index.position.get(code)
        if own is not None and is_one_of(index.unit(own), name, one):
            return code, "exact" if name in index.unit(own).exact else "suffix"
        if one.at is not None:
            found = one
        if one.at is not None and index.codes[one.at] == code:
            break
    if found is None or found.at is None:
        return None, None
    return index.codes[found.at], found.method


_ABOVE = {12: TOWNSHIP, 9: COUNTY}


def _verdict(by_code: str | None, by_name: str | None) -> Verdict:
    if by_code and by_name:
        return "agree" if by_code == by_name else "contradict"
    if by_code:
        return "code only"
    return "name only" if by_name else "neither"
