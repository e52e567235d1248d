"""The tables of a proposal: their columns and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COLUMNS: dict[str, list[str]] = {
    "plans": [
        "plan", "model", "service", "limit", "sites", "budget", "cost", "objective", "sense",
        "bound", "gap", "status", "verified", "alternatives", "covered_places",
        "covered_persons", "covered_places_pessimistic", "covered_places_optimistic",
        "covered_persons_pessimistic", "covered_persons_optimistic", "capacity", "served_places",
        "served_persons", "backup_places", "backup_persons", "total_places",
        "total_persons", "county_places", "county_persons", "county_share",
        "places_without_count", "ceiling_places", "ceiling_persons", "existing",
        "chosen", "required", "forbidden", "demand", "parameters", "basis",
    ],
    "sites": [
        "plan", "facility_id", "role", "order", "capacity", "places", "persons", "minutes_mean",
        "minutes_farthest", "gain_places", "gain_persons", "loss_places", "loss_persons", "basis",
    ],
    "villages": [
        "zone_id", "persons", "facility_now", "minutes_now_low", "minutes_now",
        "minutes_now_high", "facility_plan", "minutes_plan_low", "minutes_plan",
        "minutes_plan_high", "limit", "state", "served_persons", "basis",
    ],
    "flows": ["zone_id", "facility_id", "persons", "minutes", "nearest", "basis"],
    "moved": [
        "moves", "closed", "opened", "existing", "limit", "covered_places", "covered_persons",
        "free_places", "free_persons", "same_new_places", "same_new_persons", "same_new_status",
        "today_places", "today_persons", "bound", "gap", "status", "verified", "alternatives",
        "basis",
    ],
    "moved_villages": [
        "zone_id", "persons", "change", "change_plan", "facility_now", "minutes_now",
        "facility_plan", "minutes_plan", "facility_moved", "minutes_moved", "limit", "basis",
    ],
    "frontier": [
        "limit", "sites", "covered_places", "covered_persons", "gain_places", "gain_persons",
        "person_share", "status", "gap", "chosen", "basis",
    ],
    "phases": [
        "phase", "new_sites", "sites", "covered_places", "covered_persons", "free_persons",
        "lost_persons", "opened", "status", "basis",
    ],
    "best": [
        "rank", "objective", "bound", "covered_places", "covered_persons", "chosen", "basis",
    ],
    "core": ["facility_id", "plans", "share", "core", "best", "basis"],
    "stable_plans": [
        "plan", "chosen", "sites", "stated_places", "stated_persons", "middle_persons",
        "low_persons", "least_persons", "mean_places", "always_places", "always_persons",
        "unbeaten_share", "own_share", "mean_regret", "worst_regret", "promise", "meets_share",
        "judged_by", "stated_aim", "middle_aim", "worst_aim", "aim_regret", "basis",
    ],
    "stable_sites": ["facility_id", "chosen_share", "in_best", "in_safe", "basis"],
    "stable_villages": ["zone_id", "pass_best_share", "pass_safe_share", "basis"],
    "draws": [
        "draw", "speed", "status", "same", "own_sites", "best_persons", "safe_persons",
        "own_persons", "best_regret", "safe_regret", "best_aim", "safe_aim", "own_aim",
        "best_meets", "safe_meets", "basis",
    ],
    "screening": [
        "facility_id", "name", "name_en", "zone_id", "rule", "value", "limit", "verdict",
        "candidate", "reason_zh", "reason_en", "basis",
    ],
    "groups": ["service", "limit", "cluster", "zone_id", "persons", "basis"],
    "ways": [
        "service", "limit", "cluster", "way", "site", "persons", "served", "beyond", "over",
        "load", "minimum_load", "units", "rounds", "hours", "staff", "contacts", "cost",
        "cost_per_person", "bound", "method", "viable", "why_not", "cheapest", "screened",
        "parameters", "basis",
    ],
    "units": ["zone_id", "level", "name", "name_en", "parent_id"],
    "facilities": ["facility_id", "name", "name_en", "status", "zone_id", "origin"],
    "notes": ["table", "key", "zh", "en"],
}  # fmt: skip
WHOLE = frozenset(
    {
        "sites", "covered_places", "total_places", "places_without_count", "ceiling_places",
        "county_places", "order", "places", "gain_places", "loss_places", "phase", "new_sites",
        "rank", "plans", "draw", "covered_places_pessimistic", "covered_places_optimistic",
        "stated_places",
        "served_places", "backup_places", "moves", "free_places", "same_new_places",
        "today_places",
        "always_places", "cluster", "own_sites",
    }
)  # fmt: skip
TRUTHS = frozenset(
    {
        "verified",
        "alternatives",
        "core",
        "best",
        "in_best",
        "in_safe",
        "viable",
        "cheapest",
        "same",
        "best_meets",
        "safe_meets",
        "nearest",
    }
)
TEXTS = frozenset(
    {
        "plan", "model", "service", "sense", "status", "existing", "chosen", "required",
        "forbidden", "demand", "parameters", "basis", "facility_id", "role", "zone_id",
        "facility_now", "facility_plan", "state", "opened", "level", "name", "name_en",
        "parent_id", "table", "key", "zh", "en", "rule", "verdict", "candidate", "reason_zh",
        "closed", "change", "change_plan", "same_new_status", "facility_moved",
        "reason_en", "way", "site", "method", "why_not",
        "origin", "screening.value", "screening.limit", "promise", "judged_by", "screened",
    }
)  # fmt: skip


def table(name: str, rows: Iterable[Mapping[Any, Any]]) -> pd.DataFrame:
    """Make a table whose columns have their types even where there is no row.

    Parameters
    ----------
    name
        Name of the table.
    rows
        Its rows; what a row does not say is not known.

    Returns
    -------
    pandas.DataFrame
        Columns in their order.

    Raises
    ------
    KeyError
        If there is no such table.

    Examples
    --------
    >>> table("core", [{"facility_id": "G", "plans": 2, "share": 1.0, "core": True}]).shape
    (1, 6)
    """
    found = pd.DataFrame(list(rows), columns=COLUMNS[name])
    return found.astype({column: _kind(name, column) for column in COLUMNS[name]})


def _kind(name: str, column: str) -> str:
    """Give the type of a column; whole numbers and truths may be missing."""
    if column in WHOLE:
        return "Int64"
    if column in TRUTHS:
        return "boolean"
    return "str" if column in TEXTS or f"{name}.{column}" in TEXTS else "float64"
