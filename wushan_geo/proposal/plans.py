"""The plan of a proposal as rows: the plan, its sites, and every village now and then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.proposal.rooms import served
from wushan_geo.siting import explain_order
from wushan_geo.storage import number_text

if TYPE_CHECKING:
    from wushan_geo.proposal.page import Page
    from wushan_geo.siting.plan import Ceiling, SitingPlan
    from wushan_geo.travel.matrix import TravelMatrix

STATES = ("now", "plan", "left", "irreducible")
ORDERED = frozenset({"maximal_covering"})  # models whose sites are told in the order of their worth
WORTH = ("order", "gain_places", "gain_persons", "loss_places", "loss_persons")


def covered(page: Page, matrix: TravelMatrix, sites: tuple[str, ...]) -> tuple[int, float]:
    """Count whom some sites reach within the limit, whatever the model looked at.

    Parameters
    ----------
    page
        The proposal.
    matrix
        Minutes from villages to sites.
    sites
        Open sites.

    Returns
    -------
    tuple of int and float
        Villages and persons.

    Raises
    ------
    UnknownIdError
        If the matrix lacks a site.

    Examples
    --------
    See ``tests/test_site_reviewed.py``.
    """
    near = matrix.select(destinations=list(sites)).within(page.limit).any(axis=1)
    persons = page.asked.persons.reindex(list(matrix.origin_ids)).to_numpy(dtype=float)
    return int(near.sum()), float(persons[near].sum())


def plan_row(page: Page, plan: SitingPlan, best: Ceiling) -> dict[str, object]:
    """Write the plan, with what it covers within the limit at both ends of the times.

    Parameters
    ----------
    page
        The proposal.
    plan
        The plan.
    best
        What is covered with every candidate open.

    Returns
    -------
    dict
        The row of the table ``plans``.

    Raises
    ------
    UnknownIdError
        If a matrix lacks a site of the plan.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    asked = page.asked
    sites = (*plan.existing, *plan.chosen)
    places, persons = covered(page, asked.matrix, sites)
    row: dict[str, object] = {
        "plan": plan_name(page, plan),
        "service": asked.service,
        "limit": page.limit,
        "covered_places": places,
        "covered_persons": persons,
        "total_places": len(asked.persons),
        "total_persons": float(asked.persons.sum()),
        "places_without_count": len(asked.without_count),
        "ceiling_places": best.places,
        "ceiling_persons": best.persons,
        "budget": page.wish.budget,
        "cost": None if page.prices is None else float(page.prices[list(plan.chosen)].sum()),
        "demand": asked.counted,
        "basis": asked.basis,
        "parameters": _parameters(plan),
        "backup_places": plan.settings.get("backup_places"),
        "backup_persons": plan.settings.get("backup_persons"),
    }
    if plan.flows is not None and page.room is not None:
        row["capacity"] = float(page.room[list(sites)].sum())
        row["served_places"], row["served_persons"] = plan.covered_places, plan.covered_persons
    for name in ("model", "sites", "objective", "sense", "bound", "gap", "status", "verified",
                 "alternatives"):  # fmt: skip
        row[name] = getattr(plan, name)
    for name in ("existing", "chosen", "required", "forbidden"):
        row[name] = ";".join(getattr(plan, name))
    for end, matrix in zip(("pessimistic", "optimistic"), page.ends, strict=True):
        found = covered(page, matrix, sites)
        row[f"covered_places_{end}"], row[f"covered_persons_{end}"] = found
    return row


def plan_name(page: Page, plan: SitingPlan) -> str:
    """Name a plan by service, model and number of sites.

    Parameters
    ----------
    page
        The proposal.
    plan
        The plan.

    Returns
    -------
    str
        Such as ``day_care-p_median-30min-2``.

    Raises
    ------
    AttributeError
        If `plan` is no plan.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    return f"{page.asked.service}-{plan.model}-{page.limit:g}min-{len(plan.chosen)}"


def _parameters(plan: SitingPlan) -> str:
    """Write what else the answer depends on, in the order of the names."""
    told = []
    for name in sorted(plan.settings):
        value = plan.settings[name]
        if value is None or isinstance(value, Mapping) or name == "free_chosen":
            continue
        if isinstance(value, (tuple, list)):
            value = ",".join(map(str, value))
        shown = number_text(value) if isinstance(value, float) else str(value)
        told.append(f"{name}={shown}")
    return "; ".join(told)


def site_rows(page: Page, plan: SitingPlan) -> list[dict[str, object]]:
    """Write what each open site has to do; new ones in the order of their worth, if any.

    Parameters
    ----------
    page
        The proposal.
    plan
        The plan.

    Returns
    -------
    list of dict
        Rows of the table ``sites``.

    Raises
    ------
    UnknownIdError
        If the matrix lacks a site of the plan.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    worth: dict[str, dict[Any, Any]] = {}
    if plan.model in ORDERED and plan.chosen and plan.flows is None:
        turns = explain_order(plan, page.asked.matrix, page.asked.persons)
        worth = {str(one["facility_id"]): one for one in turns.to_dict("records")}
    rows = []
    counted = _persons_by_site(page, plan)
    for one in plan.to_table().to_dict("records"):
        site = str(one["facility_id"])
        persons, mean = one["persons"], one["mean_cost"]
        if np.isnan(persons):  # the model counts places alone: persons stand beside them here
            persons, mean = counted.get(site, (0.0, np.nan))
        rows.append(
            {
                "plan": plan_name(page, plan),
                "facility_id": site,
                "role": one["role"],
                "capacity": None if page.room is None else float(page.room[site]),
                "places": one["places"],
                "persons": persons,
                "minutes_mean": mean,
                "minutes_farthest": one["farthest"],
                "basis": page.asked.basis,
                **{name: worth.get(site, {}).get(name) for name in WORTH},
            }
        )
    last = len(rows) + 1
    return sorted(rows, key=lambda row: (row["role"] == "existing", row["order"] or last))


def _persons_by_site(page: Page, plan: SitingPlan) -> dict[str, tuple[float, float]]:
    """Give the persons of the villages to which each open site is nearest, and their minutes."""
    names, minutes = _nearest(page.asked.matrix, (*plan.existing, *plan.chosen))
    counts = page.asked.persons.reindex(list(page.asked.matrix.origin_ids)).to_numpy(dtype=float)
    found = {}
    for one in sorted({name for name in names if name is not None}):
        mine = np.array([name == one for name in names])
        persons = float(counts[mine].sum())
        travel = float((counts[mine] * np.array(minutes)[mine]).sum())
        found[one] = (persons, travel / persons if persons else np.nan)
    return found


def village_rows(page: Page, plan: SitingPlan) -> list[dict[str, object]]:
    """Write where the persons of each village go now, and where with the plan.

    Parameters
    ----------
    page
        The proposal.
    plan
        The plan.

    Returns
    -------
    list of dict
        Rows of the table ``villages``, by id; minutes are infinite where nobody can be reached.

    Raises
    ------
    UnknownIdError
        If the matrix lacks a site of the plan.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    asked = page.asked
    now = _nearest(asked.matrix, plan.existing)
    then = _nearest(asked.matrix, (*plan.existing, *plan.chosen))
    shut = set(plan.forbidden)
    most = _nearest(
        asked.matrix, tuple(one for one in asked.matrix.destination_ids if one not in shut)
    )
    ends = _at_both_ends(page, plan)
    having = served(plan, list(asked.matrix.origin_ids))
    rows: list[dict[str, object]] = []
    for at, one in enumerate(asked.matrix.origin_ids):
        inside = [found[1][at] <= page.limit for found in (now, then, most)]
        rows.append(
            {
                "zone_id": one,
                "persons": None if one in asked.without_count else float(asked.persons[one]),
                "facility_now": now[0][at],
                "minutes_now": now[1][at],
                "facility_plan": then[0][at],
                "minutes_plan": then[1][at],
                "limit": page.limit,
                "state": next(
                    (name for name, yes in zip(STATES, inside, strict=False) if yes), STATES[3]
                ),
                "served_persons": None if one in asked.without_count else having[at],
                "basis": asked.basis,
                **{name: minutes[one] for name, minutes in ends.items()},
            }
        )
    return sorted(rows, key=lambda row: str(row["zone_id"]))


def _at_both_ends(page: Page, plan: SitingPlan) -> dict[str, dict[str, float]]:
    """Give the minutes of each village on the fastest and on the slowest roads."""
    found: dict[str, dict[str, float]] = {}
    for when, sites in (("now", plan.existing), ("plan", (*plan.existing, *plan.chosen))):
        for end, matrix in zip(("high", "low"), page.ends, strict=True):
            minutes = _nearest(matrix, sites)[1]
            found[f"minutes_{when}_{end}"] = dict(zip(matrix.origin_ids, minutes, strict=True))
    return found


def _nearest(matrix: TravelMatrix, sites: tuple[str, ...]) -> tuple[list[str | None], list[float]]:
    """Give the nearest of some sites for each village, of equally near ones the first by id."""
    ordered = sorted(sites)
    if not ordered:
        return [None] * len(matrix.origin_ids), [np.inf] * len(matrix.origin_ids)
    costs = matrix.select(destinations=ordered).dense()
    first = costs.argmin(axis=1)
    least = costs[np.arange(len(costs)), first]
    names = [ordered[at] if np.isfinite(cost) else None
             for at, cost in zip(first, least, strict=True)]  # fmt: skip
    return names, least.tolist()
