"""Plans in phases: nested, as trying out all has it, and priced against the free plans."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from phased_cases import Case, random_case, shuffled

from wushan_geo.errors import InfeasibleError, ParameterError
from wushan_geo.siting.choices.phases import PhasedPlan, phased_plan
from wushan_geo.siting.covers.covering import maximal_covering
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Iterator

Nest = tuple[tuple[str, ...], ...]
# The best single site is H (B, C); the best two are G and J (A, B and C, D).
TIMES = TravelMatrix(
    tuple("ABCD"), ("G", "H", "J"), "min", [[5, 90, 90], [5, 9, 90], [90, 9, 9], [90, 90, 5]]
)
PERSONS = {"A": 4, "B": 5, "C": 5, "D": 4}


def nests(case: Case, counts: list[int]) -> Iterator[Nest]:
    """Give all plans in phases."""
    layers = [list(case.choices(one, least=at == len(counts) - 1)) for at, one in enumerate(counts)]
    for nest in product(*layers):
        if all(set(one) <= set(two) for one, two in pairwise(nest)):
            yield nest


def value_of(case: Case, nest: Nest, weights: list[float], by: str) -> tuple[float, ...]:
    """Say what counts, in its order."""
    worth = [case.worth((*one, *case.existing)) for one in nest]
    sums = [
        sum(weight * one[kind] for weight, one in zip(weights, worth, strict=True))
        for kind in (0, 1)
    ]
    early = [sums[kind] - weights[-1] * worth[-1][kind] for kind in (0, 1)]
    answer = {
        "total": tuple(sums),
        "last": (*worth[-1], *early),
        "first": tuple(number for one in worth for number in one),
    }[by]
    return tuple(round(one, 6) for one in answer)


def first_nest(found: list[Nest]) -> Nest:
    """Give the plan that has the first site, phase by phase, in which two plans differ."""
    best = found[0]
    for nest in found[1:]:
        for one, two in zip(nest, best, strict=True):
            if one != two:
                best = nest if min(set(one) ^ set(two)) in one else best
                break
    return best


def ask(case: Case, **asked: Any) -> PhasedPlan:
    return phased_plan(case.times, case.persons, limit=case.limit, **case.roles, **asked)


@pytest.mark.parametrize("by", ["total", "last", "first"])
@pytest.mark.parametrize("seed", range(6))
def test_plans_agree_with_trying_out_all(seed: int, by: Any) -> None:
    case = random_case(seed, sites=7, ruled=seed % 2 == 1, grouped=seed % 3 == 2)
    steps = [(1, 1, 1), (2, 1), (1, 2), (1, 0, 1)][seed % 4]
    weights = [[1.0, 1.0, 1.0], [3.0, 1.0], [0.5, 0.25], [1.0, 2.0, 4.0]][seed % 4]
    counts = np.cumsum(steps).tolist()
    every = list(nests(case, counts))
    if not every:
        with pytest.raises(InfeasibleError):
            ask(case, steps=steps, by=by, weights=weights)
        return
    values = [value_of(case, one, weights, by) for one in every]
    ties = [one for one, value in zip(every, values, strict=True) if value == max(values)]

    found = ask(case, steps=steps, by=by, weights=weights)

    assert tuple(one.chosen for one in found.phases) == first_nest(ties)
    assert found.alternatives == (len(ties) > 1)
    assert found.status == "optimal"
    totals = [value_of(case, one, weights, "total")[0] for one in every]
    assert found.objective <= max(totals) + 1e-9 <= found.bound + 2e-9
    assert all(one.verified for one in (*found.phases, *found.free))
    if by == "total":
        assert (found.objective, found.gap) == (pytest.approx(max(totals)), 0)


@pytest.mark.parametrize("seed", range(2))
def test_the_free_plans_are_those_of_maximal_covering(seed: int) -> None:
    case = random_case(seed)
    found = ask(case, steps=(1, 2))

    for free, own, sites in zip(found.free, found.phases, (1, 3), strict=True):
        alone = maximal_covering(
            case.times, case.persons, sites=sites, limit=case.limit, **case.roles
        )
        assert (free.chosen, free.objective) == (alone.chosen, alone.objective)
        assert own.objective <= free.objective == own.bound
        assert own.status == ("optimal" if own.objective == free.objective else "heuristic")


def test_the_price_of_nesting_by_hand() -> None:
    # H first: 10, then 14 with G or J. G first: 9, then 18 with J. Free: 10 and 18.
    total = phased_plan(TIMES, PERSONS, steps=(1, 1), limit=30)
    first = phased_plan(TIMES, PERSONS, steps=(1, 1), limit=30, by="first")

    assert total.opened == (("G",), ("J",))
    assert (total.objective, total.bound, total.alternatives) == (27, 27, True)
    assert total.price.to_dict("list") == {
        "phase": [1, 2],
        "sites": [1, 2],
        "opened": ["G", "J"],
        "places": [2, 4],
        "free_places": [2, 4],
        "persons": [9.0, 18.0],
        "free_persons": [10.0, 18.0],
        "lost_persons": [1.0, 0.0],
        "lost_share": [0.1, 0.0],
        "lost_most": [1.0, 0.0],
    }
    assert [one.status for one in total.phases] == ["heuristic", "optimal"]
    assert first.opened == (("H",), ("G",))
    assert (first.objective, first.bound) == (24, 28)
    assert first.price["lost_persons"].tolist() == [0, 4]


def test_weights_decide_when_to_wait() -> None:
    early = phased_plan(TIMES, PERSONS, steps=(1, 1), limit=30, weights=(5, 1))

    assert early.opened == (("H",), ("G",))
    assert (early.objective, early.weights) == (64, (5.0, 1.0))


def test_a_number_by_township_is_met_at_the_end() -> None:
    rules = SiteRules(zones={"G": "T1", "H": "T2", "J": "T1"}, at_least={"T1": 1, "T2": 1})

    found = phased_plan(TIMES, PERSONS, steps=(1, 1), limit=30, rules=rules, by="last")

    assert found.opened == (("H",), ("G",))
    assert [one.chosen for one in found.free] == [("H",), ("G", "H")]


def test_required_sites_stand_from_the_first_phase_on() -> None:
    found = phased_plan(TIMES, PERSONS, steps=(1, 1), limit=30, required=["J"])

    assert found.opened == (("J",), ("G",))
    with pytest.raises(ParameterError, match="required"):
        phased_plan(TIMES, PERSONS, steps=(0, 2), limit=30, required=["J"])


def test_everything_required_leaves_nothing_to_choose() -> None:
    found = phased_plan(TIMES, PERSONS, steps=(3, 0), limit=30, required=["G", "H", "J"])

    assert (found.objective, found.status, found.alternatives) == (36, "optimal", False)


def test_years_without_a_site_and_without_candidates_are_defined() -> None:
    found = phased_plan(TIMES, PERSONS, steps=(0, 0), limit=30, existing=["G", "H", "J"])

    assert found.opened == ((), ())
    assert (found.objective, found.gap) == (36, 0)


def test_where_no_candidate_reaches_anyone_the_first_ids_are_taken() -> None:
    found = phased_plan(TIMES, PERSONS, steps=(1, 1), limit=1)

    assert found.opened == (("G",), ("H",))
    assert (found.objective, found.bound, found.alternatives) == (0, 0, True)
    assert found.price["lost_share"].tolist() == [0, 0]


def test_fractions_of_persons_finer_than_decimals_keep_a_true_bound() -> None:
    thirds = {one: value / 3 for one, value in PERSONS.items()}

    found = phased_plan(TIMES, thirds, steps=(1, 1), limit=30)

    assert found.opened == (("G",), ("J",))
    assert found.objective == pytest.approx(9)
    assert found.objective <= found.bound <= found.objective + 1e-4


def test_the_order_of_rows_and_columns_plays_no_part() -> None:
    case = random_case(4)

    one, other = (ask(each, steps=(1, 1, 1)) for each in (case, shuffled(case, 2)))

    assert one.opened == other.opened
    assert one.price.equals(other.price)


def test_inputs_are_left_as_they_are() -> None:
    case = random_case(4)
    before = (case.times.dense().copy(), case.persons.copy())

    ask(case, steps=[1, 1])

    assert (case.times.dense() == before[0]).all()
    assert case.persons.equals(before[1])


def test_the_clock_leaves_a_nested_plan_with_a_true_bound() -> None:
    draw = np.random.default_rng(3)
    names = tuple(f"S{at:02d}" for at in range(16))
    places = tuple(f"P{at:03d}" for at in range(40))
    times = TravelMatrix(places, names, "min", draw.uniform(0, 100, (40, 16)))
    persons = dict(zip(places, draw.integers(0, 30, 40).tolist(), strict=True))

    proven = phased_plan(times, persons, steps=(2, 1), limit=20)
    for by in ("total", "last", "first"):
        stopped = phased_plan(times, persons, steps=(2, 1), limit=20, by=by, time_limit=0)

        assert stopped.status == "time_limit"
        assert stopped.alternatives is None
        assert stopped.objective <= proven.objective <= stopped.bound
        assert set(stopped.phases[0].chosen) <= set(stopped.phases[1].chosen)
        assert (stopped.price["lost_most"] >= stopped.price["lost_persons"]).all()


def test_progress_is_told_in_persons() -> None:
    case = random_case(2, sites=9)
    heard: list[float] = []

    found = ask(case, steps=(1, 1), progress=lambda one: heard.append(one.bound))

    assert all(one >= found.objective - 1e-6 for one in heard)


@pytest.mark.parametrize(
    "asked",
    [{"steps": ()}, {"steps": "21"}, {"steps": (1, -1)}, {"steps": (1, 1.5)}, {"steps": (True,)},
     {"steps": (2, 2)}, {"steps": (1, 1), "weights": (1,)}, {"steps": (1,), "weights": (0,)},
     {"steps": (1,), "weights": (-1,)}, {"steps": (1,), "weights": (np.inf,)},
     {"steps": (1,), "by": "best"}, {"steps": (1,), "time_limit": -1}],
)  # fmt: skip
def test_wrong_arguments_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        phased_plan(TIMES, PERSONS, limit=30, **asked)
