"""One proposal on its way: what was asked, what was found, what could not be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wushan_geo.wording import put

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from wushan_geo.proposal.wish import Wish
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.studied import SiteRequest
    from wushan_geo.travel.matrix import TravelMatrix


@dataclass(slots=True)
class Page:
    """What was asked, and what is known of it so far."""

    asked: SiteRequest
    wish: Wish
    limit: float
    """Minutes within which a village is covered."""
    ends: tuple[TravelMatrix, TravelMatrix]
    """Minutes at the pessimistic and the optimistic end."""
    rules: SiteRules | None
    prices: pd.Series[float] | None
    """What each site costs; None where the study has no costs."""
    room: pd.Series[float] | None = None
    """Persons that each site has a place for; None where that is not to count."""
    called: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Names of villages and facilities in both languages."""
    left_out: tuple[str, ...] = ()
    """Villages that no site can serve, left out because the wish says so."""
    everybody: SiteRequest | None = None
    """The request before villages were left out of it; None where none were."""
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: list[dict[str, object]] = field(default_factory=list)

    def note(self, name: str, key: str, **values: object) -> None:
        """Say something about a table in both languages; a value may be a pair."""
        self.say(name, key, *put(f"site.note.{key}", values))

    def say(self, name: str, key: str, zh: str, en: str) -> None:
        """Say something about a table, worded already."""
        self.notes.append({"table": name, "key": key, "zh": zh, "en": en})

    def names(self, at: int) -> dict[str, str]:
        """Give names in one language: 0 for Chinese, 1 for English."""
        return {one: pair[at] for one, pair in self.called.items()}
