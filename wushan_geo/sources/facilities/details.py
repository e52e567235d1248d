"""Places, state and identity of each facility, where a list leaves them open."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.sources.facilities.listing import plain
from wushan_geo.sources.registers.personal import scrub
from wushan_geo.study.faults import hint, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.sources.facilities.listing import Listing
    from wushan_geo.study.tables import Raw

GEOCODING = ("facility_id", "name", "address", "zone")
PREFIX = "auto"  # begins an id that was made here
UNKNOWN = "unknown"
_BEDS = re.compile(r"(?:床位数?[:：]?(\d+)张?)|(?:(\d+)张?床位?)")
_PLACES = re.compile(r"(?:(?:托养|服务)?名额[:：]?(\d+)[人名个]?)|(?:(\d+)[人名个]?(?:托养)?名额)")
_BED_HEADING = re.compile(r"床|\bbeds?\b", re.IGNORECASE)
_PLACE_HEADING = re.compile(r"名额|\bplaces?\b", re.IGNORECASE)
# What tells two facilities of one township, kind and name apart, where there are such.
_CONTENT = ("zone_id", "village_name", "zone_name", "address", "host", "lon", "lat", "capacity")


def read_capacity(listing: Listing) -> None:
    """Take the places of supported care where a cell or heading speaks of beds as well.

    Parameters
    ----------
    listing
        The facilities; they are changed.

    Raises
    ------
    AttributeError
        If `listing` is none.

    Examples
    --------
    See ``tests/test_sources_facilities.py``.
    """
    cells = listing.texts("capacity")
    found = list(cells)
    for at, cell in enumerate(cells):
        beds, places = _number(_BEDS, cell), _number(_PLACES, cell)
        if places:
            found[at] = places
            words = rule("facility_places", places=places)
            listing.note(at, "capacity", cell, words, hint("facility_nothing"))
        elif beds:
            found[at] = beds
            words = rule("facility_beds_cell", beds=beds)
            listing.note(at, "capacity", cell, words, hint("facility_beds"))
    if found != cells:
        listing.put("capacity", found)
    heading = listing.heading("capacity")
    if _BED_HEADING.search(heading) and not _PLACE_HEADING.search(heading):
        listing.whole("capacity", heading, rule("facility_beds"), hint("facility_beds"))


def _number(form: re.Pattern[str], cell: str) -> str:
    found = form.search(plain(cell))
    return next((one for one in found.groups() if one), "") if found else ""


def read_status(listing: Listing) -> None:
    """Write that the state is not known where it is not reported; nothing is concluded.

    Parameters
    ----------
    listing
        The facilities; they are changed.

    Raises
    ------
    AttributeError
        If `listing` is none.

    Examples
    --------
    See ``tests/test_sources_facilities.py``.
    """
    cells = listing.texts("status")
    empty = [at for at, cell in enumerate(cells) if not cell]
    if not empty:
        return
    listing.put("status", [cell or UNKNOWN for cell in cells])
    for at in empty:
        words = rule("facility_no_status")
        listing.note(at, "status", "", words, hint("facility_no_status"))


def make_ids(listing: Listing) -> None:
    """Give an id to each facility that has none.

    The id is made of the township (its code, else its name), the kind and the name, so that it
    stays the same when rows are moved or added. Of facilities that agree in all three the first by
    village, address and what else tells them apart keeps it, and the others get an id made of that
    too; rows that do not differ at all are numbered.

    Parameters
    ----------
    listing
        The facilities; they are changed.

    Raises
    ------
    AttributeError
        If `listing` is none.

    Examples
    --------
    See ``tests/test_sources_facilities.py``.
    """
    ids = listing.texts("facility_id")
    lacking = [at for at, one in enumerate(ids) if not one]
    if not lacking:
        return
    identities = [
        *zip(listing.townships(), listing.texts("kind"), listing.texts("name"), strict=True)
    ]
    contents = [*zip(*(listing.texts(one) for one in _CONTENT), strict=True)]
    taken = {one for one in ids if one}
    groups: dict[str, list[int]] = {}
    for at in lacking:
        town, kind, name = identities[at]
        groups.setdefault(_made(town, kind, plain(name)), []).append(at)
    for base, rows in sorted(groups.items()):
        for place, at in enumerate(sorted(rows, key=lambda one: contents[one])):
            one = base if not place else f"{base}-{_hash(*contents[at])[:4]}"
            ids[at] = _free(one, taken)
            taken.add(ids[at])
            if len(rows) > 1:
                words = rule("facility_id_shared", id=ids[at], count=len(rows))
                listing.note(at, "name", identities[at][2], words, hint("facility_id"))
    listing.put("facility_id", ids)
    words = rule("facility_id", count=len(lacking))
    listing.whole("facility_id", len(lacking), words, hint("facility_id"))


def _made(town: str, kind: str, name: str) -> str:
    code = town if town.isascii() and town.isdigit() else ""
    return "-".join(one for one in (PREFIX, code, _hash(town, kind, name)[:8]) if one)


def _hash(*parts: str) -> str:
    return hashlib.blake2s("\0".join(parts).encode()).hexdigest()


def _free(one: str, taken: set[str]) -> str:
    number, free = 2, one
    while free in taken:
        free, number = f"{one}-{number}", number + 1
    return free


def geocoding_list(raw: Raw) -> pd.DataFrame:
    """List the facilities that have an address and no point, for somebody who knows the place.

    Nothing is looked up: no address leaves the machine.

    Parameters
    ----------
    raw
        The facilities.

    Returns
    -------
    DataFrame
        Columns facility_id, name, address, zone, sorted; numbers of persons are masked.

    Raises
    ------
    ValueError
        If the table has a column twice.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> frame = pd.DataFrame({"facility_id": ["F1"], "name": ["A"], "address": ["广东东路1号"]})
    >>> geocoding_list(Raw(frame, "a.csv"))["address"].tolist()
    ['广东东路1号']
    """
    places = address_only(raw)
    frame = raw.frame.iloc[places]
    zones = [*_zones(frame)]
    table = pd.DataFrame(
        {one: [scrub(text) for text in _texts(frame, one)] for one in GEOCODING[:-1]}, dtype="str"
    )
    table["zone"] = pd.array(zones, dtype="str")
    return table.sort_values(list(GEOCODING), kind="stable", ignore_index=True)


def address_only(raw: Raw) -> list[int]:
    """Give the places of the rows that have an address and no point.

    Parameters
    ----------
    raw
        The facilities.

    Returns
    -------
    list of int
        Places of rows, from 0.

    Raises
    ------
    ValueError
        If the table has a column twice.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> frame = pd.DataFrame({"address": ["A", "B"], "lon": ["109.9", None], "lat": ["31.1", None]})
    >>> address_only(Raw(frame, "a.csv"))
    [1]
    """
    addresses = _texts(raw.frame, "address")
    return [at for at in np.flatnonzero(~pointed(raw)).tolist() if addresses[at]]


def pointed(raw: Raw) -> np.ndarray:
    """Tell the rows that have a point: both coordinates, or a shape.

    Parameters
    ----------
    raw
        The facilities.

    Returns
    -------
    numpy.ndarray
        Whether each row has one.

    Raises
    ------
    ValueError
        If the table has a column twice.

    Examples
    --------
    >>> from wushan_geo.study.tables import Raw
    >>> pointed(Raw(pd.DataFrame({"lon": ["109.9"], "lat": [None]}), "a.csv")).tolist()
    [False]
    """
    lon, lat = _texts(raw.frame, "lon"), _texts(raw.frame, "lat")
    there = np.array([bool(x and y) for x, y in zip(lon, lat, strict=True)], dtype=bool)
    if raw.geometry is not None:
        there |= np.array([one is not None for one in raw.geometry], dtype=bool)
    return there


def tell_places(listing: Listing) -> None:
    """Name each facility that has no point: by its address, or as one that nobody can place.

    Parameters
    ----------
    listing
        The facilities.

    Raises
    ------
    AttributeError
        If `listing` is none.

    Examples
    --------
    See ``tests/test_sources_facilities.py``.
    """
    addresses = listing.texts("address")
    columns = listing.raw.frame.columns
    if any(addresses) and listing.raw.geometry is None and not {"lon", "lat"} & set(columns):
        # A list of addresses is a list of facilities without points, and not one that is broken.
        listing.raw = listing.raw.with_columns({"lon": None, "lat": None})
    for at in np.flatnonzero(~pointed(listing.raw)).tolist():
        if addresses[at]:
            words, advice = rule("facility_address"), hint("facility_address")
            listing.note(at, "address", addresses[at], words, advice)
        else:
            listing.note(at, "lon", "", rule("facility_no_place"), hint("facility_no_place"))


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    if column not in frame.columns:
        return [""] * len(frame)
    cells = frame[column]
    return [str(one) for one in cells.astype(object).where(cells.notna(), "").tolist()]


def _zones(frame: pd.DataFrame) -> Sequence[str]:
    names = ("zone_id", "township_name", "village_name", "zone_name")
    parts = [_texts(frame, one) for one in names]
    return [code or "/".join(filter(None, rest)) for code, *rest in zip(*parts, strict=True)]
