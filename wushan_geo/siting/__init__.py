"""Where next: one function per model, every plan proven and recomputed.

The names load when they are used, so that importing this room costs nothing; the solver itself
is loaded when a plan first needs it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wushan_geo.siting.alternatives import BestPlans as BestPlans
    from wushan_geo.siting.alternatives import best_plans as best_plans
    from wushan_geo.siting.alternatives import core_sites as core_sites
    from wushan_geo.siting.backup import backup_covering as backup_covering
    from wushan_geo.siting.center import p_center as p_center
    from wushan_geo.siting.covering import ceiling as ceiling
    from wushan_geo.siting.covering import covering_plans as covering_plans
    from wushan_geo.siting.covering import explain_order as explain_order
    from wushan_geo.siting.covering import greedy_covering as greedy_covering
    from wushan_geo.siting.covering import maximal_covering as maximal_covering
    from wushan_geo.siting.floors import floor_covering as floor_covering
    from wushan_geo.siting.frontier import frontier as frontier
    from wushan_geo.siting.frontier import trade_off as trade_off
    from wushan_geo.siting.hierarchy import hierarchical as hierarchical
    from wushan_geo.siting.level_plans import HierarchicalPlan as HierarchicalPlan
    from wushan_geo.siting.level_plans import Level as Level
    from wushan_geo.siting.level_plans import LevelPlan as LevelPlan
    from wushan_geo.siting.level_plans import ServicesPlan as ServicesPlan
    from wushan_geo.siting.median import p_median as p_median
    from wushan_geo.siting.mix import services_mix as services_mix
    from wushan_geo.siting.moving import MovedPlan as MovedPlan
    from wushan_geo.siting.moving import moved_plan as moved_plan
    from wushan_geo.siting.obstacles import Obstacles as Obstacles
    from wushan_geo.siting.phases import PhasedPlan as PhasedPlan
    from wushan_geo.siting.phases import phased_plan as phased_plan
    from wushan_geo.siting.plan import Ceiling as Ceiling
    from wushan_geo.siting.plan import SitingPlan as SitingPlan
    from wushan_geo.siting.rules import SiteRules as SiteRules
    from wushan_geo.siting.set_covering import set_covering as set_covering
    from wushan_geo.siting.stability import Stability as Stability
    from wushan_geo.siting.stability import stability as stability
    from wushan_geo.siting.townships import one_per_township as one_per_township
    from wushan_geo.siting.verify import verified_plan as verified_plan

_HOMES = {
    "BestPlans": "alternatives",
    "Ceiling": "plan",
    "HierarchicalPlan": "level_plans",
    "Level": "level_plans",
    "LevelPlan": "level_plans",
    "MovedPlan": "moving",
    "Obstacles": "obstacles",
    "PhasedPlan": "phases",
    "ServicesPlan": "level_plans",
    "SiteRules": "rules",
    "SitingPlan": "plan",
    "Stability": "stability",
    "backup_covering": "backup",
    "best_plans": "alternatives",
    "ceiling": "covering",
    "core_sites": "alternatives",
    "covering_plans": "covering",
    "explain_order": "covering",
    "floor_covering": "floors",
    "frontier": "frontier",
    "greedy_covering": "covering",
    "hierarchical": "hierarchy",
    "maximal_covering": "covering",
    "moved_plan": "moving",
    "one_per_township": "townships",
    "p_center": "center",
    "p_median": "median",
    "phased_plan": "phases",
    "services_mix": "mix",
    "set_covering": "set_covering",
    "stability": "stability",
    "trade_off": "frontier",
    "verified_plan": "verify",
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
