"""A sheet as it stands in a file, before anybody has said what it means."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

Cell = str | int | float | bool | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet (or the one table of a text file, or the attributes of a layer)."""

    file: str
    """File as the user named it."""
    sheet: str
    """Name of the sheet; empty where the format has none."""
    rows: tuple[tuple[Cell, ...], ...]
    """Cells by row, each row as long as the widest; an empty cell is None."""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged ranges as (top, left, bottom, right), from 0, ends included."""
    first_row: int = 1
    """Number of the first row in the file, as a spreadsheet shows it."""
    format: str = ""
    """Format, such as ``csv`` or ``xlsx``."""
    encoding: str = ""
    """Encoding of a text file."""

    @property
    def place(self) -> str:
        """File and sheet, as faults name them."""
        return f"{self.file} › {self.sheet}" if self.sheet else self.file


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """What one column of a file was taken for."""

    header: str
    """Header as it stands there, levels joined by a slash."""
    means: str
    """Column (and group) of the contract; empty where the column is not used."""
    how: str
    """``exact``, ``alias``, ``answer``, ``personal`` (recognised and left out) or ``unused``."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrived, and what it was taken for."""

    table: str
    """Table of the study."""
    file: str
    """File as the user named it."""
    sheet: str = ""
    """Sheet, empty where the format has none."""
    format: str = ""
    """Format, such as ``xlsx``."""
    encoding: str = ""
    """Encoding of a text file."""
    layout: str = "long"
    """``long``, ``wide`` (a column a group), ``register`` (a row a person) or ``layer``."""
    header_rows: str = ""
    """Rows of the header, such as ``3`` or ``3-4``."""
    rows: int = 0
    """Rows that were read as records."""
    left_out: int = 0
    """Rows that were recognised as totals, remarks or repeated headers and left out."""
    marks: str = ""
    """Signs that were read as zero or as missing, with their number."""
    columns: tuple[ColumnRead, ...] = ()
    """What each column was taken for."""
