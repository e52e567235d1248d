"""The dates that networks bear: none that no calendar has, and a word on those after the cut-off.

An edition is the state that a map or a survey shows. One after the cut-off date of a study is no
error: roads are rarely surveyed on the day on which persons are counted. But what was built in
between is in it, so that a note says so. A road that is not open yet is told by its crossing.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.study.faults import fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from wushan_geo.errors import Fault
    from wushan_geo.study.faults import Where

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")


def first_day(text: str) -> dt.date | None:
    """Give the first day that a date may mean.

    Parameters
    ----------
    text
        A year, a month or a day, such as ``2026``, ``2026-06``, ``2026/6/30`` or ``2026年6月``.

    Returns
    -------
    datetime.date or None
        The day; None for a text that is no date at all.

    Raises
    ------
    ValueError
        If it looks like a date that no calendar has, such as ``2025-13-45``.

    Examples
    --------
    >>> first_day("2026-06"), first_day("third edition")
    (datetime.date(2026, 6, 1), None)
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(one or 1) for one in found.groups())
    return dt.date(year, month, day)


def is_possible(text: str) -> bool:
    """Tell whether a text is no date, or one that a calendar has.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    bool
        False for what looks like a date and is none.

    Raises
    ------
    AttributeError
        If `text` is no text.

    Examples
    --------
    >>> is_possible("2024-02-29"), is_possible("2025-02-29")
    (True, False)
    """
    try:
        first_day(text)
    except ValueError:
        return False
    return True


def edition_faults(
    editions: NDArray[np.object_], where: Callable[[int, str], Where], as_of: dt.date | None
) -> Iterator[Fault]:
    """Find editions that are impossible, and note those after the cut-off date.

    Parameters
    ----------
    editions
        Date of each edge as text, empty where it is not known.
    where
        Gives the place of an edge, by its position and what stands there.
    as_of
        Cut-off date of the study; None where it is not known.

    Yields
    ------
    Fault
        One for each such text, at the first edge that has it.

    Raises
    ------
    AttributeError
        If an edition is no text.

    Examples
    --------
    See ``tests/test_study_fitting.py``.
    """
    codes, found = pd.factorize(editions)
    texts = [str(one) for one in found]
    _, first, count = np.unique(codes, return_index=True, return_counts=True)
    for text, at, edges in zip(texts, first.tolist(), count.tolist(), strict=True):
        place = where(at, text)
        if not is_possible(text):
            yield fault(place, rule("edition_day", count=edges), hint("edition_day"))
            continue
        day = first_day(text)
        if as_of is not None and day is not None and day > as_of:
            words = rule("edition_after", count=edges, day=as_of.isoformat())
            yield fault(place, words, hint("edition_after"), severity="note")
