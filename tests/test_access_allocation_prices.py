"""What one place more or less would change is what solving again gives, in both directions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from allocation_cases import INF, Case, case, cases
from hypothesis import given, settings

from wushan_geo.access.allocation import allocate, value_of_places
from wushan_geo.errors import ParameterError
from wushan_geo.travel.matrix import TravelMatrix


def valued(made: Case, **options: Any) -> Any:
    """Value the places of a case."""
    persons, places = made.counts
    return value_of_places(made.matrix, persons, places, **options)


def solved_again(made: Case) -> pd.DataFrame:
    """Allocate anew with each other capacity."""
    rows = []
    before = allocate(made.matrix, *made.counts)
    for at, places in enumerate(made.places.tolist()):
        row = []
        for step in (1, -1):
            if places + step < 0:
                row += [np.nan, np.nan]
                continue
            after = allocate(made.matrix, *made.with_places(at, step).counts)
            row += [
                after.served_persons - before.served_persons,
                before.person_cost - after.person_cost,
            ]
        rows.append(row)
    columns = ["more_served", "more_saved", "less_served", "less_saved"]
    index = pd.Index(made.matrix.destination_ids, dtype="str")
    return pd.DataFrame(np.array(rows, dtype=float).reshape(-1, 4), index=index, columns=columns)


def test_left_and_right_differ_and_are_both_told() -> None:
    # One place more at F takes b's person from G (3 saved); one less sends a to G (9 added).
    found = valued(case([[1, 10], [2, 5]], [1, 1], [1, 5]))

    assert found.loc["F", ["more_saved", "less_saved"]].tolist() == [3.0, -9.0]
    assert found["reading"].tolist() == [
        "one more place saves 3 minutes",
        "one more place changes nothing",
    ]


def test_one_place_more_that_serves_someone_says_so() -> None:
    found = valued(case([[12.0], [4.0]], [1, 1], [1]))

    assert found.loc["F"].drop("reading").tolist() == [1, 1, 1, -12, -1, 4]
    assert found.loc["F", "reading"] == "one more place serves 1 person more, at 12 minutes"


def test_the_rest_of_a_place_may_save_minutes_besides() -> None:
    # 0.3 of b's persons have no place at F; c has 50 minutes to G instead of 2 to F.
    found = valued(case([[1, INF], [2, 50]], [1.3, 1], [1, 1]))

    assert found.loc["F", ["more_served", "more_saved"]].tolist() == pytest.approx([0.3, 33.3])
    assert found.loc["F", "reading"] == (
        "one more place serves 0.3 persons more, and saves 33.3 minutes"
    )


def test_a_place_that_is_not_there_cannot_be_taken() -> None:
    found = valued(case([[5.0, 6.0]], [2], [0, 1]))

    assert found.loc["F", ["less_served", "less_saved"]].isna().all()
    assert found.loc["F", ["more_served", "more_saved"]].tolist() == [1, -5]


@pytest.mark.parametrize(
    "made",
    [case([], [], []), case([], [2], []), case([], [], [3]), case([[INF]], [2], [3])],
    ids=["empty", "no facility", "no origin", "no way"],
)
def test_where_nobody_can_go_a_place_changes_nothing(made: Case) -> None:
    found = valued(made)

    assert (found[["more_served", "more_saved", "less_served", "less_saved"]] == 0).all(axis=None)
    assert (found["reading"] == "one more place changes nothing").all()
    assert found.index.tolist() == list(made.matrix.destination_ids)


@given(cases(sides=4))
@settings(max_examples=40, deadline=None)
def test_values_are_what_solving_again_gives(made: Case) -> None:
    again = solved_again(made)

    pd.testing.assert_frame_equal(valued(made)[again.columns.tolist()], again, atol=1e-9)


@given(cases(sides=3, whole=False))
@settings(max_examples=25, deadline=None)
def test_fractions_of_persons_are_valued_by_solving_again(made: Case) -> None:
    again = solved_again(made)

    pd.testing.assert_frame_equal(valued(made)[again.columns.tolist()], again, atol=1e-6)


def test_larger_whole_numbers_are_valued_as_solving_again_does() -> None:
    random = np.random.default_rng(8)
    for fill in (0.7, 1.0, 1.2):
        costs = random.integers(0, 90, (30, 6)).astype(float)
        costs[random.random(costs.shape) < 0.3] = INF
        persons = random.integers(0, 12, 30).astype(float)
        places = random.multinomial(int(persons.sum() * fill), np.full(6, 1 / 6)).astype(float)
        made = Case(costs, persons, places)
        again = solved_again(made)

        pd.testing.assert_frame_equal(valued(made)[again.columns.tolist()], again)


def test_the_order_of_the_rows_changes_nothing() -> None:
    made = case([[1, 10], [2, 5]], [1, 1], [1, 5])
    persons, places = made.counts
    found = value_of_places(made.matrix.select(["b", "a"], ["G", "F"]), persons, places)

    assert found.index.tolist() == ["G", "F"]
    pd.testing.assert_frame_equal(found.loc[["F", "G"]], valued(made))


def test_limit_and_admission_count() -> None:
    made = case([[1, 10], [2, 5]], [1, 1], [1, 5])

    # With b not admitted at G it takes F, and a must go to G.
    assert (
        valued(made, admitted=np.array([[True, True], [True, False]])).loc["F", "more_saved"] == 9
    )
    assert valued(made, limit=4).loc["F", "more_served"] == 1
    assert valued(made, limit=4).attrs == {
        "unit": "person-min",
        "parameters": "limit=4; admitted=all; unit=min",
    }


def test_metres_are_called_metres() -> None:
    matrix = TravelMatrix(("a", "b"), ("F", "G"), "m", np.array([[1, 10], [2, 5]], dtype=float))
    found = value_of_places(matrix, {"a": 1, "b": 1}, {"F": 1, "G": 5})

    assert found.loc["F", "reading"] == "one more place saves 3 metres"


def test_an_unknown_capacity_is_refused() -> None:
    with pytest.raises(ParameterError, match="capacity is not known"):
        valued(case([[1.0]], [1], [float("nan")]))
