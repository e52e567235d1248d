"""Everyone to the nearest: with the capacity heeded, or to show where it is too small."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from allocation_cases import INF, Case, case, cases
from hypothesis import given, settings

from wushan_geo.access.allocation import Allocation, allocate, nearest_allocation
from wushan_geo.access.nearest import nearest_facility
from wushan_geo.errors import ParameterError


def sent(made: Case, **options: Any) -> Allocation:
    """Send everyone of a case to the nearest."""
    persons, places = made.counts
    return nearest_allocation(made.matrix, persons, places, **options)


def filled(made: Case) -> dict[tuple[str, str], float]:
    """Fill the pairs in ascending order of cost, origin id and facility id, one by one."""
    persons, places = made.persons.copy(), made.places.copy()
    matrix, flows = made.matrix, {}
    pairs = [
        (
            made.costs[row, column],
            matrix.origin_ids[row],
            matrix.destination_ids[column],
            row,
            column,
        )
        for row, column in np.argwhere(np.isfinite(made.costs)).tolist()
    ]
    for _, origin, facility, row, column in sorted(pairs):
        amount = min(persons[row], places[column])
        if amount > 1e-9:
            flows[origin, facility] = float(amount)
            persons[row] -= amount
            places[column] -= amount
    return flows


def as_dict(found: Allocation) -> dict[tuple[str, str], float]:
    """Write flows as a mapping."""
    flows = found.flows
    keys = zip(flows["origin_id"], flows["facility_id"], strict=True)
    return dict(zip(keys, flows["persons"].tolist(), strict=True))


def test_who_lives_farther_goes_on_and_displaces_who_lives_farther_still() -> None:
    # b loses F to a, goes on to G and takes the place there from c, who ends at H.
    made = case([[1, 9, 9], [2, 3, 9], [9, 4, 30]], [1, 1, 1], [1, 1, 1])
    found = sent(made)

    assert as_dict(found) == {("a", "F"): 1.0, ("b", "G"): 1.0, ("c", "H"): 1.0}
    assert found.flows["detour"].tolist() == [0.0, 1.0, 26.0]
    assert found.verified
    assert found.over_full == ()


def test_crowding_shows_where_there_are_too_few_places() -> None:
    found = sent(case([[5, 40], [8, 10]], [2, 2], [3, 9]), when_full="crowd")

    assert found.load.to_dict() == {"F": 4.0, "G": 0.0}
    assert found.overload.to_dict() == {"F": 1.0, "G": 0.0}
    assert found.spare.to_dict() == {"F": 0.0, "G": 9.0}
    assert found.over_full == ("F",)
    assert found.method == "nearest_crowded"


def test_no_claim_to_be_best_is_made() -> None:
    # The rule costs 10 + 60, the best allocation 20 + 10.
    made = case([[10, 20], [10, 60]], [1, 1], [1, 1])
    found = sent(made)

    assert np.isnan([found.bound, found.gap, found.served_bound]).all()
    assert found.alternatives is None
    assert (found.person_cost, allocate(made.matrix, *made.counts).person_cost) == (70.0, 30.0)


def test_equal_costs_go_by_origin_id_and_then_by_facility_id() -> None:
    found = sent(case([[5, 5], [5, 5]], [1, 1], [1, 1]))

    assert as_dict(found) == {("a", "F"): 1.0, ("b", "G"): 1.0}


@given(cases(sides=5))
@settings(max_examples=80, deadline=None)
def test_asking_in_rounds_is_the_same_as_filling_pairs_one_by_one(made: Case) -> None:
    assert as_dict(sent(made)) == filled(made)


@given(cases(sides=4, whole=False))
@settings(max_examples=40, deadline=None)
def test_fractions_of_persons_are_filled_alike(made: Case) -> None:
    assert as_dict(sent(made)) == pytest.approx(filled(made))


@given(cases(sides=4))
@settings(max_examples=40, deadline=None)
def test_crowding_sends_everyone_where_the_nearest_facility_is(made: Case) -> None:
    found = sent(made, when_full="crowd")
    nearest = nearest_facility(made.matrix)["facility_id"]
    expected = {
        (origin, nearest[origin]): persons
        for origin, persons in made.counts[0].items()
        if persons and isinstance(nearest[origin], str)
    }

    assert as_dict(found) == expected
    if (found.overload == 0).all():
        assert as_dict(sent(made)) == expected


@given(cases(sides=4))
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_rows_changes_nothing(made: Case) -> None:
    matrix = made.matrix
    there = matrix.select(matrix.origin_ids[::-1], matrix.destination_ids[::-1])
    for rule in ("next", "crowd"):
        found = nearest_allocation(there, *made.counts, when_full=rule)
        pd.testing.assert_frame_equal(found.flows, sent(made, when_full=rule).flows)


def test_limit_and_admission_count_and_reasons_are_given() -> None:
    made = case([[5, 40], [8, 10]], [2, 2], [3, 9])
    allowed = np.array([[False, True], [True, True]])
    found = sent(made, limit=30, admitted=allowed)

    assert as_dict(found) == {("b", "F"): 2.0}
    assert found.unserved_reason["not_admitted"].to_dict() == {"a": 2.0, "b": 0.0}
    assert found.parameters == "limit=30; admitted=3 of 4 pairs; unit=min"
    assert found.served.attrs["parameters"].startswith("method=nearest; ")


@pytest.mark.parametrize("rule", ["next", "crowd"])
@pytest.mark.parametrize(
    "made",
    [case([], [], []), case([], [2], []), case([], [], [3]), case([[INF]], [2], [3])],
    ids=["empty", "no facility", "no origin", "no way"],
)
def test_nobody_can_go_anywhere_is_an_answer(made: Case, rule: str) -> None:
    found = sent(made, when_full=rule)

    assert found.verified
    assert found.flows.empty
    assert found.unserved_persons == made.persons.sum()


def test_another_rule_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"must be 'next' or 'crowd'\. Got 'stay'"):
        sent(case([[1.0]], [1], [1]), when_full="stay")
