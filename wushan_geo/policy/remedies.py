"""The nearest remedy for a unit that does not pass: always a real candidate, facility or record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.policy.answers import UNKNOWN, YES, Answer
from wushan_geo.study.tables import TOWNSHIP_DIGITS

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        self._study = study
        self._facilities = study.facilities.set_index("facility_id", drop=False)
        self._near = self._minutes(matrix)
        self._persons = study.group("all").fillna(0.0)
        self._limit = limit
        codes = study.villages["zone_id"]
        self._villages = {
            str(zone): rows.to_numpy() for zone, rows in codes.groupby(study.villages["parent_id"])
        }

    def _minutes(self, matrix: TravelMatrix | None) -> pd.DataFrame:
        """Minutes with every village and facility of the study; unknown pairs are infinite here."""
        rows, columns = self._study.villages["zone_id"], self._facilities.index
        if matrix is None:
            return pd.DataFrame(np.inf, index=rows, columns=columns)
        table = pd.DataFrame(
            matrix.dense(), index=list(matrix.origin_ids), columns=list(matrix.destination_ids)
        )
        return table.reindex(index=rows, columns=columns, fill_value=np.inf)

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
        return self._for_unit(answer)

    def _for_unit(self, answer: Answer) -> Remedy:
        if answer.subjects and answer.answer == UNKNOWN:
            return self._named("remedy.verify", answer.subjects[0])
        if answer.subjects:
            return self._named("remedy.finish", answer.subjects[0])
        site = self.best_candidate(answer.zone_id)
        if site is not None:
            return self._named("remedy.build", site)
        other = self._nearest_open(self._villages.get(answer.zone_id, np.array([])))
        return ESTABLISH if other is None else self._named("remedy.share", other)

    def _for_village(self, rule: Rule, answer: Answer) -> Remedy:
        services = {"services": answer.details.get("services", ("", ""))}
        if answer.answer == UNKNOWN:
            return Remedy("remedy.record", "remedy.record")
        if answer.reason == "reason.service_planned":
            return Remedy("remedy.start_planned", "remedy.start_planned", services)
        other = self._nearest_open(np.array([answer.zone_id]))
        if other is not None:
            return self._named("remedy.outreach", other)
        # Nobody can come from outside, so the village itself has to begin.
        names = [self._study.config.services[one].name for one in rule.services]
        texts = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
        return Remedy("remedy.start_any", "remedy.start_any", {"services": texts})

    def _named(self, message: str, facility: str) -> Remedy:
        row = self._facilities.loc[facility]
        name, english = str(row["name"]), row["name_en"]
        both = (name, english if isinstance(english, str) else name)
        return Remedy(facility, message, {"name": both})

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
        rows = self._facilities
        inside = rows["zone_id"].astype("str").str[:TOWNSHIP_DIGITS] == township
        ids = sorted(rows.index[(inside & (rows["status"] == "candidate")).to_numpy()])
        if not ids:
            return None
        zones = self._villages.get(township, np.array([]))
        minutes = self._near.loc[zones, ids].to_numpy()
        persons = self._persons.loc[zones].to_numpy()[:, None]
        limit = np.inf if self._limit is None else self._limit
        reached = np.where(minutes <= limit, persons, 0.0).sum(axis=0)
        finite = np.isfinite(minutes)
        effort = np.where(finite, np.where(finite, minutes, 0.0) * persons, 0.0).sum(axis=0)
        lost = np.where(finite, 0.0, persons).sum(axis=0)
        return str(ids[np.lexsort((np.arange(len(ids)), effort, lost, -reached))[0]])

    def _nearest_open(self, zones: np.ndarray) -> str | None:
        """Give the open facility nearest to any of some villages."""
        rows = self._facilities
        running = sorted(rows.index[(rows["status"] == "open").to_numpy()])
        if not running or not len(zones):
            return None
        minutes = self._near.loc[zones, running].to_numpy().min(axis=0)
        best = int(minutes.argmin())
        return str(running[best]) if np.isfinite(minutes[best]) else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
