"""The records of a table, column by column, on their way to the contract."""

from __future__ import annotations

from dataclasses import dataclass, field

Texts = list[str | None]


@dataclass(slots=True)
class Records:
    """The records of a table, column by column."""

    columns: dict[str, Texts]
    """Canonical texts by column of the contract, or beside it."""
    rows: list[int]
    """Position of each record in the grid."""
    labels: dict[str, str] = field(default_factory=dict)
    """Header of each column."""
    row_labels: list[str] | None = None
    """Header above each value, where the table was unfolded."""
    layout: str = "long"
    """``long``, ``wide`` or ``register``."""
