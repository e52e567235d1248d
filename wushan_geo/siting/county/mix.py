"""Services mixed: which sites open, and which services each of them offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

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
from wushan_geo.siting.county.level_plans import ServicesPlan
from wushan_geo.siting.county.verify_levels import verify_mix
from wushan_geo.siting.demands import Demand
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import Obstacles, refuse, told
from wushan_geo.siting.plan import relative_gap
from wushan_geo.siting.problem import checked_matrix, problem_of
from wushan_geo.siting.solver import Program
from wushan_geo.siting.ties import BY_ID
from wushan_geo.travel.ids import align_counts, id_text, id_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from wushan_geo.siting.aims import InTurn, Progress
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.ties import Clock
    from wushan_geo.travel.matrix import TravelMatrix

    ByService = pd.DataFrame | Mapping[Any, Any]

MODEL = "services_mix"
TIES = (
    f"most weighted persons, then least cost, then fewest sites, then fewest offers, then {BY_ID}"
)


def services_mix(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix | Mapping[Any, TravelMatrix],
    demand: ByService,
    *,
    limits: Mapping[Any, float],
    weights: Mapping[Any, float],
    sites: int | None = None,
    per_site: int | None = None,
    costs: Mapping[Any, Any] | None = None,
    opening: Mapping[Any, float] | pd.Series[Any] | None = None,
    budget: float | None = None,
    offered: Mapping[Any, Iterable[Any]] | None = None,
    extend: bool = False,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> ServicesPlan:
    """Choose sites and the services that each offers, so that most persons are covered; proven.

    A covering model with several services, as Schilling et al. (1979) have it for several kinds of
    equipment at one station:

        max  sum_k w_k sum_i a_ik u_ik
        with u_ik <= sum_{j in N_ik} y_jk,        y_jk <= x_j <= sum_k y_jk,
             sum_k y_jk <= per_site,              sum_j x_j = p,
             sum_j (o_j x_j + sum_k c_jk y_jk) <= budget,    x_j, y_jk in {0, 1},

    where `a_ik` are the persons at place `i` who are eligible for service `k` (`demand`), `N_ik`
    the sites within the limit of that service, `x_j` whether site `j` opens and `y_jk` whether it
    offers service `k`. A new site offers at least one service. Of plans that cover equally many,
    that which costs least comes first, then that with fewest sites and fewest offers, then the
    first by id.

    Parameters
    ----------
    matrix
        Costs from places to sites, one for all services or one for each (with the same places and
        sites).
    demand
        Persons eligible for each service (columns, or keys) at each origin. They may be the same
        persons.
    limits
        Largest cost that is covered, by service.
    weights
        What a covered person counts, by service: at least 0. A choice of policy, so it has no
        default.
    sites
        Number of *new* sites; None leaves it to budget and rules.
    per_site
        Most services at one site.
    costs
        What an offer costs, by service: a number, or one by site. Needs `budget`.
    opening
        What a new site costs besides, by site. Needs `budget`.
    budget
        Most that new sites and offers may cost together.
    offered
        Services that each existing site offers already. Existing sites that are not named offer
        none.
    extend
        Whether existing sites may offer further services.
    existing, required, forbidden
        Ids of destinations that are open already, must be chosen, must not be chosen.
    rules
        Rules by township and on distance between sites.
    time_limit
        Seconds after which the search stops with its best plan and a bound; None never stops it.
    progress
        Called from time to time with a `Standing` in weighted persons.

    Returns
    -------
    ServicesPlan
        Verified.

    Raises
    ------
    InfeasibleError
        If the budget is too small (the least that would do is named) or the rules leave no plan.
    UnknownIdError
        If ids are unknown, there twice or in two roles, or services do not fit each other.
    ParameterError
        If a number is out of range, neither `per_site` nor `budget` is given, or the clock ran out
        before any plan was found.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B"), ("G", "H"), "min", [[5, 40], [20, 10]])
    >>> demand = {"rehab": {"A": 4, "B": 1}, "day_care": {"A": 1, "B": 3}}
    >>> plan = services_mix(
    ...     times,
    ...     demand,
    ...     limits={"rehab": 30, "day_care": 15},
    ...     weights={"rehab": 1, "day_care": 1},
    ...     sites=2,
    ...     per_site=1,
    ... )
    >>> plan.offers, plan.objective
    ((('G', 'rehab'), ('H', 'day_care')), 8.0)
    """
    clock = checked_clock(time_limit)
    asked = _Asked.of(demand, limits, weights, per_site, budget)
    matrices = _matrices(matrix, asked)
    for one, limit in zip(matrices, asked.limits.tolist(), strict=True):
        checked_reaches(one, limit)
    problems = [
        problem_of(
            one,
            demand[name],
            existing=existing,
            required=required,
            forbidden=forbidden,
            rules=rules,
        )
        for name, one in zip(asked.keys, matrices, strict=True)
    ]
    number = None if sites is None else problems[0].checked_sites(sites)
    prices = _prices(problems[0], asked, costs, opening, budget)
    has = _offered(problems[0], asked, offered)
    model = _Model.of(problems, asked, prices, has, _Frame(number, per_site, budget, extend))
    greedy = _greedy(model)
    found = in_turn(
        model.program,
        model.aims,
        candidates=model.count,
        clock=clock,
        start=greedy,
        progress=reported(progress, lambda cost: model.today - cost / model.scale),
    )
    if found.status == "infeasible":
        _refuse_mix(model, clock)
    values = _values(model, found, greedy)
    plan = _plan(model, values, found, greedy, {"time_limit": time_limit, "ties": TIES})
    return verify_mix(
        plan, matrix, demand, rules=rules, costs=costs, opening=opening, offered=offered
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Services, in the order of their names."""

    names: tuple[str, ...]
    keys: tuple[Any, ...]
    """The same as the caller wrote them."""
    limits: NDArray[np.float64]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, demand: Any, limits: Any, weights: Any, per_site: Any, budget: Any) -> _Asked:
        """Check services and numbers."""
        if not hasattr(demand, "keys"):
            message = f"demand must be a table or mapping by service. Got {shown(demand)} instead."
            raise ParameterError(message)
        keys = list(demand.keys())
        names = id_texts(keys, "services")
        if not names:
            message = "demand has no service: give the persons who are eligible for each."
            raise ParameterError(message)
        wide = [
            one for one, key in zip(names, keys, strict=True) if hasattr(demand[key], "columns")
        ]
        if wide:
            message = (
                f"demand is a table for {listed(wide)}: give the persons of each service by place. "
                "Groups of a service have no limits of their own here."
            )
            raise ParameterError(message)
        order = sorted(range(len(names)), key=names.__getitem__)
        names = tuple(names[at] for at in order)
        if per_site is None and budget is None:
            message = "give per_site or budget: without either every site would offer everything."
            raise ParameterError(message)
        if per_site is not None and (
            isinstance(per_site, bool)
            or not isinstance(per_site, (int, np.integer))
            or per_site < 1
        ):
            message = f"per_site must be a whole number of at least 1. Got {shown(per_site)}."
            raise ParameterError(message)
        if budget is not None:
            align_counts({"budget": budget}, ("budget",), "budget")
        return cls(
            names,
            tuple(keys[at] for at in order),
            align_counts(limits, names, "limits"),
            align_counts(weights, names, "weights"),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """What bounds a plan."""

    sites: int | None
    per_site: int | None
    budget: float | None
    extend: bool


def _matrices(matrix: Any, asked: _Asked) -> list[TravelMatrix]:
    """Give the matrix of each service, all with the same places and sites."""
    if not isinstance(matrix, Mapping):
        checked_matrix(matrix)
        return [matrix] * len(asked.names)
    given = {id_text(name, "matrix"): one for name, one in matrix.items()}
    if set(given) != set(asked.names):
        message = f"matrix has the services {listed(sorted(given))}, demand {listed(asked.names)}."
        raise UnknownIdError(message)
    first = None
    for name in asked.names:
        checked_matrix(given[name])
        ids = (set(given[name].origin_ids), set(given[name].destination_ids), given[name].unit)
        first = first or ids
        if ids != first:
            message = f"the matrix of {name} has other places, sites or units than the first one."
            raise UnknownIdError(message)
    return [given[name] for name in asked.names]


@dataclass(frozen=True, slots=True, eq=False)
class _Prices:
    """What sites and offers cost."""

    given: bool
    opening: NDArray[np.float64]
    """By site (existing ones too)."""
    offers: NDArray[np.float64]
    """Sites x services."""


def _prices(problem: Problem, asked: _Asked, costs: Any, opening: Any, budget: Any) -> _Prices:
    """Read costs by site and service."""
    ids, given = problem.site_ids, costs is not None or opening is not None
    if given != (budget is not None):
        message = "budget and costs (or opening) belong together: give both or none."
        raise ParameterError(message)
    known = (*ids, *problem.roles.forbidden)
    first = np.zeros(len(ids))
    if opening is not None:
        first = align_counts(opening, known, "opening")[: len(ids)]
    table = np.zeros((len(ids), len(asked.names)))
    if costs is not None:
        by_service = {id_text(name, "costs"): one for name, one in costs.items()}
        if set(by_service) != set(asked.names):
            message = (
                f"costs has the services {listed(sorted(by_service))}, "
                f"demand {listed(asked.names)}."
            )
            raise UnknownIdError(message)
        for at, name in enumerate(asked.names):
            one = by_service[name]
            values = one if hasattr(one, "items") else dict.fromkeys(known, one)
            table[:, at] = align_counts(values, known, f"costs ({name})")[: len(ids)]
    return _Prices(given, first, table)


def _offered(problem: Problem, asked: _Asked, offered: Any) -> NDArray[np.bool_]:
    """Say which existing site offers what already (sites x services)."""
    given = {id_text(site, "offered"): services for site, services in (offered or {}).items()}
    unknown = sorted(set(given) - set(problem.roles.existing))
    if unknown:
        message = f"offered names sites that are not existing: {listed(unknown)}."
        raise UnknownIdError(message)
    has = np.zeros((len(problem.site_ids), len(asked.names)), dtype=bool)
    row = {one: at for at, one in enumerate(problem.site_ids)}
    column = {one: at for at, one in enumerate(asked.names)}
    for site, services in given.items():
        names = id_texts(services, f"offered ({site})")
        lost = [one for one in names if one not in column]
        if lost:
            message = f"{site} offers {listed(lost)}, of which demand says nothing."
            raise UnknownIdError(message)
        has[row[site], [column[one] for one in names]] = True
    return has


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """The program: sites, then offers (by site and service), then covered patterns."""

    problem: Problem
    asked: _Asked
    near: NDArray[np.bool_]
    """Services x places x sites within the limit of the service."""
    costs: NDArray[np.float64]
    """Services x places x sites."""
    persons: NDArray[np.float64]
    """Services x places."""
    has: NDArray[np.bool_]
    prices: _Prices
    frame: _Frame
    pairs: NDArray[np.intp]
    """Site and service of each offer that may be chosen."""
    opens: NDArray[np.intp]
    """Candidate of each offer; -1 where the site exists."""
    program: Program
    aims: list[Aim]
    scale: float
    today: float
    """Weighted persons covered by what is offered already."""

    @property
    def sites(self) -> int:
        """Number of candidates."""
        return len(self.problem.candidates)

    @property
    def count(self) -> int:
        """Number of columns that are chosen: candidates and offers."""
        return self.sites + len(self.pairs)

    @classmethod
    def of(
        cls,
        problems: list[Problem],
        asked: _Asked,
        prices: _Prices,
        has: NDArray[np.bool_],
        frame: _Frame,
    ) -> _Model:
        """Build the program."""
        problem = problems[0]
        costs = np.array([one.costs for one in problems])
        near = costs <= asked.limits[:, np.newaxis, np.newaxis]
        persons = np.array([one.persons for one in problems])
        may = np.ones(has.shape, dtype=bool)
        may[problem.opened] = ~has[problem.opened] & frame.extend
        pairs = np.argwhere(may)
        place = np.full(len(problem.site_ids), -1)
        place[problem.candidates] = np.arange(len(problem.candidates))
        opens = place[pairs[:, 0]]
        patterns, weights, standing = _patterns(near, persons * asked.weights[:, np.newaxis],
                                                has, pairs)  # fmt: skip
        numbers = whole_numbers(weights)
        sites, offers = len(problem.candidates), len(pairs)
        total = sites + offers + len(weights)
        blocks = _rows(problem, _Pairs(pairs, opens), has, prices, frame)
        cover = np.hstack([np.zeros((len(weights), sites)), patterns])
        blocks.append((
            sparse.hstack([sparse.csr_array(cover), -sparse.eye_array(len(weights))]),
            np.zeros(len(weights)),
            np.full(len(weights), np.inf),
        ))  # fmt: skip
        matrix, bounds = rows_of(*zip(*blocks, strict=True), columns=total)
        box = np.vstack([np.zeros(total), np.ones(total)])
        box[0, problem.given] = 1.0
        aims = _aims(numbers.numbers, numbers.exact, (sites, offers), frame,
                     _spending(problem, pairs, prices), _Pairs(pairs, opens))  # fmt: skip
        return cls(
            problem, asked, near, costs, persons, has, prices, frame, pairs, opens,
            Program(np.zeros(total), box, bounds, matrix), aims, numbers.scale, standing,
        )  # fmt: skip

    def offers(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say which site offers what (sites x services), with what is offered already."""
        new = self.pairs[values[self.sites : self.count] > 0.5]  # noqa: PLR2004 -- 0 or 1
        table = self.has.copy()
        table[new[:, 0], new[:, 1]] = True
        return table

    def covered(self, table: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say who is covered (services x places)."""
        return np.asarray((self.near & table.T[:, np.newaxis, :]).any(axis=2), dtype=bool)

    def objective(self, table: NDArray[np.bool_]) -> float:
        """Count weighted persons covered."""
        return float(self.asked.weights @ (self.persons * self.covered(table)).sum(axis=1))

    def ceiling(self) -> float:
        """Count weighted persons covered with every offer that may be chosen."""
        table = self.has.copy()
        table[self.pairs[:, 0], self.pairs[:, 1]] = True
        return self.objective(table)


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Offers that may be chosen, and the candidate that each needs (-1 for none)."""

    pairs: NDArray[np.intp]
    opens: NDArray[np.intp]


def _patterns(
    near: NDArray[np.bool_],
    worth: NDArray[np.float64],
    has: NDArray[np.bool_],
    pairs: NDArray[np.intp],
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Give the different sets of offers that cover a place, their worth, and what is covered."""
    standing = np.asarray((near & has.T[:, np.newaxis, :]).any(axis=2), dtype=bool)
    rows, weights = [np.zeros((0, len(pairs)))], [np.zeros(0)]
    for service in range(len(worth)):
        own = np.flatnonzero(pairs[:, 1] == service)
        left = ~standing[service]
        some, weight = merged(
            near[service][np.ix_(left, pairs[own, 0])], worth[service][left][:, np.newaxis]
        )
        wide = np.zeros((len(some), len(pairs)))
        wide[:, own] = some
        rows.append(wide)
        weights.append(weight[:, 0])
    return np.vstack(rows), np.concatenate(weights), float(worth[standing].sum())


def _rows(
    problem: Problem,
    offers: _Pairs,
    has: NDArray[np.bool_],
    prices: _Prices,
    frame: _Frame,
) -> list[tuple[Any, NDArray[np.float64], NDArray[np.float64]]]:
    """Write what bounds a plan: rules, number of sites, offers by site, budget (the last row)."""
    sites, count = len(problem.candidates), len(offers.pairs)
    blocks: list[tuple[Any, NDArray[np.float64], NDArray[np.float64]]] = [
        (problem.rules.matrix, problem.rules.lower, problem.rules.upper)
    ]
    if frame.sites is not None:
        number = np.array([float(frame.sites)])
        blocks.append((np.ones((1, sites)), number, number))
    new = np.flatnonzero(offers.opens >= 0)
    entries: Any = (
        np.concatenate([-np.ones(new.size), np.ones(new.size)]),
        (
            np.concatenate([np.arange(new.size)] * 2),
            np.concatenate([sites + new, offers.opens[new]]),
        ),
    )
    shape: Any = (new.size, sites + count)
    blocks.append(
        (sparse.csr_array(entries, shape=shape), np.zeros(new.size), np.full(new.size, np.inf))
    )
    of_site: Any = (np.ones(new.size), (offers.opens[new], new))
    own: Any = sparse.csr_array(of_site, shape=(sites, count))  # offers of each candidate
    some: Any = sparse.hstack([-sparse.eye_array(sites), own])
    blocks.append((some, np.zeros(sites), np.full(sites, np.inf)))
    if frame.per_site is not None:
        at: Any = (np.ones(count), (offers.pairs[:, 0], np.arange(count)))
        all_of: Any = sparse.csr_array(at, shape=(len(problem.site_ids), count))
        opens = np.zeros((len(problem.site_ids), sites))  # a site that opens in part offers in part
        opens[problem.candidates, np.arange(sites)] = -frame.per_site
        most = np.maximum(0.0, frame.per_site - has.sum(axis=1).astype(np.float64))
        most[problem.candidates] = 0.0
        least = np.full(len(problem.site_ids), -np.inf)
        blocks.append((sparse.hstack([sparse.csr_array(opens), all_of]), least, most))
    if frame.budget is not None:
        numbers = whole_numbers(_spending(problem, offers.pairs, prices))
        most = np.array([frame.budget * numbers.scale])
        most += CLOSE * np.maximum(1.0, most)
        most = np.floor(most) if numbers.exact else most
        blocks.append((numbers.numbers[np.newaxis, :], np.array([-np.inf]), most))
    return blocks


def _spending(problem: Problem, pairs: NDArray[np.intp], prices: _Prices) -> NDArray[np.float64]:
    """Give what each candidate and each offer costs."""
    return np.concatenate(
        [prices.opening[problem.candidates], prices.offers[pairs[:, 0], pairs[:, 1]]]
    )


def _aims(
    worth: NDArray[np.float64],
    exact: bool,  # noqa: FBT001 -- of the worth
    counts: tuple[int, int],
    frame: _Frame,
    spending: NDArray[np.float64],
    pairs: _Pairs,
) -> list[Aim]:
    """Say what counts, the most important first."""
    sites, offers = counts
    rest = np.zeros(worth.size)
    largest = _largest(counts, frame, spending, pairs)
    aims = [Aim(np.concatenate([np.zeros(sites + offers), -worth]), exact=exact)]
    if frame.budget is not None:
        numbers = whole_numbers(spending)
        most = float(np.floor(frame.budget * numbers.scale * (1.0 + CLOSE) + CLOSE))
        aims.append(Aim(np.concatenate([numbers.numbers, rest]), numbers.exact, (0.0, most)))
    if frame.sites is None:
        count = np.concatenate([np.ones(sites), np.zeros(offers), rest])
        aims.append(Aim(count, exact=True, within=(0.0, largest[0])))
    count = np.concatenate([np.zeros(sites), np.ones(offers), rest])
    aims.append(Aim(count, exact=True, within=(0.0, largest[1])))
    return aims


def _largest(
    counts: tuple[int, int],
    frame: _Frame,
    spending: NDArray[np.float64],
    offers: _Pairs,
) -> tuple[float, float]:
    """Say how many sites and offers a plan can have at most."""
    sites, count = float(counts[0] if frame.sites is None else frame.sites), float(counts[1])
    prices = spending[counts[0] :]
    new = offers.opens >= 0
    if frame.budget is not None:
        most = frame.budget * (1.0 + CLOSE) + CLOSE
        count = min(count, float((np.sort(prices).cumsum() <= most).sum()))
        least = np.full(counts[0], np.inf)
        np.minimum.at(least, offers.opens[new], prices[new])
        least += spending[: counts[0]]
        sites = min(sites, float((np.sort(least).cumsum() <= most).sum()))
    if frame.per_site is not None:
        here = np.bincount(offers.pairs[~new, 0]).clip(0, frame.per_site).sum()
        count = min(count, frame.per_site * sites + float(here))
    return sites, count


def _greedy(model: _Model) -> NDArray[np.float64] | None:
    """Open the best sites by turns, then add the best offer by turns; None if that fits nothing."""
    inside = np.zeros(model.sites, dtype=bool)
    inside[model.problem.given] = True
    open_now = model.has.copy()

    def worth(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
        table = open_now.copy()
        table[model.problem.candidates[inside]] = True
        left = model.persons * ~model.covered(table) * model.asked.weights[:, np.newaxis]
        return np.asarray(np.einsum("ki,kij->j", left, model.near)[model.problem.candidates])

    more = 0 if model.frame.sites is None else model.frame.sites - model.problem.given.size
    chosen = add_by_turns(worth, inside, model.problem.rules, more)
    if chosen is None:
        return None
    values = np.concatenate([chosen.astype(np.float64), np.zeros(len(model.pairs))])
    fixed = model.program.rows.shape[1] - (model.program.matrix.shape[1] - model.count)
    rows = model.program.matrix.tocsr()[:fixed, : model.count].toarray()  # the others are cover
    lower, upper = model.program.rows[:, :fixed]
    while True:
        gain = _gains(model, values)
        new = _unopened(model, values)
        steps = rows[:, model.sites :].copy()
        steps[:, new] += rows[:, model.opens[new]]
        over = steps + (rows @ values)[:, np.newaxis] > upper[:, np.newaxis]
        gain[over.any(axis=0)] = -np.inf
        best = int(gain.argmax()) if gain.size else 0
        if not gain.size or gain[best] == -np.inf:
            break
        values[model.sites + best] = 1.0
        values[model.opens[best] if new[best] else model.sites + best] = 1.0
    sums = rows @ values
    return values if (sums >= lower).all() and (sums <= upper).all() else None


def _unopened(model: _Model, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which offers are of sites that are not open yet."""
    new = np.array(model.opens >= 0, dtype=bool)
    new[new] = values[model.opens[new]] == 0
    return new


def _gains(model: _Model, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say what each further offer would add, for its cost; open sites without any come first."""
    table = model.offers(values)
    left = model.persons * ~model.covered(table) * model.asked.weights[:, np.newaxis]
    all_gains = np.einsum("ki,kij->jk", left, model.near)
    gain = all_gains[model.pairs[:, 0], model.pairs[:, 1]]
    new = _unopened(model, values)
    price = _spending(model.problem, model.pairs, model.prices)
    cost = price[model.sites :].copy()
    cost[new] += price[model.opens[new]]
    gain[gain == 0] = -np.inf
    paid = cost > 0
    gain[paid] /= cost[paid]
    gain[~paid] *= 1.0 + cost.sum()
    empty = np.asarray(~table.any(axis=1), dtype=bool)
    bare = empty[model.pairs[:, 0]] & (model.opens >= 0) & ~new
    gain[bare] = np.maximum(gain[bare], 0.0) + gain[np.isfinite(gain)].max(initial=0.0) + 1.0
    if model.frame.sites is not None:
        gain[new] = -np.inf
    gain[values[model.sites :] > 0] = -np.inf
    return np.asarray(gain)


def _values(
    model: _Model, found: InTurn, greedy: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Read sites and offers chosen."""
    if found.columns.size or found.status == "optimal":
        return found.columns[: model.count]
    if greedy is None:
        message = (
            f"time_limit ran out before any plan of {MODEL} was found. Give it more seconds, or "
            "None."
        )
        raise TimeOverError(message)
    return greedy


def _refuse_mix(model: _Model, clock: Clock) -> NoReturn:
    """Say whether the budget is too small, and what would do."""
    need = Need(model=MODEL, sites=model.frame.sites, everywhere=False)
    if model.frame.budget is None:
        refuse(model.problem, need)
    fixed = model.program.rows.shape[1] - (model.program.matrix.shape[1] - model.count)
    rows = model.program.rows.copy()
    rows[1, fixed - 1] = np.inf
    program = replace(model.program, rows=rows)
    found = once(program, model.aims[1], candidates=model.count, clock=clock)
    if found.status != "optimal":
        refuse(model.problem, need)
    spending = _spending(model.problem, model.pairs, model.prices)
    least = float(spending @ found.columns[: model.count])
    conflict = [Demand("budget", "", float(model.frame.budget))]
    if model.frame.sites is not None and _fewer_would_do(model, clock):
        conflict.append(Demand("fewest_sites", "", float(model.frame.sites)))
    told_so = Obstacles(model=MODEL, conflict=tuple(conflict), smallest_budget=least)
    raise InfeasibleError(" ".join(told(told_so, "en")), told_so)


def _fewer_would_do(model: _Model, clock: Clock) -> bool:
    """Say whether the budget would do if fewer sites might open."""
    rows = model.program.rows.copy()
    rows[0, model.problem.rules.lower.size] = -np.inf  # number of sites, after the rules
    program = replace(model.program, rows=rows)
    found = once(program, model.aims[1], candidates=model.count, clock=clock)
    return found.status == "optimal"


def _plan(
    model: _Model,
    values: NDArray[np.float64],
    found: InTurn,
    greedy: NDArray[np.float64] | None,
    settings: dict[str, Any],
) -> ServicesPlan:
    """Bring the answer back to ids."""
    problem, table = model.problem, model.offers(values)
    objective = model.objective(table)
    proven = found.status == "optimal"
    bound = objective
    if not proven:
        bound = max(objective, min(model.ceiling(), model.today - found.bound / model.scale))
    spending = _spending(problem, model.pairs, model.prices)
    new = np.argwhere(table & ~model.has)
    return ServicesPlan(
        model=MODEL,
        chosen=problem.chosen_ids(np.flatnonzero(values[: model.sites] > 0.5)),  # noqa: PLR2004 -- 0 or 1
        offers=tuple((problem.site_ids[at], model.asked.names[one]) for at, one in new),
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        status="optimal" if proven else "time_limit",
        alternatives=found.alternatives,
        greedy_objective=np.nan if greedy is None else model.objective(model.offers(greedy)),
        spent=float(spending @ values[: model.count]) if model.prices.given else np.nan,
        existing=problem.roles.existing,
        required=problem.roles.required,
        forbidden=problem.roles.forbidden,
        parts=MappingProxyType(_tables(model, table)),
        unit=problem.unit,
        settings=MappingProxyType(
            {
                "sites": model.frame.sites,
                "per_site": model.frame.per_site,
                "budget": model.frame.budget,
                "extend": model.frame.extend,
                "limits": dict(zip(model.asked.names, model.asked.limits.tolist(), strict=True)),
                "weights": dict(zip(model.asked.names, model.asked.weights.tolist(), strict=True)),
                **settings,
            }
        ),
    )


def _tables(model: _Model, table: NDArray[np.bool_]) -> dict[str, pd.DataFrame]:
    """Write the tables of a plan."""
    problem, names = model.problem, np.array(model.asked.names, dtype=object)
    sites = np.array([*problem.site_ids, None], dtype=object)
    at, service = np.nonzero(table)
    covered = model.covered(table)
    cost = np.where(table.T[:, np.newaxis, :], model.costs, np.inf)
    first = np.where(covered, _first(cost), -1)
    kind, place = np.indices(covered.shape)
    return {
        "offers": pd.DataFrame(
            {
                "facility_id": pd.array(sites[at], dtype="str"),
                "service": pd.array(names[service], dtype="str"),
                "role": pd.array(
                    np.where(model.has[at, service], "offered", "new").astype(object), dtype="str"
                ),
            }
        ),
        "services": pd.DataFrame(
            {
                "service": pd.array(names, dtype="str"),
                "weight": model.asked.weights,
                "limit": model.asked.limits,
                "persons": model.persons.sum(axis=1),
                "covered_persons": (model.persons * covered).sum(axis=1),
                "places": np.full(len(names), len(problem.place_ids)),
                "covered_places": covered.sum(axis=1),
            }
        ),
        "assignment": pd.DataFrame(
            {
                "zone_id": pd.array(np.array(problem.place_ids, object)[place.T.ravel()], "str"),
                "service": pd.array(names[kind.T.ravel()], dtype="str"),
                "facility_id": pd.array(sites[first.T.ravel()], dtype="str"),
                "cost": np.where(covered, cost.min(axis=2, initial=np.inf), np.inf).T.ravel(),
            }
        ),
    }


def _first(cost: NDArray[np.float64]) -> NDArray[np.intp]:
    """Find the nearest site of each service and place, of equally near ones the first by id."""
    if not cost.shape[2]:
        return np.full(cost.shape[:2], -1)
    return np.asarray(cost.argmin(axis=2))
