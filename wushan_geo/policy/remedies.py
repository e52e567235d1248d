"""The nearest remedy for a unit that does not pass: always a real candidate, facility or record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from wushan_geo.access.gaps import UNKNOWN, YES
from wushan_geo.study.tables import TOWNSHIP_DIGITS
from wushan_geo.travel.ids import positions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wushan_geo.policy.answers import Answer
    from wushan_geo.study.plan import Rule
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would mend it."""

    subject: str
    """Facility id, or the message key where no facility is involved; empty for nothing to mend."""
    message: str
    """Message key."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What the message needs put in."""


NOTHING = Remedy("", "remedy.none")
ESTABLISH = Remedy("remedy.establish", "remedy.establish")
CANDIDATE = "candidate_site"


@dataclass(frozen=True, slots=True)
class _Site:
    """One facility; plain objects, since it is asked for every unit."""

    name: tuple[str, str]
    kind: str
    status: str
    admits: str
    township: str
    """Empty beyond the county."""


class Remedies:
    """Finds remedies; looks everything up once, since it is asked for every unit.

    Parameters
    ----------
    study
        The study.
    matrix
        Minutes from villages to all facilities, or None.
    limit
        Limit in minutes within which a new site should reach persons.
    """

    def __init__(self, study: Study, matrix: TravelMatrix | None, limit: float | None) -> None:
        self._services = study.config.services
        self._limit = np.inf if limit is None else limit
        self._sites = _sites(study)
        zones = study.villages["zone_id"].tolist()
        self._row = {zone: at for at, zone in enumerate(zones)}
        self._column = {one: at for at, one in enumerate(self._sites)}
        # A pair that is not known counts as one without a way: nothing is promised of it.
        self._near = np.full((len(self._row), len(self._column)), np.inf)
        if matrix is not None:
            rows = positions(matrix.origin_ids, zones, "the study's villages")
            columns = positions(matrix.destination_ids, list(self._sites), "its facilities")
            self._near[np.ix_(rows, columns)] = matrix.dense()
        self._persons = study.group("all").fillna(0.0).to_numpy(dtype=float)
        self._inside: dict[str, list[int]] = {}
        for at, parent in enumerate(study.villages["parent_id"].tolist()):
            self._inside.setdefault(parent, []).append(at)

    def find(self, rule: Rule, answer: Answer) -> Remedy:
        """Find what would mend one answer.

        Parameters
        ----------
        rule
            The rule.
        answer
            What the data say of it in one unit.

        Returns
        -------
        Remedy
            The remedy; nothing to mend where the answer is yes.

        Raises
        ------
        KeyError
            If the answer names a unit that the study does not have.
        """
        if answer.answer == YES:
            return NOTHING
        if answer.reason.endswith(("_missing", "_partial")):
            what = "services" if answer.reason.startswith("reason.services") else "facilities"
            return Remedy(f"remedy.{what}_data", f"remedy.{what}_data")
        if rule.test == "any_service_in_village":
            return self._for_village(rule, answer)
        if rule.test == "share_of_townships_with_service":
            if answer.answer == UNKNOWN:
                return Remedy("remedy.facilities_data", "remedy.facilities_data")
            lacking = _whole(answer.details["need"]) - _whole(answer.details["have"])
            return Remedy("remedy.townships", "remedy.townships", {"count": max(lacking, 0)})
        return self._for_unit(rule, answer)

    def _for_unit(self, rule: Rule, answer: Answer) -> Remedy:
        if answer.subjects:
            message = "remedy.verify" if answer.answer == UNKNOWN else "remedy.finish"
            return self._named(message, answer.subjects[0])
        site = self.best_candidate(answer.zone_id)
        if site is not None:
            return self._named("remedy.build", site)
        villages = self._inside.get(answer.zone_id, [])
        # Only what would count at home is worth sharing, and only what the county can share.
        kinds = rule.kinds or {one.kind for one in self._sites.values()}
        shared = self._open_inside(lambda one: one.kind in kinds and one.kind != CANDIDATE)
        other = self._best(shared, villages)
        return ESTABLISH if other is None else self._named("remedy.share", other)

    def _for_village(self, rule: Rule, answer: Answer) -> Remedy:
        if answer.answer == UNKNOWN:
            return Remedy("remedy.record", "remedy.record")
        if answer.reason in {"reason.service_planned", "reason.service_later"}:
            return self._of_services("remedy.start_planned", answer.subjects)
        if answer.reason == "reason.service_old":
            return self._of_services("remedy.renew", answer.subjects)
        home = answer.zone_id[:TOWNSHIP_DIGITS]
        comes = self._open_inside(
            lambda one: one.township == home or one.admits in {"county", "anyone"}
        )
        other = self._best(comes, [self._row[answer.zone_id]])
        if other is not None:
            return self._named("remedy.outreach", other)
        # Nobody can come from outside, so the village itself has to begin.
        return self._of_services("remedy.start_any", rule.services)

    def _of_services(self, message: str, services: Sequence[str]) -> Remedy:
        names = [self._services[one].name for one in services]
        texts = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
        return Remedy(message, message, {"services": texts})

    def _named(self, message: str, facility: str) -> Remedy:
        return Remedy(facility, message, {"name": self._sites[facility].name})

    def best_candidate(self, township: str) -> str | None:
        """Give the candidate of a township that reaches most of its own persons within the limit.

        Ties go to fewer persons who cannot get there at all, then to the smaller sum of
        person-minutes of the others, then to the smaller id.

        Parameters
        ----------
        township
            Code of the township.

        Returns
        -------
        str or None
            Facility id; None if the township has no candidate.

        Raises
        ------
        KeyError
            If the facilities lack a column.
        """
        inside = [
            key
            for key, one in self._sites.items()
            if one.status == "candidate" and one.township == township
        ]
        ranked = self._ranked(inside, self._inside.get(township, []))
        return ranked[0] if ranked else None

    def _open_inside(self, fits: Callable[[_Site], bool]) -> list[str]:
        """List the open facilities of the county that fit."""
        return [
            key
            for key, one in self._sites.items()
            if one.status == "open" and one.township and fits(one)
        ]

    def _best(self, facilities: list[str], villages: list[int]) -> str | None:
        """Give the best facility for some villages that anybody there can get to."""
        ranked = self._ranked(facilities, villages)
        for one in ranked:
            if np.isfinite(self._near[villages, self._column[one]]).any():
                return one
        return None

    def _ranked(self, facilities: list[str], villages: list[int]) -> list[str]:
        """Rank facilities by how well they serve some villages, as :meth:`best_candidate` says."""
        ids = sorted(facilities)
        columns = [self._column[one] for one in ids]
        minutes = self._near[np.ix_(villages, columns)]
        persons = self._persons[villages][:, None]
        finite = np.isfinite(minutes)
        reached = np.where(minutes <= self._limit, persons, 0.0).sum(axis=0)
        lost = np.where(finite, 0.0, persons).sum(axis=0)
        effort = (np.where(finite, minutes, 0.0) * persons).sum(axis=0)
        # Where nobody is counted, the way itself decides.
        way = np.where(finite, minutes, 0.0).sum(axis=0)
        order = np.lexsort((np.arange(len(ids)), way, effort, lost, -reached))
        return [ids[at] for at in order.tolist()]


def _sites(study: Study) -> dict[str, _Site]:
    columns = ("facility_id", "name", "name_en", "kind", "status", "admits", "zone_id")
    rows = zip(*(study.facilities[one].tolist() for one in columns), strict=True)
    return {
        key: _Site(
            (name, english if isinstance(english, str) else name),
            kind,
            status,
            admits if isinstance(admits, str) else UNKNOWN,
            zone[:TOWNSHIP_DIGITS] if isinstance(zone, str) else "",
        )
        for key, name, english, kind, status, admits, zone in rows
    }


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
