"""What a plan must do, apart from the rules and roles that its problem holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    """Limit within which places need a site; None where any finite cost will do. Without a limit,
    or with capacities, places where nobody lives need none."""
    share: float | None = None
    """Part of the persons that must be covered; None for all places."""
    times: int = 1
    """Open sites that each place needs."""
    everywhere: bool = True
    """Whether places must be covered at all; False where only rules can be in the way."""
    capacity: bool = False
    """Whether everybody needs a place within the capacities of the open sites."""
    seconds: float | None = None
    """Time for finding out; None for as long as it takes."""
