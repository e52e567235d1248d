"""Why persons are not served: siting, capacity, roads, or nobody knows; the gap taken apart.

A person not served is counted under one cause alone, the first that holds: *unknown* (a decisive
input is missing), *capacity* (a facility is in reach and full), *siting* (none is in reach and one
of the sites that the study names would be), *roads* (no site that it names would be in reach: the
gap that siting among them cannot close) or *undetermined* (the study names no candidates for the
service, so that siting and roads cannot be told apart). Who is in reach is *served* where places
were given out, and only *in reach* where they were not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from wushan_geo.access.gaps import REACHED, UNKNOWN
from wushan_geo.errors import ParameterError
from wushan_geo.study.tables import TOWNSHIP_DIGITS
from wushan_geo.travel.ids import align, positions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wushan_geo.study.study import Study
    from wushan_geo.travel.matrix import TravelMatrix

CAUSES = ("served", "in_reach", "capacity", "siting", "roads", "undetermined", "unknown")
LEFT = ("siting", "roads", "undetermined")  # causes of those who are surely not in reach
CAUSE_COLUMNS = ["zone_id", "cause", "places", "persons", "persons_by_admission"]


def gap_causes(
    classes: pd.Series[str],
    persons: pd.Series[float] | Mapping[str, float],
    *,
    fixable: pd.Series[Any] | None,
    waiting: pd.Series[float] | None,
    turned_away: pd.Series[bool] | None = None,
) -> pd.DataFrame:
    """Count places and persons by the cause of their gap.

    Parameters
    ----------
    classes
        Coverage class of each village by id (effective, neighbour, nominal, gap, unknown).
    persons
        Persons by id; NaN where there is no data. Every village must be named.
    fixable
        By id, whether a site that is named would be in reach; missing where that is not told;
        None if no site is named.
    waiting
        By id, persons in reach of a facility for whom no place is left; None if the capacities
        are not known, so that everyone in reach counts as in reach and nobody as served.
    turned_away
        By id, whether a facility within the limit offers the service and does not admit the
        village; None if that was not asked.

    Returns
    -------
    DataFrame
        One row for each village and cause that holds there: ``zone_id``, ``cause``, ``places``
        (1 under the cause of the village, 0 under *served* where some are served and others
        wait), ``persons`` (NaN where there is no data) and ``persons_by_admission``: those of them
        whom another rule of admission alone would bring into reach. Villages in the order of
        `classes`.

    Raises
    ------
    UnknownIdError
        If persons, `fixable` or `waiting` do not name exactly the villages.
    ParameterError
        If more persons wait than there are, or somebody waits where none is in reach.

    Examples
    --------
    >>> classes = pd.Series({"a": "effective", "b": "gap", "c": "gap"})
    >>> found = gap_causes(
    ...     classes,
    ...     {"a": 5, "b": 2, "c": 1},
    ...     fixable=pd.Series({"a": True, "b": True, "c": False}),
    ...     waiting=pd.Series({"a": 3.0, "b": 0.0, "c": 0.0}),
    ... )
    >>> found[["cause", "places", "persons"]].values.tolist()
    [['served', 0, 2.0], ['capacity', 1, 3.0], ['siting', 1, 2.0], ['roads', 1, 1.0]]
    """
    ids = tuple(classes.index)
    counts = align(persons, ids, "persons")
    reached = classes.isin(REACHED).to_numpy()
    left = _left(classes, fixable, ids)
    # Persons whom nobody counted cannot be said to have a place.
    placed = np.full(len(ids), waiting is not None) & ~np.isnan(counts)
    left = np.where(reached, np.where(placed, "served", "in_reach"), left)
    wait = np.zeros(len(ids)) if waiting is None else align(waiting, ids, "waiting")
    wrong = (wait > np.nan_to_num(counts) * (1 + 1e-9)) | ((wait > 0) & ~reached)
    if wrong.any():
        message = "waiting must be persons in reach of a facility, and at most all of them."
        raise ParameterError(message)
    full = wait > 0
    some = reached & full & (wait < counts)
    at = np.arange(len(ids))
    rows = pd.concat(
        [
            _rows(at, np.where(full, "capacity", left), np.where(full, wait, counts), 1),
            _rows(at[some], np.full(some.sum(), "served"), (counts - wait)[some], 0),
        ],
        ignore_index=True,
    )
    rows = rows.sort_values(["at", "places"], kind="stable", ignore_index=True)
    rows["zone_id"] = pd.array(np.array(ids, dtype=object)[rows["at"].to_numpy()], dtype="str")
    away = np.zeros(len(ids), dtype=bool)
    if turned_away is not None:
        order = positions(ids, tuple(turned_away.index), "turned_away")
        away = turned_away.to_numpy(dtype=bool)[order]
    helped = away[rows["at"].to_numpy()] & rows["cause"].isin(LEFT).to_numpy()
    rows["persons_by_admission"] = rows["persons"].where(helped, 0.0)
    return rows[CAUSE_COLUMNS]


def _left(
    classes: pd.Series[str], fixable: pd.Series[Any] | None, ids: tuple[str, ...]
) -> NDArray[np.object_]:
    """Give the cause of each village that is not in reach."""
    unknown = (classes == UNKNOWN).to_numpy()
    found = np.full(len(ids), "undetermined", dtype=object)
    if fixable is not None:
        told = fixable.iloc[positions(ids, tuple(fixable.index), "fixable")]
        found[told.notna().to_numpy()] = "roads"
        found[told.fillna(value=False).to_numpy(dtype=bool)] = "siting"
    found[unknown] = UNKNOWN
    return found


def _rows(
    at: NDArray[np.intp], cause: NDArray[np.object_], persons: NDArray[np.float64], places: int
) -> pd.DataFrame:
    """Lay out rows of one kind."""
    return pd.DataFrame(
        {"at": at, "cause": pd.array(cause, dtype="str"), "places": places, "persons": persons}
    )


def fixable_by_site(
    study: Study, service: str, matrix: TravelMatrix, *, limit: float
) -> pd.Series[Any] | None:
    """Say which villages a site that the study names would bring into reach.

    A site is a planned facility that lists the service, or a candidate that lists it; a candidate
    may also offer what the study's siting settings say new sites offer. Where planned facilities
    are all that is named, a village that they do not help is left open: nobody has looked for
    other sites. A candidate that does not
    say whom it admits is taken to admit whom new sites admit.

    Parameters
    ----------
    study
        The study.
    service
        Service key.
    matrix
        Central minutes from villages to all facilities.
    limit
        Largest number of minutes that counts.

    Returns
    -------
    Series
        True, False or missing by ``zone_id`` of every village of the study; None if no site is
        named. A village without a point is not fixable.

    Raises
    ------
    ParameterError
        If the limit is out of range or beyond that of the matrix.
    UnknownIdError
        If the matrix names a facility that the study does not have.

    Examples
    --------
    See ``tests/test_access_causes.py``.
    """
    sites = _sites(study, service)
    sites = sites[sites["facility_id"].isin(matrix.destination_ids).to_numpy()]
    if sites.empty:
        return None
    zones = study.villages["zone_id"].tolist()
    near = matrix.within(limit)
    columns = positions(sites["facility_id"].tolist(), matrix.destination_ids, "the matrix")
    parents = dict(zip(zones, study.villages["parent_id"], strict=True))
    townships = np.array([parents[one] for one in matrix.origin_ids], dtype=object)
    own = townships[:, None] == sites["zone_id"].astype("str").str[:TOWNSHIP_DIGITS].to_numpy()
    anyone = ~sites["admits"].isin(["township", UNKNOWN]).to_numpy()
    reached = (near[:, columns] & (own | anyone[None, :])).any(axis=1)
    found = dict(zip(matrix.origin_ids, reached.tolist(), strict=True))
    index = pd.Index(zones, dtype="str", name="zone_id")
    answer = pd.Series(
        [found.get(one, False) for one in zones], index=index, name="fixable", dtype="boolean"
    )
    looked = (sites["status"] == "candidate").any()
    return answer if looked else answer.where(answer)


def site_matrix(study: Study, service: str, matrix: TravelMatrix) -> TravelMatrix:
    """Keep the sites that the study names for a service, as :func:`fixable_by_site` sees them.

    Parameters
    ----------
    study
        The study.
    service
        Service key.
    matrix
        Central minutes from villages to all facilities.

    Returns
    -------
    TravelMatrix
        Minutes to the sites; no destination where none is named.

    Raises
    ------
    UnknownIdError
        Never: only sites of the matrix are taken.

    Examples
    --------
    See ``tests/test_access_causes.py``.
    """
    sites = _sites(study, service)["facility_id"]
    return matrix.select(destinations=[one for one in sites if one in set(matrix.destination_ids)])


def _sites(study: Study, service: str) -> pd.DataFrame:
    """Take the facilities to come that would offer a service."""
    table = study.facilities[["facility_id", "status", "services", "admits", "zone_id"]]
    lists = np.array([one is not None and service in one for one in table["services"]], dtype=bool)
    status = table["status"].to_numpy(dtype=object)
    asked = study.config.siting is not None and service in study.config.siting.services
    candidate = (status == "candidate") & (lists | asked)
    found = pd.DataFrame(table[candidate | ((status == "planned") & lists)])
    new = "county" if study.config.siting is None else study.config.siting.admits
    blank = found["admits"].isna() | (found["status"] == "candidate").to_numpy()
    return found.assign(admits=found["admits"].mask(blank, new))


def summed_causes(rows: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """Add the causes of villages up to units, such as townships or the county.

    Parameters
    ----------
    rows
        The table of :func:`gap_causes`.
    units
        Unit of each village, by ``zone_id``.

    Returns
    -------
    DataFrame
        Columns as in :func:`gap_causes`, one row for each unit and each of the causes (zero where
        none); ``persons`` is of what is known, NaN where nothing is.

    Raises
    ------
    KeyError
        If a village has no unit.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "zone_id": ["a", "b"],
    ...         "cause": "roads",
    ...         "places": 1,
    ...         "persons": [1.0, 2.0],
    ...         "persons_by_admission": [0.0, 2.0],
    ...     }
    ... )
    >>> found = summed_causes(rows, {"a": "t", "b": "t"})
    >>> found[found["cause"] == "roads"].values.tolist()
    [['t', 'roads', 2, 3.0, 2.0]]
    """
    named = rows.assign(zone_id=[units[one] for one in rows["zone_id"]])
    columns = ["places", "persons", "persons_by_admission"]
    sums = named.groupby(["zone_id", "cause"])[columns].sum(min_count=1)
    order = list(dict.fromkeys(named["zone_id"]))
    every = pd.MultiIndex.from_product([order, CAUSES], names=["zone_id", "cause"])
    found = sums.reindex(every)
    # A cause that holds nowhere is a true zero; persons nobody counted stay not known.
    empty = found["places"].isna()
    found.loc[empty, ["persons", "persons_by_admission"]] = 0.0
    found["places"] = found["places"].fillna(0).astype(int)
    table = found.reset_index()
    return table.astype({"zone_id": "str", "cause": "str"})[CAUSE_COLUMNS]
