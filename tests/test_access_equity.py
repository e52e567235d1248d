"""Equity of access, by hand, against plain loops over persons, and by what must not change it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from wushan_geo.access import equity
from wushan_geo.errors import ParameterError, UnknownIdError

if TYPE_CHECKING:
    from collections.abc import Sequence

INF, NAN = math.inf, math.nan

# The worked example of the traps: four values with 4, 3, 2 and 1 persons.
VALUES = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}
PERSONS = {"a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0}

LEVELS = st.sampled_from([0.0, 0.01, 0.05, 0.5, 1.0, 1.0, 2.0, 7.25, 120.0])
COUNTS = st.integers(0, 6)
PLACES = st.lists(st.tuples(LEVELS, COUNTS, st.integers(-3, 3)), min_size=1, max_size=8)
quick = settings(max_examples=30, deadline=None)

Place = tuple[float, int, int]


def sides(places: Sequence[Place]) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Values, persons and ranks by id."""
    ids = [f"p{at:02d}" for at in range(len(places))]
    return tuple(  # type: ignore[return-value] -- a tuple of three, built in a loop
        {one: float(place[at]) for one, place in zip(ids, places, strict=True)} for at in range(3)
    )


def everyone(places: Sequence[Place]) -> list[float]:
    """One value for each person: what a weighted measure must agree with."""
    return [value for value, count, _ in places for _ in range(count)]


def plain_gini(people: list[float]) -> float:
    mean = sum(people) / len(people)
    if mean == 0:
        return 0.0
    return sum(abs(one - two) for one in people for two in people) / (2 * len(people) ** 2 * mean)


def plain_t(people: list[float]) -> float:
    mean = sum(people) / len(people)
    if mean == 0:
        return 0.0
    return sum(x / mean * math.log(x / mean) for x in people if x > 0) / len(people)


def plain_l(people: list[float]) -> float:
    mean = sum(people) / len(people)
    if mean == 0:
        return 0.0
    return INF if min(people) == 0 else sum(math.log(mean / x) for x in people) / len(people)


def plain_atkinson(people: list[float], epsilon: float) -> float:
    mean = sum(people) / len(people)
    if mean == 0:
        return 0.0
    if epsilon >= 1 and min(people) == 0:
        return 1.0
    if epsilon == 1:
        return 1 - math.exp(sum(math.log(x) for x in people) / len(people)) / mean
    level = (sum(x ** (1 - epsilon) for x in people) / len(people)) ** (1 / (1 - epsilon))
    return 1 - level / mean


def plain_concentration(places: Sequence[Place]) -> float:
    """Average over persons, each at the mean rank of those who tie."""
    people = [(rank, value) for value, count, rank in places for _ in range(count)]
    mean = sum(value for _, value in people) / len(people)
    if mean == 0:
        return 0.0
    total = 0.0
    for rank, value in people:
        below = sum(other < rank for other, _ in people)
        tied = sum(other == rank for other, _ in people)
        total += (value - mean) * ((below + tied / 2) / len(people) - 0.5)
    return 2 * total / (len(people) * mean)


def plain_poverty(people: list[float], line: float, order: int, *, high: bool) -> float:
    total = 0.0
    for x in people:
        if (x > line) if high else (x < line):
            total += (abs(line - x) / line) ** order
    return total / len(people)


def plain_palma(people: list[float]) -> float:
    """Each person as ten, so that a tenth of the persons is a whole number."""
    ordered = sorted(x for x in people for _ in range(10))
    if sum(ordered) == 0:
        return 0.25
    bottom = sum(ordered[: 4 * len(people)])
    return INF if bottom == 0 else sum(ordered[9 * len(people) :]) / bottom


def measures() -> dict[str, Any]:
    """Give each measure of one number as a function of values and persons."""
    return {
        "gini": equity.gini,
        "palma": equity.palma_ratio,
        "t": lambda v, p: equity.theil(v, p).t,
        "l": lambda v, p: equity.theil(v, p).l,
        "atkinson 0.5": lambda v, p: equity.atkinson(v, p, 0.5),
        "atkinson 1": lambda v, p: equity.atkinson(v, p, 1),
        "atkinson 2": lambda v, p: equity.atkinson(v, p, 2),
        "concentration": lambda v, p: equity.concentration_index(v, p, v, "standard"),
        "erreygers": lambda v, p: equity.concentration_index(
            v, p, v, "erreygers", lower=0, upper=1000
        ),
        "poverty 0": lambda v, p: equity.access_poverty(v, p, 1.0, 0),
        "poverty 1": lambda v, p: equity.access_poverty(v, p, 1.0, 1),
        "poverty 2": lambda v, p: equity.access_poverty(v, p, 1.0, 2, worse="high"),
    }


NAMES = sorted(measures())


# By hand


def test_the_worked_example_is_met_to_the_printed_digits() -> None:
    assert equity.gini(VALUES, PERSONS) == pytest.approx(27 / 100, abs=1e-15)
    found = equity.theil(VALUES, PERSONS)
    assert round(found.t, 10) == 0.1216395324
    assert round(found.l, 10) == 0.1268511325
    assert round(equity.atkinson(VALUES, PERSONS, 1), 10) == 0.1191352051
    assert round(equity.atkinson(VALUES, PERSONS, 0.5), 10) == 0.0606260773


@pytest.mark.parametrize(
    ("ranks", "index"),
    [((1, 2, 3, 4), 0.27), ((4, 3, 2, 1), -0.27), ((2, 1, 4, 3), 0.13)],
)
def test_the_concentration_index_of_the_worked_example(
    ranks: tuple[int, ...], index: float
) -> None:
    rank_by = dict(zip("abcd", ranks, strict=True))
    found = equity.concentration_index(VALUES, PERSONS, rank_by, "standard")
    assert found == pytest.approx(index, abs=1e-15)


def test_a_measure_per_person_is_not_the_measure_per_village() -> None:
    alike = dict.fromkeys(VALUES, 1)
    assert equity.gini(VALUES, alike) == pytest.approx(0.25, abs=1e-15)
    assert equity.gini(VALUES, PERSONS) == pytest.approx(0.27, abs=1e-15)


def test_halves_that_have_all_and_nothing_differ_between_and_not_within() -> None:
    values = dict(zip("abcdef", (0, 0, 0, 10, 10, 10), strict=True))
    halves = dict(zip("abcdef", ["upland"] * 3 + ["lowland"] * 3, strict=True))
    found = equity.theil(values, dict.fromkeys(values, 1), halves)
    assert found.t == pytest.approx(math.log(2), abs=1e-15)
    assert (found.t_between, found.t_within) == (pytest.approx(math.log(2), abs=1e-15), 0.0)
    assert (found.l, found.l_between, found.l_within) == (INF, INF, 0.0)
    assert found.groups is not None
    assert list(found.groups.index) == ["lowland", "upland"]
    assert found.groups["persons"].to_dict() == {"lowland": 3.0, "upland": 3.0}
    assert found.groups["value_share"].to_dict() == {"lowland": 1.0, "upland": 0.0}
    assert found.groups["mean"].to_dict() == {"lowland": 10.0, "upland": 0.0}


def test_a_group_may_be_uneven_inside_and_a_group_without_persons_adds_nothing() -> None:
    values, persons = {"a": 1, "b": 3, "c": 2, "d": 9}, {"a": 1, "b": 1, "c": 2, "d": 0}
    found = equity.theil(values, persons, {"a": "x", "b": "x", "c": "y", "d": "z"})
    inside = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    assert found.groups is not None
    assert found.groups.loc["x", "t"] == pytest.approx(inside)
    assert found.groups.loc["x", "l"] == pytest.approx(-(math.log(0.5) + math.log(1.5)) / 2)
    assert found.t_within == pytest.approx(inside / 2)
    assert found.t_between == pytest.approx(0.0, abs=1e-15)
    empty = found.groups.loc["z"]
    assert math.isnan(empty["mean"])
    assert math.isnan(empty["t"])
    parts = ["persons", "t_between", "t_within", "l_between", "l_within"]
    assert empty[parts].tolist() == [0.0] * 5


def test_without_groups_nothing_is_split() -> None:
    found = equity.theil(VALUES, PERSONS)
    assert (found.t_between, found.t_within, found.l_between) == (None, None, None)
    assert (found.l_within, found.groups) == (None, None)


def test_the_lorenz_curve_starts_at_nothing_and_takes_equal_values_as_one_step() -> None:
    curve = equity.lorenz({"a": 3, "b": 0, "c": 1, "d": 1}, {"a": 1, "b": 2, "c": 3, "d": 4})
    assert curve["value"].tolist()[1:] == [0.0, 1.0, 3.0]
    assert math.isnan(curve["value"].iloc[0])
    assert curve["person_share"].tolist() == pytest.approx([0, 0.2, 0.9, 1])
    assert curve["value_share"].tolist() == pytest.approx([0, 0, 0.7, 1])
    assert curve.iloc[-1].tolist() == [3.0, 1.0, 1.0]


def test_the_palma_ratio_splits_the_persons_of_a_place_at_the_cut() -> None:
    # Of 10 persons the richest is one of d; the poorest four are the three of a and one of b.
    values, persons = {"a": 1, "b": 2, "d": 5}, {"a": 3, "b": 4, "d": 3}
    assert equity.palma_ratio(values, persons) == pytest.approx(5 / (3 + 2))
    assert equity.palma_ratio({"a": 0, "b": 1}, {"a": 4, "b": 6}) == INF
    assert equity.palma_ratio({"a": 0, "b": 1}, {"a": 3, "b": 7}) == pytest.approx(1.0)


def test_a_rounded_sum_of_persons_does_not_fill_an_empty_bottom() -> None:
    # 1 and 3 of 10 persons add up to a little less than 0.4.
    values = {"a": 0, "b": 0, "c": 1, "d": 1, "e": 1}
    assert equity.palma_ratio(values, {"a": 1, "b": 3, "c": 2, "d": 1, "e": 3}) == INF


def test_poverty_counts_depth_and_severity_below_the_line() -> None:
    values, persons = {"a": 0, "b": 0.05, "c": 0.1}, {"a": 10, "b": 20, "c": 70}
    found = [equity.access_poverty(values, persons, 0.1, order) for order in (0, 1, 2)]
    assert found == pytest.approx([0.3, 0.2, 0.15])


def test_exactly_at_the_line_is_not_poor_in_either_direction() -> None:
    values, persons = {"a": 30, "b": 29.999999, "c": 30.000001}, {"a": 2, "b": 1, "c": 1}
    assert equity.access_poverty(values, persons, 30, 0) == 0.25
    assert equity.access_poverty(values, persons, 30, 0, worse="high") == 0.25


def test_poverty_of_minutes_counts_what_is_too_far() -> None:
    values, persons = {"a": 90, "b": 45, "c": 10}, {"a": 1, "b": 1, "c": 2}
    found = [equity.access_poverty(values, persons, 30, n, worse="high") for n in (0, 1, 2)]
    assert found == pytest.approx([0.5, (2 + 0.5) / 4, (4 + 0.25) / 4])


def test_places_that_cannot_be_reached_are_set_apart_and_counted() -> None:
    costs, persons = {"b": INF, "a": 40, "c": 20, "d": INF}, {"a": 3, "b": 4, "c": 1, "d": 0}
    part = equity.reachable_part(costs, persons)
    assert part.costs.to_dict() == {"a": 40.0, "c": 20.0}
    assert part.persons.to_dict() == {"a": 3.0, "c": 1.0}
    assert (part.unreachable_places, part.unreachable_persons) == (2, 4.0)
    assert part.unreachable_share == 0.5
    poor = equity.access_poverty(part.costs, part.persons, 30, 0, worse="high")
    assert poor * (1 - part.unreachable_share) + part.unreachable_share == 7 / 8
    assert math.isnan(equity.reachable_part({"a": INF}, {"a": 0}).unreachable_share)


# Against plain loops over persons


@quick
@given(PLACES)
@example([(0.0, 3, 0)])
@example([(0.0, 1, 1), (5.0, 1, 1)])
def test_weights_are_persons_counted_one_by_one(places: list[Place]) -> None:
    values, persons, ranks = sides(places)
    people = everyone(places)
    assume(people)
    near = {"rel": 1e-9, "abs": 1e-12}
    assert equity.gini(values, persons) == pytest.approx(plain_gini(people), **near)
    found = equity.theil(values, persons)
    assert found.t == pytest.approx(plain_t(people), **near)
    assert found.l == pytest.approx(plain_l(people), **near)
    for epsilon in (0.3, 1, 1.0, 2.5):
        expected = plain_atkinson(people, epsilon)
        assert equity.atkinson(values, persons, epsilon) == pytest.approx(expected, **near)
    index = equity.concentration_index(values, persons, ranks, "standard")
    assert index == pytest.approx(plain_concentration(places), **near)
    bounded = equity.concentration_index(values, persons, ranks, "erreygers", lower=-5, upper=120)
    mean = sum(people) / len(people)
    assert bounded == pytest.approx(4 * mean * plain_concentration(places) / 125, **near)
    assert equity.palma_ratio(values, persons) == pytest.approx(plain_palma(people), **near)
    for order in (0, 1, 2):
        for worse in ("low", "high"):
            poor = equity.access_poverty(values, persons, 1.0, order, worse=worse)
            expected = plain_poverty(people, 1.0, order, high=worse == "high")
            assert poor == pytest.approx(expected, **near)


@quick
@given(PLACES, st.lists(st.sampled_from("xyz"), min_size=8, max_size=8))
@example([(0.0, 1, 0), (0.0, 2, 0)], ["x", "y"])  # all have nothing
@example([(0.0, 0, 0), (1.0, 2, 0), (2.0, 1, 0)], ["x", "x", "y"])  # nobody has nothing
@example([(0.0, 1, 0), (1.0, 2, 0), (2.0, 1, 0)], ["x", "y", "y"])  # a group has nothing
def test_between_and_within_add_up_to_the_whole(places: list[Place], labels: list[str]) -> None:
    values, persons, _ = sides(places)
    assume(sum(persons.values()))
    groups = dict(zip(values, labels, strict=False))
    found = equity.theil(values, persons, groups)
    assert found.t_between is not None
    assert found.t_within is not None
    assert found.l_between is not None
    assert found.l_within is not None
    assert found.t_between + found.t_within == pytest.approx(found.t, abs=1e-12)
    assert found.l_between + found.l_within == pytest.approx(found.l, abs=1e-12)
    assert min(found.t_between, found.t_within, found.l_between, found.l_within) >= 0
    assert found.groups is not None
    for name, row in found.groups.iterrows():
        inside = [one for one, group in groups.items() if group == name]
        people = [values[one] for one in inside for _ in range(int(persons[one]))]
        assert row["persons"] == len(people)
        if people:
            assert row["mean"] == pytest.approx(sum(people) / len(people))
            assert row["t"] == pytest.approx(plain_t(people), abs=1e-12)
            assert row["l"] == pytest.approx(plain_l(people), abs=1e-12)
    assert found.groups["person_share"].sum() == pytest.approx(1)
    assert found.groups["value_share"].sum() == pytest.approx(1)


# What must not change a measure


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, deadline=None)
@given(PLACES)
def test_splitting_a_place_and_empty_places_change_nothing(name: str, places: list[Place]) -> None:
    measure = measures()[name]
    split = [(value, 1, rank) for value, count, rank in places for _ in range(count)]
    values, persons, _ = sides(places)
    before = measure(values, persons)
    if not split:
        assert math.isnan(before)
        return
    apart, ones, _ = sides([*split, (999.0, 0, 0)])
    assert measure(apart, ones) == pytest.approx(before, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, deadline=None)
@given(PLACES, st.sampled_from([0.1, 3.0, 1e6]))
def test_more_persons_everywhere_change_nothing(
    name: str, places: list[Place], factor: float
) -> None:
    measure = measures()[name]
    values, persons, _ = sides(places)
    assume(sum(persons.values()))
    many = {one: count * factor for one, count in persons.items()}
    expected = measure(values, persons)
    assert measure(values, many) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", [one for one in NAMES if one.split()[0] != "poverty"])
@settings(max_examples=8, deadline=None)
@given(PLACES, st.sampled_from([0.001, 7.0]))
def test_another_unit_changes_nothing(name: str, places: list[Place], factor: float) -> None:
    values, persons, _ = sides(places)
    assume(sum(persons.values()))
    other = {one: value * factor for one, value in values.items()}
    if name == "erreygers":
        found = equity.concentration_index(
            other, persons, values, "erreygers", lower=0, upper=1000 * factor
        )
    else:
        found = measures()[name](other, persons)
    assert found == pytest.approx(measures()[name](values, persons), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, deadline=None)
@given(PLACES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_change_a_single_bit(
    name: str, places: list[Place], chance: Any
) -> None:
    values, persons, _ = sides(places)
    rows = list(values)
    chance.shuffle(rows)
    mixed = pd.Series({one: values[one] for one in rows})
    chance.shuffle(rows)
    counts = pd.Series({one: persons[one] for one in rows})
    one, two = measures()[name](values, persons), measures()[name](mixed, counts)
    assert one == two or (math.isnan(one) and math.isnan(two))


@quick
@given(PLACES)
def test_bounds_and_the_index_ranked_by_itself(places: list[Place]) -> None:
    values, persons, ranks = sides(places)
    assume(sum(persons.values()))
    gini = equity.gini(values, persons)
    assert 0 <= gini <= 1
    itself = equity.concentration_index(values, persons, values, "standard")
    assert itself == pytest.approx(gini, abs=1e-15)
    against = {one: -value for one, value in values.items()}
    turned = equity.concentration_index(values, persons, against, "standard")
    assert turned == pytest.approx(-gini, abs=1e-12)
    index = equity.concentration_index(values, persons, ranks, "standard")
    assert abs(index) <= gini + 1e-12
    assert 0 <= equity.atkinson(values, persons, 0.5) <= equity.atkinson(values, persons, 3) <= 1
    assert equity.theil(values, persons).t >= 0
    curve = equity.lorenz(values, persons)
    assert (curve["value_share"] <= curve["person_share"] + 1e-12).all()
    across, up = np.diff(curve["person_share"]), curve["value_share"].to_numpy()
    area = float(across @ (up[1:] + up[:-1]))
    assert 1 - area == pytest.approx(gini, abs=1e-12)


@quick
@given(PLACES)
def test_erreygers_is_the_same_for_what_is_reached_and_what_is_missed(places: list[Place]) -> None:
    values, persons, ranks = sides(places)
    assume(sum(persons.values()))
    missed = {one: 120 - value for one, value in values.items()}
    bounds = {"lower": 0.0, "upper": 120.0}
    one = equity.concentration_index(values, persons, ranks, "erreygers", **bounds)
    two = equity.concentration_index(missed, persons, ranks, "erreygers", **bounds)
    assert one == pytest.approx(-two, abs=1e-12)


def test_an_aversion_close_to_one_or_very_large_loses_no_digits() -> None:
    at_one = equity.atkinson(VALUES, PERSONS, 1)
    assert equity.atkinson(VALUES, PERSONS, 1 + 1e-9) == pytest.approx(at_one, abs=1e-9)
    assert equity.atkinson(VALUES, PERSONS, 1 - 1e-9) == pytest.approx(at_one, abs=1e-9)
    # The limit: only the worst off count, who have half the mean.
    assert equity.atkinson(VALUES, PERSONS, 1e6) == pytest.approx(0.5, abs=1e-5)
    uneven = equity.atkinson({"a": 1e-12, "b": 1}, {"a": 1, "b": 1}, 60)
    assert uneven == pytest.approx(1.0, abs=1e-9)


# Nobody, nothing, one place


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("persons", [{"a": 0, "b": 0}, {}])
def test_where_nobody_lives_nothing_is_known(name: str, persons: dict[str, float]) -> None:
    assert math.isnan(measures()[name](dict.fromkeys(persons, 3.0), persons))


def test_the_parts_of_nobody_are_not_known_and_its_curve_is_a_point() -> None:
    found = equity.theil({"a": 1, "b": 2}, {"a": 0, "b": 0}, {"a": "x", "b": "y"})
    parts = (found.t, found.l, found.t_between, found.t_within, found.l_between, found.l_within)
    assert all(one is not None and math.isnan(one) for one in parts)
    assert found.groups is not None
    assert found.groups["mean"].isna().all()
    curve = equity.lorenz({"a": 1}, {"a": 0})
    assert curve[["person_share", "value_share"]].to_numpy().tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("level", [0.0, 0.1, 7.0])
@pytest.mark.parametrize("places", [1, 3])
def test_where_all_have_the_same_there_is_no_inequality(level: float, places: int) -> None:
    values = {f"p{at}": level for at in range(places)}
    persons = {f"p{at}": at + 1.0 for at in range(places)}
    assert equity.gini(values, persons) == 0.0
    assert equity.theil(values, persons).t == 0.0
    assert equity.theil(values, persons).l == 0.0
    assert [equity.atkinson(values, persons, one) for one in (0.5, 1, 2)] == [0.0, 0.0, 0.0]
    ranks = {f"p{at}": at for at in range(places)}
    assert equity.concentration_index(values, persons, ranks, "standard") == 0.0
    assert equity.palma_ratio(values, persons) == pytest.approx(0.25)
    assert equity.lorenz(values, persons).iloc[-1].tolist() == [level, 1.0, 1.0]


def test_somebody_with_nothing_makes_l_infinite_and_atkinson_one() -> None:
    values, persons = {"a": 0, "b": 1}, {"a": 1, "b": 1}
    assert equity.theil(values, persons).l == INF
    assert equity.theil(values, persons).t == pytest.approx(math.log(2))
    assert [equity.atkinson(values, persons, one) for one in (1, 2)] == [1.0, 1.0]
    assert equity.atkinson(values, persons, 0.5) == pytest.approx(0.5)
    # Nobody lives where nothing is.
    assert equity.theil(values, {"a": 0, "b": 1}).l == 0.0


def test_very_large_and_very_small_numbers_do_not_overflow() -> None:
    values, persons = {"a": 1e308, "b": 2e307}, {"a": 1e308, "b": 1e308}
    assert equity.gini(values, persons) == pytest.approx(1 / 3)
    assert equity.gini({"a": 1e-300, "b": 2e-301}, {"a": 1e-300, "b": 1e-300}) == pytest.approx(
        1 / 3
    )


# Groups and classes


def test_groups_stand_side_by_side_with_their_gaps() -> None:
    values = {"a": 20, "b": 30, "c": 60, "d": INF}
    persons = pd.DataFrame(
        {"all": [6, 2, 2, 0], "severe": [1, 0, 2, 1], "nobody": [0, 0, 0, 0]},
        index=["a", "b", "c", "d"],
    )
    found = equity.group_gaps(values, persons, line=30, worse="high", reference="all")
    assert list(found.index) == ["all", "severe", "nobody"]
    whole, severe, nobody = (found.loc[one] for one in found.index)
    assert (whole["places"], whole["places_covered"], whole["place_share"]) == (3, 2, 2 / 3)
    assert (whole["persons"], whole["persons_covered"], whole["person_share"]) == (10, 8, 0.8)
    assert (whole["mean"], whole["mean_reached"], whole["median"]) == (30.0, 30.0, 20.0)
    assert (whole["mean_gap"], whole["median_gap"], whole["person_share_gap"]) == (0, 0, 0)
    assert (severe["places"], severe["persons"], severe["persons_covered"]) == (3, 4, 1)
    assert (severe["mean"], severe["unreachable_persons"]) == (INF, 1)
    assert severe["mean_reached"] == pytest.approx(140 / 3)
    assert severe["median"] == 60.0
    assert (severe["mean_gap"], severe["mean_gap_relative"]) == (INF, INF)
    assert (severe["median_gap"], severe["median_gap_relative"]) == (40.0, 2.0)
    assert severe["person_share_gap"] == pytest.approx(-0.55)
    assert severe["person_share_gap_relative"] == pytest.approx(-0.55 / 0.8)
    assert (nobody["places"], nobody["persons"]) == (0, 0)
    assert nobody[["place_share", "person_share", "mean", "mean_reached", "median"]].isna().all()
    assert found.attrs == {"line": 30.0, "worse": "high", "reference": "all"}


def test_a_gap_that_cannot_be_told_is_not_a_number() -> None:
    persons = pd.DataFrame({"all": [1, 1], "far": [0, 1]}, index=["a", "b"])
    found = equity.group_gaps({"a": 0, "b": INF}, persons, line=5, worse="high", reference="all")
    assert math.isnan(found.loc["far", "mean_gap"])  # infinite less infinite
    assert math.isnan(found.loc["far", "mean_gap_relative"])
    none = equity.group_gaps({"a": 0, "b": 3}, persons, line=5, worse="low", reference="all")
    assert none.loc["far", "person_share_gap"] == 0.0
    assert math.isnan(none.loc["far", "person_share_gap_relative"])  # a share of nothing


def test_where_less_is_worse_the_line_itself_is_enough_and_nothing_is_infinite() -> None:
    persons = pd.DataFrame({"all": [1, 2, 4]}, index=["a", "b", "c"])
    values = {"a": 0.05, "b": 0.1, "c": 0.2}
    found = equity.group_gaps(values, persons, line=0.1, worse="low", reference="all")
    assert found.loc["all", "persons_covered"] == 6.0
    turned = equity.group_gaps(values, persons, line=0.1, worse="high", reference="all")
    assert turned.loc["all", "persons_covered"] == 3.0
    with pytest.raises(ParameterError, match="values is infinite for a"):
        equity.group_gaps(
            {"a": INF, "b": 1, "c": 1}, persons, line=0.1, worse="low", reference="all"
        )
    with pytest.raises(ParameterError, match="values is infinite for d"):
        equity.by_class(
            {**VALUES, "d": INF}, PERSONS, VALUES_CLASS, line=1, worse="low", reference="x"
        )


@quick
@given(PLACES, st.lists(st.sampled_from(["up", "low"]), min_size=8, max_size=8))
def test_classes_add_up_and_agree_with_plain_loops(places: list[Place], names: list[str]) -> None:
    values, persons, _ = sides(places)
    classes = dict(zip(values, names, strict=False))
    found = equity.by_class(
        values, persons, classes, line=1.0, worse="low", reference=classes["p00"]
    )
    assert found["places"].sum() == len(places)
    assert found["persons"].sum() == sum(persons.values())
    for name, row in found.iterrows():
        inside = [one for one in values if classes[one] == name]
        people = [values[one] for one in inside for _ in range(int(persons[one]))]
        assert row["places"] == len(inside)
        assert row["places_covered"] == sum(values[one] >= 1 for one in inside)
        assert row["persons_covered"] == sum(x >= 1 for x in people)
        if people:
            assert row["mean"] == pytest.approx(np.mean(people))
            assert row["median"] == pytest.approx(np.median(people))
        else:
            assert math.isnan(row["median"])


@quick
@given(st.lists(LEVELS, min_size=1, max_size=11), st.sampled_from([0.1, 1.0, 0.7]))
@example([0.0, 1.0, 2.0, 3.0, 4.0, 7.0, 8.0, 9.0, 10.0, 11.0], 0.1)  # rounded half of all
def test_the_median_of_equal_weights_is_the_plain_median(
    levels: list[float], weight: float
) -> None:
    values = {f"p{at:02d}": one for at, one in enumerate(levels)}
    same = dict.fromkeys(values, weight)
    found = equity.by_class(
        values, same, dict.fromkeys(values, "x"), line=1, worse="low", reference="x"
    )
    assert found.loc["x", "median"] == pytest.approx(np.median(levels))


def test_upland_and_lowland_are_compared() -> None:
    found = equity.by_class(
        pd.Series({5: 20.0, 6: 40.0, 7: 60.0}),
        pd.Series({7: 3, 6: 1, 5: 2}),
        pd.Series({6: "upland", 7: "upland", 5: "lowland"}),
        line=40,
        worse="high",
        reference="lowland",
    )
    assert list(found.index) == ["lowland", "upland"]
    upland = found.loc["upland"]
    assert (upland["mean"], upland["mean_gap"], upland["mean_gap_relative"]) == (55, 35, 1.75)
    assert (upland["person_share"], upland["person_share_gap"]) == (0.25, -0.75)
    with pytest.raises(UnknownIdError, match="reference is 'hills'"):
        equity.by_class(VALUES, PERSONS, VALUES_CLASS, line=1, worse="low", reference="hills")


VALUES_CLASS = dict.fromkeys(VALUES, "x")


# What is refused


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("values", "persons", "error", "words"),
    [
        (
            {"a": NAN, "b": 1},
            {"a": 1, "b": 1},
            ParameterError,
            r"values is not known \(NaN\) for a",
        ),
        ({"a": INF, "b": 1}, {"a": 1, "b": 1}, ParameterError, "values is infinite for a"),
        ({"a": -1, "b": 1}, {"a": 1, "b": 1}, ParameterError, "values is negative for a"),
        ({"a": 1, "b": 1}, {"a": NAN, "b": 1}, ParameterError, "persons is not known"),
        ({"a": 1, "b": 1}, {"a": INF, "b": 1}, ParameterError, "persons is infinite for a"),
        ({"a": 1, "b": 1}, {"a": -1, "b": 1}, ParameterError, "persons is negative for a"),
        ({"a": 1}, {"a": 1, "q": 1}, UnknownIdError, "persons names more than the others: q"),
        ({"a": 1, "q": 1}, {"a": 1}, UnknownIdError, "persons is missing for q"),
        ([1, 2], {"a": 1}, ParameterError, "values must be a Series"),
        ({"a": 1}, [1], ParameterError, "persons must be a Series"),
        (
            pd.Series([1.0, 2.0], index=["a", "a"]),
            {"a": 1},
            UnknownIdError,
            "values has ids more than once: a",
        ),
    ],
)
def test_what_is_no_value_or_count_is_refused_by_name(
    name: str, values: Any, persons: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        measures()[name](values, persons)


@pytest.mark.parametrize("bad", [0, -1, NAN, INF, True, "1", None])
def test_lines_and_aversions_are_numbers_above_zero(bad: Any) -> None:
    with pytest.raises(ParameterError, match="epsilon must be"):
        equity.atkinson(VALUES, PERSONS, bad)
    with pytest.raises(ParameterError, match="line must be"):
        equity.access_poverty(VALUES, PERSONS, bad, 0)
    with pytest.raises(ParameterError, match="line must be"):
        equity.by_class(VALUES, PERSONS, VALUES_CLASS, line=bad, worse="low", reference="x")
    table = pd.DataFrame({"all": PERSONS})
    with pytest.raises(ParameterError, match="line must be"):
        equity.group_gaps(VALUES, table, line=bad, worse="low", reference="all")


@pytest.mark.parametrize("order", [3, -1, 1.0, True, "0"])
def test_the_order_is_zero_one_or_two(order: Any) -> None:
    with pytest.raises(ParameterError, match="order must be 0, 1 or 2"):
        equity.access_poverty(VALUES, PERSONS, 1, order)


def test_a_direction_has_one_of_two_names() -> None:
    wrong: Any = "up"
    with pytest.raises(ParameterError, match="worse must be"):
        equity.access_poverty(VALUES, PERSONS, 1, 0, worse=wrong)
    with pytest.raises(ParameterError, match="worse must be"):
        equity.by_class(VALUES, PERSONS, VALUES_CLASS, line=1, worse=wrong, reference="x")
    table = pd.DataFrame({"all": PERSONS})
    with pytest.raises(ParameterError, match="worse must be"):
        equity.group_gaps(VALUES, table, line=1, worse=wrong, reference="all")


@pytest.mark.parametrize(
    ("kind", "bounds", "words"),
    [
        ("wagstaff", {}, "kind must be"),
        ("standard", {"lower": 0}, "belong to the kind 'erreygers'"),
        ("standard", {"upper": 9}, "belong to the kind 'erreygers'"),
        ("erreygers", {"lower": 0}, "needs both bounds"),
        ("erreygers", {"upper": 9}, "needs both bounds"),
        ("erreygers", {"lower": 4, "upper": 4}, "lower must be below upper"),
        ("erreygers", {"lower": 2, "upper": 4}, r"between lower \(2\) and upper \(4\)"),
        ("erreygers", {"lower": 0, "upper": 3}, r"between lower \(0\) and upper \(3\)"),
        ("erreygers", {"lower": 0, "upper": INF}, "upper must be a finite number"),
    ],
)
def test_the_bounds_of_an_index_fit_its_kind(kind: Any, bounds: Any, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        equity.concentration_index(VALUES, PERSONS, VALUES, kind, **bounds)


def test_without_bounds_a_value_is_taken_to_be_a_share() -> None:
    share = {"a": 0.0, "b": 0.5, "c": 1.0, "d": 1.0}
    height = {"a": 900, "b": 700, "c": 500, "d": 300}

    plain = equity.concentration_index(share, PERSONS, height, "erreygers")

    stated = equity.concentration_index(share, PERSONS, height, "erreygers", lower=0, upper=1)
    assert plain == stated
    with pytest.raises(ParameterError, match="between lower"):
        equity.concentration_index(VALUES, PERSONS, VALUES, "erreygers")


def test_both_bounds_of_the_erreygers_index_matter() -> None:
    def index(lower: float, upper: float) -> float:
        return equity.concentration_index(
            VALUES, PERSONS, VALUES, "erreygers", lower=lower, upper=upper
        )

    assert index(0, 4) == pytest.approx(4 * 2 * 0.27 / 4)
    assert index(1, 4) == pytest.approx(4 * 2 * 0.27 / 3)
    assert index(0, 5) == pytest.approx(4 * 2 * 0.27 / 5)


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
def test_a_rank_that_is_not_known_is_refused_by_name(bad: float) -> None:
    ranks = {**VALUES, "b": bad}
    with pytest.raises(ParameterError, match=r"rank_by must be known and finite\. It is not for b"):
        equity.concentration_index(VALUES, PERSONS, ranks, "standard")
    with pytest.raises(UnknownIdError, match="rank_by is missing for d"):
        equity.concentration_index(VALUES, PERSONS, {"a": 1, "b": 2, "c": 3}, "standard")


def test_every_place_has_a_group_and_only_places_have_one() -> None:
    groups: dict[str, Any] = {"a": "x", "b": None, "c": "x", "d": "x"}
    with pytest.raises(ParameterError, match="groups is not known for b"):
        equity.theil(VALUES, PERSONS, groups)
    with pytest.raises(UnknownIdError, match=r"groups is missing for d; .*others: e"):
        equity.theil(VALUES, PERSONS, {"a": "x", "b": "x", "c": "x", "e": "x"})
    with pytest.raises(ParameterError, match="classes is not known for a"):
        equity.by_class(
            VALUES,
            PERSONS,
            pd.Series([None, "x", "x", "x"], index=list("abcd")),
            line=1,
            worse="low",
            reference="x",
        )


def test_groups_of_persons_come_as_a_table_that_has_the_reference() -> None:
    series: Any = pd.Series(PERSONS)
    with pytest.raises(ParameterError, match="persons must be a DataFrame"):
        equity.group_gaps(VALUES, series, line=1, worse="low", reference="all")
    table = pd.DataFrame({"all": PERSONS})
    with pytest.raises(UnknownIdError, match="reference is 'severe', which is none of all"):
        equity.group_gaps(VALUES, table, line=1, worse="low", reference="severe")
    with pytest.raises(UnknownIdError, match="persons is missing for d"):
        equity.group_gaps(VALUES, table.drop("d"), line=1, worse="low", reference="all")
    twice = pd.concat([table, table], axis=1)
    with pytest.raises(UnknownIdError, match="groups has ids more than once: all"):
        equity.group_gaps(VALUES, twice, line=1, worse="low", reference="all")


def test_inputs_are_never_changed() -> None:
    values, persons = pd.Series(VALUES), pd.Series(PERSONS)
    groups = pd.Series({"d": "x", "c": "x", "b": "y", "a": "y"})
    table = pd.DataFrame({"all": persons, "severe": persons - 1})
    before = [one.copy(deep=True) for one in (values, persons, groups, table)]
    for measure in measures().values():
        measure(values, persons)
    equity.lorenz(values, persons)
    equity.reachable_part(values, persons)
    equity.theil(values, persons, groups)
    equity.by_class(values, persons, groups, line=2, worse="high", reference="x")
    equity.group_gaps(values, table, line=2, worse="high", reference="all")
    for one, two in zip((values, persons, groups), before[:3], strict=True):
        pd.testing.assert_series_equal(one, two)
    pd.testing.assert_frame_equal(table, before[3])
