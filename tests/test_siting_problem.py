"""The request: ids, roles and counts are checked before anything is chosen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.siting.problem import problem_of, roles_of
from wushan_geo.travel.matrix import TravelMatrix

TIMES = TravelMatrix(
    ("B", "A", "C"), ("K", "G", "H"), "min", np.array([[30, 30.1, 5], [9, np.inf, 7], [0, 8, 31]])
)
PERSONS = {"A": 1, "B": 2, "C": 0}


def test_everything_is_sorted_by_id_and_candidates_are_the_rest() -> None:
    problem = problem_of(TIMES, PERSONS, existing=["K"])

    assert problem.place_ids == ("A", "B", "C")
    assert problem.persons.tolist() == [1, 2, 0]
    assert problem.candidate_ids == ("G", "H")
    assert problem.reach(30).near.tolist() == [[False, True], [False, True], [True, False]]


def test_a_place_exactly_at_the_limit_is_covered() -> None:
    problem = problem_of(TIMES, PERSONS, existing=["K"])

    assert problem.reach(30).standing.tolist() == [1, 1, 1]
    assert problem.reach(29.99).standing.tolist() == [1, 0, 1]


def test_forbidden_sites_are_no_candidates_and_open_to_nobody() -> None:
    problem = problem_of(TIMES, PERSONS, forbidden=["H"])

    assert problem.candidate_ids == problem.site_ids == ("G", "K")


def test_whole_numbers_are_ids_too() -> None:
    assert roles_of(("5", "6"), [5], [np.int64(6)], []).existing == ("5",)


def test_all_faults_of_the_roles_come_at_once() -> None:
    with pytest.raises(UnknownIdError) as caught:
        roles_of(("G", "H", "K"), ["G", "X", "G"], ["G", "H"], ["H", "G", "Y"])

    message = str(caught.value)
    for text in (
        "existing has ids that are no destinations: X",
        "existing has ids more than once: G",
        "forbidden has ids that are no destinations: Y",
        "existing and required both have G",
        "existing and forbidden both have G",
        "required and forbidden both have G, H",
    ):
        assert text in message


def test_a_single_text_is_not_a_list_of_ids() -> None:
    with pytest.raises(ParameterError, match=r"required must be several ids.*'G12'"):
        problem_of(TIMES, PERSONS, required="G12")


def test_a_flag_is_not_an_id() -> None:
    with pytest.raises(ParameterError, match="existing must have ids"):
        problem_of(TIMES, PERSONS, existing=[True, False])


@pytest.mark.parametrize(
    ("persons", "error", "text"),
    [
        ({"A": 1, "B": 2}, UnknownIdError, "persons is missing for C"),
        ({**PERSONS, "D": 1}, UnknownIdError, "not in the matrix: D"),
        ({"A": np.nan, "B": 2, "C": np.nan}, ParameterError, r"not known \(NaN\) for A, C|C, A"),
        ({"A": -1, "B": 2, "C": 0}, ParameterError, "negative for A"),
        ({"A": np.inf, "B": 2, "C": 0}, ParameterError, "infinite for A"),
    ],
)
def test_counts_must_name_every_place_and_be_counts(
    persons: dict[str, float], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        problem_of(TIMES, persons)


@pytest.mark.parametrize("limit", [-1, np.nan, np.inf, True])
def test_a_limit_is_a_finite_number(limit: float) -> None:
    with pytest.raises(ParameterError, match="limit must be a finite number"):
        problem_of(TIMES, PERSONS).reach(limit)


@pytest.mark.parametrize(
    ("sites", "text"),
    [
        (4, r"sites is 4, but there are only 3 candidates"),
        (0, r"sites is 0, but 1 are required: H"),
        (-1, "at least 0"),
        (1.0, "whole number"),
        (True, "whole number"),
    ],
)
def test_a_number_of_sites_must_be_possible(sites: float, text: str) -> None:
    problem = problem_of(TIMES, PERSONS, required=["H"])

    with pytest.raises(ParameterError, match=text):
        problem.checked_sites(sites)


def test_groups_are_sorted_and_each_has_its_own_row_and_limit() -> None:
    table = pd.DataFrame({"z": [2, 0, 1], "a": [0, 0, 5]}, index=["B", "A", "C"])

    reach = problem_of(TIMES, table, existing=["K"]).reach({"a": 7, "z": 30})

    # A is without persons: both its groups stand; B has z, C both.
    assert reach.place.tolist() == [0, 0, 1, 2, 2]
    assert reach.persons.tolist() == [0, 0, 2, 5, 1]
    assert reach.standing.tolist() == [0, 1, 1, 1, 1]
    assert reach.near.tolist() == [
        [False, True], [False, True], [False, True], [False, False], [True, False]
    ]  # fmt: skip


def test_limits_must_fit_the_groups() -> None:
    table = pd.DataFrame({"z": [2, 0, 1], "a": [0, 0, 5]}, index=["B", "A", "C"])

    with pytest.raises(ParameterError, match="Give each group a limit"):
        problem_of(TIMES, table).reach({"a": 7})
