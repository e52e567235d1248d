"""Ids: text, unique, and values looked up by id and never by position."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel import ids
from wushan_geo.travel.ids import MANY, align, align_counts, id_texts, index_of, positions


def test_whole_numbers_become_text() -> None:
    assert id_texts([5, np.int64(6), "A"], "origins") == ("5", "6", "A")


@pytest.mark.parametrize("wrong", [5.0, True, None, "", "  ", float("nan"), np.float64(1), b"a"])
def test_what_is_no_id_is_refused(wrong: Any) -> None:
    with pytest.raises(ParameterError, match="texts or whole numbers"):
        id_texts(["A", wrong], "origins")


def test_a_single_text_is_not_taken_for_a_list_of_letters() -> None:
    with pytest.raises(ParameterError, match=r"Use \['ABC'\]"):
        id_texts("ABC", "origins")


def test_repeated_ids_are_named_even_if_written_differently() -> None:
    with pytest.raises(UnknownIdError, match="origins has ids more than once: 5"):
        id_texts([5, "6", "5"], "origins")


def test_unknown_positions_are_named_together() -> None:
    with pytest.raises(UnknownIdError, match="has no X, Y"):
        positions(["A", "X", "Y"], ["A", "B"], "the origins")


def test_values_follow_ids_and_not_their_position() -> None:
    persons = pd.Series([3, 2], index=[7, 5])

    assert align(persons, ("5", "7"), "persons").tolist() == [2.0, 3.0]
    assert persons.index.tolist() == [7, 5]


def test_missing_and_extra_ids_are_named_in_one_message() -> None:
    with pytest.raises(UnknownIdError, match=r"missing for B; persons has values .*: X"):
        align({"A": 1, "X": 1}, ("A", "B"), "persons")


def test_a_repeated_index_is_refused() -> None:
    with pytest.raises(UnknownIdError, match="more than once: A"):
        align(pd.Series([1, 2], index=["A", "A"]), ("A",), "persons")


def test_align_hands_no_data_through_and_counts_refuse_it() -> None:
    values = pd.Series([1, pd.NA], index=["A", "B"], dtype="Int64")

    assert np.isnan(align(values, ("A", "B"), "persons")[1])
    with pytest.raises(ParameterError, match=r"not known \(NaN\) for B. No data is not zero"):
        align_counts(values, ("A", "B"), "persons")


@pytest.mark.parametrize(("value", "words"), [(-1, "negative"), (float("inf"), "infinite")])
def test_counts_refuse_what_is_no_count(value: Any, words: Any) -> None:
    with pytest.raises(ParameterError, match=f"persons is {words} for A"):
        align_counts({"A": value}, ("A",), "persons")


@pytest.mark.parametrize("value", ["3", True, [1]])
def test_values_that_are_no_numbers_are_refused(value: Any) -> None:
    with pytest.raises(ParameterError, match="persons must be numbers"):
        align({"A": value}, ("A",), "persons")


@pytest.mark.parametrize("values", [[1, 2], pd.DataFrame({"A": [1]}), np.ones(2)])
def test_values_without_ids_are_refused(values: Any) -> None:
    with pytest.raises(ParameterError, match="Series with the ids as index"):
        align(values, ("A", "B"), "persons")


def test_no_ids_need_no_values() -> None:
    assert align({}, (), "persons").shape == (0,)


LONG = tuple(str(500_237_000_000 + at) for at in range(MANY + 3))  # codes, as villages have them
NUMBERS = np.arange(len(LONG), dtype=float)


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(LONG, dtype="str"),
        pd.Index(LONG, dtype=object),
        pd.Index(LONG, dtype="string"),
        pd.Index([int(one) for one in LONG]),
        pd.Index([int(one) for one in LONG], dtype="uint64"),
        pd.Index([int(one) for one in LONG], dtype="Int64"),
        pd.Index(LONG, dtype="category"),
    ],
)
def test_many_ids_in_order_are_looked_up_like_few_in_any_form(index: pd.Index) -> None:
    values = pd.Series(NUMBERS, index=index)
    for order in (np.arange(len(LONG)), np.random.default_rng(1).permutation(len(LONG))):
        assert align(values.iloc[order], LONG, "persons").tolist() == NUMBERS.tolist()
    assert align(values, LONG[::-1], "persons").tolist() == NUMBERS[::-1].tolist()


@pytest.mark.parametrize("kind", ["str", "int64"])
def test_many_ids_in_order_are_not_gone_through(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    values = pd.Series(NUMBERS, index=pd.Index(LONG, dtype="str").astype(kind))
    align(values, LONG, "persons")
    monkeypatch.setattr(ids, "id_texts", lambda *_: pytest.fail("gone through"))
    found = align(values, LONG, "persons")

    assert found.tolist() == NUMBERS.tolist()
    found[0] = -1.0  # an array of its own
    assert values.iloc[0] == 0.0


@pytest.mark.parametrize("kind", ["str", "int64", object])
def test_many_ids_are_checked_as_few_are(kind: Any) -> None:
    values = pd.Series(NUMBERS, index=pd.Index(LONG, dtype="str").astype(kind))
    with pytest.raises(UnknownIdError, match=f"missing for {LONG[-1]}; .* not in the matrix: 7"):
        align(values.rename({values.index[-1]: type(values.index[0])(7)}), LONG, "persons")
    with pytest.raises(UnknownIdError, match=f"persons is missing for {LONG[-1]}. Give"):
        align(values.iloc[:-1], LONG, "persons")
    twice = LONG[:-1] + LONG[:1]
    with pytest.raises(UnknownIdError, match=f"more than once: {LONG[0]}"):
        align(values.set_axis(pd.Index(twice, dtype="str").astype(kind)), twice, "persons")
    with pytest.raises(ParameterError, match=f"persons is negative for {LONG[1]}"):
        align_counts(-values, LONG, "persons")


def test_many_ids_of_which_one_is_empty_are_refused() -> None:
    empty = (*LONG[:-1], " ")
    with pytest.raises(ParameterError, match=r"texts or whole numbers\. Got ' ' "):
        align(pd.Series(NUMBERS, index=pd.Index(empty, dtype="str")), empty, "persons")


def test_a_number_is_not_an_id_that_is_written_otherwise() -> None:
    zeros = tuple("0" + one for one in LONG)
    values = pd.Series(NUMBERS, index=[int(one) for one in LONG])
    with pytest.raises(UnknownIdError, match=f"persons is missing for {zeros[0]}"):
        align(values, zeros, "persons")


@pytest.mark.parametrize("names", [LONG, LONG[:5], ()])
def test_the_index_of_a_result_is_its_own(names: tuple[str, ...]) -> None:
    one, two = index_of(names), index_of(names)
    one.name = "place"

    assert two.name is None
    assert index_of(names).name is None
    pd.testing.assert_index_equal(two, pd.Index(names, dtype="str"))


@pytest.mark.parametrize("wrong", [5, None, len])
def test_what_holds_no_ids_is_refused(wrong: Any) -> None:
    with pytest.raises(ParameterError, match=r"origins must be several ids.* Got"):
        id_texts(wrong, "origins")
