"""The cells of the page of a proposal, each in both languages at once.

A cell is a number, None for no data, or a list: Chinese, English and, where the text does not sort
by itself, what it is sorted by. The page's script shows the same cells, so that nothing is written
twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.maps import layers
from wushan_geo.maps.figures import UNREACHABLE, count, minute, number_text
from wushan_geo.maps.siting_found import ROLES
from wushan_geo.maps.tables import LANGUAGE, word
from wushan_geo.wording import LANGUAGES, both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wushan_geo.maps.siting_found import Found

Cell = int | float | list[Any] | None


def told(cell: Cell, at: int = LANGUAGES.index(LANGUAGE)) -> str:
    """Write a cell.

    Parameters
    ----------
    cell
        A number, None or a list as above.
    at
        0 for Chinese, 1 for English.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    IndexError
        If a list lacks a language.

    Examples
    --------
    >>> told(3), told(None), told(["是", "yes", 1], 1)
    ('3', '无数据', 'yes')
    """
    return str(cell[at]) if isinstance(cell, list) else number_text(cell, LANGUAGES[at])


def nothing() -> list[Any]:
    """Say that something does not apply; it sorts last.

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
    >>> nothing()
    ['—', '—', None]
    """
    return [*both("not_applicable"), None]


def pair(places: Any, persons: Any) -> list[Any]:
    """Write places and persons side by side, sorted by persons.

    Parameters
    ----------
    places, persons
        Counts; missing ones are no data.

    Returns
    -------
    Cell
        Both languages, and what to sort by.

    Raises
    ------
    ValueError
        If a count is infinite.

    Examples
    --------
    >>> pair(2, 12.0)
    ['2 / 12', '2 / 12', 12]
    """
    shown = count(places), count(persons)
    if shown == (None, None):
        return nothing()
    texts = [f"{number_text(shown[0], one)} / {number_text(shown[1], one)}" for one in LANGUAGES]
    return [*texts, shown[1]]


def minutes(value: Any, found: Found) -> Cell:
    """Write minutes; schematic roads bear only whether they are within the limit.

    Parameters
    ----------
    value
        Minutes.
    found
        The proposal.

    Returns
    -------
    Cell
        Both languages, and what to sort by.

    Raises
    ------
    TypeError
        If the value is no number.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    shown = minute(value, whole=False)
    if shown is None:
        return None
    if shown == UNREACHABLE:
        return [*both("unreachable"), UNREACHABLE]
    if found.whole:
        limit = float(found.plan["limit"])
        inside = float(value) <= limit
        key = "siting_map.within" if inside else "siting_map.beyond"
        return [*both(key, limit=f"{limit:g}"), 0 if inside else 1]
    return [*both("map.limit.value", minutes=shown), shown]


def worded(family: str, key: Any) -> list[Any]:
    """Give the word for a key of a family of messages.

    Parameters
    ----------
    family
        Beginning of its messages.
    key
        The key; a missing one is no data.

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
    >>> worded("basis", "modelled")
    ['推算数据', 'modelled']
    """
    return [word(family, layers.text(key), one) for one in LANGUAGES]


def role(key: str) -> list[Any]:
    """Say what a facility is to the plan.

    Parameters
    ----------
    key
        One of the roles.

    Returns
    -------
    Cell
        Both languages, and what to sort by.

    Raises
    ------
    UnknownIdError
        If there is no such role.

    Examples
    --------
    >>> role("new")
    ['建议新设', 'proposed', 0]
    """
    return [*both(f"siting_map.role.{key}"), ROLES.index(key)]


def truth(value: Any) -> Cell:
    """Say yes or no.

    Parameters
    ----------
    value
        A truth value; a missing one is no data.

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
    >>> truth(True), truth(None)
    (['是', 'yes'], None)
    """
    if pd.isna(value):
        return None
    return [*both("siting_map.yes" if value else "siting_map.no")]


def share(value: Any) -> Cell:
    """Write a share in per cent.

    Parameters
    ----------
    value
        A part of 1; a missing one is no data.

    Returns
    -------
    Cell
        Both languages, and what to sort by.

    Raises
    ------
    ValueError
        If it is infinite.

    Examples
    --------
    >>> share(0.885), share(None)
    (88.5, None)
    """
    number = count(value)
    return None if number is None else count(round(float(value) * 100, 1))


def facility(key: Any, found: Found) -> Cell:
    """Name a facility; one that is not known is called by its code.

    Parameters
    ----------
    key
        Its code.
    found
        The proposal.

    Returns
    -------
    Cell
        Both languages, and what to sort by.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    if not layers.text(key):
        return nothing()
    at = found.facility_at.get(key)
    return [key, key] if at is None else found.facility_names[at]


def joined(cells: Sequence[Cell]) -> Cell:
    """Write several names as one cell.

    Parameters
    ----------
    cells
        Cells.

    Returns
    -------
    Cell
        Both languages, and what to sort by.

    Raises
    ------
    IndexError
        If a cell lacks a language.

    Examples
    --------
    >>> joined([["甲", "A"], ["乙", "B"]])
    ['甲、乙', 'A; B']
    """
    if not cells:
        return nothing()
    return ["、".join(told(one, 0) for one in cells), "; ".join(told(one, 1) for one in cells)]


def listed(keys: Any, found: Found) -> Cell:
    """Name several facilities.

    Parameters
    ----------
    keys
        Their codes, joined by semicolons.
    found
        The proposal.

    Returns
    -------
    Cell
        Both languages, and what to sort by.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    ids = [one for one in layers.text(keys).split(";") if one]
    return joined([facility(one, found) for one in ids])


def township(at: int, found: Found) -> list[Any]:
    """Name a township.

    Parameters
    ----------
    at
        Its place on the page; below 0 beyond the county.
    found
        The proposal.

    Returns
    -------
    Cell
        Both languages, and what to sort by.

    Raises
    ------
    IndexError
        If there is no such township.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    return [*both("map.outside")] if at < 0 else found.town_names[at]


def records(found: Found, name: str) -> Iterable[Mapping[Any, Any]]:
    """Give the rows of a table.

    Parameters
    ----------
    found
        The proposal.
    name
        Name of the table.

    Returns
    -------
    iterable of mapping
        None where the proposal has no such table.

    Raises
    ------
    AttributeError
        If it is no table.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    rows: Sequence[Mapping[Any, Any]] = found.optional(name).to_dict("records")
    return rows
