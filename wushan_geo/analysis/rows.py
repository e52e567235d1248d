"""The tables of the analysis: their columns, and how measures are laid out as long rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wushan_geo.analysis.asked import ServiceAsked

COLUMNS: dict[str, list[str]] = {
    "measures": [
        "zone_id", "level", "service", "measure", "value", "unit", "parameters", "basis",
    ],
    "curve": [
        "service", "minutes", "places", "persons", "place_share", "person_share", "counted",
        "basis",
    ],
    "allocation": ["service", "zone_id", "facility_id", "persons", "minutes", "detour", "basis"],
    "place_values": [
        "service", "facility_id", "capacity", "load", "more_served", "more_saved", "less_served",
        "less_saved", "reading_zh", "reading_en", "unit", "parameters", "basis",
    ],
    "equity": [
        "service", "of", "index", "part", "value", "places", "persons", "left_out_places",
        "left_out_persons", "parameters", "basis",
    ],
    "groups": [
        "service", "partition", "group", "limit", "places", "persons", "persons_unknown",
        "persons_reached",
        "person_share", "minutes_mean", "minutes_median", "unreachable_persons",
        "person_share_gap", "minutes_median_gap", "reference", "counted",
        "basis",
    ],
    "rates": [
        "zone_id", "service", "limit", "reached", "persons_unknown", "persons", "rate",
        "rate_low", "rate_high", "smoothed", "small", "rank_best", "rank_worst", "rank",
        "parameters", "basis",
    ],
    "hotspots": [
        "zone_id", "service", "limit", "value", "neighbours", "local_moran", "moran_p", "moran_q",
        "quadrant", "gi_star", "gi_p", "gi_q", "spot", "parameters", "basis",
    ],
    "gap_clusters": [
        "service", "limit", "cluster", "centre", "places", "persons", "farthest",
        "minutes_farthest", "minutes_mean", "site", "persons_by_site", "parameters", "basis",
    ],
    "gap_cluster_villages": ["service", "limit", "cluster", "zone_id", "persons", "basis"],
    "causes": [
        "zone_id", "level", "service", "limit", "cause", "places", "persons",
        "persons_by_admission", "counted", "basis",
    ],
    "scale": [
        "zone_id", "service", "limit", "seat", "seat_minutes", "places", "places_reached",
        "places_unknown", "persons", "persons_reached", "persons_unknown", "person_share",
        "as_one", "by_villages", "flips", "places_otherwise", "persons_otherwise", "parameters",
        "basis",
    ],
    "change": [
        "service", "limit", "counted", "part", "places", "persons", "eligible", "left_out", "basis",
    ],
    "units": ["zone_id", "level", "name", "name_en", "parent_id"],
    "facilities": ["facility_id", "name", "name_en", "status", "zone_id"],
    "notes": ["table", "service", "key", "zh", "en"],
}  # fmt: skip

TEXTS = frozenset(
    {
        "zone_id", "level", "service", "measure", "unit", "parameters", "basis", "counted",
        "facility_id", "reading_zh", "reading_en", "of", "index", "part", "partition",
        "group", "reference",
        "quadrant", "spot", "centre", "farthest", "cause", "seat", "site", "as_one",
        "by_villages", "flips", "table", "key", "zh", "en", "name",
        "name_en", "parent_id", "status",
    }
)  # fmt: skip

WHOLE = frozenset({"rank_best", "rank_worst", "rank"})  # whole numbers, missing where none holds


def table(name: str, rows: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put rows together as one of the tables, also where there are none.

    Parameters
    ----------
    name
        Name of the table.
    rows
        Tables with its columns, in any order of columns.

    Returns
    -------
    DataFrame
        The columns of ``COLUMNS[name]``, texts as text.

    Raises
    ------
    KeyError
        If the table is not known, or rows lack a column.

    Examples
    --------
    >>> table("notes", []).columns.tolist()
    ['table', 'service', 'key', 'zh', 'en']
    """
    columns = COLUMNS[name]
    known = [one[columns] for one in rows if len(one)]
    found = pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=columns)
    kinds = {one: "str" for one in columns if one in TEXTS}
    if not known:
        kinds = {one: kinds.get(one, "float64") for one in columns}
    kinds |= {one: "Int64" for one in columns if one in WHOLE}
    return found.astype(kinds)


def notes_table(notes: list[tuple[str, str, str, tuple[str, str]]]) -> pd.DataFrame:
    """Lay out what was left out and why.

    Parameters
    ----------
    notes
        Table, service (empty for all), key, and the sentence in both languages.

    Returns
    -------
    DataFrame
        Rows of the table ``notes``.

    Raises
    ------
    ValueError
        If a note has not four parts.

    Examples
    --------
    >>> notes_table([("equity", "", "x", ("无", "none"))])["en"].tolist()
    ['none']
    """
    rows = [(where, service, key, zh, en) for where, service, key, (zh, en) in notes]
    return pd.DataFrame(rows, columns=COLUMNS["notes"]).astype("str")


def measure(
    asked: ServiceAsked,
    values: pd.Series[float] | Mapping[str, float],
    words: tuple[str, str, str],
    *,
    level: str = "village",
) -> pd.DataFrame:
    """Lay out one measure of one service as rows of the table ``measures``.

    Parameters
    ----------
    asked
        The service.
    values
        Value by unit; infinity is unreachable, NaN not known.
    words
        Name of the measure, its unit, and its parameters as text.
    level
        ``village``, ``township`` or ``county``.

    Returns
    -------
    DataFrame
        The columns of ``measures``.

    Raises
    ------
    ValueError
        If `words` are not three.

    Examples
    --------
    See ``tests/test_analysis_reach.py``.
    """
    name, unit, parameters = words
    series = pd.Series(values, dtype=np.float64)
    return pd.DataFrame(
        {
            "zone_id": series.index.to_numpy(),
            "level": level,
            "service": asked.service.key,
            "measure": name,
            "value": series.to_numpy(),
            "unit": unit,
            "parameters": parameters,
            "basis": asked.basis,
        }
    )
