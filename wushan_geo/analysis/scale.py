"""Whether an answer depends on the unit: a township by its seat, or by its villages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from wushan_geo.access.eligibility import counted_as
from wushan_geo.access.gaps import NO, UNKNOWN, YES
from wushan_geo.access.scale import Rule, flips
from wushan_geo.access.survey import timed_services
from wushan_geo.analysis.asked import asked_basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushan_geo.study.study import Study

WORDS = {True: YES, False: NO}


def scale_rows(study: Study, gaps: pd.DataFrame, share: float) -> Iterator[pd.DataFrame]:
    """Judge each township by its seat and by its villages, and say where the two differ.

    By its seat: the minutes of the village where the seat stands. By its villages: whether the
    stated share of its persons is within the limit. A map coloured by the seat shows the first.

    Parameters
    ----------
    study
        The study.
    gaps
        The result table ``gaps``.
    share
        Share of a township's persons that must be in reach, above 0 and at most 1.

    Yields
    ------
    DataFrame
        Rows of the table ``scale``: townships, for each service and limit; villages without a
        count are left out.

    Raises
    ------
    ParameterError
        If the share is out of range.

    Examples
    --------
    See ``tests/test_analysis_scale.py``.
    """
    seats, basis = _seats(study), asked_basis(study)
    parents = study.villages.set_index("zone_id")["parent_id"]
    for service in timed_services(study):
        group = "persons" if service.eligible is None else "eligible"
        mine = gaps[(gaps["service"] == service.key).to_numpy()]
        for limit in service.limits:
            own = mine[(mine["limit"] == limit).to_numpy()].set_index("zone_id")
            own = own[own[group].notna()]
            if own.empty:
                continue
            # A village whose class is not known may be nearer than the minutes say.
            minutes = own["minutes"].mask(own["class"] == UNKNOWN)
            townships = parents.reindex(own.index)
            found = flips(
                minutes,
                own[group],
                townships,
                rule=Rule(limit, "high", share),
                seats=_figures(minutes, seats, townships),
            )
            words = f"share={share:g}; counted={counted_as(study, service)}; times=central"
            yield _table(found.townships, seats).assign(
                service=service.key, limit=limit, parameters=words, basis=basis
            )


def _seats(study: Study) -> pd.Series[str]:
    """Give the village of each township's seat, where one is marked."""
    villages = study.villages
    if "is_seat" not in villages:
        return pd.Series(dtype="str")
    marked = villages["is_seat"].fillna(value=False).to_numpy(dtype=bool)
    rows = villages[marked].drop_duplicates("parent_id")
    return pd.Series(rows["zone_id"].to_numpy(), index=rows["parent_id"].to_numpy(), dtype="str")


def _figures(
    minutes: pd.Series[float], seats: pd.Series[str], parents: pd.Series[str]
) -> pd.Series[float]:
    """Give the minutes of each township's seat; not known where no seat is marked."""
    townships = sorted(set(parents))
    known = {
        one: float(minutes[seats[one]])
        for one in townships
        if one in seats.index and seats[one] in minutes.index
    }
    return pd.Series({one: known.get(one, float("nan")) for one in townships}, dtype=float)


def _table(townships: pd.DataFrame, seats: pd.Series[str]) -> pd.DataFrame:
    """Lay out the townships with their verdicts in words."""
    table = townships.rename_axis("zone_id").reset_index()
    names = {
        "places_covered": "places_reached",
        "persons_covered": "persons_reached",
        "value": "seat_minutes",
    }
    table = table.rename(columns=names)
    table["seat"] = table["zone_id"].map(seats).astype("str")
    for column in ("as_one", "by_villages", "flips"):
        table[column] = [UNKNOWN if pd.isna(one) else WORDS[bool(one)] for one in table[column]]
    return table
