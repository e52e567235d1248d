"""What every column and every measure of the analysis is, as a table beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.wording import MESSAGES, both

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = ["table", "column", "unit", "zh", "en"]
_UNITS = {
    "min": (
        "limit", "minutes", "minutes_low", "minutes_high", "own_minutes", "minutes_ordinary",
        "minutes_snow", "minutes_flood", "detour", "minutes_mean", "minutes_median",
        "minutes_median_gap", "minutes_farthest", "seat_minutes", "minutes_now", "minutes_plan",
        "minutes_moved", "minutes_now_low", "minutes_now_high", "minutes_plan_low",
        "minutes_plan_high",
    ),
    "persons": (
        "served_persons", "backup_persons", "today_persons", "same_new_persons", "moved.bound",
        "persons", "eligible", "load", "more_served", "less_served", "left_out_persons",
        "persons_reached", "unreachable_persons", "reached", "persons_unknown",
        "persons_otherwise", "persons_by_site", "persons_by_admission", "hotspots.value",
        "covered_persons", "covered_persons_pessimistic", "covered_persons_optimistic",
        "total_persons", "county_persons", "ceiling_persons", "gain_persons", "loss_persons",
        "free_persons", "lost_persons", "best_persons", "safe_persons", "own_persons",
        "best_regret", "safe_regret", "mean_regret", "worst_regret", "stated_persons",
        "middle_persons", "low_persons", "least_persons", "always_persons", "served", "beyond",
        "over", "minimum_load",
    ),
    "villages": (
        "served_places", "backup_places", "free_places", "same_new_places", "today_places",
        "places", "left_out", "left_out_places", "places_reached", "places_unknown",
        "places_otherwise", "neighbours", "covered_places", "covered_places_pessimistic",
        "covered_places_optimistic", "total_places", "county_places", "places_without_count",
        "ceiling_places", "gain_places", "loss_places", "stated_places", "mean_places",
        "always_places",
    ),
    "care places": ("capacity",),
    "share": (
        "place_share", "person_share", "person_share_gap", "rate", "rate_low", "rate_high",
        "smoothed", "gap", "share", "chosen_share", "pass_best_share", "pass_safe_share",
        "unbeaten_share", "own_share", "meets_share", "county_share",
    ),
    "sites": ("sites", "moves", "new_sites", "own_sites"),
    "yuan": ("budget", "cost"),
    "yuan a year": ("ways.cost", "ways.bound", "cost_per_person"),
    "hours a year": ("ways.hours",),
}  # fmt: skip
UNITS = {column: unit for unit, columns in _UNITS.items() for column in columns}

OWN = {"screening.limit": ""}  # a limit of each rule in its own unit


def dictionary(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Describe every column of some tables, and every measure of the long one.

    Parameters
    ----------
    tables
        Tables by name.

    Returns
    -------
    DataFrame
        ``table``, ``column`` (of a measure ``measure=NAME``), ``unit`` (empty where the column has
        none or a column of its own names it), and what it is in both languages.

    Raises
    ------
    UnknownIdError
        If a column or a measure has no description.

    Examples
    --------
    >>> found = dictionary({"curve": pd.DataFrame(columns=["service", "minutes"])})
    >>> found[["column", "unit"]].values.tolist()
    [['service', ''], ['minutes', 'min']]
    """
    rows = []
    for name, table in tables.items():
        for column in table.columns:
            own = f"column.{name}.{column}"
            text = both(own if own in MESSAGES else f"column.{column}")
            unit = OWN.get(f"{name}.{column}", UNITS.get(f"{name}.{column}", UNITS.get(column, "")))
            rows.append((name, column, unit, *text))
        if "measure" in table:
            kinds = table[["measure", "unit"]].drop_duplicates().itertuples(index=False)
            for kind, unit in kinds:
                rows.append((name, f"measure={kind}", unit, *both(f"measure.{kind}")))
    return pd.DataFrame(rows, columns=COLUMNS).astype("str")
