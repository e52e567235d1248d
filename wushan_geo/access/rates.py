"""What a rate out of few persons can say: intervals, smoothing, and ranks only where they hold.

Two of four served persons are not the same as two hundred of four hundred. A rate never stands
without its interval; units are ranked only where intervals do not overlap; a unit without data is
never ranked, and no data is not a rate of 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from wushan_geo.access.arguments import at_least_zero, one_of
from wushan_geo.access.equity import labels_of, same_ids
from wushan_geo.errors import ParameterError, listed
from wushan_geo.travel.ids import align, ids_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Values = pd.Series | Mapping[str, float]
    Labels = pd.Series | Mapping[str, str]
    Floats = NDArray[np.float64]

__all__ = ["Interval", "rank_with_intervals", "rates", "smoothed_rates", "wilson_interval"]

Spread = Literal["binomial", "poisson"]
First = Literal["high", "low"]
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate and where it may truly lie."""

    rate: float
    """Count over all, 0 to 1; NaN of nobody."""
    low: float
    """Lower end, 0 to 1; NaN of nobody."""
    high: float
    """Upper end, 0 to 1; NaN of nobody."""


def wilson_interval(count: float, of: float, *, confidence: float) -> Interval:
    """Give a rate the interval of Wilson (1927), which holds for few persons too.

    With r = count / of, n = of and z the normal quantile of (1 + confidence) / 2, the ends are
    (r + z^2 / 2n -+ z sqrt(r (1 - r) / n + z^2 / 4n^2)) / (1 + z^2 / n).

    Parameters
    ----------
    count
        Persons counted, at least 0, such as those served.
    of
        All persons that could be counted, at least `count`.
    confidence
        Share of such intervals that hold the true rate, between 0 and 1, such as 0.95.

    Returns
    -------
    Interval
        Rate and both ends, 0 to 1; all NaN if `of` is 0, for nobody has no rate.

    Raises
    ------
    ParameterError
        If a number is negative, NaN or infinite, `count` is above `of`, or `confidence` is not
        between 0 and 1.

    Examples
    --------
    >>> few, many = (wilson_interval(n, 2 * n, confidence=0.95) for n in (2, 200))
    >>> round(few.low, 3), round(few.high, 3), round(many.low, 3), round(many.high, 3)
    (0.15, 0.85, 0.451, 0.549)
    """
    quantile = _quantile(confidence)
    part = np.array([at_least_zero(count, "count")])
    whole = np.array([at_least_zero(of, "of")])
    if part[0] > whole[0]:
        message = f"count must be at most of. Got {count!r} of {of!r} instead."
        raise ParameterError(message)
    rate, low, high = _wilson(part, whole, quantile)
    return Interval(float(rate[0]), float(low[0]), float(high[0]))


def rates(count: Values, of: Values, *, confidence: float, small_below: float) -> pd.DataFrame:
    """Lay out the rate of each unit with its Wilson interval.

    Parameters
    ----------
    count
        Persons counted by unit, at least 0; NaN where there are no data.
    of
        All persons that could be counted by unit, at least the count; the same ids; NaN where
        there are no data.
    confidence
        As in :func:`wilson_interval`.
    small_below
        A unit with fewer persons than this is marked as small, at least 0.

    Returns
    -------
    DataFrame
        Rows: units, in the order of `count`. Columns: ``count``, ``of``, ``known`` (False where
        either is NaN), ``rate``, ``low``, ``high`` (0 to 1; NaN where not known, or of nobody) and
        ``small`` (False where not known). ``attrs`` hold confidence and small_below.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a number is negative or infinite, a count is above what it is of, or a parameter is out
        of range.

    Examples
    --------
    >>> found = rates({"a": 2, "b": 0}, {"a": 4, "b": 0}, confidence=0.95, small_below=10)
    >>> found[["rate", "low", "high", "small"]].round(2)
       rate   low  high  small
    a   0.5  0.15  0.85   True
    b   NaN   NaN   NaN   True
    """
    quantile, few = _quantile(confidence), at_least_zero(small_below, "small_below")
    ids, part, whole = _counted(count, of)
    rate, low, high = _wilson(part, whole, quantile)
    known = ~(np.isnan(part) | np.isnan(whole))
    table = pd.DataFrame(
        {
            "count": part,
            "of": whole,
            "known": known,
            "rate": rate,
            "low": low,
            "high": high,
            "small": known & (whole < few),
        },
        index=pd.Index(ids, dtype="str"),
    )
    table.attrs = {"confidence": float(confidence), "small_below": few}
    return table


def smoothed_rates(
    count: Values,
    of: Values,
    *,
    confidence: float,
    small_below: float,
    variance: Spread,
    parents: Labels | None = None,
) -> pd.DataFrame:
    """Draw the rates of small units towards the common rate, as far as chance explains them.

    Empirical Bayes by the method of moments (Marshall 1991): with the common rate
    m = sum y / sum n and s^2 = sum n (r - m)^2 / sum n, the variance between units beyond chance
    is A = max(0, s^2 - m / mean n), and a unit gets m + w (r - m) with w = A / (A + m / n). That
    takes a unit's count to be Poisson, which suits rare events. For the kind ``"binomial"``, which
    suits shares of any size, chance has the variance m (1 - m) instead, of which A itself is a
    part (Martuzzi & Elliott 1996): A = max(0, (s^2 - m (1 - m) / mean n) / (1 - 1 / mean n)) and
    w = A / (A + (m (1 - m) - A) / n).

    Parameters
    ----------
    count
        Persons counted by unit, at least 0; NaN where there are no data.
    of
        All persons that could be counted by unit, at least the count; the same ids; NaN where
        there are no data.
    confidence
        As in :func:`wilson_interval`.
    small_below
        A unit with fewer persons than this is marked as small, at least 0.
    variance
        ``"binomial"`` or ``"poisson"``.
    parents
        Larger unit of each unit, such as its township: rates are then drawn towards the rate of
        their own larger unit. Without it, towards the rate of all.

    Returns
    -------
    DataFrame
        As in :func:`rates`, and ``common`` (the rate towards which it is drawn), ``weight`` (part
        of its own rate that is left, 0 to 1: 0 where the units differ by no more than chance) and
        ``smoothed``. NaN where nothing is known or of nobody: such a unit is drawn to no number.
        The interval is that of the unit's own rate. ``attrs`` hold variance too.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If a number is negative or infinite, a count is above what it is of, a unit has no larger
        unit, or a parameter is out of range.

    Examples
    --------
    >>> found = smoothed_rates(
    ...     {"a": 2, "b": 30, "c": 90}, {"a": 2, "b": 100, "c": 100},
    ...     confidence=0.95, small_below=10, variance="binomial",
    ... )
    >>> found[["rate", "weight", "smoothed"]].round(3)
       rate  weight  smoothed
    a   1.0   0.540     0.818
    b   0.3   0.983     0.305
    c   0.9   0.983     0.895
    """
    one_of(variance, get_args(Spread), "variance")
    table = rates(count, of, confidence=confidence, small_below=small_below)
    ids = tuple(table.index)
    labels = ("",) * len(ids) if parents is None else labels_of(parents, ids, "parents")
    part, whole = table["count"].to_numpy(), table["of"].to_numpy()
    counted = table["rate"].notna().to_numpy()
    common, weight = np.full(len(ids), NAN), np.full(len(ids), NAN)
    at = np.array(labels, dtype=object)
    for one in sorted(set(labels)):
        mine = counted & (at == one)
        if mine.any():
            common[mine], weight[mine] = _moments(part[mine], whole[mine], variance)
    rate = table["rate"].to_numpy()
    table["common"], table["weight"] = common, weight
    table["smoothed"] = common + weight * (rate - common)
    table.attrs = {**table.attrs, "variance": variance}
    return table


def rank_with_intervals(low: Values, high: Values, *, first: First) -> pd.DataFrame:
    """Rank units as far as their intervals allow.

    A unit is surely ahead of another if its interval lies wholly beyond the other's; intervals
    that touch overlap. Its rank lies between 1 + the units surely ahead of it, and the number of
    units less those surely behind it; only where both are the same has it a rank.

    Parameters
    ----------
    low
        Lower ends by unit; NaN where there are no data.
    high
        Upper ends by unit, at least the lower ends; the same ids, NaN for the same units.
    first
        ``"high"`` if the highest rate ranks first, ``"low"`` if the lowest does.

    Returns
    -------
    DataFrame
        Rows: units, in the order of `low`. Columns: ``best`` and ``worst`` rank that it may have,
        ``rank`` (missing unless the interval overlaps with no other) and ``overlaps`` (how many
        others it overlaps with): whole numbers, all missing for a unit without data, which counts
        for no other unit's rank either.

    Raises
    ------
    UnknownIdError
        If the ids differ, or one is there twice.
    ParameterError
        If an end is infinite, only one end is NaN, a lower end is above the upper one, or `first`
        has another name.

    Examples
    --------
    >>> low = {"a": 0.1, "b": 0.5, "c": 0.6, "d": float("nan")}
    >>> high = {"a": 0.3, "b": 0.7, "c": 0.9, "d": float("nan")}
    >>> rank_with_intervals(low, high, first="high")
       best  worst  rank  overlaps
    a     3      3     3         0
    b     1      2  <NA>         1
    c     1      2  <NA>         1
    d  <NA>   <NA>  <NA>      <NA>
    """
    one_of(first, get_args(First), "first")
    ids, lows, highs = _ends(low, high)
    known = ~np.isnan(lows)
    if first == "low":
        lows, highs = -highs, -lows
    inside = int(known.sum())
    ahead = inside - np.searchsorted(np.sort(lows[known]), highs[known], side="right")
    behind = np.searchsorted(np.sort(highs[known]), lows[known], side="left")
    best, worst = 1 + ahead, inside - behind
    figures = {
        "best": best,
        "worst": worst,
        "rank": np.where(best == worst, best, -1),
        "overlaps": worst - best,
    }
    table = pd.DataFrame(index=pd.Index(ids, dtype="str"))
    for name, numbers in figures.items():
        column = np.full(len(ids), -1, dtype=np.int64)
        column[known] = numbers
        table[name] = pd.arrays.IntegerArray(column, column < 0)
    return table


def _moments(part: Floats, whole: Floats, variance: Spread) -> tuple[float, Floats]:
    """Give the common rate, and how much of each unit's own rate is more than chance."""
    # Sums without rounding on the way do not depend on the order of the rows.
    persons = fsum(whole)
    common = fsum(part) / persons
    seen = fsum(whole * (part / whole - common) ** 2) / persons
    mean = persons / len(whole)
    chance = common * (1.0 - common) if variance == "binomial" else common
    between = max(0.0, seen - chance / mean)
    if variance == "binomial":
        between = between / (1.0 - 1.0 / mean) if mean > 1 else 0.0
        chance -= between
    if between == 0:
        return common, np.zeros_like(whole)
    return common, between / (between + max(0.0, chance) / whole)


def _wilson(part: Floats, whole: Floats, quantile: float) -> tuple[Floats, Floats, Floats]:
    """Give rates and the ends of their intervals; NaN where not known or of nobody."""
    some = whole > 0
    n = np.where(some, whole, np.nan)
    rate = part / n
    square = quantile * quantile
    middle = rate + square / (2.0 * n)
    half = quantile * np.sqrt(rate * (1.0 - rate) / n + square / (4.0 * n * n))
    low, high = ((middle + side * half) / (1.0 + square / n) for side in (-1.0, 1.0))
    # Of none and of all the ends are exactly 0 and 1, and no rounding may pass them.
    low = np.where(part == 0, rate, np.clip(low, 0.0, rate))
    high = np.where(part == whole, rate, np.clip(high, rate, 1.0))
    return rate, low, high


def _counted(count: Values, of: Values) -> tuple[tuple[str, ...], Floats, Floats]:
    """Align counts with what they are of, and refuse what cannot be."""
    ids, part, whole = _two(count, of, ("count", "of"))
    faults = []
    for what, numbers in (("count", part), ("of", whole)):
        wrong = np.isinf(numbers) | (numbers < 0)
        if wrong.any():
            faults.append(f"{what} must be a number of at least 0; not so for {_named(ids, wrong)}")
    more = part > whole
    if more.any():
        faults.append(f"count is more than what it is of for {_named(ids, more)}")
    if faults:
        message = "; ".join(faults) + "."
        raise ParameterError(message)
    return ids, part, whole


def _ends(low: Values, high: Values) -> tuple[tuple[str, ...], Floats, Floats]:
    """Align the ends of intervals, and refuse what is no interval."""
    ids, lows, highs = _two(low, high, ("low", "high"))
    faults = []
    endless = np.isinf(lows) | np.isinf(highs)
    if endless.any():
        faults.append(f"an end of an interval is infinite for {_named(ids, endless)}")
    one = np.isnan(lows) != np.isnan(highs)
    if one.any():
        faults.append(f"only one end is known for {_named(ids, one)}")
    turned = lows > highs
    if turned.any():
        faults.append(f"low is above high for {_named(ids, turned)}")
    if faults:
        message = "; ".join(faults) + "."
        raise ParameterError(message)
    return ids, lows, highs


def _two(
    first: Values, second: Values, whats: tuple[str, str]
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Bring two numbers of each unit side by side, in the order of the first."""
    ids = ids_of(first, whats[0])
    same_ids(ids, second, whats[1])
    return ids, align(first, ids, whats[0]), align(second, ids, whats[1])


def _named(ids: Sequence[str], wrong: NDArray[np.bool_]) -> str:
    return listed(one for one, bad in zip(ids, wrong, strict=True) if bad)


def _quantile(confidence: Any) -> float:
    """Give the normal quantile of a two-sided interval."""
    share = at_least_zero(confidence, "confidence")
    if not 0 < share < 1:
        message = f"confidence must lie between 0 and 1. Got {confidence!r} instead."
        raise ParameterError(message)
    return -NormalDist().inv_cdf((1.0 - share) / 2.0)
