"""What a check of a study's files found: finished tables, for the workbook and the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ARRIVALS = (
    "table", "file", "sheet", "format", "encoding", "layout", "header_rows", "rows", "left_out",
    "marks",
)  # fmt: skip
COLUMNS = ("table", "file", "sheet", "header", "means", "how")
FINDINGS = (
    "severity", "file", "row", "column", "value", "rule_zh", "rule_en", "suggestion_zh",
    "suggestion_en", "topic", "table", "subject", "choices", "answer",
)  # fmt: skip
MATCHES = (
    "table", "file", "row", "parent", "name", "zone_id", "official", "method", "score", "status",
    "candidates",
)  # fmt: skip
CHANGES = ("table", "key", "column", "before", "after", "change")
ADDRESSES = ("facility_id", "name", "address", "zone")
CLOSED = {"datum", "total", "same", "repair"}  # topics whose answer is one of those offered
DECIDED = ("topic", "table", "subject", "answer")


@dataclass(frozen=True, slots=True)
class Checkup:
    """Everything that a check of a study's files found."""

    study: str
    """Name of the study."""
    title: tuple[str, str]
    """Title of the study in Chinese and English."""
    as_of: str
    """Cut-off date of the study, empty where it is not known."""
    arrivals: pd.DataFrame
    """What arrived: a row for each sheet that was read, columns of ``ARRIVALS``."""
    columns: pd.DataFrame
    """What each column was taken for, columns of ``COLUMNS``."""
    findings: pd.DataFrame
    """Errors, what is to decide, and notes, columns of ``FINDINGS``; the gravest first."""
    matches: pd.DataFrame
    """Each name of a place and the unit that it was taken for, columns of ``MATCHES``."""
    changes: pd.DataFrame
    """What changed since the last accepted version, columns of ``CHANGES``."""
    addresses: pd.DataFrame
    """Facilities that have an address and no point, columns of ``ADDRESSES``."""
    decided: pd.DataFrame
    """What had been decided before and is in force, columns of ``DECIDED``."""
    accepted: str
    """Date on which the last version was accepted, empty where none was."""

    def count(self, severity: str) -> int:
        """Count the findings of one severity.

        Parameters
        ----------
        severity
            ``error``, ``decide`` or ``note``.

        Returns
        -------
        int
            The number.

        Raises
        ------
        KeyError
            If the table of findings has no column ``severity``.

        Examples
        --------
        See ``tests/test_checking.py``.
        """
        return int((self.findings["severity"] == severity).sum())

    @property
    def clean(self) -> bool:
        """Whether nothing stands against using the files."""
        return not self.count("error") and not self.count("decide")
