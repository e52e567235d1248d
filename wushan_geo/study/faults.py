"""Faults in both languages: each rule and hint is a message of the one table.

An error speaks English, as errors do; a page or the command line can print the Chinese.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.errors import SHOWN, Fault, listed
from wushan_geo.wording import put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wushan_geo.errors import Ask, Severity

Pair = tuple[str, str]  # Chinese and English


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a fault."""

    file: str
    """File as the user named it."""
    row: int | None = None
    """Row as a spreadsheet numbers it, or None for the file as a whole."""
    column: str = ""
    """Column or setting."""
    value: object = ""
    """What stands there; None for nothing."""


def fault(
    where: Where,
    rule: Pair,
    hint: Pair,
    *,
    severity: Severity = "error",
    ask: Ask | None = None,
) -> Fault:
    """Put a fault together from its place and its two sentences.

    Parameters
    ----------
    where
        The place.
    rule
        What should stand there, as :func:`rule` gives it.
    hint
        What to do, as :func:`hint` or :func:`nearest` gives it.
    severity
        ``error`` (mend the file), ``decide`` (answer once) or ``note`` (nothing to do).
    ask
        The question that settles it, where one can be answered.

    Returns
    -------
    Fault
        The fault.

    Raises
    ------
    ValueError
        If a sentence is not a pair.

    Examples
    --------
    >>> where = Where("persons.csv", 3, "persons", "-2")
    >>> print(fault(where, rule("least", bound=0), hint("correct_number")))
    persons.csv, row 3, persons: is at least 0 (found '-2'). Correct the number.
    """
    rule_zh, rule_en = rule
    hint_zh, hint_en = hint
    value = "" if where.value is None else str(where.value)
    return Fault(
        where.file,
        where.row,
        where.column,
        value,
        rule_en,
        hint_en,
        rule_zh,
        hint_zh,
        severity,
        ask,
    )


def rule(key: str, /, **words: object) -> Pair:
    """Give a rule in both languages.

    Parameters
    ----------
    key
        Key of the message without ``rule.``.
    **words
        What the message needs put in; a pair holds a text for each language.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such message, or a word that it needs is not given.

    Examples
    --------
    >>> rule("number")
    ('应为数字', 'is a number')
    """
    return put(f"rule.{key}", words)


def hint(key: str, /, **words: object) -> Pair:
    """Give a suggestion in both languages.

    Parameters
    ----------
    key
        Key of the message without ``hint.``.
    **words
        What the message needs put in; a pair holds a text for each language.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such message, or a word that it needs is not given.

    Examples
    --------
    >>> hint("filled")
    ('请填写。', 'Fill the cell in.')
    """
    return put(f"hint.{key}", words)


def nearest(value: object, options: Iterable[str]) -> Pair:
    """Suggest the option that looks most like a value, else name some of the options.

    Parameters
    ----------
    value
        What stands there.
    options
        What may stand there.

    Returns
    -------
    tuple of str
        The suggestion in Chinese and English.

    Raises
    ------
    TypeError
        If the options are not texts.

    Examples
    --------
    >>> nearest("day_car", ["day_care", "visiting"])[1]
    "Did you mean 'day_care'?"
    >>> nearest("x", ["day_care", "visiting"])[1]
    'Known are: day_care, visiting.'
    """
    known = sorted(options)
    near = difflib.get_close_matches(str(value).strip().lower(), known, n=1)
    if near:
        return hint("did_you_mean", near=near[0])
    return hint("known", known=some(known)) if known else hint("none_known")


def some(names: Iterable[str]) -> Pair:
    """Name the first few of many in both languages, and count the rest.

    Parameters
    ----------
    names
        The names.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    TypeError
        If `names` cannot be gone through.

    Examples
    --------
    >>> some("abcdefg")
    ('a、b、c、d、e 等 7 个', 'a, b, c, d, e and 2 more')
    """
    known = list(names)
    shown = "、".join(known[:SHOWN])
    return (f"{shown} 等 {len(known)} 个" if len(known) > SHOWN else shown), listed(known)
