"""How other ways than a building work: the settings of the section [siting.ways]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.study.bounds import DURATION

if TYPE_CHECKING:
    from wushan_geo.study.pages import Page

HOURS, DAYS_A_MONTH, DAYS_A_YEAR = 24.0, 31.0, 366.0


@dataclass(frozen=True, slots=True)
class WaysConfig:
    """How homes, shuttles, teams and visitors work; all of it planning assumptions."""

    base: str
    """Facility where teams and visitors start."""
    ride_min: float
    """Minutes that anybody may sit in a shuttle one way."""
    stop_min: float
    """Minutes at each stop of a shuttle."""
    trips: float
    """Rounds that a shuttle can make each morning, and again each evening."""
    days_a_year: float
    """Days on which homes are open and shuttles run."""
    hours_a_day: float
    """Hours a team or a visitor works, base to base."""
    days_a_month: float
    """Working days of a team or a visitor."""
    stops_a_day: float
    """Villages at which a team stops in a day."""
    visits_a_month: float
    """Visits to each person."""
    visit_min: float
    """Minutes with each person."""
    farthest_min: float
    """Minutes one way beyond which nobody is sent out."""
    source: str = ""
    """Where these values come from, or that they are a planning assumption and whose."""


def ways_config(page: Page) -> WaysConfig:
    """Read the section [siting.ways].

    Parameters
    ----------
    page
        The section.

    Returns
    -------
    WaysConfig
        The settings; what could not be read is a fault of the page.

    Raises
    ------
    AttributeError
        If `page` is no page.

    Examples
    --------
    See ``tests/test_costs_table.py``.
    """
    found = WaysConfig(
        base=page.text("base"),
        ride_min=page.within("ride_min", DURATION),
        stop_min=page.within("stop_min", DURATION, least=0),
        trips=page.number("trips"),
        days_a_year=_at_most(page, "days_a_year", DAYS_A_YEAR),
        hours_a_day=_at_most(page, "hours_a_day", HOURS),
        days_a_month=_at_most(page, "days_a_month", DAYS_A_MONTH),
        stops_a_day=page.number("stops_a_day"),
        visits_a_month=page.number("visits_a_month"),
        visit_min=page.within("visit_min", DURATION),
        farthest_min=page.within("farthest_min", DURATION),
        source=page.text("source", default=""),
    )
    page.refuse_unknown(set(WaysConfig.__slots__))
    return found


def _at_most(page: Page, name: str, most: float) -> float:
    """Read a number of hours or days, of which there are only so many."""
    return page.within(name, DURATION._replace(high=most))
