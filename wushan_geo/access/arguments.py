"""What arguments must be: one check for each kind, so that measures refuse in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any, TypeVar

import numpy as np

from wushan_geo.errors import ParameterError, shown
from wushan_geo.travel.matrix import LARGEST, checked_limit

Kind = TypeVar("Kind")
PAIR = 2  # choices up to which each stands in quotes
SMALLEST = float(np.nextafter(0, 1))  # above 0


def checked_kind(value: Any, kind: type[Kind], what: str, hint: str) -> Kind:
    """Make sure that an argument is of one kind.

    Parameters
    ----------
    value
        The argument.
    kind
        What it must be.
    what
        Its name, for the message.
    hint
        How one is made, for the message, such as ``"such as decay.binary(30)"``.

    Returns
    -------
    object
        The argument.

    Raises
    ------
    ParameterError
        If it is of another kind.

    Examples
    --------
    >>> checked_kind({"a": 1}, dict, "words", "such as {}")
    {'a': 1}
    """
    if isinstance(value, kind):
        return value
    article = "an" if kind.__name__[0] in "AEIOU" else "a"
    message = f"{what} must be {article} {kind.__name__}, {hint}. Got {shown(value)} instead."
    raise ParameterError(message)


def whole(value: Any, what: str, least: int) -> int:
    """Make sure that an argument is a whole number, also one of numpy; True and 2.0 are none.

    Parameters
    ----------
    value
        The argument.
    what
        Its name, for the message.
    least
        Smallest that is allowed.

    Returns
    -------
    int
        The number.

    Raises
    ------
    ParameterError
        If it is no whole number, or too small.

    Examples
    --------
    >>> whole(np.int64(2), "rank", 1)
    2
    """
    if not is_whole(value) or value < least:
        message = f"{what} must be a whole number of at least {least}. Got {shown(value)} instead."
        raise ParameterError(message)
    return int(value)


def is_whole(value: Any) -> bool:
    """Say whether an argument is a whole number, also one of numpy; True and 2.0 are none.

    Parameters
    ----------
    value
        The argument.

    Returns
    -------
    bool
        Whether it is.

    Raises
    ------
    Never
        Anything is one or not.

    Examples
    --------
    >>> is_whole(np.int64(2)), is_whole(True), is_whole(2.0)
    (True, False, False)
    """
    return isinstance(value, Integral) and not isinstance(value, bool)


def finite(value: Any, what: str) -> float:
    """Make sure that an argument is a finite number.

    Parameters
    ----------
    value
        The argument.
    what
        Its name, for the message.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ParameterError
        If it is no number (True is none), infinite or NaN.

    Examples
    --------
    >>> finite(-2, "lower")
    -2.0
    """
    return _number(value, what, "", -LARGEST)


def at_least_zero(value: Any, what: str) -> float:
    """Make sure that an argument is a finite number of at least 0.

    Parameters
    ----------
    value
        The argument.
    what
        Its name, for the message.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ParameterError
        If it is anything else.

    Examples
    --------
    >>> at_least_zero(0, "limit")
    0.0
    """
    return checked_limit(value, what)


def above_zero(value: Any, what: str) -> float:
    """Make sure that an argument is a finite number above 0.

    Parameters
    ----------
    value
        The argument.
    what
        Its name, for the message.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ParameterError
        If it is anything else.

    Examples
    --------
    >>> above_zero(30, "limit")
    30.0
    """
    return _number(value, what, " above 0", SMALLEST)


def one_of(value: Any, choices: tuple[str, ...], what: str) -> str:
    """Make sure that an argument is one of a few names.

    Parameters
    ----------
    value
        The argument.
    choices
        The names.
    what
        Its name, for the message.

    Returns
    -------
    str
        The name.

    Raises
    ------
    ParameterError
        If it is none of them.

    Examples
    --------
    >>> one_of("low", ("low", "high"), "worse")
    'low'
    """
    if isinstance(value, str) and value in choices:
        return value
    if len(choices) > PAIR:
        names = "one of " + ", ".join(choices)
    else:
        names = " or ".join(repr(one) for one in choices)
    message = f"{what} must be {names}. Got {shown(value)} instead."
    raise ParameterError(message)


def several(value: Any, what: str, example: str) -> tuple[Any, ...]:
    """Make sure that an argument is several things: a list, a tuple or the like.

    Parameters
    ----------
    value
        The argument.
    what
        Its name, for the message.
    example
        What it may look like, for the message.

    Returns
    -------
    tuple
        What it holds, in order.

    Raises
    ------
    ParameterError
        If it is one thing, a text, or a mapping, which has no order that means anything.

    Examples
    --------
    >>> several([10, 20], "limits", "[10, 20]")
    (10, 20)
    """
    wrong = isinstance(value, (str, bytes, Mapping)) or getattr(value, "ndim", 1) != 1
    if wrong or not isinstance(value, Iterable):
        message = f"{what} must be a list, such as {example}. Got {shown(value)} instead."
        raise ParameterError(message)
    return tuple(value)


def _number(value: Any, what: str, words: str, least: float) -> float:
    known = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    # Python compares whole numbers of any length, and only the others fit into a float.
    if known and least <= value <= LARGEST:
        return float(value)
    message = f"{what} must be a finite number{words}. Got {shown(value)} instead."
    raise ParameterError(message)
