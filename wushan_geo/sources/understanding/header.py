"""Where the header of a sheet stands, under titles, units and dates, and over how many rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.sources.understanding.columns import ANCHORS
from wushan_geo.sources.understanding.parsed import plain, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wushan_geo.sources.grid import Grid
    from wushan_geo.sources.understanding.columns import Meaning, Resolver

SEARCHED = 40  # rows from the top in which a header is looked for
TALLEST = 4  # rows that a header may have
WIDEST = 512  # columns that are looked at; the tables here have a few dozen
LEAST = 2  # known columns that make a header convincing
MANY = 5  # known columns that make it convincing even where none of them names the rows
_BREAKS = re.compile(r"\s+")
_NUMBER = re.compile(r"[+-]?[\d.,]+%?", re.ASCII)
_STEMS = "甲乙丙丁戊己庚辛"


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet."""

    top: int
    """Position of its first row."""
    bottom: int
    """Position of its last row."""
    paths: tuple[tuple[str, ...], ...]
    """Header of each column, from the uppermost level to the lowest; empty where there is none."""


def find_header(grid: Grid, resolver: Resolver) -> Header | None:
    """Find the rows that name the columns.

    Every block of one to four rows near the top is read as a header; the smallest one in which most
    columns are known is taken, and grown upwards over the rows that its merged cells reach into.

    Parameters
    ----------
    grid
        The sheet.
    resolver
        Reader of headers.

    Returns
    -------
    Header or None
        The header; None if no rows are convincing.

    Raises
    ------
    IndexError
        If a merged range lies outside the sheet.

    Examples
    --------
    >>> from wushan_geo.sources.grid import Grid
    >>> from wushan_geo.sources.understanding.columns import Resolver
    >>> from wushan_geo.sources.vocabulary import built_in
    >>> from wushan_geo.study.answers import Answers
    >>> rows = (("残疾人统计表", None), ("村", "持证残疾人数"), ("甲村", 3))
    >>> find_header(Grid("a.xlsx", "", rows), Resolver("persons", built_in(), Answers())).top
    1
    """
    tops = _Tops(grid)
    if grid.first_row == 0 and grid.rows:  # a layer: its fields have names, and nothing is above
        return Header(0, 0, tops.paths(0, 0))
    best: tuple[tuple[float, int], int, int] | None = None
    for top in range(min(SEARCHED, len(grid.rows))):
        if top in tops.blank:
            continue
        for height in range(1, TALLEST + 1):
            bottom = top + height - 1
            if bottom >= len(grid.rows) or bottom in tops.blank:
                break
            score = _score(tops, resolver, top, bottom)
            rank = (score, -height)  # of two that say as much, the one of fewer rows
            if score and (best is None or rank > best[0]):
                best = (rank, top, bottom)
    if best is None:
        return None
    return _grown(tops, resolver, best[1], best[2])


def nearest_row(grid: Grid, resolver: Resolver) -> tuple[int, tuple[str, ...]] | None:
    """Give the row that looks most like a header, for the message that none was found.

    Parameters
    ----------
    grid
        The sheet.
    resolver
        Reader of headers.

    Returns
    -------
    tuple or None
        Position of the row and its texts; None if there is no row with a text.

    Raises
    ------
    TypeError
        If `grid` is no grid.

    Examples
    --------
    >>> from wushan_geo.sources.grid import Grid
    >>> from wushan_geo.sources.understanding.columns import Resolver
    >>> from wushan_geo.sources.vocabulary import built_in
    >>> from wushan_geo.study.answers import Answers
    >>> rows = (("标题", None), ("甲列", "乙列"))
    >>> nearest_row(Grid("a.xlsx", "", rows), Resolver("persons", built_in(), Answers()))
    (1, ('甲列', '乙列'))
    """
    found = None
    most = (0, 0)
    for at, row in enumerate(grid.rows[:SEARCHED]):
        texts = [text_of(cell) for cell in row[:WIDEST]]
        words = [one for one in texts if one and not _NUMBER.fullmatch(plain(one))]
        known = sum(resolver.read((clean(one),)).known for one in words)
        if words and (known, len(words)) > most:
            most, found = (known, len(words)), (at, tuple(one for one in texts if one))
    return found


def clean(text: str) -> str:
    r"""Give a header without its line breaks and spaces between Chinese signs.

    Parameters
    ----------
    text
        Header as it stands there.

    Returns
    -------
    str
        Header on one line.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> print(clean("村\n（社区）"), clean("Bed number"))
    村（社区） Bed number
    """
    return _BREAKS.sub(" " if text.isascii() else "", text).strip()


class _Tops:
    """The upper rows of a sheet as texts, with what merged cells say in all of their range."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.width = min(
            max((len(row) for row in grid.rows[: SEARCHED + TALLEST]), default=0), WIDEST
        )
        rows = grid.rows[: SEARCHED + TALLEST]
        self.texts = [[text_of(cell) for cell in row[: self.width]] for row in rows]
        self.blank = {at for at, row in enumerate(self.texts) if not any(row)}
        self.merged: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        for one in grid.merged:
            if one[0] >= len(rows):
                continue
            said = self.texts[one[0]][one[1]] if one[1] < self.width else ""
            for at in range(one[0], min(one[2] + 1, len(rows))):
                for column in range(one[1], min(one[3] + 1, self.width)):
                    self.texts[at][column] = said
                    self.merged[at, column] = one

    def levels(self, top: int, bottom: int) -> list[list[str]]:
        """Give the texts of a block, upper levels carried to the right over what they head."""
        block = [list(row) for row in self.texts[top : bottom + 1]]
        for at, row in enumerate(block[:-1]):
            said = ""
            for column, text in enumerate(row):
                if text or (top + at, column) in self.merged:
                    said = "" if (top + at, column) in self.merged else text
                elif said and any(lower[column] for lower in block[at + 1 :]):
                    row[column] = said
        return block

    def paths(self, top: int, bottom: int) -> tuple[tuple[str, ...], ...]:
        """Give the header of each column of a block."""
        block = self.levels(top, bottom)
        found = []
        for column in range(self.width):
            path: list[str] = []
            for row in block:
                text = clean(row[column])
                if text and (not path or path[-1] != text):
                    path.append(text)
            found.append(tuple(path))
        return tuple(found)


def _distinct(paths: Iterable[tuple[str, ...]], resolver: Resolver) -> set[Meaning]:
    return {found for found in map(resolver.read, paths) if found.known}


def _score(tops: _Tops, resolver: Resolver, top: int, bottom: int) -> float:
    paths = tops.paths(top, bottom)
    known = _distinct(paths, resolver)
    filled = sum(1 for path in paths if path)
    # A sheet of one or two columns cannot show more than it has.
    if len(known) < LEAST and not (known and filled == 1):
        return 0.0
    anchors = ANCHORS.get(resolver.table, set())
    if anchors and len(known) < MANY and not any(one.column in anchors for one in known):
        return 0.0
    exact = sum(one.how in {"exact", "answer"} for one in known)
    return len(known) + 0.1 * exact


def _grown(tops: _Tops, resolver: Resolver, top: int, bottom: int) -> Header:
    """Grow a header upwards over the rows that head some of its columns."""
    paths = tops.paths(top, bottom)
    most = len(_distinct(paths, resolver))
    while top > 0 and bottom - top + 1 < TALLEST and _heads(tops, top - 1, top):
        more = tops.paths(top - 1, bottom)
        if len(_distinct(more, resolver)) < most:
            break
        top, paths = top - 1, more
    return Header(top, bottom, paths)


def _heads(tops: _Tops, at: int, top: int) -> bool:
    """Tell whether a row heads some columns of the next one: a title heads them all."""
    row = tops.texts[at]
    said = {text for text in row if text}
    if not said or any(":" in plain(text) for text in said):
        return False
    reaches = any(
        (at, column) in tops.merged and tops.merged[at, column][2] >= top
        for column in range(tops.width)
    )
    spans = {
        tops.merged[at, column]
        for column in range(tops.width)
        if (at, column) in tops.merged and row[column]
    }
    partial = any(0 < one[3] - one[1] < tops.width - 1 and one[1] > 0 for one in spans)
    return reaches or partial


def is_numbering(cells: Iterable[str]) -> bool:
    """Tell whether a row only numbers the columns (甲 乙 1 2 3) or names their units.

    Parameters
    ----------
    cells
        Texts of the row below the header.

    Returns
    -------
    bool
        True if the row says nothing of a place.

    Raises
    ------
    TypeError
        If `cells` are not texts.

    Examples
    --------
    >>> is_numbering(["甲", "乙", "1", "2"]), is_numbering(["甲村", "", "1", "2"])
    (True, False)
    """
    filled = [plain(one).strip("()") for one in cells if one]
    if len(filled) < LEAST:
        return False
    if all(one in _UNIT_WORDS for one in filled):
        return True
    stems = [one for one in filled if one in _STEMS]
    rest = [one for one in filled if one not in _STEMS]
    if not all(one.isascii() and one.isdigit() for one in rest):
        return False
    numbers = [int(one) for one in rest]
    counted = numbers == list(range(1, len(numbers) + 1))
    return counted and (bool(stems) or len(numbers) > LEAST) and len(numbers) >= 1


_UNIT_WORDS = {"人", "个", "张", "户", "次", "%", "度", "米", "天", "名", "单位:人", "岁", "分钟"}
