"""Why a request cannot be met, and the least change that would help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from wushan_geo.errors import InfeasibleError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.siting.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a plan must do, apart from the rules and roles that the problem holds.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Need(model="p_center", sites=3).times
    1
    """

    model: str
    """Name of the model."""
    sites: int | None = None
    """Exact number of new sites, or None where it is free."""
    budget: float | None = None
    """Most that new sites may cost together."""
    limit: float | Mapping[str, float] | None = None
    """Limit within which places need a site; None where any finite cost will do."""
    share: float | None = None
    """Part of the persons that must be covered; None for all places."""
    times: int = 1
    """Open sites that each place needs."""
    everywhere: bool = True
    """Whether places must be covered at all; False where only rules can be in the way."""
    capacity: bool = False
    """Whether everybody needs a place within the capacities of the open sites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacles:
    """Why no plan meets a request.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Obstacles(model="p_median", places=("A",)).places
    ('A',)
    """

    model: str
    """Name of the model."""
    places: tuple[str, ...] = ()
    """Places that no candidate and no existing site can serve, sorted."""
    conflict: tuple[str, ...] = ()
    """An irreducible set of demands that cannot be met together: without any one of them there
    would be a plan."""
    smallest_limit: float | None = None
    """Smallest limit with which there is a plan, all else as asked; None if no limit helps."""
    smallest_sites: int | None = None
    """Fewest new sites with which there is a plan, all else as asked; None if no number helps."""
    smallest_budget: float | None = None
    """Least budget with which there is a plan, all else as asked; None if none helps."""
    largest_share: float | None = None
    """Largest part of the persons that a plan can cover, all else as asked."""
    helping: tuple[str, ...] = ()
    """Forbidden sites any one of which would make a plan possible, sorted."""


def refuse(problem: Problem, need: Need) -> NoReturn:
    """Raise the error that says why a request cannot be met.

    Parameters
    ----------
    problem
        What was asked.
    need
        What the plan must do.

    Raises
    ------
    InfeasibleError
        Always, with the obstacles.

    Examples
    --------
    See ``tests/test_siting_obstacles.py``.
    """
    message = f"no plan of {need.model} meets the request for {len(problem.place_ids)} places."
    raise InfeasibleError(message, Obstacles(model=need.model))
