"""Features as they stand in a file: attributes as cells, shapes, and the system that it names."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.sources.grid import Grid
from wushan_geo.study.answers import Answers

if TYPE_CHECKING:
    from pathlib import Path

    from pyproj import CRS

    from wushan_geo.sources.grid import Cell
    from wushan_geo.study.faults import Pair

SHAPES = {  # what a table of the study is made of
    "county": "polygon", "townships": "polygon", "villages": "polygon", "rivers": "line",
    "facilities": "point", "crossings": "point", "road_nodes": "point", "road_edges": "line",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """Which file is read, for which table, and what was decided before."""

    path: Path
    """Path of the file; files that belong to it stand beside it."""
    table: str = ""
    """Table of the study, empty where any layer will do."""
    answers: Answers = field(default_factory=Answers)
    """What was decided before."""
    near: tuple[float, ...] | None = None
    """Where the county lies, in degrees: a point, or west, south, east and north."""

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Features:
    """The features of one layer."""

    names: tuple[str, ...]
    """Names of the attributes."""
    rows: tuple[tuple[Cell, ...], ...]
    """Attributes by feature."""
    geometry: np.ndarray
    """Shapes by feature, None where there is none."""
    crs: CRS | None
    """Reference system that the file names, None if it names none that is known."""
    format: str
    """Format, such as ``gpkg``."""
    encoding: str = ""
    """Encoding of the texts, where the format leaves it open."""
    sheet: str = ""
    """Name of the layer in a file of several."""


@dataclass(frozen=True, slots=True)
class LayerGrid:
    """A layer whose attributes are still to be understood, as any other sheet is."""

    grid: Grid
    """Attributes: row 0 holds their names, feature n is row n."""
    geometry: np.ndarray
    """Shapes by feature, in longitude and latitude where the system is known."""
    crs: CRS | None
    """Reference system of the shapes; None if it has to be decided first."""
    format: str
    """Format, such as ``gpkg``."""
    encoding: str
    """Encoding of the texts, empty where the format settles it."""
    notes: tuple[Pair, ...] = ()
    """How it was understood, in Chinese and English: system, transformation, encoding."""


def collected(
    records: list[dict[str, Any]],
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Put attributes given feature by feature into columns, in the order in which they come.

    Parameters
    ----------
    records
        Attributes by feature; a feature may lack some.

    Returns
    -------
    tuple
        Names and rows.

    Raises
    ------
    AttributeError
        If a record is no mapping.

    Examples
    --------
    >>> collected([{"a": 1}, {"b": float("nan"), "a": " x "}])
    (('a', 'b'), ((1, None), ('x', None)))
    """
    names = tuple(dict.fromkeys(name for record in records for name in record))
    rows = tuple(tuple(cell(record.get(name)) for name in names) for record in records)
    return names, rows


def cell(value: Any) -> Cell:
    """Give a value as a cell: empty ones as None, texts without spaces around, no library's type.

    Parameters
    ----------
    value
        Any value.

    Returns
    -------
    Cell
        The cell.

    Raises
    ------
    TypeError
        Never: what is no plain value is given as its text.

    Examples
    --------
    >>> cell("  "), cell(np.int64(5)), cell([1])
    (None, 5, '[1]')
    """
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        return cell(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (bool, int, dt.datetime, dt.date)):
        return value
    return str(value).strip() or None


def grid_of(features: Features, name: str) -> Grid:
    """Give the attributes as a grid whose first row is their names.

    Parameters
    ----------
    features
        The features.
    name
        Name of the file.

    Returns
    -------
    Grid
        Row 0 holds the names, row n feature n.

    Raises
    ------
    AttributeError
        If these are no features.

    Examples
    --------
    >>> layer = Features(("name",), (("A",),), np.array([None]), None, "kml")
    >>> grid_of(layer, "a.kml").rows
    (('name',), ('A',))
    """
    return Grid(
        name,
        features.sheet,
        (features.names, *features.rows),
        first_row=0,
        format=features.format,
        encoding=features.encoding,
    )


def frame_of(features: Features) -> pd.DataFrame:
    """Give the attributes as text under their own names, features numbered from 1.

    Parameters
    ----------
    features
        The features.

    Returns
    -------
    pandas.DataFrame
        Texts, missing where there is nothing.

    Raises
    ------
    AttributeError
        If these are no features.

    Examples
    --------
    >>> layer = Features(("yes", "n"), ((True, 1.5), (None, 2)), np.array([None] * 2), None, "kml")
    >>> frame_of(layer).values.tolist()
    [['yes', '1.5'], [nan, '2']]
    """
    columns = list(zip(*features.rows, strict=True)) if features.rows else []
    return pd.DataFrame(
        {
            name: pd.array(np.array([_text(one) for one in values], dtype=object), dtype="str")
            for name, values in zip(features.names, columns, strict=True)
        },
        index=range(1, len(features.rows) + 1),
    )


def _text(value: Cell) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return repr(value) if isinstance(value, float) else str(value)
