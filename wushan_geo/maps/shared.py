"""What the pages with one map share in Python: their words, base map, sums and plain tables."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.maps import layers
from wushan_geo.maps.figures import count
from wushan_geo.maps.tables import LANGUAGE
from wushan_geo.wording import LANGUAGES, both, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.results import StudyInfo

Counted = list[int | float | None]


def edition(info: StudyInfo) -> tuple[str, str]:
    """Say in both languages whom a page is for.

    Parameters
    ----------
    info
        The study behind it.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        Never for the two editions.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    if info.edition == "public":
        return both("notice.public", cell=info.small_cell)
    return both("notice.internal")


def by_language(chosen: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """Lay messages out as the page's script reads them.

    Parameters
    ----------
    chosen
        Chinese and English by key.

    Returns
    -------
    dict
        Texts by key for ``zh`` and ``en``, in the order of the keys.

    Raises
    ------
    IndexError
        If a message lacks a language.

    Examples
    --------
    >>> by_language({"a": ("甲", "A")})
    {'zh': {'a': '甲'}, 'en': {'a': 'A'}}
    """
    return {
        language: {key: pair[at] for key, pair in sorted(chosen.items())}
        for at, language in enumerate(LANGUAGES)
    }


def filled(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table of texts, empty where there is none.

    Parameters
    ----------
    table
        Columns of texts.

    Returns
    -------
    DataFrame
        The same, with objects.

    Raises
    ------
    AttributeError
        If it is no table.

    Examples
    --------
    >>> import pandas as pd
    >>> filled(pd.DataFrame({"name": ["a", None]}))["name"].tolist()
    ['a', '']
    """
    found = table.astype(object)
    return found.where(found.notna(), "")


def names_of(table: pd.DataFrame) -> list[list[str]]:
    """Give the names of rows in both languages.

    Parameters
    ----------
    table
        Columns ``name`` and ``name_en``.

    Returns
    -------
    list of list of str
        Chinese and English; the Chinese one twice where there is no English one.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> names_of(pd.DataFrame({"name": ["甲"], "name_en": [None]}))
    [['甲', '甲']]
    """
    return [layers.pair_of(zh, en) for zh, en in zip(table["name"], table["name_en"], strict=True)]


def look(key: str, drawn: tuple[str, str, str]) -> dict[str, str]:
    """Name the parts of a look for the page's script.

    Parameters
    ----------
    key
        What looks so.
    drawn
        Fill, ink of the pattern, pattern.

    Returns
    -------
    dict
        ``key``, ``fill``, ``ink``, ``pattern``.

    Raises
    ------
    IndexError
        If a part is missing.

    Examples
    --------
    >>> look("gap", ("#fff", "#000", "bars"))["pattern"]
    'bars'
    """
    return {"key": key, "fill": drawn[0], "ink": drawn[1], "pattern": drawn[2]}


def base_map(found: Mapping[str, gpd.GeoDataFrame]) -> dict[str, Any]:
    """Give what lies below and above the zones: outline, roads and rivers.

    Parameters
    ----------
    found
        Layers by name; roads and rivers may be absent.

    Returns
    -------
    dict
        ``county``, ``roads`` and ``rivers``, as :mod:`wushan_geo.maps.layers` writes them.

    Raises
    ------
    KeyError
        If there is no county.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    return {
        "county": [
            part for one in found["county"].geometry for part in layers.polygons(one)
        ],
        "roads": layers.roads_of(found.get("roads")),
        "rivers": layers.rivers_of(found.get("rivers")),
    }  # fmt: skip


def middle(county: gpd.GeoDataFrame) -> tuple[float, float]:
    """Give the middle of a county, where its map is opened.

    Parameters
    ----------
    county
        Its outline in degrees.

    Returns
    -------
    tuple of float
        Latitude and longitude.

    Raises
    ------
    ValueError
        If the layer has no bounds.

    Examples
    --------
    See ``tests/test_maps_siting.py``.
    """
    west, south, east, north = county.total_bounds
    return round((south + north) / 2, 5), round((west + east) / 2, 5)


def floats(column: pd.Series) -> NDArray[np.float64]:
    """Give a column as numbers, NaN where there is none.

    Parameters
    ----------
    column
        Numbers or missing values.

    Returns
    -------
    ndarray
        The numbers.

    Raises
    ------
    ValueError
        If a value is no number.

    Examples
    --------
    >>> import pandas as pd
    >>> floats(pd.Series([1, None], dtype="Int64")).tolist()
    [1.0, nan]
    """
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def positions(column: Iterable[Any], known: Sequence[str], missing: int) -> NDArray[np.int64]:
    """Give the place of each cell among what is known.

    Parameters
    ----------
    column
        Cells.
    known
        What they may be.
    missing
        What stands for anything else.

    Returns
    -------
    ndarray
        Whole numbers.

    Raises
    ------
    TypeError
        If a cell is not hashable.

    Examples
    --------
    >>> positions(["b", None], ["a", "b"], -1).tolist()
    [1, -1]
    """
    at = layers.index_of(known)
    return np.array([at.get(one, missing) for one in column], dtype=np.int64)


def sums_of(
    groups: NDArray[np.int64], known: Sequence[str], totals: Sequence[NDArray[np.float64]]
) -> list[Counted]:
    """Count the rows of each group, and add their numbers up.

    Parameters
    ----------
    groups
        Group of each row.
    known
        The groups.
    totals
        Numbers by row, one array for each sum.

    Returns
    -------
    list of list
        For each group its rows and its sums; None where no number is known.

    Raises
    ------
    ValueError
        If a sum is infinite.

    Examples
    --------
    >>> sums_of(np.array([0, 0, 1]), ["a", "b"], [np.array([1.0, 2.0, np.nan])])
    [[2, 3], [1, None]]
    """
    return [
        [int((groups == at).sum()), *(sum_of(one[groups == at]) for one in totals)]
        for at in range(len(known))
    ]


def sum_of(values: NDArray[np.float64]) -> int | float | None:
    """Add numbers up, leaving out what is not known.

    Parameters
    ----------
    values
        Numbers, NaN where there is none.

    Returns
    -------
    int, float or None
        The sum; 0 of nothing, None where none of them is known.

    Raises
    ------
    ValueError
        If the sum is infinite.

    Examples
    --------
    >>> sum_of(np.array([1.0, np.nan])), sum_of(np.array([np.nan])), sum_of(np.array([]))
    (1, None, 0)
    """
    if not len(values):
        return 0
    return None if np.isnan(values).all() else count(np.nansum(values))


def table_html(
    name: str,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    foot: Sequence[str] = (),
) -> str:
    """Write a table in Chinese; the page's script writes it anew in the other language.

    Parameters
    ----------
    name
        Its name on the page.
    title
        Message of its caption.
    heads
        Messages of the columns.
    rows
        Cells as text.
    foot
        Cells of the last row, which is not sorted; none for no such row.

    Returns
    -------
    str
        A ``<table>`` element; whatever the cells hold stays text.

    Raises
    ------
    UnknownIdError
        If there is no such message.

    Examples
    --------
    >>> "<td>&lt;b&gt;</td>" in table_html("x", "map.legend", ["map.north"] * 2, [["a", "<b>"]])
    True
    """
    told = "".join(
        f'<th scope="col" data-t="{one}">{escape(say(one, LANGUAGE))}</th>' for one in heads
    )
    body = "".join(_row(row) for row in rows)
    below = f"<tfoot>{_row(foot)}</tfoot>" if foot else ""
    return (
        f'<table id="table-{name}"><caption data-t="{title}">{escape(say(title, LANGUAGE))}'
        f"</caption><thead><tr>{told}</tr></thead>\n<tbody>{body}</tbody>{below}</table>"
    )


def _row(cells: Sequence[str]) -> str:
    written = "".join(
        f"<td>{escape(cell)}</td>" if at else f'<th scope="row">{escape(cell)}</th>'
        for at, cell in enumerate(cells)
    )
    return f"<tr>{written}</tr>\n"
