"""What the header of each column means: a column of the contract, a group of it, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wushan_geo.sources.divisions.names import simplified
from wushan_geo.sources.understanding.parsed import plain
from wushan_geo.sources.vocabulary import folded
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.tables import CONTRACTS, ELIGIBLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.sources.vocabulary import Vocabulary
    from wushan_geo.study.answers import Answers

Parts = tuple[tuple[str, str], ...]

SHORT = 10  # characters that a shapefile keeps of a field name
PLACES = ("county_name", "township_name", "village_name", "zone_name")
PERSONAL = (
    "person_name", "person_id", "person_certificate", "person_phone", "person_birth", "person_sex",
    "person_type", "person_grade", "person_residence", "person_status",
)  # fmt: skip
ANCHORS: dict[str, set[str]] = {
    "townships": {"zone_id", "name"},
    "villages": {"zone_id", "name"},
    "county": {"zone_id", "name"},
    "facilities": {"facility_id", "name"},
    **{
        table: {"zone_id", *PLACES, "person_name", "person_id"}
        for table in ("persons", "residence", "services")
    },
    # Only counts: a row a person is a register, and stands in the table of persons.
    "person_cells": {"zone_id", *PLACES},
    "eligibility": {"service"},
    "crossings": {"crossing_id", "name"},
    "road_nodes": {"node_id", "lon"},
    "road_edges": {"edge_id", "u"},
    "demand_points": {"point_id"},
    "indicators": {"indicator"},
    "costs": {"way"},
    "candidates": {"facility_id", "origin"},
}
"""Columns of which a header has at least one: without it the rows have no name."""
NAMING = ("person_name", "person_id", "person_certificate")
"""Columns that only a register with a row a person has."""
_NAMED = (
    "persons", "person_cells", "residence", "services", "facilities", "road_nodes", "demand_points",
)  # fmt: skip
PSEUDO: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_NAMED, (*PLACES, "parent_id", "address")),
    "villages": ("county_name", "township_name"),
    "townships": ("county_name",),
    "crossings": ("address",),
}
"""Columns that are no part of a contract, but tell where a row belongs."""
WIDE = {"persons": "persons", "residence": "persons", "services": "status"}
"""Column into which the columns of a wide table are unfolded."""
_NUMBERING = re.compile(r"^(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]|其中[:：]?|#)(?=.*\D)")
_COUNTED = re.compile(r"(?:残疾人)?(?:人数|人口数|数量|数)$")
_NUMBER = re.compile(r"[+-]?[\d.,]+", re.ASCII)
_UNITS = {
    "人",
    "个",
    "张",
    "户",
    "次",
    "%",
    "度",
    "米",
    "天",
    "名",
    "元",
    "万人",
    "(人)",
    "（人）",
    "(%)",
}
_FITTING = re.compile(r"(?:符合)?(.+?)(?:服务)?(?:条件|服务对象|对象).*")
_FITTED = re.compile(r"符合(?:服务)?条件.*|服务对象.*|.*符合条件的.*")
_DEGREES = ("经度", "纬度")
_DATUM = re.compile(
    r"(?i:\(度\)|[()\[\]【】:,/_-]|坐标系?|高德|百度|腾讯|谷歌|天地图|奥维|卫星|地图|火星|大地|国家|北斗|GPS|"
    r"WGS-?_?(?:19)?84|CGCS-?_?2000|GCJ-?_?02|BD-?_?09(?:LL)?|2000|84|°|十进制|小数)"
)
"""What stands beside a longitude or latitude to say where it was read."""
_BRACKET = re.compile(
    r"(?P<rest>.*[^\s(（【\[])\s*[(（【\[](?P<inside>[^()（）【】\[\]]+)[)）】\]]"
)
_NARROWS = re.compile(
    r"其中|仅|只|[不除未无非]|原|旧|曾|备|已|拟|在建|规划|外|上年|去年|同期|往年|增|减|男|女|户|"
    r"死亡|注销|新|重度|其他|\d{4}|[%％万千]|城|乡镇|农|监护|法人|联系|负责"
)
"""What a bracket says that makes the column another: a part of what it counts, a former one."""
_TYPES = {"visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header means."""

    column: str
    """Column of the contract or beside it; empty where none is meant."""
    how: str
    """``exact``, ``alias``, ``answer``, ``personal`` or ``unused``."""
    parts: Parts = ()
    """Group of the contract that the column stands for, in a wide table."""

    @property
    def known(self) -> bool:
        """Whether the header says something that is known."""
        return bool(self.column) or self.how == "personal"


UNUSED = Meaning("", "unused")


@dataclass(slots=True)
class Resolver:
    """Reads headers of one table."""

    table: str
    vocabulary: Vocabulary
    answers: Answers
    services: Sequence[str] = ()
    _read: dict[tuple[str, ...], Meaning] = field(default_factory=dict)
    _parts: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)
    _cut: dict[str, str] = field(default_factory=dict)
    _offered: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Gather the names that mean themselves."""
        contract = [one.name for one in CONTRACTS[self.table].columns]
        names = [*contract, *PSEUDO.get(self.table, ()), *PERSONAL]
        names += ["times"] if self.table == "services" else []
        self._known = {one.lower(): one for one in names}
        cut: dict[str, list[str]] = {}
        for one in names:
            if len(one) > SHORT:
                cut.setdefault(one[:SHORT], []).append(one)
        self._cut = {one: full[0] for one, full in cut.items() if len(full) == 1}
        for word in self.vocabulary.words:
            if word.list == "service_words":
                self._offered.setdefault(folded(word.word), word.means)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that a header of this table can mean."""
        return tuple(self._known.values())

    def read(self, path: tuple[str, ...]) -> Meaning:
        """Tell what a header means.

        Parameters
        ----------
        path
            The header, from its uppermost level to the lowest.

        Returns
        -------
        Meaning
            Column and group; ``UNUSED`` if it is not known.

        Raises
        ------
        TypeError
            If `path` is not made of texts.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> from wushan_geo.study.answers import Answers
        >>> resolver = Resolver("persons", built_in(), Answers())
        >>> resolver.read(("残疾类别", "视力"))
        Meaning(column='persons', how='alias', parts=(('type', 'visual'),))
        """
        if path not in self._read:
            self._read[path] = self._find(path)
        return self._read[path]

    def _find(self, path: tuple[str, ...]) -> Meaning:
        if not path:
            return UNUSED
        answer = self.answers.get("column", self.table, "/".join(path))
        if answer is not None:
            return self._answered(answer.strip())
        if path[-1] in self._known.values():
            return self._personal(path[-1], "exact")
        if _NUMBER.fullmatch(path[-1]):
            return UNUSED
        path = tuple(map(simplified, path))
        levels = tuple(one for one in path if one not in _UNITS) or path
        for leaf in (levels[-1], _bare(levels[-1])):
            found = self._wide(levels[:-1], leaf) or self._simple(leaf)
            if found is not None:
                return found
        return self._simple("".join(levels)) or self._degrees(levels[-1]) or UNUSED

    def _degrees(self, leaf: str) -> Meaning | None:
        """Look a longitude or latitude up that names its datum or the map it was taken from."""
        rest = "".join(plain(leaf).split())
        if not any(one in rest for one in _DEGREES):
            return None
        rest = _DATUM.sub("", rest)
        return self._simple(rest) if rest in _DEGREES else None

    def without_bracket(self, path: tuple[str, ...]) -> Meaning:
        """Tell what a header means without the bracket that it ends in.

        Parameters
        ----------
        path
            The header, from its uppermost level to the lowest.

        Returns
        -------
        Meaning
            Column and group; ``UNUSED`` if there is no bracket, if it narrows what is counted or
            named, or if the rest is not known.

        Raises
        ------
        IndexError
            If `path` is empty.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> from wushan_geo.study.answers import Answers
        >>> resolver = Resolver("facilities", built_in(), Answers())
        >>> resolver.without_bracket(("机构名称（全称）",)).column
        'name'
        >>> resolver.without_bracket(("机构名称（原）",)).known
        False
        """
        found = _BRACKET.fullmatch(path[-1].strip())
        if found is None or _NARROWS.search(simplified(found["inside"])):
            return UNUSED
        inside = found["inside"]
        if self._part(simplified(inside)) is not None:
            return UNUSED  # a group of its own
        return self.read((*path[:-1], found["rest"].strip()))

    def _answered(self, answer: str) -> Meaning:
        if answer == LEAVE_OUT:
            return Meaning("", "answer")
        if answer in self._known.values():
            return Meaning(answer, "answer")
        part = self._part(answer)
        if part is not None and self.table in WIDE:
            return Meaning(WIDE[self.table], "answer", (part,) if part[0] != "total" else ())
        found = self._simple(answer)
        return UNUSED if found is None else Meaning(found.column, "answer")

    def _personal(self, column: str, how: str) -> Meaning:
        return Meaning(column, "personal" if column in PERSONAL else how)

    def _simple(self, word: str) -> Meaning | None:
        """Look a header up as one column."""
        low = plain(word).lower()
        column = self._known.get(low)
        if column is None:
            column = self.vocabulary.means("headers", self.table, word)
            if column not in self._known.values():
                column = self._cut.get(low)
        return self._personal(column, "alias") if column else None

    def _wide(self, above: tuple[str, ...], leaf: str) -> Meaning | None:
        """Look a header up as a group of the contract, with what stands above it."""
        if self.table == "facilities":
            part = self._part(leaf)
            return Meaning("services", "alias", (part,)) if part and part[0] == "service" else None
        if self.table not in WIDE:
            return None
        context = [part for part in map(self._part, above) if part and part[0] != "total"]
        part, column = self._part(leaf), WIDE[self.table]
        if part is None and any(map(_FITTED.fullmatch, above)):
            service = self.service(leaf) or self.service(_bare(leaf))
            part = ("eligible", f"{ELIGIBLE}{service}") if service else None
        if part is None:
            return self._below(context, leaf)
        parts = [*context, *([] if part[0] == "total" else [part])]
        if len({kind for kind, _ in parts}) < len(set(parts)):
            return None  # two types, or two grades: no group is both
        return Meaning(column, "alias", tuple(sorted(set(parts))))

    def _below(self, context: list[tuple[str, str]], leaf: str) -> Meaning | None:
        """Look up what is told of a group below its name: the number, or how a service is given."""
        column = self.vocabulary.means("headers", self.table, leaf)
        told = ("status", "provider", "last", "per_quarter", "times")
        wanted = told if self.table == "services" else ("persons",)
        if context and column is not None and column in wanted:
            return Meaning(column, "alias", tuple(sorted(set(context))))
        return None

    def _part(self, word: str) -> tuple[str, str] | None:
        """Give the group that a word of a header names, and what kind of group it is."""
        if word not in self._parts:
            self._parts[word] = self._look(word)
        return self._parts[word]

    def _look(self, word: str) -> tuple[str, str] | None:
        if self.table in {"services", "facilities"}:
            key = self.service(word)
            return None if key is None else ("service", key)
        for one in (word, _bare(word)):
            if self.table == "residence":
                place = one if one in _RESIDENCES else None
                place = place or self.vocabulary.means("values", self.table, one, "residence")
                if place is not None:
                    return "residence", place
            group = self._group(one)
            if group is not None:
                return _kind(group), group
        return None

    def _group(self, word: str) -> str | None:
        if word.startswith(ELIGIBLE) or _kind(word) != "other":
            return word
        known = self.vocabulary.means("values", self.table, word, "group")
        if known is not None:
            return known
        fitting = _FITTING.fullmatch(word)
        service = self.service(fitting[1]) if fitting else None
        return f"{ELIGIBLE}{service}" if service else None

    def group(self, word: str) -> tuple[str, str] | None:
        """Give the group that a word in a cell names.

        Parameters
        ----------
        word
            The word, such as 视力 or 一级.

        Returns
        -------
        tuple or None
            Kind of group and group; None if the word is not known.

        Raises
        ------
        TypeError
            If `word` is not a text.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> from wushan_geo.study.answers import Answers
        >>> Resolver("persons", built_in(), Answers()).group("肢体残疾")
        ('type', 'physical')
        """
        word = simplified(word)
        known = self._group(word) or self._group(_bare(word))
        return None if known is None else (_kind(known), known)

    def service(self, word: str) -> str | None:
        """Give the service that a word names.

        Parameters
        ----------
        word
            The word, such as 走访探视 or visiting.

        Returns
        -------
        str or None
            Key of the service; None if the word is not known, or names several.

        Raises
        ------
        TypeError
            If `word` is not a text.

        Examples
        --------
        >>> from wushan_geo.sources.vocabulary import built_in
        >>> from wushan_geo.study.answers import Answers
        >>> Resolver("services", built_in(), Answers(), ["visiting"]).service("走访探视")
        'visiting'
        """
        if word in self.services:
            return word
        word = simplified(word)
        key = self._offered.get(folded(word))
        key = key or self.vocabulary.means("values", "services", word, "service")
        return key if key and (not self.services or key in self.services) else None


_RESIDENCES = ("at_home", "elsewhere_in_county", "away", "institution")
_KINDS = {
    "all": "total", "severe": "severe",
    **dict.fromkeys(_TYPES, "type"),
    **dict.fromkeys(("grade_1", "grade_2", "grade_3", "grade_4"), "grade"),
    **dict.fromkeys(("age_0_15", "age_16_59", "age_60_plus"), "age"),
}  # fmt: skip


def _kind(group: str) -> str:
    return "eligible" if group.startswith(ELIGIBLE) else _KINDS.get(group, "other")


def _bare(word: str) -> str:
    """Take numbering, "of which" and "number of" off a header."""
    once = _NUMBERING.sub("", "".join(plain(word).split()))
    return _COUNTED.sub("", once) or once
