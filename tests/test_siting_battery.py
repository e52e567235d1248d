"""Every model with every option, against one count of all plans there are.

A row of `MODELS` says for one way to ask a model what is asked, which plans answer it, and what
they are worth; the rest is the same for all. Every case has up to twelve sites and its own mix of
existing, required and forbidden sites, groups with limits of their own, and a rule.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import chain, pairwise
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from siting_cases import CASES, INF, LIMITS, OPTIONS, RULES, Case, Places, case_of

from wushan_geo import siting
from wushan_geo.errors import InfeasibleError
from wushan_geo.siting import Level, Obstacles, obstacles
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Callable

    from siting_cases import Numbers, Truths

    from wushan_geo.siting.needs import Need

NOWHERE, BARRED = 1e6, 1e9
"""What it costs to find no place at all: more than all minutes; and what nobody does."""


@dataclass(frozen=True)
class Question:
    """What is asked, and all plans that answer it."""

    ask: Callable[[], Any]
    plans: Truths
    """What is open, by plan: of equally good plans the last one is the first by the ids."""
    worth: list[Any]
    """What counts, in its order: less is better."""
    objective: Numbers
    told: Callable[[Any], list[bool]]
    """Write a plan of the model as a row of `plans`."""
    more: dict[str, Numbers] = field(default_factory=dict)
    """Further fields or settings of the plan by name: a value for each plan."""


def question(
    case: Case, ask: Callable[[], Any], keep: Any, worth: list[Any], objective: Any, **more: Any
) -> Question:
    """Ask about the plans of a case that are as the model asks."""
    keep = np.broadcast_to(keep, len(case.plans))
    return Question(
        ask,
        case.plans[keep],
        [one[keep] for one in worth],
        objective[keep],
        lambda plan: opened(plan, case.sites),
        {name: one[keep] for name, one in more.items()},
    )


def opened(plan: Any, sites: tuple[str, ...]) -> list[bool]:
    """Write a plan as truth values."""
    return [one in {*plan.chosen, *plan.existing} for one in sites]


def agrees(asked: Question, where: tuple[Any, ...]) -> bool:
    """Ask, and compare the answer with all plans; say whether there was a plan."""
    if not len(asked.plans):
        with pytest.raises(InfeasibleError):
            asked.ask()
        return False
    equal = np.ones(len(asked.plans), dtype=bool)
    for one in asked.worth:
        equal &= one == one[equal].min()
    first = np.flatnonzero(equal)[-1]

    plan = asked.ask()

    assert (*where, asked.told(plan)) == (*where, asked.plans[first].tolist())
    assert (*where, plan.objective) == (*where, pytest.approx(asked.objective[first]))
    assert (*where, plan.alternatives) == (*where, equal.sum() > 1)
    assert (plan.bound, plan.gap, plan.status, plan.verified) == (
        plan.objective, 0.0, "optimal", True,
    )  # fmt: skip
    worse = plan.greedy_objective - plan.objective
    assert not (-worse if plan.sense == "min" else worse) > 1e-9
    for name, values in asked.more.items():
        found = plan.settings[name] if name in plan.settings else getattr(plan, name)
        assert (*where, name, found) == (*where, name, pytest.approx(values[first]))
    return True


# --- Covering ---


def set_cover(
    case: Case, *, times: int = 1, priced: bool = False, backup: bool = False
) -> Question:
    rows, size = case.rows(), case.new(case.plans)
    number = rows.number(case.plans)
    twice = (number >= 2) @ rows.persons
    aim = case.paid(case.plans) if priced else size
    asked = {"costs": case.by_site(case.price)} if priced else {}
    return question(
        case,
        lambda: siting.set_covering(
            case.matrix, persons=case.persons, limit=case.limit, times=times, backup=backup,
            **asked, **case.roles,
        ),
        (number >= times).all(axis=1),
        [aim, size, -twice] if backup else [aim, size],
        aim,
        **({"backup_persons": twice} if backup else {}),
    )  # fmt: skip


def part_cover(case: Case, *, priced: bool) -> Question:
    rows, size = case.rows(), case.new(case.plans)
    share = [0.3, 0.6, 0.75, 1.0][case.seed // 2 % 4]
    covered = (rows.number(case.plans) > 0) @ rows.persons
    aim = case.paid(case.plans) if priced else size
    asked = {"costs": case.by_site(case.price)} if priced else {}
    return question(
        case,
        lambda: siting.set_covering(
            case.matrix, persons=case.persons, limit=case.limit, share=share, **asked, **case.roles
        ),
        covered >= least(share, rows.persons.sum()),
        [aim, size],
        aim,
        covered_persons=covered,
    )


def least(share: float, persons: float) -> int:
    """Give the smallest whole number of persons that is such a share of all."""
    return -(-Fraction(str(share)) * int(persons) // 1)


def backed_cover(case: Case, *, first: bool) -> Question:
    rows = case.rows()
    number = rows.number(case.plans)
    possible = rows.near[:, ~case.forbidden].any(axis=1)
    twice = (number >= 2) @ rows.persons
    return question(
        case,
        lambda: siting.backup_covering(
            case.matrix, case.persons, sites=case.number, limit=case.limit, first=first,
            **case.roles,
        ),
        as_many(case) & ((number[:, possible] > 0).all(axis=1) | (not first)),
        [-twice],
        twice,
    )  # fmt: skip


def as_many(case: Case) -> Truths:
    """Say which plans have the number of new sites that is asked."""
    return case.new(case.plans) == case.number


def affordable(case: Case, *, budget: bool) -> tuple[dict[str, Any], Truths]:
    """Ask for a number of sites, or for what a budget pays; say which plans keep to it."""
    if not budget:
        return {"sites": case.number}, as_many(case)
    asked = {"budget": 1.5 * case.number, "costs": case.by_site(case.price)}
    return asked, case.paid(case.plans) <= 1.5 * case.number


def most_covered(case: Case, *, budget: bool) -> Question:
    rows, (asked, keep) = case.rows(), affordable(case, budget=budget)
    inside = rows.number(case.plans) > 0
    persons, places = inside @ rows.persons, rows.whole(inside)
    return question(
        case,
        lambda: siting.maximal_covering(
            case.matrix, case.persons, limit=case.limit, **asked, **case.roles
        ),
        keep,
        [-persons, -places, case.new(case.plans)],
        persons,
        covered_persons=persons,
        covered_places=places,
    )


def served(case: Case, plans: Truths, limits: list[float]) -> tuple[Numbers, Numbers]:
    """Send every single person to a place at a site; count those who find one, and their minutes.

    By the cheapest assignment of persons to places, of which a site has as many as it can take.
    """
    place, group = np.nonzero(case.counts > 0)
    cost = np.where(case.costs <= BARRED, case.costs, BARRED)[place]
    cost = np.where(cost <= np.array(limits)[group, np.newaxis], cost, BARRED)
    cost = np.repeat(cost, case.counts[place, group].astype(int), axis=0)
    slots = np.repeat(np.arange(len(case.sites)), case.room.astype(int))
    nowhere = np.full((len(cost), len(cost)), NOWHERE)
    spent = np.zeros((len(plans), len(cost)))
    for at, plan in enumerate(plans):
        table = np.hstack([cost[:, slots[plan[slots]]], nowhere])
        spent[at] = table[linear_sum_assignment(table)]
    found = spent < NOWHERE
    return found.sum(axis=1, dtype=float), (spent * found).sum(axis=1)


def most_served(case: Case, *, budget: bool) -> Question:
    asked, keep = affordable(case, budget=budget)
    limits = list(LIMITS.values()) if "groups" in case.options else [case.limit] * 2
    persons, minutes = (np.zeros(len(keep)), np.zeros(len(keep)))
    persons[keep], minutes[keep] = served(case, case.plans[keep], limits)
    return question(
        case,
        lambda: siting.maximal_covering(
            case.matrix, case.persons, limit=case.limit, capacity=case.by_site(case.room),
            **asked, **case.roles,
        ),
        keep,
        [-persons, minutes, case.new(case.plans)],
        persons,
    )  # fmt: skip


def floors(case: Case, *, worst: str | None) -> Question:
    rows, keep = case.rows(), as_many(case)
    inside = rows.number(case.plans) > 0
    persons, places = inside @ rows.persons, rows.whole(inside)
    asked: dict[str, Any] = {"homes": case.homes, "worst_first": worst}
    if worst is None:
        asked["floors"] = [0.3, {"T0": 0.5}, 0.5][case.seed % 3]
        asked["group_floors"] = 0.4 if "groups" in case.options else None
    free = persons[keep].max(initial=0.0)
    parts = [one for one in units(case, rows) if rows.persons[one[2]].sum()]
    scale = lcm(*(int(rows.persons[part].sum()) for _, _, part in parts))
    share = np.full(len(keep), float(scale))
    for kind, name, part in parts:
        total, own = rows.persons[part].sum(), inside[:, part] @ rows.persons[part]
        floor = asked.get(kind) or 0.0
        floor = floor.get(name, 0.0) if isinstance(floor, dict) else floor
        keep = keep & (own >= least(floor, total))
        if worst is not None and (kind == "floors") == (worst == "townships"):
            share = np.minimum(share, own * (scale // int(total)))
    return question(
        case,
        lambda: siting.floor_covering(
            case.matrix, case.persons, sites=case.number, limit=case.limit, **asked, **case.roles
        ),
        keep,
        [-share, -persons, -places],
        persons,
        covered_places=places,
        free_objective=np.full(len(keep), free),
        price=free - persons,
    )


def units(case: Case, rows: Places) -> list[tuple[str, str, Truths]]:
    """Name townships and groups, each with its rows."""
    found = [("floors", f"T{at}", case.home[rows.place] == at) for at in range(3)]
    if "groups" in case.options:
        lived = case.counts > 0
        group = np.nonzero(lived | ~lived.any(axis=1, keepdims=True))[1]
        found += [("group_floors", name, group == at) for at, name in enumerate(LIMITS)]
    return found


# --- Medians and centres ---


def travelled(case: Case, costs: Numbers | None = None) -> Numbers:
    """Add up persons x cost; infinite where somebody reaches no site."""
    near = case.nearest(case.plans, costs)
    lived = case.counts.sum(axis=1) > 0
    return np.asarray(near[:, lived] @ case.counts.sum(axis=1)[lived], dtype=float)


def median(case: Case) -> Question:
    value = travelled(case)
    return question(
        case,
        lambda: siting.p_median(case.matrix, case.persons, sites=case.number, **case.roles),
        as_many(case) & np.isfinite(value),
        [value],
        value,
    )


def shared_median(case: Case) -> Question:
    keep, total = as_many(case), case.counts.sum()
    persons, minutes = np.zeros(len(keep)), np.zeros(len(keep))
    persons[keep], minutes[keep] = served(case, case.plans[keep], [BARRED / 2] * 2)
    return question(
        case,
        lambda: siting.p_median(
            case.matrix, case.persons, sites=case.number, capacity=case.by_site(case.room),
            **case.roles,
        ),
        keep & (persons == total),
        [minutes],
        minutes,
    )  # fmt: skip


def center(case: Case, *, lexicographic: bool) -> Question:
    counted = case.seed % 3 > 0
    weight = case.counts.sum(axis=1) if counted else np.ones(len(case.places))
    near = case.nearest(case.plans)[:, weight > 0]
    worst = near.max(axis=1, initial=0.0)
    levels = np.unique(case.costs[np.isfinite(case.costs)])[::-1]
    number = [(near == one) @ weight[weight > 0] for one in levels]
    return question(
        case,
        lambda: siting.p_center(
            case.matrix, persons=case.persons if counted else None, sites=case.number,
            lexicographic=lexicographic, **case.roles,
        ),
        as_many(case) & np.isfinite(worst),
        number if lexicographic else [worst],
        worst,
    )  # fmt: skip


# --- The county's own ---


def townships(case: Case, *, limited: bool, own: bool = False) -> Question:
    costs = case.costs
    if own:
        costs = np.where(case.home[:, np.newaxis] == case.zone, costs, INF)
    settled = np.unique(case.zone[case.existing | case.required])
    chosen = case.plans & ~case.existing & ~case.required
    inside = np.array([(chosen & (case.zone == at)).sum(axis=1) for at in range(3)]).T
    keep = (inside == [at not in settled for at in range(3)]).all(axis=1)
    asked: dict[str, Any] = {"zones": case.zones, "limit": case.limit if limited else None}
    if own:
        asked |= {"own": True, "homes": case.homes}

    def ask() -> Any:
        return siting.one_per_township(case.matrix, case.persons, **asked, **case.roles)

    if not limited:
        value = travelled(case, costs)
        return question(case, ask, keep & np.isfinite(value), [value], value)
    rows = case.rows(costs)
    reached = rows.number(case.plans) > 0
    persons, places = reached @ rows.persons, rows.whole(reached)
    return question(case, ask, keep, [-persons, -places], persons, covered_places=places)


def hierarchy(case: Case, *, nested: bool, count: int) -> Question:
    draw = np.random.default_rng(case.seed)
    levels = [case] + [
        case_of(case.seed, salt=900 + at, most=6, places=len(case.places)) for at in range(1, count)
    ]
    limits = [case.limit, case.limit, None][:count]
    refer = [
        draw.choice([5, 20, 30, INF], (len(one.sites), len(two.sites)))
        for one, two in pairwise(levels)
    ]
    some = [one.plans[as_many(one)] for one in levels]
    at = np.indices([len(one) for one in some]).reshape(count, -1)
    plans = [one[turn] for one, turn in zip(some, at, strict=True)]
    counting = [plans[-1]]
    for one, way in zip(plans[-2::-1], refer[::-1], strict=True):
        counting.insert(0, one & (counting[0].astype(float) @ (way <= 20).T > 0))
    has: list[Truths] = []
    for level, limit in enumerate(limits):
        givers = range(level, count if nested else level + 1)
        near = [case.rows(levels[one].costs).number(counting[one]) > 0 for one in givers]
        has.append(np.logical_or.reduce(near) if limit is not None else has[-1])
    rows, whole = case.rows(), np.logical_and.reduce(has)
    persons = whole @ rows.persons
    own = [-(one @ rows.persons) for one, limit in zip(has, limits, strict=True) if limit]
    asked = [
        Level(
            f"L{at}", one.matrix, limit=limit, sites=one.number, **one.roles,
            referral=(TravelMatrix(levels[at - 1].sites, one.sites, "min", refer[at - 1]), 20.0)
            if at else None,
        )
        for at, (one, limit) in enumerate(zip(levels, limits, strict=True))
    ]  # fmt: skip
    return Question(
        lambda: siting.hierarchical(asked, case.persons, nested=nested),
        np.hstack(plans),
        [-persons, *own],
        persons,
        lambda plan: list(
            chain(*(opened(one, own.sites) for one, own in zip(plan.levels, levels, strict=True)))
        ),
        {"covered_places": rows.whole(whole)},
    )


def mixed(case: Case, *, budget: bool, free: bool = False) -> Question:
    """Ask for two services; a site is a row of three: whether it offers each anew, and is open."""
    per_site, extend = 1 + case.seed // 2 % 2, case.seed % 3 == 0
    most = 2.0 * case.number if budget else INF
    price = np.stack([case.price, np.ones(len(case.sites)), case.room / 4]).T
    asked: dict[str, Any] = {
        "limits": LIMITS, "weights": {"a": 1.0, "b": [0.5, 2.0][case.seed // 4 % 2]},
        "per_site": per_site, "extend": extend, "sites": None if free else case.number,
        "offered": {one: ["a"] for one in case.named(case.existing)},
    }  # fmt: skip
    if budget:
        asked |= {
            "costs": {"a": case.by_site(case.price), "b": 1}, "budget": most,
            "opening": case.by_site(case.room / 4),
        }  # fmt: skip
    found = np.empty((1, 0, 3), dtype=bool)
    for at in range(len(case.sites)):
        some = np.array(site_states(case, at, per_site=per_site, extend=extend), dtype=bool)
        found = np.concatenate(
            [np.repeat(found, len(some), axis=0), np.tile(some[:, np.newaxis], (len(found), 1, 1))],
            axis=1,
        )
        new = new_of(found, case)
        keep = (new * price[: at + 1]).sum(axis=(1, 2)) <= most
        found = found[keep & ((new[:, :, 2].sum(axis=1) <= case.number) | free)]
    new = new_of(found, case)
    found = found[case.kept(found[:, :, 2]) & ((new[:, :, 2].sum(axis=1) == case.number) | free)]
    plans = np.hstack([found[:, :, 2], found[:, :, :2].reshape(len(found), 2 * len(case.sites))])
    order = np.lexsort(plans.T[::-1])
    return mix_question(case, found[order], plans[order], asked, price * budget)


def new_of(found: Truths, case: Case) -> Truths:
    """Leave out that existing sites are open; what they offer anew stays."""
    new = found.copy()
    new[:, case.existing[: found.shape[1]], 2] = False
    return new


def site_states(case: Case, at: int, *, per_site: int, extend: bool) -> list[tuple[bool, ...]]:
    """Give what a site may be: which service it offers anew, and whether it is open."""
    if case.forbidden[at]:
        return [(False, False, False)]
    if case.existing[at]:  # it offers a
        more = [(False, True, True)] if extend and per_site > 1 else []
        return [(False, False, True), *more]
    offers = [(True, False, True), (False, True, True)] + [(True, True, True)] * (per_site > 1)
    return offers if case.required[at] else [(False, False, False), *offers]


def mix_question(
    case: Case, found: Truths, plans: Truths, asked: dict[str, Any], price: Numbers
) -> Question:
    """Say what the plans of two services are worth."""
    costs = [case.costs, case.costs[:, ::-1] if "groups" in case.options else case.costs]
    gives = found[:, :, :2].astype(float)
    gives[:, case.existing, 0] = 1.0
    value = np.zeros(len(found))
    for at, name in enumerate(LIMITS):
        near = costs[at] <= LIMITS[name]
        value += asked["weights"][name] * ((gives[:, :, at] @ near.T > 0) @ case.counts[:, at])
    new = new_of(found, case)
    spent, size = (new * price).sum(axis=(1, 2)), new[:, :, 2].sum(axis=1)
    demand = {name: dict(zip(case.places, case.counts[:, at].tolist(), strict=True))
              for at, name in enumerate(LIMITS)}  # fmt: skip
    matrix: Any = case.matrix
    if "groups" in case.options:
        matrix = {name: case.travel(costs[at]) for at, name in enumerate(LIMITS)}
    return Question(
        lambda: siting.services_mix(matrix, demand, **asked, **case.roles),
        plans,
        [-value, spent, size, found[:, :, :2].sum(axis=(1, 2))],
        value,
        lambda plan: (
            opened(plan, case.sites)
            + [(one, name) in plan.offers for one in case.sites for name in LIMITS]
        ),
        {"spent": spent} if "budget" in asked else {},
    )


MODELS: dict[str, tuple[Callable[[Case], Question], int]] = {
    "set covering": (set_cover, 12),
    "set covering, twice": (partial(set_cover, times=2), 12),
    "set covering, cheapest": (partial(set_cover, priced=True), 12),
    "set covering with backup": (partial(set_cover, backup=True), 12),
    "set covering with backup, cheapest": (partial(set_cover, priced=True, backup=True), 12),
    "part of the persons": (partial(part_cover, priced=False), 12),
    "part of the persons, cheapest": (partial(part_cover, priced=True), 12),
    "backup covering": (partial(backed_cover, first=True), 12),
    "backup covering, all may be left": (partial(backed_cover, first=False), 12),
    "maximal covering": (partial(most_covered, budget=False), 12),
    "maximal covering, budget": (partial(most_covered, budget=True), 12),
    "maximal covering, capacity": (partial(most_served, budget=False), 10),
    "maximal covering, capacity and budget": (partial(most_served, budget=True), 8),
    "floors": (partial(floors, worst=None), 12),
    "worst township first": (partial(floors, worst="townships"), 12),
    "p-median": (median, 12),
    "p-median, capacity": (shared_median, 10),
    "p-center": (partial(center, lexicographic=False), 12),
    "p-center, worst off first": (partial(center, lexicographic=True), 12),
    "one in each township": (partial(townships, limited=True), 12),
    "one in each township, least travel": (partial(townships, limited=False), 12),
    "one in each township, of their own": (partial(townships, limited=True, own=True), 12),
    "two levels": (partial(hierarchy, nested=False, count=2), 12),
    "two levels, nested": (partial(hierarchy, nested=True, count=2), 12),
    "three levels": (partial(hierarchy, nested=False, count=3), 8),
    "services": (partial(mixed, budget=False), 10),
    "services, budget": (partial(mixed, budget=True, free=True), 6),
    "services, budget and number": (partial(mixed, budget=True), 8),
}
"""What is asked, and the most sites of a case."""


def unexplained(problem: object, need: Need) -> Obstacles:
    """Say nothing of why there is no plan: tests of their own do, and it takes longest of all."""
    assert problem is not None
    return Obstacles(model=need.model)


@pytest.mark.parametrize("name", MODELS)
def test_the_answer_is_the_first_of_the_best_of_all_plans(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(obstacles, "obstacles_of", unexplained)
    model, most = MODELS[name]
    answered: Counter[str] = Counter()
    for seed in range(CASES):
        case = case_of(seed, salt=400 + list(MODELS).index(name), most=most)
        if agrees(model(case), (name, seed)):
            answered.update(case.options)
    assert {*OPTIONS, *RULES} <= set(answered)
