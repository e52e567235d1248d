"""From costs to weights: sums over both sides, for dense costs and for compressed rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from wushan_geo.access import decay
from wushan_geo.access.weighing import BLOCK, SMALLEST, quotient, told, weighed
from wushan_geo.errors import ParameterError
from wushan_geo.travel.matrix import CompressedRows, TravelMatrix

if TYPE_CHECKING:
    from wushan_geo.access.decay import Decay

INF = math.inf


def pair(shape: tuple[int, int], share: float = 0.3) -> tuple[TravelMatrix, TravelMatrix]:
    """Give the same random costs dense and in compressed rows."""
    rng = np.random.default_rng(5)
    costs = rng.uniform(0, 60, shape)
    costs[rng.random(shape) < share] = INF
    there = np.isfinite(costs)
    starts = np.concatenate(([0], np.cumsum(there.sum(axis=1))))
    rows = CompressedRows(starts, np.nonzero(there)[1], costs[there])
    ids = tuple(f"o{i}" for i in range(shape[0])), tuple(f"d{j}" for j in range(shape[1]))
    return TravelMatrix(*ids, "min", costs), TravelMatrix(*ids, "min", rows, 60.0)


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (400, 333), (BLOCK + 3, 2), (2, BLOCK + 3)])
@pytest.mark.parametrize("falling", [decay.dai(40), decay.exponential(0.1).within(60)])
def test_weights_are_those_of_the_decay_however_many_blocks(
    shape: tuple[int, int], falling: Decay
) -> None:
    dense, packed = pair(shape)
    expected = falling(dense.dense())
    for matrix in (dense, packed):
        np.testing.assert_array_equal(weighed(matrix, falling).array.toarray(), expected)


@pytest.mark.parametrize("shape", [(400, 333), (3, 0), (0, 3), (0, 0)])
def test_sums_are_the_same_to_the_last_bit_dense_or_compressed(shape: tuple[int, int]) -> None:
    dense, packed = pair(shape)
    rng = np.random.default_rng(3)
    here, there = rng.random(shape[0]), rng.random(shape[1])
    one, two = weighed(dense, decay.linear(50)), weighed(packed, decay.linear(50))
    np.testing.assert_array_equal(one.over_facilities(there), two.over_facilities(there))
    np.testing.assert_array_equal(one.over_places(here), two.over_places(here))
    full = decay.linear(50)(dense.dense())
    np.testing.assert_allclose(one.over_facilities(there), full @ there, rtol=1e-12)
    np.testing.assert_allclose(one.over_places(here), here @ full, rtol=1e-12)


def test_squaring_changes_the_weights_and_never_the_matrix() -> None:
    for matrix in pair((5, 4)):
        before = matrix.dense().copy()
        weights = weighed(matrix, decay.kernel(40))
        expected = weights.array.toarray() ** 2
        weights.square()
        np.testing.assert_array_equal(weights.array.toarray(), expected)
        np.testing.assert_array_equal(matrix.dense(), before)


def test_positions_of_compressed_rows_are_not_copied() -> None:
    _, packed = pair((50, 40))
    array = weighed(packed, decay.linear(60)).array
    assert isinstance(packed.costs, CompressedRows)
    assert np.shares_memory(array.indices, packed.costs.indices)
    assert not np.shares_memory(array.data, packed.costs.data)


def test_costs_laid_out_by_columns_are_weighed_as_well() -> None:
    costs = np.asfortranarray(np.arange(12.0).reshape(3, 4))
    matrix = TravelMatrix(tuple("abc"), tuple("wxyz"), "min", costs)
    np.testing.assert_array_equal(weighed(matrix, decay.linear(20)).array.toarray(), 1 - costs / 20)


def test_a_decay_is_checked_before_it_is_used() -> None:
    dense, packed = pair((2, 2))
    wrong: Any = 30
    with pytest.raises(ParameterError, match="decay must be a Decay"):
        weighed(dense, wrong)
    with pytest.raises(ParameterError, match="beyond the 60 min"):
        weighed(packed, decay.binary(61))


def test_nothing_is_divided_by_nothing() -> None:
    above = np.array([6.0, 6.0, 0.0, 0.0, 1.0, 1.0, 5e-324])
    below = np.array([3.0, 0.0, 0.0, 2.0, SMALLEST, 2 * SMALLEST, 5e-324])
    found = quotient(above, below)
    assert found[:5].tolist() == [2, 0, 0, 0, 0]
    assert found[5] == 0.5 / SMALLEST
    assert found[6] == 1


def test_parameters_are_written_with_the_unit() -> None:
    matrix = TravelMatrix((), (), "m", np.empty((0, 0)))
    assert told(matrix) == "unit=m"
    assert told(matrix, decay=decay.dai(30.0), limit=30.0, method="x") == (
        "decay=dai, 30; limit=30; method=x; unit=m"
    )
