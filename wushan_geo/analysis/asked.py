"""What is asked of one service: who is to be served, by whom, over which ways; prepared once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.eligibility import counted_as, group_count
from wushan_geo.access.gaps import UNKNOWN, offer_of, serves
from wushan_geo.access.survey import reach_basis, register
from wushan_geo.study.study import MISSING, weakest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.access.gaps import Offer, Times
    from wushan_geo.study.config import ServiceConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix


@dataclass(frozen=True, slots=True, eq=False)
class ServiceAsked:
    """One service as the measures see it: only what is surely there and surely admits.

    All series follow the villages of `ways` (those with travel times and known counts) or its
    facilities.
    """

    service: ServiceConfig
    """The service."""
    ways: TravelMatrix
    """Central minutes from villages to the facilities that surely offer it, whomever they admit."""
    admitted: NDArray[np.bool_]
    """Which facilities surely admit which village, in the order of `ways`."""
    persons: pd.Series[float]
    """Persons whom it is for, by village."""
    counted: str
    """Whom the persons are: the eligible group, or ``all`` where the service names none; and that
    those at home are counted, where that is known (``eligible_day_care, at home``)."""
    capacity: pd.Series[float]
    """Places by facility; NaN where not known."""
    townships: pd.Series[str]
    """Township of each village."""
    basis: str
    """Weakest of what the answers rest on."""
    persons_basis: str
    """Basis of the counts of persons alone."""
    ends: tuple[TravelMatrix, TravelMatrix]
    """The same ways at the optimistic and at the pessimistic minutes."""
    unknown: pd.DataFrame
    """Villages down, limits across: whether it is not known if somebody is in reach there."""
    doubtful: pd.Series[bool]
    """Villages for which a facility that may offer and may admit could be in reach as well, or
    whose class at the default limit is not known: to be verified, in every table alike."""
    turned_away: pd.DataFrame
    """Villages down, limits across: whether a facility within the limit surely offers the service
    and surely does not admit them."""
    left_out: tuple[str, ...]
    """Villages without travel times or without a count."""

    @property
    def matrix(self) -> TravelMatrix:
        """Minutes to the facilities that admit; one that does not surely admit is unreachable.

        Returns
        -------
        TravelMatrix
            The ways, masked.

        Raises
        ------
        Never
            The two fit each other.

        Examples
        --------
        See ``tests/test_analysis_asked.py``.
        """
        return self.ways.mask(self.admitted)

    @property
    def limit(self) -> float | None:
        """Default limit in minutes; None for a service that has none, such as residential care."""
        return self.service.limit

    def known(self, limit: float) -> ServiceAsked:
        """Keep the villages of which it is known whether they are in reach at a limit.

        Parameters
        ----------
        limit
            One of the service's limits.

        Returns
        -------
        ServiceAsked
            The same, without the villages that are still to be verified.

        Raises
        ------
        KeyError
            If the limit is none of the service's.

        Examples
        --------
        See ``tests/test_analysis_asked.py``.
        """
        kept = ~self.unknown[limit].to_numpy(dtype=bool)
        zones = [one for one, keep in zip(self.ways.origin_ids, kept, strict=True) if keep]
        return replace(
            self,
            ways=self.ways.select(origins=zones),
            admitted=self.admitted[kept],
            persons=self.persons[kept],
            townships=self.townships[kept],
            ends=(self.ends[0].select(origins=zones), self.ends[1].select(origins=zones)),
            unknown=self.unknown[kept],
            doubtful=self.doubtful[kept],
            turned_away=self.turned_away[kept],
        )

    def at_ends(self) -> dict[str, TravelMatrix]:
        """Give the minutes to facilities that admit: central, optimistic and pessimistic.

        Returns
        -------
        dict
            ``central``, ``low`` and ``high``.

        Raises
        ------
        Never
            They fit each other.

        Examples
        --------
        See ``tests/test_analysis_asked.py``.
        """
        low, high = (one.mask(self.admitted) for one in self.ends)
        return {"central": self.matrix, "low": low, "high": high}

    def units(self, county: str) -> dict[str, pd.Series[str]]:
        """Give the unit of each village at the levels above it.

        Parameters
        ----------
        county
            Code of the county.

        Returns
        -------
        dict
            Units by village, for ``township`` and ``county``.

        Raises
        ------
        Never
            Every village has a township.

        Examples
        --------
        See ``tests/test_analysis_asked.py``.
        """
        whole = pd.Series(county, index=self.townships.index, dtype="str")
        return {"township": self.townships, "county": whole}

    @property
    def capacities_known(self) -> bool:
        """Whether every facility states its places; places are then a question that has an answer.

        Returns
        -------
        bool
            False also where nobody offers the service.

        Raises
        ------
        Never
            The table is as it is.

        Examples
        --------
        See ``tests/test_analysis_asked.py``.
        """
        return len(self.capacity) > 0 and not self.capacity.isna().any()


def service_asked(
    study: Study, service: ServiceConfig, times: Times, gaps: pd.DataFrame
) -> ServiceAsked:
    """Prepare one service for the measures.

    Parameters
    ----------
    study
        The study.
    service
        The service; measured in minutes or in places.
    times
        Minutes from villages to all facilities.
    gaps
        The result table ``gaps``, which says of whom nothing is known.

    Returns
    -------
    ServiceAsked
        What the measures take. Doubtful facilities and admission by agreement are left out: the
        measures tell what surely is, the table ``gaps`` what may be.

    Raises
    ------
    UnknownIdError
        If the times name places that the study does not have.

    Examples
    --------
    See ``tests/test_analysis_asked.py``.
    """
    offer = offer_of(
        study.facilities,
        service.key,
        county_level=service.level == "county",
        complete=register(study, "facilities") == "complete",
    )
    count = group_count(study, service.eligible or "all")
    # Where a service names no group, all who are registered count, as in the table of gaps.
    persons = count.persons if service.eligible else count.registered
    known = set(persons.index[persons.notna()])
    rows = [one for one in times.central.origin_ids if one in known]
    parents = study.villages.set_index("zone_id")["parent_id"]
    townships = parents.reindex(rows).astype("str")
    doors = _doors(offer, townships.to_numpy(dtype=object), times.central, rows)
    # A facility that surely admits nobody here is no answer to anybody's need.
    open_to = np.asarray(doors.sure.any(axis=0))
    columns = [one for one, is_open in zip(doors.facility_ids, open_to, strict=True) if is_open]
    low, ways, high = (
        one.select(origins=rows, destinations=columns)
        for one in (times.low, times.central, times.high)
    )
    capacity = study.facilities.set_index("facility_id")["capacity"].reindex(columns).astype(float)
    unknown = _unknown(service, gaps, rows)
    doubtful = pd.Series(doors.in_doubt(service), index=unknown.index, dtype="bool")
    if service.limit is not None:
        doubtful |= unknown[service.limit]
    return ServiceAsked(
        service=service,
        ways=ways,
        admitted=doors.sure[:, open_to],
        persons=persons.reindex(rows),
        counted=counted_as(study, service),
        capacity=capacity,
        townships=townships,
        basis=weakest([reach_basis(study), count.basis]),
        persons_basis=count.basis,
        ends=(low, high),
        unknown=unknown,
        doubtful=doubtful,
        turned_away=pd.DataFrame(
            {one: (doors.shut & (doors.cost <= one)).any(axis=1) for one in service.limits},
            index=pd.Index(rows, dtype="str"),
        ),
        left_out=tuple(sorted(set(study.villages["zone_id"]) - set(rows))),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Doors:
    """Which facility is open to which village, surely or maybe, and how far it is."""

    facility_ids: tuple[str, ...]
    sure: NDArray[np.bool_]
    maybe: NDArray[np.bool_]
    shut: NDArray[np.bool_]
    """Surely offers, surely does not admit."""
    cost: NDArray[np.float64]

    def in_doubt(self, service: ServiceConfig) -> list[bool]:
        """Say for which villages one that may serve could be in reach, if only by a way at all."""
        there = np.isfinite(self.cost)
        near = there if service.limit is None else self.cost <= service.limit
        return [bool(one) for one in np.asarray((self.maybe & near).any(axis=1))]


def _doors(
    offer: Offer, townships: NDArray[np.object_], matrix: TravelMatrix, rows: list[str]
) -> _Doors:
    """Put offer, admission and minutes side by side, for facilities that have minutes."""
    here = set(matrix.destination_ids)
    known = [at for at, one in enumerate(offer.facility_ids) if one in here]
    ids = tuple(offer.facility_ids[at] for at in known)
    sure, maybe = (one[:, known] for one in serves(townships, offer))
    shut = offer.surely[known][None, :] & ~(sure | maybe)
    cost = matrix.select(origins=rows, destinations=ids).dense()
    return _Doors(ids, sure, maybe, shut, cost)


def _unknown(service: ServiceConfig, gaps: pd.DataFrame, zones: list[str]) -> pd.DataFrame:
    """Say at each limit of which villages it is not known whether they are in reach."""
    own = gaps[((gaps["service"] == service.key) & (gaps["class"] == UNKNOWN)).to_numpy()]
    index = pd.Index(zones, dtype="str")
    table = pd.DataFrame(index=index)
    for limit in service.limits:
        table[limit] = index.isin(own.loc[(own["limit"] == limit).to_numpy(), "zone_id"])
    return table


def asked_basis(study: Study) -> str:
    """Give the basis of every statement on persons in reach: its weakest decisive input.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    str
        ``measured``, ``stated``, ``inferred``, ``modelled`` or ``missing``.

    Raises
    ------
    ParameterError
        If the provenance has an unknown word.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> asked_basis(wg.open_study("example"))
    'measured'
    """
    found = [reach_basis(study), study.basis_of("persons")]
    # Where they are there they decide how many persons are counted.
    more = {"person_cells": study.person_cells, "residence": study.residence}
    found += [study.basis_of(one) for one, table in more.items() if table is not None]
    return MISSING if MISSING in found else weakest(found)
