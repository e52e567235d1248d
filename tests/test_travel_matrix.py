"""The travel matrix: one contract for dense and compressed costs."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.errors import InputError, ParameterError, UnknownIdError
from wushan_geo.travel.matrix import CompressedRows, TravelMatrix

INF = float("inf")


def dense(costs: Any, limit: Any = None, unit: Any = "min") -> TravelMatrix:
    costs = np.array(costs, dtype=float)
    rows, columns = costs.shape
    return TravelMatrix(tuple("ABCDE"[:rows]), tuple("FGHIJ"[:columns]), unit, costs, limit)


def table(*rows: Any) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["origin", "destination", "cost"])


def compress(matrix: Any, limit: Any) -> TravelMatrix:
    return TravelMatrix.from_table(
        matrix.to_table(),
        unit=matrix.unit,
        origins=matrix.origin_ids,
        destinations=matrix.destination_ids,
        limit=limit,
    )


PAIRS = table(("A", "G", 0), ("A", "H", 30), ("B", "G", 45), ("B", "H", INF))


def test_a_table_becomes_a_matrix_in_first_seen_order() -> None:
    matrix = TravelMatrix.from_table(PAIRS, unit="min")

    assert (matrix.origin_ids, matrix.destination_ids) == (("A", "B"), ("G", "H"))
    assert matrix.dense().tolist() == [[0, 30], [45, INF]]
    assert matrix.limit is None


def test_columns_may_have_any_name() -> None:
    named = PAIRS.rename(columns={"origin": "村", "destination": "机构", "cost": "分钟"})

    matrix = TravelMatrix.from_table(
        named, origin="村", destination="机构", cost="分钟", unit="min"
    )

    assert matrix == TravelMatrix.from_table(PAIRS, unit="min")


def test_rows_in_any_order_give_the_same_matrix_by_id() -> None:
    shuffled = PAIRS.sample(frac=1, random_state=3).set_index(pd.Index([9, 9, 4, 1]))

    matrix = TravelMatrix.from_table(
        shuffled, unit="min", origins=["A", "B"], destinations=["G", "H"]
    )

    assert matrix == TravelMatrix.from_table(PAIRS, unit="min")


def test_the_table_is_not_changed() -> None:
    before = PAIRS.copy(deep=True)

    TravelMatrix.from_table(PAIRS, unit="min", limit=30)

    pd.testing.assert_frame_equal(PAIRS, before)


def test_with_a_limit_an_absent_pair_and_a_larger_cost_are_beyond_it() -> None:
    matrix = TravelMatrix.from_table(PAIRS.iloc[:3], unit="min", limit=30)

    assert matrix.dense().tolist() == [[0, 30], [INF, INF]]
    assert isinstance(matrix.costs, CompressedRows)
    assert matrix.pairs().cost.tolist() == [0, 30]


def test_with_a_limit_a_stated_place_may_have_no_pair() -> None:
    matrix = TravelMatrix.from_table(
        PAIRS, unit="min", origins=["Z", "B", "A"], destinations=["G", "H"], limit=60
    )

    assert matrix.dense().tolist() == [[INF, INF], [45, INF], [0, 30]]


def test_without_a_limit_missing_pairs_are_named() -> None:
    with pytest.raises(InputError, match=r"has a row for every pair \(found 'B -> G'\)"):
        TravelMatrix.from_table(PAIRS.drop(2), unit="min")
    with pytest.raises(InputError, match="Z -> G, Z -> H"):
        TravelMatrix.from_table(PAIRS, unit="min", origins=["A", "Z", "B"])


def test_repeated_pairs_are_refused_and_named_with_or_without_a_limit() -> None:
    twice = pd.concat([PAIRS, PAIRS.iloc[[1]]])

    for limit in (None, 60):
        with pytest.raises(InputError, match=r"row 6.*each pair once \(found 'A -> H'\)"):
            TravelMatrix.from_table(twice, unit="min", limit=limit)


def test_a_pair_repeated_beyond_the_limit_is_refused_too() -> None:
    twice = table(("A", "G", 99), ("A", "G", 98))

    with pytest.raises(InputError, match="A -> G"):
        TravelMatrix.from_table(twice, unit="min", limit=60)


def test_all_faults_come_at_once() -> None:
    bad = table(("A", "G", float("nan")), ("A", "G", -1.0), (None, "G", 2.0), ("X", "G", 1.0))

    with pytest.raises(InputError) as caught:
        TravelMatrix.from_table(bad, unit="min", origins=["A"])

    rules = " ".join(fault.rule for fault in caught.value.faults)
    assert len(caught.value.faults) == 5
    for words in ("text or a whole", "stated ids", "not missing", "at least 0", "once"):
        assert words in rules


def test_a_fault_gives_the_row_as_a_spreadsheet_counts() -> None:
    with pytest.raises(InputError, match="row 3, cost: is at least 0"):
        TravelMatrix.from_table(table(("A", "G", 1.0), ("B", "G", -2.0)), unit="min")


@pytest.mark.parametrize("ids", [[5, 6], ["5", "6"], [5, "6"], pd.Categorical(["5", "6"])])
def test_whole_numbers_and_texts_name_the_same_places(ids: Any) -> None:
    pairs = pd.DataFrame({"origin": ids, "destination": ["H", "H"], "cost": [1, 2]})

    assert TravelMatrix.from_table(pairs, unit="m").origin_ids == ("5", "6")


def test_one_place_written_as_number_and_as_text_is_one_place() -> None:
    pairs = table((5, "G", 1), ("5", "H", 2))

    assert TravelMatrix.from_table(pairs, unit="min").dense().tolist() == [[1, 2]]


@pytest.mark.parametrize(
    "ids", [[5.0, 6.0], [True, False], [5, None], [1, True], ["A", 1.0], ["A", ""]]
)
def test_floats_booleans_and_gaps_are_no_ids(ids: Any) -> None:
    pairs = pd.DataFrame({"origin": ids, "destination": ["H", "H"], "cost": [1, 2]})

    with pytest.raises(InputError, match="is a text or a whole number"):
        TravelMatrix.from_table(pairs, unit="min")


@pytest.mark.parametrize("costs", [["5"], [True]])
def test_costs_must_be_numbers(costs: Any) -> None:
    pairs = pd.DataFrame({"origin": ["A"], "destination": ["H"], "cost": costs})

    with pytest.raises(InputError, match="is a column of numbers"):
        TravelMatrix.from_table(pairs, unit="min")


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(InputError) as caught:
        TravelMatrix.from_table(PAIRS.rename(columns={"origin": "o", "cost": "c"}), unit="min")

    assert {fault.column for fault in caught.value.faults} == {"origin", "cost"}


@pytest.mark.parametrize("unit", ["s", "minutes", "km", "", None])
def test_the_unit_must_be_minutes_or_metres(unit: Any) -> None:
    with pytest.raises(ParameterError, match="unit must be 'min' or 'm'"):
        TravelMatrix.from_table(PAIRS, unit=unit)


@pytest.mark.parametrize("limit", [-1, float("nan"), INF, "30", True])
def test_a_limit_must_be_a_finite_number(limit: Any) -> None:
    with pytest.raises(ParameterError, match="limit must be a finite number of at least 0"):
        TravelMatrix.from_table(PAIRS, unit="min", limit=limit)
    with pytest.raises(ParameterError, match="limit must be a finite number of at least 0"):
        dense([[1]]).within(limit)


def test_stated_ids_must_be_unique() -> None:
    with pytest.raises(UnknownIdError, match="destinations has ids more than once: G"):
        TravelMatrix.from_table(PAIRS, unit="min", destinations=["G", "G", "H"])


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ([[1.0]], r"shape \(2, 1\)"),
        ([[1.0], [float("nan")]], "NaN for B -> H"),
        ([[1.0], [-1.0]], "negative for B -> H"),
    ],
)
def test_a_wrong_dense_matrix_cannot_exist(costs: Any, words: Any) -> None:
    with pytest.raises(ParameterError, match=words):
        TravelMatrix(("A", "B"), ("H",), "min", np.array(costs))


@pytest.mark.parametrize(
    ("indptr", "indices", "data", "words"),
    [
        ([0, 2], [0], [1.0], "fit each other"),
        ([1, 1], [], [], "fit each other"),
        ([0, 2], [1, 0], [1.0, 1.0], "ascending"),
        ([0, 2], [1, 1], [1.0, 1.0], "once"),
        ([0, 1], [0], [INF], "finite"),
        ([0, 1], [0], [-1.0], "at least 0"),
        ([0, 1], [0], [float("nan")], "finite"),
    ],
)
def test_wrong_compressed_rows_cannot_exist(
    indptr: Any, indices: Any, data: Any, words: Any
) -> None:
    with pytest.raises(ParameterError, match=words):
        CompressedRows(np.array(indptr), np.array(indices), np.array(data))


def test_compressed_rows_need_a_limit_and_must_fit_the_ids() -> None:
    rows = CompressedRows(np.array([0, 1]), np.array([1]), np.array([9.0]))

    with pytest.raises(ParameterError, match="need the limit"):
        TravelMatrix(("A",), ("G", "H"), "min", rows)
    with pytest.raises(ParameterError, match="1 rows and at most 1 columns"):
        TravelMatrix(("A",), ("G",), "min", rows, 10)
    with pytest.raises(ParameterError, match="2 rows"):
        TravelMatrix(("A", "B"), ("G", "H"), "min", rows, 10)


def test_costs_above_the_limit_are_cut_off_in_both_forms() -> None:
    rows = CompressedRows(np.array([0, 2]), np.array([0, 1]), np.array([30.0, 30.1]))

    assert dense([[30, 30.1]], limit=30).dense().tolist() == [[30, INF]]
    assert TravelMatrix(("A",), ("F", "G"), "min", rows, 30) == dense([[30, 30.1]], limit=30)


def test_nothing_in_a_matrix_can_be_changed() -> None:
    costs = np.ones((1, 1))
    matrix = TravelMatrix(("A",), ("H",), "min", costs)
    costs[0, 0] = 7

    assert matrix.dense().tolist() == [[1]]
    with pytest.raises(ValueError, match="read-only"):
        matrix.dense()[0, 0] = 5
    with pytest.raises(ValueError, match="read-only"):
        compress(matrix, 5).pairs().cost[0] = 5
    with pytest.raises(AttributeError):
        matrix.unit = "m"


def test_without_a_limit_table_and_matrix_are_one_and_the_same() -> None:
    matrix = dense([[0, 1.5, INF], [INF, 2, 3]])

    assert TravelMatrix.from_table(matrix.to_table(), unit="min") == matrix
    assert matrix.to_table().dtypes.astype(str).tolist() == ["str", "str", "float64"]


def test_with_a_limit_the_table_holds_only_what_is_within_it() -> None:
    matrix = dense([[0, 31, INF], [INF, 2, 30]], limit=30)

    assert len(matrix.to_table()) == 3
    assert compress(matrix, 30) == matrix
    assert compress(matrix, 30).to_table().equals(matrix.to_table())


@pytest.mark.parametrize("form", ["dense", "compressed"])
def test_a_pair_exactly_at_the_limit_is_within(form: Any) -> None:
    matrix = dense([[0, 30, 30.000001], [INF, 29.9, 45]])
    matrix = matrix if form == "dense" else compress(matrix, 45)

    assert matrix.within(30).tolist() == [[True, True, False], [False, True, False]]
    assert matrix.within(0).tolist() == [[True, False, False], [False, False, False]]


def test_unreachable_is_never_within_even_at_the_own_limit() -> None:
    assert dense([[INF, 60]], limit=60).within(60).tolist() == [[False, True]]


def test_looking_beyond_the_own_limit_is_an_error() -> None:
    matrix = compress(dense([[1, 50]]), 30)

    assert matrix.within(30).tolist() == [[True, False]]
    with pytest.raises(ParameterError, match="limit 31 min is beyond 30 min"):
        matrix.within(31)
    with pytest.raises(ParameterError, match="decay 31 min is beyond 30 min"):
        matrix.checked_reach(31, "decay")


@pytest.mark.parametrize("form", ["dense", "compressed"])
def test_select_keeps_places_in_the_order_asked_for(form: Any) -> None:
    matrix = dense([[1, 2, 3], [4, 5, 6]])
    matrix = matrix if form == "dense" else compress(matrix, 9)

    assert matrix.select(["B", "A"], ["H", "F"]).dense().tolist() == [[6, 4], [3, 1]]
    assert matrix.select(destinations=["G"]).dense().tolist() == [[2], [5]]
    assert matrix.select() == matrix
    assert matrix.select(origins=[]).dense().shape == (0, 3)


def test_select_names_unknown_and_repeated_ids() -> None:
    matrix = dense([[1, 2]])

    with pytest.raises(UnknownIdError, match="origins of the matrix has no X, Y"):
        matrix.select(origins=["X", "A", "Y"])
    with pytest.raises(UnknownIdError, match="more than once: F"):
        matrix.select(destinations=["F", "F"])


@pytest.mark.parametrize("form", ["dense", "compressed"])
def test_mask_makes_pairs_unreachable_by_position_or_by_id(form: Any) -> None:
    matrix = dense([[1, 2], [3, 0]])
    matrix = matrix if form == "dense" else compress(matrix, 9)
    allowed = np.array([[True, False], [False, True]])
    by_id = pd.DataFrame(allowed, index=["A", "B"], columns=["F", "G"]).iloc[::-1, ::-1]

    assert matrix.mask(allowed).dense().tolist() == [[1, INF], [INF, 0]]
    assert matrix.mask(by_id) == matrix.mask(allowed)
    assert matrix.dense().tolist() == [[1, 2], [3, 0]]


def test_mask_refuses_what_does_not_fit() -> None:
    matrix = dense([[1, 2]])

    with pytest.raises(ParameterError, match=r"shape \(1, 2\). Got bool in shape \(2, 1\)"):
        matrix.mask(np.ones((2, 1), dtype=bool))
    with pytest.raises(ParameterError, match=r"true or false.*Got float64"):
        matrix.mask(np.ones((1, 2)))
    with pytest.raises(UnknownIdError, match="has not: X"):
        matrix.mask(pd.DataFrame({one: [True] for one in "FGX"}, index=["A"]))
    with pytest.raises(UnknownIdError, match="columns of allowed has no G"):
        matrix.mask(pd.DataFrame({"F": [True]}, index=["A"]))


@pytest.mark.parametrize("form", ["dense", "compressed"])
def test_reversed_names_the_same_trips_from_their_other_end(form: Any) -> None:
    matrix = dense([[1, INF, 0]])
    matrix = matrix if form == "dense" else compress(matrix, 9)

    assert matrix.reversed().origin_ids == ("F", "G", "H")
    assert matrix.reversed().dense().tolist() == [[1], [INF], [0]]
    assert matrix.reversed().reversed() == matrix


def test_equality_looks_at_everything() -> None:
    one = dense([[1, 2]])

    assert one == dense([[1, 2]])
    assert hash(one) == hash(dense([[1, 2]]))
    assert one != dense([[1, 3]])
    assert one != dense([[1, INF]])
    assert one != dense([[1, 2]], unit="m")
    assert one != dense([[1, 2]], limit=2)
    assert one != one.select(destinations=["G", "F"])
    assert one != "a matrix"


def test_a_matrix_survives_pickling() -> None:
    for matrix in (dense([[1, INF]]), compress(dense([[1, INF]]), 5)):
        assert pickle.loads(pickle.dumps(matrix)) == matrix  # noqa: S301 - our own bytes


def test_empty_matrices_are_defined() -> None:
    nobody = TravelMatrix((), ("H",), "min", np.empty((0, 1)))

    assert nobody.within(5).shape == (0, 1)
    assert nobody.to_table().empty
    assert nobody.reversed().dense().shape == (1, 0)
    assert TravelMatrix.from_table(table(), unit="min", origins=["A"], limit=5).dense().shape == (
        1,
        0,
    )
    assert "0 origins x 1 destination" in repr(nobody)


def test_the_repr_reads_as_a_sentence() -> None:
    assert repr(dense([[0, 30.26], [INF, 9]], limit=60)) == (
        "TravelMatrix: 2 origins x 2 destinations, in minutes up to 60; "
        "3 of 4 pairs reached, 0.0 to 30.3 min"
    )


costs_strategy = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(
            st.sampled_from([0.0, 10.0, 29.999, 30.0, 30.001, 60.0, INF]),
            min_size=columns,
            max_size=columns,
        ),
        min_size=1,
        max_size=4,
    )
)


@settings(max_examples=40, deadline=None)
@given(costs=costs_strategy, limit=st.sampled_from([0.0, 30.0, 60.0]))
def test_dense_and_compressed_forms_always_agree(costs: Any, limit: Any) -> None:
    full = dense(costs, limit=limit)
    rows = compress(dense(costs), limit)

    assert rows == full
    assert (rows.within(limit) == (np.array(costs) <= limit)).all()
    for back in (full.select(full.origin_ids[::-1]), rows.select(rows.origin_ids[::-1])):
        assert back.dense().tolist() == full.dense()[::-1].tolist()
    assert rows.reversed() == full.reversed()
