"""Where one sheet is worked on: what was found on the way, and where a cell stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wushan_geo.errors import Ask
from wushan_geo.sources.understanding.columns import PERSONAL
from wushan_geo.study.faults import Where, fault, hint, some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.errors import Fault
    from wushan_geo.sources.grid import Grid
    from wushan_geo.sources.understanding.columns import Resolver
    from wushan_geo.sources.understanding.words import Words
    from wushan_geo.study.answers import Answers
    from wushan_geo.study.faults import Pair

HIDDEN = (*PERSONAL, "signer")
"""Columns whose cells are shown to nobody."""


@dataclass(slots=True)
class Desk:
    """One sheet, the words it is read with, and what was found."""

    grid: Grid
    table: str
    answers: Answers
    words: Words
    resolver: Resolver
    faults: list[Fault] = field(default_factory=list)
    marks: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Number of cells by sign and what it was read as."""
    _asked: Counter[str] = field(default_factory=Counter)

    def number(self, at: int) -> int:
        """Give the number of a row as a spreadsheet shows it.

        Parameters
        ----------
        at
            Position of the row in the grid.

        Returns
        -------
        int
            Its number.

        Raises
        ------
        TypeError
            If `at` is not a number.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        return self.grid.first_row + at

    def _shown(self, at: int) -> int | None:
        """Give the number of a row, none for the names of a layer's attributes."""
        return self.number(at) or None

    def note(
        self,
        column: str,
        value: str,
        words: Pair,
        rows: Sequence[int] = (),
        ask: Ask | None = None,
    ) -> None:
        """Tell how something was understood.

        Parameters
        ----------
        column
            Header as it stands in the file.
        value
            An example of what stands there; empty for what nobody may see.
        words
            The rule.
        rows
            Positions of the rows; the first is where the note points to.
        ask
            The question that was answered, where it was one.

        Raises
        ------
        UnknownIdError
            Never: the hint is there.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        row = self._shown(rows[0]) if rows else None
        where = Where(self.grid.place, row, column, value)
        self.faults.append(fault(where, words, hint("nothing"), severity="note", ask=ask))

    def wrong(self, where: tuple[int | None, str, str], words: Pair, advice: Pair) -> None:
        """Tell what must be mended in the file.

        Parameters
        ----------
        where
            Position of the row (None for the sheet), header and value.
        words
            The rule that is broken.
        advice
            What to do.

        Raises
        ------
        ValueError
            If a sentence is not a pair.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        self.faults.append(fault(self._where(where), words, advice))

    def ask(self, where: tuple[int | None, str, str], words: Pair, advice: Pair, ask: Ask) -> None:
        """Ask what a planner can decide once.

        Parameters
        ----------
        where
            Position of the row (None for the sheet), header and value.
        words
            The rule that is broken.
        advice
            What to do.
        ask
            The question.

        Raises
        ------
        ValueError
            If a sentence is not a pair.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        found = fault(self._where(where), words, advice, severity="decide", ask=ask)
        self.faults.append(found)

    def _where(self, where: tuple[int | None, str, str]) -> Where:
        at, column, value = where
        row = None if at is None else self._shown(at)
        return Where(self.grid.place, row, column, value)

    def rows(self, positions: Sequence[int]) -> Pair:
        """Name rows by their numbers, the first few of many.

        Parameters
        ----------
        positions
            Positions of the rows in the grid.

        Returns
        -------
        tuple of str
            Chinese and English.

        Raises
        ------
        TypeError
            If `positions` cannot be gone through.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        known = [str(self.number(at)) for at in positions]
        chinese, english = some(known)
        # The sentences say 第 … 行: a row is not counted as 个.
        return chinese.removesuffix(" 个").replace(" 等 ", "等共 "), english

    def apart(self, subject: str) -> str:
        """Keep a subject apart from the same one of another row.

        Parameters
        ----------
        subject
            What is asked about.

        Returns
        -------
        str
            The subject, numbered from the second time on.

        Raises
        ------
        TypeError
            If `subject` cannot be counted.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        self._asked[subject] += 1
        many = self._asked[subject]
        return subject if many == 1 else f"{subject}#{many}"

    def question(self, topic: str, subject: str, choices: Sequence[str] = ()) -> Ask:
        """Word a question on this table.

        Parameters
        ----------
        topic
            Kind of question.
        subject
            What is asked about.
        choices
            Answers that are possible.

        Returns
        -------
        Ask
            The question.

        Raises
        ------
        TypeError
            If `choices` cannot be gone through.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        return Ask(topic, self.table, subject, tuple(choices))

    def answer(self, topic: str, subject: str) -> str | None:
        """Give what was decided on a question.

        Parameters
        ----------
        topic
            Kind of question.
        subject
            What is asked about.

        Returns
        -------
        str or None
            The answer.

        Raises
        ------
        TypeError
            If `subject` is not a text.

        Examples
        --------
        See :func:`wushan_geo.sources.understanding.understand`.
        """
        return self.answers.get(topic, self.table, subject)


def marks_text(marks: Counter[tuple[str, str]]) -> str:
    """Write the signs that were read as zero or missing, with their number.

    Parameters
    ----------
    marks
        Number of cells by sign and what it was read as.

    Returns
    -------
    str
        One line; empty if there are none.

    Raises
    ------
    TypeError
        If `marks` is no counter.

    Examples
    --------
    >>> marks_text(Counter({("无", "0"): 2, ("—", "NA"): 3}))
    '— → NA × 3; 无 → 0 × 2'
    """
    ordered = sorted(marks.items(), key=lambda one: (-one[1], one[0]))
    return "; ".join(f"{sign or '( )'} → {means} × {count}" for (sign, means), count in ordered)
