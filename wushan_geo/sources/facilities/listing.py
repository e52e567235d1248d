"""A list of facilities while it is read: its rows, what was decided before, what was found."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.errors import Ask
from wushan_geo.sources.divisions.names import simplified
from wushan_geo.sources.registers.personal import scrub
from wushan_geo.study.faults import Pair, Where, fault, hint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.sources.vocabulary import Vocabulary
    from wushan_geo.study.answers import Answers
    from wushan_geo.study.tables import Raw

TABLE = "facilities"
DIGITS = 9  # of the code of a township, with which the code of a village begins


@dataclass(slots=True)
class Listing:
    """The table of facilities, changed step by step, and everything found in it so far."""

    raw: Raw
    """The table as far as it is understood."""
    services: Sequence[str]
    """Services that the study knows."""
    vocabulary: Vocabulary
    """Words of the offices."""
    answers: Answers
    """What was decided before."""
    faults: list[Fault] = field(default_factory=list)
    """What was found."""

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.raw.frame)

    def texts(self, column: str) -> list[str]:
        """Give a column as texts.

        Parameters
        ----------
        column
            Name of the column; it need not be there.

        Returns
        -------
        list of str
            Its cells, an empty text for a missing one.

        Raises
        ------
        ValueError
            If the table has the column twice.

        Examples
        --------
        See ``tests/test_sources_facilities.py``.
        """
        frame = self.raw.frame
        if column not in frame.columns:
            return [""] * len(frame)
        cells = frame[column]
        return [str(one) for one in cells.astype(object).where(cells.notna(), "").tolist()]

    def put(self, column: str, cells: Sequence[str | None]) -> None:
        """Set a column; an empty text is a missing cell.

        Parameters
        ----------
        column
            Name of the column.
        cells
            Its cells.

        Raises
        ------
        ValueError
            If there are more or fewer cells than rows.

        Examples
        --------
        See ``tests/test_sources_facilities.py``.
        """
        self.raw = self.raw.with_columns({column: [one or None for one in cells]})

    def note(self, at: int, column: str, value: object, words: Pair, advice: Pair) -> None:
        """Note how a cell was understood.

        Parameters
        ----------
        at
            Place of the row.
        column
            Name of the column.
        value
            What stands there.
        words, advice
            What is said and what to do.

        Raises
        ------
        IndexError
            If there is no such row.

        Examples
        --------
        See ``tests/test_sources_facilities.py``.
        """
        where = self.raw.where(at, column, scrub(str(value)))
        self.faults.append(fault(where, words, advice, severity="note"))

    def whole(self, column: str, value: object, words: Pair, advice: Pair | None = None) -> None:
        """Note how the table as a whole was understood.

        Parameters
        ----------
        column
            Name of the column it is about.
        value
            A count or a word.
        words, advice
            What is said and what to do, nothing by default.

        Raises
        ------
        ValueError
            If a sentence is not a pair.

        Examples
        --------
        See ``tests/test_sources_facilities.py``.
        """
        where = Where(self.raw.file, None, self.heading(column), scrub(str(value)))
        advice = advice or hint("facility_nothing")
        self.faults.append(fault(where, words, advice, severity="note"))

    def answer(self, subject: str, topic: str = "value") -> str | None:
        """Give what was decided on a question.

        Parameters
        ----------
        subject
            What it is about.
        topic
            Kind of question.

        Returns
        -------
        str or None
            The answer; None if nothing was decided.

        Raises
        ------
        TypeError
            If `subject` is not a text.

        Examples
        --------
        See ``tests/test_sources_facilities.py``.
        """
        answer = self.answers.get(topic, TABLE, scrub(subject))
        return None if answer is None else answer.strip()

    def ask(
        self, subject: str, choices: Sequence[str], where: Where, words: Pair, advice: Pair
    ) -> None:
        """Ask a question.

        Parameters
        ----------
        subject
            What it is about, the same from year to year.
        choices
            Answers that are possible, the likeliest first.
        where
            The place of the first row it is about.
        words, advice
            What is in doubt and what to do.

        Raises
        ------
        ValueError
            If a sentence is not a pair.

        Examples
        --------
        See ``tests/test_sources_facilities.py``.
        """
        topic = "same" if " = " in subject else "value"
        asked = Ask(topic, TABLE, scrub(subject), tuple(choices))
        place = Where(where.file, where.row, where.column, scrub(str(where.value)))
        self.faults.append(fault(place, words, advice, severity="decide", ask=asked))

    def heading(self, column: str) -> str:
        """Give the heading that the file has for a column.

        Parameters
        ----------
        column
            Name of the column.

        Returns
        -------
        str
            The heading.

        Raises
        ------
        TypeError
            If the name cannot be looked up.

        Examples
        --------
        See ``tests/test_sources_facilities.py``.
        """
        return self.raw.labels.get(column, column)

    def leave_out(self, rows: Sequence[int]) -> None:
        """Take rows out of the table.

        Parameters
        ----------
        rows
            Their places.

        Raises
        ------
        IndexError
            If there is no such row.

        Examples
        --------
        See ``tests/test_sources_facilities.py``.
        """
        keep = np.ones(self.size, dtype=bool)
        keep[list(rows)] = False
        if not keep.all():
            self.raw = self.raw.kept(keep)

    def townships(self) -> list[str]:
        """Give the township of each row: nine digits of its code, else its name, else nothing.

        Returns
        -------
        list of str
            Codes or plain names.

        Raises
        ------
        ValueError
            If the table has a column twice.

        Examples
        --------
        See ``tests/test_sources_facilities.py``.
        """
        names = [one or two for one, two in zip(*map(self.texts, _NAMES), strict=True)]
        return [
            zone[:DIGITS] if zone else plain(name)
            for zone, name in zip(self.texts("zone_id"), names, strict=True)
        ]


_NAMES = ("township_name", "zone_name")


def plain(text: str) -> str:
    """Bring a name to the form in which names are compared.

    Width, case, spaces and traditional characters do not count.

    Parameters
    ----------
    text
        A name.

    Returns
    -------
    str
        The plain form.

    Raises
    ------
    TypeError
        If `text` is not a text.

    Examples
    --------
    >>> plain(" 双龙镇　残疾人之家（Ａ）")
    '双龙镇残疾人之家(a)'
    """
    return simplified("".join(unicodedata.normalize("NFKC", text).casefold().split()))
