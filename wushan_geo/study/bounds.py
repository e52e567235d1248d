"""Bounds beyond which a number is a slip: a unit mistaken, a digit too many, a mark for "none".

They judge no policy and calibrate nothing. Each lies far beyond what a planner could mean, so that
whoever meets one has made a mistake; what lies within them may still be wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wushan_geo.study.faults import hint

if TYPE_CHECKING:
    from wushan_geo.study.faults import Pair

# km/h. The law of the country lets nobody drive faster than 120 (Implementation Regulations of the
# Road Traffic Safety Law, article 78); a walker does about 5 (Tobler 1993).
SLOWEST_KMH, FASTEST_KMH, OWN_PACE_KMH = 0.1, 200.0, 30.0
LONGEST_MIN = 1440.0  # a day, for one way, one limit, or the time to get on a vehicle
LONGEST_GIVEN_MIN = 7 * LONGEST_MIN  # a matrix of any router may span more than a county
MOST_FACTOR = 10.0  # of a speed, or of a time
STEEPEST = 1.0  # rise / run; no road rises as much as it goes ahead
FAR_KM = 50.0  # from the nearest place to the nearest road: then they are of two different counties
MINUTES = {"min": 1.0, "s": 60.0, "h": 1.0 / 60.0}  # units in a minute


class Bound(NamedTuple):
    """What a number must lie in, and what to look at where it does not."""

    low: float
    """Smallest that may stand there."""
    high: float
    """Largest."""
    advice: Pair
    """What is most likely wrong, in Chinese and English."""


SPEED = Bound(SLOWEST_KMH, FASTEST_KMH, hint("speed_unit"))
OWN_PACE = Bound(SLOWEST_KMH, OWN_PACE_KMH, hint("speed_unit"))
DURATION = Bound(0.0, LONGEST_MIN, hint("minutes_unit"))
FACTOR = Bound(0.0, MOST_FACTOR, hint("factor_unit"))
GRADE = Bound(0.0, STEEPEST, hint("grade_unit"))


def plausible(unit: str, most_min: float) -> tuple[float, str] | None:
    """Give the largest plausible cost of a file of times, and its own unit.

    Parameters
    ----------
    unit
        ``min``, ``s`` or ``h``; of lengths nothing is said.
    most_min
        The largest in minutes.

    Returns
    -------
    tuple or None
        The largest, and the unit; None for a unit of length.

    Raises
    ------
    TypeError
        If `most_min` is no number.

    Examples
    --------
    >>> plausible("s", 1440.0), plausible("h", 1440.0), plausible("km", 1440.0)
    ((86400.0, 's'), (24.0, 'h'), None)
    """
    return (round(most_min * MINUTES[unit], 6), unit) if unit in MINUTES else None
