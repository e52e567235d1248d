"""Numbers as a page shows them: rounded once, in Python, and the same in both languages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wushan_geo.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wushan_geo.wording import Language

UNREACHABLE = "inf"
Minute = float | int | str | None  # a number, UNREACHABLE, or None for no data


def count(value: Any) -> int | float | None:
    """Turn a cell into a number that JSON knows.

    Parameters
    ----------
    value
        A number, NaN or a missing value.

    Returns
    -------
    int, float or None
        Whole numbers as int, others with two decimals, None for no data.

    Raises
    ------
    ValueError
        If the value is infinite: counts are not.

    Examples
    --------
    >>> count(12.0), count(0), count(float("nan"))
    (12, 0, None)
    """
    try:
        number = float(value)
    except TypeError:
        return None  # None, or pandas' own missing value
    if math.isnan(number):
        return None
    if math.isinf(number):
        message = "a count cannot be infinite"
        raise ValueError(message)
    return int(number) if number.is_integer() else round(number, 2)


def counts(values: Iterable[Any]) -> list[int | float | None]:
    """Turn a column into numbers that JSON knows.

    Parameters
    ----------
    values
        Numbers, NaN or missing values.

    Returns
    -------
    list
        As :func:`count`.

    Raises
    ------
    ValueError
        If a value is infinite.

    Examples
    --------
    >>> counts([1.0, float("nan")])
    [1, None]
    """
    return [count(one) for one in values]


def minute(value: Any, *, whole: bool) -> Minute:
    """Turn minutes into what a page shows.

    Parameters
    ----------
    value
        Minutes; infinity is unreachable, NaN is no data.
    whole
        True for whole minutes (schematic roads bear no more), False for one decimal.

    Returns
    -------
    int, float, str or None
        The number, ``inf`` or None.

    Raises
    ------
    TypeError
        If the value is no number.

    Examples
    --------
    >>> minute(12.34, whole=True), minute(12.34, whole=False), minute(float("inf"), whole=True)
    (12, 12.3, 'inf')
    """
    number = float(value)
    if math.isnan(number):
        return None
    if math.isinf(number):
        return UNREACHABLE
    rounded = round(number) if whole else round(number, 1)
    return int(rounded) if float(rounded).is_integer() else rounded


def number_text(value: float | None, language: Language) -> str:
    """Write a number, in both languages alike and without separators, as the tables write it.

    Parameters
    ----------
    value
        The number; None is no data.
    language
        ``zh`` or ``en``.

    Returns
    -------
    str
        The text; zero is written as 0, no data in words.

    Raises
    ------
    UnknownIdError
        Never for the two languages.

    Examples
    --------
    >>> number_text(19000, "zh"), number_text(0, "en"), number_text(None, "en")
    ('19000', '0', 'no data')
    """
    return say("no_data", language) if value is None else str(value)


def interval_text(low: Minute, high: Minute, language: Language, mid: Minute = None) -> str:
    """Write an interval of minutes; equal ends give one number.

    Parameters
    ----------
    low, high
        Ends as :func:`minute` gives them.
    language
        ``zh`` or ``en``.
    mid
        Central value; None shows the interval alone, as schematic roads must.

    Returns
    -------
    str
        Such as ``12～18 分钟``, ``unreachable`` or ``no data``.

    Raises
    ------
    UnknownIdError
        Never for the two languages.

    Examples
    --------
    >>> interval_text(12, 18, "en"), interval_text("inf", "inf", "en")
    ('12–18 min', 'unreachable')
    """
    if low is None or high is None:
        return say("no_data", language)
    if low == UNREACHABLE:
        return say("unreachable", language)
    if high == UNREACHABLE:
        return say("map.from", language, low=low)
    if low == high:
        return say("map.limit.value", language, minutes=low)
    if mid is not None:
        return say("map.minutes.full", language, mid=mid, low=low, high=high)
    return say("minutes.interval", language, low=low, high=high)


def of_text(part: float | None, whole: float | None, language: Language) -> str:
    """Write a part of a whole.

    Parameters
    ----------
    part, whole
        Counts; None is no data.
    language
        ``zh`` or ``en``.

    Returns
    -------
    str
        Such as ``12 / 18``.

    Raises
    ------
    UnknownIdError
        Never for the two languages.

    Examples
    --------
    >>> of_text(12, 18, "en"), of_text(None, None, "en")
    ('12 / 18', 'no data')
    """
    if part is None and whole is None:
        return say("no_data", language)
    return f"{number_text(part, language)} / {number_text(whole, language)}"
