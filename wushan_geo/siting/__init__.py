"""Where next: one function per model, every plan proven and recomputed.

The names load when they are used, so that importing this room costs nothing; the solver itself
is loaded when a plan first needs it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wushan_geo.siting.candidates import candidate_table as candidate_table
    from wushan_geo.siting.candidates import generated_candidates as generated_candidates
    from wushan_geo.siting.candidates import screen as screen
    from wushan_geo.siting.centres.center import p_center as p_center
    from wushan_geo.siting.choices.alternatives import BestPlans as BestPlans
    from wushan_geo.siting.choices.alternatives import best_plans as best_plans
    from wushan_geo.siting.choices.alternatives import core_sites as core_sites
    from wushan_geo.siting.choices.frontier import frontier as frontier
    from wushan_geo.siting.choices.frontier import trade_off as trade_off
    from wushan_geo.siting.choices.moving import MovedPlan as MovedPlan
    from wushan_geo.siting.choices.moving import moved_plan as moved_plan
    from wushan_geo.siting.choices.phases import PhasedPlan as PhasedPlan
    from wushan_geo.siting.choices.phases import phased_plan as phased_plan
    from wushan_geo.siting.choices.stability import Stability as Stability
    from wushan_geo.siting.choices.stability import stability as stability
    from wushan_geo.siting.county.hierarchy import hierarchical as hierarchical
    from wushan_geo.siting.county.level_plans import HierarchicalPlan as HierarchicalPlan
    from wushan_geo.siting.county.level_plans import Level as Level
    from wushan_geo.siting.county.level_plans import LevelPlan as LevelPlan
    from wushan_geo.siting.county.level_plans import ServicesPlan as ServicesPlan
    from wushan_geo.siting.county.mix import services_mix as services_mix
    from wushan_geo.siting.county.townships import one_per_township as one_per_township
    from wushan_geo.siting.covers.backup import backup_covering as backup_covering
    from wushan_geo.siting.covers.covering import ceiling as ceiling
    from wushan_geo.siting.covers.covering import covering_plans as covering_plans
    from wushan_geo.siting.covers.covering import explain_order as explain_order
    from wushan_geo.siting.covers.covering import greedy_covering as greedy_covering
    from wushan_geo.siting.covers.covering import maximal_covering as maximal_covering
    from wushan_geo.siting.covers.floors import floor_covering as floor_covering
    from wushan_geo.siting.covers.set_covering import set_covering as set_covering
    from wushan_geo.siting.medians.median import p_median as p_median
    from wushan_geo.siting.obstacles import Inside as Inside
    from wushan_geo.siting.obstacles import Obstacles as Obstacles
    from wushan_geo.siting.placed import with_candidates as with_candidates
    from wushan_geo.siting.plan import Ceiling as Ceiling
    from wushan_geo.siting.plan import SitingPlan as SitingPlan
    from wushan_geo.siting.rules import SiteRules as SiteRules
    from wushan_geo.siting.studied import SiteRequest as SiteRequest
    from wushan_geo.siting.studied import site_request as site_request
    from wushan_geo.siting.verify import verified_plan as verified_plan
    from wushan_geo.siting.ways import Cluster as Cluster
    from wushan_geo.siting.ways import HomeRules as HomeRules
    from wushan_geo.siting.ways import ShuttleRules as ShuttleRules
    from wushan_geo.siting.ways import VisitRules as VisitRules
    from wushan_geo.siting.ways import WayAnswer as WayAnswer
    from wushan_geo.siting.ways import WayCosts as WayCosts
    from wushan_geo.siting.ways import WayRules as WayRules
    from wushan_geo.siting.ways import compare_ways as compare_ways

_HOMES = {
    "BestPlans": "choices.alternatives",
    "Ceiling": "plan",
    "Cluster": "ways",
    "HierarchicalPlan": "county.level_plans",
    "HomeRules": "ways",
    "Inside": "obstacles",
    "Level": "county.level_plans",
    "LevelPlan": "county.level_plans",
    "MovedPlan": "choices.moving",
    "Obstacles": "obstacles",
    "PhasedPlan": "choices.phases",
    "ServicesPlan": "county.level_plans",
    "ShuttleRules": "ways",
    "SiteRequest": "studied",
    "SiteRules": "rules",
    "SitingPlan": "plan",
    "Stability": "choices.stability",
    "VisitRules": "ways",
    "WayAnswer": "ways",
    "WayCosts": "ways",
    "WayRules": "ways",
    "backup_covering": "covers.backup",
    "best_plans": "choices.alternatives",
    "candidate_table": "candidates",
    "ceiling": "covers.covering",
    "compare_ways": "ways",
    "core_sites": "choices.alternatives",
    "covering_plans": "covers.covering",
    "explain_order": "covers.covering",
    "floor_covering": "covers.floors",
    "frontier": "choices.frontier",
    "generated_candidates": "candidates",
    "greedy_covering": "covers.covering",
    "hierarchical": "county.hierarchy",
    "maximal_covering": "covers.covering",
    "moved_plan": "choices.moving",
    "one_per_township": "county.townships",
    "p_center": "centres.center",
    "p_median": "medians.median",
    "phased_plan": "choices.phases",
    "screen": "candidates",
    "services_mix": "county.mix",
    "set_covering": "covers.set_covering",
    "site_request": "studied",
    "stability": "choices.stability",
    "trade_off": "choices.frontier",
    "verified_plan": "verify",
    "with_candidates": "placed",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first used."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    # A function named as its module would give way to the module once that is imported.
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(_HOMES)
