"""Catchments that grow to fit, and those of several levels of facility, against plain loops."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wushan_geo.access import decay
from wushan_geo.access.catchment import floating_catchment
from wushan_geo.access.tiers import (
    Level,
    VariableCatchment,
    hierarchical_catchment,
    variable_catchment,
)
from wushan_geo.errors import ParameterError, UnknownIdError
from wushan_geo.travel.matrix import TravelMatrix

INF, NAN = math.inf, math.nan
COSTS = (0.0, 5.0, 10.0, 10.001, 20.0, 30.0, 30.001, 45.0, INF)
STEPS = (10, 20, 30)
QUICK = settings(max_examples=30, deadline=None)


def matrix(rows: list[list[float]], sites: str = "wxyz", **options: Any) -> TravelMatrix:
    costs = np.array(rows, dtype=float).reshape(len(rows), -1)
    return TravelMatrix(
        tuple("abcdef"[: len(rows)]), tuple(sites[: costs.shape[1]]), "min", costs, **options
    )


Random = tuple[TravelMatrix, dict[str, float], dict[str, float]]


def random_case(seed: int) -> Random:
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 6), rng.integers(1, 5)
    made = matrix(rng.choice(COSTS, shape).tolist())
    people = dict(zip(made.origin_ids, rng.integers(0, 40, shape[0]).astype(float), strict=True))
    places = dict(zip(made.destination_ids, rng.integers(0, 9, shape[1]) * 1.0, strict=True))
    return made, people, places


CASES = st.integers(0, 10**6).map(random_case)


def plain(case: Random, base: float, target: float) -> dict[str, tuple[float, float]]:
    """Grow by plain loops: value and limit by place."""
    made, people, places = case
    cost = {
        (i, j): made.dense()[row, column]
        for row, i in enumerate(made.origin_ids)
        for column, j in enumerate(made.destination_ids)
    }
    ratio = {}
    for j in made.destination_ids:
        inside = 0.0
        for step in STEPS:
            inside = sum(people[i] for i in made.origin_ids if cost[i, j] <= step)
            if inside >= base:
                break
        ratio[j] = places[j] / inside if inside else 0.0
    found = {}
    for i in made.origin_ids:
        for step in STEPS:
            value = sum(ratio[j] for j in made.destination_ids if cost[i, j] <= step)
            found[i] = (value, float(step))
            if value >= target * (1 - 1e-12):
                break
    return found


def grown(
    case: Random, *, base: float = 20, target: float = 0.2, steps: Any = STEPS
) -> VariableCatchment:
    made, people, places = case
    return variable_catchment(made, people, places, steps=steps, base_persons=base, target=target)


@QUICK
@given(case=CASES, base=st.sampled_from([1, 20, 39, 200]), target=st.sampled_from([0.01, 0.2, 5]))
def test_growth_is_that_of_plain_loops(case: Random, base: float, target: float) -> None:
    slow = plain(case, base, target)
    found = grown(case, base=base, target=target)
    np.testing.assert_allclose(found.access, [one for one, _ in slow.values()], rtol=1e-12)
    assert found.place_limits.tolist() == [limit for _, limit in slow.values()]


@QUICK
@given(case=CASES)
def test_a_single_step_is_the_plain_two_step_catchment(case: Random) -> None:
    made, people, places = case
    fixed = floating_catchment(made, people, places, method="2sfca", decay=decay.binary(30))
    found = grown(case, steps=[30])
    np.testing.assert_allclose(found.access, fixed, rtol=1e-12)
    assert found.access.attrs["supply_unused"] == fixed.attrs["supply_unused"]


def test_a_catchment_stops_growing_once_it_has_exactly_enough() -> None:
    case = matrix([[10.0], [20.0], [30.0]]), {"a": 12, "b": 8, "c": 5}, {"w": 4}
    found = grown(case, base=20, target=0.2)
    assert found.facility_limits.to_dict() == {"w": 20}
    assert found.access.tolist() == [0.2, 0.2, 0.2]
    assert found.place_limits.tolist() == [10, 20, 30]
    assert (found.places_short, found.facilities_short) == ((), ())
    more = grown(case, base=20.5, target=0.2)
    assert more.facility_limits.to_dict() == {"w": 30}
    assert more.access.tolist() == [0.16, 0.16, 0.16]
    assert more.places_short == ("a", "b", "c")


def test_ratios_that_rounding_takes_below_the_target_are_enough() -> None:
    case = matrix([[5.0, 5.0, 5.0, 20.0]]), {"a": 10}, {"w": 7, "x": 1, "y": 1, "z": 1}
    assert 0.7 + 0.1 + 0.1 < 0.9
    found = grown(case, base=1, target=0.9)
    assert found.place_limits.tolist() == [10]
    assert found.places_short == ()
    assert grown(case, base=1, target=0.9001).place_limits.tolist() == [20]


def test_what_never_suffices_stays_at_the_last_step_and_is_named() -> None:
    case = matrix([[5.0, INF], [31.0, INF]]), {"a": 3, "b": 9}, {"w": 1, "x": 7}
    found = grown(case, base=12, target=0.5)
    assert found.facility_limits.to_dict() == {"w": 30, "x": 30}
    assert found.facilities_short == ("w", "x")
    assert found.access.round(6).tolist() == [0.333333, 0]
    assert found.places_short == ("a", "b")
    assert found.access.attrs["supply_unused"] == 7


def test_growing_catchments_say_what_they_mean() -> None:
    case = matrix([[5.0]]), {"a": 10}, {"w": 1}
    found = grown(case, base=20, target=0.2).access
    assert found.name == "v2sfca"
    assert found.attrs["conserves_supply"] is False
    assert found.attrs["unit"] == "places per person"
    assert found.attrs["parameters"] == ("steps=10, 20, 30; base_persons=20; target=0.2; unit=min")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": []}, "steps must be at least one cost"),
        ({"steps": [10, 10]}, "and ascend"),
        ({"steps": [20, 10]}, "and ascend"),
        ({"steps": [10, 61]}, "a step 61 min is beyond 60 min"),
        ({"steps": [-1, 10]}, "a step must be a finite number of at least 0"),
        ({"base": 0}, "base_persons must be a finite number above 0"),
        ({"base": INF}, "base_persons must be a finite number above 0"),
        ({"base": "20"}, "base_persons must be a finite number above 0"),
        ({"base": True}, "base_persons must be a finite number above 0"),
        ({"target": -0.1}, "target must be a finite number above 0"),
        ({"target": NAN}, "target must be a finite number above 0"),
    ],
)
def test_rules_of_growth_are_checked(changes: dict[str, Any], message: str) -> None:
    case = matrix([[5.0]], limit=60.0), {"a": 10.0}, {"w": 1.0}
    with pytest.raises(ParameterError, match=message):
        grown(case, **changes)


def test_growing_catchments_check_counts_by_name() -> None:
    made = matrix([[5.0]])
    with pytest.raises(UnknownIdError, match="persons is missing for a"):
        grown((made, {}, {"w": 1}))
    with pytest.raises(ParameterError, match="capacity is negative for w"):
        grown((made, {"a": 1}, {"w": -1}))


@pytest.mark.parametrize("shape", [(0, 0), (2, 0), (0, 2)])
def test_growth_without_places_or_facilities_is_empty_or_zero(shape: tuple[int, int]) -> None:
    made = TravelMatrix(tuple("ab"[: shape[0]]), tuple("wx"[: shape[1]]), "min", np.empty(shape))
    found = grown(
        (made, dict.fromkeys(made.origin_ids, 1.0), dict.fromkeys(made.destination_ids, 1.0))
    )
    assert found.access.tolist() == [0.0] * shape[0]
    assert found.facilities_short == made.destination_ids


def levels() -> list[Level]:
    near = matrix([[5.0], [40.0], [10.0]], "x")
    turned = TravelMatrix(("c", "a", "b"), ("z",), "m", np.array([[900.0], [100.0], [500.0]]))
    return [
        Level("village point", near, {"x": 3}, decay.binary(15)),
        Level("county centre", turned, {"z": 12}, decay.linear(1000)),
    ]


def test_levels_are_worked_out_by_hand_and_added_up() -> None:
    people = {"a": 10, "b": 30, "c": 20}
    found = hierarchical_catchment(people, levels())
    centre = 12 / (10 * 0.9 + 30 * 0.5 + 20 * 0.1)
    assert found.by_level["village point"].tolist() == [0.1, 0, 0.1]
    np.testing.assert_allclose(
        found.by_level["county centre"], [0.9 * centre, 0.5 * centre, 0.1 * centre]
    )
    np.testing.assert_allclose(found.total, found.by_level.sum(axis=1))
    assert found.total.index.tolist() == ["a", "b", "c"]
    assert (found.total * pd.Series(people)).sum() == pytest.approx(15)
    assert found.total.attrs["conserves_supply"] is True
    assert found.total.attrs["parameters"] == (
        "village point: decay=binary, 15; unit=min | county centre: decay=linear, 1000; unit=m"
    )
    assert found.total.name == "h2sfca"
    assert found.by_level.attrs["unit"] == "places per person"


@QUICK
@given(case=CASES)
def test_one_level_is_the_plain_catchment_and_two_the_sum(case: Random) -> None:
    made, people, places = case
    fixed = floating_catchment(made, people, places, method="g2sfca", decay=decay.dai(30))
    one = Level("one", made, places, decay.dai(30))
    two = Level("two", made, places, decay.dai(30))
    alone = hierarchical_catchment(people, [one])
    np.testing.assert_array_equal(alone.total, fixed)
    both = hierarchical_catchment(people, [one, two])
    np.testing.assert_array_equal(both.total, 2 * fixed)
    assert both.total.attrs["supply_unused"] == 2 * fixed.attrs["supply_unused"]
    served = 2 * sum(places.values()) - both.total.attrs["supply_unused"]
    assert (both.total * pd.Series(people)).sum() == pytest.approx(served)


def test_levels_are_named_each_once_and_there_is_one() -> None:
    near, far = levels()
    people = {"a": 10, "b": 30, "c": 20}
    with pytest.raises(ParameterError, match="levels must be at least one"):
        hierarchical_catchment(people, [])
    same = Level("village point", far.matrix, far.capacity, far.decay)
    with pytest.raises(ParameterError, match=r"each with a name of its own\. Got village point"):
        hierarchical_catchment(people, [near, same])


def test_levels_have_the_same_places() -> None:
    near, far = levels()
    fewer = Level("centre", far.matrix.select(origins=["a", "b"]), far.capacity, far.decay)
    with pytest.raises(UnknownIdError, match="not in the matrix: c"):
        hierarchical_catchment({"a": 10, "b": 30, "c": 20}, [near, fewer])
    with pytest.raises(UnknownIdError, match="capacity is missing for x"):
        hierarchical_catchment(
            {"a": 10, "b": 30, "c": 20}, [Level("point", near.matrix, {}, near.decay)]
        )
