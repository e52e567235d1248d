"""Other ways than a building: what each would cost a year for a group of places in need.

Six ways are held side by side: a new home, a converted building, a home shared by neighbouring
townships, a shuttle to a home that is there, a team that comes round, and visits at home. What is
built is written off in equal parts (build / years); nothing is discounted. A way that serves
nobody, or fewer persons than make it viable, stays in the table with the reason.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from wushan_geo.access.arguments import above_zero, at_least_zero, checked_kind, one_of
from wushan_geo.errors import ParameterError, UnknownIdError, listed
from wushan_geo.siting.rounds import RoundLimits, RoundPrices, Stop, plan_rounds
from wushan_geo.travel.matrix import checked_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from wushan_geo.siting.rounds import RoundPlan
    from wushan_geo.travel.matrix import TravelMatrix

    Floats = NDArray[np.float64]

Way = Literal["new_home", "conversion", "shared_home", "shuttle", "mobile_team", "home_visit"]
WAYS = ("new_home", "conversion", "shared_home", "shuttle", "mobile_team", "home_visit")
HOMES = WAYS[:3]  # ways that are a building at a site
ADMITS = ("township", "anyone")
REASONS = (
    "no_costs", "no_site", "no_hub", "no_base", "no_seats", "nobody", "not_shared",
    "below_minimum", "minimum_unknown", "costs_unknown",
)  # fmt: skip
MONTHS = 12
HOUR = 60.0
SLACK = 1e-9  # sums in another order differ in the last digits
TIE = 1e-4  # yuan a minute: of team rounds at equal cost those with less driving
NAN = math.nan


@dataclass(frozen=True, slots=True)
class WayCosts:
    """What one unit of a way costs and can do; NaN is not known, which is not zero.

    A unit is a building, a vehicle with driver, a team, or a worker who visits.

    Raises
    ------
    ParameterError
        If the way is none of the six, a number is negative, or years or capacity are 0.

    Examples
    --------
    >>> WayCosts("shuttle", build=160000, years=8, run=60000, unit_run=40, capacity=7).fixed
    80000.0
    """

    way: Way
    """Which way."""
    site: str = ""
    """Site that the row is for; empty for any."""
    build: float = NAN
    """Yuan once, for each unit."""
    years: float = NAN
    """Years over which `build` is written off; not needed where nothing is built."""
    run: float = NAN
    """Yuan a year for each unit, however much it is used."""
    unit_run: float = NAN
    """Yuan by use: a person and year in a home, an hour that a shuttle drives, a day that a team is
    out, an hour that a visitor works."""
    capacity: float = NAN
    """Persons whom a home can serve (NaN: no limit is known), or seats of a shuttle."""
    minimum_load: float = NAN
    """Fewest persons that make the way viable."""
    staff: float = NAN
    """Persons employed for each unit."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        one_of(self.way, WAYS, "way")
        for one in fields(self)[2:]:
            value = getattr(self, one.name)
            if not (isinstance(value, float) and math.isnan(value)):
                check = above_zero if one.name in ("years", "capacity") else at_least_zero
                object.__setattr__(self, one.name, check(value, one.name))

    @property
    def fixed(self) -> float:
        """Yuan a year for each unit: run + build / years."""
        return self.run + (0.0 if self.build == 0 else self.build / self.years)


def _above(rules: object, *names: str) -> None:
    for name in names:
        object.__setattr__(rules, name, above_zero(getattr(rules, name), name))


@dataclass(frozen=True, slots=True)
class HomeRules:
    """How a home is used.

    Raises
    ------
    ParameterError
        If a number is out of range or `admits` is neither of the two words.

    Examples
    --------
    >>> HomeRules(limit=30, days=250, admits="township").limit
    30.0
    """

    limit: float
    """Minutes one way up to which persons come; exactly the limit counts."""
    days: float
    """Days a year on which it is open."""
    admits: str
    """Whom a home of one township admits: ``township`` (its own) or ``anyone``."""

    def __post_init__(self) -> None:
        """Check the rules."""
        object.__setattr__(self, "limit", at_least_zero(self.limit, "limit"))
        _above(self, "days")
        one_of(self.admits, ADMITS, "admits")


@dataclass(frozen=True, slots=True)
class ShuttleRules:
    """How a shuttle runs.

    Raises
    ------
    ParameterError
        If a number is out of range.

    Examples
    --------
    >>> ShuttleRules(ride=60, stop=2, trips=2, days=250).trips
    2.0
    """

    ride: float
    """Minutes that anybody may sit in the vehicle one way, stops included."""
    stop: float
    """Minutes at each stop."""
    trips: float
    """Rounds that a vehicle can make each morning, and again each evening."""
    days: float
    """Days a year on which it runs."""

    def __post_init__(self) -> None:
        """Check the rules."""
        object.__setattr__(self, "stop", at_least_zero(self.stop, "stop"))
        _above(self, "ride", "trips", "days")


@dataclass(frozen=True, slots=True)
class VisitRules:
    """How a team or a visitor works.

    Raises
    ------
    ParameterError
        If a number is out of range.

    Examples
    --------
    >>> VisitRules(hours=7, days=20, stops=4, visits=1, minutes=40, farthest=60).visits
    1.0
    """

    hours: float
    """Hours a day, base to base."""
    days: float
    """Working days a month."""
    stops: float
    """Places at which a team stops in a day; a visitor at home sees one person a trip."""
    visits: float
    """Visits a month to each person."""
    minutes: float
    """Minutes with each person."""
    farthest: float
    """Minutes one way beyond which nobody is sent out."""

    def __post_init__(self) -> None:
        """Check the rules."""
        _above(self, "hours", "days", "stops", "visits", "minutes", "farthest")


@dataclass(frozen=True, slots=True)
class WayRules:
    """The rules of all ways.

    Raises
    ------
    TypeError
        If one is missing.

    Examples
    --------
    See ``tests/test_siting_ways.py``.
    """

    home: HomeRules
    """Of the three kinds of home."""
    shuttle: ShuttleRules
    """Of the shuttle."""
    visit: VisitRules
    """Of the team and of visits at home."""


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Places whose persons need a service, and what is known of the ways around them.

    Raises
    ------
    ParameterError
        If a matrix is not in minutes or a count is no finite number of at least 0.
    UnknownIdError
        If a place stands among the neighbours as well, or a matrix or the townships lack one.

    Examples
    --------
    See ``tests/test_siting_ways.py``.
    """

    persons: Mapping[str, float]
    """Persons in need, by place."""
    homes: Mapping[str, str]
    """Township of each place, neighbour and site."""
    legs: TravelMatrix
    """Minutes between the places, hub and base, both ways."""
    sites: TravelMatrix
    """Minutes from the places and neighbours to where a home could stand."""
    neighbours: Mapping[str, float] = field(default_factory=dict)
    """Persons in need elsewhere, by place: they could share a home."""

    def __post_init__(self) -> None:
        """Check what belongs together."""
        for name in ("persons", "neighbours"):
            counts = {
                str(one): at_least_zero(count, f"{name} of {one}")
                for one, count in sorted(getattr(self, name).items())
            }
            object.__setattr__(self, name, counts)
        for name in ("legs", "sites"):
            if checked_matrix(getattr(self, name), name).unit != "min":
                message = f"{name} must be in minutes."
                raise ParameterError(message)
        everybody = {*self.persons, *self.neighbours}
        sites = set(self.sites.destination_ids)
        for what, lost in (
            ("neighbours hold places of the cluster", set(self.persons) & set(self.neighbours)),
            ("legs lack", set(self.persons) - set(self.legs.origin_ids)),
            ("legs lack", set(self.persons) - set(self.legs.destination_ids)),
            ("sites lack", everybody - set(self.sites.origin_ids)),
            ("homes lack", {*everybody, *sites} - set(self.homes)),
        ):
            if lost:
                message = f"{what} {listed(sorted(lost))}."
                raise UnknownIdError(message)


@dataclass(frozen=True, slots=True)
class WayAnswer:
    """What one way would do for a cluster, a year."""

    way: str
    """Which way."""
    site: str = ""
    """Where the home stands, the shuttle goes to, or the team and visitors start."""
    persons: float = 0.0
    """Persons of the cluster."""
    served: float = 0.0
    """Persons of it who are served."""
    beyond: float = 0.0
    """Persons of it whom the way does not reach: too far, or not admitted."""
    over: float = 0.0
    """Persons of it in reach for whom there is no place."""
    load: float = 0.0
    """Persons served in all, those of neighbours too: what `minimum_load` is held against."""
    minimum_load: float = NAN
    """Fewest persons that make the way viable."""
    units: int = 0
    """Homes, vehicles, teams or workers."""
    rounds: int = 0
    """Rounds of the shuttle each morning; days that teams are out for one visit to everybody."""
    hours: float = NAN
    """Hours a year that vehicles drive, teams are out or visitors work."""
    staff: float = NAN
    """Persons employed."""
    contacts: float = NAN
    """Days or visits a year for each person served: ways differ in it, and so in what they are."""
    cost: float = NAN
    """Yuan a year for the persons of the cluster: of a shared home their part of it."""
    cost_per_person: float = NAN
    """Yuan a year for each person served."""
    bound: float = NAN
    """No rounds make the way cheaper; below `cost` where the rounds are not proven to be least."""
    method: str = "exact"
    """``exact``, or ``savings`` where rounds are joined by a heuristic."""
    viable: bool | None = None
    """Whether enough persons are served; None where that, or the cost, is not known."""
    why_not: str = ""
    """Why it is not viable, one of ``REASONS``; empty where it is."""
    parameters: str = ""
    """Every rule and cost with its value."""


def home(
    cluster: Cluster,
    costs: WayCosts | Sequence[WayCosts],
    rules: HomeRules,
    *,
    sites: Iterable[str] | None = None,
) -> WayAnswer:
    """Work out a home of one township, new or converted, at its best site.

    cost = run + build / years + unit_run x persons served. The best site serves most persons of the
    cluster; of these the cheapest, then that of least person-minutes, then of the smallest id.

    Parameters
    ----------
    cluster
        Places in need.
    costs
        Costs of the way: one row for any site, rows of single sites, or both; a site's own row goes
        before.
    rules
        How a home is used.
    sites
        Sites to choose from; None for all of the cluster for which there are costs.

    Returns
    -------
    WayAnswer
        With ``beyond`` (too far or of a township that is not admitted) and ``over`` (beyond the
        capacity).

    Raises
    ------
    ParameterError
        If an argument is of the wrong kind, or the costs are of several ways or twice of a site.

    Examples
    --------
    See ``tests/test_siting_ways.py``.
    """
    return _home(cluster, costs, rules, sites=sites, shared=False)


def shared_home(
    cluster: Cluster,
    costs: WayCosts | Sequence[WayCosts],
    rules: HomeRules,
    *,
    sites: Iterable[str] | None = None,
) -> WayAnswer:
    """Work out a home that neighbouring townships share, at its best site.

    It admits the persons of every township within the limit, those of the neighbours too. Each
    person bears the same part, so that the cluster's cost is its part of the persons served. Where
    the places are too few, all have the same part of them. The best site is one that two townships
    use, the cluster among them; of these it serves most persons of the cluster, then most in all,
    then is the cheapest, then of least person-minutes, then of the smallest id.

    Parameters
    ----------
    cluster
        Places in need and their neighbours.
    costs
        Costs of the way, as for :func:`home`.
    rules
        How a home is used; whom it admits bears on homes of one township only.
    sites
        Sites to choose from; None for all of the cluster for which there are costs.

    Returns
    -------
    WayAnswer
        With the persons of all in ``load``.

    Raises
    ------
    ParameterError
        As :func:`home`.

    Examples
    --------
    See ``tests/test_siting_ways.py``.
    """
    return _home(cluster, costs, rules, sites=sites, shared=True)


@dataclass(frozen=True, slots=True)
class _Served:
    """What a home at one site would do."""

    site: str
    own: float
    """Persons of the cluster in reach."""
    everyone: float
    """With those of the neighbours."""
    townships: int
    minutes: float
    """Person-minutes of the cluster."""
    costs: WayCosts

    @property
    def part(self) -> float:
        """Part of those in reach for whom there is a place."""
        room = self.costs.capacity
        return 1.0 if math.isnan(room) or self.everyone <= room else room / self.everyone

    @property
    def cost(self) -> float:
        """Yuan a year for all."""
        return self.costs.fixed + self.costs.unit_run * self.everyone * self.part


def _home(
    cluster: Cluster,
    costs: WayCosts | Sequence[WayCosts],
    rules: HomeRules,
    *,
    sites: Iterable[str] | None,
    shared: bool,
) -> WayAnswer:
    checked_kind(cluster, Cluster, "cluster", "the places in need")
    checked_kind(rules, HomeRules, "rules", "how a home is used")
    way, known = _by_site(costs)
    wanted = cluster.sites.destination_ids if sites is None else tuple(sites)
    rows = {one: known.get(one, known.get("")) for one in wanted}
    found = list(
        _sites(cluster, {one: row for one, row in rows.items() if row}, rules, shared=shared)
    )
    persons = math.fsum(cluster.persons.values())
    told = _told(limit=rules.limit, days=rules.days, admits="anyone" if shared else rules.admits)
    answer = WayAnswer(way, persons=persons, beyond=persons, parameters=told)
    if not found:
        return replace(answer, viable=False, why_not="no_site")
    best = min(found, key=lambda one: _rank(one, shared=shared))
    served = best.own * best.part
    answer = replace(
        answer,
        site=best.site,
        served=served,
        beyond=persons - best.own,
        over=best.own - served,
        load=best.everyone * best.part,
        units=int(served > 0),
        contacts=rules.days,
        cost=best.cost * best.own / best.everyone if best.own else NAN,
    )
    reason = "not_shared" if shared and best.townships < 2 else ""  # noqa: PLR2004 - two share
    return _judged(answer, best.costs, reason)


def _by_site(costs: WayCosts | Sequence[WayCosts]) -> tuple[str, dict[str, WayCosts]]:
    rows = [costs] if isinstance(costs, WayCosts) else list(costs)
    for row in rows:
        checked_kind(row, WayCosts, "costs", "what a way costs")
    known = {row.site: row for row in rows}
    ways = {row.way for row in rows}
    if len(ways) != 1 or len(known) < len(rows):
        message = "costs must be of one way, and once for each site."
        raise ParameterError(message)
    return ways.pop(), known


def _sites(
    cluster: Cluster, rows: Mapping[str, WayCosts], rules: HomeRules, *, shared: bool
) -> Iterator[_Served]:
    """Look at every site; a home of one township serves its own persons where the rules say so."""
    counts = {**cluster.persons, **(cluster.neighbours if shared else {})}
    places = sorted(counts)
    persons = np.array([counts[one] for one in places])
    own = np.array([one in cluster.persons for one in places])
    towns = np.array([cluster.homes[one] for one in places], dtype=object)
    minutes = cluster.sites.select(origins=places, destinations=list(rows)).dense()
    for at, (site, costs) in enumerate(rows.items()):
        near = (minutes[:, at] <= rules.limit) & (persons > 0)
        if not shared and rules.admits == "township":
            near &= towns == cluster.homes[site]
        here = near & own
        yield _Served(
            site,
            math.fsum(persons[here]),
            math.fsum(persons[near]),
            len(set(towns[near])),
            math.fsum(persons[here] * minutes[here, at]),
            costs,
        )


def _rank(one: _Served, *, shared: bool) -> tuple[float | bool | str, ...]:
    cost = math.inf if math.isnan(one.cost) else one.cost
    # A home that only others would share is none for the cluster.
    lone = shared and (one.townships < 2 or one.own <= 0)  # noqa: PLR2004 - two share
    return (lone, -one.own * one.part, -one.everyone * one.part, cost, one.minutes, one.site)


def shuttle(
    cluster: Cluster, costs: WayCosts, rules: ShuttleRules, *, hub: str, care: float
) -> WayAnswer:
    """Work out a shuttle that brings persons to a home that is there, and home again.

    Every morning vehicles make rounds from the hub, each person riding at most as long as the rules
    say; the evening is charged as the morning. A place with more persons than seats fills whole
    vehicles first. cost = vehicles x (run + build / years) + hours driven x unit_run + care x
    persons served; rounds are the cheapest (:func:`wushan_geo.siting.rounds.plan_rounds`).

    Parameters
    ----------
    cluster
        Places in need; the legs hold the hub.
    costs
        Costs of a vehicle with its driver; ``capacity`` are its seats.
    rules
        How it runs.
    hub
        Place of the home.
    care
        Yuan a year that each person costs there; NaN where that is not known. Whether the home has
        room for them is not looked at.

    Returns
    -------
    WayAnswer
        ``beyond`` counts who would ride too long; ``no_seats`` where the seats are not known.

    Raises
    ------
    ParameterError
        If an argument is of the wrong kind.
    UnknownIdError
        If the legs lack the hub.

    Examples
    --------
    See ``tests/test_siting_ways.py``.
    """
    _checked_way(cluster, costs, "shuttle")
    checked_kind(rules, ShuttleRules, "rules", "how a shuttle runs")
    persons = math.fsum(cluster.persons.values())
    told = _told(
        ride=rules.ride, stop=rules.stop, trips=rules.trips, days=rules.days, care=care,
        seats=costs.capacity,
    )  # fmt: skip
    answer = WayAnswer(
        "shuttle", site=hub, persons=persons, beyond=persons, contacts=rules.days, parameters=told
    )
    if math.isnan(costs.capacity):
        return _judged(answer, costs, "no_seats")
    stops = [
        Stop(one, load, rules.stop, place)
        for place, count in cluster.persons.items()
        for one, load in _chunks(place, count, costs.capacity)
    ]
    hourly = costs.unit_run * 2 * rules.days / HOUR
    known = not math.isnan(costs.fixed + hourly)
    plan = plan_rounds(
        cluster.legs,
        stops,
        base=hub,
        limits=RoundLimits(seats=costs.capacity, ride=rules.ride, rounds=rules.trips),
        # Without costs: the fewest rounds, and of these the shortest.
        prices=RoundPrices(costs.fixed, 0.0, hourly) if known else RoundPrices(0.0, 1.0, TIE),
    )
    served = persons - _left(stops, plan)
    answer = replace(
        answer,
        served=served,
        beyond=persons - served,
        load=served,
        units=plan.vehicles,
        rounds=len(plan.rounds),
        hours=math.fsum(plan.minutes) * 2 * rules.days / HOUR,
        cost=(plan.cost if known else NAN) + care * served,
        method=plan.method,
    )
    bound = (plan.bound if known else NAN) + care * served
    return _judged(answer, costs, "", bound)


def mobile_team(cluster: Cluster, costs: WayCosts, rules: VisitRules, *, base: str) -> WayAnswer:
    """Work out a team that goes round the places from a base.

    A day is a round from the base, over at most so many stops and hours; with each person the team
    spends the minutes of the rules. A place that takes longer than a day is visited on several.
    cost = teams x (run + build / years) + team days a year x unit_run; a team works the days a
    month of the rules. Days are the fewest, or the cheapest where teams cost more than days.

    Parameters
    ----------
    cluster
        Places in need; the legs hold the base.
    costs
        Costs of a team.
    rules
        How it works.
    base
        Place where it starts.

    Returns
    -------
    WayAnswer
        ``beyond`` counts who lives farther than the rules allow, or too far to be seen in a day.

    Raises
    ------
    ParameterError
        If an argument is of the wrong kind.
    UnknownIdError
        If the legs lack the base.

    Examples
    --------
    See ``tests/test_siting_ways.py``.
    """
    _checked_way(cluster, costs, "mobile_team")
    trips = _trips(cluster, rules, base)
    stops = [
        Stop(one, count, count * rules.minutes, place)
        for place, (out, back) in trips.items()
        for one, count in _chunks(
            place,
            cluster.persons[place],
            math.floor((rules.hours * HOUR - out - back) / rules.minutes + SLACK),
        )
    ]
    known = not math.isnan(costs.fixed + costs.unit_run)
    daily = costs.unit_run * rules.visits * MONTHS
    plan = plan_rounds(
        cluster.legs,
        stops,
        base=base,
        limits=RoundLimits(
            stops=rules.stops, whole=rules.hours * HOUR, rounds=rules.days / rules.visits
        ),
        prices=RoundPrices(costs.fixed, daily, TIE) if known else RoundPrices(0.0, 1.0, TIE),
    )
    persons = math.fsum(cluster.persons.values())
    served = math.fsum(one.load for one in stops) - _left(stops, plan)
    minutes = math.fsum(plan.minutes)
    cost = plan.vehicles * costs.fixed + len(plan.rounds) * daily
    answer = WayAnswer(
        "mobile_team",
        site=base,
        persons=persons,
        served=served,
        beyond=persons - served,
        load=served,
        units=plan.vehicles,
        rounds=len(plan.rounds),
        hours=minutes * rules.visits * MONTHS / HOUR,
        contacts=rules.visits * MONTHS,
        cost=cost,
        method=plan.method,
        parameters=_visit_rules(rules),
    )
    bound = cost if plan.method != "savings" else max(0.0, plan.bound - TIE * minutes)
    return _judged(answer, costs, "", bound if known else NAN)


def home_visits(cluster: Cluster, costs: WayCosts, rules: VisitRules, *, base: str) -> WayAnswer:
    """Work out visits to each person at home, each a trip of its own from a base.

    hours = persons x visits x (there + back + minutes of a visit) / 60; workers are the hours of a
    month over those that one can work, rounded up. cost = workers x (run + build / years) + hours
    a year x unit_run.

    Parameters
    ----------
    cluster
        Places in need; the legs hold the base.
    costs
        Costs of a worker.
    rules
        How a visitor works; ``stops`` plays no part.
    base
        Place where the visitors start.

    Returns
    -------
    WayAnswer
        ``beyond`` as for :func:`mobile_team`.

    Raises
    ------
    ParameterError
        If an argument is of the wrong kind.
    UnknownIdError
        If the legs lack the base.

    Examples
    --------
    See ``tests/test_siting_ways.py``.
    """
    _checked_way(cluster, costs, "home_visit")
    trips = _trips(cluster, rules, base)
    persons = math.fsum(cluster.persons.values())
    served = math.fsum(cluster.persons[one] for one in trips)
    monthly = math.fsum(
        cluster.persons[one] * rules.visits * (out + back + rules.minutes) / HOUR
        for one, (out, back) in trips.items()
    )
    workers = math.ceil(monthly / (rules.hours * rules.days) - SLACK)
    answer = WayAnswer(
        "home_visit",
        site=base,
        persons=persons,
        served=served,
        beyond=persons - served,
        load=served,
        units=workers,
        hours=monthly * MONTHS,
        contacts=rules.visits * MONTHS,
        cost=workers * costs.fixed + monthly * MONTHS * costs.unit_run,
        parameters=_visit_rules(rules),
    )
    return _judged(answer, costs, "")


def _checked_way(cluster: Cluster, costs: WayCosts, way: str) -> None:
    checked_kind(cluster, Cluster, "cluster", "the places in need")
    checked_kind(costs, WayCosts, "costs", "what a way costs")
    if costs.way != way:
        message = f"costs must be those of {way}. Got those of {costs.way} instead."
        raise ParameterError(message)


def _trips(cluster: Cluster, rules: VisitRules, base: str) -> dict[str, tuple[float, float]]:
    """Give the minutes there and back to each place that one can be sent to and see a person."""
    checked_kind(rules, VisitRules, "rules", "how a team or a visitor works")
    places = [one for one, count in cluster.persons.items() if count > 0]
    out = cluster.legs.select(origins=[base], destinations=places).dense()[0]
    back = cluster.legs.select(origins=places, destinations=[base]).dense()[:, 0]
    day = rules.hours * HOUR + SLACK
    return {
        place: (there, again)
        for place, there, again in zip(places, out.tolist(), back.tolist(), strict=True)
        if there <= rules.farthest and there + again + rules.minutes <= day
    }


def _chunks(place: str, count: float, most: float) -> Iterator[tuple[str, float]]:
    """Split the persons of a place into as many stops as they need."""
    full = max(0, math.ceil(count / most - SLACK) - 1)
    for at in range(full):
        yield f"{place}#{at + 1:04d}", most
    if count > 0:
        yield f"{place}#{full + 1:04d}", count - full * most


def _left(stops: Iterable[Stop], plan: RoundPlan) -> float:
    """Count the persons whom no round serves."""
    lost = set(plan.beyond)
    return math.fsum(one.load for one in stops if one.id in lost)


def _visit_rules(rules: VisitRules) -> str:
    return _told(**{one.name: getattr(rules, one.name) for one in fields(rules)})


def _told(**values: float | str) -> str:
    return "; ".join(
        f"{name}={value if isinstance(value, str) else format(value, 'g')}"
        for name, value in values.items()
    )


def _judged(
    answer: WayAnswer, costs: WayCosts, reason: str, bound: float | None = None
) -> WayAnswer:
    """Say whether a way is viable, and why not; what serves nobody has no cost."""
    prices = _told(
        **{one.name: getattr(costs, one.name) for one in fields(costs)[2:] if one.name != "staff"}
    )
    nobody = answer.served <= 0
    cost = NAN if nobody else answer.cost
    unknown = ""
    if nobody and not reason:
        reason = "nobody"
    elif answer.load < costs.minimum_load - SLACK and not reason:
        reason = "below_minimum"
    elif math.isnan(costs.minimum_load):
        unknown = "minimum_unknown"
    elif math.isnan(cost):
        unknown = "costs_unknown"
    return replace(
        answer,
        minimum_load=costs.minimum_load,
        units=0 if nobody else answer.units,
        staff=NAN if nobody else answer.units * costs.staff,
        contacts=NAN if nobody else answer.contacts,
        cost=cost,
        cost_per_person=cost if nobody else cost / answer.served,
        bound=NAN if nobody else cost if bound is None else bound,
        viable=False if reason else None if unknown else True,
        why_not=reason or unknown,
        parameters=f"{answer.parameters}; {prices}",
    )


def compare_ways(
    cluster: Cluster,
    costs: Sequence[WayCosts],
    rules: WayRules,
    *,
    hub: str | None,
    base: str | None,
) -> pd.DataFrame:
    """Hold every way side by side, at cost per person served.

    The cheapest is that of least cost per person among the viable ones; of equal ones that which
    serves more, then in the order of ``WAYS``. It need not serve everybody, and ways differ in how
    often they serve a person: both stand beside the cost. A conversion is only looked at where the
    costs name its site.

    Parameters
    ----------
    cluster
        Places in need.
    costs
        Costs of the ways: at most one row for each way and site.
    rules
        Rules of the ways.
    hub
        Place of the home that a shuttle could go to; None if there is none.
    base
        Place where teams and visitors start; None if there is none.

    Returns
    -------
    DataFrame
        One row a way, in the order of ``WAYS``: the fields of :class:`WayAnswer`, and ``cheapest``
        (true for one row at most). A way without costs, or without what it needs, says so.

    Raises
    ------
    ParameterError
        If an argument is of the wrong kind, or a way's costs are there twice for a site.
    UnknownIdError
        If the legs lack the hub or the base.

    Examples
    --------
    See ``tests/test_siting_ways.py``.
    """
    checked_kind(rules, WayRules, "rules", "the rules of all ways")
    for row in costs:
        checked_kind(row, WayCosts, "costs", "what a way costs")
    answers = [_answer(way, cluster, costs, rules, (hub, base)) for way in WAYS]
    table = pd.DataFrame(answers, columns=[one.name for one in fields(WayAnswer)])
    table["viable"] = table["viable"].astype("boolean")
    best = min(
        (at for at, one in enumerate(answers) if one.viable),
        key=lambda at: (answers[at].cost_per_person, -answers[at].served, at),
        default=None,
    )
    table["cheapest"] = np.arange(len(table)) == (-1 if best is None else best)
    return table


def _answer(
    way: str,
    cluster: Cluster,
    costs: Sequence[WayCosts],
    rules: WayRules,
    ends: tuple[str | None, str | None],
) -> WayAnswer:
    own = [row for row in costs if row.way == way]
    hub, base = ends
    lacks = {"shuttle": (hub, "no_hub"), "mobile_team": (base, "no_base")}
    end, reason = lacks.get(way, (base, "no_base") if way == "home_visit" else ("", ""))
    if not own or end is None:
        persons = math.fsum(cluster.persons.values())
        why = reason if own else "no_costs"
        return WayAnswer(way, persons=persons, beyond=persons, viable=False, why_not=why)
    if way == "shuttle":
        any_home = [row.unit_run for row in costs if row.way == "new_home" and not row.site]
        care = any_home[0] if any_home else NAN
        return shuttle(cluster, own[0], rules.shuttle, hub=str(hub), care=care)
    if way == "mobile_team":
        return mobile_team(cluster, own[0], rules.visit, base=str(base))
    if way == "home_visit":
        return home_visits(cluster, own[0], rules.visit, base=str(base))
    named = {row.site for row in own if row.site}
    sites = [one for one in cluster.sites.destination_ids if way != "conversion" or one in named]
    return (shared_home if way == "shared_home" else home)(cluster, own, rules.home, sites=sites)
