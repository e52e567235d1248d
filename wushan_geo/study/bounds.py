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
LONGEST_KM = 2880.0  # that day at the speed which the law allows
MOST_FACTOR = 10.0  # of a speed, or of a time
STEEPEST = 1.0  # rise / run; no road rises as much as it goes ahead
FAR_KM = 50.0  # from the nearest place to the nearest road: then they are of two different counties
# What other tools write where no way leads: whole numbers of 32 bits full to the brim (pandana, in
# thousandths too), the largest numbers of 32 and of 64 bits. No cost is one of these by chance.
MARKS = (2147483.647, 4294967.295, 2147483647.0, 4294967295.0, 2.0**63, 3.4028234663852886e38)
MINUTES = {"min": 1.0, "s": 60.0, "h": 1.0 / 60.0}  # units in a minute
KILOMETRES = {"km": 1.0, "m": 1000.0}  # units in a kilometre


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


def plausible(unit: str) -> tuple[float, str]:
    """Give the largest plausible cost of a file of times or lengths, and its own unit.

    That is a day for times, and the way of a day for lengths: more is a mark for "no way", or in
    another unit.

    Parameters
    ----------
    unit
        ``min``, ``s``, ``h``, ``m`` or ``km``.

    Returns
    -------
    tuple
        The largest, and the unit.

    Raises
    ------
    KeyError
        If the unit is not known.

    Examples
    --------
    >>> plausible("s"), plausible("h"), plausible("m")
    ((86400.0, 's'), (24.0, 'h'), (2880000.0, 'm'))
    """
    if unit in MINUTES:
        return round(LONGEST_MIN * MINUTES[unit], 6), unit
    return LONGEST_KM * KILOMETRES[unit], unit
