"""Who gets there how: the nearest facility for each travel profile, and who reaches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.gaps import REACHED, UNKNOWN, Times, gaps_at, offer_of
from wushan_geo.access.survey import register, timed_services
from wushan_geo.access.units import weighted_median

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.config import ServiceConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.profiles import ProfileTimes

PROFILE_COLUMNS = ["zone_id", "service", "measure", "value", "unit", "parameters"]


@dataclass(frozen=True, slots=True)
class VillageCounts:
    """How many villages of a county one service, limit and profile reach."""

    total: int
    """All villages."""
    reached: float
    """Villages within the limit; NaN where it is known of none whether it is."""
    unknown: int
    """Villages of which it is not known whether they are."""
    unreachable: float
    """Villages known to be without any way, or without one within this person's effort; NaN where
    none is known at all."""
    minutes_median: float
    """Smallest minutes within which half of the villages known lie, those that are unreachable last
    (infinite); without those whose minutes are not known, NaN where none are."""

    @property
    def known(self) -> int:
        """Villages of which it is known whether they are within the limit."""
        return self.total - self.unknown


def village_counts(found: pd.DataFrame) -> VillageCounts:
    """Count villages by what is in reach: the one place where that is counted by profile.

    Within the limit (t <= limit) is a village of a class in which a facility that admits is in
    reach; what is not known counts on neither side.

    Parameters
    ----------
    found
        One row a village, as :func:`~wushan_geo.access.gaps.access_gaps` gives them.

    Returns
    -------
    VillageCounts
        Each village counts once, however many live there.

    Raises
    ------
    KeyError
        If ``class`` or ``minutes`` is missing.

    Examples
    --------
    >>> rows = [("effective", 30.0), ("gap", 31.0), ("gap", np.inf), ("unknown", np.nan)]
    >>> counts = village_counts(pd.DataFrame(rows, columns=["class", "minutes"]))
    >>> counts.reached, counts.known, counts.unreachable, counts.minutes_median
    (1.0, 3, 1.0, 31.0)
    """
    reached, unclear = _flags(found)
    # Where one that may admit is near, nobody can say that they reach none, nor how far it is.
    minutes = found["minutes"].to_numpy(dtype=float)[~unclear]
    blind = bool(unclear.all())
    return VillageCounts(
        total=len(found),
        # Where no class at all is known, 0 would be a claim, and so it would be below.
        reached=np.nan if blind else float(reached.sum()),
        unknown=int(unclear.sum()),
        unreachable=np.nan if blind else float(np.isinf(minutes).sum()),
        minutes_median=weighted_median(minutes, np.ones(len(minutes))),
    )


def _flags(found: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which villages are within the limit, and of which that is not known."""
    classes = found["class"]
    return classes.isin(REACHED).to_numpy(dtype=bool), (classes == UNKNOWN).to_numpy(dtype=bool)


def profile_rows(study: Study, profiles: Mapping[str, ProfileTimes]) -> pd.DataFrame:
    """Lay out the minutes of each profile, and who of the groups that travel so is in reach.

    For each village and service: minutes to the nearest facility that surely offers it and admits
    the village (or from it, where staff come to the person), and whether the village is within the
    default limit. For the county: how many villages are within each limit
    (:func:`village_counts`). For each township and the county: the persons of each group whose
    villages are within the default limit by the group's own profile, where the counts of persons
    are no model: groups that a model made of one national mix differ by nothing but their profile.

    Parameters
    ----------
    study
        The study.
    profiles
        Times of each profile.

    Returns
    -------
    DataFrame
        Rows of the result table ``access``: measures ``minutes_nearest`` (infinite where this
        profile cannot get there), ``profile_within`` (1 or 0); ``profile_places_total``,
        ``profile_places_reached``, ``profile_places_unknown``, ``profile_places_unreachable`` and
        ``profile_minutes_median`` at each limit; ``profile_grade_unknown``; ``group_reached``,
        ``group_unknown`` and ``group_total`` (persons); with profile, direction and condition among
        the parameters, and for who goes by own force the share of the roads whose grade is not
        known (``grade_unknown``).

    Raises
    ------
    UnknownIdError
        If the times name places that the study does not have.

    Examples
    --------
    See ``tests/test_access_profiles.py``.
    """
    complete = register(study, "facilities") == "complete"
    villages = study.villages[["zone_id", "parent_id"]]
    tables: list[pd.DataFrame] = []
    for service in timed_services(study):
        county_level = service.level == "county"
        offer = offer_of(
            study.facilities, service.key, county_level=county_level, complete=complete
        )
        for times in profiles.values():
            at_limits = gaps_at(villages, offer, _both_ends(times), limits=service.limits)
            found = dict(zip(service.limits, at_limits, strict=True))
            own = found[service.limit or 0.0]
            tables.append(_minutes(study, service, times, own))
            tables.append(_counts(study, service, times, found))
            tables += _groups(study, service, times, own)
    known = [one for one in tables if len(one)]
    kinds = {one: "float64" if one == "value" else "str" for one in PROFILE_COLUMNS}
    if not known:
        return pd.DataFrame(columns=PROFILE_COLUMNS).astype(kinds)
    table = pd.concat(known, ignore_index=True).astype(kinds)
    return table.dropna(subset="value").reset_index(drop=True)[PROFILE_COLUMNS]


def county_by_profile(
    study: Study, rows: pd.DataFrame, service: ServiceConfig
) -> dict[str, dict[str, float]]:
    """Pick the county's counts of one service at its default limit out of the long table.

    Parameters
    ----------
    study
        The study.
    rows
        Rows as :func:`profile_rows` gives them; others may stand among them.
    service
        A service measured in minutes.

    Returns
    -------
    dict
        For each profile with rows, in the order of the study: ``profile_places_total``,
        ``profile_places_reached``, ``profile_places_unknown`` and ``profile_places_unreachable``;
        what is not known is absent.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    See ``tests/test_access_profiles.py``.
    """
    here = (rows["zone_id"] == study.config.county) & (rows["service"] == service.key)
    own = rows[(here & rows["measure"].str.startswith("profile_places_")).to_numpy()]
    found = {}
    for key in study.config.travel.profiles:
        start = f"{_limited(service.limit or 0.0)}; profile={key};"
        some = own[own["parameters"].str.startswith(start).to_numpy()]
        if len(some):
            found[key] = dict(zip(some["measure"], some["value"], strict=True))
    return found


def _both_ends(times: ProfileTimes) -> Times:
    """See the trips from the village, whoever makes them."""
    matrix = times.matrix
    own = matrix if times.direction == "to_facility" else matrix.reversed()
    return Times(own, own, own)


def _parameters(study: Study, times: ProfileTimes) -> str:
    """Say what the times are of; of who goes by own force also on how much no slope is known."""
    settings = study.config.travel
    words = (
        f"profile={times.key}; direction={times.direction}; condition={settings.condition}; "
        "times=central"
    )
    profile = settings.profiles.get(times.key)
    if profile is not None and profile.kind == "walk":
        words += f"; grade_unknown={times.unknown_grade_share:.2f}"
    return words


def _limited(limit: float) -> str:
    return f"limit={limit:g} min"


def _minutes(
    study: Study, service: ServiceConfig, times: ProfileTimes, found: pd.DataFrame
) -> pd.DataFrame:
    """Give minutes and, at the default limit, yes or no of each village."""
    words = _parameters(study, times)
    reached, unclear = _flags(found)
    nearest = pd.DataFrame(
        {
            "zone_id": found["zone_id"].to_numpy(),
            "service": service.key,
            "measure": "minutes_nearest",
            "value": found["minutes"].to_numpy(dtype=float),
            "unit": "min",
            "parameters": words,
        }
    )
    within = nearest.assign(
        measure="profile_within",
        value=np.where(unclear, np.nan, reached.astype(float)),
        unit="0/1",
        parameters=f"{_limited(service.limit or 0.0)}; {words}",
    )
    return pd.concat([nearest, within], ignore_index=True)


def _counts(
    study: Study, service: ServiceConfig, times: ProfileTimes, found: Mapping[float, pd.DataFrame]
) -> pd.DataFrame:
    """Count the county's villages at each limit; what is known of the roads is told once."""
    words = _parameters(study, times)
    rows: list[tuple[str, float, str, str]] = []
    profile = study.config.travel.profiles.get(times.key)
    if profile is not None and (profile.kind == "walk" or profile.max_grade is not None):
        rows.append(("profile_grade_unknown", times.unknown_grade_share, "share", words))
    for limit, table in found.items():
        one, at = village_counts(table), f"{_limited(limit)}; {words}"
        rows += [
            ("profile_places_total", one.total, "places", at),
            ("profile_places_reached", one.reached, "places", at),
            ("profile_places_unknown", one.unknown, "places", at),
            ("profile_places_unreachable", one.unreachable, "places", at),
            ("profile_minutes_median", one.minutes_median, "min", at),
        ]
    told = pd.DataFrame(rows, columns=["measure", "value", "unit", "parameters"])
    return told.assign(zone_id=study.config.county, service=service.key)


def _groups(
    study: Study, service: ServiceConfig, times: ProfileTimes, found: pd.DataFrame
) -> list[pd.DataFrame]:
    """Count the persons of the groups that travel by this profile, by township and county."""
    if study.basis_of("persons") in {"modelled", "missing"}:
        return []
    groups = [one for one, key in study.config.travel.group_profiles.items() if key == times.key]
    reached, unclear = _flags(found)
    parents = dict(zip(study.villages["zone_id"], study.villages["parent_id"], strict=True))
    townships = found["zone_id"].map(parents).to_numpy()
    tables = []
    for group in groups:
        counts = study.group(group).reindex(found["zone_id"]).to_numpy(dtype=float)
        sums = pd.DataFrame(
            {
                "group_total": counts,
                "group_reached": np.where(np.isnan(counts), np.nan, counts * reached),
                "group_unknown": np.where(np.isnan(counts), np.nan, counts * unclear),
            }
        )
        county = np.full(len(found), study.config.county, dtype=object)
        words = f"group={group}; {_limited(service.limit or 0.0)}; {_parameters(study, times)}"
        for units in (townships, county):
            by_unit = sums.groupby(units).sum(min_count=1).rename_axis("zone_id").reset_index()
            long = by_unit.melt("zone_id", var_name="measure", value_name="value")
            tables.append(
                long.assign(service=service.key, unit="persons", parameters=words)[PROFILE_COLUMNS]
            )
    return tables
