"""Facilities that may close for new ones: which, and who would lose and gain by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.errors import InfeasibleError
from wushan_geo.proposal.rows import table
from wushan_geo.siting import maximal_covering, moved_plan
from wushan_geo.siting.telling import listing
from wushan_geo.storage import number_text
from wushan_geo.wording import LANGUAGES, both, put

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.proposal.page import Page
    from wushan_geo.siting.choices.moving import MovedPlan
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.studied import SiteRequest
    from wushan_geo.study.study import Study

SAME = "same"
CHANGES = ("loses", "gains", "farther", "nearer", SAME)  # in this order in the table
SLIGHT = 1e-6  # persons: what adding in another order may differ by


def closable(asked: SiteRequest) -> tuple[str, ...]:
    """Give the existing facilities that the county could close: those that lie in it.

    Parameters
    ----------
    asked
        The request.

    Returns
    -------
    tuple of str
        Ids.

    Raises
    ------
    AttributeError
        If `asked` is no request.

    Examples
    --------
    See ``tests/test_proposal_models.py``.
    """
    return tuple(one for one in asked.existing if one in asked.zones)


def add_moved(study: Study, page: Page) -> None:
    """Say which facilities might close for new ones, and who would lose and gain by it.

    Besides the plan, which closes nothing: it has as many new sites, and one more for each closing.
    So that closing is not praised for what the new sites do, a third plan stands beside these two:
    the best one with as many new sites as the plan with closings, and nothing closed.

    Parameters
    ----------
    study
        The study, which knows where facilities stand.
    page
        The proposal.

    Raises
    ------
    InfeasibleError
        If the rules leave no plan.
    VerificationError
        If a plan does not survive the recomputation.

    Examples
    --------
    See ``tests/test_proposal_models.py``.
    """
    asked, wish = page.asked, page.wish
    page.tables["moved"] = table("moved", [])
    page.tables["moved_villages"] = table("moved_villages", [])
    if not wish.moves or wish.sites is None:
        return
    found = moved_plan(
        asked.matrix, asked.persons, limit=page.limit, moves=wish.moves, sites=wish.sites,
        closing=wish.may_close or closable(asked), keep_covered=wish.keep_covered,
        existing=asked.existing, required=wish.required, forbidden=wish.forbidden,
        rules=page.rules, time_limit=wish.seconds,
    )  # fmt: skip
    same = _same_new(page, found)
    page.tables["moved"] = table("moved", [_row(page, found, same)])
    if found.closed:  # else the villages of the plan itself say what changes
        page.tables["moved_villages"] = table("moved_villages", _villages(page, found))
        pairs = _at_one_point(study, page.asked, found)
        _tell(page, found, same)
        _tell_of_one_point(page, pairs)
        if found.unmoved is not None and found.unmoved.chosen:  # else it is what stands today
            _tell_against_plan(page)
        _tell_against_today(page)
        page.note("moved", "moved_persons_only")
        if len(pairs) < len(found.closed):
            page.note("moved", "moved_admission")
    else:
        proven = found.plan.status == "optimal"
        key = "moved_none" if proven else "moved_none_so_far"
        page.note("moved", key, conditions=_conditions(page))
    if found.plan.status != "optimal":
        bound = number_text(float(found.plan.bound))
        page.note("moved", "moved_stopped", bound=bound)


def _same_new(page: Page, found: MovedPlan) -> SitingPlan | None:
    """Find the best plan with as many new sites and nothing closed; None if the rules leave none.

    There are always candidates enough: the plan with closings opens as many of them.
    """
    if not found.closed:
        return found.unmoved
    asked, wish = page.asked, page.wish
    try:
        return maximal_covering(
            asked.matrix, asked.persons, sites=len(found.opened), limit=page.limit,
            existing=asked.existing, required=wish.required, forbidden=wish.forbidden,
            rules=page.rules, time_limit=wish.seconds,
        )  # fmt: skip
    except InfeasibleError:
        return None


def _row(page: Page, found: MovedPlan, same: SitingPlan | None) -> dict[str, object]:
    """Write what stands afterwards, beside the plans that close nothing and beside today."""
    plan, free, today = found.plan, found.unmoved, found.today
    return {
        "moves": page.wish.moves,
        "closed": ";".join(found.closed),
        "opened": ";".join(found.opened),
        "existing": ";".join(plan.existing),
        "limit": page.limit,
        "covered_places": plan.covered_places,
        "covered_persons": plan.covered_persons,
        "free_places": None if free is None else free.covered_places,
        "free_persons": None if free is None else free.covered_persons,
        "same_new_places": None if same is None else same.covered_places,
        "same_new_persons": None if same is None else same.covered_persons,
        "same_new_status": "infeasible" if same is None else same.status,
        "today_places": today.covered_places,
        "today_persons": today.covered_persons,
        "bound": plan.bound,
        "gap": plan.gap,
        "status": plan.status,
        "verified": plan.verified,
        "alternatives": plan.alternatives,
        "basis": page.asked.basis,
    }


def _villages(page: Page, found: MovedPlan) -> list[dict[str, object]]:
    """Write every village whose way differs from today or from the plan, those that lose first."""
    asked, plan = page.asked, found.plan
    unknown = set(asked.without_count)
    base = found.today if found.unmoved is None else found.unmoved
    now = _nearest(asked, asked.existing)
    free = _nearest(asked, (*base.existing, *base.chosen))
    moved = _nearest(asked, (*plan.existing, *plan.chosen))
    against = [_changes(one[1], moved[1], page.limit) for one in (now, free)]
    rows: list[dict[str, object]] = [
        {
            "zone_id": one,
            "persons": None if one in unknown else float(asked.persons[one]),
            "change": against[0][at],
            "change_plan": against[1][at],
            "facility_now": now[0][at],
            "minutes_now": now[1][at],
            "facility_plan": free[0][at],
            "minutes_plan": free[1][at],
            "facility_moved": moved[0][at],
            "minutes_moved": moved[1][at],
            "limit": page.limit,
            "basis": asked.basis,
        }
        for at, one in enumerate(asked.matrix.origin_ids)
        if (against[0][at], against[1][at]) != (SAME, SAME)
    ]
    return sorted(rows, key=lambda row: (CHANGES.index(str(row["change"])), str(row["zone_id"])))


def _nearest(
    asked: SiteRequest, sites: tuple[str, ...]
) -> tuple[list[str | None], NDArray[np.float64]]:
    """Give the nearest of some sites for each village, of equally near ones the first by id."""
    ordered = sorted(sites)
    costs = asked.matrix.select(destinations=ordered).dense()
    costs = np.column_stack([costs, np.full(len(costs), np.inf)])  # there may be no site at all
    first = costs.argmin(axis=1)
    least = costs[np.arange(len(costs)), first]
    names = [
        ordered[at] if np.isfinite(way) else None for at, way in zip(first, least, strict=True)
    ]
    return names, least


def _changes(before: NDArray[np.float64], after: NDArray[np.float64], limit: float) -> list[str]:
    """Say what becomes of each way."""
    inside, then = before <= limit, after <= limit
    cases = [inside & ~then, then & ~inside, after > before, after < before]
    return [str(one) for one in np.select(cases, list(CHANGES[:-1]), SAME)]


def _conditions(page: Page) -> tuple[str, str]:
    """Repeat what was asked of closing."""
    wish, none = page.wish, ("", "")
    only = put("site.moved_only", {"names": _named(page, wish.may_close)})
    return put(
        "site.moved_conditions",
        {
            "moves": (str(wish.moves), str(wish.moves)),
            "only": only if wish.may_close else none,
            "kept": both("site.moved_kept") if wish.keep_covered else none,
        },
    )


def _tell(page: Page, found: MovedPlan, same: SitingPlan | None) -> None:
    """Say which close, and what that brings beside closing none."""
    row = page.tables["moved"].iloc[0]
    numbers = {
        name: number_text(float(row[column]))
        for name, column in (
            ("limit", "limit"), ("places", "covered_places"), ("persons", "covered_persons"),
            ("free_places", "free_places"), ("free_persons", "free_persons"),
        )
    }  # fmt: skip
    page.note(
        "moved", "moved", conditions=_conditions(page), closed=_named(page, found.closed),
        opened=_named(page, found.opened), count=len(found.closed), new=len(found.opened),
        sites=page.wish.sites, same=_against_as_many(found, same), **numbers,
    )  # fmt: skip


def _against_as_many(found: MovedPlan, same: SitingPlan | None) -> tuple[str, str]:
    """Say what as many new sites do without closing, and so what closing itself is worth."""
    count, new = len(found.closed), len(found.opened)
    if same is None:
        return both("site.moved_same_never", new=new)
    plan = found.plan
    values = {
        "new": new,
        "places": number_text(float(same.covered_places)),
        "persons": number_text(same.covered_persons),
    }
    more = same.covered_persons - plan.covered_persons
    if _most(plan) < same.covered_persons - SLIGHT:
        more_text = number_text(more)
        return both("site.moved_same_more", more=more_text, count=count, **values)
    if _most(same) < plan.covered_persons - SLIGHT:
        return both("site.moved_same_fewer", fewer=number_text(-more), **values)
    if plan.status == same.status == "optimal":
        return both("site.moved_same_equal", count=count, **values)
    return both("site.moved_same_unsettled", **values)


def _most(plan: SitingPlan) -> float:
    """Give the number of persons that no such plan exceeds."""
    return float(plan.covered_persons if plan.status == "optimal" else plan.bound)


def _tell_against_plan(page: Page) -> None:
    """Say who is within the limit by one of the two plans alone."""
    for change, key in (("loses", "moved_plan_loses"), ("gains", "moved_plan_gains")):
        _tell_of(page, "change_plan", change, key)
    if "loses" not in set(page.tables["moved_villages"]["change_plan"]):
        page.note("moved_villages", "moved_plan_nobody_loses")


def _tell_against_today(page: Page) -> None:
    """Say who loses, who gains, and whose way becomes longer or shorter, against today."""
    for change, key in zip(
        CHANGES[:-1],
        ("moved_loses", "moved_gains", "moved_farther", "moved_nearer"),
        strict=True,
    ):
        _tell_of(page, "change", change, key)
    if "loses" in set(page.tables["moved_villages"]["change"]):
        return
    if page.wish.keep_covered:
        page.note("moved_villages", "moved_nobody_may_lose")
    else:
        page.note("moved_villages", "moved_nobody_loses", conditions=_conditions(page))


def _tell_of(page: Page, column: str, change: str, key: str) -> None:
    """Name the villages of one change, if there are any."""
    changes = page.tables["moved_villages"]
    own = changes[(changes[column] == change).to_numpy()]
    if not own.empty:
        persons = number_text(float(own["persons"].sum()))
        names = _named(page, tuple(own["zone_id"]))
        page.note("moved_villages", key, count=len(own), persons=persons, names=names)


def _tell_of_one_point(page: Page, pairs: list[tuple[str, str]]) -> None:
    """Say where a new site differs from a closed one only in whom it admits."""
    for closed, opened in pairs:
        names = {"closed": _named(page, (closed,)), "opened": _named(page, (opened,))}
        page.note("moved", "moved_same_point", **names)


def _at_one_point(study: Study, asked: SiteRequest, found: MovedPlan) -> list[tuple[str, str]]:
    """Pair closed with new sites at the same point that admit everybody whom these admit, and more.

    A facility that stayed and admitted as the new site does would then cover the same.
    """
    points = study.facilities.geometry.set_axis(study.facilities["facility_id"])
    costs = dict(zip(asked.matrix.destination_ids, asked.matrix.dense().T, strict=True))
    pairs, left = [], list(found.opened)
    for closed in found.closed:
        for opened in left:
            own, new = costs[closed], costs[opened]
            here = bool(points[closed].equals(points[opened]))
            admitted = np.isfinite(own)
            if here and np.array_equal(own[admitted], new[admitted]) and (new < own).any():
                pairs.append((closed, opened))
                left.remove(opened)
                break
    return pairs


def _named(page: Page, ids: tuple[str, ...]) -> tuple[str, str]:
    """Name facilities or villages in both languages."""
    zh, en = (listing(ids, one, page.names(at)) for at, one in enumerate(LANGUAGES))
    return zh, en
