"""Work a plan out again from the matrix and the ids, by code that no model shares.

Nothing here comes from the rooms that build or solve the models: a mistake there cannot repeat
itself here. Only this room marks a plan as verified.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.errors import VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.travel.matrix import TravelMatrix

    Numbers = pd.Series[Any] | Mapping[Any, float]

TOLERANCE = 1e-9  # relative; sums of fractions of persons may be added up in another order
SHOWN = 5


def verified_plan(
    plan: SitingPlan,
    matrix: TravelMatrix,
    persons: pd.DataFrame | Numbers | None = None,
    *,
    rules: SiteRules | None = None,
    costs: Numbers | None = None,
    capacity: Numbers | None = None,
) -> SitingPlan:
    """Recompute a plan and mark it as verified.

    From the matrix and the chosen ids alone: whether the plan keeps to roles, rules, budget and
    capacities; which places an open site reaches within the limit, how many persons live there,
    which open site is nearest (of equally near ones the first by id), what the objective of the
    model comes to, and whether bound, gap and status fit that.

    Parameters
    ----------
    plan
        A plan, from wherever.
    matrix, persons, rules, costs, capacity
        What it was made from.

    Returns
    -------
    SitingPlan
        The same plan with ``verified=True``.

    Raises
    ------
    VerificationError
        If anything differs; every difference is given with both numbers.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from wushan_geo.siting import maximal_covering
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> plan = maximal_covering(times, {"A": 2, "B": 3}, sites=1, limit=30)
    >>> verified_plan(replace(plan, covered_places=2), matrix=times, persons={"A": 2, "B": 3})
    Traceback (most recent call last):
    wushan_geo.errors.VerificationError: ...: covered_places is 2, recomputed 1.
    """
    faults = _selection_faults(plan, matrix)
    if not faults:
        facts = _Facts.of(plan, matrix, persons, capacity)
        price = None if costs is None else _by_id(costs)
        faults = [
            *_rule_faults(plan, rules),
            *_price_faults(plan, price),
            *_coverage_faults(plan, facts),
            *_demand_faults(plan, facts),
            *_flow_faults(plan, facts),
            *_station_faults(plan, facts),
            *_backup_faults(plan, facts),
            *_level_faults(plan, facts),
            *_objective_faults(plan, facts, price),
            *_proof_faults(plan),
        ]
    if faults:
        message = f"the plan {plan.model} with {plan.sites} sites is wrong: " + "; ".join(faults)
        raise VerificationError(message + ".")
    return replace(plan, verified=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """What follows from the matrix and the open sites, worked out anew."""

    places: list[str]
    """Origins, sorted."""
    sites: list[str]
    """Open sites, sorted."""
    costs: NDArray[np.float64]
    """Places x open sites."""
    groups: list[str]
    persons: NDArray[np.float64]
    """Places x groups; ones where no persons were given."""
    counted: bool
    limits: NDArray[np.float64]
    """Limit of each group; infinite where the model has none."""
    room: dict[str, float] | None
    """Capacity of each site; None where it plays no part."""

    @classmethod
    def of(
        cls, plan: SitingPlan, matrix: TravelMatrix, persons: Any, capacity: Numbers | None
    ) -> _Facts:
        """Look everything up by id."""
        places = sorted(matrix.origin_ids)
        sites = sorted((*plan.existing, *plan.chosen))
        row = {one: at for at, one in enumerate(matrix.origin_ids)}
        column = {one: at for at, one in enumerate(matrix.destination_ids)}
        costs = matrix.dense()[[row[one] for one in places]][:, [column[one] for one in sites]]
        groups, counts = _counts(persons, places)
        given = plan.settings.get("limits")
        limits = [plan.limit if given is None else float(given[one]) for one in groups]
        room = None if capacity is None else _by_id(capacity)
        return cls(
            places, sites, costs, groups, counts, persons is not None, np.array(limits), room
        )

    def nearest(self) -> NDArray[np.float64]:
        """Cost of each place to its nearest open site."""
        least: NDArray[np.float64] = self.costs.min(axis=1, initial=np.inf)
        return least

    def reached(self, times: int = 1) -> NDArray[np.bool_]:
        """Places x groups: whether so many open sites stand within the limit of the group."""
        found = [
            ((self.costs <= limit) & np.isfinite(self.costs)).sum(axis=1) >= times
            for limit in self.limits
        ]
        return np.array(found, dtype=bool).reshape(len(self.groups), len(self.places)).T

    def covered(self, times: int = 1) -> NDArray[np.bool_]:
        """Places all of whose groups are reached; where nobody lives all groups count."""
        reached = self.reached(times)
        answer = np.ones(len(self.places), dtype=bool)
        for at, counts in enumerate(self.persons):
            lived = counts > 0 if counts.any() else np.ones(len(self.groups), dtype=bool)
            answer[at] = bool(reached[at][lived].all())
        return answer

    def persons_reached(self, times: int = 1) -> float:
        """Persons with so many open sites within the limit of their group."""
        return float(self.persons[self.reached(times)].sum())

    def person_cost(self) -> float:
        """Sum of persons x cost to the nearest open site; nobody far away costs nothing."""
        here = self.persons.sum(axis=1) > 0
        return float(self.persons.sum(axis=1)[here] @ self.nearest()[here])


def _by_id(numbers: Numbers) -> dict[str, float]:
    """Write numbers by text id."""
    return {str(one): float(value) for one, value in numbers.items()}


def _counts(persons: Any, places: list[str]) -> tuple[list[str], NDArray[np.float64]]:
    """Give persons by place and group."""
    if persons is None:
        return [""], np.ones((len(places), 1))
    if not isinstance(persons, pd.DataFrame):
        number = _by_id(persons)
        return [""], np.array([[number[one]] for one in places]).reshape(len(places), 1)
    columns = {str(name): _by_id(persons[name]) for name in persons.columns}
    groups = sorted(columns)
    table = [[columns[name][one] for name in groups] for one in places]
    return groups, np.array(table, dtype=np.float64).reshape(len(places), len(groups))


def _selection_faults(plan: SitingPlan, matrix: TravelMatrix) -> list[str]:
    """Compare the chosen ids with the request."""
    chosen, existing = set(plan.chosen), set(plan.existing)
    faults = [
        f"{one} {text}"
        for wrong, text in (
            ((chosen | existing) - set(matrix.destination_ids), "is no destination"),
            (chosen & existing, "is chosen although it exists"),
            (chosen & set(plan.forbidden), "is chosen although it is forbidden"),
            (set(plan.required) - chosen, "is required and not chosen"),
        )
        for one in sorted(wrong)[:SHOWN]
    ]
    if list(plan.chosen) != sorted(chosen):
        faults.append(f"chosen is not sorted and unique: {', '.join(plan.chosen)}")
    asked = plan.settings.get("sites", plan.sites)
    if len(plan.chosen) != plan.sites or (asked is not None and len(plan.chosen) != asked):
        faults.append(f"{len(plan.chosen)} sites are chosen, not {asked}")
    return faults


def _rule_faults(plan: SitingPlan, rules: SiteRules | None) -> list[str]:
    """Count the open sites of each township, and measure between each two of them."""
    if rules is None:
        return []
    sites = sorted((*plan.existing, *plan.chosen))
    least, most = rules.numbers()
    faults = []
    for zone in sorted({*least, *most}):
        count = sum(rules.zones[one] == zone for one in sites)
        if not least.get(zone, 0) <= count <= most.get(zone, len(sites)):
            faults.append(
                f"{zone} has {count} open sites, "
                f"not {least.get(zone, 0)} to {most.get(zone, len(sites))}"
            )
    if rules.between is not None and rules.apart is not None:
        row = {one: at for at, one in enumerate(rules.between.origin_ids)}
        column = {one: at for at, one in enumerate(rules.between.destination_ids)}
        way = rules.between.dense()
        for at, one in enumerate(sites):
            for other in sites[at + 1 :]:
                far = min(way[row[one], column[other]], way[row[other], column[one]])
                # Two that stand already may be as near as they are.
                if far < rules.apart and not {one, other} <= set(plan.existing):
                    faults.append(f"{one} and {other} are {far:g} apart, not {rules.apart:g}")
    return faults[:SHOWN]


def _price_faults(plan: SitingPlan, price: dict[str, float] | None) -> list[str]:
    """Compare what the new sites cost with the budget."""
    budget = plan.settings.get("budget")
    if budget is None:
        return []
    if price is None:
        return ["there is a budget, but no costs were given to check it with"]
    spent = sum(price[one] for one in plan.chosen)
    if spent > float(budget) and not _same(spent, float(budget)):
        return [f"the new sites cost {spent:g}, more than the budget of {budget:g}"]
    return []


def _coverage_faults(plan: SitingPlan, facts: _Facts) -> list[str]:
    """Compare coverage and assignment with what the matrix says."""
    served = plan.flows is not None
    lived = facts.persons.sum(axis=1) > 0 if served else np.ones(len(facts.places), dtype=bool)
    covered = lived & (_served_whole(plan, facts) if served else facts.covered())
    persons = _flown(plan) if served else facts.persons_reached()
    ids = [one for one, outside in zip(facts.places, lived & ~covered, strict=True) if outside]
    faults = [
        f"{name} is {stated:g}, recomputed {value:g}"
        for name, stated, value in (
            ("covered_places", plan.covered_places, int(covered.sum())),
            ("covered_persons", plan.covered_persons, persons if facts.counted else np.nan),
            ("total_places", plan.total_places, len(facts.places)),
            (
                "total_persons",
                plan.total_persons,
                float(facts.persons.sum()) if facts.counted else np.nan,
            ),
        )
        if not _same(stated, value)
    ]
    if list(plan.uncovered_ids) != ids:
        faults.append(f"uncovered_ids are {len(plan.uncovered_ids)}, recomputed {len(ids)}")
    if served:
        return faults
    near = facts.nearest()
    nearest: dict[str, str | None] = {}
    for at, one in enumerate(facts.places):
        sites = [site for site, cost in zip(facts.sites, facts.costs[at], strict=True)
                 if cost == near[at]]  # fmt: skip
        nearest[one] = sites[0] if covered[at] and sites else None
    return faults + _assignment_faults(plan, nearest)


def _assignment_faults(plan: SitingPlan, nearest: dict[str, str | None]) -> list[str]:
    """Compare the assignment with the nearest open site of each place."""
    stated = _stated(plan)
    if list(stated) != sorted(nearest) or len(plan.assignment) != len(nearest):
        return [f"assignment has {len(plan.assignment)} places, not the {len(nearest)} origins"]
    wrong = [one for one in stated if stated[one] != nearest[one]]
    return [
        f"assignment of {one} is {stated[one]}, recomputed {nearest[one]}" for one in wrong[:SHOWN]
    ]


def _stated(plan: SitingPlan) -> dict[str, str | None]:
    """Give the assignment as it stands in the plan."""
    return {
        one: None if missing else site
        for one, site, missing in zip(
            plan.assignment.index, plan.assignment, plan.assignment.isna(), strict=True
        )
    }


def _demand_faults(plan: SitingPlan, facts: _Facts) -> list[str]:
    """See whether the places that must be covered are."""
    share = plan.settings.get("share")
    faults = []
    if share is not None:
        reached, total = facts.persons_reached(), float(facts.persons.sum())
        if reached < float(share) * total and not _same(reached, float(share) * total):
            faults.append(f"{reached:g} of {total:g} persons are covered, less than {share:g}")
    times = int(plan.settings.get("times", 1))
    if plan.model == "set_covering" and share is None:
        lost = [
            one
            for one, inside in zip(facts.places, facts.covered(times), strict=True)
            if not inside
        ]
        faults += [f"{one} has fewer than {times} open sites in reach" for one in lost[:SHOWN]]
    return faults


def _flown(plan: SitingPlan) -> float:
    return 0.0 if plan.flows is None else float(plan.flows["persons"].sum())


def _served_whole(plan: SitingPlan, facts: _Facts) -> NDArray[np.bool_]:
    """Places everybody of which goes to an open site, and which can reach one."""
    sums = dict.fromkeys(facts.places, 0.0)
    if plan.flows is not None:
        for one, persons in zip(plan.flows["zone_id"], plan.flows["persons"], strict=True):
            sums[one] = sums.get(one, 0.0) + persons
    whole = [
        _same(sums[one], total)
        for one, total in zip(facts.places, facts.persons.sum(axis=1), strict=True)
    ]
    return np.array(whole, dtype=bool) & np.isfinite(facts.nearest())


def _flow_faults(plan: SitingPlan, facts: _Facts) -> list[str]:
    """See whether those who go somewhere exist, are near enough, and find a place there."""
    if plan.flows is None:
        return []
    if facts.room is None:
        return ["persons are sent to sites, but no capacities were given to check it with"]
    row = {one: at for at, one in enumerate(facts.places)}
    column = {one: at for at, one in enumerate(facts.sites)}
    sent, taken = np.zeros(len(row)), dict.fromkeys(facts.sites, 0.0)
    reach, faults, away = float(facts.limits.max(initial=0.0)), [], set()
    near = facts.nearest()
    for one, site, persons, cost in plan.flows[
        ["zone_id", "facility_id", "persons", "cost"]
    ].itertuples(index=False):
        if one not in row or site not in column or not persons > 0:
            faults.append(f"{persons:g} persons go from {one} to {site}, which is not open")
            continue
        true = facts.costs[row[one], column[site]]
        if cost != true or not (true <= reach and np.isfinite(true)):
            faults.append(f"{one} to {site} costs {cost:g}, recomputed {true:g}")
        sent[row[one]] += persons
        taken[site] += persons
        if true > near[row[one]]:
            away.add(one)
    faults += [
        f"{sent[at]:g} persons leave {one}, where {facts.persons[at].sum():g} live"
        for one, at in row.items()
        if sent[at] > facts.persons[at].sum() and not _same(sent[at], facts.persons[at].sum())
    ]
    faults += [
        f"{site} takes {number:g} persons, more than its capacity of {facts.room[site]:g}"
        for site, number in taken.items()
        if number > facts.room[site] and not _same(number, facts.room[site])
    ]
    if list(plan.not_nearest) != sorted(away):
        faults.append(f"not_nearest has {len(plan.not_nearest)} places, recomputed {len(away)}")
    return faults[:SHOWN]


def _station_faults(plan: SitingPlan, facts: _Facts) -> list[str]:
    """Compare the table of open sites with the assignment."""
    if plan.stations is None:
        return ["there is no table of open sites"]
    if plan.stations["facility_id"].tolist() != facts.sites:
        return ["the table of open sites does not name the open sites, sorted"]
    if plan.flows is not None:
        taken = plan.flows.groupby("facility_id")["persons"].sum()
        persons = {site: float(taken.get(site, 0.0)) for site in facts.sites}
    else:
        home = _stated(plan)
        persons = dict.fromkeys(facts.sites, 0.0)
        for one, counts in zip(facts.places, facts.persons, strict=True):
            site = home.get(one)
            if site in persons:
                persons[site] += float(counts.sum())
    rows = zip(plan.stations["facility_id"], plan.stations["persons"], strict=True)
    return [
        f"{site} has {stated:g} persons in the table of open sites, recomputed {persons[site]:g}"
        for site, stated in rows
        if facts.counted and not _same(stated, persons[site])
    ][:SHOWN]


def _backup_faults(plan: SitingPlan, facts: _Facts) -> list[str]:
    """Count anew who has two open sites in reach."""
    if plan.settings.get("backup_places") is None:
        return []
    persons = facts.persons_reached(2) if facts.counted else np.nan
    return [
        f"{name} is {plan.settings[name]:g}, recomputed {value:g}"
        for name, value in (
            ("backup_places", float(facts.covered(2).sum())),
            ("backup_persons", persons),
        )
        if not _same(float(plan.settings[name]), value)
    ]


def _level_faults(plan: SitingPlan, facts: _Facts) -> list[str]:
    """Count anew how many places and persons have each cost, the largest first."""
    levels = plan.parts.get("levels")
    if levels is None:
        return []
    near, persons = facts.nearest(), facts.persons.sum(axis=1)
    if facts.counted:
        near, persons = near[persons > 0], persons[persons > 0]
    found = [
        (cost, int((near == cost).sum()), float(persons[near == cost].sum()))
        for cost in sorted(set(near.tolist()), reverse=True)
    ]
    stated = list(levels[["cost", "places", "persons"]].itertuples(index=False, name=None))
    if len(stated) != len(found):
        return [f"levels has {len(stated)} rows, recomputed {len(found)}"]
    return [
        f"the level of {own[0]:g} has {own[1]} places and {own[2]:g} persons, "
        f"recomputed {new[0]:g}, {new[1]} and {new[2]:g}"
        for own, new in zip(stated, found, strict=True)
        if own[:2] != new[:2] or (facts.counted and not _same(own[2], new[2]))
    ][:SHOWN]


def _objective_faults(plan: SitingPlan, facts: _Facts, price: dict[str, float] | None) -> list[str]:
    """Work the model's objective out again."""
    kind = str(plan.settings.get("objective", plan.model))
    if kind not in OBJECTIVES:
        return [f"nothing is known of how to work out {kind}"]
    value = OBJECTIVES[kind](plan, facts, price)
    if _same(plan.objective, value):
        return []
    return [f"objective is {plan.objective:g}, recomputed {value:g}"]


def _served(plan: SitingPlan, facts: _Facts, _: dict[str, float] | None) -> float:
    return facts.persons_reached() if plan.flows is None else _flown(plan)


def _spent(plan: SitingPlan, _: _Facts, price: dict[str, float] | None) -> float:
    return float(len(plan.chosen) if price is None else sum(price[one] for one in plan.chosen))


def _twice(_: SitingPlan, facts: _Facts, __: dict[str, float] | None) -> float:
    return facts.persons_reached(2)


def _travelled(plan: SitingPlan, facts: _Facts, _: dict[str, float] | None) -> float:
    if plan.flows is None:
        return facts.person_cost()
    # What is not sent anywhere has no end to its way.
    left = float(facts.persons.sum()) - _flown(plan)
    if left > 0 and not _same(left + 1.0, 1.0):
        return float("inf")
    return float((plan.flows["persons"] * plan.flows["cost"]).sum())


def _farthest(_: SitingPlan, facts: _Facts, __: dict[str, float] | None) -> float:
    counted = facts.persons.sum(axis=1) > 0
    return float(facts.nearest()[counted].max(initial=0.0))


OBJECTIVES: Mapping[str, Callable[[SitingPlan, _Facts, dict[str, float] | None], float]] = {
    "maximal_covering": _served,
    "greedy_covering": _served,
    "floor_covering": _served,
    "set_covering": _spent,
    "backup_covering": _twice,
    "p_median": _travelled,
    "p_center": _farthest,
}


def _proof_faults(plan: SitingPlan) -> list[str]:
    """Compare bound, gap and status with each other."""
    faults = []
    better = 1.0 if plan.sense == "max" else -1.0
    off = better * (plan.bound - plan.objective)
    if off < 0 and not _same(plan.bound, plan.objective):
        side = "below" if plan.sense == "max" else "above"
        faults.append(f"bound {plan.bound:g} is {side} the objective {plan.objective:g}")
    gap = 0.0 if off == 0 else abs(off) / abs(plan.objective) if plan.objective else np.inf
    if not _same(plan.gap, gap):
        faults.append(f"gap is {plan.gap:g}, recomputed {gap:g}")
    # Fractions of persons finer than the search's decimals cannot be proven, and the plan says so.
    proven = plan.objective + better * float(plan.settings.get("undecided", 0.0))
    for name, value in (("greedy_objective", plan.greedy_objective), ("bound", plan.bound)):
        exact = name == "greedy_objective" or plan.status == "optimal"
        if exact and better * (value - proven) > 0 and not _same(value, proven):
            side = "above" if plan.sense == "max" else "below"
            faults.append(f"the plan is {plan.status}, but {name} {value:g} is {side} {proven:g}")
    return faults


def _same(one: float, other: float) -> bool:
    """Compare two numbers up to the rounding of sums; two missing ones are the same."""
    if np.isnan(one) or np.isnan(other):
        return bool(np.isnan(one) and np.isnan(other))
    return one == other or bool(abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other)))
