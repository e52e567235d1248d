"""Coverage against sites and budget, and persons against places: as trying out all has it."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from phased_cases import first_by_id, random_case, shuffled

from wushan_geo.errors import InfeasibleError, ParameterError
from wushan_geo.siting.choices.frontier import FRONTIER_COLUMNS, TRADE_COLUMNS, frontier, trade_off
from wushan_geo.siting.covers.covering import ceiling
from wushan_geo.siting.rules import SiteRules
from wushan_geo.travel.matrix import TravelMatrix

# Within 30: G reaches A and B, H reaches C, J reaches D and E; nobody reaches F.
TIMES = TravelMatrix(
    tuple("ABCDEF"),
    ("G", "H", "J"),
    "min",
    [[5, 90, 90], [30, 90, 90], [90, 9, 90], [90, 90, 9], [90, 90, 20], [90, 90, 90]],
)
PERSONS = {"A": 4, "B": 3, "C": 5, "D": 1, "E": 2, "F": 5}


def test_each_further_site_by_hand() -> None:
    found = frontier(TIMES, PERSONS, sites=[3, 0, 1, 2], limit=30)

    assert list(found) == list(FRONTIER_COLUMNS)
    assert found["chosen"].tolist() == ["", "G", "G;H", "G;H;J"]
    assert found["covered_persons"].tolist() == [0, 7, 12, 15]
    assert found["covered_places"].tolist() == [0, 2, 3, 5]
    assert found["gain_persons"].tolist() == [0, 7, 5, 3]
    assert found["gain_places"].tolist() == [0, 2, 1, 2]
    assert found["share"].tolist() == [0, 0.35, 0.6, 0.75]
    assert found["place_share"].tolist() == [0, 2 / 6, 0.5, 5 / 6]
    assert set(found["ceiling_persons"]) == {15.0}
    assert set(found["ceiling_places"]) == {5}
    assert set(found["status"]) == {"optimal"}
    assert found["cost"].isna().all()
    assert found["budget"].isna().all()


def test_the_first_gain_is_counted_against_what_stands() -> None:
    found = frontier(TIMES, PERSONS, sites=[1], limit=30, existing=["H"])

    assert found["gain_persons"].tolist() == [7]
    assert found["covered_persons"].tolist() == [12]


def test_budgets_by_hand() -> None:
    costs = {"G": 10, "H": 4, "J": 3}

    found = frontier(TIMES, PERSONS, budgets=[13, 3, 7, 2], costs=costs, limit=30)

    assert found["budget"].tolist() == [2, 3, 7, 13]
    assert found["chosen"].tolist() == ["", "J", "H;J", "G;J"]
    assert found["cost"].tolist() == [0, 3, 7, 13]
    assert found["sites"].tolist() == [0, 1, 2, 2]
    assert found["gain_persons"].tolist() == [0, 3, 5, 2]


def test_costs_are_added_up_beside_numbers_of_sites() -> None:
    found = frontier(TIMES, PERSONS, sites=[2], costs={"G": 10, "H": 4, "J": 3}, limit=30)

    assert found["cost"].tolist() == [14]


def test_without_persons_places_are_counted() -> None:
    found = frontier(TIMES, None, sites=[1, 2], limit=30)

    assert found["covered_places"].tolist() == [2, 4]
    assert found["covered_persons"].isna().all()
    assert found["share"].isna().all()


def test_a_number_with_which_the_rules_cannot_be_kept_has_a_row_that_says_so() -> None:
    rules = SiteRules(zones={"G": "T1", "H": "T2", "J": "T2"}, at_least=1)

    found = frontier(TIMES, PERSONS, sites=[1, 2], limit=30, rules=rules)

    assert found["status"].tolist() == ["infeasible", "optimal"]
    assert found["sites"].tolist() == [1, 2]
    assert found["covered_places"].isna().tolist() == [True, False]
    assert found["gain_persons"].tolist()[1] == 12
    assert found["alternatives"].isna().tolist() == [True, False]


@pytest.mark.parametrize("seed", range(5))
def test_rows_agree_with_trying_out_all(seed: int) -> None:
    case = random_case(seed, sites=7, ruled=seed % 2 == 1, grouped=seed % 3 == 2)
    least = len(case.required)
    numbers = range(least, len(case.candidates) + 1)

    found = frontier(case.times, case.persons, sites=numbers, limit=case.limit, **case.roles)

    top = ceiling(
        case.times,
        case.persons,
        limit=case.limit,
        existing=case.existing,
        forbidden=case.forbidden,
    )
    assert set(found["ceiling_persons"]) == {top.persons}
    assert set(found["ceiling_places"]) == {top.places}
    for number, row in zip(numbers, found.itertuples(), strict=True):
        plans = [(case.worth((*one, *case.existing)), one) for one in case.choices(number)]
        assert (row.status == "infeasible") == (not plans)
        if plans:
            best = max(value for value, _ in plans)
            ties = [one for value, one in plans if value == best]
            assert (row.covered_persons, row.covered_places) == best
            assert row.chosen == ";".join(first_by_id(ties))
            assert row.alternatives == (len(ties) > 1)


@pytest.mark.parametrize("seed", range(8))
def test_persons_and_places_are_the_pairs_that_nothing_surpasses(seed: int) -> None:
    case = random_case(seed, sites=8, ruled=seed % 4 == 1, grouped=seed % 4 == 2)
    number = max(2, len(case.required))
    plans = [(case.worth((*one, *case.existing)), one) for one in case.choices(number)]
    if not plans:
        with pytest.raises(InfeasibleError):
            trade_off(case.times, case.persons, sites=number, limit=case.limit, **case.roles)
        return
    pairs = {value for value, _ in plans}
    best = sorted(
        (one for one in pairs if not any(
            two != one and two[0] >= one[0] and two[1] >= one[1] for two in pairs
        )),
        reverse=True,
    )  # fmt: skip

    found = trade_off(case.times, case.persons, sites=number, limit=case.limit, **case.roles)

    assert list(found) == list(TRADE_COLUMNS)
    shown = found[["covered_persons", "covered_places"]].itertuples(index=False, name=None)
    assert list(shown) == best
    for pair, row in zip(best, found.itertuples(), strict=True):
        ties = [one for value, one in plans if value == pair]
        assert row.chosen == ";".join(first_by_id(ties))
        assert row.alternatives == (len(ties) > 1)
        assert (row.status, row.gap) == ("optimal", 0)


def test_the_order_of_rows_and_columns_plays_no_part() -> None:
    case = random_case(3)
    other = shuffled(case, 1)
    numbers = range(1, 5)

    for one, two in (
        (
            frontier(each.times, each.persons, sites=numbers, limit=each.limit, **each.roles)
            for each in (case, other)
        ),
        (
            trade_off(each.times, each.persons, sites=2, limit=each.limit, **each.roles)
            for each in (case, other)
        ),
    ):
        pd.testing.assert_frame_equal(one, two)


def test_inputs_are_left_as_they_are() -> None:
    case = random_case(3)
    before = (case.times.dense().copy(), case.persons.copy())

    frontier(case.times, case.persons, sites=[2], limit=30)
    trade_off(case.times, case.persons, sites=2, limit=30)

    assert (case.times.dense() == before[0]).all()
    assert case.persons.equals(before[1])


def test_the_clock_leaves_true_bounds() -> None:
    draw = np.random.default_rng(1)
    names = tuple(f"S{at:02d}" for at in range(40))
    places = tuple(f"P{at:03d}" for at in range(120))
    times = TravelMatrix(places, names, "min", draw.uniform(0, 100, (120, 40)))
    persons = dict(zip(places, draw.integers(0, 30, 120).tolist(), strict=True))

    proven = frontier(times, persons, sites=[4], limit=20)
    stopped = frontier(times, persons, sites=[4], limit=20, time_limit=0)
    pairs = trade_off(times, persons, sites=4, limit=20, time_limit=0)

    for found in (stopped, pairs):
        row = found.iloc[0]
        best = proven["covered_persons"][0]
        assert row["covered_persons"] <= best <= row["bound"]
        assert found["status"].iloc[-1] == "time_limit" or row["gap"] == 0


def test_all_pairs_keep_at_least_the_places_of_the_one_before() -> None:
    case = random_case(9, sites=9)

    found = trade_off(case.times, case.persons, sites=3, limit=case.limit, **case.roles)

    assert (np.diff(found["covered_places"].astype(int)) > 0).all()
    assert (np.diff(found["covered_persons"]) < 0).all()


@pytest.mark.parametrize(
    "asked",
    [{}, {"sites": [1], "budgets": [3], "costs": {"G": 1, "H": 1, "J": 1}}, {"budgets": [3]},
     {"sites": [4]}, {"sites": [1.5]}, {"sites": [1], "time_limit": -1},
     {"sites": [1], "existing": "GH"}],
)  # fmt: skip
def test_wrong_arguments_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        frontier(TIMES, PERSONS, limit=30, **asked)


def test_all_choices_of_the_small_county_are_as_by_hand() -> None:
    # Two sites: G and H have 12 persons in 3 places, G and J 10 in 4; H and J are surpassed.
    found = trade_off(TIMES, PERSONS, sites=2, limit=30)

    assert len(list(combinations("GHJ", 2))) == 3
    assert found["chosen"].tolist() == ["G;H", "G;J"]
    assert found["covered_persons"].tolist() == [12, 10]
