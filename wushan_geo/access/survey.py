"""The gaps of a whole study: every service measured in minutes, at every limit, and their sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.access.border import BorderLine
from wushan_geo.access.eligibility import group_count
from wushan_geo.access.gaps import NO, REACHED, UNKNOWN, YES, Times, gaps_at, offer_of
from wushan_geo.study.study import weakest
from wushan_geo.study.travelling import CONDITIONS

if TYPE_CHECKING:
    import datetime as dt

    from wushan_geo.study.config import ServiceConfig
    from wushan_geo.study.study import Study

HOME_PROVIDERS = ("home_visit", "outreach")


def study_gaps(
    study: Study, times: Times | None, *, line: BorderLine | None = None
) -> pd.DataFrame:
    """Class every village for every service measured in minutes, at each of its limits.

    Parameters
    ----------
    study
        The study.
    times
        Minutes from villages to all facilities; None if there are none.
    line
        The county line of this study at these times, where it was measured before.

    Returns
    -------
    DataFrame
        The result table ``gaps``: the columns of :func:`access_gaps` and ``service``, ``limit``
        (minutes), ``home_service`` (yes, no, unknown), ``persons`` and ``eligible`` (NaN = no
        data),
        ``border`` (whether it could be served from beyond the county, of which nothing is known),
        ``basis`` (weakest decisive input). Sorted by service (order of the study), limit, zone.

    Raises
    ------
    UnknownIdError
        If the times name places that the study does not have.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> study = wg.open_study("wushan-facts")
    >>> study_gaps(study, None)["class"].unique().tolist()
    ['unknown']
    """
    villages = study.villages[["zone_id", "parent_id"]]
    complete = register(study, "facilities") == "complete"
    persons = study.group("all").to_numpy()
    home = home_service(study)
    basis = reach_basis(study)
    if line is None and times is not None:
        line = BorderLine(study, times)
    tables = []
    for service in timed_services(study):
        offer = offer_of(
            study.facilities,
            service.key,
            county_level=service.level == "county",
            complete=complete,
        )
        eligible = eligible_persons(study, service)
        more: dict[str, Any] = {
            "service": service.key,
            "home_service": home,
            "persons": persons,
            "eligible": eligible,
            "basis": basis,
            # What the county should have itself no neighbour can give.
            "border": NO if service.level == "county" else UNKNOWN,
        }
        at_limits = gaps_at(villages, offer, times, limits=service.limits)
        for limit, found in zip(service.limits, at_limits, strict=True):
            table = found.assign(limit=limit, **more)
            if line is not None and service.level != "county":
                table["border"] = line.flags(service.key, table)
            tables.append(table)
    return pd.concat(tables, ignore_index=True)[GAP_COLUMNS]


GAP_COLUMNS = [
    "zone_id", "service", "limit", "paper", "reach", "class", "class_low", "class_high",
    "certainty", "home_service", "minutes", "minutes_low", "minutes_high", "facility_id",
    "own_minutes", "own_facility_id", "border", "persons", "eligible", "basis",
    *(f"{kind}_{one}" for one in CONDITIONS for kind in ("minutes", "class")),
]  # fmt: skip


def register(study: Study, name: str) -> str:
    """Say whether a register is complete: only then does absence mean none.

    Parameters
    ----------
    study
        The study.
    name
        ``facilities`` or ``services``.

    Returns
    -------
    str
        ``complete``, ``partial`` or ``missing``; a register that the study file calls complete but
        that has no file, or no record in it, is missing all the same.

    Raises
    ------
    AttributeError
        If `study` is no study.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> register(wg.open_study("wushan-facts"), "facilities")
    'partial'
    """
    if study.basis_of(name) == "missing":
        return "missing"
    return study.config.registers.get(name, "missing")


def timed_services(study: Study) -> list[ServiceConfig]:
    """Give the services that are assessed by minutes, in the order of the study.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of ServiceConfig
        Those whose measure is minutes.

    Raises
    ------
    AttributeError
        If `study` is no study.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> timed_services(wg.open_study("wushan"))[0].key
    'day_care'
    """
    return [one for one in study.config.services.values() if one.measure == "minutes"]


def eligible_persons(study: Study, service: ServiceConfig) -> np.ndarray:
    """Give the persons whom a service is for, by village.

    By joint counts, else as stated; those at home where that is known, else all registered: see
    :func:`~wushan_geo.access.eligibility.eligible_count`.

    Parameters
    ----------
    study
        The study.
    service
        The service.

    Returns
    -------
    numpy.ndarray
        Persons in the order of ``study.villages``; NaN where there is no data, or where the
        service names no group.

    Raises
    ------
    AttributeError
        If `study` is no study.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> study = wg.open_study("wushan")
    >>> bool(np.isnan(eligible_persons(study, study.config.services["community_rehab"])).all())
    True
    """
    if service.eligible is None:
        return np.full(len(study.villages), np.nan)
    return group_count(study, service.eligible).persons.to_numpy(dtype=float)


def reach_basis(study: Study) -> str:
    """Give the basis of every statement on reach: its weakest decisive input.

    Facilities, the roads (where minutes come from roads) and the points of villages and facilities
    decide. Minutes along a straight line are modelled, for no road was looked at.

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
    AttributeError
        If `study` is no study.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> reach_basis(wg.open_study("example"))
    'measured'
    """
    if study.config.travel.engine == "none":
        return "missing"
    found = [study.register_basis, _way_basis(study)]
    if "missing" in found:
        return "missing"
    real = study.facilities[(study.facilities["status"] != "candidate").to_numpy()]
    points = {*study.villages["point_basis"].dropna(), *real["point_basis"].dropna()}
    return weakest([*found, *points])


def _way_basis(study: Study) -> str:
    """Give the basis of the ways themselves.

    A straight line is modelled, for no road was looked at. Over land a way follows by rule from
    what is known of the land, so that it is inferred at best.
    """
    engine = study.config.travel.engine
    if engine == "network":
        return study.basis_of("road_edges")
    if engine == "matrix":
        return study.basis_of("travel_times")
    if engine == "terrain":
        roads = [] if study.roads is None else [study.basis_of("road_edges")]
        return weakest(["inferred", study.basis_of("terrain"), *roads])
    return "modelled"


def in_period(study: Study, day: dt.date | None) -> bool:
    """Say whether a day lies in the period that counts; its first and its last day belong to it.

    Parameters
    ----------
    study
        The study, whose period ends with its cut-off date.
    day
        The day; None for one that is not known.

    Returns
    -------
    bool
        False for a day before the period, after the cut-off date, or not known.

    Raises
    ------
    TypeError
        If `day` is no date.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> study = wg.open_study("wushan")
    >>> in_period(study, study.config.as_of), in_period(study, None)
    (True, False)
    """
    return day is not None and 0 <= (study.config.as_of - day).days <= study.config.period_days


def home_service(study: Study) -> np.ndarray:
    """Say where somebody comes to the persons instead: a visit at home, or outreach.

    Only what was delivered within the period counts, as for the promise of the plan; a delivery
    without a date or without a provider leaves it open.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    numpy.ndarray
        yes, no or unknown in the order of ``study.villages``.

    Raises
    ------
    AttributeError
        If `study` is no study.

    Examples
    --------
    >>> import wushan_geo as wg
    >>> set(home_service(wg.open_study("wushan-facts")).tolist())
    {'unknown'}
    """
    zones = study.villages["zone_id"].tolist()
    if study.services is None:
        return np.full(len(zones), UNKNOWN, dtype=object)
    found: dict[str, str] = {}
    columns = (study.services[one].tolist() for one in ("zone_id", "status", "provider", "last"))
    for zone, status, provider, last in zip(*columns, strict=True):
        told = _comes(study, status, provider, None if pd.isna(last) else last.date())
        if told == YES or (told == UNKNOWN and found.get(zone) != YES):
            found[zone] = told
    absent = NO if register(study, "services") == "complete" else UNKNOWN
    return np.array([found.get(zone, absent) for zone in zones], dtype=object)


def _comes(study: Study, status: str, provider: object, last: dt.date | None) -> str:
    """Say whether one record tells of somebody who comes."""
    if status == UNKNOWN:
        return UNKNOWN
    if status != "delivered" or (last is not None and not in_period(study, last)):
        return NO
    if not isinstance(provider, str):
        return UNKNOWN
    if provider not in HOME_PROVIDERS:
        return NO
    return UNKNOWN if last is None else YES


def summed(gaps: pd.DataFrame, units: pd.Series) -> pd.DataFrame:
    """Add up places and persons by unit, service and limit.

    Parameters
    ----------
    gaps
        The table of :func:`study_gaps`.
    units
        Unit of each row of `gaps`, such as its township or the county.

    Returns
    -------
    DataFrame
        One row for each unit, service and limit: ``zone_id``, ``service``, ``limit``, and for each
        of ``places``, ``persons`` and ``eligible`` all of them, those ``_reached`` (also
        ``_reached_optimistic``, ``_reached_pessimistic`` and ``_reached_ordinary``, ``_snow``,
        ``_flood``) and those ``_unknown`` (class not known). Sums of persons are of what is known;
        NaN where nothing is, and what is reached is NaN where no class is known or the condition
        is not stated.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_access_survey.py``.
    """
    where = {name: gaps[column].isin(REACHED).to_numpy() for name, column in _ENDS.items()}
    where["unknown"] = (gaps["class"] == UNKNOWN).to_numpy()
    blind = {
        name: (gaps[column].isna() | (gaps[column] == UNKNOWN)).to_numpy()
        for name, column in _ENDS.items()
    }
    columns: dict[str, Any] = {
        name: gaps[name].to_numpy() if name != "zone_id" else units.to_numpy() for name in SUM_KEYS
    }
    counts = {"places": np.ones(len(gaps))}
    counts |= {group: gaps[group].to_numpy(dtype=float) for group in ("persons", "eligible")}
    for group, count in counts.items():
        columns[group] = count
        # A village without a count adds nothing known, whether it is reached or not.
        columns |= {
            f"{group}_{name}": np.where(np.isnan(count), np.nan, count * inside)
            for name, inside in where.items()
        }
    columns |= {f"blind_{name}": unclear.astype(float) for name, unclear in blind.items()}
    sums = pd.DataFrame(columns).groupby(list(SUM_KEYS), sort=False).sum(min_count=1).reset_index()
    # Where no class at all is known at an end, "0 reached" would be a claim: it is not known.
    for name in _ENDS:
        known = (sums[f"blind_{name}"] < sums["places"]).to_numpy()
        for group in counts:
            sums[f"{group}_{name}"] = sums[f"{group}_{name}"].where(known)
    sums["places"] = sums["places"].astype(int)
    return sums.drop(columns=[f"blind_{name}" for name in _ENDS])


SUM_KEYS = ("zone_id", "service", "limit")
_ENDS = {
    "reached": "class",
    "reached_optimistic": "class_low",
    "reached_pessimistic": "class_high",
    **{f"reached_{one}": f"class_{one}" for one in CONDITIONS},
}
