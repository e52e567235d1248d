"""The independent recomputation finds every way in which an allocation can be wrong."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wushan_geo.access.allocation import Allocation, Certificate, allocate, nearest_allocation
from wushan_geo.access.allocation import verify as verify_module
from wushan_geo.access.allocation.model import Request
from wushan_geo.access.allocation.verify import verified_allocation
from wushan_geo.errors import VerificationError
from wushan_geo.travel.matrix import TravelMatrix

# b competes with a for F; c has G to itself; d is beyond the limit.
TIMES = TravelMatrix(
    ("b", "a", "c", "d"),
    ("G", "F"),
    "min",
    np.array([[np.inf, 8.0], [np.inf, 5.0], [4.0, 20.0], [50.0, 50.0]]),
)
PERSONS = {"a": 2, "b": 3, "c": 1, "d": 1}
PLACES = {"F": 4, "G": 3}
REQUEST = Request(TIMES, PERSONS, PLACES, None, 30)


@pytest.fixture
def found() -> Allocation:
    """Make a right allocation that is not marked."""
    return replace(allocate(TIMES, PERSONS, PLACES, limit=30), verified=False)


def table(found: Allocation, column: str, row: int, value: Any) -> dict[str, Any]:
    """Change one number of the flows."""
    flows = found.flows.copy()
    flows.loc[row, column] = value
    return {"flows": flows}


def series(found: Allocation, name: str, key: str, value: float) -> dict[str, Any]:
    """Change one number of a series."""
    values = getattr(found, name).copy()
    values[key] = value
    return {name: values}


def test_a_right_allocation_is_marked_and_otherwise_unchanged(found: Allocation) -> None:
    checked = verified_allocation(found, REQUEST)

    assert (checked.verified, found.verified) == (True, False)
    assert checked.flows is found.flows
    assert found.flows["persons"].tolist() == [2.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"served_persons": 6.0}, "served_persons is 6, recomputed 5"),
        ({"unserved_persons": 1.0}, "unserved_persons is 1, recomputed 2"),
        ({"person_cost": 31.0}, "person_cost is 31, recomputed 30"),
        ({"objective": 31.0}, "objective is 31, recomputed 30"),
        ({"mean_cost": 5.0}, "mean_cost is 5, recomputed 6"),
        ({"worst_cost": 9.0}, "worst_cost is 9, recomputed 8"),
        ({"served_bound": 6.0}, "served_bound is 6, and the certificate allows 5"),
        ({"bound": 29.0}, "bound is 29, recomputed 30"),
        ({"gap": 0.1}, "gap is 0.1, recomputed 0"),
    ],
)
def test_a_wrong_total_is_named_with_both_numbers(
    found: Allocation, changes: dict[str, Any], text: str
) -> None:
    with pytest.raises(VerificationError, match=text):
        verified_allocation(replace(found, **changes), REQUEST)


@pytest.mark.parametrize(
    ("column", "row", "value", "text"),
    [
        ("facility_id", 0, "G", "a -> G is no pair"),
        ("origin_id", 0, "x", "x -> F is no pair"),
        ("origin_id", 0, "d", "d -> F is no pair"),
        ("origin_id", 0, "b", "a pair has two flows"),
        ("persons", 0, 1.0, "served of a is 2, recomputed 1"),
        ("persons", 0, 3.0, "more persons are sent than an origin has"),
        ("persons", 1, 3.0, "more persons come than a facility has places"),
        ("persons", 0, 0.0, "a flow is not above 0"),
        ("persons", 0, 1.5, "a flow is not whole"),
        ("cost", 1, 7.0, "cost of flow 1 is wrong"),
        ("detour", 2, 1.0, "detour of flow 2 is wrong"),
    ],
)
def test_a_wrong_flow_is_found(
    found: Allocation, column: str, row: int, value: Any, text: str
) -> None:
    changed = replace(found, **table(found, column, row, value))
    with pytest.raises(VerificationError) as error:
        verified_allocation(changed, REQUEST)

    assert text in str(error.value)


@pytest.mark.parametrize(
    ("name", "key", "value", "text"),
    [
        ("served", "a", 1.0, "served of a is 1, recomputed 2"),
        ("unserved", "d", 0.0, "unserved of d is 0, recomputed 1"),
        ("load", "F", 3.0, "load of F is 3, recomputed 4"),
        ("spare", "G", 1.0, "spare of G is 1, recomputed 2"),
        ("overload", "F", 1.0, "overload of F is 1, recomputed 0"),
    ],
)
def test_a_wrong_number_of_a_place_is_found(
    found: Allocation, name: str, key: str, value: float, text: str
) -> None:
    with pytest.raises(VerificationError, match=text):
        verified_allocation(replace(found, **series(found, name, key, value)), REQUEST)


def test_a_series_in_another_order_is_found(found: Allocation) -> None:
    with pytest.raises(VerificationError, match="load does not have the ids"):
        verified_allocation(replace(found, load=found.load[::-1]), REQUEST)


def test_a_wrong_reason_is_found(found: Allocation) -> None:
    swapped = found.unserved_reason[["no_place", "not_admitted", "out_of_reach"]].set_axis(
        ["out_of_reach", "not_admitted", "no_place"], axis=1
    )

    with pytest.raises(VerificationError, match="out_of_reach is given as reason where it is none"):
        verified_allocation(replace(found, unserved_reason=swapped), REQUEST)


@pytest.mark.parametrize(
    ("short", "full", "prices", "text"),
    [
        (("a", "b", "c"), ("F",), {"F": 8.0, "G": 0.0}, "reaches a facility outside"),
        (("a", "b"), ("F", "G"), {"F": 8.0, "G": 0.0}, "the certificate allows 9"),
        ((), (), {"F": 8.0, "G": 0.0}, "above 0 outside"),
        (("a", "b"), ("F",), {"F": 8.0, "G": np.nan}, "above 0 outside"),
        (("a", "b", "d"), ("F",), {"F": 7.0, "G": 0.0}, "bound is 30, recomputed 28"),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused(
    found: Allocation,
    short: tuple[str, ...],
    full: tuple[str, ...],
    prices: dict[str, float],
    text: str,
) -> None:
    proof = Certificate(short, full, pd.Series(prices))

    with pytest.raises(VerificationError, match=text):
        verified_allocation(replace(found, certificate=proof), REQUEST)


def test_an_allocation_that_is_not_best_cannot_be_called_so() -> None:
    matrix = TravelMatrix(
        ("a", "b"), ("F", "G"), "min", np.array([[10, 20], [10, 60]], dtype=float)
    )
    request = Request(matrix, {"a": 1, "b": 1}, {"F": 1, "G": 1})
    best = allocate(matrix, request.persons, request.capacity)
    nearest = nearest_allocation(matrix, request.persons, request.capacity)
    claimed = replace(
        nearest,
        method="optimal",
        served_bound=2.0,
        bound=best.bound,
        gap=40 / 70,
        certificate=best.certificate,
    )

    with pytest.raises(VerificationError, match=r"gap is 0\.571429"):
        verified_allocation(claimed, request)


def test_a_rule_that_is_not_followed_is_found() -> None:
    matrix = TravelMatrix(
        ("a", "b"), ("F", "G"), "min", np.array([[10, 20], [10, 60]], dtype=float)
    )
    request = Request(matrix, {"a": 1, "b": 1}, {"F": 1, "G": 1})
    best = allocate(matrix, request.persons, request.capacity)
    nobody: dict[str, Any] = {"bound": np.nan, "served_bound": np.nan, "gap": np.nan}
    # b at F and a at G: neither F nor b gains by a change, for 10 is as near for both.
    assert verified_allocation(replace(best, method="nearest", **nobody), request).verified
    with pytest.raises(VerificationError, match="someone is not at the nearest"):
        verified_allocation(replace(best, method="nearest_crowded", **nobody), request)
    with pytest.raises(VerificationError, match="a bound is claimed without a proof"):
        verified_allocation(replace(best, method="nearest"), request)

    nearer = TravelMatrix(("a", "b"), ("F", "G"), "min", np.array([[9, 20], [10, 60]], dtype=float))
    other = Request(nearer, {"a": 1, "b": 1}, {"F": 1, "G": 1})
    best = allocate(nearer, other.persons, other.capacity)
    with pytest.raises(VerificationError, match="a would rather be at F"):
        verified_allocation(replace(best, method="nearest", **nobody), other)


def test_the_recomputation_shares_no_code_with_what_it_checks() -> None:
    tree = ast.parse(Path(verify_module.__file__).read_text(encoding="utf-8"))
    needed = [
        node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("wushan")
    ]

    assert needed == ["wushan_geo.errors"]
