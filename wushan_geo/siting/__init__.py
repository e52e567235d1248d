"""Where next: one function per model, every plan proven and recomputed.

The names load when they are used, so that importing this room costs nothing; the solver itself
is loaded when a plan first needs it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wushan_geo.siting.covering import (
        ceiling,
        covering_plans,
        explain_order,
        greedy_covering,
        maximal_covering,
    )
    from wushan_geo.siting.plan import Ceiling, SitingPlan
    from wushan_geo.siting.verify import verified_plan

__all__ = [
    "Ceiling",
    "SitingPlan",
    "ceiling",
    "covering_plans",
    "explain_order",
    "greedy_covering",
    "maximal_covering",
    "verified_plan",
]

_HOMES = {
    "Ceiling": "plan",
    "SitingPlan": "plan",
    "ceiling": "covering",
    "covering_plans": "covering",
    "explain_order": "covering",
    "greedy_covering": "covering",
    "maximal_covering": "covering",
    "verified_plan": "verify",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first used."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
