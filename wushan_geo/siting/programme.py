"""The next sites of a study: proven plans for one, two ... new sites at each limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.gaps import Offer, admission, offer_of
from wushan_geo.siting.covering import ceiling, covering_plans, explain_order
from wushan_geo.study.tables import TOWNSHIP_DIGITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.siting.plan import Ceiling, SitingPlan
    from wushan_geo.study.config import SitingConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

PLAN_COLUMNS = [
    "plan", "model", "service", "limit", "sites", "objective", "bound", "gap", "status", "verified",
    "alternatives", "covered_places", "covered_persons", "total_places", "total_persons",
    "ceiling_places", "ceiling_persons", "existing", "chosen", "greedy_objective", "demand",
]  # fmt: skip
SITE_COLUMNS = [
    "plan", "facility_id", "name", "name_en", "zone_id", "parent_id", "parent_name",
    "parent_name_en", "order", "gain_persons", "gain_places", "covered_persons", "covered_places",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NextSites:
    """Plans, the sites in them, and what no site can cover."""

    plans: pd.DataFrame
    """The result table ``plans``."""
    sites: pd.DataFrame
    """The result table ``sites``."""
    uncovered: Mapping[float, tuple[str, ...]]
    """Villages beyond each limit with every candidate open."""

    def orders(self, plan: str) -> dict[str, int]:
        """Give the order of the sites of one plan.

        Parameters
        ----------
        plan
            Name of the plan.

        Returns
        -------
        dict
            Facility id to its place in the order, from 1; empty if there is no such plan.

        Raises
        ------
        KeyError
            If the table of sites lacks a column.
        """
        own = self.sites[(self.sites["plan"] == plan).to_numpy()]
        return dict(zip(own["facility_id"], own["order"].astype(int), strict=True))


_WHOLE = (
    "sites", "covered_places", "total_places", "ceiling_places", "order", "gain_places",
)  # fmt: skip
_NUMBERS = (
    "limit", "objective", "bound", "gap", "covered_persons", "total_persons", "ceiling_persons",
    "greedy_objective", "gain_persons",
)  # fmt: skip
_KINDS = {
    **dict.fromkeys(_WHOLE, "int64"),
    **dict.fromkeys(_NUMBERS, "float64"),
    **dict.fromkeys(("verified", "alternatives"), "bool"),
}


def _table(rows: list[dict[str, object]], columns: list[str]) -> pd.DataFrame:
    """Make a table whose columns have their types even where there is no row."""
    kinds = {one: _KINDS.get(one, "str") for one in columns}
    return pd.DataFrame(rows, columns=columns).astype(kinds)


def plan_name(service: str, limit: float, sites: int) -> str:
    """Name a plan so that it can be found again.

    Parameters
    ----------
    service
        Service measured.
    limit
        Limit in minutes.
    sites
        Number of new sites.

    Returns
    -------
    str
        Such as ``day_care-30min-3``.

    Raises
    ------
    ValueError
        If `limit` is no number.

    Examples
    --------
    >>> plan_name("day_care", 30.0, 3)
    'day_care-30min-3'
    """
    return f"{service}-{limit:g}min-{sites}"


def next_sites(study: Study, matrix: TravelMatrix | None) -> NextSites:
    """Plan 1, 2 ... new sites that bring most persons within each limit, beside the open ones.

    For each limit and number of sites the maximal covering model (Church & ReVelle 1974) is solved
    to proven optimality over all villages that have a point, with demand the persons of the
    study's demand group. Open facilities that surely offer the measured service exist already and
    admit whom they admit; new sites are assumed to admit as the study says. A village whose demand
    is not known counts as a place with no persons.

    Parameters
    ----------
    study
        The study, with siting settings.
    matrix
        Central minutes from villages to all facilities; None gives no plans.

    Returns
    -------
    NextSites
        Plans, sites and the ceiling. Empty if the study has no siting settings, no travel times,
        no persons or no candidates.

    Raises
    ------
    VerificationError
        If a plan does not survive the independent recomputation.

    Examples
    --------
    See ``tests/test_siting_programme.py``.
    """
    settings = study.config.siting
    candidates = study.facilities.loc[
        (study.facilities["status"] == "candidate").to_numpy(), "facility_id"
    ]
    demand = None if settings is None else study.group(settings.demand)
    if settings is None or matrix is None or demand is None or demand.isna().all():
        return _nothing()
    sites = sorted(set(candidates) & set(matrix.destination_ids))
    if not sites:
        return _nothing()
    admitted, existing = _admitted(study, settings, matrix, sites)
    persons = demand.reindex(list(matrix.origin_ids)).fillna(0.0)
    programme = _Programme(settings, persons, existing, _named_places(study))
    plans: list[dict[str, object]] = []
    rows: list[dict[str, object]] = []
    uncovered = {}
    counts = range(1, min(settings.max_sites, len(sites)) + 1)
    for limit in settings.limits:
        best = ceiling(admitted, persons, limit=limit, existing=existing)
        uncovered[limit] = best.uncovered_ids
        found = covering_plans(admitted, persons, sites=counts, limit=limit, existing=existing)
        for plan in found:
            plans.append(programme.plan_row(plan, best))
            rows += programme.site_rows(plan, admitted)
    return NextSites(
        _table(plans, PLAN_COLUMNS),
        _table(rows, SITE_COLUMNS),
        uncovered,
    )


def _nothing() -> NextSites:
    return NextSites(_table([], PLAN_COLUMNS), _table([], SITE_COLUMNS), {})


def _admitted(
    study: Study, settings: SitingConfig, matrix: TravelMatrix, candidates: list[str]
) -> tuple[TravelMatrix, list[str]]:
    """Keep the open facilities that surely offer, and the candidates; others admit nobody."""
    service = study.config.services[settings.measured_by]
    offer = offer_of(
        study.facilities, service.key, county_level=service.level == "county", complete=True
    )
    ids = np.array(offer.facility_ids, dtype=object)
    new = np.isin(ids, candidates)
    admits = np.where(new, settings.admits, offer.admits)
    whom = Offer(
        offer.facility_ids,
        offer.surely | new,
        offer.maybe,
        offer.zone_units,
        admits,
        offer.county_level,
        offer.complete,
    )
    parents = dict(zip(study.villages["zone_id"], study.villages["parent_id"], strict=True))
    sure, _ = admission([parents[one] for one in matrix.origin_ids], whom)
    known = set(matrix.destination_ids)
    kept = [one for one in ids[offer.surely | new] if one in known]
    allowed = pd.DataFrame(sure, index=list(matrix.origin_ids), columns=list(ids))
    existing = [one for one in ids[offer.surely] if one in known]
    chosen = matrix.select(destinations=kept)
    return chosen.mask(allowed[kept]), existing


@dataclass(frozen=True, slots=True)
class _Programme:
    """Turns plans into rows of the result tables."""

    settings: SitingConfig
    persons: pd.Series
    existing: list[str]
    places: Mapping[str, dict[str, object]]

    def plan_row(self, plan: SitingPlan, best: Ceiling) -> dict[str, object]:
        return {
            "plan": plan_name(self.settings.measured_by, plan.limit, plan.sites),
            "model": plan.model,
            "service": self.settings.measured_by,
            "limit": plan.limit,
            "sites": plan.sites,
            "objective": plan.objective,
            "bound": plan.bound,
            "gap": plan.gap,
            "status": plan.status,
            "verified": plan.verified,
            "alternatives": plan.alternatives,
            "covered_places": plan.covered_places,
            "covered_persons": plan.covered_persons,
            "total_places": len(self.persons),
            "total_persons": float(self.persons.sum()),
            "ceiling_places": best.places,
            "ceiling_persons": best.persons,
            "existing": ";".join(self.existing),
            "chosen": ";".join(plan.chosen),
            "greedy_objective": plan.greedy_objective,
            "demand": self.settings.demand,
        }

    def site_rows(self, plan: SitingPlan, matrix: TravelMatrix) -> list[dict[str, object]]:
        table = explain_order(plan, matrix, self.persons)
        gains = zip(
            table["facility_id"].tolist(),
            table["order"].tolist(),
            table["gain_persons"].tolist(),
            table["gain_places"].tolist(),
            strict=True,
        )
        persons = plan.covered_persons - float(table["gain_persons"].sum())
        places = plan.covered_places - int(table["gain_places"].sum())
        rows = []
        for facility, order, gain_persons, gain_places in gains:
            persons, places = persons + gain_persons, places + gain_places
            rows.append(
                {
                    "plan": plan_name(self.settings.measured_by, plan.limit, plan.sites),
                    **self.places[facility],
                    "order": order,
                    "gain_persons": gain_persons,
                    "gain_places": gain_places,
                    "covered_persons": persons,
                    "covered_places": places,
                }
            )
        return rows


def _named_places(study: Study) -> dict[str, dict[str, object]]:
    """Name each facility with its township, by id."""
    townships = study.townships[["zone_id", "name", "name_en"]].rename(
        columns={"zone_id": "parent_id", "name": "parent_name", "name_en": "parent_name_en"}
    )
    table = pd.DataFrame(study.facilities[["facility_id", "name", "name_en", "zone_id"]])
    table["parent_id"] = table["zone_id"].astype("str").str[:TOWNSHIP_DIGITS]
    table = table.merge(townships, on="parent_id", how="left")
    rows = ({str(name): value for name, value in row.items()} for row in table.to_dict("records"))
    return {str(row["facility_id"]): row for row in rows}
