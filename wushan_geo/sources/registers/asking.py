"""A register while it is read: its rows, what was decided before, and what is found on the way.

Findings name rows and never say what stands in them: it may be a person's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.errors import Ask
from wushan_geo.study.faults import Pair, Where, fault, hint

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from wushan_geo.errors import Fault, Severity
    from wushan_geo.study.answers import Answers
    from wushan_geo.study.tables import Raw


@dataclass(frozen=True, slots=True)
class Register:
    """A table with a row a person, and everything found in it so far."""

    raw: Raw = field(repr=False)
    """The table; its cells are shown nowhere."""
    table: str
    """``persons`` or ``residence``."""
    as_of: dt.date
    """Date at which ages are told."""
    answers: Answers
    """What was decided before."""
    faults: list[Fault] = field(default_factory=list)
    """What was found."""

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.raw.frame)

    def column(self, *names: str) -> pd.Series | None:
        """Give the first of some columns that is there and not empty.

        Parameters
        ----------
        *names
            Names of columns.

        Returns
        -------
        Series or None
            The column.

        Raises
        ------
        KeyError
            Never.

        Examples
        --------
        See ``tests/test_sources_registers_count.py``.
        """
        frame = self.raw.frame
        headings = frame.columns.tolist()
        for name in names:
            # The person and a guardian may both have a name and an ID: the first one is the person.
            for at, one in enumerate(headings):
                if one == name and frame.iloc[:, at].notna().any():
                    return frame.iloc[:, at]
        return None

    def heading(self, column: str) -> str:
        """Give the heading that the file has for a column.

        Parameters
        ----------
        column
            Name of a column.

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
        See ``tests/test_sources_registers_count.py``.
        """
        return self.raw.labels.get(column, column)

    def note(self, column: str, value: object, words: Pair, advice: Pair | None = None) -> None:
        """Note how the register as a whole was understood.

        Parameters
        ----------
        column
            Name of the column it is about; empty for the whole.
        value
            A count, a code or a word that is no person's.
        words, advice
            What is said and what to do, nothing by default.

        Raises
        ------
        ValueError
            If a sentence is not a pair.

        Examples
        --------
        See ``tests/test_sources_registers_count.py``.
        """
        where = Where(self.raw.file, None, self.heading(column), value)
        found = fault(where, words, advice or hint("register_nothing"), severity="note")
        self.faults.append(found)

    def rows(
        self,
        wrong: np.ndarray,
        column: str,
        words: Pair,
        advice: Pair,
        *,
        severity: Severity = "note",
    ) -> None:
        """Name rows, without what stands in them.

        Parameters
        ----------
        wrong
            Whether each row is meant.
        column
            Name of the column it is about.
        words, advice
            What should stand there and what to do.
        severity
            ``note`` where one question for all of them is asked besides.

        Raises
        ------
        IndexError
            If there are more flags than rows.

        Examples
        --------
        See ``tests/test_sources_registers_count.py``.
        """
        for at in np.flatnonzero(wrong).tolist():
            where = self.raw.where(at, column)
            self.faults.append(fault(where, words, advice, severity=severity))

    def ask(
        self,
        subject: str,
        choices: tuple[str, ...],
        about: tuple[str, object],
        words: Pair,
        advice: Pair,
    ) -> str | None:
        """Give what was decided on a question, or ask it.

        Parameters
        ----------
        subject
            What it is about, the same from year to year.
        choices
            Answers that are possible; any other is asked again.
        about
            Name of the column, and a count or a word that is no person's.
        words, advice
            What is in doubt and what to do.

        Returns
        -------
        str or None
            One of the choices; None if nothing was decided.

        Raises
        ------
        ValueError
            If a sentence is not a pair.

        Examples
        --------
        See ``tests/test_sources_registers_count.py``.
        """
        topic = "same" if subject == "persons" else "value"
        answer = (self.answers.get(topic, self.table, subject) or "").strip().casefold()
        if answer in choices:
            return answer
        column, value = about
        where = Where(self.raw.file, None, self.heading(column), value)
        asked = Ask(topic, self.table, subject, choices)
        self.faults.append(fault(where, words, advice, severity="decide", ask=asked))
        return None
