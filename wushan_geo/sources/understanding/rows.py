"""Which rows are records, and which are totals, remarks, headings or a header once more."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wushan_geo.sources.divisions.names import simplified
from wushan_geo.sources.understanding.body import LABELS, NUMERIC
from wushan_geo.sources.understanding.header import clean, is_numbering
from wushan_geo.sources.understanding.parsed import plain, text_of
from wushan_geo.sources.vocabulary import folded
from wushan_geo.study.faults import rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.sources.grid import Cell
    from wushan_geo.sources.understanding.body import Body

_PAGE = re.compile(r"第\s*\d+\s*页.{0,12}|共\s*\d+\s*页.{0,12}|-\s*\d+\s*-|续表.{0,20}", re.ASCII)
_REMARK = re.compile(
    r"(?P<word>[^:：\d、.。,，（(]{1,12})\s*(?P<sign>[:：]|\d+[、.．:：]|[、.．]|[（(]\d)"
)
_TOTAL = re.compile(
    r"(?P<unit>.*?)(?P<end>小计|合计|总计|共计|累计)(?:数|人数)?[:：]?\s*(?:\d+[家个所人处项村户名]?)?"
)
_TOWNSHIP = re.compile(r".+(?:镇|乡|街道|街道办事处|街道办)")
_LONG = 40  # signs of a single cell in a row that make it a remark
_FEW = 4  # filled cells that a remark may have
SECTIONED = {
    "persons": ("village_name", "zone_name"),
    "residence": ("village_name", "zone_name"),
    "services": ("village_name", "zone_name"),
    "villages": ("name",),
    "facilities": ("name",),
}
"""Columns in which a table may have its townships as headings over their villages."""


@dataclass(slots=True)
class Sorted:
    """The rows of a body by what they are, as indexes into it."""

    records: list[int] = field(default_factory=list)
    totals: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Index to kind (``all``, ``part``, ``any``) and the unit it names."""
    remarks: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)
    """Index to the township that stands over the rows below."""
    remark_rows: list[int] = field(default_factory=list)
    """Positions of the remarks in the grid."""

    @property
    def left_out(self) -> int:
        """Number of rows that are no records."""
        others = (self.totals, self.remarks, self.repeated, self.empty, self.headings)
        return sum(map(len, others))


def sort_rows(body: Body) -> Sorted:
    """Tell records from totals, remarks, headings and repeated headers.

    Parameters
    ----------
    body
        The rows; not changed.

    Returns
    -------
    Sorted
        The rows by what they are.

    Raises
    ------
    KeyError
        Never: only columns of the sheet are asked for.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    sorter = _Sorter(body)
    found = Sorted()
    for index in range(len(body.at)):
        sorter.sort(index, found)
    if found.headings and found.records and min(found.headings) > max(found.records):
        # Nothing stands below it: it is a place without figures.
        found.records.extend(found.headings)
        found.headings = {}
    return found


class _Sorter:
    """Sorts one row after the other."""

    def __init__(self, body: Body) -> None:
        self.body = body
        grid, header = body.desk.grid, body.header
        self.canonical = all(one.how == "exact" for one in body.claims.used)
        self.used = [one.at for one in body.claims.used]
        self.values = {one.at for one in body.claims.used if body.kind(one) in NUMERIC}
        labels = {*LABELS, "person_name"}
        own = {one.at for one in body.claims.used if one.column not in labels}
        self.labels = [column for column in body.cells if column not in own]
        self.heads = [
            {at: clean(text_of(cell)) for at, cell in enumerate(grid.rows[row]) if text_of(cell)}
            for row in range(header.top, header.bottom + 1)
        ]
        self.leaves = {at: path[-1] for at, path in enumerate(header.paths) if path}
        self.titles = {
            text for row in grid.rows[: header.top] for cell in row if (text := text_of(cell))
        }
        self.starts = {
            (first, text)
            for head in (*self.heads, self.leaves)
            for first, text in [next(iter(head.items()), (0, ""))]
        }
        self.words = {
            folded(one.word)
            for one in body.desk.words.vocabulary.words
            if one.list == "marks" and one.column == "total"
        }
        self.firsts = sorted({first for first, _ in self.starts})
        self.kinds: dict[str, tuple[str, str] | None] = {}
        section = SECTIONED.get(body.desk.table, ())
        claims = [body.claims.single(one) for one in section]
        has_town = body.claims.single("township_name") is not None
        self.section = next((one.at for one in claims if one is not None and not has_town), None)

    def sort(self, index: int, found: Sorted) -> None:
        """Put one row where it belongs."""
        row = self.body.desk.grid.rows[self.body.at[index]]
        if self._again(row) or (not found.records and not self.canonical and self._numbering(row)):
            found.repeated.append(index)
            return
        total = self._total(index)
        if total is not None:
            found.totals[index] = total
        elif self._remark(index, row):
            found.remarks.append(index)
        elif not any(self._has(index, column) for column in self.used):
            found.empty.append(index)
        elif self._heading(index):
            found.headings[index] = self._text(index, self.section)
        else:
            found.records.append(index)

    def _has(self, index: int, column: int) -> bool:
        return bool(self.body.texts(column)[index])

    def _text(self, index: int, column: int | None) -> str:
        return "" if column is None else self.body.texts(column)[index]

    def _again(self, row: Sequence[Cell]) -> bool:
        """Tell whether the header stands there once more, as on printed pages."""
        if not any(
            first < len(row)
            and isinstance(row[first], str)
            and (first, clean(str(row[first]))) in self.starts
            for first in self.firsts
        ):
            return False
        for head in (*self.heads, self.leaves):
            first = next(iter(head), None)
            cell = row[first] if first is not None and first < len(row) else None
            if not isinstance(cell, str) or first is None or clean(text_of(cell)) != head[first]:
                continue
            filled = {at: clean(text_of(cell)) for at, cell in enumerate(row) if text_of(cell)}
            same = sum(head.get(at) == text for at, text in filled.items())
            if same > 1 and 3 * same >= 2 * len(filled):
                return True
        return False

    def _numbering(self, row: Sequence[Cell]) -> bool:
        first = row[0] if row else None
        if isinstance(first, str) and len(first.strip()) > 3:  # noqa: PLR2004 - no stem, digit or unit is longer
            return False
        return is_numbering([text_of(cell) for cell in row])

    def _total(self, index: int) -> tuple[str, str] | None:
        for column in self.labels:
            text = self._text(index, column)
            if text and text not in self.kinds:
                self.kinds[text] = self._kind(text)
            kind = self.kinds.get(text) if text else None
            if kind is not None:
                return kind
        return None

    def _kind(self, text: str) -> tuple[str, str] | None:
        """Tell what kind of total a label names, and of which unit."""
        vocabulary, table = self.body.desk.words.vocabulary, self.body.desk.table
        if len(text) > _LONG:
            return None
        once = simplified("".join(plain(text).split()))
        kind = (
            vocabulary.means("marks", table, once, "total")
            if once.casefold() in self.words
            else None
        )
        if kind is not None:
            return kind, ""
        found = _TOTAL.fullmatch(once) if "计" in once else None
        if found is None or len(found["unit"]) > 12:  # noqa: PLR2004 - names of units are shorter; a longer text is a sentence
            return None
        unit = found["unit"]
        if vocabulary.means("marks", table, unit, "total") == "all":
            return "all", ""
        return ("any" if not unit else "part"), unit

    def _remark(self, index: int, row: Sequence[Cell]) -> bool:
        if len(row) - row.count(None) > 2 * _FEW:  # a record: no need to look closer
            return False
        texts = [text for cell in row if (text := text_of(cell))]
        distinct = set(texts)
        if len(distinct) > _FEW or any(self._value(index, column) for column in self.values):
            return False
        first = plain(texts[0])
        if first in self.titles or texts[0] in self.titles or _PAGE.fullmatch(first):
            return True
        if len(distinct) == 1 and (len(first) > _LONG or first.endswith(("。", ";", "；"))):
            return True
        found = _REMARK.match(first)
        word = simplified(found["word"] if found else first if len(distinct) == 1 else "")
        vocabulary, table = self.body.desk.words.vocabulary, self.body.desk.table
        return bool(word) and vocabulary.means("marks", table, word, "remark") is not None

    def _value(self, index: int, column: int) -> bool:
        text = plain(self._text(index, column))
        # 联系电话：023-… stands in a column of counts where a form is signed, and counts nothing.
        return any(sign.isdigit() for sign in text) and ":" not in text

    def _heading(self, index: int) -> bool:
        """Tell whether a row names a township over the villages below it, and nothing else."""
        if self.section is None or not _TOWNSHIP.fullmatch(self._text(index, self.section)):
            return False
        return not any(self._has(index, at) for at in self.used if at != self.section)


def tell(body: Body, found: Sorted) -> None:
    """Say which rows are left out, and give headings to the rows below them.

    Parameters
    ----------
    body
        The rows.
    found
        What they are.

    Raises
    ------
    UnknownIdError
        Never: the rules are there.

    Examples
    --------
    See :func:`wushan_geo.sources.understanding.understand`.
    """
    groups = (
        (found.repeated, "row_repeated"),
        (found.remarks, "row_remark"),
        (found.empty, "row_empty"),
        (list(found.headings), "row_heading"),
    )
    for indexes, key in groups:
        if indexes:
            rows = [body.at[one] for one in indexes]
            words = rule(key, count=len(rows), rows=body.desk.rows(rows))
            body.desk.note("", "", words, rows)
    found.remark_rows = [body.at[one] for one in found.remarks]
    if found.headings:
        towns: list[str] = []
        said = ""
        for index in range(len(body.at)):
            said = found.headings.get(index, said)
            towns.append(said)
        body.given["township_name"] = towns
