"""What a study asks of siting: whom new sites are for, which may stand where, who goes where."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.eligibility import group_count
from wushan_geo.access.gaps import Offer, admission, offer_of
from wushan_geo.access.survey import reach_basis
from wushan_geo.errors import UnknownIdError, listed
from wushan_geo.siting.candidates import screened_out, screening_basis
from wushan_geo.study.study import weakest
from wushan_geo.study.tables import TOWNSHIP_DIGITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.study.config import SitingConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix


@dataclass(frozen=True, slots=True, eq=False)
class SiteRequest:
    """One service of a study, ready for any model of siting.

    Raises
    ------
    TypeError
        If a field is missing; `site_request` makes it.

    Examples
    --------
    See ``tests/test_siting_studied.py``.
    """

    service: str
    """Service whose reach is counted."""
    matrix: TravelMatrix
    """Minutes from villages to the open facilities that surely offer the service and to the
    candidates; infinite too where a facility does not admit the persons of a village."""
    persons: pd.Series[float]
    """Persons at each village, by id; 0 where the count is not known (`without_count`)."""
    existing: tuple[str, ...]
    """Open facilities that surely offer the service."""
    candidates: tuple[str, ...]
    """Candidates that could offer it."""
    zones: Mapping[str, str]
    """Township of each facility that lies in the county."""
    homes: Mapping[str, str]
    """Township of each village."""
    counted: str
    """Whom the persons are: the demand group, and that those at home are counted."""
    basis: str
    """Weakest basis of what a plan rests on."""
    without_count: tuple[str, ...]
    """Villages whose count is not known."""
    bases: Mapping[str, str] = field(default_factory=dict)
    """Basis of each input of a plan: ``reach``, ``persons``, ``candidates``, ``screening``."""

    def only(self, candidates: tuple[str, ...]) -> SiteRequest:
        """Give the same request with fewer candidates.

        Parameters
        ----------
        candidates
            Ids of the candidates that stay.

        Returns
        -------
        SiteRequest
            Without the others.

        Raises
        ------
        UnknownIdError
            If one of them is no candidate of this request.
        """
        unknown = sorted(set(candidates) - set(self.candidates))
        if unknown:
            message = f"these are no candidates of the request: {listed(unknown)}."
            raise UnknownIdError(message)
        wanted = {*candidates, *self.existing}
        kept = [one for one in self.matrix.destination_ids if one in wanted]
        return replace(self, matrix=self.matrix.select(destinations=kept), candidates=candidates)

    def of_villages(self, villages: list[str]) -> SiteRequest:
        """Give the same request for some of the villages.

        Parameters
        ----------
        villages
            Ids of the villages that stay.

        Returns
        -------
        SiteRequest
            Without the others.

        Raises
        ------
        UnknownIdError
            If the matrix does not have one of them.
        """
        return replace(
            self,
            matrix=self.matrix.select(origins=villages),
            persons=self.persons.reindex(villages),
            without_count=tuple(one for one in self.without_count if one in set(villages)),
        )


def site_request(study: Study, settings: SitingConfig, matrix: TravelMatrix) -> SiteRequest | None:
    """Prepare the siting of a study for any model.

    Demand is the persons of the study's demand group, those at home where the study knows that,
    times the uptake that the study states. Open facilities that surely offer the service exist
    already and admit whom they admit; new sites are assumed to admit as the study says. A village
    whose count is not known counts as a place without persons, and is named.

    Parameters
    ----------
    study
        The study.
    settings
        Its siting settings.
    matrix
        Minutes from villages to all facilities.

    Returns
    -------
    SiteRequest or None
        None if no count of persons is known, or no candidate could offer the service.

    Raises
    ------
    KeyError
        If the settings name a service that the study does not have.

    Examples
    --------
    See ``tests/test_siting_studied.py``.
    """
    counted = group_count(study, settings.demand)
    if counted.persons.isna().all():
        return None
    offering = offering_candidates(study, settings, matrix)
    candidates = sorted(set(offering) - set(screened_out(study, settings.screening)))
    if not candidates:
        return None
    bases = _bases(study, counted.basis, candidates) | {
        "screening": screening_basis(study, settings.screening, offering)
    }
    admitted, existing = _admitted(study, settings, matrix, candidates)
    counts = counted.persons.reindex(list(matrix.origin_ids))
    missing = counts.index[counts.isna().to_numpy()]
    places = study.facilities["zone_id"]
    inside = places.notna().to_numpy()
    return SiteRequest(
        service=settings.measured_by,
        matrix=admitted,
        persons=counts.fillna(0.0) * (1.0 if settings.uptake is None else settings.uptake),
        existing=tuple(sorted(existing)),
        candidates=tuple(candidates),
        zones={
            str(one): str(zone)[:TOWNSHIP_DIGITS]
            for one, zone in zip(
                study.facilities["facility_id"][inside], places[inside], strict=True
            )
        },
        homes=dict(zip(study.villages["zone_id"], study.villages["parent_id"], strict=True)),
        counted=_counted(counted.counted, settings.uptake),
        basis=weakest(bases.values()),
        without_count=tuple(sorted(map(str, missing))),
        bases=bases,
    )


def offering_candidates(
    study: Study, settings: SitingConfig, matrix: TravelMatrix
) -> tuple[str, ...]:
    """Name the candidates that could offer the measured service, before any screening.

    Parameters
    ----------
    study, settings, matrix
        As in `site_request`.

    Returns
    -------
    tuple of str
        Ids, sorted.

    Raises
    ------
    KeyError
        If a table lacks a column of its contract.

    Examples
    --------
    See ``tests/test_siting_studied.py``.
    """
    return tuple(sorted(set(_offering(study, settings)) & set(matrix.destination_ids)))


def admitted_matrix(
    study: Study, settings: SitingConfig, matrix: TravelMatrix, candidates: tuple[str, ...]
) -> TravelMatrix:
    """Give other minutes, such as those of the slowest roads, the shape of a request.

    Parameters
    ----------
    study, settings
        As in `site_request`.
    matrix
        Minutes from villages to all facilities.
    candidates
        Those of the request.

    Returns
    -------
    TravelMatrix
        Open facilities that surely offer, and candidates; infinite where persons are not admitted.

    Raises
    ------
    KeyError
        If the settings name a service that the study does not have.
    """
    return _admitted(study, settings, matrix, list(candidates))[0]


def _counted(whom: str, uptake: float | None) -> str:
    """Say whom the persons are, and that only a share of them is expected, where it is stated."""
    return whom if uptake is None else f"{whom}, uptake {uptake:g}"


def _offering(study: Study, settings: SitingConfig) -> list[str]:
    """Give the candidates that could offer the measured service; a silent one could offer any."""
    rows = study.facilities[(study.facilities["status"] == "candidate").to_numpy()]
    return [
        facility
        for facility, offers in zip(rows["facility_id"], rows["services"], strict=True)
        if offers is None or settings.measured_by in offers
    ]


def _bases(study: Study, counted: str, sites: list[str]) -> dict[str, str]:
    """Give the basis of what a plan rests on: reach, the persons counted, the candidates."""
    chosen = study.facilities["facility_id"].isin(sites).to_numpy()
    own = weakest(study.facilities.loc[chosen, "basis"])
    return {"reach": reach_basis(study), "persons": counted, "candidates": own}


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
