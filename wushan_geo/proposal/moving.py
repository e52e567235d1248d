"""Facilities that may close for new ones: which, and who would lose and gain by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wushan_geo.proposal.rows import table
from wushan_geo.siting import moved_plan
from wushan_geo.siting.telling import listing
from wushan_geo.storage import number_text
from wushan_geo.wording import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

    from wushan_geo.proposal.page import Page
    from wushan_geo.siting.choices.moving import MovedPlan
    from wushan_geo.siting.studied import SiteRequest

CHANGES = ("loses", "gains", "farther", "nearer")  # told in this order


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


def add_moved(page: Page) -> None:
    """Say which facilities might close for new ones, and who would lose and gain by it.

    Besides the plan, which closes nothing: it has as many new sites, and one more for each closing.

    Parameters
    ----------
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
    page.tables["moved"] = table("moved", [_row(page, found)])
    if found.closed:  # else the villages of the plan itself say what changes
        rows = _villages(page, found.changes)
        page.tables["moved_villages"] = table("moved_villages", rows)
    _tell(page, found)


def _row(page: Page, found: MovedPlan) -> dict[str, object]:
    """Write what stands afterwards, beside the plan that closes nothing and beside today."""
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
        "today_places": today.covered_places,
        "today_persons": today.covered_persons,
        "bound": plan.bound,
        "gap": plan.gap,
        "status": plan.status,
        "verified": plan.verified,
        "alternatives": plan.alternatives,
        "basis": page.asked.basis,
    }


def _villages(page: Page, changes: pd.DataFrame) -> list[dict[str, object]]:
    """Write every village whose way changes, those that lose first."""
    unknown = set(page.asked.without_count)
    rows: list[dict[str, object]] = [
        {
            "zone_id": one["zone_id"],
            "persons": None if one["zone_id"] in unknown else one["persons"],
            "change": one["change"],
            "facility_now": one["site_before"],
            "minutes_now": one["cost_before"],
            "facility_moved": one["site_after"],
            "minutes_moved": one["cost_after"],
            "limit": page.limit,
            "basis": page.asked.basis,
        }
        for one in changes.to_dict("records")
    ]
    return sorted(rows, key=lambda row: (CHANGES.index(str(row["change"])), str(row["zone_id"])))


def _tell(page: Page, found: MovedPlan) -> None:
    """Say which close, what that brings, and who loses and gains by it."""
    if not found.closed:
        page.note("moved", "moved_none", moves=page.wish.moves)
    else:
        row = page.tables["moved"].iloc[0]
        numbers = {
            name: number_text(float(row[column]))
            for name, column in (
                ("limit", "limit"), ("places", "covered_places"), ("persons", "covered_persons"),
                ("free_places", "free_places"), ("free_persons", "free_persons"),
            )
        }  # fmt: skip
        page.note(
            "moved", "moved", closed=_named(page, found.closed),
            opened=_named(page, found.opened), count=len(found.closed), new=len(found.opened),
            **numbers,
        )  # fmt: skip
        _tell_of_villages(page)
        page.note("moved", "moved_persons_only")
    if found.plan.status != "optimal":
        bound = number_text(float(found.plan.bound))
        page.note("moved", "moved_stopped", bound=bound)


def _tell_of_villages(page: Page) -> None:
    """Say who loses, who gains, and whose way becomes longer or shorter, against today."""
    changes = page.tables["moved_villages"]
    for change, key in zip(
        CHANGES, ("moved_loses", "moved_gains", "moved_farther", "moved_nearer"), strict=True
    ):
        own = changes[(changes["change"] == change).to_numpy()]
        if own.empty:
            if change == "loses":
                page.note("moved_villages", "moved_nobody_loses")
            continue
        persons = number_text(float(own["persons"].sum()))
        names = _named(page, tuple(own["zone_id"]))
        page.note("moved_villages", key, count=len(own), persons=persons, names=names)


def _named(page: Page, ids: tuple[str, ...]) -> tuple[str, str]:
    """Name facilities or villages in both languages."""
    zh, en = (listing(ids, one, page.names(at)) for at, one in enumerate(LANGUAGES))
    return zh, en
