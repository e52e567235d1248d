"""What a plan rests on and leaves undone: screening, costs, stability, ways without a building."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from wushan_geo.access.clusters import gap_clusters
from wushan_geo.errors import InputError, ParameterError
from wushan_geo.proposal.rows import table
from wushan_geo.proposal.screening import screening_table
from wushan_geo.proposal.ways import notes_of, study_ways
from wushan_geo.proposal.wish import COMMAND
from wushan_geo.siting import stability
from wushan_geo.study.faults import Where, fault, hint, rule
from wushan_geo.travel.times import between_villages

if TYPE_CHECKING:
    from wushan_geo.proposal.models import Solve
    from wushan_geo.proposal.page import Page
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.studied import SiteRequest
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

BUILT = ("conversion", "new_home")  # ways that stand at a candidate


def prices_of(study: Study, asked: SiteRequest) -> pd.Series[float] | None:
    """Give what each site costs to build: its own row of the costs, else that of a new home.

    Parameters
    ----------
    study
        The study.
    asked
        Its request.

    Returns
    -------
    pandas.Series or None
        Yuan, once, by facility; 0 for those that stand already. NaN where a cost is not known; None
        where the study has no costs at all.

    Raises
    ------
    KeyError
        If the table lacks a column.
    """
    costs = study.costs
    if costs is None or costs.empty:
        return None
    rows = costs[costs["way"].isin(BUILT).to_numpy()]
    general = rows[rows["facility_id"].isna().to_numpy() & (rows["way"] == "new_home").to_numpy()]
    usual = float(general["build"].iloc[0]) if len(general) else float("nan")
    own = rows[rows["facility_id"].notna().to_numpy()].groupby("facility_id")["build"].min()
    found = {one: float(own.get(one, usual)) for one in asked.candidates}
    return pd.Series(found | dict.fromkeys(asked.existing, 0.0), dtype="float64")


def checked_prices(prices: pd.Series[float] | None, asked: SiteRequest) -> pd.Series[float]:
    """Make sure that a budget can be kept: every candidate has a known cost.

    Parameters
    ----------
    prices
        As `prices_of` gives them.
    asked
        The request.

    Returns
    -------
    pandas.Series
        The same.

    Raises
    ------
    InputError
        If there are no costs, or that of a candidate is not known.
    """
    where = Where(COMMAND, None, "--budget")
    if prices is None:
        raise InputError([fault(where, rule("site.costs"), hint("site.costs"))])
    lost = [one for one in asked.candidates if pd.isna(prices[one])]
    if lost:
        names = "、".join(lost), ", ".join(lost)
        raise InputError([fault(where, rule("site.price", names=names), hint("site.costs"))])
    return prices


def add_screening(study: Study, page: Page) -> None:
    """Say of each candidate why it stays or goes.

    Parameters
    ----------
    study
        The study.
    page
        The proposal.

    Raises
    ------
    KeyError
        If a table lacks a column.
    """
    found = screening_table(study)
    page.tables["screening"] = table("screening", found.to_dict("records"))
    if found.empty:
        page.note("screening", "no_screening")


def add_stability(study: Study, page: Page, solve: Solve) -> None:
    """Vary speeds and counts, where that is asked for.

    Parameters
    ----------
    study
        The study.
    page
        The proposal.
    solve
        The model of the wish.

    Raises
    ------
    WushanGeoError
        If the model fails in a draw for another reason than that no plan is possible.
    """
    settings = None if study.config.siting is None else study.config.siting.stability
    names = ("stable_sites", "stable_villages", "draws")
    rows: dict[str, list[dict[Any, Any]]] = {one: [] for one in names}
    if page.wish.draws and settings is not None:
        found = stability(
            _varied(solve, page),
            page.asked.matrix,
            page.asked.persons,
            limit=page.limit,
            draws=page.wish.draws,
            seed=settings.seed,
            speed=settings.speed,
            counts=settings.counts,
            coordinates=settings.coordinates_min,
        )
        rows = {
            "stable_sites": found.sites.to_dict("records"),
            "stable_villages": found.places.to_dict("records"),
            "draws": found.draws.to_dict("records"),
        }
        zh, en = found.explain("zh", page.names(0)), found.explain("en", page.names(1))
        for at, told in enumerate(zip(zh.splitlines(), en.splitlines(), strict=True)):
            page.say("draws", f"stability_{at + 1}", *told)
    for name in names:
        page.tables[name] = table(name, rows[name])


def _varied(solve: Solve, page: Page) -> Any:
    """Give the model other minutes and counts."""
    counted = page.wish.model != "p_center"

    def again(matrix: TravelMatrix, persons: Any) -> SitingPlan:
        own = {"persons": persons} if counted else {}
        made: Any = solve
        settled = {name: value for name, value in made.keywords.items() if name != "persons"}
        plan: SitingPlan = made.func(matrix, **own, **settled)
        return plan

    return again


def add_ways(study: Study, page: Page, times: TravelMatrix) -> None:
    """Compare what could be done for the villages that the plan leaves beyond the limit.

    Villages no farther from each other than the study's groups may be (``cluster_min``) are one
    group; each is compared by cost a year and a person served.

    Parameters
    ----------
    study
        The study.
    page
        The proposal, with its villages.
    times
        Minutes from villages to all facilities.

    Raises
    ------
    UnknownIdError
        If a matrix lacks a village.
    """
    page.tables["ways"] = table("ways", [])
    page.tables["groups"] = table("groups", [])
    measures = study.config.measures
    if measures is None:
        page.note("ways", "no_groups_stated")
        return
    try:
        between = between_villages(study)
    except ParameterError:
        page.note("ways", "no_ways_between")
        return
    members = _groups(page, between, measures.cluster_min)
    found = study_ways(study, members, between, times, limit=page.limit)
    for zh, en in notes_of(found):
        page.say("ways", "none", zh, en)
    page.tables["ways"] = table("ways", found.to_dict("records"))
    page.tables["groups"] = table("groups", members.to_dict("records"))
    if len(found):
        page.note("ways", "ways_differ")


def _groups(page: Page, between: TravelMatrix, within: float) -> pd.DataFrame:
    """Group the villages that the plan leaves beyond the limit."""
    villages = page.tables["villages"]
    left = villages[villages["state"].isin(["left", "irreducible"]).to_numpy()]
    known = set(between.origin_ids) & set(between.destination_ids)
    persons = {
        str(one): float(count)
        for one, count in zip(left["zone_id"], left["persons"].fillna(0.0), strict=True)
        if one in known
    }
    own = between.select(origins=list(persons), destinations=list(persons))
    found = gap_clusters(persons, own, within=within).members
    rows = found.rename("cluster").rename_axis("zone_id").reset_index()
    return rows.assign(
        persons=[persons[str(one)] for one in rows["zone_id"]],
        service=page.asked.service,
        limit=page.limit,
        basis=page.asked.basis,
    )
