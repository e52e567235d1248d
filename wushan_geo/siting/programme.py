"""The next sites of a study: proven plans for one, two ... new sites at each limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.gaps import UNKNOWN
from wushan_geo.siting.covers.covering import ceiling, covering_plans, explain_order
from wushan_geo.siting.studied import admitted_matrix, site_request
from wushan_geo.study.tables import TOWNSHIP_DIGITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.access.gaps import Times
    from wushan_geo.siting.plan import Ceiling, SitingPlan
    from wushan_geo.siting.studied import SiteRequest
    from wushan_geo.study.config import SitingConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

PLAN_COLUMNS = [
    "plan", "model", "service", "limit", "sites", "objective", "bound", "gap", "status", "verified",
    "alternatives", "covered_places", "covered_persons", "covered_places_pessimistic",
    "covered_places_optimistic", "covered_persons_pessimistic", "covered_persons_optimistic",
    "total_places", "total_persons", "places_without_count", "ceiling_places", "ceiling_persons",
    "ceiling_places_pessimistic", "ceiling_places_optimistic", "ceiling_persons_pessimistic",
    "ceiling_persons_optimistic", "existing", "chosen", "greedy_objective", "demand", "basis",
]  # fmt: skip
SITE_COLUMNS = [
    "plan", "facility_id", "name", "name_en", "zone_id", "parent_id", "parent_name",
    "parent_name_en", "order", "gain_persons", "gain_places", "gain_unknown_persons",
    "gain_unknown_places", "covered_persons", "covered_places",
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
    "places_without_count",
)  # fmt: skip
_ENDS = tuple(
    f"{what}_{whom}_{end}"
    for what in ("covered", "ceiling")
    for whom in ("places", "persons")
    for end in ("pessimistic", "optimistic")
)
_NUMBERS = (
    "limit", "objective", "bound", "gap", "covered_persons", "total_persons", "ceiling_persons",
    "greedy_objective", "gain_persons", "gain_unknown_persons", "gain_unknown_places", *_ENDS,
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


def next_sites(
    study: Study,
    matrix: TravelMatrix | None,
    *,
    times: Times | None = None,
    gaps: pd.DataFrame | None = None,
) -> NextSites:
    """Plan 1, 2 ... new sites that bring most persons within each limit, beside the open ones.

    For each limit and number of sites the maximal covering model (Church & ReVelle 1974) is solved
    to proven optimality over all villages that have a point, with demand the persons of the
    study's demand group: those at home where the study knows that, else all registered; the column
    ``demand`` says which. Open facilities that surely offer the measured service exist already and
    admit whom they admit; new sites are assumed to admit as the study says. A village whose demand
    is not known counts as a place with no persons, and is counted beside the plan. The chosen sites
    are looked at again at the optimistic and the pessimistic times.

    Parameters
    ----------
    study
        The study, with siting settings.
    matrix
        Central minutes from villages to all facilities; None gives no plans.
    times
        The same with both ends of the interval; None leaves the interval unknown (NaN).
    gaps
        The result table ``gaps``, from which it is known which gained villages are not classed
        today; None leaves that unknown (NaN).

    Returns
    -------
    NextSites
        Plans, sites and the ceiling. Empty if the study has no siting settings, no travel times,
        no persons or no candidates that offer the measured service.

    Raises
    ------
    VerificationError
        If a plan does not survive the independent recomputation.

    Examples
    --------
    See ``tests/test_siting_programme.py``.
    """
    settings = study.config.siting
    if settings is None or matrix is None:
        return _nothing()
    asked = site_request(study, settings, matrix)
    if asked is None:
        return _nothing()
    ends = None
    if times is not None:
        ends = tuple(
            admitted_matrix(study, settings, one, asked.candidates)
            for one in (times.high, times.low)
        )
    programme = _Programme(settings, asked, _named_places(study), ends)
    plans: list[dict[str, object]] = []
    rows: list[dict[str, object]] = []
    uncovered = {}
    numbers = range(1, min(settings.max_sites, len(asked.candidates)) + 1)
    admitted, persons, existing = asked.matrix, asked.persons, asked.existing
    for limit in settings.limits:
        best = ceiling(admitted, persons, limit=limit, existing=existing)
        uncovered[limit] = best.uncovered_ids
        unclear = _unclear(gaps, settings.measured_by, limit)
        found = covering_plans(admitted, persons, sites=numbers, limit=limit, existing=existing)
        most = programme.interval("ceiling", limit, None)
        for plan in found:
            plans.append(programme.plan_row(plan, best) | most)
            rows += programme.site_rows(plan, admitted, unclear)
    return NextSites(
        _table(plans, PLAN_COLUMNS),
        _table(rows, SITE_COLUMNS),
        uncovered,
    )


def _unclear(gaps: pd.DataFrame | None, service: str, limit: float) -> frozenset[str] | None:
    """Name the villages that are not classed today: a site may not be what they need."""
    if gaps is None:
        return None
    own = (gaps["service"] == service) & (gaps["limit"] == limit) & (gaps["class"] == UNKNOWN)
    return frozenset(gaps.loc[own.to_numpy(), "zone_id"])


def _nothing() -> NextSites:
    return NextSites(_table([], PLAN_COLUMNS), _table([], SITE_COLUMNS), {})


@dataclass(frozen=True, slots=True)
class _Programme:
    """Turns plans into rows of the result tables."""

    settings: SitingConfig
    asked: SiteRequest
    places: Mapping[str, dict[str, object]]
    ends: tuple[TravelMatrix, ...] | None
    """Admitted minutes at the pessimistic and at the optimistic end; None if not known."""

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
            "total_places": len(self.asked.persons),
            "total_persons": float(self.asked.persons.sum()),
            "ceiling_places": best.places,
            "ceiling_persons": best.persons,
            "existing": ";".join(self.asked.existing),
            "chosen": ";".join(plan.chosen),
            "greedy_objective": plan.greedy_objective,
            "demand": self.asked.counted,
            "basis": self.asked.basis,
            "places_without_count": len(self.asked.without_count),
            **self.interval("covered", plan.limit, (*self.asked.existing, *plan.chosen)),
        }

    def interval(self, what: str, limit: float, sites: tuple[str, ...] | None) -> dict[str, float]:
        """Count what some sites (all, for None) cover at both ends of the times."""
        found: dict[str, float] = {}
        weights = self.asked.persons.to_numpy(dtype=float)
        for at, end in enumerate(("pessimistic", "optimistic")):
            places = persons = float("nan")
            if self.ends is not None:
                matrix = self.ends[at]
                some = matrix if sites is None else matrix.select(destinations=sites)
                near = some.within(limit).any(axis=1)
                places, persons = float(near.sum()), float(weights[near].sum())
            found |= {f"{what}_places_{end}": places, f"{what}_persons_{end}": persons}
        return found

    def site_rows(
        self, plan: SitingPlan, matrix: TravelMatrix, unclear: frozenset[str] | None
    ) -> list[dict[str, object]]:
        table = explain_order(plan, matrix, self.asked.persons)
        gains = zip(
            table["facility_id"].tolist(),
            table["order"].tolist(),
            table["gain_persons"].tolist(),
            table["gain_places"].tolist(),
            strict=True,
        )
        persons = plan.covered_persons - float(table["gain_persons"].sum())
        places = plan.covered_places - int(table["gain_places"].sum())
        turns = self._turns(plan, matrix, table["facility_id"].tolist(), unclear)
        rows = []
        for (facility, order, gain_persons, gain_places), turn in zip(gains, turns, strict=True):
            persons, places = persons + gain_persons, places + gain_places
            rows.append(
                {
                    "plan": plan_name(self.settings.measured_by, plan.limit, plan.sites),
                    **self.places[facility],
                    "order": order,
                    "gain_persons": gain_persons,
                    "gain_places": gain_places,
                    "gain_unknown_persons": turn[1],
                    "gain_unknown_places": turn[0],
                    "covered_persons": persons,
                    "covered_places": places,
                }
            )
        return rows

    def _turns(
        self,
        plan: SitingPlan,
        matrix: TravelMatrix,
        order: list[str],
        unclear: frozenset[str] | None,
    ) -> list[tuple[float, float]]:
        """Count how much of each site's gain is in villages that are not classed today."""
        if unclear is None:
            return [(float("nan"), float("nan"))] * len(order)
        open_now = (
            matrix.select(destinations=list(self.asked.existing)).within(plan.limit).any(axis=1)
        )
        near = matrix.select(destinations=order).within(plan.limit)
        lost = np.array([one in unclear for one in matrix.origin_ids], dtype=bool)
        weights = self.asked.persons.to_numpy(dtype=float)
        found = []
        for at in range(len(order)):
            new = near[:, at] & ~open_now & lost
            found.append((float(new.sum()), float(weights[new].sum())))
            open_now = open_now | near[:, at]
        return found


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
