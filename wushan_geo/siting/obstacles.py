"""Why a request cannot be met, and the least change that would help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from wushan_geo.errors import InfeasibleError
from wushan_geo.siting.centres.center_cover import Fixed, find_cover
from wushan_geo.siting.demands import Demand, Demands, LateError, rows_of
from wushan_geo.siting.telling import listing
from wushan_geo.siting.ties import Clock
from wushan_geo.wording import MESSAGES, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from numpy.typing import NDArray

    from wushan_geo.siting.needs import Need
    from wushan_geo.siting.problem import Problem
    from wushan_geo.wording import Language

    Answer = TypeVar("Answer")


PAIRS = ("apart", "apart_existing")  # kinds of demand on two sites
SHOWN_PAIRS = 6  # of these in a sentence


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
    group is named too, with `times` those that have too few sites in reach."""
    sites: int | None = None
    """Number of new sites that was asked for; None where it was free."""
    conflict: tuple[Demand | str, ...] = ()
    """An irreducible set of demands that cannot be met together, the `places` apart: without any
    one of them the others of the set can be. There may be further such sets."""
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
    asked; None if there is no plan even when nobody need be covered."""
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
    >>> [str(one) for one in found.conflict], found.smallest_limit, found.smallest_sites
    (['at most 1 new sites', 'A within 30', 'B within 30'], 40.0, 2)
    """
    return _Inquiry(problem, need).obstacles()


def told(
    obstacles: Obstacles, language: Language, names: Mapping[str, str] | None = None
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
    'No candidate or existing site can serve 1 places: A.'
    """
    called = dict(names or {})
    said = [say("obstacles.none", language, model=_model(obstacles.model, language))]
    if obstacles.places:
        shown, count = _named_in(obstacles.places, language, called), len(obstacles.places)
        said.append(say("obstacles.places", language, count=count, names=shown))
    if obstacles.conflict:
        demands = _demands(obstacles.conflict, language, called)
        said.append(say("obstacles.conflict", language, demands=demands))
    room, persons = obstacles.room, obstacles.persons
    if room is not None and persons is not None and room < persons:
        numbers = {"room": f"{room:.10g}", "persons": f"{persons:.10g}"}
        said.append(say("obstacles.room", language, **numbers))
    if obstacles.short:
        shown, count = _named_in(obstacles.short, language, called), len(obstacles.short)
        said.append(say("obstacles.short", language, count=count, names=shown))
    said += _changes(obstacles, language, called)
    if not obstacles.complete:
        said.append(say("obstacles.late", language))
    return tuple(said)


def _demands(
    conflict: tuple[Demand | str, ...], language: Language, names: Mapping[str, str]
) -> str:
    """Say demands one after the other; of many pairs of sites the first few, and how many more."""
    pairs = [one for one in conflict if isinstance(one, Demand) and one.kind in PAIRS]
    said: list[str] = []
    for one in conflict:
        if isinstance(one, str):
            said.append(one)
            continue
        if one in pairs[SHOWN_PAIRS:]:
            continue
        text = replace(one, subject=_called(one.subject, names)).told(language)
        if len(pairs) > SHOWN_PAIRS and one == pairs[SHOWN_PAIRS - 1]:
            count = len(pairs) if language == "zh" else len(pairs) - SHOWN_PAIRS
            text = say("siting.obstacle.pairs", language, first=text, count=count)
        said.append(text)
    return ("；" if language == "zh" else "; ").join(said)


def _model(model: str, language: Language) -> str:
    """Say a model in words, where it has some."""
    key = f"siting.model.{model}"
    return say(key, language) if key in MESSAGES else model


def _called(subject: str, names: Mapping[str, str]) -> str:
    """Name a place, a place and its group, a township, a site, or two sites."""
    parts = []
    for one in subject.split(" + "):
        place, bracket, group = one.partition(" (")
        known = one in names or not bracket
        parts.append(names.get(one, one) if known else f"{names.get(place, place)} ({group}")
    return " + ".join(parts)


def _named_in(ids: tuple[str, ...], language: Language, names: Mapping[str, str]) -> str:
    """Name the first of several places or sites, and count the rest."""
    return listing([_called(one, names) for one in ids], language, {})


def _changes(obstacles: Obstacles, language: Language, names: Mapping[str, str]) -> list[str]:
    """Say which changes would help."""
    said = []
    fewest, most, asked = obstacles.smallest_sites, obstacles.largest_sites, obstacles.sites
    numbers = {
        "obstacles.smallest_limit": obstacles.smallest_limit,
        "obstacles.smallest_sites": fewest if asked is None or (fewest or 0) > asked else None,
        "obstacles.largest_sites": most if asked is not None and (most or 0) < asked else None,
        "obstacles.smallest_budget": obstacles.smallest_budget,
    }
    for key, number in numbers.items():
        if number is not None:
            said.append(say(key, language, number=f"{number:.10g}"))
    if obstacles.largest_share is not None:
        # Rounded down: it must not promise more than there is.
        share = np.floor(obstacles.largest_share * 10000.0 + 1e-9) / 100.0
        if obstacles.model == "floor_covering":  # it is the floor that would work
            key = "siting.obstacle.floor"
        elif obstacles.of_places:
            key = "siting.obstacle.places"
        else:
            key = "obstacles.largest_share"
        said.append(say(key, language, number=f"{share:g}"))
    if obstacles.helping:
        shown = _named_in(obstacles.helping, language, names)
        said.append(say("obstacles.helping", language, names=shown))
    return said


class _Inquiry:
    """Asks one thing after the other until the time is over."""

    def __init__(self, problem: Problem, need: Need) -> None:
        self.problem, self.need = problem, need
        self.clock = Clock(need.seconds)
        self.demands = Demands(problem, need, self.clock)
        self.complete = True

    def obstacles(self) -> Obstacles:
        """Work everything out, what is told first comes first."""
        places = self._places()
        conflict = self._tried(lambda: self._conflict(places)) or ()
        if self.complete and not places and not conflict:
            # What stands in the way is nothing that is known here.
            return Obstacles(model=self.need.model, sites=self.need.sites)
        return Obstacles(
            model=self.need.model,
            places=places,
            sites=self.need.sites,
            conflict=conflict,
            smallest_sites=self._tried(lambda: self._sites(1.0)),
            largest_sites=self._tried(lambda: self._sites(-1.0)),
            smallest_budget=self._tried(self._budget),
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
        if self.need.share is not None:
            return ()
        lost = self._reach() < self.need.times
        return _named(self.demands.rows.names, lost)

    def _conflict(self, places: tuple[str, ...]) -> tuple[Demand, ...]:
        """Find demands that cannot be met together, even without the places that nothing serves."""
        if not places:
            return self.demands.conflict()
        rest = Demands(self.problem, self.need, self.clock, excused=frozenset(places))
        return rest.conflict()

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
        if not total:
            return None
        need = self.need
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
            if (need.share is None) and not self._reachable(asked):
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
        free = need.share is None and need.budget is None and need.times == 1
        return free and not need.capacity and not self.problem.rules.rules

    def _reachable(self, asked: Demands) -> bool:
        near = asked.near[:, ~asked.sites.barred].sum(axis=1) + asked.standing
        return bool((near >= self.need.times).all())

    def _helping(self) -> tuple[str, ...]:
        """Name the forbidden sites any one of which would do, one after the other."""
        asked = self.demands
        spare = asked.sites.barred.copy()
        if self.need.share is None and spare.any():
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
