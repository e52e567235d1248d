"""How fast one walks on a slope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.travel.trips import positive

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Tobler (1993), "Three presentations on geographical analysis and modeling", NCGIA 93-1: walking is
# fastest on a gentle way down (5 in 100) and falls off by exp(-3.5) for each whole rise / run.
STEEPNESS, EASIEST = 3.5, 0.05


def tobler_kmh(slope: NDArray[np.float64], flat_kmh: float) -> NDArray[np.float64]:
    """Give the walking speed on slopes.

    v exp(-3.5 |s + 0.05|) / exp(-0.175): Tobler's (1993) hiking function, scaled so that `flat_kmh`
    is the speed on flat ground, as AccessMod does. Tobler's own 6 km/h is the speed at s = -0.05,
    which is 5.036742 km/h on the flat.

    Parameters
    ----------
    slope
        Rise / run in the direction of walking; negative is down.
    flat_kmh
        Speed on flat ground in km/h, above 0.

    Returns
    -------
    numpy.ndarray
        Speed in km/h along the map, not along the slope.

    Raises
    ------
    ParameterError
        If the flat speed is not a finite number above 0.

    Examples
    --------
    >>> tobler_kmh(np.array([-0.05, 0.0, 0.1, -0.3]), 6 * np.exp(-0.175)).round(6).tolist()
    [6.0, 5.036742, 3.549332, 2.501172]
    """
    return positive(flat_kmh, "flat_kmh") / pace(slope)


def pace(slope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the time that a slope takes, with flat ground as 1.

    Parameters
    ----------
    slope
        Rise / run in the direction of walking.

    Returns
    -------
    numpy.ndarray
        exp(3.5 |s + 0.05| - 0.175): 1 on the flat, infinite up a wall, NaN where the slope is.

    Raises
    ------
    TypeError
        If the slopes are no numbers.

    Examples
    --------
    >>> pace(np.array([0.0, 0.1, -0.1])).round(4).tolist()
    [1.0, 1.4191, 1.0]
    """
    with np.errstate(over="ignore"):  # a cliff of a cell's width takes for ever, and that is right
        found: NDArray[np.float64] = np.exp(
            STEEPNESS * np.abs(slope + EASIEST) - STEEPNESS * EASIEST
        )
    return found
