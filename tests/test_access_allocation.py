"""The best allocation: as many persons as possible, at the least cost, and proven."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from allocation_cases import INF, Case, best_by_program, best_by_trying, case, cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wushan_geo.access.allocation import Allocation, allocate
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.matrix import TravelMatrix


def solved(made: Case, **options: Any) -> Allocation:
    """Allocate a case."""
    persons, places = made.counts
    return allocate(made.matrix, persons, places, **options)


def as_array(found: Allocation, made: Case) -> Any:
    """Write flows as a table by position."""
    matrix = made.matrix
    flow = np.zeros(made.costs.shape)
    row: Any
    for row in found.flows.itertuples():
        at = matrix.origin_ids.index(row.origin_id), matrix.destination_ids.index(row.facility_id)
        flow[at] = row.persons
    return flow


HITCHCOCK = case(
    [[10, 5, 6, 7], [8, 2, 7, 6], [9, 3, 4, 8]], [25, 25, 50], [15, 20, 30, 35]
)  # the table of Hitchcock 1941, whose best cost is 535


def test_hitchcocks_own_table_has_his_cost() -> None:
    found = solved(HITCHCOCK)

    assert (found.person_cost, found.bound, found.gap) == (535.0, 535.0, 0.0)
    assert found.served_persons == 100
    assert found.verified


def test_the_nearest_for_all_is_given_up_where_it_costs_others_more() -> None:
    # b has nowhere else to go for less than 60: a makes room.
    found = solved(case([[10, 20], [10, 60]], [1, 1], [1, 1]))

    assert found.flows["facility_id"].tolist() == ["G", "F"]
    assert found.flows["detour"].tolist() == [10.0, 0.0]
    assert (found.person_cost, found.mean_cost, found.worst_cost) == (30.0, 15.0, 20.0)
    assert found.load.to_dict() == {"F": 1.0, "G": 1.0}


def test_serving_one_more_goes_before_any_cost() -> None:
    # The cheap way serves one at 0 minutes, the other two at 500 each.
    found = solved(case([[0, 500], [500, INF]], [1, 1], [1, 1]))

    assert (found.served_persons, found.person_cost) == (2.0, 1000.0)


def test_too_few_places_are_no_error_and_the_rest_is_counted() -> None:
    found = solved(case([[5], [6]], [3, 4], [5]))

    assert found.unserved.to_dict() == {"a": 0.0, "b": 2.0}
    assert found.unserved_persons == 2
    assert found.certificate.short == ("a", "b")
    assert found.certificate.full == ("F",)
    assert found.served_bound == 5


def test_reasons_are_reach_admission_and_places() -> None:
    made = case([[5, INF], [40, 10], [10, INF], [40, INF]], [3, 1, 2, 6], [2, 9])
    admitted = np.array([[True, True], [True, False], [True, True], [True, True]])
    found = solved(made, limit=30, admitted=admitted)

    assert found.unserved_reason.loc["d"].to_dict() == {
        "out_of_reach": 6.0,
        "not_admitted": 0.0,
        "no_place": 0.0,
    }
    assert found.unserved_reason.loc["b", "not_admitted"] == 1
    assert found.unserved_reason["no_place"].to_dict() == {"a": 1.0, "b": 0.0, "c": 2.0, "d": 0.0}
    assert found.parameters == "limit=30; admitted=7 of 8 pairs; unit=min"


def test_exactly_at_the_limit_is_allowed() -> None:
    made = case([[30.0], [30.001]], [1, 1], [2])

    assert solved(made, limit=30).served.to_dict() == {"a": 1.0, "b": 0.0}


@pytest.mark.parametrize(
    "made",
    [
        case([], [], []),
        case([], [2, 1], []),
        case([], [], [3]),
        case([[5]], [0], [3]),
        case([[5]], [2], [0]),
        case([[INF]], [2], [3]),
    ],
    ids=["empty", "no facility", "no origin", "no person", "no place", "no way"],
)
def test_nobody_can_go_anywhere_is_an_answer(made: Case) -> None:
    found = solved(made)

    assert found.verified
    assert (found.served_persons, found.person_cost, found.bound, found.gap) == (0, 0, 0, 0)
    assert found.unserved_persons == made.persons.sum()
    assert np.isnan([found.mean_cost, found.worst_cost]).all()
    assert found.flows.empty
    assert found.alternatives is False


def test_nothing_to_solve_does_not_load_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)

    assert solved(case([[INF]], [2], [3])).verified


def test_a_zero_cost_is_a_way_like_any_other() -> None:
    found = solved(case([[0.0, 3.0]], [2], [1, 5]))

    assert found.flows["cost"].tolist() == [0.0, 3.0]
    assert found.person_cost == 3


@given(cases())
@settings(max_examples=80, deadline=None)
def test_flows_are_those_that_trying_all_finds_first(made: Case) -> None:
    small = made._replace(persons=np.minimum(made.persons, 2))
    small = Case(small.costs[:3], small.persons[:3], small.places)
    found, best = solved(small), best_by_trying(small)

    assert (as_array(found, small) == best[0]).all()
    assert found.alternatives == (len(best) > 1)


@given(cases(sides=6, most=30))
@settings(max_examples=50, deadline=None)
def test_totals_are_those_of_another_program_solved_twice(made: Case) -> None:
    found = solved(made)

    assert (found.served_persons, found.person_cost) == pytest.approx(
        best_by_program(made), abs=1e-5
    )
    assert (found.flows["persons"] % 1 == 0).all()
    assert found.served_bound == found.served_persons
    assert found.gap < 1e-12


@given(cases(sides=5, whole=False))
@settings(max_examples=30, deadline=None)
def test_fractions_of_persons_have_the_same_totals_as_well(made: Case) -> None:
    found = solved(made)

    assert (found.served_persons, found.person_cost) == pytest.approx(
        best_by_program(made), abs=1e-5
    )
    assert found.gap < 1e-9


@given(cases(sides=5), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_rows_changes_nothing(made: Case, random: Any) -> None:
    persons, places = made.counts
    rows, columns = list(made.matrix.origin_ids), list(made.matrix.destination_ids)
    random.shuffle(rows)
    random.shuffle(columns)
    there = made.matrix.select(rows, columns)
    found = allocate(there, dict(reversed(persons.items())), dict(reversed(places.items())))
    first = allocate(made.matrix, persons, places)

    pd.testing.assert_frame_equal(found.flows, first.flows)
    assert found.served.index.tolist() == rows
    assert found.load.index.tolist() == columns
    assert (found.load[first.load.index] == first.load).all()
    assert (found.person_cost, found.bound, found.certificate.short) == (
        first.person_cost,
        first.bound,
        first.certificate.short,
    )


@given(cases(sides=5))
@settings(max_examples=25, deadline=None)
def test_an_admission_is_the_same_as_having_no_way(made: Case) -> None:
    assume(made.costs.size)  # an empty table has no type of its own
    allowed = np.add.outer(np.arange(len(made.persons)), np.arange(len(made.places))) % 2 == 0
    matrix = made.matrix
    table = pd.DataFrame(
        allowed, index=list(matrix.origin_ids), columns=list(matrix.destination_ids)
    )
    closed = made._replace(costs=np.where(allowed, made.costs, INF))
    first = solved(made, admitted=allowed)

    pd.testing.assert_frame_equal(first.flows, solved(closed).flows)
    pd.testing.assert_frame_equal(solved(made, admitted=table).flows, first.flows)


def test_compressed_rows_give_the_same_as_dense_costs() -> None:
    dense = HITCHCOCK.matrix
    table = dense.to_table()
    rows = TravelMatrix.from_table(table, unit="min", limit=9)
    persons, places = HITCHCOCK.counts
    found = allocate(rows, persons, places)

    pd.testing.assert_frame_equal(found.flows, allocate(dense, persons, places, limit=9).flows)
    assert found.parameters == "limit=that of the matrix, 9; admitted=all; unit=min"
    with pytest.raises(ParameterError, match="limit 10 min is beyond 9 min"):
        allocate(rows, persons, places, limit=10)


def test_a_place_split_in_two_costs_the_same() -> None:
    costs = np.vstack((HITCHCOCK.costs, HITCHCOCK.costs[:1]))
    split = Case(costs, np.array([10.0, 25, 50, 15]), HITCHCOCK.places)

    assert solved(split).person_cost == 535


def test_one_more_facility_never_serves_fewer_or_costs_more() -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        made = Case(
            random.integers(0, 60, (8, 4)).astype(float),
            random.integers(0, 9, 8).astype(float),
            random.integers(0, 9, 4).astype(float),
        )
        fewer = solved(Case(made.costs[:, :3], made.persons, made.places[:3]))
        more = solved(made)
        assert more.served_persons >= fewer.served_persons
        if more.served_persons == fewer.served_persons:
            assert more.person_cost <= fewer.person_cost


@pytest.mark.parametrize("fill", [0.7, 1.0, 1.3])
def test_a_county_is_solved_and_proven(fill: float) -> None:
    random = np.random.default_rng(11)
    villages, sites = random.random((340, 2)) * 80, random.random((60, 2)) * 80
    costs = np.hypot(*(villages[:, None] - sites[None]).transpose(2, 0, 1)) * 1.7
    persons = random.integers(0, 41, 340).astype(float)
    places = random.multinomial(int(persons.sum() * fill), np.full(60, 1 / 60)).astype(float)
    costs[random.random(costs.shape) < 0.2] = INF
    origins = tuple(f"v{at}" for at in range(340))
    facilities = tuple(f"s{at}" for at in range(60))
    found = allocate(
        TravelMatrix(origins, facilities, "min", costs),
        dict(zip(origins, persons, strict=True)),
        dict(zip(facilities, places, strict=True)),
    )

    assert found.verified
    assert found.gap < 1e-12
    assert found.served_persons == found.served_bound == min(persons.sum(), places.sum())
    assert (found.flows["persons"] % 1 == 0).all()


def test_nothing_given_is_changed() -> None:
    persons = pd.Series({"b": 2, "a": 3})
    places = pd.Series({"F": 4})
    matrix = TravelMatrix(("a", "b"), ("F",), "min", np.array([[5], [6]], dtype=float))
    allowed = np.ones((2, 1), dtype=bool)
    before = persons.copy(), places.copy()
    allocate(matrix, persons, places, admitted=allowed, limit=9)

    pd.testing.assert_series_equal(persons, before[0])
    pd.testing.assert_series_equal(places, before[1])
    assert allowed.all()


def test_whole_numbers_are_ids_as_well_as_texts() -> None:
    origins: Any = (7, 10)
    facilities: Any = (3,)
    matrix = TravelMatrix(origins, facilities, "min", np.array([[5.0], [6.0]]))
    allowed = pd.DataFrame([[True], [False]], index=[7, 10], columns=[3])
    found = allocate(matrix, {7: 1, 10: 2}, pd.Series({3: 4}), admitted=allowed)

    # Sorted as texts, which is how ids are compared everywhere.
    assert found.served.to_dict() == {"7": 1.0, "10": 0.0}
    assert found.unserved_reason["not_admitted"].to_dict() == {"7": 0.0, "10": 2.0}


def test_series_say_what_they_are() -> None:
    found = solved(HITCHCOCK)

    assert found.served.name == "served"
    assert found.spare.attrs["unit"] == "places"
    assert found.load.attrs["parameters"] == ("method=optimal; limit=none; admitted=all; unit=min")


@pytest.mark.parametrize(
    ("persons", "places", "error", "text"),
    [
        ({"a": 1}, {"F": 1}, UnknownIdError, "persons is missing for b"),
        ({"a": 1, "b": 1, "c": 1}, {"F": 1}, UnknownIdError, "not in the matrix: c"),
        ({"a": 1, "b": 1}, {"G": 1}, UnknownIdError, "capacity is missing for F"),
        ({"a": 1, "b": float("nan")}, {"F": 1}, ParameterError, "not known"),
        ({"a": 1, "b": 1}, {"F": -1}, ParameterError, "capacity is negative for F"),
    ],
)
def test_what_is_no_count_of_these_ids_is_refused(
    persons: dict[str, float], places: dict[str, float], error: type[Exception], text: str
) -> None:
    matrix = TravelMatrix(("a", "b"), ("F",), "min", np.array([[5], [6]], dtype=float))

    with pytest.raises(error, match=text):
        allocate(matrix, persons, places)
