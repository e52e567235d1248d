"""What a table of a page is made of, before anyone decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass

from wushan_geo.reports.figures import Text

NAME, NUMBER, WORDS, BRIEF = "name", "number", "words", "brief"  # looks of a column


@dataclass(frozen=True, slots=True)
class Verdict:
    """An official verdict and, where decisive data are modelled, the demonstration one."""

    official: str
    """pass, fail, cannot_assess or reference."""
    demonstration: str = ""
    """The same keys, or empty."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """A coverage class with its sign."""

    key: str
    """One of the five classes."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Villages by class, drawn as one bar; the numbers stand in the cell as well."""

    counts: tuple[tuple[str, int], ...]
    """Class and number of villages, from the best to the worst."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that is a demonstration result."""

    text: Text
    """Chinese and English."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A line that someone fills in by hand."""


Cell = Text | Verdict | Coverage | Bar | Shown | Blank
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: Text
    """Head, with the unit."""
    look: str = WORDS
    """name, number, words or brief."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a page."""

    id: str
    """Name inside the page."""
    caption: Text
    """What it shows."""
    columns: tuple[Column, ...]
    """Columns from left to right; the first names the row."""
    rows: list[Row]
    """Cells of each row."""
    groups: tuple[tuple[Text, int], ...] = ()
    """Heads over several columns: text and number of columns; empty for none."""
    note: Text = ("", "")
    """What a reader must know beside it."""
