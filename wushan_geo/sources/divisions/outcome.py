"""What one text was matched to, and how certain that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushan_geo.sources.divisions.index import Unit
    from wushan_geo.sources.divisions.reading import Lead

Status = Literal["matched", "ambiguous", "unmatched"]

# What each step of a match leaves of certainty; of several steps the shares are multiplied.
SCORES = {
    "code": 1.0, "exact": 1.0, "width": 0.99, "traditional": 0.99, "suffix": 0.98,
    "punctuation": 0.97, "number": 0.97, "prefix": 0.97, "bracket": 0.96, "group": 0.95,
    "english": 0.95, "crosswalk": 0.9, "one_character": 0.9, "unreadable": 0.9, "kind": 0.85,
}  # fmt: skip
SHOWN = 5  # candidates


@dataclass(frozen=True, slots=True)
class Found:
    """What one text was matched to."""

    at: int | None
    """Position of the unit; None if it was not matched."""
    method: str = ""
    """The step that changed most."""
    score: float = 0.0
    """How certain the match is, from 0 to 1."""
    status: Status = "unmatched"
    """``matched``, ``ambiguous`` or ``unmatched``."""
    candidates: tuple[str, ...] = ()
    """Codes that may be meant, the likeliest first."""
    reason: str = ""
    """Why it was not matched, as a key of ``match_reason``."""


class Way(NamedTuple):
    """One way to read a text: a lead, and the steps that led to it."""

    lead: Lead
    steps: tuple[str, ...]


def matched(unit: Unit, steps: tuple[str, ...], share: float = 1.0) -> Found:
    """Give a match; the shares of its steps are multiplied, the smallest names the method."""
    used = tuple(dict.fromkeys(steps))
    score = share
    for step in used:
        score *= SCORES[step]
    method = min(used, key=lambda step: (SCORES[step], -used.index(step)))
    return Found(unit.at, method, round(score, 4), "matched", (unit.code,))


def doubtful(units: Sequence[Unit], reason: str) -> Found:
    """Give what a planner has to decide."""
    return Found(None, "", 0.0, "ambiguous", codes_of(units), reason)


def codes_of(units: Sequence[Unit]) -> tuple[str, ...]:
    """Give the first few codes."""
    return tuple(dict.fromkeys(unit.code for unit in units))[:SHOWN]
