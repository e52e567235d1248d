"""Sites that close or move: what that would bring, and who would lose by it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd
from scipy import sparse

from wushan_geo.errors import (
    InfeasibleError,
    ParameterError,
    TimeOverError,
    UnknownIdError,
    VerificationError,
    listed,
    shown,
)
from wushan_geo.siting.aims import Aim, checked_clock, in_turn, reported
from wushan_geo.siting.answering import Verdict, plan_of
from wushan_geo.siting.choices.layers import Layers
from wushan_geo.siting.covers.cover_rows import CoverRows
from wushan_geo.siting.covers.covering import maximal_covering
from wushan_geo.siting.demands import PAIRS, Demand
from wushan_geo.siting.obstacles import Obstacles, told
from wushan_geo.siting.problem import checked_number, problem_of
from wushan_geo.siting.rules import Rule, RuleRows
from wushan_geo.siting.solver import MixedProgram
from wushan_geo.siting.ties import BY_ID
from wushan_geo.siting.verify import verified_plan
from wushan_geo.travel.ids import id_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from wushan_geo.siting.facts import Status
    from wushan_geo.siting.plan import SitingPlan
    from wushan_geo.siting.problem import Problem
    from wushan_geo.siting.rules import SiteRules
    from wushan_geo.siting.solver import Program, Progress
    from wushan_geo.siting.ties import Clock
    from wushan_geo.travel.matrix import TravelMatrix

    Numbers = pd.Series[Any] | Mapping[Any, float]
    Persons = pd.DataFrame | Numbers | None
    Limit = float | Mapping[str, float]

MODEL = "maximal_covering"
TIES = f"most persons, then most places, then fewest closings; {BY_ID}"


@dataclass(frozen=True, slots=True, eq=False)
class MovedPlan:
    """New sites where existing ones may close, and everybody who loses or gains by it.

    Raises
    ------
    TypeError
        If a field is missing; `moved_plan` makes it.

    Examples
    --------
    See ``tests/test_siting_moving.py``.
    """

    plan: SitingPlan
    """What stands afterwards, verified: existing sites that stay, and new ones."""
    opened: tuple[str, ...]
    """New sites, sorted."""
    closed: tuple[str, ...]
    """Existing sites that close, sorted."""
    today: SitingPlan
    """What existing sites cover."""
    unmoved: SitingPlan | None
    """The best plan that closes nothing; None if the rules need a closing."""
    gained_persons: float
    """Persons covered more than by the plan that closes nothing (than today where there is none).
    Without persons, places."""
    changes: pd.DataFrame
    """One row for each place (and group) whose way to the nearest open site changes, by id:
    ``zone_id``, ``group``, ``persons``, ``change`` (``loses`` or ``gains`` being covered,
    ``farther`` or ``nearer``), ``site_before``, ``cost_before``, ``site_after``, ``cost_after``
    (nearest open site, whether within the limit or not; missing and infinite if there is none)."""

    @property
    def losing(self) -> pd.DataFrame:
        """The rows of `changes` of those who are covered today and would not be."""
        return self.changes[(self.changes["change"] == "loses").to_numpy()].reset_index(drop=True)


def moved_plan(  # noqa: PLR0913 -- the request is what it is; everything is by keyword
    matrix: TravelMatrix,
    persons: Persons,
    *,
    limit: Limit,
    moves: int,
    sites: int = 0,
    closing: Iterable[Any] | None = None,
    keep_covered: bool = False,
    existing: Iterable[Any] = (),
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    rules: SiteRules | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> MovedPlan:
    """Choose new sites where some existing ones may close, each for one new site more.

    Maximal covering (Church and ReVelle 1974) in which ``z_k`` says whether the existing site `k`
    closes (relocation as in Wang, Batta, Bhadury and Rump 2003, here without costs),

        max  sum_i a_i y_i
        with y_i <= sum_{j in N_i} x_j + sum_{k in E_i} (1 - z_k),
             sum_j x_j = p + sum_k z_k,    sum_k z_k <= m,    x_j, y_i, z_k in {0, 1},

    where `p` is `sites` and `m` is `moves`. Of plans with most persons those with most places are
    preferred, then those that close fewest sites, then by the ids (of new and existing sites
    together): the plan in which the first site that differs is open comes first. So nothing closes
    without a gain.

    Parameters
    ----------
    matrix, persons, limit, existing, required, forbidden, rules
        As in `maximal_covering`; a site that closes no longer counts for a rule.
    moves
        Most existing sites that may close, at least 0.
    sites
        Number of new sites besides those that replace closed ones.
    closing
        Ids of existing sites that may close; None for all.
    keep_covered
        Whether everybody who is covered today must stay so.
    time_limit
        Seconds for each of the two searches; None never stops them.
    progress
        Called from time to time with persons covered so far, and the number that none exceeds.

    Returns
    -------
    MovedPlan
        The plan, verified by independent recomputation, and everybody whose way changes.

    Raises
    ------
    UnknownIdError
        If ids are unknown, there twice or in two roles, or a site that may close does not exist.
    ParameterError
        If a number is out of range, or the clock ran out before any plan was found.
    InfeasibleError
        If no choice of sites keeps to the rules.
    SolverError
        If the solver fails.
    VerificationError
        If the recomputation does not agree.

    Examples
    --------
    >>> from wushan_geo.travel.matrix import TravelMatrix
    >>> times = TravelMatrix(("A", "B", "C"), ("G", "H"), "min", [[5, 90], [90, 9], [90, 9]])
    >>> found = moved_plan(
    ...     times, {"A": 1, "B": 4, "C": 3}, limit=30, moves=1, existing=["G"]
    ... )
    >>> found.opened, found.closed, found.gained_persons
    (('H',), ('G',), 6.0)
    >>> found.losing[["zone_id", "persons", "cost_before", "cost_after"]]
      zone_id  persons  cost_before  cost_after
    0       A      1.0          5.0        90.0
    """
    checked_clock(time_limit)
    stands = id_texts(existing, "existing")
    asked: dict[str, Any] = {
        "required": id_texts(required, "required"),
        "forbidden": id_texts(forbidden, "forbidden"),
    }
    may = stands if closing is None else id_texts(closing, "closing")
    lost = sorted(set(may) - set(stands))
    if lost:
        message = f"closing names sites that do not exist: {listed(lost)}."
        raise UnknownIdError(message)
    search: dict[str, Any] = {"rules": rules, "time_limit": time_limit}
    before = problem_of(matrix, persons, existing=stands, rules=rules, **asked)
    most = min(_checked_moves(moves), len(may))
    # A required site may stand in exchange for one that closes.
    spare = before.roles.required[: len(before.roles.required) - most]
    number = checked_number(sites, spare, len(before.candidates))
    today = maximal_covering(
        matrix, persons, sites=0, limit=limit, existing=stands, forbidden=asked["forbidden"]
    )
    unmoved = None
    if number >= len(before.roles.required):
        with suppress(InfeasibleError):
            unmoved = maximal_covering(
                matrix, persons, sites=number, limit=limit, existing=stands, **search, **asked
            )
    fixed = [one for one in stands if one not in set(may)]

    def remade(never: tuple[str, ...]) -> Problem:
        return problem_of(
            matrix, persons, existing=fixed, rules=rules, required=asked["required"],
            forbidden=never,
        )  # fmt: skip

    open_ones = remade(asked["forbidden"])
    model = _Moves(open_ones, frozenset(may), number, most, keep=bool(keep_covered))
    clock = checked_clock(time_limit)
    found = model.search(unmoved, limit, clock, progress)
    if found is None:
        _refuse(model, _Asking(limit, clock), remade, asked["forbidden"])
    inside = set(open_ones.chosen_ids(found.columns))
    closed = tuple(sorted(set(may) - inside))
    after = problem_of(
        matrix,
        persons,
        existing=[one for one in stands if one not in set(closed)],
        required=asked["required"],
        forbidden=(*asked["forbidden"], *closed),
        rules=rules,
    )
    columns = [at for at, one in enumerate(after.candidate_ids) if one in inside]
    plan = plan_of(
        after,
        columns,
        Verdict(
            model=MODEL,
            sense="max",
            objective=found.value,
            bound=found.bound,
            status=found.status,
            alternatives=found.alternatives,
            limit=limit,
            settings={
                "sites": number + len(closed),
                "moves": moves,
                "closing": tuple(sorted(may)),
                "closed": closed,
                "keep_covered": bool(keep_covered),
                "time_limit": time_limit,
                "ties": TIES,
                "undecided": found.undecided,
            },
        ),
    )
    plan = verified_plan(plan, matrix, persons, rules=rules)
    changes = _changes(before, after, plan, limit)
    if keep_covered and (changes["change"] == "loses").any():
        message = "somebody loses being covered although nobody may."
        raise VerificationError(message)
    base = today if unmoved is None else unmoved
    gained = plan.objective - base.objective
    return MovedPlan(plan, plan.chosen, closed, today, unmoved, gained, changes)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What a search came to."""

    columns: list[int]
    """Candidates that are open, existing sites that stay among them."""
    value: float
    bound: float
    status: Status
    alternatives: bool | None
    undecided: float


@dataclass(frozen=True, slots=True, eq=False)
class _Moves:
    """Existing sites that may close as candidates of which all but a few are taken again."""

    problem: Problem
    """Sites that may close are candidates."""
    may: frozenset[str]
    number: int
    """New sites besides those that replace closed ones."""
    most: int
    """Most sites that may close."""
    keep: bool

    def mine(self) -> NDArray[np.bool_]:
        """Mark the candidates that are existing sites."""
        return np.array([one in self.may for one in self.problem.candidate_ids], dtype=bool)

    def rules(self) -> RuleRows:
        """Add that most of them stay; two of them may be as near to each other as they are."""
        rules, mine = self.problem.rules, self.mine()
        foreign = (rules.matrix[:, ~mine] > 0).sum(axis=1) > 0
        keep = np.array(
            [
                not one.kind.startswith("apart") or bool(other)
                for one, other in zip(rules.rules, np.ravel(foreign), strict=True)
            ],
            dtype=bool,
        )
        least = len(self.may) - self.most
        stay = Rule("at_least", "the existing sites", least)
        rows: list[Any] = [rules.matrix[keep], mine[np.newaxis, :].astype(np.float64)]
        matrix: Any = sparse.vstack(rows)
        return RuleRows(
            sparse.csr_array(matrix),
            np.append(rules.lower[keep], float(least)),
            np.append(rules.upper[keep], np.inf),
            (*(one for one, kept in zip(rules.rules, keep, strict=True) if kept), stay),
        )

    def program(self, limit: Limit) -> tuple[CoverRows, Layers, Program, NDArray[np.bool_]]:
        """Write the program without costs, and mark the existing sites among its columns."""
        rows = CoverRows.of(replace(self.problem, rules=self.rules()), limit)
        layers = Layers.of(rows, (self.number + len(self.may),))
        mine = self.mine()[rows.open]
        program = layers.program
        if self.keep:
            box = program.columns.copy()
            today = np.asarray(rows.cover.reach[:, mine].sum(axis=1)).ravel() > 0
            box[0, layers.candidates :] = today
            program = replace(program, columns=box)
        return rows, layers, program, mine

    def possible(self, asking: _Asking) -> bool:
        """Say whether any plan keeps to all that is asked; if the time is over, that is not known.

        What is not known counts as impossible, so that nothing is told that was not seen.
        """
        needed = self.number + len(self.may)
        if needed > len(self.problem.candidates) or needed < self.problem.given.size:
            return False
        if asking.clock.over():
            asking.late = True
            return False
        _, layers, program, _ = self.program(asking.limit)
        whole = np.arange(program.costs.size) < layers.candidates
        if not whole.any():
            return all(low <= 0 <= high for low, high in program.rows.T.tolist())
        status = MixedProgram(program, whole).solve(asking.clock.left(), enough=True).status
        asking.late |= status == "time_limit"
        return status == "optimal"

    def without(self, rule: int) -> _Moves:
        """Give the same request without one of its rules."""
        rules = self.problem.rules
        keep = np.arange(rules.lower.size) != rule
        fewer = RuleRows(
            sparse.csr_array(rules.matrix[keep]), rules.lower[keep], rules.upper[keep],
            tuple(one for one, kept in zip(rules.rules, keep, strict=True) if kept),
        )  # fmt: skip
        return replace(self, problem=replace(self.problem, rules=fewer))

    def search(
        self, unmoved: SitingPlan | None, limit: Limit, clock: Clock, progress: Progress | None
    ) -> _Found | None:
        """Find the plan, starting from the one that closes nothing; None where there is none."""
        rows, layers, program, mine = self.program(limit)
        closings = np.zeros(program.costs.size)
        closings[: layers.candidates] = -mine.astype(np.float64)
        persons, places = layers.aim("persons", [1.0]), layers.aim("places", [1.0])
        base = rows.persons_of(self.problem.given.tolist())
        start = None if unmoved is None else self.start(rows, unmoved)
        found = in_turn(
            program,
            [persons.aim, places.aim, Aim(closings, exact=True)],
            candidates=layers.candidates,
            clock=clock,
            start=start,
            progress=reported(progress, lambda value: base - value / persons.scale),
        )
        if found.status == "infeasible":
            return None
        values = found.columns if found.columns.size or start is None else start
        if layers.candidates and not values.size:
            message = "time_limit ran out before any plan was found. Give it more seconds, or None."
            raise TimeOverError(message)
        columns = layers.columns_of(values)[0]
        value = rows.persons_of(columns)
        top = float(rows.reach.persons[(rows.reach.standing > 0) | rows.reach.near.any(1)].sum())
        bound = min(top, base - found.bound / persons.scale + rows.undecided)
        proven = found.status == "optimal"
        return _Found(
            columns,
            value,
            value + rows.undecided if proven else max(value, bound),
            "optimal" if proven else "time_limit",
            found.alternatives,
            rows.undecided,
        )

    def start(self, rows: CoverRows, unmoved: SitingPlan) -> NDArray[np.float64]:
        """Give the candidates of the plan that closes nothing."""
        inside = {*unmoved.chosen, *self.may}
        ids = self.problem.candidate_ids
        return np.array([ids[at] in inside for at in rows.open], dtype=np.float64)


@dataclass(slots=True)
class _Asking:
    """One question after the other of whether any plan is possible."""

    limit: Limit
    clock: Clock
    late: bool = False
    """Whether the time was over before all were answered."""


def _refuse(
    model: _Moves,
    asking: _Asking,
    remade: Callable[[tuple[str, ...]], Problem],
    forbidden: tuple[str, ...],
) -> NoReturn:
    """Say what cannot be met together, each part of which is needed for that, and what helps."""
    conflict = _conflict(model, asking)
    more = range(model.number + 1, len(model.problem.candidates) - len(model.may) + 1)
    enough = next((one for one in more if replace(model, number=one).possible(asking)), None)
    if enough is not None:
        conflict.insert(0, Demand("most_sites", "", float(model.number)))
    helping = []
    for one in sorted(forbidden):
        allowed = remade(tuple(other for other in forbidden if other != one))
        if replace(model, problem=allowed).possible(asking):
            helping.append(one)
    found = Obstacles(
        model="moved_plan",
        conflict=() if asking.late else tuple(conflict),  # what was left out may be needed
        helping=tuple(helping),
        smallest_sites=None if asking.late else enough,
        complete=not asking.late,
    )
    raise InfeasibleError(" ".join(told(found, "en")), found)


def _conflict(model: _Moves, asking: _Asking) -> list[Demand]:
    """Find what is kept, how many may close and which rules cannot be met together."""
    left, conflict = model, []
    for free, demand in (
        ({"keep": False}, Demand("kept", "", 0.0)),
        ({"most": len(model.may)}, Demand("closings", "", float(model.most))),
    ):
        freed = replace(left, **free)
        if freed.keep == left.keep and freed.most == left.most:
            continue
        if freed.possible(asking):
            conflict.append(demand)
        else:
            left = freed
    for at in reversed(range(len(model.problem.rules.rules))):
        fewer = left.without(at)
        if not fewer.possible(asking):
            left = fewer
    asked = None if model.problem.barred is None else model.problem.barred.asked
    unit = "" if asked is None or asked.between is None else asked.between.unit
    rules = [
        Demand(one.kind, one.subject, float(one.number), unit if one.kind in PAIRS else "")
        for one in left.problem.rules.rules
    ]
    return [*conflict, *rules]


def _changes(before: Problem, after: Problem, plan: SitingPlan, limit: Limit) -> pd.DataFrame:
    """List everybody whose way to the nearest open site changes."""
    limits = before.limits(limit)
    site, cost = _nearest(before, set(before.roles.existing))
    new_site, new_cost = _nearest(after, {*plan.existing, *plan.chosen})
    lived = before.group_persons > 0
    place, group = np.nonzero(lived | ~lived.any(axis=1, keepdims=True))
    rows = []
    for at, who in zip(place.tolist(), group.tolist(), strict=True):
        inside, then = cost[at] <= limits[who], new_cost[at] <= limits[who]
        if cost[at] == new_cost[at] and inside == then:
            continue
        change = "farther" if new_cost[at] > cost[at] else "nearer"
        if inside != then:
            change = "loses" if inside else "gains"
        persons = before.group_persons[at, who] if before.counted else np.nan
        rows.append(
            (
                before.place_ids[at], before.groups[who], persons, change,
                site[at], cost[at], new_site[at], new_cost[at],
            )
        )  # fmt: skip
    kinds = {
        "zone_id": "str", "group": "str", "persons": "float64", "change": "str",
        "site_before": "str", "cost_before": "float64", "site_after": "str",
        "cost_after": "float64",
    }  # fmt: skip
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _nearest(problem: Problem, ids: set[str]) -> tuple[list[str | None], NDArray[np.float64]]:
    """Find the nearest of some sites for each place, of equally near ones the first by id."""
    at = [place for place, one in enumerate(problem.site_ids) if one in ids]
    costs = np.column_stack([problem.costs[:, at], np.full(len(problem.place_ids), np.inf)])
    first = costs.argmin(axis=1)
    least = costs[np.arange(first.size), first]
    names: list[str | None] = [problem.site_ids[one] for one in at]
    found = [
        names[one] if np.isfinite(way) else None for one, way in zip(first, least, strict=True)
    ]
    return found, least


def _checked_moves(moves: Any) -> int:
    whole = isinstance(moves, (int, np.integer)) and not isinstance(moves, bool)
    if not whole or moves < 0:
        message = f"moves must be a whole number of at least 0. Got {shown(moves)} instead."
        raise ParameterError(message)
    return int(moves)
