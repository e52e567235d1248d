"""Why a request cannot be met, and the least change that would help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from wushan_geo.errors import InfeasibleError
from wushan_geo.siting.centres.center_cover import Fixed, find_cover
from wushan_geo.siting.demands import (
    KILOMETRE,
    ORDER,
    PAIRS,
    Demand,
    Demands,
    LateError,
    demand_told,
    measured,
    pair_told,
    quoted,
    rows_of,
    share_row,
)
from wushan_geo.siting.telling import listing
from wushan_geo.siting.ties import Clock
from wushan_geo.wording import MESSAGES, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    from numpy.typing import NDArray

    from wushan_geo.siting.needs import Need
    from wushan_geo.siting.problem import Problem
    from wushan_geo.wording import Language

    Answer = TypeVar("Answer")


SHOWN_PAIRS = 6  # pairs of sites in a sentence
NAMED = 12  # townships, places or sites in a sentence
IN_TOWNSHIPS = ("at_most", "at_least")  # rules that count open sites


@dataclass(frozen=True, slots=True)
class Inside:
    """What stands and what could stand in a township of which a rule cannot be kept.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Inside("T1", ("G",), ("H", "J")).existing
    ('G',)
    """

    zone: str
    """The township."""
    existing: tuple[str, ...]
    """Sites that are open already, sorted."""
    candidates: tuple[str, ...]
    """Candidates that may be used, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacles:
    """Why no plan meets a request.

    Every number is proven: with the next smaller (larger) one there is no plan.

    Raises
    ------
    TypeError
        If a field is missing.

    Examples
    --------
    >>> Obstacles(model="p_median", places=("A",)).places
    ('A',)
    """

    model: str
    """Name of the model."""
    places: tuple[str, ...] = ()
    """Places that no candidate and no existing site can serve, sorted; with limits by group the
    group is named too, with `times` those that have too few sites in reach. Where a share of the
    persons is asked for: only if it cannot be reached whatever is opened."""
    floors: tuple[tuple[str, float, float], ...] = ()
    """Townships and groups of which less than the floor can be covered whatever is opened, sorted:
    name, floor, and the largest part that can be covered."""
    sites: int | None = None
    """Number of new sites that was asked for; None where it was free."""
    conflict: tuple[Demand | str, ...] = ()
    """An irreducible set of demands that cannot be met together, the `places` and `floors` apart:
    without any one of them the others of the set can be. There may be further such sets."""
    alone: tuple[Demand, ...] = ()
    """All rules none of which can be kept even by itself with the sites that are allowed."""
    inside: tuple[Inside, ...] = ()
    """Townships of the rules in `conflict` and `alone`, sorted."""
    unit: str = ""
    """Unit of limits: that of the matrix."""
    limit: float | None = None
    """Limit that was asked for; None where there was none, NaN where groups have different ones."""
    times: int = 1
    """Open sites that each place needs."""
    smallest_limit: float | None = None
    """Smallest limit with which there is a plan, all else as asked (with limits by group: smaller
    ones are raised to it); None if no limit helps."""
    smallest_sites: int | None = None
    """Fewest new sites with which there is a plan, all else as asked; None if no number helps."""
    largest_sites: int | None = None
    """Most new sites with which there is a plan, all else as asked; None if no number helps."""
    smallest_budget: float | None = None
    """Least budget with which there is a plan, all else as asked; None if none helps."""
    largest_share: float | None = None
    """Largest part of the persons that a plan can cover (with capacities: serve), all else as
    asked; None if there is no plan even when nobody need be covered. Of `floor_covering` it is the
    largest floor that works, where one was asked for all."""
    floors_of: str = ""
    """Whose floors these are: ``townships``, ``groups``, or ``all`` for both."""
    largest_part: float | None = None
    """Largest number by which all floors could be multiplied, where different ones were asked."""
    largest_apart: float | None = None
    """Largest distance between sites with which there is a plan, all else as asked; None if no
    distance helps, or none was asked for."""
    apart_unit: str = ""
    """Unit of distances between sites."""
    of_places: bool = False
    """Whether that is a part of the places, since no persons were given."""
    helping: tuple[str, ...] = ()
    """Forbidden sites any one of which would make a plan possible, sorted."""
    persons: float | None = None
    """Persons who need a place, where sites have capacities."""
    room: float | None = None
    """Most persons for whom a plan can have room, wherever they live."""
    short: tuple[str, ...] = ()
    """Places where more persons live than all the room within their reach, sorted."""
    complete: bool = True
    """Whether everything was worked out; False where the time was over before."""

    def explain(self, language: Language = "zh", names: Mapping[str, str] | None = None) -> str:
        """Say in words why there is no plan, and what would help.

        Parameters
        ----------
        language
            ``zh`` or ``en``; both have the same numbers.
        names
            Names of places, sites and townships by id; ids stand where there is none.

        Returns
        -------
        str
            One sentence a line.

        Raises
        ------
        ValueError
            If the language is another one.

        Examples
        --------
        >>> print(Obstacles(model="p_median", places=("A",)).explain("en"))
        No plan meets the request (model: p-median (least travel in all)).
        Places that no existing site and no candidate can serve (1): A.
        """
        return "\n".join(told(self, language, names))


def refuse(problem: Problem, need: Need) -> NoReturn:
    """Raise the error that says why a request cannot be met.

    Parameters
    ----------
    problem
        What was asked.
    need
        What the plan must do.

    Raises
    ------
    InfeasibleError
        Always, with the obstacles.

    Examples
    --------
    See ``tests/test_siting_obstacles.py``.
    """
    found = obstacles_of(problem, need)
    raise InfeasibleError(" ".join(told(found, "en")), found)


def obstacles_of(problem: Problem, need: Need) -> Obstacles:
    """Work out why a request cannot be met, and what would help.

    Parameters
    ----------
    problem
        What was asked.
    need
        What the plan must do.

    Returns
    -------
    Obstacles
        What was found.

    Raises
    ------
    SolverError
        If the solver fails.

    Examples
    --------
    >>> from wushan_geo.siting.needs import Need
    >>> from wushan_geo.siting.problem import problem_of
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [50, 30]])
    >>> found = obstacles_of(problem_of(times, None), Need(model="set_covering", sites=1, limit=30))
    >>> [(one.kind, one.subject) for one in found.conflict]
    [('most_sites', ''), ('within', 'A'), ('within', 'B')]
    >>> found.smallest_limit, found.smallest_sites
    (40.0, 2)
    """
    return _Inquiry(problem, need).obstacles()


def named(
    error: InfeasibleError, names: Mapping[str, str] | None = None, money: str = ""
) -> InfeasibleError:
    """Give the same error with names instead of ids in its message.

    Parameters
    ----------
    error
        As a model raises it.
    names
        English names of places, sites and townships by id.
    money
        Unit of budgets, in words.

    Returns
    -------
    InfeasibleError
        With the same obstacles; the error itself where it has none.

    Raises
    ------
    UnknownIdError
        Never: the messages are there.

    Examples
    --------
    >>> error = InfeasibleError("no plan", Obstacles(model="p_median", places=("A",)))
    >>> str(named(error, {"A": "Abbey"}))[-8:]
    ': Abbey.'
    """
    found = error.obstacles
    if not isinstance(found, Obstacles):
        return error
    return InfeasibleError(" ".join(told(found, "en", names, money)), found)


def told(
    obstacles: Obstacles,
    language: Language,
    names: Mapping[str, str] | None = None,
    money: str = "",
) -> tuple[str, ...]:
    """Say obstacles in one language.

    Parameters
    ----------
    obstacles
        What stands in the way.
    language
        ``zh`` or ``en``.
    names
        Names of places, sites and townships by id; ids stand where there is none.
    money
        Unit of budgets, in words of that language; empty where it is not known.

    Returns
    -------
    tuple of str
        One sentence for each finding, the first says that there is no plan.

    Raises
    ------
    UnknownIdError
        Never: the messages are there.

    Examples
    --------
    >>> told(Obstacles(model="p_median", places=("A",)), "en")[1]
    'Places that no existing site and no candidate can serve (1): A.'
    """
    voice = _Voice(obstacles, language, dict(names or {}), money)
    return tuple(voice.sentences())


@dataclass(frozen=True, slots=True)
class _Voice:
    """Says obstacles in one language."""

    found: Obstacles
    language: Language
    names: Mapping[str, str]
    money: str

    def word(self, key: str, **values: object) -> str:
        """Say a message."""
        return say(key, self.language, **values)

    def sentences(self) -> Iterator[str]:
        """Say everything, what stands in the way first."""
        found = self.found
        yield self.word("obstacles.none", model=_model(found.model, self.language))
        if found.places:
            yield self._places()
        if found.floors:
            yield self._floors()
        if found.conflict:
            yield self._conflict()
        if found.room is not None and found.persons is not None and found.room < found.persons:
            numbers = {"room": f"{found.room:.10g}", "persons": f"{found.persons:.10g}"}
            yield self.word("obstacles.room", **numbers)
        if found.short:
            yield self.word(
                "obstacles.short", count=len(found.short), names=self.several(found.short)
            )
        yield from self._changes()
        if found.helping:
            yield self.word("obstacles.helping", names=self.several(found.helping))
        if not found.complete:
            yield self.word("obstacles.late")

    def several(self, ids: Sequence[str]) -> str:
        """Name the first of several places or sites, and count the rest."""
        return listing([_called(one, self.names) for one in ids], self.language, {})

    def _measured(self, number: float) -> str:
        return measured(number, self.found.unit, self.language)

    def _places(self) -> str:
        """Name the places that nothing serves."""
        found = self.found
        values = {"count": len(found.places), "names": self.several(found.places)}
        if found.limit is None:
            return self.word("obstacles.places", **values)
        within = self.word("obstacles.own_limit")
        if np.isfinite(found.limit):
            within = self.word("obstacles.limit", limit=self._measured(found.limit))
        if found.times > 1:
            return self.word("obstacles.few_sites", within=within, times=found.times, **values)
        return self.word("obstacles.places_within", within=within, **values)

    def _floors(self) -> str:
        """Name the floors that nothing reaches."""
        said = [
            self.word(
                "obstacles.floor_most",
                name=_called(name, self.names),
                floor=f"{100.0 * floor:g}",
                most=_percent_down(most),
            )
            for name, floor, most in self.found.floors
        ]
        return self.word("obstacles.floors", floors=listing(said, self.language, {}))

    def _conflict(self) -> str:
        """Say which demands cannot be met together, those of a kind in one."""
        conflict, alone = self.found.conflict, self.found.alone
        if len(conflict) == 1:
            all_alone = alone if conflict[0] in alone else conflict
            return self.word("obstacles.unmet", demand=self._numbered(all_alone))
        return self.word("obstacles.conflict", demands=self._numbered(conflict))

    def _numbered(self, demands: Sequence[Demand | str]) -> str:
        """Say several demands one after the other; those of a kind are one."""
        alike: dict[tuple[object, ...], list[Demand]] = {}
        for one in demands:
            if isinstance(one, Demand):
                kind = PAIRS if one.kind in PAIRS else one.kind
                alike.setdefault((kind, one.number, one.unit, one.limit), []).append(one)
        several = sorted(alike.values(), key=lambda some: ORDER[some[0].kind])
        said = [self._demand(some) for some in several]
        said += [one for one in demands if isinstance(one, str)]
        if len(said) == 1:
            return said[0]
        numbered = (
            self.word("obstacles.numbered", number=at + 1, demand=one)
            for at, one in enumerate(said)
        )
        return ("；" if self.language == "zh" else "; ").join(numbered)

    def _demand(self, some: Sequence[Demand]) -> str:
        """Say demands that differ in their subject only."""
        if some[0].kind in PAIRS:
            names = [self._pair(one) for one in some[:SHOWN_PAIRS]]
            if len(some) > SHOWN_PAIRS:
                count = len(some) if self.language == "zh" else len(some) - SHOWN_PAIRS
                names[-1] = self.word("siting.obstacle.pairs", first=names[-1], count=count)
        else:
            names = [self._subject(one) for one in some[:NAMED]]
            if len(some) > NAMED:
                count = len(some) if self.language == "zh" else len(some) - NAMED
                names[-1] = self.word("siting.more", names=names[-1], count=count)
        return demand_told(some[0], self.language, names, self.money)

    def _pair(self, demand: Demand) -> str:
        one, other = (_called(site, self.names) for site in demand.sites())
        standing = demand.kind == "apart_existing"
        return pair_told(one, other, self.language, standing=standing)

    def _subject(self, demand: Demand) -> str:
        """Name a place, site, township or group; of a township what stands there too."""
        name = quoted(_called(demand.subject, self.names), self.language)
        place = {one.zone: one for one in self.found.inside}.get(demand.subject)
        if place is None or demand.kind not in IN_TOWNSHIPS:
            return name
        existing = {"count": len(place.existing), "names": self.several(place.existing)}
        few = len(place.existing) + len(place.candidates) < demand.number
        if demand.kind == "at_least" and few:
            there = self.word("obstacles.stands", **existing) if place.existing else ""
            there = there or self.word("obstacles.stands_none")
            free = {"count": len(place.candidates), "names": self.several(place.candidates)}
            could = self.word("obstacles.candidates", **free) if place.candidates else ""
            could = could or self.word("obstacles.candidates_none")
            return self.word("obstacles.both", name=name, there=there, could=could)
        if place.existing:
            there = self.word("obstacles.stands", **existing)
            return self.word("obstacles.there", name=name, there=there)
        return name

    def _changes(self) -> Iterator[str]:
        """Say which changes would help."""
        found = self.found
        if found.smallest_limit is not None:
            key = "obstacles.smallest_limit"
            if found.limit is not None and np.isnan(found.limit):
                key = "obstacles.smallest_limits"
            yield self.word(key, number=self._measured(_up(found.smallest_limit)))
        yield from self._sites()
        if found.smallest_budget is not None:
            number = f"{found.smallest_budget:.10g}" + (f" {self.money}" if self.money else "")
            yield self.word("obstacles.smallest_budget", number=number)
        if found.largest_apart is not None:
            apart = _down(found.largest_apart, found.apart_unit)
            number = measured(apart, found.apart_unit, self.language)
            if apart:
                yield self.word("obstacles.largest_apart", number=number)
            else:
                yield self.word("obstacles.no_apart")
        if found.largest_share is not None:
            yield self._share(_percent_down(found.largest_share))
        if found.largest_part is not None:
            yield self.word("obstacles.largest_part", number=_percent_down(found.largest_part))

    def _sites(self) -> Iterator[str]:
        """Say which numbers of sites would help."""
        fewest, most, asked = (
            self.found.smallest_sites, self.found.largest_sites, self.found.sites,
        )  # fmt: skip
        if fewest is not None and (asked is None or fewest > asked):
            yield self.word("obstacles.smallest_sites", number=fewest)
        if most is not None and asked is not None and most < asked:
            if most:
                yield self.word("obstacles.largest_sites", number=most)
            else:
                yield self.word("obstacles.no_sites")

    def _share(self, number: str) -> str:
        """Say the largest share, or floor, that works."""
        found = self.found
        if found.model == "floor_covering":  # it is the floor that would work
            if found.floors_of in {"groups", "all"}:
                return self.word("obstacles.largest_floor", number=number)
            return self.word("siting.obstacle.floor", number=number)
        if found.persons is not None:
            return self.word("obstacles.largest_served", number=number)
        if found.of_places:
            return self.word("siting.obstacle.places", number=number)
        return self.word("obstacles.largest_share", number=number)


def _model(model: str, language: Language) -> str:
    """Say a model in words, where it has some."""
    for key in (f"siting.model.{model}", f"obstacles.model.{model}"):
        if key in MESSAGES:
            return say(key, language)
    return model


def _called(subject: str, names: Mapping[str, str]) -> str:
    """Name a township, a site, a place, or a place and its group."""
    place, bracket, group = subject.partition(" (")
    if subject in names or not bracket:
        return names.get(subject, subject)
    return f"{names.get(place, place)} ({group}"


def _percent_down(share: float) -> str:
    """Write a share in per cent, rounded down: it must not promise more than there is."""
    return f"{np.floor(share * 10000.0 + 1e-9) / 100.0:g}"


def _up(number: float) -> float:
    """Round to one decimal, never down: the limit that is told has to work."""
    near = round(number, 1)
    return near if near >= number else round(near + 0.1, 1)


def _down(number: float, unit: str) -> float:
    """Round to a hundred metres or a tenth, never up; short distances to ten metres."""
    step = (100.0 if number >= KILOMETRE else 10.0) if unit == "m" else 0.1
    return float(round(np.floor(number / step + 1e-9) * step, 1))


class _Inquiry:
    """Asks one thing after the other until the time is over."""

    def __init__(self, problem: Problem, need: Need) -> None:
        self.problem, self.need = problem, need
        self.clock = Clock(need.seconds)
        self.demands = Demands(problem, need, self.clock)
        self.complete = True

    def obstacles(self) -> Obstacles:
        """Work everything out, what is told first comes first."""
        places, floors = self._places(), self._floors()
        conflict = self._tried(lambda: self._conflict(places)) or ()
        alone = self.demands.alone()
        if self.complete and not places and not conflict and not floors:
            # What stands in the way is nothing that is known here.
            return Obstacles(model=self.need.model, sites=self.need.sites)
        need = self.need
        limit = float("nan") if isinstance(need.limit, Mapping) else need.limit
        return Obstacles(
            model=need.model,
            places=places,
            floors=floors,
            sites=need.sites,
            conflict=conflict,
            alone=alone,
            inside=self._inside((*conflict, *alone)),
            unit=self.problem.unit,
            limit=limit if need.everywhere else None,
            times=need.times,
            smallest_sites=self._tried(lambda: self._sites(1.0)),
            largest_sites=self._tried(lambda: self._sites(-1.0)),
            smallest_budget=self._tried(self._budget),
            largest_apart=self._tried(self._apart),
            apart_unit=self.demands.apart_unit(),
            largest_share=self._tried(self._share),
            of_places=not self.problem.counted,
            smallest_limit=self._tried(self._limit),
            helping=self._tried(self._helping) or (),
            persons=self._persons(),
            room=self._tried(self._room),
            short=self._short(),
            complete=self.complete,
        )

    def _tried(self, ask: Callable[[], Answer]) -> Answer | None:
        """Ask, unless the time is over."""
        try:
            return ask()
        except LateError:
            self.complete = False
            return None

    def _reach(self) -> NDArray[np.intp]:
        """Count the sites that may serve each row."""
        near = self.demands.near[:, ~self.demands.sites.barred]
        answer: NDArray[np.intp] = near.sum(axis=1) + self.demands.standing
        return answer

    def _places(self) -> tuple[str, ...]:
        """Name the rows that cannot be served whatever is opened."""
        if self.need.floors:
            return ()
        rows = self.demands.rows
        lost = self._reach() < self.need.times
        if self.need.share is not None:
            weights, least = share_row(rows.persons, self.need.share)
            if float(weights[~lost].sum()) >= least:
                return ()
        return _named(rows.names, lost)

    def _floors(self) -> tuple[tuple[str, float, float], ...]:
        """Name the floors that cannot be met whatever is opened, with the most that can."""
        covered = self._covered()
        return tuple(
            sorted(
                (floor.name, float(floor.share), floor.most(covered))
                for floor in self.need.floors
                if not floor.met(covered)
            )
        )

    def _covered(self) -> NDArray[np.bool_]:
        """Say who could be served if everything that is allowed were open."""
        rows = self.demands.rows
        covered = np.zeros(self.problem.group_persons.shape, dtype=bool)
        near = self._reach() >= self.need.times
        covered[rows.place[near], rows.group[near]] = True
        return covered

    def _conflict(self, places: tuple[str, ...]) -> tuple[Demand, ...]:
        """Find demands that cannot be met together, even without what nothing can serve."""
        if self.need.floors:
            covered = self._covered()
            left = tuple(one for one in self.need.floors if one.met(covered))
            need = replace(self.need, floors=left, everywhere=bool(left))
            return Demands(self.problem, need, self.clock).conflict()
        if not places or self.need.partly:
            return self.demands.conflict()
        rest = Demands(self.problem, self.need, self.clock, excused=frozenset(places))
        return rest.conflict()

    def _inside(self, conflict: tuple[Demand, ...]) -> tuple[Inside, ...]:
        """Say what stands and could stand in the townships of the rules in a conflict."""
        barred = self.problem.barred
        zones = {} if barred is None or barred.asked is None else barred.asked.zones
        named_in = sorted({one.subject for one in conflict if one.kind in IN_TOWNSHIPS})
        free, there = self.problem.candidate_ids, self.problem.roles.existing
        return tuple(
            Inside(
                zone,
                tuple(sorted(one for one in there if zones.get(one) == zone)),
                tuple(sorted(one for one in free if zones.get(one) == zone)),
            )
            for zone in named_in
            if zone in zones.values()
        )

    def _apart(self) -> float | None:
        """Find the largest distance between sites with which there is a plan."""
        asked = self.demands
        pairs = np.flatnonzero(asked.of(*PAIRS))
        way = asked.distances(pairs)
        values = np.unique(way)  # at such a distance the pair may stand
        least, low, high = None, 0, values.size - 1
        while low <= high:
            middle = (low + high) // 2
            active = asked.all
            active[pairs] = way < values[middle]
            if asked.solve(active) is None:
                high = middle - 1
            else:
                least, low = float(values[middle]), middle + 1
        return least

    def _sites(self, sign: float) -> int | None:
        """Find the fewest (or, with -1, the most) new sites with which there is a plan."""
        if self.need.sites is None:
            return None
        active = ~self.demands.of("most_sites", "fewest_sites")
        costs = np.zeros(self.demands.size)
        costs[: len(self.demands.sites.ids)] = sign
        inside = self.demands.solve(active, costs)
        return None if inside is None else int(inside.sum())

    def _budget(self) -> float | None:
        """Find the least budget with which there is a plan."""
        if self.need.budget is None:
            return None
        prices = self.demands.sites.prices
        costs = np.zeros(self.demands.size)
        costs[: prices.size] = prices
        inside = self.demands.solve(~self.demands.of("budget"), costs)
        return None if inside is None else float(prices[inside].sum())

    def _share(self) -> float | None:
        """Find the largest part of the persons that a plan covers."""
        total = float(self.demands.rows.persons.sum())
        need = self.need
        if not total or need.floors:
            return None
        if self.demands.arcs is None:
            asked = Demands(self.problem, replace(need, share=0.0), self.clock)
            costs = np.zeros(asked.size)
            costs[
                asked.first_share : asked.first_share + asked.rows.place.size
            ] = -asked.rows.persons
            inside = asked.solve(asked.all, costs)
            if inside is None:
                return None
            served = asked.near[:, inside].sum(axis=1) + asked.standing >= need.times
            return float(asked.rows.persons[served].sum()) / total
        asked = self.demands
        costs = np.zeros(asked.size)
        costs[asked.first_flow :] = -1.0
        served = asked.most(~asked.of("everybody"), costs)
        return None if served is None else min(1.0, served / total)

    def _limit(self) -> float | None:
        """Find the smallest limit with which there is a plan: one of the costs."""
        if self.need.limit is None or not self.need.everywhere:
            return None
        rows = rows_of(self.problem, self.need)
        costs = self.problem.costs[rows.place]
        values = np.unique(costs[np.isfinite(costs)])
        values = values[values > rows.limit.min(initial=np.inf)]
        if not values.size or not self._possible(float(values[-1])):
            return None
        low, high = 0, values.size - 1
        while low < high:
            middle = (low + high) // 2
            if self._possible(float(values[middle])):
                high = middle
            else:
                low = middle + 1
        return float(values[high])

    def _possible(self, least: float) -> bool:
        """Say whether there is a plan where limits are at least so large."""
        need = self.need
        if not self._plain():
            asked = Demands(self.problem, need, self.clock, least=least)
            if not need.partly and not self._reachable(asked):
                return False
            return asked.met()
        rows = rows_of(self.problem, need, least)
        covered = rows.near(self.problem.costs[:, self.problem.opened]).any(axis=1)
        near = rows.near(self.problem.costs[:, self.problem.candidates])[~covered]
        inside = np.zeros(near.shape[1], dtype=bool)
        inside[self.problem.given] = True
        count = near.shape[1] if need.sites is None else need.sites
        reply = find_cover(near, Fixed(inside, np.zeros_like(inside)), count, self.clock)
        if not reply.known:
            raise LateError
        return reply.columns is not None

    def _plain(self) -> bool:
        """Say whether places, and the number of sites, are all that is asked."""
        need = self.need
        free = not need.partly and need.budget is None and need.times == 1
        return free and not need.capacity and not self.problem.rules.rules

    def _reachable(self, asked: Demands) -> bool:
        near = asked.near[:, ~asked.sites.barred].sum(axis=1) + asked.standing
        return bool((near >= self.need.times).all())

    def _helping(self) -> tuple[str, ...]:
        """Name the forbidden sites any one of which would do, one after the other."""
        asked = self.demands
        spare = asked.sites.barred.copy()
        if not self.need.partly and spare.any():
            # A site that leaves some place without enough sites cannot be the one that helps.
            reach = self._reach()
            short = reach < self.need.times
            spare &= (asked.near[short] + reach[short, np.newaxis] >= self.need.times).all(axis=0)
        found = []
        while spare.any():
            inside = asked.solve(asked.all, spare=spare)
            if inside is None:
                break
            helps = np.flatnonzero(inside & spare)
            if not helps.size:
                break
            found.append(asked.sites.ids[helps[0]])
            spare[helps[0]] = False
        return tuple(sorted(found))

    def _persons(self) -> float | None:
        return float(self.demands.rows.persons.sum()) if self.demands.arcs is not None else None

    def _room(self) -> float | None:
        """Find the most room that a plan can have, whoever lives where."""
        asked, capacity = self.demands, self.problem.capacity
        if asked.arcs is None or asked.sites.capacity is None or capacity is None:
            return None
        costs = np.zeros(asked.size)
        costs[: len(asked.sites.ids)] = -asked.sites.capacity
        inside = asked.solve(~asked.of("everybody"), costs)
        if inside is None:
            return None
        return float(asked.sites.capacity[inside].sum() + capacity[self.problem.opened].sum())

    def _short(self) -> tuple[str, ...]:
        """Name the places with too little room in reach even if everything is opened."""
        asked, capacity = self.demands, self.problem.capacity
        if asked.arcs is None or asked.sites.capacity is None or capacity is None:
            return ()
        free = ~asked.sites.barred
        reach = asked.near[:, free] @ asked.sites.capacity[free]
        open_now = asked.rows.near(self.problem.costs[:, self.problem.opened])
        reach = reach + open_now @ capacity[self.problem.opened]
        return _named(asked.rows.names, reach < asked.rows.persons * (1.0 - 1e-9))


def _named(names: tuple[str, ...], which: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(sorted(name for name, one in zip(names, which, strict=True) if one))
