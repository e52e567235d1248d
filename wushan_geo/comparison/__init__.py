"""Two results side by side: what changes from the one to the other, unit by unit.

Whatever the two differ in (roads, condition, facilities, persons), the question is the same: who
is reached now and was not, who no longer is, and by how many minutes. The comparison computes no
measure of its own: it takes the finished tables of both.
"""

from wushan_geo.comparison.answer import Comparison, compare, record
from wushan_geo.comparison.columns import (
    CHANGES,
    COLUMNS,
    COUNTED,
    LEVELS,
    ROAD_CHANGES,
    delta,
)

__all__ = [
    "CHANGES",
    "COLUMNS",
    "COUNTED",
    "LEVELS",
    "ROAD_CHANGES",
    "Comparison",
    "compare",
    "delta",
    "record",
]
