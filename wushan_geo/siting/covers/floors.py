"""Equity in the model: floors for townships and groups, the worst off first, and their price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import numpy as np
import pandas as pd
from scipy import sparse

from wushan_geo.errors import (
    InfeasibleError,
    ParameterError,
    TimeOverError,
    UnknownIdError,
    listed,
    shown,
)
from wushan_geo.siting.aims import (
    CLOSE,
    Aim,
    InTurn,
    add_by_turns,
    checked_clock,
    checked_reaches,
    in_turn,
    merged,
    once,
    reported,
    rows_of,
    whole_numbers,
)
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.county.verify_levels import verify_floors
from wushan_geo.siting.needs import Floor, Need
from wushan_geo.siting.obstacles import obstacles_of, refuse, told
from wushan_geo.siting.problem import problem_of
from wushan_geo.siting.solver import Program
from wushan_geo.siting.ties import BY_ID
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.ids import id_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from wushan_geo.siting.aims import Progress
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.ties import Clock
    from wushan_geo.travel.matrix import TravelMatrix

    Persons = pd.DataFrame | pd.Series[Any] | Mapping[Any, float]

Whose = Literal["townships", "groups"]
MODEL = "floor_covering"
TIES = "most persons, then most places, then " + BY_ID
WORST = "largest smallest share, then " + TIES
NARROW = 0.02  # between two shares; then the last steps are taken one by one
FLOORS_OF = {"floor": "townships", "group_floor": "groups"}
SHARE_COLUMNS = ("kind", "name", "persons", "covered", "share", "floor")


def floor_covering(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: Persons,
    *,
    sites: int,
    limit: float | Mapping[str, float],
    floors: float | Mapping[Any, float] | None = None,
    homes: Mapping[Any, Any] | pd.Series[Any] | None = None,
    group_floors: float | Mapping[Any, float] | None = None,
    worst_first: Whose | None = None,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> SitingPlan:
    """Cover most persons so that no township and no group is left behind; proven and priced.

    The maximal covering problem of Church and ReVelle (1974) with floors: of the `P_u` persons of
    each township or group `u` at least the share `s_u` is covered,

        max  sum_i a_i y_i
        with sum_{i in u} a_i y_i >= s_u P_u    for every u with a floor,
             y_i <= sum_{j in N_i} x_j,    sum_j x_j = p,    x_j, y_i in {0, 1}.

    With `worst_first` the smallest covered share comes first, ``max min_u sum_{i in u} a_i y_i /
    P_u`` (Rawls' maximin, in the order of aims of Ogryczak 1997), and persons second. Units in
    which nobody lives have no share. The price of equity is what the same request covers without
    floors, less what this plan covers (Bertsimas, Farias and Trichakis 2011).

    Parameters
    ----------
    matrix
        Costs from places (origins) to sites (destinations); infinity = unreachable.
    persons
        Persons at each origin, by id; as a table, one column for each group.
    sites
        Number of *new* sites, existing ones not counted, required ones counted.
    limit
        Largest cost that is covered (exactly at it is covered), one for all or one by group.
    floors
        Share (0 to 1) of the persons of each township that must be covered: one for all, or by
        township (the others have none). Needs `homes`.
    homes
        Township of each origin, by id.
    group_floors
        The same for groups of persons, the columns of the table.
    worst_first
        ``"townships"`` or ``"groups"``: whose smallest share is made as large as it can be.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.
    rules
        Rules by township and on distance between sites.
    time_limit
        Seconds after which the search stops with its best plan and a bound; None never stops it.
    progress
        Called from time to time with a `Standing` in persons.

    Returns
    -------
    SitingPlan
        Verified. Objective and bound are persons. ``parts["shares"]`` has persons, covered persons,
        share and floor of each unit; `settings` has ``worst_share`` and ``worst_share_bound`` (NaN
        without `worst_first`), ``free_objective``, ``free_bound`` and ``free_chosen`` (the plan
        without floors), and ``price`` (persons), of which ``price_least`` and ``price_most`` are
        the limits that are proven.

    Raises
    ------
    InfeasibleError
        If the floors cannot be met: names those that nothing can meet, what contradicts each
        other, the largest floors that work, and the number of sites or the limit that would do.
    UnknownIdError
        If ids are unknown, there twice or in two roles; a place has no township; or a floor names
        none.
    ParameterError
        If a number is out of range, nothing is asked beside persons, or the clock ran out before
        any plan was found.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B", "C"), ("G", "H"), "min", [[5, 90], [9, 90], [90, 5]])
    >>> persons, homes = {"A": 4, "B": 3, "C": 2}, {"A": "T1", "B": "T1", "C": "T2"}
    >>> plan = floor_covering(times, persons, sites=1, limit=30, homes=homes, floors={"T2": 0.5})
    >>> plan.chosen, plan.objective, plan.settings["price"], plan.settings["free_chosen"]
    (('H',), 2.0, 5.0, ('G',))
    """
    clock = checked_clock(time_limit)
    problem = problem_of(
        matrix, persons, existing=existing, required=required, forbidden=forbidden, rules=rules
    )
    number = problem.checked_sites(sites)
    checked_reaches(matrix, limit)
    units = _units_of(problem, homes, floors, group_floors, worst_first)
    model = _Model.of(problem, limit, units, number)
    worst = np.array([one == worst_first for one, _ in units.names], dtype=bool) & units.lived
    found = _search(model, worst if worst_first else None, clock, progress)
    if found.answer.status == "infeasible":
        _refuse_floors(model, limit, clock)
    columns = found.columns
    objective = model.persons(columns)
    free = _free(model, objective, columns, clock)
    bound = min(model.ceiling, free.bound, found.bound) if found.bound > objective else objective
    proven = found.answer.status == "optimal"
    plan = plan_of(
        problem,
        columns,
        Verdict(
            model=MODEL,
            sense="max",
            objective=objective,
            bound=objective if proven else max(objective, bound),
            status="optimal" if proven else "time_limit",
            alternatives=found.answer.alternatives,
            limit=limit,
            settings={
                "objective": "maximal_covering",
                "sites": number,
                "floors": _asked(units, "townships"),
                "group_floors": _asked(units, "groups"),
                "worst_first": worst_first,
                "worst_share": found.share,
                "worst_share_bound": found.share_bound,
                "free_objective": free.objective,
                "free_bound": free.bound,
                "free_chosen": problem.chosen_ids(free.columns),
                "price": free.objective - objective,
                "price_least": max(0.0, free.objective - (objective if proven else bound)),
                "price_most": free.bound - objective,
                "time_limit": time_limit,
                "ties": WORST if worst_first else TIES,
            },
            parts={"shares": model.table(columns)},
        ),
    )
    verify_floors(plan, matrix, persons, homes)
    return verified_plan(plan, matrix, persons, rules=rules)


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """Townships and groups whose covered share is counted."""

    names: tuple[tuple[str, str], ...]
    """Kind (``townships`` or ``groups``) and name; townships first, by id."""
    inside: NDArray[np.bool_]
    """Units x rows (place and group, places first)."""
    floors: NDArray[np.float64]
    """Share that must be covered; 0 where none is asked."""
    persons: NDArray[np.float64]
    """Persons of each unit."""

    @property
    def lived(self) -> NDArray[np.bool_]:
        """Units in which somebody lives."""
        return np.asarray(self.persons > 0, dtype=bool)


def _units_of(
    problem: Problem, homes: Any, floors: Any, group_floors: Any, worst_first: str | None
) -> _Units:
    """Name the units and check their floors."""
    if worst_first not in {None, "townships", "groups"}:
        message = (
            f"worst_first must be 'townships', 'groups' or None. Got {shown(worst_first)} instead."
        )
        raise ParameterError(message)
    if floors is None and group_floors is None and worst_first is None:
        message = "give floors, group_floors or worst_first; without any use maximal_covering."
        raise ParameterError(message)
    if homes is None and (floors is not None or worst_first == "townships"):
        message = "floors of townships need homes: the township of each origin."
        raise ParameterError(message)
    grouped = problem.groups != ("",)
    if not grouped and (group_floors is not None or worst_first == "groups"):
        message = "floors of groups need persons as a table with one column for each group."
        raise ParameterError(message)
    count = len(problem.groups)
    names: list[tuple[str, str]] = []
    inside = []
    if homes is not None:
        home = np.repeat(_homes_of(problem, homes), count)
        for one in sorted(set(home.tolist())):
            names.append(("townships", one))
            inside.append(home == one)
    if grouped:
        of_group = np.tile(np.arange(count), len(problem.place_ids))
        for at, one in enumerate(problem.groups):
            names.append(("groups", one))
            inside.append(of_group == at)
    rows = np.array(inside, dtype=bool).reshape(len(names), problem.group_persons.size)
    return _Units(
        tuple(names),
        rows,
        _shares(names, {"townships": floors, "groups": group_floors}),
        rows @ problem.group_persons.ravel(),
    )


def _homes_of(problem: Problem, homes: Any) -> NDArray[np.object_]:
    """Look up the township of each place."""
    if not hasattr(homes, "items"):
        message = f"homes must be a mapping from place to township. Got {shown(homes)} instead."
        raise ParameterError(message)
    home = {id_text(one, "homes"): id_text(zone, "homes") for one, zone in homes.items()}
    lost = [one for one in problem.place_ids if one not in home]
    if lost:
        message = f"homes does not say in which township these places are: {listed(lost)}."
        raise UnknownIdError(message)
    return np.array([home[one] for one in problem.place_ids], dtype=object)


def _shares(names: list[tuple[str, str]], asked: dict[str, Any]) -> NDArray[np.float64]:
    """Check floors and put them in the order of the units."""
    answer = np.zeros(len(names))
    for kind, value in asked.items():
        known = [name for one, name in names if one == kind]
        if value is None:
            continue
        given = (
            {id_text(one, "floors"): share for one, share in value.items()}
            if isinstance(value, Mapping)
            else dict.fromkeys(known, value)
        )
        unknown = sorted(set(given) - set(known))
        if unknown:
            message = f"there are no {kind} called {listed(unknown)}. Known: {listed(known)}."
            raise UnknownIdError(message)
        for share in given.values():
            number = isinstance(share, (int, float, np.integer, np.floating))
            if not number or isinstance(share, bool) or not 0 <= share <= 1:
                message = f"a floor must be a share from 0 to 1. Got {shown(share)} instead."
                raise ParameterError(message)
        for at, (one, name) in enumerate(names):
            if one == kind:
                answer[at] = given.get(name, 0.0)
    return answer


def _asked(units: _Units, kind: str) -> Mapping[str, float]:
    """Give the floors of one kind by name, for the record."""
    return MappingProxyType(
        {
            name: float(floor)
            for (one, name), floor in zip(units.names, units.floors, strict=True)
            if one == kind and floor > 0
        }
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """The covering program, with a row for each unit whose bound is its floor."""

    problem: Problem
    units: _Units
    near: NDArray[np.bool_]
    """Rows (place and group) x candidates within the limit."""
    standing: NDArray[np.bool_]
    """Rows that an existing site covers."""
    program: Program
    """Candidates and covered patterns; the last rows are those of the units."""
    aims: tuple[Aim, Aim]
    scale: float
    exact: bool
    base: NDArray[np.float64]
    """Persons of each unit that existing sites cover, in the solver's numbers."""
    total: NDArray[np.float64]
    """Persons of each unit, in the solver's numbers."""
    today: float
    """Persons whom existing sites cover."""
    ceiling: float
    """Persons covered with every candidate open."""
    count: int
    """Number of new sites."""

    @classmethod
    def of(
        cls, problem: Problem, limit: float | Mapping[str, float], units: _Units, count: int
    ) -> _Model:
        """Build the program."""
        limits = np.tile(problem.limits(limit), len(problem.place_ids))
        costs = np.repeat(problem.costs, len(problem.groups), axis=0)
        within = costs <= limits[:, np.newaxis]
        near = within[:, problem.candidates]
        standing = np.asarray(within[:, problem.opened].any(axis=1), dtype=bool)
        persons = problem.group_persons.ravel()
        numbers = whole_numbers(persons)
        places, stands = _places_near(problem, limit)
        rows, weights = merged(
            np.vstack([near[~standing], places[~stands]]),
            _weights(numbers.numbers, units, standing, int((~stands).sum())),
        )
        columns, patterns = len(problem.candidates), rows.shape[0]
        total = columns + patterns
        cover = sparse.hstack([sparse.csr_array(rows.astype(float)), -sparse.eye_array(patterns)])
        of_units: Any = np.hstack([np.zeros((len(units.names), columns)), weights[:, 2:].T])
        matrix, bounds = rows_of(
            [problem.rules.matrix, np.ones((1, columns)), cover, of_units],
            [
                problem.rules.lower,
                np.array([count]),
                np.zeros(patterns),
                np.zeros(len(units.names)),
            ],
            [
                problem.rules.upper,
                np.array([count]),
                np.full(patterns, np.inf),
                np.full(len(units.names), np.inf),
            ],
            columns=total,
        )
        box = np.vstack([np.zeros(total), np.ones(total)])
        box[0, problem.given] = 1.0
        aims = (
            Aim(np.concatenate([np.zeros(columns), -weights[:, 0]]), exact=numbers.exact),
            Aim(np.concatenate([np.zeros(columns), -weights[:, 1]]), exact=True),
        )
        return cls(
            problem,
            units,
            near,
            standing,
            Program(np.zeros(total), box, bounds, matrix),
            aims,
            numbers.scale,
            numbers.exact,
            base=units.inside @ (numbers.numbers * standing),
            total=units.inside @ numbers.numbers,
            today=float(persons[standing].sum()),
            ceiling=float(persons[standing | near.any(axis=1)].sum()),
            count=count,
        )

    def needs(self, shares: NDArray[np.float64], *, above: bool = False) -> NDArray[np.float64]:
        """Give the persons (solver's numbers) that shares ask for; `above`: more than the share."""
        asked = shares * self.total
        off = CLOSE * np.maximum(1.0, self.total)
        if not self.exact:
            return asked + off if above else asked - off
        return np.floor(asked + off) + 1.0 if above else np.ceil(asked - off)

    def program_with(self, needs: NDArray[np.float64]) -> Program:
        """Set the bounds of the rows of the units."""
        rows = self.program.rows.copy()
        if needs.size:
            rows[0, -needs.size :] = needs - self.base
        return replace(self.program, rows=rows)

    def covered(self, columns: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Say which rows are covered."""
        inside: NDArray[np.bool_] = self.standing | self.near[:, columns].any(axis=1)
        return inside

    def persons(self, columns: NDArray[np.intp]) -> float:
        """Count the persons covered."""
        return float(self.problem.group_persons.ravel()[self.covered(columns)].sum())

    def shares(self, columns: NDArray[np.intp]) -> NDArray[np.float64]:
        """Give the covered share of each unit; NaN where nobody lives."""
        inside = self.problem.group_persons.ravel() * self.covered(columns)
        with np.errstate(invalid="ignore"):
            answer: NDArray[np.float64] = (self.units.inside @ inside) / self.units.persons
        return answer

    def table(self, columns: NDArray[np.intp]) -> pd.DataFrame:
        """List units with what is covered of each."""
        inside = self.problem.group_persons.ravel() * self.covered(columns)
        kinds, names = [one for one, _ in self.units.names], [one for _, one in self.units.names]
        singular = {"townships": "township", "groups": "group"}
        values = (
            pd.array([singular[one] for one in kinds], dtype="str"),
            pd.array(names, dtype="str"),
            self.units.persons,
            self.units.inside @ inside,
            self.shares(columns),
            self.units.floors,
        )
        return pd.DataFrame(dict(zip(SHARE_COLUMNS, values, strict=True)))

    def greedy(self) -> NDArray[np.bool_] | None:
        """Add the site that covers most at each turn, whatever the floors."""
        inside = np.zeros(len(self.problem.candidates), dtype=bool)
        inside[self.problem.given] = True
        persons, near = self.problem.group_persons.ravel(), self.near.astype(np.float64)

        def worth(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
            left = ~self.covered(np.flatnonzero(inside))
            return np.asarray((persons * left) @ near)

        more = self.count - self.problem.given.size
        return add_by_turns(worth, inside, self.problem.rules, more)


def _weights(
    numbers: NDArray[np.float64], units: _Units, standing: NDArray[np.bool_], places: int
) -> NDArray[np.float64]:
    """Give each row its persons, places, and persons by unit; then the rows of the places."""
    persons = np.column_stack([numbers, np.zeros(numbers.size), (units.inside * numbers).T])[
        ~standing
    ]
    count = np.zeros((places, persons.shape[1]))
    count[:, 1] = 1.0
    return np.vstack([persons, count])


def _places_near(
    problem: Problem, limit: float | Mapping[str, float]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which candidates cover a whole place, and whether an existing site does."""
    lived = problem.group_persons > 0
    asked = lived | ~lived.any(axis=1, keepdims=True)
    least = np.where(asked, problem.limits(limit), np.inf).min(axis=1)
    near = problem.costs <= least[:, np.newaxis]
    return near[:, problem.candidates], near[:, problem.opened].any(axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What a search has found, and how sure it is."""

    answer: InTurn
    columns: NDArray[np.intp]
    bound: float
    """No plan that serves the worst off as well covers more persons."""
    share: float = float("nan")
    share_bound: float = float("nan")


def _search(
    model: _Model, worst: NDArray[np.bool_] | None, clock: Clock, progress: Progress | None
) -> _Found:
    """Find the plan: the worst off first if asked, then persons, places and ids."""
    needs = model.needs(model.units.floors)
    start = _fitting(model, model.greedy(), needs)
    share, share_bound = float("nan"), float("nan")
    sure = True
    if worst is not None:
        best = _best_share(model, worst.astype(np.float64), needs, start, clock)
        if best.columns is None:
            return _nothing(best.status)
        share, share_bound, sure = best.share, best.bound, best.status == "optimal"
        start = np.zeros(len(model.problem.candidates), dtype=bool)
        start[best.columns] = True
        needs = np.maximum(needs, model.needs(np.where(worst, share, 0.0)))
    found = _most_persons(model, needs, start, clock, progress)
    if found.answer.status == "infeasible" or (found.answer.status == "optimal" and sure):
        return replace(found, share=share, share_bound=share_bound)
    answer = replace(found.answer, status="time_limit", alternatives=None)
    bound = found.bound if sure else model.ceiling
    return replace(found, answer=answer, bound=bound, share=share, share_bound=share_bound)


def _nothing(status: str) -> _Found:
    """Say that there is no plan, or raise if only the clock is to blame."""
    if status == "infeasible":
        nothing = InTurn("infeasible", np.empty(0), np.inf, None)
        return _Found(nothing, np.empty(0, dtype=np.intp), np.nan)
    message = (
        f"time_limit ran out before any plan of {MODEL} was found. Give it more seconds, or None."
    )
    raise TimeOverError(message)


def _fitting(
    model: _Model, inside: NDArray[np.bool_] | None, needs: NDArray[np.float64]
) -> NDArray[np.bool_] | None:
    """Keep a plan only if it meets the floors."""
    if inside is None:
        return None
    numbers = model.problem.group_persons.ravel() * model.scale
    numbers = np.rint(numbers) if model.exact else numbers
    reached = model.units.inside @ (numbers * model.covered(np.flatnonzero(inside)))
    return inside if (reached >= needs).all() else None


def _most_persons(
    model: _Model,
    needs: NDArray[np.float64],
    start: NDArray[np.bool_] | None,
    clock: Clock,
    progress: Progress | None = None,
) -> _Found:
    """Find the plan with most persons, then most places, then by id, that meets the needs."""
    count = len(model.problem.candidates)
    answer = in_turn(
        model.program_with(needs),
        model.aims,
        candidates=count,
        clock=clock,
        start=None if start is None else start.astype(np.float64),
        progress=reported(progress, lambda number: model.today - number / model.scale),
    )
    bound = min(model.ceiling, model.today - answer.bound / model.scale)
    if answer.columns.size or answer.status == "optimal":
        columns = np.flatnonzero(answer.columns[:count] > 0.5)  # noqa: PLR2004 -- 0 or 1
        return _Found(answer, columns, bound)
    if answer.status == "infeasible" or start is None:
        return _nothing(answer.status)
    return _Found(answer, np.flatnonzero(start), bound)


@dataclass(frozen=True, slots=True, eq=False)
class _Free:
    """The plan without floors."""

    objective: float
    bound: float
    columns: NDArray[np.intp]


def _free(model: _Model, objective: float, columns: NDArray[np.intp], clock: Clock) -> _Free:
    """Work out what would be covered without floors: at least what is covered with them."""
    none = np.full(model.units.floors.size, -np.inf)
    start = model.greedy()
    if start is None or model.persons(np.flatnonzero(start)) < objective:
        start = np.zeros(len(model.problem.candidates), dtype=bool)
        start[columns] = True
    found = _most_persons(model, none, start, clock)
    free = model.persons(found.columns)
    if free < objective:
        free, found = objective, replace(found, columns=columns)
    bound = free if found.answer.status == "optimal" else max(free, found.bound)
    return _Free(free, bound, found.columns)


@dataclass(frozen=True, slots=True, eq=False)
class _Share:
    """The largest smallest share."""

    status: str
    columns: NDArray[np.intp] | None
    share: float
    bound: float


def _best_share(
    model: _Model,
    parts: NDArray[np.float64],
    needs: NDArray[np.float64],
    start: NDArray[np.bool_] | None,
    clock: Clock,
) -> _Share:
    """Make the smallest of ``share_u / parts_u`` as large as it can be (1 at most).

    Bisection: is there a plan in which every unit has so many whole persons? The solver would
    have to work with fractions to look for the share itself, which proves nothing. At the end a
    plan is asked for in which every unit has more than the share found, until there is none.
    """
    units = np.flatnonzero((parts > 0) & model.units.lived)
    nothing = Aim(np.zeros(model.program.costs.size), exact=True)

    def share_of(columns: NDArray[np.intp]) -> float:
        return float(min(1.0, (model.shares(columns)[units] / parts[units]).min(initial=1.0)))

    def asked(share: float, *, above: bool) -> NDArray[np.float64]:
        wanted = model.needs(np.where(parts > 0, share * parts, 0.0), above=above)
        return np.maximum(needs, np.where(parts > 0, wanted, needs))

    high = _ceiling_share(model, parts, units, needs, clock)
    if start is None:
        first = _once(model, model.program_with(needs), nothing, clock)
        columns = _chosen(model, first)
        if columns is None:
            return _Share(first.status, None, np.nan, high)
    else:
        columns = np.flatnonzero(start)
    share = share_of(columns)
    while share < 1:
        middle = (share + high) / 2
        strict = high - share < NARROW
        more = asked(share, above=True) if strict else asked(middle, above=False)
        better = _once(model, model.program_with(more), nothing, clock)
        if better.status == "time_limit":
            return _Share("time_limit", columns, share, max(share, high))
        found = _chosen(model, better)
        if found is not None and share_of(found) > share:
            columns, share = found, share_of(found)
        elif strict:
            break
        else:
            high = middle
    return _Share("optimal", columns, share, share)


def _ceiling_share(
    model: _Model,
    parts: NDArray[np.float64],
    units: NDArray[np.intp],
    needs: NDArray[np.float64],
    clock: Clock,
) -> float:
    """Bound the share by the linear program, in which sites may be opened in part."""
    program = model.program_with(needs)
    total = program.costs.size
    scale = 1.0 / (parts[units] * model.total[units])
    rows: Any = program.matrix.tocsr()[program.matrix.shape[0] - needs.size + units]
    last: Any = sparse.csr_array(-np.ones((units.size, 1)))
    share: Any = sparse.hstack([rows.multiply(scale[:, np.newaxis]), last])
    matrix, bounds = rows_of(
        [program.matrix, share],
        [program.rows[0], -model.base[units] * scale],
        [program.rows[1], np.full(units.size, np.inf)],
        columns=total + 1,
    )
    box = np.column_stack([program.columns, [0.0, 1.0]])
    costs = np.zeros(total + 1)
    costs[total] = -1.0
    program = Program(costs, box, bounds, matrix)
    found = once(program, Aim(costs, exact=False), candidates=0, clock=clock)
    return min(1.0, -found.bound + CLOSE) if found.status == "optimal" else 1.0


def _once(model: _Model, program: Program, aim: Aim, clock: Clock) -> InTurn:
    """Solve a program for one aim."""
    return once(program, aim, candidates=len(model.problem.candidates), clock=clock)


def _chosen(model: _Model, found: InTurn) -> NDArray[np.intp] | None:
    """Read the candidates chosen; None where no plan was found."""
    count = len(model.problem.candidates)
    if found.status != "optimal" and not found.columns.size:
        return None
    return np.flatnonzero(found.columns[:count] > 0.5)  # noqa: PLR2004 -- 0 or 1


def _refuse_floors(model: _Model, limit: float | Mapping[str, float], clock: Clock) -> NoReturn:
    """Say what stands in the way, and which floors would work."""
    need = Need(model=MODEL, sites=model.count, limit=limit, everywhere=False, seconds=clock.left())
    none = np.full(model.units.floors.size, -np.inf)
    nothing = Aim(np.zeros(model.program.costs.size), exact=True)
    if _once(model, model.program_with(none), nothing, clock).status == "infeasible":
        refuse(model.problem, need)
    floors = tuple(_floors(model))
    found = obstacles_of(model.problem, replace(need, floors=floors, everywhere=True))
    best = _best_share(model, model.units.floors, none, model.greedy(), clock)
    asked = {one.share for one in floors}
    if best.status == "optimal" and len(asked) == 1:
        found = replace(found, largest_share=best.share * asked.pop())
    elif best.status == "optimal":
        found = replace(found, largest_part=best.share)
    else:
        found = replace(found, complete=False)
    kinds = sorted({one.kind for one in floors})
    found = replace(found, floors_of=FLOORS_OF[kinds[0]] if len(kinds) == 1 else "all")
    raise InfeasibleError(" ".join(told(found, "en")), found)


def _floors(model: _Model) -> Iterator[Floor]:
    """Give the floors as demands that can be taken away one by one."""
    units = model.units
    numbers = model.problem.group_persons * model.scale
    numbers = np.rint(numbers) if model.exact else numbers
    needs = model.needs(units.floors)
    for at in np.flatnonzero((units.floors > 0) & units.lived):
        kind, name = units.names[at]
        yield Floor(
            kind="floor" if kind == "townships" else "group_floor",
            name=name,
            share=float(units.floors[at]),
            weights=numbers * units.inside[at].reshape(numbers.shape),
            least=float(needs[at]),
        )
