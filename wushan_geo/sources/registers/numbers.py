"""What a person's numbers say, all rows at once: the 18 digits of an ID, the 20 of a certificate.

A certificate is the ID followed by a digit of the type (1 to 7) and one of the grade (1 to 4), and
for a card issued again by B and its number. The check digit is that of GB 11643.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ID_LENGTH, CERTIFICATE_LENGTH = 18, 20
UNKNOWN = -1
_WIDTH = 24
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array([ord(one) for one in "10X98765432"])
_ZERO, _X, _B = ord("0"), ord("X"), ord("B")
_DROPPED = dict.fromkeys(map(ord, " \t\r\n\u00a0\u3000-‐‑–—'`’‘"))
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_FIRST_YEAR, _LAST_YEAR = 1850, 2150
_TYPES, _GRADES = 7, 4


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the numbers of one column say, by row; the numbers themselves are never shown."""

    there: np.ndarray
    """Whether the cell is filled."""
    sound: np.ndarray
    """Whether it has the form of such a number, with a date that exists."""
    checked: np.ndarray
    """Whether it is sound and its check digit is right."""
    birth: np.ndarray
    """Date of birth as a number such as 19900101; -1 where the number is not sound."""
    type: np.ndarray
    """Type from 0 (visual) to 6 (multiple); -1 where the number does not tell."""
    grade: np.ndarray
    """Grade from 1 to 4; -1 where the number does not tell."""
    key: np.ndarray = field(repr=False)
    """The first 18 digits; empty where the number is not sound."""


def read_numbers(cells: pd.Series) -> Numbers:
    """Read a column of ID or certificate numbers.

    Spaces, hyphens and full width do not count, nor does a small x. A certificate may be followed
    by B and a number, for a card issued again.

    Parameters
    ----------
    cells
        The numbers as text, NA where there is none.

    Returns
    -------
    Numbers
        What they say.

    Raises
    ------
    AttributeError
        If `cells` is no column.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers = read_numbers(pd.Series(["11010519491231002x43", "110105194912310021", None]))
    >>> numbers.birth.tolist(), numbers.type.tolist(), numbers.checked.tolist()
    ([19491231, 19491231, -1], [3, -1, -1], [True, False, False])
    """
    missing = cells.isna().to_numpy()
    texts = np.array(
        [_plain(one) for one in cells.astype("object").where(~missing, "").tolist()],
        dtype=f"U{_WIDTH}",
    )
    signs = texts.view(np.uint32).reshape(len(texts), _WIDTH).astype(np.int64)
    digits = signs - _ZERO
    is_digit = (digits >= 0) & (digits <= 9)  # noqa: PLR2004 -- the digits
    is_id = is_digit[:, :17].all(axis=1) & (is_digit[:, 17] | (signs[:, 17] == _X))
    birth, dated = _births(digits)
    length = (signs != 0).sum(axis=1)
    certified = is_id & is_digit[:, 18] & is_digit[:, 19] & _ended(signs, is_digit, length)
    certified &= (digits[:, 18] >= 1) & (digits[:, 18] <= _TYPES)
    certified &= (digits[:, 19] >= 1) & (digits[:, 19] <= _GRADES)
    sound = dated & ((is_id & (length == ID_LENGTH)) | certified)
    told = sound & certified
    expected = _CHECKS[(np.where(is_digit, digits, 0)[:, :17] @ _WEIGHTS) % 11]
    return Numbers(
        there=~missing & (length > 0),
        sound=sound,
        checked=sound & (signs[:, 17] == expected),
        birth=np.where(sound, birth, UNKNOWN),
        type=np.where(told, digits[:, 18] - 1, UNKNOWN),
        grade=np.where(told, digits[:, 19], UNKNOWN),
        key=np.where(sound, texts.astype(f"U{ID_LENGTH}"), ""),
    )


def no_numbers(rows: int) -> Numbers:
    """Give what a column that is not there says: nothing.

    Parameters
    ----------
    rows
        Number of rows.

    Returns
    -------
    Numbers
        Nothing known, by row.

    Raises
    ------
    ValueError
        If `rows` is negative.

    Examples
    --------
    >>> no_numbers(2).birth.tolist()
    [-1, -1]
    """
    no, unknown = np.zeros(rows, dtype=bool), np.full(rows, UNKNOWN)
    return Numbers(no, no, no, unknown, unknown, unknown, np.full(rows, "", f"U{ID_LENGTH}"))


def check_digit(first: str) -> str:
    """Give the check digit of an ID from its first 17 digits.

    Parameters
    ----------
    first
        Seventeen digits.

    Returns
    -------
    str
        A digit or X.

    Raises
    ------
    ValueError
        If these are not seventeen digits.

    Examples
    --------
    >>> check_digit("11010519491231002")
    'X'
    """
    if len(first) != len(_WEIGHTS) or not (first.isascii() and first.isdigit()):
        message = "a check digit follows from seventeen digits"
        raise ValueError(message)
    return chr(int(_CHECKS[int(np.array([*map(int, first)]) @ _WEIGHTS) % 11]))


def _plain(cell: object) -> str:
    """Bring a number to its plain form; what is too long to be one is none."""
    text = str(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.translate(_DROPPED).upper()
    return text if len(text) <= _WIDTH else "?"


def _births(digits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the dates inside the numbers, and whether they exist."""
    year = digits[:, 6:10] @ np.array([1000, 100, 10, 1])
    month = digits[:, 10:12] @ np.array([10, 1])
    day = digits[:, 12:14] @ np.array([10, 1])
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    there = (month >= 1) & (month <= 12) & (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)  # noqa: PLR2004 -- months
    last = _DAYS[np.where(there, month, 0)]
    there &= (day >= 1) & (day <= last) & ~((month == 2) & (day == 29) & ~leap)  # noqa: PLR2004 -- 29 February
    return year * 10000 + month * 100 + day, there


def _ended(signs: np.ndarray, is_digit: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Tell numbers that end after twenty digits, or with B and the number of the card."""
    marked = (signs[:, 20] == _B) & is_digit[:, 21]
    longer = (length == CERTIFICATE_LENGTH + 3) & marked & is_digit[:, 22]
    ended: np.ndarray = (
        (length == CERTIFICATE_LENGTH) | ((length == CERTIFICATE_LENGTH + 2) & marked) | longer
    )
    return ended
