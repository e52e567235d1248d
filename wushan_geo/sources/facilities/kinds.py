"""What kind of facility each is, and its stars, from a column or from the name."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.sources.facilities.listing import TABLE, plain
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import hint, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.sources.facilities.listing import Listing
    from wushan_geo.sources.vocabulary import Vocabulary

_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_STARS = re.compile(r"(?P<number>[1-5一二三四五])星级?|(?P<signs>[★☆⭐]+)")
_NUMERALS = {one: at for at, one in enumerate("一二三四五", 1)}
_NEAR = 0.9  # how alike an unknown key and a known one must be to be the same, misspelt
_MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class Kinds:
    """The words for kinds of facilities, the longest first."""

    words: tuple[tuple[str, str], ...]
    """Plain word and key of the kind."""
    keys: tuple[str, ...]
    """All keys, in the order of the lists."""

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Kinds:
        """Collect the words of the offices.

        Parameters
        ----------
        vocabulary
            The words, a study's own before the built-in ones.

        Returns
        -------
        Kinds
            Those for kinds of facilities.

        Raises
        ------
        AttributeError
            If `vocabulary` is none.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> "sunshine_home" in Kinds.of(built_in()).keys
        True
        """
        meant: dict[str, str] = {}
        for one in vocabulary.words:
            if one.list == "facility_kinds" and one.table in {TABLE, "*"}:
                meant.setdefault(plain(one.word), one.means)
        words = sorted(meant.items(), key=lambda pair: (-len(pair[0]), pair[0]))
        return cls(tuple(words), tuple(dict.fromkeys(meant.values())))

    def named(self, text: str) -> list[str]:
        """Give the kinds that a text names, the one that ends last (the head of a name) first.

        The longest word wins where words overlap; what stands in brackets only counts where nothing
        else does.

        Parameters
        ----------
        text
            A kind or the name of a facility.

        Returns
        -------
        list of str
            Keys; empty if none is named.

        Raises
        ------
        TypeError
            If `text` is not a text.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> kinds = Kinds.of(built_in())
        >>> kinds.named("双龙镇三星级渝馨家园（养老服务中心内）"), kinds.named("双龙镇敬老院托养点")
        (['home_of_disabled'], ['trusteeship_institution', 'welfare_home'])
        """
        whole = plain(text)
        if whole in self.keys:
            return [whole]
        return self._found(_BRACKETS.sub(" ", whole)) or self._found(whole)

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Give where the words for kinds stand in a plain text.

        Parameters
        ----------
        text
            A plain text.

        Returns
        -------
        list of tuple
            Start, end and key; overlapping words are the longest one's.

        Raises
        ------
        TypeError
            If `text` is not a text.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> Kinds.of(built_in()).spans("双龙镇残疾人之家")
        [(3, 8, 'home_of_disabled')]
        """
        found: list[tuple[int, int, str]] = []
        for word, key in self.words:
            at = text.find(word)
            while at >= 0:
                end = at + len(word)
                if all(end <= start or at >= stop for start, stop, _ in found):
                    found.append((at, end, key))
                at = text.find(word, at + 1)
        return sorted(found)

    def _found(self, text: str) -> list[str]:
        ends = sorted(self.spans(text), key=lambda one: -one[1])
        return list(dict.fromkeys(key for _, _, key in ends))


def stars(text: str) -> int | None:
    """Give the stars that a name or a grade tells.

    Parameters
    ----------
    text
        A text such as 三星级渝馨家园 or ★★★.

    Returns
    -------
    int or None
        From 1 to 5; None if none are told, or several that differ.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> stars("三星级渝馨家园"), stars("★★★★"), stars("4星"), stars("七星村残疾人之家")
    (3, 4, 4, None)
    """
    told = set()
    for one in _STARS.finditer(plain(text)):
        if one["signs"]:
            told.add(one["signs"].replace("☆", "").count("★") + one["signs"].count("⭐"))
        elif one[0].endswith("级") or one["number"].isdigit():
            told.add(_NUMERALS.get(one["number"]) or int(one["number"]))
    return told.pop() if len(told) == 1 and 1 <= min(told) <= _MOST_STARS else None


def read_kinds(listing: Listing) -> None:
    """Turn the kinds into their keys; an empty cell is filled from the name, and that is noted.

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
    kinds = Kinds.of(listing.vocabulary)
    given, names = listing.texts("kind"), listing.texts("name")
    found = list(given)
    dropped: list[int] = []
    asked: dict[str, list[int]] = {}
    read: dict[tuple[bool, str], list[int]] = {}
    for at, (cell, name) in enumerate(zip(given, names, strict=True)):
        if _KEY.fullmatch(cell) and (cell in kinds.keys or not _misspelt(cell, kinds)):
            continue
        text = cell or name
        subject = f"kind/{text}"
        answer = _decided(listing, kinds, subject)
        named = kinds.named(text)
        if answer is not None:
            found[at] = answer
            dropped += [at] if answer == LEAVE_OUT else []
        elif len(named) == 1:
            found[at] = named[0]
            read.setdefault((bool(cell), text), []).append(at)
        elif text:
            asked.setdefault(subject, []).append(at)
    listing.put("kind", found)
    _tell(listing, read, found)
    _ask(listing, kinds, asked, (given, names))
    for at in dropped:
        words = rule("facility_left_out")
        listing.note(at, "kind", given[at] or names[at], words, hint("facility_left_out"))
    listing.leave_out(dropped)


def read_grades(listing: Listing) -> None:
    """Turn grades such as 三星级 into numbers, and fill an empty one from the stars in the name.

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
    grades, names = listing.texts("grade"), listing.texts("name")
    found = list(grades)
    for at, (grade, name) in enumerate(zip(grades, names, strict=True)):
        told = stars(name)
        if grade and not re.fullmatch(r"[-+0-9.]+", grade):
            found[at] = str(stars(grade) or grade)
        elif not grade and told is not None:
            found[at] = str(told)
            listing.note(
                at, "grade", name, rule("facility_stars", stars=told), hint("facility_nothing")
            )
        if told is None or not grade or found[at] in {str(told), f"{told}.0"}:
            continue
        subject = f"grade/{name}"
        answer = listing.answer(subject)
        if answer in {str(told), found[at]}:
            found[at] = answer
            continue
        words = rule("facility_two_grades", stars=told)
        where = listing.raw.where(at, "grade", grade)
        listing.ask(subject, (found[at], str(told)), where, words, hint("facility_two_grades"))
    if found != grades:
        listing.put("grade", found)


def _misspelt(cell: str, kinds: Kinds) -> bool:
    return bool(difflib.get_close_matches(cell, kinds.keys, n=1, cutoff=_NEAR))


def _decided(listing: Listing, kinds: Kinds, subject: str) -> str | None:
    """Give the kind that was decided on, as a key, a word of the lists or a new key."""
    answer = listing.answer(subject)
    if answer is None or answer == LEAVE_OUT or answer in kinds.keys:
        return answer
    named = kinds.named(answer)
    if len(named) == 1:
        return named[0]
    return answer if _KEY.fullmatch(answer) else None


def _tell(listing: Listing, read: dict[tuple[bool, str], list[int]], found: Sequence[str]) -> None:
    """Note once for each word what it was taken for, and each kind that came from a name."""
    for (given, text), rows in sorted(read.items()):
        key = found[rows[0]]
        if given:
            listing.whole("kind", text, rule("facility_kind_read", kind=key, count=len(rows)))
            continue
        for at in rows:
            words = rule("facility_kind_named", kind=key)
            listing.note(at, "kind", text, words, hint("facility_kind_named"))


def _ask(
    listing: Listing,
    kinds: Kinds,
    asked: dict[str, list[int]],
    cells: tuple[Sequence[str], Sequence[str]],
) -> None:
    given, names = cells
    for subject, rows in sorted(asked.items()):
        at = rows[0]
        text = given[at] or names[at]
        named = kinds.named(text) or kinds.named(names[at])
        likely = [*named, *_nearest(text, kinds)]
        choices = (*dict.fromkeys([*likely, *kinds.keys]), LEAVE_OUT)
        words = rule("facility_kind", count=len(rows))
        if len(named) > 1:
            words = rule("facility_kinds", kinds=", ".join(named), count=len(rows))
        where = listing.raw.where(at, "kind" if given[at] else "name", text)
        listing.ask(subject, choices, where, words, hint("facility_kind"))


def _nearest(text: str, kinds: Kinds) -> list[str]:
    meant = dict(kinds.words)
    near = difflib.get_close_matches(plain(text), list(meant), n=3, cutoff=0.4)
    return [meant[one] for one in near]
