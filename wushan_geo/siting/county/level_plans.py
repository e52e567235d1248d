"""What models of several levels or services are asked, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from wushan_geo.errors import UnknownIdError, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from wushan_geo.siting.facts import Sense, Status
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.travel.matrix import TravelMatrix


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One level of service, such as the village point, and what is asked of it.

    Raises
    ------
    TypeError
        If a field is missing; `hierarchical` checks the rest.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> Level("home", TravelMatrix(("A",), ("H",), "min", [[20]]), limit=30, sites=1).existing
    ()
    """

    name: str
    """Name of the level."""
    matrix: TravelMatrix
    """Costs from places to the sites of this level."""
    limit: float | Mapping[str, float] | None
    """Largest cost from a place to this level (one for all, or one by group); None where persons
    come to this level by referral only, so that nothing is asked of the way from the place."""
    sites: int
    """Number of *new* sites of this level."""
    existing: Iterable[Any] = ()
    """Sites of this level that are open already."""
    required: Iterable[Any] = ()
    """Must be chosen."""
    forbidden: Iterable[Any] = ()
    """Must not be chosen."""
    rules: SiteRules | None = None
    """Rules over the sites of this level."""
    referral: tuple[TravelMatrix, float] | None = None
    """Costs from the sites of the level below to those of this one, and the largest that a
    referral may take; None where nothing is asked."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LevelPlan:
    """What a plan says of one level.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    See `hierarchical`.
    """

    name: str
    chosen: tuple[str, ...]
    """New sites, sorted."""
    existing: tuple[str, ...]
    required: tuple[str, ...]
    forbidden: tuple[str, ...]
    limit: float | Mapping[str, float] | None
    counting: tuple[str, ...]
    """Open sites of this level that have the levels above within referral, sorted; only these
    count."""
    covered_places: int
    """Places all of whose groups have this level."""
    covered_persons: float
    """Persons who have this level within their limit; by referral only, those who have the level
    below."""
    assignment: pd.DataFrame
    """Index ``zone_id``, sorted: ``level``, ``facility_id`` and ``cost`` of the nearest counting
    site that gives this level, of equally near ones that of the lowest level, then the first by id;
    missing (and infinite) where the place is not covered at this level. By referral only, the cost
    is that from the site of the level below, 0 if that gives this level itself."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class HierarchicalPlan:
    """Sites of all levels, with the proof of how good they are.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    See `hierarchical`.
    """

    model: str
    """``"hierarchical"``."""
    levels: tuple[LevelPlan, ...]
    """The lowest level first."""
    objective: float
    """Persons who have the whole chain within all limits."""
    bound: float
    """No plan is better than this."""
    gap: float
    """``|objective - bound| / |objective|``."""
    status: Status
    """``optimal`` (proven) or ``time_limit``."""
    alternatives: bool | None
    """Whether another plan is as good in all that counts; None where that was not settled."""
    greedy_objective: float
    """What choosing level by level and one by one would give; NaN where that broke a rule."""
    covered_places: int
    """Places all of whose groups have the whole chain."""
    uncovered_ids: tuple[str, ...]
    """The other places, sorted."""
    total_places: int
    total_persons: float
    nested: bool
    """Whether a site of a higher level gives the lower services too."""
    unit: str
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Everything else that the answer depends on."""
    sense: Sense = "max"
    verified: bool = False
    """Whether the independent recomputation has confirmed the plan."""

    def __getitem__(self, name: str) -> LevelPlan:
        """Give one level by its name."""
        found = {one.name: one for one in self.levels}
        if name not in found:
            message = f"there is no level called {name}. Known: {listed(found)}."
            raise UnknownIdError(message)
        return found[name]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ServicesPlan:
    """Sites and the services that each offers, with the proof of how good they are.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    See `services_mix`.
    """

    model: str
    """``"services_mix"``."""
    chosen: tuple[str, ...]
    """New sites, sorted."""
    offers: tuple[tuple[str, str], ...]
    """New offers: site and service, sorted; those of existing sites before are not among them."""
    objective: float
    """Persons covered, weighted and added up over the services."""
    bound: float
    """No plan is better than this."""
    gap: float
    """``|objective - bound| / |objective|``."""
    status: Status
    """``optimal`` (proven) or ``time_limit``."""
    alternatives: bool | None
    """Whether another plan is as good in all that counts; None where that was not settled."""
    greedy_objective: float
    """What choosing one by one would give; NaN where that way led to no plan."""
    spent: float
    """What new sites and offers cost; NaN where no costs were given."""
    existing: tuple[str, ...]
    required: tuple[str, ...]
    forbidden: tuple[str, ...]
    parts: Mapping[str, pd.DataFrame]
    """``offers`` (``facility_id``, ``service``, ``role``: ``new`` or ``offered``), ``services``
    (``service``, ``weight``, ``limit``, ``persons``, ``covered_persons``, ``places``,
    ``covered_places``) and ``assignment`` (``zone_id``, ``service``, ``facility_id``, ``cost``:
    nearest site with that service within its limit, of equally near ones the first by id)."""
    unit: str
    """Unit of the costs of travel."""
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Everything else that the answer depends on."""
    sense: Sense = "max"
    verified: bool = False
    """Whether the independent recomputation has confirmed the plan."""
