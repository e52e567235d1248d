"""Maximal covering: hand-computed plans, brute force, and every edge of the request."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo import siting
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.siting import (
    Ceiling,
    SitingPlan,
    ceiling,
    covering_plans,
    explain_order,
    greedy_covering,
    maximal_covering,
)
from wushan_geo.siting.solver import LinearProgram, Solved
from wushan_geo.travel.matrix import TravelMatrix

INF = np.inf
# Five places, four sites. Within 30: G reaches A, B; H reaches B, C, D; J reaches D, E; K nobody.
TIMES = TravelMatrix(
    ("A", "B", "C", "D", "E"),
    ("G", "H", "J", "K"),
    "min",
    np.array(
        [
            [10, 50, 60, INF],
            [30, 20, 70, INF],
            [40, 30, 90, INF],
            [80, 25, 15, 30.1],
            [90, 70, 5, INF],
        ]
    ),
)
PERSONS = {"A": 8, "B": 4, "C": 3, "D": 2, "E": 1}


def random_case(seed: int) -> tuple[TravelMatrix, pd.Series, dict[str, Any]]:
    """Draw a small county: unreachable pairs, pairs exactly at 30, zero demand, many ties."""
    draw = np.random.default_rng(seed)
    places, sites = int(draw.integers(1, 15)), int(draw.integers(3, 10))
    costs = draw.choice(
        [5, 20, 30, 30.5, 60, INF], (places, sites), p=[0.1, 0.1, 0.1, 0.3, 0.3, 0.1]
    )
    names = tuple(f"S{at}" for at in draw.permutation(sites))
    origins = tuple(f"P{at:02d}" for at in draw.permutation(places))
    counts = draw.choice([0, 1, 2, 2.5, 7], places)
    roles: dict[str, Any] = {
        "existing": list(names[: draw.integers(0, 2)]),
        "required": [names[2]] if draw.random() < 0.4 else [],
        "forbidden": [names[1]] if draw.random() < 0.4 and sites > 3 else [],
    }
    return TravelMatrix(origins, names, "min", costs), pd.Series(counts, index=origins), roles


def brute_force(
    times: TravelMatrix, persons: pd.Series, roles: dict[str, Any], sites: int
) -> list[tuple[float, int, tuple[str, ...]]]:
    """Try out every plan; give persons, places and ids of all that are best in both."""
    near = pd.DataFrame(
        times.dense() <= 30, index=times.origin_ids, columns=list(times.destination_ids)
    )
    free = sorted(set(times.destination_ids) - set(roles["existing"]) - set(roles["forbidden"]))
    plans = []
    for plan in combinations(free, sites):
        if set(roles["required"]) <= set(plan):
            covered = near[[*plan, *roles["existing"]]].any(axis=1)
            plans.append((float(persons[covered].sum()), int(covered.sum()), plan))
    best = max(plan[:2] for plan in plans)
    return sorted((plan for plan in plans if plan[:2] == best), key=lambda plan: plan[2])


def same(one: SitingPlan, other: SitingPlan) -> bool:
    """Compare two plans field by field; two missing numbers are the same."""
    for name in SitingPlan.__dataclass_fields__:
        left, right = getattr(one, name), getattr(other, name)
        if hasattr(left, "equals"):
            if not left.equals(right):
                return False
        elif left != right and not (left != left and right != right):  # noqa: PLR0124 -- NaN
            return False
    return True


def test_the_plans_of_the_small_county_by_hand() -> None:
    plans = covering_plans(TIMES, PERSONS, sites=range(1, 5), limit=30)

    # G covers 12 persons, H 9, J 3; G and H together 17, all three 18.
    assert [plan.chosen for plan in plans] == [
        ("G",),
        ("G", "H"),
        ("G", "H", "J"),
        ("G", "H", "J", "K"),
    ]
    assert [plan.covered_persons for plan in plans] == [12, 17, 18, 18]
    assert [plan.covered_places for plan in plans] == [2, 4, 5, 5]
    assert all(plan.verified and plan.status == "optimal" and plan.gap == 0 for plan in plans)
    assert not any(plan.alternatives for plan in plans)


def test_the_assignment_is_the_nearest_open_site_within_the_limit() -> None:
    plan = maximal_covering(TIMES, PERSONS, sites=1, limit=30, existing=["H"], required=["J"])

    assert plan.chosen == ("J",)
    assert plan.assignment.dropna().to_dict() == {"B": "H", "C": "H", "D": "J", "E": "J"}
    assert plan.assignment.isna().tolist() == [True, False, False, False, False]
    assert (plan.assignment.index.name, plan.assignment.name) == ("zone_id", "facility_id")


@pytest.mark.parametrize("seed", range(4))
def test_plans_agree_with_trying_out_all(seed: int) -> None:
    times, persons, roles = random_case(seed)
    candidates = len(times.destination_ids) - len(roles["existing"]) - len(roles["forbidden"])

    for sites in range(len(roles["required"]), candidates + 1):
        plan = maximal_covering(times, persons, sites=sites, limit=30, **roles)
        best = brute_force(times, persons, roles, sites)
        expected = (*best[0], len(best) > 1)
        assert (plan.objective, plan.covered_places, plan.chosen, plan.alternatives) == expected
        assert plan.bound == plan.objective
        greedy = greedy_covering(times, persons, sites=sites, limit=30, **roles)
        assert greedy.objective <= plan.objective <= greedy.bound
        assert plan.greedy_objective == greedy.greedy_objective == greedy.objective


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_and_columns_plays_no_part(seed: int) -> None:
    times, persons, roles = random_case(seed)
    draw = np.random.default_rng(seed)
    shuffled = times.select(
        draw.permutation(times.origin_ids).tolist(),
        draw.permutation(times.destination_ids).tolist(),
    )
    sites = len(roles["required"]) + 1

    one = maximal_covering(times, persons, sites=sites, limit=30, **roles)
    other = maximal_covering(
        shuffled, persons.sample(frac=1, random_state=1), sites=sites, limit=30, **roles
    )

    assert same(one, other)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_more_sites_and_longer_limits_never_cover_less(seed: int) -> None:
    times, persons, roles = random_case(seed)
    least = len(roles["required"])
    most = len(times.destination_ids) - len(roles["existing"]) - len(roles["forbidden"])

    table = [
        [
            plan.objective
            for plan in covering_plans(
                times, persons, sites=range(least, most + 1), limit=limit, **roles
            )
        ]
        for limit in (20, 30, 60)
    ]

    assert (np.diff(table, axis=0) >= 0).all()
    assert (np.diff(table, axis=1) >= 0).all()
    roles.pop("required")
    top = ceiling(times, persons, limit=60, **roles)
    assert table[-1][-1] == top.persons


def test_splitting_a_place_in_two_changes_no_plan() -> None:
    costs = np.vstack([TIMES.dense(), TIMES.dense()[:1]])
    split = TravelMatrix((*TIMES.origin_ids, "A2"), TIMES.destination_ids, "min", costs)

    plan = maximal_covering(split, {**PERSONS, "A": 5, "A2": 3}, sites=1, limit=30)

    assert (plan.chosen, plan.objective) == (("G",), 12)


def test_a_series_of_plans_is_the_same_as_single_plans() -> None:
    times, persons, roles = random_case(4)
    least = len(roles["required"])

    series = covering_plans(times, persons, sites=[least + 2, least, least + 1], limit=30, **roles)

    for plan in series:
        single = maximal_covering(times, persons, sites=plan.sites, limit=30, **roles)
        assert same(plan, single)
    assert [plan.sites for plan in series] == [least + 2, least, least + 1]


def test_equally_many_persons_are_settled_by_places_and_then_by_ids() -> None:
    times = TravelMatrix(
        ("A", "B", "C"),
        ("Z", "Y", "X", "W"),
        "min",
        np.array([[5, 50, 50, 50], [50, 5, 5, 50], [50, 5, 5, 50]]),
    )

    plan = maximal_covering(times, {"A": 4, "B": 4, "C": 0}, sites=1, limit=30)

    assert (plan.chosen, plan.covered_places, plan.alternatives) == (("X",), 2, True)


def test_without_new_sites_the_existing_ones_count() -> None:
    plan = maximal_covering(TIMES, PERSONS, sites=0, limit=30, existing=["H"])

    assert (plan.chosen, plan.objective, plan.covered_places) == ((), 9, 3)
    assert not plan.alternatives


def test_without_new_and_existing_sites_nobody_is_covered() -> None:
    plan = maximal_covering(TIMES, PERSONS, sites=0, limit=30)

    assert (plan.objective, plan.bound, plan.gap) == (0, 0, 0)
    assert plan.assignment.isna().all()


def test_where_nobody_lives_places_decide() -> None:
    plan = maximal_covering(TIMES, dict.fromkeys("ABCDE", 0), sites=1, limit=30)

    assert (plan.chosen, plan.objective, plan.gap, plan.covered_places) == (("H",), 0, 0, 3)


def test_where_no_candidate_reaches_anyone_the_first_ids_are_taken() -> None:
    plan = maximal_covering(TIMES, PERSONS, sites=2, limit=1)

    assert (plan.chosen, plan.objective, plan.alternatives) == (("G", "H"), 0, True)


def test_one_place_and_one_candidate() -> None:
    times = TravelMatrix((1,), (7,), "m", np.array([[0.0]]))  # type: ignore[arg-type] -- whole numbers are ids too

    plan = maximal_covering(times, {1: 3}, sites=1, limit=0)

    assert (plan.chosen, plan.objective, plan.assignment.to_dict()) == (("7",), 3, {"1": "7"})


def test_no_places_at_all() -> None:
    times = TravelMatrix((), ("G",), "min", np.empty((0, 1)))

    assert maximal_covering(times, {}, sites=1, limit=30).objective == 0


def test_compressed_and_dense_matrices_give_the_same_plan() -> None:
    table = TIMES.to_table()
    short = TravelMatrix.from_table(
        table, unit="min", origins=TIMES.origin_ids, destinations=TIMES.destination_ids, limit=45
    )

    one, other = (maximal_covering(m, PERSONS, sites=2, limit=30) for m in (TIMES, short))
    assert same(one, other)


def test_fractions_of_persons_are_told_apart() -> None:
    times = TravelMatrix(("A", "B"), ("G", "H"), "min", np.array([[5.0, 50], [50, 5]]))

    tenth = maximal_covering(times, {"A": 0.2, "B": 0.3}, sites=1, limit=30)
    third = maximal_covering(times, {"A": 1 / 3, "B": 1 / 3 + 1e-4}, sites=1, limit=30)

    assert (tenth.chosen, tenth.objective, tenth.gap) == (("H",), 0.3, 0)
    assert third.chosen == ("H",)
    assert 0 <= third.bound - third.objective <= 2e-6


def test_more_persons_than_whole_numbers_can_hold_are_refused() -> None:
    with pytest.raises(ParameterError, match="persons add up to"):
        maximal_covering(TIMES, {**PERSONS, "A": 1e15}, sites=1, limit=30)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"sites": 5}, ParameterError, "only 4 candidates"),
        ({"sites": 4, "forbidden": ["K"]}, ParameterError, "only 3 candidates"),
        ({"sites": 1, "required": ["G", "H"]}, ParameterError, "2 are required: G, H"),
        ({"sites": 1, "existing": ["X"]}, UnknownIdError, "no destinations: X"),
        ({"sites": 1, "existing": ["G"], "required": ["G"]}, UnknownIdError, "both have G"),
        ({"sites": 1, "limit": 30, "beyond": True}, ParameterError, "beyond 20 min"),
        ({"sites": 1, "time_limit": -1}, ParameterError, "time_limit must be at least 0"),
        ({"sites": 1, "time_limit": np.nan}, ParameterError, "time_limit must be at least 0"),
    ],
)
def test_requests_that_cannot_be_met_say_why(
    options: dict[str, Any], error: type[Exception], text: str
) -> None:
    known = 20 if options.pop("beyond", False) else None
    times = TravelMatrix(TIMES.origin_ids, TIMES.destination_ids, "min", TIMES.dense(), limit=known)

    with pytest.raises(error, match=text):
        maximal_covering(times, PERSONS, **{"limit": 30, **options})


def test_a_plan_stopped_by_the_clock_says_so_and_keeps_its_bound() -> None:
    exact = maximal_covering(TIMES, PERSONS, sites=2, limit=30)

    stopped = maximal_covering(TIMES, PERSONS, sites=2, limit=30, time_limit=0)

    assert stopped.status == "time_limit"
    assert stopped.verified
    assert stopped.objective <= exact.objective <= stopped.bound
    assert stopped.settings["time_limit"] == 0


def test_a_solver_without_an_answer_makes_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LinearProgram, "solve", lambda *_: Solved("time_limit"))
    times, persons, _ = random_case(12)

    plans = covering_plans(times, persons, sites=[2, 3], limit=30, time_limit=60)

    assert {plan.status for plan in plans} <= {"optimal", "time_limit"}
    assert all(plan.bound >= plan.objective for plan in plans)


def test_inputs_are_not_changed() -> None:
    persons = pd.Series(PERSONS)
    before = persons.copy()

    maximal_covering(TIMES, persons, sites=2, limit=30, existing=["K"])

    assert persons.equals(before)


def test_the_ceiling_names_what_no_site_can_cover() -> None:
    assert ceiling(TIMES, PERSONS, limit=30, forbidden=["G"]) == Ceiling(4, 10.0, ("A",), 8.0)
    assert ceiling(TIMES, PERSONS, limit=30, existing=["G"]) == Ceiling(5, 18.0, (), 0.0)
    assert ceiling(TIMES, PERSONS, limit=10) == Ceiling(2, 9.0, ("B", "C", "D"), 9.0)


def test_the_order_of_a_plan_goes_by_what_each_site_adds() -> None:
    plan = maximal_covering(TIMES, PERSONS, sites=3, limit=30)

    table = explain_order(plan, TIMES, PERSONS)

    # G first (A, B); H adds C, D; J adds E. Without G: A is lost, B goes to H. Without H: C.
    assert table.to_dict("list") == {
        "facility_id": ["G", "H", "J"],
        "order": [1, 2, 3],
        "gain_persons": [12, 5, 1],
        "gain_places": [2, 2, 1],
        "loss_persons": [8, 3, 1],
        "loss_places": [1, 1, 1],
    }


def test_the_order_counts_only_what_existing_sites_leave() -> None:
    plan = maximal_covering(TIMES, PERSONS, sites=2, limit=30, existing=["H"])

    table = explain_order(plan, TIMES, PERSONS)

    assert plan.chosen == ("G", "J")
    assert table["gain_persons"].tolist() == table["loss_persons"].tolist() == [8, 1]
    assert plan.objective == 9 + table["gain_persons"].sum()


def test_the_order_is_not_that_of_the_ids() -> None:
    times = TravelMatrix(TIMES.origin_ids, ("Z", "H", "A", "K"), "min", TIMES.dense())
    plan = maximal_covering(times, PERSONS, sites=3, limit=30)

    assert plan.chosen == ("A", "H", "Z")
    assert explain_order(plan, times, PERSONS)["facility_id"].tolist() == ["Z", "H", "A"]


def test_an_empty_plan_has_an_empty_order() -> None:
    table = explain_order(maximal_covering(TIMES, PERSONS, sites=0, limit=30), TIMES, PERSONS)

    assert table.empty
    assert list(table.columns)[:3] == ["facility_id", "order", "gain_persons"]


def test_every_public_name_is_there() -> None:
    assert all(callable(getattr(siting, name)) for name in siting.__all__)
    assert dir(siting) == sorted(siting.__all__)
    with pytest.raises(AttributeError, match="no attribute 'p_median_of_dreams'"):
        siting.p_median_of_dreams  # noqa: B018 -- looking it up is what fails


def test_importing_the_room_and_a_covering_by_itself_loads_no_solver() -> None:
    script = (
        "import sys, wushan_geo.siting as s; assert 'numpy' not in sys.modules; "
        "s.maximal_covering; assert 'highspy' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", script], check=True)
