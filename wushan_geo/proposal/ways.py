"""Other ways than a building for each group of villages in need, as the study states them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from wushan_geo.access.gaps import admission, offer_of
from wushan_geo.siting.ways import (
    Cluster,
    HomeRules,
    ShuttleRules,
    VisitRules,
    WayCosts,
    WayRules,
    compare_ways,
)
from wushan_geo.study.study import weakest
from wushan_geo.study.tables import TOWNSHIP_DIGITS
from wushan_geo.travel.matrix import TravelMatrix
from wushan_geo.wording import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushan_geo.siting.ways import Way
    from wushan_geo.study.config import SitingConfig
    from wushan_geo.study.outreach import WaysConfig
    from wushan_geo.study.study import Study

COLUMNS = (
    "service", "limit", "cluster", "way", "site", "persons", "served", "beyond", "over", "load",
    "minimum_load", "units", "rounds", "hours", "staff", "contacts", "cost", "cost_per_person",
    "bound", "method", "viable", "why_not", "cheapest", "parameters", "basis",
)  # fmt: skip
NUMBERS = ("build", "years", "run", "unit_run", "capacity", "minimum_load", "staff")


def way_words(way: str) -> tuple[str, str]:
    """Name a way in both languages.

    Parameters
    ----------
    way
        One of :data:`wushan_geo.siting.ways.WAYS`.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such way.

    Examples
    --------
    >>> way_words("shared_home")
    ('片区联建', 'home shared by townships')
    """
    return both(f"way.{way}")


def reason_words(reason: str) -> tuple[str, str]:
    """Say in both languages why a way is not viable.

    Parameters
    ----------
    reason
        One of :data:`wushan_geo.siting.ways.REASONS`.

    Returns
    -------
    tuple of str
        Chinese and English.

    Raises
    ------
    UnknownIdError
        If there is no such reason.

    Examples
    --------
    >>> reason_words("below_minimum")[1]
    'fewer persons than make it viable'
    """
    return both(f"way.reason.{reason}")


def study_ways(
    study: Study,
    members: pd.DataFrame,
    between: TravelMatrix,
    sites: TravelMatrix,
    *,
    limit: float | None = None,
) -> pd.DataFrame:
    """Compare the ways for each group of villages whose persons are not reached.

    Groups are those of the service and the limit of the study's siting. A home may stand at a
    village of the group or at a candidate, a conversion where the costs name the candidate. A
    shuttle goes to the open facility of the county that surely offers the service, admits persons
    of every village of the group and costs them least person-minutes; its trips are reckoned to
    the village where it stands, and so are those of teams and visitors from their base.

    Parameters
    ----------
    study
        The study: its siting settings, costs and facilities.
    members
        Table ``gap_cluster_villages`` of the gap analysis.
    between
        Minutes between villages.
    sites
        Minutes from villages to facilities.
    limit
        Limit of the groups and of a home, in minutes; None takes that of the study's siting.

    Returns
    -------
    DataFrame
        Six rows a group, as of :func:`wushan_geo.siting.ways.compare_ways`. ``attrs["note"]`` is
        the key of why there are no rows: ``no_siting``, ``no_ways`` (no section [siting.ways]),
        ``no_costs`` or ``no_groups``; empty where there are some.

    Raises
    ------
    UnknownIdError
        If a matrix lacks a village of a group.

    Examples
    --------
    See ``tests/test_proposal_ways.py``.
    """
    settings = study.config.siting
    if settings is None:
        return _table([], "no_siting")
    if settings.ways is None:
        return _table([], "no_ways")
    if study.costs is None or study.costs.empty:
        return _table([], "no_costs")
    ways = settings.ways
    if limit is not None:
        settings = replace(settings, limit=limit)
    wanted = (members["service"] == settings.measured_by) & (members["limit"] == settings.limit)
    own = members[wanted.to_numpy() & (members["persons"] > 0).to_numpy()]
    costs, rules = _costs(study.costs), _rules(settings, ways)
    ends = _Ends(study, settings, between, sites)
    basis = weakest([*study.costs["basis"], *own["basis"]])
    found = []
    for number in sorted(own["cluster"].unique()):
        cluster = ends.cluster(own, int(number))
        base = ends.place_of(ways.base)
        rows = compare_ways(cluster, costs, rules, hub=ends.hub(cluster), base=base)
        found.append(
            rows.assign(
                service=settings.measured_by, limit=settings.limit, cluster=number, basis=basis
            )
        )
    return _table(found, "" if found else "no_groups")


def _table(rows: list[pd.DataFrame], note: str) -> pd.DataFrame:
    """Put the rows together; their kinds hold where there are none."""
    if rows:
        table = pd.concat(rows, ignore_index=True)[list(COLUMNS)]
    else:
        table = pd.DataFrame(columns=list(COLUMNS))
    table.attrs["note"] = note
    return table


def _costs(table: pd.DataFrame) -> list[WayCosts]:
    """Turn the table into costs; an empty cell stays unknown."""
    return [
        WayCosts(
            cast("Way", str(row["way"])),
            "" if pd.isna(row["facility_id"]) else str(row["facility_id"]),
            **{name: float(row[name]) for name in NUMBERS},
        )
        for row in cast("list[dict[str, Any]]", table.to_dict("records"))
    ]


def _rules(settings: SitingConfig, ways: WaysConfig) -> WayRules:
    return WayRules(
        home=HomeRules(
            limit=settings.limit,
            days=ways.days_a_year,
            admits="township" if settings.admits == "township" else "anyone",
        ),
        shuttle=ShuttleRules(
            ride=ways.ride_min, stop=ways.stop_min, trips=ways.trips, days=ways.days_a_year
        ),
        visit=VisitRules(
            hours=ways.hours_a_day,
            days=ways.days_a_month,
            stops=ways.stops_a_day,
            visits=ways.visits_a_month,
            minutes=ways.visit_min,
            farthest=ways.farthest_min,
        ),
    )


class _Ends:
    """Where trips of a study start and end."""

    def __init__(
        self, study: Study, settings: SitingConfig, between: TravelMatrix, sites: TravelMatrix
    ) -> None:
        villages, facilities = study.villages, study.facilities
        self.between, self.sites = between, sites
        self.parents = dict(zip(villages["zone_id"], villages["parent_id"], strict=True))
        seats = villages[villages["is_seat"].fillna(value=False).to_numpy(dtype=bool)]
        # Where only the township of a facility is known it is taken to stand at the seat.
        self.seats = dict(zip(seats["parent_id"], seats["zone_id"], strict=True))
        self.zones: Mapping[str, str] = {
            str(one): "" if pd.isna(zone) else str(zone)
            for one, zone in zip(facilities["facility_id"], facilities["zone_id"], strict=True)
        }
        rows = facilities[(facilities["status"] == "candidate").to_numpy()]
        known = set(sites.destination_ids)
        self.candidates = [one for one in rows["facility_id"] if one in known]
        service = study.config.services[settings.measured_by]
        self.offer = offer_of(
            facilities, service.key, county_level=service.level == "county", complete=True
        )

    def place_of(self, facility: str) -> str | None:
        """Give the village where a facility stands; None beyond the county or what is known."""
        zone = self.zones.get(facility, "")
        place = self.seats.get(zone, zone)
        return place if place in set(self.between.destination_ids) else None

    def hub(self, cluster: Cluster) -> str | None:
        """Give the village of the open facility to which a group is brought."""
        places = list(cluster.persons)
        sure, _ = admission([self.parents[one] for one in places], self.offer)
        persons = np.array([cluster.persons[one] for one in places])
        found = []
        for at, facility in enumerate(self.offer.facility_ids):
            place = self.place_of(facility)
            if place is None or not self.offer.surely[at] or not sure[:, at].all():
                continue
            minutes = self.between.select(origins=places, destinations=[place]).dense()[:, 0]
            there = np.isfinite(minutes)
            near = float((persons[there] * minutes[there]).sum())
            found.append((-float(persons[there].sum()), near, facility, place))
        return min(found)[3] if found else None

    def cluster(self, members: pd.DataFrame, number: int) -> Cluster:
        """Put a group together: its persons, those of the other groups, and the ways."""
        persons = dict(zip(members["zone_id"], members["persons"], strict=True))
        mine = (members["cluster"] == number).to_numpy()
        own = sorted(members.loc[mine, "zone_id"])
        rest = sorted(members.loc[~mine, "zone_id"])
        everybody = [*own, *rest]
        costs = np.hstack(
            [
                self.between.select(origins=everybody, destinations=own).dense(),
                self.sites.select(origins=everybody, destinations=self.candidates).dense(),
            ]
        )
        towns = {one: self.zones[one][:TOWNSHIP_DIGITS] for one in self.candidates}
        return Cluster(
            persons={one: persons[one] for one in own},
            homes={**{one: self.parents[one] for one in everybody}, **towns},
            legs=self.between,
            sites=TravelMatrix(tuple(everybody), (*own, *self.candidates), "min", costs),
            neighbours={one: persons[one] for one in rest},
        )


def notes_of(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Say in both languages why there is no comparison.

    Parameters
    ----------
    table
        What :func:`study_ways` answered.

    Yields
    ------
    tuple of str
        Chinese and English; nothing where there are rows.

    Raises
    ------
    UnknownIdError
        If the note of the table is none of the known ones.

    Examples
    --------
    See ``tests/test_proposal_ways.py``.
    """
    note = table.attrs.get("note", "")
    if note:
        yield both(f"way.note.{note}")


@dataclass(frozen=True, slots=True)
class Stuck:
    """A group of villages for which no way is viable."""

    cluster: int
    """Number of the group."""
    places: tuple[str, ...]
    """Its villages."""
    persons: float
    """Its persons."""
    unknown: bool
    """Whether a way might be viable, if what is not known of it were known."""
    why: tuple[str, str]
    """Why each way is not, in both languages."""


def stuck_groups(ways: pd.DataFrame, members: pd.DataFrame) -> list[Stuck]:
    """Find the groups for which no way is viable, and say why.

    Parameters
    ----------
    ways
        What :func:`study_ways` answered.
    members
        Groups, as it was given them.

    Returns
    -------
    list of Stuck
        Those with most persons first.

    Raises
    ------
    UnknownIdError
        If a way or a reason is none of the known ones.

    Examples
    --------
    See ``tests/test_proposal_beyond.py``.
    """
    found = []
    for number, rows in ways.groupby("cluster", sort=True):
        viable = rows["viable"].astype("boolean")
        if viable.fillna(value=False).any():
            continue
        own = members[(members["cluster"] == number).to_numpy()]
        found.append(
            Stuck(
                cluster=int(cast("int", number)),
                places=tuple(sorted(map(str, own["zone_id"]))),
                persons=float(rows["persons"].iloc[0]),
                unknown=bool(viable.isna().any()),
                why=_why(rows),
            )
        )
    return sorted(found, key=lambda one: (-one.persons, one.cluster))


def _why(rows: pd.DataFrame) -> tuple[str, str]:
    """Name the ways by what stands in the way of them, in the order of the ways."""
    ways: dict[str, list[str]] = {}
    for way, reason in zip(rows["way"], rows["why_not"], strict=True):
        ways.setdefault(str(reason), []).append(str(way))
    zh, en = [], []
    for reason, own in ways.items():
        pairs = [way_words(one) for one in own]
        told = reason_words(reason)
        zh.append(f"{'、'.join(one[0] for one in pairs)}：{told[0]}")
        en.append(f"{', '.join(one[1] for one in pairs)}: {told[1]}")
    return "；".join(zh), "; ".join(en)
