"""Where the promise holds on paper and where in reality: two axes, five classes.

The axis *paper* asks whether the village's own unit (its township, or the county for a county
service) has an open facility that offers the service. The axis *reach* asks whether a person can
get to one that admits them within the limit, and where that one stands. What is not known stays
unknown: it is only called unknown where it decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.study.tables import TOWNSHIP_DIGITS
from wushan_geo.study.travelling import CONDITIONS
from wushan_geo.travel.matrix import checked_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from wushan_geo.travel.matrix import TravelMatrix

    Flags = NDArray[np.bool_]
    Minutes = NDArray[np.float64]

T = TypeVar("T")
R = TypeVar("R")

CLASSES = ("effective", "neighbour", "nominal", "gap", "unknown")  # from the best to the worst
REACHED = ("effective", "neighbour")  # classes in which a facility that admits is in reach
YES, NO, UNKNOWN = "yes", "no", "unknown"
ENDS = ("central", "low", "high")  # of the interval of minutes


@dataclass(frozen=True, slots=True)
class Offer:
    """One service: who offers it, whom they admit, and which unit they belong to."""

    facility_ids: tuple[str, ...]
    """Facilities, sorted."""
    surely: Flags
    """True where the facility is known to be open and to offer the service."""
    maybe: Flags
    """True where that is not known: neither yes nor no."""
    zone_units: NDArray[np.object_]
    """Township of each facility; empty beyond the county."""
    admits: NDArray[np.object_]
    """Whom each admits: township, county, anyone, agreement, unknown."""
    county_level: bool
    """True if the county as a whole should have its own, False if each township."""
    complete: bool
    """True if the list of facilities is complete: only then does absence mean none."""


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes from villages to facilities: central, optimistic and pessimistic."""

    central: TravelMatrix
    low: TravelMatrix
    high: TravelMatrix
    conditions: Mapping[str, TravelMatrix] = field(default_factory=dict)
    """Central minutes by standing condition (ordinary, snow, flood), as far as stated."""


def offer_of(
    facilities: pd.DataFrame, service: str, *, county_level: bool, complete: bool
) -> Offer:
    """Say who offers a service and whom they admit.

    A facility surely offers it if it is open and lists it; it may offer it if it is open and its
    services are not known, or if it lists it (or its services are not known) and its status is not
    known. For a service of the county as a whole a facility must list it: that the services of some
    small home are not known does not make it the county's centre. A facility that is known only
    from a document as planned may have opened since, so it may offer what is listed; other planned,
    candidate and closed facilities do not offer anything.

    Parameters
    ----------
    facilities
        Columns ``facility_id``, ``services`` (frozenset or None for not known), ``status``,
        ``admits`` (missing = not known), ``zone_id`` (missing = beyond the county).
    service
        Service key.
    county_level
        Whether the service is the county's own rather than each township's.
    complete
        Whether the list of facilities is complete.

    Returns
    -------
    Offer
        The service, facilities sorted by id.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "facility_id": ["f"],
    ...         "services": [frozenset({"day_care"})],
    ...         "status": ["open"],
    ...         "admits": ["county"],
    ...         "zone_id": ["990101001001"],
    ...     }
    ... )
    >>> offer_of(table, "day_care", county_level=False, complete=True).surely.tolist()
    [True]
    """
    table = facilities.sort_values("facility_id", kind="stable")
    listed_by = [None if one is None else service in one for one in table["services"]]
    lists = np.array([one is True for one in listed_by], dtype=bool)
    silent = np.array([one is None for one in listed_by], dtype=bool)
    if county_level:
        # Every Home without a list of services cannot be thought to be the county's one centre.
        silent[:] = False
    status = table["status"].to_numpy(dtype=object)
    running, unsure = status == "open", status == "unknown"
    if "basis" in table:
        # A plan of years ago does not tell whether the facility has opened since.
        old = np.isin(table["basis"].to_numpy(dtype=object), ("stated", "inferred"))
        unsure |= (status == "planned") & old & lists
    zones = table["zone_id"].to_numpy(dtype=object, na_value="")
    admits = table["admits"].to_numpy(dtype=object, na_value=UNKNOWN)
    return Offer(
        facility_ids=tuple(table["facility_id"]),
        surely=running & lists,
        maybe=(running & silent) | (unsure & (lists | silent)),
        zone_units=np.array([str(one)[:TOWNSHIP_DIGITS] for one in zones], dtype=object),
        admits=admits,
        county_level=county_level,
        complete=complete,
    )


def admission(townships: Sequence[str] | NDArray[np.object_], offer: Offer) -> tuple[Flags, Flags]:
    """Say which facilities admit persons of which village.

    A facility always admits its own township. Elsewhere in the county it admits if it admits the
    county or anyone; beyond the county only if it admits anyone. By agreement, or not stated, is
    not known for others.

    Parameters
    ----------
    townships
        Township of each village.
    offer
        The service.

    Returns
    -------
    tuple of numpy.ndarray
        Two boolean arrays, villages down and facilities across: surely admits, may admit.

    Raises
    ------
    ValueError
        If the arrays of the offer do not have one length.

    Examples
    --------
    See ``tests/test_access_gaps.py``.
    """
    own = np.asarray(townships, dtype=object)[:, None] == offer.zone_units[None, :]
    inside = offer.zone_units != ""
    anyone = offer.admits == "anyone"
    others = anyone | ((offer.admits == "county") & inside)
    unclear = np.isin(offer.admits, ("agreement", UNKNOWN))
    return own | others[None, :], ~own & unclear[None, :]


def serves(townships: Sequence[str] | NDArray[np.object_], offer: Offer) -> tuple[Flags, Flags]:
    """Say which facilities offer the service to which village, surely or maybe.

    Surely, if it surely offers and surely admits; maybe, if it may do both and not surely does.

    Parameters
    ----------
    townships
        Township of each village.
    offer
        The service.

    Returns
    -------
    tuple of numpy.ndarray
        Two boolean arrays, villages down and facilities across: surely, maybe.

    Raises
    ------
    ValueError
        If the arrays of the offer do not have one length.

    Examples
    --------
    See ``tests/test_access_gaps.py``.
    """
    sure, unclear = admission(townships, offer)
    certain = sure & offer.surely[None, :]
    return certain, (sure | unclear) & (offer.surely | offer.maybe)[None, :] & ~certain


def access_gaps(
    villages: pd.DataFrame, offer: Offer, times: Times | None, *, limit: float
) -> pd.DataFrame:
    """Class each village by what it has on paper and what is in reach within a limit.

    With p the paper axis and t_ij the minutes from village i to facility j: *effective* if an own
    facility that surely offers and admits has t_ij <= limit; else *neighbour* if another one has;
    else *unknown* if one that may offer and admit could be in reach; else *nominal* if the own unit
    has one on paper, *unknown* if that is not known, *gap* if it has none. A place exactly at the
    limit is covered. The same is asked at the optimistic and the pessimistic minutes; where the
    three agree the class is *firm*, else it *depends* on the roads assumed.

    Parameters
    ----------
    villages
        Columns ``zone_id`` and ``parent_id`` (township).
    offer
        The service.
    times
        Minutes to all facilities with a known point; None if no travel times could be made. A
        village or a facility that is not in the matrices has no known place: its minutes are not
        known.
    limit
        Largest number of minutes, one way, that counts as reached.

    Returns
    -------
    DataFrame
        One row a village, sorted by ``zone_id``: ``zone_id``, ``paper`` (yes, no, unknown),
        ``reach`` (own, other_township, other_county, none, unknown), ``class``, ``class_low``,
        ``class_high``, ``certainty`` (firm, depends), ``minutes``, ``minutes_low``,
        ``minutes_high`` and ``facility_id`` of the nearest that surely offers and admits,
        ``own_minutes`` and ``own_facility_id`` of the nearest own one; and for each standing
        condition ``minutes_ordinary``, ``class_ordinary`` and so on at central minutes (NaN and
        missing where the study does not state what the condition does). Minutes are infinite where
        none exists or can be reached, NaN where they are not known. They are not known either
        where none that surely offers and admits can be reached and one that may do so can, in
        whatever time: somebody has to ask there before a village counts as unreachable.

    Raises
    ------
    UnknownIdError
        If the matrices name a facility that the offer does not.
    ParameterError
        If the limit is not a number of at least 0 or lies beyond the limit of the matrices, or
        these are not in minutes.

    Examples
    --------
    See ``tests/test_access_gaps.py``.
    """
    return gaps_at(villages, offer, times, limits=(limit,))[0]


def gaps_at(
    villages: pd.DataFrame, offer: Offer, times: Times | None, *, limits: Sequence[float]
) -> list[pd.DataFrame]:
    """Class each village at several limits; who offers, admits and is nearest is asked once.

    Parameters
    ----------
    villages, offer, times
        As in :func:`access_gaps`.
    limits
        Numbers of minutes, one way.

    Returns
    -------
    list of DataFrame
        One table as in :func:`access_gaps` for each limit.

    Raises
    ------
    UnknownIdError, ParameterError
        As in :func:`access_gaps`.

    Examples
    --------
    See ``tests/test_access_gaps.py``.
    """
    for limit in limits:
        _check_limit(times, limit)
    table = villages.sort_values("zone_id", kind="stable")
    ids = tuple(table["zone_id"].tolist())
    townships = table["parent_id"].to_numpy(dtype=object)
    certain, possible = serves(townships, offer)
    own = _own(townships, offer)
    paper = _paper(own, certain, possible, complete=offer.complete)
    ends: dict[str, TravelMatrix | None] = {
        end: None if times is None else getattr(times, end) for end in ENDS
    }
    standing = {} if times is None else times.conditions
    minutes = _each(ends | {**standing}, lambda one: _minutes(ids, offer.facility_ids, one))
    nearest = _each(minutes, lambda cost: _nearest(cost, certain, possible, offer))
    own_nearest, own_which = _nearest(minutes["central"], certain & own, possible & own, offer)
    ways = {
        "minutes": nearest["central"][0],
        "minutes_low": nearest["low"][0],
        "minutes_high": nearest["high"][0],
        "facility_id": pd.array(nearest["central"][1], dtype="str"),
        "own_minutes": own_nearest,
        "own_facility_id": pd.array(own_which, dtype="str"),
    }
    zones = pd.array(list(ids), dtype="str")
    ways |= {f"minutes_{one}": nearest[one][0] for one in standing}
    not_stated = _not_stated(standing, len(ids))
    found = []
    for limit in limits:
        within = partial(_within, limit=limit, flags=(certain, possible, own), offer=offer)
        reaches = _each(minutes, within)
        axes = {"zone_id": zones, "paper": paper, "reach": reaches["central"]}
        classes = _each(reaches, lambda reach: _classes(paper, reach))
        by_condition = {f"class_{one}": classes[one] for one in standing}
        columns = {**axes, **_classed(classes), **ways, **by_condition, **not_stated}
        found.append(pd.DataFrame(columns))
    return found


def _each(things: Mapping[str, T], make: Callable[[T], R]) -> dict[str, R]:
    """Make something of each thing; of one that stands under several names only once.

    The times of the condition shown first are the central ones, and a profile has no interval.
    """
    made: dict[int, R] = {}
    for one in things.values():
        if id(one) not in made:
            made[id(one)] = make(one)
    return {name: made[id(one)] for name, one in things.items()}


def _not_stated(standing: Collection[str], count: int) -> dict[str, Any]:
    """Give every table the columns of all conditions; what a study does not state is not known."""
    columns: dict[str, Any] = {}
    for name in CONDITIONS:
        if name not in standing:
            columns[f"minutes_{name}"] = np.full(count, np.nan)
            columns[f"class_{name}"] = pd.array([None] * count, dtype="str")
    return columns


def _classed(classes: Mapping[str, NDArray[np.object_]]) -> dict[str, NDArray[np.object_]]:
    """Set the classes at both ends beside the central one, and say whether they agree."""
    central, low, high = (classes[end] for end in ENDS)
    firm = (low == central) & (high == central)
    return {
        "class": central,
        "class_low": low,
        "class_high": high,
        "certainty": np.where(firm, "firm", "depends").astype(object),
    }


def _check_limit(times: Times | None, limit: float) -> None:
    """Make sure that no matrix ends below the limit: what lies beyond its end would read as far."""
    checked_limit(limit)
    if times is not None:
        for matrix in (times.central, times.low, times.high, *times.conditions.values()):
            if matrix.unit != "min":
                message = f"the limits are minutes, and the matrix is in {matrix.unit!r}"
                raise ParameterError(message)
            matrix.checked_reach(limit, "limit")


def _own(townships: NDArray[np.object_], offer: Offer) -> Flags:
    """Say which facilities belong to the unit that should have its own."""
    if offer.county_level:
        return np.broadcast_to(offer.zone_units != "", (len(townships), len(offer.zone_units)))
    own: Flags = townships[:, None] == offer.zone_units[None, :]
    return own


def _paper(own: Flags, certain: Flags, possible: Flags, *, complete: bool) -> NDArray[np.object_]:
    none = NO if complete else UNKNOWN
    maybe = np.where((own & possible).any(axis=1), UNKNOWN, none)
    return np.where((own & certain).any(axis=1), YES, maybe).astype(object)


def _minutes(
    villages: Sequence[str], facilities: Sequence[str], matrix: TravelMatrix | None
) -> Minutes:
    """Spread a matrix over all villages and facilities; a pair that it does not know is NaN."""
    spread = np.full((len(villages), len(facilities)), np.nan)
    if matrix is None:
        return spread
    at_village = {one: at for at, one in enumerate(villages)}
    at_facility = {one: at for at, one in enumerate(facilities)}
    strange = [one for one in matrix.destination_ids if one not in at_facility]
    strange += [one for one in matrix.origin_ids if one not in at_village]
    if strange:
        message = f"the travel times name ids that the study does not have: {listed(strange)}"
        raise UnknownIdError(message)
    rows = [at_village[one] for one in matrix.origin_ids]
    columns = [at_facility[one] for one in matrix.destination_ids]
    spread[np.ix_(rows, columns)] = matrix.dense()
    return spread


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of each pair of a village and a facility."""

    near: Flags
    """Within the limit."""
    lost: Flags
    """Minutes not known."""
    certain: Flags
    """Surely offers and admits."""
    possible: Flags
    """May offer and admit."""
    own: Flags
    """Belongs to the unit that should have its own."""


def _within(
    cost: Minutes, limit: float, flags: tuple[Flags, Flags, Flags], offer: Offer
) -> NDArray[np.object_]:
    """Say what is in reach within a limit, of those that surely serve, may serve and are own."""
    return _reach(_Known(cost <= limit, np.isnan(cost), *flags), offer)


def _reach(known: _Known, offer: Offer) -> NDArray[np.object_]:
    """Say what is in reach; inside the county is named before another county."""
    there = known.certain & known.near
    unclear = (known.possible & (known.near | known.lost)) | (known.certain & known.lost)
    inside = (offer.zone_units != "")[None, :]
    reach = np.where(unclear.any(axis=1), UNKNOWN, "none" if offer.complete else UNKNOWN)
    reach = np.where(there.any(axis=1), "other_county", reach)
    reach = np.where((there & ~known.own & inside).any(axis=1), "other_township", reach)
    return np.where((there & known.own).any(axis=1), "own", reach).astype(object)


def _classes(paper: NDArray[np.object_], reach: NDArray[np.object_]) -> NDArray[np.object_]:
    left = np.where(paper == YES, "nominal", np.where(paper == NO, "gap", UNKNOWN))
    found = np.where(reach == UNKNOWN, UNKNOWN, left)
    found = np.where(np.isin(reach, ("other_township", "other_county")), "neighbour", found)
    return np.where(reach == "own", "effective", found).astype(object)


def _nearest(
    cost: Minutes, certain: Flags, possible: Flags, offer: Offer
) -> tuple[Minutes, list[str | None]]:
    """Give the nearest that surely serves; NaN where none is known to be reached and one could be.

    One could be that surely serves and lies nobody knows where, or that may serve and is not known
    to be out of reach.
    """
    ids = offer.facility_ids
    rows = len(cost)
    if not ids:
        return np.full(rows, np.inf if offer.complete else np.nan), [None] * rows
    blind = np.isnan(cost)
    reachable = np.where(certain & ~blind, cost, np.inf)
    best = reachable.argmin(axis=1)
    minutes = reachable[np.arange(rows), best]
    open_question = (certain & blind) | (possible & ~np.isinf(cost))
    lost = open_question.any(axis=1) | np.full(rows, not offer.complete)
    named = np.isfinite(minutes).tolist()
    names = [ids[at] if told else None for at, told in zip(best.tolist(), named, strict=True)]
    return np.where(lost & np.isinf(minutes), np.nan, minutes), names
