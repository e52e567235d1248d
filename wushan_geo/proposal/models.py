"""Which model answers a wish, and the rules it keeps to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from wushan_geo.errors import InputError
from wushan_geo.proposal.wish import COMMAND, COUNTED, WITHIN
from wushan_geo.siting import (
    SiteRules,
    backup_covering,
    floor_covering,
    maximal_covering,
    one_per_township,
    p_center,
    p_median,
    set_covering,
)
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.travel.straight import straight_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wushan_geo.proposal.page import Page
    from wushan_geo.proposal.wish import Wish
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.studied import SiteRequest
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

    Solve = Callable[..., SitingPlan]

BEYOND = "beyond"  # stands for the township of facilities that lie in none of the county
FUNCTIONS: dict[str, Any] = {
    "maximal_covering": maximal_covering,
    "set_covering": set_covering,
    "backup_covering": backup_covering,
    "p_median": p_median,
    "p_center": p_center,
    "one_per_township": one_per_township,
    "floor_covering": floor_covering,
}


def rules_of(study: Study, asked: SiteRequest, wish: Wish) -> SiteRules | None:
    """Write the wish's rules on townships and distances.

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
    SiteRules or None
        None where the wish has no such rule.

    Raises
    ------
    InputError
        If every township is to have a site and one has neither candidate nor facility.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    if wish.at_least or wish.model == "one_per_township":
        _no_bare_township(study, asked, wish)
    if not wish.at_least and wish.at_most is None and wish.apart_km is None:
        return None
    townships = sorted(set(asked.homes.values()))
    # A facility beyond the county stands in no township of it, and no rule counts it.
    zones = {one: asked.zones.get(one, BEYOND) for one in asked.matrix.destination_ids}
    known = {*zones.values()}
    numbers: dict[str, Any] = {}
    if wish.at_least:
        numbers["at_least"] = dict.fromkeys(townships, wish.at_least)
    if wish.at_most is not None:
        numbers["at_most"] = {one: wish.at_most for one in townships if one in known}
    if wish.apart_km is not None:
        numbers["apart"] = wish.apart_km * 1000.0
        numbers["between"] = between_facilities(study, asked.matrix.destination_ids)
    return SiteRules(zones=zones, **numbers)


def _no_bare_township(study: Study, asked: SiteRequest, wish: Wish) -> None:
    """Refuse to put a site into townships that have neither candidate nor facility."""
    there = {asked.zones.get(one) for one in asked.matrix.destination_ids} - {None}
    lost = [one for one in sorted(set(asked.homes.values())) if one not in there]
    if not lost:
        return
    names = study.townships[study.townships["zone_id"].isin(lost).to_numpy()]
    shown = "、".join(map(str, names["name"])), ", ".join(map(str, names["name_en"]))
    option = ("--at-least", str(wish.at_least)) if wish.at_least else ("--model", wish.model)
    told = fault(Where(COMMAND, None, *option), rule("site.bare", names=shown), hint("site.bare"))
    raise InputError([told])


def solver_of(page: Page) -> Solve:
    """Give the model that answers a wish, ready to be asked again with other sites settled.

    Parameters
    ----------
    page
        The proposal.

    Returns
    -------
    callable
        The model with everything settled; takes `required`, `forbidden` and `progress`.

    Raises
    ------
    KeyError
        If there is no such model.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    asked, wish = page.asked, page.wish
    common: dict[str, Any] = {
        "existing": asked.existing,
        "required": wish.required,
        "forbidden": wish.forbidden,
        "rules": page.rules,
        "time_limit": wish.seconds,
    }
    if wish.model in COUNTED:
        common["sites"] = wish.sites
    if wish.model in WITHIN or (wish.model == "one_per_township" and wish.limit is not None):
        common["limit"] = page.limit
    if wish.capacity:
        common["capacity"] = page.room
    if wish.model != "p_center":
        common["persons"] = asked.persons
    return partial(FUNCTIONS[wish.model], asked.matrix, **common, **_own(page))


def _own(page: Page) -> dict[str, Any]:
    """Give what only one model is told."""
    asked, wish = page.asked, page.wish
    sites, villages = asked.matrix.destination_ids, asked.matrix.origin_ids
    told: dict[str, Callable[[], dict[str, Any]]] = {
        "maximal_covering": lambda: (
            {} if wish.budget is None else {"budget": wish.budget, "costs": page.prices}
        ),
        "set_covering": lambda: {"share": wish.share},
        "backup_covering": lambda: {"first": False},
        "p_center": lambda: {"lexicographic": wish.worst_first},
        "one_per_township": lambda: {
            "zones": {one: asked.zones.get(one, BEYOND) for one in sites},
            "townships": sorted(set(asked.homes.values())),
        },
        "floor_covering": lambda: {
            "floors": wish.floor,
            "homes": {one: asked.homes[one] for one in villages},
        },
    }
    return told.get(wish.model, dict)()


def between_facilities(study: Study, sites: Sequence[str]) -> TravelMatrix:
    """Measure between facilities, in metres as the crow flies.

    Parameters
    ----------
    study
        The study.
    sites
        Ids of facilities.

    Returns
    -------
    TravelMatrix
        From each of them to each, in metres.

    Raises
    ------
    KeyError
        If there is no such facility.

    Examples
    --------
    See ``tests/test_proposal_answer.py``.
    """
    points = gpd.GeoSeries(study.facilities.geometry.set_axis(study.facilities["facility_id"]))
    own = points.loc[list(sites)]
    return straight_matrix(own, own, detour=1.0, unit="m")
