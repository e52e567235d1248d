"""All tables of the analysis for a study, and what had to be left out and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.access.causes import site_matrix
from wushan_geo.access.eligibility import AT_HOME, NOT_KNOWN, PARTLY, group_count
from wushan_geo.access.nearest import nearest_facility
from wushan_geo.analysis import fairness, gap, places, reach, scale, supply
from wushan_geo.analysis.asked import service_asked
from wushan_geo.analysis.rows import COLUMNS, notes_table, table
from wushan_geo.errors import ParameterError
from wushan_geo.study.naming import unit_rows
from wushan_geo.travel.times import between_villages
from wushan_geo.wording import LANGUAGES, both, say
from wushan_geo.wording.notices import scenario_basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wushan_geo.access.allocation import Allocation
    from wushan_geo.access.gaps import Times
    from wushan_geo.analysis.asked import ServiceAsked
    from wushan_geo.study.config import ServiceConfig
    from wushan_geo.study.measuring import MeasuresConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix
    from wushan_geo.travel.profiles import ProfileTimes

Pair = tuple[str, str]  # in Chinese and English

MODELLED = ("modelled", "missing")
COUNTED = {AT_HOME: "at_home", PARTLY: "partly", NOT_KNOWN: "registered"}
ASSESSED = ("minutes", "places")  # kinds of services that have facilities to be reached


@dataclass(slots=True)
class _Found:
    """Rows found so far, by table, and what was left out."""

    rows: dict[str, list[pd.DataFrame]] = field(
        default_factory=lambda: {name: [] for name in COLUMNS}
    )
    notes: list[tuple[str, str, str, tuple[str, str]]] = field(default_factory=list)

    def add(self, name: str, rows: pd.DataFrame | Iterable[pd.DataFrame]) -> None:
        """Add rows to a table."""
        self.rows[name] += [rows] if isinstance(rows, pd.DataFrame) else list(rows)

    def note(self, name: str, service: str, key: str, **values: Pair | object) -> None:
        """Say why something is not there; a value may be a pair of Chinese and English."""
        texts: list[str] = []
        for at, language in enumerate(LANGUAGES):
            own = {
                one: told[at] if isinstance(told, tuple) else told for one, told in values.items()
            }
            texts.append(say(f"analysis.note.{key}", language, **own))
        self.notes.append((name, service, key, (texts[0], texts[1])))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the finished tables."""
        found = {name: table(name, rows) for name, rows in self.rows.items() if name != "notes"}
        return found | {"notes": notes_table(self.notes)}


def analysis_tables(
    study: Study,
    gaps: pd.DataFrame,
    times: Times | None,
    profiles: Mapping[str, ProfileTimes],
    elevation: pd.Series[float] | None,
    obstacles: Sequence[Pair] = (),
) -> dict[str, pd.DataFrame]:
    """Measure everything that the study allows, and say of the rest why it is not there.

    Parameters
    ----------
    study
        The study.
    gaps
        The result table ``gaps``.
    times
        Minutes from villages to all facilities; None if there are none.
    profiles
        Times of each travel profile; empty if the study states none.
    elevation
        Metres above sea level of the villages; None or NaN where not known.
    obstacles
        Why there are no times, in Chinese and English.

    Returns
    -------
    dict
        The tables of :data:`wushan_geo.analysis.rows.COLUMNS`, ``change`` empty.

    Raises
    ------
    UnknownIdError
        If the times name places that the study does not have.

    Examples
    --------
    See ``tests/test_analysis_answer.py``.
    """
    found = _Found()
    found.add("units", unit_rows(study))
    named = study.facilities[["facility_id", "name", "name_en", "status", "zone_id"]]
    found.add("facilities", pd.DataFrame(named).sort_values("facility_id", kind="stable"))
    config = study.config
    county = (config.county_name.zh, config.county_name.en)
    edition = both("notice.internal")
    found.note("", "", "study", study=config.id, county=county, as_of=config.as_of, edition=edition)
    if study.demonstration:
        found.note("", "", "demonstration")
    if study.scenario is not None:
        what, source, rests = study.scenario
        found.note("", "", "scenario", what=what, source=source, basis=scenario_basis(rests))
    if config.travel.known_min is not None:
        found.note("", "", "given", minutes=f"{config.travel.known_min:g}")
    if not _counts(study):
        found.note("measures", "", "no_persons")
    matrix = None if times is None else times.central
    allocations: dict[str, Allocation] = {}
    services: list[ServiceAsked] = []
    if times is None:
        why = ("；".join(zh for zh, _ in obstacles), "; ".join(en for _, en in obstacles))
        found.note("measures", "", "no_times", why=why)
    else:
        services = _services(study, times, gaps, found)
        for asked in services:
            _measure(study, asked, found, allocations)
        _score(study, services, found)
        _settled(study, services, found, _Others(gaps, times.central, profiles, elevation))
    known = {one.service.key: one for one in services}
    found.add("causes", gap.cause_rows(study, gaps, matrix, known, allocations))
    return found.tables()


def _counts(study: Study) -> bool:
    """Say whether anybody has been counted, by group or jointly."""
    return study.persons is not None or study.person_cells is not None


def _services(study: Study, times: Times, gaps: pd.DataFrame, found: _Found) -> list[ServiceAsked]:
    """Prepare the services that have facilities; the others are named."""
    asked = []
    for service in study.config.services.values():
        if service.measure not in ASSESSED:
            continue
        one = service_asked(study, service, times, gaps)
        if not one.persons.size:
            if _counts(study):
                found.note("measures", service.key, "no_counts")
        elif not one.capacity.size:
            found.note("measures", service.key, "nobody_offers")
        else:
            if one.left_out:
                names = _village_names(study, one.left_out)
                found.note(
                    "measures", service.key, "left_out", count=len(one.left_out), names=names
                )
            found.note("measures", service.key, f"counted_{_whom(study, service)}")
            asked.append(one)
    return asked


def _whom(study: Study, service: ServiceConfig) -> str:
    """Say whether those at home are the persons of a service, or all who are registered."""
    if service.eligible is None:
        return "all"
    return COUNTED[group_count(study, service.eligible).residence]


def _measure(
    study: Study, asked: ServiceAsked, found: _Found, allocations: dict[str, Allocation]
) -> None:
    """Measure the ways to one service and its places."""
    county = study.config.county
    if asked.limit is not None:
        found.add("measures", reach.reach_rows(asked, county))
        found.add("curve", reach.curve_rows(asked))
    if asked.service.eligible is None:
        # Places for all certified persons would be a number without a sense.
        found.note("allocation", asked.service.key, "no_eligible")
        return
    if not asked.capacities_known:
        unknown = list(asked.capacity.index[asked.capacity.isna()])
        named = _facility_names(study, unknown)
        found.note("allocation", asked.service.key, "no_capacity", facilities=named)
        return
    if asked.capacity.sum() == 0:
        found.note("equity", asked.service.key, "zero_places")
    found.add("measures", supply.catchment_rows(asked))
    if asked.service.level == "township":
        found.add("measures", supply.container_rows(study, asked))
    given = supply.allocated(asked)
    allocations[asked.service.key] = given
    found.add("measures", supply.outcome_rows(asked, given, county))
    found.add("allocation", supply.allocation_rows(asked, given))
    found.add("place_values", supply.value_rows(asked))


@dataclass(frozen=True, slots=True, eq=False)
class _Others:
    """What else is known of the villages and of how persons travel."""

    gaps: pd.DataFrame
    matrix: TravelMatrix
    """Central minutes from villages to all facilities."""
    profiles: Mapping[str, ProfileTimes]
    elevation: pd.Series[float] | None
    between: TravelMatrix | None = None
    """Minutes between villages."""


def _score(study: Study, services: list[ServiceAsked], found: _Found) -> None:
    """Add the combined score, if the study states weights and every service has an answer."""
    settings = study.config.measures
    if settings is None or not settings.weights:
        found.note("measures", "", "no_score")
        return
    known = {one.service.key: one for one in services}
    lacking = [one for one in settings.weights if one not in known]
    if lacking:
        names = [study.config.services[one].name for one in lacking]
        texts = ("、".join(one.zh for one in names), ", ".join(one.en for one in names))
        found.note("measures", "", "score_lacks", services=texts)
        return
    found.add("measures", reach.score_rows(known, settings.weights))


def _settled(study: Study, services: list[ServiceAsked], found: _Found, others: _Others) -> None:
    """Measure fairness and clusters, as far as settings and data allow."""
    settings = study.config.measures
    timed = [one for one in services if one.limit is not None]
    if settings is None:
        found.note("equity", "", "no_settings")
        return
    found.add("scale", scale.scale_rows(study, others.gaps, settings.covered_share))
    between = _between(study, found)
    for asked in timed:
        if between is not None:
            sites = site_matrix(study, asked.service.key, others.matrix)
            pairs = places.cluster_rows(asked, between, sites, settings.cluster_min)
            for clusters, members in pairs:
                found.add("gap_clusters", clusters)
                found.add("gap_cluster_villages", members)
    # Groups, ranks and hot spots of persons that a model spread are artefacts of the model.
    real: list[ServiceAsked] = []
    for asked in timed:
        if asked.persons_basis not in MODELLED:
            real.append(asked)
            continue
        basis = both(f"basis.{asked.persons_basis}")
        found.note("equity", asked.service.key, "modelled_persons", basis=basis)
    if real:
        _fairness(study, settings, real, found, replace(others, between=between))


def _fairness(
    study: Study,
    settings: MeasuresConfig,
    services: list[ServiceAsked],
    found: _Found,
    others: _Others,
) -> None:
    """Measure equity, groups, small counts and hot spots of persons that somebody counted."""
    remoteness = _remoteness(services)
    if remoteness is None:
        found.note("equity", "", "no_centre")
    classes = _classes(study, settings, others.elevation, found)
    groups = {
        one: count.persons
        for one in ("all", *fairness.DISABILITY, *fairness.AGES)
        if (count := group_count(study, one)).basis not in MODELLED
    }
    for asked in services:
        ways = _own_ways(study, asked, others)
        lacking = [one for one in study.config.travel.group_profiles if one not in ways]
        if lacking and others.profiles:
            names = [both(f"template.group.{one}") for one in lacking]
            words = ("、".join(zh for zh, _ in names), ", ".join(en for _, en in names))
            found.note("groups", asked.service.key, "no_profile", groups=words)
        found.add("equity", fairness.equity_rows(asked, settings, remoteness))
        found.add("groups", fairness.group_rows(asked, groups, classes))
        found.add("groups", fairness.own_way_rows(asked, groups, ways))
        if asked.service.level == "township":
            found.add("rates", fairness.rate_rows(asked, settings))
        if others.between is not None:
            found.add("hotspots", places.hot_spot_rows(asked, others.between, settings))


def _village_names(study: Study, zones: tuple[str, ...]) -> Pair:
    """Name villages in both languages, the first few."""
    table = study.villages.set_index("zone_id")
    return _named(table, list(zones))


def _facility_names(study: Study, ids: list[str]) -> Pair:
    """Name facilities in both languages, the first few."""
    return _named(study.facilities.set_index("facility_id"), ids)


NAMES_SHOWN = 6


def _named(table: pd.DataFrame, ids: list[str]) -> Pair:
    rows = table.loc[ids[:NAMES_SHOWN]]
    english = rows["name_en"].where(rows["name_en"].notna(), rows["name"])
    zh, en = "、".join(rows["name"].astype(str)), ", ".join(english.astype(str))
    more = len(ids) - NAMES_SHOWN
    return (f"{zh}等", f"{en} and {more} more") if more > 0 else (zh, en)


def _own_ways(study: Study, asked: ServiceAsked, others: _Others) -> dict[str, TravelMatrix]:
    """Give the minutes of each group by the profile that the study says it travels with."""
    ways = {}
    for group, key in study.config.travel.group_profiles.items():
        times = others.profiles.get(key)
        if times is not None:
            matrix = times.matrix
            ways[group] = matrix if times.direction == "to_facility" else matrix.reversed()
    return {
        group: one.select(asked.ways.origin_ids, asked.ways.destination_ids).mask(asked.admitted)
        for group, one in ways.items()
        if set(asked.ways.origin_ids) <= set(one.origin_ids)
    }


def _between(study: Study, found: _Found) -> TravelMatrix | None:
    """Give the minutes between villages, where the engine can tell them."""
    try:
        return between_villages(study)
    except ParameterError:
        found.note("gap_clusters", "", "no_ways_between")
        return None


def _remoteness(timed: list[ServiceAsked]) -> pd.Series[float] | None:
    """Give the minutes to the county's own service, by which villages rank as remote."""
    for asked in timed:
        if asked.service.level == "county":
            return nearest_facility(asked.matrix)["cost"]
    return None


def _classes(
    study: Study,
    settings: MeasuresConfig,
    elevation: pd.Series[float] | None,
    found: _Found,
) -> dict[str, tuple[pd.Series[Any], str]]:
    """Part the villages: community or village, upland or lowland."""
    zones = pd.Index(study.villages["zone_id"], dtype="str")
    kinds = study.villages["kind"].set_axis(zones)
    classes = {"kind": (kinds, "village")}
    if settings.upland_m is None:
        found.note("groups", "", "no_upland")
        return classes
    known = None if elevation is None else elevation.reindex(zones)
    if known is None or known.isna().all():
        found.note("groups", "", "no_elevation")
        return classes
    high = np.where(known >= settings.upland_m, "upland", "lowland")
    labels = pd.Series(high, index=zones, dtype="str").where(known.notna())
    return classes | {"elevation": (labels, "lowland")}
