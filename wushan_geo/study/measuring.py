"""How access is measured beyond the limits: the settings of the section [measures]."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wushan_geo.study.faults import nearest, rule

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from wushan_geo.study.pages import Page


@dataclass(frozen=True, slots=True)
class MeasuresConfig:
    """What the measures of fairness, small counts and clusters are asked with; all assumptions."""

    confidence: float
    """Confidence of the intervals of rates, between 0 and 1."""
    small_below: float
    """A rate of fewer persons than this is flagged as small."""
    epsilons: tuple[float, ...]
    """How much inequality is minded, for the Atkinson index: one result each."""
    neighbour_min: float
    """Minutes by road up to which two villages count as neighbours of each other."""
    cluster_min: float
    """Largest number of minutes between two villages of one group of those in need."""
    covered_share: float
    """Share of a township's persons who must be in reach for it to count as reached."""
    permutations: int
    """Number of random arrangements that a hot spot is compared with."""
    seed: int
    """Seed of these arrangements."""
    false_discovery: float
    """Share of false ones that is accepted among the hot and cold spots named."""
    upland_m: float | None
    """Elevation in metres from which a village counts as upland; None makes no such split."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Weight of each service in the combined score; empty makes no score."""
    source: str = ""
    """Where these values come from, or that they are a planning assumption and whose."""


def measures_config(page: Page, timed: Collection[str]) -> MeasuresConfig:
    """Read the section [measures].

    Parameters
    ----------
    page
        The section.
    timed
        Services that are measured in minutes: only these can have a weight.

    Returns
    -------
    MeasuresConfig
        The settings; what could not be read is a fault of the page.

    Raises
    ------
    AttributeError
        If `page` is no page.

    Examples
    --------
    See ``tests/test_study_measuring.py``.
    """
    weights = page.table("weights") if "weights" in page.content else None
    upland = page.number("upland_m") if "upland_m" in page.content else None
    found = MeasuresConfig(
        confidence=_share(page, "confidence"),
        small_below=page.number("small_below"),
        epsilons=page.numbers("epsilons", default=()),
        neighbour_min=page.number("neighbour_min"),
        cluster_min=page.number("cluster_min"),
        covered_share=_share(page, "covered_share"),
        permutations=page.whole("permutations", least=99),
        seed=page.whole("seed", least=0),
        false_discovery=_share(page, "false_discovery"),
        upland_m=upland,
        weights={} if weights is None else _weights(weights, timed),
        source=page.text("source", default=""),
    )
    page.refuse_unknown(set(MeasuresConfig.__slots__))
    return found


def _share(page: Page, name: str) -> float:
    """Read a share between 0 and 1, neither of them."""
    faults = len(page.faults)
    value = page.number(name)
    if len(page.faults) == faults and not value < 1:
        page.fault(name, value, rule("share_inside"))
    return value


def _weights(page: Page, timed: Collection[str]) -> dict[str, float]:
    """Read the weights of services."""
    for name in page.content:
        if name not in timed:
            page.fault(name, page.content[name], rule("minutes_service"), nearest(name, timed))
    return {name: page.number(name) for name in page.content if name in timed}
