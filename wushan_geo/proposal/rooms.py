"""How many persons each site has a place for, and who goes where with these places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.errors import InputError
from wushan_geo.proposal.rows import table
from wushan_geo.proposal.wish import COMMAND
from wushan_geo.siting.placed import placed_origins
from wushan_geo.siting.telling import listing
from wushan_geo.storage import number_text
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.study.naming import names_of
from wushan_geo.wording import LANGUAGES

if TYPE_CHECKING:
    from wushan_geo.proposal.page import Page
    from wushan_geo.proposal.wish import Wish
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.studied import SiteRequest
    from wushan_geo.study.study import Study


def room_of(study: Study, asked: SiteRequest, wish: Wish) -> pd.Series[float] | None:
    """Give the places of each site as the table of facilities has them, where they are to count.

    All places of a facility are taken to be there for this service and for persons of the county.
    A forbidden candidate, and a facility that admits no village for sure, take nobody, so that
    their places need not be known.

    Parameters
    ----------
    study
        The study.
    asked
        Its request.
    wish
        What is wished.

    Returns
    -------
    pandas.Series or None
        Persons, by facility; 0 where nobody is admitted, None where capacities are not to count.

    Raises
    ------
    InputError
        If the places of a site that may be open are not known; it names them.

    Examples
    --------
    See ``tests/test_proposal_models.py``.
    """
    if not wish.capacity:
        return None
    sites = list(asked.matrix.destination_ids)
    known = study.facilities.set_index("facility_id")["capacity"].astype("float64")
    found = pd.Series(known.reindex(sites), dtype="float64")
    nobody = pd.Series(~np.isfinite(asked.matrix.dense()).any(axis=0), index=sites)
    shut = pd.Series(found.isna() & found.index.isin(wish.forbidden), index=sites)
    found = found.mask(nobody | shut, 0.0)
    lost = sorted(found.index[found.isna().to_numpy()])
    if lost:
        called = names_of(study)
        zh, en = (
            listing(lost, one, {key: f"{key} {pair[at]}" for key, pair in called.items()})
            for at, one in enumerate(LANGUAGES)
        )
        told = rule("site.capacity", count=len(lost), names=(zh, en))
        placed = set(lost) & set(placed_origins(study))  # they have no row that could be filled in
        advice = hint("site.capacity_placed") if placed else hint("site.capacity")
        raise InputError([fault(Where(COMMAND, None, "--capacity"), told, advice)])
    return found


def served(plan: SitingPlan, villages: list[str]) -> list[float | None]:
    """Count the persons of each village who have a place.

    Parameters
    ----------
    plan
        The plan.
    villages
        Ids.

    Returns
    -------
    list
        Persons; None where the plan does not look at capacities.

    Raises
    ------
    KeyError
        If the flows lack a column.

    Examples
    --------
    See ``tests/test_proposal_models.py``.
    """
    if plan.flows is None:
        return [None] * len(villages)
    persons = plan.flows.groupby("zone_id")["persons"].sum()
    return [float(one) for one in persons.reindex(villages, fill_value=0.0)]


def add_flows(page: Page, plan: SitingPlan) -> None:
    """Say who goes where, and whether that is the nearest open site.

    Parameters
    ----------
    page
        The proposal.
    plan
        The plan.

    Raises
    ------
    UnknownIdError
        If the matrix lacks a site of the plan.

    Examples
    --------
    See ``tests/test_proposal_models.py``.
    """
    page.tables["flows"] = table("flows", [])
    if plan.flows is None or page.room is None:
        return
    sites = sorted({*plan.existing, *plan.chosen})
    least = page.asked.matrix.select(destinations=sites).dense().min(axis=1)
    shortest = dict(zip(page.asked.matrix.origin_ids, least.tolist(), strict=True))
    rows = [
        {
            "zone_id": one["zone_id"],
            "facility_id": one["facility_id"],
            "persons": one["persons"],
            "minutes": one["cost"],
            "nearest": bool(one["cost"] <= shortest[one["zone_id"]]),
            "basis": page.asked.basis,
        }
        for one in plan.flows.to_dict("records")
    ]
    ordered = sorted(rows, key=lambda row: (str(row["zone_id"]), str(row["facility_id"])))
    page.tables["flows"] = table("flows", ordered)
    page.note("flows", "room", room=number_text(float(page.room[sites].sum())))
