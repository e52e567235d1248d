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

from wushan_geo.access.eligibility import group_count
from wushan_geo.access.gaps import REACHED, UNKNOWN, Times, gaps_at, offer_of
from wushan_geo.access.survey import reach_basis, register, timed_services
from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.study.study import MISSING, weakest
from wushan_geo.travel.times import can_travel, travel_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from wushan_geo.access.eligibility import EligibleCount
    from wushan_geo.study.study import Study

    Classes = Mapping[tuple[str, float], "pd.Series[str]"]
    Groups = Mapping[str, Sequence[EligibleCount]]
    Counts = Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]

PARTS = ("persons", "supply", "roads")
COUNTED = ("not_reached", "unknown")
EVERYONE = "all"
CHANGE_COLUMNS = [
    "service", "limit", "counted", "part", "places", "persons", "eligible", "left_out", "basis",
]  # fmt: skip

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
    :func:`shapley`. Roads are the network with its conditions, speeds and crossings on the cut-off
    date of its year, or whatever else the study's engine looks at, and the points where trips
    start. Persons are those registered and whom each service is for, at home where that is known.
    So that data which arrive are no change, persons are counted only in villages whose count is
    known in both years, in every mix alike.

    Parameters
    ----------
    before, after
        Studies of the same villages at two dates.

    Returns
    -------
    DataFrame
        ``service``, ``limit``, ``counted`` (not_reached or unknown), ``part`` (before, persons,
        supply, roads, after), ``places``, ``persons``, ``eligible``: totals in the rows *before*
        and *after*, changes in the others, NaN where no village is known in both years;
        ``left_out`` (villages without a count in one of the years, the larger number of those for
        ``persons`` and for ``eligible``, whichever is known at all; NaN if neither is) and
        ``basis`` (the weakest decisive input of the two studies).

    Raises
    ------
    UnknownIdError
        If the two studies do not have the same villages; the others are named.
    ParameterError
        If no travel times can be worked out for one of them, or times from elsewhere do not tell
        how far a facility of the other year is.

    Examples
    --------
    See ``tests/test_access_change.py``.
    """
    _check(before, after)
    classes = {
        (supply, roads): _classes(_mixed(before, after, supply=supply, roads=roads))
        for supply, roads in product((False, True), repeat=2)
    }
    groups = _counted_groups(before, after)
    ways = reach_basis(before), reach_basis(after)
    found = []
    for service in timed_services(after):
        eligible = groups.get(service.eligible or "", ())
        counts = _counts(before, after, eligible)
        told = _left_out(counts), _basis(ways, groups[EVERYONE], eligible)
        for limit in service.limits:
            at_limit = {mix: _counted(known[service.key, limit]) for mix, known in classes.items()}
            for counted in COUNTED:
                inside = {mix: flags[counted] for mix, flags in at_limit.items()}
                columns = [_split(_sums(both, inside)) for both in counts.values()]
                found += [
                    (service.key, limit, counted, part, *(one[part] for one in columns), *told)
                    for part in ("before", *PARTS, "after")
                ]
    kinds = dict.fromkeys(CHANGE_COLUMNS, "float64")
    kinds |= dict.fromkeys(("service", "counted", "part", "basis"), "str")
    return pd.DataFrame(found, columns=CHANGE_COLUMNS).astype(kinds)


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


def _mixed(before: Study, after: Study, *, supply: bool, roads: bool) -> Study:
    """Put a study together from the supply of one year and the roads of another."""
    stock, ways = (after if one else before for one in (supply, roads))
    # The day and the hour of the roads go with them: a bridge opened since was not open then.
    # What other conditions would do to them is not asked here.
    travel = ways.config.travel
    shown = {one: done for one, done in travel.conditions.items() if one == travel.condition}
    config = replace(
        ways.config,
        travel=replace(travel, conditions=shown),
        registers=stock.config.registers,
        # Services and limits are those of the later study: a new limit is no change of the county.
        services=after.config.services,
    )
    named = (stock.provenance["table"] == "facilities").to_numpy()
    others = (ways.provenance["table"] != "facilities").to_numpy()
    provenance = pd.concat([ways.provenance[others], stock.provenance[named]], ignore_index=True)
    return replace(
        ways,
        config=config,
        facilities=stock.facilities,
        travel_times=_given_times(ways, stock),
        provenance=provenance,
    )


def _given_times(ways: Study, stock: Study) -> pd.DataFrame | None:
    """Give the times from elsewhere; to a facility of the other year alone, those of that year."""
    own, other = ways.travel_times, stock.travel_times
    one, two = ways.config.travel.matrix, stock.config.travel.matrix
    if own is None or one is None:
        return own
    known = {*ways.facilities["facility_id"], *own["destination"]}
    new = sorted(set(stock.facilities["facility_id"]) - known)
    if not new:
        return own
    if other is None or two is None or (one.unit, one.limit) != (two.unit, two.limit):
        message = (
            f"the travel times of {ways.config.id} do not tell how far these facilities of "
            f"{stock.config.id} are: {listed(new)}. Add them to the times, or give the times of "
            "both years in one unit and up to one limit."
        )
        raise ParameterError(message)
    return pd.concat([own, other[other["destination"].isin(new).to_numpy()]], ignore_index=True)


def _classes(study: Study) -> Classes:
    """Class each village, sorted, for each service and limit.

    The classes are those of :func:`~wushan_geo.access.survey.study_gaps`, without its county line
    and its slow and fast roads, which change none of them.
    """
    central = travel_interval(study, "all").central
    times = Times(central, central, central)
    complete = register(study, "facilities") == "complete"
    found = {}
    for service in timed_services(study):
        offer = offer_of(
            study.facilities,
            service.key,
            county_level=service.level == "county",
            complete=complete,
        )
        villages = study.villages[["zone_id", "parent_id"]]
        tables = gaps_at(villages, offer, times, limits=service.limits)
        for limit, table in zip(service.limits, tables, strict=True):
            found[service.key, limit] = table["class"]
    return found


def _counted_groups(before: Study, after: Study) -> Groups:
    """Count all persons and those whom each service is for, in both years."""
    named = {one.eligible for one in timed_services(after) if one.eligible is not None}
    return {
        group: (group_count(before, group), group_count(after, group))
        for group in (EVERYONE, *sorted(named))
    }


def _counts(before: Study, after: Study, eligible: Sequence[EligibleCount]) -> Counts:
    """Count places, persons and eligible persons of both years by village, sorted.

    A village counts persons only if they are known in both years; else it is NaN in both.
    """
    zones = pd.Index(sorted(after.villages["zone_id"]))
    places = np.ones(len(zones))
    nobody = pd.Series(np.nan, index=zones)
    groups = {
        "persons": [study.group(EVERYONE) for study in (before, after)],
        "eligible": [one.persons for one in eligible] or [nobody, nobody],
    }
    found = {"places": (places, places)}
    for name, years in groups.items():
        one, two = (year.reindex(zones).to_numpy(dtype=float) for year in years)
        lost = np.isnan(one) | np.isnan(two)
        found[name] = np.where(lost, np.nan, one), np.where(lost, np.nan, two)
    return found


def _left_out(counts: Counts) -> float:
    """Count the villages that lack a count in one of the years, where others have one."""
    lost = [np.isnan(one) for one, _ in counts.values()]
    # The places, which come first, are always known.
    return max((float(one.sum()) for one in lost[1:] if not one.all()), default=float("nan"))


def _basis(
    ways: Sequence[str], everyone: Sequence[EligibleCount], eligible: Sequence[EligibleCount]
) -> str:
    """Give the weakest decisive input of the two studies."""
    found = [*ways, *(one.basis for one in everyone)]
    # Without whom a service is for the change of all persons still stands.
    more = [one.basis for one in eligible]
    return MISSING if MISSING in found else weakest([*found, *more])


def _counted(classes: pd.Series[str]) -> Mapping[str, NDArray[np.bool_]]:
    """Say who is not in reach, and of whom it is not known."""
    unknown = (classes == UNKNOWN).to_numpy()
    outside = ~classes.isin(REACHED).to_numpy() & ~unknown
    return dict(zip(COUNTED, (outside, unknown), strict=True))


def _sums(
    counts: tuple[NDArray[np.float64], NDArray[np.float64]],
    inside: Mapping[tuple[bool, bool], NDArray[np.bool_]],
) -> dict[Mix, float]:
    """Add up the counts of either year inside, for every mix; not known where nothing is."""
    sums = {}
    for persons, supply, roads in _mixes():
        count = counts[persons]
        known = ~np.isnan(count)
        total = count[known & inside[supply, roads]].sum()
        sums[persons, supply, roads] = float(total) if known.any() else float("nan")
    return sums
