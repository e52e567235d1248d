"""Decay functions: values by hand, edges, errors, and what holds for all of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.access import decay
from wushan_geo.errors import ParameterError
from wushan_geo.travel.matrix import TravelMatrix

if TYPE_CHECKING:
    from collections.abc import Callable

    from wushan_geo.access.decay import Decay

INF, NAN = math.inf, math.nan
QUARTERS = [0.0, 15.0, 30.0, 45.0, 60.0]

ALL = [
    decay.binary(30),
    decay.stepped({10: 1, 20: 0.68, 30: 0.22}),
    decay.stepped({float(end): 1 / end for end in range(1, 31)}),
    decay.e2sfca((10, 20, 30), "fast"),
    decay.linear(30),
    decay.exponential(0.1),
    decay.power(1.5),
    decay.gaussian(15),
    decay.dai(30),
    decay.kernel(30),
    decay.logistic(20, 4),
    decay.exponential(0.1).within(30),
    decay.logistic(20, 4).within(30),
    decay.dai(45).within(30),
]
CUT_AT_30 = [one for one in ALL if one.reach == 30]


def label(one: Any) -> str | None:
    return one.label if isinstance(one, decay.Decay) else None


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (decay.dai(60), [1, 0.92180645, 0.70136657, 0.3769263, 0]),
        (decay.kernel(60), [0.75, 0.703125, 0.5625, 0.328125, 0]),
        (decay.exponential(1 / 60), [1, 0.77880078, 0.60653066, 0.47236655, 0.36787944]),
        (decay.linear(60), [1, 0.75, 0.5, 0.25, 0]),
        (decay.binary(45), [1, 1, 1, 1, 0]),
        (decay.power(2), [1, 1 / 225, 1 / 900, 1 / 2025, 1 / 3600]),
        (decay.logistic(30, 15), [0.88079708, 0.73105858, 0.5, 0.26894142, 0.11920292]),
        (decay.gaussian(30), [1, 0.8824969, 0.60653066, 0.32465247, 0.13533528]),
    ],
    ids=label,
)
def test_values_are_those_worked_out_by_hand(made: Decay, expected: list[float]) -> None:
    np.testing.assert_allclose(made(QUARTERS), expected, rtol=0, atol=5e-9)


def test_the_form_of_dai_is_the_formula_as_it_is_written() -> None:
    u = np.linspace(0, 1, 101)
    written = (np.exp(-(u**2) / 2) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    np.testing.assert_allclose(decay.dai(60)(60 * u), written, rtol=0, atol=1e-15)


def test_the_two_gaussians_are_not_the_same_curve() -> None:
    assert decay.dai(60)([60.0]).tolist() == [0.0]
    assert decay.gaussian(60)([60.0])[0] == pytest.approx(0.60653066)
    assert decay.dai(60).kind != decay.gaussian(60).kind


def test_a_cost_exactly_at_a_step_belongs_to_it() -> None:
    steps = decay.stepped({30: 0.22, 10: 1, 20: 0.68})
    just = [np.nextafter(one, INF) for one in (10.0, 20.0, 30.0)]
    assert steps([0, 10, 20, 30]).tolist() == [1, 1, 0.68, 0.22]
    assert steps(just).tolist() == [0.68, 0.22, 0]


def test_the_weight_sets_of_luo_and_qi_are_theirs() -> None:
    at = [10.0, 20.0, 30.0]
    assert decay.e2sfca((10, 20, 30), "slow")(at).tolist() == [1, 0.68, 0.22]
    assert decay.e2sfca((10, 20, 30), "fast")(at).tolist() == [1, 0.42, 0.09]


@pytest.mark.parametrize("count", [decay.FEW_STEPS - 1, decay.FEW_STEPS, decay.FEW_STEPS + 1, 300])
def test_many_steps_and_few_are_weighed_alike(count: int) -> None:
    made = decay.stepped({end: 1 / end for end in range(1, count + 1)})
    expected = [1 / max(1, math.ceil(cost)) for cost in np.arange(0, count, 0.5)]
    assert made(np.arange(0, count, 0.5)).tolist() == expected
    assert made([count, count + 0.1]).tolist() == [1 / count, 0]


def test_a_last_step_of_weight_zero_does_not_count() -> None:
    made = decay.stepped({10: 1, 60: 0})
    assert made.reach == 10
    assert made([10.0, 60.0]).tolist() == [1, 0]


@pytest.mark.parametrize("made", CUT_AT_30, ids=label)
def test_a_limit_itself_counts_and_nothing_beyond_it(made: Decay) -> None:
    before, at, after = made([np.nextafter(30.0, 0), 30.0, np.nextafter(30.0, INF)])
    assert before >= at >= 0
    assert after == 0
    assert (at > 0) == (made.kind not in {"linear", "kernel"} and made.label != "dai, 30")


@pytest.mark.parametrize("made", ALL, ids=label)
@settings(max_examples=20, deadline=None)
@given(costs=st.lists(st.floats(0, 1e300) | st.floats(0, 60), min_size=2, max_size=8))
def test_weights_never_rise_with_cost_and_stay_between_zero_and_one(
    made: Decay, costs: list[float]
) -> None:
    weights = made(sorted(costs))
    assert (np.diff(weights) <= 0).all()
    assert ((weights >= 0) & (weights <= 1)).all()
    assert not np.signbit(weights).any()


@pytest.mark.parametrize("made", ALL, ids=label)
def test_what_cannot_be_reached_has_no_weight(made: Decay) -> None:
    assert made([INF]).tolist() == [0]
    assert made.weights(np.array([INF, 0.0]))[1] > 0


@pytest.mark.parametrize("made", ALL, ids=label)
def test_shape_is_kept_and_costs_are_not_changed(made: Decay) -> None:
    costs = np.array([[0.0, 10.0, 30.0], [31.0, INF, 5.0]])
    before = costs.copy()
    costs.setflags(write=False)
    weights = made(costs)
    assert weights.shape == (2, 3)
    assert weights.flags.writeable
    np.testing.assert_array_equal(costs, before)
    assert made(np.empty((0, 3))).shape == (0, 3)
    assert isinstance(made(10.0), np.ndarray)
    assert made(10.0).shape == ()


@pytest.mark.parametrize("made", ALL, ids=label)
def test_nothing_lies_beyond_the_reach_that_is_told(made: Decay) -> None:
    if math.isinf(made.reach):
        assert made([1000.0])[0] >= 0
        assert made([100.0])[0] > 0
    else:
        assert made([np.nextafter(made.reach, INF)]).tolist() == [0]
        assert made([0.99 * made.reach])[0] > 0


@pytest.mark.parametrize("made", [ALL[0], ALL[5], ALL[-3]], ids=label)
@pytest.mark.parametrize("cost", [[NAN], [-1.0], [5.0, -0.1], [-INF]])
def test_a_cost_that_is_none_is_refused(made: Decay, cost: list[float]) -> None:
    with pytest.raises(ParameterError, match="costs must be at least 0 and not NaN"):
        made(cost)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (decay.binary(30), "binary, 30"),
        (decay.binary(30.25), "binary, 30.25"),
        (decay.stepped({10: 1, 20: 0.68}), "stepped, 10: 1, 20: 0.68"),
        (decay.linear(60), "linear, 60"),
        (decay.exponential(0.1), "exponential, rate 0.1"),
        (decay.power(2), "power, exponent 2"),
        (decay.gaussian(20), "gaussian, sigma 20"),
        (decay.dai(60), "dai, 60"),
        (decay.kernel(60), "kernel, 60"),
        (decay.logistic(30, 5), "logistic, midpoint 30, scale 5"),
        (decay.exponential(0.1).within(60), "exponential, rate 0.1, up to 60"),
        (decay.exponential(0.1).within(60).within(30), "exponential, rate 0.1, up to 30"),
        (decay.exponential(1 / 3), "exponential, rate 0.333333333333"),
    ],
    ids=label,
)
def test_a_label_names_family_and_parameters(made: Decay, text: str) -> None:
    assert made.label == text


def test_decays_that_differ_are_labelled_differently() -> None:
    assert decay.binary(30.000001).label != decay.binary(30).label


def test_a_cut_keeps_the_weights_up_to_it() -> None:
    made = decay.exponential(0.1)
    cut = made.within(30)
    assert cut([0, 12, 30]).tolist() == made([0, 12, 30]).tolist()
    assert cut([30.001, INF]).tolist() == [0, 0]
    assert made([40.0])[0] > 0
    assert (cut.reach, made.reach) == (30, INF)


def test_a_cut_beyond_the_reach_changes_nothing() -> None:
    made = decay.linear(30)
    assert made.within(60) is made
    assert made.within(30) is made
    assert decay.exponential(0.1).within(30).within(60).label == "exponential, rate 0.1, up to 30"


BAD_NUMBERS: list[Any] = [-1, NAN, INF, -INF, "30", None, True, [30], 1 + 2j]
FACTORIES: list[Callable[[Any], Decay]] = [
    decay.binary,
    decay.linear,
    decay.exponential,
    decay.power,
    decay.gaussian,
    decay.dai,
    decay.kernel,
    lambda value: decay.logistic(value, 1),
    lambda value: decay.logistic(1, value),
    lambda value: decay.stepped({value: 1}) if not isinstance(value, list) else decay.linear(value),
    lambda value: decay.stepped({10: value}),
    lambda value: decay.e2sfca((10, 20, value), "slow"),
    decay.exponential(0.1).within,
]


@pytest.mark.parametrize("make", FACTORIES)
@pytest.mark.parametrize("value", BAD_NUMBERS)
def test_a_parameter_that_is_no_number_in_range_is_refused(
    make: Callable[[Any], Decay], value: Any
) -> None:
    with pytest.raises(ParameterError, match=r"must be (a finite number|at least 0|above 0)"):
        make(value)


@pytest.mark.parametrize("make", FACTORIES[1:7] + FACTORIES[8:10] + FACTORIES[-1:])
def test_zero_is_refused_where_it_has_no_sense(make: Callable[[Any], Decay]) -> None:
    with pytest.raises(ParameterError, match="must be a finite number above 0"):
        make(0)


def test_zero_is_a_limit_and_a_midpoint() -> None:
    assert decay.binary(0)([0.0, 0.1]).tolist() == [1, 0]
    assert decay.logistic(0, 1)([0.0]).tolist() == [0.5]


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ({}, "at least one step"),
        ({10: 0}, "must start above 0"),
        ({10: 1.5}, "must start above 0 and at most at 1"),
        ({10: 0.5, 20: 0.6}, "never rise"),
        ({10: 1, 0: 1}, "the end of a step must be a finite number above 0"),
        ([1, 2], "a mapping from its end to its weight, .* Got a list instead"),
        ("slow", "Got 'slow' instead"),
        (30, "Got 30 instead"),
    ],
)
def test_steps_that_are_no_decay_are_refused(steps: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        decay.stepped(steps)


@pytest.mark.parametrize("limits", [(10, 20), (10, 20, 30, 40), (20, 10, 30), (10, 10, 30)])
def test_the_three_zones_are_three_and_rise(limits: Any) -> None:
    with pytest.raises(ParameterError, match="three rising limits"):
        decay.e2sfca(limits, "slow")


def test_the_weight_set_has_one_of_two_names() -> None:
    with pytest.raises(ParameterError, match="weights must be 'slow' or 'fast'"):
        decay.e2sfca((10, 20, 30), "medium")  # type: ignore[arg-type] -- the point of the test


def test_a_decay_may_not_look_further_than_the_matrix_knows() -> None:
    known = TravelMatrix(("a",), ("x",), "min", np.array([[5.0]]), limit=30.0)
    decay.binary(30).checked_on(known)
    decay.exponential(0.1).within(30).checked_on(known)
    with pytest.raises(ParameterError, match=r"binary, 31\) reaches to 31, beyond the 30 min"):
        decay.binary(31).checked_on(known)
    with pytest.raises(ParameterError, match=r"has no end, beyond the 30 min .*within"):
        decay.exponential(0.1).checked_on(known)
    whole = TravelMatrix(("a",), ("x",), "min", np.array([[5.0]]))
    decay.exponential(0.1).checked_on(whole)
