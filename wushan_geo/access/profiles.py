"""Who gets there how: the nearest facility for each travel profile, and who reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.gaps import REACHED, UNKNOWN, Times, gaps_at, offer_of
from wushan_geo.access.survey import register, timed_services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wushan_geo.study.config import ServiceConfig
    from wushan_geo.study.study import Study
    from wushan_geo.travel.profiles import ProfileTimes

PROFILE_COLUMNS = ["zone_id", "service", "measure", "value", "unit", "parameters"]


def profile_rows(study: Study, profiles: Mapping[str, ProfileTimes]) -> pd.DataFrame:
    """Lay out the minutes of each profile, and who of the groups that travel so is in reach.

    For each village and service: minutes to the nearest facility that surely offers it and admits
    the village (or from it, where staff come to the person). For each township and the county: the
    persons of each group whose villages are within the default limit by the group's own profile,
    where the counts of persons are no model: groups that a model made of one national mix differ
    by nothing but their profile.

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
        profile cannot get there) and ``group_reached``, ``group_unknown`` and ``group_total``
        (persons), with profile, direction and condition among the parameters, and for who goes by
        own force the share of the roads whose grade is not known (``grade_unknown``).

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
            found = gaps_at(villages, offer, _both_ends(times), limits=(service.limit or 0.0,))[0]
            tables.append(_minutes(study, service, times, found))
            tables += _groups(study, service, times, found)
    known = [one for one in tables if len(one)]
    kinds = {one: "float64" if one == "value" else "str" for one in PROFILE_COLUMNS}
    if not known:
        return pd.DataFrame(columns=PROFILE_COLUMNS).astype(kinds)
    table = pd.concat(known, ignore_index=True).astype(kinds)
    return table.dropna(subset="value").reset_index(drop=True)[PROFILE_COLUMNS]


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


def _minutes(
    study: Study, service: ServiceConfig, times: ProfileTimes, found: pd.DataFrame
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "zone_id": found["zone_id"].to_numpy(),
            "service": service.key,
            "measure": "minutes_nearest",
            "value": found["minutes"].to_numpy(dtype=float),
            "unit": "min",
            "parameters": _parameters(study, times),
        }
    )


def _groups(
    study: Study, service: ServiceConfig, times: ProfileTimes, found: pd.DataFrame
) -> list[pd.DataFrame]:
    """Count the persons of the groups that travel by this profile, by township and county."""
    if study.basis_of("persons") in {"modelled", "missing"}:
        return []
    groups = [one for one, key in study.config.travel.group_profiles.items() if key == times.key]
    reached = found["class"].isin(REACHED).to_numpy()
    unclear = (found["class"] == UNKNOWN).to_numpy()
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
        words = f"group={group}; limit={service.limit:g} min; {_parameters(study, times)}"
        for units in (townships, county):
            by_unit = sums.groupby(units).sum(min_count=1).rename_axis("zone_id").reset_index()
            long = by_unit.melt("zone_id", var_name="measure", value_name="value")
            tables.append(
                long.assign(service=service.key, unit="persons", parameters=words)[PROFILE_COLUMNS]
            )
    return tables
