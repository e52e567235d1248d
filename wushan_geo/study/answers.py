"""What a planner has decided once about the office's files, remembered in the study folder."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TOPICS = (
    "table", "column", "zone", "value", "total", "same", "datum", "crs", "repair", "source",
    "encoding",
)  # fmt: skip
LEAVE_OUT = "skip"  # the answer that leaves a row or a column out
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision."""

    topic: str
    """Kind of question, one of ``TOPICS``."""
    table: str
    """Table of the study (or file) that it is about."""
    subject: str
    """What was asked about, as in the question."""
    answer: str
    """What was decided."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All decisions of a study, looked up by topic, table and subject."""

    known: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    """Answer by topic, table and subject."""

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> Answers:
        """Collect decisions; of two on the same question the later one holds.

        Parameters
        ----------
        answers
            The decisions, oldest first.

        Returns
        -------
        Answers
            The collection.

        Raises
        ------
        TypeError
            If `answers` cannot be gone through.

        Examples
        --------
        >>> answers = Answers.of([Answer("datum", "facilities", "a.csv", "gcj02")])
        >>> answers.get("datum", "facilities", "a.csv")
        'gcj02'
        """
        known = {(one.topic, one.table, _plain(one.subject)): one.answer for one in answers}
        return cls(MappingProxyType(known))

    def get(self, topic: str, table: str, subject: str) -> str | None:
        """Give what was decided on a question.

        Parameters
        ----------
        topic
            Kind of question.
        table
            Table of the study (or file).
        subject
            What the question is about; width and number of spaces do not matter.

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
        >>> Answers().get("zone", "persons", "两坪乡/山平村") is None
        True
        """
        return self.known.get((topic, table, _plain(subject)))


def _plain(subject: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", subject)).strip()
