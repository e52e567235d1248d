"""Which services each facility offers: words of the offices turned into the study's services.

What a facility offers is never concluded from its kind: where nothing is reported nothing is known.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wushan_geo.sources.facilities.listing import TABLE
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import hint, nearest, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.sources.facilities.listing import Listing

NONE = ";"  # a cell that lists no service at all, which is not the same as an empty one
_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_NOTHING = {"无", "没有", "未开展", "暂无", "none"}
_NUMBERING = re.compile(r"(?:^|(?<=[\s;,、]))[((]?\d{1,2}[).、)](?=\D)")
_CIRCLED = re.compile(r"[①-⑳]")
_STRONG = re.compile(r"[;,、，；。/|+&\n\t]+")
_WEAK = (re.compile(r"以及|及|和|与|\s+and\s+"), re.compile(r"以及|及|和|与|\s+"))
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_BEFORE = re.compile(r"^(提供|开展|主要(提供|开展)?|残疾人)")
_AFTER = re.compile(r"(服务|工作|项目|业务|活动)?(等)?(服务)?$")

# What such a facility usually offers: the profile of the plan (chapter 3 section 4 item 2) for the
# two kinds of homes, and for the others what their own words say (chapter 3 sections 1, 2 and 3).
_PROFILE = ("concentrated_care", "day_care", "community_rehab", "sheltered_employment")
USUAL: dict[str, tuple[str, ...]] = {
    "sunshine_home": _PROFILE,
    "home_of_disabled": _PROFILE,
    "trusteeship_institution": ("concentrated_care", "day_care"),
    "county_care_centre": ("concentrated_care", "day_care"),
    "day_care_centre": ("day_care",),
    "community_rehab_station": ("community_rehab",),
    "village_rehab_room": ("community_rehab",),
    "sheltered_employment_base": ("sheltered_employment",),
    "psychiatric_rehab_station": ("psychiatric_community_rehab",),
    "county_rehab_centre": ("county_rehab",),
    "welfare_home": ("concentrated_care",),
}


@dataclass(slots=True)
class _Reading:
    """What the words of all cells were taken for."""

    listing: Listing
    known: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)


def read_services(listing: Listing) -> None:
    """Turn the services that each facility lists into the study's keys.

    Words for services that the study does not know are noted and left out; unknown words are asked
    about once each; an empty cell stays empty, with a note of what such a kind usually offers.

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
    cells = listing.texts("services")
    reading = _Reading(listing)
    found = [_cell(reading, at, cell) for at, cell in enumerate(cells)]
    if found != cells:
        listing.put("services", found)
    _tell(reading)
    kinds, statuses = listing.texts("kind"), listing.texts("status")
    for at, cell in enumerate(cells):
        # A candidate is no facility yet: what it would offer the study file says.
        if not cell and statuses[at] != "candidate":
            usual = [one for one in USUAL.get(kinds[at], ()) if one in listing.services]
            advice = hint("facility_no_services")
            if usual:
                advice = hint("facility_usual_services", services=", ".join(usual))
            listing.note(at, "services", "", rule("facility_no_services"), advice)


def _cell(reading: _Reading, at: int, cell: str) -> str:
    """Read one cell; one that lists keys alone stays as it is, for the checks across tables."""
    parts = [part.strip() for part in cell.replace("；", ";").split(";") if part.strip()]
    services = reading.listing.services
    if not cell or all(one in services or _KEY.fullmatch(one) for one in parts):
        return cell
    keys: set[str] = set()
    unknown = False
    for word in _parted(reading, cell):
        reading.rows.setdefault(word, []).append(at)
        meant = _meaning(reading, word)
        unknown |= meant is None
        keys |= set(meant or ())
    kept = [one for one in services if one in keys]
    return ";".join(kept) or ("" if unknown else NONE)


def _parted(reading: _Reading, cell: str) -> Iterator[str]:
    """Part a cell into words: by marks, and by and-words only where the whole is not known."""
    text = unicodedata.normalize("NFKC", _CIRCLED.sub(";", cell))
    held = _BRACKETS.findall(text)
    text = _STRONG.sub(";", _NUMBERING.sub(";", _BRACKETS.sub("\0", text)))
    for part in filter(None, (one.strip(" .:") for one in text.split(";"))):
        word = part
        while "\0" in word:
            word = word.replace("\0", held.pop(0), 1)
        bare = _BRACKETS.sub("", word).strip()
        if _meaning(reading, word) is not None or not bare:
            yield word
            continue
        yield from _pieces(reading, bare)


def _pieces(reading: _Reading, words: str) -> list[str]:
    """Part words at and-words or spaces where each piece is known; else they are one word."""
    if _meaning(reading, words) is None:
        for form in _WEAK:
            pieces = [one.strip() for one in form.split(words) if one.strip()]
            if all(_meaning(reading, one) is not None for one in pieces):
                return pieces
    return [words]


def _meaning(reading: _Reading, word: str) -> tuple[str, ...] | None:
    """Give the keys that a word means; none for a known word of no service, None if not known."""
    if word not in reading.known:
        reading.known[word] = _looked_up(reading.listing, word)
    return reading.known[word]


def _looked_up(listing: Listing, word: str) -> tuple[str, ...] | None:
    answer = listing.answer(f"services/{word}")
    if answer is not None:
        return _answered(listing, answer)
    if word.casefold() in _NOTHING:
        return ()
    key = _key(listing, word)
    return None if key is None else (key,)


def _key(listing: Listing, word: str) -> str | None:
    """Look a word up as it is, and without the words that say nothing more."""
    lowered = word.casefold()
    if lowered in listing.services:
        return lowered
    less = _AFTER.sub("", word)
    for one in (word, less, _BEFORE.sub("", word), _BEFORE.sub("", less)):
        key = listing.vocabulary.means("service_words", TABLE, one) if one else None
        if key is not None:
            return key
    return None


def _answered(listing: Listing, answer: str) -> tuple[str, ...] | None:
    """Read an answer: keys or words, or that the word names no service."""
    if answer == LEAVE_OUT:
        return ()
    keys = [_key(listing, one.strip()) for one in _STRONG.split(answer) if one.strip()]
    return tuple(one for one in keys if one) if keys and None not in keys else None


def _tell(reading: _Reading) -> None:
    """Say once for each word what it was taken for, or ask."""
    listing = reading.listing
    for word, rows in sorted(reading.rows.items()):
        meant = _meaning(reading, word)
        if meant is None:
            where = listing.raw.where(rows[0], "services", word)
            words = rule("facility_service", count=len(rows))
            # What a word means to the plan, though not to this study, is no answer here.
            advice = nearest(word, listing.services) if word.isascii() else hint("facility_service")
            choices = (*listing.services, LEAVE_OUT)
            listing.ask(f"services/{word}", choices, where, words, advice)
            continue
        strange = [one for one in meant if one not in listing.services]
        if not meant:
            listing.whole("services", word, rule("facility_no_service", count=len(rows)))
        elif strange:
            words = rule("facility_other_service", service=", ".join(strange), count=len(rows))
            listing.whole("services", word, words, hint("facility_other_service"))
        elif word not in meant:
            words = rule("facility_service_read", service=", ".join(meant), count=len(rows))
            listing.whole("services", word, words)
