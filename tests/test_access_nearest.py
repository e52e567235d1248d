"""The nearest facility, and the second and third nearest."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.access.nearest import nearest_costs, nearest_facility
from wushan_geo.errors import ParameterError
from wushan_geo.travel.matrix import CompressedRows, TravelMatrix

INF = math.inf


def matrix(*rows: list[float], ids: tuple[str, ...] = ("y", "x", "z")) -> TravelMatrix:
    origins = tuple("abcdef"[: len(rows)])
    return TravelMatrix(origins, ids, "min", np.array(rows, dtype=float))


def compressed(costs: TravelMatrix, limit: float = 60.0) -> TravelMatrix:
    full = costs.dense()
    there = np.isfinite(full)
    starts = np.concatenate(([0], np.cumsum(there.sum(axis=1))))
    rows = CompressedRows(starts, np.nonzero(there)[1], full[there])
    return TravelMatrix(costs.origin_ids, costs.destination_ids, "min", rows, limit)


def answers(table: pd.DataFrame) -> list[tuple[str | None, float]]:
    names = [None if pd.isna(one) else str(one) for one in table["facility_id"]]
    return list(zip(names, table["cost"].tolist(), strict=True))


def test_each_rank_takes_the_next_in_the_order() -> None:
    costs = matrix([9.0, 4.0, 7.0], [0.0, INF, 5.0])
    assert answers(nearest_facility(costs)) == [("x", 4.0), ("y", 0.0)]
    assert answers(nearest_facility(costs, 2)) == [("z", 7.0), ("z", 5.0)]
    assert answers(nearest_facility(costs, 3)) == [("y", 9.0), (None, INF)]
    assert nearest_facility(costs).index.tolist() == ["a", "b"]


def test_ties_go_by_id_and_not_by_column() -> None:
    costs = matrix([5.0, 5.0, 5.0])
    assert [answers(nearest_facility(costs, rank))[0][0] for rank in (1, 2, 3)] == ["x", "y", "z"]


def test_ids_that_are_numbers_in_text_are_ordered_as_text() -> None:
    costs = matrix([5.0, 5.0], ids=("9", "10"))
    assert answers(nearest_facility(costs)) == [("10", 5.0)]


def test_beyond_the_last_there_is_none() -> None:
    assert answers(nearest_facility(matrix([1.0, 2.0, 3.0]), 4)) == [(None, INF)]


def test_without_facilities_there_is_none() -> None:
    costs = TravelMatrix(("a", "b"), (), "min", np.empty((2, 0)))
    table = nearest_facility(costs)
    assert answers(table) == [(None, INF), (None, INF)]
    assert table.index.tolist() == ["a", "b"]


def test_what_lies_beyond_the_limit_of_a_matrix_is_not_found() -> None:
    table = pd.DataFrame(
        {
            "origin": ["a", "a", "b"],
            "destination": ["y", "x", "y"],
            "cost": [30.0, 10.0, 30.5],
        }
    )
    costs = TravelMatrix.from_table(table, unit="min", limit=30)
    assert answers(nearest_facility(costs)) == [("x", 10.0), (None, INF)]
    assert answers(nearest_facility(costs, 2)) == [("y", 30.0), (None, INF)]


@pytest.mark.parametrize("rank", [0, -1, 1.0, True, "1", None])
def test_a_rank_is_a_whole_number_from_one(rank: Any) -> None:
    with pytest.raises(ParameterError, match=r"rank must be a whole number of at least 1\. Got"):
        nearest_facility(matrix([1.0, 2.0, 3.0]), rank)


def test_a_rank_may_be_a_whole_number_of_numpy() -> None:
    made = matrix([1.0, 2.0, 3.0])
    pd.testing.assert_frame_equal(nearest_facility(made, np.int64(2)), nearest_facility(made, 2))


def test_the_answer_says_what_its_costs_are() -> None:
    costs = TravelMatrix(("a", "b", "c"), ("x",), "m", np.array([[0.0], [500.0], [INF]]), 900.0)
    told = nearest_facility(costs).attrs
    assert told["unit"] == "m"
    assert told["parameters"] == "rank=1; known up to=900; unit=m"
    assert told["reading"] == "middle place: 500 m; 1 of 3 places reach none"
    assert nearest_facility(costs)["cost"].attrs == told


@settings(max_examples=50)
@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.0, 30.0, INF]), min_size=3, max_size=3),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 4),
)
def test_the_answer_is_that_of_a_plain_sort(rows: list[list[float]], rank: int) -> None:
    ids = ("y", "x", "z")
    slow: list[tuple[str | None, float]] = []
    for row in rows:
        reached = sorted((cost, one) for cost, one in zip(row, ids, strict=True) if cost < INF)
        slow.append(
            (reached[rank - 1][1], reached[rank - 1][0]) if rank <= len(reached) else (None, INF)
        )
    assert answers(nearest_facility(matrix(*rows), rank)) == slow
    assert answers(nearest_facility(compressed(matrix(*rows)), rank)) == slow
    least = [min(row) for row in rows]
    assert nearest_costs(matrix(*rows)).tolist() == least
    assert nearest_costs(compressed(matrix(*rows))).tolist() == least


@pytest.mark.parametrize("shape", [(0, 0), (2, 0), (0, 2)])
def test_nearest_costs_without_places_or_facilities(shape: tuple[int, int]) -> None:
    ids = tuple("ab"[: shape[0]]), tuple("xy"[: shape[1]])
    costs = TravelMatrix(*ids, "min", np.empty(shape))
    for one in (costs, compressed(costs)):
        assert nearest_costs(one).tolist() == [INF] * shape[0]
        assert answers(nearest_facility(one)) == [(None, INF)] * shape[0]


def test_the_matrix_is_not_changed() -> None:
    costs = matrix([9.0, 4.0, 7.0], [0.0, INF, 5.0])
    before = costs.dense().copy()
    for rank in (1, 2):
        nearest_facility(costs, rank)
        nearest_facility(compressed(costs), rank)
    np.testing.assert_array_equal(costs.dense(), before)
