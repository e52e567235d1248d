"""What a plan was asked for and what it was made for, looked at again in other minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from wushan_geo.errors import UnknownIdError, listed
from wushan_geo.travel.ids import id_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from wushan_geo.siting.plan import SitingPlan

    Homes = Mapping[Any, Any] | pd.Series[Any]

Measure = Literal["persons", "backup_persons", "mean_cost", "farthest_cost"]
Promise = Literal["", "share", "everywhere", "floors", "reach"]
MEASURES: Mapping[str, Measure] = {
    "backup_covering": "backup_persons",
    "p_median": "mean_cost",
    "p_center": "farthest_cost",
}
CLOSE = 1e-9  # relative; how far a sum may fall short of a share and still be it


def measure_of(plan: SitingPlan) -> Measure:
    """Say by what its model judges a plan.

    Parameters
    ----------
    plan
        A plan.

    Returns
    -------
    str
        ``persons`` within the limit, ``backup_persons`` (with two open sites within it),
        ``mean_cost`` (a person's to the nearest open site; the sum of `p_median` over all persons)
        or ``farthest_cost``. Persons where sites have capacities, which draws do not look at.

    Raises
    ------
    TypeError
        If the plan has no settings.

    Examples
    --------
    See ``tests/test_siting_stability.py``.
    """
    if plan.flows is not None:
        return "persons"
    return MEASURES.get(str(plan.settings.get("objective", plan.model)), "persons")


def promise_of(plan: SitingPlan, *, homed: bool) -> Promise:
    """Say what a plan had to keep to, whatever it reaches besides.

    Parameters
    ----------
    plan
        A plan.
    homed
        Whether the township of each place is known, without which floors cannot be looked at.

    Returns
    -------
    str
        ``share`` of all persons, ``everywhere`` (every place within the limit), ``floors``,
        ``reach`` (everybody can go somewhere); empty where nothing was, or none can be looked at.

    Raises
    ------
    TypeError
        If the plan has no settings.

    Examples
    --------
    See ``tests/test_siting_stability.py``.
    """
    if plan.flows is not None:
        return ""
    if plan.model == "set_covering":
        return "everywhere" if plan.settings.get("share") is None else "share"
    if plan.model == "floor_covering":
        floors = plan.settings.get("floors") or {}
        known = homed or not floors
        return "floors" if known and (floors or plan.settings.get("group_floors")) else ""
    return "reach" if measure_of(plan) in {"mean_cost", "farthest_cost"} else ""


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Measures plans in one draw as their model does, and sees whether they keep the promise.

    Raises
    ------
    TypeError
        If a field is missing; `judge_of` makes it.

    Examples
    --------
    See ``tests/test_siting_stability.py``.
    """

    plan: SitingPlan
    """The best plan, whose model and request these are."""
    measure: Measure
    """By what plans are judged."""
    promise: Promise
    """What they have to keep to."""
    limits: NDArray[np.float64]
    """Limit of each group."""
    units: tuple[tuple[NDArray[np.bool_], NDArray[np.bool_], float], ...]
    """Places, groups and least share of each floor."""

    @property
    def smaller(self) -> bool:
        """Whether less is better."""
        return self.measure in {"mean_cost", "farthest_cost"}

    def values(
        self,
        costs: NDArray[np.float64],
        persons: NDArray[np.float64],
        sites: NDArray[np.float32],
    ) -> NDArray[np.float64]:
        """Measure each plan.

        Parameters
        ----------
        costs
            Places x sites.
        persons
            Places x groups.
        sites
            Sites x plans, 1 where a site is open.

        Returns
        -------
        numpy.ndarray
            One value for each plan, in persons or in the unit of the costs; infinite where somebody
            reaches no open site.

        Raises
        ------
        ValueError
            If the shapes do not fit.

        Examples
        --------
        See ``tests/test_siting_stability.py``.
        """
        if not self.smaller:
            times = 2 if self.measure == "backup_persons" else 1
            total = np.zeros(sites.shape[1])
            for at, inside in enumerate(self._inside(costs, sites, times)):
                total += persons[:, at] @ inside
            return total
        weights = self._weights(persons)
        near = nearest(costs, sites)[weights > 0]
        own = weights[weights > 0, np.newaxis]
        if not own.size:
            return np.zeros(sites.shape[1])
        if self.measure == "farthest_cost":
            farthest: NDArray[np.float64] = near.max(axis=0)
            return farthest
        mean: NDArray[np.float64] = (own * near).sum(axis=0) / own.sum()
        return mean

    def meets(
        self,
        costs: NDArray[np.float64],
        persons: NDArray[np.float64],
        sites: NDArray[np.float32],
    ) -> NDArray[np.bool_]:
        """See which plans keep the promise.

        Parameters
        ----------
        costs, persons, sites
            As `values` takes them.

        Returns
        -------
        numpy.ndarray
            One truth for each plan; all true where nothing is promised.

        Raises
        ------
        ValueError
            If the shapes do not fit.

        Examples
        --------
        See ``tests/test_siting_stability.py``.
        """
        found: NDArray[np.bool_] = np.ones(sites.shape[1], dtype=bool)
        if self.promise == "reach":
            lived = self._weights(persons) > 0
            found &= np.isfinite(nearest(costs, sites)[lived]).all(axis=0)
        elif self.promise == "everywhere":
            lived = persons > 0
            asked = lived | ~lived.any(axis=1, keepdims=True)
            times = int(self.plan.settings.get("times", 1))
            for at, inside in enumerate(self._inside(costs, sites, times)):
                found &= inside[asked[:, at]].all(axis=0)
        elif self.promise:
            near = self._inside(costs, sites, 1)
            for places, groups, share in self.units:
                own = persons[places][:, groups]
                parts = zip(np.flatnonzero(groups), own.T, strict=True)
                reached = sum(count @ near[at][places] for at, count in parts)
                found &= reached >= share * own.sum() * (1.0 - CLOSE)
        return found

    def _weights(self, persons: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the weight of each place: every one the same where the model counts no persons."""
        counted = np.isfinite(self.plan.total_persons)
        return persons.sum(axis=1) if counted else np.ones(len(persons))

    def _inside(
        self, costs: NDArray[np.float64], sites: NDArray[np.float32], times: int
    ) -> list[NDArray[np.bool_]]:
        """Say for each group which places have so many open sites within its limit, by plan."""
        known = {
            value: (costs <= value).astype(np.float32) @ sites >= times
            for value in np.unique(self.limits).tolist()
        }
        return [known[value] for value in self.limits.tolist()]


def nearest(costs: NDArray[np.float64], sites: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the cost of each place to the nearest open site of each plan.

    Parameters
    ----------
    costs
        Places x sites.
    sites
        Sites x plans, 1 where a site is open.

    Returns
    -------
    numpy.ndarray
        Places x plans; infinite where no site is open.

    Raises
    ------
    IndexError
        If the shapes do not fit.

    Examples
    --------
    >>> nearest(np.array([[5.0, 9.0]]), np.array([[0, 1, 0], [1, 1, 0]], dtype=np.float32)).tolist()
    [[9.0, 5.0, inf]]
    """
    columns = [costs[:, one > 0].min(axis=1, initial=np.inf) for one in sites.T]
    return np.column_stack(columns)


def judge_of(
    plan: SitingPlan,
    *,
    places: Sequence[str],
    groups: Sequence[str],
    limits: NDArray[np.float64],
    homes: Homes | None,
) -> Judge:
    """Take from a plan what it is judged by and what it promised.

    Parameters
    ----------
    plan
        The plan.
    places, groups
        Ids of the places and names of the groups of persons, in the order of what is drawn.
    limits
        Limit of each group.
    homes
        Township of each place, by id; None where that is not known.

    Returns
    -------
    Judge
        Ready for draws.

    Raises
    ------
    UnknownIdError
        If `homes` lacks a place and townships have floors.

    Examples
    --------
    See ``tests/test_siting_stability.py``.
    """
    promise = promise_of(plan, homed=homes is not None)
    everywhere, everybody = np.ones(len(places), dtype=bool), np.ones(len(groups), dtype=bool)
    units = []
    if promise == "share":
        units.append((everywhere, everybody, float(plan.settings["share"])))
    if promise == "floors":
        floors = plan.settings.get("floors") or {}
        own = _homes(places, homes) if floors else np.empty(0, dtype=object)
        units += [(own == name, everybody, share) for name, share in floors.items()]
        names = np.array([str(one) for one in groups], dtype=object)
        least = plan.settings.get("group_floors") or {}
        units += [(everywhere, names == name, share) for name, share in least.items()]
    return Judge(plan, measure_of(plan), promise, limits, tuple(units))


def _homes(places: Sequence[str], homes: Homes | None) -> NDArray[np.object_]:
    """Give the township of each place as text."""
    given = {} if homes is None else dict(homes.items())
    known = {id_text(one, "homes"): id_text(home, "homes") for one, home in given.items()}
    lost = [one for one in places if one not in known]
    if lost:
        message = f"homes has no township of these places: {listed(lost)}."
        raise UnknownIdError(message)
    return np.array([known[one] for one in places], dtype=object)
