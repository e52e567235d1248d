"""Levels of service: village point, township home, county centre, with referral between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from wushan_geo.errors import ParameterError, TimeOverError, UnknownIdError, listed, shown
from wushan_geo.siting.aims import (
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
from wushan_geo.siting.county.level_plans import HierarchicalPlan, Level, LevelPlan
from wushan_geo.siting.county.verify_levels import verify_hierarchy
from wushan_geo.siting.needs import Need
from wushan_geo.siting.obstacles import refuse
from wushan_geo.siting.plan import relative_gap
from wushan_geo.siting.problem import checked_matrix, problem_of
from wushan_geo.siting.solver import Program
from wushan_geo.siting.ties import BY_ID

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wushan_geo.siting.aims import InTurn, Progress
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.ties import Clock

    Persons = pd.DataFrame | pd.Series[Any] | Mapping[Any, float] | None

MODEL = "hierarchical"
TIES = f"most persons with the whole chain, then with the lowest level, the next ..., then {BY_ID}"
HALF = 0.5  # columns are 0 or 1


def hierarchical(
    levels: Sequence[Level],
    persons: Persons,
    *,
    nested: bool,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> HierarchicalPlan:
    """Place the sites of all levels at once, so that most persons have the whole chain; proven.

    The hierarchical covering model of Moore and ReVelle (1982), with referral as Narula (1984) and
    Sahin and Sural (2007) class it. A site *counts* if it is open and a counting site of the next
    level stands within the referral limit (sites of the highest level count when they are open).
    A person has a level if a counting site of that level stands within its limit; with `nested`
    (successively inclusive) one of a higher level does too. A person has the whole chain, village
    to point to home to centre, if that holds for every level that has a limit:

        max  sum_i a_i v_i
        with v_i <= u_il                          for every level l with a limit,
             u_il <= sum_{j in N_il} c_j          (N_il: sites that give level l, within its limit)
             c_lj <= x_lj,   c_lj <= sum_{k in R_j} c_{l+1,k}   (R_j: within the referral limit)
             sum_j x_lj = p_l.

    Of plans with most persons in the whole chain those with most persons at the lowest level come
    first, then at the next one, and so on; then the first by id, level by level.

    Parameters
    ----------
    levels
        The lowest level first; all from the same places.
    persons
        Persons at each place, by id: at least 0, finite; as a table, one column for each group.
        None counts places.
    nested
        Whether a site of a higher level gives the lower services too. A fact of the county, so it
        has no default.
    time_limit
        Seconds after which the search stops with its best plan and a bound; None never stops it.
    progress
        Called from time to time with a `Standing` in persons.

    Returns
    -------
    HierarchicalPlan
        Verified.

    Raises
    ------
    InfeasibleError
        If the rules of a level leave no plan.
    UnknownIdError
        If ids are unknown, there twice or in two roles, levels have different places, or a
        referral lacks sites.
    ParameterError
        If a number is out of range, or the clock ran out before any plan was found.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> points = TravelMatrix(("A", "B"), ("P", "Q"), "min", [[5, 40], [40, 5]])
    >>> homes = TravelMatrix(("A", "B"), ("H",), "min", [[50], [20]])
    >>> refer = TravelMatrix(("P", "Q"), ("H",), "min", [[45], [15]])
    >>> plan = hierarchical(
    ...     [
    ...         Level("point", points, limit=15, sites=1),
    ...         Level("home", homes, limit=60, sites=1, referral=(refer, 30)),
    ...     ],
    ...     {"A": 9, "B": 4},
    ...     nested=False,
    ... )
    >>> plan["point"].chosen, plan.objective, plan["home"].covered_persons
    (('Q',), 4.0, 13.0)
    """
    clock = checked_clock(time_limit)
    model = _Model.of(_checked(levels, nested), persons, nested=nested)
    greedy = _greedy(model)
    found = in_turn(
        model.program,
        model.aims,
        candidates=model.starts[-1],
        clock=clock,
        start=greedy,
        progress=reported(progress, lambda cost: -cost / model.scale),
    )
    values = _values(model, found, greedy, clock)
    plan = _plan(model, values, found, greedy, {"time_limit": time_limit, "ties": TIES})
    return verify_hierarchy(plan, levels, persons)


def _checked(levels: Any, nested: Any) -> tuple[Level, ...]:
    """Check what can be checked before anything is built."""
    if not isinstance(levels, Sequence) or not all(isinstance(one, Level) for one in levels):
        message = f"levels must be a list of Level, the lowest first. Got {shown(levels)} instead."
        raise ParameterError(message)
    if not levels:
        message = "levels is empty: give at least one."
        raise ParameterError(message)
    if not isinstance(nested, bool):
        message = f"nested must be True or False. Got {shown(nested)} instead."
        raise ParameterError(message)
    names = [one.name for one in levels]
    if len(set(names)) < len(names):
        message = f"levels have names more than once: {listed(names)}."
        raise UnknownIdError(message)
    for one in levels:
        _check_level(one, levels[0])
    if levels[0].limit is None or levels[0].referral is not None:
        message = f"the lowest level, {names[0]}, needs a limit and has nobody to refer to it."
        raise ParameterError(message)
    return tuple(levels)


def _check_level(level: Level, first: Level) -> None:
    """Check the matrix and limit of one level."""
    checked_matrix(level.matrix)
    checked_matrix(first.matrix)
    if set(level.matrix.origin_ids) != set(first.matrix.origin_ids):
        message = f"the matrix of {level.name} has other places than that of {first.name}."
        raise UnknownIdError(message)
    if level.matrix.unit != first.matrix.unit:
        message = f"the matrix of {level.name} is in another unit than that of {first.name}."
        raise ParameterError(message)
    if level.limit is not None:
        checked_reaches(level.matrix, level.limit)
    elif level.referral is None:
        message = f"{level.name} has neither a limit nor a referral: nothing would be asked of it."
        raise ParameterError(message)


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """Columns: candidates of all levels, counting sites of all levels, patterns, whole chains."""

    levels: tuple[Level, ...]
    problems: tuple[Problem, ...]
    nested: bool
    starts: tuple[int, ...]
    """Where the candidates of each level begin, and their number."""
    near: list[list[NDArray[np.bool_] | None]]
    """By level asked and level of the site: rows (place and group) x sites; None where that level
    does not give the other."""
    refers: list[NDArray[np.bool_] | None]
    """By level: sites x sites of the next level within referral; None where nothing is asked."""
    program: Program
    aims: list[Aim]
    scale: float

    @classmethod
    def of(cls, levels: tuple[Level, ...], persons: Persons, *, nested: bool) -> _Model:
        """Build the program."""
        problems = tuple(
            problem_of(
                one.matrix,
                persons,
                existing=one.existing,
                required=one.required,
                forbidden=one.forbidden,
                rules=one.rules,
            )
            for one in levels
        )
        for one, problem in zip(levels, problems, strict=True):
            problem.checked_sites(one.sites)
        near = [
            [_near(problems, levels, asked, given, nested) for given in range(len(levels))]
            for asked in range(len(levels))
        ]
        refers = [
            _refers(levels[at + 1], problems[at], problems[at + 1])
            if at + 1 < len(levels)
            else None
            for at in range(len(levels))
        ]
        starts = np.cumsum([0, *(len(one.candidates) for one in problems)])
        program, aims, scale = _program(problems, levels, near, refers)
        return cls(
            levels, problems, nested, tuple(starts.tolist()), near, refers, program, aims, scale
        )

    def standing(self, values: NDArray[np.float64]) -> list[NDArray[np.bool_]]:
        """Say which sites of each level are open."""
        answer = []
        for at, problem in enumerate(self.problems):
            inside = np.zeros(len(problem.site_ids), dtype=bool)
            inside[problem.opened] = True
            here = values[self.starts[at] : self.starts[at + 1]] > HALF
            inside[problem.candidates[here]] = True
            answer.append(inside)
        return answer

    def counting(self, opened: list[NDArray[np.bool_]]) -> list[NDArray[np.bool_]]:
        """Say which open sites have the levels above within referral."""
        answer = [opened[-1]]
        for at in range(len(opened) - 2, -1, -1):
            refers = self.refers[at]
            reached = True if refers is None else refers[:, answer[0]].any(axis=1)
            answer.insert(0, np.asarray(opened[at] & reached, dtype=bool))
        return answer

    def covered(self, counting: list[NDArray[np.bool_]]) -> NDArray[np.bool_]:
        """Say which rows (place and group) have which level (levels x rows)."""
        answer: list[NDArray[np.bool_]] = []
        for at, level in enumerate(self.levels):
            if level.limit is None:  # by referral: whoever has the level below has this one
                answer.append(answer[-1])
                continue
            rows = np.zeros(self.problems[0].group_persons.size, dtype=bool)
            for given, near in enumerate(self.near[at]):
                if near is not None:
                    rows = rows | near[:, counting[given]].any(axis=1)
            answer.append(rows)
        return np.array(answer, dtype=bool)

    def objective(self, values: NDArray[np.float64]) -> float:
        """Count persons who have the whole chain."""
        chain = self.covered(self.counting(self.standing(values))).all(axis=0)
        return float(self.problems[0].group_persons.ravel()[chain].sum())


def _near(
    problems: tuple[Problem, ...],
    levels: tuple[Level, ...],
    asked: int,
    given: int,
    nested: bool,  # noqa: FBT001 -- of the county
) -> NDArray[np.bool_] | None:
    """Say which sites of one level give another to whom."""
    limit = levels[asked].limit
    if limit is None or (given != asked and not (nested and given > asked)):
        return None
    if given != asked:
        checked_reaches(levels[given].matrix, limit)
    problem = problems[given]
    limits = np.tile(problem.limits(limit), len(problem.place_ids))
    return np.repeat(problem.costs, len(problem.groups), axis=0) <= limits[:, np.newaxis]


def _refers(level: Level, below: Problem, here: Problem) -> NDArray[np.bool_] | None:
    """Say from which site of the level below which site of this one is within referral."""
    if level.referral is None:
        return None
    try:
        matrix, limit = level.referral
    except (TypeError, ValueError):
        message = f"the referral of {level.name} must be a matrix and a limit."
        raise ParameterError(message) from None
    checked_matrix(matrix)
    if matrix.unit != here.unit:
        message = f"the referral of {level.name} is in {matrix.unit}, its matrix in {here.unit}."
        raise ParameterError(message)
    lost = sorted(set(below.site_ids) - set(matrix.origin_ids))
    lost += sorted(set(here.site_ids) - set(matrix.destination_ids))
    if lost:
        message = f"the referral of {level.name} says nothing of the sites {listed(lost)}."
        raise UnknownIdError(message)
    return matrix.select(below.site_ids, here.site_ids).within(limit)


def _program(
    problems: tuple[Problem, ...],
    levels: tuple[Level, ...],
    near: list[list[NDArray[np.bool_] | None]],
    refers: list[NDArray[np.bool_] | None],
) -> tuple[Program, list[Aim], float]:
    """Write rows and aims."""
    chosen = [len(one.candidates) for one in problems]
    sites = [len(one.site_ids) for one in problems]
    first = np.cumsum([0, *chosen])
    count = first[-1] + np.cumsum([0, *sites])
    numbers = whole_numbers(problems[0].group_persons.ravel())
    patterns, chains = _patterns(near, numbers.numbers, levels, sites)
    begin = count[-1] + np.cumsum([0, *(len(rows) for rows, _ in patterns)])
    total = int(begin[-1]) + len(chains.persons)
    blocks: list[tuple[Any, NDArray[np.float64], NDArray[np.float64]]] = []
    for at, problem in enumerate(problems):
        wide = _at(problem.rules.matrix, int(first[at]))
        blocks.append((wide, problem.rules.lower, problem.rules.upper))
        number = np.array([float(levels[at].sites)])
        blocks.append((_at(np.ones((1, chosen[at])), int(first[at])), number, number))
        blocks.append(_counting(problem, int(first[at]), int(count[at])))
        upper = refers[at]
        if upper is not None:
            blocks.append(_below(-np.eye(sites[at]), int(count[at]), upper, int(count[at + 1])))
    for at, (rows, _) in enumerate(patterns):
        blocks.append(_below(-np.eye(len(rows)), int(begin[at]), rows, int(count[0])))
    blocks.append(_chain_rows(chains, begin))
    matrix, bounds = rows_of(*zip(*blocks, strict=True), columns=total)
    box = np.vstack([np.zeros(total), np.ones(total)])
    for at, problem in enumerate(problems):
        box[0, first[at] + problem.given] = 1.0
    aims = []
    costs = np.zeros(total)
    costs[begin[-1] :] = -chains.persons
    aims.append(Aim(costs, exact=numbers.exact))
    for at, (_, weights) in enumerate(patterns):
        costs = np.zeros(total)
        costs[begin[at] : begin[at + 1]] = -weights
        if levels[at].limit is not None:
            aims.append(Aim(costs, exact=numbers.exact))
    return Program(np.zeros(total), box, bounds, matrix), aims, numbers.scale


@dataclass(frozen=True, slots=True, eq=False)
class _Chains:
    """The different sets of patterns that make a whole chain."""

    parts: NDArray[np.intp]
    """Chains x levels: the pattern of each level; -1 where nothing is asked."""
    persons: NDArray[np.float64]


def _patterns(
    near: list[list[NDArray[np.bool_] | None]],
    persons: NDArray[np.float64],
    levels: tuple[Level, ...],
    widths: list[int],
) -> tuple[list[tuple[NDArray[np.float64], NDArray[np.float64]]], _Chains]:
    """Find the different sets of sites that give each level, and their combinations."""
    patterns, parts = [], []
    for at, level in enumerate(levels):
        blocks = [
            np.zeros((persons.size, width), dtype=bool) if one is None else one
            for one, width in zip(near[at], widths, strict=True)
        ]
        rows = np.hstack(blocks)
        if level.limit is None:
            patterns.append((np.zeros((0, rows.shape[1])), np.zeros(0)))
            parts.append(np.full(persons.size, -1))
            continue
        some, weights = merged(rows, persons[:, np.newaxis])
        keys = {one.tobytes(): place for place, one in enumerate(np.packbits(some, axis=1))}
        own = [keys.get(one.tobytes(), -2) for one in np.packbits(rows, axis=1)]
        patterns.append((some.astype(np.float64), weights[:, 0]))
        parts.append(np.array(own, dtype=np.intp))
    table = np.column_stack(parts)
    lived = (persons > 0) & (table > -2).all(axis=1)  # noqa: PLR2004 -- -2: nobody can be near
    kinds, which = np.unique(table[lived], axis=0, return_inverse=True)
    total = np.zeros(len(kinds))
    np.add.at(total, which.ravel(), persons[lived])
    return patterns, _Chains(kinds.astype(np.intp), total)


Block = tuple[Any, "NDArray[np.float64]", "NDArray[np.float64]"]


def _at(matrix: Any, start: int) -> Any:
    """Move coefficients to where their columns begin."""
    some: Any = sparse.csr_array(matrix)
    return sparse.hstack([sparse.csr_array((some.shape[0], start)), some], format="csr")


def _below(one: Any, start: int, other: Any, then: int) -> Block:
    """Write rows ``one @ x + other @ y >= 0``, with the columns of both where they begin."""
    parts: list[Any] = [_at(one, start), _at(np.asarray(other, dtype=np.float64), then)]
    width = max(part.shape[1] for part in parts)
    for part in parts:
        part.resize((part.shape[0], width))
    count = parts[0].shape[0]
    return parts[0] + parts[1], np.zeros(count), np.full(count, np.inf)


def _counting(problem: Problem, first: int, count: int) -> Block:
    """Write that a candidate counts only if it is open."""
    sites = np.zeros((len(problem.candidates), len(problem.site_ids)))
    sites[np.arange(len(problem.candidates)), problem.candidates] = -1.0
    return _below(np.eye(len(problem.candidates)), first, sites, count)


def _chain_rows(chains: _Chains, begin: NDArray[np.intp]) -> Block:
    """Write that a chain is whole only if each of its levels is there."""
    chain, level = np.nonzero(chains.parts >= 0)
    column = begin[level] + chains.parts[chain, level]
    rows = np.arange(chain.size)
    entries: Any = (
        np.concatenate([np.ones(chain.size), -np.ones(chain.size)]),
        (np.concatenate([rows, rows]), np.concatenate([column, begin[-1] + chain])),
    )
    shape: Any = (chain.size, int(begin[-1]) + len(chains.persons))
    matrix: Any = sparse.csr_array(entries, shape=shape)
    return matrix, np.zeros(chain.size), np.full(chain.size, np.inf)


def _greedy(model: _Model) -> NDArray[np.float64] | None:
    """Add the site that covers most at each turn, level by level; None if that breaks a rule."""
    answer = []
    persons = model.problems[0].group_persons.ravel()
    for at, (level, problem) in enumerate(zip(model.levels, model.problems, strict=True)):
        near = model.near[at][at]
        if near is None:
            near = np.zeros((persons.size, len(problem.site_ids)), dtype=bool)
        inside = np.zeros(len(problem.candidates), dtype=bool)
        inside[problem.given] = True

        def worth(
            inside: NDArray[np.bool_],
            near: NDArray[np.bool_] = near,
            problem: Problem = problem,
        ) -> NDArray[np.float64]:
            opened = np.concatenate([problem.opened, problem.candidates[inside]])
            left = persons * ~near[:, opened].any(axis=1)
            return np.asarray(left @ near[:, problem.candidates].astype(np.float64))

        more = level.sites - problem.given.size
        chosen = add_by_turns(worth, inside, problem.rules, more)
        if chosen is None:
            return None
        answer.append(chosen.astype(np.float64))
    return np.concatenate(answer)


def _values(
    model: _Model, found: InTurn, greedy: NDArray[np.float64] | None, clock: Clock
) -> NDArray[np.float64]:
    """Read the candidates chosen; refuse where there are none."""
    if found.status == "infeasible":
        for level, problem in zip(model.levels, model.problems, strict=True):
            count = len(problem.candidates)
            number = np.array([float(level.sites)])
            matrix, bounds = rows_of(
                [problem.rules.matrix, np.ones((1, count))],
                [problem.rules.lower, number],
                [problem.rules.upper, number],
                columns=count,
            )
            box = np.vstack([np.zeros(count), np.ones(count)])
            box[0, problem.given] = 1.0
            alone = Program(np.zeros(count), box, bounds, matrix)
            aim = Aim(np.zeros(count), exact=True)
            if once(alone, aim, candidates=count, clock=clock).status == "infeasible":
                refuse(problem, Need(model=MODEL, sites=level.sites, everywhere=False))
        refuse(model.problems[0], Need(model=MODEL, sites=model.levels[0].sites, everywhere=False))
    if found.columns.size or found.status == "optimal":
        return found.columns[: model.starts[-1]]
    if greedy is None:
        message = (
            f"time_limit ran out before any plan of {MODEL} was found. Give it more seconds, or "
            "None."
        )
        raise TimeOverError(message)
    return greedy


def _plan(
    model: _Model,
    values: NDArray[np.float64],
    found: InTurn,
    greedy: NDArray[np.float64] | None,
    settings: dict[str, Any],
) -> HierarchicalPlan:
    """Bring the answer back to ids."""
    objective, first = model.objective(values), model.problems[0]
    bound = objective
    if found.status != "optimal":
        ceiling = model.objective(np.ones(model.starts[-1]))
        bound = max(objective, min(ceiling, -found.bound / model.scale))
    counting = model.counting(model.standing(values))
    covered = model.covered(counting)
    chain = _whole(first, np.asarray(covered.all(axis=0), dtype=bool))
    return HierarchicalPlan(
        model=MODEL,
        levels=tuple(_level_plans(model, values, counting, covered)),
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        status="optimal" if found.status == "optimal" else "time_limit",
        alternatives=found.alternatives,
        greedy_objective=np.nan if greedy is None else model.objective(greedy),
        covered_places=int(chain.sum()),
        uncovered_ids=tuple(
            one for one, inside in zip(first.place_ids, chain, strict=True) if not inside
        ),
        total_places=len(first.place_ids),
        total_persons=float(first.persons.sum()),
        nested=model.nested,
        unit=first.unit,
        settings=MappingProxyType(
            {
                "sites": {one.name: one.sites for one in model.levels},
                "referral": {
                    one.name: one.referral[1] for one in model.levels if one.referral is not None
                },
                **settings,
            }
        ),
    )


def _whole(problem: Problem, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say at which places all groups that live there are covered; where nobody lives, all."""
    lived = problem.group_persons > 0
    asked = lived | ~lived.any(axis=1, keepdims=True)
    return np.asarray((rows.reshape(lived.shape) | ~asked).all(axis=1), dtype=bool)


def _level_plans(
    model: _Model,
    values: NDArray[np.float64],
    counting: list[NDArray[np.bool_]],
    covered: NDArray[np.bool_],
) -> list[LevelPlan]:
    """Say of each level what the plan does."""
    persons = model.problems[0].group_persons.ravel()
    answer: list[LevelPlan] = []
    for at, (level, problem) in enumerate(zip(model.levels, model.problems, strict=True)):
        here = np.flatnonzero(values[model.starts[at] : model.starts[at + 1]] > HALF)
        places = _whole(problem, covered[at])
        below = answer[-1].assignment if answer else None
        sent = (
            _referred(model, at, counting[at], below)
            if level.limit is None and below is not None
            else _sent(model, at, counting, places)
        )
        answer.append(
            LevelPlan(
                name=level.name,
                chosen=problem.chosen_ids(here),
                existing=problem.roles.existing,
                required=problem.roles.required,
                forbidden=problem.roles.forbidden,
                limit=level.limit,
                counting=tuple(problem.site_ids[one] for one in np.flatnonzero(counting[at])),
                covered_places=int(places.sum()),
                covered_persons=float(persons[covered[at]].sum()),
                assignment=sent,
            )
        )
    return answer


def _sent(
    model: _Model, at: int, counting: list[NDArray[np.bool_]], places: NDArray[np.bool_]
) -> pd.DataFrame:
    """Give each place that has a level its nearest counting site."""
    costs, ids = [], []
    for given in range(at, len(model.levels) if model.nested else at + 1):
        problem = model.problems[given]
        which = np.flatnonzero(counting[given])
        costs.append(problem.costs[:, which])
        ids += [(model.levels[given].name, problem.site_ids[one]) for one in which]
    table = np.hstack(costs)
    count = len(places)
    first = table.argmin(axis=1) if ids else np.zeros(count, dtype=np.intp)
    cost = table.min(axis=1, initial=np.inf)
    kinds = np.array([*(kind for kind, _ in ids), None], dtype=object)
    names = np.array([*(name for _, name in ids), None], dtype=object)
    first = np.where(places, first, len(ids))
    return _assigned(model, kinds[first], names[first], np.where(places, cost, np.inf))


def _referred(
    model: _Model, at: int, counting: NDArray[np.bool_], below: pd.DataFrame
) -> pd.DataFrame:
    """Follow the referral from the site of the level below, unless that gives this level."""
    level, under = model.levels[at], model.levels[at - 1].name
    problem = model.problems[at]
    which = [problem.site_ids[one] for one in np.flatnonzero(counting)]
    kinds, names = below["level"].to_numpy(dtype=object), below["facility_id"].to_numpy(object)
    cost = np.where(below["facility_id"].notna(), 0.0, np.inf)
    from_below = np.flatnonzero(kinds == under)
    if level.referral is not None and which and from_below.size:
        ways = level.referral[0].select(list(model.problems[at - 1].site_ids), which).dense()
        row = {one: place for place, one in enumerate(model.problems[at - 1].site_ids)}
        there = ways[[row[one] for one in names[from_below]]]
        best = there.argmin(axis=1)
        kinds[from_below] = level.name
        names[from_below] = np.array(which, dtype=object)[best]
        cost[from_below] = there[np.arange(best.size), best]
    return _assigned(model, kinds, names, cost)


def _assigned(model: _Model, kinds: Any, names: Any, cost: NDArray[np.float64]) -> pd.DataFrame:
    """Write an assignment as a table."""
    index = pd.Index(model.problems[0].place_ids, dtype="str", name="zone_id")
    return pd.DataFrame(
        {
            "level": pd.array(kinds, dtype="str"),
            "facility_id": pd.array(names, dtype="str"),
            "cost": cost,
        },
        index=index,
    )
