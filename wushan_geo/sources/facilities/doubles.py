"""Facilities that may be one and the same, proposed to a planner with what speaks for it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from wushan_geo.sources.facilities.details import pointed
from wushan_geo.sources.facilities.kinds import Kinds
from wushan_geo.sources.facilities.listing import DIGITS, plain
from wushan_geo.study.faults import Pair, hint, rule
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wushan_geo.sources.facilities.listing import Listing

NEAR_METRES = 200.0  # points so near are looked at; the finding says the distance
CROWD = 10  # more facilities at exactly one point stand at a placeholder, which tells nothing
ALIKE = 0.8  # names so alike differ by one character in five
RESEMBLING = 0.6  # the same for names that need a near point besides
_SHORTEST = 5  # characters of a name that may be misspelt
_STEP = 512  # names compared at a time
_HOME = "home"
_TWO_SIGNS = {"sunshine_home", "home_of_disabled"}  # the plan names them in one breath
_PAIRS_OF = 5  # in a larger group of equal names each is compared with the next one only
_EARTH = 6371008.8
_DEGREE = _EARTH * np.pi / 180

_COUNTY = re.compile(r"^(?:.{2,3}市)?(?:.{2,4}?(?:县|(?<!社)区))?(?=.)")
_TOWN = re.compile(r"^.{1,8}?(?:土家族乡|街道办事处|街道|镇|乡)(?=.)")
_SUFFIX = re.compile(r"(?:土家族乡|街道办事处|街道|镇|乡)$")
_STARS = re.compile(r"[1-5一二三四五]星级|[★☆⭐]+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_AFTER = re.compile(r"(有限责任公司|有限公司|服务中心|服务站|中心|机构|站|点|所)$")
_NUMBERS = re.compile(r"[0-9]+|[一二三四五六七八九十]+")


@dataclass(frozen=True, slots=True)
class _One:
    """What is compared of a facility."""

    at: int
    key: str
    town: str
    village: str
    kind: str
    name: str
    rest: str
    address: str
    candidate: bool

    @property
    def family(self) -> str:
        """Kinds of which one house often has two signs count as one."""
        return _HOME if self.kind in _TWO_SIGNS else self.kind


def propose(listing: Listing) -> None:
    """Ask of each pair that may be one facility, and drop what was decided to be the same.

    A pair is proposed if both are in one township and of one kind with the same name or nearly so
    (county, township, stars, brackets and the words for the kind do not count; numbers must agree,
    and where nothing else is left of the name the villages must not differ), if they share an
    address, or if their points are near and their names resemble each other. Of two that are the
    same the row with more filled cells is kept.

    Parameters
    ----------
    listing
        The facilities, each with an id; they are changed.

    Raises
    ------
    AttributeError
        If `listing` is none.

    Examples
    --------
    See ``tests/test_sources_facilities_doubles.py``.
    """
    every = _compared(listing)
    where = _points(listing, every)
    found: dict[tuple[int, int], Pair] = {}
    for one, other in (*_by_name(every), *_by_address(every), *_by_place(every, where)):
        if one.key != other.key:  # the same id twice is a fault of its own
            pair = (min(one.at, other.at), max(one.at, other.at))
            found.setdefault(pair, _evidence(one, other, where))
    same: list[tuple[int, int]] = []
    keys = [one.key for one in every]
    for pair, evidence in sorted(found.items(), key=lambda item: _subject(keys, item[0])):
        subject = _subject(keys, pair)
        answer = listing.answer(subject, "same")
        if answer == "same":
            same.append(pair)
        elif answer != "different":
            first, later = pair
            place = listing.raw.where(later, "name", every[later].name)
            row = listing.raw.where(first, "name").row
            words = rule("facility_same", row=row, name=every[first].name)
            listing.ask(subject, ("different", "same"), place, words, evidence)
    _drop(listing, same, keys)


def _subject(keys: Sequence[str], pair: tuple[int, int]) -> str:
    first, second = sorted(keys[at] for at in pair)
    return f"{first} = {second}"


def _compared(listing: Listing) -> list[_One]:
    kinds = Kinds.of(listing.vocabulary)
    names = listing.texts("name")
    villages = [
        zone if len(zone) > DIGITS else plain(name)
        for zone, name in zip(listing.texts("zone_id"), listing.texts("village_name"), strict=True)
    ]
    columns = zip(
        listing.texts("facility_id"),
        listing.townships(),
        villages,
        listing.texts("kind"),
        names,
        listing.texts("address"),
        listing.texts("status"),
        listing.texts("township_name"),
        strict=True,
    )
    return [
        _One(
            at, key, town, village, kind, name, core(name, kinds, township), plain(address),
            status == "candidate",
        )
        for at, (key, town, village, kind, name, address, status, township) in enumerate(columns)
    ]  # fmt: skip


def core(name: str, kinds: Kinds, township: str = "") -> str:
    """Give what is left of a name without county, township, stars, brackets and kind.

    Parameters
    ----------
    name
        Name of a facility.
    kinds
        Words for kinds.
    township
        Name of its township, where known.

    Returns
    -------
    str
        What tells it apart in its township, often the village; empty if nothing does.

    Raises
    ------
    TypeError
        If `name` is not a text.

    Examples
    --------
    >>> from wushan_geo.sources.vocabulary import built_in
    >>> kinds = Kinds.of(built_in())
    >>> core("巫山县双龙镇三星级渝馨家园（试运行）", kinds), core("双龙镇乌龙村残疾人之家", kinds)
    ('', '乌龙村')
    """
    text = _COUNTY.sub("", _STARS.sub("", _BRACKETS.sub("", plain(name))), count=1)
    text = _without_township(text, plain(township))
    for start, end, _ in reversed(kinds.spans(text)):
        text = text[:start] + text[end:]
    return _AFTER.sub("", text).removeprefix("残疾人")


def _without_township(text: str, township: str) -> str:
    """Take the township off the front of a name, with its suffix or without."""
    if township and text.startswith(township):
        return text.removeprefix(township)
    stem = _SUFFIX.sub("", township)
    short = text.removeprefix(stem)
    # 建平村 in 建平乡 is a village, and not the township said in short.
    if len(stem) > 1 and short != text and not short.startswith(("村", "社区")):
        return short
    return _TOWN.sub("", text)


def _by_name(every: list[_One]) -> Iterator[tuple[_One, _One]]:
    """Give pairs of one township and kind whose names are the same or nearly so."""
    blocks: dict[tuple[str, str], list[_One]] = {}
    for one in every:
        # Without a township names only tell something where they are whole.
        blocks.setdefault((one.town or plain(one.name), one.kind), []).append(one)
    for _, block in sorted(blocks.items()):
        equal: dict[str, list[_One]] = {}
        for one in block:
            equal.setdefault(one.rest, []).append(one)
        for _, group in sorted(equal.items()):
            yield from (pair for pair in _paired(group) if _may_be(*pair))
        yield from _nearly(equal)


def _paired(group: list[_One]) -> Iterator[tuple[_One, _One]]:
    ordered = sorted(group, key=lambda one: (one.village, one.key, one.at))
    return combinations(ordered, 2) if len(ordered) <= _PAIRS_OF else pairwise(ordered)


def _may_be(one: _One, other: _One) -> bool:
    """Tell whether two of equal names may be one: candidates are many by intention."""
    if plain(one.name) != plain(other.name) and (one.candidate or other.candidate):
        return False
    return bool(one.rest) or not _apart(one, other)


def _apart(one: _One, other: _One) -> bool:
    return bool(one.village and other.village and one.village != other.village)


def _nearly(equal: dict[str, list[_One]]) -> Iterator[tuple[_One, _One]]:
    """Give pairs whose names differ by a character or so, but not in a number."""
    firsts = {rest: group[0] for rest, group in equal.items() if not group[0].candidate}
    # One character of fewer than five is more than a slip: 双龙村 and 乌龙村 are two villages.
    rests = sorted(one for one in firsts if len(one) >= _SHORTEST)
    if len(rests) < 2:  # noqa: PLR2004 -- a pair
        return
    for first, second in _alike(rests):
        if _NUMBERS.findall(rests[first]) == _NUMBERS.findall(rests[second]):
            one, other = firsts[rests[first]], firsts[rests[second]]
            if not _apart(one, other):
                yield one, other


def _alike(names: list[str]) -> Iterator[tuple[int, int]]:
    """Give places of pairs of names that are nearly the same."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    for begin in range(0, len(names), _STEP):
        scores = process.cdist(
            names[begin : begin + _STEP],
            names,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=ALIKE,
            dtype=np.float32,
        )
        for row, column in np.argwhere(scores >= np.float32(ALIKE)).tolist():
            if begin + row < column:
                yield begin + row, column


def _by_address(every: list[_One]) -> Iterator[tuple[_One, _One]]:
    """Give pairs of one township and family of kinds at one address with a number."""
    by_address: dict[tuple[str, str, str], list[_One]] = {}
    for one in every:
        if re.search(r"\d", one.address) and not one.candidate:
            by_address.setdefault((one.town, one.family, one.address), []).append(one)
    for _, group in sorted(by_address.items()):
        yield from _paired(group)


def _points(listing: Listing, every: list[_One]) -> np.ndarray:
    """Give longitude and latitude of each facility, NaN without one and at a placeholder."""
    points = np.full((len(every), 2), np.nan)
    columns = (listing.texts("lon"), listing.texts("lat"))
    for at in np.flatnonzero(pointed(listing.raw)).tolist():
        try:
            lon, lat = (float(column[at]) for column in columns)
        except ValueError:
            continue  # a shape, or a number that is a fault of its own
        if abs(lon) <= 180 and abs(lat) < 90:  # noqa: PLR2004 -- degrees
            points[at] = lon, lat
    often = Counter(map(tuple, points[~np.isnan(points[:, 0])].tolist()))
    for point, count in sorted(often.items()):
        if count > CROWD:
            shown = ", ".join(f"{one:g}" for one in point)
            words = rule("facility_crowd", count=count)
            listing.whole("lon", shown, words, hint("facility_crowd"))
            points[(points == point).all(axis=1)] = np.nan
    return points


def _by_place(every: list[_One], points: np.ndarray) -> Iterator[tuple[_One, _One]]:
    """Give pairs whose points are near and whose names resemble each other."""
    places = np.flatnonzero(~np.isnan(points[:, 0]))
    if len(places) < 2:  # noqa: PLR2004 -- a pair
        return
    middle = np.radians(points[places, 1].mean())
    scaled = points[places] * np.array([_DEGREE * np.cos(middle), _DEGREE])
    shapes = shapely.points(scaled)
    # Half as much again: the exact distance is taken below.
    first, second = shapely.STRtree(shapes).query(
        shapes, predicate="dwithin", distance=1.5 * NEAR_METRES
    )
    upper = first < second
    pairs = np.column_stack([places[first[upper]], places[second[upper]]])
    near = _metres(points[pairs[:, 0]], points[pairs[:, 1]]) <= NEAR_METRES
    for at, to in pairs[near].tolist():
        one, other = every[at], every[to]
        candidate = one.candidate or other.candidate
        if one.family == other.family and not candidate and _resemble(one, other):
            yield one, other


def _resemble(one: _One, other: _One) -> bool:
    if one.rest == other.rest:
        return True
    names = plain(one.name), plain(other.name)
    if _NUMBERS.findall(names[0]) != _NUMBERS.findall(names[1]) or not (one.rest and other.rest):
        return False
    from rapidfuzz.distance import Levenshtein

    # What is left of the names, not the names: those share their township and their kind.
    return Levenshtein.normalized_similarity(one.rest, other.rest) >= RESEMBLING


def _metres(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Give great-circle distances of points in degrees."""
    a, b = np.radians(one), np.radians(other)
    half = np.sin((b - a) / 2) ** 2
    share = half[..., 1] + np.cos(a[..., 1]) * np.cos(b[..., 1]) * half[..., 0]
    return np.asarray(2 * _EARTH * np.arcsin(np.sqrt(np.minimum(share, 1.0))))


def _evidence(one: _One, other: _One, points: np.ndarray) -> Pair:
    """Say what speaks for a pair: place, name, address and distance."""
    metres = float(_metres(points[one.at], points[other.at]))
    spoken = [
        (one.town == other.town and bool(one.town), both("pair.township")),
        (one.kind == other.kind, both("pair.kind")),
        (plain(one.name) == plain(other.name), both("pair.name")),
        (one.rest == other.rest, both("pair.rest")),
        (bool(one.address) and one.address == other.address, both("pair.address")),
    ]
    told = [pair for there, pair in spoken if there]
    if np.isfinite(metres):
        told.append(both("pair.metres", metres=f"{metres:.0f}"))
    evidence = ("、".join(zh for zh, _ in told), ", ".join(en for _, en in told))
    return hint("facility_same", evidence=evidence)


def _drop(listing: Listing, same: list[tuple[int, int]], keys: Sequence[str]) -> None:
    """Keep the fullest row of each set of rows that are one facility."""
    filled = listing.raw.frame.notna().sum(axis=1).to_numpy()
    head: dict[int, int] = {}

    def root(at: int) -> int:
        while head.get(at, at) != at:
            at = head[at]
        return at

    for one, other in same:
        # More filled cells first, then the smaller id: the order of the rows does not matter.
        first, second = sorted((root(one), root(other)), key=lambda at: (-filled[at], keys[at], at))
        if first != second:
            head[second] = first
    for at in sorted(head):
        kept = root(at)
        words = rule("facility_dropped", kept=keys[kept], row=listing.raw.where(kept, "name").row)
        listing.note(at, "facility_id", keys[at], words, hint("facility_dropped"))
    listing.leave_out(sorted(head))
