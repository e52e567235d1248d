"""Work plans of several levels, services, townships or floors out again, by code of its own.

As in `verify`, nothing here comes from the rooms that build or solve the models. Costs and persons
are looked up by id, one place after the other.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from wushan_geo.errors import VerificationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wushan_geo.siting.plan import SitingPlan
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


def _same(one: float, other: float) -> bool:
    """Compare two numbers up to the rounding of sums."""
    return one == other or abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))


def _settle(model: str, faults: list[str]) -> None:
    """Say all that is wrong with a plan."""
    if faults:
        message = f"the plan {model} is wrong: " + "; ".join(faults[: 2 * SHOWN])
        raise VerificationError(message + ".")
