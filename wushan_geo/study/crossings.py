"""The texts of the crossing table as values: when a crossing opened, its hours, its closures.

Offices write these as words. What cannot be read is a fault of the table, never guessed; what is
left empty is not known, which is not the same as never closed.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.errors import InputError
from wushan_geo.study.faults import Where, fault, hint, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from wushan_geo.errors import Fault
    from wushan_geo.study.tables import Raw, Tables

MINUTES_A_DAY = 24 * 60
LEAP_YEAR = 2000  # a day of the year is one that a leap year has
FERRY = "ferry"

Span = tuple[float, float]
Day = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Opening:
    """When a crossing was opened, as exactly as it is told: a year holds any of its days."""

    first: dt.date
    """Earliest day that it may mean."""
    last: dt.date
    """Latest day that it may mean."""


@dataclass(frozen=True, slots=True)
class Closure:
    """When a crossing cannot be used; one of the three is given."""

    dates: tuple[dt.date, dt.date] | None = None
    """First and last day of one closure."""
    days: tuple[Day, Day] | None = None
    """First and last day (month, day) of a closure of every year; it may run over New Year."""
    condition: str = ""
    """Standing condition in which it is closed: ``snow`` or ``flood``."""

    def covers(self, day: dt.date, condition: str) -> bool:
        """Say whether it holds on a day under a condition.

        Parameters
        ----------
        day
            The day; the first and the last day belong to a closure.
        condition
            Standing condition of the roads.

        Returns
        -------
        bool
            True if the crossing is closed.

        Raises
        ------
        TypeError
            If `day` is no date.

        Examples
        --------
        >>> Closure(days=((12, 1), (2, 28))).covers(dt.date(2025, 1, 10), "ordinary")
        True
        >>> Closure(condition="flood").covers(dt.date(2025, 1, 10), "ordinary")
        False
        """
        if self.dates is not None:
            return self.dates[0] <= day <= self.dates[1]
        if self.days is not None:
            start, end = self.days
            today = (day.month, day.day)
            if start <= end:
                return start <= today <= end
            return today >= start or today <= end
        return self.condition == condition


@dataclass(frozen=True, slots=True)
class Crossing:
    """One bridge or ferry with its times."""

    crossing_id: str
    """Its id."""
    kind: str
    """``bridge`` or ``ferry``."""
    opened: Opening | None
    """When it was opened; None if not known."""
    hours: tuple[Span, ...] | None
    """Spans of the day in minutes after midnight, both ends included; a span whose end lies before
    its start runs over midnight. None if not known."""
    headway_min: float
    """Minutes between two departures; NaN if not known."""
    closures: tuple[Closure, ...]
    """When it is closed."""

    @property
    def all_day(self) -> bool:
        """Whether its hours are known and hold the whole day."""
        return self.hours is not None and (0, MINUTES_A_DAY) in self.hours

    def runs_at(self, time: dt.time) -> bool | None:
        """Say whether it can be used at a time of day.

        Parameters
        ----------
        time
            Time of day; exactly at an end of the hours it still can.

        Returns
        -------
        bool or None
            None if its hours are not known.

        Raises
        ------
        AttributeError
            If `time` is no time.

        Examples
        --------
        >>> night = Crossing("f", "ferry", None, hours_of("22:00-06:00"), float("nan"), ())
        >>> [night.runs_at(dt.time(hour)) for hour in (6, 7, 23)]
        [True, False, True]
        """
        if self.hours is None:
            return None
        minute = time.hour * 60 + time.minute + (time.second + time.microsecond / 1e6) / 60
        return any(_within(minute, span) for span in self.hours)


def _within(minute: float, span: Span) -> bool:
    start, end = span
    if start < end:
        return start <= minute <= end
    return minute >= start or minute <= end


def hours_of(text: str) -> tuple[Span, ...]:
    """Read hours of service.

    Parameters
    ----------
    text
        ``06:00-18:00``, several joined by a semicolon, ``全天`` or ``24h``; full-width signs and
        long dashes are read as well.

    Returns
    -------
    tuple of pairs
        Start and end of each span in minutes after midnight.

    Raises
    ------
    ValueError
        If it is none of these, or a span ends when it starts.

    Examples
    --------
    >>> hours_of("06:00-12:00；14:00—18:00")
    ((360, 720), (840, 1080))
    >>> hours_of("全天")
    ((0, 1440),)
    """
    return tuple(_span(one) for one in _items(_plain(text)))


def _span(text: str) -> Span:
    if text.lower() in _ALL_DAY:
        return 0, MINUTES_A_DAY
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    first, last = (
        int(hour) * 60 + int(minute) for hour, minute in (found.groups()[:2], found.groups()[2:])
    )
    # 24:00 ends a day and starts none; an end that is the start says nothing.
    if first >= MINUTES_A_DAY or last > MINUTES_A_DAY or first == last:
        raise ValueError(text)
    return first, last


def opening_of(text: str) -> Opening:
    """Read when a crossing was opened.

    Parameters
    ----------
    text
        A year, a year and month, or a date: ``2009``, ``2009-10``, ``2009年10月1日``.

    Returns
    -------
    Opening
        The days that it may mean.

    Raises
    ------
    ValueError
        If it is none of these, or there is no such day.

    Examples
    --------
    >>> opening_of("2009-02").last
    datetime.date(2009, 2, 28)
    """
    found = _DATE.fullmatch(_plain(text))
    if found is None:
        raise ValueError(text)
    year = int(found[1])
    month, day = (None if one is None else int(one) for one in found.groups()[1:])
    if month is None:
        return Opening(dt.date(year, 1, 1), dt.date(year, 12, 31))
    if day is None:
        last = calendar.monthrange(year, month)[1] if month in _MONTHS else 0
        return Opening(dt.date(year, month, 1), dt.date(year, month, last))
    return Opening(dt.date(year, month, day), dt.date(year, month, day))


def closures_of(text: str) -> tuple[Closure, ...]:
    """Read when a crossing is closed.

    Parameters
    ----------
    text
        Dates (``2025-07-01``), ranges (``2025-07-01/2025-08-31``), ranges of every year
        (``07-01/08-31``) and conditions (``flood``, 汛期, ``snow``, 冰雪), joined by semicolons. A
        text without a number is a condition where it says no more than that, or that the crossing
        is closed then: what denies or limits it (洪水期不封闭, 汛期限载, open in floods) is
        refused.

    Returns
    -------
    tuple of Closure
        The closures, in their order.

    Raises
    ------
    ValueError
        If a part is none of these, there is no such day, or a range ends before it starts.

    Examples
    --------
    >>> [one.condition for one in closures_of("洪水期停航；snow")]
    ['flood', 'snow']
    >>> closures_of("07-01/08-31")[0].days
    ((7, 1), (8, 31))
    """
    return tuple(found for one in _items(_plain(text)) for found in _closures(one))


def _closures(text: str) -> Iterator[Closure]:
    if not any(one.isdigit() for one in text):
        named = [key for key, words in CONDITION_WORDS.items() if words.search(text)]
        if not named or _more_than_closed(text):
            raise ValueError(text)
        yield from (Closure(condition=key) for key in named)
        return
    ends = [one.strip() for one in _RANGE.split(text)]
    if len(ends) > len(("start", "end")):
        raise ValueError(text)
    if all(_DAY.fullmatch(one) for one in ends):
        yield Closure(days=(_day(ends[0]), _day(ends[-1])))
        return
    days = [opening_of(one) for one in ends]
    if any(one.first != one.last for one in days) or days[0].first > days[-1].first:
        raise ValueError(text)
    yield Closure(dates=(days[0].first, days[-1].first))


def _more_than_closed(text: str) -> bool:
    """Tell whether a text says more than that a crossing is closed in a condition.

    Only whole words that are known to say so are taken away: a rest may deny or limit it.
    """
    rest = _CLOSED.sub(" ", text)
    for words in (*CONDITION_WORDS.values(), _WHEN):
        rest = words.sub(" ", rest)
    return any(one.isalnum() for one in rest)


def _day(text: str) -> Day:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    month, day = (int(one) for one in found.groups())
    return dt.date(LEAP_YEAR, month, day).month, day


def crossing_faults(tables: Tables) -> Iterator[Fault]:
    """Find the texts of the crossing table that cannot be read.

    Parameters
    ----------
    tables
        The tables of a study.

    Yields
    ------
    Fault
        One for each wrong text, with its file and row.

    Raises
    ------
    KeyError
        If the table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_study_crossings.py``.
    """
    if "crossings" in tables.clean:
        yield from _faults(tables.clean["crossings"], tables.raw["crossings"])


def _faults(table: pd.DataFrame, raw: Raw | None) -> Iterator[Fault]:
    for column, (read, words, advice) in _READERS.items():
        for at, value in enumerate(table[column].tolist()):
            if _told(value) and _read(read, value) is None:
                where = (
                    Where(NAME, None, column, f"{table['crossing_id'].iloc[at]}: {value}")
                    if raw is None
                    else raw.where(at, column, value)
                )
                yield fault(where, rule(words), hint(advice))


def _told(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _read(read: Callable[[str], object], value: str) -> object | None:
    try:
        return read(value)
    except ValueError:  # also a day that no calendar has
        return None


def read_crossings(table: pd.DataFrame | None) -> Mapping[str, Crossing]:
    """Turn the crossing table into values.

    Parameters
    ----------
    table
        Table ``crossings`` of a study; None if it has none.

    Returns
    -------
    dict
        Crossings by id; times that are left empty are not known.

    Raises
    ------
    InputError
        With all texts that cannot be read.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> crossings = read_crossings(wg.open_study("wushan").crossings)
    >>> crossings["yangtze_bridge"].opened.first.year, crossings["yangtze_bridge"].hours
    (2005, None)
    """
    if table is None:
        return {}
    faults = list(_faults(table, None))
    if faults:
        raise InputError(faults)
    return {str(row["crossing_id"]): _crossing(row) for row in table.to_dict("records")}


def _crossing(row: Mapping[Hashable, Any]) -> Crossing:
    opened, hours, closures = (
        str(row[one]) if _told(row[one]) else "" for one in ("opened", "hours", "closures")
    )
    headway = row["headway_min"]
    return Crossing(
        crossing_id=str(row["crossing_id"]),
        kind=str(row["kind"]),
        opened=opening_of(opened) if opened else None,
        hours=hours_of(hours) if hours else None,
        headway_min=float("nan") if pd.isna(headway) else float(headway),
        closures=closures_of(closures) if closures else (),
    )


def _items(text: str) -> list[str]:
    """Give the parts between semicolons; nothing but semicolons is no text."""
    found = [one.strip() for one in text.split(";") if one.strip()]
    if not found:
        raise ValueError(text)
    return found


def _plain(text: str) -> str:
    """Write full-width signs and Chinese dates as the half-width ones that they stand for."""
    return text.strip().translate(_SIGNS).removesuffix(" 00:00:00").strip()


NAME = "crossings"  # how faults name a table that was not read from a file
_READERS: dict[str, tuple[Callable[[str], object], str, str]] = {
    "opened": (opening_of, "crossing_opened", "crossing_opened"),
    "hours": (hours_of, "crossing_hours", "crossing_hours"),
    "closures": (closures_of, "crossing_closures", "crossing_closures"),
}
CONDITION_WORDS = {
    "snow": re.compile(r"\b(?:snow|ice|icy)\b|[雪冰]|凝冻", re.IGNORECASE),
    "flood": re.compile(r"\bfloods?\b|\bhigh water\b|[汛洪]|涨水", re.IGNORECASE),
}
# What may stand beside a condition: that the crossing is closed then, and that it is a time.
_CLOSED = re.compile(
    "不通航|不通车|不通行|不能通航|不能通车|不能通行|无法通航|无法通车|无法通行|不开航|不开船"
    "|禁止通航|禁止通车|禁止通行|禁止航行|禁止行船|禁止车辆通行|中断通行|中断交通|交通中断|道路中断"
    "|封航|封渡|封桥|封路|封山|封闭|封停|关闭|禁航|禁渡|禁行|断航|断行|断路|断交"
    "|停航|停运|停渡|停船|停驶|停开|停用|停摆|暂停通行|暂停通航|暂停运营|暂停|停止运行|停止运营|停止通航|停止通行|停止航行|停止摆渡"
    r"|\b(?:no (?:service|ferry|boat|traffic)|out of service|not in service"
    r"|closed?|closes|closures?|closing|shut|suspended|stopped)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    "期间|季节|时节|时期|天气|高水位|影响|暂时|全线"
    "|[期季时天大暴雨结冻积主路面水因受遇和及或与的均都]"
    r"|\b(?:service|in|during|at|by|for|due to|because of|when|the|and|or|seasons?|times?|periods?"
    r"|days?|weather|heavy|conditions?|is|it|crossing|bridge|ferry|road)\b",
    re.IGNORECASE,
)
_ALL_DAY = {"24h", "24小时", "全天", "all day"}
_MONTHS = range(1, 13)
_SIGNS = str.maketrans(
    {
        "；": ";", "：": ":", "－": "-", "–": "-", "—": "-", "／": "/", "～": "~", "．": ".",
        "年": "-", "月": "-", "日": " ", "　": " ",
        **{chr(0xFF10 + at): str(at) for at in range(10)},
    }
)  # fmt: skip
_HOURS = re.compile(r"([0-9]{1,2}):([0-5][0-9])\s*[-~至]+\s*([0-9]{1,2}):([0-5][0-9])")
_DATE = re.compile(r"([12][0-9]{3})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?-?")
_DAY = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")
_RANGE = re.compile(r"\s*(?:/|~|至|到)\s*")
