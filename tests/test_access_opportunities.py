"""What is in reach unshared, the curve of coverage, containers and balances, by plain loops."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.access import decay
from wushan_geo.access.coverage import coverage
from wushan_geo.access.opportunities import (
    balancing_cost,
    container_ratio,
    coverage_curve,
    cumulative,
    gravity,
)
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.matrix import CompressedRows, TravelMatrix

INF, NAN = math.inf, math.nan
COSTS = (0.0, 5.0, 10.0, 29.999, 30.0, 30.001, 45.0, 60.0, INF, INF)
QUICK = settings(max_examples=40, deadline=None)


def matrix(rows: list[list[float]], **options: Any) -> TravelMatrix:
    costs = np.array(rows, dtype=float).reshape(len(rows), -1)
    ids = tuple("abcdef"[: len(rows)]), tuple("wxyz"[: costs.shape[1]])
    return TravelMatrix(*ids, "min", costs, **options)


def compressed(costs: TravelMatrix, limit: float = 60.0) -> TravelMatrix:
    full = costs.dense()
    there = full <= limit
    starts = np.concatenate(([0], np.cumsum(there.sum(axis=1))))
    rows = CompressedRows(starts, np.nonzero(there)[1], full[there])
    return TravelMatrix(costs.origin_ids, costs.destination_ids, "min", rows, limit)


Random = tuple[TravelMatrix, dict[str, float], dict[str, float]]


def random_case(seed: int) -> Random:
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 6), rng.integers(1, 5)
    made = matrix(rng.choice(COSTS, shape).tolist())
    people = rng.integers(0, 40, shape[0]) * (rng.random(shape[0]) > 0.2)
    places = rng.integers(0, 30, shape[1]) * (rng.random(shape[1]) > 0.2)
    return (
        made,
        dict(zip(made.origin_ids, people.astype(float).tolist(), strict=True)),
        dict(zip(made.destination_ids, places.astype(float).tolist(), strict=True)),
    )


CASES = st.integers(0, 10**6).map(random_case)
EMPTY = [(0, 0), (2, 0), (0, 2)]


def empty(shape: tuple[int, int]) -> Random:
    ids = tuple("ab"[: shape[0]]), tuple("wx"[: shape[1]])
    made = TravelMatrix(*ids, "min", np.empty(shape))
    return made, dict.fromkeys(ids[0], 1.0), dict.fromkeys(ids[1], 1.0)


# cumulative opportunities


@QUICK
@given(case=CASES, limit=st.sampled_from([0.0, 5.0, 30.0, 60.0]))
def test_what_is_within_a_limit_is_counted_as_by_plain_loops(case: Random, limit: float) -> None:
    made, _, places = case
    rows = made.dense().tolist()
    number = [float(sum(cost <= limit for cost in row)) for row in rows]
    amount = [
        sum(size for cost, size in zip(row, places.values(), strict=True) if cost <= limit)
        for row in rows
    ]
    for one in (made, compressed(made)):
        assert cumulative(one, limit=limit).tolist() == number
        assert cumulative(one, places, limit=limit).tolist() == amount


def test_a_facility_exactly_at_the_limit_is_counted() -> None:
    made = matrix([[30.0, math.nextafter(30.0, INF), 0.0, INF]])
    assert cumulative(made, limit=30).tolist() == [2]
    assert cumulative(made, limit=0).tolist() == [1]


def test_what_is_counted_says_what_it_is() -> None:
    made = matrix([[30.0]])
    number, amount = cumulative(made, limit=30), cumulative(made, {"w": 4}, limit=30)
    assert number.attrs["unit"] == "facilities"
    assert number.attrs["parameters"] == "counted=facilities; limit=30; unit=min"
    assert amount.attrs["unit"] == "places"
    assert amount.attrs["conserves_supply"] is None
    assert amount.name == "cumulative"


def test_counting_checks_limit_and_counts() -> None:
    made = matrix([[30.0]], limit=60.0)
    with pytest.raises(ParameterError, match="limit 61 min is beyond 60 min"):
        cumulative(made, limit=61)
    with pytest.raises(ParameterError, match="limit must be a finite number of at least 0"):
        cumulative(made, limit=-1)
    with pytest.raises(UnknownIdError, match="capacity is missing for w"):
        cumulative(made, {}, limit=30)
    with pytest.raises(ParameterError, match="capacity is not known"):
        cumulative(made, {"w": NAN}, limit=30)


# gravity


@QUICK
@given(case=CASES, falling=st.sampled_from([decay.dai(30), decay.exponential(0.1).within(60)]))
def test_gravity_is_that_of_plain_loops(case: Random, falling: decay.Decay) -> None:
    made, _, places = case
    slow = [
        sum(
            size * float(falling([cost])[0])
            for cost, size in zip(row, places.values(), strict=True)
        )
        for row in made.dense().tolist()
    ]
    np.testing.assert_allclose(gravity(made, places, decay=falling), slow, rtol=1e-12)
    np.testing.assert_array_equal(
        gravity(compressed(made), places, decay=falling), gravity(made, places, decay=falling)
    )


@QUICK
@given(case=CASES)
def test_gravity_with_a_binary_decay_is_the_count(case: Random) -> None:
    made, _, places = case
    assert (
        gravity(made, places, decay=decay.binary(30)).tolist()
        == cumulative(made, places, limit=30).tolist()
    )


def test_gravity_at_home_is_neither_lost_nor_infinite() -> None:
    assert gravity(matrix([[0.0, 10.0]]), {"w": 3, "x": 100}, decay=decay.power(2)).tolist() == [4]


def test_gravity_says_what_it_means_and_checks_its_decay() -> None:
    made = matrix([[30.0]], limit=60.0)
    found = gravity(made, {"w": 4}, decay=decay.linear(60))
    assert (found.name, found.attrs["unit"]) == ("gravity", "weighted places")
    assert found.attrs["parameters"] == "decay=linear, 60; unit=min"
    with pytest.raises(ParameterError, match="has no end"):
        gravity(made, {"w": 4}, decay=decay.power(2))
    with pytest.raises(ParameterError, match="capacity is negative for w"):
        gravity(made, {"w": -4}, decay=decay.linear(60))


@pytest.mark.parametrize("shape", EMPTY)
def test_without_places_or_facilities_nothing_is_in_reach(shape: tuple[int, int]) -> None:
    made, people, places = empty(shape)
    assert cumulative(made, limit=30).tolist() == [0.0] * shape[0]
    assert gravity(made, places, decay=decay.linear(30)).tolist() == [0.0] * shape[0]
    homes = TravelMatrix(made.origin_ids, made.origin_ids, "min", np.zeros((shape[0], shape[0])))
    assert balancing_cost(made, people, places, between=homes).tolist() == [INF] * shape[0]


# containers


def test_containers_are_worked_out_by_hand() -> None:
    homes = {"w": "t1", "x": "t1", "y": "t3", "z": None, "v": NAN}
    places = {"v": 16, "z": 8, "y": 4, "x": 2, "w": 1}
    found = container_ratio({"t1": 30, "t2": 5, "t3": 0, "t4": 0}, places, homes=homes)
    assert found[["t1", "t2"]].tolist() == [0.1, 0]
    assert found[["t3", "t4"]].isna().all()
    assert found.name == "container_ratio"
    assert found.attrs["places_without_persons"] == 4
    assert found.attrs["places_outside"] == 24
    assert found.attrs["unit"] == "places per person"
    assert found.attrs["parameters"] == "borders=never crossed"


def test_containers_take_series_and_numbers_as_ids() -> None:
    homes = pd.Series([500237, pd.NA], index=["w", "x"], dtype="Int64")
    found = container_ratio(pd.Series({500237: 10.0}), pd.Series({"x": 1, "w": 2}), homes=homes)
    assert found.to_dict() == {"500237": 0.2}
    assert found.attrs["places_outside"] == 1


def test_containers_name_what_does_not_fit() -> None:
    with pytest.raises(UnknownIdError, match="homes and capacity differ in the facilities w, x"):
        container_ratio({"t": 1}, {"w": 1}, homes={"x": "t"})
    with pytest.raises(UnknownIdError, match="persons is missing for the units t2"):
        container_ratio({"t": 1}, {"w": 1}, homes={"w": "t2"})
    with pytest.raises(ParameterError, match="capacity is not known"):
        container_ratio({"t": 1}, {"w": NAN}, homes={"w": "t"})
    with pytest.raises(ParameterError, match="persons is negative"):
        container_ratio({"t": -1}, {"w": 1}, homes={"w": "t"})
    with pytest.raises(ParameterError, match="must be a Series with the ids as index"):
        container_ratio([1], {"w": 1}, homes={"w": "t"})  # type: ignore[arg-type] -- the point


def test_containers_of_nothing_are_empty() -> None:
    assert container_ratio({}, {}, homes={}).empty
    assert container_ratio({"t": 3}, {}, homes={}).tolist() == [0]


@QUICK
@given(case=CASES)
def test_containers_conserve_what_is_inside_with_persons(case: Random) -> None:
    _, people, places = case
    homes = {j: list(people)[at % len(people)] for at, j in enumerate(places)}
    found = container_ratio(people, places, homes=homes)
    total = (found * pd.Series(people)).sum()
    assert total == pytest.approx(sum(places.values()) - found.attrs["places_without_persons"])


# the curve of coverage


@QUICK
@given(case=CASES)
def test_each_row_of_the_curve_is_the_coverage_at_its_cost(case: Random) -> None:
    made, people, _ = case
    for one in (made, compressed(made)):
        curve = coverage_curve(one, people)
        for row in curve.itertuples():
            found = coverage(one, people, limit=row.cost)
            assert (row.places, row.persons) == (found.places, found.persons)
            assert row.place_share == found.place_share
            assert row.person_share == found.person_share or math.isnan(found.person_share)
        least = made.dense().min(axis=1)
        assert curve["cost"].tolist() == sorted(set(least[np.isfinite(least)].tolist()))


@QUICK
@given(case=CASES)
def test_the_curve_rises_and_counts_everybody_once(case: Random) -> None:
    made, people, _ = case
    curve = coverage_curve(made, people)
    assert (curve["places"].diff().dropna() > 0).all()
    assert (curve["persons"].diff().dropna() >= 0).all()
    told = curve.attrs
    covered = (0, 0.0) if curve.empty else (curve["places"].iloc[-1], curve["persons"].iloc[-1])
    assert covered[0] + told["places_never"] == told["total_places"] == len(people)
    assert covered[1] + told["persons_never"] == told["total_persons"] == sum(people.values())


def test_the_curve_can_be_read_at_limits() -> None:
    made = matrix([[12.0], [30.0], [INF]])
    people = {"a": 3, "b": 1, "c": 4}
    curve = coverage_curve(made, people, limits=[30, 11.9, 12, 29.9, 100, 12])
    assert curve["cost"].tolist() == [11.9, 12, 29.9, 30, 100]
    assert curve["places"].tolist() == [0, 1, 1, 2, 2]
    assert curve["persons"].tolist() == [0, 3, 3, 4, 4]
    assert curve["person_share"].tolist() == [0, 0.375, 0.375, 0.5, 0.5]
    assert curve.attrs == {
        "measure": "coverage_curve",
        "unit": "min",
        "parameters": "limits=11.9, 12, 29.9, 30, 100; unit=min",
        "reading": "middle place: 30 min; 1 of 3 places reach none",
        "conserves_supply": None,
        "total_places": 3,
        "total_persons": 8.0,
        "places_never": 1,
        "persons_never": 4.0,
    }
    assert coverage_curve(made, people, limits=[]).empty


def test_the_curve_checks_limits_and_persons() -> None:
    made = matrix([[12.0]], limit=60.0)
    with pytest.raises(ParameterError, match="a limit 61 min is beyond 60 min"):
        coverage_curve(made, {"a": 1}, limits=[30, 61])
    with pytest.raises(ParameterError, match="a limit must be a finite number of at least 0"):
        coverage_curve(made, {"a": 1}, limits=[NAN])
    with pytest.raises(UnknownIdError, match="persons is missing for a"):
        coverage_curve(made, {})


@pytest.mark.parametrize("shape", EMPTY)
def test_the_curve_without_places_or_facilities_is_empty(shape: tuple[int, int]) -> None:
    made, people, _ = empty(shape)
    curve = coverage_curve(made, people)
    assert curve.empty
    assert list(curve) == ["cost", "places", "persons", "place_share", "person_share"]
    assert curve.attrs["persons_never"] == shape[0]
    at = coverage_curve(made, people, limits=[30])
    assert at["places"].tolist() == [0]
    assert at["person_share"].isna().all() == (shape[0] == 0)


# balances


def random_between(made: TravelMatrix, seed: int) -> TravelMatrix:
    rng = np.random.default_rng(seed)
    count = len(made.origin_ids)
    costs = rng.choice(COSTS, (count, count))
    np.fill_diagonal(costs, 0)
    return TravelMatrix(made.origin_ids, made.origin_ids, "min", costs)


@QUICK
@given(case=CASES, seed=st.integers(0, 999))
def test_the_balance_is_that_of_plain_loops(case: Random, seed: int) -> None:
    made, people, places = case
    between = random_between(made, seed)
    slow = []
    for near, homes in zip(made.dense().tolist(), between.dense().tolist(), strict=True):
        found = INF
        for cost in sorted(set(near) - {INF}):
            supply = sum(size for at, size in zip(near, places.values(), strict=True) if at <= cost)
            demand = sum(
                count for at, count in zip(homes, people.values(), strict=True) if at <= cost
            )
            if supply >= demand:
                found = cost
                break
        slow.append(found)
    assert balancing_cost(made, people, places, between=between).tolist() == slow
    assert (
        balancing_cost(compressed(made), people, places, between=compressed(between)).tolist()
        == slow
    )


def test_the_balance_takes_places_by_id_and_says_what_it_means() -> None:
    made = matrix([[5.0, 20.0], [25.0, 10.0]])
    costs = np.array([[15.0, 0.0], [0.0, 15.0]])
    between = TravelMatrix(("b", "a"), ("a", "b"), "min", costs)
    found = balancing_cost(made, {"b": 2, "a": 3}, {"x": 1, "w": 4}, between=between)
    assert found.to_dict() == {"a": 5, "b": 25}
    assert (found.name, found.attrs["unit"]) == ("balancing_cost", "min")


def test_fractions_balance_in_spite_of_rounding() -> None:
    made = matrix([[1.0, 1.0, 1.0]])
    between = TravelMatrix(("a",), ("a",), "min", np.array([[0.0]]))
    assert 0.7 + 0.1 + 0.1 < 0.9
    found = balancing_cost(made, {"a": 0.9}, {"w": 0.7, "x": 0.1, "y": 0.1}, between=between)
    assert found.tolist() == [1]


def test_the_balance_checks_the_costs_between_places() -> None:
    made = matrix([[5.0], [9.0]])
    people, places = {"a": 1, "b": 1}, {"w": 4}
    full = np.zeros((2, 2))
    with pytest.raises(ParameterError, match="between is in m and the matrix in min"):
        balancing_cost(
            made, people, places, between=TravelMatrix(("a", "b"), ("a", "b"), "m", full)
        )
    short = TravelMatrix(("a", "b"), ("a", "b"), "min", full, 30.0)
    with pytest.raises(ParameterError, match="between is known up to 30 min"):
        balancing_cost(made, people, places, between=short)
    strange = TravelMatrix(("a", "c"), ("a", "b"), "min", full)
    with pytest.raises(UnknownIdError, match="differ in the places b, c"):
        balancing_cost(made, people, places, between=strange)
    strange = TravelMatrix(("a", "b"), ("a", "c"), "min", full)
    with pytest.raises(UnknownIdError, match="differ in the places b, c"):
        balancing_cost(made, people, places, between=strange)


def test_inputs_are_not_changed_and_taken_in_any_order() -> None:
    made = matrix([[5.0, 20.0], [25.0, 10.0]])
    people, places = pd.Series({"b": 2.0, "a": 3.0}), pd.Series({"x": 1.0, "w": 4.0})
    before = people.copy(deep=True), places.copy(deep=True)
    assert cumulative(made, places, limit=10).to_dict() == {"a": 4, "b": 1}
    assert coverage_curve(made, people)["persons"].tolist() == [3, 5]
    gravity(made, places, decay=decay.linear(60))
    container_ratio(people, places, homes={"w": "a", "x": "b"})
    pd.testing.assert_series_equal(people, before[0])
    pd.testing.assert_series_equal(places, before[1])
