"""Work plans of several levels, services, townships or floors out again, by code of its own.

As in `verify`, nothing here comes from the rooms that build or solve the models. Costs and persons
are looked up by id, one place after the other.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wushan_geo.errors import VerificationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wushan_geo.siting.county.level_plans import (
        HierarchicalPlan,
        Level,
        LevelPlan,
        ServicesPlan,
    )
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.travel.matrix import TravelMatrix

TOLERANCE = 1e-9  # relative; sums of fractions of persons may be added up in another order
SHOWN = 5


def verify_townships(
    plan: SitingPlan, zones: Mapping[Any, Any], townships: Iterable[str]
) -> SitingPlan:
    """Make sure that every township has its site, and none more than the model says.

    Parameters
    ----------
    plan
        A plan of `one_per_township`.
    zones
        Township of each destination, by id.
    townships
        Townships that must have a site.

    Returns
    -------
    SitingPlan
        The same plan.

    Raises
    ------
    VerificationError
        If a township has no open site, or a new one that it does not need.

    Examples
    --------
    See ``tests/test_siting_townships.py``.
    """
    home = {str(site): str(zone) for site, zone in zones.items()}
    asked = set(townships)
    stood = Counter(home[one] for one in (*plan.existing, *plan.required))
    new = Counter(home[one] for one in plan.chosen if one not in plan.required)
    faults = []
    for zone in sorted(asked | set(new)):
        wanted = 1 if zone in asked and not stood[zone] else 0
        if new[zone] != wanted:
            faults.append(f"{zone} gets {new[zone]} sites beyond those required, not {wanted}")
    _settle(plan.model, faults)
    return plan


def verify_floors(
    plan: SitingPlan, matrix: TravelMatrix, persons: Any, homes: Any = None
) -> SitingPlan:
    """Count again what share of each township and group a plan covers.

    Parameters
    ----------
    plan
        A plan of `floor_covering`.
    matrix, persons, homes
        What it was made from.

    Returns
    -------
    SitingPlan
        The same plan.

    Raises
    ------
    VerificationError
        If a share is not what the plan says, or a floor is not met.

    Examples
    --------
    See ``tests/test_siting_floors.py``.
    """
    there: defaultdict[tuple[str, str], float] = defaultdict(float)
    covered: defaultdict[tuple[str, str], float] = defaultdict(float)
    home = {} if homes is None else {str(one): str(zone) for one, zone in homes.items()}
    limits = plan.settings.get("limits", {})
    for group, numbers in _groups(persons).items():
        near = _nearest(matrix, (*plan.existing, *plan.chosen))
        for place, number in numbers.items():
            units = [("township", home[place])] if home else []
            units += [("group", group)] if group else []
            inside = near[place] <= limits.get(group, plan.limit) and near[place] < math.inf
            for unit in units:
                there[unit] += number
                covered[unit] += number if inside else 0.0
    asked = {
        **{("township", one): share for one, share in plan.settings["floors"].items()},
        **{("group", one): share for one, share in plan.settings["group_floors"].items()},
    }
    faults = []
    stated = plan.parts["shares"]
    listed = list(zip(stated["kind"], stated["name"], strict=True))
    if sorted(listed) != sorted(there):
        faults.append(f"shares are stated of {len(listed)} units, not of {len(there)}")
    for unit, value in zip(listed, stated["covered"], strict=True):
        if not _same(float(value), covered[unit]):
            faults.append(f"covered persons of {unit[1]} are {value:g}, recomputed {covered[unit]}")
    for unit, share in asked.items():
        if covered[unit] < share * there[unit] - TOLERANCE * max(1.0, there[unit]):
            faults.append(f"{covered[unit]} of {there[unit]} in {unit[1]} is below {share:g}")
    faults += _worst_faults(plan, there, covered)
    _settle(plan.model, faults)
    return plan


def verify_mix(  # noqa: PLR0913 -- what the plan was made from
    plan: ServicesPlan,
    matrix: TravelMatrix | Mapping[Any, TravelMatrix],
    demand: Any,
    *,
    rules: SiteRules | None = None,
    costs: Mapping[Any, Any] | None = None,
    opening: Any = None,
    offered: Mapping[Any, Iterable[Any]] | None = None,
) -> ServicesPlan:
    """Work a plan of services out again and mark it as verified.

    Parameters
    ----------
    plan
        A plan of `services_mix`.
    matrix, demand, rules, costs, opening, offered
        What it was made from.

    Returns
    -------
    ServicesPlan
        The same plan with ``verified=True``.

    Raises
    ------
    VerificationError
        If anything differs.

    Examples
    --------
    See ``tests/test_siting_mix.py``.
    """
    before = {(str(at), str(one)) for at, some in (offered or {}).items() for one in some}
    faults = _offer_faults(plan, before)
    faults += _role_faults(plan) + _rule_faults((plan.chosen, plan.existing), rules)
    faults += _budget_faults(plan, costs, opening)
    if not faults:
        faults = _mix_faults(plan, matrix, demand, before | set(plan.offers))
    _settle(plan.model, faults + _proof_faults(plan))
    return replace(plan, verified=True)


def verify_hierarchy(
    plan: HierarchicalPlan, levels: Sequence[Level], persons: Any
) -> HierarchicalPlan:
    """Work a plan of several levels out again and mark it as verified.

    Parameters
    ----------
    plan
        A plan of `hierarchical`.
    levels, persons
        What it was made from.

    Returns
    -------
    HierarchicalPlan
        The same plan with ``verified=True``.

    Raises
    ------
    VerificationError
        If anything differs.

    Examples
    --------
    See ``tests/test_siting_hierarchy.py``.
    """
    faults: list[str] = []
    for level, part in zip(levels, plan.levels, strict=True):
        own = _role_faults(_Part(part, {"sites": level.sites}))
        own += _rule_faults((part.chosen, part.existing), level.rules)
        asked = {
            "existing": (part.existing, level.existing),
            "required": (part.required, level.required),
            "forbidden": (part.forbidden, level.forbidden),
        }
        own += [
            f"{name} sites are not those asked for"
            for name, (stated, given) in asked.items()
            if sorted(map(str, given)) != list(stated)
        ]
        faults += [f"{level.name}: {one}" for one in own]
    if not faults:
        faults = _level_faults(plan, levels, persons)
    _settle(plan.model, faults + _proof_faults(plan))
    return replace(plan, verified=True)


class _Part:
    """A level as `_role_faults` looks at it."""

    def __init__(self, part: LevelPlan, settings: dict[str, Any]) -> None:
        self.chosen, self.existing = part.chosen, part.existing
        self.required, self.forbidden = part.required, part.forbidden
        self.settings = settings


def _level_faults(plan: HierarchicalPlan, levels: Sequence[Level], persons: Any) -> list[str]:
    """Count again which sites count, and who has which level."""
    counting = _counting_sites(plan, levels)
    faults = [
        f"{part.name}: counting sites are {part.counting}, recomputed {tuple(sites)}"
        for part, sites in zip(plan.levels, counting, strict=True)
        if list(part.counting) != sites
    ]
    places = sorted(map(str, levels[0].matrix.origin_ids))
    groups = _groups(dict.fromkeys(places, 1.0) if persons is None else persons)
    near = [_nearest_site(one.matrix, sites) for one, sites in zip(levels, counting, strict=True)]
    ways = [
        {at: near[at] for at in range(asked, len(levels) if plan.nested else asked + 1)}
        for asked in range(len(levels))
    ]
    sent = [part.assignment.to_dict("index") for part in plan.levels]
    chain, whole = 0.0, 0
    persons_of, places_of = [0.0] * len(levels), [0] * len(levels)
    for place in places:
        lived = [one for one in groups if groups[one][place] > 0] or list(groups)
        has = {one: _levels_of(place, one, levels, ways) for one in groups}
        chain += sum(groups[one][place] for one in groups if all(has[one]))
        whole += all(all(has[one]) for one in lived)
        for at, level in enumerate(levels):
            inside = all(has[one][at] for one in lived)
            persons_of[at] += sum(groups[one][place] for one in groups if has[one][at])
            places_of[at] += inside
            if level.limit is not None:
                faults += _way_faults(plan, sent[at][place], place, ways[at] if inside else {})
            else:
                faults += _referral_faults(
                    level, sent[at - 1][place], sent[at][place], counting[at]
                )
    if not _same(plan.objective, chain) or plan.covered_places != whole:
        faults.append(
            f"{plan.objective:g} persons at {plan.covered_places} places have the whole chain, "
            f"recomputed {chain:g} at {whole}"
        )
    for part, number, count in zip(plan.levels, persons_of, places_of, strict=True):
        if not _same(part.covered_persons, number) or part.covered_places != count:
            faults.append(
                f"{part.name}: {part.covered_persons:g} persons at {part.covered_places} places, "
                f"recomputed {number:g} at {count}"
            )
    return faults


def _levels_of(
    place: str,
    group: str,
    levels: Sequence[Level],
    ways: Sequence[Mapping[int, Mapping[str, tuple[float, str]]]],
) -> list[bool]:
    """Say which levels a person of a group has; by referral only, as the level below."""
    has: list[bool] = []
    for level, way in zip(levels, ways, strict=True):
        if level.limit is None:
            has.append(has[-1])
            continue
        most = level.limit[group] if isinstance(level.limit, Mapping) else level.limit
        near = min(one[place][0] for one in way.values())
        has.append(near <= most and near < math.inf)
    return has


def _way_faults(
    plan: HierarchicalPlan,
    row: Mapping[Any, Any],
    place: str,
    near: Mapping[int, Mapping[str, tuple[float, str]]],
) -> list[str]:
    """Compare where a place is sent with what is nearest; `near` is empty where it has nothing."""
    ways = [(one[place][0], given, one[place][1]) for given, one in near.items()]
    cost, given, site = min(ways, default=(math.inf, -1, ""))
    if given < 0:
        lost = not isinstance(row["facility_id"], str) and row["cost"] == math.inf
        return [] if lost else [f"{place} is sent to {row['facility_id']} and has no way"]
    if (row["level"], row["facility_id"], row["cost"]) == (plan.levels[given].name, site, cost):
        return []
    return [f"{place} is sent to {row['facility_id']}, not to {site}"]


def _referral_faults(
    level: Level, below: Mapping[Any, Any], row: Mapping[Any, Any], counting: Sequence[str]
) -> list[str]:
    """Compare where a level sends on with the nearest site within referral."""
    site, cost = row["facility_id"], row["cost"]
    if not isinstance(below["facility_id"], str):
        return [] if not isinstance(site, str) else [f"{site} is referred to by nobody"]
    if row["level"] != level.name or below["level"] == level.name:
        same = (below["level"], below["facility_id"]) == (row["level"], site) and cost == 0
        return [] if same else [f"{below['facility_id']} gives {level.name} itself, not {site}"]
    if level.referral is None:
        return []
    matrix, limit = level.referral
    line = matrix.dense()[matrix.origin_ids.index(below["facility_id"])]
    column = {one: at for at, one in enumerate(matrix.destination_ids)}
    best = min((float(line[column[one]]), one) for one in counting)
    if best != (cost, site) or best[0] > limit:
        return [f"{below['facility_id']} refers to {site}, not to {best[1]}"]
    return []


def _counting_sites(plan: HierarchicalPlan, levels: Sequence[Level]) -> list[list[str]]:
    """Find the open sites from which every level above can be reached by referral."""
    counting: list[list[str]] = []
    for at in range(len(levels) - 1, -1, -1):
        sites = sorted((*plan.levels[at].chosen, *plan.levels[at].existing))
        refer = levels[at + 1].referral if at + 1 < len(levels) else None
        if refer is not None:
            matrix, limit = refer
            row = {one: place for place, one in enumerate(matrix.origin_ids)}
            column = {one: place for place, one in enumerate(matrix.destination_ids)}
            way = matrix.dense()
            sites = [
                one
                for one in sites
                if any(way[row[one], column[upper]] <= limit for upper in counting[0])
            ]
        counting.insert(0, sites)
    return counting


def _offer_faults(plan: ServicesPlan, before: set[tuple[str, str]]) -> list[str]:
    """Compare offers with what a site may offer."""
    faults = []
    most = plan.settings["per_site"]
    for site in (*plan.chosen, *plan.existing):
        new = {one for at, one in plan.offers if at == site}
        old = {one for at, one in before if at == site}
        if site in plan.chosen and not new:
            faults.append(f"{site} is open and offers nothing")
        if site in plan.existing and new and not plan.settings["extend"]:
            faults.append(f"{site} exists and is given {', '.join(sorted(new))}")
        if new & old:
            faults.append(f"{site} offers {', '.join(sorted(new & old))} already")
        if most is not None and new and len(new | old) > most:
            faults.append(f"{site} offers {len(new | old)} services, more than {most}")
    strange = sorted({at for at, _ in plan.offers} - {*plan.chosen, *plan.existing})
    faults += [f"{at} offers a service and is not open" for at in strange]
    if list(plan.offers) != sorted(set(plan.offers)):
        faults.append("offers are not sorted and unique")
    return faults


def _budget_faults(plan: ServicesPlan, costs: Any, opening: Any) -> list[str]:
    """Add up again what sites and offers cost."""
    budget = plan.settings["budget"]
    if budget is None:
        return []
    first = {} if opening is None else {str(one): float(it) for one, it in opening.items()}
    by_service = {str(name): one for name, one in (costs or {}).items()}
    spent = sum(first.get(one, 0.0) for one in plan.chosen)
    for site, service in plan.offers:
        price = by_service.get(service, 0.0)
        if hasattr(price, "items"):
            price = {str(one): float(value) for one, value in price.items()}[site]
        spent += float(price)
    faults = []
    if not _same(spent, plan.spent):
        faults.append(f"spent is {plan.spent:g}, recomputed {spent:g}")
    if spent > budget and not _same(spent, float(budget)):
        faults.append(f"the plan costs {spent:g}, more than the budget of {budget:g}")
    return faults


def _mix_faults(
    plan: ServicesPlan, matrix: Any, demand: Any, offers: set[tuple[str, str]]
) -> list[str]:
    """Count again who is covered, and from where."""
    faults, total = [], 0.0
    stated: dict[str, Any] = {
        str(row["service"]): row for row in plan.parts["services"].to_dict("records")
    }
    ways_of = plan.parts["assignment"]
    sent = dict(zip(zip(ways_of["service"], ways_of["zone_id"], strict=True),
                    ways_of["facility_id"], strict=True))  # fmt: skip
    listed = set(zip(plan.parts["offers"]["facility_id"], plan.parts["offers"]["service"],
                     strict=True))  # fmt: skip
    if listed != offers:
        faults.append(f"{len(listed)} offers are listed, not the {len(offers)} of the plan")
    many = {str(name): one for name, one in matrix.items()} if hasattr(matrix, "items") else None
    for key, numbers in demand.items():
        service = str(key)
        times = matrix if many is None else many[service]
        sites = sorted(at for at, one in offers if one == service)
        column = {one: at for at, one in enumerate(times.destination_ids)}
        number = {str(place): float(value) for place, value in numbers.items()}
        places, persons = 0, 0.0
        for place, row in zip(times.origin_ids, times.dense(), strict=True):
            ways = [(float(row[column[one]]), one) for one in sites]
            cost, site = min(ways, default=(math.inf, ""))
            inside = cost <= plan.settings["limits"][service] and cost < math.inf
            places, persons = places + inside, persons + (number[place] if inside else 0.0)
            said = sent.get((service, place))
            if (said if isinstance(said, str) else None) != (site if inside else None):
                faults.append(f"{place} is sent to {said} for {service}")
        total += plan.settings["weights"][service] * persons
        if not _same(float(stated[service]["covered_persons"]), persons):
            faults.append(f"persons covered by {service}: recomputed {persons:g}")
        if int(stated[service]["covered_places"]) != places:
            faults.append(f"places covered by {service}: recomputed {places}")
    if not _same(plan.objective, total):
        faults.append(f"objective is {plan.objective:g}, recomputed {total:g}")
    return faults


def _role_faults(plan: Any) -> list[str]:
    """Compare chosen sites with roles and number."""
    chosen = set(plan.chosen)
    faults = [
        f"{one} {text}"
        for wrong, text in (
            (chosen & set(plan.existing), "is chosen although it exists"),
            (chosen & set(plan.forbidden), "is chosen although it is forbidden"),
            (set(plan.required) - chosen, "is required and not chosen"),
        )
        for one in sorted(wrong)
    ]
    asked = plan.settings.get("sites")
    if asked is not None and len(plan.chosen) != asked:
        faults.append(f"{len(plan.chosen)} sites are chosen, not {asked}")
    if list(plan.chosen) != sorted(chosen):
        faults.append("chosen is not sorted and unique")
    return faults


def _rule_faults(
    sites: tuple[tuple[str, ...], tuple[str, ...]], rules: SiteRules | None
) -> list[str]:
    """Count open sites by township, and measure between each two of them."""
    if rules is None:
        return []
    chosen, existing = sites
    least, most = rules.numbers()
    count = Counter(rules.zones[one] for one in (*chosen, *existing)) if least or most else {}
    faults = [f"{one} has fewer than {low} sites" for one, low in least.items()
              if count.get(one, 0) < low]  # fmt: skip
    faults += [f"{one} has more than {high} sites" for one, high in most.items()
               if count.get(one, 0) > high]  # fmt: skip
    if rules.between is not None and rules.apart is not None:
        row = {one: at for at, one in enumerate(rules.between.origin_ids)}
        column = {one: at for at, one in enumerate(rules.between.destination_ids)}
        way = rules.between.dense()
        for at, one in enumerate(chosen):
            for other in (*chosen[at + 1 :], *existing):
                far = min(way[row[one], column[other]], way[row[other], column[one]])
                if far < rules.apart:
                    faults.append(f"{one} and {other} are {far:g} apart, not {rules.apart:g}")
    return faults


def _proof_faults(plan: Any) -> list[str]:
    """Compare bound, gap and status."""
    faults = []
    if plan.bound < plan.objective and not _same(plan.bound, plan.objective):
        faults.append(f"bound {plan.bound:g} is below the objective {plan.objective:g}")
    if plan.status == "optimal" and not _same(plan.bound, plan.objective):
        faults.append(f"the plan is proven, but its bound {plan.bound:g} is another")
    off = abs(plan.bound - plan.objective)
    gap = 0.0 if off == 0 else off / abs(plan.objective) if plan.objective else math.inf
    if not _same(plan.gap, gap):
        faults.append(f"gap is {plan.gap:g}, recomputed {gap:g}")
    if plan.greedy_objective > plan.bound and not _same(plan.greedy_objective, plan.bound):
        faults.append(f"greedy covers {plan.greedy_objective:g}, more than the bound")
    return faults


def _worst_faults(
    plan: SitingPlan,
    there: Mapping[tuple[str, str], float],
    covered: Mapping[tuple[str, str], float],
) -> list[str]:
    """Compare the smallest share with what the plan says."""
    kind = {"townships": "township", "groups": "group"}.get(plan.settings["worst_first"] or "")
    if kind is None:
        return []
    shares = [covered[one] / number for one, number in there.items() if number and one[0] == kind]
    worst, stated = min(shares, default=1.0), float(plan.settings["worst_share"])
    if _same(worst, stated) and float(plan.settings["worst_share_bound"]) >= stated:
        return []
    return [f"the smallest share is {stated:g}, recomputed {worst:g}"]


def _groups(persons: Any) -> dict[str, dict[str, float]]:
    """Give persons by group and place."""
    tables = persons.items() if hasattr(persons, "columns") else [("", persons)]
    return {
        str(group): {str(place): float(number) for place, number in numbers.items()}
        for group, numbers in tables
    }


def _nearest(matrix: TravelMatrix, sites: Iterable[str]) -> dict[str, float]:
    """Give the cost of each place to its nearest site; infinite where there is none."""
    column = {one: at for at, one in enumerate(matrix.destination_ids)}
    at = [column[one] for one in sites]
    return {
        place: min((float(row[one]) for one in at), default=math.inf)
        for place, row in zip(matrix.origin_ids, matrix.dense(), strict=True)
    }


def _nearest_site(matrix: TravelMatrix, sites: Iterable[str]) -> dict[str, tuple[float, str]]:
    """Give the cost of each place to its nearest site and the first such site by id."""
    column = {one: at for at, one in enumerate(matrix.destination_ids)}
    at = [(column[one], one) for one in sites]
    return {
        place: min(((float(row[to]), one) for to, one in at), default=(math.inf, ""))
        for place, row in zip(matrix.origin_ids, matrix.dense(), strict=True)
    }


def _same(one: float, other: float) -> bool:
    """Compare two numbers up to the rounding of sums."""
    return one == other or abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))


def _settle(model: str, faults: list[str]) -> None:
    """Say all that is wrong with a plan."""
    if faults:
        message = f"the plan {model} is wrong: " + "; ".join(faults[: 2 * SHOWN])
        raise VerificationError(message + ".")
