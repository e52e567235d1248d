"""The main job: from a study to everything that is found in it."""

from __future__ import annotations

import dataclasses
import platform
from importlib import metadata
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from wushan_geo import findings, settings
from wushan_geo.access.arguments import checked_kind
from wushan_geo.access.border import BorderLine
from wushan_geo.access.gaps import Times
from wushan_geo.access.profiles import profile_rows
from wushan_geo.access.survey import study_gaps
from wushan_geo.access.units import access_table, facility_table, township_table, village_table
from wushan_geo.errors import InputError, ParameterError, listed
from wushan_geo.policy.indicators import indicator_table
from wushan_geo.policy.scoreboard import board
from wushan_geo.results import (
    GapAnalysis,
    ProfileInfo,
    ServiceInfo,
    SiteProposal,
    StudyInfo,
    StudyResult,
)
from wushan_geo.siting.placed import with_candidates
from wushan_geo.siting.programme import next_sites, plan_name
from wushan_geo.study.road_report import SNAP_WORTH_SAYING_M
from wushan_geo.study.standard_profiles import profile_name
from wushan_geo.study.study import Study
from wushan_geo.travel.conditions import StandingRoads
from wushan_geo.travel.detour import detour_factor
from wushan_geo.travel.profiles import direction_of
from wushan_geo.travel.times import (
    ON_ROADS,
    TravelInterval,
    can_travel,
    travel_interval,
    travel_profiles,
    village_elevation,
)
from wushan_geo.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wushan_geo.analysis.asked import ServiceAsked
    from wushan_geo.proposal.wish import Wish
    from wushan_geo.siting.programme import NextSites
    from wushan_geo.siting.solver import Standing
    from wushan_geo.study.roads import RoadNetwork
    from wushan_geo.travel.edges import EdgeMinutes
    from wushan_geo.travel.profiles import ProfileTimes

LIBRARIES = (
    "wushan-geo", "folium", "geopandas", "highspy", "numpy", "pandas", "pyproj", "scipy", "shapely",
    "xlsxwriter",
)  # fmt: skip
LON_LAT = "EPSG:4326"
STUDY_HINT = "such as open_study(folder) gives"


def run_study(study: Study, *, progress: Callable[[str], None] | None = None) -> StudyResult:
    """Find everything that a study can tell.

    Travel times from every village to every facility, with their interval; access gaps for each
    service and limit; the scoreboard of the plan; proven plans for the next sites; and the tables
    that describe units, facilities, findings and sources.

    Parameters
    ----------
    study
        The study; not changed.
    progress
        Called with a message key before each step; None for silence.

    Returns
    -------
    StudyResult
        Finished tables, shapes and the manifest.

    Raises
    ------
    WushanGeoError
        If the travel settings contradict the data, or a plan does not survive its recomputation.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> result = wg.run_study(wg.open_study("example"))
    >>> len(result.tables["townships"])
    5
    """
    tell = progress or _silent
    tell("progress.travel")
    study = with_candidates(study)
    standing = StandingRoads(study)
    travel, obstacles = _travel(study, standing)
    times = None if travel is None else _times(travel)
    central = None if travel is None else travel.central
    tell("progress.gaps")
    line = None if times is None else BorderLine(study, times, standing)
    gaps = study_gaps(study, times, line=line)
    tell("progress.scoreboard")
    scores = board(study, gaps, central)
    tell("progress.siting")
    plans = next_sites(study, central, times=times, gaps=gaps)
    tell("progress.tables")
    villages = village_table(study, gaps, _village_services(study, scores))
    profiles = _profiles(study, travel, standing)
    access = pd.concat(
        [access_table(study, gaps), profile_rows(study, profiles)], ignore_index=True
    )
    tables = {
        "townships": township_table(study, villages),
        "villages": villages,
        "facilities": facility_table(study, times, _orders(study, plans), line=line),
        "access": access,
        "gaps": gaps,
        "scoreboard": scores,
        "indicators": indicator_table(study),
        "sites": plans.sites,
        "plans": plans.plans,
        "findings": _findings(
            standing, (travel, profiles), obstacles, (gaps, access), scores, plans
        ),
        "sources": _sources(study),
        "assumptions": settings.assumptions_in_force(study),
    }
    return StudyResult(
        _info(study), tables, _layers(standing), _manifest(study, tables["assumptions"])
    )


def analyse_gaps(
    study: Study, *, before: Study | None = None, progress: Callable[[str], None] | None = None
) -> GapAnalysis:
    """Look at the gap of a study from every side.

    Beside the classes of :func:`run_study`: how far the nearest and the second nearest facility
    are, places per person in reach, who would get a place if they were given out as well as can
    be, equity, small counts, clusters, the causes of the gap, and what depends on the unit at which
    one looks. What the data do not allow is left out, and the table ``notes`` says why.

    Parameters
    ----------
    study
        The study; not changed.
    before
        The same county at an earlier date, to split the change into persons, supply and roads.
    progress
        Called with a message key before each step; None for silence.

    Returns
    -------
    GapAnalysis
        Finished long tables, among them ``gaps``, ``causes``, ``notes`` and ``dictionary``, which
        describes every column.

    Raises
    ------
    ParameterError
        If a study is anything else, such as the name of one.
    WushanGeoError
        If the travel settings contradict the data, an allocation does not survive its
        recomputation, or the earlier study has other villages or no times.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> found = wg.analyse_gaps(wg.open_study("example"))
    >>> sorted(found.tables["causes"]["level"].unique().tolist())
    ['county', 'township', 'village']
    """
    checked_kind(study, Study, "study", STUDY_HINT)
    if before is not None:
        checked_kind(before, Study, "before", STUDY_HINT)
    from wushan_geo.access.change import gap_change
    from wushan_geo.analysis.answer import analysis_tables
    from wushan_geo.analysis.dictionary import dictionary

    tell = progress or _silent
    tell("progress.travel")
    study = with_candidates(study)
    standing = StandingRoads(study)
    travel, obstacles = _travel(study, standing)
    times = None if travel is None else _times(travel)
    tell("progress.gaps")
    line = None if times is None else BorderLine(study, times, standing)
    gaps = study_gaps(study, times, line=line)
    tell("progress.measures")
    profiles = _profiles(study, travel, standing)
    elevation = None if travel is None else village_elevation(study, travel.snaps)
    tables = {"gaps": gaps} | analysis_tables(study, gaps, times, profiles, elevation, obstacles)
    if before is not None:
        tell("progress.change")
        tables["change"] = gap_change(before, study)
    tables["dictionary"] = dictionary(tables)
    assumptions = settings.assumptions_in_force(study)
    manifest = _manifest(study, assumptions)
    if study.config.measures is not None:
        manifest |= {"seed": study.config.measures.seed, "seed_note": "hot spots only"}
    return GapAnalysis(_info(study), tables, manifest)


def propose_sites(
    study: Study,
    wish: Wish | None = None,
    *,
    progress: Callable[[str], None] | None = None,
    searching: Callable[[Standing], None] | None = None,
    **wishes: Any,
) -> SiteProposal:
    """Propose the next sites of a study: a proven plan, its order, and what it leaves undone.

    The models are those of :mod:`wushan_geo.siting`, on the villages of the study, the persons at
    home whom its siting is for, the open facilities that surely offer the service, and the
    candidates. Beside the plan stand what each other number of sites would cover, the villages that
    no site can reach, and, where asked for, a phased plan and the next best plans.

    Parameters
    ----------
    study
        The study, with siting settings; not changed.
    wish
        What the sites should do; None makes it of `wishes`.
    progress
        Called with a message key before each step; None for silence.
    searching
        Called with how the search for the plan stands, while it runs.
    **wishes
        Fields of :class:`wushan_geo.proposal.wish.Wish`, such as ``model="p_median"`` and
        ``sites=3``.

    Returns
    -------
    SiteProposal
        Finished tables: ``plans``, ``sites``, ``villages``, ``frontier``, ``phases``, ``best``,
        ``core``, ``moved``, ``moved_villages``, ``flows``, ``stable_plans``, ``stable_sites``,
        ``stable_villages``, ``draws``, ``screening``, ``groups``, ``ways``, ``units``,
        ``facilities``, ``notes`` and the ``dictionary`` of their columns;
        without rows where nothing was asked or stated.

    Raises
    ------
    InputError
        If the study lacks what siting needs, or the wish makes no sense; all faults at once.
    InfeasibleError
        If no plan meets the wish; it says why, and what would help.
    ParameterError
        If `study` is anything else, or both `wish` and `wishes` are given.
    WushanGeoError
        If the travel settings contradict the data, or a plan does not survive its recomputation.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> found = wg.propose_sites(wg.open_study("example"), sites=2)
    >>> found.tables["plans"][["model", "status", "verified"]].values.tolist()
    [['maximal_covering', 'optimal', True]]
    """
    checked_kind(study, Study, "study", STUDY_HINT)
    if wish is not None and wishes:
        message = f"give either a Wish or its fields, not both: {listed(sorted(wishes))}."
        raise ParameterError(message)
    from wushan_geo.analysis.dictionary import dictionary
    from wushan_geo.proposal.answer import no_times, proposal_tables
    from wushan_geo.proposal.wish import Wish

    asked = Wish(**wishes) if wish is None else wish
    tell = progress or _silent
    tell("progress.travel")
    study = with_candidates(study)
    standing = StandingRoads(study)
    travel, obstacles = _travel(study, standing)
    if travel is None:
        raise InputError([no_times(obstacles)])
    tables = proposal_tables(study, _times(travel), asked, tell=tell, progress=searching)
    tables["dictionary"] = dictionary(tables)
    assumptions = settings.assumptions_in_force(study)
    manifest = _manifest(study, assumptions) | {"wish": dataclasses.asdict(asked)}
    return SiteProposal(_info(study), tables, manifest, _layers(standing))


def service_asked(study: Study, service: str) -> ServiceAsked:
    """Prepare one service of a study for any measure of access.

    Whom it is for (by the table of eligibility, those at home where that is known), the facilities
    that surely offer it and surely admit them, their places, and the central minutes there.

    Parameters
    ----------
    study
        The study.
    service
        Key of a service that is measured in minutes or in places.

    Returns
    -------
    ServiceAsked
        ``matrix``, ``persons`` and ``capacity`` as the measures take them.

    Raises
    ------
    ParameterError
        If the study has no such service, or no travel times can be worked out.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> asked = wg.service_asked(wg.open_study("example"), "day_care")
    >>> found = wg.coverage(asked.matrix, asked.persons, limit=30)
    >>> found.places, found.persons
    (22, 98.0)
    """
    from wushan_geo.analysis.asked import service_asked as asked_of

    if service not in study.config.services:
        known = listed(study.config.services)
        message = f"the study has no service {service!r}. Its services: {known}."
        raise ParameterError(message)
    times = _times(travel_interval(study, "all"))
    return asked_of(study, study.config.services[service], times, study_gaps(study, times))


def _times(travel: TravelInterval) -> Times:
    """Give the times as the measures take them."""
    return Times(travel.central, travel.low, travel.high, travel.conditions)


def _silent(_key: str) -> None:
    """Say nothing."""


def _travel(
    study: Study, standing: StandingRoads
) -> tuple[TravelInterval | None, list[tuple[str, str]]]:
    """Work out the times, or say why there are none."""
    obstacles = can_travel(study)
    if obstacles:
        return None, obstacles
    try:
        return travel_interval(study, "all", standing=standing), []
    except ParameterError as error:
        # All roads closed, say: the tables that need no times are still worth having.
        return None, [(str(error), str(error))]


def _profiles(
    study: Study, travel: TravelInterval | None, standing: StandingRoads
) -> dict[str, ProfileTimes]:
    """Work out the times of the travel profiles, where there are times at all."""
    return {} if travel is None else travel_profiles(study, "all", standing=standing)


ANSWERS = {"pass": "yes", "fail": "no", "cannot_assess": "unknown"}


def _village_services(study: Study, scores: pd.DataFrame) -> dict[str, str]:
    """Say whether each village has any service delivered within the period, as the board found."""
    rules = [] if study.plan is None else study.plan.rules
    promise = [one.id for one in rules if one.test == "any_service_in_village"]
    own = scores[scores["rule"].isin(promise[:1]).to_numpy()]
    shown = own["demonstration_verdict"].where(own["demonstration_verdict"].notna(), own["verdict"])
    return dict(zip(own["zone_id"], shown.map(ANSWERS), strict=True))


def _orders(study: Study, plans: NextSites) -> dict[str, int]:
    """Order the sites of the largest plan at the default limit."""
    settings = study.config.siting
    if settings is None or plans.plans.empty:
        return {}
    most = int(plans.plans["sites"].max())
    return plans.orders(plan_name(settings.measured_by, settings.limit, most))


def _findings(
    standing: StandingRoads,
    times: tuple[TravelInterval | None, dict[str, ProfileTimes]],
    obstacles: list[tuple[str, str]],
    measured: tuple[pd.DataFrame, pd.DataFrame],
    scores: pd.DataFrame,
    plans: NextSites,
) -> pd.DataFrame:
    study, (travel, profiles), (gaps, access) = standing.study, times, measured
    found = findings.Findings(study)
    findings.promises(found, scores)
    findings.reach(found, gaps)
    findings.siting(found, plans, gaps)
    findings.lacking(found, scores)
    findings.travel(found, travel, obstacles, SNAP_WORTH_SAYING_M)
    if travel is not None and study.config.travel.engine in ON_ROADS and study.roads is not None:
        findings.roads(found, standing)
    findings.profiles(found, profiles)
    findings.by_profile(found, access)
    return found.table()


def _sources(study: Study) -> pd.DataFrame:
    columns = ["file", "title", "source", "licence", "basis", "as_of", "rows", "sha256"]
    table = study.provenance[columns].copy()
    table["rows"] = pd.array(table["rows"].to_numpy(dtype=float), dtype="Int64")
    # A column in which nobody wrote anything is still one of texts.
    return table.astype(dict.fromkeys((one for one in columns if one != "rows"), "str"))


def _info(study: Study) -> StudyInfo:
    config, plan = study.config, study.plan
    quote = (say("promise.quote", "zh"), say("promise.quote", "en"))
    siting = config.siting
    return StudyInfo(
        id=config.id,
        title=(config.title.zh, config.title.en),
        county_name=(config.county_name.zh, config.county_name.en),
        county=config.county,
        quote=quote if plan is None else (plan.quote.zh, plan.quote.en),
        plan_title=("", "") if plan is None else (plan.title.zh, plan.title.en),
        as_of=config.as_of,
        edition=config.edition,
        small_cell=config.small_cell,
        demonstration=study.demonstration,
        facts_only=config.facts_only,
        fictional=config.fictional,
        headline=config.headline,
        services=tuple(
            ServiceInfo(
                one.key,
                (one.name.zh, one.name.en),
                one.level,
                one.measure,
                one.limit,
                one.limits,
                one.source,
            )
            for one in config.services.values()
        ),
        siting_service=None if siting is None else siting.measured_by,
        siting_limit=None if siting is None else siting.limit,
        condition=config.travel.condition,
        openstreetmap=bool(
            study.provenance["source"].astype("str").str.contains("OpenStreetMap").any()
        ),
        profiles=_profile_infos(study),
        persons_basis=study.basis_of("persons"),
        scenario=study.scenario,
        engine=config.travel.engine,
        settings=settings.travel_settings(study) | _estimated(study),
        known_min=config.travel.known_min,
    )


def _estimated(study: Study) -> dict[str, str]:
    """Give the detour factors that are worked out from known pairs, as settings are."""
    pairs = study.road_distances
    if not study.config.travel.detour_from_pairs or pairs is None:
        return {}
    found = detour_factor(pairs).interval
    return {f"detour.{one}": f"{getattr(found, one):.3g}" for one in ("low", "central", "high")}


def _profile_infos(study: Study) -> tuple[ProfileInfo, ...]:
    """Name the ways of travelling that a study states, and who travels so."""
    travel = study.config.travel
    return tuple(
        ProfileInfo(
            key,
            profile_name(key),
            direction_of(profile),
            tuple(group for group, own in travel.group_profiles.items() if own == key),
        )
        for key, profile in travel.profiles.items()
    )


def _layers(standing: StandingRoads) -> dict[str, gpd.GeoDataFrame]:
    """Give the shapes that maps draw; what pages do to them leaves the study as it is."""
    study = standing.study
    layers = {
        "county": study.county.copy(deep=False),
        "townships": study.townships.copy(deep=False),
        "villages": study.villages.copy(deep=False),
        "facilities": study.facilities.copy(deep=False),
    }
    if study.roads is not None:
        layers["roads"] = _road_lines(standing, study.roads)
    if study.rivers is not None:
        layers["rivers"] = study.rivers.copy(deep=False)
    return layers


def _road_lines(standing: StandingRoads, roads: RoadNetwork) -> gpd.GeoDataFrame:
    """Draw the roads as they stand in the condition shown first, with the minutes they take."""
    minutes = forward = backward = np.full(roads.length_m.size, np.nan)
    travel = standing.study.config.travel
    if travel.engine in ON_ROADS:
        shown = standing.under(travel.condition)
        roads = shown.roads
        minutes = _one_way(shown.minutes)
        forward, backward = shown.minutes.forward, shown.minutes.backward
    points, edge = roads.lines()
    columns = {
        "edge_id": roads.edge_ids,
        "name": roads.name,
        "road_class": roads.road_class,
        "closed": roads.closed,
        "crossing_id": roads.crossing_id,
        "basis": roads.basis,
        "minutes": minutes,
        "forward": forward,  # along the line as it is drawn
        "backward": backward,
        "oneway": roads.oneway,
    }
    lines = shapely.linestrings(points, indices=edge)
    return gpd.GeoDataFrame(columns, geometry=lines, crs=LON_LAT)


def _one_way(minutes: EdgeMinutes) -> NDArray[np.float64]:
    """Give one number for each edge: the slower way, where both lead somewhere."""
    forward, backward = minutes.forward, minutes.backward
    slower = np.maximum(forward, backward)
    return np.where(np.isfinite(slower), slower, np.minimum(forward, backward))


def _manifest(study: Study, assumptions: pd.DataFrame) -> dict[str, Any]:
    """Record what went in, so that the run can be repeated and every figure traced."""
    inputs = study.provenance[study.provenance["sha256"] != ""]
    return {
        "study": study.config.id,
        "demonstration": study.demonstration,
        **({} if study.scenario is None else {"scenario": study.scenario._asdict()}),
        "inputs": {
            str(row["table"]): {"file": row["file"], "rows": row["rows"], "sha256": row["sha256"]}
            for row in inputs.to_dict("records")
        },
        "settings": study.config.raw,
        "assumptions": assumptions.to_dict("records"),
        "versions": {"python": platform.python_version()}
        | {one: _version(one) for one in LIBRARIES},
        "seed": None,
        "seed_note": "nothing in this run is random",
    }


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "not installed"
