"""Tables of counts: a column a group, or a row a group, folded into the groups of the contract."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.sources.understanding.cells import place_of
from wushan_geo.sources.understanding.fold import Fold
from wushan_geo.sources.understanding.numbers import as_texts, number
from wushan_geo.sources.understanding.records import Records, Texts
from wushan_geo.sources.understanding.totals import ACCEPT
from wushan_geo.study.answers import LEAVE_OUT
from wushan_geo.study.faults import hint, rule
from wushan_geo.study.tables import GROUPS
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wushan_geo.sources.understanding.body import Body
    from wushan_geo.sources.understanding.claims import Claim
    from wushan_geo.sources.understanding.columns import Parts
    from wushan_geo.sources.understanding.fold import Sum
    from wushan_geo.study.faults import Pair

RESIDENCES = ("at_home", "elsewhere_in_county", "away", "institution")
_BEYOND = {"group", "person_type", "person_grade", "person_residence", "persons"}


def counted(body: Body, texts: Mapping[int, Texts], records: Records) -> Records:
    """Give each place a record a group, folding grades and crossed groups.

    Parameters
    ----------
    body
        The records of the sheet.
    texts
        Canonical texts by position of the column.
    records
        The columns that stand for themselves; some are taken out of it.

    Returns
    -------
    Records
        One record for each place and group (and residence).

    Raises
    ------
    KeyError
        If the texts of a used column are not there.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    claims = [one for one in body.claims.used if one.column == "persons"]
    if "person_residence" in records.columns and "residence" not in records.columns:
        records.columns["residence"] = records.columns.pop("person_residence")
        records.labels["residence"] = records.labels.pop("person_residence")
    if any(one.parts for one in claims) or (claims and not _has_group(records)):
        table = _Wide(body, records, {one.parts: one for one in claims}, texts)
        return table.unfolded()
    if _has_group(records) and "persons" in records.columns:
        return _folded_long(body, records)
    return records


def _has_group(records: Records) -> bool:
    return bool({"group", "person_type", "person_grade"} & set(records.columns))


class _Wide:
    """A table of counts with a column a group."""

    def __init__(
        self,
        body: Body,
        records: Records,
        claims: dict[Parts, Claim],
        texts: Mapping[int, Texts],
    ) -> None:
        self.body, self.records, self.claims = body, records, claims
        self.texts = {parts: texts[one.at] for parts, one in claims.items()}
        self.counts = {
            parts: np.array([number(one) for one in cells], dtype=float)
            for parts, cells in self.texts.items()
        }
        self.kept = {name: cells for name, cells in records.columns.items() if name not in _BEYOND}

    def unfolded(self) -> Records:
        """Give one record for each place and group, place by place."""
        blocks: list[tuple[str, str, str, Texts]] = []  # residence, group, header, texts
        derived: dict[str, list[str]] = {}
        for residence in self._residences():
            fold = Fold(self._of(residence))
            for found in fold.groups():
                header = _heads([self.claims[_back(residence, one)].header for one in found.of])
                blocks.append((residence, found.group, header, self._texts(residence, found)))
                if len(found.of) > 1:
                    derived.setdefault(found.group, []).append(header)
            _tell_apart(self.body, fold, residence)
        self._tell_residences()
        for group, headers in derived.items():
            words = rule("wide_added", group=group, headers=headers[0])
            self.body.desk.note(headers[0], "", words)
        if set(self.claims) == {()}:
            self.body.desk.note(self.claims[()].header, "", rule("wide_all"))
        return self._joined(blocks)

    def _residences(self) -> list[str]:
        kinds = [dict(parts).get("residence", "") for parts in self.claims]
        there = [one for one in RESIDENCES if one in kinds]
        return there or [""]

    def _of(self, residence: str) -> dict[Parts, np.ndarray]:
        """Give the counts of one residence, by the other parts."""
        return {
            tuple(one for one in parts if one[0] != "residence"): counts
            for parts, counts in self.counts.items()
            if dict(parts).get("residence", "") == residence
        }

    def _texts(self, residence: str, found: Sum) -> Texts:
        """Give a column as it was read, a sum as it was added."""
        if len(found.of) == 1:
            return self.texts[_back(residence, found.of[0])]
        return as_texts(found.counts.tolist())

    def _tell_residences(self) -> None:
        """Compare totals with the sum over the residences, where all of these are there."""
        for parts, stated in self.counts.items():
            if "residence" in dict(parts):
                continue
            lived = [self.counts.get(_back(one, parts)) for one in RESIDENCES]
            known = [one for one in lived if one is not None]
            if len(known) == len(RESIDENCES):
                added = np.sum(known, axis=0)
                rows = np.flatnonzero(np.abs(stated - added) > 0)
                header = self.claims[parts].header
                for row in rows.tolist():
                    what = (float(stated[row]), float(added[row]), header, "residence")
                    _ask_total(self.body, row, what, parts)

    def _joined(self, blocks: Sequence[tuple[str, str, str, Texts]]) -> Records:
        """Put the blocks into rows, those of one place together."""
        size, many = len(self.records.rows), len(blocks)
        columns: dict[str, Texts] = {
            name: [cell for cell in cells for _ in range(many)] for name, cells in self.kept.items()
        }
        if any(residence for residence, *_ in blocks):
            columns["residence"] = [block[0] for _ in range(size) for block in blocks]
        grouped = "group" in self.records.columns and {one[1] for one in blocks} == {"all"}
        if grouped:  # a column a residence, a row a group
            columns["group"] = [cell for cell in self.records.columns["group"] for _ in range(many)]
        else:
            self._tell_group()
            columns["group"] = [block[1] for _ in range(size) for block in blocks]
        columns["persons"] = [cells[row] for row in range(size) for *_, cells in blocks]
        rows = [row for row in self.records.rows for _ in range(many)]
        labels = {name: head for name, head in self.records.labels.items() if name in self.kept}
        headers = [header for _, _, header, _ in blocks] * size
        return Records(columns, rows, labels, headers, "wide")

    def _tell_group(self) -> None:
        """Ask about a column of groups beside columns that are groups themselves."""
        if "group" in self.records.columns:
            desk, header = self.body.desk, self.records.labels["group"]
            where = (self.body.header.bottom, header, header)
            ask = desk.question("column", header, (LEAVE_OUT,))
            desk.ask(where, rule("head_beside"), hint("head_near", skip=LEAVE_OUT), ask)


def _heads(headers: Sequence[str]) -> str:
    """Name the columns of a sum without the levels that all of them share."""
    paths = [one.split("/") for one in headers]
    shared = 0
    if len(paths) > 1:
        levels = zip(*(path[:-1] for path in paths), strict=False)
        shared = len([*takewhile(lambda level: len(set(level)) == 1, levels)])
    return "+".join("/".join(path[shared:]) for path in paths)


def _back(residence: str, parts: Parts) -> Parts:
    """Put the residence among the other parts again."""
    return tuple(sorted([*parts, ("residence", residence)])) if residence else parts


def _tell_apart(body: Body, fold: Fold, residence: str) -> None:
    """Ask about counts that are not the sum of their parts."""
    headers = {one.parts: one.header for one in body.claims.used if one.column == "persons"}
    for one in fold.apart():
        for row in one.rows.tolist():
            header = headers.get(_back(residence, one.of), "")
            what = (float(one.stated[row]), float(one.added[row]), header, one.by)
            _ask_total(body, row, what, _back(residence, one.of))


def _ask_total(body: Body, index: int, what: tuple[float, float, str, str], of: Parts) -> None:
    desk = body.desk
    stated, added, header, by = what
    told, summed = f"{stated:.15g}", f"{added:.15g}"
    dimensions: dict[str, Pair] = {
        "type": both("sum.types"),
        "age": both("sum.ages"),
        "grade": both("sum.grades"),
        "severe": both("sum.severe_grades"),
        "residence": both("sum.residences"),
    }
    groups = [group for _, group in of] or ["all"]
    subject = "/".join([*place_of(body, index), *groups, by, f"{told}≠{summed}"])
    subject = desk.apart(subject)
    words = rule("wide_sum", what=dimensions[by], total=told, sum=summed)
    ask = desk.question("total", subject, (ACCEPT,))
    if desk.answer("total", subject) == ACCEPT:
        accepted = rule("wide_accepted", total=told, sum=summed)
        desk.note(header, told, accepted, [body.at[index]], ask)
        return
    place = (body.at[index], header, told)
    desk.ask(place, words, hint("wide_sum", accept=ACCEPT), ask)


def _folded_long(body: Body, records: Records) -> Records:
    """Fold the rows of a long table where they count grades, or types and grades at once."""
    parts = [_parts_of(body, records, index) for index in range(len(records.rows))]
    plain = all(one is None or len(one) <= 1 for one in parts)
    grades = any(kind == "grade" for one in parts if one for kind, _ in one)
    if plain and not grades:
        groups = [None if one is None else (one[0][1] if one else "all") for one in parts]
        if "group" not in records.columns:
            records.columns["group"] = _named(records, groups)
        for name in ("person_type", "person_grade"):
            label = records.labels.pop(name, None)
            if records.columns.pop(name, None) is not None and label:
                records.labels.setdefault("group", label)
        return records
    return _Long(body, records, parts).folded()


def _named(records: Records, groups: Sequence[str | None]) -> Texts:
    """Give the group of each row, or the word as it stands there."""
    words = records.columns.get("person_type") or records.columns.get("person_grade") or []
    return [group or word for group, word in zip(groups, words, strict=True)]


def _parts_of(body: Body, records: Records, index: int) -> Parts | None:
    """Give what a row of a long table counts; None if a word of it is not known."""
    found = set()
    for column in ("group", "person_type", "person_grade"):
        text = records.columns[column][index] if column in records.columns else None
        if text is None:
            continue
        part = body.desk.resolver.group(text)
        if part is None:
            return None
        if part[0] != "total":
            found.add(part)
    return tuple(sorted(found))


class _Long:
    """A long table of counts that must be folded."""

    def __init__(self, body: Body, records: Records, parts: Sequence[Parts | None]) -> None:
        self.body, self.records, self.parts = body, records, parts
        self.kept = [name for name in records.columns if name not in _BEYOND]
        self.places: dict[tuple[str | None, ...], int] = {}
        self.counts: dict[Parts, np.ndarray] = {}
        self.texts: dict[tuple[Parts, int], str | None] = {}
        self.rows: dict[tuple[Parts, int], int] = {}
        self.first: list[int] = []

    def folded(self) -> Records:
        """Give one record for each place and group that can be told."""
        columns = [self.records.columns[name] for name in self.kept]
        keys = list(zip(*columns, strict=True)) if columns else [()] * len(self.parts)
        for index, key in enumerate(keys):
            if key not in self.places:
                self.places[key] = len(self.first)
                self.first.append(index)
        strange = [index for index in range(len(keys)) if not self._put(index, keys[index])]
        fold = Fold(self.counts)
        rows: list[tuple[int, str, str | None]] = [*self._rows(fold)]
        for index in strange:  # what is not understood stays, to be faulted as it stands
            words = (self.records.columns.get(name) for name in ("group", "person_type"))
            word = next((one[index] for one in words if one is not None), None)
            rows.append((index, word or "", self.records.columns["persons"][index]))
        for one in fold.apart():
            for place in one.rows.tolist():
                what = (float(one.stated[place]), float(one.added[place]), "", one.by)
                _ask_total(self.body, self.first[place], what, one.of)
        return self._table(rows)

    def _put(self, index: int, key: tuple[str | None, ...]) -> bool:
        """Put one row where it counts; False if it cannot be, or the place has it already."""
        parts, place = self.parts[index], self.places[key]
        if parts is None or (parts, place) in self.rows:
            return False
        text = self.records.columns["persons"][index]
        counts = self.counts.setdefault(parts, np.full(len(self.first), np.nan))
        counts[place] = number(text)
        self.texts[parts, place], self.rows[parts, place] = text, index
        return True

    def _rows(self, fold: Fold) -> Iterator[tuple[int, str, str | None]]:
        for found in fold.groups():
            if len(found.of) > 1:
                words = rule("wide_added", group=found.group, headers=_several(found.of))
                label = self.records.labels.get("persons", "persons")
                self.body.desk.note(label, "", words)
            summed = as_texts(found.counts.tolist())
            for place, first in enumerate(self.first):
                own = (found.of[0], place)
                if len(found.of) == 1 and own in self.rows:
                    yield self.rows[own], found.group, self.texts[own]
                elif len(found.of) > 1:
                    yield first, found.group, summed[place]

    def _table(self, rows: Sequence[tuple[int, str, str | None]]) -> Records:
        order = {group: at for at, group in enumerate(GROUPS)}
        ordered = sorted(rows, key=lambda one: (one[0], order.get(one[1], len(order)), one[1]))
        columns: dict[str, Texts] = {
            name: [self.records.columns[name][index] for index, *_ in ordered] for name in self.kept
        }
        columns["group"] = [group or None for _, group, _ in ordered]
        columns["persons"] = [text for *_, text in ordered]
        at = [self.records.rows[index] for index, *_ in ordered]
        wanted = {*self.kept, "persons", "group"}
        labels = {name: head for name, head in self.records.labels.items() if name in wanted}
        return Records(columns, at, labels)


def _several(of: Sequence[Parts]) -> str:
    return " + ".join(sorted({"/".join(group for _, group in parts) for parts in of}))
