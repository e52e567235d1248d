"""Candidate sites in a study: what its settings ask of them, and what only two tables can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wushan_geo.study.faults import fault, hint, nearest, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.errors import Fault
    from wushan_geo.study.pages import Page
    from wushan_geo.study.tables import Tables

TABLE = "candidates"
SEATS, COMMUNITIES, GENERATED = PLACED = ("seats", "communities", "generated")
TWO = 2  # ends of an interval


@dataclass(frozen=True, slots=True)
class ScreeningConfig:
    """Which candidates may stand: a rule that is None is not applied."""

    max_slope_deg: float | None = None
    """Steepest ground, in degrees; exactly at it stays."""
    max_road_m: float | None = None
    """Farthest from the next road, in metres; exactly at it stays."""
    min_area_m2: float | None = None
    """Smallest floor area; exactly at it stays."""
    hazard: str | None = None
    """``exclude``: candidates with a landslide point nearby go."""
    reservoir_zone: str | None = None
    """``exclude``: candidates in the zone of the reservoir go."""
    ground_floor: str | None = None
    """``require``: candidates that are not on a ground floor go."""
    barrier_free: str | None = None
    """``require``: candidates that are not barrier-free go."""
    unknown: str = "keep"
    """``drop``: candidates of which a rule's value is not known go too; not known is not bad."""
    source: str = ""
    """Who chose the rules, or where they come from."""


@dataclass(frozen=True, slots=True)
class StabilityConfig:
    """Within which bounds a plan is tried again."""

    draws: int
    """Number of draws."""
    seed: int
    """Seed of them."""
    speed: tuple[float, float]
    """Smallest and largest factor of speed."""
    counts: float
    """Largest share by which counts differ, less than 1."""
    coordinates_min: float | None = None
    """Largest error of a point, in minutes; None varies none."""
    source: str = ""
    """Who chose the bounds."""


def screening_config(page: Page) -> ScreeningConfig:
    """Read the section [siting.screening].

    Parameters
    ----------
    page
        The section; faults are added to it.

    Returns
    -------
    ScreeningConfig
        Rules that are not stated are None.

    Raises
    ------
    AttributeError
        If `page` is no page.

    Examples
    --------
    >>> from wushan_geo.study.pages import Page
    >>> screening_config(Page({"max_slope_deg": 25, "hazard": "exclude"}, "study.toml", [])).hazard
    'exclude'
    """
    there = page.content
    numbers = ("max_slope_deg", "max_road_m", "min_area_m2")
    words = (("hazard", "exclude"), ("reservoir_zone", "exclude"),
             ("ground_floor", "require"), ("barrier_free", "require"))  # fmt: skip
    stated = {one: page.number(one, least=0) for one in numbers if one in there}
    asked = {one: page.choice(one, (word,)) for one, word in words if one in there}
    page.refuse_unknown(set(ScreeningConfig.__slots__))
    return ScreeningConfig(
        max_slope_deg=stated.get("max_slope_deg"),
        max_road_m=stated.get("max_road_m"),
        min_area_m2=stated.get("min_area_m2"),
        hazard=asked.get("hazard"),
        reservoir_zone=asked.get("reservoir_zone"),
        ground_floor=asked.get("ground_floor"),
        barrier_free=asked.get("barrier_free"),
        unknown=page.choice("unknown", ("keep", "drop"), default="keep"),
        source=page.text("source", default=""),
    )


def stability_config(page: Page) -> StabilityConfig:
    """Read the section [siting.stability].

    Parameters
    ----------
    page
        The section; faults are added to it.

    Returns
    -------
    StabilityConfig
        The bounds.

    Raises
    ------
    AttributeError
        If `page` is no page.

    Examples
    --------
    >>> from wushan_geo.study.pages import Page
    >>> told = {"draws": 200, "seed": 1, "speed": [0.8, 1.25], "counts": 0.1}
    >>> stability_config(Page(told, "study.toml", [])).speed
    (0.8, 1.25)
    """
    speed = page.numbers("speed", default=())
    if len(speed) != TWO or speed[0] > speed[1]:
        page.fault("speed", page.content.get("speed"), rule("speed_ends"), hint("speed_ends"))
        speed = (1.0, 1.0)
    counts = page.number("counts", least=0)
    if counts >= 1 and "counts" in page.content:
        page.fault("counts", page.content["counts"], rule("share_below"), hint("share_below"))
    far = page.number("coordinates_min") if "coordinates_min" in page.content else None
    page.refuse_unknown(set(StabilityConfig.__slots__))
    return StabilityConfig(
        draws=page.whole("draws", least=1),
        seed=page.whole("seed", least=0),
        speed=(speed[0], speed[1]),
        counts=counts,
        coordinates_min=far,
        source=page.text("source", default=""),
    )


def uptake(page: Page) -> float | None:
    """Read which share of the eligible persons is expected to come; None counts all of them.

    Parameters
    ----------
    page
        The section [siting]; faults are added to it.

    Returns
    -------
    float or None
        Above 0 and at most 1.

    Raises
    ------
    AttributeError
        If `page` is no page.

    Examples
    --------
    >>> from wushan_geo.study.pages import Page
    >>> uptake(Page({"uptake": 0.4}, "study.toml", [])), uptake(Page({}, "study.toml", []))
    (0.4, None)
    """
    if "uptake" not in page.content:
        return None
    value = page.number("uptake")
    if value > 1:
        page.fault("uptake", f"{value:g}", rule("share_above"), hint("share_above"))
    return value


def placed_config(page: Page) -> tuple[tuple[str, ...], int | None]:
    """Read which places are candidates without being listed, and how many are to be generated.

    Parameters
    ----------
    page
        The section [siting]; faults are added to it.

    Returns
    -------
    tuple
        Words of ``seats``, ``communities`` and ``generated``, in this order; and the number of
        candidates to generate, None where none are.

    Raises
    ------
    AttributeError
        If `page` is no page.

    Examples
    --------
    >>> from wushan_geo.study.pages import Page
    >>> placed_config(Page({"candidates": ["generated", "seats"], "generated": 9}, "s.toml", []))
    (('seats', 'generated'), 9)
    """
    there = page.content
    words = [one.strip().lower() for one in _words(page)]
    wrong = [one for one in words if one not in PLACED]
    for one in wrong:
        options = ", ".join(PLACED)
        page.fault("candidates", one, rule("choice", options=options), nearest(one, PLACED))
    count = None
    if GENERATED in words and "generated" in there:
        count = _count(page)
    elif GENERATED in words:
        page.fault("generated", None, rule("setting"), hint("generated_count"))
    elif "generated" in there and not wrong:
        page.fault("generated", there["generated"], rule("generated_word"), hint("generated_word"))
    return tuple(one for one in PLACED if one in words), count


def _words(page: Page) -> list[str]:
    """Read the words; no built-in study has them, so that the hint shows how they are written."""
    told = page.content.get("candidates")
    if isinstance(told, list) and told and all(isinstance(one, str) for one in told):
        return told
    if "candidates" in page.content:
        page.fault("candidates", told, rule("texts"), hint("placed_words"))
    return []


def _count(page: Page) -> int:
    """Read how many candidates are to be generated."""
    count = page.content["generated"]
    if isinstance(count, int) and not isinstance(count, bool) and count >= 1:
        return count
    page.fault("generated", count, rule("whole_least", least=1), hint("generated_count"))
    return 1


def candidate_faults(tables: Tables) -> Iterator[Fault]:
    """Check that every row of the candidates is about a candidate of the facilities.

    Parameters
    ----------
    tables
        The typed and raw tables; without candidates or facilities nothing is checked.

    Yields
    ------
    Fault
        One for each id that is no facility, or no candidate.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_candidates_table.py``.
    """
    if not {TABLE, "facilities"} <= set(tables.clean):
        return
    facilities, raw = tables.clean["facilities"], tables.raw[TABLE]
    status = dict(zip(facilities["facility_id"], facilities["status"], strict=True))
    sites = sorted(str(one) for one, what in status.items() if what == "candidate")
    words = rule("candidate", file=tables.raw["facilities"].file)
    for at, name in enumerate(tables.clean[TABLE]["facility_id"].tolist()):
        if isinstance(name, str) and status.get(name) != "candidate":
            advice = hint("candidate") if name in status else nearest(name, sites)
            yield fault(raw.where(at, "facility_id", name), words, advice)
