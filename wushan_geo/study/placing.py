"""Candidates that the settings of a study place: where seats are, and what cannot be placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.study.candidates import COMMUNITIES, SEATS
from wushan_geo.study.faults import Where, fault, hint, rule, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.errors import Fault
    from wushan_geo.study.config import StudyConfig

SETTING = "siting.candidates"
POINT = ["demand_lon", "demand_lat", "point_basis"]


def seats_of(townships: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Find the seat of each township: the village marked as such, else the township's own point.

    Parameters
    ----------
    townships, villages
        Tables of the study.

    Returns
    -------
    DataFrame
        One row for each township and village marked, by township: ``township``, ``zone_id`` (the
        village; the township itself where none is marked), ``lon``, ``lat`` (NaN where no point is
        known) and ``point_basis``.

    Raises
    ------
    KeyError
        If a table lacks ``zone_id``, or the villages lack ``parent_id``.

    Examples
    --------
    >>> towns = pd.DataFrame({"zone_id": ["1"], "demand_lon": [109.8], "demand_lat": [31.0]})
    >>> villages = pd.DataFrame({"zone_id": ["11"], "parent_id": ["1"], "is_seat": [True]})
    >>> seats_of(towns, villages)[["zone_id", "lon", "lat"]].values.tolist()
    [['11', 109.8, 31.0]]
    """
    own = pd.DataFrame(townships).reindex(columns=["zone_id", *POINT])
    found = pd.DataFrame(villages).reindex(columns=["zone_id", "parent_id", "is_seat", *POINT])
    marked = found[found["is_seat"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)]
    both = own.merge(
        marked, how="left", left_on="zone_id", right_on="parent_id", suffixes=("", "_v")
    )
    lon, lat = (both[f"{one}_v"].to_numpy(dtype=float, na_value=float("nan")) for one in POINT[:2])
    known = ~(pd.isna(lon) | pd.isna(lat))
    seats = pd.DataFrame(
        {
            "township": both["zone_id"],
            "zone_id": both["zone_id_v"].where(both["zone_id_v"].notna(), both["zone_id"]),
            "lon": both["demand_lon_v"].where(known, both["demand_lon"]).astype(float),
            "lat": both["demand_lat_v"].where(known, both["demand_lat"]).astype(float),
            "point_basis": both["point_basis_v"].where(known, both["point_basis"]),
        }
    )
    return seats.sort_values(["township", "zone_id"], kind="stable", ignore_index=True)


def placed_faults(
    config: StudyConfig, townships: pd.DataFrame, villages: pd.DataFrame, file: str
) -> Iterator[Fault]:
    """Check that the candidates which the settings ask for can be placed.

    Parameters
    ----------
    config
        Settings of the study.
    townships, villages
        Tables of the study.
    file
        Name of the study file.

    Yields
    ------
    Fault
        Seats that are not known or marked twice, no community at all, more candidates to generate
        than villages with a point, or times that come from elsewhere.

    Raises
    ------
    KeyError
        If a table lacks ``zone_id``, or the villages lack ``parent_id``.

    Examples
    --------
    See ``tests/test_candidates_table.py``.
    """
    asked = () if config.siting is None else config.siting.candidates
    where = Where(file, None, SETTING, ", ".join(asked))
    if asked and config.travel.engine == "matrix":
        yield fault(where, rule("placed_times"), hint("placed_times"))
    if SEATS in asked:
        seats = seats_of(townships, villages)
        for key, wrong in (
            ("seat_known", seats["lon"].isna() | seats["lat"].isna()),
            ("seat_once", seats["township"].duplicated()),
        ):
            lost = set(seats.loc[wrong.to_numpy(dtype=bool), "township"])
            rows = townships[townships["zone_id"].isin(lost).to_numpy()]
            if lost:
                yield fault(where, rule(key, names=some(rows["name"].astype(str))), hint(key))
    if COMMUNITIES in asked and not (villages["kind"] == "community").any():
        yield fault(where, rule("communities_there"), hint("communities_there"))
    count = None if config.siting is None else config.siting.generated
    there = villages.reindex(columns=POINT[:2]).notna().all(axis=1)
    if count is not None and count > there.sum():
        yield too_many(count, int(there.sum()), file)


def too_many(count: int, most: int, file: str) -> Fault:
    """Say that more candidates are to be generated than there are villages for them.

    Parameters
    ----------
    count
        Number asked for.
    most
        Villages at whose point a trip can end.
    file
        Name of the study file.

    Returns
    -------
    Fault
        The fault.

    Raises
    ------
    KeyError
        Never.

    Examples
    --------
    >>> too_many(9, 4, "study.toml").column
    'siting.generated'
    """
    where = Where(file, None, "siting.generated", count)
    return fault(where, rule("generated_most", most=most), hint("generated_most"))
