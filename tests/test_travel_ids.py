"""Ids: text, unique, and values looked up by id and never by position."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.ids import align, align_counts, id_texts, positions


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
