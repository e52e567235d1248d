"""What the tables of a comparison hold: their columns, and the words for a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.results import CLASSES, CONDITIONS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

# From the best news to the worst; each a message "compare.change.<key>".
CHANGES = (
    "now_reachable", "better", "now_known_reached", "faster", "same", "other_facility", "mixed",
    "slower", "now_known_beyond", "worse", "now_unreachable", "now_unknown",
)  # fmt: skip
ROAD_CHANGES = (
    "closed", "gone", "one_way", "reversed", "two_way", "slower", "mixed", "faster", "opened",
    "new",
)  # fmt: skip
LEVELS = ("village", "township", "county")
REACHED = CLASSES[:2]
UNKNOWN = CLASSES[-1]
BASES = ("measured", "stated", "inferred", "modelled")
ENDS = ("low", "central", "high")
COUNTED = ("places", "persons", "eligible")
CLOSE = 1e-6  # minutes (a fifteen-thousandth of a second): rounding, and no change
KEYS = ["level", "zone_id", "service", "limit"]
NAMED = ["level", "zone_id", "name", "name_en", "parent_id"]
COLUMNS = [
    *NAMED, "service", "limit", "change", "class_a", "class_b",
    *(f"minutes_{end}_{side}" for end in ENDS for side in ("a", "b", "delta")),
    "facility_a", "facility_b",
    *(f"{group}_{part}" for group in COUNTED for part in
      ("total_a", "total_b", "reached_a", "reached_b", "reached_delta")),
    "basis",
    *(column for one in CONDITIONS for column in
      (*(f"minutes_{one}_{side}" for side in ("a", "b", "delta")),
       f"class_{one}_a", f"class_{one}_b")),
]  # fmt: skip
UNIT_COLUMNS = ["what", "id", "name", "name_en", "only_in"]
ROAD_COLUMNS = ["edge_id", "change", "name", "road_class", "crossing_id", "basis"]
FINDING_COLUMNS = ["topic", "service", "limit", "value", "unit", "text_zh", "text_en"]


def floats(column: pd.Series) -> NDArray[np.float64]:
    """Give a column as numbers, NaN where it is empty.

    Parameters
    ----------
    column
        The column.

    Returns
    -------
    numpy.ndarray
        In its order.

    Raises
    ------
    ValueError
        If it holds what is no number.

    Examples
    --------
    >>> import pandas as pd
    >>> floats(pd.Series([1, None], dtype="Int64")).tolist()
    [1.0, nan]
    """
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def delta(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Subtract minutes, of which some are infinite.

    Parameters
    ----------
    a, b
        Minutes before and after; infinity is unreachable, NaN is not known.

    Returns
    -------
    numpy.ndarray
        ``b - a``; 0 where both are unreachable, NaN where one is not known.

    Raises
    ------
    ValueError
        If the two differ in shape.

    Examples
    --------
    >>> delta(np.array([10, np.inf, np.inf, 5]), np.array([12, 9, np.inf, np.inf])).tolist()
    [2.0, -inf, 0.0, inf]
    """
    with np.errstate(invalid="ignore"):
        found = np.asarray(b, dtype=np.float64) - np.asarray(a, dtype=np.float64)
    return np.where(np.isinf(a) & np.isinf(b), 0.0, found)
