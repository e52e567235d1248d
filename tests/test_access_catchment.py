"""Floating catchments: the toy of the field, plain loops, and the identities that must hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.access import decay
from wushan_geo.access.catchment import Method, floating_catchment, spatial_availability
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.matrix import CompressedRows, TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Callable

    from wushan_geo.access.decay import Decay

INF, NAN = math.inf, math.nan
LIMIT = 60.0
COSTS = (0.0, 5.0, 9.999, 10.0, 10.001, 20.0, 30.0, 30.001, 60.0, INF, INF)
METHODS: tuple[Method, ...] = get_args(Method)
FORMULAS: tuple[Method, ...] = ("g2sfca", "m2sfca", "3sfca", "bfca")
CONSERVING = [one for one in METHODS if one not in {"m2sfca", "bfca"}]
DECAYS = [
    decay.binary(30),
    decay.stepped({10: 1, 20: 0.68, 30: 0.22}),
    decay.exponential(0.1).within(LIMIT),
    decay.dai(30),
    decay.linear(60),
]
STEPS = decay.stepped({20: 1, 40: 0.68, 60: 0.22})
QUICK = settings(max_examples=20, deadline=None)


@dataclass(frozen=True, slots=True)
class Case:
    """Costs by place and facility (absent = unreachable), persons and places."""

    costs: dict[tuple[str, str], float]
    persons: dict[str, float]
    capacity: dict[str, float]

    def matrix(self, *, compressed: bool = False) -> TravelMatrix:
        rows = np.array([[self.cost(i, j) for j in self.capacity] for i in self.persons])
        rows = rows.reshape(len(self.persons), len(self.capacity))
        ids = tuple(self.persons), tuple(self.capacity)
        if not compressed:
            return TravelMatrix(*ids, "min", rows, LIMIT)
        there = np.isfinite(rows)
        starts = np.concatenate(([0], np.cumsum(there.sum(axis=1))))
        packed = CompressedRows(starts, np.nonzero(there)[1], rows[there])
        return TravelMatrix(*ids, "min", packed, LIMIT)

    def cost(self, place: str, facility: str) -> float:
        return self.costs.get((place, facility), INF)

    def with_persons(self, persons: dict[str, float]) -> Case:
        return Case(self.costs, persons, self.capacity)


def random_case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    places = "abcde"[: rng.integers(1, 6)]
    sites = "wxyz"[: rng.integers(1, 5)]
    return Case(
        {(i, j): float(rng.choice(COSTS)) for i in places for j in sites},
        {i: float(rng.integers(0, 61) * (rng.random() > 0.2)) for i in places},
        {j: float(rng.integers(0, 21) * (rng.random() > 0.2)) for j in sites},
    )


# Cases come from one number each: drawing every cost by itself takes most of the time.
CASES = st.integers(0, 10**6).map(random_case)


def toy() -> Case:
    rows = {"a": (5.0, 70.0), "b": (50.0, 40.0), "c": (25.0, 30.0)}
    return Case(
        {(i, j): cost for i, row in rows.items() for j, cost in zip("xy", row, strict=True)},
        {"a": 5, "b": 10, "c": 50},
        {"x": 50, "y": 100},
    )


def measured(case: Case, method: Method, falling: Decay, *, compressed: bool = False) -> pd.Series:
    matrix = case.matrix(compressed=compressed)
    return floating_catchment(matrix, case.persons, case.capacity, method=method, decay=falling)


# Plain loops over dictionaries, one for each formula as its authors write it.


def plain_2sfca(case: Case, f: Callable[[float], float], again: int = 1) -> dict[str, float]:
    ratio = {}
    for j, places in case.capacity.items():
        demand = sum(people * f(case.cost(k, j)) for k, people in case.persons.items())
        ratio[j] = places / demand if demand > 0 else 0.0
    return {
        i: sum(ratio[j] * f(case.cost(i, j)) ** again for j in case.capacity) for i in case.persons
    }


def plain_m2sfca(case: Case, f: Callable[[float], float]) -> dict[str, float]:
    return plain_2sfca(case, f, again=2)


def plain_3sfca(case: Case, f: Callable[[float], float]) -> dict[str, float]:
    choice: dict[tuple[str, str], float] = {}
    for i in case.persons:
        whole = sum(f(case.cost(i, j)) for j in case.capacity)
        for j in case.capacity:
            choice[i, j] = f(case.cost(i, j)) / whole if whole > 0 else 0.0
    found = dict.fromkeys(case.persons, 0.0)
    for j, places in case.capacity.items():
        demand = sum(
            people * choice[k, j] * f(case.cost(k, j)) for k, people in case.persons.items()
        )
        for i in case.persons:
            if demand > 0:
                found[i] += places / demand * choice[i, j] * f(case.cost(i, j))
    return found


def plain_bfca(case: Case, f: Callable[[float], float]) -> dict[str, float]:
    row = {i: sum(f(case.cost(i, j)) for j in case.capacity) for i in case.persons}
    column = {j: sum(f(case.cost(i, j)) for i in case.persons) for j in case.capacity}
    found = dict.fromkeys(case.persons, 0.0)
    for j, places in case.capacity.items():
        demand = sum(
            people * f(case.cost(k, j)) / row[k] for k, people in case.persons.items() if row[k]
        )
        for i in case.persons:
            if demand > 0:
                found[i] += places / demand * f(case.cost(i, j)) / column[j]
    return found


PLAIN = {"m2sfca": plain_m2sfca, "3sfca": plain_3sfca, "bfca": plain_bfca}


@pytest.mark.parametrize(
    ("method", "falling", "expected", "total"),
    [
        ("2sfca", decay.binary(30), ["0.9090909", "0.0000000", "2.9090909"], "150.0000"),
        ("e2sfca", STEPS, ["1.213592", "1.933657", "2.491909"], "150.0000"),
        ("m2sfca", STEPS, ["1.213592", "1.192071", "1.694498"], "102.7136"),
        ("bfca", STEPS, ["0.8111031", "1.7142789", "2.0873863"], "125.5676"),
        ("3sfca", STEPS, ["2.218497", "2.440125", "2.290125"], "150.0000"),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_the_toy_of_the_field_to_its_printed_digits(
    method: Method, falling: Decay, expected: list[str], total: str, *, compressed: bool
) -> None:
    # uva-bi-sdad/catchment, docs/reference/catchment_ratio.html; its 2SFCA row is strict.
    case = toy()
    if compressed:  # 70 minutes lie beyond the limit of the compressed matrix
        case.costs.pop(("a", "y"))
    found = measured(case, method, falling, compressed=compressed)
    digits = len(expected[0]) - 2
    assert [f"{one:.{digits}f}" for one in found] == expected
    assert f"{(found * pd.Series(case.persons)).sum():.4f}" == total


def test_a_facility_exactly_at_the_threshold_counts() -> None:
    strict = math.nextafter(30, 0)
    below = measured(toy(), "2sfca", decay.binary(strict))
    assert below.round(7).tolist() == [0.9090909, 0, 0.9090909]
    assert below.attrs["supply_unused"] == 100
    assert measured(toy(), "2sfca", decay.binary(30)).attrs["supply_unused"] == 0


@pytest.mark.parametrize("method", METHODS)
@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS))
def test_each_method_is_that_of_plain_loops(method: Method, case: Case, falling: Decay) -> None:
    slow = PLAIN.get(method, plain_2sfca)(case, lambda cost: float(falling([cost])[0]))
    found = measured(case, method, falling)
    assert found.index.tolist() == list(case.persons)
    np.testing.assert_allclose(found.to_numpy(), list(slow.values()), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("method", FORMULAS)
@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS))
def test_dense_and_compressed_costs_agree_to_the_last_bit(
    method: Method, case: Case, falling: Decay
) -> None:
    dense = measured(case, method, falling)
    packed = measured(case, method, falling, compressed=True)
    pd.testing.assert_series_equal(dense, packed, check_exact=True)
    assert dense.attrs == packed.attrs


@pytest.mark.parametrize("method", FORMULAS)
@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS))
def test_supply_is_conserved_where_it_is_said_to_be(
    method: Method, case: Case, falling: Decay
) -> None:
    found = measured(case, method, falling)
    total = float((found * pd.Series(case.persons)).sum())
    served = sum(case.capacity.values()) - found.attrs["supply_unused"]
    assert found.attrs["conserves_supply"] == (method in CONSERVING)
    if method in CONSERVING:
        assert total == pytest.approx(served, rel=1e-12)
    if method == "m2sfca":
        assert total <= served * (1 + 1e-12)


@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS))
def test_balanced_catchments_hand_out_each_level_of_service_once(
    case: Case, falling: Decay
) -> None:
    found = measured(case, "bfca", falling)
    weights = falling(case.matrix().dense())
    with np.errstate(invalid="ignore"):
        demand = np.nan_to_num(weights / weights.sum(axis=1, keepdims=True)).T @ np.array(
            list(case.persons.values())
        )
    places = np.array(list(case.capacity.values()))
    level = np.divide(places, demand, out=np.zeros_like(places), where=demand > 0)
    assert found.sum() == pytest.approx(level.sum(), rel=1e-12)
    in_reach = (weights.sum(axis=1) > 0) @ np.array(list(case.persons.values()))
    assert demand.sum() == pytest.approx(in_reach, rel=1e-12)


@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS))
def test_unused_supply_is_that_which_no_person_has_weight_at(case: Case, falling: Decay) -> None:
    unused = sum(
        places
        for j, places in case.capacity.items()
        if not any(people * falling([case.cost(k, j)])[0] for k, people in case.persons.items())
    )
    for method in FORMULAS:
        assert measured(case, method, falling).attrs["supply_unused"] == unused


@pytest.mark.parametrize("method", FORMULAS)
@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS))
def test_an_empty_catchment_gives_zero_and_nothing_is_missing(
    method: Method, case: Case, falling: Decay
) -> None:
    found = measured(case, method, falling)
    for i in case.persons:
        if not any(falling([case.cost(i, j)])[0] for j in case.capacity):
            assert found[i] == 0
    assert np.isfinite(found).all()
    assert (found >= 0).all()


@pytest.mark.parametrize("method", FORMULAS)
@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS[1:]))
def test_scaling_a_decay_by_a_constant_changes_nothing_but_the_modified_method(
    method: Method, case: Case, falling: Decay
) -> None:
    half = decay.Decay("half", (), falling.reach, lambda costs: falling.weights(costs) * 0.5)
    factor = 0.5 if method == "m2sfca" else 1.0
    np.testing.assert_allclose(
        measured(case, method, half), measured(case, method, falling) * factor, rtol=1e-12
    )


@pytest.mark.parametrize("method", FORMULAS)
@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS))
def test_a_hundred_times_the_persons_have_a_hundredth_each(
    method: Method, case: Case, falling: Decay
) -> None:
    many = case.with_persons({i: 100 * people for i, people in case.persons.items()})
    np.testing.assert_allclose(
        measured(many, method, falling) * 100, measured(case, method, falling), rtol=1e-12
    )


@pytest.mark.parametrize("method", [one for one in FORMULAS if one != "bfca"])
@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS), share=st.floats(0, 1))
def test_splitting_a_place_at_one_spot_changes_nobodys_result(
    method: Method, case: Case, falling: Decay, share: float
) -> None:
    people = case.persons["a"]
    twin = {("a2", j): case.cost("a", j) for j in case.capacity}
    parts = {**case.persons, "a": people * share, "a2": people * (1 - share)}
    split = measured(Case(case.costs | twin, parts, case.capacity), method, falling)
    whole = measured(case, method, falling)
    np.testing.assert_allclose(split[list(whole.index)], whole, rtol=1e-9)
    assert split["a2"] == pytest.approx(split["a"], rel=1e-12)


def test_balanced_catchments_depend_on_how_places_are_cut() -> None:
    whole = Case({("a", "x"): 0, ("b", "x"): 0}, {"a": 8, "b": 8}, {"x": 16})
    split = Case(whole.costs | {("a2", "x"): 0}, {"a": 4, "a2": 4, "b": 8}, {"x": 16})
    assert measured(whole, "bfca", decay.binary(30))["b"] == 0.5
    assert measured(split, "bfca", decay.binary(30))["b"] == pytest.approx(1 / 3)
    assert measured(split, "2sfca", decay.binary(30))["b"] == 1


@pytest.mark.parametrize("method", FORMULAS)
@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS), seed=st.integers(0, 99))
def test_the_order_of_rows_and_columns_has_no_effect(
    method: Method, case: Case, falling: Decay, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    persons = dict(rng.permutation(np.array(list(case.persons.items()), dtype=object)))
    capacity = dict(rng.permutation(np.array(list(case.capacity.items()), dtype=object)))
    turned = measured(Case(case.costs, persons, capacity), method, falling)
    straight = measured(case, method, falling)
    np.testing.assert_allclose(turned[list(straight.index)], straight, rtol=1e-12)


@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS))
def test_more_persons_elsewhere_never_leave_more_places_to_one(case: Case, falling: Decay) -> None:
    before = measured(case, "e2sfca", falling)
    crowded = case.with_persons(case.persons | {"a": case.persons["a"] + 10})
    after = measured(crowded, "e2sfca", falling)
    unused = before.attrs["supply_unused"] - after.attrs["supply_unused"]
    if unused == 0:  # a facility that nobody used before counts for the first time otherwise
        assert (after <= before * (1 + 1e-12)).all()


def test_direction_decides_where_costs_are_one_way() -> None:
    there = Case({("a", "x"): 10, ("b", "x"): 50}, {"a": 5, "b": 10}, {"x": 3})
    back = Case({("a", "x"): 50, ("b", "x"): 10}, {"a": 5, "b": 10}, {"x": 3})
    assert measured(there, "2sfca", decay.binary(30)).tolist() == [0.6, 0]
    assert measured(back, "2sfca", decay.binary(30)).tolist() == [0, 0.3]


def test_a_place_without_persons_has_the_value_that_a_person_there_would_find() -> None:
    case = Case({("a", "x"): 10, ("b", "x"): 10}, {"a": 5, "b": 0}, {"x": 3})
    assert measured(case, "2sfca", decay.binary(30)).tolist() == [0.6, 0.6]


def test_a_facility_that_nobody_reaches_serves_nobody() -> None:
    case = Case(
        {("a", "x"): 10, ("b", "y"): 10}, {"a": 5, "b": 0}, {"x": 3, "y": 4, "z": 8, "v": 0}
    )
    for method in METHODS:
        found = measured(case, method, decay.binary(30))
        assert found["b"] == 0
        assert found.attrs["supply_unused"] == 12


def test_at_no_distance_and_with_one_of_each_all_methods_say_the_same() -> None:
    case = Case({("a", "x"): 0}, {"a": 8}, {"x": 2})
    for method in METHODS:
        assert measured(case, method, decay.linear(60)).tolist() == [0.25]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(0, 0), (2, 0), (0, 2)])
def test_without_places_or_facilities_the_result_is_empty_or_zero(
    method: Method, shape: tuple[int, int]
) -> None:
    case = Case({}, dict.fromkeys("ab"[: shape[0]], 3.0), dict.fromkeys("xy"[: shape[1]], 2.0))
    for compressed in (False, True):
        found = measured(case, method, decay.binary(30), compressed=compressed)
        assert found.tolist() == [0.0] * shape[0]
        assert found.attrs["supply_unused"] == 2.0 * shape[1]


@pytest.mark.parametrize("method", METHODS)
def test_weights_too_small_to_divide_by_count_as_none(method: Method) -> None:
    case = Case({("a", "x"): 59, ("a", "y"): 5, ("b", "x"): 60}, {"a": 3, "b": 4}, {"x": 2, "y": 6})
    for rate in (5.0, 12.0, 12.3, 20.0):  # from small weights over the smallest numbers to zero
        found = measured(case, method, decay.exponential(rate).within(60))
        assert np.isfinite(found).all()
        total = float((found * pd.Series(case.persons)).sum())
        if method in CONSERVING and method != "3sfca":
            assert total == pytest.approx(8 - found.attrs["supply_unused"])


@pytest.mark.parametrize("method", FORMULAS)
@QUICK
@given(people=st.floats(0, 1e6), places=st.floats(0, 1e6), cost=st.floats(0, 60))
def test_any_counts_give_finite_numbers(
    method: Method, people: float, places: float, cost: float
) -> None:
    case = Case({("a", "x"): cost, ("b", "x"): 1}, {"a": people, "b": 0}, {"x": places})
    found = measured(case, method, decay.linear(60))
    assert np.isfinite(found).all()


def test_what_the_numbers_mean_stands_beside_them() -> None:
    found = measured(toy(), "e2sfca", STEPS)
    assert found.name == "e2sfca"
    assert found.attrs == {
        "measure": "e2sfca",
        "unit": "places per person",
        "parameters": "method=e2sfca; decay=stepped, 20: 1, 40: 0.68, 60: 0.22; unit=min",
        "conserves_supply": True,
        "reading": "middle place: 1.93 places per person; 0 of 3 places have none",
        "supply_unused": 0.0,
    }


@pytest.mark.parametrize(
    ("method", "falling", "usual"),
    [
        ("2sfca", decay.binary(30), True),
        ("2sfca", decay.dai(30), False),
        ("e2sfca", decay.e2sfca((10, 20, 30), "slow"), True),
        ("e2sfca", decay.exponential(0.1).within(60), False),
        ("gaussian", decay.dai(30), True),
        ("gaussian", decay.gaussian(10).within(60), True),
        ("gaussian", decay.kernel(30), False),
        ("kd2sfca", decay.kernel(30), True),
        ("kd2sfca", decay.dai(30), False),
        ("g2sfca", decay.logistic(20, 4).within(60), True),
        ("3sfca", decay.dai(30), True),
    ],
)
def test_a_method_with_a_decay_that_is_not_its_authors_says_so(
    method: Method, falling: Decay, *, usual: bool
) -> None:
    found = measured(toy(), method, falling)
    assert ("generalised to another decay" in found.attrs["parameters"]) is not usual
    if not usual:
        np.testing.assert_array_equal(found, measured(toy(), "g2sfca", falling))


def test_every_method_and_every_parameter_has_an_effect() -> None:
    values = {tuple(measured(toy(), one, STEPS)) for one in ("e2sfca", "m2sfca", "3sfca", "bfca")}
    assert len(values) == 4
    more = Case(toy().costs, toy().persons, {"x": 51, "y": 100})
    assert measured(more, "3sfca", STEPS)["a"] > measured(toy(), "3sfca", STEPS)["a"]


@pytest.mark.parametrize("wrong", ["2SFCA", "raam", "", None, 2])
def test_a_method_has_one_of_the_names(wrong: Any) -> None:
    with pytest.raises(ParameterError, match="method must be one of 2sfca, e2sfca"):
        measured(toy(), wrong, STEPS)


@pytest.mark.parametrize("wrong", [30, "binary", None, lambda cost: cost])
def test_a_decay_is_made_by_a_factory(wrong: Any) -> None:
    with pytest.raises(ParameterError, match="decay must be a Decay, such as"):
        measured(toy(), "2sfca", wrong)
    with pytest.raises(ParameterError, match="decay must be a Decay, such as"):
        spatial_availability(toy().matrix(), toy().persons, toy().capacity, decay=wrong)


def test_a_decay_that_looks_further_than_the_matrix_is_refused() -> None:
    with pytest.raises(ParameterError, match="beyond the 60 min"):
        measured(toy(), "2sfca", decay.binary(61))
    with pytest.raises(ParameterError, match="has no end"):
        measured(toy(), "e2sfca", decay.exponential(0.1))


def test_counts_are_checked_by_name() -> None:
    case = toy()
    for persons, match in (
        ({"a": 1, "b": NAN, "c": 1}, r"persons is not known \(NaN\) for b"),
        ({"a": 1, "b": -1, "c": 1}, "persons is negative for b"),
    ):
        with pytest.raises(ParameterError, match=match):
            floating_catchment(case.matrix(), persons, case.capacity, method="bfca", decay=STEPS)
    with pytest.raises(UnknownIdError, match="capacity is missing for y"):
        floating_catchment(case.matrix(), case.persons, {"x": 1}, method="bfca", decay=STEPS)
    with pytest.raises(UnknownIdError, match="not in the matrix: d"):
        floating_catchment(
            case.matrix(), case.persons | {"d": 1}, case.capacity, method="2sfca", decay=STEPS
        )


def test_inputs_are_taken_by_id_and_not_changed() -> None:
    case = toy()
    matrix = case.matrix()
    persons = pd.Series({"c": 50.0, "a": 5.0, "b": 10.0})
    capacity = pd.Series({"y": 100.0, "x": 50.0})
    before = persons.copy(deep=True), capacity.copy(deep=True), matrix.dense().copy()
    for method in METHODS:
        found = floating_catchment(matrix, persons, capacity, method=method, decay=STEPS)
        pd.testing.assert_series_equal(found, measured(case, method, STEPS))
    spatial_availability(matrix, persons, capacity, decay=STEPS)
    pd.testing.assert_series_equal(persons, before[0])
    pd.testing.assert_series_equal(capacity, before[1])
    np.testing.assert_array_equal(matrix.dense(), before[2])


def published() -> tuple[TravelMatrix, dict[str, float], dict[str, float]]:
    costs = np.array([[15.0, 30, 100], [30, 15, 100], [100, 100, 15]])
    matrix = TravelMatrix(("a", "b", "c"), ("x", "y", "z"), "min", costs)
    people = {"a": 50_000.0, "b": 150_000.0, "c": 10_000.0}
    return matrix, people, {"x": 100_000.0, "y": 100_000.0, "z": 10_000.0}


def test_spatial_availability_is_that_published() -> None:
    # Soukhov et al. 2023, as in the tests of ipeaGIT/accessibility.
    matrix, people, jobs = published()
    found = spatial_availability(matrix, people, jobs, decay=decay.exponential(0.1))
    assert found.round(4).tolist() == [66833.4658, 133203.3629, 9963.1714]
    each = floating_catchment(matrix, people, jobs, method="2sfca", decay=decay.exponential(0.1))
    assert each.round(8).tolist() == [1.33666932, 0.88802242, 0.99631714]
    assert found.attrs["unit"] == "places"
    assert found.attrs["parameters"] == "decay=exponential, rate 0.1; unit=min"
    assert found.attrs["conserves_supply"] is True


@QUICK
@given(case=CASES, falling=st.sampled_from(DECAYS))
def test_spatial_availability_is_persons_times_the_catchment(case: Case, falling: Decay) -> None:
    matrix = case.matrix()
    found = spatial_availability(matrix, case.persons, case.capacity, decay=falling)
    each = measured(case, "e2sfca", falling)
    np.testing.assert_array_equal(found, each * pd.Series(case.persons))
    served = sum(case.capacity.values()) - found.attrs["supply_unused"]
    assert found.sum() == pytest.approx(served, rel=1e-12)
    assert all(found[i] == 0 for i, people in case.persons.items() if people == 0)
    assert found.attrs["supply_unused"] == each.attrs["supply_unused"]
