"""The plan of a proposal as rows: the plan, its sites, and every village now and then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wushan_geo.access.gaps import admission, offer_of
from wushan_geo.proposal.rooms import served
from wushan_geo.proposal.wish import WITHIN
from wushan_geo.siting import explain_order
from wushan_geo.siting.telling import Beside, listing
from wushan_geo.storage import number_text
from wushan_geo.wording import LANGUAGES, both

if TYPE_CHECKING:
    from wushan_geo.proposal.page import Page
    from wushan_geo.siting.plan import Ceiling, SitingPlan
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

STATES = ("now", "plan", "left", "irreducible")
ORDERED = frozenset({"maximal_covering"})  # models whose sites are told in the order of their worth
FIRST_COVER = WITHIN - {"backup_covering"}  # models to which a second site is worth nothing
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


def county_of(page: Page) -> tuple[int, float]:
    """Count the whole county, villages that the wish leaves out among them.

    Parameters
    ----------
    page
        The proposal.

    Returns
    -------
    tuple of int and float
        Villages, and persons as far as their number is known.

    Raises
    ------
    AttributeError
        If `page` is no page.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    whole = page.everybody or page.asked
    return len(whole.persons), float(whole.persons.sum())


def beside_plan(study: Study, page: Page, plan: SitingPlan) -> Beside:
    """Gather what has to be told with the plan: the county, and sites that are not what they seem.

    Parameters
    ----------
    study
        The study.
    page
        The proposal.
    plan
        The plan.

    Returns
    -------
    Beside
        To be given to `wushan_geo.siting.telling.plan_text`.

    Raises
    ------
    UnknownIdError
        If the matrix lacks a site of the plan.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    places, persons = county_of(page)
    return Beside(
        places, persons, counted=float(page.asked.persons.sum()),
        unclear=_unclear(study, page), idle=_idle(page, plan),
    )  # fmt: skip


def _unclear(study: Study, page: Page) -> tuple[str, ...]:
    """Name the existing sites that surely admit nobody of the county and may admit somebody."""
    service = study.config.services[page.asked.service]
    offer = offer_of(
        study.facilities, service.key, county_level=service.level == "county", complete=True
    )
    surely, maybe = admission(sorted(set(page.asked.homes.values())), offer)
    unclear = np.flatnonzero(~surely.any(axis=0) & maybe.any(axis=0)).tolist()
    standing = set(page.asked.existing)
    return tuple(one for one in (offer.facility_ids[at] for at in unclear) if one in standing)


def _idle(page: Page, plan: SitingPlan) -> tuple[str, ...]:
    """Name the proposed sites that add no village to those before them, or that take nobody."""
    if plan.flows is not None:
        return tuple(sorted(set(plan.chosen) - set(plan.flows["facility_id"])))
    if page.wish.model not in FIRST_COVER or not plan.chosen:
        return ()
    turns = explain_order(plan, page.asked.matrix, page.asked.persons)
    nothing = (turns["gain_persons"] == 0) & (turns["gain_places"] == 0)
    return tuple(sorted(turns.loc[nothing.to_numpy(), "facility_id"]))


def say_left_out(page: Page) -> None:
    """Note which villages the wish leaves out, with their persons, and why no site serves them.

    Parameters
    ----------
    page
        The proposal.

    Raises
    ------
    UnknownIdError
        If the request lacks a village that was left out.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    lost, whole = page.left_out, page.everybody
    if not lost or whole is None:
        return
    shut = set(page.wish.forbidden)
    open_to = [one for one in whole.matrix.destination_ids if one not in shut]
    costs = whole.matrix.select(origins=list(lost), destinations=open_to).dense()
    reached = np.flatnonzero(np.isfinite(costs).any(axis=1)).tolist()
    cut_off = [one for at, one in enumerate(lost) if at not in set(reached)]
    unknown = [one for one in lost if one in set(whole.without_count)]
    told = {
        "count": len(lost),
        "persons": number_text(float(whole.persons[list(lost)].sum())),
        "limit": number_text(page.limit),
        "names": _listed(lost, page),
    }
    # Given times may end at a limit: then nobody can say that no road leads on.
    why = both(f"site.note.cut_off.{'roads' if whole.matrix.limit is None else 'given'}")
    if len(cut_off) == len(lost):
        page.note("villages", "left_out_cut_off", why=why, **told)
    else:
        page.note("villages", "left_out", **told)
        if cut_off:
            names = _listed(cut_off, page)
            page.note("villages", "left_out_among", count=len(cut_off), names=names, why=why)
    if unknown:
        names = _listed(unknown, page)
        page.note("villages", "left_out_unknown", count=len(unknown), names=names)
    counted = number_text(float(page.asked.persons.sum()))
    page.note(
        "frontier", "frontier_counted", persons=counted,
        county_persons=number_text(county_of(page)[1]),
    )  # fmt: skip


def _listed(ids: Sequence[str], page: Page) -> tuple[str, str]:
    """Name the first few villages in both languages."""
    zh, en = (listing(ids, one, page.names(at)) for at, one in enumerate(LANGUAGES))
    return zh, en


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
    county_places, county_persons = county_of(page)
    row: dict[str, object] = {
        "plan": plan_name(page, plan),
        "service": asked.service,
        "limit": page.limit,
        "covered_places": places,
        "covered_persons": persons,
        "total_places": len(asked.persons),
        "total_persons": float(asked.persons.sum()),
        "county_places": county_places,
        "county_persons": county_persons,
        "county_share": persons / county_persons if county_persons else None,
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
