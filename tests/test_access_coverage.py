"""Places and persons within a limit, against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.access.coverage import coverage
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.matrix import TravelMatrix

INF, NAN = math.inf, math.nan
COSTS = st.sampled_from([0.0, 10.0, 29.999999, 30.0, 30.000001, 45.0, INF])
ROWS = st.lists(st.lists(COSTS, min_size=2, max_size=2), min_size=1, max_size=6)


def matrix(rows: list[list[float]]) -> TravelMatrix:
    origins = tuple("abcdef"[: len(rows)])
    return TravelMatrix(origins, ("x", "y"), "min", np.array(rows, dtype=float))


@settings(max_examples=50)
@given(ROWS, st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_places_and_persons_are_those_of_plain_loops(
    rows: list[list[float]], counts: list[int]
) -> None:
    costs = matrix(rows)
    persons = dict(zip(costs.origin_ids, counts, strict=False))
    inside = [one for one, row in zip(costs.origin_ids, rows, strict=True) if min(row) <= 30]
    found = coverage(costs, persons, limit=30)
    assert (found.places, found.total_places) == (len(inside), len(rows))
    assert (found.persons, found.total_persons) == (
        sum(persons[one] for one in inside),
        sum(persons.values()),
    )
    assert found.place_share == len(inside) / len(rows)
    if sum(persons.values()):
        assert found.person_share == found.persons / sum(persons.values())
    else:
        assert math.isnan(found.person_share)
    assert found.covered.to_dict() == {one: one in inside for one in costs.origin_ids}
    assert found.limit == 30.0


@settings(max_examples=50)
@given(ROWS, st.floats(0, 60), st.floats(0, 60))
def test_a_longer_limit_never_covers_less(rows: list[list[float]], one: float, two: float) -> None:
    costs = matrix(rows)
    persons = dict.fromkeys(costs.origin_ids, 2)
    short, long = (coverage(costs, persons, limit=at) for at in sorted((one, two)))
    assert (short.covered <= long.covered).all()
    assert short.persons <= long.persons


def test_a_place_exactly_at_the_limit_is_covered() -> None:
    costs = matrix([[30.0, INF], [30.000001, INF], [INF, 0.0], [INF, INF]])
    found = coverage(costs, {"a": 1, "b": 2, "c": 4, "d": 8}, limit=30)
    assert (found.places, found.persons) == (2, 5.0)
    assert coverage(costs, {"a": 1, "b": 2, "c": 4, "d": 8}, limit=0).persons == 4.0


def test_a_matrix_with_a_limit_gives_the_same() -> None:
    table = pd.DataFrame({"origin": ["a", "b"], "destination": ["x", "x"], "cost": [30.0, 31.0]})
    costs = TravelMatrix.from_table(table, unit="min", limit=30)
    assert coverage(costs, {"a": 1, "b": 2}, limit=30).persons == 1.0
    with pytest.raises(ParameterError, match="31 min is beyond 30 min"):
        coverage(costs, {"a": 1, "b": 2}, limit=31)


def test_persons_that_are_not_known_are_refused_by_name() -> None:
    costs = matrix([[1.0, 2.0], [1.0, 2.0]])
    with pytest.raises(ParameterError, match=r"persons is not known \(NaN\) for b"):
        coverage(costs, {"a": 1, "b": NAN}, limit=30)
    with pytest.raises(ParameterError, match="persons is negative for a"):
        coverage(costs, {"a": -1, "b": 1}, limit=30)


def test_missing_and_strange_ids_are_named_together() -> None:
    costs = matrix([[1.0, 2.0], [1.0, 2.0]])
    with pytest.raises(UnknownIdError, match=r"missing for b; .*not in the matrix: q"):
        coverage(costs, {"a": 1, "q": 1}, limit=30)


@pytest.mark.parametrize("limit", [-1.0, NAN, INF])
def test_a_limit_is_a_finite_number_of_at_least_zero(limit: float) -> None:
    with pytest.raises(ParameterError, match="must be a finite number of at least 0"):
        coverage(matrix([[1.0, 2.0]]), {"a": 1}, limit=limit)


def test_shares_of_nobody_and_of_nowhere_are_not_known() -> None:
    nobody = coverage(matrix([[1.0, 2.0]]), {"a": 0}, limit=30)
    assert (nobody.places, nobody.place_share) == (1, 1.0)
    assert math.isnan(nobody.person_share)
    nowhere = coverage(TravelMatrix((), ("x",), "min", np.empty((0, 1))), {}, limit=30)
    assert (nowhere.total_places, nowhere.total_persons) == (0, 0.0)
    assert math.isnan(nowhere.place_share)


def test_without_facilities_nothing_is_covered() -> None:
    found = coverage(TravelMatrix(("a",), (), "min", np.empty((1, 0))), {"a": 3}, limit=30)
    assert (found.places, found.persons, found.person_share) == (0, 0.0, 0.0)


def test_persons_are_taken_by_id_in_any_order_and_not_changed() -> None:
    costs = matrix([[1.0, INF], [INF, INF]])
    persons = pd.Series({"b": 7.0, "a": 2.0})
    before = persons.copy(deep=True)
    assert coverage(costs, persons, limit=30).persons == 2.0
    pd.testing.assert_series_equal(persons, before)


def test_the_answer_says_at_which_limit_in_which_unit_it_holds() -> None:
    costs = TravelMatrix(("a",), ("x",), "m", np.array([[400.0]]))
    found = coverage(costs, {"a": 1}, limit=np.int64(500))
    assert (found.limit, found.unit) == (500.0, "m")
    assert found.parameters == "limit=500; unit=m"
