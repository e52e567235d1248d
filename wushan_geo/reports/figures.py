"""Numbers and texts as a report shows them: the same digits in both languages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from wushan_geo.wording import MESSAGES, both

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

Text = tuple[str, str]
BETWEEN = ("；", " / ", " (")  # what may stand between a Chinese text and its English
NAMES, LIST = "names.separator", "list.separator"
SAFE_DECIMALS = (1, 2, 3)


def text(cell: Any) -> str:
    """Give the text of a cell.

    Parameters
    ----------
    cell
        Anything that a table holds.

    Returns
    -------
    str
        The text; empty for a missing value.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> text("a"), text(None), text(float("nan"))
    ('a', '', '')
    """
    if isinstance(cell, str):
        return cell
    return "" if missing(cell) else str(cell)


def missing(cell: Any) -> bool:
    """Tell whether a cell holds nothing: None, NaN or pandas' own missing value.

    Parameters
    ----------
    cell
        Anything that a table holds.

    Returns
    -------
    bool
        True for nothing; zero and an empty text are something.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> missing(None), missing(float("nan")), missing(0), missing("")
    (True, True, False, False)
    """
    if cell is None:
        return True
    if isinstance(cell, float):
        return math.isnan(cell)
    return type(cell).__name__ in {"NAType", "NaTType"}


def pair(zh: Any, en: Any) -> Text:
    """Put a name in two languages together.

    Parameters
    ----------
    zh, en
        Names; a missing English one is filled by the Chinese.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> pair("甲村", None)
    ('甲村', '甲村')
    """
    return text(zh), text(en) or text(zh)


def tongues(cell: Any) -> Text:
    """Split a text that holds Chinese and then English.

    Parameters
    ----------
    cell
        Text in one or two languages, or a missing value.

    Returns
    -------
    tuple of str
        Chinese and English; the whole text twice where it is in one language only.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> tongues("第三章 (Chapter 3)"), tongues("县残联")
    (('第三章', 'Chapter 3'), ('县残联', '县残联'))
    """
    whole = text(cell)
    for between in BETWEEN:
        zh, _, en = whole.partition(between)
        if en and en.isascii() and not zh.isascii():
            return zh, en.removesuffix(")") if between == " (" else en
    return whole, whole


def word(family: str, key: Any) -> Text:
    """Name a key of the result tables in both languages.

    Parameters
    ----------
    family
        First part of the message key, such as ``class``.
    key
        Second part; a missing value is no data.

    Returns
    -------
    tuple of str
        Chinese and English; the key itself where there is no message, since a study may bring its
        own kinds.

    Raises
    ------
    TypeError
        Never.

    Examples
    --------
    >>> word("class", "gap"), word("kind", "old_school"), word("class", None)
    (('覆盖空白', 'gap'), ('old_school', 'old_school'), ('无数据', 'no data'))
    """
    name = text(key)
    if not name:
        return MESSAGES["no_data"]
    return MESSAGES.get(f"{family}.{name}", (name, name))


def number(value: Any, decimals: int = 1) -> Text:
    """Write a number in both languages, with the same digits.

    Parameters
    ----------
    value
        A number; NaN is no data, infinity is unreachable, zero is zero.
    decimals
        Largest number of decimals; whole numbers have none.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    TypeError
        If the value is no number.

    Examples
    --------
    >>> number(19000.0), number(0), number(float("nan")), number(float("inf"))
    (('19000', '19000'), ('0', '0'), ('无数据', 'no data'), ('无法到达', 'unreachable'))
    """
    if missing(value):
        return MESSAGES["no_data"]
    if math.isinf(value):
        return MESSAGES["unreachable"]
    shown = plain(value, decimals)
    return shown, shown


def plain(value: float, decimals: int = 1) -> str:
    """Write a finite number without trailing zeros.

    Parameters
    ----------
    value
        The number.
    decimals
        Largest number of decimals.

    Returns
    -------
    str
        Digits without separators, as the tables write them.

    Raises
    ------
    ValueError
        If the number is not finite.

    Examples
    --------
    >>> plain(30.0), plain(12.34), plain(0.875, 3)
    ('30', '12.3', '0.875')
    """
    rounded = round(float(value), decimals)
    return str(int(rounded)) if rounded.is_integer() else str(rounded)


def share(part: Any, whole: Any) -> Text:
    """Write a part of a whole, such as 12/18.

    Parameters
    ----------
    part, whole
        Counts; NaN is no data.

    Returns
    -------
    tuple of str
        Chinese and English; no data if the part is not known.

    Raises
    ------
    TypeError
        If one of them is no number.

    Examples
    --------
    >>> share(12.0, 18.0), share(float("nan"), 18.0)
    (('12/18', '12/18'), ('无数据', 'no data'))
    """
    if missing(part):
        return MESSAGES["no_data"]
    first, second = number(part), number(whole)
    return f"{first[0]}/{second[0]}", f"{first[1]}/{second[1]}"


def minutes(low: Any, central: Any, high: Any, *, schematic: bool) -> Text:
    """Write minutes with their interval.

    Parameters
    ----------
    low, central, high
        Minutes; infinity is unreachable, NaN is no data.
    schematic
        True where the roads are modelled: they bear an interval of whole minutes and no more.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    TypeError
        If one of them is no number.

    Examples
    --------
    >>> minutes(25.8, 40.1, 61.8, schematic=True)
    ('26～62', '26–62')
    >>> minutes(7.8, 8.0, 8.3, schematic=True)
    ('约 8', 'about 8')
    >>> minutes(12.8, 14.0, 15.2, schematic=False)
    ('14（12.8～15.2）', '14 (12.8–15.2)')
    """
    if missing(central) or missing(low) or missing(high):
        return MESSAGES["no_data"]
    if math.isinf(low):
        return MESSAGES["unreachable"]
    first, last = (_end(one, whole=schematic) for one in (low, high))
    if first == last:
        # One number alone would pass for a measured time where the roads are schematic.
        return both("report.minutes.about", central=first[0]) if schematic else first
    values: dict[str, str] = {"low": first[0]}
    if math.isinf(high):
        return both("report.minutes.from", **values)
    values["high"] = last[0]
    if schematic:
        return both("report.minutes.interval", **values)
    return both("report.minutes.full", central=_exact(central), **values)


def _end(value: float, *, whole: bool) -> Text:
    return number(value, 0) if whole else number(value)


def _exact(value: float) -> str:
    """Round, but never to the other side of a whole minute: limits are whole minutes."""
    for decimals in SAFE_DECIMALS:
        near = round(value, decimals)
        if (near > round(value)) == (value > round(value)):
            break
    return plain(value, decimals)


def sentence(said: Text) -> Text:
    """Let an English text begin with a capital.

    Parameters
    ----------
    said
        Chinese and English.

    Returns
    -------
    tuple of str
        The same with a capital first letter in English.

    Raises
    ------
    TypeError
        If `said` is no pair of texts.

    Examples
    --------
    >>> sentence(("村", "village"))
    ('村', 'Village')
    """
    zh, en = said
    return said if zh == en else (zh, en[:1].upper() + en[1:])


def joined(names: list[Text], separator: str = NAMES) -> Text:
    """Put names in a row, in both languages.

    Parameters
    ----------
    names
        Names in Chinese and English.
    separator
        Message key of what stands between them: that of names, which may hold commas themselves, or
        that of a plain list.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    TypeError
        If a name is no pair.

    Examples
    --------
    >>> joined([("甲村", "Jia"), ("乙村", "Yi")])
    ('甲村、乙村', 'Jia; Yi')
    """
    zh, en = MESSAGES[separator]
    return zh.join(one[0] for one in names), en.join(one[1] for one in names)


def rows_of(table: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    """Walk over some columns of a table.

    Parameters
    ----------
    table
        A result table.
    *names
        Columns.

    Returns
    -------
    iterator of tuple
        Cells of each row as plain Python values, in the order of the table.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> list(rows_of(pd.DataFrame({"a": [1], "b": ["x"]}), "b", "a"))
    [('x', 1)]
    """
    return zip(*(table[name].tolist() for name in names), strict=True)
