"""What a plan must do, apart from the rules and roles that its problem holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Floor:
    """Part of the persons of a township or group that a plan must cover.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> import numpy as np
    >>> one = Floor(kind="floor", name="T1", share=0.5, weights=np.array([[2.0], [3.0]]), least=3.0)
    >>> one.most(np.array([[True], [False]]))
    0.4
    """

    kind: str
    """``floor`` (of a township) or ``group_floor`` (of a group)."""
    name: str
    """The township, or the group."""
    share: float
    """Part of its persons that must be covered."""
    weights: NDArray[np.float64]
    """Its persons at each place and of each group, made whole where they can be."""
    least: float
    """What the weights of those who are covered must add up to."""

    def most(self, covered: NDArray[np.bool_]) -> float:
        """Give the part of the persons that is covered.

        Parameters
        ----------
        covered
            Who is: places x groups.

        Returns
        -------
        float
            0 to 1; 1 where nobody lives.

        Raises
        ------
        ValueError
            If the shapes differ.

        Examples
        --------
        See `Floor`.
        """
        total = float(self.weights.sum())
        return float((self.weights * covered).sum()) / total if total else 1.0

    def met(self, covered: NDArray[np.bool_]) -> bool:
        """Say whether enough persons are covered.

        Parameters
        ----------
        covered
            Who is: places x groups.

        Returns
        -------
        bool
            True if they are.

        Raises
        ------
        ValueError
            If the shapes differ.

        Examples
        --------
        See ``tests/test_siting_obstacles_told.py``.
        """
        return float((self.weights * covered).sum()) >= self.least


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
    floors: tuple[Floor, ...] = ()
    """Parts of the persons of townships and groups that must be covered, instead of all places."""
    times: int = 1
    """Open sites that each place needs."""
    everywhere: bool = True
    """Whether places must be covered at all; False where only rules can be in the way."""
    capacity: bool = False
    """Whether everybody needs a place within the capacities of the open sites."""
    seconds: float | None = None
    """Time for finding out; None for as long as it takes."""

    @property
    def partly(self) -> bool:
        """Whether a part of the persons must be covered, and not each place."""
        return self.share is not None or bool(self.floors)
