"""What changed between two years: persons, supply and roads, each with its own share.

The change of a sum (persons not in reach, say) is split by Shapley values: persons, supply and
roads are changed from the first year to the second in each of the six possible orders, and each
counts for the mean of what it changed when its turn came. The three shares add up to the change,
and no order is preferred (Shorrocks 2013, J Econ Inequal 11:99).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from wushan_geo.access.gaps import REACHED, UNKNOWN, Times
from wushan_geo.access.survey import study_gaps, timed_services
from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.travel.times import can_travel, travel_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wushan_geo.study.study import Study

PARTS = ("persons", "supply", "roads")
COUNTED = ("not_reached", "unknown")
CHANGE_COLUMNS = ["service", "limit", "counted", "part", "places", "persons", "eligible"]

Mix = tuple[bool, bool, bool]  # for persons, supply and roads: False before, True after


def shapley(value: Callable[[Mix], float]) -> dict[str, float]:
    """Split the change of a value into the shares of persons, supply and roads.

    Parameters
    ----------
    value
        Gives the value for each mix of the two years: for persons, supply and roads in turn,
        False for the first year and True for the second.

    Returns
    -------
    dict
        Share of each part, in the unit of the value; they add up to the whole change. NaN where
        a value that is needed is NaN.

    Raises
    ------
    Never
        Values are taken as they are.

    Examples
    --------
    >>> found = shapley(lambda mix: 10 + 4 * mix[0] - 6 * mix[1] * mix[2])
    >>> {part: round(share, 9) for part, share in found.items()}
    {'persons': 4.0, 'supply': -3.0, 'roads': -3.0}
    """
    known = {mix: float(value(mix)) for mix in _mixes()}
    orders = list(permutations(range(len(PARTS))))
    shares = dict.fromkeys(PARTS, 0.0)
    for order in orders:
        mix = [False] * len(PARTS)
        for part in order:
            before = known[_mix(mix)]
            mix[part] = True
            shares[PARTS[part]] += (known[_mix(mix)] - before) / len(orders)
    return shares


def gap_change(before: Study, after: Study) -> pd.DataFrame:
    """Split the change of the gap between two years into persons, supply and roads.

    For each service measured in minutes and each limit of the later study, the villages and
    persons not in reach (and those of whom it is not known) are counted for every mix of the
    persons, the facilities and the roads of the two years, and the change is split by
    :func:`shapley`. Roads are the network with its conditions, speeds and crossings, or whatever
    else the study's engine looks at.

    Parameters
    ----------
    before, after
        Studies of the same villages at two dates.

    Returns
    -------
    DataFrame
        ``service``, ``limit``, ``counted`` (not_reached or unknown), ``part`` (before, persons,
        supply, roads, after), ``places``, ``persons``, ``eligible``: totals in the rows *before*
        and *after*, changes in the others. NaN where counts are not known.

    Raises
    ------
    UnknownIdError
        If the two studies do not have the same villages; the others are named.
    ParameterError
        If no travel times can be worked out for one of them.

    Examples
    --------
    See ``tests/test_access_change.py``.
    """
    _check(before, after)
    table = _counts(before, after)
    found = []
    for key, some in table.groupby(["service", "limit", "counted"], sort=False):
        values = {
            group: dict(zip(some["mix"], some[group], strict=True))
            for group in ("places", "persons", "eligible")
        }
        found += [
            (*key, part, *(column[part] for column in map(_split, values.values())))
            for part in ("before", *PARTS, "after")
        ]
    return pd.DataFrame(found, columns=CHANGE_COLUMNS).astype(
        dict.fromkeys(("service", "counted", "part"), "str")
    )


def _mixes() -> list[Mix]:
    return [(one, two, three) for one, two, three in product((False, True), repeat=len(PARTS))]


def _mix(parts: list[bool]) -> Mix:
    persons, supply, roads = parts
    return persons, supply, roads


def _split(values: Mapping[Mix, float]) -> dict[str, float]:
    """Give the totals of both years and the shares of the change."""
    ends = {"before": values[False, False, False], "after": values[True, True, True]}
    return ends | shapley(values.__getitem__)


def _check(before: Study, after: Study) -> None:
    """Make sure that the two studies speak of the same villages, and that both have times."""
    first, second = set(before.villages["zone_id"]), set(after.villages["zone_id"])
    if first != second:
        message = (
            "the two studies must have the same villages. Only in one of them: "
            f"{listed(sorted(first ^ second))}. Bring the codes of the first year up to date."
        )
        raise UnknownIdError(message)
    for study in (before, after):
        reasons = can_travel(study)
        if reasons:
            said = "; ".join(en for _, en in reasons)
            message = f"no travel times for {study.config.id}: {said}."
            raise ParameterError(message)


def _counts(before: Study, after: Study) -> pd.DataFrame:
    """Count places and persons not in reach for every mix of the two years."""
    found = []
    for supply, roads in product((False, True), repeat=2):
        mixed = _mixed(before, after, supply=supply, roads=roads)
        interval = travel_interval(mixed, "all")
        gaps = study_gaps(mixed, Times(interval.central, interval.low, interval.high))
        for persons in (False, True):
            counted = _with_persons(gaps, after if persons else before)
            mix = pd.Series([(persons, supply, roads)] * len(counted), index=counted.index)
            found.append(counted.assign(mix=mix))
    return pd.concat(found, ignore_index=True)


def _mixed(before: Study, after: Study, *, supply: bool, roads: bool) -> Study:
    """Put a study together from the supply of one year and the roads of another."""
    stock, ways = (after if one else before for one in (supply, roads))
    # Services and limits are those of the later study: a new limit is no change of the county.
    # What other conditions would do to the roads is not asked here.
    travel = ways.config.travel
    shown = {one: done for one, done in travel.conditions.items() if one == travel.condition}
    travel = replace(travel, conditions=shown)
    config = replace(after.config, travel=travel, registers=stock.config.registers)
    named = (stock.provenance["table"] == "facilities").to_numpy()
    others = (ways.provenance["table"] != "facilities").to_numpy()
    provenance = pd.concat([ways.provenance[others], stock.provenance[named]], ignore_index=True)
    return replace(
        after,
        config=config,
        facilities=stock.facilities,
        roads=ways.roads,
        crossings=ways.crossings,
        road_distances=ways.road_distances,
        travel_times=ways.travel_times,
        terrain=ways.terrain,
        provenance=provenance,
    )


def _with_persons(gaps: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Count who is not in reach among the persons of a study."""
    rows = []
    everyone = study.group("all")
    for service in timed_services(study):
        some = gaps[(gaps["service"] == service.key).to_numpy()]
        groups = {"persons": everyone, "eligible": study.group(service.eligible or "")}
        for limit, at_limit in some.groupby("limit", sort=False):
            for counted, inside in _counted(at_limit["class"]).items():
                sums = {
                    name: _sum(group.reindex(at_limit["zone_id"]).to_numpy(dtype=float), inside)
                    for name, group in groups.items()
                }
                rows.append(
                    {
                        "service": service.key,
                        "limit": limit,
                        "counted": counted,
                        "places": float(inside.sum()),
                        **sums,
                    }
                )
    return pd.DataFrame(rows)


def _counted(classes: pd.Series[str]) -> Mapping[str, np.ndarray]:
    """Say who is not in reach, and of whom it is not known."""
    unknown = (classes == UNKNOWN).to_numpy()
    outside = ~classes.isin(REACHED).to_numpy() & ~unknown
    return dict(zip(COUNTED, (outside, unknown), strict=True))


def _sum(counts: np.ndarray, inside: np.ndarray) -> float:
    """Add up what is known; not known where nothing is."""
    known = ~np.isnan(counts)
    return float(counts[known & inside].sum()) if known.any() else float("nan")
